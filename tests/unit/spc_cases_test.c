/* Control charts against other programs, textbooks and tables, where that data is at hand, and
 * worked by hand where it is not.
 *
 * The cases of qicharts2 0.8.1 (run in R 4.2) are judged whole: phases, ghosts and a frozen base
 * at once. Their numbers have 12 digits. */
#include "stdlib/spc/analyse.h"
#include "stdlib/spc/constants.h"
#include "suites.h"
#include "table_file.h"

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

static void close_to(double found, double expected) {
    ck_assert_double_eq_tol(found, expected, 1e-9 * fmax(1, fabs(expected)));
}
#define CLOSE(x, y) close_to((x), (y))

/* Both missing, or both the same. */
static void expect_same(double found, double expected, const char *name, uint32_t i) {
    bool same =
        isnan(expected) ? isnan(found) : fabs(found - expected) <= 1e-9 * fmax(1, fabs(expected));
    ck_assert_msg(same, "%s, point %u: %.12g, expected %.12g", name, i + 1, found, expected);
}

static double *numbers(uint32_t n) {
    double *x = ARENA_ARRAY(&arena, double, n + 1);
    ck_assert_ptr_nonnull(x);
    return x;
}

/* ---- series to be judged ---- */

enum { MOST_POINTS = 500, MOST_PHASES = 4 };

struct series {
    uint32_t n;
    double *value, *count, *size, *spread;
    uint8_t ghost[MOST_POINTS];
    size_t phases[MOST_PHASES], nphases, base_stop;
};

static void make_room(struct series *s, uint32_t n) {
    ck_assert_uint_le(n, MOST_POINTS);
    *s = (struct series){.n = n, .base_stop = n};
    s->value = numbers(n);
    s->count = numbers(n);
    s->size = numbers(n);
    s->spread = numbers(n);
}

static struct spc_result *judge(const struct series *s, enum spc_kind kind, bool screen) {
    struct spc_input in = {.kind = kind,
                           .points = {.n = s->n,
                                      .value = s->value,
                                      .count = s->count,
                                      .size = s->size,
                                      .spread = s->spread,
                                      .ghost = s->ghost,
                                      .base_stop = s->base_stop},
                           .profile = rule_profile_named(STR("anhoej"), kind == SPC_RUN),
                           .options = {.screen = screen, .centre = NAN, .sigma = NAN},
                           .phase_starts = s->phases,
                           .nphases = s->nphases,
                           .low_bound = -(double)INFINITY,
                           .high_bound = (double)INFINITY};
    struct spc_result *r = spc_analyse(&arena, &in);
    ck_assert_ptr_nonnull(r);
    return r;
}

/* ---- subgroups ---- */

struct sums {
    double n, sum, squares, least, most;
};

/* Mean and standard deviation of each subgroup; a missing value is not there. */
static void finish_groups(struct series *s, const struct sums *g, enum spc_kind kind) {
    for (uint32_t i = 0; i < s->n; i++) {
        double mean = g[i].n > 0 ? g[i].sum / g[i].n : (double)NAN;
        s->size[i] = g[i].n;
        s->spread[i] = g[i].n > 1 ? sqrt(g[i].squares / (g[i].n - 1)) : (double)NAN;
        s->value[i] = kind == SPC_XBAR ? mean : s->spread[i];
    }
}

/* A new value by Welford's recurrence, which keeps all digits of close values. */
static void add_to(struct sums *g, double x) {
    double before = g->n > 0 ? g->sum / g->n : 0;
    g->n++;
    g->sum += x;
    g->squares += (x - before) * (x - g->sum / g->n);
}

/* Rows of one subgroup stand together; it is told by the first `letters` of a column. */
static void read_groups(struct series *s, enum spc_kind kind, const char *path, const char *name,
                        size_t letters, const char *column) {
    struct table_file t;
    ck_assert(table_read(&arena, path, &t));
    struct sums *g = arena_zero(&arena, t.n * sizeof *g);
    struct str last = STR_NONE;
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        struct str now = table_text(&t, i, name);
        double x = table_number(&t, i, column);
        if (str_is(now, "NA")) {
            continue;
        }
        now.n = now.n < letters ? now.n : letters;
        n += n == 0 || !str_eq(now, last);
        last = now;
        if (!isnan(x)) {
            add_to(&g[n - 1], x);
        }
    }
    ck_assert_uint_eq(n, s->n);
    finish_groups(s, g, kind);
}

