/* Membership in relations: `x in r`, `student in ninth_graders`, `x not in r`.
 *
 * What is looked for is the relation's only column or else its key. In a row
 * this is a leg that counts the relation's rows by that column, or, where the
 * row holds a reference to a cohort's entity, the cohort's own condition on the
 * row referred to. Outside rows it counts the relation's rows that are equal.
 * Missing is a member of nothing. */
#include "check/checker.h"

static struct node *name_node(struct checker *c, struct span span, struct str text) {
    struct node *n = node_make(c, N_NAME, span, NULL);
    n->text = text;
    return n;
}

/* row.column */
static struct node *row_column(struct checker *c, struct span span, struct str column) {
    struct node *n = node_make(c, N_DOT, span, NULL);
    n->a = name_node(c, span, STR("row"));
    n->text = column;
    n->name_span = span;
    return n;
}

/* The cohort whose members these are, or NULL. */
static const struct cohort_info *cohort_behind(const struct node *from) {
    bool members = from->kind == N_FROM && from->symbol && from->symbol->kind == SYM_COHORT;
    return members && from->op == COHORT_MEMBERS ? from->symbol->detail : NULL;
}

/* The column that members are compared with, or -1 with an error. */
static int member_column(struct checker *c, struct node *n) {
    const struct type *t = n->b->type;
    const struct cohort_info *cohort = cohort_behind(n->b);
    if (cohort && cohort->entity->nkeys == 1)
        return (int)cohort->entity->keys[0];
    if (t->n == 1)
        return 0;
    if (t->nkeys == 1)
        return (int)t->keys[0];
    struct diag *d = error_at(c, E0207, n->b->span,
                              "this relation has %u columns and no key of "
                              "one column, so nothing says what its members are",
                              t->n);
    diag_help(c->s->diags, d, "select the column that is meant: `x in (from ... | select a)`");
    return -1;
}

/* The value as one of the column's type; poison: it can never be in it. */
static struct node *as_member(struct checker *c, struct node *n, const struct type *column) {
    while (column->kind == TY_REF)
        column = table_key_type(column->table);
    const struct type *wanted = type_nullable(c->types, column, n->a->type->nullable);
    struct node *x = convert_silent(c, n->a, wanted);
    if (x)
        return x;
    return fail_at(c, E0207, n, "a `%.*s` cannot be in a column of `%.*s`",
                   STR_ARG(name_of_type(c, n->a->type)), STR_ARG(name_of_type(c, column)));
}

static struct node *unless(struct checker *c, struct node *n, struct node *test) {
    if (is_poison(test) || !(n->flags & FLAG_NEGATED))
        return test;
    struct node *not = node_make(c, N_UNARY, n->span, TYPE(c, BOOL));
    not ->op = TOK_NOT;
    not ->a = test;
    return not ;
}

/* ---- in a row ---- */

/* The reference behind the key that stands for it, or NULL. */
static struct node *reference_behind(struct node *n) {
    bool key = n->kind == N_FOLLOW && n->a->type->kind == TY_REF &&
               n->value.i == n->a->type->table->keys[0];
    return key ? n->a : NULL;
}

static struct node *converted(struct checker *c, struct node *n, const struct type *type) {
    if (n->type->kind == type->kind)
        return n;
    struct node *to = node_make(c, N_CONVERT, n->span, type);
    to->a = n;
    return to;
}

struct node *row_day(struct checker *c, struct span span) {
    struct node *day = check_expr(c, node_copy(c->arena, c->row->day));
    if (is_poison(day) || day->type->kind == TY_DATE)
        return day;
    const struct type *type = type_scalar(c->types, TY_DATE, day->type->nullable);
    if (day->type->kind == TY_DATETIME)
        return converted(c, day, type);
    struct node *period = converted(c, day, type_scalar(c->types, TY_PERIOD, type->nullable));
    return invoke_builtin(c, span, BUILTIN_FACT_DAY, type, period);
}

/* The day on which membership is asked for: that of the row at hand, else today. */
static struct node *day_asked(struct checker *c, const struct node *n) {
    if (c->row && c->row->unit_facts) {
        struct diag *d = error_at(c, E0331, n->span,
                                  "a unit has many days, and these are members for a time only");
        diag_help(c->s->diags, d,
                  "ask in `where`, which judges each fact on its own day, or "
                  "`for` the cohort");
        return node_poison(c, node_make(c, N_BAD, n->span, NULL));
    }
    return c->row && c->row->day ? row_day(c, n->span)
                                 : check_expr(c, name_node(c, n->span, STR("today")));
}

void date_row(struct checker *c, struct row *row, int at) {
    row->day = NULL;
    if (at < 0)
        return;
    struct span nowhere = {0, 0, 0};
    row->day = row_column(c, nowhere, row->type->fields[at].name);
}

/* Whether the row itself, or one that it refers to, is asked for in a cohort of that table. */
static bool is_row_in_cohort(struct checker *c, struct node *n) {
    const struct cohort_info *cohort = cohort_behind(n->b);
    if (!cohort)
        return false;
    const struct table *entity = cohort->entity;
    struct node *reference = reference_behind(n->a);
    if (reference && reference->type->table == entity) {
        n->a = reference;
        return true;
    }
    return n->a->kind == N_COLUMN && n->a->note == c->row && c->row->table == entity &&
           n->a->value.i == entity->keys[0];
}

