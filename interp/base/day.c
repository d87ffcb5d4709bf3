/* Day and period arithmetic on plain integers; no tables but the
 * months, no time of day, nothing from the C library's clock.
 *
 * Years outside 1 to 9999 cannot be written in the language but can come out
 * of arithmetic; they are counted rightly up to LAST_YEAR on both sides and
 * stop there, so that nothing overflows. */
#include "base/school_days.h"

enum {
    LAST_YEAR = 999999,
    DAYS_BEFORE_1970 = 719162, /* since 0001-01-01 */
    DAYS_IN_4 = 1461,
    DAYS_IN_400 = 146097,
    LAST_DAY = 364000000 /* inside LAST_YEAR, as is -LAST_DAY */
};

static const int DAYS_BEFORE[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static int64_t clamp(int64_t x, int64_t most) {
    return x > most ? most : x < -most ? -most : x;
}

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month) {
    return DAYS_BEFORE[month] - DAYS_BEFORE[month - 1] + (month == 2 && is_leap(year));
}

/* Days of the year before the month starts. */
static int days_before_month(int year, int month) {
    return DAYS_BEFORE[month - 1] + (month > 2 && is_leap(year));
}

/* ---- days ---- */

int64_t day_of(struct ymd d) {
    int64_t past = (int64_t)d.year - 1;
    int64_t leaps = floor_div(past, 4) - floor_div(past, 100) + floor_div(past, 400);
    return past * 365 + leaps + days_before_month(d.year, d.month) + d.day - 1 - DAYS_BEFORE_1970;
}

/* Years are counted from 1 March, which puts the leap day last: a century is 36524 days and every
 * fourth a day longer, a year 365 and every fourth a day longer, five months are 153 days. Counting
 * from a March long before any day asked for leaves nothing below 0, and four times the days still
 * fit in 32 bits. */
struct ymd day_split(int64_t day) {
    enum { ERAS = 2500, MARCH = DAYS_BEFORE_1970 + 306 };
    uint32_t since = (uint32_t)(clamp(day, LAST_DAY) + MARCH + (int64_t)ERAS * DAYS_IN_400);
    uint32_t in_centuries = 4 * since + 3;
    uint32_t in_years = in_centuries % DAYS_IN_400 | 3;
    int year = (int)(in_centuries / DAYS_IN_400 * 100 + in_years / DAYS_IN_4) - 400 * ERAS;
    int rest = (int)(in_years % DAYS_IN_4 / 4);
    int month = (5 * rest + 2) / 153; /* from March, 0 */
    int before = (153 * month + 2) / 5;
    bool next = month >= 10; /* January and February are of the next year */
    return (struct ymd){year + next, next ? month - 9 : month + 3, rest - before + 1};
}

bool day_exists(int year, int month, int day) {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_length(year, month);
}

int day_weekday(int64_t day) {
    /* 1970-01-01 was a Thursday. */
    int64_t from_monday = (day % 7 + 3) % 7;
    return (int)(from_monday < 0 ? from_monday + 7 : from_monday);
}

/* Exactly n digits at `at`. */
static bool read_digits(struct str s, size_t at, size_t n, int *out) {
    if (at + n > s.n) {
        return false;
    }
    int sum = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
        sum = sum * 10 + (s.p[i] - '0');
    }
    *out = sum;
    return true;
}

bool day_parse(struct str s, int64_t *day) {
    struct ymd d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !read_digits(s, 0, 4, &d.year) ||
        !read_digits(s, 5, 2, &d.month) || !read_digits(s, 8, 2, &d.day) ||
        !day_exists(d.year, d.month, d.day)) {
        return false;
    }
    *day = day_of(d);
    return true;
}

/* At least `width` digits, zeros in front, a sign if below 0. */
static size_t put_number(char *out, int64_t x, size_t width) {
    char back[24];
    size_t count = 0;
    size_t at = 0;
    uint64_t magnitude = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
    if (x < 0) {
        out[at++] = '-';
    }
    while (magnitude > 0 || count < width) {
        back[count++] = (char)('0' + (int)(magnitude % 10));
        magnitude /= 10;
    }
    while (count > 0) {
        out[at++] = back[--count];
    }
    out[at] = '\0';
    return at;
}

