/* Where numbers with units meet: what adds and compares, and what comes of it.
 *
 * A plain number fits every unit, since literals and counts have none; two different units never
 * meet by + or -, in a comparison or a range. Products and quotients make compound units. In a
 * column in "%" a share counts as its percentage, 90% as 90; so do points, as 5 points. */
#include "check/checker.h"

const struct unit_of_measure *unit_of(const struct node *n) {
    return n->type->unit;
}

/* The column that a number in this unit comes from, for the message; NULL: in any unit. */
static const struct table_column *column_in(const struct node *n,
                                            const struct unit_of_measure *unit) {
    if (!n)
        return NULL;
    const struct table_column *column = stored_column(n);
    if (column && column->type->unit && (!unit || column->type->unit == unit))
        return column;
    if (n->kind == N_FOLLOW || n->kind == N_COLUMN)
        return NULL;
    column = column_in(n->a, unit);
    if (!column)
        column = column_in(n->b, unit);
    for (uint32_t i = 0; i < n->list.n && !column; i++)
        column = column_in(n->list.at[i], unit);
    return column;
}

static void label_unit(struct checker *c, struct diag *d, const struct node *n) {
    const struct unit_of_measure *unit = unit_of(n);
    const struct table_column *column = unit ? column_in(n, unit) : NULL;
    if (!column && unit)
        column = column_in(n, NULL);
    if (column)
        diag_label_add(c->s->diags, d, column->span, "`%.*s` is declared in %.*s",
                       STR_ARG(column->name), STR_ARG(column->unit));
}

/* "`minutes` is in min", "this is a share" */
static const char *described(struct checker *c, const struct node *n) {
    struct str name = column_name_of(n);
    struct str words = name.n ? arena_printf(c->arena, "`%.*s`", STR_ARG(name)) : STR("this");
    if (n->type->unit)
        return arena_printf(c->arena, "%.*s is in %.*s", STR_ARG(words), STR_ARG(unit_of(n)->text))
            .p;
    return arena_printf(c->arena, "%.*s is a %.*s", STR_ARG(words),
                        STR_ARG(name_of_type(c, type_nullable(c->types, n->type, false))))
        .p;
}

bool units_meet(struct checker *c, struct span span, const struct node *a, const struct node *b) {
    const struct unit_of_measure *x = unit_of(a), *y = unit_of(b);
    bool share = (x && b->type->kind == TY_SHARE) || (y && a->type->kind == TY_SHARE);
    if (x == y || ((!x || !y) && !share))
        return true;
    struct diag *d = error_at(c, E0318, span, "%s, %s", described(c, a), described(c, b));
    label_unit(c, d, a);
    label_unit(c, d, b);
    if (share)
        diag_help(c->s->diags, d, "a percentage compares with shares and with columns in \"%%\"");
    else
        diag_help(c->s->diags, d, HELP_UNITS);
    return false;
}

static const struct unit_of_measure *power_unit(struct checker *c, const struct node *n) {
    const struct unit_of_measure *unit = NULL;
    if (n->b->kind != N_INT || n->b->value.i > 9)
        return NULL;
    for (int64_t i = 0; i < n->b->value.i; i++)
        unit = unit_product(c->types, unit, unit_of(n->a));
    return unit;
}

bool unit_of_arithmetic(struct checker *c, const struct node *n,
                        const struct unit_of_measure **out) {
    const struct unit_of_measure *a = unit_of(n->a), *b = unit_of(n->b);
    *out = NULL;
    if (!a && !b)
        return true;
    switch (n->op) {
    case TOK_STAR:
        *out = unit_product(c->types, a, b);
        return true;
    case TOK_SLASH:
    case OP_DIV:
        *out = unit_quotient(c->types, a, b);
        return true;
    case TOK_CARET:
        *out = power_unit(c, n);
        return true;
    default:
        *out = a ? a : b;
        return units_meet(c, n->span, n->a, n->b);
    }
}

static struct node *percent_as_number(struct checker *c, struct node *n) {
    const struct type *type = type_scalar(c->types, TY_FLOAT, n->type->nullable);
    struct node *hundred = node_make(c, N_FLOAT, n->span, TYPE(c, FLOAT));
    hundred->value.f = 100;
    const struct node *known = constant_of(n);
    if (known && known->kind == N_SHARE) {
        hundred->value.f = (double)known->value.i * 100 / (double)known->value2;
        return hundred;
    }
    struct node *times = node_make(c, N_BINARY, n->span, type);
    times->op = TOK_STAR;
    times->a = node_make(c, N_CONVERT, n->span, type);
    times->a->a = n;
    times->b = hundred;
    return times;
}

struct node *percent_in(struct checker *c, struct node *n, const struct node *other) {
    bool percent = n->type->kind == TY_SHARE || n->type->kind == TY_POINTS;
    return percent && unit_is(unit_of(other), "%") ? percent_as_number(c, n) : n;
}
