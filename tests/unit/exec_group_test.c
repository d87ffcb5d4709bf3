/* Grouping and aggregates against plain loops over the facts that belong to a group. */
#include "exec_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct expectation {
    bool missing;
    double value;
};

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Rows of a group for an aggregate: after its filter, and those with a value. */
static struct expectation expect(const struct world *w, const struct aggregation *what,
                                 const uint32_t *rows, uint32_t n) {
    static double values[100000];
    uint32_t kept = 0, m = 0;
    const struct column *c = what->argument < 0 ? NULL : &w->facts[what->argument];
    for (uint32_t i = 0; i < n; i++) {
        const struct column *late = &w->facts[F_LATE];
        if (what->filter >= 0 && !(present(late, rows[i]) && late->i[rows[i]]))
            continue;
        kept++;
        if (c && present(c, rows[i]))
            values[m++] = number(c, rows[i]);
    }
    long double sum = 0, large = 0, squares = 0;
    uint32_t trues = 0, different = 0;
    for (uint32_t i = 0; i < m; i++) { /* the large ones add up exactly by themselves */
        *(fabs(values[i]) > 1e15 ? &large : &sum) += (long double)values[i];
        trues += values[i] != 0;
    }
    sum += large;
    long double mean = m ? sum / m : 0;
    for (uint32_t i = 0; i < m; i++)
        squares += ((long double)values[i] - mean) * ((long double)values[i] - mean);
    double first = m ? values[0] : 0, last = m ? values[m - 1] : 0;
    qsort(values, m, sizeof *values, compare_doubles);
    for (uint32_t i = 0; i < m; i++)
        different += i == 0 || values[i] != values[i - 1];
    switch (what->kind) {
    case AGG_COUNT:
        return (struct expectation){false, kept};
    case AGG_COUNT_PRESENT:
        return (struct expectation){false, m};
    case AGG_COUNT_TRUE:
        return (struct expectation){false, trues};
    case AGG_COUNT_DISTINCT:
        return (struct expectation){false, different};
    case AGG_SUM:
        return (struct expectation){kept > 0 && m == 0, (double)sum};
    case AGG_MEAN:
        return (struct expectation){m == 0, (double)mean};
    case AGG_MIN:
        return (struct expectation){m == 0, m ? values[0] : 0};
    case AGG_MAX:
        return (struct expectation){m == 0, m ? values[m - 1] : 0};
    case AGG_FIRST:
        return (struct expectation){m == 0, first};
    case AGG_LAST:
        return (struct expectation){m == 0, last};
    case AGG_MEDIAN:
        return (struct expectation){m == 0, m ? (values[(m - 1) / 2] + values[m / 2]) / 2 : 0};
    case AGG_ANY:
        return (struct expectation){false, trues > 0};
    case AGG_ALL:
        return (struct expectation){false, trues == m};
    default:
        return (struct expectation){m < 2, m < 2 ? 0 : (double)sqrtl(squares / (m - 1))};
    }
}

static void check_aggregate(const struct world *w, const struct aggregation *what,
                            const struct column *c, uint32_t row, const uint32_t *rows,
                            uint32_t n) {
    struct expectation e = expect(w, what, rows, n);
    ck_assert_msg(present(c, row) == !e.missing, "aggregate %d is %smissing", (int)what->kind,
                  e.missing ? "not " : "");
    double tolerance = what->kind == AGG_SD || what->kind == AGG_MEAN ? fabs(e.value) * 1e-12
                                                                      : fabs(e.value) * 1e-15;
    if (!e.missing)
        ck_assert_msg(fabs(number(c, row) - e.value) <= tolerance + 1e-9,
                      "aggregate %d of column %d: %.17g, not %.17g", (int)what->kind,
                      what->argument, number(c, row), e.value);
}

