/* The store: tables, imports, rejects, failures. What is stored is read back through the views by
 * plain SQL. */
#include "store_world.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what is stored ---- */

START_TEST(every_type_comes_back) {
    import_all(&attendance, "school,day,pct,enrolled,note\n"
                            "12X001,2016-01-02,99.5,-3,\"a, \"\"b\"\"\"\n"
                            "01M015,1969-12-31,NS,-9, blanks stay \n"
                            "01M015,2016-02-29, 100 ,9223372036854775807,\n"
                            "12X001,0001-01-01,1e2,-9.0,\"\"\n");
    ck_assert_uint_eq(result.rows, 4);
    ck_assert_uint_eq(result.rejected, 1); /* -9.0 is no int and no code of one */
    expect_query("SELECT * FROM attendance ORDER BY school, day",
                 "01M015|1969-12-31|.|.| blanks stay \n"
                 "01M015|2016-02-29|100.0|9223372036854775807|.\n"
                 "12X001|2016-01-02|99.5|-3|a, \"b\"\n");
    expect_query("SELECT * FROM school ORDER BY dbn", "01M015|M|1|.|.\n"
                                                      "12X001|X|12|1999-09-01|1\n");
    expect_query("SELECT day FROM \"spoke$attendance\" WHERE day < 0", "-1\n");
}
END_TEST

START_TEST(empty_is_not_missing) {
    import_all(&attendance, "school,day,pct,note\n12X001,2016-01-01,\"\",\"\"\n"
                            "12X001,2016-01-02,,\n");
    expect_query("SELECT day, pct IS NULL, note IS NULL, note = '' FROM attendance ORDER BY 1",
                 "2016-01-01|1|0|1\n2016-01-02|1|1|.\n");
}
END_TEST

START_TEST(rejects_say_why) {
    import_all(&attendance, "school,day,pct,enrolled\n"
                            "12X001,2016-01-01,104.2,1\n"
                            "99X999,2016-01-01,1,1\n"
                            "12X001,2016-02-30,1,1\n"
                            "12X001,,1,1\n"
                            "12X001,2016-01-05,x,1\n"
                            "12X001,2016-01-06,1,1.5\n"
                            "12X001,2016-01-07,1\n"
                            "12X001,2016-01-08,1,1,1\n"
                            "12X001,2016-01-09,1,1,\n"
                            ",2016-01-10,1,1\n"
                            "12X001,2016-01-09,2,2\n"
                            "12X001,\"2016-01-12\"x,2,2\n");
    ck_assert_uint_eq(result.rows, 12);
    ck_assert_uint_eq(result.stored, 1);
    ck_assert_uint_eq(result.rejected, 11);
    struct str first = arena_printf(&arena, "%s/a.csv:2: `pct` 104.2 is outside 0..100", folder);
    ck_assert_str_eq(result.first_reject.p, first.p);
    expect_query("SELECT line, \"column\", value, reason FROM rejects ORDER BY line",
                 "2|pct|104.2|`pct` 104.2 is outside 0..100\n"
                 "3|school|99X999|no school \"99X999\"\n"
                 "4|day|2016-02-30|`day` \"2016-02-30\" is not a date like 2025-09-01\n"
                 "5|day|.|`day` is missing\n"
                 "6|pct|x|`pct` \"x\" is not a number\n"
                 "7|enrolled|1.5|`enrolled` \"1.5\" is not an int\n"
                 "8|.|.|the row has 3 fields, the header 4\n"
                 "9|.|.|the row has 5 fields, the header 4\n"
                 "11|school|.|`school` is missing\n"
                 "12|.|.|the same key stands in line 10\n"
                 "13|.|.|text stands behind a closing quote\n");
    expect_query("SELECT number, \"table\", mode, rows, stored, rejected FROM imports",
                 "1|district|update|2|2|0\n2|school|update|2|2|0\n3|attendance|update|12|1|11\n");
    /* The next import of the file replaces its rejects. */
    import_all(&attendance, "school,day\n12X001,2016-01-01\n");
    expect_query("SELECT count(*) FROM rejects", "0\n");
}
END_TEST

START_TEST(domains) {
    import_all(&school, "dbn,borough,is public\na,Q,\nb,M,2\nc,x,\n\"d\",X,No\n");
    expect_query("SELECT line, reason FROM rejects ORDER BY line",
                 "2|`borough` \"Q\" is not one of \"M\", \"X\"\n"
                 "3|`public` \"2\" is not true or false\n"
                 "4|`borough` \"x\" is not one of \"M\", \"X\"\n");
    expect_query("SELECT public FROM school WHERE dbn = 'd'", "0\n");
}
END_TEST

