/* The aggregates: first the rows that count are picked, then a tight loop per
 * kind runs over (group, value).
 *
 * Rows whose filter is not true are left out, then, except for plain counts,
 * rows whose argument is not present. A lane is allocated only for the kinds
 * that use it. SAW_ROW tells "no rows" from "only missing values"; without a
 * filter every group has rows, so it is kept only with one. */
#include "exec/tally.h"
#include "base/num.h"
#include "exec/order.h"
#include <math.h>

enum lane_number { COUNT, WHOLE, SUM, REST, FLAGS, OTHER, OTHER_REST, BOTH };
#define DAYS COUNT /* of dated FIRST and LAST: the day of the best so far */
enum flag { SAW_VALUE = 1, SAW_ROW = 2, SAW_WANTED = 4 };

__extension__ typedef __int128 whole_sum;

#define LANE(t, type, number) ((type *)(t)->lanes[number].p)

static bool is_whole(const struct tally *t) {
    return t->argument && type_storage(t->argument) == STORE_WORD;
}

/* Lanes that the kind uses, as bits. */
static unsigned lanes_used(const struct tally *t) {
    switch (t->what->kind) {
    case AGG_SUM:
        return 1u << FLAGS | (is_whole(t) ? 1u << WHOLE : 1u << SUM | 1u << REST);
    case AGG_MEAN:
        return 1u << COUNT | (is_whole(t) ? 1u << WHOLE : 1u << SUM | 1u << REST);
    case AGG_SD:
    case AGG_VAR:
        return 1u << COUNT | 1u << SUM | 1u << REST;
    case AGG_CORR:
        return 1u << COUNT | 1u << SUM | 1u << REST | 1u << OTHER | 1u << OTHER_REST | 1u << BOTH;
    case AGG_SHARE:
        return 1u << COUNT | 1u << WHOLE;
    case AGG_MEDIAN:
        return 0;
    case AGG_QUANTILE:
        return 1u << OTHER | 1u << FLAGS;
    case AGG_MIN:
    case AGG_MAX:
    case AGG_FIRST:
    case AGG_LAST:
    case AGG_ANY:
    case AGG_ALL:
        return 1u << FLAGS | (t->what->dated ? 1u << DAYS : 0);
    default:
        return 1u << COUNT;
    }
}

static bool keeps_best(const struct tally *t) {
    enum aggregate kind = t->what->kind;
    return kind == AGG_MIN || kind == AGG_MAX || kind == AGG_FIRST || kind == AGG_LAST;
}

bool tally_init(struct tally *t, struct alloc *alloc, const struct aggregation *what,
                const struct type *argument) {
    static const size_t sizes[TALLY_LANES] = {sizeof(int64_t), sizeof(whole_sum), sizeof(double),
                                              sizeof(double),  sizeof(uint8_t),   sizeof(double),
                                              sizeof(double),  sizeof(double)};
    *t = (struct tally){.alloc = alloc, .what = what, .argument = argument};
    for (int i = 0; i < TALLY_LANES; i++)
        t->lanes[i].size = sizes[i];
    t->best.type = argument;
    t->values.size = sizeof(double);
    t->of.size = sizeof(uint32_t);
    t->hidden.size = sizeof(bool);
    pairs_init(&t->seen, alloc);
    return (what->kind != AGG_COUNT_DISTINCT && !what->distinct) ||
           keying_init(&t->distinct, alloc, &argument, 1, false);
}

void tally_free(struct tally *t) {
    if (!t->alloc)
        return;
    for (int i = 0; i < TALLY_LANES; i++)
        lane_free(t->alloc, &t->lanes[i]);
    if (t->argument)
        column_free(t->alloc, &t->best);
    lane_free(t->alloc, &t->values);
    lane_free(t->alloc, &t->of);
    lane_free(t->alloc, &t->hidden);
    keying_free(&t->distinct);
    pairs_free(&t->seen);
    *t = (struct tally){0};
}

static bool grow(struct tally *t, uint32_t ngroups) {
    unsigned used = lanes_used(t);
    for (int i = 0; i < TALLY_LANES; i++)
        if (used >> i & 1 && !lane_grow(t->alloc, &t->lanes[i], ngroups))
            return false;
    return !keeps_best(t) || column_reserve(t->alloc, &t->best, ngroups);
}

/* ---- which rows count ---- */

/* Rows of the batch with their groups; rows NULL: all, in order. */
struct picked {
    const uint32_t *groups, *rows;
    uint32_t n;
};

static uint32_t rows_true(const struct column *c, uint32_t n, uint32_t *rows) {
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        rows[m] = i;
        m += c->i[i] != 0 && (!c->state || c->state[i] == PRESENT);
    }
    return m;
}

