/* The rows an import refused, and the log of imports. */
#ifndef SPOKE_STORE_REJECTS_H
#define SPOKE_STORE_REJECTS_H

#include "store/internal.h"

struct rejects {
    struct store *store;
    struct span span;
    const struct table *t;
    struct str file;
    sqlite3_stmt *insert;
    uint64_t n;
    uint64_t first_line;
    struct buf first;     /* reason of the reject with the lowest line */
    bool first_has_place; /* which begins with where it is */
};
/* Forgets the rejects of the last import of that file into the table.
 * rejects_close is due in every case. */
enum status rejects_open(struct rejects *r, struct store *s, struct span span,
                         const struct table *t, struct str file);
/* `column` and `value` may be empty; `reason` is taken as it is. */
enum status rejects_add(struct rejects *r, uint64_t line, struct str column, struct str value,
                        const struct buf *reason);
/* As rejects_add; the reason begins with `place`, unless that is empty. */
enum status rejects_add_at(struct rejects *r, uint64_t line, const struct buf *place,
                           struct str column, struct str value, const struct buf *reason);
void rejects_close(struct rejects *r);
/* One row in spoke$imports. */
enum status log_import(struct rejects *r, const char *mode, uint64_t rows, uint64_t stored);

#endif
