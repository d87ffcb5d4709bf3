/* Sums, run lengths and capability of series. */
#include "stdlib/spc/bind_methods.h"
#include "stdlib/give.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_made.h"
#include "stdlib/spc/bind_options.h"
#include "stdlib/spc/capability.h"
#include "stdlib/spc/cusum.h"
#include <math.h>

int spc_read_series(struct native_call *c, struct spc_table *t) {
    const struct spc_reading how = {.timed = false};
    const struct frame *data = native_relation(c, 0);
    if (!data) {
        return SPOKE_FAILED;
    }
    return spc_read(native_arena(c), native_calendar(c), data, &how, t) ? SPOKE_OK
                                                                        : spc_read_failed(c, t);
}

static double number_or(struct native_call *c, int i, double otherwise) {
    return native_is_missing(c, i) ? otherwise : native_float(c, i);
}

struct spc_result *spc_individuals(struct native_call *c, const struct spc_table *t,
                                   const struct spc_series *s) {
    struct spc_wish wish = {.kind = SPC_XMR,
                            .profile = rule_profile_named(STR("shewhart"), false),
                            .options = {.constant = SPC_TABLE, .centre = NAN, .sigma = NAN}};
    return spc_judge(native_arena(c), native_calendar(c), t, s, &wish);
}

/* ---- cumulative sums ---- */

enum { CUSUM_SERIES, CUSUM_PERIOD, CUSUM_VALUE, CUSUM_HIGH, CUSUM_LOW, CUSUM_LIMIT, CUSUM_SIGNAL };

static bool put_sums(struct frame *f, const struct spc_table *t, const struct spc_series *s,
                     const struct cusum_options *o, const double *high, const double *low) {
    for (uint32_t i = 0; i < s->n; i++) {
        if (!frame_push(f)) {
            return false;
        }
        uint32_t row = f->n - 1;
        struct str signal = high[i] > o->limit  ? STR("shift upwards")
                            : low[i] > o->limit ? STR("shift downwards")
                                                : STR_NONE;
        bool timed = t->grain != GRAIN_NONE;
        bool ok =
            put_text(f, CUSUM_SERIES, row, s->name) &&
            (timed ? put_int(f, CUSUM_PERIOD, row, s->at[i]) : put_missing(f, CUSUM_PERIOD, row)) &&
            put_float(f, CUSUM_VALUE, row, s->value[i]) && put_float(f, CUSUM_HIGH, row, high[i]) &&
            put_float(f, CUSUM_LOW, row, low[i]) && put_float(f, CUSUM_LIMIT, row, o->limit) &&
            put_text(f, CUSUM_SIGNAL, row, signal);
        if (!ok) {
            return false;
        }
    }
    return true;
}

bool spc_sum_series(struct native_call *c, const struct spc_table *t, const struct spc_series *s,
                    struct cusum_options *o, double **high, double **low) {
    *high = ARENA_ARRAY(native_arena(c), double, s->n + 1);
    *low = ARENA_ARRAY(native_arena(c), double, s->n + 1);
    const struct spc_result *r = spc_individuals(c, t, s);
    if (!*high || !*low || !r) {
        return false;
    }
    o->target = isnan(o->target) ? r->phases[0].basis.centre : o->target;
    o->sigma = isnan(o->sigma) ? r->phases[0].basis.sigma : o->sigma;
    cusum_path(s->value, s->n, o, *high, *low);
    return true;
}

int spc_check_sums(struct native_call *c, const struct cusum_options *o) {
    if (isnan(cusum_run_length_one(o->slack, o->limit, 0, o->head)) || o->sigma <= 0) {
        return native_fail_help(c,
                                "limit is 4 or 5 as a rule, slack half the shift that matters, "
                                "head half the limit; all in sigmas",
                                "a sum needs 0 < limit <= 20, slack >= 0, 0 <= head < limit and a "
                                "sigma above 0");
    }
    return SPOKE_OK;
}

static void note_run_lengths(struct native_call *c, const struct cusum_options *o) {
    native_note(c,
                "without a change a signal comes once in %.0f points on average; after a shift of "
                "one sigma it takes %.1f points",
                cusum_run_length(o->slack, o->limit, 0), cusum_run_length(o->slack, o->limit, 1));
}

