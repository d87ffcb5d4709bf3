/* XXH64 after its published specification: four lanes of 8 bytes, folded into
 * one word, then what is left. */
#include "segment/checksum.h"
#include "segment/bytes.h"

static const uint64_t PRIME1 = 0x9E3779B185EBCA87u, PRIME2 = 0xC2B2AE3D27D4EB4Fu,
                      PRIME3 = 0x165667B19E3779F9u, PRIME4 = 0x85EBCA77C2B2AE63u,
                      PRIME5 = 0x27D4EB2F165667C5u;

static uint64_t turn(uint64_t x, unsigned bits) {
    return x << bits | x >> (64 - bits);
}

static uint64_t round_of(uint64_t lane, uint64_t word) {
    return turn(lane + word * PRIME2, 31) * PRIME1;
}

static uint64_t fold(uint64_t hash, uint64_t lane) {
    return (hash ^ round_of(0, lane)) * PRIME1 + PRIME4;
}

/* Whole stripes of 32 bytes; moves *p behind them. */
static uint64_t stripes(const unsigned char **p, size_t n, uint64_t seed) {
    uint64_t a = seed + PRIME1 + PRIME2, b = seed + PRIME2, c = seed, d = seed - PRIME1;
    const unsigned char *at = *p;
    for (size_t left = n; left >= 32; left -= 32, at += 32) {
        a = round_of(a, get64(at));
        b = round_of(b, get64(at + 8));
        c = round_of(c, get64(at + 16));
        d = round_of(d, get64(at + 24));
    }
    *p = at;
    uint64_t hash = turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18);
    return fold(fold(fold(fold(hash, a), b), c), d);
}

static uint64_t rest(uint64_t hash, const unsigned char *p, size_t n) {
    for (; n >= 8; n -= 8, p += 8)
        hash = turn(hash ^ round_of(0, get64(p)), 27) * PRIME1 + PRIME4;
    if (n >= 4) {
        hash = turn(hash ^ get32(p) * PRIME1, 23) * PRIME2 + PRIME3;
        n -= 4;
        p += 4;
    }
    for (; n > 0; n--, p++)
        hash = turn(hash ^ *p * PRIME5, 11) * PRIME1;
    return hash;
}

uint64_t checksum_bytes(const void *bytes, size_t n, uint64_t seed) {
    const unsigned char *p = bytes;
    uint64_t hash = n >= 32 ? stripes(&p, n, seed) : seed + PRIME5;
    hash = rest(hash + n, p, n % 32);
    hash = (hash ^ hash >> 33) * PRIME2;
    hash = (hash ^ hash >> 29) * PRIME3;
    return hash ^ hash >> 32;
}
