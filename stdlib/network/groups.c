/* Single passes over the rows of ties. */
#include "stdlib/network/groups.h"
#include <math.h>

uint32_t groups_sizes(const struct groups *by, uint32_t members, uint64_t *size) {
    uint32_t known = 0;
    memset(size, 0, by->n * sizeof *size);
    for (uint32_t v = 0; v < members; v++) {
        if (takes_part(by, v)) {
            size[by->of[v]]++;
            known++;
        }
    }
    return known;
}

uint32_t groups_silent(const struct groups *by, uint32_t members, const uint8_t *silent,
                       uint64_t *mute) {
    uint32_t all = 0;
    memset(mute, 0, by->n * sizeof *mute);
    for (uint32_t v = 0; silent && v < members; v++) {
        if (silent[v] && takes_part(by, v)) {
            mute[by->of[v]]++;
            all++;
        }
    }
    return all;
}

/* ---- participation ---- */

/* Ties of one member by group; `count` is all 0 before and after. */
struct spreading {
    uint64_t *count;
    uint32_t *touched, n;
};

static void add_row(struct spreading *s, const struct graph *g, const struct rows_of_ties *rows,
                    uint32_t v, const struct groups *by) {
    for (uint64_t i = rows->start[v]; i < rows->start[v + 1]; i++) {
        uint32_t other = g->label[rows->node[i]];
        if (takes_part(by, other) && s->count[by->of[other]]++ == 0) {
            s->touched[s->n++] = by->of[other];
        }
    }
}

static void spread_member(struct spreading *s, const struct graph *g, const struct groups *by,
                          uint32_t v, struct participation *out) {
    double squares = 0;
    s->n = 0;
    add_row(s, g, &g->out, g->place[v], by);
    if (g->directed) {
        add_row(s, g, &g->in, g->place[v], by);
    }
    *out = (struct participation){.groups = s->n, .within = NAN};
    for (uint32_t k = 0; k < s->n; k++) {
        double ties = (double)s->count[s->touched[k]];
        out->ties += s->count[s->touched[k]];
        out->external += s->touched[k] != by->of[v] ? s->count[s->touched[k]] : 0;
        squares += ties * ties;
        s->count[s->touched[k]] = 0;
    }
    double all = (double)out->ties;
    out->participation = out->ties ? 1 - squares / (all * all) : (double)NAN;
}

/* Pairs of a member with others of its group that are known, each way with directions. */
static double known_within(const struct groups *by, const struct graph *g, const uint8_t *silent,
                           const uint64_t *size, const uint64_t *mute, uint32_t v) {
    bool says = !silent || !silent[v];
    uint64_t others = size[by->of[v]] - 1, unsaid = mute[by->of[v]] - !says;
    return g->directed ? (double)((says ? others : 0) + others - unsaid)
                       : (double)(others - (says ? 0 : unsaid));
}

/* Ties that a member would have within its group if all its pairs there were as often tied as those
 * that are known; NaN if none is. */
static void expect_within(const struct groups *by, const struct graph *g, const uint8_t *silent,
                          const uint64_t *size, const uint64_t *mute, struct participation *out) {
    for (uint32_t v = 0; v < g->n; v++) {
        if (takes_part(by, v)) {
            double all = (double)(size[by->of[v]] - 1) * (g->directed ? 2 : 1);
            double known = known_within(by, g, silent, size, mute, v);
            double ties = (double)(out[v].ties - out[v].external);
            out[v].within = known > 0 ? ties * all / known : (double)NAN;
        }
    }
}

/* Means by group, and sums of squares about them. */
static enum status compare_within(struct arena *a, const struct groups *by, const struct graph *g,
                                  const uint8_t *silent, struct participation *out) {
    uint64_t *size = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1);
    uint64_t *mute = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1);
    double *mean = ARENA_ARRAY(a, double, (size_t)by->n + 1);
    double *square = ARENA_ARRAY(a, double, (size_t)by->n + 1);
    if (!size || !mute || !mean || !square) {
        return ST_NO_MEMORY;
    }
    groups_sizes(by, g->n, size);
    groups_silent(by, g->n, silent, mute);
    expect_within(by, g, silent, size, mute, out);
    memset(size, 0, by->n * sizeof *size);
    memset(mean, 0, by->n * sizeof *mean);
    memset(square, 0, by->n * sizeof *square);
    for (uint32_t v = 0; v < g->n; v++) {
        if (!isnan(out[v].within)) {
            size[by->of[v]]++;
        }
    }
    for (uint32_t v = 0; v < g->n; v++) {
        if (!isnan(out[v].within)) {
            mean[by->of[v]] += out[v].within / (double)size[by->of[v]];
        }
    }
    for (uint32_t v = 0; v < g->n; v++) {
        if (!isnan(out[v].within)) {
            out[v].within -= mean[by->of[v]];
            square[by->of[v]] += out[v].within * out[v].within / (double)size[by->of[v]];
        }
    }
    for (uint32_t v = 0; v < g->n; v++) {
        if (!isnan(out[v].within)) {
            double sd = sqrt(square[by->of[v]]);
            out[v].within = sd > 1e-12 ? out[v].within / sd : (double)NAN;
        }
    }
    return ST_OK;
}

