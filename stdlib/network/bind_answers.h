/* Who answered when asked for ties, and what is said of that. */
#ifndef SPOKE_NETWORK_BIND_ANSWERS_H
#define SPOKE_NETWORK_BIND_ANSWERS_H

#include "api/native.h"
#include "stdlib/network/unknown.h"

/* Pairs of a relation that are not known, by class; zero where everybody has answered. Else returns
 * what is to be returned. */
int count_unknown(struct native_call *c, const struct nodes *v, const struct network_ties *t,
                  uint64_t pairs[TIE_CLASSES]);
/* Says who answered, or that all are taken to have; `use` says what becomes of ties that are not
 * known. */
void note_answers(struct native_call *c, const struct network_view *v, const struct network_ties *t,
                  const char *use);
/* That members have several memberships or groups, where they do. */
void note_memberships(struct native_call *c, const struct network_view *v);

#endif
