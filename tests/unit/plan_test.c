/* Lowering: what plans look like (their dump), and that they give the figures
 * worked out by hand from a handful of rows.
 *
 * Checked trees come from the parser and the checker. The plans run over rows kept
 * here, expressions by a small evaluator that walks the lowered trees and knows
 * nothing of bytecode or SQL; pushed tests are judged by it too. */
#include "suites.h"

#include "base/num.h"
#include "exec/exec.h"
#include <sqlite3.h>
#include <stdlib.h>

struct world {
    struct alloc alloc;
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct session session;
    struct node *file;
    struct control control;
    struct column columns[3][4];
    struct table *tables[3];
    jmp_buf escape;
};

static const char *const prelude =
    "table school { key dbn\n dbn text\n borough text null }\n"
    "table student { key student\n student text\n school -> school\n grade int null\n"
    " frl bool }\n"
    "table attendance { key student, day\n student -> student\n day date\n status text }\n"
    "cohort ninth { of student\n require grade == 9 }\n"
    "cohort often { of student\n require count(attendance) > 3\n exclude frl }\n"
    "cohort both = ninth and not often\n"
    "measure chronic \"Chronically absent\" {\n from attendance\n per student\n"
    " let enrolled = count(), absent = count(status == \"A\")\n among enrolled >= 2\n"
    " count absent / enrolled >= 50%\n target <= 25% by 2027-06-30\n better down }\n"
    "measure absences { from attendance\n where status == \"A\"\n value count() }\n"
    "measure days { from attendance\n value count(status)\n }\n"
    "rule size { for school\n expect count(student) >= 2\n message \"{dbn} is small\" }\n"
    "fn over(limit: int) = from student | where grade > limit | select student | take limit\n";

/* ---- rows ---- */

static void put_word(struct world *w, int table, int column, uint32_t row, int64_t value) {
    struct column *c = &w->columns[table][column];
    c->type = w->tables[table]->columns[column].type;
    ck_assert(column_reserve(&w->alloc, c, row + 1));
    bool missing = value == INT64_MIN;
    if (missing || c->state) {
        ck_assert(column_states(&w->alloc, c));
        c->state[row] = missing ? MISSING : PRESENT;
    }
    c->i[row] = missing ? 0 : value;
}

static void put_text(struct world *w, int table, int column, uint32_t row, const char *text) {
    struct column *c = &w->columns[table][column];
    c->type = w->tables[table]->columns[column].type;
    ck_assert(column_reserve(&w->alloc, c, row + 1));
    c->t[row] = text ? text_pinned(&w->arena, str_of(text)) : NULL;
}

static const struct { const char *dbn, *borough; } schools[] = {{"M1", NULL}, {"K1", "K"}};
static const struct {
    const char *name;
    int64_t school, grade;
    bool frl;
} students[] = {{"s1", 2, 9, false}, {"s2", 2, 10, true}, {"s3", 1, INT64_MIN, false}};
/* K1: in September s1 misses 2 of 3 days and s2 none of 2; in November s1 misses none of 2.
 * M1: s3 misses the only day in September and 2 of 2 in November. */
static const struct {
    int64_t student;
    const char *day, *status;
} facts[] = {{1, "2025-09-01", "P"}, {1, "2025-09-02", "A"}, {1, "2025-09-03", "A"},
             {1, "2025-11-03", "P"}, {1, "2025-11-04", "P"}, {2, "2025-09-01", "P"},
             {2, "2025-09-02", "P"}, {3, "2025-09-01", "A"}, {3, "2025-11-03", "A"},
             {3, "2025-11-04", "A"}};

/* Entities are counted from row 1, facts from row 0. */
static void fill_tables(struct world *w) {
    for (uint32_t i = 0; i < COUNT_OF(schools); i++) {
        put_text(w, 0, 0, i + 1, schools[i].dbn);
        put_text(w, 0, 1, i + 1, schools[i].borough);
    }
    for (uint32_t i = 0; i < COUNT_OF(students); i++) {
        put_text(w, 1, 0, i + 1, students[i].name);
        put_word(w, 1, 1, i + 1, students[i].school);
        put_word(w, 1, 2, i + 1, students[i].grade);
        put_word(w, 1, 3, i + 1, students[i].frl);
    }
    for (uint32_t i = 0; i < COUNT_OF(facts); i++) {
        int64_t day = 0;
        ck_assert(day_parse(str_of(facts[i].day), &day));
        put_word(w, 2, 0, i, facts[i].student);
        put_word(w, 2, 1, i, day);
        put_text(w, 2, 2, i, facts[i].status);
    }
}

