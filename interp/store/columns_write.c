/* From arrays of values to stored segments, and from a first import to a table
 * of columns. Whoever has a column's values at hand fills the writer's arrays
 * and puts them: the staging does for now, row by row in the order of the key. */
#include "store/columns.h"

enum status columns_writer_open(struct columns_writer *w, struct store *s, struct span span,
                                struct str table) {
    struct alloc *a = s->host.alloc;
    struct buf sql;
    *w = (struct columns_writer){.s = s, .span = span, .table = table};
    segment_maker_init(&w->maker, a);
    buf_init(&w->data, a);
    w->words = mem_take(a, SEGMENT_ROWS * sizeof *w->words);
    w->texts = mem_take(a, SEGMENT_ROWS * sizeof *w->texts);
    w->missing = mem_take(a, SEGMENT_ROWS);
    enum status status = w->words && w->texts && w->missing ? ST_OK : ST_NO_MEMORY;
    buf_init(&sql, a);
    buf_text(&sql, "INSERT INTO ");
    segments_put_name(&sql, "main", table);
    buf_text(&sql, " VALUES(?1, ?2, ?3, ?4)");
    if (status == ST_OK)
        status = store_prepare(s, span, &sql, &w->insert);
    buf_free(&sql);
    if (status != ST_OK)
        columns_writer_close(w);
    return status;
}

void columns_writer_close(struct columns_writer *w) {
    struct alloc *a = w->s->host.alloc;
    sqlite3_finalize(w->insert);
    w->insert = NULL;
    segment_maker_free(&w->maker);
    buf_free(&w->data);
    mem_give(a, w->words, SEGMENT_ROWS * sizeof *w->words);
    mem_give(a, w->texts, SEGMENT_ROWS * sizeof *w->texts);
    mem_give(a, w->missing, SEGMENT_ROWS);
    w->words = NULL;
    w->texts = NULL;
    w->missing = NULL;
}

static enum status told_long_texts(struct columns_writer *w, struct str column) {
    enum status status =
        store_fail(w->s, E0510, w->span, "the texts of `%.*s` are too long to be stored by columns",
                   STR_ARG(column));
    store_help(w->s, "say `stored rows` in the declaration of `%.*s`", STR_ARG(w->table));
    return status;
}

enum status columns_pack(struct columns_writer *w, struct str column, enum segment_kind kind,
                         uint32_t n, unsigned char head[SEGMENT_HEAD]) {
    struct segment_values values = {.kind = kind, .n = n, .missing = w->missing};
    if (kind == SEGMENT_TEXTS)
        values.texts = w->texts;
    else if (kind == SEGMENT_FLOATS)
        values.floats = w->floats;
    else
        values.words = w->words;
    enum status status = segment_encode(&w->maker, &values, segments_owner(column), head, &w->data);
    return status == ST_LIMIT ? told_long_texts(w, column) : status;
}

enum status columns_put(struct columns_writer *w, int64_t place, struct str column,
                        enum segment_kind kind, uint32_t n) {
    unsigned char head[SEGMENT_HEAD];
    enum status status = columns_pack(w, column, kind, n, head);
    if (status != ST_OK)
        return status;
    struct str data = buf_view(&w->data);
    sqlite3_bind_int64(w->insert, 1, place);
    bind_str(w->insert, 2, column);
    sqlite3_bind_blob(w->insert, 3, head, sizeof head, SQLITE_STATIC);
    sqlite3_bind_blob64(w->insert, 4, data.p, data.n, SQLITE_STATIC);
    int code = sqlite3_step(w->insert);
    if (code != SQLITE_DONE)
        status = store_sql_fail(w->s, w->span);
    sqlite3_reset(w->insert);
    sqlite3_clear_bindings(w->insert);
    return status;
}

/* ---- rows that come one by one ---- */

enum status columns_gathered_open(struct columns_gathered *r, struct columns_writer *w,
                                  const struct table *t) {
    struct alloc *a = w->s->host.alloc;
    size_t n = (size_t)table_width(t) * SEGMENT_ROWS;
    *r = (struct columns_gathered){.w = w, .t = t};
    arena_init(&r->texts, a);
    r->values = mem_zero(a, n * sizeof *r->values);
    r->strings = mem_take(a, n * sizeof *r->strings);
    r->missing = mem_take(a, n);
    return r->values && r->strings && r->missing ? ST_OK : ST_NO_MEMORY;
}

