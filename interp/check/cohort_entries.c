/* Entries of cohorts that lie in other tables: several of one row, and looking back from one.
 *
 * Both tie rows of another table to those of the entity, as an aggregate over that table does, and
 * take a day of each. */
#include "check/cohort_parts.h"

bool is_each(const struct node *n) {
    return n->kind == N_CALL && n->a->kind == N_NAME && str_is(n->a->text, "each") &&
           n->list.n == 1;
}

static void refuse_each(struct checker *c, const struct node *n) {
    struct diag *d = error_at(c, E0337, n->span, "`each` takes a day of the rows of another table");
    diag_help(c->s->diags, d, "write `enter each(coaching.day where coaching.teacher == teacher)`");
}

/* The entity's columns, the entry, then those of the table whose rows are the entries. */
static struct row *entry_row(struct checker *c, const struct cohort_info *info) {
    const struct table *entity = info->entity, *of = info->each->table;
    struct columns columns = {0};
    copy_columns(c, &columns, entity->row);
    ARENA_PUSH(c->arena, &columns) = (struct field){STR("entry"), TYPE_NULL(c, DATE)};
    for (uint32_t i = 0; i < of->n; i++) {
        struct field f = {
            arena_printf(c->arena, "%.*s.%.*s", STR_ARG(of->name), STR_ARG(of->columns[i].name)),
            type_nullable(c->types, of->columns[i].type, true)};
        ARENA_PUSH(c->arena, &columns) = f;
    }
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = relation_of(c, &columns, NULL, 0);
    row->table = entity;
    row->day = node_make(c, N_NAME, info->each->argument->span, NULL);
    row->day->text = STR("entry");
    return row;
}

/* `coaching.until` is that of the row that is the entry, except in aggregates, which look at all.
 */
static void name_columns(struct checker *c, struct node *n, const struct table *of) {
    enum aggregate kind;
    if (!n || (n->kind == N_CALL && n->a->kind == N_NAME && aggregate_named(n->a->text, &kind)))
        return;
    if (n->kind == N_DOT && n->a->kind == N_NAME && str_eq(n->a->text, of->name) &&
        table_column_named(of, n->text) >= 0) {
        n->kind = N_NAME;
        n->text = arena_printf(c->arena, "%.*s.%.*s", STR_ARG(of->name), STR_ARG(n->text));
        n->a = NULL;
        return;
    }
    name_columns(c, n->a, of);
    name_columns(c, n->b, of);
    name_columns(c, n->c, of);
    name_columns(c, n->d, of);
    for (uint32_t i = 0; i < n->list.n; i++)
        name_columns(c, n->list.at[i], of);
}

/* The rows of another table that belong to the row at hand, and their day as the argument; NULL:
 * told. Tied and typed as any aggregate over another table is. */
static struct leg_info *tied_days(struct checker *c, const struct table *entity,
                                  const struct node *days, const char *what) {
    if (days->list.at[0]->a->kind != N_DOT) {
        refuse_each(c, days);
        return NULL;
    }
    struct node *call = node_copy(c->arena, days);
    call->a->text = STR("min");
    struct node *v = check_value(c, call);
    if (is_poison(v))
        return NULL;
    struct leg_info *leg = v->kind == N_LEG ? v->note : NULL;
    if (!leg || !leg->table || !leg->argument || !table_is_entity(entity)) {
        refuse_each(c, days);
        return NULL;
    }
    leg->argument = convert(c, leg->argument, TYPE_NULL(c, DATE), what);
    return is_poison(leg->argument) ? NULL : leg;
}

void read_each(struct checker *c, struct cohort_info *info, struct node *n) {
    struct node *clause = cohort_clause(n, N_C_ENTER);
    struct leg_info *leg = tied_days(c, info->entity, clause->a, "what `enter` says");
    if (!leg)
        return;
    info->each = leg;
    c->row = entry_row(c, info);
    info->enter = column_read(c, c->row, info->entity->n, clause->a->span);
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i] != clause && !n->list.at[i]->b) /* looking back is at all of them */
            name_columns(c, n->list.at[i]->a, leg->table);
}

