/* What SQLite is asked: the SELECT of a scan and the conditions it can judge.
 *
 * A condition is handed to SQLite only when it means there exactly what it
 * means in the VM: comparisons, membership and `is missing` over the row's own
 * plain columns, literals and captured scalars, joined by and/or/not. Both use
 * three-valued logic; membership is never missing, so it is written with IS NOT
 * NULL. Every value is bound, none is put into the text. Whole numbers widened
 * to float are cast, as the VM does. Texts and binds live in the given arena,
 * whose `escape` must be set. */
#include "plan/operand.h"
#include <stdio.h>

typedef ARENA_VEC(char) letters;

struct writer {
    struct arena *arena;
    const struct plan *scan;
    const char *alias; /* before the names of columns: "" or "t." */
    letters text;
    ARENA_VEC(struct sql_bind) binds;
};

static void put_str(struct writer *w, struct str s) {
    for (size_t i = 0; i < s.n; i++)
        ARENA_PUSH(w->arena, &w->text) = s.p[i];
}

static void put(struct writer *w, const char *text) {
    put_str(w, str_of(text));
}

static void put_bind(struct writer *w, struct sql_bind bind) {
    char number[16];
    ARENA_PUSH(w->arena, &w->binds) = bind;
    snprintf(number, sizeof number, "?%u", (unsigned)w->binds.n);
    put(w, number);
}

/* ---- names ---- */

static struct str quote(struct arena *arena, const char *prefix, struct str name) {
    size_t at = 0, room = 2 * name.n + strlen(prefix) + 3;
    char *text = arena_take(arena, room);
    if (!text)
        return STR_NONE;
    text[at++] = '"';
    for (; *prefix; prefix++)
        text[at++] = *prefix;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"')
            text[at++] = '"';
        text[at++] = name.p[i];
    }
    text[at++] = '"';
    text[at] = '\0';
    return (struct str){text, at};
}

struct str sql_quote(struct arena *arena, struct str name) {
    return quote(arena, "", name);
}

struct str sql_rows_table(struct arena *arena, const struct table *t) {
    return quote(arena, "spoke$", t->name);
}

/* ---- what SQLite can judge ---- */

static bool is_plain(const struct type *t) {
    return t &&
           (t->kind == TY_INT || t->kind == TY_FLOAT || t->kind == TY_BOOL || type_is_dated(t) ||
            t->kind == TY_PERIOD || t->kind == TY_DURATION || t->kind == TY_TEXT);
}

/* Conversions that change nothing but whether a value may be missing. */
const struct node *plan_bare(const struct node *n) {
    while (n->kind == N_CONVERT && is_plain(n->type) && n->a->type &&
           n->a->type->kind == n->type->kind)
        n = n->a;
    if (n->kind == N_NAME && n->symbol && n->symbol->constant)
        return plan_bare(n->symbol->constant);
    return n;
}

static bool is_literal(const struct node *n) {
    switch (n->kind) {
    case N_INT:
    case N_FLOAT:
    case N_BOOL:
    case N_DATE:
    case N_DATETIME:
    case N_PERIOD:
    case N_DURATION:
    case N_TEXT:
        return true;
    case N_UNARY:
        return n->op == TOK_MINUS &&
               (plan_bare(n->a)->kind == N_INT || plan_bare(n->a)->kind == N_FLOAT);
    case N_CONVERT: { /* 10% or 10 where a float is wanted */
        const struct node *from = plan_bare(n->a);
        return n->type && n->type->kind == TY_FLOAT &&
               ((from->kind == N_SHARE && from->value2 > 0) || is_literal(from));
    }
    default:
        return false;
    }
}

/* Only a text shows in its word whether it is missing. */
static bool is_captured(const struct node *n) {
    return n->kind == N_NAME && n->symbol && n->symbol->kind == SYM_VARIABLE && !n->note &&
           is_plain(n->type) && (!n->type->nullable || n->type->kind == TY_TEXT);
}

static bool is_input(const struct expr *e, const struct node *n) {
    if (n->kind != N_INPUT)
        return false;
    for (uint32_t i = 0; i < e->ninputs; i++) {
        if (e->inputs[i] == n->note)
            return is_plain(e->inputs[i]->type);
    }
    return false;
}

static bool is_widening(const struct node *n) {
    return n->kind == N_CONVERT && n->type && n->type->kind == TY_FLOAT && n->a->type &&
           n->a->type->kind == TY_INT;
}

static bool can_operand(const struct expr *e, const struct node *n) {
    n = plan_bare(n);
    if (is_literal(n) || is_captured(n) || is_input(e, n))
        return true;
    return is_widening(n) && can_operand(e, n->a);
}

