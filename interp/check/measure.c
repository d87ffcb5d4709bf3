/* Measures: a population story, checked once and asked many times.
 *
 * Facts are rows of the `from` table. With `per`, they are first rolled up to
 * one row per unit (the `let`s), and `among`, `exclude`, `count` and `except`
 * judge those. A measure made of measures has no facts of its own. */
#include "check/measure_parts.h"

static void incomplete(struct checker *c, const struct node *n, const char *what,
                       const char *help) {
    if (has_error_inside(c, n->span))
        return; /* the clause may be there, misspelt */
    struct diag *d =
        error_at(c, E0308, n->name_span, "the measure `%.*s` %s", STR_ARG(n->text), what);
    diag_help(c->s->diags, d, "%s", help);
}

static struct row *row_over(struct checker *c, const struct table *t) {
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = t->row;
    row->table = t;
    return row;
}

/* ---- units ---- */

/* `per each educator`: the unit is the row that a reference of the facts means. */
static void read_each(struct checker *c, struct measure_info *m, const struct node *per) {
    const struct type *unit = m->per[0]->type;
    if (is_poison(m->per[0]))
        return;
    if (m->nper == 1 && unit->kind == TY_REF) {
        m->each = unit->table;
        return;
    }
    struct diag *d = error_at(c, E0308, per->span,
                              "`per each` takes one reference, whose table has all the units");
    diag_help(c->s->diags, d, "`%.*s` has these references as columns `-> table`",
              STR_ARG(m->facts->name));
}

static void read_per(struct checker *c, struct measure_info *m, struct node *per) {
    m->nper = per->list.n;
    m->per = ARENA_ARRAY(c->arena, struct node *, m->nper + 1);
    m->per_names = ARENA_ARRAY(c->arena, struct str, m->nper + 1);
    for (uint32_t i = 0; i < m->nper; i++) {
        m->per[i] = check_expr(c, per->list.at[i]->a);
        m->per_names[i] = column_name_of(m->per[i]);
        if (!is_poison(m->per[i]) && !m->per_names[i].n)
            m->per_names[i] = arena_printf(c->arena, "unit%u", i + 1);
    }
    if (per->flags & FLAG_EACH)
        read_each(c, m, per);
}

static void read_lets(struct checker *c, struct measure_info *m, const struct node_list *lets) {
    m->lets = ARENA_ARRAY(c->arena, struct field, lets->n + 1);
    m->let_values = ARENA_ARRAY(c->arena, struct node *, lets->n + 1);
    c->aggregates = true;
    for (uint32_t i = 0; i < lets->n; i++) {
        struct node *v = check_expr(c, lets->at[i]->a);
        m->lets[i] = (struct field){lets->at[i]->text, v->type};
        m->let_values[i] = v;
    }
    m->nlets = lets->n;
    c->aggregates = false;
}

/* The columns of a unit's row: what it is per, then its lets. */
static struct row *unit_row(struct checker *c, const struct measure_info *m) {
    struct field *fields = ARENA_ARRAY(c->arena, struct field, m->nper + m->nlets + 1);
    for (uint32_t i = 0; i < m->nper; i++)
        fields[i] = (struct field){m->per_names[i], m->per[i]->type};
    for (uint32_t i = 0; i < m->nlets; i++)
        fields[m->nper + i] = m->lets[i];
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = type_relation(c->types, fields, m->nper + m->nlets, NULL, 0);
    row->unit_facts = m->facts;
    return row;
}

/* ---- values ---- */

static const char *shape_of_value(const struct node *v) {
    if (v->kind == N_AGGREGATE) {
        switch ((enum aggregate)v->value.i) {
        case AGG_MEAN:
            return "mean";
        case AGG_COUNT:
        case AGG_COUNT_TRUE:
        case AGG_COUNT_PRESENT:
        case AGG_COUNT_DISTINCT:
            return "count";
        default:
            return "value";
        }
    }
    return v->kind == N_BINARY && v->op == TOK_SLASH ? "ratio" : "value";
}

bool is_pair(const struct node *value) {
    return value->kind == N_BINARY && value->op == TOK_SLASH && value->a->type->kind == TY_INT &&
           value->b->type->kind == TY_INT;
}

static struct node *times_rate(struct checker *c, const struct measure_info *m, struct node *v) {
    struct node *rate = node_make(c, N_INT, v->span, TYPE(c, INT));
    rate->value.i = m->rate;
    struct node *n = node_make(c, N_BINARY, v->span, NULL);
    n->op = TOK_STAR;
    n->a = v;
    n->b = rate;
    return check_expr(c, n);
}

