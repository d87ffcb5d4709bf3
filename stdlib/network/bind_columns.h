/* Columns of a network's members as kernels read them: as groups, or as numbers. */
#ifndef SPOKE_NETWORK_BIND_COLUMNS_H
#define SPOKE_NETWORK_BIND_COLUMNS_H

#include "stdlib/network/bind_graph.h"
#include "stdlib/network/groups.h"
#include "stdlib/network/permutation.h"

/* Groups in the order of their values; those of levels as the network declares them. */
struct member_groups {
    struct str column;
    struct groups by;
    const struct str *name; /* by group, as data formats write the value */
    uint32_t unknown;       /* members without one */
};
/* "group", "level" or "sector" as the network declares them, or another column of its members.
 * ST_FAILED: reported in `m`. */
enum status read_groups(struct measuring *m, struct str column, struct member_groups *out);
/* A line for the reader, if there are any. */
void note_without_group(struct measuring *m, const struct member_groups *groups);
/* NaN where it is missing. */
enum status read_numbers(struct measuring *m, struct str column, const double **out);

/* How many permutations or draws an argument asks for, 0 to a million, ST_FAILED if it is not. */
enum status read_draws(struct measuring *m, int argument, uint64_t *out);
/* Share of a tail, NaN if nothing was drawn. */
double share_of_tail(uint64_t count, uint64_t draws);

#endif
