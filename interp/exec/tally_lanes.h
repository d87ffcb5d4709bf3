/* Inside the tallies: what their arrays are for. */
#ifndef SPOKE_EXEC_TALLY_LANES_H
#define SPOKE_EXEC_TALLY_LANES_H

#include "exec/tally.h"

enum lane_number { COUNT, WHOLE, SUM, REST, FLAGS, OTHER, OTHER_REST, BOTH };
#define DAYS COUNT /* of dated FIRST and LAST: the day of the best so far */
enum flag { SAW_VALUE = 1, SAW_ROW = 2, SAW_WANTED = 4 };

__extension__ typedef __int128 whole_sum;

#define LANE(t, type, number) ((type *)(t)->lanes[number].p)

/* Sets a float, or missing for what is no number. */
bool tally_put_number(const struct tally *t, struct column *out, uint32_t row, bool present,
                      double value);

/* ---- tally_median.c ---- */
/* Medians and quantiles of groups [first, first + n). */
bool tally_medians(const struct tally *t, uint32_t first, uint32_t n, struct column *out);

#endif
