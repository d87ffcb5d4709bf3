/* Formulas of every kind, with the numbers of the chart put in. */
#include "stdlib/spc/formulas.h"
#include "base/num.h"
#include "stdlib/spc/constants.h"
#include "stdlib/spc/families.h"
#include <math.h>

void spc_put_number(struct buf *b, double x) {
    char text[352];
    if (isnan(x)) {
        buf_text(b, "unknown");
        return;
    }
    double size = fabs(x);
    if (size != 0 && (size < 1e-4 || size >= 1e15)) {
        buf_put(b, text, num_print_float(text, x));
        return;
    }
    int whole = size >= 1 ? (int)floor(log10(size)) : size == 0 ? 5 : (int)floor(log10(size));
    size_t n = num_print_fixed(text, x, whole < 5 ? 5 - whole : 0);
    if (memchr(text, '.', n)) {
        while (text[n - 1] == '0') {
            n--;
        }
        n -= text[n - 1] == '.';
    }
    buf_put(b, text, n);
}

void spc_say(struct buf *b, const char *form, const double *numbers) {
    for (; *form; form++) {
        if (form[0] == '%' && form[1] == 'n') {
            spc_put_number(b, *numbers++);
            form++;
        } else {
            buf_char(b, *form);
        }
    }
}

void spc_put_point(struct buf *b, const struct spc_points_named *names, size_t i) {
    char text[64];
    size_t n = names->timed ? period_print(names->calendar, text, names->at[i])
                            : num_print_int(text, (int64_t)i + 1);
    buf_text(b, names->timed ? "" : "point ");
    buf_put(b, text, n);
}

/* ---- one phase ---- */

struct saying {
    struct buf *b;
    const struct spc_result *r;
    const struct spc_phase *phase;
    const struct spc_basis *basis;
    const struct spc_points_named *names;
    size_t last; /* the last point that has limits, else that is present */
};

#define SAY(s, form, ...) SPC_SAY((s)->b, form, __VA_ARGS__)

static void end_line(const struct saying *s) {
    buf_char(s->b, '\n');
}

static double at_last(const struct saying *s, const double *x) {
    return x && s->last < s->r->n ? x[s->last] : (double)NAN;
}

/* Sums over the base of a phase, as the limits have it. */
struct sums {
    double counts, sizes, values, weighted;
    size_t n;
};

static bool in_base(const struct saying *s, size_t i) {
    const struct spc_points *p = &s->r->points;
    return i >= s->phase->base_first && i < s->phase->base_stop && !isnan(s->r->lines.value[i]) &&
           !(p->ghost && p->ghost[i]);
}

static struct sums sums_of(const struct saying *s) {
    struct sums sum = {0};
    const struct spc_points *p = &s->r->points;
    for (size_t i = s->phase->first; i < s->phase->stop; i++) {
        if (in_base(s, i)) {
            double size = p->size ? p->size[i] : 1, value = p->value ? p->value[i] : (double)NAN;
            sum.counts += p->count ? p->count[i] : 0;
            sum.sizes += size;
            sum.values += value;
            sum.weighted += value * size;
            sum.n++;
        }
    }
    return sum;
}

/* ---- centres ---- */

static void say_centre(const struct saying *s) {
    struct sums sum = sums_of(s);
    double n = (double)s->basis->n, centre = s->basis->centre;
    buf_text(s->b, "centre\t");
    if (!isnan(s->r->options.centre)) {
        SAY(s, "%n, given beforehand", s->r->options.centre);
        end_line(s);
        return;
    }
    switch (s->r->kind) {
    case SPC_RUN:
        SAY(s, "the median of %n values = %n", n, centre);
        break;
    case SPC_MR:
        SAY(s, "the mean of %n moving ranges |x_i - x_(i-1)| = %n", n, centre);
        break;
    case SPC_XMR:
    case SPC_EWMA:
    case SPC_MA:
        SAY(s, "the mean of %n values = %n / %n = %n", n, sum.values, n, centre);
        break;
    case SPC_C:
        SAY(s, "the mean of %n counts = %n / %n = %n", n, sum.counts, n, centre);
        break;
    case SPC_XBAR:
        SAY(s, "sum of (size * mean) / sum of sizes = %n / %n = %n, of %n subgroups", sum.weighted,
            sum.sizes, centre, n);
        break;
    case SPC_R:
        SAY(s, "d2(size) * sigma, at the last point %n; the mean range of %n subgroups is %n",
            at_last(s, s->r->lines.centre), n, centre);
        break;
    case SPC_S:
        SAY(s, "standard deviations of %n subgroups, their mean, or pooled where sizes differ = %n",
            n, centre);
        break;
    case SPC_G:
        SAY(s, "the median of %n counts of cases = %n; their mean is %n", n, centre,
            s->basis->mean);
        break;
    case SPC_T:
        SAY(s, "the mean of %n values y = x^(1/3.6) is %n, brought back: %n^3.6 = %n", n,
            pow(centre, 1 / 3.6), pow(centre, 1 / 3.6), centre);
        break;
    case SPC_NP:
        SAY(s, "share * d_i; share = sum of n / sum of d = %n / %n = %n, of %n groups", sum.counts,
            sum.sizes, centre, n);
        break;
    default:
        SAY(s, "sum of n / sum of d = %n / %n = %n, of %n groups", sum.counts, sum.sizes, centre,
            n);
        break;
    }
    end_line(s);
}

