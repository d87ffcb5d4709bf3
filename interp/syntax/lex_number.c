/* Numbers, percentages, dates, datetimes and periods: everything that begins with a
 * digit, and school years. What cannot be read is diagnosed once, taken whole,
 * and becomes an ERROR token. */
#include "syntax/lex.h"

#include "base/datetime.h"
#include "base/num.h"

static void take_digits(struct lexer *lx) {
    while (is_digit(lex_byte(lx, 0)))
        lx->at++;
}

/* Takes the letters and digits that hang on to a literal. */
static void take_rest(struct lexer *lx) {
    for (uint32_t n; (n = lex_name_bytes(lx)) > 0;)
        lx->at += n;
}

static struct diag *bad_literal(struct lexer *lx, enum code code, uint32_t start,
                                const char *what) {
    take_rest(lx);
    struct str text = lex_slice(lx, start);
    lex_add(lx, TOK_ERROR, start);
    return diag_error(lx->diags, code, lex_span(lx, start), "`%.*s` %s", STR_ARG(text), what);
}

static void add_calendar(struct lexer *lx, enum token_kind kind, uint32_t start, int64_t value) {
    lex_add(lx, kind, start)->i = value;
}

/* "2013-14" as "2013 - 14". */
static struct str spaced(struct lexer *lx, struct str text) {
    ARENA_VEC(char) out = {0};
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '-')
            ARENA_PUSH(lx->arena, &out) = ' ';
        ARENA_PUSH(lx->arena, &out) = text.p[i];
        if (text.p[i] == '-')
            ARENA_PUSH(lx->arena, &out) = ' ';
    }
    return (struct str){out.at, out.n};
}

static int digits_value(const char *p, size_t n) {
    int value = 0;
    for (size_t i = 0; i < n && value < 100000; i++)
        value = value * 10 + (p[i] - '0');
    return value;
}

/* The parts of digits joined by `-`. */
struct parts {
    uint32_t n;
    int value[3];
    size_t width[3];
};

static struct parts split_parts(struct str text) {
    struct parts parts = {0};
    for (size_t i = 0, start = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != '-')
            continue;
        if (parts.n < 3) {
            parts.value[parts.n] = digits_value(text.p + start, i - start);
            parts.width[parts.n] = i - start;
        }
        parts.n++;
        start = i + 1;
    }
    return parts;
}

static void say_bad_date(struct lexer *lx, uint32_t start, const struct parts *parts) {
    struct str text = lex_slice(lx, start);
    struct diag *g = bad_literal(lx, E0105, start, "is no date");
    if (parts->n == 3 && parts->width[0] == 4 &&
        day_exists(parts->value[0], parts->value[1], parts->value[2]))
        diag_help(lx->diags, g, "as a day it is written `%04d-%02d-%02d`", parts->value[0],
                  parts->value[1], parts->value[2]);
    else if (parts->n == 2 && parts->width[0] == 4 && parts->width[1] == 1 && parts->value[1] > 0)
        diag_help(lx->diags, g, "as a month it is written `%04d-%02d`", parts->value[0],
                  parts->value[1]);
    else if (parts->n == 3 && parts->width[2] == 4)
        diag_help(lx->diags, g, "dates are written year-month-day, as 2025-09-01");
    diag_help(lx->diags, g, "to subtract, leave blanks: `%.*s`", STR_ARG(spaced(lx, text)));
}

static void finish_date(struct lexer *lx, uint32_t start) {
    struct parts parts = split_parts(lex_slice(lx, start));
    bool ends = lex_name_bytes(lx) == 0 && parts.width[0] == 4 && parts.width[1] == 2;
    if (ends && parts.n == 3 && parts.width[2] == 2 &&
        day_exists(parts.value[0], parts.value[1], parts.value[2])) {
        struct ymd day = {parts.value[0], parts.value[1], parts.value[2]};
        add_calendar(lx, TOK_DATE, start, day_of(day));
    } else if (ends && parts.n == 2 && day_exists(parts.value[0], parts.value[1], 1)) {
        int64_t month = (int64_t)parts.value[0] * 12 + parts.value[1] - 1;
        add_calendar(lx, TOK_PERIOD, start, period_pack(GRAIN_MONTH, month));
    } else {
        say_bad_date(lx, start, &parts);
    }
}

