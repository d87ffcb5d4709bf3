/* The splitter: one pass over a sliding buffer.
 *
 * `split` takes one row from the unread bytes or says that it needs more of
 * them; it changes nothing until the row is complete, so it can be repeated
 * after the next piece was read. A newline is put behind the last byte as a
 * sentinel, and bytes are looked at 64 at a time (store/stops.h).
 *
 * Blocks are cut where a row ends. A quote opens a field only at its start, so
 * whoever looks for row ends needs to see the quotes and what stands before
 * them, and nothing else. */
#include "store/csv.h"
#include "base/utf8.h"

enum { FIRST_FIELDS = 16 };

/* So far from every place that none lies behind it. */
#define NOTHING_SEEN (SIZE_MAX / 2)

enum split { SPLIT_ROW, SPLIT_MORE, SPLIT_OPEN_QUOTE, SPLIT_TOO_LONG, SPLIT_NO_MEMORY };

/* What one run of `split` has found so far. */
struct splitting {
    char *at, *end;
    bool odd;     /* perhaps a byte is zero or beyond ASCII */
    bool zero;    /* a zero byte was there, in quotes */
    bool garbage; /* something stood behind a closing quote */
    bool quotes;  /* some field is quoted */
};

static bool grow_fields(struct csv *c) {
    uint32_t room = c->cap_fields ? c->cap_fields * 2 : FIRST_FIELDS;
    struct csv_field *grown =
        mem_resize(c->alloc, c->fields, c->cap_fields * sizeof *grown, room * sizeof *grown);
    if (!grown)
        return false;
    c->fields = grown;
    c->cap_fields = room;
    return true;
}

/* Looks at further bytes until one of them ends a plain field. */
static char *look_on(struct csv *c, struct splitting *s, char *p) {
    do {
        c->seen = stops_in(p, c->separator);
        c->seen_at = (size_t)(p - c->w.buffer);
        s->odd |= c->seen.odd != 0;
        p += STOPS_BYTES;
    } while (!c->seen.ends);
    return p - STOPS_BYTES + stops_first(c->seen.ends);
}

/* Moves on to the next byte that ends a plain field. */
static inline void skip_plain(struct csv *c, struct splitting *s) {
    size_t ahead = (size_t)(s->at - c->w.buffer) - c->seen_at;
    if (ahead >= STOPS_BYTES) {
        s->at = look_on(c, s, s->at);
        return;
    }
    uint64_t ends = c->seen.ends >> ahead;
    s->at = ends ? s->at + stops_first(ends) : look_on(c, s, s->at + (STOPS_BYTES - ahead));
}

/* From behind the opening quote to behind the closing one. */
static enum split skip_quoted(const struct csv *c, struct splitting *s) {
    char *p = s->at;
    for (;;) {
        char *quote = p < s->end ? memchr(p, '"', (size_t)(s->end - p)) : NULL;
        if (!quote)
            return c->w.at_end ? SPLIT_OPEN_QUOTE : SPLIT_MORE;
        p = quote + 1;
        if (p == s->end && !c->w.at_end)
            return SPLIT_MORE;
        if (p == s->end || *p != '"')
            break;
        p++;
    }
    s->at = p;
    return SPLIT_ROW;
}

static enum split split_quoted(struct csv *c, struct splitting *s, struct csv_field *f) {
    char *first = s->at++;
    s->quotes = true;
    enum split closed = skip_quoted(c, s);
    size_t n = closed == SPLIT_ROW ? (size_t)(s->at - first) : (size_t)(s->end - first);
    *f = (struct csv_field){.p = first + 1, .quoted = true, .kind = FIELD_TEXT};
    if (n > CSV_FIELD_LIMIT + 2)
        return SPLIT_TOO_LONG;
    if (closed != SPLIT_ROW)
        return closed;
    f->n = (uint32_t)(n - 2);
    char *behind = s->at;
    skip_plain(c, s);
    s->garbage |= s->at != behind;
    return SPLIT_ROW;
}

