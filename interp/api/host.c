/* What the VM asks for while a unit runs: relations, showing, imports. */
#include "api/interp.h"
#include <stdio.h>

/* ---- notes ---- */

void note_lines(struct spoke *sp, struct str lines) {
    while (lines.n && sp->sink.on_note) {
        const char *end = memchr(lines.p, '\n', lines.n);
        size_t n = end ? (size_t)(end - lines.p) : lines.n;
        sp->sink.on_note(sp->sink_user, (spoke_text){lines.p, n});
        lines.p += end ? n + 1 : n;
        lines.n -= end ? n + 1 : n;
    }
}

void note(struct spoke *sp, const char *format, ...) {
    va_list args;
    struct buf line;
    buf_init(&line, &sp->alloc);
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    note_lines(sp, buf_view(&line));
    buf_free(&line);
}

void frame_notes(struct spoke *sp, const struct frame *f) {
    if (f->undecided)
        note(sp, "%llu row%s undecided: a condition was missing, which counts as not true",
             (unsigned long long)f->undecided, f->undecided == 1 ? "" : "s");
    note_lines(sp, f->notes);
}

/* ---- relations ---- */

static enum status scan(void *user, const struct plan *plan, const struct relation *self,
                        struct row_source **out);
static enum status find_dimension(void *user, const struct table *t, int column,
                                  struct dimension *out) {
    struct spoke *sp = user;
    return store_dimension(sp->store, t, column, out);
}

static enum status evaluate(void *user, const struct expr *e, const struct relation *self,
                            const struct batch *b, struct text_pool *pool, struct column *out) {
    struct spoke *sp = user;
    return vm_eval(&sp->vm, e, self, b, pool, out);
}

static union word captured(void *user, const struct relation *self, const struct symbol *s) {
    struct spoke *sp = user;
    return vm_captured(&sp->vm, self, s);
}

static enum status report(void *user, enum code code, struct span span, const char *message) {
    struct spoke *sp = user;
    jmp_buf here, *outer = sp->arena.escape; /* the run has frames and a transaction to give back */
    sp->arena.escape = &here;
    bool told = !setjmp(here);
    if (told)
        diag_error(&sp->diags, code, span, "%s", message);
    sp->arena.escape = outer;
    return told ? ST_FAILED : ST_NO_MEMORY;
}

static struct exec_env environment(struct spoke *sp) {
    return (struct exec_env){.alloc = &sp->alloc,
                             .control = &sp->control,
                             .calendar = &sp->session.calendar,
                             .types = &sp->session.types,
                             .user = sp,
                             .open = scan,
                             .dimension = find_dimension,
                             .eval = evaluate,
                             .captured = captured,
                             .fail = report};
}

static enum status scan(void *user, const struct plan *plan, const struct relation *self,
                        struct row_source **out) {
    struct spoke *sp = user;
    struct exec_env env = environment(sp);
    return store_scan(sp->store, plan, &env, self, out);
}

enum status run_relation(struct spoke *sp, const struct relation *r, struct frame **out) {
    struct exec_env env = environment(sp);
    struct prepared none = {0};
    enum status s = open_store(sp, &none);
    if (s != ST_OK)
        return s;
    s = store_begin(sp->store);
    if (s != ST_OK)
        return s;
    s = exec_run(&env, r, out);
    store_end(sp->store);
    return s;
}

enum status run_plan(struct spoke *sp, const struct plan *plan, struct frame **out) {
    enum status s = compile_plan(&sp->session, &sp->vm.layout, plan);
    if (s != ST_OK)
        return s;
    /* Nobody's value, so it need not be on the heap. */
    struct relation r = {.head = {.kind = OBJ_RELATION, .flags = OBJ_PINNED}, .plan = plan};
    return run_relation(sp, &r, out);
}

static enum status host_run_relation(void *user, struct relation *r, struct frame **out) {
    return run_relation(user, r, out);
}

/* ---- showing ---- */

static enum status hand_over(struct spoke *sp, const struct spoke_value *v) {
    if (sp->sink.on_show && sp->sink.on_show(sp->sink_user, v))
        return ST_INTERRUPTED;
    return ST_OK;
}

static enum status show_relation(struct spoke *sp, struct object *o) {
    struct frame *f = NULL;
    enum status s = vm_relation_frame(&sp->vm, o, &f);
    if (s != ST_OK)
        return s;
    struct spoke_value v = {.kind = SPOKE_RELATION, .sp = sp, .frame = f};
    s = hand_over(sp, &v);
    frame_notes(sp, f);
    frame_drop(f);
    return s;
}

