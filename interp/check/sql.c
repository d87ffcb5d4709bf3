/* Columns of queries in SQL that do not say them: what comes straight from a
 * table is what it is there, though it may always be missing, unless it is in
 * the query's key. */
#include "check/checker.h"

/* All tables that the query may name, with all of their columns known. */
static struct query_tables tables_in_sight(struct checker *c) {
    struct query_tables out = {NULL, 0};
    const struct scope *globals = c->s->globals;
    uint32_t room = 1;
    for (uint32_t i = 0; i < globals->order.n; i++)
        if (globals->order.at[i]->kind == SYM_TABLE) {
            complete_table(c, globals->order.at[i]);
            room += 1 + globals->order.at[i]->table->n;
        }
    out.at = ARENA_ARRAY(c->arena, const struct table *, room);
    for (uint32_t i = 0; i < globals->order.n; i++) {
        const struct symbol *s = globals->order.at[i];
        if (s->kind != SYM_TABLE || scope_find(globals, s->name) != s || !s->table->row)
            continue;
        out.at[out.n++] = s->table;
        for (uint32_t k = 0; k < s->table->n; k++)
            if (s->table->columns[k].items)
                out.at[out.n++] = s->table->columns[k].items->table;
    }
    return out;
}

/* As the views of the store show it to SQL. */
static const struct type *shown_type(struct checker *c, const struct table_column *from) {
    const struct type *t = from->to ? table_key_type(from->to) : from->type;
    if (type_is_ratio(t))
        return TYPE(c, FLOAT);
    return t->kind == TY_ITEMS ? TYPE(c, TEXT) : t;
}

static bool is_key(const struct node *n, struct str name) {
    for (uint32_t i = 0; i < n->more.n; i++)
        if (str_eq(n->more.at[i]->text, name))
            return true;
    return false;
}

static bool fail_computed(struct checker *c, const struct node *n, const struct query_columns *all,
                          uint32_t at) {
    struct str text = STR("");
    for (uint32_t i = 0; i < all->n; i++) {
        const struct table_column *from = all->at[i].from;
        text = arena_printf(c->arena, "%.*s%s%.*s %.*s", STR_ARG(text), i ? ", " : "",
                            STR_ARG(from ? all->at[i].name : arena_printf(c->arena, "c%u", i + 1)),
                            STR_ARG(from ? name_of_type(c, shown_type(c, from)) : STR("int")));
    }
    struct diag *d = error_at(c, E0530, n->span,
                              "column %u of the query, `%.*s`, is computed: no table tells "
                              "its type",
                              at + 1, STR_ARG(all->at[at].name));
    diag_help(c->s->diags, d, "say what the query gives: `columns (%.*s)`", STR_ARG(text));
    return false;
}

bool describe_sql(struct checker *c, const struct node *n, struct columns *out) {
    const struct check_host *host = c->s->host;
    struct query_tables in = tables_in_sight(c);
    struct query_columns all = {.arena = c->arena};
    if (!host || !host->describe_query) {
        struct diag *d = error_at(c, E0530, n->span, "nobody tells what this query gives");
        diag_help(c->s->diags, d, "say it: `columns (student text, n int null)`");
        return false;
    }
    if (!host->describe_query(host->user, n->text, &in, &all)) {
        types_no_memory(c->types);
        return false;
    }
    if (all.refused.n) {
        error_at(c, E0520, n->span, "SQLite: %.*s", STR_ARG(all.refused));
        return false;
    }
    for (uint32_t i = 0; i < all.n; i++) {
        if (!all.at[i].from)
            return fail_computed(c, n, &all, i);
        struct str name = all.at[i].name;
        const struct type *t = shown_type(c, all.at[i].from);
        add_column(c, out, name, type_nullable(c->types, t, !is_key(n, name)), n->span);
    }
    return true;
}
