/* Slabs are chained through their first bytes, blocks that were given back
 * through theirs. */
#include "column/slab.h"

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

struct slab {
    struct slab *before;
    size_t size;
};

enum { FIRST_SIZE = 4096, MOST_SIZE = 1 << 18 };

_Static_assert(sizeof(struct slab) % SLAB_STEP == 0, "blocks behind it are aligned");

void slabs_init(struct slabs *s, struct alloc *alloc) {
    *s = (struct slabs){.alloc = alloc};
}

void slabs_free(struct slabs *s) {
    while (s->last) {
        struct slab *gone = s->last;
        s->last = gone->before;
        mem_give(s->alloc, gone, gone->size);
    }
    slabs_init(s, s->alloc);
}

/* What is left of the last slab is lost: less than one block. */
static bool add_slab(struct slabs *s) {
    size_t size = !s->last ? FIRST_SIZE : s->last->size < MOST_SIZE ? 2 * s->last->size : MOST_SIZE;
    struct slab *slab = mem_take(s->alloc, size);
    if (!slab) {
        return false;
    }
    *slab = (struct slab){s->last, size};
    s->last = slab;
    s->at = (char *)(slab + 1);
    s->end = (char *)slab + size;
    return true;
}

static bool is_small(size_t n) {
    return n <= SLAB_LARGEST && !WATCHED;
}

void *slab_take(struct slabs *s, size_t n) {
    if (!is_small(n)) {
        return mem_take(s->alloc, n);
    }
    size_t step = (n + SLAB_STEP - 1) / SLAB_STEP;
    void **given = s->given[step];
    if (given) {
        s->given[step] = *given;
        return given;
    }
    if ((size_t)(s->end - s->at) < step * SLAB_STEP && !add_slab(s)) {
        return NULL;
    }
    void *block = s->at;
    s->at += step * SLAB_STEP;
    return block;
}

void slab_give(struct slabs *s, void *block, size_t n) {
    if (!is_small(n)) {
        mem_give(s->alloc, block, n);
        return;
    }
    void **chain = block;
    size_t step = (n + SLAB_STEP - 1) / SLAB_STEP;
    *chain = s->given[step];
    s->given[step] = block;
}
