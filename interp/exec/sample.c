/* Samples: estimates for the cells of a grouping, with their errors.
 *
 * The input has for each cell one row of each stratum and cluster (without clusters, of each
 * stratum) that has units in it, in the order of the keys. The error of an estimate comes from how
 * far the clusters of a stratum are apart (Taylor's linearisation; clusters of the first stage, as
 * if drawn with replacement unless the population is known). Clusters that were drawn and have
 * nothing in a cell add 0 to it and count all the same: the frame says how many there are. */
#include "base/distribution.h"
#include "exec/segment.h"
#include <math.h>

/* A stratum of the frame. */
struct stratum {
    int64_t clusters;
    double population; /* infinite: not said */
    bool lone;         /* told of */
};

struct frame_of_sample {
    struct keying strata, clusters; /* by period and strata; those and clusters */
    struct keying periods;
    struct lane list;   /* struct stratum, by number in `strata` */
    struct lane totals; /* int64_t, by number in `periods`: clusters of all strata */
    struct lane seen;   /* bool, by number in `clusters` */
    uint32_t *numbers, *others, *times; /* of the rows of the input */
};

struct sample {
    struct rows cells, drawn; /* the input's outputs; the frame's, where it has its own */
    struct rows shown;        /* a count of each cell, suppressed where it may not be shown */
    struct rows out;
    struct frame_of_sample frame;
    const struct column **keys;
    struct column *views;
    bool done;
    uint32_t next;
};

static void frame_close(struct segment *s, struct frame_of_sample *f, uint32_t n) {
    struct alloc *a = s->run->alloc;
    keying_free(&f->strata);
    keying_free(&f->clusters);
    keying_free(&f->periods);
    lane_free(a, &f->list);
    lane_free(a, &f->totals);
    lane_free(a, &f->seen);
    mem_give(a, f->numbers, f->numbers ? n * sizeof *f->numbers : 0);
    mem_give(a, f->others, f->others ? n * sizeof *f->others : 0);
    mem_give(a, f->times, f->times ? n * sizeof *f->times : 0);
}

/* How many rows the frame's numbers have room for. */
static uint32_t frame_rows(const struct sample *p) {
    return (p->cells.n > p->drawn.n ? p->cells.n : p->drawn.n) + 1;
}

static void sample_close(struct segment *s) {
    struct sample *p = s->state;
    frame_close(s, &p->frame, frame_rows(p));
    rows_free(&p->cells);
    rows_free(&p->drawn);
    rows_free(&p->shown);
    rows_free(&p->out);
}

/* ---- the frame ---- */

/* Where the frame's columns stand in rows of the input, or in those of its own. */
struct frame_columns {
    int period, first; /* of the keys of strata, behind which are those of clusters */
    int rows, low, high;
};

static struct frame_columns columns_in_cells(const struct plan *plan) {
    const struct sampling *x = plan->sampling;
    return (struct frame_columns){x->period_at, (int)plan->nkeys, x->rows, x->population[0],
                                  x->population[1]};
}

static struct frame_columns columns_of_frame(const struct plan *plan) {
    const struct sampling *x = plan->sampling;
    int first = x->period_at >= 0, rows = first + (int)(x->nstrata + x->nclusters);
    bool known = x->population[0] >= 0;
    return (struct frame_columns){first - 1, first, rows, known ? rows + 1 : -1,
                                  known ? rows + 2 : -1};
}

/* Numbers of the rows by period (if there is one), then `n` of the keys behind the cells'. */
static bool number_rows(struct segment *s, struct keying *k, const struct rows *rows,
                        const struct frame_columns *at, uint32_t n, bool add, uint32_t *out) {
    struct sample *p = s->state;
    uint32_t nkeys = (at->period >= 0) + n;
    bool ok = true;
    for (uint32_t from = 0; from < rows->n && ok; from += BATCH_ROWS) {
        uint32_t m = rows->n - from < BATCH_ROWS ? rows->n - from : BATCH_ROWS;
        for (uint32_t i = 0; i < nkeys; i++) {
            uint32_t column = at->period >= 0 && i == 0
                                  ? (uint32_t)at->period
                                  : (uint32_t)at->first + i - (at->period >= 0);
            p->views[i] = column_view(&rows->columns[column], from);
            p->keys[i] = &p->views[i];
        }
        ok = keying_map(k, p->keys, m, add, out + from);
    }
    return ok;
}

