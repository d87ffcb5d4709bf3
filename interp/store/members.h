/* Which member of a zip archive is meant, and what a OneRoster archive says of itself. */
#ifndef SPOKE_STORE_MEMBERS_H
#define SPOKE_STORE_MEMBERS_H

#include "store/internal.h"

struct members {
    struct store *s;
    struct span span; /* where errors point */
    struct str path;  /* of the archive */
    struct archive *archive;
    bool roster; /* a manifest says that it is one of OneRoster */
};

/* Reads the manifest, if there is one: ST_OK, or the error told. */
enum status members_open(struct members *m);
/* The file called `wanted`, with or without its folder and endings; without that the one called
 * `usual`, or the only one. Otherwise told. */
enum status members_choose(struct members *m, struct str wanted, struct str usual,
                           uint64_t *member);

/* What a column of OneRoster is, whatever its values look like. */
enum roster_column {
    ROSTER_ANY,
    ROSTER_TEXT,   /* an id, which may look like a number */
    ROSTER_PRIVATE /* how to reach or be somebody: left out unless somebody asks for it */
};
enum roster_column roster_column(struct str header);

#endif
