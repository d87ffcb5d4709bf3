/* Networks at some time, and one of a family. */
#include "stdlib/network/bind_network.h"

int network_between(struct native_call *c) {
    return native_give_network_between(c, 0, native_int(c, 1), native_int(c, 2));
}

int network_one_of(struct native_call *c) {
    return native_give_network_of(c, 0, native_text(c, 1));
}
