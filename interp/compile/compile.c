/* From a checked file, function or plan to protos.
 *
 * Functions are compiled when the first call to them is, from a queue, so that
 * they may call each other in any order. A proto's address never changes; what
 * fails before a function is complete leaves it without code, and the next
 * unit that calls it tries again. */
#include "compile/builder.h"

static struct builder builder_for(struct compiler *c, struct proto *p) {
    return (struct builder){.c = c, .arena = c->arena, .proto = p, .span = p->span};
}

/* ---- functions ---- */

static struct proto *proto_new(struct compiler *c, struct str name, struct span span,
                               const struct type *result) {
    struct proto *p = ARENA_NEW(c->arena, struct proto);
    p->name = name;
    p->span = span;
    p->result.type = result;
    return p;
}

/* Callers need the parameters' places before the body is compiled. */
static void place_parameters(struct compiler *c, struct proto *p, const struct instance *i) {
    struct builder counting = builder_for(c, p);
    p->parameters = ARENA_ARRAY(c->arena, struct home, i->n);
    p->nparameters = i->n;
    for (uint32_t k = 0; k < i->n; k++)
        p->parameters[k] = take_registers(&counting, i->parameters[k]->type);
    p->holds = function_has_object(i->function);
    if (p->holds)
        take_registers(&counting, i->function->type);
    p->parameter_scalars = (uint16_t)counting.scalars;
    p->parameter_refs = (uint16_t)counting.refs;
}

struct proto *proto_of_instance(struct compiler *c, struct instance *i) {
    struct proto *p = i->code;
    if (!p) {
        const struct symbol *s = i->function->symbol;
        p = proto_new(c, s->name, i->body->span, i->result);
        place_parameters(c, p, i);
        i->code = p;
    }
    if (!p->code && !p->queued) {
        ARENA_PUSH(c->arena, &c->queue) = i;
        p->queued = true;
    }
    return p;
}

/* Register 0 gets the result, so the window holds it even where nothing else is. */
static void reserve_result(struct builder *b) {
    struct registers none = {0, 0, 0};
    if (b->proto->result.type)
        take_registers(b, b->proto->result.type);
    registers_release(b, none);
}

static void function_body(struct builder *b, const struct instance *i) {
    reserve_result(b);
    for (uint32_t k = 0; k < i->n; k++) {
        struct home p = take_registers(b, i->parameters[k]->type);
        declare_variable(b, i->parameters[k], p);
        if (type_has_parts(p.type) && i->parameters[k]->assignable)
            emit(b, OP_SHARE, p.reg, 0, 0);
    }
    b->function = i->function;
    if (b->proto->holds)
        b->closure = take_registers(b, i->function->type).reg;
    load_captures(b, i->body);
    if (i->body->kind == N_BLOCK) {
        compile_statements(b, i->body);
    } else {
        struct node body = {.kind = N_RETURN, .span = i->body->span, .a = i->body};
        struct node *only = &body;
        struct node whole = {.kind = N_BLOCK, .list = {&only, 1, 1}};
        compile_statements(b, &whole);
    }
    emit(b, b->proto->result.type->kind == TY_VOID ? OP_RETURN : OP_STOP, 0, 0, 0);
}

static void compile_queue(struct compiler *c) {
    while (c->compiled < c->queue.n) {
        struct instance *i = c->queue.at[c->compiled++];
        struct proto *p = i->code;
        struct builder b = builder_for(c, p);
        function_body(&b, i);
        finish_proto(&b);
        p->queued = false;
    }
}

/* After a failure nothing that was begun keeps its code: it may call what has none. */
static void forget_queue(struct compiler *c) {
    for (uint32_t k = 0; c->failed && k < c->rows.n; k++)
        c->rows.at[k]->code = NULL;
    for (uint32_t k = 0; k < c->queue.n; k++) {
        struct proto *p = c->queue.at[k]->code;
        p->queued = false;
        if (c->failed)
            p->code = NULL;
    }
}

/* ---- row expressions ---- */

typedef ARENA_VEC(struct symbol *) symbol_vec;

static void add_symbol(struct arena *arena, symbol_vec *v, struct symbol *s) {
    for (uint32_t i = 0; i < v->n; i++)
        if (v->at[i] == s)
            return;
    ARENA_PUSH(arena, v) = s;
}

static void find_captured(struct arena *arena, symbol_vec *v, struct node *n);

static void find_captured_in(struct arena *arena, symbol_vec *v, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        find_captured(arena, v, list->at[i]);
}

static void find_captured(struct arena *arena, symbol_vec *v, struct node *n) {
    if (!n)
        return;
    if (n->kind == N_NAME) {
        struct symbol *s = n->symbol;
        if (s && s->kind == SYM_VARIABLE && !s->global && !constant_of(n))
            add_symbol(arena, v, s);
        return;
    }
    struct node *parts[4] = {n->a, n->b, n->c, n->d};
    for (int i = 0; i < 4; i++)
        find_captured(arena, v, parts[i]);
    find_captured_in(arena, v, &n->list);
    find_captured_in(arena, v, &n->more);
}

