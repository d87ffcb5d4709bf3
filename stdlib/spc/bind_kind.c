/* The kind of chart that fits a series where nobody named one, why, and what else would do. */
#include "stdlib/spc/bind_options.h"
#include "base/num.h"

/* Groups that vary more than this times as much as chance has it get limits that allow for it. */
static const double overdispersed = 2;

/* The most that the groups of any series vary, as a multiple of chance; NULL result: no memory. */
static bool find_spread(struct native_call *c, const struct spc_table *t,
                        const struct spc_wish *wish, double *most) {
    struct spc_wish trial = *wish;
    trial.kind = SPC_P;
    trial.profile = rule_profile_named(STR("shewhart"), false);
    *most = 0;
    for (uint32_t k = 0; k < t->nseries; k++) {
        const struct spc_result *r =
            spc_judge(native_arena(c), native_calendar(c), t, &t->series[k], &trial);
        if (!r) {
            return false;
        }
        double z = spc_last_phase(r)->basis.sigma_z;
        *most = z > *most ? z : *most;
    }
    return true;
}

/* A run chart while there are too few points for limits. */
static void pick_run(struct native_call *c, const struct spc_table *t, struct spc_wish *wish) {
    wish->kind = SPC_RUN;
    wish->why = t->most ? arena_printf(native_arena(c), "%u point%s too few for limits", t->most,
                                       t->most == 1 ? " is" : "s are")
                        : STR("there are no points");
    wish->instead =
        arena_printf(native_arena(c), "\"%s\" has limits, which are firm from %d points",
                     spc_trait(spc_fitting_kind(t))->name, SPC_FIRM);
}

/* Where groups vary more than chance among shares would let them, limits are widened by how much
 * more (Laney 2002). */
static bool pick_shares(struct native_call *c, const struct spc_table *t, bool chart,
                        struct spc_wish *wish) {
    double most = 0;
    char times[352];
    if (chart && !find_spread(c, t, wish, &most)) {
        return false;
    }
    times[num_print_fixed(times, most, 1)] = 0;
    wish->kind = most > overdispersed ? SPC_P_PRIME : SPC_P;
    if (wish->kind == SPC_P) {
        wish->why = STR("each value is a count out of a size");
        wish->instead = STR("\"p'\" allows for groups that vary more than chance has it, \"xmr\" "
                            "takes no account of sizes");
        return true;
    }
    wish->why = arena_printf(native_arena(c),
                             "each value is a count out of a size, and groups vary %s times as "
                             "much as chance has it",
                             times);
    wish->instead = STR("\"p\" has narrower limits, and \"xmr\" takes no account of sizes");
    return true;
}

static void pick_individuals(const struct frame *data, const struct spc_table *t,
                             struct spc_wish *wish) {
    wish->kind = SPC_XMR;
    wish->why = t->has_rates ? STR("values are rates of no common kind, taken one by one")
                             : STR("values are single numbers");
    wish->instead = t->has_rates ? STR("\"u\" where events are counted in sizes of exposure, "
                                       "\"i'\" where sizes differ much")
                    : str_is(data->about.shape, "count")
                        ? STR("\"c\" where each event comes by itself, so that counts vary by "
                              "chance alone")
                        : STR("\"run\" makes no limits, and asks nothing of how values vary");
}

bool spc_pick_kind(struct native_call *c, const struct frame *data, const struct spc_table *t,
                   bool chart, struct spc_wish *wish) {
    wish->why = wish->instead = STR_NONE;
    if (wish->named) {
        return true;
    }
    if (chart && t->most < SPC_TRIAL) {
        pick_run(c, t, wish);
    } else if (spc_fitting_kind(t) == SPC_P) {
        if (!pick_shares(c, t, chart, wish)) {
            return false;
        }
    } else {
        pick_individuals(data, t, wish);
    }
    return wish->why.p && wish->instead.p;
}
