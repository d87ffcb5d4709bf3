/* DOT of Graphviz: graph and digraph, nodes, chains of edges, attributes with their defaults,
 * subgraphs, quoted names. Labels in HTML are refused.
 *
 * What is said of a node may stand in several places, so nodes wait in memory until the end; edges
 * are rows at once. The innermost named subgraph in which a node comes first is its column
 * `subgraph`. Ports of nodes are passed over. */
#include "store/net_dot_text.h"
#include "store/net_file.h"
#include <stdlib.h>

enum { DEEPEST = 64, MOST_TIES = 100000, MOST_VALUES = 256, MOST_DEFAULTS = 1024 };

struct dot_value { /* of an attribute */
    struct dot_value *next;
    struct str key, text;
    bool quoted;
};

struct dot_node {
    struct dot_value *values;
    const struct dot_value *defaults; /* where it came first */
    struct str subgraph;
    uint64_t line;
};

struct dot_set { /* nodes at one end of an edge */
    uint32_t *at;
    uint32_t n, room;
};

struct dot_defaults { /* the latest first; those of the graph around are shared */
    struct dot_value *values;
    uint32_t n;
};

struct dot_scope { /* a graph or subgraph */
    struct dot_defaults of_nodes, of_edges;
    struct str name;
};

struct net_dot {
    struct net_build *b;
    struct dot_text t;
    struct dot_node *nodes; /* as those of the builder */
    uint32_t room;
    bool directed;
    uint32_t depth;
    uint64_t row;
    uint64_t filled[NET_MOST_COLUMNS]; /* by column: the last row that has it */
};

static void refuse(struct net_dot *d, const char *what) {
    d->b->line = d->t.line;
    net_refuse(d->b, "`dot -Tcanon FILE` tells where it stops understanding", "%s", what);
}

static bool have(struct net_dot *d, const void *memory) {
    if (!memory)
        net_stop(d->b, ST_NO_MEMORY);
    return memory != NULL;
}

static bool take(struct net_dot *d, enum dot_token token) {
    if (d->t.token != token)
        return false;
    dot_next(&d->t);
    return true;
}

/* ---- nodes ---- */

static void put_value(struct net_dot *d, struct dot_value **list, const struct dot_value *value) {
    struct dot_value **at = list;
    uint32_t n = 0;
    for (; *at && !str_eq((*at)->key, value->key); n++)
        at = &(*at)->next;
    if (n == MOST_VALUES) {
        refuse(d, "a node or edge has more than 256 attributes");
        return;
    }
    struct dot_value *v = ARENA_NEW(&d->b->texts, struct dot_value);
    if (!have(d, v))
        return;
    *v = *value;
    v->next = *at ? (*at)->next : NULL;
    *at = v;
}

static void put_values(struct net_dot *d, struct dot_value **list, const struct dot_value *values) {
    for (; values && !d->b->refused; values = values->next)
        put_value(d, list, values);
}

static bool grow_nodes(struct net_dot *d) {
    uint32_t room = d->room ? d->room * 2 : 64;
    struct dot_node *nodes =
        mem_resize(d->b->s->host.alloc, d->nodes, d->room * sizeof *nodes, room * sizeof *nodes);
    if (!nodes)
        return false;
    d->nodes = nodes;
    d->room = room;
    return true;
}

static uint32_t node_named(struct net_dot *d, struct str id, const struct dot_scope *scope) {
    uint32_t before = d->b->nnodes, node = net_name(d->b, id);
    if (d->b->refused || node < before)
        return node;
    if (node >= d->room && !grow_nodes(d)) {
        net_stop(d->b, ST_NO_MEMORY);
        return node;
    }
    d->nodes[node] = (struct dot_node){
        .subgraph = scope->name, .defaults = scope->of_nodes.values, .line = d->t.line};
    return node;
}

