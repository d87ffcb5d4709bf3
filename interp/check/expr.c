/* Expressions: names, literals, paths, templates, match, if. Lists, records and maps are in
 * parts.c, operators in operator.c, calls in call.c, everything about rows in row.c and relation.c.
 */
#include "check/checker.h"

#define DEPTH_LIMIT 400

static struct node *check_template(struct checker *c, struct node *n) {
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *part = n->list.at[i];
        if (part->kind == N_HOLE) {
            part->a = check_value(c, part->a);
            part->type = part->a->type;
            enum type_kind k = part->type->kind;
            if (k == TY_RELATION || k == TY_NETWORK || k == TY_PICTURE || k == TY_VOID ||
                type_has_function(part->type))
                fail_at(c, E0207, part->a, "a `%.*s` cannot stand inside a text",
                        STR_ARG(name_of_type(c, part->type)));
        } else
            part->type = TYPE(c, TEXT);
    }
    n->type = TYPE(c, TEXT);
    return n;
}

struct node *check_pattern(struct checker *c, struct node *p, const struct type *value) {
    if (p->kind == N_RECORD)
        return check_record_pattern(c, p, value);
    p = p->kind == N_RANGE ? check_range(c, p) : check_value(c, p);
    if (is_poison(p))
        return p;
    if (p->type->kind != TY_RANGE && !constant_of(p))
        return fail_at(c, E0218, p, "a pattern is a literal or a range");
    const struct type *bare = type_nullable(c->types, value, false);
    range_of_ratios(c, p, bare);
    if (p->type->kind == TY_RANGE)
        return convert(c, p, type_range(c->types, bare), "the pattern");
    if (p->type->kind == TY_MISSING) {
        struct diag *d = error_at(c, E0211, p->span, "`missing` cannot be a pattern");
        diag_help(c->s->diags, d, "use `else`, or test with `is missing` before the match");
        return node_poison(c, p);
    }
    return convert(c, p, bare, "the pattern");
}

/* Arms share one type; without `else` the value may be missing. */
static struct node *check_match(struct checker *c, struct node *n) {
    n->a = check_value(c, n->a);
    if (is_poison(n->a))
        return node_poison(c, n);
    if (n->list.n == 0)
        return fail_at(c, E0220, n, "this match has no arms");
    const struct type *result = NULL, *value = n->a->type;
    bool has_else = false;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *arm = n->list.at[i];
        if (has_else)
            error_at(c, E0220, arm->span, "this arm stands behind `else` and is never reached");
        has_else = has_else || arm->list.n == 0;
        scope_open(c); /* names that a pattern gives */
        bool fine = true;
        for (uint32_t j = 0; j < arm->list.n && fine; j++)
            fine = !is_poison(arm->list.at[j] = check_pattern(c, arm->list.at[j], value));
        if (fine)
            arm->a = check_value(c, arm->a);
        scope_close(c);
        if (!fine)
            return node_poison(c, n);
        const struct type *t = result ? common_type(c, result, arm->a->type) : arm->a->type;
        if (!t)
            return fail_at(c, E0207, arm->a, "this arm gives a `%.*s`, the ones before `%.*s`",
                           STR_ARG(name_of_type(c, arm->a->type)),
                           STR_ARG(name_of_type(c, result)));
        result = t;
    }
    if (!has_else)
        result = type_nullable(c->types, result, true);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *arm = n->list.at[i];
        arm->a = convert(c, arm->a, result, "the arm");
        arm->type = result;
    }
    n->type = result;
    return n;
}

static struct node *only_expression(struct node *block) {
    if (block && block->kind == N_BLOCK && block->list.n == 1 &&
        block->list.at[0]->kind == N_EXPRESSION)
        return block->list.at[0];
    return NULL;
}

/* `if` as an expression: both branches are one expression each. */
static struct node *check_if_value(struct checker *c, struct node *n) {
    struct node *then = only_expression(n->b), *other = only_expression(n->c);
    if (n->c && n->c->kind == N_IF) {
        n->c = check_if_value(c, n->c);
        other = n->c;
    }
    if (!then || !other)
        return fail_at(c, E0219, n,
                       "an `if` that gives a value needs one expression in each branch");
    n->a = condition(c, n->a, "the condition");
    then->a = check_value(c, then->a);
    if (other->kind == N_EXPRESSION)
        other->a = check_value(c, other->a);
    const struct type *b = other->kind == N_EXPRESSION ? other->a->type : other->type;
    const struct type *t = common_type(c, then->a->type, b);
    if (!t)
        return fail_at(c, E0207, n, "the branches give a `%.*s` and a `%.*s`",
                       STR_ARG(name_of_type(c, then->a->type)), STR_ARG(name_of_type(c, b)));
    then->a = convert(c, then->a, t, "the branch");
    if (other->kind == N_EXPRESSION)
        other->a = convert(c, other->a, t, "the branch");
    else if (other->type != t)
        n->c = convert(c, other, t, "the branch");
    n->type = t;
    return n;
}

