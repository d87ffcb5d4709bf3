/* Number text. Expected texts are written out by hand; random numbers are held
 * against the C library's own reading. */
#include "base/num.h"
#include "suites.h"
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A fixed sequence of 64-bit words (a linear step, mixed). */
static uint64_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = *state;
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdu;
    return x ^ (x >> 29);
}

/* ---- reading ---- */

static void expect_int(const char *text, int64_t value) {
    int64_t out = -1;
    ck_assert_msg(num_parse_int(str_of(text), &out), "%s", text);
    ck_assert_int_eq(out, value);
}

START_TEST(num_reads_ints) {
    expect_int("0", 0);
    expect_int("-0", 0);
    expect_int("+17", 17);
    expect_int("007", 7);
    expect_int("9223372036854775807", INT64_MAX);
    expect_int("-9223372036854775808", INT64_MIN);
    static const char *const wrong[] = {
        "",
        "+",
        "-",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x10",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999",
        "\xD9\xA1",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int64_t out = 42;
        ck_assert_msg(!num_parse_int(str_of(wrong[i]), &out), "%s", wrong[i]);
        ck_assert_int_eq(out, 42);
    }
}
END_TEST

static double read_float(const char *text) {
    double x = -77;
    ck_assert_msg(num_parse_float(str_of(text), &x), "%s", text);
    return x;
}

