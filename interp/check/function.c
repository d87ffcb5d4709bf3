/* Functions of the script: one checked instance per combination of argument
 * types, and what they give back.
 *
 * Recursion: a call of an instance that is still being checked, and does not
 * say what it gives, is silently unknown, as is all that depends on it. What
 * the other branches give is the first guess, with which the body is checked
 * again, until nothing changes. Instances that were checked on the way while
 * something they need was unknown are `provisional`: the lowest instance of
 * the cycle forgets them before the next round, or keeps them after the last. */
#include "check/checker.h"

#define INSTANCE_LIMIT 64
/* Each function value is a type, so functions that take them have many more instances. */
#define INSTANCE_LIMIT_OF_VALUES 4096
#define LEVEL_LIMIT 60 /* of functions that are checked because the ones below call them */
#define ROUND_LIMIT 5

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
    } else if ((*last)->kind == N_TRY) {
        make_returns(c, (*last)->a);
        make_returns(c, (*last)->b);
    }
}

static bool always_returns(const struct node *n) {
    if (!n)
        return false;
    if (n->kind == N_RETURN || n->kind == N_FAIL)
        return true;
    if (n->kind == N_EXPRESSION)
        return n->a->type && n->a->type->kind == TY_NEVER;
    if (n->kind == N_BLOCK)
        return n->list.n && always_returns(n->list.at[n->list.n - 1]);
    if (n->kind == N_IF)
        return n->c && always_returns(n->b) && always_returns(n->c);
    if (n->kind == N_TRY)
        return always_returns(n->a) && always_returns(n->b);
    return n->kind == N_WHILE && n->a->kind == N_BOOL && n->a->value.i;
}

/* The type all `return`s share; NULL: it is not known yet. */
static const struct type *result_of_returns(struct checker *c, const struct node *body) {
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
    if (!result && c->unknown_returns && always_returns(body))
        return NULL;
    if (!result && always_returns(body))
        return TYPE(c, NEVER);
    return result ? result : TYPE(c, VOID);
}

static void finish_body(struct checker *c, struct instance *f, const struct type *declared) {
    const struct type *result = declared ? declared : result_of_returns(c, f->body);
    f->result = result;
    for (uint32_t i = 0; result && result->kind != TY_NEVER && i < c->returns.n; i++) {
        struct node *r = c->returns.at[i];
        if (r->a && result->kind != TY_VOID && result->kind != TY_ERROR)
            r->a = convert(c, r->a, result, "the value returned");
        else if (!r->a && result->kind != TY_VOID)
            error_at(c, E0219, r->span, "this `return` gives no value");
    }
    if (result && result->kind != TY_VOID && result->kind != TY_ERROR && !always_returns(f->body)) {
        struct diag *d =
            error_at(c, E0219, f->function->node->name_span,
                     "`%.*s` may end without giving a value", STR_ARG(f->function->symbol->name));
        diag_help(c->s->diags, d, "end every branch in a value or a `return`");
    }
}

static const struct type *declared_result(struct checker *c, const struct instance *f) {
    struct node *annotation = f->function->node->a;
    return annotation ? type_of_node(c, annotation) : f->wanted;
}

static void check_body(struct checker *outer, struct instance *f) {
    const struct function *function = f->function;
    struct node *declaration = function->node;
    struct checker c = checker_for(outer->s);
    if (function->scope)
        c.scope = function->scope;
    c.depth = outer->depth;
    c.row = function->row;
    c.aggregates = function->aggregates;
    c.in_aggregate = function->in_aggregate;
    c.declaration = function->in_declaration;
    c.instance = f;
    c.proofs = function->proofs;
    scope_open(&c)->depth++;
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
    const struct type *declared = declared_result(&c, f);
    c.declared_result = declared != NULL;
    check_block(&c, body);
    finish_body(&c, f, declared);
    if (function->row)
        lift_row_reads(&c, f->function, body);
    scope_close(&c);
}