static bool keying_of(struct segment *s, struct keying *k, const struct rows *rows,
                      const struct frame_columns *at, uint32_t n) {
    const struct type **types = ARENA_ARRAY(&s->run->arena, const struct type *, n + 2);
    uint32_t nkeys = 0;
    if (!types)
        return false;
    if (at->period >= 0)
        types[nkeys++] = rows->columns[at->period].type;
    for (uint32_t i = 0; i < n; i++)
        types[nkeys++] = rows->columns[(uint32_t)at->first + i].type;
    return keying_init(k, s->run->alloc, types, nkeys, true);
}

static enum status contradicts(struct segment *s, const char *what) {
    struct exec_env *env = s->run->env;
    return env->fail(env->user, E0334, s->plan->span, what);
}

static enum status meet_population(struct segment *s, struct stratum *stratum,
                                   const struct rows *rows, const struct frame_columns *at,
                                   uint32_t row) {
    if (at->low < 0)
        return ST_OK;
    const struct column *low = &rows->columns[at->low], *high = &rows->columns[at->high];
    if (column_state(low, row) != PRESENT)
        return contradicts(s, "a stratum does not say its population");
    bool differs = low->f[row] != high->f[row] ||
                   (isfinite(stratum->population) && stratum->population != low->f[row]);
    stratum->population = low->f[row];
    return differs ? contradicts(s, "the units of one stratum say different populations") : ST_OK;
}

/* Counts the clusters of each stratum: rows of the input that are totals repeat others. */
static enum status count_clusters(struct segment *s, const struct rows *rows,
                                  const struct frame_columns *at, int total_at) {
    struct sample *p = s->state;
    struct frame_of_sample *f = &p->frame;
    struct alloc *a = s->run->alloc;
    bool by_cluster = s->plan->sampling->nclusters > 0;
    if (!lane_grow(a, &f->list, keying_stop(&f->strata) + 1) ||
        !lane_grow(a, &f->seen, keying_stop(&f->clusters) + 1) ||
        !lane_grow(a, &f->totals, keying_stop(&f->periods) + 1))
        return ST_NO_MEMORY;
    struct stratum *list = f->list.p;
    for (uint32_t i = 0; i <= keying_stop(&f->strata); i++)
        list[i].population = INFINITY;
    for (uint32_t i = 0; i < rows->n; i++) {
        struct stratum *stratum = &list[f->numbers[i]];
        bool *seen = &((bool *)f->seen.p)[f->others[i]];
        bool again = by_cluster ? *seen : total_at >= 0 && rows->columns[total_at].i[i];
        enum status status = meet_population(s, stratum, rows, at, i);
        if (status != ST_OK)
            return status;
        if (again)
            continue;
        *seen = true;
        int64_t n = by_cluster ? 1 : rows->columns[at->rows].i[i];
        stratum->clusters += n;
        ((int64_t *)f->totals.p)[f->times[i]] += n;
    }
    for (uint32_t i = 0; i <= keying_stop(&f->strata); i++)
        if ((double)list[i].clusters > list[i].population)
            return contradicts(s, "more was drawn from a stratum than its population has");
    return ST_OK;
}

