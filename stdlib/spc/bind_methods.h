/* Natives of the module spc that stand in files of their own. */
#ifndef SPOKE_SPC_METHODS_H
#define SPOKE_SPC_METHODS_H

#include "api/native.h"

/* bind_methods.c */
int spc_cusum(struct native_call *c);
int spc_cusum_run_length(struct native_call *c);
int spc_ewma_run_length(struct native_call *c);
int spc_capability(struct native_call *c);
int spc_review_series(struct native_call *c);

/* bind_rebase.c */
int spc_rebase(struct native_call *c);

/* bind_units.c */
int spc_funnel(struct native_call *c);
int spc_pareto(struct native_call *c);
int spc_t2(struct native_call *c);

#endif
