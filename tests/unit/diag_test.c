/* Diagnostics: places, the text and JSON shapes, the rules of collecting, and
 * suggestions. Expected texts are written out by hand. */
#include "diagnose/diag.h"
#include "suites.h"

static struct alloc memory;
static struct arena arena;
static struct sources sources;
static struct diags diags;
static struct buf out;
static jmp_buf escape;

static void start(void) {
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&arena, &memory);
    arena.escape = &escape;
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    buf_init(&out, &memory);
}

static void stop(void) {
    buf_free(&out);
    arena_free(&arena);
    ck_assert_uint_eq(memory.used, 0);
}

static uint32_t add(const char *text) {
    return source_add(&sources, STR("a.spoke"), str_of(text));
}

static struct span at(uint32_t source, uint32_t from, uint32_t to) {
    return (struct span){source, from, to};
}

static void expect_text(const struct diag *g, const char *text) {
    buf_clear(&out);
    diag_text(&out, &sources, g, false);
    ck_assert(!out.failed);
    ck_assert_str_eq(out.p, text);
}

START_TEST(places_by_line_and_code_point) {
    uint32_t n = add("ab\ncd\r\n\xC3\xA9xy\rz");
    const struct source *s = source_at(&sources, n);
    ck_assert_uint_eq(s->lines.n, 4);
    struct place p = source_place(s, 4);
    ck_assert_uint_eq(p.line, 2);
    ck_assert_uint_eq(p.column, 2);
    p = source_place(s, 9); /* x, behind a letter of two bytes */
    ck_assert_uint_eq(p.line, 3);
    ck_assert_uint_eq(p.column, 2);
    p = source_place(s, 1000);
    ck_assert_uint_eq(p.line, 4);
    ck_assert_uint_eq(p.column, 2);
    ck_assert(str_is(source_line(s, 2), "cd"));
    ck_assert(str_is(source_line(s, 3), "\xC3\xA9xy"));
    ck_assert_uint_eq(source_line(s, 5).n, 0);
    ck_assert_ptr_null(source_at(&sources, 0));
    ck_assert_ptr_null(source_at(&sources, 2));
}
END_TEST

START_TEST(spans_join) {
    struct span j = span_join(at(1, 5, 7), at(1, 2, 6));
    ck_assert_uint_eq(j.start, 2);
    ck_assert_uint_eq(j.stop, 7);
    ck_assert_uint_eq(span_join(at(0, 0, 0), at(2, 3, 4)).source, 2);
    ck_assert_uint_eq(span_join(at(1, 3, 4), at(2, 0, 9)).stop, 4);
}
END_TEST

/* The example of the language's description, section 9. */
START_TEST(text_shape) {
    buf_repeat(&out, "#\n", 13);
    buf_text(&out, "  count   statsu == \"A\"\n");
    uint32_t n = source_add(&sources, STR("attendance.spoke"), buf_view(&out));
    struct diag *g =
        diag_error(&diags, E0204, at(n, 36, 42), "`%s` has no column `%s`", "attendance", "statsu");
    diag_help(&diags, g, "did you mean `status`?");
    diag_note(&diags, g, "available: day, status, student");
    expect_text(g, "error[E0204]: `attendance` has no column `statsu`\n"
                   "  --> attendance.spoke:14:11\n"
                   "   |\n"
                   "14 |   count   statsu == \"A\"\n"
                   "   |           ^^^^^^\n"
                   "   = help: did you mean `status`?\n"
                   "   = available: day, status, student\n");
}
END_TEST

START_TEST(labels_share_their_line) {
    uint32_t n = add("let total = \"a\" + 1\n");
    struct diag *g = diag_error(&diags, E0208, at(n, 16, 17), "no `+` for text and int");
    diag_label_add(&diags, g, at(n, 18, 19), "an int");
    diag_label_add(&diags, g, at(n, 12, 15), "a text");
    g->label = STR("this operator");
    expect_text(g, "error[E0208]: no `+` for text and int\n"
                   " --> a.spoke:1:17\n"
                   "  |\n"
                   "1 | let total = \"a\" + 1\n"
                   "  |                 ^ this operator\n"
                   "  |             --- a text\n"
                   "  |                   - an int\n");
}
END_TEST

