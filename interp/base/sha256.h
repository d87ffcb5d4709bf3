/* SHA-256 of FIPS 180-4: names for texts that nobody can make collide. */
#ifndef SPOKE_SHA256_H
#define SPOKE_SHA256_H

#include "base.h"

#define SHA256_BYTES 32

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

void sha256_init(struct sha256 *h);
void sha256_put(struct sha256 *h, const void *bytes, size_t n);
/* Ends the text; `h` is used up. */
void sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES]);

#endif
