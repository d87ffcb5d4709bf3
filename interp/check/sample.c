/* Samples: how the units of a measure were drawn, and what can be estimated of those they were
 * drawn from.
 *
 * An estimate is a weighted sum, or one such sum over another: shares, means, ratios, totals. Those
 * are what a cluster's part in can be told apart, so that an interval can be given; everything else
 * is refused, with what to write instead. */
#include "check/measure_parts.h"

static bool is_drawn(const struct story *s) {
    return s->weight || s->cluster || s->strata || s->population;
}

void begin_sample(struct checker *c, struct measure_info *m, const struct story *s) {
    if (is_drawn(s))
        m->sample = ARENA_NEW(c->arena, struct sample_info);
}

bool refuse_sample(struct checker *c, const struct story *s) {
    const struct node *clauses[] = {s->weight, s->cluster, s->strata, s->population};
    for (size_t i = 0; i < COUNT_OF(clauses); i++) {
        if (!clauses[i])
            continue;
        struct diag *d = error_at(c, E0333, clauses[i]->span,
                                  "this measure is made of measures, whose facts are the sample");
        diag_help(c->s->diags, d, "say in those measures how their units were drawn");
        return true;
    }
    return false;
}

/* ---- the clauses ---- */

static struct node *read_number(struct checker *c, const struct node *clause, const char *help) {
    if (!clause)
        return NULL;
    struct node *v = check_value(c, clause->a);
    if (is_poison(v))
        return NULL;
    if (!type_is_number(v->type)) {
        struct diag *d =
            error_at(c, E0333, clause->a->span, "this has to be a number, and is a `%.*s`",
                     STR_ARG(name_of_type(c, v->type)));
        diag_help(c->s->diags, d, "%s", help);
        return NULL;
    }
    return convert(c, v, type_scalar(c->types, TY_FLOAT, v->type->nullable), "the number");
}

static struct node **read_keys(struct checker *c, const struct node *clause, uint32_t *n) {
    struct node **keys = ARENA_ARRAY(c->arena, struct node *, clause ? clause->list.n + 1 : 1);
    for (uint32_t i = 0; clause && i < clause->list.n; i++) {
        struct node *key = check_expr(c, clause->list.at[i]->a);
        if (is_poison(key))
            continue;
        if (type_is_cell(key->type)) {
            keys[(*n)++] = key;
            continue;
        }
        struct diag *d =
            error_at(c, E0333, clause->list.at[i]->span, "a `%.*s` cannot tell units apart",
                     STR_ARG(name_of_type(c, key->type)));
        diag_help(c->s->diags, d, "name a column: `cluster school`, `strata district`");
    }
    return keys;
}

/* ---- what is estimated ---- */

static struct node *without_conversion(struct node *n) {
    while (n->kind == N_CONVERT && type_is_number(n->a->type))
        n = n->a;
    return n;
}

