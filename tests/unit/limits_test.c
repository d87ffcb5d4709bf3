/* What a host relies on when a script is hostile or the machine is small, all of it through
 * spoke.h: budget, deadline, memory, capabilities, interrupts, threads, misuse and depth.
 *
 * Every interpreter here takes its memory from a meter, which must be back at nothing when the
 * interpreter is closed. Files lie in a folder of their own, made and removed for each test. */
#include "metered.h"
#include "suites.h"

#include "api/spoke.h"
#include "stdlib/modules.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a metered host ---- */

struct host {
    struct meter meter;
    spoke_config config;
    spoke *sp;
    char printed[4096];
    size_t printed_n;
    size_t shown, notes;
    void (*at_print)(struct host *h); /* called from within a run */
    spoke_status inside[8];
};

static int host_show(void *user, const spoke_value *v) {
    struct host *h = user;
    (void)v;
    h->shown++;
    return 0;
}

static int host_print(void *user, spoke_text line) {
    struct host *h = user;
    if (h->printed_n + line.n + 1 < sizeof h->printed) {
        memcpy(h->printed + h->printed_n, line.p, line.n);
        h->printed_n += line.n;
        h->printed[h->printed_n++] = '\n';
        h->printed[h->printed_n] = '\0';
    }
    if (h->at_print)
        h->at_print(h);
    return 0;
}

static int host_note(void *user, spoke_text note) {
    struct host *h = user;
    (void)note;
    h->notes++;
    return 0;
}

static const spoke_sink host_sink = {
    .size = sizeof host_sink, .on_show = host_show, .on_print = host_print, .on_note = host_note};

static void host_init(struct host *h, uint32_t capabilities) {
    memset(h, 0, sizeof *h);
    spoke_config_init(&h->config);
    h->config.allocate = metered;
    h->config.allocate_user = &h->meter;
    h->config.capabilities = capabilities;
    h->config.sink = &host_sink;
    h->config.sink_user = h;
    h->config.modules = standard_modules;
}

static void host_open(struct host *h) {
    ck_assert_int_eq(spoke_open(&h->config, &h->sp), SPOKE_OK);
}

static void host_close(struct host *h) {
    spoke_close(h->sp);
    h->sp = NULL;
    ck_assert_uint_eq(h->meter.used, 0);
}

static spoke_status run(struct host *h, const char *text) {
    return spoke_run(h->sp, "test.spoke", text, strlen(text));
}

/* The code of the only error. */
static const char *only_code(struct host *h) {
    static _Thread_local char code[8];
    spoke_diag d;
    ck_assert_uint_eq(spoke_diag_count(h->sp), 1);
    ck_assert_int_eq(spoke_diag_at(h->sp, 0, &d), SPOKE_OK);
    snprintf(code, sizeof code, "%.*s", (int)d.code.n, d.code.p);
    return code;
}

#define EXPECT(h, text, status, code)                                                              \
    do {                                                                                           \
        ck_assert_int_eq(run((h), (text)), (status));                                              \
        ck_assert_str_eq(only_code(h), (code));                                                    \
    } while (0)

static int ignore_bytes(void *user, const char *bytes, size_t n) {
    (void)user;
    (void)bytes;
    (void)n;
    return 0;
}

/* After whatever happened, the next script runs. */
static void expect_alive(struct host *h) {
    h->printed_n = 0;
    ck_assert_int_eq(run(h, "print 20 + 1"), SPOKE_OK);
    ck_assert_str_eq(h->printed, "21\n");
    ck_assert_uint_eq(spoke_diag_count(h->sp), 0);
}

/* ---- a folder with files ---- */

static char folder[] = "/tmp/spoke-limits-XXXXXX", before[1024];

static void write_file(const char *name, const char *head, int rows, const char *row) {
    FILE *f = fopen(name, "w");
    ck_assert_ptr_nonnull(f);
    fputs(head, f);
    for (int i = 0; i < rows; i++) {
        fprintf(f, "%d,%s%d,", i, row, i % 3);
        fprintf(f, "2025-%02d-%02d,%d\n", 1 + i / 28 % 12, 1 + i % 28, i * 37 % 101);
    }
    fclose(f);
}

