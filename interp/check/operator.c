/* Operators: arithmetic, comparison, logic, ranges, membership.
 *
 * Numbers meet as ints, exact ratios or floats (language.md section 2); a
 * comparison of a ratio with an int or a decimal literal stays exact. */
#include "check/checker.h"

static struct node *no_operator(struct checker *c, struct node *n) {
    if (c->row && (fail_table_as_column(c, n->a) || fail_table_as_column(c, n->b)))
        return node_poison(c, n);
    struct diag *d = error_at(c, E0208, n->span, "`%s` does not work on a `%.*s` and a `%.*s`",
                              operator_text(n->op), STR_ARG(name_of_type(c, n->a->type)),
                              STR_ARG(name_of_type(c, n->b->type)));
    if (n->op == TOK_PLUS && (n->a->type->kind == TY_TEXT || n->b->type->kind == TY_TEXT))
        diag_help(c->s->diags, d, "put values into a text with holes: \"{x} days\"");
    else if (n->a->type->kind == TY_POINTS || n->b->type->kind == TY_POINTS)
        diag_help(c->s->diags, d, "points are compared with points: `5 points`");
    else if (n->a->kind == N_TEXT || n->b->kind == N_TEXT) {
        const struct type *other = n->a->kind == N_TEXT ? n->b->type : n->a->type;
        if (type_is_dated(other))
            diag_help(c->s->diags, d, "a day stands without quotes: 2025-09-01");
        else if (type_is_number(other))
            diag_help(c->s->diags, d, "a number stands without quotes");
    }
    return node_poison(c, n);
}

static const struct type *with_null(struct checker *c, enum type_kind kind, const struct node *n) {
    return type_scalar(c->types, kind, n->a->type->nullable || n->b->type->nullable);
}

bool is_nonzero_literal(struct node *n) {
    struct node *k = constant_of(n);
    if (n->kind == N_CONVERT)
        k = constant_of(n->a);
    if (!k)
        return false;
    return k->kind == N_FLOAT ? k->value.f != 0 : k->kind != N_MISSING && k->value.i != 0;
}

static struct node *to_float(struct checker *c, struct node *n) {
    return convert(c, n, type_scalar(c->types, TY_FLOAT, n->type->nullable), "the operand");
}

static struct node *check_division(struct checker *c, struct node *n) {
    bool sure = is_nonzero_literal(n->b);
    bool nullable = n->a->type->nullable || n->b->type->nullable || !sure;
    if (n->a->type->kind == TY_INT && n->b->type->kind == TY_INT) {
        enum type_kind kind = n->op == TOK_SLASH ? TY_RATIO : TY_INT;
        n->type = type_scalar(c->types, kind, nullable);
        return n;
    }
    if (n->op != TOK_SLASH)
        return no_operator(c, n);
    n->a = to_float(c, n->a);
    n->b = to_float(c, n->b);
    n->type = type_scalar(c->types, TY_FLOAT, nullable);
    return n;
}

static struct node *check_numbers(struct checker *c, struct node *n) {
    if (n->op == TOK_SLASH || n->op == OP_DIV || n->op == OP_MOD)
        return check_division(c, n);
    if (n->op != TOK_CARET && n->a->type->kind == TY_INT && n->b->type->kind == TY_INT) {
        n->type = with_null(c, TY_INT, n);
        return n;
    }
    n->a = to_float(c, n->a);
    n->b = to_float(c, n->b);
    n->type = n->op == TOK_CARET ? TYPE_NULL(c, FLOAT) : with_null(c, TY_FLOAT, n);
    return n;
}

static struct node *check_measured(struct checker *c, struct node *n) {
    const struct unit_of_measure *unit;
    if (!unit_of_arithmetic(c, n, &unit))
        return node_poison(c, n);
    n = check_numbers(c, n);
    if (unit && !is_poison(n))
        n->type = type_in_unit(c->types, n->type, unit);
    return n;
}

