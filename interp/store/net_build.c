/* Columns, ids and rows of a network file that is being read. */
#include "store/net_build.h"
#include "base/utf8.h"
#include <stdio.h>

enum {
    FIRST_ROOM = 16,
    WRITE_AT_ONCE = 1 << 18,
    ROWS_BETWEEN_POLLS = 4096,
    LABEL = 1,
    DIRECTED = 2,
    EASY_NUMBERS = 9
};

/* ---- what is wrong ---- */

void net_stop(struct net_build *b, enum status status) {
    if (b->refused || status == ST_OK)
        return;
    b->refused = true;
    b->status = status;
}

static bool have(struct net_build *b, bool memory) {
    if (!memory)
        net_stop(b, ST_NO_MEMORY);
    return memory;
}

static void refuse(struct net_build *b, enum code code, const char *help, const char *format,
                   va_list args) {
    struct buf what;
    if (b->refused)
        return;
    buf_init(&what, b->s->host.alloc);
    buf_vprintf(&what, format, args);
    if (have(b, !what.failed)) {
        enum status status =
            b->line ? store_fail(b->s, code, b->span, "%.*s:%llu: %.*s", STR_ARG(b->path),
                                 (unsigned long long)b->line, STR_ARG(buf_view(&what)))
                    : store_fail(b->s, code, b->span, "%.*s: %.*s", STR_ARG(b->path),
                                 STR_ARG(buf_view(&what)));
        store_help(b->s, "%s", help);
        net_stop(b, status);
    }
    buf_free(&what);
}

void net_refuse(struct net_build *b, const char *help, const char *format, ...) {
    va_list args;
    va_start(args, format);
    refuse(b, E0831, help, format, args);
    va_end(args);
}

void net_unsupported(struct net_build *b, const char *help, const char *format, ...) {
    va_list args;
    va_start(args, format);
    refuse(b, E0832, help, format, args);
    va_end(args);
}

/* ---- columns ---- */

static bool is_taken(const struct net_columns *c, struct str name) {
    for (uint32_t i = 0; i < c->n; i++) {
        if (str_eq(c->at[i].name, name))
            return true;
    }
    return false;
}

static bool grow_columns(struct net_build *b, struct net_columns *c) {
    uint32_t room = c->room ? c->room * 2 : FIRST_ROOM;
    struct net_column *at =
        mem_resize(b->s->host.alloc, c->at, c->room * sizeof *at, room * sizeof *at);
    if (!at)
        return false;
    c->at = at;
    c->room = room;
    return true;
}

static uint32_t add_column(struct net_build *b, enum net_part part, struct str name) {
    struct net_columns *c = &b->columns[part];
    struct str unique = net_keep(b, name);
    for (unsigned number = 2; unique.p && is_taken(c, unique); number++) {
        number = number == EASY_NUMBERS ? c->n + EASY_NUMBERS : number;
        unique = arena_printf(&b->texts, "%.*s_%u", STR_ARG(name), number);
    }
    if (!have(b, unique.p && (c->n < c->room || grow_columns(b, c))))
        return NET_NO_COLUMN;
    if (c->n == NET_MOST_COLUMNS) {
        net_refuse(b, "a list of pairs, a row for each, is a table for them",
                   "has more than 4,096 different attributes");
        return NET_NO_COLUMN;
    }
    c->at[c->n] = (struct net_column){.name = unique};
    c->at[c->n].about.kind = TY_VOID;
    c->at[c->n].about.label = STR("");
    return c->n++;
}

uint32_t net_column(struct net_build *b, enum net_part part, const char *name) {
    struct net_columns *c = &b->columns[part];
    for (uint32_t i = 0; i < c->n; i++) {
        if (str_is(c->at[i].name, name))
            return i;
    }
    return add_column(b, part, str_of(name));
}

uint32_t net_attribute(struct net_build *b, enum net_part part, struct str key, struct str name) {
    struct net_columns *c = &b->columns[part];
    uint64_t *found = strmap_find(&c->attributes, key);
    bool is_new;
    if (found)
        return (uint32_t)*found;
    struct str copy = net_keep(b, key);
    uint64_t *place = copy.p ? strmap_put(&c->attributes, copy, &is_new) : NULL;
    if (!have(b, place != NULL))
        return NET_NO_COLUMN;
    uint32_t column = add_column(b, part, name.n ? name : STR("attribute"));
    *place = column;
    return column;
}

void net_column_is(struct net_build *b, enum net_part part, uint32_t column, enum type_kind kind) {
    if (column < b->columns[part].n)
        b->columns[part].at[column].about.kind = kind;
}

/* ---- rows ---- */

static bool is_wanted(const struct net_build *b) {
    return b->row_part == b->part && !b->refused;
}

static void put_field(struct net_build *b, int32_t column, struct str text, enum net_mark mark) {
    struct net_field_head head = {.column = column, .n = (uint32_t)text.n, .mark = mark};
    buf_put(&b->row, &head, sizeof head);
    buf_str(&b->row, text);
    b->nfields++;
    have(b, !b->row.failed);
}