enum status participation_find(const struct network_host *host, const struct graph *g,
                               const struct groups *by, const uint8_t *silent,
                               struct participation *out) {
    struct effort effort;
    struct arena a;
    arena_init(&a, host->alloc);
    effort_init(&effort, host, (double)graph_entries(g));
    struct stint stint = {.effort = &effort};
    struct spreading s = {ARENA_ARRAY(&a, uint64_t, (size_t)by->n + 1),
                          ARENA_ARRAY(&a, uint32_t, (size_t)by->n + 1), 0};
    enum status status = s.count && s.touched ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK) {
        memset(s.count, 0, by->n * sizeof *s.count);
    }
    for (uint32_t v = 0; v < g->n && status == ST_OK; v++) {
        status = stint_due(&stint,
                           1 + row_length(&g->out, g->place[v]) + row_length(&g->in, g->place[v]));
        out[v] = (struct participation){.participation = NAN, .within = NAN};
        if (takes_part(by, v)) {
            spread_member(&s, g, by, v, &out[v]);
        }
    }
    if (status == ST_OK) {
        status = compare_within(&a, by, g, silent, out);
    }
    arena_free(&a);
    return status;
}

/* ---- mixing ---- */

static struct mixing *cell_of(struct mixing *cell, const struct groups *by, bool directed,
                              uint32_t a, uint32_t b) {
    bool turn = !directed && a > b;
    return &cell[(size_t)(turn ? b : a) * by->n + (turn ? a : b)];
}

static void count_ties(const struct graph *g, const struct groups *by, struct mixing *cell) {
    for (uint32_t v = 0; v < g->n; v++) {
        uint32_t from = g->label[v];
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            uint32_t to = g->label[g->out.node[i]];
            if ((g->directed || v < g->out.node[i]) && takes_part(by, from) && takes_part(by, to)) {
                cell_of(cell, by, g->directed, by->of[from], by->of[to])->ties++;
            }
        }
    }
}

/* Pairs without order between two groups, or within one, of so many members each. */
static uint64_t pairs_between(bool same, uint64_t x, uint64_t y) {
    return !same ? x * y : x ? x * (x - 1) / 2 : 0;
}

enum status mixing_count(const struct network_host *host, const struct graph *g,
                         const struct groups *by, const uint8_t *silent, struct mixing *cell) {
    struct arena a;
    arena_init(&a, host->alloc);
    uint64_t *size = ARENA_ARRAY(&a, uint64_t, (size_t)by->n + 1);
    uint64_t *mute = ARENA_ARRAY(&a, uint64_t, (size_t)by->n + 1);
    if (!size || !mute) {
        arena_free(&a);
        return ST_NO_MEMORY;
    }
    groups_sizes(by, g->n, size);
    groups_silent(by, g->n, silent, mute);
    for (uint32_t x = 0; x < by->n; x++) {
        for (uint32_t y = 0; y < by->n; y++) {
            uint64_t possible = 0;
            if (g->directed) {
                possible = (size[x] - mute[x]) * (size[y] - (x == y));
            } else if (x <= y) {
                possible = pairs_between(x == y, size[x], size[y]) -
                           pairs_between(x == y, mute[x], mute[y]);
            }
            cell[(size_t)x * by->n + y] = (struct mixing){0, possible};
        }
    }
    count_ties(g, by, cell);
    arena_free(&a);
    return ST_OK;
}

double mixing_odds_ratio(const struct mixing *cell, const struct mixing *all) {
    double tied = (double)cell->ties, open = (double)cell->possible - tied;
    double others_tied = (double)all->ties - tied;
    double others_open = (double)all->possible - (double)cell->possible - others_tied;
    return open * others_tied > 0 ? tied * others_open / (open * others_tied) : (double)NAN;
}
