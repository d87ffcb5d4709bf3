/* Judging: what each kind of row counts as, in which order findings come, what stops them. */
#include "suites.h"

#include "judge/judge.h"
#include <stdio.h>

struct world {
    struct alloc alloc;
    struct arena arena;
    struct types types;
    struct frame *frame;
    struct rule_columns columns;
    uint32_t keys[2];
    struct rule_info rule;
    struct judge_result result;
    char seen[1000]; /* findings as "key: message\n" */
    int stop_after;
    int64_t today;
};

/* school text, day int, where bool?, expect bool?, message text? */
static void world_open(struct world *w, uint32_t rows) {
    *w = (struct world){.columns = {.excepts = 2, .where = 2, .verdict = 3, .message = 4},
                        .keys = {0, 1},
                        .rule = {.severity = STR("error"), .nkeys = 2},
                        .stop_after = -1};
    alloc_init(&w->alloc, NULL, NULL, 0);
    arena_init(&w->arena, &w->alloc);
    types_init(&w->types, &w->arena);
    w->rule.keys = w->keys;
    struct field fields[5] = {{STR("school"), type_scalar(&w->types, TY_TEXT, false)},
                              {STR("day"), type_scalar(&w->types, TY_DATE, false)},
                              {STR("where"), type_scalar(&w->types, TY_BOOL, true)},
                              {STR("expect"), type_scalar(&w->types, TY_BOOL, true)},
                              {STR("message"), type_scalar(&w->types, TY_TEXT, true)}};
    static const uint32_t keys[] = {0, 1};
    w->frame = frame_new(&w->alloc, type_relation(&w->types, fields, 5, keys, 2));
    for (uint32_t i = 0; i < rows; i++) {
        ck_assert(frame_push(w->frame));
    }
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert(i == 0 || i == 4 || column_states(&w->alloc, &w->frame->columns[i]));
    }
}

static void world_close(struct world *w) {
    frame_drop(w->frame);
    types_free(&w->types);
    arena_free(&w->arena);
    ck_assert_uint_eq(w->alloc.used, 0);
}

/* 't', 'f' or '?' for missing */
static void put_bool(struct column *c, uint32_t row, char value) {
    c->i[row] = value == 't';
    c->state[row] = value == '?' ? MISSING : PRESENT;
}

static void put_row(struct world *w, uint32_t row, const char *school, int64_t day, char where,
                    char expect, const char *message) {
    struct frame *f = w->frame;
    f->columns[0].t[row] = frame_text(f, str_of(school));
    f->columns[1].i[row] = day;
    put_bool(&f->columns[2], row, where);
    put_bool(&f->columns[3], row, expect);
    f->columns[4].t[row] = message ? frame_text(f, str_of(message)) : NULL;
}

static int see(void *user, const struct judge_finding *f) {
    struct world *w = user;
    size_t n = strlen(w->seen);
    snprintf(w->seen + n, sizeof w->seen - n, "%.*s: %.*s%s%s%.*s\n", STR_ARG(f->key),
             STR_ARG(f->message), f->undecided ? " ?" : "", f->exception ? ", but " : "",
             STR_ARG(f->exception ? f->exception->because : STR("")));
    return w->stop_after >= 0 && w->stop_after-- == 0;
}

static enum status judge(struct world *w, uint64_t max_findings) {
    w->seen[0] = '\0';
    struct judge_options o = {
        .max_findings = max_findings, .today = w->today, .finding = see, .user = w};
    return judge_frame(&w->alloc, w->frame, &w->columns, &w->rule, NULL, &o, &w->result);
}

static void expect_counts(struct world *w, enum judge_verdict verdict, uint64_t rows,
                          uint64_t findings, uint64_t undecided) {
    ck_assert_int_eq(w->result.verdict, verdict);
    ck_assert_uint_eq(w->result.rows, rows);
    ck_assert_uint_eq(w->result.findings, findings);
    ck_assert_uint_eq(w->result.undecided, undecided);
}