START_TEST(bytes_that_are_no_text) {
    import_all(&school, "dbn,borough\nA\xC3\x89,M\nB\xE9,M\n");
    ck_assert_uint_eq(result.stored, 1);
    expect_query("SELECT line, reason FROM rejects", "3|the row is not valid UTF-8\n");
}
END_TEST

START_TEST(strict_refuses_all) {
    enum status status = import(&district, "code,title\n5,E\nx,F\n", IMPORT_UPDATE, true);
    expect_error(status, E0512, "a.csv:3: `code` \"x\" is not an int");
    expect_query("SELECT code FROM district ORDER BY 1", "1\n12\n");
    expect_query("SELECT count(*) FROM rejects", "0\n");
}
END_TEST

/* ---- the three ways ---- */

START_TEST(update_keeps_row_numbers) {
    expect_query("SELECT spoke_id, dbn FROM \"spoke$school\" ORDER BY 1", "1|01M015\n2|12X001\n");
    import_all(&school, "dbn,borough\n00M001,M\n12X001,M\n");
    expect_query("SELECT spoke_id, dbn, borough, opened FROM \"spoke$school\" ORDER BY 1",
                 "1|01M015|M|.\n2|12X001|M|10835\n3|00M001|M|.\n");
    import_all(&attendance, "school,day,pct,enrolled\n12X001,2016-01-01,1,7\n");
    import_all(&attendance, "school,day,pct\n12X001,2016-01-01,2\n01M015,2016-01-01,3\n");
    expect_query("SELECT school, pct, enrolled FROM attendance ORDER BY 1",
                 "01M015|3.0|.\n12X001|2.0|7\n");
}
END_TEST

START_TEST(twice_changes_nothing) {
    static const char file[] = "dbn,borough,district\nz,M,1\n12X001,,12\n";
    static const char rows[] = "school,day,pct,note\n12X001,2016-01-01,NS,\nz,2016-01-01,1,n\n";
    import_all(&school, file);
    import_all(&attendance, rows);
    query_on(store->db, "SELECT * FROM \"spoke$school\", \"spoke$attendance\"");
    char *before = strdup(got);
    ck_assert_ptr_nonnull(before);
    int64_t log = 1, changes = sqlite3_total_changes64(store->db);
    import_all(&school, file);
    ck_assert_uint_eq(result.stored, 2);
    import_all(&attendance, rows);
    expect_query("SELECT * FROM \"spoke$school\", \"spoke$attendance\"", before);
    /* Only the log grew. */
    ck_assert_int_eq(sqlite3_total_changes64(store->db) - changes, 2 * log);
    free(before);
}
END_TEST

START_TEST(append_refuses_stored_keys) {
    ck_assert_int_eq(import(&school, "dbn\nnew\n01M015\n", IMPORT_APPEND, false), ST_OK);
    expect_query("SELECT line, reason FROM rejects", "3|the key is already stored\n");
    import_all(&attendance, "school,day,pct\n12X001,2016-01-02,1\n");
    ck_assert_int_eq(import(&attendance,
                            "school,day,pct\n12X001,2016-01-03,2\n12X001,2016-01-02,2\n"
                            "12X001,2016-01-01,2\n",
                            IMPORT_APPEND, false),
                     ST_OK);
    ck_assert_uint_eq(result.stored, 2);
    expect_query("SELECT line, reason FROM rejects WHERE \"table\" = 'attendance'",
                 "3|the key is already stored\n");
    expect_query("SELECT day, pct FROM attendance ORDER BY 1",
                 "2016-01-01|2.0\n2016-01-02|1.0\n2016-01-03|2.0\n");
}
END_TEST

START_TEST(replace_forgets_the_others) {
    import_all(&attendance, "school,day,pct,enrolled\n12X001,2016-01-02,1,5\n"
                            "12X001,2016-01-03,1,5\n");
    ck_assert_int_eq(
        import(&attendance, "school,day,pct\n12X001,2016-01-03,2\n", IMPORT_REPLACE, false), ST_OK);
    expect_query("SELECT day, pct, enrolled FROM attendance", "2016-01-03|2.0|.\n");
    /* 01M015 goes, 12X001 keeps its number and loses what the file does not say. */
    ck_assert_int_eq(import(&school, "dbn,borough\n12X001,X\nnew,M\n", IMPORT_REPLACE, false),
                     ST_OK);
    expect_query("SELECT spoke_id, dbn, borough, opened FROM \"spoke$school\" ORDER BY 1",
                 "2|12X001|X|.\n3|new|M|.\n");
    /* A row that others refer to cannot go. */
    enum status status = import(&school, "dbn\nnew\n", IMPORT_REPLACE, false);
    expect_error(status, E0510, "1 rows of `attendance` refer to rows of `school`");
    expect_query("SELECT count(*) FROM school", "2\n");
}
END_TEST

