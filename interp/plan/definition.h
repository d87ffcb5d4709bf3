/* What an answer says about itself. */
#ifndef SPOKE_PLAN_DEFINITION_H
#define SPOKE_PLAN_DEFINITION_H

#include "plan/build.h"

/* Fills in everything: title, target and the paragraph that tells how the figures are made. */
void question_about(struct lowering *low, const struct question *q, struct about *about);

#endif
