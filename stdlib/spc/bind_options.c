/* Names and numbers to choices, with messages that list the choices. */
#include "stdlib/spc/bind_options.h"
#include <math.h>

/* ---- kind ---- */

bool spc_kind_by_range(struct str name) {
    return str_is(name, "xbar-r") || str_is(name, "x-bar-r");
}

int spc_ask_kind(struct native_call *c, int first, struct spc_wish *wish, struct spc_reading *how) {
    *wish = (struct spc_wish){.kind = SPC_RUN,
                              .options = {.constant = SPC_TABLE, .centre = NAN, .sigma = NAN}};
    if (native_is_missing(c, first + ASK_KIND)) {
        return SPOKE_OK;
    }
    struct str name = native_text(c, first + ASK_KIND);
    wish->named = true;
    wish->options.by_range = spc_kind_by_range(name);
    wish->kind = SPC_XBAR;
    if (!wish->options.by_range && !spc_kind_named(name, &wish->kind)) {
        return native_fail_help(c,
                                arena_printf(native_arena(c), "kinds are %s", spc_kind_names()).p,
                                "there is no kind of chart \"%.*s\"", STR_ARG(name));
    }
    how->kind = wish->kind;
    how->subgroups = spc_trait(wish->kind)->needs == NEEDS_SUBGROUPS;
    how->by_range = wish->options.by_range;
    return SPOKE_OK;
}

int spc_check_kind(struct native_call *c, const struct spc_table *t, enum spc_kind kind) {
    const struct spc_trait *trait = spc_trait(kind);
    bool shares = trait->at_most_one || kind == SPC_NP;
    if (trait->needs == NEEDS_COUNTS_OF_SIZES && (shares ? !t->has_counts : !t->has_rates)) {
        return native_fail_help(
            c,
            shares ? "a measure with `among` and `count` has them, or use kind \"xmr\""
                   : "columns `n` and `d` of numbers that are not negative, or use kind \"xmr\"",
            "a %s chart needs counts `n` out of `d` in every row", trait->name);
    }
    return SPOKE_OK;
}

/* ---- names ---- */

static int ask_constant(struct native_call *c, int i, enum spc_constant *out) {
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

int spc_ask_rules(struct native_call *c, int i, enum spc_kind kind,
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

int spc_ask_better(struct native_call *c, int i, struct str better, int *out) {
    if (!native_is_missing(c, i)) {
        better = native_text(c, i);
        if (!str_is(better, "up") && !str_is(better, "down")) {
            return native_fail_help(c, "better is \"up\" or \"down\"",
                                    "no direction is called \"%.*s\"", STR_ARG(better));
        }
    }
    *out = str_is(better, "up") ? 1 : str_is(better, "down") ? -1 : 0;
    return SPOKE_OK;
}

/* ---- numbers ---- */

/* A number within bounds; *out stays as it was where none is given. */
static int ask_number(struct native_call *c, int i, const char *name, double least, double most,
                      double *out) {
    if (native_is_missing(c, i)) {
        return SPOKE_OK;
    }
    double x = native_float(c, i);
    if (!(x >= least && x <= most)) {
        return native_fail(c, "%s is %g, and must be from %g to %g", name, x, least, most);
    }
    *out = x;
    return SPOKE_OK;
}

static int ask_numbers(struct native_call *c, int first, struct spc_options *o) {
    double span = 0;
    int status = ask_number(c, first + ASK_CENTRE, "centre", -1e300, 1e300, &o->centre);
    if (status == SPOKE_OK) {
        status = ask_number(c, first + ASK_SIGMA, "sigma", 0, 1e300, &o->sigma);
    }
    if (status == SPOKE_OK) {
        status = ask_number(c, first + ASK_WEIGHT, "weight", 0.001, 1, &o->weight);
    }
    if (status == SPOKE_OK) {
        status = ask_number(c, first + ASK_MULTIPLE, "multiple", 0.1, 10, &o->multiple);
    }
    if (status == SPOKE_OK) {
        status = ask_number(c, first + ASK_SPAN, "span", 2, 1000, &span);
    }
    o->span = (size_t)span;
    return status;
}

int spc_ask_rest(struct native_call *c, int first, const struct frame *data,
                 const struct spc_table *t, struct spc_wish *wish) {
    wish->options.screen =
        !native_is_missing(c, first + ASK_SCREEN) && native_int(c, first + ASK_SCREEN) != 0;
    int status = spc_check_kind(c, t, wish->kind);
    if (status == SPOKE_OK) {
        status = spc_ask_rules(c, first + ASK_RULES, wish->kind, &wish->profile);
    }
    if (status == SPOKE_OK) {
        status = ask_constant(c, first + ASK_CONSTANT, &wish->options.constant);
    }
    if (status == SPOKE_OK) {
        status = ask_numbers(c, first, &wish->options);
    }
    if (status == SPOKE_OK) {
        status = spc_ask_places(c, first + ASK_PHASES, "phases", data, t, &wish->phases);
    }
    if (status == SPOKE_OK) {
        status = spc_ask_places(c, first + ASK_BASELINE, "baseline", data, t, &wish->baseline);
    }
    if (status == SPOKE_OK) {
        status = spc_ask_places(c, first + ASK_GHOST, "ghost", data, t, &wish->ghost);
    }
    if (status == SPOKE_OK && (wish->baseline.column || wish->baseline.n > 2)) {
        return native_fail_help(c, "like `baseline: 2025-06` or `baseline: [2024-09, 2025-06]`",
                                "a baseline ends at one place, or is from one to another");
    }
    return status;
}

int spc_ask_series(struct native_call *c, int first, const struct frame *data, struct spc_table *t,
                   struct spc_wish *wish) {
    struct spc_reading how = {.timed = false};
    int status = spc_ask_kind(c, first, wish, &how);
    if (status != SPOKE_OK) {
        return status;
    }
    if (!spc_read(native_arena(c), native_calendar(c), data, &how, t)) {
        return spc_read_failed(c, t);
    }
    return spc_pick_kind(c, data, t, false, wish) ? spc_ask_rest(c, first, data, t, wish)
                                                  : SPOKE_NO_MEMORY;
}

/* ---- messages ---- */

int spc_read_failed(struct native_call *c, const struct spc_table *t) {
    if (!t->problem.n) {
        return SPOKE_NO_MEMORY;
    }
    if (!t->help.n) {
        return native_fail(c, "%.*s", STR_ARG(t->problem));
    }
    return native_fail_help(c, t->help.p, "%.*s", STR_ARG(t->problem));
}

void spc_note_rows(struct native_call *c, const struct spc_table *t) {
    if (t->suppressed) {
        native_note(c, "%llu suppressed values are left out", (unsigned long long)t->suppressed);
    }
    if (t->timeless) {
        native_note(c, "%llu rows without a period are left out", (unsigned long long)t->timeless);
    }
}

void spc_notes(struct native_call *c, const struct spc_result *r) {
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
