/* Splitting a window into lines and those into words. */
#include "store/net_lines.h"
#include "base/utf8.h"

void net_lines_init(struct net_lines *l, struct net_build *b, struct sliding *w) {
    *l = (struct net_lines){.b = b, .w = w};
    buf_init(&l->room, b->s->host.alloc);
    buf_init(&l->word, b->s->host.alloc);
}

void net_lines_free(struct net_lines *l) {
    buf_free(&l->room);
    buf_free(&l->word);
}

void net_input_failed(struct net_build *b, enum input_result got) {
    switch (got) {
    case INPUT_READ:
        return;
    case INPUT_NO_MEMORY:
        net_stop(b, ST_NO_MEMORY);
        return;
    case INPUT_BOMB:
        net_refuse(b, "if that is right, unpack it first",
                   "unpacks to more than 200 times its size");
        return;
    case INPUT_UNREADABLE:
        net_refuse(b, "check the file and its disk", "cannot be read on");
        return;
    default:
        net_refuse(b, "fetch it again: a part of it is missing",
                   "is packed, and cut off or damaged");
    }
}

/* ---- lines ---- */

/* The end of the line that begins the window, when it is there. */
static const char *find_end(const struct sliding *w, size_t looked) {
    const char *first = w->buffer + w->start + looked, *end = w->buffer + w->stop;
    for (const char *p = first; p < end; p++) {
        if (*p == '\n' || *p == '\r')
            return p;
    }
    return NULL;
}

/* Reads on until all of a line is in the window; its end there, or NULL. */
static const char *fill_line(struct net_lines *l) {
    struct sliding *w = l->w;
    for (size_t looked = 0;;) {
        const char *end = find_end(w, looked);
        size_t unread = w->stop - w->start;
        if (end && (end + 1 < w->buffer + w->stop || *end == '\n' || w->at_end))
            return end;
        if (w->at_end)
            return unread ? w->buffer + w->stop : NULL;
        if (unread > CSV_ROW_LIMIT) {
            net_refuse(l->b, "no network has such a line: look whether this is the right file",
                       "the line is longer than 16 MiB");
            return NULL;
        }
        looked = end ? unread - 1 : unread;
        enum input_result got = sliding_refill(w);
        net_input_failed(l->b, got);
        if (got != INPUT_READ)
            return NULL;
    }
}

static void from_latin(struct net_lines *l) {
    struct str text = l->text;
    buf_clear(&l->room);
    for (size_t i = 0; i < text.n; i++) {
        char bytes[4];
        buf_put(&l->room, bytes, utf8_put(bytes, (unsigned char)text.p[i]));
    }
    if (l->room.failed)
        net_stop(l->b, ST_NO_MEMORY);
    l->text = buf_view(&l->room);
}

static void check_line(struct net_lines *l) {
    if (l->text.n && memchr(l->text.p, '\0', l->text.n))
        net_refuse(l->b, "look whether this is the right file", "the line holds a zero byte");
    else if (utf8_check(l->text) == l->text.n)
        return;
    else if (l->marked)
        net_refuse(l->b, "save the file as UTF-8", "the line is not valid UTF-8");
    else
        from_latin(l);
}

static void skip_mark(struct net_lines *l) {
    struct sliding *w = l->w;
    l->begun = true;
    l->marked = w->stop - w->start >= 3 && memcmp(w->buffer + w->start, "\xEF\xBB\xBF", 3) == 0;
    w->start += l->marked ? 3 : 0;
}

bool net_next_line(struct net_lines *l) {
    struct sliding *w = l->w;
    l->at = 0;
    if (!l->begun)
        skip_mark(l);
    l->b->line = ++l->line;
    l->text = STR(""); /* a line that is over does not come again */
    const char *end = fill_line(l);
    if (!end && !l->b->refused)
        l->b->line = --l->line;
    if (!end || l->b->refused)
        return false;
    const char *first = w->buffer + w->start, *stop = w->buffer + w->stop;
    l->text = (struct str){first, (size_t)(end - first)};
    w->start += l->text.n;
    if (end < stop)
        w->start += end[0] == '\r' && end + 1 < stop && end[1] == '\n' ? 2 : 1;
    if (l->line % 4096 == 0)
        net_stop(l->b, store_poll(l->b->s, 4096));
    check_line(l);
    return !l->b->refused;
}

/* ---- words ---- */

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* `&#353;`, as Pajek writes what its letters do not have. */
static bool put_reference(struct buf *out, struct str text, size_t *at) {
    uint32_t code = 0;
    size_t i = *at + 2;
    char bytes[4];
    if (*at + 3 >= text.n || text.p[*at + 1] != '#')
        return false;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && code < 0x110000; i++)
        code = code * 10 + (uint32_t)(text.p[i] - '0');
    if (i == text.n || text.p[i] != ';' || i == *at + 2 || code == 0 || code > 0x10FFFF ||
        (code >= 0xD800 && code <= 0xDFFF))
        return false;
    buf_put(out, bytes, utf8_put(bytes, code));
    *at = i + 1;
    return true;
}

/* From behind the opening quote to behind the closing one. */
static void quoted_word(struct net_lines *l, char quote) {
    struct str t = l->text;
    buf_clear(&l->word);
    while (l->at < t.n && t.p[l->at] != quote) {
        char c = t.p[l->at];
        if (c == '&' && put_reference(&l->word, t, &l->at))
            continue;
        if (c == '\\' && l->at + 1 < t.n && (t.p[l->at + 1] == quote || t.p[l->at + 1] == '\\'))
            c = t.p[++l->at];
        buf_char(&l->word, c);
        l->at++;
    }
    if (l->at == t.n)
        net_refuse(l->b, "close it on the same line", "a quote is opened and never closed");
    l->at++;
    if (l->word.failed)
        net_stop(l->b, ST_NO_MEMORY);
}

bool net_next_word(struct net_lines *l, const char *stops, struct net_word *out) {
    struct str t = l->text;
    while (l->at < t.n && (is_blank(t.p[l->at]) || strchr(stops, t.p[l->at])))
        l->at++;
    if (l->at >= t.n || l->b->refused)
        return false;
    char c = t.p[l->at];
    out->quoted = c == '"' || c == '\'';
    if (out->quoted) {
        l->at++;
        quoted_word(l, c);
        out->text = buf_view(&l->word);
        return !l->b->refused;
    }
    size_t first = l->at;
    while (l->at < t.n && !is_blank(t.p[l->at]) && !strchr(stops, t.p[l->at]))
        l->at++;
    out->text = (struct str){t.p + first, l->at - first};
    return true;
}

bool net_is(struct str word, const char *wanted) {
    return word.n == strlen(wanted) && sqlite3_strnicmp(word.p, wanted, (int)word.n) == 0;
}
