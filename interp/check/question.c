/* Questions to measures: `M for COHORT by DIM over GRAIN in RANGE to date ...`.
 *
 * Each measure with facts is asked on its own: the clauses are checked anew over
 * the rows of its facts, so measures of different tables can be asked together. */
#include "check/measure_parts.h"

struct asking {
    struct question *q;
    struct node *node;
    struct asked_list measures;
    struct shown shown;
    const struct node *over, *in, *to_date, *alone, *rolling, *change, *with, *since;
    const struct node *interval, *total;
    enum grain to_date_of;
    const struct type **dim_types;
};

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
        if (grain_is_term(period_grain(period)))
            return false;
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

static const struct node *constant_period(struct node *n) {
    const struct node *k = constant_of(n);
    return k && k->kind == N_PERIOD ? k : NULL;
}

/* A range with a term at an end; NULL: it is none. */
static const struct late_range *late_range(struct checker *c, struct node *n, struct span span) {
    bool range = n->kind == N_RANGE;
    const struct node *from = constant_period(range ? n->a : n);
    const struct node *to = constant_period(range ? n->b : n);
    if (!from || !to ||
        (!grain_is_term(period_grain(from->value.i)) && !grain_is_term(period_grain(to->value.i))))
        return NULL;
    char first[24], last[24];
    struct late_range *late = ARENA_NEW(c->arena, struct late_range);
    period_print(&c->s->calendar, first, from->value.i);
    period_print(&c->s->calendar, last, to->value.i);
    *late = (struct late_range){.from = from->value.i, .to = to->value.i, .span = span};
    late->words = range ? arena_printf(c->arena, "%s .. %s", first, last)
                        : arena_printf(c->arena, "%s", first);
    return late;
}

static void read_range(struct checker *c, struct question *q, const struct node *clause) {
    struct node *r = clause->a;
    r = r->kind == N_RANGE ? check_range(c, r) : check_value(c, r);
    if (is_poison(r))
        return;
    q->late = late_range(c, r, clause->a->span);
    q->has_range = q->late || constant_days(c, r, &q->first_day, &q->stop_day);
    if (!q->has_range) {
        struct diag *d = error_at(c, E0218, clause->a->span,
                                  "the range behind `in` must be known before the run");
        diag_help(c->s->diags, d, "give days, periods or a range: `in 2015-09 .. 2016-06`");
    }
}

/* ---- dims ---- */

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

static bool constant_within_unit(const struct node *n, const struct measure_info *m);

/* What a reference by several columns leads to, if these columns are the unit's. */
static bool leg_constant_within_unit(const struct leg_info *leg, const struct measure_info *m) {
    for (uint32_t i = 0; i < leg->n; i++)
        if (!leg->outer[i] || !constant_within_unit(leg->outer[i], m))
            return false;
    return leg->follows;
}

/* Every path in the tree starts from something the unit is `per`. */
static bool constant_within_unit(const struct node *n, const struct measure_info *m) {
    if (!n || (unit_is_a_fact(m) && !m->each))
        return true;
    for (uint32_t i = 0; i < m->nper; i++)
        if (same_path(n, m->per[i]))
            return true;
    if (n->kind == N_COLUMN)
        return false;
    if (n->kind == N_LEG)
        return leg_constant_within_unit(n->note, m);
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

/* A value of history is asked for by its whole path; any other dim by its name. */
static struct str history_path(struct checker *c, const struct node *written,
                               const struct node *dim, struct str name) {
    while (dim->kind == N_FOLLOW)
        dim = dim->a;
    const struct source *s = source_at(c->s->sources, written->span.source);
    bool told = dim->kind == N_LEG && ((const struct leg_info *)dim->note)->latest && s;
    return told ? (struct str){s->text.p + written->span.start,
                               written->span.stop - written->span.start}
                : name;
}
static void need_day(struct checker *c, const struct measure_info *m, const struct node *clause);

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
    if (m->at >= 0)
        diag_help(c->s->diags, d, "or take its last value in each cell: `by %.*s at end`",
                  STR_ARG(name));
}

