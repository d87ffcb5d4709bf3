/* Rules over records that a host hands in, through spoke.h: what a record is, what it lacks, what
 * is refused, and that the same rule gives the same answer as over a store.
 *
 * Everything the sink is told becomes a line of text, which is compared as a whole. Memory is
 * metered: an interpreter gives back all it took. */
#include "metered.h"
#include "suites.h"

#include "api/spoke.h"
#include "stdlib/modules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct teller {
    struct meter meter;
    char told[8192];
    size_t n;
    spoke *sp;
};

static void tell(struct teller *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct teller *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->told + t->n, sizeof t->told - t->n, format, args);
    va_end(args);
    ck_assert(n >= 0 && (size_t)n < sizeof t->told - t->n);
    t->n += (size_t)n;
}

#define TEXT(s) (int)(s).n, (s).p

static int on_finding(void *user, const spoke_finding *f) {
    tell(user, "%llu %.*s %.*s: %.*s%s%s\n", (unsigned long long)f->record, TEXT(f->rule),
         TEXT(f->key), TEXT(f->message), f->undecided ? " (undecided)" : "",
         f->excepted ? " (excepted)" : "");
    return 0;
}

static int on_rule(void *user, const spoke_rule_result *r) {
    static const char *const words[] = {"pass", "fail", "warn", "empty", "skip", "error"};
    tell(user, "%.*s %s %llu/%llu", TEXT(r->rule), words[r->status],
         (unsigned long long)r->findings, (unsigned long long)r->rows);
    if (r->skipped)
        tell(user, " skipped %llu", (unsigned long long)r->skipped);
    tell(user, r->reason.n ? ": %.*s\n" : "%.*s\n", TEXT(r->reason));
    return 0;
}

static int on_refused(void *user, uint64_t line, spoke_text reason) {
    tell(user, "%llu refused: %.*s\n", (unsigned long long)line, TEXT(reason));
    return 0;
}

static void open_teller(struct teller *t, const char *script) {
    spoke_sink sink = {.size = sizeof sink,
                       .on_finding = on_finding,
                       .on_rule = on_rule,
                       .on_refused = on_refused};
    spoke_config config;
    memset(t, 0, sizeof *t);
    spoke_config_init(&config);
    config.allocate = metered;
    config.allocate_user = &t->meter;
    config.sink = &sink;
    config.sink_user = t;
    config.modules = standard_modules;
    config.has_today = 1;
    config.today = 20000; /* 2024-10-04 */
    config.threads = 1;
    ck_assert_int_eq(spoke_open(&config, &t->sp), SPOKE_OK);
    if (spoke_run(t->sp, "rules", script, strlen(script)) != SPOKE_OK) {
        spoke_diag d;
        ck_assert_int_eq(spoke_diag_at(t->sp, 0, &d), SPOKE_OK);
        ck_abort_msg("%.*s", TEXT(d.message));
    }
}

static void close_teller(struct teller *t) {
    spoke_close(t->sp);
    ck_assert_uint_eq(t->meter.used, 0);
}

static const char schools[] =
    "table district { key district;  district text;  state text }\n"
    "table school { key school;  school text;  name text;  capacity int null;\n"
    "  district -> district null }\n"
    "table student { key student;  student text;  school -> school;  grade int null in 0..12;\n"
    "  entered date null;  gpa float null;  frl bool;  buddy -> student null }\n"
    "table attendance { key student, day;  student -> student;  day date;\n"
    "  status text one of \"P\", \"A\" }\n";

/* Feeds the text in pieces of `piece` bytes. */
static spoke_status judge(struct teller *t, const char *rules, const char *records, size_t piece,
                          spoke_check_summary *sum) {
    char script[4096];
    spoke_records *r;
    snprintf(script, sizeof script, "%s%s", schools, rules);
    open_teller(t, script);
    spoke_status status = spoke_records_open(t->sp, NULL, &r);
    if (status != SPOKE_OK) {
        spoke_diag d;
        ck_assert_int_eq(spoke_diag_at(t->sp, 0, &d), SPOKE_OK);
        tell(t, "%.*s: %.*s\n", TEXT(d.code), TEXT(d.message));
        return status;
    }
    size_t n = strlen(records);
    for (size_t at = 0; at < n; at += piece)
        ck_assert_int_eq(spoke_records_feed(r, records + at, n - at < piece ? n - at : piece),
                         SPOKE_OK);
    return spoke_records_close(r, sum);
}

