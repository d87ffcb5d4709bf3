/* Numbered pieces of work, taken by several threads one after the other.
 *
 * The calling thread is worker 0. It alone asks the caller whether to go on: in
 * its own pieces as it likes, and every few milliseconds while it waits for the
 * others. Whoever stops, stops all: the others see it through pieces_stopped.
 *
 * Which worker takes which piece is left to chance. A result that must not
 * depend on it is kept by piece, and merged in the order of pieces. */
#ifndef SPOKE_PIECES_H
#define SPOKE_PIECES_H

#include "base.h"
#include <pthread.h>
#include <stdatomic.h>

struct pieces {
    atomic_uint next; /* the piece to be taken next */
    atomic_bool stopped;
    pthread_mutex_t lock;
    pthread_cond_t left; /* a worker is done */
    uint32_t working;    /* others than worker 0; under the lock */
};

enum { MOST_WORKERS = 64 };

struct piece_work {
    void *user;
    uint32_t n; /* pieces */
    /* Does one piece. Not ST_OK: no further pieces are begun. */
    enum status (*work)(void *user, uint32_t worker, uint32_t piece);
    /* Called by worker 0 while it waits for the others, and once at the end. */
    enum status (*wait)(void *user);
};

/* Runs all pieces on at most `threads` threads, MOST_WORKERS at the most; with fewer than wanted it
 * takes longer. The worst of all statuses: what failed goes before what was told to stop. `p` need
 * not be set before, and is of no use afterwards. */
enum status pieces_run(struct pieces *p, uint32_t threads, const struct piece_work *work);

/* Of any worker. */
static inline bool pieces_stopped(const struct pieces *p) {
    return atomic_load_explicit(&p->stopped, memory_order_relaxed);
}

#endif