/* Hexadecimal constants: written from the definition of the format. */
START_TEST(num_reads_floats) {
    static const struct {
        const char *text;
        double value;
    } known[] = {
        {"0", 0.0},
        {"-1", -1.0},
        {"+2.5", 2.5},
        {".5", 0.5},
        {"5.", 5.0},
        {"1e3", 1000.0},
        {"1E+3", 1000.0},
        {"12.50e-1", 1.25},
        {"0.1", 0x1.999999999999ap-4},
        {"0.30000000000000004", 0x1.3333333333334p-2},
        {"000000000000000000000000000001.5", 1.5},
        {"1.50000000000000000000000000000000", 1.5},
        {"9007199254740992", 0x1p53},
        {"9007199254740993", 0x1p53},
        {"9007199254740993.0000000000000000000000000000001", 0x1.0000000000001p53},
        {"9007199254740995", 0x1.0000000000002p53},
        {"123456789012345678901234567890", 0x1.8ee90ff6c373ep96},
        {"1e22", 0x1.0f0cf064dd592p73},
        {"1e23", 0x1.52d02c7e14af6p76},
        {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
        {"1.7976931348623158e308", 0x1.fffffffffffffp1023},
        {"2.2250738585072014e-308", 0x1p-1022},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
        {"4.9406564584124654e-324", 0x1p-1074},
        {"2.4703282292062328e-324", 0x1p-1074},
        {"2.4703282292062327e-324", 0.0},
        {"1e-999999999999999999999999", 0.0},
        {"0e999999999999999999999999", 0.0},
        {"0.000000000000000000000000000000000000001e39", 1.0},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        double x = read_float(known[i].text);
        ck_assert_msg(x == known[i].value, "%s gives %a", known[i].text, x);
    }
    ck_assert(signbit(read_float("-0.0")));
}
END_TEST

START_TEST(num_refuses_what_is_no_float) {
    static const char *const wrong[] = {
        "",
        "+",
        ".",
        "-.",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        " 1",
        "1 ",
        "inf",
        "nan",
        "-inf",
        "0x1p3",
        "1,5",
        "1_000",
        "1e5.0",
        "--1",
        "1f",
        "infinity",
        "NaN",
        "1e309",
        "-1e400",
        "1.7976931348623159e308",
        "1e99999999999999999999",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        double x = 42;
        ck_assert_msg(!num_parse_float(str_of(wrong[i]), &x), "%s", wrong[i]);
        ck_assert(x == 42);
    }
    double x;
    ck_assert(num_parse_float((struct str){"1234", 2}, &x) && x == 12);
}
END_TEST

START_TEST(num_reads_very_long_texts) {
    enum { LONG = 120000 };
    char *text = malloc(LONG + 32);
    double x;
    /* 0.000...0001e120000, many zeros in front */
    memset(text, '0', LONG);
    text[1] = '.';
    int n = snprintf(text + LONG, 32, "1e%d", LONG - 1);
    ck_assert(num_parse_float((struct str){text, LONG + (size_t)n}, &x) && x == 1.0);
    /* 1000...000e-119999, many zeros behind */
    memset(text, '0', LONG);
    text[0] = '1';
    n = snprintf(text + LONG, 32, "e-%d", LONG - 1);
    ck_assert(num_parse_float((struct str){text, LONG + (size_t)n}, &x) && x == 1.0);
    /* The middle between 1 and the next double, and a trace above it. */
    n = snprintf(text, LONG, "1.00000000000000011102230246251565404236316680908203125");
    memset(text + n, '0', 2000);
    ck_assert(num_parse_float((struct str){text, (size_t)n + 2000}, &x) && x == 1.0);
    text[n + 1999] = '1';
    ck_assert(num_parse_float((struct str){text, (size_t)n + 2000}, &x) && x == 1.0 + DBL_EPSILON);
    free(text);
}
END_TEST

/* ---- printing ---- */

START_TEST(num_prints_floats) {
    static const struct {
        double value;
        const char *text;
    } known[] = {
        {0.0, "0.0"},
        {-0.0, "0.0"},
        {3.0, "3.0"},
        {-3.0, "-3.0"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3.0, "0.3333333333333333"},
        {2.0 / 3.0, "0.6666666666666666"},
        {100.0, "100.0"},
        {1234.5678, "1234.5678"},
        {0.00001, "0.00001"},
        {0.0000099999, "9.9999e-6"},
        {0.000012345678901234567, "0.000012345678901234568"},
        {999999999999999.0, "999999999999999.0"},
        {123456789012345.67, "123456789012345.67"},
        {1e15, "1e15"},
        {1.5e15, "1.5e15"},
        {1e22, "1e22"},
        {1e23, "1e23"},
        {0x1p53, "9.007199254740992e15"},
        {0x1p-44, "5.684341886080802e-14"},
        {5e-324, "5e-324"},
        {1e-323, "1e-323"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e308"},
        {-DBL_MAX, "-1.7976931348623157e308"},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        char text[32];
        size_t n = num_print_float(text, known[i].value);
        ck_assert_str_eq(text, known[i].text);
        ck_assert_uint_eq(n, strlen(known[i].text));
    }
    char text[32];
    num_print_float(text, (double)INFINITY);
    ck_assert_str_eq(text, "inf");
    num_print_float(text, (double)-INFINITY);
    ck_assert_str_eq(text, "-inf");
    num_print_float(text, (double)NAN);
    ck_assert_str_eq(text, "nan");
}
END_TEST

static int count_digits(const char *text) {
    const char *end = strchr(text, 'e');
    end = end ? end : text + strlen(text);
    while (end > text && (end[-1] == '0' || end[-1] == '.')) {
        end--;
    }
    int count = 0;
    for (const char *at = text; at < end; at++) {
        if ((*at >= '1' && *at <= '9') || (*at == '0' && count)) {
            count++;
        }
    }
    return count;
}

/* The C library reads it back, we read it back, and no shorter text would do. */
static void expect_round_trip(double x) {
    char text[32];
    char shorter[64];
    double back;
    size_t n = num_print_float(text, x);
    if (n != strlen(text) || strtod(text, NULL) != x ||
        !num_parse_float((struct str){text, n}, &back) || back != x) {
        ck_abort_msg("%a printed as %s", x, text);
    }
    int digits = count_digits(text);
    snprintf(shorter, sizeof shorter, "%.*e", digits > 1 ? digits - 2 : 0, x);
    if (digits > 1 && strtod(shorter, NULL) == x) {
        ck_abort_msg("%s could be %s", text, shorter);
    }
}

START_TEST(num_round_trips) {
    uint64_t state = 1;
    for (int i = 0; i < 60000; i++) {
        uint64_t bits = next_random(&state);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x) && x != 0) {
            expect_round_trip(x);
        }
        /* The size and the places of ordinary data. */
        int64_t whole = (int64_t)(next_random(&state) >> 20) - ((int64_t)1 << 43);
        double ordinary = (double)whole / pow(10, (double)(next_random(&state) % 19));
        if (whole != 0) {
            expect_round_trip(ordinary);
        }
    }
    for (int e = -1074; e < 1024; e++) {
        expect_round_trip(ldexp(1.0, e));
    }
}
END_TEST

