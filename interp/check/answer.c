/* Answers: what is worked out in each cell, and the columns made of it.
 *
 * The cells hold for every measure with facts the parts that are needed; the
 * columns are trees over a row of these, checked like any other expression, so
 * values of measures made of measures, changes and intervals have the types that
 * the same arithmetic has elsewhere. */
#include "base/distribution.h"
#include "check/measure_parts.h"
#include <math.h>

struct answer {
    struct checker *c;
    struct question *q;
    struct row *cells;
    const struct shown *shown;
    struct span span;
    ARENA_VEC(struct field) fields; /* of the cells, then of the answer */
    ARENA_VEC(struct node *) columns;
};

static int add_cell(struct answer *a, struct str name, const struct type *type) {
    ARENA_PUSH(a->c->arena, &a->fields) = (struct field){name, type};
    return (int)a->fields.n - 1;
}

static int part_field(struct answer *a, uint32_t measure, const char *part,
                      const struct type *type) {
    return add_cell(a, arena_printf(a->c->arena, "%u %s", (unsigned)measure, part), type);
}

static bool is_sum(const struct node *value) {
    return value->kind == N_AGGREGATE && value->value.i == AGG_SUM;
}

/* Estimates are floats in the cells; the answer's columns make shares of them. */
static const struct type *cell_type(struct answer *a, const struct measure_info *m) {
    const struct type *type = type_nullable(a->c->types, m->value_type, true);
    return m->sample && type->kind == TY_SHARE ? TYPE_NULL(a->c, FLOAT) : type;
}

static void error_cells(struct answer *a, uint32_t number) {
    static const char *const names[PART_COUNT] = {[PART_SE] = "se",
                                                  [PART_LOW] = "low",
                                                  [PART_HIGH] = "high",
                                                  [PART_DEFF] = "deff",
                                                  [PART_EFFECTIVE] = "effective"};
    const bool shown[PART_COUNT] = {[PART_SE] = a->shown->se,
                                    [PART_LOW] = a->shown->interval,
                                    [PART_HIGH] = a->shown->interval,
                                    [PART_DEFF] = a->shown->deff,
                                    [PART_EFFECTIVE] = a->shown->effective};
    for (int part = PART_SE; part < PART_COUNT; part++)
        if (shown[part])
            a->q->asked[number].parts[part] =
                part_field(a, number, names[part], TYPE_NULL(a->c, FLOAT));
}

static void asked_cells(struct answer *a, uint32_t number) {
    struct checker *c = a->c;
    struct asked *asked = &a->q->asked[number];
    const struct measure_info *m = asked->measure;
    bool hides = c->s->protects; /* any of them may be suppressed */
    const struct type *whole = type_scalar(c->types, TY_INT, m->top != NULL || hides);
    const struct type *count = type_scalar(c->types, TY_INT, hides);
    for (int i = 0; i < PART_COUNT; i++)
        asked->parts[i] = -1;
    asked->parts[PART_N] = part_field(a, number, "n", whole);
    if (!m->sample && (m->count || m->top))
        asked->parts[PART_D] = part_field(a, number, "d", whole);
    asked->parts[PART_VALUE] = part_field(a, number, "value", cell_type(a, m));
    if (a->shown->excluded)
        asked->parts[PART_EXCLUDED] = part_field(a, number, "excluded", count);
    if (a->shown->excepted)
        asked->parts[PART_EXCEPTED] = part_field(a, number, "excepted", count);
    if (a->shown->undecided)
        asked->parts[PART_UNDECIDED] = part_field(a, number, "undecided", count);
    if (m->sample)
        error_cells(a, number);
    else if (m->top || (m->value && is_sum(m->value) && m->value->type->nullable))
        asked->parts[PART_ROWS] = part_field(a, number, "rows", count);
}

static void befores(struct answer *a) {
    for (uint32_t i = 0; i < a->q->nasked; i++) {
        const struct type *type = cell_type(a, a->q->asked[i].measure);
        a->q->asked[i].before = a->q->change ? part_field(a, i, "before", type) : -1;
    }
}

