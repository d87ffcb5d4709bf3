/* Moments of brokerage if every known pair were tied with the same chance d, by itself.
 *
 * With p = d^2 (1 - d) the chance that a path a -> broker -> c is open, the figures are sums of
 * indicators of such paths, and their variance follows from how many pairs of paths share a pair of
 * members: as a tie in both, as no tie in both, or as a tie in one alone. Only groups' sizes and
 * how many answered in each matter, so that no member and no triple of groups is visited.
 *
 * Of one member this is Gould and Fernandez's appendix. Of all members together their formulas,
 * which sna follows, take some pairs of paths as independent that are not; they stand here for
 * networks in which all answered, so that figures are those that are published. Where some did not,
 * of which they say nothing, the variance is that of all sets of ties. */
#include "stdlib/network/brokerage.h"
#include <math.h>
#include <stdlib.h>

/* Chances of configurations of ties, each with density d. */
struct ties_by_chance {
    double open;    /* d^2 (1 - d): a path of two is open */
    double a, b, c; /* covariances of paths that share a tie; d^4 (1 - d)^2; one that is missing */
    bool directed;
};

static struct ties_by_chance ties_of_density(double d, bool directed) {
    return (struct ties_by_chance){.open = d * d * (1 - d),
                                   .a = pow(d * (1 - d), 3),
                                   .b = pow(d, 4) * (1 - d) * (1 - d),
                                   .c = pow(d, 5) * (1 - d),
                                   .directed = directed};
}

static struct chance moments(const struct ties_by_chance *t, double paths, double covariance) {
    double expected = t->open * paths;
    double variance = expected * (1 - t->open) + covariance;
    return (struct chance){expected, t->directed ? sqrt(fmax(variance, 0)) : (double)NAN};
}

/* Ordered selections of k of n. */
static double falling(double n, int k) {
    double x = 1;
    for (int i = 0; i < k; i++) {
        x *= n - i;
    }
    return x;
}

/* ---- groups ---- */

/* Members of a group, or of all, who could tell and who did. */
struct head_count {
    double n, answered;
};

/* Groups of one kind: alike in both counts. */
struct kind_of_group {
    struct head_count of;
    double times;
};

/* Sums over groups. */
struct powers {
    double n, r;         /* members, and those of them who answered */
    double nn, rr, mm;   /* squares; m: those who did not */
    double rn, rnn, rrn; /* products */
    double itinerant[3]; /* of each: paths, pairs of them with the first tie, with the second */
};

static void add_group(struct powers *s, const struct head_count *h, double sign) {
    double n = h->n, r = h->answered, m = n - r;
    s->n += sign * n;
    s->r += sign * r;
    s->nn += sign * n * n;
    s->rr += sign * r * r;
    s->mm += sign * m * m;
    s->rn += sign * r * n;
    s->rnn += sign * r * n * n;
    s->rrn += sign * r * r * n;
    s->itinerant[0] += sign * r * (n - 1);
    s->itinerant[1] += sign * r * (n - 1) * (n - 2);
    s->itinerant[2] += sign * (falling(r, 3) + m * falling(r, 2));
}

/* ---- one member ---- */

/* How many paths pass it, and how many ordered pairs of these share their first or second tie. */
struct passing {
    double paths, sharing;
};

static struct chance chance_of(const struct ties_by_chance *t, struct passing x) {
    return moments(t, x.paths, x.sharing * t->a);
}

/* Of a member who answered; `others`: sums over the groups that are not its own, `h`. */
static void chance_directed(const struct ties_by_chance *t, const struct head_count *h,
                            const struct powers *o, struct chance out[ROLES]) {
    double n = h->n, r = h->answered, all = n + o->n, asked = r + o->r;
    struct passing within = {(r - 1) * (n - 2), (r - 1) * falling(n - 2, 2) + falling(r - 1, 3) +
                                                    (n - r) * falling(r - 1, 2)};
    struct passing apart = {o->r * o->n - o->rn,
                            (o->n * o->n - o->n) * o->r - (2 * o->n - 1) * o->rn + o->rnn +
                                (o->r * o->r - o->r) * o->n - (2 * o->r - 1) * o->rn + o->rrn};
    struct passing any = {(asked - 1) * (all - 2), (asked - 1) * falling(all - 2, 2) +
                                                       falling(asked - 1, 3) +
                                                       (all - asked) * falling(asked - 1, 2)};
    out[ROLE_COORDINATOR] = chance_of(t, within);
    out[ROLE_ITINERANT] =
        chance_of(t, (struct passing){o->itinerant[0], o->itinerant[1] + o->itinerant[2]});
    out[ROLE_REPRESENTATIVE] = chance_of(
        t, (struct passing){(r - 1) * o->n, (r - 1) * falling(o->n, 2) + o->n * falling(r - 1, 2)});
    out[ROLE_GATEKEEPER] = chance_of(
        t, (struct passing){o->r * (n - 1), o->r * falling(n - 1, 2) + (n - 1) * falling(o->r, 2)});
    out[ROLE_LIAISON] = chance_of(t, apart);
    out[ROLE_ANY] = chance_of(t, any);
}

