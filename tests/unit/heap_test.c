/* The collected heap against a model of who is reachable, collected at every
 * allocation, with memory refused at every request and for good. */
#include "suites.h"

#include "column/heap.h"
#include <stdlib.h>

enum { ROOTS = 64 };

/* Memory that runs dry after so many requests and stays dry. */
struct tap {
    uint64_t left;
    bool limited;
};

static void *tap_resize(void *user, void *block, size_t old, size_t now) {
    struct tap *tap = user;
    UNUSED(old);
    if (now == 0) {
        free(block);
        return NULL;
    }
    if (tap->limited && tap->left-- == 0) {
        tap->left = 0;
        return NULL;
    }
    return realloc(block, now);
}

struct world {
    struct tap tap;
    struct alloc alloc;
    struct heap heap;
    struct object *roots[ROOTS];
};

static void mark_roots(struct heap *h, void *user) {
    struct world *w = user;
    for (size_t i = 0; i < ROOTS; i++) {
        heap_mark(h, w->roots[i]);
    }
}

static void world_open(struct world *w) {
    memset(w, 0, sizeof *w);
    alloc_init(&w->alloc, tap_resize, &w->tap, 0);
    heap_init(&w->heap, &w->alloc, mark_roots, w);
}

static void world_close(struct world *w) {
    heap_free(&w->heap);
    ck_assert_uint_eq(w->alloc.used, 0);
}

static uint32_t count_objects(const struct heap *h) {
    uint32_t n = 0, marked = 0;
    for (const struct object *o = h->objects; o; o = o->next) {
        marked += (o->flags & OBJ_MARKED) != 0;
        n++;
    }
    ck_assert_uint_eq(marked, 0);
    return n;
}

