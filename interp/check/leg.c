/* Legs: aggregates over the rows of another table that belong to the row at
 * hand, along a reference or tied by `==` in the aggregate's `where`. */
#include "check/checker.h"

static bool reads_row(const struct node *n, const struct row *row);

static bool leg_reads_row(const struct leg_info *leg, const struct row *row) {
    for (uint32_t i = 0; i < leg->n; i++)
        if (reads_row(leg->outer[i], row))
            return true;
    return false;
}

static bool reads_row(const struct node *n, const struct row *row) {
    if (!n)
        return false;
    if (n->kind == N_COLUMN)
        return n->note == row;
    if (n->kind == N_LEG)
        return ((const struct leg_info *)n->note)->row == row || leg_reads_row(n->note, row);
    if (reads_row(n->a, row) || reads_row(n->b, row))
        return true;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (reads_row(n->list.at[i], row))
            return true;
    return false;
}

struct links {
    ARENA_VEC(struct node *) inner;
    ARENA_VEC(struct node *) outer;
    struct row *inner_row;
};

/* Takes `inner == outer` out of a conjunction; what is left comes back (NULL: nothing). */
static struct node *take_links(struct checker *c, struct node *n, const struct row *inner,
                               const struct row *outer, struct links *links) {
    if (n->kind == N_BINARY && n->op == TOK_AND) {
        struct node *a = take_links(c, n->a, inner, outer, links);
        struct node *b = take_links(c, n->b, inner, outer, links);
        if (!a || !b)
            return a ? a : b;
        n->a = a;
        n->b = b;
        return n;
    }
    if (n->kind == N_BINARY && n->op == TOK_EQ) {
        bool a_outer = reads_row(n->a, outer), b_outer = reads_row(n->b, outer);
        bool a_inner = reads_row(n->a, inner), b_inner = reads_row(n->b, inner);
        if (a_inner && !a_outer && b_outer && !b_inner) {
            ARENA_PUSH(c->arena, &links->inner) = n->a;
            ARENA_PUSH(c->arena, &links->outer) = n->b;
            return NULL;
        }
        if (b_inner && !b_outer && a_outer && !a_inner) {
            ARENA_PUSH(c->arena, &links->inner) = n->b;
            ARENA_PUSH(c->arena, &links->outer) = n->a;
            return NULL;
        }
    }
    return n;
}

static uint32_t references_to(const struct table *from, const struct table *to) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < from->n; i++)
        n += from->columns[i].to == to;
    for (uint32_t i = 0; i < from->nties; i++)
        n += from->ties[i].to == to;
    return n;
}

/* The references from the inner table to a row of table `to`: the one that `reference` means, or,
 * where it is NULL, the outer row itself. */
static void declared_links(struct checker *c, struct row *inner, struct row *outer,
                           const struct table *to, struct node *reference, struct span span,
                           struct links *links) {
    uint32_t found = references_to(inner->table, to);
    const struct table_tie *tie = tie_to(inner->table, to);
    for (uint32_t i = 0; i < inner->table->n; i++)
        if (inner->table->columns[i].to && inner->table->columns[i].to == to) {
            ARENA_PUSH(c->arena, &links->inner) = column_read(c, inner, i, span);
            ARENA_PUSH(c->arena, &links->outer) = reference;
            break;
        }
    for (uint32_t i = 0; tie && i < tie->n; i++) {
        ARENA_PUSH(c->arena, &links->inner) = column_read(c, inner, tie->columns[i], span);
        ARENA_PUSH(c->arena, &links->outer) =
            reference ? reference->list.at[i] : column_read(c, outer, to->keys[i], span);
    }
    if (found > 1) {
        struct diag *d = error_at(c, E0206, span, "`%.*s` refers to `%.*s` in %u ways",
                                  STR_ARG(inner->table->name), STR_ARG(to->name), found);
        struct str text = STR("");
        for (uint32_t i = links->inner.n - (tie ? tie->n : 1); i < links->inner.n; i++)
            text = arena_printf(
                c->arena, "%.*s%s%.*s == outer.%.*s", STR_ARG(text), text.n ? " and " : "",
                STR_ARG(links->inner.at[i]->text),
                STR_ARG(to->columns[to->keys[tie ? i + tie->n - links->inner.n : 0]].name));
        diag_help(c->s->diags, d, "say which in a `where`: `%.*s`", STR_ARG(text));
    }
}

