/* The store: tables, imports, rejects, scans, failures. Tables are built by hand; what is stored is
 * read back through the views by plain SQL. */
#include "store/internal.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct alloc memory;
static struct arena arena;
static jmp_buf escape;
static struct types types;
static struct sources sources;
static struct diags diags;
static struct control control;
static struct store_host host;
static struct store *store;
static struct span nowhere;
static char folder[64];
static char got[8192]; /* what `query` read */
static struct import_result result;

/* ---- tables ---- */

static struct table_column district_columns[3], school_columns[6], attendance_columns[5];
static struct table district, school, attendance;
static struct code_value boroughs[3], not_sent[2];

static struct table_column column(const char *name, const struct type *type) {
    return (struct table_column){.name = str_of(name), .header = str_of(name), .type = type};
}

static struct table_column reference(const char *name, const struct table *to, bool nullable) {
    struct table_column c = column(name, type_ref(&types, to, nullable));
    c.to = to;
    return c;
}

static const struct type *plain(enum type_kind kind, bool nullable) {
    return type_scalar(&types, kind, nullable);
}

static void make_table(struct table *t, const char *name, struct table_column *columns, uint32_t n,
                       uint32_t nkeys) {
    *t = (struct table){.name = str_of(name), .columns = columns, .n = n, .nkeys = nkeys};
    for (uint32_t i = 0; i < nkeys; i++) {
        t->keys[i] = i;
        columns[i].is_key = true;
    }
    t->declaration = arena_printf(&arena, "table %s { ... }", name);
}

static void make_tables(void) {
    district_columns[0] = column("code", plain(TY_INT, false));
    district_columns[1] = column("title", plain(TY_TEXT, false));
    make_table(&district, "district", district_columns, 2, 1);

    school_columns[0] = column("dbn", plain(TY_TEXT, false));
    school_columns[1] = column("borough", plain(TY_TEXT, true));
    school_columns[2] = reference("district", &district, true);
    school_columns[3] = column("opened", plain(TY_DATE, true));
    school_columns[4] = column("public", plain(TY_BOOL, true));
    school_columns[4].header = STR("Is public");
    boroughs[0] = (struct code_value){.is_text = true, .text = STR("M")};
    boroughs[1] = (struct code_value){.is_text = true, .text = STR("X")};
    school_columns[1].one_of = boroughs;
    school_columns[1].none_of = 2;
    make_table(&school, "school", school_columns, 5, 1);

    attendance_columns[0] = reference("school", &school, false);
    attendance_columns[1] = column("day", plain(TY_DATE, false));
    attendance_columns[2] = column("pct", plain(TY_FLOAT, true));
    attendance_columns[3] = column("enrolled", plain(TY_INT, true));
    attendance_columns[4] = column("note", plain(TY_TEXT, true));
    not_sent[0] = (struct code_value){.is_text = true, .text = STR("NS")};
    not_sent[1] = (struct code_value){.text = STR("-9"), .number = -9};
    attendance_columns[2].missing = attendance_columns[3].missing = not_sent;
    attendance_columns[2].nmissing = attendance_columns[3].nmissing = 2;
    attendance_columns[2].has_range = true;
    attendance_columns[2].high = 100;
    make_table(&attendance, "attendance", attendance_columns, 5, 2);
}

/* ---- fixture ---- */

static struct str in_folder(const char *name) {
    return arena_printf(&arena, "%s/%s", folder, name);
}

static enum status open_store(enum store_mode mode) {
    return store_open(&host, in_folder("s.db"), mode, nowhere, &store);
}

static void start_memory(void) {
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&arena, &memory);
    arena.escape = &escape;
    ck_assert(setjmp(escape) == 0);
    types_init(&types, &arena);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    control_init(&control);
    control.capabilities = CAN_ALL;
    host = (struct store_host){.alloc = &memory, .control = &control, .diags = &diags};
}

