/* See given_store.h. */
#include "given/given_store.h"
#include "store/import.h"
#include "store/keymap.h"

struct given_keys {
    struct keymap map;
    bool loaded;
};

enum status given_store_open(struct given_store *s, struct given *given, struct store *store,
                             struct span span) {
    *s = (struct given_store){.given = given, .n = given->tables.n};
    s->keys = mem_zero(given->alloc, s->n * sizeof *s->keys);
    if (!s->keys)
        return ST_NO_MEMORY;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->n; i++)
        keymap_init(&s->keys[i].map, given->alloc);
    for (uint32_t i = 0; i < s->n && status == ST_OK; i++) {
        const struct given_table *t = given->tables.at[i];
        s->keys[i].loaded = table_is_entity(t->table) && (i > 0 || given->asks_own_number);
        if (s->keys[i].loaded)
            status = keymap_load(store, span, t->table, true, &s->keys[i].map);
    }
    if (status == ST_OK && s->n && s->keys[0].loaded)
        given->stored = s->keys[0].map.highest;
    return status;
}

void given_store_close(struct given_store *s) {
    for (uint32_t i = 0; s->keys && i < s->n; i++)
        keymap_free(&s->keys[i].map);
    if (s->keys)
        mem_give(s->given->alloc, s->keys, s->n * sizeof *s->keys);
    *s = (struct given_store){.n = 0};
}

/* The column behind a row's key that holds a plain value, and the row there. NULL: it was not
 * given. */
static const struct column *plain_key(const struct given *g, const struct given_table *t,
                                      uint32_t *row) {
    for (;;) {
        uint32_t key = t->table->keys[0];
        const struct column *c = &t->columns[key];
        if (!t->bits[key] || column_state(c, *row) != PRESENT)
            return NULL;
        if (c->type->kind != TY_REF)
            return c;
        *row = (uint32_t)c->i[*row];
        t = given_table_of(g, c->type->table);
        if (!t || !*row)
            return NULL;
    }
}

static bool find_row(const struct given_store *s, uint32_t table, uint32_t row, int64_t *id,
                     struct str *key) {
    const struct column *c = plain_key(s->given, s->given->tables.at[table], &row);
    if (!c)
        return false;
    bool is_text = type_storage(c->type) == STORE_TEXT;
    *key = is_text ? text_str(c->t[row]) : STR("");
    return keymap_find(&s->keys[table].map, is_text ? *key : keymap_word(&c->i[row]), id);
}

static const struct table_column *column_to(const struct given *g, const struct table *to) {
    const struct table *records = g->tables.at[0]->table;
    for (uint32_t i = 0; i < records->n; i++) {
        const struct table_column *c = &records->columns[i];
        c = c->item ? c->item : c;
        if (c->to == to)
            return c;
    }
    return NULL;
}

bool given_store_find(struct given_store *s, struct buf *reason) {
    struct given *g = s->given;
    for (uint32_t i = 0; i < s->n; i++) {
        struct given_table *t = g->tables.at[i];
        if (!lane_grow(g->alloc, &t->meant, t->n + 1))
            return false;
        for (uint32_t row = t->first; row < t->n; row++) {
            if (!given_is_complete(g, t, row))
                continue; /* it became another */
            struct str key = STR("");
            int64_t id = 0;
            bool found = s->keys[i].loaded && find_row(s, i, row, &id, &key);
            bool is_referred_to = i > 0 || row != given_own_row(g);
            if (!found && !is_referred_to && s->keys[i].loaded)
                id = s->keys[i].map.highest + 1; /* as if it were stored next */
            ((int64_t *)t->meant.p)[row] = id;
            const struct table_column *c = column_to(g, t->table);
            if (!found && is_referred_to && s->keys[i].loaded && c) {
                import_dangling(reason, c, key);
                return false;
            }
        }
    }
    return true;
}
