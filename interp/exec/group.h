/* Inside a grouping: what is needed to let several workers group parts of its
 * rows, each in a grouping of its own. */
#ifndef SPOKE_EXEC_GROUP_H
#define SPOKE_EXEC_GROUP_H

#include "exec/segment.h"
#include "exec/tally.h"

/* What was found in some of the rows. */
struct part {
    struct keying keying;
    struct tally *tallies;
    uint32_t ntallies;
    bool any; /* there was a row */
};
void part_free(struct part *p);

/* Whether parts of the rows can be grouped one by one and then merged, */
bool group_merges(const struct plan *plan);
/* ... with the same result for whatever parts and in whatever order. */
bool group_is_exact(const struct plan *plan);
/* Reads the input to its end. */
enum status group_read(struct segment *s);
/* Makes a grouping that was read to its end ready to read another input. */
enum status group_again(struct segment *s);
/* Whether the plan's groups lie each in one range of a scan whose rows ascend by that column. */
bool group_keeps_to(const struct plan *plan, uint32_t slot);
/* What was read so far becomes a part; the grouping goes on with nothing. The tallies' array is in
 * the arena of s->run. */
enum status group_take(struct segment *s, struct part *out);
/* Adds a part of the same plan, and empties it. */
enum status group_merge(struct segment *s, struct part *p);
/* Frees what group_open made, of a segment that its run does not know. */
void group_drop(struct segment *s);
/* Where the grouping keeps its workers until it is closed. */
struct crew **group_crew(struct segment *s);

/* ranges.c: reads the input by several workers and merges what they find. *done is false where that
 * is no gain or not possible: then nothing was read. */
enum status ranges_read(struct segment *s, bool *done);
void ranges_close(struct crew *crew); /* NULL is allowed */

#endif