/* ---- references ---- */

START_TEST(tree_in_any_order) {
    struct table_column columns[2] = {column("unit", plain(TY_TEXT, false)), {.label = STR("")}};
    struct table unit;
    make_table(&unit, "unit", columns, 2, 1);
    columns[1] = reference("parent", &unit, true);
    import_all(&unit, "unit,parent\nclass,grade\ngrade,school\nschool,\nlost,nowhere\n"
                      "below,lost\nfar,below\nself,self\n");
    expect_query("SELECT * FROM unit ORDER BY 1",
                 "class|grade\ngrade|school\nschool|.\nself|self\n");
    expect_query("SELECT line, \"column\", value, reason FROM rejects ORDER BY line",
                 "5|parent|nowhere|no unit \"nowhere\"\n6|parent|lost|no unit \"lost\"\n"
                 "7|parent|below|no unit \"below\"\n");
    import_all(&unit, "unit,parent\nroom,class\nclass,\n");
    expect_query("SELECT * FROM unit WHERE unit IN ('room', 'class') ORDER BY 1",
                 "class|.\nroom|class\n");
    ck_assert_int_eq(import(&unit, "unit,parent\na,\nb,a\nc,class\n", IMPORT_REPLACE, false),
                     ST_OK);
    expect_query("SELECT * FROM unit ORDER BY 1", "a|.\nb|a\n");
}
END_TEST

START_TEST(keys_that_are_references) {
    struct table_column columns[2];
    struct table head;
    columns[0] = reference("school", &school, false);
    columns[1] = column("name", plain(TY_TEXT, false));
    make_table(&head, "head", columns, 2, 1);
    struct table_column visit_columns[3];
    struct table visit;
    visit_columns[0] = reference("head", &head, false);
    visit_columns[1] = column("hours", plain(TY_FLOAT, false));
    make_table(&visit, "visit", visit_columns, 2, 2);
    import_all(&head, "school,name\n12X001,Ann\n01M015,Bea\n");
    import_all(&visit, "head,hours\n12X001,1.5\n12X001,-0\n12X001,0\n77,1\n");
    expect_query("SELECT * FROM head ORDER BY 1", "01M015|Bea\n12X001|Ann\n");
    expect_query("SELECT * FROM visit", "12X001|0.0\n12X001|1.5\n");
    expect_query("SELECT reason FROM rejects ORDER BY line",
                 "the same key stands in line 3\nno head \"77\"\n");
}
END_TEST

/* ---- order and duplicates ---- */

/* Keys of every shape, against an order made by SQLite. */
START_TEST(rows_lie_in_key_order) {
    enum { ROWS = 3000 };
    struct table_column columns[4];
    struct table t;
    columns[0] = column("a", plain(TY_TEXT, false));
    columns[1] = column("b", plain(TY_FLOAT, false));
    columns[2] = column("c", plain(TY_INT, false));
    make_table(&t, "t", columns, 3, 3);
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "a,b,c\n");
    uint64_t x = 1;
    for (int i = 0; i < ROWS; i++) {
        x = hash_word(x + 1);
        buf_printf(&text, "a long common start %.*s,%d.5,%lld\n", (int)(x % 9), "zyxwvutsr",
                   (int)(x >> 8 & 7) - 4, (long long)(int64_t)hash_word(x >> 20 & 3));
    }
    import_all(&t, text.p);
    buf_free(&text);
    ck_assert_uint_eq(result.rows, ROWS);
    ck_assert_uint_eq(result.stored + result.rejected, ROWS);
    ck_assert_uint_eq(result.stored, 9 * 8 * 4); /* all there are */
    /* Each reject names the first line of its key. */
    expect_query("SELECT count(*) FROM rejects WHERE CAST(substr(reason, 28) AS INTEGER) >= line "
                 "OR reason NOT LIKE 'the same key stands in line %'",
                 "0\n");
    expect_query("PRAGMA integrity_check", "ok\n");
}
END_TEST

START_TEST(entities_are_numbered_in_key_order) {
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "dbn\n");
    for (int i = 4999; i >= 0; i--)
        buf_printf(&text, "student-%04d\n", i);
    ck_assert_int_eq(import(&school, text.p, IMPORT_APPEND, false), ST_OK);
    buf_free(&text);
    expect_query("SELECT count(*) FROM \"spoke$school\" WHERE dbn LIKE 'student-%' AND "
                 "spoke_id <> CAST(substr(dbn, 9) AS INTEGER) + 3",
                 "0\n");
}
END_TEST

