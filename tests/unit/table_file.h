/* For tests against data sets that are not part of the project: a CSV's columns.
 *
 * The folder is $SPOKE_DATA, else ../shared/data; a test whose file is not there
 * has nothing to say and returns. */
#ifndef SPOKE_TEST_TABLE_FILE_H
#define SPOKE_TEST_TABLE_FILE_H

#include "base/arena.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TABLE_ROWS = 4000, TABLE_COLUMNS = 32, TABLE_LINE = 2000 };

struct table_file {
    struct str names[TABLE_COLUMNS];
    struct str *cells; /* row * TABLE_COLUMNS + column, without quotes */
    uint32_t n, columns;
};

/* Splits a line at its commas; a field in quotes may hold some, but no quotes. */
static inline uint32_t table_split(struct arena *a, char *line, struct str *out) {
    uint32_t n = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *at = line; n < TABLE_COLUMNS; n++) {
        bool quoted = at[0] == '"';
        size_t length = quoted ? strcspn(at + 1, "\"") + 2 : strcspn(at, ",");
        bool last = at[length] == 0;
        out[n] = arena_str(a, (struct str){at + quoted, length - 2u * quoted});
        at += length + 1;
        if (last) {
            return n + 1;
        }
    }
    return n;
}

static inline bool table_read(struct arena *a, const char *path, struct table_file *t) {
    static char line[TABLE_LINE], name[TABLE_LINE];
    const char *folder = getenv("SPOKE_DATA");
    snprintf(name, sizeof name, "%s/%s", folder ? folder : "../shared/data", path);
    FILE *f = fopen(name, "r");
    *t = (struct table_file){.n = 0};
    if (!f) {
        return false;
    }
    t->cells = ARENA_ARRAY(a, struct str, (size_t)TABLE_ROWS * TABLE_COLUMNS);
    if (fgets(line, sizeof line, f)) {
        t->columns = table_split(a, line, t->names);
    }
    while (t->n < TABLE_ROWS && fgets(line, sizeof line, f)) {
        table_split(a, line, t->cells + (size_t)t->n++ * TABLE_COLUMNS);
    }
    fclose(f);
    return true;
}

static inline struct str table_text(const struct table_file *t, uint32_t row, const char *column) {
    for (uint32_t k = 0; k < t->columns; k++) {
        if (str_is(t->names[k], column)) {
            return t->cells[(size_t)row * TABLE_COLUMNS + k];
        }
    }
    return STR_NONE;
}

/* NaN where the cell is empty or NA. */
static inline double table_number(const struct table_file *t, uint32_t row, const char *column) {
    struct str s = table_text(t, row, column);
    return s.n == 0 || str_is(s, "NA") ? (double)NAN : strtod(s.p, NULL);
}

#endif