static void read_values(struct series *s, const char *path, const char *column) {
    struct table_file t;
    ck_assert(table_read(&arena, path, &t));
    ck_assert_uint_eq(t.n, s->n);
    for (uint32_t i = 0; i < t.n; i++) {
        s->value[i] = table_number(&t, i, column);
    }
}

/* ---- the cases of qicharts2 ---- */

struct run_of_rows {
    const struct table_file *t;
    uint32_t from, to; /* rows of one series */
    enum spc_kind kind;
    double multiple; /* what the file's values are multiplied by */
    const char *name;
};

static bool cell_same(const struct table_file *t, uint32_t a, uint32_t b, const char *column) {
    return str_eq(table_text(t, a, column), table_text(t, b, column));
}

static uint32_t end_of_series(const struct table_file *t, uint32_t from) {
    uint32_t to = from + 1;
    while (to < t->n && cell_same(t, from, to, "case") && cell_same(t, from, to, "screened_mr") &&
           cell_same(t, from, to, "facet1") && cell_same(t, from, to, "facet2")) {
        to++;
    }
    return to;
}

/* "p exclude=15,23 part=30", "u x10000": what stands behind a word, or NULL. */
static const char *option(const char *options, const char *word) {
    const char *at = strstr(options, word);
    return at ? at + strlen(word) : NULL;
}

static void read_options(struct series *s, const char *options) {
    const char *freeze = option(options, "freeze="), *ghosts = option(options, "exclude=");
    if (freeze) {
        s->base_stop = (size_t)strtoul(freeze, NULL, 10);
    }
    while (ghosts) {
        char *rest;
        unsigned long i = strtoul(ghosts, &rest, 10);
        ck_assert_uint_le(i, s->n);
        s->ghost[i - 1] = 1;
        ghosts = *rest == ',' ? rest + 1 : NULL;
    }
}

static double multiple_of(const char *options) {
    const char *times = option(options, " x");
    return times && *times >= '0' && *times <= '9' ? strtod(times, NULL) : 1;
}

static void read_series(const struct run_of_rows *w, struct series *s) {
    enum spc_needs needs = spc_trait(w->kind)->needs;
    make_room(s, w->to - w->from);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t row = w->from + i;
        double y = table_number(w->t, row, "y") / w->multiple;
        s->value[i] = y;
        s->size[i] = table_number(w->t, row, "n");
        s->count[i] = needs == NEEDS_COUNTS    ? y
                      : w->kind == SPC_I_PRIME ? y * s->size[i]
                                               : round(y * s->size[i]);
        if (i == 0 || !cell_same(w->t, row, row - 1, "part")) {
            ck_assert_uint_lt(s->nphases, MOST_PHASES);
            s->phases[s->nphases++] = i;
        }
    }
}

/* What the file of expected values does not hold: subgroups, and values before their ranges. */
static void read_raw(const struct run_of_rows *w, struct series *s) {
    struct str set = table_text(w->t, w->from, "dataset");
    char path[100];
    snprintf(path, sizeof path, "spc_oracles/data/%.*s.csv", STR_ARG(set));
    if (w->kind == SPC_MR) {
        read_values(s, path, str_is(set, "q2_cdi") ? "n" : "cost");
    } else if (str_is(set, "q2_cabg")) {
        read_groups(s, w->kind, path, "date", 7, "age");
    } else {
        read_groups(s, w->kind, path, "sample", 20, "obs");
    }
}

