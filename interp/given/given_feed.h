/* From bytes, as they come, to the texts of single records: a line each, or the elements of one
 * list. Holds what has not been given out yet; nothing is looked at beyond where records end. */
#ifndef SPOKE_GIVEN_FEED_H
#define SPOKE_GIVEN_FEED_H

#include "base/buf.h"

enum { FEED_LONGEST = 16 << 20 }; /* bytes of one record */

struct given_feed {
    struct buf text;
    size_t at;     /* of the next record in it */
    uint64_t line; /* there, from 1 */
    /* Of the element that begins there: how much of it was looked at, and what it is in then. */
    size_t seen, depth;
    bool quoted;
    bool skips; /* the rest of a line that is too long */
    enum { FEED_UNKNOWN, FEED_LINES, FEED_LIST, FEED_LIST_ENDED, FEED_BROKEN } form;
    enum { BEFORE_FIRST, BEHIND_COMMA, BEHIND_ELEMENT } place; /* in a list */
};
struct fed_record {
    char *p;
    size_t n;
    uint64_t line;
    const char *flaw; /* not NULL: this is no record */
};

void given_feed_open(struct given_feed *f, struct alloc *alloc);
void given_feed_close(struct given_feed *f);
/* False: no memory. Records given out before are gone. */
bool given_feed_add(struct given_feed *f, const char *bytes, size_t n);
/* The next record that is whole; `last`: no more bytes will come. */
bool given_feed_next(struct given_feed *f, bool last, struct fed_record *out);

#endif
