/* The virtual table. A cursor lists the runs when it is first asked for rows,
 * loads a column's segment when a value of it is first asked for, and passes by
 * runs that no row of which can fit the comparisons SQLite tells of. SQLite
 * still judges each row itself. */
#include "store/segment_table.h"

enum { MOST_TESTS = 16 };

struct table {
    sqlite3_vtab base; /* must stay first */
    struct alloc *alloc;
    struct segments segments; /* the columns; runs belong to cursors */
};

struct cursor {
    sqlite3_vtab_cursor base; /* must stay first */
    struct segments segments;
    struct segments_loaded *loaded; /* by column */
    bool listed;
    uint32_t run, row, stop; /* the row shown; rows of the run go up to `stop` */
    uint32_t ntests;
    struct {
        uint32_t column;
        int64_t low, high;
    } tests[MOST_TESTS];
};

/* ---- the table ---- */

static int tell(sqlite3_vtab *table, const struct segments *g, int code) {
    if (g->problem.n) {
        sqlite3_free(table->zErrMsg);
        table->zErrMsg = sqlite3_mprintf("%s", g->problem.p);
    }
    return code;
}

static void put_declaration(struct buf *sql, const struct segments *g) {
    static const char *const types[] = {
        [SEGMENT_WORDS] = "INTEGER", [SEGMENT_FLOATS] = "REAL", [SEGMENT_TEXTS] = "TEXT"};
    buf_text(sql, "CREATE TABLE x(");
    for (uint32_t i = 0; i < g->ncolumns; i++) {
        buf_text(sql, i ? ", \"" : "\"");
        for (const char *p = g->columns[i].name.p; *p; p++) {
            if (*p == '"')
                buf_char(sql, '"');
            buf_char(sql, *p);
        }
        buf_printf(sql, "\" %s", types[g->columns[i].kind]);
    }
    buf_char(sql, ')');
}

static int declare(sqlite3 *db, struct table *t) {
    struct buf sql;
    buf_init(&sql, t->alloc);
    put_declaration(&sql, &t->segments);
    int code = sql.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, sql.p);
    buf_free(&sql);
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    return code;
}

/* 'x' without its quotes, or the name behind "spoke$". */
static struct str name_of(int n, const char *const *words) {
    struct str name = str_of(words[n > 3 ? 3 : 2]);
    if (n > 3 && name.n >= 2 && name.p[0] == '\'')
        return (struct str){name.p + 1, name.n - 2};
    if (n <= 3 && name.n > 6 && memcmp(name.p, "spoke$", 6) == 0)
        return (struct str){name.p + 6, name.n - 6};
    return name;
}

static int disconnect(sqlite3_vtab *base) {
    struct table *t = (struct table *)base;
    segments_close(&t->segments);
    sqlite3_free(t);
    return SQLITE_OK;
}

static int connect_table(sqlite3 *db, void *user, int n, const char *const *words,
                         sqlite3_vtab **out, char **error) {
    struct table *t = sqlite3_malloc(sizeof *t);
    if (!t)
        return SQLITE_NOMEM;
    memset(t, 0, sizeof *t);
    t->alloc = user;
    const char *schema = strcmp(words[1], "temp") == 0 ? "main" : words[1];
    int code = segments_open(&t->segments, db, t->alloc, schema, name_of(n, words));
    if (code == SQLITE_OK)
        code = declare(db, t);
    if (code == SQLITE_OK) {
        *out = &t->base;
        return code;
    }
    if (t->segments.problem.n)
        *error = sqlite3_mprintf("%s", t->segments.problem.p);
    disconnect(&t->base);
    return code;
}

/* ---- planning ---- */

static bool is_comparison(unsigned char op) {
    return op == SQLITE_INDEX_CONSTRAINT_EQ || op == SQLITE_INDEX_CONSTRAINT_GT ||
           op == SQLITE_INDEX_CONSTRAINT_GE || op == SQLITE_INDEX_CONSTRAINT_LT ||
           op == SQLITE_INDEX_CONSTRAINT_LE;
}

