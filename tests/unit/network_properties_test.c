/* What must hold for every measure of a network, whatever it measures: names of members do not
 * matter, nor do repeated ties, threads or the order in which ties come; in and out change places
 * when ties turn round; other components do not matter to what is measured within one; want of
 * memory and patience ends it. */
#include "graph_world.h"
#include "network_kernels.h"
#include "suites.h"
#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 48, FIGURES = 4 * WORLD_NODES * WORLD_NODES };

static struct sample sample, changed;
static double first[FIGURES], second[FIGURES];

static size_t figures_of(const struct kernel *k, uint32_t n) {
    return k->shape == OF_WHOLE ? k->width : (size_t)n * (k->shape == OF_PAIRS ? n : k->width);
}

static enum status run(const struct network_host *host, const struct kernel *k,
                       const struct graph *g, double *out) {
    memset(out, 0, figures_of(k, g->n) * sizeof *out);
    return k->run(host, g, out);
}

static void run_sample(const struct network_host *host, const struct kernel *k,
                       const struct sample *s, double *out) {
    struct graph g;
    ck_assert_uint_le(figures_of(k, s->n), FIGURES);
    sample_build(host, s, &g);
    ck_assert_int_eq(run(host, k, &g, out), ST_OK);
    graph_free(&g);
}

static const struct kernel *find_kernel(const char *name) {
    for (uint32_t i = 0; i < NKERNELS; i++) {
        if (strcmp(KERNELS[i].name, name) == 0) {
            return &KERNELS[i];
        }
    }
    ck_abort_msg("no kernel %s", name);
    return NULL;
}

static void expect_near(const struct kernel *k, uint32_t round, double value, double expected) {
    ck_assert_msg(world_near(value, expected, 1e-9), "%s, round %u: %.17g is not %.17g", k->name,
                  round, value, expected);
}

static void expect_same_bits(const struct kernel *k, uint32_t round, uint32_t n) {
    ck_assert_msg(memcmp(first, second, figures_of(k, n) * sizeof *first) == 0,
                  "%s, round %u: not the same bits", k->name, round);
}

/* Figures of `second` at what `number` makes of the nodes of `first`. */
static void expect_moved(const struct kernel *k, uint32_t round, uint32_t n, const uint32_t *number,
                         uint32_t now) {
    for (size_t i = 0; i < figures_of(k, n); i++) {
        size_t at = i;
        if (k->shape == OF_PAIRS) {
            at = (size_t)number[i / n] * now + number[i % n];
        } else if (k->shape == OF_NODES) {
            at = (size_t)number[i / k->width] * k->width + i % k->width;
        }
        expect_near(k, round, second[at], first[i]);
    }
}

static void shuffle(uint32_t *x, uint32_t n, uint64_t *seed) {
    for (uint32_t i = 0; i < n; i++) {
        x[i] = i;
    }
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = draw(seed, i), swap = x[i - 1];
        x[i - 1] = x[j];
        x[j] = swap;
    }
}

/* Every round with every kernel; the kernels of one test run on the same sample. */
#define EACH_ROUND(seed_, round_)                                                                  \
    uint64_t seed = (seed_);                                                                       \
    for (uint32_t round_ = 0; round_ < ROUNDS; round_++)                                           \
        for (sample_draw(&sample, &seed, round_), k = KERNELS; k < KERNELS + NKERNELS; k++)

START_TEST(relabel) {
    const struct kernel *k;
    uint32_t number[WORLD_NODES];
    EACH_ROUND(101, round) {
        shuffle(number, sample.n, &seed);
        changed = sample;
        for (size_t i = 0; i < sample.ties; i++) {
            changed.from[i] = number[sample.from[i]];
            changed.to[i] = number[sample.to[i]];
        }
        run_sample(&world_host, k, &sample, first);
        run_sample(&world_host, k, &changed, second);
        expect_moved(k, round, sample.n, number, sample.n);
    }
}
END_TEST