struct records_case {
    const char *rules, *records, *told;
    spoke_status status;
};

#define RULE(clauses) "rule r \"R\" { for student;  " clauses " }\n"

static const struct records_case cases[] = {
    /* columns, missing and not given */
    {RULE("expect grade < 9;  message \"grade {grade}\""),
     "{\"student\":\"N1\",\"grade\":8}\n{\"student\":\"N2\",\"grade\":9}\n\n"
     "{\"student\":\"N3\",\"grade\":null}\n{\"student\":\"N4\"}\r\n",
     "2 r student=N2: grade 9\n4 r student=N3: grade missing "
     "(undecided)\nr fail 2/3 skipped 1: it reads `student.grade`, which 1 record does not give\n",
     SPOKE_FINDINGS},
    {RULE("expect grade < 9 missing passes;  message \"x\""),
     "[{\"student\":\"N1\",\"grade\":null},\n {\"grade\": 3, \"more\": [1,{}], "
     "\"student\":\"N2\"}]",
     "r pass 0/2\n", SPOKE_OK},
    {RULE("where frl;  expect gpa >= 2.5 and entered >= 2024-09-01;  message \"{gpa} {entered}\""),
     "{\"student\":\"N1\",\"frl\":true,\"gpa\":2.5,\"entered\":\"2024-09-01\"}\n"
     "{\"student\":\"N2\",\"frl\":true,\"gpa\":2.4,\"entered\":\"2024-09-02\"}\n"
     "{\"student\":\"N3\",\"frl\":false,\"gpa\":1,\"entered\":\"2024-09-02\"}\n",
     "2 r student=N2: 2.4 2024-09-02\nr fail 1/2\n", SPOKE_FINDINGS},
    {RULE("severity warn;  expect grade > 0;  message \"{student}\""),
     "{\"student\":\"\\u00c5\\\"\",\"grade\":0}",
     "1 r student=\xc3\x85\": \xc3\x85\"\nr warn 1/1\n", SPOKE_FINDINGS},
    {RULE("expect grade > 0"), "", "r empty 0/0\n", SPOKE_OK},
    {RULE("expect grade > 0"), "  []  ", "r empty 0/0\n", SPOKE_OK},
    /* references: keys, objects, chains, none */
    {RULE("expect school.capacity > 10;  message \"{school.name}\""),
     "{\"student\":\"N1\",\"school\":{\"school\":\"S1\",\"capacity\":9,\"name\":\"Alder\"}}\n"
     "{\"student\":\"N2\",\"school\":\"S1\"}\n"
     "{\"student\":\"N3\",\"school\":{\"name\":\"Birch\",\"capacity\":11}}\n",
     "1 r student=N1: Alder\nr fail 1/2 skipped 1: it reads `school.name`, which 1 record does not "
     "give\n",
     SPOKE_FINDINGS},
    {RULE("expect school.district.state == \"OH\";  message \"{school.district.state}\""),
     "{\"student\":\"N1\",\"school\":{\"district\":{\"district\":\"D\",\"state\":\"IN\"}}}\n"
     "{\"student\":\"N2\",\"school\":{\"district\":{\"state\":\"OH\"}}}\n",
     "1 r student=N1: IN\nr fail 1/2\n", SPOKE_FINDINGS},
    {RULE("expect school.district.state == \"OH\" missing skips;  message \"x\""),
     "{\"student\":\"N1\",\"school\":{\"district\":null}}\n", "r empty 0/0\n", SPOKE_OK},
    {RULE("expect school == \"S1\";  message \"{school}\""),
     "{\"student\":\"N1\",\"school\":\"S1\"}\n{\"student\":\"N2\",\"school\":\"S2\"}\n",
     "2 r student=N2: S2\nr fail 1/2\n", SPOKE_FINDINGS},
    /* a row of the record that refers to the record itself, and two references to one row */
    {RULE("expect buddy != student;  message \"own buddy\""),
     "{\"student\":\"N1\",\"buddy\":\"N1\"}\n{\"buddy\":\"N1\",\"student\":\"N2\"}\n",
     "1 r student=N1: own buddy\nr fail 1/2\n", SPOKE_FINDINGS},
    {RULE("expect buddy.grade == grade;  message \"{buddy.grade} and {grade}\""),
     "{\"buddy\":\"N1\",\"student\":\"N1\",\"grade\":4}\n"
     "{\"student\":\"N2\",\"grade\":5,\"buddy\":{\"student\":\"N3\",\"grade\":6}}\n",
     "2 r student=N2: 6 and 5\nr fail 1/2\n", SPOKE_FINDINGS},
    /* lists of rows */
    {RULE("expect count(attendance where status == \"A\") < 2;  message \"absent\""),
     "{\"student\":\"N1\",\"attendance\":[{\"day\":\"2024-09-01\",\"status\":\"A\"},"
     "{\"day\":\"2024-09-02\",\"status\":\"A\",\"student\":\"N1\"}]}\n"
     "{\"student\":\"N2\",\"attendance\":[]}\n{\"student\":\"N3\"}\n"
     "{\"student\":\"N4\",\"attendance\":[{\"day\":\"2024-09-01\"}]}\n",
     "1 r student=N1: absent\nr fail 1/2 skipped 2: it reads the rows of `attendance`, which 2 "
     "records do not give\n",
     SPOKE_FINDINGS},
    /* a row told in two lists, or twice in one, is one row */
    {RULE("expect count(attendance) < 2;  message \"{count(attendance)}\""),
     "{\"student\":\"N1\",\"attendance\":[{\"day\":\"2024-09-01\"},{\"day\":\"2024-09-01\"}]}\n"
     "{\"student\":\"N2\",\"attendance\":[{\"day\":\"2024-09-01\"},{\"day\":\"2024-09-02\"}],"
     "\"buddy\":{\"student\":\"N2\",\"attendance\":[{\"day\":\"2024-09-02\"}]}}\n",
     "2 r student=N2: 2\nr fail 1/2\n", SPOKE_FINDINGS},
    /* a rule is skipped only where a row that it reads lacks something, and says which */
    {RULE("expect buddy.grade > grade;  message \"x\"") "rule s \"S\" { for student;  expect "
                                                        "buddy.buddy.gpa > 1 }\n",
     "{\"student\":\"N1\",\"grade\":4,\"buddy\":{\"student\":\"N2\",\"grade\":3,"
     "\"buddy\":{\"student\":\"N3\",\"gpa\":2}}}\n"
     "{\"student\":\"N1\",\"grade\":4,\"buddy\":{\"student\":\"N2\",\"gpa\":3,\"buddy\":null}}\n",
     "1 r student=N1: x\n2 s student=N1: a value is missing for buddy.buddy.gpa > 1 (undecided)\n"
     "r fail 1/1 skipped 1: it reads `buddy.grade`, which 1 record does not give\n"
     "s fail 1/2\n",
     SPOKE_FINDINGS},
    {RULE("expect count(attendance where status == \"A\") < 1;  message \"x\""),
     "{\"student\":\"N1\",\"attendance\":[{\"day\":\"2024-09-01\",\"status\":\"A\"}],\"buddy\":"
     "{\"student\":\"N2\",\"attendance\":[{\"day\":\"2024-09-01\"}]}}\n"
     "{\"student\":\"N1\",\"attendance\":[{\"day\":\"2024-09-01\"}]}\n",
     "1 r student=N1: x\nr fail 1/1 skipped 1: it reads `attendance.status`, which 1 record does "
     "not give\n",
     SPOKE_FINDINGS},
    /* rows that a rule leaves out move no other's line */
    {"rule r \"R\" { for (from student | where grade > 4);  expect gpa > 2, \"{gpa}\" }\n",
     "{\"student\":\"N1\",\"grade\":4,\"gpa\":1}\n{\"student\":\"N2\",\"grade\":5,\"gpa\":3}\n"
     "{\"student\":\"N3\",\"grade\":null,\"gpa\":1}\n{\"student\":\"N4\",\"grade\":6,\"gpa\":2}\n",
     "4 r student=N4: 2\nr fail 1/2\n", SPOKE_FINDINGS},
    /* what is refused */
    {RULE("expect grade < 9"),
     "{\"student\":\"N1\",\"grade\":\"x\"}\n{\"student\":\"N2\",\"grade\":13}\n"
     "{\"student\":\"N3\",\"grade\":1\n[1]\n{\"student\":7,\"grade\":1,\"grade\":2}\n"
     "{\"student\":null,\"grade\":1}\n{\"student\":{\"a\":1},\"grade\":1}\n{} x\n"
     "{\"student\":\"N4\",\"grade\":1}\n",
     "1 refused: `grade` \"x\" is not an int\n2 refused: `grade` 13 is outside 0..12\n"
     "3 refused: it is not valid JSON\n4 refused: it is not a JSON object\n"
     "5 refused: `grade` stands twice in one object\n6 refused: `student` is missing\n"
     "7 refused: `student` holds an object; a column holds one value\n"
     "8 refused: text stands behind the object\nr pass 0/1\n",
     SPOKE_FAILED},
    {RULE("expect grade < 9"), "[{\"student\":\"N1\",\"grade\":1} {\"student\":\"N2\"}]",
     "1 refused: there is no comma between two records of the list\nr pass 0/1\n", SPOKE_FAILED},
    {RULE("expect grade < 9"), "[{\"student\":\"N1\",\"grade\":1},\n\n]",
     "3 refused: a record of the list is missing\nr pass 0/1\n", SPOKE_FAILED},
    {RULE("expect grade < 9"), "[{\"student\":\"N1\",\"grade\":1}] x",
     "1 refused: text stands behind the list of records\nr pass 0/1\n", SPOKE_FAILED},
    {RULE("expect grade < 9"), "[{\"student\":\"N1\",\"grade\":1},{",
     "1 refused: the list of records is not closed\nr pass 0/1\n", SPOKE_FAILED},
    {RULE("expect count(attendance) > 0"), "{\"student\":\"N1\",\"attendance\":{}}",
     "1 refused: `attendance` has to be a list of objects\nr empty 0/0\n", SPOKE_FAILED},
    {RULE("expect school.name != \"\""), "{\"student\":\"N1\",\"school\":null}",
     "1 refused: `school` is missing\nr empty 0/0\n", SPOKE_FAILED},
    /* rules that cannot be judged, and those that err, beside one that can */
    {RULE("expect grade < 9") "rule wide \"W\" { for student;  expect count(attendance) >= "
                              "count(from "
                              "school) }\n",
     "{\"student\":\"N1\",\"grade\":1,\"attendance\":[]}", NULL, SPOKE_FAILED},
    {RULE("expect grade * 9223372036854775807 >= 0;  message \"x\"") "rule s \"S\" { for student;  "
                                                                     "expect grade >= 0 }\n",
     "{\"student\":\"N1\",\"grade\":2}\n", NULL, SPOKE_FAILED},
    {RULE("expect grade < 9") "rule s \"S\" { for school;  expect name != \"\" }\n", "",
     "E0931: the rules are about rows of `student` and of `school`\n", SPOKE_FAILED},
    /* without a store nothing was there before */
    {RULE("expect old.grade is missing and (grade >= old.grade) is missing;  message \"x\""),
     "{\"student\":\"N1\",\"grade\":1}\n", "r pass 0/1\n", SPOKE_OK},
    {RULE("where old.school != school;  expect grade > old.buddy.grade;  message \"x\""),
     "{\"student\":\"N1\",\"grade\":1,\"school\":\"A\"}\n", "r empty 0/0\n", SPOKE_OK},
    /* exceptions and allowances over the whole stream */
    {RULE("allow 1;  expect grade < 9;  message \"x\";  except student == \"N2\" until 2024-12-31 "
          "because \"known\""),
     "{\"student\":\"N1\",\"grade\":9}\n{\"student\":\"N2\",\"grade\":9}\n",
     "1 r student=N1: x\n2 r student=N2: x (excepted)\nr pass 1/2\n", SPOKE_OK},
};

