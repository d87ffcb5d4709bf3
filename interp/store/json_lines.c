/* The parser: one pass over a line, which it changes (json_text.h). */
#include "store/json_lines.h"
#include "base/utf8.h"
#include "store/json_text.h"

enum { FIRST_FIELDS = 16 };

/* ---- keys ---- */

static size_t bytes_for(const struct json_lines *j, uint32_t room) {
    return room * (sizeof *j->headers + sizeof *j->fields + sizeof *j->seen);
}

/* The three arrays lie in one block, `headers` first. */
static bool grow(struct json_lines *j) {
    uint32_t room = j->room ? j->room * 2 : FIRST_FIELDS;
    struct csv_field *headers = mem_zero(j->alloc, bytes_for(j, room));
    if (!headers)
        return false;
    struct csv_field *fields = headers + room;
    uint64_t *seen = (uint64_t *)(fields + room);
    if (j->room) {
        memcpy(headers, j->headers, j->nfields * sizeof *headers);
        memcpy(fields, j->fields, j->nfields * sizeof *fields);
        memcpy(seen, j->seen, j->nfields * sizeof *seen);
        mem_give(j->alloc, j->headers, bytes_for(j, j->room));
    }
    j->headers = headers;
    j->fields = fields;
    j->seen = seen;
    j->room = room;
    return true;
}

enum { NO_FIELD = -1, NO_MEMORY = -2 };

static int64_t add_key(struct json_lines *j, struct str key) {
    bool is_new;
    struct str copy = arena_str(&j->texts, key);
    uint64_t *place = copy.p ? strmap_put(&j->keys, copy, &is_new) : NULL;
    if (!place || (j->nfields == j->room && !grow(j)))
        return NO_MEMORY;
    j->headers[j->nfields] = (struct csv_field){.p = copy.p, .n = (uint32_t)copy.n};
    j->seen[j->nfields] = 0;
    *place = ++j->nfields;
    return j->nfields - 1;
}

/* Objects mostly have their keys in one order. */
static int64_t find_key(struct json_lines *j, struct str key) {
    if (j->expected < j->nfields && str_eq(csv_text(&j->headers[j->expected]), key))
        return j->expected;
    const uint64_t *found = strmap_find(&j->keys, key);
    if (found)
        return (int64_t)*found - 1;
    return j->collecting ? add_key(j, key) : NO_FIELD;
}

/* ---- lines ---- */

/* `"key": value` */
static enum csv_result read_member(struct json_lines *j, struct json_text *s) {
    struct str key;
    struct csv_field value;
    json_skip_blanks(s);
    if (!json_take(s, '"')) {
        json_fail(s, "the line is not valid JSON: a key has to stand here");
        return CSV_ROW;
    }
    if (!json_read_string(s, &key))
        return CSV_ROW;
    json_skip_blanks(s);
    if (!json_take(s, ':')) {
        json_fail(s, "the line is not valid JSON: there is no `:` behind a key");
        return CSV_ROW;
    }
    json_skip_blanks(s);
    if (!json_read_value(s, &value))
        return CSV_ROW;
    int64_t field = find_key(j, key);
    if (field == NO_MEMORY)
        return CSV_NO_MEMORY;
    if (field == NO_FIELD)
        return CSV_ROW;
    if (j->nfields > JSON_MOST_KEYS)
        return CSV_TOO_WIDE;
    if (j->seen[field] == j->line)
        json_fail(s, "a key stands twice in the object");
    j->seen[field] = j->line;
    j->fields[field] = value;
    j->expected = (uint32_t)field + 1;
    return CSV_ROW;
}

/* All but the members of the object is checked here. */
static enum csv_result read_object(struct json_lines *j, struct json_text *s) {
    enum csv_result got = CSV_ROW;
    json_skip_blanks(s);
    if (!json_take(s, '{')) {
        json_fail(s, "the line is not a JSON object");
        return got;
    }
    json_skip_blanks(s);
    bool more = !json_take(s, '}');
    while (more && got == CSV_ROW && !s->flaw) {
        got = read_member(j, s);
        json_skip_blanks(s);
        more = json_take(s, ',');
        if (got == CSV_ROW && !s->flaw && !more && !json_take(s, '}'))
            json_fail(s, "the line is not valid JSON: an object is not closed");
    }
    json_skip_blanks(s);
    if (!s->flaw && s->p < s->end)
        json_fail(s, "text stands behind the object");
    return got;
}