static uint64_t random_word(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

START_TEST(texts_hash_and_join) {
    struct world w;
    world_open(&w);
    struct arena arena;
    arena_init(&arena, &w.alloc);
    struct text *a = heap_text(&w.heap, STR("Lin"));
    struct text *b = text_pinned(&arena, STR("coln"));
    struct text *joined = heap_join(&w.heap, a, b);
    ck_assert_str_eq(joined->p, "Lincoln");
    ck_assert_uint_eq(joined->n, 7);
    ck_assert_uint_eq(joined->head.hash, 0); /* nobody asked yet */
    ck_assert_uint_eq(text_hash(joined), bytes_hash(STR("Lincoln")));
    ck_assert_uint_eq(joined->head.hash, text_hash(joined));
    ck_assert(text_equal(joined, text_pinned(&arena, STR("Lincoln"))));
    ck_assert_uint_eq(heap_text(&w.heap, STR_NONE)->n, 0);
    ck_assert_str_eq(heap_text(&w.heap, STR_NONE)->p, "");
    ck_assert_int_eq(a->head.flags, 0);
    arena_free(&arena);
    world_close(&w);
}
END_TEST

START_TEST(only_the_reachable_stays) {
    struct world w;
    world_open(&w);
    struct record *kept = heap_record(&w.heap, 2, 1);
    w.roots[0] = &kept->head;
    kept->at[0].ref = &heap_text(&w.heap, STR("kept"))->head;
    kept->at[1].ref = &kept->head; /* a ring */
    kept->at[2].i = (int64_t)(intptr_t)heap_text(&w.heap, STR("lost"));
    heap_collect(&w.heap);
    ck_assert_uint_eq(count_objects(&w.heap), 2);
    ck_assert_str_eq(((struct text *)kept->at[0].ref)->p, "kept");
    w.roots[0] = NULL;
    heap_collect(&w.heap);
    ck_assert_uint_eq(count_objects(&w.heap), 0);
    ck_assert_uint_eq(w.heap.live, 0);
    ck_assert_uint_eq(w.heap.collections, 2);
    world_close(&w);
}
END_TEST

START_TEST(lists_of_words_are_leaves) {
    struct world w;
    world_open(&w);
    struct list *words = heap_list(&w.heap, 1, false, false);
    w.roots[0] = &words->head;
    words->at[0].ref = &heap_text(&w.heap, STR("only a number"))->head;
    struct list *refs = heap_list(&w.heap, 2, true, false);
    w.roots[1] = &refs->head;
    refs->at[1].ref = &heap_text(&w.heap, STR("an element"))->head;
    heap_collect(&w.heap);
    ck_assert_uint_eq(count_objects(&w.heap), 3);
    ck_assert_ptr_null(refs->at[0].ref);
    ck_assert_str_eq(((struct text *)refs->at[1].ref)->p, "an element");
    world_close(&w);
}
END_TEST

START_TEST(relations_keep_what_they_captured) {
    struct world w;
    world_open(&w);
    int stands_for_a_plan;
    const struct plan *plan = (const struct plan *)(const void *)&stands_for_a_plan;
    struct relation *r = heap_relation(&w.heap, plan, 1, 1);
    w.roots[0] = &r->head;
    ck_assert_ptr_eq(r->plan, plan);
    r->captured[0].ref = &heap_text(&w.heap, STR("captured"))->head;
    r->captured[1].ref = &heap_text(&w.heap, STR("only a number"))->head;
    heap_collect(&w.heap);
    ck_assert_uint_eq(count_objects(&w.heap), 2);
    ck_assert_str_eq(((struct text *)r->captured[0].ref)->p, "captured");
    world_close(&w);
}
END_TEST

START_TEST(pinned_texts_are_passed_by) {
    struct world w;
    world_open(&w);
    struct arena arena;
    arena_init(&arena, &w.alloc);
    struct text *pinned = text_pinned(&arena, STR("in a frame"));
    struct list *l = heap_list(&w.heap, 1, true, false);
    w.roots[0] = &l->head;
    w.roots[1] = &pinned->head;
    l->at[0].ref = &pinned->head;
    heap_collect(&w.heap);
    ck_assert_int_eq(pinned->head.flags, OBJ_PINNED | OBJ_ASCII);
    ck_assert_str_eq(pinned->p, "in a frame");
    ck_assert_uint_eq(count_objects(&w.heap), 1);
    arena_free(&arena);
    world_close(&w);
}
END_TEST

START_TEST(frames_and_pictures_own_their_parts) {
    struct world w;
    world_open(&w);
    static const struct type nothing = {.kind = TY_RELATION};
    struct frame *f = frame_new(&w.alloc, &nothing);
    frame_hold(f);
    w.roots[0] = &heap_frame(&w.heap, f)->head;
    struct picture *p = heap_picture(&w.heap, STR("|"), STR("<svg/>"));
    w.roots[1] = &p->head;
    heap_collect(&w.heap);
    ck_assert_uint_eq(f->refs, 2);
    ck_assert_str_eq(p->terminal, "|");
    ck_assert_str_eq(p->svg, "<svg/>");
    ck_assert_uint_eq(p->nsvg, 6);
    memset(w.roots, 0, sizeof w.roots);
    heap_collect(&w.heap);
    ck_assert_uint_eq(f->refs, 1);
    ck_assert_uint_eq(count_objects(&w.heap), 0);
    frame_drop(f);
    world_close(&w);
}
END_TEST

START_TEST(lists_grow_with_their_states) {
    struct world w;
    world_open(&w);
    w.heap.stress = true;
    struct list *l = heap_list(&w.heap, 0, false, false);
    w.roots[0] = &l->head;
    ck_assert(heap_list_states(&w.heap, l));
    for (int i = 0; i < 100; i++) {
        ck_assert(heap_list_push(&w.heap, l));
        ck_assert_int_eq(l->states[i], PRESENT);
        l->at[i].i = i;
        l->states[i] = i % 3 == 0 ? MISSING : PRESENT;
    }
    struct list *copy = heap_list_copy(&w.heap, l);
    w.roots[1] = &copy->head;
    ck_assert_uint_eq(copy->n, 100);
    l->at[7].i = -1;
    l->states[7] = MISSING;
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(copy->at[i].i, i);
        ck_assert_int_eq(copy->states[i], i % 3 == 0 ? MISSING : PRESENT);
    }
    world_close(&w);
}
END_TEST

START_TEST(wide_lists_have_two_words) {
    struct world w;
    world_open(&w);
    struct list *l = heap_list(&w.heap, 3, false, true);
    w.roots[0] = &l->head;
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(l->at[i].i, 0);
        l->at[i].i = i + 1;
    }
    ck_assert(heap_list_push(&w.heap, l));
    ck_assert_int_eq(l->at[6].i, 0);
    ck_assert_int_eq(l->at[7].i, 0);
    struct list *copy = heap_list_copy(&w.heap, l);
    ck_assert(copy->wide);
    ck_assert_uint_eq(copy->n, 4);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(copy->at[i].i, i + 1);
    }
    world_close(&w);
}
END_TEST

START_TEST(a_popped_place_is_clean_again) {
    struct world w;
    world_open(&w);
    struct list *l = heap_list(&w.heap, 1, false, false);
    w.roots[0] = &l->head;
    ck_assert(heap_list_states(&w.heap, l));
    l->at[0].i = 5;
    l->states[0] = SUPPRESSED;
    l->n = 0;
    ck_assert(heap_list_push(&w.heap, l));
    ck_assert_int_eq(l->at[0].i, 0);
    ck_assert_int_eq(l->states[0], PRESENT);
    world_close(&w);
}
END_TEST

