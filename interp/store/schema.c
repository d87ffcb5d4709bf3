/* Tables in the store: making them, comparing them with declarations, views.
 *
 * What a declaration says of each column is kept in "spoke$$columns" (SQLite
 * cannot tell a date from an int), so comparing needs no parser. A view is made
 * again whenever its text differs from what the declaration asks for. */
#include "store/columns.h"
#include "store/readable.h"
#include "store/items.h"
#include "store/ties.h"
#include <stdio.h>

static const char own_tables[] =
    "PRAGMA application_id = 1399877483;" /* STORE_APPLICATION_ID */
    "CREATE TABLE IF NOT EXISTS \"spoke$catalogue\"(number INTEGER PRIMARY KEY,"
    " kind TEXT NOT NULL, name TEXT NOT NULL, declaration TEXT NOT NULL, UNIQUE(kind, name))"
    " STRICT;"
    "CREATE TABLE IF NOT EXISTS \"spoke$$columns\"(\"table\" TEXT NOT NULL, name TEXT NOT NULL,"
    " position INTEGER NOT NULL, type TEXT NOT NULL, nullable INTEGER NOT NULL,"
    " \"key\" INTEGER NOT NULL, PRIMARY KEY(\"table\", name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS \"spoke$imports\"(number INTEGER PRIMARY KEY,"
    " \"table\" TEXT NOT NULL, file TEXT NOT NULL, mode TEXT NOT NULL, rows INTEGER NOT NULL,"
    " stored INTEGER NOT NULL, rejected INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS \"spoke$rejects\"(\"table\" TEXT NOT NULL, file TEXT NOT NULL,"
    " line INTEGER NOT NULL, \"column\" TEXT, value TEXT, reason TEXT NOT NULL,"
    " PRIMARY KEY(\"table\", file, line)) STRICT, WITHOUT ROWID;"
    "CREATE VIEW IF NOT EXISTS \"imports\" AS SELECT * FROM \"spoke$imports\";"
    "CREATE VIEW IF NOT EXISTS \"rejects\" AS SELECT * FROM \"spoke$rejects\";";

enum status schema_create(struct store *s, struct span span) {
    struct unit unit;
    enum status status = unit_begin(s, span, &unit);
    if (status != ST_OK)
        return status;
    status = store_run(s, span, own_tables);
    return unit_end(s, span, &unit, status);
}

/* ---- what a column is ---- */

const struct type *plain_type(const struct table_column *c) {
    while (c->type->kind == TY_REF)
        c = &c->to->columns[c->to->keys[0]];
    return c->type;
}

static const char *stored_as(const struct table_column *c) {
    switch (c->type->kind) {
    case TY_FLOAT:
        return "REAL";
    case TY_RATIO:
    case TY_SHARE: /* "n/d", which no number of SQLite holds exactly */
    case TY_TEXT:
    case TY_ITEMS: /* JSON */
        return "TEXT";
    default:
        return "INTEGER";
    }
}

/* The type as "spoke$$columns" keeps it. */
static void put_spelling(struct buf *out, const struct table_column *c) {
    static const char *const names[TY_ANY + 1] = {
        [TY_INT] = "int",           [TY_FLOAT] = "float", [TY_BOOL] = "bool",
        [TY_TEXT] = "text",         [TY_DATE] = "date",   [TY_DATETIME] = "datetime",
        [TY_PERIOD] = "period",     [TY_RATIO] = "ratio", [TY_SHARE] = "share",
        [TY_DURATION] = "duration",
    };
    if (c->item) {
        buf_text(out, "list of ");
        put_spelling(out, c->item);
    } else if (c->type->kind == TY_REF) {
        buf_text(out, "-> ");
        buf_str(out, c->to->name);
    } else {
        buf_text(out, names[c->type->kind] ? names[c->type->kind] : "int");
    }
}

/* From 1 for the first key column; 0: not in the key. */
static uint32_t key_place(const struct table *t, uint32_t column) {
    for (uint32_t i = 0; i < t->nkeys; i++) {
        if (t->keys[i] == column)
            return i + 1;
    }
    return 0;
}

/* ---- SQL that makes a table and its view ---- */

static void put_column_definition(struct buf *out, const struct table_column *c) {
    put_name(out, "", c->name);
    buf_printf(out, " %s", stored_as(c));
    if (!c->type->nullable)
        buf_text(out, " NOT NULL");
    if (c->type->kind == TY_REF) {
        buf_text(out, " REFERENCES ");
        put_name(out, "spoke$", c->to->name);
        buf_text(out, "(spoke_id)");
    }
}

