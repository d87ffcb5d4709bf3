/* Maps against a plain list of pairs: many random changes, collection at every allocation, memory
 * refused at every request; and texts that grow. */
#include "suites.h"

#include "column/map.h"
#include <stdio.h>
#include <stdlib.h>

struct world {
    struct alloc alloc;
    struct heap heap;
    struct object *roots[3];
};

static void mark_roots(struct heap *h, void *user) {
    struct world *w = user;
    for (int i = 0; i < 3; i++)
        heap_mark(h, w->roots[i]);
}

static void world_open(struct world *w) {
    memset(w, 0, sizeof *w);
    alloc_init(&w->alloc, NULL, NULL, 0);
    heap_init(&w->heap, &w->alloc, mark_roots, w);
}

static void world_close(struct world *w) {
    heap_free(&w->heap);
    ck_assert_uint_eq(w->alloc.used, 0);
}

static uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* ---- the reference: pairs in order of insertion, searched from the start ---- */

enum { MOST_PAIRS = 400 };
struct pairs {
    int64_t key[MOST_PAIRS], value[MOST_PAIRS];
    uint32_t n;
};

static uint32_t pair_of(const struct pairs *p, int64_t key) {
    uint32_t i = 0;
    while (i < p->n && p->key[i] != key)
        i++;
    return i;
}

static void pairs_set(struct pairs *p, int64_t key, int64_t value) {
    uint32_t i = pair_of(p, key);
    p->key[i] = key;
    p->value[i] = value;
    p->n += i == p->n;
}

static void pairs_remove(struct pairs *p, int64_t key) {
    uint32_t i = pair_of(p, key);
    if (i == p->n)
        return;
    p->n--;
    memmove(&p->key[i], &p->key[i + 1], (p->n - i) * sizeof p->key[0]);
    memmove(&p->value[i], &p->value[i + 1], (p->n - i) * sizeof p->value[0]);
}

/* Keys of a text map are the number and so many letters: short and long ones. */
static struct str key_text(char out[64], int64_t key) {
    int n = snprintf(out, 64, "%lld%.*s", (long long)key, (int)(key < 0 ? 0 : key % 30),
                     "abcdefghijklmnopqrstuvwxyzabcdefgh");
    return (struct str){out, (size_t)n};
}

static struct map_key key_for(const struct map *m, char out[64], int64_t key) {
    return m->text_keys ? key_of_bytes(key_text(out, key)) : key_of_int(key);
}

static void check_same(struct map *m, const struct pairs *p) {
    uint32_t at = map_next(m, 0);
    ck_assert_uint_eq(m->live, p->n);
    for (uint32_t i = 0; i < p->n; i++, at = map_next(m, at + 1)) {
        const union word *e = &m->at[(size_t)at * m->stride];
        char bytes[64];
        ck_assert_uint_lt(at, m->n);
        ck_assert_int_eq(e[1].i, p->value[i]);
        if (m->text_keys)
            ck_assert(str_eq(text_str((const struct text *)e->ref), key_text(bytes, p->key[i])));
        else
            ck_assert_int_eq(e->i, p->key[i]);
    }
    ck_assert_uint_eq(at, m->n);
}

static void change_at_random(struct world *w, struct map *m, struct pairs *p, uint64_t *state) {
    char bytes[64];
    int64_t key = next_random(state) % MOST_PAIRS;
    struct map_key k = key_for(m, bytes, key);
    uint32_t known = pair_of(p, key);
    const union word *found = map_find(m, &k);
    ck_assert_int_eq(found != NULL, known < p->n);
    if (found)
        ck_assert_int_eq(found->i, p->value[known]);
    if (next_random(state) % 5 < 3) {
        union word *value = map_put(&w->heap, m, &k);
        ck_assert_ptr_nonnull(value);
        value->i = next_random(state);
        pairs_set(p, key, value->i);
    } else {
        ck_assert(map_remove(&w->heap, m, &k));
        pairs_remove(p, key);
    }
}