static void enter_folder(void) {
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    FILE *f = fopen("school.csv", "w");
    ck_assert_ptr_nonnull(f);
    fputs("school,district,tier\nS0,North,school\nS1,North,school\nS2,South,district\n", f);
    fclose(f);
    write_file("visit.csv", "visit,school,day,score\n", 400, "S");
}

static void leave_folder(void) {
    static const char *const names[] = {"school.csv", "visit.csv", "a.db",
                                        "a.db-wal",   "a.db-shm",  "picture.svg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)remove(names[i]);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

#define TABLES                                                                                     \
    "table school { key school;  school text;  district text;  tier text }\n"                      \
    "table visit { key visit;  visit int;  school -> school;  day date;  score int }\n"
#define IMPORTS "import school from \"school.csv\"\nimport visit from \"visit.csv\"\n"

/* ---- budget and deadline ---- */

START_TEST(test_budget) {
    struct host h;
    host_init(&h, 0);
    h.config.budget = 10000;
    host_open(&h);
    EXPECT(&h, "var n = 0\nwhile true { n = n + 1 }", SPOKE_LIMIT, "E0408");
    EXPECT(&h, "for x in [1, 2, 3] { while true { } }", SPOKE_LIMIT, "E0408");
    EXPECT(&h,
           "fn fib(n: int) -> int { if n < 2 { return n }\n fib(n - 1) + fib(n - 2) }\n"
           "print fib(40)",
           SPOKE_LIMIT, "E0408");
    /* It holds for each run, not for the interpreter's life. */
    for (int i = 0; i < 20; i++)
        expect_alive(&h);
    host_close(&h);
}
END_TEST

START_TEST(test_budget_of_queries) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_READ_FILES);
    h.config.budget = 100000;
    host_open(&h);
    ck_assert_int_eq(run(&h, TABLES IMPORTS), SPOKE_OK);
    ck_assert_int_eq(run(&h, "show from visit | group by school (n = count())"), SPOKE_OK);
    EXPECT(&h,
           "fn slow(n: int) -> int { if n < 2 { return n }\n slow(n - 1) + slow(n - 2) }\n"
           "show from visit | derive x = slow(25 + visit mod 2)",
           SPOKE_LIMIT, "E0408");
    expect_alive(&h);
    host_close(&h);
    leave_folder();
}
END_TEST

START_TEST(test_max_rows) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_READ_FILES);
    h.config.max_rows = 3;
    host_open(&h);
    ck_assert_int_eq(run(&h, TABLES IMPORTS), SPOKE_OK); /* 400 rows, which nobody asked for */
    ck_assert_int_eq(run(&h, "show from visit | group by school (n = count())"), SPOKE_OK);
    ck_assert_uint_eq(h.shown, 1);
    EXPECT(&h, "show from visit", SPOKE_LIMIT, "E0408");
    EXPECT(&h, "print rows(from visit | take 4)[1].visit", SPOKE_LIMIT, "E0408");
    ck_assert_int_eq(run(&h, "show from visit | take 3"), SPOKE_OK);
    ck_assert_uint_eq(h.shown, 2);
    expect_alive(&h);
    host_close(&h);
    leave_folder();
}
END_TEST

static double slow_clock(void *user) {
    double *now = user;
    *now += 0.001;
    return *now;
}

START_TEST(test_deadline) {
    struct host h;
    double now = 1000.0;
    host_init(&h, 0);
    h.config.clock = slow_clock;
    h.config.clock_user = &now;
    h.config.deadline = 2.0;
    host_open(&h);
    EXPECT(&h, "while true { }", SPOKE_LIMIT, "E0408");
    ck_assert_double_ge(now, 1002.0);
    ck_assert_double_le(now, 1002.1); /* the very next look at the clock ends it */
    now += 1000.0;                    /* a day of rest is nobody's time */
    expect_alive(&h);
    EXPECT(&h, "while true { }", SPOKE_LIMIT, "E0408");
    host_close(&h);
}
END_TEST

