/* What really happened in a run, for `explain plan`.
 *
 * A watched run has one `seen` for each plan that one of its relations has opened, however often.
 * Each thread has a watch of its own, which is added to that of the run. A run that nobody watches
 * has none, and counts nothing. */
#ifndef SPOKE_EXEC_WATCH_H
#define SPOKE_EXEC_WATCH_H

#include "exec/exec.h"

struct seen {
    const struct plan *plan;
    const struct relation *self;
    const struct relation *made; /* RELATION: the captured one that was run */
    bool is_quiet;               /* how many rows there are is nobody's business */
    bool kept;                   /* GROUP: an earlier question has left its rows */
    uint32_t threads, ranges;    /* GROUP: workers and their pieces of work; 0: no others helped */
    uint64_t rows;               /* that the base gave */
    uint64_t *left;              /* by step: rows behind it */
    struct source_facts facts;   /* SCAN */
    struct seen *older;
};

struct watch {
    struct alloc *alloc;
    struct seen *newest;
};

/* What was seen of the plan so far, at first nothing; NULL: no memory. */
struct seen *watch_plan(struct watch *w, const struct relation *self, const struct plan *plan);
/* Adds what a thread has seen of plans that the run knows. */
void watch_add(struct watch *w, const struct watch *thread);
void watch_free(struct watch *w);
/* Whether something was seen that must not be told. */
bool watch_hides(const struct watch *w);
/* Says behind the line of a base or step what happened there. */
struct plan_facts watch_facts(const struct watch *w);

#endif
