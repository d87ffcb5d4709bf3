/* Measures named in a rule over rows: each becomes a column, its value for the
 * row over the facts of the school year up to today. */
#include "check/rule_parts.h"

enum { DEEPEST = 4 }; /* references between facts and the row */

/* ---- which ---- */

struct named_measures {
    struct checker *c;
    const struct type *row;
    const struct row_let *lets;
    ARENA_VEC(struct symbol *) all;
};

static bool is_let(const struct row_let *lets, struct str name) {
    for (; lets; lets = lets->next)
        if (str_eq(lets->name, name))
            return true;
    return false;
}

static void note_name(struct named_measures *m, const struct node *n) {
    struct symbol *s = scope_find(m->c->scope, n->text);
    if (!s || s->kind != SYM_MEASURE || type_field(m->row, n->text) >= 0 ||
        is_let(m->lets, n->text))
        return;
    for (uint32_t i = 0; i < m->all.n; i++)
        if (m->all.at[i] == s)
            return;
    ARENA_PUSH(m->c->arena, &m->all) = s;
}

static void find_names(struct named_measures *m, const struct node *n) {
    if (!n)
        return;
    if (n->kind == N_NAME)
        note_name(m, n);
    if (n->kind != N_CALL && n->kind != N_DOT) /* of a call, its arguments alone */
        find_names(m, n->a);
    find_names(m, n->b);
    find_names(m, n->c);
    for (uint32_t i = 0; i < n->list.n; i++)
        find_names(m, n->list.at[i]);
}

static void find_in_clauses(struct named_measures *m, const struct node *rule) {
    for (uint32_t i = 0; i < rule->list.n; i++) {
        const struct node *clause = rule->list.at[i];
        if (clause->kind != N_R_FOR && clause->kind != N_R_EXAMPLE && clause->kind != N_R_KEY)
            find_names(m, clause);
    }
}

/* ---- from the facts to the row ---- */

static struct node *step(struct checker *c, struct node *path, struct str name, struct span span) {
    struct node *n = node_make(c, path ? N_DOT : N_NAME, span, NULL);
    n->a = path;
    n->text = name;
    return n;
}

/* A path of references of so many steps; *found counts all such paths. */
static struct node *path_of(struct checker *c, const struct table *from, const struct table *to,
                            struct node *path, uint32_t steps, struct span span, uint32_t *found) {
    struct node *first = NULL;
    if (steps == 0) {
        *found += from == to;
        return from == to ? path : NULL;
    }
    for (uint32_t i = 0; i < from->n; i++) {
        const struct table_column *column = &from->columns[i];
        if (!column->to || column->to == from)
            continue;
        struct node *way =
            path_of(c, column->to, to, step(c, path, column->name, span), steps - 1, span, found);
        first = first ? first : way;
    }
    return first;
}

static struct node *shortest_path(struct checker *c, const struct table *from,
                                  const struct table *to, struct span span, uint32_t *found) {
    struct node *path = NULL;
    *found = 0;
    if (from == to && table_is_entity(to)) {
        *found = 1;
        return step(c, NULL, to->columns[to->keys[0]].name, span);
    }
    for (uint32_t steps = 1; steps <= DEEPEST && !path; steps++)
        path = path_of(c, from, to, NULL, steps, span, found);
    return path;
}

static struct node *fail_path(struct checker *c, const struct symbol *measure, struct span span,
                              const struct table *facts, const struct table *to, uint32_t found) {
    struct node *n = node_make(c, N_NAME, span, NULL);
    struct diag *d = error_at(
        c, E0901, span,
        found ? "`%.*s` leads to `%.*s` in several ways, so it is not clear which facts of "
                "`%.*s` are meant"
              : "no reference leads from `%.*s` to `%.*s`, so `%.*s` has no value for it",
        STR_ARG(facts->name), STR_ARG(to->name), STR_ARG(measure->name));
    diag_help(c->s->diags, d, "ask for it: `for %.*s by ...`", STR_ARG(measure->name));
    return node_poison(c, n);
}

/* ---- the question ---- */

static const struct table *facts_of(const struct measure_info *m) {
    while (m && !m->facts && m->nof)
        m = m->of[0];
    return m ? m->facts : NULL;
}

static bool is_dated(const struct measure_info *m) {
    while (m && !m->facts && m->nof)
        m = m->of[0];
    return m && m->at >= 0;
}

static struct node *day_node(struct checker *c, int64_t day, struct span span) {
    struct node *n = node_make(c, N_DATE, span, NULL);
    n->value.i = day;
    return n;
}