/* ---- the evaluator ---- */

struct cell {
    bool missing;
    int64_t i, d;
    struct str t;
};

static struct cell cell_of(const struct column *c, uint32_t row) {
    struct cell cell = {.missing = column_state(c, row) != PRESENT};
    if (cell.missing)
        return cell;
    if (type_storage(c->type) == STORE_TEXT)
        cell.t = text_str(c->t[row]);
    else
        cell.i = c->i[row];
    cell.d = c->d ? c->d[row] : 1;
    return cell;
}

static int compare_cells(struct cell a, struct cell b) {
    if (a.t.p || b.t.p)
        return str_compare(a.t, b.t);
    return num_compare_ratio(a.i, a.d, b.i, b.d);
}

static struct cell truth(bool value) {
    return (struct cell){.i = value, .d = 1};
}

static struct cell evaluate(struct world *w, const struct node *n, const struct batch *b,
                            uint32_t row);

static struct cell evaluate_logic(const struct node *n, struct cell a, struct cell b) {
    bool decides = n->op == TOK_OR; /* the value that settles it alone */
    if ((!a.missing && (a.i != 0) == decides) || (!b.missing && (b.i != 0) == decides))
        return truth(decides);
    return a.missing || b.missing ? (struct cell){.missing = true} : truth(!decides);
}

static struct cell evaluate_binary(const struct node *n, struct cell a, struct cell b) {
    if (n->op == TOK_AND || n->op == TOK_OR)
        return evaluate_logic(n, a, b);
    if (a.missing || b.missing)
        return (struct cell){.missing = true};
    int order = compare_cells(a, b);
    switch (n->op) {
    case TOK_EQ:
        return truth(order == 0);
    case TOK_GT:
        return truth(order > 0);
    case TOK_GE:
        return truth(order >= 0);
    case TOK_LE:
        return truth(order <= 0);
    case TOK_SLASH:
        return (struct cell){.missing = b.i == 0, .i = a.i, .d = b.i};
    default:
        ck_abort_msg("operator %d", n->op);
    }
}

static struct cell evaluate_call(struct world *w, const struct node *n, const struct batch *b,
                                 uint32_t row) {
    const struct invoke *invoke = n->note;
    struct cell a = evaluate(w, n->list.at[0], b, row);
    ck_assert(invoke->kind == INVOKE_BUILTIN);
    if (invoke->builtin == BUILTIN_COALESCE)
        return a.missing ? evaluate(w, n->list.at[1], b, row) : a;
    static const enum grain grains[BUILTIN_COUNT] = {
        [BUILTIN_DAY] = GRAIN_DAY,     [BUILTIN_WEEK] = GRAIN_WEEK,
        [BUILTIN_MONTH] = GRAIN_MONTH, [BUILTIN_QUARTER] = GRAIN_QUARTER,
        [BUILTIN_YEAR] = GRAIN_YEAR,   [BUILTIN_SCHOOL_YEAR] = GRAIN_SCHOOL_YEAR,
    };
    ck_assert(grains[invoke->builtin] != GRAIN_NONE);
    if (!a.missing)
        a.i = period_of(&w->session.calendar, grains[invoke->builtin], a.i);
    return a;
}

static struct cell evaluate_match(struct world *w, const struct node *n, const struct batch *b,
                                  uint32_t row) {
    struct cell value = evaluate(w, n->a, b, row);
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *arm = n->list.at[i];
        struct cell pattern = evaluate(w, arm->list.at[0], b, row);
        if (!value.missing && compare_cells(value, pattern) == 0)
            return evaluate(w, arm->a, b, row);
    }
    return (struct cell){.missing = true};
}

static struct cell evaluate_in(struct world *w, const struct node *n, const struct batch *b,
                               uint32_t row) {
    struct cell value = evaluate(w, n->a, b, row);
    ck_assert_int_eq(n->b->kind, N_RANGE);
    struct cell low = evaluate(w, n->b->a, b, row), high = evaluate(w, n->b->b, b, row);
    return truth(!value.missing && compare_cells(value, low) >= 0 &&
                 compare_cells(value, high) <= 0);
}

