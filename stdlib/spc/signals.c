/* From the rules of a point to the one that is told. */
#include "stdlib/spc/signals.h"
#include <math.h>
#include <stdio.h>

/* Bits of rules_judge in the order of gravity, and what each is told as. */
static const struct {
    unsigned bit;
    enum signal_kind kind;
    uint32_t zone;
} GRAVITY[RULE_BITS] = {
    {RULE_BELOW, SIGNAL_BELOW, 0},
    {RULE_ABOVE, SIGNAL_ABOVE, 0},
    {RULE_LONG_RUN, SIGNAL_RUN, 0},
    {RULE_SHIFT, SIGNAL_RUN, 0},
    {RULE_TREND, SIGNAL_TREND, 0},
    {RULE_ZONE, SIGNAL_ZONE, 0},
    {RULE_ZONE << 1, SIGNAL_ZONE, 1},
    {RULE_ZONE << 2, SIGNAL_ZONE, 2},
    {RULE_INNER, SIGNAL_INNER, 0},
    {RULE_OUTER, SIGNAL_OUTER, 0},
    {RULE_ALTERNATING, SIGNAL_ALTERNATING, 0},
};

static int side_of(const struct spc_lines *l, size_t i) {
    return runs_side(l->value[i], l->centre[i]);
}

/* One after the other, whether the members of a stretch are one: runs by their side, trends by
 * where they go. */
struct stretch {
    const struct spc_lines *lines;
    unsigned bit;
    bool ties_collapse;
    size_t first, last; /* members */
    uint32_t length;
    int way; /* of the run or trend */
};

static bool is_same(const struct stretch *s, size_t i) {
    const struct spc_lines *l = s->lines;
    if (s->bit == RULE_LONG_RUN || s->bit == RULE_SHIFT) {
        return side_of(l, i) == s->way;
    }
    if (s->bit == RULE_TREND) {
        double step = l->value[i] - l->value[s->last];
        return step == 0 ? s->ties_collapse : s->way == 0 || (step > 0) == (s->way > 0);
    }
    return true;
}

static void give_stretch(const struct stretch *s, enum signal_kind kind, const uint16_t *members,
                         struct signal *out) {
    for (size_t i = s->first; i <= s->last; i++) {
        if (members[i] & s->bit && out[i].kind == SIGNAL_NONE) {
            out[i] = (struct signal){kind, s->length, s->way > 0};
        }
    }
}

static void begin(struct stretch *s, size_t i) {
    bool run = s->bit == RULE_LONG_RUN || s->bit == RULE_SHIFT;
    s->first = s->last = i;
    s->length = 1;
    s->way = run ? side_of(s->lines, i) : 0;
}

/* The stretches of one rule. A point that is judged and no member ends one; a run on one side
 * passes over what lies on the centre, which is no member either. */
static void give_rule(struct stretch *s, size_t n, const uint8_t *ghost, const uint16_t *members,
                      enum signal_kind kind, struct signal *out) {
    bool run = s->bit == RULE_LONG_RUN || s->bit == RULE_SHIFT, going = false;
    for (size_t i = 0; i < n; i++) {
        bool here = !isnan(s->lines->value[i]) && !(ghost && ghost[i]);
        if (!here || (run && side_of(s->lines, i) == 0)) {
            continue;
        }
        bool member = (members[i] & s->bit) != 0;
        if (going && (!member || !is_same(s, i))) {
            give_stretch(s, kind, members, out);
            going = false;
        }
        if (member && going) {
            double step = s->lines->value[i] - s->lines->value[s->last];
            s->way = s->way ? s->way : (step > 0) - (step < 0);
            s->last = i;
            s->length++;
        } else if (member) {
            begin(s, i);
            going = true;
        }
    }
    if (going) {
        give_stretch(s, kind, members, out);
    }
}

static bool is_stretch(enum signal_kind kind) {
    return kind == SIGNAL_RUN || kind == SIGNAL_TREND || kind >= SIGNAL_INNER;
}

void signals_of(const struct rule_profile *profile, const struct spc_lines *lines, size_t n,
                const uint8_t *ghost, const uint16_t *members, struct signal *out) {
    memset(out, 0, n * sizeof *out);
    unsigned all = 0;
    for (size_t i = 0; i < n; i++) {
        all |= members[i];
    }
    for (int k = 0; k < RULE_BITS; k++) {
        if (!(all & GRAVITY[k].bit)) {
            continue;
        }
        if (is_stretch(GRAVITY[k].kind)) {
            struct stretch s = {
                .lines = lines, .bit = GRAVITY[k].bit, .ties_collapse = profile->ties_collapse};
            give_rule(&s, n, ghost, members, GRAVITY[k].kind, out);
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            if (members[i] & GRAVITY[k].bit && out[i].kind == SIGNAL_NONE) {
                out[i] = (struct signal){GRAVITY[k].kind, GRAVITY[k].zone, side_of(lines, i) > 0};
            }
        }
    }
}

size_t signal_print(char out[64], const struct rule_profile *profile, const struct signal *s) {
    unsigned length = (unsigned)s->length;
    int n = 0;
    switch (s->kind) {
    case SIGNAL_NONE:
        out[0] = 0;
        break;
    case SIGNAL_BELOW:
        return rule_print(out, profile, RULE_BELOW);
    case SIGNAL_ABOVE:
        return rule_print(out, profile, RULE_ABOVE);
    case SIGNAL_RUN:
        n = snprintf(out, 64, "run of %u on one side", length);
        break;
    case SIGNAL_TREND:
        n = snprintf(out, 64, "%s trend of %u", s->high ? "rising" : "falling", length);
        break;
    case SIGNAL_ZONE:
        return rule_print(out, profile, (unsigned)RULE_ZONE << s->length);
    case SIGNAL_INNER:
        n = snprintf(out, 64, "%u in a row within one sigma", length);
        break;
    case SIGNAL_OUTER:
        n = snprintf(out, 64, "%u in a row beyond one sigma", length);
        break;
    case SIGNAL_ALTERNATING:
        n = snprintf(out, 64, "%u in a row up and down", length);
        break;
    }
    return (size_t)n;
}