/* The time of day behind a day: `T08:30` or `T08:30:15`. */
static void finish_datetime(struct lexer *lx, uint32_t start) {
    lx->at++;
    take_digits(lx);
    while (lex_byte(lx, 0) == ':' && is_digit(lex_byte(lx, 1))) {
        lx->at++;
        take_digits(lx);
    }
    int64_t t;
    bool fraction = lex_byte(lx, 0) == '.' && is_digit(lex_byte(lx, 1));
    bool zone = lex_name_bytes(lx) > 0;
    if (!fraction && !zone && datetime_parse(lex_slice(lx, start), &t) == DATETIME_READ) {
        add_calendar(lx, TOK_DATETIME, start, t);
        return;
    }
    lx->at += fraction;
    struct diag *g = bad_literal(lx, E0105, start, "is no datetime");
    diag_help(lx->diags, g, "%s",
              fraction ? "seconds have no fraction here"
              : zone   ? "a datetime has no zone; write the local time alone"
                       : "datetimes are written 2025-09-01T08:30 or 2025-09-01T08:30:15");
}

/* Digits joined by `-` are a date if they begin with a year or have two or
 * more dashes; `5-3` is a subtraction. */
static bool lex_date(struct lexer *lx, uint32_t start) {
    uint32_t stop = lx->at, dashes = 0;
    while (lex_byte(lx, 0) == '-' && is_digit(lex_byte(lx, 1))) {
        lx->at++;
        dashes++;
        take_digits(lx);
    }
    if (dashes == 2 && lex_byte(lx, 0) == 'T' && is_digit(lex_byte(lx, 1))) {
        finish_datetime(lx, start);
        return true;
    }
    if (dashes > 1 || (dashes == 1 && stop - start == 4)) {
        finish_date(lx, start);
        return true;
    }
    lx->at = stop;
    return false;
}

/* A quarter or a week. Which days a week has, and whether a year has a week 53, depends on the day
 * that weeks start on: the checker reads weeks again by the calendar it knows. */
static bool is_period(struct str text, int64_t *period) {
    struct calendar c = CALENDAR_DEFAULT;
    while (!period_parse(&c, text, period) && c.week_start < 7)
        c.week_start++;
    return c.week_start < 7;
}

/* Behind the four digits of `2025Q3` or `2025-W36`. */
static bool lex_quarter_or_week(struct lexer *lx, uint32_t start) {
    unsigned char c = lex_byte(lx, 0);
    bool quarter = (c == 'Q' || c == 'q') && is_digit(lex_byte(lx, 1));
    bool week = c == '-' && lex_byte(lx, 1) == 'W' && is_digit(lex_byte(lx, 2));
    if (lx->at - start != 4 || (!quarter && !week))
        return false;
    lx->at += week ? 2 : 1;
    take_digits(lx);
    int64_t period;
    if (lex_name_bytes(lx) == 0 && c != 'q' && is_period(lex_slice(lx, start), &period)) {
        add_calendar(lx, TOK_PERIOD, start, period);
        return true;
    }
    struct diag *g = bad_literal(lx, E0105, start, "is no period");
    if (quarter)
        diag_help(lx->diags, g, "quarters are written 2025Q1 to 2025Q4");
    else
        diag_help(lx->diags, g, "weeks are written 2025-W01 to 2025-W53");
    return true;
}

static void finish_share(struct lexer *lx, uint32_t start, bool exponent) {
    int64_t n, d;
    bool fits = !exponent && num_parse_percent(lex_slice(lx, start), &n, &d);
    lx->at++;
    if (!fits) {
        bad_literal(lx, E0104, start, "is too long for a percentage");
        return;
    }
    struct token *t = lex_add(lx, TOK_SHARE, start);
    t->i = n;
    t->i2 = d;
}

static void finish_float(struct lexer *lx, uint32_t start) {
    double value;
    if (!num_parse_float(lex_slice(lx, start), &value)) {
        bad_literal(lx, E0104, start, "is too large for a number");
        return;
    }
    lex_add(lx, TOK_FLOAT, start)->f = value;
}

static void finish_int(struct lexer *lx, uint32_t start) {
    int64_t value;
    struct str text = lex_slice(lx, start);
    if (num_parse_int(text, &value)) {
        lex_add(lx, TOK_INT, start)->i = value;
    } else if (str_is(text, "9223372036854775808")) {
        /* Fits behind a minus sign only; the parser knows whether one stands there. */
        lex_add(lx, TOK_INT, start)->i = INT64_MIN;
    } else {
        struct diag *g = bad_literal(lx, E0104, start, "does not fit in 64 bits");
        diag_help(lx->diags, g, "an approximate number is written with a point: `%.*s.0`",
                  STR_ARG(text));
    }
}

