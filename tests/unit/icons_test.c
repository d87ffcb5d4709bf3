/* Variation and assurance of series made for the case. */
#include "stdlib/chart/icons.h"
#include "base/utf8.h"
#include "suites.h"
#include <math.h>

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

static const struct icon_target NO_TARGET = {.value = NAN};

static struct spc_result *judge(const double *x, size_t n, enum spc_kind kind, const char *rules) {
    struct spc_input in = {.kind = kind,
                           .points = {.n = n, .value = x, .base_stop = n},
                           .profile = rule_profile_named(str_of(rules), kind == SPC_RUN),
                           .options = {.centre = NAN, .sigma = NAN},
                           .low_bound = -INFINITY,
                           .high_bound = INFINITY};
    return spc_analyse(&arena, &in);
}

static struct icons icons(const double *x, size_t n, int better) {
    return icons_of(judge(x, n, SPC_XMR, "mdc"), better, &NO_TARGET);
}

/* Mean 10, all moving ranges 2: limits 10 +- 2 * 3 / 1.128, which are 4.681 and 15.319. */
static const double CALM[] = {9, 11, 9, 11, 9, 11, 9, 11, 9, 11, 9, 11};

START_TEST(variation) {
    static const double high[] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 30};
    static const double low[] = {9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, -30};
    static const double over[] = {1, 2, 1, 2, 1, 30, 1, 2, 1, 2, 1, 2};
    struct icons i = icons(CALM, 12, 1);
    ck_assert_int_eq(i.variation, VARIATION_COMMON);
    ck_assert_uint_eq(i.last, 11);
    ck_assert_int_eq(icons(high, 12, 1).variation, VARIATION_IMPROVING);
    ck_assert_int_eq(icons(high, 12, -1).variation, VARIATION_CONCERNING);
    ck_assert_int_eq(icons(high, 12, 0).variation, VARIATION_HIGH);
    ck_assert(icons(high, 12, 1).high);
    ck_assert_int_eq(icons(low, 12, 1).variation, VARIATION_CONCERNING);
    ck_assert_int_eq(icons(low, 12, -1).variation, VARIATION_IMPROVING);
    ck_assert_int_eq(icons(low, 12, 0).variation, VARIATION_LOW);
    ck_assert(!icons(low, 12, 1).high);
    ck_assert_int_eq(icons(over, 12, 1).variation, VARIATION_COMMON); /* it is over */
    ck_assert_int_eq(icons(CALM, 5, 1).variation, VARIATION_UNKNOWN);
    ck_assert_int_eq(icons(CALM, 0, 1).variation, VARIATION_UNKNOWN);
    ck_assert_uint_eq(icons(CALM, 0, 1).last, 0);
}
END_TEST

START_TEST(patterns) {
    static const double up_and_down[] = {1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9};
    static const double two_levels[] = {1, 2, 1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9, 8, 9};
    struct spc_result *r = judge(up_and_down, 14, SPC_XMR, "nelson");
    ck_assert_int_eq(icons_of(r, 1, &NO_TARGET).variation, VARIATION_PATTERN);
    /* One crossing, and of two runs of 8 the first is told. */
    r = judge(two_levels, 16, SPC_RUN, "anhoej");
    ck_assert(r->phases[0].runs.few_crossings);
    ck_assert_int_eq(icons_of(r, 1, &NO_TARGET).variation, VARIATION_PATTERN);
    r = judge(two_levels, 16, SPC_RUN, "shewhart");
    ck_assert_int_eq(icons_of(r, 1, &NO_TARGET).variation, VARIATION_COMMON);
}
END_TEST

static enum assurance assured(double target, bool at_most, bool strictly) {
    struct icon_target t = {target, at_most, strictly};
    return icons_of(judge(CALM, 12, SPC_XMR, "mdc"), 1, &t).assurance;
}

START_TEST(assurance) {
    ck_assert_int_eq(assured(4, false, false), ASSURANCE_HITS);
    ck_assert_int_eq(assured(5, false, false), ASSURANCE_CHANCE);
    ck_assert_int_eq(assured(16, false, false), ASSURANCE_MISSES);
    ck_assert_int_eq(assured(4, true, false), ASSURANCE_MISSES);
    ck_assert_int_eq(assured(15, true, false), ASSURANCE_CHANCE);
    ck_assert_int_eq(assured(16, true, false), ASSURANCE_HITS);
    ck_assert_int_eq(assured(NAN, true, false), ASSURANCE_NONE);
    double lower = judge(CALM, 12, SPC_XMR, "mdc")->lower[0];
    ck_assert_double_eq_tol(lower, 10 - 2 * 3 / 1.128, 1e-12);
    ck_assert_int_eq(assured(lower, false, false), ASSURANCE_HITS);
    ck_assert_int_eq(assured(lower, false, true), ASSURANCE_CHANCE);
    struct icon_target t = {5, false, false};
    ck_assert_int_eq(icons_of(judge(CALM, 12, SPC_RUN, "mdc"), 1, &t).assurance, ASSURANCE_NONE);
}
END_TEST

