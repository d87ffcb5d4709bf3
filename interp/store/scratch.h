/* A nameless file for what an import cannot hold in memory: sorted rows that wait,
 * texts of a workbook, rows of a file whose library gives them all at once.
 *
 * It lies beside the store, or under /tmp for a store without a file, and has no
 * name while it is used, so nothing of it is left, whatever happens. */
#ifndef SPOKE_STORE_SCRATCH_H
#define SPOKE_STORE_SCRATCH_H

#include "store/internal.h"

struct scratch {
    struct store *s;
    struct span span; /* where errors point */
    int file;         /* -1: not made */
    uint64_t size;
};

void scratch_none(struct scratch *f);
/* Makes it. scratch_close is harmless in every case. */
enum status scratch_open(struct scratch *f, struct store *s, struct span span);
void scratch_close(struct scratch *f);
/* Behind what is there. */
enum status scratch_write(struct scratch *f, const void *bytes, size_t n);
enum status scratch_read(struct scratch *f, uint64_t at, void *bytes, size_t n);
/* Tells that something is wrong with it. */
enum status scratch_told(struct scratch *f, enum code code, const char *what);

#endif
