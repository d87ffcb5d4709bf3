/* References by several columns: `(school, year) -> enrolment as enrolled`.
 *
 * A row keeps no row number for such a reference, only the columns that make
 * up the other table's key. In a path it is an N_TIE whose list has these
 * values; following it looks up the one row of that key, an N_LEG that
 * `follows`. So it never multiplies rows, as no reference does, and is no
 * single value itself. */
#include "check/checker.h"

/* ---- declarations ---- */

static bool is_free_name(struct checker *c, const struct table *t, const struct node *n) {
    bool taken = table_column_named(t, n->text) >= 0 || table_tie_named(t, n->text);
    if (!taken)
        return true;
    struct diag *d = error_at(c, E0205, n->name_span, "`%.*s` has a column `%.*s` already",
                              STR_ARG(t->name), STR_ARG(n->text));
    diag_help(c->s->diags, d, "give the reference a name of its own: `... -> %.*s as other`",
              STR_ARG(n->a->text));
    return false;
}

/* The table must be known as a whole: its key tells what the columns have to be. */
static const struct table *tied_table(struct checker *c, const struct table *t,
                                      const struct node *n) {
    struct symbol *s = NULL;
    if (!str_eq(n->a->text, t->name) && !(s = find_table(c, n->a->text, n->a->span)))
        return NULL;
    if (!s || s->checking) {
        struct diag *d = error_at(c, E0390, n->span,
                                  s ? "`%.*s` and `%.*s` refer to each other by several columns"
                                    : "a reference by several columns from `%.*s` to `%.*s` itself",
                                  STR_ARG(t->name), STR_ARG(n->a->text));
        diag_help(c->s->diags, d,
                  "rows are imported one table after the other, and a reference "
                  "by several columns needs the other's rows first");
        return NULL;
    }
    return s->table->row ? s->table : NULL;
}

static bool has_as_many(struct checker *c, const struct table *to, const struct node *n) {
    if (to->nkeys == n->list.n)
        return true;
    struct str names = STR("");
    for (uint32_t i = 0; i < to->nkeys; i++)
        names = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(names), i ? ", " : "",
                             STR_ARG(to->columns[to->keys[i]].name));
    struct diag *d = error_at(c, E0390, n->span, "the key of `%.*s` has %u %s, and here %s %u",
                              STR_ARG(to->name), to->nkeys, to->nkeys == 1 ? "column" : "columns",
                              n->list.n == 1 ? "is" : "are", n->list.n);
    diag_help(c->s->diags, d, "name a column for each, in their order: %.*s", STR_ARG(names));
    return false;
}

static bool may_be_key(const struct table_column *own, const struct table_column *key) {
    if (own->type->kind == TY_REF || key->type->kind == TY_REF)
        return own->to == key->to && own->type->kind == key->type->kind;
    return own->type->kind == key->type->kind;
}

/* The column that stands for key column `place` of the other table, or -1. */
static int tied_column(struct checker *c, const struct table *t, const struct table *to,
                       const struct node *name, uint32_t place) {
    int at = table_column_named(t, name->text);
    if (at < 0) {
        struct diag *d = error_at(c, E0204, name->span, "`%.*s` has no column `%.*s`",
                                  STR_ARG(t->name), STR_ARG(name->text));
        struct str *names = ARENA_ARRAY(c->arena, struct str, t->n + 1);
        for (uint32_t i = 0; i < t->n; i++)
            names[i] = t->columns[i].name;
        help_nearest(c, d, name->text, names, t->n);
        return -1;
    }
    const struct table_column *key = &to->columns[to->keys[place]];
    bool own = t->columns[at].to == t;
    if (!own && may_be_key(&t->columns[at], key))
        return at;
    struct diag *d =
        error_at(c, E0390, name->span, "`%.*s` is a `%.*s`, `%.*s.%.*s` a `%.*s`",
                 STR_ARG(name->text), STR_ARG(name_of_type(c, t->columns[at].type)),
                 STR_ARG(to->name), STR_ARG(key->name), STR_ARG(name_of_type(c, key->type)));
    diag_help(c->s->diags, d,
              "declare both alike, as references to the same table if they are "
              "any, and name them in the order of the key");
    return -1;
}