static struct cell evaluate(struct world *w, const struct node *n, const struct batch *b,
                            uint32_t row) {
    switch (n->kind) {
    case N_INPUT:
        return cell_of(&b->columns[((const struct expr_input *)n->note)->slot], row);
    case N_MISSING:
        return (struct cell){.missing = true};
    case N_TEXT:
        return (struct cell){.t = n->text, .d = 1};
    case N_SHARE:
        return (struct cell){.i = n->value.i, .d = n->value2};
    case N_INT:
    case N_BOOL:
    case N_DATE:
        return (struct cell){.i = n->value.i, .d = 1};
    case N_CONVERT:
        return evaluate(w, n->a, b, row);
    case N_IS_MISSING: {
        bool missing = evaluate(w, n->a, b, row).missing;
        return truth(missing != ((n->flags & FLAG_NEGATED) != 0));
    }
    case N_UNARY: {
        struct cell a = evaluate(w, n->a, b, row);
        return a.missing ? a : truth(!a.i);
    }
    case N_BINARY:
        return evaluate_binary(n, evaluate(w, n->a, b, row), evaluate(w, n->b, b, row));
    case N_IN:
        return evaluate_in(w, n, b, row);
    case N_MATCH:
        return evaluate_match(w, n, b, row);
    case N_INVOKE:
        return evaluate_call(w, n, b, row);
    default:
        ck_abort_msg("the test cannot evaluate %s", node_kind_name((enum node_kind)n->kind));
    }
}

/* ---- the environment of a run ---- */

static enum status do_eval(void *user, const struct expr *e, const struct relation *self,
                           const struct batch *b, struct text_pool *pool, struct column *out) {
    UNUSED(self);
    for (uint32_t row = 0; row < b->n; row++) {
        struct cell cell = evaluate(user, e->tree, b, row);
        enum storage storage = type_storage(e->type);
        ck_assert(!cell.missing || e->type->nullable || storage == STORE_PAIR);
        if (storage == STORE_TEXT) {
            out->t[row] = cell.missing ? NULL : text_pool_get(pool, cell.t);
            continue;
        }
        out->i[row] = cell.i;
        if (out->d)
            out->d[row] = cell.missing ? 0 : cell.d;
        else if (out->state)
            out->state[row] = cell.missing ? MISSING : PRESENT;
    }
    return ST_OK;
}

struct fake_source {
    struct row_source source;
    struct world *world;
    const struct plan *scan;
    uint32_t row, stop;
};

static int table_number(struct world *w, const struct table *table) {
    int i = 0;
    while (w->tables[i] != table)
        i++;
    return i;
}

static void give(struct fake_source *f, struct batch *b, uint32_t row) {
    int table = table_number(f->world, f->scan->table);
    for (uint32_t i = 0; i < f->scan->nscan; i++) {
        struct column *out = &b->columns[f->scan->scan_slots[i]];
        if (f->scan->scan_columns[i] == TABLE_ROW_NUMBER) {
            out->i[b->n] = row;
        } else {
            const struct column *in = &f->world->columns[table][f->scan->scan_columns[i]];
            out->i[b->n] = in->i[row];
            if (type_storage(in->type) == STORE_TEXT)
                out->t[b->n] = in->t[row];
            if (out->state)
                out->state[b->n] = (uint8_t)column_state(in, row);
        }
    }
}

static bool passes(struct fake_source *f, const struct batch *b) {
    for (uint32_t i = 0; i < f->scan->ntests; i++) {
        struct cell cell = evaluate(f->world, f->scan->tests[i].expr->tree, b, b->n);
        if (cell.missing || !cell.i)
            return false;
    }
    return true;
}

static enum status do_next(struct row_source *source, struct batch *b) {
    struct fake_source *f = (struct fake_source *)source;
    b->n = 0;
    for (; f->row < f->stop; f->row++) {
        give(f, b, f->row);
        b->n += passes(f, b);
    }
    return ST_OK;
}

static void do_close(struct row_source *source) {
    free(source);
}

static enum status do_open(void *user, const struct plan *scan, const struct relation *self,
                           struct row_source **out) {
    struct fake_source *f = calloc(1, sizeof *f);
    UNUSED(self);
    static const uint32_t rows[] = {COUNT_OF(schools), COUNT_OF(students), COUNT_OF(facts)};
    int table = table_number(user, scan->table);
    uint32_t first = table < 2 ? 1 : 0;
    *f = (struct fake_source){{.next = do_next, .close = do_close}, user, scan, first, first + rows[table]};
    *out = &f->source;
    return ST_OK;
}

