/* Brokerage by chance, QAP, MRQAP, logistic regression and CUG tests of a small network against
 * what R (4.2.2) and sna (2.7.1) say: exact where nothing is drawn, within four standard errors
 * where something is. */
#include "graph_world.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/cug.h"
#include "stdlib/network/logit.h"
#include <math.h>

/* Twelve members in three groups, and two relations among them. */
enum { MEMBERS = 12, TERMS = 4, NEAR = 4 };
static const uint32_t GROUP[MEMBERS] = {0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2};
static const double AGE[MEMBERS] = {3, 5, 4, 8, 2, 9, 6, 7, 1, 4, 4, 6};
static const struct groups BY = {3, GROUP};
static const uint32_t ADVICE[][2] = {{0, 1},  {1, 0},   {1, 2},  {2, 3},  {3, 0},  {0, 4}, {4, 5},
                                     {5, 6},  {6, 4},   {6, 7},  {7, 8},  {8, 4},  {4, 1}, {5, 9},
                                     {9, 10}, {10, 11}, {11, 9}, {9, 5},  {10, 2}, {2, 6}, {7, 11},
                                     {3, 9},  {8, 0},   {1, 5},  {11, 3}, {6, 10}};
static const uint32_t VISIT[][2] = {{0, 1},  {1, 0}, {1, 2},  {2, 3},   {3, 1},  {0, 4},
                                    {4, 5},  {5, 6}, {6, 4},  {7, 6},   {7, 8},  {8, 5},
                                    {4, 1},  {5, 9}, {9, 10}, {10, 11}, {9, 11}, {9, 5},
                                    {10, 2}, {2, 7}, {11, 7}, {3, 9},   {0, 8},  {1, 6}};

static struct arena arena;
static struct graph advice, visit;
static struct dyad_space space;
static double *outcome, *term[TERMS]; /* advice ~ visit, visit back, same group, age apart */

static void build(const uint32_t (*ties)[2], size_t n, bool directed, struct graph *g) {
    uint32_t from[32], to[32];
    struct tie_list list = {.nodes = MEMBERS, .directed = directed, .n = n, .from = from, .to = to};
    for (size_t i = 0; i < n; i++) {
        from[i] = ties[i][0];
        to[i] = ties[i][1];
    }
    ck_assert_int_eq(graph_build(&world_host, &list, g), ST_OK);
}

static void build_world(bool directed) {
    build(ADVICE, COUNT_OF(ADVICE), directed, &advice);
    build(VISIT, COUNT_OF(VISIT), directed, &visit);
    ck_assert_int_eq(dyad_space_init(&space, MEMBERS, directed), ST_OK);
    outcome = dyad_variable(&arena, &space);
    for (int k = 0; k < TERMS; k++) {
        term[k] = dyad_variable(&arena, &space);
    }
    dyads_of_ties(&space, &advice, false, false, outcome);
    dyads_of_ties(&space, &visit, false, false, term[0]);
    dyads_of_ties(&space, &visit, false, true, term[1]);
    ck_assert_int_eq(dyads_of_same(&arena, &space, GROUP, term[2]), ST_OK);
    ck_assert_int_eq(dyads_of_difference(&arena, &space, AGE, term[3]), ST_OK);
}

static void start(void) {
    world_start();
    arena_init(&arena, &world_memory);
}

static void stop(void) {
    graph_free(&advice);
    graph_free(&visit);
    arena_free(&arena);
    world_stop();
}

static void start_directed(void) {
    start();
    build_world(true);
}

static void start_undirected(void) {
    start();
    build_world(false);
}

/* A share of draws against another program's share of as many as it drew. */
static void expect_share(uint64_t found, double draws, double theirs, double their_draws) {
    double error = sqrt(theirs * (1 - theirs) * (1 / draws + 1 / their_draws)) + 1e-4;
    ck_assert_msg(fabs((double)found / draws - theirs) <= NEAR * error, "%g, not %g",
                  (double)found / draws, theirs);
}

/* ---- brokerage ---- */

