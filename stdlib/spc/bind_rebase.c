/* spc.rebase: where a new phase might begin, one row for each series that has such a place. */
#include "stdlib/rows.h"
#include "stdlib/spc/bind_methods.h"
#include "stdlib/spc/bind_options.h"

enum { ASKS = 1, NOTES = ASKS + ASK_SPAN + 1 };
enum { SERIES, PERIOD, POINT, BEFORE, AFTER, RUN, POINTS, FIRM, CAUSE, SINCE };

/* What may be why: notes of the caller, and definitions that changed. */
static int find_causes(struct native_call *c, const struct about *about,
                       struct spc_notes_told *out) {
    uint32_t n;
    struct spc_notes_told told;
    int status = spc_ask_notes(c, NOTES, &told);
    if (status != SPOKE_OK) {
        return status;
    }
    const struct native_change *changes = native_changes(c, about, &n);
    struct spc_note *all =
        changes ? ARENA_ARRAY(native_arena(c), struct spc_note, told.n + n + 1) : NULL;
    if (!all) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < told.n; i++) {
        all[i] = told.at[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        struct str words = arena_printf(native_arena(c), "%.*s@%u%s%.*s", STR_ARG(changes[i].name),
                                        changes[i].number, changes[i].because.n ? ": " : "",
                                        STR_ARG(changes[i].because));
        all[told.n + i] = (struct spc_note){changes[i].day, changes[i].day + 1, words};
    }
    *out = (struct spc_notes_told){all, told.n + n};
    return SPOKE_OK;
}

struct giving {
    struct frame *f;
    const struct calendar *calendar;
    const struct spc_table *t;
    struct spc_notes_told causes;
};

static bool put_cause(const struct giving *g, uint32_t row, const struct spc_series *s,
                      const struct rebase *x) {
    int64_t cause = g->t->grain == GRAIN_NONE
                        ? -1
                        : spc_cause(g->calendar, s->at, x->at, g->causes.at, g->causes.n);
    if (cause < 0) {
        return put_missing(g->f, CAUSE, row) && put_missing(g->f, SINCE, row);
    }
    return put_text(g->f, CAUSE, row, g->causes.at[cause].words) &&
           put_int(g->f, SINCE, row, g->causes.at[cause].first);
}

static bool put_proposal(const struct giving *g, const struct spc_series *s,
                         const struct rebase *x) {
    struct frame *f = g->f;
    if (!frame_push(f)) {
        return false;
    }
    uint32_t row = f->n - 1;
    bool timed = g->t->grain != GRAIN_NONE;
    return put_text(f, SERIES, row, s->name) &&
           (timed ? put_int(f, PERIOD, row, s->at[x->at]) : put_missing(f, PERIOD, row)) &&
           put_int(f, POINT, row, (int64_t)x->at + 1) && put_float(f, BEFORE, row, x->before) &&
           put_float(f, AFTER, row, x->after) && put_int(f, RUN, row, (int64_t)x->run) &&
           put_int(f, POINTS, row, (int64_t)x->points) &&
           put_int(f, FIRM, row, x->points >= SPC_TRIAL) && put_cause(g, row, s, x);
}

static bool give_all(struct native_call *c, const struct giving *g, const struct spc_wish *wish) {
    uint32_t without = 0;
    for (uint32_t k = 0; k < g->t->nseries; k++) {
        struct arena scratch;
        struct rebase found;
        bool ok = true;
        arena_init(&scratch, native_alloc(c));
        const struct spc_result *r = spc_judge(&scratch, g->calendar, g->t, &g->t->series[k], wish);
        if (r && spc_propose(&scratch, r, &found)) {
            ok = put_proposal(g, &g->t->series[k], &found);
            without += ok && column_state(&g->f->columns[CAUSE], g->f->n - 1) != PRESENT;
        }
        arena_free(&scratch);
        if (!r || !ok) {
            return false;
        }
    }
    if (without) {
        native_note(c,
                    "nothing is noted that may be why %u of these levels changed: begin a new "
                    "phase only where the cause is known",
                    without);
    }
    return true;
}

int spc_rebase(struct native_call *c) {
    const struct frame *data = native_relation(c, 0);
    struct spc_table t;
    struct spc_wish wish;
    struct spc_reading how = {.timed = false};
    struct giving g = {.calendar = native_calendar(c), .t = &t};
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_kind(c, ASKS, &wish, &how);
    if (status != SPOKE_OK) {
        return status;
    }
    if (!spc_read(native_arena(c), g.calendar, data, &how, &t)) {
        return spc_read_failed(c, &t);
    }
    if (!spc_pick_kind(c, data, &t, true, &wish)) {
        return SPOKE_NO_MEMORY;
    }
    status = spc_ask_rest(c, ASKS, data, &t, &wish);
    if (status == SPOKE_OK) {
        status = find_causes(c, &data->about, &g.causes);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    g.f = native_frame(c);
    if (!g.f || !give_all(c, &g, &wish)) {
        frame_drop(g.f);
        return SPOKE_NO_MEMORY;
    }
    return native_give_frame(c, g.f);
}
