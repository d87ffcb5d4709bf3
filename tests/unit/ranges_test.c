/* Groupings over column segments by several threads, and results that are kept: the same bits for
 * any number of threads and, in counts and whole sums, what plain C adds up; memory refused,
 * interrupts and limits in the middle; and nothing kept outlives a change of the store.
 *
 * One store of 600,000 facts, which is three ranges, is made for all tests. */
#include "recorder.h"
#include "suites.h"

#include "api/interp.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PEOPLE = 3000, DAYS = 200, TEAMS = 4 };

static char folder[64], store[80];

static const char tables[] =
    "table person { key id; id int; team text null }\n"
    "table visit { key person, day; person -> person; day date; kind text one of \"A\", \"B\", "
    "\"C\"; minutes int null; score float null; stored columns }\n";

/* What the questions are about, added up while the files are written. */
static int64_t visits_of[TEAMS], minutes_of[TEAMS], as_of_team[TEAMS];
static int64_t kinds_of[PEOPLE + 1][3];
static int first_minutes; /* of person 1 on the first day */

static FILE *create(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    return f;
}

static void write_visit(FILE *f, int person, int day, uint32_t random) {
    int team = person % TEAMS, minutes = (int)(random % 240);
    char kind = (char)('A' + random / 240 % 3);
    visits_of[team]++;
    as_of_team[team] += kind == 'A';
    kinds_of[person][kind - 'A']++;
    fprintf(f, "%d,%04d-%02d-%02d,%c,", person, 2024 + day / 168, day / 14 % 12 + 1, day % 14 + 1,
            kind);
    if (random % 11 > 0) {
        minutes_of[team] += minutes;
        first_minutes = person == 1 && day == 0 ? minutes : first_minutes;
        fprintf(f, "%d", minutes);
    }
    if (random % 13 > 0) /* sums of these round */
        fprintf(f, ",%.17g\n", (double)(random % 100003) / 7 * (random % 5 ? 1 : 1e9));
    else
        fprintf(f, ",\n");
}

static void write_files(void) {
    FILE *f = create("person.csv");
    fprintf(f, "id,team\n");
    for (int i = 1; i <= PEOPLE; i++)
        fprintf(f, "%d,%s%d\n", i, i % TEAMS ? "team " : "", i % TEAMS);
    fclose(f);
    f = create("visit.csv");
    fprintf(f, "person,day,kind,minutes,score\n");
    uint32_t random = 1;
    for (int person = 1; person <= PEOPLE; person++)
        for (int day = 0; day < DAYS; day++) {
            random = random * 1664525 + 1013904223;
            write_visit(f, person, day, random >> 8);
        }
    fclose(f);
    f = create("change.csv");
    fprintf(f, "person,day,kind,minutes,score\n1,2024-01-01,A,100000,\n");
    fclose(f);
    f = create("bad.csv");
    fprintf(f, "person,day,kind,minutes,score\n1,2024-01-01,A,200000,\n1,2024-01-02,A,no,\n");
    fclose(f);
}

static struct recorder r;

static void open_with(uint32_t threads) {
    recorder_init(&r, SPOKE_CAN_ALL);
    r.config.threads = threads;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(r.sp, store, SPOKE_STORE_WRITE), SPOKE_OK);
}