/* ---- headers and files ---- */

START_TEST(headers_that_fit) {
    import_all(&district, "extra; CODE ;Title\n1;2;three\n");
    expect_query("SELECT * FROM district WHERE code = 2", "2|three\n");
}
END_TEST

START_TEST(headers_that_do_not_fit) {
    expect_error(import(&district, "cod,tittle\n1,x\n", IMPORT_UPDATE, false), E0503,
                 "a.csv:1: no header `code`, `title` for table `district`");
    expect_error(import(&district, "kode,title\n1,x\n", IMPORT_UPDATE, false), E0503,
                 "did you mean the header `kode`? then write `from \"kode\"`");
    expect_error(import(&district, "Code,CODE,title\n1,2,x\n", IMPORT_UPDATE, false), E0503,
                 "more than one header `code`");
    expect_error(import(&district, "code,title,title\n1,2,x\n", IMPORT_UPDATE, false), E0503,
                 "the file has `code`, `title`, `title`");
    expect_query("SELECT count(*) FROM district", "2\n");
}
END_TEST

START_TEST(files_that_are_no_tables) {
    expect_error(import(&district, "", IMPORT_UPDATE, false), E0502, "a.csv` is empty");
    expect_error(import(&district, "code,title\n", IMPORT_REPLACE, false), E0502, "no rows");
    expect_error(import(&district, "code,title\n1,x\n2,\"y\n3,z\n", IMPORT_UPDATE, false), E0504,
                 "a.csv:3: a quote is opened and never closed");
    expect_error(import(&district,
                        "\x7f"
                        "ELF\x01\x02\x03\x04\x05\x06\x01\x02",
                        IMPORT_UPDATE, false),
                 E0504, "is no text file");
    expect_error(import_file(&district, in_folder("none.csv"), IMPORT_UPDATE, false, &result),
                 E0501, "none.csv` does not exist");
    expect_error(import_file(&district, str_of(folder), IMPORT_UPDATE, false, &result), E0501,
                 "is a folder");
    expect_query("SELECT count(*) FROM district", "2\n");
    control.capabilities = CAN_WRITE_STORE;
    ck_assert_int_eq(import(&district, "code,title\n1,x\n", IMPORT_UPDATE, false), ST_DENIED);
    control.capabilities = CAN_READ_FILES;
    ck_assert_int_eq(import(&district, "code,title\n1,x\n", IMPORT_UPDATE, false), ST_DENIED);
}
END_TEST

START_TEST(cut_off_file) {
    import_all(&attendance, "school,day,pct\n12X001,2016-01-02,1\n12X001,2016-01-0");
    ck_assert_uint_eq(result.stored, 1);
    expect_query("SELECT line, reason FROM rejects", "3|the row has 2 fields, the header 3\n");
}
END_TEST

/* ---- opening ---- */

static void expect_refused(const char *name, enum store_mode mode, enum code code,
                           const char *part) {
    struct store *none = NULL;
    enum status status = store_open(&host, in_folder(name), mode, nowhere, &none);
    ck_assert_ptr_null(none);
    expect_error(status, code, part);
}

START_TEST(what_is_no_store) {
    static const char text[] = "not a database, but long enough to be one, were it not text\n"
                               "not a database, but long enough to be one, were it not text\n";
    write_file("text.db", text);
    expect_refused("text.db", STORE_WRITE, E0505, "is not a Spoke store");
    FILE *f = fopen(in_folder("text.db").p, "rb");
    char back[sizeof text] = "";
    ck_assert_uint_eq(fread(back, 1, sizeof text, f), sizeof text - 1);
    fclose(f);
    ck_assert_str_eq(back, text);
    sqlite3 *other;
    ck_assert_int_eq(sqlite3_open(in_folder("other.db").p, &other), SQLITE_OK);
    sqlite3_exec(other, "CREATE TABLE x(a)", NULL, NULL, NULL);
    sqlite3_close(other);
    expect_refused("other.db", STORE_WRITE, E0505, "of another program");
    expect_refused("none.db", STORE_READ, E0501, "does not exist");
    expect_refused("no/folder.db", STORE_WRITE, E0501, "cannot be opened");
    expect_refused(".", STORE_WRITE, E0501, "is a folder");
    write_file("empty.db", "");
    expect_refused("empty.db", STORE_READ, E0505, "is empty");
    struct store *made;
    ck_assert_int_eq(store_open(&host, in_folder("empty.db"), STORE_WRITE, nowhere, &made), ST_OK);
    store_close(made);
}
END_TEST

