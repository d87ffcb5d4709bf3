/* Who is in the core of a network and who at its edge, and how well that describes it. */
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/core_periphery.h"
#include "stdlib/rows.h"
#include <math.h>

struct found {
    uint8_t *core;
    double *coreness;
    struct core_split split;
    struct coreness continuous;
};

static enum status find(struct measuring *m, uint64_t seed, struct found *out) {
    out->core = MEMBER_ARRAY(m, uint8_t);
    out->coreness = MEMBER_ARRAY(m, double);
    if (!out->core || !out->coreness) {
        return ST_NO_MEMORY;
    }
    enum status s = find_core(&m->host, &m->graph, seed, out->core, &out->split);
    return s == ST_OK ? coreness(&m->host, &m->graph, out->coreness, &out->continuous) : s;
}

static enum status measure_members(struct measuring *m, const void *user) {
    struct found found;
    enum status s = find(m, *(const uint64_t *)user, &found);
    for (uint32_t v = 0; s == ST_OK && v < m->net->n; v++) {
        uint32_t row = member_row(m, v);
        bool split = found.split.members > 0;
        s = had_memory(
            row != UINT32_MAX &&
            (split ? put_int(m->frame, 2, row, found.core[v]) : put_missing(m->frame, 2, row)) &&
            put_float(m->frame, 3, row, m->graph.ties ? found.coreness[v] : (double)NAN));
    }
    return s;
}

/* Columns behind `relation`. */
enum { CORE = 1, PERIPHERY, CORRELATION, CORENESS };

static enum status measure_fit(struct measuring *m, const void *user) {
    struct found found;
    enum status s = find(m, *(const uint64_t *)user, &found);
    if (s != ST_OK) {
        return s;
    }
    uint32_t row = relation_row(m);
    return had_memory(row != UINT32_MAX && put_int(m->frame, CORE, row, found.split.members) &&
                      put_int(m->frame, PERIPHERY, row, (int64_t)m->net->n - found.split.members) &&
                      put_float(m->frame, CORRELATION, row, found.split.correlation) &&
                      put_float(m->frame, CORENESS, row, found.continuous.correlation));
}

enum { FROM = 1, TO, TIES, POSSIBLE, DENSITY };

static bool put_block(struct measuring *m, const struct core_blocks *b, int from, int to) {
    static const char *const names[] = {"periphery", "core"};
    int64_t ties = (int64_t)b->ties[from][to], pairs = (int64_t)b->pairs[from][to];
    uint32_t row = relation_row(m);
    return row != UINT32_MAX && put_text(m->frame, FROM, row, str_of(names[from])) &&
           put_text(m->frame, TO, row, str_of(names[to])) && put_int(m->frame, TIES, row, ties) &&
           put_int(m->frame, POSSIBLE, row, pairs) &&
           put_ratio(m->frame, DENSITY, row, ties, pairs);
}

/* Without directions ties between the two stand in one row. */
static enum status measure_blocks(struct measuring *m, const void *user) {
    struct core_split split;
    uint8_t *core = MEMBER_ARRAY(m, uint8_t);
    enum status s =
        core ? find_core(&m->host, &m->graph, *(const uint64_t *)user, core, &split) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    const struct core_blocks *b = &split.blocks;
    return had_memory(put_block(m, b, 1, 1) && put_block(m, b, 1, 0) &&
                      (!m->graph.directed || put_block(m, b, 0, 1)) && put_block(m, b, 0, 0));
}

/* ---- calls ---- */

static int measure_core(struct native_call *c, measure_fn *fn, const char *what) {
    uint64_t seed = (uint64_t)native_int(c, 1);
    struct str definition = arena_printf(
        native_arena(c),
        "core: the split whose pattern, all pairs tied that have an end in the core and no others, "
        "correlates best with the ties, by rounds of moves from the busiest on and from splits "
        "shaken at random, seed %lld; coreness: x whose products x_i x_j come nearest to the ties "
        "(Borgatti and Everett 1999), squares adding up to 1%s; direction does not matter to the "
        "split",
        (long long)seed, what);
    if (!definition.p) {
        return SPOKE_NO_MEMORY;
    }
    return measure_network(
        c, &(struct measure){
               .values = TIES_ALIKE, .definition = definition.p, .fn = fn, .user = &seed});
}

int network_core_periphery(struct native_call *c) {
    return measure_core(c, measure_members, "");
}

int network_core_fit(struct native_call *c) {
    return measure_core(c, measure_fit,
                        "; correlation and coreness_correlation: of the two with the ties");
}

int network_core_blocks(struct native_call *c) {
    return measure_core(c, measure_blocks, "");
}