/* ---- sigmas ---- */

/* Mean (or median) moving range to sigma: "mean moving range / 1.128 = 0.98 / 1.128 = 0.87". */
static void say_ranges(const struct saying *s, const char *of) {
    const struct spc_options *o = &s->r->options;
    double ranges = (double)s->basis->ranges, mean = s->basis->mean_range;
    double sigma = spc_sigma_of_range(o, mean);
    buf_printf(s->b, "the %s of ", o->median_range ? "median" : "mean");
    SAY(s, "%n ranges ", ranges);
    buf_text(s->b, of);
    SAY(s, ", over %n = %n / %n = %n", mean / sigma, mean, mean / sigma, sigma);
}

static void say_given_sigma(const struct saying *s) {
    SAY(s, "%n, given beforehand", s->r->options.sigma);
}

static void say_sigma_of_individuals(const struct saying *s) {
    if (!isnan(s->r->options.sigma)) {
        say_given_sigma(s);
    } else {
        say_ranges(s, "|x_i - x_(i-1)|");
    }
}

/* sigma_i = sqrt(variance / d_i) */
static void say_of_size(const struct saying *s, const char *form, bool share) {
    double centre = s->basis->centre, size = at_last(s, s->r->points.size);
    buf_text(s->b, form);
    if (share) {
        SAY(s, "; at the last point sqrt(%n * %n / %n) = %n", centre, 1 - centre, size,
            sqrt(centre * (1 - centre) / size));
    } else {
        SAY(s, "; at the last point sqrt(%n / %n) = %n", centre, size, sqrt(centre / size));
    }
}

static void say_laney(const struct saying *s, const char *form, bool share) {
    double ranges = (double)s->basis->ranges, z = s->basis->sigma_z;
    double constant = 1 / spc_sigma_of_range(&s->r->options, 1);
    say_of_size(s, form, share);
    SAY(s,
        ", times sigma_z = %n. sigma_z is how much more groups vary than chance has it: the mean "
        "of %n ranges |z_i - z_(i-1)| over %n = %n / %n, where z is (value - centre) over the "
        "sigma "
        "of chance",
        z, ranges, constant, z * constant, constant);
}

static void say_sigma_of_means(const struct saying *s) {
    double size = at_last(s, s->r->points.size), sigma = s->basis->sigma;
    if (!isnan(s->r->options.sigma)) {
        SAY(s, "%n, given beforehand, / sqrt(size)", sigma);
    } else if (s->r->options.by_range) {
        SAY(s,
            "(mean of range / d2(size)) / sqrt(size); within subgroups %n, at the last point %n / "
            "sqrt(%n) = %n",
            sigma, sigma, size, sigma / sqrt(size));
    } else {
        SAY(s,
            "s / c4(size) / sqrt(size), s the standard deviation within subgroups = %n; at the "
            "last point %n / %n / sqrt(%n) = %n",
            sigma, sigma, spc_c4(size), size, at_last(s, s->r->lines.sigma));
    }
}

static void say_sigma_of_averages(const struct saying *s) {
    const struct spc_options *o = &s->r->options;
    double weight = o->weight > 0 ? o->weight : 0.2, span = o->span ? (double)o->span : 3;
    buf_text(s->b, "of single values: ");
    say_sigma_of_individuals(s);
    if (s->r->kind == SPC_EWMA) {
        SAY(s,
            "; of the average sigma * sqrt(%n / (2 - %n) * (1 - (1 - %n)^(2i))), at the last point "
            "%n",
            weight, weight, weight, at_last(s, s->r->lines.sigma));
    } else {
        SAY(s, "; of the average sigma / sqrt(%n), at the last point %n", span,
            at_last(s, s->r->lines.sigma));
    }
}

