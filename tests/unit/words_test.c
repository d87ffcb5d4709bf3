/* Searching and cutting texts; expected parts are written out by hand. */
#include "stdlib/core/words.h"
#include "suites.h"

START_TEST(trimming) {
    ck_assert(str_is(words_trim(STR(" \t PS 12\r\n")), "PS 12"));
    ck_assert(str_is(words_trim(STR("\xC2\xA0"
                                    "a\xE2\x80\x83")),
                     "a")); /* no-break, em space */
    ck_assert_uint_eq(words_trim(STR("   ")).n, 0);
    ck_assert_uint_eq(words_trim(STR("")).n, 0);
    ck_assert(str_is(words_trim(STR("x")), "x"));
}
END_TEST

START_TEST(finding) {
    struct str s = STR("abcabd");
    ck_assert_uint_eq(words_find(s, STR("abd"), 0), 3);
    ck_assert_uint_eq(words_find(s, STR("ab"), 1), 3);
    ck_assert_uint_eq(words_find(s, STR("abe"), 0), 7);
    ck_assert_uint_eq(words_find(s, STR("d"), 0), 5);
    ck_assert_uint_eq(words_find(s, STR(""), 2), 2);
    ck_assert_uint_eq(words_find(STR("a"), STR("ab"), 0), 2);
}
END_TEST

static void expect_replaced(const char *text, const char *part, const char *by, const char *made) {
    struct alloc memory;
    struct buf out;
    alloc_init(&memory, NULL, NULL, 0);
    buf_init(&out, &memory);
    words_replace(&out, str_of(text), str_of(part), str_of(by));
    ck_assert(!out.failed);
    ck_assert(str_is(buf_view(&out), made));
    buf_free(&out);
}

START_TEST(replacing) {
    expect_replaced("a-b-c", "-", ", ", "a, b, c");
    expect_replaced("aaa", "aa", "b", "ba");
    expect_replaced("abc", "", "x", "abc");
    expect_replaced("abc", "abc", "", "");
    expect_replaced("", "a", "b", "");
}
END_TEST

static void expect_parts(const char *text, const char *separator, const char *const *parts,
                         size_t n) {
    size_t at = 0;
    ck_assert_uint_eq(words_count(str_of(text), str_of(separator)), n);
    for (size_t i = 0; i < n; i++) {
        ck_assert(str_is(words_next(str_of(text), str_of(separator), &at), parts[i]));
    }
}

START_TEST(splitting) {
    static const char *const plain[] = {"a", "", "b"}, *const edges[] = {"", "x", ""};
    static const char *const whole[] = {"abc"}, *const letters[] = {"\xC3\xA9", "a"};
    static const char *const empty[] = {""};
    expect_parts("a;;b", ";", plain, 3);
    expect_parts("--x--", "--", edges, 3);
    expect_parts("abc", ";", whole, 1);
    expect_parts("\xC3\xA9"
                 "a",
                 "", letters, 2);
    expect_parts("", ";", empty, 1);
    expect_parts("", "", NULL, 0);
}
END_TEST

Suite *words_suite(void) {
    Suite *suite = suite_create("words");
    TCase *t = tcase_create("words");
    tcase_add_test(t, trimming);
    tcase_add_test(t, finding);
    tcase_add_test(t, replacing);
    tcase_add_test(t, splitting);
    suite_add_tcase(suite, t);
    return suite;
}
