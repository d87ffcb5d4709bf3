/* Steps, legs, sorting, joining, spines and captured relations against plain loops that know
 * nothing of batches; and what happens when memory, budget or patience runs out. */
#include "exec_world.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- steps ---- */

static void zero_fn(const struct expr *e, const struct batch *b, uint32_t row,
                    struct text_pool *pool, struct column *out) {
    UNUSED(e), UNUSED(b), UNUSED(pool);
    out->i[row] = 0;
}
static void five_fn(const struct expr *e, const struct batch *b, uint32_t row,
                    struct text_pool *pool, struct column *out) {
    UNUSED(e), UNUSED(b), UNUSED(pool);
    out->i[row] = 5;
}
static void many_fn(const struct expr *e, const struct batch *b, uint32_t row,
                    struct text_pool *pool, struct column *out) {
    UNUSED(e), UNUSED(b), UNUSED(pool);
    out->i[row] = 3000;
}

static void add_limit(struct world *w, struct plan *p, fake_fn take, fake_fn skip) {
    struct step *step = step_new(w, p, STEP_LIMIT, 2);
    struct plan none = {0};
    const struct type *type = type_scalar(&w->types, TY_INT, false);
    step->exprs[0] = take ? world_expr(w, &none, type, take, 0) : NULL;
    step->exprs[1] = skip ? world_expr(w, &none, type, skip, 0) : NULL;
}

/* A text made for each row. */
static void text_fn(const struct expr *e, const struct batch *b, uint32_t row,
                    struct text_pool *pool, struct column *out) {
    char text[32];
    snprintf(text, sizeof text, "day %d", (int)(b->columns[e->inputs[0]->slot].i[row] % 13));
    out->t[row] = text_pool_get(pool, str_of(text));
}

