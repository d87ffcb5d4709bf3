/* Memory, buffers, UTF-8 and hashing. Expected texts are written out by hand. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "suites.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- alloc ---- */

START_TEST(alloc_counts) {
    struct alloc a;
    alloc_init(&a, NULL, NULL, 0);
    char *p = mem_take(&a, 100);
    ck_assert_ptr_nonnull(p);
    memset(p, 'x', 100);
    unsigned char *zero = mem_zero(&a, 50);
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(zero[i], 0);
    }
    ck_assert_uint_eq(a.used, 150);
    p = mem_resize(&a, p, 100, 1000);
    ck_assert_int_eq(p[99], 'x');
    ck_assert_uint_eq(a.used, 1050);
    p = mem_resize(&a, p, 1000, 10);
    ck_assert_uint_eq(a.used, 60);
    ck_assert_uint_eq(a.peak, 1050);
    ck_assert_uint_eq(a.calls, 4);
    mem_give(&a, p, 10);
    mem_give(&a, zero, 50);
    mem_give(&a, NULL, 7);
    ck_assert_uint_eq(a.used, 0);
    ck_assert_uint_eq(a.peak, 1050);
}
END_TEST

START_TEST(alloc_limits) {
    struct alloc a;
    alloc_init(&a, NULL, NULL, 100);
    char *p = mem_take(&a, 60);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_null(mem_take(&a, 41));
    ck_assert_ptr_null(mem_take(&a, SIZE_MAX));
    ck_assert_uint_eq(a.used, 60);
    char *q = mem_take(&a, 40);
    ck_assert_ptr_nonnull(q);
    p[59] = 'k';
    ck_assert_ptr_null(mem_resize(&a, p, 60, 61));
    ck_assert_int_eq(p[59], 'k');
    mem_give(&a, q, 40);
    p = mem_resize(&a, p, 60, 100);
    ck_assert_ptr_nonnull(p);
    mem_give(&a, p, 100);
    ck_assert_uint_eq(a.used, 0);
}
END_TEST

START_TEST(alloc_fails_on_demand) {
    struct alloc a;
    alloc_init(&a, NULL, NULL, 0);
    a.fail_at = 2;
    char *p = mem_take(&a, 8);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_null(mem_resize(&a, p, 8, 16));
    ck_assert_uint_eq(a.used, 8);
    p = mem_resize(&a, p, 8, 16);
    ck_assert_ptr_nonnull(p);
    mem_give(&a, p, 16);
}
END_TEST

static void *counting_memory(void *user, void *block, size_t old, size_t now) {
    long *sum = user;
    *sum += (long)now - (long)old;
    if (now == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, now);
}

START_TEST(alloc_uses_the_given_function) {
    struct alloc a;
    long sum = 0;
    alloc_init(&a, counting_memory, &sum, 0);
    char *p = mem_take(&a, 10);
    p = mem_resize(&a, p, 10, 30);
    ck_assert_int_eq(sum, 30);
    mem_give(&a, p, 30);
    ck_assert_int_eq(sum, 0);
}
END_TEST

/* ---- arena ---- */

