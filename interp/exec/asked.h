/* What was asked of history and could not be told, or not told for sure: counted while rows are
 * read, kept with results, said in a note. */
#ifndef SPOKE_EXEC_ASKED_H
#define SPOKE_EXEC_ASKED_H

#include "plan/plan.h"

struct asked_history {
    uint64_t untold;  /* rows on whose day no row of it holds */
    uint64_t several; /* rows on whose day several do */
    const struct table *of;
    bool mixed; /* of several tables */
};
static inline void asked_add(struct asked_history *to, const struct asked_history *more) {
    if (!more->untold && !more->several)
        return;
    to->untold += more->untold;
    to->several += more->several;
    to->mixed |= more->mixed || (to->of && to->of != more->of);
    to->of = more->of;
}

#endif
