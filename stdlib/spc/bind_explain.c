/* What `explain` says of a chart or of a table of limits: kind and reason, formulas with numbers,
 * rules, and what the measure asks for. */
#include "stdlib/picture/clean.h"
#include "stdlib/picture/wrap.h"
#include "stdlib/spc/bind_options.h"
#include "stdlib/spc/formulas.h"
#include <math.h>

enum { EXPLAINED_WIDTH = 78 };

static void put_kind(struct buf *b, const struct spc_table *t, const struct spc_wish *wish,
                     const struct spc_result *r, const struct about *about) {
    struct str name = about->name.n ? about->name : t->value_name;
    buf_printf(b, "chart\t%s of `%.*s`", spc_trait(r->kind)->title, STR_ARG(name));
    if (t->nseries > 1) {
        buf_printf(b, ", the first of %u series, `%.*s`", t->nseries, STR_ARG(t->series[0].name));
    }
    if (wish->why.n) {
        buf_printf(b, "\nwhy\t%.*s\nor kind\t%.*s", STR_ARG(wish->why), STR_ARG(wish->instead));
    } else {
        buf_text(b, "\nwhy\tthe kind was asked for");
    }
    buf_char(b, '\n');
}

static void put_points(struct buf *b, const struct spc_table *t, const struct spc_result *r,
                       const struct spc_points_named *names) {
    const struct spc_series *s = &t->series[0];
    buf_printf(b, "points\t%u", s->n);
    if (s->n) {
        buf_text(b, ", ");
        spc_put_point(b, names, 0);
        buf_text(b, " to ");
        spc_put_point(b, names, s->n - 1);
    }
    if (r->present != s->n) {
        buf_printf(b, ", of which %zu have a value that counts", r->present);
    }
    buf_char(b, '\n');
}

/* "30", or "40 from 2024-01, 35 from 2025-07" */
static void put_target(struct buf *b, const struct spc_series *s,
                       const struct spc_points_named *names) {
    if (isnan(spc_last_target(s))) {
        return;
    }
    buf_text(b, "target\t");
    double before = NAN;
    for (uint32_t i = 0; i < s->n; i++) {
        if (!isnan(s->target[i]) && !(s->target[i] == before)) {
            buf_text(b, isnan(before) ? "" : ", ");
            spc_put_number(b, s->target[i]);
            buf_text(b, " from ");
            spc_put_point(b, names, i);
            before = s->target[i];
        }
    }
    buf_char(b, '\n');
}

void spc_put_wanted(struct buf *b, struct native_call *c, const struct about *about) {
    struct str versions = native_versions(c, about);
    if (about->better.n) {
        buf_printf(b, "better\t%.*s\n", STR_ARG(about->better));
    }
    if (about->definition.n) {
        buf_printf(b, "measure\t%.*s\n", STR_ARG(about->definition));
    }
    if (versions.n) {
        buf_printf(b, "defined\t%.*s\n", STR_ARG(versions));
    }
}

static void put_rows_left_out(struct buf *b, const struct spc_table *t) {
    if (t->suppressed) {
        buf_printf(b, "left out\t%llu suppressed values\n", (unsigned long long)t->suppressed);
    }
    if (t->timeless) {
        buf_printf(b, "left out\t%llu rows without a period\n", (unsigned long long)t->timeless);
    }
}

struct str spc_made_of(struct native_call *c, struct buf *lines) {
    struct buf wrapped, text;
    buf_init(&wrapped, native_alloc(c));
    buf_init(&text, native_alloc(c));
    wrap_labelled(&wrapped, buf_view(lines), EXPLAINED_WIDTH);
    clean_text(&text, buf_view(&wrapped), true); /* names come from data */
    bool failed = lines->failed || wrapped.failed || text.failed;
    struct str made = failed ? STR_NONE : arena_str(native_arena(c), buf_view(&text));
    buf_free(lines);
    buf_free(&wrapped);
    buf_free(&text);
    return made;
}

struct str spc_made(struct native_call *c, const struct frame *data, const struct spc_table *t,
                    const struct spc_wish *wish, const struct spc_result *first) {
    struct buf lines;
    struct arena *a = native_arena(c);
    struct spc_points_named names = {native_calendar(c), t->series[0].at, t->grain != GRAIN_NONE};
    buf_init(&lines, native_alloc(c));
    put_kind(&lines, t, wish, first, &data->about);
    put_points(&lines, t, first, &names);
    spc_explain_lines(&lines, first, &names);
    spc_explain_rules(&lines, a, first);
    put_target(&lines, &t->series[0], &names);
    spc_put_wanted(&lines, c, &data->about);
    spc_explain_left_out(&lines, first);
    put_rows_left_out(&lines, t);
    return spc_made_of(c, &lines);
}
