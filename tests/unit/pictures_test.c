/* Pictures beside series over time: sentences and places by hand; whole pictures against
 * tests/golden/charts, which a person has looked at; what is empty, huge or alike; PNG and PDF. */
#include "chart_golden.h"
#include "stdlib/chart/pictures.h"
#include "stdlib/picture/clean.h"
#include "stdlib/picture/paint.h"
#include "suites.h"
#include <math.h>
#include <stdio.h>

static const struct calendar calendar = CALENDAR_DEFAULT;
static struct golden g;

static void start(void) {
    golden_start(&g);
}

static void stop(void) {
    golden_stop(&g);
}

static bool says(struct str s, const char *part) {
    return s.p && strstr(s.p, part) != NULL;
}

#define EXPECT_SAYS(s, part) ck_assert_msg(says(s, part), "it says: %s", (s).p)

static struct str numbered(const char *word, uint32_t i) {
    struct str s = arena_printf(&g.arena, "%s %u", word, i);
    ck_assert_ptr_nonnull(s.p);
    return s;
}

/* ---- parts ---- */

START_TEST(lists_of_names) {
    static const struct str names[] = {STR("A"), STR("B"), STR("C"), STR("D")};
    const char *const expected[] = {"", "A", "A and B", "A, B and C", "A, B and 2 more"};
    for (uint32_t n = 0; n <= 4; n++) {
        buf_clear(&g.out);
        figure_list(&g.out, names, n, 2);
        ck_assert(str_is(buf_view(&g.out), expected[n]));
    }
}
END_TEST

START_TEST(lines_end_at_the_edge) {
    double x[] = {0, 1, 2, 3}, y[] = {9, 7, 3, 1};
    const struct axis axis = {.low = 0, .high = 5};
    figure_cut_left(x, y, 4, &axis);
    ck_assert(isnan(y[0]));
    ck_assert_double_eq_tol(x[1], 1.5, 1e-12); /* half way from 7 to 3 it passes 5 */
    ck_assert_double_eq_tol(y[1], 5, 1e-12);
    ck_assert_double_eq_tol(y[2], 3, 1e-12);
}
END_TEST

START_TEST(counts_have_whole_ticks) {
    struct axis axis = {.low = 0, .high = 3.1};
    axis_tick_whole(&axis, 9);
    ck_assert_int_eq(axis.ticks.decimals, 0);
    ck_assert_double_eq_tol(axis.ticks.step, 1, 1e-12);
    axis = (struct axis){.low = 0, .high = 1};
    axis_tick_whole(&axis, 6);
    ck_assert_uint_eq(axis.ticks.n, 2);
}
END_TEST

START_TEST(files_by_their_ends) {
    ck_assert_int_eq(paint_form_of(STR("a/b.svg")), PAINT_SVG);
    ck_assert_int_eq(paint_form_of(STR("a.b/c")), PAINT_SVG);
    ck_assert_int_eq(paint_form_of(STR("c")), PAINT_SVG);
    ck_assert_int_eq(paint_form_of(STR("c.PNG")), PAINT_PNG);
    ck_assert_int_eq(paint_form_of(STR("c.svg.pdf")), PAINT_PDF);
    ck_assert_int_eq(paint_form_of(STR("c.jpeg")), PAINT_NONE);
    ck_assert_int_eq(paint_form_of(STR("")), PAINT_SVG);
}
END_TEST

START_TEST(hostile_names) {
    buf_clear(&g.out);
    clean_text(&g.out, STR("a\x1b[2J\xE2\x80\xAE b\n\xff\xC3\xA9"), true);
    ck_assert_str_eq(g.out.p, "a\xEF\xBF\xBD[2J\xEF\xBF\xBD b\n\xEF\xBF\xBD\xC3\xA9");
    buf_clear(&g.out);
    clean_text(&g.out, STR("a\nb"), false);
    ck_assert_str_eq(g.out.p, "a\xEF\xBF\xBD"
                              "b");
}
END_TEST

/* ---- funnels ---- */

enum { SCHOOLS = 48 };

