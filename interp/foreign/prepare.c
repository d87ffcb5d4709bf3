/* What libffi has to know of a function: its types, its address. Worked out once for each
 * declaration; all of it is the loader's. */
#include "foreign/parts.h"

struct foreign_block {
    struct foreign_block *next;
    size_t size;
    union {
        void *pointer;
        int64_t i;
        double f;
    } at[];
};

void foreign_loader_init(struct foreign_loader *loader, struct alloc *alloc) {
    *loader = (struct foreign_loader){.alloc = alloc};
    arena_init(&loader->spare, alloc);
}

void foreign_loader_free(struct foreign_loader *loader) {
    foreign_handles_free(loader);
    foreign_callbacks_free(loader);
    while (loader->functions) {
        struct foreign_function *f = loader->functions;
        loader->functions = f->next;
        mem_give(loader->alloc, f, f->size);
    }
    while (loader->blocks) {
        struct foreign_block *b = loader->blocks;
        loader->blocks = b->next;
        mem_give(loader->alloc, b, b->size);
    }
    foreign_libraries_free(loader);
    arena_free(&loader->spare);
}

void *foreign_keep(struct foreign_loader *loader, size_t n) {
    struct foreign_block *b = mem_zero(loader->alloc, sizeof *b + n);
    if (!b)
        return NULL;
    b->size = sizeof *b + n;
    b->next = loader->blocks;
    loader->blocks = b;
    return b->at;
}

/* ---- types ---- */

static ffi_type *const plain_types[FOREIGN_KINDS] = {
    [FOREIGN_VOID] = &ffi_type_void,        [FOREIGN_I8] = &ffi_type_sint8,
    [FOREIGN_I16] = &ffi_type_sint16,       [FOREIGN_I32] = &ffi_type_sint32,
    [FOREIGN_I64] = &ffi_type_sint64,       [FOREIGN_U8] = &ffi_type_uint8,
    [FOREIGN_U16] = &ffi_type_uint16,       [FOREIGN_U32] = &ffi_type_uint32,
    [FOREIGN_U64] = &ffi_type_uint64,       [FOREIGN_F32] = &ffi_type_float,
    [FOREIGN_F64] = &ffi_type_double,       [FOREIGN_BOOL] = &ffi_type_uint8,
    [FOREIGN_TEXT] = &ffi_type_pointer,     [FOREIGN_POINTER] = &ffi_type_pointer,
    [FOREIGN_HANDLE] = &ffi_type_pointer,   [FOREIGN_BUFFER] = &ffi_type_pointer,
    [FOREIGN_CALLBACK] = &ffi_type_pointer,
};

static uint32_t count_members(const struct foreign_struct *s) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        n += s->fields[i].type->kind == FOREIGN_ARRAY ? s->fields[i].type->n : 1;
    return n;
}

/* libffi knows no arrays: their elements are members. */
static ffi_type *struct_type(struct foreign_loader *loader, const struct foreign_struct *s) {
    if (s->as_type->prepared)
        return s->as_type->prepared;
    uint32_t n = count_members(s), at = 0;
    ffi_type *made = foreign_keep(loader, sizeof *made + (n + 1) * sizeof(ffi_type *));
    if (!made)
        return NULL;
    made->type = FFI_TYPE_STRUCT;
    made->elements = (ffi_type **)(void *)(made + 1);
    for (uint32_t i = 0; i < s->n; i++) {
        const struct foreign_type *t = s->fields[i].type;
        bool array = t->kind == FOREIGN_ARRAY;
        ffi_type *member = foreign_ffi_type(loader, array ? t->element : t, false);
        if (!member)
            return NULL;
        for (uint32_t k = 0; k < (array ? t->n : 1); k++)
            made->elements[at++] = member;
    }
    s->as_type->prepared = made;
    return made;
}

ffi_type *foreign_ffi_type(struct foreign_loader *loader, const struct foreign_type *t,
                           bool behind_pointer) {
    if (behind_pointer)
        return &ffi_type_pointer;
    return t->kind == FOREIGN_STRUCT ? struct_type(loader, t->structure) : plain_types[t->kind];
}

