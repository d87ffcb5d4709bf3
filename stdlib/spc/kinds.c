/* Names and needs of the kinds of chart. */
#include "stdlib/spc/kinds.h"

static const struct spc_trait TRAITS[SPC_KINDS] = {
    [SPC_RUN] = {"run", "Run chart", "Perla, Provost & Murray 2011", NEEDS_VALUES, .runs = true},
    [SPC_XMR] = {"xmr", "XmR chart", "Wheeler 1993", NEEDS_VALUES, .has_limits = true, .runs = true,
                 .normal = true},
    [SPC_MR] = {"mr", "MR chart", "Montgomery 2009", NEEDS_VALUES, .has_limits = true,
                .not_negative = true},
    [SPC_I_PRIME] = {"i'", "I' chart", "Taylor 2017", NEEDS_COUNTS_OF_SIZES, .has_limits = true,
                     .runs = true, .normal = true},
    [SPC_XBAR] = {"xbar", "X-bar chart", "Shewhart 1931", NEEDS_SUBGROUPS, .has_limits = true,
                  .runs = true, .normal = true},
    [SPC_R] = {"r", "R chart", "Shewhart 1931", NEEDS_SUBGROUPS, .has_limits = true,
               .not_negative = true, .runs = true},
    [SPC_S] = {"s", "S chart", "Shewhart 1931", NEEDS_SUBGROUPS, .has_limits = true,
               .not_negative = true, .runs = true},
    [SPC_P] = {"p", "p chart", "Shewhart 1931", NEEDS_COUNTS_OF_SIZES, .has_limits = true,
               .not_negative = true, .at_most_one = true, .runs = true, .normal = true},
    [SPC_P_PRIME] = {"p'", "p' chart", "Laney 2002", NEEDS_COUNTS_OF_SIZES, .has_limits = true,
                     .not_negative = true, .at_most_one = true, .runs = true, .normal = true},
    [SPC_NP] = {"np", "np chart", "Shewhart 1931", NEEDS_COUNTS_OF_SIZES, .has_limits = true,
                .not_negative = true, .runs = true, .normal = true},
    [SPC_C] = {"c", "c chart", "Shewhart 1931", NEEDS_COUNTS, .has_limits = true,
               .not_negative = true, .runs = true, .normal = true},
    [SPC_U] = {"u", "u chart", "Shewhart 1931", NEEDS_COUNTS_OF_SIZES, .has_limits = true,
               .not_negative = true, .runs = true, .normal = true},
    [SPC_U_PRIME] = {"u'", "u' chart", "Laney 2002", NEEDS_COUNTS_OF_SIZES, .has_limits = true,
                     .not_negative = true, .runs = true, .normal = true},
    [SPC_G] = {"g", "g chart", "Benneyan 2001", NEEDS_VALUES, .has_limits = true,
               .not_negative = true, .runs = true},
    [SPC_T] = {"t", "t chart", "Nelson 1994", NEEDS_VALUES, .has_limits = true,
               .not_negative = true, .runs = true, .normal = true},
    [SPC_EWMA] = {"ewma", "EWMA chart", "Roberts 1959", NEEDS_VALUES, .has_limits = true},
    [SPC_MA] = {"ma", "Moving-average chart", "Montgomery 2009", NEEDS_VALUES, .has_limits = true},
};

const struct spc_trait *spc_trait(enum spc_kind kind) {
    return &TRAITS[kind];
}

static const struct {
    const char *name;
    enum spc_kind kind;
} ALIASES[] = {
    {"i", SPC_XMR},      {"imr", SPC_XMR},         {"individuals", SPC_XMR},
    {"x", SPC_XMR},      {"ip", SPC_I_PRIME},      {"i prime", SPC_I_PRIME},
    {"x-bar", SPC_XBAR}, {"pp", SPC_P_PRIME},      {"p prime", SPC_P_PRIME},
    {"up", SPC_U_PRIME}, {"u prime", SPC_U_PRIME},
};

bool spc_kind_named(struct str name, enum spc_kind *out) {
    for (int i = 0; i < SPC_KINDS; i++) {
        if (str_is(name, TRAITS[i].name)) {
            *out = (enum spc_kind)i;
            return true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(ALIASES); i++) {
        if (str_is(name, ALIASES[i].name)) {
            *out = ALIASES[i].kind;
            return true;
        }
    }
    return false;
}

const char *spc_kind_names(void) {
    return "run, xmr, mr, i', xbar, r, s, p, p', np, c, u, u', g, t, ewma and ma";
}
