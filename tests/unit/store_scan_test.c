/* Reading the store: conditions asked of SQL, batches, interrupts, columns by row number. */
#include "store_world.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- scans ---- */

static struct column batch_columns[5];
static struct batch batch;
static struct exec_env env;
static const struct text *captured_text;

static union word captured(void *user, const struct relation *self, const struct symbol *s) {
    UNUSED(user);
    UNUSED(self);
    union word w = {.i = 11};
    if (s->type->kind == TY_TEXT)
        w.ref = (struct object *)(uintptr_t)captured_text;
    return w;
}

static struct node *node(enum node_kind kind, const struct type *type) {
    struct node *n = ARENA_NEW(&arena, struct node);
    n->kind = (uint8_t)kind;
    n->type = type;
    return n;
}

static struct node *two(enum node_kind kind, int op, struct node *a, struct node *b) {
    struct node *n = node(kind, plain(TY_BOOL, true));
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *literal(enum node_kind kind, enum type_kind type, int64_t value) {
    struct node *n = node(kind, plain(type, false));
    n->value.i = value;
    return n;
}

static struct node *text_literal(const char *text) {
    struct node *n = literal(N_TEXT, TY_TEXT, 0);
    n->text = str_of(text);
    return n;
}

static struct expr_input inputs[5];
static struct expr_input *all_inputs[5];

/* Attendance: slot of column i is 4 - i. */
static struct node *stored(uint32_t i) {
    struct node *n = node(N_INPUT, attendance_columns[i].type);
    n->note = &inputs[i];
    return n;
}

/* Rows of attendance for which `condition` holds, as days joined by blanks. */
static void expect_days_scanned(struct node *condition, bool in_key_order, const char *days) {
    static uint32_t columns[5] = {0, 1, 2, 3, 4}, slots[5] = {4, 3, 2, 1, 0};
    for (uint32_t i = 0; i < 5; i++) {
        inputs[i] = (struct expr_input){.slot = slots[i], .type = attendance_columns[i].type};
        all_inputs[i] = &inputs[i];
        batch_columns[slots[i]].type = attendance_columns[i].type;
        ck_assert(column_reserve(&memory, &batch_columns[slots[i]], BATCH_ROWS));
    }
    struct expr e = {.tree = condition, .inputs = all_inputs, .ninputs = 5};
    struct scan_test test = {.expr = &e};
    struct plan plan = {.base = BASE_SCAN,
                        .table = &attendance,
                        .scan_columns = columns,
                        .scan_slots = slots,
                        .nscan = 5,
                        .tests = &test,
                        .ntests = 1,
                        .in_key_order = in_key_order};
    env = (struct exec_env){.alloc = &memory, .control = &control, .captured = captured};
    batch = (struct batch){.columns = batch_columns, .nslots = 5};
    if (condition)
        ck_assert(plan_expr_is_sql(&e));
    else
        plan.ntests = 0;
    struct row_source *source;
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &source), ST_OK);
    char all[400] = "";
    do {
        ck_assert_int_eq(source->next(source, &batch), ST_OK);
        for (uint32_t i = 0; i < batch.n; i++) {
            char day[16];
            day_print(day, batch_columns[3].i[i]);
            strcat(strcat(all, all[0] ? " " : ""), day + 8);
        }
    } while (batch.n);
    ck_assert_int_eq(source->next(source, &batch), ST_OK); /* stays at the end */
    source->close(source);
    ck_assert_str_eq(all, days);
    for (uint32_t i = 0; i < 5; i++)
        column_free(&memory, &batch_columns[i]);
}

/* Row by row in the order of the key, and in batches as they lie. */
static void expect_days(struct node *condition, const char *days) {
    expect_days_scanned(condition, true, days);
    expect_days_scanned(condition, false, days);
}

static void start_scans(void) {
    start_schools();
    import_all(&attendance, "school,day,pct,enrolled,note\n"
                            "01M015,2016-01-01,1.5,10,a\n"
                            "01M015,2016-01-02,2,11,b\n"
                            "01M015,2016-01-03,NS,,\n"
                            "01M015,2016-02-04,3,-9,B\n"
                            "12X001,2016-02-05,99.25,12,c\n");
}

static struct node *not_(struct node *a) {
    return two(N_UNARY, TOK_NOT, a, NULL);
}

