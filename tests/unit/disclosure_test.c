/* Answers about a protected table, attacked: people are made up at random, questions and groupings
 * are asked through the library as a host does, and whoever sees an answer adds up what it shows.
 * What is true is counted here, from the people. */
#include "attack.h"
#include "recorder.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { UNDER = 7, MOST_PEOPLE = 240, MOST_A = 4, MOST_B = 3, MOST_MONTHS = 3, MOST_ROWS = 64 };

struct person {
    uint32_t a, b, month;
    bool yes;
};

static struct recorder r;
static struct person people[MOST_PEOPLE];
static uint32_t npeople;
static uint64_t state;
static char path[64];

static uint32_t pick(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

/* Some kinds of people are rare. */
static uint32_t rarely(uint32_t below) {
    uint32_t x = pick(below), y = pick(below), z = pick(below);
    return x < y ? (x < z ? x : z) : (y < z ? y : z);
}

static void make_people(void) {
    uint32_t na = 2 + pick(MOST_A - 1), nb = 1 + pick(MOST_B), nmonths = 1 + pick(MOST_MONTHS);
    npeople = 40 + pick(MOST_PEOPLE - 40);
    for (uint32_t i = 0; i < npeople; i++)
        people[i] = (struct person){rarely(na), rarely(nb), pick(nmonths), pick(10) < 3};
    int file = mkstemp(strcpy(path, "/tmp/spoke-people-XXXXXX"));
    ck_assert_int_ge(file, 0);
    FILE *out = fdopen(file, "w");
    ck_assert_ptr_nonnull(out);
    fputs("id,a,b,day,yes\n", out);
    for (uint32_t i = 0; i < npeople; i++)
        fprintf(out, "%u,a%u,b%u,2025-%02u-10,%s\n", (unsigned)i + 1, (unsigned)people[i].a,
                (unsigned)people[i].b, (unsigned)people[i].month + 1,
                people[i].yes ? "true" : "false");
    fclose(out);
}

/* ---- what an answer shows ---- */

struct seen {
    int64_t a, b, month; /* -1: of all */
    bool hidden;
    int64_t n, d;
};
static struct seen rows[MOST_ROWS];
static uint32_t nrows;

static int find_column(const spoke_value *v, const char *name) {
    for (size_t i = 0; i < spoke_columns(v); i++) {
        spoke_text text = spoke_column_name(v, i);
        if (text.n == strlen(name) && memcmp(text.p, name, text.n) == 0)
            return (int)i;
    }
    return -1;
}

/* The number in "a3"; -1 where the key is missing or not there. */
static int64_t key_at(const spoke_value *v, size_t row, const char *name, size_t skip, int less) {
    int column = find_column(v, name);
    if (column < 0 || spoke_cell_state(v, row, (size_t)column) != SPOKE_PRESENT)
        return -1;
    spoke_text text = spoke_cell_text(r.sp, v, row, (size_t)column);
    ck_assert_uint_gt(text.n, skip);
    return strtol(text.p + skip, NULL, 10) - less;
}

/* A cell that is suppressed in one column is in all, and nothing is left in it. */
static int look(void *user, const spoke_value *v) {
    (void)user;
    int n = find_column(v, "n"), d = find_column(v, "d");
    ck_assert_int_ge(n, 0);
    ck_assert_int_ge(d, 0);
    nrows = 0;
    for (size_t row = 0; row < spoke_rows(v); row++) {
        struct seen *s = &rows[nrows++];
        ck_assert_uint_lt(nrows, MOST_ROWS);
        s->a = key_at(v, row, "a", 1, 0);
        s->b = key_at(v, row, "b", 1, 0);
        s->month = key_at(v, row, "period", 5, 1);
        s->hidden = spoke_cell_state(v, row, (size_t)n) == SPOKE_SUPPRESSED;
        ck_assert_int_eq(s->hidden, spoke_cell_state(v, row, (size_t)d) == SPOKE_SUPPRESSED);
        s->n = spoke_ints(v, (size_t)n)[row];
        s->d = spoke_ints(v, (size_t)d)[row];
        ck_assert(!s->hidden || (s->n == 0 && s->d == 0));
    }
    return 0;
}

/* ---- what is true ---- */

static bool belongs(const struct person *p, const struct seen *s) {
    return (s->a < 0 || p->a == s->a) && (s->b < 0 || p->b == s->b) &&
           (s->month < 0 || p->month == s->month);
}

static void count(const struct seen *s, int64_t *n, int64_t *d) {
    *n = *d = 0;
    for (uint32_t i = 0; i < npeople; i++)
        if (belongs(&people[i], s)) {
            ++*d;
            *n += people[i].yes;
        }
}

static bool is_few(int64_t x) {
    return x > 0 && x < UNDER;
}

/* ---- the attack ---- */

/* In the rows of an answer that are totals the dims are missing. */
static bool adds_up_to(const struct seen *part, const struct seen *total) {
    return part != total && total->a < 0 && total->b < 0 && part->a >= 0 &&
           part->month == total->month;
}

static void add_totals(struct attack *a, const int *unknown, bool of_d) {
    for (uint32_t t = 0; t < nrows; t++) {
        double shown = 0;
        int sum = -1;
        for (uint32_t i = 0; i < nrows; i++) {
            if (!adds_up_to(&rows[i], &rows[t]))
                continue;
            sum = sum < 0 ? attack_sum(a, 0) : sum;
            if (rows[i].hidden)
                a->factor[sum][unknown[i]] = 1;
            else
                shown += (double)(of_d ? rows[i].d : rows[i].n);
        }
        if (sum < 0)
            continue;
        if (rows[t].hidden)
            a->factor[sum][unknown[t]] = -1;
        a->sum[sum] = (rows[t].hidden ? 0 : (double)(of_d ? rows[t].d : rows[t].n)) - shown;
    }
}

/* n and d - n are unknown of each hidden cell, and so is d, their sum. */
static void attack_answer(const char *what) {
    static struct attack a;
    int counted[MOST_ROWS], others[MOST_ROWS], all[MOST_ROWS];
    attack_init(&a);
    for (uint32_t i = 0; i < nrows; i++) {
        if (!rows[i].hidden)
            continue;
        counted[i] = attack_unknown(&a);
        others[i] = attack_unknown(&a);
        all[i] = attack_unknown(&a);
        int sum = attack_sum(&a, 0);
        a.factor[sum][counted[i]] = a.factor[sum][others[i]] = 1;
        a.factor[sum][all[i]] = -1;
    }
    add_totals(&a, counted, false);
    add_totals(&a, all, true);
    attack_run(&a);
    for (uint32_t i = 0; i < nrows; i++) {
        int64_t n, d;
        count(&rows[i], &n, &d);
        bool few = is_few(n) || is_few(d - n);
        if (!rows[i].hidden) {
            ck_assert_msg(!few && rows[i].n == n && rows[i].d == d, "%s: row %u", what,
                          (unsigned)i);
            continue;
        }
        ck_assert_msg(!is_few(n) || a.low[counted[i]] < a.high[counted[i]],
                      "%s: n of row %u is %lld", what, (unsigned)i, (long long)n);
        ck_assert_msg(!is_few(d - n) || a.low[others[i]] < a.high[others[i]],
                      "%s: d - n of row %u is %lld", what, (unsigned)i, (long long)(d - n));
        ck_assert_msg(!is_few(d) || a.low[all[i]] < a.high[all[i]], "%s: d of row %u is %lld", what,
                      (unsigned)i, (long long)d);
    }
}

static const char declarations[] =
    "table person { key id; suppress under 7 complementary; id int; a text; b text; day date; yes "
    "bool }\n"
    "measure kinds { from person; per a; let people = count(); among people > 0; count people > 9 "
    "}\n"
    "measure share { from person; at day; among day is not missing; count yes }\n";

static void run(const char *text, spoke_status expected) {
    spoke_status status = spoke_run(r.sp, "test.spoke", text, strlen(text));
    if (status != expected)
        record_diagnostics(&r);
    ck_assert_msg(status == expected, "%s: %.*s", text, (int)r.text.n, r.text.p);
}

static void open_people(spoke_sink *sink) {
    char import[128];
    *sink = *r.config.sink;
    sink->on_show = look;
    r.config.sink = sink;
    r.config.interactive = 1;
    make_people();
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    run(declarations, SPOKE_OK);
    snprintf(import, sizeof import, "import person from \"%s\"", path);
    run(import, SPOKE_OK);
    unlink(path);
}

START_TEST(no_answer_gives_a_small_count_away) {
    static const char *const asked[] = {
        "show share by a",
        "show share by a with total",
        "show share by a, b with total",
        "show share by a over month with total",
        "show share by a, b over month with total",
        "show share by b over month",
        "show share over month",
        "show from person | group by a, b (d = count(), n = count(yes))",
        "show from person | group by a, b (d = count(), n = count(yes)) | sort n | where d >= 0",
        "let kept = from person | group by a (d = count(), n = count(yes))\nshow kept"};
    for (uint64_t turn = 0; turn < 12; turn++) {
        spoke_sink sink;
        recorder_init(&r, SPOKE_CAN_ALL);
        state = 1000 * (uint64_t)_i + turn;
        open_people(&sink);
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            run(asked[i], SPOKE_OK);
            attack_answer(asked[i]);
        }
        spoke_close(r.sp);
        ck_assert_uint_eq(r.used, 0);
        recorder_free(&r);
    }
}
END_TEST

