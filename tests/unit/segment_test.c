/* Segments: random columns come back as they were, damage at any byte is found, memory may run out
 * at every request. */
#include "suites.h"

#include "segment/bytes.h"
#include "segment/checksum.h"
#include "segment/segment.h"
#include <stdio.h>
#include <stdlib.h>

struct world {
    struct alloc alloc;
    struct segment_maker maker;
    struct buf data;
    unsigned char head[SEGMENT_HEAD];
    uint64_t random;
};

static void world_open(struct world *w) {
    memset(w, 0, sizeof *w);
    alloc_init(&w->alloc, NULL, NULL, 0);
    segment_maker_init(&w->maker, &w->alloc);
    buf_init(&w->data, &w->alloc);
    w->random = 7;
}

static void world_close(struct world *w) {
    segment_maker_free(&w->maker);
    buf_free(&w->data);
    ck_assert_uint_eq(w->alloc.used, 0);
}

static uint32_t next_random(struct world *w) {
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->random >> 33);
}

static void reopen(struct world *w, const struct segment_values *v, struct segment_reader *s) {
    struct segment_head h;
    const char *why = "";
    ck_assert_int_eq(segment_encode(&w->maker, v, 42, w->head, &w->data), ST_OK);
    ck_assert_msg(segment_head_read(w->head, sizeof w->head, &h, &why), "%s", why);
    ck_assert_msg(segment_read(&h, w->data.p, w->data.n, s, &why), "%s", why);
    ck_assert_uint_eq(h.rows, v->n);
    ck_assert_uint_eq(h.owner, 42);
}

/* ---- the checksum, against published values ---- */

