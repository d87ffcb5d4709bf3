/* The house style: what particular texts become. Each expectation was written
 * by hand from the rules in docs/command-line.md. */
#include "format_fixture.h"
#include "suites.h"

static void becomes(const char *text, const char *wanted) {
    char *found = laid_out(str_of(text));
    ck_assert_msg(found != NULL, "<%s> has errors", text);
    ck_assert_str_eq(found, wanted);
    free(found);
    ck_assert(proved(str_of(text)));
}

static void stays(const char *text) {
    becomes(text, text);
}

START_TEST(test_blanks) {
    becomes("let x=1+2*( 3-y )", "let x = 1 + 2 * (3 - y)\n");
    becomes("print f( a,b ),xs [ 1 ],[1,2]", "print f(a, b), xs[1], [1, 2]\n");
    becomes("let r={a :1,b:{ c:2 }}", "let r = {a: 1, b: {c: 2}}\n");
    becomes("print -1,2 - -3,( -1 )^0.5", "print -1, 2 - -3, (-1) ^ 0.5\n");
    becomes("print a  and not b or not(c)", "print a and not b or not (c)\n");
    becomes("print x in 1..3, x in 1 ..3, x in a..b",
            "print x in 1..3, x in 1 .. 3, x in a .. b\n");
    becomes("print a . b . c", "print a.b.c\n");
    becomes("print \"{ a+b :.1%} and { f( x ) }\"", "print \"{a + b:.1%} and {f(x)}\"\n");
    becomes("fn f(a:int,b : text ?=missing)->list < int >?=g(a)",
            "fn f(a: int, b: text? = missing) -> list<int>? = g(a)\n");
    becomes("show from t|sort - a,b|where - a>3", "show from t | sort -a, b | where -a > 3\n");
    stays("print (1 + 2) * 3\n");
    stays("show from t | group by k (n = count())\n");
    stays("print 30 days, 2025-09-01, 2025 - 9, 12.5%\n");
    stays("let `odd name` = 1\n");
}
END_TEST

START_TEST(test_statements) {
    becomes("print 1;print 2\n\n\n\nprint 3", "print 1\nprint 2\n\nprint 3\n");
    becomes("\n\n  print 1\n\n", "print 1\n");
    becomes("", "");
    becomes("let a = 1 +\n    2", "let a = 1 + 2\n");
    becomes("print 1\r\nprint 2\r\n", "print 1\nprint 2\n");
    becomes("\tprint 1", "print 1\n");
}
END_TEST

START_TEST(test_blocks) {
    becomes("if a {print 1}", "if a { print 1 }\n");
    becomes("if a {\nprint 1}", "if a {\n  print 1\n}\n");
    becomes("for x in xs{print x;print 2}", "for x in xs { print x; print 2 }\n");
    becomes("if a { print 1 }\nelse { print 2 }", "if a { print 1 }\nelse { print 2 }\n");
    becomes("if a { print 1 }\nelse if b {\nprint 2 }\nelse { print 3 }",
            "if a { print 1 }\nelse if b {\n  print 2\n} else {\n  print 3\n}\n");
    becomes("if a {\nprint 1\n}\n\n\nelse { print 2 }",
            "if a {\n  print 1\n} else {\n  print 2\n}\n");
    becomes("fn f(x: int?) -> text { if x is missing { return \"?\" } \"x\" }",
            "fn f(x: int?) -> text { if x is missing { return \"?\" }  \"x\" }\n");
    becomes("fn f() {\n\n\n  print 1\n\n\n  print 2\n\n}\n",
            "fn f() {\n  print 1\n\n  print 2\n}\n");
    becomes("let b = match g { 1 .. 5 => \"low\",6 => \"high\" ; else => \"?\" }",
            "let b = match g { 1 .. 5 => \"low\", 6 => \"high\"; else => \"?\" }\n");
    becomes("let b = match g {\n1 .. 5 => \"low\",6 => \"high\"\nelse => \"?\" }",
            "let b = match g {\n  1 .. 5 => \"low\",\n  6 => \"high\"\n  else => \"?\"\n}\n");
    becomes("while true { }", "while true { }\n");
    becomes("while true {\n}", "while true { }\n");
}
END_TEST

