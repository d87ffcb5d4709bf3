/* Values of cells: shared and own texts, numbers by their style, errors. */
#include "store/sheet_cells.h"
#include "base/num.h"
#include "base/utf8.h"
#include <math.h>

/* The bytes put into `row_text` since `at` are the field. */
static void from_row_text(struct sheet *t, struct sheet_cell *cell, size_t at) {
    cell->at = at;
    cell->field.p = NULL;
    cell->field.n = (uint32_t)(t->row_text.n - at);
}

static void put_fault(struct sheet_cell *cell, const char *what) {
    cell->field = (struct csv_field){.p = what, .n = (uint32_t)strlen(what), .kind = FIELD_FAULT};
}

/* ---- texts ---- */

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Workbooks write characters that XML cannot hold as _x000D_. */
static bool escaped(struct str s, size_t at, uint32_t *c) {
    if (at + 7 > s.n || s.p[at] != '_' || s.p[at + 1] != 'x' || s.p[at + 6] != '_')
        return false;
    *c = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        int digit = hex_digit(s.p[i]);
        if (digit < 0)
            return false;
        *c = *c * 16 + (uint32_t)digit;
    }
    return *c >= 0x09 && *c < 0xD800;
}

static void put_unescaped(struct sheet *t, struct str s) {
    for (size_t i = 0; i < s.n;) {
        uint32_t c;
        char bytes[4];
        if (escaped(s, i, &c)) {
            buf_put(&t->row_text, bytes, utf8_put(bytes, c));
            i += 7;
        } else {
            buf_char(&t->row_text, s.p[i++]);
        }
    }
}

static bool has_escape(struct str s) {
    for (size_t i = 0; i + 7 <= s.n; i++) {
        uint32_t c;
        if (s.p[i] == '_' && escaped(s, i, &c))
            return true;
    }
    return false;
}

/* An empty text is an empty cell: nobody can see it. */
static void take_text(struct sheet *t, struct sheet_cell *cell, struct str s) {
    size_t at = t->row_text.n;
    cell->field = (struct csv_field){.p = s.p, .n = (uint32_t)s.n, .quoted = s.n > 0};
    if (s.n == 0 || !has_escape(s))
        return;
    put_unescaped(t, s);
    from_row_text(t, cell, at);
}

static void take_own_text(struct sheet *t, struct sheet_cell *cell) {
    size_t at = t->row_text.n;
    put_unescaped(t, buf_view(&t->value));
    cell->field = (struct csv_field){.quoted = t->row_text.n > at};
    from_row_text(t, cell, at);
}

static enum status take_shared(struct sheet *t, struct sheet_cell *cell) {
    uint32_t number;
    struct str text;
    struct shared_texts *shared = &t->book.shared;
    size_t at = t->row_text.n;
    if (!xml_number(t->value.p, SHARED_MOST, &number) || number >= shared->n) {
        put_fault(cell, "a text that the workbook does not have");
        return ST_OK;
    }
    enum status status = shared_texts_get(shared, number, &t->row_text, &text);
    if (status != ST_OK)
        return status;
    if (text.p) {
        take_text(t, cell, text);
        return ST_OK;
    }
    cell->field = (struct csv_field){.quoted = true};
    from_row_text(t, cell, at);
    return ST_OK;
}

/* ---- numbers ---- */

/* Whole numbers without a point, as people see them. */
static void put_number(struct buf *out, double x) {
    char text[32];
    if (x == floor(x) && fabs(x) < 1e15)
        buf_put(out, text, num_print_int(text, (int64_t)x));
    else
        buf_put(out, text, num_print_float(text, x));
}

static void take_number(struct sheet *t, struct sheet_cell *cell) {
    struct str raw = buf_view(&t->value);
    enum cell_style style =
        t->style < t->book.nstyles ? (enum cell_style)t->book.styles[t->style] : STYLE_NUMBER;
    size_t at = t->row_text.n;
    int64_t whole;
    double x;
    const char *fault = NULL;
    cell->field = (struct csv_field){.kind = style == STYLE_PERCENT ? FIELD_PERCENT : FIELD_TEXT};
    if (!num_parse_float(raw, &x)) {
        put_fault(cell, "a number that cannot be read");
        return;
    }
    if (style != STYLE_NUMBER && style != STYLE_PERCENT)
        style_put(&t->row_text, x, style, t->book.from_1904, &fault);
    else if (num_parse_int(raw, &whole) && raw.p[0] != '+')
        buf_str(&t->row_text, raw);
    else
        put_number(&t->row_text, x);
    from_row_text(t, cell, at);
    if (fault)
        put_fault(cell, fault);
}

/* Dates of strict workbooks: 2025-09-01T00:00:00, of which midnight is left out for a day. */
static void take_iso_date(struct sheet *t, struct sheet_cell *cell) {
    struct str s = buf_view(&t->value);
    size_t at = t->row_text.n;
    bool midnight = s.n >= 19 && memcmp(s.p + 10, "T00:00:00", 9) == 0;
    bool day = t->style < t->book.nstyles && t->book.styles[t->style] == STYLE_DATE;
    cell->field = (struct csv_field){.kind = FIELD_TEXT};
    buf_str(&t->row_text, midnight && day ? (struct str){s.p, 10} : s);
    from_row_text(t, cell, at);
}

static void take_bool(struct sheet *t, struct sheet_cell *cell) {
    struct str s = buf_view(&t->value);
    bool yes = str_is(s, "1") || str_is(s, "true");
    const char *word = yes ? "true" : "false";
    cell->field = (struct csv_field){.p = word, .n = (uint32_t)strlen(word)};
}

static void take_error(struct sheet *t, struct sheet_cell *cell) {
    size_t at = t->row_text.n;
    cell->field = (struct csv_field){.kind = FIELD_ERROR};
    buf_str(&t->row_text, buf_view(&t->value));
    from_row_text(t, cell, at);
}

/* ---- cells ---- */

enum status sheet_take_cell(struct sheet *t, struct sheet_cell *cell) {
    enum status status = ST_OK;
    if (t->value.n == 0) {
        if (t->has_formula && t->type != 't')
            put_fault(cell, "a formula whose result was never stored");
        return ST_OK;
    }
    switch (t->type) {
    case 's':
        status = take_shared(t, cell);
        break;
    case 't':
        take_own_text(t, cell);
        break;
    case 'b':
        take_bool(t, cell);
        break;
    case 'e':
        take_error(t, cell);
        break;
    case 'd':
        take_iso_date(t, cell);
        break;
    default:
        take_number(t, cell);
    }
    return t->row_text.failed ? ST_NO_MEMORY : status;
}