static void put_key(struct buf *out, const struct table *t) {
    buf_text(out, table_is_entity(t) ? ", UNIQUE(" : ", PRIMARY KEY(");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_text(out, i ? ", " : "");
        put_name(out, "", t->columns[t->keys[i]].name);
    }
    buf_char(out, ')');
}

static void put_columns(struct buf *out, const struct table *t) {
    put_name(out, "spoke$", t->name);
    buf_text(out, table_is_entity(t) ? "(spoke_id INTEGER PRIMARY KEY, " : "(");
    for (uint32_t i = 0; i < table_width(t); i++) {
        buf_text(out, i ? ", " : "");
        put_column_definition(out, &t->columns[i]);
    }
    if (t->nkeys)
        put_key(out, t);
    buf_text(out, t->nkeys > 1 ? ") STRICT, WITHOUT ROWID" : ") STRICT");
}

static void put_table(struct buf *out, const struct table *t) {
    buf_text(out, "CREATE TABLE ");
    put_columns(out, t);
}

void put_temporary_table(struct buf *out, const struct table *t) {
    buf_text(out, "DROP TABLE IF EXISTS temp.");
    put_name(out, "spoke$", t->name);
    buf_text(out, "; CREATE TABLE temp.");
    put_columns(out, t);
}

void put_plain_value(struct buf *out, struct buf *joins, const char *alias,
                     const struct table_column *c, unsigned *aliases) {
    char own[16] = "";
    while (c->type->kind == TY_REF) {
        unsigned number = ++*aliases;
        buf_text(joins, " LEFT JOIN ");
        put_name(joins, "spoke$", c->to->name);
        buf_printf(joins, " AS r%u ON r%u.spoke_id = %s.", number, number, own[0] ? own : alias);
        put_name(joins, "", c->name);
        snprintf(own, sizeof own, "r%u", number);
        c = &c->to->columns[c->to->keys[0]];
    }
    buf_printf(out, "%s.", own[0] ? own : alias);
    put_name(out, "", c->name);
}

static void put_view_column(struct buf *out, struct buf *joins, const struct calendar *calendar,
                            const struct table_column *c, unsigned *aliases) {
    struct buf value;
    buf_init(&value, out->alloc);
    put_plain_value(&value, joins, "t", c, aliases);
    put_readable(out, calendar, plain_type(c)->kind, buf_view(&value));
    out->failed |= value.failed;
    buf_free(&value);
    buf_text(out, " AS ");
    put_name(out, "", c->name);
}

static void put_view(struct buf *out, struct buf *joins, const struct calendar *calendar,
                     const struct table *t) {
    unsigned aliases = 0;
    buf_text(out, "CREATE VIEW ");
    put_name(out, "", t->name);
    buf_text(out, " AS SELECT ");
    for (uint32_t i = 0; i < table_width(t); i++) {
        buf_text(out, i ? ", " : "");
        put_view_column(out, joins, calendar, &t->columns[i], &aliases);
    }
    buf_text(out, " FROM ");
    put_name(out, "spoke$", t->name);
    buf_text(out, " AS t");
    buf_str(out, buf_view(joins));
    out->failed |= joins->failed;
}

/* ---- comparing ---- */

struct stored_column {
    struct str name, type;
    bool nullable;
    uint32_t key;
    bool declared; /* found in the declaration too */
};

/* What ensuring one table has found out and wants done. */
struct comparison {
    const struct table *t;
    struct arena arena; /* names and types of stored columns */
    struct stored_column *stored;
    uint32_t nstored;
    struct buf added;     /* SQL that adds new nullable columns */
    struct buf differs;   /* a line each */
    struct buf migration; /* SQL that would migrate */
    struct buf view, joins;
    bool new_text, new_view;
    bool in_columns; /* stored by columns now */
    bool moves;      /* and is to be stored the other way */
};

static void comparison_init(struct comparison *c, struct store *s, const struct table *t) {
    struct alloc *alloc = s->host.alloc;
    *c = (struct comparison){.t = t};
    arena_init(&c->arena, alloc);
    struct buf *all[] = {&c->added, &c->differs, &c->migration, &c->view, &c->joins};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        buf_init(all[i], alloc);
}

static void comparison_free(struct comparison *c) {
    struct buf *all[] = {&c->added, &c->differs, &c->migration, &c->view, &c->joins};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        buf_free(all[i]);
    arena_free(&c->arena);
}

