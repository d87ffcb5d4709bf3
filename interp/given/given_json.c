/* Reading a record: one pass, guided by what is read of each table.
 *
 * A shape lists the fields of a table's objects that count. Rows are found again within their
 * record by their keys, so that two references are equal when their keys are. */
#include "given/given_json.h"
#include "base/utf8.h"
#include "column/items.h"
#include "store/items.h"
#include "store/json_text.h"
#include "store/marked.h"

enum field_means {
    MEANS_VALUE,
    MEANS_LIST,     /* a column of lists */
    MEANS_ROW,      /* a reference */
    MEANS_TIE,      /* the row behind a reference by several columns */
    MEANS_ROWS,     /* a list of rows that refer to this one */
    MEANS_TIED_ROWS /* ... by several columns */
};

struct given_field {
    struct str name;
    enum field_means means;
    uint32_t column; /* ROWS: of `rows_of`, the reference that leads back; ties: their number */
    uint8_t bit;     /* of what is read */
    struct given_table *rows_of;  /* LIST: those that items are, or NULL; VALUE: NULL */
    const struct given_shape *to; /* of them */
    struct given_table *items;    /* LIST: rows of its items, or NULL */
};

struct given_shape {
    struct given_table *rows_of;
    ARENA_VEC(struct given_field) fields;
    bool tells;   /* all columns of its key are read, so rows are found again */
    uint32_t key; /* the column of a key of one, or NO_KEY: its rows are not referred to */
};
#define NO_KEY UINT32_MAX

struct reader {
    struct given_json *j;
    struct json_text text;
    uint32_t depth;
    enum given_result result; /* GIVEN_READ while all is well */
};

/* ---- shapes ---- */

static const struct given_shape *shape_of(struct given *g, struct given_shape *shapes,
                                          const struct given_table *t) {
    uint32_t i = 0;
    while (g->tables.at[i] != t)
        i++;
    return &shapes[i];
}

static void add_column(struct given *g, struct given_shape *shapes, struct given_shape *s,
                       uint32_t column) {
    const struct table_column *c = &s->rows_of->table->columns[column];
    const struct table *table = c->item ? c->item->to : c->to;
    struct given_table *to = table ? given_table_of(g, table) : NULL;
    struct given_field field = {.name = c->name,
                                .means = c->item ? MEANS_LIST
                                         : to    ? MEANS_ROW
                                                 : MEANS_VALUE,
                                .column = column,
                                .bit = s->rows_of->bits[column],
                                .rows_of = to,
                                .to = to ? shape_of(g, shapes, to) : NULL,
                                .items = c->item ? given_table_of(g, c->items->table) : NULL};
    ARENA_PUSH(&g->arena, &s->fields) = field;
    if (c->header.n && !str_eq(c->header, c->name)) {
        field.name = c->header;
        ARENA_PUSH(&g->arena, &s->fields) = field;
    }
}

/* Whether one name is enough for the list: no column has it, nor a tie, nor another list. */
static bool has_own_name(const struct given_table *t, const struct given_list *list) {
    struct str name = list->rows_of->table->name;
    for (uint32_t i = 0; i < t->lists.n; i++)
        if (t->lists.at[i].rows_of == list->rows_of && &t->lists.at[i] != list)
            return false;
    return table_column_named(t->table, name) < 0 && !table_tie_named(t->table, name);
}

static void add_list(struct given *g, struct given_shape *shapes, struct given_shape *s,
                     const struct given_list *list) {
    const struct table *of = list->rows_of->table;
    struct str by = list->tied ? list->rows_of->ties.at[list->column].tie->name
                               : of->columns[list->column].name;
    struct given_field *f = &ARENA_PUSH(&g->arena, &s->fields);
    *f = (struct given_field){.name = of->name,
                              .means = list->tied ? MEANS_TIED_ROWS : MEANS_ROWS,
                              .column = list->column,
                              .bit = list->bit,
                              .rows_of = list->rows_of,
                              .to = shape_of(g, shapes, list->rows_of)};
    if (!has_own_name(s->rows_of, list))
        f->name = arena_printf(&g->arena, "%.*s.%.*s", STR_ARG(of->name), STR_ARG(by));
}

