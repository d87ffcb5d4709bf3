/* Functions that queries in SQL are given instead of SQLite's: the same results as SQLite's own,
 * for a list of odd calls and for random formats and texts; an end where SQLite's would go on. */
#include "suites.h"

#include "store/sql_functions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct pair {
    sqlite3 *own, *plain; /* ours, SQLite's */
    uint64_t random;
};

static void open_pair(struct pair *p) {
    ck_assert_int_eq(sqlite3_open(":memory:", &p->own), SQLITE_OK);
    ck_assert_int_eq(sqlite3_open(":memory:", &p->plain), SQLITE_OK);
    p->random = 1;
    ck_assert(sql_functions_register(p->own, &p->random));
}

static void close_pair(struct pair *p) {
    ck_assert_int_eq(sqlite3_close(p->own), SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(p->plain), SQLITE_OK);
}

static int evaluate(sqlite3 *db, const char *expression, char *out, size_t room) {
    char sql[1000];
    sqlite3_stmt *st;
    snprintf(sql, sizeof sql, "SELECT quote(%s)", expression);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg(db));
    int code = sqlite3_step(st);
    snprintf(out, room, "%s",
             code == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : sqlite3_errmsg(db));
    sqlite3_finalize(st);
    return code;
}

static void expect_same(const struct pair *p, const char *expression) {
    char own[2000], plain[2000];
    evaluate(p->own, expression, own, sizeof own);
    evaluate(p->plain, expression, plain, sizeof plain);
    ck_assert_msg(strcmp(own, plain) == 0, "%s: %s, and SQLite says %s", expression, own, plain);
}

static const char *const calls[] = {
    "printf()",
    "printf(NULL)",
    "printf('')",
    "printf('plain')",
    "printf('%')",
    "printf('a%')",
    "printf('%d%% of %s', 12.9, 'all')",
    "printf('%5d|%-5d|%05d|%+d|% d|%,d', 1, 2, 3, 4, 5, 1234567)",
    "printf('%d', '12abc')",
    "printf('%lld %ld', 9223372036854775807, -9223372036854775807 - 1)",
    "printf('%u %o %x %X %p', -1, 8, 255, 255, 255)",
    "printf('%r %r %r', 1, 22, 113)",
    "printf('%f|%.2f|%10.3f|%-10.1f|%e|%E|%g|%G', 1.5, 2.345, 3, 4, 12345.678, 1e-9, 1e20, 0.1)",
    "printf('%!.20f %!g %.0f %#.0f', 0.1, 100, 0.5, 3)",
    "printf('%,.2f', 1234567.891)",
    "printf('%s|%10s|%-10s|%.2s', 'a', 'b', 'c', 'defg')",
    "printf('%z|%s', 'z', NULL)",
    "printf('%q %Q %Q %w', 'it''s', 'it''s', NULL, 'a\"b')",
    "printf('%!5s|%5s', 'åäö', 'åäö')",
    "printf('%c%c%c', 'xyz', 'åb', '')",
    "printf('%5c|%-5c|%.3c|%5.3c|%-5.3c|', 'x', 'x', 'x', 'x', 'x')",
    "printf('%.2c%c', 'å', NULL)",
    "printf('%*d|%-*d|%*d', 6, 1, 6, 2, -6, 3)",
    "printf('%.*f|%.*s|%.*f', 2, 3.14159, 1, 'xyz', -3, 2.71828)",
    "printf('%d %s %f')",
    "printf('%n%d', 7)",
    "printf('a%yb%d', 7)",
    "printf('%5%|%-5%|')",
    "printf(12, 3)",
    "printf(x'2564', 3)",
    "format('%s-%s', 1, 2.5)",
    "instr('abcabc', 'ca')",
    "instr('åäö', 'ö')",
    "instr('abc', '')",
    "instr('', 'a')",
    "instr('', '')",
    "instr(NULL, 'a')",
    "instr('a', NULL)",
    "instr(x'010203', x'03')",
    "instr(x'c3a5', x'a5')",
    "instr('12345', 34)",
    "instr(x'3132', '2')",
    "instr('abc', x'62')",
    "replace('aXbXc', 'X', '--')",
    "replace('aaaa', 'aa', 'a')",
    "replace('abc', '', 'x')",
    "replace('', 'a', 'x')",
    "replace('abc', 'abc', '')",
    "replace(NULL, 'a', 'b')",
    "replace('a', NULL, 'b')",
    "replace('a', 'a', NULL)",
    "replace('b', 'a', NULL)",
    "replace(121, 1, 9)",
    "replace('', '', NULL)",
    "trim('xxabcxx', 'x')",
    "ltrim('xyxabcxyx', 'yx')",
    "rtrim('xyxabcxyx', 'yx')",
    "trim('ååbåå', 'å')",
    "trim('abc', 'cba')",
    "trim('abc', '')",
    "trim('', 'a')",
    "trim(NULL, 'a')",
    "trim('a', NULL)",
    "trim(11211, 1)",
    "typeof(replace(12, 3, 4))",
    "typeof(replace(12, '', 4))",
    "typeof(trim(12, 3))",
};