static bool can_element(const struct expr *e, const struct node *n) {
    n = plan_bare(n);
    return is_literal(n) || (is_captured(n) && !n->type->nullable) ||
           (is_widening(n) && can_element(e, n->a));
}

static const struct node *literal_period(const struct node *n) {
    n = plan_bare(n);
    return n->kind == N_DATE || (n->kind == N_PERIOD && !grain_is_term(period_grain(n->value.i)))
               ? n
               : NULL;
}

static bool period_ends(const struct node *set, const struct node **low, const struct node **high) {
    if (set->kind != N_CONVERT || set->type->kind != TY_RANGE || !type_is_dated(set->type->element))
        return false;
    const struct node *from = plan_bare(set->a);
    *low = literal_period(from->kind == N_RANGE ? from->a : from);
    *high = literal_period(from->kind == N_RANGE ? from->b : from);
    return *low && *high;
}

bool plan_is_period(const struct node *set) {
    const struct node *low, *high;
    return period_ends(set, &low, &high);
}

bool plan_period_days(const struct calendar *calendar, const struct node *set, int64_t *start,
                      int64_t *stop) {
    const struct node *low, *high;
    if (!period_ends(set, &low, &high))
        return false;
    *start = low->kind == N_DATE ? low->value.i : period_start(calendar, low->value.i);
    *stop = high->kind == N_DATE ? high->value.i + 1 : period_stop(calendar, high->value.i);
    if (set->type->element->kind == TY_DATETIME) {
        *start *= SECONDS_A_DAY;
        *stop *= SECONDS_A_DAY;
    }
    return true;
}

/* A range widened from whole numbers to floats is the range of its ends. */
const struct node *plan_bare_set(const struct node *set) {
    set = plan_bare(set);
    if (set->kind == N_CONVERT && plan_bare(set->a)->kind == N_RANGE) {
        const struct node *range = plan_bare(set->a);
        if (range->a->type && range->a->type->kind == TY_INT)
            return range;
    }
    return set;
}

static bool can_set(const struct expr *e, const struct node *set) {
    set = plan_bare_set(set);
    if (plan_is_period(set))
        return true;
    if (set->kind == N_RANGE)
        return is_plain(set->a->type) && can_element(e, set->a) && can_element(e, set->b);
    if (set->kind != N_LIST)
        return false;
    for (uint32_t i = 0; i < set->list.n; i++) {
        if (!can_element(e, set->list.at[i]))
            return false;
    }
    return true;
}

static bool is_comparison(int op) {
    return op == TOK_EQ || op == TOK_NE || op == TOK_LT || op == TOK_LE || op == TOK_GT ||
           op == TOK_GE;
}

static bool is_condition_operand(const struct node *n) {
    return plan_bare(n)->type && plan_bare(n)->type->kind == TY_BOOL;
}

static bool can_judge(const struct expr *e, const struct node *n) {
    n = plan_bare(n);
    switch (n->kind) {
    case N_BINARY:
        if (n->op == TOK_AND || n->op == TOK_OR)
            return can_judge(e, n->a) && can_judge(e, n->b);
        return is_comparison(n->op) && can_operand(e, n->a) && can_operand(e, n->b);
    case N_UNARY:
        return n->op == TOK_NOT && can_judge(e, n->a);
    case N_IN:
        return can_operand(e, n->a) && can_set(e, n->b);
    case N_IS_MISSING:
        return is_input(e, plan_bare(n->a));
    default:
        return can_operand(e, n) && is_condition_operand(n);
    }
}

bool plan_expr_is_sql(const struct expr *e) {
    return can_judge(e, e->tree);
}

/* ---- writing it ---- */

static void put_column(struct writer *w, uint32_t column) {
    put(w, w->alias);
    if (column == TABLE_ROW_NUMBER)
        put(w, "spoke_id");
    else
        put_str(w, sql_quote(w->arena, w->scan->table->columns[column].name));
}

static void put_input(struct writer *w, const struct expr_input *input) {
    for (uint32_t i = 0; i < w->scan->nscan; i++) {
        if (w->scan->scan_slots[i] == input->slot) {
            put_column(w, w->scan->scan_columns[i]);
            return;
        }
    }
    assert(false && "a test of a scan reads only columns of the scan");
}

static double literal_float(const struct node *n) {
    n = plan_bare(n);
    switch (n->kind) {
    case N_UNARY:
        return -literal_float(n->a);
    case N_CONVERT:
        return literal_float(n->a);
    case N_SHARE:
        return (double)n->value.i / (double)n->value2;
    case N_FLOAT:
        return n->value.f;
    default:
        return (double)n->value.i;
    }
}

