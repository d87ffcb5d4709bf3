/* One series, judged: centre, limits, runs, signals, and what to say of it.
 *
 * Everything returned lives in the arena it was made in. */
#ifndef SPOKE_SPC_ANALYSE_H
#define SPOKE_SPC_ANALYSE_H

#include "stdlib/spc/rules.h"
#include "stdlib/spc/xmr.h"

enum spc_kind { SPC_RUN, SPC_XMR, SPC_P, SPC_KINDS };
const char *spc_kind_name(enum spc_kind kind); /* "run", "xmr", "p" */
bool spc_kind_named(struct str name, enum spc_kind *out);

struct spc_input {
    size_t n;
    const double *value;         /* NaN: missing */
    const int64_t *count, *size; /* for a p chart, size 0 where missing; else NULL */
    enum spc_kind kind;
    const struct rule_set *rules;
    enum xmr_constant constant;
    double low_bound, high_bound; /* limits are not shown beyond; infinite: none */
};

/* Fewer points than SPC_FEWEST have no limits; fewer than SPC_FIRM have provisional ones. */
enum { SPC_FEWEST = 6, SPC_TRIAL = 12, SPC_FIRM = 20 };

struct spc_result {
    enum spc_kind kind;
    const struct rule_set *rules;
    size_t n, present;
    double centre;
    bool has_limits;
    const double *lower, *upper; /* as shown; NaN where there is none */
    const double *sigma;
    const struct signal *signals;
    size_t nsignals;
    struct runs runs;
    double chance;     /* of runs as long or crossings as few as Anhoej's limits; NaN unknown */
    double mean_range; /* xmr */
    enum xmr_constant constant;
    struct p_chart p; /* p */
};
/* NULL: no memory. */
struct spc_result *spc_analyse(struct arena *a, const struct spc_input *in);
/* The method in one line, with its numbers left out: "mean of 40, limits 2.66 mean moving ..." */
struct str spc_method(struct arena *a, const struct spc_result *r);
/* What a reader should know before trusting it: few points, small or over-dispersed subgroups.
 * Empty: nothing. */
struct str spc_caution(struct arena *a, const struct spc_result *r);

#endif
