/* Formats that libraries read: styles of cells, shared texts beyond memory, percentages; files of
 * SAS written by ReadStat; workbooks and files of SPSS with memory refused at every request. What
 * cells and values become is tested with files from elsewhere by tests/cli/workbooks.sh and
 * statistics.sh. */
#include "store_world.h"

#include "store/marked.h"
#include "store/records.h"
#include "store/statistics_values.h"
#include <stdio.h>
#if defined(WITH_LIBZIP) && defined(WITH_EXPAT)
#define READS_WORKBOOKS 1
#include <zip.h>
#endif
#ifdef WITH_READSTAT
#include <fcntl.h>
#include <readstat.h>
#include <unistd.h>
#endif

/* ---- styles ---- */

static const struct {
    const char *format;
    enum cell_style style;
} formats[] = {
    {"General", STYLE_NUMBER},
    {"0.00", STYLE_NUMBER},
    {"#,##0.00\\ [$EUR];[Red]-#,##0.00", STYLE_NUMBER},
    {"0.00E+00", STYLE_NUMBER},
    {"\"day \"0", STYLE_NUMBER},
    {"@", STYLE_NUMBER},
    {"", STYLE_NUMBER},
    {"0%", STYLE_PERCENT},
    {"0.0%;[Red]-0.0%", STYLE_PERCENT},
    {"yyyy-mm-dd", STYLE_DATE},
    {"yyyy\\-mm\\-dd;@", STYLE_DATE},
    {"[$-409]d\\-mmm\\-yy;@", STYLE_DATE},
    {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", STYLE_DATE},
    {"mmm\\ yy", STYLE_DATE},
    {"DD/MM/YYYY", STYLE_DATE},
    {"m", STYLE_DATE},
    {"dd.mm.yyyy hh:mm", STYLE_DATETIME},
    {"m/d/yy h:mm AM/PM", STYLE_DATETIME},
    {"yyyy\"-\"mm\"T\"hh:mm:ss", STYLE_DATETIME},
    {"h:mm", STYLE_TIME},
    {"mm:ss.0", STYLE_TIME},
    {"h AM/PM", STYLE_TIME},
    {"[h]:mm", STYLE_ELAPSED},
    {"[mm]:ss", STYLE_ELAPSED},
    {"[Red]0", STYLE_NUMBER},
    {"[>=100]0;[<0]0%", STYLE_NUMBER},
    {"[h", STYLE_ELAPSED},
    {"\"yy", STYLE_NUMBER},
    {"0\\", STYLE_NUMBER},
};

START_TEST(formats_of_dates) {
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        ck_assert_msg(style_of_format(str_of(formats[i].format)) == formats[i].style, "%s",
                      formats[i].format);
    ck_assert_int_eq(style_of_number(0), STYLE_NUMBER);
    ck_assert_int_eq(style_of_number(4), STYLE_NUMBER);
    ck_assert_int_eq(style_of_number(9), STYLE_PERCENT);
    ck_assert_int_eq(style_of_number(14), STYLE_DATE);
    ck_assert_int_eq(style_of_number(21), STYLE_TIME);
    ck_assert_int_eq(style_of_number(22), STYLE_DATETIME);
    ck_assert_int_eq(style_of_number(46), STYLE_ELAPSED);
    ck_assert_int_eq(style_of_number(49), STYLE_NUMBER);
    ck_assert_int_eq(style_of_number(60000), STYLE_NUMBER);
}
END_TEST

/* What spreadsheet programs show; NULL: no date. */
static const struct {
    double x;
    enum cell_style style;
    bool from_1904;
    const char *wanted;
} moments[] = {
    {1, STYLE_DATE, false, "1900-01-01"},
    {59, STYLE_DATE, false, "1900-02-28"},
    {60, STYLE_DATE, false, NULL},
    {61, STYLE_DATE, false, "1900-03-01"},
    {36526, STYLE_DATE, false, "2000-01-01"},
    {45901.99, STYLE_DATE, false, "2025-09-01"},
    {2958465, STYLE_DATE, false, "9999-12-31"},
    {2958466, STYLE_DATE, false, NULL},
    {2958465.9999999, STYLE_DATETIME, false, NULL},
    {0, STYLE_DATE, false, NULL},
    {-1, STYLE_DATE, false, NULL},
    {0, STYLE_DATE, true, "1904-01-01"},
    {60, STYLE_DATE, true, "1904-03-01"},
    {34762, STYLE_DATE, true, "1999-03-05"},
    {2958465, STYLE_DATE, true, NULL},
    {36526.5, STYLE_DATETIME, false, "2000-01-01T12:00:00"},
    {36526.000011574, STYLE_DATETIME, false, "2000-01-01T00:00:01"},
    {36526.9999999, STYLE_DATETIME, false, "2000-01-02T00:00:00"},
    {0.25, STYLE_TIME, false, "06:00:00"},
    {36526.25, STYLE_TIME, false, "2000-01-01T06:00:00"},
    {1.5, STYLE_ELAPSED, false, "1 day 12 hours"},
    {1e300, STYLE_ELAPSED, false, NULL},
    {1e300, STYLE_DATE, false, NULL},
};

START_TEST(numbers_of_dates) {
    struct buf out;
    buf_init(&out, &memory);
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        const char *fault = NULL;
        buf_clear(&out);
        bool put = style_put(&out, moments[i].x, moments[i].style, moments[i].from_1904, &fault);
        ck_assert_msg(put == (moments[i].wanted != NULL), "%g", moments[i].x);
        if (put)
            ck_assert_str_eq(out.p, moments[i].wanted);
        else
            ck_assert_ptr_nonnull(fault);
    }
    buf_free(&out);
}
END_TEST

