/* What one call leaves behind for the next on the same interpreter: declarations that failed are
 * forgotten, those that worked stay; and what a host may refuse or leave out. */
#include "recorder.h"
#include "suites.h"

#include <string.h>

static struct recorder r;

static void start(void) {
    recorder_init(&r, 0);
}

static void stop(void) {
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

static void open_session(bool interactive) {
    r.config.interactive = interactive;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
}

static spoke_status run(const char *text) {
    return spoke_run(r.sp, "test.spoke", text, strlen(text));
}

/* Fails with one error, and this code. */
static void expect_error(const char *text, const char *code) {
    spoke_diag d;
    ck_assert_int_eq(run(text), SPOKE_FAILED);
    ck_assert_uint_eq(spoke_diag_count(r.sp), 1);
    ck_assert_int_eq(spoke_diag_at(r.sp, 0, &d), SPOKE_OK);
    ck_assert_msg(d.code.n == strlen(code) && memcmp(d.code.p, code, d.code.n) == 0,
                  "%.*s instead of %s", (int)d.code.n, d.code.p, code);
}

/* Script or prompt: what did not pass the checks is not known later. */
START_TEST(failed_declarations_are_forgotten) {
    open_session(_i);
    ck_assert_int_eq(run("table s { key a; a text; b int }\n"
                         "measure m { from nosuch; value mean(b) }\n"
                         "cohort c { of nosuch; require b > 1 }\n"
                         "network n { members nosuch; ties q from a to b }\n"
                         "rule u { for s; expect nothing > 1; message \"x\" }\n"),
                     SPOKE_FAILED);
    ck_assert_int_eq(spoke_check(r.sp, NULL, NULL), SPOKE_OK);
    expect_error("show m", "E0201");
    expect_error("show structure(n)", "E0201");
    expect_error("explain c", "E0201");
    expect_error("show from s", "E0201");
    ck_assert_int_eq(run("table s { key a; a text; c int }\nshow from s"), SPOKE_OK);
}
END_TEST

/* A script that fails while it runs has still declared its rules. */
START_TEST(declarations_outlive_a_failed_run) {
    open_session(false);
    expect_error("table s { key a; a text; b int }\nfn f(x: int) = x + 1\nassert 1 > 2", "E0404");
    ck_assert_int_eq(run("print f(1)\nshow from s"), SPOKE_OK);
}
END_TEST

/* The second call must say what the first one said. */
START_TEST(broken_calls_are_checked_anew) {
    open_session(true);
    ck_assert_int_eq(run("fn name_of(x) = x.name"), SPOKE_OK);
    expect_error("print name_of(1)", "E0204");
    expect_error("print name_of(1)", "E0204");
    ck_assert_int_eq(run("print name_of({name: \"Ann\"})"), SPOKE_OK);
    ck_assert_str_eq(r.text.p, "print: Ann\n");
}
END_TEST

/* Memory that runs out while a body is checked for the first time leaves no half of it. */
START_TEST(functions_survive_missing_memory) {
    static const char call[] = "print add(1, add(2, 3))";
    recorder_free(&r);
    for (uint64_t request = 1;; request++) {
        start();
        open_session(true);
        ck_assert_int_eq(run("fn add(a, b) { let sum = a + b\n  let all = [a, b, sum]\n  all[3] }"),
                         SPOKE_OK);
        r.meter.fail_from = r.meter.calls + request;
        spoke_status status = run(call);
        r.meter.fail_from = 0;
        if (status == SPOKE_OK)
            break;
        ck_assert_int_eq(status, SPOKE_NO_MEMORY);
        r.text.n = 0;
        ck_assert_int_eq(run(call), SPOKE_OK);
        ck_assert_str_eq(r.text.p, "print: 6\n");
        stop();
    }
}
END_TEST

static int refuse(void *user, spoke_text line) {
    (void)user;
    (void)line;
    return 1;
}

/* As the header says of every callback. */
START_TEST(a_refused_note_stops_the_run) {
    spoke_sink sink = *r.config.sink;
    sink.on_note = refuse;
    r.config.sink = &sink;
    r.config.capabilities = SPOKE_CAN_READ_FILES;
    open_session(false);
    ck_assert_int_eq(run("import school from \"tests/language/data/school.csv\""),
                     SPOKE_INTERRUPTED);
    ck_assert_int_eq(run("print 1"), SPOKE_OK);
}
END_TEST

START_TEST(misuse_is_told) {
    open_session(false);
    ck_assert_int_eq(spoke_render(r.sp, NULL, NULL, NULL, NULL), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_dump(r.sp, "tree", "test.spoke", NULL, 3, NULL, NULL), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_help(r.sp, NULL, 0, NULL, NULL), SPOKE_MISUSE);
}
END_TEST

Suite *session_suite(void) {
    Suite *suite = suite_create("session");
    TCase *tests = tcase_create("session");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_loop_test(tests, failed_declarations_are_forgotten, 0, 2);
    tcase_add_test(tests, declarations_outlive_a_failed_run);
    tcase_add_test(tests, broken_calls_are_checked_anew);
    tcase_add_test(tests, functions_survive_missing_memory);
    tcase_add_test(tests, a_refused_note_stops_the_run);
    tcase_add_test(tests, misuse_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
