/* Long work of a network kernel: memory, threads, whether to go on, how far it is.
 *
 * A kernel counts what it does in steps, about one for each tie it looks at, and tells its `stint`
 * before each stretch of at most some thousands. Every STINT_STEPS steps the calling thread asks
 * the host whether to go on, which is every few milliseconds; other threads look whether it said
 * no. Progress is steps done of steps expected. */
#ifndef SPOKE_NETWORK_EFFORT_H
#define SPOKE_NETWORK_EFFORT_H

#include "base/arena.h"
#include "base/pieces.h"

/* Widest vectors a kernel may use, of those the processor has. Results have the same bits. */
enum vectors { VECTORS_BEST, VECTORS_PLAIN, VECTORS_256, VECTORS_512 };

/* What a kernel needs of whoever calls it. */
struct network_host {
    struct alloc *alloc; /* used by the calling thread only */
    uint32_t threads;    /* at most; 0 means 1 */
    enum vectors vectors;
    /* NULL: nobody asks. Called by the calling thread only; `done` is the share of the work done, 0
     * to 1. Anything but ST_OK ends the work with that status. */
    enum status (*poll)(void *user, double done);
    void *user;
};

/* The widest vectors that the processor has and the host allows; never VECTORS_BEST. */
enum vectors vectors_to_use(const struct network_host *host);

/* For work before or after what progress is counted of: the same host, which hears the same share
 * whatever that work says. Both are to stay where they are. */
struct side_work {
    struct network_host host;
    const struct network_host *outer;
    double done;
};
void side_work_init(struct side_work *s, const struct network_host *outer, double done);

/* One piece of long work that all its threads share. */
struct effort {
    const struct network_host *host;
    struct pieces pieces;
    double expected; /* steps */
    atomic_ullong done;
};

void effort_init(struct effort *e, const struct network_host *host, double expected);
/* The host's word; only in the calling thread. */
enum status effort_ask(struct effort *e);
/* Runs `work` for pieces 0..n-1 on the host's threads, or in this one where there is just one. */
enum status effort_share(struct effort *e, uint32_t n, void *user,
                         enum status (*work)(void *user, uint32_t worker, uint32_t piece));
/* How many workers effort_share uses at most: room for as many is to be taken before. */
uint32_t effort_workers(const struct network_host *host, uint32_t pieces);

enum { STINT_STEPS = 1 << 18 };

enum { CACHE_LINE = 64 };

/* One worker's part of an effort. It is written all the time, so that it has cache lines of its
 * own: what holds one is taken with LINE_ARRAY. */
struct stint {
    _Alignas(CACHE_LINE) struct effort *effort;
    uint32_t worker;
    uint64_t pending; /* steps not yet told */
};

enum status stint_check(struct stint *s);

/* Before so many more steps. */
static inline enum status stint_due(struct stint *s, uint64_t steps) {
    s->pending += steps;
    return LIKELY(s->pending < STINT_STEPS) ? ST_OK : stint_check(s);
}

/* `n` elements that begin on a cache line; NULL: no memory. Contents are undefined. */
void *aligned_take(struct arena *a, size_t n, size_t size);
#define LINE_ARRAY(arena, type, n) ((type *)aligned_take((arena), (n), sizeof(type)))

#endif
