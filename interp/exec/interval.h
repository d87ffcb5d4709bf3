/* Sets of days as intervals [start, stop): and, or, not.
 *
 * A set is in order, and its intervals neither overlap nor touch nor are empty, so that a set has
 * one form. INT64_MIN and INT64_MAX are the ends of time. The caller owns the room: the result of
 * `and` and `or` has at most as many intervals as both sides, that of `not` one more than its set.
 */
#ifndef SPOKE_EXEC_INTERVAL_H
#define SPOKE_EXEC_INTERVAL_H

#include "base/base.h"

#define BEFORE_ALL INT64_MIN
#define AFTER_ALL INT64_MAX

struct interval {
    int64_t start, stop;
};
struct intervals {
    struct interval *at;
    uint32_t n;
};

/* One interval, or the empty set if it holds no day. */
void intervals_one(struct intervals *out, int64_t start, int64_t stop);
/* `out` is neither `a` nor `b`. */
void intervals_and(struct intervals *out, const struct intervals *a, const struct intervals *b);
void intervals_or(struct intervals *out, const struct intervals *a, const struct intervals *b);
void intervals_not(struct intervals *out, const struct intervals *a);

#endif
