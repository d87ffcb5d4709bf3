/* Terms, days of school, and years and weeks that start on other days, against calendars that are
 * counted day by day: no arithmetic here but going to the next day. */
#include "base/position.h"
#include "suites.h"
#include <stdio.h>

enum { FIRST = 18900, LAST = 20400, DAYS = LAST - FIRST }; /* 2021-09-30 to 2025-11-08 */

static void fail_at(const char *what, int64_t day) {
    char text[16];
    day_print(text, day);
    ck_abort_msg("%s at %s", what, text);
}

#define CHECK(condition, day)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_at(#condition, (day));                                                            \
    } while (0)

/* ---- weeks and years that start on other days ---- */

/* The day on or before this one that the week starts on. */
static int64_t week_start(int weekday, int64_t day) {
    while (day_weekday(day) != weekday)
        day--;
    return day;
}

/* The week belongs to the year that has more of its days, and is counted in it from 1. */
static void name_week(int weekday, int64_t day, char out[32]) {
    int64_t start = week_start(weekday, day);
    int year = 0, number = 0;
    for (int64_t d = start; d < start + 7; d++) {
        int here = 0;
        for (int64_t e = start; e < start + 7; e++)
            here += day_split(e).year == day_split(d).year;
        year = here >= 4 ? day_split(d).year : year;
    }
    for (int64_t w = start;; w -= 7) {
        int inside = 0;
        for (int64_t e = w; e < w + 7; e++)
            inside += day_split(e).year == year;
        if (inside < 4)
            break;
        number++;
    }
    snprintf(out, 32, "%04d-W%02d", year, number);
}

START_TEST(weeks_from_any_day) {
    for (int weekday = 0; weekday < 7; weekday++) {
        const struct calendar c = {7, 1, weekday, NULL};
        for (int64_t day = FIRST; day < LAST; day++) {
            char wanted[32], text[24];
            int64_t week = period_of(&c, GRAIN_WEEK, day), back = 0;
            size_t n = period_print(&c, text, week);
            name_week(weekday, day, wanted);
            CHECK(period_start(&c, week) == week_start(weekday, day), day);
            CHECK(period_stop(&c, week) == week_start(weekday, day) + 7, day);
            CHECK(strcmp(text, wanted) == 0, day);
            CHECK(period_parse(&c, (struct str){text, n}, &back) && back == week, day);
        }
    }
}
END_TEST

/* The last year whose start, on the 28th where there is no 29 February, is not behind the day. */
static int year_with(int month, int first, int64_t day) {
    int year = day_split(day).year;
    for (int back = 0; back < 2; back++, year--) {
        bool there = day_exists(year, month, first);
        if (day_of((struct ymd){year, month, there ? first : first - 1}) <= day)
            break;
    }
    return year;
}

START_TEST(school_years_from_any_day) {
    static const int starts[][2] = {{1, 1}, {1, 2},  {2, 28}, {2, 29}, {3, 1},
                                    {7, 1}, {8, 15}, {9, 30}, {12, 31}};
    for (size_t s = 0; s < COUNT_OF(starts); s++) {
        const struct calendar c = {starts[s][0], starts[s][1], 0, NULL};
        for (int64_t day = FIRST; day < LAST; day++) {
            char wanted[32], text[24];
            int64_t period = period_of(&c, GRAIN_SCHOOL_YEAR, day), back = 0;
            int year = year_with(starts[s][0], starts[s][1], day);
            size_t n = period_print(&c, text, period);
            snprintf(wanted, sizeof wanted, s == 0 ? "SY%04d" : "SY%04d-%02d", year,
                     (year + 1) % 100);
            CHECK(strcmp(text, wanted) == 0, day);
            CHECK(period_start(&c, period) <= day && day < period_stop(&c, period), day);
            CHECK(period_parse(&c, (struct str){text, n}, &back) && back == period, day);
        }
    }
}
END_TEST

/* ---- terms and days of school ---- */

/* Three school years from 1 August: terms that touch and that do not, semesters of two terms with a
 * gap inside, breaks, a term of one day, a leap day. */
struct school {
    struct term terms[16], semesters[16];
    int64_t held[DAYS];
    struct school_days days;
    struct calendar calendar;
    int64_t term[DAYS], semester[DAYS]; /* of each day, 0: none */
    bool school[DAYS];
};

