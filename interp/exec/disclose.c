/* Suppressing small cells: what a grouping over protected rows may show.
 *
 * A row of the grouping is a cell; its parts are the counts that are shown or stand
 * behind what is shown, and for counts of people those who are not counted. Which
 * rows go is for protect.c to say. In these nothing but the keys is left: values are
 * overwritten, so nothing that comes later can show them. */
#include "exec/protect.h"
#include "exec/segment.h"

/* ---- parts ---- */

struct cells {
    struct segment *s;
    struct rows *rows;
    const uint32_t *order;
    uint32_t n;
    struct protect table;
    uint32_t *codes;
    int64_t *parts;
    bool *hidden, *secret;
    size_t ncodes, nparts; /* taken */
};

static uint32_t row_at(const struct cells *c, uint32_t i) {
    return c->order ? c->order[i] : i;
}

static const struct column *value_column(const struct cells *c, uint32_t aggregation) {
    return &c->rows->columns[c->s->plan->nkeys + aggregation];
}

static int64_t count_at(const struct cells *c, uint32_t aggregation, uint32_t i) {
    const struct column *column = value_column(c, aggregation);
    uint32_t row = row_at(c, i);
    return column_state(column, row) == PRESENT ? column->i[row] : 0;
}

static bool is_part(const struct aggregation *a) {
    return !a->ones && !a->zeros &&
           (a->people || a->kind == AGG_COUNT || a->kind == AGG_COUNT_PRESENT ||
            a->kind == AGG_COUNT_TRUE);
}

static int find_people(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (plan->aggregations[i].people)
            return (int)i;
    return -1;
}

static int find_rows(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (plan->aggregations[i].rows)
            return (int)i;
    return -1;
}

/* Those that are not 0 are told apart from those that are only where all of them are 1. */
static bool all_are_one(const struct cells *c, uint32_t nonzero) {
    for (uint32_t cell = 0; cell < c->n; cell++)
        if (count_at(c, nonzero, cell) != count_at(c, nonzero + 1, cell))
            return false;
    return true;
}

/* How many are not in the count. */
static int64_t others_at(const struct cells *c, uint32_t i, int rows, uint32_t cell) {
    const struct aggregation *a = &c->s->plan->aggregations[i];
    if (a->nonzero)
        return count_at(c, i + 2, cell);
    return rows >= 0 && a->kind != AGG_COUNT_DISTINCT
               ? count_at(c, (uint32_t)rows, cell) - count_at(c, i, cell)
               : 0;
}

/* Two for each count: the rows in it and, where all are counted, those that are not. */
static void put_parts(struct cells *c, uint32_t i, uint32_t at) {
    int rows = find_rows(c->s->plan);
    bool others = !c->s->plan->aggregations[i].nonzero || all_are_one(c, i);
    for (uint32_t cell = 0; cell < c->n; cell++) {
        int64_t *parts = c->parts + (size_t)cell * c->table.nparts;
        parts[at] = count_at(c, i, cell);
        parts[at + 1] = others ? others_at(c, i, rows, cell) : 0;
    }
}

/* ---- counts in counts ---- */

enum { MOST_COUNTS = 8 }; /* of which each may hold the others */

struct asked_counts {
    uint32_t n, at[MOST_COUNTS];
};

static struct asked_counts find_asked(const struct plan *plan) {
    struct asked_counts counts = {0};
    for (uint32_t i = 0; i < plan->naggregations && counts.n < MOST_COUNTS; i++) {
        const struct aggregation *a = &plan->aggregations[i];
        if (!a->behind && is_part(a))
            counts.at[counts.n++] = i;
    }
    return counts;
}

/* One count that is never less than another may be of all and the other of some of them: then their
 * difference is a count as well, and adds up as they do. */
static void put_difference(struct cells *c, uint32_t more, uint32_t less, uint32_t at) {
    bool holds = true;
    for (uint32_t cell = 0; cell < c->n && holds; cell++)
        holds = count_at(c, more, cell) >= count_at(c, less, cell);
    for (uint32_t cell = 0; cell < c->n && holds; cell++)
        c->parts[(size_t)cell * c->table.nparts + at] =
            count_at(c, more, cell) - count_at(c, less, cell);
}