START_TEST(as_sqlite_gives_it) {
    struct pair p;
    open_pair(&p);
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect_same(&p, calls[i]);
    close_pair(&p);
}
END_TEST

static uint64_t next_number(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static const char *one_of(uint64_t *state, const char *const *all, size_t n) {
    return all[next_number(state) % n];
}
#define ONE_OF(...)                                                                                \
    one_of(state, (const char *const[]){__VA_ARGS__},                                              \
           COUNT_OF(((const char *const[]){__VA_ARGS__})))

static void random_printf(uint64_t *state, char *out, size_t room) {
    char format[200] = "", arguments[300] = "";
    size_t parts = 1 + next_number(state) % 3;
    for (size_t i = 0; i < parts; i++) {
        size_t f = strlen(format), a = strlen(arguments);
        const char *width = ONE_OF("", "", "7", "012", "*"),
                   *precision = ONE_OF("", "", ".0", ".3", ".*", ".");
        snprintf(format + f, sizeof format - f, "%s%%%s%s%s%s", ONE_OF("", "a", "å "),
                 ONE_OF("", "-", "+", " ", "0", "#", ",", "!", "-+", "0,", "!0"), width, precision,
                 ONE_OF("d", "i", "u", "x", "X", "o", "f", "e", "g", "G", "s", "q", "Q", "w", "c",
                        "lld", "%", "r", "z"));
        if (*width == '*')
            a += (size_t)snprintf(arguments + a, sizeof arguments - a, ", %s",
                                  ONE_OF("3", "-9", "0", "1"));
        if (strcmp(precision, ".*") == 0)
            a += (size_t)snprintf(arguments + a, sizeof arguments - a, ", %s",
                                  ONE_OF("2", "-2", "0", "15"));
        snprintf(arguments + a, sizeof arguments - a, ", %s",
                 ONE_OF("0", "1", "-1", "123456789", "9223372036854775807", "3.25", "-1e300",
                        "NULL", "'it''s'", "'åäö'", "''", "'12'", "x'c3a5'"));
    }
    snprintf(out, room, "printf('%s'%s)", format, arguments);
}

static void random_texts(uint64_t *state, char *out, size_t room) {
    char texts[3][40];
    for (size_t i = 0; i < 3; i++) {
        size_t n = 0, parts = next_number(state) % (i ? 4 : 8);
        texts[i][0] = '\0';
        for (size_t k = 0; k < parts; k++)
            n += (size_t)snprintf(texts[i] + n, sizeof texts[i] - n, "%s",
                                  ONE_OF("a", "b", "ab", "å", "ä"));
    }
    const char *function = ONE_OF("instr", "replace", "trim", "ltrim", "rtrim");
    if (strcmp(function, "replace") == 0)
        snprintf(out, room, "replace('%s', '%s', '%s')", texts[0], texts[1], texts[2]);
    else
        snprintf(out, room, "%s('%s', '%s')", function, texts[0], texts[1]);
}

START_TEST(as_sqlite_gives_it_at_random) {
    struct pair p;
    uint64_t state = 7;
    char call[700];
    open_pair(&p);
    for (int i = 0; i < 4000; i++) {
        if (i % 2)
            random_printf(&state, call, sizeof call);
        else
            random_texts(&state, call, sizeof call);
        expect_same(&p, call);
    }
    close_pair(&p);
}
END_TEST

/* Each of these takes SQLite seconds to hours. */
START_TEST(an_end_is_near) {
    static const char *const hostile[][2] = {
        {"printf('%.*c', 2000000000, 'x')", "string or blob too big"},
        {"printf('%.2000000000c', 'x')", "string or blob too big"},
        {"printf('%.99999999999999999999d', 1)", "string or blob too big"},
        {"printf('%*s', 2000000000, 'x')", "string or blob too big"},
        {"printf('%-2000000000d', 1)", "string or blob too big"},
        {"randomblob(2000000000)", "string or blob too big"},
        {"replace(hex(zeroblob(5000)), '0', hex(zeroblob(5000)))", "string or blob too big"},
        {"instr(hex(zeroblob(4000000)), hex(zeroblob(2000000)) || '1')", "0"},
        {"length(replace(hex(zeroblob(4000000)), hex(zeroblob(2000000)) || '1', ''))", "8000000"},
        {"trim('a', hex(zeroblob(1000)))", "a text is trimmed of 256 bytes of characters at most"},
        {"length(trim(hex(zeroblob(4000000)), '123456789abcdefghijklmnopqrstuvwxyz0'))", "0"},
    };
    struct pair p;
    char told[200];
    open_pair(&p);
    sqlite3_limit(p.own, SQLITE_LIMIT_LENGTH, 32 << 20);
    clock_t start = clock();
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        evaluate(p.own, hostile[i][0], told, sizeof told);
        ck_assert_msg(strcmp(told, hostile[i][1]) == 0, "%s: %s", hostile[i][0], told);
    }
    ck_assert_double_lt((double)(clock() - start) / CLOCKS_PER_SEC, getenv("SANITIZED") ? 60 : 8);
    close_pair(&p);
}
END_TEST