static enum status make_frame(struct segment *s) {
    struct sample *p = s->state;
    struct frame_of_sample *f = &p->frame;
    const struct sampling *x = s->plan->sampling;
    bool own = s->plan->right != NULL;
    const struct rows *rows = own ? &p->drawn : &p->cells;
    struct frame_columns at = own ? columns_of_frame(s->plan) : columns_in_cells(s->plan);
    uint32_t room = frame_rows(p), all = x->nstrata + x->nclusters;
    f->numbers = mem_take(s->run->alloc, room * sizeof *f->numbers);
    f->others = mem_take(s->run->alloc, room * sizeof *f->others);
    f->times = mem_take(s->run->alloc, room * sizeof *f->times);
    bool ok =
        f->numbers && f->others && f->times && keying_of(s, &f->strata, rows, &at, x->nstrata) &&
        keying_of(s, &f->clusters, rows, &at, all) && keying_of(s, &f->periods, rows, &at, 0) &&
        number_rows(s, &f->strata, rows, &at, x->nstrata, true, f->numbers) &&
        number_rows(s, &f->clusters, rows, &at, all, true, f->others) &&
        number_rows(s, &f->periods, rows, &at, 0, true, f->times);
    enum status status = no_memory_unless(ok);
    if (status == ST_OK)
        status = count_clusters(s, rows, &at, own ? -1 : x->total_at);
    if (status != ST_OK || !own)
        return status;
    at = columns_in_cells(s->plan);
    if (!number_rows(s, &f->strata, &p->cells, &at, x->nstrata, false, f->numbers) ||
        !number_rows(s, &f->periods, &p->cells, &at, 0, false, f->times))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < p->cells.n; i++)
        if (f->numbers[i] == NO_CODE || f->times[i] == NO_CODE)
            return ST_MISUSE; /* a unit of a cell was not drawn */
    return ST_OK;
}

/* ---- a cell ---- */

struct estimated {
    double value[2], lower[2]; /* of each side: the estimate, and what it is divided by */
    bool known[2];
    double base, weights, squares, crossed, below; /* for the design effect */
    double variance;
    int64_t clusters; /* that have units which count */
    int64_t strata;
    int64_t freedom[2]; /* of each side by itself: its clusters less its strata */
};

static double at(const struct rows *rows, int column, uint32_t row) {
    if (column < 0)
        return 0;
    const struct column *c = &rows->columns[column];
    return type_storage(c->type) == STORE_FLOAT ? c->f[row] : (double)c->i[row];
}

static double sum_of(const struct rows *rows, int column, uint32_t from, uint32_t stop) {
    double sum = 0, rest = 0;
    for (uint32_t i = from; i < stop; i++) {
        double value = at(rows, column, i), after = sum + value;
        rest += fabs(sum) >= fabs(value) ? sum - after + value : value - after + sum;
        sum = after;
    }
    return sum + rest;
}

static void estimate_sides(const struct sampling *x, const struct rows *rows, uint32_t from,
                           uint32_t stop, struct estimated *e) {
    for (uint32_t side = 0; side < x->nsides; side++) {
        const struct sampled_side *of = &x->sides[side];
        double y = sum_of(rows, of->y, from, stop);
        e->lower[side] = of->x < 0 ? 1 : sum_of(rows, of->x, from, stop);
        e->known[side] = e->lower[side] != 0;
        e->value[side] = e->known[side] ? y / e->lower[side] : 0;
    }
}

/* What a row adds to the estimate, but for rounding: its part of y less what its part of x makes
 * one expect. */
static double linearised(const struct sampling *x, const struct rows *rows, uint32_t row,
                         const struct estimated *e) {
    double sum = 0;
    for (uint32_t side = 0; side < x->nsides; side++) {
        const struct sampled_side *of = &x->sides[side];
        double y = at(rows, of->y, row);
        double expected = of->x < 0 ? 0 : e->value[side] * at(rows, of->x, row);
        double part = e->known[side] ? (y - expected) / e->lower[side] : 0;
        sum += side + 1 < x->nsides ? -part : part;
    }
    return sum;
}

/* Likewise the sum of the squares of what its units add. What rounding leaves of squares that
 * cancel out is none. */
static double linearised_squares(const struct sampling *x, const struct rows *rows, uint32_t row,
                                 const struct estimated *e) {
    double sum = 0;
    for (uint32_t side = 0; side < x->nsides; side++) {
        const struct sampled_side *of = &x->sides[side];
        double r = of->x < 0 ? 0 : e->value[side];
        double yy = at(rows, of->yy, row), xx = at(rows, of->xx, row);
        double part = yy - 2 * r * at(rows, of->xy, row) + r * r * xx;
        if (!e->known[side] || part <= 1e-14 * (yy + r * r * xx))
            continue;
        sum += part / (e->lower[side] * e->lower[side]);
    }
    return sum;
}