/* Rows come in the order of the key. */
static bool is_key_order(const struct segments *g, const sqlite3_index_info *info) {
    for (int i = 0; i < info->nOrderBy; i++) {
        int column = info->aOrderBy[i].iColumn;
        if (column < 0 || info->aOrderBy[i].desc || g->columns[column].key != (uint32_t)i + 1)
            return false;
    }
    return true;
}

/* What the cursor is told of its tests: a letter for the comparison and the column, each. */
static int best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
    const struct table *t = (const struct table *)base;
    const struct segments *g = &t->segments;
    struct buf tests;
    int n = 0;
    double rows = 5e6;
    buf_init(&tests, t->alloc);
    for (int i = 0; i < info->nConstraint && n < MOST_TESTS; i++) {
        int column = info->aConstraint[i].iColumn;
        unsigned char op = info->aConstraint[i].op;
        if (!info->aConstraint[i].usable || column < 0 || !is_comparison(op) ||
            g->columns[column].kind != SEGMENT_WORDS)
            continue;
        info->aConstraintUsage[i].argvIndex = ++n;
        buf_printf(&tests, "%c%d ",
                   op == SQLITE_INDEX_CONSTRAINT_EQ                                       ? '='
                   : op == SQLITE_INDEX_CONSTRAINT_GT || op == SQLITE_INDEX_CONSTRAINT_GE ? '>'
                                                                                          : '<',
                   column);
        rows /= g->columns[column].key == 1 && op == SQLITE_INDEX_CONSTRAINT_EQ ? 1e5 : 2;
    }
    info->orderByConsumed = is_key_order(g, info);
    info->estimatedRows = (sqlite3_int64)rows;
    info->estimatedCost = rows + 10;
    info->idxStr = tests.n ? sqlite3_mprintf("%s", tests.p) : NULL;
    info->needToFreeIdxStr = info->idxStr != NULL;
    bool ok = !tests.failed && (!tests.n || info->idxStr);
    buf_free(&tests);
    return ok ? SQLITE_OK : SQLITE_NOMEM;
}

/* ---- cursors ---- */