static void put_differences(struct cells *c, const struct asked_counts *counts, uint32_t at) {
    for (uint32_t i = 0; i < counts->n; i++)
        for (uint32_t k = 0; k < counts->n; k++)
            if (i != k)
                put_difference(c, counts->at[i], counts->at[k], at++);
}

static bool read_parts(struct cells *c, uint32_t people) {
    const struct plan *plan = c->s->plan;
    for (uint32_t i = 0; i < plan->naggregations; i++)
        c->table.nparts += is_part(&plan->aggregations[i]) ? 2 : 0;
    struct asked_counts counts = find_asked(plan);
    c->table.nparts += counts.n * (counts.n - (counts.n > 0));
    c->nparts = (size_t)c->n * c->table.nparts;
    c->parts = mem_zero(c->s->run->alloc, c->nparts * sizeof *c->parts);
    if (!c->parts)
        return false;
    put_parts(c, people, 0);
    uint32_t at = 2;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        if (!is_part(&plan->aggregations[i]) || i == people)
            continue;
        put_parts(c, i, at);
        at += 2;
    }
    put_differences(c, &counts, at);
    c->table.parts = c->parts;
    return true;
}

/* ---- axes ---- */

/* In rows that are totals the keys before KEY_TOTAL are over the whole axis; it says which, and is
 * no axis itself. */
static int find_total(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->nkeys; i++)
        if (plan->keys[i] == KEY_TOTAL)
            return (int)i;
    return -1;
}

static void put_code(struct cells *c, uint32_t row, uint32_t key, uint32_t code) {
    int total = find_total(c->s->plan);
    bool over = total >= 0 && key <= (uint32_t)total && c->rows->columns[total].i[row];
    c->codes[(size_t)row * c->table.naxes + key] = (int)key == total ? 1 : over ? 0 : code;
}

/* Codes from 1 of one key, in the order in which its values come. */
static bool read_axis(struct cells *c, uint32_t key) {
    struct alloc *alloc = c->s->run->alloc;
    const struct column *column = &c->rows->columns[key];
    const struct type *type = column->type;
    uint32_t *numbers = mem_take(alloc, BATCH_ROWS * sizeof *numbers);
    struct keying keying = {.alloc = alloc};
    bool ok = numbers && keying_init(&keying, alloc, &type, 1, true);
    for (uint32_t from = 0; ok && from < c->n; from += BATCH_ROWS) {
        uint32_t n = c->n - from < BATCH_ROWS ? c->n - from : BATCH_ROWS;
        struct column view = column_view(column, from);
        const struct column *views[] = {&view};
        ok = keying_map(&keying, views, n, true, numbers);
        for (uint32_t i = 0; ok && i < n; i++) /* by row for now */
            put_code(c, from + i, key, numbers[i] - keying_first(&keying) + 1);
    }
    keying_free(&keying);
    mem_give(alloc, numbers, BATCH_ROWS * sizeof *numbers);
    return ok;
}

static bool order_codes(struct cells *c) {
    struct alloc *alloc = c->s->run->alloc;
    uint32_t *ordered = mem_take(alloc, c->ncodes * sizeof *ordered);
    if (!ordered)
        return false;
    size_t size = c->table.naxes * sizeof *ordered;
    for (uint32_t i = 0; i < c->n; i++)
        memcpy(ordered + (size_t)i * c->table.naxes,
               c->codes + (size_t)row_at(c, i) * c->table.naxes, size);
    mem_give(alloc, c->codes, c->ncodes * sizeof *c->codes);
    c->codes = ordered;
    return true;
}

static bool read_axes(struct cells *c) {
    c->table.naxes = c->s->plan->nkeys;
    c->ncodes = (size_t)c->n * c->table.naxes;
    if (c->ncodes == 0)
        return true;
    c->codes = mem_zero(c->s->run->alloc, c->ncodes * sizeof *c->codes);
    bool ok = c->codes != NULL;
    for (uint32_t key = 0; ok && key < c->table.naxes; key++)
        ok = read_axis(c, key);
    ok = ok && order_codes(c);
    c->table.codes = c->codes;
    return ok;
}

/* ---- counts so far ---- */

