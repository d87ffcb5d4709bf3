/* Columns, frames, pools and control: order and hashes against what plain
 * arithmetic says, growth, and memory running out at every single request. */
#include "suites.h"
#include "types_world.h"

#include "column/column.h"
#include "column/control.h"
#include <stdio.h>

static struct column column_of(struct world *w, enum type_kind kind) {
    return (struct column){.type = type_scalar(&w->types, kind, true)};
}

/* A generator of our own, so that runs repeat. */
static uint64_t random_word(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static int64_t random_in(uint64_t *state, int64_t low, int64_t high) {
    return low + (int64_t)(random_word(state) % (uint64_t)(high - low + 1));
}

/* ---- texts ---- */

START_TEST(pinned_text) {
    struct world w;
    world_open(&w);
    struct text *t = text_pinned(&w.arena, (struct str){"a\0b", 3});
    ck_assert_uint_eq(t->n, 3);
    ck_assert_mem_eq(t->p, "a\0b\0", 4);
    ck_assert_uint_eq(t->head.hash, bytes_hash((struct str){"a\0b", 3}));
    ck_assert_int_eq(t->head.kind, OBJ_TEXT);
    ck_assert(t->head.flags & OBJ_PINNED);
    struct text *empty = text_pinned(&w.arena, STR_NONE);
    ck_assert_uint_eq(empty->n, 0);
    ck_assert_str_eq(empty->p, "");
    ck_assert(!text_equal(t, empty));
    ck_assert(!text_equal(NULL, empty));
    ck_assert(text_equal(t, text_pinned(&w.arena, (struct str){"a\0b", 3})));
    world_close(&w);
}
END_TEST

START_TEST(pool_shares_equal_texts) {
    struct world w;
    world_open(&w);
    struct text_pool pool;
    text_pool_init(&pool, &w.alloc);
    const struct text *lincoln = text_pool_get(&pool, STR("Lincoln"));
    char same[] = "Lincoln";
    ck_assert_ptr_eq(lincoln, text_pool_get(&pool, str_of(same)));
    ck_assert_ptr_ne(lincoln, text_pool_get(&pool, STR("Lincol")));
    ck_assert_ptr_ne(lincoln, text_pool_get(&pool, STR("lincoln")));
    ck_assert_ptr_ne(lincoln, text_pool_get(&pool, STR("")));
    ck_assert_ptr_eq(text_pool_get(&pool, STR("")), text_pool_get(&pool, STR_NONE));
    ck_assert_ptr_eq(lincoln, text_pool_get(&pool, STR("Lincoln")));
    ck_assert_uint_eq(pool.n, 4);
    text_pool_free(&pool);
    world_close(&w);
}
END_TEST

START_TEST(pool_stops_sharing_but_stays_right) {
    struct world w;
    world_open(&w);
    struct text_pool pool;
    text_pool_init(&pool, &w.alloc);
    const struct text *early = text_pool_get(&pool, STR("n0"));
    int wrong = 0;
    for (int i = 0; i < 70000; i++) {
        char name[16];
        int n = snprintf(name, sizeof name, "n%d", i);
        const struct text *t = text_pool_get(&pool, (struct str){name, (size_t)n});
        wrong += !str_is(text_str(t), name) || t->head.hash != bytes_hash(str_of(name));
    }
    ck_assert_int_eq(wrong, 0);
    ck_assert_uint_eq(pool.n, 65536);
    ck_assert_ptr_eq(early, text_pool_get(&pool, STR("n0")));
    const struct text *late = text_pool_get(&pool, STR("n69999"));
    text_pool_get(&pool, STR("n1"));
    ck_assert(text_equal(late, text_pool_get(&pool, STR("n69999"))));
    text_pool_free(&pool);
    world_close(&w);
}
END_TEST

/* ---- growth ---- */

START_TEST(reserve_keeps_and_zeroes) {
    static const enum type_kind kinds[] = {TY_INT, TY_FLOAT, TY_RATIO, TY_TEXT};
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        struct world w;
        world_open(&w);
        struct column c = column_of(&w, kinds[k]);
        ck_assert(column_reserve(&w.alloc, &c, 5));
        ck_assert(column_states(&w.alloc, &c));
        memset(c.data, 0x11, 8);
        c.state[0] = SUPPRESSED;
        if (c.d) {
            c.d[0] = -1;
        }
        ck_assert(column_reserve(&w.alloc, &c, 5000));
        ck_assert_uint_ge(c.cap, 5000);
        uint64_t first;
        memcpy(&first, c.data, sizeof first);
        ck_assert_uint_eq(first, 0x1111111111111111u);
        ck_assert_int_eq(column_state(&c, 0), SUPPRESSED);
        bool starts_missing = kinds[k] == TY_RATIO || kinds[k] == TY_TEXT;
        uint32_t clean = 1;
        while (clean < c.cap && c.i[clean] == 0 &&
               column_state(&c, clean) == (starts_missing ? MISSING : PRESENT)) {
            clean++;
        }
        ck_assert_uint_eq(clean, c.cap);
        ck_assert_int_eq(c.d != NULL, kinds[k] == TY_RATIO);
        column_free(&w.alloc, &c);
        world_close(&w);
    }
}
END_TEST