START_TEST(test_cases) {
    const struct records_case *c = &cases[_i];
    for (size_t piece = 1; piece < 1000; piece = piece * 3 + 1) {
        struct teller t;
        spoke_check_summary sum = {0};
        spoke_status status = judge(&t, c->rules, c->records, piece, &sum);
        if (c->told)
            ck_assert_str_eq(t.told, c->told);
        else
            ck_assert_msg(strstr(t.told, " error 0/0: ") || strstr(t.told, " error "), "%s",
                          t.told);
        ck_assert_int_eq(status, c->status);
        close_teller(&t);
    }
}
END_TEST

/* Memory that ends at any point ends the judging, and nothing of it is kept. */
static const char shapes[] =
    "table theme { key theme;  theme text;  kind int null }\n"
    "table enrolment { key school, year;  school text;  year int;  pupils int null }\n"
    "table student { key student;  student text;  school text;  year int null\n"
    "  (school, year) -> enrolment;  buddy -> student null;  likes list of theme }\n"
    "table stay { key student;  student -> student;  since date;  until date null\n"
    "  grade int null;  spans since .. until;  history of student }\n"
    "from [{school: \"A\", year: 1, pupils: 2}] | into enrolment\n"
    "from [{theme: \"x\", kind: 2}] | into theme\n"
    "from [{student: \"N1\", school: \"A\", year: 1, buddy: \"N1\", likes: [\"x\"]}] | into "
    "student\n"
    "rule r { for student;  expect enrolment.pupils > 2 }\n"
    "rule s { for student;  expect count(likes where item.kind > 1) > 1 }\n"
    "rule t { for student;  expect grade > 3 }\n"
    "rule u { for student;  expect count(enrolment.student) > 3 }\n"
    "rule v { for student;  expect buddy.school == school missing passes }\n"
    "rule w { for student;  expect old.buddy.school == old.school missing passes }\n";
