/* A funnel: units against their size, between limits that narrow as size grows. */
#include "stdlib/chart/pictures.h"
#include <math.h>
#include <stdlib.h>

enum { CURVE = 160, MOST_TAGS = 40, FEW_TAGS = 12, NAMED = 5 };

struct funnel_work {
    struct arena *a;
    const struct chart *about;
    const struct spc_units *u;
    struct panel *p;
    uint32_t *order; /* units that count, the farthest first */
    uint32_t n;
    double largest;
};

/* ---- who lies where ---- */

enum beyond { WITHIN, BEYOND_95, BEYOND_998 };

static enum beyond beyond(const struct funnel_unit *u) {
    bool high = u->z > 0;
    return (high ? u->value > u->high998 : u->value < u->low998) ? BEYOND_998
           : (high ? u->value > u->high95 : u->value < u->low95) ? BEYOND_95
                                                                 : WITHIN;
}

struct far {
    double z;
    uint32_t i;
};

static int by_distance(const void *a, const void *b) {
    const struct far *x = a, *y = b;
    int c = (x->z < y->z) - (x->z > y->z);
    return c ? c : (x->i > y->i) - (x->i < y->i);
}

static bool sort_units(struct funnel_work *w) {
    struct far *all = ARENA_ARRAY(w->a, struct far, w->u->n + 1);
    w->order = ARENA_ARRAY(w->a, uint32_t, w->u->n + 1);
    if (!all || !w->order) {
        return false;
    }
    for (uint32_t i = 0; i < w->u->n; i++) {
        if (!isnan(w->u->unit[i].value)) {
            all[w->n++] = (struct far){fabs(w->u->unit[i].z), i};
            w->largest = fmax(w->largest, w->u->size[i]);
        }
    }
    qsort(all, w->n, sizeof *all, by_distance);
    for (uint32_t k = 0; k < w->n; k++) {
        w->order[k] = all[k].i;
    }
    return true;
}

/* ---- axes ---- */

