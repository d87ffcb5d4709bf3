/* Storing the rows of a relation, `from ... | into table`: an import whose rows come from a frame.
 *
 * The rows were worked out before the first of them is stored, so a relation may read the table it
 * is stored into. A row that does not fit fails the whole: a computed row left out in silence would
 * make the table say something else. */
#include "base/datetime.h"
#include "base/duration.h"
#include "base/num.h"
#include "base/ratio.h"
#include "store/items.h"
#include "store/ties.h"

enum { ROWS_BETWEEN_POLLS = 16384 };

/* ---- values ---- */

/* From row `row` of a column to a value of the table's column. */
static void read_cell(const struct column *in, uint32_t row, enum type_kind kind,
                      struct cell *out) {
    *out = (struct cell){.missing = column_state(in, row) != PRESENT};
    if (out->missing)
        return;
    switch (type_storage(in->type)) {
    case STORE_TEXT:
        out->text = text_str(in->t[row]);
        break;
    case STORE_PAIR:
        out->text = (struct str){out->pair, ratio_print(out->pair, in->i[row], in->d[row])};
        break;
    case STORE_FLOAT:
        out->f = in->f[row] + 0.0; /* -0 and 0 are one key */
        break;
    default:
        if (kind == TY_FLOAT)
            out->f = (double)in->i[row];
        else
            out->i = in->i[row];
    }
}

/* As messages show it. */
static struct str shown(const struct import *m, const struct cell *cell, enum type_kind kind,
                        char text[48]) {
    switch (kind) {
    case TY_TEXT:
    case TY_RATIO:
    case TY_SHARE:
        return cell->text;
    case TY_FLOAT:
        return (struct str){text, num_print_float(text, cell->f)};
    case TY_BOOL:
        return cell->i ? STR("true") : STR("false");
    case TY_DATE:
        return (struct str){text, day_print(text, cell->i)};
    case TY_DATETIME:
        return (struct str){text, datetime_print(text, cell->i)};
    case TY_PERIOD:
        return (struct str){text, period_print(m->s->host.calendar, text, cell->i)};
    default:
        return (struct str){text, num_print_int(text, cell->i)};
    }
}

static bool fits(struct import *m, const struct table_column *c, const struct column *in,
                 uint32_t row, struct cell *cell) {
    enum type_kind kind = plain_type(c)->kind;
    char text[48];
    read_cell(in, row, kind, cell);
    if (c->reason_of) { /* what was worked out has no code */
        *cell = (struct cell){.missing = true};
        return true;
    }
    if (column_state(in, row) == SUPPRESSED) {
        buf_printf(&m->reason, "`%.*s` is suppressed", STR_ARG(c->name));
        return false;
    }
    if (c->item)
        return items_convert(m, c, cell->missing ? STR("[]") : cell->text, &m->list, &m->reason,
                             cell);
    if (c->type->kind != TY_REF || cell->missing)
        return convert_fits(c, cell, shown(m, cell, kind, text), &m->reason);
    bool found = import_find_row(m, c, cell);
    if (!found)
        import_dangling(&m->reason, c, shown(m, cell, kind, text));
    return found;
}

/* ---- rows ---- */

static enum status take_row(struct import *m, uint32_t row) {
    struct staging *g = &m->staging;
    if (!staging_room(g))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < table_width(m->t); i++) {
        const struct staged_column *staged = &g->columns[i];
        struct cell cell;
        int64_t word;
        if (staged->field < 0)
            continue;
        buf_clear(&m->reason);
        bool good = fits(m, staged->column, &m->frame->columns[staged->field], row, &cell);
        if (m->list.failed)
            return ST_NO_MEMORY;
        if (!good)
            return rejects_add(&m->rejects, row + 1, staged->column->name, STR_NONE, &m->reason);
        if (!staging_word_of(g, i, &cell, &word) || !staging_set(g, i, word, cell.missing))
            return ST_NO_MEMORY;
    }
    const struct tie_check ties = {m, g, NULL, row, &m->key, &m->reason};
    const struct table_column *broken;
    enum status status = ties_hold(&ties, &broken);
    if (status == ST_OK && broken)
        return rejects_add(&m->rejects, row + 1, broken->name, STR_NONE, &m->reason);
    g->line[g->n++] = row + 1;
    return status;
}