START_TEST(reverse) {
    const struct kernel *k;
    uint32_t mirrored = 0;
    EACH_ROUND(103, round) {
        if (!k->reversed) {
            continue;
        }
        const struct kernel *other = find_kernel(k->reversed);
        uint32_t n = sample.n;
        changed = sample;
        memcpy(changed.from, sample.to, sample.ties * sizeof *changed.from);
        memcpy(changed.to, sample.from, sample.ties * sizeof *changed.to);
        run_sample(&world_host, k, &sample, first);
        run_sample(&world_host, other, &changed, second);
        for (size_t i = 0; i < figures_of(k, n); i++) {
            bool turn = k->shape == OF_PAIRS;
            expect_near(k, round, second[turn ? i % n * n + i / n : i], first[i]);
        }
        mirrored += sample.directed;
    }
    ck_assert_uint_gt(mirrored, ROUNDS * NKERNELS / 3);
}
END_TEST

/* Values of repeated ties are merged to the same value here; where they add up, strengths do. */
START_TEST(duplicate) {
    const struct kernel *k;
    EACH_ROUND(107, round) {
        changed = sample;
        for (size_t i = sample.ties; i-- > 0;) {
            for (uint32_t more = draw(&seed, 3); more > 0; more--) {
                sample_add(&changed, sample.from[i], sample.to[i], sample.value[i]);
            }
        }
        run_sample(&world_host, k, &sample, first);
        run_sample(&world_host, k, &changed, second);
        expect_same_bits(k, round, sample.n);
    }
}
END_TEST

START_TEST(duplicate_strengths_add_up) {
    const struct kernel *k = find_kernel("degree");
    uint64_t seed = 109;
    for (uint32_t round = 2; round < ROUNDS; round += 3) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        struct tie_list list = {.nodes = sample.n,
                                .directed = sample.directed,
                                .n = sample.ties,
                                .from = sample.from,
                                .to = sample.to,
                                .value = sample.value,
                                .merge = MERGE_SUM};
        ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
        ck_assert_int_eq(run(&world_host, k, &g, first), ST_OK);
        graph_free(&g);
        for (size_t i = 0; i < list.n; i++) {
            sample_add(&sample, sample.from[i], sample.to[i], sample.value[i]);
        }
        list.n = sample.ties;
        ck_assert_int_eq(graph_build(&world_host, &list, &g), ST_OK);
        ck_assert_int_eq(run(&world_host, k, &g, second), ST_OK);
        graph_free(&g);
        for (uint32_t v = 0; v < sample.n; v++) {
            ck_assert_double_eq(second[2 * v], first[2 * v]);
            ck_assert_double_eq(second[2 * v + 1], 2 * first[2 * v + 1]);
        }
    }
}
END_TEST

START_TEST(disjoint_union) {
    const struct kernel *k;
    static struct sample other;
    uint32_t number[WORLD_NODES];
    EACH_ROUND(113, round) {
        if (!k->local) {
            continue;
        }
        sample_draw(&other, &seed, round); /* of the same kind */
        changed = sample;
        changed.n = sample.n + other.n;
        for (size_t i = 0; i < other.ties; i++) {
            sample_add(&changed, sample.n + other.from[i], sample.n + other.to[i], other.value[i]);
        }
        run_sample(&world_host, k, &changed, second);
        for (uint32_t v = 0; v < WORLD_NODES; v++) {
            number[v] = v;
        }
        run_sample(&world_host, k, &sample, first);
        expect_moved(k, round, sample.n, number, changed.n);
        for (uint32_t v = 0; v < WORLD_NODES; v++) {
            number[v] = sample.n + v;
        }
        run_sample(&world_host, k, &other, first);
        expect_moved(k, round, other.n, number, changed.n);
    }
}
END_TEST

START_TEST(same_bits_in_any_order) {
    const struct kernel *k;
    static uint32_t place[WORLD_TIES];
    EACH_ROUND(127, round) {
        changed = sample;
        shuffle(place, (uint32_t)sample.ties, &seed);
        for (size_t i = 0; i < sample.ties; i++) {
            bool turn = !sample.directed && draw(&seed, 2);
            changed.from[place[i]] = turn ? sample.to[i] : sample.from[i];
            changed.to[place[i]] = turn ? sample.from[i] : sample.to[i];
            changed.value[place[i]] = sample.value[i];
        }
        run_sample(&world_host, k, &sample, first);
        run_sample(&world_host, k, &changed, second);
        expect_same_bits(k, round, sample.n);
    }
}
END_TEST