/* Without directions: ordered pairs of others, without those of two who did not answer; past one
 * who did not answer himself only those of two who did. */
static void chance_undirected(const struct ties_by_chance *t, const struct head_count *h,
                              const struct powers *o, bool answered, struct chance out[ROLES]) {
    double n = answered ? h->n - 1 : h->answered, m = answered ? h->n - h->answered : 0;
    double others = answered ? o->n : o->r, mute = answered ? o->n - o->r : 0;
    double squares = answered ? o->nn - o->mm : o->rr;
    double same = squares - (others - mute), sides = others * n - mute * m;
    out[ROLE_COORDINATOR] = moments(t, falling(n, 2) - falling(m, 2), 0);
    out[ROLE_ITINERANT] = moments(t, same, 0);
    out[ROLE_REPRESENTATIVE] = out[ROLE_GATEKEEPER] = moments(t, sides, 0);
    out[ROLE_LIAISON] = moments(t, others * others - mute * mute - squares, 0);
    out[ROLE_ANY] = moments(t, falling(n + others, 2) - falling(m + mute, 2), 0);
}

static void chances_of_group(const struct ties_by_chance *t, const struct head_count *h,
                             const struct powers *all, struct chances *out) {
    struct powers others = *all;
    add_group(&others, h, -1);
    if (!t->directed) {
        chance_undirected(t, h, &others, true, out->answered);
        chance_undirected(t, h, &others, false, out->silent);
        return;
    }
    chance_directed(t, h, &others, out->answered);
    for (int r = 0; r < ROLES; r++) {
        out->silent[r] = (struct chance){0, 0}; /* whom it named nobody knows */
    }
}

/* ---- all members where all answered ---- */

static double covariance_of_group(const struct ties_by_chance *t, double n) {
    return falling(n, 3) * ((4 * n - 10) * t->a - 4 * (n - 3) * t->b + (n - 3) * t->c);
}

/* Sums over groups of the powers of their sizes. */
struct size_powers {
    double of[5];
};

static struct size_powers powers_of_sizes(const struct kind_of_group *kind, uint32_t groups) {
    struct size_powers s = {{0}};
    for (uint32_t k = 0; k < groups; k++) {
        double n = kind[k].of.n;
        s.of[1] += n;
        s.of[2] += n * n;
        s.of[3] += n * n * n;
        s.of[4] += n * n * n * n;
    }
    return s;
}

static double covariance_of_itinerants(const struct ties_by_chance *t,
                                       const struct kind_of_group *kind, uint32_t groups,
                                       const struct size_powers *s) {
    double sum = 0;
    for (uint32_t k = 0; k < groups; k++) {
        double x = kind[k].of.n, pairs = x * (x - 1);
        /* With every group y but its own: y pairs ((2x + 2y - 6) a + (N - x - 1) c). */
        double others = s->of[1] - x, squares = s->of[2] - x * x;
        sum += pairs *
               (((2 * x - 6) * others + 2 * squares) * t->a + (s->of[1] - x - 1) * others * t->c);
    }
    return sum;
}

static void chance_of_all(const struct ties_by_chance *t, const struct kind_of_group *kind,
                          uint32_t groups, struct chance out[ROLES]) {
    const struct size_powers powers = powers_of_sizes(kind, groups);
    const double *s = powers.of;
    double all = s[1], within = 0, sides = 0, side_covariance = 0;
    for (uint32_t k = 0; k < groups; k++) {
        double n = kind[k].of.n;
        double paths = falling(n, 2) * (all - n);
        within += covariance_of_group(t, n);
        sides += paths;
        side_covariance += paths * ((all - 3) * t->a + (n - 2) * t->c);
    }
    /* Over groups i, j, k that differ: n_i n_j n_k, and n_i^2 n_j n_k. */
    double three = all * all * all - 3 * all * s[2] + 2 * s[3];
    double square = all * all * s[2] - 2 * all * s[3] - s[2] * s[2] + 2 * s[4];
    double apart = ((4 * all - 2) * three - 8 * square) * (t->a - t->b) +
                   ((all - 1) * three - 2 * square) * t->c;
    out[ROLE_COORDINATOR] = moments(t, s[3] - 3 * s[2] + 2 * s[1], within);
    out[ROLE_ITINERANT] = moments(t, sides, covariance_of_itinerants(t, kind, groups, &powers));
    out[ROLE_REPRESENTATIVE] = moments(t, sides, side_covariance);
    out[ROLE_GATEKEEPER] = out[ROLE_REPRESENTATIVE];
    out[ROLE_LIAISON] = moments(t, three, apart);
    out[ROLE_ANY] = moments(t, falling(all, 3), covariance_of_group(t, all));
}

