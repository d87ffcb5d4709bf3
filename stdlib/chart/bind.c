/* chart(): a relation in, a picture out, and a file if one is asked for; here series over time. */
#include "stdlib/chart/bind.h"
#include "stdlib/chart/bind_chart.h"
#include "stdlib/modules.h"
#include "stdlib/picture/bind_file.h"
#include "stdlib/picture/clean.h"
#include "stdlib/spc/bind_alarm.h"
#include "stdlib/spc/bind_options.h"
#include "stdlib/spc/bind_units.h"
#include <math.h>

static enum target_side side_of(int op) {
    switch (op) {
    case TOK_LE:
        return TARGET_AT_MOST;
    case TOK_LT:
        return TARGET_BELOW;
    case TOK_GT:
        return TARGET_ABOVE;
    case TOK_EQ:
        return TARGET_EQUAL;
    default:
        return TARGET_AT_LEAST;
    }
}

void chart_describe(struct chart *out, const struct native_call *c, const struct about *about) {
    out->title = about->title.n ? about->title : about->name;
    out->unit = about->unit;
    out->better = str_is(about->better, "up")     ? BETTER_UP
                  : str_is(about->better, "down") ? BETTER_DOWN
                                                  : BETTER_NONE;
    out->has_target = about->has_target;
    out->target = about->target;
    out->target_side = side_of(about->target_op);
    out->target_by = about->target_by;
    out->has_baseline = about->has_baseline;
    out->baseline = about->baseline;
    out->baseline_first = about->baseline_first;
    out->baseline_stop = about->baseline_stop;
    out->calendar = *native_calendar(c);
}

/* Of series it is that of the last point. One that the caller gave is meant as the measure's own,
 * or as what is better. */
static void describe_target(struct chart *out, const struct about *about,
                            const struct spc_table *t) {
    out->target = spc_last_target(&t->series[0]);
    out->has_target = !isnan(out->target);
    if (!about->has_target) {
        out->target_side = out->better == BETTER_UP     ? TARGET_AT_LEAST
                           : out->better == BETTER_DOWN ? TARGET_AT_MOST
                                                        : TARGET_PLAIN;
    }
}

/* The kind was picked, so the others are offered. */
static void note_widened(struct native_call *c, const struct spc_wish *wish) {
    if (!wish->named && wish->kind == SPC_P_PRIME) {
        native_note(c, "a p' chart, since the groups vary more than chance among shares has it: "
                       "kind \"p\" has narrower limits, and \"xmr\" takes no account of sizes");
    }
}

static bool find_changes(struct native_call *c, const struct about *about, struct chart *out) {
    uint32_t n;
    const struct native_change *all = native_changes(c, about, &n);
    struct chart_change *changes = ARENA_ARRAY(native_arena(c), struct chart_change, n + 1);
    for (uint32_t i = 0; all && changes && i < n; i++) {
        struct str name =
            arena_printf(native_arena(c), "%.*s@%u", STR_ARG(all[i].name), all[i].number);
        if (!name.p) {
            return false;
        }
        changes[i] = (struct chart_change){all[i].day, name, all[i].because};
    }
    out->changes = changes;
    out->nchanges = n;
    return all && changes;
}

static bool judge_all(struct native_call *c, const struct spc_table *t, const struct spc_wish *wish,
                      struct chart *out) {
    struct arena *a = native_arena(c);
    out->nseries = t->nseries < CHART_PANELS ? t->nseries : CHART_PANELS;
    out->left_out = t->nseries - out->nseries;
    out->series = ARENA_ARRAY(a, struct chart_series, out->nseries);
    for (uint32_t k = 0; out->series && k < out->nseries; k++) {
        const struct spc_series *s = &t->series[k];
        struct spc_result *r = spc_judge(a, native_calendar(c), t, s, wish);
        if (!r) {
            return false;
        }
        if (k == 0) { /* the one that is explained */
            r->alarm = spc_alarm(c, r, spc_last_phase(r));
        }
        out->series[k] = (struct chart_series){s->name, s->n, s->at, r->lines.value, r, s->target};
    }
    return out->series != NULL;
}

