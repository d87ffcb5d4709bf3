/* Patterns over PCRE2. Its memory comes from our allocator, which wants sizes back, so each block
 * carries its own in front. Callouts at every item of a pattern count the steps: PCRE2's own limit
 * begins anew at each place of the text, so it alone would not bound a search. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "stdlib/regex/pattern.h"
#include "base/utf8.h"
#include <pcre2.h>

enum {
    STEPS_FIRST = 8000000, /* any search may take these: some tenths of a second */
    STEPS_PER_BYTE = 20,   /* and for each byte of text these; usual patterns need 1 to 3 */
    STEPS_BETWEEN_POLLS = 8192,
    HEAP_KIB = 20000,      /* of one match */
    CALLOUT_LIMIT = -1000, /* results of our own, outside PCRE2's */
    CALLOUT_STOPPED = -1001
};

struct pattern {
    struct str source; /* owned */
    pcre2_general_context *general;
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *found;
};

/* ---- memory ---- */

union block_head {
    size_t size;
    max_align_t align;
};

static void *take(size_t n, void *user) {
    union block_head *head = n <= SIZE_MAX - sizeof *head ? mem_take(user, n + sizeof *head) : NULL;
    if (!head) {
        return NULL;
    }
    head->size = n + sizeof *head;
    return head + 1;
}

static void give(void *block, void *user) {
    if (block) {
        union block_head *head = (union block_head *)block - 1;
        mem_give(user, head, head->size);
    }
}

/* ---- compiling ---- */

static void pattern_free(struct pattern *p, struct alloc *alloc) {
    if (!p) {
        return;
    }
    pcre2_match_data_free(p->found);
    pcre2_match_context_free(p->limits);
    pcre2_code_free(p->code);
    pcre2_general_context_free(p->general);
    if (p->source.n) {
        mem_give(alloc, (char *)(uintptr_t)p->source.p, p->source.n);
    }
    mem_give(alloc, p, sizeof *p);
}

void patterns_free(struct patterns *p) {
    for (int i = 0; i < PATTERNS_KEPT; i++) {
        pattern_free(p->kept[i], p->alloc);
    }
    memset(p, 0, sizeof *p);
}

/* NULL without memory; then p is not complete. */
static bool set_source(struct pattern *p, struct alloc *alloc, struct str source) {
    char *copy = source.n ? mem_take(alloc, source.n) : NULL;
    if (source.n && !copy) {
        return false;
    }
    if (source.n) {
        memcpy(copy, source.p, source.n);
    }
    p->source = (struct str){copy, source.n};
    return true;
}

static int on_item(pcre2_callout_block *block, void *user);

static bool set_up(struct pattern *p, struct alloc *alloc) {
    p->general = pcre2_general_context_create(take, give, alloc);
    p->limits = p->general ? pcre2_match_context_create(p->general) : NULL;
    if (!p->limits) {
        return false;
    }
    pcre2_set_heap_limit(p->limits, HEAP_KIB);
    return true;
}

static bool compile(struct pattern *p, struct pattern_error *error) {
    const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
    int code = 0;
    PCRE2_SIZE at = 0;
    pcre2_compile_context *context = pcre2_compile_context_create(p->general);
    PCRE2_SPTR source = (PCRE2_SPTR)(p->source.n ? p->source.p : "");
    if (context) {
        p->code = pcre2_compile(source, p->source.n, options, &code, &at, context);
    }
    bool no_memory = !context || (!p->code && code == PCRE2_ERROR_HEAP_FAILED);
    pcre2_compile_context_free(context);
    if (p->code) {
        p->found = pcre2_match_data_create_from_pattern(p->code, p->general);
    } else if (!no_memory) {
        error->at = at;
        pcre2_get_error_message(code, (PCRE2_UCHAR *)error->message, sizeof error->message);
    }
    return p->found != NULL;
}

static struct pattern *pattern_new(struct alloc *alloc, struct str source,
                                   struct pattern_error *error) {
    struct pattern *p = mem_zero(alloc, sizeof *p);
    if (p && set_source(p, alloc, source) && set_up(p, alloc) && compile(p, error)) {
        return p;
    }
    pattern_free(p, alloc);
    return NULL;
}

/* Puts number i in front; those before it move back. */
static struct pattern *to_front(struct patterns *p, int i, struct pattern *wanted) {
    memmove(p->kept + 1, p->kept, (size_t)i * sizeof *p->kept);
    return p->kept[0] = wanted;
}

struct pattern *pattern_get(struct patterns *p, struct str source, struct pattern_error *error) {
    error->message[0] = '\0';
    for (int i = 0; i < PATTERNS_KEPT && p->kept[i]; i++) {
        if (str_eq(p->kept[i]->source, source)) {
            return to_front(p, i, p->kept[i]);
        }
    }
    struct pattern *made = pattern_new(p->alloc, source, error);
    if (!made) {
        return NULL;
    }
    pattern_free(p->kept[PATTERNS_KEPT - 1], p->alloc);
    return to_front(p, PATTERNS_KEPT - 1, made);
}