static enum status prepare_text(struct store *s, const struct table *t, const char *text,
                                sqlite3_stmt **st) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, text);
    enum status status = store_prepare(s, t->span, &sql, st);
    buf_free(&sql);
    if (status == ST_OK)
        bind_str(*st, 1, t->name);
    return status;
}

static bool take_stored(struct comparison *c, sqlite3_stmt *st) {
    struct stored_column *column = &c->stored[c->nstored++];
    column->name = arena_str(&c->arena, column_str(st, 0));
    column->type = arena_str(&c->arena, column_str(st, 1));
    column->nullable = sqlite3_column_int(st, 2) != 0;
    column->key = (uint32_t)sqlite3_column_int(st, 3);
    return column->name.p && column->type.p;
}

static enum status load_stored(struct store *s, struct comparison *c) {
    sqlite3_stmt *st;
    enum status status = prepare_text(
        s, c->t,
        "SELECT name, type, nullable, \"key\", count(*) OVER () FROM \"spoke$$columns\" "
        "WHERE \"table\" = ?1 ORDER BY position",
        &st);
    if (status != ST_OK)
        return status;
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW && status == ST_OK) {
        if (!c->stored)
            c->stored = ARENA_ARRAY(&c->arena, struct stored_column, sqlite3_column_int(st, 4));
        if (!c->stored || !take_stored(c, st))
            status = ST_NO_MEMORY;
    }
    if (status == ST_OK && code != SQLITE_DONE)
        status = store_sql_fail(s, c->t->span);
    sqlite3_finalize(st);
    return status;
}

static struct stored_column *stored_named(const struct comparison *c, struct str name) {
    for (uint32_t i = 0; i < c->nstored; i++) {
        if (str_eq(c->stored[i].name, name))
            return &c->stored[i];
    }
    return NULL;
}

static void put_record(struct buf *out, const struct table *t, uint32_t column) {
    const struct table_column *c = &t->columns[column];
    struct buf spelling;
    buf_init(&spelling, out->alloc);
    put_spelling(&spelling, c);
    buf_text(out, "INSERT INTO \"spoke$$columns\" VALUES(");
    put_literal(out, t->name);
    buf_text(out, ", ");
    put_literal(out, c->name);
    buf_printf(out, ", %u, ", (unsigned)column);
    put_literal(out, buf_view(&spelling));
    buf_printf(out, ", %d, %u);\n", c->type->nullable, (unsigned)key_place(t, column));
    out->failed |= spelling.failed;
    buf_free(&spelling);
}

/* What a migration puts where nothing is known. */
static void put_default(struct buf *out, enum type_kind kind) {
    buf_text(out, " DEFAULT ");
    if (kind == TY_TEXT)
        buf_text(out, "''");
    else if (kind == TY_ITEMS)
        buf_text(out, "'[]'");
    else if (kind == TY_RATIO || kind == TY_SHARE)
        buf_text(out, "'0/1'");
    else
        buf_printf(out, "%lld", kind == TY_PERIOD ? (long long)period_pack(GRAIN_YEAR, 1) : 0LL);
}

static void put_add(struct buf *out, const struct table *t, uint32_t column) {
    buf_text(out, "ALTER TABLE ");
    put_name(out, "spoke$", t->name);
    buf_text(out, " ADD COLUMN ");
    put_column_definition(out, &t->columns[column]);
    if (!t->columns[column].type->nullable)
        put_default(out, t->columns[column].type->kind);
    buf_text(out, ";\n");
    put_record(out, t, column);
}

/* The virtual table is told its columns when it is made. */
static void put_show_again(struct buf *out, const struct table *t) {
    buf_text(out, "DROP TABLE ");
    put_name(out, "spoke$", t->name);
    buf_text(out, ";\n");
    columns_put_shown(out, t->name);
}

static void put_forget(struct buf *out, const struct table *t) {
    buf_text(out, "DELETE FROM \"spoke$$columns\" WHERE \"table\" = ");
    put_literal(out, t->name);
}

/* SQLite refuses to drop a column that a view shows; store_ensure makes the view again. */
static void put_drop_view(struct buf *out, const struct table *t) {
    buf_text(out, "DROP VIEW IF EXISTS ");
    put_name(out, "", t->name);
    buf_text(out, ";\n");
}

