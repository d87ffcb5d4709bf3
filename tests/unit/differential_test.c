/* An expression means the same wherever it stands and whoever computes it.
 *
 * Random typed expressions over rows of edge values are asked for as a column (the VM, over
 * batches), through a function, with the values of one row as constants, as a condition (SQLite
 * judges it in the scan where the planner lets it), as the key of groups and of an order, and as
 * the query of `explain sql`, which the sqlite3 library runs on the store. All must give the same,
 * cell by cell, or fail with the same code. SQLite is not asked where Spoke stops with an error.
 * What fails is made small before it is shown. */
#include "api/spoke.h"
#include "base/num.h"
#include "stdlib/modules.h"
#include "suites.h"
#include "typed_expressions.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 40, EXPRESSIONS = 2000, IN_ONE_SESSION = 300, LONGEST = 1 << 14, CELLS = 1 << 16 };

/* ---- answers: rows of an id, or a count and a sum of ids, and a value ---- */

struct row {
    long long id, count;
    bool missing;
    const char *value;
};
struct answer {
    char code[8]; /* of the error; empty: none */
    char values[CELLS];
    size_t used, n;
    struct row rows[ROWS];
};

static const char *keep_value(struct answer *a, const char *p, size_t n) {
    char *to = a->values + a->used;
    ck_assert_uint_lt(a->used + n + 1, sizeof a->values);
    for (size_t i = 0; i < n; i++)
        to[i] = p[i];
    to[n] = '\0';
    a->used += n + 1;
    return to;
}

static void answer_clear(struct answer *a) {
    a->code[0] = '\0';
    a->used = a->n = 0;
}

static bool same_value(const struct row *x, const struct row *y) {
    return x->missing == y->missing && (x->missing || strcmp(x->value, y->value) == 0);
}

/* ---- the world ---- */

struct world {
    spoke *sp;
    sqlite3 *db;
    char store[64], rows[64];
    const char *cells[ROWS][16];
    uint64_t state;
    struct answer *into; /* of the run under way */
    char query[LONGEST]; /* the last report */
    char why[2 * LONGEST];
    unsigned ways; /* bits of those to leave out for once */
    unsigned asked_of_sqlite, failed_alike;
};

static int collect(void *user, const spoke_value *v) {
    struct world *w = user;
    if (spoke_value_kind(v) == SPOKE_REPORT) {
        spoke_text text = spoke_scalar_text(v);
        ck_assert_uint_lt(text.n, sizeof w->query);
        memcpy(w->query, text.p, text.n);
        w->query[text.n] = '\0';
        return 0;
    }
    struct answer *a = w->into;
    size_t columns = spoke_columns(v), last = columns - 1;
    for (size_t i = 0; i < spoke_rows(v); i++) {
        struct row *row = &a->rows[a->n++];
        *row = (struct row){.id = spoke_ints(v, 0)[i], .value = ""};
        row->count = columns > 2 ? spoke_ints(v, 1)[i] : 0;
        row->missing = spoke_cell_state(v, i, last) != SPOKE_PRESENT;
        spoke_text text = spoke_cell_text(w->sp, v, i, last);
        row->value = keep_value(a, text.p, text.n);
    }
    return 0;
}

static int print_error(void *user, const char *bytes, size_t n) {
    struct world *w = user;
    size_t have = strlen(w->why);
    if (have + n < sizeof w->why)
        memcpy(w->why + have, bytes, n), w->why[have + n] = '\0';
    return 0;
}

static bool says_not(struct world *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(w->why, sizeof w->why, format, args);
    va_end(args);
    return false;
}

/* Runs a script; false: it was refused for another reason than an error while it ran. */
static bool run(struct world *w, struct answer *into, const char *format, ...) {
    static char script[2 * LONGEST];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(script, sizeof script, format, args);
    va_end(args);
    ck_assert_uint_lt((size_t)n, sizeof script);
    answer_clear(into);
    w->into = into;
    spoke_status status = spoke_run(w->sp, "differential", script, (size_t)n);
    if (status == SPOKE_OK)
        return true;
    spoke_diag d;
    if (spoke_diag_at(w->sp, 0, &d) == SPOKE_OK && memcmp(d.code.p, "E04", 3) == 0) {
        memcpy(into->code, d.code.p, 5);
        into->code[5] = '\0';
        into->n = 0;
        return true;
    }
    says_not(w, "%s\n", script);
    spoke_diag_text(w->sp, 0, print_error, w);
    return false;
}

