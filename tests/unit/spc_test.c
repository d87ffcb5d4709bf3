/* Runs, limits and rules. Expected values: enumeration of all series, sums by hand, published
 * tables, and other programs' results where that data is at hand. */
#include "base/day.h"
#include "stdlib/stats/middle.h"
#include "stdlib/spc/bind_read.h"
#include "stdlib/spc/constants.h"
#include "stdlib/spc/moving.h"
#include "base/distribution.h"
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

#define CLOSE(x, y) ck_assert_double_eq_tol((x), (y), 1e-9)

/* ---- runs ---- */

START_TEST(limits_of_runs) {
    /* n, longest run, fewest crossings: Anhoej and Olesen 2014. */
    static const size_t known[][3] = {{10, 6, 2},  {12, 7, 3},   {16, 7, 4},  {20, 7, 6},
                                      {24, 8, 8},  {30, 8, 10},  {40, 8, 14}, {50, 9, 19},
                                      {60, 9, 23}, {100, 10, 41}};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        ck_assert_uint_eq(runs_longest_limit(known[i][0]), known[i][1]);
        ck_assert_uint_eq(runs_crossings_limit(known[i][0]), known[i][2]);
    }
    ck_assert_uint_eq(runs_crossings_limit(1600), 767); /* exact integer arithmetic */
    for (size_t n = 2; n < 100; n++) {
        double limit = binomial_quantile(0.05, (double)n - 1, 0.5);
        ck_assert_uint_eq(runs_crossings_limit(n), (size_t)limit);
        ck_assert_uint_eq(runs_longest_limit(n), (size_t)(round(log2((double)n)) + 3));
    }
}
END_TEST

START_TEST(counting_runs) {
    /* Centre 5: sides + + . - - - (5 is on it) - + + */
    static const double x[] = {6, 7, NAN, 4, 3, 5, 1, 2, 9, 8};
    struct runs r;
    double centre[COUNT_OF(x)];
    for (size_t i = 0; i < COUNT_OF(x); i++) {
        centre[i] = 5;
    }
    runs_count(x, centre, NULL, COUNT_OF(x), &r);
    ck_assert_uint_eq(r.useful, 8);
    ck_assert_uint_eq(r.above, 4);
    ck_assert_uint_eq(r.longest, 4);
    ck_assert_uint_eq(r.from, 3);
    ck_assert_uint_eq(r.to, 7);
    ck_assert_uint_eq(r.crossings, 2);
    ck_assert(!r.long_run && !r.few_crossings); /* eight points are too few to judge */
    ck_assert_int_eq(runs_side(0.1 + 0.2, 0.3), 0);
}
END_TEST

START_TEST(medians) {
    static const double odd[] = {3, NAN, 1, 2}, even[] = {4, 1, 3, 2}, none[] = {NAN};
    CLOSE(stats_median(&arena, odd, 4), 2);
    CLOSE(stats_median(&arena, even, 4), 2.5);
    ck_assert(isnan(stats_median(&arena, none, 1)));
}
END_TEST

/* Longest run and crossings of the n lowest bits. */
static void runs_of_bits(unsigned bits, unsigned n, size_t *longest, size_t *crossings) {
    size_t length = 1;
    *longest = 1;
    *crossings = 0;
    for (unsigned i = 1; i < n; i++) {
        bool same = (bits >> i & 1) == (bits >> (i - 1) & 1);
        length = same ? length + 1 : 1;
        *crossings += !same;
        *longest = length > *longest ? length : *longest;
    }
}

static unsigned ones(unsigned bits) {
    unsigned n = 0;
    for (; bits; bits &= bits - 1) {
        n++;
    }
    return n;
}

/* Counts signals among all series of n points; `above` > n: any number of them above. */
static double enumerate(unsigned n, unsigned above, size_t longest, size_t crossings) {
    double signals = 0, all = 0;
    for (unsigned bits = 0; bits < 1u << n; bits++) {
        size_t run, crossed;
        if (above <= n && ones(bits) != above) {
            continue;
        }
        runs_of_bits(bits, n, &run, &crossed);
        signals += run > longest || crossed < crossings;
        all++;
    }
    return signals / all;
}

START_TEST(chances_by_enumeration) {
    for (unsigned n = 2; n <= 11; n++) {
        for (size_t longest = 1; longest <= n; longest += 2) {
            for (size_t crossings = 0; crossings < n; crossings += 2) {
                CLOSE(runs_chance(&arena, n, longest, crossings),
                      enumerate(n, n + 1, longest, crossings));
                for (unsigned above = 1; above < n; above += 3) {
                    CLOSE(runs_chance_split(&arena, above, n - above, longest, crossings),
                          enumerate(n, above, longest, crossings));
                }
            }
        }
    }
}
END_TEST

