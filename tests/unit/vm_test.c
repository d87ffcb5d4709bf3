/* The VM by hand-made code: edges of arithmetic, three-valued logic by its truth tables, calls and
 * their depth, collection at every allocation, limits, row expressions, value text; and the
 * verifier against broken code. */
#include "suites.h"

#include "run/vm.h"
#include <stdlib.h>

/* ---- a machine and an assembler ---- */

struct world {
    struct alloc alloc;
    struct arena arena;
    jmp_buf escape;
    struct sources sources;
    struct diags diags;
    struct session session;
    struct check_host checks;
    struct control control;
    struct vm vm;
};

static void world_open(struct world *w) {
    memset(w, 0, sizeof *w);
    alloc_init(&w->alloc, NULL, NULL, 0);
    arena_init(&w->arena, &w->alloc);
    w->arena.escape = &w->escape;
    if (setjmp(w->escape))
        abort();
    sources_init(&w->sources, &w->arena);
    diags_init(&w->diags, &w->arena);
    session_init(&w->session, &w->arena, &w->sources, &w->diags, &w->checks);
    control_init(&w->control);
    struct vm_host host = {.user = w};
    ck_assert(vm_init(&w->vm, &w->alloc, &w->session, &w->control, &host));
}

static void world_close(struct world *w) {
    vm_free(&w->vm);
    session_free(&w->session);
    arena_free(&w->arena);
    ck_assert_uint_eq(w->alloc.used, 0);
}

static const struct type *scalar(struct world *w, enum type_kind kind, bool nullable) {
    return type_scalar(&w->session.types, kind, nullable);
}

enum { MOST_CODE = 64, MOST_CONSTANTS = 16 };
struct routine {
    struct proto proto;
    struct instruction at[MOST_CODE];
    struct span spans[MOST_CODE];
    union word constants[MOST_CONSTANTS];
    struct object *objects[8];
    struct proto *callees[4];
    struct site *sites[4];
};

static void code_open(struct world *w, struct routine *c, uint16_t scalars, uint16_t refs) {
    memset(c, 0, sizeof *c);
    c->proto = (struct proto){.name = STR("test"),
                              .code = c->at,
                              .spans = c->spans,
                              .constants = c->constants,
                              .objects = c->objects,
                              .callees = c->callees,
                              .sites = c->sites,
                              .nscalars = scalars,
                              .nrefs = refs,
                              .result = {scalar(w, TY_VOID, false), 0}};
}

static void put(struct routine *c, enum op op, int a, int b, int third) {
    ck_assert_uint_lt(c->proto.n, MOST_CODE);
    c->at[c->proto.n++] =
        (struct instruction){(uint16_t)op, (uint16_t)a, (uint16_t)b, (uint16_t)third};
}

static int constant(struct routine *c, int64_t i) {
    c->constants[c->proto.nconstants].i = i;
    return (int)c->proto.nconstants++;
}

static void load(struct routine *c, int reg, int64_t i) {
    put(c, OP_LOAD_K, reg, constant(c, i), 0);
}

static int text_object(struct world *w, struct routine *c, const char *s) {
    c->objects[c->proto.nobjects] = &text_pinned(&w->arena, str_of(s))->head;
    return (int)c->proto.nobjects++;
}

/* What register 0 holds at the end comes back through global 0 (and 1). */
static enum status run(struct world *w, struct routine *c) {
    uint32_t at;
    const char *why = "";
    put(c, OP_GLOBAL_SET, 0, 0, 0);
    if (c->proto.nscalars > 1)
        put(c, OP_GLOBAL_SET, 1, 1, 0);
    if (c->proto.nrefs)
        put(c, OP_GLOBAL_SET_R, 0, 0, 0);
    put(c, OP_RETURN, 0, 0, 0);
    w->vm.layout = (struct global_layout){2, 1};
    ck_assert_msg(verify_proto(&c->proto, &at, &why), "%u: %s", at, why);
    return vm_run(&w->vm, &c->proto);
}

static const struct text *text_result(const struct world *w) {
    return (const struct text *)w->vm.global_refs[0];
}

static enum code last_code(const struct world *w) {
    return w->diags.all.n ? w->diags.all.at[w->diags.all.n - 1]->code : CODE_NONE;
}

/* ---- whole numbers ---- */

static enum status compute(struct world *w, enum op op, int64_t x, int64_t y) {
    struct routine c;
    code_open(w, &c, 4, 0);
    load(&c, 2, x);
    load(&c, 3, y);
    put(&c, op, 0, 2, 3);
    return run(w, &c);
}

