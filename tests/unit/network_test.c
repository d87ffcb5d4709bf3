/* Tie classes and structure: a small network by hand, random ones against visiting every pair,
 * and published figures where that data is at hand. */
#include "stdlib/network/unknown.h"
#include "suites.h"
#include "table_file.h"

static struct alloc memory;
static struct arena arena;

static void start(void) {
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&arena, &memory);
}

static void stop(void) {
    arena_free(&arena);
    ck_assert_uint_eq(memory.used, 0);
}

/* Districts 0 and 1; ranks 0 district, 1 school; node 6 a clinic, node 7 of no known level. */
static const uint32_t GROUP[] = {0, 0, 0, 1, 1, 1, UNKNOWN_GROUP, 1};
static const uint32_t RANK[] = {0, 1, 1, 0, 1, 1, UNKNOWN_RANK, UNKNOWN_RANK};
static const uint8_t SECTOR[] = {SECTOR_INSIDE, SECTOR_INSIDE, SECTOR_INSIDE,  SECTOR_INSIDE,
                                 SECTOR_INSIDE, SECTOR_INSIDE, SECTOR_OUTSIDE, SECTOR_INSIDE};
static const struct nodes SCHOOLS = {.n = 8, .group = GROUP, .rank = RANK, .sector = SECTOR};

START_TEST(classes_by_hand) {
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 0, 1), TIE_INTERNAL);
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 1, 4), TIE_HORIZONTAL);
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 0, 4), TIE_VERTICAL);
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 5, 6), TIE_HOLISTIC);
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 6, 7), TIE_HOLISTIC);
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 1, 7), TIE_UNCLASSED);
    ck_assert_int_eq(tie_class_of(&SCHOOLS, 4, 7), TIE_INTERNAL);
    struct nodes bare = {.n = 8};
    ck_assert_int_eq(tie_class_of(&bare, 0, 1), TIE_UNCLASSED);
}
END_TEST

START_TEST(pairs_by_hand) {
    /* Of 28 pairs: 3 and 6 within the districts, 7 with the clinic, 3 of node 7 with district 0;
     * across the districts 1 + 4 level, 2 + 2 not. */
    static const uint64_t expected[] = {9, 5, 4, 7, 3};
    uint64_t pairs[TIE_CLASSES];
    ck_assert(tie_class_pairs(&arena, &SCHOOLS, false, pairs));
    for (int k = 0; k < TIE_CLASSES; k++) {
        ck_assert_uint_eq(pairs[k], expected[k]);
    }
    ck_assert(tie_class_pairs(&arena, &SCHOOLS, true, pairs));
    ck_assert_uint_eq(pairs[TIE_VERTICAL], 8);
}
END_TEST

static uint32_t next_random(uint64_t *state, uint32_t below) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

START_TEST(pairs_by_visiting) {
    uint32_t group[40], rank[40];
    uint8_t sector[40];
    uint64_t seed = 7, pairs[TIE_CLASSES];
    for (int round = 0; round < 200; round++) {
        struct nodes v = {.n = next_random(&seed, 41)};
        for (uint32_t i = 0; i < v.n; i++) {
            group[i] =
                next_random(&seed, 8) ? next_random(&seed, v.n) / 3 : (uint32_t)UNKNOWN_GROUP;
            rank[i] = next_random(&seed, 8) ? next_random(&seed, v.n) % 3 : (uint32_t)UNKNOWN_RANK;
            sector[i] = (uint8_t)(next_random(&seed, 5) / 2 % 3);
        }
        v.group = round % 3 ? group : NULL;
        v.rank = round % 5 ? rank : NULL;
        v.sector = round % 7 ? sector : NULL;
        uint64_t visited[TIE_CLASSES] = {0};
        for (uint32_t i = 0; i < v.n; i++) {
            for (uint32_t k = 0; k < v.n; k++) {
                if (i != k) {
                    visited[tie_class_of(&v, i, k)]++;
                }
            }
        }
        ck_assert(tie_class_pairs(&arena, &v, true, pairs));
        ck_assert_mem_eq(pairs, visited, sizeof pairs);
    }
}
END_TEST

START_TEST(simple_ties) {
    static const uint32_t from[] = {3, 0, 1, 2, 0, 1, 3}, to[] = {0, 1, 0, 2, 1, 4, 0};
    struct ties t;
    struct structure s;
    struct answered_ties known;
    ck_assert(ties_simplify(&arena, 6, true, from, to, 7, &t));
    ck_assert_uint_eq(t.loops, 1);
    ck_assert_uint_eq(t.repeated, 2);
    ck_assert_uint_eq(t.n, 4); /* 0-1, 1-0, 1-4, 3-0 */
    ck_assert_uint_eq(t.from[3], 3);
    ck_assert(ties_structure(&arena, &t, &s));
    ck_assert_uint_eq(s.possible, 30);
    ck_assert(ties_answered(&arena, NULL, &t, &known));
    ck_assert_uint_eq(known.reciprocated, 2);
    ck_assert_uint_eq(s.isolates, 2); /* 2 and 5 */
    ck_assert_uint_eq(s.components, 3);
    ck_assert_uint_eq(s.largest, 4);
    ck_assert(ties_simplify(&arena, 6, false, from, to, 7, &t));
    ck_assert_uint_eq(t.n, 3);
    ck_assert_uint_eq(t.repeated, 3);
    ck_assert_uint_eq(t.from[2], 1); /* 0-1, 0-3, 1-4 */
    ck_assert(ties_structure(&arena, &t, &s));
    ck_assert_uint_eq(s.possible, 15);
    uint64_t counts[TIE_CLASSES];
    ties_count_classes(&SCHOOLS, &t, counts);
    ck_assert_uint_eq(counts[TIE_INTERNAL], 1);
    ck_assert_uint_eq(counts[TIE_HORIZONTAL], 2); /* 0-3 and 1-4 */
}
END_TEST

