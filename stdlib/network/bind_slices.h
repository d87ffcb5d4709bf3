/* A network cut into waves, as `net in PERIOD` cuts it, with its members numbered alike in all. */
#ifndef SPOKE_NETWORK_BIND_SLICES_H
#define SPOKE_NETWORK_BIND_SLICES_H

#include "stdlib/network/bind_roles.h"
#include "stdlib/network/waves.h"

struct slice {
    int64_t period;
    /* As the network that was asked, with the days and ties of the wave; ends of ties are numbers
     * of members of that network. */
    struct network_view view;
    uint8_t *active;      /* who is a member in the wave */
    struct layers layers; /* as those of the network that was asked */
};
struct slices {
    uint32_t n;
    struct slice *at;
};
/* Waves of the grain `over`, from the first to the last day of anything in the network; those
 * without ties are left out, and told. */
struct cutting {
    struct str over; /* its name */
    uint32_t least;  /* fewer are an error */
    uint32_t most;   /* only the last so many, in silence; 0: all */
};
/* ST_FAILED: told. */
enum status take_slices(struct asking *a, const struct cutting *how, struct slices *out);
/* Whether anything in the network has a time. */
bool has_waves(const struct network_view *v);
/* All waves by the grain that argument 1 names. */
static inline enum status take_waves(struct asking *a, uint32_t least, struct slices *out) {
    return take_slices(a, &(struct cutting){native_text(a->m.call, 1), least, 0}, out);
}

static inline struct wave slice_wave(const struct slice *s, uint32_t layer) {
    return (struct wave){s->active, s->layers.at[layer].silent, s->layers.at[layer].ties};
}

#endif