START_TEST(chances_at_length) {
    /* 24 points: one series in fifteen about a known centre, one in 32 about its median. */
    ck_assert_double_eq_tol(runs_chance(&arena, 24, 8, 8), 0.066, 5e-4);
    ck_assert_double_eq_tol(runs_chance_split(&arena, 12, 12, 8, 8), 0.031, 5e-4);
    CLOSE(runs_chance(&arena, 10, 6, 0), 0.0390625);
    double many =
        runs_chance_split(&arena, 500, 500, runs_longest_limit(1000), runs_crossings_limit(1000));
    ck_assert(many > 0.02 && many < 0.12);
    ck_assert(isnan(runs_chance(&arena, RUNS_EXACT_MOST + 1, 5, 5)));
}
END_TEST

/* ---- limits ---- */

static double drawn[6][64];
static struct spc_basis basis;

static struct spc_lines lines_of(void) {
    return (struct spc_lines){drawn[0], drawn[1], drawn[2], drawn[3], drawn[4], drawn[5]};
}

static struct spc_options options(void) {
    return (struct spc_options){.centre = NAN, .sigma = NAN};
}

static bool limits(enum spc_kind kind, struct spc_points p, struct spc_options o) {
    struct spc_lines lines = lines_of();
    p.base_stop = p.base_stop ? p.base_stop : p.n;
    return spc_limits_of(kind, &p, &o, &lines, &basis);
}

START_TEST(individuals) {
    static const double x[] = {10, 12, 11, NAN, 13, 15};
    ck_assert(limits(SPC_XMR, (struct spc_points){.n = 6, .value = x}, options()));
    CLOSE(basis.centre, 61.0 / 5);
    ck_assert_uint_eq(basis.ranges, 3); /* 2, 1, 2: none across the gap */
    CLOSE(basis.mean_range, 5.0 / 3);
    CLOSE(basis.sigma, 5.0 / 3 / 1.128);
    ck_assert(!limits(SPC_XMR, (struct spc_points){.n = 2, .value = x + 2}, options()));
    struct spc_options exact = options();
    exact.constant = SPC_EXACT;
    ck_assert(limits(SPC_XMR, (struct spc_points){.n = 6, .value = x}, exact));
    CLOSE(basis.sigma, 5.0 / 3 * sqrt(acos(-1)) / 2);
    /* A ghost takes both its ranges with it, and is drawn all the same. */
    static const uint8_t ghost[] = {0, 1, 0, 0, 0, 0};
    ck_assert(limits(SPC_XMR, (struct spc_points){.n = 6, .value = x, .ghost = ghost}, options()));
    ck_assert_uint_eq(basis.ranges, 1);
    CLOSE(basis.centre, 49.0 / 4);
    CLOSE(drawn[0][1], 12);
}
END_TEST

START_TEST(constants_by_published_limits) {
    /* 40 weeks of a city's attendance: mean 88.4957, mean moving range 1.594415, published limits
     * 84.254557 and 92.736844: that is 2.66, neither 3/1.128 nor the exact value. */
    struct spc_options wheeler = {.constant = SPC_WHEELER}, table = {.constant = SPC_TABLE};
    double reach = 3 * spc_sigma_of_range(&wheeler, 1.594415);
    ck_assert_double_eq_tol(88.4957 - reach, 84.254557, 2e-6);
    ck_assert_double_eq_tol(88.4957 + reach, 92.736844, 2e-6);
    /* NIST's flow rates: mean 50.81, mean moving range 1.8778, limits 45.8159 and 55.8041: 3/1.128.
     */
    reach = 3 * spc_sigma_of_range(&table, 1.8778);
    ck_assert_double_eq_tol(50.81 - reach, 45.8159, 1e-4);
    ck_assert_double_eq_tol(50.81 + reach, 55.8041, 1e-4);
}
END_TEST

START_TEST(shares) {
    static const double count[] = {2, 4, 0, 1}, size[] = {10, 20, 0, 10};
    struct spc_points p = {.n = 4, .count = count, .size = size};
    ck_assert(limits(SPC_P, p, options()));
    CLOSE(basis.centre, 7.0 / 40);
    CLOSE(drawn[2][1], sqrt(0.175 * 0.825 / 20));
    ck_assert(isnan(drawn[2][2]) && isnan(drawn[4][2]));
    CLOSE(basis.least_expected, 1.75);
    p.n = 1;
    p.count = count + 2;
    p.size = size + 2;
    ck_assert(!limits(SPC_P, p, options()));
}
END_TEST