static void add_tie(struct given *g, struct given_shape *shapes, struct given_shape *s,
                    uint32_t number) {
    const struct given_tie *tie = &s->rows_of->ties.at[number];
    ARENA_PUSH(&g->arena, &s->fields) = (struct given_field){.name = tie->tie->name,
                                                             .means = MEANS_TIE,
                                                             .column = number,
                                                             .bit = tie->bit,
                                                             .rows_of = tie->to,
                                                             .to = shape_of(g, shapes, tie->to)};
}

static void make_shape(struct given *g, struct given_shape *shapes, uint32_t number) {
    struct given_shape *s = &shapes[number];
    const struct table *table = s->rows_of->table;
    uint32_t key = table->keys[0];
    s->tells = true;
    for (uint32_t i = 0; i < table->nkeys; i++)
        s->tells &= s->rows_of->bits[table->keys[i]] &&
                    type_storage(table->columns[table->keys[i]].type) != STORE_PAIR;
    s->key = s->tells && table_is_entity(table) ? key : NO_KEY;
    for (uint32_t i = 0; i < table->n; i++)
        if (s->rows_of->bits[i])
            add_column(g, shapes, s, i);
    for (uint32_t i = 0; i < s->rows_of->ties.n; i++)
        if (s->rows_of->ties.at[i].bit)
            add_tie(g, shapes, s, i);
    for (uint32_t i = 0; i < s->rows_of->lists.n; i++)
        add_list(g, shapes, s, &s->rows_of->lists.at[i]);
}

void given_json_open(struct given_json *j, struct given *given, const struct calendar *calendar) {
    struct given_shape *shapes = ARENA_ARRAY(&given->arena, struct given_shape, given->tables.n);
    *j = (struct given_json){.given = given, .calendar = calendar, .shapes = shapes};
    j->mapped = ARENA_ARRAY(&given->arena, bool, given->tables.n);
    strmap_init(&j->rows, given->alloc);
    arena_init(&j->keys, given->alloc);
    buf_init(&j->key, given->alloc);
    buf_init(&j->lists, given->alloc);
    buf_init(&j->reason, given->alloc);
    for (uint32_t i = 0; i < given->tables.n; i++)
        shapes[i].rows_of = given->tables.at[i];
    for (uint32_t i = 0; i < given->tables.n; i++)
        make_shape(given, shapes, i);
}

void given_json_close(struct given_json *j) {
    strmap_free(&j->rows);
    arena_free(&j->keys);
    buf_free(&j->key);
    buf_free(&j->lists);
    buf_free(&j->reason);
}

static void forget_rows(struct given_json *j) {
    struct alloc *alloc = j->given->alloc;
    buf_clear(&j->lists);
    j->nlists = 0;
    if (j->rows.n == 0)
        return;
    memset(j->mapped, 0, j->given->tables.n * sizeof *j->mapped);
    strmap_free(&j->rows);
    strmap_init(&j->rows, alloc);
    arena_free(&j->keys);
    arena_init(&j->keys, alloc);
}

/* ---- what can go wrong ---- */

static bool no_memory(struct reader *r) {
    r->result = GIVEN_NO_MEMORY;
    return false;
}

/* The reason is written, unless there was no room for it. */
static bool refused(struct reader *r) {
    if (r->j->reason.failed)
        return no_memory(r);
    if (r->result == GIVEN_READ)
        r->result = GIVEN_REFUSED;
    return false;
}

static bool not_json(struct reader *r) {
    buf_text(&r->j->reason, r->text.flaw ? r->text.flaw : "it is not valid JSON");
    return refused(r);
}

static bool refuse_field(struct reader *r, const struct given_field *f, const char *why) {
    buf_printf(&r->j->reason, "`%.*s` %s", STR_ARG(f->name), why);
    return refused(r);
}

/* ---- rows by their keys ---- */

enum { FEW_ROWS = 16 };

/* The value of a column of a row's key as bytes that are equal when it is. */
static struct str key_bytes(const struct given_json *j, const struct column *c, uint32_t row) {
    const struct given_table *to =
        c->type->kind == TY_REF ? given_table_of(j->given, c->type->table) : NULL;
    if (type_storage(c->type) == STORE_TEXT)
        return text_str(c->t[row]);
    if (to)
        c->i[row] = given_now(to, (uint32_t)c->i[row]);
    return (struct str){(const char *)&c->i[row], sizeof c->i[row]};
}