/* Overwrites pages behind the first: the head still looks right. */
START_TEST(damaged_store) {
    store_close(store);
    FILE *f = fopen(in_folder("s.db").p, "r+b");
    ck_assert_ptr_nonnull(f);
    fseek(f, 100, SEEK_SET);
    for (int i = 0; i < 30000; i++)
        fputc(i * 7 % 251, f);
    fclose(f);
    store = NULL;
    expect_error(open_world(STORE_WRITE), E0509, "is damaged");
}
END_TEST

START_TEST(reading_only) {
    store_close(store);
    ck_assert_int_eq(open_world(STORE_READ), ST_OK);
    ck_assert_int_eq(store_ensure(store, &school), ST_OK);
    expect_error(import(&school, "dbn\nx\n", IMPORT_UPDATE, false), E0507, "for reading only");
    struct table_column columns[1] = {column("n", plain(TY_INT, false))};
    struct table fresh;
    make_table(&fresh, "fresh", columns, 1, 1);
    expect_error(store_ensure(store, &fresh), E0507, "for reading only");
    uint64_t n;
    ck_assert_int_eq(store_count(store, &school, &n), ST_OK);
    ck_assert_uint_eq(n, 2);
}
END_TEST

START_TEST(temporary_store) {
    store_close(store);
    ck_assert_int_eq(store_open(&host, STR_NONE, STORE_TEMPORARY, nowhere, &store), ST_OK);
    import_all(&district, "code,title\n1,x\n");
    expect_query("SELECT * FROM district", "1|x\n");
}
END_TEST

START_TEST(locked_by_another) {
    sqlite3 *other;
    ck_assert_int_eq(sqlite3_open(in_folder("s.db").p, &other), SQLITE_OK);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_busy_timeout(store->db, 50); /* the two seconds are SQLite's own affair */
    expect_error(import(&district, "code,title\n7,x\n", IMPORT_UPDATE, false), E0506,
                 "is locked by another program");
    expect_query("SELECT count(*) FROM district", "2\n"); /* reading goes on */
    sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(other);
    import_all(&district, "code,title\n7,x\n");
    expect_query("SELECT count(*) FROM district", "3\n");
}
END_TEST

/* ---- failures in the middle ---- */

static struct str many_rows(int n) {
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "code,title\n");
    for (int i = 0; i < n; i++)
        buf_printf(&text, "%d,a title that takes some room on the page %d\n", i, i);
    struct str path = write_file("many.csv", text.p);
    buf_free(&text);
    return path;
}

static enum status replace_districts(struct str path) {
    return import_file(&district, path, IMPORT_REPLACE, false, &result);
}

static void expect_untouched(void) {
    expect_query("SELECT * FROM district ORDER BY 1", "1|Downtown\n12|Bronx\n");
    expect_query("SELECT count(*) FROM imports", "2\n");
    expect_query("PRAGMA integrity_check", "ok\n");
    ck_assert_int_eq(sqlite3_get_autocommit(store->db), 1);
}

START_TEST(full_disk) {
    struct str path = many_rows(20000);
    query_on(store->db, "PRAGMA max_page_count = 60");
    expect_error(replace_districts(path), E0508, "no room left");
    expect_untouched();
    query_on(store->db, "PRAGMA max_page_count = 100000");
    ck_assert_int_eq(replace_districts(path), ST_OK);
}
END_TEST

static int reports, stop_at;
static void stop_after(void *user, const char *what, uint64_t done, uint64_t total) {
    UNUSED(user);
    ck_assert_str_eq(what, "importing district");
    ck_assert_uint_gt(done, 0);
    ck_assert_uint_gt(total, 0);
    if (++reports == stop_at)
        store_interrupt(store);
}

/* Stopped while reading, and while storing. */
START_TEST(interrupted) {
    struct str path = many_rows(40000);
    store->host.progress = stop_after;
    for (stop_at = 1; stop_at <= 6; stop_at++) {
        reports = 0;
        ck_assert_int_eq(replace_districts(path), ST_INTERRUPTED);
        atomic_store(&control.interrupted, false);
        ck_assert_int_eq(reports, stop_at);
        expect_untouched();
    }
    ck_assert_uint_eq(diags.all.n, 0); /* the caller says that the work was stopped */
    reports = stop_at = 0;
    ck_assert_int_eq(replace_districts(path), ST_OK);
    ck_assert_int_eq(reports,
                     7); /* three blocks read, then twice: storing, looking for rows to go */
}
END_TEST

