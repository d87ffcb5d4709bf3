/* Examples of rules. */
#ifndef SPOKE_EXAMPLES_H
#define SPOKE_EXAMPLES_H

#include "api/judging.h"

/* ST_OK when the rule does with the example what it is said to do; else ST_FAILED and an error that
 * says what it does instead. */
enum status example_judge(struct spoke *sp, struct symbol *symbol,
                          const struct rule_example *example);

#endif
