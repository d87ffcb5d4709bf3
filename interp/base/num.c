/* Numbers from and to text without the C library's decimal point.
 *
 * Reading: up to 2^53 with a power of ten up to 22 both parts are exact in a
 * double, so one multiplication or division rounds once, hence correctly; the
 * rest goes to strtod as "digits e exponent", which has no decimal point to
 * depend on a locale. Printing: a value that is a short decimal is found the
 * same way backwards; the rest goes through "%.*e", of which only the digits
 * are used. Nothing here takes memory. */
#include "base/num.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The fast paths need double arithmetic that rounds to double each time. */
_Static_assert(FLT_EVAL_METHOD == 0, "needs plain double arithmetic");
_Static_assert(DBL_MANT_DIG == 53, "needs IEEE doubles");

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

enum {
    EXACT_POWER = 22, /* 10^22 is the last power of ten a double holds */
    SAFE_DIGITS = 15, /* any decimal this short survives a double */
    ALL_DIGITS = 17,  /* any double survives a decimal this long */
    /* No double nor the middle of two has more significant digits than 768,
     * so one more digit that says "and something follows" settles a tie. */
    STRTOD_DIGITS = 770,
    EXPONENT_CAP = 100000, /* far beyond any double, far below overflow */
    FIXED_DECIMALS = 28,
    RATIO_DECIMALS = 20
};

static const double POWERS[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_sign(char c) {
    return c == '+' || c == '-';
}

/* ---- reading ---- */

bool num_parse_int(struct str s, int64_t *out) {
    size_t at = s.n > 0 && is_sign(s.p[0]) ? 1 : 0;
    bool negative = at && s.p[0] == '-';
    if (at == s.n) {
        return false;
    }
    uint64_t most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t sum = 0;
    for (; at < s.n; at++) {
        if (!is_digit(s.p[at])) {
            return false;
        }
        uint64_t digit = (uint64_t)(s.p[at] - '0');
        if (sum > (most - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

/* A decimal number as it stands in the text. */
struct decimal {
    struct str digits; /* from the first to the last digit, maybe with a '.' */
    uint64_t whole;    /* the first 19 significant digits */
    int significant;   /* how many there are (leading zeros left out), capped */
    int64_t exponent;  /* value = all digits as an integer * 10^exponent */
    bool negative;
};

/* Digits with at most one point among them; needs at least one digit. */
static bool scan_digits(struct str s, size_t *at, struct decimal *d) {
    size_t from = *at;
    bool point = false;
    bool any = false;
    for (; *at < s.n; (*at)++) {
        char c = s.p[*at];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(c)) {
            break;
        }
        any = true;
        d->exponent -= point;
        if (d->significant == 0 && c == '0') {
            continue;
        }
        if (d->significant < 19) {
            d->whole = d->whole * 10 + (uint64_t)(c - '0');
        }
        if (d->significant < EXPONENT_CAP) {
            d->significant++;
        }
    }
    d->digits = (struct str){s.p + from, *at - from};
    return any;
}

/* What follows 'e'; saturates. */
static bool scan_exponent(struct str s, size_t *at, struct decimal *d) {
    bool negative = *at < s.n && s.p[*at] == '-';
    if (*at < s.n && is_sign(s.p[*at])) {
        (*at)++;
    }
    int64_t e = 0;
    size_t from = *at;
    for (; *at < s.n && is_digit(s.p[*at]); (*at)++) {
        /* The digits' own exponent may be as far out as the text is long. */
        if (e < INT64_MAX / 32) {
            e = e * 10 + (s.p[*at] - '0');
        }
    }
    d->exponent += negative ? -e : e;
    return *at > from;
}

static bool scan_decimal(struct str s, struct decimal *d) {
    *d = (struct decimal){.negative = s.n > 0 && s.p[0] == '-'};
    size_t at = s.n > 0 && is_sign(s.p[0]) ? 1 : 0;
    if (!scan_digits(s, &at, d)) {
        return false;
    }
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        at++;
        if (!scan_exponent(s, &at, d)) {
            return false;
        }
    }
    return at == s.n;
}

/* One exact operand, one exact power, one rounding. */
static bool value_fast(const struct decimal *d, double *out) {
    if (d->significant > 19 || d->whole > (uint64_t)1 << DBL_MANT_DIG ||
        d->exponent < -EXACT_POWER || d->exponent > EXACT_POWER) {
        return false;
    }
    double whole = (double)d->whole;
    *out = d->exponent < 0 ? whole / POWERS[-d->exponent] : whole * POWERS[d->exponent];
    return true;
}

/* "digits e exponent" for strtod, with what no double can see cut off. */
static double value_slow(const struct decimal *d) {
    char text[STRTOD_DIGITS + 32];
    size_t n = 0;
    int64_t exponent = d->exponent;
    bool more = false;
    for (size_t i = 0; i < d->digits.n; i++) {
        char c = d->digits.p[i];
        if (c == '.' || (c == '0' && n == 0)) {
            continue;
        }
        if (n < STRTOD_DIGITS) {
            text[n++] = c;
        } else {
            exponent++;
            more = more || c != '0';
        }
    }
    if (more) {
        text[n++] = '1';
        exponent--;
    }
    if (n == 0 || exponent < -EXPONENT_CAP) {
        return 0.0;
    }
    if (exponent > EXPONENT_CAP) {
        return HUGE_VAL;
    }
    snprintf(text + n, sizeof text - n, "e%d", (int)exponent);
    return strtod(text, NULL);
}

bool num_parse_float(struct str s, double *out) {
    struct decimal d;
    double x;
    if (!scan_decimal(s, &d)) {
        return false;
    }
    if (!value_fast(&d, &x)) {
        x = value_slow(&d);
    }
    if (x > DBL_MAX) {
        return false;
    }
    *out = d.negative ? -x : x;
    return true;
}

bool num_parse_percent(struct str digits, int64_t *n, int64_t *d) {
    bool behind_point = false;
    *n = 0;
    *d = 100;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] == '.') {
            behind_point = true;
            continue;
        }
        int digit = digits.p[i] - '0';
        if (*n > (INT64_MAX - digit) / 10 || (behind_point && *d > INT64_MAX / 10))
            return false;
        *n = *n * 10 + digit;
        if (behind_point)
            *d *= 10;
    }
    return true;
}