/* Around one in five, with three that are not; sizes from 24 to 1,000. */
static struct spc_units schools(uint32_t n, bool spread) {
    struct spc_units u = {.kind = FUNNEL_SHARE,
                          .n = n,
                          .name = ARENA_ARRAY(&g.arena, struct str, n + 1),
                          .count = ARENA_ARRAY(&g.arena, double, n + 1),
                          .size = ARENA_ARRAY(&g.arena, double, n + 1),
                          .unit = ARENA_ARRAY(&g.arena, struct funnel_unit, n + 1)};
    for (uint32_t i = 0; i < n; i++) {
        double share = 0.2 + 0.016 * sin(i * 2.4) +
                       (i == 9    ? 0.2
                        : i == 30 ? -0.1
                        : i == 44 ? 0.07
                                  : 0);
        u.name[i] = numbered("School", i + 1);
        u.size[i] = floor(24 + (i * 617 % 1000) * (i % 3 ? 1 : 0.3));
        u.count[i] = floor(share * u.size[i] + 0.5);
    }
    ck_assert(funnel_of(&g.arena, u.kind, u.count, u.size, n, spread, &u.funnel, u.unit));
    return u;
}

static struct figure funnel(const struct chart *about, const struct spc_units *u) {
    struct figure f;
    ck_assert(funnel_figure(&g.arena, about, u, &f));
    return f;
}

static struct chart absence(void) {
    return (struct chart){.title = STR("Chronic absence by school"),
                          .share = true,
                          .better = BETTER_DOWN,
                          .has_target = true,
                          .target = 0.15,
                          .target_side = TARGET_AT_MOST};
}

START_TEST(funnels) {
    struct chart about = absence();
    struct spc_units u = schools(SCHOOLS, false);
    struct figure f = funnel(&about, &u);
    EXPECT_SAYS(f.verdict, "above the limits of 99.8 % (worse): School 10");
    EXPECT_SAYS(f.verdict, "below the limits of 99.8 % (better): School 31");
    golden_svg(&g, "funnel.svg", &f);
    golden_terminal(&g, "funnel.txt", &f, 80, 2);
    golden_terminal(&g, "funnel_ascii.txt", &f, 80, 0);
    golden_terminal(&g, "funnel_lines.txt", &f, 60, 1);
}
END_TEST

/* Ten units of 100 with 10, 20, ... 90 and 50: they vary far more than chance. */
START_TEST(funnels_are_widened) {
    struct chart about = {.title = STR("Wide"), .share = true};
    struct spc_units u = schools(10, true);
    for (uint32_t i = 0; i < 10; i++) {
        u.size[i] = 100;
        u.count[i] = i == 9 ? 50 : 10 * (i + 1);
    }
    ck_assert(funnel_of(&g.arena, u.kind, u.count, u.size, 10, true, &u.funnel, u.unit));
    struct figure f = funnel(&about, &u);
    EXPECT_SAYS(f.caution, "limits are widened by what is between them");
    EXPECT_SAYS(f.verdict, "None of 10 lies beyond the limits of 99.8 %: none stands out from how "
                           "much they vary altogether.");
    EXPECT_SAYS(f.verdict, "All together: 50.0%.");
    ck_assert(funnel_of(&g.arena, u.kind, u.count, u.size, 10, false, &u.funnel, u.unit));
    f = funnel(&about, &u);
    EXPECT_SAYS(f.caution, "so many lie outside");
    EXPECT_SAYS(f.verdict, "above the limits of 99.8 %: ");
}
END_TEST

/* ---- Pareto ---- */

static struct spc_categories causes(const double *count, uint32_t n) {
    struct spc_categories c = {.n = n, .at = ARENA_ARRAY(&g.arena, struct spc_category, n + 1)};
    for (uint32_t i = 0; i < n; i++) {
        c.at[i] = (struct spc_category){numbered("Cause", i + 1), count[i], i};
        c.total += count[i];
    }
    return c;
}

static struct figure pareto(const double *count, uint32_t n) {
    struct chart about = {.title = STR("Why pupils were late")};
    struct spc_categories all = causes(count, n);
    struct figure f;
    if (n > 1) {
        all.at[1].name = STR("Transport that came late or not at all");
    }
    ck_assert(pareto_figure(&g.arena, &about, &all, &f));
    return f;
}

/* 95 + 60 + 60 + 33 is 248 of 291, and without the last it is 215, which is less than 232.8. */
START_TEST(vital_few) {
    static const double count[] = {95, 60, 60, 33, 20, 12, 9, 2};
    struct figure f = pareto(count, 8);
    EXPECT_SAYS(f.verdict,
                "4 of 8 categories make up 85% of all: Cause 1, Transport that came late "
                "or not at all, Cause 3 and Cause 4.");
    ck_assert(f.rows[3].strong && !f.rows[4].strong);
    ck_assert_double_eq_tol(f.rows[1].mark, 155.0 / 291, 1e-12);
    golden_svg(&g, "pareto.svg", &f);
    golden_terminal(&g, "pareto.txt", &f, 80, 2);
    golden_terminal(&g, "pareto_ascii.txt", &f, 80, 0);
}
END_TEST