static void fill(struct world *w) {
    put_row(w, 0, "B", 1, 't', 'f', "late");
    put_row(w, 1, "A", 3, 't', '?', "unknown");
    put_row(w, 2, "A", 1, 't', 'f', NULL);
    put_row(w, 3, "A", 2, 't', 't', "fine");
    put_row(w, 4, "C", 1, '?', 'f', "not looked at");
    put_row(w, 5, "C", 2, 'f', 'f', "not looked at");
}

START_TEST(rows_are_decided_and_findings_come_in_key_order) {
    struct world w;
    world_open(&w, 6);
    fill(&w);
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_FAIL, 4, 3, 1);
    ck_assert_str_eq(w.seen, "school=A, day=1970-01-02: is not as expected\n"
                             "school=A, day=1970-01-04: unknown ?\n"
                             "school=B, day=1970-01-02: late\n");
    world_close(&w);
}
END_TEST

/* A share of the rows is rounded down: 25% of 4 rows is one, 24% none. */
START_TEST(some_findings_may_be_allowed) {
    struct world w;
    world_open(&w, 6);
    fill(&w);
    w.rule.has_allow = true;
    w.rule.allow_n = 2;
    w.rule.allow_d = 1;
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_FAIL, 4, 3, 1);
    w.rule.allow_n = 3;
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_PASS, 4, 3, 1);
    w.rule.allow_share = true;
    w.rule.allow_n = 75;
    w.rule.allow_d = 100;
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_PASS, 4, 3, 1);
    ck_assert_uint_eq(w.result.allowed, 3);
    w.rule.allow_n = 74;
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_FAIL, 4, 3, 1);
    ck_assert_uint_eq(w.result.allowed, 2);
    world_close(&w);
}
END_TEST

/* Column 2 says of whom the first exception is; the second one is over, the third names nobody. */
START_TEST(exceptions_are_told_last_and_not_counted) {
    struct world w;
    struct rule_exception x[3] = {{.until = 20, .because = STR("moved")},
                                  {.until = 10, .because = STR("over")},
                                  {.until = 30, .because = STR("of nobody")}};
    world_open(&w, 6);
    fill(&w);
    struct frame *f = w.frame;
    struct field fields[7];
    memcpy(fields, f->type->fields, 5 * sizeof *fields);
    fields[5] = fields[6] = (struct field){STR("x"), type_scalar(&w.types, TY_BOOL, true)};
    struct frame *wide = frame_new(&w.alloc, type_relation(&w.types, fields, 7, w.keys, 2));
    for (uint32_t row = 0; row < 6; row++) {
        ck_assert(frame_push(wide));
    }
    frame_drop(f);
    w.frame = wide;
    for (uint32_t i = 1; i < 7; i++) {
        ck_assert(i == 4 || column_states(&w.alloc, &wide->columns[i]));
    }
    fill(&w);
    for (uint32_t row = 0; row < 6; row++) {
        put_bool(&wide->columns[5], row, row == 2 ? 't' : row == 1 ? '?' : 'f');
        put_bool(&wide->columns[6], row, 't');
    }
    w.rule.exceptions = x;
    w.rule.nexceptions = 2;
    w.columns.excepts = 5;
    w.today = 11;
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_FAIL, 4, 2, 1);
    ck_assert_uint_eq(w.result.excepted, 1);
    ck_assert_uint_eq(w.result.expired, 1);
    ck_assert_uint_eq(w.result.unused, 0);
    ck_assert_str_eq(w.seen, "school=A, day=1970-01-04: unknown ?\n"
                             "school=B, day=1970-01-02: late\n"
                             "school=A, day=1970-01-02: is not as expected, but moved\n");
    w.today = 21; /* its last day is over */
    ck_assert_int_eq(judge(&w, 0), ST_OK);
    expect_counts(&w, JUDGE_FAIL, 4, 3, 1);
    ck_assert_uint_eq(w.result.expired, 2);
    judge_clean(&w.rule, 5, 11, &w.result);
    expect_counts(&w, JUDGE_PASS, 5, 0, 0);
    ck_assert_uint_eq(w.result.unused, 1);
    world_close(&w);
}
END_TEST

