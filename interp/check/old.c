/* `old.x` in a rule over the rows of a table: column x of the row with the same key as it lies in
 * the store, before the record that is judged.
 *
 * It is a leg over the stored rows of the table, by all columns of the key, that knows it is about
 * them (`stored`). A store that is judged itself has no rows before its own, so there, as in
 * records without a store, plans have a missing value in its place. */
#include "check/checker.h"

/* The rows of a source that has all columns as they are stored. */
static bool are_of_table(const struct node *n) {
    for (; n->kind == N_PIPELINE; n = n->a)
        for (uint32_t i = 0; i < n->list.n; i++)
            if (n->list.at[i]->kind != N_V_WHERE)
                return false;
    return n->kind == N_FROM && n->symbol && n->symbol->kind == SYM_TABLE;
}

void row_has_old(struct row *row, const struct node *source) {
    row->has_old = row->table && are_of_table(source);
}

static struct node *refuse(struct checker *c, struct node *n, struct str what, const char *help) {
    struct diag *d = error_at(c, E0908, n->span, "%.*s", STR_ARG(what));
    diag_help(c->s->diags, d, "%s", help);
    return node_poison(c, n);
}

/* What keeps the table's rows from being found again by their keys; NULL: nothing. */
static const char *not_found_again(const struct table *t) {
    return table_has_spans(t) ? "hold from one day until another"
           : t->owner         ? "are items of lists"
           : t->built_in      ? "are kept by the store itself"
                              : NULL;
}

static struct node *no_such_column(struct checker *c, struct node *n, const struct table *t) {
    struct diag *d = error_at(c, E0204, n->name_span, "`%.*s` has no column `%.*s`",
                              STR_ARG(t->name), STR_ARG(n->text));
    help_fields(c, d, n->text, t->row);
    return node_poison(c, n);
}

/* A reference to the row by its own key. */
static struct node *own_key(struct checker *c, struct row *row, struct span span) {
    struct node *n = node_make(c, N_TIE, span, type_ref(c->types, row->table, false));
    for (uint32_t i = 0; i < row->table->nkeys; i++)
        list_push(c, &n->list, column_read(c, row, row->table->keys[i], span));
    return n;
}

static const struct leg_info *old_leg(const struct node *path) {
    while (path->kind == N_FOLLOW)
        path = path->a;
    const struct leg_info *leg = path->kind == N_LEG ? path->note : NULL;
    return leg && leg->stored ? leg : NULL;
}

static struct node *stored_value(struct checker *c, struct node *key, uint32_t column,
                                 struct span span) {
    struct node *value = follow_tie(c, key, column, span);
    ((struct leg_info *)value->note)->stored = true;
    return value;
}

struct node *follow_old(struct checker *c, struct node *reference, uint32_t column,
                        struct span span) {
    const struct leg_info *leg = old_leg(reference);
    const struct table *t = reference->type->table;
    if (!leg || leg->table != t || column == t->keys[0])
        return NULL;
    struct node *key =
        node_make(c, N_FOLLOW, span, type_nullable(c->types, t->columns[t->keys[0]].type, true));
    key->a = reference;
    key->value.i = t->keys[0];
    struct node *row = node_make(c, N_TIE, span, reference->type);
    list_push(c, &row->list, key);
    return stored_value(c, row, column, span);
}

struct node *old_value(struct checker *c, struct node *n) {
    struct row *row = c->row;
    while (row && !row->has_old)
        row = row->outer;
    if (!row)
        return NULL;
    const struct table *t = row->table;
    const char *why = not_found_again(t);
    if (!t->nkeys)
        return node_poison(c, n); /* told */
    if (why)
        return refuse(c, n,
                      arena_printf(c->arena, "rows of `%.*s` %s, so none of them is the old one",
                                   STR_ARG(t->name), why),
                      "`old` is the stored row with the same key; compare with other rows by an "
                      "aggregate");
    int column = table_column_named(t, n->text);
    if (column < 0)
        return no_such_column(c, n, t);
    if (row != c->row)
        return refuse(c, n, STR("`old` is not known among the rows of another table"),
                      "compare with it outside of the aggregate");
    if (t->columns[column].type->kind == TY_ITEMS)
        return refuse(c, n,
                      arena_printf(c->arena, "`%.*s` is a column of lists, and `old` has none",
                                   STR_ARG(n->text)),
                      "compare columns that hold one value");
    return stored_value(c, own_key(c, row, n->span), (uint32_t)column, n->span);
}
