/* False alarms as bindings ask for them: kept while the interpreter lives. */
#ifndef SPOKE_SPC_BIND_ALARM_H
#define SPOKE_SPC_BIND_ALARM_H

#include "api/native.h"
#include "stdlib/spc/analyse.h"

/* Of a phase; unknown where it cannot be told, or no memory is left. */
struct alarm spc_alarm(struct native_call *c, const struct spc_result *r,
                       const struct spc_phase *phase);
/* Its rate with the rules, as a note; nothing where it is unknown, or where `explain` tells it. */
void spc_note_alarm(struct native_call *c, const struct spc_result *r);

/* spc.false_alarm */
int spc_false_alarm(struct native_call *c);

#endif
