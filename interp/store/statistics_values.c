/* Formats of columns, and what their numbers count. */
#include "store/statistics_values.h"
#include "base/datetime.h"
#include "base/num.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct format_name {
    const char *name; /* without its width */
    enum statistics_kind kind;
};

static const struct format_name spss_formats[] = {
    {"DATE", KIND_GREGORIAN_DAYS},      {"ADATE", KIND_GREGORIAN_DAYS},
    {"EDATE", KIND_GREGORIAN_DAYS},     {"SDATE", KIND_GREGORIAN_DAYS},
    {"JDATE", KIND_GREGORIAN_DAYS},     {"DATETIME", KIND_GREGORIAN_SECONDS},
    {"YMDHMS", KIND_GREGORIAN_SECONDS}, {"TIME", KIND_DURATION},
    {"MTIME", KIND_DURATION},           {"DTIME", KIND_DURATION},
    {"MOYR", KIND_GREGORIAN_MONTHS},    {"QYR", KIND_GREGORIAN_QUARTERS},
};

static const struct format_name stata_formats[] = {
    {"td", KIND_DAYS},   {"d", KIND_DAYS},      {"tc", KIND_MILLISECONDS},
    {"tm", KIND_MONTHS}, {"tq", KIND_QUARTERS},
};

static const struct format_name sas_formats[] = {
    {"DATE", KIND_DAYS},       {"MMDDYY", KIND_DAYS},      {"DDMMYY", KIND_DAYS},
    {"YYMMDD", KIND_DAYS},     {"E8601DA", KIND_DAYS},     {"B8601DA", KIND_DAYS},
    {"IS8601DA", KIND_DAYS},   {"WEEKDATE", KIND_DAYS},    {"WORDDATE", KIND_DAYS},
    {"JULIAN", KIND_DAYS},     {"MONYY", KIND_DAYS},       {"YYMM", KIND_DAYS},
    {"YYQ", KIND_DAYS},        {"DATETIME", KIND_SECONDS}, {"E8601DT", KIND_SECONDS},
    {"B8601DT", KIND_SECONDS}, {"DATEAMPM", KIND_SECONDS}, {"TIME", KIND_DURATION},
    {"HHMM", KIND_DURATION},   {"TOD", KIND_DURATION},     {"E8601TM", KIND_DURATION},
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The letters that a format begins with; those of SAS may have digits among them. */
static size_t name_length(const char *format) {
    size_t n = 0;
    while (is_letter(format[n]))
        n++;
    if (strncmp(format + n, "8601", 4) == 0) {
        n += 4;
        while (is_letter(format[n]))
            n++;
    }
    return n;
}

static enum statistics_kind find(const struct format_name *names, size_t n, struct str name) {
    for (size_t i = 0; i < n; i++) {
        if (str_is(name, names[i].name))
            return names[i].kind;
    }
    return KIND_NUMBER;
}

enum statistics_kind statistics_kind_of(const char *format, enum statistics_format file) {
    if (file == STATISTICS_SPSS)
        return find(spss_formats, COUNT_OF(spss_formats),
                    (struct str){format, name_length(format)});
    if (file != STATISTICS_STATA)
        return find(sas_formats, COUNT_OF(sas_formats), (struct str){format, name_length(format)});
    if (*format++ != '%')
        return KIND_NUMBER;
    while (*format == '-' || *format == '0')
        format++;
    /* What follows %td says how its parts are arranged. */
    size_t n = *format == 't' && format[1] ? 2 : *format == 'd' ? 1 : 0;
    return find(stata_formats, COUNT_OF(stata_formats), (struct str){format, n});
}

enum type_kind statistics_type_of(enum statistics_kind kind) {
    switch (kind) {
    case KIND_DURATION:
        return TY_DURATION;
    case KIND_MONTHS:
    case KIND_QUARTERS:
    case KIND_GREGORIAN_MONTHS:
    case KIND_GREGORIAN_QUARTERS:
        return TY_PERIOD;
    default:
        return TY_VOID;
    }
}

/* ---- numbers ---- */

static void put_number(struct buf *out, double x) {
    char text[32];
    if (x == floor(x) && fabs(x) < 1e15)
        buf_put(out, text, num_print_int(text, (int64_t)x));
    else
        buf_put(out, text, num_print_float(text, x));
}

/* The precision grows until the text reads back as the same number. */
void statistics_put_single(struct buf *out, float x) {
    char text[32];
    double read = 0;
    int n = 0;
    for (int digits = 1; digits <= 9; digits++) {
        n = snprintf(text, sizeof text, "%.*g", digits, (double)x);
        for (int i = 0; i < n; i++)
            text[i] = text[i] == ',' ? '.' : text[i]; /* a locale's point */
        if (num_parse_float((struct str){text, (size_t)n}, &read) && (float)read == x)
            break;
    }
    put_number(out, read);
}

/* ---- dates ---- */

static const struct ymd epoch_1960 = {1960, 1, 1}, epoch_1582 = {1582, 10, 14};

/* Seconds since 1970 of a number of `unit` seconds since an epoch; false: no day has it. */
static bool seconds_of(double x, double unit, struct ymd epoch, int64_t *t) {
    double seconds = x * unit;
    if (!(fabs(seconds) < 1e12))
        return false;
    *t = (int64_t)llround(seconds) + day_of(epoch) * SECONDS_A_DAY;
    return datetime_exists(*t);
}

static void put_day(struct buf *out, int64_t t) {
    char text[16];
    buf_put(out, text, day_print(text, datetime_day(t)));
}

static void put_datetime(struct buf *out, int64_t t) {
    char text[32];
    buf_put(out, text, datetime_print(text, t));
}

static void put_period(struct buf *out, int64_t day, enum grain grain) {
    char text[24];
    struct calendar calendar = CALENDAR_DEFAULT;
    buf_put(out, text, period_print(&calendar, text, period_of(&calendar, grain, day)));
}

static bool put_months(struct buf *out, double x, int64_t months, enum grain grain) {
    if (!(fabs(x) < 20000) || x != floor(x))
        return false;
    int64_t day = day_add_months(day_of(epoch_1960), (int64_t)x * months);
    if (datetime_exists(day * SECONDS_A_DAY))
        put_period(out, day, grain);
    return datetime_exists(day * SECONDS_A_DAY);
}

static bool put_duration(struct buf *out, double x) {
    char text[96];
    int64_t duration;
    if (!(fabs(x) < 1e11) || !duration_make(0, (int64_t)llround(x), &duration))
        return false;
    buf_put(out, text, duration_print(text, duration));
    return true;
}

static bool put_moment(struct buf *out, double x, enum statistics_kind kind) {
    bool gregorian = kind == KIND_GREGORIAN_DAYS || kind == KIND_GREGORIAN_SECONDS ||
                     kind == KIND_GREGORIAN_MONTHS || kind == KIND_GREGORIAN_QUARTERS;
    double unit = kind == KIND_DAYS ? SECONDS_A_DAY : kind == KIND_MILLISECONDS ? 1e-3 : 1;
    int64_t t;
    if (!seconds_of(x, unit, gregorian ? epoch_1582 : epoch_1960, &t))
        return false;
    if (kind == KIND_GREGORIAN_MONTHS || kind == KIND_GREGORIAN_QUARTERS)
        put_period(out, datetime_day(t),
                   kind == KIND_GREGORIAN_MONTHS ? GRAIN_MONTH : GRAIN_QUARTER);
    else if (kind == KIND_DAYS || kind == KIND_GREGORIAN_DAYS)
        put_day(out, t);
    else
        put_datetime(out, t);
    return true;
}

void statistics_put(struct buf *out, double x, enum statistics_kind kind) {
    bool put = false;
    switch (kind) {
    case KIND_NUMBER:
        break;
    case KIND_DURATION:
        put = put_duration(out, x);
        break;
    case KIND_MONTHS:
        put = put_months(out, x, 1, GRAIN_MONTH);
        break;
    case KIND_QUARTERS:
        put = put_months(out, x, 3, GRAIN_QUARTER);
        break;
    default:
        put = put_moment(out, x, kind);
    }
    if (!put)
        put_number(out, x);
}