void net_flaw(struct net_build *b, const char *flaw) {
    if (is_wanted(b))
        put_field(b, NET_FLAW, str_of(flaw), NET_TEXT);
}

void net_put(struct net_build *b, uint32_t column, struct str text, enum net_mark mark) {
    if (!is_wanted(b) || column == NET_NO_COLUMN)
        return;
    if (text.n > CSV_FIELD_LIMIT || b->row.n > CSV_ROW_LIMIT)
        net_refuse(b, "leave out what no column of the table asks for",
                   "a text is longer than 1 MiB, or a row longer than 16 MiB");
    else if (text.n && memchr(text.p, '\0', text.n))
        net_flaw(b, "the row holds a zero byte");
    else if (utf8_check(text) != text.n)
        net_flaw(b, "the row is not valid UTF-8");
    else
        put_field(b, (int32_t)column, text, mark);
}

static void begin(struct net_build *b, enum net_part part, uint64_t line) {
    b->row_part = part;
    b->line = line;
    b->nfields = 0;
    buf_clear(&b->row);
}

void net_begin_node(struct net_build *b, struct str id, enum net_mark mark, uint64_t line) {
    begin(b, NET_NODES, line);
    uint32_t before = b->nnodes;
    uint32_t node = net_name(b, id);
    net_put(b, 0, id, mark);
    if (id.n == 0)
        net_flaw(b, "the node has no id");
    else if (node < before && b->nodes[node].line != 0 && is_wanted(b)) {
        char flaw[80];
        snprintf(flaw, sizeof flaw, "a node with this id stands in line %llu",
                 (unsigned long long)b->nodes[node].line);
        net_flaw(b, flaw);
    }
    if (node < b->nnodes && b->nodes[node].line == 0)
        b->nodes[node].line = line;
}

void net_begin_tie(struct net_build *b, struct str from, struct str to, enum net_mark mark,
                   bool directed, uint64_t line) {
    begin(b, NET_TIES, line);
    net_put(b, 0, from, mark);
    net_put(b, 1, to, mark);
    net_put(b, DIRECTED, directed ? STR("true") : STR("false"), NET_PLAIN);
    b->directed |= directed;
    b->undirected |= !directed;
    if (from.n == 0 || to.n == 0)
        net_flaw(b, "an end of the tie is not said");
}

/* Defaults and spells repeat what a file says once. */
static void check_size(struct net_build *b) {
    if (b->source && b->rows.size > INPUT_BOMB_BYTES &&
        b->rows.size / INPUT_BOMB_RATIO > b->source->taken)
        net_refuse(b, "leave out defaults and times that most of its rows repeat",
                   "the rows of the file take more than 200 times its size");
}

static enum status write_out(struct net_build *b) {
    enum status status =
        b->out.failed ? ST_NO_MEMORY : scratch_write(&b->rows, b->out.p ? b->out.p : "", b->out.n);
    buf_clear(&b->out);
    return status;
}

void net_end(struct net_build *b) {
    if (++b->polled % ROWS_BETWEEN_POLLS == 0) {
        if (b->s->host.progress)
            b->s->host.progress(b->s->host.user, "reading the file", b->polled, 0);
        net_stop(b, store_poll(b->s, ROWS_BETWEEN_POLLS));
    }
    if (!is_wanted(b))
        return;
    struct net_row_head head = {
        .line = b->line, .bytes = (uint32_t)b->row.n, .nfields = b->nfields};
    buf_put(&b->out, &head, sizeof head);
    buf_str(&b->out, buf_view(&b->row));
    b->nrows++;
    if (b->out.n > WRITE_AT_ONCE || b->out.failed) {
        net_stop(b, write_out(b));
        check_size(b);
        net_stop(b, store_poll(b->s, 0));
    }
}

void net_end_spells(struct net_build *b, const struct net_spell *spells, uint32_t n) {
    size_t bytes = b->row.n;
    uint32_t nfields = b->nfields;
    if (n == 0)
        net_end(b);
    for (uint32_t i = 0; i < n && !b->refused; i++) {
        b->row.n = bytes;
        b->nfields = nfields;
        uint32_t start = net_column(b, b->row_part, "start"),
                 end = net_column(b, b->row_part, "end");
        if (spells[i].start.n)
            net_put(b, start, spells[i].start, NET_PLAIN);
        if (spells[i].end.n)
            net_put(b, end, spells[i].end, NET_PLAIN);
        net_end(b);
    }
}

/* ---- nodes ---- */

struct str net_keep(struct net_build *b, struct str text) {
    struct str copy = arena_str(&b->texts, text);
    return have(b, copy.p != NULL) ? copy : STR_NONE;
}

uint32_t net_find(const struct net_build *b, struct str id) {
    const uint64_t *found = strmap_find(&b->ids, id);
    return found ? (uint32_t)*found : UINT32_MAX;
}

static bool grow_nodes(struct net_build *b) {
    uint32_t room = b->room ? b->room * 2 : FIRST_ROOM;
    struct net_node *nodes =
        mem_resize(b->s->host.alloc, b->nodes, b->room * sizeof *nodes, room * sizeof *nodes);
    if (!nodes)
        return false;
    b->nodes = nodes;
    b->room = room;
    return true;
}

