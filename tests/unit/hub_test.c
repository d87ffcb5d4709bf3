/* Lines, coverage, brokerage at a distance, the hub and roles: a network of two states by hand, and
 * random ones against visiting every pair. */
#include "stdlib/network/hub.h"
#include "graph_world.h"
#include "stdlib/network/lines.h"
#include "stdlib/network/peers.h"
#include "stdlib/network/roles.h"
#include <math.h>

static struct arena arena;

static void start(void) {
    world_start();
    arena_init(&arena, &world_memory);
}

static void stop(void) {
    arena_free(&arena);
    world_stop();
}

/* Two states under a hub, three schools each. */
enum { HUB, NORTH, SOUTH, N1, N2, N3, S1, S2, S3, ALL };
static const uint32_t PARENT[ALL] = {NO_PARENT, HUB, HUB, NORTH, NORTH, NORTH, SOUTH, SOUTH, SOUTH};
static const uint32_t FROM[] = {HUB, HUB, NORTH, NORTH, NORTH, SOUTH, N1, HUB};
static const uint32_t TO[] = {NORTH, SOUTH, SOUTH, N1, N2, S1, S1, S2};

static struct ties states(bool directed) {
    struct ties t;
    ck_assert(ties_simplify(&arena, ALL, directed, FROM, TO, COUNT_OF(FROM), &t));
    return t;
}

/* ---- lines ---- */

START_TEST(lines_that_are_faulty) {
    uint32_t parent[LINE_STEPS + 2] = {NO_PARENT};
    ck_assert_uint_eq(lines_fault(PARENT, ALL), ALL);
    ck_assert(line_leads(PARENT, N1, HUB));
    ck_assert(line_leads(PARENT, N1, NORTH));
    ck_assert(!line_leads(PARENT, N1, SOUTH));
    ck_assert(!line_leads(PARENT, HUB, N1));
    ck_assert(!line_leads(PARENT, N1, N1));
    for (uint32_t v = 1; v < COUNT_OF(parent); v++) {
        parent[v] = v - 1;
    }
    ck_assert_uint_eq(lines_fault(parent, COUNT_OF(parent) - 1), COUNT_OF(parent) - 1);
    ck_assert_uint_eq(lines_fault(parent, COUNT_OF(parent)), COUNT_OF(parent) - 1);
    parent[0] = 1;
    ck_assert_uint_eq(lines_fault(parent, COUNT_OF(parent)), 0);
    parent[1] = 1;
    ck_assert_uint_eq(lines_fault(parent, COUNT_OF(parent)), 0);
}
END_TEST

START_TEST(coverage_by_hand) {
    /* The hub's tie to S2 reaches SOUTH, on whose line S2 is. */
    static const uint8_t EXPECTED[ALL] = {REACH_NONE, REACH_TIED, REACH_TIED,
                                          REACH_TIED, REACH_TIED, REACH_NONE,
                                          REACH_TIED, REACH_NONE, REACH_NONE};
    static const uint8_t SILENT[ALL] = {[N1] = 1, [N3] = 1};
    uint8_t reach[ALL];
    struct ties t = states(false);
    coverage_find(PARENT, NULL, &t, reach);
    ck_assert_mem_eq(reach, EXPECTED, sizeof reach);
    coverage_find(PARENT, SILENT, &t, reach);
    ck_assert_int_eq(reach[N1], REACH_TIED);
    ck_assert_int_eq(reach[N3], REACH_UNKNOWN);
    ck_assert_int_eq(reach[S3], REACH_NONE);
    static const uint32_t from[] = {S2}, to[] = {HUB};
    ck_assert(ties_simplify(&arena, ALL, true, from, to, 1, &t));
    coverage_find(PARENT, NULL, &t, reach);
    ck_assert_int_eq(reach[SOUTH], REACH_TIED);
    ck_assert_int_eq(reach[S2], REACH_NONE);
}
END_TEST