/* ---- a graph and its model ---- */

enum { NODES = 400, LINKS = 3, NOBODY = -1 };

struct graph {
    int to[NODES][LINKS];
    bool reached[NODES];
};

/* Half the nodes are records, the others lists of references; each carries its
 * number where it can be checked afterwards. */
static void build_graph(struct world *w, struct graph *g, uint64_t seed) {
    struct object *made[NODES];
    struct list *all = heap_list(&w->heap, NODES, true, false);
    w->roots[ROOTS - 1] = &all->head;
    for (int i = 0; i < NODES; i++) {
        if (i % 2) {
            struct list *l = heap_list(&w->heap, LINKS, true, false);
            made[i] = &l->head;
        } else {
            struct record *r = heap_record(&w->heap, LINKS, 1);
            r->at[LINKS].i = i;
            made[i] = &r->head;
        }
        all->at[i].ref = made[i];
    }
    for (int i = 0; i < NODES; i++) {
        union word *at = i % 2 ? ((struct list *)made[i])->at : ((struct record *)made[i])->at;
        for (int k = 0; k < LINKS; k++) {
            bool linked = random_word(&seed) % 3 != 0;
            g->to[i][k] = linked ? (int)(random_word(&seed) % NODES) : NOBODY;
            at[k].ref = linked ? made[g->to[i][k]] : NULL;
        }
    }
    w->roots[ROOTS - 1] = NULL;
    for (int i = 0; i < 3; i++) {
        int start = (int)(random_word(&seed) % NODES);
        w->roots[i] = made[start];
        g->reached[start] = true;
    }
}

/* Until nothing changes, which needs no stack. */
static uint32_t reach(struct graph *g) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (int i = 0; i < NODES; i++) {
            for (int k = 0; g->reached[i] && k < LINKS; k++) {
                int to = g->to[i][k];
                if (to != NOBODY && !g->reached[to]) {
                    g->reached[to] = changed = true;
                }
            }
        }
    }
    uint32_t n = 0;
    for (int i = 0; i < NODES; i++) {
        n += g->reached[i];
    }
    return n;
}

static void check_graph(bool with_mark_stack, uint64_t seed) {
    struct world w;
    struct graph g = {0};
    world_open(&w);
    build_graph(&w, &g, seed);
    uint32_t expected = reach(&g);
    w.tap.limited = !with_mark_stack;
    heap_collect(&w.heap);
    ck_assert_int_eq(w.heap.gray != NULL, with_mark_stack);
    ck_assert_uint_eq(count_objects(&w.heap), expected);
    for (const struct object *o = w.heap.objects; o; o = o->next) {
        if (o->kind == OBJ_RECORD) {
            ck_assert(g.reached[((const struct record *)o)->at[LINKS].i]);
        }
    }
    w.tap.limited = false;
    world_close(&w);
}

START_TEST(random_graphs) {
    check_graph(true, (uint64_t)_i);
}
END_TEST

START_TEST(random_graphs_without_a_mark_stack) {
    check_graph(false, (uint64_t)_i);
}
END_TEST

/* Marking that called itself would go as deep as the chain is long. */
START_TEST(long_chains_need_no_recursion) {
    enum { LENGTH = 300000 };
    struct world w;
    world_open(&w);
    for (int i = 0; i < LENGTH; i++) {
        struct record *r = heap_record(&w.heap, 1, 1);
        r->at[0].ref = w.roots[0];
        r->at[1].i = i;
        w.roots[0] = &r->head;
    }
    ck_assert_uint_gt(w.heap.collections, 2);
    heap_collect(&w.heap);
    ck_assert_uint_eq(count_objects(&w.heap), LENGTH);
    world_close(&w);
}
END_TEST

START_TEST(a_short_mark_stack_overflows_safely) {
    enum { WIDTH = 1000 };
    struct world w;
    world_open(&w);
    w.roots[0] = &heap_record(&w.heap, 1, 0)->head;
    heap_collect(&w.heap); /* takes the first, short stack */
    ck_assert_ptr_nonnull(w.heap.gray);
    struct list *l = heap_list(&w.heap, WIDTH, true, false);
    w.roots[1] = &l->head;
    for (int i = 0; i < WIDTH; i++) {
        struct record *r = heap_record(&w.heap, 1, 0);
        l->at[i].ref = &r->head;
        r->at[0].ref = &heap_text(&w.heap, STR("leaf"))->head;
    }
    ck_assert_uint_lt(w.heap.cap_gray, WIDTH);
    w.tap.limited = true;
    heap_collect(&w.heap);
    w.tap.limited = false;
    ck_assert_uint_eq(count_objects(&w.heap), 2 + 2 * WIDTH);
    world_close(&w);
}
END_TEST

