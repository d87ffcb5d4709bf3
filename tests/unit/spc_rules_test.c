/* Rules judged by blocks of bits against each rule's own words, point by point, on random series
 * longer than a block, with gaps, ghosts and points on the centre. */
#include "stdlib/random/generator.h"
#include "stdlib/spc/rules.h"
#include "suites.h"
#include <math.h>
#include <stdlib.h>

enum { MOST = 200, SERIES = 3000 };

/* The judged points alone. */
struct points {
    size_t n, place[MOST];
    double value[MOST], z[MOST];
};

static double draw(struct generator *g, int grain) {
    double x = generator_normal(g);
    return grain ? round(x * grain) / grain : x;
}

/* ---- rules by their words ---- */

static int side(double x) {
    return (x > 1e-9) - (x < -1e-9);
}

static bool on_one_side(const struct points *p, size_t i, size_t needed, bool breaks) {
    int first = side(p->value[i]);
    size_t n = 0;
    for (size_t k = i + 1; k-- > 0 && n < needed;) {
        int here = side(p->value[k]);
        if (here != first && (here || breaks)) {
            return false;
        }
        n += here != 0;
    }
    return first && n == needed;
}

static bool steps(const struct points *p, size_t i, size_t needed, bool alternating) {
    double before = 0;
    for (size_t k = i; k + needed > i + 1; k--) {
        if (k == 0) {
            return false;
        }
        double step = p->value[k] - p->value[k - 1];
        if (step == 0 || (before != 0 && (step * before < 0) != alternating)) {
            return false;
        }
        before = step > 0 ? 1 : -1;
    }
    return true;
}

static bool in_zone(const struct points *p, size_t i, const struct zone_rule *r, int way) {
    size_t n = 0;
    if (i + 1 < r->of || way * p->z[i] <= r->beyond) {
        return false;
    }
    for (size_t k = 0; k < r->of; k++) {
        n += way * p->z[i - k] > r->beyond;
    }
    return n >= r->some;
}

static bool in_strict_zone(const struct points *p, size_t i, const struct zone_rule *r, int way) {
    size_t n = 0;
    if (i + 1 < r->of) {
        return false;
    }
    for (size_t k = 0; k < r->of; k++) {
        double z = way * p->z[i - k];
        if (side(way * p->value[i - k]) <= 0) {
            return false;
        }
        n += z > r->beyond && z <= 3;
    }
    return n >= r->some;
}

static bool inner(const struct points *p, size_t i, size_t needed) {
    for (size_t k = 0; k < needed; k++) {
        if (k > i || fabs(p->z[i - k]) >= 1) {
            return false;
        }
    }
    return true;
}

static bool outer(const struct points *p, size_t i, size_t needed) {
    bool low = false, high = false;
    size_t n = 0;
    for (size_t k = i + 1; k-- > 0 && fabs(p->z[k]) > 1; n++) {
        low = low || p->z[k] < 0;
        high = high || p->z[k] > 0;
    }
    return n >= needed && low && high;
}

static unsigned expected(const struct rule_profile *r, const struct points *p, size_t i) {
    unsigned bits = 0;
    bits |= r->outside && p->value[i] < -3 ? RULE_BELOW : 0;
    bits |= r->outside && p->value[i] > 3 ? RULE_ABOVE : 0;
    bits |= r->shift && on_one_side(p, i, r->shift, r->centre_breaks) ? RULE_SHIFT : 0;
    bits |= r->trend && steps(p, i, r->trend, false) ? RULE_TREND : 0;
    bits |= r->alternating && steps(p, i, r->alternating, true) ? RULE_ALTERNATING : 0;
    bits |= r->inner && inner(p, i, r->inner) ? RULE_INNER : 0;
    bits |= r->outer && outer(p, i, r->outer) ? RULE_OUTER : 0;
    for (int k = 0; k < PROFILE_ZONES && r->zone[k].some; k++) {
        bool in = r->zones_strict ? in_strict_zone(p, i, &r->zone[k], 1) ||
                                        in_strict_zone(p, i, &r->zone[k], -1)
                                  : in_zone(p, i, &r->zone[k], 1) || in_zone(p, i, &r->zone[k], -1);
        bits |= in ? (unsigned)RULE_ZONE << k : 0;
    }
    return bits;
}

/* ---- series ---- */

struct made {
    size_t n;
    double value[MOST], centre[MOST], sigma[MOST], lower[MOST], upper[MOST];
    uint8_t ghost[MOST];
    uint16_t completes[MOST], members[MOST];
};

static void make(struct generator *g, struct made *m, struct points *p) {
    int grain = (int)generator_below(g, 3);
    double stays = generator_below(g, 2) ? 0.7 : 0, last = 0;
    m->n = generator_below(g, MOST);
    p->n = 0;
    for (size_t i = 0; i < m->n; i++) {
        last = stays * last + draw(g, 0);
        double x = grain ? round(last * grain) / grain : last;
        bool gap = generator_below(g, 19) == 0;
        m->value[i] = gap ? NAN : x;
        m->ghost[i] = generator_below(g, 19) == 0;
        m->centre[i] = 0;
        m->sigma[i] = 1;
        m->lower[i] = -3;
        m->upper[i] = 3;
        if (!gap && !m->ghost[i]) {
            p->place[p->n] = i;
            p->value[p->n] = p->z[p->n] = x;
            p->n++;
        }
    }
}

