/* What is said under a chart: the method in one line, and what to be careful about. */
#include "base/num.h"
#include "stdlib/spc/analyse.h"
#include "stdlib/spc/families.h"
#include <math.h>

/* How many sigmas the limits stand off: "3", "2.5". */
static struct str multiple_text(struct arena *a, const struct spc_result *r) {
    char text[352];
    size_t n = num_print_fixed(text, spc_multiple(&r->options), 3);
    while (text[n - 1] == '0') {
        n--;
    }
    n -= text[n - 1] == '.';
    return arena_str(a, (struct str){text, n});
}

/* The same in mean moving ranges: "3/1.128", "2.66", "2.6587", or medians: "3/0.954". */
static struct str factor_text(struct arena *a, const struct spc_result *r) {
    struct str multiple = multiple_text(a, r);
    double factor = spc_multiple(&r->options) * spc_sigma_of_range(&r->options, 1);
    char text[352];
    if (r->options.median_range) {
        return arena_printf(a, "%.*s/0.954", STR_ARG(multiple));
    }
    if (r->options.constant == SPC_TABLE) {
        return arena_printf(a, "%.*s/1.128", STR_ARG(multiple));
    }
    text[num_print_fixed(text, factor, r->options.constant == SPC_WHEELER ? 2 : 4)] = 0;
    return arena_printf(a, "%s", text);
}

/* "limits at 3 sigma from the pooled share of 16 groups" */
static struct str reach_text(struct arena *a, const struct spc_result *r, const char *level,
                             const char *of) {
    struct str multiple = multiple_text(a, r);
    if (!isnan(r->options.centre)) {
        return arena_printf(a, "limits at %.*s sigma from the centre given beforehand",
                            STR_ARG(multiple));
    }
    return arena_printf(a, "limits at %.*s sigma from the %s of %zu %s", STR_ARG(multiple), level,
                        spc_last_phase(r)->basis.n, of);
}

static struct str laney_text(struct arena *a, const struct spc_result *r) {
    double z = spc_last_phase(r)->basis.sigma_z;
    struct str reach =
        reach_text(a, r, r->kind == SPC_P_PRIME ? "pooled share" : "pooled rate", "groups");
    char times[352];
    times[num_print_fixed(times, z, 2)] = 0;
    return arena_printf(a, "%.*s, times %s, since they vary that much %s than chance",
                        STR_ARG(reach), isnan(z) ? "what they vary more" : times,
                        z < 1 ? "less" : "more");
}

static struct str individuals_text(struct arena *a, const struct spc_result *r) {
    if (!isnan(r->options.sigma) || !isnan(r->options.centre)) {
        struct str reach = reach_text(a, r, "mean", "values");
        return arena_printf(a, "%.*s%s", STR_ARG(reach),
                            isnan(r->options.sigma) ? "" : ", sigma given beforehand");
    }
    struct str factor = factor_text(a, r);
    return arena_printf(a, "limits at %.*s %s moving ranges from the mean of %zu values",
                        STR_ARG(factor), r->options.median_range ? "median" : "mean",
                        spc_last_phase(r)->basis.n);
}

static struct str limits_text(struct arena *a, const struct spc_result *r) {
    size_t n = spc_last_phase(r)->basis.n;
    struct str multiple = multiple_text(a, r);
    switch (r->kind) {
    case SPC_RUN:
        return isnan(r->options.centre) ? arena_printf(a, "median of %zu values", n)
                                        : STR("centre given beforehand");
    case SPC_XMR:
        return individuals_text(a, r);
    case SPC_MR:
        return arena_printf(a, "mean of %zu moving ranges", n);
    case SPC_P: {
        struct str reach = reach_text(a, r, "pooled share", "groups");
        return arena_printf(a, "%.*s, wider for smaller ones", STR_ARG(reach));
    }
    case SPC_P_PRIME:
    case SPC_U_PRIME:
        return laney_text(a, r);
    case SPC_G:
        return arena_printf(a,
                            "median of %zu counts of cases between events, limits at %.*s sigma "
                            "about their mean by the geometric distribution",
                            n, STR_ARG(multiple));
    case SPC_T:
        return arena_printf(a,
                            "limits at %.*s sigma of %zu times to the power of 1/3.6, which is "
                            "nearly normal",
                            STR_ARG(multiple), n);
    case SPC_XBAR:
    case SPC_R:
    case SPC_S:
        return arena_printf(a, "limits at %.*s sigma within %zu subgroups", STR_ARG(multiple), n);
    case SPC_EWMA:
    case SPC_MA:
        return arena_printf(a, "limits at %.*s sigma of the averages, from %zu values",
                            STR_ARG(multiple), n);
    default:
        return reach_text(a, r, "pooled level", "groups");
    }
}

