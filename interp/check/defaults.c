/* Defaults that use other arguments: `fn area(w, h = w) = w * h`.
 *
 * A call that leaves such arguments out is one of a variant of the function:
 * it has the given parameters only, and begins with a `let` for each other. */
#include "check/checker.h"

struct variant {
    struct function *function;
    const uint8_t *given; /* by parameter */
    struct variant *next;
};

static bool names_any(const struct node *n, const struct node_list *parameters);

static bool list_names_any(const struct node_list *list, const struct node_list *parameters) {
    for (uint32_t i = 0; i < list->n; i++)
        if (names_any(list->at[i], parameters))
            return true;
    return false;
}

static bool names_any(const struct node *n, const struct node_list *parameters) {
    if (!n)
        return false;
    for (uint32_t i = 0; n->kind == N_NAME && i < parameters->n; i++)
        if (str_eq(parameters->at[i]->text, n->text))
            return true;
    return names_any(n->a, parameters) || names_any(n->b, parameters) ||
           names_any(n->c, parameters) || names_any(n->d, parameters) ||
           list_names_any(&n->list, parameters) || list_names_any(&n->more, parameters);
}

static struct node *let_default(struct checker *c, const struct node *parameter) {
    struct node *let = node_make(c, N_LET, parameter->span, NULL);
    let->text = parameter->text;
    let->name_span = parameter->name_span;
    let->a = parameter->a ? node_copy(c->arena, parameter->a) : NULL;
    let->b = node_copy(c->arena, parameter->b);
    return let;
}

static struct node *variant_node(struct checker *c, const struct function *f,
                                 const uint8_t *given) {
    struct node *n = node_copy(c->arena, f->node), *body = n->b;
    struct node *block = node_make(c, N_BLOCK, body->span, NULL);
    struct node_list all = n->list;
    n->list = (struct node_list){0};
    for (uint32_t i = 0; i < all.n; i++)
        if (given[i])
            list_push(c, &n->list, all.at[i]);
        else
            list_push(c, &block->list, let_default(c, all.at[i]));
    if (body->kind == N_BLOCK) {
        for (uint32_t i = 0; i < body->list.n; i++)
            list_push(c, &block->list, body->list.at[i]);
    } else {
        struct node *value = node_make(c, N_EXPRESSION, body->span, NULL);
        value->a = body;
        list_push(c, &block->list, value);
    }
    n->b = block;
    return n;
}

static struct function *variant_of(struct checker *c, struct function *f, const uint8_t *given) {
    for (struct variant *v = f->variants; v; v = v->next)
        if (memcmp(v->given, given, f->node->list.n) == 0)
            return v->function;
    struct variant *v = ARENA_NEW(c->arena, struct variant);
    v->function = ARENA_NEW(c->arena, struct function);
    *v->function = *f;
    v->function->instances = NULL;
    v->function->ninstances = 0;
    v->function->variants = NULL;
    v->function->node = variant_node(c, f, given);
    v->given = given;
    v->next = f->variants;
    f->variants = v;
    return v->function;
}

struct function *with_defaults(struct checker *c, struct function *f, struct node **arguments) {
    const struct node_list *parameters = &f->node->list;
    uint8_t *given = ARENA_ARRAY(c->arena, uint8_t, parameters->n + 1);
    bool needed = false;
    for (uint32_t i = 0; i < parameters->n; i++) {
        const struct node_list before = {parameters->at, i, 0};
        given[i] = arguments[i] != NULL;
        needed = needed || (!given[i] && names_any(parameters->at[i]->b, &before));
    }
    if (!needed || f->row)
        return f;
    uint32_t n = 0;
    for (uint32_t i = 0; i < parameters->n; i++)
        if (given[i])
            arguments[n++] = arguments[i];
    return variant_of(c, f, given);
}