START_TEST(checksums_are_xxh64) {
    struct {
        const char *text;
        uint64_t sum;
    } known[] = {
        {"", 0xef46db3751d8e999u},
        {"abc", 0x44bc2cf5ad770999u},
        {"Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1u},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        ck_assert_uint_eq(checksum_bytes(known[i].text, strlen(known[i].text), 0), known[i].sum);
}
END_TEST

/* ---- round trips ---- */

/* Counts what is wrong: an assertion for each of millions of values would take minutes. */
static void check_words(const struct segment_reader *s, const struct segment_values *v) {
    int64_t *words = malloc(v->n * sizeof *words);
    uint16_t *codes = malloc(v->n * sizeof *codes);
    uint8_t *states = malloc(v->n);
    uint32_t wrong = 0;
    segment_words(s, 0, v->n, words);
    segment_states(s, 0, v->n, states);
    for (uint32_t i = 0; i < v->n; i++) {
        bool missing = v->missing && v->missing[i];
        wrong += states[i] != (missing ? MISSING : PRESENT);
        wrong += segment_missing(s, i) != missing;
        wrong += !missing && words[i] != v->words[i];
    }
    if (segment_has_codes(s)) {
        segment_codes(s, 0, v->n, codes);
        for (uint32_t i = 0; i < v->n; i++) {
            wrong += codes[i] >= segment_codes_stop(s);
            wrong += !states[i] && segment_code_word(s, codes[i]) != v->words[i];
        }
    }
    ck_assert_uint_eq(wrong, 0);
    free(words);
    free(codes);
    free(states);
}

/* Ranges and numbers of different values that lead to every form and width. */
START_TEST(words_come_back) {
    static const uint64_t spans[] = {1, 2, 200, 256, 257, 60000, 65536, 65537, UINT32_MAX, 0};
    static const uint32_t counts[] = {1, 7, 2000, 65535, 65536};
    static const uint32_t kinds[] = {0, 1, 3, 200, 256, 257, 20000};
    static int64_t words[SEGMENT_ROWS];
    static uint8_t missing[SEGMENT_ROWS];
    struct world w;
    struct segment_reader s;
    world_open(&w);
    for (size_t span = 0; span < COUNT_OF(spans); span++)
        for (size_t c = 0; c < COUNT_OF(counts); c++)
            for (size_t k = 0; k < COUNT_OF(kinds); k++) {
                bool holes = next_random(&w) % 2;
                int64_t base = span % 2 ? -5 : INT64_MIN;
                for (uint32_t i = 0; i < counts[c]; i++) {
                    uint64_t x = (uint64_t)next_random(&w) << 32 | next_random(&w);
                    if (kinds[k])
                        x = x % kinds[k] * 0x9e3779b97f4a7c15u;
                    x = spans[span] ? x % spans[span] : x;
                    words[i] = (int64_t)((uint64_t)base + x);
                    missing[i] = holes && next_random(&w) % 3 == 0;
                }
                struct segment_values v = {.kind = SEGMENT_WORDS, .n = counts[c], .words = words};
                v.missing = holes ? missing : NULL;
                reopen(&w, &v, &s);
                check_words(&s, &v);
            }
    world_close(&w);
}
END_TEST

START_TEST(forms_and_widths) {
    static int64_t words[SEGMENT_ROWS];
    struct world w;
    struct segment_reader s;
    struct segment_values v = {.kind = SEGMENT_WORDS, .n = SEGMENT_ROWS, .words = words};
    struct {
        int64_t step;
        uint32_t different;
        enum segment_form form;
        uint32_t width;
    } cases[] = {
        {1, 1, SEGMENT_FRAME, 0},
        {1, 256, SEGMENT_FRAME, 1},
        {1, 257, SEGMENT_FRAME, 2},
        {3, 180, SEGMENT_DICTIONARY, 1},
        {1, 65536, SEGMENT_FRAME, 2},
        {70000, 300, SEGMENT_DICTIONARY, 2},
        {70000, 30000, SEGMENT_FRAME, 4},
        {1ll << 40, 30000, SEGMENT_DICTIONARY, 2},
        {1ll << 40, 60000, SEGMENT_FRAME, 8},
    };
    world_open(&w);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (uint32_t row = 0; row < v.n; row++)
            words[row] = cases[i].step * (row % cases[i].different);
        reopen(&w, &v, &s);
        ck_assert_int_eq(s.head.form, cases[i].form);
        ck_assert_uint_eq(s.head.width, cases[i].width);
        ck_assert_int_eq(s.head.low, 0);
        ck_assert_int_eq(s.head.high, cases[i].step * (cases[i].different - 1));
        check_words(&s, &v);
    }
    world_close(&w);
}
END_TEST

START_TEST(floats_come_back_bit_by_bit) {
    static double floats[SEGMENT_ROWS], got[SEGMENT_ROWS];
    struct world w;
    struct segment_reader s;
    world_open(&w);
    for (uint32_t different = 1; different < 100000; different = different * 7 + 1) {
        for (uint32_t i = 0; i < SEGMENT_ROWS; i++) {
            uint32_t x = next_random(&w) % different;
            floats[i] = x == 3 ? -0.0 : x % 2 ? -1.0 / x : x * 1e300;
        }
        struct segment_values v = {.kind = SEGMENT_FLOATS, .n = SEGMENT_ROWS, .floats = floats};
        reopen(&w, &v, &s);
        segment_floats(&s, 0, SEGMENT_ROWS, got);
        ck_assert_mem_eq(got, floats, sizeof got);
        uint32_t outside = 0;
        for (uint32_t i = 0; i < SEGMENT_ROWS; i++)
            outside += floats[i] < s.head.low_float || floats[i] > s.head.high_float;
        ck_assert_uint_eq(outside, 0);
    }
    world_close(&w);
}
END_TEST

START_TEST(texts_come_back) {
    static char room[SEGMENT_ROWS][12];
    static struct str texts[SEGMENT_ROWS];
    static uint8_t missing[SEGMENT_ROWS];
    struct world w;
    struct segment_reader s;
    world_open(&w);
    for (uint32_t different = 1; different < 200000; different = different * 5 + 2) {
        for (uint32_t i = 0; i < SEGMENT_ROWS; i++) {
            uint32_t x = next_random(&w) % different;
            int n = x == 0 ? 0 : snprintf(room[i], sizeof room[i], "%x", (unsigned)x * 2654435761u);
            texts[i] = (struct str){room[i], (size_t)n};
            missing[i] = next_random(&w) % 10 == 0;
        }
        struct segment_values v = {
            .kind = SEGMENT_TEXTS, .n = SEGMENT_ROWS, .texts = texts, .missing = missing};
        reopen(&w, &v, &s);
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < SEGMENT_ROWS; i++) {
            wrong += segment_missing(&s, i) != missing[i];
            wrong += !missing[i] && !str_eq(segment_text(&s, i), texts[i]);
        }
        ck_assert_uint_eq(wrong, 0);
        for (uint32_t code = 1; code < s.head.entries; code++)
            wrong += str_compare(segment_code_text(&s, code - 1), segment_code_text(&s, code)) >= 0;
        ck_assert_uint_eq(wrong, 0);
    }
    world_close(&w);
}
END_TEST

