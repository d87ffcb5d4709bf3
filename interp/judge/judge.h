/* From a rule's rows to its verdict and findings.
 *
 * The frame is what the rule's plan gave (see struct rule_columns). Nothing is
 * kept after the call; texts in a finding live until its callback returns. */
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

/* A value of the row; its text is empty unless it is present. */
struct judge_value {
    struct str name, text;
    bool missing, suppressed;
};

struct judge_finding {
    struct str key;                         /* "school=01M015, day=2024-01-02" */
    struct str message;                     /* never empty */
    bool undecided;                         /* the expectation was missing */
    const struct rule_exception *exception; /* that names the row and holds still; then it is no
                                               finding, but may be told; or NULL */
    const struct judge_value *keys, *reads;
    uint32_t nkeys, nreads;
    uint32_t row; /* of the frame */
};

struct judge_options {
    uint64_t max_findings;           /* handed over; 0: all. All are counted. */
    const struct calendar *calendar; /* NULL: the default one */
    int64_t today;                   /* exceptions end on a day; INT64_MIN: none has ended */
    bool as_they_come;               /* findings in the order of the rows, not of their keys */
    bool *used; /* rows come in several frames: which exceptions named one, so far; else NULL */
    /* Findings in key order, then what is excepted likewise; nonzero stops. */
    int (*finding)(void *user, const struct judge_finding *f);
    void *user;
};

struct judge_result {
    enum judge_verdict verdict;
    uint64_t rows;                /* looked at */
    uint64_t findings, undecided; /* undecided ones are findings too */
    uint64_t excepted;
    uint64_t allowed;         /* so many findings pass */
    uint64_t expired, unused; /* exceptions */
};

/* `rows`: how many rows were looked at where the frame has the findings alone, else NULL. ST_OK,
 * ST_NO_MEMORY, or ST_INTERRUPTED when the callback stopped it. */
enum status judge_frame(struct alloc *alloc, const struct frame *f,
                        const struct rule_columns *columns, const struct rule_info *rule,
                        const uint64_t *rows, const struct judge_options *options,
                        struct judge_result *out);
/* Of several frames: adds what one of them gave, and settles the sum of all. */
void judge_add(struct judge_result *sum, const struct judge_result *part);
void judge_settle(const struct rule_info *rule, const bool *used, int64_t today,
                  struct judge_result *sum);
/* What becomes of a rule without findings, of which so many rows were looked at. */
void judge_clean(const struct rule_info *rule, uint64_t rows, int64_t today,
                 struct judge_result *out);

#endif