START_TEST(same_bits_with_two_threads) {
    const struct kernel *k;
    struct network_host two = world_host;
    two.threads = 2;
    EACH_ROUND(131, round) {
        run_sample(&world_host, k, &sample, first);
        run_sample(&two, k, &sample, second);
        expect_same_bits(k, round, sample.n);
    }
}
END_TEST

START_TEST(memory_refused) {
    uint64_t seed = 137;
    for (uint32_t round = 0; round < 6; round++) {
        struct graph g;
        sample_draw(&sample, &seed, round);
        sample_build(&world_host, &sample, &g);
        uint64_t used = world_memory.used;
        for (const struct kernel *k = KERNELS; k < KERNELS + NKERNELS; k++) {
            enum status status = ST_NO_MEMORY;
            for (uint64_t fail = 1; status != ST_OK; fail++) {
                world_memory.calls = 0;
                world_memory.fail_at = fail;
                status = run(&world_host, k, &g, first);
                ck_assert_msg(status == ST_OK || status == ST_NO_MEMORY, "%s", k->name);
                ck_assert_msg(world_memory.used == used, "%s", k->name);
            }
            world_memory.fail_at = 0;
        }
        graph_free(&g);
    }
}
END_TEST

/* ---- patience ---- */

enum { LARGE = 1500, LARGE_TIES = 120000 };

struct patience {
    uint32_t left, asked;
};

static enum status lose_patience(void *user, double done) {
    struct patience *p = user;
    ck_assert(done >= 0 && done <= 1);
    p->asked++;
    return p->left-- == 0 ? ST_INTERRUPTED : ST_OK;
}

static void build_large(enum long_work work, struct graph *g) {
    static uint32_t from[LARGE_TIES], to[LARGE_TIES];
    uint64_t seed = 139;
    struct tie_list list = {.nodes = LARGE, .n = LARGE_TIES, .from = from, .to = to};
    for (uint32_t i = 0; i < LARGE_TIES; i++) {
        uint32_t v = draw(&seed, LARGE), w = draw(&seed, LARGE);
        from[i] = v < w ? v : w;
        to[i] = v < w ? w : v;
    }
    if (work == IN_AN_ORDER) {
        list.directed = true;
        list.n = LARGE * 2;
    }
    ck_assert_int_eq(graph_build(&world_host, &list, g), ST_OK);
}

/* How often a kernel asks is counted, not how long it takes: a host that is asked every STINT_STEPS
 * steps is asked every few milliseconds. Once it says no, nobody asks again. */
START_TEST(told_to_stop) {
    double *out = malloc(sizeof *out * LARGE * LARGE);
    ck_assert_ptr_nonnull(out);
    for (uint32_t i = 0; i < NKERNELS; i++) {
        const struct kernel *k = &KERNELS[i];
        struct graph g;
        if (k->work == IS_QUICK) {
            continue;
        }
        build_large(k->work, &g);
        for (uint32_t threads = 1; threads <= 2; threads++) {
            struct network_host host = world_host;
            struct patience patience = {.left = k->asks - 1};
            host.threads = threads;
            host.poll = lose_patience;
            host.user = &patience;
            enum status status = run(&host, k, &g, out);
            ck_assert_msg(status == ST_INTERRUPTED, "%s with %u threads: asked %u times, not %u",
                          k->name, threads, patience.asked, k->asks);
            ck_assert_msg(patience.asked == k->asks, "%s asks again", k->name);
        }
        graph_free(&g);
    }
    free(out);
}
END_TEST

Suite *network_properties_suite(void) {
    Suite *s = suite_create("network_properties");
    TCase *t = tcase_create("network_properties");
    tcase_add_checked_fixture(t, world_start, world_stop);
    tcase_add_test(t, relabel);
    tcase_add_test(t, reverse);
    tcase_add_test(t, duplicate);
    tcase_add_test(t, duplicate_strengths_add_up);
    tcase_add_test(t, disjoint_union);
    tcase_add_test(t, same_bits_in_any_order);
    tcase_add_test(t, same_bits_with_two_threads);
    tcase_add_test(t, memory_refused);
    tcase_add_test(t, told_to_stop);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}