static void put_drop_segments(struct buf *out, const struct table *t, struct str column) {
    buf_text(out, "DELETE FROM ");
    segments_put_name(out, "main", t->name);
    buf_text(out, " WHERE \"column\" = ");
    put_literal(out, column);
    buf_text(out, ";\n");
}

static void put_drop_column(struct buf *out, const struct table *t, struct str column,
                            bool in_columns) {
    put_drop_view(out, t);
    if (in_columns) {
        put_drop_segments(out, t, column);
    } else {
        buf_text(out, "ALTER TABLE ");
        put_name(out, "spoke$", t->name);
        buf_text(out, " DROP COLUMN ");
        put_name(out, "", column);
        buf_text(out, ";\n");
    }
    put_forget(out, t);
    buf_text(out, " AND name = ");
    put_literal(out, column);
    buf_text(out, ";\n");
    if (in_columns)
        put_show_again(out, t);
}

static void put_drop_table(struct buf *out, const struct table *t, bool in_columns) {
    buf_clear(out);
    put_drop_view(out, t);
    buf_text(out, "DROP TABLE ");
    put_name(out, "spoke$", t->name);
    buf_text(out, ";\n");
    if (in_columns) {
        buf_text(out, "DROP TABLE ");
        segments_put_name(out, "main", t->name);
        buf_text(out, ";\n");
    }
    put_forget(out, t);
    buf_text(out, ";\n");
}

static void put_nature(struct buf *out, struct str type, bool nullable, uint32_t key) {
    buf_str(out, type);
    buf_text(out, nullable ? " null" : "");
    if (key)
        buf_printf(out, " (key %u)", (unsigned)key);
}

/* Returns whether only a new table would do. */
static bool compare_column(struct comparison *c, uint32_t i) {
    const struct table_column *column = &c->t->columns[i];
    struct stored_column *stored = stored_named(c, column->name);
    uint32_t key = key_place(c->t, i);
    if (!stored && (column->type->nullable || column->item) && key == 0) {
        if (c->in_columns)
            put_record(&c->added, c->t, i);
        else
            put_add(&c->added, c->t, i);
        return false;
    }
    struct buf spelling;
    buf_init(&spelling, c->added.alloc);
    put_spelling(&spelling, column);
    bool same_type = stored && str_eq(stored->type, buf_view(&spelling));
    bool same = same_type && stored->nullable == column->type->nullable && stored->key == key;
    if (!same) {
        buf_printf(&c->differs, "`%.*s` is stored as ", STR_ARG(column->name));
        if (stored)
            put_nature(&c->differs, stored->type, stored->nullable, stored->key);
        else
            buf_text(&c->differs, "nothing");
        buf_text(&c->differs, ", declared as ");
        put_nature(&c->differs, buf_view(&spelling), column->type->nullable, key);
        buf_char(&c->differs, '\n');
    }
    if (stored)
        stored->declared = true;
    else if (key == 0 && !c->in_columns)
        put_add(&c->migration, c->t, i);
    c->differs.failed |= spelling.failed;
    buf_free(&spelling);
    return !same && (stored || key || c->in_columns);
}

static void compare(struct comparison *c) {
    bool rebuild = false;
    for (uint32_t i = 0; i < table_width(c->t); i++)
        rebuild |= compare_column(c, i);
    for (uint32_t i = 0; i < c->nstored; i++) {
        const struct stored_column *stored = &c->stored[i];
        if (stored->declared)
            continue;
        buf_printf(&c->differs, "`%.*s` is stored, but not declared\n", STR_ARG(stored->name));
        if (stored->key)
            rebuild = true;
        else
            put_drop_column(&c->migration, c->t, stored->name, c->in_columns);
    }
    if (c->added.n && c->in_columns)
        put_show_again(&c->added, c->t);
    if (rebuild)
        put_drop_table(&c->migration, c->t, c->in_columns);
}

static enum status fail_differs(struct store *s, struct comparison *c) {
    if (c->differs.failed || c->migration.failed)
        return ST_NO_MEMORY;
    c->differs.p[c->differs.n - 1] = '\0';
    enum status status =
        store_fail(s, E0511, c->t->span, "table `%.*s` is stored otherwise than it is declared",
                   STR_ARG(c->t->name));
    store_note(s, "%s", c->differs.p);
    store_note(s,
               "in `sqlite3 %.*s` this would migrate it (a table dropped has to be imported "
               "again):\n%s",
               STR_ARG(s->path), c->migration.p);
    if (c->in_columns)
        store_note(s, "the table is stored by columns: `.load spoke_segments` comes first");
    store_help(s, "declare it as it is stored, or use a new store");
    return status;
}

