/* What a hostile script, rule or record cannot do: hang, crash, take more memory than it was given,
 * read or write what it was not given. One row a way of trying; what other suites hold already is
 * listed in docs/embedding.md.
 *
 * Everything runs without capabilities, in an empty folder that stays empty, with a budget, a
 * deadline and a limit on memory, which a meter watches. */
#include "metered.h"
#include "suites.h"

#include "api/spoke.h"
#include "base/buf.h"
#include "stdlib/modules.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MEMORY = 256 << 20 };

struct host {
    struct alloc alloc;
    struct buf told;
    struct meter meter;
    spoke *sp;
};

static double seconds(void *user) {
    struct timespec now;
    (void)user;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define TEXT(t) (int)(t).n, (t).p

static int on_print(void *user, spoke_text line) {
    buf_printf(&((struct host *)user)->told, "%.*s\n", TEXT(line));
    return 0;
}

static int on_finding(void *user, const spoke_finding *f) {
    buf_printf(&((struct host *)user)->told, "%.*s: %.*s\n", TEXT(f->key), TEXT(f->message));
    return 0;
}

static int on_rule(void *user, const spoke_rule_result *r) {
    buf_printf(&((struct host *)user)->told, "%.*s %d %.*s\n", TEXT(r->rule), (int)r->status,
               TEXT(r->reason));
    return 0;
}

static int on_refused(void *user, uint64_t line, spoke_text reason) {
    buf_printf(&((struct host *)user)->told, "refused %llu: %.*s\n", (unsigned long long)line,
               TEXT(reason));
    return 0;
}

static const spoke_sink sink = {.size = sizeof sink,
                                .on_print = on_print,
                                .on_finding = on_finding,
                                .on_rule = on_rule,
                                .on_refused = on_refused};

static char folder[] = "/tmp/spoke-sandbox-XXXXXX", before[1024];

static void open_host(struct host *h) {
    spoke_config config;
    memset(h, 0, sizeof *h);
    alloc_init(&h->alloc, NULL, NULL, 0);
    buf_init(&h->told, &h->alloc);
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    spoke_config_init(&config);
    config.allocate = metered;
    config.allocate_user = &h->meter;
    config.memory_limit = MEMORY;
    config.budget = 3000000;
    config.clock = seconds;
    config.deadline = 2;
    config.sink = &sink;
    config.sink_user = h;
    config.modules = standard_modules;
    config.has_today = 1;
    config.today = 20000;
    config.threads = 1;
    ck_assert_int_eq(spoke_open(&config, &h->sp), SPOKE_OK);
}

/* Nothing was written, nothing is held, and the interpreter works until then. */
static void close_host(struct host *h) {
    static const char alive[] = "print 20 + 1";
    int n = 0;
    buf_clear(&h->told);
    ck_assert_int_eq(spoke_run(h->sp, "after", alive, strlen(alive)), SPOKE_OK);
    ck_assert_str_eq(h->told.p, "21\n");
    spoke_close(h->sp);
    ck_assert_uint_eq(h->meter.used, 0);
    ck_assert_uint_le(h->meter.peak, MEMORY);
    buf_free(&h->told);
    DIR *d = opendir(".");
    ck_assert_ptr_nonnull(d);
    for (const struct dirent *e; (e = readdir(d)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(d);
    ck_assert_int_eq(n, 0);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

static spoke_status run(struct host *h, const char *text) {
    return spoke_run(h->sp, "hostile.spoke", text, strlen(text));
}

/* ---- scripts ---- */

#define T "table t { key k;  k text;  n int }\nfrom [{k: \"a\", n: 1}, {k: \"b\", n: 2}] | into t\n"
#define SQL(query) T "show sql { " query " } columns (k text)"
#define SERIES                                                                                     \
    "show from t | derive day = if n == 1 { 2025-09-01 } else { 2025-09-02 }"                      \
    " | group by day (value = count()) | chart(to: "
#define NET                                                                                        \
    T "table tie { key f, g;  f -> t;  g -> t }\nfrom [{f: \"a\", g: \"b\"}] | into tie\n"         \
      "network net { members t;  ties tie from f to g }\n"

struct attack {
    const char *text;
    spoke_status status; /* SPOKE_NO_MEMORY: or SPOKE_LIMIT, whichever is met first */
    const char *code;    /* NULL: any */
};

static const struct attack attacks[] = {
    /* without end, in places that a budget could forget */
    {"fn f() -> int { while true { }\n 1 }\n" T "show from t | derive x = f()", SPOKE_LIMIT,
     "E0408"},
    {"print fold(range_list(1, 100000000), 0, fn(a, b) => a + b)", SPOKE_NO_MEMORY, NULL},
    {"fn f(n: int) -> int { 1 + f(n + 1) }\n" T "show from t | derive x = f(n)", SPOKE_LIMIT,
     "E0408"},
    {SQL("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) "
         "SELECT count(*) AS k FROM c"),
     SPOKE_LIMIT, "E0408"},
    {"print regex.matches(\"{repeat(\"a\", 4000)}!\", \"(a+)+$\")", SPOKE_LIMIT, NULL},
    {T "show from t | derive x = regex.matches(\"{repeat(\"a\", 4000)}!\", \"(a|aa)+$\")",
     SPOKE_LIMIT, NULL},
    /* texts and lists of 10 GB */
    {"print len(repeat(\"x\", 10000000000))", SPOKE_NO_MEMORY, NULL},
    {"print len(pad_end(\"x\", 10000000000))", SPOKE_NO_MEMORY, NULL},
    {"print len(list(10000000000, 1))", SPOKE_NO_MEMORY, NULL},
    {"print len(range_list(1, 10000000000))", SPOKE_NO_MEMORY, NULL},
    {"var s = \"xxxxxxxxxxxxxxxx\"\nwhile true { s = s + s }", SPOKE_NO_MEMORY, NULL},
    {"print replace(repeat(\"a\", 100000), \"a\", repeat(\"b\", 100000))", SPOKE_NO_MEMORY, NULL},
    {"print \"{1:2000000000}\"", SPOKE_FAILED, NULL},
    {SQL("SELECT printf('%.*c', 50000000, 'x') AS k"), SPOKE_FAILED, NULL},
    {SQL("SELECT hex(randomblob(900000000)) AS k"), SPOKE_FAILED, NULL},
    {SQL("SELECT zeroblob(2000000000) AS k"), SPOKE_FAILED, NULL},
    /* functions of SQLite that go on for long without asking anybody */
    {SQL("SELECT printf('%.*c', 1000000000, 'x') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT format('%.2000000000c', 'x') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT randomblob(1000000000) AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT replace(hex(zeroblob(9000000)), '0', hex(zeroblob(9000000))) AS k"), SPOKE_FAILED,
     "E0520"},
    {SQL("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) "
         "SELECT group_concat(hex(zeroblob(9999))) AS k FROM c"),
     SPOKE_NO_MEMORY, NULL},
    {SQL("SELECT hex(zeroblob(9000000)) LIKE '%' || hex(zeroblob(20000)) || '1%' AS k"),
     SPOKE_FAILED, "E0520"},
    {SQL("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) AS k "
         "FROM c WHERE instr(hex(zeroblob(4000000 + i)), hex(zeroblob(2000000)) || '1')"),
     SPOKE_LIMIT, "E0408"},
    /* SQL that does more than read */
    {SQL("ATTACH 'x.db' AS y"), SPOKE_FAILED, "E0520"},
    {SQL("DETACH temp"), SPOKE_FAILED, "E0520"},
    {SQL("VACUUM INTO 'x.db'"), SPOKE_FAILED, "E0520"},
    {SQL("PRAGMA journal_mode = DELETE"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT file AS k FROM pragma_database_list"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT load_extension('./x.so') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT Load_Extension('./x.so') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT fts3_tokenizer('simple') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT sqlite_log(1, 'x') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT readfile('/etc/passwd') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT writefile('x', 'y') AS k"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT sql AS k FROM sqlite_master"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT k FROM \"spoke$t\""), SPOKE_FAILED, "E0520"},
    {SQL("INSERT INTO t VALUES ('c', 3)"), SPOKE_FAILED, "E0520"},
    {SQL("DELETE FROM t"), SPOKE_FAILED, "E0520"},
    {SQL("DROP TABLE t"), SPOKE_FAILED, "E0520"},
    {SQL("CREATE TEMP TABLE x (k)"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT 'x' AS k; DELETE FROM t"), SPOKE_FAILED, "E0520"},
    {SQL("SELECT ? AS k"), SPOKE_FAILED, "E0520"},
    /* files and what surrounds the process */
    {T "import t from \"/etc/passwd\"", SPOKE_DENIED, "E0410"},
    {T "import t from \"/dev/zero\"", SPOKE_DENIED, "E0410"},
    {"use \"/etc/passwd\" as p", SPOKE_FAILED, NULL},
    {"use \"../x.spoke\" as p", SPOKE_FAILED, NULL},
    {"store \"x.db\"\n" T, SPOKE_DENIED, "E0410"},
    {"store \"file:x.db?mode=rwc\"\n" T, SPOKE_DENIED, "E0410"},
    {T SERIES "\"x.svg\")", SPOKE_DENIED, "E0410"},
    {T SERIES "\"x.png\")", SPOKE_DENIED, "E0410"},
    {T SERIES "\"x.pdf\")", SPOKE_DENIED, "E0410"},
    {NET "show draw(net, to: \"x.svg\")", SPOKE_DENIED, "E0410"},
    {NET "to_graphml(net, \"x.graphml\")", SPOKE_DENIED, "E0410"},
    {"foreign \"libc.so.6\" { fn abs(x: i32) -> i32 }\nprint abs(-1)", SPOKE_DENIED, "E0410"},
    {"print env(\"HOME\")", SPOKE_FAILED, NULL},
    {"print getenv(\"HOME\"), system(\"true\")", SPOKE_FAILED, NULL},
};

START_TEST(a_script_is_stopped) {
    const struct attack *a = &attacks[_i];
    struct host h;
    spoke_diag d;
    open_host(&h);
    double start = seconds(NULL);
    spoke_status s = run(&h, a->text);
    double allowed = getenv("SANITIZED") ? 60 : 8;
    bool fits =
        s == a->status || (a->status == SPOKE_NO_MEMORY && (s == SPOKE_LIMIT || s == SPOKE_FAILED));
    ck_assert_int_eq(spoke_diag_at(h.sp, 0, &d), SPOKE_OK);
    ck_assert_msg(fits, "%s\nstatus %d: %.*s", a->text, (int)s, TEXT(d.message));
    if (a->code)
        ck_assert_msg(d.code.n == 5 && memcmp(d.code.p, a->code, 5) == 0, "%s\n%.*s: %.*s", a->text,
                      TEXT(d.code), TEXT(d.message));
    ck_assert_double_le(seconds(NULL) - start, allowed);
    close_host(&h);
}
END_TEST

/* SQL sees the day of the run instead of the clock, and numbers that begin with the seed; twice. */
START_TEST(a_query_knows_no_clock_and_no_chance) {
    static const char text[] =
        "show sql { SELECT date('now') AS a, 'x' || datetime('NO' || 'W') AS b, CURRENT_TIMESTAMP "
        "AS c, strftime('%s', 'now') AS d } columns (a text, b text, c text, d text) | select a, "
        "b, "
        "c, d\n"
        "let drawn = sql { SELECT random() AS n, hex(randomblob(4)) AS h } columns (n int, h "
        "text)\n"
        "let again = sql { SELECT random() AS n, hex(randomblob(4)) AS h } columns (n int, h "
        "text)\n"
        "for r in drawn { for s in again { print r.n == s.n and r.h == s.h } }\n"
        "for r in sql { SELECT date('now') || ' ' || CURRENT_TIME || unixepoch() AS a } columns (a "
        "text) { print r.a }\n";
    struct host h;
    open_host(&h);
    spoke_status s = run(&h, text);
    spoke_diag d;
    if (s != SPOKE_OK && spoke_diag_at(h.sp, 0, &d) == SPOKE_OK)
        ck_abort_msg("%.*s", TEXT(d.message));
    ck_assert_str_eq(h.told.p, "true\n2024-10-04 00:00:001728000000\n");
    close_host(&h);
}
END_TEST

/* ---- rules ---- */

#define FIRST "table t { key k;  k text;  n int }\n"

/* A rule that does not end takes its own run with it, and no more. */
START_TEST(a_rule_is_stopped) {
    static const char *const rules[] = {
        "fn f(n: int) -> bool { while true { }\n true }\nrule r { for t;  expect f(n) }",
        "fn f(n: int) -> int { 1 + f(n) }\nrule r { for t;  expect f(n) > 1 }",
        "rule r { for t;  expect len(repeat(k, 10000000000)) > 1 }",
        "rule r { for t;  expect true;  expect n > 9, \"{repeat(k, 10000000000)}\" }",
        "rule r { for t;  expect regex.matches(\"{repeat(k, 4000)}!\", \"(a+)+$\") }"};
    static const char record[] = "{\"k\": \"a\", \"n\": 1}\n";
    struct host h;
    spoke_records *r;
    open_host(&h);
    ck_assert_int_eq(run(&h, T), SPOKE_OK);
    ck_assert_int_eq(run(&h, rules[_i]), SPOKE_OK);
    spoke_status s = spoke_check(h.sp, NULL, NULL);
    ck_assert_msg(s == SPOKE_LIMIT || s == SPOKE_NO_MEMORY || s == SPOKE_FAILED, "%d", (int)s);
    ck_assert_int_eq(spoke_records_open(h.sp, NULL, &r), SPOKE_OK);
    ck_assert_int_eq(spoke_records_feed(r, record, strlen(record)), SPOKE_OK);
    s = spoke_records_close(r, NULL);
    ck_assert_msg(s == SPOKE_LIMIT || s == SPOKE_NO_MEMORY || s == SPOKE_FAILED, "%d", (int)s);
    close_host(&h);
}
END_TEST

/* Data is data: in keys, values and parameters, in SQL, messages and formats. */
START_TEST(data_is_never_a_program) {
    static const char text[] =
        "param who: text = \"y\"\n" FIRST
        "from [{k: \"'; DROP TABLE t; --\", n: 1}, {k: \"\\\") OR 1=1 --\", n: 2},\n"
        "  {k: \"%n%s%999999d\", n: 3}, {k: \"\\{n} $(x)\", n: 4}] | into t\n"
        "rule r { for t;  expect n > 9, \"%n %s {k} \\{n}\" }\n"
        "print count(from t | where k == who), count(from t | where k like who)\n"
        "print count(from t | where k == \"'; DROP TABLE t; --\"), count(from t)\n";
    struct host h;
    open_host(&h);
    ck_assert_int_eq(spoke_param(h.sp, "who", "' OR '1'='1"), SPOKE_OK);
    spoke_status s = run(&h, text);
    spoke_diag d;
    if (s != SPOKE_OK && spoke_diag_at(h.sp, 0, &d) == SPOKE_OK)
        ck_abort_msg("%.*s", TEXT(d.message));
    ck_assert_str_eq(h.told.p, "0 0\n1 4\n");
    buf_clear(&h.told);
    ck_assert_int_eq(spoke_check(h.sp, NULL, NULL), SPOKE_FINDINGS);
    ck_assert_ptr_nonnull(strstr(h.told.p, "k=\") OR 1=1 --: %n %s \") OR 1=1 -- {n}\n"));
    ck_assert_ptr_nonnull(strstr(h.told.p, "k=%n%s%999999d: %n %s %n%s%999999d {n}\n"));
    ck_assert_ptr_nonnull(strstr(h.told.p, "k={n} $(x): %n %s {n} $(x) {n}\n"));
    close_host(&h);
}
END_TEST

/* ---- records ---- */

#define STUDENTS                                                                                   \
    "table school { key school;  school text;  size int null }\n"                                  \
    "table student { key student;  student text;  grade float null;  school -> school null\n"      \
    "  buddy -> student null }\n"                                                                  \
    "table visit { key student, day;  student -> student;  day date;  host -> school null }\n"     \
    "rule r { for student;  expect count(visit where host.size > 0) < 1 missing passes\n"          \
    "  expect buddy.grade < 1 missing passes;  expect grade < 1 missing passes }\n"

struct bomb {
    const char *head, *unit; /* the unit `times` times, with its number where it has %d */
    int times;
    const char *tail, *told; /* what it begins with */
};
static const struct bomb bombs[] = {
    {"{\"student\":\"N\",\"x\":", "[", 1000000, "", "refused 1: "},
    {"{\"student\":\"N\",\"x\":", "{\"a\":", 1000000, "", "refused 1: "},
    {"{\"student\":\"N\",\"grade\":null,\"visit\":[],\"buddy\":", "{\"buddy\":", 1000000, "",
     "refused 1: objects are nested more than 256 deep"},
    {"[", "[", 1000000, "", "refused 1: "},
    {"{\"student\":\"", "xxxxxxxxxxxxxxxx", 1100000, "\"}", "refused 1: a record is longer than"},
    {"[{\"student\":\"", "xxxxxxxxxxxxxxxx", 2200000, "\"}]", "refused 1: a record is longer than"},
    {"{\"student\":\"N\",\"grade\":0", ",\"k%d\":1", 300000, "}", "r 4 it reads"},
    {"{\"student\":\"N\",\"grade\":0", ",\"grade\":0", 300000, "}", "refused 1: `grade` stands"},
    {"{\"student\":\"N\xff\xc0\x80\",\"grade\":0", "", 0, "}", "refused 1: it is not valid UTF-8"},
    {"{\"student\":\"\xed\xa0\x80\",\"grade\":0", "", 0, "}", "refused 1: it is not valid UTF-8"},
    {"{\"student\":\"\\ud800\",\"grade\":0", "", 0, "}", "refused 1: "},
    {"{\"student\":\"N\",\"grade\":1e400", "", 0, "}", "refused 1: `grade`"},
    {"{\"student\":\"N\",\"grade\":-1e999999999999999999999", "", 0, "}", "refused 1: `grade`"},
    {"{\"student\":\"N\",\"grade\":1", "0000000000", 100000, "}", "refused 1: `grade`"},
    {"{\"student\":\"N\",\"grade\":0.", "0000000000", 100000, "1}", "r 4 it reads"},
    /* rows that all are one: no work for each pair of them */
    {"{\"student\":\"N\",\"grade\":0,\"buddy\":null,\"visit\":[{\"day\":\"2024-01-01\",\"host\":"
     "null}",
     ",{\"day\":\"2024-01-01\",\"host\":{\"school\":\"S\",\"size\":1}}", 200000, "]}", "r 0 "},
    {"{\"student\":\"N\",\"grade\":0,\"buddy\":null,\"visit\":[{\"day\":\"2024-01-01\",\"host\":"
     "null}",
     ",{\"host\":{\"school\":\"S%d\",\"size\":0}}", 200000, "]}", "r 0 "},
};

static void put_bomb(struct buf *out, const struct bomb *b) {
    buf_text(out, b->head);
    for (int i = 0; i < b->times; i++) {
        const char *number = strstr(b->unit, "%d");
        if (!number) {
            buf_text(out, b->unit);
            continue;
        }
        buf_put(out, b->unit, (size_t)(number - b->unit));
        buf_printf(out, "%d%s", i, number + 2);
    }
    buf_text(out, b->tail);
    ck_assert(!out->failed);
}

/* Behind what is no list any more, and in a line that is too long, bytes may come without end. */
START_TEST(what_is_refused_is_not_kept) {
    static const char *const heads[] = {"[{\"student\":\"N\"} ", "{\"student\":\""};
    char piece[65536];
    struct host h;
    spoke_records *r;
    memset(piece, 'x', sizeof piece);
    open_host(&h);
    ck_assert_int_eq(run(&h, STUDENTS), SPOKE_OK);
    ck_assert_int_eq(spoke_records_open(h.sp, NULL, &r), SPOKE_OK);
    ck_assert_int_eq(spoke_records_feed(r, heads[_i], strlen(heads[_i])), SPOKE_OK);
    for (int i = 0; i < 3000; i++)
        ck_assert_int_eq(spoke_records_feed(r, piece, sizeof piece), SPOKE_OK);
    spoke_records_close(r, NULL);
    ck_assert_uint_lt(spoke_memory_peak(h.sp), 80 << 20);
    close_host(&h);
}
END_TEST

START_TEST(a_record_is_refused) {
    const struct bomb *b = &bombs[_i];
    struct host h;
    struct buf text;
    spoke_records *r;
    double allowed = getenv("SANITIZED") ? 30 : 3;
    open_host(&h);
    buf_init(&text, &h.alloc);
    put_bomb(&text, b);
    ck_assert_int_eq(run(&h, STUDENTS), SPOKE_OK);
    ck_assert_int_eq(spoke_records_open(h.sp, NULL, &r), SPOKE_OK);
    double start = seconds(NULL);
    for (size_t at = 0; at < text.n; at += 65536)
        ck_assert_int_eq(
            spoke_records_feed(r, text.p + at, text.n - at < 65536 ? text.n - at : 65536),
            SPOKE_OK);
    spoke_records_close(r, NULL);
    double took = seconds(NULL) - start;
    buf_free(&text);
    ck_assert_msg(strncmp(h.told.p, b->told, strlen(b->told)) == 0, "%.60s...: %.300s", b->head,
                  h.told.p);
    ck_assert_msg(took <= allowed, "%.60s...: %g seconds", b->head, took);
    close_host(&h);
}
END_TEST

Suite *sandbox_suite(void) {
    Suite *s = suite_create("sandbox");
    TCase *c = tcase_create("sandbox");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, a_script_is_stopped, 0, COUNT_OF(attacks));
    tcase_add_loop_test(c, a_rule_is_stopped, 0, 5);
    tcase_add_test(c, data_is_never_a_program);
    tcase_add_test(c, a_query_knows_no_clock_and_no_chance);
    tcase_add_loop_test(c, a_record_is_refused, 0, COUNT_OF(bombs));
    tcase_add_loop_test(c, what_is_refused_is_not_kept, 0, 2);
    suite_add_tcase(s, c);
    return s;
}
