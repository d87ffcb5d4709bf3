/* Texts that the build has packed together: what is read seldom, and never in a hurry. */
#ifndef SPOKE_PACKED_H
#define SPOKE_PACKED_H

#include "arena.h"

struct packed_texts {
    const unsigned char *bytes;
    size_t n, whole; /* packed, and unpacked with the zero byte that ends each text */
};

/* Text number `i`. All of them are unpacked into the arena, whose `escape` is set. */
struct str packed_text(struct arena *arena, const struct packed_texts *p, size_t i);

#endif
