/* Blocks of text, each twice as long as the one before it. */
#include "cli/pool.h"
#include <stdlib.h>
#include <string.h>

enum { LEAST_BLOCK = 4096, MOST_BLOCK = 1 << 20 };

struct pool_block {
    struct pool_block *before;
    size_t n, cap;
    char bytes[];
};

void pool_free(struct pool *p) {
    while (p->last) {
        struct pool_block *before = p->last->before;
        free(p->last);
        p->last = before;
    }
}

static bool add_block(struct pool *p, size_t least) {
    size_t cap = p->last ? p->last->cap * 2 : LEAST_BLOCK;
    cap = cap > MOST_BLOCK ? MOST_BLOCK : cap;
    cap = cap < least ? least : cap;
    struct pool_block *block = malloc(sizeof *block + cap);
    if (!block) {
        return false;
    }
    block->before = p->last;
    block->n = 0;
    block->cap = cap;
    p->last = block;
    return true;
}

spoke_text pool_text(struct pool *p, spoke_text t, bool *failed) {
    if (t.n == 0) {
        return text_of("");
    }
    if ((!p->last || p->last->cap - p->last->n <= t.n) && !add_block(p, t.n + 1)) {
        *failed = true;
        return text_of("");
    }
    char *at = p->last->bytes + p->last->n;
    memcpy(at, t.p, t.n);
    at[t.n] = '\0';
    p->last->n += t.n + 1;
    return (spoke_text){at, t.n};
}

bool array_room(void **at, size_t n, size_t *cap, size_t size) {
    if (n < *cap) {
        return true;
    }
    size_t more = *cap ? *cap * 2 : 16;
    void *grown = realloc(*at, more * size);
    if (grown) {
        *at = grown;
        *cap = more;
    }
    return grown != NULL;
}
