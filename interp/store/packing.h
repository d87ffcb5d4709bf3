/* Rows by columns, packed into segments by several threads and put by one: run after run, and in
 * each column after column. */
#ifndef SPOKE_STORE_PACKING_H
#define SPOKE_STORE_PACKING_H

#include "base/guard.h"
#include "store/columns.h"

struct packed { /* a segment, ready to be stored */
    struct alloc alloc;
    uint32_t column, from, n; /* rows of the job */
    unsigned char head[SEGMENT_HEAD];
    struct buf data;
    enum status status;
};

struct packing {
    struct import *m;
    struct guard guard; /* of memory; held around `put` */
    struct packed *pieces;
    struct packing_thread *threads;
    uint32_t npieces, nthreads;
};

struct packing_job {
    void *user;
    /* Fills the packer's arrays with rows [from, from + n) of a column; in any thread. */
    void (*gather)(const void *user, struct columns_packer *p, uint32_t column, uint32_t from,
                   uint32_t n);
    /* Takes a segment, in order. */
    enum status (*put)(void *user, const struct packed *p);
    uint32_t ncolumns; /* those of the import's table; one more is words, the lines of rows */
    uint32_t total;    /* rows */
    uint32_t rows;     /* of a segment; the last may have fewer */
};

/* packing_close is due in every case. */
enum status packing_open(struct packing *p, struct import *m);
void packing_close(struct packing *p);
enum status packing_run(struct packing *p, const struct packing_job *job);

#endif