int spc_cusum(struct native_call *c) {
    struct spc_table t;
    int status = spc_read_series(c, &t);
    if (status != SPOKE_OK) {
        return status;
    }
    struct cusum_options o = {.target = number_or(c, 1, NAN),
                              .sigma = number_or(c, 2, NAN),
                              .slack = native_float(c, 3),
                              .limit = native_float(c, 4),
                              .head = native_float(c, 5)};
    status = spc_check_sums(c, &o);
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    struct str made = STR("");
    for (uint32_t k = 0; f && k < t.nseries; k++) {
        double *high, *low;
        struct cusum_options own = o;
        bool ok = spc_sum_series(c, &t, &t.series[k], &own, &high, &low) &&
                  put_sums(f, &t, &t.series[k], &own, high, low);
        if (ok && k == 0) {
            made = spc_made_sums(c, native_relation(c, 0), &t, &o, &own, high, low);
        }
        if (!ok || !made.p) {
            frame_drop(f);
            return SPOKE_NO_MEMORY;
        }
    }
    note_run_lengths(c, &o);
    return spc_give_made(c, f, made);
}

int spc_cusum_run_length(struct native_call *c) {
    return give_float(c,
                      cusum_run_length(native_float(c, 0), native_float(c, 1), native_float(c, 2)));
}

int spc_ewma_run_length(struct native_call *c) {
    return give_float(c,
                      ewma_run_length(native_float(c, 0), native_float(c, 1), native_float(c, 2)));
}

/* ---- capability ---- */

enum { ABLE_SERIES, ABLE_INDEX, ABLE_VALUE, ABLE_LOW, ABLE_HIGH, ABLE_N, ABLE_MEAN, ABLE_SIGMA };

static bool put_index(struct frame *f, const struct spc_series *s, const struct capability *able,
                      const char *name, const struct index_of *index, double sigma) {
    if (!frame_push(f)) {
        return false;
    }
    uint32_t row = f->n - 1;
    return put_text(f, ABLE_SERIES, row, s->name) && put_text(f, ABLE_INDEX, row, str_of(name)) &&
           put_float(f, ABLE_VALUE, row, index->value) && put_float(f, ABLE_LOW, row, index->low) &&
           put_float(f, ABLE_HIGH, row, index->high) && put_int(f, ABLE_N, row, (int64_t)able->n) &&
           put_float(f, ABLE_MEAN, row, able->mean) && put_float(f, ABLE_SIGMA, row, sigma);
}

static bool put_capability(struct native_call *c, struct frame *f, const struct spc_table *t,
                           const struct spc_series *s, struct capability_asked *asked,
                           struct capability *able, uint32_t *unstable) {
    const struct spc_result *r = spc_individuals(c, t, s);
    if (!r) {
        return false;
    }
    asked->within = r->phases[0].basis.sigma;
    capability_of(s->value, s->n, asked, able);
    *unstable += r->nsignals > 0;
    return put_index(f, s, able, "Cp", &able->cp, able->within) &&
           put_index(f, s, able, "Cpk", &able->cpk, able->within) &&
           put_index(f, s, able, "Cpm", &able->cpm, able->within) &&
           put_index(f, s, able, "Pp", &able->pp, able->overall) &&
           put_index(f, s, able, "Ppk", &able->ppk, able->overall);
}

int spc_check_asked(struct native_call *c, const struct capability_asked *asked) {
    bool order = isnan(asked->lower) || isnan(asked->upper) || asked->lower < asked->upper;
    if ((isnan(asked->lower) && isnan(asked->upper)) || !order ||
        !(asked->level > 0 && asked->level < 1)) {
        return native_fail_help(c, "like `spc.capability(lower: 20, upper: 35)`",
                                "capability needs `lower` or `upper`, lower below upper, and a "
                                "level between 0 and 1");
    }
    return SPOKE_OK;
}

int spc_capability(struct native_call *c) {
    struct spc_table t;
    int status = spc_read_series(c, &t);
    if (status != SPOKE_OK) {
        return status;
    }
    struct capability_asked asked = {.lower = number_or(c, 1, NAN),
                                     .upper = number_or(c, 2, NAN),
                                     .target = number_or(c, 3, NAN),
                                     .level = native_float(c, 4)};
    status = spc_check_asked(c, &asked);
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    uint32_t unstable = 0;
    struct str made = STR("");
    for (uint32_t k = 0; f && k < t.nseries; k++) {
        struct capability able;
        bool ok = put_capability(c, f, &t, &t.series[k], &asked, &able, &unstable);
        if (ok && k == 0) {
            made = spc_made_capability(c, native_relation(c, 0), &t, &asked, &able, unstable > 0);
        }
        if (!ok || !made.p) {
            frame_drop(f);
            return SPOKE_NO_MEMORY;
        }
    }
    if (unstable) {
        native_note(c,
                    "%u of %u series have points outside the limits of chance: what is not stable "
                    "has no capability yet",
                    unstable, t.nseries);
    }
    return spc_give_made(c, f, made);
}
