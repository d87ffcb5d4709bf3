/* Measures: a population story, checked once and asked many times.
 *
 * Facts are rows of the `from` table. With `per`, they are first rolled up to
 * one row per unit (the `let`s), and `among`, `exclude`, `count` judge those. */
#include "check/checker.h"

struct story { /* the clauses by kind; NULL where left out */
    struct node *from, *per, *where, *let, *among, *exclude, *count, *value, *at, *target, *better,
        *kind, *unit;
};

/* Repeated clauses narrow (`where`, `among`) or widen (`exclude`). */
static struct node *combine(struct checker *c, struct node *first, struct node *next,
                            enum token_kind op) {
    if (!first)
        return next;
    struct node *both = node_make(c, N_BINARY, span_join(first->a->span, next->a->span), NULL);
    both->op = (uint8_t)op;
    both->a = first->a;
    both->b = next->a;
    struct node *clause = node_make(c, (enum node_kind)first->kind, first->span, NULL);
    clause->a = both;
    return clause;
}

static void sort_clauses(struct checker *c, struct node *n, struct story *s) {
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *x = n->list.at[i];
        switch ((enum node_kind)x->kind) {
        case N_M_FROM:
            s->from = x;
            break;
        case N_M_PER:
            s->per = x;
            break;
        case N_M_WHERE:
            s->where = combine(c, s->where, x, TOK_AND);
            break;
        case N_M_LET:
            s->let = s->let ? s->let : x;
            break;
        case N_M_AMONG:
            s->among = combine(c, s->among, x, TOK_AND);
            break;
        case N_M_EXCLUDE:
            s->exclude = combine(c, s->exclude, x, TOK_OR);
            break;
        case N_M_COUNT:
            s->count = x;
            break;
        case N_M_VALUE:
            s->value = x;
            break;
        case N_M_AT:
            s->at = x;
            break;
        case N_M_TARGET:
            s->target = x;
            break;
        case N_M_BETTER:
            s->better = x;
            break;
        case N_M_KIND:
            s->kind = x;
            break;
        case N_M_UNIT:
            s->unit = x;
            break;
        default:
            break;
        }
    }
}

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
}

static void read_lets(struct checker *c, struct measure_info *m, struct node *n) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_M_LET)
            count += n->list.at[i]->list.n;
    m->lets = ARENA_ARRAY(c->arena, struct field, count + 1);
    m->let_values = ARENA_ARRAY(c->arena, struct node *, count + 1);
    c->aggregates = true;
    for (uint32_t i = 0; i < n->list.n; i++)
        for (uint32_t k = 0; n->list.at[i]->kind == N_M_LET && k < n->list.at[i]->list.n; k++) {
            struct node *f = n->list.at[i]->list.at[k];
            struct node *v = check_expr(c, f->a);
            m->lets[m->nlets] = (struct field){f->text, v->type};
            m->let_values[m->nlets++] = v;
        }
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

