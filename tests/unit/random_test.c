/* The generator against the numbers its authors' own programs give, and what is drawn from it
 * against what chance allows. */
#include "stdlib/random/generator.h"
#include "suites.h"
#include <math.h>
#include <stdlib.h>

/* splitmix64 from 1234567, as published with the algorithm's tests. */
START_TEST(splitmix_vectors) {
    static const uint64_t published[] = {6457827717110365317u, 3203168211198807973u,
                                         9817491932198370423u, 4593380528125082431u,
                                         16408922859458223821u};
    uint64_t state = 1234567;
    for (size_t i = 0; i < COUNT_OF(published); i++)
        ck_assert_uint_eq(splitmix_next(&state), published[i]);
}
END_TEST

/* xoshiro256** from the state 1, 2, 3, 4. */
START_TEST(xoshiro_vectors) {
    static const uint64_t published[] = {
        11520u,
        0u,
        1509978240u,
        1215971899390074240u,
        1216172134540287360u,
        607988272756665600u,
        16172922978634559625u,
        8476171486693032832u,
        10595114339597558777u,
        2904607092377533576u,
    };
    struct generator g = {{1, 2, 3, 4}};
    for (size_t i = 0; i < COUNT_OF(published); i++)
        ck_assert_uint_eq(generator_next(&g), published[i]);
}
END_TEST

START_TEST(whole_numbers_are_even) {
    enum { SIDES = 6, DRAWS = 60000 };
    struct generator g;
    int count[SIDES] = {0};
    double chi_square = 0;
    generator_seed(&g, 42);
    for (int i = 0; i < DRAWS; i++)
        count[generator_below(&g, SIDES - 1)]++;
    for (int i = 0; i < SIDES; i++) {
        double off = count[i] - (double)DRAWS / SIDES;
        chi_square += off * off * SIDES / DRAWS;
    }
    ck_assert_double_lt(chi_square, 20.5); /* 5 degrees of freedom: exceeded once in a thousand */
    ck_assert_uint_eq(generator_below(&g, 0), 0);
    bool high = false;
    for (int i = 0; i < 64; i++)
        high = high || generator_below(&g, UINT64_MAX) > UINT64_MAX / 2;
    ck_assert(high);
}
END_TEST

START_TEST(floats_have_their_moments) {
    enum { DRAWS = 40000 };
    struct generator g;
    double sum = 0, normal_sum = 0, square = 0;
    generator_seed(&g, 7);
    for (int i = 0; i < DRAWS; i++) {
        double u = generator_uniform(&g), z = generator_normal(&g);
        ck_assert(u >= 0 && u < 1);
        sum += u;
        normal_sum += z;
        square += z * z;
    }
    /* Four standard errors each: sqrt(1/12), 1 and sqrt(2) over the root of the draws. */
    ck_assert_double_lt(fabs(sum / DRAWS - 0.5), 4 * 0.2887 / 200);
    ck_assert_double_lt(fabs(normal_sum / DRAWS), 4.0 / 200);
    ck_assert_double_lt(fabs(square / DRAWS - 1), 4 * 1.4143 / 200);
}
END_TEST

/* Each of the 24 orders of four comes up about as often. */
START_TEST(shuffles_are_even) {
    enum { ORDERS = 256, DRAWS = 24000 };
    struct generator g;
    int count[ORDERS] = {0}, orders = 0;
    generator_seed(&g, 1);
    for (int i = 0; i < DRAWS; i++) {
        uint32_t x[4] = {0, 1, 2, 3};
        generator_shuffle(&g, x, 4, 4);
        count[x[0] << 6 | x[1] << 4 | x[2] << 2 | x[3]]++;
    }
    for (int i = 0; i < ORDERS; i++) {
        orders += count[i] > 0;
        if (count[i] > 0) /* five standard deviations of 1000 expected */
            ck_assert_int_lt(abs(count[i] - DRAWS / 24), 155);
    }
    ck_assert_int_eq(orders, 24);
}
END_TEST

Suite *random_suite(void) {
    Suite *s = suite_create("random");
    TCase *t = tcase_create("generator");
    tcase_add_test(t, splitmix_vectors);
    tcase_add_test(t, xoshiro_vectors);
    tcase_add_test(t, whole_numbers_are_even);
    tcase_add_test(t, floats_have_their_moments);
    tcase_add_test(t, shuffles_are_even);
    suite_add_tcase(s, t);
    return s;
}
