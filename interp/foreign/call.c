/* One call: arguments to C, the call, what it gave to Spoke.
 *
 * All memory that C sees lies in the call's own arena or in objects that the caller's registers
 * hold, so a call may begin inside another one, through a callback. What C hands over (texts to
 * free, handles) is freed on every way out. */
#include "foreign/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* ---- words ---- */

static struct str place_words(struct foreign_call *c) {
    struct str name = c->f->name;
    if (c->in_callback && c->parameter < 0)
        return arena_printf(c->scratch, "what the function given to `%.*s` gives", STR_ARG(name));
    if (c->in_callback)
        return arena_printf(c->scratch, "argument %d of the function given to `%.*s`",
                            c->parameter + 1, STR_ARG(name));
    if (c->parameter < 0)
        return arena_printf(c->scratch, "what `%.*s` gives", STR_ARG(name));
    return arena_printf(c->scratch, "the argument `%.*s` of `%.*s`",
                        STR_ARG(c->f->parameters[c->parameter].name), STR_ARG(name));
}

const char *foreign_where(struct foreign_call *c) {
    struct str words = place_words(c);
    if (words.p && c->element >= 0)
        words =
            arena_printf(c->scratch, "element %" PRId64 " of %.*s", c->element + 1, STR_ARG(words));
    if (words.p && c->nfield)
        words = arena_printf(c->scratch, "the field `%.*s` of %.*s", (int)c->nfield, c->field,
                             STR_ARG(words));
    return words.p ? words.p : "a value";
}

bool foreign_no_memory(struct foreign_call *c) {
    vm_no_memory(c->vm);
    return false;
}

static void at_parameter(struct foreign_call *c, int32_t i) {
    c->parameter = i;
    c->element = -1;
    c->nfield = 0;
    c->zeros_pass = false;
}

/* ---- arguments ---- */

static void *room(struct foreign_call *c, size_t n) {
    enum { LEAST = 16 }; /* as much as the machine may read for a small value */
    void *p = arena_zero(c->scratch, n < LEAST ? LEAST : n);
    if (!p)
        foreign_no_memory(c);
    return p;
}

static bool point_to(struct foreign_slot *slot, const void *p) {
    slot->behind = (void *)(uintptr_t)p;
    memcpy(slot->at, &p, sizeof p);
    return true;
}

static bool is_wide(const struct foreign_type *element) {
    return element->kind == FOREIGN_F64 || element->kind == FOREIGN_I64;
}

static bool put_list(struct foreign_call *c, const struct foreign_parameter *p,
                     struct foreign_slot *slot, struct object *o) {
    struct list *l = (struct list *)o;
    slot->n = l->n;
    if (l->n && is_wide(p->type->element) && !l->states && p->way == FOREIGN_VALUE) {
        if (c->f->calls_back) /* Spoke code that would change it copies it first */
            object_share(o);
        return point_to(slot, l->at);
    }
    void *copy = room(c, (size_t)l->n * p->type->element->size);
    return copy && foreign_put_list(c, p->type->element, l, copy) && point_to(slot, copy);
}

static bool put_relation(struct foreign_call *c, const struct foreign_parameter *p,
                         struct foreign_slot *slot, struct object *relation) {
    enum status status = vm_relation_frame(c->vm, relation, &slot->frame);
    if (status != ST_OK) {
        c->vm->status = status;
        return false;
    }
    const struct column *column = &slot->frame->columns[0];
    slot->n = slot->frame->n;
    bool same = column->type->kind == p->type->element->type->kind && !column->state;
    if (slot->n && is_wide(p->type->element) && same && p->way == FOREIGN_VALUE)
        return point_to(slot, column->data);
    void *copy = room(c, (size_t)slot->n * p->type->element->size);
    return copy && foreign_put_column(c, p->type->element, slot->frame, copy) &&
           point_to(slot, copy);
}

static bool put_buffer(struct foreign_call *c, const struct foreign_parameter *p,
                       struct foreign_slot *slot, const struct value *v) {
    if (!v->w[0].ref) {
        if (p->type->nullable)
            return point_to(slot, NULL);
        vm_fail(c->vm, ST_FAILED, E0403, "%s was not set yet", foreign_where(c));
        return false;
    }
    return v->type->kind == TY_RELATION ? put_relation(c, p, slot, v->w[0].ref)
                                        : put_list(c, p, slot, v->w[0].ref);
}

