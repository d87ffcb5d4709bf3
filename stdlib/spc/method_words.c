/* Formulas of funnels, Pareto charts, T2, cumulative sums and capability, with their numbers. */
#include "stdlib/spc/method_words.h"
#include <math.h>

/* ---- units of unlike size ---- */

struct spc_counted {
    double counts, sizes, least, most; /* of the units that count */
    size_t above, below, far_above, far_below;
};

static struct spc_counted count_units(const struct spc_units *all) {
    struct spc_counted sum = {.least = INFINITY, .most = -INFINITY};
    for (uint32_t i = 0; i < all->n; i++) {
        const struct funnel_unit *u = &all->unit[i];
        if (isnan(u->value)) {
            continue;
        }
        sum.counts += all->count[i];
        sum.sizes += all->size[i];
        sum.least = fmin(sum.least, all->size[i]);
        sum.most = fmax(sum.most, all->size[i]);
        sum.above += u->value > u->high95;
        sum.below += u->value < u->low95;
        sum.far_above += u->value > u->high998;
        sum.far_below += u->value < u->low998;
    }
    return sum;
}

static void put_spread(struct buf *b, const struct funnel *f, bool spread) {
    SPC_SAY(b,
            "spread\tphi = %n, the mean of squared z with those beyond the tenths brought in to "
            "them; by chance 1",
            f->phi);
    if (f->tau2 > 0) {
        SPC_SAY(b,
                ". Units vary more than chance allows: tau = %n between them (DerSimonian & "
                "Laird 1986) widens the limits",
                sqrt(f->tau2));
    } else {
        buf_text(b, spread ? ". Units do not vary more than chance allows: tau = 0"
                           : ". tau = 0, as `spread: false` has it");
    }
    buf_char(b, '\n');
}

static void put_funnel_limits(struct buf *b, const struct spc_units *all, double size) {
    bool exact = all->kind == FUNNEL_RATIO && all->funnel.tau2 == 0;
    double low95, high95, low998, high998;
    funnel_limits(all->kind, &all->funnel, size, FUNNEL_Z95, &low95, &high95);
    funnel_limits(all->kind, &all->funnel, size, FUNNEL_Z998, &low998, &high998);
    if (exact) {
        buf_text(b, "limits\texact, of a count that goes by Poisson's distribution about d_i");
    } else {
        SPC_SAY(b,
                "limits\tcentre -/+ z sqrt(sigma_i^2 + tau^2) on that scale, z = %n for 95 % and "
                "%n for 99.8 %, brought back from it",
                FUNNEL_Z95, FUNNEL_Z998);
    }
    SPC_SAY(b, "; at a size of %n: 95 % from %n to %n, 99.8 % from %n to %n\n", size, low95, high95,
            low998, high998);
}

static void put_outside(struct buf *b, const struct spc_counted *sum, size_t n) {
    buf_printf(b,
               "outside\t%zu of %zu units beyond 95 %% (%zu above, %zu below), where chance has 5 "
               "%%\n\t%zu beyond 99.8 %% (%zu above, %zu below), where chance has 0.2 %%\n",
               sum->above + sum->below, n, sum->above, sum->below, sum->far_above + sum->far_below,
               sum->far_above, sum->far_below);
}

void spc_explain_units(struct buf *b, const struct spc_units *all, bool spread) {
    const struct funnel *f = &all->funnel;
    struct spc_counted sum = count_units(all);
    bool share = all->kind == FUNNEL_SHARE;
    buf_printf(b, "units\t%u", all->n);
    if (f->n < all->n) {
        buf_printf(b, ", of which %zu have a %s", f->n,
                   share ? "count that is a part of a size above 0" : "size above 0 and a count");
    }
    if (f->n) {
        SPC_SAY(b, "; sizes %n to %n", sum.least, sum.most);
    }
    buf_printf(b, "\nformulas\tSpiegelhalter 2005\nvalue\t%s\n",
               share ? "shares n_i / d_i; asin(sqrt(value)) is nearly normal, with sigma_i = 1 / "
                       "(2 sqrt(d_i))"
                     : "observed n_i over expected d_i; sqrt(value) is nearly normal, with sigma_i "
                       "= 1 / (2 sqrt(d_i))");
    if (f->n == 0) {
        return;
    }
    if (share) {
        SPC_SAY(b, "centre\tsum of n / sum of d = %n / %n = %n\n", sum.counts, sum.sizes,
                f->centre);
    } else {
        SPC_SAY(b, "centre\t1: as many as expected; sum of n / sum of d = %n / %n = %n\n",
                sum.counts, sum.sizes, sum.counts / sum.sizes);
    }
    put_spread(b, f, spread);
    put_funnel_limits(b, all, sum.least);
    put_outside(b, &sum, f->n);
}