START_TEST(many_categories) {
    double count[300];
    for (int i = 0; i < 300; i++) {
        count[i] = 2000.0 / (i + 1);
    }
    struct figure f = pareto(count, 300);
    ck_assert_uint_eq(f.nrows, 20);
    ck_assert(str_is(f.rows[19].name, "281 others"));
    ck_assert_double_eq_tol(f.rows[19].mark, 1, 1e-12);
    golden_svg(&g, "pareto_many.svg", &f);
    golden_terminal(&g, "pareto_many.txt", &f, 80, 2);
}
END_TEST

/* ---- series ---- */

static int64_t ats[64];
static struct chart_series series[40];

static void months(uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        ats[i] = period_pack(GRAIN_MONTH, 2024 * 12 + i);
    }
}

/* What charts of one series without limits have. */
static struct chart about_series(const char *title, const double *x, uint32_t n) {
    months(n);
    series[0] = (struct chart_series){STR_NONE, n, ats, x, NULL, NULL};
    return (struct chart){.title = str_of(title),
                          .better = BETTER_DOWN,
                          .grain = GRAIN_MONTH,
                          .calendar = calendar,
                          .series = series,
                          .nseries = 1};
}

static struct figure sums(struct chart *about, struct cusum_options o) {
    struct summed *all = ARENA_ARRAY(&g.arena, struct summed, about->nseries);
    struct figure f;
    for (uint32_t k = 0; k < about->nseries; k++) {
        double *high = ARENA_ARRAY(&g.arena, double, about->series[k].n + 1);
        double *low = ARENA_ARRAY(&g.arena, double, about->series[k].n + 1);
        cusum_path(about->series[k].value, about->series[k].n, &o, high, low);
        all[k] = (struct summed){high, low, o};
    }
    ck_assert(sum_figure(&g.arena, about, all, &f));
    return f;
}

/* By hand: 0.5 above 10 is forgiven of each; the sums are 0, 0, 0.5, 1.5, 3, 4, 5.5, and the first
 * above 5 is of July. Five points since March with 5.5 / 5 + 0.5 = 1.6 each. */
START_TEST(sums_pass_their_limit) {
    static const double x[] = {10, 9.8, 11, 11.5, 12, 11.5, 12, 11.8, 9, 8.2, 7.9, 8.8};
    struct chart about = about_series("Days absent", x, 12);
    struct figure f = sums(&about, (struct cusum_options){10, 1, 0.5, 5, 0});
    EXPECT_SAYS(f.verdict,
                "A lasting shift upwards (worse): the sum passes its limit in July 2024, having "
                "grown since March 2024. From then to there the values were about 11.6, where 10.0 "
                "was the target.");
    golden_svg(&g, "cusum.svg", &f);
    golden_terminal(&g, "cusum.txt", &f, 80, 2);
    golden_terminal(&g, "cusum_ascii.txt", &f, 60, 0);
    f = sums(&about, (struct cusum_options){10, 4, 0.5, 5, 0});
    EXPECT_SAYS(f.verdict, "No sign of a lasting shift from 10");
}
END_TEST

static struct figure histogram(struct chart *about, struct capability_asked asked) {
    struct spread_out *all = ARENA_ARRAY(&g.arena, struct spread_out, about->nseries);
    struct figure f;
    for (uint32_t k = 0; k < about->nseries; k++) {
        asked.within = 1;
        capability_of(about->series[k].value, about->series[k].n, &asked, &all[k].able);
    }
    ck_assert(histogram_figure(&g.arena, about, all, &asked, &f));
    return f;
}

static const struct capability_asked NOTHING_ASKED = {NAN, NAN, NAN, 1, 0.95};

/* Minutes late on 40 days. */
static const double LATE[] = {4,   6,   5,   7,   5.5, 6.2, 8,   3.9, 5.1, 6.6, 4.4, 7.2, 5.8, 6.1,
                              5,   9,   6.4, 5.2, 4.8, 6,   7.5, 5.7, 6.3, 3,   5.9, 6.8, 5.4, 4.9,
                              6.5, 5.6, 7.1, 6.2, 5.3, 8.4, 4.6, 6,   5.5, 6.7, 7.8, 5};

