/* The last day that a column of dates has, over all rows of its table.
 *
 * Tables stored by columns say it in the heads of their segments; of others all
 * rows are looked at, unless an index does. What was found is kept until the
 * store changes. */
#include "store/columns.h"
#include "store/internal.h"

/* Of whole numbers; INT64_MIN: there are none. */
static enum status highest_in_heads(struct store *s, const struct table *t, uint32_t column,
                                    int64_t *out) {
    struct segments g;
    enum status status = columns_open(s, t->span, t->name, &g);
    int at = status == ST_OK ? segments_column_named(&g, t->columns[column].name) : -1;
    for (uint32_t i = 0; at >= 0 && i < g.nruns; i++) {
        const struct segment_head *h = &g.runs[i].heads[at];
        if (h->rows > h->missing && h->high > *out)
            *out = h->high;
    }
    segments_close(&g);
    return status;
}

static void put_column(struct buf *sql, const char *before, const struct table *t, uint32_t column,
                       const char *after) {
    buf_text(sql, before);
    put_name(sql, "", t->columns[column].name);
    buf_text(sql, after);
}

static void put_rows(struct buf *sql, const char *before, const struct table *t,
                     const char *after) {
    buf_text(sql, before);
    put_name(sql, "spoke$", t->name);
    buf_text(sql, after);
}

/* Where the days stand second in the key, the last of each first part is one step in its index. */
static void put_by_first_key(struct buf *sql, const struct table *t, uint32_t column) {
    uint32_t first = t->keys[0];
    put_column(sql, "WITH RECURSIVE part(k) AS (SELECT min(", t, first, ")");
    put_rows(sql, " FROM ", t, "");
    put_column(sql, " UNION ALL SELECT (SELECT min(", t, first, ")");
    put_rows(sql, " FROM ", t, " WHERE ");
    put_column(sql, "", t, first, " > k) FROM part WHERE k IS NOT NULL) ");
    put_column(sql, "SELECT coalesce(max((SELECT ", t, column, "");
    put_rows(sql, " FROM ", t, " WHERE ");
    put_column(sql, "", t, first, " = k ORDER BY ");
    put_column(sql, "", t, column, " DESC LIMIT 1)), -9223372036854775808) FROM part");
}

static enum status highest_in_rows(struct store *s, const struct table *t, uint32_t column,
                                   int64_t *out) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    if (t->nkeys > 1 && t->keys[1] == column) {
        put_by_first_key(&sql, t, column);
    } else {
        put_column(&sql, "SELECT coalesce(max(", t, column, "), -9223372036854775808)");
        put_rows(&sql, " FROM ", t, "");
    }
    enum status status = store_number(s, t->span, &sql, out);
    buf_free(&sql);
    return status;
}

enum status store_last_day(struct store *s, const struct table *t, uint32_t column, bool *any,
                           int64_t *word) {
    uint64_t revision = store_revision(s);
    struct last_day *kept = &s->last_days[s->next_last_day % LAST_DAYS];
    int64_t highest = INT64_MIN;
    bool by_columns;
    *any = false;
    if (t->built_in)
        return ST_OK;
    for (uint32_t i = 0; i < LAST_DAYS; i++) {
        const struct last_day *d = &s->last_days[i];
        if (d->table == t && d->column == column && d->revision == revision) {
            *any = d->highest != INT64_MIN;
            *word = d->highest;
            return ST_OK;
        }
    }
    enum status status = columns_stored(s, t->span, t->name, &by_columns);
    if (status == ST_OK)
        status = by_columns ? highest_in_heads(s, t, column, &highest)
                            : highest_in_rows(s, t, column, &highest);
    if (status != ST_OK)
        return status;
    *kept = (struct last_day){t, column, revision, highest};
    s->next_last_day++;
    *any = highest != INT64_MIN;
    *word = highest;
    return ST_OK;
}