static bool all_present(const struct column *c, uint32_t n) {
    enum storage storage = type_storage(c->type);
    if (!c->state && !c->d && storage != STORE_TEXT)
        return true;
    bool all = true;
    for (uint32_t i = 0; all && i < n; i++)
        all = column_state(c, i) == PRESENT;
    return all;
}

/* Drops rows whose value is not present. */
static void pick_present(struct picked *p, const struct column *c, const uint32_t *groups,
                         struct tally_scratch *scratch) {
    uint32_t m = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t row = p->rows ? p->rows[i] : i;
        scratch->rows[m] = row;
        scratch->groups[m] = groups[row];
        m += column_state(c, row) == PRESENT;
    }
    *p = (struct picked){scratch->groups, scratch->rows, m};
}

static struct picked pick_filtered(struct tally *t, const struct batch *b, const uint32_t *groups,
                                   struct tally_scratch *scratch) {
    if (t->what->filter < 0)
        return (struct picked){groups, NULL, b->n};
    uint32_t n = rows_true(&b->columns[t->what->filter], b->n, scratch->rows);
    uint8_t *flags = LANE(t, uint8_t, FLAGS);
    for (uint32_t i = 0; i < n; i++) {
        scratch->groups[i] = groups[scratch->rows[i]];
        if (flags)
            flags[scratch->groups[i]] |= SAW_ROW;
    }
    return (struct picked){scratch->groups, scratch->rows, n};
}

/* Numbers the values of all n rows of the batch, then pairs those picked with their groups: pairs
 * met for the first time have the numbers from the one that comes back. */
static bool number_pairs(struct tally *t, const struct picked *p, const struct column *c,
                         uint32_t ngroups, uint32_t n, uint32_t *numbers) {
    if (!keying_map(&t->distinct, &c, n, true, numbers))
        return false;
    for (uint32_t i = 0; p->rows && i < p->n; i++)
        numbers[i] = numbers[p->rows[i]];
    return pairs_map(&t->seen, p->groups, ngroups, numbers, keying_stop(&t->distinct), p->n, true,
                     numbers);
}

/* Drops rows whose value the group has had. */
static bool pick_distinct(struct tally *t, struct picked *p, const struct column *c,
                          uint32_t ngroups, uint32_t n, struct tally_scratch *scratch) {
    uint32_t next = t->seen.n, m = 0;
    if (!number_pairs(t, p, c, ngroups, n, scratch->codes))
        return false;
    for (uint32_t i = 0; i < p->n; i++) {
        if (scratch->codes[i] != next)
            continue;
        next++;
        scratch->groups[m] = p->groups[i];
        scratch->rows[m++] = p->rows ? p->rows[i] : i;
    }
    *p = (struct picked){scratch->groups, scratch->rows, m};
    return true;
}

/* ---- their values ---- */

static const int64_t *picked_words(const struct picked *p, const struct column *c,
                                   int64_t *scratch) {
    if (!p->rows)
        return c->i;
    for (uint32_t i = 0; i < p->n; i++)
        scratch[i] = c->i[p->rows[i]];
    return scratch;
}

static const double *picked_numbers(const struct picked *p, const struct column *c,
                                    double *scratch) {
    enum storage storage = type_storage(c->type);
    if (storage == STORE_FLOAT && !p->rows)
        return c->f;
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t row = p->rows ? p->rows[i] : i;
        if (storage == STORE_FLOAT)
            scratch[i] = c->f[row];
        else if (storage == STORE_PAIR)
            scratch[i] = (double)c->i[row] / (double)c->d[row];
        else
            scratch[i] = (double)c->i[row];
    }
    return scratch;
}

/* ---- the loops ---- */

static void add_count(struct tally *t, const struct picked *p) {
    int64_t *count = LANE(t, int64_t, COUNT);
    for (uint32_t i = 0; i < p->n; i++)
        count[p->groups[i]]++;
}

static void add_true(struct tally *t, const struct picked *p, const int64_t *values) {
    int64_t *count = LANE(t, int64_t, COUNT);
    for (uint32_t i = 0; i < p->n; i++)
        count[p->groups[i]] += values[i] != 0;
}

static void add_whole(struct tally *t, const struct picked *p, const int64_t *values) {
    whole_sum *sum = LANE(t, whole_sum, WHOLE);
    for (uint32_t i = 0; i < p->n; i++)
        sum[p->groups[i]] += values[i];
}