START_TEST(histograms) {
    struct chart about = about_series("Minutes late", LATE, 40);
    struct capability_asked asked = {4, 8, 6, 1, 0.95};
    struct figure f = histogram(&about, asked);
    double sum = 0;
    const struct mark *bars = &f.panels[0].marks[0];
    ck_assert_int_eq(bars->kind, MARK_BARS);
    for (uint32_t i = 0; i < bars->n; i++) {
        sum += bars->y[i];
    }
    ck_assert_double_eq_tol(sum, 40, 1e-12);
    /* 3 and 3.9 lie below 4, 9 and 8.4 above 8; with sigma 1 within, Cp is 4 / 6. */
    EXPECT_SAYS(f.verdict, "4 of 40 values lie outside of what is asked (2 below, 2 above)");
    EXPECT_SAYS(f.verdict, "Cp 0.67 (");
    EXPECT_SAYS(f.verdict, "it spreads more widely than what is asked");
    golden_svg(&g, "histogram.svg", &f);
    golden_terminal(&g, "histogram.txt", &f, 80, 2);
    golden_terminal(&g, "histogram_ascii.txt", &f, 60, 0);
    f = histogram(&about, NOTHING_ASKED);
    EXPECT_SAYS(f.verdict, "40 values, mean 5.9");
}
END_TEST

START_TEST(small_histograms) {
    struct chart about = about_series("Minutes late", LATE, 40);
    for (uint32_t k = 0; k < 4; k++) {
        series[k] =
            (struct chart_series){numbered("School", k + 1), 10, ats, LATE + 10 * k, NULL, NULL};
    }
    about.nseries = 4;
    struct figure f = histogram(&about, (struct capability_asked){NAN, 8.2, NAN, 1, 0.95});
    EXPECT_SAYS(f.verdict, "2 of 4 series have values outside of what is asked: School 2 and "
                           "School 4.");
    golden_svg(&g, "histograms.svg", &f);
    golden_terminal(&g, "histograms.txt", &f, 80, 2);
}
END_TEST

START_TEST(distances) {
    double t2[] = {1.9, 2.7, 2.1, NAN, 1.6, 2.0, 9.5, 4.5, 4.1, 3.2}, limit[10];
    struct str names[10];
    struct spc_distances all = {
        .n = 10, .measures = 3, .base = 8, .name = names, .distance = t2, .limit = limit};
    struct chart about = {.title = STR("Three measures at once")};
    struct figure f;
    for (uint32_t i = 0; i < 10; i++) {
        names[i] = numbered("Week", i + 1);
        limit[i] = i < 8 ? 6.7 : 8.1;
    }
    ck_assert(distance_figure(&g.arena, &about, &all, &f));
    EXPECT_SAYS(f.verdict, "1 of 9 points lies beyond the limit: Week 7.");
    golden_svg(&g, "t2.svg", &f);
    golden_terminal(&g, "t2.txt", &f, 80, 2);
}
END_TEST

/* ---- limits ---- */

static struct chart_series judged(struct str name, const double *x, uint32_t n,
                                  enum spc_kind kind) {
    struct spc_input in = {.points = {.n = n, .value = x, .base_stop = n},
                           .kind = kind,
                           .profile = rule_profile_named(STR("anhoej"), kind == SPC_RUN),
                           .options = {.constant = SPC_WHEELER, .centre = NAN, .sigma = NAN},
                           .low_bound = kind == SPC_MR ? 0 : -(double)INFINITY,
                           .high_bound = (double)INFINITY};
    struct spc_result *r = spc_analyse(&g.arena, &in);
    ck_assert_ptr_nonnull(r);
    return (struct chart_series){name, n, ats, r->lines.value, r, NULL};
}

START_TEST(pairs) {
    struct chart above = about_series("Minutes late", LATE, 40), below;
    struct chart_series ranges;
    struct figure f;
    series[0] = judged(STR_NONE, LATE, 40, SPC_XMR);
    ck_assert(chart_finish(&g.arena, &above) && chart_figure(&g.arena, &above, &f));
    below = above;
    below.better = BETTER_NONE;
    ranges = judged(STR_NONE, LATE, 40, SPC_MR);
    below.series = &ranges;
    ck_assert(chart_finish(&g.arena, &below));
    ck_assert(chart_pair(&g.arena, &below, "moving ranges", &f));
    ck_assert_uint_eq(f.npanels, 2);
    EXPECT_SAYS(f.verdict, " moving ranges below ");
    golden_svg(&g, "pair.svg", &f);
    golden_terminal(&g, "pair.txt", &f, 80, 2);
}
END_TEST