static struct instance *find_instance(struct function *f, const struct type **arguments, uint32_t n,
                                      const struct type *wanted) {
    for (struct instance *i = f->instances; i; i = i->next)
        if (i->wanted == wanted &&
            (n == 0 || memcmp(i->parameter_types, arguments, n * sizeof *arguments) == 0))
            return i;
    return NULL;
}

/* Errors inside a body show the call that led there; nobody can mend the library's, so there the
 * call is what is wrong. */
static void point_at_call(struct checker *c, uint32_t from, struct span call,
                          const struct function *f) {
    struct diags *d = c->s->diags;
    struct str name = f->symbol->name;
    bool told = false;
    if (is_library_source(c->s, call.source))
        return;
    for (uint32_t i = from; i < d->all.n; i++) {
        struct diag *g = d->all.at[i];
        bool inside = is_library_source(c->s, g->span.source);
        if (inside && told) {
            diags_take_back(d, g);
            i--;
        } else if (g->severity == SEV_ERROR && inside) {
            g->span = call;
            g->labels.n = 0;
            diag_note(d, g, "found in `%.*s` of the library", STR_ARG(name));
            told = true;
        } else if (g->severity == SEV_ERROR && g->labels.n < 4)
            diag_label_add(d, g, call, "`%.*s` is called here", STR_ARG(name));
    }
}

/* ---- recursion ---- */

/* The function whose body is at hand rests on what is not known for sure at that level. */
static void depend_on(struct session *s, uint32_t level) {
    if (s->innermost && level < s->innermost->lowest)
        s->innermost->lowest = level;
}

static void say_unknown_result(struct checker *c, const struct instance *f) {
    struct str name = f->function->symbol->name;
    struct span at = c->s->unknown_call.source ? c->s->unknown_call : f->function->node->name_span;
    struct diag *d =
        error_at(c, E0213, at, "`%.*s` calls itself, so its type is not known yet", STR_ARG(name));
    diag_help(c->s->diags, d, "state what it gives: `fn %.*s(...) -> int`", STR_ARG(name));
}

static void forget_instance(struct instance *gone) {
    struct instance **at = &gone->function->instances;
    while (*at && *at != gone)
        at = &(*at)->next;
    if (*at) {
        *at = gone->next;
        gone->function->ninstances--;
    }
}

/* What was checked since number `from`, on the strength of a guess: it was right, or it was not. */
static void settle_provisional(struct session *s, uint32_t from, bool right) {
    for (uint32_t i = from; i < s->provisional.n; i++) {
        s->provisional.at[i]->provisional = false;
        if (!right)
            forget_instance(s->provisional.at[i]);
    }
    s->provisional.n = from;
}

/* One round; true: another one is needed, with f->result as the guess. */
static bool check_round(struct checker *c, struct instance *f, uint32_t round) {
    struct session *s = c->s;
    uint32_t from = s->provisional.n, errors = s->diags->errors;
    const struct type *guess = f->result;
    f->lowest = UINT32_MAX;
    check_body(c, f);
    if (s->diags->errors > errors || f->lowest > f->level) {
        settle_provisional(s, from, s->diags->errors == errors);
        return false;
    }
    if (f->lowest < f->level) {
        f->provisional = true;
        ARENA_PUSH(c->arena, &s->provisional) = f;
        return false;
    }
    if (f->result && f->result == guess) {
        settle_provisional(s, from, true);
        return false;
    }
    settle_provisional(s, from, false);
    if (f->result && guess)
        f->result = common_type(c, guess, f->result);
    if (!f->result || round == ROUND_LIMIT)
        say_unknown_result(c, f);
    return f->result && round < ROUND_LIMIT;
}