START_TEST(failed_growth_leaves_the_column) {
    bool done = false;
    for (uint64_t nth = 1; !done; nth++) {
        struct world w;
        world_open(&w);
        struct column c = column_of(&w, TY_SHARE);
        ck_assert(column_reserve(&w.alloc, &c, 20) && column_states(&w.alloc, &c));
        for (int i = 0; i < 20; i++) {
            c.i[i] = i;
            c.d[i] = 20;
        }
        uint32_t cap = c.cap;
        w.alloc.limit = w.alloc.used + nth * 100;
        bool grown = column_reserve(&w.alloc, &c, 100);
        ck_assert(grown ? c.cap >= 100 : c.cap == cap);
        for (int i = 0; i < 20; i++) {
            ck_assert_int_eq(c.i[i], i);
            ck_assert_int_eq(c.d[i], 20);
            ck_assert_int_eq(c.state[i], PRESENT);
        }
        done = grown;
        column_free(&w.alloc, &c);
        world_close(&w);
        ck_assert_uint_lt(nth, 1000);
    }
}
END_TEST

START_TEST(copy_takes_states_along) {
    struct world w;
    world_open(&w);
    struct column in = column_of(&w, TY_INT), out = column_of(&w, TY_INT);
    ck_assert(column_reserve(&w.alloc, &in, 3));
    in.i[0] = 41;
    in.i[1] = 42;
    ck_assert(column_copy(&w.alloc, &out, 0, &in, 0));
    ck_assert_ptr_null(out.state);
    ck_assert(column_states(&w.alloc, &in));
    in.state[1] = SUPPRESSED;
    in.state[2] = MISSING;
    ck_assert(column_copy(&w.alloc, &out, 100, &in, 1));
    ck_assert(column_copy(&w.alloc, &out, 1, &in, 2));
    ck_assert_int_eq(column_state(&out, 0), PRESENT);
    ck_assert_int_eq(out.i[0], 41);
    ck_assert_int_eq(column_state(&out, 100), SUPPRESSED);
    ck_assert_int_eq(column_state(&out, 1), MISSING);
    ck_assert(column_copy(&w.alloc, &out, 1, &in, 0));
    ck_assert_int_eq(column_state(&out, 1), PRESENT);
    column_free(&w.alloc, &in);
    column_free(&w.alloc, &out);
    world_close(&w);
}
END_TEST

