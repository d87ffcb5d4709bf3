/* Roll-ups: results of groupings, kept from one question to the next.
 *
 * A result is known by its definition, written out with all that the answer
 * depends on (rollup_key.c), and by the revision of the store it was read from:
 * with another revision all are forgotten. They take at most `limit` bytes;
 * those asked for longest ago go first. One that a run reads is held, and goes
 * when the run ends. */
#ifndef SPOKE_EXEC_ROLLUP_H
#define SPOKE_EXEC_ROLLUP_H

#include "exec/asked.h"
#include "exec/rows.h"

struct exec_env;

struct unsure {
    uint64_t undecided;
    struct asked_history asked;
};

struct rollup {
    struct str key;   /* owned */
    struct rows rows; /* read-only; the array of columns and its texts are owned, too */
    struct text_pool pool;
    struct unsure unsure; /* of the rows of the input */
    size_t size;
    uint32_t holders;
    struct rollup *next;
};

struct rollups {
    struct alloc *alloc;
    uint64_t revision;
    struct rollup *first;   /* the one asked for last */
    struct rollup *dropped; /* still held */
    size_t used, limit;
    uint64_t found; /* how often a result was there */
};

void rollups_init(struct rollups *r, struct alloc *alloc, size_t limit);
void rollups_free(struct rollups *r);
/* Forgets what was read from another revision. */
void rollups_at(struct rollups *r, uint64_t revision);
/* Held until rollup_release; NULL: not there. */
struct rollup *rollup_find(struct rollups *r, struct str key);
/* Keeps `rows`, whose memory is from r->alloc, and holds the result; *rows is empty then. NULL:
 * there is no room, and *rows is as it was. */
struct rollup *rollup_keep(struct rollups *r, struct str key, struct rows *rows,
                           const struct unsure *unsure);
void rollup_release(struct rollups *r, struct rollup *held);

/* Writes the definition of a grouping; false: its result must not be kept. */
bool rollup_key(struct buf *out, const struct exec_env *env, const struct relation *self,
                const struct plan *group);

#endif
