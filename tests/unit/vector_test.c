/* Expressions over whole columns against the same tree walked for one row at a time: random trees
 * of every operator, over values that are missing, and what must be left to the VM. */
#include "exec/vector.h"
#include "exec_world.h"

enum { BATCH = 700, SLOTS = 8, DEEP = 4, TREES = 3000 };
enum slot { INTS, INTS_SOME, BOOLS, BOOLS_SOME, FLOATS_SOME, DATES, TEXTS, TEXTS_SOME };

struct vector_world {
    struct world w;
    struct column columns[SLOTS];
    struct batch batch;
    struct expr_input inputs[SLOTS];
    uint64_t seed;
};

static struct vector_world v;

static uint32_t below(uint32_t n) {
    v.seed = v.seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(v.seed >> 33) % n;
}

static const struct type *type_of(enum type_kind kind, bool nullable) {
    return type_scalar(&v.w.types, kind, nullable);
}

static void fill(enum slot slot, enum type_kind kind, bool nullable) {
    static const char *const words[] = {"", "a", "ab", "A", "longer than eight bytes"};
    struct column *c = &v.columns[slot];
    c->type = type_of(kind, nullable);
    MUST(column_reserve(&v.w.own, c, BATCH) && (!nullable || column_states(&v.w.own, c)));
    for (uint32_t i = 0; i < BATCH; i++) {
        bool missing = nullable && below(3) == 0;
        if (kind == TY_TEXT)
            set_text(&v.w, c, i, missing ? NULL : words[below(5)]);
        else if (kind == TY_FLOAT)
            c->f[i] = missing ? 0 : (double)(int)below(9) / 4 - 1;
        else
            c->i[i] = missing ? 0 : kind == TY_BOOL ? below(2) : (int64_t)below(9) - 4;
        if (nullable && c->state)
            c->state[i] = missing && kind != TY_TEXT ? MISSING : PRESENT;
    }
    v.inputs[slot] = (struct expr_input){slot, c->type};
}

static void open_world(void) {
    v = (struct vector_world){.seed = 5};
    world_open(&v.w, 0);
    fill(INTS, TY_INT, false);
    fill(INTS_SOME, TY_INT, true);
    fill(BOOLS, TY_BOOL, false);
    fill(BOOLS_SOME, TY_BOOL, true);
    fill(FLOATS_SOME, TY_FLOAT, true);
    fill(DATES, TY_DATE, false);
    fill(TEXTS, TY_TEXT, false);
    fill(TEXTS_SOME, TY_TEXT, true);
    v.batch = (struct batch){.n = BATCH, .columns = v.columns, .nslots = SLOTS};
}

static void close_world(void) {
    for (int i = 0; i < SLOTS; i++)
        column_free(&v.w.own, &v.columns[i]);
    world_close(&v.w);
}

/* ---- trees ---- */

enum { MOST_LISTED = 4 };

static void list(struct node *n, struct node *item) {
    if (!n->list.at)
        n->list.at = ARENA_ARRAY(&v.w.arena, struct node *, MOST_LISTED);
    MUST(n->list.at && n->list.n < MOST_LISTED);
    n->list.at[n->list.n++] = item;
}