START_TEST(test_declarations) {
    becomes("table t \"T\" {\nkey a,b\na int in 0..3 \"label\"\n"
            "longer_name -> other null from \"x\"\n}",
            "table t \"T\" {\n"
            "  key         a, b\n"
            "  a           int in 0..3    \"label\"\n"
            "  longer_name -> other null  from \"x\"\n"
            "}\n");
    becomes("table t { key a;a int;b text  null }", "table t { key a;  a int;  b text null }\n");
    becomes("table t {\n  key a\n  a text missing \"NS\", -9 from \"A\"\n}",
            "table t {\n  key      a\n  a        text missing \"NS\", -9  from \"A\"\n}\n");
    becomes("table t {\n  key a\n  a text from \"A\"\n  b float null \"label\"\n}",
            "table t {\n"
            "  key      a\n"
            "  a        text        from \"A\"\n"
            "  b        float null  \"label\"\n"
            "}\n");
    becomes("measure m { from t\ncount x>1\ntarget <=25% by 2027-06-30 }",
            "measure m {\n"
            "  from    t\n"
            "  count   x > 1\n"
            "  target  <= 25% by 2027-06-30\n"
            "}\n");
    becomes("rule r {\nfor t\nexpect a>b missing passes\nseverity warn\n}",
            "rule r {\n  for      t\n  expect   a > b missing passes\n  severity warn\n}\n");
    becomes("param a text=\"x\" \"help\"\nparam longer int=3\nparam b int \"more\"",
            "param a      text = \"x\"  \"help\"\n"
            "param longer int  = 3\n"
            "param b      int         \"more\"\n");
    becomes("import a from \"a.csv\"\nimport longer from \"b.csv\" append\n\nimport b from \"b\"",
            "import a      from \"a.csv\"\n"
            "import longer from \"b.csv\" append\n"
            "\n"
            "import b from \"b\"\n");
    stays("foreign \"libm.so.6\" {\n  fn cbrt(x: f64) -> f64\n}\n");
    stays("foreign \"a.so\" {\n  struct point size 8 { x: f32 at 0, y: f32 at 4 }\n"
          "  struct box {\n    from: point\n    weights: array<f64, 3>\n  }\n"
          "  handle h free h_free\n"
          "  fn a(x: buf<f64>, n: usize = len(x), y: out buf<i32, n>) -> give text? free b\n"
          "  fn c(h: take h) -> c_int named \"d\" fails below 0\n}\n");
}
END_TEST

START_TEST(test_pipelines) {
    stays("show from t | where a > 3 | take 5\n");
    becomes("show from t | where a>3\n| take 5", "show from t\n  | where a > 3\n  | take 5\n");
    becomes("let x = from t |\nwhere a", "let x = from t\n  | where a\n");
    becomes("show from attendance | where student.school.borough == \"Queens\" | "
            "select student, day, student.school.name",
            "show from attendance\n"
            "  | where student.school.borough == \"Queens\"\n"
            "  | select student, day, student.school.name\n");
    becomes("show from attendance | group by student.school (days = count(), absences = "
            "count(status == \"A\"), late = count(status == \"T\"))",
            "show from attendance\n"
            "  | group by student.school (\n"
            "      days = count(),\n"
            "      absences = count(status == \"A\"),\n"
            "      late = count(status == \"T\")\n"
            "    )\n");
    stays("for x in from t\n  | where a {\n  print x\n}\n");
}
END_TEST

START_TEST(test_long_lines) {
    becomes("print aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
            "f(cccccccccccccccc, dddd)",
            "print aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,\n"
            "    f(cccccccccccccccc, dddd)\n");
    becomes("let condition = aaaaaaaaaaaaaaaaaaaaaaaaa > bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb and "
            "cccccccccccccccccccccccc == ddddddd + 1",
            "let condition = aaaaaaaaaaaaaaaaaaaaaaaaa > bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
            "    and cccccccccccccccccccccccc == ddddddd + 1\n");
    becomes("fn f(aaaaaaaaaaaaaaaaaaaa: int, bbbbbbbbbbbbbbbbbbbbbbbb: text? = missing, "
            "cccccccccccccc: float = 1.0) -> text { \"x\" }",
            "fn f(aaaaaaaaaaaaaaaaaaaa: int, bbbbbbbbbbbbbbbbbbbbbbbb: text? = missing,\n"
            "    cccccccccccccc: float = 1.0) -> text { \"x\" }\n");
    becomes("fn f(aaaaaaaaaaaaaaaaaaaa: int, bbbbbbbbbbbbbbbbbbbbbbbb: text? = missing, "
            "cccccccccccccc: float = 1.0) -> text {\n\"x\" }",
            "fn f(aaaaaaaaaaaaaaaaaaaa: int, bbbbbbbbbbbbbbbbbbbbbbbb: text? = missing,\n"
            "    cccccccccccccc: float = 1.0) -> text {\n"
            "  \"x\"\n"
            "}\n");
    becomes("let xs = [1,\n2, 3]", "let xs = [1, 2, 3]\n");
    becomes("let xs = [\n1, 2,\n\n3]", "let xs = [\n  1,\n  2,\n\n  3\n]\n");
    becomes("let r = {a: 1\nb: 2}", "let r = {\n  a: 1\n  b: 2\n}\n");
    becomes("measure m { from t;  among aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa > 10 and "
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb > 20;  count x }",
            "measure m {\n"
            "  from    t\n"
            "  among   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa > 10\n"
            "          and bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb > 20\n"
            "  count   x\n"
            "}\n");
}
END_TEST

