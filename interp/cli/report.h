/* What `spoke check` found, kept until all rules are judged, and its reports.
 *
 * Everything is written at the end, so every report is whole, also after
 * Ctrl-C. The report owns copies of all texts. Of each rule no more findings
 * are kept than are shown; all are counted. */
#ifndef SPOKE_CLI_REPORT_H
#define SPOKE_CLI_REPORT_H

#include "cli/baseline.h"
#include "cli/pool.h"

struct report_place {
    spoke_text file;
    uint32_t line, column; /* 0: not known */
};

/* Why something could not be judged, or what is wrong with a baseline. */
struct report_problem {
    spoke_text code, message;
    struct report_place place;
    bool warns; /* it does not keep the run from being judged */
};

/* A value of the key, or one that the rule looked at. */
struct report_value {
    spoke_text name, text;
    bool missing, suppressed;
};

struct report_finding {
    spoke_text key, message;
    spoke_text reason; /* why it is excepted */
    int32_t until;     /* the last day of that, days since 1970-01-01 */
    char fingerprint[FINGERPRINT_SIZE];
    uint64_t record; /* the line it begins on; 0: a row of a store */
    bool undecided;
    bool excepted;                   /* by the rule */
    bool known;                      /* in the baseline */
    size_t keys, values, stop_value; /* in the report's values: keys, then what was looked at */
};

struct report_rule {
    spoke_text name, title, severity;
    spoke_text identity; /* its id, or its name: what other programs know it by */
    spoke_text id, tags, owner, help, field, reason; /* tags: joined by "," */
    spoke_rule_status status;                        /* without what the baseline knows */
    uint64_t rows, findings, undecided, known, excepted, allowed, expired, unused;
    uint64_t skipped; /* records */
    struct report_place place;
    double seconds;
    size_t first, stop;                 /* of the findings that are kept */
    size_t first_problem, stop_problem; /* of the problems */
};

struct report_summary {
    uint64_t rules, pass, fail, warn, empty, skip, error, rows, findings, known;
    uint64_t excepted, expired, unused;
};

struct report {
    struct pool pool;
    struct report_rule *rules;
    struct report_finding *findings;
    struct report_problem *problems;
    struct report_value *values;
    size_t nvalues, cap_values;
    size_t nrules, cap_rules, nfindings, cap_findings, nproblems, cap_problems;
    uint64_t most;             /* findings kept per rule, and as many known ones; 0: all */
    struct baseline *baseline; /* borrowed; NULL: none */
    const char *suite;         /* borrowed: what was judged */
    const char *where;         /* borrowed: what stands for a file where there is none */
    bool shows_values;
    uint64_t fresh, known, excepted; /* of the rule that is being judged */
    double since;                    /* when it began */
    struct report_summary summary;
    uint64_t mild; /* rules that warn, with findings of severity info only */
    bool interrupted, timed_out;
    bool failed; /* out of memory */
};
void report_free(struct report *r);
/* Callbacks of the sink; the findings of a rule come before it. Nonzero: out of memory. */
int report_rule(struct report *r, const spoke_rule_result *result, double now);
int report_finding(struct report *r, const spoke_finding *finding);
/* Of the rule that comes next, or after the last one of the whole run. */
void report_problem(struct report *r, const struct report_problem *problem);

/* ---- formats ---- */
enum report_level { LEVEL_NONE, LEVEL_INFO, LEVEL_WARN, LEVEL_ERROR };

struct report_style {
    bool colour;
    enum report_level fails_at; /* LEVEL_NONE: nothing does */
};

/* Whether the rule has findings that make the exit status 1. */
bool report_rule_fails(const struct report_rule *rule, enum report_level fails_at);
bool report_fails(const struct report *r, enum report_level fails_at);
const char *report_status(const struct report_rule *rule); /* pass, fail, ... */
/* Findings that are neither known nor excepted. */
uint64_t report_fresh(const struct report_rule *rule);
/* Whether it is shown as a finding: not known, not excepted. */
bool report_is_fresh(const struct report_finding *f);
/* Why a rule has the status error or skip. */
spoke_text report_reason(const struct report *r, const struct report_rule *rule);
/* Whether it went to its end. */
bool report_is_whole(const struct report *r);
/* The first problem of the run as a whole; those before it belong to rules. */
size_t report_problems_start(const struct report *r);
/* "interrupted" or "timed out", or NULL. */
const char *report_end(const struct report *r);
/* "3 findings": with commas, and the word for one or many. */
void report_counted(struct bytes *out, uint64_t n, const char *one, const char *many);
/* "key: message (undecided)". */
void report_put_finding(struct bytes *out, const struct report_finding *f);
/* "a,b" as ["a","b"]. */
void report_put_tags(struct bytes *out, spoke_text tags);
/* The same on one line, with nothing that steers a terminal. */
void report_put_line(struct bytes *out, const struct report_finding *f);
/* 12 rules · 9 pass · 1 fail · ... */
void report_put_summary(const struct report *r, struct bytes *out);

typedef void report_writer(const struct report *r, const struct report_style *style,
                           struct bytes *out);
report_writer report_text, report_concise, report_json, report_sarif, report_junit, report_tap,
    report_github;

#endif
