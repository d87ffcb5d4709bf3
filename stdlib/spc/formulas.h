/* How a chart was made, in words and with its numbers put in: for `explain`.
 *
 * What is written are lines of a label, a tab and a text each, "centre\tmean of 23 values = ...". A
 * line without a label goes on with the one above. */
#ifndef SPOKE_SPC_FORMULAS_H
#define SPOKE_SPC_FORMULAS_H

#include "base/buf.h"
#include "base/day.h"
#include "stdlib/spc/analyse.h"

/* What points are called by: their periods, or numbers from 1 where there is no time. */
struct spc_points_named {
    const struct calendar *calendar;
    const int64_t *at;
    bool timed;
};

/* x with six digits that count, without zeros behind them. */
void spc_put_number(struct buf *b, double x);
/* `form` with the next number at each "%n". */
void spc_say(struct buf *b, const char *form, const double *numbers);
#define SPC_SAY(b, form, ...) spc_say(b, form, (const double[]){__VA_ARGS__})
void spc_put_point(struct buf *b, const struct spc_points_named *names, size_t i);

/* formulas.c: kind, source, and for each phase value, centre, sigma and limits. */
void spc_explain_lines(struct buf *b, const struct spc_result *r,
                       const struct spc_points_named *names);
/* rule_words.c: each rule with what it takes and how often chance alone does as much, and what was
 * found. The arena is for scratch. */
void spc_explain_rules(struct buf *b, struct arena *a, const struct spc_result *r);
/* formulas.c: points that are missing, hollow or impossible, and ranges left out. */
void spc_explain_left_out(struct buf *b, const struct spc_result *r);

#endif