static void write_rows(struct world *w) {
    FILE *f = fopen(w->rows, "w");
    ck_assert_ptr_nonnull(f);
    for (size_t c = 0; c < edge_ncolumns; c++)
        fprintf(f, "%s%s", c ? "," : "", edge_columns[c].name);
    for (int i = 0; i < ROWS; i++) {
        fprintf(f, "\n%d", i);
        for (size_t c = 1; c < edge_ncolumns; c++) {
            const struct edge_column *column = &edge_columns[c];
            w->cells[i][c] = column->values[pick(&w->state, (uint32_t)column->n)];
            fprintf(f, ",%s", w->cells[i][c]);
        }
    }
    fputs("\n", f);
    ck_assert_int_eq(fclose(f), 0);
}

static void open_session(struct world *w) {
    static const spoke_sink sink = {.size = sizeof sink, .on_show = collect};
    spoke_config config;
    spoke_config_init(&config);
    config.capabilities = SPOKE_CAN_READ_FILES | SPOKE_CAN_WRITE_STORE;
    config.modules = standard_modules;
    config.sink = &sink;
    config.sink_user = w;
    ck_assert_int_eq(spoke_open(&config, &w->sp), SPOKE_OK);
    ck_assert_int_eq(spoke_use_store(w->sp, w->store, SPOKE_STORE_WRITE), SPOKE_OK);
}

