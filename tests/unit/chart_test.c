/* Axes, labels and sentences by hand; whole pictures against tests/golden/charts, which a person
 * has looked at. */
#include "base/num.h"
#include "chart_golden.h"
#include "stdlib/chart/chart.h"
#include "stdlib/picture/wrap.h"
#include "suites.h"
#include <math.h>

static struct golden g;
static const struct calendar calendar = CALENDAR_DEFAULT;

static void start(void) {
    golden_start(&g);
}

static void stop(void) {
    golden_stop(&g);
}

/* ---- axes ---- */

START_TEST(round_ticks) {
    struct ticks t = scale_ticks(0.3, 9.7, 6);
    ck_assert_double_eq_tol(t.step, 2, 1e-12);
    ck_assert_double_eq_tol(scale_tick(&t, 0), 2, 1e-12);
    ck_assert_uint_eq(t.n, 4);
    t = scale_ticks(84.25, 92.74, 6);
    ck_assert_double_eq_tol(scale_tick(&t, 0), 86, 1e-12);
    ck_assert_int_eq(t.decimals, 0);
    t = scale_ticks(-0.11, 0.12, 6);
    ck_assert_double_eq_tol(t.step, 0.05, 1e-12);
    ck_assert_int_eq(t.decimals, 2);
    ck_assert(scale_tick(&t, 2) == 0); /* zero is zero, not 1e-18 */
    t = scale_ticks(0, 12000, 4);
    ck_assert_double_eq_tol(t.step, 5000, 1e-9);
}
END_TEST

START_TEST(steps_of_periods) {
    ck_assert_int_eq(scale_period_step(GRAIN_MONTH, 10, 12), 1);
    ck_assert_int_eq(scale_period_step(GRAIN_MONTH, 36, 12), 3);
    ck_assert_int_eq(scale_period_step(GRAIN_WEEK, 40, 12), 4);
    ck_assert_int_eq(scale_period_step(GRAIN_YEAR, 1000, 3), 400);
    /* March, June, September, December are 3 apart, but January is where a year is labelled. */
    ck_assert(scale_labelled(GRAIN_MONTH, 2016 * 12, 2015 * 12 + 8, 3));
    ck_assert(!scale_labelled(GRAIN_MONTH, 2015 * 12 + 8, 2015 * 12 + 8, 12));
}
END_TEST

static void expect_label(const char *period, const char *label, const char *words) {
    char text[PERIOD_TEXT];
    int64_t p;
    ck_assert(period_parse(&calendar, str_of(period), &p));
    scale_label(&calendar, text, p);
    ck_assert_str_eq(text, label);
    scale_words(&calendar, text, p);
    ck_assert_str_eq(text, words);
}

START_TEST(labels_of_periods) {
    expect_label("2015-09", "Sep", "September 2015");
    expect_label("2015-W37", "7 Sep", "the week of 7 September 2015");
    expect_label("2015Q3", "Q3", "Q3 2015");
    expect_label("SY2015-16", "2015-16", "2015-16");
    expect_label("2015", "2015", "2015");
    expect_label("2015-09-07", "7 Sep", "7 September 2015");
}
END_TEST

START_TEST(lines_of_words) {
    struct str rest = STR("one two  three-and-more \xC3\xA9nd");
    ck_assert(str_is(wrap_line(&rest, 7), "one two"));
    ck_assert(str_is(wrap_line(&rest, 7), "three-a"));
    ck_assert(str_is(wrap_line(&rest, 8), "nd-more"));
    ck_assert(str_is(wrap_line(&rest, 8), "\xC3\xA9nd"));
    ck_assert_uint_eq(rest.n, 0);
}
END_TEST

/* ---- fixed series ---- */

/* Attendance of 24 months in percent, one of them missing, the last eight at a lower level. */
static const double ATTENDANCE[] = {91.2, 92.0, 91.1, 90.4, 90.9, 91.5, 92.1, 91.4,
                                    90.8, 91.9, NAN,  91.6, 92.3, 91.0, 90.7, 91.2,
                                    87.9, 88.4, 88.1, 87.2, 88.6, 88.0, 87.5, 84.1};