START_TEST(copy_of_every_storage) {
    static const enum type_kind kinds[] = {TY_DATE, TY_FLOAT, TY_SHARE, TY_TEXT};
    struct world w;
    world_open(&w);
    const struct text *t = text_pinned(&w.arena, STR("x"));
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        struct column in = column_of(&w, kinds[k]), out = column_of(&w, kinds[k]);
        ck_assert(column_reserve(&w.alloc, &in, 1));
        if (kinds[k] == TY_TEXT) {
            in.t[0] = t;
        } else if (kinds[k] == TY_FLOAT) {
            in.f[0] = 2.5;
        } else {
            in.i[0] = 7;
        }
        if (in.d) {
            in.d[0] = 9;
        }
        ck_assert(column_copy(&w.alloc, &out, 3, &in, 0));
        ck_assert_int_eq(column_compare(&in, 0, &out, 3), 0);
        ck_assert_int_eq(column_state(&out, 3), PRESENT);
        column_free(&w.alloc, &in);
        column_free(&w.alloc, &out);
    }
    world_close(&w);
}
END_TEST

/* ---- order and hashes ---- */

START_TEST(missing_is_last_and_one_group) {
    struct world w;
    world_open(&w);
    struct column c = column_of(&w, TY_INT);
    ck_assert(column_reserve(&w.alloc, &c, 4) && column_states(&w.alloc, &c));
    c.i[0] = INT64_MAX;
    c.i[1] = 5;
    c.state[1] = MISSING;
    c.i[2] = 6;
    c.state[2] = SUPPRESSED;
    ck_assert_int_lt(column_compare(&c, 0, &c, 1), 0);
    ck_assert_int_gt(column_compare(&c, 2, &c, 0), 0);
    ck_assert_int_eq(column_compare(&c, 1, &c, 2), 0);
    ck_assert(column_hash(&c, 1) == column_hash(&c, 2));
    ck_assert(column_hash(&c, 1) != column_hash(&c, 3));
    column_free(&w.alloc, &c);

    struct column t = column_of(&w, TY_TEXT);
    ck_assert(column_reserve(&w.alloc, &t, 2));
    t.t[0] = text_pinned(&w.arena, STR(""));
    ck_assert_int_lt(column_compare(&t, 0, &t, 1), 0);
    ck_assert(column_hash(&t, 0) != column_hash(&t, 1));
    column_free(&w.alloc, &t);
    world_close(&w);
}
END_TEST

START_TEST(zeros_of_both_signs_are_one) {
    struct world w;
    world_open(&w);
    struct column c = column_of(&w, TY_FLOAT);
    ck_assert(column_reserve(&w.alloc, &c, 4));
    c.f[0] = 0.0;
    c.f[1] = -0.0;
    c.f[2] = 5e-324;
    c.f[3] = -5e-324;
    ck_assert_int_eq(column_compare(&c, 0, &c, 1), 0);
    ck_assert(column_hash(&c, 0) == column_hash(&c, 1));
    ck_assert_int_lt(column_compare(&c, 3, &c, 1), 0);
    ck_assert_int_lt(column_compare(&c, 1, &c, 2), 0);
    ck_assert(column_hash(&c, 2) != column_hash(&c, 3));
    column_free(&w.alloc, &c);
    world_close(&w);
}
END_TEST

START_TEST(pairs_in_lowest_terms) {
    static const struct {
        int64_t a, b, c, d;
        int order;
    } cases[] = {
        {1, 2, 2, 4, 0},
        {0, 3, 0, 7, 0},
        {-1, 2, -3, 6, 0},
        {-1, 2, 1, 2, -1},
        {INT64_MIN, 2, INT64_MIN / 2, 1, 0},
        {INT64_MIN, INT64_MAX, -1, 1, -1}, /* -(2^63) / (2^63 - 1) is below -1 */
        {INT64_MAX, INT64_MAX, 1, 1, 0},
        {INT64_MAX - 1, INT64_MAX, 1, 1, -1},
        {INT64_MAX, INT64_MAX - 1, INT64_MAX - 1, INT64_MAX - 2, -1},
        {1, 3, 333333333333333333, 1000000000000000000, 1},
    };
    struct world w;
    world_open(&w);
    struct column c = column_of(&w, TY_RATIO);
    ck_assert(column_reserve(&w.alloc, &c, 2));
    for (size_t k = 0; k < COUNT_OF(cases); k++) {
        c.i[0] = cases[k].a;
        c.d[0] = cases[k].b;
        c.i[1] = cases[k].c;
        c.d[1] = cases[k].d;
        ck_assert_int_eq(column_compare(&c, 0, &c, 1), cases[k].order);
        ck_assert_int_eq(column_compare(&c, 1, &c, 0), -cases[k].order);
        ck_assert_int_eq(column_hash(&c, 0) == column_hash(&c, 1), cases[k].order == 0);
    }
    c.d[0] = 0;
    c.d[1] = -1;
    ck_assert_int_eq(column_compare(&c, 0, &c, 1), 0);
    ck_assert(column_hash(&c, 0) == column_hash(&c, 1));
    column_free(&w.alloc, &c);
    world_close(&w);
}
END_TEST

