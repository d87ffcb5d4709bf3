/* Expressions over coded columns against the same function applied to each row: what is worked
 * out how often, which results share a code, and when all begins anew.
 *
 * Columns of codes are made here; the expression is a C function of their values. */
#include "exec/coded.h"
#include "exec_world.h"

#include <stdio.h>

enum { SLOTS = 4, OUT = 3 }; /* three columns are read */

struct coded_world {
    struct world w;
    struct column values[SLOTS], columns[SLOTS];
    struct coding codings[SLOTS];
    struct coding *by_slot[SLOTS];
    struct batch batch;
    struct expr expr;
    struct expr_input inputs[MOST_CODED + 1];
    struct expr_input *listed[MOST_CODED + 1];
    struct text_pool texts;
    struct memo memo;
    uint64_t evaluated; /* rows of the batches that were worked out */
    int64_t fails_on;   /* the sum of values on which the expression fails; 0: on none */
    uint32_t failed_row;
    uint64_t seed;
};

static uint32_t random_below(struct coded_world *c, uint32_t n) {
    c->seed = c->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(c->seed >> 33) % n;
}

/* ---- the expression: the sum of what is read, in several types ---- */

static bool sum_of(const struct expr *e, const struct batch *b, uint32_t row, int64_t *sum) {
    *sum = 0;
    for (uint32_t i = 0; i < e->ninputs; i++) {
        const struct column *in = &b->columns[e->inputs[i]->slot];
        if (column_state(in, row) != PRESENT)
            return false;
        *sum += in->i[row];
    }
    return true;
}

static void put_sum(const struct expr *e, bool known, int64_t sum, struct text_pool *pool,
                    struct column *out, uint32_t row) {
    char text[24];
    if (!known)
        out->i[row] = 0;
    if (!known && out->state)
        out->state[row] = MISSING;
    if (!known)
        return;
    if (e->type->kind == TY_FLOAT)
        out->f[row] = (double)sum / 8;
    else if (e->type->kind == TY_BOOL)
        out->i[row] = sum % 7 == 0;
    else if (e->type->kind == TY_INT)
        out->i[row] = sum;
    else {
        snprintf(text, sizeof text, "%d", (int)(sum % 12));
        out->t[row] = text_pool_get(pool, str_of(text));
    }
}

static enum status evaluate(void *user, const struct expr *e, const struct relation *self,
                            const struct batch *b, struct text_pool *pool, struct column *out) {
    struct coded_world *c = user;
    UNUSED(self);
    for (uint32_t row = 0; row < b->n; row++) {
        int64_t sum;
        bool known = sum_of(e, b, row, &sum);
        c->failed_row = row;
        if (known && c->fails_on && sum == c->fails_on)
            return ST_FAILED;
        put_sum(e, known, sum, pool, out, row);
    }
    c->evaluated += b->n;
    return ST_OK;
}

static uint32_t failed_row(void *user) {
    return ((struct coded_world *)user)->failed_row;
}

/* ---- the world ---- */

/* n values from `first` on, and the missing one behind them. */
static void set_values(struct coded_world *c, uint32_t slot, uint32_t n, int64_t first) {
    struct column *v = &c->values[slot];
    MUST(column_prepare(&c->w.own, v, type_scalar(&c->w.types, TY_INT, true), n + 1));
    for (uint32_t i = 0; i <= n; i++) {
        v->i[i] = i < n ? first + i : 0;
        v->state[i] = i < n ? PRESENT : MISSING;
    }
    c->codings[slot].values = v;
    c->codings[slot].n = n + 1;
    c->codings[slot].number++;
    c->codings[slot].spread = false;
}

