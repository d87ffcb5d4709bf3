/* References by several columns in the store.
 *
 * They are no columns: "spoke$$ties" has a row for each pair of columns, so
 * that replacing a table finds who refers to it. A missing value in one of the
 * columns refers to nothing. */
#include "store/ties.h"
#include "column/cell.h"

static const char own_table[] =
    "CREATE TABLE IF NOT EXISTS \"spoke$$ties\"(\"table\" TEXT NOT NULL, name TEXT NOT NULL,"
    " place INTEGER NOT NULL, \"column\" TEXT NOT NULL, parent TEXT NOT NULL,"
    " \"key\" TEXT NOT NULL, PRIMARY KEY(\"table\", name, place)) STRICT, WITHOUT ROWID;";

/* ---- rows that refer to nothing ---- */

struct tie_text { /* SQL that grows by a pair of columns at a time */
    struct buf present, own, keys;
    struct str table, parent;
};

static void tie_text_init(struct tie_text *x, struct alloc *alloc) {
    *x = (struct tie_text){.table = STR_NONE};
    buf_init(&x->present, alloc);
    buf_init(&x->own, alloc);
    buf_init(&x->keys, alloc);
}

static void tie_text_free(struct tie_text *x) {
    buf_free(&x->present);
    buf_free(&x->own);
    buf_free(&x->keys);
}

static void tie_text_add(struct tie_text *x, struct str column, struct str key) {
    buf_text(&x->present, x->present.n ? " AND " : "");
    put_name(&x->present, "", column);
    buf_text(&x->present, " IS NOT NULL");
    buf_text(&x->own, x->own.n ? ", " : "");
    put_name(&x->own, "", column);
    buf_text(&x->keys, x->keys.n ? ", " : "");
    put_name(&x->keys, "", key);
}

static enum status count_orphans(struct store *s, struct span span, const struct tie_text *x,
                                 int64_t *n) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT count(*) FROM ");
    put_name(&sql, "spoke$", x->table);
    buf_printf(&sql, " WHERE %.*s AND (%.*s) NOT IN (SELECT %.*s FROM ",
               STR_ARG(buf_view(&x->present)), STR_ARG(buf_view(&x->own)),
               STR_ARG(buf_view(&x->keys)));
    put_name(&sql, "spoke$", x->parent);
    buf_char(&sql, ')');
    sql.failed |= x->present.failed || x->own.failed || x->keys.failed;
    enum status status = store_number(s, span, &sql, n);
    buf_free(&sql);
    return status;
}

static enum status orphans_of(struct store *s, struct span span, const struct table *t,
                              const struct table_tie *tie, int64_t *n) {
    struct tie_text x;
    tie_text_init(&x, s->host.alloc);
    x.table = t->name;
    x.parent = tie->to->name;
    for (uint32_t i = 0; i < tie->n; i++)
        tie_text_add(&x, t->columns[tie->columns[i]].name, tie->to->columns[tie->to->keys[i]].name);
    enum status status = count_orphans(s, span, &x, n);
    tie_text_free(&x);
    return status;
}

/* ---- what is written down ---- */

static void put_record(struct buf *sql, const struct table *t, const struct table_tie *tie,
                       uint32_t i) {
    buf_text(sql, "INSERT INTO \"spoke$$ties\" VALUES(");
    put_literal(sql, t->name);
    buf_text(sql, ", ");
    put_literal(sql, tie->name);
    buf_printf(sql, ", %u, ", (unsigned)i);
    put_literal(sql, t->columns[tie->columns[i]].name);
    buf_text(sql, ", ");
    put_literal(sql, tie->to->name);
    buf_text(sql, ", ");
    put_literal(sql, tie->to->columns[tie->to->keys[i]].name);
    buf_text(sql, ");");
}

static enum status check_stored(struct store *s, const struct table *t,
                                const struct table_tie *tie) {
    int64_t n;
    enum status status = orphans_of(s, tie->span, t, tie, &n);
    if (status != ST_OK || n == 0)
        return status;
    status = store_fail(s, E0392, tie->span, "%lld stored %s to a row of `%.*s` that is not there",
                        (long long)n, n == 1 ? "row refers" : "rows refer", STR_ARG(tie->to->name));
    store_help(s,
               "import `%.*s` first, or make the columns `null` where there is nothing to "
               "refer to",
               STR_ARG(tie->to->name));
    return status;
}