/* Neumaier's sum: the rest keeps what rounding takes away. */
static void add_numbers(struct tally *t, const struct picked *p, const double *values) {
    double *sum = LANE(t, double, SUM), *rest = LANE(t, double, REST);
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t g = p->groups[i];
        double before = sum[g], value = values[i], after = before + value;
        rest[g] += fabs(before) >= fabs(value) ? before - after + value : value - after + before;
        sum[g] = after;
    }
}

static void mark_values(struct tally *t, const struct picked *p) {
    uint8_t *flags = LANE(t, uint8_t, FLAGS);
    for (uint32_t i = 0; i < p->n; i++)
        flags[p->groups[i]] |= SAW_VALUE;
}

/* Welford's running mean and sum of squares. */
static void add_spread(struct tally *t, const struct picked *p, const double *values) {
    int64_t *count = LANE(t, int64_t, COUNT);
    double *mean = LANE(t, double, SUM), *squares = LANE(t, double, REST);
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t g = p->groups[i];
        double from_old = values[i] - mean[g];
        mean[g] += from_old / (double)++count[g];
        squares[g] += from_old * (values[i] - mean[g]);
    }
}

/* ANY waits for a true value, ALL for a false one. */
static void add_logic(struct tally *t, const struct picked *p, const int64_t *values) {
    uint8_t *flags = LANE(t, uint8_t, FLAGS);
    bool wanted = t->what->kind == AGG_ANY;
    for (uint32_t i = 0; i < p->n; i++)
        flags[p->groups[i]] |= (values[i] != 0) == wanted ? SAW_WANTED : 0;
}

static bool add_median(struct tally *t, const struct picked *p, const double *values) {
    if (p->n > UINT32_MAX - t->nvalues || !lane_grow(t->alloc, &t->values, t->nvalues + p->n) ||
        !lane_grow(t->alloc, &t->of, t->nvalues + p->n))
        return false;
    if (p->n) {
        memcpy((double *)t->values.p + t->nvalues, values, p->n * sizeof *values);
        memcpy((uint32_t *)t->of.p + t->nvalues, p->groups, p->n * sizeof *p->groups);
    }
    t->nvalues += p->n;
    return true;
}

static bool add_distinct(struct tally *t, const struct picked *p, const struct column *c,
                         uint32_t ngroups, uint32_t n, struct tally_scratch *scratch) {
    uint32_t before = t->seen.n;
    if (!number_pairs(t, p, c, ngroups, n, scratch->codes))
        return false;
    for (uint32_t i = before; i < t->seen.n; i++)
        LANE(t, int64_t, COUNT)[((const uint32_t *)t->seen.left.p)[i]]++;
    return true;
}

/* Welford's sums for two columns at once: squares of each and their products. */
static void add_together(struct tally *t, const struct picked *p, const struct column *x,
                         const struct column *y) {
    int64_t *count = LANE(t, int64_t, COUNT);
    double *mean_x = LANE(t, double, SUM), *squares_x = LANE(t, double, REST);
    double *mean_y = LANE(t, double, OTHER), *squares_y = LANE(t, double, OTHER_REST);
    double *products = LANE(t, double, BOTH);
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t g = p->groups[i], row = p->rows ? p->rows[i] : i;
        double n = (double)++count[g];
        double dx = x->f[row] - mean_x[g], dy = y->f[row] - mean_y[g];
        mean_x[g] += dx / n;
        mean_y[g] += dy / n;
        squares_x[g] += dx * (x->f[row] - mean_x[g]);
        squares_y[g] += dy * (y->f[row] - mean_y[g]);
        products[g] += dx * (y->f[row] - mean_y[g]);
    }
}

/* The share of a quantile is the same in all rows of a group. */
static void keep_share(struct tally *t, const struct picked *p, const struct column *share) {
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t g = p->groups[i], row = p->rows ? p->rows[i] : i;
        if (column_state(share, row) != PRESENT)
            continue;
        LANE(t, double, OTHER)[g] = share->f[row];
        LANE(t, uint8_t, FLAGS)[g] |= SAW_VALUE;
    }
}

static bool least_words(struct tally *t, const struct picked *p, const int64_t *values) {
    uint8_t *flags = LANE(t, uint8_t, FLAGS);
    bool most = t->what->kind == AGG_MAX;
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t g = p->groups[i];
        bool better = most ? values[i] > t->best.i[g] : values[i] < t->best.i[g];
        if (better || !(flags[g] & SAW_VALUE))
            t->best.i[g] = values[i];
        flags[g] |= SAW_VALUE;
    }
    return true;
}