/* A rate of two whole numbers stays a pair of them. */
static void apply_rate(struct checker *c, struct measure_info *m) {
    if (!m->top) {
        m->value = times_rate(c, m, m->value);
    } else {
        struct node *n = node_make(c, N_BINARY, m->value->span, NULL);
        n->op = TOK_SLASH;
        n->a = times_rate(c, m, m->top);
        n->b = m->bottom;
        m->value = check_expr(c, n);
    }
    m->value_type = m->value->type;
}

static void read_value(struct checker *c, struct measure_info *m, struct node *clause) {
    c->aggregates = true;
    c->unit_figures = false;
    struct node *v = m->value = check_value(c, clause->a);
    c->unit_figures = true;
    c->aggregates = false;
    m->shape = str_of(shape_of_value(v));
    m->value_type = v->type;
    if (is_poison(v))
        return;
    if (!is_figure(v->type))
        fail_at(c, E0308, v, "a measure's value is a number, this is a `%.*s`",
                STR_ARG(name_of_type(c, v->type)));
    if (is_pair(v)) {
        m->top = v->a;
        m->bottom = v->b;
    }
    if (m->rate && is_figure(v->type))
        apply_rate(c, m);
}

/* ---- stocks ---- */

bool same_path(const struct node *a, const struct node *b) {
    if (a->kind != b->kind || a->value.i != b->value.i)
        return false;
    if (a->kind == N_LEG)
        return same_history(a, b);
    return a->kind == N_COLUMN || (a->kind == N_FOLLOW && same_path(a->a, b->a));
}

bool stock_is_single(const struct measure_info *m, struct node *const *paths, uint32_t n,
                     uint32_t *open_key) {
    for (uint32_t k = 0; k < m->facts->nkeys; k++) {
        uint32_t key = m->facts->keys[k];
        bool given = (int)key == m->at || (m->facts->nkeys == 1 && n > 0);
        for (uint32_t i = 0; i < n && !given; i++)
            given = paths[i]->kind == N_COLUMN && paths[i]->value.i == key;
        if (!given) {
            *open_key = key;
            return false;
        }
    }
    return true;
}

static const struct node *aggregate_where(const struct node *n, bool last) {
    if (!n)
        return NULL;
    if (n->kind == N_AGGREGATE)
        return (n->value.i == AGG_LAST) == last ? n : NULL;
    const struct node *found = aggregate_where(n->a, last);
    found = found ? found : aggregate_where(n->b, last);
    for (uint32_t i = 0; i < n->list.n && !found; i++)
        found = aggregate_where(n->list.at[i], last);
    return found;
}

static void refuse_mixed(struct checker *c, const struct node *other) {
    struct diag *d = error_at(c, E0319, other->span,
                              "this counts rows of a period beside `last`, which looks before it");
    diag_help(c->s->diags, d, "make two measures, and a third whose value combines them");
}

/* last(x) is the last one on or before a period's end, so nothing else can be rolled up with it,
 * and one row must stand for each unit and day. */
static void read_stock(struct checker *c, struct measure_info *m) {
    const struct node *last = NULL, *other = NULL;
    for (uint32_t i = 0; i < m->nlets; i++) {
        last = last ? last : aggregate_where(m->let_values[i], true);
        other = other ? other : aggregate_where(m->let_values[i], false);
    }
    if (!m->nper && m->value) {
        last = aggregate_where(m->value, true);
        other = aggregate_where(m->value, false);
    }
    m->stock = last != NULL;
    uint32_t open;
    if (!last)
        return;
    if (m->at < 0) {
        struct diag *d = error_at(c, E0309, last->span, "`last` needs the date column to go by");
        diag_help(c->s->diags, d, "name it in the measure: `at day`");
    } else if (other) {
        refuse_mixed(c, other);
    } else if (m->nper && !stock_is_single(m, m->per, m->nper, &open)) {
        struct str key = m->facts->columns[open].name;
        struct diag *d = error_at(c, E0319, last->span,
                                  "a unit has a row of each `%.*s` on a day, and `last` takes one",
                                  STR_ARG(key));
        diag_help(c->s->diags, d, "make it part of the unit: `per %.*s, %.*s`",
                  STR_ARG(m->per_names[0]), STR_ARG(key));
    }
}

/* ---- facts ---- */

/* Said to be a year, an int is one. */
static bool dates_facts(const struct type *t) {
    return type_is_dated(t) || t->kind == TY_PERIOD || t->kind == TY_INT;
}

/* The only column of such a type; -1: there are none or several. */
static int only_column(const struct table *t, bool (*fits)(const struct type *type), uint32_t *n) {
    int found = -1;
    *n = 0;
    for (uint32_t i = 0; i < t->n; i++)
        if (fits(t->columns[i].type)) {
            found = (int)i;
            (*n)++;
        }
    return *n == 1 ? found : -1;
}

