/* Tokens of ordinary and of tricky texts. */
#include "suites.h"
#include "syntax_fixture.h"

static char *joined(const char *text, size_t n) {
    struct reading r;
    reading_start(&r, (struct str){text, n});
    struct tokens t = lex(&r.arena, &r.diags, &r.sources, r.source);
    struct buf dump;
    buf_init(&dump, &r.alloc);
    tokens_dump(&dump, &r.sources, &t);
    without_places(&r.out, buf_view(&dump), " ");
    char *out = malloc(r.out.n + 1);
    ck_assert_ptr_nonnull(out);
    strcpy(out, r.out.p);
    buf_free(&dump);
    check_diag_spans(&r, n);
    reading_stop(&r);
    return out;
}

static void expect_tokens(const char *text, const char *wanted) {
    char *found = joined(text, strlen(text));
    ck_assert_str_eq(found, wanted);
    free(found);
}

static void expect_errors(const char *text, const char *wanted) {
    struct reading r;
    reading_start(&r, str_of(text));
    lex(&r.arena, &r.diags, &r.sources, r.source);
    ck_assert_msg(strcmp(errors_text(&r), wanted) == 0, "in <%s>: wanted <%s>, found <%s>", text,
                  wanted, errors_text(&r));
    check_diag_spans(&r, strlen(text));
    reading_stop(&r);
}

static bool is_incomplete(const char *text) {
    struct reading r;
    reading_start(&r, str_of(text));
    bool out = lex(&r.arena, &r.diags, &r.sources, r.source).incomplete;
    reading_stop(&r);
    return out;
}

START_TEST(test_numbers) {
    expect_tokens("12 3.5 1e6 1.5e-3 10% 12.5% 0..12",
                  "INT 12 FLOAT 3.5 FLOAT 1000000.0 FLOAT 0.0015 SHARE 10/100 SHARE 125/1000 "
                  "INT 0 RANGE INT 12 END");
    expect_tokens("9223372036854775807", "INT 9223372036854775807 END");
    expect_tokens("5-3", "INT 5 MINUS INT 3 END");
    expect_errors("9223372036854775809", "E0104:1");
    expect_errors("1_000", "E0104:1");
    expect_errors("30days", "E0104:1");
    expect_errors("1e999", "E0104:1");
    expect_errors(".5", "E0104:1");
    expect_errors("99999999999999999999%", "E0104:1");
}
END_TEST

START_TEST(test_dates) {
    expect_tokens("2025-09-01 2025-09 2025Q3 SY2025-26 SY2018 SY1999-00",
                  "DATE 2025-09-01 PERIOD 2025-09 PERIOD 2025Q3 PERIOD SY2025-26 "
                  "PERIOD SY2018-19 PERIOD SY1999-00 END");
    expect_tokens("2013 - 14", "INT 2013 MINUS INT 14 END");
    expect_tokens("2025-09 .. 2026-06", "PERIOD 2025-09 RANGE PERIOD 2026-06 END");
    expect_tokens("2024-02-29", "DATE 2024-02-29 END");
    expect_errors("2013-14", "E0105:1");
    expect_errors("2025-02-29", "E0105:1");
    expect_errors("2025-9-1", "E0105:1");
    expect_errors("2025Q5", "E0105:1");
    expect_errors("SY2025-27", "E0105:1");
    expect_errors("0000-01", "E0105:1");
}
END_TEST

START_TEST(test_texts) {
    expect_tokens("\"plain\"", "TEXT \"plain\" END");
    expect_tokens("\"\"", "TEXT \"\" END");
    expect_tokens("\"a\\n\\t\\\"\\\\\\{\\}\\u{e9}}\"", "TEXT \"a\\n\\t\\\"\\\\{}\xC3\xA9}\" END");
    expect_tokens("\"a {x:.1%} b\"",
                  "TEXT_START \"a \" NAME \"x\" FORMAT \".1%\" TEXT_END \" b\" END");
    expect_tokens("\"{a}{b}\"", "TEXT_START \"\" NAME \"a\" TEXT_MIDDLE \"\" NAME \"b\" "
                                "TEXT_END \"\" END");
    expect_tokens("\"{f({k: \"in {x}\"})}\"",
                  "TEXT_START \"\" NAME \"f\" LPAREN LBRACE NAME \"k\" COLON TEXT_START \"in \" "
                  "NAME \"x\" TEXT_END \"\" RBRACE RPAREN TEXT_END \"\" END");
    expect_errors("\"a\\qb\"", "E0106:1");
    expect_errors("\"\\u{110000}\"", "E0106:1");
    expect_errors("\"\\u{d800}\"", "E0106:1");
    expect_errors("x\n\"abc\ny", "E0102:2");
    expect_errors("\"a {b\"\ny", "E0102:1");
    expect_errors("\"a {f(\"x\"", "E0102:1");
}
END_TEST

START_TEST(test_names) {
    expect_tokens("straße `% Chronically Absent` _x1",
                  "NAME \"stra\xC3\x9F"
                  "e\" NAME \"% Chronically Absent\" NAME \"_x1\" END");
    expect_tokens("ties.from x.in",
                  "NAME \"ties\" DOT NAME \"from\" NAME \"x\" DOT NAME \"in\" END");
    expect_tokens("where group by count", "NAME \"where\" NAME \"group\" NAME \"by\" "
                                          "NAME \"count\" END");
    expect_errors("`abc\nx", "E0102:1");
    expect_errors("``", "E0101:1");
}
END_TEST