/* Integrals against closed forms and the published table (ASTM STP 15D, to its digits). */
START_TEST(constants) {
    double pi = acos(-1);
    ck_assert_double_eq_tol(spc_d2(2), 2 / sqrt(pi), 1e-12);
    ck_assert_double_eq_tol(spc_d2(3), 3 / sqrt(pi), 1e-12);
    ck_assert_double_eq_tol(spc_d3(2), sqrt(2 - 4 / pi), 1e-12);
    ck_assert_double_eq_tol(spc_d3(3), sqrt(2 + 3 * sqrt(3.0) / pi - 9 / pi), 1e-12);
    ck_assert_double_eq_tol(spc_c4(2), sqrt(2 / pi), 1e-14);
    ck_assert_double_eq_tol(spc_c4(3), sqrt(pi) / 2, 1e-14);
    ck_assert_double_eq_tol(spc_c4(1000), 0.99974978, 1e-8); /* lgamma alone would overflow */
    ck_assert_double_eq_tol(spc_d2(5), 2.326, 5e-4);
    ck_assert_double_eq_tol(spc_d3(5), 0.864, 5e-4);
    ck_assert_double_eq_tol(spc_d2(25), 3.931, 5e-4);
    /* R 4.2.2: adaptive integrals of the same distribution. */
    ck_assert_double_eq_tol(spc_d3(10), 0.7970506735194, 1e-10);
    ck_assert_double_eq_tol(spc_d3(75), 0.623630572824, 1e-10);
    ck_assert_double_eq_tol(spc_d3(100), 0.605179109484, 1e-10);
    ck_assert(isnan(spc_c4(1)) && isnan(spc_d2(1)) && isnan(spc_d3(0)));
}
END_TEST

START_TEST(values_a_kind_cannot_have) {
    static const double x[] = {3, -1, 0, 2, 5, (double)INFINITY, 4};
    struct spc_points p = {.n = 7, .value = x};
    limits(SPC_T, p, options());
    ck_assert_uint_eq(basis.impossible, 3); /* -1, 0 and what has no end */
    limits(SPC_G, p, options());
    ck_assert_uint_eq(basis.impossible, 2);
    limits(SPC_XMR, p, options());
    ck_assert_uint_eq(basis.impossible, 1);
}
END_TEST

/* One huge value does not spoil the averages after it. */
START_TEST(averages_forget) {
    static const double x[] = {1, 2, 1e300, 3, 1, 2, 3, NAN, 4};
    struct spc_options o = options();
    o.centre = 2;
    o.sigma = 1;
    limits(SPC_MA, (struct spc_points){.n = 9, .value = x}, o);
    CLOSE(drawn[0][0], 1);
    CLOSE(drawn[0][1], 1.5);
    CLOSE(drawn[0][5], 2);
    ck_assert(isnan(drawn[0][7]));
    CLOSE(drawn[0][8], 3); /* of 2, 3 and 4: the gap is passed over */
    CLOSE(drawn[4][0], 5);
    CLOSE(drawn[4][8], 2 + 3 / sqrt(3));
}
END_TEST

/* ---- rules ---- */

static struct signal found[64];
static uint16_t completes[64], members[64];
static struct judged judged = {.completes = completes, .members = members};

static void judge(const struct rule_profile *rules, const double *x, size_t n, double centre,
                  double sigma) {
    struct spc_lines l = lines_of();
    for (size_t i = 0; i < n; i++) {
        l.value[i] = x[i];
        l.centre[i] = centre;
        l.sigma[i] = sigma;
        l.z[i] = (x[i] - centre) / sigma;
        l.lower[i] = centre - 3 * sigma;
        l.upper[i] = centre + 3 * sigma;
    }
    rules_judge(rules, &l, n, NULL, &judged);
    signals_of(rules, &l, n, NULL, members, found);
}

/* The points, counted from 1, that complete a pattern. */
static void expect_completed(const char *rules, const double *x, size_t n, const char *points) {
    struct rule_profile own;
    struct str wrong;
    char text[256] = "";
    ck_assert(rule_profile_read(str_of(rules), &own, &wrong));
    judge(&own, x, n, 0, 1);
    for (size_t i = 0; i < n; i++) {
        if (completes[i]) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%zu", *text ? " " : "",
                     i + 1);
        }
    }
    ck_assert_str_eq(text, points);
}

/* Marks as a text: "." none, "o" outside, "r" run, "t" trend, "z" zone, "i", "x" outer, "a". */
static void expect_marks(const char *marks) {
    static const char letters[] = ".oortzixa";
    char text[65] = "";
    size_t n = strlen(marks);
    for (size_t i = 0; i < n; i++) {
        text[i] = letters[found[i].kind];
    }
    ck_assert_str_eq(text, marks);
}

START_TEST(outside_is_strict) {
    static const double x[] = {0, 3.2, -3.4, 3, -3};
    judge(rule_profile_named(STR("shewhart"), false), x, 5, 0, 1);
    expect_marks(".oo..");
    ck_assert_int_eq(found[1].kind, SIGNAL_ABOVE);
    ck_assert_int_eq(found[2].kind, SIGNAL_BELOW);
}
END_TEST