/* Chronically absent and enrolled of 14 weeks. */
static const int64_t ABSENT[] = {31, 28, 35, 30, 27, 33, 29, 36, 30, 32, 28, 62, 34, 31};
static const int64_t ENROLLED[] = {240, 238, 241, 120, 243, 240, 239,
                                   244, 242, 240, 236, 241, 240, 60};

static int64_t ats[64];
static double shares[64];
static struct chart_series series[12];

static void fill_periods(enum grain grain, int64_t first, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        ats[i] = period_pack(grain, first + i);
    }
}

static struct chart_series judged(const char *name, const double *x, uint32_t n,
                                  enum spc_kind kind) {
    static double absent[24], enrolled[24];
    for (uint32_t i = 0; i < n && i < COUNT_OF(ABSENT); i++) {
        absent[i] = (double)ABSENT[i];
        enrolled[i] = (double)ENROLLED[i];
    }
    struct spc_input in = {
        .points = {.n = n, .value = x, .count = absent, .size = enrolled, .base_stop = n},
        .kind = kind,
        .profile = rule_profile_named(STR("anhoej"), kind == SPC_RUN),
        .options = {.constant = SPC_WHEELER, .centre = NAN, .sigma = NAN},
        .low_bound = kind == SPC_P ? 0 : -(double)INFINITY,
        .high_bound = kind == SPC_P ? 1 : (double)INFINITY};
    struct spc_result *r = spc_analyse(&g.arena, &in);
    ck_assert_ptr_nonnull(r);
    return (struct chart_series){str_of(name), n, ats, x, r, NULL};
}

