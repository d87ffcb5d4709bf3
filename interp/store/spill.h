/* Imports that are larger than the memory for staged rows: sorted parts of them
 * wait in a file and are merged into columns.
 *
 * A part is what was staged when there was no more room, in the order of the key:
 * blocks of rows, each a segment (segment/segment.h) for every column and one for
 * the lines. The file has no name any more while it is used, so nothing of it is
 * left, whatever happens. The import owns the spill. */
#ifndef SPOKE_STORE_SPILL_H
#define SPOKE_STORE_SPILL_H

#include "store/columns.h"
#include "store/scratch.h"

enum { SPILL_ROWS = 8192 };

struct spill_part { /* from where to where in the file */
    uint64_t start, stop;
};

struct spill {
    struct alloc *alloc;
    struct scratch file; /* made when something is spilled */
    struct spill_part *parts;
    uint32_t nparts, room;
    struct columns_writer writer;
    bool writing; /* the writer is open */
};

void spill_init(struct spill *p, struct alloc *alloc);
void spill_free(struct spill *p);
/* Writes the staged rows, which are sorted, as another part. */
enum status spill_add(struct spill *p, struct import *m);
/* Stores all parts in an empty table of columns. Of rows with equal keys the first in the file
 * stays, the others are refused. *stored counts those that stay. */
enum status spill_merge(struct spill *p, struct import *m, uint64_t *stored);

#endif
