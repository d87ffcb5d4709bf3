/* chart(): a relation in, a picture out, and an SVG file if one is asked for. */
#include "stdlib/chart/chart.h"
#include "stdlib/modules.h"
#include "stdlib/spc/bind_options.h"
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

static struct str title_of(const struct about *about, const struct spc_table *t) {
    return about->title.n ? about->title : about->name.n ? about->name : t->value_name;
}

static void describe(struct chart *out, const struct native_call *c, const struct about *about,
                     const struct spc_table *t) {
    out->title = title_of(about, t);
    out->unit = about->unit;
    out->share = t->share;
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
    out->grain = t->grain;
    out->calendar = *native_calendar(c);
}

/* Without a wish: a run chart while there are too few points for limits, what fits the columns
 * else; where groups vary more than chance among shares would let them, limits are widened by how
 * much more (Laney 2002). */
static enum spc_kind kind_for(struct native_call *c, const struct spc_table *t,
                              const struct spc_wish *wish) {
    if (t->most < SPC_TRIAL) {
        return SPC_RUN;
    }
    struct spc_wish trial = *wish;
    trial.kind = spc_fitting_kind(t);
    trial.profile = rule_profile_named(STR("shewhart"), false);
    enum spc_kind kind = trial.kind;
    for (uint32_t k = 0; kind == SPC_P && k < t->nseries; k++) {
        const struct spc_result *r =
            spc_judge(native_arena(c), native_calendar(c), t, &t->series[k], &trial);
        if (!r || spc_last_phase(r)->basis.sigma_z > 2) {
            kind = SPC_P_PRIME;
        }
    }
    return kind;
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
        out->series[k] = (struct chart_series){s->name, s->n, s->at, r->lines.value, r};
    }
    return out->series != NULL;
}

static int draw(struct native_call *c, const struct figure *figure) {
    struct buf terminal, svg;
    int status = SPOKE_NO_MEMORY;
    buf_init(&terminal, native_alloc(c));
    buf_init(&svg, native_alloc(c));
    figure_terminal(&terminal, native_arena(c), figure, native_output_width(c),
                    native_output_glyphs(c));
    figure_svg(&svg, native_arena(c), figure);
    if (!terminal.failed && !svg.failed) {
        status = SPOKE_OK;
    }
    if (status == SPOKE_OK && !native_is_missing(c, 1)) {
        status = native_write_file(c, native_text(c, 1), buf_view(&svg));
    }
    if (status == SPOKE_OK) {
        status = native_give_picture(c, buf_view(&terminal), buf_view(&svg));
    }
    buf_free(&terminal);
    buf_free(&svg);
    return status;
}

static int chart_chart(struct native_call *c) {
    enum { ASKS = 2 };
    const struct frame *data = native_relation(c, 0);
    struct spc_table t;
    struct chart chart = {.has_target = false};
    struct figure figure;
    struct spc_wish wish;
    struct spc_reading how = {.timed = true};
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_ask_kind(c, ASKS, &wish, &how);
    if (status != SPOKE_OK) {
        return status;
    }
    if (!spc_read(native_arena(c), native_calendar(c), data, &how, &t)) {
        return spc_read_failed(c, &t);
    }
    wish.kind = wish.named ? wish.kind : kind_for(c, &t, &wish);
    status = spc_ask_rest(c, ASKS, data, &t, &wish);
    if (status != SPOKE_OK) {
        return status;
    }
    note_widened(c, &wish);
    describe(&chart, c, &data->about, &t);
    if (!find_changes(c, &data->about, &chart) || !judge_all(c, &t, &wish, &chart) ||
        !chart_finish(native_arena(c), &chart) || !chart_figure(native_arena(c), &chart, &figure)) {
        return SPOKE_NO_MEMORY;
    }
    if (t.suppressed) {
        native_note(c, "%llu suppressed values are left out", (unsigned long long)t.suppressed);
    }
    return draw(c, &figure);
}

#define MODULE_FILE "stdlib/chart/module.def"
#define MODULE_SYMBOL chart_module
#include "stdlib/module.h"