static void say_sigma_of_spread(const struct saying *s) {
    double size = at_last(s, s->r->points.size), sigma = at_last(s, s->r->lines.sigma);
    if (s->r->kind == SPC_R) {
        SAY(s,
            "d3(size) * sigma; within subgroups sigma is the mean of range / d2(size) = %n, at the "
            "last point d3(%n) * %n = %n",
            s->basis->sigma, size, s->basis->sigma, sigma);
    } else {
        double c4 = spc_c4(size);
        SAY(s, "centre * sqrt(1 - c4(size)^2) / c4(size); at the last point c4(%n) = %n, %n", size,
            c4, sigma);
    }
}

static void say_sigma(const struct saying *s) {
    double centre = s->basis->centre, mean = s->basis->mean;
    buf_text(s->b, "sigma\t");
    switch (s->r->kind) {
    case SPC_MR:
        SAY(s, "centre * (%n - 1) / 3 = %n", spc_range_limit(&s->r->options), s->basis->sigma);
        break;
    case SPC_XMR:
        say_sigma_of_individuals(s);
        break;
    case SPC_I_PRIME:
        SAY(s, "sigma_1 / sqrt(d_i); at the last point %n / sqrt(%n) = %n", s->basis->sigma,
            at_last(s, s->r->points.size), at_last(s, s->r->lines.sigma));
        break;
    case SPC_XBAR:
        say_sigma_of_means(s);
        break;
    case SPC_R:
    case SPC_S:
        say_sigma_of_spread(s);
        break;
    case SPC_P:
        say_of_size(s, "sqrt(centre * (1 - centre) / d_i)", true);
        break;
    case SPC_P_PRIME:
        say_laney(s, "sqrt(centre * (1 - centre) / d_i)", true);
        break;
    case SPC_NP:
        SAY(s, "sqrt(d_i * share * (1 - share)); at the last point sqrt(%n * %n * %n) = %n",
            at_last(s, s->r->points.size), centre, 1 - centre, at_last(s, s->r->lines.sigma));
        break;
    case SPC_C:
        SAY(s, "sqrt(centre) = %n", sqrt(centre));
        break;
    case SPC_U:
        say_of_size(s, "sqrt(centre / d_i)", false);
        break;
    case SPC_U_PRIME:
        say_laney(s, "sqrt(centre / d_i)", false);
        break;
    case SPC_G:
        SAY(s, "sqrt(mean * (mean + 1)) = sqrt(%n * %n) = %n", mean, mean + 1, s->basis->sigma);
        break;
    case SPC_T:
        buf_text(s->b, "of y: ");
        say_ranges(s, "|y_i - y_(i-1)|");
        break;
    default:
        say_sigma_of_averages(s);
        break;
    }
    end_line(s);
}

/* ---- limits ---- */

static void say_limits(const struct saying *s) {
    double multiple = spc_multiple(&s->r->options);
    const struct spc_result *r = s->r;
    double low = at_last(s, r->lines.lower), high = at_last(s, r->lines.upper);
    buf_text(s->b, "limits\t");
    if (!s->phase->has_limits) {
        buf_text(s->b, r->kind == SPC_RUN ? "none: a run chart is judged by its runs alone"
                                          : "none: there are too few values for them");
        end_line(s);
        return;
    }
    if (r->kind == SPC_T) {
        SAY(s, "(mean of y -/+ %n sigma)^3.6, nothing below 0", multiple);
    } else {
        buf_text(s->b, r->kind == SPC_G ? "mean" : "centre");
        SAY(s, " -/+ %n sigma", multiple);
    }
    SAY(s, " = %n to %n", low, high);
    buf_text(s->b, " at ");
    spc_put_point(s->b, s->names, s->last);
    double shown_low = r->lower[s->last], shown_high = r->upper[s->last];
    if (shown_low != low || shown_high != high) {
        SAY(s, ", shown as %n to %n, since no value can lie beyond", shown_low, shown_high);
    }
    end_line(s);
}

/* ---- values ---- */

