/* GEXF 1.1 to 1.3: attributes by class, spells, weights. A value that changes over time, and nodes
 * within nodes, are refused; a node or tie with several spells gives a row for each. */
#include "store/net_xml.h"
#include "base/day.h"
#include "base/num.h"

/* ---- time ---- */

/* A time that is not part of the spell itself: the whole number or day beside it is. */
static struct str beside(struct net_build *b, struct str time, int64_t step) {
    char room[32];
    int64_t x;
    if (num_parse_int(time, &x) && x > INT64_MIN && x < INT64_MAX)
        return net_keep(b, (struct str){room, num_print_int(room, x + step)});
    if (day_parse(time, &x))
        return net_keep(b, (struct str){room, day_print(room, x + step)});
    return net_keep(b, time);
}

static bool is_endless(struct str time) {
    return !time.n || memchr(time.p, 'I', time.n) || memchr(time.p, 'i', time.n);
}

static struct str time_of(struct net_build *b, const char **attributes, const char *closed,
                          const char *open, int64_t step) {
    struct str time = net_xml_value(attributes, closed), beyond = net_xml_value(attributes, open);
    if (!is_endless(time))
        return net_keep(b, time);
    return is_endless(beyond) ? STR("") : beside(b, beyond, step);
}

static struct net_spell spell_of(struct net_build *b, const char **attributes) {
    return (struct net_spell){time_of(b, attributes, "start", "startopen", 1),
                              time_of(b, attributes, "end", "endopen", -1)};
}

static void add_spell(struct net_xml *n, const char **attributes) {
    struct alloc *alloc = n->b->s->host.alloc;
    if (n->nspells == n->room) {
        uint32_t room = n->room ? n->room * 2 : 8;
        struct net_spell *spells =
            mem_resize(alloc, n->spells, n->room * sizeof *spells, room * sizeof *spells);
        if (!spells) {
            net_stop(n->b, ST_NO_MEMORY);
            return;
        }
        n->spells = spells;
        n->room = room;
    }
    n->spells[n->nspells++] = spell_of(n->b, attributes);
}

/* ---- nodes and ties ---- */

static void begin_graph(struct net_xml *n, const char **attributes) {
    if (n->had_graph)
        net_unsupported(n->b, "write each graph into a file of its own",
                        "the file holds a second graph");
    n->had_graph = true;
    n->directed = str_is(net_xml_value(attributes, "defaultedgetype"), "directed");
}

static void put_label(struct net_xml *n, const char **attributes) {
    const char *label = xml_attribute(attributes, "label");
    if (!label)
        return;
    if (n->label[n->part] == NET_NO_COLUMN)
        n->label[n->part] = net_attribute(n->b, n->part, STR("<label>"), STR("label"));
    net_put(n->b, n->label[n->part], str_of(label), NET_TEXT);
}

static void begin_node(struct net_xml *n, const char **attributes) {
    struct str parent = net_xml_value(attributes, "pid");
    net_begin_node(n->b, net_xml_value(attributes, "id"), NET_TEXT, n->b->line);
    put_label(n, attributes);
    if (parent.n)
        net_put(n->b, net_attribute(n->b, NET_NODES, STR("<pid>"), STR("parent")), parent,
                NET_TEXT);
}

static void begin_edge(struct net_xml *n, const char **attributes) {
    struct str id = net_xml_value(attributes, "id"), type = net_xml_value(attributes, "type");
    struct str weight = net_xml_value(attributes, "weight");
    net_begin_tie(n->b, net_xml_value(attributes, "source"), net_xml_value(attributes, "target"),
                  NET_TEXT, type.n ? str_is(type, "directed") : n->directed, n->b->line);
    if (id.n) {
        if (n->id == NET_NO_COLUMN)
            n->id = net_attribute(n->b, NET_TIES, STR("<id>"), STR("id"));
        net_put(n->b, n->id, id, NET_TEXT);
    }
    put_label(n, attributes);
    if (weight.n) {
        if (n->weight == NET_NO_COLUMN)
            n->weight = net_attribute(n->b, NET_TIES, STR("<weight>"), STR("weight"));
        net_column_is(n->b, NET_TIES, n->weight, TY_FLOAT);
        net_put(n->b, n->weight, weight, NET_PLAIN);
    }
    if (xml_attribute(attributes, "kind") && !n->relation)
        net_put(n->b, net_attribute(n->b, NET_TIES, STR("<kind>"), STR("relation")),
                net_xml_value(attributes, "kind"), NET_TEXT);
}