static void check_instance(struct checker *c, struct instance *f) {
    struct session *s = c->s;
    struct instance *outer = s->innermost;
    f->level = outer ? outer->level + 1 : 1;
    f->checking = true;
    s->innermost = f;
    struct checker at_top = checker_for(s);
    if (f->function->scope)
        at_top.scope = f->function->scope;
    f->result = declared_result(&at_top, f);
    f->is_firm = f->result != NULL;
    for (uint32_t round = 1; check_round(c, f, round);)
        round++;
    f->checking = false;
    s->innermost = outer;
    if (f->provisional)
        depend_on(s, f->lowest);
}

/* An instance that is there, or is just being checked. */
static struct instance *known_instance(struct checker *c, struct instance *i, struct span call) {
    if (i->checking && !i->is_firm) {
        depend_on(c->s, i->level);
        if (!i->result)
            c->s->unknown_call = call;
    }
    if (i->provisional)
        depend_on(c->s, i->lowest);
    return i->result && i->result->kind != TY_ERROR ? i : NULL;
}

/* ---- instances ---- */

static bool takes_function(const struct type **arguments, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (type_has_function(arguments[i]))
            return true;
    return false;
}

static bool too_many(struct checker *c, const struct function *f, const struct type **arguments,
                     uint32_t n, struct span call) {
    uint32_t limit = takes_function(arguments, n) ? INSTANCE_LIMIT_OF_VALUES : INSTANCE_LIMIT;
    if (c->s->innermost && c->s->innermost->level >= LEVEL_LIMIT) {
        struct diag *d = error_at(c, E0213, call, "`%.*s` is used with ever new types",
                                  STR_ARG(f->symbol->name));
        diag_help(c->s->diags, d, "give its parameters types, as `f: fn(int) -> int`");
        return true;
    }
    if (f->ninstances < limit)
        return false;
    error_at(c, E0213, call, "`%.*s` is used with more than %u combinations of types",
             STR_ARG(f->symbol->name), limit);
    return true;
}

static struct instance *add_instance(struct checker *c, struct function *f,
                                     const struct type **arguments, uint32_t n,
                                     const struct type *wanted) {
    struct instance *instance = ARENA_NEW(c->arena, struct instance);
    instance->function = f;
    instance->n = n;
    instance->wanted = wanted;
    instance->parameter_types = ARENA_ARRAY(c->arena, const struct type *, n + 1);
    if (n)
        memcpy(instance->parameter_types, arguments, n * sizeof *arguments);
    instance->next = f->instances;
    f->instances = instance;
    f->ninstances++;
    return instance;
}

struct instance *instance_of(struct checker *c, struct function *f, const struct type **arguments,
                             uint32_t n, const struct type *wanted, struct span call) {
    struct instance *instance = find_instance(f, arguments, n, wanted);
    if (instance)
        return known_instance(c, instance, call);
    if (too_many(c, f, arguments, n, call))
        return NULL;
    instance = add_instance(c, f, arguments, n, wanted);
    uint32_t before = c->s->diags->all.n, errors = c->s->diags->errors;
    check_instance(c, instance);
    if (c->s->diags->errors > errors) {
        if (call.source)
            point_at_call(c, before, call, f);
        instance->result = TYPE(c, ERROR);
        return NULL;
    }
    return instance->result ? instance : NULL;
}

/* A function whose parameters all have types is checked even when nobody calls it. */
void check_whole_function(struct checker *c, struct function *f) {
    struct node *declaration = f->node;
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, declaration->list.n + 1);
    for (uint32_t i = 0; i < declaration->list.n; i++) {
        struct node *p = declaration->list.at[i];
        if (!p->a)
            return;
        types[i] = type_of_node(c, p->a);
        bool open = types[i]->kind == TY_RELATION ||
                    (types[i]->kind == TY_FN && !type_is_signature(types[i]));
        if (types[i]->kind == TY_ERROR || open)
            return;
    }
    instance_of(c, f, types, declaration->list.n, NULL, (struct span){0, 0, 0});
}
