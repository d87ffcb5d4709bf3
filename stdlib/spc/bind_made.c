/* What `explain` says of funnels, Pareto charts, T2, cumulative sums and capability: of what they
 * are, then their formulas with numbers. */
#include "stdlib/spc/bind_made.h"
#include "stdlib/spc/method_words.h"
#include <math.h>

/* "chart\tFunnel plot of `absence` by `school`"; of a measure its name, else what is reckoned. */
static void put_title(struct buf *b, const struct frame *data, const char *what,
                      const char *reckoned) {
    struct str name = data->about.name;
    if (name.n) {
        buf_printf(b, "chart\t%s of `%.*s`", what, STR_ARG(name));
    } else {
        buf_printf(b, "chart\t%s%s", what, reckoned);
    }
    if (data->ncolumns) {
        buf_printf(b, ", by `%.*s`", STR_ARG(data->type->fields[0].name));
    }
    buf_char(b, '\n');
}

static struct str finish(struct native_call *c, struct buf *lines, const struct frame *data) {
    spc_put_wanted(lines, c, &data->about);
    return spc_made_of(c, lines);
}

struct str spc_made_units(struct native_call *c, const struct frame *data,
                          const struct spc_units *all, bool spread, bool picked) {
    struct buf lines;
    buf_init(&lines, native_alloc(c));
    put_title(&lines, data, "Funnel plot",
              all->kind == FUNNEL_SHARE ? " of `n` out of `d`" : " of `n` over `d`");
    if (picked) {
        buf_text(&lines, "why\teach row has a count out of a size, and none has a time\n"
                         "or kind\t\"p\" takes the rows in their order, as if they had times\n");
    }
    spc_explain_units(&lines, all, spread);
    return finish(c, &lines, data);
}

struct str spc_made_categories(struct native_call *c, const struct frame *data,
                               const struct spc_categories *all) {
    struct buf lines;
    buf_init(&lines, native_alloc(c));
    put_title(&lines, data, "Pareto chart", " of counts");
    spc_explain_categories(&lines, all);
    if (all->n < data->n) {
        uint32_t left_out = data->n - all->n;
        buf_printf(&lines, "left out\t%u row%s without a count\n", left_out,
                   left_out == 1 ? "" : "s");
    }
    return finish(c, &lines, data);
}

struct str spc_made_distances(struct native_call *c, const struct frame *data,
                              const struct spc_distances *all) {
    struct buf lines;
    buf_init(&lines, native_alloc(c));
    put_title(&lines, data, "Hotelling's T2", "");
    spc_explain_distances(&lines, all);
    return finish(c, &lines, data);
}

/* ---- of series ---- */

static void put_series(struct buf *b, const struct frame *data, const struct spc_table *t,
                       const char *what, const struct spc_points_named *names) {
    const struct spc_series *s = &t->series[0];
    struct str name = data->about.name.n ? data->about.name : t->value_name;
    uint32_t present = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        present += isnan(s->value[i]) ? 0 : 1;
    }
    buf_printf(b, "chart\t%s of `%.*s`", what, STR_ARG(name));
    if (t->nseries > 1) {
        buf_printf(b, ", the first of %u series, `%.*s`", t->nseries, STR_ARG(s->name));
    }
    buf_printf(b, "\npoints\t%u", s->n);
    if (s->n) {
        buf_text(b, ", ");
        spc_put_point(b, names, 0);
        buf_text(b, " to ");
        spc_put_point(b, names, s->n - 1);
    }
    if (present < s->n) {
        buf_printf(b, ", of which %u have a value", present);
    }
    buf_char(b, '\n');
}

static struct spc_points_named names_of(struct native_call *c, const struct spc_table *t) {
    return (struct spc_points_named){native_calendar(c), t->series[0].at, t->grain != GRAIN_NONE};
}

struct str spc_made_sums(struct native_call *c, const struct frame *data, const struct spc_table *t,
                         const struct cusum_options *asked, const struct cusum_options *taken,
                         const double *high, const double *low) {
    struct buf lines;
    struct spc_points_named names = names_of(c, t);
    struct spc_sums_made sums = {.options = taken,
                                 .target_given = !isnan(asked->target),
                                 .sigma_given = !isnan(asked->sigma),
                                 .value = t->series[0].value,
                                 .high = high,
                                 .low = low,
                                 .n = t->series[0].n};
    buf_init(&lines, native_alloc(c));
    put_series(&lines, data, t, "CUSUM chart", &names);
    spc_explain_sums(&lines, &sums, &names);
    return finish(c, &lines, data);
}

struct str spc_made_capability(struct native_call *c, const struct frame *data,
                               const struct spc_table *t, const struct capability_asked *asked,
                               const struct capability *able, bool unstable) {
    struct buf lines;
    struct spc_points_named names = names_of(c, t);
    buf_init(&lines, native_alloc(c));
    bool any = !isnan(asked->lower) || !isnan(asked->upper);
    put_series(&lines, data, t, any ? "Capability" : "Histogram", &names);
    spc_explain_capability(&lines, asked, able, unstable);
    return finish(c, &lines, data);
}

int spc_give_made(struct native_call *c, struct frame *f, struct str made) {
    if (!f || !made.p) {
        frame_drop(f);
        return SPOKE_NO_MEMORY;
    }
    int status = native_give_frame(c, f);
    return status == SPOKE_OK && made.n ? native_give_made(c, made) : status;
}