/* Which of the facts comes last is a matter of days. */
static void check_dim_at(struct checker *c, const struct asked *a, const struct node *f) {
    const struct measure_info *m = a->measure;
    const char *word = f->flags & FLAG_AT_END ? "at end" : "at start";
    if (m->at < 0) {
        need_day(c, m, f);
        return;
    }
    if (m->nper)
        return;
    struct diag *d = error_at(c, E0322, f->span,
                              "`%.*s` counts facts, each of which has one value: `%s` is for units",
                              STR_ARG(m->symbol->name), word);
    diag_help(c->s->diags, d, "leave `%s` out", word);
}

/* In facts that have no `student`, `student.school` is their `school`. */
static struct node *path_here(struct checker *c, struct node *dim) {
    struct node *root = dim;
    while (root->kind == N_DOT && root->a->kind == N_DOT)
        root = root->a;
    if (root->kind != N_DOT || root->a->kind != N_NAME)
        return dim;
    const struct table *facts = c->row->table;
    if (table_column_named(facts, root->a->text) >= 0 || str_eq(facts->name, root->a->text) ||
        table_column_named(facts, root->text) < 0)
        return dim;
    root->kind = N_NAME;
    root->a = NULL;
    return dim;
}

static void name_dim(struct checker *c, struct question *q, uint32_t i, const struct node *f,
                     const struct node *dim) {
    q->dim_names[i] = f->text.n ? f->text : column_name_of(dim);
    if (!q->dim_names[i].n) {
        struct diag *d = error_at(c, E0317, f->span, "this column needs a name");
        diag_help(c->s->diags, d, "write `by name = ...`");
    }
    for (uint32_t k = 0; k < i; k++)
        if (str_eq(q->dim_names[k], q->dim_names[i]))
            error_at(c, E0317, f->span, "two columns are called `%.*s`", STR_ARG(q->dim_names[i]));
}

/* The same dim of another measure's facts must be of the same kind. */
static void meet_dim(struct checker *c, struct asking *k, uint32_t i, const struct node *f,
                     const struct type *type) {
    const struct type *old = k->dim_types[i];
    if (!old) {
        k->dim_types[i] = type_nullable(c->types, type, type->nullable || k->q->total);
        return;
    }
    if (type_nullable(c->types, old, false) != type_nullable(c->types, type, false)) {
        struct diag *d = error_at(c, E0207, f->span,
                                  "`%.*s` is a `%.*s` in the facts of one measure and a `%.*s` in "
                                  "those of another",
                                  STR_ARG(k->q->dim_names[i]), STR_ARG(name_of_type(c, old)),
                                  STR_ARG(name_of_type(c, type)));
        diag_help(c->s->diags, d, "ask by what both refer to in the same way");
        return;
    }
    k->dim_types[i] = type_nullable(c->types, old, old->nullable || type->nullable);
}

static void check_dim(struct checker *c, struct asking *k, struct asked *a, uint32_t i,
                      struct node *f) {
    struct question *q = k->q;
    const struct measure_info *m = a->measure;
    struct node *dim = a->dims[i] = check_expr(c, path_here(c, f->a));
    if (is_poison(dim))
        return;
    if (fail_list_as_key(c, dim)) {
        a->dims[i] = node_poison(c, dim);
        return;
    }
    if (!type_is_cell(dim->type)) {
        if (!fail_table_as_column(c, dim))
            fail_at(c, E0207, f->a, "a `%.*s` cannot be a column",
                    STR_ARG(name_of_type(c, dim->type)));
        a->dims[i] = node_poison(c, dim);
        return;
    }
    if (a == q->asked)
        name_dim(c, q, i, f, dim);
    meet_dim(c, k, i, f, dim->type);
    if (f->flags & (FLAG_AT_END | FLAG_AT_START)) {
        a->dim_at[i] = f->flags & FLAG_AT_END ? DIM_LAST : DIM_FIRST;
        check_dim_at(c, a, f);
        k->dim_types[i] = type_nullable(c->types, k->dim_types[i], true);
    } else if (m->nper && !constant_within_unit(dim, m)) {
        struct diag *d =
            error_at(c, E0307, f->span, "`%.*s` may vary within a %.*s, so the %.*s would be split",
                     STR_ARG(q->dim_names[i]), STR_ARG(per_text(c, m)), STR_ARG(per_text(c, m)));
        help_varying(c, d, m, history_path(c, f->a, dim, q->dim_names[i]));
    }
}

