/* Calls out of the VM to functions of C, and back into it to functions that C was given. */
#include "run/machine.h"

OPERATION(call_foreign) {
    const struct site *site = vm->frame->proto->sites[i->a];
    struct value arguments[FOREIGN_MOST_ARGUMENTS], result = {.type = site->result.type};
    struct rooted rooted = {vm->rooted, &result, 1};
    for (uint32_t k = 0; k < site->n; k++)
        arguments[k] = value_at(s, r, site->values[k]);
    vm->rooted = &rooted;
    enum status status = vm->host.call_foreign(vm->host.user, site->foreign, arguments, &result);
    vm->rooted = rooted.outer;
    vm->status = status;
    if (status == ST_OK)
        set_value(vm->frame->s, vm->frame->r, site->result, &result);
    return status == ST_OK;
}

struct vm_place vm_place(const struct vm *vm) {
    return (struct vm_place){vm->frame - vm->frames, vm->entries, vm->rows, vm->native, vm->rooted};
}

void vm_return_to(struct vm *vm, struct vm_place place) {
    vm->frame = vm->frames + place.frame;
    vm->entries = place.entries;
    vm->rows = place.rows;
    vm->native = place.native;
    vm->rooted = place.rooted;
}

/* The frame of the function, on top, has its arguments. */
static bool fill_arguments(struct vm *vm, struct vm_call *call, const struct proto *p) {
    struct value value = {0};
    struct rooted rooted = {vm->rooted, &value, 1};
    bool fine = true;
    vm->rooted = &rooted;
    for (uint32_t i = 0; i < call->n && fine; i++) {
        value = (struct value){.type = p->parameters[i].type};
        fine = call->fill(call->user, i, &value);
        if (fine)
            set_value(vm->frame->s, vm->frame->r, p->parameters[i], &value);
    }
    vm->rooted = rooted.outer;
    return fine;
}

enum status vm_call_function(struct vm *vm, struct vm_call *call) {
    const struct record *f = (const struct record *)call->function;
    const struct proto *p = function_proto(f);
    vm->status = ST_OK;
    if (!push_entry(vm, p, ENTRY_ONCE))
        return vm->status;
    if (p->holds)
        vm->frame->r[p->parameter_refs - 1u] = f->at[0].ref;
    if (!fill_arguments(vm, call, p)) {
        vm->frame--;
        vm->entries--;
        return vm->status;
    }
    enum status status = run_frame(vm);
    if (status != ST_OK)
        return status;
    const struct call_frame *done = vm->frame + 1;
    call->result = value_at(done->s, done->r, (struct home){p->result.type, 0});
    return ST_OK;
}
