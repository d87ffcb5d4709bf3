/* What the number in a cell of a workbook means, by the style of the cell. */
#ifndef SPOKE_STORE_CELL_STYLE_H
#define SPOKE_STORE_CELL_STYLE_H

#include "base/buf.h"

enum cell_style {
    STYLE_NUMBER,
    STYLE_DATE,
    STYLE_DATETIME,
    STYLE_TIME,    /* of day */
    STYLE_ELAPSED, /* hours beyond 24, as [h]:mm */
    STYLE_PERCENT
};

/* From a format as workbooks write them, "yyyy\-mm\-dd;@". */
enum cell_style style_of_format(struct str format);
/* Of the formats that have a number and no text. */
enum cell_style style_of_number(uint32_t number);

/* Writes the day, time or duration that the number shows as Spoke reads it; false: it is none, and
 * *fault says what it is. Times are rounded to seconds. */
bool style_put(struct buf *out, double x, enum cell_style style, bool from_1904,
               const char **fault);

#endif