START_TEST(overflow_is_an_error) {
    static const struct {
        enum op op;
        int64_t x, y;
    } cases[] = {{OP_ADD_I, INT64_MAX, 1},  {OP_ADD_I, INT64_MIN, -1}, {OP_SUB_I, INT64_MIN, 1},
                 {OP_SUB_I, 0, INT64_MIN},  {OP_MUL_I, INT64_MAX, 2},  {OP_MUL_I, INT64_MIN, -1},
                 {OP_DIV_I, INT64_MIN, -1}, {OP_RATIO, INT64_MIN, -1}, {OP_RATIO, 1, INT64_MIN}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world w;
        world_open(&w);
        ck_assert_int_eq(compute(&w, cases[i].op, cases[i].x, cases[i].y), ST_FAILED);
        ck_assert_int_eq(last_code(&w), E0401);
        ck_assert_int_eq(compute(&w, OP_ADD_I, 2, 3), ST_OK); /* it can go on */
        ck_assert_int_eq(w.vm.globals[0].i, 5);
        world_close(&w);
    }
}
END_TEST

START_TEST(division_floors) {
    static const struct {
        int64_t x, y, div, mod;
    } cases[] = {{7, 2, 3, 1},
                 {-7, 2, -4, 1},
                 {7, -2, -4, -1},
                 {-7, -2, 3, -1},
                 {INT64_MIN, 1, INT64_MIN, 0},
                 {6, 3, 2, 0},
                 {-6, 3, -2, 0}};
    struct world w;
    world_open(&w);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ck_assert_int_eq(compute(&w, OP_DIV_I, cases[i].x, cases[i].y), ST_OK);
        ck_assert_int_eq(w.vm.globals[0].i, cases[i].div);
        ck_assert_int_eq(w.vm.globals[1].i, PRESENT);
        ck_assert_int_eq(compute(&w, OP_MOD_I, cases[i].x, cases[i].y), ST_OK);
        ck_assert_int_eq(w.vm.globals[0].i, cases[i].mod);
    }
    ck_assert_int_eq(compute(&w, OP_MOD_I, INT64_MIN, -1), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, 0);
    for (enum op op = OP_DIV_I; op <= OP_MOD_I; op++) {
        ck_assert_int_eq(compute(&w, op, 5, 0), ST_OK);
        ck_assert_int_eq(w.vm.globals[0].i, 0);
        ck_assert_int_eq(w.vm.globals[1].i, MISSING);
    }
    world_close(&w);
}
END_TEST

/* Against the remainder the compiler makes, across the bound of the fast way. */
START_TEST(division_by_reciprocal) {
    struct world w;
    world_open(&w);
    static const int64_t around[] = {
        0, 1, 1000000, INT64_C(1) << 47, INT64_C(1) << 48, INT64_MAX - 40, -40, INT64_MIN};
    static const int divisors[] = {2, 3, 7, 10, 255, 256, 32767};
    for (size_t d = 0; d < COUNT_OF(divisors); d++)
        for (size_t a = 0; a < COUNT_OF(around); a++)
            for (int64_t x = around[a]; x < around[a] + 40; x++) {
                struct routine c;
                code_open(&w, &c, 2, 0);
                int64_t y = divisors[d];
                int pair = constant(&c, y);
                constant(&c, (int64_t)(UINT64_MAX / (uint64_t)y + 1));
                load(&c, 1, x);
                put(&c, OP_MOD_IK, 0, 1, pair);
                put(&c, OP_DIV_IK, 1, 1, pair);
                ck_assert_int_eq(run(&w, &c), ST_OK);
                int64_t mod = ((x % y) + y) % y;
                ck_assert_int_eq(w.vm.globals[0].i, mod);
                ck_assert_int_eq(w.vm.globals[1].i, x / y - (x < 0 && mod != 0));
            }
    world_close(&w);
}
END_TEST

START_TEST(ratios) {
    struct world w;
    world_open(&w);
    ck_assert_int_eq(compute(&w, OP_RATIO, 3, -4), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, -3);
    ck_assert_int_eq(w.vm.globals[1].i, 4);
    ck_assert_int_eq(compute(&w, OP_RATIO, 3, 0), ST_OK);
    ck_assert_int_eq(w.vm.globals[1].i, 0);
    struct routine c;
    code_open(&w, &c, 6, 0);
    load(&c, 2, 1);
    load(&c, 3, 3);
    load(&c, 4, 333333333333333333);
    load(&c, 5, 1000000000000000000);
    put(&c, OP_LT_P, 0, 4, 2); /* 0.333.. < 1/3, which floats cannot tell */
    put(&c, OP_PAIR_STATE, 1, 2, 0);
    ck_assert_int_eq(run(&w, &c), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, 1);
    ck_assert_int_eq(w.vm.globals[1].i, PRESENT);
    world_close(&w);
}
END_TEST

