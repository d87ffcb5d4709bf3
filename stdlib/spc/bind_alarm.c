/* spc.false_alarm, and the rates that charts and reviews tell. */
#include "stdlib/spc/bind_alarm.h"
#include "stdlib/rows.h"
#include "stdlib/spc/bind_options.h"
#include <math.h>

static void release_nothing(void *kept, struct alloc *alloc) {
    (void)kept;
    (void)alloc;
}

static struct alarm find(struct native_call *c, const struct alarm_asked *asked) {
    struct alarm unknown = {NAN, 0, ALARM_UNKNOWN, 0};
    struct alarm_cache *cache = native_keep(c, sizeof *cache, release_nothing);
    struct arena scratch;
    arena_init(&scratch, native_alloc(c));
    struct alarm out = cache ? alarm_cached(cache, &scratch, asked) : unknown;
    arena_free(&scratch);
    return out;
}

struct alarm spc_alarm(struct native_call *c, const struct spc_result *r,
                       const struct spc_phase *phase) {
    struct alarm_asked asked;
    return spc_alarm_asked(r, phase, &asked) ? find(c, &asked)
                                             : (struct alarm){NAN, 0, ALARM_UNKNOWN, 0};
}

void spc_note_alarm(struct native_call *c, const struct spc_result *r) {
    char words[ALARM_WORDS];
    size_t n = alarm_print(words, &r->alarm, spc_last_phase(r)->present);
    if (n && !native_is_told(c)) {
        native_note(c, "rules %s: %.*s", r->profile->name, (int)n, words);
    }
}

/* ---- a table of rates ---- */

enum { RULES, POINTS, CHANCE, ERROR, WAY, LENGTH, LENGTH_ERROR, SOURCE };

static bool put_rate(struct native_call *c, struct frame *f, const struct alarm_asked *asked) {
    if (!frame_push(f)) {
        return false;
    }
    struct arena scratch;
    arena_init(&scratch, native_alloc(c));
    double error;
    double length = alarm_run_length(&scratch, asked, &error);
    arena_free(&scratch);
    struct alarm alarm = find(c, asked);
    uint32_t row = f->n - 1;
    const char *way = alarm.way == ALARM_EXACT       ? "exact"
                      : alarm.way == ALARM_SIMULATED ? "simulated"
                                                     : "";
    bool endless = isinf(length) || isnan(length);
    return put_text(f, RULES, row, str_of(asked->profile->name)) &&
           put_int(f, POINTS, row, (int64_t)asked->n) && put_float(f, CHANCE, row, alarm.chance) &&
           put_float(f, ERROR, row, alarm.way == ALARM_SIMULATED ? alarm.error : (double)NAN) &&
           put_text(f, WAY, row, str_of(way)) &&
           put_float(f, LENGTH, row, endless ? (double)NAN : length) &&
           put_float(f, LENGTH_ERROR, row, !endless && error > 0 ? error : (double)NAN) &&
           put_text(f, SOURCE, row, str_of(asked->profile->says));
}

/* Gives enum spoke_status. */
static int put_rates(struct native_call *c, struct frame *f, struct alarm_asked *asked) {
    bool all = !asked->profile;
    for (size_t k = 0; k < (all ? rule_profiles() : 1); k++) {
        int status = native_poll(c, 1);
        if (status != SPOKE_OK) {
            return status;
        }
        asked->profile = all ? rule_profile_at(k, asked->median) : asked->profile;
        if (!put_rate(c, f, asked)) {
            return SPOKE_NO_MEMORY;
        }
    }
    return SPOKE_OK;
}

int spc_false_alarm(struct native_call *c) {
    int64_t points = native_int(c, 0);
    bool run_chart = native_int(c, 2) != 0;
    const struct rule_profile *profile = NULL;
    if (points < 1 || points > ALARM_MOST) {
        return native_fail(c, "a rate is of 1 to %d points, not of %lld", ALARM_MOST,
                           (long long)points);
    }
    int status = native_is_missing(c, 1)
                     ? SPOKE_OK
                     : spc_ask_rules(c, 1, run_chart ? SPC_RUN : SPC_XMR, &profile);
    if (status != SPOKE_OK) {
        return status;
    }
    struct alarm_asked asked = {
        .profile = profile, .n = (size_t)points, .limits = !run_chart, .median = run_chart};
    struct frame *f = native_frame(c);
    status = f ? put_rates(c, f, &asked) : SPOKE_NO_MEMORY;
    if (status != SPOKE_OK) {
        frame_drop(f);
        return status;
    }
    native_note(c,
                "the chance of one signal or more in %lld points of a process that does not "
                "change: independent points, %s",
                (long long)points,
                run_chart ? "in any order, about their own median"
                          : "normal about a known centre with a known sigma");
    return native_give_frame(c, f);
}