static double shifted[40][24];

/* School k lies at 90 - k mod 7, with a little up and down. */
static struct chart many(uint32_t n, enum better better, enum chart_order order) {
    months(24);
    for (uint32_t k = 0; k < n; k++) {
        for (uint32_t i = 0; i < 24; i++) {
            shifted[k][i] = 90 - k % 7 + 0.8 * sin(i * 1.7 + k) - (k == 4 && i > 11 ? 3 : 0);
        }
        series[k] = judged(numbered("School", k + 1), shifted[k], 24, SPC_XMR);
    }
    struct chart c = {.title = STR("Attendance by school"),
                      .unit = STR("%"),
                      .better = better,
                      .grain = GRAIN_MONTH,
                      .calendar = calendar,
                      .series = series,
                      .nseries = n};
    ck_assert(chart_arrange(&g.arena, &c, order));
    ck_assert(chart_finish(&g.arena, &c));
    return c;
}

START_TEST(orders) {
    struct chart c = many(5, BETTER_UP, ORDER_WORST); /* means fall, the last by 1.5 more */
    ck_assert(str_is(c.series[0].name, "School 5") && str_is(c.series[4].name, "School 1"));
    ck_assert(str_is(c.arranged, "From the worst mean to the best."));
    c = many(5, BETTER_DOWN, ORDER_WORST);
    ck_assert(str_is(c.series[0].name, "School 1"));
    c = many(5, BETTER_NONE, ORDER_LOW);
    ck_assert(str_is(c.series[0].name, "School 5"));
    ck_assert(str_is(c.arranged, "From the lowest mean to the highest."));
    c = many(5, BETTER_UP, ORDER_BEST);
    ck_assert(str_is(c.series[0].name, "School 1"));
    c = many(12, BETTER_UP, ORDER_NAME);
    ck_assert(str_is(c.series[1].name, "School 10"));
    enum chart_order order;
    ck_assert(chart_order_named(STR("given"), &order) && order == ORDER_GIVEN);
    ck_assert(!chart_order_named(STR("random"), &order));
}
END_TEST

START_TEST(small_multiples) {
    struct figure f;
    struct chart c = many(40, BETTER_UP, ORDER_WORST);
    ck_assert(chart_figure(&g.arena, &c, &f));
    golden_svg(&g, "many.svg", &f);
    golden_terminal(&g, "many.txt", &f, 80, 2);
    c = many(7, BETTER_UP, ORDER_WORST);
    ck_assert(chart_figure(&g.arena, &c, &f));
    golden_svg(&g, "seven.svg", &f);
    golden_terminal(&g, "seven_ascii.txt", &f, 80, 0);
}
END_TEST

/* ---- edges ---- */

static void draw_everywhere(const struct figure *f) {
    buf_clear(&g.out);
    figure_svg(&g.out, &g.arena, f);
    ck_assert(!g.out.failed);
    for (int glyphs = 0; glyphs <= 2; glyphs++) {
        size_t from = g.out.n;
        figure_terminal(&g.out, &g.arena, f, 80, glyphs);
        for (size_t at = from; at < g.out.n;) {
            size_t length = strcspn(g.out.p + at, "\n");
            ck_assert_uint_le(utf8_width((struct str){g.out.p + at, length}), 80);
            at += length + 1;
        }
    }
    const char *odd = strstr(g.out.p, "nan");
    odd = odd ? odd : strstr(g.out.p, "inf");
    ck_assert_msg(!odd, "there is a \"%.60s\"", odd);
}

static const double NONE[] = {NAN, NAN, NAN}, FLAT[] = {5, 5, 5, 5, 5, 5, 5}, ONE[] = {3},
                    HUGE_ONES[] = {-1e300, 1e300, 3, -1e300, 0, 1, 2, 1e300},
                    NEGATIVE[] = {-5, -7, -6, -5.5, -8, -6.5, -7.1};
static const struct {
    const double *x;
    uint32_t n;
} ODD[] = {{NONE, 3}, {FLAT, 7}, {ONE, 1}, {HUGE_ONES, 8}, {NEGATIVE, 7}, {ONE, 0}};