static void compare_runs(const struct run_of_rows *w, const struct spc_phase *phase) {
    uint32_t row = w->from + (uint32_t)phase->first;
    const struct runs *runs = &phase->runs;
    if (w->kind == SPC_MR) {
        return; /* ranges that share a value are not independent: runs say nothing */
    }
    ck_assert_uint_eq(runs->useful, (size_t)table_number(w->t, row, "n_useful"));
    ck_assert_uint_eq(runs->longest, (size_t)table_number(w->t, row, "longest"));
    ck_assert_uint_eq(runs->crossings, (size_t)table_number(w->t, row, "cross"));
    ck_assert_uint_eq(runs->longest_limit, (size_t)table_number(w->t, row, "longest_max"));
    ck_assert_uint_eq(runs->crossings_limit, (size_t)table_number(w->t, row, "cross_min"));
    ck_assert_int_eq(runs->long_run || runs->few_crossings,
                     str_is(table_text(w->t, row, "runs_signal"), "TRUE"));
}

/* The reference counts a subgroup without values as -1 degrees of freedom, 75 in all where there
 * are 76, which makes its sigma larger. */
static double known_fault(const char *name) {
    return strncmp(name, "na_", 3) == 0 ? sqrt(76.0 / 75) : 1;
}

static void compare_points(const struct run_of_rows *w, const struct series *s,
                           const struct spc_result *r) {
    double fault = known_fault(w->name);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t row = w->from + i;
        double centre = r->lines.centre[i];
        double found = w->kind == SPC_S ? centre * fault : centre;
        bool limits = w->kind != SPC_RUN;
        double reach =
            w->kind == SPC_S ? r->upper[i] * (fault - 1) : (r->upper[i] - centre) * (fault - 1);
        expect_same(r->lines.value[i] * w->multiple, table_number(w->t, row, "y"), w->name, i);
        expect_same(found * w->multiple, table_number(w->t, row, "cl"), w->name, i);
        /* The reference gives a share that is missing neither centre nor limits; others do. */
        if (limits && !isnan(r->lines.value[i])) {
            double down = w->kind == SPC_S ? r->lower[i] * (fault - 1) : -reach;
            expect_same((r->lower[i] + down) * w->multiple, table_number(w->t, row, "lcl"), w->name,
                        i);
            expect_same((r->upper[i] + reach) * w->multiple, table_number(w->t, row, "ucl"),
                        w->name, i);
        }
        bool out = (r->completes[i] & (RULE_BELOW | RULE_ABOVE)) != 0;
        if (limits && !s->ghost[i]) { /* a ghost is not judged; the reference judges it */
            ck_assert_msg(out == str_is(table_text(w->t, row, "sigma_signal"), "TRUE"),
                          "%s, point %u", w->name, i + 1);
        }
    }
}

static void compare_series(const struct table_file *t, uint32_t from, uint32_t to) {
    char name[40], options[80];
    struct series s;
    snprintf(name, sizeof name, "%.*s", STR_ARG(table_text(t, from, "case")));
    snprintf(options, sizeof options, "%.*s", STR_ARG(table_text(t, from, "options")));
    struct run_of_rows w = {t, from, to, SPC_RUN, multiple_of(options), name};
    struct str kind = {options, strcspn(options, " ")};
    ck_assert_msg(spc_kind_named(kind, &w.kind), "%s", options);
    read_series(&w, &s);
    read_options(&s, options);
    if (spc_trait(w.kind)->needs == NEEDS_SUBGROUPS || w.kind == SPC_MR) {
        read_raw(&w, &s);
    }
    struct spc_result *r = judge(&s, w.kind, str_is(table_text(t, from, "screened_mr"), "TRUE"));
    compare_points(&w, &s, r);
    for (size_t k = 0; k < r->nphases; k++) {
        compare_runs(&w, &r->phases[k]);
    }
}

static bool first_of_case(const struct table_file *t, uint32_t row) {
    return row == 0 || !cell_same(t, row, row - 1, "case") ||
           !cell_same(t, row, row - 1, "screened_mr");
}

START_TEST(data_cases) {
    struct table_file t;
    uint32_t cases = 0;
    if (!table_read(&arena, "spc_oracles/qicharts2_expected.csv", &t)) {
        return;
    }
    for (uint32_t from = 0, to; from < t.n; from = to) {
        to = end_of_series(&t, from);
        cases += first_of_case(&t, from);
        compare_series(&t, from, to);
    }
    ck_assert_uint_eq(cases, 55);
}
END_TEST

/* ---- examples of Montgomery's textbook ---- */