START_TEST(every_call_for_memory_fails_once) {
    struct str path =
        write_file("few.csv", "dbn,borough,district,opened\nx,M,1,\ny,Q,1,\nx,M,12,\n");
    bool done = false;
    int failures = 0;
    for (uint64_t i = 1; !done; i++) {
        memory.fail_at = memory.calls + i;
        enum status status = import_file(&school, path, IMPORT_UPDATE, false, &result);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
        ck_assert_int_eq(sqlite3_get_autocommit(store->db), 1);
        if (!done) {
            failures++;
            expect_query("SELECT count(*) FROM school", "2\n");
        }
    }
    ck_assert_int_gt(failures, 20);
    expect_query("SELECT count(*) FROM school", "3\n");
}
END_TEST

START_TEST(errors_without_memory) {
    struct str path = write_file("bad.csv", "cod,tittle\n1,2\n");
    bool done = false;
    for (uint64_t i = 1; !done; i++) {
        memory.fail_at = memory.calls + i;
        enum status status = replace_districts(path);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert(status == ST_FAILED || (!done && status == ST_NO_MEMORY));
        ck_assert_ptr_eq(arena.escape, &escape);
    }
}
END_TEST

START_TEST(opening_without_memory) {
    store_close(store);
    bool done = false;
    for (uint64_t i = 1; !done; i++) {
        memory.fail_at = memory.calls + i;
        struct str path = {NULL, 0};
        enum status status = store_open(&host, path, STORE_TEMPORARY, nowhere, &store);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
    }
}
END_TEST

/* ---- declarations ---- */