/* The series that comes first now is the one whose method is told. */
static bool tell_alarm(struct native_call *c, struct chart *out) {
    struct spc_result *first = ARENA_NEW(native_arena(c), struct spc_result);
    if (first) {
        *first = *out->series[0].spc;
        first->alarm = spc_alarm(c, first, spc_last_phase(first));
        out->series[0].spc = first;
    }
    return first != NULL;
}

static int find_notes(struct native_call *c, int i, struct chart *out) {
    struct spc_notes_told told;
    int status = spc_ask_notes(c, i, &told);
    out->notes = told.at;
    out->nnotes = told.n;
    return status;
}

static void note_outside(struct native_call *c, const struct chart *chart) {
    uint32_t n = chart_notes_outside(chart);
    if (n) {
        native_note(c, "%u note%s of other times than the chart", n, n == 1 ? " is" : "s are");
    }
}

int chart_draw(struct native_call *c, const struct figure *figure, struct str made) {
    struct buf drawn, terminal, svg;
    buf_init(&drawn, native_alloc(c));
    buf_init(&terminal, native_alloc(c));
    buf_init(&svg, native_alloc(c));
    figure_terminal(&drawn, native_arena(c), figure, native_output_width(c),
                    native_output_glyphs(c));
    clean_text(&terminal, buf_view(&drawn), true);
    terminal.failed = terminal.failed || drawn.failed;
    buf_free(&drawn);
    figure_svg(&svg, native_arena(c), figure);
    int status = picture_give(c, CHART_TO, figure->title, &terminal, &svg);
    return status == SPOKE_OK && made.n ? native_give_made(c, made) : status;
}

/* What is drawn below a chart of values. */
static int kind_below(struct native_call *c, const struct spc_wish *wish, uint32_t nseries,
                      enum spc_kind *below, const char **what) {
    *below = wish->kind == SPC_XMR    ? SPC_MR
             : wish->kind != SPC_XBAR ? SPC_RUN
             : wish->options.by_range ? SPC_R
                                      : SPC_S;
    *what = *below == SPC_MR ? "moving ranges" : *below == SPC_R ? "ranges" : "standard deviations";
    if (*below == SPC_RUN || nseries != 1) {
        return native_fail_help(c, "leave `pair` out",
                                "a chart of spread stands below one series of kind \"xmr\", "
                                "\"xbar\" or \"xbar-r\"");
    }
    return SPOKE_OK;
}

/* Points of spread are no better where they lie higher, and have no target. */
static int draw_below(struct native_call *c, const struct frame *data, const struct chart *above,
                      const struct spc_wish *wish, struct figure *figure) {
    struct spc_wish own = *wish;
    struct chart below = {.unit = above->unit,
                          .share = above->share,
                          .grain = above->grain,
                          .calendar = above->calendar,
                          .changes = above->changes,
                          .nchanges = above->nchanges};
    const char *what;
    int status = kind_below(c, wish, above->nseries, &own.kind, &what);
    own.options.centre = own.options.sigma = NAN;
    if (status != SPOKE_OK) {
        return status;
    }
    struct spc_reading how = {.subgroups = own.kind != SPC_MR, .kind = own.kind};
    struct spc_table t;
    how.by_range = own.options.by_range;
    if (!spc_read(native_arena(c), native_calendar(c), data, &how, &t)) {
        return spc_read_failed(c, &t);
    }
    struct chart *kept = ARENA_NEW(native_arena(c), struct chart);
    bool ok = kept && judge_all(c, &t, &own, &below) && chart_finish(native_arena(c), &below);
    if (ok) {
        *kept = below; /* the figure points at it */
        ok = chart_pair(native_arena(c), kept, what, figure);
    }
    return ok ? SPOKE_OK : SPOKE_NO_MEMORY;
}

