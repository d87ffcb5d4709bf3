/* What rules there are, and what one of them means, without judging any. */
#ifndef SPOKE_CLI_RULE_LIST_H
#define SPOKE_CLI_RULE_LIST_H

#include "cli/app.h"

/* The names of the rules of the report on stdout. */
int rule_list_print(struct app *app);
/* What the rule of --explain means. */
int rule_list_explain(struct app *app);
/* That none is selected. */
int rule_list_complain(const struct options *o);

#endif