/* ---- missing values ---- */

/* Kleene's tables; a side is true 1, false 0, missing -1. */
static int kleene_and(int x, int y) {
    return x == 0 || y == 0 ? 0 : x == 1 && y == 1 ? 1 : -1;
}
static int kleene_or(int x, int y) {
    return x == 1 || y == 1 ? 1 : x == 0 && y == 0 ? 0 : -1;
}

START_TEST(three_valued_logic) {
    struct world w;
    world_open(&w);
    for (int x = -1; x <= 1; x++)
        for (int y = -1; y <= 1; y++)
            for (int is_and = 0; is_and < 2; is_and++) {
                struct routine c;
                code_open(&w, &c, 6, 0);
                load(&c, 2, x > 0);
                load(&c, 3, x < 0 ? MISSING : PRESENT);
                load(&c, 4, y > 0);
                load(&c, 5, y < 0 ? MISSING : PRESENT);
                put(&c, is_and ? OP_AND_N : OP_OR_N, 0, 2, 4);
                ck_assert_int_eq(run(&w, &c), ST_OK);
                int want = is_and ? kleene_and(x, y) : kleene_or(x, y);
                ck_assert_int_eq(w.vm.globals[0].i, want == 1);
                ck_assert_int_eq(w.vm.globals[1].i, want < 0 ? MISSING : PRESENT);
            }
    world_close(&w);
}
END_TEST

START_TEST(guards_skip) {
    static const enum state states[] = {PRESENT, MISSING, SUPPRESSED};
    struct world w;
    world_open(&w);
    for (int x = 0; x < 3; x++)
        for (int y = 0; y < 3; y++) {
            enum state worst = states[x > y ? x : y];
            struct routine c;
            code_open(&w, &c, 6, 0);
            load(&c, 2, x ? 0 : INT64_MIN);
            load(&c, 3, states[x]);
            load(&c, 4, y ? 0 : 1);
            load(&c, 5, states[y]);
            put(&c, OP_GUARD_2, 0, 3, 5);
            put(&c, OP_SUB_I, 0, 2, 4); /* overflows unless it is skipped */
            if (worst == PRESENT) {
                ck_assert_int_eq(run(&w, &c), ST_FAILED);
                continue;
            }
            ck_assert_int_eq(run(&w, &c), ST_OK);
            ck_assert_int_eq(w.vm.globals[0].i, 0);
            ck_assert_int_eq(w.vm.globals[1].i, worst);
        }
    world_close(&w);
}
END_TEST

START_TEST(missing_pairs_keep_their_kind) {
    struct world w;
    world_open(&w);
    for (int state = MISSING; state <= SUPPRESSED; state++) {
        struct routine c;
        code_open(&w, &c, 4, 0);
        load(&c, 2, 0);
        load(&c, 3, state);
        put(&c, OP_GUARD_1P, 0, 3, 0);
        put(&c, OP_INT_PAIR, 0, 2, 0);
        ck_assert_int_eq(run(&w, &c), ST_OK);
        ck_assert_int_eq(w.vm.globals[1].i, state == MISSING ? 0 : -1);
    }
    world_close(&w);
}
END_TEST

/* ---- calls ---- */

/* n + (n - 1) + ... + 1 by recursion. */
static void sum_code(struct world *w, struct routine *c) {
    code_open(w, c, 3, 0);
    c->proto.parameter_scalars = 1;
    c->proto.result.type = scalar(w, TY_INT, false);
    c->callees[c->proto.ncallees++] = &c->proto;
    put(c, OP_JGT_II, 0, 0, 2);
    put(c, OP_RETURN, 0, 0, 0);
    put(c, OP_ADD_II, 1, 0, -1);
    put(c, OP_CALL, 1, 0, 0);
    put(c, OP_ADD_I, 0, 0, 1);
    put(c, OP_RETURN, 0, 0, 0);
}

static enum status run_sum(struct world *w, struct routine *callee, int64_t n) {
    struct routine c;
    code_open(w, &c, 2, 0);
    c.callees[c.proto.ncallees++] = &callee->proto;
    load(&c, 0, n);
    put(&c, OP_CALL, 0, 0, 0);
    return run(w, &c);
}