static void run_at_random(bool text_keys, bool stress, int changes) {
    struct world w;
    struct pairs p = {.n = 0};
    uint64_t state = 7;
    world_open(&w);
    w.heap.stress = stress;
    struct map *m = heap_map(&w.heap, text_keys, MAP_WORDS);
    w.roots[0] = &m->head;
    for (int i = 0; i < changes; i++) {
        change_at_random(&w, m, &p, &state);
        if (i % 997 == 0)
            check_same(m, &p);
    }
    check_same(m, &p);
    struct map *copy = heap_map_copy(&w.heap, m);
    w.roots[1] = &copy->head;
    check_same(copy, &p);
    struct pairs before = p;
    for (int i = 0; i < 100; i++)
        change_at_random(&w, m, &p, &state);
    check_same(m, &p);
    check_same(copy, &before);
    world_close(&w);
}

START_TEST(random_changes_of_int_keys) {
    run_at_random(false, false, 100000);
}
END_TEST

START_TEST(random_changes_of_text_keys) {
    run_at_random(true, false, 100000);
}
END_TEST

START_TEST(random_changes_under_stress) {
    run_at_random(true, true, 3000);
    run_at_random(false, true, 3000);
}
END_TEST

START_TEST(many_keys) {
    struct world w;
    world_open(&w);
    struct map *m = heap_map(&w.heap, true, MAP_NULLABLES);
    w.roots[0] = &m->head;
    char bytes[64];
    for (int64_t i = 0; i < 100000; i++) {
        struct map_key k = key_of_bytes(key_text(bytes, i));
        union word *value = map_put(&w.heap, m, &k);
        value[0].i = i;
        value[1].i = i % 3;
    }
    ck_assert_uint_eq(m->live, 100000);
    for (int64_t i = 0; i < 100000; i++) {
        struct map_key k = key_of_bytes(key_text(bytes, i));
        const union word *value = map_find(m, &k);
        ck_assert_ptr_nonnull(value);
        ck_assert_int_eq(value[0].i, i);
        ck_assert_int_eq(value[1].i, i % 3);
        struct text *again = heap_text(&w.heap, key_text(bytes, i));
        ck_assert_ptr_eq(map_find_text(m, again), value);
        ck_assert_ptr_null(map_find_text(m, heap_text(&w.heap, key_text(bytes, -1 - i))));
    }
    struct map_key absent = key_of_bytes(STR("not there"));
    ck_assert_ptr_null(map_find(m, &absent));
    world_close(&w);
}
END_TEST

/* Every refusal leaves a map that is as it was or has the one entry more. */
START_TEST(memory_refused_at_every_request) {
    bool done = false;
    for (uint64_t nth = 1; !done; nth++) {
        struct world w;
        world_open(&w);
        struct map *m = heap_map(&w.heap, true, MAP_REFS);
        w.roots[0] = &m->head;
        w.alloc.calls = 0;
        w.heap.stress = true; /* then a refusal is final: nothing was left to collect */
        w.alloc.fail_at = nth;
        uint32_t put = 0;
        bool fine = true;
        for (int64_t i = 0; i < 60 && fine; i++) {
            char bytes[64];
            struct map_key k = key_of_bytes(key_text(bytes, i));
            union word *value = map_put(&w.heap, m, &k);
            fine = value != NULL;
            if (fine)
                value->ref = &k.text->head;
            put += fine;
        }
        ck_assert_uint_eq(m->live, put);
        for (uint32_t i = 0; i < put; i++) {
            const union word *e = &m->at[(size_t)i * m->stride];
            ck_assert_ptr_eq(e[0].ref, e[1].ref);
        }
        struct map *copy = heap_map_copy(&w.heap, m);
        ck_assert(!copy || copy->live == put);
        ck_assert_uint_eq(m->live, put);
        done = w.alloc.calls < nth;
        world_close(&w);
        ck_assert_uint_lt(nth, 2000);
    }
}
END_TEST

