/* All memory comes through here: counted, limited, and failing on demand.
 *
 * One `struct alloc` belongs to one interpreter. Every block is returned with
 * the size it was taken with, so nothing is stored beside it and `used` is
 * exact. Thread-safety: none; worker threads bring their own. */
#ifndef SPOKE_ALLOC_H
#define SPOKE_ALLOC_H

#include "base.h"

/* Like realloc with the old size: `old` 0 takes, `now` 0 gives back. */
typedef void *(*alloc_fn)(void *user, void *block, size_t old, size_t now);

struct alloc {
    alloc_fn fn;
    void *user;
    size_t used, peak;
    size_t limit;     /* bytes; 0 means none */
    uint64_t calls;   /* how many times memory was asked for */
    uint64_t fail_at; /* the call number that fails, for tests; 0 never */
};

/* `fn` NULL means malloc. */
void alloc_init(struct alloc *a, alloc_fn fn, void *user, size_t limit);
/* NULL when refused; `n` must be above 0. Contents are undefined. */
void *mem_take(struct alloc *a, size_t n);
/* As mem_take, zeroed. */
void *mem_zero(struct alloc *a, size_t n);
/* Keeps the first min(old, now) bytes; on NULL the old block is untouched. */
void *mem_resize(struct alloc *a, void *block, size_t old, size_t now);
/* NULL is allowed. */
void mem_give(struct alloc *a, void *block, size_t n);

#endif
