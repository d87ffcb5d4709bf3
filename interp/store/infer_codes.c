/* Writing codes and labels. */
#include "store/infer_codes.h"

static const char *const errors_of_workbooks[] = {
    "#N/A",    "#DIV/0!", "#VALUE!", "#REF!",     "#NAME?",    "#NUM!",        "#NULL!",
    "#SPILL!", "#CALC!",  "#FIELD!", "#BLOCKED!", "#CONNECT!", "#GETTING_DATA"};

void put_text_literal(struct buf *out, struct str s) {
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("\"\\{", s.p[i]) && s.p[i])
            buf_char(out, '\\');
        buf_char(out, s.p[i]);
    }
    buf_char(out, '"');
}

uint32_t error_bit(struct str error) {
    for (size_t i = 0; i < COUNT_OF(errors_of_workbooks); i++) {
        if (str_is(error, errors_of_workbooks[i]))
            return (uint32_t)1 << i;
    }
    return 0;
}

/* Words among numbers stand in quotes. */
static bool is_number(struct str code) {
    size_t at = code.n && code.p[0] == '-' ? 1 : 0;
    for (size_t i = at; i < code.n; i++) {
        if (code.p[i] < '0' || code.p[i] > '9')
            return false;
    }
    return code.n > at && code.n - at < 19;
}

void put_missing_code(struct buf *out, struct str code, bool is_text, uint32_t *n) {
    buf_text(out, (*n)++ ? ", " : " missing ");
    if (is_text || !is_number(code))
        put_text_literal(out, code);
    else
        buf_str(out, code);
}

void put_error_codes(struct buf *out, uint32_t errors, uint32_t *n) {
    for (size_t i = 0; i < COUNT_OF(errors_of_workbooks); i++) {
        if (errors >> i & 1)
            put_missing_code(out, str_of(errors_of_workbooks[i]), true, n);
    }
}

/* ---- what files say about columns ---- */

/* Line ends and other control characters become blanks: a literal holds one line. */
static struct str copy_text(struct arena *arena, struct str s) {
    struct str copy = arena_str(arena, s);
    char *bytes = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; bytes && i < s.n; i++) {
        if ((unsigned char)bytes[i] < ' ')
            bytes[i] = ' ';
    }
    return copy;
}

static bool copy_codes(struct arena *arena, const struct field_code *from, uint32_t n,
                       const struct field_code **out) {
    struct field_code *codes = ARENA_ARRAY(arena, struct field_code, n);
    for (uint32_t i = 0; codes && i < n; i++) {
        codes[i].text = copy_text(arena, from[i].text);
        codes[i].label = copy_text(arena, from[i].label);
        if (!codes[i].text.p || !codes[i].label.p)
            return false;
    }
    *out = codes;
    return codes != NULL;
}

bool about_copy(struct arena *arena, const struct field_about *from, struct field_about *out) {
    *out = *from;
    out->label = copy_text(arena, from->label);
    return out->label.p && copy_codes(arena, from->values, from->nvalues, &out->values) &&
           copy_codes(arena, from->missing, from->nmissing, &out->missing);
}

void put_about_missing(struct buf *out, const struct field_about *about, uint32_t *n) {
    for (uint32_t i = 0; i < about->nmissing; i++) {
        put_missing_code(out, about->missing[i].text, about->is_text, n);
        if (about->missing[i].label.n) {
            buf_char(out, ' ');
            put_text_literal(out, about->missing[i].label);
        }
    }
}

static void put_labelled(struct buf *out, const struct field_code *codes, uint32_t n, bool text) {
    for (uint32_t i = 0; i < n; i++) {
        buf_text(out, i ? ", " : " ");
        if (text)
            put_text_literal(out, codes[i].text);
        else
            buf_str(out, codes[i].text);
        buf_char(out, ' ');
        put_text_literal(out, codes[i].label);
    }
}

/* `one of` is for texts and ints. */
static bool can_be_listed(const struct field_about *about, enum type_kind kind) {
    bool fits = kind == TY_INT ? !about->is_text : kind == TY_TEXT && about->is_text;
    for (uint32_t i = 0; i < about->nvalues && fits; i++)
        fits = about->is_text || is_number(about->values[i].text);
    return fits && about->closed;
}

void put_about_values(struct buf *out, const struct field_about *about, enum type_kind kind) {
    if (!about->nvalues || !can_be_listed(about, kind))
        return;
    buf_text(out, " one of");
    put_labelled(out, about->values, about->nvalues, about->is_text);
}

void put_about_comment(struct buf *out, const struct field_about *about, enum type_kind kind) {
    if (about->nvalues && !can_be_listed(about, kind)) {
        buf_text(out, "  # labels of the next column, which holds other values, too:");
        put_labelled(out, about->values, about->nvalues, about->is_text);
        buf_char(out, '\n');
    }
}