START_TEST(scans_compare) {
    expect_days(NULL, "01 02 03 04 05");
    expect_days(two(N_BINARY, TOK_EQ, stored(4), text_literal("b")), "02");
    expect_days(two(N_BINARY, TOK_LT, stored(4), text_literal("b")), "01 04");
    expect_days(two(N_BINARY, TOK_GE, stored(2), literal(N_INT, TY_INT, 2)), "02 04 05");
    expect_days(two(N_BINARY, TOK_NE, stored(3), literal(N_INT, TY_INT, 10)), "02 05");
    expect_days(not_(two(N_BINARY, TOK_EQ, stored(3), literal(N_INT, TY_INT, 10))), "02 05");
    struct node *missing = two(N_IS_MISSING, 0, stored(3), NULL);
    expect_days(missing, "03 04");
    expect_days(two(N_BINARY, TOK_OR, missing, two(N_BINARY, TOK_EQ, stored(4), text_literal("a"))),
                "01 03 04");
    missing->flags = FLAG_NEGATED;
    expect_days(two(N_BINARY, TOK_AND, missing,
                    two(N_BINARY, TOK_GT, stored(1),
                        literal(N_DATE, TY_DATE, day_of((struct ymd){2016, 1, 1})))),
                "02 05");
    struct node *negative = node(N_UNARY, plain(TY_INT, false));
    negative->op = TOK_MINUS;
    negative->a = literal(N_INT, TY_INT, 9);
    expect_days(two(N_BINARY, TOK_GT, stored(3), negative), "01 02 05");
}
END_TEST

static struct node *list(uint32_t n, struct node *a, struct node *b) {
    struct node *l = node(N_LIST, NULL);
    ARENA_PUSH(&arena, &l->list) = a;
    ARENA_PUSH(&arena, &l->list) = b;
    l->list.n = n;
    return l;
}

static struct node *outside(struct node *in) {
    in->flags = FLAG_NEGATED;
    return in;
}

/* A missing value is in no set; that it is not in one is never undecided. */
START_TEST(scans_ask_for_membership) {
    struct node *some = list(2, text_literal("a"), text_literal("c"));
    struct node *none = list(0, text_literal("a"), text_literal("c"));
    expect_days(two(N_IN, 0, stored(4), some), "01 05");
    expect_days(not_(two(N_IN, 0, stored(4), some)), "02 03 04");
    expect_days(outside(two(N_IN, 0, stored(4), some)), "02 03 04");
    expect_days(two(N_IN, 0, stored(4), none), "");
    expect_days(outside(two(N_IN, 0, stored(4), none)), "01 02 03 04 05");
    struct node *range = two(N_RANGE, 0, literal(N_INT, TY_INT, 2), literal(N_INT, TY_INT, 3));
    expect_days(two(N_IN, 0, stored(2), range), "02 04");
    expect_days(outside(two(N_IN, 0, stored(2), range)), "01 03 05");
    struct node *month = literal(N_PERIOD, TY_PERIOD, 0);
    month->value.i = period_pack(GRAIN_MONTH, 2016 * 12);
    struct node *days = node(N_CONVERT, type_range(&types, plain(TY_DATE, false)));
    days->a = month;
    expect_days(two(N_IN, 0, stored(1), days), "01 02 03");
    month->value.i = period_pack(GRAIN_DAY, day_of((struct ymd){2016, 1, 2}));
    expect_days(two(N_IN, 0, stored(1), days), "02");
    month->value.i = period_pack(GRAIN_MONTH, 2016 * 12);
    days->a = two(N_RANGE, 0, month,
                  literal(N_PERIOD, TY_PERIOD, period_pack(GRAIN_MONTH, 2016 * 12 + 1)));
    days->a->type = type_range(&types, plain(TY_PERIOD, false));
    expect_days(two(N_IN, 0, stored(1), days), "01 02 03 04 05");
}
END_TEST

START_TEST(scans_bind_captured_values) {
    struct symbol n = {.kind = SYM_VARIABLE, .type = plain(TY_INT, false)};
    struct symbol t = {.kind = SYM_VARIABLE, .type = plain(TY_TEXT, true)};
    struct node *number = node(N_NAME, n.type), *text = node(N_NAME, t.type);
    number->symbol = &n;
    text->symbol = &t;
    expect_days(two(N_BINARY, TOK_EQ, stored(3), number), "02");
    struct node *wide = node(N_CONVERT, plain(TY_FLOAT, false));
    wide->a = number;
    expect_days(two(N_BINARY, TOK_LT, stored(2), wide), "01 02 04");
    captured_text = text_pinned(&arena, STR("c"));
    expect_days(two(N_BINARY, TOK_EQ, stored(4), text), "05");
    captured_text = NULL;
    expect_days(two(N_BINARY, TOK_EQ, stored(4), text), "");
    n.type = number->type = plain(TY_INT, true); /* whether it is missing does not show */
    struct expr e = {
        .tree = two(N_BINARY, TOK_EQ, stored(3), number), .inputs = all_inputs, .ninputs = 5};
    ck_assert(!plan_expr_is_sql(&e));
}
END_TEST

