/* Formats of imports: JSON lines, gzip, other databases, each by hand; fields that are recalled;
 * and imports that are larger than the memory given to them, against the same imports as rows. */
#include "store_world.h"

#include "store/recall.h"
#include "store/records.h"
#include "store/spill.h"
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

static struct records records;

static struct str write_all(const char *name, const void *bytes, size_t n) {
    struct str path = in_folder(name);
    FILE *f = fopen(path.p, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
    return path;
}

static enum status open_records(struct str path, const char *table) {
    struct record_file file = {
        .span = nowhere, .path = path, .table = str_of(table), .into = STR("t")};
    return records_open(&records, store, &file);
}

/* The fields joined by `|`: quoted ones as <...>, nested ones as {}, bytes as #. */
static void put_fields(char *out, size_t room) {
    out[0] = '\0';
    for (uint32_t i = 0; i < records.nfields; i++) {
        const struct csv_field *f = &records.fields[i];
        size_t at = strlen(out);
        const char *form = f->quoted ? "%s<%.*s>" : "%s%.*s";
        if (f->kind != FIELD_TEXT)
            snprintf(out + at, room - at, "%s%s", i ? "|" : "", f->kind == FIELD_BLOB ? "#" : "{}");
        else
            snprintf(out + at, room - at, form, i ? "|" : "", (int)f->n, f->p);
    }
}

static void expect_fields(const char *wanted) {
    char fields[2000];
    put_fields(fields, sizeof fields);
    ck_assert_str_eq(fields, wanted);
}

static void expect_row(const char *wanted, unsigned line) {
    enum status status = ST_OK;
    ck_assert(records_next(&records, &status));
    ck_assert_ptr_null(records.flaw);
    expect_fields(wanted);
    ck_assert_uint_eq(records.line, line);
}

static void expect_flaw(const char *flaw, unsigned line) {
    enum status status = ST_OK;
    ck_assert(records_next(&records, &status));
    ck_assert_ptr_nonnull(records.flaw);
    ck_assert_msg(strstr(records.flaw, flaw), "%s", records.flaw);
    ck_assert_uint_eq(records.line, line);
}

static void expect_end(void) {
    enum status status = ST_OK;
    ck_assert(!records_next(&records, &status));
    ck_assert_int_eq(status, ST_OK);
}

/* ---- JSON lines ---- */

START_TEST(objects_become_rows) {
    static const char text[] =
        "\xEF\xBB\xBF{\"a\":1,\"b\":\"x\"}\r\n"
        "\n"
        " { \"b\" : \"\" , \"c\" : null , \"a\" : -2.50e+3 } \n"
        "{}\n"
        "{\"c\":true,\"a\":[1,{\"d\":\"]\\\"\"}],\"b\":{\"e\":[]}}\n"
        "{\"b\":\"\\u00e9\\ud83d\\ude00\\n\\\"\\/\\t\\\\\",\"a\":123456789012345678901234567890}";
    ck_assert_int_eq(open_records(write_file("a", text), ""), ST_OK);
    ck_assert_int_eq(records.format, RECORDS_JSON);
    expect_fields("a|b|c");
    expect_row("1|<x>|", 1);
    expect_row("-2.50e+3|<>|", 3);
    expect_row("||", 4);
    expect_row("{}|{}|true", 5);
    expect_row("123456789012345678901234567890|<\xC3\xA9\xF0\x9F\x98\x80\n\"/\t\\>|", 6);
    expect_end();
    records_close(&records);
}
END_TEST

static const struct {
    const char *line, *flaw;
} flaws[] = {
    {"nope", "not a JSON object"},
    {"[1,2]", "not a JSON object"},
    {"{\"a\":1", "an object is not closed"},
    {"{\"a\":1,}", "a key has to stand here"},
    {"{\"a\" 1}", "no `:` behind a key"},
    {"{a:1}", "a key has to stand here"},
    {"{\"a\":01}", "a wrong value"},
    {"{\"a\":+1}", "a wrong value"},
    {"{\"a\":1.}", "a wrong value"},
    {"{\"a\":.5}", "a wrong value"},
    {"{\"a\":1e}", "a wrong value"},
    {"{\"a\":-}", "a wrong value"},
    {"{\"a\":nul}", "a wrong value"},
    {"{\"a\":NaN}", "a wrong value"},
    {"{\"a\":truex}", "an object is not closed"},
    {"{\"a\":\"x}", "a string is not closed"},
    {"{\"a\":\"\\x\"}", "a wrong \\"},
    {"{\"a\":\"\\u12g4\"}", "a wrong \\u"},
    {"{\"a\":\"\\u12\"}", "a wrong \\u"},
    {"{\"a\":\"\\ud83d\"}", "half a character"},
    {"{\"a\":\"\\ude00\"}", "half a character"},
    {"{\"a\":\"\\ud83dx\\ude00\"}", "half a character"},
    {"{\"a\":\"\\u0000\"}", "zero byte"},
    {"{\"a\":\"\x01\"}", "a control character"},
    {"{\"a\":\"\xE9\"}", "not valid UTF-8"},
    {"{\"a\":1,\"a\":2}", "a key stands twice"},
    {"{\"a\":1,\"\\u0061\":2}", "a key stands twice"},
    {"{\"a\":1} {\"a\":2}", "behind the object"},
    {"{\"a\":[1,2}", "brackets that do not fit"},
    {"{\"a\":[{\"b\":1]}", "brackets that do not fit"},
    {"{\"a\":[\"]}", "not closed"},
};

START_TEST(objects_with_flaws) {
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "{\"a\":0}\n");
    for (size_t i = 0; i < COUNT_OF(flaws); i++)
        buf_printf(&text, "%s\n", flaws[i].line);
    buf_text(&text, "{\"a\":9}\n");
    struct str path = write_all("a", text.p, text.n);
    buf_free(&text);
    ck_assert_int_eq(open_records(path, ""), ST_OK);
    expect_row("0", 1);
    for (size_t i = 0; i < COUNT_OF(flaws); i++)
        expect_flaw(flaws[i].flaw, (unsigned)i + 2);
    expect_row("9", COUNT_OF(flaws) + 2);
    expect_end();
    records_close(&records);
}
END_TEST

