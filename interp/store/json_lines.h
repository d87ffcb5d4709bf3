/* Splits files of JSON lines, an object a line, into rows of fields.
 *
 * The fields are the keys of all objects of the file, in the order in which they
 * are first seen: hence a file is read twice. A key that an object does not
 * have, and null, is an empty field; strings are quoted fields, numbers and true
 * and false stand as they are written. Objects and lists inside are passed over
 * and marked. Memory is bounded by the longest line; the parser does not recurse.
 * Fields live until the next call; the reader owns buffer and file. */
#ifndef SPOKE_STORE_JSON_LINES_H
#define SPOKE_STORE_JSON_LINES_H

#include "base/arena.h"
#include "base/hash.h"
#include "store/csv.h"

enum { JSON_MOST_KEYS = 4096 };

struct json_lines {
    struct alloc *alloc;
    struct sliding w;
    struct arena texts;        /* the keys */
    struct strmap keys;        /* number of the field + 1 */
    struct csv_field *headers; /* by field */
    struct csv_field *fields;  /* of the current row */
    uint64_t *seen;            /* by field: the last row that has it */
    uint32_t nfields, room;
    bool collecting;   /* the first reading: keys are added */
    uint32_t expected; /* the field that probably comes next */
    uint64_t rows;     /* good ones */
    uint64_t line;     /* of the next row */
    uint64_t row_line; /* of the current one */
    uint64_t bad_line;
    const char *flaw; /* why the current row cannot be used, or NULL */
};

/* Takes over an open window that begins with `{`. Rows read now only tell which keys there are;
 * json_lines_close is due in every case. */
enum csv_result json_lines_begin(struct json_lines *j, struct alloc *alloc,
                                 const struct sliding *w);
/* After the last of them: opens the file once more and stands before its first row. */
enum csv_result json_lines_again(struct json_lines *j, const struct input_from *from);
enum csv_result json_lines_next(struct json_lines *j);
void json_lines_close(struct json_lines *j);

#endif
