/* Logistic regression over pairs of members, whose outcome is 0 or 1. */
#ifndef SPOKE_NETWORK_LOGIT_H
#define SPOKE_NETWORK_LOGIT_H

#include "stdlib/network/mrqap.h"

/* `term`: estimate, ordinary error and their quotient; nothing moves. `r_squared`: McFadden's
 * (1973), 1 - log likelihood by that of the intercept alone; `adjusted` is NaN. ST_MISUSE as
 * dyads_regress. `converged` false: some terms tell all ties from all others, so that no estimate
 * is the best. */
enum status dyads_logit(const struct network_host *host, const struct dyad_model *model,
                        struct dyad_fit *out, bool *converged);

#endif