START_TEST(objects_nested_to_the_limit) {
    struct buf text;
    buf_init(&text, &memory);
    for (unsigned deep = 255; deep <= 257; deep++) {
        buf_text(&text, "{\"a\":");
        buf_repeat(&text, "[", deep);
        buf_repeat(&text, "]", deep);
        buf_text(&text, "}\n");
    }
    buf_text(&text, "{\"a\":");
    buf_repeat(&text, "{\"a\":", 100000);
    struct str path = write_all("a", text.p, text.n);
    buf_free(&text);
    ck_assert_int_eq(open_records(path, ""), ST_OK);
    expect_row("{}", 1);
    expect_row("{}", 2);
    expect_flaw("nested more than 256 deep", 3);
    expect_flaw("nested more than 256 deep", 4);
    expect_end();
    records_close(&records);
}
END_TEST

START_TEST(objects_that_are_no_table) {
    struct buf text;
    buf_init(&text, &memory);
    for (unsigned i = 0; i <= JSON_MOST_KEYS; i++)
        buf_printf(&text, "{\"k%u\":1}\n", i);
    struct str wide = write_all("wide", text.p, text.n);
    buf_clear(&text);
    buf_text(&text, "{\"a\":1}\n{\"a\":\"");
    buf_repeat(&text, "x", CSV_FIELD_LIMIT + 1);
    buf_text(&text, "\"}\n");
    struct str string = write_all("string", text.p, text.n);
    buf_clear(&text);
    buf_text(&text, "{\"a\":1}\n{\"a\":[");
    buf_repeat(&text, "1,", CSV_ROW_LIMIT / 2);
    buf_text(&text, "1]}\n");
    struct str line = write_all("line", text.p, text.n);
    buf_free(&text);
    expect_error(open_records(wide, ""), E0513, "more than 4096 different keys");
    records_close(&records);
    expect_error(open_records(string, ""), E0513, "2: a field is longer than 1 MiB");
    records_close(&records);
    expect_error(open_records(line, ""), E0513, "2: a field is longer than 1 MiB");
    records_close(&records);
    expect_error(open_records(write_file("none", "{\n\"a\": 1\n}\n"), ""), E0504, "jq -c");
    records_close(&records);
    expect_error(open_records(write_file("csv", "a,b\n1,2\n"), "x"), E0504, "holds one table");
    records_close(&records);
}
END_TEST

