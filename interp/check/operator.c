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
    else if (n->a->kind == N_TEXT || n->b->kind == N_TEXT) {
        const struct type *other = n->a->kind == N_TEXT ? n->b->type : n->a->type;
        if (other->kind == TY_DATE)
            diag_help(c->s->diags, d, "a day stands without quotes: 2025-09-01");
        else if (type_is_number(other))
            diag_help(c->s->diags, d, "a number stands without quotes");
    }
    return node_poison(c, n);
}

static const struct type *with_null(struct checker *c, enum type_kind kind, const struct node *n) {
    return type_scalar(c->types, kind, n->a->type->nullable || n->b->type->nullable);
}

static bool is_nonzero_literal(struct node *n) {
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

static struct node *check_arithmetic(struct checker *c, struct node *n) {
    enum type_kind a = n->a->type->kind, b = n->b->type->kind;
    if (type_is_number(n->a->type) && type_is_number(n->b->type))
        return check_numbers(c, n);
    enum type_kind result = TY_ERROR;
    if (n->op == TOK_PLUS && a == TY_LIST && b == TY_LIST && parts_meet(c, &n->a, &n->b) &&
        !n->a->type->nullable && !n->b->type->nullable) {
        n->type = n->a->type;
        return n;
    }
    if (n->op == TOK_PLUS && a == TY_TEXT && b == TY_TEXT)
        result = TY_TEXT;
    else if ((n->op == TOK_PLUS || n->op == TOK_MINUS) && b == TY_DURATION &&
             (a == TY_DATE || a == TY_DURATION))
        result = a;
    else if (n->op == TOK_MINUS && a == TY_DATE && b == TY_DATE)
        result = TY_DURATION;
    if (result == TY_ERROR)
        return no_operator(c, n);
    n->type = with_null(c, result, n);
    return n;
}

/* ---- comparison ---- */

/* 0.1 becomes exactly 1/10, so comparing with a ratio needs no float. The shortest decimal that
 * reads back as the same float is the one that was written. */
static struct node *decimal_as_share(struct checker *c, struct node *n) {
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

static const struct table_column *stored_column(const struct node *n) {
    const struct row *row = n->kind == N_COLUMN ? n->note : NULL;
    if (row && row->table && n->value.i < row->table->n)
        return &row->table->columns[n->value.i];
    if (n->kind == N_FOLLOW)
        return &n->a->type->table->columns[n->value.i];
    return NULL;
}

/* A column in points (`in 0..100`) against a percentage. */
static struct node *percent_meets_points(struct checker *c, struct node *share,
                                         const struct node *other) {
    const struct table_column *column = stored_column(other);
    if (share->kind != N_SHARE || !column || type_is_ratio(other->type))
        return share;
    if (str_is(column->unit, "%")) {
        struct node *x = node_make(c, N_FLOAT, share->span, TYPE(c, FLOAT));
        x->value.f = (double)share->value.i * 100 / (double)share->value2;
        return x;
    }
    if (column->has_range && column->low == 0 && column->high == 100) {
        struct diag *d = error_at(c, E0316, share->span,
                                  "`%.*s` is in points from 0 to 100, this is a percentage",
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
    n->a = percent_meets_points(c, n->a, n->b);
    n->b = percent_meets_points(c, n->b, n->a);
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    warn_outside_domain(c, n->a, n->b);
    warn_outside_domain(c, n->b, n->a);
    a = n->a->type;
    b = n->b->type;
    if ((a->kind == TY_DATE && b->kind == TY_PERIOD) ||
        (a->kind == TY_PERIOD && b->kind == TY_DATE)) {
        struct diag *d = error_at(c, E0215, n->span, "a date is compared with a period by `%s`",
                                  operator_text(n->op));
        diag_help(c->s->diags, d, "%s",
                  n->op == TOK_EQ || n->op == TOK_NE
                      ? "ask whether the day lies in it: `day in 2025-09`"
                      : "compare with a day, 2025-09-01, or ask `day in 2025-09`");
        return node_poison(c, n);
    }
    if (type_is_number(a) && type_is_number(b))
        numbers_meet(c, n);
    else if (a->kind == TY_PERIOD && b->kind == TY_INT)
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

struct node *check_range(struct checker *c, struct node *n) {
    n->a = check_value(c, n->a);
    n->b = check_value(c, n->b);
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    const struct type *t = common_type(c, n->a->type, n->b->type);
    if (n->a->type->kind == TY_PERIOD && n->b->type->kind == TY_INT)
        t = n->a->type; /* 2024-09 .. 2025 */
    else if (n->a->type->kind == TY_INT && n->b->type->kind == TY_PERIOD)
        t = n->b->type;
    enum type_kind k = t ? t->kind : TY_ERROR;
    bool fits = k == TY_INT || k == TY_FLOAT || k == TY_DATE || k == TY_PERIOD || k == TY_RATIO ||
                k == TY_SHARE;
    if (!fits || t->nullable)
        return fail_at(c, fits ? E0212 : E0208, n,
                       fits ? "an end of this range may be missing"
                            : "a range needs two numbers, days or periods");
    n->a = convert(c, n->a, t, "the start of the range");
    n->b = convert(c, n->b, t, "the end of the range");
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

static struct node *check_in_range(struct checker *c, struct node *n) {
    const struct type *value = type_nullable(c->types, n->a->type, false);
    if (value->kind == TY_DATE && n->b->kind == N_RANGE && n->b->type->element->kind == TY_INT)
        range_of_years(c, n->b);
    if (n->b->type->kind == TY_RANGE && value->kind == TY_FLOAT &&
        type_is_ratio(n->b->type->element)) {
        n->b->a = percent_meets_points(c, n->b->a, n->a);
        n->b->b = percent_meets_points(c, n->b->b, n->a);
        if (is_poison(n->b->a) || is_poison(n->b->b))
            return node_poison(c, n);
        n->b->type = type_range(c->types, n->b->a->type);
    }
    if (value->kind == TY_INT && n->b->type->kind == TY_RANGE &&
        n->b->type->element->kind == TY_FLOAT) {
        n->a = to_float(c, n->a);
        value = TYPE(c, FLOAT);
    }
    if (type_is_ratio(value) && n->b->kind == N_RANGE && n->b->type->element->kind == TY_INT) {
        n->b->a = convert(c, n->b->a, value, "the start of the range");
        n->b->b = convert(c, n->b->b, value, "the end of the range");
        n->b->type = type_range(c->types, value);
    }
    if (type_is_ratio(value) && n->b->kind == N_RANGE && n->b->type->element->kind == TY_FLOAT) {
        struct node *low = decimal_as_share(c, n->b->a), *high = decimal_as_share(c, n->b->b);
        if (low && high) {
            n->b->a = low;
            n->b->b = high;
            n->b->type = type_range(c->types, low->type);
        } else {
            n->a = to_float(c, n->a);
            value = TYPE(c, FLOAT);
        }
    }
    if (n->b->type->kind == TY_RANGE && type_is_ratio(value) && type_is_ratio(n->b->type->element))
        return n;
    if (n->b->type->kind == TY_INT && value->kind == TY_DATE)
        n->b = convert(c, n->b, TYPE(c, PERIOD), "the year");
    n->b = convert(c, n->b, type_range(c->types, value), "what stands behind `in`");
    return is_poison(n->b) ? node_poison(c, n) : n;
}

/* `(m in SY2025-26)`: a question to a measure, read as a test by the parser. */
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
        return fail_at(c, E0190, n, "a network in a period does not work yet");
    n->a = check_value(c, n->a);
    if (is_poison(n->a))
        return node_poison(c, n);
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
        const struct type *value = type_nullable(c->types, n->a->type, false);
        if (type_nullable(c->types, element, false) != value)
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
    return check_in_range(c, n);
}