static struct node *member_leg(struct checker *c, struct node *n, uint32_t column) {
    struct row *inner = ARENA_NEW(c->arena, struct row);
    inner->type = n->b->type;
    struct node *leg = node_make(c, N_LEG, n->span, TYPE(c, INT));
    struct leg_info *info = ARENA_NEW(c->arena, struct leg_info);
    info->source = n->b;
    info->kind = AGG_COUNT;
    info->inner = ARENA_ARRAY(c->arena, struct node *, 1);
    info->outer = ARENA_ARRAY(c->arena, struct node *, 1);
    info->inner[0] = as_value(c, column_read(c, inner, column, n->b->span));
    info->outer[0] = n->a;
    info->n = 1;
    leg->text = STR("count");
    leg->note = info;
    return unless(c, n, is_above_zero(c, leg));
}

/* ---- outside rows ---- */

/* What is looked for, computed once. */
static struct node *held_value(struct checker *c, struct node *x) {
    struct node *name = node_make(c, N_NAME, x->span, x->type);
    struct symbol *it = ARENA_NEW(c->arena, struct symbol);
    it->kind = SYM_VARIABLE;
    it->name = STR("it");
    it->span = x->span;
    it->type = x->type;
    it->depth = c->scope->depth;
    it->made_from = x;
    name->symbol = it;
    name->text = it->name;
    return name;
}

/* count(r where row.column == x) > 0 */
static struct node *count_equal(struct checker *c, struct node *n, uint32_t column) {
    struct node *same = node_make(c, N_BINARY, n->span, NULL);
    same->op = TOK_EQ;
    same->a = row_column(c, n->b->span, n->b->type->fields[column].name);
    same->b = constant_of(n->a) || n->a->type->kind == TY_MISSING ? n->a : held_value(c, n->a);
    struct node *where = node_make(c, N_V_WHERE, n->span, NULL);
    where->a = same;
    struct node *field = node_make(c, N_FIELD, n->span, NULL);
    struct node *call = node_make(c, N_CALL, n->span, NULL);
    call->a = name_node(c, n->span, STR("count"));
    field->a = call;
    field->text = STR("n");
    struct node *group = node_make(c, N_V_GROUP, n->span, NULL);
    list_push(c, &group->more, field);
    struct node *pipeline = node_make(c, N_PIPELINE, n->span, NULL);
    pipeline->a = n->b;
    list_push(c, &pipeline->list, where);
    list_push(c, &pipeline->list, group);
    struct node *counted = check_relation(c, pipeline);
    if (is_poison(counted))
        return node_poison(c, n);
    struct node *cell = invoke_builtin(c, n->span, BUILTIN_CELL, TYPE(c, INT), counted);
    return unless(c, n, is_above_zero(c, cell));
}

/* Of the members those that are it on the day: `entry <= day`, which is false for none, and so on.
 */
static struct node *present_and(struct checker *c, struct node *day, const char *column,
                                enum token_kind op) {
    struct node *missing = node_make(c, N_IS_MISSING, day->span, NULL);
    struct node *compare = node_make(c, N_BINARY, day->span, NULL);
    struct node *either = node_make(c, N_BINARY, day->span, NULL);
    missing->a = row_column(c, day->span, str_of(column));
    compare->op = (uint8_t)op;
    compare->a = row_column(c, day->span, str_of(column));
    compare->b = day;
    either->op = TOK_OR;
    either->a = missing;
    either->b = compare;
    return either;
}

/* The cohort's members on one day, which is the same for all rows; NULL after an error. */
static struct node *members_on(struct checker *c, struct node *members, struct node *day) {
    if (day->kind != N_DATE) {
        struct diag *d = error_at(c, E0331, members->span,
                                  "who is a member on the day of each row is known for references "
                                  "only");
        diag_help(c->s->diags, d, "declare the column as a reference to the cohort's table");
        return NULL;
    }
    struct node *both = node_make(c, N_BINARY, members->span, NULL);
    both->op = TOK_AND;
    both->a = present_and(c, day, "entry", TOK_LE);
    both->b = present_and(c, day, "exit", TOK_GT);
    struct node *where = node_make(c, N_V_WHERE, members->span, NULL);
    where->a = both;
    struct node *pipeline = node_make(c, N_PIPELINE, members->span, NULL);
    pipeline->a = members;
    list_push(c, &pipeline->list, where);
    pipeline = check_relation(c, pipeline);
    return is_poison(pipeline) ? NULL : pipeline;
}

struct node *check_member(struct checker *c, struct node *n) {
    n->b = check_relation(c, n->b);
    int column = is_poison(n->b) ? -1 : member_column(c, n);
    if (column < 0)
        return node_poison(c, n);
    const struct cohort_info *cohort = cohort_behind(n->b);
    struct node *day = cohort && cohort->timed ? day_asked(c, n) : NULL;
    if (day && is_poison(day))
        return node_poison(c, n);
    if (c->row && is_row_in_cohort(c, n)) {
        c->row->used = true;
        n->c = day;
        return n;
    }
    if (day && !(n->b = members_on(c, n->b, day)))
        return node_poison(c, n);
    n->a = as_member(c, n, n->b->type->fields[column].type);
    if (is_poison(n->a))
        return node_poison(c, n);
    bool in_row = c->row && !reads_own_variables(c, n->a);
    return in_row ? member_leg(c, n, (uint32_t)column) : count_equal(c, n, (uint32_t)column);
}