static struct node *check_arithmetic(struct checker *c, struct node *n) {
    if (n->op == TOK_PLUS || n->op == TOK_MINUS) {
        n->a = percent_in(c, n->a, n->b);
        n->b = percent_in(c, n->b, n->a);
        if (!units_meet(c, n->span, n->a, n->b))
            return node_poison(c, n);
    }
    enum type_kind a = n->a->type->kind, b = n->b->type->kind;
    if (a == TY_SHARE || b == TY_SHARE || a == TY_POINTS || b == TY_POINTS) {
        struct node *done = check_shares(c, n);
        if (done)
            return done;
    }
    if (type_is_number(n->a->type) && type_is_number(n->b->type))
        return check_measured(c, n);
    enum type_kind result = TY_ERROR;
    if (n->op == TOK_PLUS && a == TY_LIST && b == TY_LIST && parts_meet(c, &n->a, &n->b) &&
        !n->a->type->nullable && !n->b->type->nullable) {
        n->type = n->a->type;
        return n;
    }
    if (n->op == TOK_PLUS && a == TY_TEXT && b == TY_TEXT)
        result = TY_TEXT;
    if (result == TY_ERROR) {
        struct node *time = check_time_arithmetic(c, n);
        return time ? time : no_operator(c, n);
    }
    n->type = with_null(c, result, n);
    return n;
}

/* ---- comparison ---- */

/* 0.1 becomes exactly 1/10, so comparing with a ratio needs no float. The shortest decimal that
 * reads back as the same float is the one that was written. */
struct node *decimal_as_share(struct checker *c, struct node *n) {
    if (n->kind != N_FLOAT)
        return NULL;
    char text[32];
    size_t length = num_print_float(text, n->value.f), i = text[0] == '-';
    int64_t digits = 0, d = 1;
    for (bool behind = false; i < length; i++) {
        if (text[i] == '.') {
            behind = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || digits >= INT64_MAX / 10 || d >= INT64_MAX / 10)
            return NULL; /* too long, or written with an exponent */
        digits = digits * 10 + (text[i] - '0');
        d *= behind ? 10 : 1;
    }
    struct node *share = node_make(c, N_SHARE, n->span, TYPE(c, SHARE));
    share->value.i = text[0] == '-' ? -digits : digits;
    share->value2 = d;
    return share;
}

static struct node *to_ratio(struct checker *c, struct node *n) {
    if (type_is_ratio(n->type))
        return n;
    return convert(c, n, type_scalar(c->types, TY_RATIO, n->type->nullable), "the operand");
}

static void numbers_meet(struct checker *c, struct node *n) {
    const struct type *a = n->a->type, *b = n->b->type;
    if (a->kind == b->kind)
        return;
    if (type_is_ratio(a) || type_is_ratio(b)) {
        struct node *x = a->kind == TY_FLOAT ? decimal_as_share(c, n->a) : n->a;
        struct node *y = b->kind == TY_FLOAT ? decimal_as_share(c, n->b) : n->b;
        if (x && y) {
            n->a = to_ratio(c, x);
            n->b = to_ratio(c, y);
            return;
        }
    }
    n->a = to_float(c, n->a);
    n->b = to_float(c, n->b);
}

const struct table_column *stored_column(const struct node *n) {
    const struct row *row = n->kind == N_COLUMN ? n->note : NULL;
    if (row && row->table && n->value.i < row->table->n)
        return &row->table->columns[n->value.i];
    if (n->kind == N_FOLLOW)
        return &n->a->type->table->columns[n->value.i];
    return NULL;
}

/* A share where the other side counts in percent, or from 0 to 100. */
static struct node *percent_meets_number(struct checker *c, struct node *share,
                                         const struct node *other) {
    struct node *number = percent_in(c, share, other);
    if (number != share)
        return number;
    const struct table_column *column = stored_column(other);
    if (share->kind == N_SHARE && column && !type_is_pair(other->type) && column->has_range &&
        column->low == 0 && column->high == 100) {
        struct diag *d =
            error_at(c, E0316, share->span, "`%.*s` runs from 0 to 100, this is a percentage",
                     STR_ARG(column->name));
        diag_help(c->s->diags, d, "write %g, or declare the column with `unit \"%%\"`",
                  (double)share->value.i * 100 / (double)share->value2);
        return node_poison(c, share);
    }
    return share;
}

static void warn_outside_domain(struct checker *c, const struct node *literal,
                                const struct node *other) {
    const struct table_column *column = stored_column(other);
    if (!column || column->none_of == 0 || literal->kind != N_TEXT)
        return;
    struct str *names = ARENA_ARRAY(c->arena, struct str, column->none_of);
    for (uint32_t i = 0; i < column->none_of; i++) {
        names[i] = column->one_of[i].text;
        if (str_eq(names[i], literal->text))
            return;
    }
    struct diag *d =
        diag_add(c->s->diags, SEV_WARNING, E0311, literal->span, "`%.*s` is never \"%.*s\"",
                 STR_ARG(column->name), STR_ARG(literal->text));
    help_words(c, d, literal->text, names, column->none_of);
}

