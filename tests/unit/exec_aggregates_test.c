/* Aggregates of two arguments, shares, variances and aggregates of different values, against plain
 * loops over the facts of each group. */
#include "exec_world.h"

#include <math.h>
#include <stdlib.h>

enum { MANY = 3000 };

/* One of three shares, the same in all rows of a group by `late`. */
static void share_fn(const struct expr *e, const struct batch *b, uint32_t row,
                     struct text_pool *pool, struct column *out) {
    UNUSED(pool);
    const struct column *late = &b->columns[e->inputs[0]->slot];
    out->f[row] = column_state(late, row) != PRESENT ? 1 : late->i[row] ? 0.9 : 0.37;
    out->state[row] = PRESENT;
}

/* Minutes as a float. */
static void minutes_fn(const struct expr *e, const struct batch *b, uint32_t row,
                       struct text_pool *pool, struct column *out) {
    UNUSED(pool);
    const struct column *minutes = &b->columns[e->inputs[0]->slot];
    out->state[row] = (uint8_t)column_state(minutes, row);
    out->f[row] = out->state[row] == PRESENT ? (double)(minutes->i[row] % 1000) : 0;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The facts of the group that a row of the frame stands for. */
static uint32_t facts_of(const struct world *w, const struct frame *f, uint32_t row,
                         uint32_t *facts) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->n; i++)
        if (shows(w, &f->columns[0], row, F_LATE, i))
            facts[n++] = i;
    return n;
}

static void near(const struct column *c, uint32_t row, bool known, double value) {
    ck_assert_int_eq(present(c, row), known);
    if (known)
        ck_assert_double_eq_tol(number(c, row), value, 1e-9 * (1 + fabs(value)));
}

static void check_scores(const struct world *w, const struct frame *f, uint32_t row,
                         const uint32_t *facts, uint32_t n) {
    static double all[MANY], different[MANY];
    uint32_t m = 0, k = 0;
    for (uint32_t i = 0; i < n; i++)
        if (present(&w->facts[F_SCORE], facts[i]))
            all[m++] = number(&w->facts[F_SCORE], facts[i]);
    long double mean = 0, squares = 0, sum = 0, large = 0;
    for (uint32_t i = 0; i < m; i++)
        mean += (long double)all[i] / m;
    for (uint32_t i = 0; i < m; i++)
        squares += ((long double)all[i] - mean) * ((long double)all[i] - mean);
    near(&f->columns[1], row, m > 1, m > 1 ? (double)(squares / (m - 1)) : 0);
    qsort(all, m, sizeof *all, by_size);
    for (uint32_t i = 0; i < m; i++)
        if (i == 0 || all[i] != all[i - 1])
            different[k++] = all[i];
    for (uint32_t i = 0; i < k; i++) /* the large ones add up exactly by themselves */
        *(fabs(different[i]) > 1e15 ? &large : &sum) += (long double)different[i];
    near(&f->columns[2], row, true, (double)(sum + large));
    const struct column *late = &f->columns[0];
    double share = column_state(late, row) != PRESENT ? 1 : late->i[row] ? 0.9 : 0.37;
    double place = share * (m - 1);
    uint32_t below = (uint32_t)place, above = below + 1 < m ? below + 1 : below;
    near(&f->columns[3], row, m > 0, all[below] + (place - below) * (all[above] - all[below]));
    place = share * (k - 1);
    below = (uint32_t)place;
    above = below + 1 < k ? below + 1 : below;
    near(&f->columns[4], row, k > 0,
         different[below] + (place - below) * (different[above] - different[below]));
}

static void check_pairs(const struct world *w, const struct frame *f, uint32_t row,
                        const uint32_t *facts, uint32_t n) {
    long double x = 0, y = 0, xx = 0, yy = 0, xy = 0, m = 0;
    int64_t trues = 0, known = 0;
    for (int turn = 0; turn < 2; turn++) {
        for (uint32_t i = 0; i < n; i++) {
            const struct column *a = &w->facts[F_SCORE], *b = &w->facts[F_MINUTES];
            if (!present(a, facts[i]) || !present(b, facts[i]))
                continue;
            long double u = number(a, facts[i]), v = (long double)(b->i[facts[i]] % 1000);
            if (turn == 0) {
                x += u;
                y += v;
                m++;
                continue;
            }
            xx += (u - x / m) * (u - x / m);
            yy += (v - y / m) * (v - y / m);
            xy += (u - x / m) * (v - y / m);
        }
    }
    near(&f->columns[5], row, xx > 0 && yy > 0, xx > 0 ? (double)(xy / sqrtl(xx * yy)) : 0);
    for (uint32_t i = 0; i < n; i++) {
        const struct column *place = &w->facts[F_LATE];
        known += present(place, facts[i]);
        trues += present(place, facts[i]) && place->i[facts[i]];
    }
    ck_assert_int_eq(f->columns[6].i[row], trues);
    ck_assert_int_eq(f->columns[6].d[row], known);
}

static void add(struct world *w, struct plan *g, struct aggregation what, enum type_kind kind) {
    what.type = type_scalar(&w->types, kind, true);
    g->aggregations[g->naggregations++] = what;
    slot_new(g, what.type);
}

START_TEST(other_aggregates) {
    static const uint32_t batches[] = {BATCH_ROWS, 1, 61};
    static uint32_t facts[MANY];
    struct world w;
    world_open(&w, 2500);
    uint32_t key = F_LATE;
    struct plan *in = scan_facts(&w);
    const struct type *number_type = type_scalar(&w.types, TY_FLOAT, true);
    int share = (int)add_compute(&w, in, number_type, share_fn, F_LATE);
    int minutes = (int)add_compute(&w, in, number_type, minutes_fn, F_MINUTES);
    struct plan *g = group_by(&w, finish(&w, in), &key, 1);
    struct aggregation score = {.argument = F_SCORE, .filter = -1, .second = -1};
    score.kind = AGG_VAR;
    add(&w, g, score, TY_FLOAT);
    score.kind = AGG_SUM;
    score.distinct = true;
    add(&w, g, score, TY_FLOAT);
    score.kind = AGG_QUANTILE;
    score.second = share;
    score.distinct = false;
    add(&w, g, score, TY_FLOAT);
    score.distinct = true;
    add(&w, g, score, TY_FLOAT);
    score.distinct = false;
    score.kind = AGG_CORR;
    score.second = minutes;
    add(&w, g, score, TY_FLOAT);
    add(&w, g, (struct aggregation){.kind = AGG_SHARE, .argument = F_LATE, .filter = -1}, TY_SHARE);
    finish(&w, g);
    for (size_t i = 0; i < COUNT_OF(batches); i++) {
        w.batch = batches[i];
        struct frame *f = frame_of(&w, g);
        ck_assert_uint_eq(f->n, 3); /* false, true, missing */
        for (uint32_t row = 0; row < f->n; row++) {
            uint32_t n = facts_of(&w, f, row, facts);
            ck_assert_uint_gt(n, 10);
            check_scores(&w, f, row, facts, n);
            check_pairs(&w, f, row, facts, n);
        }
        frame_drop(f);
    }
    world_close(&w);
}
END_TEST

Suite *exec_aggregates_suite(void) {
    Suite *suite = suite_create("exec_aggregates");
    TCase *tests = tcase_create("exec_aggregates");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, other_aggregates);
    suite_add_tcase(suite, tests);
    return suite;
}