static bool is_dated(const struct type *t) {
    return type_is_dated(t);
}

static bool is_period(const struct type *t) {
    return t->kind == TY_PERIOD;
}

static void find_date(struct checker *c, struct measure_info *m, const struct story *s) {
    m->at = -1;
    if (s->at) {
        m->at = table_column_named(m->facts, s->at->text);
        probe_column(c, s->at->name_span, s->at->text, m->facts->row);
        if (m->at < 0 || !dates_facts(m->facts->columns[m->at].type)) {
            struct diag *d = error_at(c, E0204, s->at->span, "`%.*s` has no date column `%.*s`",
                                      STR_ARG(m->facts->name), STR_ARG(s->at->text));
            help_fields(c, d, s->at->text, m->facts->row);
            m->at = -1;
        }
        return;
    }
    uint32_t n;
    m->at = only_column(m->facts, is_dated, &n); /* asked over time, it says which are there */
    if (n == 0)
        m->at = only_column(m->facts, is_period, &n);
}

static void read_facts(struct checker *c, struct measure_info *m, const struct story *s,
                       struct node *n) {
    c->row = row_over(c, m->facts);
    date_row(c, c->row, m->at);
    if (s->per)
        read_per(c, m, s->per);
    if (s->where)
        m->where = condition(c, s->where->a, "the `where`");
    if (s->lets.n) {
        if (!s->per)
            incomplete(c, n, "has `let` but no `per`",
                       "`let` counts for each unit: say which, `per student`");
        read_lets(c, m, &s->lets);
    }
    if (m->nper)
        c->row = unit_row(c, m);
    if (s->among)
        m->among = condition(c, s->among->a, "`among`");
    if (s->exclude)
        m->exclude = condition(c, s->exclude->a, "`exclude`");
    if (s->count) {
        m->count = condition(c, s->count->a, "`count`");
        m->shape = STR("proportion");
        m->value_type = m->rate ? TYPE_NULL(c, RATIO) : TYPE_NULL(c, SHARE);
    }
    if (s->except)
        m->except = condition(c, s->except->a, "`except`");
    if (s->value)
        read_value(c, m, s->value);
    c->row = NULL;
}

static struct str guess_facts(const struct story *s, struct checker *c) {
    if (s->from)
        return s->from->text;
    /* `from` may be left out when `per` names the table that holds the facts */
    if (s->per && s->per->list.n == 1 && s->per->list.at[0]->a->kind == N_NAME) {
        struct symbol *t = scope_find(c->s->globals, s->per->list.at[0]->a->text);
        if (t && t->kind == SYM_TABLE)
            return t->name;
    }
    return STR_NONE;
}

/* ---- measures made of measures ---- */

static bool is_named(const struct measure_info *m, struct str name) {
    for (uint32_t i = 0; i < m->nof; i++)
        if (str_eq(m->of[i]->symbol->name, name))
            return true;
    return false;
}

/* Names of measures in the tree, with the others that it must not have left alone. */
static void find_measures(struct checker *c, struct measure_info *m, struct node *n,
                          struct node_list *found) {
    if (!n)
        return;
    if (n->kind == N_NAME || n->kind == N_DOT) {
        struct symbol *s = n->kind == N_NAME ? scope_find(c->scope, n->text) : NULL;
        if (s && s->kind == SYM_MEASURE && !is_named(m, n->text))
            list_push(c, found, n);
        return;
    }
    find_measures(c, m, n->a, found);
    find_measures(c, m, n->b, found);
    for (uint32_t i = 0; i < n->list.n; i++)
        find_measures(c, m, n->list.at[i], found);
}

static bool read_combined(struct checker *c, struct measure_info *m, struct node *value) {
    struct node_list names = {0};
    find_measures(c, m, value, &names);
    m->of = ARENA_ARRAY(c->arena, struct measure_info *, names.n + 1);
    struct field *fields = ARENA_ARRAY(c->arena, struct field, names.n + 1);
    for (uint32_t i = 0; i < names.n; i++) {
        struct node *name = names.at[i];
        struct symbol *symbol = scope_find(c->scope, name->text);
        if (is_named(m, name->text))
            continue;
        struct measure_info *of = measure_named(c, symbol, name);
        if (!of || !of->value_type)
            return false;
        fields[m->nof] = (struct field){name->text, type_nullable(c->types, of->value_type, true)};
        m->of[m->nof++] = of;
    }
    m->formula = node_copy(c->arena, value);
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = type_relation(c->types, fields, m->nof, NULL, 0);
    c->row = row;
    struct node *v = check_value(c, value);
    c->row = NULL;
    m->shape = str_of(shape_of_value(v));
    m->value_type = v->type;
    if (!is_poison(v) && !is_figure(v->type))
        fail_at(c, E0308, v, "a measure's value is a number, this is a `%.*s`",
                STR_ARG(name_of_type(c, v->type)));
    else if (!is_poison(v) && m->rate && !is_pair(v))
        m->value_type = times_rate(c, m, v)->type;
    return true;
}