START_TEST(chances_of_brokerage) {
    static const uint64_t WHOLE[ROLES] = {14, 0, 14, 14, 6, 48};
    static const uint64_t SEVENTH[ROLES] = {2, 0, 1, 2, 1, 6};
    static const double EXPECTED[ROLES] = {2.8039694465314, 9.0350126610457, 9.0350126610457,
                                           9.0350126610457, 11.215877786126, 41.124885215794};
    static const double SD[ROLES] = {2.2767272807823, 4.6179605519991, 4.3864022077129,
                                     4.3864022077129, 5.1162561796233, 13.96577280818};
    static const double OF_SECOND[ROLES] = {0.373862592870857, 0.56079388930629, 0.87234605003200,
                                            0.87234605003200,  0.74772518574171, 3.4270737679829};
    static const double SD_OF_SECOND[ROLES] = {0.74307675915374, 0.88360485696105, 1.3573489665628,
                                               1.3573489665628,  1.0951256838746,  3.3400101395675};
    uint64_t found[MEMBERS][ROLES];
    struct chances of_group[3];
    struct brokerage b = {.of_member = found, .of_group = of_group};
    ck_assert_int_eq(brokerage_find(&world_host, &advice, &BY, NULL, &b), ST_OK);
    for (int r = 0; r < ROLES; r++) {
        ck_assert_uint_eq(b.whole[r], WHOLE[r]);
        ck_assert_uint_eq(found[6][r], SEVENTH[r]);
        ck_assert(world_near(b.chance[r].expected, EXPECTED[r], 1e-12));
        ck_assert(world_near(b.chance[r].sd, SD[r], 1e-12));
        ck_assert(world_near(of_group[1].answered[r].expected, OF_SECOND[r], 1e-12));
        ck_assert(world_near(of_group[1].answered[r].sd, SD_OF_SECOND[r], 1e-12));
    }
    ck_assert(world_near(brokerage_z(found[6][0], &of_group[1].answered[0]),
                         (2 - 0.373862592870857) / 0.74307675915374, 1e-12));
}
END_TEST

/* ---- regression ---- */

static struct dyad_fit regress(enum dyad_null null, uint32_t terms, uint64_t permutations) {
    struct dyad_fit fit;
    const double *const *terms_of_model = (const double *const *)term;
    struct dyad_model model = {&space, outcome, terms, terms_of_model};
    ck_assert_int_eq(dyads_regress(&world_host, &model, null, permutations, 1, &fit), ST_OK);
    return fit;
}

static void expect_terms(const struct dyad_fit *fit, uint32_t n, const double *estimate,
                         const double *t) {
    for (uint32_t k = 0; k < n; k++) {
        ck_assert_msg(world_near(fit->term[k].estimate, estimate[k], 1e-12), "%u: %.14g", k,
                      fit->term[k].estimate);
        ck_assert(world_near(fit->term[k].t, t[k], 1e-11));
    }
}

START_TEST(linear) {
    static const double ESTIMATE[] = {0.081933394786598, 0.55610443039632, 0.15610443039632,
                                      0.060953302501951, -0.011295310871467};
    static const double T[] = {1.4777621839025, 7.0873838473362, 1.9895040535822, 0.85842701008749,
                               -0.72196690721825};
    struct dyad_fit fit = regress(DYADS_OUTCOME_MOVES, TERMS, 0);
    expect_terms(&fit, TERMS + 1, ESTIMATE, T);
    ck_assert_uint_eq(fit.dyads, 132);
}
END_TEST

START_TEST(linear_without_directions) {
    static const double ESTIMATE[] = {0.1858143947213, 0.60736537146365, 0.16635583469603,
                                      -0.025596519160592};
    static const double T[] = {2.1341311364278, 5.6620811363529, 1.4732446198419, -1.0496533839515};
    term[1] = term[2];
    term[2] = term[3];
    struct dyad_fit fit = regress(DYADS_OUTCOME_MOVES, 3, 0);
    expect_terms(&fit, 4, ESTIMATE, T);
    ck_assert_uint_eq(fit.dyads, 66);
}
END_TEST

