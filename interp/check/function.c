/* Functions of the script: one checked instance per combination of argument
 * types, and what they give back. */
#include "check/checker.h"

#define INSTANCE_LIMIT 64

static struct node *returned(struct checker *c, struct node *value) {
    struct node *r = node_make(c, N_RETURN, value->span, NULL);
    r->a = value;
    return r;
}

/* The last expression of a body is its value, also inside a last `if`. */
static void make_returns(struct checker *c, struct node *block) {
    if (!block || block->kind != N_BLOCK || block->list.n == 0)
        return;
    struct node **last = &block->list.at[block->list.n - 1];
    if ((*last)->kind == N_EXPRESSION)
        *last = returned(c, (*last)->a);
    else if ((*last)->kind == N_IF) {
        for (struct node *n = *last; n && n->kind == N_IF; n = n->c) {
            make_returns(c, n->b);
            if (n->c && n->c->kind == N_BLOCK)
                make_returns(c, n->c);
        }
    }
}

static bool always_returns(const struct node *n) {
    if (!n)
        return false;
    if (n->kind == N_RETURN || n->kind == N_FAIL)
        return true;
    if (n->kind == N_BLOCK)
        return n->list.n && always_returns(n->list.at[n->list.n - 1]);
    if (n->kind == N_IF)
        return n->c && always_returns(n->b) && always_returns(n->c);
    return n->kind == N_WHILE && n->a->kind == N_BOOL && n->a->value.i;
}

/* The type all `return`s share. */
static const struct type *result_of_returns(struct checker *c) {
    const struct type *result = NULL;
    for (uint32_t i = 0; i < c->returns.n; i++) {
        struct node *r = c->returns.at[i];
        const struct type *t = r->a ? r->a->type : TYPE(c, VOID);
        if (t->kind == TY_RELATION)
            t = type_plain(c->types, t);
        if (!result)
            result = t;
        else if (!(result = common_type(c, result, t))) {
            error_at(c, E0207, r->span, "this gives a `%.*s`, another `return` a `%.*s`",
                     STR_ARG(name_of_type(c, t)),
                     STR_ARG(name_of_type(c, c->returns.at[0]->a ? c->returns.at[0]->a->type
                                                                 : TYPE(c, VOID))));
            return TYPE(c, ERROR);
        }
    }
    return result ? result : TYPE(c, VOID);
}

static void finish_body(struct checker *c, struct instance *f, const struct type *declared) {
    const struct type *result = declared ? declared : result_of_returns(c);
    f->result = result;
    for (uint32_t i = 0; i < c->returns.n; i++) {
        struct node *r = c->returns.at[i];
        if (r->a && result->kind != TY_VOID && result->kind != TY_ERROR)
            r->a = convert(c, r->a, result, "the value returned");
        else if (!r->a && result->kind != TY_VOID)
            error_at(c, E0219, r->span, "this `return` gives no value");
    }
    if (result->kind != TY_VOID && result->kind != TY_ERROR && !always_returns(f->body)) {
        struct diag *d = error_at(c, E0219, f->function->node->name_span,
                                  "`%.*s` may end without giving a value",
                                  STR_ARG(f->function->symbol->name));
        diag_help(c->s->diags, d, "end every branch in a value or a `return`");
    }
}

static void check_body(struct checker *outer, struct instance *f) {
    struct node *declaration = f->function->node;
    struct checker c = checker_for(outer->s);
    c.depth = outer->depth;
    c.instance = f;
    scope_open(&c)->depth = 1;
    f->parameters = ARENA_ARRAY(c.arena, struct symbol *, f->n + 1);
    for (uint32_t i = 0; i < f->n; i++) {
        struct node *p = declaration->list.at[i];
        f->parameters[i] = scope_declare(&c, SYM_VARIABLE, p, p->text, p->name_span);
        f->parameters[i]->type = f->parameter_types[i];
    }
    struct node *body = node_copy(c.arena, declaration->b);
    if (body->kind != N_BLOCK) {
        struct node *block = node_make(&c, N_BLOCK, body->span, NULL);
        list_push(&c, &block->list, returned(&c, body));
        body = block;
    } else
        make_returns(&c, body);
    f->body = body;
    const struct type *declared = declaration->a ? type_of_node(&c, declaration->a) : NULL;
    f->result = declared;
    c.declared_result = declared != NULL;
    check_block(&c, body);
    finish_body(&c, f, declared);
    scope_close(&c);
}

static struct instance *find_instance(struct function *f, const struct type **arguments,
                                      uint32_t n) {
    for (struct instance *i = f->instances; i; i = i->next)
        if (n == 0 || memcmp(i->parameter_types, arguments, n * sizeof *arguments) == 0)
            return i;
    return NULL;
}

/* Errors inside a body show the call that led there. */
static void point_at_call(struct checker *c, uint32_t from, struct span call, struct str name) {
    struct diags *d = c->s->diags;
    for (uint32_t i = from; i < d->all.n; i++)
        if (d->all.at[i]->severity == SEV_ERROR && d->all.at[i]->labels.n < 4)
            diag_label_add(d, d->all.at[i], call, "`%.*s` is called here", STR_ARG(name));
}

struct instance *instance_of(struct checker *c, struct symbol *symbol,
                             const struct type **arguments, uint32_t n, struct span call) {
    struct function *f = symbol->function;
    struct instance *instance = find_instance(f, arguments, n);
    if (instance) {
        if (instance->checking && !instance->result) {
            struct diag *d = error_at(c, E0213, call, "`%.*s` calls itself, so its type is not known yet",
                                      STR_ARG(symbol->name));
            diag_help(c->s->diags, d, "state what it gives: `fn %.*s(...) -> int`",
                      STR_ARG(symbol->name));
            return NULL;
        }
        return instance->result->kind == TY_ERROR ? NULL : instance;
    }
    if (f->ninstances >= INSTANCE_LIMIT) {
        error_at(c, E0213, call, "`%.*s` is used with more than %d combinations of types",
                 STR_ARG(symbol->name), INSTANCE_LIMIT);
        return NULL;
    }
    instance = ARENA_NEW(c->arena, struct instance);
    instance->function = f;
    instance->n = n;
    instance->parameter_types = ARENA_ARRAY(c->arena, const struct type *, n + 1);
    if (n)
        memcpy(instance->parameter_types, arguments, n * sizeof *arguments);
    instance->next = f->instances;
    f->instances = instance;
    f->ninstances++;
    instance->checking = true;
    uint32_t before = c->s->diags->all.n, errors = c->s->diags->errors;
    check_body(c, instance);
    instance->checking = false;
    if (c->s->diags->errors > errors) {
        if (call.source)
            point_at_call(c, before, call, symbol->name);
        instance->result = TYPE(c, ERROR);
        return NULL;
    }
    return instance;
}

/* A declaration whose parameters all have types is checked even when nobody calls it. */
void check_function(struct checker *c, struct symbol *symbol) {
    struct node *declaration = symbol->function->node;
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, declaration->list.n + 1);
    for (uint32_t i = 0; i < declaration->list.n; i++) {
        struct node *p = declaration->list.at[i];
        if (!p->a)
            return;
        types[i] = type_of_node(c, p->a);
        if (types[i]->kind == TY_ERROR)
            return;
        if (types[i]->kind == TY_RELATION)
            return;
    }
    instance_of(c, symbol, types, declaration->list.n, (struct span){0, 0, 0});
}