/* ---- gzip ---- */

static size_t packed(const char *text, size_t n, unsigned char *out, size_t room) {
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)text;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static const char three[] = "a,b\n1,\"x\n\"\n2,y\n";

static enum status read_whole(struct str path) {
    enum status status = open_records(path, "");
    while (status == ST_OK && records_next(&records, &status))
        continue;
    records_close(&records);
    return status;
}

START_TEST(packed_members_follow_each_other) {
    unsigned char bytes[1000] = {0};
    size_t n = packed(three, sizeof three - 1, bytes, 400);
    n += packed("", 0, bytes + n, 100);
    n += packed("3,z\n", 4, bytes + n, 100);
    ck_assert_int_eq(open_records(write_all("a", bytes, n + 200), ""), ST_OK); /* zeros behind */
    expect_fields("a|b");
    expect_row("1|<x\n>", 2);
    expect_row("2|y", 4);
    expect_row("3|z", 5);
    expect_end();
    records_close(&records);
    n = packed("{\"a\":1}\n", 8, bytes, sizeof bytes);
    ck_assert_int_eq(open_records(write_all("a", bytes, n), ""), ST_OK);
    expect_row("1", 1);
    records_close(&records);
}
END_TEST

START_TEST(packed_and_cut_off_anywhere) {
    unsigned char bytes[400];
    size_t n = packed(three, sizeof three - 1, bytes, sizeof bytes);
    for (size_t kept = 3; kept < n; kept++)
        expect_error(read_whole(write_all("a", bytes, kept)), E0504, "ends before its time");
    ck_assert_int_eq(read_whole(write_all("a", bytes, n)), ST_OK);
}
END_TEST

