/* Sums, capability, funnels, T2 and many p-values, against R 4.2 and published run lengths. */
#include "stdlib/spc/capability.h"
#include "stdlib/spc/cusum.h"
#include "stdlib/spc/funnel.h"
#include "stdlib/spc/many.h"
#include "stdlib/spc/t2.h"
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

#define NEAR(x, y, within) ck_assert_double_eq_tol((x), (y), (within))
#define CLOSE(x, y) NEAR(x, y, 1e-11)

START_TEST(sums) {
    static const double x[] = {11, 12, NAN, 9, 8, 7};
    double high[6], low[6];
    struct cusum_options o = {.target = 10, .sigma = 2, .slack = 0.25, .limit = 5};
    cusum_path(x, 6, &o, high, low);
    CLOSE(high[0], 0.25);
    CLOSE(high[1], 1);
    ck_assert(isnan(high[2]) && isnan(low[2]));
    CLOSE(high[3], 0.25);
    CLOSE(high[4], 0);
    CLOSE(low[3], 0.25);
    CLOSE(low[5], 0.25 + 0.75 + 1.25);
    o.head = 2.5;
    cusum_path(x, 1, &o, high, low);
    CLOSE(high[0], 2.75);
    CLOSE(low[0], 1.75);
}
END_TEST

START_TEST(run_lengths) {
    /* R package spc: xcusum.arl and xewma.arl */
    NEAR(cusum_run_length(0.5, 5, 0), 465.44, 5e-3);
    NEAR(cusum_run_length(0.5, 5, 1), 10.376, 5e-4);
    NEAR(cusum_run_length(0.5, 4, 0), 167.68, 5e-3);
    NEAR(cusum_run_length_one(0.5, 5, 0, 0), 930.89, 5e-3);
    NEAR(ewma_run_length(0.2, 3, 0), 559.9, 5e-2);
    NEAR(ewma_run_length(0.1, 2.7, 0), 369.0, 0.5);
    NEAR(ewma_run_length(0.1, 2.7, 1), 9.73, 5e-2);
    /* 1 over the probability of a point outside, by the normal distribution */
    static const double single[][2] = {
        {0, 370.398}, {0.5, 155.224}, {1, 43.895}, {1.5, 14.968}, {2, 6.303}};
    for (size_t i = 0; i < COUNT_OF(single); i++) {
        NEAR(shewhart_run_length(3, single[i][0]), single[i][1], 6e-4);
    }
    /* A head start of half the limit is quicker after a shift, and hardly costs false alarms. */
    ck_assert(cusum_run_length_one(0.5, 5, 1, 2.5) < 7);
    ck_assert(cusum_run_length_one(0.5, 5, 0, 2.5) > 800);
    ck_assert(isnan(cusum_run_length_one(0.5, 0, 0, 0)));
    ck_assert(isnan(cusum_run_length_one(0.5, 5, 0, 5)));
    ck_assert(isnan(ewma_run_length(0, 3, 0)));
    CLOSE(ewma_run_length(1, 3, 0), shewhart_run_length(3, 0));
}
END_TEST

/* Montgomery 2009, table 9.1: the upper sum passes 5 at point 29. */
START_TEST(data_sums) {
    struct table_file t;
    double x[40], high[40], low[40];
    if (!table_read(&arena, "spc_oracles/data/montgomery_tbl_09.01.csv", &t)) {
        return;
    }
    for (uint32_t i = 0; i < t.n; i++) {
        x[i] = table_number(&t, i, "x");
    }
    struct cusum_options o = {.target = 10, .sigma = 1, .slack = 0.5, .limit = 5};
    cusum_path(x, t.n, &o, high, low);
    NEAR(high[28], 5.28, 1e-9);
    NEAR(high[29], 5.30, 1e-9);
    ck_assert(high[27] < 5);
}
END_TEST

START_TEST(capabilities) {
    static const double x[] = {10.1, 9.8, 10.4, 10.0, 9.7, NAN, 10.2, 10.6, 9.9, 10.3, 10.0};
    struct capability_asked asked = {9.1, 11.2, 10, 0.384160756501182, 0.95};
    struct capability c;
    capability_of(x, COUNT_OF(x), &asked, &c);
    ck_assert_uint_eq(c.n, 10);
    CLOSE(c.mean, 10.1);
    CLOSE(c.overall, 0.278886675511359);
    CLOSE(c.cp.value, 0.911076923076923);
    CLOSE(c.cp.low, 0.499053375030764);
    CLOSE(c.cp.high, 1.32455697838303);
    CLOSE(c.cpk.value, 0.867692307692308);
    CLOSE(c.cpk.low, 0.416737304495637);
    CLOSE(c.cpk.high, 1.31864731088898);
    CLOSE(c.cpm.value, 0.881694645665379);
    CLOSE(c.pp.value, 1.25499003980111);
    CLOSE(c.ppk.value, 1.19522860933439);
    CLOSE(c.expected_below, 0.000168096752374013);
    CLOSE(c.expected_above, 4.00243206277739e-05);
    ck_assert_uint_eq(c.below + c.above, 0);
    asked.lower = NAN; /* asked on one side: the index of width cannot be told */
    capability_of(x, COUNT_OF(x), &asked, &c);
    ck_assert(isnan(c.cp.value) && isnan(c.cp.low) && isnan(c.expected_below));
    CLOSE(c.cpk.value, 1.1 / 3 / 0.384160756501182);
    static const double same[] = {3, 3, 3};
    capability_of(same, 3, &asked, &c);
    ck_assert(isnan(c.pp.value) && isnan(c.ppk.value) && isnan(c.expected_above));
    capability_of(same, 0, &asked, &c);
    ck_assert(isnan(c.mean) && isnan(c.cpk.low));
}
END_TEST

