/* False alarms: run lengths of Champ & Woodall (1987, table 1), chances from a chain of histories
 * worked out apart in NumPy, and simulations of 400,000 series in NumPy, whose standard error is at
 * most 0.0008. */
#include "stdlib/spc/alarm.h"
#include "stdlib/spc/chain.h"
#include "suites.h"
#include <math.h>

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

#define NEAR(x, y, within) ck_assert_double_eq_tol((x), (y), (within))

static struct alarm_asked ask(struct rule_profile *room, const char *rules, size_t n) {
    struct str wrong;
    const struct rule_profile *named = rule_profile_named(str_of(rules), false);
    ck_assert(named || rule_profile_read(str_of(rules), room, &wrong));
    return (struct alarm_asked){.profile = named ? named : room, .n = n, .limits = true};
}

static double run_length(const char *rules) {
    struct rule_profile room;
    struct alarm_asked asked = ask(&room, rules, 24);
    double error, length = alarm_run_length(&arena, &asked, &error);
    ck_assert(error == 0 || isnan(length));
    return length;
}

static struct alarm chance(const char *rules, size_t n) {
    struct rule_profile room;
    struct alarm_asked asked = ask(&room, rules, n);
    return alarm_of(&arena, &asked);
}

START_TEST(published_run_lengths) {
    NEAR(run_length("outside"), 370.40, 5e-3);
    NEAR(run_length("outside; 2 of 3 beyond 2"), 225.44, 5e-3);
    NEAR(run_length("outside; 4 of 5 beyond 1"), 166.05, 5e-3);
    NEAR(run_length("outside; shift 8"), 152.73, 5e-3);
    NEAR(run_length("outside; 2 of 3 beyond 2; 4 of 5 beyond 1"), 132.89, 5e-3);
    NEAR(run_length("outside; 2 of 3 beyond 2; shift 8"), 122.05, 5e-3);
    NEAR(run_length("outside; 4 of 5 beyond 1; shift 8"), 105.78, 5e-3);
    NEAR(run_length("western_electric"), 91.75, 5e-3);
    NEAR(run_length("shift 8"), 255, 1e-9); /* 2^8 - 1 */
    ck_assert(isnan(run_length("anhoej"))); /* its rules grow with the number of points */
    ck_assert(isnan(run_length("outside; runs")));
}
END_TEST

START_TEST(exact_chances) {
    static const struct {
        const char *rules;
        double at20, at24, at100;
    } chains[] = {{"outside", 0.05263321, 0.06282264, 0.2368836},
                  {"outside; 2 of 3 beyond 2", 0.08215954, 0.09837724, 0.35742979},
                  {"outside; 4 of 5 beyond 1", 0.10400014, 0.12563077, 0.45040038},
                  {"outside; shift 8", 0.10415322, 0.12794582, 0.47708761},
                  {"outside; 4 of 5 beyond 1; shift 8", 0.14902893, 0.18180819, 0.61209812},
                  {"western_electric", 0.17256097, 0.20928252, 0.66623312}};
    for (size_t i = 0; i < COUNT_OF(chains); i++) {
        NEAR(chance(chains[i].rules, 20).chance, chains[i].at20, 1e-8);
        NEAR(chance(chains[i].rules, 24).chance, chains[i].at24, 1e-8);
        NEAR(chance(chains[i].rules, 100).chance, chains[i].at100, 1e-8);
        ck_assert_int_eq(chance(chains[i].rules, 24).way, ALARM_EXACT);
    }
    /* by simulation */
    NEAR(chance("wheeler", 24).chance, 0.15285, 0.0025);
    NEAR(chance("wheeler", 50).chance, 0.31413, 0.0025);
    NEAR(chance("outside; shift 9; 2 of 3 beyond 2; 4 of 5 beyond 1; 15 within 1; 8 beyond 1", 50)
             .chance,
         0.38834, 0.0025);
    /* Sides are independent of distances; and no 24 points make a shift of 25, which only has the
     * chance found by another way. */
    double runs = chance("anhoej", 24).chance, outside = chance("outside", 24).chance;
    NEAR(1 - (1 - chance("shift 25; anhoej", 24).chance) * (1 - outside), runs, 1e-12);
}
END_TEST

START_TEST(simulated_chances) {
    static const struct {
        const char *rules;
        double at12, at24, at50;
    } peers[] = {{"nelson", 0.09765, 0.24443, 0.48340},  {"montgomery", 0.10912, 0.27024, 0.52512},
                 {"ihi", 0.08678, 0.20742, 0.41749},     {"mdc", 0.09608, 0.21930, 0.43154},
                 {"trend 6", 0.01688, 0.04496, 0.10285}, {"14 alternating", 0, 0.02115, 0.06337}};
    for (size_t i = 0; i < COUNT_OF(peers); i++) {
        double expected[] = {peers[i].at12, peers[i].at24, peers[i].at50};
        for (size_t k = 0; k < 3; k++) {
            struct alarm x = chance(peers[i].rules, (size_t[]){12, 24, 50}[k]);
            ck_assert_int_eq(x.way, ALARM_SIMULATED);
            NEAR(x.chance, expected[k], 4 * hypot(x.error, 0.0008));
            ck_assert(x.error < 0.004 && x.series >= 8000);
        }
    }
    struct alarm again = chance("nelson", 24);
    ck_assert_double_eq(again.chance, chance("nelson", 24).chance);
}
END_TEST

