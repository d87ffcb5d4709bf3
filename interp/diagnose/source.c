/* Sources: the texts that are read, and where in them something stands.
 *
 * A source is copied once and never changes, so spans are plain byte offsets
 * and everything a reader sees (line, column, the line's text) is worked out
 * from the line table when it is asked for. All memory belongs to the arena of
 * the collection; it must have `escape` set while sources are added. */
#include "diagnose/diag.h"
#include "base/utf8.h"

void sources_init(struct sources *s, struct arena *arena) {
    memset(s, 0, sizeof *s);
    s->arena = arena;
}

/* The offset behind the line end that starts at `at`, or `at` if there is none. */
static size_t skip_line_end(struct str text, size_t at) {
    if (at < text.n && text.p[at] == '\r') {
        at++;
        return at < text.n && text.p[at] == '\n' ? at + 1 : at;
    }
    return at < text.n && text.p[at] == '\n' ? at + 1 : at;
}

static void split_lines(struct arena *arena, struct source *source) {
    ARENA_PUSH(arena, &source->lines) = 0;
    size_t at = 0;
    while (at < source->text.n) {
        size_t next = skip_line_end(source->text, at);
        if (next > at) {
            ARENA_PUSH(arena, &source->lines) = (uint32_t)next;
            at = next;
        } else {
            at++;
        }
    }
}

uint32_t source_add(struct sources *s, struct str name, struct str text) {
    assert(text.n < UINT32_MAX);
    struct source *source = ARENA_NEW(s->arena, struct source);
    source->name = arena_str(s->arena, name);
    source->text = arena_str(s->arena, text);
    split_lines(s->arena, source);
    ARENA_PUSH(s->arena, &s->all) = source;
    return s->all.n;
}

const struct source *source_at(const struct sources *s, uint32_t number) {
    return number >= 1 && number <= s->all.n ? s->all.at[number - 1] : NULL;
}

/* Index of the last line that starts at or before the offset. */
static uint32_t line_index(const struct source *s, uint32_t offset) {
    uint32_t low = 0, high = s->lines.n;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->lines.at[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct place source_place(const struct source *s, uint32_t offset) {
    if (offset > s->text.n)
        offset = (uint32_t)s->text.n;
    uint32_t index = line_index(s, offset);
    uint32_t start = s->lines.at[index];
    struct str before = {s->text.p + start, offset - start};
    return (struct place){index + 1, (uint32_t)utf8_length(before) + 1};
}

struct str source_line(const struct source *s, uint32_t line) {
    if (line < 1 || line > s->lines.n)
        return STR("");
    size_t start = s->lines.at[line - 1];
    size_t stop = line < s->lines.n ? s->lines.at[line] : s->text.n;
    if (stop > start && s->text.p[stop - 1] == '\n')
        stop--;
    if (stop > start && s->text.p[stop - 1] == '\r')
        stop--;
    return (struct str){s->text.p + start, stop - start};
}

struct span span_join(struct span a, struct span b) {
    if (a.source == 0)
        return b;
    if (a.source != b.source)
        return a;
    return (struct span){a.source, a.start < b.start ? a.start : b.start,
                         a.stop > b.stop ? a.stop : b.stop};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span span_shown(const struct source *s, struct span span) {
    uint32_t end = (uint32_t)s->text.n;
    if (span.start >= end) {
        while (end > 0 && is_blank(s->text.p[end - 1]))
            end--;
        return (struct span){span.source, end, end};
    }
    if (span.stop > end)
        span.stop = end;
    if (span.stop < span.start)
        span.stop = span.start;
    return span;
}
