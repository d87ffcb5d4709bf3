/* The core functions: arguments to kernels and back. A missing argument gives a
 * missing result; so does a number that is not finite. */
#include "api/native.h"
#include "base/utf8.h"
#include "stdlib/core/words.h"
#include "stdlib/modules.h"
#include "stdlib/stats/middle.h"
#include <math.h>

static bool any_missing(const struct native_call *c, int n) {
    for (int i = 0; i < n; i++) {
        if (native_is_missing(c, i)) {
            return true;
        }
    }
    return false;
}

static int give_missing(struct native_call *c) {
    native_give_missing(c);
    return SPOKE_OK;
}

static int give_int(struct native_call *c, int64_t x) {
    native_give_int(c, x);
    return SPOKE_OK;
}

static int give_float(struct native_call *c, double x) {
    if (!isfinite(x)) {
        return give_missing(c);
    }
    native_give_float(c, x);
    return SPOKE_OK;
}

/* ---- texts ---- */

static int give_buffer(struct native_call *c, struct buf *b) {
    int status = b->failed ? SPOKE_NO_MEMORY : native_give_text(c, buf_view(b));
    buf_free(b);
    return status;
}

static int change_case(struct native_call *c, void (*change)(struct buf *out, struct str s)) {
    struct buf b;
    if (any_missing(c, 1)) {
        return give_missing(c);
    }
    buf_init(&b, native_alloc(c));
    change(&b, native_text(c, 0));
    return give_buffer(c, &b);
}

static int core_upper(struct native_call *c) {
    return change_case(c, utf8_upper);
}

static int core_lower(struct native_call *c) {
    return change_case(c, utf8_lower);
}

static int core_trim(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c) : native_give_text(c, words_trim(native_text(c, 0)));
}

static int core_length(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c)
                             : give_int(c, (int64_t)utf8_length(native_text(c, 0)));
}

static int core_contains(struct native_call *c) {
    if (any_missing(c, 2)) {
        return give_missing(c);
    }
    struct str s = native_text(c, 0);
    return give_int(c, words_find(s, native_text(c, 1), 0) <= s.n);
}

static int core_starts_with(struct native_call *c) {
    if (any_missing(c, 2)) {
        return give_missing(c);
    }
    struct str s = native_text(c, 0), part = native_text(c, 1);
    s.n = s.n < part.n ? s.n : part.n;
    return give_int(c, str_eq(s, part));
}

static int core_ends_with(struct native_call *c) {
    if (any_missing(c, 2)) {
        return give_missing(c);
    }
    struct str s = native_text(c, 0), part = native_text(c, 1);
    bool fits = s.n >= part.n;
    return give_int(c, fits && str_eq((struct str){s.p + (s.n - part.n), part.n}, part));
}

static int core_replace(struct native_call *c) {
    struct buf b;
    if (any_missing(c, 3)) {
        return give_missing(c);
    }
    buf_init(&b, native_alloc(c));
    words_replace(&b, native_text(c, 0), native_text(c, 1), native_text(c, 2));
    return give_buffer(c, &b);
}

static int core_split(struct native_call *c) {
    struct str s = native_text(c, 0), separator = native_text(c, 1);
    size_t n = words_count(s, separator), at = 0;
    if (n > UINT32_MAX || !native_give_list(c, (uint32_t)n)) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        int status = native_list_put_text(c, i, words_next(s, separator, &at));
        if (status != SPOKE_OK) {
            return status;
        }
    }
    return SPOKE_OK;
}

static int core_join(struct native_call *c) {
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

/* ---- numbers ---- */

static int core_exp(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c) : give_float(c, exp(native_float(c, 0)));
}

static int core_log(struct native_call *c) {
    if (any_missing(c, 1)) {
        return give_missing(c);
    }
    double x = native_float(c, 0);
    if (native_is_missing(c, 1)) {
        return give_float(c, log(x));
    }
    double base = native_float(c, 1);
    /* log10 and log2 are exact at whole powers, a quotient is not. */
    return give_float(c, base == 10 ? log10(x) : base == 2 ? log2(x) : log(x) / log(base));
}

