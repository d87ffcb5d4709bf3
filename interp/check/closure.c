/* Function values: what they capture, their types, calls of them.
 *
 * A function value captures every variable of the functions and blocks around
 * that its body names: found from the names alone when the value is checked,
 * before any call tells the types of its parameters. A `let` is copied into
 * the function's object; a `var` becomes `boxed`: it lives in a cell that the
 * object refers to, so all see its changes. Variables at the top of a program
 * live in the session and need no capturing. A function that captures nothing
 * is no object at run time: its type says all. What one that is made in a row
 * reads of it is captured too, see rowfn.c. */
#include "check/checker.h"

/* ---- what is captured ---- */

/* Parameters of the function values that are being walked through: they hide outer names. */
struct hiding {
    const struct hiding *outer;
    const struct node *function;
};

struct capture {
    struct checker *c;
    struct function *function;
    ARENA_VEC(struct symbol *) captured;
};

static bool is_hidden(const struct hiding *h, struct str name) {
    for (; h; h = h->outer)
        for (uint32_t i = 0; i < h->function->list.n; i++)
            if (str_eq(h->function->list.at[i]->text, name))
                return true;
    return false;
}

static bool is_seen(const struct scope *kept, const struct symbol *s) {
    for (uint32_t i = 0; i < kept->order.n; i++)
        if (kept->order.at[i] == s)
            return true;
    return false;
}

/* The function itself, or one that is made with it: what their objects hold is the same. */
static bool is_of_group(const struct function *f, const struct symbol *s) {
    for (uint32_t i = 0; i < f->ngroup; i++)
        if (f->group[i] == s)
            return true;
    return s == f->self;
}

/* Whether the value has to be carried along at run time. */
static bool is_carried(const struct capture *all, const struct symbol *s) {
    return s->kind == SYM_VARIABLE && !is_of_group(all->function, s) && !s->is_constant &&
           s->type && s->type->kind != TY_ERROR && type_storage(s->type) != STORE_NONE;
}

static void see_name(struct capture *all, struct str name) {
    struct symbol *s = scope_find(all->c->scope, name);
    struct scope *kept = all->function->scope;
    if (!s || s->at_top || is_seen(kept, s))
        return;
    ARENA_PUSH(all->c->arena, &kept->order) = s;
    if (!is_carried(all, s))
        return;
    if (s->assignable)
        s->boxed = true;
    ARENA_PUSH(all->c->arena, &all->captured) = s;
}

static void see_names(struct capture *all, const struct hiding *outer, const struct node *n) {
    if (!n)
        return;
    struct hiding here = {outer, n};
    const struct hiding *hiding = n->kind == N_FN ? &here : outer;
    if (n->kind == N_NAME && !is_hidden(outer, n->text))
        see_name(all, n->text);
    const struct node *parts[] = {n->a, n->b, n->c, n->d};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        see_names(all, hiding, parts[i]);
    for (uint32_t i = 0; i < n->list.n; i++)
        see_names(all, hiding, n->list.at[i]);
    for (uint32_t i = 0; i < n->more.n; i++)
        see_names(all, hiding, n->more.at[i]);
}

static struct scope *top_of(struct scope *s) {
    while (s->outer)
        s = s->outer;
    return s;
}

/* The scope in which the body is checked, whenever that is: the names it sees now, and those that
 * the others of its group see. */
static void capture(struct checker *c, struct function *f, const struct node_list *group) {
    struct scope *kept = ARENA_NEW(c->arena, struct scope);
    kept->kept = true;
    kept->outer = top_of(c->scope);
    kept->depth = c->scope->depth;
    f->scope = kept;
    struct capture all = {.c = c, .function = f};
    if (f->self && !f->ngroup)
        ARENA_PUSH(c->arena, &kept->order) = f->self;
    for (uint32_t i = 0; i < f->ngroup; i++)
        ARENA_PUSH(c->arena, &kept->order) = f->group[i];
    if (!group)
        see_names(&all, NULL, f->node);
    for (uint32_t i = 0; group && i < group->n; i++)
        see_names(&all, NULL, group->at[i]);
    f->captured = all.captured.at;
    f->ncaptured = all.captured.n;
}

/* ---- making ---- */

static struct function *new_function(struct checker *c, struct node *n, struct symbol *self) {
    struct function *f = ARENA_NEW(c->arena, struct function);
    f->symbol = self;
    if (!self) {
        f->symbol = ARENA_NEW(c->arena, struct symbol);
        f->symbol->kind = SYM_FUNCTION;
        f->symbol->name = STR("fn");
        f->symbol->node = n;
        f->symbol->span = n->name_span;
    }
    f->node = node_copy(c->arena, n);
    f->self = self && !self->at_top ? self : NULL;
    f->proofs = c->proofs;
    f->depth = c->scope->depth;
    f->declared = c->instance && c->instance->function->declared;
    if (self)
        self->function = f;
    return f;
}