START_TEST(brokers_by_hand) {
    struct brokered b[COUNT_OF(FROM)];
    uint32_t n;
    struct ties t = states(false);
    ck_assert(brokered_find(&arena, PARENT, &t, b, &n));
    ck_assert_uint_eq(n, 1); /* N1 or N2, NORTH, SOUTH, S1; N1 - S1 is direct */
    ck_assert_uint_eq(b[0].from, NORTH);
    ck_assert_uint_eq(b[0].to, SOUTH);
    ck_assert_uint_eq(b[0].paths, 2);
    ck_assert_uint_eq(b[0].closed, 1);
    t = states(true); /* nobody is tied to NORTH from below */
    ck_assert(brokered_find(&arena, PARENT, &t, b, &n));
    ck_assert_uint_eq(n, 0);
    static const uint32_t from[] = {N1, N2, SOUTH, SOUTH, N2, NORTH, S1},
                          to[] = {NORTH, NORTH, S1, S2, S2, SOUTH, N1};
    ck_assert(ties_simplify(&arena, ALL, true, from, to, COUNT_OF(from), &t));
    ck_assert(brokered_find(&arena, PARENT, &t, b, &n));
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(b[0].paths, 4);
    ck_assert_uint_eq(b[0].closed, 1); /* N2 - S2; S1 - N1 leads back */
}
END_TEST

/* Every path of three steps, one after the other. */
static void visit_paths(const uint32_t *parent, const bool tied[ALL][ALL], bool directed,
                        uint64_t paths[ALL][ALL], uint64_t closed[ALL][ALL]) {
    for (uint32_t a = 0; a < ALL; a++) {
        for (uint32_t b = 0; b < ALL; b++) {
            uint32_t p = parent[a], q = parent[b];
            if (p == NO_PARENT || q == NO_PARENT || p == q || line_leads(parent, p, q) ||
                line_leads(parent, q, p) || !tied[a][p] || !tied[p][q] || !tied[q][b]) {
                continue;
            }
            if (directed || p < q) {
                paths[p][q]++;
                closed[p][q] += tied[a][b];
            }
        }
    }
}

START_TEST(brokers_by_visiting) {
    uint64_t seed = 5;
    for (int round = 0; round < 300; round++) {
        bool tied[ALL][ALL] = {{false}}, directed = round % 2;
        uint32_t from[60], to[60], parent[ALL] = {NO_PARENT};
        for (uint32_t v = 1; v < ALL; v++) {
            parent[v] = draw(&seed, 4) ? draw(&seed, v) : NO_PARENT;
        }
        for (uint32_t i = 0; i < COUNT_OF(from); i++) {
            from[i] = draw(&seed, ALL);
            to[i] = draw(&seed, ALL);
            tied[from[i]][to[i]] = from[i] != to[i] || tied[from[i]][to[i]];
            tied[to[i]][from[i]] = tied[to[i]][from[i]] || (!directed && from[i] != to[i]);
        }
        struct ties t;
        struct brokered b[60];
        uint32_t n;
        uint64_t paths[ALL][ALL] = {{0}}, closed[ALL][ALL] = {{0}};
        ck_assert(ties_simplify(&arena, ALL, directed, from, to, COUNT_OF(from), &t));
        ck_assert(brokered_find(&arena, parent, &t, b, &n));
        visit_paths(parent, tied, directed, paths, closed);
        for (uint32_t i = 0; i < n; i++) {
            ck_assert_uint_eq(b[i].paths, paths[b[i].from][b[i].to]);
            ck_assert_uint_eq(b[i].closed, closed[b[i].from][b[i].to]);
            paths[b[i].from][b[i].to] = 0;
        }
        for (uint32_t i = 0; i < ALL * ALL; i++) {
            ck_assert_uint_eq(paths[i / ALL][i % ALL], 0);
        }
    }
}
END_TEST

/* ---- the hub ---- */