/* R by hand: arc sines of roots, quantiles of type 7, DerSimonian and Laird's tau. */
START_TEST(funnels) {
    static const double size[] = {100, 200, 80, 300, 150, 350, 60, 220};
    static const double calm[] = {12, 30, 9, 45, 20, 60, 5, 33};
    static const double wide[] = {12, 60, 9, 95, 20, 60, 2, 33};
    struct funnel f;
    struct funnel_unit u[8];
    ck_assert(funnel_of(&arena, FUNNEL_SHARE, calm, size, 8, true, &f, u));
    CLOSE(f.centre, 0.146575342465753);
    CLOSE(f.phi, 0.398420953341726);
    ck_assert(f.tau2 == 0);
    CLOSE(u[0].z, -0.78278997437472);
    CLOSE(u[7].z, 0.142934187677234);
    CLOSE(u[0].low95, 0.0844645249618865);
    CLOSE(u[0].high95, 0.222219416439578);
    CLOSE(u[0].low998, 0.0557519621897872);
    CLOSE(u[0].high998, 0.270881406116209);
    ck_assert(funnel_of(&arena, FUNNEL_SHARE, wide, size, 8, true, &f, u));
    CLOSE(f.phi, 6.55141122337052);
    CLOSE(f.tau2, 0.00926916495483834);
    CLOSE(u[3].z, 1.34209407466413);
    CLOSE(u[3].low95, 0.068997687917915);
    CLOSE(u[3].high95, 0.37570807634246);
    ck_assert(funnel_of(&arena, FUNNEL_SHARE, wide, size, 8, false, &f, u));
    ck_assert(f.tau2 == 0 && f.phi > 6);
}
END_TEST

START_TEST(funnels_of_ratios) {
    static const double observed[] = {20, 0, 5}, expected[] = {20, 3, 0};
    struct funnel f;
    struct funnel_unit u[3];
    ck_assert(funnel_of(&arena, FUNNEL_RATIO, observed, expected, 3, false, &f, u));
    ck_assert_uint_eq(f.n, 2);
    CLOSE(f.centre, 1);
    CLOSE(u[0].low95, 0.610825979270197);
    CLOSE(u[0].high95, 1.54441889513373);
    CLOSE(u[1].value, 0);
    ck_assert(isnan(u[2].value) && isnan(u[2].z) && isnan(u[2].high998));
    ck_assert(funnel_of(&arena, FUNNEL_RATIO, observed, expected, 0, true, &f, u));
    ck_assert(isnan(f.centre) && f.n == 0);
    ck_assert(funnel_of(&arena, FUNNEL_RATIO, (double[]){12}, (double[]){100}, 1, true, &f, u));
    ck_assert(f.tau2 == 0); /* nothing is between one unit */
}
END_TEST

START_TEST(many_p_values) {
    static const double p[] = {0.01, 0.04, 0.03, NAN, 0.005, 0.5, 0.2};
    static const double expected[] = {0.03, 0.06, 0.06, NAN, 0.03, 0.5, 0.24}; /* p.adjust, BH */
    double q[7];
    ck_assert(adjust_many(&arena, p, 7, q));
    for (int i = 0; i < 7; i++) {
        ck_assert(isnan(expected[i]) ? isnan(q[i]) : fabs(q[i] - expected[i]) < 1e-15);
    }
}
END_TEST

START_TEST(several_measures) {
    static const double a[] = {2, 3, 5, 4, 6, 7, 5, 9, 3, 4, NAN};
    static const double b[] = {1, 2, 2, 3, 5, 4, 4, 7, 3, 1, 2};
    static const double c[] = {9, 7, 8, 6, 5, 6, 7, 4, 8, 9, 1};
    static const double *const x[] = {a, b, c}, *const twice[] = {a, a};
    static const double expected[] = {1.96756238003839, 2.69452975047985, 2.07264875239923,
                                      3.10767754318618, 1.64510556621881, 2.04961612284069,
                                      1.72715930902111, 4.48675623800384, 4.07216890595009,
                                      3.1767754318618}; /* R: mahalanobis */
    struct t2_basis basis;
    ck_assert(t2_learn(x, 3, 10, &basis));
    for (size_t i = 0; i < 10; i++) {
        CLOSE(t2_of(&basis, x, i), expected[i]);
    }
    ck_assert(isnan(t2_of(&basis, x, 10)));
    NEAR(t2_limit_base(&basis, 0.01), 6.72473386743467, 1e-10);
    NEAR(t2_limit_new(&basis, 0.01), 35.8575951537822, 1e-10);
    NEAR(t2_limit_groups(3, 20, 5, false, 0.01), 11.8182999362163, 1e-10);
    NEAR(t2_limit_groups(3, 20, 5, true, 0.01), 13.0623315084495, 1e-10);
    ck_assert(!t2_learn(twice, 2, 10, &basis)); /* one follows from the other */
    ck_assert(!t2_learn(x, 3, 4, &basis));
}
END_TEST

Suite *spc_methods_suite(void) {
    Suite *suite = suite_create("spc_methods");
    TCase *t = tcase_create("spc_methods");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, sums);
    tcase_add_test(t, run_lengths);
    tcase_add_test(t, data_sums);
    tcase_add_test(t, capabilities);
    tcase_add_test(t, funnels);
    tcase_add_test(t, funnels_of_ratios);
    tcase_add_test(t, many_p_values);
    tcase_add_test(t, several_measures);
    suite_add_tcase(suite, t);
    return suite;
}
