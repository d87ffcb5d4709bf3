/* Reading a file into the staging: headers, values, references, rejects.
 *
 * The whole import is one unit: rejects, rows and the log are written in one
 * transaction, so any failure leaves the store as it was. */
#include "store/import.h"
#include "store/headers.h"
#include <errno.h>
#include <stdio.h>

enum { ROWS_BETWEEN_POLLS = 16384 };

/* ---- files ---- */

static enum status told(struct store *s, struct span span, enum code code, struct str file,
                        const char *what, const char *help) {
    enum status status = store_fail(s, code, span, "`%.*s` %s", STR_ARG(file), what);
    store_help(s, "%s", help);
    return status;
}

static enum status told_line(struct store *s, struct span span, enum code code, struct str file,
                             uint64_t line, const char *what, const char *help) {
    enum status status =
        store_fail(s, code, span, "%.*s:%llu: %s", STR_ARG(file), (unsigned long long)line, what);
    store_help(s, "%s", help);
    return status;
}

static enum status told_unreadable(struct store *s, struct span span, struct str file, int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return told(s, span, E0501, file, "does not exist",
                    "paths start at the folder the program runs in");
    case EISDIR:
        return told(s, span, E0501, file, "is a folder", "name a file in it");
    case EACCES:
        return told(s, span, E0501, file, "may not be read", "check the permissions of the file");
    default:
        return told(s, span, E0501, file, "cannot be read", "check the file and its disk");
    }
}

enum status import_csv_status(struct store *s, struct span span, struct str file,
                              const struct csv *csv, enum csv_result got) {
    switch (got) {
    case CSV_ROW:
    case CSV_END:
        return ST_OK;
    case CSV_TOO_LONG:
        return told_line(s, span, E0513, file, csv->bad_line,
                         "a field is longer than 1 MiB, or a row longer than 16 MiB",
                         "look for a quote that is opened there and never closed");
    case CSV_OPEN_QUOTE:
        return told_line(s, span, E0504, file, csv->bad_line, "a quote is opened and never closed",
                         "close it, or write a quote inside a quoted field twice");
    case CSV_BINARY:
        return told(s, span, E0504, file, "is no text file",
                    "save a spreadsheet as `CSV UTF-8`, unpack a packed file");
    case CSV_UNREADABLE:
        return told_unreadable(s, span, file, csv->error);
    case CSV_NO_MEMORY:
        break;
    }
    return ST_NO_MEMORY;
}

enum status import_open_file(struct store *s, struct span span, struct str file, struct buf *path,
                             struct csv *csv) {
    *csv = (struct csv){.alloc = s->host.alloc, .file = -1};
    if (!(s->host.control->capabilities & CAN_READ_FILES))
        return ST_DENIED;
    buf_str(path, file);
    buf_char(path, '\0');
    if (path->failed)
        return ST_NO_MEMORY;
    if (strlen(path->p) != file.n)
        return told(s, span, E0501, file, "is no path of a file", "take the zero byte out");
    enum csv_result got = csv_open(csv, s->host.alloc, path->p);
    if (got == CSV_END)
        return told(s, span, E0502, file, "is empty",
                    "a file to import has a header line and rows below it");
    return import_csv_status(s, span, file, csv, got);
}

/* ---- parents ---- */

static struct parent *parent_of(const struct import *m, const struct table *t) {
    for (uint32_t i = 0; i < m->nparents; i++) {
        if (m->parents[i].t == t)
            return &m->parents[i];
    }
    return NULL;
}

static enum status load_parent(struct import *m, const struct table *t) {
    if (parent_of(m, t))
        return ST_OK;
    struct parent *p = &m->parents[m->nparents++];
    p->t = t;
    return keymap_load(m->s, m->span, t, true, &p->keys);
}

static const struct table_column *own_key(const struct import *m) {
    return &m->t->columns[m->t->keys[0]];
}

/* A reference into the table itself is staged as its key, because the row it
 * means may come later in the file. */
static bool is_self(const struct import *m, const struct table_column *c) {
    return c->type->kind == TY_REF && c->to == m->t;
}

