/* What the files of foreign/ share. */
#ifndef SPOKE_FOREIGN_PARTS_H
#define SPOKE_FOREIGN_PARTS_H

#include "foreign/foreign.h"
#include <ffi.h>
#include <pthread.h>

/* ---- library.c ---- */
struct foreign_library {
    struct foreign_library *next;
    void *handle;
    size_t n;    /* bytes of the name */
    char name[]; /* with a zero behind it */
};
/* `symbol` of the library, opened when it is first needed; `at` is where failures are told. */
enum status foreign_find(struct foreign_loader *loader, struct diags *diags, struct str library,
                         struct str symbol, struct span at, void (**out)(void));
void foreign_libraries_free(struct foreign_loader *loader);

/* ---- prepare.c ---- */
struct foreign_function {
    struct foreign_function *next;
    size_t size;
    ffi_cif cif;
    void (*address)(void);
    void (*release)(void *); /* of a result */
    ffi_type *types[];
};
/* What C passes for the type, or for a pointer to it. NULL: no memory. */
ffi_type *foreign_ffi_type(struct foreign_loader *loader, const struct foreign_type *t,
                           bool behind_pointer);
/* Freed with the loader. */
void *foreign_keep(struct foreign_loader *loader, size_t n);

/* ---- put.c: from Spoke to C ---- */
/* The value of type `t`, a word as it lies in registers, in `t->size` bytes at `to`. */
bool foreign_put(struct foreign_call *c, const struct foreign_type *t, union word w, void *to);
/* All elements of a list, at `to`. */
bool foreign_put_list(struct foreign_call *c, const struct foreign_type *element,
                      const struct list *l, void *to);
bool foreign_put_column(struct foreign_call *c, const struct foreign_type *element,
                        const struct frame *f, void *to);
/* False after saying that a number cannot be `t`. */
bool foreign_put_number(struct foreign_call *c, const struct foreign_type *t, union word w,
                        void *to);

/* ---- get.c: from C to Spoke ---- */
/* The value at `from`, into a slot that is a root or part of one. */
bool foreign_get(struct foreign_call *c, const struct foreign_type *t, const void *from,
                 union word *slot);
bool foreign_get_list(struct foreign_call *c, const struct foreign_type *element, const void *from,
                      uint32_t n, union word *slot);
bool foreign_get_text(struct foreign_call *c, struct str s, union word *slot);
int64_t foreign_int_at(enum foreign_kind kind, const void *from);

/* ---- call.c ---- */
struct foreign_slot {
    void *at;     /* what is passed lies here */
    void *behind; /* what it points at, where that is ours */
    uint64_t n;   /* elements of a buffer, bytes of a text */
    bool taken;   /* what C put there is ours to look after no more */
    struct frame *frame;
};
/* E.g. "argument 2 of `f`, element 3"; in the scratch arena, "" without memory. */
const char *foreign_where(struct foreign_call *c);
bool foreign_no_memory(struct foreign_call *c);

/* ---- handle.c ---- */
struct foreign_live {
    struct foreign_live *next, **place;
    void *pointer;
    const struct foreign_handle *kind;
    struct foreign_loader *loader;
    bool owned, collected, closed;
    uint32_t dependents; /* owned ones that were made with it and are not given back */
    uint32_t nparents;
    struct foreign_live *parents[];
};
/* A new handle in `slot`, which lives no longer than the handles among the arguments. Without
 * memory an owned pointer is given back. */
bool foreign_handle_new(struct foreign_call *c, const struct foreign_handle *kind, void *pointer,
                        bool owned, union word *slot);
/* The pointer, or false after saying that it was released. */
bool foreign_handle_pointer(struct foreign_call *c, const struct object *handle, void **out);
/* C owns it from now on. */
bool foreign_handle_may_go(struct foreign_call *c, const struct object *handle);
void foreign_handle_close(const struct object *handle);
/* Gives back what nobody holds; collects first when there are many. */
void foreign_handles_tidy(struct foreign_loader *loader, struct heap *heap);
void foreign_handles_free(struct foreign_loader *loader);

/* ---- callback.c ---- */
enum foreign_stray { STRAY_NONE, STRAY_LATE, STRAY_THREAD };
struct foreign_closure {
    struct foreign_closure *next;
    ffi_closure *closure;
    void (*code)(void);
    const struct foreign *signature;
    struct foreign_loader *loader;
    _Atomic pthread_t owner;
    struct foreign_call *call; /* NULL: outside a call */
    const struct object *function;
    ffi_cif cif;
    size_t size;
    ffi_type *types[];
};
/* The address of code that calls the function until the call ends. */
bool foreign_callback_new(struct foreign_call *c, const struct foreign *signature,
                          const struct object *function, void (**out)(void));
void foreign_callbacks_end(struct foreign_call *c);
void foreign_callbacks_free(struct foreign_loader *loader);
/* E0958 when a callback was called where it may not be. */
bool foreign_stray_told(struct foreign_call *c);

#endif
