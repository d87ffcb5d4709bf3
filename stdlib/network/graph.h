/* A network as compressed sparse rows: what all measures over ties read.
 *
 * The caller numbers its nodes 0..nodes-1, and results are in these numbers. For the same bits
 * whatever the order in which nodes were inserted, number them by their sorted names. Inside, nodes
 * are numbered anew by falling degree (equal degrees by the caller's number), so that the busy ones
 * share cache lines; `label` and `place` lead from one numbering to the other.
 *
 * Graphs are simple: loops are left out and parallel ties merged, both counted. Rows are sorted.
 * The same ties in any order, and with any repeated, give the same graph, bit by bit, as long as
 * merging keeps the values (a sum of repeated values is another value).
 *
 * A graph owns its memory; it never changes after graph_build, and threads may share it. */
#ifndef SPOKE_NETWORK_GRAPH_H
#define SPOKE_NETWORK_GRAPH_H

#include "stdlib/network/effort.h"

/* What the value of several ties between the same two nodes is. */
enum merge { MERGE_SUM, MERGE_MOST, MERGE_LEAST };

/* Ties as they come. */
struct tie_list {
    uint32_t nodes;
    bool directed;
    size_t n;
    const uint32_t *from, *to; /* below `nodes` */
    const double *value;       /* strengths or distances, finite and not negative; NULL: all 1 */
    enum merge merge;
};

/* Row v: node[start[v]] up to node[start[v + 1]], ascending. */
struct rows_of_ties {
    uint64_t *start; /* n + 1 */
    uint32_t *node;
    double *value; /* of the ties, as `node`; NULL: all 1 */
};

struct graph {
    struct arena memory;
    uint32_t n;
    bool directed;
    uint64_t ties; /* an undirected tie counts once */
    uint64_t loops,
        merged;   /* ties of the list that were left out, and that were one with another */
    double least; /* of all values; 1 without values, and without ties */
    struct rows_of_ties out; /* undirected: each tie in the rows of both its ends */
    struct rows_of_ties in;  /* undirected: the same as `out` */
    uint32_t *label;         /* the caller's number of node v */
    uint32_t *place;         /* and back */
};

/* ST_MISUSE: an end is not below `nodes`, or a value is negative or not a number; there is no
 * graph then, nor with any other status but ST_OK, and nothing to free. */
enum status graph_build(const struct network_host *host, const struct tie_list *ties,
                        struct graph *out);
/* The same network without directions: a tie where there is one either way. Values merge; with
 * MERGE_SUM a tie without value counts 1, so that one both ways has 2. */
enum status graph_without_direction(const struct network_host *host, const struct graph *g,
                                    enum merge merge, struct graph *out);
void graph_free(struct graph *g);

/* Entries of both kinds of rows: what one look at all ties costs. */
uint64_t graph_entries(const struct graph *g);

static inline uint64_t row_length(const struct rows_of_ties *rows, uint32_t v) {
    return rows->start[v + 1] - rows->start[v];
}

/* The entry of `to` in row `from`, or UINT64_MAX: a search in a sorted row. */
uint64_t row_find(const struct rows_of_ties *rows, uint32_t from, uint32_t to);

#endif