static int by_number(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Limits of the smallest units would squeeze all others flat: those of the lower quarter are cut.
 */
static bool reach_limits(struct funnel_work *w, struct extent *e) {
    double *sizes = ARENA_ARRAY(w->a, double, w->n + 1), low, high;
    if (!sizes) {
        return false;
    }
    for (uint32_t k = 0; k < w->n; k++) {
        sizes[k] = w->u->size[w->order[k]];
    }
    qsort(sizes, w->n, sizeof *sizes, by_number);
    if (w->n) {
        funnel_limits(w->u->kind, &w->u->funnel, sizes[w->n / 4], FUNNEL_Z998, &low, &high);
        extent_reach(e, low);
        extent_reach(e, high);
    }
    return true;
}

static bool find_axes(struct funnel_work *w) {
    struct extent e = extent_none();
    bool ratio = w->u->kind == FUNNEL_RATIO;
    for (uint32_t k = 0; k < w->n; k++) {
        extent_reach(&e, w->u->unit[w->order[k]].value);
    }
    extent_reach(&e, w->u->funnel.centre);
    if (!reach_limits(w, &e)) {
        return false;
    }
    if (w->about->has_target) {
        extent_reach(&e, w->about->target);
    }
    w->p->y = (struct axis){.writing = {.share = !ratio}};
    axis_room(&w->p->y, extent_never_flat(e));
    axis_tick(&w->p->y, 6);
    w->p->x = (struct axis){.low = 0,
                            .high = w->largest > 0 ? w->largest * 1.03 : 1,
                            .title = ratio ? STR("expected") : STR("size of the group")};
    axis_tick_whole(&w->p->x, 8);
    return true;
}

/* ---- marks ---- */

/* Closer where it is steep. */
static bool lay_curve(struct funnel_work *w, double z, bool upper, enum look look) {
    double *x = ARENA_ARRAY(w->a, double, CURVE), *y = ARENA_ARRAY(w->a, double, CURVE);
    if (!x || !y) {
        return false;
    }
    for (int i = 0; i < CURVE; i++) {
        double part = (i + 1.0) / CURVE, low, high;
        x[i] = part * part * w->p->x.high;
        funnel_limits(w->u->kind, &w->u->funnel, x[i], z, &low, &high);
        y[i] = upper ? high : low;
    }
    figure_cut_left(x, y, CURVE, &w->p->y);
    panel_mark(w->p, MARK_LINE, look, CURVE, x, y);
    struct side *side = panel_side(w->p, look == LOOK_LIMIT ? "99.8 %" : "95 %",
                                   look == LOOK_LIMIT ? "99.8 %" : "95 %", y[CURVE - 1]);
    side->bare = true;
    return true;
}

static bool lay_points(struct funnel_work *w) {
    double *x = ARENA_ARRAY(w->a, double, w->n + 1), *y = ARENA_ARRAY(w->a, double, w->n + 1);
    uint8_t *looks = arena_zero(w->a, w->n + 1);
    struct str *names = ARENA_ARRAY(w->a, struct str, w->n + 1);
    if (!x || !y || !looks || !names) {
        return false;
    }
    for (uint32_t k = 0; k < w->n; k++) {
        const struct funnel_unit *u = &w->u->unit[w->order[k]];
        enum beyond far = beyond(u);
        x[k] = w->u->size[w->order[k]];
        y[k] = u->value;
        names[k] = w->u->name[w->order[k]];
        looks[k] = (uint8_t)(far == BEYOND_998  ? chart_judged_look(w->about, u->z > 0)
                             : far == BEYOND_95 ? LOOK_DOUBT
                                                : LOOK_LONE);
    }
    struct mark *m = panel_mark(w->p, MARK_POINTS, LOOK_POINT, w->n, x, y);
    m->looks = looks;
    m->names = names;
    return true;
}

/* All beyond the outer limits have names, and those between where they are few. */
static bool lay_tags(struct funnel_work *w) {
    struct tag *tags = ARENA_ARRAY(w->a, struct tag, MOST_TAGS);
    uint32_t n = 0;
    for (uint32_t k = 0; tags && k < w->n && n < MOST_TAGS; k++) {
        uint32_t i = w->order[k];
        enum beyond far = beyond(&w->u->unit[i]);
        if (far == BEYOND_998 || (far == BEYOND_95 && n < FEW_TAGS)) {
            tags[n++] = (struct tag){w->u->size[i], w->u->unit[i].value, w->u->name[i]};
        }
    }
    w->p->tags = tags;
    w->p->ntags = n;
    return tags != NULL;
}

static bool lay_marks(struct funnel_work *w) {
    const struct chart *about = w->about;
    for (int upper = 0; upper < 2; upper++) {
        if (w->n && (!lay_curve(w, FUNNEL_Z95, upper, LOOK_INNER) ||
                     !lay_curve(w, FUNNEL_Z998, upper, LOOK_LIMIT))) {
            return false;
        }
    }
    if (w->n) {
        panel_mark(w->p, MARK_LEVEL, LOOK_CENTRE, 1, NULL, &w->u->funnel.centre);
        panel_side(w->p, w->u->kind == FUNNEL_RATIO ? "as expected" : "all", "all",
                   w->u->funnel.centre);
    }
    if (about->has_target) {
        panel_mark(w->p, MARK_LEVEL, LOOK_TARGET, 1, NULL, &about->target);
        panel_side(w->p, "target", "target", about->target)->goal = true;
    }
    return lay_points(w) && lay_tags(w);
}

/* ---- sentences ---- */

static uint32_t tell_beyond(struct buf *b, const struct funnel_work *w, struct str *names,
                            bool high) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < w->n; k++) {
        const struct funnel_unit *u = &w->u->unit[w->order[k]];
        if (beyond(u) == BEYOND_998 && (u->z > 0) == high) {
            names[n++] = w->u->name[w->order[k]];
        }
    }
    if (n) {
        buf_printf(b, "%u of %u %s %s the limits of 99.8 %%%s: ", n, w->n, n == 1 ? "lies" : "lie",
                   high ? "above" : "below", chart_judged_words(w->about, high));
        figure_list(b, names, n, NAMED);
        buf_text(b, ". ");
    }
    return n;
}