START_TEST(new_nullable_columns_are_added) {
    school_columns[5] = column("phone", plain(TY_TEXT, true));
    school.n = 6;
    school.declaration = STR("table school { more }");
    ck_assert_int_eq(store_ensure(store, &school), ST_OK);
    import_all(&school, "dbn,phone\n12X001,555\n");
    expect_query("SELECT dbn, opened, phone FROM school ORDER BY 1",
                 "01M015|.|.\n12X001|1999-09-01|555\n");
    struct str *texts;
    uint32_t n;
    ck_assert_int_eq(store_declarations(store, &arena, &texts, &n), ST_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(texts[0].p, "table district { ... }");
    ck_assert_str_eq(texts[1].p, "table school { more }");
    uint64_t revision = store_revision(store);
    ck_assert_int_eq(store_ensure(store, &school), ST_OK);
    ck_assert_uint_eq(store_revision(store), revision);
}
END_TEST

START_TEST(other_differences_are_errors) {
    school_columns[1].type = plain(TY_INT, true);
    expect_error(store_ensure(store, &school), E0511,
                 "`borough` is stored as text null, declared as int null");
    school_columns[1].type = plain(TY_TEXT, true);
    school_columns[3].type = plain(TY_DATE, false);
    diags_init(&diags, &arena);
    expect_error(store_ensure(store, &school), E0511,
                 "`opened` is stored as date null, declared as date");
    school_columns[3].type = plain(TY_DATE, true);
    ck_assert_int_eq(store_ensure(store, &school), ST_OK);
    school_columns[5] = column("pupils", plain(TY_INT, false));
    school.n = 6;
    diags_init(&diags, &arena);
    expect_error(store_ensure(store, &school), E0511, "`pupils` is stored as nothing");
    diags_init(&diags, &arena);
    expect_error(import(&school, "dbn,pupils\nx,1\n", IMPORT_UPDATE, false), E0511,
                 "`pupils` is stored as nothing");
}
END_TEST

/* The statements an E0511 prints do what they promise. */
START_TEST(migration_migrates) {
    school.n = 3;
    school_columns[2] = column("pupils", plain(TY_INT, false));
    enum status status = store_ensure(store, &school);
    expect_error(status, E0511, "`district` is stored, but not declared");
    const struct diag *g = diags.all.at[diags.all.n - 1];
    const char *sql = strstr(g->notes.at[1].p, ":\n");
    ck_assert_ptr_nonnull(sql);
    char *error = NULL;
    sqlite3_exec(store->db, sql + 2, NULL, NULL, &error);
    ck_assert_msg(!error, "%s\n%s", error, sql);
    ck_assert_int_eq(store_ensure(store, &school), ST_OK);
    expect_query("SELECT * FROM school ORDER BY 1", "01M015|M|0\n12X001|X|0\n");
}
END_TEST

START_TEST(odd_names) {
    struct table_column columns[2] = {column("a \"b'", plain(TY_TEXT, false)),
                                      column("select", plain(TY_DATE, true))};
    struct table t;
    make_table(&t, "odd \"name'", columns, 2, 1);
    import_all(&t, "\"a \"\"b'\",select\nx,2020-01-01\n");
    expect_query("SELECT \"a \"\"b'\", \"select\" FROM \"odd \"\"name'\"", "x|2020-01-01\n");
    make_table(&t, "catalogue", columns, 2, 1);
    expect_error(store_ensure(store, &t), E0510, "keeps the name `catalogue`");
}
END_TEST

/* ---- savepoints ---- */

START_TEST(statements_can_be_undone) {
    ck_assert_int_eq(store_savepoint(store), ST_OK);
    import_all(&district, "code,title\n7,seven\n");
    ck_assert_int_eq(store_savepoint(store), ST_OK);
    import_all(&district, "code,title\n8,eight\n");
    store_rollback(store);
    expect_query("SELECT max(code), count(*) FROM district", "12|3\n");
    ck_assert_int_eq(store_release(store), ST_OK);
    ck_assert_int_eq(store_savepoint(store), ST_OK);
    import_all(&district, "code,title\n9,nine\n");
    store_rollback(store);
    expect_query("SELECT count(*) FROM district", "3\n");
    ck_assert_int_eq(sqlite3_get_autocommit(store->db), 1);
}
END_TEST

START_TEST(a_run_sees_one_state) {
    uint64_t n, revision = store_revision(store);
    sqlite3 *other;
    ck_assert_int_eq(sqlite3_open(in_folder("s.db").p, &other), SQLITE_OK);
    ck_assert_int_eq(store_begin(store), ST_OK);
    sqlite3_exec(other, "INSERT INTO \"spoke$district\" VALUES(99, 99, 'x')", NULL, NULL, NULL);
    ck_assert_int_eq(store_count(store, &district, &n), ST_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(store_revision(store), revision);
    store_end(store);
    ck_assert_int_eq(store_count(store, &district, &n), ST_OK);
    ck_assert_uint_eq(n, 3);
    ck_assert_uint_ne(store_revision(store), revision);
    sqlite3_close(other);
    /* A run and a statement round each other, either way. */
    ck_assert_int_eq(store_savepoint(store), ST_OK);
    ck_assert_int_eq(store_begin(store), ST_OK);
    store_end(store);
    import_all(&district, "code,title\n50,x\n");
    ck_assert_int_eq(store_begin(store), ST_OK);
    ck_assert_int_eq(store_release(store), ST_OK);
    store_end(store);
    ck_assert_int_eq(sqlite3_get_autocommit(store->db), 1);
    expect_query("SELECT count(*) FROM district", "4\n");
}
END_TEST

/* ---- inference ---- */

static void expect_inferred(const char *text, const char *declaration) {
    struct str got_text;
    enum status status = infer_file(write_file("i.csv", text), &got_text);
    ck_assert_int_eq(status, ST_OK);
    ck_assert_str_eq(got_text.p, declaration);
}

START_TEST(inference) {
    expect_inferred("id,first name,Score,when,ok,zip\n1,Ann,1,2020-01-01,true,01234\n"
                    "2,Bob,2.5,,false,99999\n3,Ann,,2020-02-01,no,12345\n",
                    "table t {\n"
                    "  key id\n"
                    "  id int\n"
                    "  first_name text from \"first name\"\n"
                    "  Score float null\n"
                    "  when date null\n"
                    "  ok bool\n"
                    "  zip text\n"
                    "}\n");
    expect_inferred("school,day,pct\nx,2020-01-01,1\nx,2020-01-02,2\ny,2020-01-01,NS\n"
                    "y,2020-01-02,3\ny,2020-01-03,4\n",
                    "table t {\n"
                    "  key school, day\n"
                    "  school text\n"
                    "  day date\n"
                    "  pct int null missing \"NS\"\n"
                    "}\n");
    expect_inferred("a,b,c,d\n1,1,1,x\n1,1,2,x\n1,2,1,x\n2,1,1,x\n", "table t {\n"
                                                                     "  key a, b, c\n"
                                                                     "  a int\n"
                                                                     "  b int\n"
                                                                     "  c int\n"
                                                                     "  d text\n"
                                                                     "}\n");
    expect_inferred("a,A,,match\n1,+5,2,3\n1,6,2,4\n", "table t {\n"
                                                       "  key A_2\n"
                                                       "  a int\n"
                                                       "  A_2 text from \"A\"\n"
                                                       "  c int from \"\"\n"
                                                       "  match_ int from \"match\"\n"
                                                       "}\n");
    expect_inferred("a\n12345678901234567890\n12345678901234567890\n",
                    "table t {\n"
                    "  # no one, two or three columns are different in every row: name the key\n"
                    "  key a\n"
                    "  a text\n"
                    "}\n");
    struct str none;
    expect_error(infer_file(write_file("i.csv", "a\n"), &none), E0502, "no rows");
}
END_TEST

START_TEST(inference_without_memory) {
    struct str path = write_file("i.csv", "a,b\n1,2\n1,3\n2,2\n"), text;
    bool done = false;
    for (uint64_t i = 1; !done; i++) {
        memory.fail_at = memory.calls + i;
        enum status status = infer_file(path, &text);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
    }
}
END_TEST

/* ---- real data ---- */

static bool find_data(char path[600], const char *name) {
    const char *data = getenv("SPOKE_DATA");
    snprintf(path, 600, "%s/nyc_daily_attendance/%s", data ? data : "../shared/data", name);
    return access(path, R_OK) == 0;
}

/* 1,101,303 rows of 1,745 schools on 697 days, 28,956 of them "NS". */
START_TEST(a_city) {
    char path[600];
    if (!find_data(path, "attendance.csv")) {
        printf("store: skipped, no %s (set SPOKE_DATA)\n", path);
        return;
    }
    school_columns[1] = column("school_name", plain(TY_TEXT, false));
    school.n = 2;
    attendance_columns[0].header = STR("dbn");
    attendance_columns[1].header = STR("date");
    attendance_columns[2].header = STR("attendance_pct");
    attendance.n = 3;
    ck_assert_int_eq(store_ensure(store, &school), ST_OK);
    ck_assert_int_eq(import_file(&attendance, str_of(path), IMPORT_UPDATE, false, &result), ST_OK);
    ck_assert_uint_eq(result.rejected, 1101303); /* no schools yet */
    find_data(path, "schools.csv");
    ck_assert_int_eq(import_file(&school, str_of(path), IMPORT_UPDATE, true, &result), ST_OK);
    ck_assert_uint_eq(result.stored, 1745);
    find_data(path, "attendance.csv");
    ck_assert_int_eq(import_file(&attendance, str_of(path), IMPORT_UPDATE, true, &result), ST_OK);
    ck_assert_uint_eq(result.stored, 1101303);
    expect_query("SELECT count(*), count(DISTINCT school), count(DISTINCT day), "
                 "sum(pct IS NULL) FROM attendance",
                 "1101303|1745|697|28956\n");
    /* The day of the snowstorm: the unweighted mean of the schools is 43.57. */
    expect_query("SELECT round(avg(pct), 2) FROM attendance WHERE day = '2014-02-13'", "43.57\n");
    ck_assert_uint_lt(memory.peak, 150u << 20);
}
END_TEST

static void add_imports(TCase *tests) {
    tcase_add_test(tests, every_type_comes_back);
    tcase_add_test(tests, empty_is_not_missing);
    tcase_add_test(tests, rejects_say_why);
    tcase_add_test(tests, domains);
    tcase_add_test(tests, bytes_that_are_no_text);
    tcase_add_test(tests, strict_refuses_all);
    tcase_add_test(tests, update_keeps_row_numbers);
    tcase_add_test(tests, twice_changes_nothing);
    tcase_add_test(tests, append_refuses_stored_keys);
    tcase_add_test(tests, replace_forgets_the_others);
    tcase_add_test(tests, tree_in_any_order);
    tcase_add_test(tests, keys_that_are_references);
    tcase_add_test(tests, rows_lie_in_key_order);
    tcase_add_test(tests, entities_are_numbered_in_key_order);
    tcase_add_test(tests, headers_that_fit);
    tcase_add_test(tests, headers_that_do_not_fit);
    tcase_add_test(tests, files_that_are_no_tables);
    tcase_add_test(tests, cut_off_file);
}

static void add_failures(TCase *tests) {
    tcase_add_test(tests, reading_only);
    tcase_add_test(tests, temporary_store);
    tcase_add_test(tests, locked_by_another);
    tcase_add_test(tests, full_disk);
    tcase_add_test(tests, interrupted);
    tcase_add_test(tests, every_call_for_memory_fails_once);
    tcase_add_test(tests, errors_without_memory);
    tcase_add_test(tests, new_nullable_columns_are_added);
    tcase_add_test(tests, other_differences_are_errors);
    tcase_add_test(tests, migration_migrates);
    tcase_add_test(tests, statements_can_be_undone);
    tcase_add_test(tests, a_run_sees_one_state);
}

Suite *store_suite(void) {
    Suite *suite = suite_create("store");
    add_imports(group(suite, "import", start_schools));
    add_failures(group(suite, "failures", start_schools));
    TCase *tests = group(suite, "empty store", start);
    tcase_add_test(tests, what_is_no_store);
    tcase_add_test(tests, damaged_store);
    tcase_add_test(tests, opening_without_memory);
    tcase_add_test(tests, odd_names);
    tcase_add_test(tests, inference);
    tcase_add_test(tests, inference_without_memory);
    tests = group(suite, "real data", start);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_city);
    return suite;
}
