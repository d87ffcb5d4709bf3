/* For both programs of the suite networks: a file of ties, the clock, and values handed over. */
#ifndef SPOKE_BENCH_NETWORK_FILE_H
#define SPOKE_BENCH_NETWORK_FILE_H

#include "tie_text.h"
#include <math.h>
#include <time.h>

/* Communities are found so often, each time by another seed: what is found differs from run to run,
 * so that single runs of two programs say little. Large networks are found once, as igraph takes
 * minutes for one, and single runs differ less there. */
enum { COMMUNITY_RUNS = 5, MANY_TIES = 500000 };

static inline int community_runs(const struct tie_file *f) {
    return f->n > MANY_TIES ? 1 : COMMUNITY_RUNS;
}

/* Mean over pairs of ((distance in the plane - steps) / steps)^2 of a connected network, after all
 * is scaled as suits it best: how wrong a layout is. Places are x and y by turns. */
static inline double stress_of_places(const struct tie_file *f, const double *place) {
    uint32_t n = f->nodes, *queue = malloc(n * sizeof *queue), *steps = malloc(n * sizeof *steps);
    size_t *start = calloc((size_t)n + 2, sizeof *start);
    uint32_t *to = malloc((2 * f->n + 1) * sizeof *to);
    double ratios = 0, squares = 0, pairs = 0;
    if (!queue || !steps || !start || !to) {
        give_up("no memory");
    }
    for (size_t i = 0; i < f->n; i++) {
        start[f->from[i] + 2]++;
        start[f->to[i] + 2]++;
    }
    for (uint32_t v = 1; v <= n + 1; v++) {
        start[v] += start[v - 1];
    }
    for (size_t i = 0; i < f->n; i++) {
        to[start[f->from[i] + 1]++] = f->to[i];
        to[start[f->to[i] + 1]++] = f->from[i];
    }
    for (uint32_t v = 0; v < n; v++) {
        uint32_t head = 0, tail = 0;
        memset(steps, 0xFF, n * sizeof *steps);
        steps[v] = 0;
        queue[tail++] = v;
        while (head < tail) {
            uint32_t u = queue[head++];
            double dx = place[2 * v] - place[2 * u], dy = place[2 * v + 1] - place[2 * u + 1];
            double ratio = u == v ? 0 : sqrt(dx * dx + dy * dy) / steps[u];
            ratios += ratio;
            squares += ratio * ratio;
            pairs += u != v;
            for (size_t i = start[u]; i < start[u + 1]; i++) {
                if (steps[to[i]] == UINT32_MAX) {
                    steps[to[i]] = steps[u] + 1;
                    queue[tail++] = to[i];
                }
            }
        }
    }
    free(queue);
    free(steps);
    free(start);
    free(to);
    return pairs > 0 && squares > 0 ? 1 - ratios * ratios / (squares * pairs) : 1;
}

/* Processor seconds of all threads, or wall seconds. */
static inline double seconds(int wall) {
    struct timespec t;
    clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The file of a kernel's values. */
static inline FILE *open_values(const char *folder, const char *kernel, const char *mode) {
    char path[1000];
    snprintf(path, sizeof path, "%s/%s.values", folder, kernel);
    FILE *f = fopen(path, mode);
    if (!f) {
        give_up("cannot open a file of values");
    }
    return f;
}

/* The middle of the times of runs: one run where it takes long, else up to eleven. */
struct runs {
    double took[11];
    int n;
};

static inline int runs_again(struct runs *r, double took) {
    double sum = 0;
    r->took[r->n++] = took;
    for (int i = 0; i < r->n; i++) {
        sum += r->took[i];
    }
    return r->n < 11 && sum < 1;
}

static inline int by_time(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double runs_middle(struct runs *r) {
    qsort(r->took, (size_t)r->n, sizeof *r->took, by_time);
    return r->took[r->n / 2];
}

#endif
