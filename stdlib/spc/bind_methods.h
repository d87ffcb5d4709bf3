/* Natives of the module spc that stand in files of their own, and the parts of them that pictures
 * have, too. */
#ifndef SPOKE_SPC_METHODS_H
#define SPOKE_SPC_METHODS_H

#include "api/native.h"
#include "stdlib/spc/bind_read.h"
#include "stdlib/spc/capability.h"
#include "stdlib/spc/cusum.h"

/* bind_methods.c */
int spc_cusum(struct native_call *c);
int spc_cusum_run_length(struct native_call *c);
int spc_ewma_run_length(struct native_call *c);
int spc_capability(struct native_call *c);

/* bind_icons.c */
int spc_icons(struct native_call *c);

/* bind_review.c */
int spc_review_series(struct native_call *c);

/* The relation that is the first argument, as series with or without time. */
int spc_read_series(struct native_call *c, struct spc_table *t);
/* Centre and sigma of individuals. NULL: no memory. */
struct spc_result *spc_individuals(struct native_call *c, const struct spc_table *t,
                                   const struct spc_series *s);
/* Both sums of every point; target and sigma become those of the series where they are not given.
 * False: no memory. */
bool spc_sum_series(struct native_call *c, const struct spc_table *t, const struct spc_series *s,
                    struct cusum_options *o, double **high, double **low);
/* Reports what cannot be asked. */
int spc_check_sums(struct native_call *c, const struct cusum_options *o);
int spc_check_asked(struct native_call *c, const struct capability_asked *asked);

/* bind_rebase.c */
int spc_rebase(struct native_call *c);

/* bind_units.c */
int spc_funnel(struct native_call *c);
int spc_pareto(struct native_call *c);
int spc_t2(struct native_call *c);

#endif