static void difference_cells(struct answer *a) {
    struct asked *asked = &a->q->asked[0];
    const enum cell_part parts[] = {PART_VALUE, PART_SE, PART_LOW, PART_HIGH};
    for (int i = 0; i < PART_COUNT; i++)
        asked->parts[i] = -1;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        asked->parts[parts[i]] = part_field(a, 0, "difference", TYPE_NULL(a->c, FLOAT));
}

static void make_cells(struct answer *a, const struct type *const *dim_types) {
    struct checker *c = a->c;
    struct question *q = a->q;
    for (uint32_t i = 0; i < q->ndims; i++)
        add_cell(a, q->dim_names[i], dim_types[i]);
    if (q->total)
        add_cell(a, STR("total"), TYPE(c, BOOL));
    if (q->grain != GRAIN_NONE)
        add_cell(a, STR("period"), TYPE(c, PERIOD));
    bool compared = q->nasked && q->asked[0].compared; /* of a faulty measure nothing is asked */
    if (compared)
        difference_cells(a);
    for (uint32_t i = 0; i < q->nasked && !compared; i++)
        asked_cells(a, i);
    befores(a);
    q->full_at = q->full ? add_cell(a, STR("full"), TYPE(c, BOOL)) : -1;
    q->full_before_at = q->full && q->change ? add_cell(a, STR("full before"), TYPE(c, BOOL)) : -1;
    q->partial_at = a->shown->partial ? add_cell(a, STR("partial"), TYPE(c, BOOL)) : -1;
    q->cells = type_relation(c->types, a->fields.at, a->fields.n, NULL, 0);
    a->cells = ARENA_NEW(c->arena, struct row);
    a->cells->type = q->cells;
}

/* ---- trees: of no place in the source, so that explanations do not tell them as clauses ---- */

static const struct span nowhere = {0, 0, 0};

static struct node *cell(struct answer *a, int field) {
    return column_read(a->c, a->cells, (uint32_t)field, nowhere);
}

static struct node *whole(struct answer *a, int64_t value) {
    struct node *n = node_make(a->c, N_INT, nowhere, TYPE(a->c, INT));
    n->value.i = value;
    return n;
}

static struct node *number(struct answer *a, double value) {
    struct node *n = node_make(a->c, N_FLOAT, nowhere, TYPE(a->c, FLOAT));
    n->value.f = value;
    return n;
}

static struct node *two(struct answer *a, int op, struct node *x, struct node *y) {
    struct node *n = node_make(a->c, N_BINARY, nowhere, NULL);
    n->op = (uint8_t)op;
    n->a = x;
    n->b = y;
    return check_expr(a->c, n);
}

/* The value where the field is true, else missing. */
static struct node *where_true(struct answer *a, int field, struct node *value) {
    if (field < 0)
        return value;
    struct node *yes = node_make(a->c, N_BOOL, nowhere, TYPE(a->c, BOOL));
    yes->value.i = true;
    struct node *arm = node_make(a->c, N_ARM, nowhere, NULL);
    arm->a = value;
    list_push(a->c, &arm->list, yes);
    struct node *match = node_make(a->c, N_MATCH, nowhere, NULL);
    match->a = cell(a, field);
    list_push(a->c, &match->list, arm);
    return check_expr(a->c, match);
}

static const struct asked *asked_of(const struct question *q, const struct measure_info *m) {
    for (uint32_t i = 0; i < q->nasked; i++)
        if (q->asked[i].measure == m)
            return &q->asked[i];
    return NULL;
}

/* A float as a share, to twelve digits. */
static struct node *as_share(struct answer *a, struct node *value) {
    const int64_t digits = 1000000000000;
    struct node *scaled =
        two(a, TOK_PLUS, two(a, TOK_STAR, value, number(a, (double)digits)), number(a, 0.5));
    scaled = invoke_builtin(a->c, nowhere, BUILTIN_FLOOR, TYPE_NULL(a->c, INT), scaled);
    return convert(a->c, two(a, TOK_SLASH, scaled, whole(a, digits)), TYPE_NULL(a->c, SHARE),
                   "the share");
}