static bool measures_bytes(const struct foreign_call *c, uint32_t parameter) {
    for (uint32_t i = 0; i < c->f->n; i++)
        if (c->f->parameters[i].length != LENGTH_NONE && c->f->parameters[i].of == parameter)
            return true;
    return false;
}

static bool put_plain(struct foreign_call *c, uint32_t i, const struct value *v) {
    const struct foreign_parameter *p = &c->f->parameters[i];
    struct foreign_slot *slot = &c->slots[i];
    bool missing = p->way == FOREIGN_REF && p->type->nullable && value_is_missing(v);
    if (missing)
        return point_to(slot, NULL);
    void *to = p->way == FOREIGN_VALUE ? slot->at : room(c, p->type->size);
    if (!to)
        return false;
    if (p->type->kind == FOREIGN_TEXT) {
        c->zeros_pass = measures_bytes(c, i);
        slot->n = v->w[0].ref ? ((const struct text *)v->w[0].ref)->n : 0;
    }
    if (p->take && p->type->kind == FOREIGN_HANDLE && v->w[0].ref &&
        !foreign_handle_may_go(c, v->w[0].ref))
        return false;
    if (!foreign_put(c, p->type, v->w[0], to))
        return false;
    return p->way == FOREIGN_VALUE || point_to(slot, to);
}

static bool put_argument(struct foreign_call *c, uint32_t i) {
    const struct foreign_parameter *p = &c->f->parameters[i];
    struct foreign_slot *slot = &c->slots[i];
    slot->at = room(c, p->way == FOREIGN_VALUE ? p->type->size : sizeof(void *));
    if (!slot->at)
        return false;
    if (p->given < 0 || p->length != LENGTH_NONE)
        return true;
    const struct value *v = &c->arguments[p->given];
    return p->type->kind == FOREIGN_BUFFER ? put_buffer(c, p, slot, v) : put_plain(c, i, v);
}

/* Behind what they measure. */
static bool put_length(struct foreign_call *c, uint32_t i) {
    const struct foreign_parameter *p = &c->f->parameters[i];
    const struct foreign_parameter *of = &c->f->parameters[p->of];
    union word n = c->arguments[p->given].w[0];
    uint64_t most = c->slots[p->of].n;
    if (p->length == LENGTH_BYTES && of->type->kind == FOREIGN_BUFFER)
        most *= of->type->element->size;
    if (n.i == FOREIGN_UNKNOWN) {
        n.i = (int64_t)most;
    } else if (n.i < 0 || (uint64_t)n.i > most) {
        vm_fail(c->vm, ST_FAILED, E0959, "%s is %" PRId64 ", and `%.*s` has %" PRIu64,
                foreign_where(c), n.i, STR_ARG(of->name), most);
        return false;
    }
    return foreign_put_number(c, p->type, n, c->slots[i].at);
}

static bool make_room(struct foreign_call *c, uint32_t i) {
    const struct foreign_parameter *p = &c->f->parameters[i];
    struct foreign_slot *slot = &c->slots[i];
    size_t size = p->type->size;
    if (p->type->kind == FOREIGN_BUFFER) {
        int64_t n = p->room;
        if (p->room_is_parameter)
            n = foreign_int_at(c->f->parameters[p->of].type->kind, c->slots[p->of].at);
        if (n < 0 || n > INT32_MAX) {
            vm_fail(c->vm, ST_FAILED, E0959, "%s cannot have %" PRId64 " elements",
                    foreign_where(c), n);
            return false;
        }
        slot->n = (uint64_t)n;
        size = (size_t)n * p->type->element->size;
    }
    void *behind = room(c, size);
    return behind && point_to(slot, behind);
}

static bool put_arguments(struct foreign_call *c) {
    const struct foreign *f = c->f;
    for (uint32_t i = 0; i < f->n; i++) {
        at_parameter(c, (int32_t)i);
        if (!put_argument(c, i))
            return false;
    }
    for (uint32_t i = 0; i < f->n; i++) {
        at_parameter(c, (int32_t)i);
        if (f->parameters[i].length != LENGTH_NONE && !put_length(c, i))
            return false;
    }
    for (uint32_t i = 0; i < f->n; i++) {
        at_parameter(c, (int32_t)i);
        if (f->parameters[i].way == FOREIGN_OUT && !make_room(c, i))
            return false;
    }
    return true;
}