static bool has_key(const struct given_shape *s, uint32_t row) {
    const struct given_table *t = s->rows_of;
    bool has = s->tells;
    for (uint32_t i = 0; has && i < t->table->nkeys; i++) {
        uint32_t key = t->table->keys[i];
        has =
            given_was_given(t, row, t->bits[key]) && column_state(&t->columns[key], row) == PRESENT;
    }
    return has;
}

static bool same_key(const struct given_json *j, const struct given_shape *s, uint32_t a,
                     uint32_t b) {
    const struct given_table *t = s->rows_of;
    bool same = true;
    for (uint32_t i = 0; same && i < t->table->nkeys; i++) {
        const struct column *c = &t->columns[t->table->keys[i]];
        same = str_eq(key_bytes(j, c, a), key_bytes(j, c, b));
    }
    return same;
}

/* The place in the map for what the key says. NULL: no memory. */
static uint64_t *place_for_key(struct given_json *j) {
    bool is_new;
    uint64_t *found = j->key.failed ? NULL : strmap_find(&j->rows, buf_view(&j->key));
    if (found || j->key.failed)
        return found;
    struct str kept = arena_str(&j->keys, buf_view(&j->key));
    return kept.p ? strmap_put(&j->rows, kept, &is_new) : NULL;
}

/* ... for rows with this row's key. */
static uint64_t *place_of(struct given_json *j, const struct given_shape *s, uint32_t row) {
    const struct given_table *t = s->rows_of;
    uint32_t number = (uint32_t)(s - j->shapes);
    buf_clear(&j->key);
    buf_put(&j->key, &number, sizeof number);
    for (uint32_t i = 0; i < t->table->nkeys; i++) {
        struct str part = key_bytes(j, &t->columns[t->table->keys[i]], row);
        buf_put(&j->key, &part.n, sizeof part.n);
        buf_str(&j->key, part);
    }
    return place_for_key(j);
}

/* From now on the table's complete rows are found by the map. */
static bool map_rows(struct given_json *j, const struct given_shape *s) {
    const struct given_table *t = s->rows_of;
    for (uint32_t row = t->first; row < t->n; row++) {
        uint64_t *place =
            given_is_complete(j->given, t, row) && has_key(s, row) ? place_of(j, s, row) : NULL;
        if (place)
            *place = row;
    }
    return !j->key.failed;
}

/* Among rows before `end`. */
static uint32_t look_through(const struct given_json *j, const struct given_shape *s, uint32_t row,
                             uint32_t end) {
    const struct given_table *t = s->rows_of;
    for (uint32_t other = t->first; other < end; other++)
        if (given_is_complete(j->given, t, other) && has_key(s, other) &&
            same_key(j, s, other, row))
            return other;
    return 0;
}

/* Another complete row of the record with this row's key, or 0. False: no memory. */
static bool find_same(struct given_json *j, const struct given_shape *s, uint32_t row,
                      uint32_t *same) {
    uint32_t n = s->rows_of->n - s->rows_of->first;
    if (n <= FEW_ROWS) {
        *same = look_through(j, s, row, s->rows_of->n);
        return true;
    }
    bool *mapped = &j->mapped[s - j->shapes];
    if (!*mapped && !map_rows(j, s))
        return false;
    *mapped = true; /* and there is an entry in the map from here on */
    uint64_t *place = place_of(j, s, row);
    if (!place)
        return false;
    *same = (uint32_t)*place;
    if (!*place)
        *place = row;
    return true;
}

/* The row has been read: if another of the record has its key, both are one. */
static bool settle_row(struct reader *r, const struct given_shape *s, uint32_t *row) {
    struct given_table *t = s->rows_of;
    struct given *g = r->j->given;
    uint32_t same = 0;
    if (s->key != NO_KEY && has_key(s, *row) && !find_same(r->j, s, *row, &same))
        return no_memory(r);
    bool is_own = t == g->tables.at[0] && *row == given_own_row(g);
    uint32_t kept = same && !is_own ? same : *row;
    if (same && !given_unite(g, t, kept, kept == same ? *row : same))
        return no_memory(r);
    *row = kept;
    given_complete(g, t, kept);
    return true;
}

/* Rows with keys of several columns, to which nothing refers. Their keys are only known when all
 * rows that they refer to are settled. */
