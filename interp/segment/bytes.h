/* Whole numbers as little-endian bytes at any address, whatever the machine. */
#ifndef SPOKE_SEGMENT_BYTES_H
#define SPOKE_SEGMENT_BYTES_H

#include "base/base.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SEGMENT_SWAP16(x) __builtin_bswap16(x)
#define SEGMENT_SWAP32(x) __builtin_bswap32(x)
#define SEGMENT_SWAP64(x) __builtin_bswap64(x)
#else
#define SEGMENT_SWAP16(x) (x)
#define SEGMENT_SWAP32(x) (x)
#define SEGMENT_SWAP64(x) (x)
#endif

static inline uint16_t get16(const unsigned char *p) {
    uint16_t x;
    memcpy(&x, p, sizeof x);
    return SEGMENT_SWAP16(x);
}
static inline uint32_t get32(const unsigned char *p) {
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return SEGMENT_SWAP32(x);
}
static inline uint64_t get64(const unsigned char *p) {
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return SEGMENT_SWAP64(x);
}
static inline void set16(unsigned char *p, uint16_t x) {
    x = SEGMENT_SWAP16(x);
    memcpy(p, &x, sizeof x);
}
static inline void set32(unsigned char *p, uint32_t x) {
    x = SEGMENT_SWAP32(x);
    memcpy(p, &x, sizeof x);
}
static inline void set64(unsigned char *p, uint64_t x) {
    x = SEGMENT_SWAP64(x);
    memcpy(p, &x, sizeof x);
}

#endif