/* ---- memory ---- */

static const char everything[] = TABLES IMPORTS
    "measure pass { from visit;  among score >= 0;  count score >= 50;"
    "  target >= 60% by 2026-06-30;  better up }\n"
    "cohort north { of school;  require district == \"North\" }\n"
    "rule known { for visit;  expect score in 0..90;  message \"{visit} has {score}\" }\n"
    "network net { members school;  ties tie from host to guest;  group district }\n"
    "table tie { key host, guest;  host -> school;  guest -> school }\n"
    "fn fib(n: int) -> int { if n < 2 { return n }\n fib(n - 1) + fib(n - 2) }\n"
    "fn half(a, b) = a / b\n"
    "var texts = \"fib\"\n"
    "for x in [1, 2, 3, 4, 5] { texts = \"{texts},{fib(x + 5)}\" }\n"
    "print len(split(texts, \",\")), half(1, 4), texts\n"
    "show from visit | where score > 10 | derive f = fib(score mod 7) + 1"
    " | group by school.district, month(day) (n = count(), m = mean(f)) | sort -n | take 5\n"
    "show pass by school over month\n"
    "show pass over month | chart\n"
    "show structure(net)\n"
    "explain pass\n"
    "explain plan pass by school\n"
    "show from school | derive visits = count(visit) | sort -visits\n";

/* Errors of many kinds, whose messages take memory too. */
static const char wrong[] =
    TABLES "measure m { from visit;  value mean(scores);  target <= 5 by 2025-02-30 }\n"
           "let q = from visit | where scor > 1 | select visit, school.visit\n"
           "let r = from visits | group by day (n = count(when))\n"
           "let s = from visit | where score == missing and day == 2025-09\n"
           "fn f(n: int) { f(n - 1) }\nfn f(a, b) = a - b\n"
           "for x in [1, \"b\"] { let y = x + undefined\n  if x { print f(1) } }\n"
           "print \"{unknown(3)} {'a'}\", 3 - \"x\", 99999999999999999999, tru\n"
           "rule u { for visit;  message \"{nothing}\" }\n"
           "network n { ties visit from host to guest;  hub 3 }\n";

/* Functions of the library that take memory of their own. */
static const char library[] =
    "let xs = range_list(1, 50)\n"
    "print sorted(xs, down: true), unique(concat(xs, xs)), reversed([[1], [2]]), median(xs)\n"
    "print upper(\"a\"), title(\"a b\"), replace(\"aba\", \"a\", \"c\"), repeat(\"ab\", 20)\n"
    "print split(\"a,b\", \",\"), words(\"a b\"), join([\"a\", \"b\"], \"-\"), pad_end(\"a\", 40)\n"
    "print find_all(repeat(\"ab \", 40), \"\\\\w+\"), captures(\"ab\", \"(a)|(b)\")\n"
    "print replace_match(\"aXb\", \"[A-Z]\", \"<$0>\"), matches(\"a\", \"b\")\n"
    "print find_match(\"a\", \"a\")\n"
    "print random.shuffle(xs), random.sample([\"a\", \"b\"], 1), random.uniform() < 1\n"
    "print sorted([\"b\", \"a\", missing]), slice(xs, 48), smallest([1 / 2, 1 / 3])\n";

/* Lists in columns, references by several columns, reasons, queries that say nothing of theirs. */
static const char columns[] =
    "table school { key school;  school text;  district text;  tier text }\n"
    "table term { key school, year;  school -> school;  year int;  pupils int }\n"
    "table answer { key answer;  answer int;  school -> school;  year int;  q int null missing 8\n"
    "  picks list of school split \";\";  marks list of int;  (school, year) -> term }\n"
    "import school from \"school.csv\"\n"
    "from [{school: \"S1\", year: 1, pupils: 5}] | into term\n"
    "from [{answer: 1, school: \"S1\", year: 1, q: 3, picks: [\"S1\", \"S2\"], marks: [1, 2]}]"
    " | into answer\n"
    "show from answer | derive p = term.pupils, w = why_missing(q), n = len(picks), has = \"S1\" "
    "in picks\n"
    "show from answer.picks | group by item.district (n = count(), l = list(distinct "
    "answer.year))\n"
    "show from term | derive n = count(answer where school == outer.school and year <= "
    "outer.year)\n"
    "show sql { SELECT answer, item FROM \"answer.picks\" }\n";