enum status ties_record(struct store *s, const struct table *t) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, own_table);
    buf_text(&sql, "DELETE FROM \"spoke$$ties\" WHERE \"table\" = ");
    put_literal(&sql, t->name);
    buf_char(&sql, ';');
    for (uint32_t i = 0; i < t->nties; i++)
        for (uint32_t k = 0; k < t->ties[i].n; k++)
            put_record(&sql, t, &t->ties[i], k);
    enum status status = store_run_buf(s, t->span, &sql);
    buf_free(&sql);
    for (uint32_t i = 0; i < t->nties && status == ST_OK; i++)
        status = check_stored(s, t, &t->ties[i]);
    return status;
}

/* ---- while rows are read ---- */

static void put_keys(struct buf *sql, const struct table *t) {
    buf_text(sql, "SELECT ");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_text(sql, i ? ", " : "");
        put_name(sql, "", t->columns[t->keys[i]].name);
    }
    buf_text(sql, " FROM ");
    put_name(sql, "spoke$", t->name);
}

/* Texts begin with their length, so that no two keys have the same bytes. */
static void add_text(struct buf *key, struct str text) {
    uint64_t n = text.n;
    buf_put(key, &n, sizeof n);
    buf_put(key, text.p ? text.p : "", text.n);
}

static void add_stored(struct buf *key, sqlite3_stmt *st, int at, enum type_kind kind) {
    int64_t word = sqlite3_column_int64(st, at);
    if (kind == TY_TEXT) {
        add_text(key, column_str(st, at));
        return;
    }
    if (kind == TY_FLOAT) {
        double x = sqlite3_column_double(st, at);
        memcpy(&word, &x, sizeof word);
    }
    buf_put(key, &word, sizeof word);
}

static enum status load_keys(struct import *m, struct tie_keys *k) {
    const struct table *to = k->tie->to;
    struct buf sql;
    sqlite3_stmt *st;
    buf_init(&sql, m->s->host.alloc);
    put_keys(&sql, to);
    enum status status = store_prepare(m->s, m->span, &sql, &st);
    buf_free(&sql);
    int code = SQLITE_DONE;
    while (status == ST_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
        buf_clear(&k->key);
        for (uint32_t i = 0; i < to->nkeys; i++)
            add_stored(&k->key, st, (int)i, to->columns[to->keys[i]].type->kind);
        if (k->key.failed || !keymap_add(&k->keys, buf_view(&k->key), 1))
            status = ST_NO_MEMORY;
        else if (k->keys.map.n % 65536 == 0)
            status = store_poll(m->s, 0);
    }
    if (status == ST_OK && code != SQLITE_DONE)
        status = store_sql_fail(m->s, m->span);
    sqlite3_finalize(st);
    return status;
}

enum status ties_load(struct import *m) {
    m->ties = mem_zero(m->s->host.alloc, (m->t->nties + 1) * sizeof *m->ties);
    if (!m->ties)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < m->t->nties; i++) {
        struct tie_keys *k = &m->ties[i];
        k->tie = &m->t->ties[i];
        keymap_init(&k->keys, m->s->host.alloc);
        buf_init(&k->key, m->s->host.alloc);
        uint32_t there = 0;
        for (uint32_t j = 0; j < k->tie->n; j++)
            there += m->staging.columns[k->tie->columns[j]].field >= 0;
        k->read = there == k->tie->n;
        k->partial = there > 0 && !k->read;
    }
    enum status status = ST_OK;
    for (uint32_t i = 0; i < m->t->nties && status == ST_OK; i++)
        if (m->ties[i].read)
            status = load_keys(m, &m->ties[i]);
    return status;
}

void ties_free(struct import *m) {
    for (uint32_t i = 0; m->ties && i < m->t->nties; i++) {
        if (!m->ties[i].tie)
            continue;
        keymap_free(&m->ties[i].keys);
        buf_free(&m->ties[i].key);
    }
    mem_give(m->s->host.alloc, m->ties, (m->t->nties + 1) * sizeof *m->ties);
}

/* False: a part is missing, and the row refers to nothing. */
static bool put_staged_key(const struct tie_check *t, const struct table_tie *tie) {
    const struct staging *g = t->staging;
    buf_clear(t->key);
    for (uint32_t i = 0; i < tie->n; i++) {
        const struct staged_column *c = &g->columns[tie->columns[i]];
        if (staged_missing(c, g->n))
            return false;
        int64_t word = c->kind == TY_TEXT ? 0 : staged_word(c, g->n);
        if (c->kind == TY_TEXT)
            add_text(t->key, staged_text(g, c, g->n));
        else
            buf_put(t->key, &word, sizeof word);
    }
    return true;
}

static void put_value(const struct tie_check *t, int field) {
    struct buf text;
    if (t->fields) {
        put_shown(t->reason, csv_text(&t->fields[field]));
        return;
    }
    buf_init(&text, t->reason->alloc);
    cell_text(&text, &t->m->frame->columns[field], t->row, t->m->s->host.calendar);
    put_shown(t->reason, buf_view(&text));
    t->reason->failed |= text.failed;
    buf_free(&text);
}

