/* Core's functions on numbers and on any two values that have an order. What is no finite number
 * is missing. */
#include "stdlib/core/bind_core.h"

int core_exp(struct native_call *c) {
    return give_float(c, exp(native_float(c, 0)));
}

int core_log(struct native_call *c) {
    double x = native_float(c, 0), base = native_float(c, 1);
    /* log10 and log2 are exact at whole powers, a quotient is not; log(e) is exactly 1. */
    return give_float(c, base == 10 ? log10(x) : base == 2 ? log2(x) : log(x) / log(base));
}

int core_log10(struct native_call *c) {
    return give_float(c, log10(native_float(c, 0)));
}

int core_log2(struct native_call *c) {
    return give_float(c, log2(native_float(c, 0)));
}

int core_pow(struct native_call *c) {
    return give_float(c, pow(native_float(c, 0), native_float(c, 1)));
}

int core_sin(struct native_call *c) {
    return give_float(c, sin(native_float(c, 0)));
}

int core_cos(struct native_call *c) {
    return give_float(c, cos(native_float(c, 0)));
}

int core_tan(struct native_call *c) {
    return give_float(c, tan(native_float(c, 0)));
}

int core_atan2(struct native_call *c) {
    return give_float(c, atan2(native_float(c, 0), native_float(c, 1)));
}

int core_sign(struct native_call *c) {
    double x = native_float(c, 0);
    return give_int(c, (x > 0) - (x < 0));
}

int core_is_whole(struct native_call *c) {
    double x = native_float(c, 0);
    return give_int(c, isfinite(x) && floor(x) == x);
}

/* Of two that are equal the first. */
int core_min(struct native_call *c) {
    struct value a = native_value(c, 0), b = native_value(c, 1);
    return give_value(c, value_compare(&b, &a) < 0 ? b : a);
}

int core_max(struct native_call *c) {
    struct value a = native_value(c, 0), b = native_value(c, 1);
    return give_value(c, value_compare(&b, &a) > 0 ? b : a);
}

int core_clamp(struct native_call *c) {
    struct value x = native_value(c, 0), low = native_value(c, 1), high = native_value(c, 2);
    if (value_compare(&low, &high) > 0) {
        return native_fail(c, "`low` is above `high`");
    }
    return give_value(c, value_compare(&x, &low) < 0    ? low
                         : value_compare(&x, &high) > 0 ? high
                                                        : x);
}
