/* Networks as JSON: node-link of NetworkX and d3, adjacency of NetworkX, elements of Cytoscape.
 *
 * The file is read in one pass, a token at a time; what it says of a node or tie waits until its
 * object ends, because the id may come last. Where nodes have no id, links name them by their
 * place, from 0. */
#include "store/net_file.h"
#include "store/net_lines.h"
#include "store/json_text.h"
#include <stdio.h>

enum { DEEPEST = 64, ID_ROOM = 24 };

/* What begins where reading stands. */
enum json_token { END_OF_FILE = 0, OBJECT = '{', LIST = '[', TEXT = '"', PLAIN = 'a' };

struct json_field { /* of a node or tie */
    struct json_field *next;
    struct str key, text;
    enum net_mark mark;
};

struct net_json {
    struct net_build *b;
    struct sliding *w;
    struct arena texts; /* of one node or tie */
    struct buf token;
    uint64_t line;
    uint32_t depth;
    int64_t places; /* nodes read */
    bool has_nodes; /* or ties */
    bool said, directed;
};

static const char help_json[] = "`python3 -m json.tool FILE` finds the place";

/* ---- bytes ---- */

/* The next byte without passing it; -1: there is none. */
static int look(struct net_json *j) {
    struct sliding *w = j->w;
    while (w->start == w->stop && !w->at_end && !j->b->refused)
        net_input_failed(j->b, sliding_refill(w));
    return w->start < w->stop && !j->b->refused ? (unsigned char)w->buffer[w->start] : -1;
}

static int pass(struct net_json *j) {
    int c = look(j);
    if (c >= 0)
        j->w->start++;
    if (c == '\n') {
        j->b->line = ++j->line;
        if (j->line % 4096 == 0)
            net_stop(j->b, store_poll(j->b->s, 4096));
    }
    return c;
}

static void refuse(struct net_json *j, const char *what) {
    j->b->line = j->line;
    net_refuse(j->b, help_json, "%s", what);
}

static void skip_blanks(struct net_json *j) {
    for (int c = look(j); c == ' ' || (c >= '\t' && c <= '\r'); c = look(j))
        pass(j);
}

static bool take(struct net_json *j, int wanted) {
    skip_blanks(j);
    if (look(j) != wanted)
        return false;
    pass(j);
    return true;
}

static enum json_token next_token(struct net_json *j) {
    skip_blanks(j);
    int c = look(j);
    return c < 0                  ? END_OF_FILE
           : c == '{' || c == '[' ? (enum json_token)c
           : c == '"'             ? TEXT
                                  : PLAIN;
}

/* ---- strings, numbers, words ---- */

static void gather(struct net_json *j) {
    pass(j);
    buf_clear(&j->token);
    for (int c = pass(j); c != '"' && !j->b->refused; c = pass(j)) {
        if (c < 0) {
            refuse(j, "the file ends within a string");
            return;
        }
        buf_char(&j->token, (char)c);
        if (c == '\\')
            buf_char(&j->token, (char)pass(j));
        if (j->token.n > CSV_FIELD_LIMIT)
            refuse(j, "a text is longer than 1 MiB");
    }
    buf_char(&j->token, '"');
}

/* A text, number or word; false: refused. It lives until the next one. */
static bool read_scalar(struct net_json *j, struct str *out, enum net_mark *mark) {
    bool text = next_token(j) == TEXT;
    *mark = text ? NET_TEXT : NET_PLAIN;
    if (text) {
        gather(j);
    } else {
        buf_clear(&j->token);
        for (int c = look(j); c > ' ' && !strchr(",]}:\"", c) && j->token.n < 64; c = look(j))
            buf_char(&j->token, (char)pass(j));
    }
    if (j->token.failed)
        net_stop(j->b, ST_NO_MEMORY);
    if (j->b->refused)
        return false;
    struct json_text t = {.p = j->token.p, .end = j->token.p ? j->token.p + j->token.n : NULL};
    *out = (struct str){t.p, (size_t)(t.end - t.p)};
    bool good = text ? json_read_string(&t, out)
                     : json_take_word(&t, "true") || json_take_word(&t, "false") ||
                           json_take_word(&t, "null") || json_read_number(&t, out);
    if (!good || t.p != t.end)
        refuse(j, t.flaw ? t.flaw : "the line is not valid JSON: a wrong value");
    return !j->b->refused;
}

static bool enter(struct net_json *j) {
    if (++j->depth > DEEPEST)
        refuse(j, "objects and lists are nested more than 64 deep");
    pass(j);
    return !j->b->refused;
}

/* Behind an element of a list or object: whether another one follows. */
static bool more(struct net_json *j, int closing, bool first) {
    if (j->b->refused)
        return false;
    if (take(j, closing)) {
        j->depth--;
        return false;
    }
    if (!first && !take(j, ','))
        refuse(j, "the line is not valid JSON: a comma or a closing bracket has to stand here");
    return !j->b->refused;
}