static enum status take_rows(struct import *m) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < table_width(m->t); i++)
        m->staging.columns[i].field = type_field(m->frame->type, m->t->columns[i].name);
    for (uint32_t i = 0; i < m->t->n; i++)
        if (m->t->columns[i].why)
            m->staging.columns[m->t->columns[i].why].field = m->staging.columns[i].field;
    status = import_load_parents(m);
    if (status == ST_OK)
        status = ties_load(m);
    for (uint32_t row = 0; row < m->frame->n && status == ST_OK; row++) {
        status = take_row(m, row);
        m->rows++;
        if (status == ST_OK && m->rows % ROWS_BETWEEN_POLLS == 0)
            status = store_poll(m->s, ROWS_BETWEEN_POLLS);
    }
    return status;
}

/* ---- what does not fit ---- */

static void put_key(struct buf *out, const struct import *m, uint32_t row) {
    for (uint32_t i = 0; i < m->t->nkeys; i++) {
        const struct table_column *c = &m->t->columns[m->t->keys[i]];
        int field = type_field(m->frame->type, c->name);
        enum type_kind kind = plain_type(c)->kind;
        struct cell cell;
        char text[48];
        read_cell(&m->frame->columns[field], row, kind, &cell);
        buf_printf(out, "%s%.*s ", i ? ", " : "", STR_ARG(c->name));
        buf_str(out, cell.missing ? STR("missing") : shown(m, &cell, kind, text));
    }
}

enum status into_refused(struct import *m) {
    struct buf key;
    buf_init(&key, m->s->host.alloc);
    uint64_t row = m->rejects.first_line;
    put_key(&key, m, (uint32_t)(row - 1));
    enum status status =
        key.failed ? ST_NO_MEMORY
                   : store_fail(m->s, E0372, m->span, "%llu of %llu rows do not fit `%.*s`",
                                (unsigned long long)m->rejects.n, (unsigned long long)m->rows,
                                STR_ARG(m->t->name));
    if (!key.failed) {
        store_note(m->s, "row %llu (%.*s): %.*s", (unsigned long long)row, STR_ARG(buf_view(&key)),
                   STR_ARG(buf_view(&m->rejects.first)));
        store_help(m->s, "leave such rows out with `where` before `into`; nothing was stored");
    }
    buf_free(&key);
    return status;
}

/* ---- the whole ---- */

static enum status store_frame(struct import *m) {
    const struct import_order all = {.strict = true};
    struct unit unit;
    buf_printf(&m->what, "storing %.*s", STR_ARG(m->t->name));
    enum status status = m->what.failed ? ST_NO_MEMORY : unit_begin(m->s, m->span, &unit);
    if (status != ST_OK)
        return status;
    status = store_ensure(m->s, m->t);
    if (status == ST_OK)
        status = rejects_open(&m->rejects, m->s, m->span, m->t, m->file);
    if (status == ST_OK)
        status = import_find_own(m);
    if (status == ST_OK)
        status = take_rows(m);
    if (status == ST_OK)
        status = import_write(m, &all);
    if (status == ST_OK)
        status = ties_check_stored(m);
    sqlite3_finalize(m->rejects.insert);
    m->rejects.insert = NULL;
    return unit_end(m->s, m->span, &unit, status);
}

enum status store_into(struct store *s, const struct table *t, const struct frame *rows,
                       enum import_mode mode, struct span span, uint64_t *stored) {
    enum status status = import_may_fill(s, span, t);
    if (status != ST_OK)
        return status;
    struct import *m = import_new(s, t, mode, span, STR("the relation"));
    if (!m)
        return ST_NO_MEMORY;
    m->frame = rows;
    status = store_frame(m);
    *stored = m->stored;
    import_free(m);
    return status;
}
