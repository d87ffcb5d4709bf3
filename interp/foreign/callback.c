/* Functions of Spoke as C calls them.
 *
 * A closure is code that libffi made; it works only while the call that passed it runs, in the
 * thread of that call. At any other time it gives zero and leaves a note, so its memory stays until
 * the loader goes, and it serves later calls with the same signature.
 *
 * An error inside a callback is kept until C has returned: nothing jumps over C. Callbacks after it
 * give zero at once. */
#include "foreign/parts.h"

#include <inttypes.h>

/* ---- being called ---- */

struct work {
    struct foreign_closure *closure;
    struct foreign_call *call;
    void *result;
    void **given;
    struct vm_call vm;
    uint32_t next; /* of the C function's arguments */
};

static bool fill_argument(void *user, uint32_t i, struct value *out) {
    struct work *w = user;
    struct foreign_call *c = w->call;
    const struct foreign *f = w->closure->signature;
    UNUSED(i);
    while (f->parameters[w->next].type->kind == FOREIGN_POINTER)
        w->next++;
    const struct foreign_parameter *p = &f->parameters[w->next];
    const void *from = w->given[w->next];
    c->parameter = (int32_t)w->next++;
    if (p->way == FOREIGN_VALUE && p->type->kind != FOREIGN_BUFFER)
        return foreign_get(c, p->type, from, out->w);
    memcpy(&from, from, sizeof from);
    bool nullable = shape_of(p->type->type) == SHAPE_NULLABLE;
    if (!from && !p->type->nullable) {
        vm_fail(c->vm, ST_FAILED, E0954, "%s is a pointer to nothing (NULL)", foreign_where(c));
        return false;
    }
    out->w[1].i = nullable ? (from ? PRESENT : MISSING) : 0;
    if (!from)
        return true;
    return p->type->kind == FOREIGN_BUFFER
               ? foreign_get_list(c, p->type->element, from, (uint32_t)p->room, out->w)
               : foreign_get(c, p->type, from, out->w);
}

/* Narrow whole numbers are given as a whole register. */
static bool put_result(struct work *w) {
    const struct foreign_type *t = w->closure->signature->result;
    struct foreign_call *c = w->call;
    c->parameter = -1;
    if (t->kind == FOREIGN_VOID || t->kind == FOREIGN_POINTER)
        return true;
    bool whole = foreign_is_int(t->kind) || t->kind == FOREIGN_BOOL;
    if (!foreign_put(c, t, w->vm.result.w[0], w->result))
        return false;
    if (whole && t->size < sizeof(ffi_arg)) {
        ffi_arg wide = (ffi_arg)foreign_int_at(t->kind, w->result);
        memcpy(w->result, &wide, sizeof wide);
    }
    return true;
}

static enum status run_callback(void *data) {
    struct work *w = data;
    struct foreign_call *c = w->call;
    const struct foreign *f = w->closure->signature;
    c->in_callback = true;
    c->element = -1;
    c->nfield = 0;
    w->vm = (struct vm_call){.function = w->closure->function, .fill = fill_argument, .user = w};
    for (uint32_t i = 0; i < f->n; i++)
        w->vm.n += f->parameters[i].type->kind != FOREIGN_POINTER;
    enum status status = vm_call_function(c->vm, &w->vm);
    if (status == ST_OK && !put_result(w))
        status = c->vm->status;
    c->in_callback = false;
    return status;
}

/* Whole numbers and nothing else are given in a register of their own. */
static void clear_result(const ffi_cif *cif, void *result) {
    bool exact = cif->rtype->type == FFI_TYPE_STRUCT || cif->rtype->type == FFI_TYPE_FLOAT;
    if (cif->rtype->type != FFI_TYPE_VOID)
        memset(result, 0,
               exact || cif->rtype->size > sizeof(ffi_arg) ? cif->rtype->size : sizeof(ffi_arg));
}

