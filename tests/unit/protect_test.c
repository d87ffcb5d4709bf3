/* Choosing what to hide: tables by hand, and random ones whose margins an attacker knows. */
#include "attack.h"
#include "exec/protect.h"
#include "suites.h"
#include <stdlib.h>
#include <string.h>

static struct alloc alloc;

static void start(void) {
    alloc_init(&alloc, NULL, NULL, 0);
}

static void stop(void) {
    ck_assert_uint_eq(alloc.used, 0);
}

/* One part a cell; `expected` has # where a cell is hidden. */
static void expect(uint32_t naxes, const uint32_t *codes, const int64_t *parts, int64_t under,
                   bool complementary, const char *expected) {
    struct protect p = {.n = (uint32_t)strlen(expected),
                        .naxes = naxes,
                        .nparts = 1,
                        .codes = codes,
                        .parts = parts,
                        .under = under,
                        .complementary = complementary};
    bool hidden[64] = {false};
    struct protected_count count;
    uint64_t all = 0;
    ck_assert(protect_cells(&alloc, &p, hidden, &count));
    for (uint32_t i = 0; i < p.n; i++) {
        all += hidden[i];
        ck_assert_msg(hidden[i] == (expected[i] == '#'), "cell %u of %s", (unsigned)i, expected);
    }
    ck_assert_uint_eq(count.small + count.others, all);
}

START_TEST(the_least_other_cell_goes_along) {
    static const uint32_t codes[] = {1, 2, 3, 4};
    static const int64_t parts[] = {50, 3, 20, 30};
    expect(1, codes, parts, 10, false, ".#..");
    expect(1, codes, parts, 10, true, ".##.");
    expect(1, codes, parts, 3, true, "....");
}
END_TEST

START_TEST(small_cells_hide_each_other) {
    static const uint32_t codes[] = {1, 2, 3, 4};
    static const int64_t parts[] = {50, 3, 20, 9};
    expect(1, codes, parts, 10, true, ".#.#");
}
END_TEST

START_TEST(of_equals_the_first_goes) {
    static const uint32_t codes[] = {1, 2, 3, 4};
    static const int64_t parts[] = {20, 20, 3, 20};
    expect(1, codes, parts, 10, true, "#.#.");
}
END_TEST

START_TEST(nothing_is_not_small_and_may_go_along) {
    static const uint32_t codes[] = {1, 2, 3};
    static const int64_t parts[] = {0, 4, 100};
    expect(1, codes, parts, 10, true, "##.");
}
END_TEST

/* Through 3 in the first row and column: 40 + 11 + 12 is the least that closes a rectangle. */
START_TEST(rows_and_columns_keep_their_sums) {
    static const uint32_t codes[] = {1, 1, 1, 2, 1, 3, 2, 1, 2, 2, 2, 3, 3, 1, 3, 2, 3, 3};
    static const int64_t parts[] = {3, 40, 20, 30, 50, 60, 11, 12, 90};
    expect(2, codes, parts, 10, true, "##....##.");
}
END_TEST

/* The total is shown (code 0): a small cell and its only neighbour. */
START_TEST(a_total_that_is_shown_is_a_cell) {
    static const uint32_t codes[] = {1, 2, 0};
    static const int64_t parts[] = {4, 100, 104}, few[] = {4, 0, 4};
    expect(1, codes, parts, 10, true, "##.");
    expect(1, codes, few, 10, true, "#.#");
}
END_TEST

/* ---- random tables ---- */

enum { MOST_CELLS = 64, PARTS = 2 };

struct table {
    uint32_t naxes, size[3], n;
    uint32_t codes[MOST_CELLS * 3];
    int64_t parts[MOST_CELLS * PARTS];
    bool hidden[MOST_CELLS];
};

static uint64_t state;