static void add_term(struct school *s, int year, int number, const char *first, const char *last) {
    int64_t start, end;
    ck_assert(day_parse(str_of(first), &start) && day_parse(str_of(last), &end));
    int half = (number + 1) / 2;
    int64_t semester = period_pack(GRAIN_SEMESTER, (int64_t)year * TERMS_A_YEAR + half);
    struct term *term = &s->terms[s->days.nterms++];
    *term = (struct term){period_pack(GRAIN_TERM, (int64_t)year * TERMS_A_YEAR + number), start,
                          end + 1};
    if (number % 2)
        s->semesters[s->days.nsemesters++] = (struct term){semester, start, end + 1};
    s->semesters[s->days.nsemesters - 1].stop = end + 1;
    for (int64_t d = start; d <= end; d++)
        s->term[d - FIRST] = term->period;
    for (int64_t d = s->semesters[s->days.nsemesters - 1].start; d <= end; d++)
        s->semester[d - FIRST] = semester;
}

static void make_school(struct school *s) {
    memset(s, 0, sizeof *s);
    add_term(s, 2022, 1, "2022-08-29", "2022-11-04");
    add_term(s, 2022, 2, "2022-11-05", "2023-01-27"); /* touches */
    add_term(s, 2022, 3, "2023-01-30", "2023-06-16");
    add_term(s, 2022, 4, "2023-07-31", "2023-07-31"); /* the last day of the school year */
    add_term(s, 2023, 1, "2023-08-01", "2023-11-03"); /* its first */
    add_term(s, 2023, 2, "2023-11-06", "2024-02-29"); /* ends on a leap day */
    add_term(s, 2023, 3, "2024-03-01", "2024-06-21");
    add_term(s, 2024, 1, "2024-09-03", "2024-12-31"); /* ends with the year */
    add_term(s, 2024, 2, "2025-01-01", "2025-01-31");
    add_term(s, 2024, 3, "2025-02-10", "2025-06-20");
    for (int64_t d = FIRST; d < LAST; d++) {
        struct ymd y = day_split(d);
        bool winter = (y.month == 12 && y.day >= 22) || (y.month == 1 && y.day <= 5);
        s->school[d - FIRST] = s->term[d - FIRST] && day_weekday(d) < 5 && !winter && y.day != 11;
        if (s->school[d - FIRST])
            s->held[s->days.ndays++] = d;
    }
    s->days.terms = s->terms;
    s->days.semesters = s->semesters;
    s->days.days = s->held;
    s->calendar = (struct calendar){8, 1, 0, &s->days};
}

static bool school_on(const struct school *s, int64_t day) {
    return day >= FIRST && day < LAST && s->school[day - FIRST];
}

static struct school world;

START_TEST(terms_of_every_day) {
    make_school(&world);
    const struct calendar *c = &world.calendar;
    for (int64_t day = FIRST; day < LAST; day++) {
        int64_t term = world.term[day - FIRST], semester = world.semester[day - FIRST];
        CHECK(period_of(c, GRAIN_TERM, day) == (term ? term : PERIOD_NONE), day);
        CHECK(period_of(c, GRAIN_SEMESTER, day) == (semester ? semester : PERIOD_NONE), day);
        CHECK(!term || (period_start(c, term) <= day && day < period_stop(c, term)), day);
        CHECK(!term || day == FIRST || term == world.term[day - 1 - FIRST] ||
                  period_start(c, term) == day,
              day);
        CHECK(!term || term == world.term[day + 1 - FIRST] || period_stop(c, term) == day + 1, day);
    }
    int64_t unknown = period_pack(GRAIN_TERM, 2024 * TERMS_A_YEAR + 4), a, b;
    ck_assert(!period_is_known(c, unknown));
    ck_assert_int_eq(period_start(c, unknown), period_stop(c, unknown));
    ck_assert(!periods_days(c, unknown, unknown, GRAIN_NONE, &a, &b));
}
END_TEST

