/* Answers about a protected table, attacked: people are made up at random, reports of random
 * questions and groupings are asked through the library as a host does, and whoever reads a report
 * puts together all that its answers show. What is true is counted here, from the people. */
#include "attack.h"
#include "recorder.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { UNDER = 7, MOST_PEOPLE = 240, MOST_A = 4, MOST_B = 3, MOST_MONTHS = 3 };

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
    fputs("id,a,b,day,yes,flag\n", out);
    for (uint32_t i = 0; i < npeople; i++)
        fprintf(out, "%u,a%u,b%u,2025-%02u-10,%s,%d\n", (unsigned)i + 1, (unsigned)people[i].a,
                (unsigned)people[i].b, (unsigned)people[i].month + 1,
                people[i].yes ? "true" : "false", people[i].yes);
    fclose(out);
}

/* ---- cells ---- */

/* All tables that can be asked, with their margins, are one: a dim that is not asked has one more
 * value, which stands for all. */
enum { YES, NO, BOTH, PARTS };
enum { OF_A = 1, OF_B = 2, OF_MONTH = 4, AXES = 3 };
enum { CELLS = (MOST_A + 1) * (MOST_B + 1) * (MOST_MONTHS + 1) };

static const uint32_t sizes[AXES] = {MOST_A, MOST_B, MOST_MONTHS};

static uint32_t cell_of(const uint32_t at[AXES]) {
    return (at[0] * (MOST_B + 1) + at[1]) * (MOST_MONTHS + 1) + at[2];
}

static void place_of(uint32_t cell, uint32_t at[AXES]) {
    at[2] = cell % (MOST_MONTHS + 1);
    at[1] = cell / (MOST_MONTHS + 1) % (MOST_B + 1);
    at[0] = cell / (MOST_MONTHS + 1) / (MOST_B + 1);
}

/* The dims that are not over all. */
static uint32_t level_of(uint32_t cell) {
    uint32_t at[AXES], level = 0;
    place_of(cell, at);
    for (uint32_t i = 0; i < AXES; i++)
        level |= (uint32_t)(at[i] < sizes[i]) << i;
    return level;
}

static int64_t truth[CELLS][PARTS];

static void count_truth(void) {
    memset(truth, 0, sizeof truth);
    for (uint32_t i = 0; i < npeople; i++)
        for (uint32_t over = 0; over < 1u << AXES; over++) {
            uint32_t at[AXES] = {people[i].a, people[i].b, people[i].month};
            for (uint32_t k = 0; k < AXES; k++)
                at[k] = over >> k & 1 ? sizes[k] : at[k];
            truth[cell_of(at)][BOTH]++;
            truth[cell_of(at)][people[i].yes ? YES : NO]++;
        }
}

static bool is_few(int64_t x) {
    return x > 0 && x < UNDER;
}

/* ---- what a report shows ---- */

static bool known[CELLS][PARTS];
static bool asked[1u << AXES]; /* by level */
static uint32_t nrows;         /* of the last answer */

/* Whoever sees one of these sees the part, be it with the help of another one. */
static const struct {
    const char *name;
    int part;
} shown[] = {{"n", YES},    {"d", BOTH},     {"value", YES},    {"low", YES},
             {"high", YES}, {"share", YES},  {"share.n", YES},  {"share.d", BOTH},
             {"other", NO}, {"other.n", NO}, {"other.d", BOTH}, {"sum", YES},
             {"mean", YES}, {"spread", YES}, {"o", NO}};

static int find_column(const spoke_value *v, const char *name) {
    for (size_t i = 0; i < spoke_columns(v); i++) {
        spoke_text text = spoke_column_name(v, i);
        if (text.n == strlen(name) && memcmp(text.p, name, text.n) == 0)
            return (int)i;
    }
    return -1;
}

/* The number in "a3"; `all` where the key is missing or not there. */
static uint32_t key_at(const spoke_value *v, size_t row, const char *name, size_t skip,
                       uint32_t less, uint32_t all) {
    int column = find_column(v, name);
    if (column < 0 || spoke_cell_state(v, row, (size_t)column) != SPOKE_PRESENT)
        return all;
    spoke_text text = spoke_cell_text(r.sp, v, row, (size_t)column);
    ck_assert_uint_gt(text.n, skip);
    return (uint32_t)strtoul(text.p + skip, NULL, 10) - less;
}

static uint32_t cell_at(const spoke_value *v, size_t row) {
    const uint32_t at[AXES] = {key_at(v, row, "a", 1, 0, MOST_A), key_at(v, row, "b", 1, 0, MOST_B),
                               key_at(v, row, "period", 5, 1, MOST_MONTHS)};
    return cell_of(at);
}

static bool is_whole(const char *name) {
    return strcmp(name, "n") == 0 || strcmp(name, "d") == 0 || strcmp(name, "o") == 0 ||
           strcmp(name, "sum") == 0 || strchr(name, '.') != NULL;
}

