/* Core's functions on lists. Lists are values: each function gives a new one. */
#include "stdlib/core/bind_core.h"
#include "stdlib/core/sums.h"
#include "stdlib/stats/middle.h"

/* ---- figures ---- */

/* The elements that are present; NULL: no memory. */
static double *present(struct native_call *c, uint32_t *n) {
    uint32_t length = native_list_length(c, 0);
    double *out = ARENA_ARRAY(native_arena(c), double, length);
    *n = 0;
    for (uint32_t i = 0; out && i < length; i++) {
        if (native_list_state(c, 0, i) == PRESENT) {
            out[(*n)++] = native_list_float(c, 0, i);
        }
    }
    return out;
}

static int sum_ints(struct native_call *c, uint32_t length) {
    int64_t sum = 0;
    bool any = length == 0;
    for (uint32_t i = 0; i < length; i++) {
        struct value v = native_list_value(c, 0, i);
        any = any || !value_is_missing(&v);
        if (!sums_add(&sum, value_int(&v))) {
            return native_fail_help(c, "add floats: `for` and `float(x)`",
                                    "the sum does not fit in an int");
        }
    }
    return any ? give_int(c, sum) : give_missing(c);
}

int core_sum(struct native_call *c) {
    uint32_t n, length = native_list_length(c, 0);
    if (native_value(c, 0).type->element->kind == TY_INT) {
        return sum_ints(c, length);
    }
    double *x = present(c, &n);
    if (!x) {
        return SPOKE_NO_MEMORY;
    }
    double sum = sums_total(x, n);
    if (!isfinite(sum)) {
        return native_fail(c, "the sum is too large for a float");
    }
    return n == 0 && length > 0 ? give_missing(c) : give_float(c, sum);
}

int core_mean(struct native_call *c) {
    uint32_t n;
    double *x = present(c, &n);
    return !x ? SPOKE_NO_MEMORY : n == 0 ? give_missing(c) : give_float(c, sums_total(x, n) / n);
}

int core_median(struct native_call *c) {
    uint32_t n;
    double *x = present(c, &n);
    return !x ? SPOKE_NO_MEMORY : give_float(c, stats_median(native_arena(c), x, n));
}

/* The first of the most extreme; `direction` is -1 for the smallest, 1 for the largest. */
static int give_extreme(struct native_call *c, int direction) {
    uint32_t n = native_list_length(c, 0);
    struct value best = {0};
    bool any = false;
    for (uint32_t i = 0; i < n; i++) {
        struct value v = native_list_value(c, 0, i);
        if (!value_is_missing(&v) && (!any || value_compare(&v, &best) * direction > 0)) {
            best = v;
            any = true;
        }
    }
    return any ? give_value(c, best) : give_missing(c);
}

int core_smallest(struct native_call *c) {
    return give_extreme(c, -1);
}

int core_largest(struct native_call *c) {
    return give_extreme(c, 1);
}

int core_count_of(struct native_call *c) {
    struct value x = native_value(c, 1);
    int64_t n = 0;
    for (uint32_t i = 0; i < native_list_length(c, 0); i++) {
        struct value v = native_list_value(c, 0, i);
        n += value_compare(&v, &x) == 0;
    }
    return give_int(c, n);
}

int core_index_of(struct native_call *c) {
    struct value x = native_value(c, 1);
    for (uint32_t i = 0; i < native_list_length(c, 0); i++) {
        struct value v = native_list_value(c, 0, i);
        if (value_compare(&v, &x) == 0) {
            return give_int(c, (int64_t)i + 1);
        }
    }
    return give_missing(c);
}

/* ---- the same elements otherwise ---- */

/* The elements with these numbers. */
static int give_chosen(struct native_call *c, const uint32_t *chosen, uint32_t n) {
    int status = native_give_list(c, n) ? SPOKE_OK : SPOKE_NO_MEMORY;
    for (uint32_t i = 0; i < n && status == SPOKE_OK; i++) {
        struct value v = native_list_value(c, 0, chosen[i]);
        status = native_list_put_value(c, i, &v);
    }
    return status;
}

/* 0 .. n-1; NULL: no memory. */
static uint32_t *numbers(struct native_call *c, uint32_t n) {
    uint32_t *at = ARENA_ARRAY(native_arena(c), uint32_t, n);
    for (uint32_t i = 0; at && i < n; i++) {
        at[i] = i;
    }
    return at;
}

int core_reversed(struct native_call *c) {
    uint32_t n = native_list_length(c, 0);
    uint32_t *at = numbers(c, n);
    for (uint32_t i = 0; at && i < n; i++) {
        at[i] = n - 1 - i;
    }
    return at ? give_chosen(c, at, n) : SPOKE_NO_MEMORY;
}

int core_concat(struct native_call *c) {
    uint32_t n[2] = {native_list_length(c, 0), native_list_length(c, 1)};
    uint32_t at = 0;
    if (n[1] > UINT32_MAX - n[0] || !native_give_list(c, n[0] + n[1])) {
        return SPOKE_NO_MEMORY;
    }
    for (int k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < n[k]; i++) {
            struct value v = native_list_value(c, k, i);
            if (native_list_put_value(c, at++, &v) != SPOKE_OK) {
                return SPOKE_NO_MEMORY;
            }
        }
    }
    return SPOKE_OK;
}

