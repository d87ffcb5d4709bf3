/* Blocks of small objects, cut from larger ones.
 *
 * Sizes are rounded up to 16 bytes; what is given back is kept for the next of
 * its size. Larger blocks come from the allocator one by one, and so does
 * everything where a sanitizer watches the use of freed memory. All slabs go
 * together at the end. */
#ifndef SPOKE_SLAB_H
#define SPOKE_SLAB_H

#include "base/alloc.h"

enum { SLAB_STEP = 16, SLAB_LARGEST = 256 };

struct slabs {
    struct alloc *alloc;
    struct slab *last;
    char *at, *end;                            /* what is left of the last slab */
    void *given[SLAB_LARGEST / SLAB_STEP + 1]; /* by size: a chain of blocks */
};
void slabs_init(struct slabs *s, struct alloc *alloc);
void slabs_free(struct slabs *s);
/* NULL: no memory; contents are undefined. */
void *slab_take(struct slabs *s, size_t n);
void slab_give(struct slabs *s, void *block, size_t n);

#endif
