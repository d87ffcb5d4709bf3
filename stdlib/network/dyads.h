/* Variables over pairs of members: square tables, row by row, which regressions over dyads read.
 *
 * A row is DYAD_LANES numbers long or a multiple, with zeros behind the last member, so that whole
 * lanes are worked on; the diagonal is 0. Without directions both halves are the same, and pairs
 * count in the lower one only. Members are in the caller's numbers. */
#ifndef SPOKE_NETWORK_DYADS_H
#define SPOKE_NETWORK_DYADS_H

#include "stdlib/network/graph.h"

enum { DYAD_LANES = 8, MOST_DYAD_MEMBERS = 3000 };

struct dyad_space {
    uint32_t n, stride; /* members, and numbers in a row */
    bool directed;
    /* As a variable: 1 where a pair is not known in all variables. NULL: all are known. */
    uint8_t *unknown;
};
/* ST_LIMIT: more than MOST_DYAD_MEMBERS. */
enum status dyad_space_init(struct dyad_space *s, uint32_t n, bool directed);

/* Numbers of row `from` that count. */
static inline uint32_t dyad_row_length(const struct dyad_space *s, uint32_t from) {
    return s->directed ? s->n : from;
}
static inline size_t dyad_place(const struct dyad_space *s, uint32_t from, uint32_t to) {
    return (size_t)from * s->stride + to;
}
static inline bool dyad_known(const struct dyad_space *s, uint32_t from, uint32_t to) {
    return !s->unknown || !s->unknown[dyad_place(s, from, to)];
}
/* Pairs that count and are known. */
uint64_t dyads_known(const struct dyad_space *s);

/* All zero; NULL: no memory. */
double *dyad_variable(struct arena *a, const struct dyad_space *s);
/* 1, or the value of the tie if `valued`, where there is one; `transposed`: of the tie back. */
void dyads_of_ties(const struct dyad_space *s, const struct graph *g, bool valued, bool transposed,
                   double *out);
/* 1 where both are in one group (classes.h: UNKNOWN_GROUP is not known of any pair). */
enum status dyads_of_same(struct arena *a, struct dyad_space *s, const uint32_t *group,
                          double *out);
/* |x - y|; NaN is not known of any pair. */
enum status dyads_of_difference(struct arena *a, struct dyad_space *s, const double *x,
                                double *out);
/* Pairs that a relation does not know, as its senders say nothing (without directions: both ends),
 * 1 each in `silent`; `transposed`: of its ties back. */
enum status dyads_of_silent(struct arena *a, struct dyad_space *s, const uint8_t *silent,
                            bool directed, bool transposed);

#endif