/* One random row: few different values, so that equal ones meet. The key is
 * what the row is worth, by plain integers: missing is above all others. */
enum { ROWS = 300, TIMES = 5040 /* a multiple of 1 to 10 */, KEY_OF_MISSING = 1000000 };

static int64_t random_row(struct world *w, struct column *c, uint32_t row, uint64_t *seed) {
    int64_t value = random_in(seed, -12, 12);
    int64_t below = random_in(seed, 1, 10);
    switch (type_storage(c->type)) {
    case STORE_FLOAT:
        c->f[row] = (double)value / 4;
        if (value == 0 && below > 5) {
            c->f[row] = -0.0;
        }
        break;
    case STORE_PAIR:
        c->i[row] = value;
        c->d[row] = random_in(seed, 0, 9) ? below : random_in(seed, -1, 0);
        return c->d[row] > 0 ? value * TIMES / c->d[row] : KEY_OF_MISSING;
    case STORE_TEXT: {
        /* 'a' to 'y' once or twice: twice comes right behind once. */
        char letters[2] = {(char)('m' + value), (char)('m' + value)};
        size_t n = below > 5 ? 2 : 1;
        if (below == 1) {
            return KEY_OF_MISSING;
        }
        c->t[row] = text_pinned(&w->arena, (struct str){letters, n});
        return value * 2 + (int64_t)n;
    }
    default:
        c->i[row] = value * 1000000007;
    }
    c->state[row] = (uint8_t)(random_in(seed, 0, 9) ? 0 : random_in(seed, 1, 2));
    return c->state[row] == PRESENT ? value : KEY_OF_MISSING;
}

START_TEST(order_and_hash_agree_with_arithmetic) {
    static const enum type_kind kinds[] = {TY_INT,  TY_BOOL,  TY_FLOAT, TY_RATIO,
                                           TY_DATE, TY_SHARE, TY_TEXT};
    enum type_kind kind = kinds[_i];
    struct world w;
    world_open(&w);
    struct column c = column_of(&w, kind);
    ck_assert(column_reserve(&w.alloc, &c, ROWS));
    if (kind != TY_TEXT && kind != TY_RATIO && kind != TY_SHARE) {
        ck_assert(column_states(&w.alloc, &c));
    }
    uint64_t seed = 20240901u + (uint64_t)_i;
    int64_t keys[ROWS];
    for (uint32_t row = 0; row < ROWS; row++) {
        keys[row] = random_row(&w, &c, row, &seed);
    }
    int equal = 0, wrong_order = 0, wrong_hash = 0;
    for (uint32_t a = 0; a < ROWS; a++) {
        for (uint32_t b = 0; b < ROWS; b++) {
            int expected = (keys[a] > keys[b]) - (keys[a] < keys[b]);
            int order = column_compare(&c, a, &c, b);
            wrong_order += (order > 0) - (order < 0) != expected;
            wrong_hash += (column_hash(&c, a) == column_hash(&c, b)) != (expected == 0);
            equal += a != b && expected == 0;
        }
    }
    ck_assert_int_eq(wrong_order, 0);
    ck_assert_int_eq(wrong_hash, 0);
    ck_assert_int_gt(equal, ROWS);
    column_free(&w.alloc, &c);
    world_close(&w);
}
END_TEST

/* ---- frames ---- */