static void begin_row(struct net_xml *n, struct str name, const char **attributes) {
    if (n->in_row) {
        net_unsupported(n->b, "the attribute `pid` of a node says within which other it lies",
                        "a `%.*s` stands within a node or tie", STR_ARG(name));
        return;
    }
    n->in_row = true;
    n->row++;
    n->nspells = 0;
    n->span = spell_of(n->b, attributes);
    n->part = str_is(name, "node") ? NET_NODES : NET_TIES;
    if (n->part == NET_NODES)
        begin_node(n, attributes);
    else
        begin_edge(n, attributes);
}

static void end_row(struct net_xml *n) {
    bool whole = n->span.start.n || n->span.end.n;
    net_xml_put_defaults(n);
    if (n->nspells)
        net_end_spells(n->b, n->spells, n->nspells);
    else
        net_end_spells(n->b, &n->span, whole);
    n->in_row = false;
}

/* ---- attributes ---- */

static void declare(struct net_xml *n, const char **attributes) {
    const char *title = xml_attribute(attributes, "title");
    const char *id = xml_attribute(attributes, "id");
    n->key = net_xml_declare(n, id, title && *title ? title : id, xml_attribute(attributes, "type"),
                             n->class == NET_NODES, n->class == NET_TIES);
    n->relation |= title && n->class == NET_TIES && strcmp(title, "relation") == 0;
}

static void take_value(struct net_xml *n, const char **attributes) {
    const char *id = xml_attribute(attributes, "for");
    if (!n->in_row)
        return;
    struct net_xml_key *key = net_xml_key_named(n, id ? id : xml_attribute(attributes, "id"));
    if (!key)
        return;
    if (key->row == n->row)
        net_unsupported(n->b, "export it for one time, or leave the attribute out",
                        "`%.*s` has more than one value for one node or tie", STR_ARG(key->id));
    net_xml_put(n, key, net_xml_value(attributes, "value"));
}

static void on_begin(void *user, struct str name, const char **attributes) {
    struct net_xml *n = user;
    if (str_is(name, "graph"))
        begin_graph(n, attributes);
    else if (str_is(name, "attributes"))
        n->class = str_is(net_xml_value(attributes, "class"), "edge") ? NET_TIES : NET_NODES;
    else if (str_is(name, "attribute"))
        declare(n, attributes);
    else if (str_is(name, "default"))
        net_xml_collect(n);
    else if (str_is(name, "node") || str_is(name, "edge"))
        begin_row(n, name, attributes);
    else if (str_is(name, "attvalue"))
        take_value(n, attributes);
    else if (n->in_row && (str_is(name, "spell") || str_is(name, "slice")))
        add_spell(n, attributes);
}

static void on_end(void *user, struct str name) {
    struct net_xml *n = user;
    if (str_is(name, "default")) {
        struct str text = net_xml_collected(n);
        if (n->key)
            n->key->fallback = net_keep(n->b, text);
    } else if (str_is(name, "attribute")) {
        n->key = NULL;
    } else if (n->in_row && (str_is(name, "node") || str_is(name, "edge"))) {
        end_row(n);
    }
}

static void on_text(void *user, struct str text) {
    UNUSED(user);
    UNUSED(text);
}

const struct xml_handlers net_gexf = {on_begin, on_end, on_text};
