/* Looking through text 64 bytes at a time: which of them end a plain field, and which may make a
 * row unusable. A bit a byte, the first byte lowest. */
#ifndef SPOKE_STORE_STOPS_H
#define SPOKE_STORE_STOPS_H

#include "base/base.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { STOPS_BYTES = 64 };

struct stops {
    uint64_t ends; /* separators, line feeds, carriage returns */
    uint64_t odd;  /* zero bytes and all beyond ASCII */
};

/* ---- everywhere: a word of eight bytes at a time ---- */

/* The top bit of each byte that is zero, and of no other. */
static inline uint64_t stops_zeros(uint64_t word) {
    const uint64_t low = 0x7f7f7f7f7f7f7f7fu;
    return ~(((word & low) + low) | word | low);
}

/* From the top bits of eight bytes to eight bits. */
static inline uint64_t stops_gather(uint64_t tops) {
    return (tops >> 7) * 0x0102040810204080u >> 56;
}

static inline struct stops stops_by_words(const char *p, char separator) {
    const uint64_t each = 0x0101010101010101u;
    struct stops found = {0, 0};
    for (unsigned i = 0; i < STOPS_BYTES / 8; i++) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 8; k++)
            word |= (uint64_t)(unsigned char)p[8 * i + k] << 8 * k;
        uint64_t ends = stops_zeros(word ^ each * (unsigned char)separator) |
                        stops_zeros(word ^ each * '\n') | stops_zeros(word ^ each * '\r');
        uint64_t odd = stops_zeros(word) | (word & each * 0x80);
        found.ends |= stops_gather(ends) << 8 * i;
        found.odd |= stops_gather(odd) << 8 * i;
    }
    return found;
}

/* ---- where there are 16 lanes ---- */

static inline struct stops stops_in(const char *p, char separator) {
#if defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi8(separator);
    const __m128i feed = _mm_set1_epi8('\n'), carriage = _mm_set1_epi8('\r');
    struct stops found = {0, 0};
    for (unsigned i = 0; i < STOPS_BYTES / 16; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + (size_t)16 * i));
        __m128i ends =
            _mm_or_si128(_mm_cmpeq_epi8(x, wanted),
                         _mm_or_si128(_mm_cmpeq_epi8(x, feed), _mm_cmpeq_epi8(x, carriage)));
        __m128i odd = _mm_or_si128(x, _mm_cmpeq_epi8(x, _mm_setzero_si128()));
        found.ends |= (uint64_t)(uint32_t)_mm_movemask_epi8(ends) << 16 * i;
        found.odd |= (uint64_t)(uint32_t)_mm_movemask_epi8(odd) << 16 * i;
    }
    return found;
#else
    return stops_by_words(p, separator);
#endif
}

/* Number of the lowest bit of a word that is not zero. */
static inline unsigned stops_first(uint64_t bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned n = 0;
    for (; !(bits & 1); bits >>= 1)
        n++;
    return n;
#endif
}

#endif
