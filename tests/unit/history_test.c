/* Rows listed by key and day against plain loops; memory refused at every request while rows with
 * spans are imported and asked. */
#include "exec/by_day.h"
#include "recorder.h"
#include "suites.h"

#include <string.h>

/* ---- listing by key and day ---- */

enum { MOST = 400 };

static uint64_t state = 20240229;

static uint32_t below(uint32_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % n;
}

/* Each row stands once, among those of its key, behind rows of earlier days and earlier rows of its
 * own. */
static void expect_listed(const struct by_day *b, const uint32_t *numbers, const int64_t *days,
                          uint32_t n) {
    uint32_t listed = 0;
    ck_assert_uint_eq(b->first[0], 0);
    for (uint32_t key = 0; key < b->nkeys; key++)
        for (uint32_t i = b->first[key]; i < b->first[key + 1]; i++, listed++) {
            uint32_t row = b->order[i];
            ck_assert_uint_eq(numbers[row], key);
            if (i == b->first[key])
                continue;
            uint32_t before = b->order[i - 1];
            ck_assert(days[before] < days[row] || (days[before] == days[row] && before < row));
        }
    for (uint32_t i = 0; i < n; i++)
        listed += numbers[i] == NO_CODE;
    ck_assert_uint_eq(listed, n);
}

START_TEST(rows_are_listed_by_key_and_day) {
    struct alloc alloc;
    struct by_day b;
    alloc_init(&alloc, NULL, NULL, 0);
    uint32_t numbers[MOST], nkeys = 1 + below(40), n = below(MOST);
    int64_t days[MOST];
    for (uint32_t i = 0; i < n; i++) {
        numbers[i] = below(9) ? below(nkeys) : NO_CODE;
        days[i] = (int64_t)below(60) - 30;
    }
    ck_assert_int_eq(by_day_make(&b, &alloc, numbers, days, n, nkeys), ST_OK);
    expect_listed(&b, numbers, days, n);
    by_day_free(&b);
    ck_assert_uint_eq(alloc.used, 0);
}
END_TEST

START_TEST(nothing_is_listed_in_order) {
    struct alloc alloc;
    struct by_day b;
    alloc_init(&alloc, NULL, NULL, 0);
    ck_assert_int_eq(by_day_make(&b, &alloc, NULL, NULL, 0, 0), ST_OK);
    ck_assert_uint_eq(b.n, 0);
    by_day_free(&b);
    by_day_free(&b);
    ck_assert_uint_eq(alloc.used, 0);
}
END_TEST

/* ---- want of memory ---- */

static const char program[] =
    "table school { key school;  school text;  name text }\n"
    "table student { key student;  student text;  born int }\n"
    "table enrollment { key student;  student -> student;  school -> school;  grade int\n"
    "  since date;  until date null;  spans since .. until;  history of student }\n"
    "table seat { key person, team;  person text;  team text;  hours int;  first date\n"
    "  last date null;  spans first .. last included overlapping }\n"
    "table visit { key student, day;  student -> student;  day date;  minutes int }\n"
    "import school from \"tests/language/data/history-school.csv\"\n"
    "import student from \"tests/language/data/history-student.csv\"\n"
    "import enrollment from \"tests/language/data/history-enrollment.csv\"\n"
    "import enrollment from \"tests/language/data/history-enrollment.csv\"\n"
    "import seat from \"tests/language/data/history-seat.csv\"\n"
    "import visit from \"tests/language/data/history-visit.csv\"\n"
    "measure minutes { from visit;  value sum(minutes) }\n"
    "measure seats { from visit;  where count(seat where seat.person == \"Ada\" and\n"
    "  seat.team == outer.student.school.name) == 0;  value count() }\n"
    "show minutes by student.school.name, student.grade\n"
    "show seats\n"
    "show from student | select student, grade, n = count(enrollment), m = count(every "
    "enrollment)\n"
    "explain sql minutes by student.grade\n"
    "lineage minutes by student.grade\n";

static struct recorder r;

static void start(void) {
    recorder_init(&r, SPOKE_CAN_ALL);
    r.config.has_today = 1;
    r.config.today = 20148; /* 2025-03-01 */
}

START_TEST(memory_runs_out) {
    spoke_status status = SPOKE_NO_MEMORY;
    for (uint64_t request = 1; status != SPOKE_OK; request += 1 + request / 60) {
        start();
        r.meter.fail_from = request;
        r.meter.fail_count = 1;
        status = spoke_open(&r.config, &r.sp);
        if (status == SPOKE_OK)
            status = spoke_run(r.sp, "test.spoke", program, strlen(program));
        bool reached = r.meter.calls >= request;
        r.meter.fail_from = 0;
        ck_assert_msg(status == SPOKE_OK || status == SPOKE_NO_MEMORY || r.lost, "%.*s",
                      (int)r.text.n, r.text.p);
        if (reached && status == SPOKE_OK)
            status = SPOKE_NO_MEMORY; /* it could do without */
        spoke_close(r.sp);
        ck_assert_uint_eq(r.meter.used, 0);
        recorder_free(&r);
    }
}
END_TEST

Suite *history_suite(void) {
    Suite *suite = suite_create("history");
    TCase *listing = tcase_create("listing");
    tcase_add_loop_test(listing, rows_are_listed_by_key_and_day, 0, 200);
    tcase_add_test(listing, nothing_is_listed_in_order);
    suite_add_tcase(suite, listing);
    TCase *memory = tcase_create("memory");
    tcase_set_timeout(memory, 300);
    tcase_add_test(memory, memory_runs_out);
    suite_add_tcase(suite, memory);
    return suite;
}