/* A cell of an estimate as its measure has values. */
static struct node *estimate(struct answer *a, const struct measure_info *m, int field) {
    struct node *value = cell(a, field);
    return m->sample && m->value_type->kind == TY_SHARE ? as_share(a, value) : value;
}

static struct node *value_of(struct answer *a, const struct measure_info *m, bool before);

/* The formula with values in place of the measures' names. */
static void put_values(struct answer *a, const struct measure_info *m, struct node **slot,
                       bool before) {
    struct node *n = *slot;
    if (!n)
        return;
    for (uint32_t i = 0; n->kind == N_NAME && i < m->nof; i++)
        if (str_eq(m->of[i]->symbol->name, n->text)) {
            *slot = value_of(a, m->of[i], before);
            return;
        }
    put_values(a, m, &n->a, before);
    put_values(a, m, &n->b, before);
    for (uint32_t i = 0; i < n->list.n; i++)
        put_values(a, m, &n->list.at[i], before);
}

/* Before the rate. */
static struct node *formula_of(struct answer *a, const struct measure_info *m, bool before) {
    struct node *formula = node_copy(a->c->arena, m->formula);
    put_values(a, m, &formula, before);
    return check_value(a->c, formula);
}

static struct node *value_of(struct answer *a, const struct measure_info *m, bool before) {
    if (!m->facts) {
        struct node *value = formula_of(a, m, before);
        if (!m->rate)
            return value;
        if (!is_pair(value))
            return two(a, TOK_STAR, value, whole(a, m->rate));
        return two(a, TOK_SLASH, two(a, TOK_STAR, value->a, whole(a, m->rate)), value->b);
    }
    const struct asked *asked = asked_of(a->q, m);
    struct node *value = estimate(a, m, before ? asked->before : asked->parts[PART_VALUE]);
    return where_true(a, before ? a->q->full_before_at : a->q->full_at, value);
}

/* ---- intervals ---- */

/* One end of Wilson's interval, to twelve digits so that it is a share:
 * (2n + z^2 -+ z sqrt(z^2 + 4 n (d - n) / d)) / (2 (d + z^2)). */
static struct node *wilson(struct answer *a, const struct asked *asked, bool upper) {
    double z = normal_above((1 - a->shown->level) / 2);
    int n = asked->parts[PART_N], d = asked->parts[PART_D];
    struct node *rest = two(a, TOK_MINUS, cell(a, d), cell(a, n));
    struct node *spread = two(a, TOK_STAR, two(a, TOK_STAR, number(a, 4), cell(a, n)), rest);
    spread = two(a, TOK_PLUS, number(a, z * z), two(a, TOK_SLASH, spread, cell(a, d)));
    spread = two(a, TOK_STAR, number(a, z),
                 invoke_builtin(a->c, nowhere, BUILTIN_SQRT, TYPE_NULL(a->c, FLOAT), spread));
    struct node *middle =
        two(a, TOK_PLUS, two(a, TOK_STAR, number(a, 2), cell(a, n)), number(a, z * z));
    struct node *top = two(a, upper ? TOK_PLUS : TOK_MINUS, middle, spread);
    struct node *bottom =
        two(a, TOK_STAR, number(a, 2), two(a, TOK_PLUS, cell(a, d), number(a, z * z)));
    return as_share(a, two(a, TOK_SLASH, top, bottom));
}

/* ---- columns ---- */

static void put_column(struct answer *a, struct str name, struct node *value) {
    for (uint32_t i = 0; i < a->fields.n; i++)
        if (str_eq(a->fields.at[i].name, name)) {
            struct diag *d =
                error_at(a->c, E0317, a->span, "two columns are called `%.*s`", STR_ARG(name));
            diag_help(a->c->s->diags, d, "give the dim another name: `by x = ...`");
        }
    ARENA_PUSH(a->c->arena, &a->fields) = (struct field){name, value->type};
    ARENA_PUSH(a->c->arena, &a->columns) = value;
}