struct example {
    const char *expected, *groups; /* files; groups: of single values, by `sample` */
    enum spc_kind kind;
    double per; /* rates are of so many; 0: of one */
};

static void compare_example(const struct example *e) {
    struct table_file t;
    struct series s;
    char path[100];
    snprintf(path, sizeof path, "spc_montgomery/expected/%s", e->expected);
    if (!table_read(&arena, path, &t)) {
        return;
    }
    make_room(&s, t.n);
    s.base_stop = 0;
    for (uint32_t i = 0; i < t.n; i++) {
        s.value[i] = table_number(&t, i, "y");
        s.size[i] = table_number(&t, i, "n") / (e->per > 0 ? e->per : 1);
        bool counts = spc_trait(e->kind)->needs == NEEDS_COUNTS;
        s.count[i] = counts ? s.value[i] : round(s.value[i] * s.size[i]);
        s.ghost[i] = str_is(table_text(&t, i, "include"), "FALSE");
        s.base_stop = str_is(table_text(&t, i, "baseline"), "TRUE") ? i + 1 : s.base_stop;
        if (i == 0 || !cell_same(&t, i, i - 1, "part")) {
            s.base_stop = i == 0 ? s.base_stop : t.n;
            s.phases[s.nphases++] = i;
        }
    }
    if (e->groups) {
        snprintf(path, sizeof path, "spc_montgomery/%s", e->groups);
        read_groups(&s, e->kind, path, "sample", 20, "obs");
    } else if (e->kind == SPC_MR) {
        read_values(&s, "spc_montgomery/tbl_06.07.csv", "cost");
    }
    struct spc_result *r = judge(&s, e->kind, false);
    for (uint32_t i = 0; i < t.n; i++) {
        expect_same(r->lines.centre[i], table_number(&t, i, "cl"), e->expected, i);
        expect_same(r->lower[i], table_number(&t, i, "lcl"), e->expected, i);
        expect_same(r->upper[i], table_number(&t, i, "ucl"), e->expected, i);
    }
}

START_TEST(data_textbook) {
    static const struct example examples[] = {{"ex_6.3_1.csv", "tbl_06.03.csv", SPC_XBAR, 0},
                                              {"ex_6.3_2.csv", "tbl_06.03.csv", SPC_S, 0},
                                              {"ex_6.4_1.csv", "tbl_06.04.csv", SPC_XBAR, 0},
                                              {"ex_6.4_2.csv", "tbl_06.04.csv", SPC_S, 0},
                                              {"ex_6.5_3.csv", NULL, SPC_XMR, 0},
                                              {"ex_6.5_4.csv", NULL, SPC_MR, 0},
                                              {"ex_7.1_5.csv", NULL, SPC_P, 0},
                                              {"ex_7.3_3.csv", NULL, SPC_C, 0},
                                              {"ex_7.4_1.csv", NULL, SPC_U, 0},
                                              {"ex_7.5_1.csv", NULL, SPC_U, 50},
                                              {"ex_7.6_1.csv", NULL, SPC_T, 0},
                                              {"tbl_7.4_1.csv", NULL, SPC_P, 0}};
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        compare_example(&examples[i]);
    }
}
END_TEST

/* ---- the engineering statistics handbook ---- */

START_TEST(data_handbook_shares) {
    struct table_file t;
    struct series s;
    if (!table_read(&arena, "nist_spc/wafer_p.csv", &t)) {
        return;
    }
    make_room(&s, t.n);
    for (uint32_t i = 0; i < t.n; i++) {
        s.count[i] = table_number(&t, i, "defective");
        s.size[i] = table_number(&t, i, "n");
    }
    struct spc_result *r = judge(&s, SPC_P, false);
    /* 347 of 1500; Montgomery prints .2313, .0524 and .4102 */
    double p = 347.0 / 1500, reach = 3 * sqrt(p * (1 - p) / 50);
    CLOSE(spc_last_centre(r), p);
    CLOSE(r->lower[0], p - reach);
    CLOSE(r->upper[29], p + reach);
    ck_assert_double_eq_tol(r->upper[0], 0.4102, 5e-5);
    ck_assert(r->completes[14] & RULE_ABOVE);
    ck_assert(r->completes[22] & RULE_ABOVE);
}
END_TEST

