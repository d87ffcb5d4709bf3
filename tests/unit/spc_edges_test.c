/* Series that leave nothing to divide by: constant, two points, nothing, zero sizes, one huge
 * value; each for every kind of chart. */
#include "stdlib/spc/analyse.h"
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

enum { MOST = 30 };
static double value[MOST], count[MOST], size[MOST], spread[MOST];

static void fill(double x, double of, double varies) {
    for (int i = 0; i < MOST; i++) {
        value[i] = count[i] = x;
        size[i] = of;
        spread[i] = varies;
    }
}

static struct spc_result *judge(enum spc_kind kind, const char *rules, uint32_t n, bool screen) {
    struct rule_profile *own = arena_zero(&arena, sizeof *own);
    struct str wrong;
    struct spc_input in = {.kind = kind,
                           .points = {.n = n,
                                      .value = value,
                                      .count = count,
                                      .size = size,
                                      .spread = spread,
                                      .base_stop = n},
                           .profile = rule_profile_named(str_of(rules), kind == SPC_RUN),
                           .options = {.screen = screen, .centre = NAN, .sigma = NAN},
                           .low_bound = -(double)INFINITY,
                           .high_bound = (double)INFINITY};
    if (!in.profile) {
        ck_assert(rule_profile_read(str_of(rules), own, &wrong));
        in.profile = own;
    }
    struct spc_result *r = spc_analyse(&arena, &in);
    ck_assert_ptr_nonnull(r);
    return r;
}

static const char *const RULES[] = {"anhoej",
                                    "shewhart",
                                    "western_electric",
                                    "nelson",
                                    "montgomery",
                                    "ihi",
                                    "mdc",
                                    "wheeler",
                                    "outside; shift 3; trend 3; 2 of 3 beyond 2; 5 beyond 1; "
                                    "5 alternating"};

/* Sigma comes from how far neighbours are apart, not from what chance would have of such counts. */
static bool single_values(enum spc_kind kind) {
    return kind == SPC_RUN || kind == SPC_XMR || kind == SPC_MR || kind == SPC_I_PRIME ||
           kind == SPC_XBAR || kind == SPC_P_PRIME || kind == SPC_U_PRIME || kind == SPC_T ||
           kind == SPC_EWMA || kind == SPC_MA;
}

/* Values that no binary number is, so that the mean is not quite one of them. Nothing changes, so
 * nothing is a signal; only counts that never vary are calmer than chance would have them, which
 * "15 within one sigma" says with reason. */
START_TEST(constant) {
    static const double values[] = {0, 0.1, 0.7, 1e-9, 1e15 / 3};
    for (int kind = 0; kind < SPC_KINDS; kind++) {
        for (size_t v = 0; v < COUNT_OF(values); v++) {
            bool share = spc_trait((enum spc_kind)kind)->at_most_one;
            fill(share && values[v] > 1 ? 1 : values[v], 4, 0);
            for (size_t k = 0; k < COUNT_OF(RULES); k++) {
                struct spc_result *r = judge((enum spc_kind)kind, RULES[k], MOST, k % 2);
                bool chance = !single_values((enum spc_kind)kind);
                for (uint32_t i = 0; i < MOST; i++) {
                    unsigned bits = r->completes[i] & ~(chance ? RULE_INNER : 0u);
                    ck_assert_msg(!bits, "%s of %g, %s: point %u has %x",
                                  spc_trait((enum spc_kind)kind)->name, values[v], RULES[k], i,
                                  bits);
                }
            }
        }
    }
}
END_TEST

/* What is drawn of a constant series is the constant; limits lie on it or about it. */
START_TEST(constant_lines) {
    for (int kind = 0; kind < SPC_KINDS; kind++) {
        bool sizes = spc_trait((enum spc_kind)kind)->needs == NEEDS_COUNTS_OF_SIZES;
        fill(0.5, 4, 0);
        struct spc_result *r = judge((enum spc_kind)kind, "anhoej", MOST, false);
        const struct spc_phase *phase = spc_last_phase(r);
        uint32_t last = MOST - 1;
        double level = kind == SPC_MR ? 0 : sizes && kind != SPC_NP ? 0.125 : 0.5;
        const char *name = spc_trait((enum spc_kind)kind)->name;
        ck_assert_msg(fabs(r->lines.value[last] - level) < 1e-12, "%s: %g", name,
                      r->lines.value[last]);
        ck_assert_msg(fabs(r->lines.centre[last] - level) < 1e-12, "%s: %g", name,
                      r->lines.centre[last]);
        ck_assert_uint_eq(r->nsignals, 0);
        if (phase->has_limits) {
            ck_assert(r->lower[last] <= r->lines.centre[last] + 1e-12);
            ck_assert(r->upper[last] >= r->lines.centre[last] - 1e-12);
        }
    }
}
END_TEST

