/* Regular expressions: patterns are compiled once and kept by the interpreter. */
#include "base/utf8.h"
#include "stdlib/give.h"
#include "stdlib/modules.h"
#include "stdlib/regex/pattern.h"

#define MODULE_FILE "stdlib/regex/module.def"
#include "stdlib/natives.h"

static void release_patterns(void *kept, struct alloc *alloc) {
    UNUSED(alloc); /* it is the one they remember */
    patterns_free(kept);
}

static int poll(void *user, uint64_t steps) {
    return native_poll(user, steps);
}

static int fail_pattern(struct native_call *c, struct str source, struct pattern_error *error) {
    struct str before = {source.p, error->at < source.n ? error->at : source.n};
    return native_fail(c, "the pattern `%.*s` is wrong at character %zu: %s", STR_ARG(source),
                       utf8_length(before) + 1, error->message);
}

/* Gets the search ready; SPOKE_OK or what to return. */
static int begin(struct native_call *c, struct search *s) {
    struct str source = native_text(c, 1);
    struct patterns *patterns = native_keep(c, sizeof *patterns, release_patterns);
    if (!patterns) {
        return SPOKE_NO_MEMORY;
    }
    patterns->alloc = native_alloc(c);
    *s = (struct search){.text = native_text(c, 0), .poll = poll, .user = c};
    s->pattern = pattern_get(patterns, source, &s->error);
    if (s->pattern) {
        return SPOKE_OK;
    }
    return s->error.message[0] ? fail_pattern(c, source, &s->error) : SPOKE_NO_MEMORY;
}

/* What a search that neither found nor failed to find means. */
static int fail_search(struct native_call *c, enum pattern_result result, const struct search *s) {
    struct str source = native_text(c, 1);
    switch (result) {
    case PATTERN_LIMIT:
        return native_fail_help(
            c,
            "a repetition inside a repetition, as in `(a+)+`, tries the same "
            "characters again and again: say it with one",
            "the pattern `%.*s` takes too many steps or too much memory on this text",
            STR_ARG(source));
    case PATTERN_STOPPED:
        return native_poll(c, 0);
    case PATTERN_NO_MEMORY:
        return SPOKE_NO_MEMORY;
    default:
        return native_fail(c, "the pattern `%.*s` cannot be tried here: %s", STR_ARG(source),
                           s->error.message);
    }
}

int regex_matches(struct native_call *c) {
    struct search s;
    int status = begin(c, &s);
    if (status != SPOKE_OK) {
        return status;
    }
    enum pattern_result result = search_next(&s);
    return result <= PATTERN_NONE ? give_int(c, result == PATTERN_FOUND)
                                  : fail_search(c, result, &s);
}

int regex_find_match(struct native_call *c) {
    struct search s;
    struct str part;
    int status = begin(c, &s);
    if (status != SPOKE_OK) {
        return status;
    }
    enum pattern_result result = search_next(&s);
    if (result > PATTERN_NONE) {
        return fail_search(c, result, &s);
    }
    bool found = result == PATTERN_FOUND && search_group(&s, 0, &part);
    return found ? native_give_text(c, part) : give_missing(c);
}

struct parts {
    struct str *at;
    uint32_t n, cap;
};

/* In scratch memory, which goes when the call ends. */
static bool add_part(struct native_call *c, struct parts *parts, struct str part) {
    if (parts->n == parts->cap) {
        uint32_t cap = parts->cap ? 2 * parts->cap : 16;
        struct str *more = ARENA_ARRAY(native_arena(c), struct str, cap);
        if (!more || cap < parts->cap) {
            return false;
        }
        if (parts->n) {
            memcpy(more, parts->at, parts->n * sizeof *more);
        }
        parts->at = more;
        parts->cap = cap;
    }
    parts->at[parts->n++] = part;
    return true;
}

int regex_find_all(struct native_call *c) {
    struct search s;
    struct parts parts = {0};
    enum pattern_result result;
    int status = begin(c, &s);
    if (status != SPOKE_OK) {
        return status;
    }
    while ((result = search_next(&s)) == PATTERN_FOUND) {
        struct str part;
        if (search_group(&s, 0, &part) && !add_part(c, &parts, part)) {
            return SPOKE_NO_MEMORY;
        }
    }
    if (result != PATTERN_NONE) {
        return fail_search(c, result, &s);
    }
    status = native_give_list(c, parts.n) ? SPOKE_OK : SPOKE_NO_MEMORY;
    for (uint32_t i = 0; i < parts.n && status == SPOKE_OK; i++) {
        status = native_list_put_text(c, i, parts.at[i]);
    }
    return status;
}

int regex_captures(struct native_call *c) {
    struct search s;
    int status = begin(c, &s);
    if (status != SPOKE_OK) {
        return status;
    }
    enum pattern_result result = search_next(&s);
    if (result > PATTERN_NONE) {
        return fail_search(c, result, &s);
    }
    uint32_t n = result == PATTERN_FOUND ? search_groups(&s) : 0;
    status = native_give_list(c, n) ? SPOKE_OK : SPOKE_NO_MEMORY;
    for (uint32_t i = 0; i < n && status == SPOKE_OK; i++) {
        struct str part;
        if (search_group(&s, i + 1, &part)) { /* else it stays missing */
            status = native_list_put_text(c, i, part);
        }
    }
    return status;
}

int regex_replace_match(struct native_call *c) {
    struct search s;
    struct buf b;
    int status = begin(c, &s);
    if (status != SPOKE_OK) {
        return status;
    }
    struct str by = native_text(c, 2);
    buf_init(&b, native_alloc(c));
    enum pattern_result result = search_replace(&s, by, &b);
    if (result == PATTERN_FOUND) {
        return give_buffer(c, &b);
    }
    buf_free(&b);
    if (result == PATTERN_BROKEN && !s.error.message[0]) {
        struct str wrong = {by.p + s.error.at, s.error.length};
        return native_fail_help(c, "$0 is the whole match, $1 the first group, $$ a dollar",
                                "`%.*s` names no group of the pattern `%.*s`", STR_ARG(wrong),
                                STR_ARG(native_text(c, 1)));
    }
    return fail_search(c, result, &s);
}

#define MODULE_SYMBOL regex_module
#include "stdlib/module.h"