START_TEST(filters_keep_true_rows) {
    struct world w;
    world_open(&w, 5000);
    w.batch = 700;
    struct plan *p = scan_facts(&w);
    add_filter(&w, p, positive_fn, F_MINUTES);
    add_filter(&w, p, NULL, F_LATE);
    struct frame *f = frame_of(&w, finish(&w, p));
    const struct column *minutes = &w.facts[F_MINUTES], *late = &w.facts[F_LATE];
    uint32_t kept = 0, undecided = 0;
    for (uint32_t i = 0; i < w.n; i++) {
        bool first = present(minutes, i) && minutes->i[i] > 0;
        undecided += !present(minutes, i) || (first && !present(late, i));
        if (!first || !present(late, i) || !late->i[i])
            continue;
        ck_assert_uint_lt(kept, f->n);
        for (int c = 0; c < NCOLUMNS; c++)
            MUST(shows(&w, &f->columns[c], kept, c, i));
        kept++;
    }
    ck_assert_uint_eq(kept, f->n);
    ck_assert_uint_eq(f->undecided, undecided);
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(lookups_and_computed_columns) {
    struct world w;
    world_open(&w, 4000);
    struct plan *p = scan_facts(&w);
    uint32_t borough = add_lookup(&w, p, F_SCHOOL, &w.school, 1);
    uint32_t size = add_lookup(&w, p, F_SCHOOL, &w.school, 2);
    uint32_t home = add_lookup(&w, p, F_PLACE, &w.place, 0);
    uint32_t text = add_compute(&w, p, type_scalar(&w.types, TY_TEXT, false), text_fn, F_DAY);
    uint32_t slots[] = {borough, size, home, text};
    for (size_t i = 0; i < COUNT_OF(slots); i++)
        output(&w, p, slots[i]);
    struct frame *f = frame_of(&w, finish(&w, p));
    ck_assert_int_eq(f->columns[2].type->kind, TY_TEXT);
    ck_assert_ptr_eq(exec_frame_type(&w.types, p), f->type);
    ck_assert_uint_eq(f->n, w.n);
    for (uint32_t i = 0; i < f->n; i++) {
        int64_t id = present(&w.facts[F_SCHOOL], i) ? w.facts[F_SCHOOL].i[i] : 0;
        MUST(text_equal(f->columns[0].t[i], id ? w.schools[1].t[id] : NULL));
        bool has_size = id && id % 5;
        MUST(present(&f->columns[1], i) == has_size);
        MUST(!has_size || f->columns[1].i[i] == id * 10);
        MUST(str_eq(text_str(f->columns[2].t[i]), shown_text(&w, F_PLACE, i)));
        char expected[32];
        snprintf(expected, sizeof expected, "day %d", (int)(w.facts[F_DAY].i[i] % 13));
        ck_assert_str_eq(f->columns[3].t[i]->p, expected);
    }
    frame_drop(f);
    world_close(&w);
}
END_TEST

static void check_limit(fake_fn take, fake_fn skip, uint32_t first, uint32_t n) {
    struct world w;
    world_open(&w, 7000);
    w.batch = 900;
    struct plan *p = scan_facts(&w);
    add_limit(&w, p, take, skip);
    struct frame *f = frame_of(&w, finish(&w, p));
    ck_assert_uint_eq(f->n, n);
    for (uint32_t i = 0; i < n; i++)
        MUST(shows(&w, &f->columns[F_DAY], i, F_DAY, first + i) &&
             shows(&w, &f->columns[F_SCORE], i, F_SCORE, first + i));
    frame_drop(f);
    world_close(&w);
}

START_TEST(limits) {
    check_limit(zero_fn, NULL, 0, 0);
    check_limit(five_fn, NULL, 0, 5);
    check_limit(NULL, five_fn, 5, 6995);
    check_limit(five_fn, many_fn, 3000, 5);
    check_limit(many_fn, five_fn, 5, 3000);
    check_limit(five_fn, zero_fn, 0, 5);
    check_limit(NULL, NULL, 0, 7000);
}
END_TEST

/* ---- legs ---- */

static uint32_t add_leg(struct world *w, struct plan *p, const struct plan *leg, uint32_t *keys,
                        uint32_t column, bool zero) {
    struct step *step = step_new(w, p, STEP_LEG, 1);
    step->leg = leg;
    step->keys = keys;
    step->nkeys = leg->nkeys;
    step->leg_column = column;
    step->zero_if_absent = zero;
    const struct type *type = leg->slot_types[leg->outputs[column].slot];
    return step->slots[0] = slot_new(p, type_nullable(&w->types, type, !zero));
}

/* Facts that are late, per school and status: counted and their first minutes. */
static struct plan *leg_plan(struct world *w, uint32_t nkeys) {
    static const uint32_t keys[] = {F_SCHOOL, F_STATUS};
    struct plan *input = scan_facts(w);
    add_filter(w, input, positive_fn, F_MINUTES);
    struct plan *g = group_by(w, finish(w, input), keys, nkeys);
    aggregate(w, g, AGG_COUNT, -1, -1);
    aggregate(w, g, AGG_MAX, F_MINUTES, -1);
    return finish(w, g);
}

static void check_leg_row(const struct world *w, const struct frame *f, uint32_t row,
                          uint32_t nkeys) {
    const struct column *minutes = &w->facts[F_MINUTES];
    int64_t count = 0, most = INT64_MIN;
    for (uint32_t i = 0; i < w->n; i++) {
        bool same = present(&w->facts[F_SCHOOL], i) && present(&w->facts[F_SCHOOL], row) &&
                    compare_facts(w, F_SCHOOL, i, row) == 0;
        if (nkeys == 2)
            same =
                same && present(&w->facts[F_STATUS], i) && compare_facts(w, F_STATUS, i, row) == 0;
        if (!same || !present(minutes, i) || minutes->i[i] <= 0)
            continue;
        count++;
        most = minutes->i[i] > most ? minutes->i[i] : most;
    }
    MUST(present(&f->columns[0], row));
    ck_assert_int_eq(f->columns[0].i[row], count);
    MUST(present(&f->columns[1], row) == (count > 0));
    MUST(count == 0 || f->columns[1].i[row] == most);
}

START_TEST(legs) {
    struct world w;
    world_open(&w, 1200);
    w.batch = 500;
    for (uint32_t nkeys = 1; nkeys <= 2; nkeys++) {
        struct plan *leg = leg_plan(&w, nkeys), *p = scan_facts(&w);
        uint32_t keys[] = {F_SCHOOL, F_STATUS};
        uint32_t count = add_leg(&w, p, leg, keys, nkeys, true);
        uint32_t most = add_leg(&w, p, leg, keys, nkeys + 1, false);
        output(&w, p, count);
        output(&w, p, most);
        w.scans = 0;
        /* Outputs are chosen, so that finish adds no others. */
        struct frame *f = frame_of(&w, finish(&w, p));
        ck_assert_uint_eq(w.scans, 2); /* the leg ran once for both columns */
        for (uint32_t row = 0; row < f->n; row++)
            check_leg_row(&w, f, row, nkeys);
        frame_drop(f);
    }
    world_close(&w);
}
END_TEST

/* ---- sorting and joining ---- */

START_TEST(sorting_is_stable) {
    struct world w;
    world_open(&w, 3000);
    static const uint32_t keys[][2] = {{F_SCHOOL, F_SCORE}, {F_STATUS, F_MINUTES},
                                       {F_SHARE, F_DAY},    {F_LATE, F_PLACE},
                                       {F_SCORE, F_SHARE},  {F_LATE, F_STATUS}};
    for (size_t k = 0; k < COUNT_OF(keys); k++) {
        struct plan *p = plan_new(&w, BASE_SORT, finish(&w, scan_facts(&w)));
        struct sort_key sort[] = {{keys[k][0], k % 2 == 0}, {keys[k][1], k % 3 == 0}};
        p->sort_keys = sort;
        p->nsort_keys = 2;
        for (int i = 0; i < NCOLUMNS; i++)
            slot_new(p, p->input->slot_types[i]);
        uint32_t *order = malloc(w.n * sizeof *order);
        for (uint32_t i = 0; i < w.n; i++) { /* insertion by binary search, after equals */
            uint32_t low = 0, high = i;
            while (low < high) {
                uint32_t middle = (low + high) / 2;
                int c = 0;
                for (int j = 0; j < 2 && c == 0; j++) {
                    int column = (int)keys[k][j];
                    c = compare_facts(&w, column, order[middle], i);
                    bool both =
                        present(&w.facts[column], order[middle]) && present(&w.facts[column], i);
                    c = both && sort[j].descending ? -c : c;
                }
                if (c <= 0)
                    low = middle + 1;
                else
                    high = middle;
            }
            memmove(order + low + 1, order + low, (i - low) * sizeof *order);
            order[low] = i;
        }
        struct frame *f = frame_of(&w, finish(&w, p));
        for (uint32_t i = 0; i < f->n; i++)
            for (int c = 0; c < NCOLUMNS; c++)
                MUST(shows(&w, &f->columns[c], i, c, order[i]));
        ck_assert_uint_eq(f->n, w.n);
        frame_drop(f);
        free(order);
    }
    world_close(&w);
}
END_TEST

/* Left: facts; right: facts that are late. Joined on two keys. */
static struct plan *join_plan(struct world *w, enum join_kind kind, const uint32_t *keys,
                              uint32_t nkeys) {
    struct plan *right = scan_facts(w);
    add_filter(w, right, NULL, F_LATE);
    struct plan *p = plan_new(w, BASE_JOIN, finish(w, scan_facts(w)));
    p->right = finish(w, right);
    p->join = kind;
    p->left_keys = p->right_keys = ARENA_ARRAY(&w->arena, uint32_t, nkeys);
    memcpy(p->left_keys, keys, nkeys * sizeof *keys);
    p->njoin_keys = nkeys;
    bool both = kind == JOIN_INNER || kind == JOIN_LEFT;
    for (int i = 0; i < NCOLUMNS * (both ? 2 : 1); i++) {
        const struct type *type = w->fact_columns[i % NCOLUMNS].type;
        slot_new(p, type_nullable(&w->types, type, type->nullable || i >= NCOLUMNS));
    }
    return finish(w, p);
}

static bool joins(const struct world *w, const uint32_t *keys, uint32_t nkeys, uint32_t a,
                  uint32_t b) {
    const struct column *late = &w->facts[F_LATE];
    bool match = present(late, b) && late->i[b];
    for (uint32_t k = 0; k < nkeys && match; k++)
        match = present(&w->facts[keys[k]], a) && present(&w->facts[keys[k]], b) &&
                compare_facts(w, (int)keys[k], a, b) == 0;
    return match;
}

static void check_row(const struct world *w, const struct frame *f, uint32_t row, int from,
                      uint32_t fact) {
    ck_assert_uint_lt(row, f->n);
    for (int c = 0; c < NCOLUMNS; c++)
        MUST(shows(w, &f->columns[from + c], row, c, fact));
}

static void check_join(struct world *w, enum join_kind kind, const uint32_t *keys, uint32_t nkeys) {
    struct frame *f = frame_of(w, join_plan(w, kind, keys, nkeys));
    uint32_t row = 0;
    for (uint32_t a = 0; a < w->n; a++) {
        uint32_t matches = 0;
        for (uint32_t b = 0; b < w->n; b++) {
            if (!joins(w, keys, nkeys, a, b))
                continue;
            matches++;
            if (kind == JOIN_SEMI || kind == JOIN_ANTI)
                continue;
            check_row(w, f, row, 0, a);
            check_row(w, f, row++, NCOLUMNS, b);
        }
        if (kind == JOIN_LEFT && matches == 0) {
            for (int c = 0; c < NCOLUMNS; c++)
                MUST(!present(&f->columns[NCOLUMNS + c], row));
            check_row(w, f, row++, 0, a);
        }
        if ((kind == JOIN_SEMI && matches) || (kind == JOIN_ANTI && !matches))
            check_row(w, f, row++, 0, a);
    }
    ck_assert_uint_eq(row, f->n);
    frame_drop(f);
}

START_TEST(join_kinds) {
    struct world w;
    static const uint32_t keys[] = {F_SCHOOL, F_STATUS, F_SHARE};
    for (uint32_t n = 0; n <= 700; n += 350) {
        world_open(&w, n);
        w.batch = 100;
        for (int kind = JOIN_INNER; kind <= JOIN_ANTI; kind++)
            for (uint32_t nkeys = 1; nkeys <= 3; nkeys++)
                check_join(&w, (enum join_kind)kind, keys, nkeys);
        check_join(&w, JOIN_LEFT, (uint32_t[]){F_SCORE}, 1);
        world_close(&w);
    }
}
END_TEST

/* ---- spines ---- */

/* Facts by school and month, or by month alone, every month of the range. */
static struct plan *spine_plan(struct world *w, bool by_status, bool has_range) {
    struct plan *input = scan_facts(w);
    uint32_t month =
        add_compute(w, input, type_scalar(&w->types, TY_PERIOD, false), month_fn, F_DAY);
    uint32_t keys[] = {F_STATUS, month};
    struct plan *g = group_by(w, finish(w, input), by_status ? keys : keys + 1, by_status ? 2 : 1);
    aggregate(w, g, AGG_COUNT, -1, -1);
    aggregate(w, g, AGG_MAX, F_MINUTES, -1);
    struct plan *p = plan_new(w, BASE_SPINE, finish(w, g));
    static bool zero[] = {true, false};
    p->zero = zero;
    p->grain = GRAIN_MONTH;
    p->has_range = has_range;
    p->first_day = day_of((struct ymd){2019, 3, 20});
    p->stop_day = day_of((struct ymd){2019, 9, 1});
    for (uint32_t i = 0; i < g->nslots; i++)
        slot_new(p, g->slot_types[i]);
    return finish(w, p);
}

static void check_spine(struct world *w, bool by_status, bool has_range, int from, int to) {
    static const char *const statuses[] = {"A", "P", NULL};
    struct frame *f = frame_of(w, spine_plan(w, by_status, has_range));
    uint32_t row = 0, key = by_status ? 1 : 0;
    for (int s = 0; s < (by_status ? 3 : 1); s++) {
        for (int month = from; month <= to; month++, row++) {
            int64_t expected = 0;
            for (uint32_t i = 0; i < w->n; i++) {
                struct str status = text_str(w->facts[F_STATUS].t[i]);
                expected += day_split(w->facts[F_DAY].i[i]).month == month &&
                            (!by_status || str_eq(status, str_of(statuses[s])));
            }
            ck_assert_uint_lt(row, f->n);
            int64_t ordinal = 2019 * 12 + month - 1;
            ck_assert_int_eq(period_ordinal(f->columns[key].i[row]), ordinal);
            ck_assert_int_eq(f->columns[key + 1].i[row], expected);
            MUST(present(&f->columns[key + 2], row) == (expected > 0));
            if (by_status)
                MUST(str_eq(text_str(f->columns[0].t[row]), str_of(statuses[s])));
        }
    }
    ck_assert_uint_eq(row, f->n);
    frame_drop(f);
}

START_TEST(spines) {
    struct world w;
    world_open(&w, 6);
    static const char *const statuses[] = {"P", "A", NULL, "P", "A", "P"};
    static const int months[] = {4, 4, 7, 7, 8, 4};
    for (uint32_t i = 0; i < 6; i++) {
        set_text(&w, &w.facts[F_STATUS], i, statuses[i]);
        set_word(&w, &w.facts[F_DAY], i, true, day_of((struct ymd){2019, months[i], 3}));
        set_word(&w, &w.facts[F_MINUTES], i, true, 3);
        if (w.facts[F_MINUTES].state)
            w.facts[F_MINUTES].state[i] = PRESENT;
    }
    check_spine(&w, true, true, 3, 8);
    check_spine(&w, false, true, 3, 8);
    check_spine(&w, true, false, 4, 8);
    check_spine(&w, false, false, 4, 8);
    w.n = 0;
    check_spine(&w, false, true, 3, 8);
    check_spine(&w, false, false, 1, 0);
    struct frame *f = frame_of(&w, spine_plan(&w, true, true));
    ck_assert_uint_eq(f->n, 0);
    frame_drop(f);
    world_close(&w);
}
END_TEST

/* ---- captured relations ---- */

static struct plan *relation_plan(struct world *w, enum base_kind base, bool by_key) {
    struct plan *p = plan_new(w, base, finish(w, scan_facts(w)));
    p->captured = ARENA_ARRAY(&w->arena, struct symbol *, 1);
    p->ncaptured = 1;
    for (int i = 0; i < NCOLUMNS; i++) {
        bool text = by_key && p->input->slot_types[i]->kind == TY_REF;
        slot_new(p, text ? type_scalar(&w->types, TY_TEXT, true) : p->input->slot_types[i]);
    }
    return p;
}

static void check_all(struct world *w, struct plan *p) {
    add_filter(w, p, NULL, F_LATE);
    struct frame *f = frame_of(w, finish(w, p));
    uint32_t row = 0;
    for (uint32_t i = 0; i < w->n; i++)
        if (present(&w->facts[F_LATE], i) && w->facts[F_LATE].i[i])
            check_row(w, f, row++, 0, i);
    ck_assert_uint_eq(row, f->n);
    frame_drop(f);
}

START_TEST(rows_of_other_relations) {
    struct world w;
    world_open(&w, 5000);
    struct relation *inner = ARENA_NEW(&w.arena, struct relation);
    inner->head.kind = OBJ_RELATION;
    inner->plan = finish(&w, scan_facts(&w));
    w.captured = &inner->head;
    check_all(&w, relation_plan(&w, BASE_NAMED, false));
    check_all(&w, relation_plan(&w, BASE_RELATION, false));
    check_all(&w, relation_plan(&w, BASE_RELATION, true));
    struct frame_object *object = ARENA_NEW(&w.arena, struct frame_object);
    object->head.kind = OBJ_FRAME;
    object->frame = frame_of(&w, inner->plan);
    w.captured = &object->head;
    check_all(&w, relation_plan(&w, BASE_RELATION, true));
    frame_drop(object->frame);
    world_close(&w);
}
END_TEST

/* A frame's keys against references: joined by the key's text. */
START_TEST(references_join_keys) {
    struct world w;
    world_open(&w, 600);
    struct frame_object *object = ARENA_NEW(&w.arena, struct frame_object);
    object->head.kind = OBJ_FRAME;
    object->frame = frame_of(&w, finish(&w, scan_facts(&w)));
    w.captured = &object->head;
    for (int side = 0; side < 2; side++) {
        struct plan *p = join_plan(&w, JOIN_INNER, (uint32_t[]){F_SCHOOL}, 1);
        struct plan *keyed = finish(&w, relation_plan(&w, BASE_RELATION, true));
        add_filter(&w, keyed, NULL, F_LATE);
        struct plan *facts = finish(&w, scan_facts(&w));
        p->captured = keyed->captured;
        p->input = side ? keyed : facts;
        p->right = side ? facts : keyed;
        for (int i = 0; i < 2 * NCOLUMNS; i++)
            p->slot_types[i] = (i < NCOLUMNS ? p->input : p->right)->slot_types[i % NCOLUMNS];
        struct frame *f = frame_of(&w, finish(&w, p));
        uint32_t row = 0;
        for (uint32_t a = 0; a < w.n; a++)
            for (uint32_t b = 0; b < w.n; b++)
                if (side ? joins(&w, (uint32_t[]){F_SCHOOL}, 1, b, a) &&
                               present(&w.facts[F_LATE], a) && w.facts[F_LATE].i[a]
                         : joins(&w, (uint32_t[]){F_SCHOOL}, 1, a, b)) {
                    check_row(&w, f, row, 0, a);
                    check_row(&w, f, row++, NCOLUMNS, b);
                }
        if (!side)
            ck_assert_uint_eq(row, f->n);
        frame_drop(f);
    }
    frame_drop(object->frame);
    world_close(&w);
}
END_TEST

/* ---- limits of the machine ---- */

/* Everything at once: scan, steps, leg, group, spine, join, sort. */
static struct plan *big_plan(struct world *w) {
    struct plan *spine = spine_plan(w, true, true);
    struct plan *p = plan_new(w, BASE_JOIN, spine);
    p->right = all_aggregates(w, (uint32_t[]){F_STATUS}, 1);
    p->join = JOIN_LEFT;
    p->left_keys = ARENA_ARRAY(&w->arena, uint32_t, 1);
    p->right_keys = p->left_keys;
    p->njoin_keys = 1;
    for (uint32_t i = 0; i < spine->nslots; i++)
        slot_new(p, spine->slot_types[i]);
    for (uint32_t i = 0; i < p->right->nslots; i++)
        slot_new(p, type_nullable(&w->types, p->right->slot_types[i], true));
    finish(w, p);
    struct plan *sorted = plan_new(w, BASE_SORT, p);
    sorted->sort_keys = ARENA_ARRAY(&w->arena, struct sort_key, 2);
    sorted->sort_keys[1].slot = 1;
    sorted->sort_keys[1].descending = true;
    sorted->nsort_keys = 2;
    for (uint32_t i = 0; i < p->nslots; i++)
        slot_new(sorted, p->slot_types[i]);
    return finish(w, sorted);
}

static struct plan *leg_sort_plan(struct world *w) {
    struct plan *p = scan_facts(w);
    static uint32_t keys[] = {F_SCHOOL, F_STATUS};
    add_filter(w, p, positive_fn, F_MINUTES);
    uint32_t count = add_leg(w, p, leg_plan(w, 2), keys, 2, true);
    uint32_t borough = add_lookup(w, p, F_SCHOOL, &w->school, 1);
    output(w, p, count);
    output(w, p, borough);
    output(w, p, F_SCHOOL);
    output(w, p, F_SHARE);
    struct plan *sorted = plan_new(w, BASE_SORT, finish(w, p));
    sorted->sort_keys = ARENA_ARRAY(&w->arena, struct sort_key, 4);
    sorted->nsort_keys = 4;
    for (uint32_t i = 0; i < 4; i++) {
        sorted->sort_keys[i].slot = 3 - i;
        slot_new(sorted, p->slot_types[p->outputs[i].slot]);
    }
    return finish(w, sorted);
}

static void without_memory(struct world *w, const struct plan *p) {
    enum status status = ST_NO_MEMORY;
    struct frame *f = NULL;
    for (uint64_t i = 1; status == ST_NO_MEMORY; i++) {
        ck_assert_uint_lt(i, 100000);
        w->memory.calls = 0;
        w->memory.fail_at = i;
        status = world_run(w, p, &f);
        MUST(status == ST_NO_MEMORY || status == ST_OK);
        MUST(status == ST_OK || (f == NULL && w->memory.used == 0));
        ck_assert_uint_eq(w->open_sources, 0);
    }
    w->memory.fail_at = 0;
    ck_assert_ptr_nonnull(f);
    frame_drop(f);
}

START_TEST(memory_runs_out_anywhere) {
    struct world w;
    world_open(&w, 60);
    without_memory(&w, big_plan(&w));
    without_memory(&w, leg_sort_plan(&w));
    world_close(&w);
}
END_TEST

START_TEST(interrupted_and_limited) {
    struct world w;
    world_open(&w, 10000);
    struct plan *p = finish(&w, scan_facts(&w));
    struct frame *f;
    w.control.budget = 5000;
    ck_assert_int_eq(world_run(&w, p, &f), ST_LIMIT);
    ck_assert_ptr_null(f);
    control_init(&w.control);
    atomic_store(&w.control.interrupted, true);
    ck_assert_int_eq(world_run(&w, p, &f), ST_INTERRUPTED);
    control_init(&w.control);
    const struct plan *deep = p;
    for (int i = 0; i < 1100; i++) {
        struct plan *next = plan_new(&w, BASE_NAMED, deep);
        slot_new(next, p->slot_types[0]);
        next->outputs = p->outputs;
        next->noutputs = 1;
        next->type = p->type;
        deep = next;
    }
    ck_assert_int_ne(world_run(&w, deep, &f), ST_OK);
    world_close(&w);
}
END_TEST

/* ---- a million rows ---- */

START_TEST(a_million_rows) {
    struct world w;
    world_open(&w, 0);
    w.n = 1000000;
    struct column *facts = w.facts;
    for (uint32_t i = 0; i < w.n; i++) {
        set_word(&w, &facts[F_SCHOOL], i, true, 1 + i % SCHOOLS);
        set_word(&w, &facts[F_DAY], i, true, 18000 + i % 300);
        set_word(&w, &facts[F_MINUTES], i, true, i % 1000);
    }
    struct plan *p = scan_facts(&w);
    uint32_t used[] = {F_SCHOOL, F_DAY, F_MINUTES};
    p->nscan = 3;
    memcpy(p->scan_columns, used, sizeof used);
    memcpy(p->scan_slots, used, sizeof used);
    p->slot_types[F_SCHOOL] = type_ref(&w.types, &w.school, false);
    uint32_t borough = add_lookup(&w, p, F_SCHOOL, &w.school, 1);
    uint32_t month = add_compute(&w, p, type_scalar(&w.types, TY_PERIOD, false), month_fn, F_DAY);
    output(&w, p, borough);
    struct plan *g = group_by(&w, finish(&w, p), (uint32_t[]){borough, month}, 2);
    aggregate(&w, g, AGG_MEAN, F_MINUTES, -1);
    aggregate(&w, g, AGG_COUNT, -1, -1);
    struct frame *f = frame_of(&w, finish(&w, g));
    int64_t rows = 0;
    for (uint32_t i = 0; i < f->n; i++)
        rows += f->columns[3].i[i];
    ck_assert_int_eq(rows, w.n);
    ck_assert_uint_eq(f->n, 4 * 11); /* 2019-04 to 2020-02 */
    frame_drop(f);
    world_close(&w);
}
END_TEST

Suite *exec_suite(void) {
    Suite *suite = suite_create("exec");
    TCase *tests = tcase_create("exec");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, filters_keep_true_rows);
    tcase_add_test(tests, lookups_and_computed_columns);
    tcase_add_test(tests, limits);
    tcase_add_test(tests, legs);
    tcase_add_test(tests, sorting_is_stable);
    tcase_add_test(tests, join_kinds);
    tcase_add_test(tests, spines);
    tcase_add_test(tests, rows_of_other_relations);
    tcase_add_test(tests, references_join_keys);
    tcase_add_test(tests, memory_runs_out_anywhere);
    tcase_add_test(tests, interrupted_and_limited);
    tcase_add_test(tests, a_million_rows);
    suite_add_tcase(suite, tests);
    return suite;
}
