/* Rendering: boxes as a person must see them, data formats as other programs must read them.
 * Expected texts are written by hand from the rules of docs/command-line.md, RFC 4180 and RFC 8259.
 */
#include "suites.h"

#include "column/cell.h"
#include "render/layout.h"
#include "render/render.h"
#include "base/utf8.h"
#include <stdio.h>
#include <stdlib.h>

struct world {
    struct alloc alloc;
    struct arena arena;
    struct types types;
    struct buf out;
};

static void world_open(struct world *w) {
    alloc_init(&w->alloc, NULL, NULL, 0);
    arena_init(&w->arena, &w->alloc);
    types_init(&w->types, &w->arena);
    buf_init(&w->out, &w->alloc);
}

static void world_close(struct world *w) {
    buf_free(&w->out);
    types_free(&w->types);
    arena_free(&w->arena);
    ck_assert_uint_eq(w->alloc.used, 0);
}

/* "school:text n:int? value:share?": the first nkeys columns are the key. */
static struct frame *make_frame(struct world *w, const char *columns, uint32_t nkeys,
                                uint32_t rows) {
    static const struct {
        const char *name;
        enum type_kind kind;
    } kinds[] = {{"text", TY_TEXT},   {"int", TY_INT},       {"float", TY_FLOAT},
                 {"share", TY_SHARE}, {"ratio", TY_RATIO},   {"date", TY_DATE},
                 {"bool", TY_BOOL},   {"period", TY_PERIOD}, {"duration", TY_DURATION}};
    static const uint32_t first_columns[] = {0, 1, 2};
    struct field fields[32];
    uint32_t n = 0;
    for (const char *at = columns; *at; n++) {
        size_t name = strcspn(at, ":"), length = strcspn(at, " ");
        bool nullable = at[length - 1] == '?';
        struct str kind = {at + name + 1, length - name - 1 - nullable};
        fields[n].name = (struct str){at, name};
        fields[n].type = NULL;
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            if (str_is(kind, kinds[k].name)) {
                fields[n].type = type_scalar(&w->types, kinds[k].kind, nullable);
            }
        }
        ck_assert_ptr_nonnull(fields[n].type);
        at += length + (at[length] == ' ');
    }
    const struct type *type = type_relation(&w->types, fields, n, first_columns, nkeys);
    struct frame *f = frame_new(&w->alloc, type);
    ck_assert_ptr_nonnull(f);
    for (uint32_t i = 0; i < rows; i++) {
        ck_assert(frame_push(f));
    }
    return f;
}

static void put_text(struct frame *f, uint32_t row, uint32_t column, const char *text) {
    f->columns[column].t[row] = text ? frame_text(f, str_of(text)) : NULL;
}
static void put_int(struct frame *f, uint32_t row, uint32_t column, int64_t i) {
    f->columns[column].i[row] = i;
}
static void put_float(struct frame *f, uint32_t row, uint32_t column, double x) {
    f->columns[column].f[row] = x;
}
static void put_pair(struct frame *f, uint32_t row, uint32_t column, int64_t n, int64_t d) {
    f->columns[column].i[row] = n;
    f->columns[column].d[row] = d;
}
static void put_state(struct frame *f, uint32_t row, uint32_t column, enum state state) {
    ck_assert(column_states(f->alloc, &f->columns[column]));
    f->columns[column].state[row] = (uint8_t)state;
}

static struct render_options in_format(enum render_format format) {
    return (struct render_options){.format = format, .unicode = true};
}

static void expect(struct world *w, const struct frame *f, struct render_options o,
                   const char *expected) {
    buf_clear(&w->out);
    render_frame(&w->out, f, &o);
    ck_assert(!w->out.failed);
    ck_assert_str_eq(w->out.p, expected);
}

