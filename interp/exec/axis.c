/* Time axes. See axis.h.
 *
 * The calendar is asked only for periods, what comes before them and where what
 * holds them begins (base/position.h). */
#include "exec/axis.h"
#include <stdio.h>

enum { MOST_PERIODS = 4000000 }; /* more than the days from year 1 to 9999 */

enum status extent_read(struct run *run, const struct relation *self, const struct plan *plan,
                        struct extent *out) {
    struct segment *s;
    *out = (struct extent){false, 0, 0};
    enum status status = segment_open(run, self, plan, NULL, true, &s);
    if (status == ST_OK)
        status = segment_next(s);
    if (status != ST_OK || s->batch.n == 0)
        return status;
    const struct column *first = &s->batch.columns[plan->outputs[0].slot];
    const struct column *last = &s->batch.columns[plan->outputs[1].slot];
    if (column_state(first, 0) == PRESENT)
        *out = (struct extent){true, first->i[0], last->i[0]};
    return ST_OK;
}

/* ---- which periods ---- */

static enum status need_calendar(struct run *run) {
    const struct exec_env *env = run->env;
    return env->calendar_ready ? env->calendar_ready(env->user) : ST_OK;
}

enum status range_read(struct run *run, const struct late_range *late, enum grain grain,
                       int64_t *first_day, int64_t *stop_day) {
    const struct exec_env *env = run->env;
    const struct calendar *c = env->calendar;
    enum status status = need_calendar(run);
    if (status != ST_OK || !late)
        return status;
    if (!periods_days(c, late->from, late->to, late->whole ? grain : GRAIN_NONE, first_day,
                      stop_day)) {
        char text[24], message[64];
        period_print(c, text, period_is_known(c, late->from) ? late->to : late->from);
        snprintf(message, sizeof message, "the calendar has no %s", text);
        return env->fail(env->user, E0344, late->span, message);
    }
    return ST_OK;
}

struct ends {
    bool any;
    int64_t first, last; /* periods */
};

static enum status asked_ends(struct run *run, const struct relation *self, const struct axis *axis,
                              struct ends *out) {
    int64_t first_day = axis->first_day, stop_day = axis->stop_day;
    *out = (struct ends){false, 0, 0};
    enum status status = range_read(run, axis->late, axis->grain, &first_day, &stop_day);
    if (status == ST_OK && !axis->has_range) {
        struct extent e;
        status = extent_read(run, self, axis->extent, &e);
        first_day = e.first;
        stop_day = e.any ? e.last + 1 : e.first;
    }
    if (status == ST_OK)
        out->any = periods_between(run->env->calendar, axis->grain, first_day, stop_day,
                                   &out->first, &out->last);
    return status;
}

/* Back to the earliest period that one of the asked ones is compared with; how many there are in
 * all. */
static int64_t reach_back(struct run *run, const struct axis *axis, struct ends *e) {
    const struct calendar *c = run->env->calendar;
    int64_t first = e->first, n = 0, before;
    for (int64_t p = e->first; axis->change && p <= e->last; p = period_next(c, p))
        if (period_before(c, p, axis->change_by, 1, &before) && before < first)
            first = before;
    e->first = first;
    for (int64_t p = first; p <= e->last && n < MOST_PERIODS; p = period_next(c, p))
        n++;
    return n;
}

static int64_t since_of(const struct calendar *calendar, const struct axis *axis, int64_t period) {
    switch (axis->look) {
    case LOOK_TO_DATE:
        return period_since(calendar, period, axis->since);
    case LOOK_ROLLING:
        return window_first_day(calendar, period, axis->rolling);
    case LOOK_EVER:
        return INT64_MIN;
    case LOOK_OWN:
        break;
    }
    return period_start(calendar, period);
}