static struct str ghosts_text(struct arena *a, const struct spc_result *r) {
    size_t n = 0;
    for (size_t i = 0; r->ghost && i < r->n; i++) {
        n += r->ghost[i] != 0;
    }
    return n ? arena_printf(a, "; %zu hollow point%s not judged", n, n == 1 ? " is" : "s are")
             : STR_NONE;
}

struct str spc_method(struct arena *a, const struct spc_result *r, struct str why) {
    struct str limits = limits_text(a, r), ghosts = ghosts_text(a, r);
    char alarm[ALARM_WORDS];
    alarm[alarm_print(alarm, &r->alarm, spc_last_phase(r)->present)] = 0;
    return limits.p
               ? arena_printf(a, "%s%s%.*s: %.*s; rules: %s%s%s%.*s.", spc_trait(r->kind)->title,
                              why.n ? ", as " : "", STR_ARG(why), STR_ARG(limits), r->profile->name,
                              alarm[0] ? ", " : "", alarm, STR_ARG(ghosts))
               : limits;
}

static struct str caution_of_groups(struct arena *a, const struct spc_result *r) {
    const struct spc_basis *b = &spc_last_phase(r)->basis;
    char text[352];
    if (b->least_expected < 1) {
        text[num_print_fixed(text, b->least_expected, 2)] = 0;
        return arena_printf(a,
                            "the smallest group is too small for a %s chart (%s expected): take "
                            "longer periods",
                            spc_trait(r->kind)->name, text);
    }
    bool allowed_for = r->kind == SPC_P_PRIME || r->kind == SPC_U_PRIME;
    if (b->sigma_z > 1.5 && !allowed_for) {
        text[num_print_fixed(text, b->sigma_z, 1)] = 0;
        return arena_printf(
            a,
            "the groups vary %s times as much as chance allows, so these limits are "
            "too narrow: use kind \"%s'\"",
            text, spc_trait(r->kind)->name);
    }
    return STR_NONE;
}

struct str spc_caution(struct arena *a, const struct spc_result *r) {
    bool limits = spc_trait(r->kind)->has_limits;
    size_t n = spc_last_phase(r)->basis.n;
    if (limits && n < SPC_FEWEST) {
        return arena_printf(a, "%zu values are too few for limits: at least %d are needed", n,
                            SPC_FEWEST);
    }
    struct str groups = caution_of_groups(a, r);
    if (groups.n) {
        return groups;
    }
    if (n < SPC_TRIAL) {
        return arena_printf(a, "only %zu value%s: take this as a first trial", n,
                            n == 1 ? "" : "s");
    }
    if (limits && n < SPC_FIRM) {
        return arena_printf(a, "%zu values: limits are provisional until there are %d", n,
                            SPC_FIRM);
    }
    const struct spc_basis *b = &spc_last_phase(r)->basis;
    if (limits && b->least_expected < 4) {
        char text[352];
        text[num_print_fixed(text, b->least_expected, 1)] = 0;
        return arena_printf(a,
                            "the smallest group has only %s expected, so its limits are rough: "
                            "take longer periods, or kind \"g\" or \"t\" for rare events",
                            text);
    }
    return STR_NONE;
}
