/* Units: reading, multiplying, dividing, printing.
 *
 * A unit is put together in a draft of parts in order of their names, then printed, and its text
 * found again among the interned ones. The arena's escape must be set. */
#include "check/unit.h"
#include "check/types.h"
#include <stdlib.h>

/* Nobody means more: a number with more parts or higher powers is a plain one. */
enum { MOST_PARTS = 16, MOST_POWER = 99 };

struct draft {
    struct unit_part parts[MOST_PARTS];
    uint32_t n;
    bool too_many;
};

static void remove_part(struct draft *d, uint32_t at) {
    d->n--;
    memmove(&d->parts[at], &d->parts[at + 1], (d->n - at) * sizeof *d->parts);
}

static void add_part(struct draft *d, struct str name, int power) {
    uint32_t at = 0;
    while (at < d->n && str_compare(d->parts[at].name, name) < 0)
        at++;
    if (at < d->n && str_eq(d->parts[at].name, name)) {
        d->parts[at].power += power;
        d->too_many = d->too_many || abs(d->parts[at].power) > MOST_POWER;
        if (d->parts[at].power == 0)
            remove_part(d, at);
    } else if (d->n == MOST_PARTS) {
        d->too_many = true;
    } else {
        memmove(&d->parts[at + 1], &d->parts[at], (d->n - at) * sizeof *d->parts);
        d->parts[at] = (struct unit_part){name, power};
        d->n++;
    }
}

static void add_unit(struct draft *d, const struct unit_of_measure *u, int times) {
    for (uint32_t i = 0; u && i < u->n; i++)
        add_part(d, u->parts[i].name, u->parts[i].power * times);
}

/* ---- as text ---- */

static struct str put_side(struct arena *arena, struct str text, const struct draft *d, int sign) {
    const char *between = "";
    for (uint32_t i = 0; i < d->n; i++) {
        int power = d->parts[i].power * sign;
        if (power < 0)
            continue;
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), between, STR_ARG(d->parts[i].name));
        if (power > 1)
            text = arena_printf(arena, "%.*s^%d", STR_ARG(text), power);
        between = "*";
    }
    return text;
}

static bool divides(const struct draft *d) {
    for (uint32_t i = 0; i < d->n; i++)
        if (d->parts[i].power < 0)
            return true;
    return false;
}

static struct str draft_text(struct arena *arena, const struct draft *d) {
    struct str text = put_side(arena, STR(""), d, 1);
    if (!divides(d))
        return text;
    text = arena_printf(arena, "%.*s%sper ", STR_ARG(text), text.n ? " " : "");
    return put_side(arena, text, d, -1);
}

static const struct unit_of_measure *intern(struct types *t, const struct draft *d) {
    if (d->n == 0 || d->too_many)
        return NULL;
    struct str text = draft_text(t->arena, d);
    const uint64_t *found = strmap_find(&t->units, text);
    if (found)
        return (const struct unit_of_measure *)(uintptr_t)*found;
    struct unit_of_measure *made = ARENA_NEW(t->arena, struct unit_of_measure);
    struct unit_part *parts = ARENA_ARRAY(t->arena, struct unit_part, d->n);
    for (uint32_t i = 0; i < d->n; i++)
        parts[i] = (struct unit_part){arena_str(t->arena, d->parts[i].name), d->parts[i].power};
    *made = (struct unit_of_measure){text, parts, d->n};
    bool is_new;
    uint64_t *slot = strmap_put(&t->units, text, &is_new);
    if (!slot)
        types_no_memory(t);
    else
        *slot = (uint64_t)(uintptr_t)made;
    return made;
}

/* ---- reading ---- */

static struct str trimmed(struct str s) {
    while (s.n && s.p[0] == ' ')
        s = (struct str){s.p + 1, s.n - 1};
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* "m^2": the power is taken off the name. */
static int power_of(struct str *name) {
    size_t at = name->n;
    int power = 0, place = 1;
    while (at > 0 && name->p[at - 1] >= '0' && name->p[at - 1] <= '9' && place < 100) {
        power += place * (name->p[--at] - '0');
        place *= 10;
    }
    if (at < 2 || name->p[at - 1] != '^' || power == 0)
        return 1;
    name->n = at - 1;
    return power;
}

/* Length of the sign between two parts at the start of s, or 0. */
static size_t sign_at(struct str s, bool at_start, bool *divide) {
    static const struct {
        struct str text;
        bool divides;
    } signs[] = {{{"*", 1}, false}, {{"/", 1}, true}, {{" per ", 5}, true}};
    if (at_start && s.n > 4 && memcmp(s.p, "per ", 4) == 0) {
        *divide = true;
        return 4;
    }
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (s.n > signs[i].text.n && memcmp(s.p, signs[i].text.p, signs[i].text.n) == 0) {
            *divide = *divide || signs[i].divides;
            return signs[i].text.n;
        }
    return 0;
}

static void read_part(struct draft *d, struct str name, bool divide) {
    name = trimmed(name);
    int power = power_of(&name);
    name = trimmed(name);
    if (name.n)
        add_part(d, name, divide ? -power : power);
}

const struct unit_of_measure *unit_read(struct types *t, struct str text) {
    struct draft d = {.n = 0};
    text = trimmed(text);
    bool divide = false;
    size_t start = 0, at = 0;
    while (at < text.n) {
        bool next = divide;
        size_t sign = sign_at((struct str){text.p + at, text.n - at}, at == 0, &next);
        if (sign) {
            read_part(&d, (struct str){text.p + start, at - start}, divide);
            divide = next;
            start = at + sign;
        }
        at += sign ? sign : 1;
    }
    read_part(&d, (struct str){text.p + start, text.n - start}, divide);
    return intern(t, &d);
}

/* ---- calculating ---- */

static const struct unit_of_measure *combine(struct types *t, const struct unit_of_measure *a,
                                             const struct unit_of_measure *b, int times) {
    struct draft d = {.n = 0};
    add_unit(&d, a, 1);
    add_unit(&d, b, times);
    return intern(t, &d);
}

const struct unit_of_measure *unit_product(struct types *t, const struct unit_of_measure *a,
                                           const struct unit_of_measure *b) {
    return combine(t, a, b, 1);
}

const struct unit_of_measure *unit_quotient(struct types *t, const struct unit_of_measure *a,
                                            const struct unit_of_measure *b) {
    return combine(t, a, b, -1);
}