/* ---- when it collects ---- */

START_TEST(garbage_does_not_pile_up) {
    struct world w;
    world_open(&w);
    for (int i = 0; i < 20000; i++) {
        heap_list(&w.heap, 100, false, false);
    }
    /* 16 MB went through; at most the threshold of 1 MiB and a bit is there. */
    ck_assert_uint_ge(w.heap.collections, 12);
    ck_assert_uint_lt(w.alloc.peak, 1200 * 1024);
    world_close(&w);
}
END_TEST

START_TEST(what_lives_raises_the_threshold) {
    struct world w;
    world_open(&w);
    w.roots[0] = &heap_list(&w.heap, 500000, false, false)->head; /* 4 MB */
    heap_collect(&w.heap);
    ck_assert_uint_ge(w.heap.live, 4000000);
    uint64_t before = w.heap.collections;
    for (int i = 0; i < 10; i++) {
        ck_assert_ptr_nonnull(heap_list(&w.heap, 45000, false, false)); /* 0.36 MB */
    }
    ck_assert_uint_eq(w.heap.collections, before);
    for (int i = 0; i < 10; i++) {
        ck_assert_ptr_nonnull(heap_list(&w.heap, 45000, false, false));
    }
    ck_assert_uint_eq(w.heap.collections, before + 1);
    world_close(&w);
}
END_TEST

START_TEST(the_limit_makes_it_collect) {
    struct world w;
    world_open(&w);
    w.alloc.limit = 200 * 1024; /* below the least threshold */
    for (int i = 0; i < 1000; i++) {
        ck_assert_ptr_nonnull(heap_list(&w.heap, 1000, false, false));
    }
    ck_assert_uint_gt(w.heap.collections, 10);
    ck_assert_ptr_null(heap_list(&w.heap, 100000, false, false));
    ck_assert_ptr_nonnull(heap_list(&w.heap, 1000, false, false));
    world_close(&w);
}
END_TEST

/* ---- memory ---- */

/* A bit of everything, all kept in roots; false as soon as memory is refused. */
static bool build_all(struct world *w) {
    struct heap *h = &w->heap;
    struct object **root = w->roots;
    static const struct type nothing = {.kind = TY_RELATION};
    struct text *text, *more;
    struct list *list, *copy;
    struct record *record;
    struct relation *relation;
    struct picture *picture;
    if (!(text = heap_text(h, STR("school"))))
        return false;
    root[0] = &text->head;
    if (!(more = heap_join(h, text, text)))
        return false;
    root[1] = &more->head;
    if (!(list = heap_list(h, 0, true, false)))
        return false;
    root[2] = &list->head;
    for (int i = 0; i < 20; i++) {
        if ((i == 5 && !heap_list_states(h, list)) || !heap_list_push(h, list))
            return false;
        if (!(text = heap_text(h, STR("element"))))
            return false;
        list->at[list->n - 1].ref = &text->head;
    }
    if (!(copy = heap_list_copy(h, list)))
        return false;
    root[3] = &copy->head;
    if (!(record = heap_record(h, 2, 3)))
        return false;
    root[4] = &record->head;
    record->at[0].ref = root[3];
    if (!(relation = heap_relation(h, NULL, 1, 1)))
        return false;
    root[5] = &relation->head;
    relation->captured[0].ref = root[4];
    if (!(picture = heap_picture(h, STR("lines"), STR("<svg/>"))))
        return false;
    root[6] = &picture->head;
    struct frame *frame = frame_new(h->alloc, &nothing);
    struct frame_object *holder = frame ? heap_frame(h, frame) : NULL;
    root[7] = holder ? &holder->head : NULL;
    return holder != NULL;
}

static void check_all(const struct world *w) {
    ck_assert_str_eq(((struct text *)w->roots[1])->p, "schoolschool");
    const struct relation *relation = (const struct relation *)w->roots[5];
    const struct record *record = (const struct record *)relation->captured[0].ref;
    const struct list *copy = (const struct list *)record->at[0].ref;
    ck_assert_uint_eq(copy->n, 20);
    for (uint32_t i = 0; i < copy->n; i++) {
        ck_assert_str_eq(((struct text *)copy->at[i].ref)->p, "element");
        ck_assert_int_eq(copy->states[i], PRESENT);
    }
    ck_assert_str_eq(((struct picture *)w->roots[6])->terminal, "lines");
    ck_assert_uint_eq(((struct frame_object *)w->roots[7])->frame->refs, 1);
    /* school, schoolschool, the list, its copy, 20 elements and four others. */
    ck_assert_uint_eq(count_objects(&w->heap), 28);
}

