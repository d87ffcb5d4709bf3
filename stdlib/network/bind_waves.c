/* One network in each of several periods: all begin with the places of the whole network and hold
 * on to them, so that members stay where they are as well as their ties let them. */
#include "base/position.h"
#include "stdlib/network/bind_draw.h"
#include <math.h>

enum { MOST_WAVES = 12 };

/* ---- when ---- */

struct days {
    int64_t first, last;
    bool any;
};

static void cover(struct days *d, int64_t first, int64_t last) {
    if (first == NO_DAY || last == NO_DAY) {
        first = first == NO_DAY ? last : first;
        last = first;
    }
    if (first != NO_DAY) {
        d->first = d->any && d->first < first ? d->first : first;
        d->last = d->any && d->last > last ? d->last : last;
        d->any = true;
    }
}

/* From the first to the last day on which any tie is known to have been. */
static struct days days_of_ties(const struct draw *d, const struct calendar *calendar) {
    struct days days = {0, 0, false};
    for (uint32_t k = d->net.first; k < d->net.stop; k++) {
        const struct network_ties *t = &d->net.m.net->ties[k];
        for (uint32_t i = 0; i < t->n; i++) {
            if (t->period && t->period[i] != NO_DAY) {
                cover(&days, period_start(calendar, t->period[i]),
                      period_stop(calendar, t->period[i]) - 1);
            } else if (t->first && t->last) {
                cover(&days, t->first[i], t->last[i]);
            }
        }
    }
    return days;
}

static int read_grain(struct draw *d, enum grain *grain) {
    struct native_call *c = d->net.m.call;
    struct str name = native_text(c, DRAW_OVER);
    *grain = grain_named(name);
    if (*grain == GRAIN_NONE) {
        return native_fail_help(
            c, "periods are \"week\", \"month\", \"quarter\", \"term\", \"year\" and the like",
            "there are no periods called \"%.*s\"", STR_ARG(name));
    }
    if (d->net.layout != PICTURE_STRESS) {
        return native_fail_help(c, "leave out `layout` and `ego`",
                                "a picture over periods has places by distance");
    }
    return SPOKE_OK;
}

/* ---- one period ---- */

static const double HOLD = 0.5;

static enum status lay_out(struct draw *w, const struct spot *before, uint64_t seed) {
    struct stress_options options = {.seed = seed, .before = before, .hold = HOLD};
    w->net.at = MEMBER_ARRAY(&w->net.m, struct spot);
    return w->net.at ? layout_stress(&w->net.m.host, &w->net.graph, &options, w->net.at)
                     : ST_NO_MEMORY;
}

static int draw_wave(struct draw *d, const struct calendar *calendar, int64_t period,
                     struct net_picture *out) {
    struct draw w = *d;
    char name[24];
    size_t n = period_print(calendar, name, period);
    w.net.built = false;
    w.picture = (struct net_picture){
        .labels = d->picture.labels,
        .title = arena_str(native_arena(d->net.m.call), (struct str){name, n})};
    uint64_t seed = (uint64_t)native_int(d->net.m.call, DRAW_SEED);
    enum status s =
        picture_gather(&w.net, period_start(calendar, period), period_stop(calendar, period) - 1);
    if (s == ST_OK) {
        s = lay_out(&w, d->net.at, seed);
    }
    int status = s == ST_OK ? SPOKE_OK : measuring_failed(&w.net.m, s);
    if (status == SPOKE_OK) {
        status = draw_members(&w) && draw_ties(&w) && w.picture.title.p ? draw_sizes(&w)
                                                                        : SPOKE_NO_MEMORY;
    }
    if (status == SPOKE_OK && !picture_finish(native_arena(d->net.m.call), &w.picture)) {
        status = SPOKE_NO_MEMORY;
    }
    picture_drop(&w.net);
    *out = w.picture;
    return status;
}

/* ---- all of them ---- */

static uint32_t count_periods(const struct calendar *calendar, int64_t *period, int64_t last) {
    uint32_t n = 0;
    for (int64_t p = *period;
         period_start(calendar, p) <= last && period_start(calendar, p) < period_stop(calendar, p);
         p = period_next(calendar, p)) {
        if (++n > MOST_WAVES) { /* the last ones are drawn */
            *period = period_next(calendar, *period);
        }
    }
    return n;
}

/* Sizes and strengths mean the same in all of them. */
static void share_scales(struct net_picture *all, uint32_t n) {
    for (uint32_t k = 1; k < n; k++) {
        all[0].least = fmin(all[0].least, all[k].least);
        all[0].most = fmax(all[0].most, all[k].most);
        all[0].strongest = fmax(all[0].strongest, all[k].strongest);
    }
    for (uint32_t k = 1; k < n; k++) {
        all[k].least = all[0].least;
        all[k].most = all[0].most;
        all[k].strongest = all[0].strongest;
    }
}

static int draw_periods(struct draw *d, const struct calendar *calendar, int64_t period, uint32_t n,
                        struct net_picture *out) {
    int status = SPOKE_OK;
    for (uint32_t k = 0; k < n && status == SPOKE_OK; k++) {
        status = draw_wave(d, calendar, period, &out[k]);
        period = period_next(calendar, period);
    }
    if (status == SPOKE_OK) {
        share_scales(out, n);
    }
    return status;
}

int draw_waves(struct draw *d, struct net_picture **waves, uint32_t *n) {
    struct native_call *c = d->net.m.call;
    const struct calendar *calendar;
    enum grain grain;
    *n = 0;
    if (native_is_missing(c, DRAW_OVER)) {
        return SPOKE_OK;
    }
    int status = read_grain(d, &grain);
    if (status != SPOKE_OK) {
        return status;
    }
    calendar = grain_is_term(grain) ? native_read_calendar(c) : native_calendar(c);
    if (!calendar) {
        return SPOKE_FAILED;
    }
    struct days days = days_of_ties(d, calendar);
    int64_t period = days.any ? period_of(calendar, grain, days.first) : PERIOD_NONE;
    if (period == PERIOD_NONE) {
        return native_fail_help(c, "declare when they are, `ties visit from host to guest at day`",
                                "no tie of `%.*s` has a time", STR_ARG(d->net.m.net->name));
    }
    uint32_t all = count_periods(calendar, &period, days.last);
    *n = all < MOST_WAVES ? all : (uint32_t)MOST_WAVES;
    *waves = ARENA_ARRAY(native_arena(c), struct net_picture, *n + 1);
    if (all > *n) {
        native_note(c, "the last %u of %u periods are drawn", *n, all);
    }
    return *waves ? draw_periods(d, calendar, period, *n, *waves) : SPOKE_NO_MEMORY;
}