/* Rows need the capability, however they are asked for. */
START_TEST(rows_are_denied) {
    static const char *const asked[] = {
        "show from person",
        "show from person | where yes | sort a | take 3",
        "for p in from person { print \"{p.a}\" }",
        "print \"{list(person.a)}\"",
        "show from person | distinct",
        "show from person | group by id (n = count(), d = count())",
        "show units(kinds)",
        "let them = from person\nshow them | derive n = 1, d = 1",
        "show sql { SELECT id AS n, id AS d FROM person } columns (n int, d int)",
        "show from rejects"};
    spoke_sink sink;
    recorder_init(&r, SPOKE_CAN_ALL);
    state = 5;
    open_people(&sink);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        nrows = 0;
        ck_assert_int_ne(spoke_run(r.sp, "test.spoke", asked[i], strlen(asked[i])), SPOKE_OK);
        record_diagnostics(&r);
        ck_assert_msg(strstr(r.text.p, "E0361"), "%s: %.*s", asked[i], (int)r.text.n, r.text.p);
        ck_assert_uint_eq(nrows, 0);
        buf_clear(&r.text);
    }
    ck_assert_int_ne(spoke_export_rows(r.sp, "/tmp/spoke-people-never"), SPOKE_OK);
    ck_assert_int_ne(access("/tmp/spoke-people-never", F_OK), 0);
    spoke_close(r.sp);
    recorder_free(&r);
}
END_TEST

START_TEST(rows_are_read_where_that_is_allowed) {
    spoke_sink sink;
    recorder_init(&r, SPOKE_CAN_ALL | SPOKE_CAN_READ_RAW);
    state = 5;
    open_people(&sink);
    run("show from person | take 3 | derive n = 1, d = 1", SPOKE_OK);
    ck_assert_uint_eq(nrows, 3);
    run("show share by a, b with total", SPOKE_OK);
    attack_answer("raw");
    spoke_drop(r.sp, SPOKE_CAN_READ_RAW);
    nrows = 0;
    static const char again[] = "show from person | take 3 | derive n = 1, d = 1";
    ck_assert_int_ne(spoke_run(r.sp, "test.spoke", again, strlen(again)), SPOKE_OK);
    ck_assert_uint_eq(nrows, 0);
    spoke_close(r.sp);
    recorder_free(&r);
}
END_TEST

Suite *disclosure_suite(void) {
    Suite *suite = suite_create("disclosure");
    TCase *tests = tcase_create("disclosure");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, no_answer_gives_a_small_count_away, 0, 8);
    tcase_add_test(tests, rows_are_denied);
    tcase_add_test(tests, rows_are_read_where_that_is_allowed);
    suite_add_tcase(suite, tests);
    return suite;
}
