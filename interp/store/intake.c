/* Reading rows of a block, and settling it.
 *
 * Fields are not read and checked again when they are what the row before had, or what followed it
 * the last time (store/recall.h). Words of texts are places in the block's staging, so what is
 * recalled of them ends with the block. */
#include "store/intake.h"
#include "store/items.h"
#include "store/ties.h"

enum { ROWS_BETWEEN_LOOKS = 1024, MOST_STAGED = 168 << 20 };

/* ---- values ---- */

/* The reference as a row number, or as the key of a row of the table itself. */
static bool convert_reference(struct intake *in, const struct table_column *c,
                              const struct csv_field *f, struct cell *cell) {
    const struct import *m = in->m;
    enum type_kind kind = plain_type(c)->kind;
    bool ok = convert_value(m->s->host.calendar, c, kind, f, cell);
    if (ok && cell->missing) {
        if (!c->type->nullable)
            reason_missing(&in->reason, c);
        return c->type->nullable;
    }
    ok = ok && import_find_row(m, c, cell);
    if (!ok)
        import_dangling(&in->reason, c, csv_text(f));
    return ok;
}

static bool convert(struct intake *in, const struct table_column *c, const struct csv_field *f,
                    struct cell *cell) {
    const struct calendar *calendar = in->m->s->host.calendar;
    struct csv_field plain;
    if (c->reason_of)
        return convert_reason(c->reason_of, plain_type(c->reason_of)->kind, f, cell);
    if (c->item && (f->kind == FIELD_TEXT || (f->kind == FIELD_NESTED && *f->p == '[')))
        return items_convert(in->m, c, csv_text(f), &in->list, &in->reason, cell);
    if (f->kind == FIELD_PERCENT) {
        plain = percent_field(c, f, in->percent);
        f = &plain;
    } else if (f->kind != FIELD_TEXT) {
        return convert_marked(calendar, c, f, cell, &in->reason);
    }
    return c->type->kind == TY_REF ? convert_reference(in, c, f, cell)
                                   : convert_field(calendar, c, f, cell, &in->reason);
}

/* ---- rows ---- */

static bool room_for_refused(struct intake *in) {
    if (in->nrefused < in->room)
        return true;
    uint32_t room = in->room ? in->room * 2 : 16;
    void *grown = mem_resize(in->alloc, in->refused, in->room * sizeof *in->refused,
                             room * sizeof *in->refused);
    if (!grown)
        return false;
    in->refused = grown;
    in->room = room;
    return true;
}

/* For the reason that was put together in in->reason, at the place in in->place. */
static enum status refuse(struct intake *in, uint64_t line, const struct table_column *column,
                          struct str value) {
    struct str place = buf_view(&in->place), reason = buf_view(&in->reason);
    if (!room_for_refused(in) || in->reason.failed || in->place.failed)
        return ST_NO_MEMORY;
    in->refused[in->nrefused++] = (struct refused){.line = line,
                                                   .nplace = (uint32_t)place.n,
                                                   .nvalue = (uint32_t)value.n,
                                                   .nreason = (uint32_t)reason.n,
                                                   .column = column};
    buf_str(&in->texts, place);
    buf_str(&in->texts, value);
    buf_str(&in->texts, reason);
    return in->texts.failed ? ST_NO_MEMORY : ST_OK;
}

/* What `rejects` keeps of a field. */
static struct str shown_field(const struct table_column *c, const struct csv_field *f) {
    bool nothing = f->kind == FIELD_FAULT || f->kind == FIELD_BLOB;
    return nothing || (f->kind == FIELD_NESTED && !c->item) ? STR_NONE : csv_text(f);
}

/* A value that was not seen lately. */
static enum status take_new(struct intake *in, struct recall *recall, uint32_t column,
                            const struct csv_field *f, uint64_t line, bool *taken) {
    struct staging *g = &in->staging;
    const struct table_column *c = &g->t->columns[column];
    struct cell cell;
    int64_t word;
    *taken = convert(in, c, f, &cell);
    if (in->list.failed)
        return ST_NO_MEMORY;
    if (!*taken) {
        records_put_place(&in->m->records, (uint32_t)g->columns[column].field, &in->place);
        return refuse(in, line, c, shown_field(c, f));
    }
    bool ok = staging_word_of(g, column, &cell, &word) &&
              staging_set(g, column, word, cell.missing) &&
              (f->kind != FIELD_TEXT || recall_add(recall, f, word, cell.missing));
    return ok ? ST_OK : ST_NO_MEMORY;
}