static inline enum split split_field(struct csv *c, struct splitting *s) {
    if (c->nfields == c->cap_fields && !grow_fields(c))
        return SPLIT_NO_MEMORY;
    struct csv_field *f = &c->fields[c->nfields++];
    if (UNLIKELY(s->at < s->end && *s->at == '"')) {
        enum split got = split_quoted(c, s, f);
        if (got != SPLIT_ROW)
            return got;
    } else {
        char *first = s->at;
        skip_plain(c, s);
        size_t n = (size_t)(s->at - first);
        *f = (struct csv_field){.p = first, .n = (uint32_t)n, .kind = FIELD_TEXT};
        if (UNLIKELY(n > CSV_FIELD_LIMIT))
            return SPLIT_TOO_LONG;
    }
    return s->at >= s->end && !c->w.at_end ? SPLIT_MORE : SPLIT_ROW;
}

/* Takes out doubled quotes in place, notes what bytes there are, and counts
 * the line ends inside. */
static uint64_t finish_quoted(const struct csv *c, struct csv_field *f, struct splitting *s) {
    char *to = c->w.buffer + (f->p - c->w.buffer);
    const char *from = f->p, *end = f->p + f->n;
    uint64_t lines = 0;
    while (from < end) {
        char ch = *from;
        s->odd |= (unsigned char)ch >= 0x80;
        s->zero |= ch == '\0';
        lines += ch == '\n' || (ch == '\r' && !(from + 1 < end && from[1] == '\n'));
        from += ch == '"' ? 2 : 1;
        *to++ = ch;
    }
    f->n = (uint32_t)(to - f->p);
    return lines;
}

static const char *find_flaw(const struct csv *c, const struct splitting *s) {
    bool zero = s->zero, utf8 = true;
    if (s->garbage)
        return "text stands behind a closing quote";
    for (uint32_t i = 0; s->odd && i < c->nfields; i++) {
        struct str text = csv_text(&c->fields[i]);
        zero = zero || (text.n && memchr(text.p, '\0', text.n));
        utf8 = utf8 && utf8_check(text) == text.n;
    }
    return zero ? "the row holds a zero byte" : utf8 ? NULL : "the row is not valid UTF-8";
}

/* The row is complete and s->at stands behind its last field. */
static void finish_row(struct csv *c, struct splitting *s) {
    uint64_t lines = 1;
    if (s->quotes) {
        for (uint32_t i = 0; i < c->nfields; i++) {
            if (c->fields[i].quoted)
                lines += finish_quoted(c, &c->fields[i], s);
        }
    }
    c->flaw = s->odd || s->garbage || s->zero ? find_flaw(c, s) : NULL;
    if (s->at < s->end && *s->at == '\r' && s->at + 1 < s->end && s->at[1] == '\n')
        s->at++;
    if (s->at < s->end)
        s->at++;
    size_t next = (size_t)(s->at - c->w.buffer);
    c->w.start = next;
    c->row_line = c->line;
    c->line += lines;
}

/* The line in which the last field begun by `split` starts. */
static uint64_t field_line(const struct csv *c) {
    const char *p = c->w.buffer + c->w.start, *field = c->fields[c->nfields - 1].p;
    uint64_t line = c->line;
    for (; p < field; p++)
        line += *p == '\n' || (*p == '\r' && p[1] != '\n');
    return line;
}

static enum split split(struct csv *c) {
    struct splitting s = {.at = c->w.buffer + c->w.start, .end = c->w.buffer + c->w.stop};
    *s.end = '\n';
    s.odd = c->w.start - c->seen_at < STOPS_BYTES && c->seen.odd;
    c->nfields = 0;
    for (;;) {
        enum split got = split_field(c, &s);
        if (got != SPLIT_ROW)
            return got;
        if (s.at >= s.end || *s.at != c->separator)
            break;
        s.at++;
    }
    /* The line feed of a CRLF may lie in the next piece. */
    if (s.at + 1 == s.end && *s.at == '\r' && !c->w.at_end)
        return SPLIT_MORE;
    finish_row(c, &s);
    return SPLIT_ROW;
}

enum csv_result csv_from_input(enum input_result got) {
    switch (got) {
    case INPUT_READ:
        return CSV_ROW;
    case INPUT_UNREADABLE:
        return CSV_UNREADABLE;
    case INPUT_CUT_OFF:
        return CSV_CUT_OFF;
    case INPUT_DAMAGED:
        return CSV_DAMAGED;
    case INPUT_BOMB:
        return CSV_BOMB;
    case INPUT_NO_MEMORY:
        break;
    }
    return CSV_NO_MEMORY;
}

/* Bytes move, so nothing of them has been looked at. */
static enum csv_result refill(struct csv *c) {
    c->seen_at = NOTHING_SEEN;
    return csv_from_input(sliding_refill(&c->w));
}