static const char *value_words(const struct spc_result *r) {
    switch (r->kind) {
    case SPC_MR:
        return "moving ranges |x_i - x_(i-1)|";
    case SPC_XBAR:
        return "means of subgroups";
    case SPC_R:
        return "ranges of subgroups";
    case SPC_S:
        return "standard deviations of subgroups";
    case SPC_P:
    case SPC_P_PRIME:
        return "shares n_i / d_i";
    case SPC_I_PRIME:
    case SPC_U:
    case SPC_U_PRIME:
        return "rates n_i / d_i";
    case SPC_NP:
        return "counts n_i out of d_i";
    case SPC_C:
        return "counts";
    case SPC_G:
        return "cases between events";
    case SPC_T:
        return "times x between events";
    case SPC_EWMA:
        return "z_i = weight * x_i + (1 - weight) * z_(i-1), from the centre on";
    case SPC_MA:
        return "means of the last values, as many as the span has";
    default:
        return "the values as they are";
    }
}

static size_t last_told(const struct spc_result *r, const struct spc_phase *phase) {
    size_t present = r->n;
    for (size_t i = phase->stop; i-- > phase->first;) {
        if (isnan(r->lines.value[i])) {
            continue;
        }
        if (!phase->has_limits || !isnan(r->lines.sigma[i])) {
            return i;
        }
        present = present == r->n ? i : present;
    }
    return present;
}

static void say_phase(const struct saying *s, size_t number) {
    if (s->r->nphases > 1) {
        SAY(s, "phase %n\t", (double)number);
        spc_put_point(s->b, s->names, s->phase->first);
        buf_text(s->b, " to ");
        spc_put_point(s->b, s->names, s->phase->stop - 1);
        end_line(s);
    }
    if (s->basis->n == 0 || s->last == s->r->n) {
        buf_text(s->b, "centre\tnone: no values are present\n");
        return;
    }
    size_t from = s->phase->base_first, stop = s->phase->base_stop;
    if (from > s->phase->first || stop < s->phase->stop) {
        buf_text(s->b, "baseline\t");
        spc_put_point(s->b, s->names, from);
        buf_text(s->b, " to ");
        spc_put_point(s->b, s->names, stop - 1);
        buf_text(s->b, ": the centre and the limits are made of these\n");
    }
    say_centre(s);
    if (spc_trait(s->r->kind)->has_limits) {
        say_sigma(s);
    }
    if (s->r->kind == SPC_I_PRIME && isnan(s->r->options.sigma)) {
        SAY(s,
            "\tsigma_1 is the mean of %n values sqrt(pi/2) * |x_i - x_(i-1)| / sqrt(1/d_(i-1) + "
            "1/d_i) = %n\n",
            (double)s->basis->ranges, s->basis->sigma);
    }
    say_limits(s);
}

void spc_explain_lines(struct buf *b, const struct spc_result *r,
                       const struct spc_points_named *names) {
    const struct spc_trait *trait = spc_trait(r->kind);
    buf_printf(b, "formulas\t%s\nvalue\t%s\n", trait->source, value_words(r));
    for (size_t k = 0; k < r->nphases; k++) {
        const struct spc_phase *phase = &r->phases[k];
        struct saying s = {b, r, phase, &phase->basis, names, last_told(r, phase)};
        say_phase(&s, k + 1);
    }
}

void spc_explain_left_out(struct buf *b, const struct spc_result *r) {
    size_t missing = 0, ghosts = 0, impossible = 0, screened = 0, told = b->n;
    bool counted = r->points.value == r->points.count || !r->points.value;
    for (size_t i = 0; i < r->n; i++) {
        missing += isnan(counted ? r->lines.value[i] : r->points.value[i]) ? 1 : 0;
        ghosts += r->ghost && r->ghost[i] ? 1 : 0;
    }
    for (size_t k = 0; k < r->nphases; k++) {
        impossible += r->phases[k].basis.impossible;
        screened += r->phases[k].basis.screened;
    }
    const struct {
        size_t n;
        const char *what;
    } all[] = {
        {counted ? missing - impossible : missing, "without a value, which keep their places"},
        {ghosts, "hollow: drawn, but neither judged nor in the limits"},
        {impossible, "with a value this kind cannot have, taken as missing"},
        {screened, "moving ranges beyond 3.267 means"}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (all[i].n) {
            buf_printf(b, "%s%zu %s", b->n == told ? "left out\t" : "; ", all[i].n, all[i].what);
        }
    }
    buf_text(b, b->n == told ? "" : "\n");
}