START_TEST(nobody_at_all) {
    struct ties t;
    struct structure s;
    uint64_t pairs[TIE_CLASSES];
    struct nodes none = {.n = 0};
    ck_assert(ties_simplify(&arena, 0, true, NULL, NULL, 0, &t));
    ck_assert(ties_structure(&arena, &t, &s));
    ck_assert_uint_eq(s.components, 0);
    ck_assert_uint_eq(s.possible, 0);
    ck_assert(tie_class_pairs(&arena, &none, true, pairs));
    ck_assert_uint_eq(pairs[TIE_INTERNAL], 0);
}
END_TEST

/* ---- data ---- */

struct loaded {
    uint32_t n, *from, *to;
};

static uint32_t find_node(const struct table_file *nodes, struct str id) {
    for (uint32_t i = 0; i < nodes->n; i++) {
        if (str_eq(table_text(nodes, i, "id"), id)) {
            return i;
        }
    }
    ck_abort_msg("a tie with no node");
}

/* Ties of a file whose `column` (NULL: all) is `value`. */
static bool load(const char *nodes_path, const char *ties_path, struct table_file *nodes,
                 struct loaded *out) {
    struct table_file ties;
    if (!table_read(&arena, nodes_path, nodes) || !table_read(&arena, ties_path, &ties)) {
        return false;
    }
    out->from = ARENA_ARRAY(&arena, uint32_t, ties.n);
    out->to = ARENA_ARRAY(&arena, uint32_t, ties.n);
    out->n = ties.n;
    for (uint32_t i = 0; i < ties.n; i++) {
        out->from[i] = find_node(nodes, table_text(&ties, i, "from"));
        out->to[i] = find_node(nodes, table_text(&ties, i, "to"));
    }
    return true;
}

static double density(const struct ties *t, const struct structure *s) {
    return (double)t->n / (double)s->possible;
}

START_TEST(data_karate) {
    struct table_file nodes;
    struct loaded l;
    struct ties t;
    struct structure s;
    if (!load("net_karate/karate_nodes.csv", "net_karate/karate_edges.csv", &nodes, &l)) {
        return;
    }
    ck_assert(ties_simplify(&arena, nodes.n, false, l.from, l.to, l.n, &t));
    ck_assert(ties_structure(&arena, &t, &s));
    ck_assert_uint_eq(t.n, 78);
    ck_assert_double_eq_tol(density(&t, &s), 0.13903743315508, 1e-12);
    ck_assert_uint_eq(s.components, 1);
    ck_assert_uint_eq(s.isolates, 0);
}
END_TEST

static void expect_hightech(const char *ties, uint32_t n, double dense, double reciprocity,
                            uint64_t same_level) {
    struct table_file nodes;
    struct loaded l;
    struct ties t;
    struct structure s;
    struct answered_ties known;
    if (!load("krackhardt_hightech/ht_advice_nodes.csv", ties, &nodes, &l)) {
        return;
    }
    uint32_t *rank = ARENA_ARRAY(&arena, uint32_t, nodes.n);
    for (uint32_t i = 0; i < nodes.n; i++) {
        rank[i] = (uint32_t)table_number(&nodes, i, "level");
    }
    ck_assert(ties_simplify(&arena, nodes.n, true, l.from, l.to, l.n, &t));
    ck_assert(ties_structure(&arena, &t, &s));
    ck_assert_uint_eq(t.n, n);
    ck_assert_double_eq_tol(density(&t, &s), dense, 1e-9);
    ck_assert(ties_answered(&arena, NULL, &t, &known));
    ck_assert_double_eq_tol((double)known.reciprocated / t.n, reciprocity, 1e-9);
    ck_assert_uint_eq(s.components, 1);
    uint64_t counts[TIE_CLASSES];
    ties_count_classes(&(struct nodes){.n = nodes.n, .rank = rank}, &t, counts);
    ck_assert_uint_eq(counts[TIE_HORIZONTAL], same_level);
    ck_assert_uint_eq(counts[TIE_VERTICAL], n - same_level);
}

START_TEST(data_hightech) {
    /* Density and reciprocity by igraph and sna; ties within a level by attribute mixing. */
    expect_hightech("krackhardt_hightech/ht_advice_edges.csv", 190, 0.452380952380952,
                    0.473684210526316, 104);
    expect_hightech("krackhardt_hightech/ht_friends_edges.csv", 102, 0.242857142857143,
                    0.450980392156863, 76);
    expect_hightech("krackhardt_hightech/ht_reports_edges.csv", 20, 0.0476190476190476, 0, 0);
}
END_TEST

Suite *network_suite(void) {
    Suite *suite = suite_create("network");
    TCase *t = tcase_create("network");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, classes_by_hand);
    tcase_add_test(t, pairs_by_hand);
    tcase_add_test(t, pairs_by_visiting);
    tcase_add_test(t, simple_ties);
    tcase_add_test(t, nobody_at_all);
    tcase_add_test(t, data_karate);
    tcase_add_test(t, data_hightech);
    suite_add_tcase(suite, t);
    return suite;
}
