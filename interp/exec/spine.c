/* The dense time axis: every combination of the other keys gets every period.
 *
 * The input is a grouping whose last key is the period, so its rows come in
 * order and those of one combination lie together. The axis runs over the asked
 * range, else from the first to the last period seen. Rows outside of it, or
 * without a period, are kept where they are, unless they were read to look back.
 * Beside the input's columns stand those of the period compared with, which is
 * looked up among the rows of the same combination. */
#include "exec/axis.h"

struct spine {
    struct rows rows;            /* the input's outputs */
    uint32_t nkeys;              /* of the input; the last is the period */
    int64_t first, last;         /* the axis; packed periods, empty if first > last */
    int64_t first_day, stop_day; /* of the asked range */
    bool done;
    uint32_t start, stop;  /* rows of the combination at hand */
    uint32_t row;          /* the next of them */
    int64_t at;            /* the next period of the axis */
    bool open;             /* there is a combination at hand */
    uint32_t *from, *keys; /* of a batch: the row that is shown (NO_ROW: an added one), and a
                              row with the same other keys */
    int64_t *periods;
    uint32_t *before;         /* of a batch: the row compared with, or NO_ROW */
    uint32_t *starts, *stops; /* of a batch: the rows with the same other keys */
    struct extent *extents;
};

static void spine_close(struct segment *s) {
    struct spine *p = s->state;
    rows_free(&p->rows);
}

static const struct column *period_column(const struct spine *p) {
    return &p->rows.columns[p->nkeys - 1];
}

static void find_axis(struct segment *s, struct spine *p) {
    const struct plan *plan = s->plan;
    const struct column *periods = period_column(p);
    bool any = plan->has_range && periods_between(s->run->env->calendar, plan->grain, p->first_day,
                                                  p->stop_day, &p->first, &p->last);
    if (!any) {
        p->first = 0;
        p->last = -1;
    }
    for (uint32_t i = 0; !plan->has_range && i < p->rows.n; i++) {
        if (column_state(periods, i) != PRESENT)
            continue;
        p->first = !any || periods->i[i] < p->first ? periods->i[i] : p->first;
        p->last = !any || periods->i[i] > p->last ? periods->i[i] : p->last;
        any = true;
    }
}

static bool same_combination(const struct spine *p, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i + 1 < p->nkeys; i++)
        if (column_compare(&p->rows.columns[i], a, &p->rows.columns[i], b) != 0)
            return false;
    return true;
}

/* The next combination of other keys. Without other keys there is one, even without rows. */
static void next_combination(struct spine *p, bool at_start) {
    p->start = p->row = p->stop;
    p->at = p->first;
    p->open = p->start < p->rows.n || (at_start && p->nkeys == 1);
    while (p->stop < p->rows.n && same_combination(p, p->start, p->stop))
        p->stop++;
}

static enum status spine_read(struct segment *s, struct spine *p) {
    p->done = true;
    p->first_day = s->plan->first_day;
    p->stop_day = s->plan->stop_day;
    enum status status =
        range_read(s->run, s->plan->late, s->plan->grain, &p->first_day, &p->stop_day);
    if (status == ST_OK)
        status = collect(s->run, s->input, &p->rows);
    if (status == ST_OK) {
        find_axis(s, p);
        next_combination(p, true);
    }
    return status;
}

/* Rows before the asked range have been read to be compared with. */
static void skip_clipped(const struct segment *s, struct spine *p) {
    const struct column *periods = period_column(p);
    while (s->plan->clip && p->row < p->stop &&
           (column_state(periods, p->row) != PRESENT || periods->i[p->row] < p->first ||
            periods->i[p->row] > p->last))
        p->row++;
}