static void read_dims(struct checker *c, struct asking *k, struct asked *a,
                      const struct node *clause) {
    for (uint32_t i = 0; i < clause->list.n; i++)
        check_dim(c, k, a, i, clause->list.at[i]);
}

/* A last value belongs to one row of each day: its unit, or what the question is asked by. */
static void check_stock(struct checker *c, const struct asking *k, const struct asked *a) {
    const struct measure_info *m = a->measure;
    uint32_t open;
    for (uint32_t i = 0; i < k->q->ndims; i++)
        if (!a->dims[i] || is_poison(a->dims[i]))
            return; /* told */
    if (m->nper || stock_is_single(m, a->dims, k->q->ndims, &open))
        return;
    struct str key = m->facts->columns[open].name;
    struct diag *d = error_at(c, E0319, k->node->span,
                              "there is a row of each `%.*s` on a day, and `%.*s` takes the last "
                              "of one",
                              STR_ARG(key), STR_ARG(m->symbol->name));
    diag_help(c->s->diags, d,
              "ask `by %.*s`, or say how they add up: `per %.*s`, "
              "`let x = last(...)` and `value sum(x)`",
              STR_ARG(key), STR_ARG(key));
}

/* ---- cohorts ---- */

/* A measure must know the days of its facts. */
static void need_day(struct checker *c, const struct measure_info *m, const struct node *clause) {
    if (m->at >= 0)
        return;
    struct diag *d =
        error_at(c, E0309, clause->span, "`%.*s` does not know which date column dates its facts",
                 STR_ARG(m->symbol->name));
    diag_help(c->s->diags, d, "name it in the measure: `at day`");
}

/* The reference from the facts to the cohort's entity: the unit, if it is one, else the only
 * column that refers to it. */
static void read_cohort(struct checker *c, struct asked *a, const struct node *clause) {
    const struct table *entity = NULL;
    a->cohort = check_cohort_expression(c, clause->a, &entity);
    if (is_poison(a->cohort) || !entity)
        return;
    const struct measure_info *m = a->measure;
    if (cohort_has_times(a->cohort))
        need_day(c, m, clause);
    if (m->facts == entity)
        return;
    for (uint32_t i = 0; i < m->nper; i++)
        if (m->per[i]->type->kind == TY_REF && m->per[i]->type->table == entity)
            a->cohort_at = m->per[i];
    uint32_t found = 0;
    for (uint32_t i = 0; i < m->facts->n && !a->cohort_at; i++)
        found += m->facts->columns[i].to == entity;
    for (uint32_t i = 0; i < m->facts->n && found == 1; i++)
        if (m->facts->columns[i].to == entity)
            a->cohort_at = column_read(c, c->row, i, clause->span);
    for (uint32_t i = 0; i < m->nper && !a->cohort_at; i++) /* a cohort of the unit's own parent */
        if (m->per[i]->type->kind == TY_REF) {
            const struct table *unit = m->per[i]->type->table;
            for (uint32_t k = 0; k < unit->n && !a->cohort_at; k++)
                if (unit->columns[k].to == entity)
                    a->cohort_at = follow(c, m->per[i], k, clause->span);
        }
    if (!a->cohort_at) {
        struct diag *d =
            error_at(c, E0312, clause->span, "the facts of `%.*s` do not lead to a `%.*s`",
                     STR_ARG(m->symbol->name), STR_ARG(entity->name));
        diag_help(c->s->diags, d, "`%.*s` needs a reference `-> %.*s`", STR_ARG(m->facts->name),
                  STR_ARG(entity->name));
    }
}

/* ---- which measures ---- */