/* Facts counted from a start on: what one row has more than an earlier one is a count, too. */
static bool counts_so_far(const struct plan *plan) {
    return plan->axis && (plan->axis->look == LOOK_TO_DATE || plan->axis->look == LOOK_EVER);
}

static bool same_but_period(const struct cells *c, uint32_t a, uint32_t b) {
    uint32_t naxes = c->table.naxes;
    return memcmp(c->codes + (size_t)a * naxes, c->codes + (size_t)b * naxes,
                  (naxes - 1) * sizeof *c->codes) == 0;
}

/* Whether somebody who sees both cells can tell few by their difference. Counts that fall have
 * begun anew, and are seen by themselves. `before`: NO_ROW where nothing was counted. */
static bool steps_by_few(const struct cells *c, uint32_t before, uint32_t at) {
    for (uint32_t i = 0; i < c->table.nparts; i++) {
        int64_t now = c->parts[(size_t)at * c->table.nparts + i];
        int64_t then = before == NO_ROW ? 0 : c->parts[(size_t)before * c->table.nparts + i];
        int64_t more = now < then ? now : now - then;
        if (more > 0 && more < c->table.under)
            return true;
    }
    return false;
}

static bool find_steps(struct cells *c) {
    if (!counts_so_far(c->s->plan) || c->table.naxes == 0)
        return true;
    c->secret = mem_zero(c->s->run->alloc, c->n * sizeof *c->secret);
    uint32_t seen = NO_ROW; /* the last cell of these keys that is not secret */
    for (uint32_t at = 0; c->secret && at < c->n; at++) {
        if (at > 0 && !same_but_period(c, at - 1, at))
            seen = NO_ROW;
        c->secret[at] = steps_by_few(c, seen, at);
        seen = c->secret[at] ? seen : at;
    }
    c->table.secret = c->secret;
    return c->secret != NULL;
}

/* ---- windows ---- */

/* Windows overlap, so there is no sum over periods: each period is a table of its own. */
static bool has_windows(const struct plan *plan) {
    const struct axis *axis = plan->axis                        ? plan->axis
                              : plan->input->base == BASE_GROUP ? plan->input->axis
                                                                : NULL;
    return axis && axis->look != LOOK_OWN;
}

struct slice {
    struct protect table;
    uint32_t *cells; /* which they are */
    uint32_t *codes;
    int64_t *parts;
    bool *hidden, *secret;
};

static bool slice_open(const struct cells *c, struct slice *slice) {
    struct arena *arena = &c->s->run->arena;
    *slice = (struct slice){.table = c->table};
    slice->cells = ARENA_ARRAY(arena, uint32_t, c->n);
    slice->codes = ARENA_ARRAY(arena, uint32_t, c->ncodes);
    slice->parts = ARENA_ARRAY(arena, int64_t, c->nparts);
    slice->hidden = ARENA_ARRAY(arena, bool, c->n);
    slice->secret = ARENA_ARRAY(arena, bool, c->n);
    slice->table.codes = slice->codes;
    slice->table.parts = slice->parts;
    slice->table.secret = slice->secret;
    return slice->cells && slice->codes && slice->parts && slice->hidden && slice->secret;
}

static void slice_take(const struct cells *c, struct slice *slice, uint32_t period) {
    uint32_t naxes = c->table.naxes, nparts = c->table.nparts, n = 0;
    for (uint32_t cell = 0; cell < c->n; cell++) {
        const uint32_t *codes = c->codes + (size_t)cell * naxes;
        if (codes[naxes - 1] != period)
            continue;
        memcpy(slice->codes + (size_t)n * naxes, codes, naxes * sizeof *codes);
        memcpy(slice->parts + (size_t)n * nparts, c->parts + (size_t)cell * nparts,
               nparts * sizeof *c->parts);
        slice->secret[n] = c->secret && c->secret[cell];
        slice->hidden[n] = false;
        slice->cells[n++] = cell;
    }
    slice->table.n = n;
}