/* By day, then in the order of rows. */
static bool is_nearer(struct tally *t, uint32_t group, int64_t day) {
    int64_t *best = LANE(t, int64_t, DAYS);
    bool first = !(LANE(t, uint8_t, FLAGS)[group] & SAW_VALUE);
    bool nearer = t->what->kind == AGG_LAST ? day >= best[group] : day < best[group];
    if (first || nearer)
        best[group] = day;
    return first || nearer;
}

static bool add_dated(struct tally *t, const struct picked *p, const struct column *c,
                      const struct column *days) {
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t row = p->rows ? p->rows[i] : i;
        if (column_state(days, row) != PRESENT || !is_nearer(t, p->groups[i], days->i[row]))
            continue;
        if (!column_append(t->alloc, &t->best, p->groups[i], c, row, 1))
            return false;
        LANE(t, uint8_t, FLAGS)[p->groups[i]] |= SAW_VALUE;
    }
    return true;
}

/* Whether the row takes the place of the group's best so far. */
static bool is_better(const struct tally *t, uint32_t group, const struct column *c, uint32_t row) {
    if (t->what->kind == AGG_LAST || !(LANE(t, uint8_t, FLAGS)[group] & SAW_VALUE))
        return true;
    if (t->what->kind == AGG_FIRST)
        return false;
    int order = column_compare(c, row, &t->best, group);
    return t->what->kind == AGG_MIN ? order < 0 : order > 0;
}

static bool add_best(struct tally *t, const struct picked *p, const struct column *c,
                     struct tally_scratch *scratch) {
    bool extreme = t->what->kind == AGG_MIN || t->what->kind == AGG_MAX;
    if (extreme && is_whole(t))
        return least_words(t, p, picked_words(p, c, scratch->words));
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t row = p->rows ? p->rows[i] : i;
        if (is_better(t, p->groups[i], c, row) &&
            !column_append(t->alloc, &t->best, p->groups[i], c, row, 1))
            return false;
        LANE(t, uint8_t, FLAGS)[p->groups[i]] |= SAW_VALUE;
    }
    return true;
}

static void add_sum(struct tally *t, const struct picked *p, const struct column *c,
                    struct tally_scratch *scratch) {
    if (is_whole(t))
        add_whole(t, p, picked_words(p, c, scratch->words));
    else
        add_numbers(t, p, picked_numbers(p, c, scratch->numbers));
}

/* What is suppressed cannot be counted or added up around: so is the result of its group. */
static bool hide_suppressed(struct tally *t, const struct picked *p, const struct column *c,
                            uint32_t ngroups) {
    if (t->what->kind < AGG_SUM)
        return true;
    for (uint32_t i = 0; i < p->n; i++) {
        if (column_state(c, p->rows ? p->rows[i] : i) != SUPPRESSED)
            continue;
        if (!lane_grow(t->alloc, &t->hidden, ngroups))
            return false;
        ((bool *)t->hidden.p)[p->groups[i]] = true;
    }
    return true;
}

bool tally_add(struct tally *t, const struct batch *b, const uint32_t *groups, uint32_t ngroups,
               struct tally_scratch *scratch) {
    if (!grow(t, ngroups))
        return false;
    struct picked p = pick_filtered(t, b, groups, scratch);
    const struct column *c = t->argument ? &b->columns[t->what->argument] : NULL;
    const struct column *other =
        aggregate_takes_two(t->what->kind) ? &b->columns[t->what->second] : NULL;
    if (c && t->what->kind != AGG_COUNT && !all_present(c, b->n)) {
        if (!hide_suppressed(t, &p, c, ngroups))
            return false;
        pick_present(&p, c, groups, scratch);
    }
    if (t->what->distinct && !pick_distinct(t, &p, c, ngroups, b->n, scratch))
        return false;
    switch (t->what->kind) {
    case AGG_COUNT_TRUE:
        add_true(t, &p, picked_words(&p, c, scratch->words));
        return true;
    case AGG_COUNT_DISTINCT:
        return add_distinct(t, &p, c, ngroups, b->n, scratch);
    case AGG_SUM:
        mark_values(t, &p);
        add_sum(t, &p, c, scratch);
        return true;
    case AGG_MEAN:
        add_count(t, &p);
        add_sum(t, &p, c, scratch);
        return true;
    case AGG_SD:
    case AGG_VAR:
        add_spread(t, &p, picked_numbers(&p, c, scratch->numbers));
        return true;
    case AGG_SHARE:
        add_count(t, &p);
        add_whole(t, &p, picked_words(&p, c, scratch->words));
        return true;
    case AGG_CORR:
        if (!all_present(other, b->n))
            pick_present(&p, other, groups, scratch);
        add_together(t, &p, c, other);
        return true;
    case AGG_QUANTILE:
        keep_share(t, &p, other);
        return add_median(t, &p, picked_numbers(&p, c, scratch->numbers));
    case AGG_MEDIAN:
        return add_median(t, &p, picked_numbers(&p, c, scratch->numbers));
    case AGG_ANY:
    case AGG_ALL:
        add_logic(t, &p, picked_words(&p, c, scratch->words));
        return true;
    case AGG_MIN:
    case AGG_MAX:
    case AGG_FIRST:
    case AGG_LAST:
        return t->what->dated ? add_dated(t, &p, c, &b->columns[t->what->day])
                              : add_best(t, &p, c, scratch);
    default:
        add_count(t, &p);
        return true;
    }
}

