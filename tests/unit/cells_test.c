/* What a host reads of columns of all scalar types, and memory refused at every request while such
 * columns are imported and asked. */
#include "recorder.h"
#include "suites.h"

#include <string.h>

static const char program[] =
    "table log { key id;  id int;  at datetime null missing \"NS\";  p period;  d duration null;\n"
    "  r ratio null;  s share null in 0%..100% }\n"
    "import log from \"tests/language/data/log.csv\"\n"
    "let usual = 1 / 4 .. coalesce(max(log.r), 2 / 1)\n"
    "show from log | where at in 2025-09-01 .. 2025-10-02 and r in usual | sort -d, s\n";

static struct recorder r;
static int shown;

static void expect_cell(const spoke_value *v, size_t row, size_t column, const char *text) {
    spoke_text got = spoke_cell_text(r.sp, v, row, column);
    ck_assert_msg(got.n == strlen(text) && memcmp(got.p, text, got.n) == 0, "%.*s, not %s",
                  (int)got.n, got.p, text);
}

/* Rows 1, 3 and 2 of the file by their durations, and row 4. */
static int look(void *user, const spoke_value *v) {
    static const char *const types[] = {"int",       "datetime?", "period",
                                        "duration?", "ratio?",    "share?"};
    (void)user;
    shown++;
    ck_assert_uint_eq(spoke_rows(v), 4);
    ck_assert_uint_eq(spoke_columns(v), 6);
    for (size_t i = 0; i < 6; i++) {
        spoke_text type = spoke_column_type(v, i);
        ck_assert_msg(type.n == strlen(types[i]) && memcmp(type.p, types[i], type.n) == 0, "%.*s",
                      (int)type.n, type.p);
        ck_assert_int_eq(spoke_column_cell(v, i), i < 4 ? SPOKE_CELL_INT : SPOKE_CELL_RATIO);
    }
    ck_assert_int_eq(spoke_ints(v, 1)[0], 1756718120); /* 2025-09-01 09:15:20 by date(1), in UTC */
    ck_assert_ptr_null(spoke_ints(v, 4));
    expect_cell(v, 0, 1, "2025-09-01T09:15:20");
    expect_cell(v, 0, 2, "SY2025-26");
    expect_cell(v, 0, 3, "1 month");
    expect_cell(v, 1, 3, "30 days");
    expect_cell(v, 2, 3, "1 hour 30 minutes");
    expect_cell(v, 3, 3, "-2 days");
    expect_cell(v, 2, 4, "0.75");
    expect_cell(v, 0, 5, "0.125");
    return 0;
}

static void start(void) {
    recorder_init(&r, SPOKE_CAN_ALL);
    shown = 0;
}

static void stop(void) {
    spoke_close(r.sp);
    ck_assert_uint_eq(r.meter.used, 0);
    recorder_free(&r);
}

START_TEST(a_host_reads_cells) {
    spoke_sink sink = *r.config.sink;
    sink.on_show = look;
    r.config.sink = &sink;
    ck_assert_int_eq(spoke_open(&r.config, &r.sp), SPOKE_OK);
    ck_assert_int_eq(spoke_run(r.sp, "test.spoke", program, strlen(program)), SPOKE_OK);
    ck_assert_int_eq(shown, 1);
}
END_TEST

/* Every request, later in wider steps: what is lost is told, and nothing leaks. */
START_TEST(memory_runs_out) {
    recorder_free(&r);
    spoke_status status = SPOKE_NO_MEMORY;
    for (uint64_t request = 1; status != SPOKE_OK; request += 1 + request / 100) {
        start();
        r.meter.fail_from = request;
        r.meter.fail_count = 1;
        status = spoke_open(&r.config, &r.sp);
        if (status == SPOKE_OK)
            status = spoke_run(r.sp, "test.spoke", program, strlen(program));
        bool reached = r.meter.calls >= request;
        r.meter.fail_from = 0;
        ck_assert(status == SPOKE_OK || status == SPOKE_NO_MEMORY || r.lost);
        ck_assert(status != SPOKE_OK || !reached || r.lost || r.text.n > 0);
        if (reached && status == SPOKE_OK)
            status = SPOKE_NO_MEMORY; /* it could do without */
        if (status != SPOKE_OK)
            stop();
    }
}
END_TEST

Suite *cells_suite(void) {
    Suite *suite = suite_create("cells");
    TCase *tests = tcase_create("cells");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, a_host_reads_cells);
    tcase_add_test(tests, memory_runs_out);
    suite_add_tcase(suite, tests);
    return suite;
}
