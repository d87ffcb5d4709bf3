/* Finding where records end, without reading what they say. */
#include "given/given_feed.h"

void given_feed_open(struct given_feed *f, struct alloc *alloc) {
    *f = (struct given_feed){.line = 1};
    buf_init(&f->text, alloc);
}

void given_feed_close(struct given_feed *f) {
    buf_free(&f->text);
}

bool given_feed_add(struct given_feed *f, const char *bytes, size_t n) {
    if (f->at > 0) {
        f->text.n -= f->at;
        memmove(f->text.p, f->text.p + f->at, f->text.n);
        f->at = 0;
    }
    buf_put(&f->text, bytes, n);
    return !f->text.failed;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct given_feed *f) {
    while (f->at < f->text.n && is_blank(f->text.p[f->at]))
        f->line += f->text.p[f->at++] == '\n';
}

/* What the first byte of all says. */
static void choose_form(struct given_feed *f) {
    static const char mark[] = "\xEF\xBB\xBF";
    if (f->text.n >= 3 && memcmp(f->text.p, mark, 3) == 0)
        f->at = 3;
    skip_blanks(f);
    if (f->at == f->text.n)
        return;
    f->form = f->text.p[f->at] == '[' ? FEED_LIST : FEED_LINES;
    f->at += f->form == FEED_LIST;
}

static bool give(struct given_feed *f, size_t n, size_t beyond, struct fed_record *out) {
    *out = (struct fed_record){.p = f->text.p + f->at, .n = n, .line = f->line};
    for (size_t i = 0; f->form == FEED_LIST && i < n; i++)
        f->line += out->p[i] == '\n';
    f->line += f->form == FEED_LINES;
    f->at += n + beyond;
    return true;
}

static bool give_up(struct given_feed *f, const char *flaw, struct fed_record *out) {
    *out = (struct fed_record){.line = f->line, .flaw = flaw};
    f->at = f->text.n;
    f->form = FEED_BROKEN;
    return true;
}

static const char too_long[] = "a record is longer than 16 MiB";

/* To its end, which may be in bytes that are still to come. */
static void skip_line(struct given_feed *f) {
    size_t left = f->text.n - f->at;
    const char *end = left ? memchr(f->text.p + f->at, '\n', left) : NULL;
    f->skips = !end;
    f->line += end != NULL;
    f->at = end ? (size_t)(end - f->text.p) + 1 : f->text.n;
}

static bool next_line(struct given_feed *f, bool last, struct fed_record *out) {
    if (f->skips)
        skip_line(f);
    if (!f->skips)
        skip_blanks(f);
    size_t left = f->text.n - f->at;
    const char *end = left ? memchr(f->text.p + f->at, '\n', left) : NULL;
    size_t n = end ? (size_t)(end - (f->text.p + f->at)) : left;
    if (n > FEED_LONGEST) {
        *out = (struct fed_record){.line = f->line, .flaw = too_long};
        skip_line(f);
        return true;
    }
    return n > 0 && (end || last) && give(f, n, end != NULL, out);
}

/* Bytes of the element that begins there; 0: it is not whole. What was seen is not looked at again,
 * for it may come in many pieces. */
static size_t element_length(struct given_feed *f) {
    const char *p = f->text.p + f->at;
    size_t n = f->text.n - f->at;
    for (; f->seen < n; f->seen++) {
        char c = p[f->seen];
        if (f->quoted) {
            if (c == '\\' && f->seen + 1 == n)
                return 0;
            f->seen += c == '\\';
            f->quoted = c != '"';
        } else if (c == '"') {
            f->quoted = true;
        } else if (c == '{' || c == '[') {
            f->depth++;
        } else if (f->depth > 0 && (c == '}' || c == ']')) {
            if (--f->depth == 0)
                return f->seen + 1;
        } else if (f->depth == 0 && (c == ',' || c == ']')) {
            return f->seen;
        }
    }
    return 0;
}

static bool take(struct given_feed *f, char c) {
    skip_blanks(f);
    bool there = f->at < f->text.n && f->text.p[f->at] == c;
    f->at += there;
    return there;
}

static bool next_element(struct given_feed *f, bool last, struct fed_record *out) {
    if (f->place != BEHIND_COMMA && take(f, ']')) {
        f->form = FEED_LIST_ENDED;
        return false;
    }
    if (f->place == BEHIND_ELEMENT && take(f, ','))
        f->place = BEHIND_COMMA;
    skip_blanks(f);
    size_t left = f->text.n - f->at;
    if (f->place == BEHIND_ELEMENT && left > 0)
        return give_up(f, "there is no comma between two records of the list", out);
    size_t n = element_length(f);
    if (n > FEED_LONGEST || (n == 0 && left > FEED_LONGEST))
        return give_up(f, too_long, out);
    if (n == 0 && (last || (left > 0 && strchr(",]", f->text.p[f->at]))))
        return give_up(
            f, last ? "the list of records is not closed" : "a record of the list is missing", out);
    if (n > 0) {
        f->place = BEHIND_ELEMENT;
        f->seen = f->depth = 0;
        f->quoted = false;
    }
    return n > 0 && give(f, n, 0, out);
}

bool given_feed_next(struct given_feed *f, bool last, struct fed_record *out) {
    if (f->form == FEED_UNKNOWN)
        choose_form(f);
    if (f->form == FEED_LINES)
        return next_line(f, last, out);
    if (f->form == FEED_LIST && next_element(f, last, out))
        return true;
    if (f->form == FEED_BROKEN)
        f->at = f->text.n; /* what follows is not kept */
    if (f->form != FEED_LIST_ENDED)
        return false;
    skip_blanks(f);
    return f->at < f->text.n && give_up(f, "text stands behind the list of records", out);
}