static bool unite_parts(struct reader *r, const struct given_shape *s) {
    struct given_table *t = s->rows_of;
    struct given_json *j = r->j;
    for (uint32_t row = t->first; row < t->n; row++) {
        uint32_t same = 0;
        if (!given_is_complete(j->given, t, row) || !has_key(s, row))
            continue;
        if (t->n - t->first <= FEW_ROWS) {
            same = look_through(j, s, row, row);
        } else {
            uint64_t *place = place_of(j, s, row);
            if (!place)
                return no_memory(r);
            same = (uint32_t)*place;
            if (!same)
                *place = row;
        }
        if (same && !given_unite(j->given, t, same, row))
            return no_memory(r);
    }
    return true;
}

static bool unite_all_parts(struct reader *r) {
    struct given *g = r->j->given;
    bool unites = false;
    for (uint32_t i = 0; i < g->tables.n; i++) {
        struct given_table *t = g->tables.at[i];
        if (r->j->shapes[i].key != NO_KEY || t->n - t->first <= 1)
            continue;
        if (!unite_parts(r, &r->j->shapes[i]))
            return false;
        unites |= t->unites && t->ties.n + t->lists.n;
    }
    if (unites) /* what is tied to them */
        given_follow(g);
    return true;
}

/* The whole record has been read. */
static bool settle_record(struct reader *r) {
    struct given *g = r->j->given;
    if (g->has_ties && !given_fill_ties(g))
        return no_memory(r);
    given_follow(g);
    if (g->has_ties && !given_check_ties(g, &r->j->reason))
        return refused(r);
    if (!unite_all_parts(r))
        return false;
    given_settle(g);
    return true;
}

/* ---- values ---- */

static bool put_value(struct reader *r, const struct given_shape *s, uint32_t row, uint32_t column,
                      const struct csv_field *value) {
    struct given_json *j = r->j;
    const struct table_column *c = &s->rows_of->table->columns[column];
    struct cell cell;
    bool ok = value->kind == FIELD_TEXT ? convert_field(j->calendar, c, value, &cell, &j->reason)
                                        : convert_marked(j->calendar, c, value, &cell, &j->reason);
    if (!ok)
        return refused(r);
    return given_put(j->given, s->rows_of, row, column, &cell) || no_memory(r);
}

/* A row of which only the key is known, unless the record says more elsewhere. */
static bool put_key(struct reader *r, const struct given_shape *s, const struct csv_field *value,
                    uint32_t *row) {
    const struct table *table = s->rows_of->table;
    *row = given_row(r->j->given, s->rows_of);
    if (!*row)
        return no_memory(r);
    if (s->key == NO_KEY)
        return true;
    const struct table_column *c = &table->columns[s->key];
    uint32_t of_key = 0;
    if (c->type->kind != TY_REF) {
        if (!put_value(r, s, *row, s->key, value))
            return false;
    } else {
        for (uint32_t i = 0; i < s->fields.n; i++)
            if (s->fields.at[i].means == MEANS_ROW && s->fields.at[i].column == s->key) {
                if (!put_key(r, s->fields.at[i].to, value, &of_key))
                    return false;
                if (!given_put_row(r->j->given, s->rows_of, *row, s->key, of_key))
                    return no_memory(r);
                break;
            }
    }
    return settle_row(r, s, row);
}

static bool read_object(struct reader *r, const struct given_shape *s, uint32_t *row,
                        uint32_t implied);

static bool is_null(const struct csv_field *value) {
    return value->kind == FIELD_TEXT && value->n == 0 && !value->quoted;
}

static bool read_reference(struct reader *r, const struct given_shape *s, uint32_t row,
                           const struct given_field *f) {
    const struct table_column *c = &s->rows_of->table->columns[f->column];
    struct csv_field value;
    uint32_t to = 0;
    if (json_at(&r->text, '{')) {
        to = given_row(r->j->given, f->rows_of);
        if (!to)
            return no_memory(r);
        if (!read_object(r, f->to, &to, NO_KEY))
            return false;
    } else {
        if (!json_read_value(&r->text, &value))
            return not_json(r);
        if (value.kind != FIELD_TEXT)
            return refuse_field(r, f, "is a list; a reference is a key or an object");
        if (is_null(&value) && !c->type->nullable)
            return refuse_field(r, f, "is missing");
        if (!is_null(&value) && !put_key(r, f->to, &value, &to))
            return false;
    }
    return given_put_row(r->j->given, s->rows_of, row, f->column, to) || no_memory(r);
}

