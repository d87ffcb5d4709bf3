/* What `spoke check` found, kept until all rules are judged, and its reports.
 *
 * Everything is written at the end, so every report is whole, also after
 * Ctrl-C. The report owns copies of all texts. */
#ifndef SPOKE_CLI_REPORT_H
#define SPOKE_CLI_REPORT_H

#include "cli/bytes.h"

struct report_rule;
struct report_finding;

struct report {
    struct report_rule *rules;
    struct report_finding *findings;
    size_t nrules, cap_rules, nfindings, cap_findings;
    spoke_check_summary summary; /* counted from the rules */
    uint64_t mild;               /* rules whose findings are of severity info only */
    bool interrupted, failed;    /* failed: out of memory */
};
void report_free(struct report *r);
/* Sink callbacks; findings may come before or after their rule. Nonzero: out of memory. */
int report_rule(struct report *r, const spoke_rule_result *result);
int report_finding(struct report *r, const spoke_finding *finding);

bool report_has_format(const char *format); /* text, concise or json */
void report_write(const struct report *r, const char *format, bool colour, struct bytes *out);
/* 12 rules · 9 pass · 1 fail · ... */
void report_summary(const struct report *r, struct bytes *out);

#endif