START_TEST(severity_makes_the_verdict) {
    struct world w;
    world_open(&w, 6);
    fill(&w);
    w.rule.severity = STR("warn");
    judge(&w, 0);
    ck_assert_int_eq(w.result.verdict, JUDGE_WARN);
    w.rule.severity = STR("info");
    judge(&w, 0);
    ck_assert_int_eq(w.result.verdict, JUDGE_WARN);
    for (uint32_t row = 0; row < 6; row++) {
        put_bool(&w.frame->columns[3], row, 't');
    }
    judge(&w, 0);
    expect_counts(&w, JUDGE_PASS, 4, 0, 0);
    for (uint32_t row = 0; row < 6; row++) {
        put_bool(&w.frame->columns[2], row, 'f');
    }
    judge(&w, 0);
    expect_counts(&w, JUDGE_EMPTY, 0, 0, 0);
    world_close(&w);
}
END_TEST

START_TEST(a_rule_may_have_no_where_and_a_message_be_missing) {
    struct world w;
    world_open(&w, 6);
    fill(&w);
    w.columns.where = -1;
    w.frame->columns[4].t[1] = NULL;
    judge(&w, 2);
    expect_counts(&w, JUDGE_FAIL, 6, 5, 1);
    ck_assert_str_eq(w.seen,
                     "school=A, day=1970-01-02: is not as expected\n"
                     "school=A, day=1970-01-04: a value that the rule needs is missing ?\n");
    world_close(&w);
}
END_TEST

START_TEST(the_callback_may_stop) {
    struct world w;
    world_open(&w, 6);
    fill(&w);
    w.stop_after = 1;
    ck_assert_int_eq(judge(&w, 0), ST_INTERRUPTED);
    ck_assert_str_eq(w.seen, "school=A, day=1970-01-02: is not as expected\n"
                             "school=A, day=1970-01-04: unknown ?\n");
    world_close(&w);
}
END_TEST

START_TEST(many_findings_are_sorted) {
    struct world w;
    enum { ROWS = 1000 };
    world_open(&w, ROWS);
    w.columns.where = -1;
    for (uint32_t i = 0; i < ROWS; i++) {
        put_row(&w, i, "S", (int64_t)(i * 617 % ROWS), 't', 'f', "m");
    }
    judge(&w, 3);
    expect_counts(&w, JUDGE_FAIL, ROWS, ROWS, 0);
    ck_assert_str_eq(w.seen, "school=S, day=1970-01-01: m\nschool=S, day=1970-01-02: m\n"
                             "school=S, day=1970-01-03: m\n");
    world_close(&w);
}
END_TEST

START_TEST(memory_may_run_out_anywhere) {
    struct world w;
    world_open(&w, 6);
    fill(&w);
    enum status status = ST_NO_MEMORY;
    for (uint64_t at = 1; status != ST_OK; at++) {
        ck_assert_uint_lt(at, 80);
        size_t before = w.alloc.used;
        w.alloc.fail_at = w.alloc.calls + at;
        status = judge(&w, 0);
        ck_assert(status == ST_OK || status == ST_NO_MEMORY);
        ck_assert_uint_eq(w.alloc.used, before);
    }
    expect_counts(&w, JUDGE_FAIL, 4, 3, 1);
    world_close(&w);
}
END_TEST

Suite *judge_suite(void) {
    Suite *suite = suite_create("judge");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, rows_are_decided_and_findings_come_in_key_order);
    tcase_add_test(rows, some_findings_may_be_allowed);
    tcase_add_test(rows, exceptions_are_told_last_and_not_counted);
    tcase_add_test(rows, severity_makes_the_verdict);
    tcase_add_test(rows, a_rule_may_have_no_where_and_a_message_be_missing);
    tcase_add_test(rows, the_callback_may_stop);
    tcase_add_test(rows, many_findings_are_sorted);
    tcase_add_test(rows, memory_may_run_out_anywhere);
    suite_add_tcase(suite, rows);
    return suite;
}
