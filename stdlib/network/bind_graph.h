/* From a network of the language to the graphs that kernels read, one for each relation, and from
 * their results to rows that name members by their keys.
 *
 * Everything but the graphs is in the call's arena; a graph lives while its relation is measured.
 * Kernels ask through the host whether to go on. */
#ifndef SPOKE_NETWORK_BIND_GRAPH_H
#define SPOKE_NETWORK_BIND_GRAPH_H

#include "api/native.h"
#include "stdlib/network/distances.h"

/* What the values of a relation's ties are, where it declares a strength. */
enum tie_values {
    TIES_ALIKE,    /* left out */
    TIES_STRENGTH, /* strengths; those of repeated ties are added up */
    TIES_LENGTH    /* what the argument `distance` makes of it, without which it is refused */
};

/* Of a call's work: from 0 to 1. */
struct share {
    double first, last;
};

/* One call of a measure. */
struct measuring {
    struct native_call *call;
    const struct network_view *net;
    struct network_host host;
    struct frame *frame;
    const struct str *key; /* of the members, as data formats write them */
    int status;            /* why the host said no, or what was reported */
    struct share whole;    /* of the call, that its relation at hand is */
    struct share step;     /* of the call, that the work at hand is */
    double done;           /* the last that was said; it never falls */
    /* Of the relation at hand. */
    const struct network_ties *ties;
    const uint8_t *silent; /* members who did not answer, 1 each; NULL: all did */
    struct graph graph;
    enum lengths lengths;
};

/* Measures one relation and adds its rows. ST_FAILED: `status` is set. */
typedef enum status measure_fn(struct measuring *m, const void *user);

/* The measure of every relation of the network that is argument 0, given as a frame; a note says
 * the definition. TIES_LENGTH: `distance` is the number of that argument. */
struct measure {
    enum tie_values values;
    int distance;
    const char *definition;
    const char *unknown; /* what becomes of ties that are not known, which the graph then leaves
                            out; NULL: they are taken as absent */
    measure_fn *fn;
    const void *user;
    measure_fn *begin,
        *end; /* before and after all relations, with no graph; NULL: nothing to do */
};
int measure_network(struct native_call *c, const struct measure *measure);

/* Keys of its members, in the call's arena. NULL: no memory. */
const struct str *network_keys(struct native_call *c, const struct network_view *net);
/* Ties that lead out of the network are told, not dropped in silence. */
void note_left_out(struct measuring *m, const struct network_ties *t);
/* Reports what a measure cannot do; for its return. */
enum status measure_fails(struct measuring *m, const char *help, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The network that is argument 0 with its keys, and a host; there is no frame. */
int measuring_start(struct measuring *m, struct native_call *c);
/* Why a kernel failed, reported. */
int measuring_failed(const struct measuring *m, enum status s);

/* For a measure of several steps: the next leads from one share of the relation's work to another.
 */
void measuring_step(struct measuring *m, double first, double last);

/* A row of the relation at hand, which is its first column. UINT32_MAX: no memory. */
uint32_t relation_row(struct measuring *m);
/* A row of a member: its key, then the relation. */
uint32_t member_row(struct measuring *m, uint32_t member);
/* A row of a tie: the keys of its ends, then the relation. */
uint32_t tie_row(struct measuring *m, uint32_t from, uint32_t to);

/* Room for a figure of each member. */
#define MEMBER_ARRAY(m, type) ARENA_ARRAY(native_arena((m)->call), type, (size_t)(m)->net->n + 1)

/* No memory, unless. */
static inline enum status had_memory(bool ok) {
    return ok ? ST_OK : ST_NO_MEMORY;
}

#endif
