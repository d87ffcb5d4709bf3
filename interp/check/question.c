/* Questions to measures: `M for COHORT by DIM over GRAIN in RANGE`. */
#include "check/checker.h"

struct node *question_of(struct checker *c, struct symbol *measure, struct span span) {
    struct node *n = node_make(c, N_QUESTION, span, NULL);
    struct node *name = node_make(c, N_NAME, span, NULL);
    name->text = measure->name;
    name->symbol = measure;
    list_push(c, &n->list, name);
    return check_question(c, n);
}

/* ---- ranges that are known before the run ---- */

static bool constant_end(struct checker *c, struct node *n, int64_t *first, int64_t *stop) {
    struct node *k = constant_of(n->kind == N_CONVERT ? n->a : n);
    if (!k)
        return false;
    const struct calendar *calendar = &c->s->calendar;
    int64_t period;
    switch ((enum node_kind)k->kind) {
    case N_DATE:
        *first = k->value.i;
        *stop = k->value.i + 1;
        return true;
    case N_PERIOD:
        period = k->value.i;
        break;
    case N_INT:
        if (k->value.i < 1 || k->value.i > 9999)
            return false;
        period = period_pack(GRAIN_YEAR, k->value.i);
        break;
    default:
        return false;
    }
    *first = period_start(calendar, period);
    *stop = period_stop(calendar, period);
    return true;
}

bool constant_days(struct checker *c, struct node *n, int64_t *first, int64_t *stop) {
    int64_t a, b, unused;
    if (n->kind == N_RANGE) {
        if (constant_end(c, n->a, &a, &unused) && constant_end(c, n->b, &unused, &b)) {
            *first = a;
            *stop = b;
            return true;
        }
        return false;
    }
    return constant_end(c, n, first, stop);
}

static void read_range(struct checker *c, struct question *q, struct node *clause) {
    struct node *r = clause->a;
    r = r->kind == N_RANGE ? check_range(c, r) : check_value(c, r);
    if (is_poison(r))
        return;
    q->has_range = constant_days(c, r, &q->first_day, &q->stop_day);
    if (!q->has_range) {
        struct diag *d = error_at(c, E0218, clause->a->span,
                                  "the range behind `in` must be known before the run");
        diag_help(c->s->diags, d, "give days, periods or a range: `in 2015-09 .. 2016-06`");
    }
}

/* ---- dims ---- */

static bool same_path(const struct node *a, const struct node *b) {
    if (a->kind != b->kind || a->value.i != b->value.i)
        return false;
    return a->kind == N_COLUMN || (a->kind == N_FOLLOW && same_path(a->a, b->a));
}

/* The unit is one row of the facts: it is `per` all columns of their key. */
static bool unit_is_a_fact(const struct measure_info *m) {
    for (uint32_t k = 0; k < m->facts->nkeys; k++) {
        bool named = false;
        for (uint32_t i = 0; i < m->nper; i++)
            named =
                named || (m->per[i]->kind == N_COLUMN && m->per[i]->value.i == m->facts->keys[k]);
        if (!named)
            return false;
    }
    return true;
}

/* Every path in the tree starts from something the unit is `per`. */
static bool constant_within_unit(const struct node *n, const struct measure_info *m) {
    if (!n || unit_is_a_fact(m))
        return true;
    for (uint32_t i = 0; i < m->nper; i++)
        if (same_path(n, m->per[i]))
            return true;
    if (n->kind == N_COLUMN)
        return false;
    if (n->kind == N_LEG)
        return false;
    if (!constant_within_unit(n->a, m) || !constant_within_unit(n->b, m))
        return false;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (!constant_within_unit(n->list.at[i], m))
            return false;
    return true;
}

static struct str per_text(struct checker *c, const struct measure_info *m) {
    struct str out = STR("");
    for (uint32_t i = 0; i < m->nper; i++)
        out = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(out), i ? ", " : "",
                           STR_ARG(m->per_names[i]));
    return out;
}

/* The unit's own column of that name, if it has one, or a finer unit. */
static void help_varying(struct checker *c, struct diag *d, const struct measure_info *m,
                         struct str name) {
    for (uint32_t i = 0; i < m->nper; i++) {
        const struct type *unit = m->per[i]->type;
        if (unit->kind == TY_REF && table_column_named(unit->table, name) >= 0)
            diag_help(c->s->diags, d, "follow the unit's own column: `by %.*s.%.*s`",
                      STR_ARG(m->per_names[i]), STR_ARG(name));
    }
    struct str per = per_text(c, m);
    diag_help(c->s->diags, d, "make it part of the unit: `per %.*s, %.*s`", STR_ARG(per),
              STR_ARG(name));
}

