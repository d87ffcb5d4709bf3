/* Listing and loading segments. Nothing is believed before the kernel has
 * checked it, and what the table says of a run must agree among its columns. */
#include "store/segments.h"
#include "segment/checksum.h"
#include <stdio.h>

static int problem(struct segments *g, const char *format, ...) PRINTF_LIKE(2, 3);
static int problem(struct segments *g, const char *format, ...) {
    va_list args;
    buf_clear(&g->problem);
    va_start(args, format);
    buf_vprintf(&g->problem, format, args);
    va_end(args);
    return g->problem.failed ? SQLITE_NOMEM : SQLITE_CORRUPT_VTAB;
}

/* "`status` of `attendance`, rows 65537 to 131072, is damaged: the checksum ..." */
static int damaged(struct segments *g, struct str column, uint64_t first, uint64_t rows,
                   const char *why) {
    if (rows == 0)
        return problem(g, "column `%.*s` of `%.*s`, rows from %llu on, is damaged: %s",
                       STR_ARG(column), STR_ARG(buf_view(&g->table)), (unsigned long long)first + 1,
                       why);
    return problem(g, "column `%.*s` of `%.*s`, rows %llu to %llu, is damaged: %s", STR_ARG(column),
                   STR_ARG(buf_view(&g->table)), (unsigned long long)first + 1,
                   (unsigned long long)(first + rows), why);
}

static void put_quoted(struct buf *out, struct str name, const char *behind) {
    buf_char(out, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, name.p[i]);
    }
    buf_text(out, behind);
    buf_char(out, '"');
}

void segments_put_name(struct buf *out, const char *schema, struct str table) {
    struct buf name;
    buf_init(&name, out->alloc);
    buf_text(&name, "spoke$");
    buf_str(&name, table);
    put_quoted(out, str_of(schema), "");
    buf_char(out, '.');
    put_quoted(out, buf_view(&name), "$segments");
    out->failed |= name.failed;
    buf_free(&name);
}

uint64_t segments_owner(struct str column) {
    return checksum_bytes(column.p ? column.p : "", column.n, 0);
}

