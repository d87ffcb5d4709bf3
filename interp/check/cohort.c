/* Cohorts: who belongs, as conditions on rows of an entity, and from when until when.
 *
 * In its clauses `entry` is the day that `enter` gives; each use is checked anew, as a rule's `let`
 * is, and the planner finds equal trees. */
#include "check/cohort_parts.h"

/* ---- clauses ---- */

struct node *cohort_clause(const struct node *n, enum node_kind kind) {
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == kind)
            return n->list.at[i];
    return NULL;
}

/* The first of several dates is the earliest, whatever the order of their rows. */
static void by_date(struct node *n) {
    if (n->kind != N_CALL || n->a->kind != N_NAME)
        return;
    if (str_is(n->a->text, "first"))
        n->a->text = STR("min");
    else if (str_is(n->a->text, "last"))
        n->a->text = STR("max");
}

static struct node *check_day(struct checker *c, struct node *n, const char *what) {
    by_date(n);
    return convert(c, check_value(c, n), TYPE_NULL(c, DATE), what);
}

/* `entry` means what `enter` says, in the clauses behind it and as the day that they are about. */
static void name_entry(struct checker *c, struct row *row, struct node *enter) {
    struct row_let *let = ARENA_NEW(c->arena, struct row_let);
    let->name = STR("entry");
    let->value = node_copy(c->arena, enter);
    by_date(let->value);
    row->lets = let;
    row->day = node_make(c, N_NAME, enter->span, NULL);
    row->day->text = let->name;
}

/* ---- reading them ---- */

static void read_clause(struct checker *c, struct cohort_info *info, struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_C_ENTER:
        info->enter = check_day(c, clause->a, "what `enter` says");
        break;
    case N_C_EXIT:
        info->exit[info->nexit++] = check_day(c, clause->a, "what `exit` says");
        break;
    case N_C_REQUIRE:
        info->conditions[info->nconditions++].is =
            clause->b ? look_back(c, info, clause) : condition(c, clause->a, "what is required");
        break;
    case N_C_EXCLUDE:
        info->conditions[info->nconditions].excludes = true;
        info->conditions[info->nconditions++].is =
            clause->b ? look_back(c, info, clause) : condition(c, clause->a, "what is excluded");
        break;
    case N_C_JOIN:
        read_gap(c, info, clause);
        break;
    default:
        break;
    }
}

static void check_clauses(struct checker *c, struct cohort_info *info, struct node *n) {
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = info->entity->row;
    row->table = info->entity;
    c->row = row;
    info->exit = ARENA_ARRAY(c->arena, struct node *, n->list.n + 1);
    info->conditions = ARENA_ARRAY(c->arena, struct cohort_condition, n->list.n + 1);
    struct node *enter = cohort_clause(n, N_C_ENTER);
    struct node *entry = enter ? node_copy(c->arena, enter->a) : NULL;
    if (enter && is_each(enter->a)) {
        read_each(c, info, n);
        if (!info->each)
            return;
    } else if (enter) {
        read_clause(c, info, enter);
        if (!is_poison(info->enter))
            name_entry(c, row, entry);
    }
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i] != enter)
            read_clause(c, info, n->list.at[i]);
    c->row = NULL;
    info->timed = info->enter || info->nexit;
}

static void read_clauses(struct checker *c, struct cohort_info *info, struct node *n) {
    struct node *of = cohort_clause(n, N_C_OF);
    if (!of) {
        if (has_error_inside(c, n->span))
            return; /* the clause may be there, misspelt */
        struct diag *d = error_at(c, E0308, n->name_span, "the cohort `%.*s` does not say of what",
                                  STR_ARG(n->text));
        diag_help(c->s->diags, d, "name its entity table: `of student`");
        return;
    }
    struct symbol *s = find_table(c, of->text, of->name_span);
    if (!s || !s->table->row)
        return;
    info->entity = s->table;
    check_clauses(c, info, n);
}

/* ---- members ---- */

static bool has_times(const struct node *is) {
    if (is->kind == N_NAME)
        return ((const struct cohort_info *)is->symbol->detail)->timed;
    if (is->kind == N_UNARY)
        return !is->text.n && has_times(is->a); /* who was `never` in it never will have been */
    return has_times(is->a) || has_times(is->b);
}