/* `"key":` */
static bool read_key(struct net_json *j, struct str *key) {
    enum net_mark mark;
    if (next_token(j) != TEXT) {
        refuse(j, "the line is not valid JSON: a key has to stand here");
        return false;
    }
    if (!read_scalar(j, key, &mark))
        return false;
    *key = arena_str(&j->texts, *key);
    if (!key->p)
        net_stop(j->b, ST_NO_MEMORY);
    if (!take(j, ':'))
        refuse(j, "the line is not valid JSON: there is no `:` behind a key");
    return !j->b->refused;
}

static void skip_value(struct net_json *j) {
    enum json_token token = next_token(j);
    struct str text;
    enum net_mark mark;
    if (token == END_OF_FILE) {
        refuse(j, "the file ends before its time");
    } else if (token != OBJECT && token != LIST) {
        read_scalar(j, &text, &mark);
    } else if (enter(j)) {
        int closing = token == OBJECT ? '}' : ']';
        for (bool first = true; more(j, closing, first); first = false) {
            if (token == LIST || read_key(j, &text))
                skip_value(j);
        }
    }
}

/* ---- an object as fields ---- */

static struct json_field *add_field(struct net_json *j, struct json_field ***last, struct str key) {
    struct json_field *f = ARENA_NEW(&j->texts, struct json_field);
    if (!f) {
        net_stop(j->b, ST_NO_MEMORY);
        return NULL;
    }
    f->key = key;
    f->text = STR("");
    **last = f;
    *last = &f->next;
    return f;
}

static void read_object(struct net_json *j, struct json_field ***last);

static void read_field(struct net_json *j, struct json_field ***last, struct str key) {
    enum json_token token = next_token(j);
    struct str text;
    if (token == OBJECT && str_is(key, "data")) { /* Cytoscape */
        read_object(j, last);
        return;
    }
    struct json_field *f = add_field(j, last, key);
    if (!f)
        return;
    if (token == OBJECT || token == LIST) {
        f->mark = NET_NESTED;
        f->text = token == OBJECT ? STR("{") : STR("[");
        skip_value(j);
    } else if (read_scalar(j, &text, &f->mark) && !(f->mark == NET_PLAIN && str_is(text, "null"))) {
        f->text = arena_str(&j->texts, text);
        if (!f->text.p)
            net_stop(j->b, ST_NO_MEMORY);
    } else {
        f->mark = NET_PLAIN;
    }
}

static void read_object(struct net_json *j, struct json_field ***last) {
    struct str key;
    if (!enter(j))
        return;
    for (bool first = true; more(j, '}', first); first = false) {
        if (read_key(j, &key))
            read_field(j, last, key);
    }
}

static const struct json_field *field_named(const struct json_field *f, const char *name) {
    while (f && !str_is(f->key, name))
        f = f->next;
    return f;
}

static bool is_missing(const struct json_field *f) {
    return !f || (f->mark == NET_PLAIN && f->text.n == 0);
}

static void put_fields(struct net_json *j, enum net_part part, const struct json_field *fields,
                       const struct json_field *const *but) {
    for (const struct json_field *f = fields; f && !j->b->refused; f = f->next) {
        if (f == but[0] || f == but[1])
            continue;
        uint32_t column = net_attribute(j->b, part, f->key, f->key);
        if (!is_missing(f))
            net_put(j->b, column, f->text, f->mark);
    }
}

/* ---- nodes and ties ---- */

static void put_node(struct net_json *j, const struct json_field *fields) {
    const struct json_field *id = field_named(fields, "id");
    char room[ID_ROOM];
    struct str place = {room, (size_t)snprintf(room, sizeof room, "%lld", (long long)j->places++)};
    bool own = !is_missing(id);
    net_begin_node(j->b, own ? id->text : place, own ? id->mark : NET_PLAIN, j->b->line);
    if (own && id->mark == NET_NESTED)
        net_flaw(j->b, "the id of the node is a list or an object");
    put_fields(j, NET_NODES, fields, (const struct json_field *const[]){id, NULL});
    net_end(j->b);
}

static void put_tie(struct net_json *j, const struct json_field *fields) {
    const struct json_field *from = field_named(fields, "source");
    const struct json_field *to = field_named(fields, "target");
    bool plain = !is_missing(from) && from->mark == NET_PLAIN;
    net_begin_tie(j->b, is_missing(from) ? STR("") : from->text,
                  is_missing(to) ? STR("") : to->text, plain ? NET_PLAIN : NET_TEXT, j->directed,
                  j->b->line);
    if ((from && from->mark == NET_NESTED) || (to && to->mark == NET_NESTED))
        net_flaw(j->b, "an end of the tie is a list or an object");
    put_fields(j, NET_TIES, fields, (const struct json_field *const[]){from, to});
    net_end(j->b);
}