START_TEST(what_sql_does_not_judge) {
    struct expr e = {.inputs = all_inputs, .ninputs = 5};
    for (uint32_t i = 0; i < 5; i++) {
        inputs[i] = (struct expr_input){.slot = i, .type = attendance_columns[i].type};
        all_inputs[i] = &inputs[i];
    }
    struct node *sum = two(N_BINARY, TOK_PLUS, stored(3), literal(N_INT, TY_INT, 1));
    struct node *cases[] = {
        two(N_BINARY, TOK_EQ, sum, literal(N_INT, TY_INT, 1)),
        two(N_BINARY, OP_LIKE, stored(4), text_literal("a%")),
        two(N_BINARY, TOK_EQ, stored(0), text_literal("01M015")), /* a reference */
        two(N_IN, 0, stored(3), node(N_NAME, type_list(&types, plain(TY_INT, false)))),
        literal(N_SHARE, TY_SHARE, 1),
        stored(4),
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        e.tree = cases[i];
        ck_assert_msg(!plan_expr_is_sql(&e), "case %zu", i);
    }
}
END_TEST

/* More rows than a batch holds; states go and come back; two scans at once. */
START_TEST(scans_fill_batches) {
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "code,title\n");
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, "%d,t%d\n", i, i % 7);
    import_all(&district, text.p);
    buf_free(&text);
    uint32_t columns[2] = {TABLE_ROW_NUMBER, 1}, slots[2] = {0, 1};
    struct plan plan = {.base = BASE_SCAN,
                        .table = &district,
                        .scan_columns = columns,
                        .scan_slots = slots,
                        .nscan = 2,
                        .in_key_order = true};
    struct column two_columns[2] = {{.type = plain(TY_INT, false)},
                                    {.type = plain(TY_TEXT, false)}};
    struct batch b = {.columns = two_columns, .nslots = 2};
    struct row_source *one, *other;
    env = (struct exec_env){.alloc = &memory, .control = &control};
    for (int i = 0; i < 2; i++)
        ck_assert(column_reserve(&memory, &two_columns[i], BATCH_ROWS));
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &one), ST_OK);
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &other), ST_OK);
    uint64_t total = 0, ids = 0;
    const struct text *sevenths = NULL;
    for (int turn = 0;; turn++) {
        struct row_source *s = turn % 2 ? other : one;
        ck_assert_int_eq(s->next(s, &b), ST_OK);
        if (!b.n)
            break;
        total += b.n;
        for (uint32_t i = 0; i < b.n; i++)
            ids += (uint64_t)two_columns[0].i[i];
        if (turn == 0)
            sevenths = two_columns[1].t[0];
        if (turn == 2)
            ck_assert_ptr_eq(sevenths, two_columns[1].t[7 - 2048 % 7]);
    }
    one->close(one);
    other->close(other);
    ck_assert_uint_eq(total, 10000);
    ck_assert_uint_eq(ids, 2 * (5000ull * 5001 / 2));
    for (int i = 0; i < 2; i++)
        column_free(&memory, &two_columns[i]);
}
END_TEST

static struct column enrolled;
static struct batch enrolled_batch;

/* Days 0 to 4095 of one school; the first half without a number of enrolled students. */
static struct row_source *scan_enrolled(struct scan_test *test, bool in_key_order) {
    static uint32_t columns[1] = {3}, slots[1] = {0};
    static struct plan plan;
    struct buf text;
    buf_init(&text, &memory);
    buf_text(&text, "school,day,enrolled\n");
    for (int i = 0; i < 4096; i++) {
        char day[16];
        day_print(day, i);
        buf_printf(&text, i < 2048 ? "01M015,%s,\n" : "01M015,%s,5\n", day);
    }
    ck_assert_int_eq(import(&attendance, text.p, IMPORT_REPLACE, false), ST_OK);
    buf_free(&text);
    plan = (struct plan){.base = BASE_SCAN,
                         .table = &attendance,
                         .scan_columns = columns,
                         .scan_slots = slots,
                         .nscan = 1,
                         .tests = test,
                         .ntests = test != NULL,
                         .in_key_order = in_key_order};
    enrolled = (struct column){.type = attendance_columns[3].type};
    enrolled_batch = (struct batch){.columns = &enrolled, .nslots = 1};
    struct row_source *source;
    env = (struct exec_env){.alloc = &memory, .control = &control};
    ck_assert(column_reserve(&memory, &enrolled, BATCH_ROWS));
    ck_assert_int_eq(store_scan(store, &plan, &env, NULL, &source), ST_OK);
    return source;
}

