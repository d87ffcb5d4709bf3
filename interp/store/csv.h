/* Splits CSV and TSV files into rows of fields.
 *
 * RFC 4180 quotes, a byte order mark, LF, CRLF or CR, `#` lines before the
 * header, the separator found in the header (comma, tab or semicolon). The file
 * is read in pieces, so memory is bounded by the longest row. Fields point into
 * the reader's buffer and live until the next call; the reader owns buffer and
 * file. Blank lines are skipped. */
#ifndef SPOKE_CSV_H
#define SPOKE_CSV_H

#include "store/input.h"

#define CSV_FIELD_LIMIT ((size_t)1 << 20)
#define CSV_ROW_LIMIT ((size_t)16 << 20)

enum field_kind {
    FIELD_TEXT,
    FIELD_NESTED,  /* JSON: an object or a list; p is where it begins */
    FIELD_BLOB,    /* SQLite: bytes that are no text; there is no p */
    FIELD_PERCENT, /* a workbook: the number, shown as a percentage */
    FIELD_ERROR,   /* a workbook: an error like #N/A */
    FIELD_FAULT,   /* a workbook: no value, and p says what it is */
    FIELD_MISSING  /* a file of statistics: a code that means missing there */
};
struct csv_field {
    const char *p;
    uint32_t n;
    bool quoted;
    uint8_t kind; /* enum field_kind; of a CSV file always TEXT */
};
static inline struct str csv_text(const struct csv_field *f) {
    return (struct str){f->p, f->n};
}

enum csv_result {
    CSV_ROW,
    CSV_END,
    CSV_TOO_LONG,   /* a field or row above the limits; it starts in bad_line */
    CSV_OPEN_QUOTE, /* a quote opened in bad_line is never closed */
    CSV_BINARY,     /* the first 4 KiB are no text */
    CSV_UNREADABLE, /* the window's input knows the errno */
    CSV_TOO_WIDE,   /* JSON: more different keys than a table could have columns */
    CSV_NOT_LINES,  /* JSON: no line of the file is an object */
    CSV_ONCE_ONLY,  /* JSON: the file cannot be read twice */
    CSV_REFUSED,    /* SQLite: `problem` says what is wrong */
    CSV_STOPPED,    /* the reader's `stopped` says why, and errors are told */
    CSV_CUT_OFF,    /* as those of input.h */
    CSV_DAMAGED,
    CSV_BOMB,
    CSV_NO_MEMORY
};

struct csv {
    struct alloc *alloc;
    struct sliding w;
    uint64_t line;     /* of the next row */
    uint64_t row_line; /* of the current one */
    uint64_t bad_line;
    char separator;
    const char *flaw; /* why the current row cannot be used, or NULL */
    struct csv_field *fields;
    uint32_t nfields, cap_fields;
    unsigned char stops[256]; /* bytes that end a plain run */
};

/* What reading the input gave, as a result of reading rows. */
enum csv_result csv_from_input(enum input_result got);
/* Takes over an open window and reads the header into `fields`: CSV_ROW, CSV_END if there
 * is none, or what is wrong. csv_close is due in every case. */
enum csv_result csv_begin(struct csv *c, struct alloc *alloc, const struct sliding *w);
enum csv_result csv_next(struct csv *c);
void csv_close(struct csv *c);

#endif