/* Whatever the host allows, a run ends with a status and everything is given back. */
static spoke_status run_script(struct host *h, const char *script) {
    spoke_check_summary sum;
    spoke_status status = spoke_open(&h->config, &h->sp);
    if (status == SPOKE_OK) {
        status = run(h, script);
        if (status == SPOKE_OK)
            status = spoke_check(h->sp, NULL, &sum);
        if (status == SPOKE_NO_MEMORY && script == everything && spoke_diag_count(h->sp) > 0)
            ck_assert_str_eq(only_code(h), "E0406");
        spoke_diag_text(h->sp, 0, ignore_bytes, NULL);
    }
    spoke_close(h->sp);
    h->sp = NULL;
    ck_assert_uint_eq(h->meter.used, 0);
    return status;
}

static spoke_status run_within(size_t limit) {
    struct host h;
    host_init(&h, SPOKE_CAN_READ_FILES);
    h.config.memory_limit = limit;
    return run_script(&h, everything);
}

START_TEST(test_memory_limit) {
    size_t limit = 2000;
    int refused = 0;
    enter_folder();
    ck_assert_int_eq(run_within(0), SPOKE_FINDINGS);
    for (;; limit += limit / 12) {
        spoke_status status = run_within(limit);
        if (status == SPOKE_FINDINGS)
            break;
        ck_assert_msg(status == SPOKE_NO_MEMORY, "status %d under a limit of %zu", (int)status,
                      limit);
        refused++;
        ck_assert_msg(limit < (size_t)1 << 30, "no limit is enough");
    }
    ck_assert_int_gt(refused, 20);
    leave_folder();
}
END_TEST

static const struct {
    const char *text;
    spoke_status with_memory;
} scripts[] = {
    {everything, SPOKE_FINDINGS}, {wrong, SPOKE_FAILED}, {library, SPOKE_OK}, {columns, SPOKE_OK}};

/* One request after the other fails, with as many of those behind it. */
static void fail_in_turn(int script, uint64_t fail_count) {
    struct host h;
    const spoke_status expected = scripts[script].with_memory;
    host_init(&h, SPOKE_CAN_READ_FILES);
    ck_assert_int_eq(run_script(&h, scripts[script].text), expected);
    uint64_t calls = h.meter.calls, step = calls > 2000 ? calls / 150 + 1 : 1;
    for (uint64_t at = 1; at <= calls; at += at < 60 ? 1 : step) {
        host_init(&h, SPOKE_CAN_READ_FILES);
        h.meter.fail_from = at;
        h.meter.fail_count = fail_count;
        spoke_status status = run_script(&h, scripts[script].text);
        ck_assert_msg(status == SPOKE_NO_MEMORY || status == expected,
                      "status %d when request %llu of %llu fails", (int)status,
                      (unsigned long long)at, (unsigned long long)calls);
    }
}

START_TEST(test_one_request_fails) {
    enter_folder();
    fail_in_turn(_i, 1);
    leave_folder();
}
END_TEST

START_TEST(test_all_requests_fail) {
    enter_folder();
    fail_in_turn(_i, UINT64_MAX);
    leave_folder();
}
END_TEST

START_TEST(test_alive_after_memory) {
    struct host h;
    host_init(&h, 0);
    h.config.memory_limit = 4 << 20;
    host_open(&h);
    EXPECT(&h, "fn keep(t: text) -> text { keep(\"{t}, and longer\") }\nprint keep(\"\")",
           SPOKE_NO_MEMORY, "E0406");
    expect_alive(&h);
    EXPECT(&h, "var t = \"x\"\nwhile true { t = \"{t}{t}\" }", SPOKE_NO_MEMORY, "E0406");
    expect_alive(&h);
    host_close(&h);
}
END_TEST