/* Members 3 and 8 said nothing. */
static void silence(void) {
    static const uint8_t SILENT[MEMBERS] = {[2] = 1, [7] = 1};
    ck_assert_int_eq(dyads_of_silent(&arena, &space, SILENT, space.directed, false), ST_OK);
}

START_TEST(linear_of_known) {
    static const double ESTIMATE[] = {0.096601957796302, 0.57736432253625, 0.1389644825646,
                                      0.086377572829122, -0.017595300679103};
    static const double T[] = {1.6258274925404, 6.9377640496468, 1.6087297874403, 1.1088963870299,
                               -1.069729617477};
    silence();
    struct dyad_fit fit = regress(DYADS_OUTCOME_MOVES, TERMS, 0);
    expect_terms(&fit, TERMS + 1, ESTIMATE, T);
    ck_assert_uint_eq(fit.dyads, 110);
}
END_TEST

/* sna: netlm with nullhyp qapspp and qapy, 20,000 permutations. */
START_TEST(permuted) {
    static const double LOW[][TERMS] = {{1, 0.96805, 0.84585, 0.1583}, {1, 0.965, 0.79205, 0.1968}};
    enum dyad_null null = _i ? DYADS_OUTCOME_MOVES : DYADS_RESIDUAL_MOVES;
    struct dyad_fit fit = regress(null, TERMS, 20000);
    for (int k = 0; k < TERMS; k++) {
        const struct dyad_term *t = &fit.term[k + 1];
        ck_assert_uint_eq(t->draws, 20000);
        expect_share(t->tails.low, 20000, LOW[_i][k], 20000);
        expect_share(t->tails.high, 20000, 1 - LOW[_i][k], 20000);
    }
}
END_TEST

/* With pairs that are not known the same t as that of a regression over the moved variable. */
static double plain_t(const uint32_t *order, const double *moved) {
    struct dyad_space there = space;
    struct dyad_fit fit;
    double *x = dyad_variable(&arena, &space);
    there.unknown = NULL;
    ck_assert_int_eq(dyads_of_silent(&arena, &there, (const uint8_t[MEMBERS]){0}, true, false),
                     ST_OK);
    there.unknown = arena_zero(&arena, (size_t)MEMBERS * space.stride);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        for (uint32_t k = 0; k < MEMBERS; k++) {
            size_t at = dyad_place(&space, i, k), from = dyad_place(&space, order[i], order[k]);
            there.unknown[at] = space.unknown[at] || space.unknown[from];
            x[at] = moved[from];
        }
    }
    struct dyad_model model = {&there, x, 2, (const double *const[]){term[2], term[3]}};
    ck_assert_int_eq(dyads_regress(&world_host, &model, DYADS_OUTCOME_MOVES, 0, 1, &fit), ST_OK);
    return fit.term[2].t;
}

START_TEST(permuted_of_known) {
    enum { DRAWS = 40 };
    struct dyad_fit fit;
    uint64_t low = 0, high = 0;
    silence();
    struct dyad_model model = {&space, outcome, 2, (const double *const[]){term[2], term[3]}};
    ck_assert_int_eq(dyads_regress(&world_host, &model, DYADS_OUTCOME_MOVES, DRAWS, 9, &fit),
                     ST_OK);
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint32_t order[MEMBERS];
        draw_order(9, i, MEMBERS, order);
        double t = plain_t(order, outcome);
        low += t <= fit.term[2].t;
        high += t >= fit.term[2].t;
    }
    ck_assert_uint_eq(fit.term[2].tails.low, low);
    ck_assert_uint_eq(fit.term[2].tails.high, high);
}
END_TEST

START_TEST(mixtures) {
    struct dyad_fit fit;
    double *twice = dyad_variable(&arena, &space), *none = dyad_variable(&arena, &space);
    for (size_t i = 0; i < (size_t)MEMBERS * space.stride; i++) {
        twice[i] = term[0][i] + term[1][i];
    }
    struct dyad_model model = {&space, outcome, 3,
                               (const double *const[]){term[0], term[1], twice}};
    ck_assert_int_eq(dyads_regress(&world_host, &model, DYADS_OUTCOME_MOVES, 0, 1, &fit),
                     ST_MISUSE);
    ck_assert_uint_eq(fit.mixture, 3);
    model = (struct dyad_model){&space, outcome, 1, (const double *const[]){none}};
    ck_assert_int_eq(dyads_regress(&world_host, &model, DYADS_RESIDUAL_MOVES, 9, 1, &fit),
                     ST_MISUSE);
    ck_assert_uint_eq(fit.mixture, 1);
}
END_TEST

