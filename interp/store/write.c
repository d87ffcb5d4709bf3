/* From staged rows to stored rows.
 *
 * Rows go in key order through one INSERT ... SELECT over the feed. Into an
 * empty table (and for `append`, once no key is stored yet) that is a plain
 * INSERT; else rows are updated by key, and only where a value differs, so the
 * same file twice writes nothing. Row numbers of entities are given here: a key
 * keeps its number for ever, because references hold it. */
#include "store/items.h"
#include "store/spill.h"
#include "store/staged_scan.h"

#include <stdio.h>

/* ---- which rows are stored, and under which number ---- */

static enum status reject_repeated(void *user, uint32_t row, uint32_t first) {
    struct import *m = user;
    char reason[64];
    snprintf(reason, sizeof reason, "the same key stands in %s %u", m->frame ? "row" : "line",
             (unsigned)m->staging.line[first]);
    return import_reject(m, row, reason);
}

static const struct staged_column *key_column(const struct import *m) {
    return &m->staging.columns[m->t->keys[0]];
}

static struct str key_of(const struct import *m, uint32_t row, int64_t *word) {
    return staged_key(&m->staging, key_column(m), row, word);
}

/* Stored keys keep their numbers; `append` refuses them. */
static enum status number_rows(struct import *m) {
    struct staging *g = &m->staging;
    uint32_t kept = 0;
    int64_t highest = m->own.highest;
    if (!staging_number(g))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < g->norder; i++) {
        uint32_t row = g->order[i];
        int64_t word;
        bool stored = keymap_find(&m->own, key_of(m, row, &word), &g->ids[row]);
        if (stored && m->mode == IMPORT_APPEND) {
            enum status status = import_reject(m, row, "the key is already stored");
            if (status != ST_OK)
                return status;
            continue;
        }
        if (!stored)
            g->ids[row] = ++highest;
        g->order[kept++] = row;
    }
    g->norder = kept;
    return ST_OK;
}

/* ---- references into the table itself ---- */

static bool is_self(const struct import *m, uint32_t column) {
    const struct staged_column *c = &m->staging.columns[column];
    return c->field >= 0 && c->column->type->kind == TY_REF && c->column->to == m->t;
}

static bool has_self(const struct import *m) {
    for (uint32_t i = 0; i < table_width(m->t); i++) {
        if (is_self(m, i))
            return true;
    }
    return false;
}

/* Number of the row that a staged reference means; 0: there is none. */
static int64_t resolved(const struct import *m, const struct keymap *keys, uint32_t column,
                        uint32_t row) {
    const struct staged_column *c = &m->staging.columns[column];
    int64_t word, id = 0;
    keymap_find(keys, staged_key(&m->staging, c, row, &word), &id);
    return id;
}

static bool dangles(const struct import *m, const struct keymap *keys, uint32_t row,
                    uint32_t *column) {
    for (uint32_t i = 0; i < table_width(m->t); i++) {
        if (is_self(m, i) && !staged_missing(&m->staging.columns[i], row) &&
            resolved(m, keys, i, row) == 0) {
            *column = i;
            return true;
        }
    }
    return false;
}

static enum status reject_dangling(struct import *m, uint32_t row, uint32_t column) {
    const struct staged_column *c = &m->staging.columns[column];
    struct str text = STR_NONE;
    buf_clear(&m->reason);
    buf_printf(&m->reason, "no %.*s", STR_ARG(m->t->name));
    if (c->kind == TY_TEXT) {
        text = staged_text(&m->staging, c, row);
        buf_char(&m->reason, ' ');
        put_shown(&m->reason, text);
    } else if (c->kind == TY_INT) {
        buf_printf(&m->reason, " %lld", (long long)staged_word(c, row));
    }
    return rejects_add(&m->rejects, m->staging.line[row], c->column->name, text, &m->reason);
}

/* Drops rows whose reference leads nowhere; true: some were. A row dropped may
 * have been what others refer to, so this is repeated. */