/* ---- capabilities ---- */

static bool exists(const char *path) {
    return access(path, F_OK) == 0;
}

START_TEST(test_no_reading) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_ALL & ~(uint32_t)SPOKE_CAN_READ_FILES);
    host_open(&h);
    EXPECT(&h, TABLES IMPORTS, SPOKE_DENIED, "E0410");
    host_close(&h);
    host_open(&h);
    EXPECT(&h, "import undeclared from \"school.csv\"", SPOKE_DENIED, "E0410");
    host_close(&h);
    leave_folder();
}
END_TEST

/* A store is a file too: without the capability a script may not open one. */
START_TEST(test_no_reading_of_stores) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_ALL);
    host_open(&h);
    ck_assert_int_eq(run(&h, "store \"a.db\"\n" TABLES IMPORTS), SPOKE_OK);
    host_close(&h);
    host_init(&h, 0);
    host_open(&h);
    EXPECT(&h, "store \"a.db\"\nshow from visit", SPOKE_DENIED, "E0410");
    ck_assert_uint_eq(h.shown, 0);
    host_close(&h);
    leave_folder();
}
END_TEST

START_TEST(test_no_writing_of_files) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_ALL & ~(uint32_t)SPOKE_CAN_WRITE_FILES);
    host_open(&h);
    ck_assert_int_eq(run(&h, TABLES IMPORTS), SPOKE_OK);
    EXPECT(&h,
           "show from visit | group by day (value = mean(score))"
           " | chart(to: \"picture.svg\")",
           SPOKE_DENIED, "E0410");
    ck_assert(!exists("picture.svg"));
    expect_alive(&h);
    host_close(&h);
    leave_folder();
}
END_TEST

START_TEST(test_no_code) {
    static const char script[] =
        "foreign \"libm.so.6\" { fn fabs(x: f64) -> f64 }\nprint fabs(-27.0)";
    struct host h;
    host_init(&h, SPOKE_CAN_ALL & ~(uint32_t)SPOKE_CAN_LOAD_CODE);
    host_open(&h);
    EXPECT(&h, script, SPOKE_DENIED, "E0410");
    host_close(&h);
    host_init(&h, SPOKE_CAN_LOAD_CODE);
    h.config.foreign = (const char *const[]){"libm.so.6:fabs"};
    h.config.nforeign = 1;
    host_open(&h);
    ck_assert_int_eq(run(&h, script), SPOKE_OK);
    ck_assert_str_eq(h.printed, "27\n");
    host_close(&h);
}
END_TEST

START_TEST(test_no_writing_of_stores) {
    const uint32_t reader = SPOKE_CAN_ALL & ~(uint32_t)SPOKE_CAN_WRITE_STORE;
    struct host h;
    enter_folder();
    host_init(&h, reader);
    host_open(&h);
    ck_assert_int_eq(spoke_use_store(h.sp, "a.db", SPOKE_STORE_WRITE), SPOKE_DENIED);
    ck_assert_str_eq(only_code(&h), "E0410");
    ck_assert(!exists("a.db"));
    host_close(&h);
    /* A temporary store is nobody's store. */
    host_open(&h);
    ck_assert_int_eq(run(&h, TABLES IMPORTS), SPOKE_OK);
    host_close(&h);
    host_init(&h, SPOKE_CAN_ALL);
    host_open(&h);
    ck_assert_int_eq(run(&h, "store \"a.db\"\n" TABLES IMPORTS), SPOKE_OK);
    host_close(&h);
    host_init(&h, reader);
    host_open(&h);
    ck_assert_int_eq(spoke_use_store(h.sp, "a.db", SPOKE_STORE_READ), SPOKE_OK);
    ck_assert_int_eq(run(&h, "show from visit | take 1"), SPOKE_OK);
    EXPECT(&h, "import visit from \"visit.csv\"", SPOKE_DENIED, "E0410");
    host_close(&h);
    leave_folder();
}
END_TEST