static void read_dims(struct checker *c, struct question *q, struct node *clause) {
    q->ndims = clause->list.n;
    q->dims = ARENA_ARRAY(c->arena, struct node *, q->ndims + 1);
    q->dim_names = ARENA_ARRAY(c->arena, struct str, q->ndims + 1);
    for (uint32_t i = 0; i < q->ndims; i++) {
        struct node *f = clause->list.at[i];
        struct node *dim = q->dims[i] = check_expr(c, f->a);
        if (is_poison(dim))
            continue;
        if (!type_is_cell(dim->type)) {
            if (!fail_table_as_column(c, dim))
                fail_at(c, E0207, f->a, "a `%.*s` cannot be a column",
                        STR_ARG(name_of_type(c, dim->type)));
            q->dims[i] = node_poison(c, dim);
            continue;
        }
        q->dim_names[i] = f->text.n ? f->text : column_name_of(dim);
        if (!q->dim_names[i].n) {
            struct diag *d = error_at(c, E0317, f->span, "this column needs a name");
            diag_help(c->s->diags, d, "write `by name = ...`");
        }
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(q->dim_names[k], q->dim_names[i]))
                error_at(c, E0317, f->span, "two columns are called `%.*s`",
                         STR_ARG(q->dim_names[i]));
        for (uint32_t k = 0; k < q->nmeasures; k++) {
            const struct measure_info *m = q->measures[k];
            if (m->nper && !constant_within_unit(dim, m)) {
                struct diag *d = error_at(
                    c, E0307, f->span, "`%.*s` may vary within a %.*s, so the %.*s would be split",
                    STR_ARG(q->dim_names[i]), STR_ARG(per_text(c, m)), STR_ARG(per_text(c, m)));
                help_varying(c, d, m, q->dim_names[i]);
                break;
            }
        }
    }
}

/* ---- cohorts ---- */

/* The reference from the facts to the cohort's entity: the unit, if it is one, else the only
 * column that refers to it. */
static void read_cohort(struct checker *c, struct question *q, struct node *clause) {
    const struct table *entity = NULL;
    q->cohort = check_cohort_expression(c, clause->a, &entity);
    if (is_poison(q->cohort) || !entity)
        return;
    const struct measure_info *m = q->measures[0];
    if (m->facts == entity)
        return;
    for (uint32_t i = 0; i < m->nper; i++)
        if (m->per[i]->type->kind == TY_REF && m->per[i]->type->table == entity)
            q->cohort_at = m->per[i];
    uint32_t found = 0;
    for (uint32_t i = 0; i < m->facts->n && !q->cohort_at; i++)
        found += m->facts->columns[i].to == entity;
    for (uint32_t i = 0; i < m->facts->n && found == 1; i++)
        if (m->facts->columns[i].to == entity)
            q->cohort_at = column_read(c, c->row, i, clause->span);
    for (uint32_t i = 0; i < m->nper && !q->cohort_at; i++) /* a cohort of the unit's own parent */
        if (m->per[i]->type->kind == TY_REF) {
            const struct table *unit = m->per[i]->type->table;
            for (uint32_t k = 0; k < unit->n && !q->cohort_at; k++)
                if (unit->columns[k].to == entity)
                    q->cohort_at = follow(c, m->per[i], k, clause->span);
        }
    if (!q->cohort_at) {
        struct diag *d =
            error_at(c, E0312, clause->span, "the facts of `%.*s` do not lead to a `%.*s`",
                     STR_ARG(m->symbol->name), STR_ARG(entity->name));
        diag_help(c->s->diags, d, "`%.*s` needs a reference `-> %.*s`", STR_ARG(m->facts->name),
                  STR_ARG(entity->name));
    }
}

/* ---- the question ---- */

