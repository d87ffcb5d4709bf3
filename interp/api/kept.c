/* What modules keep from call to call: compiled patterns, the state of a generator.
 *
 * Blocks belong to the interpreter and go with it; there are as many as modules
 * that ask, so a list will do. */
#include "api/interp.h"

struct kept {
    struct kept *next;
    native_release release;
    size_t size; /* of the whole block */
    max_align_t bytes[];
};

void *keep_block(struct spoke *sp, size_t size, native_release release) {
    for (struct kept *k = sp->kept; k; k = k->next)
        if (k->release == release)
            return k->bytes;
    struct kept *made = mem_zero(&sp->alloc, sizeof *made + size);
    if (!made)
        return NULL;
    made->next = sp->kept;
    made->release = release;
    made->size = sizeof *made + size;
    sp->kept = made;
    return made->bytes;
}

void release_kept(struct spoke *sp) {
    while (sp->kept) {
        struct kept *k = sp->kept;
        sp->kept = k->next;
        k->release(k->bytes, &sp->alloc);
        mem_give(&sp->alloc, k, k->size);
    }
}
