/* Calls out of the VM: library functions. */
#include "run/native_call.h"
#include "run/machine.h"

/* ---- what natives read ---- */

const struct frame *native_call_relation(struct native_call *c, uint32_t i) {
    if (!c->frames[i])
        vm_relation_frame(c->vm, c->arguments[i].w[0].ref, &c->frames[i]);
    return c->frames[i];
}

bool native_call_network(const struct native_call *c, uint32_t i, struct network_value *out) {
    const struct record *r = (const struct record *)c->arguments[i].w[0].ref;
    if (r)
        *out = network_value_of(r);
    return r != NULL;
}

bool native_call_hold(struct native_call *c, struct frame *f) {
    struct held_frame *held = ARENA_NEW(&c->scratch, struct held_frame);
    if (!held) {
        frame_drop(f);
        return false;
    }
    *held = (struct held_frame){c->held, f};
    c->held = held;
    return true;
}

/* ---- what natives give ---- */

static bool give_object(struct native_call *c, void *object) {
    if (!object) {
        vm_no_memory(c->vm);
        return false;
    }
    c->result.w[0].ref = object;
    return true;
}

bool native_call_text(struct native_call *c, struct str s) {
    return give_object(c, heap_text(&c->vm->heap, s));
}

bool native_call_picture(struct native_call *c, struct str terminal, struct str svg) {
    return give_object(c, heap_picture(&c->vm->heap, terminal, svg));
}

bool native_call_made(struct native_call *c, struct str how) {
    struct object *o = c->result.w[0].ref;
    bool kept = true;
    if (o->kind == OBJ_PICTURE)
        kept = heap_picture_made(&c->vm->heap, (struct picture *)o, how);
    if (o->kind == OBJ_FRAME) {
        struct frame *f = ((struct frame_object *)o)->frame;
        f->about.made = arena_str(&f->pool.arena, how);
        kept = f->about.made.p != NULL;
    }
    if (!kept)
        vm_no_memory(c->vm);
    return kept;
}

bool native_call_frame(struct native_call *c, struct frame *f) {
    return give_object(c, heap_frame(&c->vm->heap, f));
}

bool native_call_give_network(struct native_call *c, const struct network_value *v) {
    struct record *r = heap_record(&c->vm->heap, NETWORK_REFS, NETWORK_WORDS);
    if (r)
        network_value_put(r, v);
    return give_object(c, r);
}

bool native_call_give_network_of(struct native_call *c, const struct network_value *v,
                                 struct str key) {
    struct network_value one = *v;
    struct text *text = heap_text(&c->vm->heap, key);
    one.key = text;
    if (!text || !give_object(c, text)) /* it is held while the record is made */
        return false;
    return native_call_give_network(c, &one);
}

void native_call_int(struct native_call *c, int64_t x) {
    c->result.w[0].i = x;
    c->result.w[1].i = PRESENT;
}

void native_call_float(struct native_call *c, double x) {
    c->result.w[0].f = x;
    c->result.w[1].i = PRESENT;
}

void native_call_pair(struct native_call *c, int64_t n, int64_t d) {
    c->result.w[0].i = n;
    c->result.w[1].i = d;
}

struct list *native_call_list(struct native_call *c, uint32_t n) {
    enum list_layout layout = list_layout_of(c->result.type->element);
    struct list *l = heap_list(&c->vm->heap, n, layout == LAYOUT_REFS, layout == LAYOUT_WIDE);
    return give_object(c, l) ? l : NULL;
}

bool native_call_list_text(struct native_call *c, uint32_t element, struct str s) {
    struct text *t = heap_text(&c->vm->heap, s);
    if (!t) {
        vm_no_memory(c->vm);
        return false;
    }
    ((struct list *)c->result.w[0].ref)->at[element].ref = &t->head;
    return true;
}

bool native_call_list_state(struct native_call *c, uint32_t element, enum state state) {
    struct list *l = (struct list *)c->result.w[0].ref;
    if (!heap_list_states(&c->vm->heap, l)) {
        vm_no_memory(c->vm);
        return false;
    }
    l->states[element] = (uint8_t)state;
    return true;
}

/* As it lies in registers of type `to`. A list that now has two places is copied by whoever
 * changes it. */
static struct value fitted(const struct value *v, const struct type *to) {
    struct value made = {.type = to, .w = {v->w[0], {.i = value_state(v)}}};
    enum storage storage = type_storage(to);
    if (storage == STORE_FLOAT)
        made.w[0].f = value_float(v);
    else if (storage == STORE_PAIR)
        made.w[1] = type_is_pair(v->type) ? v->w[1] : (union word){.i = !value_is_missing(v)};
    else if (storage == STORE_OBJECT && v->w[0].ref && !(v->w[0].ref->flags & OBJ_PINNED))
        v->w[0].ref->flags |= OBJ_SHARED;
    return made;
}

void native_call_value(struct native_call *c, const struct value *v) {
    struct value made = fitted(v, c->result.type);
    c->result.w[0] = made.w[0];
    c->result.w[1] = made.w[1];
}

bool native_call_list_value(struct native_call *c, uint32_t element, const struct value *v) {
    struct list *l = (struct list *)c->result.w[0].ref;
    struct value made = fitted(v, c->result.type->element);
    if (l->wide) {
        l->at[2 * (size_t)element] = made.w[0];
        l->at[2 * (size_t)element + 1] = made.w[1];
        return true;
    }
    l->at[element] = made.w[0];
    if (l->refs || made.w[1].i == PRESENT)
        return true;
    l->at[element].i = 0;
    return native_call_list_state(c, element, (enum state)made.w[1].i);
}

