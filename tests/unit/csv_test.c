/* The CSV splitter: quotes, line ends, separators, flaws, limits. Expected fields are written out
 * by hand. */
#include "base/hash.h"
#include "store/csv.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct alloc memory;
static char path[] = "/tmp/spoke-csv-XXXXXX";
static struct csv csv;

static void start(void) {
    alloc_init(&memory, NULL, NULL, 0);
    strcpy(path, "/tmp/spoke-csv-XXXXXX");
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
}

static void stop(void) {
    csv_close(&csv);
    unlink(path);
    ck_assert_uint_eq(memory.used, 0);
}

static void write_bytes(const char *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static enum csv_result open_path(const char *name) {
    struct sliding w;
    enum csv_result got =
        csv_from_input(sliding_open(&w, &memory, &(struct input_from){.path = name}));
    if (got == CSV_ROW)
        return csv_begin(&csv, &memory, &w);
    sliding_close(&w);
    return got;
}

static enum csv_result open_text(const char *text) {
    write_bytes(text, strlen(text));
    return open_path(path);
}

/* The current row's fields joined by `|`, those quoted in the file as <...>. */
static void expect_fields(const char *joined) {
    char got[1000] = "";
    for (uint32_t i = 0; i < csv.nfields; i++) {
        const struct csv_field *f = &csv.fields[i];
        size_t at = strlen(got);
        snprintf(got + at, sizeof got - at, f->quoted ? "%s<%.*s>" : "%s%.*s", i ? "|" : "",
                 (int)f->n, f->p);
    }
    ck_assert_str_eq(got, joined);
}

static void expect_row(const char *joined, unsigned line) {
    ck_assert_int_eq(csv_next(&csv), CSV_ROW);
    expect_fields(joined);
    ck_assert_uint_eq(csv.row_line, line);
    ck_assert_ptr_null(csv.flaw);
}

static void expect_end(void) {
    ck_assert_int_eq(csv_next(&csv), CSV_END);
    ck_assert_int_eq(csv_next(&csv), CSV_END);
}

START_TEST(plain_rows) {
    ck_assert_int_eq(open_text("a,b,c\n1,2,3\n,,\nx,y,z"), CSV_ROW);
    expect_fields("a|b|c");
    expect_row("1|2|3", 2);
    expect_row("||", 3);
    expect_row("x|y|z", 4);
    expect_end();
}
END_TEST

START_TEST(quotes) {
    ck_assert_int_eq(open_text("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"\",\"two\nlines\"\nq,5\" pipe\n"
                               "\"\"\"\",\"a\r\nb\"\nlast,\n"),
                     CSV_ROW);
    expect_row("<x, y>|<say \"hi\">", 2);
    expect_row("<>|<two\nlines>", 3);
    expect_row("q|5\" pipe", 5);
    expect_row("<\">|<a\r\nb>", 6);
    expect_row("last|", 8);
    expect_end();
}
END_TEST

START_TEST(line_ends) {
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char text[100];
        const char *e = ends[i];
        snprintf(text, sizeof text, "a,b%s1,2%s%s3,\"4%s5\"%s6,7", e, e, e, e, e);
        ck_assert_int_eq(open_text(text), CSV_ROW);
        expect_row("1|2", 2);
        char row[20];
        snprintf(row, sizeof row, "3|<4%s5>", e);
        expect_row(row, 4);
        expect_row("6|7", 6);
        expect_end();
        csv_close(&csv);
    }
}
END_TEST

START_TEST(mark_and_comments) {
    ck_assert_int_eq(open_text("\xEF\xBB\xBF# made by hand\n\n#,,,\r\nid;name\n1;# no comment\n"),
                     CSV_ROW);
    expect_fields("id|name");
    ck_assert_int_eq(csv.separator, ';');
    ck_assert_uint_eq(csv.row_line, 4);
    expect_row("1|# no comment", 5);
    expect_end();
}
END_TEST