/* ---- logistic ---- */

START_TEST(logistic) {
    static const double ESTIMATE[] = {-2.2321378017109, 2.7716877518972, 0.85497008913295,
                                      -0.10740897181222};
    static const double ERROR[] = {0.51335531122366, 0.56473069576439, 0.5592207309867,
                                   0.14233860702349};
    struct dyad_fit fit;
    bool converged;
    struct dyad_model model = {&space, outcome, 3,
                               (const double *const[]){term[0], term[2], term[3]}};
    ck_assert_int_eq(dyads_logit(&world_host, &model, &fit, &converged), ST_OK);
    ck_assert(converged);
    for (int k = 0; k < 4; k++) {
        ck_assert(world_near(fit.term[k].estimate, ESTIMATE[k], 1e-7));
        ck_assert(world_near(fit.term[k].error, ERROR[k], 1e-4));
    }
    /* Deviance 94.6478 of 132 dyads, 26 of them tied. */
    double alone = -2 * (26 * log(26 / 132.) + 106 * log(106 / 132.));
    ck_assert(world_near(fit.r_squared, 1 - 94.647797904238 / alone, 1e-9));
    /* The outcome itself tells all. */
    model.term = (const double *const[]){outcome, term[2], term[3]};
    ck_assert_int_eq(dyads_logit(&world_host, &model, &fit, &converged), ST_OK);
    ck_assert(!converged);
}
END_TEST

/* ---- QAP ---- */

static struct dyad_correlation correlate(uint64_t permutations) {
    struct dyad_correlation c;
    ck_assert_int_eq(dyads_correlate(&world_host, &space, outcome, term[0], permutations, 1, &c),
                     ST_OK);
    return c;
}

/* sna: 20,000 permutations with mean -.00023 and standard deviation .09156. */
START_TEST(qap) {
    struct dyad_correlation c = correlate(20000);
    ck_assert(world_near(c.value, 0.55673154038838, 1e-13));
    ck_assert_uint_eq(c.spread.n, 20000);
    ck_assert(fabs(c.spread.mean + .00022583545549626) < NEAR * .0915612 * sqrt(2. / 20000));
    ck_assert(fabs(c.spread.sd / .0915612 - 1) < NEAR * sqrt(1. / 20000));
    ck_assert_uint_eq(c.spread.tails.high, 0);
    ck_assert_uint_eq(c.spread.tails.low, 20000);
    ck_assert(world_near(tail_share(c.spread.tails.high, 20000), 1 / 20001., 1e-15));
    ck_assert(world_near(tails_both(&c.spread.tails, 20000), 2 / 20001., 1e-15));
}
END_TEST

START_TEST(qap_without_directions) {
    ck_assert(world_near(correlate(10).value, 0.66815310478106, 1e-13));
}
END_TEST

START_TEST(qap_of_known) {
    silence();
    struct dyad_correlation c = correlate(200);
    ck_assert(world_near(c.value, 0.58925565098879, 1e-13));
    ck_assert_uint_eq(c.dyads, 110);
    ck_assert_uint_eq(c.spread.n, 200);
}
END_TEST