static void start(void) {
    start_memory();
    strcpy(folder, "/tmp/spoke-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_tables();
    ck_assert_int_eq(open_store(STORE_WRITE), ST_OK);
}

static void stop(void) {
    char command[128];
    store_close(store);
    store = NULL;
    types_free(&types);
    arena_free(&arena);
    ck_assert_uint_eq(memory.used, 0);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static struct str write_file(const char *name, const char *text) {
    struct str path = in_folder(name);
    FILE *f = fopen(path.p, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static enum status import(const struct table *t, const char *text, enum import_mode mode,
                          bool strict) {
    return store_import(store, &arena, t, write_file("a.csv", text), mode, strict, nowhere,
                        &result);
}

static void import_all(const struct table *t, const char *text) {
    enum status status = import(t, text, IMPORT_UPDATE, false);
    if (status != ST_OK && diags.all.n)
        ck_abort_msg("%.*s", STR_ARG(diags.all.at[diags.all.n - 1]->message));
    ck_assert_int_eq(status, ST_OK);
}

/* Rows as lines, values joined by `|`, NULL as a dot. */
static void query_on(sqlite3 *db, const char *sql) {
    sqlite3_stmt *st = NULL;
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(db));
    size_t at = 0;
    got[0] = '\0';
    while (sqlite3_step(st) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(st) && at < sizeof got; i++) {
            const char *text = (const char *)sqlite3_column_text(st, i);
            at += (size_t)snprintf(got + at, sizeof got - at, "%s%s", i ? "|" : "",
                                   text ? text : ".");
        }
        at += (size_t)snprintf(got + at, sizeof got - at, "\n");
    }
    sqlite3_finalize(st);
}

static void expect_query(const char *sql, const char *rows) {
    query_on(store->db, sql);
    ck_assert_str_eq(got, rows);
}

/* The last error is `code`, and its message, notes and helps hold `parts`. */
static void expect_error(enum status status, enum code code, const char *part) {
    ck_assert_int_eq(status, ST_FAILED);
    ck_assert_uint_gt(diags.all.n, 0);
    const struct diag *g = diags.all.at[diags.all.n - 1];
    ck_assert_msg(g->code == code, "%s: %.*s", code_id(g->code), STR_ARG(g->message));
    struct buf all;
    buf_init(&all, &memory);
    diag_text(&all, &sources, g, false);
    bool has = strstr(all.p, part) != NULL;
    ck_assert_msg(has, "no '%s' in: %s", part, all.p);
    ck_assert_msg(g->helps.n > 0 || code == E0510, "no help: %s", all.p);
    buf_free(&all);
}

static void start_schools(void) {
    start();
    import_all(&district, "code,title\n1,Downtown\n12,Bronx\n");
    import_all(&school, "dbn,borough,district,opened,Is public\n"
                        "12X001,X,12,1999-09-01,yes\n"
                        "01M015,M,1,,\n");
}

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
    expect_error(import(&district, "code,title\n", IMPORT_UPDATE, false), E0502, "no rows");
    expect_error(import(&district, "code,title\n1,x\n2,\"y\n3,z\n", IMPORT_UPDATE, false), E0504,
                 "a.csv:3: a quote is opened and never closed");
    expect_error(
        import(&district, "PK\x03\x04\x01\x02\x03\x04\x05\x06\x01\x02", IMPORT_UPDATE, false),
        E0504, "is no text file");
    expect_error(store_import(store, &arena, &district, in_folder("none.csv"), IMPORT_UPDATE, false,
                              nowhere, &result),
                 E0501, "none.csv` does not exist");
    expect_error(store_import(store, &arena, &district, str_of(folder), IMPORT_UPDATE, false,
                              nowhere, &result),
                 E0501, "is a folder");
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
    expect_error(open_store(STORE_WRITE), E0509, "is damaged");
}
END_TEST

START_TEST(reading_only) {
    store_close(store);
    ck_assert_int_eq(open_store(STORE_READ), ST_OK);
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

static enum status import_file(struct str path) {
    return store_import(store, &arena, &district, path, IMPORT_REPLACE, false, nowhere, &result);
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
    expect_error(import_file(path), E0508, "no room left");
    expect_untouched();
    query_on(store->db, "PRAGMA max_page_count = 100000");
    ck_assert_int_eq(import_file(path), ST_OK);
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
        ck_assert_int_eq(import_file(path), ST_INTERRUPTED);
        atomic_store(&control.interrupted, false);
        ck_assert_int_eq(reports, stop_at);
        expect_untouched();
    }
    ck_assert_uint_eq(diags.all.n, 0); /* the caller says that the work was stopped */
    reports = 0;
    ck_assert_int_eq(import_file(path), ST_OK);
    ck_assert_int_eq(reports, 6); /* twice each for reading, storing, looking for rows that go */
}
END_TEST

START_TEST(every_call_for_memory_fails_once) {
    struct str path =
        write_file("few.csv", "dbn,borough,district,opened\nx,M,1,\ny,Q,1,\nx,M,12,\n");
    bool done = false;
    int failures = 0;
    for (uint64_t i = 1; !done; i++) {
        memory.fail_at = memory.calls + i;
        enum status status =
            store_import(store, &arena, &school, path, IMPORT_UPDATE, false, nowhere, &result);
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
        enum status status = import_file(path);
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

/* ---- scans ---- */

static struct column batch_columns[5];
static struct batch batch;
static struct exec_env env;
static const struct text *captured_text;

static union word captured(void *user, const struct relation *self, const struct symbol *s) {
    UNUSED(user);
    UNUSED(self);
    union word w = {.i = 11};
    if (s->type->kind == TY_TEXT)
        w.ref = (struct object *)(uintptr_t)captured_text;
    return w;
}

static struct node *node(enum node_kind kind, const struct type *type) {
    struct node *n = ARENA_NEW(&arena, struct node);
    n->kind = (uint8_t)kind;
    n->type = type;
    return n;
}

static struct node *two(enum node_kind kind, int op, struct node *a, struct node *b) {
    struct node *n = node(kind, plain(TY_BOOL, true));
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *literal(enum node_kind kind, enum type_kind type, int64_t value) {
    struct node *n = node(kind, plain(type, false));
    n->value.i = value;
    return n;
}

static struct node *text_literal(const char *text) {
    struct node *n = literal(N_TEXT, TY_TEXT, 0);
    n->text = str_of(text);
    return n;
}

static struct expr_input inputs[5];
static struct expr_input *all_inputs[5];

/* Attendance: slot of column i is 4 - i. */
static struct node *stored(uint32_t i) {
    struct node *n = node(N_INPUT, attendance_columns[i].type);
    n->note = &inputs[i];
    return n;
}

/* Rows of attendance for which `condition` holds, as days joined by blanks. */
static void expect_days_scanned(struct node *condition, bool in_key_order, const char *days) {
    static uint32_t columns[5] = {0, 1, 2, 3, 4}, slots[5] = {4, 3, 2, 1, 0};
    for (uint32_t i = 0; i < 5; i++) {
        inputs[i] = (struct expr_input){.slot = slots[i], .type = attendance_columns[i].type};
        all_inputs[i] = &inputs[i];
        batch_columns[slots[i]].type = attendance_columns[i].type;
        ck_assert(column_reserve(&memory, &batch_columns[slots[i]], BATCH_ROWS));
    }
    struct expr e = {.tree = condition, .inputs = all_inputs, .ninputs = 5};
    struct scan_test test = {.expr = &e};
    struct plan plan = {.base = BASE_SCAN,
                        .table = &attendance,
                        .scan_columns = columns,
                        .scan_slots = slots,
                        .nscan = 5,
                        .tests = &test,
                        .ntests = 1,
                        .in_key_order = in_key_order};
    env = (struct exec_env){.alloc = &memory, .control = &control, .captured = captured};
    batch = (struct batch){.columns = batch_columns, .nslots = 5};
    if (condition)
        ck_assert(plan_expr_is_sql(&e));
    else
        plan.ntests = 0;
    struct row_source *source;
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &source), ST_OK);
    char all[400] = "";
    do {
        ck_assert_int_eq(source->next(source, &batch), ST_OK);
        for (uint32_t i = 0; i < batch.n; i++) {
            char day[16];
            day_print(day, batch_columns[3].i[i]);
            strcat(strcat(all, all[0] ? " " : ""), day + 8);
        }
    } while (batch.n);
    ck_assert_int_eq(source->next(source, &batch), ST_OK); /* stays at the end */
    source->close(source);
    ck_assert_str_eq(all, days);
    for (uint32_t i = 0; i < 5; i++)
        column_free(&memory, &batch_columns[i]);
}

/* Row by row in the order of the key, and in batches as they lie. */
static void expect_days(struct node *condition, const char *days) {
    expect_days_scanned(condition, true, days);
    expect_days_scanned(condition, false, days);
}

static void start_scans(void) {
    start_schools();
    import_all(&attendance, "school,day,pct,enrolled,note\n"
                            "01M015,2016-01-01,1.5,10,a\n"
                            "01M015,2016-01-02,2,11,b\n"
                            "01M015,2016-01-03,NS,,\n"
                            "01M015,2016-02-04,3,-9,B\n"
                            "12X001,2016-02-05,99.25,12,c\n");
}

static struct node *not_(struct node *a) {
    return two(N_UNARY, TOK_NOT, a, NULL);
}

START_TEST(scans_compare) {
    expect_days(NULL, "01 02 03 04 05");
    expect_days(two(N_BINARY, TOK_EQ, stored(4), text_literal("b")), "02");
    expect_days(two(N_BINARY, TOK_LT, stored(4), text_literal("b")), "01 04");
    expect_days(two(N_BINARY, TOK_GE, stored(2), literal(N_INT, TY_INT, 2)), "02 04 05");
    expect_days(two(N_BINARY, TOK_NE, stored(3), literal(N_INT, TY_INT, 10)), "02 05");
    expect_days(not_(two(N_BINARY, TOK_EQ, stored(3), literal(N_INT, TY_INT, 10))), "02 05");
    struct node *missing = two(N_IS_MISSING, 0, stored(3), NULL);
    expect_days(missing, "03 04");
    expect_days(two(N_BINARY, TOK_OR, missing, two(N_BINARY, TOK_EQ, stored(4), text_literal("a"))),
                "01 03 04");
    missing->flags = FLAG_NEGATED;
    expect_days(two(N_BINARY, TOK_AND, missing,
                    two(N_BINARY, TOK_GT, stored(1),
                        literal(N_DATE, TY_DATE, day_of((struct ymd){2016, 1, 1})))),
                "02 05");
    struct node *negative = node(N_UNARY, plain(TY_INT, false));
    negative->op = TOK_MINUS;
    negative->a = literal(N_INT, TY_INT, 9);
    expect_days(two(N_BINARY, TOK_GT, stored(3), negative), "01 02 05");
}
END_TEST

static struct node *list(uint32_t n, struct node *a, struct node *b) {
    struct node *l = node(N_LIST, NULL);
    ARENA_PUSH(&arena, &l->list) = a;
    ARENA_PUSH(&arena, &l->list) = b;
    l->list.n = n;
    return l;
}

static struct node *outside(struct node *in) {
    in->flags = FLAG_NEGATED;
    return in;
}

/* A missing value is in no set; that it is not in one is never undecided. */
START_TEST(scans_ask_for_membership) {
    struct node *some = list(2, text_literal("a"), text_literal("c"));
    struct node *none = list(0, text_literal("a"), text_literal("c"));
    expect_days(two(N_IN, 0, stored(4), some), "01 05");
    expect_days(not_(two(N_IN, 0, stored(4), some)), "02 03 04");
    expect_days(outside(two(N_IN, 0, stored(4), some)), "02 03 04");
    expect_days(two(N_IN, 0, stored(4), none), "");
    expect_days(outside(two(N_IN, 0, stored(4), none)), "01 02 03 04 05");
    struct node *range = two(N_RANGE, 0, literal(N_INT, TY_INT, 2), literal(N_INT, TY_INT, 3));
    expect_days(two(N_IN, 0, stored(2), range), "02 04");
    expect_days(outside(two(N_IN, 0, stored(2), range)), "01 03 05");
    struct node *month = literal(N_PERIOD, TY_PERIOD, 0);
    month->value.i = period_pack(GRAIN_MONTH, 2016 * 12);
    struct node *days = node(N_CONVERT, type_range(&types, plain(TY_DATE, false)));
    days->a = month;
    expect_days(two(N_IN, 0, stored(1), days), "01 02 03");
    month->value.i = period_pack(GRAIN_DAY, day_of((struct ymd){2016, 1, 2}));
    expect_days(two(N_IN, 0, stored(1), days), "02");
    month->value.i = period_pack(GRAIN_MONTH, 2016 * 12);
    days->a = two(N_RANGE, 0, month,
                  literal(N_PERIOD, TY_PERIOD, period_pack(GRAIN_MONTH, 2016 * 12 + 1)));
    days->a->type = type_range(&types, plain(TY_PERIOD, false));
    expect_days(two(N_IN, 0, stored(1), days), "01 02 03 04 05");
}
END_TEST

START_TEST(scans_bind_captured_values) {
    struct symbol n = {.kind = SYM_VARIABLE, .type = plain(TY_INT, false)};
    struct symbol t = {.kind = SYM_VARIABLE, .type = plain(TY_TEXT, true)};
    struct node *number = node(N_NAME, n.type), *text = node(N_NAME, t.type);
    number->symbol = &n;
    text->symbol = &t;
    expect_days(two(N_BINARY, TOK_EQ, stored(3), number), "02");
    struct node *wide = node(N_CONVERT, plain(TY_FLOAT, false));
    wide->a = number;
    expect_days(two(N_BINARY, TOK_LT, stored(2), wide), "01 02 04");
    captured_text = text_pinned(&arena, STR("c"));
    expect_days(two(N_BINARY, TOK_EQ, stored(4), text), "05");
    captured_text = NULL;
    expect_days(two(N_BINARY, TOK_EQ, stored(4), text), "");
    n.type = number->type = plain(TY_INT, true); /* whether it is missing does not show */
    struct expr e = {
        .tree = two(N_BINARY, TOK_EQ, stored(3), number), .inputs = all_inputs, .ninputs = 5};
    ck_assert(!plan_expr_is_sql(&e));
}
END_TEST

START_TEST(what_sql_does_not_judge) {
    struct expr e = {.inputs = all_inputs, .ninputs = 5};
    for (uint32_t i = 0; i < 5; i++) {
        inputs[i] = (struct expr_input){.slot = i, .type = attendance_columns[i].type};
        all_inputs[i] = &inputs[i];
    }
    struct node *sum = two(N_BINARY, TOK_PLUS, stored(3), literal(N_INT, TY_INT, 1));
    struct node *cases[] = {
        two(N_BINARY, TOK_EQ, sum, literal(N_INT, TY_INT, 1)),
        two(N_BINARY, OP_LIKE, stored(4), text_literal("a%")),
        two(N_BINARY, TOK_EQ, stored(0), text_literal("01M015")), /* a reference */
        two(N_IN, 0, stored(3), node(N_NAME, type_list(&types, plain(TY_INT, false)))),
        literal(N_SHARE, TY_SHARE, 1),
        stored(4),
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        e.tree = cases[i];
        ck_assert_msg(!plan_expr_is_sql(&e), "case %zu", i);
    }
}
END_TEST

/* More rows than a batch holds; states go and come back; two scans at once. */
START_TEST(scans_fill_batches) {
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "code,title\n");
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, "%d,t%d\n", i, i % 7);
    import_all(&district, text.p);
    buf_free(&text);
    uint32_t columns[2] = {TABLE_ROW_NUMBER, 1}, slots[2] = {0, 1};
    struct plan plan = {.base = BASE_SCAN,
                        .table = &district,
                        .scan_columns = columns,
                        .scan_slots = slots,
                        .nscan = 2,
                        .in_key_order = true};
    struct column two_columns[2] = {{.type = plain(TY_INT, false)},
                                    {.type = plain(TY_TEXT, false)}};
    struct batch b = {.columns = two_columns, .nslots = 2};
    struct row_source *one, *other;
    env = (struct exec_env){.alloc = &memory, .control = &control};
    for (int i = 0; i < 2; i++)
        ck_assert(column_reserve(&memory, &two_columns[i], BATCH_ROWS));
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &one), ST_OK);
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &other), ST_OK);
    uint64_t total = 0, ids = 0;
    const struct text *sevenths = NULL;
    for (int turn = 0;; turn++) {
        struct row_source *s = turn % 2 ? other : one;
        ck_assert_int_eq(s->next(s, &b), ST_OK);
        if (!b.n)
            break;
        total += b.n;
        for (uint32_t i = 0; i < b.n; i++)
            ids += (uint64_t)two_columns[0].i[i];
        if (turn == 0)
            sevenths = two_columns[1].t[0];
        if (turn == 2)
            ck_assert_ptr_eq(sevenths, two_columns[1].t[7 - 2048 % 7]);
    }
    one->close(one);
    other->close(other);
    ck_assert_uint_eq(total, 10000);
    ck_assert_uint_eq(ids, 2 * (5000ull * 5001 / 2));
    for (int i = 0; i < 2; i++)
        column_free(&memory, &two_columns[i]);
}
END_TEST

