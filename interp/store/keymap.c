/* Key maps own copies of the keys, in an arena of their own. */
#include "store/keymap.h"

enum { ROWS_BETWEEN_POLLS = 65536 };

void keymap_init(struct keymap *m, struct alloc *alloc) {
    *m = (struct keymap){.highest = 0};
    strmap_init(&m->map, alloc);
    arena_init(&m->keys, alloc);
}

void keymap_free(struct keymap *m) {
    strmap_free(&m->map);
    arena_free(&m->keys);
    m->highest = 0;
}

bool keymap_add(struct keymap *m, struct str key, int64_t id) {
    bool is_new;
    struct str copy = arena_str(&m->keys, key);
    uint64_t *value = copy.p ? strmap_put(&m->map, copy, &is_new) : NULL;
    if (!value)
        return false;
    *value = (uint64_t)id;
    if (id > m->highest)
        m->highest = id;
    return true;
}

static bool add_row(struct keymap *m, sqlite3_stmt *st, enum type_kind kind) {
    int64_t id = sqlite3_column_int64(st, 0);
    if (kind == TY_TEXT)
        return keymap_add(m, column_str(st, 1), id);
    int64_t word = sqlite3_column_int64(st, 1);
    if (kind == TY_FLOAT) {
        double f = sqlite3_column_double(st, 1);
        memcpy(&word, &f, sizeof word);
    }
    return keymap_add(m, keymap_word(&word), id);
}

static enum status add_rows(struct store *s, struct span span, sqlite3_stmt *st,
                            enum type_kind kind, struct keymap *m) {
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        if (sqlite3_column_type(st, 1) != SQLITE_NULL && !add_row(m, st, kind))
            return ST_NO_MEMORY;
        enum status status = m->map.n % ROWS_BETWEEN_POLLS ? ST_OK : store_poll(s, 0);
        if (status != ST_OK)
            return status;
    }
    return code == SQLITE_DONE ? ST_OK : store_sql_fail(s, span);
}

static void put_query(struct buf *sql, struct buf *joins, const struct table *t, bool plain) {
    const struct table_column *key = &t->columns[t->keys[0]];
    unsigned aliases = 0;
    buf_text(sql, "SELECT t.spoke_id, ");
    if (plain) {
        put_plain_value(sql, joins, "t", key, &aliases);
    } else {
        buf_text(sql, "t.");
        put_name(sql, "", key->name);
    }
    buf_text(sql, " FROM ");
    put_name(sql, "spoke$", t->name);
    buf_text(sql, " AS t");
    buf_str(sql, buf_view(joins));
    sql->failed |= joins->failed;
}

enum status keymap_load(struct store *s, struct span span, const struct table *t, bool plain,
                        struct keymap *m) {
    const struct table_column *key = &t->columns[t->keys[0]];
    enum type_kind kind = plain ? plain_type(key)->kind : key->type->kind;
    struct buf sql, joins;
    sqlite3_stmt *st;
    keymap_init(m, s->host.alloc);
    buf_init(&sql, s->host.alloc);
    buf_init(&joins, s->host.alloc);
    put_query(&sql, &joins, t, plain);
    enum status status = store_prepare(s, span, &sql, &st);
    buf_free(&sql);
    buf_free(&joins);
    if (status != ST_OK)
        return status;
    status = add_rows(s, span, st, kind, m);
    sqlite3_finalize(st);
    return status;
}
