/* C functions of shared libraries, called through libffi: scalars only.
 *
 * A loader belongs to one interpreter. It owns the libraries it has opened and what it has prepared
 * for each function (found at `prepared` of struct foreign); both go with foreign_loader_free,
 * after which no function may be called. Loading needs the capability CAN_LOAD_CODE, and so does
 * every prepare, so that a capability dropped later stops later calls.
 *
 * An argument is never cut: an integer or float outside the range of its C type is refused. */
#ifndef SPOKE_FOREIGN_H
#define SPOKE_FOREIGN_H

#include "base/alloc.h"
#include "check/check.h"
#include "column/control.h"
#include "column/value.h"

struct foreign_library;
struct foreign_function;

struct foreign_loader {
    struct alloc *alloc;
    struct foreign_library *libraries;  /* newest first */
    struct foreign_function *functions; /* newest first */
};
void foreign_loader_init(struct foreign_loader *loader, struct alloc *alloc);
void foreign_loader_free(struct foreign_loader *loader);

/* Opens the library and finds the function, once; later it only asks for the capability. Failing
 * adds a diagnostic at f->span: ST_DENIED with E0410, ST_FAILED with E0604. */
enum status foreign_prepare(struct foreign_loader *loader, const struct control *control,
                            struct diags *diags, struct foreign *f);

/* Calls a prepared function with f->n arguments: floats in .f, integers and bools in .i. `result`
 * is left alone when the function gives nothing. Failing adds a diagnostic at `at`: an argument out
 * of range E0409, a u64 result above the largest int E0401. */
enum status foreign_call(const struct foreign *f, const union word *arguments, union word *result,
                         struct diags *diags, struct span at);

#endif