static bool protect_slices(struct cells *c, struct protected_count *count) {
    struct slice slice;
    uint32_t last = 0, naxes = c->table.naxes;
    bool ok = slice_open(c, &slice);
    *count = (struct protected_count){0, 0};
    for (uint32_t cell = 0; cell < c->n; cell++)
        last = c->codes[(size_t)(cell + 1) * naxes - 1] > last
                   ? c->codes[(size_t)(cell + 1) * naxes - 1]
                   : last;
    for (uint32_t period = 0; ok && period <= last; period++) {
        struct protected_count found;
        slice_take(c, &slice, period);
        ok = slice.table.n == 0 ||
             protect_cells(c->s->run->alloc, &slice.table, slice.hidden, &found);
        for (uint32_t i = 0; ok && i < slice.table.n; i++)
            c->hidden[slice.cells[i]] = slice.hidden[i];
        count->small += ok && slice.table.n ? found.small : 0;
        count->others += ok && slice.table.n ? found.others : 0;
    }
    return ok;
}

static bool protect_all(struct cells *c, struct protected_count *count) {
    return c->table.naxes > 0 && has_windows(c->s->plan)
               ? protect_slices(c, count)
               : protect_cells(c->s->run->alloc, &c->table, c->hidden, count);
}

/* ---- results ---- */

static bool suppress_row(struct cells *c, uint32_t row) {
    struct rows *rows = c->rows;
    for (uint32_t i = c->s->plan->nkeys; i < rows->ncolumns; i++)
        if (!column_suppress(c->s->run->alloc, &rows->columns[i], row))
            return false;
    return true;
}

static const struct column *column_behind(const struct cells *c, enum aggregate kind, int argument,
                                          int filter) {
    const struct plan *plan = c->s->plan;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *a = &plan->aggregations[i];
        if (a->behind && a->kind == kind && a->argument == argument && a->filter == filter)
            return value_column(c, i);
    }
    return NULL;
}

/* A quantile with few on one side of it, half as many as make a cell: of these the median of the
 * smallest cell that is shown has enough. */
static bool is_outer(const struct cells *c, const struct aggregation *a, uint32_t row) {
    const struct column *place = column_behind(c, AGG_MIN, a->second, -1);
    const struct column *count = column_behind(c, AGG_COUNT_PRESENT, a->argument, a->filter);
    if (!place || !count || column_state(place, row) != PRESENT ||
        column_state(count, row) != PRESENT)
        return true;
    double below = place->f[row], side = below < 0.5 ? below : 1 - below;
    return 2 * side * (double)count->i[row] < (double)c->table.under;
}

/* The least and the greatest value of a group, its first and last, are those of one person. */
static bool is_single(const struct cells *c, const struct aggregation *a, uint32_t row) {
    switch (a->kind) {
    case AGG_MIN:
    case AGG_MAX:
    case AGG_FIRST:
    case AGG_LAST:
        return !a->place && !a->people;
    case AGG_QUANTILE:
        return is_outer(c, a, row);
    default:
        return false;
    }
}

static bool suppress_single_values(struct cells *c) {
    const struct plan *plan = c->s->plan;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        const struct aggregation *a = &plan->aggregations[i];
        for (uint32_t row = 0; row < c->n; row++)
            if (is_single(c, a, row) &&
                !column_suppress(c->s->run->alloc, &c->rows->columns[plan->nkeys + i], row))
                return false;
    }
    return true;
}

static bool suppress_cells(struct cells *c) {
    struct run *run = c->s->run;
    struct protected_count count;
    c->hidden = mem_zero(run->alloc, c->n * sizeof *c->hidden);
    if (!c->hidden || !protect_all(c, &count))
        return false;
    run->small += count.small;
    run->complementary += count.others;
    for (uint32_t i = 0; i < c->n; i++)
        if (c->hidden[i] && !suppress_row(c, row_at(c, i)))
            return false;
    return suppress_single_values(c);
}

static void give_cells(struct cells *c) {
    struct alloc *alloc = c->s->run->alloc;
    mem_give(alloc, c->codes, c->ncodes * sizeof *c->codes);
    mem_give(alloc, c->parts, c->nparts * sizeof *c->parts);
    mem_give(alloc, c->hidden, c->n * sizeof *c->hidden);
    mem_give(alloc, c->secret, c->n * sizeof *c->secret);
}

/* ---- keys that give people away ---- */

