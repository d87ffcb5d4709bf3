/* Days by format and distances in months; plain arithmetic, no locale. */
#include "stdlib/core/dates.h"

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

const char *dates_month_name(int month) {
    assert(month >= 1 && month <= 12);
    return months[month - 1];
}

const char *dates_weekday_name(int weekday) {
    assert(weekday >= 0 && weekday < 7);
    return weekdays[weekday];
}

int64_t dates_months_between(int64_t a, int64_t b) {
    if (b < a) {
        return -dates_months_between(b, a);
    }
    struct ymd from = day_split(a), to = day_split(b);
    int64_t n = ((int64_t)to.year - from.year) * 12 + (to.month - from.month);
    return day_add_months(a, n) > b ? n - 1 : n;
}

/* ---- reading ---- */

/* What has been read: 0 where nothing was. */
struct reading {
    struct str s;
    size_t at;
    struct ymd date;
};

/* `least` to `most` digits. */
static bool read_number(struct reading *r, size_t least, size_t most, int *out) {
    size_t n = 0;
    *out = 0;
    while (n < most && r->at < r->s.n && r->s.p[r->at] >= '0' && r->s.p[r->at] <= '9') {
        *out = *out * 10 + (r->s.p[r->at++] - '0');
        n++;
    }
    return n >= least;
}

static char small_letter(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool read_word(struct reading *r, const char *word, size_t n) {
    if (r->s.n - r->at < n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (small_letter(r->s.p[r->at + i]) != small_letter(word[i])) {
            return false;
        }
    }
    r->at += n;
    return true;
}

static bool read_month_name(struct reading *r, bool whole) {
    for (int m = 0; m < 12; m++) {
        if (read_word(r, months[m], whole ? strlen(months[m]) : 3)) {
            r->date.month = m + 1;
            return true;
        }
    }
    return false;
}

static bool read_short_year(struct reading *r) {
    if (!read_number(r, 2, 2, &r->date.year)) {
        return false;
    }
    r->date.year += r->date.year < 69 ? 2000 : 1900;
    return true;
}

static bool read_directive(struct reading *r, char directive) {
    switch (directive) {
    case 'd':
        return read_number(r, 2, 2, &r->date.day);
    case 'e':
        return read_number(r, 1, 2, &r->date.day);
    case 'm':
        return read_number(r, 2, 2, &r->date.month);
    case 'Y':
        return read_number(r, 4, 4, &r->date.year);
    case 'y':
        return read_short_year(r);
    case '%':
        return read_word(r, "%", 1);
    default:
        return read_month_name(r, directive == 'B');
    }
}

/* Whether every % word is known, and day, month and year are among them. */
static bool is_format(struct str format) {
    bool day = false, month = false, year = false;
    for (size_t i = 0; i < format.n; i++) {
        if (format.p[i] != '%') {
            continue;
        }
        char c = ++i < format.n ? format.p[i] : '\0';
        if (c == '\0' || !strchr("demYybB%", c)) {
            return false;
        }
        day = day || c == 'd' || c == 'e';
        month = month || c == 'm' || c == 'b' || c == 'B';
        year = year || c == 'Y' || c == 'y';
    }
    return day && month && year;
}

enum dates_reading dates_parse(struct str s, struct str format, int64_t *day) {
    struct reading r = {.s = s};
    if (!is_format(format)) {
        return DATES_NO_FORMAT;
    }
    for (size_t i = 0; i < format.n; i++) {
        bool fits = format.p[i] == '%' ? read_directive(&r, format.p[++i])
                                       : r.at < s.n && s.p[r.at++] == format.p[i];
        if (!fits) {
            return DATES_NONE;
        }
    }
    if (r.at < s.n || !day_exists(r.date.year, r.date.month, r.date.day)) {
        return DATES_NONE;
    }
    *day = day_of(r.date);
    return DATES_READ;
}
