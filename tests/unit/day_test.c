/* Days and periods, held against a calendar that is counted up day
 * by day and against the C library's ISO week numbers. */
#include "base/day.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FIRST_YEAR = 1900, LAST_YEAR = 2100, DAY_OF_1900 = -25567 };

static const struct calendar JULY = {7, 1, 0, NULL};
static const struct calendar JANUARY = {1, 1, 0, NULL};

/* The next day, the way a wall calendar does it. */
static void step(struct ymd *d) {
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int length = lengths[d->month - 1];
    if (d->month == 2 && ((d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0)) {
        length = 29;
    }
    if (++d->day > length) {
        d->day = 1;
        if (++d->month > 12) {
            d->month = 1;
            d->year++;
        }
    }
}

static int64_t read_day(const char *text) {
    int64_t day = 0;
    ck_assert_msg(day_parse(str_of(text), &day), "%s", text);
    return day;
}

static void expect_day(int64_t day, const char *text) {
    char out[16];
    size_t n = day_print(out, day);
    ck_assert_str_eq(out, text);
    ck_assert_uint_eq(n, strlen(text));
}

/* ---- days ---- */

START_TEST(day_counts_every_day) {
    struct ymd d = {FIRST_YEAR, 1, 1};
    int weekday = 0; /* 1900-01-01 was a Monday */
    for (int64_t day = DAY_OF_1900; d.year <= LAST_YEAR; day++) {
        struct ymd split = day_split(day);
        if (day_of(d) != day || split.year != d.year || split.month != d.month ||
            split.day != d.day || day_weekday(day) != weekday) {
            ck_abort_msg("%04d-%02d-%02d", d.year, d.month, d.day);
        }
        char expected[32];
        char out[16];
        int64_t back;
        snprintf(expected, sizeof expected, "%04d-%02d-%02d", d.year, d.month, d.day);
        day_print(out, day);
        if (strcmp(out, expected) != 0 || !day_parse(str_of(expected), &back) || back != day) {
            ck_abort_msg("%s printed as %s", expected, out);
        }
        step(&d);
        weekday = (weekday + 1) % 7;
    }
}
END_TEST

START_TEST(day_knows_fixed_points) {
    ck_assert_int_eq(day_of((struct ymd){1970, 1, 1}), 0);
    ck_assert_int_eq(day_of((struct ymd){2000, 3, 1}), 11017);
    ck_assert_int_eq(day_of((struct ymd){1, 1, 1}), -719162);
    ck_assert_int_eq(day_of((struct ymd){9999, 12, 31}), 2932896);
    expect_day(-719162, "0001-01-01");
    expect_day(2932896, "9999-12-31");
    expect_day(2932897, "10000-01-01");
    ck_assert_int_eq(day_weekday(0), 3);
    ck_assert_int_eq(day_weekday(-719162), 0);
    ck_assert_int_eq(day_weekday(INT64_MAX) >= 0 && day_weekday(INT64_MIN) >= 0, 1);
}
END_TEST

START_TEST(day_stays_in_bounds) {
    char out[16];
    ck_assert_uint_lt(day_print(out, INT64_MAX), sizeof out);
    ck_assert_uint_lt(day_print(out, INT64_MIN), sizeof out);
    ck_assert_int_eq(day_split(INT64_MIN).month >= 1, 1);
    ck_assert_int_gt(day_add_months(0, INT64_MAX), 2932896);
    ck_assert_int_lt(day_add_months(0, INT64_MIN), -719162);
}
END_TEST

START_TEST(day_refuses_what_is_none) {
    static const char *const wrong[] = {
        "",           "2025-9-01",  "2025-09-1",   "2025-02-29",  "1900-02-29",
        "2025-13-01", "2025-00-10", "2025-04-31",  "0000-01-01",  "2025-01-00",
        "2025/01/01", "20250101",   " 2025-01-01", "2025-01-01 ", "2025-01-0x",
        "-025-01-01", "2025-01-32",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int64_t day = 42;
        ck_assert_msg(!day_parse(str_of(wrong[i]), &day), "%s", wrong[i]);
        ck_assert_int_eq(day, 42);
    }
    ck_assert(day_exists(2000, 2, 29) && day_exists(2024, 2, 29) && !day_exists(2100, 2, 29));
    ck_assert(!day_exists(10000, 1, 1) && !day_exists(2025, 0, 1) && !day_exists(2025, 1, -1));
}
END_TEST

START_TEST(day_adds_months) {
    static const struct {
        const char *from;
        int months;
        const char *to;
    } known[] = {
        {"2025-01-31", 1, "2025-02-28"},  {"2024-01-31", 1, "2024-02-29"},
        {"2025-01-31", 3, "2025-04-30"},  {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", 48, "2028-02-29"}, {"2025-03-31", -1, "2025-02-28"},
        {"2025-01-15", -1, "2024-12-15"}, {"2025-01-15", -13, "2023-12-15"},
        {"2025-12-31", 1, "2026-01-31"},  {"2025-08-31", 0, "2025-08-31"},
        {"1970-01-01", -1, "1969-12-01"}, {"2000-01-31", -1199, "1900-02-28"},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        expect_day(day_add_months(read_day(known[i].from), known[i].months), known[i].to);
    }
}
END_TEST

/* ---- periods ---- */

struct edges {
    const struct calendar *calendar;
    enum grain grain;
    const char *text, *first, *last;
};

/* Both edges lie inside, the days beside them do not, and the text returns. */
static void expect_edges(const struct edges *e) {
    int64_t first = read_day(e->first);
    int64_t last = read_day(e->last);
    int64_t period = period_of(e->calendar, e->grain, first);
    int64_t parsed = 0;
    char out[24];
    ck_assert_uint_eq(period_print(e->calendar, out, period), strlen(e->text));
    ck_assert_str_eq(out, e->text);
    ck_assert_msg(period_parse(e->calendar, str_of(e->text), &parsed), "%s", e->text);
    ck_assert_int_eq(parsed, period);
    ck_assert_int_eq(period_grain(period), e->grain);
    ck_assert_int_eq(period_start(e->calendar, period), first);
    ck_assert_int_eq(period_stop(e->calendar, period), last + 1);
    ck_assert_int_eq(period_of(e->calendar, e->grain, last), period);
    ck_assert_int_eq(period_of(e->calendar, e->grain, first - 1), period - 1);
    ck_assert_int_eq(period_of(e->calendar, e->grain, last + 1), period + 1);
}

START_TEST(period_edges) {
    static const struct calendar august = {8, 15, 0, NULL};
    static const struct calendar leap = {2, 29, 0, NULL};
    const struct edges known[] = {
        {&JULY, GRAIN_DAY, "2025-09-01", "2025-09-01", "2025-09-01"},
        {&JULY, GRAIN_DAY, "1969-12-31", "1969-12-31", "1969-12-31"},
        {&JULY, GRAIN_WEEK, "2025-W36", "2025-09-01", "2025-09-07"},
        {&JULY, GRAIN_WEEK, "1970-W01", "1969-12-29", "1970-01-04"},
        {&JULY, GRAIN_WEEK, "2020-W53", "2020-12-28", "2021-01-03"},
        {&JULY, GRAIN_WEEK, "2025-W01", "2024-12-30", "2025-01-05"},
        {&JULY, GRAIN_MONTH, "2025-09", "2025-09-01", "2025-09-30"},
        {&JULY, GRAIN_MONTH, "2024-02", "2024-02-01", "2024-02-29"},
        {&JULY, GRAIN_MONTH, "1969-12", "1969-12-01", "1969-12-31"},
        {&JULY, GRAIN_MONTH, "2025-01", "2025-01-01", "2025-01-31"},
        {&JULY, GRAIN_QUARTER, "2025Q3", "2025-07-01", "2025-09-30"},
        {&JULY, GRAIN_QUARTER, "2025Q1", "2025-01-01", "2025-03-31"},
        {&JULY, GRAIN_QUARTER, "1969Q4", "1969-10-01", "1969-12-31"},
        {&JULY, GRAIN_YEAR, "2025", "2025-01-01", "2025-12-31"},
        {&JULY, GRAIN_YEAR, "1900", "1900-01-01", "1900-12-31"},
        {&JULY, GRAIN_YEAR, "9999", "9999-01-01", "9999-12-31"},
        {&JULY, GRAIN_SCHOOL_YEAR, "SY2025-26", "2025-07-01", "2026-06-30"},
        {&JULY, GRAIN_SCHOOL_YEAR, "SY1999-00", "1999-07-01", "2000-06-30"},
        {&JANUARY, GRAIN_SCHOOL_YEAR, "SY2018", "2018-01-01", "2018-12-31"},
        {&august, GRAIN_SCHOOL_YEAR, "SY2024-25", "2024-08-15", "2025-08-14"},
        {&leap, GRAIN_SCHOOL_YEAR, "SY2024-25", "2024-02-29", "2025-02-27"},
        {&leap, GRAIN_SCHOOL_YEAR, "SY2023-24", "2023-02-28", "2024-02-28"},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        expect_edges(&known[i]);
    }
}
END_TEST

START_TEST(period_ordinals) {
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_DAY, -5)), -5);
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_WEEK, 0)), 0);
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_WEEK, -4)), -1);
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_MONTH, 31)), 1970 * 12 + 1);
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_QUARTER, -1)), 1969 * 4 + 3);
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_YEAR, -1)), 1969);
    ck_assert_int_eq(period_ordinal(period_of(&JULY, GRAIN_SCHOOL_YEAR, 0)), 1969);
    ck_assert_int_eq(period_ordinal(period_of(&JANUARY, GRAIN_SCHOOL_YEAR, 0)), 1970);
}
END_TEST

