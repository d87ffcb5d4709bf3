/* Positions in the calendar against looking them up in one that is counted day by day, and
 * groupings over windows and totals, and last values by date, against plain loops. */
#include "base/position.h"
#include "exec_world.h"
#include <stdio.h>
#include <time.h>

static const struct calendar JULY = {7, 1, 0, NULL};
enum { FIRST = 10000, LAST = 16000 }; /* 1997 to 2013 */

/* "2004-53": year and number of the ISO week, by the C library. */
static void week_name(char out[16], int64_t day) {
    time_t seconds = (time_t)day * 86400;
    struct tm t;
    gmtime_r(&seconds, &t);
    strftime(out, 16, "%G-%V", &t);
}

START_TEST(weeks_of_the_year_before) {
    for (int64_t day = FIRST + 400; day < LAST; day += 7) {
        char now[16], name[16], wanted[32];
        week_name(now, day);
        int year;
        ck_assert_int_eq(sscanf(now, "%4d", &year), 1);
        snprintf(wanted, sizeof wanted, "%04d%s", year - 1, now + 4);
        int64_t found = 0, before, period = period_of(&JULY, GRAIN_WEEK, day);
        for (int64_t d = day - 380; d < day - 340 && !found; d++) {
            week_name(name, d);
            found = strcmp(name, wanted) == 0 ? d : 0;
        }
        bool there = period_before(&JULY, period, GRAIN_YEAR, 1, &before);
        ck_assert_msg(there == (found != 0), "%s", now);
        if (there)
            ck_assert_int_eq(before, period_of(&JULY, GRAIN_WEEK, found));
    }
}
END_TEST

START_TEST(days_of_the_year_before) {
    for (int64_t day = FIRST + 400; day < LAST; day++) {
        struct ymd d = day_split(day);
        int64_t found = 0, before;
        for (int64_t at = day - 366; at <= day - 365; at++) {
            struct ymd e = day_split(at);
            found = e.month == d.month && e.day == d.day ? at : found;
        }
        bool leap = d.month == 2 && d.day == 29;
        bool there = period_before(&JULY, period_of(&JULY, GRAIN_DAY, day), GRAIN_YEAR, 1, &before);
        MUST(there == !leap && (leap || period_ordinal(before) == found));
    }
}
END_TEST

START_TEST(longer_periods_of_the_year_before) {
    static const enum grain grains[] = {GRAIN_MONTH, GRAIN_QUARTER, GRAIN_YEAR, GRAIN_SCHOOL_YEAR};
    for (int64_t day = FIRST + 800; day < LAST; day += 13)
        for (size_t g = 0; g < COUNT_OF(grains); g++) {
            int64_t before, two, period = period_of(&JULY, grains[g], day);
            struct ymd d = day_split(period_start(&JULY, period));
            MUST(period_before(&JULY, period, GRAIN_YEAR, 1, &before));
            MUST(period_start(&JULY, before) == day_of((struct ymd){d.year - 1, d.month, d.day}));
            MUST(period_before(&JULY, period, GRAIN_YEAR, 2, &two));
            MUST(period_start(&JULY, two) == day_of((struct ymd){d.year - 2, d.month, d.day}));
            MUST(period_before(&JULY, period, GRAIN_NONE, 1, &before));
            MUST(period_stop(&JULY, before) == period_start(&JULY, period));
        }
}
END_TEST

/* Going back a day at a time from the period's last day. */
static int64_t walked_back(int64_t period, enum grain since) {
    int64_t day = period_stop(&JULY, period) - 1;
    int64_t holds = period_of(&JULY, since, day);
    while (period_of(&JULY, since, day - 1) == holds)
        day--;
    return day;
}

START_TEST(since_the_start_of_what_holds_it) {
    static const enum grain grains[] = {GRAIN_DAY, GRAIN_WEEK, GRAIN_MONTH, GRAIN_QUARTER};
    for (int64_t day = FIRST; day < LAST; day += 3)
        for (size_t g = 0; g < COUNT_OF(grains); g++) {
            int64_t period = period_of(&JULY, grains[g], day);
            MUST(period_since(&JULY, period, GRAIN_SCHOOL_YEAR) ==
                 walked_back(period, GRAIN_SCHOOL_YEAR));
            MUST(period_since(&JULY, period, grains[g]) == period_start(&JULY, period));
        }
    int64_t year = period_of(&JULY, GRAIN_YEAR, FIRST);
    ck_assert_int_eq(period_since(&JULY, year, GRAIN_SCHOOL_YEAR), period_start(&JULY, year));
}
END_TEST

/* ---- groupings ---- */

/* Facts by status (with totals) and by the months whose window of `rolling` months holds them. */
static struct plan *window_plan(struct world *w, struct axis *axis, bool total) {
    const struct plan *input = finish(w, scan_facts(w));
    struct plan *g = plan_new(w, BASE_GROUP, input);
    g->keys = ARENA_ARRAY(&w->arena, uint32_t, 3);
    g->keys[g->nkeys++] = F_STATUS;
    slot_new(g, type_nullable(&w->types, input->slot_types[F_STATUS], true));
    if (total) {
        g->keys[g->nkeys++] = KEY_TOTAL;
        slot_new(g, type_scalar(&w->types, TY_BOOL, false));
    }
    g->keys[g->nkeys++] = KEY_PERIOD;
    slot_new(g, type_scalar(&w->types, TY_PERIOD, false));
    g->axis = axis;
    g->day = F_DAY;
    g->aggregations = ARENA_ARRAY(&w->arena, struct aggregation, ROOM);
    aggregate(w, g, AGG_COUNT, -1, -1);
    aggregate(w, g, AGG_LAST, F_MINUTES, -1);
    g->aggregations[1].dated = true;
    g->aggregations[1].day = F_DAY;
    return finish(w, g);
}