static enum status do_dimension(void *user, const struct table *table, int column,
                                struct dimension *out) {
    struct world *w = user;
    int number = table_number(w, table);
    out->column = &w->columns[number][column];
    out->n = (number == 0 ? (uint32_t)COUNT_OF(schools) : (uint32_t)COUNT_OF(students)) + 1;
    return ST_OK;
}

static union word do_captured(void *user, const struct relation *self, const struct symbol *s) {
    UNUSED(user);
    UNUSED(self);
    UNUSED(s);
    return (union word){.i = 0};
}

static enum status do_fail(void *user, enum code code, struct span span, const char *message) {
    UNUSED(user);
    UNUSED(span);
    ck_abort_msg("%s: %s", code_id(code), message);
}

/* ---- a world with one script ---- */

static void show_diags(struct world *w) {
    struct buf out;
    buf_init(&out, &w->alloc);
    for (uint32_t i = 0; i < w->diags.all.n; i++)
        diag_text(&out, &w->sources, w->diags.all.at[i], false);
    if (w->diags.errors)
        ck_abort_msg("%s", out.p);
    buf_free(&out);
}

/* Memory has no limit here, so this is never jumped to. */
static void set_escape(struct world *w) {
    if (setjmp(w->escape))
        abort();
    w->arena.escape = &w->escape;
}

static struct world *open_world(const char *script) {
    static const struct native_module *const modules[] = {NULL};
    static const struct check_host host = {.modules = modules};
    struct world *w = calloc(1, sizeof *w);
    struct prepared prepared;
    struct buf text;
    alloc_init(&w->alloc, NULL, NULL, 0);
    arena_init(&w->arena, &w->alloc);
    set_escape(w);
    sources_init(&w->sources, &w->arena);
    diags_init(&w->diags, &w->arena);
    buf_init(&text, &w->alloc);
    buf_text(&text, prelude);
    buf_text(&text, script);
    uint32_t source = source_add(&w->sources, STR("test"), buf_view(&text));
    buf_free(&text);
    session_init(&w->session, &w->arena, &w->sources, &w->diags, &host);
    w->file = parse(&w->arena, &w->diags, &w->sources, source).file;
    show_diags(w);
    check_prepare(&w->session, w->file, &prepared);
    check_unit(&w->session, w->file);
    show_diags(w);
    static const char *const names[] = {"school", "student", "attendance"};
    for (int i = 0; i < 3; i++)
        w->tables[i] = session_find(&w->session, str_of(names[i]))->table;
    fill_tables(w);
    control_init(&w->control);
    return w;
}

static void close_world(struct world *w) {
    for (int i = 0; i < 3; i++)
        for (uint32_t j = 0; j < w->tables[i]->n; j++)
            column_free(&w->alloc, &w->columns[i][j]);
    session_free(&w->session);
    arena_free(&w->arena);
    ck_assert_uint_eq(w->alloc.used, 0);
    free(w);
}

/* The plan of the script's last statement, `show RELATION`. */
static struct plan *last_plan(struct world *w) {
    struct node *show = w->file->list.at[w->file->list.n - 1];
    ck_assert_int_eq(show->kind, N_SHOW);
    struct plan *p = plan_lower(&w->session, show->a);
    show_diags(w);
    ck_assert_ptr_nonnull(p);
    return p;
}

static void expect_text(struct buf *got, const char *expected) {
    ck_assert_str_eq(got->p, expected);
    buf_free(got);
}

static void expect_plan(const char *script, const char *expected) {
    struct world *w = open_world(script);
    struct buf out;
    buf_init(&out, &w->alloc);
    plan_dump(&out, last_plan(w));
    expect_text(&out, expected);
    close_world(w);
}

/* Ratios as they are, or as SQL gives them. */
static void print_cell(struct world *w, struct buf *out, const struct column *c, uint32_t row,
                       bool decimals) {
    char text[48];
    struct cell cell = cell_of(c, row);
    if (cell.missing)
        buf_text(out, "-");
    else if (c->type->kind == TY_TEXT)
        buf_str(out, cell.t);
    else if (c->type->kind == TY_PERIOD)
        buf_put(out, text, period_print(&w->session.calendar, text, cell.i));
    else if (c->d && decimals)
        buf_printf(out, "%.6f", (double)cell.i / (double)cell.d);
    else if (c->d)
        buf_printf(out, "%lld/%lld", (long long)cell.i, (long long)cell.d);
    else
        buf_printf(out, "%lld", (long long)cell.i);
}