START_TEST(num_reads_as_the_library_does) {
    uint64_t state = 2;
    for (int i = 0; i < 100000; i++) {
        char text[64];
        uint64_t digits = next_random(&state) >> (next_random(&state) % 60);
        int exponent = (int)(next_random(&state) % 660) - 345;
        if (i % 2) {
            exponent %= 25;
        }
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)digits,
                 (unsigned long long)(next_random(&state) % 1000), exponent);
        double expected = strtod(text, NULL);
        double x = 0;
        bool ok = num_parse_float(str_of(text), &x);
        if (ok != (isfinite(expected) != 0) || (ok && x != expected)) {
            ck_abort_msg("%s gives %a", text, x);
        }
    }
}
END_TEST

START_TEST(num_prints_ints) {
    char text[24];
    ck_assert_uint_eq(num_print_int(text, 0), 1);
    ck_assert_str_eq(text, "0");
    num_print_int(text, -120);
    ck_assert_str_eq(text, "-120");
    ck_assert_uint_eq(num_print_int(text, INT64_MAX), 19);
    ck_assert_str_eq(text, "9223372036854775807");
    ck_assert_uint_eq(num_print_int(text, INT64_MIN), 20);
    ck_assert_str_eq(text, "-9223372036854775808");
}
END_TEST

START_TEST(num_prints_fixed) {
    static const struct {
        double value;
        int decimals;
        const char *text;
    } known[] = {
        {0.5, 0, "1"},
        {1.5, 0, "2"},
        {2.5, 0, "3"},
        {-2.5, 0, "-3"},
        {0.125, 2, "0.13"},
        {0.375, 2, "0.38"},
        {1.005, 2, "1.00"}, /* the double lies below */
        {1.015, 2, "1.01"},
        {2.675, 2, "2.67"},
        {0.045, 2, "0.04"},
        {9.995, 2, "9.99"},
        {9.5, 0, "10"},
        {99.96, 1, "100.0"},
        {999.5, 0, "1000"},
        {0.0, 3, "0.000"},
        {-0.001, 2, "0.00"},
        {-0.006, 2, "-0.01"},
        {-0.0, 1, "0.0"},
        {1e15, 1, "1000000000000000.0"},
        {123.456, -3, "123"},
        {0x1p-1, 1, "0.5"},
        {4503599627370495.5, 0, "4503599627370496"},
        {1e22, 0, "10000000000000000000000"},
        {0.1, 20, "0.10000000000000000555"},
    };
    char text[352];
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        size_t n = num_print_fixed(text, known[i].value, known[i].decimals);
        ck_assert_str_eq(text, known[i].text);
        ck_assert_uint_eq(n, strlen(text));
    }
    ck_assert_uint_le(num_print_fixed(text, -DBL_MAX, 1000), 340);
    ck_assert_int_eq(memcmp(text, "-17976931348623157081", 21), 0);
    num_print_fixed(text, (double)-INFINITY, 2);
    ck_assert_str_eq(text, "-inf");
}
END_TEST

START_TEST(num_prints_ratios) {
    static const struct {
        int64_t n, d, times;
        int decimals;
        const char *text;
    } known[] = {
        {1, 2, 1, 0, "1"},
        {1, 3, 100, 1, "33.3"},
        {2, 3, 100, 1, "66.7"},
        {1, 8, 100, 1, "12.5"},
        {1, 8, 100, 0, "13"},
        {-1, 8, 100, 0, "-13"},
        {1, 16, 100, 1, "6.3"}, /* 6.25 is a tie */
        {1, 1000, 100, 0, "0"},
        {-1, 1000, 100, 0, "0"},
        {0, 5, 100, 2, "0.00"},
        {7, 1, 1, 0, "7"},
        {999, 1000, 100, 0, "100"},
        {9995, 10000, 100, 1, "100.0"}, /* 99.95 is a tie */
        {201, 200, 1, 2, "1.01"},       /* 1.005, exactly */
        {INT64_MAX, 1, 100, 2, "922337203685477580700.00"},
        {INT64_MIN, 1, 100, 0, "-922337203685477580800"},
        {INT64_MAX, INT64_MAX, 100, 1, "100.0"},
        {INT64_MAX - 1, INT64_MAX, 100, 1, "100.0"},
        {1, INT64_MAX, 1, 20, "0.00000000000000000011"},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        char text[64];
        size_t n = num_print_ratio(text, known[i].n, known[i].d, known[i].times, known[i].decimals);
        ck_assert_str_eq(text, known[i].text);
        ck_assert_uint_eq(n, strlen(text));
    }
}
END_TEST

