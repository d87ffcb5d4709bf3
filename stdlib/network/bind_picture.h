/* What layout() and draw() share: the ties of one or all relations of a network, and where its
 * members stand. Everything but the graph is in the call's arena. */
#ifndef SPOKE_NETWORK_BIND_PICTURE_H
#define SPOKE_NETWORK_BIND_PICTURE_H

#include "stdlib/network/bind_graph.h"
#include "stdlib/network/classes.h"
#include "stdlib/network/picture.h"

/* A tie as it is drawn: one for each pair and relation. */
struct drawn_tie {
    uint32_t from, to;
    uint32_t relation;
    bool directed, mutual;
    bool repeated;   /* the pair is tied in a relation before, too */
    double strength; /* NaN: none */
};

struct drawing_of_net {
    struct measuring m;
    uint32_t first, stop;        /* relations */
    int64_t first_day, last_day; /* in which ties and members are drawn, both included */
    uint64_t outside;            /* ties with an end that is no member, or missing */
    struct drawn_tie *tie;
    uint32_t nties;
    bool built; /* `graph` is there */
    struct graph graph;
    enum picture_layout layout;
    uint32_t ego;    /* or NOBODY_SPECIAL */
    uint32_t *steps; /* from the ego, LAYOUT_FAR beyond; 0 where there is none */
    uint32_t *layer; /* NULL: no layers */
    struct spot *at;
    double stress; /* NaN: not a layout by distance, or too large a network */
};

/* Reads the network and the options `relation` (or a negative number), `method` and `ego`. */
int picture_read(struct drawing_of_net *d, struct native_call *c, int relation, int method,
                 int ego);
/* The ties of these days and their graph. */
enum status picture_gather(struct drawing_of_net *d, int64_t first_day, int64_t last_day);
/* Places, by what was read. `most`: steps from the ego. */
int picture_place(struct drawing_of_net *d, uint64_t seed, uint32_t most);
void picture_drop(struct drawing_of_net *d);
/* How places were found. Empty: no memory. */
struct str picture_method(struct drawing_of_net *d, uint64_t seed);

#endif