START_TEST(arena_gives_aligned_places) {
    struct alloc memory;
    struct arena a;
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&a, &memory);
    char *before = NULL;
    for (size_t n = 0; n < 2000; n++) {
        char *p = arena_take(&a, n);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % 16, 0);
        ck_assert_ptr_ne(p, before);
        memset(p, 0xAB, n);
        before = p;
    }
    unsigned char *big = arena_zero(&a, 3000000);
    for (size_t i = 0; i < 3000000; i += 4096) {
        ck_assert_int_eq(big[i], 0);
    }
    arena_free(&a);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(arena_goes_back_to_a_mark) {
    struct alloc memory;
    struct arena a;
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&a, &memory);
    struct arena_mark empty = arena_mark(&a);
    char *kept = arena_take(&a, 32);
    memcpy(kept, "kept", 5);
    struct arena_mark mark = arena_mark(&a);
    size_t used = memory.used;
    char *first = arena_take(&a, 64);
    for (int i = 0; i < 100; i++) {
        arena_take(&a, 5000);
    }
    ck_assert_uint_gt(memory.used, 500000);
    arena_reset(&a, mark);
    ck_assert_uint_eq(memory.used, used);
    ck_assert_str_eq(kept, "kept");
    ck_assert_ptr_eq(arena_take(&a, 64), first);
    arena_reset(&a, empty);
    ck_assert_uint_eq(memory.used, 0);
    ck_assert_ptr_nonnull(arena_take(&a, 1));
    arena_free(&a);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(arena_escapes) {
    struct alloc memory;
    struct arena a;
    jmp_buf escape;
    alloc_init(&memory, NULL, NULL, 20000);
    arena_init(&a, &memory);
    ck_assert_ptr_null(arena_take(&a, 30000));
    ck_assert_ptr_null(arena_take(&a, SIZE_MAX));
    ck_assert_ptr_null(arena_str(&a, (struct str){"x", SIZE_MAX}).p);
    a.escape = &escape;
    if (setjmp(escape) == 0) {
        for (;;) {
            ck_assert_ptr_nonnull(arena_take(&a, 1000));
        }
    }
    ck_assert_uint_gt(memory.used, 4000);
    ck_assert_uint_le(memory.used, 20000);
    arena_free(&a);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(arena_keeps_texts) {
    struct alloc memory;
    struct arena a;
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&a, &memory);
    char source[] = "spoken";
    struct str copy = arena_str(&a, (struct str){source, 5});
    source[0] = 'X';
    ck_assert_uint_eq(copy.n, 5);
    ck_assert_str_eq(copy.p, "spoke");
    ck_assert_str_eq(arena_str(&a, STR_NONE).p, "");
    struct str printed = arena_printf(&a, "%s-%d", "a", 42);
    ck_assert_str_eq(printed.p, "a-42");
    ck_assert_uint_eq(printed.n, 4);
    arena_free(&a);
    memory.limit = 1;
    ck_assert_ptr_null(arena_printf(&a, "%d", 1).p);
}
END_TEST

struct pair {
    int left;
    double right;
};

START_TEST(arena_vectors_grow) {
    struct alloc memory;
    struct arena a;
    jmp_buf escape;
    alloc_init(&memory, NULL, NULL, 0);
    arena_init(&a, &memory);
    a.escape = &escape;
    ck_assert_int_eq(setjmp(escape), 0);
    ARENA_VEC(struct pair) pairs = {NULL, 0, 0};
    for (int i = 0; i < 1000; i++) {
        struct pair *added = &ARENA_PUSH(&a, &pairs);
        ck_assert_int_eq(added->left, 0);
        added->left = i;
        ARENA_PUSH(&a, &pairs) = (struct pair){-i, 0.5};
    }
    ck_assert_uint_eq(pairs.n, 2000);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(pairs.at[2 * i].left, i);
        ck_assert_int_eq(pairs.at[2 * i + 1].left, -i);
    }
    pairs.n--;
    ck_assert_int_eq(ARENA_PUSH(&a, &pairs).left, 0);
    arena_free(&a);
}
END_TEST

/* ---- buf ---- */

