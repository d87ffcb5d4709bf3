/* Columns of lists in the store: JSON texts of keys, with a view over each.
 *
 * The rows of "spoke$response.themes" are made by json_each, so that updating,
 * replacing and packing rows need to know nothing of items, and an item refers
 * to its row by the row's own number. */
#include "store/items.h"
#include "column/items.h"

/* ---- from a file ---- */

static struct str without_blanks(struct str s) {
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

struct list_reading { /* a field on its way */
    const struct import *m;
    const struct table_column *c;
    struct buf *list, *reason;
};

/* Whether the list had the item in its first `n` bytes. */
static bool is_repeated(struct buf *list, size_t n, enum type_kind kind, const struct item *item) {
    struct items known;
    struct item other;
    bool repeated = false;
    items_open(&known, list->alloc, (struct str){buf_view(list).p, n}, kind);
    while (!repeated && items_next(&known, &other))
        repeated = kind == TY_TEXT ? str_eq(other.text, item->text) : other.i == item->i;
    list->failed |= known.text.failed;
    items_close(&known);
    return repeated;
}

static bool add_item(const struct list_reading *r, struct str text) {
    const struct import *m = r->m;
    const struct table_column *item = r->c->item;
    const struct csv_field field = {
        .p = text.p, .n = (uint32_t)text.n, .kind = FIELD_TEXT, .quoted = true};
    enum type_kind kind = plain_type(item)->kind;
    struct cell cell;
    size_t before = r->list->n;
    buf_clear(r->reason);
    bool ok = item->type->kind == TY_REF
                  ? convert_value(m->s->host.calendar, item, kind, &field, &cell)
                  : convert_field(m->s->host.calendar, item, &field, &cell, r->reason);
    struct item put = {.text = STR_NONE};
    if (ok && kind == TY_TEXT)
        put.text = cell.text;
    else if (ok)
        put.i = cell.i; /* a float is the word it is */
    if (ok && item->type->kind == TY_REF)
        ok = import_find_row(m, item, &cell);
    if (!ok) {
        if (item->type->kind == TY_REF)
            import_dangling(r->reason, item, text);
        return false;
    }
    items_put(r->list, kind, &put);
    if (is_repeated(r->list, before, kind, &put))
        r->list->n = before;
    return true;
}

bool items_split(struct str *rest, struct str split, struct str *item) {
    const char *at = rest->p, *end = rest->p + rest->n;
    *item = STR("");
    while (at < end && !item->n) {
        const char *stop = at;
        while (stop < end &&
               ((size_t)(end - stop) < split.n || memcmp(stop, split.p, split.n) != 0))
            stop++;
        *item = without_blanks((struct str){at, (size_t)(stop - at)});
        at = stop < end ? stop + split.n : end;
    }
    *rest = (struct str){at, (size_t)(end - at)};
    return item->n != 0;
}

static bool add_split(const struct list_reading *r, struct str field) {
    struct str item;
    while (items_split(&field, r->c->split, &item))
        if (!add_item(r, item))
            return false;
    return true;
}

/* Elements of other kinds are read from their text, as fields are. */
static bool add_json(const struct list_reading *r, struct str field) {
    struct items from;
    struct item item;
    bool ok = true;
    items_open(&from, r->list->alloc, field, TY_TEXT);
    while (ok && items_next(&from, &item))
        ok = item.missing || add_item(r, item.text);
    r->list->failed |= from.text.failed;
    items_close(&from);
    return ok;
}

bool items_convert(const struct import *m, const struct table_column *c, struct str field,
                   struct buf *list, struct buf *reason, struct cell *cell) {
    const struct list_reading r = {m, c, list, reason};
    field = without_blanks(field);
    buf_clear(list);
    items_start(list);
    bool ok = field.n && field.p[0] == '[' ? add_json(&r, field) : add_split(&r, field);
    items_end(list);
    *cell = (struct cell){.text = buf_view(list)};
    return ok;
}

/* ---- views ---- */

/* The item as its column is stored: the number of the row that has this key, or the value. */
static void put_item(struct buf *out, const struct table_column *item) {
    if (item->type->kind != TY_REF) {
        buf_text(out, item->type->kind == TY_DATE
                          ? "CAST(julianday(j.value) - 2440587.5 AS INTEGER)"
                          : "j.value");
        return;
    }
    const struct table_column *key = &item->to->columns[item->to->keys[0]];
    struct buf value, joins;
    unsigned aliases = 0;
    buf_init(&value, out->alloc);
    buf_init(&joins, out->alloc);
    put_plain_value(&value, &joins, "p", key, &aliases);
    buf_text(out, "(SELECT p.spoke_id FROM ");
    put_name(out, "spoke$", item->to->name);
    buf_text(out, " AS p");
    buf_str(out, buf_view(&joins));
    buf_text(out, " WHERE ");
    buf_str(out, buf_view(&value));
    buf_text(out, plain_type(key)->kind == TY_DATE
                      ? " = CAST(julianday(j.value) - 2440587.5 AS INTEGER))"
                      : " = j.value)");
    out->failed |= value.failed || joins.failed;
    buf_free(&value);
    buf_free(&joins);
}

void items_put_view(struct buf *out, const struct table *items) {
    const struct table *owner = items->owner;
    buf_text(out, "CREATE VIEW ");
    put_name(out, "spoke$", items->name);
    buf_text(out, " AS SELECT ");
    for (uint32_t i = 0; i + 2 < items->n; i++) {
        buf_text(out, "t.");
        put_name(out, "", table_is_entity(owner) ? STR("spoke_id") : items->columns[i].name);
        buf_text(out, " AS ");
        put_name(out, "", items->columns[i].name);
        buf_text(out, ", ");
    }
    put_item(out, items->of->item);
    buf_text(out, " AS item, j.key + 1 AS place FROM ");
    put_name(out, "spoke$", owner->name);
    buf_text(out, " AS t, json_each(t.");
    put_name(out, "", items->of->name);
    buf_text(out, ") AS j");
}

/* ---- rows that go away ---- */

static enum status check_lists(struct import *m, struct str table, struct str column) {
    struct buf sql, name;
    int64_t n;
    buf_init(&sql, m->s->host.alloc);
    buf_init(&name, m->s->host.alloc);
    buf_printf(&name, "%.*s.%.*s", STR_ARG(table), STR_ARG(column));
    buf_text(&sql, "SELECT count(*) FROM ");
    put_name(&sql, "spoke$", buf_view(&name));
    buf_text(&sql, " WHERE item IS NULL");
    sql.failed |= name.failed;
    enum status status = store_number(m->s, m->span, &sql, &n);
    buf_free(&sql);
    buf_free(&name);
    if (status != ST_OK || n == 0)
        return status;
    status = store_fail(m->s, E0510, m->span,
                        "%lld items of `%.*s.%.*s` are rows of `%.*s` that %.*s does not have",
                        (long long)n, STR_ARG(table), STR_ARG(column), STR_ARG(m->t->name),
                        STR_ARG(m->file));
    store_help(m->s, "import with `update`, or replace `%.*s` first", STR_ARG(table));
    return status;
}

enum status items_check_replaced(struct import *m) {
    return import_each_referring(m, "list of -> ", check_lists);
}
