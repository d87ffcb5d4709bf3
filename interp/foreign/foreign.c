/* Loading, preparing and calling; foreign.h says who owns what. The argument slots of a function
 * live beside its call description: one thread and no callbacks, so no call begins inside another.
 */
#include "foreign/foreign.h"

#include <dlfcn.h>
#include <ffi.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>

struct foreign_library {
    struct foreign_library *next;
    void *handle;
    size_t n;    /* bytes of the name */
    char name[]; /* with a zero behind it */
};

union slot {
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    float f32;
    double f64;
    ffi_arg widened; /* how libffi gives results narrower than a register */
    ffi_sarg signed_widened;
};

struct foreign_function {
    struct foreign_function *next;
    size_t size; /* of this block, with the three arrays behind it */
    ffi_cif cif;
    void (*address)(void);
    union slot *slots;
    void **pointers; /* to the slots */
    ffi_type **types;
};

/* By enum foreign_type; `low` and `high` hold for integers narrower than an int and for u64. */
static const struct {
    const char *name;
    ffi_type *type;
    bool ranged;
    int64_t low, high;
} kinds[] = {
    {"void", &ffi_type_void, false, 0, 0},
    {"i8", &ffi_type_sint8, true, INT8_MIN, INT8_MAX},
    {"i16", &ffi_type_sint16, true, INT16_MIN, INT16_MAX},
    {"i32", &ffi_type_sint32, true, INT32_MIN, INT32_MAX},
    {"i64", &ffi_type_sint64, false, 0, 0},
    {"u8", &ffi_type_uint8, true, 0, UINT8_MAX},
    {"u16", &ffi_type_uint16, true, 0, UINT16_MAX},
    {"u32", &ffi_type_uint32, true, 0, UINT32_MAX},
    {"u64", &ffi_type_uint64, true, 0, INT64_MAX},
    {"f32", &ffi_type_float, false, 0, 0},
    {"f64", &ffi_type_double, false, 0, 0},
    {"bool", &ffi_type_uint8, false, 0, 0},
};

void foreign_loader_init(struct foreign_loader *loader, struct alloc *alloc) {
    *loader = (struct foreign_loader){.alloc = alloc};
}

static size_t library_size(const struct foreign_library *l) {
    return sizeof *l + l->n + 1;
}

void foreign_loader_free(struct foreign_loader *loader) {
    while (loader->functions) {
        struct foreign_function *f = loader->functions;
        loader->functions = f->next;
        mem_give(loader->alloc, f, f->size);
    }
    while (loader->libraries) {
        struct foreign_library *l = loader->libraries;
        loader->libraries = l->next;
        dlclose(l->handle);
        mem_give(loader->alloc, l, library_size(l));
    }
}

/* The loader's reason, from right after a failed call. */
static void note_reason(struct diags *diags, struct diag *g) {
    const char *reason = dlerror();
    if (reason)
        diag_note(diags, g, "the system says: %s", reason);
}

/* The system's loader reads names up to a zero byte, and takes an empty one for the program itself.
 */
static bool plain_name(struct str name) {
    return name.n > 0 && !memchr(name.p, 0, name.n);
}

static enum status open_library(struct foreign_loader *loader, struct diags *diags,
                                const struct foreign *f, struct foreign_library **out) {
    for (struct foreign_library *l = loader->libraries; l; l = l->next)
        if (str_eq((struct str){l->name, l->n}, f->library)) {
            *out = l;
            return ST_OK;
        }
    if (!plain_name(f->library)) {
        diag_error(diags, E0604, f->span, "`%.*s` is no name of a library", STR_ARG(f->library));
        return ST_FAILED;
    }
    struct foreign_library *l = mem_take(loader->alloc, sizeof *l + f->library.n + 1);
    if (!l)
        return ST_NO_MEMORY;
    l->n = f->library.n;
    memcpy(l->name, f->library.p, l->n);
    l->name[l->n] = 0;
    l->handle = dlopen(l->name, RTLD_NOW | RTLD_LOCAL);
    if (!l->handle) {
        mem_give(loader->alloc, l, library_size(l));
        note_reason(diags, diag_error(diags, E0604, f->span, "cannot load the library `%.*s`",
                                      STR_ARG(f->library)));
        return ST_FAILED;
    }
    l->next = loader->libraries;
    loader->libraries = l;
    *out = l;
    return ST_OK;
}

/* Names in Spoke come from source text, so they hold no zero byte; the copy only ends them. */
static enum status find_function(struct foreign_loader *loader, struct diags *diags,
                                 const struct foreign *f, const struct foreign_library *library,
                                 void (**out)(void)) {
    char *name = mem_take(loader->alloc, f->name.n + 1);
    if (!name)
        return ST_NO_MEMORY;
    memcpy(name, f->name.p, f->name.n);
    name[f->name.n] = 0;
    void *address = dlsym(library->handle, name);
    mem_give(loader->alloc, name, f->name.n + 1);
    if (!address) {
        note_reason(diags,
                    diag_error(diags, E0604, f->span, "the library `%s` has no function `%.*s`",
                               library->name, STR_ARG(f->name)));
        return ST_FAILED;
    }
    /* POSIX has both kinds of pointer alike; C has no conversion between them. */
    static_assert(sizeof address == sizeof *out, "code and data pointers differ");
    memcpy(out, &address, sizeof address);
    return ST_OK;
}