START_TEST(all_missing_takes_no_data) {
    uint8_t missing[100];
    int64_t words[100] = {0};
    struct world w;
    struct segment_reader s;
    memset(missing, 1, sizeof missing);
    world_open(&w);
    for (int kind = SEGMENT_WORDS; kind <= SEGMENT_TEXTS; kind++) {
        struct str texts[100] = {{NULL, 0}};
        struct segment_values v = {.kind = (enum segment_kind)kind, .n = 100, .missing = missing};
        if (kind == SEGMENT_TEXTS)
            v.texts = texts;
        else
            v.words = words;
        reopen(&w, &v, &s);
        ck_assert_uint_eq(w.data.n, 0);
        ck_assert(segment_missing(&s, 99));
        ck_assert_uint_eq(segment_text(&s, 5).n, 0);
    }
    world_close(&w);
}
END_TEST

START_TEST(words_are_found_by_halving) {
    int64_t words[1000];
    struct world w;
    struct segment_reader s;
    world_open(&w);
    for (int i = 0; i < 1000; i++)
        words[i] = 10 * (i / 3);
    struct segment_values v = {.kind = SEGMENT_WORDS, .n = 1000, .words = words};
    reopen(&w, &v, &s);
    ck_assert_uint_eq(segment_find_word(&s, 0, -5), 0);
    ck_assert_uint_eq(segment_find_word(&s, 0, 10), 3);
    ck_assert_uint_eq(segment_find_word(&s, 0, 11), 6);
    ck_assert_uint_eq(segment_find_word(&s, 0, 3331), 1000);
    world_close(&w);
}
END_TEST

/* ---- damage ---- */

/* Reads everything, as a sanitizer would see it. */
static void read_all(const struct segment_reader *s) {
    for (uint32_t row = 0; row < s->head.rows; row++) {
        int64_t word = 0;
        double number = 0;
        if (s->head.kind == SEGMENT_TEXTS)
            ck_assert_uint_le(segment_text(s, row).n, 1u << 28);
        else if (s->head.kind == SEGMENT_FLOATS)
            segment_floats(s, row, 1, &number);
        else
            segment_words(s, row, 1, &word);
    }
}

static struct segment_values small_column(int which, const uint8_t *missing) {
    static const int64_t words[] = {5, -70000, 5, 1 << 20, 9, 9};
    static const double floats[] = {1.5, 2.5, 1.5, -1, 0, 7};
    static struct str texts[6];
    static const char *const names[] = {"P", "absent", "", "P", "T", "P"};
    for (int i = 0; i < 6; i++)
        texts[i] = str_of(names[i]);
    struct segment_values v = {.kind = (enum segment_kind)which, .n = 6, .missing = missing};
    if (which == SEGMENT_TEXTS)
        v.texts = texts;
    else if (which == SEGMENT_FLOATS)
        v.floats = floats;
    else
        v.words = words;
    return v;
}