static const struct {
    const char *number, *share, *points;
} percentages[] = {
    {"0.125", "12.5%", "12.5"},
    {"0.07", "7%", "7"},
    {"1", "100%", "100"},
    {"0", "0%", "0"},
    {"-0.005", "-0.5%", "-0.5"},
    {"1E-3", "0.1%", "0.1"},
    {"123.456", "12345.6%", "12345.6"},
    {"1e-20", "0%", "0"},
    {"1e11", "10000000000000%", "10000000000000"},
    {"0.1", "10%", "10"},
};

START_TEST(percentages_are_exact) {
    struct table_column share = column("s", plain(TY_SHARE, false));
    struct table_column points = column("p", plain(TY_FLOAT, false));
    struct table_column number = column("n", plain(TY_FLOAT, false));
    char room[PERCENT_ROOM];
    points.unit = STR("%");
    for (size_t i = 0; i < COUNT_OF(percentages); i++) {
        struct csv_field f = {.p = percentages[i].number,
                              .n = (uint32_t)strlen(percentages[i].number),
                              .kind = FIELD_PERCENT};
        struct csv_field got_field = percent_field(&share, &f, room);
        ck_assert_msg(str_is(csv_text(&got_field), percentages[i].share), "%.*s",
                      STR_ARG(csv_text(&got_field)));
        got_field = percent_field(&points, &f, room);
        ck_assert(str_is(csv_text(&got_field), percentages[i].points));
        got_field = percent_field(&number, &f, room);
        ck_assert(str_is(csv_text(&got_field), percentages[i].number));
    }
}
END_TEST

/* ---- shared texts ---- */

START_TEST(texts_beyond_memory) {
    struct shared_texts t;
    struct buf room, text;
    bool full = false;
    uint32_t n = 0;
    buf_init(&room, &memory);
    buf_init(&text, &memory);
    shared_texts_init(&t, store, nowhere);
    while (t.file.size < (uint64_t)2 * SHARED_IN_MEMORY || t.kept.n < 1000) {
        buf_clear(&text);
        buf_printf(&text, "%u ", n);
        buf_repeat(&text, "x", n++ % 3000);
        ck_assert_int_eq(shared_texts_add(&t, buf_view(&text), &full), ST_OK);
        ck_assert(!full);
    }
    ck_assert_uint_eq(t.n, n);
    ck_assert_uint_lt(memory.peak, 3 * SHARED_IN_MEMORY);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = (uint32_t)((uint64_t)i * 7919 % n);
        struct str s;
        buf_clear(&room);
        buf_text(&room, "before");
        ck_assert_int_eq(shared_texts_get(&t, at, &room, &s), ST_OK);
        buf_clear(&text);
        buf_printf(&text, "%u ", at);
        buf_repeat(&text, "x", at % 3000);
        if (!s.p)
            s.p = room.p + 6;
        ck_assert(str_eq(s, buf_view(&text)));
    }
    shared_texts_free(&t);
    buf_free(&room);
    buf_free(&text);
}
END_TEST

/* ---- reading with memory refused ---- */

#if defined(READS_WORKBOOKS) || defined(WITH_READSTAT)
static uint32_t rows_in(struct str path, enum status *status) {
    struct records records;
    struct record_file file = {.span = nowhere, .path = path, .table = STR(""), .into = STR("t")};
    uint32_t n = 0;
    *status = records_open(&records, store, &file);
    while (*status == ST_OK && records_next(&records, status))
        n++;
    records_close(&records);
    return n;
}

/* Every request of ours fails once; the libraries' own memory is not ours. */
static void without_memory(struct str path, uint32_t wanted) {
    uint64_t failures = 0;
    bool done = false;
    for (uint64_t i = 1; !done; i++) {
        size_t before = memory.used;
        enum status status;
        memory.fail_at = memory.calls + i;
        uint32_t n = rows_in(path, &status);
        done = memory.calls < memory.fail_at;
        memory.fail_at = 0;
        ck_assert_int_eq(status, done ? ST_OK : ST_NO_MEMORY);
        ck_assert(!done || n == wanted);
        ck_assert_uint_eq(memory.used, before);
        failures += !done;
    }
    ck_assert_uint_gt(failures, 5);
}
#endif