/* The bits that fill up the last byte of the packed data mean nothing; all others count. */
START_TEST(packed_and_damaged_anywhere) {
    unsigned char bytes[400];
    size_t n = packed(three, sizeof three - 1, bytes, sizeof bytes);
    unsigned harmless = 0;
    for (size_t bit = 80; bit < 8 * n; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        harmless += read_whole(write_all("a", bytes, n)) == ST_OK;
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    ck_assert_uint_lt(harmless, 8);
}
END_TEST

START_TEST(packed_bomb) {
    enum { SIZE = 70 << 20 };
    char *lines = malloc(SIZE);
    unsigned char *bytes = malloc(1 << 20);
    ck_assert(lines && bytes);
    memset(lines, '\n', SIZE);
    memcpy(lines, "a\n1", 3);
    size_t n = packed(lines, SIZE, bytes, 1 << 20);
    expect_error(read_whole(write_all("a", bytes, n)), E0513, "more than 200 times");
    ck_assert_uint_lt(memory.peak, 8 << 20);
    free(lines);
    free(bytes);
}
END_TEST

/* ---- other databases ---- */

static struct str make_database(const char *sql) {
    struct str path = in_folder("other.db");
    sqlite3 *db;
    remove(path.p);
    ck_assert_int_eq(sqlite3_open(path.p, &db), SQLITE_OK);
    char *error = NULL;
    sqlite3_exec(db, sql, NULL, NULL, &error);
    ck_assert_msg(!error, "%s", error);
    sqlite3_close(db);
    return path;
}

START_TEST(tables_of_other_databases) {
    struct str path = make_database(
        "CREATE TABLE t(a, \"b c\"); CREATE TABLE u(x); CREATE VIEW v AS SELECT a + 1 AS n FROM t"
        " WHERE typeof(a) = 'integer';"
        "INSERT INTO t VALUES(1, 'x'), (-9223372036854775808, ''), (NULL, 0.1), (1e300, x'00ff'),"
        " (1e999, '7'), ('z' || char(0), 'y'), (CAST(x'e9' AS TEXT), 'y')");
    ck_assert_int_eq(open_records(path, ""), ST_OK);
    expect_fields("a|b c");
    expect_row("1|<x>", 1);
    expect_row("-9223372036854775808|<>", 2);
    expect_row("|0.1", 3);
    expect_row("1e300|#", 4);
    expect_row("infinite|<7>", 5);
    expect_flaw("zero byte", 6);
    expect_flaw("not valid UTF-8", 7);
    expect_end();
    records_close(&records);
    ck_assert_int_eq(open_records(path, "v"), ST_OK);
    expect_row("2", 1);
    records_close(&records);
    expect_error(open_records(path, "w"), E0501, "no such table: w");
    records_close(&records);
}
END_TEST

START_TEST(the_table_that_is_meant) {
    ck_assert_int_eq(open_records(make_database("CREATE TABLE alone(x)"), ""), ST_OK);
    records_close(&records);
    ck_assert_int_eq(open_records(make_database("CREATE TABLE a(x); CREATE TABLE T(y)"), ""),
                     ST_OK);
    expect_fields("y");
    records_close(&records);
    expect_error(open_records(make_database("CREATE TABLE a(x); CREATE TABLE b(y)"), ""), E0501,
                 "has no table `t`; it has `a`, `b`");
    records_close(&records);
    expect_error(open_records(make_database("CREATE TABLE a(x); DROP TABLE a"), ""), E0501,
                 "without tables");
    records_close(&records);
}
END_TEST

START_TEST(a_database_that_is_damaged) {
    struct str path = make_database(
        "CREATE TABLE t(a, b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 3000) INSERT INTO t SELECT i, 'text ' || i FROM n");
    FILE *f = fopen(path.p, "r+b");
    ck_assert_ptr_nonnull(f);
    for (long page = 1; page < 12; page++) {
        fseek(f, page * 4096, SEEK_SET);
        for (int i = 0; i < 4096; i++)
            fputc(0xA5, f);
    }
    fclose(f);
    expect_error(read_whole(path), E0501, "cannot be read: database disk image is malformed");
    expect_error(read_whole(write_all("short", "SQLite format 3", 16)), E0501, "cannot be read");
    expect_error(read_whole(write_all("head", "SQLite format 3\0and then nothing like it", 40)),
                 E0501, "cannot be read: file is not a database");
}
END_TEST

/* ---- fields that are recalled ---- */

static struct csv_field field(const char *text, bool quoted) {
    return (struct csv_field){.p = text, .n = (uint32_t)strlen(text), .quoted = quoted};
}

START_TEST(recalls_what_it_was_told) {
    enum { MANY = 3000 };
    static char texts[MANY][24];
    struct recall r = {.n = 0};
    for (int i = 0; i < MANY; i++) {
        memset(texts[i], 'a' + i % 3, 23);
        snprintf(texts[i] + i % 12, 12, "%d", i * 7919);
        struct csv_field f = field(texts[i], i % 2);
        ck_assert(recall_add(&r, &memory, &f, i, i % 5 == 0));
    }
    for (int i = MANY; i-- > 0;) {
        struct csv_field f = field(texts[i], i % 2), other = field(texts[i], !(i % 2));
        const struct recalled *e = recall_find(&r, &f);
        ck_assert_ptr_null(recall_find(&r, &other));
        ck_assert_int_eq(e != NULL, f.n <= RECALL_BYTES);
        ck_assert(!e || (e->word == i && e->missing == (i % 5 == 0)));
    }
    static const char *const near[] = {"",    "a",   "b",   "aa",   "ab",    "ba",
                                       "aba", "aaa", "aab", "aaaa", "aaaaa", "baaaa"};
    recall_free(&r, &memory);
    for (size_t i = 0; i < COUNT_OF(near); i++) {
        struct csv_field f = field(near[i], false);
        ck_assert_ptr_null(recall_find(&r, &f));
        ck_assert(recall_add(&r, &memory, &f, (int64_t)i, false));
    }
    for (size_t i = 0; i < COUNT_OF(near); i++) {
        struct csv_field f = field(near[i], false);
        ck_assert_int_eq(recall_find(&r, &f)->word, (int64_t)i);
    }
    recall_free(&r, &memory);
}
END_TEST

/* Numbers that never come again are not kept for long. */
START_TEST(recalls_only_what_helps) {
    struct recall r = {.n = 0};
    char text[24];
    for (int i = 0; i < 3 * RECALL_MOST; i++) {
        snprintf(text, sizeof text, "%d", i);
        struct csv_field f = field(text, false);
        if (!recall_find(&r, &f))
            ck_assert(recall_add(&r, &memory, &f, i, false));
        ck_assert_uint_le(r.n, RECALL_MOST);
    }
    ck_assert(r.off);
    ck_assert_uint_eq(r.room, 0);
    recall_free(&r, &memory);
}
END_TEST

/* ---- more rows than memory ---- */

static struct table twin;

static void start_twins(void) {
    start_schools();
    twin = attendance;
    twin.name = STR("twin");
    twin.declaration = STR("table twin { ... }");
    twin.storage = STORED_ROWS;
}

/* Rows in no order, with keys that stand twice, missing values and rows that do not fit. */
static struct str many_rows(unsigned n) {
    struct str path = in_folder("many.csv");
    FILE *f = fopen(path.p, "wb");
    ck_assert_ptr_nonnull(f);
    fputs("school,day,pct,enrolled,note\n", f);
    for (unsigned i = 0; i < n; i++) {
        unsigned r = (unsigned)((i * UINT64_C(2654435761)) % n), day = r / 2 + r / 700;
        fprintf(f, "%s,%04u-%02u-%02u,", r % 2 ? "12X001" : "01M015", 1900 + day / 336,
                1 + day / 28 % 12, 1 + day % 28);
        if (r % 11 == 0)
            fputs("NS,", f);
        else
            fprintf(f, "%g,", r % 97 == 0 ? 100.5 : (r % 1000) / 10.0);
        fprintf(f, r % 13 ? "%u," : ",", r * 1000003u % 2147483647u);
        fprintf(f, r % 7 ? "note %u\n" : "\n", i % 3 ? r : r % 5);
        if (i % 50 == 49) /* the key of a row before, near or far */
            fprintf(f, "01M015,19%02u-01-01,1,1,again %u\n", i / 50 % 90, i);
    }
    fclose(f);
    return path;
}

static enum status import_in(const struct table *t, struct str path, size_t most) {
    struct import_order order = {
        .path = path, .mode = IMPORT_UPDATE, .span = nowhere, .most_staged = most};
    return store_import(store, &arena, t, &order, &result);
}

START_TEST(spilled_rows_are_stored_as_others) {
    static const size_t most[] = {1, 60000, 150000};
    struct str path = many_rows(20000);
    ck_assert_int_eq(import_in(&twin, path, 0), ST_OK);
    struct import_result rows = result;
    ck_assert_uint_gt(rows.rejected, 300);
    for (size_t i = 0; i < COUNT_OF(most); i++) {
        ck_assert_int_eq(import_in(&attendance, path, most[i]), ST_OK);
        ck_assert_uint_eq(result.stored, rows.stored);
        ck_assert_uint_eq(result.rejected, rows.rejected);
        expect_query("SELECT count(*) FROM (SELECT * FROM attendance EXCEPT SELECT * FROM twin)",
                     "0\n");
        expect_query("SELECT count(*) FROM (SELECT * FROM twin EXCEPT SELECT * FROM attendance)",
                     "0\n");
        expect_query("SELECT (SELECT count(*) FROM attendance) - (SELECT count(*) FROM twin)",
                     "0\n");
        expect_query("SELECT count(*) FROM rejects AS a JOIN rejects AS b ON a.line = b.line AND "
                     "a.reason = b.reason AND a.\"table\" = 'twin' AND b.\"table\" = 'attendance'",
                     arena_printf(&arena, "%llu\n", (unsigned long long)rows.rejected).p);
        /* Sorted by its key: whoever reads it may rely on that. */
        expect_query("SELECT count(*) FROM (SELECT \"school\" AS s, \"day\" AS d, lag(\"school\") "
                     "OVER () AS p, lag(\"day\") OVER () AS q FROM \"spoke$attendance\") "
                     "WHERE (s, d) <= (p, q)",
                     "0\n");
        ck_assert_int_eq(
            sqlite3_exec(store->db, "DELETE FROM \"spoke$attendance$segments\"", NULL, NULL, NULL),
            SQLITE_OK);
    }
}
END_TEST

START_TEST(spilling_without_memory) {
    struct str path = many_rows(3000);
    bool done = false;
    int failures = 0;
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    for (uint64_t i = 1; !done; i += 1 + i / 8) {
        memory.fail_at = memory.calls + i;
        enum status status = import_in(&attendance, path, 1);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
        ck_assert_int_eq(sqlite3_get_autocommit(store->db), 1);
        failures += !done;
        if (!done)
            expect_query("SELECT count(*) FROM attendance", "0\n");
    }
    ck_assert_int_gt(failures, 30);
}
END_TEST

static int reports, stop_at;
static void stop_after(void *user, const char *what, uint64_t done, uint64_t total) {
    UNUSED(user);
    UNUSED(what);
    UNUSED(done);
    UNUSED(total);
    if (++reports == stop_at)
        store_interrupt(store);
}

START_TEST(spilling_interrupted) {
    struct str path = many_rows(90000);
    ck_assert_int_eq(store_ensure(store, &attendance), ST_OK);
    store->host.progress = stop_after;
    for (stop_at = 1; stop_at <= 6; stop_at++) {
        reports = 0;
        ck_assert_int_eq(import_in(&attendance, path, 1 << 20), ST_INTERRUPTED);
        atomic_store(&control.interrupted, false);
        expect_query("SELECT count(*) FROM attendance", "0\n");
    }
}
END_TEST

Suite *import_suite(void) {
    Suite *suite = suite_create("import");
    TCase *formats = group(suite, "formats", start);
    tcase_add_test(formats, objects_become_rows);
    tcase_add_test(formats, objects_with_flaws);
    tcase_add_test(formats, objects_nested_to_the_limit);
    tcase_add_test(formats, objects_that_are_no_table);
    tcase_add_test(formats, packed_members_follow_each_other);
    tcase_add_test(formats, packed_and_cut_off_anywhere);
    tcase_add_test(formats, packed_and_damaged_anywhere);
    tcase_add_test(formats, packed_bomb);
    tcase_add_test(formats, tables_of_other_databases);
    tcase_add_test(formats, the_table_that_is_meant);
    tcase_add_test(formats, a_database_that_is_damaged);
    tcase_add_test(formats, recalls_what_it_was_told);
    tcase_add_test(formats, recalls_only_what_helps);
    tcase_set_timeout(formats, 60);
    TCase *large = group(suite, "large", start_twins);
    tcase_set_timeout(large, 120);
    tcase_add_test(large, spilled_rows_are_stored_as_others);
    tcase_add_test(large, spilling_without_memory);
    tcase_add_test(large, spilling_interrupted);
    return suite;
}
