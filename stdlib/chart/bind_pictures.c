/* chart() of kinds beside series over time: funnel, Pareto, histogram, sums and T2. */
#include "stdlib/chart/bind.h"
#include "stdlib/chart/pictures.h"
#include "stdlib/spc/bind_made.h"
#include "stdlib/spc/bind_methods.h"
#include "stdlib/spc/bind_units.h"
#include <math.h>

static double number_or(struct native_call *c, int i, double otherwise) {
    return native_is_missing(c, i) ? otherwise : native_float(c, i);
}

/* "n by cause", where nothing has a better title. */
static void title_by(struct native_call *c, struct chart *about, const struct frame *data,
                     const char *what) {
    if (!about->title.n && data->ncolumns) {
        struct str name = data->type->fields[0].name;
        about->title = arena_printf(native_arena(c), "%s by %.*s", what, STR_ARG(name));
    }
}

/* ---- units ---- */

static int draw_units(struct native_call *c, const struct frame *data, enum funnel_kind kind) {
    struct chart about = {.share = kind == FUNNEL_SHARE};
    struct figure figure;
    struct spc_units units;
    bool spread = native_is_missing(c, CHART_SPREAD) || native_int(c, CHART_SPREAD) != 0;
    int status = spc_read_units(c, data, kind, spread, &units);
    if (status != SPOKE_OK) {
        return status;
    }
    chart_describe(&about, c, &data->about);
    title_by(c, &about, data, kind == FUNNEL_SHARE ? "n out of d" : "Observed over expected");
    struct str made = spc_made_units(c, data, &units, spread, native_is_missing(c, CHART_KIND));
    return made.p && funnel_figure(native_arena(c), &about, &units, &figure)
               ? chart_draw(c, &figure, made)
               : SPOKE_NO_MEMORY;
}

static int draw_funnel(struct native_call *c, const struct frame *data) {
    if (native_is_missing(c, CHART_KIND)) {
        native_note(c, "a funnel of counts out of sizes, as there is no time: ask `over month` for "
                       "a chart over time");
    }
    return draw_units(c, data, FUNNEL_SHARE);
}

static int draw_ratios(struct native_call *c, const struct frame *data) {
    return draw_units(c, data, FUNNEL_RATIO);
}

static int draw_pareto(struct native_call *c, const struct frame *data) {
    struct chart about = {.share = false};
    struct figure figure;
    struct spc_categories all;
    int status = spc_read_categories(c, data, &all);
    if (status != SPOKE_OK) {
        return status;
    }
    chart_describe(&about, c, &data->about);
    title_by(c, &about, data, "Counts");
    struct str made = spc_made_categories(c, data, &all);
    return made.p && pareto_figure(native_arena(c), &about, &all, &figure)
               ? chart_draw(c, &figure, made)
               : SPOKE_NO_MEMORY;
}

/* The base is a number of points, from the first on. */
static int draw_distances(struct native_call *c, const struct frame *data) {
    struct chart about = {.share = false};
    struct figure figure;
    struct spc_distances all;
    int64_t base = INT64_MAX;
    if (!native_is_missing(c, CHART_KIND + ASK_BASELINE)) {
        struct value v = native_value(c, CHART_KIND + ASK_BASELINE);
        if (v.type->kind != TY_INT) {
            return native_fail_help(c, "like `baseline: 20`",
                                    "the baseline of T2 is a number of points from the first on");
        }
        base = value_int(&v);
    }
    int status = spc_read_distances(c, data, base, number_or(c, CHART_ALARM, 0.0027), &all);
    if (status != SPOKE_OK) {
        return status;
    }
    chart_describe(&about, c, &data->about);
    title_by(c, &about, data, "T2");
    struct str made = spc_made_distances(c, data, &all);
    return made.p && distance_figure(native_arena(c), &about, &all, &figure)
               ? chart_draw(c, &figure, made)
               : SPOKE_NO_MEMORY;
}

/* ---- series ---- */