static struct column enrolled;
static struct batch enrolled_batch;

/* Days 0 to 4095 of one school; the first half without a number of enrolled students. */
static struct row_source *scan_enrolled(struct scan_test *test, bool in_key_order) {
    static uint32_t columns[1] = {3}, slots[1] = {0};
    static struct plan plan;
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "school,day,enrolled\n");
    for (int i = 0; i < 4096; i++) {
        char day[16];
        day_print(day, i);
        buf_printf(&text, i < 2048 ? "01M015,%s,\n" : "01M015,%s,5\n", day);
    }
    ck_assert_int_eq(import(&attendance, text.p, IMPORT_REPLACE, false), ST_OK);
    buf_free(&text);
    plan = (struct plan){.base = BASE_SCAN,
                         .table = &attendance,
                         .scan_columns = columns,
                         .scan_slots = slots,
                         .nscan = 1,
                         .tests = test,
                         .ntests = test != NULL,
                         .in_key_order = in_key_order};
    enrolled = (struct column){.type = attendance_columns[3].type};
    enrolled_batch = (struct batch){.columns = &enrolled, .nslots = 1};
    struct row_source *source;
    env = (struct exec_env){.alloc = &memory, .control = &control};
    ck_assert(column_reserve(&memory, &enrolled, BATCH_ROWS));
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &source), ST_OK);
    return source;
}