static struct node *tree(enum node_kind kind, unsigned op, const struct type *type, struct node *a,
                         struct node *b) {
    struct node *n = ARENA_NEW(&v.w.arena, struct node);
    n->kind = (uint8_t)kind;
    n->op = (uint8_t)op;
    n->type = type;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *input(enum slot slot) {
    struct node *n = tree(N_INPUT, 0, v.columns[slot].type, NULL, NULL);
    n->note = &v.inputs[slot];
    return n;
}

static struct node *literal(enum type_kind kind) {
    static const enum node_kind kinds[] = {[TY_INT] = N_INT,
                                           [TY_BOOL] = N_BOOL,
                                           [TY_FLOAT] = N_FLOAT,
                                           [TY_DATE] = N_DATE,
                                           [TY_TEXT] = N_TEXT};
    struct node *n = tree(kinds[kind], 0, type_of(kind, false), NULL, NULL);
    if (kind == TY_TEXT)
        n->text = below(2) ? STR("a") : STR("longer than eight bytes");
    else if (kind == TY_FLOAT)
        n->value.f = (double)(int)below(9) / 4 - 1;
    else
        n->value.i = kind == TY_BOOL ? below(2) : (int64_t)below(9) - 4;
    return n;
}

static struct node *leaf(enum type_kind kind) {
    switch (kind) {
    case TY_INT:
        return below(3) ? input(below(2) ? INTS : INTS_SOME) : literal(kind);
    case TY_BOOL:
        return input(below(2) ? BOOLS : BOOLS_SOME);
    case TY_FLOAT:
        return below(3) ? input(FLOATS_SOME) : literal(kind);
    case TY_DATE:
        return below(2) ? input(DATES) : literal(kind);
    default:
        return input(below(2) ? TEXTS : TEXTS_SOME);
    }
}

static struct node *random_tree(enum type_kind kind, unsigned depth);

static struct node *two(enum node_kind kind, unsigned op, enum type_kind result, struct node *a,
                        struct node *b) {
    return tree(kind, op, type_of(result, a->type->nullable || b->type->nullable), a, b);
}

static struct node *coalesce(enum type_kind kind, unsigned depth) {
    static struct invoke builtin = {.kind = INVOKE_BUILTIN, .builtin = BUILTIN_COALESCE};
    struct node *n = tree(N_INVOKE, 0, NULL, NULL, NULL);
    list(n, random_tree(kind, depth + 1));
    list(n, random_tree(kind, depth + 1));
    n->type = type_of(kind, n->list.at[0]->type->nullable && n->list.at[1]->type->nullable);
    n->note = &builtin;
    return n;
}

static struct node *number_tree(enum type_kind kind, unsigned depth) {
    static const unsigned sums[] = {TOK_PLUS, TOK_MINUS, TOK_STAR};
    uint32_t which = below(kind == TY_FLOAT ? 5 : 4);
    if (which == 0)
        return coalesce(kind, depth);
    if (which == 4) {
        struct node *a = random_tree(TY_INT, depth + 1);
        return tree(N_CONVERT, 0, type_of(TY_FLOAT, a->type->nullable), a, NULL);
    }
    struct node *a = random_tree(kind, depth + 1), *b = random_tree(kind, depth + 1);
    return two(N_BINARY, sums[below(3)], kind, a, b);
}

static struct node *comparison_tree(unsigned depth) {
    static const enum type_kind kinds[] = {TY_INT, TY_FLOAT, TY_DATE, TY_BOOL, TY_TEXT};
    enum type_kind kind = kinds[below(5)];
    bool text = kind == TY_TEXT;
    struct node *a = random_tree(kind, depth + 1);
    struct node *b = text && below(2) ? literal(kind) : random_tree(kind, depth + 1);
    return two(N_BINARY, TOK_EQ + below(text ? 2 : 6), TY_BOOL, a, b);
}

static struct node *range_tree(unsigned depth) {
    enum type_kind kind = below(2) ? TY_INT : TY_DATE;
    struct node *range = tree(N_RANGE, 0, NULL, literal(kind), literal(kind));
    return tree(N_IN, 0, type_of(TY_BOOL, false), random_tree(kind, depth + 1), range);
}

static struct node *set_tree(unsigned depth) {
    enum type_kind kind = below(2) ? TY_INT : TY_TEXT;
    if (below(3) == 0)
        return range_tree(depth);
    struct node *set = tree(N_LIST, 0, NULL, NULL, NULL);
    for (uint32_t i = below(MOST_LISTED); i < MOST_LISTED; i++)
        list(set, literal(kind));
    return tree(N_IN, 0, type_of(TY_BOOL, false), random_tree(kind, depth + 1), set);
}

static struct node *bool_tree(unsigned depth) {
    struct node *a, *n;
    switch (below(7)) {
    case 0:
        a = random_tree(TY_BOOL, depth + 1);
        return tree(N_UNARY, TOK_NOT, a->type, a, NULL);
    case 1:
        n = tree(N_IS_MISSING, 0, type_of(TY_BOOL, false),
                 random_tree(below(2) ? TY_TEXT : TY_FLOAT, depth + 1), NULL);
        n->flags = below(2) ? FLAG_NEGATED : 0;
        return n;
    case 2:
        n = set_tree(depth);
        n->flags = below(2) ? FLAG_NEGATED : 0;
        return n;
    case 3:
        return coalesce(TY_BOOL, depth);
    case 4:
        return comparison_tree(depth);
    default:
        a = random_tree(TY_BOOL, depth + 1);
        n = random_tree(TY_BOOL, depth + 1);
        return two(N_BINARY, below(2) ? TOK_AND : TOK_OR, TY_BOOL, a, n);
    }
}

static struct node *random_tree(enum type_kind kind, unsigned depth) {
    if (kind == TY_TEXT || kind == TY_DATE || depth >= DEEP || below(6) == 0)
        return leaf(kind);
    return kind == TY_BOOL ? bool_tree(depth) : number_tree(kind, depth);
}

/* ---- one row at a time ---- */

struct value {
    bool missing;
    union {
        int64_t i;
        double f;
    };
    struct str text;
};

static struct value walk(const struct node *n, uint32_t row);

static struct value read(const struct node *n, uint32_t row) {
    const struct column *c = &v.columns[((const struct expr_input *)n->note)->slot];
    struct value x = {.missing = column_state(c, row) != PRESENT};
    if (!x.missing && c->type->kind == TY_TEXT)
        x.text = (struct str){c->t[row]->p, c->t[row]->n};
    else if (c->type->kind == TY_FLOAT)
        x.f = c->f[row];
    else
        x.i = c->i[row];
    return x;
}

static int order(enum type_kind kind, struct value x, struct value y) {
    if (kind == TY_TEXT)
        return !str_eq(x.text, y.text);
    if (kind == TY_FLOAT)
        return (x.f > y.f) - (x.f < y.f);
    return (x.i > y.i) - (x.i < y.i);
}

static bool holds(unsigned op, int order) {
    switch (op) {
    case TOK_EQ:
        return order == 0;
    case TOK_NE:
        return order != 0;
    case TOK_LT:
        return order < 0;
    case TOK_LE:
        return order <= 0;
    case TOK_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

static struct value sum(const struct node *n, struct value x, struct value y) {
    struct value out = {.missing = x.missing || y.missing};
    if (n->type->kind == TY_FLOAT)
        out.f = n->op == TOK_PLUS ? x.f + y.f : n->op == TOK_MINUS ? x.f - y.f : x.f * y.f;
    else
        out.i = n->op == TOK_PLUS ? x.i + y.i : n->op == TOK_MINUS ? x.i - y.i : x.i * y.i;
    return out;
}

/* By the tables of Kleene (1938). */
static struct value connect(const struct node *n, struct value x, struct value y) {
    bool decides = n->op == TOK_OR; /* whatever the other side is */
    if ((!x.missing && (x.i != 0) == decides) || (!y.missing && (y.i != 0) == decides))
        return (struct value){.i = decides};
    return (struct value){.missing = x.missing || y.missing, .i = !decides};
}

static struct value walk_two(const struct node *n, uint32_t row) {
    struct value x = walk(n->a, row), y = walk(n->b, row);
    if (n->op == TOK_AND || n->op == TOK_OR)
        return connect(n, x, y);
    if (n->op == TOK_PLUS || n->op == TOK_MINUS || n->op == TOK_STAR)
        return sum(n, x, y);
    return (struct value){.missing = x.missing || y.missing,
                          .i = holds(n->op, order(n->a->type->kind, x, y))};
}

static struct value walk_in(const struct node *n, uint32_t row) {
    struct value x = walk(n->a, row);
    bool found = n->b->kind == N_RANGE && !x.missing &&
                 order(n->a->type->kind, walk(n->b->a, row), x) <= 0 &&
                 order(n->a->type->kind, x, walk(n->b->b, row)) <= 0;
    for (uint32_t i = 0; i < n->b->list.n && !x.missing; i++)
        found |= order(n->a->type->kind, x, walk(n->b->list.at[i], row)) == 0;
    return (struct value){.i = found != ((n->flags & FLAG_NEGATED) != 0)};
}

static struct value walk(const struct node *n, uint32_t row) {
    struct value x;
    switch (n->kind) {
    case N_INPUT:
        return read(n, row);
    case N_TEXT:
        return (struct value){.text = n->text};
    case N_FLOAT:
        return (struct value){.f = n->value.f};
    case N_CONVERT:
        x = walk(n->a, row);
        return (struct value){.missing = x.missing, .f = (double)x.i};
    case N_UNARY:
        x = walk(n->a, row);
        return (struct value){.missing = x.missing, .i = !x.i};
    case N_IS_MISSING:
        x = walk(n->a, row);
        return (struct value){.i = x.missing != ((n->flags & FLAG_NEGATED) != 0)};
    case N_IN:
        return walk_in(n, row);
    case N_INVOKE:
        x = walk(n->list.at[0], row);
        return x.missing ? walk(n->list.at[1], row) : x;
    case N_BINARY:
        return walk_two(n, row);
    default:
        return (struct value){.i = n->value.i};
    }
}

/* ---- tests ---- */

static struct expr expr_of(struct node *n) {
    return (struct expr){.tree = n, .type = n->type, .is_slot = n->kind == N_INPUT};
}

static void compare(struct node *n) {
    const struct expr e = expr_of(n);
    struct column out = {.type = n->type};
    MUST(column_reserve(&v.w.own, &out, BATCH));
    MUST(!n->type->nullable || column_states(&v.w.own, &out));
    MUST(vector_fits(&e));
    MUST(vector_evaluate(&e, &v.batch, &out));
    for (uint32_t row = 0; row < BATCH; row++) {
        struct value is = walk(n, row);
        MUST((column_state(&out, row) == MISSING) == is.missing);
        MUST(is.missing || n->type->kind == TY_FLOAT || out.i[row] == is.i);
        MUST(is.missing || n->type->kind != TY_FLOAT || out.f[row] == is.f);
        MUST(!is.missing || out.i[row] == 0); /* words at missing rows are, everywhere */
    }
    column_free(&v.w.own, &out);
}

START_TEST(trees_mean_what_they_mean_row_by_row) {
    static const enum type_kind kinds[] = {TY_BOOL, TY_INT, TY_FLOAT};
    open_world();
    for (uint32_t i = 0; i < TREES; i++) {
        struct node *n = random_tree(kinds[i % 3], 0);
        if (n->kind != N_INPUT)
            compare(n);
    }
    close_world();
}
END_TEST

/* Many rules in one condition. */
START_TEST(long_chains_take_no_room) {
    open_world();
    struct node *n = comparison_tree(1);
    for (int i = 0; i < 300; i++)
        n = two(N_BINARY, _i ? TOK_AND : TOK_OR, TY_BOOL, n, comparison_tree(1));
    compare(n);
    close_world();
}
END_TEST

START_TEST(ints_become_the_nearest_floats) {
    open_world();
    v.columns[INTS].i[0] = 9007199254740993;
    v.columns[INTS].i[1] = 16777217; /* no float of 32 bits */
    v.columns[INTS].i[2] = INT64_MIN;
    compare(tree(N_CONVERT, 0, type_of(TY_FLOAT, false), input(INTS), NULL));
    close_world();
}
END_TEST

START_TEST(what_overflows_is_for_the_vm) {
    open_world();
    struct node *n = two(N_BINARY, _i ? TOK_STAR : TOK_PLUS, TY_INT, input(INTS), input(INTS));
    const struct expr e = expr_of(n);
    struct column out = {.type = n->type};
    MUST(column_reserve(&v.w.own, &out, BATCH));
    compare(n);
    v.columns[INTS].i[BATCH - 1] = INT64_MAX / 2 + 1;
    ck_assert(!vector_evaluate(&e, &v.batch, &out));
    column_free(&v.w.own, &out);
    close_world();
}
END_TEST

START_TEST(what_is_suppressed_is_for_the_vm) {
    open_world();
    struct node *n = two(N_BINARY, TOK_GT, TY_BOOL, input(INTS_SOME), literal(TY_INT));
    const struct expr e = expr_of(n);
    struct column out = {.type = n->type};
    MUST(column_reserve(&v.w.own, &out, BATCH) && column_states(&v.w.own, &out));
    compare(n);
    v.columns[INTS_SOME].state[300] = SUPPRESSED;
    ck_assert(!vector_evaluate(&e, &v.batch, &out));
    column_free(&v.w.own, &out);
    close_world();
}
END_TEST

START_TEST(some_do_not_fit) {
    open_world();
    struct node *less = two(N_BINARY, TOK_LT, TY_BOOL, input(TEXTS), literal(TY_TEXT));
    struct node *plus = two(N_BINARY, TOK_PLUS, TY_TEXT, input(TEXTS), input(TEXTS));
    struct node *slash = two(N_BINARY, TOK_SLASH, TY_FLOAT, input(FLOATS_SOME), literal(TY_FLOAT));
    struct node *deep = input(BOOLS);
    for (int i = 0; i < 20; i++)
        deep = tree(N_UNARY, TOK_NOT, deep->type, deep, NULL);
    struct node *const all[] = {less, plus, slash, deep, input(INTS), input(TEXTS)};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        const struct expr e = expr_of(all[i]);
        ck_assert(!vector_fits(&e));
    }
    close_world();
}
END_TEST

Suite *vector_suite(void) {
    Suite *s = suite_create("vector");
    TCase *tc = tcase_create("vector");
    tcase_add_test(tc, trees_mean_what_they_mean_row_by_row);
    tcase_add_loop_test(tc, long_chains_take_no_room, 0, 2);
    tcase_add_test(tc, ints_become_the_nearest_floats);
    tcase_add_loop_test(tc, what_overflows_is_for_the_vm, 0, 2);
    tcase_add_test(tc, what_is_suppressed_is_for_the_vm);
    tcase_add_test(tc, some_do_not_fit);
    suite_add_tcase(s, tc);
    return s;
}