static struct str column_of(struct answer *a, const struct measure_info *m, const char *name) {
    bool alone = a->q->only != NULL;
    if (str_is(str_of(name), "value"))
        return alone ? STR("value") : m->symbol->name;
    return alone ? str_of(name)
                 : arena_printf(a->c->arena, "%.*s.%s", STR_ARG(m->symbol->name), name);
}

/* n and d: of a measure made of measures only where it is one whole number over another. */
static void counts(struct answer *a, const struct measure_info *m) {
    const struct asked *asked = asked_of(a->q, m);
    if (asked) {
        put_column(a, column_of(a, m, "n"), cell(a, asked->parts[PART_N]));
        if (asked->parts[PART_D] >= 0)
            put_column(a, column_of(a, m, "d"), cell(a, asked->parts[PART_D]));
        return;
    }
    struct node *formula = formula_of(a, m, false);
    if (is_pair(formula)) {
        put_column(a, column_of(a, m, "n"), formula->a);
        put_column(a, column_of(a, m, "d"), formula->b);
    }
}

static void changes(struct answer *a, const struct measure_info *m) {
    if (!a->q->change)
        return;
    put_column(a, column_of(a, m, "before"), value_of(a, m, true));
    put_column(a, column_of(a, m, "change"),
               two(a, TOK_MINUS, value_of(a, m, false), value_of(a, m, true)));
}

static void interval(struct answer *a, const struct measure_info *m) {
    const struct asked *asked = asked_of(a->q, m);
    if (!a->shown->interval)
        return;
    if (asked && m->sample) {
        for (int part = PART_LOW; part <= PART_HIGH; part++)
            put_column(a, column_of(a, m, part == PART_LOW ? "low" : "high"),
                       where_true(a, a->q->full_at, estimate(a, m, asked->parts[part])));
        return;
    }
    if (!asked || !m->count || m->rate) {
        struct diag *d = error_at(a->c, E0320, a->span, "`%.*s` is no share, so it has no interval",
                                  STR_ARG(m->symbol->name));
        diag_help(a->c->s->diags, d, "intervals are for measures with `count`");
        return;
    }
    put_column(a, column_of(a, m, "low"), where_true(a, a->q->full_at, wilson(a, asked, false)));
    put_column(a, column_of(a, m, "high"), where_true(a, a->q->full_at, wilson(a, asked, true)));
}

/* Points beside shares. */
static struct node *as_error(struct answer *a, const struct measure_info *m, struct node *value) {
    if (m->value_type->kind != TY_SHARE)
        return value;
    struct node *hundred = node_make(a->c, N_SHARE, nowhere, TYPE(a->c, POINTS));
    hundred->value.i = 1;
    hundred->value2 = 1;
    return two(a, TOK_STAR, hundred, value);
}

static void sampling_error(struct answer *a, const struct measure_info *m) {
    const struct asked *asked = asked_of(a->q, m);
    if (!a->shown->se && !a->shown->deff && !a->shown->effective)
        return;
    if (!asked || !m->sample) {
        struct diag *d = error_at(a->c, E0335, a->span, "`%.*s` does not say how it was sampled",
                                  STR_ARG(m->symbol->name));
        diag_help(a->c->s->diags, d,
                  "`se`, `deff` and `effective` are for measures with `weight`, `cluster` or "
                  "`strata`");
        return;
    }
    if (a->shown->se)
        put_column(a, column_of(a, m, "se"),
                   where_true(a, a->q->full_at, as_error(a, m, cell(a, asked->parts[PART_SE]))));
    if (a->shown->deff)
        put_column(a, column_of(a, m, "deff"),
                   where_true(a, a->q->full_at, cell(a, asked->parts[PART_DEFF])));
    if (a->shown->effective)
        put_column(a, column_of(a, m, "effective"),
                   where_true(a, a->q->full_at, cell(a, asked->parts[PART_EFFECTIVE])));
}

