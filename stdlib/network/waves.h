/* What became of a network's ties from one wave to the next, and how it grew over several.
 *
 * Members of all waves share their numbers; a wave says who of them is active in it. Ties have
 * active ends. */
#ifndef SPOKE_NETWORK_WAVES_H
#define SPOKE_NETWORK_WAVES_H

#include "stdlib/network/classes.h"

struct wave {
    const uint8_t *active;
    const uint8_t *silent; /* 1: did not answer, and nothing is known of such a member's absent
                            * ties; NULL: all did */
    struct ties ties;
};

/* ---- from one wave to the next ---- */

struct stability {
    uint32_t stayers, joiners, leavers;
    /* Pairs of stayers of whom both waves are known: a tie in both, in the first alone, in the
     * second alone, in neither. */
    uint64_t kept, lost, made, absent;
    uint64_t unknown;             /* the other pairs of stayers */
    uint64_t with_joiners;        /* ties of the second wave with an end that is a joiner */
    uint64_t with_leavers;        /* ties of the first wave with an end that is a leaver */
    uint64_t first, second, both; /* ties of all actors, known or not */
};
/* A pair is known when the one that would name the other answered; without directions, when one of
 * both did. */
void waves_compare(const struct wave *first, const struct wave *second, struct stability *out);

/* ---- several waves ---- */

/* Of those who joined with a wave and of their ties in it. */
struct newcomers {
    uint32_t joined, left; /* left: active in the wave before and not in this one */
    uint64_t hub, founders, earlier, each_other;
    double attachment; /* founders' share of the ties with earlier members, by their share of these;
                        * NaN: none */
    /* Pairs of members who joined with this wave or before, but are no founders, that are
     * connected; and those that would be without the founders. */
    uint64_t linked, linked_without;
    double lag; /* median waves until they are as deep in as the median founder; NaN: most of
                 * them are not yet, or there are none */
};
struct growth {
    uint32_t members, founders, largest;
    struct newcomers newcomers;
};
/* Founders are those active in the first wave. `core`: of each wave, of each member its core
 * number. `is_hub`: NULL for none; the hub is no founder here, and no newcomer. `first`: the wave
 * in which each member joined, `waves` for never. false: no memory. */
bool waves_grow(struct arena *a, const struct wave *all, uint32_t waves, const uint8_t *is_hub,
                const uint32_t *const *core, uint32_t *first, struct growth *out);
/* The exponent of ties by members: the slope of the least squares line through the logarithms. NaN
 * where there are not two numbers of members. */
double densification(const struct wave *all, const struct growth *growth, uint32_t waves);

#endif