/* Every row of the frame stands for exactly the facts with its keys; rows are in key order. */
static void check_groups(const struct world *w, const struct plan *group, const struct frame *f) {
    uint32_t *rows = malloc((w->n + 1) * sizeof *rows);
    uint32_t all = 0, before = 0;
    for (uint32_t row = 0; row < f->n; row++) {
        uint32_t n = 0;
        for (uint32_t fact = 0; fact < w->n; fact++) {
            bool same = true;
            for (uint32_t k = 0; k < group->nkeys && same; k++)
                same = shows(w, &f->columns[k], row, (int)group->keys[k], fact);
            if (same)
                rows[n++] = fact;
        }
        all += n;
        for (uint32_t i = 0; i < group->naggregations; i++)
            check_aggregate(w, &group->aggregations[i], &f->columns[group->nkeys + i], row, rows,
                            n);
        if (group->nkeys == 0)
            continue;
        ck_assert_uint_gt(n, 0);
        int order = -1;
        for (uint32_t k = 0; row > 0 && k < group->nkeys; k++) {
            order = compare_facts(w, (int)group->keys[k], before, rows[0]);
            if (order != 0)
                break;
        }
        ck_assert_int_lt(order, 0);
        before = rows[0];
    }
    ck_assert_uint_eq(all, w->n);
    free(rows);
}

static struct plan *more_aggregates(struct world *w, const uint32_t *keys, uint32_t nkeys) {
    struct plan *g = group_by(w, finish(w, scan_facts(w)), keys, nkeys);
    aggregate(w, g, AGG_COUNT, -1, F_LATE);
    aggregate(w, g, AGG_COUNT_PRESENT, F_STATUS, -1);
    g->naggregations--; /* its expectation needs numbers; see texts_in_aggregates */
    g->nslots--;
    for (int argument = F_MINUTES; argument <= F_SHARE; argument++) {
        aggregate(w, g, AGG_MIN, argument, -1);
        aggregate(w, g, AGG_MAX, argument, F_LATE);
        aggregate(w, g, AGG_LAST, argument, -1);
        aggregate(w, g, AGG_MEAN, argument, -1);
        aggregate(w, g, AGG_SUM, argument, F_LATE);
        aggregate(w, g, AGG_COUNT_PRESENT, argument, F_LATE);
        aggregate(w, g, AGG_COUNT_DISTINCT, argument, -1);
    }
    return finish(w, g);
}

static void check_keys(struct world *w, const uint32_t *keys, uint32_t nkeys) {
    static const uint32_t batches[] = {BATCH_ROWS, 1, 61};
    for (size_t i = 0; i < COUNT_OF(batches); i++) {
        w->batch = batches[i];
        struct plan *plans[] = {all_aggregates(w, keys, nkeys), more_aggregates(w, keys, nkeys)};
        for (size_t j = 0; j < COUNT_OF(plans); j++) {
            struct frame *f = frame_of(w, plans[j]);
            check_groups(w, plans[j], f);
            frame_drop(f);
        }
    }
}

START_TEST(groups_of_one_key) {
    struct world w;
    world_open(&w, 1200);
    check_keys(&w, NULL, 0);
    for (uint32_t key = 0; key < NCOLUMNS; key++)
        check_keys(&w, &key, 1);
    world_close(&w);
}
END_TEST

START_TEST(groups_of_two_and_three_keys) {
    struct world w;
    world_open(&w, 700);
    static const uint32_t keys[][3] = {{F_SCHOOL, F_STATUS, F_LATE},
                                       {F_DAY, F_SCHOOL, F_SCORE},
                                       {F_STATUS, F_MINUTES, F_PLACE},
                                       {F_SHARE, F_SCORE, F_STATUS}};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        check_keys(&w, keys[i], 2);
        check_keys(&w, keys[i], 3);
    }
    world_close(&w);
}
END_TEST

START_TEST(groups_of_no_rows) {
    struct world w;
    world_open(&w, 0);
    uint32_t keys[] = {F_STATUS, F_SCORE};
    check_keys(&w, keys, 2);
    struct frame *f = frame_of(&w, all_aggregates(&w, keys, 1));
    ck_assert_uint_eq(f->n, 0);
    frame_drop(f);
    f = frame_of(&w, all_aggregates(&w, NULL, 0));
    ck_assert_uint_eq(f->n, 1);
    ck_assert_int_eq(f->columns[0].i[0], 0);
    frame_drop(f);
    world_close(&w);
}
END_TEST