START_TEST(test_comments) {
    becomes("# a\n\n\n#b  \nprint 1 # c\n# d\n", "# a\n\n#b\nprint 1  # c\n# d\n");
    becomes("if a { # why\nprint 1 # one\n   # last\n} # end\nelse { }",
            "if a {  # why\n  print 1  # one\n  # last\n}  # end\nelse { }\n");
    becomes("let xs = [ # odd\n1, # one\n# two\n2 ]",
            "let xs = [  # odd\n  1,  # one\n  # two\n  2\n]\n");
    becomes("show from t # all\n# some\n| where a", "show from t  # all\n  # some\n  | where a\n");
    becomes("table t {\nkey a # the key\n\n# rest\na int }",
            "table t {\n  key      a  # the key\n\n  # rest\n  a        int\n}\n");
    becomes("## Says what.\nfn f() = 1", "## Says what.\nfn f() = 1\n");
    becomes("## Prose.  \n\nfn f() = 1", "## Prose.  \n\nfn f() = 1\n");
    becomes("# only", "# only\n");
    becomes("print \"# no comment\"", "print \"# no comment\"\n");
    becomes("print (if c { 1 } else # why\n { 2 })",
            "print (if c {\n  1\n} else  # why\n{\n  2\n})\n");
    becomes("print 1 + # one\n2", "print 1 +  # one\n    2\n");
}
END_TEST

/* What has a meaning in front of a bracket stays. */
START_TEST(test_meaning) {
    stays("print [1, 2][1]\n");
    stays("show from t | group (n = count())\n");
    stays("print(1, 2)\n");
    stays("n = n\n-1\n");
    stays("let x = a\n(b)\n");
}
END_TEST

START_TEST(test_errors) {
    static const char *const texts[] = {"let = 3",         "print (1",        "print \"a",
                                        "table t { key }", "use \"x.spoke\"", "print 1 +"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        ck_assert_msg(laid_out(str_of(texts[i])) == NULL, "<%s> has no errors", texts[i]);
}
END_TEST

/* With memory refused at each request in turn: an escape or a failed buffer, and no leak. */
START_TEST(test_out_of_memory) {
    static const char text[] = "table t { key a;  a int }\n# c\nshow from t\n  | where a > 1\n";
    volatile bool done = false;
    for (volatile uint64_t at = 1; !done; at++) {
        struct reading r;
        reading_start(&r, STR(text));
        r.alloc.fail_at = r.alloc.calls + at;
        if (!setjmp(r.escape)) {
            enum format_result result =
                format_source(&r.arena, &r.diags, &r.sources, r.source, &r.out);
            done = !r.out.failed;
            ck_assert_int_eq(result, FORMAT_DONE);
        }
        if (done)
            ck_assert(str_eq(buf_view(&r.out), STR(text)));
        ck_assert_uint_lt(at, 1000);
        reading_stop(&r);
    }
}
END_TEST

Suite *format_suite(void) {
    Suite *suite = suite_create("format");
    TCase *tests = tcase_create("style");
    tcase_add_test(tests, test_blanks);
    tcase_add_test(tests, test_statements);
    tcase_add_test(tests, test_blocks);
    tcase_add_test(tests, test_declarations);
    tcase_add_test(tests, test_pipelines);
    tcase_add_test(tests, test_long_lines);
    tcase_add_test(tests, test_comments);
    tcase_add_test(tests, test_meaning);
    tcase_add_test(tests, test_errors);
    tcase_add_test(tests, test_out_of_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
