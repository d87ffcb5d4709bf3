/* What a program gives an interpreter, all of it through spoke.h: rows of tables, functions, and
 * calls of functions that scripts declare; structs of older and newer headers. */
#include "metered.h"
#include "suites.h"

#include "api/spoke.h"
#include "stdlib/modules.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a host that writes down what it is told ---- */

struct host {
    struct meter meter;
    spoke *sp;
    char said[4096]; /* printed lines, notes behind "note: ", findings behind "found: " */
    size_t n;
};

static int say(struct host *h, const char *kind, spoke_text line) {
    int n = snprintf(h->said + h->n, sizeof h->said - h->n, "%s%.*s\n", kind, (int)line.n, line.p);
    h->n += n > 0 && (size_t)n < sizeof h->said - h->n ? (size_t)n : 0;
    return 0;
}

static int on_print(void *user, spoke_text line) {
    return say(user, "", line);
}

static int on_note(void *user, spoke_text note) {
    return say(user, "note: ", note);
}

static int on_finding(void *user, const spoke_finding *f) {
    return say(user, "found: ", f->message);
}

static const spoke_sink sink = {
    .size = sizeof sink, .on_print = on_print, .on_note = on_note, .on_finding = on_finding};

static void open_host(struct host *h) {
    spoke_config config;
    memset(h, 0, sizeof *h);
    spoke_config_init(&config);
    config.allocate = metered;
    config.allocate_user = &h->meter;
    config.sink = &sink;
    config.sink_user = h;
    config.modules = standard_modules;
    ck_assert_int_eq(spoke_open(&config, &h->sp), SPOKE_OK);
}

static void close_host(struct host *h) {
    spoke_close(h->sp);
    ck_assert_uint_eq(h->meter.used, 0);
}

static spoke_status run(struct host *h, const char *text) {
    h->n = 0;
    h->said[0] = '\0';
    return spoke_run(h->sp, "test.spoke", text, strlen(text));
}

static const char *only_error(struct host *h) {
    static _Thread_local char text[400];
    spoke_diag d;
    ck_assert_uint_eq(spoke_diag_count(h->sp), 1);
    ck_assert_int_eq(spoke_diag_at(h->sp, 0, &d), SPOKE_OK);
    snprintf(text, sizeof text, "%.*s %.*s", (int)d.code.n, d.code.p, (int)d.message.n,
             d.message.p);
    return text;
}

static void expect_ok(struct host *h, const char *text) {
    spoke_status status = run(h, text);
    ck_assert_msg(status == SPOKE_OK, "%d: %s", (int)status,
                  spoke_diag_count(h->sp) ? only_error(h) : "");
}

static spoke_datum number(int64_t i) {
    return (spoke_datum){.kind = SPOKE_DATUM_INT, .i = i};
}

static spoke_datum text_of(const char *s) {
    return (spoke_datum){.kind = SPOKE_DATUM_TEXT, .text = {s, strlen(s)}};
}

/* ---- tables ---- */

struct rows {
    size_t n;
    uint64_t revision, asked;   /* asked: rows that were asked for */
    const char *const (*at)[4]; /* cells; NULL: missing */
    int instead;                /* of row 2 */
    spoke *interrupts;
};

static int next_row(void *user, uint64_t row, spoke_datum *cells) {
    struct rows *r = user;
    r->asked++;
    if (row == 1 && r->interrupts)
        spoke_interrupt(r->interrupts);
    if (row == 2 && r->instead)
        return r->instead;
    if (row >= r->n)
        return SPOKE_ROWS_END;
    for (size_t i = 0; i < 4 && r->at[row][i]; i++)
        cells[i] = r->at[row][i][0] ? text_of(r->at[row][i]) : (spoke_datum){.i = 0};
    return SPOKE_ROWS_NEXT;
}

static uint64_t revision(void *user) {
    return ((const struct rows *)user)->revision;
}

static const char *why(void *user) {
    (void)user;
    return "the cable is out";
}

static const char *const school_columns[] = {"school", "name"};
static const char *const student_columns[] = {"student", "school", "grade", "born"};
static const spoke_table_source schools = {.size = sizeof schools,
                                           .columns = school_columns,
                                           .ncolumns = 2,
                                           .next = next_row,
                                           .revision = revision,
                                           .why = why};
static const spoke_table_source students = {.size = sizeof students,
                                            .columns = student_columns,
                                            .ncolumns = 4,
                                            .next = next_row,
                                            .revision = revision};

#define TABLES                                                                                     \
    "table school { key school;  school text;  name text }\n"                                      \
    "table student { key student;  student int;  school -> school;  grade int in 9..12;"           \
    "  born date null }\n"

static const char *const two_schools[][4] = {{"S1", "Oak", NULL}, {"S2", "Elm", NULL}};
static const char *const three_students[][4] = {
    {"1", "S1", "9", "2010-02-03"}, {"2", "S2", "12", ""}, {"3", "S2", "10", "2011-12-31"}};

static void bind_both(struct host *h, struct rows *school, struct rows *student) {
    *school = (struct rows){.n = 2, .at = two_schools, .revision = 1};
    *student = (struct rows){.n = 3, .at = three_students, .revision = 1};
    /* Children first, to see them filled in the right order. */
    ck_assert_int_eq(spoke_bind_table(h->sp, "student", &students, student), SPOKE_OK);
    ck_assert_int_eq(spoke_bind_table(h->sp, "school", &schools, school), SPOKE_OK);
}