/* Least and greatest by code point, first and last in row order. */
START_TEST(texts_in_aggregates) {
    struct world w;
    world_open(&w, 0);
    static const char *const texts[] = {NULL, "b", "\xC3\xA9", "a", "b", NULL, "ab"};
    for (uint32_t i = 0; i < COUNT_OF(texts); i++) {
        make_fact(&w, i);
        set_text(&w, &w.facts[F_STATUS], i, texts[i]);
    }
    w.n = COUNT_OF(texts);
    struct plan *g = group_by(&w, finish(&w, scan_facts(&w)), NULL, 0);
    aggregate(&w, g, AGG_MIN, F_STATUS, -1);
    aggregate(&w, g, AGG_MAX, F_STATUS, -1);
    aggregate(&w, g, AGG_FIRST, F_STATUS, -1);
    aggregate(&w, g, AGG_LAST, F_STATUS, -1);
    aggregate(&w, g, AGG_COUNT_PRESENT, F_STATUS, -1);
    aggregate(&w, g, AGG_COUNT_DISTINCT, F_STATUS, -1);
    struct frame *f = frame_of(&w, finish(&w, g));
    ck_assert_str_eq(f->columns[0].t[0]->p, "a");
    ck_assert_str_eq(f->columns[1].t[0]->p, "\xC3\xA9");
    ck_assert_str_eq(f->columns[2].t[0]->p, "b");
    ck_assert_str_eq(f->columns[3].t[0]->p, "ab");
    ck_assert_int_eq(f->columns[4].i[0], 5);
    ck_assert_int_eq(f->columns[5].i[0], 4);
    frame_drop(f);
    world_close(&w);
}
END_TEST

/* The same bits whatever the batches are. */
START_TEST(float_sums_do_not_depend_on_batches) {
    struct world w;
    world_open(&w, 2500);
    uint32_t key = F_STATUS;
    struct plan *g = group_by(&w, finish(&w, scan_facts(&w)), &key, 1);
    aggregate(&w, g, AGG_SUM, F_SCORE, -1);
    aggregate(&w, g, AGG_MEAN, F_SCORE, -1);
    aggregate(&w, g, AGG_SD, F_SCORE, -1);
    finish(&w, g);
    struct frame *whole = frame_of(&w, g);
    w.batch = 17;
    struct frame *cut = frame_of(&w, g);
    ck_assert_uint_eq(whole->n, cut->n);
    for (uint32_t c = 1; c < 4; c++)
        ck_assert_mem_eq(whole->columns[c].f, cut->columns[c].f, whole->n * sizeof(double));
    frame_drop(whole);
    frame_drop(cut);
    world_close(&w);
}
END_TEST

START_TEST(sums_overflow) {
    struct world w;
    world_open(&w, 3);
    for (uint32_t i = 0; i < 3; i++) {
        w.facts[F_MINUTES].i[i] = i == 2 ? -1 : INT64_MAX / 2 + 1;
        if (w.facts[F_MINUTES].state)
            w.facts[F_MINUTES].state[i] = PRESENT;
    }
    struct plan *g = group_by(&w, finish(&w, scan_facts(&w)), NULL, 0);
    aggregate(&w, g, AGG_SUM, F_MINUTES, -1);
    finish(&w, g);
    struct frame *f = frame_of(&w, g); /* too big only on the way */
    ck_assert_int_eq(f->columns[0].i[0], INT64_MAX);
    frame_drop(f);
    w.facts[F_MINUTES].i[2] = 0;
    ck_assert_int_eq(world_run(&w, g, &f), ST_FAILED);
    ck_assert_ptr_null(f);
    ck_assert_int_eq(w.failed, E0401);
    world_close(&w);
}
END_TEST