/* ---- workbooks ---- */

#ifdef READS_WORKBOOKS
static void add_part(zip_t *zip, const char *name, const char *text) {
    zip_source_t *source = zip_source_buffer(zip, text, strlen(text), 0);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_ge((int)zip_file_add(zip, name, source, 0), 0);
}

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

static struct str small_workbook(void) {
    struct str path = in_folder("small.xlsx");
    int code;
    zip_t *zip = zip_open(path.p, ZIP_CREATE | ZIP_TRUNCATE, &code);
    ck_assert_ptr_nonnull(zip);
    add_part(zip, "[Content_Types].xml", "<Types/>");
    add_part(zip, "_rels/.rels",
             "<Relationships><Relationship Id='a' Type='" OFFICE
             "officeDocument' Target='xl/workbook.xml'/></Relationships>");
    add_part(zip, "xl/workbook.xml",
             "<workbook xmlns:r='r'><sheets><sheet name='S' r:id='b'/></sheets></workbook>");
    add_part(zip, "xl/_rels/workbook.xml.rels",
             "<Relationships><Relationship Id='b' Type='" OFFICE
             "worksheet' Target='sheet.xml'/><Relationship Id='c' Type='" OFFICE
             "sharedStrings' Target='texts.xml'/><Relationship Id='d' Type='" OFFICE
             "styles' Target='styles.xml'/></Relationships>");
    add_part(zip, "xl/texts.xml", "<sst><si><t>key</t></si><si><t>a_x0009_b</t></si></sst>");
    add_part(zip, "xl/styles.xml", "<s><cellXfs><xf/><xf numFmtId='14'/></cellXfs></s>");
    add_part(zip, "xl/sheet.xml",
             "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='str'><v>day</v></c></row>"
             "<row><c t='s'><v>1</v></c><c s='1'><v>36526</v></c></row>"
             "<row r='9'><c t='inlineStr'><is><t>x</t></is></c><c r='CZ9'><v>1</v></c></row>"
             "</sheetData></worksheet>");
    ck_assert_int_eq(zip_close(zip), 0);
    return path;
}

START_TEST(workbook_without_memory) {
    without_memory(small_workbook(), 2);
}
END_TEST
#endif

/* ---- SAS and SPSS ---- */

#ifdef WITH_READSTAT
static ssize_t write_bytes(const void *bytes, size_t n, void *user) {
    return write(*(int *)user, bytes, n);
}

static readstat_error_t begin(readstat_writer_t *w, int *file, enum statistics_format format) {
    switch (format) {
    case STATISTICS_SAS:
        return readstat_begin_writing_sas7bdat(w, file, 3);
    case STATISTICS_XPT:
        return readstat_begin_writing_xport(w, file, 3);
    default:
        readstat_writer_set_compression(w, READSTAT_COMPRESS_BINARY);
        return readstat_begin_writing_sav(w, file, 3);
    }
}