/* ---- all members where some did not answer ---- */

/* Over pairs of members of whom the first answered: how many paths have the pair as their first
 * tie, as their second, or as the one that is missing. */
struct uses {
    double first, second, missing;
};

/* Paths, and pairs of paths that share a pair of members. */
struct sharing {
    double paths, ties, missing, mixed;
};

/* `pairs` of them. */
static void add_uses(struct sharing *s, double pairs, const struct uses *u) {
    double ties = u->first + u->second;
    s->paths += pairs * u->first;
    s->ties += pairs * ties * (ties - 1);
    s->missing += pairs * u->missing * (u->missing - 1);
    s->mixed += pairs * 2 * ties * u->missing;
}

/* Pairs within a group; `says`: 1 if the second has answered, too. */
static void use_within(const struct head_count *h, const struct head_count *all, double says,
                       struct uses out[ROLES]) {
    double between = h->answered - 1 - says;
    out[ROLE_COORDINATOR] = (struct uses){says * (h->n - 2), between, between};
    out[ROLE_ITINERANT] = (struct uses){0, 0, all->answered - h->answered};
    out[ROLE_REPRESENTATIVE] = (struct uses){says * (all->n - h->n), 0, 0};
    out[ROLE_GATEKEEPER] = (struct uses){0, all->answered - h->answered, 0};
    out[ROLE_LIAISON] = (struct uses){0, 0, 0};
}

/* Pairs from the group x to the group y. */
static void use_between(const struct head_count *x, const struct head_count *y,
                        const struct head_count *all, double says, struct uses out[ROLES]) {
    double apart = all->answered - x->answered - y->answered;
    out[ROLE_COORDINATOR] = (struct uses){0, 0, 0};
    out[ROLE_ITINERANT] = (struct uses){says * (x->n - 1), y->answered - says, 0};
    out[ROLE_REPRESENTATIVE] = (struct uses){0, x->answered - 1, x->answered - 1};
    out[ROLE_GATEKEEPER] = (struct uses){says * (y->n - 1), 0, y->answered - says};
    out[ROLE_LIAISON] = (struct uses){says * (all->n - x->n - y->n), apart, apart};
}

static void add_pairs(struct sharing s[ROLES], double pairs, double says,
                      const struct head_count *all, struct uses uses[ROLES]) {
    double between = all->answered - 1 - says;
    uses[ROLE_ANY] = (struct uses){says * (all->n - 2), between, between};
    for (int r = 0; r < ROLES; r++) {
        add_uses(&s[r], pairs, &uses[r]);
    }
}

/* Paths over the same three members that share two pairs have been counted at both: those whose
 * last two have changed places, and whose first two have, if they play the same role. */
static void count_once(struct sharing s[ROLES], const struct kind_of_group *x,
                       const struct head_count *all) {
    double n = x->of.n, r = x->of.answered;
    s[ROLE_COORDINATOR].mixed -= x->times * (falling(r, 3) + falling(r, 2) * (n - 2));
    s[ROLE_REPRESENTATIVE].mixed -= x->times * falling(r, 2) * (all->n - n);
    s[ROLE_GATEKEEPER].mixed -= x->times * falling(r, 2) * (all->answered - r);
}

static int by_head_count(const void *a, const void *b) {
    const struct head_count *x = &((const struct kind_of_group *)a)->of;
    const struct head_count *y = &((const struct kind_of_group *)b)->of;
    return x->n != y->n ? (x->n > y->n) - (x->n < y->n)
                        : (x->answered > y->answered) - (x->answered < y->answered);
}

static uint32_t join_kinds(struct kind_of_group *kind, uint32_t n) {
    uint32_t kinds = 0;
    qsort(kind, n, sizeof *kind, by_head_count);
    for (uint32_t i = 0; i < n; i++) {
        if (kinds && by_head_count(&kind[kinds - 1], &kind[i]) == 0) {
            kind[kinds - 1].times++;
        } else {
            kind[kinds++] = kind[i];
        }
    }
    return kinds;
}

static void share_between(const struct kind_of_group *x, const struct kind_of_group *y, bool same,
                          const struct head_count *all, struct sharing s[ROLES]) {
    struct uses uses[ROLES];
    double times = x->times * (y->times - same), r = x->of.answered, met = y->of.answered;
    for (int says = 0; says < 2; says++) {
        double pairs = times * r * (says ? met : y->of.n - met);
        use_between(&x->of, &y->of, all, says, uses);
        add_pairs(s, pairs, says, all, uses);
    }
    s[ROLE_LIAISON].mixed -= times * r * met * (all->n - x->of.n - y->of.n);
    s[ROLE_LIAISON].mixed -= times * r * met * (all->answered - r - met);
}

