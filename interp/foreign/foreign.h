/* C functions of shared libraries, called through libffi.
 *
 * A loader belongs to one interpreter. It owns the libraries it has opened, what it has prepared
 * for each function and structure (found at their `prepared`), the code of callbacks and the things
 * that handles stand for; all go with foreign_loader_free, after which no function may be called.
 * The heap must be freed before.
 *
 * Loading needs the capability CAN_LOAD_CODE and a rule that allows the library and the function;
 * the capability is asked for at every call, so that one dropped later stops later calls. */
#ifndef SPOKE_FOREIGN_H
#define SPOKE_FOREIGN_H

#include "run/vm.h"

struct foreign_library;
struct foreign_function;
struct foreign_closure;
struct foreign_live;
struct foreign_block;
struct foreign_call;

/* `library` and `symbol` are patterns in which `*` stands for any text. */
struct foreign_rule {
    struct foreign_rule *next;
    size_t size;
    struct str library, symbol;
};

struct foreign_loader {
    struct alloc *alloc;
    struct foreign_rule *rules;
    struct foreign_library *libraries;  /* newest first */
    struct foreign_function *functions; /* newest first */
    struct foreign_closure *closures;
    struct foreign_block *blocks;  /* of types */
    struct foreign_live *handles;  /* newest first */
    uint32_t nhandles, collect_at; /* with so many the heap is asked for those nobody holds */
    uint32_t ncollected;           /* that wait to be given back */
    struct foreign_call *call;     /* the innermost */
    struct arena spare; /* of the outermost call: most calls need no memory of their own */
    atomic_int stray;   /* enum foreign_stray: what a callback did outside its call */
    /* Runs `work` so that running out of memory comes back as a status. */
    enum status (*guard)(void *user, enum status (*work)(void *data), void *data);
    void *user;
};
void foreign_loader_init(struct foreign_loader *loader, struct alloc *alloc);
void foreign_loader_free(struct foreign_loader *loader);
/* Allows "LIBRARY:FUNCTION", or all functions of "LIBRARY"; false: no memory. */
bool foreign_allow(struct foreign_loader *loader, const char *rule);

/* Opens the library and finds the function, once. Failing adds a diagnostic at the declaration:
 * ST_DENIED with E0410 or E0953, ST_FAILED with E0604. */
enum status foreign_prepare(struct foreign_loader *loader, const struct control *control,
                            struct diags *diags, struct foreign *f);

/* Calls a prepared function with the arguments that its declaration asks for. Failing adds a
 * diagnostic at the instruction at hand. Runs code where the function calls back. Whether it
 * returns or not, foreign_finish follows. */
struct foreign_call {
    struct foreign_call *outer;
    struct foreign_loader *loader;
    struct vm *vm;
    const struct foreign *f;
    const struct value *arguments;
    struct value *result;
    struct arena *scratch, own;
    struct arena_mark mark;
    struct foreign_slot *slots; /* by parameter */
    void *returned;
    enum status status; /* the first failure, of a callback too */
    const char *field;  /* what is being read or written, for messages */
    size_t nfield;
    int64_t element;   /* from 0; -1: none */
    int32_t parameter; /* -1: the result */
    bool zeros_pass;   /* the text at hand has its length beside it */
    bool called;       /* what C was given to free it has */
    bool result_taken; /* what it returned is ours to look after no more */
    bool in_callback;  /* the place is one of a callback's */
};
void foreign_begin(struct foreign_call *c, struct foreign_loader *loader, struct vm *vm,
                   const struct foreign *f);
enum status foreign_run(struct foreign_call *c, const struct value *arguments,
                        struct value *result);
void foreign_finish(struct foreign_call *c);

#endif