static uint32_t pick(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static void random_table(struct table *t, int64_t least) {
    memset(t, 0, sizeof *t);
    t->naxes = 1 + pick(3);
    t->n = 1;
    for (uint32_t i = 0; i < t->naxes; i++) {
        t->size[i] = 2 + pick(3);
        t->n *= t->size[i];
    }
    for (uint32_t cell = 0; cell < t->n; cell++) {
        uint32_t rest = cell;
        for (uint32_t i = t->naxes; i-- > 0; rest /= t->size[i])
            t->codes[cell * t->naxes + i] = 1 + rest % t->size[i];
        for (uint32_t k = 0; k < PARTS; k++)
            t->parts[cell * PARTS + k] = least + (pick(5) == 0 ? pick(8) : 8 + pick(60));
    }
}

/* The sum over the cells that agree with `cell` outside of the axes in `set`. */
static bool agrees(const struct table *t, uint32_t a, uint32_t b, uint32_t set) {
    for (uint32_t i = 0; i < t->naxes; i++)
        if (!(set >> i & 1) && t->codes[a * t->naxes + i] != t->codes[b * t->naxes + i])
            return false;
    return true;
}

/* Every margin that is not small in any part is known. */
static void add_margins(struct attack *a, const struct table *t, const int *unknown, uint32_t part,
                        int64_t under) {
    for (uint32_t cell = 0; cell < t->n; cell++)
        for (uint32_t set = 1; set < 1u << t->naxes; set++) {
            int64_t sums[PARTS] = {0};
            double shown = 0;
            bool is_small = false;
            for (uint32_t i = 0; i < t->n; i++)
                for (uint32_t k = 0; k < PARTS && agrees(t, cell, i, set); k++)
                    sums[k] += t->parts[i * PARTS + k];
            for (uint32_t k = 0; k < PARTS; k++)
                is_small |= sums[k] > 0 && sums[k] < under;
            if (is_small || a->nsums == ATTACK_SUMS)
                continue;
            int sum = attack_sum(a, 0);
            for (uint32_t i = 0; i < t->n; i++)
                if (agrees(t, cell, i, set)) {
                    if (t->hidden[i])
                        a->factor[sum][unknown[i]] = 1;
                    else
                        shown += (double)t->parts[i * PARTS + part];
                }
            a->sum[sum] = (double)sums[part] - shown;
        }
}

/* No small part is found by whoever knows all margins. */
START_TEST(nobody_finds_a_small_part) {
    const int64_t under = 10;
    static struct attack a;
    static struct table t;
    state = (uint64_t)_i + 1;
    for (int turn = 0; turn < 40; turn++) {
        random_table(&t, 1);
        struct protect p = {.n = t.n,
                            .naxes = t.naxes,
                            .nparts = PARTS,
                            .codes = t.codes,
                            .parts = t.parts,
                            .under = under,
                            .complementary = true};
        struct protected_count count;
        ck_assert(protect_cells(&alloc, &p, t.hidden, &count));
        for (uint32_t part = 0; part < PARTS; part++) {
            int unknown[MOST_CELLS];
            attack_init(&a);
            for (uint32_t i = 0; i < t.n; i++)
                unknown[i] = t.hidden[i] ? attack_unknown(&a) : -1;
            add_margins(&a, &t, unknown, part, under);
            attack_run(&a);
            for (uint32_t i = 0; i < t.n; i++) {
                int64_t value = t.parts[i * PARTS + part];
                ck_assert(value >= under || t.hidden[i]);
                if (value < under)
                    ck_assert_msg(a.low[unknown[i]] < a.high[unknown[i]],
                                  "table %d, cell %u: %lld is found", turn, (unsigned)i,
                                  (long long)value);
            }
        }
    }
}
END_TEST

/* The attacker is no fool: without complementary cells it finds small ones. */
START_TEST(without_complementary_cells_they_are_found) {
    static struct attack a;
    static struct table t;
    int found = 0;
    state = 7;
    for (int turn = 0; turn < 40; turn++) {
        random_table(&t, 1);
        struct protect p = {.n = t.n,
                            .naxes = t.naxes,
                            .nparts = PARTS,
                            .codes = t.codes,
                            .parts = t.parts,
                            .under = 10};
        struct protected_count count;
        ck_assert(protect_cells(&alloc, &p, t.hidden, &count));
        ck_assert_uint_eq(count.others, 0);
        int unknown[MOST_CELLS];
        attack_init(&a);
        for (uint32_t i = 0; i < t.n; i++)
            unknown[i] = t.hidden[i] ? attack_unknown(&a) : -1;
        add_margins(&a, &t, unknown, 0, 10);
        attack_run(&a);
        for (uint32_t i = 0; i < t.n; i++)
            found += t.hidden[i] && a.low[unknown[i]] == a.high[unknown[i]];
    }
    ck_assert_int_gt(found, 20);
}
END_TEST

START_TEST(memory_may_run_out) {
    static struct table t;
    state = 3;
    random_table(&t, 1);
    for (int64_t i = 0; i < t.n; i++)
        t.parts[i * PARTS] = i ? 50 : 3;
    struct protect p = {.n = t.n,
                        .naxes = t.naxes,
                        .nparts = PARTS,
                        .codes = t.codes,
                        .parts = t.parts,
                        .under = 10,
                        .complementary = true};
    struct protected_count count;
    bool done = false;
    for (uint64_t at = 1; !done; at++) {
        memset(t.hidden, 0, sizeof t.hidden);
        alloc.fail_at = alloc.calls + at;
        done = protect_cells(&alloc, &p, t.hidden, &count);
        ck_assert_uint_eq(alloc.used, 0);
    }
    alloc.fail_at = 0;
    ck_assert_uint_gt(count.small, 0);
}
END_TEST

Suite *protect_suite(void) {
    Suite *suite = suite_create("protect");
    TCase *tests = tcase_create("protect");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, the_least_other_cell_goes_along);
    tcase_add_test(tests, small_cells_hide_each_other);
    tcase_add_test(tests, of_equals_the_first_goes);
    tcase_add_test(tests, nothing_is_not_small_and_may_go_along);
    tcase_add_test(tests, rows_and_columns_keep_their_sums);
    tcase_add_test(tests, a_total_that_is_shown_is_a_cell);
    tcase_add_loop_test(tests, nobody_finds_a_small_part, 0, 8);
    tcase_add_test(tests, without_complementary_cells_they_are_found);
    tcase_add_test(tests, memory_may_run_out);
    suite_add_tcase(suite, tests);
    return suite;
}
