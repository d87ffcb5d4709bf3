/* Measures where some members did not answer: E-I index, brokerage, participation and reciprocity
 * over the pairs that are known alone, against visiting every pair and triple; moments of brokerage
 * against all sets of ties that could be known. */
#include "graph_world.h"
#include "stdlib/network/brokerage.h"
#include "stdlib/network/census.h"
#include "stdlib/network/ei.h"
#include "stdlib/network/unknown.h"
#include <math.h>

enum { ROUNDS = 80, MOST_GROUPS = 5 };

static struct sample sample;
static struct matrix matrix;
static struct graph graph;
static uint32_t of[WORLD_NODES];
static uint8_t silent[WORLD_NODES];
static struct groups by = {0, of};

/* Whether somebody would have told of a tie from a to c. */
static bool knows(uint32_t a, uint32_t c) {
    return !silent[a] || (!sample.directed && !silent[c]);
}

static bool in_group(uint32_t v) {
    return of[v] != UNKNOWN_GROUP;
}

/* A pair of members with groups that is known. */
static bool counts(uint32_t a, uint32_t c) {
    return a != c && in_group(a) && in_group(c) && knows(a, c);
}

/* Nobody, some or most have not answered; their ties are not there. */
static void draw_world(uint32_t round) {
    uint64_t seed = round + 31;
    size_t kept = 0;
    sample_draw(&sample, &seed, round);
    by.n = 1 + draw(&seed, MOST_GROUPS);
    for (uint32_t v = 0; v < sample.n; v++) {
        of[v] = round % 5 == 0 && draw(&seed, 5) == 0 ? (uint32_t)UNKNOWN_GROUP : draw(&seed, by.n);
        silent[v] = round % 7 && draw(&seed, round % 3 ? 4 : 2) == 0;
    }
    for (size_t i = 0; i < sample.ties; i++) {
        if (knows(sample.from[i], sample.to[i])) {
            sample.from[kept] = sample.from[i];
            sample.to[kept] = sample.to[i];
            sample.value[kept++] = sample.value[i];
        }
    }
    sample.ties = kept;
    sample_build(&world_host, &sample, &graph);
    matrix_fill(&matrix, &sample, true);
}

/* ---- E-I ---- */

static void add_pair(struct sides *s, bool inside) {
    *(inside ? &s->internal : &s->external) += 1;
}

START_TEST(ei_of_known) {
    static struct ei whole, of_group[MOST_GROUPS], of_member[WORLD_NODES];
    static struct sides groups[2][MOST_GROUPS], members[2][WORLD_NODES], all[2];
    draw_world((uint32_t)_i);
    memset(groups, 0, sizeof groups);
    memset(members, 0, sizeof members);
    memset(all, 0, sizeof all);
    for (uint32_t a = 0; a < sample.n; a++) {
        for (uint32_t c = 0; c < sample.n; c++) {
            for (int is_tie = 0; is_tie < 2; is_tie++) {
                bool inside = of[a] == of[c];
                if (!counts(a, c) || (!sample.directed && c < a) ||
                    (is_tie && !tied(&matrix, a, c))) {
                    continue;
                }
                add_pair(&all[is_tie], inside);
                add_pair(&groups[is_tie][of[a]], inside);
                if (!inside) {
                    add_pair(&groups[is_tie][of[c]], inside);
                }
                add_pair(&members[is_tie][a], inside);
                add_pair(&members[is_tie][c], inside);
            }
        }
    }
    ck_assert_int_eq(ei_test(&world_host, &graph, &by, silent, 20, 3, &whole, of_group, of_member),
                     ST_OK);
    ck_assert_mem_eq(&whole.possible, &all[0], sizeof *all);
    ck_assert_mem_eq(&whole.ties, &all[1], sizeof *all);
    for (uint32_t k = 0; k < by.n; k++) {
        ck_assert_mem_eq(&of_group[k].possible, &groups[0][k], sizeof *all);
        ck_assert_mem_eq(&of_group[k].ties, &groups[1][k], sizeof *all);
    }
    for (uint32_t v = 0; v < sample.n; v++) {
        ck_assert_mem_eq(&of_member[v].possible, &members[0][v], sizeof *all);
        ck_assert_mem_eq(&of_member[v].ties, &members[1][v], sizeof *all);
    }
    graph_free(&graph);
}
END_TEST

/* 0, 1 and 2 answered, 3 and 4 did not; 0 names 1 and 3. Both ties stay where 0 and 1 have the two
 * groups 0 of the first three, which is one way of three, and 3 has the group 0 of the other two.
 */
