/* Tables stored by columns: the same imports into rows and into columns must leave the same rows,
 * whatever they do; damage is found and named; one way of storing becomes the other. */
#include "store_world.h"

#include "store/columns.h"
#include <stdio.h>
#include <stdlib.h>

/* `attendance` goes by columns; `twin` has the same columns and goes by rows. */
static struct table twin;

static void start_twins(void) {
    start_schools();
    attendance.storage = STORED_COLUMNS;
    twin = attendance;
    twin.name = STR("twin");
    twin.declaration = STR("table twin { ... }");
    twin.storage = STORED_ROWS;
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    ck_assert_int_eq(store_ensure(store, &twin), ST_OK);
}

static void expect_stored_by_columns(bool wanted) {
    bool stored;
    ck_assert_int_eq(columns_stored(store, nowhere, attendance.name, &stored), ST_OK);
    ck_assert_int_eq(stored, wanted);
}

static void expect_twins(void) {
    expect_query("SELECT count(*) FROM (SELECT * FROM attendance EXCEPT SELECT * FROM twin)",
                 "0\n");
    expect_query("SELECT count(*) FROM (SELECT * FROM twin EXCEPT SELECT * FROM attendance)",
                 "0\n");
    expect_query("SELECT (SELECT count(*) FROM attendance) - (SELECT count(*) FROM twin)", "0\n");
    uint64_t n, rows;
    ck_assert_int_eq(store_count(store, &attendance, &n), ST_OK);
    ck_assert_int_eq(store_count(store, &twin, &rows), ST_OK);
    ck_assert_uint_eq(n, rows);
}

/* Both get the same file; both must say the same about it. */
static void import_both(const char *text, enum import_mode mode) {
    ck_assert_int_eq(import(&twin, text, mode, false), ST_OK);
    struct import_result rows = result;
    ck_assert_int_eq(import(&attendance, text, mode, false), ST_OK);
    ck_assert_uint_eq(result.stored, rows.stored);
    ck_assert_uint_eq(result.rejected, rows.rejected);
    expect_twins();
}

START_TEST(rows_come_in_the_order_of_the_key) {
    import_all(&attendance, "school,day,pct,enrolled,note\n"
                            "12X001,2016-02-05,99.25,12,c\n"
                            "01M015,2016-02-04,3,-9,B\n"
                            "01M015,2016-01-03,NS,,\n"
                            "01M015,2016-01-01,1.5,10,a\n"
                            "01M015,2016-01-01,1.5,10,again\n");
    ck_assert_uint_eq(result.rejected, 1);
    expect_query("SELECT * FROM attendance", "01M015|2016-01-01|1.5|10|a\n"
                                             "01M015|2016-01-03|.|.|.\n"
                                             "01M015|2016-02-04|3.0|.|B\n"
                                             "12X001|2016-02-05|99.25|12|c\n");
    expect_query("SELECT note FROM attendance WHERE day > '2016-01-31' AND school = '12X001'",
                 "c\n");
    expect_query("SELECT count(*) FROM \"spoke$attendance$segments\"", "5\n");
}
END_TEST

START_TEST(empty_tables) {
    expect_stored_by_columns(true);
    expect_twins();
    expect_query("SELECT * FROM attendance", "");
    import_both("school,day,pct,enrolled,note\n01M015,not a day,1,1,a\n", IMPORT_UPDATE);
    expect_query("SELECT count(*) FROM \"spoke$attendance$segments\"", "0\n");
    import_both("school,day,pct,enrolled,note\n01M015,2020-01-01,1,1,a\n", IMPORT_REPLACE);
    import_both("school,day,pct,enrolled,note\n01M015,nothing,1,1,a\n", IMPORT_REPLACE);
    expect_query("SELECT count(*) FROM \"spoke$attendance$segments\"", "0\n");
}
END_TEST