START_TEST(separators) {
    static const struct {
        const char *text, *header;
        char separator;
    } cases[] = {
        {"a\tb,c\td\n", "a|b,c|d", '\t'}, {"\"a,b,c\";d\n", "<a,b,c>|d", ';'},
        {"a,b;c,d\n", "a|b;c|d", ','},    {"alone\n", "alone", ','},
        {"a;b\n1,2,3,4\n", "a|b", ';'},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ck_assert_int_eq(open_text(cases[i].text), CSV_ROW);
        expect_fields(cases[i].header);
        ck_assert_int_eq(csv.separator, cases[i].separator);
        csv_close(&csv);
    }
}
END_TEST

START_TEST(nothing_to_read) {
    ck_assert_int_eq(open_text(""), CSV_END);
    csv_close(&csv);
    ck_assert_int_eq(open_text("\xEF\xBB\xBF"), CSV_END);
    csv_close(&csv);
    ck_assert_int_eq(open_text("# only\n\n# comments"), CSV_END);
    csv_close(&csv);
    ck_assert_int_eq(open_path("/tmp/spoke no such file"), CSV_UNREADABLE);
    csv_close(&csv);
    ck_assert_int_eq(open_path("/tmp"), CSV_UNREADABLE);
}
END_TEST

static void expect_flaw(const char *flaw) {
    ck_assert_int_eq(csv_next(&csv), CSV_ROW);
    ck_assert_ptr_nonnull(csv.flaw);
    ck_assert_str_eq(csv.flaw, flaw);
}

START_TEST(flaws_are_of_one_row) {
    static const char text[] = "a,b\n1,x\0y\n2,\xE9t\xE9\n3,\"q\"r\n4,\"\0\"\n5,\xC3\xA9t\xC3\xA9\n"
                               "a long enough line to be seen as text,,,,,,,,,,,,,,,,,,,,,,\n";
    write_bytes(text, sizeof text - 1);
    ck_assert_int_eq(open_path(path), CSV_ROW);
    expect_flaw("the row holds a zero byte");
    expect_flaw("the row is not valid UTF-8");
    expect_flaw("text stands behind a closing quote");
    expect_flaw("the row holds a zero byte");
    expect_row("5|\xC3\xA9t\xC3\xA9", 6);
}
END_TEST

START_TEST(binary) {
    static const char utf16[] = "\xFF\xFE"
                                "a\0,\0b\0\n\0"
                                "1\0,\0"
                                "2\0\n\0";
    write_bytes(utf16, sizeof utf16 - 1);
    ck_assert_int_eq(open_path(path), CSV_BINARY);
    csv_close(&csv);
    char noise[3000];
    uint64_t x = 7;
    for (size_t i = 0; i < sizeof noise; i++) {
        x = hash_word(x + i);
        noise[i] = (char)(x & 0xFF);
    }
    write_bytes(noise, sizeof noise);
    ck_assert_int_eq(open_path(path), CSV_BINARY);
}
END_TEST

START_TEST(open_quote) {
    ck_assert_int_eq(open_text("a,b\n1,2\n3,\"four\n5,6\n"), CSV_ROW);
    expect_row("1|2", 2);
    ck_assert_int_eq(csv_next(&csv), CSV_OPEN_QUOTE);
    ck_assert_uint_eq(csv.bad_line, 3);
    csv_close(&csv);
    ck_assert_int_eq(open_text("a,b\n\"x\ny\",\"z\n"), CSV_ROW);
    ck_assert_int_eq(csv_next(&csv), CSV_OPEN_QUOTE);
    ck_assert_uint_eq(csv.bad_line, 3);
    csv_close(&csv);
    ck_assert_int_eq(open_text("\"a,b"), CSV_OPEN_QUOTE);
    ck_assert_uint_eq(csv.bad_line, 1);
}
END_TEST

/* Twenty megabytes without a line end: refused early, with little memory. */
START_TEST(one_huge_line) {
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    char piece[1 << 16];
    memset(piece, 'x', sizeof piece);
    fputs("a,b\n1,2\n", f);
    for (int i = 0; i < 320; i++)
        fwrite(piece, 1, sizeof piece, f);
    fclose(f);
    ck_assert_int_eq(open_path(path), CSV_ROW);
    expect_row("1|2", 2);
    ck_assert_int_eq(csv_next(&csv), CSV_TOO_LONG);
    ck_assert_uint_eq(csv.bad_line, 3);
    ck_assert_uint_lt(memory.peak, 8u << 20);
}
END_TEST