#define NAMES                                                                                      \
    "for s in rows(from student | select student, place = school.name | sort student) {"           \
    " print \"{s.student} {s.place}\" }"

START_TEST(test_two_tables) {
    struct host h;
    struct rows school, student;
    open_host(&h);
    bind_both(&h, &school, &student);
    expect_ok(&h, TABLES NAMES);
    ck_assert_str_eq(h.said, "1 Oak\n2 Elm\n3 Elm\n");
    ck_assert_uint_eq(student.asked, 4);
    expect_ok(&h, NAMES); /* nothing is asked for again */
    ck_assert_uint_eq(student.asked, 4);
    ck_assert_uint_eq(school.asked, 3);
    close_host(&h);
}
END_TEST

static const char *const other_schools[][4] = {{"S2", "Ash", NULL}, {"S3", "Yew", NULL}};
static const char *const other_students[][4] = {{"2", "S3", "9", ""}, {"7", "S2", "9", ""}};

START_TEST(test_revisions) {
    struct host h;
    struct rows school, student;
    open_host(&h);
    bind_both(&h, &school, &student);
    expect_ok(&h, TABLES NAMES);
    /* A school goes that students refer to, and so do these. */
    school.at = other_schools;
    school.revision = student.revision = 2;
    student.at = other_students;
    student.n = 2;
    expect_ok(&h, NAMES);
    ck_assert_str_eq(h.said, "2 Yew\n7 Ash\n");
    /* Only the parents change: who refers to them is filled again, and one fits no more. */
    school.at = two_schools;
    school.revision = 3;
    expect_ok(&h, NAMES);
    ck_assert_str_eq(h.said,
                     "note: student: 1 row of the host rejected, the first at the host:1: no "
                     "school \"S3\"\n7 Elm\n");
    student.n = 0;
    student.revision = 3;
    expect_ok(&h, NAMES "\nprint \"end\"");
    ck_assert_str_eq(h.said, "end\n");
    close_host(&h);
}
END_TEST

static const char *const bad_students[][4] = {
    {"1", "S1", "9", "2010-02-03"}, {"2", "S1", "13", ""}, {"3", "S9", "9", ""},
    {"4", "S1", "9", "soon"},       {"", "S1", "9", ""},   {"6", "S1", "nine", ""},
    {"7", "S1", "\xff", ""}};

START_TEST(test_bad_rows) {
    struct host h;
    struct rows school, student;
    open_host(&h);
    bind_both(&h, &school, &student);
    student.at = bad_students;
    student.n = 7;
    expect_ok(&h, TABLES "for s in rows(from student | select student) { print \"{s.student}\" }\n"
                         "for r in rows(from rejects | sort line | select line, column) {"
                         " print \"{r.line} {r.column}\" }");
    ck_assert_str_eq(h.said,
                     "note: student: 6 rows of the host rejected, the first at the host:2: `grade` "
                     "13 is outside 9..12\n"
                     "1\n2 grade\n3 school\n4 born\n5 student\n6 grade\n7 missing\n");
    close_host(&h);
}
END_TEST

static int typed_row(void *user, uint64_t row, spoke_datum *cells) {
    (void)user;
    if (row > 1)
        return SPOKE_ROWS_END;
    cells[0] = number((int64_t)row);
    if (row == 1)
        return SPOKE_ROWS_NEXT;
    cells[1] = (spoke_datum){.kind = SPOKE_DATUM_FLOAT, .f = 0.1};
    cells[2] = (spoke_datum){.kind = SPOKE_DATUM_BOOL, .i = 5};
    cells[3] = (spoke_datum){.kind = SPOKE_DATUM_DATE, .i = 20089};
    cells[4] = text_of("");
    return SPOKE_ROWS_NEXT;
}

START_TEST(test_typed_cells) {
    static const char *const columns[] = {"n", "x", "b", "d", "t"};
    const spoke_table_source source = {
        .size = sizeof source, .columns = columns, .ncolumns = 5, .next = typed_row};
    struct host h;
    open_host(&h);
    ck_assert_int_eq(spoke_bind_table(h.sp, "all", &source, NULL), SPOKE_OK);
    expect_ok(&h, "table all { key n;  n int;  x float null;  b bool null;  d date null;"
                  "  t text null }\n"
                  "for r in rows(from all | sort n) {"
                  " print \"{r.n} {r.x} {r.b} {r.d} [{r.t}]\" }");
    ck_assert_str_eq(h.said, "0 0.1 true 2025-01-01 []\n1 missing missing missing [missing]\n");
    close_host(&h);
}
END_TEST

START_TEST(test_host_fails) {
    struct host h;
    struct rows school, student;
    open_host(&h);
    bind_both(&h, &school, &student);
    school.instead = SPOKE_ROWS_FAILED;
    ck_assert_int_eq(run(&h, TABLES NAMES), SPOKE_FAILED);
    ck_assert_str_eq(only_error(&h),
                     "E0971 the host could not give row 3 of `school`: the cable is out");
    school.instead = SPOKE_ROWS_STOP;
    ck_assert_int_eq(run(&h, TABLES NAMES), SPOKE_INTERRUPTED);
    school.instead = 77;
    ck_assert_int_eq(run(&h, TABLES NAMES), SPOKE_FAILED);
    school.instead = 0;
    school.interrupts = h.sp;
    ck_assert_int_eq(run(&h, TABLES NAMES), SPOKE_INTERRUPTED);
    school.interrupts = NULL;
    school.n = 2;
    expect_ok(&h, TABLES NAMES);
    ck_assert_str_eq(h.said, "1 Oak\n2 Elm\n3 Elm\n");
    close_host(&h);
}
END_TEST