static void close_it(void) {
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

static spoke_status run(const char *text) {
    buf_clear(&r.text);
    spoke_status status = spoke_run(r.sp, "test.spoke", text, strlen(text));
    record_diagnostics(&r);
    return status;
}

static char *answer(const char *text) {
    ck_assert_msg(run(text) == SPOKE_OK, "%s", r.text.p);
    char *copy = malloc(r.text.n + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, r.text.p, r.text.n);
    copy[r.text.n] = '\0';
    return copy;
}

static void expect(const char *text, const char *wanted) {
    char *said = answer(text);
    ck_assert_msg(strstr(said, wanted), "no\n%s\nin\n%s", wanted, said);
    free(said);
}

static void make_store(void) {
    char script[512];
    snprintf(folder, sizeof folder, "/tmp/spoke-ranges-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/store.db", folder);
    write_files();
    open_with(1);
    snprintf(script, sizeof script,
             "%simport person from \"%s/person.csv\"\nimport visit from \"%s/visit.csv\"\n", tables,
             folder, folder);
    expect(script, "600,000 rows stored");
    close_it();
}

/* Tests that write have a store of their own. */
static void use_copy(void) {
    char command[256];
    snprintf(command, sizeof command, "cp '%s' '%.50s/copy.db'", store, folder);
    ck_assert_int_eq(system(command), 0);
    snprintf(store, sizeof store, "%.50s/copy.db", folder);
}

static void use_original(void) {
    char command[256];
    snprintf(command, sizeof command, "rm -f '%s'*", store);
    ck_assert_int_eq(system(command), 0);
    snprintf(store, sizeof store, "%.50s/store.db", folder);
}

static void remove_store(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

/* ---- the same for any number of threads ---- */

/* Exact ones and sums of floats; texts, references and computed keys; a test and a filter. */
static const char *const questions[] = {
    "show from visit | group by person.team (n = count(), m = sum(minutes), a = count(where kind "
    "== "
    "\"A\"))",
    "show from visit | group by person.team (mean(score), s = sum(score), least = min(score))",
    "show from visit | group by person (n = count(), mean(score), top = max(kind))",
    "show from visit | where score > 5000 | group by kind, month(day) (n = count(), s = "
    "sum(score), median(score))",
    "show from visit | where day >= 2024-06-01 | group by month(day), person.team (a = any(minutes "
    "> 200), b = all(minutes >= 0), m = mean(minutes))",
    "show from visit | group by minutes (n = count())",
    "show from visit | group by score (n = count()) | group (groups = count(), n = sum(n))",
    "show from visit | where minutes > 238 | group (n = count(), s = sum(score))",
    "show from visit | where minutes > 1000 | group by kind (n = count(), s = sum(score))",
    "show from visit | group by person (n = count(), m = sum(minutes)) | where m > 20000 | group "
    "by "
    "n (people = count())",
    "show from visit | derive long = minutes > 120 | group by long, kind (count())",
    "show from visit | group by kind (d = count(distinct person), s = sd(score), f = first(score))",
    /* groups of groups: people lie across the ends of ranges */
    "show from visit | group by person, month(day) (n = count(), m = sum(minutes)) | where 2 * n > "
    "n + 10 | group by n (people = count(), m = sum(m))",
    "show from visit | group by month(day), person (s = sum(score), f = first(score), d = "
    "count(distinct kind)) | group by d (n = count(), s = sum(s), f = sum(f))",
    "show from visit | group by person, kind (n = count(), v = sd(score)) | where not (n < 50) | "
    "group by person.team, kind (n = sum(n), v = mean(v), q = median(v))",
    "show from visit | group by kind, day (n = count()) | group by kind (days = count(), n = "
    "sum(n))",
};

START_TEST(answers_do_not_depend_on_threads) {
    const char *question = questions[_i];
    open_with(1);
    char *alone = answer(question);
    close_it();
    static const uint32_t threads[] = {2, 3, 7};
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        open_with(threads[i]);
        char *together = answer(question);
        ck_assert_str_eq(together, alone);
        free(together);
        close_it();
    }
    free(alone);
}
END_TEST

START_TEST(counts_and_whole_sums_are_right) {
    char wanted[256] = "";
    size_t n = 0;
    for (int team = 0; team < TEAMS; team++) {
        int64_t figures[] = {visits_of[team], minutes_of[team], as_of_team[team]};
        n += (size_t)snprintf(wanted + n, sizeof wanted - n, "%s%d", team ? "team " : "", team);
        for (int i = 0; i < 3; i++)
            n += (size_t)snprintf(wanted + n, sizeof wanted - n, ",%lld", (long long)figures[i]);
        n += (size_t)snprintf(wanted + n, sizeof wanted - n, "\n");
    }
    open_with(3);
    char *said = answer(questions[0]);
    char *line = said; /* the rows end as those of CSV files do */
    for (char *p = said; *p; p++)
        if (*p != '\r')
            *line++ = *p;
    *line = '\0';
    ck_assert_msg(strstr(said, wanted), "no\n%s\nin\n%s", wanted, said);
    free(said);
    close_it();
}
END_TEST

/* How many people have at least so many visits of a kind. */
START_TEST(groups_of_groups_are_right) {
    char wanted[64];
    open_with((uint32_t)_i);
    for (int least = 50; least < 90; least += 13) {
        char question[256];
        snprintf(question, sizeof question,
                 "show from visit | group by person, kind (n = count()) | where n >= %d | group by "
                 "kind (people = count(), visits = sum(n))",
                 least);
        char *said = answer(question);
        for (int kind = 0; kind < 3; kind++) {
            int64_t people = 0, visits = 0;
            for (int person = 1; person <= PEOPLE; person++) {
                bool enough = kinds_of[person][kind] >= least;
                people += enough;
                visits += enough ? kinds_of[person][kind] : 0;
            }
            snprintf(wanted, sizeof wanted, "%c,%lld,%lld", 'A' + kind, (long long)people,
                     (long long)visits);
            ck_assert_msg(people == 0 || strstr(said, wanted), "no\n%s\nin\n%s", wanted, said);
        }
        free(said);
    }
    close_it();
}
END_TEST

/* Values of the leading key that fill whole ranges, and some that are alone in one. */
START_TEST(one_value_over_several_ranges) {
    static const int rows[] = {5, 700000, 3, 1, 200000};
    char script[512], wanted[64];
    FILE *f = create("tick.csv");
    fprintf(f, "team,at,odd\n");
    for (int team = 0; team < (int)COUNT_OF(rows); team++)
        for (int at = 0; at < rows[team]; at++)
            fprintf(f, "%d,%d,%d\n", team, at, at % 3 == 1);
    fclose(f);
    use_copy();
    open_with((uint32_t)_i);
    snprintf(script, sizeof script,
             "table tick { key team, at; team int; at int; odd int; stored columns }\n"
             "import tick from \"%s/tick.csv\"\n",
             folder);
    expect(script, "900,009 rows stored");
    char *said =
        answer("show from tick | group by team, odd (n = count()) | group by team (parts = "
               "count(), rows = sum(n))");
    for (int team = 0; team < (int)COUNT_OF(rows); team++) {
        snprintf(wanted, sizeof wanted, "\n%d,%d,%d", team, rows[team] > 1 ? 2 : 1, rows[team]);
        ck_assert_msg(strstr(said, wanted), "no\n%s\nin\n%s", wanted, said);
    }
    free(said);
    close_it();
    use_original();
}
END_TEST

/* Judged by columns where that goes, and told by the VM where a number does not fit. */
START_TEST(failures_are_told_as_without_threads) {
    static const char question[] =
        "show from visit | group by person, kind (n = count()) | where n * 9000000000000000000 > 5 "
        "| group by kind (people = count())";
    open_with(1);
    ck_assert_int_eq(run(question), SPOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(r.text.p, "E0401"));
    char *alone = strdup(r.text.p);
    close_it();
    open_with(3);
    ck_assert_int_eq(run(question), SPOKE_FAILED);
    ck_assert_str_eq(r.text.p, alone);
    free(alone);
    /* Never asked of a row for which it does not fit. */
    expect("show from visit | group by person, kind (n = count()) | where n < 1 and n * "
           "9000000000000000000 > 5 | group (people = count())",
           "people\n0");
    close_it();
}
END_TEST

/* ---- what may stop them ---- */

START_TEST(memory_may_be_refused) {
    const char *question = questions[_i];
    open_with(3);
    char *whole = answer(question);
    uint64_t calls = r.meter.calls;
    close_it();
    for (uint64_t fail = 1; fail < calls + 40; fail += calls / 40 + 1) {
        open_with(3);
        r.meter.fail_from = r.meter.calls + fail;
        r.meter.fail_count = fail % 2 ? 1 : UINT64_MAX;
        spoke_status status = run(question);
        r.meter.fail_from = 0;
        ck_assert_msg(status == SPOKE_OK || status == SPOKE_NO_MEMORY, "%d: %s", status, r.text.p);
        if (status == SPOKE_OK && !r.lost)
            ck_assert_str_eq(r.text.p, whole);
        char *again = answer(question);
        ck_assert_str_eq(again, whole);
        free(again);
        close_it();
    }
    free(whole);
}
END_TEST

static uint64_t ticks, stop_at;

/* Asked whenever the control is: a place to interrupt from. */
static double interrupting_clock(void *user) {
    struct recorder *recorder = user;
    if (++ticks == stop_at)
        spoke_interrupt(recorder->sp);
    return 0;
}

START_TEST(interrupts_stop_all) {
    recorder_init(&r, SPOKE_CAN_ALL);
    r.config.threads = (uint32_t)_i;
    r.config.clock = interrupting_clock;
    r.config.clock_user = &r;
    r.config.deadline = 1;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(r.sp, store, SPOKE_STORE_WRITE), SPOKE_OK);
    for (uint64_t at = 5; at < 100; at += 31) {
        ticks = 0;
        stop_at = at;
        spoke_status status = run(questions[1]);
        /* The main thread may have found nothing left to do, and so was not asked as often, or
         * not again. */
        ck_assert(status == SPOKE_INTERRUPTED || (status == SPOKE_OK && ticks <= at));
        ck_assert(status == SPOKE_INTERRUPTED || _i > 1);
        rollups_free(&r.sp->rollups);
    }
    stop_at = 0;
    free(answer(questions[1]));
    close_it();
}
END_TEST