static void put_literal(struct writer *w, const struct node *n) {
    struct sql_bind bind = {.kind = BIND_INT};
    const struct node *number = n->kind == N_UNARY ? plan_bare(n->a) : n;
    if (n->kind == N_TEXT) {
        bind.kind = BIND_TEXT;
        bind.text = n->text;
    } else if (n->kind == N_CONVERT || number->kind == N_FLOAT) {
        bind.kind = BIND_FLOAT;
        bind.f = literal_float(n);
    } else {
        bind.i = n->kind == N_UNARY ? -number->value.i : number->value.i;
    }
    put_bind(w, bind);
}

static void put_operand(struct writer *w, const struct node *n) {
    n = plan_bare(n);
    if (is_literal(n)) {
        put_literal(w, n);
    } else if (n->kind == N_INPUT) {
        put_input(w, n->note);
    } else if (n->kind == N_NAME) {
        put_bind(w, (struct sql_bind){.kind = BIND_CAPTURED, .captured = n->symbol});
    } else {
        put(w, "CAST(");
        put_operand(w, n->a);
        put(w, " AS REAL)");
    }
}

static void put_days(struct writer *w, const struct node *value, int64_t start, int64_t stop) {
    put_operand(w, value);
    put(w, " >= ");
    put_bind(w, (struct sql_bind){.kind = BIND_INT, .i = start});
    put(w, " AND ");
    put_operand(w, value);
    put(w, " < ");
    put_bind(w, (struct sql_bind){.kind = BIND_INT, .i = stop});
}

static void put_membership(struct writer *w, const struct node *value, const struct node *set) {
    int64_t start, stop;
    set = plan_bare_set(set);
    if (plan_period_days(w->scan->calendar, set, &start, &stop)) {
        put_days(w, value, start, stop);
    } else if (set->kind == N_RANGE) {
        put_operand(w, value);
        put(w, " BETWEEN ");
        put_operand(w, set->a);
        put(w, " AND ");
        put_operand(w, set->b);
    } else {
        put_operand(w, value);
        put(w, " IN (");
        for (uint32_t i = 0; i < set->list.n; i++) {
            put(w, i ? ", " : "");
            put_operand(w, set->list.at[i]);
        }
        put(w, ")");
    }
}

static const char *comparison_text(int op) {
    switch (op) {
    case TOK_EQ:
        return " = ";
    case TOK_NE:
        return " <> ";
    case TOK_LT:
        return " < ";
    case TOK_LE:
        return " <= ";
    case TOK_GT:
        return " > ";
    default:
        return " >= ";
    }
}

static void put_condition(struct writer *w, const struct node *n);

static void put_binary(struct writer *w, const struct node *n) {
    put(w, "(");
    if (n->op == TOK_AND || n->op == TOK_OR) {
        put_condition(w, n->a);
        put(w, n->op == TOK_AND ? " AND " : " OR ");
        put_condition(w, n->b);
    } else {
        put_operand(w, n->a);
        put(w, comparison_text(n->op));
        put_operand(w, n->b);
    }
    put(w, ")");
}

/* Never missing: a missing value is in no set, so it is outside of every set. */
static void put_in(struct writer *w, const struct node *n) {
    put(w, n->flags & FLAG_NEGATED ? "NOT (" : "(");
    put_operand(w, n->a);
    put(w, " IS NOT NULL AND ");
    put_membership(w, n->a, n->b);
    put(w, ")");
}

static void put_condition(struct writer *w, const struct node *n) {
    n = plan_bare(n);
    switch (n->kind) {
    case N_BINARY:
        put_binary(w, n);
        break;
    case N_UNARY:
        put(w, "NOT (");
        put_condition(w, n->a);
        put(w, ")");
        break;
    case N_IN:
        put_in(w, n);
        break;
    case N_IS_MISSING:
        put(w, "(");
        put_operand(w, n->a);
        put(w, n->flags & FLAG_NEGATED ? " IS NOT NULL)" : " IS NULL)");
        break;
    default:
        put_operand(w, n);
    }
}

/* ---- the order of keys ---- */

/* Puts the value that the column's references lead to, and into `joins` the tables on the way. */
static void put_key_value(struct writer *w, struct writer *joins, uint32_t *ntables,
                          const struct table_column *c) {
    struct str alias = STR("t"), name = sql_quote(w->arena, c->name);
    while (c->type->kind == TY_REF) {
        const struct table *to = c->to;
        struct str next = arena_printf(w->arena, "k%u", (unsigned)++*ntables);
        put_str(joins, arena_printf(w->arena, " JOIN %.*s AS %.*s ON %.*s.spoke_id = %.*s.%.*s",
                                    STR_ARG(sql_rows_table(w->arena, to)), STR_ARG(next),
                                    STR_ARG(next), STR_ARG(alias), STR_ARG(name)));
        c = &to->columns[to->keys[0]];
        alias = next;
        name = sql_quote(w->arena, c->name);
    }
    put_str(w, arena_printf(w->arena, "%.*s.%.*s", STR_ARG(alias), STR_ARG(name)));
}

