/* The virtual table over the staging. Eponymous only: it exists while an import
 * runs and holds nothing of its own but cursors. */
#include "store/feed.h"

enum { ROWS_BETWEEN_POLLS = 16384 };

struct feed_table {
    sqlite3_vtab base; /* must stay first */
    struct feed *feed;
};
struct feed_cursor {
    sqlite3_vtab_cursor base; /* must stay first */
    const struct staging *staging;
    uint32_t at; /* place in the order */
};

static int feed_connect(sqlite3 *db, void *user, int n, const char *const *words,
                        sqlite3_vtab **out, char **error) {
    struct feed *feed = user;
    struct buf sql;
    UNUSED(n);
    UNUSED(words);
    UNUSED(error);
    buf_init(&sql, feed->staging->alloc);
    buf_text(&sql, "CREATE TABLE x(");
    for (uint32_t i = 0; i <= table_width(feed->staging->t); i++)
        buf_printf(&sql, "c%u, ", (unsigned)i);
    buf_text(&sql, "place)");
    int code = sql.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, sql.p);
    buf_free(&sql);
    if (code != SQLITE_OK)
        return code;
    struct feed_table *table = sqlite3_malloc(sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    memset(table, 0, sizeof *table);
    table->feed = feed;
    *out = &table->base;
    return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int feed_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    double rows = ((struct feed_table *)table)->feed->staging->norder;
    info->estimatedCost = rows;
    info->estimatedRows = (sqlite3_int64)rows;
    return SQLITE_OK;
}

static int feed_open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
    struct feed_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    memset(cursor, 0, sizeof *cursor);
    cursor->staging = ((struct feed_table *)table)->feed->staging;
    *out = &cursor->base;
    return SQLITE_OK;
}

static int feed_close_cursor(sqlite3_vtab_cursor *cursor) {
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *cursor, int index, const char *text, int n,
                       sqlite3_value **values) {
    UNUSED(index);
    UNUSED(text);
    UNUSED(n);
    UNUSED(values);
    ((struct feed_cursor *)cursor)->at = 0;
    return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *base) {
    struct feed_cursor *cursor = (struct feed_cursor *)base;
    struct feed *feed = ((struct feed_table *)base->pVtab)->feed;
    if (++cursor->at % ROWS_BETWEEN_POLLS)
        return SQLITE_OK;
    const struct store_host *host = &feed->store->host;
    if (host->progress)
        host->progress(host->user, feed->what, cursor->at, cursor->staging->norder);
    enum status status = store_poll(feed->store, 0);
    if (status == ST_OK)
        return SQLITE_OK;
    feed->store->stopped = status;
    return SQLITE_INTERRUPT;
}

static int feed_eof(sqlite3_vtab_cursor *cursor) {
    const struct feed_cursor *c = (const struct feed_cursor *)cursor;
    return c->at >= c->staging->norder;
}

static void give_value(const struct staging *g, const struct staged_column *c, uint32_t row,
                       sqlite3_context *out) {
    if (!c->data || staged_missing(c, row)) {
        sqlite3_result_null(out);
    } else if (c->kind == TY_TEXT) {
        struct str s = staged_text(g, c, row);
        sqlite3_result_text64(out, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
    } else if (c->kind == TY_FLOAT) {
        sqlite3_result_double(out, staged_float(c, row));
    } else {
        sqlite3_result_int64(out, staged_word(c, row));
    }
}

static int feed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int n) {
    const struct feed_cursor *c = (const struct feed_cursor *)cursor;
    const struct staging *g = c->staging;
    uint32_t row = g->order[c->at];
    if (n == 0)
        sqlite3_result_int64(out, g->ids ? g->ids[row] : 0);
    else if ((uint32_t)n <= table_width(g->t))
        give_value(g, &g->columns[n - 1], row, out);
    else
        sqlite3_result_int64(out, row);
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out) {
    *out = (sqlite3_int64)((struct feed_cursor *)cursor)->at;
    return SQLITE_OK;
}

static const sqlite3_module feed_module = {
    .xConnect = feed_connect,
    .xBestIndex = feed_best_index,
    .xDisconnect = feed_disconnect,
    .xOpen = feed_open_cursor,
    .xClose = feed_close_cursor,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

enum status feed_open(struct feed *f, struct span span) {
    int code = sqlite3_create_module(f->store->db, "spoke_feed", &feed_module, f);
    return code == SQLITE_OK ? ST_OK : store_sql_fail(f->store, span);
}

void feed_close(struct feed *f) {
    sqlite3_create_module(f->store->db, "spoke_feed", NULL, NULL);
}
