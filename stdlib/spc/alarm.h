/* False alarms: how likely a chart shows at least one signal while nothing changes.
 *
 * Nothing changes means that points are independent and normal about a known centre with a known
 * sigma; or, where the centre is the points' own median, that any order of them is as likely. It is
 * exact where the rules have a finite memory of single points, and simulated where they compare
 * points with each other (trends, up and down): always the same series, by one seed. */
#ifndef SPOKE_SPC_ALARM_H
#define SPOKE_SPC_ALARM_H

#include "base/arena.h"
#include "stdlib/spc/profile.h"

enum alarm_way { ALARM_UNKNOWN, ALARM_EXACT, ALARM_SIMULATED };

struct alarm {
    double chance; /* of a signal; NaN: unknown */
    double error;  /* standard error; 0: exact */
    enum alarm_way way;
    size_t series; /* simulated */
};

struct alarm_asked {
    const struct rule_profile *profile;
    size_t n;            /* points that are judged */
    bool limits;         /* there are some, and sigmas */
    double multiple;     /* limits at so many sigma; 0: 3 */
    bool median;         /* the centre is the points' own */
    size_t above, below; /* it; 0 and 0: as a median of different points has them */
};

/* Beyond so many points nothing is simulated; for more a chance that is known is near 1. */
enum { ALARM_MOST = 5000 };

/* Scratch comes from `a`. */
struct alarm alarm_of(struct arena *a, const struct alarm_asked *asked);
/* How many points go by on average before a false signal. `error`: its standard error, 0 where it
 * is exact. NaN: no memory, or it depends on how many points there are (anhoej, runs). */
double alarm_run_length(struct arena *a, const struct alarm_asked *asked, double *error);

/* "by chance alone a signal on 24.5 % of charts of 24 points (simulated, +-0.2)"; nothing where it
 * is unknown, or the rules judge nothing. The number of bytes. */
enum { ALARM_WORDS = 128 };
size_t alarm_print(char out[ALARM_WORDS], const struct alarm *alarm, size_t n);

/* What was found already, so that many charts alike are asked about once. Zeroed it is empty. */
enum { ALARMS_KEPT = 32 };
struct alarm_cache {
    struct {
        struct alarm_asked asked;
        struct rule_profile rules;
        struct alarm alarm;
    } kept[ALARMS_KEPT];
    size_t n; /* ever kept */
};
struct alarm alarm_cached(struct alarm_cache *cache, struct arena *a,
                          const struct alarm_asked *asked);

#endif
