/* Networks at some time. */
#include "stdlib/network/bind_network.h"

int network_between(struct native_call *c) {
    return native_give_network_between(c, 0, native_int(c, 1), native_int(c, 2));
}
