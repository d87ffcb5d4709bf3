/* The VM's memory: stacks, frames, globals, roots; and when to ask whether to go on. */
#include "run/machine.h"
#include "run/native_call.h"

enum { FIRST_SCALARS = 1024, FIRST_REFS = 256, FIRST_FRAMES = 64, POLL_STEPS = 4096 };

/* Stands under every entry frame, so that there is always a frame below. */
static const struct proto nobody;

/* ---- roots ---- */

static void mark_all(struct heap *h, struct object *const *at, size_t n) {
    for (size_t i = 0; i < n; i++)
        heap_mark(h, at[i]);
}

static void mark_roots(struct heap *h, void *user) {
    const struct vm *vm = user;
    for (const struct call_frame *f = vm->frames; f <= vm->frame; f++)
        mark_all(h, f->r, f->proto->nrefs);
    mark_all(h, vm->global_refs, vm->nglobal_refs);
    for (const struct native_call *c = vm->native; c; c = c->outer)
        if (shape_of(c->result.type) == SHAPE_REF)
            heap_mark(h, c->result.w[0].ref);
    for (const struct rooted *c = vm->rooted; c; c = c->outer)
        for (uint32_t i = 0; i < c->n; i++)
            if (c->values[i].type && shape_of(c->values[i].type) == SHAPE_REF)
                heap_mark(h, c->values[i].w[0].ref);
}

/* ---- making and freeing ---- */

static bool take_stacks(struct vm *vm) {
    vm->scalars = mem_zero(vm->alloc, (FIRST_SCALARS + FEW_SCALARS) * sizeof *vm->scalars);
    vm->refs = mem_zero(vm->alloc, FIRST_REFS * sizeof *vm->refs);
    vm->frames = mem_zero(vm->alloc, FIRST_FRAMES * sizeof *vm->frames);
    if (vm->scalars)
        vm->scalars_end = vm->scalars + FIRST_SCALARS;
    if (vm->refs)
        vm->refs_end = vm->refs + FIRST_REFS;
    if (vm->frames)
        vm->frames_end = vm->frames + FIRST_FRAMES;
    return vm->scalars && vm->refs && vm->frames;
}

bool vm_init(struct vm *vm, struct alloc *alloc, struct session *session, struct control *control,
             const struct vm_host *host) {
    *vm = (struct vm){.alloc = alloc, .session = session, .control = control, .host = *host};
    vm->diags = session->diags;
    heap_init(&vm->heap, alloc, mark_roots, vm);
    buf_init(&vm->text, alloc);
    if (!take_stacks(vm))
        return false;
    vm->frame = vm->frames;
    vm->frame[0] = (struct call_frame){&nobody, NULL, vm->scalars, vm->refs, NULL, ENTRY_ONCE};
    vm->left = vm->interval = POLL_STEPS;
    return true;
}

static size_t bytes_between(const void *start, const void *end) {
    return start ? (size_t)((const char *)end - (const char *)start) : 0;
}

void vm_free(struct vm *vm) {
    heap_free(&vm->heap);
    buf_free(&vm->text);
    if (vm->scalars)
        mem_give(vm->alloc, vm->scalars, bytes_between(vm->scalars, vm->scalars_end + FEW_SCALARS));
    mem_give(vm->alloc, vm->refs, bytes_between(vm->refs, vm->refs_end));
    mem_give(vm->alloc, vm->frames, bytes_between(vm->frames, vm->frames_end));
    mem_give(vm->alloc, vm->globals, vm->nglobals * sizeof *vm->globals);
    mem_give(vm->alloc, vm->global_refs, vm->nglobal_refs * sizeof *vm->global_refs);
}

void vm_abandon(struct vm *vm) {
    vm->frame = vm->frames;
    vm->entries = 0;
    vm->native = NULL;
    vm->rooted = NULL;
    vm->rows = NULL;
}

/* ---- room for frames ---- */

static size_t room_for(size_t have, size_t wanted) {
    while (have < wanted)
        have *= 2;
    return have;
}

static bool grow_scalars(struct vm *vm, size_t wanted) {
    size_t had = (size_t)(vm->scalars_end - vm->scalars), now = room_for(had, wanted);
    if (now == had)
        return true;
    union word *grown = mem_zero(vm->alloc, (now + FEW_SCALARS) * sizeof *grown);
    if (!grown)
        return false;
    memcpy(grown, vm->scalars, (had + FEW_SCALARS) * sizeof *grown);
    for (struct call_frame *f = vm->frames; f <= vm->frame; f++)
        f->s = grown + (f->s - vm->scalars);
    mem_give(vm->alloc, vm->scalars, (had + FEW_SCALARS) * sizeof *grown);
    vm->scalars = grown;
    vm->scalars_end = grown + now;
    return true;
}

static bool grow_refs(struct vm *vm, size_t wanted) {
    size_t had = (size_t)(vm->refs_end - vm->refs), now = room_for(had, wanted);
    if (now == had)
        return true;
    struct object **grown = mem_zero(vm->alloc, now * sizeof *grown);
    if (!grown)
        return false;
    memcpy(grown, vm->refs, had * sizeof *grown);
    for (struct call_frame *f = vm->frames; f <= vm->frame; f++)
        f->r = grown + (f->r - vm->refs);
    mem_give(vm->alloc, vm->refs, had * sizeof *grown);
    vm->refs = grown;
    vm->refs_end = grown + now;
    return true;
}

