/* The programs whose definitions a measure can follow, where they differ. */
#ifndef SPOKE_NETWORK_BIND_CONVENTION_H
#define SPOKE_NETWORK_BIND_CONVENTION_H

#include "stdlib/network/bind_graph.h"

struct convention_choice {
    enum convention convention;
    const char *definition; /* for the note */
};
/* The one of n that the argument names. NULL: it names none of them, which is reported. */
const struct convention_choice *choose_convention(struct native_call *c, int argument,
                                                  const struct convention_choice *of, int n);

#endif