/* Missing ones go last in both directions. */
static bool comes_after(const struct value *a, const struct value *b, bool down) {
    bool no_a = value_is_missing(a), no_b = value_is_missing(b);
    if (no_a || no_b) {
        return no_a && !no_b;
    }
    int order = value_compare(a, b);
    return down ? order < 0 : order > 0;
}

/* Merges x[from, middle) and x[middle, stop), each in order, into y. */
static void merge(const struct value *all, bool down, const uint32_t *x, uint32_t *y, size_t from,
                  size_t middle, size_t stop) {
    size_t left = from, right = middle;
    for (size_t i = from; i < stop; i++) {
        bool take_right =
            right < stop && (left == middle || comes_after(&all[x[left]], &all[x[right]], down));
        y[i] = take_right ? x[right++] : x[left++];
    }
}

/* Stable; the numbers of the elements in their order. NULL: no memory, or *status says. */
static uint32_t *sort_numbers(struct native_call *c, const struct value *all, uint32_t n, bool down,
                              int *status) {
    uint32_t *x = numbers(c, n), *y = ARENA_ARRAY(native_arena(c), uint32_t, n);
    *status = x && y ? SPOKE_OK : SPOKE_NO_MEMORY;
    for (size_t width = 1; width < n && *status == SPOKE_OK; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t middle = from + width < n ? from + width : n;
            size_t stop = middle + width < n ? middle + width : n;
            merge(all, down, x, y, from, middle, stop);
        }
        uint32_t *swap = x;
        x = y;
        y = swap;
        *status = native_poll(c, n);
    }
    return x;
}

static struct value *all_values(struct native_call *c, uint32_t n) {
    struct value *all = ARENA_ARRAY(native_arena(c), struct value, n);
    for (uint32_t i = 0; all && i < n; i++) {
        all[i] = native_list_value(c, 0, i);
    }
    return all;
}

static int sort_values(struct native_call *c, uint32_t n, bool down) {
    struct value *all = all_values(c, n);
    int status = SPOKE_NO_MEMORY;
    uint32_t *at = all ? sort_numbers(c, all, n, down, &status) : NULL;
    return status == SPOKE_OK ? give_chosen(c, at, n) : status;
}

/* A word that is in order as unsigned where the value is; turned round for `down`, which leaves
 * equals as they stood. */
static uint64_t word_of(const struct value *v, bool floats, bool down) {
    uint64_t word = floats ? order_of_float(v->w[0].f) : order_of_int(v->w[0].i);
    return down ? ~word : word;
}

/* Values that have such a word and are all there: no comparisons. */
static int sort_words(struct native_call *c, uint32_t n, bool down, bool floats) {
    struct order_entry *entries = ARENA_ARRAY(native_arena(c), struct order_entry, n);
    struct order_entry *spare = ARENA_ARRAY(native_arena(c), struct order_entry, n);
    uint32_t *at = ARENA_ARRAY(native_arena(c), uint32_t, n);
    if (!entries || !spare || !at) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct value v = native_list_value(c, 0, i);
        entries[i] = (struct order_entry){word_of(&v, floats, down), i};
    }
    order_words(entries, spare, n);
    for (uint32_t i = 0; i < n; i++) {
        at[i] = entries[i].row;
    }
    return give_chosen(c, at, n);
}

int core_sorted(struct native_call *c) {
    uint32_t n = native_list_length(c, 0);
    bool down = native_int(c, 1) != 0;
    const struct type *element = native_value(c, 0).type->element;
    enum storage storage = type_storage(element);
    bool floats = storage == STORE_FLOAT;
    bool words = floats || storage == STORE_WORD;
    return words && !element->nullable ? sort_words(c, n, down, floats) : sort_values(c, n, down);
}

/* Numbers of the elements that are the first of their value, by a table of such numbers plus 1. */
static uint32_t find_firsts(const struct value *all, uint32_t n, uint32_t *table, uint64_t mask,
                            uint32_t *firsts) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t slot = value_hash(&all[i]) & mask;
        while (table[slot] && value_compare(&all[table[slot] - 1], &all[i]) != 0) {
            slot = (slot + 1) & mask;
        }
        if (!table[slot]) {
            table[slot] = i + 1;
            firsts[found++] = i;
        }
    }
    return found;
}

int core_unique(struct native_call *c) {
    uint32_t n = native_list_length(c, 0);
    uint64_t slots = 4;
    while (slots < 2 * (uint64_t)n) {
        slots *= 2;
    }
    struct value *all = all_values(c, n);
    uint32_t *table = ARENA_ARRAY(native_arena(c), uint32_t, slots);
    uint32_t *firsts = ARENA_ARRAY(native_arena(c), uint32_t, n);
    if (!all || !table || !firsts) {
        return SPOKE_NO_MEMORY;
    }
    return give_chosen(c, firsts, find_firsts(all, n, table, slots - 1, firsts));
}

int core_range_list(struct native_call *c) {
    int64_t first = native_int(c, 0), last = native_int(c, 1), step = native_int(c, 2);
    uint64_t n;
    if (step == 0) {
        return native_fail(c, "a `step` of 0 leads nowhere");
    }
    if (!sums_steps(first, last, step, &n)) {
        return native_fail(c, "this list would have more than %u elements", (unsigned)INT32_MAX);
    }
    union native_word *at = native_give_list(c, (uint32_t)n);
    for (uint64_t i = 0; at && i < n; i++) {
        at[i].i = first + (int64_t)i * step;
    }
    return at ? SPOKE_OK : SPOKE_NO_MEMORY;
}