static bool is_equality(const struct node *n) {
    return n->op == TOK_EQ || n->op == TOK_NE;
}

static struct node *check_comparison(struct checker *c, struct node *n) {
    const struct type *a = n->a->type, *b = n->b->type;
    if (a->kind == TY_MISSING || b->kind == TY_MISSING) {
        struct diag *d = error_at(c, E0211, n->span, "nothing can be compared with `missing`");
        diag_help(c->s->diags, d, "write `... is missing` or `... is not missing`");
        return node_poison(c, n);
    }
    if (a->kind == TY_REF && b->kind == TY_REF && a->table == b->table && is_equality(n)) {
        n->type = with_null(c, TY_BOOL, n);
        return n;
    }
    n->a = as_value(c, n->a);
    n->b = as_value(c, n->b);
    n->a = percent_meets_number(c, n->a, n->b);
    n->b = percent_meets_number(c, n->b, n->a);
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    warn_outside_domain(c, n->a, n->b);
    warn_outside_domain(c, n->b, n->a);
    a = n->a->type;
    b = n->b->type;
    struct node *mixed = check_mixed_times(c, n);
    if (mixed)
        return mixed;
    if (type_is_number(a) && type_is_number(b)) {
        if (!units_meet(c, n->span, n->a, n->b))
            return node_poison(c, n);
        numbers_meet(c, n);
    } else if (a->kind == TY_PERIOD && b->kind == TY_INT)
        n->b = convert(c, n->b, TYPE(c, PERIOD), "the year");
    else if (a->kind == TY_INT && b->kind == TY_PERIOD)
        n->a = convert(c, n->a, TYPE(c, PERIOD), "the year");
    else if (type_has_parts(a) && is_equality(n)) {
        if (a->kind != b->kind || !parts_compare(c, n))
            return no_operator(c, n);
    } else if (a->kind != b->kind || a->kind > TY_TEXT || a->kind == TY_VOID ||
               (a->kind == TY_BOOL && !is_equality(n)))
        return no_operator(c, n);
    n->type = with_null(c, TY_BOOL, n);
    return n;
}

/* Conditions that hold where the right side of `and` is judged. */
static void prove(struct checker *c, const struct node *n, bool negated) {
    if (n->kind == N_BINARY && n->op == TOK_AND && !negated) {
        prove(c, n->a, false);
        prove(c, n->b, false);
    } else if (n->kind == N_IS_MISSING && !!(n->flags & FLAG_NEGATED) == !negated &&
               n->a->kind == N_NAME && n->a->symbol && !n->a->symbol->assignable) {
        struct proof *p = ARENA_NEW(c->arena, struct proof);
        p->present = n->a->symbol;
        p->next = c->proofs;
        c->proofs = p;
    }
}

static struct node *check_logic(struct checker *c, struct node *n) {
    struct proof *before = c->proofs;
    const char *what = n->op == TOK_AND ? "a side of `and`" : "a side of `or`";
    n->a = condition(c, n->a, what);
    if (!is_poison(n->a))
        prove(c, n->a, n->op == TOK_OR);
    n->b = condition(c, n->b, what);
    c->proofs = before;
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    n->type = with_null(c, TY_BOOL, n);
    return n;
}

struct node *check_binary(struct checker *c, struct node *n) {
    if (n->op == TOK_AND || n->op == TOK_OR)
        return check_logic(c, n);
    bool compares = n->op >= TOK_EQ && n->op <= TOK_GE;
    n->a = compares ? check_expr(c, n->a) : check_value(c, n->a);
    n->b = compares ? check_expr(c, n->b) : check_value(c, n->b);
    n->a = cell_of_relation(c, n->a);
    n->b = cell_of_relation(c, n->b);
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    if (compares)
        return check_comparison(c, n);
    if (n->op == OP_LIKE) {
        if (n->a->type->kind != TY_TEXT || n->b->type->kind != TY_TEXT)
            return no_operator(c, n);
        n->type = with_null(c, TY_BOOL, n);
        return n;
    }
    return check_arithmetic(c, n);
}

/* ---- ranges and membership ---- */