bool cohort_has_spells(const struct node *is) {
    if (is->kind == N_NAME) {
        const struct cohort_info *cohort = is->symbol->detail;
        return cohort->is ? cohort_has_spells(cohort->is) : cohort->each != NULL;
    }
    return cohort_has_spells(is->a) || (is->b && cohort_has_spells(is->b));
}

bool cohort_has_times(const struct node *is) {
    return !is_poison(is) && has_times(is);
}

/* Members for a time have two columns more; a derived cohort's may come and go. */
static void settle_row(struct checker *c, struct cohort_info *info, const struct node *n) {
    const struct type *entity = info->entity->row;
    info->row = entity;
    if (!info->timed)
        return;
    static const char *const added[] = {"entry", "exit"};
    struct columns columns = {0};
    copy_columns(c, &columns, entity);
    for (size_t i = 0; i < COUNT_OF(added); i++) {
        if (type_field(entity, str_of(added[i])) >= 0) {
            struct diag *d =
                error_at(c, E0330, n->name_span,
                         "`%.*s` has a column `%s`, and so have the members of a cohort with times",
                         STR_ARG(info->entity->name), added[i]);
            diag_help(c->s->diags, d, "give the table's column another name");
            return;
        }
        ARENA_PUSH(c->arena, &columns) = (struct field){str_of(added[i]), TYPE_NULL(c, DATE)};
    }
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, entity->nkeys + 1);
    for (uint32_t i = 0; i < entity->nkeys; i++)
        keys[i] = entity->keys[i];
    keys[entity->nkeys] = entity->n;
    info->row = relation_of(c, &columns, keys, entity->nkeys + (info->is || info->each ? 1 : 0));
}

struct cohort_info *cohort_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    if (symbol->checking) {
        error_at(caller, E0313, symbol->span, "the cohort `%.*s` needs itself",
                 STR_ARG(symbol->name));
        return NULL;
    }
    symbol->checking = true;
    struct checker c = checker_declaring(caller->s, symbol);
    struct cohort_info *info = ARENA_NEW(c.arena, struct cohort_info);
    struct node *n = symbol->node;
    if (n->a) {
        info->is = check_cohort_expression(&c, n->a, &info->entity);
        if (is_poison(info->is))
            info->entity = NULL;
        else
            info->timed = cohort_has_times(info->is);
    } else
        read_clauses(&c, info, n);
    if (info->entity)
        settle_row(&c, info, n);
    symbol->checking = false;
    symbol->detail = info;
    return info;
}

static struct node *cohort_name(struct checker *c, struct node *n, const struct table **entity) {
    struct symbol *s = scope_find(top_scope(c), n->text);
    probe_symbol(c, n->span, s);
    if (!s || s->kind != SYM_COHORT) {
        struct diag *d = error_at(c, E0201, n->span, "there is no cohort `%.*s`", STR_ARG(n->text));
        const struct scope *g = top_scope(c);
        struct str *names = ARENA_ARRAY(c->arena, struct str, g->order.n + 1);
        uint32_t count = 0;
        for (uint32_t i = 0; i < g->order.n; i++)
            if (g->order.at[i]->kind == SYM_COHORT)
                names[count++] = g->order.at[i]->name;
        help_nearest(c, d, n->text, names, count);
        return node_poison(c, n);
    }
    struct cohort_info *info = cohort_of(c, s);
    if (!info || !info->entity)
        return node_poison(c, n);
    if (*entity && *entity != info->entity)
        return fail_at(c, E0207, n, "`%.*s` is a cohort of `%.*s`, the others are of `%.*s`",
                       STR_ARG(n->text), STR_ARG(info->entity->name), STR_ARG((*entity)->name));
    *entity = info->entity;
    n->symbol = s;
    n->type = TYPE(c, BOOL);
    return n;
}

struct node *check_cohort_expression(struct checker *c, struct node *n,
                                     const struct table **entity) {
    if (n->kind == N_NAME)
        return cohort_name(c, n, entity);
    if (n->kind == N_UNARY && n->op == TOK_NOT) {
        n->a = check_cohort_expression(c, n->a, entity);
        n->type = n->a->type;
        return n;
    }
    if (n->kind == N_BINARY && (n->op == TOK_AND || n->op == TOK_OR)) {
        n->a = check_cohort_expression(c, n->a, entity);
        n->b = check_cohort_expression(c, n->b, entity);
        n->type = is_poison(n->a) ? n->a->type : n->b->type;
        return n;
    }
    return fail_at(c, E0207, n, "cohorts are combined by `and`, `or`, `not` and `never` only");
}
