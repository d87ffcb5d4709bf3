/* What `spoke test` found, and its reports. */
#ifndef SPOKE_CLI_TESTS_H
#define SPOKE_CLI_TESTS_H

#include "cli/cases.h"

/* How many examples show what a rule lets pass, and what breaks it. */
struct rule_coverage {
    spoke_text rule;
    size_t ok, bad;
};

struct tests {
    struct pool pool;
    struct cases cases;
    struct rule_coverage *rules;
    size_t nrules, cap_rules;
    int columns; /* of the screen that failures are read on; 0: any number */
};
void tests_free(struct tests *t);
/* A new case, which passed so far; NULL: out of memory, which `cases` remembers. */
struct test_case *tests_add(struct tests *t, const spoke_test *about);
/* A rule of the scripts. Nonzero: out of memory. */
int tests_add_rule(struct tests *t, spoke_text rule);
/* Counts an example. */
void tests_cover(struct tests *t, const spoke_test *example);
/* The first error of the last call is why it failed; what people read of all is its evidence. */
void tests_take_failure(struct tests *t, struct test_case *one, spoke *sp);
/* A script that did not run is a case of its own. */
void tests_take_diags(struct tests *t, spoke *sp, const char *script);
bool tests_failed(const struct tests *t);

typedef void tests_writer(const struct tests *t, bool colour, struct bytes *out);
tests_writer tests_text, tests_tap, tests_junit;
/* 3 tests · 2 passed · 1 failed */
void tests_summary(const struct tests *t, struct bytes *out);

#endif