START_TEST(two_points) {
    for (int kind = 0; kind < SPC_KINDS; kind++) {
        fill(0.25, 4, 1);
        value[1] = count[1] = 0.5;
        struct spc_result *r = judge((enum spc_kind)kind, "nelson", 2, true);
        ck_assert(!spc_last_phase(r)->has_limits);
        ck_assert(isnan(r->upper[0]) && isnan(r->lower[1]));
        ck_assert_uint_eq(r->nsignals, 0);
        ck_assert_uint_gt(spc_caution(&arena, r).n, 0);
    }
}
END_TEST

static void expect_nothing(const struct spc_result *r) {
    ck_assert_uint_eq(r->present, 0);
    ck_assert_uint_eq(r->nsignals, 0);
    ck_assert(!spc_last_phase(r)->has_limits);
    ck_assert_msg(isnan(spc_last_centre(r)), "%s: %g", spc_trait(r->kind)->name,
                  spc_last_centre(r));
    for (size_t i = 0; i < r->n; i++) {
        ck_assert(isnan(r->lines.value[i]) && isnan(r->upper[i]) && isnan(r->lower[i]));
    }
}

START_TEST(all_missing) {
    for (int kind = 0; kind < SPC_KINDS; kind++) {
        for (size_t k = 0; k < COUNT_OF(RULES); k++) {
            fill(NAN, NAN, NAN);
            expect_nothing(judge((enum spc_kind)kind, RULES[k], MOST, true));
            expect_nothing(judge((enum spc_kind)kind, RULES[k], 0, false));
        }
    }
}
END_TEST

/* A group of none has no share; it keeps its place and says nothing. */
START_TEST(zero_sizes) {
    for (int kind = 0; kind < SPC_KINDS; kind++) {
        if (spc_trait((enum spc_kind)kind)->needs != NEEDS_COUNTS_OF_SIZES) {
            continue;
        }
        fill(0, 0, 0);
        expect_nothing(judge((enum spc_kind)kind, "nelson", MOST, false));
        fill(2, 10, 0);
        for (int i = 0; i < MOST; i += 2) {
            count[i] = 3;
        }
        size[7] = 0;
        count[7] = 0;
        struct spc_result *r = judge((enum spc_kind)kind, "anhoej", MOST, false);
        ck_assert_uint_eq(r->present, MOST - 1);
        ck_assert(isnan(r->lines.value[7]) && isnan(r->upper[7]));
        ck_assert(!isnan(r->lines.value[8]));
        ck_assert_uint_eq(r->nsignals, 0);
        double mean = (kind == SPC_NP ? 10 : 1) * (15 * 3 + 14 * 2) / 290.0;
        ck_assert_double_eq_tol(r->lines.centre[8], mean, 1e-12);
    }
}
END_TEST

/* One value beyond all others: every number stays a number, and nobody else is blamed. */
START_TEST(one_huge_value) {
    static const double huge[] = {1e6, 1e100, 1e300};
    for (int kind = 0; kind < SPC_KINDS; kind++) {
        for (size_t v = 0; v < COUNT_OF(huge); v++) {
            bool share = spc_trait((enum spc_kind)kind)->at_most_one;
            fill(1, 100, 1);
            for (int i = 0; i < MOST; i += 2) {
                value[i] = count[i] = 2;
            }
            value[20] = share ? 1 : huge[v];
            count[20] = share ? 100 : huge[v];
            struct spc_result *r = judge((enum spc_kind)kind, "shewhart", MOST, false);
            for (uint32_t i = 1; i < MOST; i++) {
                ck_assert_msg(isfinite(r->lines.value[i]) && isfinite(r->lines.centre[i]),
                              "%s of %g, point %u", spc_trait((enum spc_kind)kind)->name, huge[v],
                              i);
                ck_assert(kind == SPC_RUN || !isnan(r->upper[i]));
            }
        }
    }
}
END_TEST

Suite *spc_edges_suite(void) {
    Suite *suite = suite_create("spc_edges");
    TCase *t = tcase_create("spc_edges");
    tcase_add_checked_fixture(t, start, stop);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, constant);
    tcase_add_test(t, constant_lines);
    tcase_add_test(t, two_points);
    tcase_add_test(t, all_missing);
    tcase_add_test(t, zero_sizes);
    tcase_add_test(t, one_huge_value);
    suite_add_tcase(suite, t);
    return suite;
}