/* Without facts, a value over the values of other measures. */
static bool is_combined(struct checker *c, const struct story *s) {
    struct measure_info none = {0};
    struct node_list found = {0};
    if (s->from || s->per || !s->value || s->where || s->lets.n || s->exclude)
        return false;
    find_measures(c, &none, s->value->a, &found);
    return found.n > 0;
}

/* ---- all of it ---- */

static bool is_whole(struct checker *c, const struct node *n, const struct story *s) {
    if (!s->count && !s->value)
        incomplete(c, n, "has neither `count` nor `value`",
                   "`count CONDITION` for a share, `value mean(x)` for anything else");
    if (s->count && s->value)
        incomplete(c, n, "has both `count` and `value`", "keep one of them");
    if (s->value && s->among)
        incomplete(c, n, "has `among` beside `value`",
                   "`value` takes `where`; `count` has `among`");
    if (s->value && s->except)
        incomplete(c, n, "has `except` beside `value`",
                   "`value` takes `exclude`; `count` has `except`");
    return !s->count != !s->value && !(s->value && (s->among || s->except));
}

static void read_measure(struct checker *c, struct measure_info *m, struct story *s,
                         struct node *n) {
    uint32_t errors = c->s->diags->errors;
    read_words(c, m, s);
    if (s->target)
        read_target(c, m, s->target);
    if (s->baseline)
        read_baseline(c, m, s->baseline);
    if (s->rate)
        read_rate(c, m, s->rate);
    if (is_combined(c, s)) {
        if (s->at || s->accumulates)
            incomplete(c, n, "is made of measures, and says how facts are dated",
                       "`at` and `accumulates` belong to the measures that have the facts");
        else if (is_whole(c, n, s) && read_combined(c, m, s->value->a))
            read_unit(c, m, s->unit);
        return;
    }
    struct str facts = guess_facts(s, c);
    struct symbol *table = NULL;
    if (facts.n)
        table = find_table(c, facts, s->from ? s->from->name_span : n->name_span);
    else
        incomplete(c, n, "does not say where its facts are", "name the table: `from attendance`");
    /* an editor asks about measures that are not written to their end */
    bool whole = is_whole(c, n, s) && c->s->diags->errors == errors;
    if (!table || (!whole && !c->s->probe))
        return;
    m->facts = table->table;
    if (!has_preset_names(c, m, s, n))
        return;
    find_date(c, m, s); /* rows of facts are about their day */
    read_facts(c, m, s, n);
    read_unit(c, m, s->unit);
    if (s->except)
        read_direction(c, m, s->except);
    if (c->s->diags->errors == errors)
        read_stock(c, m);
}

struct measure_info *measure_named(struct checker *c, struct symbol *symbol,
                                   const struct node *name) {
    if (!is_preset(c->s, symbol))
        return measure_of(c, symbol);
    struct str file = source_at(c->s->sources, symbol->node->span.source)->name; /* <module> */
    struct str full =
        arena_printf(c->arena, "%.*s.%.*s", (int)file.n - 2, file.p + 1, STR_ARG(symbol->name));
    struct diag *d =
        error_at(c, E0308, name->span, "`%.*s` has no facts of its own", STR_ARG(full));
    diag_help(c->s->diags, d, "put some under it: `measure m = %.*s with { from TABLE;  ... }`",
              STR_ARG(full));
    return NULL;
}

struct measure_info *measure_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    if (symbol->checking) {
        error_at(caller, E0313, symbol->span, "the measure `%.*s` needs itself",
                 STR_ARG(symbol->name));
        return NULL;
    }
    symbol->checking = true;
    struct checker c = checker_declaring(caller->s, symbol);
    c.unit_figures = true;
    struct measure_info *m = ARENA_NEW(c.arena, struct measure_info);
    struct node *n = node_copy(c.arena, symbol->node); /* others may refine what was written */
    struct story s = {0};
    uint32_t errors = c.s->diags->errors;
    m->symbol = symbol;
    if (read_story(&c, n, &s))
        read_measure(&c, m, &s, n);
    m->title = s.title;
    m->is_preset = s.is_preset;
    if (c.s->diags->errors > errors) {
        m->facts = NULL; /* silent wherever it is asked */
        m->nof = 0;
    }
    symbol->checking = false;
    symbol->detail = m;
    return m;
}
