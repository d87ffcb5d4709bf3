/* T2 of points of several measures against what they have to stay below. */
#include "stdlib/chart/pictures.h"
#include <math.h>

enum { NAMED = 5 };

static bool lay_points(struct arena *a, const struct spc_distances *all, struct panel *p) {
    double *x = ARENA_ARRAY(a, double, all->n + 1);
    uint8_t *looks = arena_zero(a, all->n + 1);
    if (!x || !looks) {
        return false;
    }
    for (uint32_t i = 0; i < all->n; i++) {
        double t2 = all->distance[i];
        bool before = i > 0 && !isnan(all->distance[i - 1]);
        bool behind = i + 1 < all->n && !isnan(all->distance[i + 1]);
        x[i] = i;
        looks[i] = (uint8_t)(isnan(t2)            ? LOOK_NOTHING
                             : t2 > all->limit[i] ? LOOK_OTHER
                             : !before && !behind ? LOOK_LONE
                                                  : LOOK_POINT);
    }
    panel_mark(p, MARK_STEPS, LOOK_LIMIT, all->n, x, all->limit);
    panel_mark(p, MARK_LINE, LOOK_DATA, all->n, x, all->distance);
    panel_mark(p, MARK_POINTS, LOOK_POINT, all->n, x, all->distance)->looks = looks;
    panel_side(p, "upper limit", "upper", chart_last_limit(all->limit, all->n));
    return true;
}

static void lay_axes(const struct spc_distances *all, struct panel *p) {
    struct extent e = {0, 0};
    for (uint32_t i = 0; i < all->n; i++) {
        extent_reach(&e, all->distance[i]);
        extent_reach(&e, all->limit[i]);
    }
    axis_room(&p->y, extent_never_flat(e));
    axis_tick(&p->y, 6);
    p->x = (struct axis){
        .kind = AXIS_NAMES, .low = 0, .high = all->n ? all->n - 1.0 : -1, .names = all->name};
}

static bool tell(struct arena *a, const struct spc_distances *all, struct figure *out) {
    struct buf b;
    struct str *names = ARENA_ARRAY(a, struct str, all->n + 1);
    uint32_t n = 0, present = 0;
    for (uint32_t i = 0; names && i < all->n; i++) {
        present += isnan(all->distance[i]) ? 0 : 1;
        if (all->distance[i] > all->limit[i]) {
            names[n++] = all->name[i];
        }
    }
    buf_init(&b, a->alloc);
    if (n) {
        buf_printf(&b, "%u of %u points lie%s beyond the limit: ", n, present, n == 1 ? "s" : "");
        figure_list(&b, names, n, NAMED);
        buf_printf(&b, ". There the %u measures together are unlike the others.", all->measures);
    } else if (present) {
        buf_printf(&b,
                   "None of %u points lies beyond the limit: the %u measures together vary as "
                   "they do by chance.",
                   present, all->measures);
    } else {
        buf_text(&b, "No point has all its measures.");
    }
    out->verdict = b.failed || !names ? STR_NONE : arena_str(a, buf_view(&b));
    buf_free(&b);
    return out->verdict.p != NULL;
}

bool distance_figure(struct arena *a, const struct chart *about, const struct spc_distances *all,
                     struct figure *out) {
    struct panel *p = ARENA_NEW(a, struct panel);
    *out = (struct figure){.title = about->title,
                           .caution = STR(""),
                           .key = {[LOOK_OTHER] = "beyond the limit"},
                           .panels = p,
                           .npanels = 1};
    if (!p) {
        return false;
    }
    lay_axes(all, p);
    out->summary = arena_printf(a, "%u points.", all->n);
    out->method =
        arena_printf(a,
                     "T2 chart: distance from the mean of %u measures, found from %u points "
                     "(Tracy, Young & Mason 1992).",
                     all->measures, all->base);
    return out->summary.p && out->method.p && lay_points(a, all, p) && tell(a, all, out);
}