static void settle_type(struct checker *c, struct function *f, struct node *n, bool reads_row) {
    f->type = type_own(c->types, f, f->ncaptured == 0 && !reads_row);
    n->note = f;
    n->type = f->type;
    if (f->symbol->kind == SYM_VARIABLE)
        f->symbol->type = f->type;
}

struct node *check_function_value(struct checker *c, struct node *n, struct symbol *self) {
    struct function *f = new_function(c, n, self);
    capture(c, f, NULL);
    bool reads_row = function_in_row(c, f, n);
    settle_type(c, f, n, reads_row);
    check_whole_function(c, f);
    return n;
}

static void check_local_function(struct checker *c, struct node *n) {
    n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    check_function_value(c, n, n->symbol);
}

/* Several that know each other. Each one's object holds what all of them capture, so any of them
 * can be called with it. */
static void check_group(struct checker *c, const struct node_list *group) {
    struct symbol **symbols = ARENA_ARRAY(c->arena, struct symbol *, group->n);
    for (uint32_t i = 0; i < group->n; i++) {
        struct node *n = group->at[i];
        n->symbol = symbols[i] = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    }
    for (uint32_t i = 0; i < group->n; i++) {
        struct function *f = new_function(c, group->at[i], symbols[i]);
        f->group = symbols;
        f->ngroup = group->n;
    }
    for (uint32_t i = 0; i < group->n; i++) {
        capture(c, symbols[i]->function, group);
        settle_type(c, symbols[i]->function, group->at[i], false);
    }
    for (uint32_t i = 0; i < group->n; i++)
        check_whole_function(c, symbols[i]->function);
}

static bool names_later(const struct node *n, const struct node_list *later) {
    if (!n)
        return false;
    for (uint32_t i = 0; n->kind == N_NAME && i < later->n; i++)
        if (str_eq(later->at[i]->text, n->text))
            return true;
    const struct node *parts[] = {n->a, n->b, n->c, n->d};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (names_later(parts[i], later))
            return true;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (names_later(n->list.at[i], later))
            return true;
    for (uint32_t i = 0; i < n->more.n; i++)
        if (names_later(n->more.at[i], later))
            return true;
    return false;
}

/* Functions in a row call each other only where one of them needs a later one. */
uint32_t check_local_functions(struct checker *c, const struct node_list *statements,
                               uint32_t first) {
    uint32_t stop = first;
    while (stop < statements->n && statements->at[stop]->kind == N_FN)
        stop++;
    bool needed = false;
    for (uint32_t i = first; i < stop && !c->row; i++) {
        const struct node_list later = {&statements->at[i + 1], stop - i - 1, 0};
        needed = needed || names_later(statements->at[i], &later);
    }
    const struct node_list group = {&statements->at[first], stop - first, 0};
    if (needed)
        check_group(c, &group);
    for (uint32_t i = first; i < stop && !needed; i++)
        check_local_function(c, statements->at[i]);
    return stop;
}

struct node *function_as_value(struct checker *c, struct node *n, struct function *f) {
    if (!f->type)
        f->type = type_own(c->types, f, true);
    n->symbol = f->symbol;
    n->type = f->type;
    return n;
}

struct node *wrapped_function(struct checker *c, struct node *n, uint32_t arity) {
    struct node *f = node_make(c, N_FN, n->span, NULL), *call = node_make(c, N_CALL, n->span, NULL);
    call->a = node_copy(c->arena, n);
    f->b = call;
    for (uint32_t i = 0; i < arity; i++) {
        struct node *parameter = node_make(c, N_PARAMETER, n->span, NULL);
        struct node *name = node_make(c, N_NAME, n->span, NULL);
        struct node *arg = node_make(c, N_ARG, n->span, NULL);
        parameter->text = name->text = arena_printf(c->arena, "argument %u", i + 1);
        arg->a = name;
        list_push(c, &f->list, parameter);
        list_push(c, &call->list, arg);
    }
    return check_function_value(c, f, NULL);
}

/* ---- calling ---- */