/* ---- categories ---- */

void spc_explain_categories(struct buf *b, const struct spc_categories *all) {
    double sum = 0;
    uint32_t few = 0;
    while (few < all->n && sum < 0.8 * all->total) {
        sum += all->at[few++].count;
    }
    buf_printf(b, "rows\t%u categor%s", all->n, all->n == 1 ? "y" : "ies");
    SPC_SAY(b, " with counts of %n in all, from the most frequent down", all->total);
    buf_text(b, "; those of one count in the order of their rows\nvalue\tcount / sum of counts\n");
    if (all->total > 0) {
        SPC_SAY(b, "together\tthe sum of shares down to each: four fifths with number %n, ", few);
        buf_printf(b, "`%.*s`", STR_ARG(all->at[few - 1].name));
        SPC_SAY(b, ": %n / %n = %n\n", sum, all->total, sum / all->total);
    }
}

/* ---- several measures at once ---- */

static uint32_t count_beyond(const struct spc_distances *all, uint32_t *whole) {
    uint32_t beyond = 0;
    *whole = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        beyond += all->distance[i] > all->limit[i];
        *whole += isnan(all->distance[i]) ? 0 : 1;
    }
    return beyond;
}

void spc_explain_distances(struct buf *b, const struct spc_distances *all) {
    uint32_t whole, beyond = count_beyond(all, &whole);
    const struct t2_basis *basis = &all->basis;
    double q = all->alarm;
    buf_printf(b, "points\t%u, of which %u have all measures; the mean is of the first %u\n",
               all->n, whole, all->base);
    buf_text(b, "formulas\tHotelling 1947; limits of Tracy, Young & Mason 1992\n"
                "value\tT2 = (x - mean)' S^-1 (x - mean), S the covariances within the base\n");
    if (all->n == 0) {
        return;
    }
    for (uint32_t k = 0; k < all->measures; k++) {
        buf_printf(b, "%s`%.*s` ", k ? ", " : "mean\t", STR_ARG(all->measure[k]));
        spc_put_number(b, basis->mean[k]);
    }
    SPC_SAY(b, "; of m = %n points and p = %n measures\n", (double)basis->m, (double)basis->p);
    SPC_SAY(b,
            "limits\tof the base (m - 1)^2 / m times the quantile of the beta distribution with "
            "p / 2 and (m - p - 1) / 2 = %n\n",
            t2_limit_base(basis, q));
    if (all->base < all->n) {
        SPC_SAY(b,
                "\tof later points p (m + 1) (m - 1) / (m (m - p)) times that of F with p and m - "
                "p = %n\n",
                t2_limit_new(basis, q));
    }
    SPC_SAY(b, "rules\tabove its limit: by chance %n% of points; ", 100 * q);
    buf_printf(b, "%u found\n", beyond);
}

/* ---- cumulative sums ---- */

static void put_found(struct buf *b, const struct spc_sums_made *sums,
                      const struct spc_points_named *names, bool up) {
    const double *sum = up ? sums->high : sums->low;
    size_t found = 0, first = 0, last = sums->n;
    for (size_t i = 0; i < sums->n; i++) {
        if (sum[i] > sums->options->limit) {
            first = found++ ? first : i;
        }
        last = isnan(sum[i]) ? last : i;
    }
    buf_printf(b, "\t%s: ", up ? "upwards" : "downwards");
    if (found) {
        buf_printf(b, "%zu point%s beyond the limit, from ", found, found == 1 ? "" : "s");
        spc_put_point(b, names, first);
        buf_text(b, " on");
    } else {
        buf_text(b, "not found");
    }
    if (last < sums->n) {
        SPC_SAY(b, "; the sum is %n at the last point", sum[last]);
    }
    buf_char(b, '\n');
}

