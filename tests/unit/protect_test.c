/* Choosing what to hide: tables by hand, and random ones, which an attacker knows together with all
 * their margins, asked for as tables of their own. */
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

/* Cells on a diagonal: no box has its corners there, so one is moved from cell to cell. */
START_TEST(axes_that_tell_each_other) {
    static const uint32_t codes[] = {1, 1, 2, 2, 3, 3};
    static const int64_t parts[] = {41, 28, 3};
    expect(2, codes, parts, 10, true, ".##");
}
END_TEST

/* All are known to be 88 and 18, so their total of 106 is no use, shown or not; an axis with one
 * place and the total is one like others. */
START_TEST(a_total_is_not_given_up) {
    static const uint32_t codes[] = {1, 1, 2, 1, 0, 0};
    static const int64_t parts[] = {88, 3, 91};
    expect(2, codes, parts, 10, true, "##.");
}
END_TEST

/* Of 72 people 3 count, all in the last cell: their total is small, that of the people is not, so
 * it cannot stand in for another cell of people. */
START_TEST(parts_are_protected_one_by_one) {
    static const uint32_t codes[] = {1, 2, 3, 0};
    static const int64_t parts[] = {41, 0, 28, 0, 3, 3, 72, 3};
    static const bool hides[] = {false, true, true, true};
    struct protect p = {.n = 4,
                        .naxes = 1,
                        .nparts = 2,
                        .codes = codes,
                        .parts = parts,
                        .under = 10,
                        .complementary = true};
    bool hidden[4] = {false};
    struct protected_count count;
    ck_assert(protect_cells(&alloc, &p, hidden, &count));
    ck_assert_mem_eq(hidden, hides, sizeof hides);
    ck_assert_uint_eq(count.small, 2);
    ck_assert_uint_eq(count.others, 1);
}
END_TEST

/* A cell may be secret whatever is in it. */
START_TEST(secret_cells_are_protected) {
    static const uint32_t codes[] = {1, 2, 3};
    static const int64_t parts[] = {50, 40, 60};
    static const bool secret[] = {false, false, true}, hides[] = {false, true, true};
    struct protect p = {.n = 3,
                        .naxes = 1,
                        .nparts = 1,
                        .codes = codes,
                        .parts = parts,
                        .secret = secret,
                        .under = 10,
                        .complementary = true};
    bool hidden[3] = {false};
    struct protected_count count;
    ck_assert(protect_cells(&alloc, &p, hidden, &count));
    ck_assert_mem_eq(hidden, hides, sizeof hides);
}
END_TEST

/* ---- random tables ---- */

enum { MOST_CELLS = 64, PARTS = 2, UNDER = 10 };

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

/* Cells that agree on the axes in `kept`. */
static bool agrees(const struct table *t, uint32_t a, uint32_t b, uint32_t kept) {
    for (uint32_t i = 0; i < t->naxes; i++)
        if (kept >> i & 1 && t->codes[a * t->naxes + i] != t->codes[b * t->naxes + i])
            return false;
    return true;
}

/* The same people asked over the axes in `kept` alone: a table of its own, protected by itself. */
static void coarser_table(const struct table *t, uint32_t kept, struct table *out) {
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < t->naxes; i++)
        out->naxes += kept >> i & 1;
    for (uint32_t cell = 0; cell < t->n; cell++) {
        uint32_t at = 0, first = 0;
        while (!agrees(t, first, cell, kept))
            first++;
        if (first != cell)
            continue;
        for (uint32_t i = 0; i < t->naxes; i++)
            if (kept >> i & 1)
                out->codes[out->n * out->naxes + at++] = t->codes[cell * t->naxes + i];
        for (uint32_t i = 0; i < t->n; i++)
            for (uint32_t k = 0; k < PARTS && agrees(t, cell, i, kept); k++)
                out->parts[out->n * PARTS + k] += t->parts[i * PARTS + k];
        out->n++;
    }
}

static void protect(struct table *t, bool complementary) {
    struct protect p = {.n = t->n,
                        .naxes = t->naxes,
                        .nparts = PARTS,
                        .codes = t->codes,
                        .parts = t->parts,
                        .under = UNDER,
                        .complementary = complementary};
    struct protected_count count;
    ck_assert(protect_cells(&alloc, &p, t->hidden, &count));
}

/* What somebody has who asked for a table and for all coarser ones. */
struct asked {
    struct table tables[8]; /* by the axes that are kept */
    int unknown[8][MOST_CELLS];
};