START_TEST(buf_puts_text_together) {
    struct alloc memory;
    struct buf b;
    alloc_init(&memory, NULL, NULL, 0);
    buf_init(&b, &memory);
    ck_assert_uint_eq(buf_view(&b).n, 0);
    ck_assert_str_eq(buf_view(&b).p, "");
    buf_text(&b, "one");
    buf_char(&b, ' ');
    buf_str(&b, STR("two"));
    buf_str(&b, STR_NONE);
    buf_repeat(&b, "=-", 3);
    buf_printf(&b, "[%d %s]", 7, "x");
    ck_assert_str_eq(b.p, "one two=-=-=-[7 x]");
    ck_assert_uint_eq(b.n, strlen(b.p));
    buf_clear(&b);
    ck_assert_str_eq(b.p, "");
    for (int i = 0; i < 1000; i++) {
        buf_printf(&b, "%04d,", i);
    }
    ck_assert_uint_eq(b.n, 5000);
    ck_assert_int_eq(memcmp(b.p + 4995, "0999,", 6), 0);
    ck_assert(!b.failed);
    buf_free(&b);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(buf_failure_sticks) {
    struct alloc memory;
    struct buf b;
    alloc_init(&memory, NULL, NULL, 100);
    buf_init(&b, &memory);
    buf_text(&b, "short");
    buf_repeat(&b, "0123456789", 50);
    ck_assert(b.failed);
    size_t n = b.n;
    buf_char(&b, 'x');
    buf_printf(&b, "%s", "much");
    ck_assert_uint_eq(b.n, n);
    ck_assert_int_eq(b.p[n], '\0');
    buf_clear(&b);
    ck_assert(!b.failed);
    /* Too long to fit: what was tried must not be left behind. */
    buf_text(&b, "ab");
    buf_printf(&b, "%0200d", 1);
    ck_assert(b.failed);
    ck_assert_str_eq(b.p, "ab");
    buf_free(&b);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

static void expect_escaped(void (*put)(struct buf *, struct str), struct str in, const char *out) {
    struct alloc memory;
    struct buf b;
    alloc_init(&memory, NULL, NULL, 0);
    buf_init(&b, &memory);
    put(&b, in);
    ck_assert_str_eq(buf_view(&b).p, out);
    buf_free(&b);
}

START_TEST(buf_escapes_json) {
    expect_escaped(buf_json, STR(""), "\"\"");
    expect_escaped(buf_json, STR("plain"), "\"plain\"");
    expect_escaped(buf_json, STR("a\"b\\c\n\t\r\x01/"), "\"a\\\"b\\\\c\\n\\t\\r\\u0001/\"");
    expect_escaped(buf_json, STR("a\0b"), "\"a\\u0000b\"");
    expect_escaped(buf_json, STR("\x1F\x7F"), "\"\\u001f\x7F\"");
    expect_escaped(buf_json,
                   STR("Pe\xC3\xB1"
                       "a \xF0\x9F\x98\x80"),
                   "\"Pe\xC3\xB1"
                   "a \xF0\x9F\x98\x80\"");
    expect_escaped(buf_json, STR("a\xFFz\xC3"), "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\"");
}
END_TEST

START_TEST(buf_escapes_xml) {
    expect_escaped(buf_xml, STR("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    expect_escaped(buf_xml,
                   STR("a\0b\x01"
                       "c\x7F"
                       "d\ne"),
                   "abcd\ne");
    expect_escaped(buf_xml, STR("\xC2\x85x\xEF\xBF\xBFy"), "xy");
    expect_escaped(buf_xml, STR("\xC3\xA9\x80"), "\xC3\xA9\xEF\xBF\xBD");
}
END_TEST

/* ---- utf8 ---- */

START_TEST(utf8_every_code_point) {
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        size_t at = 0;
        size_t n = utf8_put(bytes, c);
        struct str s = {bytes, n};
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        uint32_t back = utf8_next(s, &at);
        if (back != (surrogate ? 0xFFFD : c) || at != n || utf8_check(s) != n) {
            ck_abort_msg("U+%04X does not come back", (unsigned)c);
        }
        if (n > 1 && utf8_check((struct str){bytes, n - 1}) != 0) {
            ck_abort_msg("U+%04X cut short is accepted", (unsigned)c);
        }
    }
}
END_TEST

START_TEST(utf8_refuses_broken_bytes) {
    static const char *const broken[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xC3(",
        "\xE2\x82(",
    };
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct str s = str_of(broken[i]);
        size_t at = 0;
        ck_assert_uint_eq(utf8_check(s), 0);
        ck_assert_uint_eq(utf8_next(s, &at), 0xFFFD);
        ck_assert_uint_eq(at, 1);
    }
    ck_assert_uint_eq(utf8_check(STR("abc\xC3\xA9\xFFz")), 5);
}
END_TEST

START_TEST(utf8_measures) {
    struct str s = STR("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80z"); /* a e-acute CJK face z */
    ck_assert_uint_eq(utf8_length(s), 5);
    ck_assert_uint_eq(utf8_offset(s, 0), 0);
    ck_assert_uint_eq(utf8_offset(s, 2), 3);
    ck_assert_uint_eq(utf8_offset(s, 4), 10);
    ck_assert_uint_eq(utf8_offset(s, 99), s.n);
    ck_assert_uint_eq(utf8_width(s), 7);
    ck_assert_uint_eq(utf8_width(STR("a\n\tb\x1B")), 2);
    ck_assert_uint_eq(utf8_width(STR("e\xCC\x81")), 1); /* combining acute */
    ck_assert_uint_eq(utf8_fit(s, 2), 3);
    ck_assert_uint_eq(utf8_fit(s, 3), 3);
    ck_assert_uint_eq(utf8_fit(s, 4), 6);
    ck_assert_uint_eq(utf8_fit(s, 100), s.n);
    ck_assert_uint_eq(utf8_fit(STR("e\xCC\x81x"), 1), 3);
}
END_TEST

START_TEST(utf8_knows_letters) {
    ck_assert(utf8_is_letter('a') && utf8_is_letter('Z'));
    ck_assert(utf8_is_letter(0xE9) && utf8_is_letter(0x4E2D) && utf8_is_letter(0x416));
    ck_assert(!utf8_is_letter('_') && !utf8_is_letter('7') && !utf8_is_letter(' '));
    ck_assert(!utf8_is_letter(0x2014) && !utf8_is_letter(0x301) && !utf8_is_letter(0x1F600));
}
END_TEST

START_TEST(utf8_changes_case) {
    expect_escaped(utf8_upper,
                   STR("Pe\xC3\xB1"
                       "a 9 \xD0\xB6"),
                   "PE\xC3\x91"
                   "A 9 \xD0\x96");
    expect_escaped(utf8_lower,
                   STR("PE\xC3\x91"
                       "A 9 \xD0\x96"),
                   "pe\xC3\xB1"
                   "a 9 \xD0\xB6");
    expect_escaped(utf8_lower, STR("A\xFF"), "a\xEF\xBF\xBD");
}
END_TEST

/* ---- hash ---- */

enum { KEYS = 100000 };

START_TEST(hash_map_holds_many) {
    struct alloc memory;
    struct strmap m;
    alloc_init(&memory, NULL, NULL, 0);
    strmap_init(&m, &memory);
    char(*keys)[16] = malloc(KEYS * sizeof *keys);
    ck_assert_ptr_null(strmap_find(&m, STR("absent")));
    for (int i = 0; i < KEYS; i++) {
        bool is_new;
        struct str key = {keys[i], (size_t)snprintf(keys[i], sizeof keys[i], "%d", i * 7)};
        uint64_t *value = strmap_put(&m, key, &is_new);
        if (!value || !is_new || *value != 0) {
            ck_abort_msg("key %s cannot be added", keys[i]);
        }
        *value = (uint64_t)i + 1;
    }
    ck_assert_uint_eq(m.n, KEYS);
    for (int i = 0; i < KEYS; i++) {
        char text[16];
        bool is_new = true;
        struct str key = {text, (size_t)snprintf(text, sizeof text, "%d", i * 7)};
        uint64_t *value = strmap_find(&m, key);
        if (!value || *value != (uint64_t)i + 1 || strmap_put(&m, key, &is_new) != value ||
            is_new) {
            ck_abort_msg("key %s is not found again", text);
        }
        text[0] = '-';
        if (strmap_find(&m, key)) {
            ck_abort_msg("key %s was never added", text);
        }
    }
    strmap_free(&m);
    free(keys);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(hash_map_odd_keys) {
    struct alloc memory;
    struct strmap m;
    bool is_new;
    alloc_init(&memory, NULL, NULL, 0);
    strmap_init(&m, &memory);
    *strmap_put(&m, STR_NONE, &is_new) = 5;
    ck_assert(is_new);
    ck_assert_uint_eq(*strmap_find(&m, STR("")), 5);
    *strmap_put(&m, STR("\0"), &is_new) = 6;
    ck_assert(is_new);
    ck_assert_uint_eq(*strmap_find(&m, STR("")), 5);
    ck_assert_uint_eq(*strmap_find(&m, STR("\0")), 6);
    ck_assert_ptr_null(strmap_find(&m, STR("\0\0")));
    strmap_free(&m);
}
END_TEST

START_TEST(hash_map_survives_no_memory) {
    struct alloc memory;
    struct strmap m;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    alloc_init(&memory, NULL, NULL, 0);
    strmap_init(&m, &memory);
    memory.fail_at = 2;
    uint32_t failures = 0;
    for (size_t i = 0; i < 26; i++) {
        bool is_new;
        uint64_t *value = strmap_put(&m, (struct str){letters + i, 1}, &is_new);
        failures += value == NULL;
        ck_assert(value || !is_new);
    }
    ck_assert_uint_eq(failures, 1);
    ck_assert_uint_eq(m.n, 25);
    for (size_t i = 0; i < 12; i++) {
        ck_assert_ptr_nonnull(strmap_find(&m, (struct str){letters + i, 1}));
    }
    strmap_free(&m);
    ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(hash_spreads) {
    /* 2^16 keys into 2^10 bins: 64 each; far beyond 8 sigma is 130. */
    static uint32_t low[1024], high[1024];
    for (int i = 0; i < 65536; i++) {
        char text[24];
        struct str key = {text, (size_t)snprintf(text, sizeof text, "student-%d", i)};
        uint32_t h = hash_bytes(key);
        low[h & 1023]++;
        high[h >> 22]++;
    }
    for (int i = 0; i < 1024; i++) {
        ck_assert(low[i] > 10 && low[i] < 130 && high[i] > 10 && high[i] < 130);
    }
    ck_assert_uint_ne(hash_bytes(STR("abcdefgh")), hash_bytes(STR("abcdefgh\0")));
}
END_TEST

Suite *base_suite(void) {
    Suite *suite = suite_create("base");
    TCase *alloc = tcase_create("alloc");
    tcase_add_test(alloc, alloc_counts);
    tcase_add_test(alloc, alloc_limits);
    tcase_add_test(alloc, alloc_fails_on_demand);
    tcase_add_test(alloc, alloc_uses_the_given_function);
    suite_add_tcase(suite, alloc);
    TCase *arena = tcase_create("arena");
    tcase_add_test(arena, arena_gives_aligned_places);
    tcase_add_test(arena, arena_goes_back_to_a_mark);
    tcase_add_test(arena, arena_escapes);
    tcase_add_test(arena, arena_keeps_texts);
    tcase_add_test(arena, arena_vectors_grow);
    suite_add_tcase(suite, arena);
    TCase *buf = tcase_create("buf");
    tcase_add_test(buf, buf_puts_text_together);
    tcase_add_test(buf, buf_failure_sticks);
    tcase_add_test(buf, buf_escapes_json);
    tcase_add_test(buf, buf_escapes_xml);
    suite_add_tcase(suite, buf);
    TCase *utf8 = tcase_create("utf8");
    tcase_set_timeout(utf8, 60);
    tcase_add_test(utf8, utf8_every_code_point);
    tcase_add_test(utf8, utf8_refuses_broken_bytes);
    tcase_add_test(utf8, utf8_measures);
    tcase_add_test(utf8, utf8_knows_letters);
    tcase_add_test(utf8, utf8_changes_case);
    suite_add_tcase(suite, utf8);
    TCase *hash = tcase_create("hash");
    tcase_set_timeout(hash, 60);
    tcase_add_test(hash, hash_map_holds_many);
    tcase_add_test(hash, hash_map_odd_keys);
    tcase_add_test(hash, hash_map_survives_no_memory);
    tcase_add_test(hash, hash_spreads);
    suite_add_tcase(suite, hash);
    return suite;
}