static size_t put_year(char *out, int64_t year) {
    return put_number(out, year, 4);
}

size_t day_print(char out[16], int64_t day) {
    struct ymd d = day_split(day);
    size_t at = put_year(out, d.year);
    out[at++] = '-';
    at += put_number(out + at, d.month, 2);
    out[at++] = '-';
    return at + put_number(out + at, d.day, 2);
}

/* The day of that month, or the month's last one if it is shorter. */
static int64_t day_clamped(int64_t year, int month, int day) {
    struct ymd d = {(int)clamp(year, LAST_YEAR), month, day};
    int last = month_length(d.year, d.month);
    d.day = day > last ? last : day;
    return day_of(d);
}

int64_t day_add_months(int64_t day, int64_t months) {
    struct ymd d = day_split(day);
    int64_t month = (int64_t)d.year * 12 + d.month - 1 + clamp(months, LAST_YEAR * (int64_t)24);
    int64_t year = floor_div(month, 12);
    return day_clamped(year, (int)(month - year * 12) + 1, d.day);
}

/* ---- periods ---- */

static const char *const GRAIN_NAMES[GRAIN_COUNT] = {
    "", "day", "week", "month", "quarter", "year", "school_year", "term", "semester"};

const char *grain_name(enum grain g) {
    return g > GRAIN_NONE && g < GRAIN_COUNT ? GRAIN_NAMES[g] : "";
}

enum grain grain_named(struct str s) {
    for (int g = GRAIN_NONE + 1; g < GRAIN_COUNT; g++) {
        if (str_is(s, GRAIN_NAMES[g])) {
            return (enum grain)g;
        }
    }
    return GRAIN_NONE;
}

static int64_t school_year_start(const struct calendar *c, int64_t year) {
    return day_clamped(year, c->school_year_month, c->school_year_day);
}

/* The fourth day of week 0, which tells the year that a week belongs to: a Thursday for weeks from
 * Monday, as ISO has it. */
static int64_t week_middle(const struct calendar *c) {
    return c->week_start <= 3 ? c->week_start : c->week_start - 7;
}

static int64_t week_of(const struct calendar *c, int64_t day) {
    return floor_div(day + 3 - week_middle(c), 7);
}

int64_t period_of(const struct calendar *c, enum grain g, int64_t day) {
    if (g == GRAIN_DAY) {
        return period_pack(g, day);
    }
    if (g == GRAIN_WEEK) {
        return period_pack(g, week_of(c, day));
    }
    if (grain_is_term(g)) {
        const struct term *term = term_with_day(c, g, day);
        return term ? term->period : PERIOD_NONE;
    }
    struct ymd d = day_split(day);
    switch (g) {
    case GRAIN_MONTH:
        return period_pack(g, (int64_t)d.year * 12 + d.month - 1);
    case GRAIN_QUARTER:
        return period_pack(g, (int64_t)d.year * 4 + (d.month - 1) / 3);
    case GRAIN_YEAR:
        return period_pack(g, d.year);
    case GRAIN_SCHOOL_YEAR:
        return period_pack(g, day < school_year_start(c, d.year) ? d.year - 1 : d.year);
    default:
        return PERIOD_NONE;
    }
}

/* The first day of the period with that number, which may be one too many. */
static int64_t start_of(const struct calendar *c, enum grain g, int64_t ordinal) {
    int64_t year = 0;
    switch (g) {
    case GRAIN_DAY:
        return ordinal;
    case GRAIN_WEEK:
        return ordinal * 7 - 3 + week_middle(c);
    case GRAIN_MONTH:
        year = floor_div(ordinal, 12);
        return day_clamped(year, (int)(ordinal - year * 12) + 1, 1);
    case GRAIN_QUARTER:
        year = floor_div(ordinal, 4);
        return day_clamped(year, (int)(ordinal - year * 4) * 3 + 1, 1);
    case GRAIN_YEAR:
        return day_clamped(ordinal, 1, 1);
    case GRAIN_SCHOOL_YEAR:
        return school_year_start(c, ordinal);
    case GRAIN_TERM:
    case GRAIN_SEMESTER:
    case GRAIN_NONE:
    case GRAIN_COUNT:
        break;
    }
    return 0;
}

