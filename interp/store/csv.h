/* Splits CSV and TSV files into rows of fields.
 *
 * RFC 4180 quotes, a byte order mark, LF, CRLF or CR, `#` lines before the
 * header, the separator found in the header (comma, tab or semicolon). The file
 * is read in pieces, so memory is bounded by the longest row. Fields point into
 * the reader's buffer and live until the next call; the reader owns buffer and
 * file. Blank lines are skipped. */
#ifndef SPOKE_CSV_H
#define SPOKE_CSV_H

#include "base/buf.h"

#define CSV_FIELD_LIMIT ((size_t)1 << 20)
#define CSV_ROW_LIMIT ((size_t)16 << 20)

struct csv_field {
    const char *p;
    uint32_t n;
    bool quoted;
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
    CSV_UNREADABLE, /* `error` is the errno */
    CSV_NO_MEMORY
};

struct csv {
    struct alloc *alloc;
    int file;
    int error;
    char *buffer;            /* cap bytes and one for a sentinel */
    size_t cap, start, stop; /* unread: [start, stop) */
    bool at_end;
    uint64_t size, taken; /* bytes of the file (0: unknown), bytes split so far */
    uint64_t line;        /* of the next row */
    uint64_t row_line;    /* of the current one */
    uint64_t bad_line;
    char separator;
    const char *flaw; /* why the current row cannot be used, or NULL */
    struct csv_field *fields;
    uint32_t nfields, cap_fields;
    unsigned char stops[256]; /* bytes that end a plain run */
};

/* Opens the file and reads the header into `fields`: CSV_ROW, CSV_END if there
 * is none, or what is wrong. csv_close is due in every case. */
enum csv_result csv_open(struct csv *c, struct alloc *alloc, const char *path);
enum csv_result csv_next(struct csv *c);
void csv_close(struct csv *c);

#endif