START_TEST(chance_repeats) {
    struct pair p;
    char first[100], again[100], other[100];
    static const char *const both = "random() || hex(randomblob(3)) || length(randomblob(-1))";
    open_pair(&p);
    evaluate(p.own, both, first, sizeof first);
    evaluate(p.own, both, other, sizeof other);
    p.random = 1;
    evaluate(p.own, both, again, sizeof again);
    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, other);
    close_pair(&p);
}
END_TEST

/* 20,000 days after 1970-01-01 is 2024-10-04. */
START_TEST(now_is_the_day_of_the_run) {
    static const char *const times[][2] = {
        {"date('now')", "'2024-10-04'"},
        {"date()", "'2024-10-04'"},
        {"datetime('no' || 'w', '-1 second')", "'2024-10-03 23:59:59'"},
        {"strftime('%s', 'NOW')", "'1728000000'"},
        {"unixepoch('now')", "1728000000"},
        {"julianday('now')", "2460587.5"},
        {"CURRENT_TIMESTAMP", "'2024-10-04 00:00:00'"},
        {"CURRENT_DATE || CURRENT_TIME", "'2024-10-0400:00:00'"},
    };
    int64_t today = 20000;
    bool known = true;
    struct sql_clock clock = {.open = false};
    sqlite3 *db;
    char told[100];
    ck_assert(sql_clock_open(&clock, &today, &known));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    ck_assert_int_eq(sqlite3_open_v2(":memory:", &db, flags, clock.name), SQLITE_OK);
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        evaluate(db, times[i][0], told, sizeof told);
        ck_assert_msg(strcmp(told, times[i][1]) == 0, "%s: %s", times[i][0], told);
    }
    today = -1;
    evaluate(db, "date('now')", told, sizeof told);
    ck_assert_str_eq(told, "'1969-12-31'");
    known = false;
    evaluate(db, "date('now')", told, sizeof told);
    ck_assert_str_eq(told, "NULL");
    sqlite3_close(db);
    sql_clock_close(&clock);
    ck_assert_ptr_null(sqlite3_vfs_find(clock.name));
}
END_TEST

Suite *sql_functions_suite(void) {
    Suite *s = suite_create("sql_functions");
    TCase *c = tcase_create("same");
    tcase_add_test(c, as_sqlite_gives_it);
    tcase_add_test(c, as_sqlite_gives_it_at_random);
    tcase_add_test(c, an_end_is_near);
    tcase_add_test(c, chance_repeats);
    tcase_add_test(c, now_is_the_day_of_the_run);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    return s;
}
