/* Exact arithmetic of ratios, shares and points.
 *
 * A pair whose denominator is 0 or below is missing or suppressed, and so is what comes of it; of
 * the two, suppressed wins. A result that does not fit is an error, as with whole numbers. */
#include "base/pair.h"
#include "run/machine.h"

typedef bool (*pair_function)(struct pair a, struct pair b, struct pair *out);

static struct pair pair_at(const union word *w) {
    return (struct pair){w[0].i, w[1].i};
}

static void put_pair(union word *to, struct pair p) {
    to[0].i = p.n;
    to[1].i = p.d;
}

static bool does_not_fit(struct vm *vm) {
    vm_fail(vm, ST_FAILED, E0401, "the result does not fit in 64 bits");
    return false;
}

static bool calculate(struct vm *vm, const struct instruction *i, union word *s,
                      pair_function function) {
    struct pair a = pair_at(&s[i->b]), b = pair_at(&s[i->c]), made = {0, 0};
    if (a.d < 0 || b.d < 0)
        made.d = -1;
    else if (a.d > 0 && b.d > 0 && !function(a, b, &made))
        return does_not_fit(vm);
    put_pair(&s[i->a], made);
    return true;
}

OPERATION(pair_sum) {
    UNUSED(r);
    return calculate(vm, i, s, pair_add);
}

OPERATION(pair_difference) {
    UNUSED(r);
    return calculate(vm, i, s, pair_subtract);
}

OPERATION(pair_product) {
    UNUSED(r);
    return calculate(vm, i, s, pair_multiply);
}

static bool divide(struct pair a, struct pair b, struct pair *out) {
    *out = (struct pair){0, 0};
    return b.n == 0 || pair_divide(a, b, out);
}

OPERATION(pair_quotient) {
    UNUSED(r);
    return calculate(vm, i, s, divide);
}

OPERATION(float_pair) {
    UNUSED(r);
    struct pair made;
    if (!pair_from_float(s[i->b].f, &made))
        return does_not_fit(vm);
    put_pair(&s[i->a], made);
    return true;
}