START_TEST(calls_nest_to_a_limit) {
    struct world w;
    world_open(&w);
    struct routine sum;
    sum_code(&w, &sum);
    ck_assert_int_eq(run_sum(&w, &sum, 100), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, 5050);
    ck_assert_int_eq(run_sum(&w, &sum, 15000), ST_OK); /* the stacks have grown */
    ck_assert_int_eq(w.vm.globals[0].i, INT64_C(15000) * 15001 / 2);
    ck_assert_int_eq(run_sum(&w, &sum, 1000000), ST_LIMIT);
    ck_assert_int_eq(last_code(&w), E0408);
    ck_assert_int_eq(run_sum(&w, &sum, 3), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, 6);
    world_close(&w);
}
END_TEST

START_TEST(backtrace_names_the_callers) {
    struct world w;
    world_open(&w);
    uint32_t source = source_add(&w.sources, STR("a.spoke"), STR("one\ntwo three\n"));
    struct routine add, c;
    code_open(&w, &add, 1, 0);
    add.proto.name = STR("grow");
    load(&add, 0, INT64_MAX);
    put(&add, OP_ADD_II, 0, 0, 1);
    put(&add, OP_RETURN, 0, 0, 0);
    add.spans[1] = (struct span){source, 0, 3};
    code_open(&w, &c, 2, 0);
    c.callees[c.proto.ncallees++] = &add.proto;
    put(&c, OP_CALL, 0, 0, 0);
    c.spans[0] = (struct span){source, 8, 13};
    ck_assert_int_eq(run(&w, &c), ST_FAILED);
    const struct diag *g = w.diags.all.at[0];
    ck_assert_int_eq(g->code, E0401);
    ck_assert_uint_eq(g->span.stop, 3);
    ck_assert_uint_eq(g->notes.n, 1);
    ck_assert(str_is(g->notes.at[0], "in `grow`, called at a.spoke:2:5"));
    world_close(&w);
}
END_TEST

/* ---- loops and limits ---- */

/* Adds 1 .. n, the bounds given. */
static void loop_code(struct world *w, struct routine *c, int64_t low, int64_t high) {
    code_open(w, c, 4, 0);
    put(c, OP_LOAD_I, 0, 0, 0);
    load(c, 2, low);
    load(c, 3, high);
    put(c, OP_FOR_START, 2, 0, 3);
    put(c, OP_ADD_II, 0, 0, 1);
    put(c, OP_FOR_NEXT, 2, 0, -1);
}

START_TEST(loops_count_their_turns) {
    struct world w;
    world_open(&w);
    static const struct {
        int64_t low, high, turns;
    } cases[] = {{1, 10, 10},
                 {5, 5, 1},
                 {6, 5, 0},
                 {INT64_MAX, INT64_MIN, 0},
                 {INT64_MAX - 1, INT64_MAX, 2},
                 {INT64_MIN, INT64_MIN + 2, 3}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct routine c;
        loop_code(&w, &c, cases[i].low, cases[i].high);
        ck_assert_int_eq(run(&w, &c), ST_OK);
        ck_assert_int_eq(w.vm.globals[0].i, cases[i].turns);
    }
    world_close(&w);
}
END_TEST

START_TEST(budget_and_interrupt_stop_loops) {
    struct world w;
    world_open(&w);
    struct routine c;
    w.control.budget = 99;
    loop_code(&w, &c, 1, 100); /* 99 jumps back */
    ck_assert_int_eq(run(&w, &c), ST_OK);
    w.control = (struct control){.budget = 98};
    loop_code(&w, &c, 1, 100);
    ck_assert_int_eq(run(&w, &c), ST_LIMIT);
    w.control = (struct control){.budget = 1000000};
    loop_code(&w, &c, 1, INT64_MAX);
    ck_assert_int_eq(run(&w, &c), ST_LIMIT);
    ck_assert_int_eq(last_code(&w), E0408);
    control_init(&w.control);
    atomic_store(&w.control.interrupted, true);
    loop_code(&w, &c, 1, INT64_MAX);
    ck_assert_int_eq(run(&w, &c), ST_INTERRUPTED);
    world_close(&w);
}
END_TEST

/* ---- lists and texts under a collector that always runs ---- */

