/* Runs of the search, each on one thread, and the best of them.
 *
 * All memory is taken before the threads begin: for each worker two levels, of which the one is
 * written while the other is read, and arrays by node. */
#include "stdlib/network/communities.h"
#include "stdlib/network/communities_search.h"
#include "stdlib/network/partition.h"
#include <math.h>

/* What is gained below this is rounding. */
static const double LEAST_GAIN = 1e-12;
enum { MOST_ROUNDS = 100 };

struct search_all {
    const struct community_plan *plan;
    const struct graph *g; /* without directions; values are what goes either way */
    struct level base;     /* of `g`, without nodes that have one tie */
    uint32_t *fold;        /* of each node of `g`, which of `base` it is in; NULL: the same */
    double total;          /* of strengths */
    struct community_search *workers;
    uint32_t **top;  /* by worker: which node of the level each node is in */
    uint32_t **best; /* by worker: the partition as it is */
    uint32_t **of;   /* by run: what was found, in the caller's numbers */
    uint32_t *found; /* by run: how many communities */
    double *modularity;
};

/* ---- one run ---- */

/* Up the levels, until no two nodes are in one community. */
static enum status climb(struct search_all *all, struct community_search *s, uint32_t *top,
                         bool refine, double *gain) {
    struct level level = all->base;
    for (uint32_t turn = 0;; turn++) {
        enum status status = communities_move(s, &level, gain);
        if (status == ST_OK && refine) {
            status = communities_refine(s, &level);
        }
        uint32_t n = level.n, groups = communities_renumber(s, s->of, n);
        if (status != ST_OK || groups == n) {
            return status;
        }
        uint32_t parts = refine ? communities_renumber(s, s->part, n) : n;
        if (parts == n) { /* nothing was put together: whole communities are */
            memcpy(s->part, s->of, n * sizeof *s->part);
            parts = groups;
        }
        status = communities_join(s, &level, parts, &s->room[turn % 2], &level);
        if (status != ST_OK) {
            return status;
        }
        for (uint32_t v = 0; v < all->base.n; v++) {
            top[v] = s->part[top[v]];
        }
        uint32_t *of = s->of;
        s->of = s->next_of;
        s->next_of = of;
    }
}

/* Nothing is refined in the first round, which is as good a beginning and takes less time. */
static enum status search(struct search_all *all, struct community_search *s, uint32_t *top,
                          uint32_t *best) {
    uint32_t n = all->base.n;
    double enough = all->plan->enough > LEAST_GAIN ? all->plan->enough : LEAST_GAIN;
    double gain = INFINITY, weight = all->total > 0 ? (s->directed ? 1 : 2) / all->total : 0;
    bool leiden = all->plan->method == COMMUNITIES_LEIDEN;
    enum status status = ST_OK;
    for (uint32_t v = 0; v < n; v++) {
        best[v] = v;
    }
    for (uint32_t round = 0;
         round < MOST_ROUNDS && (gain > enough || (leiden && round == 1)) && status == ST_OK;
         round++) {
        gain = 0;
        for (uint32_t v = 0; v < n; v++) {
            top[v] = v;
        }
        memcpy(s->of, best, n * sizeof *best);
        status = climb(all, s, top, leiden && round > 0, &gain);
        gain *= weight;
        for (uint32_t v = 0; v < n; v++) {
            best[v] = s->of[top[v]];
        }
    }
    return status;
}

static enum status run_once(void *user, uint32_t worker, uint32_t run) {
    struct search_all *all = user;
    struct community_search *s = &all->workers[worker];
    uint64_t seed = all->plan->seed, word = 0;
    for (uint32_t i = 0; i <= run; i++) {
        word = splitmix_next(&seed);
    }
    generator_seed(&s->random, word);
    enum status status = search(all, s, all->top[worker], all->best[worker]);
    for (uint32_t v = 0; status == ST_OK && v < all->g->n; v++) {
        all->of[run][all->g->label[v]] = all->best[worker][all->fold ? all->fold[v] : v];
    }
    if (status == ST_OK) {
        all->found[run] = partition_number_by_size(all->of[run], all->g->n, all->g->n, s->queue);
    }
    return status;
}

/* ---- memory ---- */

static bool take_sums(struct arena *a, uint32_t n, bool directed, struct community_sums *sums) {
    sums->out = LINE_ARRAY(a, double, n);
    sums->in = directed ? LINE_ARRAY(a, double, n) : sums->out;
    sums->size = LINE_ARRAY(a, uint32_t, n);
    return sums->out && sums->in && sums->size;
}