START_TEST(test_rules_over_rows) {
    struct host h;
    struct rows school, student;
    spoke_check_summary sum;
    open_host(&h);
    bind_both(&h, &school, &student);
    expect_ok(&h, TABLES "rule young { for student;  expect grade < 12;"
                         "  message \"{student} is in grade {grade}\" }");
    ck_assert_int_eq(spoke_check(h.sp, NULL, &sum), SPOKE_FINDINGS);
    ck_assert_str_eq(h.said, "found: 2 is in grade 12\n");
    ck_assert_uint_eq(sum.rows, 3);
    student.n = 1;
    student.revision++;
    ck_assert_int_eq(spoke_check(h.sp, NULL, &sum), SPOKE_OK);
    ck_assert_uint_eq(sum.rows, 1);
    close_host(&h);
}
END_TEST

START_TEST(test_unbound) {
    struct host h;
    struct rows school, student;
    open_host(&h);
    bind_both(&h, &school, &student);
    expect_ok(&h, "print 1"); /* nothing of it is declared */
    ck_assert_uint_eq(student.asked, 0);
    expect_ok(&h, TABLES NAMES);
    ck_assert_int_eq(spoke_bind_table(h.sp, "student", NULL, NULL), SPOKE_OK);
    student.revision++;
    expect_ok(&h, NAMES); /* the rows stay as they were */
    ck_assert_str_eq(h.said, "1 Oak\n2 Elm\n3 Elm\n");
    ck_assert_int_eq(spoke_bind_table(h.sp, "student", &students, &student), SPOKE_OK);
    student.n = 1;
    expect_ok(&h, NAMES);
    ck_assert_str_eq(h.said, "1 Oak\n");
    close_host(&h);
}
END_TEST

START_TEST(test_binding_misuse) {
    struct host h;
    spoke_table_source s = schools;
    open_host(&h);
    ck_assert_int_eq(spoke_bind_table(NULL, "a", &schools, NULL), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_bind_table(h.sp, NULL, &schools, NULL), SPOKE_MISUSE);
    s.size = 0;
    ck_assert_int_eq(spoke_bind_table(h.sp, "a", &s, NULL), SPOKE_MISUSE);
    s = schools;
    s.next = NULL;
    ck_assert_int_eq(spoke_bind_table(h.sp, "a", &s, NULL), SPOKE_MISUSE);
    s = schools;
    s.ncolumns = 0;
    ck_assert_int_eq(spoke_bind_table(h.sp, "a", &s, NULL), SPOKE_MISUSE);
    close_host(&h);
}
END_TEST

/* Whichever request for memory is the first to fail, nothing is lost, and it works afterwards. */
START_TEST(test_rows_without_memory) {
    struct host h;
    struct rows school, student;
    open_host(&h);
    bind_both(&h, &school, &student);
    expect_ok(&h, TABLES);
    uint64_t needed = h.meter.calls;
    student.revision++;
    school.revision++;
    expect_ok(&h, NAMES);
    needed = h.meter.calls - needed;
    for (uint64_t i = 1; i <= needed; i += 1 + i / 16) {
        student.revision++;
        school.revision++;
        h.meter.fail_from = h.meter.calls + i;
        spoke_status status = run(&h, NAMES);
        h.meter.fail_from = 0;
        ck_assert_msg(status == SPOKE_NO_MEMORY || status == SPOKE_OK || status == SPOKE_FAILED,
                      "request %llu: %d", (unsigned long long)i, (int)status);
    }
    student.revision++;
    expect_ok(&h, NAMES);
    ck_assert_str_eq(h.said, "1 Oak\n2 Elm\n3 Elm\n");
    close_host(&h);
}
END_TEST

/* ---- functions ---- */

static spoke_status scaled(spoke_native *call, void *user) {
    double *factor = user;
    if (spoke_arg_is_missing(call, 1))
        return spoke_give_float(call, *factor * (double)spoke_arg_int(call, 0));
    return spoke_give_float(call, spoke_arg_float(call, 1) * (double)spoke_arg_int(call, 0));
}

static spoke_status shouted(spoke_native *call, void *user) {
    char out[32];
    spoke_text in = spoke_arg_text(call, 0);
    (void)user;
    if (in.n == 0)
        return spoke_give_missing(call);
    if (in.n > 30)
        return spoke_give_failure(call, "that is too much to shout");
    memcpy(out, in.p, in.n);
    out[in.n] = '!';
    return spoke_give_text(call, (spoke_text){out, in.n + 1});
}

static spoke_status summed(spoke_native *call, void *user) {
    size_t n;
    double sum = 0;
    const double *x = spoke_arg_floats(call, 0, &n);
    const unsigned char *states = spoke_arg_states(call, 0);
    (void)user;
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n; i++)
        sum += states && states[i] != SPOKE_PRESENT ? 1000 : x[i];
    return spoke_give_float(call, sum);
}

static spoke_status counted(spoke_native *call, void *user) {
    const spoke_value *rows = spoke_arg_relation(call, 0);
    (void)user;
    return rows ? spoke_give_int(call, (int64_t)spoke_rows(rows)) : SPOKE_FAILED;
}