/* From the first day of today's school year up to today. */
static struct node *this_year(struct checker *c, struct span span) {
    const struct calendar *calendar = &c->s->calendar;
    int64_t year = period_of(calendar, GRAIN_SCHOOL_YEAR, c->s->today);
    struct node *in = node_make(c, N_Q_IN, span, NULL);
    in->a = node_make(c, N_RANGE, span, NULL);
    in->a->a = day_node(c, period_start(calendar, year), span);
    in->a->b = day_node(c, c->s->today, span);
    return in;
}

static struct node *named_field(struct checker *c, struct str name, struct node *value) {
    struct node *f = node_make(c, N_FIELD, value->span, NULL);
    f->text = name;
    f->a = value;
    return f;
}

/* `M by path in year | select path, M = value` */
static struct node *values_of(struct checker *c, const struct symbol *measure, struct node *path,
                              bool dated, struct span span) {
    struct node *question = node_make(c, N_QUESTION, span, NULL);
    struct node *by = node_make(c, N_Q_BY, span, NULL),
                *select = node_make(c, N_V_SELECT, span, NULL);
    list_push(c, &question->list, step(c, NULL, measure->name, span));
    list_push(c, &by->list, named_field(c, STR("#row"), path));
    list_push(c, &question->more, by);
    if (dated)
        list_push(c, &question->more, this_year(c, span));
    list_push(c, &select->list, named_field(c, STR("#row"), step(c, NULL, STR("#row"), span)));
    list_push(c, &select->list, named_field(c, measure->name, step(c, NULL, STR("value"), span)));
    struct node *out = node_make(c, N_PIPELINE, span, NULL);
    out->a = question;
    list_push(c, &out->list, select);
    return out;
}

static struct node *join_values(struct checker *c, struct node *rows, const struct table *t,
                                struct symbol *measure, struct span span) {
    const struct measure_info *m = measure_of(c, measure);
    const struct table *facts = facts_of(m);
    uint32_t found = 0;
    if (!facts)
        return node_poison(c, node_make(c, N_NAME, span, NULL)); /* told */
    struct node *path = shortest_path(c, facts, t, span, &found);
    if (found != 1)
        return fail_path(c, measure, span, facts, t, found);
    if (is_dated(m) && !c->s->has_today) {
        error_at(c, E0384, span, "the program that runs this does not say which day is `today`");
        return node_poison(c, path);
    }
    struct node *join = node_make(c, N_V_JOIN, span, NULL);
    join->text = STR("left");
    join->a = values_of(c, measure, path, is_dated(m), span);
    join->b = node_make(c, N_BINARY, span, NULL);
    join->b->op = TOK_EQ;
    join->b->a = step(c, NULL, t->columns[t->keys[0]].name, span);
    join->b->b = step(c, NULL, STR("#row"), span);
    struct node *out = node_make(c, N_PIPELINE, span, NULL);
    out->a = rows;
    list_push(c, &out->list, join);
    return check_relation(c, out);
}

bool add_measures(struct checker *c, struct rule_info *rule, const struct node *declaration,
                  const struct row_let *lets, struct rule_rows *rows) {
    const struct table *t = rows->row->table;
    struct named_measures m = {.c = c, .row = rows->row->type, .lets = lets};
    if (!t || rows->group || !table_is_entity(t))
        return true;
    find_in_clauses(&m, declaration);
    for (uint32_t i = 0; i < m.all.n; i++) {
        rows->base = join_values(c, rows->base, t, m.all.at[i], rule->symbol->span);
        if (is_poison(rows->base))
            return false;
        rows->row->type = rows->base->type;
        rule->asked = t;
        rule->table = NULL; /* no single record tells it */
    }
    return true;
}

/* ---- cells of a measure ---- */

static struct row_let *let_before(struct checker *c, struct row_let *lets, const char *name,
                                  struct node *value) {
    struct row_let *let = ARENA_NEW(c->arena, struct row_let);
    *let = (struct row_let){.name = str_of(name), .value = value, .next = lets, .used = true};
    return let;
}

struct row_let *target_lets(struct checker *c, const struct rule_rows *rows, struct row_let *lets) {
    const struct node *base = rows->base;
    while (base->kind == N_PIPELINE)
        base = base->a;
    const struct question *q = base->kind == N_QUESTION ? base->note : NULL;
    const struct measure_info *m = q ? q->only : NULL;
    if (!m || !m->has_target)
        return lets;
    if (type_field(rows->row->type, STR("target")) < 0 && !is_let(lets, STR("target")))
        lets = let_before(c, lets, "target", node_copy(c->arena, m->target_said));
    bool dated = m->target_by && type_field(rows->row->type, STR("target_by")) < 0;
    if (dated && !is_let(lets, STR("target_by")))
        lets = let_before(c, lets, "target_by", day_node(c, m->target_by, base->span));
    return lets;
}