static void open_world(struct coded_world *c, enum type_kind kind, uint32_t ninputs) {
    *c = (struct coded_world){.seed = 3};
    world_open(&c->w, 0);
    c->w.env.user = c;
    c->w.env.eval = evaluate;
    c->w.env.failed_row = failed_row;
    text_pool_init(&c->texts, &c->w.own);
    for (uint32_t i = 0; i < SLOTS; i++) {
        bool is_out = i == OUT;
        const struct type *type = type_scalar(&c->w.types, is_out ? kind : TY_INT, true);
        MUST(column_prepare(&c->w.own, &c->columns[i], type, BATCH_ROWS));
        c->by_slot[i] = is_out ? NULL : &c->codings[i];
    }
    for (uint32_t i = 0; i < ninputs; i++) {
        c->inputs[i] = (struct expr_input){i % OUT, c->columns[i % OUT].type};
        c->listed[i] = &c->inputs[i];
    }
    c->expr = (struct expr){.type = c->columns[OUT].type, .inputs = c->listed, .ninputs = ninputs};
    c->batch =
        (struct batch){.columns = c->columns, .nslots = SLOTS, .codings = c->by_slot, .lazy = true};
}

static void close_world(struct coded_world *c) {
    memo_free(&c->w.memory, &c->memo);
    for (uint32_t i = 0; i < SLOTS; i++) {
        column_free(&c->w.own, &c->columns[i]);
        if (c->values[i].type)
            column_free(&c->w.own, &c->values[i]);
    }
    text_pool_free(&c->texts);
    world_close(&c->w);
}

static void fill_batch(struct coded_world *c, uint32_t n) {
    c->batch.n = n;
    for (uint32_t slot = 0; slot < OUT; slot++) {
        c->codings[slot].spread = false;
        for (uint32_t i = 0; i < n && c->codings[slot].n; i++)
            c->codings[slot].codes[i] = (uint16_t)random_below(c, c->codings[slot].n);
    }
}

static struct coded_work work_of(struct coded_world *c) {
    return (struct coded_work){.env = &c->w.env, .texts = &c->texts, .expr = &c->expr};
}

static enum status work_out(struct coded_world *c, uint32_t *row) {
    const struct coded_work work = work_of(c);
    MUST(coded_fits(&work, &c->batch, &c->memo));
    return coded_evaluate(&work, &c->batch, c->expr.type, &c->memo, row);
}

/* All rows as the function gives them for their own values. */
static void compare(struct coded_world *c) {
    uint32_t row;
    struct column *out = &c->columns[OUT], own = {0};
    ck_assert_int_eq(work_out(c, &row), ST_OK);
    MUST(coding_spread(&c->w.own, &c->memo.coding, c->batch.n, out));
    MUST(batch_spread_inputs(&c->w.own, &c->batch, &c->expr));
    MUST(column_prepare(&c->w.own, &own, c->expr.type, BATCH_ROWS));
    uint64_t before = c->evaluated;
    ck_assert_int_eq(evaluate(c, &c->expr, NULL, &c->batch, &c->texts, &own), ST_OK);
    c->evaluated = before;
    for (uint32_t i = 0; i < c->batch.n; i++) {
        MUST(c->memo.coding.codes[i] < c->memo.coding.n);
        MUST(column_compare(out, i, &own, i) == 0);
    }
    column_free(&c->w.own, &own);
}

static struct coded_world c;

/* ---- tests ---- */

START_TEST(each_combination_is_worked_out_once) {
    static const enum type_kind kinds[] = {TY_INT, TY_BOOL, TY_FLOAT, TY_TEXT};
    open_world(&c, kinds[_i], 3);
    set_values(&c, 0, 3, 100);
    set_values(&c, 1, 20, 5);
    set_values(&c, 2, 6, -3);
    for (int k = 0; k < 30; k++) {
        fill_batch(&c, k % 5 ? BATCH_ROWS : 7);
        compare(&c);
    }
    ck_assert_uint_eq(c.evaluated, 4 * 21 * 7); /* 50,000 rows have them all */
    close_world(&c);
}
END_TEST

START_TEST(results_that_are_the_same_share_a_code) {
    open_world(&c, _i ? TY_TEXT : TY_BOOL, 2);
    set_values(&c, 0, 50, 0);
    set_values(&c, 1, 50, 0);
    for (int k = 0; k < 10; k++) {
        fill_batch(&c, BATCH_ROWS);
        compare(&c);
    }
    ck_assert_uint_eq(c.memo.coding.n, _i ? 13 : 3); /* with the missing one */
    close_world(&c);
}
END_TEST

