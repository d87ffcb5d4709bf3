/* GraphML and GEXF 1.3. */
#include "base/day.h"
#include "stdlib/network/format.h"
#include <math.h>

/* ---- texts ---- */

/* Blanks that attributes and texts of XML would lose are references. */
static void put_xml(struct buf *out, struct str s) {
    size_t first = 0;
    for (size_t i = 0; i <= s.n; i++) {
        bool lost = i < s.n && (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t');
        if (i < s.n && !lost) {
            continue;
        }
        buf_xml(out, (struct str){s.p + first, i - first});
        if (lost) {
            buf_printf(out, "&#%d;", s.p[i]);
        }
        first = i + 1;
    }
}

static void put_attribute(struct buf *out, const char *name, struct str value) {
    buf_printf(out, " %s=\"", name);
    put_xml(out, value);
    buf_char(out, '"');
}

static void put_day(struct buf *out, const char *name, int64_t day) {
    char room[16];
    if (day != FORMAT_NO_DAY) {
        put_attribute(out, name, (struct str){room, day_print(room, day)});
    }
}

/* ---- GraphML ---- */

static const char *graphml_type(enum format_kind kind) {
    static const char *const names[] = {"string", "long", "double", "boolean"};
    return names[kind];
}

static void put_key(struct buf *out, const char *whom, const char *prefix, uint32_t number,
                    struct str name, enum format_kind kind) {
    buf_printf(out, "  <key id=\"%s%u\" for=\"%s\"", prefix, (unsigned)number, whom);
    put_attribute(out, "attr.name", name);
    buf_printf(out, " attr.type=\"%s\"/>\n", graphml_type(kind));
}

/* Keys of ties, and days of members, by number. */
enum { RELATION, WEIGHT, DISTANCE, TIES, START, END };

static void put_keys(struct buf *out, const struct format_network *net) {
    for (uint32_t k = 0; k < net->ncolumns; k++) {
        put_key(out, "node", "n", k, net->columns[k].name, net->columns[k].kind);
    }
    if (net->spell) {
        put_key(out, "node", "d", START, STR("start"), FORMAT_TEXT);
        put_key(out, "node", "d", END, STR("end"), FORMAT_TEXT);
    }
    put_key(out, "edge", "e", RELATION, STR("relation"), FORMAT_TEXT);
    if (format_has_weights(net, false)) {
        put_key(out, "edge", "e", WEIGHT, STR("weight"), FORMAT_FLOAT);
    }
    if (format_has_weights(net, true)) {
        put_key(out, "edge", "e", DISTANCE, STR("distance"), FORMAT_FLOAT);
    }
    if (format_repeats(net)) {
        put_key(out, "edge", "e", TIES, STR("ties"), FORMAT_INT);
    }
}

static void put_data(struct buf *out, const char *prefix, uint32_t number, struct str value) {
    buf_printf(out, "      <data key=\"%s%u\">", prefix, (unsigned)number);
    put_xml(out, value);
    buf_text(out, "</data>\n");
}

static void put_data_day(struct buf *out, uint32_t number, int64_t day) {
    char room[16];
    if (day != FORMAT_NO_DAY) {
        put_data(out, "d", number, (struct str){room, day_print(room, day)});
    }
}

static void graphml_node(struct buf *out, const struct format_network *net, uint32_t i) {
    buf_text(out, "    <node");
    put_attribute(out, "id", net->id[i]);
    buf_text(out, ">\n");
    for (uint32_t k = 0; k < net->ncolumns; k++) {
        if (net->columns[k].cell[i].p) {
            put_data(out, "n", k, net->columns[k].cell[i]);
        }
    }
    if (net->spell) {
        put_data_day(out, START, net->spell[i].start);
        put_data_day(out, END, net->spell[i].end);
    }
    buf_text(out, "    </node>\n");
}

static void graphml_edge(struct buf *out, const struct format_network *net,
                         const struct format_relation *r, const struct format_tie *t, bool turned) {
    buf_text(out, "    <edge");
    put_attribute(out, "source", net->id[turned ? t->to : t->from]);
    put_attribute(out, "target", net->id[turned ? t->from : t->to]);
    buf_text(out, ">\n");
    put_data(out, "e", RELATION, r->name);
    if (r->weight && !isnan(t->weight)) {
        buf_printf(out, "      <data key=\"e%d\">", r->distance ? DISTANCE : WEIGHT);
        format_put_weight(out, t->weight);
        buf_text(out, "</data>\n");
    }
    if (t->times > 1) {
        buf_printf(out, "      <data key=\"e%d\">%u</data>\n", TIES, (unsigned)t->times);
    }
    buf_text(out, "    </edge>\n");
}

/* A file whose ties have a direction has others both ways: NetworkX refuses the mixture, and igraph
 * gives them one. */
enum status format_graphml(struct buf *out, const struct format_network *net) {
    bool directed = format_is_directed(net);
    enum status s = ST_OK;
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
    put_keys(out, net);
    buf_text(out, "  <graph");
    put_attribute(out, "id", net->name);
    put_attribute(out, "edgedefault", directed ? STR("directed") : STR("undirected"));
    buf_text(out, ">\n");
    for (uint32_t i = 0; i < net->n && s == ST_OK; i++) {
        graphml_node(out, net, i);
        s = format_poll(net, i);
    }
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
            graphml_edge(out, net, r, &r->merged[i], false);
            if (directed && !r->directed && r->merged[i].from != r->merged[i].to) {
                graphml_edge(out, net, r, &r->merged[i], true);
            }
            s = format_poll(net, i);
        }
    }
    buf_text(out, "  </graph>\n</graphml>\n");
    return s;
}