/* ---- texts that grow ---- */

START_TEST(a_text_grows_in_place) {
    struct world w;
    world_open(&w);
    struct text *piece = heap_text(&w.heap, STR("ab"));
    w.roots[0] = &piece->head;
    struct text *t = heap_text(&w.heap, STR_NONE);
    w.roots[1] = &t->head;
    uint32_t moves = 0;
    for (int i = 0; i < 100000; i++) {
        struct text *now = heap_append(&w.heap, t, piece);
        moves += now != t;
        t = now;
        w.roots[1] = &t->head;
    }
    ck_assert_uint_eq(t->n, 200000);
    ck_assert_uint_lt(moves, 20);
    ck_assert(text_is_ascii(t));
    for (uint32_t i = 0; i < t->n; i++)
        ck_assert_int_eq(t->p[i], i % 2 ? 'b' : 'a');
    world_close(&w);
}
END_TEST

START_TEST(a_shared_text_stays) {
    struct world w;
    world_open(&w);
    struct text *piece = heap_text(&w.heap, STR("\xC3\xA9"));
    w.roots[0] = &piece->head;
    struct text *t = heap_append(&w.heap, piece, piece);
    w.roots[1] = &t->head;
    uint32_t hash = text_hash(t);
    object_share(&t->head);
    struct text *more = heap_append(&w.heap, t, piece);
    ck_assert_ptr_ne(more, t);
    ck_assert_uint_eq(t->n, 4);
    ck_assert_uint_eq(more->n, 6);
    ck_assert_uint_eq(text_hash(t), hash);
    w.roots[2] = &more->head;
    ck_assert(text_hash(more) != hash);
    struct text *same = heap_append(&w.heap, more, piece);
    ck_assert_ptr_eq(same, more);
    ck_assert_uint_eq(text_hash(same), bytes_hash(STR("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9")));
    ck_assert_uint_eq(text_length(same), 4);
    world_close(&w);
}
END_TEST

START_TEST(slices_count_characters) {
    struct world w;
    world_open(&w);
    struct text *plain = heap_text(&w.heap, STR("abcdef"));
    struct text *wide = heap_text(&w.heap, STR("a\xC3\xA9z\xE2\x82\xAC"));
    ck_assert(str_is(text_slice(plain, 2, 4), "bcd"));
    ck_assert(str_is(text_slice(plain, -5, 2), "ab"));
    ck_assert(str_is(text_slice(plain, 5, 99), "ef"));
    ck_assert_uint_eq(text_slice(plain, 4, 3).n, 0);
    ck_assert_uint_eq(text_slice(plain, 7, 9).n, 0);
    ck_assert(str_is(text_slice(wide, 2, 3), "\xC3\xA9z"));
    ck_assert(str_is(text_slice(wide, 4, INT64_MAX), "\xE2\x82\xAC"));
    ck_assert_uint_eq(text_slice(wide, 5, 6).n, 0);
    ck_assert_uint_eq(text_length(wide), 4);
    world_close(&w);
}
END_TEST

Suite *map_suite(void) {
    Suite *suite = suite_create("map");
    TCase *maps = tcase_create("maps");
    tcase_set_timeout(maps, 60);
    tcase_add_test(maps, random_changes_of_int_keys);
    tcase_add_test(maps, random_changes_of_text_keys);
    tcase_add_test(maps, random_changes_under_stress);
    tcase_add_test(maps, many_keys);
    tcase_add_test(maps, memory_refused_at_every_request);
    suite_add_tcase(suite, maps);
    TCase *texts = tcase_create("texts");
    tcase_add_test(texts, a_text_grows_in_place);
    tcase_add_test(texts, a_shared_text_stays);
    tcase_add_test(texts, slices_count_characters);
    suite_add_tcase(suite, texts);
    return suite;
}
