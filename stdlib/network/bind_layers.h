/* Networks as the figures of improvement networks see them: members by group, rank and sector, ties
 * by relation and, where there are several, all of them together.
 *
 * Everything is in the call's arena. What a figure needs and the network does not declare is an
 * error that says how to declare it. */
#ifndef SPOKE_NETWORK_BIND_LAYERS_H
#define SPOKE_NETWORK_BIND_LAYERS_H

#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/lines.h"

/* ---- members and ties ---- */

/* Who answered in every relation with that role (empty: of all) that asked; NULL: all are taken to
 * have. false: no memory. */
bool network_answers(struct arena *a, const struct network_view *v, struct str role,
                     const bool **out);
/* Ties of all relations with that role (empty: of all) as one; among directed ones an undirected
 * tie counts both ways, and ties that are not known are left out. false: no memory. */
bool network_ties(struct arena *a, const struct network_view *v, struct str role, struct ties *out);

struct layer {
    struct str name;       /* of a relation; all ties together, where there are several relations */
    struct ties ties;      /* without those that are not known */
    const uint8_t *silent; /* members who did not answer, 1 each; NULL: all did */
};
struct layers {
    uint32_t n;
    struct layer *at;
};
/* All relations together. false: no memory. */
bool network_whole(struct arena *a, const struct network_view *v, struct layer *out);
/* false: no memory. */
bool network_layers(struct arena *a, const struct network_view *v, struct layers *out);

/* ---- a call ---- */

struct asking {
    struct measuring m;
    struct nodes nodes;
    struct layers layers;
};
enum { NEEDS_HUB = 1, NEEDS_LINE = 2, NEEDS_LEVEL = 4, NEEDS_JOINED = 8 };

/* A figure of the network that is argument 0, given as a frame; a note says the definition. */
struct figure {
    unsigned needs;
    const char *definition;
    enum status (*fn)(struct asking *a, const void *user); /* ST_FAILED: `m.status` is set */
    const void *user;
};
int ask_network(struct native_call *c, const struct figure *figure);

/* ---- rows ---- */

/* A row about a layer, whose name is the first column. UINT32_MAX: no memory. */
uint32_t layer_row(struct asking *a, const struct layer *l);
/* A row about a member: its key, then the layer. */
uint32_t layer_member_row(struct asking *a, const struct layer *l, uint32_t member);
bool put_key(struct asking *a, uint32_t column, uint32_t row, uint32_t member);
/* Three columns: value, n and d. */
bool put_share(struct frame *f, uint32_t column, uint32_t row, uint64_t n, uint64_t d);
bool put_figure(struct frame *f, uint32_t column, uint32_t row, double x);

#endif