/* One of the draws, by the definition. */
static double plain_correlation(const uint32_t *order, const double *x, const double *y) {
    double n = MEMBERS * (MEMBERS - 1), sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (uint32_t i = 0; i < MEMBERS; i++) {
        for (uint32_t k = 0; k < MEMBERS; k++) {
            double a = x[dyad_place(&space, i, k)];
            double b = y[dyad_place(&space, order[i], order[k])];
            sx += a;
            sy += b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
    }
    return (n * xy - sx * sy) / sqrt((n * xx - sx * sx) * (n * yy - sy * sy));
}

/* A variable that is mostly 0 first, then one that is not. */
START_TEST(qap_by_definition) {
    enum { DRAWS = 60 };
    const double *x = _i ? term[3] : term[2], *y = _i ? term[0] : term[3];
    struct dyad_correlation c;
    double drawn[DRAWS];
    ck_assert_int_eq(dyads_correlate(&world_host, &space, x, y, DRAWS, 4, &c), ST_OK);
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint32_t order[MEMBERS];
        draw_order(4, i, MEMBERS, order);
        drawn[i] = plain_correlation(order, x, y);
    }
    struct spread s = spread_of(drawn, DRAWS, c.value);
    ck_assert(world_near(c.spread.mean, s.mean, 1e-12) && world_near(c.spread.sd, s.sd, 1e-12));
    ck_assert(world_near(c.spread.lowest, s.lowest, 1e-12));
    ck_assert_uint_eq(c.spread.tails.low, s.tails.low);
    ck_assert_uint_eq(c.spread.tails.high, s.tails.high);
}
END_TEST

START_TEST(qap_of_constant) {
    memset(term[0], 0, (size_t)MEMBERS * space.stride * sizeof *term[0]);
    struct dyad_correlation c = correlate(10);
    ck_assert(isnan(c.value) && isnan(c.spread.mean));
    ck_assert_uint_eq(c.spread.n, 0);
}
END_TEST

/* The same bits by two threads; one variable against itself is never reached by chance. */
START_TEST(threads) {
    struct dyad_fit one = regress(DYADS_RESIDUAL_MOVES, TERMS, 300);
    struct dyad_correlation two = correlate(300);
    world_host.threads = 2;
    struct dyad_fit other = regress(DYADS_RESIDUAL_MOVES, TERMS, 300);
    struct dyad_correlation twice = correlate(300);
    for (int k = 0; k <= TERMS; k++) {
        ck_assert_mem_eq(&one.term[k], &other.term[k], sizeof one.term[k]);
    }
    ck_assert_mem_eq(&two, &twice, sizeof two);
    struct dyad_correlation same;
    ck_assert_int_eq(dyads_correlate(&world_host, &space, outcome, outcome, 500, 1, &same), ST_OK);
    ck_assert(world_near(same.value, 1, 1e-14));
    ck_assert_uint_lt(same.spread.tails.high, 3);
}
END_TEST

/* ---- CUG ---- */

static struct cug_answer ask(enum cug_statistic statistic, enum cug_given given, uint64_t draws) {
    struct cug_answer answer;
    struct cug how = {.statistic = statistic, .given = given, .by = &BY, .draws = draws, .seed = 1};
    ck_assert_int_eq(cug_test(&world_host, &advice, &how, &answer), ST_OK);
    return answer;
}

/* sna: cug.test, 10,000 draws. Where a drawn network has no reciprocity or transitivity sna counts
 * 1, which is why figures that are often undefined are not among these. */
