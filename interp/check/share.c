/* Arithmetic of shares and points.
 *
 * A share minus a share is in points, and points move a share: `10% + 5 points` is 15%. All of it
 * is exact. Adding or multiplying shares has no one meaning and is refused; a ratio beside a share
 * counts as one. Points never meet plain numbers by + or -, since 5 could be 5 points or 500. */
#include "check/checker.h"

static bool is_share(const struct node *n) {
    return n->type->kind == TY_SHARE;
}

static bool is_points(const struct node *n) {
    return n->type->kind == TY_POINTS;
}

static struct node *exact(struct checker *c, struct node *n, enum type_kind kind) {
    bool by_zero = n->op == TOK_SLASH && !is_nonzero_literal(n->b);
    const struct type *ratio = TYPE(c, RATIO);
    if (n->a->type->kind == TY_INT)
        n->a = convert(c, n->a, type_nullable(c->types, ratio, n->a->type->nullable), "a number");
    if (n->b->type->kind == TY_INT)
        n->b = convert(c, n->b, type_nullable(c->types, ratio, n->b->type->nullable), "a number");
    n->type = type_scalar(c->types, kind, n->a->type->nullable || n->b->type->nullable || by_zero);
    return n;
}

static struct node *retyped(struct checker *c, struct node *n, const struct type *to) {
    struct node *w = node_make(c, N_CONVERT, n->span, to);
    w->a = n;
    return w;
}

struct node *float_as_points(struct checker *c, struct node *n) {
    return retyped(c, n, type_scalar(c->types, TY_POINTS, n->type->nullable));
}

struct node *points_as_float(struct checker *c, struct node *n) {
    return retyped(c, n, type_scalar(c->types, TY_FLOAT, n->type->nullable));
}

/* Points times or divided by a number. */
static struct node *scaled(struct checker *c, struct node *n) {
    struct node **number = is_points(n->a) ? &n->b : &n->a;
    struct node *decimal = (*number)->type->kind == TY_FLOAT ? decimal_as_share(c, *number) : NULL;
    if (decimal)
        *number = decimal;
    if ((*number)->type->kind != TY_FLOAT)
        return exact(c, n, TY_POINTS);
    bool by_zero = n->op == TOK_SLASH && !is_nonzero_literal(n->b);
    if (is_points(n->a))
        n->a = points_as_float(c, n->a);
    else
        n->b = points_as_float(c, n->b);
    n->type =
        type_scalar(c->types, TY_FLOAT, n->a->type->nullable || n->b->type->nullable || by_zero);
    return float_as_points(c, n);
}

/* "5" for 5%, where that is what stands there. */
static const char *percent_text(struct checker *c, const struct node *n) {
    if (n->kind != N_SHARE || n->value.i < 0)
        return NULL;
    return arena_printf(c->arena, "%.15g", (double)n->value.i * 100 / (double)n->value2).p;
}

static struct node *refuse(struct checker *c, struct node *n, const char *first,
                           const char *second) {
    struct diag *d = error_at(c, E0208, n->span, "`%s` does not work on a `%.*s` and a `%.*s`",
                              operator_text(n->op), STR_ARG(name_of_type(c, n->a->type)),
                              STR_ARG(name_of_type(c, n->b->type)));
    diag_help(c->s->diags, d, "%s", first);
    if (second)
        diag_help(c->s->diags, d, "%s", second);
    return node_poison(c, n);
}

static struct node *refuse_sum(struct checker *c, struct node *n) {
    const char *digits = percent_text(c, n->b);
    const char *first = "a share moves by points, as `10% + 5 points`";
    if (digits)
        first = arena_printf(c->arena, "a share moves by points: write `+ %s points`", digits).p;
    return refuse(c, n, first,
                  "the shares of one whole are added as numbers: `float(a) + float(b)`");
}

static struct node *refuse_points(struct checker *c, struct node *n) {
    if (n->op != TOK_PLUS && n->op != TOK_MINUS)
        return refuse(c, n, "points are multiplied by numbers and shares, and divided by these",
                      "points by points, or by a share, are a ratio");
    return refuse(c, n, "points are added to shares and to points: `10% + 5 points`",
                  "`float(p)` of points is their fraction: `float(5 points)` is 0.05");
}

/* Of a share and a share, or a ratio that counts as one. */
static struct node *of_shares(struct checker *c, struct node *n) {
    if (n->op == TOK_MINUS)
        return exact(c, n, TY_POINTS);
    if (n->op == TOK_PLUS)
        return refuse_sum(c, n);
    if (n->op == TOK_STAR && is_share(n->a) && is_share(n->b))
        return refuse(c, n, "a share of a share is a number: `float(a) * float(b)`", NULL);
    return NULL;
}

struct node *check_shares(struct checker *c, struct node *n) {
    if (type_is_ratio(n->a->type) && type_is_ratio(n->b->type))
        return of_shares(c, n);
    bool a = is_points(n->a), b = is_points(n->b);
    if (!a && !b) /* a share and a plain number: a float */
        return NULL;
    const struct node *other = a ? n->b : n->a;
    if (!type_is_number(other->type) && !is_points(other))
        return refuse_points(c, n);
    switch (n->op) {
    case TOK_PLUS:
    case TOK_MINUS:
        if (a && b)
            return exact(c, n, TY_POINTS);
        if (type_is_ratio(other->type) && (n->op == TOK_PLUS || b))
            return exact(c, n, TY_SHARE);
        return refuse_points(c, n);
    case TOK_STAR:
        return a && b ? refuse_points(c, n) : scaled(c, n);
    case TOK_SLASH:
        if (!a)
            return refuse_points(c, n);
        return b || type_is_ratio(n->b->type) ? exact(c, n, TY_RATIO) : scaled(c, n);
    default:
        return refuse_points(c, n);
    }
}