/* Every day lies in its period, and periods follow each other without a gap. */
START_TEST(period_covers_every_day) {
    const struct calendar *calendars[] = {&JULY, &JANUARY};
    for (size_t c = 0; c < COUNT_OF(calendars); c++) {
        for (int g = GRAIN_DAY; g <= GRAIN_SCHOOL_YEAR; g++) {
            int64_t before = period_of(calendars[c], (enum grain)g, DAY_OF_1900 - 1);
            for (int64_t day = DAY_OF_1900; day < DAY_OF_1900 + 201 * 365; day++) {
                int64_t period = period_of(calendars[c], (enum grain)g, day);
                bool first = period_start(calendars[c], period) == day;
                if (period != before + first || day < period_start(calendars[c], period) ||
                    day >= period_stop(calendars[c], period)) {
                    ck_abort_msg("%s at %lld", grain_name((enum grain)g), (long long)day);
                }
                before = period;
            }
        }
    }
}
END_TEST

START_TEST(period_texts_come_back) {
    for (int g = GRAIN_DAY; g <= GRAIN_SCHOOL_YEAR; g++) {
        for (int64_t day = DAY_OF_1900; day < DAY_OF_1900 + 201 * 365; day += 5) {
            char out[24];
            int64_t back = 0;
            int64_t period = period_of(&JULY, (enum grain)g, day);
            struct str text = {out, period_print(&JULY, out, period)};
            if (!period_parse(&JULY, text, &back) || back != period) {
                ck_abort_msg("%s does not come back", out);
            }
        }
    }
}
END_TEST