static enum status drop_dangling(struct import *m, struct keymap *keys, bool *dropped) {
    struct staging *g = &m->staging;
    uint32_t kept = 0, column = 0;
    *dropped = false;
    for (uint32_t i = 0; i < g->norder; i++) {
        uint32_t row = g->order[i];
        int64_t word;
        if (!dangles(m, keys, row, &column)) {
            g->order[kept++] = row;
            continue;
        }
        *dropped = true;
        enum status status = reject_dangling(m, row, column);
        if (status != ST_OK)
            return status;
        bool stays = g->ids[row] <= m->own.highest && m->mode != IMPORT_REPLACE;
        uint64_t *id = strmap_find(&keys->map, key_of(m, row, &word));
        if (id && !stays)
            *id = 0;
    }
    g->norder = kept;
    return ST_OK;
}

static bool resolve_column(struct import *m, const struct keymap *keys, uint32_t column) {
    struct staging *g = &m->staging;
    struct staged_column *c = &g->columns[column];
    for (uint32_t i = 0; i < g->norder; i++) {
        uint32_t row = g->order[i];
        if (!staged_missing(c, row) && !staging_put(g, c, row, resolved(m, keys, column, row)))
            return false;
    }
    return true;
}

static enum status fill_keys(struct import *m, struct keymap *keys) {
    const struct staging *g = &m->staging;
    if (m->mode != IMPORT_REPLACE && !m->was_empty) {
        enum status status = keymap_load(m->s, m->span, m->t, false, keys);
        if (status != ST_OK)
            return status;
    }
    for (uint32_t i = 0; i < g->norder; i++) {
        uint32_t row = g->order[i];
        int64_t word;
        if (!keymap_add(keys, key_of(m, row, &word), g->ids[row]))
            return ST_NO_MEMORY;
    }
    return ST_OK;
}

static enum status resolve_self(struct import *m) {
    struct keymap keys;
    bool dropped = true;
    keymap_init(&keys, m->s->host.alloc);
    enum status status = fill_keys(m, &keys);
    while (status == ST_OK && dropped)
        status = drop_dangling(m, &keys, &dropped);
    if (status == ST_OK) {
        for (uint32_t i = 0; i < table_width(m->t); i++) {
            if (is_self(m, i) && !resolve_column(m, &keys, i))
                status = ST_NO_MEMORY;
        }
        /* Only now: resolving one column still reads the key's own kind. */
        for (uint32_t i = 0; i < table_width(m->t); i++) {
            if (is_self(m, i))
                m->staging.columns[i].kind = TY_REF;
        }
    }
    keymap_free(&keys);
    return status;
}

/* ---- SQL ---- */

static void put_columns(struct buf *sql, const struct table *t, bool entity) {
    buf_text(sql, "INSERT INTO ");
    put_name(sql, "spoke$", t->name);
    buf_text(sql, entity ? "(spoke_id, " : "(");
    for (uint32_t i = 0; i < table_width(t); i++) {
        buf_text(sql, i ? ", " : "");
        put_name(sql, "", t->columns[i].name);
    }
    buf_text(sql, entity ? ") SELECT c0, " : ") SELECT ");
    for (uint32_t i = 0; i < table_width(t); i++)
        buf_printf(sql, i ? ", c%u" : "c%u", (unsigned)(i + 1));
    buf_text(sql, " FROM spoke_feed");
}

static bool is_key(const struct table *t, uint32_t column) {
    for (uint32_t i = 0; i < t->nkeys; i++) {
        if (t->keys[i] == column)
            return true;
    }
    return false;
}

/* Columns the file does not have keep what is stored, except under `replace`. */
bool import_sets(const struct import *m, uint32_t column) {
    return !is_key(m->t, column) &&
           (m->staging.columns[column].field >= 0 || m->mode == IMPORT_REPLACE);
}

static void put_set(struct buf *sql, const struct import *m, const char *between,
                    const char *relation) {
    bool first = true;
    for (uint32_t i = 0; i < table_width(m->t); i++) {
        if (!import_sets(m, i))
            continue;
        buf_text(sql, first ? "" : between);
        first = false;
        if (strcmp(relation, " = ")) {
            put_name(sql, "spoke$", m->t->name);
            buf_char(sql, '.');
        }
        put_name(sql, "", m->t->columns[i].name);
        buf_printf(sql, "%sexcluded.", relation);
        put_name(sql, "", m->t->columns[i].name);
    }
}