static const char shaped[] =
    "{\"student\":\"N1\",\"enrolment\":{\"school\":\"A\",\"year\":1,\"pupils\":1,\"student\":["
    "{\"student\":\"N2\"},{\"student\":\"N1\"}]},\"school\":\"A\",\"year\":1,"
    "\"likes\":[\"x\",{\"theme\":\"x\",\"kind\":2}],\"buddy\":\"N1\","
    "\"stay\":[{\"since\":\"2024-01-01\",\"until\":null,\"grade\":2}]}\n"
    "{\"student\":\"N1\",\"enrolment\":{\"pupils\":1},\"buddy\":{\"student\":\"N2\"}}\n";

START_TEST(memory_ends) {
    bool ended = false;
    for (uint64_t from = 1; !ended; from += 1 + from / 5) {
        struct teller t;
        spoke_records *r = NULL;
        spoke_records_options options = {
            .size = sizeof options, .table = "student", .beside_store = _i};
        open_teller(&t, shapes);
        t.meter.calls = 0;
        t.meter.fail_from = from;
        spoke_status status = spoke_records_open(t.sp, &options, &r);
        if (status == SPOKE_OK) {
            spoke_status fed = spoke_records_feed(r, shaped, sizeof shaped - 1);
            status = spoke_records_close(r, NULL);
            status = fed == SPOKE_OK ? status : fed;
        }
        ended = t.meter.calls < t.meter.fail_from;
        ck_assert_msg(ended || status != SPOKE_OK, "%llu", (unsigned long long)from);
        if (ended)
            ck_assert_msg(strstr(t.told, "1 u student=N1"), "%s", t.told);
        t.meter.fail_from = 0;
        close_teller(&t);
    }
}
END_TEST

