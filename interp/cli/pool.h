/* Texts that are kept together and freed together. */
#ifndef SPOKE_CLI_POOL_H
#define SPOKE_CLI_POOL_H

#include "cli/bytes.h"

struct pool_block;
struct pool {
    struct pool_block *last;
};
void pool_free(struct pool *p);
/* A copy that ends in a zero byte; `failed` is set when there is no memory, and the text empty. */
spoke_text pool_text(struct pool *p, spoke_text t, bool *failed);

/* Room for one more of `size` bytes in an array of `n`; false: there is no memory. */
bool array_room(void **at, size_t n, size_t *cap, size_t size);

#endif
