/* Datetimes against the C library's calendar in UTC, durations against plain arithmetic, and exact
 * pairs as text. */
#define _GNU_SOURCE /* gmtime_r, timegm */
#include "base/datetime.h"
#include "base/ratio.h"
#include "suites.h"
#include <stdio.h>
#include <time.h>

/* Any sequence that is the same each time. */
static uint64_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 20;
}

static int64_t second_of(const char *text) {
    int64_t t = 0;
    ck_assert_msg(datetime_parse(str_of(text), &t) == DATETIME_READ, "%s", text);
    return t;
}

static void expect_text(int64_t t, const char *text) {
    char out[32];
    size_t n = datetime_print(out, t);
    ck_assert_str_eq(out, text);
    ck_assert_uint_eq(n, strlen(text));
}

/* ---- against the C library ---- */

static void expect_as_library(int64_t t) {
    time_t clock = (time_t)t;
    struct tm tm;
    char expected[64], out[32];
    int64_t back = 0;
    ck_assert_ptr_nonnull(gmtime_r(&clock, &tm));
    snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    datetime_print(out, t);
    ck_assert_str_eq(out, expected);
    ck_assert_int_eq(datetime_part(t, TIME_HOUR), tm.tm_hour);
    ck_assert_int_eq(datetime_part(t, TIME_MINUTE), tm.tm_min);
    ck_assert_int_eq(datetime_part(t, TIME_SECOND), tm.tm_sec);
    struct ymd d = day_split(datetime_part(t, TIME_DAY));
    ck_assert(d.year == tm.tm_year + 1900 && d.month == tm.tm_mon + 1 && d.day == tm.tm_mday);
    ck_assert_int_eq(datetime_parse(str_of(expected), &back), DATETIME_READ);
    ck_assert_int_eq(back, (int64_t)timegm(&tm));
    expected[10] = ' ';
    ck_assert_int_eq(datetime_parse(str_of(expected), &back), DATETIME_READ);
    ck_assert_int_eq(back, t);
}

START_TEST(as_the_library) {
    static const int64_t first = -62135596800, last = 253402300799; /* years 1 to 9999 */
    static const int64_t edges[] = {0,      -1, 1,  86399, 86400,     -86400,
                                    -86401, 59, 60, 3599,  951782399, 951782400};
    uint64_t random = 7;
    expect_as_library(first);
    expect_as_library(last);
    for (size_t i = 0; i < COUNT_OF(edges); i++)
        expect_as_library(edges[i]);
    for (int i = 0; i < 20000; i++)
        expect_as_library(first + (int64_t)(next_random(&random) % (uint64_t)(last - first)));
    ck_assert(datetime_exists(first) && datetime_exists(last));
    ck_assert(!datetime_exists(first - 1) && !datetime_exists(last + 1));
}
END_TEST

/* ---- what is read and what is not ---- */