static bool take_room(struct arena *a, const struct search_all *all, bool directed,
                      struct level_room *room) {
    uint64_t entries = all->base.start[all->base.n] + 1;
    *room = (struct level_room){.start = LINE_ARRAY(a, uint64_t, (size_t)all->base.n + 1),
                                .node = LINE_ARRAY(a, uint32_t, entries),
                                .value = LINE_ARRAY(a, double, entries),
                                .out = LINE_ARRAY(a, double, all->base.n)};
    room->in = directed ? LINE_ARRAY(a, double, all->base.n) : room->out;
    return room->start && room->node && room->value && room->out && room->in;
}

static bool take_search(struct arena *a, const struct search_all *all, bool directed,
                        struct community_search *s) {
    uint32_t n = all->base.n;
    *s = (struct community_search){
        .directed = directed,
        .rising = all->plan->method == COMMUNITIES_LOUVAIN,

        .scale = all->total > 0 ? all->plan->resolution / all->total : 0,
        .least = LEAST_GAIN * all->total,
        .of = LINE_ARRAY(a, uint32_t, n),
        .next_of = LINE_ARRAY(a, uint32_t, n),
        .order = LINE_ARRAY(a, uint32_t, n),
        .queue = LINE_ARRAY(a, uint32_t, 3 * (size_t)all->g->n),
        .waiting = LINE_ARRAY(a, uint8_t, n),
        .empty = LINE_ARRAY(a, uint32_t, n),
        .to = ARENA_ARRAY(a, double, (size_t)n + 1),
        .met = LINE_ARRAY(a, uint32_t, (size_t)n + 1),
        .part = LINE_ARRAY(a, uint32_t, n),
        .cut = LINE_ARRAY(a, double, n),
        .inside = LINE_ARRAY(a, double, n),
        .first = LINE_ARRAY(a, uint32_t, (size_t)n + 1),
        .member = LINE_ARRAY(a, uint32_t, n),
    };
    return s->of && s->next_of && s->order && s->queue && s->waiting && s->empty && s->to &&
           s->met && s->part && s->cut && s->inside && s->first && s->member &&
           take_sums(a, n, directed, &s->sums) && take_sums(a, n, directed, &s->parts) &&
           take_room(a, all, directed, &s->room[0]) && take_room(a, all, directed, &s->room[1]);
}

static bool take_runs(struct arena *a, struct search_all *all, uint32_t runs, uint32_t workers) {
    bool room = true;
    uint32_t n = all->g->n, nbase = all->base.n;
    all->workers = LINE_ARRAY(a, struct community_search, workers);
    all->top = ARENA_ARRAY(a, uint32_t *, workers);
    all->best = ARENA_ARRAY(a, uint32_t *, workers);
    all->of = ARENA_ARRAY(a, uint32_t *, runs);
    all->found = ARENA_ARRAY(a, uint32_t, runs);
    all->modularity = ARENA_ARRAY(a, double, runs);
    if (!all->workers || !all->top || !all->best || !all->of || !all->found || !all->modularity) {
        return false;
    }
    for (uint32_t i = 0; i < workers; i++) {
        all->top[i] = LINE_ARRAY(a, uint32_t, nbase);
        all->best[i] = LINE_ARRAY(a, uint32_t, nbase);
        room = room && all->top[i] && all->best[i];
    }
    for (uint32_t i = 0; i < runs; i++) {
        all->of[i] = LINE_ARRAY(a, uint32_t, n);
        room = room && all->of[i];
    }
    return room;
}

/* ---- strengths ---- */

static double row_sum(const struct rows_of_ties *rows, uint32_t v) {
    double sum = 0;
    for (uint64_t i = rows->start[v]; rows->value && i < rows->start[v + 1]; i++) {
        sum += rows->value[i];
    }
    return rows->value ? sum : (double)row_length(rows, v);
}

/* Of `g`, by the numbers of `all->g`, which is another graph where there are directions. */
static enum status take_base(struct arena *a, struct search_all *all, const struct graph *g) {
    const struct graph *flat = all->g;
    double *out = LINE_ARRAY(a, double, flat->n);
    double *in = g->directed ? LINE_ARRAY(a, double, flat->n) : out;
    if (!out || !in) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < flat->n; v++) {
        uint32_t same = g->place[flat->label[v]];
        out[v] = row_sum(&g->out, same);
        all->total += out[v];
        if (g->directed) {
            in[v] = row_sum(&g->in, same);
        }
    }
    all->base = (struct level){.n = flat->n,
                               .start = flat->out.start,
                               .node = flat->out.node,
                               .value = flat->out.value,
                               .out = out,
                               .in = in};
    return ST_OK;
}