static spoke_status wrong(spoke_native *call, void *user) {
    (void)user;
    return spoke_give_text(call, (spoke_text){"x", 1});
}

static void destroyed(void *user) {
    (*(int *)user)++;
}

START_TEST(test_functions) {
    struct host h;
    double factor = 0.5;
    open_host(&h);
    ck_assert_int_eq(spoke_register(h.sp, "fn scaled(n: int, by: float? = missing) -> float",
                                    scaled, &factor, NULL),
                     SPOKE_OK);
    ck_assert_int_eq(spoke_register(h.sp, "fn shout(s: text) -> text?", shouted, NULL, NULL),
                     SPOKE_OK);
    ck_assert_int_eq(
        spoke_register(h.sp, "fn total(xs: list<float?>) -> float", summed, NULL, NULL), SPOKE_OK);
    ck_assert_int_eq(spoke_register(h.sp, "fn how_many(r: relation) -> int", counted, NULL, NULL),
                     SPOKE_OK);
    expect_ok(&h, "print scaled(3)\nprint host.scaled(3, by: 2.5)\nprint shout(\"hey\")\n"
                  "print shout(\"\")\nprint total([1.5, 2.5, missing])\nprint total([1, 2])\n"
                  "var none: list<float> = []\nprint total(none)");
    ck_assert_str_eq(h.said, "1.5\n7.5\nhey!\nmissing\n1004\n3\n0\n");
    expect_ok(&h, "let rows_of_t = from [{n: 1, s: \"a\"}, {n: 2, s: \"b\"}]\n"
                  "print how_many(rows_of_t)\n"
                  "for r in rows(rows_of_t | derive x = scaled(n), y = shout(s) | sort n) {"
                  " print \"{r.x} {r.y}\" }");
    ck_assert_str_eq(h.said, "2\n0.5 a!\n1 b!\n");
    close_host(&h);
}
END_TEST

START_TEST(test_function_fails) {
    struct host h;
    open_host(&h);
    ck_assert_int_eq(spoke_register(h.sp, "fn shout(s: text) -> text?", shouted, NULL, NULL),
                     SPOKE_OK);
    ck_assert_int_eq(spoke_register(h.sp, "fn odd(s: int) -> int", wrong, NULL, NULL), SPOKE_OK);
    ck_assert_int_eq(run(&h, "print shout(\"0123456789012345678901234567890123456789\")"),
                     SPOKE_FAILED);
    ck_assert_str_eq(only_error(&h), "E0409 that is too much to shout");
    ck_assert_int_eq(run(&h, "print odd(1)"), SPOKE_FAILED);
    ck_assert_str_eq(only_error(&h),
                     "E0409 the host's function gave a text, and its result is a `int`");
    ck_assert_int_eq(run(&h, "print shout(1)"), SPOKE_FAILED); /* told before it runs */
    ck_assert_int_eq(strncmp(only_error(&h), "E0207", 5), 0);
    close_host(&h);
}
END_TEST

static const char *const refused_heads[] = {"fn count(x: int) -> int",
                                            "fn a(x: int)",
                                            "fn a(x: map<text, int>) -> int",
                                            "fn a(x: int) -> list<int>",
                                            "fn (x: int) -> int",
                                            "a",
                                            "",
                                            "fn median(xs: list<float>) -> float",
                                            "fn a(x: int) -> int }{",
                                            "fn a(x) -> int"};

START_TEST(test_refused_heads) {
    struct host h;
    int gone = 0;
    open_host(&h);
    for (size_t i = 0; i < sizeof refused_heads / sizeof *refused_heads; i++) {
        spoke_status status = spoke_register(h.sp, refused_heads[i], wrong, &gone, destroyed);
        ck_assert_msg(status == SPOKE_FAILED && spoke_diag_count(h.sp), "%s: %d", refused_heads[i],
                      (int)status);
    }
    ck_assert_int_eq(spoke_register(h.sp, "fn twice(n: int) -> int", wrong, &gone, destroyed),
                     SPOKE_OK);
    ck_assert_int_eq(spoke_register(h.sp, "fn twice(n: int) -> int", wrong, &gone, destroyed),
                     SPOKE_FAILED);
    ck_assert_int_eq(strncmp(only_error(&h), "E0972", 5), 0);
    close_host(&h);
    ck_assert_int_eq(gone, (int)(sizeof refused_heads / sizeof *refused_heads) + 2);
}
END_TEST

/* ---- calls ---- */

#define FUNCTIONS                                                                                  \
    "fn half(n: int) -> float { n / 2 }\n"                                                         \
    "fn greet(name: text?, day: date) -> text { print \"called\"\n \"{name} on {day}\" }\n"        \
    "fn both(a: bool, b: float) = if a { b } else { 0.0 - b }\n"                                   \
    "fn some(n: int) = from [{n: n, s: \"x\"}, {n: n + 1, s: \"y\"}]\n"                            \
    "fn nothing() { print \"nothing\" }\n"                                                         \
    "fn fib(n: int) -> int { if n < 2 { return n }\n fib(n - 1) + fib(n - 2) }\n"