START_TEST(other_values_begin_anew) {
    open_world(&c, TY_INT, 2);
    set_values(&c, 0, 300, 0);
    set_values(&c, 1, 9, 1);
    fill_batch(&c, BATCH_ROWS);
    compare(&c);
    uint64_t number = c.memo.coding.number, evaluated = c.evaluated;
    compare(&c);
    ck_assert_uint_eq(c.memo.coding.number, number);
    ck_assert_uint_eq(c.evaluated, evaluated);
    set_values(&c, 1, 9, 1000);
    compare(&c);
    ck_assert_uint_ne(c.memo.coding.number, number);
    ck_assert_uint_gt(c.evaluated, evaluated);
    close_world(&c);
}
END_TEST

START_TEST(few_results_outlast_the_values) {
    open_world(&c, TY_BOOL, 2);
    set_values(&c, 0, 9, 0);
    set_values(&c, 1, 9, 1);
    fill_batch(&c, BATCH_ROWS);
    compare(&c);
    uint64_t number = c.memo.coding.number, evaluated = c.evaluated;
    set_values(&c, 1, 9, 1000);
    compare(&c);
    ck_assert_uint_eq(c.memo.coding.number, number);
    ck_assert_uint_gt(c.evaluated, evaluated);
    ck_assert_uint_eq(c.memo.coding.n, 3);
    close_world(&c);
}
END_TEST

/* Three columns of 50 values and a result for each combination: more than codes can tell apart. */
START_TEST(too_many_results_are_given_up) {
    open_world(&c, TY_FLOAT, 3);
    const struct coded_work work = work_of(&c);
    for (uint32_t i = 0; i < 3; i++)
        set_values(&c, i, 50, 0);
    c.memo.rows = UINT32_MAX; /* as if it had been worth it */
    for (uint32_t k = 0; k < 100 && coded_fits(&work, &c.batch, &c.memo); k++) {
        fill_batch(&c, BATCH_ROWS);
        compare(&c);
    }
    ck_assert_uint_lt(c.memo.nresults, UINT16_MAX);
    ck_assert_uint_gt(c.memo.nresults, 50000);
    ck_assert(!coded_fits(&work, &c.batch, &c.memo));
    close_world(&c);
}
END_TEST

/* What a memo gives has more values each time something new is learned, under the same number. */
START_TEST(codings_may_grow) {
    open_world(&c, TY_INT, 2);
    set_values(&c, 0, 3, 0);
    set_values(&c, 1, 300, 1);
    for (uint32_t n = 2; n <= 300; n = n * 3 / 2) {
        c.codings[1].n = n;
        fill_batch(&c, BATCH_ROWS);
        compare(&c);
    }
    close_world(&c);
}
END_TEST

START_TEST(of_one_column_all_are_worked_out_at_once) {
    open_world(&c, TY_INT, 1);
    set_values(&c, 0, 500, 0);
    fill_batch(&c, 1);
    compare(&c);
    ck_assert_uint_eq(c.evaluated, 501);
    close_world(&c);
    open_world(&c, TY_INT, 1); /* but not where one could fail that no row has */
    set_values(&c, 0, 500, 0);
    c.expr.may_fail = true;
    c.codings[0].codes[0] = 3;
    c.batch.n = 1;
    compare(&c);
    ck_assert_uint_eq(c.evaluated, 1);
    close_world(&c);
}
END_TEST

START_TEST(some_do_not_fit) {
    open_world(&c, TY_INT, 3);
    const struct coded_work work = work_of(&c);
    for (uint32_t i = 0; i < 3; i++)
        set_values(&c, i, 63, 0);
    ck_assert(coded_fits(&work, &c.batch, &c.memo)); /* 6 bits each */
    set_values(&c, 1, 64, 0);
    ck_assert(!coded_fits(&work, &c.batch, &c.memo));
    set_values(&c, 1, 3, 0);
    c.by_slot[1] = NULL;
    ck_assert(!coded_fits(&work, &c.batch, &c.memo));
    c.by_slot[1] = &c.codings[1];
    ck_assert(coded_fits(&work, &c.batch, &c.memo));
    c.batch.codings = NULL;
    ck_assert(!coded_fits(&work, &c.batch, &c.memo));
    close_world(&c);
    open_world(&c, TY_INT, MOST_CODED + 1);
    const struct coded_work wide = work_of(&c);
    ck_assert(!coded_fits(&wide, &c.batch, &c.memo));
    close_world(&c);
    open_world(&c, TY_INT, 1);
    c.expr.varies = true;
    const struct coded_work varying = work_of(&c);
    ck_assert(!coded_fits(&varying, &c.batch, &c.memo));
    close_world(&c);
}
END_TEST

