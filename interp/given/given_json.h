/* Records as JSON objects: a row of a table, with the rows it refers to as objects (or just as
 * their keys) and the rows that refer to it as lists of objects.
 *
 * Fields go by the names of columns, or by their headers in files; a list by the name of its table,
 * or `table.column` where the table refers to this one by several columns. A field that no rule
 * reads is passed over. One row of a record that is described twice is one row. */
#ifndef SPOKE_GIVEN_JSON_H
#define SPOKE_GIVEN_JSON_H

#include "given/given.h"

struct given_shape;
struct given_json {
    struct given *given;
    const struct calendar *calendar;
    const struct given_shape *shapes; /* by table, in given's arena */
    struct strmap rows; /* of the current record, where a table has many: by table and key */
    bool *mapped;       /* by table: its complete rows are in the map */
    struct arena keys;  /* of that map */
    struct buf key;
    struct buf lists;  /* those that are being read, one inside the other */
    uint32_t nlists;   /* in the current record */
    struct buf reason; /* why the last record was refused */
};

enum given_result { GIVEN_READ, GIVEN_REFUSED, GIVEN_NO_MEMORY };

/* After all that is read was added to `given`. Takes the escape of its arena. */
void given_json_open(struct given_json *j, struct given *given, const struct calendar *calendar);
void given_json_close(struct given_json *j);
/* Changes the text. What was refused leaves nothing behind. */
enum given_result given_json_record(struct given_json *j, char *text, size_t n);

#endif