START_TEST(run_charts) {
    struct alarm_asked asked = {
        .profile = rule_profile_named(STR("ihi"), true), .n = 24, .median = true};
    struct alarm x = alarm_of(&arena, &asked);
    NEAR(x.chance, 0.36934, 4 * hypot(x.error, 0.0008)); /* NumPy */
    asked.profile = rule_profile_named(STR("shewhart"), true);
    ck_assert_double_eq(alarm_of(&arena, &asked).chance, 0); /* limits, and there are none */
    /* A run of 8 or more of 24 about the median: by counting, as below. */
    asked.profile = rule_profile_named(STR("western_electric"), true);
    asked.n = 16;
    /* Of 8 above and 8 below only the orders with all of one side together: 2 + 14 of 12870, less
     * those counted twice. Above together leaves 9 places, below together 9, both together 2. */
    NEAR(alarm_of(&arena, &asked).chance, (9 + 9 - 2) / 12870.0, 1e-12);
}
END_TEST

START_TEST(what_cannot_be_told) {
    ck_assert(isnan(chance("nelson", ALARM_MOST + 1).chance));
    ck_assert_int_eq(chance("nelson", ALARM_MOST + 1).way, ALARM_UNKNOWN);
    ck_assert_double_eq(chance("nelson", 0).chance, 0);
    NEAR(chance("western_electric", 1000000).chance, 1, 1e-12);
    NEAR(chance("shift 200", 100000).chance, 0, 1e-12);           /* 100000 / 2^200 */
    struct alarm wide = chance("outside; 10 of 32 beyond 1", 24); /* too many states */
    ck_assert_int_eq(wide.way, ALARM_SIMULATED);
    ck_assert(wide.chance > chance("outside", 24).chance - 4 * wide.error);
    alloc_init(&memory, NULL, NULL, 1000);
    ck_assert(isnan(chance("nelson", 24).chance));
}
END_TEST

START_TEST(kept_alarms) {
    struct alarm_cache cache = {.n = 0};
    struct rule_profile room;
    struct alarm_asked asked = ask(&room, "western_electric", 24);
    double first = alarm_cached(&cache, &arena, &asked).chance;
    ck_assert_double_eq(alarm_cached(&cache, &arena, &asked).chance, first);
    ck_assert_uint_eq(cache.n, 1);
    asked = ask(&room, "outside; shift 7", 24);
    ck_assert(alarm_cached(&cache, &arena, &asked).chance != first);
    room.shift = 9; /* other rules in the same place */
    ck_assert(alarm_cached(&cache, &arena, &asked).chance < first);
    ck_assert_uint_eq(cache.n, 3);
    for (size_t n = 1; n <= 2 * ALARMS_KEPT; n++) {
        asked = ask(&room, "outside", n);
        ck_assert_double_eq(alarm_cached(&cache, &arena, &asked).chance,
                            chance("outside", n).chance);
    }
}
END_TEST

START_TEST(words) {
    char out[ALARM_WORDS];
    struct alarm x = {0.2453, 0.0017, ALARM_SIMULATED, 16666};
    size_t n = alarm_print(out, &x, 24);
    ck_assert_str_eq(out, "by chance alone a signal on 24.5 % of charts of 24 points (simulated, "
                          "+-0.17)");
    ck_assert_uint_eq(n, strlen(out));
    x = (struct alarm){0.0027, 0, ALARM_EXACT, 0};
    alarm_print(out, &x, 1);
    ck_assert_str_eq(out, "by chance alone a signal on 0.27 % of charts of 1 point");
    x.way = ALARM_UNKNOWN;
    ck_assert_uint_eq(alarm_print(out, &x, 1), 0);
}
END_TEST

Suite *alarm_suite(void) {
    Suite *suite = suite_create("alarm");
    TCase *t = tcase_create("alarm");
    tcase_add_checked_fixture(t, start, stop);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, published_run_lengths);
    tcase_add_test(t, exact_chances);
    tcase_add_test(t, simulated_chances);
    tcase_add_test(t, run_charts);
    tcase_add_test(t, what_cannot_be_told);
    tcase_add_test(t, kept_alarms);
    tcase_add_test(t, words);
    suite_add_tcase(suite, t);
    return suite;
}