static enum status show_scalar(struct spoke *sp, const struct value *value) {
    struct buf text;
    buf_init(&text, &sp->alloc);
    value_print(&text, &sp->session.calendar, value);
    struct spoke_value v = {.kind = SPOKE_SCALAR, .sp = sp, .text = buf_view(&text)};
    enum status s = text.failed ? ST_NO_MEMORY : hand_over(sp, &v);
    buf_free(&text);
    return s;
}

static enum status host_show(void *user, const struct node *statement, const struct value *value) {
    struct spoke *sp = user;
    UNUSED(statement);
    struct object *o = value->w[0].ref;
    if (value->type->kind == TY_RELATION && o)
        return show_relation(sp, o);
    if (value->type->kind == TY_PICTURE && o) {
        struct spoke_value v = {
            .kind = SPOKE_PICTURE, .sp = sp, .picture = (const struct picture *)o};
        return hand_over(sp, &v);
    }
    return show_scalar(sp, value);
}

static enum status host_print(void *user, struct str line) {
    struct spoke *sp = user;
    if (sp->sink.on_print && sp->sink.on_print(sp->sink_user, (spoke_text){line.p, line.n}))
        return ST_INTERRUPTED;
    return ST_OK;
}

static enum status host_explain(void *user, const struct node *statement,
                                const struct value *value) {
    struct spoke *sp = user;
    struct buf text;
    buf_init(&text, &sp->alloc);
    const struct object *o =
        value && value->type->kind == TY_RELATION ? value->w[0].ref : NULL;
    if (statement->symbol && !statement->text.n)
        explain_declaration(sp, &text, statement->symbol);
    if (o && o->kind == OBJ_RELATION) {
        if (text.n)
            buf_char(&text, '\n');
        explain_relation(sp, &text, ((const struct relation *)o)->plan, statement->text);
    } else if (!text.n && value) {
        buf_text(&text, "a value: ");
        value_print(&text, &sp->session.calendar, value);
        buf_char(&text, '\n');
    }
    struct spoke_value v = {.kind = SPOKE_REPORT, .sp = sp, .text = buf_view(&text)};
    enum status s = text.failed ? ST_NO_MEMORY : hand_over(sp, &v);
    buf_free(&text);
    return s;
}

/* ---- imports and foreign functions ---- */

static enum import_mode mode_of(const struct node *statement) {
    return statement->op == OP_APPEND    ? IMPORT_APPEND
           : statement->op == OP_REPLACE ? IMPORT_REPLACE
                                         : IMPORT_UPDATE;
}

static struct str thousands(struct spoke *sp, uint64_t n) {
    char digits[32], out[48];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    return arena_str(&sp->arena, (struct str){out, at});
}

static enum status host_import(void *user, const struct node *statement, struct str path) {
    struct spoke *sp = user;
    struct import_result r = {0};
    if (!(sp->control.capabilities & CAN_READ_FILES)) {
        diag_error(&sp->diags, E0410, statement->span, "this host does not allow files to be read");
        return ST_DENIED;
    }
    if (!(sp->control.capabilities & CAN_WRITE_STORE) && !sp->store_is_temporary) {
        diag_error(&sp->diags, E0410, statement->span,
                   "this host does not allow the store to be written");
        return ST_DENIED;
    }
    enum status s = store_import(sp->store, &sp->arena, statement->symbol->table, path,
                                 mode_of(statement), statement->flags & FLAG_STRICT,
                                 statement->span, &r);
    if (s != ST_OK)
        return s;
    note(sp, "%.*s: %.*s row%s stored%s", STR_ARG(statement->symbol->name),
         STR_ARG(thousands(sp, r.stored)), r.stored == 1 ? "" : "s",
         r.rejected ? "" : ", none rejected");
    if (r.rejected)
        note(sp, "%.*s: %.*s row%s rejected, the first at %.*s", STR_ARG(statement->symbol->name),
             STR_ARG(thousands(sp, r.rejected)), r.rejected == 1 ? "" : "s",
             STR_ARG(r.first_reject));
    return ST_OK;
}

static enum status host_foreign(void *user, struct foreign *f, const union word *arguments,
                                union word *result) {
    struct spoke *sp = user;
    enum status s = foreign_prepare(&sp->foreign, &sp->control, &sp->diags, f);
    return s == ST_OK ? foreign_call(f, arguments, result, &sp->diags, f->span) : s;
}

const struct vm_host host_calls = {.run_relation = host_run_relation,
                                   .show = host_show,
                                   .print = host_print,
                                   .explain = host_explain,
                                   .import = host_import,
                                   .call_foreign = host_foreign};
