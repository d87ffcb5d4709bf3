/* `try`: from a failure to the handler that takes it.
 *
 * Each proto has a table of its handlers, so a `try` costs nothing until
 * something fails. The frames of one run of the main loop are searched from
 * the top; a failure that none of them takes goes through the C code that
 * entered the loop, to the loop outside, which searches in turn. What is caught
 * is an error of the running program, 04xx, except those that say the run must
 * end: interrupts, limits, memory; and rows that do not fit where they go. */
#include "run/machine.h"

static bool is_caught(const struct vm *vm, const struct diag *g) {
    if (vm->status != ST_FAILED && vm->status != ST_DENIED)
        return false;
    if (g && (g->code == E0372 || (g->code >= E0953 && g->code <= E0960)))
        return true;
    return g && g->code >= E0401 && g->code <= E0413 && g->code != E0406 && g->code != E0407 &&
           g->code != E0408;
}

/* The only error there is while a program runs: the first one ends it. */
static struct diag *error_at_hand(const struct vm *vm) {
    for (uint32_t i = vm->diags->all.n; i-- > 0;)
        if (vm->diags->all.at[i]->severity == SEV_ERROR)
            return vm->diags->all.at[i];
    return NULL;
}

static const struct handler *handler_of(const struct call_frame *f) {
    uint32_t at = f->pc ? (uint32_t)(f->pc - f->proto->code) : 0;
    for (uint32_t i = 0; f->pc && i < f->proto->nhandlers; i++)
        if (at >= f->proto->handlers[i].start && at < f->proto->handlers[i].stop)
            return &f->proto->handlers[i];
    return NULL;
}

/* The record of the error, in the handler's register. */
static bool make_error(struct vm *vm, const struct handler *h, const struct diag *g) {
    struct object **place = &vm->frame->r[h->reg];
    struct record_layout layout = record_layout(h->type);
    struct record *made = heap_record(&vm->heap, layout.nrefs, layout.nwords);
    if (!made)
        return false;
    *place = &made->head;
    struct text *code = heap_text(&vm->heap, str_of(code_id(g->code)));
    if (!code)
        return false;
    made->at[record_slot(h->type, 0)].ref = &code->head;
    struct text *message = heap_text(&vm->heap, g->message);
    if (!message)
        return false;
    made->at[record_slot(h->type, 1)].ref = &message->head;
    return true;
}

static bool go_to_handler(struct vm *vm, const struct handler *h, struct diag *g) {
    if (!make_error(vm, h, g)) {
        vm_no_memory(vm);
        return false;
    }
    diags_take_back(vm->diags, g);
    if (vm->has_mark)
        arena_reset(vm->diags->arena, vm->mark);
    vm->has_mark = false;
    vm->status = ST_OK;
    vm->frame->pc = vm->frame->proto->code + h->target;
    return true;
}

bool catch_error(struct vm *vm) {
    struct diag *g = error_at_hand(vm);
    bool caught = is_caught(vm, g);
    for (;; vm->frame--) {
        const struct handler *h = caught ? handler_of(vm->frame) : NULL;
        if (h && go_to_handler(vm, h, g))
            return true;
        caught = caught && !h;
        if (vm->frame->entry != ENTRY_NONE)
            break;
    }
    vm->frame--;
    vm->has_mark = false; /* others may take memory on the way out */
    return false;
}