/* Beside a store `old` is the stored row with the record's key, whatever the record says, and
 * whether or not the rule takes the record for stored. */
static const char before[] =
    "from [{district: \"D\", state: \"NY\"}] | into district\n"
    "from [{school: \"A\", name: \"Ash\", capacity: 9, district: \"D\"},\n"
    "  {school: \"B\", name: \"Birch\", capacity: missing, district: missing}] | into school\n"
    "from [{student: \"N1\", school: \"A\", grade: 9, entered: 2020-09-01, gpa: 2.5, frl: true,\n"
    "  buddy: \"N1\"}, {student: \"N2\", school: \"B\", grade: missing, entered: missing,\n"
    "  gpa: missing, frl: false, buddy: \"N1\"}] | into student\n"
    "from [{student: \"N1\", day: 2024-09-02, status: \"A\"}] | into attendance\n";

static const char after[] =
    "{\"student\":\"N1\",\"school\":\"B\",\"grade\":8,\"gpa\":3,\"frl\":true,\"entered\":null,"
    "\"buddy\":null}\n"
    "{\"student\":\"N3\",\"school\":\"A\",\"grade\":3,\"gpa\":1,\"frl\":true,\"entered\":null,"
    "\"buddy\":\"N1\"}\n"
    "{\"student\":\"N2\",\"school\":\"B\",\"grade\":7,\"gpa\":null,\"frl\":true,\"entered\":null,"
    "\"buddy\":\"N2\"}\n"
    "{\"student\":\"N1\",\"school\":\"A\",\"grade\":10,\"gpa\":2,\"frl\":false,\"entered\":null,"
    "\"buddy\":\"N1\"}\n";