static enum status take_row(struct intake *in, struct recall *recalls, const struct file_row *row) {
    struct staging *g = &in->staging;
    if (!staging_room(g))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < table_width(g->t); i++) {
        if (g->columns[i].field < 0)
            continue;
        const struct csv_field *f = &row->fields[g->columns[i].field];
        const struct recalled *known = f->kind == FIELD_TEXT ? recall_find(&recalls[i], f) : NULL;
        if (known) {
            if (!staging_set(g, i, known->word, known->missing))
                return ST_NO_MEMORY;
            continue;
        }
        bool taken;
        enum status status = take_new(in, &recalls[i], i, f, row->line, &taken);
        if (status != ST_OK || !taken)
            return status;
    }
    if (!import_spans_ordered(g, &in->reason))
        return refuse(in, row->line, NULL, STR_NONE);
    const struct tie_check ties = {in->m, g, row->fields, 0, &in->key, &in->reason};
    const struct table_column *broken = NULL;
    enum status status = g->t->nties ? ties_hold(&ties, &broken) : ST_OK;
    if (status != ST_OK || broken)
        return status == ST_OK ? refuse(in, row->line, broken, STR_NONE) : status;
    g->line[g->n++] = (uint32_t)row->line;
    return ST_OK;
}

/* Too few fields, as in a line cut off, or more than the header names. */
static bool has_wrong_length(struct intake *in, const struct file_row *row) {
    uint32_t n = row->nfields, wanted = in->m->nheader;
    while (n > wanted && row->fields[n - 1].n == 0)
        n--;
    if (n == wanted)
        return false;
    buf_printf(&in->reason, "the row has %u %s, the header %u", (unsigned)n,
               n == 1 ? "field" : "fields", (unsigned)wanted);
    return true;
}

enum status intake_row(struct intake *in, struct recall *recalls, const struct file_row *row) {
    buf_clear(&in->reason);
    buf_clear(&in->place);
    in->rows++;
    if (row->flaw)
        buf_text(&in->reason, row->flaw);
    else if (!has_wrong_length(in, row))
        return take_row(in, recalls, row);
    return refuse(in, row->line, NULL, STR_NONE);
}

/* ---- a block ---- */

bool intake_open(struct intake *in, const struct import *m, struct alloc *alloc) {
    *in = (struct intake){.m = m, .alloc = alloc};
    buf_init(&in->texts, alloc);
    buf_init(&in->reason, alloc);
    buf_init(&in->place, alloc);
    buf_init(&in->key, alloc);
    buf_init(&in->list, alloc);
    if (!staging_init(&in->staging, alloc, m->t))
        return false;
    for (uint32_t i = 0; i < table_width(m->t); i++) {
        in->staging.columns[i].field = m->staging.columns[i].field;
        in->staging.columns[i].kind = m->staging.columns[i].kind;
    }
    return true;
}

void intake_close(struct intake *in) {
    if (!in->alloc)
        return;
    staging_free(&in->staging);
    mem_give(in->alloc, in->refused, in->room * sizeof *in->refused);
    buf_free(&in->texts);
    buf_free(&in->reason);
    buf_free(&in->place);
    buf_free(&in->key);
    buf_free(&in->list);
    in->alloc = NULL;
}

void intake_begin(struct intake *in, struct recall *recalls) {
    staging_empty(&in->staging);
    buf_clear(&in->texts);
    in->nrefused = 0;
    in->rows = 0;
    for (uint32_t i = 0; i < table_width(in->staging.t); i++)
        if (in->staging.columns[i].kind == TY_TEXT)
            recall_forget(&recalls[i]);
}

static enum status settle_refused(struct intake *in, struct import *m, uint64_t line) {
    const char *text = in->texts.p;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < in->nrefused && status == ST_OK; i++) {
        const struct refused *r = &in->refused[i];
        struct str value = {text + r->nplace, r->nvalue};
        buf_clear(&in->place);
        buf_clear(&m->reason);
        buf_str(&in->place, (struct str){text, r->nplace});
        buf_str(&m->reason, (struct str){text + r->nplace + r->nvalue, r->nreason});
        status = in->place.failed
                     ? ST_NO_MEMORY
                     : rejects_add_at(&m->rejects, line + r->line, &in->place,
                                      r->column ? r->column->name : STR_NONE, value, &m->reason);
        text += r->nplace + r->nvalue + r->nreason;
    }
    return status;
}

/* Adds rows from *from on, until none is left or the staging was emptied: then texts have no place
 * in it any more. */
static enum status settle_rows(struct intake *in, struct import *m,
                               const struct import_order *order, uint64_t line, uint32_t *from) {
    size_t most = order->most_staged ? order->most_staged : MOST_STAGED;
    const struct staging *g = &in->staging;
    struct staged_texts texts;
    bool ok = staging_append_texts(&m->staging, g, &texts);
    enum status status = ST_OK;
    do {
        uint32_t n = g->n - *from < ROWS_BETWEEN_LOOKS ? g->n - *from : ROWS_BETWEEN_LOOKS;
        ok = ok && staging_append(&m->staging, g, *from, n, &texts, (uint32_t)line);
        status = ok ? import_make_room(m, order, most) : ST_NO_MEMORY;
        *from += n;
    } while (status == ST_OK && *from < g->n && m->staging.n > 0);
    staged_texts_free(&texts);
    return status;
}

enum status intake_settle(struct intake *in, struct import *m, const struct import_order *order,
                          uint64_t line) {
    uint32_t from = 0;
    m->rows += in->rows;
    enum status status = settle_refused(in, m, line);
    while (from < in->staging.n && status == ST_OK)
        status = settle_rows(in, m, order, line, &from);
    return status;
}