START_TEST(strict) {
    static const struct {
        const char *text;
        enum datetime_reading reading;
    } cases[] = {
        {"2025-09-01 08:30", DATETIME_READ},
        {"2025-09-01T08:30:15", DATETIME_READ},
        {"2025-09-01", DATETIME_NONE},
        {"2025-09-01 8:30", DATETIME_NONE},
        {"2025-09-01  08:30", DATETIME_NONE},
        {"2025-09-01 24:00", DATETIME_NONE},
        {"2025-09-01 08:60", DATETIME_NONE},
        {"2025-09-01 08:30:60", DATETIME_NONE},
        {"2025-02-29 08:30", DATETIME_NONE},
        {"2025-09-01 08:30 PM", DATETIME_NONE},
        {"2025-09-01 08:30:15.5", DATETIME_FRACTION},
        {"2025-09-01 08:30:15,250", DATETIME_FRACTION},
        {"2025-09-01T08:30:15.000Z", DATETIME_FRACTION},
        {"2025-09-01T08:30:15.", DATETIME_NONE},
        {"2025-09-01T08:30Z", DATETIME_ZONE},
        {"2025-09-01T08:30:15+02:00", DATETIME_ZONE},
        {"2025-09-01 08:30 -0500", DATETIME_ZONE},
        {"2025-09-01T08:30+02", DATETIME_ZONE},
        {"2025-09-01T08:30+2", DATETIME_NONE},
        {"2025-09-01T08:30+02:0", DATETIME_NONE},
        {"2025-09-01T08:30:1", DATETIME_NONE},
        {"2025-09-01t08:30", DATETIME_NONE},
        {"", DATETIME_NONE},
        {"2025-09-01 08:30x", DATETIME_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t t = 0;
        ck_assert_msg(datetime_parse(str_of(cases[i].text), &t) == cases[i].reading, "%s",
                      cases[i].text);
    }
}
END_TEST

/* ---- moving ---- */

static int64_t duration_of(int64_t months, int64_t seconds) {
    int64_t d = 0;
    ck_assert(duration_make(months, seconds, &d));
    return d;
}

START_TEST(moves) {
    int64_t t = second_of("2024-01-31 23:30");
    expect_text(datetime_add(t, duration_of(1, 0)), "2024-02-29T23:30:00");
    expect_text(datetime_add(t, duration_of(1, 1800)), "2024-03-01T00:00:00");
    expect_text(datetime_add(t, duration_of(0, -84601)), "2024-01-30T23:59:59");
    expect_text(datetime_add(t, duration_of(-11, 0)), "2023-02-28T23:30:00");
    expect_text(datetime_add(second_of("1970-01-01 00:00"), duration_of(0, -1)),
                "1969-12-31T23:59:59");
}
END_TEST

/* ---- durations ---- */

static void expect_duration(int64_t months, int64_t seconds, const char *text) {
    char out[96];
    int64_t d = duration_of(months, seconds), back = 0;
    ck_assert_int_eq(duration_months(d), months);
    ck_assert_int_eq(duration_seconds(d), seconds);
    ck_assert_uint_eq(duration_print(out, d), strlen(text));
    ck_assert_str_eq(out, text);
    ck_assert_msg(duration_parse(str_of(text), &back) && back == d, "%s", text);
}

START_TEST(durations_print) {
    expect_duration(3, 2 * 86400, "3 months 2 days");
    expect_duration(1, 86400, "1 month 1 day");
    expect_duration(0, 30 * 86400, "30 days");
    expect_duration(12, 0, "12 months");
    expect_duration(0, 0, "0 days");
    expect_duration(-1, 0, "-1 month");
    expect_duration(-3, 14 * 86400, "-3 months 14 days");
    expect_duration(0, -86400, "-1 day");
    expect_duration(0, 5400, "1 hour 30 minutes");
    expect_duration(0, 90061, "1 day 1 hour 1 minute 1 second");
    expect_duration(0, -90062, "-1 day -1 hour -1 minute -2 seconds");
    expect_duration(60000, 3660000LL * 86400 - 1,
                    "60000 months 3659999 days 23 hours 59 minutes 59 seconds");
}
END_TEST

START_TEST(durations_are_read) {
    static const struct {
        const char *text;
        int64_t months, seconds; /* months 99: it is none */
    } cases[] = {
        {"2 years 1 quarter", 27, 0},
        {" 6  weeks ", 0, 6 * 604800},
        {"1 year -1 day", 12, -86400},
        {"90 minutes", 0, 5400},
        {"30", 99, 0},
        {"days", 99, 0},
        {"1.5 days", 99, 0},
        {"1 day 1 month", 99, 0},
        {"1 day 2 days", 99, 0},
        {"30days", 99, 0},
        {"1 fortnight", 99, 0},
        {"", 99, 0},
        {"1 day,", 99, 0},
        {"999999999999 years", 99, 0},
        {"300000 months", 99, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t d = 0;
        bool read = duration_parse(str_of(cases[i].text), &d);
        ck_assert_msg(read == (cases[i].months != 99), "%s", cases[i].text);
        ck_assert_msg(!read || d == duration_of(cases[i].months, cases[i].seconds), "%s",
                      cases[i].text);
    }
}
END_TEST

/* Words in the order of lengths, a month counted as 2629746 seconds, then of months. */
START_TEST(durations_compare_as_words) {
    uint64_t random = 11;
    for (int i = 0; i < 20000; i++) {
        int64_t length[2], months[2], word[2];
        for (int k = 0; k < 2; k++) {
            months[k] = (int64_t)(next_random(&random) % 2001) - 1000;
            int64_t seconds = (int64_t)(next_random(&random) % 4000000001u) - 2000000000;
            if (i % 3 == 0 && k == 1) /* the same length by other means */
                seconds = length[0] - months[k] * 2629746;
            length[k] = months[k] * 2629746 + seconds;
            word[k] = duration_of(months[k], seconds);
            ck_assert_int_eq(duration_months(word[k]), months[k]);
            ck_assert_int_eq(duration_seconds(word[k]), seconds);
        }
        bool before = length[0] < length[1] || (length[0] == length[1] && months[0] < months[1]);
        ck_assert_int_eq(word[0] < word[1], before);
    }
    int64_t unused;
    ck_assert(!duration_make(209100, 0, &unused) && !duration_make(-209100, 0, &unused));
    ck_assert(!duration_make(0, (int64_t)1 << 40, &unused));
    ck_assert(!duration_make(INT64_MAX, 0, &unused) && !duration_make(0, INT64_MIN, &unused));
}
END_TEST

/* ---- ratios and shares ---- */

START_TEST(pairs_are_read_exactly) {
    static const struct {
        const char *text;
        bool ratio, share;
        int64_t n, d;
    } cases[] = {
        {"3/4", true, true, 3, 4},
        {"-3/4", true, true, -3, 4},
        {"0.75", true, false, 75, 100},
        {"-0.5", true, false, -5, 10},
        {"2", true, false, 2, 1},
        {"12.5%", false, true, 125, 1000},
        {"-1%", false, true, -1, 100},
        {"0.0000000000000001%", false, true, 1, 1000000000000000000},
        {"100%", false, true, 100, 100},
        {"9223372036854775807/9223372036854775807", true, true, INT64_MAX, INT64_MAX},
        {"9223372036854775808/1", false, false, 0, 0},
        {"0.00000000000000000001", false, false, 0, 0},
        {"1/0", false, false, 0, 0},
        {"1/-2", false, false, 0, 0},
        {"1/", false, false, 0, 0},
        {"/2", false, false, 0, 0},
        {"1/2/3", false, false, 0, 0},
        {"1 / 2", false, false, 0, 0},
        {".5", false, false, 0, 0},
        {"5.", false, false, 0, 0},
        {"1e3", false, false, 0, 0},
        {"%", false, false, 0, 0},
        {"1%%", false, false, 0, 0},
        {"", false, false, 0, 0},
        {"-", false, false, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t n = 0, d = 0;
        const char *text = cases[i].text;
        ck_assert_msg(ratio_parse(str_of(text), &n, &d) == cases[i].ratio, "%s", text);
        ck_assert_msg(!cases[i].ratio || (n == cases[i].n && d == cases[i].d), "%s", text);
        ck_assert_msg(share_parse(str_of(text), &n, &d) == cases[i].share, "%s", text);
        ck_assert_msg(!cases[i].share || (n == cases[i].n && d == cases[i].d), "%s", text);
    }
    char out[48];
    ck_assert_uint_eq(ratio_print(out, INT64_MIN, INT64_MAX), 40);
    ck_assert_str_eq(out, "-9223372036854775808/9223372036854775807");
}
END_TEST

Suite *datetime_suite(void) {
    Suite *suite = suite_create("datetime");
    TCase *tests = tcase_create("datetime");
    tcase_add_test(tests, as_the_library);
    tcase_add_test(tests, strict);
    tcase_add_test(tests, moves);
    tcase_add_test(tests, durations_print);
    tcase_add_test(tests, durations_are_read);
    tcase_add_test(tests, durations_compare_as_words);
    tcase_add_test(tests, pairs_are_read_exactly);
    suite_add_tcase(suite, tests);
    return suite;
}