static bool read_measures(struct checker *c, struct question *q, struct node *n) {
    q->nmeasures = n->list.n;
    q->measures = ARENA_ARRAY(c->arena, struct measure_info *, q->nmeasures + 1);
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        struct node *name = n->list.at[i];
        struct symbol *s = name->symbol;
        if (!s && name->kind == N_NAME)
            s = scope_find(c->scope, name->text);
        probe_symbol(c, name->span, s);
        if (s && s->kind == SYM_NETWORK) {
            fail_at(c, E0190, n, "a network in a period does not work yet");
            return false;
        }
        if (!s || s->kind != SYM_MEASURE) {
            struct diag *d = s || name->kind != N_NAME
                                 ? error_at(c, E0310, name->span,
                                            "this is not a measure, so it cannot be asked "
                                            "`for`, `by`, `over` or `in`")
                                 : error_at(c, E0201, name->span, "nothing is called `%.*s`",
                                            STR_ARG(name->text));
            if (s || name->kind != N_NAME)
                diag_help(c->s->diags, d,
                          "a query starts with `from`: `from x | group by ...`; "
                          "an `in` test stands in parentheses");
            else
                help_names_in_scope(c, d, name->text);
            return false;
        }
        q->measures[i] = measure_of(c, s);
        if (!q->measures[i] || !q->measures[i]->facts)
            return false;
        name->symbol = s;
        for (uint32_t k = 0; k < i; k++)
            if (q->measures[k] == q->measures[i]) {
                fail_at(c, E0317, name, "the measure `%.*s` is asked twice", STR_ARG(name->text));
                return false;
            }
        if (q->measures[i]->facts != q->measures[0]->facts) {
            fail_at(c, E0190, name, "measures of different tables in one question do not work yet");
            return false;
        }
    }
    return true;
}

static void need_time(struct checker *c, const struct question *q, const struct node *clause) {
    for (uint32_t i = 0; i < q->nmeasures; i++)
        if (q->measures[i]->at < 0) {
            struct diag *d = error_at(c, E0309, clause->span,
                                      "`%.*s` does not know which date column dates its facts",
                                      STR_ARG(q->measures[i]->symbol->name));
            diag_help(c->s->diags, d, "name it in the measure: `at day`");
            return;
        }
}

static void read_clause(struct checker *c, struct question *q, struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_Q_WHERE:
        q->where = condition(c, clause->a, "the `where`");
        break;
    case N_Q_FOR:
        read_cohort(c, q, clause);
        break;
    case N_Q_BY:
        read_dims(c, q, clause);
        break;
    case N_Q_OVER:
        q->grain = grain_named(clause->text);
        if (q->grain == GRAIN_NONE) {
            struct diag *d = error_at(c, E0311, clause->span, "`%.*s` is no grain of time",
                                      STR_ARG(clause->text));
            struct str names[GRAIN_COUNT];
            for (int g = 1; g < GRAIN_COUNT; g++)
                names[g - 1] = str_of(grain_name((enum grain)g));
            help_words(c, d, clause->text, names, GRAIN_COUNT - 1);
        }
        need_time(c, q, clause);
        break;
    case N_Q_IN:
        read_range(c, q, clause);
        need_time(c, q, clause);
        break;
    default:
        break;
    }
}

static const struct type *answer_type(struct checker *c, const struct question *q) {
    uint32_t n = 0, max = q->ndims + 1 + 3 * q->nmeasures;
    struct field *f = ARENA_ARRAY(c->arena, struct field, max);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, q->ndims + 2);
    for (uint32_t i = 0; i < q->ndims; i++)
        f[n++] = (struct field){q->dim_names[i], q->dims[i]->type};
    if (q->grain != GRAIN_NONE)
        f[n++] = (struct field){STR("period"), TYPE(c, PERIOD)};
    uint32_t nkeys = n;
    for (uint32_t i = 0; i < nkeys; i++)
        keys[i] = i;
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        const struct measure_info *m = q->measures[i];
        bool many = q->nmeasures > 1;
        struct str name = m->symbol->name;
        struct field value = {many ? name : STR("value"),
                              type_nullable(c->types, m->value_type, true)};
        if (many)
            f[n++] = value;
        f[n++] = (struct field){many ? arena_printf(c->arena, "%.*s.n", STR_ARG(name)) : STR("n"),
                                TYPE(c, INT)};
        if (m->count)
            f[n++] = (struct field){
                many ? arena_printf(c->arena, "%.*s.d", STR_ARG(name)) : STR("d"), TYPE(c, INT)};
        if (!many)
            f[n++] = value;
    }
    return type_relation(c->types, f, n, keys, nkeys);
}

struct node *check_question(struct checker *c, struct node *n) {
    struct question *q = ARENA_NEW(c->arena, struct question);
    uint32_t errors = c->s->diags->errors;
    if (!read_measures(c, q, n))
        return node_poison(c, n);
    struct row *outer = c->row;
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = q->measures[0]->facts->row;
    row->table = q->measures[0]->facts;
    c->row = row;
    for (uint32_t i = 0; i < n->more.n; i++)
        read_clause(c, q, n->more.at[i]);
    c->row = outer;
    if (c->s->diags->errors > errors)
        return node_poison(c, n);
    n->note = q;
    n->type = answer_type(c, q);
    return n;
}