static struct foreign_function *function_new(struct alloc *alloc, const struct foreign *f) {
    size_t n = f->n;
    struct foreign_function *p;
    size_t size = sizeof *p + n * (sizeof *p->slots + sizeof *p->pointers + sizeof *p->types);
    p = mem_zero(alloc, size);
    if (!p)
        return NULL;
    static_assert(sizeof *p % sizeof(union slot) == 0, "slots behind the head are aligned");
    p->size = size;
    p->slots = (union slot *)(p + 1);
    p->pointers = (void **)(p->slots + n);
    p->types = (ffi_type **)(p->pointers + n);
    for (size_t i = 0; i < n; i++) {
        p->pointers[i] = &p->slots[i];
        p->types[i] = kinds[f->parameters[i]].type;
    }
    return p;
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
    struct foreign_library *library;
    void (*address)(void);
    enum status status = open_library(loader, diags, f, &library);
    if (status == ST_OK)
        status = find_function(loader, diags, f, library, &address);
    if (status != ST_OK)
        return status;
    struct foreign_function *p = function_new(loader->alloc, f);
    if (!p)
        return ST_NO_MEMORY;
    p->address = address;
    if (ffi_prep_cif(&p->cif, FFI_DEFAULT_ABI, f->n, kinds[f->result].type, p->types) != FFI_OK) {
        mem_give(loader->alloc, p, p->size);
        diag_error(diags, E0604, f->span, "this system has no way to call `%.*s`",
                   STR_ARG(f->name));
        return ST_FAILED;
    }
    p->next = loader->functions;
    loader->functions = p;
    f->prepared = p;
    return ST_OK;
}

/* ---- calling ---------------------------------------------------------------------------- */

static bool in_range(enum foreign_type t, union word value) {
    if (t == FOREIGN_F32)
        return !isfinite(value.f) || fabs(value.f) <= (double)FLT_MAX;
    return !kinds[t].ranged || (value.i >= kinds[t].low && value.i <= kinds[t].high);
}

static void refuse(const struct foreign *f, uint32_t i, union word value, struct diags *diags,
                   struct span at) {
    enum foreign_type t = f->parameters[i];
    if (t == FOREIGN_F32)
        diag_error(diags, E0409, at,
                   "argument %" PRIu32 " of `%.*s` is %g, outside the range of `f32`", i + 1,
                   STR_ARG(f->name), value.f);
    else
        diag_error(diags, E0409, at,
                   "argument %" PRIu32 " of `%.*s` is %" PRId64 ", and `%s` takes %" PRId64
                   " to %" PRId64,
                   i + 1, STR_ARG(f->name), value.i, kinds[t].name, kinds[t].low, kinds[t].high);
}

static void fill(union slot *slot, enum foreign_type t, union word value) {
    switch (t) {
    case FOREIGN_VOID:
        break;
    case FOREIGN_I8:
        slot->i8 = (int8_t)value.i;
        break;
    case FOREIGN_I16:
        slot->i16 = (int16_t)value.i;
        break;
    case FOREIGN_I32:
        slot->i32 = (int32_t)value.i;
        break;
    case FOREIGN_I64:
        slot->i64 = value.i;
        break;
    case FOREIGN_U8:
        slot->u8 = (uint8_t)value.i;
        break;
    case FOREIGN_U16:
        slot->u16 = (uint16_t)value.i;
        break;
    case FOREIGN_U32:
        slot->u32 = (uint32_t)value.i;
        break;
    case FOREIGN_U64:
        slot->u64 = (uint64_t)value.i;
        break;
    case FOREIGN_F32:
        slot->f32 = (float)value.f;
        break;
    case FOREIGN_F64:
        slot->f64 = value.f;
        break;
    case FOREIGN_BOOL:
        slot->u8 = value.i != 0;
        break;
    }
}

static union word read_result(const union slot *got, enum foreign_type t) {
    switch (t) {
    case FOREIGN_VOID:
        break;
    case FOREIGN_I8:
        return (union word){.i = (int8_t)got->signed_widened};
    case FOREIGN_I16:
        return (union word){.i = (int16_t)got->signed_widened};
    case FOREIGN_I32:
        return (union word){.i = (int32_t)got->signed_widened};
    case FOREIGN_I64:
        return (union word){.i = got->i64};
    case FOREIGN_U8:
        return (union word){.i = (uint8_t)got->widened};
    case FOREIGN_U16:
        return (union word){.i = (uint16_t)got->widened};
    case FOREIGN_U32:
        return (union word){.i = (uint32_t)got->widened};
    case FOREIGN_U64:
        return (union word){.i = (int64_t)got->u64};
    case FOREIGN_F32:
        return (union word){.f = (double)got->f32};
    case FOREIGN_F64:
        return (union word){.f = got->f64};
    case FOREIGN_BOOL:
        return (union word){.i = (uint8_t)got->widened != 0};
    }
    return (union word){0};
}

enum status foreign_call(const struct foreign *f, const union word *arguments, union word *result,
                         struct diags *diags, struct span at) {
    struct foreign_function *p = f->prepared;
    if (!p)
        return ST_MISUSE;
    for (uint32_t i = 0; i < f->n; i++) {
        if (!in_range(f->parameters[i], arguments[i])) {
            refuse(f, i, arguments[i], diags, at);
            return ST_FAILED;
        }
        fill(&p->slots[i], f->parameters[i], arguments[i]);
    }
    union slot got = {.u64 = 0};
    ffi_call(&p->cif, p->address, &got, p->pointers);
    if (f->result == FOREIGN_U64 && got.u64 > INT64_MAX) {
        diag_error(diags, E0401, at, "`%.*s` gives %" PRIu64 ", more than the largest int",
                   STR_ARG(f->name), got.u64);
        return ST_FAILED;
    }
    if (f->result != FOREIGN_VOID)
        *result = read_result(&got, f->result);
    return ST_OK;
}