START_TEST(test_calls) {
    struct host h;
    const spoke_value *v;
    open_host(&h);
    expect_ok(&h, FUNCTIONS);
    spoke_datum a[2] = {number(7)};
    ck_assert_int_eq(spoke_call(h.sp, "half", a, 1, &v), SPOKE_OK);
    ck_assert_int_eq(spoke_value_kind(v), SPOKE_SCALAR);
    ck_assert_double_eq(spoke_scalar_float(v), 3.5);
    ck_assert_int_eq(spoke_scalar_state(v), SPOKE_PRESENT);
    a[0] = (spoke_datum){.kind = SPOKE_DATUM_MISSING};
    a[1] = (spoke_datum){.kind = SPOKE_DATUM_DATE, .i = 20089};
    ck_assert_int_eq(spoke_call(h.sp, "greet", a, 2, &v), SPOKE_OK);
    spoke_text text = spoke_scalar_text(v);
    ck_assert(text.n == 21 && memcmp(text.p, "missing on 2025-01-01", 21) == 0);
    a[0] = text_of("Ann");
    ck_assert_int_eq(spoke_call(h.sp, "greet", a, 2, &v), SPOKE_OK);
    text = spoke_scalar_text(v);
    ck_assert(text.n == 17 && memcmp(text.p, "Ann on 2025-01-01", 17) == 0);
    ck_assert_str_eq(h.said, "called\ncalled\n");
    a[0] = (spoke_datum){.kind = SPOKE_DATUM_BOOL, .i = 0};
    a[1] = (spoke_datum){.kind = SPOKE_DATUM_FLOAT, .f = 2.5};
    ck_assert_int_eq(spoke_call(h.sp, "both", a, 2, &v), SPOKE_OK);
    ck_assert_double_eq(spoke_scalar_float(v), -2.5);
    ck_assert_int_eq(spoke_call(h.sp, "nothing", NULL, 0, &v), SPOKE_OK);
    ck_assert_ptr_null(v);
    a[0] = number(40);
    a[1] = number(2);
    ck_assert_int_eq(spoke_call(h.sp, "max", a, 2, &v), SPOKE_OK); /* of the library */
    ck_assert_int_eq(spoke_scalar_int(v), 40);
    close_host(&h);
}
END_TEST

START_TEST(test_call_gives_rows) {
    struct host h;
    const spoke_value *v;
    open_host(&h);
    expect_ok(&h, FUNCTIONS);
    spoke_datum a = number(5);
    ck_assert_int_eq(spoke_call(h.sp, "some", &a, 1, &v), SPOKE_OK);
    ck_assert_int_eq(spoke_value_kind(v), SPOKE_RELATION);
    ck_assert_uint_eq(spoke_rows(v), 2);
    ck_assert_int_eq((int)spoke_ints(v, 0)[1], 6);
    ck_assert_ptr_null(spoke_floats(v, 0));
    ck_assert_ptr_null(spoke_states(v, 0));
    /* In place: the same bytes each time, which no later reading moves. */
    spoke_text y = spoke_text_at(v, 1, 1), x = spoke_text_at(v, 0, 1);
    ck_assert(y.n == 1 && *y.p == 'y' && x.n == 1 && *x.p == 'x');
    ck_assert_ptr_eq(spoke_text_at(v, 1, 1).p, y.p);
    ck_assert_ptr_eq(spoke_ints(v, 0), spoke_ints(v, 0));
    ck_assert_uint_eq(spoke_text_at(v, 2, 1).n, 0);
    ck_assert_uint_eq(spoke_text_at(v, 0, 0).n, 0);
    expect_ok(&h, "fn gaps() = from [{n: 1, x: 2.5}, {n: missing, x: missing}]");
    ck_assert_int_eq(spoke_call(h.sp, "gaps", NULL, 0, &v), SPOKE_OK);
    const unsigned char *states = spoke_states(v, 0);
    ck_assert_ptr_nonnull(states);
    ck_assert_int_eq(states[0], SPOKE_PRESENT);
    ck_assert_int_eq(states[1], SPOKE_MISSING);
    ck_assert_double_eq(spoke_floats(v, 1)[0], 2.5);
    ck_assert_ptr_eq(spoke_states(v, 0), states);
    close_host(&h);
}
END_TEST

START_TEST(test_calls_that_fail) {
    struct host h;
    const spoke_value *v;
    open_host(&h);
    expect_ok(&h, FUNCTIONS);
    spoke_datum a[2] = {number(7)};
    ck_assert_int_eq(spoke_call(h.sp, "absent", a, 1, &v), SPOKE_FAILED);
    ck_assert_ptr_null(v);
    ck_assert_int_eq(strncmp(only_error(&h), "E0202", 5), 0);
    a[0] = text_of("seven");
    ck_assert_int_eq(spoke_call(h.sp, "half", a, 1, &v), SPOKE_FAILED);
    ck_assert_int_eq(strncmp(only_error(&h), "E0207", 5), 0);
    ck_assert_int_eq(spoke_call(h.sp, "half", a, 0, &v), SPOKE_FAILED);
    ck_assert_int_eq(spoke_call(h.sp, "half(1)\nprint 2 --", a, 1, &v), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_call(h.sp, "", a, 1, &v), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_call(h.sp, "half", NULL, 1, &v), SPOKE_MISUSE);
    a[0].text = (spoke_text){"\xff", 1};
    ck_assert_int_eq(spoke_call(h.sp, "half", a, 1, &v), SPOKE_MISUSE);
    a[0].kind = 99;
    ck_assert_int_eq(spoke_call(h.sp, "half", a, 1, &v), SPOKE_MISUSE);
    close_host(&h);
}
END_TEST