/* The longest field allowed, quoted, with rows round it, and one byte more. */
START_TEST(longest_field) {
    for (size_t extra = 0; extra < 2; extra++) {
        char *text = malloc(CSV_FIELD_LIMIT + 100);
        ck_assert_ptr_nonnull(text);
        size_t at = (size_t)sprintf(text, "a,b\n1,\"");
        memset(text + at, 'y', CSV_FIELD_LIMIT + extra);
        at += CSV_FIELD_LIMIT + extra;
        at += (size_t)sprintf(text + at, "\"\n3,4\n");
        write_bytes(text, at);
        free(text);
        ck_assert_int_eq(open_path(path), CSV_ROW);
        ck_assert_int_eq(csv_next(&csv), extra ? CSV_TOO_LONG : CSV_ROW);
        if (!extra) {
            ck_assert_uint_eq(csv.fields[1].n, CSV_FIELD_LIMIT);
            expect_row("3|4", 3);
        }
        csv_close(&csv);
    }
}
END_TEST

/* Rows of many shapes, longer together than the buffer: what falls on a
 * boundary between two pieces must not matter. */
START_TEST(pieces) {
    enum { ROWS = 60000 };
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs("n,t\r\n", f);
    for (unsigned i = 0; i < ROWS; i++)
        fprintf(f, i % 3 ? "%u,\"a\"\"%0*u\"\r\n" : "%u,b%0*u\r\n", i, (int)(i % 17) + 1, i);
    fclose(f);
    ck_assert_int_eq(open_path(path), CSV_ROW);
    for (unsigned i = 0; i < ROWS; i++) {
        char wanted[80];
        snprintf(wanted, sizeof wanted, i % 3 ? "%u|<a\"%0*u>" : "%u|b%0*u", i, (int)(i % 17) + 1,
                 i);
        expect_row(wanted, i + 2);
    }
    expect_end();
    ck_assert_uint_eq(csv.w.in.taken, csv.w.in.size);
}
END_TEST

/* Rows of 8 bytes behind headers of 8 lengths: each byte of a row once falls on
 * the boundary between two pieces, also the one between CR and LF. */
START_TEST(every_boundary) {
    enum { ROWS = 70000 };
    for (int pad = 0; pad < 8; pad++) {
        FILE *f = fopen(path, "wb");
        ck_assert_ptr_nonnull(f);
        fprintf(f, "n,t%.*s\r\n", pad, "xxxxxxxx");
        for (unsigned i = 0; i < ROWS; i++)
            fprintf(f, "\"%02u\",%u\r\n", i % 100, i % 10);
        fclose(f);
        ck_assert_int_eq(open_path(path), CSV_ROW);
        for (unsigned i = 0; i < ROWS; i++) {
            ck_assert_int_eq(csv_next(&csv), CSV_ROW);
            ck_assert_uint_eq(csv.row_line, i + 2);
            ck_assert_uint_eq(csv.nfields, 2);
            ck_assert_uint_eq(csv.fields[0].n + csv.fields[1].n, 3);
        }
        expect_end();
        csv_close(&csv);
    }
}
END_TEST

START_TEST(without_memory) {
    write_bytes("a,b\n1,2\n", 8);
    for (uint64_t i = 1; i <= 2; i++) {
        memory.fail_at = memory.calls + i;
        ck_assert_int_eq(open_path(path), CSV_NO_MEMORY);
        csv_close(&csv);
    }
    memory.fail_at = 0;
    ck_assert_int_eq(open_path(path), CSV_ROW);
}
END_TEST

Suite *csv_suite(void) {
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("csv");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, plain_rows);
    tcase_add_test(tests, quotes);
    tcase_add_test(tests, line_ends);
    tcase_add_test(tests, mark_and_comments);
    tcase_add_test(tests, separators);
    tcase_add_test(tests, nothing_to_read);
    tcase_add_test(tests, flaws_are_of_one_row);
    tcase_add_test(tests, binary);
    tcase_add_test(tests, open_quote);
    tcase_add_test(tests, one_huge_line);
    tcase_add_test(tests, longest_field);
    tcase_add_test(tests, pieces);
    tcase_add_test(tests, every_boundary);
    tcase_add_test(tests, without_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