START_TEST(every_flipped_bit_is_found) {
    static const uint8_t missing[] = {0, 0, 1, 0, 0, 1};
    struct world w;
    struct segment_head h;
    struct segment_reader s;
    const char *why = NULL;
    world_open(&w);
    for (int which = SEGMENT_WORDS; which <= SEGMENT_TEXTS; which++) {
        struct segment_values v = small_column(which, missing);
        reopen(&w, &v, &s);
        for (size_t bit = 0; bit < 8 * SEGMENT_HEAD; bit++) {
            w.head[bit / 8] ^= (unsigned char)(1u << bit % 8);
            ck_assert(!segment_head_read(w.head, SEGMENT_HEAD, &h, &why));
            w.head[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        ck_assert(segment_head_read(w.head, SEGMENT_HEAD, &h, &why));
        for (size_t bit = 0; bit < 8 * w.data.n; bit++) {
            w.data.p[bit / 8] = (char)(w.data.p[bit / 8] ^ (1 << bit % 8));
            ck_assert(!segment_read(&h, w.data.p, w.data.n, &s, &why));
            w.data.p[bit / 8] = (char)(w.data.p[bit / 8] ^ (1 << bit % 8));
        }
        for (size_t n = 0; n < w.data.n; n++)
            ck_assert(!segment_read(&h, w.data.p, n, &s, &why));
        ck_assert(!segment_head_read(w.head, SEGMENT_HEAD - 1, &h, &why));
    }
    world_close(&w);
}
END_TEST

/* Somebody who makes the checksums right again still cannot make us read beyond the blob. */
START_TEST(forged_segments_are_safe) {
    static const uint8_t missing[] = {0, 0, 1, 0, 0, 1};
    struct world w;
    struct segment_head h;
    struct segment_reader s;
    const char *why = NULL;
    world_open(&w);
    unsigned refused = 0;
    for (int which = SEGMENT_WORDS; which <= SEGMENT_TEXTS; which++) {
        struct segment_values v = small_column(which, missing);
        for (int round = 0; round < 20000; round++) {
            ck_assert_int_eq(segment_encode(&w.maker, &v, 1, w.head, &w.data), ST_OK);
            char *copy = malloc(w.data.n); /* of its exact size, for the sanitizer */
            memcpy(copy, w.data.p, w.data.n);
            for (uint32_t flips = 1 + next_random(&w) % 3; flips > 0; flips--) {
                size_t at = next_random(&w) % (40 + w.data.n);
                if (at < 40)
                    w.head[at] = (unsigned char)next_random(&w);
                else
                    copy[at - 40] = (char)next_random(&w);
            }
            set64(w.head + 40, checksum_bytes(copy, w.data.n, 0));
            set64(w.head + 56, checksum_bytes(w.head, 56, 0));
            if (segment_head_read(w.head, SEGMENT_HEAD, &h, &why) &&
                segment_read(&h, copy, w.data.n, &s, &why))
                read_all(&s);
            else
                refused++;
            free(copy);
        }
    }
    ck_assert_uint_gt(refused, 10000);
    world_close(&w);
}
END_TEST

/* ---- memory ---- */

START_TEST(memory_may_run_out) {
    struct world w;
    for (int which = SEGMENT_WORDS; which <= SEGMENT_TEXTS; which++) {
        enum status status = ST_NO_MEMORY;
        for (uint64_t call = 1; status != ST_OK; call++) {
            struct segment_values v = small_column(which, NULL);
            world_open(&w);
            w.alloc.fail_at = call;
            status = segment_encode(&w.maker, &v, 1, w.head, &w.data);
            ck_assert(status == ST_OK || status == ST_NO_MEMORY);
            world_close(&w);
            ck_assert_uint_lt(call, 50);
        }
    }
}
END_TEST

Suite *segment_suite(void) {
    Suite *suite = suite_create("segment");
    TCase *c = tcase_create("segment");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, checksums_are_xxh64);
    tcase_add_test(c, words_come_back);
    tcase_add_test(c, forms_and_widths);
    tcase_add_test(c, floats_come_back_bit_by_bit);
    tcase_add_test(c, texts_come_back);
    tcase_add_test(c, all_missing_takes_no_data);
    tcase_add_test(c, words_are_found_by_halving);
    tcase_add_test(c, every_flipped_bit_is_found);
    tcase_add_test(c, forged_segments_are_safe);
    tcase_add_test(c, memory_may_run_out);
    suite_add_tcase(suite, c);
    return suite;
}