/* `10% .. 1` and `0.1 .. 20%` stay exact. */
static struct node *end_as_ratio(struct checker *c, struct node *end, const struct type *other) {
    struct node *share = type_is_ratio(other) ? decimal_as_share(c, end) : NULL;
    if (type_is_ratio(other) && end->type->kind == TY_INT)
        share = convert(c, end, other, "an end of the range");
    return share ? share : end;
}

struct node *check_range(struct checker *c, struct node *n) {
    n->a = check_value(c, n->a);
    n->b = check_value(c, n->b);
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    range_of_times(c, n);
    n->a = end_as_ratio(c, n->a, n->b->type);
    n->b = end_as_ratio(c, n->b, n->a->type);
    if (!units_meet(c, n->span, n->a, n->b))
        return node_poison(c, n);
    const struct type *t = common_type(c, n->a->type, n->b->type);
    if (n->a->type->kind == TY_PERIOD && n->b->type->kind == TY_INT)
        t = n->a->type; /* 2024-09 .. 2025 */
    else if (n->a->type->kind == TY_INT && n->b->type->kind == TY_PERIOD)
        t = n->b->type;
    enum type_kind k = t ? t->kind : TY_ERROR;
    bool fits = k == TY_INT || k == TY_FLOAT || k == TY_DATE || k == TY_DATETIME ||
                k == TY_PERIOD || k == TY_DURATION || k == TY_RATIO || k == TY_SHARE ||
                k == TY_POINTS;
    if (!fits || t->nullable)
        return fail_at(c, fits ? E0212 : E0208, n,
                       fits ? "an end of this range may be missing"
                            : "a range needs two numbers, days, datetimes, periods or durations");
    t = type_unitless(c->types, t); /* each end keeps its own */
    n->a = convert(c, n->a, type_in_unit(c->types, t, unit_of(n->a)), "the start of the range");
    n->b = convert(c, n->b, type_in_unit(c->types, t, unit_of(n->b)), "the end of the range");
    n->type = type_range(c->types, t);
    return n;
}

static struct node *check_in_list(struct checker *c, struct node *n) {
    const struct type *value = type_nullable(c->types, n->a->type, false);
    if (n->b->kind == N_LIST)
        for (uint32_t i = 0; i < n->b->list.n; i++) {
            struct node *e = n->b->list.at[i] = check_value(c, n->b->list.at[i]);
            if (e->type->kind == TY_MISSING) {
                struct diag *d = error_at(c, E0211, e->span, "`missing` cannot be in a list");
                diag_help(c->s->diags, d, "add `or ... is missing`");
                return node_poison(c, n);
            }
            warn_outside_domain(c, e, n->a);
            e = percent_in(c, e, n->a);
            if (!units_meet(c, e->span, n->a, e))
                return node_poison(c, n);
            n->b->list.at[i] = convert(c, e, value, "an element");
            if (is_poison(n->b->list.at[i]))
                return node_poison(c, n);
        }
    else
        return fail_at(c, E0207, n->b, "membership in a `%.*s` does not work",
                       STR_ARG(name_of_type(c, n->b->type)));
    n->b->type = type_list(c->types, value);
    return n;
}

/* `day in 2024 .. 2025`: the days of those years. */
static void range_of_years(struct checker *c, struct node *range) {
    const struct type *period = TYPE(c, PERIOD);
    range->a = convert(c, range->a, period, "the start of the range");
    range->b = convert(c, range->b, period, "the end of the range");
    range->type = type_range(c->types, period);
}

void range_of_ratios(struct checker *c, struct node *range, const struct type *value) {
    if (range->kind != N_RANGE || !type_is_ratio(value) || is_poison(range))
        return;
    enum type_kind ends = range->type->element->kind;
    struct node *low = NULL, *high = NULL;
    if (ends == TY_INT) {
        low = convert(c, range->a, value, "the start of the range");
        high = convert(c, range->b, value, "the end of the range");
    } else if (ends == TY_FLOAT) {
        low = decimal_as_share(c, range->a);
        high = decimal_as_share(c, range->b);
    }
    if (!low || !high)
        return;
    range->a = low;
    range->b = high;
    range->type = type_range(c->types, low->type);
}