/* ---- printing ---- */

/* Decimal digits of n, at least one; returns how many. */
static size_t put_digits(char *out, uwide n) {
    char back[40];
    size_t count = 0;
    do {
        back[count++] = (char)('0' + (int)(n % 10));
        n /= 10;
    } while (n > 0);
    for (size_t i = 0; i < count; i++) {
        out[i] = back[count - 1 - i];
    }
    return count;
}

size_t num_print_int(char out[24], int64_t x) {
    size_t at = 0;
    uint64_t magnitude = (uint64_t)x;
    if (x < 0) {
        out[at++] = '-';
        magnitude = 0 - magnitude;
    }
    at += put_digits(out + at, magnitude);
    out[at] = '\0';
    return at;
}

/* Significant digits: value = 0.d1d2d3... * 10^point. */
struct shortest {
    char digits[40];
    int n, point;
};

static void strip_zeros(struct shortest *s) {
    while (s->n > 1 && s->digits[s->n - 1] == '0') {
        s->n--;
    }
}

/* x > 0 as whole / 10^k with few digits, the way most data are written. The
 * smallest k is the shortest text, as no two decimals of 15 digits share a
 * double. */
static bool shortest_fast(double x, struct shortest *s) {
    if (x >= 1e15 || x < 1e-5) {
        return false;
    }
    for (int k = 0; k <= EXACT_POWER; k++) {
        double scaled = x * POWERS[k];
        if (scaled >= 1e15) {
            return false;
        }
        int64_t whole = (int64_t)(scaled + 0.5);
        /* Anything further off cannot divide back: spares the division. */
        if (fabs(scaled - (double)whole) < 0.3 && whole > 0 && (double)whole / POWERS[k] == x) {
            s->n = (int)put_digits(s->digits, (uint64_t)whole);
            s->point = s->n - k;
            strip_zeros(s);
            return true;
        }
    }
    return false;
}