/* A value that a condition around it has proved present. */
static struct node *present(struct checker *c, struct node *n) {
    struct node *w = node_make(c, N_CONVERT, n->span, type_nullable(c->types, n->type, false));
    w->a = n;
    return w;
}

/* `let codes = ["A", "E"]`: known before the run, so declarations may have the list itself. */
static struct node *constant_list(struct checker *c, const struct symbol *s) {
    const struct node *list = s->node && s->node->kind == N_LET ? s->node->b : NULL;
    if (!list || list->kind != N_LIST || list->list.n == 0 || s->node->a)
        return NULL;
    for (uint32_t i = 0; i < list->list.n; i++)
        if (!node_is_literal(list->list.at[i]))
            return NULL;
    return check_expr(c, node_copy(c->arena, list));
}

/* A variable read, with what the branch around has proved. */
struct node *read_variable(struct checker *c, struct node *n, struct symbol *s) {
    bool in_declared = c->instance && c->instance->function->declared;
    bool outside = s->at_top && (c->declaration || in_declared);
    struct node *known = outside && c->declaration ? constant_list(c, s) : NULL;
    if (known)
        return known;
    if (outside && (s->assignable || (c->declaration && !s->is_constant))) {
        struct diag *d =
            error_at(c, E0218, n->span, "`%.*s` is not known before the run", STR_ARG(s->name));
        diag_help(c->s->diags, d,
                  "functions and declarations may name parameters and constant "
                  "`let`s, never a `var`");
        return node_poison(c, n);
    }
    if (!s->type) {
        struct diag *d =
            error_at(c, E0201, n->span, "`%.*s` has no value yet here", STR_ARG(s->name));
        diag_label_add(c->s->diags, d, s->span, "it gets one here");
        return node_poison(c, n);
    }
    if (s->type->kind == TY_ERROR)
        return node_poison(c, n);
    if (s->at_top && s->depth < c->scope->depth)
        s->global = true;
    s->empty = NULL;
    if (s->is_constant && (s->constant->kind == N_RANGE || s->constant->kind == N_LIST))
        return constant_parts_of(c, s->constant, n->span);
    n->symbol = s;
    n->type = s->type;
    for (const struct proof *p = c->proofs; p; p = p->next)
        if (p->present == s && s->type->nullable)
            return present(c, n);
    return n;
}

struct node *check_name(struct checker *c, struct node *n) {
    struct node *in_row = row_name(c, n);
    if (in_row)
        return in_row;
    bool known = n->symbol && n->symbol->kind == SYM_TABLE; /* items of lists */
    struct symbol *s = known ? n->symbol : scope_find(c->scope, n->text);
    if (!s) {
        if (str_is(n->text, "today")) {
            if (!c->s->has_today)
                return fail_at(c, E0384, n,
                               "the program that runs this does not say which day is `today`");
            n->kind = N_DATE;
            n->value.i = c->s->today;
            n->type = TYPE(c, DATE);
            return n;
        }
        struct function *library = c->row ? NULL : library_function(c, n->text);
        if (library)
            return function_as_value(c, n, library);
        int arity = c->row ? -1 : library_arity(c, n->text);
        if (arity > 0)
            return wrapped_function(c, n, (uint32_t)arity);
        enum code code = c->row ? E0204 : E0201;
        struct diag *d =
            c->row && c->row->table ? error_at(c, code, n->span, "`%.*s` has no column `%.*s`",
                                               STR_ARG(c->row->table->name), STR_ARG(n->text))
            : c->row
                ? error_at(c, code, n->span, "there is no column `%.*s` here", STR_ARG(n->text))
                : error_at(c, code, n->span, "nothing is called `%.*s`", STR_ARG(n->text));
        help_column(c, d, n->text);
        return node_poison(c, n);
    }
    switch (s->kind) {
    case SYM_VARIABLE:
        return read_variable(c, n, s);
    case SYM_TABLE: {
        struct node *from = from_symbol(c, s, n->span);
        bool all = is_poison(from) || takes_every(c, n, s->table) || !table_has_spans(s->table);
        return all ? from : held_today(c, from);
    }
    case SYM_COHORT:
        return from_symbol(c, s, n->span);
    case SYM_MEASURE:
        return question_of(c, s, n->span);
    case SYM_NETWORK:
        n->symbol = s;
        n->type = type_of_network(c, network_of(c, s));
        return n;
    case SYM_RULE:
        return findings_of_rule(c, s, n->span);
    case SYM_CALENDAR:
        return fail_at(c, E0207, n, "`%.*s` is a calendar, not a value", STR_ARG(n->text));
    case SYM_FUNCTION:
        return function_as_value(c, n, s->function);
    case SYM_FOREIGN:
        return s->detail ? wrapped_function(c, n, ((const struct foreign *)s->detail)->asked->n)
                         : node_poison(c, n);
    case SYM_C_TYPE:
        return fail_at(c, E0207, n, "`%.*s` is a type of C, not a value", STR_ARG(n->text));
    case SYM_MODULE:
        return fail_at(c, E0207, n, "`%.*s` is a module, not a value", STR_ARG(n->text));
    default:
        return wrapped_function(c, n, (uint32_t)s->node->list.n);
    }
}

