/* Order and hash of scalars: as the language compares them, missing last. */
#include "base/num.h"
#include "run/values.h"

static int compare_ints(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

/* What is no number comes after every number, so that the order is total. */
static int compare_floats(double a, double b) {
    if (a != a || b != b)
        return (a != a) - (b != b);
    return (a > b) - (a < b);
}

int value_compare(const struct value *a, const struct value *b) {
    bool no_a = value_is_missing(a), no_b = value_is_missing(b);
    if (no_a || no_b)
        return no_a - no_b;
    enum storage storage = type_storage(a->type);
    if (storage != type_storage(b->type))
        return compare_floats(value_float(a), value_float(b));
    switch (storage) {
    case STORE_FLOAT:
        return compare_floats(a->w[0].f, b->w[0].f);
    case STORE_PAIR:
        return num_compare_ratio(a->w[0].i, a->w[1].i, b->w[0].i, b->w[1].i);
    case STORE_TEXT:
        return str_compare(value_str(a), value_str(b));
    default:
        return compare_ints(a->w[0].i, b->w[0].i);
    }
}

static uint64_t hash_float(double x) {
    union word number = {.f = x};
    if (number.f == 0)
        number.f = 0; /* of either sign */
    return hash_word((uint64_t)number.i);
}

/* Of the reduced pair: 1/2 and 2/4 are one value. */
static uint64_t hash_pair(int64_t n, int64_t d) {
    int64_t a = n, b = d;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    a = a < 0 ? -a : a; /* d is above 0, so this is no lower than -d */
    return hash_word((uint64_t)(n / a)) + 31 * hash_word((uint64_t)(d / a));
}

uint64_t value_hash(const struct value *v) {
    if (value_is_missing(v))
        return 0;
    switch (type_storage(v->type)) {
    case STORE_TEXT:
        return hash_bytes(value_str(v));
    case STORE_FLOAT:
        return hash_float(v->w[0].f);
    case STORE_PAIR:
        return hash_pair(v->w[0].i, v->w[1].i);
    default:
        return hash_word((uint64_t)v->w[0].i);
    }
}