static int prepare(struct segments *g, const struct buf *sql, sqlite3_stmt **out) {
    if (sql->failed)
        return SQLITE_NOMEM;
    return sqlite3_prepare_v3(g->db, sql->p, (int)sql->n, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

/* ---- columns ---- */

static struct str copy(struct segments *g, struct str s) {
    char *p = mem_take(g->alloc, s.n + 1);
    if (!p)
        return STR_NONE;
    memcpy(p, s.p ? s.p : "", s.n);
    p[s.n] = '\0';
    return (struct str){p, s.n};
}

static void give(struct segments *g, struct str s) {
    mem_give(g->alloc, (void *)(uintptr_t)s.p, s.p ? s.n + 1 : 0);
}

static struct str text_of(sqlite3_stmt *st, int at) {
    const char *p = (const char *)sqlite3_column_text(st, at);
    return (struct str){p, p ? (size_t)sqlite3_column_bytes(st, at) : 0};
}

static enum segment_kind kind_of(struct str type) {
    if (str_is(type, "float"))
        return SEGMENT_FLOATS;
    bool texts = str_is(type, "text") || str_is(type, "ratio") || str_is(type, "share") ||
                 (type.n > 8 && memcmp(type.p, "list of ", 8) == 0);
    return texts ? SEGMENT_TEXTS : SEGMENT_WORDS;
}

static bool add_column(struct segments *g, sqlite3_stmt *st) {
    if (g->ncolumns == g->room_columns) {
        uint32_t room = g->room_columns ? g->room_columns * 2 : 16;
        void *grown = mem_resize(g->alloc, g->columns, g->room_columns * sizeof *g->columns,
                                 room * sizeof *g->columns);
        if (!grown)
            return false;
        g->columns = grown;
        g->room_columns = room;
    }
    struct segments_column *c = &g->columns[g->ncolumns++];
    *c = (struct segments_column){.name = copy(g, text_of(st, 0)), .type = copy(g, text_of(st, 1))};
    c->kind = kind_of(c->type);
    c->nullable = sqlite3_column_int(st, 2) != 0;
    c->key = (uint32_t)sqlite3_column_int(st, 3);
    return c->name.p && c->type.p;
}

static int read_columns(struct segments *g) {
    struct buf sql;
    sqlite3_stmt *st = NULL;
    buf_init(&sql, g->alloc);
    buf_text(&sql, "SELECT name, type, nullable, \"key\" FROM ");
    put_quoted(&sql, buf_view(&g->schema), "");
    buf_text(&sql, ".\"spoke$$columns\" WHERE \"table\" = ?1 ORDER BY position");
    int code = prepare(g, &sql, &st);
    buf_free(&sql);
    if (code != SQLITE_OK)
        return code;
    sqlite3_bind_text(st, 1, g->table.p, (int)g->table.n, SQLITE_STATIC);
    while ((code = sqlite3_step(st)) == SQLITE_ROW && add_column(g, st))
        continue;
    sqlite3_finalize(st);
    return code == SQLITE_ROW ? SQLITE_NOMEM : code == SQLITE_DONE ? SQLITE_OK : code;
}

int segments_open(struct segments *g, sqlite3 *db, struct alloc *alloc, const char *schema,
                  struct str table) {
    *g = (struct segments){.db = db, .alloc = alloc};
    buf_init(&g->schema, alloc);
    buf_init(&g->table, alloc);
    buf_init(&g->problem, alloc);
    buf_text(&g->schema, schema);
    buf_str(&g->table, table);
    buf_str(&g->table, STR(""));
    if (g->schema.failed || g->table.failed)
        return SQLITE_NOMEM;
    int code = read_columns(g);
    if (code == SQLITE_OK && g->ncolumns == 0) {
        code = problem(g, "the store has no table `%.*s`", STR_ARG(table));
        return code == SQLITE_NOMEM ? code : SQLITE_ERROR;
    }
    return code;
}

int segments_column_named(const struct segments *g, struct str name) {
    for (uint32_t i = 0; i < g->ncolumns; i++)
        if (str_eq(g->columns[i].name, name))
            return (int)i;
    return -1;
}

static void drop_runs(struct segments *g) {
    for (uint32_t i = 0; i < g->nruns; i++)
        mem_give(g->alloc, g->runs[i].heads, g->ncolumns * sizeof *g->runs[i].heads);
    mem_give(g->alloc, g->runs, g->room_runs * sizeof *g->runs);
    g->runs = NULL;
    g->nruns = g->room_runs = 0;
    g->rows = 0;
}

void segments_close(struct segments *g) {
    drop_runs(g);
    for (uint32_t i = 0; i < g->ncolumns; i++) {
        give(g, g->columns[i].name);
        give(g, g->columns[i].type);
    }
    mem_give(g->alloc, g->columns, g->room_columns * sizeof *g->columns);
    buf_free(&g->schema);
    buf_free(&g->table);
    buf_free(&g->problem);
    *g = (struct segments){.alloc = g->alloc};
}

/* ---- runs ---- */

static struct segments_run *add_run(struct segments *g, int64_t place) {
    if (g->nruns == g->room_runs) {
        uint32_t room = g->room_runs ? g->room_runs * 2 : 16;
        void *grown =
            mem_resize(g->alloc, g->runs, g->room_runs * sizeof *g->runs, room * sizeof *g->runs);
        if (!grown)
            return NULL;
        g->runs = grown;
        g->room_runs = room;
    }
    struct segments_run *run = &g->runs[g->nruns];
    *run = (struct segments_run){.place = place, .first = g->rows};
    run->heads = mem_zero(g->alloc, g->ncolumns * sizeof *run->heads);
    g->nruns += run->heads != NULL;
    return run->heads ? run : NULL;
}

static int check_head(struct segments *g, struct segments_run *run, uint32_t column) {
    const struct segments_column *c = &g->columns[column];
    const struct segment_head *h = &run->heads[column];
    const char *why = NULL;
    if (h->kind != c->kind)
        why = "its values are of another type";
    else if (h->owner != segments_owner(c->name))
        why = "it belongs to another column";
    else if (run->rows && run->rows != h->rows)
        why = "it has another number of rows than its neighbours";
    else if (h->missing && !c->nullable)
        why = "it has missing values";
    if (why)
        return damaged(g, c->name, run->first, h->rows, why);
    run->rows = h->rows;
    return SQLITE_OK;
}

static int take_head(struct segments *g, sqlite3_stmt *st) {
    int64_t place = sqlite3_column_int64(st, 0);
    struct str name = text_of(st, 1);
    int column = segments_column_named(g, name);
    struct segments_run *run = g->nruns ? &g->runs[g->nruns - 1] : NULL;
    if (!run || run->place != place) {
        g->rows += run ? run->rows : 0;
        run = add_run(g, place);
        if (!run)
            return SQLITE_NOMEM;
    }
    const char *why = NULL;
    if (column < 0)
        return damaged(g, name, run->first, 0, "the table has no such column");
    const void *head = sqlite3_column_blob(st, 2);
    if (!segment_head_read(head ? head : "", (size_t)sqlite3_column_bytes(st, 2),
                           &run->heads[column], &why))
        return damaged(g, name, run->first, 0, why);
    return check_head(g, run, (uint32_t)column);
}

/* Every column that may not be missing has its segment. */
static int check_whole(struct segments *g) {
    for (uint32_t i = 0; i < g->nruns; i++)
        for (uint32_t c = 0; c < g->ncolumns; c++)
            if (!g->runs[i].heads[c].rows && !g->columns[c].nullable)
                return damaged(g, g->columns[c].name, g->runs[i].first, g->runs[i].rows,
                               "its segment is gone");
    return SQLITE_OK;
}

int segments_list(struct segments *g) {
    struct buf sql;
    sqlite3_stmt *st = NULL;
    drop_runs(g);
    buf_init(&sql, g->alloc);
    buf_text(&sql, "SELECT place, \"column\", head FROM ");
    segments_put_name(&sql, g->schema.p, buf_view(&g->table));
    buf_text(&sql, " ORDER BY place, \"column\"");
    int code = prepare(g, &sql, &st);
    buf_free(&sql);
    if (code != SQLITE_OK)
        return code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        code = take_head(g, st);
        if (code != SQLITE_OK)
            break;
    }
    sqlite3_finalize(st);
    if (code != SQLITE_DONE)
        return code;
    g->rows += g->nruns ? g->runs[g->nruns - 1].rows : 0;
    return check_whole(g);
}

bool segments_may_hold(const struct segments_run *run, uint32_t column, int64_t low, int64_t high) {
    const struct segment_head *h = &run->heads[column];
    return h->missing < h->rows && h->low <= high && h->high >= low;
}

/* ---- loading ---- */

static int find_data(struct segments *g, int64_t place, uint32_t column, sqlite3_stmt **st) {
    int code = SQLITE_OK;
    if (!*st) {
        struct buf sql;
        buf_init(&sql, g->alloc);
        buf_text(&sql, "SELECT data FROM ");
        segments_put_name(&sql, g->schema.p, buf_view(&g->table));
        buf_text(&sql, " WHERE place = ?1 AND \"column\" = ?2");
        code = prepare(g, &sql, st);
        buf_free(&sql);
    }
    if (code != SQLITE_OK)
        return code;
    const struct str name = g->columns[column].name;
    sqlite3_reset(*st);
    sqlite3_bind_int64(*st, 1, place);
    sqlite3_bind_text(*st, 2, name.p, (int)name.n, SQLITE_STATIC);
    return sqlite3_step(*st);
}

int segments_fetch(struct segments *g, uint32_t run, uint32_t column, struct segments_loaded *l) {
    const struct segments_run *r = &g->runs[run];
    l->run = 0;
    l->data = NULL;
    l->absent = r->heads[column].rows == 0;
    if (l->absent)
        return SQLITE_OK;
    int code = find_data(g, r->place, column, &l->statement);
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? SQLITE_OK : code;
    l->data = sqlite3_column_blob(l->statement, 0);
    l->size = (size_t)sqlite3_column_bytes(l->statement, 0);
    if (!l->data)
        l->data = "";
    return SQLITE_OK;
}

bool segments_check(const struct segments *g, uint32_t run, uint32_t column,
                    struct segments_loaded *l, const char **why) {
    *why = "its segment is gone";
    if (!l->absent &&
        (!l->data || !segment_read(&g->runs[run].heads[column], l->data, l->size, &l->reader, why)))
        return false;
    l->run = run + 1;
    return true;
}

int segments_load(struct segments *g, uint32_t run, uint32_t column, struct segments_loaded *l) {
    const struct segments_run *r = &g->runs[run];
    const char *why;
    if (l->run == run + 1)
        return SQLITE_OK;
    int code = segments_fetch(g, run, column, l);
    if (code == SQLITE_OK && !segments_check(g, run, column, l, &why))
        return damaged(g, g->columns[column].name, r->first, r->rows, why);
    return code;
}

void segments_unload(struct segments_loaded *l) {
    sqlite3_finalize(l->statement);
    *l = (struct segments_loaded){.run = 0};
}
