/* Compiled patterns over PCRE2: kept, limited, and counted against the caller's memory.
 *
 * A pattern's work is counted in steps (one for each item of the pattern that is tried), and a
 * search stops with PATTERN_LIMIT when it took far more of them than a text of that length can
 * need, so that `(a+)+$` ends in a moment. No code is generated at run time. */
#ifndef SPOKE_REGEX_PATTERN_H
#define SPOKE_REGEX_PATTERN_H

#include "base/alloc.h"
#include "base/base.h"
#include "base/buf.h"

struct pattern;

/* Zeroed it is empty. */
enum { PATTERNS_KEPT = 16 };
struct patterns {
    struct alloc *alloc;
    struct pattern *kept[PATTERNS_KEPT]; /* the newest first */
};
void patterns_free(struct patterns *p);

struct pattern_error {
    size_t at, length; /* bytes of the pattern, or of what is to replace */
    char message[160];
};
/* The compiled pattern, owned by `p`, good until the next call; NULL: it is wrong, and *error says
 * how, or, with an empty message, there is no memory. */
struct pattern *pattern_get(struct patterns *p, struct str source, struct pattern_error *error);

enum pattern_result {
    PATTERN_FOUND,
    PATTERN_NONE,
    PATTERN_LIMIT,   /* too many steps */
    PATTERN_STOPPED, /* `poll` said so */
    PATTERN_NO_MEMORY,
    PATTERN_BROKEN /* the text is no UTF-8, or the replacement is wrong; see `error` */
};

/* One text searched from left to right. */
struct search {
    struct pattern *pattern;
    struct str text;
    int (*poll)(void *user, uint64_t steps); /* nonzero stops */
    void *user;
    size_t at;         /* where to go on */
    bool began, empty; /* a search was made; the last match was empty */
    uint64_t steps;
    struct pattern_error error;
};
enum pattern_result search_next(struct search *s);
/* Of the last match; group 0 is all of it. False: the group took no part. */
uint32_t search_groups(const struct search *s);
bool search_group(const struct search *s, uint32_t group, struct str *out);
/* The text with every match replaced. FOUND: in `out`, also when nothing matched. */
enum pattern_result search_replace(struct search *s, struct str by, struct buf *out);

#endif
