/* Networks: members from an entity table, ties from tables that refer to it. */
#include "check/checker.h"

static struct node *member_column(struct checker *c, struct node *n, const char *what) {
    struct node *v = check_value(c, n);
    if (is_poison(v))
        return v;
    enum type_kind k = v->type->kind;
    if (k != TY_TEXT && k != TY_INT)
        return fail_at(c, E0207, v, "the %s is a `%.*s`; a text or int is needed", what,
                       STR_ARG(name_of_type(c, v->type)));
    return v;
}

static void read_levels(struct checker *c, struct network_info *net, struct node *clause) {
    net->level = member_column(c, clause->a, "level");
    uint32_t n = 0;
    for (uint32_t i = 0; i < clause->list.n; i++)
        n += clause->list.at[i]->kind == N_LIST ? clause->list.at[i]->list.n : 1;
    net->level_names = ARENA_ARRAY(c->arena, struct str, n + 1);
    net->level_rank = ARENA_ARRAY(c->arena, uint32_t, n + 1);
    for (uint32_t i = 0; i < clause->list.n; i++) {
        struct node *x = clause->list.at[i];
        for (uint32_t k = 0; k < (x->kind == N_LIST ? x->list.n : 1); k++) {
            net->level_names[net->nlevels] = x->kind == N_LIST ? x->list.at[k]->text : x->text;
            net->level_rank[net->nlevels++] = i;
        }
    }
}

static struct node *tie_end(struct checker *c, const struct network_info *net, struct node *n,
                            const char *what) {
    struct node *end = check_expr(c, n);
    if (is_poison(end))
        return end;
    if (end->type->kind != TY_REF || end->type->table != net->entity) {
        struct diag *d = error_at(c, E0314, end->span, "the %s of a tie must refer to a `%.*s`",
                                  what, STR_ARG(net->entity->name));
        diag_help(c->s->diags, d, "declare the column as `%.*s -> %.*s`",
                  STR_ARG(column_name_of(end)), STR_ARG(net->entity->name));
        return node_poison(c, end);
    }
    return end;
}

static void read_ties(struct checker *c, struct network_info *net, struct node *n) {
    struct symbol *table = find_table(c, n->text, n->name_span);
    if (!table)
        return;
    struct ties_info *ties = &net->ties[net->nties++];
    ties->name = n->text;
    ties->role = n->title;
    ties->directed = !(n->flags & FLAG_UNDIRECTED);
    ties->table = table->table;
    struct row *members = c->row;
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = table->table->row;
    row->table = table->table;
    c->row = row;
    ties->from = tie_end(c, net, n->a, "start");
    ties->to = tie_end(c, net, n->b, "end");
    if (n->c) {
        ties->at = check_value(c, n->c);
        if (!is_poison(ties->at) && !type_is_dated(ties->at->type) &&
            ties->at->type->kind != TY_INT)
            fail_at(c, E0207, ties->at, "`at` needs a date, a datetime or a year");
    }
    if (n->d) {
        struct node *s = check_value(c, n->d);
        ties->strength =
            is_poison(s)
                ? s
                : convert(c, s, type_scalar(c->types, TY_FLOAT, s->type->nullable), "the strength");
    }
    c->row = members;
}

static void read_clause(struct checker *c, struct network_info *net, struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_N_MEMBERS:
        if (clause->b)
            net->where = condition(c, clause->b, "the `where`");
        break;
    case N_N_TIES:
        read_ties(c, net, clause);
        break;
    case N_N_LEVEL:
        read_levels(c, net, clause);
        break;
    case N_N_SECTOR:
        net->sector = member_column(c, clause->a, "sector");
        net->inside = clause->b ? clause->b->text : STR_NONE;
        break;
    case N_N_GROUP:
        net->group = member_column(c, clause->a, "group");
        break;
    default:
        break;
    }
}

