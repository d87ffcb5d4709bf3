/* Exact pairs as text. */
#include "base/ratio.h"
#include "base/num.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* [-]digits[.digits], the value times 1/d0 exactly. */
static bool parse_decimal(struct str s, int64_t d0, int64_t *n, int64_t *d) {
    bool negative = s.n && s.p[0] == '-', behind = false;
    size_t digits = 0;
    *n = 0;
    *d = d0;
    for (size_t i = negative; i < s.n; i++) {
        if (s.p[i] == '.' && !behind && digits) {
            behind = true;
            continue;
        }
        if (!is_digit(s.p[i])) {
            return false;
        }
        int digit = s.p[i] - '0';
        if (*n > (INT64_MAX - digit) / 10 || (behind && *d > INT64_MAX / 10)) {
            return false;
        }
        *n = *n * 10 + digit;
        *d *= behind ? 10 : 1;
        digits++;
    }
    *n = negative ? -*n : *n;
    return digits > 0 && is_digit(s.p[s.n - 1]);
}

static bool parse_pair(struct str s, int64_t *n, int64_t *d) {
    const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    if (!slash) {
        return false;
    }
    struct str above = {s.p, (size_t)(slash - s.p)};
    struct str below = {slash + 1, s.n - above.n - 1};
    return below.n && is_digit(below.p[0]) && above.p[0] != '+' && num_parse_int(above, n) &&
           num_parse_int(below, d) && *d > 0;
}

bool ratio_parse(struct str s, int64_t *n, int64_t *d) {
    return parse_pair(s, n, d) || parse_decimal(s, 1, n, d);
}

bool share_parse(struct str s, int64_t *n, int64_t *d) {
    if (s.n && s.p[s.n - 1] == '%') {
        return parse_decimal((struct str){s.p, s.n - 1}, 100, n, d);
    }
    return parse_pair(s, n, d);
}

size_t ratio_print(char out[48], int64_t n, int64_t d) {
    size_t at = num_print_int(out, n);
    out[at++] = '/';
    return at + num_print_int(out + at, d);
}
