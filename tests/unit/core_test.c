/* Kernels of core beyond words: months between days against counting them one by one, days read by
 * a format, sums at the edges of what fits. */
#include "stdlib/core/dates.h"
#include "stdlib/core/sums.h"
#include "suites.h"

static int64_t day(int y, int m, int d) {
    return day_of((struct ymd){y, m, d});
}

/* Counts months up until the next would be too far. */
static int64_t counted_months(int64_t a, int64_t b) {
    int64_t n = 0;
    while (day_add_months(a, n + 1) <= b)
        n++;
    return n;
}

START_TEST(months_between) {
    int64_t first = day(2023, 12, 25);
    for (int64_t a = first; a < first + 440; a += 3)
        for (int64_t b = a; b < a + 800; b += 7) {
            ck_assert_int_eq(dates_months_between(a, b), counted_months(a, b));
            ck_assert_int_eq(dates_months_between(b, a), -counted_months(a, b));
        }
    ck_assert_int_eq(dates_months_between(day(1, 1, 1), day(9999, 12, 31)), 9999 * 12 - 1);
}
END_TEST

static void expect_day(const char *text, const char *format, int64_t expected) {
    int64_t got = 0;
    ck_assert_msg(dates_parse(str_of(text), str_of(format), &got) == DATES_READ, "%s", text);
    ck_assert_int_eq(got, expected);
}

static void expect_reading(const char *text, const char *format, enum dates_reading expected) {
    int64_t got = 0;
    ck_assert_msg(dates_parse(str_of(text), str_of(format), &got) == expected, "`%s` by `%s`", text,
                  format);
}

START_TEST(reading_by_format) {
    expect_day("01/09/2025", "%d/%m/%Y", day(2025, 9, 1));
    expect_day("09/01/2025", "%m/%d/%Y", day(2025, 9, 1));
    expect_day("20250901", "%Y%m%d", day(2025, 9, 1));
    expect_day("1 Sep 25", "%e %b %y", day(2025, 9, 1));
    expect_day("31 december 1969", "%d %B %Y", day(1969, 12, 31));
    expect_day("010168", "%d%m%y", day(2068, 1, 1));
    expect_day("010169", "%d%m%y", day(1969, 1, 1));
    expect_day("100% 29.02.2024", "100%% %d.%m.%Y", day(2024, 2, 29));
    static const char *const wrong[] = {"1/09/2025",   "01/9/2025",  "01/09/25",   "01/09/2025 ",
                                        " 01/09/2025", "29/02/2025", "00/01/2025", "01/13/2025",
                                        "01/01/0000",  "01-09-2025", "",           "01/09/20255"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_reading(wrong[i], "%d/%m/%Y", DATES_NONE);
    expect_reading("1 Sept 25", "%e %b %y", DATES_NONE);
    static const char *const no_format[] = {"%d/%m", "%H:%M %d %m %Y", "%d %m %Y %", "", "%Y"};
    for (size_t i = 0; i < COUNT_OF(no_format); i++)
        expect_reading("01/09/2025", no_format[i], DATES_NO_FORMAT);
}
END_TEST

START_TEST(sums) {
    int64_t sum = INT64_MAX - 1;
    ck_assert(sums_add(&sum, 1));
    ck_assert(!sums_add(&sum, 1));
    ck_assert_int_eq(sum, INT64_MAX);
    ck_assert(sums_add(&sum, INT64_MIN));
    ck_assert_int_eq(sum, -1);
    ck_assert(sums_add(&sum, INT64_MIN + 1));
    ck_assert(!sums_add(&sum, -1));
    static const double large[] = {1, 1e100, 1, -1e100};
    ck_assert_double_eq(sums_total(large, 4), 2); /* 0 when added plainly */
    ck_assert_double_eq(sums_total(large, 0), 0);
}
END_TEST

static void expect_steps(int64_t first, int64_t last, int64_t step, uint64_t expected) {
    uint64_t n;
    ck_assert(sums_steps(first, last, step, &n));
    ck_assert_uint_eq(n, expected);
}

START_TEST(steps) {
    uint64_t n;
    expect_steps(1, 10, 3, 4);
    expect_steps(1, 1, 5, 1);
    expect_steps(2, 1, 1, 0);
    expect_steps(10, 0, -5, 3);
    expect_steps(INT64_MIN, INT64_MAX, INT64_MAX, 3);
    expect_steps(INT64_MAX, INT64_MIN, INT64_MIN, 2);
    ck_assert(!sums_steps(INT64_MIN, INT64_MAX, 1, &n));
}
END_TEST

Suite *core_suite(void) {
    Suite *s = suite_create("core");
    TCase *t = tcase_create("kernels");
    tcase_add_test(t, months_between);
    tcase_add_test(t, reading_by_format);
    tcase_add_test(t, sums);
    tcase_add_test(t, steps);
    suite_add_tcase(s, t);
    return s;
}
