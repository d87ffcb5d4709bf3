/* Making tables of columns, and turning one way of storing into the other. */
#include "store/columns.h"

enum status columns_status(struct store *s, struct span span, const struct segments *g, int code) {
    if (code == SQLITE_OK)
        return ST_OK;
    if (code == SQLITE_NOMEM)
        return ST_NO_MEMORY;
    if (code != SQLITE_CORRUPT_VTAB || !g->problem.n)
        return store_sql_fail(s, span);
    return store_damaged(s, span, g->problem.p);
}

enum status columns_open(struct store *s, struct span span, struct str table, struct segments *g) {
    int code = segments_open(g, s->db, s->host.alloc, "main", table);
    if (code == SQLITE_OK)
        code = segments_list(g);
    return columns_status(s, span, g, code);
}

enum status columns_stored(struct store *s, struct span span, struct str table, bool *stored) {
    struct buf sql;
    int64_t n;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT count(*) FROM sqlite_schema WHERE name = 'spoke$' || ");
    put_literal(&sql, table);
    buf_text(&sql, " || '$segments'");
    enum status status = store_number(s, span, &sql, &n);
    buf_free(&sql);
    *stored = n > 0;
    return status;
}

enum status columns_connect(struct store *s, struct span span) {
    struct buf sql;
    int64_t n;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT count(*) FROM sqlite_schema AS m, pragma_table_info(m.name) "
                   "WHERE m.sql LIKE 'CREATE VIRTUAL TABLE %'");
    enum status status = store_number(s, span, &sql, &n);
    buf_free(&sql);
    return status;
}

enum segment_kind columns_kind(const struct table_column *c) {
    switch (c->type->kind) {
    case TY_FLOAT:
        return SEGMENT_FLOATS;
    case TY_TEXT:
    case TY_ITEMS: /* JSON */
    case TY_RATIO: /* "n/d" */
    case TY_SHARE:
        return SEGMENT_TEXTS;
    default:
        return SEGMENT_WORDS;
    }
}

/* ---- SQL ---- */

void columns_put_shown(struct buf *sql, struct str table) {
    buf_text(sql, "CREATE VIRTUAL TABLE ");
    put_name(sql, "spoke$", table);
    buf_text(sql, " USING spoke_segments;\n");
}

static void put_segments(struct buf *sql, struct str table) {
    buf_text(sql, "CREATE TABLE ");
    segments_put_name(sql, "main", table);
    buf_text(sql, "(place INTEGER NOT NULL, \"column\" TEXT NOT NULL, head BLOB NOT NULL,"
                  " data BLOB NOT NULL, PRIMARY KEY(place, \"column\")) STRICT, WITHOUT ROWID;\n");
}

void columns_put_new(struct buf *sql, const struct table *t) {
    put_segments(sql, t->name);
    columns_put_shown(sql, t->name);
}

static void put_drop(struct buf *sql, struct str table) {
    buf_text(sql, "DROP TABLE ");
    put_name(sql, "spoke$", table);
    buf_text(sql, ";\n");
}

/* ---- from rows ---- */

static bool read_value(struct columns_gathered *r, sqlite3_stmt *rows, uint32_t column) {
    size_t at = (size_t)column * SEGMENT_ROWS + r->n;
    int n = (int)column;
    r->missing[at] = sqlite3_column_type(rows, n) == SQLITE_NULL;
    r->strings[at] = STR_NONE;
    switch (columns_kind(&r->t->columns[column])) {
    case SEGMENT_TEXTS:
        if (!r->missing[at])
            r->strings[at] = arena_str(&r->texts, column_str(rows, n));
        return r->missing[at] || r->strings[at].p;
    case SEGMENT_FLOATS: {
        double x = sqlite3_column_double(rows, n);
        memcpy(&r->values[at], &x, sizeof x);
        return true;
    }
    default:
        r->values[at] = sqlite3_column_int64(rows, n);
        return true;
    }
}

static enum status read_rows(struct columns_gathered *r, sqlite3_stmt *rows) {
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        for (uint32_t c = 0; c < table_width(r->t); c++)
            if (!read_value(r, rows, c))
                return ST_NO_MEMORY;
        if (++r->n < SEGMENT_ROWS)
            continue;
        enum status status = columns_gathered_put(r);
        if (status != ST_OK)
            return status;
        columns_gathered_forget(r);
    }
    return code == SQLITE_DONE ? columns_gathered_put(r) : store_sql_fail(r->w->s, r->w->span);
}

