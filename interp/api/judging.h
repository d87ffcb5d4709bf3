/* What judging a store's rows (rules.c) and records (records.c) have in common. */
#ifndef SPOKE_JUDGING_H
#define SPOKE_JUDGING_H

#include "api/interp.h"
#include "judge/judge.h"

static inline spoke_text text_view(struct str s) {
    return (spoke_text){s.p ? s.p : "", s.n};
}

struct rule_list {
    struct symbol **at;
    uint32_t n, cap;
};
/* Opens the store and finds the rules to be judged: those that the options name of the program's
 * own, else of the store's catalogue. The list is in the scratch arena. */
enum status judging_begin(struct spoke *sp, const spoke_check_options *options,
                          struct rule_list *out);

/* One rule on its way. */
struct judging {
    struct spoke *sp;
    const struct rule_info *rule;
    spoke_rule_result result;
    spoke_named *values;   /* room for those of a finding: keys, then what is read */
    const uint64_t *lines; /* of records, by row of the frame; NULL: rows of a store */
    bool stopped;
};
void judging_describe(struct spoke *sp, const struct symbol *symbol, struct judging *j);
/* For judge_options: hands a finding to the sink; `user` is the judging. */
int judging_hand_over(void *user, const struct judge_finding *f);
void judging_take(struct judging *j, const struct judge_result *r);
void judging_count(spoke_check_summary *sum, const spoke_rule_result *r);
/* What the first error since that number of diagnostics says. */
struct str judging_error(const struct spoke *sp, uint32_t since);

#endif