static void put_conflict(struct buf *sql, const struct import *m) {
    bool any = false;
    for (uint32_t i = 0; i < table_width(m->t); i++)
        any |= import_sets(m, i);
    buf_text(sql, " WHERE true ON CONFLICT(");
    if (table_is_entity(m->t))
        buf_text(sql, "spoke_id");
    for (uint32_t i = 0; i < m->t->nkeys && !table_is_entity(m->t); i++) {
        buf_text(sql, i ? ", " : "");
        put_name(sql, "", m->t->columns[m->t->keys[i]].name);
    }
    buf_text(sql, any ? ") DO UPDATE SET " : ") DO NOTHING");
    if (!any)
        return;
    put_set(sql, m, ", ", " = ");
    buf_text(sql, " WHERE ");
    put_set(sql, m, " OR ", " IS NOT ");
}

static enum status insert_rows(struct import *m, bool plain) {
    struct buf sql;
    buf_init(&sql, m->s->host.alloc);
    put_columns(&sql, m->t, table_is_entity(m->t));
    if (!plain)
        put_conflict(&sql, m);
    enum status status = store_run_buf(m->s, m->span, &sql);
    buf_free(&sql);
    return status;
}

/* Of tables without row numbers: staged rows whose key is stored already. */
static void put_stored_places(struct buf *sql, const struct table *t) {
    buf_text(sql, "SELECT f.place FROM spoke_feed AS f CROSS JOIN ");
    put_name(sql, "spoke$", t->name);
    buf_text(sql, " AS t ON ");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_text(sql, i ? " AND t." : "t.");
        put_name(sql, "", t->columns[t->keys[i]].name);
        buf_printf(sql, " = f.c%u", (unsigned)(t->keys[i] + 1));
    }
}

