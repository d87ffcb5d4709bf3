/* Errors at run time: where it happened and how it came there. */
#include "run/machine.h"

enum { MOST_NOTES = 8 };

static struct span span_of(const struct call_frame *f) {
    const struct proto *p = f->proto;
    if (!f->pc || p->n == 0)
        return (struct span){0, 0, 0};
    return p->spans[f->pc - p->code];
}

/* "in `fib`, called at file:line:column"; a recursion's calls from one place are one note. */
static void note_call(struct vm *vm, struct diag *g, const struct call_frame *callee, int times) {
    struct span span = span_of(callee - 1);
    const struct source *source = source_at(vm->session->sources, span.source);
    if (!source)
        return;
    struct place at = source_place(source, span.start);
    struct str name = callee->proto->name;
    if (times > 1)
        diag_note(vm->diags, g, "in `%.*s`, called %d times at %.*s:%u:%u", STR_ARG(name), times,
                  STR_ARG(source->name), at.line, at.column);
    else
        diag_note(vm->diags, g, "in `%.*s`, called at %.*s:%u:%u", STR_ARG(name),
                  STR_ARG(source->name), at.line, at.column);
}

/* How many frames from f down were called by the same instruction. */
static int same_calls(const struct vm *vm, const struct call_frame *f) {
    int n = 1;
    while (f - n > vm->frames && f[-n].entry == ENTRY_NONE && f[-n].proto == f->proto &&
           f[-n - 1].pc == f[-1].pc)
        n++;
    return n;
}

/* Frames from C have no call to point at. */
static void note_calls(struct vm *vm, struct diag *g) {
    int notes = 0, more = 0;
    for (const struct call_frame *f = vm->frame; f > vm->frames;) {
        int n = f->entry == ENTRY_NONE ? same_calls(vm, f) : 1;
        if (f->entry == ENTRY_NONE && notes++ < MOST_NOTES)
            note_call(vm, g, f, n);
        else if (f->entry == ENTRY_NONE)
            more += n;
        f -= n;
    }
    if (more)
        diag_note(vm->diags, g, "and %d more calls", more);
}

/* Row code has no place in a call; what it was called for is the frame below. */
static void report(struct vm *vm, enum code code, struct span span, const char *help,
                   const char *format, va_list args) {
    struct arena *arena = vm->diags->arena;
    struct str message = arena_vprintf(arena, format, args);
    struct diag *g = diag_error(vm->diags, code, span, "%.*s", STR_ARG(message));
    if (help)
        diag_help(vm->diags, g, "%s", help);
    note_calls(vm, g);
}

/* Without memory for the diagnostic the status has to do. */
static void report_safely(struct vm *vm, enum code code, struct span span, const char *help,
                          const char *format, va_list args) {
    struct arena *arena = vm->diags->arena;
    jmp_buf *outer = arena->escape;
    jmp_buf escape;
    arena->escape = &escape;
    vm->has_mark = false;
    if (setjmp(escape) == 0 && diags_reserve(vm->diags)) {
        vm->mark = arena_mark(arena);
        vm->has_mark = true;
        report(vm, code, span, help, format, args);
    }
    arena->escape = outer;
}

enum status vm_fail(struct vm *vm, enum status status, enum code code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    report_safely(vm, code, span_of(vm->frame), NULL, format, args);
    va_end(args);
    vm->status = status;
    return status;
}

enum status vm_fail_at(struct vm *vm, enum status status, enum code code, struct span span,
                       const char *help, const char *format, ...) {
    va_list args;
    va_start(args, format);
    report_safely(vm, code, span.source ? span : span_of(vm->frame), help, format, args);
    va_end(args);
    vm->status = status;
    return status;
}

void vm_note(struct vm *vm, const char *format, ...) {
    struct arena *arena = vm->diags->arena;
    uint32_t n = vm->diags->all.n;
    jmp_buf *outer = arena->escape;
    jmp_buf escape;
    if (n == 0)
        return;
    arena->escape = &escape;
    if (setjmp(escape) == 0) {
        va_list args;
        va_start(args, format);
        struct str text = arena_vprintf(arena, format, args);
        va_end(args);
        diag_note(vm->diags, vm->diags->all.at[n - 1], "%.*s", STR_ARG(text));
    }
    arena->escape = outer;
}

enum status vm_no_memory(struct vm *vm) {
    return vm_fail(vm, ST_NO_MEMORY, E0406, "there is not enough memory");
}
