/* Structs of spoke.h that may grow, between programs and libraries of different age.
 *
 * Such a struct only ever gets fields at its end. What a host hands in begins with its size; what
 * the library fills, a host gives room for and says how much. Whoever is the older does not know
 * of the last fields: they keep their defaults, or are left out. */
#ifndef SPOKE_GROW_H
#define SPOKE_GROW_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Over the defaults in `known` what the host's struct has of it. False: it has not even a size. */
static inline bool take_in(void *known, size_t size, const void *given) {
    size_t has = *(const size_t *)given;
    memcpy(known, given, has < size ? has : size);
    return has >= sizeof has;
}

/* What of `from` there is room for; zeroes behind it. */
static inline void hand_out(void *room, size_t nroom, const void *from, size_t n) {
    memcpy(room, from, n < nroom ? n : nroom);
    if (nroom > n)
        memset((char *)room + n, 0, nroom - n);
}

#endif