/* ---- lists in columns ---- */

struct list_reading {
    const struct given_field *field;
    const struct table_column *column;
    uint32_t row, place;
    uint32_t number; /* of the list in the record */
    size_t start;    /* of its text */
};
struct list_item {
    uint32_t row; /* of the table that items are rows of, or 0 */
    struct cell cell;
    struct item item;
};

/* The item's row has been read, and its key is what stands in the list. */
static bool take_key(struct reader *r, const struct list_reading *l, struct list_item *item) {
    const struct given_table *t = l->field->rows_of;
    const struct column *key;
    uint32_t row = item->row;
    for (;;) {
        key = &t->columns[t->table->keys[0]];
        item->item = item_of_column(key, row);
        if (item->item.missing || key->type->kind != TY_REF)
            break;
        row = (uint32_t)key->i[row];
        t = given_table_of(r->j->given, key->type->table);
    }
    return !item->item.missing || refuse_field(r, l->field, "has an item without its key");
}

/* Whether the list has it already. */
static bool note_item(struct reader *r, const struct list_reading *l, const struct item *item,
                      bool *is_new) {
    struct given_json *j = r->j;
    uint32_t marks[2] = {UINT32_MAX, l->number};
    buf_clear(&j->key);
    buf_put(&j->key, marks, sizeof marks);
    if (item->text.p)
        buf_str(&j->key, item->text);
    else
        buf_put(&j->key, &item->i, sizeof item->i);
    uint64_t *place = place_for_key(j);
    *is_new = place && !*place;
    if (*is_new)
        *place = 1;
    return place || no_memory(r);
}

/* The tie by which items lead to their row; -1: none is read. */
static int owner_tie(const struct given_table *items) {
    for (uint32_t i = 0; i < items->ties.n; i++)
        if (items->ties.at[i].tie == items->table->ties)
            return (int)i;
    return -1;
}

static bool add_item_row(struct reader *r, const struct list_reading *l,
                         const struct list_item *item) {
    struct given *g = r->j->given;
    struct given_table *items = l->field->items;
    uint32_t at = items->table->n - 2, row = given_row(g, items);
    const struct cell place = {.i = l->place};
    int tie = table_is_entity(items->table->owner) ? -1 : owner_tie(items);
    bool ok = row != 0;
    if (ok && table_is_entity(items->table->owner) && items->bits[0])
        ok = given_put_row(g, items, row, 0, l->row);
    if (ok && tie >= 0)
        given_tie_row(items, (uint32_t)tie, row, l->row);
    if (ok && items->bits[at])
        ok = item->row ? given_put_row(g, items, row, at, item->row)
                       : given_put(g, items, row, at, &item->cell);
    if (ok && items->bits[at + 1])
        ok = given_put(g, items, row, at + 1, &place);
    if (ok)
        given_complete(g, items, row);
    return ok || no_memory(r);
}

static bool add_item(struct reader *r, struct list_reading *l, struct list_item *item) {
    bool is_new;
    if (item->row && !take_key(r, l, item))
        return false;
    if (!note_item(r, l, &item->item, &is_new))
        return false;
    if (!is_new)
        return true;
    l->place++;
    items_put(&r->j->lists, l->column->type->element->kind, &item->item);
    return !l->field->items || add_item_row(r, l, item);
}

static bool add_value(struct reader *r, struct list_reading *l, const struct csv_field *value) {
    struct list_item item = {.item = {.text = STR_NONE}};
    if (is_null(value))
        return true;
    if (value->kind != FIELD_TEXT)
        return refuse_field(r, l->field, "has an item that is no value");
    if (l->field->to)
        return put_key(r, l->field->to, value, &item.row) && add_item(r, l, &item);
    if (!convert_field(r->j->calendar, l->column->item, value, &item.cell, &r->j->reason))
        return refused(r);
    if (type_storage(l->column->type->element) == STORE_TEXT)
        item.item.text = item.cell.text;
    else
        item.item.i = item.cell.i; /* a float is the word it is */
    return add_item(r, l, &item);
}

