/* Codes and labels of inferred columns: what a file says about them, and errors in its cells, as a
 * declaration writes them. */
#ifndef SPOKE_STORE_INFER_CODES_H
#define SPOKE_STORE_INFER_CODES_H

#include "base/arena.h"
#include "store/field_about.h"

/* Text as a literal of the language. */
void put_text_literal(struct buf *out, struct str s);

/* The errors of workbooks that a column holds, a bit for each; 0: that is none of them. */
uint32_t error_bit(struct str error);
/* Adds to a list that `missing` begins; *n counts its codes. */
void put_error_codes(struct buf *out, uint32_t errors, uint32_t *n);
void put_missing_code(struct buf *out, struct str code, bool is_text, uint32_t *n);

/* Copies what `from` points to. false: no memory. */
bool about_copy(struct arena *arena, const struct field_about *from, struct field_about *out);
void put_about_missing(struct buf *out, const struct field_about *about, uint32_t *n);
/* ` one of 1 "Never", 2 "Monthly"`, where the column is `kind` and holds nothing else. */
void put_about_values(struct buf *out, const struct field_about *about, enum type_kind kind);
/* Labels of values that have no place in the column's declaration, as comments above it. */
void put_about_comment(struct buf *out, const struct field_about *about, enum type_kind kind);

#endif
