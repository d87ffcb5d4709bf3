/* Values as text. Nothing here depends on a locale. */
#include "run/values.h"
#include "base/datetime.h"
#include "base/num.h"
#include "compile/proto.h"
#include <math.h>

/* ---- plain text ---- */

/* "12.50" becomes "12.5", "3.0" becomes "3". */
static void put_trimmed(struct buf *out, const char *digits, size_t n) {
    bool has_point = memchr(digits, '.', n) != NULL;
    while (has_point && digits[n - 1] == '0')
        n--;
    if (has_point && digits[n - 1] == '.')
        n--;
    buf_put(out, digits, n);
}

static void print_float(struct buf *out, double x) {
    char digits[32];
    size_t n = num_print_float(digits, x);
    if (memchr(digits, 'e', n))
        buf_put(out, digits, n);
    else
        put_trimmed(out, digits, n);
}

static void print_pair(struct buf *out, const struct value *v) {
    char digits[64];
    enum type_kind kind = v->type->kind;
    bool percent = kind == TY_SHARE || kind == TY_POINTS;
    size_t n = num_print_ratio(digits, v->w[0].i, v->w[1].i, percent ? 100 : 1, percent ? 1 : 4);
    size_t before = out->n;
    put_trimmed(out, digits, n);
    if (kind == TY_SHARE)
        buf_char(out, '%');
    if (kind == TY_POINTS)
        buf_text(out, out->n - before == 1 && digits[0] == '1' ? " point" : " points");
}

static void print_range(struct buf *out, const struct calendar *calendar, const struct value *v) {
    for (int i = 0; i < 2; i++) {
        struct value end = {.type = v->type->element, .w = {v->w[i], {.i = PRESENT}}};
        buf_text(out, i ? " .. " : "");
        value_print(out, calendar, &end);
    }
}

/* Texts inside a list or record stand in quotes, as in a script. */
static void print_part(struct buf *out, const struct calendar *calendar, const struct value *v) {
    if (v->type->kind == TY_TEXT && v->w[0].ref)
        buf_json(out, value_str(v));
    else
        value_print(out, calendar, v);
}

static void print_list(struct buf *out, const struct calendar *calendar, const struct value *v) {
    const struct list *l = (const struct list *)v->w[0].ref;
    buf_char(out, '[');
    for (uint32_t i = 0; i < l->n; i++) {
        struct value e = list_value(l, v->type->element, i);
        buf_text(out, i ? ", " : "");
        print_part(out, calendar, &e);
    }
    buf_char(out, ']');
}

static void print_map(struct buf *out, const struct calendar *calendar, const struct value *v) {
    const struct map *m = (const struct map *)v->w[0].ref;
    buf_text(out, "map {");
    const char *before = "";
    for (uint32_t i = map_next(m, 0); i < m->n; i = map_next(m, i + 1)) {
        struct value key, value;
        map_entry(m, v->type, i, &key, &value);
        buf_text(out, before);
        print_part(out, calendar, &key);
        buf_text(out, ": ");
        print_part(out, calendar, &value);
        before = ", ";
    }
    buf_char(out, '}');
}

static void print_record(struct buf *out, const struct calendar *calendar, const struct value *v) {
    const struct record *r = (const struct record *)v->w[0].ref;
    buf_char(out, '{');
    for (uint32_t i = 0; i < v->type->n; i++) {
        const struct field *f = &v->type->fields[i];
        struct value part = record_field(r, v->type, i);
        buf_printf(out, "%s%.*s: ", i ? ", " : "", STR_ARG(f->name));
        print_part(out, calendar, &part);
    }
    buf_char(out, '}');
}

/* Of ratios: a list of two. */
static void print_ratio_range(struct buf *out, const struct calendar *calendar,
                              const struct value *v) {
    for (uint32_t i = 0; i < 2; i++) {
        struct value end = list_value((const struct list *)v->w[0].ref, v->type->element, i);
        buf_text(out, i ? " .. " : "");
        value_print(out, calendar, &end);
    }
}

