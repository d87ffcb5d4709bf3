/* Patterns: what they find, by hand; that blow-ups end; memory refused at every request. */
#include "stdlib/regex/pattern.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct alloc memory;
static struct patterns patterns;

static void set_up(void) {
    alloc_init(&memory, NULL, NULL, 0);
    patterns = (struct patterns){.alloc = &memory};
}

static void tear_down(void) {
    patterns_free(&patterns);
    ck_assert_uint_eq(memory.used, 0);
}

static struct search search_of(const char *text, const char *pattern) {
    struct search s = {.text = str_of(text)};
    s.pattern = pattern_get(&patterns, str_of(pattern), &s.error);
    ck_assert_msg(s.pattern != NULL, "%s: %s", pattern, s.error.message);
    return s;
}

/* All matches, each behind a bar. */
static void expect_all(const char *text, const char *pattern, const char *expected) {
    struct search s = search_of(text, pattern);
    char got[200] = "";
    size_t n = 0;
    enum pattern_result result;
    while ((result = search_next(&s)) == PATTERN_FOUND) {
        struct str part;
        ck_assert(search_group(&s, 0, &part));
        n += (size_t)snprintf(got + n, sizeof got - n, "|%.*s", STR_ARG(part));
    }
    ck_assert_int_eq(result, PATTERN_NONE);
    ck_assert_str_eq(got, expected);
}

START_TEST(finding) {
    expect_all("grade 9, room 12", "\\d+", "|9|12");
    expect_all("aXbXc", "X*", "||X||X||");
    expect_all("\xC3\xB1"
               "and\xC3\xBA",
               "\\w", "|\xC3\xB1|a|n|d|\xC3\xBA");
    expect_all("\xC3\xB1", "", "||"); /* never amid a character */
    expect_all("", "^$", "|");
    expect_all("a\nb", "(?m)^.", "|a|b");
    expect_all("abc", "z", "");
}
END_TEST

static void expect_replaced(const char *text, const char *pattern, const char *by,
                            const char *expected) {
    struct search s = search_of(text, pattern);
    struct buf out;
    buf_init(&out, &memory);
    ck_assert_int_eq(search_replace(&s, str_of(by), &out), PATTERN_FOUND);
    ck_assert(str_is(buf_view(&out), expected));
    buf_free(&out);
}

START_TEST(replacing) {
    expect_replaced("Doe, Jane", "(\\w+), (\\w+)", "$2 $1", "Jane Doe");
    expect_replaced("abc", "", "-", "-a-b-c-");
    expect_replaced("5", "(\\d)|(x)", "[$2$1$0$$]", "[55$]");
    expect_replaced("none", "x", "y", "none");
    expect_replaced("", "x", "y", "");
    struct search s = search_of("a", "a");
    struct buf out;
    buf_init(&out, &memory);
    ck_assert_int_eq(search_replace(&s, STR("b$7"), &out), PATTERN_BROKEN);
    ck_assert_uint_eq(s.error.at, 1);
    ck_assert_uint_eq(s.error.length, 2);
    buf_free(&out);
}
END_TEST

START_TEST(wrong_patterns) {
    struct pattern_error error;
    ck_assert_ptr_null(pattern_get(&patterns, STR("a(b"), &error));
    ck_assert_uint_eq(error.at, 3);
    ck_assert_str_ne(error.message, "");
    struct search s = search_of("\xFF", "a");
    ck_assert_int_eq(search_next(&s), PATTERN_BROKEN);
}
END_TEST

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(blow_ups_end) {
    static const char *const wild[] = {"(a+)+$", "(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]"};
    double allowed = getenv("SANITIZED") ? 10 : 1;
    char text[4001];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 2] = '!';
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < COUNT_OF(wild); i++) {
        struct search s = search_of(text, wild[i]);
        double before = seconds();
        enum pattern_result result = search_next(&s);
        ck_assert(result == PATTERN_LIMIT || (i > 1 && result == PATTERN_NONE));
        ck_assert_double_lt(seconds() - before, allowed);
    }
}
END_TEST

/* Each place alone stays below PCRE2's limit; all of them together do not. */
START_TEST(many_small_blow_ups_end) {
    char text[22 * 400 + 1] = "";
    for (int i = 0; i < 400; i++)
        memcpy(text + 22 * i, "aaaaaaaaaaaaaaaaaaaaab", 22);
    struct search s = search_of(text, "(a+)+$");
    ck_assert_int_eq(search_next(&s), PATTERN_LIMIT);
}
END_TEST

static int stop_at_once(void *user, uint64_t steps) {
    (void)steps;
    ++*(int *)user;
    return 1;
}

START_TEST(stopping) {
    int asked = 0;
    struct search s = search_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$");
    s.poll = stop_at_once;
    s.user = &asked;
    ck_assert_int_eq(search_next(&s), PATTERN_STOPPED);
    ck_assert_int_eq(asked, 1);
}
END_TEST

START_TEST(patterns_are_kept) {
    char source[16];
    struct pattern_error error;
    struct pattern *first = pattern_get(&patterns, STR("p0"), &error);
    for (int i = 1; i < PATTERNS_KEPT; i++) {
        snprintf(source, sizeof source, "p%d", i);
        ck_assert_ptr_nonnull(pattern_get(&patterns, str_of(source), &error));
    }
    uint64_t calls = memory.calls;
    ck_assert_ptr_eq(pattern_get(&patterns, STR("p0"), &error), first);
    ck_assert_uint_eq(memory.calls, calls);                            /* nothing was compiled */
    ck_assert_ptr_nonnull(pattern_get(&patterns, STR("new"), &error)); /* drops p1 */
    ck_assert_ptr_eq(pattern_get(&patterns, STR("p0"), &error), first);
}
END_TEST

START_TEST(memory_runs_out) {
    for (uint64_t fail = 1;; fail++) {
        struct pattern_error error;
        alloc_init(&memory, NULL, NULL, 0);
        patterns = (struct patterns){.alloc = &memory};
        memory.fail_at = fail;
        struct pattern *p = pattern_get(&patterns, STR("(a|b)+"), &error);
        if (!p)
            ck_assert_str_eq(error.message, "");
        patterns_free(&patterns);
        ck_assert_uint_eq(memory.used, 0);
        if (memory.calls < fail) { /* it never came to that request */
            ck_assert_ptr_nonnull(p);
            break;
        }
        ck_assert_ptr_null(p);
    }
    patterns = (struct patterns){.alloc = &memory};
}
END_TEST

Suite *regex_suite(void) {
    Suite *s = suite_create("regex");
    TCase *t = tcase_create("patterns");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, finding);
    tcase_add_test(t, replacing);
    tcase_add_test(t, wrong_patterns);
    tcase_add_test(t, blow_ups_end);
    tcase_add_test(t, many_small_blow_ups_end);
    tcase_add_test(t, stopping);
    tcase_add_test(t, patterns_are_kept);
    tcase_add_test(t, memory_runs_out);
    suite_add_tcase(s, t);
    return s;
}