/* "%.*e" gives one digit, the locale's point, digits, 'e', exponent. */
static void round_to(double x, int digits, struct shortest *s) {
    char text[64];
    snprintf(text, sizeof text, "%.*e", digits - 1, x);
    const char *at = text;
    for (s->n = 0; *at != 'e'; at++) {
        if (is_digit(*at)) {
            s->digits[s->n++] = *at;
        }
    }
    s->point = (int)strtol(at + 1, NULL, 10) + 1;
}

static bool reads_back(const struct shortest *s, double x) {
    char text[64];
    int n = snprintf(text, sizeof text, "%.*se%d", s->n, s->digits, s->point - s->n);
    double back;
    return num_parse_float((struct str){text, (size_t)n}, &back) && back == x;
}

/* One more in the last place; the digits are never all nines here. */
static void step_up(struct shortest *s) {
    int i = s->n - 1;
    while (i > 0 && s->digits[i] == '9') {
        s->digits[i--] = '0';
    }
    s->digits[i]++;
}

static void shortest_slow(double x, struct shortest *s) {
    /* Doubles below DBL_MIN have fewer bits: there a shorter text may do that
     * is not the start of the longer one. */
    for (int digits = x < DBL_MIN ? 1 : SAFE_DIGITS; digits < ALL_DIGITS; digits++) {
        round_to(x, digits, s);
        if (reads_back(s, x)) {
            strip_zeros(s);
            return;
        }
        /* Above a power of two the doubles lie twice as far apart as below,
         * so the next decimal up may do when the nearest one does not. */
        int exponent;
        if (digits > SAFE_DIGITS && frexp(x, &exponent) == 0.5) {
            step_up(s);
            if (reads_back(s, x)) {
                return;
            }
        }
    }
    round_to(x, ALL_DIGITS, s);
}

static size_t put_plain(char *out, const struct shortest *s) {
    size_t at = 0;
    if (s->point <= 0) {
        out[at++] = '0';
        out[at++] = '.';
        for (int i = s->point; i < 0; i++) {
            out[at++] = '0';
        }
    }
    for (int i = 0; i < s->n || i < s->point; i++) {
        if (i == s->point && i > 0) {
            out[at++] = '.';
        }
        out[at++] = i < s->n ? s->digits[i] : '0';
    }
    if (s->n <= s->point) {
        out[at++] = '.';
        out[at++] = '0';
    }
    return at;
}

static size_t put_scientific(char *out, const struct shortest *s) {
    size_t at = 0;
    out[at++] = s->digits[0];
    if (s->n > 1) {
        out[at++] = '.';
        memcpy(out + at, s->digits + 1, (size_t)s->n - 1);
        at += (size_t)s->n - 1;
    }
    out[at++] = 'e';
    return at + num_print_int(out + at, s->point - 1);
}

/* The text for what is not finite or is zero; NULL for the rest. */
static const char *special(double magnitude) {
    if (isnan(magnitude)) {
        return "nan";
    }
    if (isinf(magnitude)) {
        return "inf";
    }
    return NULL;
}

size_t num_print_float(char out[32], double x) {
    double magnitude = fabs(x);
    const char *word = magnitude == 0 ? "0.0" : special(magnitude);
    size_t at = 0;
    if (x < 0) {
        out[at++] = '-';
    }
    if (word) {
        memcpy(out + at, word, 4);
        return at + 3;
    }
    struct shortest s;
    if (!shortest_fast(magnitude, &s)) {
        shortest_slow(magnitude, &s);
    }
    bool plain = magnitude >= 1e-5 && magnitude < 1e15;
    at += plain ? put_plain(out + at, &s) : put_scientific(out + at, &s);
    out[at] = '\0';
    return at;
}

/* Adds one to a number of n digits, the first of which is a 0 to carry into. */
static void increment(char *digits, size_t n) {
    while (digits[n - 1] == '9') {
        digits[--n] = '0';
    }
    digits[n - 1]++;
}