START_TEST(hub_by_hand) {
    static const uint8_t IS_HUB[ALL] = {1};
    uint8_t bond[ALL];
    struct hub h;
    struct ties t = states(false);
    ck_assert_int_eq(hub_find(&world_host, &arena, &t, IS_HUB, bond, &h), ST_OK);
    ck_assert_uint_eq(h.hubs, 1);
    ck_assert_uint_eq(h.spokes, 8);
    ck_assert_uint_eq(h.ties, 8);
    ck_assert_uint_eq(h.touching, 3);
    ck_assert_uint_eq(h.within, 0);
    ck_assert_uint_eq(h.tied, 3);
    ck_assert_uint_eq(h.only, 1);
    ck_assert_int_eq(bond[S2], BOND_HUB);
    ck_assert_int_eq(bond[NORTH], BOND_BOTH);
    ck_assert_int_eq(bond[N2], BOND_PEERS);
    ck_assert_int_eq(bond[N3], BOND_NONE);
    ck_assert_uint_eq(h.pairs, 28);
    ck_assert_uint_eq(h.linked, 15);         /* six spokes are connected */
    ck_assert_uint_eq(h.linked_without, 10); /* S2 falls off */
    /* Of the hub's three contacts NORTH has four ties and SOUTH three, one to each other: (1/3 +
     * 1/3 1/3)^2 + (1/3 + 1/3 1/4)^2 + (1/3)^2, and 3 - 2 1 / 3. */
    ck_assert(world_near(h.constraint, 16.0 / 81 + 25.0 / 144 + 1.0 / 9, 1e-12));
    ck_assert(world_near(h.effective_size, 7.0 / 3, 1e-12));
    /* Degrees 3 4 3 2 1 0 2 1 0: twenty below the largest, of 8 times 7 in a star. */
    ck_assert(world_near(h.centralization, 20.0 / 56, 1e-12));
}
END_TEST

START_TEST(hub_of_several) {
    /* NORTH and SOUTH are the hub: one node with HUB, N1, N2, S1, while HUB - S2 and N1 - S1 stay.
     */
    static const uint8_t IS_HUB[ALL] = {[NORTH] = 1, [SOUTH] = 1};
    uint8_t bond[ALL];
    struct hub h;
    struct ties t = states(true);
    ck_assert_int_eq(hub_find(&world_host, &arena, &t, IS_HUB, bond, &h), ST_OK);
    ck_assert_uint_eq(h.hubs, 2);
    ck_assert_uint_eq(h.touching, 6);
    ck_assert_uint_eq(h.within, 1);
    ck_assert_uint_eq(h.tied, 4);
    ck_assert_uint_eq(h.only, 1);
    ck_assert_uint_eq(h.pairs, 21);
    ck_assert_uint_eq(h.linked, 10);
    ck_assert_uint_eq(h.linked_without, 2);
    /* Contacts HUB, N1, N2, S1 with N1 - S1 tied, and two and two ties of these: 4 - 2 1 / 4. */
    ck_assert(world_near(h.effective_size, 3.5, 1e-12));
    static const uint8_t NOBODY[ALL] = {0};
    struct ties none = {.nodes = ALL};
    ck_assert_int_eq(hub_find(&world_host, &arena, &none, NOBODY, bond, &h), ST_OK);
    ck_assert_uint_eq(h.linked, 0);
    ck_assert(isnan(h.constraint));
    none.nodes = 0;
    ck_assert_int_eq(hub_find(&world_host, &arena, &none, NOBODY, bond, &h), ST_OK);
    ck_assert_uint_eq(h.spokes, 0);
}
END_TEST

START_TEST(hub_without_memory) {
    static const uint8_t IS_HUB[ALL] = {1};
    uint8_t bond[ALL];
    struct hub h;
    struct ties t = states(false);
    enum status s = ST_NO_MEMORY;
    uint64_t fail = 0;
    while (s != ST_OK) {
        struct arena a;
        arena_init(&a, &world_memory);
        world_memory.calls = 0;
        world_memory.fail_at = ++fail;
        s = hub_find(&world_host, &a, &t, IS_HUB, bond, &h);
        world_memory.fail_at = 0;
        arena_free(&a);
        ck_assert(s == ST_OK || s == ST_NO_MEMORY);
    }
    ck_assert_uint_gt(fail, 5);
}
END_TEST

/* ---- peers ---- */

