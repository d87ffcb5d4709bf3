/* Files of networks in XML: which of the two it is, and values by their declared types. */
#include "store/net_xml.h"
#include "store/net_lines.h"
#include <string.h>

/* ---- keys ---- */

enum type_kind net_xml_kind(const char *type) {
    static const struct {
        const char *name;
        enum type_kind kind;
    } kinds[] = {{"boolean", TY_BOOL},     {"int", TY_INT},      {"integer", TY_INT},
                 {"long", TY_INT},         {"short", TY_INT},    {"byte", TY_INT},
                 {"float", TY_FLOAT},      {"double", TY_FLOAT}, {"date", TY_DATE},
                 {"dateTime", TY_DATETIME}};
    for (size_t i = 0; type && i < COUNT_OF(kinds); i++) {
        if (strcmp(type, kinds[i].name) == 0)
            return kinds[i].kind;
    }
    return TY_TEXT;
}

struct net_xml_key *net_xml_declare(struct net_xml *n, const char *id, const char *name,
                                    const char *type, bool of_nodes, bool of_ties) {
    struct net_build *b = n->b;
    if (!id) {
        net_refuse(b, "each attribute that is declared has an id", "an attribute without an id");
        return NULL;
    }
    struct net_xml_key *k = ARENA_NEW(&b->texts, struct net_xml_key);
    if (!k) {
        net_stop(b, ST_NO_MEMORY);
        return NULL;
    }
    *k = (struct net_xml_key){
        .id = net_keep(b, str_of(id)), .of = {of_nodes, of_ties}, .kind = net_xml_kind(type)};
    for (int part = 0; part < 2 && name; part++) {
        if (!k->of[part])
            continue;
        k->column[part] = net_attribute(b, (enum net_part)part, k->id, str_of(name));
        net_column_is(b, (enum net_part)part, k->column[part], k->kind);
    }
    if (n->last_key)
        n->last_key->next = k;
    else
        n->keys = k;
    n->last_key = k;
    return b->refused ? NULL : k;
}

struct net_xml_key *net_xml_key_named(struct net_xml *n, const char *id) {
    struct net_xml_key *k = n->keys;
    while (k && !(id && str_is(k->id, id) && k->of[n->part]))
        k = k->next;
    if (!k)
        net_refuse(n->b, "every attribute of a node or tie is declared at the beginning",
                   "a value for `%.80s`, which is not declared", id ? id : "");
    return k;
}

static struct str trimmed(struct str s) {
    while (s.n && (*s.p == ' ' || (*s.p >= '\t' && *s.p <= '\r'))) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || (s.p[s.n - 1] >= '\t' && s.p[s.n - 1] <= '\r')))
        s.n--;
    return s;
}

/* A number that is none is how programs without missing values write one. */
void net_xml_put(struct net_xml *n, struct net_xml_key *key, struct str value) {
    key->row = n->row;
    if (key->kind == TY_TEXT) {
        net_put(n->b, key->column[n->part], value, NET_TEXT);
        return;
    }
    value = trimmed(value);
    if (value.n && !(key->kind == TY_FLOAT && net_is(value, "nan")))
        net_put(n->b, key->column[n->part], value, NET_PLAIN);
}

void net_xml_put_defaults(struct net_xml *n) {
    for (struct net_xml_key *k = n->keys; k; k = k->next) {
        if (k->fallback.p && k->of[n->part] && k->row != n->row && !k->drawing)
            net_xml_put(n, k, k->fallback);
    }
}

struct str net_xml_value(const char **attributes, const char *name) {
    const char *value = xml_attribute(attributes, name);
    return value ? str_of(value) : STR("");
}

void net_xml_collect(struct net_xml *n) {
    n->collecting = true;
    buf_clear(&n->text);
}

struct str net_xml_collected(struct net_xml *n) {
    n->collecting = false;
    if (n->text.failed)
        net_stop(n->b, ST_NO_MEMORY);
    return buf_view(&n->text);
}

/* ---- tags ---- */

static void choose_format(struct net_xml *n, struct str root) {
    if (str_is(root, "graphml"))
        n->format = &net_graphml;
    else if (str_is(root, "gexf"))
        n->format = &net_gexf;
    else
        net_refuse(n->b, "save it as CSV, or a network as GraphML",
                   "the file is XML, but neither GraphML nor GEXF");
}

static void pass_on(struct net_xml *n) {
    if (n->b->refused)
        xml_stop(&n->x, n->b->status);
}

static void on_begin(void *user, struct str name, const char **attributes) {
    struct net_xml *n = user;
    n->b->line = xml_line(&n->x);
    if (n->format)
        n->format->begin(n, name, attributes);
    else
        choose_format(n, name);
    pass_on(n);
}

static void on_end(void *user, struct str name) {
    struct net_xml *n = user;
    uint64_t row_line = n->b->line;
    if (!n->in_row)
        n->b->line = xml_line(&n->x);
    n->format->end(n, name);
    if (!n->in_row)
        n->b->line = row_line;
    pass_on(n);
}

static void on_text(void *user, struct str text) {
    struct net_xml *n = user;
    if (!n->collecting)
        return;
    buf_str(&n->text, text);
    if (n->text.n > CSV_FIELD_LIMIT)
        net_refuse(n->b, "leave out what no column of the table asks for",
                   "a text is longer than 1 MiB");
    pass_on(n);
}

void net_read_xml(struct net_build *b, struct sliding *w) {
    static const struct xml_handlers handlers = {on_begin, on_end, on_text};
    struct net_xml n = {.b = b, .id = NET_NO_COLUMN, .weight = NET_NO_COLUMN};
    n.label[0] = n.label[1] = NET_NO_COLUMN;
    buf_init(&n.text, b->s->host.alloc);
    enum xml_result got = xml_open_window(&n.x, b->s, w, &handlers, &n);
    while (got == XML_PAUSED)
        got = xml_next(&n.x);
    if (got == XML_STOPPED_BY)
        net_stop(b, n.x.stopped);
    b->line = xml_line(&n.x);
    if (got == XML_REFUSED)
        net_refuse(b, "open it in its own program and save it anew", "the file %s", n.x.problem);
    else if (!b->refused && !n.had_graph)
        net_refuse(b, "look whether the right file was exported", "the file holds no graph");
    xml_close(&n.x);
    mem_give(b->s->host.alloc, n.spells, n.room * sizeof *n.spells);
    buf_free(&n.text);
}
