/* Proposals to begin a new phase: where a run that is a signal begins or ends and the level has
 * stayed another one since. Nothing is ever re-based by itself.
 *
 * A proposal wants a run beyond what the rules allow in the last phase, at least SPC_FEWEST points
 * before, at least REBASE_LASTS from there on, and that these, judged with a centre of their own,
 * show no such run (cf. the stable shift algorithm). A run may begin early by chance, so any of its
 * first points may be the place. Of several places the one that sets the two
 * levels farthest apart, weighted by points, is proposed. */
#ifndef SPOKE_SPC_REBASE_H
#define SPOKE_SPC_REBASE_H

#include "base/day.h"
#include "stdlib/spc/analyse.h"

enum { REBASE_LASTS = 8 };

struct rebase {
    size_t at;            /* the first point of the new phase */
    size_t run;           /* how long the run is that tells of it */
    size_t points;        /* present from there on */
    double before, after; /* centres */
};
/* False: nothing is to be proposed, or no memory. */
bool spc_propose(struct arena *a, const struct spc_result *r, struct rebase *out);

/* What happened, in days, half open. */
struct spc_note {
    int64_t first, stop;
    struct str words;
};
/* Of what happened in the period of a point, or in the two points' before, the nearest: which of
 * `notes`, -1: none. `at` are the periods of the points. */
int64_t spc_cause(const struct calendar *calendar, const int64_t *at, size_t point,
                  const struct spc_note *notes, size_t n);

#endif
