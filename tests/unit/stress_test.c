/* Whole scripts under stress, through the C interface.
 *
 * The collector: every language test runs twice, the second time with a collection at every
 * allocation, and must say the same. A value that was in no root while something was allocated is
 * gone then, which the sanitizers see, too.
 *
 * Memory: each request fails in turn, alone or with all that follow. Then the run says so or, where
 * it can do without, says just what it says with memory; nothing stays behind. */
#include "recorder.h"
#include "suites.h"

#include "api/interp.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char folder[] = "tests/language";

/* ---- scripts; the data lies beside the language tests ---- */

/* Functions, texts, lists, records. */
static const char values[] =
    "fn fib(n: int) -> int { if n < 2 { return n }  fib(n - 1) + fib(n - 2) }\n"
    "fn label(p, unit: text = \"m\") -> text = \"{p.name} is {p.size:.1f} {unit}, born "
    "{p.day:%d %b %Y}\"\n"
    "var text = \"start\"\n"
    "for i in 1 .. 12 { text = text + \",{i} is {if i mod 2 == 0 { \"even\" } else { \"odd\" "
    "}}\" }\n"
    "var parts = split(text, \",\")\n"
    "parts[2] = \"{upper(parts[2])}!\"\n"
    "let kept = parts\n"
    "parts[3] = \"changed\"\n"
    "print len(text), join(kept, \";\"), len(join(parts, \"\"))\n"
    "var grid = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]\n"
    "for i in 1 .. 3 {\n"
    "  var row = grid[i]\n"
    "  for k in 1 .. 3 { row[k] = i * k }\n"
    "  grid[i] = row\n"
    "}\n"
    "print grid, fib(11), [1 / 3, 25%, missing], [\"a\" + \"b\", missing]\n"
    "let people = [{name: \"Ann\" + \"e\", size: 1.5, day: 2025-09-01}, {name: \"Bo\", size: "
    "2.25, day: 2024-02-29}]\n"
    "for p in people { print label(p), label(p, unit: \"ft\") }\n"
    "var holes = [1, missing, 3]\n"
    "holes[1] = missing\n"
    "print holes, coalesce(holes[2], 7), holes[1] is missing\n"
    "let m = match text { \"x\" => \"is x\", else => \"no {len(text)}\" }\n"
    "assert len(m) > 2, \"short {m}\"\n"
    "print m, replace(m, \"n\", \"N\"), \"{1 / 0:.1%} {-1234567:,} {SY2025-26} {2025-11-05 - "
    "30 days}\"\n";

/* Tables, imports, queries, a measure, a cohort, a rule. */
static const char queries[] =
    "table school  { key school;  school text;  name text;  borough text;  enrolment int "
    "null }\n"
    "table student { key student;  student text;  school -> school null;  grade int null;  "
    "frl bool null }\n"
    "table attendance { key student, day;  student -> student;  day date;  status text null "
    "one of \"P\", \"A\", \"T\", \"E\" }\n"
    "import school from \"data/school.csv\"\n"
    "import student from \"data/student.csv\"\n"
    "import attendance from \"data/attendance.csv\"\n"
    "measure absence { from attendance;  among status is not missing;  count status == \"A\" "
    "or status == \"E\";  target <= 10% by 2026-06-30;  better down }\n"
    "cohort ninth { of student;  require grade == 9 }\n"
    "rule known { for student;  expect grade in 9..10;  message \"{student} is in grade "
    "{grade}\" }\n"
    "fn shout(t: text) -> text = \"{upper(t)}!\"\n"
    "let wanted = [\"A\" + \"1\", \"B2\"]\n"
    "let chosen = from student | where school.school in wanted | derive loud = shout(student "
    "+ \"x\") | sort -loud\n"
    "show chosen\n"
    "show from attendance | group by student.grade, month(day) (n = count(), a = "
    "count(status == \"A\")) | sort -n | take 4\n"
    "show from school | derive students = count(student), note = \"{name}: {enrolment}\" | "
    "select school, students, note\n"
    "show absence for ninth by student.school over month in 2025-09 .. 2025-10\n"
    "show from student | distinct grade\n"
    "show from attendance | derive before = lag(status) order day, run = cumsum(days(day - "
    "2025-09-01)) "
    "within student order -day | take 3\n"
    "show from school | window order enrolment (r = rank(), m = rolling(median(enrolment), 2), t = "
    "sum(enrolment)) | sample 50% seed 3\n"
    "show from student | select student | except (from attendance | select student)\n"
    "show from school | unpivot name, borough | union all (from school | unpivot borough, name)\n"
    "show from student | pivot grade in [9, 10] by school (count())\n"
    "explain absence\n"
    "explain chosen\n"
    "explain plan chosen\n"
    "for s in [\"A1\", \"B2\"] { print s, count(student where school.school == s) }\n";