/* Missing in the first batch, present in the second, in the same place; nothing after them. */
START_TEST(scans_forget_the_last_batch) {
    struct row_source *source = scan_enrolled(NULL, _i == 0);
    for (int turn = 0; turn < 2; turn++) {
        ck_assert_int_eq(source->next(source, &enrolled_batch), ST_OK);
        ck_assert_uint_eq(enrolled_batch.n, 2048);
        for (uint32_t i = 0; i < 2048; i++)
            ck_assert_int_eq(column_state(&enrolled, i), turn ? PRESENT : MISSING);
    }
    ck_assert_int_eq(source->next(source, &enrolled_batch), ST_OK);
    ck_assert_uint_eq(enrolled_batch.n, 0);
    source->close(source);
    column_free(&memory, &enrolled);
}
END_TEST

/* No row passes, so no batch is ever given: the scan itself has to ask. */
START_TEST(scans_are_interrupted) {
    struct expr_input input = {.slot = 0, .type = attendance_columns[3].type};
    struct expr_input *all[1] = {&input};
    struct node *value = node(N_INPUT, input.type);
    value->note = &input;
    struct node *below = two(N_BINARY, TOK_LT, value, literal(N_INT, TY_INT, 0));
    struct expr e = {.tree = below, .inputs = all, .ninputs = 1};
    struct scan_test test = {.expr = &e};
    struct row_source *source = scan_enrolled(&test, _i == 0);
    atomic_store(&control.interrupted, true);
    ck_assert_int_eq(source->next(source, &enrolled_batch), ST_INTERRUPTED);
    source->close(source);
    atomic_store(&control.interrupted, false);
    column_free(&memory, &enrolled);
    source = scan_enrolled(&test, _i == 0);
    ck_assert_int_eq(source->next(source, &enrolled_batch), ST_OK);
    ck_assert_uint_eq(enrolled_batch.n, 0);
    source->close(source);
    column_free(&memory, &enrolled);
}
END_TEST

START_TEST(only_scans_call_spoke_rows) {
    char *message = NULL;
    ck_assert_int_eq(sqlite3_exec(store->db, "SELECT spoke_rows(1)", NULL, NULL, &message),
                     SQLITE_ERROR);
    ck_assert_str_eq(message, "spoke_rows is for scans only");
    sqlite3_free(message);
}
END_TEST

START_TEST(dimensions) {
    struct dimension d, again;
    ck_assert_int_eq(store_begin(store), ST_OK);
    ck_assert_int_eq(store_dimension(store, &school, 2, &d), ST_OK);
    ck_assert_uint_eq(d.n, 3);
    ck_assert_int_eq(column_state(d.column, 0), MISSING);
    ck_assert_int_eq(d.column->i[1], 1); /* row numbers of districts */
    ck_assert_int_eq(d.column->i[2], 2);
    ck_assert_int_eq(store_dimension(store, &school, 2, &again), ST_OK);
    ck_assert_ptr_eq(d.column, again.column);
    ck_assert_int_eq(store_dimension(store, &school, 0, &d), ST_OK);
    ck_assert(str_is(text_str(d.column->t[2]), "12X001"));
    ck_assert_ptr_null(d.column->t[0]);
    /* Changed in the middle of a run: a new column, and the old one still there. */
    import_all(&school, "dbn\nzz\n");
    ck_assert_int_eq(store_dimension(store, &school, 0, &again), ST_OK);
    ck_assert_uint_eq(again.n, 4);
    ck_assert(str_is(text_str(again.column->t[3]), "zz"));
    ck_assert(str_is(text_str(d.column->t[1]), "01M015"));
    store_end(store);
    ck_assert_int_eq(store_begin(store), ST_OK);
    store_end(store);
}
END_TEST

START_TEST(dimension_of_an_empty_table) {
    struct dimension d;
    ck_assert_int_eq(store_ensure(store, &district), ST_OK);
    ck_assert_int_eq(store_dimension(store, &district, 1, &d), ST_OK);
    ck_assert_uint_eq(d.n, 1);
    ck_assert_int_eq(column_state(d.column, 0), MISSING);
}
END_TEST

Suite *store_scan_suite(void) {
    Suite *suite = suite_create("store_scan");
    TCase *tests = group(suite, "scans", start_scans);
    tcase_add_test(tests, scans_compare);
    tcase_add_test(tests, scans_ask_for_membership);
    tcase_add_test(tests, scans_bind_captured_values);
    tcase_add_test(tests, what_sql_does_not_judge);
    tcase_add_test(tests, scans_fill_batches);
    tcase_add_loop_test(tests, scans_forget_the_last_batch, 0, 2);
    tcase_add_loop_test(tests, scans_are_interrupted, 0, 2);
    tcase_add_test(tests, only_scans_call_spoke_rows);
    tests = group(suite, "dimensions", start_schools);
    tcase_add_test(tests, dimensions);
    tests = group(suite, "empty store", start);
    tcase_add_test(tests, dimension_of_an_empty_table);
    return suite;
}
