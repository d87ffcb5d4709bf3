/* spc.limits and spc.signals: a relation in, one judged row per point out. */
#include "stdlib/modules.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_alarm.h"
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

/* A judged series on its way into rows, column by column. */
struct giving {
    struct frame *f;
    const struct spc_table *t;
    const struct spc_series *s;
    const struct spc_result *r;
    uint32_t n, first;  /* rows of it, and the first one's number */
    const uint32_t *at; /* which points they are */
};

/* NULL: all are missing. */
static bool put_floats(const struct giving *g, uint32_t column, const double *x) {
    double *out = g->f->columns[column].f + g->first;
    for (uint32_t k = 0; k < g->n; k++) {
        out[k] = x ? x[g->at[k]] : (double)NAN;
        if (isnan(out[k]) && !put_missing(g->f, column, g->first + k)) {
            return false;
        }
    }
    return true;
}

/* The same of numbers that are whole. */
static bool put_counts(const struct giving *g, uint32_t column, const double *x) {
    int64_t *out = g->f->columns[column].i + g->first;
    for (uint32_t k = 0; k < g->n; k++) {
        double count = x ? x[g->at[k]] : (double)NAN;
        bool whole = fabs(count) < 1e15 && (double)(int64_t)count == count; /* nearly all are */
        out[k] = whole ? (int64_t)count : isnan(count) ? 0 : llround(count);
        if (isnan(count) && !put_missing(g->f, column, g->first + k)) {
            return false;
        }
    }
    return true;
}

static bool put_periods(const struct giving *g) {
    bool timed = g->t->grain != GRAIN_NONE;
    for (uint32_t k = 0; k < g->n; k++) {
        g->f->columns[PERIOD].i[g->first + k] = timed ? g->s->at[g->at[k]] : 0;
        if (!timed && !put_missing(g->f, PERIOD, g->first + k)) {
            return false;
        }
    }
    return true;
}

static bool put_names(const struct giving *g) {
    const struct text *name = g->s->name.n ? frame_text(g->f, g->s->name) : NULL;
    for (uint32_t k = 0; k < g->n; k++) {
        g->f->columns[SERIES].t[g->first + k] = name;
    }
    return name || !g->s->name.n;
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

/* Few points have any; texts of the others are missing from the start. */
static bool put_signals(const struct giving *g) {
    char signal[64];
    for (uint32_t k = 0; k < g->n; k++) {
        size_t i = g->at[k];
        uint32_t row = g->first + k;
        g->f->columns[COMPLETES].i[row] = g->r->completes[i] != 0;
        if (!g->r->members[i] && g->r->signals[i].kind == SIGNAL_NONE) {
            continue;
        }
        size_t n = signal_print(signal, g->r->profile, &g->r->signals[i]);
        if (!put_text(g->f, SIGNAL, row, (struct str){signal, n}) || !put_rules(g, row, i)) {
            return false;
        }
    }
    return true;
}

/* 1 within one sigma, 2 within two, 3 within three, 4 beyond; below the centre negative. */
static bool put_zones(const struct giving *g) {
    for (uint32_t k = 0; k < g->n; k++) {
        double z = g->r->lines.z[g->at[k]], size = fabs(z);
        int64_t zone = size >= 3 ? 4 : size >= 2 ? 3 : size >= 1 ? 2 : 1;
        g->f->columns[ZONE].i[g->first + k] = z == 0 ? 0 : z > 0 ? zone : -zone;
        if (isnan(z) && !put_missing(g->f, ZONE, g->first + k)) {
            return false;
        }
    }
    return true;
}

static void put_phases(const struct giving *g) {
    size_t phase = 0;
    for (uint32_t k = 0; k < g->n; k++) {
        while (g->at[k] >= g->r->phases[phase].stop) {
            phase++;
        }
        g->f->columns[PHASE].i[g->first + k] = (int64_t)phase + 1;
    }
}

static bool put_columns(const struct giving *g) {
    const struct spc_lines *l = &g->r->lines;
    bool sizes = spc_trait(g->r->kind)->needs == NEEDS_SUBGROUPS || g->t->has_rates;
    put_phases(g);
    return put_names(g) && put_periods(g) && put_floats(g, VALUE, l->value) &&
           put_counts(g, COUNT, g->t->has_rates ? g->s->count : NULL) &&
           put_counts(g, SIZE, sizes ? g->s->size : NULL) && put_floats(g, CENTRE, l->centre) &&
           put_floats(g, LOWER, g->r->lower) && put_floats(g, UPPER, g->r->upper) &&
           put_signals(g) && put_floats(g, SIGMA, l->sigma) && put_zones(g) &&
           put_floats(g, LOWER_RAW, l->lower) && put_floats(g, UPPER_RAW, l->upper) &&
           put_floats(g, TARGET, g->s->target);
}

static bool put_series(struct arena *scratch, struct giving *g, bool only_signals) {
    uint32_t *at = arena_take(scratch, g->r->n * sizeof *at);
    if (!at) {
        return false;
    }
    for (uint32_t i = 0; i < g->r->n; i++) {
        at[g->n] = i;
        g->n += !only_signals || g->r->signals[i].kind != SIGNAL_NONE;
    }
    g->at = at;
    g->first = g->f->n;
    if (g->n > UINT32_MAX - g->first || !frame_reserve(g->f, g->first + g->n)) {
        return false;
    }
    g->f->n += g->n;
    return put_columns(g);
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

/* So that columns need not grow, and be copied, on the way. */
static bool make_room(struct frame *f, const struct spc_table *t) {
    uint64_t rows = 0;
    for (uint32_t k = 0; k < t->nseries; k++) {
        rows += t->series[k].n;
    }
    return rows <= UINT32_MAX && frame_reserve(f, (uint32_t)rows);
}

static bool judge_all(struct native_call *c, const struct frame *data, const struct spc_table *t,
                      const struct spc_wish *wish, bool only_signals, struct frame *f,
                      struct str *made) {
    uint32_t careful = 0, signals = 0;
    if (!only_signals && !make_room(f, t)) {
        return false;
    }
    for (uint32_t k = 0; k < t->nseries; k++) {
        struct arena scratch;
        arena_init(&scratch, native_alloc(c));
        struct giving g = {.f = f, .t = t, .s = &t->series[k]};
        struct spc_result *r = spc_judge(&scratch, native_calendar(c), t, g.s, wish);
        if (r && k == 0) { /* the one that is explained */
            r->alarm = spc_alarm(c, r, spc_last_phase(r));
        }
        g.r = r;
        bool ok = r && put_series(&scratch, &g, only_signals);
        if (ok && k == 0) {
            *made = spc_made(c, data, t, wish, g.r);
            ok = made->p != NULL;
        }
        if (ok && t->nseries == 1) {
            spc_notes(c, g.r);
            spc_note_alarm(c, g.r);
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
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_series(c, 1, data, &t, &wish);
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
    struct str made = STR_NONE;
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