START_TEST(everything_under_stress) {
    struct world w;
    world_open(&w);
    w.heap.stress = true;
    ck_assert(build_all(&w));
    heap_collect(&w.heap);
    check_all(&w);
    ck_assert_uint_ge(w.heap.collections, 30);
    world_close(&w);
}
END_TEST

START_TEST(one_refusal_is_survived_by_collecting) {
    bool done = false;
    for (uint64_t nth = 1; !done; nth++) {
        struct world w;
        world_open(&w);
        w.alloc.fail_at = nth;
        bool built = build_all(&w);
        done = w.alloc.calls < nth;
        if (built) {
            heap_collect(&w.heap);
            check_all(&w);
        }
        /* Only the frame itself is taken past the heap. */
        ck_assert(built || !w.roots[7]);
        ck_assert(built || w.roots[6]);
        world_close(&w);
        ck_assert_uint_lt(nth, 1000);
    }
}
END_TEST

START_TEST(memory_ends_at_every_request) {
    for (int stress = 0; stress < 2; stress++) {
        bool done = false;
        uint64_t left = 0;
        for (; !done; left++) {
            struct world w;
            world_open(&w);
            w.heap.stress = stress;
            w.tap = (struct tap){.left = left, .limited = true};
            done = build_all(&w);
            if (done) {
                heap_collect(&w.heap);
                check_all(&w);
            }
            world_close(&w);
            ck_assert_uint_lt(left, 1000);
        }
        ck_assert_uint_gt(left, 10);
    }
}
END_TEST

START_TEST(a_failed_push_leaves_the_list) {
    struct world w;
    world_open(&w);
    struct list *l = heap_list(&w.heap, 4, false, false);
    w.roots[0] = &l->head;
    ck_assert(heap_list_states(&w.heap, l));
    for (int i = 0; i < 4; i++) {
        l->at[i].i = i;
    }
    for (uint64_t left = 0; left < 2; left++) {
        w.tap = (struct tap){.left = left, .limited = true};
        ck_assert(!heap_list_push(&w.heap, l));
        ck_assert_uint_eq(l->n, 4);
        ck_assert_uint_eq(l->cap, 4);
        ck_assert_int_eq(l->at[3].i, 3);
    }
    w.tap.limited = false;
    ck_assert(heap_list_push(&w.heap, l));
    ck_assert_int_eq(l->at[3].i, 3);
    world_close(&w);
}
END_TEST

Suite *heap_suite(void) {
    Suite *suite = suite_create("heap");
    TCase *objects = tcase_create("objects");
    tcase_add_test(objects, texts_hash_and_join);
    tcase_add_test(objects, only_the_reachable_stays);
    tcase_add_test(objects, lists_of_words_are_leaves);
    tcase_add_test(objects, relations_keep_what_they_captured);
    tcase_add_test(objects, pinned_texts_are_passed_by);
    tcase_add_test(objects, frames_and_pictures_own_their_parts);
    tcase_add_test(objects, lists_grow_with_their_states);
    tcase_add_test(objects, wide_lists_have_two_words);
    tcase_add_test(objects, a_popped_place_is_clean_again);
    suite_add_tcase(suite, objects);
    TCase *marking = tcase_create("marking");
    tcase_add_loop_test(marking, random_graphs, 0, 20);
    tcase_add_loop_test(marking, random_graphs_without_a_mark_stack, 0, 20);
    tcase_add_test(marking, long_chains_need_no_recursion);
    tcase_add_test(marking, a_short_mark_stack_overflows_safely);
    suite_add_tcase(suite, marking);
    TCase *moments = tcase_create("moments");
    tcase_add_test(moments, garbage_does_not_pile_up);
    tcase_add_test(moments, what_lives_raises_the_threshold);
    tcase_add_test(moments, the_limit_makes_it_collect);
    suite_add_tcase(suite, moments);
    TCase *memory = tcase_create("memory");
    tcase_add_test(memory, everything_under_stress);
    tcase_add_test(memory, one_refusal_is_survived_by_collecting);
    tcase_add_test(memory, memory_ends_at_every_request);
    tcase_add_test(memory, a_failed_push_leaves_the_list);
    suite_add_tcase(suite, memory);
    return suite;
}