struct network_info *network_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    struct checker c = checker_declaring(caller->s, symbol);
    struct network_info *net = ARENA_NEW(c.arena, struct network_info);
    struct node *n = symbol->node;
    const struct node *members = NULL;
    uint32_t errors = c.s->diags->errors;
    net->symbol = symbol;
    symbol->detail = net;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_N_MEMBERS)
            members = n->list.at[i];
    if (!members) {
        if (has_error_inside(&c, n->span))
            return net; /* the clause may be there, misspelt */
        struct diag *d = error_at(&c, E0314, n->name_span, "the network `%.*s` has no members",
                                  STR_ARG(n->text));
        diag_help(c.s->diags, d, "name their table: `members school`");
        return net;
    }
    struct symbol *table = find_table(&c, members->text, members->name_span);
    if (!table)
        return net;
    if (!table_is_entity(table->table)) {
        error_at(&c, E0314, members->span, "members need a table whose key is one column");
        return net;
    }
    const struct table *entity = net->entity = table->table;
    net->ties = ARENA_ARRAY(c.arena, struct ties_info, n->list.n + 1);
    struct row *row = ARENA_NEW(c.arena, struct row);
    row->type = entity->row;
    row->table = entity;
    c.row = row;
    for (uint32_t i = 0; i < n->list.n; i++)
        read_clause(&c, net, n->list.at[i]);
    if (c.s->diags->errors > errors)
        net->entity = NULL; /* silent from here on */
    return net;
}

/* Columns of `net.members` and `net.TIES`. */
static const struct type *part_type(struct checker *c, const struct network_info *net, int ties) {
    const struct table *t = ties < 0 ? net->entity : net->ties[ties].table;
    struct field *f = ARENA_ARRAY(c->arena, struct field, t->n + 4);
    uint32_t n = 0;
    if (ties >= 0) {
        f[n++] = (struct field){STR("from"), net->ties[ties].from->type};
        f[n++] = (struct field){STR("to"), net->ties[ties].to->type};
        if (net->ties[ties].strength)
            f[n++] = (struct field){STR("strength"), net->ties[ties].strength->type};
        return type_relation(c->types, f, n, NULL, 0);
    }
    for (uint32_t i = 0; i < t->n; i++)
        f[n++] = t->row->fields[i];
    const struct {
        const char *name;
        struct node *value;
    } more[] = {{"level", net->level}, {"sector", net->sector}, {"group", net->group}};
    for (size_t i = 0; i < COUNT_OF(more); i++)
        if (more[i].value && table_column_named(t, str_of(more[i].name)) < 0)
            f[n++] = (struct field){str_of(more[i].name), more[i].value->type};
    return type_relation(c->types, f, n, t->keys, t->nkeys);
}

struct node *check_network_part(struct checker *c, struct symbol *symbol, struct node *dot) {
    struct network_info *net = network_of(c, symbol);
    if (!net->entity)
        return node_poison(c, dot);
    int ties = -2;
    if (str_is(dot->text, "members"))
        ties = -1;
    for (uint32_t i = 0; i < net->nties; i++)
        if (str_eq(net->ties[i].name, dot->text))
            ties = (int)i;
    if (ties == -2) {
        struct diag *d = error_at(c, E0204, dot->name_span, "`%.*s` has no part `%.*s`",
                                  STR_ARG(symbol->name), STR_ARG(dot->text));
        struct str *names = ARENA_ARRAY(c->arena, struct str, net->nties + 1);
        for (uint32_t i = 0; i < net->nties; i++)
            names[i] = net->ties[i].name;
        names[net->nties] = STR("members");
        help_nearest(c, d, dot->text, names, net->nties + 1);
        return node_poison(c, dot);
    }
    struct network_part *part = ARENA_NEW(c->arena, struct network_part);
    part->network = net;
    part->ties = ties;
    struct node *from = node_make(c, N_FROM, dot->span, part_type(c, net, ties));
    from->note = part;
    from->text = dot->text;
    return from;
}