static const struct {
    enum cug_given given;
    enum cug_statistic statistic;
    double observed, mean, sd, low, high;
} DRAWN[] = {
    {GIVEN_SIZE, CUG_DIRECTED_TRANSITIVITY, 0.076923076923077, 0.49256719378238, 0.052838796262934,
     0, 1},
    {GIVEN_SIZE, CUG_RECIPROCITY, 0.15384615384615, 0.49679727343673, 0.076258099611002, 0, 1},
    {GIVEN_SIZE, CUG_IN_CENTRALIZATION, 0.082644628099174, 0.26261157024793, 0.079090340144173,
     0.0038, 0.9979},
    {GIVEN_SIZE, CUG_OUT_CENTRALIZATION, 0.082644628099174, 0.26177107438017, 0.07946978947468,
     0.0032, 0.9978},
    {GIVEN_SIZE, CUG_BETWEENNESS_CENTRALIZATION, 0.19917355371901, 0.07200264714732,
     0.032349398751014, 0.9962, 0.0038},
    {GIVEN_SIZE, CUG_CONNECTEDNESS, 1, 1, 0, 1, 1},
    {GIVEN_TIES, CUG_DIRECTED_TRANSITIVITY, 0.076923076923077, 0.18602117632582, 0.06171574410842,
     0.0245, 0.9775},
    {GIVEN_TIES, CUG_RECIPROCITY, 0.15384615384615, 0.19150769230769, 0.097624231437944, 0.5236,
     0.7769},
    {GIVEN_TIES, CUG_IN_CENTRALIZATION, 0.082644628099174, 0.22795371900826, 0.077103812512284,
     0.0651, 1},
    {GIVEN_TIES, CUG_OUT_CENTRALIZATION, 0.082644628099174, 0.22810247933884, 0.077682237908259,
     0.066, 1},
    {GIVEN_TIES, CUG_BETWEENNESS_CENTRALIZATION, 0.19917355371901, 0.22102310743802,
     0.081938093229381, 0.4369, 0.5655},
    {GIVEN_TIES, CUG_CONNECTEDNESS, 1, 0.98965151515152, 0.041044234756203, 1, 0.9392},
    {GIVEN_DYADS, CUG_DIRECTED_TRANSITIVITY, 0.076923076923077, 0.18554215003869, 0.058699110848534,
     0.0188, 0.9829},
    {GIVEN_DYADS, CUG_RECIPROCITY, 0.15384615384615, 0.15384615384615, 0, 1, 1},
    {GIVEN_DYADS, CUG_IN_CENTRALIZATION, 0.082644628099174, 0.22870743801653, 0.079123083424749,
     0.0664, 1},
    {GIVEN_DYADS, CUG_OUT_CENTRALIZATION, 0.082644628099174, 0.22912396694215, 0.077414594824406,
     0.0635, 1},
    {GIVEN_DYADS, CUG_BETWEENNESS_CENTRALIZATION, 0.19917355371901, 0.21843052892562,
     0.081418544905886, 0.4508, 0.5522},
    {GIVEN_DYADS, CUG_CONNECTEDNESS, 1, 0.99188333333333, 0.036380368752028, 1, 0.952},
};

START_TEST(cug) {
    enum { DRAWS = 10000 };
    double error = DRAWN[_i].sd * sqrt(2. / DRAWS);
    struct cug_answer a = ask(DRAWN[_i].statistic, DRAWN[_i].given, DRAWS);
    ck_assert(world_near(a.observed, DRAWN[_i].observed, 1e-12));
    ck_assert_uint_eq(a.spread.n, DRAWS);
    ck_assert_msg(fabs(a.spread.mean - DRAWN[_i].mean) <= NEAR * error + 1e-12, "%g, not %g",
                  a.spread.mean, DRAWN[_i].mean);
    ck_assert(fabs(a.spread.sd - DRAWN[_i].sd) <= .06 * DRAWN[_i].sd + 1e-12);
    expect_share(a.spread.tails.low, DRAWS, DRAWN[_i].low, DRAWS);
    expect_share(a.spread.tails.high, DRAWS, DRAWN[_i].high, DRAWS);
    ck_assert(a.spread.lowest <= a.spread.middle && a.spread.middle <= a.spread.highest);
}
END_TEST

/* Ties fall on pairs in one group as often as there are such pairs: 38 of 132, 19 of 66. */
START_TEST(cug_of_groups) {
    enum { DRAWS = 4000 };
    double share = 38 / 132.;
    struct cug_answer a = ask(CUG_EI, GIVEN_TIES, DRAWS);
    ck_assert(world_near(a.observed, ((26 - 14) - 14) / 26., 1e-12));
    ck_assert(fabs(a.spread.mean - (1 - 2 * share)) <= NEAR * a.spread.sd / sqrt(DRAWS));
    a = ask(CUG_MODULARITY, GIVEN_TIES, DRAWS);
    ck_assert(world_near(a.observed, 0.193786982248521, 1e-12));
    /* R: 20,000 draws. */
    ck_assert(fabs(a.spread.mean + 0.058020784) <= NEAR * 0.07646 * sqrt(1. / DRAWS + 1. / 20000));
    ck_assert(fabs(a.spread.sd / 0.07646 - 1) < .06 && a.observed > a.spread.highest);
}
END_TEST