enum status import_load_parents(struct import *m) {
    m->parents = mem_zero(m->s->host.alloc, (m->t->n + 1) * sizeof *m->parents);
    if (!m->parents)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < m->t->n; i++) {
        struct staged_column *staged = &m->staging.columns[i];
        const struct table_column *c = staged->column;
        if (is_self(m, c)) {
            staged->kind = own_key(m)->type->kind;
            c = own_key(m);
        }
        if (staged->field < 0 || c->type->kind != TY_REF)
            continue;
        enum status status = load_parent(m, c->to);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

void import_free_parents(struct import *m) {
    for (uint32_t i = 0; i < m->nparents; i++)
        keymap_free(&m->parents[i].keys);
    mem_give(m->s->host.alloc, m->parents, (m->t->n + 1) * sizeof *m->parents);
}

/* ---- rows ---- */

void import_dangling(struct import *m, const struct table_column *c, struct str text) {
    buf_printf(&m->reason, "no %.*s ", STR_ARG(c->to->name));
    put_shown(&m->reason, text);
}

static struct str cell_key(const struct cell *cell, enum type_kind kind) {
    return kind == TY_TEXT ? cell->text : keymap_word(&cell->i);
}

bool import_find_row(const struct import *m, const struct table_column *c, struct cell *cell) {
    const struct table_column *through = is_self(m, c) ? own_key(m) : c;
    if (through->type->kind != TY_REF)
        return true;
    int64_t id = 0;
    enum type_kind kind = plain_type(c)->kind;
    bool found = keymap_find(&parent_of(m, through->to)->keys, cell_key(cell, kind), &id);
    cell->i = id;
    return found;
}

/* The reference as a row number, or as the key of a row of the table itself. */
static bool convert_reference(struct import *m, const struct table_column *c,
                              const struct csv_field *f, struct cell *cell) {
    enum type_kind kind = plain_type(c)->kind;
    bool ok = convert_value(c, kind, f, cell);
    if (ok && cell->missing) {
        if (!c->type->nullable)
            reason_missing(&m->reason, c);
        return c->type->nullable;
    }
    ok = ok && import_find_row(m, c, cell);
    if (!ok)
        import_dangling(m, c, csv_text(f));
    return ok;
}

/* ST_OK also when the row was refused. */
static enum status take_row(struct import *m) {
    struct staging *g = &m->staging;
    if (!staging_room(g))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < m->t->n; i++) {
        const struct staged_column *staged = &g->columns[i];
        const struct table_column *c = staged->column;
        struct cell cell;
        if (staged->field < 0)
            continue;
        const struct csv_field *f = &m->csv.fields[staged->field];
        bool ok = c->type->kind == TY_REF ? convert_reference(m, c, f, &cell)
                                          : convert_field(c, f, &cell, &m->reason);
        if (!ok)
            return rejects_add(&m->rejects, m->csv.row_line, c->name, csv_text(f), &m->reason);
        if (!staging_set(g, i, &cell))
            return ST_NO_MEMORY;
    }
    g->line[g->n++] = (uint32_t)m->csv.row_line;
    return ST_OK;
}

/* Too few fields, as in a line cut off, or more than the header names. */
static bool has_wrong_length(struct import *m) {
    uint32_t n = m->csv.nfields;
    while (n > m->nheader && m->csv.fields[n - 1].n == 0)
        n--;
    if (n == m->nheader)
        return false;
    buf_printf(&m->reason, "the row has %u %s, the header %u", (unsigned)n,
               n == 1 ? "field" : "fields", (unsigned)m->nheader);
    return true;
}

static enum status read_row(struct import *m) {
    buf_clear(&m->reason);
    m->rows++;
    if (m->csv.flaw)
        buf_text(&m->reason, m->csv.flaw);
    else if (!has_wrong_length(m))
        return take_row(m);
    return rejects_add(&m->rejects, m->csv.row_line, STR_NONE, STR_NONE, &m->reason);
}

/* How many rows there will be, judged by the part read. */
static uint64_t estimate(const struct import *m) {
    if (!m->csv.size || !m->csv.taken)
        return 0;
    return (uint64_t)((double)m->rows * (double)m->csv.size / (double)m->csv.taken);
}

static enum status pause_reading(struct import *m) {
    const struct store_host *host = &m->s->host;
    if (host->progress)
        host->progress(host->user, m->what.p, m->rows, estimate(m));
    return store_poll(m->s, ROWS_BETWEEN_POLLS);
}

static enum status read_rows(struct import *m) {
    enum csv_result got;
    while ((got = csv_next(&m->csv)) == CSV_ROW) {
        enum status status = read_row(m);
        if (status == ST_OK && m->rows % ROWS_BETWEEN_POLLS == 0)
            status = pause_reading(m);
        if (status != ST_OK)
            return status;
    }
    enum status status = import_csv_status(m->s, m->span, m->file, &m->csv, got);
    if (status == ST_OK && m->rows == 0)
        return told(m->s, m->span, E0502, m->file, "has a header and no rows",
                    "look whether the right file was exported");
    return status;
}