static struct node *both(struct checker *c, struct node *a, struct node *b) {
    if (!a || !b)
        return a ? a : b;
    struct node *n =
        node_make(c, N_BINARY, b->span,
                  type_scalar(c->types, TY_BOOL, a->type->nullable || b->type->nullable));
    n->op = TOK_AND;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *present(struct checker *c, struct node *value) {
    if (!value->type->nullable)
        return NULL;
    struct node *n = node_make(c, N_IS_MISSING, value->span, TYPE(c, BOOL));
    n->flags |= FLAG_NEGATED;
    n->a = value;
    return n;
}

/* An aggregate that adds up: false if it does not. */
static bool is_added_up(struct checker *c, const struct node *n, struct sample_sum *out) {
    if (n->kind != N_AGGREGATE || n->flags & FLAG_DISTINCT)
        return false;
    switch ((enum aggregate)n->value.i) {
    case AGG_COUNT:
        *out = (struct sample_sum){NULL, n->b};
        return true;
    case AGG_COUNT_TRUE:
        *out = (struct sample_sum){NULL, both(c, n->b, n->a)};
        return true;
    case AGG_COUNT_PRESENT:
        *out = (struct sample_sum){NULL, both(c, n->b, present(c, n->a))};
        return true;
    case AGG_SUM:
        *out = (struct sample_sum){without_conversion(n->a), both(c, n->b, present(c, n->a))};
        return true;
    default:
        return false;
    }
}

/* mean(x) is the sum of x over the rows that have one; share(c) the count of c over those that know
 * it. */
static bool is_averaged(struct checker *c, const struct node *n, struct sample_sum *top,
                        struct sample_sum *bottom) {
    if (n->kind != N_AGGREGATE || n->flags & FLAG_DISTINCT)
        return false;
    struct node *known = n->a ? both(c, n->b, present(c, n->a)) : NULL;
    if (n->value.i == AGG_MEAN)
        *top = (struct sample_sum){without_conversion(n->a), known};
    else if (n->value.i == AGG_SHARE)
        *top = (struct sample_sum){NULL, both(c, known, n->a)};
    else
        return false;
    *bottom = (struct sample_sum){NULL, known};
    return true;
}

static bool is_estimate(struct checker *c, struct measure_info *m) {
    struct sample_info *sample = m->sample;
    struct node *v = m->value;
    struct sample_sum bottom;
    if (v->type->kind == TY_POINTS)
        return false;
    if (is_added_up(c, v, &sample->top))
        return true;
    bool over = v->kind == N_BINARY && v->op == TOK_SLASH &&
                is_added_up(c, without_conversion(v->a), &sample->top) &&
                is_added_up(c, without_conversion(v->b), &bottom);
    sample->adds_columns = over;
    if (!over && !is_averaged(c, v, &sample->top, &bottom))
        return false;
    sample->bottom = ARENA_NEW(c->arena, struct sample_sum);
    *sample->bottom = bottom;
    return true;
}

static void settle_value(struct checker *c, struct measure_info *m, const struct node *unit) {
    if (is_poison(m->value) || !type_is_number(m->value->type))
        return; /* told */
    if (is_estimate(c, m)) {
        const struct type *t = m->value->type;
        const struct type *type = TYPE_NULL(c, FLOAT);
        bool percent = unit && t->kind == TY_RATIO && !t->unit && str_is(unit->text, "%");
        if (percent && !m->rate)
            type = TYPE_NULL(c, RATIO); /* which its unit makes a share of */
        else if (t->kind == TY_SHARE && !m->rate)
            type = TYPE_NULL(c, SHARE);
        m->value_type = t->unit ? type_in_unit(c->types, type, t->unit) : type;
        return;
    }
    struct diag *d =
        error_at(c, E0332, m->value->span, "a sample cannot be weighted into this value");
    diag_help(
        c->s->diags, d,
        "`count C`, or `value` with `mean(x)`, `share(c)`, `sum(x)`, `count()`, or one sum or "
        "count over another; several estimates can be combined in a measure made of measures");
}

void read_sample(struct checker *c, struct measure_info *m, const struct story *s) {
    struct sample_info *sample = m->sample;
    sample->weight = read_number(c, s->weight, "name the column of weights: `weight final_weight`");
    sample->population = read_number(
        c, s->population, "say how many there are to draw from: `population schools_in_stratum`");
    sample->cluster = read_keys(c, s->cluster, &sample->ncluster);
    sample->strata = read_keys(c, s->strata, &sample->nstrata);
    if (m->value)
        settle_value(c, m, s->unit);
    else
        m->value_type = m->rate ? TYPE_NULL(c, FLOAT) : TYPE_NULL(c, SHARE);
}

/* ---- the difference of two cells ---- */

static struct node *refuse_difference(struct checker *c, struct node *call, const char *what,
                                      const char *help) {
    struct diag *d = error_at(c, E0336, call->span, "%s", what);
    diag_help(c->s->diags, d, "%s", help);
    return node_poison(c, call);
}

/* A value of the dim, which is that of a reference's key. */
static struct node *side_value(struct checker *c, struct node *n, const struct type *dim) {
    while (dim->kind == TY_REF)
        dim = dim->table->columns[dim->table->keys[0]].type;
    struct node *v = check_value(c, n);
    return is_poison(v) ? v : convert(c, v, type_nullable(c->types, dim, false), "the value");
}

/* The answer without the dim. */
static struct node *without_dim(struct checker *c, struct node *question, uint32_t dim,
                                struct node *const sides[2]) {
    struct question *q = question->note;
    struct asked *asked = &q->asked[0];
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, q->ndims);
    asked->compared = asked->dims[dim];
    for (int i = 0; i < 2; i++)
        asked->sides[i] = side_value(c, sides[i], asked->compared->type);
    if (is_poison(asked->sides[0]) || is_poison(asked->sides[1]))
        return node_poison(c, question);
    for (uint32_t i = 0, at = 0; i < q->ndims; i++) {
        if (i == dim)
            continue;
        types[at] = q->cells->fields[i].type;
        asked->dims[at] = asked->dims[i];
        q->dim_names[at++] = q->dim_names[i];
    }
    q->ndims--;
    question->type = difference_of(c, q, types, question->span);
    return question;
}

struct node *compare_sample(struct checker *c, struct node *call) {
    struct node *n = call->list.at[0]->a;
    if (n->kind != N_QUESTION)
        return NULL;
    n = call->list.at[0]->a = check_expr(c, n);
    if (is_poison(n) || n->kind != N_QUESTION)
        return NULL;
    struct question *q = n->note;
    if (!q->only || !q->only->sample)
        return NULL;
    struct str name = call->list.at[1]->a->text;
    uint32_t dim = 0;
    while (dim < q->ndims && !str_eq(q->dim_names[dim], name))
        dim++;
    if (dim == q->ndims)
        return refuse_difference(c, call, "the question does not ask by what is compared",
                                 "write `compare((m by school), school, \"A\", \"B\")`");
    if (q->total || q->change || q->full || q->rows != ROWS_CELLS)
        return refuse_difference(c, call, "two cells of a sample are compared by themselves",
                                 "leave out `with total`, `change from` and `full`");
    if (c->s->protects)
        return refuse_difference(
            c, call, "a difference of cells that may be suppressed would give them away",
            "show both cells `with interval 95%`");
    struct node *const sides[] = {call->list.at[2]->a, call->list.at[3]->a};
    return without_dim(c, n, dim, sides);
}
