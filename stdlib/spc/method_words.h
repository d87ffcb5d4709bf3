/* How pictures and tables beside control charts were made, in words and with their numbers put in:
 * for `explain`. Lines are as in formulas.h. */
#ifndef SPOKE_SPC_METHOD_WORDS_H
#define SPOKE_SPC_METHOD_WORDS_H

#include "stdlib/spc/capability.h"
#include "stdlib/spc/cusum.h"
#include "stdlib/spc/formulas.h"
#include "stdlib/spc/units.h"

/* `spread`: limits were to be widened where units vary more than chance allows. */
void spc_explain_units(struct buf *b, const struct spc_units *all, bool spread);
void spc_explain_categories(struct buf *b, const struct spc_categories *all);
void spc_explain_distances(struct buf *b, const struct spc_distances *all);

/* Sums of one series, with the target and the sigma that were taken. */
struct spc_sums_made {
    const struct cusum_options *options;
    bool target_given, sigma_given;
    const double *value, *high, *low;
    size_t n;
};
void spc_explain_sums(struct buf *b, const struct spc_sums_made *sums,
                      const struct spc_points_named *names);

/* What is asked may be nothing at all; `unstable`: points lie outside the limits of chance. */
void spc_explain_capability(struct buf *b, const struct capability_asked *asked,
                            const struct capability *able, bool unstable);

#endif
