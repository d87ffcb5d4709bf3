/* Records beside a store: the rows that they refer to are the store's, found by their keys, and a
 * record whose key the store has is that row to every other table. */
#ifndef SPOKE_GIVEN_STORE_H
#define SPOKE_GIVEN_STORE_H

#include "given/given.h"
#include "store/store.h"

struct given_keys; /* of one table, by key the row's number in the store */
struct given_store {
    struct given *given;
    struct given_keys *keys; /* by table of `given` */
    uint32_t n;
};

/* Reads the keys of all tables that `given` has; of that of the records only if its rows' numbers
 * are asked for. given_store_close is due in every case. */
enum status given_store_open(struct given_store *s, struct given *given, struct store *store,
                             struct span span);
void given_store_close(struct given_store *s);
/* Finds the rows of the current record. False: no memory, or `reason` says which key the store does
 * not have. */
bool given_store_find(struct given_store *s, struct buf *reason);

#endif
