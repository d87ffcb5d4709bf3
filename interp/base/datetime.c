/* Days with a time of day, on plain integers. */
#include "base/datetime.h"

enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* 0001-01-01 and 9999-12-31 */

int64_t datetime_part(int64_t t, enum time_part part) {
    int64_t second = datetime_second_of_day(t);
    switch (part) {
    case TIME_HOUR:
        return second / 3600;
    case TIME_MINUTE:
        return second / 60 % 60;
    case TIME_SECOND:
        return second % 60;
    default:
        return datetime_day(t);
    }
}

bool datetime_exists(int64_t t) {
    return t >= (int64_t)FIRST_DAY * SECONDS_A_DAY && t < (int64_t)(LAST_DAY + 1) * SECONDS_A_DAY;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Two digits at `at`, below `limit`. */
static bool two_digits(struct str s, size_t at, int limit, int64_t *out) {
    if (at + 2 > s.n || !is_digit(s.p[at]) || !is_digit(s.p[at + 1])) {
        return false;
    }
    *out = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return *out < limit;
}

static bool all_digits(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i])) {
            return false;
        }
    }
    return s.n > 0;
}

/* Z, +02, -0500, +02:00 */
static bool is_zone(struct str s) {
    int64_t part;
    if (s.n == 1) {
        return s.p[0] == 'Z' || s.p[0] == 'z';
    }
    if (s.n < 3 || (s.p[0] != '+' && s.p[0] != '-') || !two_digits(s, 1, 24, &part)) {
        return false;
    }
    size_t minutes = s.n > 3 && s.p[3] == ':' ? 4 : 3;
    return s.n == 3 || (s.n == minutes + 2 && two_digits(s, minutes, 60, &part));
}

/* What stands behind a time that is whole so far. */
static enum datetime_reading rest_means(struct str rest) {
    if (rest.n && (rest.p[0] == '.' || rest.p[0] == ',')) {
        size_t digits = 1;
        while (digits < rest.n && is_digit(rest.p[digits])) {
            digits++;
        }
        struct str zone = {rest.p + digits, rest.n - digits};
        bool is_fraction = all_digits((struct str){rest.p + 1, digits - 1});
        return is_fraction && (zone.n == 0 || is_zone(zone)) ? DATETIME_FRACTION : DATETIME_NONE;
    }
    while (rest.n && rest.p[0] == ' ') {
        rest.p++;
        rest.n--;
    }
    return is_zone(rest) ? DATETIME_ZONE : DATETIME_NONE;
}

enum datetime_reading datetime_parse(struct str s, int64_t *t) {
    int64_t day, hour, minute, second = 0;
    if (s.n < 16 || (s.p[10] != 'T' && s.p[10] != ' ') || s.p[13] != ':' ||
        !day_parse((struct str){s.p, 10}, &day) || !two_digits(s, 11, 24, &hour) ||
        !two_digits(s, 14, 60, &minute)) {
        return DATETIME_NONE;
    }
    size_t at = 16;
    if (at < s.n && s.p[at] == ':') {
        if (!two_digits(s, at + 1, 60, &second)) {
            return DATETIME_NONE;
        }
        at += 3;
    }
    if (at < s.n) {
        return rest_means((struct str){s.p + at, s.n - at});
    }
    *t = day * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    return DATETIME_READ;
}

size_t datetime_print(char out[32], int64_t t) {
    static const enum time_part parts[] = {TIME_HOUR, TIME_MINUTE, TIME_SECOND};
    size_t at = day_print(out, datetime_day(t));
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        int64_t value = datetime_part(t, parts[i]);
        out[at++] = i ? ':' : 'T';
        out[at++] = (char)('0' + value / 10);
        out[at++] = (char)('0' + value % 10);
    }
    out[at] = '\0';
    return at;
}

int64_t datetime_add(int64_t t, int64_t duration) {
    int64_t months = duration_months(duration), day = datetime_day(t);
    int64_t moved = months ? day_add_months(day, months) - day : 0;
    return t + moved * SECONDS_A_DAY + duration_seconds(duration);
}