static bool refuse_measure(struct checker *c, const struct node *name,
                           const struct symbol *s) {
    struct diag *d =
        s || name->kind != N_NAME
            ? error_at(c, E0310, name->span,
                       "this is not a measure, so it cannot be asked "
                       "`for`, `by`, `over` or `in`")
            : error_at(c, E0201, name->span, "nothing is called `%.*s`", STR_ARG(name->text));
    if (s || name->kind != N_NAME)
        diag_help(c->s->diags, d,
                  "a query starts with `from`: `from x | group by ...`; "
                  "an `in` test stands in parentheses");
    else
        help_names_in_scope(c, d, name->text);
    return false;
}

/* A measure with facts is asked once, however many others are made of it. */
static void ask_facts(struct checker *c, struct asking *k, struct measure_info *m,
                      const struct node *name) {
    for (uint32_t i = 0; i < m->nof; i++)
        ask_facts(c, k, m->of[i], name);
    if (!m->facts)
        return;
    struct question *q = k->q;
    for (uint32_t i = 0; i < q->nasked; i++)
        if (q->asked[i].measure == m)
            return;
    struct asked *all = ARENA_ARRAY(c->arena, struct asked, q->nasked + 1);
    for (uint32_t i = 0; i < q->nasked; i++)
        all[i] = q->asked[i];
    all[q->nasked].measure = m;
    all[q->nasked].span = name->span;
    q->asked = all;
    q->nasked++;
}

static bool read_measures(struct checker *c, struct asking *k) {
    struct node *n = k->node;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *name = n->list.at[i];
        struct symbol *s = name->symbol;
        if (!s && name->kind == N_NAME)
            s = scope_find(c->scope, name->text);
        probe_symbol(c, name->span, s);
        if (!s || s->kind != SYM_MEASURE)
            return refuse_measure(c, name, s);
        struct measure_info *m = measure_named(c, s, name);
        if (!m || (!m->facts && !m->nof) || !m->value_type) /* half written, in an editor */
            return false;
        name->symbol = s;
        for (uint32_t j = 0; j < k->measures.n; j++)
            if (k->measures.at[j] == m) {
                fail_at(c, E0317, name, "the measure `%.*s` is asked twice", STR_ARG(name->text));
                return false;
            }
        ARENA_PUSH(c->arena, &k->measures) = m;
        ask_facts(c, k, m, name);
    }
    return true;
}

/* ---- clauses that do not read facts ---- */

static void need_time(struct checker *c, const struct question *q, const struct node *clause) {
    uint32_t undated = 0;
    while (undated + 1 < q->nasked && q->asked[undated].measure->at >= 0)
        undated++;
    need_day(c, q->asked[undated].measure, clause);
}

static void read_rolling(struct checker *c, struct question *q, const struct node *clause) {
    struct node *v = check_value(c, clause->a);
    struct node *k = constant_of(v);
    q->full = clause->flags & FLAG_FULL;
    if (is_poison(v))
        return; /* told */
    if (k && k->kind == N_INT && k->value.i >= 1 && k->value.i <= 10000) {
        q->rolling = k->value.i;
        return;
    }
    struct diag *d =
        error_at(c, E0218, clause->span, "`rolling` needs a number of periods from 1 to 10000");
    diag_help(c->s->diags, d, "write `rolling 3` or `rolling 3 full`");
}

static void read_level(struct checker *c, struct asking *k, const struct node *field) {
    struct node *v = check_value(c, field->a);
    struct node *level = constant_of(v);
    if (is_poison(v))
        return; /* told */
    k->shown.interval = true;
    k->interval = field;
    if (level && level->kind == N_SHARE && level->value2 > 0) {
        k->q->level = k->shown.level = (double)level->value.i / (double)level->value2;
        if (k->shown.level >= 0.5 && k->shown.level <= 0.9999)
            return;
    }
    struct diag *d =
        error_at(c, E0218, field->span, "the level of an interval is a share from 50%% to 99.99%%");
    diag_help(c->s->diags, d, "write `with interval 95%%`");
}

