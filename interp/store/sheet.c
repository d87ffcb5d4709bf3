/* From tags to rows: numbers of rows and cells, the header, what counts as empty. */
#include "store/sheet.h"
#include "store/sheet_cells.h"

/* ---- where a cell is ---- */

/* "B7" as a column from 0; false: it is none, or beyond the last of the format. */
static bool parse_place(const char *text, uint32_t *column) {
    uint32_t n = 0;
    const char *at = text;
    for (; *at >= 'A' && *at <= 'Z' && n <= WORKBOOK_MOST_COLUMNS; at++)
        n = n * 26 + (uint32_t)(*at - 'A') + 1;
    *column = n - 1;
    return n > 0 && n <= WORKBOOK_MOST_COLUMNS && *at >= '0' && *at <= '9';
}

void sheet_put_place(const struct sheet *t, uint32_t field, struct buf *out) {
    char letters[8];
    size_t at = sizeof letters;
    for (uint32_t n = t->first + field + 1; n > 0; n = (n - 1) / 26)
        letters[--at] = (char)('A' + (n - 1) % 26);
    buf_put(out, letters + at, sizeof letters - at);
    buf_printf(out, "%u", (unsigned)t->row);
}

/* ---- cells of a row ---- */

static bool grow_cells(struct sheet *t, uint32_t wanted) {
    uint32_t room = t->room ? t->room : 64;
    while (room < wanted)
        room *= 2;
    struct sheet_cell *cells =
        mem_resize(t->book.s->host.alloc, t->cells, t->room * sizeof *cells, room * sizeof *cells);
    if (!cells)
        return false;
    memset(cells + t->room, 0, (room - t->room) * sizeof *cells);
    t->cells = cells;
    t->room = room;
    return true;
}

static void clear_row(struct sheet *t) {
    for (uint32_t i = 0; i < t->nfilled; i++) {
        struct sheet_cell *cell = &t->cells[t->cells[i].filled_column];
        cell->field = (struct csv_field){.p = NULL};
        cell->filled = false;
    }
    t->nfilled = 0;
    buf_clear(&t->row_text);
    t->next_column = 0;
}

static bool is_wanted(const struct sheet *t, uint32_t column) {
    return t->nfields == 0 || (column >= t->first && column - t->first < t->nfields);
}

static void finish_cell(struct sheet *t) {
    if (!is_wanted(t, t->column))
        return;
    if (t->column >= t->room && !grow_cells(t, t->column + 1)) {
        xml_stop(&t->x, ST_NO_MEMORY);
        return;
    }
    struct sheet_cell *cell = &t->cells[t->column];
    if (cell->filled) {
        xml_refuse(&t->x, "has a cell twice");
        return;
    }
    enum status status = sheet_take_cell(t, cell);
    if (status == ST_OK && t->row_text.n > CSV_ROW_LIMIT)
        xml_refuse(&t->x, "has a row longer than 16 MiB");
    if (cell->field.n > 0) {
        cell->filled = true;
        t->cells[t->nfilled++].filled_column = t->column;
    }
    xml_stop(&t->x, status);
}

/* ---- tags ---- */

static void begin_row(struct sheet *t, const char **attributes) {
    const char *number = xml_attribute(attributes, "r");
    uint32_t row = t->row + 1;
    if (number && !xml_number(number, WORKBOOK_MOST_ROWS, &row))
        xml_refuse(&t->x, "has a row beyond the 1,048,576th");
    else if (row <= t->row || row > WORKBOOK_MOST_ROWS)
        xml_refuse(&t->x, row > WORKBOOK_MOST_ROWS ? "has a row beyond the 1,048,576th"
                                                   : "has its rows in disorder");
    t->row = row;
    t->in_row = true;
    clear_row(t);
}