static void print_frame(struct world *w, struct buf *out, const struct frame *frame,
                        bool decimals) {
    for (uint32_t row = 0; row < frame->n; row++) {
        for (uint32_t i = 0; i < frame->ncolumns; i++) {
            buf_text(out, i ? " " : "");
            print_cell(w, out, &frame->columns[i], row, decimals);
        }
        buf_char(out, '\n');
    }
}

/* ---- the same in SQLite, over tables that look like the store's views ---- */

static void sql_do(sqlite3 *db, const char *text) {
    char *error = NULL;
    sqlite3_exec(db, text, NULL, NULL, &error);
    if (error)
        ck_abort_msg("%s in\n%s", error, text);
}

static sqlite3 *open_views(void) {
    sqlite3 *db;
    char *text;
    ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    sql_do(db, "CREATE TABLE school(dbn, borough);"
               "CREATE TABLE student(student, school, grade, frl);"
               "CREATE TABLE attendance(student, day, status)");
    for (size_t i = 0; i < COUNT_OF(schools); i++) {
        text = sqlite3_mprintf("INSERT INTO school VALUES (%Q, %Q)", schools[i].dbn,
                               schools[i].borough);
        sql_do(db, text);
        sqlite3_free(text);
    }
    for (size_t i = 0; i < COUNT_OF(students); i++) {
        text = sqlite3_mprintf("INSERT INTO student VALUES (%Q, %Q, nullif(%lld, %lld), %d)",
                               students[i].name, schools[students[i].school - 1].dbn,
                               students[i].grade, INT64_MIN, students[i].frl);
        sql_do(db, text);
        sqlite3_free(text);
    }
    for (size_t i = 0; i < COUNT_OF(facts); i++) {
        text = sqlite3_mprintf("INSERT INTO attendance VALUES (%Q, %Q, %Q)",
                               students[facts[i].student - 1].name, facts[i].day, facts[i].status);
        sql_do(db, text);
        sqlite3_free(text);
    }
    return db;
}

static void print_value(struct buf *out, sqlite3_stmt *statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
        buf_text(out, "-");
        break;
    case SQLITE_FLOAT:
        buf_printf(out, "%.6f", sqlite3_column_double(statement, column));
        break;
    default:
        buf_text(out, (const char *)sqlite3_column_text(statement, column));
    }
}

static void expect_sql(struct world *w, const struct plan *p, const char *expected) {
    bool complete = false;
    struct str text = plan_full_sql(&w->arena, &w->sources, p, &complete);
    sqlite3 *db = open_views();
    sqlite3_stmt *statement = NULL;
    struct buf out;
    buf_init(&out, &w->alloc);
    ck_assert(complete);
    if (sqlite3_prepare_v2(db, text.p, (int)text.n, &statement, NULL) != SQLITE_OK)
        ck_abort_msg("%s in\n%.*s", sqlite3_errmsg(db), STR_ARG(text));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            buf_text(&out, i ? " " : "");
            print_value(&out, statement, i);
        }
        buf_char(&out, '\n');
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    expect_text(&out, expected);
}

static struct frame *run(struct world *w, const struct plan *p) {
    struct exec_env env = {.alloc = &w->alloc,
                           .control = &w->control,
                           .calendar = &w->session.calendar,
                           .types = &w->session.types,
                           .user = w,
                           .open = do_open,
                           .dimension = do_dimension,
                           .eval = do_eval,
                           .captured = do_captured, /* nothing here fails on a row */
                           .fail = do_fail};
    struct relation self = {.plan = p};
    struct frame *frame = NULL;
    ck_assert_int_eq(exec_run(&env, &self, &frame), ST_OK);
    return frame;
}

/* Runs the script's last relation here and in SQLite. */
static void expect_rows(const char *script, uint64_t undecided, const char *expected) {
    struct world *w = open_world(script);
    const struct plan *p = last_plan(w);
    struct frame *frame = run(w, p);
    struct buf out, decimals;
    buf_init(&out, &w->alloc);
    buf_init(&decimals, &w->alloc);
    print_frame(w, &out, frame, false);
    print_frame(w, &decimals, frame, true);
    ck_assert_uint_eq(frame->undecided, undecided);
    frame_drop(frame);
    expect_text(&out, expected);
    expect_sql(w, p, decimals.p);
    buf_free(&decimals);
    close_world(w);
}

/* ---- plans ---- */

