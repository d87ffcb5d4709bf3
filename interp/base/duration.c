/* Durations: making, printing, reading. */
#include "base/duration.h"
#include "base/num.h"

static const struct unit {
    const char *one, *many;
    int32_t months, seconds;
} units[] = {
    {"year", "years", 12, 0},     {"quarter", "quarters", 3, 0}, {"month", "months", 1, 0},
    {"week", "weeks", 0, 604800}, {"day", "days", 0, 86400},     {"hour", "hours", 0, 3600},
    {"minute", "minutes", 0, 60}, {"second", "seconds", 0, 1},
};

bool duration_make(int64_t months, int64_t seconds, int64_t *duration) {
    const int64_t most = (int64_t)1 << (63 - DURATION_SHIFT);
    if (months < -most / SECONDS_A_MONTH || months > most / SECONDS_A_MONTH || seconds < -most ||
        seconds > most) {
        return false;
    }
    int64_t length = months * SECONDS_A_MONTH + seconds;
    if (length <= -most || length >= most - 1) {
        return false;
    }
    *duration = length * ((int64_t)1 << DURATION_SHIFT) + months;
    return true;
}

int64_t duration_pack(int32_t months, int32_t days) {
    int64_t duration = 0;
    bool fits = duration_make(months, (int64_t)days * SECONDS_A_DAY, &duration);
    assert(fits);
    UNUSED(fits);
    return duration;
}

bool duration_unit(struct str name, int64_t *months, int64_t *seconds) {
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (str_is(name, units[i].one) || str_is(name, units[i].many)) {
            *months = units[i].months;
            *seconds = units[i].seconds;
            return true;
        }
    }
    return false;
}

/* ---- printing ---- */

static size_t put_count(char *out, size_t at, int64_t count, const char *unit) {
    if (at) {
        out[at++] = ' ';
    }
    at += num_print_int(out + at, count);
    out[at++] = ' ';
    size_t n = strlen(unit);
    memcpy(out + at, unit, n);
    at += n;
    if (count != 1 && count != -1) {
        out[at++] = 's';
    }
    out[at] = '\0';
    return at;
}

size_t duration_print(char out[96], int64_t duration) {
    int64_t months = duration_months(duration), rest = duration_seconds(duration);
    bool empty = !months && !rest;
    size_t at = months ? put_count(out, 0, months, "month") : 0;
    for (size_t i = 4; i < COUNT_OF(units); i++) { /* days and below */
        int64_t count = rest / units[i].seconds;
        rest %= units[i].seconds;
        if (count || (empty && units[i].seconds == SECONDS_A_DAY)) {
            at = put_count(out, at, count, units[i].one);
        }
    }
    return at;
}

/* ---- reading ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static struct str next_word(struct str *rest) {
    while (rest->n && is_blank(rest->p[0])) {
        rest->p++;
        rest->n--;
    }
    struct str word = {rest->p, 0};
    while (word.n < rest->n && !is_blank(word.p[word.n])) {
        word.n++;
    }
    rest->p += word.n;
    rest->n -= word.n;
    return word;
}

/* Small enough that no product below overflows. */
static bool parse_count(struct str word, int64_t *count) {
    const int64_t most = (int64_t)1 << 40;
    return word.n > 0 && num_parse_int(word, count) && *count <= most && *count >= -most;
}

bool duration_parse(struct str s, int64_t *duration) {
    int64_t months = 0, seconds = 0, last_months = 1000, last_seconds = 0;
    struct str rest = s, word = next_word(&rest);
    do {
        int64_t count, unit_months, unit_seconds;
        if (!parse_count(word, &count) ||
            !duration_unit(next_word(&rest), &unit_months, &unit_seconds)) {
            return false;
        }
        bool smaller = unit_months < last_months ||
                       (unit_months == 0 && last_months == 0 && unit_seconds < last_seconds);
        if (!smaller) {
            return false;
        }
        last_months = unit_months;
        last_seconds = unit_seconds;
        months += count * unit_months;
        seconds += unit_months ? 0 : count * unit_seconds;
        word = next_word(&rest);
    } while (word.n);
    return duration_make(months, seconds, duration);
}