static char type_of(const char *type) {
    static const struct {
        const char *word;
        char type;
    } types[] = {{"s", 's'}, {"str", 't'}, {"inlineStr", 't'}, {"b", 'b'}, {"e", 'e'}, {"d", 'd'}};
    for (size_t i = 0; type && i < COUNT_OF(types); i++) {
        if (strcmp(type, types[i].word) == 0)
            return types[i].type;
    }
    return 'n';
}

static void begin_cell(struct sheet *t, const char **attributes) {
    const char *place = xml_attribute(attributes, "r");
    const char *style = xml_attribute(attributes, "s");
    t->column = t->next_column;
    if ((place && !parse_place(place, &t->column)) || t->column >= WORKBOOK_MOST_COLUMNS)
        xml_refuse(&t->x, "has a cell beyond column XFD, the 16,384th");
    t->next_column = t->column + 1;
    if (!style || !xml_number(style, WORKBOOK_MOST_STYLES, &t->style))
        t->style = 0;
    t->type = type_of(xml_attribute(attributes, "t"));
    t->in_cell = true;
    t->has_formula = false;
    buf_clear(&t->value);
}

static void on_begin(void *user, struct str name, const char **attributes) {
    struct sheet *t = user;
    if (str_is(name, "sheetData")) {
        t->in_data = true;
    } else if (t->in_data && str_is(name, "row")) {
        begin_row(t, attributes);
    } else if (t->in_row && str_is(name, "c")) {
        begin_cell(t, attributes);
    } else if (t->in_cell) {
        t->has_formula |= str_is(name, "f");
        t->in_sounds |= str_is(name, "rPh");
        t->in_value = str_is(name, "v") || (str_is(name, "t") && !t->in_sounds);
    }
}

static void on_end(void *user, struct str name) {
    struct sheet *t = user;
    t->in_value = false;
    if (str_is(name, "sheetData")) {
        t->in_data = false;
    } else if (t->in_cell && str_is(name, "c")) {
        t->in_cell = t->in_sounds = false;
        finish_cell(t);
    } else if (str_is(name, "rPh")) {
        t->in_sounds = false;
    } else if (t->in_row && str_is(name, "row")) {
        t->in_row = false;
        if (t->nfilled > 0)
            xml_pause(&t->x);
    }
}

static void on_text(void *user, struct str text) {
    struct sheet *t = user;
    if (!t->in_value)
        return;
    buf_str(&t->value, text);
    if (t->value.failed)
        xml_stop(&t->x, ST_NO_MEMORY);
    else if (t->value.n > CSV_FIELD_LIMIT)
        xml_refuse(&t->x, "has a cell longer than 1 MiB");
}

static const struct xml_handlers handlers = {on_begin, on_end, on_text};

/* ---- rows ---- */

/* CSV_ROW when a row with something in it was read. */
static enum csv_result read_row(struct sheet *t) {
    enum xml_result got = xml_next(&t->x);
    if (got == XML_PAUSED)
        return CSV_ROW;
    if (got == XML_END)
        return CSV_END;
    t->stopped = workbook_failed(&t->book, &t->x, t->chosen->name);
    return CSV_STOPPED;
}

static void show(struct sheet *t) {
    for (uint32_t i = 0; i < t->nfields; i++) {
        struct sheet_cell *cell = t->first + i < t->room ? &t->cells[t->first + i] : NULL;
        t->fields[i] = cell ? cell->field : (struct csv_field){.p = ""};
        if (!t->fields[i].p)
            t->fields[i].p = cell->filled ? t->row_text.p + cell->at : "";
    }
}

enum csv_result sheet_next(struct sheet *t) {
    enum csv_result got = read_row(t);
    if (got == CSV_ROW)
        show(t);
    return got;
}

/* ---- the header ---- */

static enum status open_part(struct sheet *t) {
    t->in_data = t->in_row = t->in_cell = t->in_value = t->in_sounds = false;
    t->row = 0;
    clear_row(t);
    return workbook_open_sheet(&t->book, t->chosen, &t->x, &handlers, t);
}