static void print_object(struct buf *out, const struct calendar *calendar, const struct value *v) {
    switch (v->type->kind) {
    case TY_LIST:
        print_list(out, calendar, v);
        break;
    case TY_RECORD:
        print_record(out, calendar, v);
        break;
    case TY_RANGE:
        print_ratio_range(out, calendar, v);
        break;
    case TY_MAP:
        print_map(out, calendar, v);
        break;
    default:
        type_print(out, v->type);
        break;
    }
}

static void print_word(struct buf *out, const struct calendar *calendar, const struct value *v) {
    char s[96];
    switch (v->type->kind) {
    case TY_BOOL:
        buf_text(out, v->w[0].i ? "true" : "false");
        break;
    case TY_DATE:
        buf_put(out, s, day_print(s, v->w[0].i));
        break;
    case TY_DATETIME:
        buf_put(out, s, datetime_print(s, v->w[0].i));
        break;
    case TY_PERIOD:
        buf_put(out, s, period_print(calendar, s, v->w[0].i));
        break;
    case TY_DURATION:
        buf_put(out, s, duration_print(s, v->w[0].i));
        break;
    default:
        buf_put(out, s, num_print_int(s, v->w[0].i));
        break;
    }
}

void value_print(struct buf *out, const struct calendar *calendar, const struct value *v) {
    enum state state = value_state(v);
    if (state != PRESENT) {
        buf_text(out, state == MISSING ? "missing" : "suppressed");
        return;
    }
    switch (type_storage(v->type)) {
    case STORE_FLOAT:
        print_float(out, v->w[0].f);
        break;
    case STORE_PAIR:
        print_pair(out, v);
        break;
    case STORE_RANGE:
        print_range(out, calendar, v);
        break;
    case STORE_TEXT:
        buf_str(out, value_str(v));
        break;
    case STORE_OBJECT:
        print_object(out, calendar, v);
        break;
    default:
        print_word(out, calendar, v);
        break;
    }
}

/* ---- number formats ---- */

struct number_format {
    bool thousands, percent, fixed;
    int decimals; /* -1: as many as plain text has */
};

/* [,][.digits][f or %] */
static bool read_number_format(struct str f, struct number_format *out) {
    size_t at = 0;
    *out = (struct number_format){.decimals = -1};
    if (at < f.n && f.p[at] == ',') {
        out->thousands = true;
        at++;
    }
    if (at < f.n && f.p[at] == '.') {
        size_t first = ++at;
        out->decimals = 0;
        while (at < f.n && at < first + 2 && f.p[at] >= '0' && f.p[at] <= '9')
            out->decimals = out->decimals * 10 + (f.p[at++] - '0');
        if (at == first || out->decimals > 20)
            return false;
    }
    if (at < f.n && (f.p[at] == '%' || f.p[at] == 'f')) {
        out->percent = f.p[at] == '%';
        out->fixed = !out->percent;
        at++;
    }
    return f.n > 0 && at == f.n;
}

static size_t number_digits(char out[352], const struct value *v, const struct number_format *f) {
    int times = f->percent || v->type->kind == TY_POINTS ? 100 : 1;
    int decimals = f->decimals >= 0 ? f->decimals : f->percent ? 1 : f->fixed ? 6 : 4;
    switch (type_storage(v->type)) {
    case STORE_FLOAT:
        return num_print_fixed(out, v->w[0].f * times, decimals);
    case STORE_PAIR:
        return num_print_ratio(out, v->w[0].i, v->w[1].i, times, decimals);
    default:
        return num_print_ratio(out, v->w[0].i, 1, times, decimals);
    }
}

