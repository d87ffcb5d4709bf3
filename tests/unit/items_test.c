/* Lists as JSON: what particular ones are written as and read from; random ones come back as they
 * were; any bytes do no harm. */
#include "column/items.h"
#include "base/hash.h"
#include "suites.h"

struct world {
    struct alloc alloc;
    uint64_t seed;
};

static uint64_t next(struct world *w, uint64_t below) {
    w->seed = hash_word(w->seed + 0x9e3779b97f4a7c15u);
    return w->seed % below;
}

static void world_init(struct world *w) {
    alloc_init(&w->alloc, NULL, NULL, 0);
    w->seed = 20260311;
}

/* The elements of a JSON text, each in brackets, as this kind. */
static void expect_items(const char *json, enum type_kind kind, const char *wanted) {
    struct world w;
    struct buf out;
    struct items items;
    struct item item;
    world_init(&w);
    buf_init(&out, &w.alloc);
    items_open(&items, &w.alloc, str_of(json), kind);
    while (items_next(&items, &item)) {
        if (item.missing)
            buf_text(&out, "<?>");
        else if (kind == TY_TEXT)
            buf_printf(&out, "<%.*s>", STR_ARG(item.text));
        else if (kind == TY_FLOAT)
            buf_printf(&out, "<%g>", item.f);
        else
            buf_printf(&out, "<%lld>", (long long)item.i);
    }
    items_close(&items);
    ck_assert_msg(str_is(buf_view(&out), wanted), "%s: wanted %s, found %.*s", json, wanted,
                  STR_ARG(buf_view(&out)));
    buf_free(&out);
    ck_assert_uint_eq(w.alloc.used, 0);
}

START_TEST(test_reading) {
    expect_items("[]", TY_INT, "");
    expect_items("[1,-2, 30 ]", TY_INT, "<1><-2><30>");
    expect_items("[1,null,3]", TY_INT, "<1><?><3>");
    expect_items("[true,false]", TY_BOOL, "<1><0>");
    expect_items("[0.5,1e3]", TY_FLOAT, "<0.5><1000>");
    expect_items("[\"1970-01-02\"]", TY_DATE, "<1>");
    expect_items("[\"a,b\",\"]\",\"null\",null]", TY_TEXT, "<a,b><]><null><?>");
    expect_items("[\"\\\"\\\\\\n\\u00e9\\ud83d\\ude00\"]", TY_TEXT,
                 "<\"\\\n\xC3\xA9\xF0\x9F\x98\x80>");
}
END_TEST

START_TEST(test_damaged) {
    expect_items("", TY_INT, "");
    expect_items("1", TY_INT, "");
    expect_items("[1,x,3]", TY_INT, "<1>");
    expect_items("[\"open", TY_TEXT, "<open>");
    expect_items("[\"open\\", TY_TEXT, "<open>");
    expect_items("[\"\\u12", TY_TEXT, "<\x12>");
    expect_items("[\"1970-13-01\"]", TY_DATE, "");
}
END_TEST

static void expect_shown(const char *json, const char *wanted) {
    struct world w;
    struct buf out;
    world_init(&w);
    buf_init(&out, &w.alloc);
    items_show(&out, str_of(json));
    ck_assert_msg(str_is(buf_view(&out), wanted), "%s", json);
    buf_free(&out);
}

START_TEST(test_showing) {
    expect_shown("[]", "[]");
    expect_shown("[1,2]", "[1, 2]");
    expect_shown("[\"a,b\",\"c\\\",\"]", "[\"a,b\", \"c\\\",\"]");
}
END_TEST

enum { MOST = 8, ROUNDS = 4000 };

static void make_text(struct world *w, char *text, size_t *n) {
    static const char *const pieces[] = {"a",        "\"", "\\",   ",",    "]", "[",
                                         "\xC3\xA9", "\n", "\x01", "null", " ", "\xF0\x9F\x98\x80"};
    *n = 0;
    for (uint64_t i = next(w, 6); i > 0; i--) {
        const char *piece = pieces[next(w, COUNT_OF(pieces))];
        memcpy(text + *n, piece, strlen(piece));
        *n += strlen(piece);
    }
}

START_TEST(test_round_trip) {
    static const enum type_kind kinds[] = {TY_BOOL, TY_INT, TY_FLOAT, TY_TEXT, TY_DATE};
    struct world w;
    world_init(&w);
    for (int round = 0; round < ROUNDS; round++) {
        enum type_kind kind = kinds[next(&w, COUNT_OF(kinds))];
        uint32_t n = (uint32_t)next(&w, MOST);
        struct item made[MOST] = {{0}};
        char texts[MOST][32];
        struct buf json;
        buf_init(&json, &w.alloc);
        items_start(&json);
        for (uint32_t i = 0; i < n; i++) {
            made[i].missing = next(&w, 5) == 0;
            make_text(&w, texts[i], &made[i].text.n);
            made[i].text.p = texts[i];
            if (kind == TY_FLOAT)
                made[i].f = (double)(int64_t)next(&w, 2000) / 7 - 100;
            else
                made[i].i = kind == TY_BOOL ? (int64_t)next(&w, 2) : (int64_t)next(&w, 90000) - 100;
            items_put(&json, kind, &made[i]);
        }
        items_end(&json);
        struct items items;
        struct item got;
        uint32_t read = 0;
        items_open(&items, &w.alloc, buf_view(&json), kind);
        while (items_next(&items, &got)) {
            ck_assert_uint_lt(read, n);
            ck_assert_int_eq(got.missing, made[read].missing);
            if (!got.missing && kind == TY_TEXT)
                ck_assert(str_eq(got.text, made[read].text));
            else if (!got.missing)
                ck_assert_int_eq(got.i, made[read].i);
            read++;
        }
        ck_assert_uint_eq(read, n);
        items_close(&items);
        buf_free(&json);
    }
    ck_assert_uint_eq(w.alloc.used, 0);
}
END_TEST

START_TEST(test_any_bytes) {
    static const char bytes[] = "[]\",\\u0d8nt-1.5e null";
    struct world w;
    world_init(&w);
    for (int round = 0; round < ROUNDS; round++) {
        char text[24];
        struct items items;
        struct item item;
        size_t n = next(&w, sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = i == 0 ? '[' : bytes[next(&w, sizeof bytes - 1)];
        items_open(&items, &w.alloc, (struct str){text, n}, round % 2 ? TY_TEXT : TY_INT);
        for (int i = 0; items_next(&items, &item); i++)
            ck_assert_int_lt(i, (int)sizeof text);
        items_close(&items);
    }
    ck_assert_uint_eq(w.alloc.used, 0);
}
END_TEST

Suite *items_suite(void) {
    Suite *suite = suite_create("items");
    TCase *tests = tcase_create("items");
    tcase_add_test(tests, test_reading);
    tcase_add_test(tests, test_damaged);
    tcase_add_test(tests, test_showing);
    tcase_add_test(tests, test_round_trip);
    tcase_add_test(tests, test_any_bytes);
    suite_add_tcase(suite, tests);
    return suite;
}