/* One of a list; an id alone is a node, too. */
static void read_item(struct net_json *j, enum net_part part) {
    struct arena_mark mark = arena_mark(&j->texts);
    struct json_field *fields = NULL, **last = &fields;
    enum json_token token = next_token(j);
    uint64_t line = j->b->line = j->line;
    if (token == OBJECT)
        read_object(j, &last);
    else if (part == NET_NODES && (token == TEXT || token == PLAIN))
        read_field(j, &last, STR("id"));
    else
        refuse(j, "a node or link is an object");
    j->b->line = line;
    if (!j->b->refused && part == NET_NODES)
        put_node(j, fields);
    else if (!j->b->refused)
        put_tie(j, fields);
    j->b->line = j->line;
    arena_reset(&j->texts, mark);
}

static void read_items(struct net_json *j, enum net_part part) {
    j->has_nodes = true;
    if (next_token(j) != LIST) {
        refuse(j, part == NET_NODES ? "`nodes` is no list" : "the links are no list");
        return;
    }
    if (!enter(j))
        return;
    for (bool first = true; more(j, ']', first); first = false)
        read_item(j, part);
}

/* Neighbours of the node at a place: objects with the id of the other end. */
static void read_neighbours(struct net_json *j, uint32_t place) {
    struct str from = j->b->nodes[place].id;
    if (next_token(j) != LIST) {
        refuse(j, "the neighbours of a node are no list");
        return;
    }
    if (!enter(j))
        return;
    for (bool first = true; more(j, ']', first); first = false) {
        struct arena_mark mark = arena_mark(&j->texts);
        struct json_field *fields = NULL, **last = &fields;
        if (next_token(j) != OBJECT) {
            refuse(j, "a neighbour is no object");
            return;
        }
        read_object(j, &last);
        const struct json_field *id = field_named(fields, "id");
        struct str to = is_missing(id) ? STR("") : id->text;
        uint32_t other = net_find(j->b, to);
        if (!j->b->refused && (j->directed || other == UINT32_MAX || other >= place)) {
            net_begin_tie(j->b, from, to, id ? id->mark : NET_TEXT, j->directed, j->line);
            put_fields(j, NET_TIES, fields, (const struct json_field *const[]){id, NULL});
            net_end(j->b);
        }
        arena_reset(&j->texts, mark);
    }
}

static void read_adjacency(struct net_json *j) {
    uint32_t place = 0;
    j->has_nodes = true;
    if (next_token(j) != LIST) {
        refuse(j, "`adjacency` is no list");
        return;
    }
    if (!enter(j))
        return;
    for (bool first = true; more(j, ']', first); first = false) {
        if (place == j->b->nnodes) {
            refuse(j, "`adjacency` has more lists than there are nodes before it");
            return;
        }
        read_neighbours(j, place++);
    }
}

/* ---- the whole ---- */

static void read_directed(struct net_json *j) {
    struct str word;
    enum net_mark mark;
    enum json_token token = next_token(j);
    if (token == OBJECT || token == LIST) {
        skip_value(j);
    } else if (read_scalar(j, &word, &mark)) {
        j->said = true;
        j->directed = str_is(word, "true");
    }
}

static void read_top(struct net_json *j, bool elements) {
    struct arena_mark mark = arena_mark(&j->texts);
    struct str key;
    if (!enter(j))
        return;
    for (bool first = true; more(j, '}', first); first = false) {
        arena_reset(&j->texts, mark);
        if (!read_key(j, &key))
            return;
        if (str_is(key, "nodes"))
            read_items(j, NET_NODES);
        else if (str_is(key, "links") || str_is(key, "edges"))
            read_items(j, NET_TIES);
        else if (str_is(key, "adjacency"))
            read_adjacency(j);
        else if (str_is(key, "directed"))
            read_directed(j);
        else if (str_is(key, "elements") && !elements && next_token(j) == OBJECT)
            read_top(j, true);
        else
            skip_value(j);
    }
}

void net_read_json(struct net_build *b, struct sliding *w) {
    struct net_json j = {.b = b, .w = w, .line = 1};
    arena_init(&j.texts, b->s->host.alloc);
    buf_init(&j.token, b->s->host.alloc);
    b->line = 1;
    if (w->stop - w->start >= 3 && memcmp(w->buffer + w->start, "\xEF\xBB\xBF", 3) == 0)
        w->start += 3;
    if (next_token(&j) == OBJECT)
        read_top(&j, false);
    else
        refuse(&j, "the file is no JSON object");
    if (!b->refused && next_token(&j) != END_OF_FILE)
        refuse(&j, "text stands behind the object");
    if (!b->refused && !j.has_nodes)
        refuse(&j, "the object has no list `nodes`, `links`, `edges` or `adjacency`");
    if (j.said && (b->directed || b->undirected)) { /* it may have been said last */
        b->directed = j.directed;
        b->undirected = !j.directed;
    }
    arena_free(&j.texts);
    buf_free(&j.token);
}