/* Of a suppressed value nothing is left. */
static void look_at(const spoke_value *v, size_t row, size_t column, uint32_t cell, size_t i) {
    spoke_state cell_state = spoke_cell_state(v, row, column);
    if (is_whole(shown[i].name) && cell_state != SPOKE_MISSING)
        ck_assert_int_eq(spoke_ints(v, column)[row],
                         cell_state == SPOKE_PRESENT ? truth[cell][shown[i].part] : 0);
    known[cell][shown[i].part] |= cell_state == SPOKE_PRESENT;
}

/* What the value was a month ago tells of that month. */
static void look_back(const spoke_value *v, size_t row, uint32_t cell) {
    int before = find_column(v, "before");
    if (before >= 0 && spoke_cell_state(v, row, (size_t)before) == SPOKE_PRESENT)
        known[cell - 1][YES] = true;
}

static uint32_t level_asked(const spoke_value *v) {
    return (find_column(v, "a") >= 0 ? OF_A : 0u) | (find_column(v, "b") >= 0 ? OF_B : 0u) |
           (find_column(v, "period") >= 0 ? OF_MONTH : 0u);
}

/* Where there is no row there is nobody. */
static int look(void *user, const spoke_value *v) {
    (void)user;
    bool there[CELLS] = {false};
    uint32_t level = level_asked(v);
    nrows = (uint32_t)spoke_rows(v);
    for (size_t row = 0; row < nrows; row++) {
        uint32_t cell = cell_at(v, row);
        there[cell] = asked[level_of(cell)] = true;
        look_back(v, row, cell);
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
            int column = find_column(v, shown[i].name);
            if (column >= 0)
                look_at(v, row, (size_t)column, cell, i);
        }
    }
    for (uint32_t cell = 0; nrows > 0 && cell < CELLS; cell++)
        if (level_of(cell) == level && !there[cell])
            known[cell][YES] = known[cell][NO] = known[cell][BOTH] = true;
    return 0;
}

/* How many there are is no secret. */
static void begin_report(void) {
    memset(known, 0, sizeof known);
    memset(asked, 0, sizeof asked);
    known[CELLS - 1][BOTH] = true;
    asked[0] = true;
}

/* ---- the attack ---- */

static int unknowns[CELLS][PARTS];

static void add_term(struct attack *a, int sum, uint32_t cell, int part, double factor) {
    if (known[cell][part])
        a->sum[sum] -= factor * (double)truth[cell][part];
    else
        a->factor[sum][unknowns[cell][part]] = factor;
}

/* Along each axis the cells add up to the one that is over all. */
static void add_sums(struct attack *a, uint32_t cell) {
    uint32_t at[AXES];
    place_of(cell, at);
    for (uint32_t axis = 0; axis < AXES; axis++)
        for (int part = 0; at[axis] == sizes[axis] && part < PARTS; part++) {
            int sum = attack_sum(a, 0);
            add_term(a, sum, cell, part, -1);
            uint32_t each[AXES];
            memcpy(each, at, sizeof each);
            for (each[axis] = 0; each[axis] < sizes[axis]; each[axis]++)
                add_term(a, sum, cell_of(each), part, 1);
        }
}

static bool may_be_found(uint32_t cell) {
    bool may = false;
    for (uint32_t level = 0; level < 1u << AXES; level++)
        may |= asked[level] && (level_of(cell) & ~level) == 0;
    return may;
}

/* The first count of few that is shown or follows from what is; -1: there is none. */
static int found_out(void) {
    static struct attack a;
    attack_init(&a);
    for (uint32_t cell = 0; cell < CELLS; cell++)
        for (int part = 0; part < PARTS; part++)
            if (!known[cell][part])
                unknowns[cell][part] = attack_unknown(&a);
    for (uint32_t cell = 0; cell < CELLS; cell++) {
        int sum = attack_sum(&a, 0);
        add_term(&a, sum, cell, YES, 1);
        add_term(&a, sum, cell, NO, 1);
        add_term(&a, sum, cell, BOTH, -1);
        add_sums(&a, cell);
    }
    attack_run(&a);
    for (uint32_t cell = 0; cell < CELLS; cell++)
        for (int part = 0; part < PARTS && may_be_found(cell); part++) {
            int x = unknowns[cell][part];
            if (is_few(truth[cell][part]) && (known[cell][part] || a.low[x] == a.high[x]))
                return (int)cell * PARTS + part;
        }
    return -1;
}