void read_tie(struct checker *c, struct table *t, struct node *n) {
    const struct table *to = n->a ? tied_table(c, t, n) : NULL;
    if (!to || !is_free_name(c, t, n) || !has_as_many(c, to, n))
        return;
    struct table_tie *tie = &t->ties[t->nties];
    *tie = (struct table_tie){.name = n->text, .to = to, .n = n->list.n, .span = n->span};
    for (uint32_t i = 0; i < n->list.n; i++) {
        int at = tied_column(c, t, to, n->list.at[i], i);
        if (at < 0)
            return;
        tie->columns[i] = (uint32_t)at;
    }
    if (n->list.n == 1) {
        struct diag *d = error_at(c, E0390, n->span, "a reference by one column is that column");
        diag_help(c->s->diags, d, "write `%.*s -> %.*s`", STR_ARG(n->list.at[0]->text),
                  STR_ARG(to->name));
        return;
    }
    t->nties++;
}

const struct table_tie *table_tie_named(const struct table *t, struct str name) {
    for (uint32_t i = 0; t && i < t->nties; i++)
        if (str_eq(t->ties[i].name, name))
            return &t->ties[i];
    return NULL;
}

/* ---- paths ---- */

static struct node *tie_node(struct checker *c, const struct table_tie *tie, struct span span) {
    struct node *n = node_make(c, N_TIE, span, NULL);
    n->text = tie->name;
    return n;
}

/* The values are there: missing ones, and so the row, if one of them is. */
static struct node *tie_of_values(struct checker *c, struct node *n, const struct table *to) {
    bool nullable = false;
    for (uint32_t i = 0; i < n->list.n; i++)
        nullable = nullable || n->list.at[i]->type->nullable;
    n->type = type_ref(c->types, to, nullable);
    return n;
}

struct node *row_tie(struct checker *c, struct row *row, struct str name, struct span span) {
    const struct table_tie *tie = row ? table_tie_named(row->table, name) : NULL;
    if (!tie)
        return NULL;
    struct node *n = tie_node(c, tie, span);
    for (uint32_t i = 0; i < tie->n; i++) {
        struct node *value = column_read(c, row, tie->columns[i], span);
        if (is_poison(value))
            return node_poison(c, n);
        list_push(c, &n->list, value);
    }
    return tie_of_values(c, n, tie->to);
}

struct node *reference_tie(struct checker *c, struct node *reference, struct str name,
                           struct span span) {
    const struct table_tie *tie = table_tie_named(reference->type->table, name);
    if (!tie)
        return NULL;
    struct node *n = tie_node(c, tie, span);
    for (uint32_t i = 0; i < tie->n; i++)
        list_push(c, &n->list, follow(c, reference, tie->columns[i], span));
    return tie_of_values(c, n, tie->to);
}

/* The value in the row of that key, which is one row or, if a part of the key is missing, none. */
struct node *follow_tie(struct checker *c, struct node *reference, uint32_t column,
                        struct span span) {
    const struct table *t = reference->type->table;
    struct row *inner = ARENA_NEW(c->arena, struct row);
    inner->outer = c->row;
    inner->type = t->row;
    inner->table = t;
    struct row *outer = c->row;
    c->row = inner;
    struct leg_info *leg = ARENA_NEW(c->arena, struct leg_info);
    leg->table = t;
    leg->kind = AGG_MIN;
    leg->follows = true;
    leg->argument = column_read(c, inner, column, span);
    leg->n = reference->list.n;
    leg->outer = reference->list.at;
    leg->inner = ARENA_ARRAY(c->arena, struct node *, leg->n);
    for (uint32_t i = 0; i < leg->n; i++)
        leg->inner[i] = column_read(c, inner, t->keys[i], span);
    c->row = outer;
    struct node *n =
        node_make(c, N_LEG, span, type_nullable(c->types, t->columns[column].type, true));
    n->text = t->columns[column].name;
    n->note = leg;
    return n;
}

struct node *fail_tie_as_value(struct checker *c, struct node *n) {
    const struct table *t = n->type->table;
    const struct table_column *other = &t->columns[0];
    for (uint32_t i = 0; i < t->n && other->is_key; i++)
        other = &t->columns[i];
    struct diag *d = error_at(c, E0391, n->span,
                              "`%.*s` refers to a row of `%.*s` by %u columns, "
                              "and is no single value",
                              STR_ARG(n->text), STR_ARG(t->name), t->nkeys);
    diag_help(c->s->diags, d, "follow it, as in `%.*s.%.*s`, or name the columns", STR_ARG(n->text),
              STR_ARG(other->name));
    return node_poison(c, n);
}

/* ---- the way back ---- */

const struct table_tie *tie_to(const struct table *from, const struct table *to) {
    for (uint32_t i = 0; from && i < from->nties; i++)
        if (from->ties[i].to == to)
            return &from->ties[i];
    return NULL;
}