START_TEST(week_numbers_are_iso) {
    struct ymd d = {FIRST_YEAR, 1, 1};
    int day_of_year = 0;
    for (int64_t day = DAY_OF_1900; d.year <= LAST_YEAR; day++) {
        struct tm tm = {.tm_year = d.year - 1900,
                        .tm_mon = d.month - 1,
                        .tm_mday = d.day,
                        .tm_yday = day_of_year,
                        .tm_wday = (day_weekday(day) + 1) % 7};
        char expected[24];
        char out[24];
        strftime(expected, sizeof expected, "%G-W%V", &tm);
        period_print(&JULY, out, period_of(&JULY, GRAIN_WEEK, day));
        if (strcmp(out, expected) != 0) {
            ck_abort_msg("%s printed as %s", expected, out);
        }
        int year = d.year;
        step(&d);
        day_of_year = d.year == year ? day_of_year + 1 : 0;
    }
}
END_TEST

START_TEST(period_refuses_what_is_none) {
    static const char *const wrong[] = {
        "",          "2025-13",    "2025-00",    "2025Q0",    "2025Q5",    "2025q3",
        "2025-W00",  "2025-W53",   "2020-W54",   "2025W36",   "2025-w36",  "SY2025",
        "SY2025-27", "SY2025-25",  "SY2025-6",   "SY0000-01", "SY",        "S",
        "0000",      "25",         "20255",      "2025-",     "2013-14",   "2025-9",
        "2025-09-",  "2025-09-31", "SY2025-26 ", "sy2025-26", "SX2025-26", "2025-W3x",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int64_t period = 42;
        ck_assert_msg(!period_parse(&JULY, str_of(wrong[i]), &period), "%s", wrong[i]);
        ck_assert_int_eq(period, 42);
    }
    int64_t period;
    ck_assert(!period_parse(&JANUARY, STR("SY2018-19"), &period));
    ck_assert(period_parse(&JANUARY, STR("SY2018"), &period));
    ck_assert(period_parse(&JULY, STR("2020-W53"), &period));
}
END_TEST