int64_t period_start(const struct calendar *c, int64_t period) {
    if (grain_is_term(period_grain(period))) {
        const struct term *term = term_of_period(c, period);
        return term ? term->start : 0;
    }
    return clamp(start_of(c, period_grain(period), period_ordinal(period)), LAST_DAY);
}

int64_t period_stop(const struct calendar *c, int64_t period) {
    if (grain_is_term(period_grain(period))) {
        const struct term *term = term_of_period(c, period);
        return term ? term->stop : 0;
    }
    return clamp(start_of(c, period_grain(period), period_ordinal(period) + 1), LAST_DAY);
}

static size_t print_week(const struct calendar *c, char *out, int64_t week) {
    struct ymd d = day_split(week * 7 + week_middle(c));
    int day_of_year = days_before_month(d.year, d.month) + d.day - 1;
    size_t at = put_year(out, d.year);
    out[at++] = '-';
    out[at++] = 'W';
    return at + put_number(out + at, day_of_year / 7 + 1, 2);
}

bool school_year_is_calendar_year(const struct calendar *c) {
    return c->school_year_month == 1 && c->school_year_day == 1;
}

static size_t print_school_year(const struct calendar *c, char *out, int64_t year) {
    out[0] = 'S';
    out[1] = 'Y';
    size_t at = 2 + put_year(out + 2, year);
    if (school_year_is_calendar_year(c)) {
        return at;
    }
    out[at++] = '-';
    int64_t next = year + 1;
    return at + put_number(out + at, next - floor_div(next, 100) * 100, 2);
}

static size_t print_term(const struct calendar *c, char *out, char letter, int64_t ordinal) {
    int64_t year = floor_div(ordinal, TERMS_A_YEAR);
    size_t at = print_school_year(c, out, year);
    out[at++] = letter;
    return at + put_number(out + at, ordinal - year * TERMS_A_YEAR, 1);
}

size_t period_print(const struct calendar *c, char out[24], int64_t period) {
    int64_t ordinal = period_ordinal(period);
    int64_t year = 0;
    size_t at = 0;
    out[0] = '\0';
    switch (period_grain(period)) {
    case GRAIN_DAY:
        return day_print(out, ordinal);
    case GRAIN_WEEK:
        return print_week(c, out, ordinal);
    case GRAIN_MONTH:
        year = floor_div(ordinal, 12);
        at = put_year(out, year);
        out[at++] = '-';
        return at + put_number(out + at, ordinal - year * 12 + 1, 2);
    case GRAIN_QUARTER:
        year = floor_div(ordinal, 4);
        at = put_year(out, year);
        out[at++] = 'Q';
        return at + put_number(out + at, ordinal - year * 4 + 1, 1);
    case GRAIN_YEAR:
        return put_year(out, ordinal);
    case GRAIN_SCHOOL_YEAR:
        return print_school_year(c, out, ordinal);
    case GRAIN_TERM:
        return print_term(c, out, 'T', ordinal);
    case GRAIN_SEMESTER:
        return print_term(c, out, 'S', ordinal);
    case GRAIN_NONE:
    case GRAIN_COUNT:
        break;
    }
    return 0;
}

static bool parse_week(const struct calendar *c, struct str s, int year, int64_t *period) {
    int week;
    if (s.p[5] != 'W' || !read_digits(s, 6, 2, &week) || week < 1) {
        return false;
    }
    /* January 4th is always in week 1, December 28th always in the last. */
    int64_t first = week_of(c, day_of((struct ymd){year, 1, 4}));
    int64_t last = week_of(c, day_of((struct ymd){year, 12, 28}));
    *period = period_pack(GRAIN_WEEK, first + week - 1);
    return first + week - 1 <= last;
}

