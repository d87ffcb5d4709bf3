/* spc.limits and spc.signals: a relation in, one judged row per point out. */
#include "stdlib/modules.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_options.h"
#include <math.h>

enum { PERIOD, VALUE, COUNT, SIZE, CENTRE, LOWER, UPPER, SIGNAL };

static bool put_counts(struct frame *f, uint32_t row, const struct spc_table *t,
                       const struct spc_series *s, size_t i) {
    if (!t->has_counts || s->size[i] == 0) {
        return put_missing(f, COUNT, row) && put_missing(f, SIZE, row);
    }
    return put_int(f, COUNT, row, s->count[i]) && put_int(f, SIZE, row, s->size[i]);
}

static bool put_point(struct frame *f, const struct spc_table *t, const struct spc_series *s,
                      const struct spc_result *r, size_t i) {
    char signal[64];
    if (!frame_push(f)) {
        return false;
    }
    uint32_t row = f->n - 1;
    bool timed = t->grain != GRAIN_NONE;
    size_t n = signal_print(signal, r->profile, &r->signals[i]);
    return (timed ? put_int(f, PERIOD, row, s->at[i]) : put_missing(f, PERIOD, row)) &&
           put_float(f, VALUE, row, r->lines.value[i]) && put_counts(f, row, t, s, i) &&
           put_float(f, CENTRE, row, r->lines.centre[i]) && put_float(f, LOWER, row, r->lower[i]) &&
           put_float(f, UPPER, row, r->upper[i]) &&
           put_text(f, SIGNAL, row, (struct str){signal, n});
}

static int give_points(struct native_call *c, const struct spc_table *t, const struct spc_series *s,
                       const struct spc_result *r, bool only_signals) {
    struct frame *f = native_frame(c);
    if (!f) {
        return SPOKE_NO_MEMORY;
    }
    for (size_t i = 0; i < r->n; i++) {
        if (only_signals && r->signals[i].kind == SIGNAL_NONE) {
            continue;
        }
        if (!put_point(f, t, s, r, i)) {
            frame_drop(f);
            return SPOKE_NO_MEMORY;
        }
    }
    return native_give_frame(c, f);
}

static int judge(struct native_call *c, bool only_signals) {
    const struct frame *data = native_relation(c, 0);
    struct spc_table t;
    if (!data) {
        return SPOKE_FAILED;
    }
    if (!spc_read(native_arena(c), native_calendar(c), data, false, &t)) {
        return spc_read_failed(c, &t);
    }
    if (t.nseries > 1) {
        return native_fail_help(c, "take one with `where`, or draw them side by side with `chart`",
                                "there are %u series here, such as %.*s and %.*s", t.nseries,
                                STR_ARG(t.series[0].name), STR_ARG(t.series[1].name));
    }
    enum spc_kind kind = spc_fitting_kind(&t);
    struct spc_options options = spc_default_options();
    const struct rule_profile *rules;
    int status = spc_option_kind(c, 1, &t, &kind);
    if (status == SPOKE_OK) {
        status = spc_option_rules(c, 2, kind, &rules);
    }
    if (status == SPOKE_OK) {
        status = spc_option_constant(c, 3, &options.constant);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    struct spc_result *r = spc_judge(native_arena(c), &t, &t.series[0], kind, rules, &options);
    if (!r) {
        return SPOKE_NO_MEMORY;
    }
    spc_notes(c, &t, r);
    return give_points(c, &t, &t.series[0], r, only_signals);
}

static int spc_limits(struct native_call *c) {
    return judge(c, false);
}

static int spc_signals(struct native_call *c) {
    return judge(c, true);
}

#define MODULE_FILE "stdlib/spc/module.def"
#define MODULE_SYMBOL spc_module
#include "stdlib/module.h"