static const struct type *frame_type(struct world *w) {
    struct field fields[] = {{STR("school"), type_scalar(&w->types, TY_TEXT, true)},
                             {STR("n"), type_scalar(&w->types, TY_INT, false)},
                             {STR("value"), type_scalar(&w->types, TY_SHARE, true)}};
    uint32_t keys[] = {0};
    return type_relation(&w->types, fields, 3, keys, 1);
}

START_TEST(frame_grows_in_steps_that_double) {
    struct world w;
    world_open(&w);
    struct frame *f = frame_new(&w.alloc, frame_type(&w));
    ck_assert_uint_eq(f->ncolumns, 3);
    uint64_t before = w.alloc.calls;
    for (int i = 0; i < 100000; i++) {
        if (!frame_push(f)) {
            ck_abort_msg("no room for row %d", i);
        }
        f->columns[1].i[f->n - 1] = i;
        f->columns[2].i[f->n - 1] = i;
        f->columns[2].d[f->n - 1] = 100000;
    }
    /* 17 doublings lead from 1 to 100,000; there are four arrays. */
    ck_assert_uint_le(w.alloc.calls - before, 4 * 17);
    ck_assert_uint_eq(f->n, 100000);
    int kept = 0;
    for (int i = 0; i < 100000; i++) {
        kept += f->columns[1].i[i] == i && f->columns[2].i[i] == i;
    }
    ck_assert_int_eq(kept, 100000);
    ck_assert_ptr_eq(frame_text(f, STR("Lincoln")), frame_text(f, STR("Lincoln")));
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(frame_lives_as_long_as_it_is_held) {
    struct world w;
    world_open(&w);
    const struct type *type = frame_type(&w);
    size_t before = w.alloc.used;
    struct frame *f = frame_new(&w.alloc, type);
    ck_assert_ptr_eq(frame_hold(f), f);
    ck_assert(frame_reserve(f, 10));
    ck_assert_uint_eq(f->n, 0);
    frame_drop(f);
    ck_assert_uint_eq(f->refs, 1);
    frame_drop(f);
    frame_drop(NULL);
    ck_assert_uint_eq(w.alloc.used, before);
    struct frame *empty = frame_new(&w.alloc, type_relation(&w.types, NULL, 0, NULL, 0));
    ck_assert(frame_push(empty) && frame_push(empty));
    ck_assert_uint_eq(empty->n, 2);
    frame_drop(empty);
    world_close(&w);
}
END_TEST

START_TEST(notes_are_lines) {
    struct world w;
    world_open(&w);
    struct frame *f = frame_new(&w.alloc, frame_type(&w));
    ck_assert_uint_eq(f->notes.n, 0);
    ck_assert(frame_note(f, "%d rows undecided", 3));
    ck_assert(frame_note(f, "%s", ""));
    ck_assert(frame_note(f, "school %s has no facts", "Lincoln"));
    ck_assert(str_is(f->notes, "3 rows undecided\n\nschool Lincoln has no facts\n"));
    frame_drop(f);
    world_close(&w);
}
END_TEST

/* Builds a frame of everything; NULL as soon as memory is refused. */
static struct frame *build_frame(struct alloc *a, const struct type *type) {
    struct frame *f = frame_new(a, type);
    bool ok = f != NULL;
    for (int i = 0; ok && i < 500; i++) {
        char name[16];
        snprintf(name, sizeof name, "school %d", i % 200);
        const struct text *t = frame_text(f, str_of(name));
        ok = t && frame_push(f);
        if (ok) {
            f->columns[0].t[i] = t;
            f->columns[1].i[i] = i;
        }
    }
    ok = ok && column_states(a, &f->columns[1]) && frame_note(f, "done");
    struct column copy = {.type = type->fields[1].type};
    for (uint32_t i = 0; ok && i < 100; i++) {
        f->columns[1].state[i] = i % 7 == 0;
        ok = column_copy(a, &copy, i, &f->columns[1], i);
    }
    column_free(a, &copy);
    if (!ok) {
        frame_drop(f);
        return NULL;
    }
    return f;
}

START_TEST(frame_memory_fails_at_every_request) {
    struct world w;
    world_open(&w);
    const struct type *type = frame_type(&w);
    int refused = 0;
    bool done = false;
    for (uint64_t nth = 1; !done; nth++) {
        struct alloc a;
        alloc_init(&a, NULL, NULL, 0);
        a.fail_at = nth;
        struct frame *f = build_frame(&a, type);
        done = a.calls < nth;
        refused += !f;
        /* Refused sharing or doubling is survived, with the right contents. */
        int wrong = 0;
        for (uint32_t i = 0; f && i < f->n; i++) {
            char name[16];
            snprintf(name, sizeof name, "school %d", (int)i % 200);
            wrong += !str_is(text_str(f->columns[0].t[i]), name);
        }
        ck_assert_int_eq(wrong, 0);
        frame_drop(f);
        ck_assert_uint_eq(a.used, 0);
        ck_assert_uint_lt(nth, 1000);
    }
    ck_assert_int_gt(refused, 3);
    world_close(&w);
}
END_TEST

/* ---- control ---- */

static double clock_of(void *user) {
    return *(double *)user;
}

START_TEST(control_budget) {
    struct control c;
    control_init(&c);
    ck_assert_int_eq(control_poll(&c, UINT64_MAX), ST_OK);
    c.budget = 10;
    ck_assert_int_eq(control_poll(&c, 4), ST_OK);
    ck_assert_int_eq(control_poll(&c, 6), ST_OK);
    ck_assert_int_eq(control_poll(&c, 0), ST_OK);
    ck_assert_int_eq(control_poll(&c, 1), ST_LIMIT);
    ck_assert_int_eq(control_poll(&c, 1), ST_LIMIT);
}
END_TEST

START_TEST(control_interrupt_and_deadline) {
    struct control c;
    control_init(&c);
    ck_assert_uint_eq(c.capabilities, 0);
    double now = 5.0;
    c.deadline = 7.0;
    ck_assert_int_eq(control_poll(&c, 1), ST_OK);
    c.clock = clock_of;
    c.clock_user = &now;
    ck_assert_int_eq(control_poll(&c, 1), ST_OK);
    now = 7.5;
    ck_assert_int_eq(control_poll(&c, 1), ST_LIMIT);
    atomic_store(&c.interrupted, true);
    ck_assert_int_eq(control_poll(&c, 1), ST_INTERRUPTED);
    ck_assert_int_eq(control_poll(&c, 1), ST_INTERRUPTED);
}
END_TEST

Suite *column_suite(void) {
    Suite *suite = suite_create("column");
    TCase *texts = tcase_create("texts");
    tcase_add_test(texts, pinned_text);
    tcase_add_test(texts, pool_shares_equal_texts);
    tcase_add_test(texts, pool_stops_sharing_but_stays_right);
    suite_add_tcase(suite, texts);
    TCase *growth = tcase_create("growth");
    tcase_add_test(growth, reserve_keeps_and_zeroes);
    tcase_add_test(growth, failed_growth_leaves_the_column);
    tcase_add_test(growth, copy_takes_states_along);
    tcase_add_test(growth, copy_of_every_storage);
    suite_add_tcase(suite, growth);
    TCase *order = tcase_create("order and hash");
    tcase_add_test(order, missing_is_last_and_one_group);
    tcase_add_test(order, zeros_of_both_signs_are_one);
    tcase_add_test(order, pairs_in_lowest_terms);
    tcase_add_loop_test(order, order_and_hash_agree_with_arithmetic, 0, 7);
    suite_add_tcase(suite, order);
    TCase *frames = tcase_create("frames");
    tcase_add_test(frames, frame_grows_in_steps_that_double);
    tcase_add_test(frames, frame_lives_as_long_as_it_is_held);
    tcase_add_test(frames, notes_are_lines);
    tcase_add_test(frames, frame_memory_fails_at_every_request);
    suite_add_tcase(suite, frames);
    TCase *control = tcase_create("control");
    tcase_add_test(control, control_budget);
    tcase_add_test(control, control_interrupt_and_deadline);
    suite_add_tcase(suite, control);
    return suite;
}