/* `T2` or `S1` behind a school year. */
static bool parse_term(struct str s, int year, int64_t *period) {
    int number;
    enum grain g = s.p[0] == 'T' ? GRAIN_TERM : s.p[0] == 'S' ? GRAIN_SEMESTER : GRAIN_NONE;
    if (g == GRAIN_NONE || s.n != 2 || !read_digits(s, 1, 1, &number) || number == 0)
        return false;
    *period = period_pack(g, (int64_t)year * TERMS_A_YEAR + number);
    return true;
}

static bool parse_school_year(const struct calendar *c, struct str s, int64_t *period) {
    int year, next;
    size_t at = school_year_is_calendar_year(c) ? 6 : 9;
    if (s.n < at || s.p[1] != 'Y' || !read_digits(s, 2, 4, &year) || year < 1)
        return false;
    if (at == 9 && (s.p[6] != '-' || !read_digits(s, 7, 2, &next) || next != (year + 1) % 100))
        return false;
    *period = period_pack(GRAIN_SCHOOL_YEAR, year);
    return s.n == at || parse_term((struct str){s.p + at, s.n - at}, year, period);
}

/* What begins with a year, told apart by length. */
static bool parse_dated(const struct calendar *c, struct str s, int64_t *period) {
    int year, part;
    int64_t day;
    if (!read_digits(s, 0, 4, &year) || year < 1) {
        return false;
    }
    switch (s.n) {
    case 4:
        *period = period_pack(GRAIN_YEAR, year);
        return true;
    case 6:
        if (s.p[4] != 'Q' || !read_digits(s, 5, 1, &part) || part < 1 || part > 4) {
            return false;
        }
        *period = period_pack(GRAIN_QUARTER, (int64_t)year * 4 + part - 1);
        return true;
    case 7:
        if (s.p[4] != '-' || !read_digits(s, 5, 2, &part) || part < 1 || part > 12) {
            return false;
        }
        *period = period_pack(GRAIN_MONTH, (int64_t)year * 12 + part - 1);
        return true;
    case 8:
        return s.p[4] == '-' && parse_week(c, s, year, period);
    case 10:
        if (!day_parse(s, &day)) {
            return false;
        }
        *period = period_pack(GRAIN_DAY, day);
        return true;
    default:
        return false;
    }
}

bool period_parse(const struct calendar *c, struct str s, int64_t *period) {
    int64_t parsed;
    bool ok =
        s.n > 0 && s.p[0] == 'S' ? parse_school_year(c, s, &parsed) : parse_dated(c, s, &parsed);
    if (ok) {
        *period = parsed;
    }
    return ok;
}

/* 2016-2017, 2016/2017, 2016/17. 2011-12 is a month, so none of that form is a school year. */
static bool read_two_years(struct str s, int *year) {
    int next;
    bool both = s.n == 9 && (s.p[4] == '-' || s.p[4] == '/') && read_digits(s, 5, 4, &next);
    bool brief = s.n == 7 && s.p[4] == '/' && read_digits(s, 5, 2, &next);
    return (both || brief) && read_digits(s, 0, 4, year) && *year >= 1 && *year < 9999 &&
           next == (both ? *year + 1 : (*year + 1) % 100);
}

bool period_read(const struct calendar *c, struct str s, int64_t *period) {
    int year;
    if (period_parse(c, s, period))
        return true;
    if (school_year_is_calendar_year(c) || !read_two_years(s, &year))
        return false;
    *period = period_pack(GRAIN_SCHOOL_YEAR, year);
    return true;
}

/* ---- moving days ---- */

int64_t day_add(int64_t day, int64_t duration) {
    int64_t months = duration_months(duration);
    int64_t from = months ? day_add_months(day, months) : day;
    return from + duration_seconds(duration) / SECONDS_A_DAY;
}