/* Whether the one text a query gives for the table's name differs. */
static enum status text_differs(struct store *s, const struct table *t, const char *sql,
                                struct str wanted, bool *differs) {
    sqlite3_stmt *st;
    enum status status = prepare_text(s, t, sql, &st);
    if (status != ST_OK)
        return status;
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        *differs = !str_eq(column_str(st, 0), wanted);
    else if (code == SQLITE_DONE)
        *differs = true;
    else
        status = store_sql_fail(s, t->span);
    sqlite3_finalize(st);
    return status;
}

static enum status find_changes(struct store *s, struct comparison *c) {
    put_view(&c->view, &c->joins, s->host.calendar, c->t);
    if (c->view.failed)
        return ST_NO_MEMORY;
    enum status status =
        text_differs(s, c->t, "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?1",
                     buf_view(&c->view), &c->new_view);
    if (status != ST_OK)
        return status;
    return text_differs(
        s, c->t, "SELECT declaration FROM \"spoke$catalogue\" WHERE kind = 'table' AND name = ?1",
        c->t->declaration, &c->new_text);
}

/* ---- changing ---- */

static enum status write_text(struct store *s, const struct table *t) {
    sqlite3_stmt *st;
    enum status status = prepare_text(s, t,
                                      "INSERT INTO \"spoke$catalogue\"(kind, name, declaration) "
                                      "VALUES('table', ?1, ?2) ON CONFLICT(kind, name) "
                                      "DO UPDATE SET declaration = excluded.declaration",
                                      &st);
    if (status != ST_OK)
        return status;
    bind_str(st, 2, t->declaration);
    return store_finish(s, t->span, st);
}

static enum status write_view(struct store *s, struct comparison *c) {
    struct buf sql;
    buf_init(&sql, s->host.alloc);
    put_drop_view(&sql, c->t);
    buf_str(&sql, buf_view(&c->view));
    enum status status = store_run_buf(s, c->t->span, &sql);
    buf_free(&sql);
    return status;
}

/* Columns are recorded first: a virtual table reads them there. */
static void put_new_table(struct buf *out, const struct table *t) {
    for (uint32_t i = 0; i < table_width(t); i++)
        put_record(out, t, i);
    if (t->storage == STORED_COLUMNS)
        columns_put_new(out, t);
    else
        put_table(out, t);
    buf_text(out, ";\n");
}

static enum status move_rows(struct store *s, struct comparison *c) {
    return c->in_columns ? columns_to_rows(s, c->t->span, c->t->name) : columns_from_rows(s, c->t);
}

/* Somebody asks a store of before, or one that nothing was put into. */
static enum status fail_unwritten(struct store *s, const struct comparison *c) {
    enum status status = store_fail(
        s, E0507, c->t->span, "`%.*s`, opened for reading only, %s `%.*s`", STR_ARG(s->path),
        c->nstored ? "keeps another form of the table" : "has no table", STR_ARG(c->t->name));
    store_help(s, "run the script with the store first: spoke run SCRIPT --store %.*s",
               STR_ARG(s->path));
    return status;
}

static enum status write_changes(struct store *s, struct comparison *c) {
    struct unit unit;
    enum status status =
        s->mode == STORE_READ ? fail_unwritten(s, c) : store_may_write(s, c->t->span);
    if (status == ST_OK)
        status = unit_begin(s, c->t->span, &unit);
    if (status != ST_OK)
        return status;
    if (c->added.n || c->added.failed)
        status = store_run_buf(s, c->t->span, &c->added);
    if (status == ST_OK && c->moves)
        status = move_rows(s, c);
    if (status == ST_OK && c->new_view)
        status = write_view(s, c);
    if (status == ST_OK && c->new_text)
        status = write_text(s, c->t);
    if (status == ST_OK && c->new_text)
        status = ties_record(s, c->t);
    return unit_end(s, c->t->span, &unit, status);
}