/* What the picture is of, with its series. */
static int read_series(struct native_call *c, const struct frame *data, struct spc_table *t,
                       struct chart *about) {
    int status = spc_read_series(c, t);
    if (status != SPOKE_OK) {
        return status;
    }
    spc_note_rows(c, t);
    chart_describe(about, c, &data->about);
    about->title = about->title.n ? about->title : t->value_name;
    about->share = t->share;
    about->grain = t->grain;
    about->nseries = t->nseries;
    about->series = ARENA_ARRAY(native_arena(c), struct chart_series, t->nseries + 1);
    for (uint32_t k = 0; about->series && k < t->nseries; k++) {
        const struct spc_series *s = &t->series[k];
        about->series[k] = (struct chart_series){s->name, s->n, s->at, s->value, NULL, NULL};
    }
    return about->series ? SPOKE_OK : SPOKE_NO_MEMORY;
}

static int draw_sums(struct native_call *c, const struct frame *data) {
    struct cusum_options o = {.target = number_or(c, CHART_KIND + ASK_CENTRE, NAN),
                              .sigma = number_or(c, CHART_KIND + ASK_SIGMA, NAN),
                              .slack = number_or(c, CHART_SLACK, 0.5),
                              .limit = number_or(c, CHART_LIMIT, 5),
                              .head = number_or(c, CHART_HEAD, 0)};
    struct chart about = {.has_target = false};
    struct figure figure;
    struct spc_table t;
    int status = spc_check_sums(c, &o);
    status = status == SPOKE_OK ? read_series(c, data, &t, &about) : status;
    if (status != SPOKE_OK) {
        return status;
    }
    struct summed *all = ARENA_ARRAY(native_arena(c), struct summed, t.nseries + 1);
    for (uint32_t k = 0; all && k < t.nseries; k++) {
        double *high, *low;
        all[k].options = o;
        if (!spc_sum_series(c, &t, &t.series[k], &all[k].options, &high, &low)) {
            return SPOKE_NO_MEMORY;
        }
        all[k].high = high;
        all[k].low = low;
    }
    struct str made =
        all ? spc_made_sums(c, data, &t, &o, &all[0].options, all[0].high, all[0].low) : STR_NONE;
    return made.p && sum_figure(native_arena(c), &about, all, &figure)
               ? chart_draw(c, &figure, made)
               : SPOKE_NO_MEMORY;
}

/* What is not said is what the measure's target asks. */
static struct capability_asked asked_of(struct native_call *c, const struct chart *about) {
    struct capability_asked asked = {.lower = number_or(c, CHART_LOWER, NAN),
                                     .upper = number_or(c, CHART_UPPER, NAN),
                                     .target = number_or(c, CHART_KIND + ASK_CENTRE, NAN),
                                     .level = 0.95};
    if (!about->has_target || !isnan(asked.lower) || !isnan(asked.upper)) {
        return asked;
    }
    switch (about->target_side) {
    case TARGET_AT_LEAST:
    case TARGET_ABOVE:
        asked.lower = about->target;
        break;
    case TARGET_AT_MOST:
    case TARGET_BELOW:
        asked.upper = about->target;
        break;
    case TARGET_EQUAL:
        asked.target = about->target;
        break;
    case TARGET_PLAIN: /* of charts over time only */
        break;
    }
    return asked;
}

static int draw_histogram(struct native_call *c, const struct frame *data) {
    struct chart about = {.has_target = false};
    struct figure figure;
    struct spc_table t;
    int status = read_series(c, data, &t, &about);
    if (status != SPOKE_OK) {
        return status;
    }
    struct capability_asked asked = asked_of(c, &about);
    bool any = !isnan(asked.lower) || !isnan(asked.upper);
    status = any ? spc_check_asked(c, &asked) : SPOKE_OK;
    if (status != SPOKE_OK) {
        return status;
    }
    struct spread_out *all = ARENA_ARRAY(native_arena(c), struct spread_out, t.nseries + 1);
    for (uint32_t k = 0; all && k < t.nseries; k++) {
        const struct spc_result *r = spc_individuals(c, &t, &t.series[k]);
        if (!r) {
            return SPOKE_NO_MEMORY;
        }
        asked.within = r->phases[0].basis.sigma;
        capability_of(t.series[k].value, t.series[k].n, &asked, &all[k].able);
        all[k].unstable = r->nsignals > 0;
    }
    struct str made =
        all ? spc_made_capability(c, data, &t, &asked, &all[0].able, all[0].unstable) : STR_NONE;
    return made.p && histogram_figure(native_arena(c), &about, all, &asked, &figure)
               ? chart_draw(c, &figure, made)
               : SPOKE_NO_MEMORY;
}