/* Conditions that are never missing go into the scan, the others stay together. */
START_TEST(where_is_split) {
    expect_plan("show from student | where frl and grade > 3 and school.borough == \"K\""
                " | select student",
                "scan student in key order\n"
                "  #0 = frl\n"
                "  #1 = grade\n"
                "  #2 = school\n"
                "  #3 = student\n"
                "  test #0\n"
                "  #4 = #2 -> school.borough\n"
                "  where ((#1 > 3) and (#4 == \"K\"))\n"
                "  student <- #3\n");
}
END_TEST

START_TEST(nothing_is_pushed_past_a_limit) {
    expect_plan("show from student | take 2 | where frl | select student",
                "scan student in key order\n"
                "  #0 = frl\n"
                "  #1 = student\n"
                "  take 2\n"
                "  where #0\n"
                "  student <- #1\n");
}
END_TEST

/* Equal aggregates are made once, expressions over them afterwards. */
START_TEST(group_computes_before_and_after) {
    expect_plan("show from attendance | group by student.school, m = month(day)"
                " (share = count(status == \"A\") / count(), days = count())",
                "group by #3, #4\n"
                "  #2 = count(#5)\n"
                "  #3 = count()\n"
                "  #4 = (#2 / #3)\n"
                "  school <- #0\n"
                "  m <- #1\n"
                "  share <- #4\n"
                "  days <- #3\n"
                "  scan attendance\n"
                "    #0 = student\n"
                "    #1 = day\n"
                "    #2 = status\n"
                "    #3 = #0 -> student.school\n"
                "    #4 = month(#1)\n"
                "    #5 = (#2 == \"A\")\n");
}
END_TEST

/* Ties are broken by the key; the row's own number goes along for the leg behind the sort. */
START_TEST(sort_breaks_ties_and_keeps_the_row) {
    expect_plan("show from student | sort -grade | derive n = count(attendance) | select n",
                "sort -#1, #0\n"
                "  #3 = leg 1 by #2, else 0\n"
                "    group by #0\n"
                "      #1 = count()\n"
                "      key1 <- #0\n"
                "      count <- #1\n"
                "      scan attendance\n"
                "        #0 = student\n"
                "  n <- #3\n"
                "  scan student\n"
                "    #0 = grade\n"
                "    #1 = student\n"
                "    #2 = row number\n"
                "    student <- #1\n"
                "    grade <- #0\n"
                "    - <- #2\n");
}
END_TEST

/* Two aggregates over the same rows share one leg. */
START_TEST(legs_are_merged) {
    expect_plan("show from student | select a = count(attendance), b = max(attendance.day)",
                "scan student in key order\n"
                "  #0 = row number\n"
                "  #1 = leg 1 by #0, else 0\n"
                "    group by #0\n"
                "      #1 = count()\n"
                "      #2 = max(#1)\n"
                "      key1 <- #0\n"
                "      count <- #1\n"
                "      max <- #2\n"
                "      scan attendance\n"
                "        #0 = student\n"
                "        #1 = day\n"
                "  #2 = leg 2 by #0\n"
                "    group by #0\n"
                "      #1 = count()\n"
                "      #2 = max(#1)\n"
                "      key1 <- #0\n"
                "      count <- #1\n"
                "      max <- #2\n"
                "      scan attendance\n"
                "        #0 = student\n"
                "        #1 = day\n"
                "  a <- #1\n"
                "  b <- #2\n");
}
END_TEST

START_TEST(only_columns_that_are_read_are_scanned) {
    expect_plan("show from student | derive late = grade > 12 | drop late | group by frl ()",
                "group by #0\n"
                "  frl <- #0\n"
                "  scan student\n"
                "    #0 = frl\n");
}
END_TEST

/* A cohort at the end of a reference is judged through it. */
START_TEST(cohort_through_a_reference) {
    expect_plan("show days for both",
                "group\n"
                "  #0 = count(#1)\n"
                "  #1 = #0\n"
                "  n <- #0\n"
                "  value <- #1\n"
                "  scan attendance\n"
                "    #0 = student\n"
                "    #1 = status\n"
                "    #2 = #0 -> student.grade\n"
                "    count undecided (#2 == 9)\n"
                "    #3 = leg 1 by #0, else 0\n"
                "      group by #0\n"
                "        #1 = count()\n"
                "        key1 <- #0\n"
                "        count <- #1\n"
                "        scan attendance\n"
                "          #0 = student\n"
                "    #4 = #0 -> student.frl\n"
                "    where (coalesce((#2 == 9), false) and not ((#3 > 3) and not #4))\n");
}
END_TEST