START_TEST(zones) {
    static const double two[] = {0, 2.5, 1, 2.6, 0}, split[] = {0, 2.5, 1, -2.6, 0};
    static const double four[] = {0, 1.2, 1.3, .2, 1.4, 1.5};
    const struct rule_profile *we = rule_profile_named(STR("we"), false);
    judge(we, two, 5, 0, 1);
    expect_marks(".z.z.");
    judge(we, split, 5, 0, 1);
    expect_marks(".....");
    judge(we, four, 6, 0, 1);
    expect_marks(".zz.zz");
}
END_TEST

START_TEST(runs_on_one_side) {
    double x[20];
    for (int i = 0; i < 20; i++) {
        x[i] = i < 9 ? 0.5 : i < 17 ? -0.5 : 0.5;
    }
    const struct rule_profile *nelson = rule_profile_named(STR("nelson"), false);
    struct rule_profile skipping = {.shift = 9};
    judge(nelson, x, 20, 0, 100);
    ck_assert_int_eq(found[0].kind, SIGNAL_RUN);
    ck_assert_uint_eq(found[8].length, 9);
    ck_assert_int_eq(found[9].kind == SIGNAL_RUN, false); /* eight below */
    x[4] = 0; /* on the centre: Nelson's run ends, others pass over it */
    judge(&(struct rule_profile){.shift = 8, .centre_breaks = true}, x, 20, 0, 100);
    expect_marks(".........rrrrrrrr...");
    skipping.shift = 8;
    judge(&skipping, x, 20, 0, 100);
    expect_marks("rrrr.rrrrrrrrrrrr...");
    ck_assert_uint_eq(found[0].length, 8);
}
END_TEST

START_TEST(trends) {
    static const double x[] = {1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1};
    struct rule_profile six = {.trend = 6}, eight = {.trend = 8, .ties_collapse = true};
    judge(&six, x, 14, 4, 100);
    expect_marks("tttttttttttttt");
    ck_assert(found[6].high && !found[7].high);
    judge(&eight, x, 14, 4, 100);
    expect_marks("..............");
}
END_TEST

START_TEST(stretches) {
    double inner[17], outer[8];
    for (int i = 0; i < 17; i++) {
        inner[i] = i < 16 ? 0.3 : 1.2;
    }
    for (int i = 0; i < 8; i++) {
        outer[i] = i % 2 ? -1.2 : 1.2;
    }
    judge(&(struct rule_profile){.inner = 15}, inner, 17, 0, 1);
    expect_marks("iiiiiiiiiiiiiiii.");
    judge(&(struct rule_profile){.outer = 8}, outer, 8, 0, 1);
    expect_marks("xxxxxxxx");
    judge(&(struct rule_profile){.alternating = 8}, outer, 8, 0, 1);
    expect_marks("aaaaaaaa");
    for (int i = 0; i < 8; i++) {
        outer[i] = 1.2;
    }
    judge(&(struct rule_profile){.outer = 8}, outer, 8, 0, 1);
    expect_marks("........");
}
END_TEST

/* Completing points as the sources of these rules have them. */
START_TEST(completing_points) {
    static const double two[] = {0, 2.5, 1, 2.6, 0}, four[] = {0, 1.2, 1.3, .2, 1.4, 1.5};
    static const double shift[] = {-1, -1, -1, -1, -1, -1, -1, -1, 1};
    static const double high[] = {2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 3.2};
    static const double trend[] = {1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1};
    static const double both[] = {0, 2.3, .4, 2.2, -2.4, -.2, -2.5};
    expect_completed("2 of 3 beyond 2", two, 5, "4");
    expect_completed("4 of 5 beyond 1", four, 6, "6");
    expect_completed("shift 8", shift, 9, "8");
    expect_completed("shift 8", high, 8, "8");
    expect_completed("4 of 5 beyond 1", high, 8, "5 6 7 8");
    expect_completed("2 of 3 beyond 2", high, 8, "3 4 5 6 7 8");
    expect_completed("outside", high, 8, "8");
    expect_completed("trend 6", trend, 14, "6 7 13 14");
    expect_completed("2 of 3 beyond 2", both, 7, "4 7");
}
END_TEST

START_TEST(own_rules) {
    struct rule_profile own;
    struct str wrong;
    ck_assert(rule_profile_read(STR("outside; shift 7, trend 6 ;2 of 3 beyond 2; 15 within 1; "
                                    "8 beyond 1; 14 alternating; anhoej; runs;"),
                                &own, &wrong));
    ck_assert(own.outside && own.anhoej && own.runs);
    ck_assert_uint_eq(own.shift, 7);
    ck_assert_uint_eq(own.trend, 6);
    ck_assert_uint_eq(own.zone[0].of, 3);
    ck_assert_uint_eq(own.inner, 15);
    ck_assert_uint_eq(own.outer, 8);
    ck_assert_uint_eq(own.alternating, 14);
    static const char *const none[] = {"",
                                       " ; ",
                                       "shift",
                                       "shift 1",
                                       "shift 999",
                                       "trend x",
                                       "3 of 2 beyond 2",
                                       "2 of 3 beyond 0",
                                       "2 of 40 beyond 1",
                                       "outside inside",
                                       "15 within 2",
                                       "a b c d e f g h"};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        ck_assert_msg(!rule_profile_read(str_of(none[i]), &own, &wrong), "%s", none[i]);
    }
}
END_TEST