START_TEST(a_failure_is_that_of_the_first_row) {
    uint32_t row;
    open_world(&c, TY_INT, 2);
    set_values(&c, 0, 10, 0);
    set_values(&c, 1, 10, 0);
    fill_batch(&c, 100);
    compare(&c);
    fill_batch(&c, BATCH_ROWS);
    c.expr.may_fail = true;
    set_values(&c, 0, 10, 100);
    c.fails_on = 100 + 18; /* 9 and 9 */
    for (uint32_t i = 0; i < BATCH_ROWS; i++) {
        uint16_t *x = c.codings[0].codes, *y = c.codings[1].codes;
        if (x[i] == 9 && y[i] == 9)
            x[i] = (uint16_t)(i < 700 ? 8 : 9);
        if (i == 700 || i == 1500)
            x[i] = y[i] = 9;
    }
    ck_assert_int_eq(work_out(&c, &row), ST_FAILED);
    ck_assert_uint_eq(row, 700);
    c.fails_on = 0; /* nothing counts as known that is not */
    compare(&c);
    close_world(&c);
}
END_TEST

START_TEST(it_is_given_up_where_each_row_is_another) {
    open_world(&c, TY_INT, 2);
    const struct coded_work work = work_of(&c);
    set_values(&c, 0, 120, 0);
    set_values(&c, 1, 120, 0);
    uint32_t batches = 0;
    for (; batches < 100 && coded_fits(&work, &c.batch, &c.memo); batches++) {
        fill_batch(&c, BATCH_ROWS);
        compare(&c);
        set_values(&c, 0, 120, batches);
    }
    ck_assert_uint_ge(batches, 2);
    ck_assert_uint_le(batches, 4);
    close_world(&c);
}
END_TEST

START_TEST(memory_may_end_anywhere) {
    for (uint64_t at = 1;; at++) {
        uint32_t row;
        open_world(&c, TY_TEXT, 2);
        set_values(&c, 0, 30, 0);
        set_values(&c, 1, 30, 0);
        fill_batch(&c, BATCH_ROWS);
        c.w.memory.fail_at = at;
        enum status status = work_out(&c, &row);
        bool all = c.w.memory.calls < at;
        ck_assert(status == ST_OK || (status == ST_NO_MEMORY && !all));
        c.w.memory.fail_at = 0;
        if (status == ST_OK) /* a table that makes it faster could be done without */
            compare(&c);
        close_world(&c);
        if (all)
            break;
    }
}
END_TEST

Suite *coded_suite(void) {
    Suite *s = suite_create("coded");
    TCase *tc = tcase_create("coded");
    tcase_add_loop_test(tc, each_combination_is_worked_out_once, 0, 4);
    tcase_add_loop_test(tc, results_that_are_the_same_share_a_code, 0, 2);
    tcase_add_test(tc, other_values_begin_anew);
    tcase_add_test(tc, few_results_outlast_the_values);
    tcase_add_test(tc, too_many_results_are_given_up);
    tcase_add_test(tc, codings_may_grow);
    tcase_add_test(tc, of_one_column_all_are_worked_out_at_once);
    tcase_add_test(tc, some_do_not_fit);
    tcase_add_test(tc, a_failure_is_that_of_the_first_row);
    tcase_add_test(tc, it_is_given_up_where_each_row_is_another);
    tcase_add_test(tc, memory_may_end_anywhere);
    suite_add_tcase(s, tc);
    return s;
}