START_TEST(ei_among_those_who_answered) {
    static const uint32_t FROM[] = {0, 0}, TO[] = {1, 3}, OF[] = {0, 0, 1, 0, 1};
    static const uint8_t SILENT[] = {0, 0, 0, 1, 1};
    enum { DRAWS = 30000 };
    struct tie_list list = {.nodes = 5, .directed = true, .n = 2, .from = FROM, .to = TO};
    struct groups two = {2, OF};
    struct ei whole, of_group[2], of_member[5];
    ck_assert_int_eq(graph_build(&world_host, &list, &graph), ST_OK);
    ck_assert_int_eq(
        ei_test(&world_host, &graph, &two, SILENT, DRAWS, 1, &whole, of_group, of_member), ST_OK);
    ck_assert_uint_eq(whole.ties.internal, 2);
    ck_assert(fabs((double)whole.tails.low / DRAWS - 1 / 6.) < 4 * sqrt(5 / 36. / DRAWS));
    ck_assert_uint_eq(whole.tails.high, DRAWS);
    /* From 0, 1 and 2: within 2 + 2 + 1 of their groups, the other 7 leave. */
    ck_assert_uint_eq(whole.possible.internal, 5);
    ck_assert_uint_eq(whole.possible.external, 7);
    graph_free(&graph);
}
END_TEST

/* ---- brokerage ---- */

static enum role role_of(const uint32_t *group, uint32_t a, uint32_t v, uint32_t c) {
    bool av = group[a] == group[v], vc = group[v] == group[c], ac = group[a] == group[c];
    return av && vc ? ROLE_COORDINATOR
           : av     ? ROLE_REPRESENTATIVE
           : vc     ? ROLE_GATEKEEPER
           : ac     ? ROLE_ITINERANT
                    : ROLE_LIAISON;
}

START_TEST(brokers_of_known) {
    static uint64_t found[WORLD_NODES][ROLES];
    static struct chances of_group[MOST_GROUPS];
    struct brokerage b = {.of_member = found, .of_group = of_group};
    draw_world((uint32_t)_i);
    ck_assert_int_eq(brokerage_find(&world_host, &graph, &by, silent, &b), ST_OK);
    double expected[ROLES] = {0};
    for (uint32_t v = 0; v < sample.n; v++) {
        uint64_t plain[ROLES] = {0}, paths[ROLES] = {0};
        double density = 0, pairs = 0;
        for (uint32_t a = 0; a < sample.n; a++) {
            for (uint32_t c = 0; c < sample.n; c++) {
                density += counts(a, c) && tied(&matrix, a, c);
                pairs += counts(a, c);
                if (a == c || !counts(a, v) || !counts(v, c) || !counts(a, c)) {
                    continue;
                }
                enum role role = role_of(of, a, v, c);
                bool open = tied(&matrix, a, v) && tied(&matrix, v, c) && !tied(&matrix, a, c);
                plain[role] += open;
                plain[ROLE_ANY] += open;
                paths[role]++;
                paths[ROLE_ANY]++;
            }
        }
        double d = pairs > 0 ? density / pairs : 0;
        for (int r = 0; r < ROLES; r++) {
            ck_assert_uint_eq(found[v][r], plain[r]);
            if (in_group(v)) {
                double of_it = brokerage_chance(&b, &by, silent, v)[r].expected;
                ck_assert(world_near(of_it, d * d * (1 - d) * (double)paths[r], 1e-9));
                expected[r] += of_it;
            }
        }
    }
    for (int r = 0; r < ROLES; r++) {
        ck_assert(world_near(b.chance[r].expected, expected[r], 1e-9));
        ck_assert_int_eq(isnan(b.chance[r].sd), !graph.directed);
    }
    graph_free(&graph);
}
END_TEST

/* Every set of ties among the pairs that are known, as likely as a chance of d for each makes it.
 */
enum { FEW = 5 };
struct every_set {
    uint32_t n;
    uint32_t group[FEW];
    uint8_t silent[FEW];
    uint32_t ties; /* of all pairs that are known: d */
};

struct moment {
    double sum, squares;
};

static void weigh_sets(const struct every_set *e, struct moment whole[ROLES],
                       struct moment member[FEW][ROLES]) {
    uint32_t from[FEW * FEW], to[FEW * FEW], pairs = 0;
    for (uint32_t i = 0; i < e->n * e->n; i++) {
        if (i / e->n != i % e->n && !e->silent[i / e->n]) {
            from[pairs] = i / e->n;
            to[pairs++] = i % e->n;
        }
    }
    double d = (double)e->ties / pairs;
    for (uint32_t set = 0; set < 1u << pairs; set++) {
        bool tie[FEW][FEW] = {{false}};
        double weight = 1, of_all[ROLES] = {0};
        for (uint32_t k = 0; k < pairs; k++) {
            tie[from[k]][to[k]] = set >> k & 1;
            weight *= set >> k & 1 ? d : 1 - d;
        }
        for (uint32_t v = 0; v < e->n; v++) {
            double of_member[ROLES] = {0};
            for (uint32_t i = 0; i < e->n * e->n; i++) {
                uint32_t a = i / e->n, c = i % e->n;
                if (a != v && c != v && a != c && tie[a][v] && tie[v][c] && !tie[a][c]) {
                    of_member[role_of(e->group, a, v, c)]++;
                    of_member[ROLE_ANY]++;
                }
            }
            for (int r = 0; r < ROLES; r++) {
                member[v][r].sum += weight * of_member[r];
                member[v][r].squares += weight * of_member[r] * of_member[r];
                of_all[r] += of_member[r];
            }
        }
        for (int r = 0; r < ROLES; r++) {
            whole[r].sum += weight * of_all[r];
            whole[r].squares += weight * of_all[r] * of_all[r];
        }
    }
}