/* Whether libffi, once it has looked at a structure, finds it to lie as the checker did. */
static bool lies_alike(const struct foreign_type *t) {
    if (t->kind != FOREIGN_STRUCT)
        return true;
    const ffi_type *made = t->structure->as_type->prepared;
    return made->size == t->size && made->alignment == t->align;
}

/* ---- functions ---- */

static struct foreign_function *function_new(struct foreign_loader *loader,
                                             const struct foreign *f) {
    size_t size = sizeof(struct foreign_function) + f->n * sizeof(ffi_type *);
    struct foreign_function *p = mem_zero(loader->alloc, size);
    if (!p)
        return NULL;
    p->size = size;
    for (uint32_t i = 0; i < f->n; i++) {
        const struct foreign_parameter *a = &f->parameters[i];
        p->types[i] = foreign_ffi_type(loader, a->type, a->way != FOREIGN_VALUE);
        if (!p->types[i]) {
            mem_give(loader->alloc, p, size);
            return NULL;
        }
    }
    return p;
}

static bool describe(const struct foreign *f, struct foreign_function *p, ffi_type *result) {
    bool fine = ffi_prep_cif(&p->cif, FFI_DEFAULT_ABI, f->n, result, p->types) == FFI_OK;
    for (uint32_t i = 0; i < f->n && fine; i++)
        fine = f->parameters[i].way != FOREIGN_VALUE || lies_alike(f->parameters[i].type);
    return fine && (f->result_ref || lies_alike(f->result));
}

/* The destructors of the handles that it gives: found before there is anything to destroy. */
static enum status find_destructor(struct foreign_loader *loader, struct diags *diags,
                                   const struct foreign_type *t) {
    struct foreign_handle *h = t->handle;
    void (*address)(void);
    if (t->kind != FOREIGN_HANDLE || h->release.n == 0 || h->address)
        return ST_OK;
    enum status status = foreign_find(loader, diags, h->library, h->release, h->span, &address);
    if (status == ST_OK)
        h->address = (void (*)(void *))address;
    return status;
}

static enum status find_all(struct foreign_loader *loader, struct diags *diags,
                            const struct foreign *f, struct foreign_function *p) {
    void (*release)(void) = NULL;
    enum status status = foreign_find(loader, diags, f->library, f->symbol, f->span, &p->address);
    if (status == ST_OK && f->release.n)
        status = foreign_find(loader, diags, f->library, f->release, f->span, &release);
    p->release = (void (*)(void *))release;
    if (status == ST_OK)
        status = find_destructor(loader, diags, f->result);
    for (uint32_t i = 0; i < f->n && status == ST_OK; i++)
        status = find_destructor(loader, diags, f->parameters[i].type);
    return status;
}

enum status foreign_prepare(struct foreign_loader *loader, const struct control *control,
                            struct diags *diags, struct foreign *f) {
    if (!(control->capabilities & CAN_LOAD_CODE)) {
        diag_error(diags, E0410, f->span, "`%.*s` is foreign code, which may not be loaded here",
                   STR_ARG(f->name));
        return ST_DENIED;
    }
    if (f->prepared)
        return ST_OK;
    struct foreign_function *p = function_new(loader, f);
    ffi_type *result = p ? foreign_ffi_type(loader, f->result, f->result_ref) : NULL;
    enum status status = result ? find_all(loader, diags, f, p) : ST_NO_MEMORY;
    if (status == ST_OK && !describe(f, p, result)) {
        diag_error(diags, E0604, f->span, "this system has no way to call `%.*s`",
                   STR_ARG(f->name));
        status = ST_FAILED;
    }
    if (status != ST_OK) {
        if (p)
            mem_give(loader->alloc, p, p->size);
        return status;
    }
    p->next = loader->functions;
    loader->functions = p;
    f->prepared = p;
    return ST_OK;
}
