/* Rules as a Markov chain: how soon independent, normal points about a known centre make a signal.
 *
 * What is left to know of the past is how long the side has been kept, which of the last points lay
 * how far out, and so on: as many states as rules remember. Trends and points up and down compare
 * values with each other and have no such chain. */
#ifndef SPOKE_SPC_CHAIN_H
#define SPOKE_SPC_CHAIN_H

#include "base/arena.h"
#include "stdlib/spc/profile.h"

/* With more states than this a chain is not made. */
enum { CHAIN_STATES = 20000 };

struct chain_asked {
    const struct rule_profile *profile;
    double multiple;  /* limits at so many sigma */
    size_t longest;   /* a longer run on one side is a signal; 0: none is (anhoej) */
    size_t crossings; /* fewer of the centre in all points are a signal; 0: none are */
};

struct chain;
/* NULL: rules that have no chain, too many states, or no memory. */
const struct chain *chain_make(struct arena *a, const struct chain_asked *asked);
size_t chain_states(const struct chain *c);
/* P(a signal within the first n points); NaN: no memory. */
double chain_chance(struct arena *a, const struct chain *c, size_t n);
/* How many points go by on average before the first signal, of a chart that goes on; NaN: no
 * memory, or it depends on how many points there are. */
double chain_run_length(struct arena *a, const struct chain *c);

#endif