static enum status open_rows(struct store *s, const struct table *t, sqlite3_stmt **rows) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT ");
    for (uint32_t i = 0; i < table_width(t); i++) {
        buf_text(&sql, i ? ", " : "");
        put_name(&sql, "", t->columns[i].name);
    }
    buf_text(&sql, " FROM ");
    put_name(&sql, "spoke$", t->name);
    buf_text(&sql, " ORDER BY ");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_text(&sql, i ? ", " : "");
        put_name(&sql, "", t->columns[t->keys[i]].name);
    }
    enum status status = store_prepare(s, t->span, &sql, rows);
    buf_free(&sql);
    return status;
}

static enum status copy_rows(struct store *s, const struct table *t, struct columns_writer *w) {
    struct columns_gathered r;
    sqlite3_stmt *rows = NULL;
    enum status status = columns_gathered_open(&r, w, t);
    if (status == ST_OK)
        status = open_rows(s, t, &rows);
    if (status == ST_OK)
        status = read_rows(&r, rows);
    sqlite3_finalize(rows);
    columns_gathered_close(&r);
    return status;
}

static enum status run_once(struct store *s, const struct table *t,
                            void (*put)(struct buf *, struct str)) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    put(&sql, t->name);
    enum status status = store_run_buf(s, t->span, &sql);
    buf_free(&sql);
    return status;
}

enum status columns_from_rows(struct store *s, const struct table *t) {
    struct columns_writer w;
    enum status status = run_once(s, t, put_segments);
    if (status == ST_OK)
        status = columns_writer_open(&w, s, t->span, t->name);
    if (status != ST_OK)
        return status;
    status = copy_rows(s, t, &w);
    columns_writer_close(&w);
    store_drop_statements(s); /* they read the table that goes */
    if (status == ST_OK)
        status = run_once(s, t, put_drop);
    return status == ST_OK ? run_once(s, t, columns_put_shown) : status;
}

/* ---- to rows ---- */

/* A table of rows with the columns that the segments have. */
static void put_rows_table(struct buf *sql, const struct segments *g) {
    static const char *const types[] = {
        [SEGMENT_WORDS] = "INTEGER", [SEGMENT_FLOATS] = "REAL", [SEGMENT_TEXTS] = "TEXT"};
    uint32_t nkeys = 0;
    buf_text(sql, "CREATE TABLE ");
    put_name(sql, "spoke$", buf_view(&g->table));
    for (uint32_t i = 0; i < g->ncolumns; i++) {
        const struct segments_column *c = &g->columns[i];
        buf_text(sql, i ? ", " : "(");
        put_name(sql, "", c->name);
        buf_printf(sql, " %s%s", types[c->kind], c->nullable ? "" : " NOT NULL");
        nkeys += c->key > 0;
        if (c->type.n > 3 && memcmp(c->type.p, "-> ", 3) == 0) {
            buf_text(sql, " REFERENCES ");
            put_name(sql, "spoke$", (struct str){c->type.p + 3, c->type.n - 3});
            buf_text(sql, "(spoke_id)");
        }
    }
    for (uint32_t k = 1; k <= nkeys; k++) {
        buf_text(sql, k == 1 ? ", PRIMARY KEY(" : ", ");
        for (uint32_t i = 0; i < g->ncolumns; i++)
            if (g->columns[i].key == k)
                put_name(sql, "", g->columns[i].name);
    }
    buf_text(sql, ")) STRICT, WITHOUT ROWID;\n");
}

static void put_names(struct buf *sql, const struct segments *g) {
    for (uint32_t i = 0; i < g->ncolumns; i++) {
        buf_text(sql, i ? ", " : "");
        put_name(sql, "", g->columns[i].name);
    }
}

static void put_move(struct buf *sql, const struct segments *g) {
    struct str table = buf_view(&g->table);
    put_drop(sql, table);
    put_rows_table(sql, g);
    buf_text(sql, "CREATE VIRTUAL TABLE temp.\"spoke$moved\" USING spoke_segments(");
    put_literal(sql, table);
    buf_text(sql, ");\nINSERT INTO ");
    put_name(sql, "spoke$", table);
    buf_char(sql, '(');
    put_names(sql, g);
    buf_text(sql, ") SELECT ");
    put_names(sql, g);
    buf_text(sql, " FROM temp.\"spoke$moved\";\nDROP TABLE temp.\"spoke$moved\";\nDROP TABLE ");
    segments_put_name(sql, "main", table);
}

enum status columns_to_rows(struct store *s, struct span span, struct str table) {
    struct segments g;
    struct buf sql;
    enum status status = columns_open(s, span, table, &g);
    store_drop_statements(s);
    buf_init(&sql, s->host.alloc);
    if (status == ST_OK) {
        put_move(&sql, &g);
        status = store_run_buf(s, span, &sql);
    }
    buf_free(&sql);
    segments_close(&g);
    return status;
}