START_TEST(test_dropping) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_ALL);
    host_open(&h);
    ck_assert_int_eq(run(&h, TABLES "import school from \"school.csv\""), SPOKE_OK);
    spoke_drop(h.sp, SPOKE_CAN_READ_FILES);
    EXPECT(&h, "import visit from \"visit.csv\"", SPOKE_DENIED, "E0410");
    expect_alive(&h);
    host_close(&h);
    leave_folder();
}
END_TEST

/* ---- interrupts and threads ---- */

static void *interrupt_soon(void *user) {
    const struct timespec soon = {0, 50000000};
    nanosleep(&soon, NULL);
    spoke_interrupt(user);
    return NULL;
}

static pthread_t interrupter;

static void start_interrupter(struct host *h) {
    ck_assert_int_eq(pthread_create(&interrupter, NULL, interrupt_soon, h->sp), 0);
}

/* The script prints once; the stop comes a little later. */
static void expect_interrupted(struct host *h, const char *text) {
    struct timespec start, stop;
    h->at_print = start_interrupter;
    clock_gettime(CLOCK_MONOTONIC, &start);
    EXPECT(h, text, SPOKE_INTERRUPTED, "E0407");
    clock_gettime(CLOCK_MONOTONIC, &stop);
    pthread_join(interrupter, NULL);
    h->at_print = NULL;
    ck_assert_int_lt(stop.tv_sec - start.tv_sec, 5);
    expect_alive(h);
}

START_TEST(test_interrupt) {
    struct host h;
    enter_folder();
    host_init(&h, SPOKE_CAN_READ_FILES);
    host_open(&h);
    ck_assert_int_eq(run(&h, TABLES IMPORTS), SPOKE_OK);
    expect_interrupted(&h, "print 1\nwhile true { }");
    expect_interrupted(&h, "fn loop(n: int) -> int { while true { }\n n }\nprint 1\nprint loop(3)");
    expect_interrupted(&h, "print 1\nvar n = 0\nwhile true { n = n + len([1, 2]) }");
    /* A row costs seconds, the query hours. */
    expect_interrupted(
        &h, "fn slow(n: int) -> int { if n < 2 { return n }\n slow(n - 1) + slow(n - 2) }\n"
            "print 1\nshow from visit | derive x = slow(38 + visit mod 2)");
    expect_interrupted(&h, "print 1\nwhile true {\n"
                           "  let n = from visit | sort -score\n  show n\n}");
    host_close(&h);
    leave_folder();
}
END_TEST

/* A stop that comes while nothing runs stops nothing. */
START_TEST(test_idle_interrupt) {
    struct host h;
    host_init(&h, 0);
    host_open(&h);
    spoke_interrupt(h.sp);
    expect_alive(&h);
    host_close(&h);
}
END_TEST

static void *work_alone(void *user) {
    struct host *h = user;
    for (int i = 0; i < 10 && h->inside[0] == SPOKE_OK; i++) {
        h->inside[0] = spoke_open(&h->config, &h->sp);
        h->printed_n = 0;
        if (h->inside[0] == SPOKE_OK)
            h->inside[0] = run(h, everything);
        spoke_close(h->sp);
        h->sp = NULL;
    }
    return NULL;
}

