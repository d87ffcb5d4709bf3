/* Between relations and values: the rows of a relation as records, a column of
 * it as a list, a relation of one cell as that value, and lists of records as
 * relations. What runs the relation is in compile_rows.c. */
#include "check/checker.h"

const struct type *row_record(struct checker *c, const struct type *relation) {
    const struct type *plain = type_plain(c->types, relation);
    return type_record(c->types, plain->fields, plain->n);
}

/* ---- from lists ---- */

/* The type of a column of such values; NULL: it cannot be one. */
static const struct type *column_of_values(struct checker *c, const struct type *t) {
    if (t->kind == TY_LIST && !t->nullable && items_may_hold(t->element))
        return type_items(c->types, t->element);
    return type_is_cell(t) ? t : NULL;
}

/* What a row of a relation made of the list is: a record of cells, or a cell as column `value`. */
static bool row_of_list(struct checker *c, const struct type *t, struct field **fields,
                        uint32_t *n) {
    if (t->kind != TY_LIST || t->nullable)
        return false;
    bool records = t->element->kind == TY_RECORD && !t->element->nullable;
    *n = records ? t->element->n : 1;
    *fields = ARENA_ARRAY(c->arena, struct field, *n + 1);
    (*fields)[0] = (struct field){STR("value"), t->element};
    for (uint32_t i = 0; i < *n; i++) {
        if (records)
            (*fields)[i] = t->element->fields[i];
        (*fields)[i].type = column_of_values(c, (*fields)[i].type);
        if (!(*fields)[i].type)
            return false;
    }
    return *n > 0;
}

struct node *relation_of_list(struct checker *c, struct node *n) {
    struct field *fields;
    uint32_t count;
    if (is_poison(n) || !row_of_list(c, n->type, &fields, &count))
        return n;
    const struct type *t = type_relation(c->types, fields, count, NULL, 0);
    return invoke_builtin(c, n->span, BUILTIN_RELATION, t, n);
}

/* ---- single values ---- */

/* A group without keys has one row, which what follows it keeps or drops. */
static bool has_one_row(const struct node *n) {
    bool one = false;
    for (uint32_t i = 0; n->kind == N_PIPELINE && i < n->list.n; i++) {
        const struct node *v = n->list.at[i];
        if (v->kind == N_V_GROUP)
            one = v->list.n == 0;
        else if (v->kind == N_V_WHERE || v->kind == N_V_JOIN || v->kind == N_V_SKIP)
            one = false;
    }
    return one;
}

struct node *cell_of_relation(struct checker *c, struct node *n) {
    if (is_poison(n) || n->type->kind != TY_RELATION || n->type->n != 1)
        return n;
    const struct type *t = type_plain(c->types, n->type)->fields[0].type;
    return invoke_builtin(c, n->span, has_one_row(n) ? BUILTIN_CELL : BUILTIN_ONLY, t, n);
}

/* `only(r)`: the value or record of a relation with one row. */
static struct node *only_row(struct checker *c, struct span span, struct node *relation) {
    if (relation->type->n == 1)
        return cell_of_relation(c, relation);
    return invoke_builtin(c, span, BUILTIN_ONLY, row_record(c, relation->type), relation);
}

/* ---- calls ---- */

/* `first(r)`: takes no more rows than needed. */
static struct node *end_row(struct checker *c, struct node *call, struct node *relation,
                            bool last) {
    const struct type *t = type_nullable(c->types, row_record(c, relation->type), true);
    if (!last) {
        struct node *p = node_make(c, N_PIPELINE, call->span, relation->type);
        struct node *v = node_make(c, N_V_TAKE, call->span, relation->type);
        v->a = node_make(c, N_INT, call->span, TYPE(c, INT));
        v->a->value.i = 1;
        p->a = relation;
        list_push(c, &p->list, v);
        relation = p;
    }
    return invoke_builtin(c, call->span, last ? BUILTIN_LAST_ROW : BUILTIN_FIRST_ROW, t, relation);
}

struct node *check_rows_call(struct checker *c, struct node *call, enum builtin b) {
    if (call->list.n != 1)
        return fail_at(c, E0209, call, "this takes one relation");
    struct node *r = check_relation(c, call->list.at[0]->a);
    if (is_poison(r))
        return node_poison(c, call);
    if (b == BUILTIN_ONLY)
        return only_row(c, call->span, r);
    if (b == BUILTIN_FIRST_ROW || b == BUILTIN_LAST_ROW)
        return end_row(c, call, r, b == BUILTIN_LAST_ROW);
    return invoke_builtin(c, call->span, b, type_list(c->types, row_record(c, r->type)), r);
}

/* list(r.x where c), list(distinct r.x): one column, in the order of the rows. */
struct node *check_column_list(struct checker *c, struct node *call, struct node *pipeline,
                               struct node *column) {
    if (call->b) {
        struct node *where = node_make(c, N_V_WHERE, call->b->span, NULL);
        where->a = node_copy(c->arena, call->b);
        list_push(c, &pipeline->list, where);
    }
    if (column) {
        struct node *field = node_make(c, N_FIELD, column->span, NULL);
        struct node *select = node_make(c, N_V_SELECT, column->span, NULL);
        field->a = column;
        field->text = STR("value");
        list_push(c, &select->list, field);
        list_push(c, &pipeline->list, select);
    }
    if (call->flags & FLAG_DISTINCT)
        list_push(c, &pipeline->list, node_make(c, N_V_DISTINCT, call->span, NULL));
    struct node *r = check_relation(c, pipeline);
    if (is_poison(r))
        return node_poison(c, call);
    if (r->type->n != 1) {
        struct diag *d =
            error_at(c, E0209, call->span, "`list` takes one column, not %u", r->type->n);
        diag_help(c->s->diags, d, "name it, `list(r.x)`; `rows(r)` gives the rows as records");
        return node_poison(c, call);
    }
    const struct type *t = type_plain(c->types, r->type)->fields[0].type;
    return invoke_builtin(c, call->span, BUILTIN_COLUMN, type_list(c->types, t), r);
}
