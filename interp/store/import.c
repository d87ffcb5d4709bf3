/* Reading a file into the staging: headers, values, references, rejects.
 *
 * The whole import is one unit: rejects, rows and the log are written in one
 * transaction, so any failure leaves the store as it was. */
#include "store/import.h"
#include "store/headers.h"
#include "store/spill.h"
#include <stdio.h>

enum { ROWS_BETWEEN_POLLS = 16384, ROWS_BETWEEN_LOOKS = 1024, MOST_STAGED = 160 << 20 };

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

static void free_recalls(struct import *m) {
    for (uint32_t i = 0; m->recalls && i < m->t->n; i++)
        recall_free(&m->recalls[i], m->s->host.alloc);
    mem_give(m->s->host.alloc, m->recalls, (m->t->n + 1) * sizeof *m->recalls);
}

static void free_parents(struct import *m) {
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
    bool ok = convert_value(m->s->host.calendar, c, kind, f, cell);
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

static bool convert(struct import *m, const struct table_column *c, const struct csv_field *f,
                    struct cell *cell) {
    struct csv_field plain;
    if (f->kind == FIELD_PERCENT) {
        plain = percent_field(c, f, m->percent);
        f = &plain;
    } else if (f->kind != FIELD_TEXT) {
        return convert_marked(m->s->host.calendar, c, f, cell, &m->reason);
    }
    return c->type->kind == TY_REF ? convert_reference(m, c, f, cell)
                                   : convert_field(m->s->host.calendar, c, f, cell, &m->reason);
}

/* A value that was not seen lately. */
static enum status take_new(struct import *m, uint32_t column, const struct csv_field *f,
                            bool *taken) {
    struct staging *g = &m->staging;
    const struct table_column *c = &m->t->columns[column];
    struct cell cell;
    int64_t word;
    *taken = convert(m, c, f, &cell);
    if (!*taken) {
        buf_clear(&m->place);
        records_put_place(&m->records, (uint32_t)g->columns[column].field, &m->place);
        return rejects_add_at(&m->rejects, m->records.line, &m->place, c->name,
                              f->kind == FIELD_FAULT ? STR_NONE : csv_text(f), &m->reason);
    }
    bool ok =
        staging_word_of(g, column, &cell, &word) && staging_set(g, column, word, cell.missing) &&
        (f->kind != FIELD_TEXT || recall_add(&m->recalls[column], g->alloc, f, word, cell.missing));
    return ok ? ST_OK : ST_NO_MEMORY;
}

/* ST_OK also when the row was refused. */
static enum status take_row(struct import *m) {
    struct staging *g = &m->staging;
    if (!staging_room(g))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < m->t->n; i++) {
        if (g->columns[i].field < 0)
            continue;
        const struct csv_field *f = &m->records.fields[g->columns[i].field];
        const struct recalled *known =
            f->kind == FIELD_TEXT ? recall_find(&m->recalls[i], f) : NULL;
        if (known) {
            if (!staging_set(g, i, known->word, known->missing))
                return ST_NO_MEMORY;
            continue;
        }
        bool taken;
        enum status status = take_new(m, i, f, &taken);
        if (status != ST_OK || !taken)
            return status;
    }
    if (!import_spans_ordered(m))
        return rejects_add(&m->rejects, m->records.line, STR_NONE, STR_NONE, &m->reason);
    g->line[g->n++] = (uint32_t)m->records.line;
    return ST_OK;
}

/* Too few fields, as in a line cut off, or more than the header names. */
static bool has_wrong_length(struct import *m) {
    uint32_t n = m->records.nfields;
    while (n > m->nheader && m->records.fields[n - 1].n == 0)
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
    if (m->records.flaw)
        buf_text(&m->reason, m->records.flaw);
    else if (!has_wrong_length(m))
        return take_row(m);
    return rejects_add(&m->rejects, m->records.line, STR_NONE, STR_NONE, &m->reason);
}

static enum status pause_reading(struct import *m) {
    const struct store_host *host = &m->s->host;
    if (host->progress)
        host->progress(host->user, m->what.p, m->rows, records_estimate(&m->records, m->rows));
    return store_poll(m->s, ROWS_BETWEEN_POLLS);
}

static enum status read_rows(struct import *m, const struct import_order *order) {
    size_t most = order->most_staged ? order->most_staged : MOST_STAGED;
    enum status status = ST_OK;
    while (records_next(&m->records, &status)) {
        status = read_row(m);
        if (status == ST_OK && m->rows % ROWS_BETWEEN_POLLS == 0)
            status = pause_reading(m);
        if (status == ST_OK && m->rows % ROWS_BETWEEN_LOOKS == 0)
            status = import_make_room(m, order, most);
        if (status != ST_OK)
            return status;
    }
    if (status == ST_OK && m->rows == 0) {
        status =
            store_fail(m->s, E0502, m->span, "`%.*s` has a header and no rows", STR_ARG(m->file));
        store_help(m->s, "look whether the right file was exported");
    }
    return status;
}

enum status import_reject_line(struct import *m, uint64_t line, const char *reason) {
    buf_clear(&m->reason);
    buf_text(&m->reason, reason);
    return rejects_add(&m->rejects, line, STR_NONE, STR_NONE, &m->reason);
}

enum status import_reject(struct import *m, uint32_t row, const char *reason) {
    return import_reject_line(m, m->staging.line[row], reason);
}

/* ---- the whole ---- */