/* Missing in the first batch, present in the second, in the same place; nothing after them. */
START_TEST(scans_forget_the_last_batch) {
    struct row_source *source = scan_enrolled(NULL, _i == 0);
    for (int turn = 0; turn < 2; turn++) {
        ck_assert_int_eq(source->next(source, &enrolled_batch), ST_OK);
        ck_assert_uint_eq(enrolled_batch.n, 2048);
        for (uint32_t i = 0; i < 2048; i++)
            ck_assert_int_eq(column_state(&enrolled, i), turn ? PRESENT : MISSING);
    }
    ck_assert_int_eq(source->next(source, &enrolled_batch), ST_OK);
    ck_assert_uint_eq(enrolled_batch.n, 0);
    source->close(source);
    column_free(&memory, &enrolled);
}
END_TEST

/* No row passes, so no batch is ever given: the scan itself has to ask. */
START_TEST(scans_are_interrupted) {
    struct expr_input input = {.slot = 0, .type = attendance_columns[3].type};
    struct expr_input *all[1] = {&input};
    struct node *value = node(N_INPUT, input.type);
    value->note = &input;
    struct node *below = two(N_BINARY, TOK_LT, value, literal(N_INT, TY_INT, 0));
    struct expr e = {.tree = below, .inputs = all, .ninputs = 1};
    struct scan_test test = {.expr = &e};
    struct row_source *source = scan_enrolled(&test, _i == 0);
    atomic_store(&control.interrupted, true);
    ck_assert_int_eq(source->next(source, &enrolled_batch), ST_INTERRUPTED);
    source->close(source);
    atomic_store(&control.interrupted, false);
    column_free(&memory, &enrolled);
    source = scan_enrolled(&test, _i == 0);
    ck_assert_int_eq(source->next(source, &enrolled_batch), ST_OK);
    ck_assert_uint_eq(enrolled_batch.n, 0);
    source->close(source);
    column_free(&memory, &enrolled);
}
END_TEST