START_TEST(cug_without_directions) {
    enum { DRAWS = 4000 };
    struct cug_answer ties = ask(CUG_TRANSITIVITY, GIVEN_TIES, DRAWS);
    struct cug_answer dyads = ask(CUG_TRANSITIVITY, GIVEN_DYADS, DRAWS);
    /* Mutual dyads are all there are, so both are the same. */
    ck_assert(fabs(ties.spread.mean - dyads.spread.mean) <=
              NEAR * ties.spread.sd * sqrt(2. / DRAWS));
    ck_assert(ask(CUG_CONNECTEDNESS, GIVEN_SIZE, 100).spread.mean > .99);
    ck_assert(ask(CUG_DEGREE_CENTRALIZATION, GIVEN_TIES, 100).spread.n == 100);
}
END_TEST

/* Nothing is drawn where nothing could be seen: without the silent, fewer pairs are more tied. */
START_TEST(cug_of_known) {
    static const uint8_t SILENT[MEMBERS] = {
        [0] = 1, [1] = 1, [2] = 1, [3] = 1, [4] = 1, [5] = 1, [6] = 1, [7] = 1, [8] = 1, [9] = 1};
    struct cug_answer a;
    struct cug how = {.statistic = CUG_OUT_CENTRALIZATION,
                      .given = GIVEN_TIES,
                      .silent = SILENT,
                      .draws = 200,
                      .seed = 1};
    ck_assert_int_eq(cug_test(&world_host, &advice, &how, &a), ST_OK);
    /* Members 11 and 12 have four ties, and the others none: 4 of 11, or 2 each, or between. */
    ck_assert(a.spread.mean > (12 * 2 - 4) / 121. - 1e-9);
    ck_assert(a.spread.mean < (12 * 4 - 4) / 121. + 1e-9);
    how.given = GIVEN_DYADS;
    ck_assert_int_eq(cug_test(&world_host, &advice, &how, &a), ST_OK);
    ck_assert(a.spread.mean < (12 * 1 - 1) / 121. + 1e-9);
}
END_TEST

/* ---- edges ---- */

static enum status all_of_them(void) {
    struct dyad_fit fit;
    struct dyad_correlation c;
    struct cug_answer a;
    bool converged;
    struct dyad_model model = {&space, outcome, TERMS, (const double *const *)term};
    struct cug how = {.statistic = CUG_TRANSITIVITY, .given = GIVEN_DYADS, .draws = 3};
    enum status s = dyads_regress(&world_host, &model, DYADS_RESIDUAL_MOVES, 20, 1, &fit);
    if (s == ST_OK) {
        s = dyads_regress(&world_host, &model, DYADS_OUTCOME_MOVES, 20, 1, &fit);
    }
    if (s == ST_OK) {
        s = dyads_logit(&world_host, &model, &fit, &converged);
    }
    if (s == ST_OK) {
        s = dyads_correlate(&world_host, &space, outcome, term[0], 20, 1, &c);
    }
    return s == ST_OK ? cug_test(&world_host, &advice, &how, &a) : s;
}

START_TEST(memory_refused) {
    uint64_t at = 0;
    enum status s;
    do {
        world_memory.fail_at = world_memory.calls + ++at;
        s = all_of_them();
        ck_assert(s == ST_OK || s == ST_NO_MEMORY);
    } while (s != ST_OK);
    ck_assert_uint_gt(at, 20);
    world_memory.fail_at = 0;
}
END_TEST

static enum status say_no(void *user, double done) {
    UNUSED(user);
    ck_assert(done >= 0 && done <= 1);
    return ST_INTERRUPTED;
}

START_TEST(told_to_stop) {
    struct dyad_fit fit;
    struct dyad_model model = {&space, outcome, TERMS, (const double *const *)term};
    struct cug how = {.statistic = CUG_RECIPROCITY, .given = GIVEN_TIES, .draws = 1000000};
    struct cug_answer a;
    world_host.poll = say_no;
    ck_assert_int_eq(dyads_regress(&world_host, &model, DYADS_RESIDUAL_MOVES, 1000000, 1, &fit),
                     ST_INTERRUPTED);
    ck_assert_int_eq(cug_test(&world_host, &advice, &how, &a), ST_INTERRUPTED);
}
END_TEST