/* A network whose members are chosen by a function that asks another network; charts. */
static const char pictures[] =
    "table node { key node;  node text;  tier text null;  sector text;  district text null }\n"
    "table link { key host, guest, day;  host -> node;  guest -> node;  day date;  hours int "
    "}\n"
    "table student { key student;  student text;  school text null;  grade int null;  frl "
    "bool null }\n"
    "table attendance { key student, day;  student -> student;  day date;  status text null "
    "one of \"P\", \"A\", \"T\", \"E\" }\n"
    "import node from \"data/node.csv\"\n"
    "import link from \"data/link.csv\"\n"
    "import student from \"data/student.csv\"\n"
    "import attendance from \"data/attendance.csv\"\n"
    "network pairs { members node;  ties link between host and guest;  group district }\n"
    "fn has_ties(node: text) -> bool = count(structure(pairs)) > 0 and node != \"X\"\n"
    "network valley \"The valley\" {\n"
    "  members node where has_ties(node)\n"
    "  ties    link from host to guest at day strength hours\n"
    "  level   tier order \"hub\", \"district\", \"school\", \"partner\"\n"
    "  sector  sector inside \"school system\"\n"
    "  group   district\n"
    "}\n"
    "show from valley.members | select node, level\n"
    "show structure(valley)\n"
    "show ties_by_class(valley)\n"
    "measure absence { from attendance;  among status is not missing;  count status == \"A\" "
    "or status == \"E\";  target <= 10% by 2026-06-30;  better down }\n"
    "show absence over week in 2025-09-01 .. 2025-12-20 | chart(kind: \"p\")\n"
    "show absence over week in 2025-09-01 .. 2025-12-20 | spc.limits(kind: \"run\")\n";

static const struct {
    const char *text;
    spoke_status checked;
} scripts[] = {{values, SPOKE_OK}, {queries, SPOKE_FINDINGS}, {pictures, SPOKE_OK}};

/* ---- the collector ---- */

/* The file's text, zero-ended; free() it. */
static char *read_whole(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s cannot be read", path);
    ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    ck_assert_int_ge(size, 0);
    rewind(f);
    char *text = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(text);
    *n = fread(text, 1, (size_t)size, f);
    text[*n] = '\0';
    fclose(f);
    return text;
}

/* `--param name=value` of the lines that say how to run the script. */
static void give_parameters(spoke *sp, const char *text) {
    for (const char *at = strstr(text, "--param "); at; at = strstr(at, "--param ")) {
        char name[64], value[64];
        at += strlen("--param ");
        if (sscanf(at, "%63[^= \n]=%63[^ \n]", name, value) == 2)
            ck_assert_int_eq(spoke_param(sp, name, value), SPOKE_OK);
    }
}

static char before[1024];

static void enter_folder(void) {
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_msg(chdir(folder) == 0, "run this at the top of the project");
}

static void leave_folder(void) {
    ck_assert_int_eq(chdir(before), 0);
}

/* How often the collector ran. */
static uint64_t run_text(const char *name, const char *text, bool stress, struct recorder *r) {
    recorder_init(r, SPOKE_CAN_ALL);
    ck_assert_int_eq(spoke_open(&r->config, &r->sp), SPOKE_OK);
    r->sp->vm.heap.stress = stress;
    give_parameters(r->sp, text);
    spoke_status status = spoke_run(r->sp, name, text, strlen(text));
    buf_printf(&r->text, "status %d\n", (int)status);
    record_diagnostics(r);
    uint64_t collections = r->sp->vm.heap.collections;
    spoke_close(r->sp);
    ck_assert_uint_eq(r->meter.used, 0);
    return collections;
}

static uint64_t expect_same(const char *name, const char *text) {
    struct recorder calm, stressed;
    run_text(name, text, false, &calm);
    uint64_t collections = run_text(name, text, true, &stressed);
    ck_assert(!calm.text.failed && !stressed.text.failed);
    ck_assert_msg(str_eq(buf_view(&calm.text), buf_view(&stressed.text)),
                  "%s under stress:\n%.1500s\ninstead of:\n%.1500s", name, stressed.text.p,
                  calm.text.p);
    recorder_free(&calm);
    recorder_free(&stressed);
    return collections;
}

static bool is_script(const char *name) {
    size_t n = strlen(name);
    return n > 6 && strcmp(name + n - 6, ".spoke") == 0;
}

