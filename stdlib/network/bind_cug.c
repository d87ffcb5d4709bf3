/* Figures of whole networks against those of networks drawn at random. */
#include "stdlib/network/bind_columns.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/cug.h"
#include "stdlib/rows.h"
#include <math.h>

/* Arguments, and columns behind `relation`. */
enum { ARG_STATISTIC = 1, ARG_GIVEN, ARG_BY, ARG_DRAWS, ARG_SEED };
enum { STATISTIC = 1, GIVEN, OBSERVED, MEAN, SD, LOWEST, HIGHEST, LOW, HIGH };

static const char *const GIVENS[] = {
    [GIVEN_SIZE] = "size", [GIVEN_TIES] = "ties", [GIVEN_DYADS] = "dyads"};

struct asked {
    struct cug how;
    struct member_groups groups;
};

static struct asked *asked_of(const void *user) {
    return *(struct asked *const *)user;
}

static enum status begin(struct measuring *m, const void *user) {
    struct asked *q = asked_of(user);
    enum status s = read_draws(m, ARG_DRAWS, &q->how.draws);
    q->how.seed = (uint64_t)native_int(m->call, ARG_SEED);
    if (s == ST_OK && cug_statistic_needs_groups(q->how.statistic)) {
        s = read_groups(m, native_text(m->call, ARG_BY), &q->groups);
        q->how.by = &q->groups.by;
    }
    if (s == ST_OK) {
        note_without_group(m, &q->groups);
        native_note(m->call, "%llu networks drawn, seed %lld", (unsigned long long)q->how.draws,
                    (long long)q->how.seed);
    }
    return s;
}

static bool put_answer(struct measuring *m, const struct cug *how, const struct cug_answer *a) {
    struct frame *f = m->frame;
    const struct spread *s = &a->spread;
    uint32_t row = relation_row(m);
    uint64_t draws = isnan(a->observed) ? 0 : s->n;
    return row != UINT32_MAX &&
           put_text(f, STATISTIC, row, str_of(cug_statistic_name(how->statistic))) &&
           put_text(f, GIVEN, row, str_of(GIVENS[how->given])) &&
           put_float(f, OBSERVED, row, a->observed) && put_float(f, MEAN, row, s->mean) &&
           put_float(f, SD, row, s->sd) && put_float(f, LOWEST, row, s->lowest) &&
           put_float(f, HIGHEST, row, s->highest) &&
           put_float(f, LOW, row, share_of_tail(s->tails.low, draws)) &&
           put_float(f, HIGH, row, share_of_tail(s->tails.high, draws));
}

static enum status measure_cug(struct measuring *m, const void *user) {
    struct cug known = asked_of(user)->how, *how = &known;
    struct cug_answer answer;
    known.silent = m->silent;
    if (!cug_statistic_fits(how->statistic, m->graph.directed)) {
        native_note(m->call, "ties of `%.*s` have %sdirections, and so no %s",
                    STR_ARG(m->ties->name), m->graph.directed ? "" : "no ",
                    cug_statistic_name(how->statistic));
        return ST_OK;
    }
    enum status s = cug_test(&m->host, &m->graph, how, &answer);
    if (s == ST_OK && answer.spread.n < how->draws) {
        native_note(m->call, "of the networks drawn for `%.*s` so many have no %s: %llu",
                    STR_ARG(m->ties->name), cug_statistic_name(how->statistic),
                    (unsigned long long)(how->draws - answer.spread.n));
    }
    return s == ST_OK ? had_memory(put_answer(m, how, &answer)) : s;
}

/* False: there is none. */
static bool find_statistic(struct str name, enum cug_statistic *out) {
    for (int k = 0; k < CUG_STATISTICS; k++) {
        if (str_is(name, cug_statistic_name((enum cug_statistic)k))) {
            *out = (enum cug_statistic)k;
            return true;
        }
    }
    return false;
}

static bool find_given(struct str name, enum cug_given *out) {
    for (int k = 0; k < (int)COUNT_OF(GIVENS); k++) {
        if (str_is(name, GIVENS[k])) {
            *out = (enum cug_given)k;
            return true;
        }
    }
    return false;
}

int network_cug(struct native_call *c) {
    struct asked q = {.how = {.seed = 0}}, *at = &q;
    struct str statistic = native_text(c, ARG_STATISTIC), given = native_text(c, ARG_GIVEN);
    if (!find_statistic(statistic, &q.how.statistic)) {
        return native_fail_help(c,
                                "statistics are reciprocity, reciprocity beyond density, "
                                "transitivity, directed transitivity, in-degree, out-degree, "
                                "degree and betweenness centralization, connectedness, E-I and "
                                "modularity",
                                "there is no statistic \"%.*s\"", STR_ARG(statistic));
    }
    if (!find_given(given, &q.how.given)) {
        return native_fail_help(c, "\"size\", \"ties\" and \"dyads\" can be given",
                                "\"%.*s\" cannot be given", STR_ARG(given));
    }
    return measure_network(
        c,
        &(struct measure){
            .values = TIES_ALIKE,
            .definition = "cug: the figure against that of networks drawn at random with as many "
                          "members, and as many ties or mutual, asymmetric and null dyads if "
                          "that is given (Anderson, Butts and Carley 1999); low and high: 2.5% "
                          "and 97.5% of them; p: share, the observed one counted, with as "
                          "little or less, as much or more",
            .unknown = "are drawn nowhere",
            .begin = begin,
            .fn = measure_cug,
            .user = &at});
}
