/* For both programs of the suite networks: a file of ties, the clock, and values handed over.
 *
 * Both read the same file in the same way, so that reading takes both the same time. */
#ifndef SPOKE_BENCH_NETWORK_FILE_H
#define SPOKE_BENCH_NETWORK_FILE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct tie_file {
    uint32_t nodes;
    size_t n;
    uint32_t *from, *to;
};

/* Communities are found so often, each time by another seed: what is found differs from run to run,
 * so that single runs of two programs say little. */
enum { COMMUNITY_RUNS = 5 };

static inline void give_up(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static inline char *read_all(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0) {
        give_up("cannot read");
    }
    *size = (size_t)ftell(f);
    rewind(f);
    char *text = malloc(*size + 1);
    if (!text || fread(text, 1, *size, f) != *size) {
        give_up("cannot read");
    }
    fclose(f);
    text[*size] = 0;
    return text;
}

static inline uint32_t read_number(char **at) {
    uint32_t x = 0;
    while ((unsigned char)(**at - '0') > 9 && **at) {
        ++*at;
    }
    for (unsigned char digit; (digit = (unsigned char)(**at - '0')) <= 9; ++*at) {
        x = x * 10 + digit;
    }
    return x;
}

/* Lines `from,to` of numbers, below a heading. */
static inline struct tie_file read_ties(const char *path) {
    size_t size;
    char *text = read_all(path, &size), *at = strchr(text, '\n');
    struct tie_file f = {.from = malloc(size * 2), .to = malloc(size * 2)};
    if (!at || !f.from || !f.to) {
        give_up("cannot read");
    }
    while (at[1]) {
        uint32_t from = read_number(&at), to = read_number(&at);
        at += strcspn(at, "\n");
        f.nodes = from >= f.nodes ? from + 1 : f.nodes;
        f.nodes = to >= f.nodes ? to + 1 : f.nodes;
        f.from[f.n] = from;
        f.to[f.n++] = to;
    }
    free(text);
    return f;
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