static struct node *call_by_signature(struct checker *c, struct node *call, struct node *callee) {
    const struct type *t = callee->type;
    if (call->list.n != t->n)
        return fail_at(c, E0209, call, "this function takes %u argument%s, not %u", t->n,
                       t->n == 1 ? "" : "s", call->list.n);
    struct node *n = invoke_node(c, call->span, STR("fn"), t->element);
    struct invoke *v = n->note;
    v->kind = INVOKE_VALUE;
    n->a = callee;
    for (uint32_t i = 0; i < t->n; i++) {
        struct node *arg = call->list.at[i];
        if (arg->text.n)
            return fail_at(c, E0209, arg, "arguments of a `%.*s` have no names",
                           STR_ARG(name_of_type(c, t)));
        struct node *x = convert(c, check_value(c, arg->a), t->fields[i].type, "the argument");
        if (is_poison(x))
            return node_poison(c, call);
        list_push(c, &n->list, x);
    }
    return n;
}

struct node *check_value_call(struct checker *c, struct node *call, struct node *callee) {
    if (is_poison(callee))
        return node_poison(c, call);
    const struct type *t = callee->type;
    if (t->kind != TY_FN)
        return fail_at(c, E0202, call, "a `%.*s` cannot be called", STR_ARG(name_of_type(c, t)));
    if (t->function)
        return call_function(c, call, own_function(t), callee);
    if (type_is_signature(t))
        return call_by_signature(c, call, callee);
    return fail_at(c, E0213, call, "what this function takes is not known");
}

/* ---- signatures ---- */

static struct instance *instance_for(struct checker *c, struct function *f,
                                     const struct type *signature, struct span span) {
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, signature->n + 1);
    for (uint32_t i = 0; i < signature->n; i++)
        types[i] = signature->fields[i].type;
    const struct type *wanted = signature->element;
    if (f->node->a || wanted->kind == TY_VOID)
        wanted = NULL;
    return instance_of(c, f, types, signature->n, wanted, span);
}

/* Each parameter that is declared must take what the signature hands over. */
static bool takes(struct checker *c, const struct function *f, const struct type *signature) {
    if (f->node->list.n != signature->n)
        return false;
    for (uint32_t i = 0; i < signature->n; i++) {
        struct node *declared = f->node->list.at[i]->a;
        if (declared && type_of_node(c, declared) != signature->fields[i].type)
            return false;
    }
    return true;
}

struct node *convert_function(struct checker *c, struct node *n, const struct type *to,
                              const char *what) {
    struct function *f = n->type->function ? own_function(n->type) : NULL;
    struct instance *instance = NULL;
    uint32_t errors = c->s->diags->errors;
    if (f && type_is_signature(to) && takes(c, f, to))
        instance = instance_for(c, f, to, n->span);
    if (c->s->diags->errors > errors)
        return node_poison(c, n);
    if (!instance || (to->element->kind != TY_VOID && instance->result != to->element)) {
        struct diag *d = error_at(c, E0207, n->span, "%s is another function than `%.*s`", what,
                                  STR_ARG(name_of_type(c, to)));
        if (instance)
            diag_help(c->s->diags, d, "it gives a `%.*s`",
                      STR_ARG(name_of_type(c, instance->result)));
        return node_poison(c, n);
    }
    struct node *w = node_make(c, N_CONVERT, n->span, to);
    w->a = n;
    w->note = instance;
    return w;
}

/* The signature of a function whose parameters all have types. */
static const struct type *declared_signature(struct checker *c, const struct type *t) {
    if (!t->function)
        return type_is_signature(t) ? t : NULL;
    struct function *f = own_function(t);
    uint32_t n = f->node->list.n;
    struct field *fields = ARENA_ARRAY(c->arena, struct field, n + 1);
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        if (!f->node->list.at[i]->a)
            return NULL;
        fields[i].type = types[i] = type_of_node(c, f->node->list.at[i]->a);
        if (types[i]->kind == TY_ERROR)
            return NULL;
    }
    struct instance *instance = instance_of(c, f, types, n, NULL, f->node->span);
    return instance ? type_signature(c->types, fields, n, instance->result) : NULL;
}

const struct type *common_signature(struct checker *c, const struct type *a, const struct type *b) {
    const struct type *x = declared_signature(c, a), *y = declared_signature(c, b);
    if (x && y)
        return x == y ? x : NULL;
    return x ? x : y; /* the other one has to fit, see convert_function */
}

bool type_has_function(const struct type *t) {
    if (t->kind == TY_FN || t->kind == TY_HANDLE)
        return true;
    if (t->kind == TY_LIST || t->kind == TY_MAP)
        return type_has_function(t->element);
    for (uint32_t i = 0; t->kind == TY_RECORD && i < t->n; i++)
        if (type_has_function(t->fields[i].type))
            return true;
    return false;
}