static bool read_item(struct reader *r, struct list_reading *l) {
    struct csv_field value;
    struct list_item item = {.item = {.text = STR_NONE}};
    json_skip_blanks(&r->text);
    if (!l->field->to || !json_at(&r->text, '{'))
        return json_read_value(&r->text, &value) ? add_value(r, l, &value) : not_json(r);
    item.row = given_row(r->j->given, l->field->rows_of);
    if (!item.row)
        return no_memory(r);
    return read_object(r, l->field->to, &item.row, NO_KEY) && add_item(r, l, &item);
}

static bool read_items(struct reader *r, struct list_reading *l) {
    json_skip_blanks(&r->text);
    bool more = !json_take(&r->text, ']');
    while (more) {
        if (!read_item(r, l))
            return false;
        json_skip_blanks(&r->text);
        more = json_take(&r->text, ',');
        if (!more && !json_take(&r->text, ']'))
            return not_json(r);
    }
    return true;
}

/* A text is split as in files; null is an empty list. */
static bool split_items(struct reader *r, struct list_reading *l) {
    struct csv_field value;
    struct str rest, text;
    if (!json_read_value(&r->text, &value))
        return not_json(r);
    if (is_null(&value))
        return true;
    if (value.kind != FIELD_TEXT)
        return refuse_field(r, l->field, "has to be a list");
    rest = csv_text(&value);
    while (items_split(&rest, l->column->split, &text)) {
        const struct csv_field item = {
            .p = text.p, .n = (uint32_t)text.n, .kind = FIELD_TEXT, .quoted = true};
        if (!add_value(r, l, &item))
            return false;
    }
    return true;
}

static bool read_list(struct reader *r, const struct given_shape *s, uint32_t row,
                      const struct given_field *f) {
    struct buf *lists = &r->j->lists;
    struct list_reading l = {.field = f,
                             .column = &s->rows_of->table->columns[f->column],
                             .row = row,
                             .number = r->j->nlists++,
                             .start = lists->n};
    given_put_bit(s->rows_of, row, f->bit);
    items_start(lists);
    if (!(json_take(&r->text, '[') ? read_items(r, &l) : split_items(r, &l)))
        return false;
    items_end(lists);
    if (lists->failed)
        return no_memory(r);
    const struct cell cell = {.text = {lists->p + l.start, lists->n - l.start}};
    bool put = given_put(r->j->given, s->rows_of, row, f->column, &cell);
    lists->n = l.start;
    return put || no_memory(r);
}

/* ---- rows behind rows ---- */

/* The row behind a reference by several columns. */
static bool read_tie(struct reader *r, const struct given_shape *s, uint32_t row,
                     const struct given_field *f) {
    struct csv_field value;
    given_put_bit(s->rows_of, row, f->bit);
    if (!json_at(&r->text, '{')) {
        if (!json_read_value(&r->text, &value))
            return not_json(r);
        return is_null(&value) || refuse_field(r, f, "has to be an object");
    }
    uint32_t to = given_row(r->j->given, f->rows_of);
    if (!to)
        return no_memory(r);
    given_tie_row(s->rows_of, f->column, row, to);
    return read_object(r, f->to, &to, NO_KEY);
}

/* An item of a list says by itself where it belongs. */
static bool lead_back(struct reader *r, const struct given_field *f, uint32_t item, uint32_t row) {
    if (f->means == MEANS_ROWS)
        return given_put_row(r->j->given, f->rows_of, item, f->column, row);
    given_tie_row(f->rows_of, f->column, item, row);
    return true;
}

static bool read_rows(struct reader *r, const struct given_shape *s, uint32_t row,
                      const struct given_field *f) {
    struct csv_field value;
    if (!json_take(&r->text, '[')) {
        if (!json_read_value(&r->text, &value))
            return not_json(r);
        return is_null(&value) || refuse_field(r, f, "has to be a list of objects");
    }
    given_put_bit(s->rows_of, row, f->bit);
    json_skip_blanks(&r->text);
    bool more = !json_take(&r->text, ']');
    while (more) {
        json_skip_blanks(&r->text);
        if (!json_at(&r->text, '{'))
            return refuse_field(r, f, "has to be a list of objects");
        uint32_t item = given_row(r->j->given, f->rows_of);
        if (!item || !lead_back(r, f, item, row))
            return no_memory(r);
        if (!read_object(r, f->to, &item, f->means == MEANS_ROWS ? f->column : NO_KEY))
            return false;
        json_skip_blanks(&r->text);
        more = json_take(&r->text, ',');
        if (!more && !json_take(&r->text, ']'))
            return not_json(r);
    }
    return true;
}