START_TEST(language_tests_collect_always) {
    uint32_t n = 0;
    uint64_t collections = 0;
    DIR *dir = opendir(".");
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        size_t size;
        if (!is_script(e->d_name))
            continue;
        char *text = read_whole(e->d_name, &size);
        collections += expect_same(e->d_name, text);
        free(text);
        n++;
    }
    closedir(dir);
    ck_assert_uint_ge(n, 40);
    ck_assert_uint_ge(collections, 200);
}
END_TEST

START_TEST(scripts_collect_always) {
    ck_assert_uint_ge(expect_same("test.spoke", scripts[_i].text), 10);
}
END_TEST

/* ---- memory ---- */

/* No error but that of missing memory. */
static void expect_only_memory_errors(const spoke *sp, uint64_t request) {
    spoke_diag d;
    for (size_t i = 0; i < spoke_diag_count(sp); i++)
        if (spoke_diag_at(sp, i, &d) == SPOKE_OK && d.severity.p[0] == 'e')
            ck_assert_msg(d.code.n == 5 && memcmp(d.code.p, "E0406", 5) == 0, "request %llu: %.*s",
                          (unsigned long long)request, (int)d.message.n, d.message.p);
}

/* Runs and judges; SPOKE_NO_MEMORY as soon as one of the calls says so. */
static spoke_status run_and_check(struct recorder *r, int script, uint64_t request) {
    const char *text = scripts[script].text;
    spoke_status status = spoke_run(r->sp, "test.spoke", text, strlen(text));
    expect_only_memory_errors(r->sp, request);
    if (status != SPOKE_OK)
        return status;
    status = spoke_check(r->sp, NULL, NULL);
    expect_only_memory_errors(r->sp, request);
    return status;
}

/* The interpreter is none the worse for it. */
static void expect_alive(struct recorder *r) {
    static const char text[] = "print \"{20 + 1}\"";
    size_t n = r->text.n;
    r->meter.fail_from = 0;
    ck_assert_int_eq(spoke_run(r->sp, "alive.spoke", text, strlen(text)), SPOKE_OK);
    ck_assert_str_eq(r->text.p + n, "print: 21\n");
}

static void run_without(int script, uint64_t request, uint64_t count, const char *expected) {
    struct recorder r;
    recorder_init(&r, SPOKE_CAN_READ_FILES);
    r.meter.fail_from = request;
    r.meter.fail_count = count;
    spoke_status status = spoke_open(&r.config, &r.sp);
    if (status == SPOKE_OK) {
        status = run_and_check(&r, script, request);
        if (status != SPOKE_NO_MEMORY) {
            ck_assert_msg(status == scripts[script].checked, "request %llu: status %d",
                          (unsigned long long)request, (int)status);
            ck_assert_msg(r.lost || strcmp(r.text.p, expected) == 0,
                          "request %llu:\n%.1500s\ninstead of:\n%.1500s",
                          (unsigned long long)request, r.text.p, expected);
        }
        expect_alive(&r);
    }
    ck_assert(status == SPOKE_NO_MEMORY || r.sp);
    spoke_close(r.sp);
    ck_assert_msg(r.meter.used == 0, "request %llu: %zu bytes are left", (unsigned long long)request,
                  r.meter.used);
    recorder_free(&r);
}

enum { FIRST_REQUESTS = 60, SAMPLED_REQUESTS = 100 };

/* Script _i / 2, one request or all from one on. */
START_TEST(requests_fail) {
    struct recorder r;
    int script = _i / 2;
    recorder_init(&r, SPOKE_CAN_READ_FILES);
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(run_and_check(&r, script, 0), scripts[script].checked);
    spoke_close(r.sp);
    uint64_t step = r.meter.calls / SAMPLED_REQUESTS + 1;
    for (uint64_t request = 1; request <= r.meter.calls; request += request < FIRST_REQUESTS ? 1 : step)
        run_without(script, request, _i % 2 ? UINT64_MAX : 1, r.text.p);
    recorder_free(&r);
}
END_TEST

Suite *stress_suite(void) {
    enum { SCRIPTS = sizeof scripts / sizeof *scripts };
    Suite *suite = suite_create("stress");
    TCase *tests = tcase_create("stress");
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, language_tests_collect_always);
    tcase_add_loop_test(tests, scripts_collect_always, 0, SCRIPTS);
    tcase_add_loop_test(tests, requests_fail, 0, 2 * SCRIPTS);
    suite_add_tcase(suite, tests);
    return suite;
}