enum status import_reject(struct import *m, uint32_t row, const char *reason) {
    buf_clear(&m->reason);
    buf_text(&m->reason, reason);
    return rejects_add(&m->rejects, m->staging.line[row], STR_NONE, STR_NONE, &m->reason);
}

/* ---- the whole ---- */

static enum status match_headers(struct import *m) {
    int *fields = mem_take(m->s->host.alloc, (m->t->n + 1) * sizeof *fields);
    if (!fields)
        return ST_NO_MEMORY;
    enum status status = headers_match(m->s, m->span, m->t, &m->csv, m->file, fields);
    for (uint32_t i = 0; status == ST_OK && i < m->t->n; i++)
        m->staging.columns[i].field = fields[i];
    m->nheader = m->csv.nfields;
    mem_give(m->s->host.alloc, fields, (m->t->n + 1) * sizeof *fields);
    return status;
}

/* What happens inside the unit. */
static enum status import_rows(struct import *m, bool strict) {
    static const char *const modes[] = {"update", "append", "replace"};
    enum status status = store_ensure(m->s, m->t);
    if (status == ST_OK)
        status = rejects_open(&m->rejects, m->s, m->span, m->t, m->file);
    if (status == ST_OK)
        status = import_load_parents(m);
    if (status == ST_OK)
        status = read_rows(m);
    if (status == ST_OK)
        status = import_write(m, strict);
    if (status == ST_OK)
        status = log_import(&m->rejects, modes[m->mode], m->rows, m->staging.norder);
    sqlite3_finalize(m->rejects.insert);
    m->rejects.insert = NULL;
    return status;
}

static enum status tell_result(struct import *m, struct arena *arena, struct import_result *out) {
    *out = (struct import_result){
        .rows = m->rows, .stored = m->staging.norder, .rejected = m->rejects.n};
    if (!m->rejects.n)
        return ST_OK;
    jmp_buf *escape = arena->escape;
    arena->escape = NULL; /* it would jump over what has to be freed */
    out->first_reject = arena_printf(arena, "%.*s:%llu: %.*s", STR_ARG(m->file),
                                     (unsigned long long)m->rejects.first_line,
                                     STR_ARG(buf_view(&m->rejects.first)));
    arena->escape = escape;
    return out->first_reject.p ? ST_OK : ST_NO_MEMORY;
}

static enum status run(struct import *m, struct arena *arena, bool strict,
                       struct import_result *out) {
    struct unit unit;
    buf_printf(&m->what, "importing %.*s", STR_ARG(m->t->name));
    enum status status = m->what.failed ? ST_NO_MEMORY : ST_OK;
    if (status == ST_OK)
        status = import_open_file(m->s, m->span, m->file, &m->path, &m->csv);
    if (status == ST_OK)
        status = match_headers(m);
    if (status == ST_OK)
        status = unit_begin(m->s, m->span, &unit);
    if (status != ST_OK)
        return status;
    status = import_rows(m, strict);
    if (status == ST_OK)
        status = tell_result(m, arena, out);
    if (status == ST_OK)
        return unit_commit(m->s, m->span, &unit);
    unit_undo(m->s, &unit);
    return status;
}

enum status store_import(struct store *s, struct arena *arena, const struct table *t,
                         struct str path, enum import_mode mode, bool strict, struct span span,
                         struct import_result *out) {
    *out = (struct import_result){.rows = 0};
    enum status status = store_may_write(s, span);
    if (status != ST_OK)
        return status;
    if (t->built_in)
        return store_fail(s, E0510, span, "`%.*s` is kept by the store itself", STR_ARG(t->name));
    struct import *m = mem_zero(s->host.alloc, sizeof *m);
    if (!m)
        return ST_NO_MEMORY;
    *m = (struct import){.s = s, .span = span, .t = t, .mode = mode, .file = path};
    m->csv.file = -1;
    m->csv.alloc = s->host.alloc;
    m->rejects.first.alloc = s->host.alloc;
    buf_init(&m->path, s->host.alloc);
    buf_init(&m->what, s->host.alloc);
    buf_init(&m->reason, s->host.alloc);
    keymap_init(&m->own, s->host.alloc);
    status =
        staging_init(&m->staging, s->host.alloc, t) ? run(m, arena, strict, out) : ST_NO_MEMORY;
    csv_close(&m->csv);
    staging_free(&m->staging);
    import_free_parents(m);
    keymap_free(&m->own);
    rejects_close(&m->rejects);
    buf_free(&m->reason);
    buf_free(&m->what);
    buf_free(&m->path);
    mem_give(s->host.alloc, m, sizeof *m);
    return status;
}
