/* Names to choices, with messages that list the choices. */
#include "stdlib/spc/bind_options.h"
#include <math.h>

int spc_option_kind(struct native_call *c, int i, const struct spc_table *t, enum spc_kind *out) {
    if (!native_is_missing(c, i)) {
        struct str name = native_text(c, i);
        if (!spc_kind_named(name, out)) {
            return native_fail_help(c, "kinds are run, xmr and p",
                                    "there is no kind of chart \"%.*s\"", STR_ARG(name));
        }
    }
    if (*out == SPC_P && !t->has_counts) {
        return native_fail_help(c,
                                "a measure with `among` and `count` has them, or use kind \"xmr\"",
                                "a p chart needs counts `n` out of `d` in every row");
    }
    return SPOKE_OK;
}

int spc_option_constant(struct native_call *c, int i, enum xmr_constant *out) {
    if (native_is_missing(c, i)) {
        return SPOKE_OK;
    }
    struct str name = native_text(c, i);
    for (int k = 0; k < XMR_CONSTANTS; k++) {
        if (str_is(name, xmr_constant_name((enum xmr_constant)k))) {
            *out = (enum xmr_constant)k;
            return SPOKE_OK;
        }
    }
    return native_fail_help(c, "wheeler is 2.66, table is 3/1.128, exact is 2.658681",
                            "there is no constant \"%.*s\"", STR_ARG(name));
}

int spc_option_rules(struct native_call *c, int i, enum spc_kind kind,
                     const struct rule_set **out) {
    bool given = !native_is_missing(c, i);
    struct str name = given ? native_text(c, i) : STR("anhoej");
    *out = rule_set_named(name, kind == SPC_RUN);
    if (*out) {
        return SPOKE_OK;
    }
    return native_fail_help(c, "sets of rules are anhoej, shewhart, we, nelson and ihi",
                            "there is no set of rules \"%.*s\"", STR_ARG(name));
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
    if (r->runs.few_crossings) {
        native_note(c,
                    "the series crosses its centre %zu times, at least %zu are expected by chance",
                    r->runs.crossings, r->runs.crossings_limit);
    }
}