static void share_within(const struct kind_of_group *x, const struct head_count *all,
                         struct sharing s[ROLES]) {
    struct uses uses[ROLES];
    double n = x->of.n, r = x->of.answered;
    for (int says = 0; says < 2; says++) {
        use_within(&x->of, all, says, uses);
        add_pairs(s, x->times * r * (says ? r - 1 : n - r), says, all, uses);
    }
    count_once(s, x, all);
}

static enum status chance_of_known(const struct ties_by_chance *t, struct stint *stint,
                                   const struct head_count *all, struct kind_of_group *kind,
                                   uint32_t groups, struct chance out[ROLES]) {
    struct sharing s[ROLES] = {{0}};
    uint32_t kinds = join_kinds(kind, groups);
    enum status status = ST_OK;
    for (uint32_t i = 0; i < kinds && status == ST_OK; i++) {
        status = stint_due(stint, 8 * (uint64_t)kinds);
        share_within(&kind[i], all, s);
        for (uint32_t k = 0; k < kinds; k++) {
            share_between(&kind[i], &kind[k], i == k, all, s);
        }
    }
    s[ROLE_ANY].mixed -= falling(all->answered, 3) + falling(all->answered, 2) * (all->n - 2);
    for (int r = 0; r < ROLES; r++) {
        out[r] = moments(t, s[r].paths, s[r].ties * t->a + s[r].missing * t->c - s[r].mixed * t->b);
    }
    return status;
}

/* Without directions paths alone, those past each member added up. */
static void chance_added_up(const struct groups *by, const struct kind_of_group *kind,
                            struct brokerage *out) {
    for (int r = 0; r < ROLES; r++) {
        out->chance[r] = (struct chance){0, NAN};
        for (uint32_t k = 0; k < by->n; k++) {
            double answered = kind[k].of.answered;
            out->chance[r].expected +=
                answered * out->of_group[k].answered[r].expected +
                (kind[k].of.n - answered) * out->of_group[k].silent[r].expected;
        }
    }
}

/* ---- both ---- */

static struct kind_of_group *count_heads(struct arena *a, const struct groups *by, uint32_t members,
                                         const uint8_t *silent, struct head_count *all) {
    uint64_t *size = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1);
    uint64_t *mute = ARENA_ARRAY(a, uint64_t, (size_t)by->n + 1);
    struct kind_of_group *kind = ARENA_ARRAY(a, struct kind_of_group, (size_t)by->n + 1);
    if (!size || !mute || !kind) {
        return NULL;
    }
    all->n = groups_sizes(by, members, size);
    all->answered = all->n - groups_silent(by, members, silent, mute);
    for (uint32_t k = 0; k < by->n; k++) {
        double n = (double)size[k];
        kind[k] = (struct kind_of_group){{n, n - (double)mute[k]}, 1};
    }
    return kind;
}

enum status brokerage_by_chance(const struct network_host *host, const struct groups *by,
                                uint32_t members, bool directed, const uint8_t *silent,
                                uint64_t ties, struct brokerage *out) {
    struct arena a;
    struct effort effort;
    struct stint stint = {.effort = &effort};
    struct head_count all = {0, 0};
    struct powers sums = {0};
    arena_init(&a, host->alloc);
    effort_init(&effort, host, (double)by->n * by->n);
    struct kind_of_group *kind = count_heads(&a, by, members, silent, &all);
    double mute = all.n - all.answered;
    double pairs = directed ? all.answered * (all.n - 1) : falling(all.n, 2) - falling(mute, 2);
    struct ties_by_chance t = ties_of_density(pairs > 0 ? (double)ties / pairs : 0, directed);
    enum status status = kind ? ST_OK : ST_NO_MEMORY;
    for (uint32_t k = 0; k < by->n && status == ST_OK; k++) {
        add_group(&sums, &kind[k].of, 1);
    }
    for (uint32_t k = 0; k < by->n && status == ST_OK; k++) {
        chances_of_group(&t, &kind[k].of, &sums, &out->of_group[k]);
    }
    if (status == ST_OK && mute > 0 && directed) {
        status = chance_of_known(&t, &stint, &all, kind, by->n, out->chance);
    } else if (status == ST_OK && mute > 0) {
        chance_added_up(by, kind, out);
    } else if (status == ST_OK) {
        chance_of_all(&t, kind, by->n, out->chance);
    }
    arena_free(&a);
    return status;
}

const struct chance *brokerage_chance(const struct brokerage *b, const struct groups *by,
                                      const uint8_t *silent, uint32_t member) {
    const struct chances *of = &b->of_group[by->of[member]];
    return silent && silent[member] ? of->silent : of->answered;
}