/* A text, a number, a date and a datetime, three rows. 1960 begins 137,775 days after SPSS does. */
static struct str write_statistics(const char *name, enum statistics_format format) {
    struct str path = in_folder(name);
    int file = open(path.p, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    bool spss = format == STATISTICS_SPSS;
    double first_day = spss ? 137775.0 * 86400 : 0, day = spss ? 86400 : 1;
    readstat_writer_t *w = readstat_writer_init();
    readstat_set_data_writer(w, write_bytes);
    readstat_variable_t *v[4];
    v[0] = readstat_add_variable(w, "id", READSTAT_TYPE_STRING, 8);
    v[1] = readstat_add_variable(w, "x", READSTAT_TYPE_DOUBLE, 8);
    v[2] = readstat_add_variable(w, "day", READSTAT_TYPE_DOUBLE, 8);
    v[3] = readstat_add_variable(w, "at", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_set_label(v[0], "Who");
    readstat_variable_set_format(v[2], spss ? "DATE11" : "DATE9");
    readstat_variable_set_format(v[3], "DATETIME20");
    ck_assert_int_eq(begin(w, &file, format), READSTAT_OK);
    for (int i = 0; i < 3; i++) {
        readstat_begin_row(w);
        readstat_insert_string_value(w, v[0], i == 0 ? "a" : i == 1 ? "b\"c" : "\xC3\xA9");
        if (i < 2)
            readstat_insert_double_value(w, v[1], i ? -2.5 : 7);
        else
            readstat_insert_missing_value(w, v[1]);
        readstat_insert_double_value(w, v[2], first_day + day * (24015 + i));
        readstat_insert_double_value(w, v[3], first_day + 86400.0 * 24015 + i);
        readstat_end_row(w);
    }
    ck_assert_int_eq(readstat_end_writing(w), READSTAT_OK);
    readstat_writer_free(w);
    close(file);
    return path;
}

/* Day 24,015 after 1960-01-01 is 2025-10-01. */
static void expect_statistics(struct str path) {
    static const char *const wanted[] = {"id x day at", "a 7 2025-10-01 2025-10-01T00:00:00",
                                         "b\"c -2.5 2025-10-02 2025-10-01T00:00:01",
                                         "\xC3\xA9  2025-10-03 2025-10-01T00:00:02"};
    struct records records;
    struct record_file file = {.span = nowhere, .path = path, .into = STR("t")};
    enum status status = records_open(&records, store, &file);
    ck_assert_int_eq(status, ST_OK);
    ck_assert_int_eq(records.format, RECORDS_STATISTICS);
    ck_assert(str_is(records_about(&records, 0)->label, "Who"));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        char line[200] = "";
        for (uint32_t c = 0; c < records.nfields; c++)
            snprintf(line + strlen(line), sizeof line - strlen(line), "%s%.*s", c ? " " : "",
                     STR_ARG(csv_text(&records.fields[c])));
        ck_assert_str_eq(line, wanted[i]);
        ck_assert_uint_eq(records.line, i);
        ck_assert(records_next(&records, &status) == (i + 1 < COUNT_OF(wanted)));
    }
    ck_assert_int_eq(status, ST_OK);
    records_close(&records);
}

START_TEST(files_of_sas_and_spss) {
    expect_statistics(write_statistics("a.sas7bdat", STATISTICS_SAS));
    expect_statistics(write_statistics("a.xpt", STATISTICS_XPT));
    expect_statistics(write_statistics("a.zsav", STATISTICS_SPSS));
}
END_TEST

START_TEST(statistics_without_memory) {
    without_memory(write_statistics("a.zsav", STATISTICS_SPSS), 3);
}
END_TEST
#endif

static const struct {
    double x;
    enum statistics_kind kind;
    const char *wanted;
} values[] = {
    {0, KIND_DAYS, "1960-01-01"},
    {-1, KIND_DAYS, "1959-12-31"},
    {1e9, KIND_DAYS, "1000000000"},
    {0, KIND_GREGORIAN_DAYS, "1582-10-14"},
    {86400.0 * 137775, KIND_GREGORIAN_DAYS, "1960-01-01"},
    {86400.0 * 137775, KIND_GREGORIAN_MONTHS, "1960-01"},
    {1000, KIND_MILLISECONDS, "1960-01-01T00:00:01"},
    {-1, KIND_SECONDS, "1959-12-31T23:59:59"},
    {-1, KIND_MONTHS, "1959-12"},
    {1.5, KIND_MONTHS, "1.5"},
    {4, KIND_QUARTERS, "1961Q1"},
    {90, KIND_DURATION, "1 minute 30 seconds"},
    {1e18, KIND_DURATION, "1e18"},
    {1e300, KIND_SECONDS, "1e300"},
    {12, KIND_NUMBER, "12"},
    {-0.5, KIND_NUMBER, "-0.5"},
};

START_TEST(numbers_of_statistics) {
    struct buf out;
    buf_init(&out, &memory);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        buf_clear(&out);
        statistics_put(&out, values[i].x, values[i].kind);
        ck_assert_str_eq(out.p, values[i].wanted);
    }
    buf_clear(&out);
    statistics_put_single(&out, 0.1f);
    buf_char(&out, ' ');
    statistics_put_single(&out, 16777216.0f);
    buf_char(&out, ' ');
    statistics_put_single(&out, 1.17549435e-38f);
    ck_assert_str_eq(out.p, "0.1 16777216 1.1754944e-38");
    buf_free(&out);
}
END_TEST

Suite *formats_suite(void) {
    Suite *suite = suite_create("formats");
    TCase *cells = group(suite, "cells", start);
    tcase_add_test(cells, formats_of_dates);
    tcase_add_test(cells, numbers_of_dates);
    tcase_add_test(cells, percentages_are_exact);
    tcase_add_test(cells, texts_beyond_memory);
    tcase_add_test(cells, numbers_of_statistics);
    tcase_set_timeout(cells, 60);
    TCase *files = group(suite, "files", start);
    tcase_set_timeout(files, 60);
#ifdef READS_WORKBOOKS
    tcase_add_test(files, workbook_without_memory);
#endif
#ifdef WITH_READSTAT
    tcase_add_test(files, files_of_sas_and_spss);
    tcase_add_test(files, statistics_without_memory);
#endif
    return suite;
}