static const char declarations[] =
    "table person { key id; suppress under 7 complementary; id int; a text; b text; day date; yes "
    "bool; flag int }\n"
    "measure kinds { from person; per a; let people = count(); among people > 0; count people > 9 "
    "}\n"
    "measure share { from person; at day; among day is not missing; count yes }\n"
    "measure of_each { from person; at day; per id; let one = any(yes); among one is not missing; "
    "count one }\n"
    "measure other { from person; at day; among day is not missing; count not yes }\n";

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
    count_truth();
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    run(declarations, SPOKE_OK);
    snprintf(import, sizeof import, "import person from \"%s\"", path);
    run(import, SPOKE_OK);
    unlink(path);
}

/* ---- random reports ---- */

static const char *const dims[] = {"", "a", "b", "a, b"};

/* One question or grouping, at random. */
static void ask(char *out, size_t room) {
    static const char *const measures[] = {"share", "share, other", "other", "of_each"};
    static const char *const lists[] = {"d = count(), n = count(yes)",
                                        "o = count(not yes)",
                                        "sum = sum(flag)",
                                        "mean = mean(flag)",
                                        "d = count(), spread = sd(flag)",
                                        "n = count(yes)"};
    const char *by = dims[pick(4)];
    bool months = pick(3) == 0;
    const char *comma = *by && months ? ", " : "";
    if (pick(2) == 0) {
        snprintf(out, room, "show from person | group%s%s%s%s (%s)\n", *by || months ? " by " : "",
                 by, comma, months ? "period = month(day)" : "", lists[pick(6)]);
        return;
    }
    uint32_t which = pick(4);
    bool total = *by && pick(2), interval = which == 0 && pick(3) == 0;
    bool change = which == 0 && months && pick(3) == 0;
    const char *with = total && interval ? " with total, interval 95%"
                       : total           ? " with total"
                       : interval        ? " with interval 95%"
                                         : "";
    snprintf(out, room, "show %s%s%s%s%s%s%s\n", measures[which], *by ? " by " : "", by,
             months ? " over month" : "", change ? " change from previous" : "", with,
             which == 2 ? " | rename o = n | drop value" : "");
}

START_TEST(no_report_gives_a_small_count_away) {
    for (uint64_t turn = 0; turn < 12; turn++) {
        spoke_sink sink;
        recorder_init(&r, SPOKE_CAN_ALL);
        state = 1000 * (uint64_t)_i + turn;
        open_people(&sink);
        for (int i = 0; i < 8; i++) {
            char report[512];
            size_t n = 0;
            for (uint32_t k = 1 + pick(3); k > 0; k--, n = strlen(report))
                ask(report + n, sizeof report - n);
            begin_report();
            if (spoke_run(r.sp, "test.spoke", report, strlen(report)) != SPOKE_OK) {
                record_diagnostics(&r); /* most groups of one person each: the report ends there */
                ck_assert_msg(strstr(r.text.p, "E0361"), "%s: %.*s", report, (int)r.text.n,
                              r.text.p);
                buf_clear(&r.text);
            }
            int found = found_out();
            ck_assert_msg(found < 0, "%d, %u: part %d of cell %d in\n%s", _i, (unsigned)turn,
                          found % PARTS, found / PARTS, report);
        }
        spoke_close(r.sp);
        ck_assert_uint_eq(r.meter.used, 0);
        recorder_free(&r);
    }
}
END_TEST

/* Rows need the capability, however they are asked for. */
START_TEST(rows_are_denied) {
    static const char *const denied[] = {"show from person",
                                         "show from person | where yes | sort a | take 3",
                                         "for p in from person { print \"{p.a}\" }",
                                         "print \"{list(person.a)}\"",
                                         "show from person | distinct",
                                         "show from person | group by id (x = count())",
                                         "show units(kinds)",
                                         "let them = from person\nshow them | derive x = 1",
                                         "show sql { SELECT id AS x FROM person } columns (x int)",
                                         "show from rejects"};
    spoke_sink sink;
    recorder_init(&r, SPOKE_CAN_ALL);
    state = 5;
    open_people(&sink);
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
        nrows = 0;
        ck_assert_int_ne(spoke_run(r.sp, "test.spoke", denied[i], strlen(denied[i])), SPOKE_OK);
        record_diagnostics(&r);
        ck_assert_msg(strstr(r.text.p, "E0361"), "%s: %.*s", denied[i], (int)r.text.n, r.text.p);
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
    run("show from person | take 3 | derive x = 1", SPOKE_OK);
    ck_assert_uint_eq(nrows, 3);
    begin_report();
    run("show share by a, b with total", SPOKE_OK);
    ck_assert_int_eq(found_out(), -1);
    spoke_drop(r.sp, SPOKE_CAN_READ_RAW);
    nrows = 0;
    static const char again[] = "show from person | take 3 | derive x = 1";
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
    tcase_add_loop_test(tests, no_report_gives_a_small_count_away, 0, 12);
    tcase_add_test(tests, rows_are_denied);
    tcase_add_test(tests, rows_are_read_where_that_is_allowed);
    suite_add_tcase(suite, tests);
    return suite;
}
