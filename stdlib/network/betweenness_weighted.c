/* Lengths first; then paths are counted nearest node first, and what passes is added up farthest
 * first, both by the same test of which ties lie on shortest paths. */
#include "stdlib/network/betweenness_weighted.h"

enum status weighted_paths_take(struct arena *a, const struct plan *plan, struct effort *effort,
                                uint32_t worker, struct weighted_paths *out) {
    *out = (struct weighted_paths){.plan = plan,
                                   .paths = LINE_ARRAY(a, double, plan->n),
                                   .gain = LINE_ARRAY(a, double, plan->n),
                                   .stint = {.effort = effort, .worker = worker}};
    return out->paths && out->gain ? shortest_take(a, plan->n, &out->shortest) : ST_NO_MEMORY;
}

/* Whether a tie of this length leads from v on a shortest path to w. */
static bool leads(const struct shortest *s, uint32_t v, double length, uint32_t w) {
    return s->length[v] < s->length[w] && same_length(s->length[v] + length, s->length[w]);
}

static void count_paths(struct weighted_paths *w) {
    const struct rows_of_ties *rows = &w->plan->in;
    const struct shortest *s = &w->shortest;
    w->paths[s->order[0]] = 1;
    w->gain[s->order[0]] = 0;
    for (uint32_t i = 1; i < s->reached; i++) {
        uint32_t v = s->order[i];
        double paths = 0;
        for (uint64_t k = rows->start[v]; k < rows->start[v + 1]; k++) {
            if (leads(s, rows->node[k], rows->value[k], v)) {
                paths += w->paths[rows->node[k]];
            }
        }
        w->paths[v] = paths;
        w->gain[v] = 0;
    }
}

static void come_back(struct weighted_paths *w, double times) {
    const struct rows_of_ties *rows = &w->plan->out;
    const struct shortest *s = &w->shortest;
    for (uint32_t i = s->reached; i-- > 0;) {
        uint32_t v = s->order[i];
        double gain = 0;
        for (uint64_t k = rows->start[v]; k < rows->start[v + 1]; k++) {
            uint32_t to = rows->node[k];
            if (leads(s, v, rows->value[k], to)) {
                double share = w->paths[v] * ((w->plan->weight[to] + w->gain[to]) / w->paths[to]);
                gain += share;
                if (w->ties) {
                    w->ties[k] += share * times;
                }
            }
        }
        w->gain[v] = gain;
        w->nodes[v] += i > 0 ? gain * times : 0;
    }
}

enum status weighted_paths_batch(struct weighted_paths *w, const struct batch *batch) {
    const struct plan *p = w->plan;
    enum status status = ST_OK;
    for (uint32_t i = batch->first; i < batch->first + batch->n && status == ST_OK; i++) {
        uint32_t source = p->source[i];
        status = shortest_from(&w->shortest, &p->out, source, &w->stint);
        if (status == ST_OK) {
            count_paths(w);
            come_back(w, p->times[source]);
        }
    }
    return status;
}