static void expect_moment(const struct chance *found, const struct moment *m) {
    ck_assert(world_near(found->expected, m->sum, 1e-9));
    ck_assert(fabs(found->sd * found->sd - (m->squares - m->sum * m->sum)) < 1e-9);
}

START_TEST(moments_of_known) {
    static const struct every_set SETS[] = {
        {4, {0, 0, 1, 2}, {0, 0, 0, 1}, 4},       {4, {0, 0, 0, 0}, {1, 0, 0, 0}, 2},
        {4, {0, 1, 0, 1}, {0, 1, 0, 0}, 5},       {5, {0, 0, 1, 1, 2}, {0, 1, 0, 1, 0}, 4},
        {5, {0, 1, 1, 1, 2}, {0, 1, 0, 0, 1}, 7}, {5, {0, 1, 2, 3, 4}, {1, 0, 0, 0, 1}, 6},
        {5, {0, 0, 0, 1, 1}, {0, 0, 1, 0, 1}, 5}, {5, {0, 0, 0, 0, 1}, {1, 1, 0, 0, 0}, 3}};
    const struct every_set *e = &SETS[_i % (int)COUNT_OF(SETS)];
    struct moment whole[ROLES] = {{0, 0}}, member[FEW][ROLES] = {{{0, 0}}};
    struct chances of_group[FEW];
    struct brokerage b = {.of_group = of_group};
    struct groups five = {FEW, e->group};
    weigh_sets(e, whole, member);
    ck_assert_int_eq(brokerage_by_chance(&world_host, &five, e->n, true, e->silent, e->ties, &b),
                     ST_OK);
    for (int r = 0; r < ROLES; r++) {
        expect_moment(&b.chance[r], &whole[r]);
        for (uint32_t v = 0; v < e->n; v++) {
            expect_moment(&brokerage_chance(&b, &five, e->silent, v)[r], &member[v][r]);
        }
    }
}
END_TEST

/* ---- participation ---- */

START_TEST(participation_of_known) {
    static struct participation p[WORLD_NODES];
    double share[WORLD_NODES];
    draw_world((uint32_t)_i);
    ck_assert_int_eq(participation_find(&world_host, &graph, &by, silent, p), ST_OK);
    for (uint32_t v = 0; v < sample.n; v++) {
        double ties[MOST_GROUPS] = {0}, all = 0, squares = 0, known = 0;
        share[v] = NAN;
        for (uint32_t w = 0; w < sample.n && in_group(v); w++) {
            if (w != v && in_group(w)) {
                double n = tied(&matrix, v, w) + (sample.directed ? tied(&matrix, w, v) : 0);
                ties[of[w]] += n;
                all += n;
                known += of[w] == of[v] ? knows(v, w) + (sample.directed ? knows(w, v) : 0) : 0;
            }
        }
        for (uint32_t k = 0; k < by.n; k++) {
            squares += all > 0 ? ties[k] / all * (ties[k] / all) : 0;
        }
        ck_assert(world_near(p[v].participation, all > 0 ? 1 - squares : (double)NAN, 1e-12));
        share[v] = known > 0 ? ties[of[v]] / known : (double)NAN;
    }
    for (uint32_t v = 0; v < sample.n; v++) {
        double n = 0, mean = 0, square = 0;
        for (uint32_t w = 0; w < sample.n; w++) {
            bool together = in_group(v) && of[w] == of[v] && !isnan(share[w]);
            n += together;
            mean += together ? share[w] : 0;
            square += together ? share[w] * share[w] : 0;
        }
        double sd = sqrt(fmax(square / n - mean / n * (mean / n), 0));
        if (isnan(p[v].within)) {
            ck_assert(isnan(share[v]) || !(sd > 1e-7));
        } else {
            ck_assert(world_near(p[v].within, (share[v] - mean / n) / sd, 1e-6));
        }
    }
    graph_free(&graph);
}
END_TEST

