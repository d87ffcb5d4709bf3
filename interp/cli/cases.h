/* Cases as build servers count them: of `spoke check` a rule is one, of `spoke
 * test` a test or an example. Written as JUnit XML and TAP 14. */
#ifndef SPOKE_CLI_CASES_H
#define SPOKE_CLI_CASES_H

#include "cli/pool.h"

enum case_outcome {
    CASE_PASSED,
    CASE_FAILED,
    CASE_TOLERATED, /* there is something to say, and it does not fail the run */
    CASE_SKIPPED,
    CASE_ERROR /* not judged */
};

struct test_case {
    spoke_text suite, name, title, file; /* borrowed */
    uint32_t line;
    enum case_outcome outcome;
    const char *kind;      /* error, warn, ...: what failed; static */
    struct bytes message;  /* one line: why it did not pass */
    struct bytes evidence; /* lines */
    double seconds;
};

struct cases {
    const char *name; /* of the whole */
    const char *end;  /* NULL, or why it did not go to its end */
    struct test_case *at;
    size_t n, cap;
    bool failed; /* out of memory */
};
/* A new one, empty; NULL: out of memory. */
struct test_case *cases_add(struct cases *c);
void cases_free(struct cases *c);
/* `last` is the line that sums up. */
void cases_junit(const struct cases *c, struct bytes *out);
void cases_tap(const struct cases *c, const char *last, struct bytes *out);

#endif
