/* Names to choices, with messages that list the choices. */
#include "stdlib/spc/bind_options.h"
#include <math.h>

int spc_option_kind(struct native_call *c, int i, const struct spc_table *t, enum spc_kind *out) {
    if (!native_is_missing(c, i)) {
        struct str name = native_text(c, i);
        if (!spc_kind_named(name, out)) {
            return native_fail_help(
                c, arena_printf(native_arena(c), "kinds are %s", spc_kind_names()).p,
                "there is no kind of chart \"%.*s\"", STR_ARG(name));
        }
    }
    const struct spc_trait *trait = spc_trait(*out);
    bool counts = trait->needs == NEEDS_COUNTS || trait->needs == NEEDS_COUNTS_OF_SIZES;
    if (counts && !t->has_counts) {
        return native_fail_help(c,
                                "a measure with `among` and `count` has them, or use kind \"xmr\"",
                                "a %s chart needs counts `n` out of `d` in every row", trait->name);
    }
    if (trait->needs == NEEDS_SUBGROUPS) {
        return native_fail_help(c, "take kind \"xmr\" for values that stand alone",
                                "a %s chart needs the values of subgroups", trait->name);
    }
    return SPOKE_OK;
}

struct spc_options spc_default_options(void) {
    return (struct spc_options){.constant = SPC_TABLE, .centre = NAN, .sigma = NAN};
}

int spc_option_constant(struct native_call *c, int i, enum spc_constant *out) {
    if (native_is_missing(c, i)) {
        return SPOKE_OK;
    }
    struct str name = native_text(c, i);
    for (int k = 0; k < SPC_CONSTANTS; k++) {
        if (str_is(name, spc_constant_name((enum spc_constant)k))) {
            *out = (enum spc_constant)k;
            return SPOKE_OK;
        }
    }
    return native_fail_help(c, "wheeler is 2.66, table is 3/1.128, exact is 2.658681",
                            "there is no constant \"%.*s\"", STR_ARG(name));
}

int spc_option_rules(struct native_call *c, int i, enum spc_kind kind,
                     const struct rule_profile **out) {
    struct str name = native_is_missing(c, i) ? STR("anhoej") : native_text(c, i), wrong;
    *out = rule_profile_named(name, kind == SPC_RUN);
    if (*out) {
        return SPOKE_OK;
    }
    struct rule_profile *own = ARENA_NEW(native_arena(c), struct rule_profile);
    if (!own) {
        return SPOKE_NO_MEMORY;
    }
    *out = own;
    if (rule_profile_read(name, own, &wrong)) {
        return SPOKE_OK;
    }
    return native_fail_help(
        c,
        arena_printf(native_arena(c),
                     "sets of rules are %s; one's own are written like \"outside; shift 7; trend "
                     "6; 2 of 3 beyond 2; 15 within 1; 14 alternating\"",
                     rule_profile_names())
            .p,
        "there is no set of rules, and no rule, \"%.*s\"", STR_ARG(wrong));
}

int spc_read_failed(struct native_call *c, const struct spc_table *t) {
    if (!t->problem.n) {
        return SPOKE_NO_MEMORY;
    }
    if (!t->help.n) {
        return native_fail(c, "%.*s", STR_ARG(t->problem));
    }
    return native_fail_help(c, t->help.p, "%.*s", STR_ARG(t->problem));
}

void spc_notes(struct native_call *c, const struct spc_table *t, const struct spc_result *r) {
    if (t->suppressed) {
        native_note(c, "%llu suppressed values are left out", (unsigned long long)t->suppressed);
    }
    if (t->timeless) {
        native_note(c, "%llu rows without a period are left out", (unsigned long long)t->timeless);
    }
    struct str caution = spc_caution(native_arena(c), r);
    if (caution.n) {
        native_note(c, "%.*s", STR_ARG(caution));
    }
    const struct runs *runs = &spc_last_phase(r)->runs;
    if (runs->few_crossings && r->profile->anhoej) {
        native_note(c,
                    "the series crosses its centre %zu times, at least %zu are expected by chance",
                    runs->crossings, runs->crossings_limit);
    }
}