/* C calls this. */
static void called(ffi_cif *cif, void *result, void **given, void *user) {
    struct foreign_closure *closure = user;
    clear_result(cif, result);
    if (!pthread_equal(atomic_load(&closure->owner), pthread_self())) {
        atomic_store(&closure->loader->stray, STRAY_THREAD);
        return;
    }
    struct foreign_call *c = closure->call;
    if (!c) {
        atomic_store(&closure->loader->stray, STRAY_LATE);
        return;
    }
    if (c->status != ST_OK)
        return;
    struct work work = {.closure = closure, .call = c, .result = result, .given = given};
    struct vm_place place = vm_place(c->vm);
    c->status = c->loader->guard(c->loader->user, run_callback, &work);
    if (c->status == ST_NO_MEMORY) /* it may have jumped out of the middle */
        vm_return_to(c->vm, place);
    if (c->status != ST_OK)
        clear_result(cif, result);
}

/* ---- making ---- */

static size_t closure_size(const struct foreign *signature) {
    return sizeof(struct foreign_closure) + signature->n * sizeof(ffi_type *);
}

static bool describe(struct foreign_loader *loader, struct foreign_closure *k) {
    const struct foreign *f = k->signature;
    ffi_type *result = foreign_ffi_type(loader, f->result, false);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct foreign_parameter *p = &f->parameters[i];
        k->types[i] = foreign_ffi_type(loader, p->type, p->way != FOREIGN_VALUE);
        if (!k->types[i])
            return false;
    }
    return result && ffi_prep_cif(&k->cif, FFI_DEFAULT_ABI, f->n, result, k->types) == FFI_OK;
}

static struct foreign_closure *closure_new(struct foreign_loader *loader,
                                           const struct foreign *signature) {
    struct foreign_closure *k = mem_zero(loader->alloc, closure_size(signature));
    void *code = NULL;
    if (!k)
        return NULL;
    k->signature = signature;
    k->loader = loader;
    k->size = closure_size(signature);
    k->closure = ffi_closure_alloc(sizeof *k->closure, &code);
    if (!k->closure || !describe(loader, k) ||
        ffi_prep_closure_loc(k->closure, &k->cif, called, k, code) != FFI_OK) {
        if (k->closure)
            ffi_closure_free(k->closure);
        mem_give(loader->alloc, k, k->size);
        return NULL;
    }
    memcpy(&k->code, &code, sizeof k->code);
    k->next = loader->closures;
    loader->closures = k;
    return k;
}

/* One that no call uses. */
static struct foreign_closure *idle(const struct foreign_loader *loader,
                                    const struct foreign *signature) {
    struct foreign_closure *k = loader->closures;
    while (k && (k->call || k->signature != signature))
        k = k->next;
    return k;
}

bool foreign_callback_new(struct foreign_call *c, const struct foreign *signature,
                          const struct object *function, void (**out)(void)) {
    struct foreign_closure *k = idle(c->loader, signature);
    if (!k)
        k = closure_new(c->loader, signature);
    if (!k) {
        vm_fail(c->vm, ST_FAILED, E0604,
                "this system gives no memory for code that calls the function");
        return false;
    }
    atomic_store(&k->owner, pthread_self());
    k->call = c;
    k->function = function;
    *out = k->code;
    return true;
}

void foreign_callbacks_end(struct foreign_call *c) {
    for (struct foreign_closure *k = c->loader->closures; k; k = k->next)
        if (k->call == c)
            k->call = NULL;
}

void foreign_callbacks_free(struct foreign_loader *loader) {
    while (loader->closures) {
        struct foreign_closure *k = loader->closures;
        loader->closures = k->next;
        ffi_closure_free(k->closure);
        mem_give(loader->alloc, k, k->size);
    }
}

bool foreign_stray_told(struct foreign_call *c) {
    if (atomic_load(&c->loader->stray) == STRAY_NONE)
        return false;
    int stray = atomic_exchange(&c->loader->stray, STRAY_NONE);
    vm_fail_at(c->vm, ST_FAILED, E0958, (struct span){0, 0, 0},
               "a function of Spoke can be called only by the C function that it was given to, in "
               "its thread and before it returns",
               stray == STRAY_THREAD ? "C called a function of Spoke from another thread"
                                     : "C called a function of Spoke after its call had ended");
    return true;
}