START_TEST(num_compares_ratios) {
    ck_assert_int_eq(num_compare_ratio(1, 3, 2, 6), 0);
    ck_assert_int_eq(num_compare_ratio(1, 3, 1, 2), -1);
    ck_assert_int_eq(num_compare_ratio(1, 2, 1, 3), 1);
    ck_assert_int_eq(num_compare_ratio(-1, 2, 1, 3), -1);
    ck_assert_int_eq(num_compare_ratio(INT64_MAX - 1, INT64_MAX, INT64_MAX - 2, INT64_MAX - 1), 1);
    ck_assert_int_eq(num_compare_ratio(INT64_MIN, 1, INT64_MAX, 1), -1);
}
END_TEST

/* Says nothing where no such locale is installed. */
START_TEST(num_ignores_the_locale) {
    if (setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "fr_FR.UTF-8")) {
        char text[352];
        num_print_float(text, 1.0 / 3.0);
        ck_assert_str_eq(text, "0.3333333333333333");
        num_print_float(text, 1.25e-300);
        ck_assert_str_eq(text, "1.25e-300");
        num_print_fixed(text, 2.675, 2);
        ck_assert_str_eq(text, "2.67");
        ck_assert(read_float("1234567890.12345678901e-3") == 1234567.89012345678901);
        setlocale(LC_ALL, "C");
    }
}
END_TEST

/* Expected: the nearest doubles, by Python's exact fractions. */
START_TEST(num_equal_fractions_are_equal_floats) {
    static const struct {
        int64_t n, d;
        double expected;
    } known[] = {
        {9223372036854775807, 3, 0x1.5555555555555p+61},
        {9007199254740993, 7, 0x1.2492492492493p+50},
        {INT64_MIN, 9007199254740993, -0x1.fffffffffffffp+9},
        {1, 9223372036854775807, 0x1.0000000000000p-63},
        {9223372036854775807, 9223372036854775806, 0x1.0000000000000p+0},
        {7, 20, 0x1.6666666666666p-2},
        {-9223372036854775807, 1, -0x1.0000000000000p+63},
        {4611686018427387905, 4611686018427387904, 0x1.0000000000000p+0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double x = num_ratio_float(known[i].n, known[i].d);
        ck_assert_msg(x == known[i].expected, "%zu: %a", i, x);
    }
    uint64_t state = 1;
    for (int i = 0; i < 10000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int64_t n = (int64_t)(state >> 34), d = (int64_t)(state >> 3 & 0x3fffffff) + 1;
        int64_t times = (int64_t)1 << 32 | i;
        ck_assert(num_ratio_float(n, d) == num_ratio_float(n * times, d * times));
    }
}
END_TEST

Suite *num_suite(void) {
    Suite *suite = suite_create("num");
    TCase *reading = tcase_create("reading");
    tcase_set_timeout(reading, 60);
    tcase_add_test(reading, num_reads_ints);
    tcase_add_test(reading, num_reads_floats);
    tcase_add_test(reading, num_refuses_what_is_no_float);
    tcase_add_test(reading, num_reads_very_long_texts);
    tcase_add_test(reading, num_reads_as_the_library_does);
    suite_add_tcase(suite, reading);
    TCase *printing = tcase_create("printing");
    tcase_set_timeout(printing, 60);
    tcase_add_test(printing, num_prints_floats);
    tcase_add_test(printing, num_round_trips);
    tcase_add_test(printing, num_prints_ints);
    tcase_add_test(printing, num_prints_fixed);
    tcase_add_test(printing, num_prints_ratios);
    tcase_add_test(printing, num_compares_ratios);
    tcase_add_test(printing, num_ignores_the_locale);
    tcase_add_test(printing, num_equal_fractions_are_equal_floats);
    suite_add_tcase(suite, printing);
    return suite;
}
