/* Ties as rows that are still to be numbered: what graph_build works on.
 *
 * Everything is counted before it is placed, so that rows come out without comparing, each pass
 * over ties being one stretch of memory read and one place written. Places are 32 bits, for half
 * the cache. Memory comes from the arenas that are passed; each pass tells the stint. */
#ifndef SPOKE_NETWORK_TIE_ROWS_H
#define SPOKE_NETWORK_TIE_ROWS_H

#include "stdlib/network/graph.h"

/* Row v: node[start[v]] up to node[start[v + 1]]. */
struct tie_rows {
    uint32_t n;
    uint32_t *start; /* n + 2: while rows are filled, start[v + 1] is where row v goes on */
    uint32_t *node;
    double *value; /* NULL: all 1 */
};

/* What a list comes to. */
struct gathered {
    struct tie_rows rows;    /* of targets, or undirected, of both ends; each other end once */
    uint64_t loops, dropped; /* entries that were one with another */
};

/* Empty rows whose lengths are to be counted into start[v + 2]. */
enum status tie_rows_take(struct arena *a, uint32_t n, struct tie_rows *out);
/* Makes lengths places, and takes room for the entries. */
enum status tie_rows_open(struct arena *a, bool values, struct tie_rows *rows);

/* `entries` is for these, all else is in `a`: blocks of an arena that come after a large one are
 * large, too, and pages that large have to be made empty first. ST_LIMIT: more entries than 32 bits
 * count. */
enum status tie_rows_gather(struct arena *a, struct arena *entries, struct stint *stint,
                            const struct tie_list *list, struct gathered *out);

/* Reads rows in the order of `label`, which is that of their new numbers, and puts each into the
 * rows that it names, which come out sorted. `to` is open, and not filled through its starts:
 * `next` is where the row of each goes on, by its old number. */
enum status tie_rows_turn(struct stint *stint, const struct tie_rows *from, const uint32_t *label,
                          uint32_t *next, struct tie_rows *to);
/* The same without new numbers. */
enum status tie_rows_turn_same(struct stint *stint, const struct tie_rows *from,
                               struct tie_rows *to);

static inline uint32_t tie_row_length(const struct tie_rows *rows, uint32_t v) {
    return rows->start[v + 1] - rows->start[v];
}

#endif