static const char days[] = "{\"student\":\"N1\",\"day\":\"2024-09-02\",\"status\":\"P\"}\n"
                           "{\"student\":\"N1\",\"day\":\"2024-09-03\",\"status\":\"P\"}\n"
                           "{\"student\":\"N2\",\"day\":\"2024-09-02\",\"status\":\"P\"}\n"
                           "{\"student\":\"N1\",\"day\":\"2024-09-02\",\"status\":\"A\"}\n";

static const struct old_case {
    const char *table, *rules, *records, *told;
} old_cases[] = {
    {"student", RULE("expect grade >= old.grade missing passes, \"{old.grade} to {grade}\""), after,
     "1 r student=N1: 9 to 8\nr fail 1/4\n"},
    {"student", RULE("expect grade >= old.grade, \"{old.grade} to {grade}\""), after,
     "1 r student=N1: 9 to 8\n2 r student=N3: missing to 3 (undecided)\n"
     "3 r student=N2: missing to 7 (undecided)\nr fail 3/4\n"},
    {"student",
     RULE("where old.school is not missing;  expect school == old.school, \"{old.school}\""), after,
     "1 r student=N1: A\nr fail 1/3\n"},
    {"student", RULE("expect old.entered is missing, \"{old.entered} {old.gpa} {old.frl}\""), after,
     "1 r student=N1: 2020-09-01 2.5 true\n4 r student=N1: 2020-09-01 2.5 true\nr fail 2/4\n"},
    /* along references; one to its own table leads to what is stored as well */
    {"student", RULE("expect old.school.district.state is missing, \"{old.school.name}\""), after,
     "1 r student=N1: Ash\n4 r student=N1: Ash\nr fail 2/4\n"},
    {"student", RULE("expect old.buddy.grade is missing, \"{old.buddy}: {old.buddy.grade}\""),
     after, "1 r student=N1: N1: 9\n3 r student=N2: N1: 9\n4 r student=N1: N1: 9\nr fail 3/4\n"},
    /* beside what counts the record as stored */
    {"student", RULE("expect count(school.student) < 2, \"{count(school.student)} {old.grade}\""),
     after, "1 r student=N1: 2 9\n2 r student=N3: 2 missing\nr fail 2/4\n"},
    /* exceptions read it, too */
    {"student",
     RULE("expect grade > 9, \"x\";  except old.grade == 9 until 2024-12-31 because \"known\""),
     after, "2 r student=N3: x\n3 r student=N2: x\n1 r student=N1: x (excepted)\nr fail 2/4\n"},
    /* a key of several columns */
    {"attendance",
     "rule r { for attendance;  expect status == old.status missing passes, \"{old.status}\" }\n",
     days, "1 r student=N1, day=2024-09-02: A\nr fail 1/4\n"},
};

START_TEST(old_rows) {
    const struct old_case *c = &old_cases[_i];
    char script[8192];
    struct teller t;
    spoke_records *r;
    spoke_records_options options = {.size = sizeof options, .table = c->table, .beside_store = 1};
    snprintf(script, sizeof script, "%s%s%s", schools, before, c->rules);
    open_teller(&t, script);
    ck_assert_int_eq(spoke_records_open(t.sp, &options, &r), SPOKE_OK);
    ck_assert_int_eq(spoke_records_feed(r, c->records, strlen(c->records)), SPOKE_OK);
    spoke_records_close(r, NULL);
    ck_assert_str_eq(t.told, c->told);
    close_teller(&t);
}
END_TEST

static TCase *case_of(void) {
    TCase *c = tcase_create("records");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, memory_ends, 0, 2);
    tcase_add_loop_test(c, old_rows, 0, sizeof old_cases / sizeof old_cases[0]);
    tcase_add_loop_test(c, test_cases, 0, sizeof cases / sizeof cases[0]);
    return c;
}

Suite *records_suite(void) {
    Suite *s = suite_create("records");
    suite_add_tcase(s, case_of());
    return s;
}