static uint32_t choose_header(const struct sheet *t) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < t->nrows; i++)
        most = t->counts[i] > most ? t->counts[i] : most;
    for (uint32_t i = 0; i < t->nrows; i++) {
        if (t->counts[i] * 2 > most)
            return t->rows[i];
    }
    return 0;
}

static enum csv_result find_header(struct sheet *t) {
    enum csv_result got = CSV_ROW;
    t->stopped = open_part(t);
    if (t->stopped != ST_OK)
        return CSV_STOPPED;
    while (t->nrows < SHEET_ROWS_LOOKED_AT && (got = read_row(t)) == CSV_ROW) {
        t->counts[t->nrows] = t->nfilled;
        t->rows[t->nrows++] = t->row;
    }
    xml_close(&t->x);
    if (got == CSV_STOPPED)
        return got;
    t->header_row = choose_header(t);
    return t->header_row ? CSV_ROW : CSV_END;
}

/* Blanks and line ends within a header become one blank, so that it can be written down. */
static struct str header_of(struct sheet *t, struct str text) {
    char *out = arena_take(&t->book.texts, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < text.n; i++) {
        bool blank = (unsigned char)text.p[i] <= ' ';
        if (!blank)
            out[n++] = text.p[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return (struct str){out, n > 0 && out[n - 1] == ' ' ? n - 1 : n};
}

/* The current row is the header: its cells say which columns there are. */
static enum csv_result take_header(struct sheet *t) {
    uint32_t first = t->cells[0].filled_column, last = first;
    for (uint32_t i = 0; i < t->nfilled; i++) {
        uint32_t column = t->cells[i].filled_column;
        first = column < first ? column : first;
        last = column > last ? column : last;
    }
    t->first = first;
    t->nfields = last - first + 1;
    t->fields = ARENA_ARRAY(&t->book.texts, struct csv_field, t->nfields);
    if (!t->fields)
        return CSV_NO_MEMORY;
    show(t);
    for (uint32_t i = 0; i < t->nfields; i++) {
        struct str text = header_of(t, csv_text(&t->fields[i]));
        if (!text.p)
            return CSV_NO_MEMORY;
        t->fields[i] = (struct csv_field){.p = text.p, .n = (uint32_t)text.n, .quoted = true};
    }
    return CSV_ROW;
}

static enum csv_result go_to_header(struct sheet *t) {
    enum csv_result got;
    t->stopped = open_part(t);
    if (t->stopped != ST_OK)
        return CSV_STOPPED;
    do
        got = read_row(t);
    while (got == CSV_ROW && t->row < t->header_row);
    return got == CSV_ROW ? take_header(t) : got;
}

void sheet_none(struct sheet *t) {
    *t = (struct sheet){.row = 0};
}

enum csv_result sheet_open(struct sheet *t, struct store *s, struct span span, struct str path,
                           struct archive *a, struct str wanted, struct str usual) {
    sheet_none(t);
    buf_init(&t->row_text, s->host.alloc);
    buf_init(&t->value, s->host.alloc);
    t->stopped = workbook_open(&t->book, s, span, path, a);
    if (t->stopped != ST_OK)
        return CSV_STOPPED;
    t->chosen = workbook_choose(&t->book, wanted, usual);
    if (!t->chosen) {
        t->stopped = ST_FAILED;
        return CSV_STOPPED;
    }
    enum csv_result got = find_header(t);
    return got == CSV_ROW ? go_to_header(t) : got;
}

void sheet_close(struct sheet *t) {
    if (!t->book.s)
        return;
    xml_close(&t->x);
    mem_give(t->book.s->host.alloc, t->cells, t->room * sizeof *t->cells);
    t->cells = NULL;
    t->room = 0;
    buf_free(&t->row_text);
    buf_free(&t->value);
    workbook_close(&t->book);
}