/* ---- objects ---- */

/* Objects mostly have their fields in the order of the last one. */
static const struct given_field *field_named(const struct given_shape *s, struct str name,
                                             uint32_t *expected) {
    for (uint32_t k = 0; k < s->fields.n; k++) {
        uint32_t i = *expected + k < s->fields.n ? *expected + k : *expected + k - s->fields.n;
        if (str_eq(s->fields.at[i].name, name)) {
            *expected = i + 1 < s->fields.n ? i + 1 : 0;
            return &s->fields.at[i];
        }
    }
    return NULL;
}

/* `implied` is the column that the list has filled already; the object may say it itself. */
static bool read_field(struct reader *r, const struct given_shape *s, uint32_t row,
                       const struct given_field *f, uint32_t *implied) {
    struct csv_field value;
    if (!f) /* nobody reads it */
        return json_read_value(&r->text, &value) || not_json(r);
    bool is_column = f->means == MEANS_VALUE || f->means == MEANS_ROW;
    if (is_column && f->column == *implied)
        *implied = NO_KEY;
    else if (given_was_given(s->rows_of, row, f->bit))
        return refuse_field(r, f, "stands twice in one object");
    if (f->means == MEANS_ROWS || f->means == MEANS_TIED_ROWS)
        return read_rows(r, s, row, f);
    if (f->means == MEANS_TIE)
        return read_tie(r, s, row, f);
    if (f->means == MEANS_LIST)
        return read_list(r, s, row, f);
    if (f->means == MEANS_ROW)
        return read_reference(r, s, row, f);
    if (!json_read_value(&r->text, &value))
        return not_json(r);
    return put_value(r, s, row, f->column, &value);
}

static bool read_member(struct reader *r, const struct given_shape *s, uint32_t row,
                        uint32_t *expected, uint32_t *implied) {
    struct str name;
    json_skip_blanks(&r->text);
    if (!json_take(&r->text, '"') || !json_read_string(&r->text, &name))
        return not_json(r);
    json_skip_blanks(&r->text);
    if (!json_take(&r->text, ':'))
        return not_json(r);
    json_skip_blanks(&r->text);
    return read_field(r, s, row, field_named(s, name, expected), implied);
}

static bool read_object(struct reader *r, const struct given_shape *s, uint32_t *row,
                        uint32_t implied) {
    uint32_t expected = 0;
    if (r->depth++ == JSON_DEEPEST) {
        buf_text(&r->j->reason, "objects are nested more than 256 deep");
        return refused(r);
    }
    if (!json_take(&r->text, '{'))
        return not_json(r);
    json_skip_blanks(&r->text);
    bool more = !json_take(&r->text, '}');
    while (more) {
        if (!read_member(r, s, *row, &expected, &implied))
            return false;
        json_skip_blanks(&r->text);
        more = json_take(&r->text, ',');
        if (!more && !json_take(&r->text, '}'))
            return not_json(r);
    }
    r->depth--;
    return settle_row(r, s, row);
}

/* ---- a record ---- */

static bool read_record(struct reader *r, char *text, size_t n) {
    const struct given_shape *root = &r->j->shapes[0];
    uint32_t row = root->rows_of->first;
    if (utf8_check((struct str){text, n}) != n) {
        buf_text(&r->j->reason, "it is not valid UTF-8");
        return refused(r);
    }
    json_skip_blanks(&r->text);
    if (!json_at(&r->text, '{')) {
        buf_text(&r->j->reason, "it is not a JSON object");
        return refused(r);
    }
    if (!read_object(r, root, &row, NO_KEY))
        return false;
    json_skip_blanks(&r->text);
    if (r->text.p < r->text.end) {
        buf_text(&r->j->reason, "text stands behind the object");
        return refused(r);
    }
    return true;
}

enum given_result given_json_record(struct given_json *j, char *text, size_t n) {
    struct reader r = {.j = j, .text = {.p = text, .end = text + n}, .result = GIVEN_READ};
    forget_rows(j);
    buf_clear(&j->reason);
    if (!given_record(j->given))
        return GIVEN_NO_MEMORY;
    if (!read_record(&r, text, n) || !settle_record(&r))
        given_take_back(j->given);
    return r.result;
}
