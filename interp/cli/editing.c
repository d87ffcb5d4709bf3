/* Places in texts as people, editors and the interpreter count them. */
#include "cli/editing.h"
#include "cli/bytes.h"
#include <string.h>

/* Length of the character at the start; 1 where it is broken. */
static size_t character(const char *p, size_t n) {
    unsigned char first = (unsigned char)p[0];
    size_t length = first < 0x80             ? 1
                    : (first & 0xE0) == 0xC0 ? 2
                    : (first & 0xF0) == 0xE0 ? 3
                    : (first & 0xF8) == 0xF0 ? 4
                                             : 1;
    for (size_t i = 1; i < length; i++) {
        if (i >= n || ((unsigned char)p[i] & 0xC0) != 0x80) {
            return 1;
        }
    }
    return length;
}

/* Beyond the basic plane a character is two code units. */
static long units_of(size_t length, bool utf16) {
    return utf16 && length == 4 ? 2 : 1;
}

static bool ends_line(const char *text, size_t n, size_t at, size_t *length) {
    *length = text[at] == '\r' && at + 1 < n && text[at + 1] == '\n' ? 2 : 1;
    return text[at] == '\n' || text[at] == '\r';
}

/* Both from 0. */
static size_t find_offset(const char *text, size_t n, long line, long column, bool utf16) {
    size_t at = 0, length;
    while (line > 0 && at < n) {
        bool end = ends_line(text, n, at, &length);
        line -= end;
        at += end ? length : 1;
    }
    while (column > 0 && at < n && line == 0 && !ends_line(text, n, at, &length)) {
        length = character(text + at, n - at);
        column -= units_of(length, utf16);
        at += length;
    }
    return at;
}

size_t editing_offset(const char *text, size_t n, long line, long column) {
    return find_offset(text, n, line - 1, column - 1, false);
}

size_t editing_offset_utf16(const char *text, size_t n, long line, long unit) {
    return find_offset(text, n, line, unit, true);
}

void editing_place_utf16(const char *text, size_t n, size_t offset, long *line, long *unit) {
    size_t length;
    *line = *unit = 0;
    for (size_t at = 0; at < offset && at < n; at += length) {
        if (ends_line(text, n, at, &length)) {
            ++*line;
            *unit = 0;
        } else {
            length = character(text + at, n - at);
            *unit += units_of(length, true);
        }
    }
}

json_t *editing_string(spoke_text text) {
    json_t *whole = json_stringn(text.p, text.n);
    if (whole) {
        return whole;
    }
    struct bytes clean = {0};
    for (size_t at = 0, length; at < text.n; at += length) {
        length = character(text.p + at, text.n - at);
        bool broken = length == 1 && ((unsigned char)text.p[at] & 0x80);
        bytes_put(&clean, broken ? "\xEF\xBF\xBD" : text.p + at, broken ? 3 : length);
    }
    whole = clean.failed ? NULL : json_stringn(clean.p ? clean.p : "", clean.n);
    bytes_free(&clean);
    return whole;
}

json_t *editing_candidate(const spoke_candidate *c) {
    return json_pack("{s:o, s:o, s:o, s:o}", "name", editing_string(c->name), "kind",
                     editing_string(c->kind), "type", editing_string(c->type), "doc",
                     editing_string(c->doc));
}