/* sign, digits with a point before the last `decimals`; a rounded-away number
 * is 0 without a sign. `digits` has more than `decimals` of them. */
static size_t put_fixed(char *out, bool negative, struct str digits, size_t decimals) {
    size_t at = 0;
    if (negative && strspn(digits.p, "0") < digits.n) {
        out[at++] = '-';
    }
    size_t whole = digits.n - decimals;
    memcpy(out + at, digits.p, whole);
    at += whole;
    if (decimals) {
        out[at++] = '.';
        memcpy(out + at, digits.p + whole, decimals);
        at += decimals;
    }
    out[at] = '\0';
    return at;
}

static int clamp(int decimals, int most) {
    return decimals < 0 ? 0 : decimals > most ? most : decimals;
}

size_t num_print_fixed(char out[352], double x, int decimals) {
    double magnitude = fabs(x);
    const char *word = special(magnitude);
    if (word) {
        return (size_t)snprintf(out, 352, "%s%s", x < 0 ? "-" : "", word);
    }
    decimals = clamp(decimals, FIXED_DECIMALS);
    /* A tie has exactly one decimal more than asked for, so that many binary
     * places: only then can the C library's half-to-even be wrong. */
    double scaled = magnitude * (double)((int64_t)2 << decimals);
    bool exact = scaled < 9007199254740992.0 && (double)(int64_t)scaled == scaled;
    char text[400];
    snprintf(text, sizeof text, "%.*f", decimals + (exact ? 1 : 0), magnitude);
    char digits[400] = "0"; /* in front: room for a carry */
    size_t n = 1;
    for (const char *at = text; *at; at++) {
        if (is_digit(*at)) {
            digits[n++] = *at;
        }
    }
    if (exact && digits[--n] >= '5') {
        increment(digits, n);
    }
    digits[n] = '\0';
    size_t skip = digits[0] == '0' ? 1 : 0;
    return put_fixed(out, x < 0, (struct str){digits + skip, n - skip}, (size_t)decimals);
}

size_t num_print_ratio(char out[64], int64_t n, int64_t d, int64_t times, int decimals) {
    assert(d > 0);
    decimals = clamp(decimals, RATIO_DECIMALS);
    wide product = (wide)n * times;
    uwide magnitude = product < 0 ? (uwide)-product : (uwide)product;
    uwide divisor = (uwide)d;
    char digits[64] = "0"; /* in front: room for a carry */
    size_t count = 1 + put_digits(digits + 1, magnitude / divisor);
    uwide rest = magnitude % divisor;
    for (int i = 0; i < decimals; i++) {
        rest *= 10;
        digits[count++] = (char)('0' + (int)(rest / divisor));
        rest %= divisor;
    }
    if (rest * 2 >= divisor) {
        increment(digits, count);
    }
    digits[count] = '\0';
    size_t skip = digits[0] == '0' ? 1 : 0;
    return put_fixed(out, product < 0, (struct str){digits + skip, count - skip}, (size_t)decimals);
}

/* Two roundings, of a large n or d and of the quotient, would tell equal fractions apart. A
 * quotient of more bits than a double has, the last of which says whether there is a rest, is
 * rounded once. */
static double large_quotient(int64_t n, int64_t d) {
    uwide left = n < 0 ? 0 - (uwide)n : (uwide)n, right = (uwide)d;
    int shift = 0;
    for (; left < right << 56 && left != 0; shift++)
        left <<= 1;
    uint64_t quotient = (uint64_t)(left / right) | (left % right != 0);
    double x = ldexp((double)quotient, -shift);
    return n < 0 ? -x : x;
}

double num_ratio_float(int64_t n, int64_t d) {
    const int64_t most = (int64_t)1 << 53;
    bool exact = n >= -most && n <= most && d <= most;
    return exact ? (double)n / (double)d : large_quotient(n, d);
}

int num_compare_ratio(int64_t a, int64_t b, int64_t c, int64_t d) {
    wide left = (wide)a * d;
    wide right = (wide)c * b;
    return (left > right) - (left < right);
}