/* Rows of `table` as the argument and `where` of an aggregate see them. */
static struct row *inner_row(struct checker *c, const struct table *table) {
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->outer = c->row;
    row->type = table->row;
    row->table = table;
    return row;
}

static bool no_links(struct checker *c, const struct node *call, const struct table *table,
                     const struct table *outer) {
    struct str here = outer ? outer->name : STR("this row");
    struct diag *d = error_at(c, E0312, call->span, "`%.*s` does not refer to `%.*s`",
                              STR_ARG(table->name), STR_ARG(here));
    diag_help(c->s->diags, d, "declare a reference, or tie the rows in a `where`");
    return false;
}

static bool nothing_equal(struct checker *c, const struct node *call, const struct table *table) {
    struct diag *d = error_at(c, E0531, call->span,
                              "nothing is equal in these rows: every row would be held against "
                              "every row of `%.*s`",
                              STR_ARG(table->name));
    diag_help(c->s->diags, d, "tie the rows by `==` as well, or declare a reference");
    return false;
}

/* A row that is no table's is told by its key: along each reference in that. */
static void key_links(struct checker *c, struct row *inner, struct row *outer, struct span span,
                      struct links *links) {
    const struct type *t = outer->type;
    for (uint32_t i = 0; i < t->nkeys; i++) {
        const struct type *key = t->fields[t->keys[i]].type;
        if (key->kind == TY_REF && references_to(inner->table, key->table) > 0)
            declared_links(c, inner, outer, key->table, column_read(c, outer, t->keys[i], span),
                           span, links);
    }
}

/* Argument and filter over the inner rows, and what ties them to the outer row. */
static bool read_leg(struct checker *c, struct node *n, struct node *call,
                     const struct table *table, struct node *reference, struct links *links) {
    const struct table *to = reference ? reference->type->table : c->row->table;
    struct row *outer = c->row, *inner = inner_row(c, table);
    bool aggregates = c->aggregates, in_aggregate = c->in_aggregate;
    struct node *argument = call->list.at[0]->a;
    bool rows = argument->kind == N_NAME && str_eq(argument->text, table->name) &&
                !(call->flags & FLAG_DISTINCT);
    c->row = inner;
    c->aggregates = c->in_aggregate = false;
    n->a = rows ? NULL : check_expr(c, argument);
    n->c = call->list.n > 1 ? check_expr(c, call->list.at[1]->a) : NULL;
    n->b = call->b ? condition(c, call->b, "the `where`") : NULL;
    bool fine = !(n->a && is_poison(n->a)) && !(n->b && is_poison(n->b));
    if (fine && n->b)
        n->b = take_links(c, n->b, inner, outer, links);
    bool said = links->inner.n > 0; /* by the `where`, which then has to choose the reference too */
    if (fine && to && (!said || (reference && references_to(inner->table, to) == 1)))
        declared_links(c, inner, outer, to, reference, call->span, links);
    if (fine && !to && !said)
        key_links(c, inner, outer, call->span, links);
    c->row = outer;
    c->aggregates = aggregates;
    c->in_aggregate = in_aggregate;
    if (fine && links->inner.n == 0)
        return n->b && reads_row(n->b, outer) ? nothing_equal(c, call, table)
                                              : no_links(c, call, table, to);
    links->inner_row = inner;
    outer->used = true;
    return fine;
}

struct node *is_above_zero(struct checker *c, struct node *count) {
    struct node *more =
        node_make(c, N_BINARY, count->span, type_scalar(c->types, TY_BOOL, count->type->nullable));
    more->op = TOK_GT;
    more->a = count;
    more->b = node_make(c, N_INT, count->span, TYPE(c, INT));
    return more;
}