static enum csv_result read_line(struct json_lines *j, char *line, size_t n) {
    struct json_text s = {.p = line, .end = line + n};
    for (uint32_t i = 0; i < j->nfields; i++)
        j->fields[i] = (struct csv_field){.p = line};
    if (utf8_check((struct str){line, n}) != n)
        json_fail(&s, "the row is not valid UTF-8");
    j->expected = 0;
    enum csv_result got = s.flaw ? CSV_ROW : read_object(j, &s);
    j->flaw = s.flaw;
    j->row_line = j->line;
    j->rows += s.flaw == NULL;
    if (!s.too_long && got == CSV_ROW)
        return CSV_ROW;
    j->bad_line = j->line;
    return s.too_long ? CSV_TOO_LONG : got;
}

/* The next line, read on until all of it is there; without its end. */
static enum csv_result next_line(struct json_lines *j, char **line, size_t *n) {
    struct sliding *w = &j->w;
    for (size_t looked = 0;;) {
        size_t unread = w->stop - w->start;
        char *first = w->buffer + w->start;
        char *end = unread > looked ? memchr(first + looked, '\n', unread - looked) : NULL;
        if (unread > CSV_ROW_LIMIT && (!end || (size_t)(end - first) > CSV_ROW_LIMIT)) {
            j->bad_line = j->line + 1;
            return CSV_TOO_LONG;
        }
        if (end || (w->at_end && unread)) {
            *line = first;
            *n = end ? (size_t)(end - first) : unread;
            w->start += end ? *n + 1 : *n;
            return CSV_ROW;
        }
        if (w->at_end)
            return CSV_END;
        looked = unread;
        enum csv_result got = csv_from_input(sliding_refill(w));
        if (got != CSV_ROW)
            return got;
    }
}

static bool is_blank(const char *line, size_t n) {
    while (n && (line[n - 1] == ' ' || line[n - 1] == '\t' || line[n - 1] == '\r'))
        n--;
    return n == 0;
}

enum csv_result json_lines_next(struct json_lines *j) {
    enum csv_result got;
    char *line;
    size_t n;
    do {
        got = next_line(j, &line, &n);
        if (got != CSV_ROW)
            return got;
        j->line++;
    } while (is_blank(line, n));
    return read_line(j, line, n);
}

/* ---- the whole ---- */

/* `line` counts those read, so that it is the number of the current one. */
static void begin_reading(struct json_lines *j, const struct sliding *w) {
    j->w = *w;
    j->line = 0;
    for (uint32_t i = 0; i < j->nfields; i++)
        j->seen[i] = 0;
    if (j->w.stop >= 3 && memcmp(j->w.buffer, "\xEF\xBB\xBF", 3) == 0)
        j->w.start = 3;
}

enum csv_result json_lines_begin(struct json_lines *j, struct alloc *alloc,
                                 const struct sliding *w) {
    *j = (struct json_lines){.alloc = alloc, .collecting = true};
    arena_init(&j->texts, alloc);
    strmap_init(&j->keys, alloc);
    begin_reading(j, w);
    return w->in.regular ? CSV_ROW : CSV_ONCE_ONLY;
}

enum csv_result json_lines_again(struct json_lines *j, const struct input_from *from) {
    struct sliding again;
    if (j->rows == 0)
        return CSV_NOT_LINES;
    sliding_close(&j->w);
    j->collecting = false;
    enum csv_result got = csv_from_input(sliding_open(&again, j->alloc, from));
    begin_reading(j, &again);
    return got;
}

void json_lines_close(struct json_lines *j) {
    sliding_close(&j->w);
    mem_give(j->alloc, j->headers, j->room ? bytes_for(j, j->room) : 0);
    strmap_free(&j->keys);
    arena_free(&j->texts);
    j->headers = j->fields = NULL;
    j->room = j->nfields = 0;
}