START_TEST(budgets_are_kept) {
    recorder_init(&r, SPOKE_CAN_ALL);
    r.config.threads = (uint32_t)_i;
    r.config.budget = 300000;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(r.sp, store, SPOKE_STORE_WRITE), SPOKE_OK);
    ck_assert_int_eq(run(questions[0]), SPOKE_LIMIT);
    close_it();
}
END_TEST

/* The message comes from reading again without readers, so it is the same one. */
START_TEST(damage_is_told_as_without_threads) {
    use_copy();
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(store, &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db,
                     "UPDATE \"spoke$visit$segments\" SET data = zeroblob(length(data)) WHERE "
                     "\"column\" = 'kind' AND place = (SELECT max(place) FROM "
                     "\"spoke$visit$segments\")",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    open_with(1);
    ck_assert_int_eq(run(questions[0]), SPOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(r.text.p, "E0509"));
    char *alone = strdup(r.text.p);
    close_it();
    open_with(3);
    ck_assert_int_eq(run(questions[0]), SPOKE_FAILED);
    ck_assert_str_eq(r.text.p, alone);
    close_it();
    free(alone);
    use_original();
}
END_TEST

/* ---- kept results ---- */

static const char by_team[] = "show from visit | group by person.team (n = count())";
static const char all_minutes[] = "show from visit | group (m = sum(minutes))";

START_TEST(repeated_questions_are_not_worked_out_again) {
    open_with(2);
    char *first = answer(by_team);
    ck_assert_uint_eq(r.sp->rollups.found, 0);
    char *second = answer(by_team);
    ck_assert_uint_eq(r.sp->rollups.found, 1);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
    close_it();
}
END_TEST

/* Like a question but for one constant, one variable, one key: none is taken for another. */
START_TEST(other_questions_are_others) {
    open_with(2);
    static const char *const others[] = {
        "show from visit | where minutes > 238 | group (n = count())",
        "show from visit | where minutes > 237 | group (n = count())",
        "show from visit | where minutes >= 237 | group (n = count())",
        "show from visit | where score > 238 | group (n = count())",
        "show from visit | group (n = count(where minutes > 238))",
        "show from visit | group (n = sum(minutes))",
        "show from visit | group (n = max(minutes))",
    };
    char *said[COUNT_OF(others)];
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        said[i] = answer(others[i]);
        for (size_t k = 0; k < i; k++) /* 4 counts what 0 counts */
            ck_assert_msg((strcmp(said[i], said[k]) == 0) == (i == 4 && k == 0), "%zu %zu %s", i, k,
                          said[i]);
    }
    ck_assert_uint_eq(r.sp->rollups.found, 0);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        free(said[i]);
    char *loop = answer("for t in [230, 231] { show from visit | where minutes > t | group (n = "
                        "count()) }");
    ck_assert_uint_eq(r.sp->rollups.found, 0);
    free(loop);
    close_it();
}
END_TEST