START_TEST(lists_survive_collections) {
    struct world w;
    world_open(&w);
    w.vm.heap.stress = true;
    struct routine c;
    code_open(&w, &c, 3, 3);
    put(&c, OP_LOAD_R, 1, text_object(&w, &c, "ab"), 0);
    put(&c, OP_LIST_NEW, 2, 2, LAYOUT_REFS);
    put(&c, OP_JOIN, 0, 1, 1);
    put(&c, OP_LIST_PUT_R, 2, 0, 0);
    put(&c, OP_JOIN, 0, 0, 0);
    put(&c, OP_LIST_PUT_R, 2, 0, 1);
    put(&c, OP_LOAD_NULL, 0, 0, 0);
    put(&c, OP_LIST_LEN, 0, 2, 0);
    put(&c, OP_LOAD_I, 2, 1, 0);
    put(&c, OP_LIST_GET_R, 0, 2, 2);
    put(&c, OP_JOIN, 0, 0, 1);
    ck_assert_int_eq(run(&w, &c), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, 2);
    ck_assert(str_is(text_str(text_result(&w)), "ababab"));
    heap_collect(&w.vm.heap);
    ck_assert(str_is(text_str(text_result(&w)), "ababab"));
    ck_assert_uint_gt(w.vm.heap.collections, 4);
    world_close(&w);
}
END_TEST

START_TEST(shared_lists_are_copied) {
    struct world w;
    world_open(&w);
    w.vm.heap.stress = true;
    struct routine c;
    code_open(&w, &c, 4, 3);
    load(&c, 2, 3);
    load(&c, 3, 7);
    put(&c, OP_LIST_MAKE, 1, 2, LAYOUT_WORDS);
    put(&c, OP_LIST_FILL, 1, 3, 0);
    put(&c, OP_MOVE_R, 2, 1, 0);
    put(&c, OP_SHARE, 2, 0, 0);
    put(&c, OP_LIST_SET_I, 2, 2, 40);
    put(&c, OP_LIST_GET, 0, 1, 2);
    put(&c, OP_LIST_GET, 1, 2, 2);
    ck_assert_int_eq(run(&w, &c), ST_OK);
    ck_assert_int_eq(w.vm.globals[0].i, 7);
    ck_assert_int_eq(w.vm.globals[1].i, 40);
    world_close(&w);
}
END_TEST

START_TEST(indexes_are_checked) {
    static const int64_t bad[] = {0, -1, 4, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        for (int set = 0; set < 2; set++) {
            struct world w;
            world_open(&w);
            struct routine c;
            code_open(&w, &c, 3, 1);
            put(&c, OP_LIST_NEW, 0, 3, LAYOUT_WORDS);
            load(&c, 2, bad[i]);
            put(&c, set ? OP_LIST_SET_I : OP_LIST_GET, 0, set ? 2 : 0, set ? 1 : 2);
            ck_assert_int_eq(run(&w, &c), ST_FAILED);
            ck_assert_int_eq(last_code(&w), E0402);
            world_close(&w);
        }
}
END_TEST

START_TEST(patterns) {
    static const struct {
        const char *text, *pattern;
        int like;
    } cases[] = {{"abc", "abc", 1},
                 {"abc", "a%", 1},
                 {"abc", "%c", 1},
                 {"abc", "a_c", 1},
                 {"abc", "a_", 0},
                 {"", "%", 1},
                 {"", "_", 0},
                 {"abc", "ABC", 0},
                 {"aXbXc", "a%b%c", 1},
                 {"aab", "%ab", 1},
                 {"\xc3\xa9"
                  "a",
                  "_a", 1},
                 {"mississippi", "m%iss%ppi", 1},
                 {"mississippi", "m%iss%ppx", 0}};
    struct world w;
    world_open(&w);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct routine c;
        code_open(&w, &c, 2, 2);
        put(&c, OP_LOAD_R, 0, text_object(&w, &c, cases[i].text), 0);
        put(&c, OP_LOAD_R, 1, text_object(&w, &c, cases[i].pattern), 0);
        put(&c, OP_LIKE_T, 0, 0, 1);
        ck_assert_int_eq(run(&w, &c), ST_OK);
        ck_assert_msg(w.vm.globals[0].i == cases[i].like, "%s like %s", cases[i].text,
                      cases[i].pattern);
    }
    world_close(&w);
}
END_TEST

/* ---- row expressions ---- */

