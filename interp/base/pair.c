/* Exact arithmetic of fractions. Nothing here allocates. */
#include "base/pair.h"
#include <math.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

static uwide common_divisor(uwide a, uwide b) {
    while (b) {
        uwide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool fits(wide n, wide d) {
    return n >= INT64_MIN && n <= INT64_MAX && d <= INT64_MAX;
}

/* d above 0, both below 2^127. */
static bool put(wide n, wide d, struct pair *out) {
    if (!fits(n, d)) {
        wide divisor = (wide)common_divisor(n < 0 ? -(uwide)n : (uwide)n, (uwide)d);
        n /= divisor;
        d /= divisor;
        if (!fits(n, d))
            return false;
    }
    *out = (struct pair){(int64_t)n, (int64_t)d};
    return true;
}

bool pair_add(struct pair a, struct pair b, struct pair *out) {
    if (a.d == b.d)
        return put((wide)a.n + b.n, a.d, out);
    return put((wide)a.n * b.d + (wide)b.n * a.d, (wide)a.d * b.d, out);
}

bool pair_subtract(struct pair a, struct pair b, struct pair *out) {
    if (a.d == b.d)
        return put((wide)a.n - b.n, a.d, out);
    return put((wide)a.n * b.d - (wide)b.n * a.d, (wide)a.d * b.d, out);
}

bool pair_multiply(struct pair a, struct pair b, struct pair *out) {
    return put((wide)a.n * b.n, (wide)a.d * b.d, out);
}

bool pair_divide(struct pair a, struct pair b, struct pair *out) {
    assert(b.n != 0);
    wide n = (wide)a.n * b.d, d = (wide)a.d * b.n;
    return d < 0 ? put(-n, -d, out) : put(n, d, out);
}

bool pair_from_float(double x, struct pair *out) {
    int64_t d = 1000000000000;
    while (d > 1 && fabs(x) * (double)d >= 9e18)
        d /= 10;
    if (!(fabs(x) < 9e18)) /* also: not a number */
        return false;
    wide n = (wide)round(x * (double)d);
    wide divisor = (wide)common_divisor(n < 0 ? (uwide)-n : (uwide)n, (uwide)d);
    *out = (struct pair){(int64_t)(n / divisor), (int64_t)(d / divisor)};
    return true;
}