static int close_cursor(sqlite3_vtab_cursor *base) {
    struct cursor *c = (struct cursor *)base;
    for (uint32_t i = 0; c->loaded && i < c->segments.ncolumns; i++)
        segments_unload(&c->loaded[i]);
    mem_give(c->segments.alloc, c->loaded, c->segments.ncolumns * sizeof *c->loaded);
    segments_close(&c->segments);
    sqlite3_free(c);
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
    const struct segments *g = &((struct table *)base)->segments;
    struct cursor *c = sqlite3_malloc(sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    memset(c, 0, sizeof *c);
    int code = segments_open(&c->segments, g->db, g->alloc, g->schema.p, buf_view(&g->table));
    if (code == SQLITE_OK) {
        c->loaded = mem_zero(g->alloc, c->segments.ncolumns * sizeof *c->loaded);
        code = c->loaded ? SQLITE_OK : SQLITE_NOMEM;
    }
    if (code == SQLITE_OK && c->segments.ncolumns != g->ncolumns)
        code = SQLITE_SCHEMA;
    if (code == SQLITE_OK)
        *out = &c->base;
    else
        close_cursor(&c->base);
    return code;
}

static int load(struct cursor *c, uint32_t column) {
    int code = segments_load(&c->segments, c->run, column, &c->loaded[column]);
    return code == SQLITE_OK ? code : tell(c->base.pVtab, &c->segments, code);
}

/* Within a run the words of the first key column ascend. */
static int narrow(struct cursor *c, uint32_t test) {
    uint32_t column = c->tests[test].column;
    if (c->segments.columns[column].key != 1)
        return SQLITE_OK;
    int code = load(c, column);
    if (code != SQLITE_OK)
        return code;
    const struct segment_reader *s = &c->loaded[column].reader;
    uint32_t row = segment_find_word(s, c->row, c->tests[test].low);
    c->row = row;
    if (c->tests[test].high < INT64_MAX) {
        uint32_t stop = segment_find_word(s, row, c->tests[test].high + 1);
        c->stop = stop < c->stop ? stop : c->stop;
    }
    return SQLITE_OK;
}

static bool run_may_fit(const struct cursor *c) {
    for (uint32_t i = 0; i < c->ntests; i++)
        if (!segments_may_hold(&c->segments.runs[c->run], c->tests[i].column, c->tests[i].low,
                               c->tests[i].high))
            return false;
    return true;
}

/* To the first row at or behind the run `c->run` that may fit. */
static int find_run(struct cursor *c) {
    for (; c->run < c->segments.nruns; c->run++) {
        if (!run_may_fit(c))
            continue;
        int code = SQLITE_OK;
        c->row = 0;
        c->stop = c->segments.runs[c->run].rows;
        for (uint32_t i = 0; i < c->ntests && code == SQLITE_OK; i++)
            code = narrow(c, i);
        if (code != SQLITE_OK || c->row < c->stop)
            return code;
    }
    return SQLITE_OK;
}

/* A value that is no integer tells nothing: SQLite judges the rows. */
static void add_test(struct cursor *c, char op, uint32_t column, sqlite3_value *value) {
    if (sqlite3_value_type(value) != SQLITE_INTEGER)
        return;
    int64_t word = sqlite3_value_int64(value);
    c->tests[c->ntests].column = column;
    c->tests[c->ntests].low = op == '<' ? INT64_MIN : word;
    c->tests[c->ntests].high = op == '>' ? INT64_MAX : word;
    c->ntests++;
}

static int filter(sqlite3_vtab_cursor *base, int index, const char *text, int n,
                  sqlite3_value **values) {
    struct cursor *c = (struct cursor *)base;
    UNUSED(index);
    if (!c->listed) {
        int code = segments_list(&c->segments);
        if (code != SQLITE_OK)
            return tell(base->pVtab, &c->segments, code);
        c->listed = true;
    }
    c->ntests = 0;
    for (int i = 0; i < n && text; i++) {
        char op = *text++;
        uint32_t column = 0;
        for (; *text != ' '; text++)
            column = column * 10 + (uint32_t)(*text - '0');
        text++;
        add_test(c, op, column, values[i]);
    }
    c->run = 0;
    return find_run(c);
}

static int next(sqlite3_vtab_cursor *base) {
    struct cursor *c = (struct cursor *)base;
    if (++c->row < c->stop)
        return SQLITE_OK;
    c->run++;
    return find_run(c);
}

static int at_end(sqlite3_vtab_cursor *base) {
    const struct cursor *c = (const struct cursor *)base;
    return c->run >= c->segments.nruns;
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int n) {
    struct cursor *c = (struct cursor *)base;
    int code = load(c, (uint32_t)n);
    if (code != SQLITE_OK)
        return code;
    const struct segments_loaded *l = &c->loaded[n];
    const struct segment_reader *s = &l->reader;
    if (l->absent || segment_missing(s, c->row)) {
        sqlite3_result_null(out);
    } else if (s->head.kind == SEGMENT_TEXTS) {
        struct str text = segment_text(s, c->row);
        sqlite3_result_text64(out, text.p, text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    } else if (s->head.kind == SEGMENT_FLOATS) {
        double x;
        segment_floats(s, c->row, 1, &x);
        sqlite3_result_double(out, x);
    } else {
        int64_t word;
        segment_words(s, c->row, 1, &word);
        sqlite3_result_int64(out, word);
    }
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out) {
    const struct cursor *c = (const struct cursor *)base;
    *out = (sqlite3_int64)(c->segments.runs[c->run].first + c->row + 1);
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .xCreate = connect_table,
    .xConnect = connect_table,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = give_column,
    .xRowid = give_rowid,
};

int segment_table_register(sqlite3 *db, struct alloc *alloc, void (*drop)(void *alloc)) {
    return sqlite3_create_module_v2(db, "spoke_segments", &module, alloc, drop);
}