static enum status ensure(struct store *s, struct comparison *c) {
    enum status status = load_stored(s, c);
    if (status == ST_OK && c->nstored)
        status = columns_stored(s, c->t->span, c->t->name, &c->in_columns);
    if (status != ST_OK)
        return status;
    c->moves = c->nstored && c->t->storage == (c->in_columns ? STORED_ROWS : STORED_COLUMNS);
    if (c->nstored)
        compare(c);
    else
        put_new_table(&c->added, c->t);
    if (c->differs.n || c->differs.failed)
        return fail_differs(s, c);
    status = find_changes(s, c);
    if (status == ST_OK && c->nstored && c->new_text)
        status = store_check_spans(s, c->t);
    if (status != ST_OK)
        return status;
    bool only_text = !c->added.n && !c->added.failed;
    bool same = !c->new_view && !c->new_text && !c->moves;
    if (only_text && (s->mode == STORE_READ || same))
        return ST_OK;
    return write_changes(s, c);
}

/* The two views of the items of a column: as they are stored, and for people. */
static enum status ensure_items(struct store *s, const struct table *items) {
    struct comparison c;
    struct str rows, name = items->name;
    comparison_init(&c, s, items);
    buf_clear(&c.added);
    items_put_view(&c.added, items);
    put_view(&c.view, &c.joins, s->host.calendar, items);
    enum status status = c.added.failed || c.view.failed ? ST_NO_MEMORY : ST_OK;
    static const char shown[] = "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?1";
    static const char kept[] =
        "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'spoke$' || ?1";
    rows = buf_view(&c.added);
    if (status == ST_OK)
        status = text_differs(s, items, kept, rows, &c.new_text);
    if (status == ST_OK)
        status = text_differs(s, items, shown, buf_view(&c.view), &c.new_view);
    if (status == ST_OK && s->mode != STORE_READ && (c.new_text || c.new_view)) {
        struct buf sql;
        buf_init(&sql, s->host.alloc);
        buf_text(&sql, "DROP VIEW IF EXISTS ");
        put_name(&sql, "", name);
        buf_text(&sql, "; DROP VIEW IF EXISTS ");
        put_name(&sql, "spoke$", name);
        buf_char(&sql, ';');
        buf_str(&sql, rows);
        buf_char(&sql, ';');
        buf_str(&sql, buf_view(&c.view));
        status = store_run_buf(s, items->span, &sql);
        buf_free(&sql);
    }
    comparison_free(&c);
    return status;
}

enum status store_ensure(struct store *s, const struct table *t) {
    if (t->built_in)
        return ST_OK;
    if (str_is(t->name, "catalogue") || str_is(t->name, "imports") || str_is(t->name, "rejects"))
        return store_fail(s, E0510, t->span, "the store keeps the name `%.*s` for itself",
                          STR_ARG(t->name));
    struct comparison c;
    comparison_init(&c, s, t);
    enum status status = ensure(s, &c);
    comparison_free(&c);
    for (uint32_t i = 0; i < table_width(t) && status == ST_OK; i++)
        if (t->columns[i].items)
            status = ensure_items(s, t->columns[i].items->table);
    return status;
}

/* ---- the catalogue ---- */

static enum status read_declarations(struct store *s, struct arena *arena, struct str *texts,
                                     uint32_t room, uint32_t *n) {
    struct buf sql;
    sqlite3_stmt *st;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql,
             "SELECT declaration FROM \"spoke$catalogue\" WHERE kind = 'table' ORDER BY number");
    enum status status = store_prepare(s, s->span, &sql, &st);
    buf_free(&sql);
    int code = SQLITE_DONE;
    while (status == ST_OK && *n < room && (code = sqlite3_step(st)) == SQLITE_ROW) {
        texts[*n] = arena_str(arena, column_str(st, 0));
        if (!texts[(*n)++].p)
            status = ST_NO_MEMORY;
    }
    if (status == ST_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        status = store_sql_fail(s, s->span);
    sqlite3_finalize(st);
    return status;
}

enum status store_declarations(struct store *s, struct arena *arena, struct str **texts,
                               uint32_t *n) {
    struct buf sql;
    int64_t room;
    *texts = NULL;
    *n = 0;
    buf_init(&sql, s->host.alloc);
    buf_text(&sql, "SELECT count(*) FROM \"spoke$catalogue\" WHERE kind = 'table'");
    enum status status = store_number(s, s->span, &sql, &room);
    buf_free(&sql);
    if (status != ST_OK)
        return status;
    /* An escape would jump over the open statement. */
    jmp_buf *escape = arena->escape;
    arena->escape = NULL;
    *texts = ARENA_ARRAY(arena, struct str, room);
    status = *texts ? read_declarations(s, arena, *texts, (uint32_t)room, n) : ST_NO_MEMORY;
    arena->escape = escape;
    return status;
}
