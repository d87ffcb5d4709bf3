/* The kinds of chart over time, and what each needs. */
#ifndef SPOKE_SPC_KINDS_H
#define SPOKE_SPC_KINDS_H

#include "base/base.h"

enum spc_kind {
    SPC_RUN,     /* median, no limits */
    SPC_XMR,     /* individuals by moving ranges */
    SPC_MR,      /* moving ranges */
    SPC_I_PRIME, /* individuals of groups whose size varies (Taylor 2017) */
    SPC_XBAR,    /* means of subgroups */
    SPC_R,       /* their ranges */
    SPC_S,       /* their standard deviations */
    SPC_P,       /* shares */
    SPC_P_PRIME, /* shares that vary more than chance (Laney 2002) */
    SPC_NP,      /* counts out of groups */
    SPC_C,       /* counts */
    SPC_U,       /* rates */
    SPC_U_PRIME, /* rates that vary more than chance */
    SPC_G,       /* cases between events */
    SPC_T,       /* time between events */
    SPC_EWMA,    /* weighted moving average (Roberts 1959) */
    SPC_MA,      /* moving average */
    SPC_KINDS
};

enum spc_needs { NEEDS_VALUES, NEEDS_COUNTS, NEEDS_COUNTS_OF_SIZES, NEEDS_SUBGROUPS };

struct spc_trait {
    const char *name;  /* "xmr" */
    const char *title; /* "XmR chart" */
    const char *source;
    enum spc_needs needs;
    bool has_limits;
    bool not_negative; /* limits below 0 are not shown */
    bool at_most_one;  /* nor are those above 1 */
    bool runs;         /* points that are independent, so that runs mean something */
    bool normal;       /* and near enough to normal about the centre, or their transforms are */
};
const struct spc_trait *spc_trait(enum spc_kind kind);
/* Other names are known, too: "i", "imr", "individuals", "xbar", "pp", "p prime" ... */
bool spc_kind_named(struct str name, enum spc_kind *out);
/* "run, xmr, mr, ..." */
const char *spc_kind_names(void);

#endif