START_TEST(odd_series) {
    for (size_t i = 0; i < COUNT_OF(ODD); i++) {
        struct chart about = about_series("Odd", ODD[i].x, ODD[i].n);
        struct figure f = sums(&about, (struct cusum_options){0, 1, 0.5, 5, 0});
        draw_everywhere(&f);
        f = sums(&about, (struct cusum_options){NAN, NAN, 0.5, 5, 0});
        EXPECT_SAYS(f.verdict, "too few values");
        draw_everywhere(&f);
        f = histogram(&about, NOTHING_ASKED);
        draw_everywhere(&f);
        f = histogram(&about, (struct capability_asked){-6, 4, 0, 1, 0.95});
        draw_everywhere(&f);
    }
}
END_TEST

START_TEST(odd_categories) {
    static const double none[] = {0, 0}, one[] = {7}, huge[] = {1e300, 1, 0.5};
    struct figure f = pareto(none, 2);
    EXPECT_SAYS(f.verdict, "All counts are 0.");
    draw_everywhere(&f);
    f = pareto(one, 1);
    EXPECT_SAYS(f.verdict, "1 of 1 category makes up 100% of all: Cause 1.");
    draw_everywhere(&f);
    f = pareto(huge, 3);
    draw_everywhere(&f);
    f = pareto(one, 0);
    EXPECT_SAYS(f.verdict, "There are no counts.");
    draw_everywhere(&f);
}
END_TEST

START_TEST(odd_units) {
    static const double counts[][3] = {
        {NAN, NAN, NAN}, {0, 0, 0}, {5, 5, 5}, {1, 1e15, 3}, {-1, 3, 2}};
    static const double sizes[][3] = {
        {1, 2, 3}, {10, 10, 10}, {5, 5, 5}, {2, 2e15, 9}, {4, 0, NAN}};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        for (uint32_t n = 0; n <= 3; n++) {
            struct spc_units u = schools(n, true);
            memcpy(u.count, counts[i], n * sizeof *u.count);
            memcpy(u.size, sizes[i], n * sizeof *u.size);
            ck_assert(funnel_of(&g.arena, u.kind, u.count, u.size, n, true, &u.funnel, u.unit));
            struct chart about = absence();
            struct figure f = funnel(&about, &u);
            draw_everywhere(&f);
        }
    }
}
END_TEST

START_TEST(odd_distances) {
    double t2[] = {NAN, 0, 1e300}, limit[] = {NAN, 5, 5};
    struct str names[] = {STR("a"), STR("b"), STR("c")};
    for (uint32_t n = 0; n <= 3; n++) {
        struct spc_distances all = {
            .n = n, .measures = 2, .base = n, .name = names, .distance = t2, .limit = limit};
        struct chart about = {.title = STR("T2")};
        struct figure f;
        ck_assert(distance_figure(&g.arena, &about, &all, &f));
        draw_everywhere(&f);
    }
}
END_TEST

/* Whichever allocation fails, the picture is whole or it is told that it is not. */
enum { KINDS = 5 };

static bool draw_kind(int kind, struct arena *a, struct buf *b) {
    struct figure f;
    bool made;
    static double high[40], low[40];
    struct chart about = about_series("Minutes late", LATE, 40);
    const struct cusum_options o = {5, 1, 0.5, 4, 0};
    const struct summed sum = {high, low, o};
    const struct capability_asked asked = {4, 8, 6, 1, 0.95};
    struct spread_out spread = {.unstable = true};
    struct spc_units units;
    struct spc_categories categories;
    struct spc_distances far;
    static double t2[] = {1, 9, 2}, limit[] = {5, 5, 5};
    static struct str names[] = {STR("a"), STR("b"), STR("c")};
    switch (kind) {
    case 0:
        units = schools(12, true);
        made = funnel_figure(a, &about, &units, &f);
        break;
    case 1:
        categories = causes(LATE, 40);
        made = pareto_figure(a, &about, &categories, &f);
        break;
    case 2:
        cusum_path(LATE, 40, &o, high, low);
        made = sum_figure(a, &about, &sum, &f);
        break;
    case 3:
        capability_of(LATE, 40, &asked, &spread.able);
        made = histogram_figure(a, &about, &spread, &asked, &f);
        break;
    default:
        far = (struct spc_distances){
            .n = 3, .measures = 2, .base = 3, .name = names, .distance = t2, .limit = limit};
        made = distance_figure(a, &about, &far, &f);
        break;
    }
    if (made) {
        figure_terminal(b, a, &f, 80, 2);
        figure_svg(b, a, &f);
    }
    return made && !b->failed;
}