START_TEST(only_scans_call_spoke_rows) {
    char *message = NULL;
    ck_assert_int_eq(sqlite3_exec(store->db, "SELECT spoke_rows(1)", NULL, NULL, &message),
                     SQLITE_ERROR);
    ck_assert_str_eq(message, "spoke_rows is for scans only");
    sqlite3_free(message);
}
END_TEST

START_TEST(dimensions) {
    struct dimension d, again;
    ck_assert_int_eq(store_begin(store), ST_OK);
    ck_assert_int_eq(store_dimension(store, &school, 2, &d), ST_OK);
    ck_assert_uint_eq(d.n, 3);
    ck_assert_int_eq(column_state(d.column, 0), MISSING);
    ck_assert_int_eq(d.column->i[1], 1); /* row numbers of districts */
    ck_assert_int_eq(d.column->i[2], 2);
    ck_assert_int_eq(store_dimension(store, &school, 2, &again), ST_OK);
    ck_assert_ptr_eq(d.column, again.column);
    ck_assert_int_eq(store_dimension(store, &school, 0, &d), ST_OK);
    ck_assert(str_is(text_str(d.column->t[2]), "12X001"));
    ck_assert_ptr_null(d.column->t[0]);
    /* Changed in the middle of a run: a new column, and the old one still there. */
    import_all(&school, "dbn\nzz\n");
    ck_assert_int_eq(store_dimension(store, &school, 0, &again), ST_OK);
    ck_assert_uint_eq(again.n, 4);
    ck_assert(str_is(text_str(again.column->t[3]), "zz"));
    ck_assert(str_is(text_str(d.column->t[1]), "01M015"));
    store_end(store);
    ck_assert_int_eq(store_begin(store), ST_OK);
    store_end(store);
}
END_TEST

