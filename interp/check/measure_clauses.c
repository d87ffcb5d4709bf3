/* The clauses of a measure that do not read its facts: targets, baselines, rates,
 * directions and kinds. */
#include "check/measure_parts.h"

/* A number known before the run, shares and points as fractions. */
static bool constant_number(struct checker *c, struct node *n, const char *what, double *out) {
    struct node *v = check_value(c, n);
    struct node *k = constant_of(v);
    if (!k || !is_figure(k->type)) {
        if (!is_poison(v))
            error_at(c, E0218, n->span, "a %s is a number known before the run", what);
        return false;
    }
    if (k->kind == N_SHARE || k->kind == N_POINTS)
        *out = (double)k->value.i / (double)k->value2;
    else
        *out = k->kind == N_FLOAT ? k->value.f : (double)k->value.i;
    return true;
}

void read_target(struct checker *c, struct measure_info *m, struct node *clause) {
    m->target_op = clause->op;
    m->has_target = constant_number(c, clause->a, "target", &m->target);
    m->target_said = clause->a;
    if (m->has_target && clause->b) {
        struct node *by = check_value(c, clause->b);
        if (by->kind == N_DATE)
            m->target_by = by->value.i;
        else if (!is_poison(by))
            error_at(c, E0218, clause->b->span, "a target's day is a date, as `by 2027-06-30`");
    }
}

void read_baseline(struct checker *c, struct measure_info *m, struct node *clause) {
    m->has_baseline = constant_number(c, clause->a, "baseline", &m->baseline);
    struct node *in = clause->b;
    if (!in)
        return; /* parsing gave up before it, and said so */
    in = in->kind == N_RANGE ? check_range(c, in) : check_value(c, in);
    if (is_poison(in) || constant_days(c, in, &m->baseline_first, &m->baseline_stop))
        return;
    struct diag *d =
        error_at(c, E0218, clause->b->span, "a baseline's period must be known before the run");
    diag_help(c->s->diags, d, "name it: `baseline 40%% in SY2024-25`");
}

void read_rate(struct checker *c, struct measure_info *m, struct node *clause) {
    struct node *v = check_value(c, clause->a);
    struct node *k = constant_of(v);
    if (is_poison(v))
        return; /* told */
    if (k && k->kind == N_INT && k->value.i >= 1 && k->value.i <= 1000000000) {
        m->rate = k->value.i;
        return;
    }
    struct diag *d =
        error_at(c, E0218, clause->a->span, "a rate is per a whole number from 1 to 1000000000");
    diag_help(c->s->diags, d, "write `rate per 1000`");
}

static struct str word_of(struct checker *c, const struct node *clause, const char *const *words,
                          const char *what) {
    if (!clause)
        return STR_NONE;
    struct str names[8];
    uint32_t n = 0;
    for (; words[n]; n++) {
        names[n] = str_of(words[n]);
        if (str_eq(names[n], clause->text))
            return clause->text;
    }
    struct diag *d =
        error_at(c, E0311, clause->span, "`%.*s` is no %s", STR_ARG(clause->text), what);
    help_words(c, d, clause->text, names, n);
    return STR_NONE;
}

void read_words(struct checker *c, struct measure_info *m, const struct story *s) {
    static const char *const ways[] = {"up", "down", NULL};
    static const char *const kinds[] = {"outcome", "driver", "process", "balancing", NULL};
    m->better = word_of(c, s->better, ways, "direction");
    m->kind = word_of(c, s->kind, kinds, "kind of measure");
    if (s->accumulates)
        m->accumulates = read_grain(c, s->accumulates->text, s->accumulates->span);
}

/* A declared unit is that of the value; without one, the value's own. A ratio in % is a share. */
void read_unit(struct checker *c, struct measure_info *m, const struct node *clause) {
    const struct type *t = m->value_type;
    m->unit = clause ? clause->text : t && t->unit ? t->unit->text : STR_NONE;
    if (!t) /* half written, in an editor */
        return;
    if (!clause && t->kind == TY_POINTS)
        m->unit = STR("points");
    if (clause && t->kind == TY_RATIO && !t->unit && str_is(clause->text, "%")) {
        m->value_type = type_scalar(c->types, TY_SHARE, t->nullable);
        m->unit = STR_NONE; /* it is in how shares are written */
        return;
    }
    bool takes_unit = t->kind == TY_INT || t->kind == TY_FLOAT || t->kind == TY_RATIO;
    if (!clause || !takes_unit)
        return;
    const struct unit_of_measure *unit = unit_read(c->types, clause->text);
    if (!t->unit || t->unit == unit) {
        m->value_type = type_in_unit(c->types, t, unit);
        return;
    }
    struct diag *d = error_at(c, E0318, clause->span, "the measure is said to be in %.*s",
                              STR_ARG(clause->text));
    if (m->value)
        diag_label_add(c->s->diags, d, m->value->span, "its value is in %.*s",
                       STR_ARG(t->unit->text));
    diag_help(c->s->diags, d,
              "leave the clause out, or take the value as a plain number: `float(...)`");
}

void read_direction(struct checker *c, struct measure_info *m, const struct node *except) {
    bool down = str_is(m->better, "down"), up = str_is(m->better, "up");
    if (!m->better.n && m->has_target) {
        down = m->target_op == TOK_LE || m->target_op == TOK_LT;
        up = m->target_op == TOK_GE || m->target_op == TOK_GT;
    }
    m->against_if_counted = down;
    if (up || down)
        return;
    struct diag *d = error_at(c, E0308, except->span,
                              "`except` leaves out what counts against, and `%.*s` does not say "
                              "which way that is",
                              STR_ARG(m->symbol->name));
    diag_help(c->s->diags, d, "say it: `better down` if being counted is bad, else `better up`");
}

enum grain read_grain(struct checker *c, struct str name, struct span span) {
    enum grain grain = grain_named(name);
    if (grain == GRAIN_NONE) {
        struct diag *d = error_at(c, E0311, span, "`%.*s` is no grain of time", STR_ARG(name));
        struct str names[GRAIN_COUNT];
        for (int g = 1; g < GRAIN_COUNT; g++)
            names[g - 1] = str_of(grain_name((enum grain)g));
        help_words(c, d, name, names, GRAIN_COUNT - 1);
    }
    need_terms(c, grain, span);
    return grain;
}
