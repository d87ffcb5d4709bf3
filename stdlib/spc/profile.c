/* Profiles as data, and rules as text. */
#include "stdlib/spc/profile.h"
#include "base/num.h"
#include <stdlib.h>

static const struct rule_profile PROFILES[] = {
    {.name = "anhoej",
     .says = "Anhoej & Olesen 2014: limits, longest run and crossings",
     .outside = true,
     .anhoej = true},
    {.name = "shewhart", .says = "Shewhart 1931: limits only", .outside = true},
    {.name = "western_electric",
     .says = "Western Electric 1956",
     .outside = true,
     .shift = 8,
     .centre_breaks = true,
     .zone = {{2, 3, 2}, {4, 5, 1}}},
    {.name = "nelson",
     .says = "Nelson 1984",
     .outside = true,
     .shift = 9,
     .centre_breaks = true,
     .trend = 6,
     .zone = {{2, 3, 2}, {4, 5, 1}},
     .inner = 15,
     .outer = 8,
     .alternating = 14},
    {.name = "montgomery",
     .says = "Montgomery 2009, table 5.1",
     .outside = true,
     .shift = 8,
     .centre_breaks = true,
     .trend = 6,
     .zone = {{2, 3, 2}, {4, 5, 1}},
     .inner = 15,
     .outer = 8,
     .alternating = 14},
    {.name = "ihi",
     .says = "Provost & Murray 2011",
     .outside = true,
     .shift = 8,
     .trend = 6,
     .zone = {{2, 3, 2}},
     .inner = 15},
    {.name = "mdc",
     .says = "NHS England, Making Data Count",
     .outside = true,
     .shift = 7,
     .centre_breaks = true,
     .trend = 7,
     .zone = {{2, 3, 2}},
     .zones_strict = true},
    {.name = "wheeler",
     .says = "Wheeler 1993",
     .outside = true,
     .shift = 8,
     .centre_breaks = true,
     .zone = {{3, 4, 1.5}}},
};

static const struct rule_profile IHI_RUN = {.name = "ihi",
                                            .says = "Perla, Provost & Murray 2011",
                                            .runs = true,
                                            .shift = 6,
                                            .trend = 5,
                                            .ties_collapse = true};

const struct rule_profile *rule_profile_named(struct str name, bool run_chart) {
    if (run_chart && str_is(name, IHI_RUN.name)) {
        return &IHI_RUN;
    }
    if (str_is(name, "we")) {
        name = STR("western_electric");
    }
    for (size_t i = 0; i < COUNT_OF(PROFILES); i++) {
        if (str_is(name, PROFILES[i].name)) {
            return &PROFILES[i];
        }
    }
    return NULL;
}

size_t rule_profiles(void) {
    return COUNT_OF(PROFILES);
}

const struct rule_profile *rule_profile_at(size_t i, bool run_chart) {
    return rule_profile_named(str_of(PROFILES[i].name), run_chart);
}

const char *rule_profile_names(void) {
    return "anhoej, shewhart, western_electric, nelson, montgomery, ihi, mdc and wheeler";
}

/* ---- one's own ---- */

enum { RULE_WORDS = 6, MOST_LENGTH = 200, MOST_WINDOW = 32 };

/* The words of one rule; 0: there are none, or too many. */
static int split(struct str rule, struct str word[RULE_WORDS]) {
    int n = 0;
    size_t i = 0;
    while (i < rule.n) {
        size_t from = i;
        while (i < rule.n && rule.p[i] != ' ' && rule.p[i] != '\t') {
            i++;
        }
        if (i > from) {
            if (n == RULE_WORDS) {
                return 0;
            }
            word[n++] = (struct str){rule.p + from, i - from};
        }
        i++;
    }
    return n;
}

static bool read_length(struct str s, uint8_t *out) {
    int64_t x;
    if (!num_parse_int(s, &x) || x < 2 || x > MOST_LENGTH) {
        return false;
    }
    *out = (uint8_t)x;
    return true;
}

static bool add_zone(struct rule_profile *p, struct str some, struct str of, struct str beyond) {
    struct zone_rule z;
    if (!read_length(some, &z.some) || !read_length(of, &z.of) || z.some > z.of ||
        z.of > MOST_WINDOW || !num_parse_float(beyond, &z.beyond) ||
        !(z.beyond > 0 && z.beyond <= 6)) {
        return false;
    }
    for (int i = 0; i < PROFILE_ZONES; i++) {
        if (!p->zone[i].some) {
            p->zone[i] = z;
            return true;
        }
    }
    return false;
}

static bool read_rule(struct rule_profile *p, const struct str *w, int n) {
    if (n == 1 && str_is(w[0], "outside")) {
        p->outside = true;
        return true;
    }
    if (n == 1 && (str_is(w[0], "anhoej") || str_is(w[0], "runs"))) {
        *(str_is(w[0], "runs") ? &p->runs : &p->anhoej) = true;
        return true;
    }
    if (n == 2 && str_is(w[0], "shift")) {
        return read_length(w[1], &p->shift);
    }
    if (n == 2 && str_is(w[0], "trend")) {
        return read_length(w[1], &p->trend);
    }
    if (n == 2 && str_is(w[1], "alternating")) {
        return read_length(w[0], &p->alternating);
    }
    if (n == 3 && str_is(w[2], "1") && (str_is(w[1], "within") || str_is(w[1], "beyond"))) {
        return read_length(w[0], str_is(w[1], "within") ? &p->inner : &p->outer);
    }
    return n == 5 && str_is(w[1], "of") && str_is(w[3], "beyond") && add_zone(p, w[0], w[2], w[4]);
}

bool rule_profile_read(struct str text, struct rule_profile *out, struct str *wrong) {
    *out = (struct rule_profile){.name = "own", .says = "own rules", .centre_breaks = true};
    bool any = false;
    for (size_t i = 0; i <= text.n; i++) {
        size_t from = i;
        while (i < text.n && text.p[i] != ';' && text.p[i] != ',') {
            i++;
        }
        struct str word[RULE_WORDS];
        *wrong = (struct str){text.p + from, i - from};
        int n = split(*wrong, word);
        if (n && !read_rule(out, word, n)) {
            return false;
        }
        any = any || n;
    }
    *wrong = text;
    return any;
}
