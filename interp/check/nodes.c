/* Small helpers over nodes and diagnostics that all checker files share. */
#include "check/checker.h"

struct node *node_make(struct checker *c, enum node_kind kind, struct span span,
                       const struct type *type) {
    struct node *n = ARENA_NEW(c->arena, struct node);
    n->kind = (uint8_t)kind;
    n->span = n->name_span = span;
    n->type = type;
    return n;
}

struct node *node_poison(struct checker *c, struct node *n) {
    n->type = TYPE(c, ERROR);
    return n;
}

struct node *node_text(struct checker *c, struct span span, struct str text) {
    struct node *n = node_make(c, N_TEXT, span, TYPE(c, TEXT));
    n->text = text;
    return n;
}

void list_push(struct checker *c, struct node_list *list, struct node *n) {
    ARENA_PUSH(c->arena, list) = n;
}

struct node *constant_of(struct node *n) {
    if (n->kind == N_NAME && n->symbol && n->symbol->is_constant)
        return n->symbol->constant;
    return node_is_literal(n) ? n : NULL;
}

static struct node *literal_copy(struct checker *c, struct node *n) {
    const struct node *literal = constant_of(n);
    if (!literal || literal->kind == N_LIST || literal->kind == N_RANGE)
        return NULL;
    struct node *copy = node_make(c, (enum node_kind)literal->kind, n->span, NULL);
    *copy = *literal;
    return copy;
}

struct node *constant_parts_of(struct checker *c, struct node *n, struct span span) {
    if (n->kind != N_RANGE && n->kind != N_LIST)
        return NULL;
    struct node *copy = node_make(c, (enum node_kind)n->kind, span, n->type);
    if (n->kind == N_RANGE) {
        copy->a = literal_copy(c, n->a);
        copy->b = literal_copy(c, n->b);
        return copy->a && copy->b ? copy : NULL;
    }
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *element = literal_copy(c, n->list.at[i]);
        if (!element)
            return NULL;
        list_push(c, &copy->list, element);
    }
    return copy;
}

bool has_error_inside(const struct checker *c, struct span span) {
    const struct diags *all = c->s->diags;
    for (uint32_t i = 0; i < all->all.n; i++) {
        const struct diag *d = all->all.at[i];
        if (d->severity == SEV_ERROR && d->span.source == span.source &&
            d->span.start >= span.start && d->span.stop <= span.stop)
            return true;
    }
    return false;
}

/* "a `int`" becomes "an `int`": the one type whose name begins with a vowel. */
static struct str with_article(struct arena *arena, struct str s) {
    static const char article[] = "a `int";
    size_t n = sizeof article - 1;
    for (size_t i = 0; i + n <= s.n; i++)
        if ((i == 0 || s.p[i - 1] == ' ') && memcmp(s.p + i, article, n) == 0)
            s = arena_printf(arena, "%.*san%.*s", (int)i, s.p, (int)(s.n - i - 1), s.p + i + 1);
    return s;
}

static struct diag *error_args(struct checker *c, enum code code, struct span span,
                               const char *format, va_list args) {
    struct str message = arena_vprintf(c->arena, format, args);
    message = with_article(c->arena, message);
    return diag_error(c->s->diags, code, span, "%.*s", STR_ARG(message));
}

struct diag *error_at(struct checker *c, enum code code, struct span span, const char *format,
                      ...) {
    va_list args;
    va_start(args, format);
    struct diag *d = error_args(c, code, span, format, args);
    va_end(args);
    return d;
}

struct node *fail_at(struct checker *c, enum code code, struct node *n, const char *format, ...) {
    va_list args;
    va_start(args, format);
    error_args(c, code, n->span, format, args);
    va_end(args);
    return node_poison(c, n);
}

struct str name_of_type(struct checker *c, const struct type *t) {
    return type_text(c->arena, t);
}