/* Every reference leads to a row, so joining drops none; and SQLite may begin with the table that
 * is referred to, which it reads in order, and then has nothing to sort. */
static void put_key_values(struct writer *order, struct writer *joins) {
    const struct table *t = order->scan->table;
    uint32_t ntables = 0;
    for (uint32_t i = 0; i < t->nkeys; i++) {
        put(order, i ? ", " : " ORDER BY ");
        put_key_value(order, joins, &ntables, &t->columns[t->keys[i]]);
    }
}

static void put_stored_order(struct writer *w) {
    const struct table *t = w->scan->table;
    for (uint32_t i = 0; i < t->nkeys; i++) {
        put(w, i ? ", " : " ORDER BY ");
        put_column(w, t->keys[i]);
    }
}

/* ---- the statement ---- */

static void put_columns(struct writer *w) {
    for (uint32_t i = 0; i < w->scan->nscan; i++) {
        put(w, i ? ", " : "");
        put_column(w, w->scan->scan_columns[i]);
    }
}

static void put_tests(struct writer *w) {
    for (uint32_t i = 0; i < w->scan->ntests; i++) {
        put(w, i ? " AND " : "");
        put_condition(w, w->scan->tests[i].expr->tree);
    }
}

/* The tests stand where nothing but the CASE can evaluate them: spoke_rows is called once for each
 * row that passes, whatever the planner makes of the rest. */
static void put_batches(struct writer *w) {
    put(w, "SELECT 1 FROM ");
    put_str(w, sql_rows_table(w->arena, w->scan->table));
    put(w, w->scan->ntests ? " WHERE CASE WHEN " : " WHERE ");
    put_tests(w);
    put(w, w->scan->ntests ? " THEN spoke_rows(" : "spoke_rows(");
    put_columns(w);
    if (w->scan->nscan == 0) /* what depends on no row might be called once for all */
        put_column(w, 0);
    put(w, w->scan->ntests ? ") ELSE 0 END" : ")");
}

static void put_rows(struct writer *w, bool by_key_values) {
    struct writer joins = {.arena = w->arena}, order = {.arena = w->arena, .scan = w->scan};
    if (by_key_values) {
        w->alias = "t.";
        put_key_values(&order, &joins);
    }
    put(w, "SELECT ");
    put_columns(w);
    put(w, w->scan->nscan ? " FROM " : "1 FROM ");
    put_str(w, sql_rows_table(w->arena, w->scan->table));
    put(w, by_key_values ? " AS t" : "");
    put_str(w, (struct str){joins.text.at, joins.text.n});
    put(w, w->scan->ntests ? " WHERE " : "");
    put_tests(w);
    put_str(w, (struct str){order.text.at, order.text.n});
    if (w->scan->in_key_order && !by_key_values)
        put_stored_order(w);
}

struct sql plan_scan_sql(struct arena *arena, const struct plan *scan, enum scan_form form) {
    struct writer w = {.arena = arena, .scan = scan, .alias = ""};
    if (form == SCAN_BATCHES)
        put_batches(&w);
    else
        put_rows(&w, form == SCAN_BY_KEY_VALUES);
    return (struct sql){{w.text.at, w.text.n}, w.binds.at, w.binds.n};
}

/* A condition on the first column of the key may find its rows without looking at the others. */
static bool test_reads(const struct plan *scan, const struct expr *e, uint32_t column) {
    for (uint32_t i = 0; i < e->ninputs; i++)
        for (uint32_t j = 0; j < scan->nscan; j++)
            if (scan->scan_slots[j] == e->inputs[i]->slot && scan->scan_columns[j] == column)
                return true;
    return false;
}

bool plan_scan_is_whole(const struct plan *scan) {
    enum { MOST_ARGUMENTS = 100 }; /* of an SQL function, unless SQLite is built otherwise */
    if (scan->in_key_order || scan->nscan > MOST_ARGUMENTS)
        return false;
    if (scan->table->owner) /* rows of a join, for which SQLite may call spoke_rows once */
        return false;
    for (uint32_t i = 0; i < scan->ntests && scan->table->nkeys > 0; i++)
        if (test_reads(scan, scan->tests[i].expr, scan->table->keys[0]))
            return false;
    return true;
}
