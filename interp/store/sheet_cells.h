/* From a cell as it stands in a workbook to a field. */
#ifndef SPOKE_STORE_SHEET_CELLS_H
#define SPOKE_STORE_SHEET_CELLS_H

#include "store/sheet.h"

/* Turns the cell that was just read into a field of `cell`; one with nothing in it stays empty.
 * What is no value becomes a FIELD_ERROR or FIELD_FAULT. */
enum status sheet_take_cell(struct sheet *t, struct sheet_cell *cell);

#endif
