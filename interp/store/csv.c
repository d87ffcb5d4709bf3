/* The splitter: one pass over a sliding buffer.
 *
 * `split` takes one row from the unread bytes or says that it needs more of
 * them; it changes nothing until the row is complete, so it can be repeated
 * after the next piece was read. A newline is put behind the last byte as a
 * sentinel, which lets the inner loop test one table per byte. */
#include "store/csv.h"
#include "base/utf8.h"

enum { FIRST_FIELDS = 16 };

enum split { SPLIT_ROW, SPLIT_MORE, SPLIT_OPEN_QUOTE, SPLIT_TOO_LONG, SPLIT_NO_MEMORY };

/* What one run of `split` has found so far. */
struct splitting {
    char *at, *end;
    unsigned char seen; /* all bytes of plain runs, or-ed */
    bool zero;          /* a zero byte was there */
    bool garbage;       /* something stood behind a closing quote */
    bool quotes;        /* some field is quoted */
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

/* Moves on to the next byte that may end a plain field. */
static void skip_plain(const struct csv *c, struct splitting *s) {
    char *p = s->at;
    unsigned seen = s->seen;
    for (;;) {
        while (!c->stops[(unsigned char)*p])
            seen |= (unsigned char)*p++;
        if (*p != '\0')
            break;
        s->zero = true;
        p++;
    }
    s->seen = (unsigned char)seen;
    s->at = p;
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

static enum split split_field(struct csv *c, struct splitting *s) {
    if (c->nfields == c->cap_fields && !grow_fields(c))
        return SPLIT_NO_MEMORY;
    struct csv_field *f = &c->fields[c->nfields++];
    char *first = s->at;
    f->p = first;
    f->kind = FIELD_TEXT;
    f->quoted = s->at < s->end && *s->at == '"';
    if (f->quoted) {
        s->at++;
        f->p++;
        s->quotes = true;
        enum split closed = skip_quoted(c, s);
        size_t n = closed == SPLIT_ROW ? (size_t)(s->at - first) : (size_t)(s->end - first);
        if (n > CSV_FIELD_LIMIT + 2)
            return SPLIT_TOO_LONG;
        if (closed != SPLIT_ROW)
            return closed;
        f->n = (uint32_t)(n - 2);
        char *behind = s->at;
        skip_plain(c, s);
        s->garbage |= s->at != behind;
    } else {
        skip_plain(c, s);
        if ((size_t)(s->at - first) > CSV_FIELD_LIMIT)
            return SPLIT_TOO_LONG;
        f->n = (uint32_t)(s->at - first);
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
        s->seen |= (unsigned char)ch;
        s->zero |= ch == '\0';
        lines += ch == '\n' || (ch == '\r' && !(from + 1 < end && from[1] == '\n'));
        from += ch == '"' ? 2 : 1;
        *to++ = ch;
    }
    f->n = (uint32_t)(to - f->p);
    return lines;
}

static bool row_is_utf8(const struct csv *c) {
    for (uint32_t i = 0; i < c->nfields; i++) {
        struct str s = csv_text(&c->fields[i]);
        if (utf8_check(s) != s.n)
            return false;
    }
    return true;
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
    c->flaw = NULL;
    if (s->garbage)
        c->flaw = "text stands behind a closing quote";
    else if (s->zero)
        c->flaw = "the row holds a zero byte";
    else if ((s->seen & 0x80) && !row_is_utf8(c))
        c->flaw = "the row is not valid UTF-8";
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

static enum csv_result refill(struct csv *c) {
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

static void set_separator(struct csv *c) {
    c->separator = find_separator(c->w.buffer + c->w.start, c->w.stop - c->w.start);
    c->stops['\0'] = c->stops['\n'] = c->stops['\r'] = 1;
    c->stops[(unsigned char)c->separator] = 1;
}

enum csv_result csv_begin(struct csv *c, struct alloc *alloc, const struct sliding *w) {
    enum csv_result got;
    *c = (struct csv){.alloc = alloc, .line = 1, .w = *w};
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
    set_separator(c);
    return csv_next(c);
}

void csv_close(struct csv *c) {
    sliding_close(&c->w);
    mem_give(c->alloc, c->fields, c->cap_fields * sizeof *c->fields);
    c->fields = NULL;
    c->cap_fields = 0;
}