START_TEST(term_texts_come_back) {
    make_school(&world);
    for (uint32_t i = 0; i < world.days.nterms; i++) {
        char text[24];
        int64_t back = 0;
        size_t n = period_print(&world.calendar, text, world.terms[i].period);
        ck_assert(period_parse(&world.calendar, (struct str){text, n}, &back));
        ck_assert_int_eq(back, world.terms[i].period);
    }
    static const char *const wrong[] = {"SY2024-25T",  "SY2024-25T0", "SY2024-25T10",
                                        "SY2024-25X1", "SY2024-26T1", "SY2024T1",
                                        "T1"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int64_t unused = 0;
        ck_assert_msg(!period_parse(&world.calendar, str_of(wrong[i]), &unused), "%s", wrong[i]);
    }
    const struct calendar plain = {1, 1, 0, NULL};
    int64_t term = 0;
    ck_assert(period_parse(&plain, STR("SY2018T2"), &term));
    ck_assert_int_eq(term, period_pack(GRAIN_TERM, 2018 * TERMS_A_YEAR + 2));
}
END_TEST

/* The first and the last term with a day in every stretch that starts or ends at some edge. */
START_TEST(terms_between_days) {
    make_school(&world);
    for (int64_t from = FIRST; from < LAST - 300; from += 7)
        for (int64_t to = from; to < from + 300; to += 11) {
            int64_t first = 0, last = 0, got_first = 0, got_last = 0;
            for (int64_t d = from; d < to; d++) {
                int64_t term = world.term[d - FIRST];
                first = first ? first : term;
                last = term ? term : last;
            }
            bool any =
                periods_between(&world.calendar, GRAIN_TERM, from, to, &got_first, &got_last);
            CHECK(any == (first != 0), from);
            CHECK(!any || (got_first == first && got_last == last), from);
        }
}
END_TEST

START_TEST(terms_follow_each_other) {
    make_school(&world);
    const struct calendar *c = &world.calendar;
    for (uint32_t i = 0; i < world.days.nterms; i++) {
        int64_t period = world.terms[i].period, before = 0;
        for (int64_t k = 0; k < 12; k++) {
            bool there = period_before(c, period, GRAIN_NONE, k, &before);
            ck_assert(there == (k <= i));
            ck_assert(!there || before == world.terms[i - k].period);
        }
        if (i + 1 < world.days.nterms)
            ck_assert_int_eq(period_next(c, period), world.terms[i + 1].period);
        ck_assert_int_eq(period_position(c, period), i);
        ck_assert_int_eq(period_at_position(c, GRAIN_TERM, i), period);
        int64_t year = period_ordinal(period) / TERMS_A_YEAR, wanted = 0;
        int64_t number = period_ordinal(period) % TERMS_A_YEAR;
        for (uint32_t k = 0; k < i; k++)
            if (period_ordinal(world.terms[k].period) / TERMS_A_YEAR == year - 1 &&
                period_ordinal(world.terms[k].period) % TERMS_A_YEAR == number)
                wanted = world.terms[k].period;
        ck_assert(period_before(c, period, GRAIN_YEAR, 1, &before) == (wanted != 0));
        ck_assert(!wanted || before == wanted);
    }
}
END_TEST

/* ---- positions by days of school ---- */

START_TEST(school_days_are_counted) {
    make_school(&world);
    int64_t seen = 0;
    for (int64_t day = FIRST; day < LAST; day++) {
        CHECK(school_days_before(&world.calendar, day) == seen, day);
        CHECK(is_school_day(&world.calendar, day) == school_on(&world, day), day);
        seen += school_on(&world, day);
    }
}
END_TEST

START_TEST(the_school_day_before) {
    make_school(&world);
    for (int64_t day = FIRST; day < LAST; day++)
        for (int64_t k = 0; k < 9; k++) {
            int64_t at = day, left = k, got = 0;
            while (left > 0 && at > FIRST)
                left -= school_on(&world, --at);
            bool there =
                period_before(&world.calendar, period_pack(GRAIN_DAY, day), GRAIN_NONE, k, &got);
            CHECK(there == (left == 0), day);
            CHECK(!there || period_ordinal(got) == at, day);
        }
}
END_TEST

static bool school_in_week(const struct school *s, int64_t monday) {
    bool any = false;
    for (int64_t d = monday; d < monday + 7; d++)
        any = any || school_on(s, d);
    return any;
}