static void read_with(struct checker *c, struct asking *k, const struct node *clause) {
    for (uint32_t i = 0; i < clause->list.n; i++) {
        const struct node *f = clause->list.at[i];
        if (str_is(f->text, "total")) {
            k->q->total = true;
            k->total = f;
        } else if (str_is(f->text, "interval"))
            read_level(c, k, f);
        else if (str_is(f->text, "excluded"))
            k->shown.excluded = true;
        else if (str_is(f->text, "excepted"))
            k->shown.excepted = true;
        else if (str_is(f->text, "undecided"))
            k->shown.undecided = true;
        else if (str_is(f->text, "se"))
            k->shown.se = true;
        else if (str_is(f->text, "deff"))
            k->shown.deff = true;
        else if (str_is(f->text, "effective"))
            k->shown.effective = true;
        else if (str_is(f->text, "partial")) {
            k->shown.partial = true;
            need_time(c, k->q, f);
        }
    }
}

static void read_change(struct checker *c, struct question *q, const struct node *clause) {
    q->change = true;
    q->change_by = clause->flags & FLAG_PREVIOUS ? GRAIN_NONE : GRAIN_YEAR;
    if (clause->text.n && read_grain(c, clause->text, clause->span) != q->grain) {
        struct diag *d =
            error_at(c, E0320, clause->span, "the answer has no %.*ss", STR_ARG(clause->text));
        diag_help(c->s->diags, d, "compare periods of the answer: `over %.*s`",
                  STR_ARG(clause->text));
    }
}

static void find_clauses(struct asking *k) {
    for (uint32_t i = 0; i < k->node->more.n; i++) {
        const struct node *x = k->node->more.at[i];
        switch ((enum node_kind)x->kind) {
        case N_Q_OVER:
            k->over = x;
            break;
        case N_Q_IN:
            k->in = x;
            break;
        case N_Q_TO_DATE:
            k->to_date = x;
            break;
        case N_Q_ALONE:
            k->alone = x;
            break;
        case N_Q_SINCE:
            k->since = x;
            break;
        case N_Q_ROLLING:
            k->rolling = x;
            break;
        case N_Q_CHANGE:
            k->change = x;
            break;
        case N_Q_WITH:
            k->with = x;
            break;
        case N_Q_BY:
            k->q->ndims = x->list.n;
            break;
        default:
            break;
        }
    }
}

/* Periods that are counted from an entry are whole numbers: a dim, and no time axis. */
static void ask_since(struct checker *c, struct question *q, const struct node *clause) {
    q->since = true;
    q->since_grain = q->grain;
    q->ndims += q->grain != GRAIN_NONE;
    need_time(c, q, clause);
    if (q->grain == GRAIN_SCHOOL_YEAR || grain_is_term(q->grain)) {
        struct diag *d = error_at(c, E0322, clause->span, "a %s does not begin with an entry",
                                  grain_name(q->grain));
        diag_help(c->s->diags, d, "count days, weeks, months, quarters or years from it");
    }
    q->grain = GRAIN_NONE;
}

static void read_time(struct checker *c, struct asking *k) {
    struct question *q = k->q;
    if (k->over) {
        q->grain = read_grain(c, k->over->text, k->over->span);
        need_time(c, q, k->over);
    }
    if (k->since)
        ask_since(c, q, k->since);
    if (k->in) {
        read_range(c, q, k->in);
        need_time(c, q, k->in);
    }
    if (k->to_date && k->to_date->text.n)
        k->to_date_of = read_grain(c, k->to_date->text, k->to_date->span);
    if (k->rolling)
        read_rolling(c, q, k->rolling);
    if (k->change)
        read_change(c, q, k->change);
    for (uint32_t i = 0; i < k->node->more.n; i++)
        if (k->node->more.at[i]->kind == N_Q_WITH)
            read_with(c, k, k->node->more.at[i]);
}

/* ---- whether they go together ---- */

static void refuse_pair(struct checker *c, const struct node *clause, const char *what,
                        const char *help) {
    struct diag *d = error_at(c, E0320, clause->span, "%s", what);
    diag_help(c->s->diags, d, "%s", help);
}