/* The places come in the feed's order, so one pass takes them out. */
static enum status reject_stored(struct import *m) {
    struct staging *g = &m->staging;
    struct buf sql;
    sqlite3_stmt *st;
    buf_init(&sql, m->s->host.alloc);
    put_stored_places(&sql, m->t);
    enum status status = store_prepare(m->s, m->span, &sql, &st);
    buf_free(&sql);
    int code = SQLITE_DONE;
    uint32_t *stored = mem_take(m->s->host.alloc, ((size_t)g->norder + 1) * sizeof *stored);
    uint32_t n = 0, kept = 0, room = g->norder;
    if (!stored)
        status = ST_NO_MEMORY;
    while (status == ST_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
        stored[n++] = (uint32_t)sqlite3_column_int64(st, 0);
    if (status == ST_OK && code != SQLITE_DONE)
        status = store_sql_fail(m->s, m->span);
    sqlite3_finalize(st);
    for (uint32_t i = 0, next = 0; status == ST_OK && i < room; i++) {
        if (next < n && stored[next] == g->order[i]) {
            next++;
            status = import_reject(m, g->order[i], "the key is already stored");
        } else {
            g->order[kept++] = g->order[i];
        }
    }
    if (status == ST_OK)
        g->norder = kept;
    mem_give(m->s->host.alloc, stored, ((size_t)room + 1) * sizeof *stored);
    return status;
}

static enum status run_on_table(struct import *m, const char *before, const char *after) {
    struct buf sql;
    buf_init(&sql, m->s->host.alloc);
    buf_text(&sql, before);
    put_name(&sql, "spoke$", m->t->name);
    buf_text(&sql, after);
    enum status status = store_run_buf(m->s, m->span, &sql);
    buf_free(&sql);
    return status;
}

/* ---- rows that go away ---- */

static void put_orphans(struct buf *sql, const struct table *parent, struct str child,
                        struct str column) {
    buf_text(sql, "SELECT count(*) FROM ");
    put_name(sql, "spoke$", child);
    buf_text(sql, " AS c WHERE c.");
    put_name(sql, "", column);
    buf_text(sql, " IS NOT NULL AND NOT EXISTS(SELECT 1 FROM ");
    put_name(sql, "spoke$", parent->name);
    buf_text(sql, " AS p WHERE p.spoke_id = c.");
    put_name(sql, "", column);
    buf_char(sql, ')');
}

static enum status check_child(struct import *m, struct str child, struct str column) {
    struct buf sql;
    int64_t n;
    buf_init(&sql, m->s->host.alloc);
    put_orphans(&sql, m->t, child, column);
    enum status status = store_number(m->s, m->span, &sql, &n);
    buf_free(&sql);
    if (status != ST_OK || n == 0)
        return status;
    status = store_fail(m->s, E0510, m->span,
                        "%lld rows of `%.*s` refer to rows of `%.*s` that %.*s does not have",
                        (long long)n, STR_ARG(child), STR_ARG(m->t->name), STR_ARG(m->file));
    store_help(m->s, "import with `update`, or replace `%.*s` first", STR_ARG(child));
    return status;
}

enum status import_each_referring(struct import *m, const char *refers,
                                  enum status (*check)(struct import *m, struct str table,
                                                       struct str column)) {
    struct buf sql;
    sqlite3_stmt *st;
    buf_init(&sql, m->s->host.alloc);
    buf_text(&sql, "SELECT \"table\", name FROM \"spoke$$columns\" WHERE type = ?1 || ?2");
    enum status status = store_prepare(m->s, m->span, &sql, &st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    bind_str(st, 1, str_of(refers));
    bind_str(st, 2, m->t->name);
    int code = SQLITE_DONE;
    while (status == ST_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
        status = check(m, column_str(st, 0), column_str(st, 1));
    if (status == ST_OK && code != SQLITE_DONE)
        status = store_sql_fail(m->s, m->span);
    sqlite3_finalize(st);
    return status;
}

/* Not by SQLite's own check of references, which passes by virtual tables. */
static enum status check_children(struct import *m) {
    return import_each_referring(m, "-> ", check_child);
}

static enum status delete_absent(struct import *m) {
    enum status status =
        run_on_table(m, "DELETE FROM ", " WHERE spoke_id NOT IN (SELECT c0 FROM spoke_feed)");
    if (status != ST_OK || sqlite3_changes(m->s->db) == 0)
        return status;
    status = check_children(m);
    return status == ST_OK ? items_check_replaced(m) : status;
}

/* ---- by columns ---- */

/* A first import of many facts, unless the declaration says how they are to be stored. Long texts
 * gain nothing by it. */
static bool wants_columns(const struct import *m) {
    const struct staging *g = &m->staging;
    return !m->in_columns && m->was_empty && !table_is_entity(m->t) &&
           m->t->storage == STORED_UNSAID && g->norder > COLUMNS_FROM_ROWS &&
           g->texts.n / 1024 <= g->norder;
}

static enum status store_columns(struct import *m) {
    bool replace = m->mode == IMPORT_REPLACE && !m->was_empty;
    enum status status = ST_OK;
    if (!m->in_columns)
        status = columns_from_rows(m->s, m->t);
    if (status == ST_OK && replace)
        status = columns_clear(m);
    if (status != ST_OK)
        return status;
    return m->was_empty || replace ? columns_fill(m) : columns_merge(m);
}

/* ---- the whole ---- */

static enum status store_rows(struct import *m) {
    if (m->in_columns || wants_columns(m))
        return store_columns(m);
    bool entity = table_is_entity(m->t);
    bool replace = m->mode == IMPORT_REPLACE && !m->was_empty;
    enum status status = ST_OK;
    if (replace && !entity)
        status = run_on_table(m, "DELETE FROM ", "");
    bool plain = m->was_empty || m->mode == IMPORT_APPEND || (replace && !entity);
    if (status == ST_OK)
        status = insert_rows(m, plain);
    if (status == ST_OK && replace && entity)
        status = delete_absent(m);
    return status;
}

enum status import_find_own(struct import *m) {
    struct buf sql;
    int64_t any;
    buf_init(&sql, m->s->host.alloc);
    buf_text(&sql, "SELECT EXISTS(SELECT 1 FROM ");
    put_name(&sql, "spoke$", m->t->name);
    buf_char(&sql, ')');
    enum status status = store_number(m->s, m->span, &sql, &any);
    buf_free(&sql);
    m->was_empty = any == 0;
    if (status == ST_OK)
        status = columns_stored(m->s, m->span, m->t->name, &m->in_columns);
    if (status != ST_OK || m->was_empty || !table_is_entity(m->t))
        return status;
    return keymap_load(m->s, m->span, m->t, false, &m->own);
}

static enum status fail_strict(struct import *m) {
    if (m->frame)
        return into_refused(m);
    enum status status =
        store_fail(m->s, E0512, m->span, "%llu of %llu rows of %.*s do not fit `%.*s`",
                   (unsigned long long)m->rejects.n, (unsigned long long)m->rows, STR_ARG(m->file),
                   STR_ARG(m->t->name));
    struct buf first;
    buf_init(&first, m->s->host.alloc);
    import_put_first(m, &first);
    store_note(m->s, "%.*s", STR_ARG(buf_view(&first)));
    buf_free(&first);
    store_help(m->s, "without `strict` the other rows are stored and these are kept in `rejects`");
    return status;
}

static enum status settle_rows(struct import *m, struct feed *feed) {
    enum status status = staging_sort(&m->staging, reject_repeated, m);
    if (status == ST_OK && table_is_entity(m->t))
        status = number_rows(m);
    if (status == ST_OK && has_self(m))
        status = resolve_self(m);
    if (status == ST_OK)
        status = feed_open(feed, m->span);
    if (status == ST_OK && m->mode == IMPORT_APPEND && !m->was_empty && !table_is_entity(m->t))
        status = m->in_columns ? columns_reject_stored(m) : reject_stored(m);
    return status == ST_OK ? import_reject_overlaps(m) : status;
}

static enum status write_staged(struct import *m, bool strict) {
    struct feed feed = {.store = m->s, .staging = &m->staging, .what = m->what.p};
    enum status status = settle_rows(m, &feed);
    if (status == ST_OK && strict && m->rejects.n)
        status = fail_strict(m);
    if (status == ST_OK)
        status = store_rows(m);
    m->stored = m->staging.norder;
    feed_close(&feed);
    return status;
}

/* ---- more rows than there is memory for ---- */

/* They have to be stored by columns, not among others, nor compared with each other. */
static bool may_wait(const struct import *m) {
    if (m->t->spans.given && !m->t->spans.overlapping)
        return false;
    bool columns = m->in_columns || (m->was_empty && m->t->storage == STORED_UNSAID);
    return columns && !table_is_entity(m->t) && m->t->nkeys > 0 &&
           (m->was_empty || m->mode == IMPORT_REPLACE);
}

static enum status first_to_wait(struct import *m) {
    enum status status = m->in_columns ? ST_OK : columns_from_rows(m->s, m->t);
    m->in_columns = true;
    return status == ST_OK && !m->was_empty ? columns_clear(m) : status;
}

static enum status let_wait(struct import *m, const struct import_order *order) {
    enum status status = staged_filter(m, order);
    if (status == ST_OK)
        status = staging_sort(&m->staging, NULL, m);
    if (status == ST_OK && m->spill->file.file < 0)
        status = first_to_wait(m);
    if (status == ST_OK)
        status = spill_add(m->spill, m);
    staging_clear(&m->staging);
    return status;
}

enum status import_make_room(struct import *m, const struct import_order *order, size_t most) {
    bool full = staging_bytes(&m->staging) > most && may_wait(m);
    return full ? let_wait(m, order) : ST_OK;
}

enum status import_write(struct import *m, const struct import_order *order) {
    enum status status;
    if (m->spill->file.file < 0) {
        status = staged_filter(m, order);
        return status == ST_OK ? write_staged(m, order->strict) : status;
    }
    status = let_wait(m, order);
    if (status == ST_OK)
        status = spill_merge(m->spill, m, &m->stored);
    return status == ST_OK && order->strict && m->rejects.n ? fail_strict(m) : status;
}
