/* Rows into fewer points: the values of a subgroup into one of its figures, and events into the
 * time between them. */
#include "stdlib/spc/bind_read.h"
#include <math.h>

/* Of the values of one subgroup. */
struct group {
    double n, mean, squares, least, most;
};

/* Welford's recurrence keeps the digits of values that are close to each other. */
static void add(struct group *g, double x) {
    if (isnan(x)) {
        return;
    }
    double step = x - g->mean;
    g->least = g->n > 0 ? fmin(g->least, x) : x;
    g->most = g->n > 0 ? fmax(g->most, x) : x;
    g->n++;
    g->mean += step / g->n;
    g->squares += step * (x - g->mean);
}

static double range_of(const struct group *g) {
    return g->n >= 2 ? g->most - g->least : (double)NAN;
}

static double deviation_of(const struct group *g) {
    return g->n >= 2 ? sqrt(g->squares / (g->n - 1)) : (double)NAN;
}

static void put(struct spc_series *s, uint32_t to, uint32_t from, const struct group *g,
                const struct spc_reading *how) {
    s->at[to] = s->at[from];
    s->row[to] = s->row[from];
    s->size[to] = g->n;
    s->count[to] = NAN;
    s->spread[to] = how->by_range ? range_of(g) : deviation_of(g);
    double mean = g->n > 0 ? g->mean : (double)NAN;
    s->value[to] = how->kind == SPC_R ? range_of(g) : how->kind == SPC_S ? deviation_of(g) : mean;
}

void spc_gather_groups(struct spc_series *s, const struct spc_reading *how) {
    uint32_t n = 0;
    for (uint32_t i = 0, next; i < s->n; i = next) {
        struct group g = {0};
        for (next = i; next < s->n && s->at[next] == s->at[i]; next++) {
            add(&g, s->value[next]);
        }
        put(s, n++, i, &g, how);
    }
    s->n = n;
}

/* Days from an event to the next, or the days between them without one; the first has none. */
bool spc_gather_events(struct spc_series *s, enum spc_kind kind, int64_t *at) {
    for (uint32_t i = 1; i < s->n; i++) {
        int64_t days = period_ordinal(s->at[i]) - period_ordinal(s->at[i - 1]);
        *at = s->at[i];
        if (days == 0) {
            return false;
        }
        s->value[i] = (double)(kind == SPC_G ? days - 1 : days);
    }
    return true;
}
