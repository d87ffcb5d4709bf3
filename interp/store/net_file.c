/* Finding out the format, and rows of the part that was asked for. */
#include "store/net_file.h"
#include "store/convert.h"

enum { PIECE = 1 << 18 };

/* ---- which format ---- */

struct looking { /* over the first bytes */
    const char *p, *end;
};

static void skip_blanks(struct looking *l) {
    while (l->p < l->end && (*l->p == ' ' || (*l->p >= '\t' && *l->p <= '\r')))
        l->p++;
}

static void skip_line(struct looking *l) {
    while (l->p < l->end && *l->p != '\n')
        l->p++;
}

static bool comes(const struct looking *l, const char *text) {
    size_t n = strlen(text);
    return (size_t)(l->end - l->p) >= n && memcmp(l->p, text, n) == 0;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The word at hand, without regard to case; passed when it is the one. */
static bool take_word(struct looking *l, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(l->end - l->p) < n || sqlite3_strnicmp(l->p, word, (int)n) != 0 ||
        (l->p + n < l->end && is_letter(l->p[n])))
        return false;
    l->p += n;
    return true;
}

static bool take_any(struct looking *l, const char *const *words) {
    for (; *words; words++) {
        if (take_word(l, *words))
            return true;
    }
    return false;
}

static bool is_xml(struct looking l) {
    if (l.end - l.p >= 4 &&
        (memcmp(l.p, "\xFF\xFE<\0", 4) == 0 || memcmp(l.p, "\xFE\xFF\0<", 4) == 0))
        return true;
    skip_blanks(&l);
    if (!comes(&l, "<"))
        return false;
    l.p++;
    if (comes(&l, "?xml") || comes(&l, "!DOCTYPE") || comes(&l, "!--"))
        return true;
    const char *name = l.p;
    while (l.p < l.end && is_letter(*l.p))
        l.p++;
    if (l.p < l.end && *l.p == ':')
        name = ++l.p;
    l.p = name;
    return take_word(&l, "graphml") || take_word(&l, "gexf");
}

static bool is_pajek(struct looking l) {
    static const char *const words[] = {"network",  "vertices",  "arcs",   "edges",
                                        "arcslist", "edgeslist", "matrix", NULL};
    for (skip_blanks(&l); comes(&l, "%") || comes(&l, "/*"); skip_blanks(&l))
        skip_line(&l);
    if (!comes(&l, "*"))
        return false;
    l.p++;
    return take_any(&l, words);
}

static bool is_dl(struct looking l) {
    static const char *const words[] = {"nr", "nc", "nm", "n", "format", NULL};
    skip_blanks(&l);
    if (!take_word(&l, "dl"))
        return false;
    skip_blanks(&l);
    if (comes(&l, ","))
        l.p++;
    skip_blanks(&l);
    bool key = take_any(&l, words);
    skip_blanks(&l);
    return key && (comes(&l, "=") || comes(&l, ":"));
}

static void skip_comments(struct looking *l) {
    for (skip_blanks(l); l->p < l->end; skip_blanks(l)) {
        if (comes(l, "//") || comes(l, "#")) {
            skip_line(l);
        } else if (comes(l, "/*")) {
            while (l->p < l->end && !comes(l, "*/"))
                l->p++;
            l->p += l->p < l->end ? 2 : 0;
        } else {
            return;
        }
    }
}

static bool is_dot(struct looking l) {
    static const char *const words[] = {"graph", "digraph", NULL};
    skip_comments(&l);
    take_word(&l, "strict");
    skip_comments(&l);
    if (!take_any(&l, words))
        return false;
    skip_comments(&l);
    if (comes(&l, "\"")) {
        do
            l.p += *l.p == '\\' && l.end - l.p > 1 ? 2 : 1;
        while (l.p < l.end && *l.p != '"');
        l.p += l.p < l.end;
    } else {
        while (l.p < l.end && (is_letter(*l.p) || (*l.p >= '0' && *l.p <= '9') || (*l.p & 0x80)))
            l.p++;
    }
    skip_comments(&l);
    return comes(&l, "{");
}