static struct node *check_in_range(struct checker *c, struct node *n) {
    const struct type *value = type_nullable(c->types, n->a->type, false);
    if (type_is_dated(value) && n->b->kind == N_RANGE && n->b->type->element->kind == TY_INT)
        range_of_years(c, n->b);
    if (n->b->kind == N_RANGE && (value->kind == TY_FLOAT || value->kind == TY_INT) &&
        type_is_ratio(n->b->type->element)) {
        n->b->a = percent_meets_number(c, n->b->a, n->a);
        n->b->b = percent_meets_number(c, n->b->b, n->a);
        if (is_poison(n->b->a) || is_poison(n->b->b))
            return node_poison(c, n);
        n->b->type = type_range(c->types, n->b->a->type);
    }
    if (n->b->kind == N_RANGE &&
        !(units_meet(c, n->span, n->a, n->b->a) && units_meet(c, n->span, n->a, n->b->b)))
        return node_poison(c, n);
    if (value->kind == TY_INT && n->b->type->kind == TY_RANGE &&
        n->b->type->element->kind == TY_FLOAT) {
        n->a = to_float(c, n->a);
        value = TYPE(c, FLOAT);
    }
    range_of_ratios(c, n->b, value);
    if (n->b->type->kind == TY_RANGE && type_is_ratio(value) &&
        n->b->type->element->kind == TY_FLOAT) {
        n->a = to_float(c, n->a);
        value = TYPE(c, FLOAT);
    }
    if (n->b->type->kind == TY_RANGE && value->kind == TY_INT &&
        type_is_ratio(n->b->type->element)) {
        n->a = to_ratio(c, n->a);
        value = n->b->type->element;
    }
    if (n->b->type->kind == TY_RANGE && type_is_ratio(value) && type_is_ratio(n->b->type->element))
        return n;
    if (n->b->type->kind == TY_INT && type_is_dated(value))
        n->b = convert(c, n->b, TYPE(c, PERIOD), "the year");
    n->b = convert(c, n->b, type_range(c->types, value), "what stands behind `in`");
    return is_poison(n->b) ? node_poison(c, n) : n;
}

/* `(m in SY2025-26)`: a question to a measure or network, read as a test by the parser. */
static struct node *question_in(struct checker *c, struct node *n) {
    struct node *question = node_make(c, N_QUESTION, n->span, NULL);
    struct node *clause = node_make(c, N_Q_IN, n->b->span, NULL);
    clause->a = n->b;
    list_push(c, &question->list, n->a);
    list_push(c, &question->more, clause);
    return check_question(c, question);
}

struct node *check_in(struct checker *c, struct node *n) {
    bool in_row = n->a->kind == N_NAME && c->row && type_field(c->row->type, n->a->text) >= 0;
    struct symbol *s = n->a->kind == N_NAME && !in_row ? scope_find(c->scope, n->a->text) : NULL;
    if (s && s->kind == SYM_MEASURE)
        return question_in(c, n);
    if (s && s->kind == SYM_NETWORK)
        return question_in(c, n);
    n->a = check_value(c, n->a);
    if (is_poison(n->a))
        return node_poison(c, n);
    if (n->a->type->kind == TY_NETWORK)
        return question_in(c, n);
    if (n->b->kind == N_LIST) {
        n->type = TYPE(c, BOOL);
        return check_in_list(c, n);
    }
    n->b = check_value(c, n->b);
    if (is_poison(n->b))
        return node_poison(c, n);
    n->type = TYPE(c, BOOL);
    if (n->b->type->kind == TY_LIST) {
        const struct type *element = n->b->type->element;
        const struct type *value =
            type_unitless(c->types, type_nullable(c->types, n->a->type, false));
        bool ratios = type_is_ratio(element) && type_is_ratio(value);
        if (!ratios && type_nullable(c->types, element, false) != value)
            return fail_at(c, E0207, n, "a `%.*s` cannot be in a `%.*s`",
                           STR_ARG(name_of_type(c, value)), STR_ARG(name_of_type(c, n->b->type)));
        return n;
    }
    if (n->b->type->kind == TY_MAP && !n->b->type->nullable) {
        bool nullable = n->a->type->nullable;
        n->a = convert(c, n->a, type_nullable(c->types, n->b->type->key, nullable), "the key");
        return is_poison(n->a) ? node_poison(c, n) : n;
    }
    if (n->b->type->kind == TY_RELATION)
        return check_member(c, n);
    struct node *lies_in = period_in_period(c, n);
    return lies_in ? lies_in : check_in_range(c, n);
}