static struct chart attendance(enum spc_kind kind) {
    fill_periods(GRAIN_MONTH, 2014 * 12 + 8, 24);
    series[0] = judged("", ATTENDANCE, 24, kind);
    struct chart c = {.title = STR("Attendance rate <all schools>"),
                      .unit = STR("%"),
                      .better = BETTER_UP,
                      .has_target = true,
                      .target = 93,
                      .target_by = day_of((struct ymd){2027, 6, 30}),
                      .grain = GRAIN_MONTH,
                      .calendar = calendar,
                      .series = series,
                      .nseries = 1};
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

/* Two phases, the first with a ghost: 1, 2, 1, 2, 1, 2, (9), 11, 12, ... with a mean moving range
 * of 1 in each. */
static struct chart phases(void) {
    static const double x[] = {1, 2, 1, 2, 1, 2, 9, 11, 12, 11, 12, 11, 12};
    static const uint8_t ghost[] = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    static const size_t starts[] = {0, 7};
    struct spc_input in = {.kind = SPC_XMR,
                           .points = {.n = 13, .value = x, .ghost = ghost, .base_stop = 13},
                           .phase_starts = starts,
                           .nphases = 2,
                           .profile = rule_profile_named(STR("nelson"), false),
                           .options = {.centre = NAN, .sigma = NAN},
                           .low_bound = -(double)INFINITY,
                           .high_bound = (double)INFINITY};
    fill_periods(GRAIN_MONTH, 2024 * 12, 13);
    series[0] = (struct chart_series){STR_NONE, 13, ats, x, spc_analyse(&g.arena, &in), NULL};
    ck_assert_ptr_nonnull(series[0].spc);
    struct chart c = {.title = STR("Falls"),
                      .better = BETTER_DOWN,
                      .grain = GRAIN_MONTH,
                      .calendar = calendar,
                      .series = series,
                      .nseries = 1};
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

static struct chart absence(void) {
    fill_periods(GRAIN_WEEK, 2384, 14);
    for (int i = 0; i < 14; i++) {
        shares[i] = (double)ABSENT[i] / (double)ENROLLED[i];
    }
    series[0] = judged("", shares, 14, SPC_P);
    struct chart c = {.title = STR("Chronic absence"),
                      .share = true,
                      .better = BETTER_DOWN,
                      .grain = GRAIN_WEEK,
                      .calendar = calendar,
                      .series = series,
                      .nseries = 1};
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

static struct chart boroughs(void) {
    static double moved[5][24];
    static const char *const names[] = {"Bronx", "Brooklyn", "Manhattan", "Queens",
                                        "Staten Island"};
    fill_periods(GRAIN_MONTH, 2014 * 12 + 8, 24);
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < 24; i++) {
            moved[k][i] = ATTENDANCE[(i + 5 * k) % 24] - k;
        }
        series[k] = judged(names[k], moved[k], 24, SPC_XMR);
    }
    struct chart c = {.title = STR("Attendance by borough"),
                      .unit = STR("%"),
                      .grain = GRAIN_MONTH,
                      .calendar = calendar,
                      .series = series,
                      .nseries = 5,
                      .left_out = 2};
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

/* With a baseline of the first ten months, and a definition that changed twice on the chart, once
 * before it and once behind it. */
static struct chart marked(struct chart c) {
    static struct chart_change changes[4];
    const struct ymd days[4] = {{2014, 8, 15}, {2015, 3, 16}, {2016, 1, 1}, {2016, 12, 1}};
    const char *const names[4] = {"rate@2", "rate@3", "rate@4", "rate@5"};
    const char *const reasons[4] = {"", "half days count as half <of one>", "as the state counts",
                                    "never seen"};
    for (int i = 0; i < 4; i++) {
        changes[i] = (struct chart_change){day_of(days[i]), str_of(names[i]), str_of(reasons[i])};
    }
    c.has_baseline = true;
    c.baseline = 91.5;
    c.baseline_first = day_of((struct ymd){2014, 7, 1});
    c.baseline_stop = day_of((struct ymd){2015, 7, 1});
    c.changes = changes;
    c.nchanges = 4;
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

/* With a target that is another one from the ninth month on, and notes: over three months, two a
 * day apart, and one of another time. */
static struct chart noted(struct chart c) {
    static struct spc_note notes[4];
    static double targets[24];
    const struct ymd first[4] = {{2014, 11, 1}, {2015, 9, 7}, {2015, 9, 8}, {2019, 1, 1}};
    const struct ymd last[4] = {{2015, 1, 31}, {2015, 9, 7}, {2015, 9, 8}, {2019, 1, 1}};
    const char *const words[4] = {
        ("Influenza in two of three <districts> & more teachers away than could be stood in for, so "
         "that classes were joined"),
        "Breakfast at school", "Buses come earlier", "Not yet"};
    for (int i = 0; i < 4; i++) {
        notes[i] = (struct spc_note){day_of(first[i]), day_of(last[i]) + 1, str_of(words[i])};
    }
    for (int i = 0; i < 24; i++) {
        targets[i] = i < 8 ? 88 : 93;
    }
    for (uint32_t k = 0; k < c.nseries; k++) {
        c.series[k].target = targets;
    }
    c.has_target = true;
    c.target = 93;
    c.notes = notes;
    c.nnotes = 4;
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

/* Of 23 months: of the first eight all meet 88, of the others none 93. */
START_TEST(notes_and_targets_of_their_time) {
    struct chart c = noted(marked(attendance(SPC_XMR)));
    struct figure f;
    ck_assert_uint_eq(chart_notes_outside(&c), 1);
    ck_assert_ptr_nonnull(strstr(c.verdict.p, "the target now at least 93.0%, the last by 30 June "
                                              "2027 (not met on average), the baseline 91.5%; 8 of "
                                              "23 months met the target of their time. "));
    ck_assert(chart_figure(&g.arena, &c, &f));
    ck_assert_uint_eq(f.nnotes, 5); /* three notes and two definitions, in order of time */
    ck_assert(str_is(f.notes[1].words, "rate@3 from 16 March 2015: half days count as half <of "
                                       "one>"));
    ck_assert(str_is(f.notes[2].words, "7 September 2015: Breakfast at school"));
    ck_assert_double_eq_tol(f.notes[0].from, 2014 * 12 + 8 + 2 - 0.5, 1e-9);
    ck_assert_double_eq_tol(f.notes[0].to, 2014 * 12 + 8 + 4 + 0.5, 0.05);
}
END_TEST

START_TEST(marks_in_their_places) {
    struct chart c = marked(attendance(SPC_XMR));
    double at, from, to, first = 2014 * 12 + 8;
    ck_assert(!chart_change_at(&c, 0, &at));
    ck_assert(chart_change_at(&c, 1, &at)); /* 15 of the 31 days of the seventh month are over */
    ck_assert_double_eq_tol(at, first + 6 + 15.0 / 31 - 0.5, 1e-9);
    ck_assert(chart_change_at(&c, 2, &at)); /* between December and January */
    ck_assert_double_eq_tol(at, first + 16 - 0.5, 1e-9);
    ck_assert(!chart_change_at(&c, 3, &at));
    ck_assert(c.baseline_shown && chart_baseline_span(&c, &from, &to));
    ck_assert_double_eq_tol(from, first - 0.5, 1e-9); /* from before the chart */
    ck_assert_double_eq_tol(to, first + 9 + 29.0 / 30 - 0.5, 1e-9);
    ck_assert(str_is(chart_change_words(&g.arena, &c, 2),
                     "rate@4 from 1 January 2016: as the state counts"));
    ck_assert_ptr_nonnull(strstr(c.verdict.p, "(not met on average), the baseline 91.5%."));
    c.baseline_first = c.baseline_stop = day_of((struct ymd){2010, 1, 1});
    ck_assert(!chart_baseline_span(&c, &from, &to));
}
END_TEST

static struct figure figure_of(const struct chart *c) {
    struct figure f;
    ck_assert(chart_figure(&g.arena, c, &f));
    return f;
}

static void draw_terminal(struct buf *to, const struct chart *c, int width, int glyphs) {
    struct figure f = figure_of(c);
    figure_terminal(to, &g.arena, &f, width, glyphs);
}

static void draw_svg(struct buf *to, const struct chart *c) {
    struct figure f = figure_of(c);
    figure_svg(to, &g.arena, &f);
}

START_TEST(sentences) {
    struct chart c = attendance(SPC_RUN);
    ck_assert_ptr_nonnull(strstr(c.verdict.p, "The median is 90.9%, the target at least 93.0% by "
                                              "30 June 2027 (not met on average)."));
    c = attendance(SPC_XMR);
    ck_assert_ptr_nonnull(strstr(
        c.verdict.p, "2 months below the lower limit (worse): April 2016 and August 2016. "));
    c = absence();
    ck_assert_ptr_nonnull(strstr(
        c.verdict.p, "2 weeks above the upper limit (worse): the week of 23 November 2015 and the "
                     "week of 7 December 2015. "));
    ck_assert_ptr_nonnull(strstr(c.summary.p, "Control chart of 14 weeks, from the week of "));
}
END_TEST

START_TEST(gaps_in_the_line) {
    struct chart c = attendance(SPC_XMR);
    ck_assert(chart_joined(&c, &series[0], 9));
    ck_assert(!chart_joined(&c, &series[0], 10) && !chart_joined(&c, &series[0], 11));
    ats[5]++; /* now a month is absent between points 4 and 5 */
    ck_assert(!chart_joined(&c, &series[0], 5));
}
END_TEST

START_TEST(odd_series_are_drawn) {
    static const double none[] = {NAN, NAN}, flat[] = {5, 5, 5}, one[] = {0.25},
                        huge[] = {-1e12, 1e12};
    static const struct {
        const double *x;
        uint32_t n;
    } all[] = {{none, 2}, {flat, 3}, {one, 1}, {huge, 2}, {none, 0}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        fill_periods(GRAIN_YEAR, 2015, 3);
        series[0] = judged("", all[i].x, all[i].n, SPC_XMR);
        struct chart c = {.title = STR("Odd"),
                          .grain = GRAIN_YEAR,
                          .calendar = calendar,
                          .series = series,
                          .nseries = 1};
        ck_assert(chart_finish(&g.arena, &c));
        for (int glyphs = 0; glyphs <= 2; glyphs++) {
            draw_terminal(&g.out, &c, 10 + 60 * glyphs, glyphs);
        }
        draw_svg(&g.out, &c);
        ck_assert(!g.out.failed);
        ck_assert_ptr_null(strstr(g.out.p, "nan"));
        ck_assert_ptr_null(strstr(g.out.p, "inf"));
    }
}
END_TEST

START_TEST(lines_fit_the_terminal) {
    struct chart c = marked(attendance(SPC_XMR));
    for (int width = 30; width < 140; width += 7) {
        buf_clear(&g.out);
        draw_terminal(&g.out, &c, width, 2);
        for (size_t at = 0; at < g.out.n;) {
            size_t length = strcspn(g.out.p + at, "\n");
            ck_assert_uint_le(utf8_width((struct str){g.out.p + at, length}), (size_t)width);
            at += length + 1;
        }
    }
}
END_TEST

START_TEST(no_memory_is_told) {
    struct chart c = marked(attendance(SPC_XMR));
    bool done = false;
    for (uint64_t at = 1; !done; at++) {
        struct alloc small;
        struct arena a;
        struct buf b;
        alloc_init(&small, NULL, NULL, 0);
        small.fail_at = at;
        arena_init(&a, &small);
        buf_init(&b, &small);
        struct chart again = c;
        done = chart_finish(&a, &again);
        if (done) {
            struct figure f;
            done = chart_figure(&a, &again, &f);
            if (done) {
                figure_terminal(&b, &a, &f, 80, 2);
                figure_svg(&b, &a, &f);
            }
            done = done && !b.failed;
        }
        buf_free(&b);
        arena_free(&a);
        ck_assert_uint_eq(small.used, 0);
        ck_assert(at < 1000);
    }
}
END_TEST

/* ---- whole pictures ---- */

static void expect_terminal(const char *name, const struct chart *c, int width, int glyphs) {
    struct figure f = figure_of(c);
    golden_terminal(&g, name, &f, width, glyphs);
}

static void expect_svg(const char *name, const struct chart *c) {
    struct figure f = figure_of(c);
    golden_svg(&g, name, &f);
}

START_TEST(phases_have_levels_of_their_own) {
    struct chart c = phases();
    const struct spc_result *r = c.series[0].spc;
    ck_assert(!chart_is_level(r->lines.centre, r->n) && !chart_is_level(r->upper, r->n));
    ck_assert(chart_phase_begins(r, 7) && !chart_phase_begins(r, 0) && !chart_phase_begins(r, 8));
    ck_assert(chart_is_ghost(r, 6) && !chart_is_ghost(r, 7));
    ck_assert(strstr(c.verdict.p, "The mean is 11.5, since August 2024 (before, it was 1.5)."));
    ck_assert(strstr(c.method.p, "1 hollow point is not judged"));
}
END_TEST

START_TEST(pictures) {
    struct chart c = attendance(SPC_XMR);
    expect_svg("attendance.svg", &c);
    expect_terminal("attendance.txt", &c, 90, 2);
    c = attendance(SPC_RUN);
    expect_svg("attendance_run.svg", &c);
    expect_terminal("attendance_run_ascii.txt", &c, 70, 0);
    c = absence();
    expect_svg("absence.svg", &c);
    expect_terminal("absence_lines.txt", &c, 80, 1);
    c = boroughs();
    expect_svg("boroughs.svg", &c);
    expect_terminal("boroughs.txt", &c, 80, 2);
    c = marked(attendance(SPC_XMR));
    expect_svg("marked.svg", &c);
    expect_terminal("marked.txt", &c, 90, 2);
    expect_terminal("marked_ascii.txt", &c, 70, 0);
    c = phases();
    expect_svg("phases.svg", &c);
    expect_terminal("phases.txt", &c, 80, 2);
    expect_terminal("phases_ascii.txt", &c, 80, 0);
    c = marked(boroughs());
    expect_svg("marked_boroughs.svg", &c);
    c = noted(marked(attendance(SPC_XMR)));
    expect_svg("noted.svg", &c);
    expect_terminal("noted.txt", &c, 80, 2);
    expect_terminal("noted_ascii.txt", &c, 60, 0);
    c = noted(marked(boroughs()));
    expect_svg("noted_boroughs.svg", &c);
}
END_TEST

Suite *chart_suite(void) {
    Suite *suite = suite_create("chart");
    TCase *t = tcase_create("chart");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, round_ticks);
    tcase_add_test(t, steps_of_periods);
    tcase_add_test(t, labels_of_periods);
    tcase_add_test(t, lines_of_words);
    tcase_add_test(t, marks_in_their_places);
    tcase_add_test(t, notes_and_targets_of_their_time);
    tcase_add_test(t, sentences);
    tcase_add_test(t, gaps_in_the_line);
    tcase_add_test(t, odd_series_are_drawn);
    tcase_add_test(t, lines_fit_the_terminal);
    tcase_add_test(t, no_memory_is_told);
    tcase_add_test(t, phases_have_levels_of_their_own);
    tcase_add_test(t, pictures);
    suite_add_tcase(suite, t);
    return suite;
}