START_TEST(rows_of_nullable_ints) {
    struct world w;
    world_open(&w);
    const struct type *type = scalar(&w, TY_INT, true);
    int64_t values[] = {1, 999, 3}, results[3] = {0};
    uint8_t states[] = {PRESENT, MISSING, PRESENT}, result_states[3] = {9, 9, 9};
    struct column in = {.type = type, .i = values, .state = states, .cap = 3};
    struct column out = {.type = type, .i = results, .state = result_states, .cap = 3};
    struct batch batch = {.n = 3, .columns = &in, .nslots = 1};
    struct home parameters[] = {{type, 2}};
    struct expr_input input = {0, type}, *inputs = &input;
    struct routine c;
    code_open(&w, &c, 4, 0);
    c.proto.result.type = type;
    c.proto.parameters = parameters;
    c.proto.nparameters = 1;
    put(&c, OP_GUARD_1, 0, 3, 0);
    put(&c, OP_MUL_II, 0, 2, 10);
    put(&c, OP_RETURN, 0, 0, 0);
    struct expr e = {.type = type, .inputs = &inputs, .ninputs = 1, .code = &c.proto};
    struct text_pool pool;
    text_pool_init(&pool, &w.alloc);
    ck_assert_int_eq(vm_eval(&w.vm, &e, NULL, &batch, &pool, &out), ST_OK);
    static const int64_t want[] = {10, 0, 30};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(results[i], want[i]);
        ck_assert_int_eq(result_states[i], states[i]);
    }
    values[2] = INT64_MAX;
    ck_assert_int_eq(vm_eval(&w.vm, &e, NULL, &batch, &pool, &out), ST_FAILED);
    ck_assert_int_eq(last_code(&w), E0401);
    text_pool_free(&pool);
    world_close(&w);
}
END_TEST

START_TEST(rows_of_texts_with_a_captured_one) {
    struct world w;
    world_open(&w);
    w.vm.heap.stress = true;
    const struct type *type = scalar(&w, TY_TEXT, true);
    struct symbol suffix = {.kind = SYM_VARIABLE, .name = STR("suffix"), .type = type};
    struct symbol *captured = &suffix;
    struct plan plan = {.captured = &captured, .ncaptured = 1};
    struct relation *self = heap_relation(&w.vm.heap, &plan, 1, 0);
    struct proto keeper = {.nrefs = 1}; /* holds the relation while it is run */
    w.vm.refs[0] = &self->head;
    w.vm.frame++;
    *w.vm.frame = (struct call_frame){&keeper, NULL, w.vm.scalars, w.vm.refs, NULL, ENTRY_ONCE};
    self->captured[0].ref = &heap_text(&w.vm.heap, STR("!"))->head;
    const struct text *values[] = {text_pinned(&w.arena, STR("a")), NULL,
                                   text_pinned(&w.arena, STR("a"))};
    const struct text *results[3] = {0};
    struct column in = {.type = type, .t = values, .cap = 3};
    struct column out = {.type = type, .t = results, .cap = 3};
    struct batch batch = {.n = 3, .columns = &in, .nslots = 1};
    struct home parameters[] = {{type, 1}, {type, 2}};
    struct expr_input input = {0, type}, *inputs = &input;
    struct routine c;
    code_open(&w, &c, 0, 3);
    c.proto.result.type = type;
    c.proto.parameters = parameters;
    c.proto.nparameters = 2;
    c.proto.captured = &captured;
    c.proto.ncaptured = 1;
    put(&c, OP_JOIN, 0, 1, 2);
    put(&c, OP_RETURN, 0, 0, 0);
    struct expr e = {.type = type, .inputs = &inputs, .ninputs = 1, .code = &c.proto};
    struct text_pool pool;
    text_pool_init(&pool, &w.alloc);
    ck_assert_int_eq(vm_eval(&w.vm, &e, self, &batch, &pool, &out), ST_OK);
    ck_assert(str_is(text_str(results[0]), "a!"));
    ck_assert_ptr_null(results[1]);
    ck_assert_ptr_eq(results[2], results[0]); /* shared by the pool */
    ck_assert(results[0]->head.flags & OBJ_PINNED);
    ck_assert_ptr_eq(vm_captured(&w.vm, self, &suffix).ref, self->captured[0].ref);
    w.vm.frame--;
    text_pool_free(&pool);
    world_close(&w);
}
END_TEST

/* ---- value text ---- */

static void check_format(struct world *w, const struct value *v, const char *format,
                         const char *want) {
    struct buf out;
    buf_init(&out, &w->alloc);
    bool known = value_format(&out, &w->session.calendar, v, str_of(format));
    if (want)
        ck_assert_msg(known && str_is(buf_view(&out), want), "`%s` gives %.*s, not %s", format,
                      STR_ARG(buf_view(&out)), want);
    else
        ck_assert_msg(!known && out.n == 0, "`%s` is no format", format);
    buf_free(&out);
}