static bool add_to_set(struct net_dot *d, struct dot_set *set, uint32_t node) {
    if (set->n == set->room) {
        uint32_t room = set->room ? set->room * 2 : 8;
        uint32_t *at =
            mem_resize(d->b->s->host.alloc, set->at, set->room * sizeof *at, room * sizeof *at);
        if (!have(d, at))
            return false;
        set->at = at;
        set->room = room;
    }
    set->at[set->n++] = node;
    return true;
}

static void free_set(struct net_dot *d, struct dot_set *set) {
    mem_give(d->b->s->host.alloc, set->at, set->room * sizeof *set->at);
    *set = (struct dot_set){NULL, 0, 0};
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Each node once. */
static void order_set(struct dot_set *set) {
    uint32_t n = 0;
    if (set->n < 2)
        return;
    qsort(set->at, set->n, sizeof *set->at, compare);
    for (uint32_t i = 0; i < set->n; i++) {
        if (i == 0 || set->at[i] != set->at[n - 1])
            set->at[n++] = set->at[i];
    }
    set->n = n;
}

/* ---- attributes ---- */

/* `[key=value, key=value] [...]`: the last of a key counts. */
static struct dot_value *read_attributes(struct net_dot *d) {
    struct dot_value *list = NULL;
    while (!d->b->refused && take(d, DOT_BRACKET)) {
        while (!d->b->refused && d->t.token != DOT_BRACKET_END) {
            struct dot_value value = {.text = STR("true")};
            if (d->t.token != DOT_NAME) {
                refuse(d, "the name of an attribute has to stand here");
                return list;
            }
            value.key = net_keep(d->b, buf_view(&d->t.text));
            dot_next(&d->t);
            if (take(d, DOT_EQUALS)) {
                if (d->t.token != DOT_NAME) {
                    refuse(d, "the value of an attribute has to stand here");
                    return list;
                }
                value.text = net_keep(d->b, buf_view(&d->t.text));
                value.quoted = d->t.quoted;
                dot_next(&d->t);
            }
            if (!d->b->refused)
                put_value(d, &list, &value);
            if (!take(d, DOT_COMMA))
                take(d, DOT_SEMICOLON);
        }
        dot_next(&d->t);
    }
    return list;
}

/* ---- edges ---- */

static void put_row_value(struct net_dot *d, enum net_part part, const struct dot_value *value) {
    uint32_t column = net_attribute(d->b, part, value->key, value->key);
    if (column == NET_NO_COLUMN || d->filled[column] == d->row)
        return;
    d->filled[column] = d->row;
    net_put(d->b, column, value->text, value->quoted && value->text.n == 0 ? NET_TEXT : NET_PLAIN);
}

/* Its own values, then defaults for what they do not say. */
static void put_row_values(struct net_dot *d, enum net_part part, const struct dot_value *own,
                           const struct dot_value *defaults) {
    d->row++;
    for (; own && !d->b->refused; own = own->next)
        put_row_value(d, part, own);
    for (; defaults && !d->b->refused; defaults = defaults->next)
        put_row_value(d, part, defaults);
}

struct dot_edge { /* what is said of all ties that it stands for */
    const struct dot_value *own, *defaults;
    uint64_t line;
};

static void put_edge(struct net_dot *d, uint32_t from, uint32_t to, const struct dot_edge *edge) {
    net_begin_tie(d->b, d->b->nodes[from].id, d->b->nodes[to].id, NET_TEXT, d->directed,
                  edge->line);
    put_row_values(d, NET_TIES, edge->own, edge->defaults);
    net_end(d->b);
}

static void put_edges(struct net_dot *d, const struct dot_set *from, const struct dot_set *to,
                      const struct dot_edge *edge) {
    if ((uint64_t)from->n * to->n > MOST_TIES) {
        refuse(d, "an edge between subgraphs stands for more than 100,000 ties");
        return;
    }
    for (uint32_t i = 0; i < from->n && !d->b->refused; i++) {
        for (uint32_t k = 0; k < to->n && !d->b->refused; k++)
            put_edge(d, from->at[i], to->at[k], edge);
    }
}

static void read_statements(struct net_dot *d, struct dot_scope *scope, struct dot_set *set);

/* A node with its port, or a subgraph: what an edge may have at its end. */
static void read_end(struct net_dot *d, const struct dot_scope *scope, struct dot_set *set) {
    struct dot_scope inner = *scope;
    if (d->t.token == DOT_NAME) {
        add_to_set(d, set, node_named(d, buf_view(&d->t.text), scope));
        dot_next(&d->t);
        while (!d->b->refused && take(d, DOT_COLON)) {
            if (!take(d, DOT_NAME))
                refuse(d, "a port has to stand here");
        }
        return;
    }
    if (take(d, DOT_SUBGRAPH) && d->t.token == DOT_NAME) {
        inner.name = net_keep(d->b, buf_view(&d->t.text));
        dot_next(&d->t);
    }
    if (d->t.token != DOT_BRACE) {
        refuse(d, "a node or a subgraph has to stand here");
        return;
    }
    read_statements(d, &inner, set);
    order_set(set);
}

struct dot_chain { /* a -> b -> c: at most three of its ends at once would do, but values come last
                    */
    struct dot_set *sets;
    uint32_t n, room;
};

static bool grow_chain(struct net_dot *d, struct dot_chain *c) {
    uint32_t room = c->room ? c->room * 2 : 4;
    struct dot_set *sets =
        mem_resize(d->b->s->host.alloc, c->sets, c->room * sizeof *sets, room * sizeof *sets);
    if (!have(d, sets))
        return false;
    c->sets = sets;
    c->room = room;
    return true;
}

static void free_chain(struct net_dot *d, struct dot_chain *c) {
    for (uint32_t i = 0; i < c->n; i++)
        free_set(d, &c->sets[i]);
    mem_give(d->b->s->host.alloc, c->sets, c->room * sizeof *c->sets);
}

static void read_chain(struct net_dot *d, const struct dot_scope *scope, struct dot_chain *c) {
    do {
        if (c->n == c->room && !grow_chain(d, c))
            return;
        c->sets[c->n] = (struct dot_set){NULL, 0, 0};
        read_end(d, scope, &c->sets[c->n++]);
        if (d->b->refused)
            return;
        if (d->t.token == (d->directed ? DOT_LINE : DOT_ARROW))
            refuse(d, d->directed ? "`--` stands in a digraph: `->` is meant"
                                  : "`->` stands in a graph without directions: `--` is meant");
    } while (take(d, d->directed ? DOT_ARROW : DOT_LINE));
}

/* Whether the chain is a single node, whose attributes these are. */
static void settle_chain(struct net_dot *d, const struct dot_scope *scope,
                         const struct dot_chain *c, bool subgraph, uint64_t line) {
    struct dot_value *given = subgraph && c->n == 1 ? NULL : read_attributes(d);
    if (d->b->refused)
        return;
    if (c->n == 1) {
        if (!subgraph)
            put_values(d, &d->nodes[c->sets[0].at[0]].values, given);
        return;
    }
    const struct dot_edge edge = {given, scope->of_edges.values, line};
    for (uint32_t i = 0; i + 1 < c->n && !d->b->refused; i++)
        put_edges(d, &c->sets[i], &c->sets[i + 1], &edge);
}

static void read_edges(struct net_dot *d, const struct dot_scope *scope, struct dot_set *set) {
    struct dot_chain c = {NULL, 0, 0};
    bool subgraph = d->t.token != DOT_NAME;
    uint64_t line = d->t.line;
    read_chain(d, scope, &c);
    if (!d->b->refused)
        settle_chain(d, scope, &c, subgraph, line);
    for (uint32_t i = 0; i < c.n; i++) {
        for (uint32_t k = 0; set && k < c.sets[i].n && !d->b->refused; k++)
            add_to_set(d, set, c.sets[i].at[k]);
    }
    free_chain(d, &c);
}

/* ---- statements ---- */

static void read_defaults(struct net_dot *d, struct dot_defaults *defaults) {
    dot_next(&d->t);
    for (struct dot_value *v = read_attributes(d), *next; v && !d->b->refused; v = next) {
        next = v->next;
        v->next = defaults->values;
        defaults->values = v;
        if (++defaults->n > MOST_DEFAULTS)
            refuse(d, "the graph has more than 1,024 defaults");
    }
}

/* `key = value` of the graph itself, which no table holds. */
static bool read_setting(struct net_dot *d) {
    if (d->t.token != DOT_NAME || !dot_equals_follows(&d->t))
        return false;
    dot_next(&d->t);
    dot_next(&d->t);
    if (!take(d, DOT_NAME))
        refuse(d, "a value has to stand here");
    return true;
}

static void read_statement(struct net_dot *d, struct dot_scope *scope, struct dot_set *set) {
    struct dot_defaults ignored = {NULL, 0};
    switch (d->t.token) {
    case DOT_NODE:
        read_defaults(d, &scope->of_nodes);
        break;
    case DOT_EDGE:
        read_defaults(d, &scope->of_edges);
        break;
    case DOT_GRAPH:
        read_defaults(d, &ignored);
        break;
    case DOT_NAME:
    case DOT_SUBGRAPH:
    case DOT_BRACE:
        if (!read_setting(d))
            read_edges(d, scope, set);
        break;
    default:
        refuse(d, "a node, an edge, a subgraph or `}` has to stand here");
    }
}

/* From `{` to behind `}`; nodes in it go to `set`. */
static void read_statements(struct net_dot *d, struct dot_scope *scope, struct dot_set *set) {
    if (++d->depth > DEEPEST)
        refuse(d, "subgraphs are nested more than 64 deep");
    dot_next(&d->t);
    while (!d->b->refused && !take(d, DOT_BRACE_END)) {
        if (d->t.token == DOT_END)
            refuse(d, "the file ends before `}`");
        else if (!take(d, DOT_SEMICOLON) && !take(d, DOT_COMMA))
            read_statement(d, scope, set);
    }
    d->depth--;
}

/* ---- the whole ---- */

static void put_nodes(struct net_dot *d) {
    uint32_t subgraph = NET_NO_COLUMN;
    for (uint32_t i = 0; i < d->b->nnodes && !d->b->refused; i++) {
        net_begin_node(d->b, d->b->nodes[i].id, NET_TEXT, d->nodes[i].line);
        put_row_values(d, NET_NODES, d->nodes[i].values, d->nodes[i].defaults);
        if (d->nodes[i].subgraph.n) {
            if (subgraph == NET_NO_COLUMN)
                subgraph = net_attribute(d->b, NET_NODES, STR("<subgraph>"), STR("subgraph"));
            net_put(d->b, subgraph, d->nodes[i].subgraph, NET_TEXT);
        }
        net_end(d->b);
    }
}

static void read_graph(struct net_dot *d) {
    struct dot_scope scope = {.name = STR("")};
    dot_next(&d->t);
    take(d, DOT_STRICT);
    d->directed = d->t.token == DOT_DIGRAPH;
    if (!take(d, DOT_GRAPH) && !take(d, DOT_DIGRAPH))
        refuse(d, "`graph` or `digraph` has to stand here");
    take(d, DOT_NAME);
    if (d->t.token != DOT_BRACE)
        refuse(d, "`{` has to stand here");
    read_statements(d, &scope, NULL);
    if (!d->b->refused && (d->t.token == DOT_GRAPH || d->t.token == DOT_DIGRAPH)) {
        d->b->line = d->t.line;
        net_unsupported(d->b, "write each graph into a file of its own",
                        "the file holds a second graph");
    } else if (!d->b->refused && d->t.token != DOT_END) {
        refuse(d, "text stands behind the graph");
    }
}

void net_read_dot(struct net_build *b, struct sliding *w) {
    struct net_dot d = {.b = b};
    dot_begin(&d.t, b, w);
    read_graph(&d);
    put_nodes(&d);
    dot_end(&d.t);
    mem_give(b->s->host.alloc, d.nodes, d.room * sizeof *d.nodes);
}