/* ---- GEXF ---- */

static const char *gexf_type(enum format_kind kind) {
    static const char *const names[] = {"string", "long", "double", "boolean"};
    return names[kind];
}

static void gexf_attributes(struct buf *out, const struct format_network *net) {
    if (net->ncolumns) {
        buf_text(out, "    <attributes class=\"node\">\n");
    }
    for (uint32_t k = 0; k < net->ncolumns; k++) {
        buf_printf(out, "      <attribute id=\"%u\"", (unsigned)k);
        put_attribute(out, "title", net->columns[k].name);
        buf_printf(out, " type=\"%s\"/>\n", gexf_type(net->columns[k].kind));
    }
    if (net->ncolumns) {
        buf_text(out, "    </attributes>\n");
    }
    buf_text(out, "    <attributes class=\"edge\">\n"
                  "      <attribute id=\"relation\" title=\"relation\" type=\"string\"/>\n");
    if (format_has_weights(net, true)) {
        buf_text(out, "      <attribute id=\"distance\" title=\"distance\" type=\"double\"/>\n");
    }
    if (format_repeats(net)) {
        buf_text(out, "      <attribute id=\"ties\" title=\"ties\" type=\"long\"/>\n");
    }
    buf_text(out, "    </attributes>\n");
}

static void gexf_node(struct buf *out, const struct format_network *net, uint32_t i) {
    bool any = false;
    buf_text(out, "      <node");
    put_attribute(out, "id", net->id[i]);
    put_attribute(out, "label", net->label && net->label[i].p ? net->label[i] : net->id[i]);
    if (net->spell) {
        put_day(out, "start", net->spell[i].start);
        put_day(out, "end", net->spell[i].end);
    }
    for (uint32_t k = 0; k < net->ncolumns; k++) {
        if (!net->columns[k].cell[i].p) {
            continue;
        }
        buf_text(out, any ? "" : ">\n        <attvalues>\n");
        any = true;
        buf_printf(out, "          <attvalue for=\"%u\"", (unsigned)k);
        put_attribute(out, "value", net->columns[k].cell[i]);
        buf_text(out, "/>\n");
    }
    buf_text(out, any ? "        </attvalues>\n      </node>\n" : "/>\n");
}

static void gexf_spells(struct buf *out, const struct format_relation *r,
                        const struct format_tie *t) {
    if (t->nspells == 0) {
        return;
    }
    buf_text(out, "        <spells>\n");
    for (uint32_t i = 0; i < t->nspells; i++) {
        const struct format_spell *spell = &r->spells[t->first_spell + i];
        buf_text(out, "          <spell");
        put_day(out, "start", spell->start);
        put_day(out, "end", spell->end);
        buf_text(out, "/>\n");
    }
    buf_text(out, "        </spells>\n");
}

static void gexf_edge(struct buf *out, const struct format_network *net, uint64_t number,
                      const struct format_relation *r, const struct format_tie *t) {
    buf_printf(out, "      <edge id=\"%llu\"", (unsigned long long)number);
    put_attribute(out, "source", net->id[t->from]);
    put_attribute(out, "target", net->id[t->to]);
    if (r->directed != format_is_directed(net)) {
        buf_text(out, " type=\"undirected\"");
    }
    if (net->nrelations > 1) {
        put_attribute(out, "kind", r->name);
    }
    if (r->weight && !r->distance && !isnan(t->weight)) {
        buf_text(out, " weight=\"");
        format_put_weight(out, t->weight);
        buf_char(out, '"');
    }
    buf_text(out, ">\n        <attvalues>\n          <attvalue for=\"relation\"");
    put_attribute(out, "value", r->name);
    buf_text(out, "/>\n");
    if (r->distance && !isnan(t->weight)) {
        buf_text(out, "          <attvalue for=\"distance\" value=\"");
        format_put_weight(out, t->weight);
        buf_text(out, "\"/>\n");
    }
    if (t->times > 1) {
        buf_printf(out, "          <attvalue for=\"ties\" value=\"%u\"/>\n", (unsigned)t->times);
    }
    buf_text(out, "        </attvalues>\n");
    gexf_spells(out, r, t);
    buf_text(out, "      </edge>\n");
}

static enum status gexf_edges(struct buf *out, const struct format_network *net) {
    enum status s = ST_OK;
    uint64_t number = 0;
    buf_text(out, "    <edges>\n");
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
            gexf_edge(out, net, number++, r, &r->merged[i]);
            s = format_poll(net, number);
        }
    }
    buf_text(out, "    </edges>\n");
    return s;
}

enum status format_gexf(struct buf *out, const struct format_network *net) {
    bool days = format_has_days(net);
    enum status s = ST_OK;
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n  <meta>\n"
                  "    <creator>Spoke</creator>\n    <description>");
    put_xml(out, net->title.n ? net->title : net->name);
    buf_printf(out, "</description>\n  </meta>\n  <graph mode=\"%s\" defaultedgetype=\"%s\"%s>\n",
               days ? "dynamic" : "static", format_is_directed(net) ? "directed" : "undirected",
               days ? " timeformat=\"date\" timerepresentation=\"interval\"" : "");
    gexf_attributes(out, net);
    buf_text(out, "    <nodes>\n");
    for (uint32_t i = 0; i < net->n && s == ST_OK; i++) {
        gexf_node(out, net, i);
        s = format_poll(net, i);
    }
    buf_text(out, "    </nodes>\n");
    if (s == ST_OK) {
        s = gexf_edges(out, net);
    }
    buf_text(out, "  </graph>\n</gexf>\n");
    return s;
}