static int core_pow(struct native_call *c) {
    return any_missing(c, 2) ? give_missing(c)
                             : give_float(c, pow(native_float(c, 0), native_float(c, 1)));
}

static int core_sign(struct native_call *c) {
    if (any_missing(c, 1)) {
        return give_missing(c);
    }
    double x = native_float(c, 0);
    return give_int(c, (x > 0) - (x < 0));
}

static int core_min(struct native_call *c) {
    return any_missing(c, 2) ? give_missing(c)
                             : give_float(c, fmin(native_float(c, 0), native_float(c, 1)));
}

static int core_max(struct native_call *c) {
    return any_missing(c, 2) ? give_missing(c)
                             : give_float(c, fmax(native_float(c, 0), native_float(c, 1)));
}

/* ---- lists ---- */

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

/* Compensated (Neumaier), so that the order of large and small does not matter. */
static double total(const double *x, uint32_t n) {
    double sum = 0, lost = 0;
    for (uint32_t i = 0; i < n; i++) {
        double next = sum + x[i];
        lost += fabs(sum) >= fabs(x[i]) ? (sum - next) + x[i] : (x[i] - next) + sum;
        sum = next;
    }
    return isfinite(sum) ? sum + lost : sum;
}

static int core_sum(struct native_call *c) {
    uint32_t n;
    double *x = present(c, &n);
    if (!x) {
        return SPOKE_NO_MEMORY;
    }
    double sum = total(x, n);
    if (!isfinite(sum)) {
        return native_fail(c, "the sum is too large for a float");
    }
    return give_float(c, sum);
}

static int core_mean(struct native_call *c) {
    uint32_t n;
    double *x = present(c, &n);
    return !x ? SPOKE_NO_MEMORY : n == 0 ? give_missing(c) : give_float(c, total(x, n) / n);
}

static int core_median(struct native_call *c) {
    uint32_t n;
    double *x = present(c, &n);
    return !x ? SPOKE_NO_MEMORY : give_float(c, stats_median(native_arena(c), x, n));
}

static int give_extreme(struct native_call *c, double (*choose)(double a, double b)) {
    uint32_t n;
    double *x = present(c, &n);
    if (!x) {
        return SPOKE_NO_MEMORY;
    }
    double found = NAN; /* fmin and fmax pass over NaN */
    for (uint32_t i = 0; i < n; i++) {
        found = choose(found, x[i]);
    }
    return give_float(c, found);
}

static int core_smallest(struct native_call *c) {
    return give_extreme(c, fmin);
}

static int core_largest(struct native_call *c) {
    return give_extreme(c, fmax);
}

/* ---- dates ---- */

static int core_year_number(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c) : give_int(c, day_split(native_int(c, 0)).year);
}

static int core_month_number(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c) : give_int(c, day_split(native_int(c, 0)).month);
}

static int core_day_of_month(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c) : give_int(c, day_split(native_int(c, 0)).day);
}

static int core_weekday(struct native_call *c) {
    return any_missing(c, 1) ? give_missing(c) : give_int(c, day_weekday(native_int(c, 0)) + 1);
}

static int core_days_between(struct native_call *c) {
    return any_missing(c, 2) ? give_missing(c) : give_int(c, native_int(c, 1) - native_int(c, 0));
}

static bool is_small(int64_t x) {
    return x >= 1 && x <= 9999;
}

static int core_date(struct native_call *c) {
    if (any_missing(c, 3)) {
        return give_missing(c);
    }
    int64_t y = native_int(c, 0), m = native_int(c, 1), d = native_int(c, 2);
    if (!is_small(y) || !is_small(m) || !is_small(d) || !day_exists((int)y, (int)m, (int)d)) {
        return give_missing(c);
    }
    return give_int(c, day_of((struct ymd){(int)y, (int)m, (int)d}));
}

#define MODULE_FILE "stdlib/core/module.def"
#define MODULE_SYMBOL core_module
#define MODULE_SOURCE core_source
#include "stdlib/module.h"