/* The step of a path that leaves the references for a table: `visit` of `school.visit.hours`, where
 * `school` is a reference. `at` becomes the table of the row that the path has come to. */
static struct node *step_to_table(struct checker *c, struct node *n, const struct table **at) {
    *at = NULL;
    if (n->kind == N_NAME) {
        int field = type_field(c->row->type, n->text);
        const struct type *t =
            field < 0 ? history_type(c, c->row->table, n->text) : c->row->type->fields[field].type;
        const struct table_tie *tie = t ? NULL : table_tie_named(c->row->table, n->text);
        *at = t && t->kind == TY_REF ? t->table : tie ? tie->to : NULL;
        return NULL;
    }
    struct node *found = n->kind == N_DOT ? step_to_table(c, n->a, at) : NULL;
    if (found || !*at)
        return found;
    int column = table_column_named(*at, n->text);
    const struct type *told = column < 0 ? history_type(c, *at, n->text) : NULL;
    const struct table_tie *tie = table_tie_named(*at, n->text);
    if (column >= 0 || told) {
        const struct type *t = told ? told : (*at)->columns[column].type;
        *at = t->kind == TY_REF ? t->table : NULL;
        return NULL;
    }
    if (tie) {
        *at = tie->to;
        return NULL;
    }
    struct symbol *s = scope_find(c->scope, n->text);
    return s && s->kind == SYM_TABLE ? n : NULL;
}

const struct table *path_table(struct checker *c, struct node *n) {
    const struct table *at;
    return step_to_table(c, n, &at) ? NULL : at;
}

struct node *leg_reference(struct checker *c, struct node *argument, struct symbol **table) {
    const struct table *at;
    struct node *step = step_to_table(c, argument, &at);
    if (!step)
        return NULL;
    struct node *reference = step->a;
    *table = scope_find(c->scope, step->text);
    step->kind = N_NAME;
    step->a = NULL;
    return reference;
}

struct node *check_leg(struct checker *c, struct node *call, struct str name, enum aggregate kind,
                       struct symbol *table_symbol, struct node *reference) {
    struct symbol *symbol =
        table_symbol->table->row ? table_symbol : find_table(c, table_symbol->name, call->span);
    c->before_dot = reference != NULL;
    if (reference)
        reference = check_expr(c, reference);
    if (!symbol->table->row || (reference && is_poison(reference)))
        return node_poison(c, call);
    struct node *n = node_make(c, N_LEG, call->span, NULL);
    struct links links = {0};
    const struct node *every = every_in(call->list.at[0]->a);
    if (!read_leg(c, n, call, symbol->table, reference, &links))
        return node_poison(c, call);
    bool exists = kind == AGG_ANY && !n->a;
    if (exists)
        kind = AGG_COUNT;
    if (is_poison(settle_aggregate(c, n, name, kind, call->flags & FLAG_DISTINCT)))
        return n;
    struct leg_info *leg = ARENA_NEW(c->arena, struct leg_info);
    leg->table = symbol->table;
    leg->kind = (enum aggregate)n->value.i;
    leg->argument = n->a;
    leg->filter = n->b;
    leg->second = n->c;
    leg->distinct = n->flags & FLAG_DISTINCT;
    leg->unit_figure = c->unit_figures;
    leg->inner = links.inner.at;
    leg->outer = links.outer.at;
    leg->n = links.inner.n;
    n->a = n->b = n->c = NULL;
    n->flags &= (uint8_t)~FLAG_DISTINCT;
    n->note = leg;
    if (!hold_leg(c, leg, every, call->span))
        return node_poison(c, n);
    if (leg->filter && reads_row(leg->filter, c->row) && !pair_leg(c, leg, links.inner_row, c->row))
        return node_poison(c, n);
    return exists ? is_above_zero(c, n) : n;
}