/* ---- searching ---- */

static int on_item(pcre2_callout_block *block, void *user) {
    struct search *s = user;
    UNUSED(block);
    s->steps++;
    if (s->steps > STEPS_FIRST + (uint64_t)STEPS_PER_BYTE * s->text.n) {
        return CALLOUT_LIMIT;
    }
    bool polls = s->poll && s->steps % STEPS_BETWEEN_POLLS == 0;
    return polls && s->poll(s->user, STEPS_BETWEEN_POLLS) != 0 ? CALLOUT_STOPPED : 0;
}

static enum pattern_result result_of(struct search *s, int code) {
    switch (code) {
    case PCRE2_ERROR_NOMATCH:
        return PATTERN_NONE;
    case CALLOUT_STOPPED:
        return PATTERN_STOPPED;
    case CALLOUT_LIMIT:
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        return PATTERN_LIMIT;
    case PCRE2_ERROR_NOMEMORY:
        return PATTERN_NO_MEMORY;
    default:
        pcre2_get_error_message(code, (PCRE2_UCHAR *)s->error.message, sizeof s->error.message);
        return PATTERN_BROKEN;
    }
}

static PCRE2_SPTR subject_of(const struct search *s) {
    return (PCRE2_SPTR)(s->text.n ? s->text.p : "");
}

/* The text is checked to be UTF-8 once, not at every search in it. */
static int search_from(struct search *s, uint32_t options) {
    pcre2_set_callout(s->pattern->limits, on_item, s);
    options |= s->began ? PCRE2_NO_UTF_CHECK : 0;
    s->began = true;
    return pcre2_match(s->pattern->code, subject_of(s), s->text.n, s->at, options,
                       s->pattern->found, s->pattern->limits);
}

/* Behind an empty match a longer one may stand at the same place; else the search goes on one
 * character further. */
static int search_behind_empty(struct search *s) {
    int code = search_from(s, PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED);
    if (code != PCRE2_ERROR_NOMATCH || s->at >= s->text.n) {
        return code;
    }
    utf8_next(s->text, &s->at);
    return search_from(s, 0);
}

enum pattern_result search_next(struct search *s) {
    int code = s->empty ? search_behind_empty(s) : search_from(s, 0);
    if (code < 0) {
        return result_of(s, code);
    }
    const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(s->pattern->found);
    /* \K can put the start behind the end; such a match counts as empty. */
    s->at = bounds[1] > s->at ? bounds[1] : s->at;
    s->empty = bounds[0] >= bounds[1];
    return PATTERN_FOUND;
}

uint32_t search_groups(const struct search *s) {
    return pcre2_get_ovector_count(s->pattern->found) - 1;
}

bool search_group(const struct search *s, uint32_t group, struct str *out) {
    const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(s->pattern->found) + 2 * (size_t)group;
    bool there = bounds[0] != PCRE2_UNSET && bounds[0] <= bounds[1];
    *out = there ? (struct str){s->text.p + bounds[0], bounds[1] - bounds[0]} : STR_NONE;
    return there;
}

/* ---- replacing ---- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* What stands at by[*at], a `$`, moves behind it: `$$`, `$0` to `$99`. */
static bool put_dollar(struct search *s, struct str by, size_t *at, struct buf *out) {
    size_t i = *at + 1;
    if (i < by.n && by.p[i] == '$') {
        buf_char(out, '$');
        *at = i + 1;
        return true;
    }
    uint32_t group = 0;
    size_t digits = 0;
    for (; i < by.n && digits < 2 && is_digit(by.p[i]); i++, digits++) {
        group = group * 10 + (uint32_t)(by.p[i] - '0');
    }
    if (digits == 0 || group > search_groups(s)) {
        s->error.at = *at;
        s->error.length = i - *at;
        return false;
    }
    struct str part;
    if (search_group(s, group, &part)) {
        buf_str(out, part);
    }
    *at = i;
    return true;
}

static bool put_replacement(struct search *s, struct str by, struct buf *out) {
    for (size_t at = 0; at < by.n;) {
        if (by.p[at] != '$') {
            buf_char(out, by.p[at++]);
        } else if (!put_dollar(s, by, &at, out)) {
            return false;
        }
    }
    return true;
}

enum pattern_result search_replace(struct search *s, struct str by, struct buf *out) {
    size_t copied = 0;
    enum pattern_result result;
    while ((result = search_next(s)) == PATTERN_FOUND) {
        struct str part;
        if (!search_group(s, 0, &part)) {
            continue;
        }
        size_t from = (size_t)(part.p - s->text.p);
        if (from > copied) {
            buf_put(out, s->text.p + copied, from - copied);
        }
        if (!put_replacement(s, by, out)) {
            return PATTERN_BROKEN;
        }
        copied = from + part.n;
    }
    if (result != PATTERN_NONE) {
        return result;
    }
    if (copied < s->text.n) {
        buf_put(out, s->text.p + copied, s->text.n - copied);
    }
    return out->failed ? PATTERN_NO_MEMORY : PATTERN_FOUND;
}
