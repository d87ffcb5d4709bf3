/* Workbooks (.xlsx): their sheets, styles and shared texts, out of an archive.
 *
 * Everything in the file is taken for a claim: numbers are held to the limits of
 * the format (1,048,576 rows, 16,384 columns), what is beyond them is refused.
 * Memory is that of the styles, of the list of sheets, and what shared_texts.h
 * says. The archive is borrowed, the rest is owned. */
#ifndef SPOKE_STORE_WORKBOOK_H
#define SPOKE_STORE_WORKBOOK_H

#include "base/arena.h"
#include "store/cell_style.h"
#include "store/csv.h"
#include "store/shared_texts.h"
#include "store/xml.h"

enum {
    WORKBOOK_MOST_SHEETS = 4096,
    WORKBOOK_MOST_STYLES = 65536,
    WORKBOOK_MOST_ROWS = 1048576,
    WORKBOOK_MOST_COLUMNS = 16384
};

struct workbook_sheet {
    struct str name;
    struct str link; /* which relation leads to its part */
    bool hidden;
};

struct workbook {
    struct store *s;
    struct span span; /* where errors point */
    struct str path;
    struct archive *archive;
    struct arena texts;
    struct str part; /* of the workbook itself */
    struct workbook_sheet *sheets;
    uint32_t nsheets, room;
    uint8_t *styles; /* enum cell_style, by the number that cells have */
    uint32_t nstyles;
    bool from_1904;
    struct shared_texts shared;
};

/* Whether the archive holds a workbook, also one of a kind that is not read. */
bool workbook_is_in(const struct archive *a);
/* Reads all but the sheets: ST_OK, or the error told. workbook_close is due in every case. */
enum status workbook_open(struct workbook *b, struct store *s, struct span span, struct str path,
                          struct archive *a);
/* The sheet called `wanted`; without that the one called `usual`, or the only one that is not
 * hidden. NULL: told. */
const struct workbook_sheet *workbook_choose(struct workbook *b, struct str wanted,
                                             struct str usual);
/* Opens the part of a sheet for `handlers`. */
enum status workbook_open_sheet(struct workbook *b, const struct workbook_sheet *sheet,
                                struct xml_reader *x, const struct xml_handlers *handlers,
                                void *user);
void workbook_close(struct workbook *b);

/* What reading a part gave, when it was neither paused nor at the end: told. */
enum status workbook_failed(struct workbook *b, const struct xml_reader *x, struct str part);

/* ---- workbook_parts.c ---- */
/* Finds the part that a relation of the workbook leads to, by its id or (with an empty id) by the
 * end of its type. *found is empty where there is none. */
enum status workbook_relation(struct workbook *b, struct str id, const char *type,
                              struct str *found);
/* The part of the workbook itself. */
enum status workbook_find_self(struct workbook *b);
/* Reads a whole part. */
enum status workbook_read(struct workbook *b, struct str part, const struct xml_handlers *handlers,
                          struct xml_reader *x, void *user);

/* ---- workbook_styles.c ---- */
enum status workbook_read_styles(struct workbook *b);
enum status workbook_read_texts(struct workbook *b);

#endif
