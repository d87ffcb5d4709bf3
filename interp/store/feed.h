/* Staged rows as a virtual table `spoke_feed`, so that one INSERT ... SELECT
 * stores them all: c0 is the row number of an entity, c1 .. cN the columns of the
 * table, the last column the row's place in the staging. */
#ifndef SPOKE_STORE_FEED_H
#define SPOKE_STORE_FEED_H

#include "store/staging.h"

struct feed {
    struct store *store;
    const struct staging *staging;
    const char *what; /* for the progress callback */
};
/* Both borrowed until feed_close. */
enum status feed_open(struct feed *f, struct span span);
void feed_close(struct feed *f);

#endif
