/* Core's functions on texts, and slices of lists. */
#include "base/utf8.h"
#include "stdlib/core/bind_core.h"
#include "stdlib/core/words.h"

/* ---- one text into another ---- */

static int change(struct native_call *c, void (*write)(struct buf *out, struct str s)) {
    struct buf b;
    buf_init(&b, native_alloc(c));
    write(&b, native_text(c, 0));
    return give_buffer(c, &b);
}

int core_upper(struct native_call *c) {
    return change(c, utf8_upper);
}

int core_lower(struct native_call *c) {
    return change(c, utf8_lower);
}

int core_title(struct native_call *c) {
    return change(c, words_title);
}

int core_reverse(struct native_call *c) {
    return change(c, words_reverse);
}

int core_trim(struct native_call *c) {
    return native_give_text(c, words_trim(native_text(c, 0)));
}

int core_trim_start(struct native_call *c) {
    return native_give_text(c, words_trim_start(native_text(c, 0)));
}

int core_trim_end(struct native_call *c) {
    return native_give_text(c, words_trim_end(native_text(c, 0)));
}

int core_replace(struct native_call *c) {
    struct buf b;
    buf_init(&b, native_alloc(c));
    words_replace(&b, native_text(c, 0), native_text(c, 1), native_text(c, 2));
    return give_buffer(c, &b);
}

/* ---- made longer ---- */

/* A text's length is kept in 32 bits; what a script asks for by mistake should end with words,
 * not with a machine without memory. */
static bool is_too_long(size_t n, int64_t times) {
    return n > 0 && times > (int64_t)(UINT32_MAX / 2 / n);
}

int core_repeat(struct native_call *c) {
    struct str s = native_text(c, 0);
    int64_t times = native_int(c, 1);
    struct buf b;
    if (is_too_long(s.n, times)) {
        return native_fail(c, "%lld times a text of %zu bytes is too long for a text",
                           (long long)times, s.n);
    }
    buf_init(&b, native_alloc(c));
    for (int64_t i = 0; i < times && !b.failed; i++) {
        buf_str(&b, s);
    }
    return give_buffer(c, &b);
}

static int pad(struct native_call *c, bool at_start) {
    struct str s = native_text(c, 0), with = native_text(c, 2);
    int64_t lacking = native_int(c, 1) - (int64_t)utf8_length(s);
    struct buf b;
    if (with.n == 0) {
        return native_fail(c, "`with` is empty: there is nothing to fill up with");
    }
    if (is_too_long(4, lacking)) {
        return native_fail(c, "%lld characters are too many for a text", (long long)lacking);
    }
    buf_init(&b, native_alloc(c));
    if (!at_start) {
        buf_str(&b, s);
    }
    words_fill(&b, with, lacking > 0 ? (size_t)lacking : 0);
    if (at_start) {
        buf_str(&b, s);
    }
    return give_buffer(c, &b);
}

int core_pad_start(struct native_call *c) {
    return pad(c, true);
}

int core_pad_end(struct native_call *c) {
    return pad(c, false);
}

/* ---- questions ---- */

int core_is_blank(struct native_call *c) {
    return give_int(c, words_trim(native_text(c, 0)).n == 0);
}

int core_length(struct native_call *c) {
    return give_int(c, (int64_t)utf8_length(native_text(c, 0)));
}

int core_contains(struct native_call *c) {
    struct str s = native_text(c, 0);
    return give_int(c, words_find(s, native_text(c, 1), 0) <= s.n);
}

int core_starts_with(struct native_call *c) {
    struct str s = native_text(c, 0), part = native_text(c, 1);
    s.n = s.n < part.n ? s.n : part.n;
    return give_int(c, str_eq(s, part));
}

int core_ends_with(struct native_call *c) {
    struct str s = native_text(c, 0), part = native_text(c, 1);
    bool fits = s.n >= part.n;
    return give_int(c, fits && str_eq((struct str){s.p + (s.n - part.n), part.n}, part));
}