uint32_t net_name(struct net_build *b, struct str id) {
    bool is_new;
    uint32_t found = net_find(b, id);
    if (found != UINT32_MAX || b->refused)
        return found;
    if (b->nnodes == UINT32_MAX / 2) {
        net_refuse(b, "take a part of it", "has more than two thousand million nodes");
        return UINT32_MAX;
    }
    struct str copy = net_keep(b, id);
    if (!have(b, copy.p && (b->nnodes < b->room || grow_nodes(b))))
        return UINT32_MAX;
    uint64_t *place = strmap_put(&b->ids, copy, &is_new);
    if (!have(b, place != NULL))
        return UINT32_MAX;
    *place = b->nnodes;
    b->nodes[b->nnodes] = (struct net_node){.id = copy, .label = STR("")};
    return b->nnodes++;
}

void net_label(struct net_build *b, uint32_t node, struct str label) {
    if (node >= b->nnodes || !label.n)
        return;
    b->nodes[node].label = net_keep(b, label);
    b->labelled = true;
}

/* ---- the end ---- */

uint32_t net_hidden(const struct net_build *b) {
    if (b->part == NET_NODES)
        return b->numbered && (b->labels_are_ids || !b->labelled) ? LABEL : NET_NO_COLUMN;
    return b->directed && b->undirected ? NET_NO_COLUMN : DIRECTED;
}

void net_number_all(struct net_build *b, int64_t n, void (*begin_one)(void *user, int64_t number),
                    void *user) {
    if (n - (int64_t)b->nnodes > NET_MOST_UNLISTED) {
        net_refuse(b, "list them, or write how many there are",
                   "the file counts %lld nodes and lists %u of them", (long long)n,
                   (unsigned)b->nnodes);
        return;
    }
    for (int64_t i = 1; i <= n && !b->refused; i++) {
        char digits[24];
        struct str id = {digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)i)};
        uint32_t node = net_name(b, id);
        if (node < b->nnodes && b->nodes[node].line == 0) {
            begin_one(user, i);
            net_end(b);
        }
    }
}

/* Whether each node has a label that no other one has. */
static bool labels_differ(struct net_build *b) {
    struct strmap seen;
    bool differ = b->nnodes > 0, is_new = true;
    strmap_init(&seen, b->s->host.alloc);
    for (uint32_t i = 0; i < b->nnodes && differ && !b->refused; i++) {
        if (i % ROWS_BETWEEN_POLLS == 0)
            net_stop(b, store_poll(b->s, ROWS_BETWEEN_POLLS));
        bool good = b->nodes[i].label.n > 0 && utf8_check(b->nodes[i].label) == b->nodes[i].label.n;
        if (good && !have(b, strmap_put(&seen, b->nodes[i].label, &is_new) != NULL))
            break;
        differ = good && is_new;
    }
    strmap_free(&seen);
    return differ;
}

/* What a file says of all its ties goes to the columns of their ends. */
static void describe_ends(struct net_build *b) {
    struct net_column *ends = b->columns[NET_TIES].at;
    if (!ends || b->directed == b->undirected)
        return;
    ends[0].about.label = b->directed ? STR("the tie goes from here") : STR("one end");
    ends[1].about.label =
        b->directed ? STR("to here") : STR("the other end: ties have no direction");
}

enum status net_finish(struct net_build *b) {
    if (b->numbered && !b->refused)
        b->labels_are_ids = labels_differ(b);
    describe_ends(b);
    if (!b->refused)
        net_stop(b, write_out(b));
    return b->refused ? b->status : ST_OK;
}

enum status net_init(struct net_build *b, struct store *s, struct span span, struct str path,
                     enum net_part part) {
    *b = (struct net_build){.s = s, .span = span, .part = part};
    scratch_none(&b->rows);
    arena_init(&b->texts, s->host.alloc);
    strmap_init(&b->ids, s->host.alloc);
    strmap_init(&b->columns[NET_NODES].attributes, s->host.alloc);
    strmap_init(&b->columns[NET_TIES].attributes, s->host.alloc);
    buf_init(&b->row, s->host.alloc);
    buf_init(&b->out, s->host.alloc);
    b->path = net_keep(b, path);
    net_stop(b, scratch_open(&b->rows, s, span));
    net_column(b, NET_NODES, "id");
    net_column(b, NET_TIES, "source");
    net_column(b, NET_TIES, "target");
    net_column(b, NET_TIES, "directed");
    return b->refused ? b->status : ST_OK;
}

void net_free(struct net_build *b) {
    if (!b->s)
        return;
    struct alloc *alloc = b->s->host.alloc;
    for (int part = 0; part < 2; part++) {
        struct net_columns *c = &b->columns[part];
        mem_give(alloc, c->at, c->room * sizeof *c->at);
        strmap_free(&c->attributes);
    }
    mem_give(alloc, b->nodes, b->room * sizeof *b->nodes);
    strmap_free(&b->ids);
    buf_free(&b->row);
    buf_free(&b->out);
    scratch_close(&b->rows);
    arena_free(&b->texts);
    b->s = NULL;
}
