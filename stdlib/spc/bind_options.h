/* Reading the texts by which a caller names kind, rules and constant. */
#ifndef SPOKE_SPC_OPTIONS_H
#define SPOKE_SPC_OPTIONS_H

#include "api/native.h"
#include "stdlib/spc/bind_read.h"

/* Each takes the number of the argument and gives enum spoke_status; a name
 * that is not known is reported. Not given: *out stays as it was. */
int spc_option_kind(struct native_call *c, int i, const struct spc_table *t, enum spc_kind *out);
int spc_option_constant(struct native_call *c, int i, enum spc_constant *out);
/* By default anhoej. A text that is no name is read as rules. */
int spc_option_rules(struct native_call *c, int i, enum spc_kind kind,
                     const struct rule_profile **out);
/* Nothing given beforehand. */
struct spc_options spc_default_options(void);
/* Reports what spc_read found wrong. */
int spc_read_failed(struct native_call *c, const struct spc_table *t);
/* Notes on what was left out and what to be careful about. */
void spc_notes(struct native_call *c, const struct spc_table *t, const struct spc_result *r);

#endif
