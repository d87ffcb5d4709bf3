/* One series, judged: phases, centre, limits, runs, signals, and what to say of it.
 *
 * Everything returned lives in the arena it was made in. */
#ifndef SPOKE_SPC_ANALYSE_H
#define SPOKE_SPC_ANALYSE_H

#include "base/arena.h"
#include "stdlib/spc/alarm.h"
#include "stdlib/spc/signals.h"

struct spc_input {
    enum spc_kind kind;
    struct spc_points points; /* base_first and base_stop: of which limits are made, see below */
    const struct rule_profile *profile;
    struct spc_options options;
    /* Where phases begin, in order, the first at 0; none: one phase. Each has its own centre and
     * limits, made from its points that are in the base; the base of a phase without any is all
     * of it. */
    const size_t *phase_starts;
    size_t nphases;
    double low_bound, high_bound; /* limits are not shown beyond; infinite: none */
};

/* Fewer points than SPC_FEWEST have no limits; fewer than SPC_FIRM have provisional ones. */
enum { SPC_FEWEST = 6, SPC_TRIAL = 12, SPC_FIRM = 20 };

struct spc_phase {
    size_t first, stop, present;
    size_t base_first, base_stop; /* of which its limits are made */
    bool has_limits;
    struct spc_basis basis;
    struct runs runs;
    bool few_runs, many_runs; /* by the profile's rule of runs */
};

struct spc_result {
    enum spc_kind kind;
    const struct rule_profile *profile;
    struct spc_options options;
    struct spc_points points; /* as given */
    size_t n, present;
    struct spc_lines lines;      /* limits as they are; NaN where there are none */
    const double *lower, *upper; /* limits as shown */
    const uint8_t *ghost;        /* as given; NULL: none */
    const uint16_t *completes, *members;
    const struct signal *signals;
    size_t nsignals; /* points that carry one */
    const struct spc_phase *phases;
    size_t nphases;
    struct alarm alarm; /* of the last phase; unknown until the caller finds it */
};
/* NULL: no memory. */
struct spc_result *spc_analyse(struct arena *a, const struct spc_input *in);
/* The phase that goes on: what a reader asks about first. */
const struct spc_phase *spc_last_phase(const struct spc_result *r);
/* Its centre at the last point that has one; NaN: there is none. */
double spc_last_centre(const struct spc_result *r);
/* Whether a phase shows a signal: a point that carries one, or runs that are too few or many. */
bool spc_shows_signal(const struct spc_result *r, const struct spc_phase *phase);
/* Whether the centre of a phase is the median of its own points: half of them lie above it then,
 * which is not so by chance. */
bool spc_own_median(const struct spc_result *r, const struct spc_phase *phase);
/* What alarm_of must be asked of a phase. False: its points are not independent, or not near enough
 * to normal for the rules they are judged by. */
bool spc_alarm_asked(const struct spc_result *r, const struct spc_phase *phase,
                     struct alarm_asked *out);
/* The method in one line: "p chart, as each value is a count out of a size: limits at 3 sigma ..."
 * `why` may be empty. */
struct str spc_method(struct arena *a, const struct spc_result *r, struct str why);
/* What a reader should know before trusting it: few points, small or over-dispersed subgroups.
 * Empty: nothing. */
struct str spc_caution(struct arena *a, const struct spc_result *r);

#endif