/* Runs for so many points above and below that chance gives with 95 % (exact, by the counts of
 * Swed & Eisenhart; the same figures as in the literature on run charts, but for its misprints). */
START_TEST(runs_that_chance_gives) {
    static const size_t known[][3] = {{10, 3, 9},  {12, 4, 10},  {14, 4, 12},  {16, 5, 13},
                                      {18, 6, 14}, {20, 7, 15},  {22, 8, 16},  {24, 8, 18},
                                      {26, 9, 19}, {28, 10, 20}, {30, 11, 21}, {40, 15, 27}};
    size_t few, many;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        ck_assert(runs_acceptable(known[i][0] / 2, known[i][0] / 2, &few, &many));
        ck_assert_uint_eq(few, known[i][1]);
        ck_assert_uint_eq(many, known[i][2]);
    }
    ck_assert(!runs_acceptable(4, 5, &few, &many));
    ck_assert(!runs_acceptable(12, 0, &few, &many));
    ck_assert(runs_acceptable(11, 1, &few, &many)); /* 2 or 3 runs, and no other number can be */
    ck_assert_uint_eq(few, 2);
    ck_assert_uint_eq(many, 3);
}
END_TEST

START_TEST(signal_words) {
    char text[64];
    signal_print(text, rule_profile_named(STR("nelson"), false),
                 &(struct signal){SIGNAL_RUN, 9, true});
    ck_assert_str_eq(text, "run of 9 on one side");
    signal_print(text, rule_profile_named(STR("nelson"), false),
                 &(struct signal){SIGNAL_BELOW, 1, false});
    ck_assert_str_eq(text, "below lower limit");
    signal_print(text, rule_profile_named(STR("nelson"), false),
                 &(struct signal){SIGNAL_NONE, 0, false});
    ck_assert_str_eq(text, "");
}
END_TEST

/* ---- a whole series ---- */

static struct spc_input input_of(const double *x, size_t n, enum spc_kind kind) {
    return (struct spc_input){.points = {.n = n, .value = x, .base_stop = n},
                              .kind = kind,
                              .profile = rule_profile_named(STR("anhoej"), kind == SPC_RUN),
                              .options = options(),
                              .low_bound = -(double)INFINITY,
                              .high_bound = (double)INFINITY};
}

START_TEST(looks_by_themselves) {
    for (size_t n = 2; n <= 60; n += 7) {
        for (size_t k = 1; k <= n; k++) {
            ck_assert_double_eq_tol(runs_chance_longest(&arena, n, k),
                                    runs_chance(&arena, n, k - 1, 0), 1e-14);
            ck_assert_double_eq_tol(runs_chance_crossings(n, k - 1), runs_chance(&arena, n, n, k),
                                    1e-14);
        }
    }
    /* All of 200 on one side: 2 of 2^200; all but the first: 2 more. */
    ck_assert_double_eq_tol(runs_chance_longest(&arena, 200, 200) * ldexp(1, 199), 1, 1e-12);
    ck_assert_double_eq_tol(runs_chance_longest(&arena, 200, 199) * ldexp(1, 199), 3, 1e-12);
    ck_assert_double_eq_tol(runs_chance_crossings(200, 0) * ldexp(1, 199), 1, 1e-12);
    ck_assert_double_eq(runs_chance_longest(&arena, 5, 6), 0);
}
END_TEST

START_TEST(a_shift_is_found) {
    /* Twelve about 10, then twelve about 20: one crossing, two runs of twelve. */
    double x[24];
    for (int i = 0; i < 24; i++) {
        x[i] = (i < 12 ? 10 : 20) + i % 3;
    }
    struct spc_input in = input_of(x, 24, SPC_RUN);
    struct spc_result *r = spc_analyse(&arena, &in);
    const struct spc_phase *phase = spc_last_phase(r);
    ck_assert(phase->runs.long_run && phase->runs.few_crossings);
    ck_assert_uint_eq(r->nsignals, 12);
    ck_assert_int_eq(r->signals[0].kind, SIGNAL_RUN);
    ck_assert(isnan(r->upper[0]));
    struct alarm_asked asked;
    ck_assert(spc_alarm_asked(r, phase, &asked) && asked.median);
    ck_assert_double_eq_tol(alarm_of(&arena, &asked).chance, 0.031, 5e-4);
}
END_TEST