static bool grow_frames(struct vm *vm) {
    size_t had = (size_t)(vm->frames_end - vm->frames), used = (size_t)(vm->frame - vm->frames) + 1;
    if (used < had)
        return true;
    size_t now = 2 * had < MOST_FRAMES ? 2 * had : MOST_FRAMES;
    struct call_frame *grown =
        mem_resize(vm->alloc, vm->frames, had * sizeof *grown, now * sizeof *grown);
    if (!grown)
        return false;
    vm->frames = grown;
    vm->frames_end = grown + now;
    vm->frame = grown + used - 1;
    return true;
}

bool make_room(struct vm *vm, union word *s, struct object **r, const struct proto *p) {
    size_t scalars = (size_t)(s - vm->scalars) + p->nscalars;
    size_t refs = (size_t)(r - vm->refs) + p->nrefs;
    if (vm->frame + 1 - vm->frames >= MOST_FRAMES || scalars > MOST_STACK || refs > MOST_STACK) {
        vm_fail(vm, ST_LIMIT, E0408, "functions call each other more than %d deep", MOST_FRAMES);
        return false;
    }
    if (grow_scalars(vm, scalars) && grow_refs(vm, refs) && grow_frames(vm))
        return true;
    vm_no_memory(vm);
    return false;
}

bool push_entry(struct vm *vm, const struct proto *p, enum entry entry) {
    if (vm->entries >= MOST_ENTRIES) {
        vm_fail(vm, ST_LIMIT, E0408, "relations are run inside each other more than %d deep",
                MOST_ENTRIES);
        return false;
    }
    size_t below_s = (size_t)(vm->frame->s - vm->scalars) + vm->frame->proto->nscalars;
    size_t below_r = (size_t)(vm->frame->r - vm->refs) + vm->frame->proto->nrefs;
    if (!make_room(vm, vm->scalars + below_s, vm->refs + below_r, p))
        return false;
    struct object **r = vm->refs + below_r;
    for (uint32_t i = 0; i < p->nrefs; i++)
        r[i] = NULL;
    vm->entries++;
    vm->frame++;
    *vm->frame = (struct call_frame){p, p->code, vm->scalars + below_s, r, p->constants, entry};
    return true;
}

/* ---- globals ---- */

bool reserve_globals(struct vm *vm) {
    if (vm->layout.nwords > vm->nglobals) {
        uint32_t now = vm->layout.nwords + 16;
        union word *grown =
            mem_resize(vm->alloc, vm->globals, vm->nglobals * sizeof *grown, now * sizeof *grown);
        if (!grown)
            return false;
        memset(grown + vm->nglobals, 0, (now - vm->nglobals) * sizeof *grown);
        vm->globals = grown;
        vm->nglobals = now;
    }
    if (vm->layout.nrefs > vm->nglobal_refs) {
        uint32_t now = vm->layout.nrefs + 16;
        struct object **grown = mem_resize(vm->alloc, vm->global_refs,
                                           vm->nglobal_refs * sizeof *grown, now * sizeof *grown);
        if (!grown)
            return false;
        for (uint32_t i = vm->nglobal_refs; i < now; i++)
            grown[i] = NULL;
        vm->global_refs = grown;
        vm->nglobal_refs = now;
    }
    return true;
}

bool vm_global(const struct vm *vm, const struct symbol *s, struct value *out) {
    *out = (struct value){.type = s->type};
    enum shape shape = shape_of(s->type);
    if (!s->global || s->slot == 0)
        return false;
    uint32_t slot = s->slot - 1;
    if (shape == SHAPE_REF) {
        if (slot >= vm->nglobal_refs)
            return false;
        out->w[0].ref = vm->global_refs[slot];
        return true;
    }
    for (uint16_t w = 0; w < shape_width(shape); w++) {
        if (slot + w >= vm->nglobals)
            return false;
        out->w[w] = vm->globals[slot + w];
    }
    return true;
}

/* ---- steps ---- */

/* A budget smaller than the interval must be noticed in time. */
void start_steps(struct vm *vm) {
    uint64_t budget = vm->control->budget;
    bool limited = vm->control->limited || budget > 0;
    vm->interval = limited && budget < POLL_STEPS ? (uint32_t)budget + 1 : POLL_STEPS;
    vm->left = vm->interval;
}

/* What was done since the last poll counts, too. */
void finish_steps(struct vm *vm) {
    if (vm->left < vm->interval)
        control_poll(vm->control, vm->interval - vm->left);
    start_steps(vm);
}

bool poll_control(struct vm *vm) {
    enum status status = control_poll(vm->control, vm->interval - vm->left);
    start_steps(vm);
    if (status == ST_OK)
        return true;
    if (status == ST_INTERRUPTED)
        vm_fail(vm, status, E0407, "interrupted");
    else
        vm_fail(vm, status, E0408, "the limit of this run was reached");
    return false;
}

/* ---- running a unit ---- */

enum status vm_run(struct vm *vm, const struct proto *main) {
    bool outermost = vm->frame == vm->frames;
    vm->diags = vm->session->diags;
    vm->status = ST_OK;
    if (!reserve_globals(vm))
        return vm_no_memory(vm);
    if (outermost)
        start_steps(vm);
    if (!push_entry(vm, main, ENTRY_ONCE))
        return vm->status;
    enum status status = run_frame(vm);
    if (outermost)
        finish_steps(vm);
    return status;
}
