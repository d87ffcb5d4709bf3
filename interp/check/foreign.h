/* What a `foreign` block declares: types of C, how values are passed, functions.
 *
 * All of it lives in the session's arena and does not change after it was checked, but for what
 * foreign/ hangs on `prepared`. Sizes and alignments are those of the C compiler of this machine:
 * each member at the next multiple of its alignment, the whole rounded up to its own. */
#ifndef SPOKE_CHECK_FOREIGN_H
#define SPOKE_CHECK_FOREIGN_H

#include "check/types.h"
#include "diagnose/diag.h"

enum foreign_kind {
    FOREIGN_VOID,
    FOREIGN_I8,
    FOREIGN_I16,
    FOREIGN_I32,
    FOREIGN_I64,
    FOREIGN_U8,
    FOREIGN_U16,
    FOREIGN_U32,
    FOREIGN_U64,
    FOREIGN_F32,
    FOREIGN_F64,
    FOREIGN_BOOL,
    FOREIGN_TEXT,     /* const char *, zero at its end */
    FOREIGN_POINTER,  /* void *, always NULL: nobody gives it and nobody sees it */
    FOREIGN_HANDLE,   /* a pointer that only the library understands */
    FOREIGN_STRUCT,   /* a record */
    FOREIGN_ARRAY,    /* in structures: `n` elements, a list */
    FOREIGN_BUFFER,   /* a pointer to elements, a list; texts as room to write into: of U8 */
    FOREIGN_CALLBACK, /* a pointer to a function */
    FOREIGN_KINDS
};

enum foreign_way {
    FOREIGN_VALUE,
    FOREIGN_REF,  /* a pointer to it; C only reads */
    FOREIGN_OUT,  /* a pointer to room; C writes, the call gives it */
    FOREIGN_INOUT /* both */
};

/* A pointer type of one declaration. What it points at is given back to `release`. */
struct foreign_handle {
    struct str name, library;
    struct str release; /* the function in the library; empty: nothing is to be done */
    struct span span;
    void (*address)(void *pointer); /* of `release`, by foreign/ */
};

struct foreign_type {
    enum foreign_kind kind;
    bool nullable;        /* NULL is missing */
    bool room;            /* BUFFER: a text of so many bytes */
    uint32_t size, align; /* of the value itself in C */
    const struct foreign_struct *structure;
    struct foreign_handle *handle;
    const struct foreign_type *element; /* ARRAY, BUFFER */
    uint32_t n;                         /* ARRAY */
    struct foreign *callback;           /* what it takes and gives */
    const struct type *type;            /* of Spoke's value */
    void *prepared;                     /* by foreign/ */
};

struct foreign_field {
    struct str name;
    struct foreign_type *type;
    uint32_t offset;
};
struct foreign_struct {
    struct str name;
    struct span span;
    struct foreign_field *fields;
    uint32_t n;
    uint32_t size, align;
    const struct type *type; /* a record of all fields but those always NULL */
    struct foreign_type *as_type;
};

enum foreign_length { LENGTH_NONE, LENGTH_ELEMENTS, LENGTH_BYTES };

struct foreign_parameter {
    struct str name;
    struct span span;
    struct foreign_type *type;
    enum foreign_way way;
    bool take;                  /* C frees it, or forgets it: ours no more */
    enum foreign_length length; /* of `of`: worked out where it is not given */
    uint32_t of;                /* parameter */
    int64_t room;               /* BUFFER that C fills: elements, or parameter `of` has them */
    bool room_is_parameter;
    int32_t given;  /* which argument of the call; -1: none */
    int32_t answer; /* which field of what the call gives; -1: none */
};

enum foreign_failure { FAILS_NEVER, FAILS_BELOW, FAILS_ABOVE, FAILS_AT, FAILS_UNLESS, FAILS_ERRNO };

struct foreign {
    struct str library, name, symbol; /* symbol: its name in the library */
    struct span span;
    struct foreign_parameter *parameters;
    uint32_t n;
    struct foreign_type *result; /* VOID: gives nothing */
    bool result_ref;             /* a pointer to it, read at once */
    bool borrow;                 /* a handle that is never freed by us */
    struct str release;          /* of a text or pointer: the function that frees it */
    enum foreign_failure fails;
    union {
        int64_t i;
        double f;
    } failure;
    struct node_list *asked; /* PARAMETER nodes of the arguments that a call may give */
    uint32_t answers;        /* what a call gives: the result and each `out`, in order */
    const struct type *type; /* of a call: nothing, the one answer, or a record of them */
    bool calls_back;
    void *prepared; /* by foreign/ */
};

/* In the place of a length that is not given. */
#define FOREIGN_UNKNOWN INT64_MIN

enum {
    FOREIGN_MOST_ARGUMENTS = 32,
    FOREIGN_MOST_FIELDS = 256,
    FOREIGN_MOST_BYTES = 65536, /* of a structure */
    FOREIGN_MOST_PIECES = 4096  /* numbers and pointers in one, arrays spread out */
};

/* "i32", "f64", ... */
const char *foreign_kind_name(enum foreign_kind kind);
static inline bool foreign_is_int(enum foreign_kind k) {
    return k >= FOREIGN_I8 && k <= FOREIGN_U64;
}
static inline bool foreign_is_number(enum foreign_kind k) {
    return k >= FOREIGN_I8 && k <= FOREIGN_F64;
}

#endif