START_TEST(period_far_away_stays_in_bounds) {
    static const int64_t ordinals[] = {-((int64_t)1 << 47), ((int64_t)1 << 47) - 1};
    for (int g = GRAIN_NONE; g < GRAIN_COUNT; g++) {
        for (size_t i = 0; i < COUNT_OF(ordinals); i++) {
            char out[24];
            int64_t period = period_pack((enum grain)g, ordinals[i]);
            ck_assert_int_eq(period_ordinal(period), ordinals[i]);
            ck_assert_int_eq(period_grain(period), g);
            ck_assert_uint_lt(period_print(&JULY, out, period), sizeof out);
            ck_assert_int_le(period_start(&JULY, period), period_stop(&JULY, period));
        }
    }
}
END_TEST

START_TEST(grains_have_names) {
    for (int g = GRAIN_DAY; g <= GRAIN_SCHOOL_YEAR; g++) {
        ck_assert_int_eq(grain_named(str_of(grain_name((enum grain)g))), g);
    }
    ck_assert_str_eq(grain_name(GRAIN_SCHOOL_YEAR), "school_year");
    ck_assert_int_eq(grain_named(STR("week")), GRAIN_WEEK);
    ck_assert_int_eq(grain_named(STR("weeks")), GRAIN_NONE);
    ck_assert_int_eq(grain_named(STR("")), GRAIN_NONE);
    ck_assert_str_eq(grain_name(GRAIN_NONE), "");
}
END_TEST

/* ---- moving days ---- */

START_TEST(durations_add) {
    /* Months first: January 31st + 1 month + 1 day is March 1st. */
    expect_day(day_add(read_day("2025-01-31"), duration_pack(1, 1)), "2025-03-01");
    expect_day(day_add(read_day("2025-03-31"), duration_pack(-1, -1)), "2025-02-27");
    expect_day(day_add(read_day("2025-01-31"), duration_pack(0, 30)), "2025-03-02");
    expect_day(day_add(read_day("2024-02-29"), duration_pack(12, 0)), "2025-02-28");
    expect_day(day_add(read_day("2025-06-10"), 0), "2025-06-10");
}
END_TEST

Suite *day_suite(void) {
    Suite *suite = suite_create("day");
    TCase *days = tcase_create("days");
    tcase_set_timeout(days, 60);
    tcase_add_test(days, day_counts_every_day);
    tcase_add_test(days, day_knows_fixed_points);
    tcase_add_test(days, day_stays_in_bounds);
    tcase_add_test(days, day_refuses_what_is_none);
    tcase_add_test(days, day_adds_months);
    suite_add_tcase(suite, days);
    TCase *periods = tcase_create("periods");
    tcase_set_timeout(periods, 60);
    tcase_add_test(periods, period_edges);
    tcase_add_test(periods, period_ordinals);
    tcase_add_test(periods, period_covers_every_day);
    tcase_add_test(periods, period_texts_come_back);
    tcase_add_test(periods, week_numbers_are_iso);
    tcase_add_test(periods, period_refuses_what_is_none);
    tcase_add_test(periods, period_far_away_stays_in_bounds);
    tcase_add_test(periods, grains_have_names);
    suite_add_tcase(suite, periods);
    TCase *durations = tcase_create("durations");
    tcase_add_test(durations, durations_add);
    suite_add_tcase(suite, durations);
    return suite;
}