/* ---- stretches ---- */

/* The column that a count looks at, or -1. */
static int counted_slot(const struct tally *t) {
    return t->what->kind == AGG_COUNT_TRUE ? t->what->argument : t->what->filter;
}

bool tally_takes_codes(const struct tally *t, const struct batch *b) {
    bool counts =
        t->what->kind == AGG_COUNT || (t->what->kind == AGG_COUNT_TRUE && t->what->filter < 0);
    int slot = counted_slot(t);
    return counts && !t->what->distinct && (slot < 0 || batch_coding(b, (uint32_t)slot));
}

/* Exact sums and counts do not mind in what order they are made. */
bool tally_takes_stretches(const struct tally *t, const struct batch *b) {
    const struct column *c = t->argument ? &b->columns[t->what->argument] : NULL;
    if (t->what->distinct)
        return false;
    switch (t->what->kind) {
    case AGG_COUNT:
        return true;
    case AGG_COUNT_TRUE:
        return t->what->filter < 0;
    case AGG_SUM:
    case AGG_MEAN:
        return t->what->filter < 0 && is_whole(t) && all_present(c, b->n);
    default:
        return false;
    }
}

static int64_t count_true(const struct column *c, uint32_t from, uint32_t stop) {
    int64_t n = 0;
    for (uint32_t i = from; i < stop; i++)
        n += c->i[i] != 0;
    for (uint32_t i = from; c->state && i < stop; i++)
        n -= c->i[i] != 0 && c->state[i] != PRESENT;
    return n;
}

enum { FEW_TRUE = 4 };

static bool code_is_true(const struct column *values, uint32_t code) {
    return values->i[code] != 0 && (!values->state || values->state[code] == PRESENT);
}

/* The codes that mean true, at most FEW_TRUE + 1 of them. */
static uint32_t true_codes(const struct coding *coding, uint16_t *out) {
    uint32_t n = 0;
    for (uint32_t code = 0; code < coding->n && n <= FEW_TRUE; code++)
        if (code_is_true(coding->values, code))
            out[n++] = (uint16_t)code;
    return n;
}

static int64_t count_code(const uint16_t *codes, uint32_t n, uint16_t code) {
    uint16_t found = 0; /* a batch has fewer rows than it counts to */
    for (uint32_t i = 0; i < n; i++)
        found = (uint16_t)(found + (codes[i] == code));
    return found;
}

/* A column of the batch to be counted: as values, or as codes. */
struct counted {
    const struct column *column;
    const struct coding *coding;
    uint16_t codes[FEW_TRUE + 1]; /* that mean true */
    uint32_t ncodes;
};

static int64_t count_stretch(const struct counted *c, uint32_t from, uint32_t stop) {
    int64_t n = 0;
    if (!c->column)
        return stop - from;
    if (!c->coding)
        return count_true(c->column, from, stop);
    if (c->ncodes <= FEW_TRUE) {
        for (uint32_t i = 0; i < c->ncodes; i++)
            n += count_code(c->coding->codes + from, stop - from, c->codes[i]);
        return n;
    }
    for (uint32_t i = from; i < stop; i++)
        n += code_is_true(c->coding->values, c->coding->codes[i]);
    return n;
}

static void count_stretches(struct tally *t, const struct batch *b, int slot,
                            const struct tally_stretches *by) {
    int64_t *count = LANE(t, int64_t, COUNT);
    uint8_t *flags = LANE(t, uint8_t, FLAGS);
    struct counted c = {.column = slot < 0 ? NULL : &b->columns[slot]};
    c.coding = slot < 0 ? NULL : batch_coding(b, (uint32_t)slot);
    c.ncodes = c.coding ? true_codes(c.coding, c.codes) : 0;
    for (uint32_t i = 0; i < by->n; i++) {
        int64_t n = count_stretch(&c, by->starts[i], by->starts[i + 1]);
        count[by->groups[i]] += n;
        if (flags && n)
            flags[by->groups[i]] |= SAW_ROW;
    }
}