void columns_gathered_close(struct columns_gathered *r) {
    struct alloc *a = r->w->s->host.alloc;
    size_t n = (size_t)table_width(r->t) * SEGMENT_ROWS;
    mem_give(a, r->values, n * sizeof *r->values);
    mem_give(a, r->strings, n * sizeof *r->strings);
    mem_give(a, r->missing, n);
    arena_free(&r->texts);
}

enum status columns_gathered_put(struct columns_gathered *r) {
    enum status status = ST_OK;
    struct columns_writer *w = r->w;
    for (uint32_t c = 0; c < table_width(r->t) && r->n > 0 && status == ST_OK; c++) {
        size_t at = (size_t)c * SEGMENT_ROWS;
        memcpy(w->words, r->values + at, r->n * sizeof *w->words);
        memcpy(w->texts, r->strings + at, r->n * sizeof *w->texts);
        memcpy(w->missing, r->missing + at, r->n);
        status = columns_put(w, columns_place(r->runs), r->t->columns[c].name,
                             columns_kind(&r->t->columns[c]), r->n);
    }
    r->runs++;
    r->n = 0;
    return status == ST_OK ? store_poll(w->s, 0) : status;
}

void columns_gathered_forget(struct columns_gathered *r) {
    arena_free(&r->texts);
    arena_init(&r->texts, r->w->s->host.alloc);
}

/* ---- a first import ---- */

#define GATHER(values)                                                                             \
    for (uint32_t i = 0; i < n; i++)                                                               \
        out[i] = (values)[order[i]];

/* A double has the same place as a word. */
static void gather_words(const struct staged_column *c, const uint32_t *order, uint32_t n,
                         int64_t *out) {
    switch (c->width) {
    case 1:
        GATHER(c->i8)
        break;
    case 2:
        GATHER(c->i16)
        break;
    case 4:
        GATHER(c->i32)
        break;
    default:
        GATHER(c->i)
    }
}

void columns_gather(struct columns_writer *w, const struct staging *g, uint32_t column,
                    uint32_t from, uint32_t n) {
    const struct staged_column *c = &g->columns[column];
    const uint32_t *order = g->order + from;
    memset(w->missing, !c->data, n);
    for (uint32_t i = 0; c->missing && i < n; i++)
        w->missing[i] = c->missing[order[i]];
    if (c->kind == TY_TEXT) {
        for (uint32_t i = 0; c->data && i < n; i++)
            w->texts[i] = w->missing[i] ? STR_NONE : staged_text(g, c, order[i]);
    } else if (c->data) {
        gather_words(c, order, n, w->words);
    }
}

static enum status fill_run(struct columns_writer *w, const struct import *m, uint32_t from,
                            uint32_t n) {
    enum status status = ST_OK;
    for (uint32_t c = 0; c < table_width(m->t) && status == ST_OK; c++) {
        columns_gather(w, &m->staging, c, from, n);
        status = columns_put(w, columns_place(from / SEGMENT_ROWS), m->t->columns[c].name,
                             columns_kind(&m->t->columns[c]), n);
    }
    return status;
}

enum status columns_fill(struct import *m) {
    const struct store_host *host = &m->s->host;
    uint32_t total = m->staging.norder;
    struct columns_writer w;
    enum status status = columns_writer_open(&w, m->s, m->span, m->t->name);
    if (status != ST_OK)
        return status;
    for (uint32_t from = 0, n; from < total && status == ST_OK; from += n) {
        n = total - from < SEGMENT_ROWS ? total - from : SEGMENT_ROWS;
        if (host->progress)
            host->progress(host->user, m->what.p, from, total);
        status = store_poll(m->s, 0);
        if (status == ST_OK)
            status = fill_run(&w, m, from, n);
    }
    columns_writer_close(&w);
    return status;
}

enum status columns_clear(struct import *m) {
    struct buf sql;
    buf_init(&sql, m->s->host.alloc);
    buf_text(&sql, "DELETE FROM ");
    segments_put_name(&sql, "main", m->t->name);
    enum status status = store_run_buf(m->s, m->span, &sql);
    buf_free(&sql);
    return status;
}