/* Puts the next row of the combination at hand at place n of the batch; false: it has no more. */
static bool place_row(const struct calendar *calendar, struct spine *p, uint32_t n) {
    bool has_row = p->row < p->stop;
    bool dated = has_row && column_state(period_column(p), p->row) == PRESENT;
    int64_t period = dated ? period_column(p)->i[p->row] : 0;
    p->keys[n] = p->start;
    p->starts[n] = p->start;
    p->stops[n] = p->stop;
    if (p->at <= p->last && !(dated && period <= p->at)) {
        p->from[n] = NO_ROW;
        p->periods[n] = p->at;
        p->at = period_next(calendar, p->at);
        return true;
    }
    if (has_row) {
        p->from[n] = p->row++;
        if (dated && period == p->at)
            p->at = period_next(calendar, p->at);
    }
    return has_row;
}

/* Missing everywhere in added rows, but for the period and the counts that are 0. */
static void complete(const struct spine *p, struct column *c, bool is_period, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (p->from[i] != NO_ROW)
            continue;
        if (type_storage(c->type) == STORE_FLOAT)
            c->f[i] = 0;
        else
            c->i[i] = is_period ? p->periods[i] : 0;
        if (c->state)
            c->state[i] = PRESENT;
    }
}

static enum status fill(struct segment *s, struct spine *p, uint32_t n) {
    const struct plan *group = s->plan->input;
    for (uint32_t i = 0; i < p->rows.ncolumns; i++) {
        struct column *out = &s->batch.columns[i];
        bool is_key = i + 1 < p->nkeys, is_period = i + 1 == p->nkeys;
        const uint32_t *rows = is_key ? p->keys : p->from;
        if (!column_gather(s->run->alloc, out, 0, &p->rows.columns[i], rows, n))
            return ST_NO_MEMORY;
        uint32_t aggregate = i - p->nkeys;
        bool is_zero = i >= p->nkeys && aggregate < group->naggregations && s->plan->zero &&
                       s->plan->zero[aggregate];
        if (is_period || is_zero)
            complete(p, out, is_period, n);
    }
    s->batch.n = n;
    return ST_OK;
}

/* ---- beside the input's columns ---- */

static int64_t period_at(const struct spine *p, uint32_t i) {
    return p->from[i] == NO_ROW ? p->periods[i] : period_column(p)->i[p->from[i]];
}

static bool has_period(const struct spine *p, uint32_t i) {
    return p->from[i] == NO_ROW || column_state(period_column(p), p->from[i]) == PRESENT;
}

static bool before_at(const struct segment *s, const struct spine *p, uint32_t i, int64_t *out) {
    return has_period(p, i) && period_before(s->run->env->calendar, period_at(p, i),
                                             s->plan->compared->change_by, 1, out);
}

static uint32_t row_with(const struct spine *p, uint32_t start, uint32_t stop, int64_t period) {
    const struct column *periods = period_column(p);
    while (start < stop) {
        uint32_t middle = start + (stop - start) / 2;
        bool later = column_state(periods, middle) != PRESENT || periods->i[middle] > period;
        if (!later && periods->i[middle] == period)
            return middle;
        if (later)
            stop = middle;
        else
            start = middle + 1;
    }
    return NO_ROW;
}

static void find_before(const struct segment *s, struct spine *p, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        int64_t before;
        p->before[i] =
            before_at(s, p, i, &before) ? row_with(p, p->starts[i], p->stops[i], before) : NO_ROW;
    }
}

static bool is_within(const struct segment *s, const struct extent *e, int64_t period) {
    const struct calendar *calendar = s->run->env->calendar;
    int64_t first, last;
    return e->any &&
           periods_between(calendar, s->plan->grain, e->first, e->last + 1, &first, &last) &&
           period >= first && period <= last;
}

/* Without facts (row NO_ROW) a period in which no school is held had none to have. */
static bool may_have_facts(const struct segment *s, const struct extent *e, int64_t period,
                           uint32_t row) {
    return is_within(s, e, period) &&
           (row != NO_ROW || period_has_school(s->run->env->calendar, period));
}

static bool is_full(const struct segment *s, const struct spine *p, int64_t period) {
    int64_t first;
    if (!period_before(s->run->env->calendar, period, GRAIN_NONE, s->plan->compared->rolling - 1,
                       &first))
        return false;
    for (uint32_t i = 0; i < s->plan->nextents; i++)
        if (!is_within(s, &p->extents[i], first) || !is_within(s, &p->extents[i], period))
            return false;
    return true;
}

