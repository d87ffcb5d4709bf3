/* Work in pieces, done by several threads at once, begun and finished in one order.
 *
 * Pieces go round: `begin` gives the next one something to do, any thread does it (`work`), and the
 * calling thread takes the results (`finish`) in the order in which pieces were begun. One piece is
 * begun at a time, by any thread; `begin` and `finish` may happen together. What comes out is
 * therefore the same for any number of threads, and memory is bounded by the pieces there are.
 * Pieces are the caller's, who makes them before and frees them afterwards. */
#ifndef SPOKE_RELAY_H
#define SPOKE_RELAY_H

#include "base/base.h"

struct relay {
    void *user;
    /* false: there is nothing more to do; then it is not asked again. */
    bool (*begin)(void *user, void *piece);
    /* Workers are numbered from 0, which is the calling thread; each is in one place at a time. */
    void (*work)(void *user, void *piece, uint32_t worker);
    /* Anything but ST_OK ends the whole, once the pieces at hand are done. */
    enum status (*finish)(void *user, void *piece);
    void *pieces; /* npieces of `size` bytes each, one behind the other */
    size_t size;
    uint32_t npieces;
    uint32_t nworkers; /* at most RELAY_WORKERS are used; at least one is */
};

enum { RELAY_WORKERS = 16 };

/* What the last `finish` gave. With fewer threads than wanted the work takes longer. */
enum status relay_run(const struct relay *r);
/* Calls `work` once for each number below n <= RELAY_EACH, in whatever thread and order. */
enum { RELAY_EACH = 64 };
void relay_each(void (*work)(void *user, uint32_t number), void *user, uint32_t n,
                uint32_t nworkers);

#endif