static void sum_stretches(struct tally *t, const struct column *c,
                          const struct tally_stretches *by) {
    whole_sum *whole = LANE(t, whole_sum, WHOLE);
    uint8_t *flags = LANE(t, uint8_t, FLAGS);
    for (uint32_t i = 0; i < by->n; i++) {
        whole_sum sum = 0;
        for (uint32_t row = by->starts[i]; row < by->starts[i + 1]; row++)
            sum += c->i[row];
        whole[by->groups[i]] += sum;
        if (flags)
            flags[by->groups[i]] |= SAW_VALUE;
    }
}

bool tally_add_stretches(struct tally *t, const struct batch *b, const struct tally_stretches *by,
                         uint32_t ngroups) {
    if (!grow(t, ngroups))
        return false;
    const struct column *argument = t->argument ? &b->columns[t->what->argument] : NULL;
    if (t->what->kind != AGG_SUM)
        count_stretches(t, b, counted_slot(t), by);
    if (t->what->kind == AGG_SUM || t->what->kind == AGG_MEAN)
        sum_stretches(t, argument, by);
    return true;
}

/* ---- results ---- */

/* Sets a float, or missing for what is no number. */
static bool put_number(const struct tally *t, struct column *out, uint32_t row, bool present,
                       double value) {
    if (!present || !isfinite(value))
        return column_set_missing(t->alloc, out, row);
    out->f[row] = value;
    if (out->state)
        out->state[row] = PRESENT;
    return true;
}

static void put_word(struct column *out, uint32_t row, int64_t value) {
    out->i[row] = value;
    if (out->state)
        out->state[row] = PRESENT;
}

static bool saw_rows(const struct tally *t, uint32_t group, bool any) {
    return t->what->filter < 0 ? any : LANE(t, uint8_t, FLAGS)[group] & SAW_ROW;
}

static enum status put_whole(const struct tally *t, struct column *out, uint32_t row,
                             whole_sum sum) {
    if (type_storage(out->type) == STORE_FLOAT)
        return put_number(t, out, row, true, (double)sum) ? ST_OK : ST_NO_MEMORY;
    if (sum > INT64_MAX || sum < INT64_MIN)
        return ST_LIMIT;
    put_word(out, row, (int64_t)sum);
    return ST_OK;
}

static enum status sum_result(const struct tally *t, uint32_t g, bool any, struct column *out,
                              uint32_t row) {
    bool value = LANE(t, uint8_t, FLAGS)[g] & SAW_VALUE;
    if (!value && saw_rows(t, g, any))
        return column_set_missing(t->alloc, out, row) ? ST_OK : ST_NO_MEMORY;
    if (is_whole(t))
        return put_whole(t, out, row, LANE(t, whole_sum, WHOLE)[g]);
    double sum = LANE(t, double, SUM)[g] + LANE(t, double, REST)[g];
    return put_number(t, out, row, true, sum) ? ST_OK : ST_NO_MEMORY;
}

static bool mean_result(const struct tally *t, uint32_t g, struct column *out, uint32_t row) {
    int64_t count = LANE(t, int64_t, COUNT)[g];
    double sum = is_whole(t) ? (double)LANE(t, whole_sum, WHOLE)[g]
                             : LANE(t, double, SUM)[g] + LANE(t, double, REST)[g];
    return put_number(t, out, row, count > 0, count ? sum / (double)count : 0);
}

static bool spread_result(const struct tally *t, uint32_t g, struct column *out, uint32_t row) {
    int64_t count = LANE(t, int64_t, COUNT)[g];
    double variance = count > 1 ? LANE(t, double, REST)[g] / (double)(count - 1) : 0;
    return put_number(t, out, row, count > 1, t->what->kind == AGG_VAR ? variance : sqrt(variance));
}

/* Missing where a column does not vary. */
static bool together_result(const struct tally *t, uint32_t g, struct column *out, uint32_t row) {
    double x = LANE(t, double, REST)[g], y = LANE(t, double, OTHER_REST)[g];
    double r = x > 0 && y > 0 ? LANE(t, double, BOTH)[g] / sqrt(x) / sqrt(y) : 0;
    return put_number(t, out, row, x > 0 && y > 0, r > 1 ? 1 : r < -1 ? -1 : r);
}

static void share_result(const struct tally *t, uint32_t g, struct column *out, uint32_t row) {
    out->i[row] = (int64_t)LANE(t, whole_sum, WHOLE)[g];
    out->d[row] = LANE(t, int64_t, COUNT)[g];
}

