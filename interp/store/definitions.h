/* The catalogue of definitions: every version that was ever saved, and what
 * was frozen. Rows are only added, so a reader asks for those behind the last
 * one that it knows. */
#ifndef SPOKE_DEFINITIONS_H
#define SPOKE_DEFINITIONS_H

#include "store/store.h"

#define DEFINITION_FORMAT 1 /* of the rows; a later program may write others */

struct stored_definition {
    int64_t id, number, format;
    int64_t saved; /* day */
    struct str kind, name, hash, text, because;
    struct str uses; /* a line for each: start stop hash name */
    bool anew;       /* its latest version cannot be read: add another one in any case */
    bool is_new;     /* store_add_definitions: it was not there */
};
/* Those behind number `after`, in the order of saving; texts in `arena`. A store that was never
 * saved to has none. */
enum status store_read_definitions(struct store *s, struct arena *arena, int64_t after,
                                   struct stored_definition **out, uint32_t *n);
/* Adds each whose hash is not that of the latest version of its name; sets `number` and `is_new`.
 * All or nothing. */
enum status store_add_definitions(struct store *s, struct span span,
                                  struct stored_definition *definitions, uint32_t n);

/* One thing that a frozen report was made of. */
struct frozen_item {
    struct str report;
    struct str kind, name, state; /* "definition", "table" or "param"; its hash, rows or value */
    struct str because;
    int64_t day;
};
/* Those of a report, or with an empty name of all; texts in `arena`. */
enum status store_read_frozen(struct store *s, struct arena *arena, struct str report,
                              struct frozen_item **out, uint32_t *n);
/* Adds them all; none of that report may be there. */
enum status store_add_frozen(struct store *s, struct span span, const struct frozen_item *items,
                             uint32_t n);
/* What the rows of a table are, whatever their order: "24 rows, 3fa9c1d26ab40e57". */
enum status store_table_state(struct store *s, struct arena *arena, const struct table *t,
                              struct str *out);

/* ---- rows that are made for one run (temporary.c) ---- */
struct made_cell {
    enum { MADE_MISSING, MADE_NUMBER, MADE_TEXT } kind;
    int64_t number;
    struct str text;
};
/* Puts rows behind a built-in table until the run that reads it ends. */
enum status store_fill(struct store *s, const struct table *t, const struct made_cell *cells,
                       uint32_t rows);

#endif