static void reason_dangling(const struct tie_check *t, const struct table_tie *tie) {
    buf_clear(t->reason);
    buf_printf(t->reason, "no %.*s with ", STR_ARG(tie->to->name));
    for (uint32_t i = 0; i < tie->n; i++) {
        const struct table_column *key = &tie->to->columns[tie->to->keys[i]];
        buf_printf(t->reason, "%s%.*s ", i ? ", " : "", STR_ARG(key->name));
        put_value(t, t->staging->columns[tie->columns[i]].field);
    }
}

enum status ties_hold(const struct tie_check *t, const struct table_column **broken) {
    const struct table *table = t->m->t;
    *broken = NULL;
    for (uint32_t i = 0; i < table->nties; i++) {
        const struct tie_keys *k = &t->m->ties[i];
        int64_t unused;
        if (!k->read || !put_staged_key(t, k->tie))
            continue;
        if (t->key->failed)
            return ST_NO_MEMORY;
        if (keymap_find(&k->keys, buf_view(t->key), &unused))
            continue;
        reason_dangling(t, k->tie);
        *broken = &table->columns[k->tie->columns[0]];
        return ST_OK;
    }
    return ST_OK;
}

/* ---- after rows are stored ---- */

static enum status fail_orphans(struct import *m, struct str child, struct str parent, int64_t n,
                                bool replaced) {
    enum status status = store_fail(
        m->s, E0510, m->span, "%lld rows of `%.*s` refer to rows of `%.*s` that %s%.*s",
        (long long)n, STR_ARG(child), STR_ARG(parent), replaced ? "are not in " : "are not there",
        STR_ARG(replaced ? m->file : STR("")));
    if (replaced)
        store_help(m->s, "import with `update`, or replace `%.*s` first", STR_ARG(child));
    else
        store_help(m->s, "%.*s changes some columns of a reference: let it have all of them",
                   STR_ARG(m->file));
    return status;
}

static enum status check_own(struct import *m) {
    for (uint32_t i = 0; i < m->t->nties; i++) {
        int64_t n = 0;
        enum status status = ST_OK;
        if (m->ties[i].partial)
            status = orphans_of(m->s, m->span, m->t, m->ties[i].tie, &n);
        if (status == ST_OK && n > 0)
            status = fail_orphans(m, m->t->name, m->ties[i].tie->to->name, n, false);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static enum status check_child(struct import *m, struct tie_text *x) {
    int64_t n = 0;
    enum status status = count_orphans(m->s, m->span, x, &n);
    return status == ST_OK && n > 0 ? fail_orphans(m, x->table, x->parent, n, true) : status;
}

/* The columns of one reference come one after the other, place 0 first. */
static enum status check_all(struct import *m, sqlite3_stmt *st, struct arena *arena) {
    struct tie_text x;
    enum status status = ST_OK;
    int code;
    tie_text_init(&x, m->s->host.alloc);
    x.parent = m->t->name;
    while (status == ST_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
        if (sqlite3_column_int(st, 1) == 0) {
            if (x.own.n)
                status = check_child(m, &x);
            buf_clear(&x.present);
            buf_clear(&x.own);
            buf_clear(&x.keys);
            x.table = arena_str(arena, column_str(st, 0));
            if (!x.table.p)
                status = ST_NO_MEMORY;
        }
        tie_text_add(&x, column_str(st, 2), column_str(st, 3));
    }
    if (status == ST_OK && code != SQLITE_DONE)
        status = store_sql_fail(m->s, m->span);
    if (status == ST_OK && x.own.n)
        status = check_child(m, &x);
    tie_text_free(&x);
    return status;
}

static enum status check_children(struct import *m) {
    struct buf sql;
    struct arena arena;
    sqlite3_stmt *st;
    enum status status = store_run(m->s, m->span, own_table);
    if (status != ST_OK)
        return status;
    buf_init(&sql, m->s->host.alloc);
    buf_text(&sql, "SELECT \"table\", place, \"column\", \"key\" FROM \"spoke$$ties\" "
                   "WHERE parent = ?1 ORDER BY \"table\", name, place");
    status = store_prepare(m->s, m->span, &sql, &st);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    bind_str(st, 1, m->t->name);
    arena_init(&arena, m->s->host.alloc);
    status = check_all(m, st, &arena);
    arena_free(&arena);
    sqlite3_finalize(st);
    return status;
}

enum status ties_check_stored(struct import *m) {
    enum status status = check_own(m);
    bool gone = m->mode == IMPORT_REPLACE && !m->was_empty && !table_is_entity(m->t);
    return status == ST_OK && gone ? check_children(m) : status;
}