/* Without a value to look at, none is true and all are. */
static void logic_result(const struct tally *t, uint32_t g, struct column *out, uint32_t row) {
    bool wanted = LANE(t, uint8_t, FLAGS)[g] & SAW_WANTED;
    put_word(out, row, wanted == (t->what->kind == AGG_ANY));
}

static bool best_result(const struct tally *t, uint32_t g, struct column *out, uint32_t row) {
    if (!(LANE(t, uint8_t, FLAGS)[g] & SAW_VALUE))
        return column_set_missing(t->alloc, out, row);
    return column_append(t->alloc, out, row, &t->best, g, 1);
}

static enum status result_of(const struct tally *t, uint32_t g, bool any, struct column *out,
                             uint32_t row) {
    bool ok = true;
    switch (t->what->kind) {
    case AGG_SUM:
        return sum_result(t, g, any, out, row);
    case AGG_MEAN:
        ok = mean_result(t, g, out, row);
        break;
    case AGG_SD:
    case AGG_VAR:
        ok = spread_result(t, g, out, row);
        break;
    case AGG_CORR:
        ok = together_result(t, g, out, row);
        break;
    case AGG_SHARE:
        share_result(t, g, out, row);
        break;
    case AGG_ANY:
    case AGG_ALL:
        logic_result(t, g, out, row);
        break;
    case AGG_MIN:
    case AGG_MAX:
    case AGG_FIRST:
    case AGG_LAST:
        ok = best_result(t, g, out, row);
        break;
    default:
        put_word(out, row, LANE(t, int64_t, COUNT)[g]);
    }
    return ok ? ST_OK : ST_NO_MEMORY;
}

/* All values by group and then by size. */
static void order_values(const struct tally *t, struct order_entry *at, struct order_entry *spare) {
    const double *values = t->values.p;
    const uint32_t *of = t->of.p;
    for (uint32_t i = 0; i < t->nvalues; i++)
        at[i] = (struct order_entry){order_of_float(values[i]), i};
    order_words(at, spare, t->nvalues);
    for (uint32_t i = 0; i < t->nvalues; i++)
        at[i].word = of[at[i].row];
    order_words(at, spare, t->nvalues);
}

/* Values start .. stop - 1 of the group, in order: the one at the share, or between its neighbours
 * (type 7 of Hyndman and Fan, as R and NumPy do it). */
static double quantile_of(const struct tally *t, const struct order_entry *at, uint32_t n,
                          double share) {
    const double *values = t->values.p;
    double place = share * (double)(n - 1), below = floor(place);
    double low = values[at[(uint32_t)below].row];
    if (place == below)
        return low;
    double high = values[at[(uint32_t)below + 1].row];
    return low + (place - below) * (high - low);
}

static bool put_quantile(const struct tally *t, const struct order_entry *at, uint32_t n,
                         uint32_t group, struct column *out, uint32_t row) {
    double share = LANE(t, double, OTHER)[group];
    bool known = n > 0 && LANE(t, uint8_t, FLAGS)[group] & SAW_VALUE && share >= 0 && share <= 1;
    return put_number(t, out, row, known, known ? quantile_of(t, at, n, share) : 0);
}

static bool put_medians(const struct tally *t, const struct order_entry *at, uint32_t first,
                        uint32_t n, struct column *out) {
    const double *values = t->values.p;
    uint32_t start = 0;
    while (start < t->nvalues && at[start].word < first)
        start++;
    for (uint32_t row = 0; row < n; row++) {
        uint32_t stop = start;
        while (stop < t->nvalues && at[stop].word == first + row)
            stop++;
        if (t->what->kind == AGG_QUANTILE) {
            if (!put_quantile(t, at + start, stop - start, first + row, out, row))
                return false;
            start = stop;
            continue;
        }
        bool present = stop > start;
        double low = present ? values[at[start + (stop - start - 1) / 2].row] : 0;
        double high = present ? values[at[start + (stop - start) / 2].row] : 0;
        if (!put_number(t, out, row, present, low / 2 + high / 2))
            return false;
        start = stop;
    }
    return true;
}

static bool median_results(const struct tally *t, uint32_t first, uint32_t n, struct column *out) {
    size_t size = 2 * ((size_t)t->nvalues + 1) * sizeof(struct order_entry);
    struct order_entry *at = mem_take(t->alloc, size);
    if (!at)
        return false;
    order_values(t, at, at + t->nvalues);
    bool ok = put_medians(t, at, first, n, out);
    mem_give(t->alloc, at, size);
    return ok;
}