/* ---- kinds ---- */

static const int OF_FUNNEL[] = {CHART_SPREAD, 0}, OF_PARETO[] = {0},
                 OF_DISTANCES[] = {CHART_KIND + ASK_BASELINE, CHART_ALARM, 0},
                 OF_SUMS[] = {CHART_KIND + ASK_CENTRE,
                              CHART_KIND + ASK_SIGMA,
                              CHART_SLACK,
                              CHART_LIMIT,
                              CHART_HEAD,
                              0},
                 OF_HISTOGRAM[] = {CHART_LOWER, CHART_UPPER, CHART_KIND + ASK_CENTRE, 0};

static const struct chart_kind KINDS[] = {
    {"funnel", draw_funnel, OF_FUNNEL}, {"ratio-funnel", draw_ratios, OF_FUNNEL},
    {"pareto", draw_pareto, OF_PARETO}, {"histogram", draw_histogram, OF_HISTOGRAM},
    {"cusum", draw_sums, OF_SUMS},      {"t2", draw_distances, OF_DISTANCES}};

const struct chart_kind *chart_kind_asked(struct native_call *c, const struct frame *data) {
    if (native_is_missing(c, CHART_KIND)) {
        return !spc_has_time(data) && spc_has_units(data) ? &KINDS[0] : NULL;
    }
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (str_is(native_text(c, CHART_KIND), KINDS[i].name)) {
            return &KINDS[i];
        }
    }
    return NULL;
}

int check_chart_kind(struct native_call *c) {
    enum spc_kind series;
    struct str name = native_is_missing(c, CHART_KIND) ? STR_NONE : native_text(c, CHART_KIND);
    if (!name.n || spc_kind_named(name, &series) || spc_kind_by_range(name)) {
        return SPOKE_OK;
    }
    return native_fail_help(
        c,
        arena_printf(native_arena(c),
                     "kinds are %s over time; and funnel, ratio-funnel, pareto, "
                     "histogram, cusum and t2",
                     spc_kind_names())
            .p,
        "there is no kind of chart \"%.*s\"", STR_ARG(name));
}

static bool is_given(struct native_call *c, int i) {
    bool truth = i == CHART_PAIR || i == CHART_KIND + ASK_SCREEN;
    return !native_is_missing(c, i) && (!truth || native_int(c, i) != 0);
}

static bool takes(const struct chart_kind *kind, int i) {
    for (const int *own = kind->takes; *own; own++) {
        if (*own == i) {
            return true;
        }
    }
    return false;
}

/* Whose it is instead. */
static const char *owner(int i) {
    for (size_t k = 0; k < COUNT_OF(KINDS) && i >= CHART_LOWER; k++) {
        if (takes(&KINDS[k], i)) {
            return KINDS[k].name;
        }
    }
    return NULL;
}

int chart_check_arguments(struct native_call *c, const struct chart_kind *kind) {
    static const char *const NAMES[CHART_ARGUMENTS] = {
        "data",     "to",      "kind",   "rules", "constant", "screen",   "phases",
        "baseline", "ghost",   "centre", "sigma", "weight",   "multiple", "span",
        "target",   "targets", "notes",  "pair",  "order",    "lower",    "upper",
        "slack",    "limit",   "head",   "alarm", "spread"};
    for (int i = CHART_KIND + 1; i < CHART_ARGUMENTS; i++) {
        if ((kind ? takes(kind, i) : i <= CHART_ORDER) || !is_given(c, i)) {
            continue;
        }
        const char *other = owner(i);
        bool aim = kind && i == CHART_KIND + ASK_TARGET && takes(kind, CHART_KIND + ASK_CENTRE);
        struct str help = other ? arena_printf(native_arena(c), "it belongs to kind \"%s\"", other)
                          : aim ? STR("what values are aimed at is `centre` here")
                                : STR("it belongs to charts over time");
        return kind ? native_fail_help(c, help.p, "`%s` means nothing to kind \"%s\"", NAMES[i],
                                       kind->name)
                    : native_fail_help(c, help.p, "`%s` means nothing to a chart over time",
                                       NAMES[i]);
    }
    return SPOKE_OK;
}
