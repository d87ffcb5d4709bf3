/* From rows about members to members: one for each key, in the order of keys. A member of several
 * rows, as memberships give, is what the one that began last says. All memory is the arena's. */
#ifndef SPOKE_NETWORK_MEMBERS_H
#define SPOKE_NETWORK_MEMBERS_H

#include "api/native.h"

struct member_rows {
    uint32_t n;           /* members */
    const uint32_t *row;  /* of each: the one that says where it stands; NULL: row i is member i */
    const uint32_t *rows; /* of all, by member; those of member i from first[i] to first[i + 1] */
    const uint32_t *first;
    uint32_t overlapping; /* members of whom several rows hold at once */
};
/* The rows have their key in column 0, and `joined` and `left` as days where these are declared.
 * False: no memory. */
bool members_of_rows(struct arena *a, const struct frame *rows, bool open, struct member_rows *out);
/* The cells of the rows that say where members stand. NULL: no memory. */
const struct column *members_column(struct arena *a, const struct member_rows *m,
                                    const struct column *rows);
/* The first day of the first, the last of the last; NO_DAY: open. NULL: no memory. */
const int64_t *members_joined(struct arena *a, const struct member_rows *m,
                              const struct column *rows);
const int64_t *members_left(struct arena *a, const struct member_rows *m, const struct column *rows,
                            bool open);
/* The groups of members that have several; v->group has one of each. False: no memory. */
bool members_groups(struct arena *a, const struct member_rows *m, const struct column *rows,
                    struct network_view *v);

#endif