START_TEST(data_handbook_counts) {
    struct table_file t;
    struct series s;
    if (!table_read(&arena, "nist_spc/wafer_defects_c.csv", &t)) {
        return;
    }
    make_room(&s, t.n);
    for (uint32_t i = 0; i < t.n; i++) {
        s.count[i] = table_number(&t, i, "defects");
    }
    struct spc_result *r = judge(&s, SPC_C, false);
    CLOSE(spc_last_centre(r), 16);
    CLOSE(r->lower[0], 4);
    CLOSE(r->upper[0], 28);
}
END_TEST

START_TEST(data_handbook_average) {
    struct table_file t;
    struct series s;
    if (!table_read(&arena, "nist_spc/ewma.csv", &t)) {
        return;
    }
    make_room(&s, t.n);
    for (uint32_t i = 0; i < t.n; i++) {
        s.value[i] = table_number(&t, i, "x");
    }
    struct spc_input in = {.kind = SPC_EWMA,
                           .points = {.n = s.n, .value = s.value, .base_stop = s.n},
                           .profile = rule_profile_named(STR("shewhart"), false),
                           .options = {.centre = 50, .sigma = 2.0539, .weight = 0.3},
                           .low_bound = -(double)INFINITY,
                           .high_bound = (double)INFINITY};
    struct spc_result *r = spc_analyse(&arena, &in);
    ck_assert_double_eq_tol(r->lower[s.n - 1], 47.4115, 1e-3);
    ck_assert_double_eq_tol(r->upper[s.n - 1], 52.5884, 1e-3);
    CLOSE(r->lines.value[0], 0.3 * 52 + 0.7 * 50);
    ck_assert_uint_eq(r->nsignals, 0);
}
END_TEST

/* ---- tables of constants ---- */

/* The table is by quadrature in R. Its d3, and so D3 and D4, have errors of 1e-6 above 15. */
START_TEST(data_constants) {
    struct table_file t;
    if (!table_read(&arena, "spc_oracles/constants.csv", &t)) {
        return;
    }
    ck_assert_uint_gt(t.n, 40);
    for (uint32_t i = 0; i < t.n; i++) {
        double n = table_number(&t, i, "n");
        double d2 = spc_d2(n), d3 = spc_d3(n), c4 = spc_c4(n), c5 = spc_c5(n);
        double rough = n > 15 ? 2e-6 : 1e-7;
        CLOSE(d2, table_number(&t, i, "d2"));
        CLOSE(c4, table_number(&t, i, "c4"));
        ck_assert_double_eq_tol(3 / (d2 * sqrt(n)), table_number(&t, i, "A2"), 5e-9);
        CLOSE(3 / (c4 * sqrt(n)), table_number(&t, i, "A3"));
        CLOSE(fmax(0, 1 - 3 * c5 / c4), table_number(&t, i, "B3"));
        CLOSE(1 + 3 * c5 / c4, table_number(&t, i, "B4"));
        ck_assert_double_eq_tol(d3, table_number(&t, i, "d3"), rough);
        ck_assert_double_eq_tol(fmax(0, 1 - 3 * d3 / d2), table_number(&t, i, "D3"), rough);
        ck_assert_double_eq_tol(1 + 3 * d3 / d2, table_number(&t, i, "D4"), rough);
    }
}
END_TEST

/* ---- worked by hand ---- */

static struct spc_result *judge_values(const double *x, uint32_t n, enum spc_kind kind) {
    struct series s;
    make_room(&s, n);
    for (uint32_t i = 0; i < n; i++) {
        s.value[i] = s.count[i] = x[i];
        s.size[i] = 4;
        s.spread[i] = 2;
    }
    return judge(&s, kind, false);
}

