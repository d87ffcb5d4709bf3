/* Medians and quantiles: the values of all groups are kept, and ordered at the end. */
#include "exec/order.h"
#include "exec/tally_lanes.h"
#include <math.h>

/* All values by group and then by size. */
static void order_values(const struct tally *t, struct order_entry *at, struct order_entry *spare) {
    const double *values = t->values.p;
    const uint32_t *of = t->of.p;
    for (uint32_t i = 0; i < t->nvalues; i++)
        at[i] = (struct order_entry){order_of_float(values[i]), i};
    order_words(at, spare, t->nvalues);
    for (uint32_t i = 0; i < t->nvalues; i++)
        at[i].word = of[at[i].row];
    order_words(at, spare, t->nvalues);
}

/* Values start .. stop - 1 of the group, in order: the one at the share, or between its neighbours
 * (type 7 of Hyndman and Fan, as R and NumPy do it). */
static double quantile_of(const struct tally *t, const struct order_entry *at, uint32_t n,
                          double share) {
    const double *values = t->values.p;
    double place = share * (double)(n - 1), below = floor(place);
    double low = values[at[(uint32_t)below].row];
    if (place == below)
        return low;
    double high = values[at[(uint32_t)below + 1].row];
    return low + (place - below) * (high - low);
}

static bool put_quantile(const struct tally *t, const struct order_entry *at, uint32_t n,
                         uint32_t group, struct column *out, uint32_t row) {
    double share = LANE(t, double, OTHER)[group];
    bool known = n > 0 && LANE(t, uint8_t, FLAGS)[group] & SAW_VALUE && share >= 0 && share <= 1;
    return tally_put_number(t, out, row, known, known ? quantile_of(t, at, n, share) : 0);
}

static bool put_medians(const struct tally *t, const struct order_entry *at, uint32_t first,
                        uint32_t n, struct column *out) {
    const double *values = t->values.p;
    uint32_t start = 0;
    while (start < t->nvalues && at[start].word < first)
        start++;
    for (uint32_t row = 0; row < n; row++) {
        uint32_t stop = start;
        while (stop < t->nvalues && at[stop].word == first + row)
            stop++;
        if (t->what->kind == AGG_QUANTILE) {
            if (!put_quantile(t, at + start, stop - start, first + row, out, row))
                return false;
            start = stop;
            continue;
        }
        bool present = stop > start;
        double low = present ? values[at[start + (stop - start - 1) / 2].row] : 0;
        double high = present ? values[at[start + (stop - start) / 2].row] : 0;
        if (!tally_put_number(t, out, row, present, low / 2 + high / 2))
            return false;
        start = stop;
    }
    return true;
}

bool tally_medians(const struct tally *t, uint32_t first, uint32_t n, struct column *out) {
    size_t size = 2 * ((size_t)t->nvalues + 1) * sizeof(struct order_entry);
    struct order_entry *at = mem_take(t->alloc, size);
    if (!at)
        return false;
    order_values(t, at, at + t->nvalues);
    bool ok = put_medians(t, at, first, n, out);
    mem_give(t->alloc, at, size);
    return ok;
}