START_TEST(mixing_of_known) {
    static struct mixing cell[MOST_GROUPS * MOST_GROUPS];
    draw_world((uint32_t)_i);
    ck_assert_int_eq(mixing_count(&world_host, &graph, &by, silent, cell), ST_OK);
    for (uint32_t x = 0; x < by.n; x++) {
        for (uint32_t y = 0; y < by.n; y++) {
            uint64_t ties = 0, possible = 0;
            for (uint32_t i = 0; i < sample.n * sample.n; i++) {
                uint32_t a = i / sample.n, c = i % sample.n;
                bool here = of[a] == x && of[c] == y, turned = of[a] == y && of[c] == x;
                bool is_in = sample.directed ? here : x <= y && a < c && (here || turned);
                possible += is_in && counts(a, c);
                ties += is_in && counts(a, c) && tied(&matrix, a, c);
            }
            ck_assert_uint_eq(cell[x * by.n + y].ties, ties);
            ck_assert_uint_eq(cell[x * by.n + y].possible, possible);
        }
    }
    graph_free(&graph);
}
END_TEST

/* ---- reciprocity ---- */

START_TEST(reciprocity_of_known) {
    struct dyads plain = {0, 0, 0}, found;
    bool answered[WORLD_NODES];
    uint32_t from[WORLD_TIES], to[WORLD_TIES], n = 0;
    uint64_t asked = 0, back = 0;
    draw_world((uint32_t)_i);
    for (uint32_t a = 0; a < sample.n; a++) {
        answered[a] = !silent[a];
        for (uint32_t c = 0; c < sample.n; c++) {
            bool there = a != c && tied(&matrix, a, c), mutual = there && tied(&matrix, c, a);
            bool known = knows(a, c) && knows(c, a);
            if (there && (sample.directed || a < c)) {
                from[n] = a;
                to[n++] = c;
                asked += !silent[a] && !silent[c];
                back += !silent[a] && !silent[c] && mutual;
            }
            if (a < c && known) {
                plain.mutual += mutual;
                plain.asymmetric += (there || tied(&matrix, c, a)) && !mutual;
                plain.null += !there && !tied(&matrix, c, a);
            }
        }
    }
    ck_assert_int_eq(dyad_census(&world_host, &graph, silent, &found), ST_OK);
    ck_assert_mem_eq(&found, &plain, sizeof found);
    struct ties t = {
        .directed = sample.directed, .nodes = sample.n, .n = n, .from = from, .to = to};
    struct answered_ties both;
    struct alloc alloc;
    struct arena arena;
    alloc_init(&alloc, NULL, NULL, 0);
    arena_init(&arena, &alloc);
    ck_assert(ties_answered(&arena, answered, &t, &both));
    arena_free(&arena);
    ck_assert_uint_eq(both.ties, asked);
    ck_assert_uint_eq(both.reciprocated, sample.directed ? back : asked);
    graph_free(&graph);
}
END_TEST

/* ---- memory ---- */

static enum status all_of_them(void) {
    static uint64_t found[WORLD_NODES][ROLES];
    static struct chances chances[MOST_GROUPS];
    static struct ei whole, of_group[MOST_GROUPS], of_member[WORLD_NODES];
    static struct participation p[WORLD_NODES];
    struct brokerage b = {.of_member = found, .of_group = chances};
    enum status s = brokerage_find(&world_host, &graph, &by, silent, &b);
    if (s == ST_OK) {
        s = ei_test(&world_host, &graph, &by, silent, 20, 1, &whole, of_group, of_member);
    }
    return s == ST_OK ? participation_find(&world_host, &graph, &by, silent, p) : s;
}

START_TEST(memory_refused) {
    uint64_t at = 0;
    enum status s;
    draw_world(5);
    do {
        world_memory.fail_at = world_memory.calls + ++at;
        s = all_of_them();
        ck_assert(s == ST_OK || s == ST_NO_MEMORY);
    } while (s != ST_OK);
    ck_assert_uint_gt(at, 3);
    world_memory.fail_at = 0;
    graph_free(&graph);
}
END_TEST

Suite *unanswered_suite(void) {
    Suite *s = suite_create("unanswered");
    TCase *t = tcase_create("unanswered");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_loop_test(t, ei_of_known, 0, ROUNDS);
    tcase_add_test(t, ei_among_those_who_answered);
    tcase_add_loop_test(t, brokers_of_known, 0, ROUNDS);
    tcase_add_loop_test(t, moments_of_known, 0, 8);
    tcase_add_loop_test(t, participation_of_known, 0, ROUNDS);
    tcase_add_loop_test(t, mixing_of_known, 0, ROUNDS);
    tcase_add_loop_test(t, reciprocity_of_known, 0, ROUNDS);
    tcase_add_test(t, memory_refused);
    suite_add_tcase(s, t);
    return s;
}