static bool is_partial(const struct segment *s, const struct spine *p, int64_t period) {
    for (uint32_t i = 0; i < s->plan->nextents; i++)
        if (!p->extents[i].any ||
            period_stop(s->run->env->calendar, period) > p->extents[i].last + 1)
            return true;
    return false;
}

static bool flag_at(const struct segment *s, const struct spine *p, const struct spine_beside *b,
                    uint32_t i) {
    int64_t before;
    switch (b->kind) {
    case BESIDE_WITHIN:
        return !has_period(p, i) ||
               may_have_facts(s, &p->extents[b->of], period_at(p, i), p->from[i]);
    case BESIDE_WITHIN_BEFORE:
        return before_at(s, p, i, &before) &&
               may_have_facts(s, &p->extents[b->of], before, p->before[i]);
    case BESIDE_FULL:
        return has_period(p, i) && is_full(s, p, period_at(p, i));
    case BESIDE_FULL_BEFORE:
        return before_at(s, p, i, &before) && is_full(s, p, before);
    case BESIDE_PARTIAL:
        return has_period(p, i) && is_partial(s, p, period_at(p, i));
    case BESIDE_BEFORE:
        break;
    }
    return false;
}

static enum status fill_besides(struct segment *s, struct spine *p, uint32_t n) {
    const struct plan *plan = s->plan;
    if (plan->compared && plan->compared->change)
        find_before(s, p, n);
    for (uint32_t k = 0; k < plan->nbesides; k++) {
        const struct spine_beside *b = &plan->besides[k];
        struct column *out = &s->batch.columns[p->rows.ncolumns + k];
        if (b->kind == BESIDE_BEFORE) {
            if (!column_gather(s->run->alloc, out, 0, &p->rows.columns[b->of], p->before, n))
                return ST_NO_MEMORY;
            continue;
        }
        for (uint32_t i = 0; i < n; i++)
            out->i[i] = flag_at(s, p, b, i);
    }
    return ST_OK;
}

static enum status spine_pull(struct segment *s) {
    struct spine *p = s->state;
    enum status status = p->done ? ST_OK : spine_read(s, p);
    uint32_t n = 0;
    while (status == ST_OK && n < BATCH_ROWS && p->open) {
        skip_clipped(s, p);
        if (place_row(s->run->env->calendar, p, n))
            n++;
        else
            next_combination(p, false);
    }
    if (status != ST_OK || n == 0)
        return status;
    status = fill(s, p, n);
    return status == ST_OK ? fill_besides(s, p, n) : status;
}

static enum status read_extents(struct segment *s, struct spine *p) {
    const struct plan *plan = s->plan;
    p->extents = ARENA_ARRAY(&s->run->arena, struct extent, plan->nextents + 1);
    enum status status = no_memory_unless(p->extents != NULL);
    for (uint32_t i = 0; i < plan->nextents && status == ST_OK; i++)
        status = extent_read(s->run, s->self, plan->extents[i], &p->extents[i]);
    return status;
}

enum status spine_open(struct segment *s) {
    struct arena *arena = &s->run->arena;
    struct spine *p = ARENA_NEW(arena, struct spine);
    if (!p)
        return ST_NO_MEMORY;
    s->state = p;
    s->base = (struct base){spine_pull, spine_close};
    p->nkeys = s->plan->input->nkeys;
    p->from = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    p->keys = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    p->periods = ARENA_ARRAY(arena, int64_t, BATCH_ROWS);
    p->before = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    p->starts = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    p->stops = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    if (!p->from || !p->keys || !p->periods || !p->before || !p->starts || !p->stops)
        return ST_NO_MEMORY;
    if (p->nkeys == 0 || s->plan->input->noutputs < p->nkeys)
        return ST_MISUSE;
    enum status status = read_extents(s, p);
    if (status != ST_OK)
        return status;
    return segment_open(s->run, s->self, s->plan->input, NULL, false, &s->input);
}