static void check_together(struct checker *c, const struct asking *k) {
    const struct question *q = k->q;
    const struct node *other = k->to_date ? k->to_date : k->rolling ? k->rolling : k->change;
    if (k->since && other)
        refuse_pair(c, other, "periods since the entry stand alone",
                    "leave out `to date`, `rolling` and `change from`, or `since entry`");
    if (k->rolling && !k->over)
        refuse_pair(c, k->rolling, "`rolling` counts periods, and this question has none",
                    "say which: `over month rolling 3`");
    if (k->change && !k->over)
        refuse_pair(c, k->change, "`change from` compares periods, and this question has none",
                    "say which: `over month change from last year`");
    if (k->to_date && !k->over && !k->in)
        refuse_pair(c, k->to_date, "`to date` does not say until when",
                    "give periods or an end: `over month to date`, `in 2025-10 to date`");
    if ((k->to_date != NULL) + (k->alone != NULL) + (k->rolling != NULL) > 1)
        refuse_pair(c, k->rolling ? k->rolling : k->alone,
                    "`to date`, `rolling` and `alone` exclude each other", "keep one of them");
    if (q->total && !q->ndims)
        refuse_pair(c, k->total, "`with total` adds up over dims, and this question has none",
                    "the answer without `by` is the total");
}

/* A last value is there already at a cell's end: adding up over time would count it again. */
static void check_sum_of_stock(struct checker *c, const struct asking *k,
                               const struct measure_info *m) {
    const struct node *clause = k->to_date ? k->to_date : k->rolling;
    if (!m->stock || !clause)
        return;
    struct diag *d = error_at(c, E0319, clause->span,
                              "`%.*s` is the last value on or before the end of a period, and "
                              "cannot be added up over time",
                              STR_ARG(m->symbol->name));
    diag_help(c->s->diags, d, "leave the clause out: each period has its last value");
}

/* Where the days of the range are not known yet, only the school year that holds it is. */
static void check_late_look(struct checker *c, const struct asking *k, const struct asked *a) {
    const struct question *q = k->q;
    if (q->late && q->grain == GRAIN_NONE && a->look == LOOK_TO_DATE &&
        a->since != GRAIN_SCHOOL_YEAR)
        refuse_pair(c, k->to_date ? k->to_date : k->in,
                    "the days of a term are known only when the script runs",
                    "ask `over` periods, `to date` from the start of the school year, or give "
                    "days");
}

static void read_look(const struct asking *k, struct asked *a) {
    const struct question *q = k->q;
    const struct measure_info *m = a->measure;
    bool dated = q->grain != GRAIN_NONE || q->has_range;
    a->look = m->stock                                     ? LOOK_EVER
              : k->rolling                                 ? LOOK_ROLLING
              : k->alone || k->since || !dated             ? LOOK_OWN
              : k->to_date || m->accumulates != GRAIN_NONE ? LOOK_TO_DATE
                                                           : LOOK_OWN;
    a->since = k->to_date_of != GRAIN_NONE    ? k->to_date_of
               : m->accumulates != GRAIN_NONE ? m->accumulates
                                              : GRAIN_SCHOOL_YEAR;
}

/* A late range is widened when its days are known, as is any range over terms. */
static void whole_late(struct checker *c, struct question *q) {
    struct late_range *late = ARENA_NEW(c->arena, struct late_range);
    if (q->late) {
        *late = *q->late;
    } else {
        char first[16], last[16];
        day_print(first, q->first_day);
        day_print(last, q->stop_day - 1);
        late->from = period_pack(GRAIN_DAY, q->first_day);
        late->to = period_pack(GRAIN_DAY, q->stop_day - 1);
        late->words = arena_printf(c->arena, "%s .. %s", first, last);
    }
    late->whole = true;
    q->late = late;
}

/* Windows and comparisons are of whole periods: the range says which. */
static void whole_periods(struct checker *c, struct question *q) {
    const struct calendar *calendar = &c->s->calendar;
    if (!q->has_range || q->grain == GRAIN_NONE || (!q->rolling && !q->change))
        return;
    if (q->late || (grain_is_term(q->grain) && q->first_day < q->stop_day)) {
        whole_late(c, q);
        return;
    }
    if (q->first_day >= q->stop_day)
        return;
    q->first_day = period_start(calendar, period_of(calendar, q->grain, q->first_day));
    q->stop_day = period_stop(calendar, period_of(calendar, q->grain, q->stop_day - 1));
}

/* ---- since the entry ---- */