static void left_out(struct answer *a, const struct measure_info *m) {
    static const char *const names[PART_COUNT] = {
        [PART_EXCLUDED] = "excluded", [PART_EXCEPTED] = "excepted", [PART_UNDECIDED] = "undecided"};
    const struct asked *asked = asked_of(a->q, m);
    for (int part = 0; asked && part < PART_COUNT; part++)
        if (names[part] && asked->parts[part] >= 0)
            put_column(a, column_of(a, m, names[part]), cell(a, asked->parts[part]));
}

static void measure_columns(struct answer *a, const struct measure_info *m) {
    struct node *value = value_of(a, m, false);
    if (!a->q->only)
        put_column(a, column_of(a, m, "value"), value);
    counts(a, m);
    if (a->q->only)
        put_column(a, column_of(a, m, "value"), value);
    changes(a, m);
    interval(a, m);
    sampling_error(a, m);
    left_out(a, m);
}

/* ---- the difference of two cells of a sample ---- */

const struct type *difference_of(struct checker *c, struct question *q,
                                 const struct type *const *dim_types, struct span span) {
    const struct shown shown = {.interval = true};
    struct answer a = {.c = c, .q = q, .shown = &shown, .span = span};
    struct row *outer = c->row;
    make_cells(&a, dim_types);
    a.fields.n = a.fields.cap = 0; /* from here on the answer's */
    a.fields.at = NULL;
    c->row = a.cells;
    uint32_t nkeys = q->ndims + (q->grain != GRAIN_NONE);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++) {
        keys[i] = i;
        put_column(&a, i < q->ndims ? q->dim_names[i] : STR("period"), cell(&a, (int)i));
    }
    static const char *const names[] = {"difference", "low", "high", "se"};
    const enum cell_part parts[] = {PART_VALUE, PART_LOW, PART_HIGH, PART_SE};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        put_column(&a, str_of(names[i]),
                   as_error(&a, q->only, cell(&a, q->asked[0].parts[parts[i]])));
    c->row = outer;
    q->columns = a.columns.at;
    q->ncolumns = a.columns.n;
    return type_relation(c->types, a.fields.at, a.fields.n, keys, nkeys);
}

const struct type *answer_of(struct checker *c, struct question *q,
                             const struct asked_list *measures, const struct shown *shown,
                             const struct type *const *dim_types, struct span span) {
    struct answer a = {.c = c, .q = q, .shown = shown, .span = span};
    struct row *outer = c->row;
    bool grouped = c->aggregates; /* the question may stand where rows are grouped; its cells not */
    c->aggregates = false;
    make_cells(&a, dim_types);
    a.fields.n = 0; /* from here on the answer's */
    a.fields.at = NULL;
    a.fields.cap = 0;
    c->row = a.cells;
    uint32_t nkeys = q->ndims + q->total + (q->grain != GRAIN_NONE);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++)
        keys[i] = i;
    for (uint32_t i = 0; i < q->ndims; i++)
        put_column(&a, q->dim_names[i], cell(&a, (int)i));
    if (q->grain != GRAIN_NONE)
        put_column(&a, STR("period"), cell(&a, (int)nkeys - 1));
    if (q->total)
        put_column(&a, STR("total"), cell(&a, (int)q->ndims));
    for (uint32_t i = 0; i < measures->n; i++)
        measure_columns(&a, measures->at[i]);
    if (q->full_at >= 0)
        put_column(&a, STR("full"), cell(&a, q->full_at));
    if (q->partial_at >= 0)
        put_column(&a, STR("partial"), cell(&a, q->partial_at));
    c->row = outer;
    c->aggregates = grouped;
    q->columns = a.columns.at;
    q->ncolumns = a.columns.n;
    return type_relation(c->types, a.fields.at, a.fields.n, keys, nkeys);
}