START_TEST(another_program_changes_one_row) {
    use_copy();
    open_with(2);
    free(answer(by_team));
    char *before = answer(by_team);
    ck_assert_uint_eq(r.sp->rollups.found, 1);
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(store, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "UPDATE \"spoke$person\" SET team = 'other' WHERE id = 7",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    expect(by_team, "other,200");
    ck_assert_uint_eq(r.sp->rollups.found, 1);
    ck_assert_int_eq(sqlite3_exec(db, "UPDATE \"spoke$person\" SET team = 'team 3' WHERE id = 7",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    char *after = answer(by_team);
    ck_assert_uint_eq(r.sp->rollups.found, 1);
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    close_it();
    use_original();
}
END_TEST

static int64_t minutes_told(const char *said) {
    const char *line = strstr(said, "\nm\n");
    line = line ? line : strstr(said, "m\r\n");
    ck_assert_msg(line, "%s", said);
    line = strpbrk(line, "0123456789");
    return line ? strtoll(line, NULL, 10) : -1;
}

static int64_t ask_minutes(void) {
    char *said = answer(all_minutes);
    int64_t minutes = minutes_told(said);
    free(said);
    return minutes;
}

/* Of one fact, by another interpreter; then an import that fails half-way leaves all as it was. */
START_TEST(another_interpreter_changes_one_fact) {
    char script[256];
    int64_t sum = 0;
    for (int team = 0; team < TEAMS; team++)
        sum += minutes_of[team];
    use_copy();
    open_with(2);
    ck_assert_int_eq(ask_minutes(), sum);
    ck_assert_int_eq(ask_minutes(), sum);
    ck_assert_uint_eq(r.sp->rollups.found, 1);

    struct recorder mine = r;
    open_with(1);
    snprintf(script, sizeof script, "import visit from \"%s/change.csv\"", folder);
    expect(script, "1 row stored");
    close_it();
    r = mine;
    r.config.sink_user = &r;

    ck_assert_int_eq(ask_minutes(), sum - first_minutes + 100000);
    ck_assert_uint_eq(r.sp->rollups.found, 1);
    snprintf(script, sizeof script, "import visit from \"%s/bad.csv\" strict", folder);
    ck_assert_int_eq(run(script), SPOKE_FAILED);
    ck_assert_int_eq(ask_minutes(), sum - first_minutes + 100000);
    close_it();
    use_original();
}
END_TEST

START_TEST(kept_results_are_bounded) {
    char question[128];
    recorder_init(&r, SPOKE_CAN_ALL);
    r.config.memory_limit = 32 << 20;
    r.config.threads = 2;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(r.sp, store, SPOKE_STORE_WRITE), SPOKE_OK);
    size_t most = 0;
    for (int i = 0; i < 80; i++) {
        snprintf(question, sizeof question,
                 "show from visit | where minutes > %d | group by person (n = count()) | where n > "
                 "1000",
                 i);
        free(answer(question));
        most = r.sp->rollups.used > most ? r.sp->rollups.used : most;
        ck_assert_uint_le(r.sp->rollups.used, r.config.memory_limit / 8);
    }
    ck_assert_uint_gt(most, r.config.memory_limit / 16); /* so some had to go */
    ck_assert_uint_eq(r.sp->rollups.found, 0);
    free(answer(question));
    ck_assert_uint_eq(r.sp->rollups.found, 1);
    close_it();
}
END_TEST

Suite *ranges_suite(void) {
    Suite *s = suite_create("ranges");
    TCase *t = tcase_create("ranges");
    tcase_add_unchecked_fixture(t, make_store, remove_store);
    tcase_add_loop_test(t, answers_do_not_depend_on_threads, 0, (int)COUNT_OF(questions));
    tcase_add_test(t, counts_and_whole_sums_are_right);
    tcase_add_loop_test(t, groups_of_groups_are_right, 1, 4);
    tcase_add_loop_test(t, one_value_over_several_ranges, 1, 4);
    tcase_add_test(t, failures_are_told_as_without_threads);
    tcase_add_loop_test(t, memory_may_be_refused, 0, 2);
    tcase_add_loop_test(t, memory_may_be_refused, 12, 13);
    tcase_add_loop_test(t, interrupts_stop_all, 1, 4);
    tcase_add_loop_test(t, budgets_are_kept, 1, 4);
    tcase_add_test(t, damage_is_told_as_without_threads);
    tcase_add_test(t, repeated_questions_are_not_worked_out_again);
    tcase_add_test(t, other_questions_are_others);
    tcase_add_test(t, another_program_changes_one_row);
    tcase_add_test(t, another_interpreter_changes_one_fact);
    tcase_add_test(t, kept_results_are_bounded);
    tcase_set_timeout(t, 300);
    suite_add_tcase(s, t);
    return s;
}