/* Networks of nobody, and of too many. */
START_TEST(sizes) {
    struct graph none;
    struct tie_list list = {.directed = true};
    struct cug how = {.statistic = CUG_RECIPROCITY, .given = GIVEN_DYADS, .draws = 3};
    struct cug_answer a;
    struct dyad_space large;
    ck_assert_int_eq(graph_build(&world_host, &list, &none), ST_OK);
    for (int s = 0; s < CUG_EI; s++) {
        how.statistic = (enum cug_statistic)s;
        ck_assert_int_eq(cug_test(&world_host, &none, &how, &a), ST_OK);
        ck_assert(isnan(a.observed) && a.spread.n == 0);
    }
    graph_free(&none);
    ck_assert_int_eq(dyad_space_init(&large, MOST_DYAD_MEMBERS + 1, true), ST_LIMIT);
    ck_assert_int_eq(dyad_space_init(&large, 0, true), ST_OK);
    struct dyad_correlation c;
    double *x = dyad_variable(&arena, &large);
    ck_assert_int_eq(dyads_correlate(&world_host, &large, x, x, 5, 1, &c), ST_OK);
    ck_assert(isnan(c.value));
}
END_TEST

START_TEST(streams) {
    uint32_t a[MEMBERS], b[MEMBERS];
    draw_order(1, 1, MEMBERS, a);
    draw_order(2, 0, MEMBERS, b);
    ck_assert_mem_ne(a, b, sizeof a);
    draw_order(1, 1, MEMBERS, b);
    ck_assert_mem_eq(a, b, sizeof a);
}
END_TEST

/* By hand, as R's quantile(). */
START_TEST(spreads) {
    double x[] = {4, (double)NAN, 1, 3, 2};
    struct spread s = spread_of(x, COUNT_OF(x), 3);
    ck_assert_uint_eq(s.n, 4);
    ck_assert(s.mean == 2.5 && s.middle == 2.5);
    ck_assert(world_near(s.sd, sqrt(5. / 3), 1e-15));
    ck_assert(world_near(s.lowest, 1.075, 1e-15) && world_near(s.highest, 3.925, 1e-15));
    ck_assert_uint_eq(s.tails.low, 3);
    ck_assert_uint_eq(s.tails.high, 2);
}
END_TEST

Suite *permutation_suite(void) {
    Suite *s = suite_create("permutation");
    TCase *t = tcase_create("directed");
    tcase_add_checked_fixture(t, start_directed, stop);
    tcase_add_test(t, chances_of_brokerage);
    tcase_add_test(t, linear);
    tcase_add_test(t, linear_of_known);
    tcase_add_loop_test(t, permuted, 0, 2);
    tcase_add_test(t, permuted_of_known);
    tcase_add_test(t, mixtures);
    tcase_add_test(t, logistic);
    tcase_add_test(t, qap);
    tcase_add_test(t, qap_of_known);
    tcase_add_loop_test(t, qap_by_definition, 0, 2);
    tcase_add_test(t, qap_of_constant);
    tcase_add_test(t, threads);
    tcase_add_loop_test(t, cug, 0, COUNT_OF(DRAWN));
    tcase_add_test(t, cug_of_groups);
    tcase_add_test(t, cug_of_known);
    tcase_add_test(t, memory_refused);
    tcase_add_test(t, told_to_stop);
    tcase_add_test(t, sizes);
    tcase_add_test(t, streams);
    tcase_add_test(t, spreads);
    suite_add_tcase(s, t);
    t = tcase_create("undirected");
    tcase_add_checked_fixture(t, start_undirected, stop);
    tcase_add_test(t, linear_without_directions);
    tcase_add_test(t, qap_without_directions);
    tcase_add_test(t, cug_without_directions);
    suite_add_tcase(s, t);
    return s;
}