static bool is_blank(const struct csv *c) {
    return c->nfields == 1 && c->fields[0].n == 0 && !c->fields[0].quoted;
}

static enum csv_result next_row(struct csv *c) {
    for (;;) {
        if (c->w.start == c->w.stop && c->w.at_end)
            return CSV_END;
        enum split got = c->w.start < c->w.stop ? split(c) : SPLIT_MORE;
        switch (got) {
        case SPLIT_ROW:
            return CSV_ROW;
        case SPLIT_NO_MEMORY:
            return CSV_NO_MEMORY;
        case SPLIT_TOO_LONG:
        case SPLIT_OPEN_QUOTE:
            c->bad_line = field_line(c);
            return got == SPLIT_TOO_LONG ? CSV_TOO_LONG : CSV_OPEN_QUOTE;
        case SPLIT_MORE:
            break;
        }
        if (c->w.stop - c->w.start > CSV_ROW_LIMIT) {
            c->bad_line = c->line;
            return CSV_TOO_LONG;
        }
        enum csv_result filled = refill(c);
        if (filled != CSV_ROW)
            return filled;
    }
}

enum csv_result csv_next(struct csv *c) {
    enum csv_result got;
    do
        got = next_row(c);
    while (got == CSV_ROW && is_blank(c));
    return got;
}

/* Text has next to no control characters; compressed bytes one in ten. */
static bool looks_binary(const char *p, size_t n) {
    size_t odd = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)p[i];
        odd += ch == '\0' || (ch < 0x20 && !strchr("\t\n\r\f\x1b", ch));
    }
    return odd * 20 > n;
}

/* The separator that stands most often outside quotes in the first line. */
static char find_separator(const char *p, size_t n) {
    static const char wanted[] = {',', '\t', ';'};
    size_t counts[COUNT_OF(wanted)] = {0};
    bool quoted = false;
    for (size_t i = 0; i < n && (quoted || (p[i] != '\n' && p[i] != '\r')); i++) {
        quoted ^= p[i] == '"';
        for (size_t k = 0; k < COUNT_OF(wanted) && !quoted; k++)
            counts[k] += p[i] == wanted[k];
    }
    size_t best = 0;
    for (size_t k = 1; k < COUNT_OF(wanted); k++) {
        if (counts[k] > counts[best])
            best = k;
    }
    return wanted[best];
}

/* Skips one line of any kind of end if it is blank or a comment. */
static enum csv_result skip_line(struct csv *c, bool *skipped) {
    size_t at = c->w.start;
    char first = at < c->w.stop ? c->w.buffer[at] : 'x';
    *skipped = false;
    if (first != '#' && first != '\n' && first != '\r')
        return CSV_ROW;
    for (;; at++) {
        if (at + 1 >= c->w.stop && !c->w.at_end) {
            size_t done = at - c->w.start;
            if (done > CSV_ROW_LIMIT) {
                c->bad_line = c->line;
                return CSV_TOO_LONG;
            }
            enum csv_result filled = refill(c);
            if (filled != CSV_ROW)
                return filled;
            at = c->w.start + done;
        }
        if (at >= c->w.stop || c->w.buffer[at] == '\n' || c->w.buffer[at] == '\r')
            break;
    }
    if (at + 1 < c->w.stop && c->w.buffer[at] == '\r' && c->w.buffer[at + 1] == '\n')
        at++;
    c->w.start = at < c->w.stop ? at + 1 : at;
    c->line++;
    *skipped = true;
    return CSV_ROW;
}

enum csv_result csv_begin(struct csv *c, struct alloc *alloc, const struct sliding *w) {
    enum csv_result got;
    *c = (struct csv){.alloc = alloc, .line = 1, .w = *w, .seen_at = NOTHING_SEEN};
    if (looks_binary(c->w.buffer, c->w.stop < INPUT_LOOKED_AT ? c->w.stop : INPUT_LOOKED_AT))
        return CSV_BINARY;
    if (c->w.stop >= 3 && memcmp(c->w.buffer, "\xEF\xBB\xBF", 3) == 0)
        c->w.start = 3;
    bool skipped;
    do
        got = skip_line(c, &skipped);
    while (got == CSV_ROW && skipped);
    if (got != CSV_ROW)
        return got;
    c->separator = find_separator(c->w.buffer + c->w.start, c->w.stop - c->w.start);
    return csv_next(c);
}