static struct node *check_unary(struct checker *c, struct node *n) {
    if (n->op == TOK_NOT && n->text.n) {
        struct diag *d = error_at(c, E0310, n->span, "`never` is said of cohorts");
        diag_help(c->s->diags, d,
                  "`for never coached`, `attrition(never coached)`; elsewhere declare it: `cohort "
                  "rest = never coached`");
        return node_poison(c, n);
    }
    if (n->op == TOK_NOT) {
        n->a = condition(c, n->a, "what `not` turns round");
        n->type = n->a->type;
        return n;
    }
    n->a = check_value(c, n->a);
    if (is_poison(n->a))
        return node_poison(c, n);
    if (n->a->kind == N_INT || n->a->kind == N_FLOAT || n->a->kind == N_SHARE) {
        if (n->a->kind == N_FLOAT)
            n->a->value.f = -n->a->value.f;
        else
            n->a->value.i = -n->a->value.i;
        n->a->span = n->span;
        return n->a;
    }
    if (!type_is_number(n->a->type) && n->a->type->kind != TY_DURATION &&
        n->a->type->kind != TY_POINTS)
        return fail_at(c, E0208, n, "a `%.*s` has no negative",
                       STR_ARG(name_of_type(c, n->a->type)));
    n->type = n->a->type;
    return n;
}

static struct node *check_is_missing(struct checker *c, struct node *n) {
    n->a = check_expr(c, n->a);
    n->type = TYPE(c, BOOL);
    return is_poison(n->a) ? node_poison(c, n) : n;
}

static struct node *literal(struct checker *c, struct node *n, enum type_kind kind) {
    n->type = type_scalar(c->types, kind, false);
    return n;
}

static struct node *check_kind(struct checker *c, struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_INT:
        return literal(c, n, TY_INT);
    case N_FLOAT:
        return literal(c, n, TY_FLOAT);
    case N_SHARE:
        return literal(c, n, TY_SHARE);
    case N_POINTS:
        n->kind = N_SHARE;
        return literal(c, n, TY_POINTS);
    case N_BOOL:
        return literal(c, n, TY_BOOL);
    case N_DATE:
        return literal(c, n, TY_DATE);
    case N_DATETIME:
        return literal(c, n, TY_DATETIME);
    case N_PERIOD:
        check_period_literal(c, n);
        return literal(c, n, TY_PERIOD);
    case N_DURATION:
        return literal(c, n, TY_DURATION);
    case N_TEXT:
        return literal(c, n, TY_TEXT);
    case N_MISSING:
        n->type = type_scalar(c->types, TY_MISSING, true);
        return n;
    case N_TEMPLATE:
        return check_template(c, n);
    case N_LIST:
        return check_list(c, n);
    case N_RECORD:
        return check_record(c, n);
    case N_MAP:
        return check_map(c, n);
    case N_NAME:
        return check_name(c, n);
    case N_DOT:
        return check_dot(c, n);
    case N_INDEX:
        return check_index(c, n);
    case N_CALL:
        return check_call(c, n);
    case N_FN:
        return check_function_value(c, n, NULL);
    case N_UNARY:
        return check_unary(c, n);
    case N_BINARY:
        return check_binary(c, n);
    case N_RANGE:
        return check_range(c, n);
    case N_IN:
        return check_in(c, n);
    case N_IS_MISSING:
        return check_is_missing(c, n);
    case N_MATCH:
        return check_match(c, n);
    case N_IF:
        return check_if_value(c, n);
    case N_FROM:
        return check_from(c, n);
    case N_SQL:
        return check_sql(c, n);
    case N_PIPELINE:
        return check_pipeline(c, n);
    case N_QUESTION:
        return check_question(c, n);
    default:
        return node_poison(c, n); /* N_BAD: already diagnosed */
    }
}

struct node *check_expr(struct checker *c, struct node *n) {
    bool before_dot = c->before_dot;
    c->before_dot = false;
    if (!n) /* parsing gave up before it, and said so */
        return node_poison(c, node_make(c, N_BAD, (struct span){0, 0, 0}, NULL));
    if (n->type) /* checked before */
        return n;
    if (c->depth >= DEPTH_LIMIT && c->s->diags->errors > 0) /* the parser said so */
        return node_poison(c, n);
    if (c->depth >= DEPTH_LIMIT)
        return fail_at(c, E0109, n, "this is nested too deeply");
    c->depth++;
    bool asked = c->s->probe && probe_expression(c, n);
    n = check_kind(c, n);
    if (n->kind == N_TIE && !before_dot && !is_poison(n))
        n = fail_tie_as_value(c, n);
    if (asked)
        probe_expression_done(c, n);
    c->depth--;
    assert(n->type);
    return n;
}

struct node *check_value(struct checker *c, struct node *n) {
    return as_value(c, check_expr(c, n));
}