START_TEST(lines_in_order_with_gaps) {
    uint32_t n = add("one\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    struct diag *g = diag_error(&diags, E0205, at(n, 8, 13), "twice");
    diag_label_add(&diags, g, at(n, 28, 33), "last");
    diag_label_add(&diags, g, at(n, 0, 3), "first");
    expect_text(g, "error[E0205]: twice\n"
                   " --> a.spoke:3:1\n"
                   "  |\n"
                   "1 | one\n"
                   "  | --- first\n"
                   "2 | two\n"
                   "3 | three\n"
                   "  | ^^^^^\n"
                   "...\n"
                   "7 | seven\n"
                   "  | ----- last\n");
}
END_TEST

START_TEST(two_sources) {
    uint32_t a = add("x\n");
    uint32_t b = source_add(&sources, STR("b.spoke"), STR("y = 1\n"));
    struct diag *g = diag_error(&diags, E0205, at(b, 0, 1), "`y` is defined twice");
    diag_label_add(&diags, g, at(a, 0, 1), "the call");
    expect_text(g, "error[E0205]: `y` is defined twice\n"
                   " --> b.spoke:1:1\n"
                   "  |\n"
                   "1 | y = 1\n"
                   "  | ^\n"
                   " ::: a.spoke:1:1\n"
                   "  |\n"
                   "1 | x\n"
                   "  | - the call\n");
}
END_TEST

START_TEST(tabs_and_wide_characters) {
    /* A tab is four columns, each of the two Han characters two. */
    uint32_t n = add("\t\xE5\xAD\xA6\xE6\xA0\xA1 = bad\n");
    struct diag *g = diag_error(&diags, E0201, at(n, 10, 13), "no `bad`");
    expect_text(g, "error[E0201]: no `bad`\n"
                   " --> a.spoke:1:7\n"
                   "  |\n"
                   "1 |     \xE5\xAD\xA6\xE6\xA0\xA1 = bad\n"
                   "  |            ^^^\n");
    g = diag_error(&diags, E0201, at(n, 1, 7), "wide");
    expect_text(g, "error[E0201]: wide\n"
                   " --> a.spoke:1:2\n"
                   "  |\n"
                   "1 |     \xE5\xAD\xA6\xE6\xA0\xA1 = bad\n"
                   "  |     ^^^^\n");
}
END_TEST

START_TEST(disturbing_characters_are_replaced) {
    uint32_t n = add("a\x1b[31m\xFF \xE2\x80\xAE z\n");
    struct diag *g = diag_error(&diags, E0103, at(n, 12, 13), "odd \x07");
    expect_text(g, "error[E0103]: odd \xEF\xBF\xBD\n"
                   " --> a.spoke:1:11\n"
                   "  |\n"
                   "1 | a\xEF\xBF\xBD[31m\xEF\xBF\xBD \xEF\xBF\xBD z\n"
                   "  |           ^\n");
}
END_TEST

START_TEST(several_lines_mark_the_first) {
    uint32_t n = add("f(1,\r\n  2)\r\n");
    struct diag *g = diag_error(&diags, E0209, at(n, 1, 10), "too many");
    expect_text(g, "error[E0209]: too many\n"
                   " --> a.spoke:1:2\n"
                   "  |\n"
                   "1 | f(1,\n"
                   "  |  ^^^\n");
}
END_TEST

START_TEST(end_of_file) {
    uint32_t n = add("let x =\n\n");
    struct diag *g = diag_error(&diags, E0101, at(n, 9, 9), "a value was expected");
    expect_text(g, "error[E0101]: a value was expected\n"
                   " --> a.spoke:1:8\n"
                   "  |\n"
                   "1 | let x =\n"
                   "  |        ^\n");
    n = add("");
    g = diag_error(&diags, E0101, at(n, 0, 0), "nothing");
    expect_text(g, "error[E0101]: nothing\n"
                   " --> a.spoke:1:1\n"
                   "  |\n"
                   "1 |\n"
                   "  | ^\n");
}
END_TEST

START_TEST(nowhere) {
    struct diag *g = diag_add(&diags, SEV_WARNING, CODE_NONE, at(0, 0, 0), "3 rows rejected");
    diag_note(&diags, g, "first line\nsecond line");
    expect_text(g, "warning: 3 rows rejected\n"
                   "  = note: first line\n"
                   "          second line\n");
}
END_TEST

/* One line of 300 characters, the span at the front, in the middle and at the
 * end: always 110 columns, always with the span. */
START_TEST(long_lines_are_cropped) {
    static const struct {
        uint32_t from, to;
        bool left, right;
        uint32_t column; /* of the first caret */
        uint32_t carets;
    } cases[] = {
        {0, 3, false, true, 0, 3},
        {150, 152, true, true, 1 + 53, 2},
        {297, 300, true, false, 107, 3},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        buf_clear(&out);
        buf_repeat(&out, "0123456789", 30);
        uint32_t n = source_add(&sources, STR("a.spoke"), buf_view(&out));
        struct diag *g = diag_error(&diags, E0101, at(n, cases[i].from, cases[i].to), "x");
        buf_clear(&out);
        diag_text(&out, &sources, g, false);
        const char *line = strstr(out.p, "1 | ");
        ck_assert_ptr_nonnull(line);
        line += 4;
        const char *end = strchr(line, '\n');
        size_t bytes = (size_t)(end - line);
        size_t cuts = (size_t)cases[i].left + (size_t)cases[i].right;
        ck_assert_uint_eq(bytes, 110 + 2 * cuts); /* each … is three bytes */
        ck_assert_int_eq(memcmp(line, "\xE2\x80\xA6", 3) == 0, cases[i].left);
        ck_assert_int_eq(memcmp(end - 3, "\xE2\x80\xA6", 3) == 0, cases[i].right);
        const char *marks = end + 1 + 4;
        ck_assert_uint_eq(strspn(marks, " "), cases[i].column);
        ck_assert_uint_eq(strspn(marks + cases[i].column, "^"), cases[i].carets);
        /* The digit above the first caret is the span's own. */
        size_t byte = cases[i].column + (cases[i].left ? 2 : 0);
        ck_assert_int_eq(line[byte], (char)('0' + cases[i].from % 10));
    }
}
END_TEST

START_TEST(long_marks_stay_in_the_view) {
    buf_repeat(&out, "0123456789", 30);
    uint32_t n = source_add(&sources, STR("a.spoke"), buf_view(&out));
    struct diag *g = diag_error(&diags, E0101, at(n, 0, 300), "x");
    diag_label_add(&diags, g, at(n, 299, 300), "far away");
    buf_clear(&out);
    diag_text(&out, &sources, g, false);
    const char *marks = strchr(out.p, '^');
    ck_assert_ptr_nonnull(marks);
    size_t carets = strspn(marks, "^");
    ck_assert_uint_ge(carets, 100);
    ck_assert_uint_le(carets, 110);
    ck_assert_ptr_nonnull(strstr(out.p, "- far away"));
    for (const char *p = out.p; *p; p = strchr(p, '\n') + 1)
        ck_assert_uint_le(strcspn(p, "\n"), 130);
}
END_TEST

START_TEST(colour_adds_only_escapes) {
    uint32_t n = add("bad\n");
    struct diag *g = diag_error(&diags, E0201, at(n, 0, 3), "no `bad`");
    diag_help(&diags, g, "say it");
    diag_text(&out, &sources, g, true);
    ck_assert_str_eq(out.p, "\x1b[1;31merror[E0201]\x1b[0m: no `bad`\n"
                            " \x1b[34m-->\x1b[0m a.spoke:1:1\n"
                            "\x1b[34m  |\x1b[0m\n"
                            "\x1b[34m1 |\x1b[0m bad\n"
                            "\x1b[34m  |\x1b[0m \x1b[1;31m^^^\x1b[0m\n"
                            "  \x1b[34m=\x1b[0m \x1b[36mhelp:\x1b[0m say it\n");
}
END_TEST

START_TEST(json_shape) {
    uint32_t n = add("\xC3\xA9 statsu\n");
    struct diag *g = diag_error(&diags, E0204, at(n, 3, 9), "no \"statsu\"");
    g->label = STR("here");
    diag_label_add(&diags, g, at(n, 0, 2), "this");
    diag_note(&diags, g, "n1");
    diag_help(&diags, g, "h1");
    diag_help(&diags, g, "h2");
    diag_json(&out, &sources, g);
    ck_assert_str_eq(
        out.p,
        "{\"code\":\"E0204\",\"severity\":\"error\",\"message\":\"no \\\"statsu\\\"\","
        "\"file\":\"a.spoke\",\"line\":1,\"column\":3,\"start\":3,\"stop\":9,\"label\":\"here\","
        "\"labels\":[{\"file\":\"a.spoke\",\"line\":1,\"column\":1,\"start\":0,\"stop\":2,"
        "\"text\":\"this\"}],\"notes\":[\"n1\"],\"helps\":[\"h1\",\"h2\"]}");
    buf_clear(&out);
    g = diag_add(&diags, SEV_NOTE, CODE_NONE, at(0, 0, 0), "plain");
    diag_json(&out, &sources, g);
    ck_assert_str_eq(out.p, "{\"code\":null,\"severity\":\"note\",\"message\":\"plain\","
                            "\"file\":null,\"line\":null,\"column\":null,\"start\":null,"
                            "\"stop\":null,\"label\":\"\",\"labels\":[],\"notes\":[],"
                            "\"helps\":[]}");
}
END_TEST

START_TEST(one_fault_one_message) {
    uint32_t n = add("abc");
    struct diag *first = diag_error(&diags, E0201, at(n, 0, 1), "first");
    struct diag *again = diag_error(&diags, E0201, at(n, 0, 1), "again");
    ck_assert_ptr_ne(first, again);
    diag_note(&diags, again, "forgotten");
    diag_label_add(&diags, again, at(n, 0, 1), "forgotten");
    ck_assert_uint_eq(diags.all.n, 1);
    ck_assert_uint_eq(diags.errors, 1);
    ck_assert_uint_eq(first->notes.n, 0);
    ck_assert(str_is(first->message, "first"));
    diag_error(&diags, E0202, at(n, 0, 1), "another code");
    diag_error(&diags, E0201, at(n, 1, 2), "another place");
    ck_assert_uint_eq(diags.all.n, 3);
    /* Without a place the words tell faults apart. */
    diag_error(&diags, E0501, at(0, 0, 0), "a.csv");
    diag_error(&diags, E0501, at(0, 0, 0), "b.csv");
    diag_error(&diags, E0501, at(0, 0, 0), "b.csv");
    ck_assert_uint_eq(diags.all.n, 5);
}
END_TEST

START_TEST(errors_above_the_limit_only_count) {
    buf_repeat(&out, "x", 40);
    uint32_t n = source_add(&sources, STR("a.spoke"), buf_view(&out));
    for (uint32_t i = 0; i < 23; i++)
        ck_assert_ptr_nonnull(diag_error(&diags, E0201, at(n, i, i + 1), "no %u", (unsigned)i));
    diag_add(&diags, SEV_WARNING, E0201, at(n, 30, 31), "a warning still fits");
    ck_assert_uint_eq(diags.errors, 23);
    ck_assert_uint_eq(diags.dropped, 3);
    ck_assert_uint_eq(diags.all.n, 21);
    buf_clear(&out);
    diags_text(&out, &sources, &diags, false);
    const char *last = "\n\nand 3 more errors\n";
    ck_assert_uint_gt(out.n, strlen(last));
    ck_assert_str_eq(out.p + out.n - strlen(last), last);
}
END_TEST

START_TEST(codes) {
    ck_assert_str_eq(code_id(E0204), "E0204");
    ck_assert_str_eq(code_title(E0402), "an index outside the list");
    ck_assert_int_eq(code_named(STR("E0204")), E0204);
    ck_assert_int_eq(code_named(STR("e0204")), E0204);
    ck_assert_int_eq(code_named(STR("E9999")), CODE_NONE);
    ck_assert_int_eq(code_named(STR("")), CODE_NONE);
    for (int c = CODE_NONE + 1; c < CODE_COUNT; c++) {
        ck_assert_int_eq(code_named(str_of(code_id((enum code)c))), c);
        ck_assert_uint_gt(strlen(code_title((enum code)c)), 0);
    }
}
END_TEST

static void expect_suggestion(const char *wanted, const char *expected) {
    static const struct str names[] = {
        STR("status"),          STR("student"), STR("day"), STR("school_year"),
        STR("chronic_absence"), STR("Grade"),   STR("a"),   STR("\xC3\x89tat"),
    };
    struct str s = suggest(&arena, str_of(wanted), names, COUNT_OF(names));
    if (expected)
        ck_assert_msg(s.p && str_is(s, expected), "%s gave %.*s", wanted, STR_ARG(s));
    else
        ck_assert_msg(!s.p, "%s gave %.*s", wanted, STR_ARG(s));
}

START_TEST(suggestions) {
    expect_suggestion("statsu", "status"); /* two neighbours swapped */
    expect_suggestion("stauts", "status");
    expect_suggestion("grade", "Grade"); /* only the case differs */
    expect_suggestion("\xC3\xA9tat", "\xC3\x89tat");
    expect_suggestion("dya", "day");
    expect_suggestion("school", "school_year");      /* begins with it */
    expect_suggestion("absence", "chronic_absence"); /* contains it */
    expect_suggestion("studnet", "student");
    expect_suggestion("teacher", NULL);
    expect_suggestion("status", NULL); /* the name itself is no suggestion */
    expect_suggestion("x", NULL);
    expect_suggestion("", NULL);
}
END_TEST

START_TEST(suggestion_does_not_depend_on_order) {
    const struct str names[] = {STR("cart"), STR("card"), STR("care")};
    const struct str turned[] = {STR("care"), STR("card"), STR("cart")};
    ck_assert(str_is(suggest(&arena, STR("carx"), names, 3), "card"));
    ck_assert(str_is(suggest(&arena, STR("carx"), turned, 3), "card"));
    const struct str parts[] = {STR("county"), STR("counter"), STR("mount")};
    ck_assert(str_is(suggest(&arena, STR("count"), parts, 3), "county"));
}
END_TEST

/* Each call for memory fails once: the text is cut short, never wrong or leaked. */
START_TEST(without_memory) {
    uint32_t n = add("let statsu = 1\n");
    struct diag *g = diag_error(&diags, E0204, at(n, 4, 10), "m");
    memory.fail_at = memory.calls + 1;
    diag_text(&out, &sources, g, true);
    ck_assert(out.failed);
    const struct str names[] = {STR("status")};
    for (uint64_t i = 1; i <= 2; i++) {
        memory.fail_at = memory.calls + i;
        struct str s = suggest(&arena, STR("statsu"), names, 1);
        ck_assert(!s.p || str_is(s, "status"));
    }
    memory.fail_at = 0;
    ck_assert(str_is(suggest(&arena, STR("statsu"), names, 1), "status"));
    ck_assert_ptr_eq(arena.escape, &escape);
}
END_TEST

/* Collecting leaves by the arena's escape, whichever request for memory fails. */
START_TEST(collecting_escapes_without_memory) {
    static volatile uint32_t failures, kept;
    failures = 0;
    kept = 0;
    for (volatile uint64_t i = 1; kept == 0; i++) {
        ck_assert_uint_lt(i, 1000);
        stop();
        start();
        memory.fail_at = i;
        if (setjmp(escape) != 0) {
            failures++;
            continue;
        }
        uint32_t n = add("let statsu = 1\n");
        for (uint32_t k = 0; k < 200; k++) {
            struct diag *g = diag_add(&diags, SEV_WARNING, E0204, at(n, k, k + 1), "no %u", k);
            diag_label_add(&diags, g, at(n, 0, 3), "declared here");
            diag_help(&diags, g, "did you mean `status`?");
        }
        kept = diags.all.n;
    }
    memory.fail_at = 0;
    ck_assert_uint_eq(kept, 200);
    ck_assert_uint_gt(failures, 1);
}
END_TEST

Suite *diag_suite(void) {
    Suite *suite = suite_create("diag");
    TCase *tests = tcase_create("diag");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, places_by_line_and_code_point);
    tcase_add_test(tests, spans_join);
    tcase_add_test(tests, text_shape);
    tcase_add_test(tests, labels_share_their_line);
    tcase_add_test(tests, lines_in_order_with_gaps);
    tcase_add_test(tests, two_sources);
    tcase_add_test(tests, tabs_and_wide_characters);
    tcase_add_test(tests, disturbing_characters_are_replaced);
    tcase_add_test(tests, several_lines_mark_the_first);
    tcase_add_test(tests, end_of_file);
    tcase_add_test(tests, nowhere);
    tcase_add_test(tests, long_lines_are_cropped);
    tcase_add_test(tests, long_marks_stay_in_the_view);
    tcase_add_test(tests, colour_adds_only_escapes);
    tcase_add_test(tests, json_shape);
    tcase_add_test(tests, one_fault_one_message);
    tcase_add_test(tests, errors_above_the_limit_only_count);
    tcase_add_test(tests, codes);
    tcase_add_test(tests, suggestions);
    tcase_add_test(tests, suggestion_does_not_depend_on_order);
    tcase_add_test(tests, without_memory);
    tcase_add_test(tests, collecting_escapes_without_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