/* One unit serves all calls: memory does not grow with their number. */
START_TEST(test_many_calls) {
    struct host h;
    const spoke_value *v;
    open_host(&h);
    expect_ok(&h, FUNCTIONS);
    spoke_datum a = number(10);
    size_t used = 0;
    for (int i = 0; i < 5000; i++) {
        a.i = i % 10;
        ck_assert_int_eq(spoke_call(h.sp, "fib", &a, 1, &v), SPOKE_OK);
        if (i == 1000)
            used = h.meter.used;
    }
    ck_assert_int_eq(spoke_scalar_int(v), 34);
    ck_assert_uint_le(h.meter.used, used + 65536);
    close_host(&h);
}
END_TEST

/* ---- what else a host puts in the place of the system's ---- */

static spoke_status load(void *user, const char *path, spoke_write_fn write, void *to) {
    static const char text[] = "fn twice(n: int) -> int { 2 * n }";
    (*(int *)user)++;
    if (strcmp(path, "lib/twice.spoke") != 0)
        return SPOKE_FAILED;
    return write(to, text, sizeof text - 1) ? SPOKE_FAILED : SPOKE_OK;
}

static void print_with(struct host *h, uint64_t seed, int32_t today, const char *text) {
    spoke_config config;
    int loads = 0;
    memset(h, 0, sizeof *h);
    spoke_config_init(&config);
    config.sink = &sink;
    config.sink_user = h;
    config.modules = standard_modules;
    config.seed = seed;
    config.today = today;
    config.has_today = 1;
    config.load = load;
    config.load_user = &loads;
    ck_assert_int_eq(spoke_open(&config, &h->sp), SPOKE_OK);
    expect_ok(h, text);
    ck_assert_int_eq(loads, strstr(text, "use") != NULL);
    spoke_close(h->sp);
}

START_TEST(test_no_day) {
    static const char rules[] = "table t { key k;  k int }\n"
                                "rule r { for t;  expect today > 2025-01-01 }";
    struct host h;
    open_host(&h);
    ck_assert_int_eq(run(&h, "print today"), SPOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(only_error(&h), "E0384 the program that"));
    ck_assert_int_eq(run(&h, rules), SPOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(only_error(&h), "E0384"));
    close_host(&h);
}
END_TEST

START_TEST(test_surroundings) {
    static const char dice[] = "print uniform()\nprint today";
    struct host one, again, other;
    print_with(&one, 5, 20089, dice);
    print_with(&again, 5, 20089, dice);
    print_with(&other, 6, 20090, dice);
    ck_assert_str_eq(one.said, again.said);
    ck_assert_str_ne(one.said, other.said);
    ck_assert_ptr_nonnull(strstr(one.said, "2025-01-01"));
    ck_assert_ptr_nonnull(strstr(other.said, "2025-01-02"));
    /* No capability is needed for what the host itself hands over. */
    print_with(&one, 1, 0, "use \"lib/twice.spoke\" as lib\nprint lib.twice(4)");
    ck_assert_str_eq(one.said, "8\n");
}
END_TEST