START_TEST(formats_of_numbers) {
    struct world w;
    world_open(&w);
    struct value f = {.type = scalar(&w, TY_FLOAT, false), .w = {{.f = 1234567.891}}};
    check_format(&w, &f, "", "1234567.891");
    check_format(&w, &f, ",.2f", "1,234,567.89");
    check_format(&w, &f, ".0", "1234568");
    check_format(&w, &f, ",", "1,234,567.891");
    f.w[0].f = 3;
    check_format(&w, &f, "", "3");
    f.w[0].f = -999.5;
    check_format(&w, &f, ",.1", "-999.5");
    f.w[0].f = 0.125;
    check_format(&w, &f, ".1%", "12.5%");
    struct value share = {.type = scalar(&w, TY_SHARE, false), .w = {{.i = 1}, {.i = 8}}};
    check_format(&w, &share, "", "12.5%");
    check_format(&w, &share, ".0%", "13%");
    share.w[1].i = 10;
    check_format(&w, &share, "", "10%");
    share.w[1].i = 0;
    check_format(&w, &share, ".1%", "missing");
    struct value ratio = {.type = scalar(&w, TY_RATIO, false), .w = {{.i = 2}, {.i = 3}}};
    check_format(&w, &ratio, "", "0.6667");
    struct value i = {.type = scalar(&w, TY_INT, false), .w = {{.i = INT64_MIN}}};
    check_format(&w, &i, ",", "-9,223,372,036,854,775,808");
    check_format(&w, &i, ".", NULL);
    check_format(&w, &i, "x", NULL);
    check_format(&w, &i, ".2q", NULL);
    world_close(&w);
}
END_TEST

START_TEST(formats_of_dates) {
    struct world w;
    world_open(&w);
    struct value d = {.type = scalar(&w, TY_DATE, false),
                      .w = {{.i = day_of((struct ymd){2024, 3, 5})}}}; /* a Tuesday */
    check_format(&w, &d, "", "2024-03-05");
    check_format(&w, &d, "%d %b %Y", "05 Mar 2024");
    check_format(&w, &d, "%A %e %B %y, day %j", "Tuesday 5 March 24, day 065");
    check_format(&w, &d, "100%%", "100%");
    check_format(&w, &d, "%q", NULL);
    check_format(&w, &d, "%", NULL);
    check_format(&w, &d, ".1f", NULL);
    struct value t = {.type = scalar(&w, TY_TEXT, false)};
    check_format(&w, &t, ".1f", "missing");
    t.w[0].ref = &text_pinned(&w.arena, STR("x"))->head;
    check_format(&w, &t, ".1f", NULL);
    world_close(&w);
}
END_TEST

/* ---- the verifier ---- */

static void check_rejected(struct routine *c, uint32_t at) {
    uint32_t found = 99;
    const char *why = NULL;
    ck_assert(!verify_proto(&c->proto, &found, &why));
    ck_assert_uint_eq(found, at);
    ck_assert_ptr_nonnull(why);
}

START_TEST(broken_code_is_rejected) {
    static const struct {
        enum op op;
        int a, b, c;
    } broken[] = {{OP_MOVE, 2, 0, 0},      {OP_MOVE, 0, 2, 0},    {OP_MOVE2, 1, 0, 0},
                  {OP_MOVE_R, 0, 1, 0},    {OP_LOAD_K, 0, 1, 0},  {OP_LOAD_K2, 0, 0, 0},
                  {OP_LOAD_R, 0, 0, 0},    {OP_JUMP, 0, 0, 2},    {OP_JUMP, 0, -1, -1},
                  {OP_JEQ_II, 0, 0, 100},  {OP_JEQ_II, 0, 0, -1}, {OP_CALL, 0, 0, 0},
                  {OP_TEMPLATE, 0, 0, 0},  {OP_COUNT, 0, 0, 0},   {OP_GUARD_1, 0, 0, 0},
                  {OP_ADD_I, 0, 0, 65535}, {OP_GUARD_1, 1, 0, 0}};
    struct world w;
    world_open(&w);
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct routine c;
        code_open(&w, &c, 2, 1);
        constant(&c, 0);
        put(&c, broken[i].op, broken[i].a, broken[i].b, broken[i].c);
        put(&c, OP_RETURN, 0, 0, 0);
        check_rejected(&c, 0);
    }
    struct routine empty, open;
    code_open(&w, &empty, 0, 0);
    check_rejected(&empty, 0);
    code_open(&w, &open, 1, 0);
    put(&open, OP_LOAD_I, 0, 1, 0);
    check_rejected(&open, 0);
    world_close(&w);
}
END_TEST

