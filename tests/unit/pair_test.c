/* Exact fractions: by hand at the edges of what fits, and small ones against whole-number sums over
 * one denominator. */
#include "base/num.h"
#include "base/pair.h"
#include "suites.h"
#include <math.h>

typedef bool (*operation)(struct pair a, struct pair b, struct pair *out);

static void expect(operation op, struct pair a, struct pair b, int64_t n, int64_t d) {
    struct pair out;
    ck_assert(op(a, b, &out));
    ck_assert_int_eq(out.n, n);
    ck_assert_int_eq(out.d, d);
}

static struct pair of(int64_t n, int64_t d) {
    return (struct pair){n, d};
}

START_TEST(pairs_keep_their_denominator) {
    expect(pair_add, of(3, 180), of(2, 180), 5, 180);
    expect(pair_subtract, of(15, 100), of(10, 100), 5, 100);
    expect(pair_add, of(1, 2), of(1, 3), 5, 6);
    expect(pair_subtract, of(1, 3), of(1, 2), -1, 6);
    expect(pair_multiply, of(5, 100), of(-3, 1), -15, 100);
    expect(pair_divide, of(5, 100), of(-2, 1), -5, 200);
    expect(pair_divide, of(5, 100), of(10, 100), 500, 1000);
}
END_TEST

START_TEST(pairs_are_reduced_where_they_must_be) {
    const int64_t n = 6148914691236517204; /* even */
    expect(pair_add, of(1, n), of(1, n / 2), 3, n);
    expect(pair_multiply, of(n, 7), of(7, n), 1, 1);
    expect(pair_divide, of(3, INT64_MAX), of(4, INT64_MAX), 3, 4);
    expect(pair_add, of(INT64_MAX, 2), of(INT64_MAX, 2), INT64_MAX, 1);
    expect(pair_subtract, of(INT64_MIN, 1), of(0, INT64_MAX), INT64_MIN, 1);
    expect(pair_divide, of(INT64_MIN, 1), of(INT64_MIN, 1), 1, 1);
}
END_TEST

START_TEST(pairs_that_do_not_fit_are_refused) {
    struct pair out;
    ck_assert(!pair_add(of(INT64_MAX, 1), of(1, 1), &out));
    ck_assert(!pair_subtract(of(INT64_MIN, 1), of(1, 1), &out));
    ck_assert(!pair_add(of(1, INT64_MAX), of(1, INT64_MAX - 1), &out));
    ck_assert(!pair_multiply(of(INT64_MAX, 1), of(2, 1), &out));
    ck_assert(!pair_multiply(of(INT64_MIN, 1), of(-1, 1), &out));
    ck_assert(!pair_divide(of(INT64_MIN, 1), of(-1, 1), &out));
    ck_assert(!pair_add(of(INT64_MIN, INT64_MAX), of(INT64_MIN, INT64_MAX - 2), &out));
}
END_TEST

/* Over the denominator 2520 all of these are whole. */
START_TEST(small_pairs_against_whole_numbers) {
    enum { ALL = 2520 };
    for (int64_t b = 1; b <= 10; b++)
        for (int64_t d = 1; d <= 10; d++)
            for (int64_t a = -12; a <= 12; a++)
                for (int64_t c = -12; c <= 12; c++) {
                    struct pair out;
                    int64_t x = a * (ALL / b), y = c * (ALL / d);
                    ck_assert(pair_add(of(a, b), of(c, d), &out));
                    ck_assert_int_eq(num_compare_ratio(out.n, out.d, x + y, ALL), 0);
                    ck_assert(pair_subtract(of(a, b), of(c, d), &out));
                    ck_assert_int_eq(num_compare_ratio(out.n, out.d, x - y, ALL), 0);
                    ck_assert(pair_multiply(of(a, b), of(c, d), &out));
                    ck_assert_int_eq(num_compare_ratio(out.n, out.d, x * y, ALL * ALL), 0);
                    if (c != 0) {
                        ck_assert(pair_divide(of(a, b), of(c, d), &out));
                        ck_assert_int_gt(out.d, 0);
                        ck_assert_int_eq(out.n * y, x * out.d);
                    }
                }
}
END_TEST

static void expect_float(double x, int64_t n, int64_t d) {
    struct pair out;
    ck_assert(pair_from_float(x, &out));
    ck_assert_int_eq(out.n, n);
    ck_assert_int_eq(out.d, d);
}

START_TEST(pairs_of_floats) {
    expect_float(0.05, 1, 20);
    expect_float(-2.5, -5, 2);
    expect_float(0, 0, 1);
    expect_float(1.0 / 3, 333333333333, 1000000000000);
    expect_float(1e-15, 0, 1);
    expect_float(1e15, 1000000000000000, 1);
    expect_float(-8e18, -8000000000000000000, 1);
    struct pair out;
    ck_assert(!pair_from_float(1e19, &out));
    ck_assert(!pair_from_float((double)NAN, &out));
    ck_assert(!pair_from_float((double)-INFINITY, &out));
}
END_TEST

static void expect_percent(const char *digits, int64_t n, int64_t d) {
    struct pair out;
    ck_assert(num_parse_percent(str_of(digits), &out.n, &out.d));
    ck_assert_int_eq(out.n, n);
    ck_assert_int_eq(out.d, d);
}

START_TEST(percentages_are_read_exactly) {
    expect_percent("5", 5, 100);
    expect_percent("12.5", 125, 1000);
    expect_percent("0.00", 0, 10000);
    expect_percent("9223372036854775807", INT64_MAX, 100);
    struct pair out;
    ck_assert(!num_parse_percent(STR("9223372036854775808"), &out.n, &out.d));
    ck_assert(!num_parse_percent(STR("0.000000000000000001"), &out.n, &out.d));
}
END_TEST

Suite *pair_suite(void) {
    Suite *suite = suite_create("pair");
    TCase *t = tcase_create("pairs");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, pairs_keep_their_denominator);
    tcase_add_test(t, pairs_are_reduced_where_they_must_be);
    tcase_add_test(t, pairs_that_do_not_fit_are_refused);
    tcase_add_test(t, small_pairs_against_whole_numbers);
    tcase_add_test(t, pairs_of_floats);
    tcase_add_test(t, percentages_are_read_exactly);
    suite_add_tcase(suite, t);
    return suite;
}