/* Two schools and everything that can be special about a cell. */
static struct frame *schools(struct world *w) {
    struct frame *f = make_frame(w, "school:text name:text? n:int? value:share? day:date", 1, 3);
    put_text(f, 0, 0, "X012");
    put_text(f, 0, 1, "Roberto \"Bob\" Clemente, Jr.");
    put_int(f, 0, 2, 4);
    put_pair(f, 0, 3, 1, 3);
    put_int(f, 0, 4, 0);
    put_text(f, 1, 0, "X013");
    put_text(f, 1, 1, "");
    put_int(f, 1, 2, 1250);
    put_pair(f, 1, 3, 0, 0);
    put_int(f, 1, 4, 19723);
    put_text(f, 2, 0, "X014");
    put_text(f, 2, 1, NULL);
    put_state(f, 2, 2, MISSING);
    put_pair(f, 2, 3, 0, -1);
    put_int(f, 2, 4, 19724);
    return f;
}

START_TEST(a_box_marks_what_is_not_there) {
    struct world w;
    world_open(&w);
    struct frame *f = schools(&w);
    expect(&w, f, in_format(RENDER_BOX),
           "┌────────┬─────────────────────────────┬──────┬───────┬────────────┐\n"
           "│ school │ name                        │    n │ value │ day        │\n"
           "├────────┼─────────────────────────────┼──────┼───────┼────────────┤\n"
           "│ X012   │ Roberto \"Bob\" Clemente, Jr. │    4 │ 33.3% │ 1970-01-01 │\n"
           "│ X013   │ \"\"                          │ 1250 │     ∅ │ 2024-01-01 │\n"
           "│ X014   │ ∅                           │    ∅ │ ‹<10› │ 2024-01-02 │\n"
           "└────────┴─────────────────────────────┴──────┴───────┴────────────┘\n"
           "∅ missing · ‹<10› suppressed: too few to show\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(a_table_is_plain_ascii) {
    struct world w;
    world_open(&w);
    struct frame *f = schools(&w);
    buf_clear(&w.out);
    struct render_options o = in_format(RENDER_TABLE);
    o.width = 40;
    expect(&w, f, o,
           "+--------+-----+-------+------------+\n"
           "| school | ... | value | day        |\n"
           "+--------+-----+-------+------------+\n"
           "| X012   | ... | 33.3% | 1970-01-01 |\n"
           "| X013   | ... |    -- | 2024-01-01 |\n"
           "| X014   | ... |   <10 | 2024-01-02 |\n"
           "+--------+-----+-------+------------+\n"
           "3 rows, 3 of 5 columns\n"
           "-- missing, <10 suppressed: too few to show\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(texts_shrink_before_columns_go) {
    struct world w;
    world_open(&w);
    struct frame *f = schools(&w);
    struct render_options o = in_format(RENDER_BOX);
    o.width = 60;
    o.max_rows = 1;
    expect(&w, f, o,
           "┌────────┬────────────────────────┬───┬───────┬────────────┐\n"
           "│ school │ name                   │ n │ value │ day        │\n"
           "├────────┼────────────────────────┼───┼───────┼────────────┤\n"
           "│ X012   │ Roberto \"Bob\" Clement… │ 4 │ 33.3% │ 1970-01-01 │\n"
           "└────────┴────────────────────────┴───┴───────┴────────────┘\n"
           "1 of 3 rows\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(floats_share_their_decimals) {
    struct world w;
    world_open(&w);
    struct frame *f = make_frame(&w, "a:float b:float c:float d:ratio e:float", 0, 2);
    put_float(f, 0, 0, 0.1 + 0.2);
    put_float(f, 1, 0, 12.5);
    put_float(f, 0, 1, 1234567.891);
    put_float(f, 1, 1, 3.14159265);
    put_float(f, 0, 2, 90);
    put_float(f, 1, 2, -85);
    put_pair(f, 0, 3, 2, 3);
    put_pair(f, 1, 3, 1, 2);
    put_float(f, 0, 4, 1e300);
    put_float(f, 1, 4, 0);
    expect(&w, f, in_format(RENDER_BOX),
           "┌──────┬────────────┬─────┬──────────┬───────┐\n"
           "│    a │          b │   c │        d │     e │\n"
           "├──────┼────────────┼─────┼──────────┼───────┤\n"
           "│  0.3 │ 1234567.89 │  90 │ 0.666667 │ 1e300 │\n"
           "│ 12.5 │       3.14 │ -85 │ 0.500000 │     0 │\n"
           "└──────┴────────────┴─────┴──────────┴───────┘\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(a_small_value_beside_a_large_one_is_not_zero) {
    struct world w;
    world_open(&w);
    struct frame *f = make_frame(&w, "a:float", 0, 2);
    put_float(f, 0, 0, 0.00012);
    put_float(f, 1, 0, 5000);
    expect(&w, f, in_format(RENDER_BOX),
           "┌────────────┐\n"
           "│          a │\n"
           "├────────────┤\n"
           "│    0.00012 │\n"
           "│ 5000       │\n"
           "└────────────┘\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(a_box_shows_control_characters_and_measures_wide_ones) {
    struct world w;
    world_open(&w);
    struct frame *f = make_frame(&w, "t:text", 0, 4);
    put_text(f, 0, 0, "a\nb\tc");
    put_text(f, 1, 0, "\033[31mred");
    put_text(f, 2, 0, "東京");
    put_text(f, 3, 0, "\xFFz");
    expect(&w, f, in_format(RENDER_BOX),
           "┌─────────────┐\n"
           "│ t           │\n"
           "├─────────────┤\n"
           "│ a\\nb\\tc     │\n"
           "│ \\x1b[31mred │\n"
           "│ 東京        │\n"
           "│ \\xffz       │\n"
           "└─────────────┘\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(no_rows_are_said) {
    struct world w;
    world_open(&w);
    struct frame *f = make_frame(&w, "t:text n:int", 1, 0);
    expect(&w, f, in_format(RENDER_BOX), "┌───┬───┐\n│ t │ n │\n├───┼───┤\n└───┴───┘\n0 rows\n");
    expect(&w, f, in_format(RENDER_CSV), "t,n\n");
    expect(&w, f, in_format(RENDER_JSON), "[]\n");
    expect(&w, f, in_format(RENDER_LINE), "");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(colour_only_adds_to_the_same_text) {
    struct world w;
    world_open(&w);
    struct frame *f = schools(&w);
    struct render_options o = in_format(RENDER_BOX);
    buf_clear(&w.out);
    render_frame(&w.out, f, &o);
    char *plain = strdup(w.out.p);
    o.colour = true;
    buf_clear(&w.out);
    render_frame(&w.out, f, &o);
    ck_assert_ptr_nonnull(strstr(w.out.p, "\033[2m∅\033[0m"));
    char *to = w.out.p;
    for (const char *from = w.out.p; *from;) {
        if (*from == '\033') {
            from += strcspn(from, "m") + 1;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    ck_assert_str_eq(w.out.p, plain);
    free(plain);
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(csv_reads_back) {
    struct world w;
    world_open(&w);
    struct frame *f = schools(&w);
    expect(&w, f, in_format(RENDER_CSV),
           "school,name,n,value,day\n"
           "X012,\"Roberto \"\"Bob\"\" Clemente, Jr.\",4,0.3333333333333333,1970-01-01\n"
           "X013,\"\",1250,,2024-01-01\n"
           "X014,,,‹<10›,2024-01-02\n");
    put_text(f, 0, 0, "# no comment");
    put_text(f, 0, 1, "=1+1\r\n");
    put_text(f, 1, 0, " lead");
    put_text(f, 1, 1, "a\tb");
    buf_clear(&w.out);
    struct render_options o = in_format(RENDER_TSV);
    expect(&w, f, o,
           "school\tname\tn\tvalue\tday\n"
           "\"# no comment\"\t\"=1+1\r\n\"\t4\t0.3333333333333333\t1970-01-01\n"
           "\" lead\"\t\"a\tb\"\t1250\t\t2024-01-01\n"
           "X014\t\t\t‹<10›\t2024-01-02\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(json_keeps_every_digit) {
    struct world w;
    world_open(&w);
    struct frame *f =
        make_frame(&w, "k:text i:int x:float ok:bool? s:share? p:period d:duration", 1, 2);
    put_text(f, 0, 0, "a\"\n");
    put_int(f, 0, 1, INT64_MIN);
    put_float(f, 0, 2, 0.1);
    put_int(f, 0, 3, 1);
    put_pair(f, 0, 4, 1, 4);
    put_int(f, 0, 5, period_pack(GRAIN_SCHOOL_YEAR, 2025));
    put_int(f, 0, 6, duration_pack(0, 3));
    put_text(f, 1, 0, "b");
    put_int(f, 1, 1, INT64_MAX);
    put_float(f, 1, 2, 1e22);
    put_state(f, 1, 3, MISSING);
    put_pair(f, 1, 4, 0, -1);
    put_int(f, 1, 5, period_pack(GRAIN_MONTH, 2025 * 12 + 8));
    put_int(f, 1, 6, duration_pack(2, 0));
    const char *first = "{\"k\":\"a\\\"\\n\",\"i\":-9223372036854775808,\"x\":0.1,\"ok\":true,"
                        "\"s\":0.25,\"p\":\"SY2025-26\",\"d\":\"3 days\"}";
    const char *second = "{\"k\":\"b\",\"i\":9223372036854775807,\"x\":1e22,\"ok\":null,"
                         "\"s\":\"‹<10›\",\"p\":\"2025-09\",\"d\":\"2 months\"}";
    char expected[600];
    snprintf(expected, sizeof expected, "[\n %s,\n %s\n]\n", first, second);
    expect(&w, f, in_format(RENDER_JSON), expected);
    snprintf(expected, sizeof expected, "%s\n%s\n", first, second);
    expect(&w, f, in_format(RENDER_JSONL), expected);
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(formats_for_people_escape) {
    struct world w;
    world_open(&w);
    struct frame *f = make_frame(&w, "name:text? n:int", 0, 2);
    put_text(f, 0, 0, "a|b <c> & 5_%");
    put_int(f, 0, 1, 7);
    put_text(f, 1, 0, NULL);
    put_int(f, 1, 1, -12);
    expect(&w, f, in_format(RENDER_MARKDOWN),
           "| name | n |\n| --- | ---: |\n| a\\|b \\<c> & 5\\_% | 7 |\n| ∅ | -12 |\n");
    f->about.title = STR("A & B");
    expect(&w, f, in_format(RENDER_HTML),
           "<table>\n<caption>A &amp; B</caption>\n"
           "<thead><tr><th scope=\"col\">name</th><th scope=\"col\">n</th></tr></thead>\n"
           "<tbody>\n"
           "<tr><td>a|b &lt;c&gt; &amp; 5_%</td><td style=\"text-align:right\">7</td></tr>\n"
           "<tr><td><span title=\"missing\">∅</span></td>"
           "<td style=\"text-align:right\">-12</td></tr>\n"
           "</tbody>\n</table>\n");
    expect(&w, f, in_format(RENDER_LATEX),
           "\\begin{tabular}{lr}\n\\hline\nname & n \\\\\n\\hline\n"
           "a|b <c> \\& 5\\_\\% & 7 \\\\\n$\\emptyset$ & -12 \\\\\n"
           "\\hline\n\\end{tabular}\n");
    expect(&w, f, in_format(RENDER_LINE),
           "name = a|b <c> & 5_%\n   n = 7\n\nname = ∅\n   n = -12\n");
    frame_drop(f);
    world_close(&w);
}
END_TEST

/* Keys and the first column stay, the middle goes, numbers are never cut. */
START_TEST(a_layout_never_exceeds_the_limit_when_it_can) {
    for (uint32_t seed = 1; seed < 400; seed++) {
        struct layout_column columns[12];
        uint32_t n = 1 + seed % 12, random = seed * 2654435761u;
        for (uint32_t i = 0; i < n; i++) {
            random = random * 1664525u + 1013904223u;
            columns[i] = (struct layout_column){.header = 1 + (random >> 8) % 20,
                                                .content = (random >> 13) % 60,
                                                .elastic = (random >> 20) % 2 == 0,
                                                .keep = i == 0 || (random >> 21) % 6 == 0};
        }
        size_t limit = 30 + seed % 100, kept = 1;
        layout_fit(columns, n, 1, limit);
        for (uint32_t i = 0; i < n; i++) {
            ck_assert(columns[i].shown || !columns[i].keep);
            if (columns[i].shown && !columns[i].elastic) {
                ck_assert_uint_ge(columns[i].width, columns[i].content);
            }
            if (columns[i].keep) {
                size_t content = columns[i].content > 4 ? columns[i].content : 4;
                kept += 3 + (columns[i].elastic ? 4 : content) + 4; /* and a gap behind it */
            }
        }
        if (kept <= limit) {
            ck_assert_uint_le(layout_width(columns, n, 1), limit);
        }
    }
}
END_TEST

START_TEST(formats_have_names) {
    enum render_format format;
    ck_assert(render_format_named(STR("jsonl"), &format));
    ck_assert_int_eq(format, RENDER_JSONL);
    ck_assert(!render_format_named(STR("xml"), &format));
}
END_TEST

/* With every possible request for memory refused in turn, the flag is set and nothing leaks. */
START_TEST(memory_may_run_out_anywhere) {
    struct world w;
    world_open(&w);
    struct frame *f = schools(&w);
    for (int format = RENDER_BOX; format <= RENDER_LINE; format++) {
        bool failed = true;
        for (uint64_t at = 1; failed; at++) {
            ck_assert_uint_lt(at, 200);
            buf_free(&w.out);
            size_t before = w.alloc.used;
            w.alloc.fail_at = w.alloc.calls + at;
            struct render_options o = in_format((enum render_format)format);
            render_frame(&w.out, f, &o);
            failed = w.out.failed;
            ck_assert(failed == (w.alloc.calls >= w.alloc.fail_at));
            w.alloc.fail_at = 0;
            ck_assert_uint_eq(w.alloc.used - w.out.cap, before);
        }
    }
    frame_drop(f);
    world_close(&w);
}
END_TEST

Suite *render_suite(void) {
    Suite *suite = suite_create("render");
    TCase *box = tcase_create("box");
    tcase_add_test(box, a_box_marks_what_is_not_there);
    tcase_add_test(box, a_table_is_plain_ascii);
    tcase_add_test(box, texts_shrink_before_columns_go);
    tcase_add_test(box, floats_share_their_decimals);
    tcase_add_test(box, a_small_value_beside_a_large_one_is_not_zero);
    tcase_add_test(box, a_box_shows_control_characters_and_measures_wide_ones);
    tcase_add_test(box, no_rows_are_said);
    tcase_add_test(box, colour_only_adds_to_the_same_text);
    tcase_add_test(box, a_layout_never_exceeds_the_limit_when_it_can);
    suite_add_tcase(suite, box);
    TCase *data = tcase_create("data");
    tcase_add_test(data, csv_reads_back);
    tcase_add_test(data, json_keeps_every_digit);
    tcase_add_test(data, formats_for_people_escape);
    tcase_add_test(data, formats_have_names);
    tcase_add_test(data, memory_may_run_out_anywhere);
    suite_add_tcase(suite, data);
    return suite;
}
