/* From arrays of values to stored segments, and from a first import to a table
 * of columns. Whoever has a column's values at hand fills the writer's arrays
 * and puts them: the staging does for now, row by row in the order of the key. */
#include "store/packing.h"

bool columns_packer_open(struct columns_packer *p, struct alloc *alloc) {
    *p = (struct columns_packer){.alloc = alloc};
    segment_maker_init(&p->maker, alloc);
    p->words = mem_take(alloc, SEGMENT_ROWS * sizeof *p->words);
    p->texts = mem_take(alloc, SEGMENT_ROWS * sizeof *p->texts);
    p->missing = mem_take(alloc, SEGMENT_ROWS);
    return p->words && p->texts && p->missing;
}

void columns_packer_close(struct columns_packer *p) {
    if (!p->alloc)
        return;
    segment_maker_free(&p->maker);
    mem_give(p->alloc, p->words, SEGMENT_ROWS * sizeof *p->words);
    mem_give(p->alloc, p->texts, SEGMENT_ROWS * sizeof *p->texts);
    mem_give(p->alloc, p->missing, SEGMENT_ROWS);
    *p = (struct columns_packer){.alloc = NULL};
}

enum status columns_packer_pack(struct columns_packer *p, struct str column, enum segment_kind kind,
                                uint32_t n, unsigned char head[SEGMENT_HEAD], struct buf *data) {
    struct segment_values values = {.kind = kind, .n = n, .missing = p->missing};
    if (kind == SEGMENT_TEXTS)
        values.texts = p->texts;
    else if (kind == SEGMENT_FLOATS)
        values.floats = p->floats;
    else
        values.words = p->words;
    return segment_encode(&p->maker, &values, segments_owner(column), head, data);
}

enum status columns_writer_open(struct columns_writer *w, struct store *s, struct span span,
                                struct str table) {
    struct alloc *a = s->host.alloc;
    struct buf sql;
    *w = (struct columns_writer){.s = s, .span = span, .table = table};
    buf_init(&w->data, a);
    enum status status = columns_packer_open(&w->packer, a) ? ST_OK : ST_NO_MEMORY;
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
    sqlite3_finalize(w->insert);
    w->insert = NULL;
    columns_packer_close(&w->packer);
    buf_free(&w->data);
}

enum status columns_fail_long(struct store *s, struct span span, struct str table,
                              struct str column) {
    enum status status =
        store_fail(s, E0510, span, "the texts of `%.*s` are too long to be stored by columns",
                   STR_ARG(column));
    store_help(s, "say `stored rows` in the declaration of `%.*s`", STR_ARG(table));
    return status;
}

enum status columns_put_packed(struct columns_writer *w, int64_t place, struct str column,
                               const unsigned char head[SEGMENT_HEAD], struct str data) {
    enum status status = ST_OK;
    sqlite3_bind_int64(w->insert, 1, place);
    bind_str(w->insert, 2, column);
    sqlite3_bind_blob(w->insert, 3, head, SEGMENT_HEAD, SQLITE_STATIC);
    sqlite3_bind_blob64(w->insert, 4, data.p, data.n, SQLITE_STATIC);
    int code = sqlite3_step(w->insert);
    if (code != SQLITE_DONE)
        status = store_sql_fail(w->s, w->span);
    sqlite3_reset(w->insert);
    sqlite3_clear_bindings(w->insert);
    return status;
}

enum status columns_put(struct columns_writer *w, int64_t place, struct str column,
                        enum segment_kind kind, uint32_t n) {
    unsigned char head[SEGMENT_HEAD];
    enum status status = columns_packer_pack(&w->packer, column, kind, n, head, &w->data);
    if (status == ST_LIMIT)
        return columns_fail_long(w->s, w->span, w->table, column);
    return status == ST_OK ? columns_put_packed(w, place, column, head, buf_view(&w->data))
                           : status;
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

void columns_gathered_copy(const struct columns_gathered *r, struct columns_packer *p,
                           uint32_t column, uint32_t from, uint32_t n) {
    size_t at = (size_t)column * SEGMENT_ROWS + from;
    memcpy(p->missing, r->missing + at, n);
    if (columns_kind(&r->t->columns[column]) == SEGMENT_TEXTS)
        memcpy(p->texts, r->strings + at, n * sizeof *p->texts);
    else
        memcpy(p->words, r->values + at, n * sizeof *p->words);
}

enum status columns_gathered_put(struct columns_gathered *r) {
    enum status status = ST_OK;
    struct columns_writer *w = r->w;
    for (uint32_t c = 0; c < table_width(r->t) && r->n > 0 && status == ST_OK; c++) {
        columns_gathered_copy(r, &w->packer, c, 0, r->n);
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

void columns_gather(struct columns_packer *p, const struct staging *g, uint32_t column,
                    uint32_t from, uint32_t n) {
    const struct staged_column *c = &g->columns[column];
    const uint32_t *order = g->order + from;
    memset(p->missing, !c->data, n);
    for (uint32_t i = 0; c->missing && i < n; i++)
        p->missing[i] = c->missing[order[i]];
    if (c->kind == TY_TEXT) {
        for (uint32_t i = 0; c->data && i < n; i++)
            p->texts[i] = p->missing[i] ? STR_NONE : staged_text(g, c, order[i]);
    } else if (c->data) {
        gather_words(c, order, n, p->words);
    }
}

struct filling {
    struct import *m;
    struct columns_writer writer;
};

static void gather_staged(const void *user, struct columns_packer *p, uint32_t column,
                          uint32_t from, uint32_t n) {
    const struct filling *f = user;
    columns_gather(p, &f->m->staging, column, from, n);
}

static enum status put_segment(void *user, const struct packed *p) {
    struct filling *f = user;
    struct import *m = f->m;
    const struct store_host *host = &m->s->host;
    enum status status = ST_OK;
    if (p->column == 0) {
        if (host->progress)
            host->progress(host->user, m->what.p, p->from, m->staging.norder);
        status = store_poll(m->s, 0);
    }
    return status == ST_OK
               ? columns_put_packed(&f->writer, columns_place(p->from / SEGMENT_ROWS),
                                    m->t->columns[p->column].name, p->head, buf_view(&p->data))
               : status;
}

enum status columns_fill(struct import *m) {
    struct filling f = {.m = m};
    struct packing packing;
    const struct packing_job job = {.user = &f,
                                    .gather = gather_staged,
                                    .put = put_segment,
                                    .ncolumns = table_width(m->t),
                                    .total = m->staging.norder,
                                    .rows = SEGMENT_ROWS};
    enum status status = columns_writer_open(&f.writer, m->s, m->span, m->t->name);
    if (status != ST_OK)
        return status;
    status = packing_open(&packing, m);
    if (status == ST_OK)
        status = packing_run(&packing, &job);
    packing_close(&packing);
    columns_writer_close(&f.writer);
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