/* The place in the table over `kept` of a cell of the whole table. */
static uint32_t place_of(const struct table *t, uint32_t cell, uint32_t kept) {
    uint32_t place = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t first = 0;
        while (!agrees(t, first, i, kept))
            first++;
        if (agrees(t, i, cell, kept))
            return place;
        place += first == i;
    }
    return place;
}

static void ask_all(struct asked *all, const struct table *t, bool complementary) {
    for (uint32_t kept = 0; kept < 1u << t->naxes; kept++) {
        coarser_table(t, kept, &all->tables[kept]);
        protect(&all->tables[kept], complementary);
    }
}

static void add_term(struct attack *a, int sum, const struct asked *all, uint32_t kept,
                     uint32_t cell, uint32_t part, double factor) {
    const struct table *t = &all->tables[kept];
    if (t->hidden[cell])
        a->factor[sum][all->unknown[kept][cell]] = factor;
    else
        a->sum[sum] -= factor * (double)t->parts[cell * PARTS + part];
}

/* Each cell of a table is the sum of cells of the one with an axis more. */
static void add_sums(struct attack *a, const struct asked *all, const struct table *t,
                     uint32_t part) {
    for (uint32_t kept = 0; kept < 1u << t->naxes; kept++)
        for (uint32_t axis = 0; axis < t->naxes; axis++) {
            uint32_t finer = kept | 1u << axis;
            bool done[MOST_CELLS] = {false};
            int sums[MOST_CELLS];
            for (uint32_t cell = 0; finer != kept && cell < all->tables[kept].n; cell++) {
                sums[cell] = attack_sum(a, 0);
                add_term(a, sums[cell], all, kept, cell, part, -1);
            }
            for (uint32_t cell = 0; finer != kept && cell < t->n; cell++) {
                uint32_t place = place_of(t, cell, finer);
                if (!done[place])
                    add_term(a, sums[place_of(t, cell, kept)], all, finer, place, part, 1);
                done[place] = true;
            }
        }
}

static void attack_all(struct attack *a, struct asked *all, const struct table *t, uint32_t part) {
    attack_init(a);
    for (uint32_t kept = 0; kept < 1u << t->naxes; kept++)
        for (uint32_t cell = 0; cell < all->tables[kept].n; cell++)
            if (all->tables[kept].hidden[cell])
                all->unknown[kept][cell] = attack_unknown(a);
    add_sums(a, all, t, part);
    attack_run(a);
}

/* How many small parts are shown or found out by whoever has asked for all these tables. */
static int found_out(const struct table *t, bool complementary) {
    static struct attack a;
    static struct asked all;
    int found = 0;
    ask_all(&all, t, complementary);
    for (uint32_t part = 0; part < PARTS; part++) {
        attack_all(&a, &all, t, part);
        for (uint32_t kept = 1; kept < 1u << t->naxes; kept++)
            for (uint32_t cell = 0; cell < all.tables[kept].n; cell++) {
                int64_t value = all.tables[kept].parts[cell * PARTS + part];
                int x = all.unknown[kept][cell];
                if (value > 0 && value < UNDER)
                    found += !all.tables[kept].hidden[cell] || a.low[x] == a.high[x];
            }
    }
    return found;
}

START_TEST(nobody_finds_a_small_part) {
    static struct table t;
    state = (uint64_t)_i + 1;
    for (int turn = 0; turn < 40; turn++) {
        random_table(&t, 1);
        ck_assert_msg(found_out(&t, true) == 0, "turn %d", turn);
    }
}
END_TEST

/* The attacker is no fool: without complementary cells it finds small ones. */
START_TEST(without_complementary_cells_they_are_found) {
    static struct table t;
    int found = 0;
    state = 7;
    for (int turn = 0; turn < 40; turn++) {
        random_table(&t, 1);
        found += found_out(&t, false);
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
    tcase_add_test(tests, axes_that_tell_each_other);
    tcase_add_test(tests, a_total_is_not_given_up);
    tcase_add_test(tests, parts_are_protected_one_by_one);
    tcase_add_test(tests, secret_cells_are_protected);
    tcase_add_loop_test(tests, nobody_finds_a_small_part, 0, 8);
    tcase_add_test(tests, without_complementary_cells_they_are_found);
    tcase_add_test(tests, memory_may_run_out);
    suite_add_tcase(suite, tests);
    return suite;
}