/* ---- blocks ---- */

static bool ends_line(char ch) {
    return ch == '\n' || ch == '\r';
}

/* Behind the last row end in [from, to), of which nothing is in quotes; `from`: there is none. A
 * carriage return at the very end may have its line feed behind it. */
static size_t end_of_lines(const char *p, size_t from, size_t to, size_t stop) {
    while (to > from && !(p[to - 1] == '\n' || (p[to - 1] == '\r' && to < stop)))
        to--;
    return to;
}

/* Behind the field whose opening quote is at `quote`; more than `stop`: it is not closed there. */
static size_t end_of_quoted(const char *p, size_t quote, size_t stop) {
    for (size_t at = quote + 1; at < stop;) {
        const char *closing = memchr(p + at, '"', stop - at);
        if (!closing)
            break;
        at = (size_t)(closing - p) + 1;
        if (at == stop || p[at] != '"')
            return at;
        at++;
    }
    return stop + 1;
}

/* Behind the last row end of p[0, stop), which begins with a row; 0: there is none. */
static size_t end_of_rows(const char *p, size_t stop, char separator) {
    size_t at = 0, end = 0;
    while (at < stop) {
        const char *quote = memchr(p + at, '"', stop - at);
        size_t next = quote ? (size_t)(quote - p) : stop;
        bool opens = next == 0 || p[next - 1] == separator || ends_line(p[next - 1]);
        size_t lines = end_of_lines(p, at, next, stop);
        end = lines > at ? lines : end;
        at = !quote ? stop : opens ? end_of_quoted(p, next, stop) : next + 1;
    }
    return end;
}

/* Reads the file into the block until that has `most` bytes. */
static enum csv_result fill_block(struct csv *c, struct sliding *w, size_t most) {
    if (w->cap < most && !sliding_reserve(w, most))
        return CSV_NO_MEMORY;
    while (!c->w.at_end && w->stop < most) {
        size_t n;
        enum input_result got = input_read(&c->w.in, w->buffer + w->stop, most - w->stop, &n);
        if (got != INPUT_READ)
            return csv_from_input(got);
        w->stop += n;
        c->w.at_end = n == 0;
    }
    return CSV_ROW;
}

/* Moves bytes [from, stop) of a window to an empty one. */
static bool move_bytes(struct sliding *out, struct sliding *in, size_t from) {
    size_t n = in->stop - from;
    if (n > out->cap && !sliding_reserve(out, n))
        return false;
    if (n)
        memcpy(out->buffer, in->buffer + from, n);
    out->start = 0;
    out->stop = n;
    in->stop = from;
    return true;
}

void csv_block_init(struct csv *block, struct alloc *alloc) {
    *block = (struct csv){.alloc = alloc, .seen_at = NOTHING_SEEN};
    block->w.in = (struct input){.alloc = alloc, .file = -1};
}

enum csv_result csv_cut(struct csv *c, struct csv *block) {
    struct sliding *w = &block->w;
    enum csv_result got = c->failed;
    size_t end = 0; /* behind its last row */
    block->separator = c->separator;
    block->line = block->bad_line = 0;
    block->seen_at = NOTHING_SEEN;
    w->start = w->stop = 0;
    if (got == CSV_ROW && !move_bytes(w, &c->w, c->w.start))
        got = CSV_NO_MEMORY;
    c->w.start = c->w.stop = 0;
    for (size_t most = CSV_BLOCK;
         got == CSV_ROW && end == 0 && !c->w.at_end && w->stop <= CSV_ROW_LIMIT;
         most = most < CSV_ROW_LIMIT ? most * 2 : CSV_ROW_LIMIT + 1) {
        got = fill_block(c, w, most);
        end = end_of_rows(w->buffer, w->stop, c->separator);
    }
    if (c->w.at_end)
        end = w->stop;
    c->failed = got; /* told when the rows before it are done */
    if (got != CSV_ROW && end == 0)
        return got;
    w->at_end = end > 0; /* else one row fills it, and is too long */
    if (end > 0 && !move_bytes(&c->w, w, end))
        return CSV_NO_MEMORY;
    return w->stop > 0 ? CSV_ROW : CSV_END;
}

void csv_close(struct csv *c) {
    sliding_close(&c->w);
    mem_give(c->alloc, c->fields, c->cap_fields * sizeof *c->fields);
    c->fields = NULL;
    c->cap_fields = 0;
}