START_TEST(no_memory_is_told) {
    for (int kind = 0; kind < KINDS; kind++) {
        bool done = false;
        for (uint64_t at = 1; !done; at++) {
            struct alloc small;
            struct arena a;
            struct buf b;
            alloc_init(&small, NULL, NULL, 0);
            small.fail_at = at;
            arena_init(&a, &small);
            buf_init(&b, &small);
            done = draw_kind(kind, &a, &b);
            buf_free(&b);
            arena_free(&a);
            ck_assert_uint_eq(small.used, 0);
            ck_assert(at < 2000);
        }
    }
}
END_TEST

/* ---- PNG and PDF ---- */

#ifdef __SANITIZE_ADDRESS__
/* The sanitizer's library asks for it, so it has to be seen from there: caches of fonts that a library
 * keeps are none of our leaks. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libfontconfig\n";
}
#endif

static void paint_funnel(struct buf *out, enum paint_form form) {
    struct chart about = absence();
    struct spc_units u = schools(SCHOOLS, false);
    struct figure f = funnel(&about, &u);
    const char *why;
    buf_clear(&g.out);
    figure_svg(&g.out, &g.arena, &f);
    buf_init(out, &g.memory);
    ck_assert_msg(paint(out, buf_view(&g.out), form, f.title, &why), "%s", why ? why : "no memory");
}

static uint32_t big_endian(const char *p) {
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Where librsvg is not installed, this says so and tests that it is told. */
START_TEST(painted) {
    struct buf out, again;
    const char *why = paint_missing();
    if (why) {
        fprintf(stderr, "skipped: PNG and PDF: %s\n", why);
        buf_init(&out, &g.memory);
        ck_assert(!paint(&out, STR("<svg/>"), PAINT_PNG, STR(""), &why) && why);
        return;
    }
    paint_funnel(&out, PAINT_PNG);
    ck_assert_uint_gt(out.n, 10000);
    ck_assert_mem_eq(out.p, "\x89PNG\r\n\x1a\n", 8);
    ck_assert_uint_eq(big_endian(out.p + 16), 1440); /* 720 twice */
    ck_assert_uint_gt(big_endian(out.p + 20), 600);
    ck_assert_mem_eq(out.p + out.n - 8, "IEND", 4);
    buf_free(&out);
    paint_funnel(&out, PAINT_PDF);
    ck_assert_mem_eq(out.p, "%PDF-1.", 7);
    ck_assert(strstr(out.p + out.n - 10, "%%EOF"));
    paint_funnel(&again, PAINT_PDF);
    ck_assert(str_eq(buf_view(&out), buf_view(&again)));
    buf_free(&out);
    buf_free(&again);
    buf_init(&out, &g.memory);
    ck_assert(!paint(&out, STR("<svg viewBox=\"0 0 9 9\""), PAINT_PNG, STR(""), &why));
    ck_assert_str_eq(why, "librsvg could not draw the picture");
    buf_free(&out);
}
END_TEST

Suite *pictures_suite(void) {
    Suite *suite = suite_create("pictures");
    TCase *t = tcase_create("pictures");
    tcase_add_checked_fixture(t, start, stop);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, lists_of_names);
    tcase_add_test(t, lines_end_at_the_edge);
    tcase_add_test(t, counts_have_whole_ticks);
    tcase_add_test(t, files_by_their_ends);
    tcase_add_test(t, hostile_names);
    tcase_add_test(t, funnels);
    tcase_add_test(t, funnels_are_widened);
    tcase_add_test(t, vital_few);
    tcase_add_test(t, many_categories);
    tcase_add_test(t, sums_pass_their_limit);
    tcase_add_test(t, histograms);
    tcase_add_test(t, small_histograms);
    tcase_add_test(t, distances);
    tcase_add_test(t, pairs);
    tcase_add_test(t, orders);
    tcase_add_test(t, small_multiples);
    tcase_add_test(t, odd_series);
    tcase_add_test(t, odd_categories);
    tcase_add_test(t, odd_units);
    tcase_add_test(t, odd_distances);
    tcase_add_test(t, no_memory_is_told);
    tcase_add_test(t, painted);
    suite_add_tcase(suite, t);
    return suite;
}