START_TEST(peers_by_hand) {
    /* Schools of two states; HUB is left out, N3 has no state, S3 is outside. */
    static const uint32_t GROUP[ALL] = {2, 0, 1, 0, 0, UNKNOWN_GROUP, 1, 1, 1};
    static const uint32_t RANK[ALL] = {1, 1, 1, 2, 2, 2, 2, 2, 2};
    static const uint8_t SECTOR[ALL] = {[S3] = SECTOR_OUTSIDE}, OUT[ALL] = {[HUB] = 1};
    static const struct nodes V = {.n = ALL, .group = GROUP, .rank = RANK, .sector = SECTOR};
    static const uint32_t from[] = {NORTH, SOUTH, HUB, N1, N1, S1, N2, N3, S3},
                          to[] = {SOUTH, NORTH, NORTH, N2, S1, N1, S1, S1, N1};
    struct peers p;
    struct ties t;
    ck_assert(ties_simplify(&arena, ALL, true, from, to, COUNT_OF(from), &t));
    ck_assert(peers_find(&arena, &V, OUT, 1, &t, &p));
    ck_assert_uint_eq(p.members, 2);
    ck_assert_uint_eq(p.with_peers, 2);
    ck_assert_uint_eq(p.components, 1);
    ck_assert_uint_eq(p.ties, 2);
    ck_assert_uint_eq(p.possible, 2);
    ck_assert_uint_eq(p.pairs, 1);
    ck_assert(peers_find(&arena, &V, NULL, 1, &t, &p)); /* with the hub, a group of its own */
    ck_assert_uint_eq(p.members, 3);
    ck_assert_uint_eq(p.ties, 3);
    ck_assert_uint_eq(p.possible, 6);
    ck_assert(peers_find(&arena, &V, OUT, 2, &t, &p));
    ck_assert_uint_eq(p.members, 4); /* N1 N2 S1 S2 */
    ck_assert_uint_eq(p.with_peers, 3);
    ck_assert_uint_eq(p.components, 2); /* N1 - S1 - N2, for N1 - N2 is of one state, and S2 */
    ck_assert_uint_eq(p.ties, 3);
    ck_assert_uint_eq(p.possible, 8);
    ck_assert_uint_eq(p.pairs, 2);
    ck_assert(peers_find(&arena, &V, OUT, 7, &t, &p));
    ck_assert_uint_eq(p.members + p.components + p.with_peers, 0);
}
END_TEST

/* ---- roles ---- */