/* The part of one stratum's rows in the variance. */
static double spread_of(struct segment *s, uint32_t from, uint32_t stop, double all,
                        const struct estimated *e) {
    struct sample *p = s->state;
    const struct sampling *x = s->plan->sampling;
    struct stratum *stratum = &((struct stratum *)p->frame.list.p)[p->frame.numbers[from]];
    double n = (double)stratum->clusters, sum = 0, squares = 0;
    double left = isfinite(stratum->population) ? 1 - n / stratum->population : 1;
    if (left <= 0)
        return 0; /* all of the stratum is there */
    for (uint32_t i = from; i < stop; i++)
        sum += linearised(x, &p->cells, i, e);
    bool lone = stratum->clusters < 2;
    double middle = lone ? all : sum / n;
    if (lone && !stratum->lone) {
        stratum->lone = true;
        s->run->lone++;
    }
    for (uint32_t i = from; i < stop; i++) {
        double part = linearised(x, &p->cells, i, e);
        if (x->nclusters)
            squares += (part - middle) * (part - middle);
        else
            squares += linearised_squares(x, &p->cells, i, e);
    }
    if (x->nclusters)
        squares += (n - (double)(stop - from)) * middle * middle;
    else if (lone)
        squares = (sum - middle) * (sum - middle);
    else
        squares -= sum * middle;
    return squares <= 0 ? 0 : left * squares * (lone ? 1 : n / (n - 1));
}

static void find_variance(struct segment *s, uint32_t from, uint32_t stop, struct estimated *e) {
    struct sample *p = s->state;
    const struct sampling *x = s->plan->sampling;
    int64_t drawn = ((const int64_t *)p->frame.totals.p)[p->frame.times[from]];
    double all = 0;
    for (uint32_t i = from; i < stop; i++)
        all += linearised(x, &p->cells, i, e);
    all = drawn ? all / (double)drawn : 0;
    for (uint32_t i = from; i < stop;) {
        uint32_t first = i;
        int64_t counted = 0, sides[2] = {0, 0};
        for (; i < stop && p->frame.numbers[i] == p->frame.numbers[first]; i++) {
            double base = at(&p->cells, x->base, i);
            counted += x->nclusters ? base > 0 : (int64_t)base;
            for (uint32_t side = 0; side < x->nsides; side++)
                sides[side] += at(&p->cells, x->sides[side].x, i) > 0;
        }
        for (uint32_t side = 0; side < x->nsides; side++)
            e->freedom[side] += sides[side] - (sides[side] > 0);
        e->variance += spread_of(s, first, i, all, e);
        e->clusters += counted;
        e->strata += counted > 0;
    }
}

/* The variance that as many units drawn singly and with equal chances would give. */
static double simple_variance(const struct sampling *x, const struct rows *rows, uint32_t from,
                              uint32_t stop, const struct estimated *e) {
    const struct sampled_side *of = &x->sides[0];
    double n = sum_of(rows, x->base, from, stop);
    double y = sum_of(rows, of->y, from, stop);
    double weights = x->weights < 0 ? e->lower[0] : sum_of(rows, x->weights, from, stop);
    bool total = of->x < 0;
    double below = total ? weights : e->lower[0];
    double r = total ? y / weights : e->value[0];
    double yy = x->squares < 0 ? y : sum_of(rows, x->squares, from, stop);
    double xy = x->crossed < 0 ? y : sum_of(rows, x->crossed, from, stop);
    double xx = x->lower < 0 ? below : sum_of(rows, x->lower, from, stop);
    double squares = yy - 2 * r * xy + r * r * xx;
    if (n < 2 || weights <= 0 || squares <= 1e-13 * (yy + r * r * xx))
        return 0;
    double each = squares / weights * n / (n - 1);
    double scale = weights / (total ? 1 : e->lower[0]);
    bool finite = x->population[0] >= 0 && weights > n;
    return each * scale * scale / n * (finite ? 1 - n / weights : 1);
}

/* ---- the columns of a cell ---- */

enum { VALUE, ERROR, LOW, HIGH, EFFECT, EFFECTIVE, MADE };