START_TEST(rule_gives_keys_and_clauses) {
    struct world *w = open_world("");
    struct rule_columns columns;
    struct buf out;
    const struct rule_info *rule = session_find(&w->session, STR("size"))->detail;
    struct plan *plan = plan_rules(&w->session, &rule, 1, true, &columns);
    ck_assert_ptr_nonnull(plan);
    ck_assert_int_eq(columns.where, -1);
    ck_assert_uint_eq(columns.verdict, 2);
    ck_assert_uint_eq(columns.message, 3);
    buf_init(&out, &w->alloc);
    plan_dump(&out, plan);
    expect_text(&out, "scan school in key order\n"
                      "  #0 = row number\n"
                      "  #1 = dbn\n"
                      "  #2 = leg 1 by #0, else 0\n"
                      "    group by #0\n"
                      "      #1 = count()\n"
                      "      key1 <- #0\n"
                      "      count <- #1\n"
                      "      scan student\n"
                      "        #0 = school\n"
                      "  where not (#2 >= 2)\n"
                      "  #3 = (#2 >= 2)\n"
                      "  #4 = \"{#1} is small\"\n"
                      "  dbn <- #1\n"
                      "  #read 0 <- #2\n"
                      "  #expect <- #3\n"
                      "  #message <- #4\n");
    close_world(w);
}
END_TEST

/* A parameter is captured once, however often it is read. */
START_TEST(variables_are_captured) {
    struct world *w = open_world("show over(9)");
    struct instance *over = session_find(&w->session, STR("over"))->function->instances;
    struct node *body = over->body;
    while (body->kind == N_BLOCK)
        body = body->list.at[body->list.n - 1];
    struct plan *p = plan_lower(&w->session, body->a);
    show_diags(w);
    ck_assert_uint_eq(p->ncaptured, 1);
    ck_assert_ptr_eq(p->captured[0], over->parameters[0]);
    close_world(w);
}
END_TEST

START_TEST(answers_say_what_they_are) {
    struct world *w = open_world("show chronic by student.school over month in 2025-09");
    struct plan *p = last_plan(w);
    ck_assert(str_is(p->about.title, "Chronically absent"));
    ck_assert(str_is(p->about.name, "chronic"));
    ck_assert(str_is(p->about.shape, "proportion"));
    ck_assert(p->about.has_target);
    ck_assert_double_eq(p->about.target, 0.25);
    ck_assert(str_is(p->about.definition,
                     "chronic: rows of attendance. For each student: enrolled = count(), absent = "
                     "count(status == \"A\"). d counts those with enrolled >= 2; n counts "
                     "those of d with absent / enrolled >= 50%; the value is n / d. Asked by "
                     "student.school over month in 2025-09-01 .. 2025-09-30."));
    close_world(w);
}
END_TEST

/* ---- figures ---- */

/* Units outside of `among` leave their cell with d = 0; months without facts are there. */
START_TEST(proportion_over_time) {
    expect_rows("show chronic by student.school over month in 2025-09 .. 2025-12", 0,
                "K1 2025-09 1 2 1/2\n"
                "K1 2025-10 0 0 -\n"
                "K1 2025-11 0 1 0/1\n"
                "K1 2025-12 0 0 -\n"
                "M1 2025-09 0 0 -\n"
                "M1 2025-10 0 0 -\n"
                "M1 2025-11 1 1 1/1\n"
                "M1 2025-12 0 0 -\n");
}
END_TEST

/* No absences are 0, but before the first and after the last fact nobody knows. */
START_TEST(count_over_time) {
    expect_rows("show absences over month in 2025-08 .. 2025-12", 0,
                "2025-08 0 -\n"
                "2025-09 3 3\n"
                "2025-10 0 0\n"
                "2025-11 2 2\n"
                "2025-12 0 -\n");
}
END_TEST

/* With an asked range and from the first to the last fact. 2025-09-01 is the Monday of week 36. */
START_TEST(every_grain) {
    expect_rows("show days over day in 2025-09-02 .. 2025-09-04", 0,
                "2025-09-02 2 2\n2025-09-03 1 1\n2025-09-04 0 0\n");
    expect_rows("show days over week in 2025-09-01 .. 2025-09-14", 0,
                "2025-W36 6 6\n2025-W37 0 0\n");
    expect_rows("show days over quarter", 0, "2025Q3 6 6\n2025Q4 4 4\n");
    expect_rows("show days over year", 0, "2025 10 10\n");
    expect_rows("show days over school_year in SY2024-25 .. SY2025-26", 0,
                "SY2024-25 0 -\nSY2025-26 10 10\n");
    expect_rows("show days over week | where n > 0", 0, "2025-W36 6 6\n2025-W45 4 4\n");
    expect_rows("show days over month | where n == 0", 0, "2025-10 0 0\n");
    expect_rows("show days over school_year", 0, "SY2025-26 10 10\n");
    expect_rows("show days over day | take 1", 0, "2025-09-01 3 3\n");
}
END_TEST