START_TEST(imports_change_both_alike) {
    import_both("school,day,pct,enrolled,note\n"
                "01M015,2016-01-05,1,1,a\n01M015,2016-01-07,2,2,b\n12X001,2016-01-05,3,3,c\n",
                IMPORT_UPDATE);
    /* before the first, between, equal, behind the last; a file without some columns */
    import_both("school,day,enrolled,note,pct\n"
                "12X001,2017-01-05,3,last,50\n01M015,2016-01-01,3,first,5\n"
                "01M015,2016-01-07,22,,NS\n01M015,2016-01-06,4,between,6\n",
                IMPORT_UPDATE);
    import_both("school,day,note\n01M015,2016-01-06,changed\n12X001,2018-01-05,new\n",
                IMPORT_UPDATE);
    import_both("school,day,pct,enrolled,note\n"
                "01M015,2016-01-06,1,1,kept out\n01M015,2015-01-06,1,1,added\n"
                "12X001,2019-01-06,1,1,added\n12X001,2018-01-05,1,1,kept out\n",
                IMPORT_APPEND);
    expect_query("SELECT note FROM attendance",
                 "added\nfirst\na\nchanged\n.\nc\nlast\nnew\nadded\n");
    import_both("school,day,pct,enrolled,note\n01M015,2016-01-06,1,1,alone\n", IMPORT_REPLACE);
    expect_query("SELECT note FROM attendance", "alone\n");
}
END_TEST

START_TEST(the_same_file_again_writes_nothing) {
    static const char file[] = "school,day,pct,enrolled,note\n01M015,2016-01-05,NS,1,a\n"
                               "12X001,2016-01-05,3,,\n";
    import_both(file, IMPORT_UPDATE);
    query_on(store->db, "SELECT hex(head), place FROM \"spoke$attendance$segments\"");
    char *before = strdup(got);
    int changes = sqlite3_total_changes(store->db);
    ck_assert_int_eq(import(&attendance, file, IMPORT_UPDATE, false), ST_OK);
    ck_assert_int_le(sqlite3_total_changes(store->db) - changes, 3); /* the log of imports */
    expect_query("SELECT hex(head), place FROM \"spoke$attendance$segments\"", before);
    free(before);
}
END_TEST

/* ---- many rows ---- */

static uint64_t random_state;
static uint32_t next_random(void) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33);
}

/* `n` rows on days from..from + range of both schools, in no order, some twice. */
static char *random_file(uint32_t n, uint32_t from, uint32_t range) {
    char *text = malloc((size_t)n * 48 + 64), *at = text;
    at += sprintf(at, "school,day,pct,enrolled,note\n");
    for (uint32_t i = 0; i < n; i++) {
        char day[16];
        day_print(day, -300000 + (int64_t)(from + next_random() % range));
        at += sprintf(at, "%s,%s,", next_random() % 2 ? "01M015" : "12X001", day);
        if (next_random() % 4)
            at += sprintf(at, "%u.5", (unsigned)(next_random() % 100));
        at += sprintf(at, ",%u,", (unsigned)(next_random() % 100000));
        if (next_random() % 3)
            at += sprintf(at, "note %u", (unsigned)(next_random() % 500));
        *at++ = '\n';
    }
    *at = '\0';
    return text;
}

/* Rows on `n` days in a row of one school. */
static char *regular_file(uint32_t n) {
    char *text = malloc((size_t)n * 32 + 64), *at = text;
    at += sprintf(at, "school,day,enrolled\n");
    for (uint32_t i = 0; i < n; i++) {
        char day[16];
        day_print(day, (int64_t)i);
        at += sprintf(at, "01M015,%s,%u\n", day, (unsigned)i);
    }
    return text;
}

static void import_regular(uint32_t n, enum import_mode mode) {
    char *text = regular_file(n);
    import_both(text, mode);
    free(text);
}

START_TEST(a_run_has_65536_rows) {
    import_regular(65535, IMPORT_REPLACE);
    expect_query("SELECT count(DISTINCT place) FROM \"spoke$attendance$segments\"", "1\n");
    import_regular(65536, IMPORT_UPDATE);
    expect_query("SELECT count(DISTINCT place) FROM \"spoke$attendance$segments\"", "1\n");
    import_regular(65537, IMPORT_UPDATE);
    expect_query("SELECT count(DISTINCT place) FROM \"spoke$attendance$segments\"", "2\n");
    import_regular(65536, IMPORT_REPLACE);
    expect_query("SELECT count(DISTINCT place) FROM \"spoke$attendance$segments\"", "1\n");
    import_both("school,day\n01M015,1900-01-01\n", IMPORT_UPDATE);
    expect_query("SELECT count(DISTINCT place) FROM \"spoke$attendance$segments\"", "2\n");
    expect_query("SELECT max(enrolled), sum(enrolled) FROM attendance", "65535|2147450880\n");
}
END_TEST

