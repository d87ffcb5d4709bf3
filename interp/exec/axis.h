/* Time axes: the periods a question is asked over, and the days that count in each. */
#ifndef SPOKE_EXEC_AXIS_H
#define SPOKE_EXEC_AXIS_H

#include "base/position.h"
#include "exec/segment.h"

/* Periods in order; each takes the days [since, until). Neither end ever goes back. */
struct axis_days {
    int64_t *periods, *since, *until;
    uint32_t n;
};
struct extent {
    bool any; /* else there is no day at all */
    int64_t first, last;
};

/* Runs a plan that gives the first and the last day. */
enum status extent_read(struct run *run, const struct relation *self, const struct plan *plan,
                        struct extent *out);
/* The asked days of a range that has them only when the calendar has been read. `late` NULL: they
 * are there already. */
enum status range_read(struct run *run, const struct late_range *late, enum grain grain,
                       int64_t *first_day, int64_t *stop_day);
/* All periods that are asked for or compared with. */
enum status axis_make(struct run *run, const struct relation *self, const struct axis *axis,
                      struct axis_days *out);

/* ---- windows: rows of a batch once for each period whose days hold them ---- */

struct windows {
    struct axis_days days;
    struct batch wide;      /* the rows gathered; slots as in the input */
    struct column periods;  /* of its rows */
    uint32_t *rows;         /* of the input's batch */
    uint32_t row, at, stop; /* the next row, and the periods it is still to be put in */
};
/* `needed`: slots of the input that are read. */
enum status windows_open(struct segment *s, struct windows *w, const bool *needed);
/* Starts on a batch. */
void windows_start(struct windows *w);
/* Fills `wide` and `periods` with the next rows; wide.n is 0 behind the last. */
enum status windows_next(struct segment *s, struct windows *w, const struct batch *b,
                         const bool *needed);
void windows_close(struct segment *s, struct windows *w);

#endif