static void tell(struct buf *b, const struct funnel_work *w, struct str *names) {
    char text[48];
    uint32_t between = 0;
    if (w->n == 0) {
        buf_text(b, "No unit has a count and a size.");
        return;
    }
    uint32_t far = tell_beyond(b, w, names, true);
    far += tell_beyond(b, w, names, false);
    for (uint32_t k = 0; k < w->n; k++) {
        between += beyond(&w->u->unit[w->order[k]]) == BEYOND_95;
    }
    if (far == 0) {
        buf_printf(b, "None of %u lies beyond the limits of 99.8 %%: %s. ", w->n,
                   w->u->funnel.tau2 > 0 ? "none stands out from how much they vary altogether"
                                         : "they differ no more than chance has it");
    }
    if (between) {
        buf_printf(b, "%u %s between 95 %% and 99.8 %%, where chance alone puts %.1f. ", between,
                   between == 1 ? "lies" : "lie", 0.048 * w->n);
    }
    if (w->u->kind == FUNNEL_SHARE) {
        buf_text(b, "All together: ");
        buf_put(
            b, text,
            writing_print(&w->p->y.writing, text, w->u->funnel.centre, w->p->y.writing.decimals));
        buf_char(b, '.');
    }
}

static struct str caution_of(struct arena *a, const struct funnel *f) {
    if (f->tau2 > 0) {
        return arena_printf(a,
                            "the units vary %.1f times as much as chance allows, so limits are "
                            "widened by what is between them (tau %.4f)",
                            sqrt(f->phi), sqrt(f->tau2));
    }
    if (f->phi > 1.5) {
        return arena_printf(a,
                            "the units vary %.1f times as much as chance allows, so many lie "
                            "outside",
                            sqrt(f->phi));
    }
    return STR("");
}

static bool tell_all(struct funnel_work *w, struct figure *out) {
    struct buf b;
    struct str *names = ARENA_ARRAY(w->a, struct str, w->n + 1);
    buf_init(&b, w->a->alloc);
    if (names) {
        tell(&b, w, names);
    }
    out->verdict = b.failed || !names ? STR_NONE : arena_str(w->a, buf_view(&b));
    buf_free(&b);
    out->caution = caution_of(w->a, &w->u->funnel);
    out->summary = arena_printf(w->a, "%u units by size.", w->n);
    out->method = w->u->kind == FUNNEL_RATIO
                      ? STR("Funnel plot of observed over expected; limits by Poisson's "
                            "distribution (Spiegelhalter 2005).")
                      : STR("Funnel plot; limits from what all have together, by the arc sine of "
                            "roots (Spiegelhalter 2005).");
    return out->verdict.p && out->caution.p && out->summary.p;
}

bool funnel_figure(struct arena *a, const struct chart *about, const struct spc_units *units,
                   struct figure *out) {
    struct funnel_work w = {.a = a, .about = about, .u = units, .p = ARENA_NEW(a, struct panel)};
    *out = (struct figure){.title = about->title,
                           .key = {[LOOK_DOUBT] = "beyond 95 %",
                                   [LOOK_OTHER] = "beyond 99.8 %",
                                   [LOOK_WORSE] = "beyond 99.8 %, worse",
                                   [LOOK_BETTER] = "beyond 99.8 %, better"},
                           .panels = w.p,
                           .npanels = 1};
    return w.p && sort_units(&w) && find_axes(&w) && lay_marks(&w) && tell_all(&w, out);
}