/* Whether a value beginning here is a list of objects, an empty list or an object. */
static bool is_container(struct looking l) {
    skip_blanks(&l);
    if (comes(&l, "{"))
        return true;
    if (!comes(&l, "["))
        return false;
    l.p++;
    skip_blanks(&l);
    return l.p == l.end || comes(&l, "{") || comes(&l, "]");
}

/* One object with lists `nodes` and `links`, or what networks have instead, not a row a line. */
static bool is_json(struct looking l) {
    static const char *const words[] = {"\"nodes\"",    "\"links\"",     "\"edges\"",
                                        "\"elements\"", "\"adjacency\"", NULL};
    int depth = 0;
    skip_blanks(&l);
    if (!comes(&l, "{"))
        return false;
    while (l.p < l.end) {
        bool key = depth == 1 && take_any(&l, words);
        if (key) {
            skip_blanks(&l);
            if (comes(&l, ":") && is_container((struct looking){l.p + 1, l.end}))
                return true;
            continue;
        }
        char c = *l.p++;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        while (c == '"' && l.p < l.end && *l.p != '"')
            l.p += *l.p == '\\' && l.end - l.p > 1 ? 2 : 1;
        if (c == '"')
            l.p++;
        if (depth == 0)
            return false;
    }
    return false;
}

enum net_format net_format_of(const struct sliding *w, bool part) {
    struct looking l = {w->buffer + w->start, w->buffer + w->stop};
    if (l.end - l.p >= 3 && memcmp(l.p, "\xEF\xBB\xBF", 3) == 0)
        l.p += 3;
    if (is_xml(l))
        return NET_XML;
    if (is_pajek(l))
        return NET_PAJEK;
    if (is_dl(l))
        return NET_DL;
    if (is_dot(l))
        return NET_DOT;
    if (is_json(l))
        return NET_JSON;
    skip_blanks(&l);
    return !part ? NET_NONE : comes(&l, "{") ? NET_JSON : NET_MATRIX;
}

bool net_part_of(struct str name, enum net_part *part) {
    static const struct {
        const char *name;
        enum net_part part;
    } names[] = {{"nodes", NET_NODES}, {"vertices", NET_NODES}, {"ties", NET_TIES},
                 {"edges", NET_TIES},  {"arcs", NET_TIES},      {"links", NET_TIES}};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (name.n == strlen(names[i].name) &&
            sqlite3_strnicmp(name.p, names[i].name, (int)name.n) == 0) {
            *part = names[i].part;
            return true;
        }
    }
    return false;
}

/* ---- rows ---- */

/* `n` bytes of the rows from where reading stands; NULL: stopped. */
static const char *take(struct network_file *f, size_t n) {
    struct buf *piece = &f->piece;
    if (piece->n - f->done < n) {
        uint64_t left = f->build.rows.size - f->at;
        size_t more = left < PIECE + n ? (size_t)left : PIECE + n, kept = piece->n - f->done;
        if (kept)
            memmove(piece->p, piece->p + f->done, kept);
        f->done = 0;
        piece->n = kept;
        buf_repeat(piece, " ", more);
        if (piece->failed) {
            f->stopped = ST_NO_MEMORY;
            return NULL;
        }
        if (more)
            f->stopped = scratch_read(&f->build.rows, f->at, piece->p + kept, more);
        f->at += more;
    }
    const char *p = piece->p + f->done;
    f->done += n;
    return f->stopped == ST_OK ? p : NULL;
}

/* Where a column of the file stands in the row, unless it is hidden. */
static uint32_t place_of(const struct network_file *f, uint32_t column) {
    return column > f->hidden ? column - 1 : column;
}

/* The id of a node as rows show it. */
static void show_id(struct network_file *f, struct csv_field *field) {
    const struct net_build *b = &f->build;
    uint32_t node = net_find(b, csv_text(field));
    if (node == UINT32_MAX) {
        if (f->flaw || b->part == NET_NODES)
            return;
        buf_text(&f->reason, "the file has no node ");
        put_shown(&f->reason, csv_text(field));
        f->flaw = f->reason.failed ? "the file has no such node" : f->reason.p;
    } else if (b->labels_are_ids) {
        struct str label = b->nodes[node].label;
        *field = (struct csv_field){.p = label.p, .n = (uint32_t)label.n, .quoted = true};
    }
}