static bool put(struct segment *s, uint32_t column, uint32_t row, bool present, double value) {
    struct sample *p = s->state;
    struct column *out = &p->out.columns[column];
    if (!present || !isfinite(value))
        return column_set_missing(s->run->alloc, out, row);
    out->f[row] = value;
    if (out->state)
        out->state[row] = PRESENT;
    return true;
}

/* The interval of a share is that of its odds, so it stays between 0 and 1. */
static bool put_interval(struct segment *s, uint32_t first, uint32_t row, double value,
                         double error, double freedom) {
    const struct sampling *x = s->plan->sampling;
    bool known = freedom >= 1 && (!x->is_share || (value > 0 && value < 1));
    double t = known ? student_quantile(x->level, freedom) : 0;
    double low = value - t * error, high = value + t * error;
    if (known && x->is_share) {
        double odds = log(value / (1 - value)), reach = t * error / (value * (1 - value));
        low = 1 / (1 + exp(reach - odds));
        high = 1 / (1 + exp(-reach - odds));
    }
    return put(s, first + LOW, row, known, low * x->scale) &&
           put(s, first + HIGH, row, known, high * x->scale);
}

/* Whether there is a spread to tell of. A share or mean that rests on one cluster is never far from
 * that cluster, so a difference with one would look exact. */
static bool has_spread(const struct sampling *x, const struct estimated *e) {
    bool has = e->clusters > e->strata;
    for (uint32_t side = 0; side < x->nsides && x->nsides == 2 && x->nclusters; side++)
        has = has && (x->sides[side].x < 0 || e->freedom[side] > 0);
    return has;
}

static bool put_estimate(struct segment *s, uint32_t from, uint32_t stop, uint32_t row) {
    struct sample *p = s->state;
    const struct sampling *x = s->plan->sampling;
    struct estimated e = {.variance = 0};
    uint32_t first = s->plan->nkeys + x->ncounts;
    estimate_sides(x, &p->cells, from, stop, &e);
    if (from < stop)
        find_variance(s, from, stop, &e);
    bool known = e.known[0] && (x->nsides == 1 || e.known[1]);
    double value = x->nsides == 1 ? e.value[0] : e.value[1] - e.value[0];
    double freedom = (double)(e.clusters - e.strata), error = sqrt(e.variance);
    bool spread = known && has_spread(x, &e);
    double simple = spread && x->nsides == 1 ? simple_variance(x, &p->cells, from, stop, &e) : 0;
    double effect = simple > 0 ? e.variance / simple : 0;
    bool ok = put(s, first + VALUE, row, known, value * x->scale) &&
              put(s, first + ERROR, row, spread, error * x->scale) &&
              put(s, first + EFFECT, row, effect > 0, effect) &&
              put(s, first + EFFECTIVE, row, effect > 0,
                  sum_of(&p->cells, x->base, from, stop) / (effect > 0 ? effect : 1));
    return ok && put_interval(s, first, row, value, error, spread ? freedom : 0);
}

static bool put_cell(struct segment *s, uint32_t from, uint32_t stop) {
    struct sample *p = s->state;
    const struct sampling *x = s->plan->sampling;
    uint32_t row = p->out.n++;
    bool ok = true;
    for (uint32_t i = 0; i < s->plan->nkeys && ok; i++)
        ok = column_append(s->run->alloc, &p->out.columns[i], row, &p->cells.columns[i], from, 1);
    for (uint32_t i = 0; i < x->ncounts && ok; i++) {
        int64_t sum = 0;
        for (uint32_t k = from; k < stop; k++)
            sum += p->cells.columns[x->counts[i]].i[k];
        struct column *out = &p->out.columns[s->plan->nkeys + i];
        out->i[row] = sum;
        if (out->state)
            out->state[row] = PRESENT;
    }
    return ok && put_estimate(s, from, stop, row);
}

static bool same_cell(const struct segment *s, uint32_t a, uint32_t b) {
    const struct sample *p = s->state;
    for (uint32_t i = 0; i < s->plan->nkeys; i++)
        if (column_compare(&p->cells.columns[i], a, &p->cells.columns[i], b) != 0)
            return false;
    return true;
}

