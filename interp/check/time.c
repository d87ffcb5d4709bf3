/* Days, datetimes, periods and durations: which operators and functions fit them.
 *
 * A datetime never becomes a date, or a date a datetime, by itself: only `day(t)` and ranges, whose
 * days are whole, lead from one to the other. */
#include "check/checker.h"

/* The value as one of another kind, missing where it is. */
static struct node *as_kind(struct checker *c, struct node *n, enum type_kind kind) {
    struct node *w =
        node_make(c, N_CONVERT, n->span, type_scalar(c->types, kind, n->type->nullable));
    w->a = n;
    return w;
}

/* ---- arithmetic ---- */

static struct node *fail_time_on_date(struct checker *c, struct node *n) {
    struct diag *d =
        error_at(c, E0208, n->b->span, "a date moves by whole days, and this duration has a time");
    diag_help(c->s->diags, d, "move a datetime: `2025-09-01T08:30 %s ...`", operator_text(n->op));
    return node_poison(c, n);
}

struct node *check_time_arithmetic(struct checker *c, struct node *n) {
    const struct type *a = n->a->type, *b = n->b->type;
    enum type_kind result = TY_ERROR;
    if (n->op != TOK_PLUS && n->op != TOK_MINUS)
        return NULL;
    if (b->kind == TY_DURATION && (type_is_dated(a) || a->kind == TY_DURATION))
        result = a->kind;
    else if (n->op == TOK_MINUS && type_is_dated(a) && a->kind == b->kind)
        result = TY_DURATION;
    else
        return NULL;
    const struct node *literal = constant_of(n->b);
    if (a->kind == TY_DATE && literal && literal->kind == N_DURATION &&
        !duration_is_days(literal->value.i))
        return fail_time_on_date(c, n);
    n->type = type_scalar(c->types, result, a->nullable || b->nullable);
    return n;
}

/* ---- comparison ---- */

static struct node *fail_comparison(struct checker *c, struct node *n, const char *what,
                                    const char *equal, const char *order) {
    struct diag *d = error_at(c, E0215, n->span, "a %s by `%s`", what, operator_text(n->op));
    diag_help(c->s->diags, d, "%s", n->op == TOK_EQ || n->op == TOK_NE ? equal : order);
    return node_poison(c, n);
}

static bool are(const struct type *a, const struct type *b, enum type_kind x, enum type_kind y) {
    return (a->kind == x && b->kind == y) || (a->kind == y && b->kind == x);
}

struct node *check_mixed_times(struct checker *c, struct node *n) {
    const struct type *a = n->a->type, *b = n->b->type;
    if (are(a, b, TY_DATE, TY_PERIOD))
        return fail_comparison(c, n, "date is compared with a period",
                               "ask whether the day lies in it: `day in 2025-09`",
                               "compare with a day, 2025-09-01, or ask `day in 2025-09`");
    if (are(a, b, TY_DATETIME, TY_PERIOD))
        return fail_comparison(c, n, "datetime is compared with a period",
                               "ask whether it lies in it: `t in 2025-09`",
                               "compare with a datetime, 2025-09-01T00:00, or ask `t in 2025-09`");
    if (are(a, b, TY_DATETIME, TY_DATE))
        return fail_comparison(
            c, n, "datetime is compared with a date",
            "ask `t in 2025-09-01`, or compare days: `day(t) == 2025-09-01`",
            "compare days, `day(t) < 2025-09-01`, or write the time: `t < 2025-09-01T00:00`");
    return NULL;
}

/* ---- ranges ---- */

/* The second at which the day begins, or the last one of it. */
static struct node *end_of_range(struct checker *c, struct node *n, bool last) {
    const struct node *literal = constant_of(n);
    if (literal) {
        struct node *t = node_make(c, N_DATETIME, n->span, TYPE(c, DATETIME));
        t->value.i = literal->value.i * SECONDS_A_DAY + (last ? SECONDS_A_DAY - 1 : 0);
        return t;
    }
    struct node *begin = as_kind(c, n, TY_DATETIME);
    if (!last)
        return begin;
    struct node *rest = node_make(c, N_DURATION, n->span, TYPE(c, DURATION));
    duration_make(0, SECONDS_A_DAY - 1, &rest->value.i);
    struct node *sum = node_make(c, N_BINARY, n->span, begin->type);
    sum->op = TOK_PLUS;
    sum->a = begin;
    sum->b = rest;
    return sum;
}

void range_of_times(struct checker *c, struct node *range) {
    if (range->a->type->kind == TY_DATE && range->b->type->kind == TY_DATETIME)
        range->a = end_of_range(c, range->a, false);
    else if (range->a->type->kind == TY_DATETIME && range->b->type->kind == TY_DATE)
        range->b = end_of_range(c, range->b, true);
}

/* ---- functions ---- */

struct node *check_time_function(struct checker *c, enum builtin b, struct node *n) {
    struct node *x = n->list.at[0];
    bool nullable = x->type->nullable;
    if (n->list.n != 1)
        return NULL;
    switch (b) {
    case BUILTIN_DAY:
        if (x->type->kind != TY_DATETIME)
            break;
        n->type = type_scalar(c->types, TY_DATE, nullable);
        return n;
    case BUILTIN_HOUR:
    case BUILTIN_MINUTE:
    case BUILTIN_SECOND:
        n->type = type_scalar(c->types, TY_INT, nullable);
        return x->type->kind == TY_DATETIME ? n : NULL;
    case BUILTIN_DAYS:
    case BUILTIN_HOURS:
    case BUILTIN_MINUTES:
    case BUILTIN_SECONDS:
        n->type = type_scalar(c->types, TY_INT, nullable);
        return x->type->kind == TY_DURATION ? n : NULL;
    case BUILTIN_TERM:
    case BUILTIN_SEMESTER:
        nullable = true;
        if (!need_terms(c, b == BUILTIN_TERM ? GRAIN_TERM : GRAIN_SEMESTER, n->span))
            return node_poison(c, n);
        break;
    default:
        break;
    }
    if (!type_is_dated(x->type))
        return NULL;
    if (x->type->kind == TY_DATETIME)
        n->list.at[0] = as_kind(c, x, TY_DATE);
    n->type = type_scalar(c->types, TY_PERIOD, nullable);
    return n;
}

struct node *period_in_period(struct checker *c, struct node *n) {
    bool first = n->a->type->kind == TY_PERIOD, second = n->b->type->kind == TY_PERIOD;
    const struct native_entry *lies_in = native_named(c, "lies_in");
    if (!lies_in || !(first || second) || !(first || n->a->type->kind == TY_INT) ||
        !(second || n->b->type->kind == TY_INT))
        return NULL;
    struct node *call = node_make(c, N_CALL, n->span, NULL);
    struct node *parts[] = {n->a, n->b};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct node *argument = node_make(c, N_ARG, n->span, NULL);
        const struct type *type = type_scalar(c->types, TY_PERIOD, parts[i]->type->nullable);
        argument->a = convert(c, parts[i], type, "the year");
        list_push(c, &call->list, argument);
    }
    struct node *in = check_native(c, call, lies_in, STR("lies_in"));
    if (!is_poison(in) && in->type->nullable) {
        struct node *no = node_make(c, N_BOOL, n->span, TYPE(c, BOOL));
        in = invoke_builtin(c, n->span, BUILTIN_COALESCE, TYPE(c, BOOL), in);
        list_push(c, &in->list, no);
    }
    return unless_negated(c, n, in);
}