void read_gap(struct checker *c, struct cohort_info *info, const struct node *clause) {
    struct node *v = check_value(c, clause->a);
    struct node *k = constant_of(v);
    int64_t days = k && k->kind == N_DURATION && duration_months(k->value.i) == 0
                       ? duration_seconds(k->value.i) / SECONDS_A_DAY
                       : 0;
    if (is_poison(v))
        return;
    if (!info->each) {
        struct diag *d = error_at(c, E0337, clause->span, "a row enters this cohort once at most");
        diag_help(c->s->diags, d, "gaps are between several entries: `enter each(coaching.day)`");
    } else if (days < 1) {
        struct diag *d =
            error_at(c, E0218, clause->a->span, "a gap is a number of days known before the run");
        diag_help(c->s->diags, d, "write `join gaps under 30 days`");
    }
    info->gap = days;
}

/* ---- looking back ---- */

/* A cohort of the rows on the days that something of another table happened to them. */
static struct symbol *days_of(struct checker *c, const struct cohort_info *of, struct node *days) {
    struct node *call = days;
    if (!is_each(days)) { /* coaching.day: of the rows that refer to this one */
        call = node_make(c, N_CALL, days->span, NULL);
        call->a = node_make(c, N_NAME, days->span, NULL);
        struct node *argument = node_make(c, N_ARG, days->span, NULL);
        argument->a = days;
        list_push(c, &call->list, argument);
    }
    struct row *row = c->row, *plain = ARENA_NEW(c->arena, struct row);
    plain->type = of->entity->row;
    plain->table = of->entity;
    c->row = plain;
    struct leg_info *leg = tied_days(c, of->entity, call, "what is looked back at");
    if (!leg) {
        c->row = row;
        return NULL;
    }
    struct cohort_info *info = ARENA_NEW(c->arena, struct cohort_info);
    struct symbol *symbol = ARENA_NEW(c->arena, struct symbol);
    *info = (struct cohort_info){.entity = of->entity, .each = leg, .timed = true};
    c->row = entry_row(c, info);
    info->enter = column_read(c, c->row, of->entity->n, days->span);
    info->exit = ARENA_ARRAY(c->arena, struct node *, 1);
    struct node *next = node_make(c, N_BINARY, days->span, NULL);
    next->op = TOK_PLUS;
    next->a = info->enter;
    next->b = node_make(c, N_DURATION, days->span, TYPE(c, DURATION));
    next->b->value.i = duration_pack(0, 1);
    info->exit[info->nexit++] = convert(c, check_expr(c, next), TYPE_NULL(c, DATE), "the day");
    c->row = row;
    info->row = of->entity->row;
    symbol->kind = SYM_COHORT;
    symbol->span = days->span;
    symbol->detail = info;
    return symbol;
}

/* `entry`, or the day so long before it. */
static struct node *entry_less(struct checker *c, const struct node *clause, struct node *by) {
    struct node *entry = node_make(c, N_NAME, clause->span, NULL);
    entry->text = STR("entry");
    if (!by)
        return convert(c, check_value(c, entry), TYPE_NULL(c, DATE), "the entry");
    struct node *n = node_make(c, N_BINARY, by->span, NULL);
    n->op = TOK_MINUS;
    n->a = entry;
    n->b = by;
    return convert(c, check_value(c, n), TYPE_NULL(c, DATE), "the day before the entry");
}

struct node *look_back(struct checker *c, const struct cohort_info *info, struct node *clause) {
    if (!info->enter) {
        struct diag *d = error_at(c, E0338, clause->span, "there is no entry to look back from");
        diag_help(c->s->diags, d, "say in `enter` when membership begins");
        return node_poison(c, clause->a);
    }
    if (!info->entity->nkeys)
        return node_poison(c, clause->a); /* what is wrong with its table is told there */
    struct symbol *days = days_of(c, info, clause->a);
    struct span said = clause->a->span;
    said.stop = clause->span.stop;
    struct node *in = node_make(c, N_IN, said, TYPE(c, BOOL));
    in->a = column_read(c, c->row, info->entity->keys[0], clause->a->span);
    in->c = entry_less(c, clause, NULL);
    in->d = entry_less(c, clause, clause->b);
    if (!days || is_poison(in->c) || is_poison(in->d))
        return node_poison(c, clause->a);
    in->b = node_make(c, N_FROM, clause->a->span, info->entity->row);
    in->b->symbol = days;
    return in;
}