START_TEST(signs_differ) {
    bool seen[128] = {false};
    for (enum variation v = VARIATION_UNKNOWN; v < VARIATIONS; v++) {
        int sign = variation_sign(v);
        ck_assert(sign > 32 && sign < 127 && !seen[sign]);
        seen[sign] = true;
        ck_assert_ptr_nonnull(variation_words(v, true));
    }
    for (enum assurance a = ASSURANCE_HITS; a < ASSURANCES; a++) {
        int sign = assurance_sign(a);
        ck_assert(sign > 32 && sign < 127 && !seen[sign]);
        seen[sign] = true;
        ck_assert(*assurance_words(a));
    }
    ck_assert_int_eq(assurance_sign(ASSURANCE_NONE), 0);
    ck_assert_str_eq(variation_words(VARIATION_IMPROVING, false), "special cause, improving (low)");
    ck_assert_str_eq(variation_words(VARIATION_CONCERNING, true),
                     "special cause, concerning (high)");
}
END_TEST

/* ---- drawn ---- */

static const struct icon_line LINES[] = {
    {STR("Lincoln <&>"), STR("14.2%"), {VARIATION_CONCERNING, true, ASSURANCE_CHANCE, 0}},
    {STR("a name that is much too long for its column"),
     STR("9.0%"),
     {VARIATION_IMPROVING, false, ASSURANCE_HITS, 0}},
    {STR("Calm"), STR("12.0%"), {VARIATION_COMMON, false, ASSURANCE_MISSES, 0}},
    {STR("Up"), STR("1"), {VARIATION_HIGH, true, ASSURANCE_NONE, 0}},
    {STR("Down"), STR("1"), {VARIATION_LOW, false, ASSURANCE_NONE, 0}},
    {STR("Odd"), STR("1"), {VARIATION_PATTERN, false, ASSURANCE_NONE, 0}},
    {STR("New"), STR("none"), {VARIATION_UNKNOWN, false, ASSURANCE_NONE, 0}}};

static struct icon_page page(void) {
    return (struct icon_page){.title = STR("Absence"),
                              .told = STR("1 of 7 series concern."),
                              .target = STR("at most 15.0%"),
                              .lines = LINES,
                              .n = COUNT_OF(LINES)};
}

static bool has(const struct buf *b, const char *words) {
    size_t n = strlen(words);
    for (size_t i = 0; i + n <= b->n; i++) {
        if (memcmp(b->p + i, words, n) == 0) {
            return true;
        }
    }
    return false;
}

START_TEST(drawn_as_svg) {
    static const char *const all[] = {"Lincoln &lt;&amp;&gt;",
                                      "target at most 15.0%",
                                      "<path class=\"bad\"", /* a diamond, */
                                      "<circle class=\"good\"",
                                      "<path class=\"calm\"", /* a wave, */
                                      "<path class=\"other\"",
                                      "<rect class=\"other\"",
                                      "<rect class=\"calm\"",
                                      ">H</text>",
                                      ">L</text>",
                                      ">P</text>",
                                      ">F</text>",
                                      ">?</text>",
                                      "special cause, concerning (high)</text>",
                                      "too few points</text>",
                                      "Calm 12.0%: common cause; misses the target."};
    struct icon_page p = page();
    struct buf out;
    buf_init(&out, &memory);
    icons_svg(&out, &arena, &p);
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        ck_assert_msg(has(&out, all[i]), "%s", all[i]);
    }
    ck_assert(!has(&out, "<&>"));
    buf_free(&out);
}
END_TEST

START_TEST(drawn_for_a_terminal) {
    static const int widths[] = {120, 80, 60, 40};
    struct icon_page p = page();
    for (size_t k = 0; k < COUNT_OF(widths); k++) {
        struct buf out;
        buf_init(&out, &memory);
        icons_terminal(&out, &p, widths[k]);
        ck_assert(has(&out, "! special cause, concerning (high)"));
        ck_assert(has(&out, "? hits or misses by chance\n"));
        struct str rest = buf_view(&out);
        while (rest.n) {
            size_t n = 0;
            while (n < rest.n && rest.p[n] != '\n') {
                n++;
            }
            ck_assert_uint_le(utf8_width((struct str){rest.p, n}), (size_t)widths[k]);
            rest = (struct str){rest.p + n + (n < rest.n), rest.n - n - (n < rest.n)};
        }
        buf_free(&out);
    }
}
END_TEST

Suite *icons_suite(void) {
    Suite *suite = suite_create("icons");
    TCase *t = tcase_create("icons");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, variation);
    tcase_add_test(t, patterns);
    tcase_add_test(t, assurance);
    tcase_add_test(t, signs_differ);
    tcase_add_test(t, drawn_as_svg);
    tcase_add_test(t, drawn_for_a_terminal);
    suite_add_tcase(suite, t);
    return suite;
}
