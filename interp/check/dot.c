/* `a.b`: a column of a row at hand or of one that a reference leads to, a part of a network or of a
 * record, the items of a column of lists. */
#include "check/checker.h"

/* ---- rows at hand ---- */

static const struct type *field_of(const struct row *row, struct str name) {
    int field = type_field(row->type, name);
    return field < 0 ? NULL : row->type->fields[field].type;
}

/* Whether the name, which is that of an outer row's table, means that row where the inner one has
 * something of that name, too. */
static bool means_outer(const struct row *inner, const struct row *r, struct str name) {
    const struct type *own = field_of(inner, name);
    return r == inner || (own && own->kind != TY_REF) ||
           (!own && !table_tie_named(inner->table, name));
}

/* The row that `left` names: `row`, `outer`, or by its table, `student.grade` on a row of table
 * student, whose key is also called student. NULL: it is something else. */
static struct row *row_named(struct checker *c, struct str left, struct str column) {
    struct row *from = NULL;
    if (str_is(left, "row"))
        from = c->row;
    else if (str_is(left, "outer") && c->row)
        from = c->row->outer;
    for (struct row *r = c->row; r && !from; r = r->outer)
        if (r->table && str_eq(r->table->name, left) && means_outer(c->row, r, left))
            from = r;
    const struct type *own = from && from == c->row ? field_of(from, left) : NULL;
    bool to_own_table = own && own->kind == TY_REF && !field_of(from, column);
    return to_own_table ? NULL : from;
}

/* `outer.x`, where x is a variable that a column hides; else NULL. */
static struct node *variable_outside(struct checker *c, struct node *n, const struct row *from) {
    if (!str_is(n->a->text, "outer") || !c->row || (from && field_of(from, n->text)))
        return NULL;
    struct symbol *variable = scope_find(c->scope, n->text);
    if (!variable || variable->kind != SYM_VARIABLE)
        return NULL;
    n->kind = N_NAME;
    n->a = NULL;
    return read_variable(c, n, variable);
}

static struct node *no_column(struct checker *c, struct node *n, struct str of,
                              const struct type *row) {
    struct diag *d = error_at(c, E0204, n->name_span, "`%.*s` has no column `%.*s`", STR_ARG(of),
                              STR_ARG(n->text));
    help_fields(c, d, n->text, row);
    return node_poison(c, n);
}

static struct node *part_of_row(struct checker *c, struct node *n, struct row *from) {
    int field = type_field(from->type, n->text);
    if (field >= 0)
        return column_read(c, from, (uint32_t)field, n->span);
    struct node *found = history_value(c, from, NULL, n->text, n->span);
    if (!found)
        found = row_tie(c, from, n->text, n->span);
    return found ? found : no_column(c, n, n->a->text, from->type);
}

static struct node *part_of_reference(struct checker *c, struct node *n);

/* A row around this one that is no table's, but combines rows of tables: the name is one of these.
 * The reference to it, or NULL. */
static struct node *combined_outside(struct checker *c, const struct node *name) {
    if (!c->row || field_of(c->row, name->text) || table_tie_named(c->row->table, name->text))
        return NULL;
    for (struct row *r = c->row->outer; r; r = r->outer) {
        const struct type *t = r->table ? NULL : field_of(r, name->text);
        if (t && t->kind == TY_REF)
            return column_read(c, r, (uint32_t)type_field(r->type, name->text), name->span);
    }
    return NULL;
}

/* What a plain name on the left leads to without being a value itself; NULL: it is one. */
static struct node *part_of_named(struct checker *c, struct node *n) {
    struct row *from = row_named(c, n->a->text, n->text);
    struct node *variable = variable_outside(c, n, from);
    if (variable)
        return variable;
    if (from)
        return part_of_row(c, n, from);
    struct node *reference = combined_outside(c, n->a);
    if (reference) {
        n->a = reference;
        return part_of_reference(c, n);
    }
    bool in_row = row_name(c, n->a) != NULL;
    struct symbol *s = in_row ? NULL : scope_find(c->scope, n->a->text);
    if (!in_row && !s && str_is(n->a->text, "old"))
        return old_value(c, n);
    if (s && s->kind == SYM_NETWORK)
        return check_network_part(c, check_name(c, n->a), n);
    return s && s->kind == SYM_TABLE && items_relation(c, n) ? check_name(c, n) : NULL;
}

/* ---- values ---- */

static struct node *part_of_reference(struct checker *c, struct node *n) {
    const struct table *t = n->a->type->table;
    int column = table_column_named(t, n->text);
    if (column >= 0)
        return follow(c, n->a, (uint32_t)column, n->span);
    struct node *found = history_value(c, NULL, n->a, n->text, n->span);
    if (!found)
        found = reference_tie(c, n->a, n->text, n->span);
    const struct row *row = n->a->kind == N_COLUMN ? n->a->note : NULL;
    if (!found && row && row->ties && row->ties->network->entity == t)
        found = place_of_end(c, row->ties, n);
    return found ? found : no_column(c, n, t->name, t->row);
}

static struct node *part_of_relation(struct checker *c, struct node *n) {
    struct diag *d = error_at(c, E0305, n->span, "`%.*s` is a whole column here, not one value",
                              STR_ARG(n->text));
    diag_help(c->s->diags, d, "aggregate it: `mean(...)`, `sum(...)`, `max(...)`");
    return node_poison(c, n);
}

static struct node *part_of_record(struct checker *c, struct node *n, int field) {
    if (n->a->type->nullable)
        return may_be_missing(c, n, n->a);
    n->value.i = field;
    n->type = n->a->type->fields[field].type;
    return n;
}

static struct node *no_part(struct checker *c, struct node *n) {
    const struct node *left = n->a;
    const struct type *t = left->type;
    if (left->kind == N_COLUMN || left->kind == N_FOLLOW) {
        struct diag *d = error_at(c, E0303, n->span, "`%.*s` is a `%.*s`, not a reference to a row",
                                  STR_ARG(left->text), STR_ARG(name_of_type(c, t)));
        diag_help(c->s->diags, d, "declare the column as a reference: `%.*s -> table`",
                  STR_ARG(left->text));
        return node_poison(c, n);
    }
    struct diag *d = error_at(c, E0204, n->name_span, "a `%.*s` has no part `%.*s`",
                              STR_ARG(name_of_type(c, t)), STR_ARG(n->text));
    if (t->kind == TY_RECORD)
        help_fields(c, d, n->text, t);
    return node_poison(c, n);
}

struct node *check_dot(struct checker *c, struct node *n) {
    bool named = n->a->kind == N_NAME && !(n->a->flags & FLAG_QUOTED);
    struct node *found = named ? part_of_named(c, n) : NULL;
    if (found)
        return found;
    c->before_dot = true;
    n->a = check_expr(c, n->a);
    if (is_poison(n->a))
        return node_poison(c, n);
    const struct type *t = n->a->type;
    if (t->kind == TY_REF)
        return part_of_reference(c, n);
    if (t->kind == TY_RELATION)
        return part_of_relation(c, n);
    if (t->kind == TY_NETWORK)
        return check_network_part(c, n->a, n);
    int field = t->kind == TY_RECORD ? type_field(t, n->text) : -1;
    return field >= 0 ? part_of_record(c, n, field) : no_part(c, n);
}
