/* From the last point of a judged series to its icons. */
#include "stdlib/spc/icons.h"
#include <math.h>

size_t icons_last(const struct spc_result *r) {
    for (size_t i = r->n; i-- > 0;) {
        if (!isnan(r->lines.value[i]) && !(r->ghost && r->ghost[i])) {
            return i;
        }
    }
    return r->n;
}

/* Of a signal with a side: what it means where one direction is better. */
static enum variation by_side(bool high, int better) {
    if (better == 0) {
        return high ? VARIATION_HIGH : VARIATION_LOW;
    }
    return (better > 0) == high ? VARIATION_IMPROVING : VARIATION_CONCERNING;
}

/* Too few crossings, or runs, have no point that carries them. */
static bool has_pattern(const struct spc_result *r) {
    const struct spc_phase *phase = spc_last_phase(r);
    return (r->profile->anhoej && spc_trait(r->kind)->runs && phase->runs.few_crossings) ||
           phase->few_runs || phase->many_runs;
}

static void find_variation(const struct spc_result *r, int better, struct icons *out) {
    bool enough = out->last < r->n && spc_last_phase(r)->present >= SPC_FEWEST;
    out->variation = enough ? VARIATION_COMMON : VARIATION_UNKNOWN;
    if (!enough) {
        return;
    }
    const struct signal *s = &r->signals[out->last];
    out->high = s->high;
    if (s->kind >= SIGNAL_INNER || (s->kind == SIGNAL_NONE && has_pattern(r))) {
        out->variation = VARIATION_PATTERN;
    } else if (s->kind != SIGNAL_NONE) {
        out->variation = by_side(s->high, better);
    }
}

/* Whether a limit keeps the target. */
static bool keeps(const struct icon_target *t, double limit) {
    if (limit == t->value) {
        return !t->strictly;
    }
    return t->at_most == (limit < t->value);
}

static enum assurance find_assurance(const struct spc_result *r, const struct icon_target *t,
                                     size_t last) {
    if (isnan(t->value) || last == r->n || isnan(r->lower[last])) {
        return ASSURANCE_NONE;
    }
    bool low = keeps(t, r->lower[last]), high = keeps(t, r->upper[last]);
    return low && high ? ASSURANCE_HITS : low || high ? ASSURANCE_CHANCE : ASSURANCE_MISSES;
}

struct icons icons_of(const struct spc_result *r, int better, const struct icon_target *target) {
    struct icons out = {.last = icons_last(r)};
    find_variation(r, better, &out);
    out.assurance = find_assurance(r, target, out.last);
    return out;
}

/* ---- words ---- */

const char *variation_words(enum variation variation, bool high) {
    static const char *const words[VARIATIONS] = {
        [VARIATION_UNKNOWN] = "too few points",          [VARIATION_COMMON] = "common cause",
        [VARIATION_HIGH] = "special cause (high)",       [VARIATION_LOW] = "special cause (low)",
        [VARIATION_PATTERN] = "special cause (pattern)",
    };
    if (variation == VARIATION_IMPROVING) {
        return high ? "special cause, improving (high)" : "special cause, improving (low)";
    }
    if (variation == VARIATION_CONCERNING) {
        return high ? "special cause, concerning (high)" : "special cause, concerning (low)";
    }
    return words[variation];
}

const char *assurance_words(enum assurance assurance) {
    static const char *const words[ASSURANCES] = {
        [ASSURANCE_NONE] = "",
        [ASSURANCE_HITS] = "hits the target",
        [ASSURANCE_MISSES] = "misses the target",
        [ASSURANCE_CHANCE] = "hits or misses by chance",
    };
    return words[assurance];
}

char variation_sign(enum variation variation) {
    static const char signs[VARIATIONS + 1] = "-~+!^v*";
    return signs[variation];
}

char assurance_sign(enum assurance assurance) {
    static const char signs[ASSURANCES + 1] = "\0PF?";
    return signs[assurance];
}