START_TEST(few_points_have_no_limits) {
    static const double x[] = {1, 2, 1, 2, 1, 2};
    struct spc_input in = input_of(x, 5, SPC_XMR);
    struct spc_result *r = spc_analyse(&arena, &in);
    ck_assert(!r->phases[0].has_limits && isnan(r->upper[0]));
    ck_assert(spc_caution(&arena, r).n > 0);
    in.points.n = in.points.base_stop = 6;
    in.options.constant = SPC_WHEELER;
    r = spc_analyse(&arena, &in);
    ck_assert(r->phases[0].has_limits);
    CLOSE(r->upper[5], 1.5 + 2.66);
    CLOSE(r->lower[0], 1.5 - 2.66);
}
END_TEST

START_TEST(a_constant_series_is_calm) {
    static const double x[] = {4, 4, 4, 4, 4, 4, 4, 4};
    struct spc_input in = input_of(x, 8, SPC_XMR);
    struct spc_result *r = spc_analyse(&arena, &in);
    ck_assert_uint_eq(r->nsignals, 0);
    CLOSE(r->upper[3], 4);
}
END_TEST

/* Two phases have two centres, and the first is made from its base alone. */
START_TEST(phases) {
    static const double x[] = {1, 2, 1, 2, 1, 2, 9, 11, 12, 11, 12, 11, 12};
    static const size_t starts[] = {0, 7};
    struct spc_input in = input_of(x, 13, SPC_XMR);
    in.phase_starts = starts;
    in.nphases = 2;
    in.points.base_stop = 6;
    struct spc_result *r = spc_analyse(&arena, &in);
    ck_assert_uint_eq(r->nphases, 2);
    CLOSE(r->lines.centre[6], 1.5);
    CLOSE(r->lines.centre[7], 11.5);
    CLOSE(spc_last_centre(r), 11.5);
    ck_assert_int_eq(r->signals[6].kind, SIGNAL_ABOVE);
    ck_assert_uint_eq(r->nsignals, 1);
    ck_assert_uint_eq(r->present, 13);
}
END_TEST

START_TEST(no_memory_is_told) {
    static const double x[] = {1, 2, 1, 5, 1, 2, 4, 3};
    struct spc_input in = input_of(x, 8, SPC_XMR);
    bool done = false;
    for (uint64_t at = 1; !done; at++) {
        struct alloc small;
        struct arena a;
        alloc_init(&small, NULL, NULL, 0);
        small.fail_at = at;
        arena_init(&a, &small);
        done = spc_analyse(&a, &in) != NULL;
        arena_free(&a);
        ck_assert_uint_eq(small.used, 0);
        ck_assert(at < 100);
    }
}
END_TEST

/* ---- reading relations ---- */

static struct types types;
static struct frame *frame;

static void frame_of(const struct field *fields, uint32_t n, uint32_t rows) {
    types_init(&types, &arena);
    frame = frame_new(&memory, type_relation(&types, fields, n, NULL, 0));
    ck_assert(frame && frame_reserve(frame, rows));
    frame->n = rows;
}

static void frame_end(void) {
    frame_drop(frame);
    types_free(&types);
}

static const struct type *kind(enum type_kind k) {
    static struct type made[TY_ANY + 1];
    made[k] = (struct type){.kind = k, .nullable = true};
    return &made[k];
}

static bool read_frame(struct spc_table *t) {
    struct calendar calendar = CALENDAR_DEFAULT;
    return spc_read(&arena, &calendar, frame, &(struct spc_reading){.timed = true}, t);
}

START_TEST(reading_series) {
    struct field fields[] = {{STR("school"), kind(TY_TEXT)},
                             {STR("period"), kind(TY_PERIOD)},
                             {STR("n"), kind(TY_INT)},
                             {STR("d"), kind(TY_INT)},
                             {STR("value"), kind(TY_SHARE)}};
    static const int64_t months[] = {24002, 24000, 24001, 24000};
    static const int64_t n[] = {3, 1, 0, 5}, d[] = {10, 10, 0, 20};
    struct spc_table t;
    frame_of(fields, 5, 4);
    for (uint32_t i = 0; i < 4; i++) {
        frame->columns[0].t[i] = frame_text(frame, i < 3 ? STR("A") : STR("B"));
        frame->columns[1].i[i] = period_pack(GRAIN_MONTH, months[i]);
        frame->columns[2].i[i] = frame->columns[4].i[i] = n[i];
        frame->columns[3].i[i] = frame->columns[4].d[i] = d[i];
    }
    ck_assert(read_frame(&t));
    ck_assert_uint_eq(t.nseries, 2);
    ck_assert(t.has_counts && t.share && t.grain == GRAIN_MONTH);
    ck_assert(str_is(t.series[1].name, "B"));
    ck_assert_int_eq(spc_fitting_kind(&t), SPC_P);
    CLOSE(t.series[0].value[0], 0.1); /* put in order of time */
    ck_assert(isnan(t.series[0].value[1]));
    CLOSE(t.series[0].value[2], 0.3);
    frame->columns[1].i[2] = period_pack(GRAIN_MONTH, 24000);
    ck_assert(!read_frame(&t));
    ck_assert(str_is(t.problem, "several rows are of 2000-01 and A"));
    frame_end();
}
END_TEST