/* Keys at the ends of 64 bits, far apart, and then close together. */
START_TEST(extreme_integer_keys) {
    struct world w;
    world_open(&w, 0);
    static const int64_t values[] = {INT64_MAX - 5, 0,         INT64_MIN, INT64_MAX, 7, -3,
                                     INT64_MIN + 1, 1 << 20,   INT64_MAX, 0,         7, 5000000,
                                     -5000000,      INT64_MIN, 1 << 22,   -3};
    for (size_t from = 0; from < COUNT_OF(values); from++) {
        w.n = (uint32_t)(COUNT_OF(values) - from);
        for (uint32_t i = 0; i < w.n; i++) {
            make_fact(&w, i);
            set_word(&w, &w.facts[F_DAY], i, true, values[from + i]);
        }
        uint32_t key = F_DAY;
        struct plan *g = group_by(&w, finish(&w, scan_facts(&w)), &key, 1);
        aggregate(&w, g, AGG_COUNT, -1, -1);
        struct frame *f = frame_of(&w, finish(&w, g));
        int64_t rows = 0;
        for (uint32_t i = 0; i < f->n; i++) {
            int64_t expected = 0;
            for (uint32_t j = 0; j < w.n; j++)
                expected += values[from + j] == f->columns[0].i[i];
            ck_assert_int_eq(f->columns[1].i[i], expected);
            MUST(i == 0 || f->columns[0].i[i - 1] < f->columns[0].i[i]);
            rows += expected;
        }
        ck_assert_int_eq(rows, w.n);
        frame_drop(f);
    }
    world_close(&w);
}
END_TEST

/* More different values and pairs than the tables for few have room for; no text is shared. */
START_TEST(many_keys) {
    enum { DIFFERENT = 3000 };
    struct world w;
    world_open(&w, 2 * DIFFERENT);
    for (uint32_t i = 0; i < w.n; i++) {
        char text[16];
        snprintf(text, sizeof text, "text-%04u", (unsigned)(i % DIFFERENT));
        set_text(&w, &w.facts[F_STATUS], i, text);
        set_word(&w, &w.facts[F_DAY], i, true, i % DIFFERENT);
        w.facts[F_SCORE].f[i] = (double)(i * 7 % DIFFERENT);
        w.facts[F_SCORE].state[i] = PRESENT;
    }
    static const uint32_t keys[] = {F_STATUS, F_SCORE, F_DAY};
    for (uint32_t round = 0; round < 6; round++) {
        uint32_t nkeys = 1 + round / 2;
        w.batch = round % 2 ? 61 : BATCH_ROWS;
        struct plan *g = group_by(&w, finish(&w, scan_facts(&w)), keys, nkeys);
        aggregate(&w, g, AGG_COUNT, -1, -1);
        aggregate(&w, g, AGG_COUNT_DISTINCT, F_SCORE, -1);
        struct frame *f = frame_of(&w, finish(&w, g));
        ck_assert_uint_eq(f->n, DIFFERENT);
        for (uint32_t i = 0; i < f->n; i++) {
            MUST(shows(&w, &f->columns[0], i, F_STATUS, i));
            MUST(nkeys < 2 || f->columns[1].f[i] == w.facts[F_SCORE].f[i]);
            MUST(f->columns[nkeys].i[i] == 2 && f->columns[nkeys + 1].i[i] == 1);
        }
        frame_drop(f);
    }
    world_close(&w);
}
END_TEST

Suite *exec_group_suite(void) {
    Suite *suite = suite_create("exec_group");
    TCase *tests = tcase_create("exec_group");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, groups_of_one_key);
    tcase_add_test(tests, groups_of_two_and_three_keys);
    tcase_add_test(tests, groups_of_no_rows);
    tcase_add_test(tests, texts_in_aggregates);
    tcase_add_test(tests, float_sums_do_not_depend_on_batches);
    tcase_add_test(tests, sums_overflow);
    tcase_add_test(tests, extreme_integer_keys);
    tcase_add_test(tests, many_keys);
    suite_add_tcase(suite, tests);
    return suite;
}
