/* Series of counts judged by five rules, by stdlib/spc or by one simple pass.
 *
 *   spc-kernels FILE RUNS ours|simple
 *
 * FILE has the columns series, t, x, n; rows of a series stand together. Prints for each run and
 * kind `NAME SECONDS CHECK`: points outside three sigma, completing eight on one side, six rising
 * or falling, two of three beyond two sigma and fifteen within one; the longest run; crossings; the
 * sum of centres (p) or sigmas (XmR). Processor seconds, without reading. */
#include "stdlib/spc/rules.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct rows {
    size_t n;
    long *series;
    double *x, *size, *share;
};

struct tally {
    long rule[5];
    size_t longest, crossings;
    double sum;
};

static const char *const RULES = "outside; shift 8; trend 6; 2 of 3 beyond 2; 15 within 1";

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool read_rows(const char *path, struct rows *r) {
    char line[100];
    size_t most = 2000000;
    FILE *f = fopen(path, "r");
    r->series = malloc(most * sizeof *r->series);
    r->x = malloc(most * sizeof *r->x);
    r->size = malloc(most * sizeof *r->size);
    r->share = malloc(most * sizeof *r->share);
    bool ok = f && r->series && r->x && r->size && r->share && fgets(line, sizeof line, f);
    while (ok && r->n < most && fgets(line, sizeof line, f)) {
        char *at = line;
        r->series[r->n] = strtol(at, &at, 10);
        strtol(at + 1, &at, 10);
        r->x[r->n] = (double)strtol(at + 1, &at, 10);
        r->size[r->n] = (double)strtol(at + 1, &at, 10);
        r->n++;
    }
    if (f) {
        fclose(f);
    }
    return ok;
}

/* ---- stdlib/spc ---- */

/* Room for the longest series, taken once. */
struct room {
    struct spc_lines lines;
    struct judged judged;
    struct rule_profile rules;
};

static bool make_room(size_t n, struct room *m) {
    double **const all[] = {&m->lines.value, &m->lines.centre, &m->lines.sigma,
                            &m->lines.lower, &m->lines.upper,  &m->lines.z};
    struct str wrong;
    for (size_t k = 0; k < COUNT_OF(all); k++) {
        *all[k] = calloc(n, sizeof(double));
        if (!*all[k]) {
            return false;
        }
    }
    m->judged.completes = calloc(n, sizeof(uint16_t));
    m->judged.members = calloc(n, sizeof(uint16_t));
    return m->judged.completes && m->judged.members &&
           rule_profile_read(str_of(RULES), &m->rules, &wrong);
}

static void add_ours(struct room *m, const struct rows *r, size_t from, size_t to, bool xmr,
                     struct tally *out) {
    struct spc_points p = {.n = to - from, .value = r->share + from, .base_stop = to - from};
    struct spc_options o = {.centre = NAN, .sigma = NAN};
    struct spc_basis basis;
    for (size_t i = from; xmr && i < to; i++) {
        r->share[i] = r->x[i] / r->size[i];
    }
    p.count = xmr ? NULL : r->x + from;
    p.size = xmr ? NULL : r->size + from;
    if (!spc_limits_of(xmr ? SPC_XMR : SPC_P, &p, &o, &m->lines, &basis)) {
        return;
    }
    rules_judge(&m->rules, &m->lines, p.n, NULL, &m->judged);
    for (size_t i = 0; i < p.n; i++) {
        unsigned bits = m->judged.completes[i];
        if (!bits) {
            continue;
        }
        out->rule[0] += (bits & (RULE_BELOW | RULE_ABOVE)) != 0;
        out->rule[1] += (bits & RULE_SHIFT) != 0;
        out->rule[2] += (bits & RULE_TREND) != 0;
        out->rule[3] += (bits & RULE_ZONE) != 0;
        out->rule[4] += (bits & RULE_INNER) != 0;
    }
    size_t longest = m->judged.runs.longest;
    out->longest = longest > out->longest ? longest : out->longest;
    out->crossings += m->judged.runs.crossings;
    out->sum += xmr ? basis.sigma : basis.centre;
}