START_TEST(the_school_week_before) {
    make_school(&world);
    for (int64_t day = FIRST + 7; day < LAST; day += 3)
        for (int64_t k = 0; k < 5; k++) {
            int64_t at = week_start(0, day), left = k, got = 0;
            int64_t week = period_of(&world.calendar, GRAIN_WEEK, day);
            while (left > 0 && at > FIRST) {
                at -= 7;
                left -= school_in_week(&world, at);
            }
            bool there = period_before(&world.calendar, week, GRAIN_NONE, k, &got);
            CHECK(there == (left == 0), day);
            CHECK(!there || period_start(&world.calendar, got) == at, day);
            CHECK(!there || k == 0 || window_first_day(&world.calendar, week, k + 1) == at, day);
        }
}
END_TEST

/* 1 August of that year. */
static int64_t august(int year) {
    return day_of((struct ymd){year, 8, 1});
}

START_TEST(the_same_school_day_last_year) {
    make_school(&world);
    for (int64_t day = FIRST; day < LAST; day++) {
        int64_t n = 0, wanted = 0, got = 0;
        int year = year_with(8, 1, day);
        for (int64_t d = august(year); d <= day; d++)
            n += school_on(&world, d);
        for (int64_t d = august(year - 1); d < august(year) && school_on(&world, day); d++) {
            n -= school_on(&world, d);
            if (n == 0 && school_on(&world, d))
                wanted = d;
        }
        bool there =
            period_before(&world.calendar, period_pack(GRAIN_DAY, day), GRAIN_YEAR, 1, &got);
        CHECK(there == (wanted != 0), day);
        CHECK(!there || period_ordinal(got) == wanted, day);
    }
}
END_TEST

/* Weeks of school of a school year, in order: those with a day of school in it. */
static uint32_t school_weeks(const struct school *s, int year, int64_t mondays[64]) {
    uint32_t n = 0;
    for (int64_t d = august(year); d < august(year + 1); d++)
        if (school_on(s, d) && (n == 0 || mondays[n - 1] != week_start(0, d)))
            mondays[n++] = week_start(0, d);
    return n;
}

START_TEST(the_same_school_week_last_year) {
    make_school(&world);
    for (int year = 2023; year <= 2024; year++) {
        int64_t now[64], then[64], got = 0;
        uint32_t n = school_weeks(&world, year, now), m = school_weeks(&world, year - 1, then);
        for (uint32_t i = 0; i < n; i++) {
            /* a week of the last day of one year and the first of the next is one of the former */
            bool shared = i == 0 && m > 0 && then[m - 1] == now[0];
            int64_t week = period_of(&world.calendar, GRAIN_WEEK, now[i]);
            bool there = period_before(&world.calendar, week, GRAIN_YEAR, 1, &got);
            CHECK(shared || there == (i < m), now[i]);
            CHECK(shared || !there || period_start(&world.calendar, got) == then[i], now[i]);
        }
    }
    int64_t unused,
        break_week = period_of(&world.calendar, GRAIN_WEEK, day_of((struct ymd){2024, 12, 25}));
    ck_assert(!period_has_school(&world.calendar, break_week));
    ck_assert(!period_before(&world.calendar, break_week, GRAIN_YEAR, 1, &unused));
}
END_TEST

START_TEST(to_date_of_terms) {
    make_school(&world);
    for (int64_t day = FIRST; day < LAST; day++) {
        int64_t term = world.term[day - FIRST], start = day;
        int64_t since = period_since(&world.calendar, period_pack(GRAIN_DAY, day), GRAIN_TERM);
        while (term && start > FIRST && world.term[start - 1 - FIRST] == term)
            start--;
        CHECK(since == start, day);
    }
}
END_TEST

Suite *calendar_suite(void) {
    Suite *s = suite_create("calendar");
    TCase *t = tcase_create("calendar");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, weeks_from_any_day);
    tcase_add_test(t, school_years_from_any_day);
    tcase_add_test(t, terms_of_every_day);
    tcase_add_test(t, term_texts_come_back);
    tcase_add_test(t, terms_between_days);
    tcase_add_test(t, terms_follow_each_other);
    tcase_add_test(t, school_days_are_counted);
    tcase_add_test(t, the_school_day_before);
    tcase_add_test(t, the_school_week_before);
    tcase_add_test(t, the_same_school_day_last_year);
    tcase_add_test(t, the_same_school_week_last_year);
    tcase_add_test(t, to_date_of_terms);
    suite_add_tcase(s, t);
    return s;
}
