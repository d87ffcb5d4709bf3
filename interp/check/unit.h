/* Units of measurement: products of named parts, "min", "min per day", "kW*h".
 *
 * Interned like types: equal units are one pointer. The parts stand in order of their names, so
 * that "kW*h" and "h*kW" are one unit, whose text is "h*kW". Names are compared as they are
 * written: "day" is not "days". NULL is the unit of a plain number. */
#ifndef SPOKE_UNIT_H
#define SPOKE_UNIT_H

#include "base/arena.h"

struct types;

struct unit_part {
    struct str name;
    int power; /* not 0 */
};

struct unit_of_measure {
    struct str text; /* "min*day per school", as unit_read takes it */
    const struct unit_part *parts;
    uint32_t n;
};

/* As it is written: names with `*` and `^2` between and behind them; what follows `per` or `/` is
 * divided by. NULL: the text is empty, or everything in it cancels out. */
const struct unit_of_measure *unit_read(struct types *t, struct str text);
const struct unit_of_measure *unit_product(struct types *t, const struct unit_of_measure *a,
                                           const struct unit_of_measure *b);
const struct unit_of_measure *unit_quotient(struct types *t, const struct unit_of_measure *a,
                                            const struct unit_of_measure *b);
static inline bool unit_is(const struct unit_of_measure *u, const char *text) {
    return u && str_is(u->text, text);
}

#endif