/* Joined on the cells, the missing one too: s1 misses 2 of 5 days, s3 all 3. */
START_TEST(several_measures) {
    expect_rows("show chronic, absences by student.school.borough", 0,
                "K 0/2 0 2 2 2\n"
                "- 1/1 1 1 3 3\n");
    expect_rows("show absences, days", 0, "5 5 10 10\n");
}
END_TEST

START_TEST(cohort_members) {
    expect_rows("show from ninth | select student", 1, "s1\n");
    /* Three facts of s3, whose grade nobody knows. */
    expect_rows("show days for both", 3, "0 0\n");
    expect_rows("show days for ninth by student", 3, "s1 5 5\n");
    expect_rows("cohort rest = not ninth\nshow from rest | select student", 1, "s2\ns3\n");
}
END_TEST

/* Of s3 neither the grade nor the school's borough is known. A unit counts once for each clause
 * that leaves it undecided, and not for those it does not come to. */
START_TEST(undecided_units) {
    const char *among = "measure m { per student\n from attendance\n among student.grade >= 9\n"
                        " count student.school.borough == \"K\" }\nshow m";
    const char *exclude = "measure m { per student\n from attendance\n"
                          " exclude student.grade == 10\n"
                          " count student.school.borough == \"K\" }\nshow m";
    const char *value = "measure m { per student\n from attendance\n let days = count()\n"
                        " exclude student.grade == 10\n"
                        " value max(days where student.school.borough == \"K\") }\nshow m";
    expect_rows(among, 1, "2 2 2/2\n");
    expect_rows(exclude, 2, "1 2 1/2\n");
    expect_rows(value, 2, "1 5\n");
}
END_TEST

/* A condition of several aggregates is one, that of a question with several measures too. */
START_TEST(undecided_rows_count_once) {
    expect_rows("show from student | group by school (a = count(where grade >= 10),"
                " b = max(grade where grade >= 10))",
                1, "K1 1 10\nM1 0 -\n");
    expect_rows("show chronic, absences where student.grade >= 9 by student.school", 3,
                "K1 0/2 0 2 2 2\n");
}
END_TEST

START_TEST(pipeline_rows) {
    expect_rows("show from attendance | where status == \"A\""
                " | group by student.school (n = count()) | sort -n | take 1",
                0, "M1 3\n");
    expect_rows("show from student | sort -grade | derive n = count(attendance)"
                " | select student, n",
                0, "s2 2\ns1 5\ns3 3\n");
    expect_rows("show from student | join left school | distinct borough", 0, "K\n-\n");
    expect_rows("show from school | where count(student where grade == 9) > 0 | select dbn", 1,
                "K1\n");
}
END_TEST

Suite *plan_suite(void) {
    Suite *s = suite_create("plan");
    TCase *plans = tcase_create("plans");
    tcase_add_test(plans, where_is_split);
    tcase_add_test(plans, nothing_is_pushed_past_a_limit);
    tcase_add_test(plans, group_computes_before_and_after);
    tcase_add_test(plans, sort_breaks_ties_and_keeps_the_row);
    tcase_add_test(plans, legs_are_merged);
    tcase_add_test(plans, only_columns_that_are_read_are_scanned);
    tcase_add_test(plans, cohort_through_a_reference);
    tcase_add_test(plans, rule_gives_keys_and_clauses);
    tcase_add_test(plans, variables_are_captured);
    tcase_add_test(plans, answers_say_what_they_are);
    suite_add_tcase(s, plans);
    TCase *figures = tcase_create("figures");
    tcase_add_test(figures, proportion_over_time);
    tcase_add_test(figures, count_over_time);
    tcase_add_test(figures, every_grain);
    tcase_add_test(figures, several_measures);
    tcase_add_test(figures, cohort_members);
    tcase_add_test(figures, undecided_units);
    tcase_add_test(figures, undecided_rows_count_once);
    tcase_add_test(figures, pipeline_rows);
    suite_add_tcase(s, figures);
    return s;
}