/* Letters that hang on to a number: `30days`, `1_000`, `0x1F`. */
static void say_hanging(struct lexer *lx, uint32_t start) {
    uint32_t digits = lx->at;
    struct str number = lex_slice(lx, start);
    struct diag *g = bad_literal(lx, E0104, start, "is no number");
    struct str rest = {lx->text.p + digits, lx->at - digits};
    bool grouped = rest.p[0] == '_', unit = !grouped;
    for (size_t i = 0; i < rest.n; i++) {
        grouped = grouped && (rest.p[i] == '_' || is_digit((unsigned char)rest.p[i]));
        unit = unit && is_ascii_letter((unsigned char)rest.p[i]);
    }
    if (grouped)
        diag_help(lx->diags, g, "digits are written without `_`");
    else if (unit)
        diag_help(lx->diags, g, "leave a blank: `%.*s %.*s`", STR_ARG(number), STR_ARG(rest));
    else
        diag_help(lx->diags, g, "a name that begins with a digit stands in back-quotes");
}

/* `e6`, `e-6`, `E+6`. */
static bool take_exponent(struct lexer *lx) {
    unsigned char c = lex_byte(lx, 0), sign = lex_byte(lx, 1);
    uint32_t skip = sign == '+' || sign == '-' ? 2 : 1;
    if ((c != 'e' && c != 'E') || !is_digit(lex_byte(lx, skip)))
        return false;
    lx->at += skip;
    take_digits(lx);
    return true;
}

void lex_number(struct lexer *lx) {
    uint32_t start = lx->at;
    take_digits(lx);
    if (lex_quarter_or_week(lx, start) || lex_date(lx, start))
        return;
    bool fraction = lex_byte(lx, 0) == '.' && is_digit(lex_byte(lx, 1));
    if (fraction) {
        lx->at++;
        take_digits(lx);
    }
    bool exponent = take_exponent(lx);
    if (lex_name_bytes(lx) > 0)
        say_hanging(lx, start);
    else if (lex_byte(lx, 0) == '%')
        finish_share(lx, start, exponent);
    else if (fraction || exponent)
        finish_float(lx, start);
    else
        finish_int(lx, start);
}

/* `T2` or `S1` behind a school year, at the end of what was read; 0 without one, -1 if it is
 * wrong. */
static int term_behind_year(struct lexer *lx, enum grain *g) {
    unsigned char letter = lex_byte(lx, 0);
    if (lex_name_bytes(lx) == 0)
        return 0;
    *g = letter == 'T' ? GRAIN_TERM : GRAIN_SEMESTER;
    if (letter != 'T' && letter != 'S')
        return -1;
    uint32_t start = ++lx->at;
    take_digits(lx);
    int number = digits_value(lx->text.p + start, lx->at - start);
    bool right = lx->at > start && number >= 1 && number <= LAST_TERM && lex_name_bytes(lx) == 0;
    return right ? number : -1;
}

static void say_bad_school_year(struct lexer *lx, uint32_t start, int year, int term) {
    struct diag *g = bad_literal(lx, E0105, start, term ? "is no term" : "is no school year");
    if (term)
        diag_help(lx->diags, g,
                  "terms are written `SY%04d-%02dT1` to `T9`, semesters `SY%04d-%02dS1`", year,
                  (year + 1) % 100, year, (year + 1) % 100);
    else
        diag_help(lx->diags, g, "the school year that starts in %d is written `SY%04d-%02d`", year,
                  year, (year + 1) % 100);
}

/* Whether the second year is there, which fits where a school year lies in two calendar years, is
 * judged when the calendar is known. */
bool lex_school_year(struct lexer *lx, uint32_t start) {
    struct str word = lex_slice(lx, start);
    if (word.n < 6 || memcmp(word.p, "SY", 2) != 0)
        return false;
    for (size_t i = 2; i < word.n; i++) {
        bool letter = i == 6 && word.n > 7 && (word.p[i] == 'T' || word.p[i] == 'S');
        if (!letter && !is_digit((unsigned char)word.p[i]))
            return false;
    }
    if (word.n > 6 && is_digit((unsigned char)word.p[6]))
        return false;
    lx->at = start + 6;
    int year = digits_value(word.p + 2, 4);
    bool right = year > 0 && year < 9999;
    if (lex_byte(lx, 0) == '-' && is_digit(lex_byte(lx, 1))) {
        uint32_t second = ++lx->at;
        take_digits(lx);
        right = right && lx->at - second == 2 &&
                digits_value(lx->text.p + second, 2) == (year + 1) % 100;
    }
    enum grain g = GRAIN_NONE;
    int term = right ? term_behind_year(lx, &g) : 0;
    if (!right || term < 0)
        say_bad_school_year(lx, start, year, term);
    else if (term)
        add_calendar(lx, TOK_PERIOD, start, period_pack(g, (int64_t)year * TERMS_A_YEAR + term));
    else
        add_calendar(lx, TOK_PERIOD, start, period_pack(GRAIN_SCHOOL_YEAR, year));
    return true;
}
