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