static void compare(const struct rule_profile *r, struct made *m, const struct points *p) {
    struct spc_lines lines = {m->value, m->centre, m->sigma, m->lower, m->upper, m->value};
    struct judged judged = {.completes = m->completes, .members = m->members};
    rules_judge(r, &lines, m->n, m->ghost, &judged);
    size_t at = 0;
    for (size_t i = 0; i < m->n; i++) {
        bool here = at < p->n && p->place[at] == i;
        unsigned bits = here ? expected(r, p, at) : 0;
        ck_assert_msg(m->completes[i] == bits, "%s: point %zu of %zu: %x, not %x", r->says, i, m->n,
                      m->completes[i], bits);
        /* What completes a pattern is part of it, but for zones that only ask for the side. */
        unsigned part = r->zones_strict ? bits & ~(7U * RULE_ZONE) : bits;
        ck_assert_uint_eq(m->members[i] & part, part);
        at += here;
    }
}

static void compare_many(const struct rule_profile *r) {
    struct generator g;
    struct made m;
    struct points p;
    generator_seed(&g, 5);
    for (int k = 0; k < SERIES; k++) {
        make(&g, &m, &p);
        compare(r, &m, &p);
    }
}

START_TEST(named_rules) {
    static const char *const names[] = {
        "shewhart", "western_electric", "nelson", "montgomery", "ihi", "mdc", "wheeler"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        compare_many(rule_profile_named(str_of(names[i]), false));
    }
}
END_TEST

START_TEST(own_rules) {
    static const char *const rules[] = {
        "shift 2; trend 2; 2 alternating; 2 within 1; 2 beyond 1; 2 of 2 beyond 0.5",
        "shift 65; trend 3; 3 alternating; 5 of 32 beyond 1; 2 of 20 beyond 2",
        "outside; shift 4; trend 4; 4 alternating; 4 within 1; 4 beyond 1; 3 of 6 beyond 1.5"};
    struct rule_profile own;
    struct str wrong;
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        ck_assert(rule_profile_read(str_of(rules[i]), &own, &wrong));
        own.says = rules[i];
        compare_many(&own);
        own.centre_breaks = false;
        own.zones_strict = true;
        compare_many(&own);
    }
}
END_TEST

/* Runs by counting one point after the other. */
START_TEST(runs_across_blocks) {
    struct generator g;
    struct made m;
    struct points p;
    const struct rule_profile *r = rule_profile_named(STR("anhoej"), false);
    generator_seed(&g, 6);
    for (int k = 0; k < SERIES; k++) {
        make(&g, &m, &p);
        compare(rule_profile_named(STR("shewhart"), false), &m, &p);
        struct spc_lines lines = {m.value, m.centre, m.sigma, m.lower, m.upper, m.value};
        struct judged judged = {.completes = m.completes, .members = m.members};
        struct runs counted;
        rules_judge(r, &lines, m.n, m.ghost, &judged);
        runs_count(m.value, m.centre, m.ghost, m.n, &counted);
        ck_assert_uint_eq(judged.runs.useful, counted.useful);
        ck_assert_uint_eq(judged.runs.above, counted.above);
        ck_assert_uint_eq(judged.runs.longest, counted.longest);
        ck_assert_uint_eq(judged.runs.crossings, counted.crossings);
        ck_assert_uint_eq(judged.runs.from, counted.from);
        ck_assert_uint_eq(judged.runs.to, counted.to);
    }
}
END_TEST

/* What goes on for long takes no longer a point. */
START_TEST(long_stretches) {
    enum { LONG = 300000 };
    double *x = malloc(LONG * sizeof *x), *one = malloc(LONG * sizeof *one);
    double *zero = calloc(LONG, sizeof *zero), *low = malloc(LONG * sizeof *low);
    double *high = malloc(LONG * sizeof *high);
    uint16_t *bits = malloc(2 * LONG * sizeof *bits);
    ck_assert(x && one && zero && low && high && bits);
    for (size_t i = 0; i < LONG; i++) {
        x[i] = i % 2 ? 2 : -2;
        one[i] = 1;
        low[i] = -3;
        high[i] = 3;
    }
    struct spc_lines lines = {x, zero, one, low, high, x};
    struct judged judged = {.completes = bits, .members = bits + LONG};
    rules_judge(rule_profile_named(STR("nelson"), false), &lines, LONG, NULL, &judged);
    ck_assert_uint_eq(bits[6], 0);
    ck_assert_uint_eq(bits[7], RULE_OUTER);
    ck_assert_uint_eq(bits[LONG - 1], RULE_OUTER | RULE_ALTERNATING);
    ck_assert_uint_eq(judged.members[0], RULE_OUTER | RULE_ALTERNATING);
    free(x);
    free(one);
    free(zero);
    free(low);
    free(high);
    free(bits);
}
END_TEST

Suite *spc_rules_suite(void) {
    Suite *suite = suite_create("spc_rules");
    TCase *t = tcase_create("spc_rules");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, named_rules);
    tcase_add_test(t, own_rules);
    tcase_add_test(t, runs_across_blocks);
    tcase_add_test(t, long_stretches);
    suite_add_tcase(suite, t);
    return suite;
}