START_TEST(test_two_threads) {
    struct host hosts[2];
    pthread_t threads[2];
    enter_folder();
    for (int i = 0; i < 2; i++) {
        host_init(&hosts[i], SPOKE_CAN_READ_FILES);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work_alone, &hosts[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(hosts[i].inside[0], SPOKE_OK);
        ck_assert_uint_eq(hosts[i].meter.used, 0);
        ck_assert_uint_eq(hosts[i].shown, 10 * 7);
        /* fib(6 .. 10) */
        ck_assert_str_eq(hosts[i].printed, "6 0.25 fib,8,13,21,34,55\n");
    }
    leave_folder();
}
END_TEST

/* ---- misuse ---- */

static void call_inside(struct host *h) {
    spoke_check_summary sum;
    h->inside[0] = run(h, "print 2");
    h->inside[1] = spoke_compile(h->sp, "inner", "print 2", 7);
    h->inside[2] = spoke_use_store(h->sp, "inner.db", SPOKE_STORE_WRITE);
    h->inside[3] = spoke_param(h->sp, "inner", "1");
    h->inside[4] = spoke_check(h->sp, NULL, &sum);
    h->inside[5] = spoke_dump(h->sp, "tokens", "inner", "print 2", 7, ignore_bytes, NULL);
}

START_TEST(test_calls_from_callbacks) {
    struct host h;
    host_init(&h, SPOKE_CAN_ALL);
    host_open(&h);
    h.at_print = call_inside;
    ck_assert_int_eq(run(&h, "print 1\nprint 3"), SPOKE_OK);
    for (int i = 0; i < 6; i++)
        ck_assert_msg(h.inside[i] == SPOKE_MISUSE, "call %d gave %d", i, (int)h.inside[i]);
    ck_assert_str_eq(h.printed, "1\n3\n");
    ck_assert(!exists("inner.db"));
    h.at_print = NULL;
    expect_alive(&h);
    host_close(&h);
}
END_TEST

START_TEST(test_misuse) {
    struct host h;
    spoke *none = NULL;
    spoke_diag d;
    host_init(&h, 0);
    ck_assert_int_eq(spoke_open(NULL, &none), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_open(&h.config, NULL), SPOKE_MISUSE);
    h.config.size = 0;
    ck_assert_int_eq(spoke_open(&h.config, &none), SPOKE_MISUSE);
    h.config.size = sizeof h.config;
    host_open(&h);
    ck_assert_int_eq(spoke_run(NULL, "x", "", 0), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_run(h.sp, NULL, "", 0), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_run(h.sp, "x", NULL, 3), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_run(h.sp, "x", NULL, 0), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(h.sp, NULL, SPOKE_STORE_READ), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_param(h.sp, "x", NULL), SPOKE_MISUSE);
    ck_assert_int_eq(spoke_diag_at(h.sp, 0, &d), SPOKE_MISUSE);
    expect_alive(&h);
    host_close(&h);
    spoke_close(NULL);
}
END_TEST

START_TEST(test_without_sink) {
    struct host h;
    host_init(&h, 0);
    h.config.sink = NULL;
    host_open(&h);
    ck_assert_int_eq(run(&h, "print 1\nshow [1, 2]"), SPOKE_OK);
    ck_assert_uint_eq(h.printed_n, 0);
    host_close(&h);
}
END_TEST

/* ---- depth ---- */

START_TEST(test_recursion) {
    struct host h;
    host_init(&h, 0);
    host_open(&h);
    EXPECT(&h, "fn down(n: int) -> int { 1 + down(n + 1) }\nprint down(0)", SPOKE_LIMIT, "E0408");
    expect_alive(&h);
    EXPECT(&h,
           "fn even(n: int) -> bool { odd(n - 1) }\nfn odd(n: int) -> bool { even(n - 1) }\n"
           "print even(-1)",
           SPOKE_LIMIT, "E0408");
    host_close(&h);
}
END_TEST

enum { LEVELS = 20000 };

/* head, LEVELS times left, middle, LEVELS times right */
static char *nested(const char *head, const char *left, const char *middle, const char *right) {
    size_t n = strlen(head) + strlen(middle) + LEVELS * (strlen(left) + strlen(right)) + 1;
    char *text = malloc(n), *at = text;
    ck_assert_ptr_nonnull(text);
    at += sprintf(at, "%s", head);
    for (int i = 0; i < LEVELS; i++)
        at += sprintf(at, "%s", left);
    at += sprintf(at, "%s", middle);
    for (int i = 0; i < LEVELS; i++)
        at += sprintf(at, "%s", right);
    return text;
}

static const struct {
    const char *head, *left, *middle, *right;
} deep[] = {
    {"print ", "(", "1", ")"},
    {"print ", "[", "1", "]"},
    {"print ", "-", "1", ""},
    {"print ", "not ", "true", ""},
    {"print 1", " + 1", "", ""},
    {"print true", " and true", "", ""},
    {"print 2", " ^ 2", "", ""},
    {"print ", "len(", "[1]", ")"},
    {"print [1]", "[0]", "", ""},
    {"", "if true { ", "print 1", " }"},
    {"", "while true { ", "break", " }"},
    {"", "for x in [1] { ", "print 1", " }"},
    {"if false { print 0 }", " else if false { print 1 }", "", ""},
    {"print ", "match 1 { 1 => ", "1", ", else => 0 }"},
    {"print ", "if true { ", "1", " } else { 0 }"},
    {"print ", "\"{", "1", "}\""},
    {"table t { key k; k int }\nlet q = from t", " | where k > 1", "", ""},
    {"table t { key k; k int; t -> t }\nlet q = from t | derive x = t", ".t", "", ""},
    {"table t { key k; k int }\nlet q = from t | where ", "(", "k > 1", ")"},
    {"table t { key k; k ", "list of ", "int", " }"},
    {"let x: ", "list<", "int", "> = []"},
    {"fn f(x) = ", "f(", "x", ")"},
    {"cohort c = ", "not ", "d", ""},
};

/* Too deep, or another error, or fine: but never the end of the process. */
START_TEST(test_deep_texts) {
    struct host h;
    char *text = nested(deep[_i].head, deep[_i].left, deep[_i].middle, deep[_i].right);
    host_init(&h, 0);
    h.config.budget = 10000000;
    host_open(&h);
    spoke_status status = run(&h, text);
    ck_assert_msg(status == SPOKE_OK || status == SPOKE_FAILED || status == SPOKE_INCOMPLETE,
                  "%s...: status %d", deep[_i].left, (int)status);
    free(text);
    expect_alive(&h);
    host_close(&h);
}
END_TEST

START_TEST(test_nesting) {
    struct host h;
    host_init(&h, 0);
    host_open(&h);
    for (int i = 0; i < 7; i++) {
        char *text = nested(deep[i].head, deep[i].left, deep[i].middle, deep[i].right);
        ck_assert_int_eq(run(&h, text), SPOKE_FAILED);
        ck_assert_str_eq(only_code(&h), "E0109");
        free(text);
    }
    host_close(&h);
}
END_TEST

Suite *limits_suite(void) {
    Suite *suite = suite_create("limits");
    TCase *tcase = tcase_create("limits");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_budget);
    tcase_add_test(tcase, test_budget_of_queries);
    tcase_add_test(tcase, test_max_rows);
    tcase_add_test(tcase, test_deadline);
    tcase_add_test(tcase, test_memory_limit);
    tcase_add_loop_test(tcase, test_one_request_fails, 0, COUNT_OF(scripts));
    tcase_add_loop_test(tcase, test_all_requests_fail, 0, COUNT_OF(scripts));
    tcase_add_test(tcase, test_alive_after_memory);
    tcase_add_test(tcase, test_no_reading);
    tcase_add_test(tcase, test_no_reading_of_stores);
    tcase_add_test(tcase, test_no_writing_of_files);
    tcase_add_test(tcase, test_no_code);
    tcase_add_test(tcase, test_no_writing_of_stores);
    tcase_add_test(tcase, test_dropping);
    tcase_add_test(tcase, test_interrupt);
    tcase_add_test(tcase, test_idle_interrupt);
    tcase_add_test(tcase, test_two_threads);
    tcase_add_test(tcase, test_calls_from_callbacks);
    tcase_add_test(tcase, test_misuse);
    tcase_add_test(tcase, test_without_sink);
    tcase_add_test(tcase, test_recursion);
    tcase_add_loop_test(tcase, test_deep_texts, 0, (int)(sizeof deep / sizeof *deep));
    tcase_add_test(tcase, test_nesting);
    suite_add_tcase(suite, tcase);
    return suite;
}