static struct node *known_day(struct checker *c, int which, struct span span) {
    struct node *n = node_make(c, N_DATE, span, TYPE(c, DATE));
    n->op = (uint8_t)which;
    return n;
}

static struct node *whole_number(struct checker *c, int op, struct node *x, int64_t y) {
    struct node *n = node_make(c, N_BINARY, x->span, NULL);
    n->op = (uint8_t)op;
    n->a = x;
    n->b = node_make(c, N_INT, x->span, TYPE(c, INT));
    n->b->value.i = y;
    return check_expr(c, n);
}

/* How many days or months of membership are over on the day of a fact. */
static struct node *time_since(struct checker *c, enum grain grain, struct span span) {
    struct node *entry = known_day(c, ENTRY_DAY, span), *day = known_day(c, FACT_DAY, span);
    if (grain == GRAIN_DAY || grain == GRAIN_WEEK) {
        struct node *n = node_make(c, N_BINARY, span, NULL);
        n->op = TOK_MINUS;
        n->a = day;
        n->b = entry;
        return invoke_builtin(c, span, BUILTIN_DAYS, TYPE(c, INT), check_expr(c, n));
    }
    struct node *call = node_make(c, N_CALL, span, NULL), *parts[] = {entry, day};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct node *argument = node_make(c, N_ARG, span, NULL);
        argument->a = parts[i];
        list_push(c, &call->list, argument);
    }
    const struct native_entry *between = native_named(c, "months_between");
    return between ? check_native(c, call, between, STR("months_between"))
                   : fail_at(c, E0202, call, "the library has no function `months_between`");
}

/* The last dim: in which day, week, ... of membership a fact lies, from 1. */
static void read_since(struct checker *c, struct asking *k, struct asked *a) {
    static const int64_t lengths[GRAIN_COUNT] = {[GRAIN_DAY] = 1,
                                                 [GRAIN_WEEK] = 7,
                                                 [GRAIN_MONTH] = 1,
                                                 [GRAIN_QUARTER] = 3,
                                                 [GRAIN_YEAR] = 12};
    struct question *q = k->q;
    const struct node *is = a->cohort;
    const struct cohort_info *cohort =
        is && is->kind == N_NAME && is->symbol ? is->symbol->detail : NULL;
    if ((is && is_poison(is)) || (cohort && !cohort->entity))
        return; /* told */
    if (!cohort || cohort->is || !cohort->enter) {
        struct diag *d = error_at(c, E0322, k->since->span,
                                  "`since entry` needs one cohort, with the day on which its "
                                  "members enter");
        diag_help(c->s->diags, d, "ask `for` a cohort that has `enter`");
        return;
    }
    if (cohort->each) {
        struct diag *d = error_at(c, E0322, k->since->span,
                                  "members of `%.*s` may enter several times, and a fact would "
                                  "follow each entry",
                                  STR_ARG(is->symbol->name));
        diag_help(c->s->diags, d, "ask `for` a cohort whose `enter` is one day: `first(...)`");
        return;
    }
    if (a->measure->stock || a->measure->each) {
        struct diag *d =
            error_at(c, E0322, k->since->span,
                     a->measure->stock ? "`%.*s` takes the last value before a day, whenever the "
                                         "entry was"
                                       : "`%.*s` has units without facts, which lie in no period "
                                         "since an entry",
                     STR_ARG(a->measure->symbol->name));
        diag_help(c->s->diags, d, "leave `since entry` out");
        return;
    }
    if (q->since_grain == GRAIN_NONE)
        return;
    uint32_t at = q->ndims - 1;
    a->since_entry = time_since(c, q->since_grain, k->since->span);
    if (lengths[q->since_grain] > 1)
        a->since_entry = whole_number(c, OP_DIV, a->since_entry, lengths[q->since_grain]);
    a->since_entry = whole_number(c, TOK_PLUS, a->since_entry, 1);
    a->dims[at] = node_make(c, N_NAME, k->since->span, TYPE(c, INT));
    a->dims[at]->text = STR("since");
    a->dim_at[at] = DIM_SINCE;
    q->dim_names[at] = STR("since");
    k->dim_types[at] = TYPE(c, INT);
}

