/* Between rules.c, which judges rules one after the other, and rule_rows.c,
 * which gets their rows, of several rules at once where they can share a scan. */
#ifndef SPOKE_RULE_ROWS_H
#define SPOKE_RULE_ROWS_H

#include "api/interp.h"
#include "judge/judge.h"

struct rule_scan;

/* Notes that the rule will be judged; before the first one is. */
void scans_add(struct spoke *sp, struct rule_scan **scans, const struct rule_info *rule);
void scans_free(struct rule_scan *scans);
/* The rule has a `source`. */
enum status rule_judge(struct spoke *sp, struct rule_scan *scans, const struct rule_info *rule,
                       const struct judge_options *how, struct judge_result *out);

#endif
