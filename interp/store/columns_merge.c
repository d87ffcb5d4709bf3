/* Staged rows among stored ones: one pass over both in the order of the key.
 *
 * The staged rows are cut at the first keys of the runs. For each run that gets
 * some, the rows it will have are listed, each with where it comes from; when
 * something changes the run is written anew, as several runs if it has become
 * too long, in places between its own and the next. */
#include "store/columns.h"

#define NO_ROW UINT32_MAX

struct origin { /* of a row to be: the stored one, the staged one, or both (it takes new values) */
    uint32_t stored, staged;
};

struct merge {
    struct import *m;
    struct segments g;
    uint32_t *column;             /* of the segments, by column of the table */
    struct segments_loaded *here; /* by column of the segments */
    struct segments_loaded *ahead;
    struct columns_writer w;
    struct origin *sources;
    size_t nsources, room;
    bool with_values; /* all columns are loaded, not only the keys */
    bool changed;     /* the run that is being listed */
};

/* ---- keys ---- */

static int compare_words(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int compare_value(const struct merge *g, const struct segment_reader *s, uint32_t row,
                         const struct staged_column *c, uint32_t staged) {
    if (c->kind == TY_TEXT)
        return str_compare(segment_text(s, row), staged_text(&g->m->staging, c, staged));
    if (c->kind == TY_FLOAT) {
        double x;
        segment_floats(s, row, 1, &x);
        return (x > staged_float(c, staged)) - (x < staged_float(c, staged));
    }
    int64_t word;
    segment_words(s, row, 1, &word);
    return compare_words(word, staged_word(c, staged));
}

/* The key of a stored row against that of a staged one. */
static int compare_keys(const struct merge *g, const struct segments_loaded *loaded, uint32_t row,
                        uint32_t staged) {
    const struct table *t = g->m->t;
    int order = 0;
    for (uint32_t k = 0; k < t->nkeys && order == 0; k++)
        order = compare_value(g, &loaded[g->column[t->keys[k]]].reader, row,
                              &g->m->staging.columns[t->keys[k]], staged);
    return order;
}

static enum status load(struct merge *g, uint32_t run, uint32_t column,
                        struct segments_loaded *loaded) {
    uint32_t at = g->column[column];
    return columns_status(g->m->s, g->m->span, &g->g, segments_load(&g->g, run, at, &loaded[at]));
}

static enum status load_keys(struct merge *g, uint32_t run, struct segments_loaded *loaded) {
    enum status status = ST_OK;
    for (uint32_t k = 0; k < g->m->t->nkeys && status == ST_OK; k++)
        status = load(g, run, g->m->t->keys[k], loaded);
    return status;
}

/* ---- what a run will be ---- */

static bool add_source(struct merge *g, uint32_t stored, uint32_t staged) {
    if (g->nsources == g->room) {
        size_t room = g->room ? g->room * 2 : SEGMENT_ROWS;
        void *grown = mem_resize(g->m->s->host.alloc, g->sources, g->room * sizeof *g->sources,
                                 room * sizeof *g->sources);
        if (!grown)
            return false;
        g->sources = grown;
        g->room = room;
    }
    g->sources[g->nsources++] = (struct origin){stored, staged};
    return true;
}

static bool is_missing(const struct segments_loaded *l, uint32_t row) {
    return l->absent || segment_missing(&l->reader, row);
}

/* Whether a staged value is another than the one stored. */
static bool differs(const struct merge *g, uint32_t column, uint32_t row, uint32_t staged) {
    const struct segments_loaded *l = &g->here[g->column[column]];
    const struct staged_column *c = &g->m->staging.columns[column];
    bool was_missing = is_missing(l, row), missing = !c->data || staged_missing(c, staged);
    if (was_missing || missing)
        return was_missing != missing;
    return compare_value(g, &l->reader, row, c, staged) != 0;
}

static bool any_differs(const struct merge *g, uint32_t row, uint32_t staged) {
    for (uint32_t c = 0; c < table_width(g->m->t); c++)
        if (import_sets(g->m, c) && differs(g, c, row, staged))
            return true;
    return false;
}

/* Lists the rows of a run with the staged ones [from, to) among them. */
static enum status list_run(struct merge *g, uint32_t run, uint32_t from, uint32_t to) {
    const uint32_t *order = g->m->staging.order;
    uint32_t rows = g->g.runs[run].rows, row = 0;
    g->nsources = 0;
    g->changed = false;
    while (row < rows || from < to) {
        int side = row == rows ? 1 : from == to ? -1 : compare_keys(g, g->here, row, order[from]);
        bool both = side == 0;
        if (!add_source(g, side <= 0 ? row : NO_ROW, side >= 0 ? order[from] : NO_ROW))
            return ST_NO_MEMORY;
        g->changed |= side > 0 || (both && g->with_values && any_differs(g, row, order[from]));
        row += side <= 0;
        from += side >= 0;
    }
    return ST_OK;
}

/* ---- writing it ---- */

static bool takes_staged(const struct merge *g, const struct origin *from, uint32_t column) {
    return from->staged != NO_ROW && (from->stored == NO_ROW || import_sets(g->m, column));
}

static void gather_staged(struct merge *g, uint32_t column, uint32_t at, uint32_t row) {
    const struct staged_column *c = &g->m->staging.columns[column];
    g->w.packer.missing[at] = !c->data || staged_missing(c, row);
    if (g->w.packer.missing[at])
        return;
    if (c->kind == TY_TEXT)
        g->w.packer.texts[at] = staged_text(&g->m->staging, c, row);
    else
        g->w.packer.words[at] = staged_word(c, row);
}

static void gather_stored(struct merge *g, uint32_t column, uint32_t at, uint32_t row) {
    const struct segments_loaded *l = &g->here[g->column[column]];
    g->w.packer.missing[at] = is_missing(l, row);
    if (g->w.packer.missing[at])
        return;
    switch (l->reader.head.kind) {
    case SEGMENT_TEXTS:
        g->w.packer.texts[at] = segment_text(&l->reader, row);
        break;
    case SEGMENT_FLOATS:
        segment_floats(&l->reader, row, 1, &g->w.packer.floats[at]);
        break;
    default:
        segment_words(&l->reader, row, 1, &g->w.packer.words[at]);
    }
}

static enum status write_piece(struct merge *g, int64_t place, size_t from, uint32_t n) {
    enum status status = ST_OK;
    for (uint32_t c = 0; c < table_width(g->m->t) && status == ST_OK; c++) {
        for (uint32_t i = 0; i < n; i++) {
            const struct origin *source = &g->sources[from + i];
            if (takes_staged(g, source, c))
                gather_staged(g, c, i, source->staged);
            else
                gather_stored(g, c, i, source->stored);
        }
        status = columns_put(&g->w, place, g->m->t->columns[c].name,
                             columns_kind(&g->m->t->columns[c]), n);
    }
    return status;
}

static enum status forget_run(struct merge *g, int64_t place) {
    struct buf sql;
    buf_init(&sql, g->m->s->host.alloc);
    buf_text(&sql, "DELETE FROM ");
    segments_put_name(&sql, "main", g->m->t->name);
    buf_printf(&sql, " WHERE place = %lld", (long long)place);
    enum status status = store_run_buf(g->m->s, g->m->span, &sql);
    buf_free(&sql);
    return status;
}

/* Behind the last run there is no end of places. */
static int64_t room_behind(const struct merge *g, uint32_t run, size_t pieces) {
    if (run + 1 < g->g.nruns)
        return g->g.runs[run + 1].place - g->g.runs[run].place;
    return (int64_t)pieces << 32;
}

/* Pieces of about one size, but full ones at the end of the table, where rows are added next. */
static enum status write_run(struct merge *g, uint32_t run) {
    size_t pieces = (g->nsources + SEGMENT_ROWS - 1) / SEGMENT_ROWS;
    size_t each = run + 1 < g->g.nruns ? (g->nsources + pieces - 1) / pieces : SEGMENT_ROWS;
    int64_t step = room_behind(g, run, pieces) / (int64_t)pieces, place = g->g.runs[run].place;
    enum status status = forget_run(g, place);
    for (size_t from = 0; from < g->nsources && status == ST_OK; from += each, place += step) {
        size_t n = g->nsources - from < each ? g->nsources - from : each;
        status = write_piece(g, place, from, (uint32_t)n);
    }
    return status;
}

/* ---- all runs ---- */

static enum status merge_close(struct merge *g, enum status status) {
    struct alloc *a = g->m->s->host.alloc;
    for (uint32_t c = 0; c < g->g.ncolumns; c++) {
        if (g->here)
            segments_unload(&g->here[c]);
        if (g->ahead)
            segments_unload(&g->ahead[c]);
    }
    mem_give(a, g->here, g->g.ncolumns * sizeof *g->here);
    mem_give(a, g->ahead, g->g.ncolumns * sizeof *g->ahead);
    mem_give(a, g->column, table_width(g->m->t) * sizeof *g->column);
    mem_give(a, g->sources, g->room * sizeof *g->sources);
    if (g->w.s)
        columns_writer_close(&g->w);
    segments_close(&g->g);
    return status;
}

static enum status merge_open(struct merge *g, struct import *m) {
    struct alloc *a = m->s->host.alloc;
    *g = (struct merge){.m = m};
    enum status status = columns_open(m->s, m->span, m->t->name, &g->g);
    if (status != ST_OK)
        return status;
    g->column = mem_take(a, table_width(m->t) * sizeof *g->column);
    g->here = mem_zero(a, g->g.ncolumns * sizeof *g->here);
    g->ahead = mem_zero(a, g->g.ncolumns * sizeof *g->ahead);
    if (!g->column || !g->here || !g->ahead)
        return ST_NO_MEMORY;
    for (uint32_t c = 0; c < table_width(m->t); c++) {
        int at = segments_column_named(&g->g, m->t->columns[c].name);
        assert(at >= 0 && "the declaration was compared with what is stored");
        g->column[c] = (uint32_t)at;
    }
    return ST_OK;
}

/* How many of the staged rows from `from` on lie before the run behind `run`. */
static enum status find_stop(struct merge *g, uint32_t run, uint32_t from, uint32_t *stop) {
    const struct staging *staging = &g->m->staging;
    uint32_t low = from, high = staging->norder;
    *stop = high;
    if (run + 1 == g->g.nruns)
        return ST_OK;
    enum status status = load_keys(g, run + 1, g->ahead);
    while (status == ST_OK && low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_keys(g, g->ahead, 0, staging->order[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    *stop = low;
    return status;
}

typedef enum status (*visit_fn)(struct merge *g, uint32_t run);

/* Lists each run that gets staged rows and hands it to `visit`. */
static enum status visit_runs(struct merge *g, bool with_values, visit_fn visit) {
    enum status status = ST_OK;
    g->with_values = with_values;
    for (uint32_t run = 0, from = 0, to; run < g->g.nruns && status == ST_OK; run++, from = to) {
        status = find_stop(g, run, from, &to);
        if (status != ST_OK || to == from)
            continue;
        status = load_keys(g, run, g->here);
        for (uint32_t c = 0; with_values && c < table_width(g->m->t) && status == ST_OK; c++)
            status = load(g, run, c, g->here);
        if (status == ST_OK)
            status = list_run(g, run, from, to);
        if (status == ST_OK)
            status = visit(g, run);
        if (status == ST_OK)
            status = store_poll(g->m->s, 0);
    }
    return status;
}

static enum status write_if_changed(struct merge *g, uint32_t run) {
    return g->changed ? write_run(g, run) : ST_OK;
}

/* Places are dealt anew when those between two runs may run out. */
static enum status spread(struct import *m, const struct segments *g) {
    bool narrow = false;
    for (uint32_t i = 1; i < g->nruns; i++)
        narrow |= g->runs[i].place - g->runs[i - 1].place < 1 << 20;
    if (!narrow)
        return ST_OK;
    struct buf sql;
    buf_init(&sql, m->s->host.alloc);
    for (uint32_t i = 0; i < g->nruns; i++) {
        buf_text(&sql, "UPDATE ");
        segments_put_name(&sql, "main", m->t->name);
        buf_printf(&sql, " SET place = %lld WHERE place = %lld;\n", (long long)-columns_place(i),
                   (long long)g->runs[i].place);
    }
    buf_text(&sql, "UPDATE ");
    segments_put_name(&sql, "main", m->t->name);
    buf_text(&sql, " SET place = -place");
    enum status status = store_run_buf(m->s, m->span, &sql);
    buf_free(&sql);
    return status;
}

static enum status make_room(struct import *m) {
    struct segments g;
    enum status status = columns_open(m->s, m->span, m->t->name, &g);
    if (status == ST_OK)
        status = spread(m, &g);
    segments_close(&g);
    return status;
}

enum status columns_merge(struct import *m) {
    struct merge g;
    enum status status = make_room(m);
    if (status != ST_OK)
        return status;
    status = merge_open(&g, m);
    if (status == ST_OK)
        status = columns_writer_open(&g.w, m->s, m->span, m->t->name);
    if (status == ST_OK)
        status = visit_runs(&g, true, write_if_changed);
    return merge_close(&g, status);
}

/* Staged rows that meet a stored one lose their place in the order. */
static enum status reject_met(struct merge *g, uint32_t run) {
    enum status status = ST_OK;
    UNUSED(run);
    for (size_t i = 0; i < g->nsources && status == ST_OK; i++) {
        const struct origin *source = &g->sources[i];
        if (source->stored == NO_ROW || source->staged == NO_ROW)
            continue;
        status = import_reject(g->m, source->staged, "the key is already stored");
        g->m->staging.line[source->staged] = 0;
    }
    return status;
}

enum status columns_reject_stored(struct import *m) {
    struct merge g;
    struct staging *staging = &m->staging;
    uint32_t kept = 0;
    enum status status = merge_open(&g, m);
    if (status == ST_OK)
        status = visit_runs(&g, false, reject_met);
    for (uint32_t i = 0; i < staging->norder && status == ST_OK; i++)
        if (staging->line[staging->order[i]] != 0)
            staging->order[kept++] = staging->order[i];
    if (status == ST_OK)
        staging->norder = kept;
    return merge_close(&g, status);
}