START_TEST(dimension_of_an_empty_table) {
    struct dimension d;
    ck_assert_int_eq(store_ensure(store, &district), ST_OK);
    ck_assert_int_eq(store_dimension(store, &district, 1, &d), ST_OK);
    ck_assert_uint_eq(d.n, 1);
    ck_assert_int_eq(column_state(d.column, 0), MISSING);
}
END_TEST

/* ---- inference ---- */

static void expect_inferred(const char *text, const char *declaration) {
    struct str got_text;
    enum status status =
        store_infer(store, &arena, STR("t"), write_file("i.csv", text), nowhere, &got_text);
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
    expect_error(store_infer(store, &arena, STR("t"), write_file("i.csv", "a\n"), nowhere, &none),
                 E0502, "no rows");
}
END_TEST

START_TEST(inference_without_memory) {
    struct str path = write_file("i.csv", "a,b\n1,2\n1,3\n2,2\n"), text;
    bool done = false;
    for (uint64_t i = 1; !done; i++) {
        memory.fail_at = memory.calls + i;
        enum status status = store_infer(store, &arena, STR("t"), path, nowhere, &text);
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
    ck_assert_int_eq(store_import(store, &arena, &attendance, str_of(path), IMPORT_UPDATE, false,
                                  nowhere, &result),
                     ST_OK);
    ck_assert_uint_eq(result.rejected, 1101303); /* no schools yet */
    find_data(path, "schools.csv");
    ck_assert_int_eq(
        store_import(store, &arena, &school, str_of(path), IMPORT_UPDATE, true, nowhere, &result),
        ST_OK);
    ck_assert_uint_eq(result.stored, 1745);
    find_data(path, "attendance.csv");
    ck_assert_int_eq(store_import(store, &arena, &attendance, str_of(path), IMPORT_UPDATE, true,
                                  nowhere, &result),
                     ST_OK);
    ck_assert_uint_eq(result.stored, 1101303);
    expect_query("SELECT count(*), count(DISTINCT school), count(DISTINCT day), "
                 "sum(pct IS NULL) FROM attendance",
                 "1101303|1745|697|28956\n");
    /* The day of the snowstorm: the unweighted mean of the schools is 43.57. */
    expect_query("SELECT round(avg(pct), 2) FROM attendance WHERE day = '2014-02-13'", "43.57\n");
    ck_assert_uint_lt(memory.peak, 150u << 20);
}
END_TEST

static TCase *group(Suite *suite, const char *name, void (*begin)(void)) {
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, begin, stop);
    suite_add_tcase(suite, tests);
    return tests;
}

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
    tcase_add_test(tests, dimensions);
}

Suite *store_suite(void) {
    Suite *suite = suite_create("store");
    add_imports(group(suite, "import", start_schools));
    add_failures(group(suite, "failures", start_schools));
    TCase *tests = group(suite, "scans", start_scans);
    tcase_add_test(tests, scans_compare);
    tcase_add_test(tests, scans_ask_for_membership);
    tcase_add_test(tests, scans_bind_captured_values);
    tcase_add_test(tests, what_sql_does_not_judge);
    tcase_add_test(tests, scans_fill_batches);
    tcase_add_loop_test(tests, scans_forget_the_last_batch, 0, 2);
    tcase_add_loop_test(tests, scans_are_interrupted, 0, 2);
    tcase_add_test(tests, only_scans_call_spoke_rows);
    tests = group(suite, "empty store", start);
    tcase_add_test(tests, what_is_no_store);
    tcase_add_test(tests, damaged_store);
    tcase_add_test(tests, opening_without_memory);
    tcase_add_test(tests, odd_names);
    tcase_add_test(tests, dimension_of_an_empty_table);
    tcase_add_test(tests, inference);
    tcase_add_test(tests, inference_without_memory);
    tests = group(suite, "real data", start);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_city);
    return suite;
}