/* A store that a file keeps is not written without leave, and is with it. */
START_TEST(test_rows_into_a_file) {
    struct rows school = {.n = 2, .at = two_schools, .revision = 1};
    char path[] = "/tmp/spoke-host-XXXXXX";
    struct host h;
    spoke_config config;
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    remove(path);
    memset(&h, 0, sizeof h);
    spoke_config_init(&config);
    config.sink = &sink;
    config.sink_user = &h;
    config.capabilities = SPOKE_CAN_READ_FILES | SPOKE_CAN_WRITE_STORE;
    ck_assert_int_eq(spoke_open(&config, &h.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(h.sp, path, SPOKE_STORE_WRITE), SPOKE_OK);
    ck_assert_int_eq(spoke_bind_table(h.sp, "school", &schools, &school), SPOKE_OK);
    expect_ok(&h, TABLES "for s in rows(from school | sort school) { print s.name }");
    ck_assert_str_eq(h.said, "Oak\nElm\n");
    school.revision++;
    spoke_drop(h.sp, SPOKE_CAN_WRITE_STORE);
    ck_assert_int_eq(run(&h, "print 1"), SPOKE_DENIED);
    ck_assert_int_eq(strncmp(only_error(&h), "E0410", 5), 0);
    spoke_close(h.sp);
    remove(path);
}
END_TEST

/* Records by themselves: a term that cannot be worked out is told once, with the record's key. */
START_TEST(test_record_that_fails) {
    static const char good[] = "{\"n\":1,\"x\":2}\n{\"n\":2,\"x\":null}\n";
    static const char bad[] = "{\"n\":3,\"x\":9223372036854775807}\n";
    struct host h;
    spoke_records *r;
    spoke_check_summary sum;
    open_host(&h);
    expect_ok(&h, "table t { key n;  n int;  x int null }\n"
                  "rule small { for t;  expect x * 3 < 10;  message \"{n}\" }\n"
                  "rule some { for t where x > 0;  expect x > 5;  message \"{n}\" }");
    ck_assert_int_eq(spoke_records_open(h.sp, NULL, &r), SPOKE_OK);
    ck_assert_int_eq(spoke_records_feed(r, good, sizeof good - 1), SPOKE_OK);
    ck_assert_int_eq(spoke_records_judge(r), SPOKE_FINDINGS);
    ck_assert_str_eq(h.said, "found: 2\nfound: 1\n"); /* undecided; and 2 is not above 5 */
    ck_assert_int_eq(spoke_records_feed(r, bad, sizeof bad - 1), SPOKE_OK);
    spoke_records_judge(r);
    ck_assert_uint_eq(spoke_diag_count(h.sp), 1);
    ck_assert_int_eq(strncmp(only_error(&h), "E0401", 5), 0);
    ck_assert_int_eq(spoke_records_close(r, &sum), SPOKE_FAILED);
    ck_assert_uint_eq(sum.error, 1);
    ck_assert_uint_eq(sum.fail, 1);
    close_host(&h);
}
END_TEST

/* What was refused, or cannot be judged, is said by a diagnostic too, also in later calls. */
START_TEST(test_records_not_judged) {
    static const char text[] = "{\"n\":1}\n{\"n\":\"x\"}\n7\n";
    struct host h;
    spoke_records *r;
    spoke_check_summary sum;
    spoke_diag d;
    open_host(&h);
    expect_ok(&h, "table t { key n;  n int }\nrule small { for t;  expect n * 4 < 10 }");
    ck_assert_int_eq(spoke_records_open(h.sp, NULL, &r), SPOKE_OK);
    ck_assert_int_eq(spoke_records_feed(r, text, sizeof text - 1), SPOKE_OK);
    ck_assert_int_eq(spoke_records_close(r, &sum), SPOKE_FAILED);
    ck_assert_uint_eq(sum.pass, 1);
    ck_assert_uint_eq(spoke_diag_count(h.sp), 1);
    ck_assert_str_eq(only_error(&h), "E0934 2 records were refused");
    expect_ok(&h, "rule wide { for t;  expect n * 9223372036854775807 > 0 }");
    ck_assert_int_eq(spoke_records_open(h.sp, NULL, &r), SPOKE_OK);
    ck_assert_int_eq(spoke_records_feed(r, "{\"n\":2}\n", 8), SPOKE_OK);
    ck_assert_int_eq(spoke_records_judge(r), SPOKE_FAILED);
    ck_assert_int_eq(strncmp(only_error(&h), "E0401", 5), 0);
    ck_assert_int_eq(spoke_records_judge(r), SPOKE_FAILED);
    ck_assert_str_eq(only_error(&h), "E0934 1 rule cannot be judged");
    ck_assert_int_eq(spoke_records_feed(r, "[\n", 2), SPOKE_OK);
    ck_assert_int_eq(spoke_records_close(r, &sum), SPOKE_FAILED);
    ck_assert_uint_eq(spoke_diag_count(h.sp), 2);
    ck_assert_int_eq(spoke_diag_at(h.sp, 1, &d), SPOKE_OK);
    ck_assert_uint_eq(d.code.n, 5);
    close_host(&h);
}
END_TEST

static char store_folder[] = "/tmp/spoke-host-XXXXXX";

static const char *store_file(const char *name) {
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", store_folder, name);
    return path;
}

/* A store that cannot be opened leaves the one in use, or none where there was none. */
START_TEST(test_stores_that_fail) {
    static const char count[] = "print count(from t)";
    struct host h;
    spoke_config config;
    strcpy(store_folder + sizeof store_folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(store_folder));
    memset(&h, 0, sizeof h);
    spoke_config_init(&config);
    config.allocate = metered;
    config.allocate_user = &h.meter;
    config.capabilities = SPOKE_CAN_ALL;
    config.sink = &sink;
    config.sink_user = &h;
    ck_assert_int_eq(spoke_open(&config, &h.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(h.sp, store_file("none.db"), SPOKE_STORE_READ), SPOKE_FAILED);
    ck_assert_int_eq(strncmp(only_error(&h), "E0501", 5), 0);
    expect_ok(&h, "print 1 + 1\ntable early { key n;  n int }\nprint count(from early)");
    ck_assert_str_eq(h.said, "2\n0\n");
    ck_assert_int_eq(spoke_use_store(h.sp, store_file("a.db"), SPOKE_STORE_WRITE), SPOKE_OK);
    expect_ok(&h, "table t { key n;  n int }\nfrom [{n: 1}, {n: 2}] | into t");
    ck_assert_int_eq(spoke_use_store(h.sp, store_file("none.db"), SPOKE_STORE_READ), SPOKE_FAILED);
    ck_assert_int_eq(spoke_use_store(h.sp, store_folder, SPOKE_STORE_WRITE), SPOKE_FAILED);
    h.n = 0;
    expect_ok(&h, count);
    ck_assert_str_eq(h.said, "2\n");
    spoke_drop(h.sp, SPOKE_CAN_WRITE_STORE);
    ck_assert_int_eq(spoke_use_store(h.sp, store_file("b.db"), SPOKE_STORE_WRITE), SPOKE_DENIED);
    h.n = 0;
    expect_ok(&h, count);
    ck_assert_str_eq(h.said, "2\n");
    close_host(&h);
    ck_assert_int_eq(remove(store_file("a.db")), 0);
    (void)remove(store_file("a.db-wal"));
    (void)remove(store_file("a.db-shm"));
    ck_assert_int_eq(rmdir(store_folder), 0);
}
END_TEST

/* ---- threads ---- */

/* All that a host gives, from one interpreter to the next, each in a thread of its own. */
static void *work_alone(void *unused) {
    (void)unused;
    for (int round = 0; round < 4; round++) {
        struct host h;
        struct rows school, student;
        const spoke_value *v;
        double factor = round;
        spoke_datum a = number(10);
        open_host(&h);
        bind_both(&h, &school, &student);
        ck_assert_int_eq(spoke_register(h.sp, "fn scaled(n: int, by: float? = missing) -> float",
                                        scaled, &factor, NULL),
                         SPOKE_OK);
        expect_ok(&h, TABLES FUNCTIONS
                  "rule young { for student;  expect scaled(grade) < 1000.0 }\n" NAMES);
        ck_assert_str_eq(h.said, "1 Oak\n2 Elm\n3 Elm\n");
        for (int i = 0; i < 20; i++) {
            ck_assert_int_eq(spoke_call(h.sp, "fib", &a, 1, &v), SPOKE_OK);
            ck_assert_int_eq(spoke_scalar_int(v), 55);
        }
        ck_assert_int_eq(spoke_call(h.sp, "scaled", &a, 1, &v), SPOKE_OK);
        ck_assert_double_eq(spoke_scalar_float(v), 10.0 * round);
        ck_assert_int_eq(spoke_check(h.sp, NULL, NULL), SPOKE_OK);
        close_host(&h);
    }
    return NULL;
}

START_TEST(test_hosts_in_threads) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work_alone, NULL), 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}
END_TEST