/* `digits` is [-]ddd[.ddd]: a comma before every third digit from the point. */
static void put_thousands(struct buf *out, const char *digits, size_t n) {
    size_t start = n && digits[0] == '-';
    const char *point = memchr(digits, '.', n);
    size_t whole = point ? (size_t)(point - digits) : n;
    buf_put(out, digits, start);
    for (size_t i = start; i < whole; i++) {
        if (i > start && (whole - i) % 3 == 0)
            buf_char(out, ',');
        buf_char(out, digits[i]);
    }
    buf_put(out, digits + whole, n - whole);
}

static bool format_number(struct buf *out, const struct value *v, struct str format) {
    struct number_format f;
    if (!read_number_format(format, &f))
        return false;
    if (v->type->kind == TY_FLOAT && !isfinite(v->w[0].f)) {
        print_float(out, v->w[0].f);
        return true;
    }
    char digits[352];
    size_t n = number_digits(digits, v, &f);
    if (f.decimals < 0 && !f.fixed && memchr(digits, '.', n)) { /* no more than it has */
        while (digits[n - 1] == '0')
            n--;
        n -= digits[n - 1] == '.';
    }
    if (f.thousands)
        put_thousands(out, digits, n);
    else
        buf_put(out, digits, n);
    if (f.percent)
        buf_char(out, '%');
    return true;
}

/* ---- formats of dates and datetimes ---- */

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
static const char *const day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};

static bool put_date_part(struct buf *out, char letter, int64_t day) {
    struct ymd d = day_split(day);
    switch (letter) {
    case 'd':
        buf_printf(out, "%02d", d.day);
        return true;
    case 'e':
        buf_printf(out, "%d", d.day);
        return true;
    case 'm':
        buf_printf(out, "%02d", d.month);
        return true;
    case 'Y':
        buf_printf(out, "%04d", d.year);
        return true;
    case 'y':
        buf_printf(out, "%02d", d.year % 100);
        return true;
    case 'j':
        buf_printf(out, "%03d", (int)(day - day_of((struct ymd){d.year, 1, 1})) + 1);
        return true;
    case 'b':
        buf_printf(out, "%.3s", month_names[d.month - 1]);
        return true;
    case 'B':
        buf_text(out, month_names[d.month - 1]);
        return true;
    case 'a':
        buf_printf(out, "%.3s", day_names[day_weekday(day)]);
        return true;
    case 'A':
        buf_text(out, day_names[day_weekday(day)]);
        return true;
    case '%':
        buf_char(out, '%');
        return true;
    default:
        return false;
    }
}

static bool put_time_part(struct buf *out, char letter, int64_t t) {
    static const char letters[] = "HMS";
    static const enum time_part parts[] = {TIME_HOUR, TIME_MINUTE, TIME_SECOND};
    const char *which = strchr(letters, letter);
    if (!letter || !which)
        return put_date_part(out, letter, datetime_day(t));
    buf_printf(out, "%02d", (int)datetime_part(t, parts[which - letters]));
    return true;
}

/* `put` writes what stands for one letter behind a `%`. */
static bool format_time(struct buf *out, int64_t when, struct str format,
                        bool (*put)(struct buf *out, char letter, int64_t when)) {
    size_t before = out->n;
    if (!format.n || !memchr(format.p, '%', format.n))
        return false;
    for (size_t i = 0; i < format.n; i++) {
        if (format.p[i] != '%') {
            buf_char(out, format.p[i]);
        } else if (++i >= format.n || !put(out, format.p[i], when)) {
            out->n = before;
            return false;
        }
    }
    return true;
}

bool value_format(struct buf *out, const struct calendar *calendar, const struct value *v,
                  struct str format) {
    if (value_is_missing(v) || format.n == 0) {
        value_print(out, calendar, v);
        return true;
    }
    if (type_is_number(v->type) || v->type->kind == TY_POINTS)
        return format_number(out, v, format);
    if (v->type->kind == TY_DATE)
        return format_time(out, v->w[0].i, format, put_date_part);
    if (v->type->kind == TY_DATETIME)
        return format_time(out, v->w[0].i, format, put_time_part);
    return false;
}
