/* Membership in relations: `x in r`, `student in ninth_graders`, `x not in r`.
 *
 * What is looked for is the relation's only column or else its key. In a row
 * this is a leg that counts the relation's rows by that column, or, where the
 * row holds a reference to a cohort's entity, the cohort's own condition on the
 * row referred to. Outside rows it counts the relation's rows that are equal.
 * Missing is a member of nothing. */
#include "check/checker.h"

/* The column that members are compared with, or -1 with an error. */
static int member_column(struct checker *c, struct node *n) {
    const struct type *t = n->b->type;
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

/* Whether the row itself, or one that it refers to, is asked for in a cohort of that table. */
static bool is_row_in_cohort(struct checker *c, struct node *n) {
    if (n->b->kind != N_FROM || !n->b->symbol || n->b->symbol->kind != SYM_COHORT)
        return false;
    const struct table *entity = ((const struct cohort_info *)n->b->symbol->detail)->entity;
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

static struct node *name_node(struct checker *c, struct span span, struct str text) {
    struct node *n = node_make(c, N_NAME, span, NULL);
    n->text = text;
    return n;
}

/* count(r where row.column == x) > 0 */
static struct node *count_equal(struct checker *c, struct node *n, uint32_t column) {
    struct node *same = node_make(c, N_BINARY, n->span, NULL);
    struct node *left = node_make(c, N_DOT, n->b->span, NULL);
    left->a = name_node(c, n->b->span, STR("row"));
    left->text = n->b->type->fields[column].name;
    left->name_span = n->b->span;
    same->op = TOK_EQ;
    same->a = left;
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

struct node *check_member(struct checker *c, struct node *n) {
    n->b = check_relation(c, n->b);
    int column = is_poison(n->b) ? -1 : member_column(c, n);
    if (column < 0)
        return node_poison(c, n);
    if (c->row && is_row_in_cohort(c, n)) {
        c->row->used = true;
        return n;
    }
    n->a = as_member(c, n, n->b->type->fields[column].type);
    if (is_poison(n->a))
        return node_poison(c, n);
    bool in_row = c->row && !reads_own_variables(c, n->a);
    return in_row ? member_leg(c, n, (uint32_t)column) : count_equal(c, n, (uint32_t)column);
}