START_TEST(reading_days) {
    struct field fields[] = {{STR("day"), kind(TY_DATE)}, {STR("pct"), kind(TY_FLOAT)}};
    struct spc_table t;
    int64_t friday = day_of((struct ymd){2025, 9, 5});
    frame_of(fields, 2, 4);
    ck_assert(column_states(&memory, &frame->columns[1]));
    for (uint32_t i = 0; i < 4; i++) {
        frame->columns[0].i[i] = friday + i;
        frame->columns[1].f[i] = 90;
        frame->columns[1].state[i] = i == 0 ? PRESENT : MISSING;
    }
    frame->columns[1].state[3] = SUPPRESSED;
    ck_assert(read_frame(&t));
    ck_assert_uint_eq(t.series[0].n, 2); /* Friday and Monday */
    ck_assert_uint_eq(t.suppressed, 1);
    ck_assert(isnan(t.series[0].value[1]));
    ck_assert(!t.has_counts);
    frame_end();
}
END_TEST

START_TEST(unfit_relations) {
    const struct spc_reading untimed = {.timed = false};
    struct field two[] = {
        {STR("day"), kind(TY_DATE)}, {STR("a"), kind(TY_FLOAT)}, {STR("b"), kind(TY_INT)}};
    struct field timeless[] = {{STR("batch"), kind(TY_INT)}, {STR("flow"), kind(TY_FLOAT)}};
    struct calendar calendar = CALENDAR_DEFAULT;
    struct spc_table t;
    frame_of(two, 3, 1);
    ck_assert(!read_frame(&t));
    ck_assert(str_is(t.problem, "`a` and `b` are both numbers"));
    frame_end();
    frame_of(timeless, 2, 0);
    ck_assert(spc_read(&arena, &calendar, frame, &untimed, &t));
    ck_assert_uint_eq(t.nseries, 1);
    ck_assert_uint_eq(t.series[0].n, 0);
    frame_end();
    frame_of(timeless, 2, 3);
    ck_assert(!read_frame(&t));
    ck_assert(t.help.n > 0);
    ck_assert(spc_read(&arena, &calendar, frame, &untimed, &t));
    ck_assert_int_eq(t.series[0].at[2], 2);
    frame_end();
}
END_TEST

/* ---- other programs' results, where they are at hand ---- */

START_TEST(data_exact_chances) {
    struct table_file t;
    if (!table_read(&arena, "spc_oracles/runs_exact.csv", &t)) {
        return;
    }
    ck_assert_uint_gt(t.n, 50);
    for (uint32_t i = 0; i < t.n; i++) {
        size_t n = (size_t)table_number(&t, i, "n");
        size_t longest = runs_longest_limit(n), crossings = runs_crossings_limit(n);
        ck_assert_uint_eq(longest, (size_t)table_number(&t, i, "anhoej_L_max"));
        ck_assert_uint_eq(crossings, (size_t)table_number(&t, i, "anhoej_C_min"));
        CLOSE(runs_chance(&arena, n, longest, crossings), table_number(&t, i, "iid_P_signal"));
        CLOSE(runs_chance(&arena, n, 8, 0), table_number(&t, i, "P_run_ge9"));
        if (n % 2 == 0) {
            CLOSE(runs_chance_split(&arena, n / 2, n / 2, longest, crossings),
                  table_number(&t, i, "med_P_signal"));
        }
    }
}
END_TEST

/* A file of expected limits, one row a point. */
static void compare_with(const char *path, enum spc_kind k, bool counts) {
    struct table_file t;
    if (!table_read(&arena, path, &t)) {
        return;
    }
    double *x = ARENA_ARRAY(&arena, double, t.n);
    double *count = ARENA_ARRAY(&arena, double, t.n), *size = ARENA_ARRAY(&arena, double, t.n);
    for (uint32_t i = 0; i < t.n; i++) {
        x[i] = table_number(&t, i, "y");
        size[i] = counts ? table_number(&t, i, "n") : 0;
        count[i] = round(x[i] * size[i]);
    }
    struct spc_input in = input_of(x, t.n, k);
    in.points.count = count;
    in.points.size = size;
    in.low_bound = counts ? 0 : in.low_bound;
    in.high_bound = counts ? 1 : in.high_bound;
    struct spc_result *r = spc_analyse(&arena, &in);
    const struct runs *runs = &spc_last_phase(r)->runs;
    ck_assert_uint_eq(runs->useful, (size_t)table_number(&t, 0, "n.useful"));
    ck_assert_uint_eq(runs->longest, (size_t)table_number(&t, 0, "longest.run"));
    ck_assert_uint_eq(runs->crossings, (size_t)table_number(&t, 0, "n.crossings"));
    ck_assert_uint_eq(runs->longest_limit, (size_t)table_number(&t, 0, "longest.run.max"));
    ck_assert_uint_eq(runs->crossings_limit, (size_t)table_number(&t, 0, "n.crossings.min"));
    for (uint32_t i = 0; i < t.n; i++) {
        CLOSE(r->lines.centre[i], table_number(&t, i, "cl"));
        if (k != SPC_RUN) {
            CLOSE(r->lower[i], table_number(&t, i, "lcl"));
            CLOSE(r->upper[i], table_number(&t, i, "ucl"));
        }
    }
}

