/* What the files that check `foreign` blocks share. */
#ifndef SPOKE_CHECK_FOREIGN_PARTS_H
#define SPOKE_CHECK_FOREIGN_PARTS_H

#include "check/checker.h"
#include "check/foreign.h"

enum foreign_place {
    PLACE_PARAMETER,
    PLACE_RESULT,
    PLACE_FIELD,
    PLACE_CALLBACK, /* what C gives to a callback */
    PLACE_CALLBACK_RESULT
};

/* ---- foreign_types.c ---- */
/* E0951. */
struct diag *wrong_foreign(struct checker *c, struct span at, const char *format, ...)
    PRINTF_LIKE(3, 4);
struct foreign_type *foreign_type_new(struct checker *c, enum foreign_kind kind);
/* NULL: it was told what is wrong. */
struct foreign_type *foreign_type_of(struct checker *c, const struct node *t);
/* The type, the way and `take`; false: it cannot stand there, told. No node is `void`. */
bool read_foreign_type(struct checker *c, const struct node *t, enum foreign_place place,
                       struct foreign_parameter *p);
/* In it or in what it is made of. */
bool foreign_has_callback(const struct foreign_type *t);
struct foreign_type *foreign_struct_of(struct checker *c, const struct node *n);
struct foreign_type *foreign_handle_of(struct checker *c, const struct node *n, struct str library);

#endif