static void take_field(struct network_file *f, const struct net_field_head *head, const char *p) {
    if (head->column == NET_FLAW) {
        buf_clear(&f->reason);
        buf_str(&f->reason, (struct str){p, head->n});
        buf_char(&f->reason, '\0');
        f->flaw = f->reason.failed ? "the row cannot be used" : f->reason.p;
        return;
    }
    if ((uint32_t)head->column == f->hidden)
        return;
    uint32_t place = place_of(f, (uint32_t)head->column);
    if (place < f->nfields)
        f->fields[place] =
            (struct csv_field){.p = p,
                               .n = head->n,
                               .quoted = head->mark == NET_TEXT,
                               .kind = head->mark == NET_NESTED ? FIELD_NESTED : FIELD_TEXT};
}

enum csv_result network_file_next(struct network_file *f) {
    struct net_row_head row;
    if (f->at == f->build.rows.size && f->done == f->piece.n)
        return CSV_END;
    const char *p = take(f, sizeof row);
    if (!p)
        return CSV_STOPPED;
    memcpy(&row, p, sizeof row);
    p = take(f, row.bytes);
    if (!p)
        return CSV_STOPPED;
    f->line = row.line;
    f->flaw = NULL;
    buf_clear(&f->reason);
    for (uint32_t i = 0; i < f->nfields; i++)
        f->fields[i] = (struct csv_field){.p = "", .kind = FIELD_TEXT};
    for (uint32_t i = 0; i < row.nfields; i++) {
        struct net_field_head head;
        memcpy(&head, p, sizeof head);
        take_field(f, &head, p + sizeof head);
        p += sizeof head + head.n;
    }
    for (uint32_t i = 0; i < (f->build.part == NET_TIES ? 2u : 1u); i++)
        show_id(f, &f->fields[i]);
    return CSV_ROW;
}

const struct field_about *network_file_about(const struct network_file *f, uint32_t field) {
    const struct net_build *b = &f->build;
    return &b->columns[b->part].at[field >= f->hidden ? field + 1 : field].about;
}

/* ---- opening ---- */

static bool show_header(struct network_file *f) {
    const struct net_columns *columns = &f->build.columns[f->build.part];
    f->hidden = net_hidden(&f->build);
    f->fields = ARENA_ARRAY(&f->build.texts, struct csv_field, columns->n + 1);
    f->nfields = columns->n - (f->hidden < columns->n);
    for (uint32_t i = 0; f->fields && i < columns->n; i++) {
        struct str name = columns->at[i].name;
        if (i != f->hidden)
            f->fields[place_of(f, i)] =
                (struct csv_field){.p = name.p, .n = (uint32_t)name.n, .quoted = true};
    }
    return f->fields != NULL;
}

static void read_format(struct net_build *b, struct sliding *w, enum net_format format) {
    switch (format) {
    case NET_XML:
        net_read_xml(b, w);
        break;
    case NET_JSON:
        net_read_json(b, w);
        break;
    case NET_PAJEK:
        net_read_pajek(b, w);
        break;
    case NET_DL:
        net_read_dl(b, w);
        break;
    case NET_DOT:
        net_read_dot(b, w);
        break;
    default:
        net_read_matrix(b, w);
    }
}

enum csv_result network_file_open(struct network_file *f, struct store *s, struct span span,
                                  struct str path, struct sliding *w, enum net_format format,
                                  enum net_part part) {
    *f = (struct network_file){.stopped = ST_OK};
    buf_init(&f->piece, s->host.alloc);
    buf_init(&f->reason, s->host.alloc);
    f->stopped = net_init(&f->build, s, span, path, part);
    f->build.source = &w->in;
    if (f->stopped == ST_OK) {
        read_format(&f->build, w, format);
        f->stopped = net_finish(&f->build);
    }
    f->build.source = NULL;
    sliding_close(w);
    if (f->stopped == ST_OK && !show_header(f))
        f->stopped = ST_NO_MEMORY;
    return f->stopped == ST_OK ? CSV_ROW : CSV_STOPPED;
}

void network_file_close(struct network_file *f) {
    if (!f->build.s)
        return;
    net_free(&f->build);
    buf_free(&f->piece);
    buf_free(&f->reason);
}
