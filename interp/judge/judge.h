/* From a rule's rows to its verdict and findings.
 *
 * The frame is what the rule's plan gave: key columns, then `where`, `expect`
 * and `message` where the rule has them. Nothing is kept after the call; texts
 * in a finding live until its callback returns. */
#ifndef SPOKE_JUDGE_H
#define SPOKE_JUDGE_H

#include "base/day.h"
#include "column/column.h"
#include "plan/plan.h"

enum judge_verdict {
    JUDGE_PASS,
    JUDGE_FAIL, /* findings of severity error */
    JUDGE_WARN, /* findings of severity warn or info */
    JUDGE_EMPTY /* no row was looked at: not a pass */
};

struct judge_finding {
    struct str key;     /* "school=01M015, day=2024-01-02" */
    struct str message; /* never empty */
    bool undecided;     /* the expectation was missing */
};

struct judge_options {
    uint64_t max_findings;           /* handed over; 0: all. All are counted. */
    const struct calendar *calendar; /* NULL: the default one */
    int (*finding)(void *user, const struct judge_finding *f); /* in key order; nonzero stops */
    void *user;
};

struct judge_result {
    enum judge_verdict verdict;
    uint64_t rows;                /* looked at */
    uint64_t findings, undecided; /* undecided ones are findings too */
};

/* ST_OK, ST_NO_MEMORY, or ST_INTERRUPTED when the callback stopped it. */
enum status judge_frame(struct alloc *alloc, const struct frame *f, const struct rule_plan *plan,
                        const struct rule_info *rule, const struct judge_options *options,
                        struct judge_result *out);

#endif