START_TEST(roles_by_hand) {
    /* The hub alone, each state a group; NORTH is tied to a fourth and fifth group, too. */
    enum { CITY = ALL, CLINIC, WITH_CITY };
    static const uint32_t GROUP[WITH_CITY] = {2, 0, 1, 0, 0, 0, 1, 1, 1, 3, 4};
    static const uint32_t from[] = {HUB, HUB, NORTH, NORTH, NORTH, SOUTH,
                                    N1,  HUB, CITY,  N2,    CLINIC};
    static const uint32_t to[] = {NORTH, SOUTH, SOUTH, N1, N2, S1, S1, S2, NORTH, NORTH, NORTH};
    /* As NetworkX has them. */
    static const uint32_t CORE[WITH_CITY] = {2, 2, 2, 2, 1, 0, 2, 1, 0, 1, 1};
    static const uint8_t CUT[WITH_CITY] = {1, 1};
    static const double BETWEEN[WITH_CITY] = {7, 20.5, 4, 2, 0, 0, 0.5, 0, 0, 0, 0};
    static const double Z[WITH_CITY] = {0, 1, 0, 0, 0, NAN, 2.5, 0, NAN, 0, 0};
    static const uint8_t IS_HUB[WITH_CITY] = {1}, IS_NEW[WITH_CITY] = {[S2] = 1, [S3] = 1};
    static const enum standing MAIN[WITH_CITY] = {
        STANDING_HUB,     STANDING_BACKBONE,   STANDING_MEMBER,    STANDING_ANCHOR,
        STANDING_ANCHOR,  STANDING_ISOLATE,    STANDING_BROKER,    STANDING_PERIPHERAL,
        STANDING_ISOLATE, STANDING_PERIPHERAL, STANDING_PERIPHERAL};
    struct ties t;
    struct role_cuts cuts;
    struct member_role role[WITH_CITY];
    ck_assert(ties_simplify(&arena, WITH_CITY, true, from, to, COUNT_OF(from), &t));
    struct role_facts facts = {.ties = &t,
                               .group = GROUP,
                               .core = CORE,
                               .betweenness = BETWEEN,
                               .cutpoint = CUT,
                               .broker_z = Z,
                               .is_hub = IS_HUB,
                               .is_new = IS_NEW};
    ck_assert(roles_find(&arena, &facts, &cuts, role));
    ck_assert_uint_eq(cuts.core, 2);
    ck_assert(world_near(cuts.betweenness, 7, 1e-12)); /* the tenth of eleven in order */
    for (uint32_t v = 0; v < WITH_CITY; v++) {
        ck_assert_msg(main_standing(&role[v]) == MAIN[v], "member %u is %s", v,
                      standing_name(main_standing(&role[v])));
    }
    ck_assert_uint_eq(role[NORTH].groups, 4);
    ck_assert(has_standing(&role[NORTH], STANDING_BRIDGE));
    ck_assert(has_standing(&role[HUB], STANDING_BRIDGE));
    ck_assert_uint_eq(role[N1].internal, 1);
    ck_assert(has_standing(&role[N2], STANDING_PERIPHERAL)); /* and named once, as N1 and NORTH */
    ck_assert(has_standing(&role[S3], STANDING_NEWCOMER));
    ck_assert(has_standing(&role[S2], STANDING_PERIPHERAL) &&
              has_standing(&role[S2], STANDING_NEWCOMER));
    /* Without groups no rule about them holds. */
    facts.group = NULL;
    facts.broker_z = NULL;
    ck_assert(roles_find(&arena, &facts, &cuts, role));
    ck_assert_int_eq(main_standing(&role[NORTH]), STANDING_BRIDGE);
    ck_assert_int_eq(main_standing(&role[N1]), STANDING_MEMBER);
    ck_assert_int_eq(main_standing(&role[S1]), STANDING_MEMBER);
}
END_TEST

START_TEST(roles_of_sole_links) {
    /* Only A of group 0 is tied to group 1, where both are tied to it. */
    enum { A, B, C, D };
    static const uint32_t GROUP[] = {0, 0, 1, 1}, from[] = {A, A, A, C}, to[] = {B, C, D, D};
    static const uint32_t CORE[] = {2, 1, 2, 2};
    static const double BETWEEN[] = {2, 0, 0, 0};
    static const uint8_t CUT[] = {0, 0, 0, 0};
    struct ties t;
    struct role_cuts cuts;
    struct member_role role[4];
    ck_assert(ties_simplify(&arena, 4, false, from, to, 4, &t));
    struct role_facts facts = {
        .ties = &t, .group = GROUP, .core = CORE, .betweenness = BETWEEN, .cutpoint = CUT};
    ck_assert(roles_find(&arena, &facts, &cuts, role));
    ck_assert_int_eq(main_standing(&role[A]), STANDING_BRIDGE);
    ck_assert(role[A].sole_link && !role[C].sole_link && !role[D].sole_link);
    struct ties none = {.nodes = 0};
    facts.ties = &none;
    ck_assert(roles_find(&arena, &facts, &cuts, role));
}
END_TEST

Suite *hub_suite(void) {
    Suite *suite = suite_create("hub");
    TCase *t = tcase_create("hub");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, lines_that_are_faulty);
    tcase_add_test(t, coverage_by_hand);
    tcase_add_test(t, brokers_by_hand);
    tcase_add_test(t, brokers_by_visiting);
    tcase_add_test(t, hub_by_hand);
    tcase_add_test(t, hub_of_several);
    tcase_add_test(t, hub_without_memory);
    tcase_add_test(t, peers_by_hand);
    tcase_add_test(t, roles_by_hand);
    tcase_add_test(t, roles_of_sole_links);
    suite_add_tcase(suite, t);
    return suite;
}
