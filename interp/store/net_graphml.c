/* GraphML: attributes by their keys, with types and defaults; a graph within a graph and ties of
 * more than two ends are refused. What yEd writes as drawings gives its labels. */
#include "store/net_xml.h"

static void begin_key(struct net_xml *n, const char **attributes) {
    struct str whom = net_xml_value(attributes, "for");
    const char *name = xml_attribute(attributes, "attr.name");
    const char *id = xml_attribute(attributes, "id");
    const char *drawing = xml_attribute(attributes, "yfiles.type");
    bool both = !whom.n || str_is(whom, "all");
    n->key =
        net_xml_declare(n, id, name || drawing ? name : id, xml_attribute(attributes, "attr.type"),
                        both || str_is(whom, "node"), both || str_is(whom, "edge"));
    if (n->key)
        n->key->drawing = !name && drawing;
}

static void begin_graph(struct net_xml *n, const char **attributes) {
    if (n->in_row)
        net_unsupported(n->b, "write each graph into a file of its own",
                        "a graph stands within a node or tie");
    else if (n->had_graph)
        net_unsupported(n->b, "write each graph into a file of its own",
                        "the file holds a second graph");
    n->had_graph = true;
    n->directed = str_is(net_xml_value(attributes, "edgedefault"), "directed");
}

static void begin_node(struct net_xml *n, const char **attributes) {
    n->in_row = true;
    n->part = NET_NODES;
    n->row++;
    net_begin_node(n->b, net_xml_value(attributes, "id"), NET_TEXT, n->b->line);
}

static void begin_edge(struct net_xml *n, const char **attributes) {
    struct str id = net_xml_value(attributes, "id"), said = net_xml_value(attributes, "directed");
    n->in_row = true;
    n->part = NET_TIES;
    n->row++;
    net_begin_tie(n->b, net_xml_value(attributes, "source"), net_xml_value(attributes, "target"),
                  NET_TEXT, said.n ? str_is(said, "true") : n->directed, n->b->line);
    if (!id.n)
        return;
    if (n->id == NET_NO_COLUMN)
        n->id = net_attribute(n->b, NET_TIES, STR("<id>"), STR("id"));
    net_put(n->b, n->id, id, NET_TEXT);
}

static void begin_row(struct net_xml *n, struct str name, const char **attributes) {
    if (n->in_row)
        net_refuse(n->b, "nodes and ties stand in the graph, not in each other",
                   "a `%.*s` stands within a node or tie", STR_ARG(name));
    else if (!n->had_graph)
        net_refuse(n->b, "nodes and ties stand in `<graph>`", "a `%.*s` stands outside the graph",
                   STR_ARG(name));
    else if (str_is(name, "node"))
        begin_node(n, attributes);
    else
        begin_edge(n, attributes);
}

static void begin_data(struct net_xml *n, const char **attributes) {
    n->key = NULL;
    if (!n->in_row)
        return; /* of the graph as a whole */
    n->key = net_xml_key_named(n, xml_attribute(attributes, "key"));
    if (n->key && !n->key->drawing)
        net_xml_collect(n);
}

static void on_begin(void *user, struct str name, const char **attributes) {
    struct net_xml *n = user;
    if (str_is(name, "key"))
        begin_key(n, attributes);
    else if (str_is(name, "default"))
        net_xml_collect(n);
    else if (str_is(name, "graph"))
        begin_graph(n, attributes);
    else if (str_is(name, "node") || str_is(name, "edge"))
        begin_row(n, name, attributes);
    else if (str_is(name, "hyperedge"))
        net_unsupported(n->b, "make a node of it and ties to its ends",
                        "a tie with more than two ends");
    else if (str_is(name, "data"))
        begin_data(n, attributes);
    else if (n->key && n->key->drawing && (str_is(name, "NodeLabel") || str_is(name, "EdgeLabel")))
        net_xml_collect(n);
}

static void end_drawing(struct net_xml *n) {
    struct str label = net_xml_collected(n);
    uint32_t *column = &n->label[n->part];
    if (!n->in_row || n->key->row == n->row)
        return; /* a second label */
    if (*column == NET_NO_COLUMN)
        *column = net_attribute(n->b, n->part, STR("<label>"), STR("label"));
    n->key->row = n->row;
    net_put(n->b, *column, label, NET_TEXT);
}

static void end_row(struct net_xml *n) {
    net_xml_put_defaults(n);
    net_end(n->b);
    n->in_row = false;
}

static void on_end(void *user, struct str name) {
    struct net_xml *n = user;
    if (str_is(name, "default")) {
        struct str text = net_xml_collected(n);
        if (n->key)
            n->key->fallback = net_keep(n->b, text);
    } else if (str_is(name, "data")) {
        if (n->key && n->collecting)
            net_xml_put(n, n->key, net_xml_collected(n));
        n->key = NULL;
    } else if (str_is(name, "key")) {
        n->key = NULL;
    } else if (n->in_row && (str_is(name, "node") || str_is(name, "edge"))) {
        end_row(n);
    } else if (n->collecting && n->key && n->key->drawing) {
        end_drawing(n);
    }
}

static void on_text(void *user, struct str text) {
    UNUSED(user);
    UNUSED(text);
}

const struct xml_handlers net_graphml = {on_begin, on_end, on_text};