static enum status make_cells(struct segment *s) {
    struct sample *p = s->state;
    enum status status = ST_OK;
    if (p->cells.n == 0 && s->plan->nkeys == 0) { /* without keys there is always a cell */
        status = rows_reserve(&p->out, 1);
        return status == ST_OK ? no_memory_unless(put_cell(s, 0, 0)) : status;
    }
    for (uint32_t from = 0, stop = 0; from < p->cells.n && status == ST_OK; from = stop) {
        while (stop < p->cells.n && same_cell(s, from, stop))
            stop++;
        status = rows_reserve(&p->out, 1);
        if (status == ST_OK)
            status = no_memory_unless(put_cell(s, from, stop));
        if (status == ST_OK)
            status = control_poll(s->run->env->control, stop - from);
    }
    return status;
}

/* ---- disclosure ---- */

/* Suppresses what the grouping by cells has suppressed; where it shows nothing, nothing is shown.
 */
static enum status hide_cells(struct segment *s) {
    struct sample *p = s->state;
    const struct column *count = &p->shown.columns[0];
    if (p->shown.n == 0)
        p->out.n = 0;
    if (p->shown.n != p->out.n)
        return ST_MISUSE; /* both go by the same keys */
    bool ok = true;
    for (uint32_t row = 0; row < p->out.n && ok; row++)
        for (uint32_t i = s->plan->nkeys; i < p->out.ncolumns && ok; i++)
            if (column_state(count, row) == SUPPRESSED)
                ok = column_suppress(s->run->alloc, &p->out.columns[i], row);
    return no_memory_unless(ok);
}

/* ---- the operator ---- */

static enum status read_plan(struct segment *s, const struct plan *plan, bool any_order,
                             struct rows *out) {
    struct segment *g;
    enum status status = segment_open(s->run, s->self, plan, NULL, any_order, &g);
    return status == ST_OK ? collect(s->run, g, out) : status;
}

static enum status read_all(struct segment *s) {
    struct sample *p = s->state;
    enum status status = collect(s->run, s->input, &p->cells);
    if (status == ST_OK && s->plan->right)
        status = read_plan(s, s->plan->right, true, &p->drawn);
    if (status == ST_OK && s->plan->nextents)
        status = read_plan(s, s->plan->extents[0], false, &p->shown);
    if (status == ST_OK)
        status = make_frame(s);
    if (status == ST_OK)
        status = make_cells(s);
    return status == ST_OK && s->plan->nextents ? hide_cells(s) : status;
}

static enum status sample_pull(struct segment *s) {
    struct sample *p = s->state;
    enum status status = ST_OK;
    if (!p->done) {
        p->done = true;
        status = read_all(s);
    }
    return status == ST_OK ? emit_rows(s, &p->out, NULL, p->out.n, &p->next) : status;
}

enum status sample_open(struct segment *s) {
    const struct plan *plan = s->plan;
    struct arena *arena = &s->run->arena;
    struct sample *p = ARENA_NEW(arena, struct sample);
    if (!p)
        return ST_NO_MEMORY;
    *p = (struct sample){.done = false};
    s->state = p;
    s->base = (struct base){sample_pull, sample_close};
    p->frame.list.size = sizeof(struct stratum);
    p->frame.totals.size = sizeof(int64_t);
    p->frame.seen.size = sizeof(bool);
    uint32_t nkeys = plan->sampling->nstrata + plan->sampling->nclusters + 1;
    uint32_t n = plan->nkeys + plan->sampling->ncounts + MADE;
    p->keys = ARENA_ARRAY(arena, const struct column *, nkeys);
    p->views = ARENA_ARRAY(arena, struct column, nkeys);
    p->out = (struct rows){.alloc = s->run->alloc};
    p->out.columns = ARENA_ARRAY(arena, struct column, n);
    if (!p->keys || !p->views || !p->out.columns)
        return ST_NO_MEMORY;
    for (; p->out.ncolumns < n; p->out.ncolumns++)
        p->out.columns[p->out.ncolumns] =
            (struct column){.type = plan->slot_types[p->out.ncolumns]};
    return segment_open(s->run, s->self, plan->input, NULL, false, &s->input);
}