enum status axis_make(struct run *run, const struct relation *self, const struct axis *axis,
                      struct axis_days *out) {
    const struct calendar *calendar = run->env->calendar;
    struct ends e;
    *out = (struct axis_days){NULL, NULL, NULL, 0};
    enum status status = asked_ends(run, self, axis, &e);
    if (status != ST_OK || !e.any)
        return status;
    int64_t n = reach_back(run, axis, &e);
    if (n >= MOST_PERIODS)
        return ST_LIMIT;
    out->periods = ARENA_ARRAY(&run->arena, int64_t, n);
    out->since = ARENA_ARRAY(&run->arena, int64_t, n);
    out->until = ARENA_ARRAY(&run->arena, int64_t, n);
    if (!out->periods || !out->since || !out->until)
        return ST_NO_MEMORY;
    for (int64_t period = e.first; out->n < n; period = period_next(calendar, period), out->n++) {
        out->periods[out->n] = period;
        out->since[out->n] = since_of(calendar, axis, period);
        out->until[out->n] = period_stop(calendar, period);
    }
    return ST_OK;
}

/* ---- windows ---- */

enum status windows_open(struct segment *s, struct windows *w, const bool *needed) {
    struct run *run = s->run;
    const struct plan *input = s->plan->input;
    const struct type *period = s->plan->slot_types[0];
    for (uint32_t i = 0; i < s->plan->nkeys; i++)
        if (s->plan->keys[i] == KEY_PERIOD)
            period = s->plan->slot_types[i];
    w->rows = ARENA_ARRAY(&run->arena, uint32_t, BATCH_ROWS);
    w->wide.columns = arena_zero(&run->arena, input->nslots * sizeof *w->wide.columns);
    if (!w->rows || !w->wide.columns ||
        !column_prepare(run->alloc, &w->periods, period, BATCH_ROWS))
        return ST_NO_MEMORY;
    w->wide.nslots = input->nslots;
    for (uint32_t i = 0; i < input->nslots; i++)
        if (needed[i] &&
            !column_prepare(run->alloc, &w->wide.columns[i], input->slot_types[i], BATCH_ROWS))
            return ST_NO_MEMORY;
    return axis_make(run, s->self, s->plan->axis, &w->days);
}

void windows_close(struct segment *s, struct windows *w) {
    for (uint32_t i = 0; w->wide.columns && i < w->wide.nslots; i++)
        if (w->wide.columns[i].type)
            column_free(s->run->alloc, &w->wide.columns[i]);
    if (w->periods.type)
        column_free(s->run->alloc, &w->periods);
}

/* The first period that goes on to behind the day, and the first one after it that begins behind
 * it. */
static void find_periods(struct windows *w, int64_t day) {
    uint32_t low = 0, high = w->days.n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (w->days.until[middle] > day)
            high = middle;
        else
            low = middle + 1;
    }
    w->at = low;
    high = w->days.n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (w->days.since[middle] > day)
            high = middle;
        else
            low = middle + 1;
    }
    w->stop = low;
}

static void find_row(struct windows *w, const struct column *days) {
    if (column_state(days, w->row) == PRESENT) {
        find_periods(w, days->i[w->row]);
    } else {
        w->at = 0;
        w->stop = w->days.n;
    }
}

void windows_start(struct windows *w) {
    w->row = 0;
    w->at = w->stop = UINT32_MAX; /* the first row is still to be looked at */
}

enum status windows_next(struct segment *s, struct windows *w, const struct batch *b,
                         const bool *needed) {
    const struct column *days = &b->columns[s->plan->day];
    uint32_t n = 0;
    if (w->at == UINT32_MAX && b->n > 0)
        find_row(w, days);
    while (n < BATCH_ROWS && w->row < b->n) {
        if (w->at < w->stop) {
            w->rows[n] = w->row;
            w->periods.i[n++] = w->days.periods[w->at++];
        } else if (++w->row < b->n) {
            find_row(w, days);
        }
    }
    w->wide.n = n;
    for (uint32_t i = 0; n > 0 && i < w->wide.nslots; i++)
        if (needed[i] &&
            !column_gather(s->run->alloc, &w->wide.columns[i], 0, &b->columns[i], w->rows, n))
            return ST_NO_MEMORY;
    return n > 0 ? control_poll(s->run->env->control, n) : ST_OK;
}