/* ---- the simple pass ---- */

static void judge_simply(const double *y, const double *sigma, bool same, double centre, size_t n,
                         struct tally *out) {
    long run = 0, up = 0, down = 0, inner = 0;
    int side = 0, last = 0, zone1 = 0, zone2 = 0;
    for (size_t i = 0; i < n; i++) {
        double far = y[i] - centre, s = same ? sigma[0] : sigma[i], size = fabs(far);
        int now_side = (far > 0) - (far < 0);
        out->rule[0] += size > 3 * s;
        run = now_side && now_side == side ? run + 1 : now_side != 0;
        side = now_side;
        out->rule[1] += run >= 8;
        out->longest = (size_t)run > out->longest ? (size_t)run : out->longest;
        out->crossings += last && now_side && now_side != last;
        last = now_side ? now_side : last;
        up = i && y[i] > y[i - 1] ? up + 1 : 0;
        down = i && y[i] < y[i - 1] ? down + 1 : 0;
        out->rule[2] += up >= 5 || down >= 5;
        int zone = size > 2 * s ? now_side : 0;
        out->rule[3] += i > 1 && zone && (zone == zone1 || zone == zone2);
        zone2 = zone1;
        zone1 = zone;
        inner = size < s ? inner + 1 : 0;
        out->rule[4] += inner >= 15;
    }
}

static void add_simply(double *sigma, const struct rows *r, size_t from, size_t to, bool xmr,
                       struct tally *out) {
    double counts = 0, sizes = 0, shares = 0, ranges = 0;
    for (size_t i = from; i < to; i++) {
        counts += r->x[i];
        sizes += r->size[i];
        r->share[i] = r->x[i] / r->size[i];
        shares += r->share[i];
        ranges += i > from ? fabs(r->share[i] - r->share[i - 1]) : 0;
    }
    double n = (double)(to - from), centre = xmr ? shares / n : counts / sizes;
    double root = sqrt(centre * (1 - centre)), one = ranges / (n - 1) / 1.128;
    sigma[from] = one;
    for (size_t i = from; !xmr && i < to; i++) {
        sigma[i] = root / sqrt(r->size[i]);
    }
    judge_simply(r->share + from, sigma + from, xmr, centre, to - from, out);
    out->sum += xmr ? one : centre;
}

/* ---- both ---- */

static void measure(const struct rows *r, struct room *room, double *sigma, bool simple, bool xmr) {
    struct tally t = {0};
    double begin = now();
    for (size_t from = 0, to; from < r->n; from = to) {
        for (to = from; to < r->n && r->series[to] == r->series[from]; to++) {
        }
        if (simple) {
            add_simply(sigma, r, from, to, xmr, &t);
        } else {
            add_ours(room, r, from, to, xmr, &t);
        }
    }
    double seconds = now() - begin;
    printf("%s %.6f %ld %ld %ld %ld %ld longest %zu crossings %zu sum %.6f\n", xmr ? "xmr" : "p",
           seconds, t.rule[0], t.rule[1], t.rule[2], t.rule[3], t.rule[4], t.longest, t.crossings,
           t.sum);
}

int main(int argc, char **argv) {
    struct rows r = {0};
    if (argc != 4 || !read_rows(argv[1], &r)) {
        fprintf(stderr, "usage: spc-kernels FILE RUNS ours|simple\n");
        return 2;
    }
    struct room room = {.judged = {NULL, NULL, {0}, false, false}};
    double *sigma = malloc((r.n + 1) * sizeof *sigma);
    bool ok = sigma && make_room(r.n + 1, &room);
    for (long k = strtol(argv[2], NULL, 10); ok && k > 0; k--) {
        measure(&r, &room, sigma, argv[3][0] == 's', false);
        measure(&r, &room, sigma, argv[3][0] == 's', true);
    }
    return ok ? 0 : 1;
}