/* ---- what C gave ---- */

static void *pointer_at(const void *at) {
    void *p;
    memcpy(&p, at, sizeof p);
    return p;
}

static bool null_given(struct foreign_call *c, const struct foreign_type *t, union word *slot) {
    slot[0].ref = NULL;
    if (t->nullable) {
        if (shape_of(t->type) == SHAPE_NULLABLE)
            slot[1].i = MISSING;
        return true;
    }
    vm_fail_at(c->vm, ST_FAILED, E0954, (struct span){0, 0, 0},
               "where that may happen, a `?` behind the type makes it missing",
               "%s is a pointer to nothing (NULL)", foreign_where(c));
    return false;
}

static bool get_handle(struct foreign_call *c, const struct foreign_type *t, void *pointer,
                       bool borrow, union word *slot) {
    if (!pointer)
        return null_given(c, t, slot);
    return foreign_handle_new(c, t->handle, pointer, !borrow && t->handle->release.n > 0, slot);
}

/* Results narrower than a register come widened. */
static void narrow(const struct foreign_type *t, void *returned) {
    ffi_arg wide;
    if (t->size >= sizeof wide || !(foreign_is_int(t->kind) || t->kind == FOREIGN_BOOL))
        return;
    memcpy(&wide, returned, sizeof wide);
    uint8_t one = (uint8_t)wide;
    uint16_t two = (uint16_t)wide;
    uint32_t four = (uint32_t)wide;
    memcpy(returned,
           t->size == 1   ? (void *)&one
           : t->size == 2 ? (void *)&two
                          : (void *)&four,
           t->size);
}

static bool get_result(struct foreign_call *c, union word *slot) {
    const struct foreign *f = c->f;
    const struct foreign_function *p = f->prepared;
    at_parameter(c, -1);
    if (f->result->kind == FOREIGN_HANDLE) {
        c->result_taken = true;
        return get_handle(c, f->result, pointer_at(c->returned), f->borrow, slot);
    }
    const void *from = c->returned;
    if (f->result_ref) {
        from = pointer_at(c->returned);
        if (!from)
            return null_given(c, f->result, slot);
        if (shape_of(f->result->type) == SHAPE_NULLABLE)
            slot[1].i = PRESENT;
    }
    bool fine = foreign_get(c, f->result, from, slot);
    void *owned = p->release ? pointer_at(c->returned) : NULL;
    c->result_taken = true;
    if (owned)
        p->release(owned);
    return fine;
}

static bool get_answer(struct foreign_call *c, uint32_t i, union word *slot) {
    const struct foreign_parameter *p = &c->f->parameters[i];
    struct foreign_slot *s = &c->slots[i];
    at_parameter(c, (int32_t)i);
    s->taken = true;
    if (p->type->kind == FOREIGN_HANDLE)
        return get_handle(c, p->type, pointer_at(s->behind), false, slot);
    if (p->type->room) {
        const char *end = s->n ? memchr(s->behind, 0, s->n) : NULL;
        size_t n = end ? (size_t)(end - (const char *)s->behind) : s->n;
        return foreign_get_text(c, (struct str){s->behind, n}, slot);
    }
    if (p->type->kind == FOREIGN_BUFFER)
        return foreign_get_list(c, p->type->element, s->behind, (uint32_t)s->n, slot);
    return foreign_get(c, p->type, s->behind, slot);
}

static union word *answer_slot(struct foreign_call *c, uint32_t answer) {
    if (c->f->answers == 1)
        return c->result->w;
    struct record *r = (struct record *)c->result->w[0].ref;
    return &r->at[record_slot(c->f->type, answer)];
}

