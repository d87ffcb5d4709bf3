/* Aligned rows: the columns of a table, the clauses of a declaration, params
 * and imports next to each other.
 *
 * A row has up to CELLS cells; the tree told where they begin. A cell counts
 * for the place of the next ones only where such a one follows in its row, and
 * a row that is too long to be aligned is filled like any other statement. */
#include "syntax/format_layout.h"

struct row {
    uint32_t first, end;
    uint32_t cell[CELLS]; /* where each begins; `end` if it is not there */
};

static struct row row_at(const struct layout *l, uint32_t first, uint32_t end) {
    struct row row = {.first = first, .end = statement_end(l, first, end)};
    row.cell[0] = first;
    for (unsigned c = 1; c < CELLS; c++)
        row.cell[c] = row.end;
    for (uint32_t i = next_beside(l, first); i < row.end; i = next_beside(l, i))
        if (l->at[i].cell && row.cell[l->at[i].cell] == row.end)
            row.cell[l->at[i].cell] = i;
    return row;
}

/* The item behind a cell, which is there. */
static uint32_t cell_end(const struct row *row, unsigned cell) {
    for (unsigned c = cell + 1; c < CELLS; c++)
        if (row->cell[c] < row->end)
            return row->cell[c];
    return row->end;
}

static uint32_t cell_width(const struct layout *l, const struct row *row, unsigned cell) {
    if (row->cell[cell] == row->end)
        return 0;
    return flat_width(l, row->cell[cell], cell_end(row, cell) - 1);
}

static bool has_cell_behind(const struct row *row, unsigned cell) {
    return row->cell[cell] < row->end && cell_end(row, cell) < row->end;
}

/* On one line, though not aligned. */
static bool is_plain(const struct layout *l, const struct row *row, uint32_t indent) {
    return l->at[row->end - 1].hard == l->at[row->first].hard &&
           indent + flat_width(l, row->first, row->end - 1) <= FORMAT_COLUMNS;
}

static uint32_t gap_width(const struct layout *l, uint32_t i) {
    return item_is(l, i, ITEM_WIDE) ? 2 : 1;
}

struct cells {
    uint32_t at[CELLS]; /* column at which each begins, counted from the indent */
};

static struct cells measure_rows(const struct layout *l, uint32_t first, uint32_t end,
                                 uint32_t indent, uint32_t least) {
    uint32_t widths[CELLS] = {0}, gaps[CELLS] = {0};
    while (first < end) {
        struct row row = row_at(l, first, end);
        bool plain = is_plain(l, &row, indent);
        for (unsigned c = 0; c < CELLS; c++) {
            uint32_t width = cell_width(l, &row, c);
            if (width > widths[c] && has_cell_behind(&row, c) && (c == 0 || plain))
                widths[c] = width;
            if (row.cell[c] < row.end)
                gaps[c] = gap_width(l, row.cell[c]);
        }
        first = row.end;
    }
    struct cells cells = {{0}};
    for (unsigned c = 1; c < CELLS; c++) {
        cells.at[c] = cells.at[c - 1] + widths[c - 1] + gaps[c];
        if (c == 1 && cells.at[c] < least)
            cells.at[c] = least;
    }
    return cells;
}

/* Where a cell begins when `column` is where the one before ended. */
static uint32_t cell_column(const struct layout *l, const struct row *row, unsigned cell,
                            const struct cells *cells, uint32_t indent, uint32_t column) {
    uint32_t least = column + gap_width(l, row->cell[cell]);
    uint32_t wanted = indent + cells->at[cell];
    return wanted > least ? wanted : least;
}

static bool fits_aligned(const struct layout *l, const struct row *row, const struct cells *cells,
                         uint32_t indent) {
    uint32_t column = indent + cell_width(l, row, 0);
    for (unsigned c = 1; c < CELLS; c++)
        if (row->cell[c] < row->end)
            column = cell_column(l, row, c, cells, indent, column) + cell_width(l, row, c);
    return is_plain(l, row, indent) && column <= FORMAT_COLUMNS;
}

static void write_cell_gap(struct layout *l, const struct row *row, unsigned cell,
                           const struct cells *cells, uint32_t indent) {
    write_blanks(l, cell_column(l, row, cell, cells, indent, l->column) - l->column);
}

static void write_row(struct layout *l, const struct row *row, const struct cells *cells,
                      uint32_t indent, uint32_t rest) {
    uint32_t second = row->cell[1];
    bool aligned = fits_aligned(l, row, cells, indent);
    if (second == row->end || l->at[second].hard != l->at[row->first].hard) {
        write_statement(l, row->first, row->end, rest);
        return;
    }
    write_flat(l, row->first, second);
    for (unsigned c = 1; c < CELLS; c++) {
        if (row->cell[c] == row->end)
            continue;
        write_cell_gap(l, row, c, cells, indent);
        if (!aligned) {
            write_statement(l, row->cell[c], row->end, rest);
            break;
        }
        write_flat(l, row->cell[c], cell_end(row, c));
    }
}

void write_rows(struct layout *l, uint32_t first, uint32_t end, uint32_t indent, uint32_t least) {
    struct cells cells = measure_rows(l, first, end, indent, least);
    uint32_t rest = indent + (least ? cells.at[1] : 4);
    while (first < end) {
        struct row row = row_at(l, first, end);
        write_line(l, first, indent, indent);
        write_row(l, &row, &cells, indent, rest);
        first = row.end;
    }
}
