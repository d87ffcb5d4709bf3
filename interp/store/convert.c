/* Strict conversion: what is not plainly a value of the column's type is
 * refused with a reason, never bent into shape. Blanks round all but
 * texts are passed over; texts are taken as they stand. */
#include "store/convert.h"
#include "base/datetime.h"
#include "base/num.h"
#include "base/ratio.h"
#include "base/utf8.h"
#include <math.h>

enum { SHOWN_BYTES = 60 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static struct str trimmed(struct str s) {
    while (s.n && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool parse_bool(struct str s, int64_t *out) {
    static const struct {
        const char *word;
        int64_t value;
    } words[] = {{"1", 1}, {"0", 0}, {"true", 1}, {"false", 0}, {"yes", 1}, {"no", 0}};
    char small[8];
    if (s.n >= sizeof small)
        return false;
    for (size_t i = 0; i < s.n; i++)
        small[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_is((struct str){small, s.n}, words[i].word)) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

/* `missing -9` also means -9.0. */
static bool is_code(const struct code_value *code, enum type_kind kind, struct str s) {
    int64_t i;
    double f;
    if (str_eq(code->text, s))
        return true;
    if (code->is_text)
        return false;
    if (kind == TY_INT)
        return num_parse_int(s, &i) && i == code->number;
    return kind == TY_FLOAT && num_parse_float(s, &f) && f == (double)code->number;
}

static bool is_missing(const struct table_column *c, enum type_kind kind, const struct csv_field *f,
                       struct str s) {
    if (s.n == 0 && (kind != TY_TEXT || !f->quoted))
        return true;
    for (uint32_t i = 0; i < c->nmissing; i++) {
        if (is_code(&c->missing[i], kind, s))
            return true;
    }
    return false;
}

static bool convert_pair(enum type_kind kind, struct str s, struct cell *out) {
    int64_t n, d;
    if (!(kind == TY_SHARE ? share_parse(s, &n, &d) : ratio_parse(s, &n, &d)))
        return false;
    out->text = (struct str){out->pair, ratio_print(out->pair, n, d)};
    return true;
}

bool convert_value(const struct calendar *calendar, const struct table_column *c,
                   enum type_kind kind, const struct csv_field *f, struct cell *out) {
    struct str s = kind == TY_TEXT ? csv_text(f) : trimmed(csv_text(f));
    out->missing = is_missing(c, kind, f, s);
    out->text = s;
    out->i = 0;
    if (out->missing)
        return true;
    switch (kind) {
    case TY_INT:
        return num_parse_int(s, &out->i);
    case TY_FLOAT:
        if (!num_parse_float(s, &out->f))
            return false;
        out->f += 0.0; /* -0 and 0 are one key */
        return true;
    case TY_BOOL:
        return parse_bool(s, &out->i);
    case TY_DATE:
        return day_parse(s, &out->i);
    case TY_DATETIME:
        return datetime_parse(s, &out->i) == DATETIME_READ;
    case TY_PERIOD:
        return period_read(calendar, s, &out->i);
    case TY_DURATION:
        return duration_parse(s, &out->i);
    case TY_RATIO:
    case TY_SHARE:
        return convert_pair(kind, s, out);
    default:
        return true;
    }
}

/* ---- domains and reasons ---- */

void put_clean(struct buf *out, struct str text, size_t most) {
    size_t at = 0, written = 0;
    while (at < text.n) {
        char bytes[4];
        uint32_t c = utf8_next(text, &at);
        size_t n = utf8_put(bytes, c == 0 ? 0xFFFD : c);
        if (written + n > most) {
            buf_text(out, "\xE2\x80\xA6");
            return;
        }
        buf_put(out, bytes, n);
        written += n;
    }
}

void put_shown(struct buf *out, struct str text) {
    buf_char(out, '"');
    put_clean(out, text, SHOWN_BYTES);
    buf_char(out, '"');
}

/* An end of the domain, as the column's values are written. */
static void put_number(struct buf *out, const struct table_column *c, double x) {
    char text[32];
    bool share = c->type->kind == TY_SHARE;
    x *= share ? 100 : 1;
    if (x == floor(x) && fabs(x) < 1e15)
        num_print_int(text, (int64_t)x);
    else
        num_print_float(text, x);
    buf_text(out, text);
    buf_text(out, share ? "%" : "");
}

static void put_column(struct buf *out, const struct table_column *c) {
    buf_printf(out, "`%.*s`", STR_ARG(c->name));
}

void reason_missing(struct buf *reason, const struct table_column *c) {
    put_column(reason, c);
    buf_text(reason, " is missing");
}

static const char *kind_wanted(enum type_kind kind) {
    switch (kind) {
    case TY_INT:
        return "an int";
    case TY_FLOAT:
        return "a number";
    case TY_BOOL:
        return "true or false";
    case TY_DATETIME:
        return "a datetime like 2025-09-01 08:30";
    case TY_PERIOD:
        return "a period like 2025-09, 2025Q3, 2025-W36, 2025 or SY2025-26";
    case TY_DURATION:
        return "a duration like 30 days or 1 hour 30 minutes";
    case TY_RATIO:
        return "a ratio like 3/4 or 0.75";
    case TY_SHARE:
        return "a share like 12.5% or 1/8";
    default:
        return "a date like 2025-09-01";
    }
}

static void reason_kind(struct buf *reason, const struct table_column *c, struct str s) {
    put_column(reason, c);
    buf_char(reason, ' ');
    put_shown(reason, s);
    int64_t unused;
    enum datetime_reading read =
        c->type->kind == TY_DATETIME ? datetime_parse(s, &unused) : DATETIME_NONE;
    if (read == DATETIME_FRACTION)
        buf_text(reason, " has a fraction of a second; datetimes are whole seconds");
    else if (read == DATETIME_ZONE)
        buf_text(reason, " has a time zone; datetimes are local times without one");
    else
        buf_printf(reason, " is not %s", kind_wanted(c->type->kind));
}

static void reason_range(struct buf *reason, const struct table_column *c, struct str s) {
    put_column(reason, c);
    buf_char(reason, ' ');
    put_clean(reason, s, SHOWN_BYTES);
    buf_text(reason, " is outside ");
    put_number(reason, c, c->low);
    buf_text(reason, "..");
    put_number(reason, c, c->high);
}

static void reason_one_of(struct buf *reason, const struct table_column *c, struct str s) {
    put_column(reason, c);
    buf_char(reason, ' ');
    put_shown(reason, s);
    buf_text(reason, " is not one of ");
    for (uint32_t i = 0; i < c->none_of; i++) {
        buf_text(reason, i ? ", " : "");
        if (i == 8 && c->none_of > 9) {
            buf_printf(reason, "and %u others", (unsigned)(c->none_of - i));
            return;
        }
        if (c->one_of[i].is_text)
            put_shown(reason, c->one_of[i].text);
        else
            buf_str(reason, c->one_of[i].text);
    }
}

static double number_of(const struct table_column *c, const struct cell *cell) {
    int64_t n, d;
    if (type_is_ratio(c->type) && ratio_parse(cell->text, &n, &d))
        return (double)n / (double)d;
    return c->type->kind == TY_FLOAT ? cell->f : (double)cell->i;
}

static bool in_range(const struct table_column *c, const struct cell *cell) {
    double x = number_of(c, cell);
    return !c->has_range || (x >= c->low && x <= c->high);
}

static bool in_one_of(const struct table_column *c, const struct cell *cell) {
    for (uint32_t i = 0; i < c->none_of; i++) {
        const struct code_value *code = &c->one_of[i];
        if (c->type->kind == TY_INT && !code->is_text ? code->number == cell->i
                                                      : str_eq(code->text, cell->text))
            return true;
    }
    return c->none_of == 0;
}

bool convert_fits(const struct table_column *c, const struct cell *cell, struct str shown,
                  struct buf *reason) {
    if (cell->missing) {
        if (!c->type->nullable)
            reason_missing(reason, c);
        return c->type->nullable;
    }
    if (type_is_number(c->type) && !in_range(c, cell)) {
        reason_range(reason, c, shown);
        return false;
    }
    if (!in_one_of(c, cell)) {
        reason_one_of(reason, c, shown);
        return false;
    }
    return true;
}

bool convert_field(const struct calendar *calendar, const struct table_column *c,
                   const struct csv_field *f, struct cell *out, struct buf *reason) {
    enum type_kind kind = c->type->kind;
    if (!convert_value(calendar, c, kind, f, out)) {
        reason_kind(reason, c, out->text);
        return false;
    }
    return convert_fits(c, out, kind == TY_TEXT ? csv_text(f) : trimmed(csv_text(f)), reason);
}