START_TEST(random_imports_change_both_alike) {
    static const enum import_mode modes[] = {IMPORT_UPDATE, IMPORT_APPEND, IMPORT_UPDATE};
    random_state = 11;
    for (uint32_t round = 0; round < 7; round++) {
        uint32_t n = round == 0 ? 90000 : 1 + next_random() % 30000;
        uint32_t from = next_random() % 200000, range = 1 + next_random() % 100000;
        char *text = random_file(n, from, range);
        import_both(text, modes[round % 3]);
        free(text);
    }
}
END_TEST

START_TEST(runs_that_are_split_again_and_again) {
    import_regular(65537, IMPORT_REPLACE);
    /* 40 times more than half a run in front of what is there: places get close */
    ck_assert_int_eq(sqlite3_exec(store->db,
                                  "UPDATE \"spoke$attendance$segments\" SET place = 7 WHERE place ="
                                  "(SELECT min(place) FROM \"spoke$attendance$segments\");"
                                  "UPDATE \"spoke$attendance$segments\" SET place = 8 WHERE place ="
                                  "(SELECT max(place) FROM \"spoke$attendance$segments\")",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    random_state = 3;
    char *text = random_file(70000, 299000, 66000);
    import_both(text, IMPORT_UPDATE);
    free(text);
    expect_query("SELECT count(DISTINCT place) > 1, min(place) > 1000000 FROM"
                 " \"spoke$attendance$segments\"",
                 "1|1\n");
}
END_TEST

/* ---- the choice ---- */

START_TEST(bulk_imports_of_facts_go_by_columns) {
    attendance.storage = STORED_ROWS;
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    attendance.storage = STORED_UNSAID;
    char *text = regular_file(COLUMNS_FROM_ROWS);
    import_all(&attendance, text);
    free(text);
    expect_stored_by_columns(false);
    text = regular_file(COLUMNS_FROM_ROWS + 1);
    import_all(&attendance, text); /* not into an empty table */
    expect_stored_by_columns(false);
    ck_assert_int_eq(import(&attendance, "school,day\n,\n", IMPORT_REPLACE, false), ST_OK);
    expect_query("SELECT count(*) FROM attendance", "0\n");
    import_all(&attendance, text);
    expect_stored_by_columns(true);
    expect_query("SELECT count(*), sum(enrolled) FROM attendance", "100001|5000050000\n");
    free(text);
}
END_TEST

START_TEST(a_declaration_may_say_otherwise) {
    char *text = random_file(70000, 1000, 50000);
    import_both(text, IMPORT_UPDATE);
    free(text);
    attendance.storage = STORED_ROWS;
    attendance.declaration = STR("table attendance { stored rows }");
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    expect_stored_by_columns(false);
    expect_twins();
    attendance.storage = STORED_COLUMNS;
    attendance.declaration = STR("table attendance { stored columns }");
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    expect_stored_by_columns(true);
    expect_twins();
    attendance.storage = STORED_UNSAID; /* what is stored stays */
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    expect_stored_by_columns(true);
}
END_TEST

static struct table_column more_columns[6];

START_TEST(columns_may_be_added) {
    import_both("school,day,pct,enrolled,note\n01M015,2016-01-05,1,1,a\n", IMPORT_UPDATE);
    memcpy(more_columns, attendance_columns, sizeof attendance_columns);
    more_columns[5] = column("reason", plain(TY_TEXT, true));
    attendance.columns = twin.columns = more_columns;
    attendance.n = twin.n = 6;
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    ck_assert_int_eq(store_ensure(store, &twin), ST_OK);
    expect_query("SELECT * FROM attendance", "01M015|2016-01-05|1.0|1|a|.\n");
    import_both("school,day,reason\n01M015,2016-01-05,ill\n01M015,2016-01-06,well\n",
                IMPORT_UPDATE);
    expect_query("SELECT reason FROM attendance", "ill\nwell\n");
    attendance.n = 5;
    attendance.columns = attendance_columns;
    expect_error(store_ensure(store, &attendance), E0511, ".load spoke_segments");
}
END_TEST

START_TEST(rows_referred_to_may_not_go) {
    import_both("school,day\n01M015,2016-01-05\n12X001,2016-01-05\n", IMPORT_UPDATE);
    ck_assert_int_eq(import(&twin, "school,day\n01M015,2016-01-05\n", IMPORT_REPLACE, false),
                     ST_OK);
    enum status status = import(&school, "dbn,borough,district,opened,Is public\n01M015,M,1,,\n",
                                IMPORT_REPLACE, false);
    expect_error(status, E0510, "1 rows of `attendance` refer to rows of `school`");
}
END_TEST

/* ---- damage ---- */

static void damage(const char *sql) {
    ck_assert_int_eq(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static enum status count_rows(void) {
    uint64_t n;
    return store_count(store, &attendance, &n);
}

START_TEST(damage_is_named) {
    import_regular(65540, IMPORT_UPDATE);
    damage("UPDATE \"spoke$attendance$segments\" SET data = zeroblob(length(data)) "
           "WHERE \"column\" = 'enrolled' AND place > 4294967296");
    char *text = regular_file(65541);
    expect_error(
        import(&attendance, text, IMPORT_UPDATE, false), E0509,
        "column `enrolled` of `attendance`, rows 65537 to 65540, is damaged: the checksum");
    free(text);
    ck_assert_int_eq(
        sqlite3_exec(store->db, "SELECT sum(enrolled) FROM attendance", NULL, NULL, NULL),
        SQLITE_CORRUPT_VTAB);
    ck_assert_ptr_nonnull(strstr(sqlite3_errmsg(store->db), "rows 65537 to 65540"));
    expect_query("SELECT count(day) FROM attendance", "65540\n"); /* other columns are read */
}
END_TEST

START_TEST(damaged_heads_are_named) {
    static const char *const ways[][2] = {
        {"UPDATE \"spoke$attendance$segments\" SET head = zeroblob(64) WHERE \"column\" = 'day'",
         "column `day`"},
        {"UPDATE \"spoke$attendance$segments\" SET head = x'00' WHERE \"column\" = 'note'",
         "its head has the wrong length"},
        {"DELETE FROM \"spoke$attendance$segments\" WHERE \"column\" = 'day'",
         "its segment is gone"},
        {"UPDATE \"spoke$attendance$segments\" SET \"column\" = 'x' WHERE \"column\" = 'day'",
         "the table has no such column"},
        {"UPDATE \"spoke$attendance$segments\" SET (head, data) = (SELECT head, data FROM "
         "\"spoke$attendance$segments\" WHERE \"column\" = 'school') WHERE \"column\" = 'day'",
         "it belongs to another column"},
        {"UPDATE \"spoke$attendance$segments\" SET (head, data) = (SELECT head, data FROM "
         "\"spoke$attendance$segments\" WHERE \"column\" = 'school') WHERE \"column\" = 'pct'",
         "its values are of another type"},
    };
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        import_all(&twin, "school,day\n01M015,2016-01-05\n");
        ck_assert_int_eq(
            sqlite3_exec(store->db, "DELETE FROM \"spoke$attendance$segments\"", NULL, NULL, NULL),
            SQLITE_OK);
        import_all(&attendance, "school,day,pct,enrolled,note\n01M015,2016-01-05,1,2,c\n");
        damage(ways[i][0]);
        expect_error(count_rows(), E0509, ways[i][1]);
    }
}
END_TEST

/* ---- memory ---- */

START_TEST(memory_may_run_out) {
    static const char file[] = "school,day,pct,enrolled,note\n01M015,2016-01-05,1,1,a\n"
                               "01M015,2016-01-06,1,1,b\n12X001,2016-01-05,3,,\n";
    import_both("school,day,pct,enrolled,note\n01M015,2016-01-05,1,1,c\n", IMPORT_UPDATE);
    ck_assert_int_eq(import(&twin, file, IMPORT_UPDATE, false), ST_OK);
    bool done = false;
    for (uint64_t i = 1; !done && i < 5000; i++) {
        memory.fail_at = memory.calls + i;
        enum status status = import(&attendance, file, IMPORT_UPDATE, false);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
        if (!done)
            expect_query("SELECT count(*), max(note) FROM attendance", "1|c\n");
    }
    ck_assert(done);
    expect_twins();
}
END_TEST

/* ---- scans ---- */

static struct column batch_columns[5];

/* Reads all rows; sums what they hold, so that two ways of reading can be compared. */
static enum status scan_all(const struct table *t, uint64_t *sum) {
    static uint32_t columns[5] = {0, 1, 2, 3, 4}, slots[5] = {4, 3, 2, 1, 0};
    const struct type *types_of[5];
    struct coding *codings[5] = {NULL};
    struct exec_env env = {.alloc = &memory, .control = &control};
    struct row_source *source;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < 5; i++) {
        struct column *c = &batch_columns[slots[i]];
        types_of[slots[i]] = c->type = t->columns[i].type;
        if (!column_reserve(&memory, c, BATCH_ROWS) ||
            (c->type->nullable && c->type->kind != TY_TEXT && !column_states(&memory, c)))
            status = ST_NO_MEMORY;
    }
    struct plan plan = {.base = BASE_SCAN,
                        .table = t,
                        .scan_columns = columns,
                        .scan_slots = slots,
                        .nscan = 5,
                        .slot_types = types_of,
                        .nslots = 5};
    struct batch b = {.columns = batch_columns, .nslots = 5, .codings = codings};
    *sum = 0;
    if (status == ST_OK)
        status = store_scan(store, &plan, &env, NULL, &source);
    if (status != ST_OK)
        return status;
    while ((status = source->next(source, &b)) == ST_OK && b.n > 0) {
        for (uint32_t slot = 0; slot < 5; slot++)
            for (uint32_t row = 0; row < b.n; row++) {
                const struct coding *coding = codings[slot];
                *sum += column_hash(&batch_columns[slot], row) * (slot + 1);
                if (coding && column_compare(&batch_columns[slot], row, coding->values,
                                             coding->codes[row]) != 0)
                    *sum = 0;
            }
        for (uint32_t slot = 0; slot < 5; slot++)
            if (batch_columns[slot].state)
                memset(batch_columns[slot].state, PRESENT, BATCH_ROWS);
    }
    source->close(source);
    return status;
}

static void free_batch(void) {
    for (uint32_t i = 0; i < 5; i++)
        column_free(&memory, &batch_columns[i]);
}

START_TEST(scans_give_the_same_rows) {
    uint64_t by_columns, by_rows;
    random_state = 5;
    char *text = random_file(80000, 1000, 100000);
    import_both(text, IMPORT_UPDATE);
    free(text);
    ck_assert_int_eq(scan_all(&attendance, &by_columns), ST_OK);
    free_batch();
    ck_assert_int_eq(scan_all(&twin, &by_rows), ST_OK);
    free_batch();
    ck_assert_uint_ne(by_rows, 0);
    ck_assert_uint_eq(by_columns, by_rows);
}
END_TEST

START_TEST(scans_may_run_out_of_memory) {
    import_both("school,day,pct,enrolled,note\n01M015,2016-01-05,1,1,a\n"
                "01M015,2016-01-06,NS,,\n12X001,2016-01-05,3,5,b\n",
                IMPORT_UPDATE);
    bool done = false;
    uint64_t wanted, sum;
    ck_assert_int_eq(scan_all(&attendance, &wanted), ST_OK);
    for (uint64_t i = 1; !done && i < 500; i++) {
        memory.fail_at = memory.calls + i;
        enum status status = scan_all(&attendance, &sum);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        /* Sharing texts is given up without memory, and nothing else. */
        ck_assert(status == ST_NO_MEMORY || (status == ST_OK && sum == wanted));
        free_batch();
    }
    ck_assert(done);
}
END_TEST

Suite *columns_suite(void) {
    Suite *suite = suite_create("columns");
    TCase *c = group(suite, "columns", start_twins);
    tcase_set_timeout(c, 240);
    tcase_add_test(c, rows_come_in_the_order_of_the_key);
    tcase_add_test(c, empty_tables);
    tcase_add_test(c, imports_change_both_alike);
    tcase_add_test(c, the_same_file_again_writes_nothing);
    tcase_add_test(c, a_run_has_65536_rows);
    tcase_add_test(c, random_imports_change_both_alike);
    tcase_add_test(c, runs_that_are_split_again_and_again);
    tcase_add_test(c, bulk_imports_of_facts_go_by_columns);
    tcase_add_test(c, a_declaration_may_say_otherwise);
    tcase_add_test(c, columns_may_be_added);
    tcase_add_test(c, rows_referred_to_may_not_go);
    tcase_add_test(c, damage_is_named);
    tcase_add_test(c, damaged_heads_are_named);
    tcase_add_test(c, memory_may_run_out);
    tcase_add_test(c, scans_give_the_same_rows);
    tcase_add_test(c, scans_may_run_out_of_memory);
    return suite;
}
