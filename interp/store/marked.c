/* Codes for missing, percentages, errors, and what no column can hold. */
#include "store/marked.h"
#include "base/num.h"

enum { MOST_DIGITS = 32, MOST_DECIMALS = 18 /* what a fraction of two ints can hold */ };

/* ---- percentages ---- */

struct digits { /* of a number, from the first that is not 0 */
    char at[MOST_DIGITS];
    int n;
    int point; /* how many stand before it; below 0: zeros behind it */
};

static void add_digit(struct digits *d, char digit, bool before_point) {
    if (d->n == 0 && digit == '0') {
        d->point -= !before_point;
        return;
    }
    if (d->n < MOST_DIGITS)
        d->at[d->n++] = digit;
    d->point += before_point;
}

/* Of what num_print_float wrote. */
static struct digits digits_of(struct str s) {
    struct digits d = {.n = 0};
    bool before_point = true;
    size_t at = 0;
    int64_t exponent = 0;
    for (; at < s.n && s.p[at] != 'e'; at++) {
        if (s.p[at] == '.')
            before_point = false;
        else if (s.p[at] != '-')
            add_digit(&d, s.p[at], before_point);
    }
    if (at < s.n && num_parse_int((struct str){s.p + at + 1, s.n - at - 1}, &exponent))
        d.point += (int)exponent;
    return d;
}

/* 0.125 is "0.125", or moved by 2 places "12.5": nothing is cut off within 18 decimals. */
static size_t decimal_text(char out[PERCENT_ROOM], double x, int places) {
    char shortest[32];
    struct digits d = digits_of((struct str){shortest, num_print_float(shortest, x)});
    int point = d.point + places;
    size_t n = 0, last;
    if (x < 0)
        out[n++] = '-';
    if (point <= 0 || d.n == 0)
        out[n++] = '0';
    last = n;
    for (int i = point < 0 ? point : 0; d.n > 0 && (i < point || i < d.n); i++) {
        char digit = i >= 0 && i < d.n ? d.at[i] : '0';
        if (i - point == MOST_DECIMALS - places)
            break;
        if (i == point)
            out[n++] = '.';
        out[n++] = digit;
        if (i < point || digit != '0')
            last = n;
    }
    return last;
}

struct csv_field percent_field(const struct table_column *c, const struct csv_field *f,
                               char room[PERCENT_ROOM]) {
    struct csv_field plain = {.p = f->p, .n = f->n};
    bool number = c->type->kind == TY_FLOAT || c->type->kind == TY_INT;
    double x;
    if ((number && !str_is(c->unit, "%")) || !num_parse_float(csv_text(f), &x) || x > 1e12 ||
        x < -1e12)
        return plain;
    bool ratio = c->type->kind == TY_RATIO;
    size_t length = decimal_text(room, x, ratio ? 0 : 2);
    if (!number && !ratio)
        room[length++] = '%';
    plain.p = room;
    plain.n = (uint32_t)length;
    return plain;
}

/* ---- what is no value ---- */

static bool refuse(struct buf *reason, const struct table_column *c, const char *what,
                   struct str more) {
    buf_printf(reason, "`%.*s` holds %s%.*s", STR_ARG(c->name), what, STR_ARG(more));
    return false;
}

static bool missing(const struct table_column *c, struct cell *out, struct buf *reason) {
    out->missing = true;
    if (!c->type->nullable)
        reason_missing(reason, c);
    return c->type->nullable;
}

bool convert_marked(const struct calendar *calendar, const struct table_column *c,
                    const struct csv_field *f, struct cell *out, struct buf *reason) {
    switch (f->kind) {
    case FIELD_MISSING:
    case FIELD_ERROR:
        if ((convert_value(calendar, c, TY_TEXT, f, out) && out->missing) ||
            f->kind == FIELD_MISSING)
            return missing(c, out, reason);
        return refuse(reason, c, "the error ", csv_text(f));
    case FIELD_FAULT:
        return refuse(reason, c, "", csv_text(f));
    case FIELD_BLOB:
        return refuse(reason, c, "bytes that are no text; a column holds one value", STR(""));
    default:
        return refuse(reason, c, *f->p == '{' ? "an object" : "a list",
                      STR("; a column holds one value"));
    }
}