static void row_parameters(struct builder *b, const struct expr *e) {
    symbol_vec captured = {0};
    find_captured(b->arena, &captured, e->tree);
    struct proto *p = b->proto;
    p->nparameters = e->ninputs + captured.n;
    p->parameters = ARENA_ARRAY(b->arena, struct home, p->nparameters);
    p->captured = captured.at;
    p->ncaptured = captured.n;
    b->inputs = p->parameters;
    for (uint32_t i = 0; i < e->ninputs; i++)
        p->parameters[i] = take_registers(b, e->inputs[i]->type);
    for (uint32_t i = 0; i < captured.n; i++) {
        p->parameters[e->ninputs + i] = take_registers(b, captured.at[i]->type);
        declare_variable(b, captured.at[i], p->parameters[e->ninputs + i]);
    }
    p->parameter_scalars = (uint16_t)b->scalars;
    p->parameter_refs = (uint16_t)b->refs;
}

static void compile_row(struct compiler *c, struct expr *e) {
    if (!e || e->is_slot || e->code)
        return;
    struct proto *p = proto_new(c, STR("row"), e->tree->span, e->type);
    struct builder b = builder_for(c, p);
    b.expr = e;
    struct home result = take_registers(&b, e->type);
    p->result = result;
    row_parameters(&b, e);
    value_into(&b, e->tree, result);
    emit(&b, OP_RETURN, 0, 0, 0);
    finish_proto(&b);
    ARENA_PUSH(c->arena, &c->rows) = e;
    e->code = p;
}

void compile_plan_code(struct compiler *c, const struct plan *p) {
    if (!p)
        return;
    for (uint32_t i = 0; i < p->nsteps; i++) {
        struct step *step = p->steps[i];
        for (uint32_t k = 0; step->exprs && k < step->n; k++)
            compile_row(c, step->exprs[k]);
        compile_plan_code(c, step->leg);
    }
    for (uint32_t i = 0; i < p->ntests; i++)
        compile_row(c, p->tests[i].expr);
    compile_plan_code(c, p->input);
    compile_plan_code(c, p->right);
    compile_plan_code(c, p->axis ? p->axis->extent : NULL);
    for (uint32_t i = 0; i < p->nextents; i++)
        compile_plan_code(c, p->extents[i]);
    for (uint32_t i = 0; i < p->about.nsayings; i++)
        compile_plan_code(c, p->about.sayings[i].rows);
}

/* ---- entry points ---- */

static struct proto *compile_file(struct compiler *c, struct node *file) {
    const struct type *nothing = type_scalar(&c->session->types, TY_VOID, false);
    struct proto *p = proto_new(c, STR("script"), file->span, nothing);
    struct builder b = builder_for(c, p);
    compile_statements(&b, file);
    emit(&b, OP_RETURN, 0, 0, 0);
    finish_proto(&b);
    return p;
}

struct compilation {
    struct compiler compiler;
    struct node *file;
    const struct plan *plan;
    struct proto *main;
    enum status status;
};

/* Now the windows of all callees are known. */
static void link_all(const struct compiler *c, struct proto *main) {
    if (main)
        link_proto(main);
    for (uint32_t k = 0; k < c->rows.n; k++)
        link_proto(c->rows.at[k]->code);
    for (uint32_t k = 0; k < c->queue.n; k++)
        link_proto(c->queue.at[k]->code);
}

static void run_compilation(struct compilation *work) {
    if (work->file)
        work->main = compile_file(&work->compiler, work->file);
    else
        compile_plan_code(&work->compiler, work->plan);
    compile_queue(&work->compiler);
    if (!work->compiler.failed)
        link_all(&work->compiler, work->main);
}

/* The arena's escape is ours while we compile. */
static enum status compile_all(struct compilation *work) {
    struct arena *arena = work->compiler.arena;
    jmp_buf *outer = arena->escape;
    jmp_buf escape;
    arena->escape = &escape;
    if (setjmp(escape) == 0) {
        run_compilation(work);
        work->status = work->compiler.failed ? ST_FAILED : ST_OK;
    } else {
        work->compiler.failed = true;
        work->status = ST_NO_MEMORY;
    }
    arena->escape = outer;
    forget_queue(&work->compiler);
    return work->status;
}

enum status compile_unit(struct session *s, struct global_layout *globals, struct node *file,
                         struct proto **out) {
    struct compilation work = {.compiler = {.session = s, .arena = s->arena, .globals = globals},
                               .file = file};
    enum status status = compile_all(&work);
    *out = status == ST_OK ? work.main : NULL;
    return status;
}

enum status compile_plan(struct session *s, struct global_layout *globals,
                         const struct plan *plan) {
    struct compilation work = {.compiler = {.session = s, .arena = s->arena, .globals = globals},
                               .plan = plan};
    return compile_all(&work);
}