/* ---- the question ---- */

static void read_asked(struct checker *c, struct asking *k, struct asked *a) {
    struct row *outer = c->row;
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = a->measure->facts->row;
    row->table = a->measure->facts;
    date_row(c, row, a->measure->at);
    c->row = row;
    a->dims = ARENA_ARRAY(c->arena, struct node *, k->q->ndims + 1);
    a->dim_at = ARENA_ARRAY(c->arena, enum dim_at, k->q->ndims + 1);
    for (uint32_t i = 0; i < k->node->more.n; i++) {
        struct node *clause = k->node->more.at[i];
        bool reads = clause->kind == N_Q_WHERE || clause->kind == N_Q_FOR || clause->kind == N_Q_BY;
        if (reads && a + 1 < k->q->asked + k->q->nasked)
            clause = node_copy(c->arena, clause);
        if (clause->kind == N_Q_WHERE)
            a->where = condition(c, clause->a, "the `where`");
        else if (clause->kind == N_Q_FOR)
            read_cohort(c, a, clause);
        else if (clause->kind == N_Q_BY)
            read_dims(c, k, a, clause);
    }
    if (k->since)
        read_since(c, k, a);
    c->row = outer;
    check_sum_of_stock(c, k, a->measure);
    if (a->measure->stock)
        check_stock(c, k, a);
    read_look(k, a);
    check_late_look(c, k, a);
}

static void name_question(struct checker *c, struct asking *k) {
    struct question *q = k->q;
    q->only = NULL;
    q->name = q->title = STR("");
    for (uint32_t i = 0; i < k->measures.n; i++) {
        const struct measure_info *m = k->measures.at[i];
        struct str own = m->title.n ? m->title : m->symbol->name;
        q->title =
            arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(q->title), i ? "; " : "", STR_ARG(own));
        q->name = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(q->name), i ? ", " : "",
                               STR_ARG(m->symbol->name));
    }
    q->measures = k->measures.at;
    q->nmeasures = k->measures.n;
    if (k->measures.n == 1)
        q->only = (struct measure_info *)(uintptr_t)k->measures.at[0];
}

/* A measure has no state on a day: what it counts lies in a time. */
static bool refuse_at(struct checker *c, const struct node *n) {
    for (uint32_t i = 0; i < n->more.n; i++)
        if (n->more.at[i]->kind == N_Q_AT) {
            struct diag *d = error_at(c, E0310, n->more.at[i]->span,
                                      "a measure is asked `in` a period or `over` a grain");
            diag_help(c->s->diags, d, "a day is a period, too: `in 2025-09-01`");
            return true;
        }
    return false;
}

struct node *check_question(struct checker *c, struct node *n) {
    struct asking k = {.q = ARENA_NEW(c->arena, struct question), .node = n};
    uint32_t errors = c->s->diags->errors;
    struct node *network = check_network_question(c, n);
    if (!network)
        network = check_network_waves(c, n);
    if (network)
        return network;
    if (!read_measures(c, &k) || refuse_at(c, n))
        return node_poison(c, n);
    find_clauses(&k);
    read_time(c, &k);
    check_together(c, &k);
    whole_periods(c, k.q);
    k.dim_types = ARENA_ARRAY(c->arena, const struct type *, k.q->ndims + 1);
    k.q->dim_names = ARENA_ARRAY(c->arena, struct str, k.q->ndims + 1);
    for (uint32_t i = 0; i < k.q->nasked && (i == 0 || c->s->diags->errors == errors); i++)
        read_asked(c, &k, &k.q->asked[i]);
    bool fine = c->s->diags->errors == errors;
    for (uint32_t i = 0; i < k.q->ndims && fine; i++)
        fine = k.dim_types[i] != NULL; /* else parsing it failed, and was told of */
    if (!fine)
        return node_poison(c, n);
    name_question(c, &k);
    struct span shown = k.with ? k.with->span : n->span;
    n->note = k.q;
    n->type = answer_of(c, k.q, &k.measures, &k.shown, k.dim_types, shown);
    return c->s->diags->errors > errors ? node_poison(c, n) : n;
}