/* ---- errors and limits ---- */

enum status native_call_fail(struct native_call *c, const char *help, const char *format,
                             va_list args) {
    struct buf message;
    buf_init(&message, c->vm->alloc);
    buf_vprintf(&message, format, args);
    enum status status = vm_fail_at(c->vm, ST_FAILED, E0409, c->node->span, help, "%.*s",
                                    STR_ARG(buf_view(&message)));
    buf_free(&message);
    return status;
}

enum status native_call_poll(struct native_call *c, uint64_t steps) {
    enum status status = control_poll(c->vm->control, steps);
    if (status == ST_INTERRUPTED)
        return vm_fail(c->vm, status, E0407, "interrupted");
    if (status != ST_OK)
        return vm_fail(c->vm, status, E0408, "the limit of this run was reached");
    return ST_OK;
}

/* ---- calling ---- */

static struct value missing_result(const struct type *type) {
    struct value v = {.type = type};
    if (shape_of(type) == SHAPE_NULLABLE)
        v.w[1].i = MISSING;
    return v;
}

static bool prepare(struct native_call *c, const struct site *site, const union word *s,
                    struct object *const *r) {
    c->arguments = ARENA_ARRAY(&c->scratch, struct value, site->n);
    c->frames = ARENA_ARRAY(&c->scratch, struct frame *, site->n);
    if (!c->arguments || !c->frames)
        return false;
    for (uint32_t k = 0; k < site->n; k++)
        c->arguments[k] = value_at(s, r, site->values[k]);
    c->n = site->n;
    return true;
}

/* What the signature wants present and is not: the native is left alone, the result is missing. */
static bool lacks_argument(const struct native_call *c) {
    uint32_t required = ((const struct invoke *)c->node->note)->required;
    for (uint32_t k = 0; required; k++, required >>= 1)
        if (required & 1 && value_is_missing(&c->arguments[k]))
            return true;
    return false;
}

/* A native's statuses are those of spoke.h, which begin like our own. */
static enum status outcome(struct native_call *c, int given) {
    struct vm *vm = c->vm;
    if (given == 0) /* what it left out of its result for want of memory counts, too */
        return vm->status;
    if (vm->status == ST_OK && given == ST_NO_MEMORY)
        return vm_no_memory(vm);
    if (vm->status == ST_OK)
        return vm_fail(vm, (enum status)given, E0409, "`%s` failed", c->native->name);
    return vm->status;
}

/* What is given several networks is called for each of them. */
static int call_it(struct native_call *c) {
    struct vm *vm = c->vm;
    bool spread = ((const struct invoke *)c->node->note)->spread;
    return spread ? vm->host.call_spread(vm->host.user, c) : c->native->call(c);
}

static enum status run_native(struct native_call *c) {
    struct vm *vm = c->vm;
    c->outer = vm->native;
    vm->native = c;
    vm->status = ST_OK;
    enum status status = lacks_argument(c) ? ST_OK : outcome(c, call_it(c));
    vm->native = c->outer;
    return status;
}

static void give_back(struct native_call *c) {
    for (uint32_t k = 0; k < c->n; k++)
        frame_drop(c->frames[k]);
    for (const struct held_frame *h = c->held; h; h = h->next)
        frame_drop(h->frame);
    arena_free(&c->scratch);
}

int native_call_part(struct native_call *whole, const struct value *arguments, uint32_t n,
                     struct native_notes *notes, struct frame **out, struct value *value) {
    const struct spread *spread = ((const struct invoke *)whole->node->note)->spread;
    struct native_call c = {.vm = whole->vm, .native = whole->native, .node = whole->node};
    c.outer = whole;
    c.notes = notes;
    c.n = n;
    c.result = missing_result(spread->one);
    arena_init(&c.scratch, whole->vm->alloc);
    c.arguments = ARENA_ARRAY(&c.scratch, struct value, n + 1);
    c.frames = ARENA_ARRAY(&c.scratch, struct frame *, n + 1);
    int status = ST_NO_MEMORY;
    if (c.arguments && c.frames) {
        memcpy(c.arguments, arguments, n * sizeof *arguments);
        whole->vm->native = &c;
        status = c.native->call(&c);
        whole->vm->native = whole;
    } else {
        c.n = 0;
    }
    *value = c.result;
    bool rows = status == 0 && spread->one->kind == TY_RELATION && c.result.w[0].ref;
    *out = rows ? frame_hold(((struct frame_object *)(void *)c.result.w[0].ref)->frame) : NULL;
    give_back(&c);
    return status;
}

OPERATION(call_native) {
    const struct site *site = vm->frame->proto->sites[i->a];
    struct native_call c = {.vm = vm, .native = site->native, .node = site->node};
    c.result = missing_result(site->result.type);
    arena_init(&c.scratch, vm->alloc);
    enum status status = prepare(&c, site, s, r) ? run_native(&c) : vm_no_memory(vm);
    give_back(&c);
    vm->status = status;
    if (status == ST_OK && type_has_parts(site->result.type))
        object_share(c.result.w[0].ref); /* it may be, or hold, what an argument is */
    if (status == ST_OK)
        set_value(vm->frame->s, vm->frame->r, site->result, &c.result);
    return status == ST_OK;
}