START_TEST(data_limits) {
    compare_with("qicharts2_data/expected/cdi_run.csv", SPC_RUN, false);
    compare_with("qicharts2_data/expected/cabg_p_readmission.csv", SPC_P, true);
    compare_with("qicharts2_data/expected/cabg_p_death.csv", SPC_P, true);
}
END_TEST

/* Individuals without screening of moving ranges, among the cases of one file. */
static void compare_individuals(const struct table_file *t, const char *name) {
    double x[100];
    uint32_t rows[100], n = 0;
    for (uint32_t i = 0; i < t->n && n < 100; i++) {
        if (str_is(table_text(t, i, "case"), name) &&
            str_is(table_text(t, i, "screened_mr"), "FALSE")) {
            x[n] = table_number(t, i, "y");
            rows[n++] = i;
        }
    }
    ck_assert_uint_gt(n, 10);
    struct spc_input in = input_of(x, n, SPC_XMR);
    struct spc_result *r = spc_analyse(&arena, &in);
    for (uint32_t i = 0; i < n; i++) {
        CLOSE(r->lines.centre[i], table_number(t, rows[i], "cl"));
        CLOSE(r->lower[i], table_number(t, rows[i], "lcl"));
        CLOSE(r->upper[i], table_number(t, rows[i], "ucl"));
        bool out = r->signals[i].kind == SIGNAL_BELOW || r->signals[i].kind == SIGNAL_ABOVE;
        ck_assert_int_eq(out, str_is(table_text(t, rows[i], "sigma_signal"), "TRUE"));
    }
}

START_TEST(data_individuals) {
    struct table_file t;
    if (table_read(&arena, "spc_oracles/qicharts2_expected.csv", &t)) {
        compare_individuals(&t, "cdi_i");
        compare_individuals(&t, "nhs_i");
    }
}
END_TEST

START_TEST(data_handbook) {
    struct table_file t;
    double x[16];
    if (!table_read(&arena, "nist_spc/flowrate_individuals.csv", &t)) {
        return;
    }
    for (uint32_t i = 0; i < t.n; i++) {
        x[i] = table_number(&t, i, "flowrate");
    }
    ck_assert(limits(SPC_XMR, (struct spc_points){.n = t.n, .value = x}, options()));
    ck_assert_double_eq_tol(basis.centre, 50.81, 1e-9);
    ck_assert_double_eq_tol(drawn[3][0], 45.8159, 1e-3);
    ck_assert_double_eq_tol(drawn[4][0], 55.8041, 1e-3);
}
END_TEST

Suite *spc_suite(void) {
    Suite *suite = suite_create("spc");
    TCase *t = tcase_create("spc");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, limits_of_runs);
    tcase_add_test(t, counting_runs);
    tcase_add_test(t, medians);
    tcase_add_test(t, chances_by_enumeration);
    tcase_add_test(t, chances_at_length);
    tcase_add_test(t, individuals);
    tcase_add_test(t, constants_by_published_limits);
    tcase_add_test(t, shares);
    tcase_add_test(t, constants);
    tcase_add_test(t, values_a_kind_cannot_have);
    tcase_add_test(t, averages_forget);
    tcase_add_test(t, completing_points);
    tcase_add_test(t, own_rules);
    tcase_add_test(t, runs_that_chance_gives);
    tcase_add_test(t, phases);
    tcase_add_test(t, outside_is_strict);
    tcase_add_test(t, zones);
    tcase_add_test(t, runs_on_one_side);
    tcase_add_test(t, trends);
    tcase_add_test(t, stretches);
    tcase_add_test(t, signal_words);
    tcase_add_test(t, looks_by_themselves);
    tcase_add_test(t, a_shift_is_found);
    tcase_add_test(t, few_points_have_no_limits);
    tcase_add_test(t, a_constant_series_is_calm);
    tcase_add_test(t, no_memory_is_told);
    tcase_add_test(t, reading_series);
    tcase_add_test(t, reading_days);
    tcase_add_test(t, unfit_relations);
    tcase_add_test(t, data_exact_chances);
    tcase_add_test(t, data_limits);
    tcase_add_test(t, data_individuals);
    tcase_add_test(t, data_handbook);
    suite_add_tcase(suite, t);
    return suite;
}