void spc_explain_sums(struct buf *b, const struct spc_sums_made *sums,
                      const struct spc_points_named *names) {
    const struct cusum_options *o = sums->options;
    buf_text(b, "formulas\tPage 1954\n");
    SPC_SAY(b, sums->target_given ? "target\tgiven: %n\n" : "target\tthe mean of the series = %n\n",
            o->target);
    SPC_SAY(b,
            sums->sigma_given ? "sigma\tgiven: %n\n" : "sigma\tmean moving range over 1.128 = %n\n",
            o->sigma);
    SPC_SAY(b,
            "value\tz_i = (value - target) / sigma; upwards C_i = max(0, C_(i-1) + z_i - %n), "
            "downwards the same with -z_i; both begin with %n",
            o->slack, o->head);
    buf_text(b, o->head > 0 ? ", a head start (Lucas & Crosier 1982)\n" : "\n");
    SPC_SAY(b, "limits\t%n sigma for either sum\n", o->limit);
    SPC_SAY(b,
            "rules\ta sum beyond its limit: without a change once in %n points on average, %n "
            "points after a shift of one sigma",
            cusum_run_length(o->slack, o->limit, 0), cusum_run_length(o->slack, o->limit, 1));
    buf_text(b, o->head > 0 ? ", where both begin with 0\n" : "\n");
    put_found(b, sums, names, true);
    put_found(b, sums, names, false);
}

/* ---- capability ---- */

static void put_asked(struct buf *b, const struct capability_asked *asked) {
    const double numbers[] = {asked->lower, asked->upper, asked->target};
    static const char *const names[] = {"at least ", "at most ", "aimed at "};
    bool any = false;
    for (size_t k = 0; k < COUNT_OF(numbers); k++) {
        if (!isnan(numbers[k])) {
            buf_text(b, any ? ", " : "asked\t");
            buf_text(b, names[k]);
            spc_put_number(b, numbers[k]);
            any = true;
        }
    }
    buf_text(b, any ? "\n" : "asked\tnothing\n");
}

static void put_index(struct buf *b, const char *form, const struct index_of *index) {
    if (isnan(index->value)) {
        return;
    }
    SPC_SAY(b, form, index->value);
    SPC_SAY(b, ", between %n and %n\n", index->low, index->high);
}

static void put_share_outside(struct buf *b, size_t n, double expected, const char *side) {
    if (!isnan(expected)) {
        buf_printf(b, "\t%zu %s; ", n, side);
        SPC_SAY(b, "%n% by the normal distribution and the sigma of all values\n", 100 * expected);
    }
}

void spc_explain_capability(struct buf *b, const struct capability_asked *asked,
                            const struct capability *able, bool unstable) {
    put_asked(b, asked);
    buf_text(b, "formulas\tMontgomery 2009, chapter 8\n");
    SPC_SAY(b, "mean\tof %n values = %n\n", (double)able->n, able->mean);
    SPC_SAY(b,
            "sigma\twithin: mean moving range over 1.128 = %n; of all values: sqrt(sum of (value - "
            "mean)^2 / (n - 1)) = %n\n",
            able->within, able->overall);
    put_index(b, "Cp\t(upper - lower) / (6 within) = %n", &able->cp);
    put_index(b, "Cpk\tthe nearer of upper - mean and mean - lower, over 3 within = %n",
              &able->cpk);
    put_index(b, "Cpm\t(upper - lower) / (6 sqrt(within^2 + (mean - target)^2)) = %n", &able->cpm);
    put_index(b, "Pp\tas Cp by the sigma of all values = %n", &able->pp);
    put_index(b, "Ppk\tas Cpk by the sigma of all values = %n", &able->ppk);
    if (!isnan(able->cpk.low) || !isnan(able->ppk.low)) {
        SPC_SAY(b, "intervals\tof %n%: ", 100 * asked->level);
        buf_text(b, "Cp and Pp by chi-square, Cpk and Ppk of Bissell 1990, Cpm of Boyles 1991\n");
    }
    if (!isnan(asked->lower) || !isnan(asked->upper)) {
        buf_printf(b, "outside\t%zu of %zu values\n", able->below + able->above, able->n);
        put_share_outside(b, able->below, able->expected_below, "below");
        put_share_outside(b, able->above, able->expected_above, "above");
        buf_text(b, unstable ? "careful\tpoints lie outside the limits of chance: what is not "
                               "stable has no capability yet\n"
                             : "");
    }
}