static void start(struct world *w) {
    static struct answer none;
    char columns[512] = "";
    write_rows(w);
    open_session(w);
    for (size_t c = 0, n = 0; c < edge_ncolumns; c++) {
        const char *type = edge_columns[c].type;
        size_t length = strcspn(type, "?");
        n += (size_t)snprintf(columns + n, sizeof columns - n, "; %s %.*s%s", edge_columns[c].name,
                              (int)length, type, type[length] ? " null" : "");
    }
    bool ok =
        run(w, &none, "table t { key id%s }\nimport t from \"%s\" strict\n", columns, w->rows);
    ck_assert_msg(ok, "%s", w->why);
    ck_assert_int_eq(sqlite3_open_v2(w->store, &w->db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
}

static void start_again(struct world *w) {
    spoke_close(w->sp);
    open_session(w);
}

/* ---- the query of `explain sql` ---- */

/* As Spoke writes the value of a cell. */
static const char *sqlite_value(struct answer *a, sqlite3_stmt *s, int column, enum sort sort) {
    char text[32];
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
        if (sort == SORT_BOOL)
            return sqlite3_column_int(s, column) ? "true" : "false";
        if (sort == SORT_FLOAT || sort == SORT_RATIO)
            break;
        return keep_value(a, text, num_print_int(text, sqlite3_column_int64(s, column)));
    case SQLITE_FLOAT:
        return keep_value(a, text, num_print_float(text, sqlite3_column_double(s, column)));
    default:
        break;
    }
    return keep_value(a, (const char *)sqlite3_column_text(s, column),
                      (size_t)sqlite3_column_bytes(s, column));
}

static bool ask_sqlite(struct world *w, struct answer *a, enum sort sort) {
    sqlite3_stmt *s = NULL;
    answer_clear(a);
    if (sqlite3_prepare_v2(w->db, w->query, -1, &s, NULL) != SQLITE_OK)
        return says_not(w, "SQLite: %s\n%s", sqlite3_errmsg(w->db), w->query);
    int status;
    while ((status = sqlite3_step(s)) == SQLITE_ROW && a->n < ROWS) {
        struct row *row = &a->rows[a->n++];
        int last = sqlite3_column_count(s) - 1;
        *row = (struct row){.id = sqlite3_column_int64(s, 0), .value = ""};
        row->missing = sqlite3_column_type(s, last) == SQLITE_NULL;
        if (!row->missing)
            row->value = sqlite_value(a, s, last, sort);
    }
    sqlite3_finalize(s);
    return status == SQLITE_DONE || says_not(w, "SQLite: %s\n%s", sqlite3_errmsg(w->db), w->query);
}

/* ---- comparing ---- */

static bool same_rows(struct world *w, const struct answer *a, const struct answer *b,
                      const char *what, const char *script) {
    if (strcmp(a->code, b->code) != 0)
        return says_not(w, "as a column: %s, %s: %s\n%s", a->code[0] ? a->code : "no error", what,
                        b->code[0] ? b->code : "no error", script);
    for (size_t i = 0; i < a->n || i < b->n; i++) {
        const struct row *x = &a->rows[i], *y = &b->rows[i];
        if (i >= a->n || i >= b->n || x->id != y->id || !same_value(x, y))
            return says_not(w, "as a column: row %lld `%s`%s; %s: row %lld `%s`%s\n%s",
                            i < a->n ? x->id : -1, i < a->n ? x->value : "",
                            i < a->n && x->missing ? " missing" : "", what, i < b->n ? y->id : -1,
                            i < b->n ? y->value : "", i < b->n && y->missing ? " missing" : "",
                            script);
    }
    return true;
}

static bool same_in_sqlite(struct world *w, const struct answer *expected, enum sort sort,
                           const char *relation) {
    static struct answer own, theirs;
    if (!run(w, &own, "explain sql %s\n", relation))
        return false;
    if (strstr(w->query, "SQL cannot say") || strstr(relation, "/  "))
        return true; /* SQLite divides counts up to 2^53 exactly, not more */
    w->asked_of_sqlite++;
    return ask_sqlite(w, &theirs, sort) && same_rows(w, expected, &theirs, "by SQLite", w->query);
}

/* ---- the ways to ask ---- */

struct question {
    char text[LONGEST]; /* the expression over columns */
    enum sort sort;
    struct answer column;
};

static bool as_column(struct world *w, struct question *q) {
    char relation[LONGEST + 64];
    snprintf(relation, sizeof relation, "from t | select id, x = %s", q->text);
    if (!run(w, &q->column, "show %s\n", relation))
        return false;
    w->failed_alike += q->column.code[0] != '\0';
    for (size_t i = 0; i < q->column.n; i++)
        if (q->sort == SORT_FLOAT && strcmp(q->column.rows[i].value, "nan") == 0)
            return true; /* what is no number is NULL in SQLite */
    return q->column.code[0] || same_in_sqlite(w, &q->column, q->sort, relation);
}

static bool through_function(struct world *w, struct question *q, const struct expression *e) {
    static struct answer got;
    static char body[LONGEST];
    static unsigned number;
    char parameters[256] = "", arguments[128] = "";
    size_t n = 0, m = 0;
    for (size_t c = 0; c < edge_ncolumns; c++) {
        const char *between = c ? ", " : "";
        n += (size_t)snprintf(parameters + n, sizeof parameters - n, "%sv%s: %s", between,
                              edge_columns[c].name, edge_columns[c].type);
        m += (size_t)snprintf(arguments + m, sizeof arguments - m, "%s%s", between,
                              edge_columns[c].name);
    }
    expression_print(body, sizeof body, e, "v");
    number++;
    return run(w, &got, "fn f%u(%s) = %s\nshow from t | select id, x = f%u(%s)\n", number,
               parameters, body, number, arguments) &&
           same_rows(w, &q->column, &got, "through a function", body);
}

/* A cell of the file as Spoke reads it in a program. */
static size_t put_constant(char *to, size_t room, const struct edge_column *column,
                           const char *cell) {
    if (!*cell)
        return (size_t)snprintf(to, room, "missing");
    if (strcmp(cell, "-9223372036854775808") == 0)
        return (size_t)snprintf(to, room, "-9223372036854775807 - 1");
    if (column->type[0] != 't')
        return (size_t)snprintf(to, room, "%s", cell);
    size_t n = 0, length = strlen(cell);
    bool quoted = cell[0] == '"';
    to[n++] = '"';
    for (size_t i = quoted; i < length - quoted && n + 3 < room; i++) {
        if (cell[i] == '"') {
            to[n++] = '\\';
            i++; /* doubled in the file */
        }
        to[n++] = cell[i] == '\n' ? '\\' : cell[i];
        if (cell[i] == '\n')
            to[n++] = 'n';
    }
    to[n++] = '"';
    to[n] = '\0';
    return n;
}

static bool with_constants(struct world *w, struct question *q, const struct expression *e) {
    static struct answer got;
    static char body[LONGEST];
    char lets[2048] = "";
    size_t n = 0, row = pick(&w->state, ROWS);
    char id[16];
    snprintf(id, sizeof id, "%zu", row);
    for (size_t c = 0; c < edge_ncolumns; c++) {
        const struct edge_column *column = &edge_columns[c];
        n += (size_t)snprintf(lets + n, sizeof lets - n, "  let v%s: %s = ", column->name,
                              column->type);
        n += put_constant(lets + n, sizeof lets - n, column, c ? w->cells[row][c] : id);
        n += (size_t)snprintf(lets + n, sizeof lets - n, "\n");
    }
    expression_print(body, sizeof body, e, "v");
    if (!run(w, &got, "if true {\n%s  show from t | where id == %zu | select id, x = %s\n}\n", lets,
             row, body))
        return false;
    if (got.code[0] && !q->column.code[0])
        return says_not(w, "as constants: %s\n%s%s", got.code, lets, body);
    if (got.code[0] || q->column.code[0])
        return true;
    return same_value(&got.rows[0], &q->column.rows[row]) ||
           says_not(w, "as a column: row %zu `%s`%s; as constants: `%s`%s\n%s%s", row,
                    q->column.rows[row].value, q->column.rows[row].missing ? " missing" : "",
                    got.rows[0].value, got.rows[0].missing ? " missing" : "", lets, body);
}

/* The rows on which the condition is true, or `negated`, not true. */
static void keep_true(const struct answer *all, bool negated, struct answer *out) {
    answer_clear(out);
    for (size_t i = 0; i < all->n; i++) {
        bool is_true = !all->rows[i].missing && strcmp(all->rows[i].value, "true") == 0;
        if (is_true != negated)
            out->rows[out->n++] = (struct row){.id = all->rows[i].id, .value = "true"};
    }
}

/* A condition may stop the run as a column only because of rows that another part of it leaves out
 * before, in the scan. */
static bool as_condition(struct world *w, struct question *q, bool negated) {
    static struct answer got, expected;
    char relation[LONGEST + 64];
    snprintf(relation, sizeof relation, "from t | where %s%s%s | select id, x = true",
             negated ? "not coalesce(" : "", q->text, negated ? ", false)" : "");
    if (!run(w, &got, "show %s\n", relation))
        return false;
    if (q->column.code[0])
        return (!got.code[0] && strstr(q->text, " and ")) ||
               same_rows(w, &q->column, &got, "as a condition", relation);
    keep_true(&q->column, negated, &expected);
    return same_rows(w, &expected, &got, "as a condition", relation) &&
           same_in_sqlite(w, &expected, SORT_BOOL, relation);
}

static bool is_number(enum sort sort) {
    return sort == SORT_INT || sort == SORT_FLOAT || sort == SORT_RATIO;
}

/* Whether row x may stand before row y when sorted. */
static bool in_order(enum sort sort, const struct row *x, const struct row *y) {
    if (x->missing || y->missing)
        return y->missing;
    int order = strcmp(x->value, y->value);
    if (sort == SORT_INT) {
        long long a = strtoll(x->value, NULL, 10), b = strtoll(y->value, NULL, 10);
        order = (a > b) - (a < b);
    } else if (is_number(sort)) {
        double a = strtod(x->value, NULL), b = strtod(y->value, NULL);
        order = (a > b) - (a < b);
    }
    if (sort == SORT_RATIO && order == 0)
        return true; /* exact fractions may differ where their doubles do not */
    return order < 0 || (order == 0 && x->id < y->id);
}

static bool as_sort_key(struct world *w, struct question *q, struct answer *sorted) {
    char relation[LONGEST + 64];
    snprintf(relation, sizeof relation, "from t | derive x = %s | sort x, id | select id, x",
             q->text);
    if (!run(w, sorted, "show %s\n", relation))
        return false;
    if (q->column.code[0])
        return same_rows(w, &q->column, sorted, "as a sort key", relation);
    for (size_t i = 0; i < sorted->n; i++) {
        const struct row *row = &sorted->rows[i];
        if (!same_value(row, &q->column.rows[row->id]))
            return says_not(w, "sorted: row %lld `%s`\n%s", row->id, row->value, relation);
        if (i > 0 && !in_order(q->sort, row - 1, row))
            return says_not(w, "sorted: row %lld `%s` before row %lld `%s`\n%s", row[-1].id,
                            row[-1].value, row->id, row->value, relation);
    }
    return sorted->n == q->column.n && same_in_sqlite(w, sorted, q->sort, relation);
}

/* Groups of `sorted`, as the relation below gives them. */
static void group_up(const struct answer *sorted, struct answer *out) {
    answer_clear(out);
    for (size_t i = 0; i < sorted->n; i++) {
        const struct row *row = &sorted->rows[i];
        if (out->n == 0 || !same_value(row, &out->rows[out->n - 1])) {
            out->rows[out->n] = *row;
            out->rows[out->n].id = 0;
            out->rows[out->n++].count = 0;
        }
        out->rows[out->n - 1].id += row->id;
        out->rows[out->n - 1].count++;
    }
}

static bool as_group_key(struct world *w, struct question *q, const struct answer *sorted) {
    static struct answer got, expected;
    char relation[LONGEST + 96];
    snprintf(relation, sizeof relation,
             "from t | group by x = %s (ids = sum(id), n = count()) | select ids, n, x", q->text);
    if (!run(w, &got, "show %s\n", relation))
        return false;
    if (q->column.code[0])
        return same_rows(w, &q->column, &got, "as a group key", relation);
    if (q->sort == SORT_RATIO && strstr(q->text, "/  "))
        return true; /* exact fractions may differ where their doubles do not */
    group_up(sorted, &expected);
    for (size_t i = 0; i < expected.n && i < got.n; i++)
        if (expected.rows[i].count != got.rows[i].count)
            return says_not(w, "group `%s`: %lld and %lld rows\n%s", got.rows[i].value,
                            expected.rows[i].count, got.rows[i].count, relation);
    return same_rows(w, &expected, &got, "as a group key", relation) &&
           same_in_sqlite(w, &expected, q->sort, relation);
}

static bool means_the_same(struct world *w, const struct expression *e) {
    static struct question q;
    static struct answer sorted;
    q.sort = expression_sort(e);
    expression_print(q.text, sizeof q.text, e, "");
    if (!as_column(w, &q) || !(w->ways & 1 || through_function(w, &q, e)) ||
        !(w->ways & 2 || with_constants(w, &q, e)))
        return false;
    if (!(w->ways & 4) && (!as_sort_key(w, &q, &sorted) || !as_group_key(w, &q, &sorted)))
        return false;
    return q.sort != SORT_BOOL || (as_condition(w, &q, false) && as_condition(w, &q, true));
}

/* ---- the test ---- */

static bool fails(void *user, struct expression *e) {
    struct world *w = user;
    uint64_t state = w->state;
    start_again(w);
    bool same = means_the_same(w, e);
    w->state = state;
    return !same;
}

static void compare(struct world *w, uint64_t seed) {
    static char text[LONGEST];
    w->state = (seed + 1) * 0x9E3779B97F4A7C15u; /* neighbours are far apart */
    enum sort sort = pick(&w->state, 2) ? SORT_BOOL : (enum sort)pick(&w->state, SORTS);
    struct expression *e = expression_random(&w->state, sort, 1 + (int)pick(&w->state, 3));
    w->ways = pick(&w->state, 8);
    if (means_the_same(w, e))
        return;
    expression_shrink(e, fails, w);
    fails(w, e);
    expression_print(text, sizeof text, e, "");
    ck_abort_msg("seed %" PRIu64 ": %s\n%s", seed, text, w->why);
}

START_TEST(an_expression_means_the_same_everywhere) {
    static struct world w = {.store = "/tmp/spoke-differential-store-XXXXXX",
                             .rows = "/tmp/spoke-differential-rows-XXXXXX"};
    int store = mkstemp(w.store), rows = mkstemp(w.rows);
    ck_assert_int_ge(store, 0);
    ck_assert_int_ge(rows, 0);
    close(store);
    close(rows);
    const char *chosen = getenv("SPOKE_TEST_SEED");
    uint64_t first = chosen ? strtoull(chosen, NULL, 10) : 20261121;
    w.state = 20261121;
    start(&w);
    for (unsigned i = 0; i < EXPRESSIONS; i++) {
        if (i % IN_ONE_SESSION == IN_ONE_SESSION - 1)
            start_again(&w);
        compare(&w, first + i);
    }
    spoke_close(w.sp);
    sqlite3_close(w.db);
    unlink(w.store);
    unlink(w.rows);
    /* Most of what is asked can be said in SQL, and errors are met on the way. */
    ck_assert_uint_gt(w.asked_of_sqlite, EXPRESSIONS);
    ck_assert_uint_gt(w.failed_alike, EXPRESSIONS / 40);
}
END_TEST

Suite *differential_suite(void) {
    Suite *s = suite_create("differential");
    TCase *c = tcase_create("differential");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, an_expression_means_the_same_everywhere);
    suite_add_tcase(s, c);
    return s;
}
