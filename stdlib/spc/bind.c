/* spc.limits and spc.signals: a relation in, one judged row per point out. */
#include "stdlib/modules.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_methods.h"
#include "stdlib/spc/bind_options.h"
#include <math.h>

enum {
    SERIES,
    PERIOD,
    VALUE,
    COUNT,
    SIZE,
    CENTRE,
    LOWER,
    UPPER,
    SIGNAL,
    RULES,
    COMPLETES,
    PHASE,
    SIGMA,
    ZONE,
    LOWER_RAW,
    UPPER_RAW,
    TARGET
};

/* A judged series on its way into rows. */
struct giving {
    struct frame *f;
    const struct spc_table *t;
    const struct spc_series *s;
    const struct spc_result *r;
};

static bool put_number(struct frame *f, uint32_t column, uint32_t row, double x) {
    if (isnan(x)) {
        return put_missing(f, column, row);
    }
    return put_int(f, column, row, (int64_t)llround(x));
}

static bool put_counts(const struct giving *g, uint32_t row, size_t i) {
    bool sizes = spc_trait(g->r->kind)->needs == NEEDS_SUBGROUPS || g->t->has_rates;
    return put_number(g->f, COUNT, row, g->t->has_rates ? g->s->count[i] : (double)NAN) &&
           put_number(g->f, SIZE, row, sizes ? g->s->size[i] : (double)NAN);
}

/* The rules a point is a member of, the gravest first. */
static bool put_rules(const struct giving *g, uint32_t row, size_t i) {
    char text[RULE_BITS * 66];
    size_t n = 0;
    for (unsigned k = 0; k < RULE_BITS; k++) {
        if (g->r->members[i] & 1U << k) {
            n += n ? (size_t)(memcpy(text + n, "; ", 2) != NULL) * 2 : 0;
            n += rule_print(text + n, g->r->profile, 1U << k);
        }
    }
    return put_text(g->f, RULES, row, (struct str){text, n});
}

/* 1 within one sigma, 2 within two, 3 within three, 4 beyond; below the centre negative. */
static bool put_zone(const struct giving *g, uint32_t row, size_t i) {
    double z = g->r->lines.z[i];
    if (isnan(z)) {
        return put_missing(g->f, ZONE, row);
    }
    double zone = fmin(floor(fabs(z)) + 1, 4);
    return put_int(g->f, ZONE, row, z == 0 ? 0 : (int64_t)(z > 0 ? zone : -zone));
}

static bool put_signal(const struct giving *g, uint32_t row, size_t i) {
    char signal[64];
    size_t n = signal_print(signal, g->r->profile, &g->r->signals[i]);
    return put_text(g->f, SIGNAL, row, (struct str){signal, n}) && put_rules(g, row, i) &&
           put_int(g->f, COMPLETES, row, g->r->completes[i] != 0);
}

static bool put_lines(const struct giving *g, uint32_t row, size_t i) {
    const struct spc_lines *l = &g->r->lines;
    struct frame *f = g->f;
    return put_float(f, VALUE, row, l->value[i]) && put_float(f, CENTRE, row, l->centre[i]) &&
           put_float(f, LOWER, row, g->r->lower[i]) && put_float(f, UPPER, row, g->r->upper[i]) &&
           put_float(f, SIGMA, row, l->sigma[i]) && put_float(f, LOWER_RAW, row, l->lower[i]) &&
           put_float(f, UPPER_RAW, row, l->upper[i]);
}

static bool put_target(const struct giving *g, uint32_t row, size_t i) {
    return put_float(g->f, TARGET, row, g->s->target ? g->s->target[i] : (double)NAN);
}

static bool put_point(const struct giving *g, size_t i, size_t phase) {
    if (!frame_push(g->f)) {
        return false;
    }
    uint32_t row = g->f->n - 1;
    bool timed = g->t->grain != GRAIN_NONE;
    return put_text(g->f, SERIES, row, g->s->name) &&
           (timed ? put_int(g->f, PERIOD, row, g->s->at[i]) : put_missing(g->f, PERIOD, row)) &&
           put_counts(g, row, i) && put_lines(g, row, i) && put_signal(g, row, i) &&
           put_int(g->f, PHASE, row, (int64_t)phase + 1) && put_zone(g, row, i) &&
           put_target(g, row, i);
}

static bool put_series(const struct giving *g, bool only_signals) {
    for (size_t k = 0; k < g->r->nphases; k++) {
        for (size_t i = g->r->phases[k].first; i < g->r->phases[k].stop; i++) {
            bool told = g->r->signals[i].kind != SIGNAL_NONE;
            if ((told || !only_signals) && !put_point(g, i, k)) {
                return false;
            }
        }
    }
    return true;
}

/* Of many series the notes are of how many they are true. */
static void note_many(struct native_call *c, const struct spc_table *t, uint32_t careful,
                      uint32_t signals) {
    native_note(c, "%u of %u series show a signal", signals, t->nseries);
    if (careful) {
        native_note(c,
                    "%u of %u series have few or small groups: their limits are provisional at "
                    "best",
                    careful, t->nseries);
    }
}

static bool judge_all(struct native_call *c, const struct frame *data, const struct spc_table *t,
                      const struct spc_wish *wish, bool only_signals, struct frame *f,
                      struct str *made) {
    uint32_t careful = 0, signals = 0;
    for (uint32_t k = 0; k < t->nseries; k++) {
        struct arena scratch;
        arena_init(&scratch, native_alloc(c));
        struct giving g = {f, t, &t->series[k], NULL};
        g.r = spc_judge(&scratch, native_calendar(c), t, g.s, wish);
        bool ok = g.r && put_series(&g, only_signals);
        if (ok && k == 0) {
            *made = spc_made(c, data, t, wish, g.r);
            ok = made->p != NULL;
        }
        if (ok && t->nseries == 1) {
            spc_notes(c, g.r);
        } else if (ok) {
            const struct spc_phase *phase = spc_last_phase(g.r);
            careful += phase->basis.n < SPC_FIRM || phase->basis.least_expected < 1;
            signals += g.r->nsignals > 0;
        }
        arena_free(&scratch);
        if (!ok) {
            return false;
        }
    }
    if (t->nseries > 1) {
        note_many(c, t, careful, signals);
    }
    return true;
}

static int judge(struct native_call *c, bool only_signals) {
    const struct frame *data = native_relation(c, 0);
    struct spc_table t;
    struct spc_wish wish;
    struct spc_reading how = {.timed = false};
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_kind(c, 1, &wish, &how);
    if (status != SPOKE_OK) {
        return status;
    }
    if (!spc_read(native_arena(c), native_calendar(c), data, &how, &t)) {
        return spc_read_failed(c, &t);
    }
    if (!spc_pick_kind(c, data, &t, false, &wish)) {
        return SPOKE_NO_MEMORY;
    }
    status = spc_ask_rest(c, 1, data, &t, &wish);
    if (status != SPOKE_OK) {
        return status;
    }
    status = spc_ask_target(c, 1, data, &t);
    if (status != SPOKE_OK) {
        return status;
    }
    spc_note_rows(c, &t);
    struct frame *f = native_frame(c);
    if (!f) {
        return SPOKE_NO_MEMORY;
    }
    struct str made;
    if (!judge_all(c, data, &t, &wish, only_signals, f, &made)) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    status = native_give_frame(c, f);
    return status == SPOKE_OK ? native_give_made(c, made) : status;
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