static bool same_status(const struct world *w, const struct column *c, uint32_t row,
                        uint32_t fact) {
    const struct text *of = w->facts[F_STATUS].t[fact];
    if (!of || !c->t[row])
        return of == c->t[row];
    return str_eq(text_str(of), text_str(c->t[row]));
}

/* What a row of the answer must hold, by looking at every fact. */
static void check_row(const struct world *w, const struct axis *axis, const struct frame *f,
                      uint32_t row, bool with_totals) {
    uint32_t key = with_totals ? 2 : 1;
    bool total = with_totals && f->columns[1].i[row];
    int64_t month = period_ordinal(f->columns[key].i[row]), count = 0, last_day = INT64_MIN;
    int64_t minutes = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        struct ymd d = day_split(w->facts[F_DAY].i[i]);
        int64_t of = (int64_t)d.year * 12 + d.month - 1;
        if (of > month || of <= month - axis->rolling ||
            (!total && !same_status(w, &f->columns[0], row, i)))
            continue;
        count++;
        if (present(&w->facts[F_MINUTES], i) && w->facts[F_DAY].i[i] >= last_day) {
            last_day = w->facts[F_DAY].i[i];
            minutes = w->facts[F_MINUTES].i[i];
        }
    }
    MUST(f->columns[key + 1].i[row] == count && count > 0);
    MUST(present(&f->columns[key + 2], row) == (last_day > INT64_MIN));
    MUST(last_day == INT64_MIN || f->columns[key + 2].i[row] == minutes);
}

static struct axis months_of_2019(int64_t rolling) {
    return (struct axis){.grain = GRAIN_MONTH,
                         .has_range = true,
                         .first_day = day_of((struct ymd){2019, 1, 1}),
                         .stop_day = day_of((struct ymd){2020, 1, 1}),
                         .look = LOOK_ROLLING,
                         .rolling = rolling};
}

START_TEST(windows_and_totals) {
    struct world w;
    world_open(&w, 300);
    for (uint32_t i = 0; i < w.n; i++)
        w.facts[F_DAY].i[i] = day_of((struct ymd){2019, 1, 1}) + (int64_t)(i * 37 % 365);
    for (uint32_t batch = 1; batch <= BATCH_ROWS; batch *= 16)
        for (int64_t rolling = 1; rolling <= 13; rolling += 3)
            for (int total = 0; total < 2; total++) {
                struct axis axis = months_of_2019(rolling);
                w.batch = batch;
                struct frame *f = frame_of(&w, window_plan(&w, &axis, total));
                ck_assert_uint_gt(f->n, 12);
                for (uint32_t row = 0; row < f->n; row++)
                    check_row(&w, &axis, f, row, total);
                frame_drop(f);
            }
    world_close(&w);
}
END_TEST

START_TEST(rows_without_a_day_lie_in_every_period) {
    struct world w;
    world_open(&w, 3);
    for (uint32_t i = 0; i < w.n; i++) {
        set_word(&w, &w.facts[F_DAY], i, i > 0, day_of((struct ymd){2019, 2, 1}));
        set_text(&w, &w.facts[F_STATUS], i, "P");
    }
    w.fact_columns[F_DAY].type = type_scalar(&w.types, TY_DATE, true);
    struct axis axis = months_of_2019(1);
    struct frame *f = frame_of(&w, window_plan(&w, &axis, false));
    ck_assert_uint_eq(f->n, 12);
    for (uint32_t row = 0; row < f->n; row++)
        ck_assert_int_eq(f->columns[2].i[row], row == 1 ? 3 : 1);
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(memory_runs_out_in_windows) {
    struct world w;
    world_open(&w, 40);
    struct axis axis = months_of_2019(3);
    struct plan *p = window_plan(&w, &axis, true);
    enum status status = ST_NO_MEMORY;
    for (uint64_t i = 1; status == ST_NO_MEMORY; i++) {
        struct frame *f = NULL;
        w.memory.calls = 0;
        w.memory.fail_at = i;
        status = world_run(&w, p, &f);
        MUST(status == ST_NO_MEMORY || status == ST_OK);
        MUST(status == ST_OK || (f == NULL && w.memory.used == 0));
        if (f)
            frame_drop(f);
    }
    ck_assert_int_eq(status, ST_OK);
    w.memory.fail_at = 0;
    world_close(&w);
}
END_TEST

Suite *axis_suite(void) {
    Suite *suite = suite_create("axis");
    TCase *tests = tcase_create("axis");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, weeks_of_the_year_before);
    tcase_add_test(tests, days_of_the_year_before);
    tcase_add_test(tests, longer_periods_of_the_year_before);
    tcase_add_test(tests, since_the_start_of_what_holds_it);
    tcase_add_test(tests, windows_and_totals);
    tcase_add_test(tests, rows_without_a_day_lie_in_every_period);
    tcase_add_test(tests, memory_runs_out_in_windows);
    suite_add_tcase(suite, tests);
    return suite;
}