/* Not for Louvain, whose order puts nodes with few ties in front: without them it ends lower. */
static enum status fold_base(struct arena *a, struct effort *effort, struct search_all *all,
                             bool directed) {
    struct stint stint = {.effort = effort};
    if (all->plan->resolution > 1 || all->plan->method != COMMUNITIES_LEIDEN) {
        return ST_OK;
    }
    struct level whole = all->base;
    all->fold = LINE_ARRAY(a, uint32_t, whole.n);
    return all->fold ? communities_fold(a, &stint, directed, &whole, all->fold, &all->base)
                     : ST_NO_MEMORY;
}

/* ---- all runs ---- */

static enum status judge(struct search_all *all, struct effort *effort, const struct graph *g,
                         uint32_t runs, uint32_t *best) {
    struct stint stint = {.effort = effort};
    enum status status = ST_OK;
    *best = 0;
    for (uint32_t i = 0; status == ST_OK && i < runs; i++) {
        status = stint_due(&stint, graph_entries(g));
        if (status != ST_OK) {
            break;
        }
        status = partition_modularity(effort->host, g, all->of[i], all->found[i],
                                      all->plan->resolution, &all->modularity[i]);
        *best = all->modularity[i] > all->modularity[*best] ? i : *best;
    }
    return status;
}

static enum status compare_runs(struct search_all *all, struct effort *effort, struct arena *a,
                                uint32_t runs, double *mean) {
    uint32_t n = all->g->n;
    uint32_t *room = LINE_ARRAY(a, uint32_t, 4 * (size_t)n + 1);
    enum status status = room ? ST_OK : ST_NO_MEMORY;
    struct stint stint = {.effort = effort};
    double sum = 0;
    for (uint32_t i = 0; i < runs; i++) {
        for (uint32_t k = i + 1; k < runs && status == ST_OK; k++) {
            sum +=
                partition_agreement(all->of[i], all->found[i], all->of[k], all->found[k], n, room);
            status = stint_due(&stint, 4 * (uint64_t)n + 1);
        }
    }
    *mean = runs > 1 ? sum / ((double)runs * (runs - 1) / 2) : (double)NAN;
    return status;
}

static enum status find_all(struct search_all *all, const struct network_host *host,
                            const struct graph *g, struct arena *a, uint32_t *of,
                            struct community_runs *out) {
    struct effort effort;
    uint32_t runs = all->plan->runs ? all->plan->runs : 1, best = 0;
    uint32_t workers = effort_workers(host, runs);
    effort_init(&effort, host, 30 * (double)runs * (double)graph_entries(all->g));
    enum status status = take_base(a, all, g);
    if (status == ST_OK) {
        status = fold_base(a, &effort, all, g->directed);
    }
    if (status != ST_OK) {
        return status;
    }
    bool room = take_runs(a, all, runs, workers);
    for (uint32_t i = 0; room && i < workers; i++) {
        room = take_search(a, all, g->directed, &all->workers[i]);
        all->workers[i].stint = (struct stint){.effort = &effort, .worker = i};
    }
    if (!room) {
        return ST_NO_MEMORY;
    }
    status = effort_share(&effort, runs, all, run_once);
    if (status == ST_OK) {
        status = judge(all, &effort, g, runs, &best);
    }
    if (status == ST_OK) {
        status = compare_runs(all, &effort, a, runs, &out->agreement);
    }
    if (status != ST_OK) {
        return status;
    }
    memcpy(of, all->of[best], g->n * sizeof *of);
    out->n = all->found[best];
    out->modularity = out->lowest = all->modularity[best];
    for (uint32_t i = 0; i < runs; i++) {
        out->lowest = all->modularity[i] < out->lowest ? all->modularity[i] : out->lowest;
    }
    return ST_OK;
}

enum status communities_find(const struct network_host *host, const struct graph *g,
                             const struct community_plan *plan, uint32_t *of,
                             struct community_runs *out) {
    struct search_all all = {.plan = plan, .g = g};
    struct graph flat;
    struct arena a;
    enum status status = ST_OK;
    if (!(plan->resolution > 0 && isfinite(plan->resolution))) {
        return ST_MISUSE;
    }
    if (g->directed) {
        status = graph_without_direction(host, g, MERGE_SUM, &flat);
        all.g = &flat;
    }
    if (status != ST_OK) {
        return status;
    }
    arena_init(&a, host->alloc);
    status = find_all(&all, host, g, &a, of, out);
    arena_free(&a);
    if (g->directed) {
        graph_free(&flat);
    }
    return status;
}
