/* Two icons that say what a chart shows, as "Making Data Count" has them: whether it varies by
 * chance or by special cause at its last point, and whether it will keep a target. */
#ifndef SPOKE_SPC_ICONS_H
#define SPOKE_SPC_ICONS_H

#include "stdlib/spc/analyse.h"

enum variation {
    VARIATION_UNKNOWN, /* too few points */
    VARIATION_COMMON,
    VARIATION_IMPROVING,
    VARIATION_CONCERNING,
    VARIATION_HIGH, /* special cause where neither is better, or which is not known */
    VARIATION_LOW,
    VARIATION_PATTERN, /* on no side: near the centre, up and down, few crossings */
    VARIATIONS
};

enum assurance {
    ASSURANCE_NONE, /* no target, or no limits */
    ASSURANCE_HITS, /* whatever chance does within the limits */
    ASSURANCE_MISSES,
    ASSURANCE_CHANCE, /* hits or misses */
    ASSURANCES
};

struct icon_target {
    double value; /* NaN: none */
    bool at_most; /* else at least */
    bool strictly;
};

struct icons {
    enum variation variation;
    bool high; /* of improving and concerning */
    enum assurance assurance;
    size_t last; /* the point they are of; the number of points: there is none */
};

/* The last point that is judged; the number of points: there is none. */
size_t icons_last(const struct spc_result *r);
/* `better`: 1 up, -1 down, 0 neither is known. */
struct icons icons_of(const struct spc_result *r, int better, const struct icon_target *target);

/* "special cause, improving (high)"; "hits the target"; "" for none. */
const char *variation_words(enum variation variation, bool high);
const char *assurance_words(enum assurance assurance);
/* One character of ASCII, each another one: + improving, ! concerning, ^ high, v low, * pattern,
 * ~ common cause, - too few points; P hits, F misses, ? hits or misses; 0 for none. */
char variation_sign(enum variation variation);
char assurance_sign(enum assurance assurance);

#endif