/* Without a wish the worst come first, where it is known what is worse. */
static int ask_order(struct native_call *c, const struct chart *chart, enum chart_order *order) {
    *order = chart->better == BETTER_NONE ? ORDER_GIVEN : ORDER_WORST;
    if (native_is_missing(c, CHART_ORDER)) {
        return SPOKE_OK;
    }
    struct str name = native_text(c, CHART_ORDER);
    if (!chart_order_named(name, order)) {
        return native_fail_help(c,
                                "orders are \"worst\", \"best\", \"high\", \"low\", \"name\" and "
                                "\"given\"",
                                "there is no order \"%.*s\"", STR_ARG(name));
    }
    if ((*order == ORDER_WORST || *order == ORDER_BEST) && chart->better == BETTER_NONE) {
        return native_fail_help(c,
                                "declare `better up` or `better down` of the measure, or say "
                                "\"high\" or \"low\"",
                                "nothing says what is better here");
    }
    return SPOKE_OK;
}

/* What is asked beside the kind. */
static int ask_rest(struct native_call *c, const struct frame *data, struct spc_table *t,
                    struct spc_wish *wish, struct chart *out, enum chart_order *order) {
    int status = spc_ask_rest(c, CHART_KIND, data, t, wish);
    if (status == SPOKE_OK) {
        status = spc_ask_target(c, CHART_KIND, data, t);
    }
    if (status == SPOKE_OK) {
        status = find_notes(c, CHART_NOTES, out);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    chart_describe(out, c, &data->about);
    describe_target(out, &data->about, t);
    out->title = out->title.n ? out->title : t->value_name;
    out->share = t->share;
    out->grain = t->grain;
    out->why = wish->why;
    return ask_order(c, out, order);
}

static int draw_series(struct native_call *c, const struct frame *data, struct spc_table *t,
                       struct spc_wish *wish) {
    struct chart chart = {.has_target = false};
    struct figure figure;
    enum chart_order order;
    if (!spc_pick_kind(c, data, t, true, wish)) {
        return SPOKE_NO_MEMORY;
    }
    int status = ask_rest(c, data, t, wish, &chart, &order);
    if (status != SPOKE_OK) {
        return status;
    }
    note_widened(c, wish);
    if (!find_changes(c, &data->about, &chart) || !judge_all(c, t, wish, &chart)) {
        return SPOKE_NO_MEMORY;
    }
    struct str made = spc_made(c, data, t, wish, chart.series[0].spc);
    if (!made.p || !chart_arrange(native_arena(c), &chart, order) || !tell_alarm(c, &chart) ||
        !chart_finish(native_arena(c), &chart) || !chart_figure(native_arena(c), &chart, &figure)) {
        return SPOKE_NO_MEMORY;
    }
    note_outside(c, &chart);
    if (native_int(c, CHART_PAIR) != 0) {
        status = draw_below(c, data, &chart, wish, &figure);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    if (t->suppressed) {
        native_note(c, "%llu suppressed values are left out", (unsigned long long)t->suppressed);
    }
    return chart_draw(c, &figure, made);
}

static int chart_chart(struct native_call *c) {
    const struct frame *data = native_relation(c, 0);
    struct spc_table t;
    struct spc_wish wish;
    struct spc_reading how = {.timed = true};
    if (!data) {
        return SPOKE_FAILED;
    }
    const struct chart_kind *kind = chart_kind_asked(c, data);
    int status = chart_check_arguments(c, kind);
    if (status != SPOKE_OK || kind) {
        return status == SPOKE_OK ? kind->draw(c, data) : status;
    }
    status = check_chart_kind(c);
    status = status == SPOKE_OK ? spc_ask_kind(c, CHART_KIND, &wish, &how) : status;
    if (status != SPOKE_OK) {
        return status;
    }
    how.timed = !wish.named; /* whose kind is named may have rows in their order */
    if (!spc_read(native_arena(c), native_calendar(c), data, &how, &t)) {
        return spc_read_failed(c, &t);
    }
    return draw_series(c, data, &t, &wish);
}

#define MODULE_FILE "stdlib/chart/module.def"
#define MODULE_SYMBOL chart_module
#include "stdlib/module.h"