static enum status results_of(struct tally *t, uint32_t first, uint32_t n, bool any,
                              struct column *out) {
    if (t->what->kind == AGG_MEDIAN || t->what->kind == AGG_QUANTILE)
        return median_results(t, first, n, out) ? ST_OK : ST_NO_MEMORY;
    enum status status = ST_OK;
    for (uint32_t row = 0; row < n && status == ST_OK; row++) {
        status = result_of(t, first + row, any, out, row);
        t->failed = row;
    }
    return status;
}

enum status tally_result(struct tally *t, uint32_t first, uint32_t n, bool any,
                         struct column *out) {
    if (!grow(t, first + n))
        return ST_NO_MEMORY;
    enum status status = results_of(t, first, n, any, out);
    const bool *hidden = t->hidden.p;
    for (uint32_t row = 0; status == ST_OK && row < n && first + row < t->hidden.cap; row++)
        if (hidden[first + row] && !column_suppress(t->alloc, out, row))
            status = ST_NO_MEMORY;
    return status;
}

/* ---- merging ---- */

bool tally_merges(const struct aggregation *what) {
    switch (what->kind) {
    case AGG_COUNT:
    case AGG_COUNT_TRUE:
    case AGG_SUM:
    case AGG_MEAN:
    case AGG_SHARE:
    case AGG_ANY:
    case AGG_ALL:
    case AGG_MIN:
    case AGG_MAX:
    case AGG_MEDIAN:
        return !what->distinct;
    default:
        return false;
    }
}

/* Equal floats and equal ratios may still differ in their bits: 0 and -0, 1/2 and 2/4. */
bool tally_is_exact(const struct aggregation *what, const struct type *argument) {
    bool keeps = what->kind == AGG_MIN || what->kind == AGG_MAX;
    bool adds = what->kind == AGG_SUM || what->kind == AGG_MEAN;
    enum storage storage = argument ? type_storage(argument) : STORE_NONE;
    return !(keeps || adds) || storage == STORE_WORD || storage == STORE_TEXT;
}

static bool merge_values(struct tally *t, const struct tally *from, uint32_t first,
                         const uint32_t *map) {
    uint32_t n = from->nvalues;
    if (n > UINT32_MAX - t->nvalues || !lane_grow(t->alloc, &t->values, t->nvalues + n) ||
        !lane_grow(t->alloc, &t->of, t->nvalues + n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        ((double *)t->values.p)[t->nvalues + i] = ((const double *)from->values.p)[i];
        ((uint32_t *)t->of.p)[t->nvalues + i] = map[((const uint32_t *)from->of.p)[i] - first];
    }
    t->nvalues += n;
    return true;
}

static bool merge_best(struct tally *t, const struct tally *from, uint32_t first, uint32_t n,
                       const uint32_t *map) {
    for (uint32_t i = 0; i < n; i++) {
        if (LANE(from, uint8_t, FLAGS)[first + i] & SAW_VALUE &&
            is_better(t, map[i], &from->best, first + i) &&
            !column_append(t->alloc, &t->best, map[i], &from->best, first + i, 1))
            return false;
        LANE(t, uint8_t, FLAGS)[map[i]] |= LANE(from, uint8_t, FLAGS)[first + i];
    }
    return true;
}

static void merge_sums(struct tally *t, const struct tally *from, uint32_t first, uint32_t n,
                       const uint32_t *map) {
    const struct picked p = {map, NULL, n};
    double *rest = LANE(t, double, REST);
    add_numbers(t, &p, LANE(from, double, SUM) + first);
    for (uint32_t i = 0; i < n; i++)
        rest[map[i]] += LANE(from, double, REST)[first + i];
}

bool tally_merge(struct tally *t, struct tally *from, uint32_t first, uint32_t n,
                 const uint32_t *map, uint32_t ngroups) {
    if (!grow(t, ngroups) || !grow(from, first + n))
        return false;
    unsigned used = lanes_used(t);
    if (t->what->kind == AGG_MEDIAN)
        return merge_values(t, from, first, map);
    if (keeps_best(t))
        return merge_best(t, from, first, n, map);
    if (used >> SUM & 1)
        merge_sums(t, from, first, n, map);
    for (uint32_t i = 0; used >> COUNT & 1 && i < n; i++)
        LANE(t, int64_t, COUNT)[map[i]] += LANE(from, int64_t, COUNT)[first + i];
    for (uint32_t i = 0; used >> WHOLE & 1 && i < n; i++)
        LANE(t, whole_sum, WHOLE)[map[i]] += LANE(from, whole_sum, WHOLE)[first + i];
    for (uint32_t i = 0; used >> FLAGS & 1 && i < n; i++)
        LANE(t, uint8_t, FLAGS)[map[i]] |= LANE(from, uint8_t, FLAGS)[first + i];
    return true;
}