START_TEST(test_lines) {
    expect_tokens("a\nb", "NAME \"a\" NEWLINE NAME \"b\" END");
    expect_tokens("a\r\n\r\n# note\r\nb\n", "NAME \"a\" NEWLINE NAME \"b\" NEWLINE END");
    expect_tokens("(a\nb)", "LPAREN NAME \"a\" NAME \"b\" RPAREN END");
    expect_tokens("a +\nb", "NAME \"a\" PLUS NAME \"b\" END");
    expect_tokens("a, # why\n\nb", "NAME \"a\" COMMA NAME \"b\" END");
    expect_tokens("a\n\n# note\n  | b", "NAME \"a\" PIPE NAME \"b\" END");
    expect_tokens("a\n  and b", "NAME \"a\" AND NAME \"b\" END");
    expect_tokens("a\nandroid", "NAME \"a\" NEWLINE NAME \"android\" END");
    expect_tokens("{ a; b\nc }",
                  "LBRACE NAME \"a\" NEWLINE NAME \"b\" NEWLINE NAME \"c\" RBRACE END");
    expect_tokens("(x {\na\nb })", "LPAREN NAME \"x\" LBRACE NAME \"a\" NEWLINE NAME \"b\" "
                                   "RBRACE RPAREN END");
}
END_TEST

START_TEST(test_docs) {
    expect_tokens("## one\n##  two\ntable", "DOC \"one\\n two\" NAME \"table\" END");
    expect_tokens("## prose\n\n## doc\nx", "DOC \"prose\" DOC \"doc\" NAME \"x\" END");
    expect_tokens("a ## note\nb", "NAME \"a\" NEWLINE NAME \"b\" END");
    expect_tokens("{ ## x\n## y\n a }", "LBRACE NAME \"a\" RBRACE END");
}
END_TEST

START_TEST(test_habits) {
    expect_tokens("a && b || !c <> d", "NAME \"a\" AND NAME \"b\" OR NOT NAME \"c\" NE "
                                       "NAME \"d\" END");
    expect_errors("a && b || !c <> d", "E0103:1 E0103:1 E0103:1 E0103:1");
    expect_tokens("'abc'", "TEXT \"abc\" END");
    expect_errors("'abc'", "E0103:1");
    expect_errors("a % b", "E0103:1");
    expect_errors("// note\na", "E0103:1");
    expect_errors("a $ b", "E0103:1");
    expect_errors("a \xE2\x88\x92 b", "E0103:1");
}
END_TEST

START_TEST(test_brackets) {
    expect_errors("f(1\nlet x = 2", "E0102:1");
    expect_tokens("f(1\nlet", "NAME \"f\" LPAREN INT 1 RPAREN NEWLINE LET END");
    expect_errors("f([1)", "E0102:1");
    expect_errors("(a]", "E0101:1");
    expect_tokens("(a]", "LPAREN NAME \"a\" RPAREN END");
    expect_errors("a)", "E0101:1");
    expect_errors("table a {\n key b\nmeasure c {\n from a }", "E0102:1");
    expect_errors("table a {\n measure text\n print int }", "");
    expect_errors("if a {\n let x = (1\n}", "E0102:2");
}
END_TEST

START_TEST(test_incomplete) {
    ck_assert(is_incomplete("f(1"));
    ck_assert(is_incomplete("table x {\n key a\n"));
    ck_assert(is_incomplete("let x = 1 +"));
    ck_assert(is_incomplete("show a |\n"));
    ck_assert(is_incomplete("print \"abc"));
    ck_assert(is_incomplete("print \"abc {x"));
    ck_assert(!is_incomplete("print \"abc\n"));
    ck_assert(!is_incomplete("f(1)"));
    ck_assert(!is_incomplete("show"));
    ck_assert(!is_incomplete("f(1\nlet x = 2"));
    ck_assert(!is_incomplete(""));
}
END_TEST

START_TEST(test_bytes) {
    expect_errors("a \xFF\xFE b \xFF", "E0110:1");
    expect_errors("\"caf\xE9\"", "E0110:1");
    expect_tokens("\"caf\xE9\"", "TEXT \"caf\xEF\xBF\xBD\" END");
    expect_errors("# caf\xE9\nx", "E0110:1");
    char *zero = joined("a\0b", 3);
    ck_assert_str_eq(zero, "NAME \"a\" ERROR NAME \"b\" END");
    free(zero);
}
END_TEST

START_TEST(test_any_bytes) {
    static const char alphabet[] = "ab1-.:;,|{}()[]\"'`\\#\n =%\xFF\xC3\xA9u";
    uint32_t state = 2463534242u;
    char text[40];
    for (int round = 0; round < 5000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            text[i] = alphabet[state % (sizeof alphabet - 1)];
        }
        free(joined(text, sizeof text));
    }
}
END_TEST

Suite *lex_suite(void) {
    Suite *suite = suite_create("lex");
    TCase *tests = tcase_create("tokens");
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, test_numbers);
    tcase_add_test(tests, test_dates);
    tcase_add_test(tests, test_texts);
    tcase_add_test(tests, test_names);
    tcase_add_test(tests, test_lines);
    tcase_add_test(tests, test_docs);
    tcase_add_test(tests, test_habits);
    tcase_add_test(tests, test_brackets);
    tcase_add_test(tests, test_incomplete);
    tcase_add_test(tests, test_bytes);
    tcase_add_test(tests, test_any_bytes);
    suite_add_tcase(suite, tests);
    return suite;
}