START_TEST(single_values_by_hand) {
    /* Mean 4, moving ranges 4 2 4 2 3 = 15 of 5: 3. */
    static const double x[] = {2, 6, 4, 8, 6, 3, 1, 4, 2, 4};
    struct spc_result *r = judge_values(x, 6, SPC_XMR);
    double mean = 29.0 / 6, ranges = (4 + 2 + 4 + 2 + 3) / 5.0;
    CLOSE(r->lines.centre[0], mean);
    CLOSE(r->upper[0], mean + 3 * ranges / 1.128);
    CLOSE(r->lower[0], mean - 3 * ranges / 1.128);
    r = judge_values(x, 10, SPC_MR); /* 4 2 4 2 3 2 3 2 2 = 24 of 9 */
    ck_assert(isnan(r->lines.value[0]));
    CLOSE(r->lines.value[5], 3);
    CLOSE(r->lines.centre[1], 24.0 / 9);
    CLOSE(r->upper[1], 3.267 * 24 / 9);
    CLOSE(r->lower[1], 0);
    r = judge_values(x, 10, SPC_RUN);
    CLOSE(r->lines.centre[0], 4);
    ck_assert(isnan(r->upper[0]));
    r = judge_values(x, 10, SPC_C);
    CLOSE(r->lines.centre[0], 4);
    CLOSE(r->upper[0], 10);
    CLOSE(r->lower[0], 0);
}
END_TEST

START_TEST(groups_by_hand) {
    static const double x[] = {1, 0, 2, 1, 1, 1, 2, 0};
    struct spc_result *r = judge_values(x, 8, SPC_P); /* 8 of 32 */
    CLOSE(r->lines.value[2], 0.5);
    CLOSE(r->lines.sigma[0], sqrt(0.25 * 0.75 / 4));
    CLOSE(r->upper[0], 0.25 + 3 * sqrt(0.25 * 0.75 / 4));
    CLOSE(r->lower[0], 0);
    r = judge_values(x, 8, SPC_NP);
    CLOSE(r->lines.centre[0], 1);
    CLOSE(r->upper[0], 1 + 3 * sqrt(0.75));
    r = judge_values(x, 8, SPC_U);
    CLOSE(r->upper[0], 0.25 + 3 * sqrt(0.25 / 4));
    /* z: 0, -1.1547, 1.1547, 0, 0, 0, 1.1547, -1.1547; of their ranges 1 2 1 0 0 1 2 */
    r = judge_values(x, 8, SPC_P_PRIME);
    double sigma = sqrt(0.25 * 0.75 / 4), z = 0.25 / sigma * 7 / 7 / 1.128;
    CLOSE(r->phases[0].basis.sigma_z, z);
    CLOSE(r->upper[0], fmin(1, 0.25 + 3 * sigma * z));
    /* 2, 2, ... as standard deviations of subgroups of 4 */
    r = judge_values(x, 8, SPC_XBAR);
    double c4 = sqrt(2.0 / 3) * tgamma(2) / tgamma(1.5);
    CLOSE(r->lines.centre[0], 1);
    CLOSE(r->upper[0], 1 + 3 * 2 / (c4 * 2));
}
END_TEST

START_TEST(rare_events_by_hand) {
    /* Mean 4, median 3.5: limits at 4 + 3 sqrt(4 * 5). */
    static const double cases[] = {1, 9, 2, 5, 4, 3}, times[] = {1, 1, 1, 1, 1, 1};
    struct spc_result *r = judge_values(cases, 6, SPC_G);
    CLOSE(r->lines.centre[0], 3.5);
    CLOSE(r->upper[0], 4 + 3 * sqrt(20));
    CLOSE(r->lower[0], 0);
    r = judge_values(times, 6, SPC_T);
    CLOSE(r->lines.centre[0], 1);
    CLOSE(r->upper[0], 1);
}
END_TEST

Suite *spc_cases_suite(void) {
    Suite *suite = suite_create("spc_cases");
    TCase *t = tcase_create("spc_cases");
    tcase_add_checked_fixture(t, start, stop);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, data_cases);
    tcase_add_test(t, data_textbook);
    tcase_add_test(t, data_handbook_shares);
    tcase_add_test(t, data_handbook_counts);
    tcase_add_test(t, data_handbook_average);
    tcase_add_test(t, data_constants);
    tcase_add_test(t, single_values_by_hand);
    tcase_add_test(t, groups_by_hand);
    tcase_add_test(t, rare_events_by_hand);
    suite_add_tcase(suite, t);
    return suite;
}