static void read_target(struct checker *c, struct measure_info *m, struct node *t) {
    struct node *v = check_value(c, t->a);
    struct node *k = constant_of(v);
    m->target_op = t->op;
    if (!k || !type_is_number(k->type)) {
        if (!is_poison(v))
            error_at(c, E0218, t->a->span, "a target is a number known before the run");
        return;
    }
    m->has_target = true;
    if (k->kind == N_SHARE)
        m->target = (double)k->value.i / (double)k->value2;
    else
        m->target = k->kind == N_FLOAT ? k->value.f : (double)k->value.i;
    if (t->b) {
        struct node *by = check_value(c, t->b);
        if (by->kind == N_DATE)
            m->target_by = by->value.i;
        else if (!is_poison(by))
            error_at(c, E0218, t->b->span, "a target's day is a date, as `by 2027-06-30`");
    }
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

static void find_date(struct checker *c, struct measure_info *m, const struct story *s) {
    m->at = -1;
    if (s->at) {
        m->at = table_column_named(m->facts, s->at->text);
        probe_column(c, s->at->name_span, s->at->text, m->facts->row);
        if (m->at < 0 || !type_is_dated(m->facts->columns[m->at].type)) {
            struct diag *d = error_at(c, E0204, s->at->span, "`%.*s` has no date column `%.*s`",
                                      STR_ARG(m->facts->name), STR_ARG(s->at->text));
            help_fields(c, d, s->at->text, m->facts->row);
            m->at = -1;
        }
        return;
    }
    uint32_t dates = 0;
    for (uint32_t i = 0; i < m->facts->n; i++)
        if (type_is_dated(m->facts->columns[i].type)) {
            m->at = (int)i;
            dates++;
        }
    if (dates > 1)
        m->at = -1; /* asked over time, it says which are there */
}

static void read_story(struct checker *c, struct measure_info *m, const struct story *s,
                       struct node *n) {
    c->row = row_over(c, m->facts);
    if (s->per)
        read_per(c, m, s->per);
    if (s->where)
        m->where = condition(c, s->where->a, "the `where`");
    if (s->let) {
        if (!s->per)
            incomplete(c, n, "has `let` but no `per`",
                       "`let` counts for each unit: say which, `per student`");
        read_lets(c, m, n);
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
        m->value_type = TYPE_NULL(c, SHARE);
    }
    if (s->value) {
        c->aggregates = true;
        m->value = check_value(c, s->value->a);
        c->aggregates = false;
        m->shape = str_of(shape_of_value(m->value));
        m->value_type = m->value->type;
        if (!is_poison(m->value) && !type_is_number(m->value_type))
            fail_at(c, E0308, m->value, "a measure's value is a number, this is a `%.*s`",
                    STR_ARG(name_of_type(c, m->value_type)));
    }
    c->row = NULL;
}

/* A declared unit is that of the value; without one, the value's own. */
static void read_unit(struct checker *c, struct measure_info *m, const struct node *clause) {
    const struct type *t = m->value_type;
    m->unit = clause ? clause->text : t && t->unit ? t->unit->text : STR_NONE;
    if (!t) /* half written, in an editor */
        return;
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
    diag_label_add(c->s->diags, d, m->value->span, "its value is in %.*s", STR_ARG(t->unit->text));
    diag_help(c->s->diags, d,
              "leave the clause out, or take the value as a plain number: `float(...)`");
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

struct measure_info *measure_of(struct checker *caller, struct symbol *symbol) {
    static const char *const ways[] = {"up", "down", NULL};
    static const char *const kinds[] = {"outcome", "driver", "process", "balancing", NULL};
    if (symbol->detail)
        return symbol->detail;
    if (symbol->checking) {
        error_at(caller, E0313, symbol->span, "the measure `%.*s` needs itself",
                 STR_ARG(symbol->name));
        return NULL;
    }
    symbol->checking = true;
    struct checker c = checker_declaring(caller->s, symbol);
    struct measure_info *m = ARENA_NEW(c.arena, struct measure_info);
    struct node *n = symbol->node;
    struct story s = {0};
    uint32_t errors = c.s->diags->errors;
    sort_clauses(&c, n, &s);
    m->symbol = symbol;
    m->title = n->title;
    struct str facts = guess_facts(&s, &c);
    struct symbol *table = NULL;
    if (facts.n)
        table = find_table(&c, facts, s.from ? s.from->name_span : n->name_span);
    else
        incomplete(&c, n, "does not say where its facts are", "name the table: `from attendance`");
    if (!s.count && !s.value)
        incomplete(&c, n, "has neither `count` nor `value`",
                   "`count CONDITION` for a share, `value mean(x)` for anything else");
    if (s.count && s.value)
        incomplete(&c, n, "has both `count` and `value`", "keep one of them");
    if (s.value && s.among)
        incomplete(&c, n, "has `among` beside `value`",
                   "`value` takes `where`; `count` has `among`");
    bool whole = !s.count != !s.value && !(s.value && s.among);
    /* an editor asks about measures that are not written to their end */
    if (table && (c.s->probe || (whole && c.s->diags->errors == errors))) {
        m->facts = table->table;
        read_story(&c, m, &s, n);
        find_date(&c, m, &s);
        if (s.target)
            read_target(&c, m, s.target);
        m->better = word_of(&c, s.better, ways, "direction");
        m->kind = word_of(&c, s.kind, kinds, "kind of measure");
        read_unit(&c, m, s.unit);
    }
    if (c.s->diags->errors > errors)
        m->facts = NULL; /* silent wherever it is asked */
    symbol->checking = false;
    symbol->detail = m;
    return m;
}