int core_find(struct native_call *c) {
    struct str s = native_text(c, 0);
    int64_t from = native_int(c, 2);
    size_t skipped = from < 1 ? 0 : (size_t)from - 1;
    size_t start = utf8_offset(s, skipped);
    if (start == s.n && utf8_length(s) < skipped) {
        return give_missing(c);
    }
    size_t hit = words_find(s, native_text(c, 1), start);
    return hit > s.n ? give_missing(c)
                     : give_int(c, (int64_t)utf8_length((struct str){s.p, hit}) + 1);
}

/* ---- parts ---- */

/* Elements [*from, *stop) of n, for a start that counts from 1 or, below 0, from the end. Position
 * 0 lies before the first element, as SQL's substr has it. */
static void slice_bounds(struct native_call *c, int64_t n, int64_t *from, int64_t *stop) {
    int64_t start = native_int(c, 1);
    int64_t count = native_is_missing(c, 2) ? INT64_MAX : native_int(c, 2);
    int64_t first = start >= 0 ? start - 1 : start + n; /* may lie before the first */
    int64_t after = count <= 0 ? first : first > INT64_MAX - count ? INT64_MAX : first + count;
    *from = first < 0 ? 0 : first > n ? n : first;
    *stop = after < *from ? *from : after > n ? n : after;
}

static int slice_text(struct native_call *c) {
    struct str s = native_text(c, 0);
    int64_t from, stop;
    slice_bounds(c, (int64_t)utf8_length(s), &from, &stop);
    size_t start = utf8_offset(s, (size_t)from);
    struct str rest = {s.p + start, s.n - start};
    rest.n = utf8_offset(rest, (size_t)(stop - from));
    return native_give_text(c, rest);
}

static int slice_list(struct native_call *c) {
    int64_t from, stop;
    slice_bounds(c, native_list_length(c, 0), &from, &stop);
    int status = native_give_list(c, (uint32_t)(stop - from)) ? SPOKE_OK : SPOKE_NO_MEMORY;
    for (int64_t i = from; i < stop && status == SPOKE_OK; i++) {
        struct value v = native_list_value(c, 0, (uint32_t)i);
        status = native_list_put_value(c, (uint32_t)(i - from), &v);
    }
    return status;
}

int core_slice(struct native_call *c) {
    return native_value(c, 0).type->kind == TY_LIST ? slice_list(c) : slice_text(c);
}

static int give_parts(struct native_call *c, size_t n,
                      struct str (*next)(struct str s, struct str separator, size_t *at)) {
    struct str s = native_text(c, 0);
    struct str separator = next == words_next ? native_text(c, 1) : STR_NONE;
    size_t at = 0;
    if (n > UINT32_MAX || !native_give_list(c, (uint32_t)n)) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        int status = native_list_put_text(c, i, next(s, separator, &at));
        if (status != SPOKE_OK) {
            return status;
        }
    }
    return SPOKE_OK;
}

int core_split(struct native_call *c) {
    return give_parts(c, words_count(native_text(c, 0), native_text(c, 1)), words_next);
}

static struct str next_line(struct str s, struct str unused, size_t *at) {
    UNUSED(unused);
    return words_next_line(s, at);
}

int core_lines(struct native_call *c) {
    size_t n = 0, at = 0;
    struct str s = native_text(c, 0);
    while (at < s.n) {
        words_next_line(s, &at);
        n++;
    }
    return give_parts(c, n, next_line);
}

static struct str next_word(struct str s, struct str unused, size_t *at) {
    UNUSED(unused);
    return words_next_word(s, at);
}

int core_words(struct native_call *c) {
    size_t n = 0, at = 0;
    while (words_next_word(native_text(c, 0), &at).n) {
        n++;
    }
    return give_parts(c, n, next_word);
}

int core_join(struct native_call *c) {
    struct buf b;
    struct str between = native_text(c, 1);
    bool first = true;
    buf_init(&b, native_alloc(c));
    for (uint32_t i = 0; i < native_list_length(c, 0); i++) {
        if (native_list_state(c, 0, i) != PRESENT) {
            continue;
        }
        buf_str(&b, first ? STR_NONE : between);
        buf_str(&b, native_list_text(c, 0, i));
        first = false;
    }
    return give_buffer(c, &b);
}