START_TEST(calls_are_verified) {
    struct world w;
    world_open(&w);
    struct routine callee, c;
    code_open(&w, &callee, 2, 1);
    callee.proto.parameter_scalars = 1;
    callee.proto.parameter_refs = 1;
    put(&callee, OP_RETURN, 0, 0, 0);
    for (int a = 0; a <= 2; a++)
        for (int b = 0; b <= 1; b++) {
            code_open(&w, &c, 2, 1);
            c.callees[c.proto.ncallees++] = &callee.proto;
            put(&c, OP_CALL, a, b, 0);
            put(&c, OP_RETURN, 0, 0, 0);
            uint32_t at;
            const char *why;
            ck_assert_int_eq(verify_proto(&c.proto, &at, &why), a < 2 && b < 1);
        }
    world_close(&w);
}
END_TEST

START_TEST(short_calls_are_verified) {
    struct world w;
    world_open(&w);
    for (uint16_t scalars = FEW_SCALARS - 1; scalars <= FEW_SCALARS + 1; scalars++)
        for (uint16_t refs = 0; refs <= 1; refs++) {
            struct routine callee, c;
            code_open(&w, &callee, scalars, refs);
            put(&callee, OP_RETURN, 0, 0, 0);
            code_open(&w, &c, 1, 0);
            c.callees[c.proto.ncallees++] = &callee.proto;
            put(&c, OP_CALL_WORDS, 0, 0, 0);
            put(&c, OP_RETURN, 0, 0, 0);
            uint32_t at;
            const char *why;
            ck_assert_int_eq(verify_proto(&c.proto, &at, &why),
                             scalars <= FEW_SCALARS && refs == 0);
        }
    world_close(&w);
}
END_TEST

/* A callee at the very end of the stack may use the words behind it; a call past it makes room. */
START_TEST(short_calls_at_the_end_of_the_stack) {
    struct world w;
    world_open(&w);
    struct routine last, wide;
    size_t room = (size_t)(w.vm.scalars_end - w.vm.scalars);
    code_open(&w, &last, FEW_SCALARS, 0);
    load(&last, FEW_SCALARS - 1, 41);
    put(&last, OP_ADD_II, 0, FEW_SCALARS - 1, 1);
    put(&last, OP_RETURN, 0, 0, 0);
    for (uint16_t over = 0; over <= 1; over++) {
        code_open(&w, &wide, (uint16_t)(room + over), 0);
        wide.callees[wide.proto.ncallees++] = &last.proto;
        put(&wide, OP_CALL_WORDS, (int)room + over - 1, 0, 0);
        put(&wide, OP_MOVE, 0, (int)room + over - 1, 0);
        ck_assert_int_eq(run(&w, &wide), ST_OK);
        ck_assert_int_eq(w.vm.globals[0].i, 42);
    }
    ck_assert_uint_gt((size_t)(w.vm.scalars_end - w.vm.scalars), room);
    world_close(&w);
}
END_TEST

Suite *vm_suite(void) {
    Suite *s = suite_create("vm");
    TCase *t = tcase_create("vm");
    tcase_add_test(t, overflow_is_an_error);
    tcase_add_test(t, division_floors);
    tcase_add_test(t, division_by_reciprocal);
    tcase_add_test(t, ratios);
    tcase_add_test(t, three_valued_logic);
    tcase_add_test(t, guards_skip);
    tcase_add_test(t, missing_pairs_keep_their_kind);
    tcase_add_test(t, calls_nest_to_a_limit);
    tcase_add_test(t, backtrace_names_the_callers);
    tcase_add_test(t, loops_count_their_turns);
    tcase_add_test(t, budget_and_interrupt_stop_loops);
    tcase_add_test(t, lists_survive_collections);
    tcase_add_test(t, shared_lists_are_copied);
    tcase_add_test(t, indexes_are_checked);
    tcase_add_test(t, patterns);
    tcase_add_test(t, rows_of_nullable_ints);
    tcase_add_test(t, rows_of_texts_with_a_captured_one);
    tcase_add_test(t, formats_of_numbers);
    tcase_add_test(t, formats_of_dates);
    tcase_add_test(t, broken_code_is_rejected);
    tcase_add_test(t, calls_are_verified);
    tcase_add_test(t, short_calls_are_verified);
    tcase_add_test(t, short_calls_at_the_end_of_the_stack);
    suite_add_tcase(s, t);
    return s;
}