/* Most groups stand for one person each: their keys are rows of people. */
static bool singles_out(const struct cells *c, int people) {
    uint32_t singles = 0;
    for (uint32_t i = 0; i < c->n; i++)
        singles += count_at(c, (uint32_t)people, i) == 1;
    return c->s->plan->nkeys > 0 && c->n >= c->table.under && singles > c->n / 2;
}

/* All groups together are few people: their keys would say what these have. */
static bool tells_of_few(const struct cells *c, int people) {
    int64_t all = 0;
    for (uint32_t i = 0; i < c->n && all < c->table.under; i++)
        all += count_at(c, (uint32_t)people, i);
    return c->s->plan->nkeys > 0 && all < c->table.under;
}

bool may_read_raw(const struct run *run) {
    return run->env->control->capabilities & CAN_READ_RAW;
}

enum status need_raw(struct run *run, const struct plan *plan, const char *what) {
    return may_read_raw(run) ? ST_OK : run->env->fail(run->env->user, E0361, plan->span, what);
}

/* A list has no state of its own for what is suppressed: hidden it would pass as an empty one. */
static bool lists_values(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (plan->aggregations[i].kind == AGG_LIST)
            return true;
    return false;
}

static bool counts_rows(const struct plan *plan, int people) {
    return plan->aggregations[people].kind == AGG_COUNT;
}

enum status disclose(struct segment *s, struct rows *rows, const uint32_t *order, bool *shown) {
    struct run *run = s->run;
    *shown = true;
    struct protection p = rows_protection(run, s->self, s->plan->input);
    int people = find_people(s->plan);
    if (s->is_whole || p.under == 0 || people < 0)
        return ST_OK;
    if (counts_rows(s->plan, people) && !may_read_raw(run) && people_are_lost(s))
        return run->env->fail(run->env->user, E0362, s->plan->span,
                              "several of these rows may be about one person, and it is lost whose "
                              "they are; group rows that still refer to them");
    if (lists_values(s->plan))
        return run->env->fail(run->env->user, E0361, s->plan->span,
                              "`list` would give the values of single persons of a table with "
                              "`suppress`; count them, or group by them");
    if (rows->n == 0)
        return ST_OK;
    struct cells c = {.s = s, .rows = rows, .order = order, .n = rows->n};
    c.table = (struct protect){.n = rows->n, .under = p.under, .complementary = p.complementary};
    run->under = p.under > run->under ? p.under : run->under;
    if (singles_out(&c, people) && !may_read_raw(run))
        return need_raw(run, s->plan,
                        "most of these groups stand for one person each; group by less, or allow "
                        "rows of people (`--raw`)");
    if (tells_of_few(&c, people)) {
        run->unshown++;
        *shown = false;
        return ST_OK;
    }
    bool ok =
        read_parts(&c, (uint32_t)people) && read_axes(&c) && find_steps(&c) && suppress_cells(&c);
    give_cells(&c);
    return no_memory_unless(ok);
}

static uint64_t suppressed_values(const struct frame *f) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < f->ncolumns; i++)
        for (uint32_t row = 0; row < f->n; row++)
            n += column_state(&f->columns[i], row) == SUPPRESSED;
    return n;
}

static bool note_few(const struct run *run, struct frame *f) {
    unsigned long long under = (unsigned long long)run->under;
    if (f->undecided && f->undecided < under) {
        f->undecided = 0; /* a small count of people like others */
        if (!frame_note(f, "fewer than %llu rows were undecided", under))
            return false;
    }
    return !run->unshown ||
           frame_note(f, "fewer than %llu are behind all of it: nothing is shown", under);
}

bool note_suppressed(const struct run *run, struct frame *f) {
    if (run->under == 0)
        return true;
    unsigned long long under = (unsigned long long)run->under, small = run->small,
                       others = run->complementary;
    unsigned long long values = suppressed_values(f);
    f->under = run->under;
    if (!note_few(run, f))
        return false;
    if (small + others == 0)
        return frame_note(f, "%llu values are suppressed; no group here is of fewer than %llu",
                          values, under);
    return frame_note(
        f,
        "%llu values are suppressed, for %llu groups of fewer than %llu and %llu that "
        "would give them away; no guarantee",
        values, small, under, others);
}