/* ---- structs of other headers ---- */

/* A program of the first header, whose structs had fewer fields; what lies behind is not theirs. */
START_TEST(test_older_structs) {
    struct host h;
    struct {
        spoke_check_summary sum;
        uint64_t behind;
    } few;
    open_host(&h);
    expect_ok(&h, "table t { key n;  n int }\nrule r { for t;  expect n > 0 }");
    memset(&few, 0x55, sizeof few);
    size_t old = offsetof(spoke_check_summary, excepted);
    ck_assert_int_eq(spoke_check_sized(h.sp, NULL, &few.sum, old), SPOKE_OK);
    ck_assert_uint_eq(few.sum.rules, 1);
    ck_assert_uint_eq(few.sum.empty, 1);
    ck_assert_uint_eq(few.sum.excepted, 0x5555555555555555);
    spoke_check_options options = {.size = offsetof(spoke_check_options, max_findings)};
    options.ntags = 55; /* not its field */
    ck_assert_int_eq(spoke_check(h.sp, &options, &few.sum), SPOKE_OK);
    ck_assert_uint_eq(few.sum.rules, 1);
    options.size = 3;
    ck_assert_int_eq(spoke_check(h.sp, &options, &few.sum), SPOKE_MISUSE);
    run(&h, "x");
    spoke_diag d;
    memset(&d, 0x55, sizeof d);
    ck_assert_int_eq(spoke_diag_at_sized(h.sp, 0, &d, offsetof(spoke_diag, note)), SPOKE_OK);
    ck_assert_uint_eq(d.line, 1);
    ck_assert_uint_eq(d.note.n, 0x5555555555555555);
    close_host(&h);
}
END_TEST

/* A program of a later header: what this library does not know reads as nothing. */
START_TEST(test_newer_structs) {
    struct host h;
    struct {
        spoke_check_summary sum;
        uint64_t later;
    } many;
    open_host(&h);
    memset(&many, 0x55, sizeof many);
    ck_assert_int_eq(spoke_check_sized(h.sp, NULL, &many.sum, sizeof many), SPOKE_OK);
    ck_assert_uint_eq(many.later, 0);
    struct {
        spoke_config config;
        uint64_t later;
    } config;
    spoke *sp;
    spoke_config_init_sized(&config.config, sizeof config);
    ck_assert_uint_eq(config.config.size, sizeof config);
    ck_assert_int_eq(spoke_open(&config.config, &sp), SPOKE_OK);
    spoke_close(sp);
    ck_assert_uint_eq(spoke_abi(), SPOKE_ABI);
    close_host(&h);
}
END_TEST

Suite *host_suite(void) {
    Suite *suite = suite_create("host");
    TCase *tcase = tcase_create("host");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_two_tables);
    tcase_add_test(tcase, test_revisions);
    tcase_add_test(tcase, test_bad_rows);
    tcase_add_test(tcase, test_typed_cells);
    tcase_add_test(tcase, test_host_fails);
    tcase_add_test(tcase, test_rules_over_rows);
    tcase_add_test(tcase, test_unbound);
    tcase_add_test(tcase, test_binding_misuse);
    tcase_add_test(tcase, test_rows_without_memory);
    tcase_add_test(tcase, test_functions);
    tcase_add_test(tcase, test_function_fails);
    tcase_add_test(tcase, test_refused_heads);
    tcase_add_test(tcase, test_calls);
    tcase_add_test(tcase, test_call_gives_rows);
    tcase_add_test(tcase, test_calls_that_fail);
    tcase_add_test(tcase, test_many_calls);
    tcase_add_test(tcase, test_no_day);
    tcase_add_test(tcase, test_surroundings);
    tcase_add_test(tcase, test_rows_into_a_file);
    tcase_add_test(tcase, test_record_that_fails);
    tcase_add_test(tcase, test_records_not_judged);
    tcase_add_test(tcase, test_stores_that_fail);
    tcase_add_test(tcase, test_hosts_in_threads);
    tcase_add_test(tcase, test_older_structs);
    tcase_add_test(tcase, test_newer_structs);
    suite_add_tcase(suite, tcase);
    return suite;
}