static enum status match_headers(struct import *m) {
    int *fields = mem_take(m->s->host.alloc, (m->t->n + 1) * sizeof *fields);
    if (!fields)
        return ST_NO_MEMORY;
    enum status status = headers_match(m->s, m->span, m->t, &m->records, fields);
    for (uint32_t i = 0; status == ST_OK && i < m->t->n; i++)
        m->staging.columns[i].field = fields[i];
    m->nheader = m->records.nfields;
    mem_give(m->s->host.alloc, fields, (m->t->n + 1) * sizeof *fields);
    return status;
}

/* What happens inside the unit. */
static enum status import_rows(struct import *m, const struct import_order *order) {
    static const char *const modes[] = {"update", "append", "replace"};
    enum status status = store_ensure(m->s, m->t);
    if (status == ST_OK)
        status = rejects_open(&m->rejects, m->s, m->span, m->t, m->file);
    if (status == ST_OK)
        status = import_load_parents(m);
    if (status == ST_OK)
        status = import_find_own(m);
    if (status == ST_OK)
        status = read_rows(m, order);
    if (status == ST_OK)
        status = import_write(m, order);
    if (status == ST_OK)
        status = log_import(&m->rejects, modes[m->mode], m->rows, m->stored);
    sqlite3_finalize(m->rejects.insert);
    m->rejects.insert = NULL;
    return status;
}

void import_put_first(const struct import *m, struct buf *out) {
    const struct rejects *r = &m->rejects;
    if (r->first_has_place)
        buf_printf(out, "%.*s:", STR_ARG(m->records.file.path));
    else
        buf_printf(out, "%.*s:%llu: ", STR_ARG(m->file), (unsigned long long)r->first_line);
    buf_str(out, buf_view(&r->first));
}

static enum status tell_result(struct import *m, struct arena *arena, struct import_result *out) {
    *out = (struct import_result){
        .rows = m->rows, .stored = m->stored, .rejected = m->rejects.n, .undecided = m->undecided};
    if (!m->rejects.n)
        return ST_OK;
    jmp_buf *escape = arena->escape;
    arena->escape = NULL; /* it would jump over what has to be freed */
    struct buf first;
    buf_init(&first, m->s->host.alloc);
    import_put_first(m, &first);
    out->first_reject = first.failed ? STR_NONE : arena_str(arena, buf_view(&first));
    buf_free(&first);
    arena->escape = escape;
    return out->first_reject.p ? ST_OK : ST_NO_MEMORY;
}

static enum status run(struct import *m, struct arena *arena, const struct import_order *order,
                       struct import_result *out) {
    struct unit unit;
    struct record_file file = {
        .span = m->span, .path = m->file, .table = order->table, .into = m->t->name};
    buf_printf(&m->what, "importing %.*s", STR_ARG(m->t->name));
    enum status status = m->what.failed ? ST_NO_MEMORY : ST_OK;
    if (status == ST_OK)
        status = records_open(&m->records, m->s, &file);
    m->file = buf_view(&m->records.label);
    if (status == ST_OK)
        status = match_headers(m);
    if (status == ST_OK)
        status = unit_begin(m->s, m->span, &unit);
    if (status != ST_OK)
        return status;
    status = import_rows(m, order);
    if (status == ST_OK)
        status = tell_result(m, arena, out);
    return unit_end(m->s, m->span, &unit, status);
}

/* ---- making and freeing one ---- */

enum status import_may_fill(struct store *s, struct span span, const struct table *t) {
    enum status status = store_may_write(s, span);
    if (status == ST_OK && t->built_in)
        status = store_fail(s, E0510, span, "`%.*s` is kept by the store itself", STR_ARG(t->name));
    return status;
}

struct import *import_new(struct store *s, const struct table *t, enum import_mode mode,
                          struct span span, struct str file) {
    struct import *m = mem_zero(s->host.alloc, sizeof *m);
    if (!m)
        return NULL;
    *m = (struct import){.s = s, .span = span, .t = t, .mode = mode, .file = file};
    records_none(&m->records, s);
    m->rejects.first.alloc = s->host.alloc;
    buf_init(&m->what, s->host.alloc);
    buf_init(&m->reason, s->host.alloc);
    buf_init(&m->place, s->host.alloc);
    keymap_init(&m->own, s->host.alloc);
    m->spill = mem_take(s->host.alloc, sizeof *m->spill);
    if (m->spill)
        spill_init(m->spill, s->host.alloc);
    m->recalls = mem_zero(s->host.alloc, (t->n + 1) * sizeof *m->recalls);
    if (staging_init(&m->staging, s->host.alloc, t) && m->recalls && m->spill)
        return m;
    import_free(m);
    return NULL;
}

void import_free(struct import *m) {
    struct alloc *alloc = m->s->host.alloc;
    records_close(&m->records);
    staging_free(&m->staging);
    if (m->spill)
        spill_free(m->spill);
    mem_give(alloc, m->spill, sizeof *m->spill);
    free_recalls(m);
    free_parents(m);
    keymap_free(&m->own);
    rejects_close(&m->rejects);
    buf_free(&m->reason);
    buf_free(&m->place);
    buf_free(&m->what);
    mem_give(alloc, m, sizeof *m);
}

enum status store_import(struct store *s, struct arena *arena, const struct table *t,
                         const struct import_order *order, struct import_result *out) {
    *out = (struct import_result){.rows = 0};
    enum status status = import_may_fill(s, order->span, t);
    if (status != ST_OK)
        return status;
    struct import *m = import_new(s, t, order->mode, order->span, order->path);
    if (!m)
        return ST_NO_MEMORY;
    status = run(m, arena, order, out);
    import_free(m);
    return status;
}
