/* Formats of numbers: which of them are dates, and what their numbers mean.
 *
 * Workbooks count days from 1900-01-01 as day 1, but take 1900 for a leap year:
 * day 60 is a 29 February that never was, and all days from 61 on count from
 * 1899-12-30. Others, once made on a Macintosh, count from 1904-01-01 as day 0. */
#include "store/cell_style.h"
#include "base/datetime.h"
#include <math.h>

enum { LEAP_YEAR_FAULT = 60, LAST_DAY = 2958465 /* 9999-12-31 */ };

struct parts { /* of a format */
    bool day, clock, percent, elapsed;
    char last; /* letter of a date: an m behind an h means minutes */
};

/* From the `[` at `at` to behind the `]`: a colour, a condition, a language, or elapsed time. */
static size_t skip_brackets(struct str f, size_t at, struct parts *p) {
    char first = at + 1 < f.n ? (char)(f.p[at + 1] | 0x20) : ' ';
    size_t end = at + 1;
    bool same = first == 'h' || first == 'm' || first == 's';
    while (end < f.n && f.p[end] != ']') {
        same = same && (f.p[end] | 0x20) == first;
        end++;
    }
    p->elapsed |= same;
    if (same)
        p->last = first;
    return end < f.n ? end + 1 : end;
}

static size_t skip_quoted(struct str f, size_t at) {
    at++;
    while (at < f.n && f.p[at] != '"')
        at++;
    return at < f.n ? at + 1 : at;
}

/* Whether the next letter of a date is an s: the m before it means minutes. */
static bool seconds_follow(struct str f, size_t at) {
    while (at < f.n && f.p[at] != ';') {
        char c = (char)(f.p[at] | 0x20);
        if (f.p[at] == '"') {
            at = skip_quoted(f, at);
            continue;
        }
        if (c == 's')
            return true;
        if (c == 'y' || c == 'd' || c == 'h' || c == 'm')
            return false;
        at += f.p[at] == '\\' ? 2 : 1;
    }
    return false;
}

/* A run of one letter. */
static size_t take_letters(struct str f, size_t at, struct parts *p) {
    char letter = (char)(f.p[at] | 0x20);
    while (at < f.n && (f.p[at] | 0x20) == letter)
        at++;
    bool minutes = letter == 'm' && (p->last == 'h' || seconds_follow(f, at));
    p->clock |= letter == 'h' || letter == 's' || minutes;
    p->day |= letter == 'y' || letter == 'd' || (letter == 'm' && !minutes);
    p->last = letter;
    return at;
}

static bool begins(struct str f, size_t at, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i < n; i++) {
        if (at + i >= f.n || (f.p[at + i] | 0x20) != (word[i] | 0x20))
            return false;
    }
    return true;
}

static size_t take_part(struct str f, size_t at, struct parts *p) {
    switch (f.p[at]) {
    case '[':
        return skip_brackets(f, at, p);
    case '"':
        return skip_quoted(f, at);
    case '\\':
    case '_':
    case '*':
        return at + 2;
    case '%':
        p->percent = true;
        return at + 1;
    default:
        break;
    }
    if (begins(f, at, "general"))
        return at + 7;
    if (begins(f, at, "am/pm") || begins(f, at, "a/p")) {
        p->clock = true;
        return at + (begins(f, at, "a/p") ? 3 : 5);
    }
    return strchr("yYmMdDhHsS", f.p[at]) && f.p[at] ? take_letters(f, at, p) : at + 1;
}

/* Only the part before the first `;`, which is that of numbers above 0. */
enum cell_style style_of_format(struct str format) {
    struct parts p = {.last = ' '};
    for (size_t at = 0; at < format.n && format.p[at] != ';';)
        at = take_part(format, at, &p);
    if (p.elapsed && !p.day)
        return STYLE_ELAPSED;
    if (p.day)
        return p.clock || p.elapsed ? STYLE_DATETIME : STYLE_DATE;
    if (p.clock)
        return STYLE_TIME;
    return p.percent ? STYLE_PERCENT : STYLE_NUMBER;
}

enum cell_style style_of_number(uint32_t number) {
    if (number == 9 || number == 10)
        return STYLE_PERCENT;
    if (number == 22)
        return STYLE_DATETIME;
    if (number == 46)
        return STYLE_ELAPSED;
    if ((number >= 18 && number <= 21) || number == 45 || number == 47 ||
        (number >= 32 && number <= 35) || number == 55 || number == 56)
        return STYLE_TIME;
    bool date = (number >= 14 && number <= 17) || (number >= 27 && number <= 31) || number == 36 ||
                (number >= 50 && number <= 54) || number == 57 || number == 58;
    return date ? STYLE_DATE : STYLE_NUMBER;
}

/* ---- numbers ---- */

static void put_clock(struct buf *out, int64_t second) {
    buf_printf(out, "%02d:%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60),
               (int)(second % 60));
}

static bool put_elapsed(struct buf *out, double x, const char **fault) {
    int64_t duration;
    char text[96];
    if (fabs(x) > LAST_DAY || !duration_make(0, (int64_t)llround(x * SECONDS_A_DAY), &duration)) {
        *fault = "a time longer than 9999 years";
        return false;
    }
    buf_put(out, text, duration_print(text, duration));
    return true;
}

/* The day that the number of a day means. */
static bool real_day(int64_t number, bool from_1904, int64_t *day, const char **fault) {
    static const struct ymd epochs[] = {{1899, 12, 30}, {1899, 12, 31}, {1904, 1, 1}};
    if (!from_1904 && number == LEAP_YEAR_FAULT) {
        *fault = "the date 1900-02-29, a day that never was";
        return false;
    }
    if (!from_1904 && number == 0) {
        *fault = "the date 0, a day before all dates";
        return false;
    }
    *day = number + day_of(epochs[from_1904 ? 2 : number < LEAP_YEAR_FAULT ? 1 : 0]);
    if (!datetime_exists(*day * SECONDS_A_DAY)) {
        *fault = "a date after 9999";
        return false;
    }
    return true;
}

bool style_put(struct buf *out, double x, enum cell_style style, bool from_1904,
               const char **fault) {
    int64_t day;
    char text[32];
    if (style == STYLE_ELAPSED)
        return put_elapsed(out, x, fault);
    if (!(x >= 0 && x < LAST_DAY + 1)) {
        *fault = "a number that is no date";
        return false;
    }
    int64_t seconds = (int64_t)llround(x * SECONDS_A_DAY);
    int64_t number = seconds / SECONDS_A_DAY, second = seconds % SECONDS_A_DAY;
    if (style == STYLE_TIME && number == 0) {
        put_clock(out, second);
        return true;
    }
    if (!real_day(number, from_1904, &day, fault))
        return false;
    if (style == STYLE_DATE)
        buf_put(out, text, day_print(text, day));
    else
        buf_put(out, text, datetime_print(text, day * SECONDS_A_DAY + second));
    return true;
}