static bool get_answers(struct foreign_call *c) {
    const struct foreign *f = c->f;
    if (f->answers > 1) {
        struct record_layout layout = record_layout(f->type);
        struct record *r = heap_record(&c->vm->heap, layout.nrefs, layout.nwords);
        if (!r)
            return foreign_no_memory(c);
        c->result->w[0].ref = &r->head;
    }
    uint32_t outs = 0;
    for (uint32_t i = 0; i < f->n; i++)
        outs += f->parameters[i].answer >= 0;
    if (f->answers > outs && !get_result(c, answer_slot(c, 0)))
        return false;
    for (uint32_t i = 0; i < f->n; i++)
        if (f->parameters[i].answer >= 0 &&
            !get_answer(c, i, answer_slot(c, (uint32_t)f->parameters[i].answer)))
            return false;
    return true;
}

/* ---- failures ---- */

static const struct {
    int number;
    const char *name, *what;
} errors[] = {{EPERM, "EPERM", "not permitted"},
              {ENOENT, "ENOENT", "no such file or directory"},
              {EINTR, "EINTR", "interrupted"},
              {EIO, "EIO", "input or output error"},
              {EBADF, "EBADF", "bad file number"},
              {EAGAIN, "EAGAIN", "not available now"},
              {ENOMEM, "ENOMEM", "out of memory"},
              {EACCES, "EACCES", "permission denied"},
              {EEXIST, "EEXIST", "it exists already"},
              {ENOTDIR, "ENOTDIR", "not a directory"},
              {EISDIR, "EISDIR", "is a directory"},
              {EINVAL, "EINVAL", "an argument that is not allowed"},
              {EMFILE, "EMFILE", "too many open files"},
              {EFBIG, "EFBIG", "a file that is too large"},
              {ENOSPC, "ENOSPC", "no room on the disk"},
              {EROFS, "EROFS", "a file system that is only read"},
              {EPIPE, "EPIPE", "nobody reads it"},
              {EDOM, "EDOM", "an argument outside the domain"},
              {ERANGE, "ERANGE", "a result outside the range"},
              {ENAMETOOLONG, "ENAMETOOLONG", "a name that is too long"},
              {ENOSYS, "ENOSYS", "not available on this system"},
              {ETIMEDOUT, "ETIMEDOUT", "it took too long"}};

static struct str errno_words(struct foreign_call *c, int number) {
    for (size_t i = 0; i < COUNT_OF(errors); i++)
        if (errors[i].number == number)
            return arena_printf(c->scratch, ": errno is %s, %s", errors[i].name, errors[i].what);
    return number ? arena_printf(c->scratch, ": errno is %d", number) : STR("");
}

static bool number_fails(const struct foreign *f, const void *returned) {
    double x = 0, limit = f->failure.f;
    int64_t i = 0, least = f->failure.i;
    bool whole = foreign_is_int(f->result->kind);
    if (f->result->kind == FOREIGN_F32) {
        float small;
        memcpy(&small, returned, sizeof small);
        x = (double)small;
    } else if (whole) {
        i = foreign_int_at(f->result->kind, returned);
    } else {
        memcpy(&x, returned, sizeof x);
    }
    /* A number that is none is no good result. */
    bool huge = f->result->kind == FOREIGN_U64 && i < 0;
    bool below = whole ? !huge && i < least : x < limit;
    bool above = whole ? huge || i > least : x > limit;
    return f->fails == FAILS_BELOW   ? below
           : f->fails == FAILS_ABOVE ? above
           : f->fails == FAILS_AT    ? !below && !above && (whole || x == x)
                                     : below || above || (!whole && x != x);
}

static bool has_failed(struct foreign_call *c, int number) {
    const struct foreign *f = c->f;
    if (f->fails == FAILS_NEVER)
        return false;
    bool failed = f->fails == FAILS_ERRNO ? number != 0 : number_fails(f, c->returned);
    if (!failed)
        return false;
    struct str why = errno_words(c, number), value = STR("");
    if (f->fails != FAILS_ERRNO && foreign_is_int(f->result->kind))
        value = arena_printf(c->scratch, " with %" PRId64,
                             foreign_int_at(f->result->kind, c->returned));
    vm_fail(c->vm, ST_FAILED, E0956, "`%.*s` failed%.*s%.*s", STR_ARG(f->name), STR_ARG(value),
            STR_ARG(why));
    return true;
}

