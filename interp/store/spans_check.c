/* Stored rows of tables with spans: whether two of one key hold at the same time, or one ends
 * before it begins. An import lets none of these in; a declaration that gives spans to rows that
 * are there, or another program, may. */
#include "store/internal.h"

static void put_keys(struct buf *sql, const struct table *t) {
    for (uint32_t i = 0; i + 1 < t->nkeys; i++) {
        buf_text(sql, i ? ", " : "");
        put_name(sql, "", t->columns[t->keys[i]].name);
    }
}

/* Days are texts here, and none lies behind '~'. */
static void put_rows(struct buf *sql, const struct table *t) {
    struct str until = t->columns[t->spans.until].name;
    buf_text(sql, "SELECT ");
    put_keys(sql, t);
    buf_text(sql, ", ");
    put_name(sql, "", t->columns[t->spans.since].name);
    buf_text(sql, " AS \"spoke since\", coalesce(date(");
    put_name(sql, "", until);
    buf_text(sql, t->spans.included ? ", '+1 day'), '~')" : "), '~')");
    buf_text(sql, " AS \"spoke stop\" FROM ");
    put_name(sql, "", t->name);
}

/* The first row by key that lies wrong, its keys joined, and the day on which it begins. */
static void put_backward(struct buf *sql, const struct table *t) {
    buf_text(sql, "SELECT *, NULL FROM (");
    put_rows(sql, t);
    buf_text(sql, ") WHERE \"spoke stop\" < \"spoke since\" LIMIT 1");
}

static void put_overlap(struct buf *sql, const struct table *t) {
    buf_text(sql, "SELECT * FROM (SELECT *, max(\"spoke stop\") OVER (PARTITION BY ");
    put_keys(sql, t);
    buf_text(sql, " ORDER BY \"spoke since\" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS "
                  "\"spoke before\" FROM (");
    put_rows(sql, t);
    buf_text(sql, ") WHERE \"spoke stop\" > \"spoke since\") WHERE \"spoke before\" > \"spoke "
                  "since\" LIMIT 1");
}

static enum status fail_at(struct store *s, const struct table *t, sqlite3_stmt *st,
                           const char *what, const char *help) {
    struct buf key;
    buf_init(&key, s->host.alloc);
    for (uint32_t i = 0; i + 1 < t->nkeys; i++) {
        struct str name = t->columns[t->keys[i]].name, value = column_str(st, (int)i);
        buf_printf(&key, "%s%.*s=%.*s", i ? ", " : "", STR_ARG(name), STR_ARG(value));
    }
    struct str since = column_str(st, (int)t->nkeys - 1), shown = buf_view(&key);
    enum status status = key.failed
                             ? ST_NO_MEMORY
                             : store_fail(s, E0386, t->span, "in `%.*s` %s: %.*s, from %.*s",
                                          STR_ARG(t->name), what, STR_ARG(shown), STR_ARG(since));
    if (!key.failed)
        store_help(s, "%s", help);
    buf_free(&key);
    return status;
}

static enum status find(struct store *s, const struct table *t,
                        void (*put)(struct buf *, const struct table *), const char *what,
                        const char *help) {
    struct buf sql;
    sqlite3_stmt *st;
    buf_init(&sql, s->host.alloc);
    put(&sql, t);
    enum status status = store_prepare(s, t->span, &sql, &st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        status = fail_at(s, t, st, what, help);
    else if (code != SQLITE_DONE)
        status = store_sql_fail(s, t->span);
    sqlite3_finalize(st);
    return status;
}

enum status store_check_spans(struct store *s, const struct table *t) {
    if (!table_has_spans(t))
        return ST_OK;
    enum status status =
        find(s, t, put_backward, "a row ends before it begins", "import the table again");
    if (status == ST_OK && !t->spans.overlapping)
        status = find(s, t, put_overlap, "two rows of one key hold at the same time",
                      "import the table again, or say that they may: `spans ... overlapping`");
    return status;
}