/* What was given and nobody has taken. */
static void give_back(struct foreign_call *c) {
    const struct foreign *f = c->f;
    const struct foreign_function *p = f->prepared;
    void *result = c->returned && (p->release || f->result->kind == FOREIGN_HANDLE)
                       ? pointer_at(c->returned)
                       : NULL;
    if (result && !c->result_taken && p->release)
        p->release(result);
    else if (result && !c->result_taken && !f->borrow && f->result->handle->address)
        f->result->handle->address(result);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct foreign_type *t = f->parameters[i].type;
        bool ours = f->parameters[i].way == FOREIGN_OUT && t->kind == FOREIGN_HANDLE &&
                    t->handle->address && !c->slots[i].taken;
        void *pointer = ours ? pointer_at(c->slots[i].behind) : NULL;
        if (pointer)
            t->handle->address(pointer);
    }
}

/* ---- the call ---- */

/* What C was to free, had it been called. */
static void free_untaken(struct foreign_call *c) {
    for (uint32_t i = 0; c->slots && i < c->f->n; i++) {
        const struct foreign_parameter *p = &c->f->parameters[i];
        if (p->take && p->type->kind == FOREIGN_TEXT && c->slots[i].at)
            free(pointer_at(c->slots[i].at));
    }
}

static void hand_over(struct foreign_call *c) {
    for (uint32_t i = 0; i < c->f->n; i++) {
        const struct foreign_parameter *p = &c->f->parameters[i];
        if (p->take && p->type->kind == FOREIGN_HANDLE && c->arguments[p->given].w[0].ref)
            foreign_handle_close(c->arguments[p->given].w[0].ref);
    }
    c->called = true;
}

static bool take_memory(struct foreign_call *c, void ***arguments) {
    const struct foreign *f = c->f;
    size_t size =
        f->result_ref || f->result->size < sizeof(ffi_arg) ? sizeof(ffi_arg) : f->result->size;
    *arguments = ARENA_ARRAY(c->scratch, void *, f->n + 1);
    c->slots = ARENA_ARRAY(c->scratch, struct foreign_slot, f->n + 1);
    void *returned = room(c, size);
    if (!*arguments || !c->slots || !returned || !put_arguments(c))
        return false;
    c->returned = returned;
    for (uint32_t i = 0; i < f->n; i++)
        (*arguments)[i] = c->slots[i].at;
    return true;
}

enum status foreign_run(struct foreign_call *c, const struct value *arguments,
                        struct value *result) {
    struct foreign_function *p = c->f->prepared;
    void **given = NULL;
    c->arguments = arguments;
    c->result = result;
    c->vm->status = ST_OK;
    foreign_handles_tidy(c->loader, &c->vm->heap);
    if (!take_memory(c, &given))
        return c->vm->status == ST_OK ? vm_no_memory(c->vm) : c->vm->status;
    hand_over(c);
    errno = 0;
    ffi_call(&p->cif, p->address, c->returned, given);
    int number = errno;
    if (!c->f->result_ref)
        narrow(c->f->result, c->returned);
    if (c->status != ST_OK) /* a callback's */
        return c->status;
    if (foreign_stray_told(c) || has_failed(c, number) || !get_answers(c))
        return c->vm->status;
    return ST_OK;
}

void foreign_begin(struct foreign_call *c, struct foreign_loader *loader, struct vm *vm,
                   const struct foreign *f) {
    *c = (struct foreign_call){.outer = loader->call, .loader = loader, .vm = vm, .f = f};
    c->element = c->parameter = -1;
    arena_init(&c->own, loader->alloc);
    c->scratch = c->outer ? &c->own : &loader->spare;
    if (!loader->spare.blocks)
        arena_take(&loader->spare, 1); /* a block that stays */
    c->mark = arena_mark(c->scratch);
    loader->call = c;
}

void foreign_finish(struct foreign_call *c) {
    if (c->f->calls_back)
        foreign_callbacks_end(c);
    if (!c->called)
        free_untaken(c);
    else
        give_back(c);
    for (uint32_t i = 0; c->slots && i < c->f->n; i++)
        frame_drop(c->slots[i].frame);
    arena_reset(c->scratch, c->mark);
    arena_free(&c->own);
    c->loader->call = c->outer;
}
