/* Spells: spans of rows that may have several each.
 *
 * A SPELLS puts spans of one row together that touch, overlap or are less than a gap apart. What it
 * (or a SPANS) gives is kept by row number for whoever asks whether a row has a span on a day; it
 * is run once in a run. */
#include "exec/interval.h"
#include "exec/segment.h"

enum { ROW, ENTRY, EXIT, COLUMNS };

static int64_t start_at(const struct rows *rows, uint32_t i) {
    const struct column *c = &rows->columns[ENTRY];
    return column_state(c, i) == PRESENT ? c->i[i] : BEFORE_ALL;
}

static int64_t stop_at(const struct rows *rows, uint32_t i) {
    const struct column *c = &rows->columns[EXIT];
    return column_state(c, i) == PRESENT ? c->i[i] : AFTER_ALL;
}

/* ---- put together ---- */

struct joining {
    struct rows in, out;
    uint32_t *order;
    bool done;
    uint32_t next;
};

static void spells_base_close(struct segment *s) {
    struct joining *j = s->state;
    mem_give(s->run->alloc, j->order, j->order ? j->in.n * sizeof *j->order : 0);
    rows_free(&j->in);
    rows_free(&j->out);
}

/* Whether a span that starts there goes on with one that stopped there. */
static bool goes_on(int64_t stop, int64_t start, int64_t gap) {
    return start <= stop || start - stop < gap;
}

/* Rows of `order` from..stop are the spans of one row, by their starts. */
static bool put_spans(struct segment *s, uint32_t from, uint32_t stop) {
    struct joining *j = s->state;
    struct alloc *a = s->run->alloc;
    for (uint32_t i = from; i < stop;) {
        uint32_t first = j->order[i], last = first;
        int64_t end = stop_at(&j->in, first);
        for (i++; i < stop && goes_on(end, start_at(&j->in, j->order[i]), s->plan->gap); i++)
            if (stop_at(&j->in, j->order[i]) > end) {
                last = j->order[i];
                end = stop_at(&j->in, last);
            }
        uint32_t at = j->out.n++;
        if (!column_append(a, &j->out.columns[ROW], at, &j->in.columns[ROW], first, 1) ||
            !column_append(a, &j->out.columns[ENTRY], at, &j->in.columns[ENTRY], first, 1) ||
            !column_append(a, &j->out.columns[EXIT], at, &j->in.columns[EXIT], last, 1))
            return false;
    }
    return true;
}

static enum status join_spans(struct segment *s) {
    struct joining *j = s->state;
    static const uint32_t by[] = {ROW, ENTRY};
    enum status status = collect(s->run, s->input, &j->in);
    if (status != ST_OK || j->in.n == 0)
        return status;
    j->order = mem_take(s->run->alloc, j->in.n * sizeof *j->order);
    status = no_memory_unless(j->order != NULL);
    if (status == ST_OK)
        status = order_by_values(s->run, &j->in, by, NULL, COUNT_OF(by), j->order);
    if (status == ST_OK)
        status = rows_reserve(&j->out, j->in.n);
    const int64_t *rows = j->in.columns[ROW].i;
    for (uint32_t from = 0, stop = 0; from < j->in.n && status == ST_OK; from = stop) {
        while (stop < j->in.n && rows[j->order[stop]] == rows[j->order[from]])
            stop++;
        status = no_memory_unless(put_spans(s, from, stop));
    }
    return status;
}

static enum status spells_pull(struct segment *s) {
    struct joining *j = s->state;
    enum status status = ST_OK;
    if (!j->done) {
        j->done = true;
        status = join_spans(s);
    }
    return status == ST_OK ? emit_rows(s, &j->out, NULL, j->out.n, &j->next) : status;
}

enum status spells_open(struct segment *s) {
    struct joining *j = ARENA_NEW(&s->run->arena, struct joining);
    if (!j)
        return ST_NO_MEMORY;
    s->state = j;
    s->base = (struct base){spells_pull, spells_base_close};
    j->out = (struct rows){.alloc = s->run->alloc};
    j->out.columns = ARENA_ARRAY(&s->run->arena, struct column, COLUMNS);
    if (!j->out.columns)
        return ST_NO_MEMORY;
    for (; j->out.ncolumns < COLUMNS; j->out.ncolumns++)
        j->out.columns[j->out.ncolumns].type = s->plan->slot_types[j->out.ncolumns];
    return segment_open(s->run, s->self, s->plan->input, NULL, true, &s->input);
}

/* ---- looked up ---- */

struct spells {
    const struct plan *plan;
    const struct relation *self;
    struct rows rows;
    uint32_t *first; /* by row number: the first of its spans, counted from 1; 0: it has none */
    size_t nfirst;
    uint32_t most;
    struct spells *older;
};

void spells_close(struct run *run) {
    for (struct spells *p = run->spells; p; p = p->older) {
        rows_free(&p->rows);
        mem_give(run->alloc, p->first, p->nfirst * sizeof *p->first);
    }
    run->spells = NULL;
}

static enum status index_rows(struct run *run, struct spells *p) {
    const int64_t *rows = p->rows.columns[ROW].i;
    int64_t highest = 0;
    for (uint32_t i = 0; i < p->rows.n; i++)
        highest = rows[i] > highest ? rows[i] : highest;
    size_t n = (size_t)highest + 1;
    p->first = mem_zero(run->alloc, n * sizeof *p->first);
    if (!p->first)
        return ST_NO_MEMORY;
    p->nfirst = n;
    for (uint32_t i = 0, start = 0; i < p->rows.n; i++) {
        if (rows[i] != rows[start])
            start = i;
        if (i == start)
            p->first[rows[i]] = i + 1;
        p->most = i - start + 1 > p->most ? i - start + 1 : p->most;
    }
    return ST_OK;
}

enum status spells_run(struct segment *s, const struct plan *plan, struct spells **out) {
    struct run *run = s->run;
    for (struct spells *p = run->spells; p; p = p->older) {
        *out = p;
        if (p->plan == plan && p->self == s->self)
            return ST_OK;
    }
    struct spells *p = ARENA_NEW(&run->arena, struct spells);
    struct segment *input;
    if (!p)
        return ST_NO_MEMORY;
    *p = (struct spells){.plan = plan, .self = s->self, .older = run->spells};
    run->spells = p;
    *out = p;
    enum status status = segment_open(run, s->self, plan, NULL, false, &input);
    if (status == ST_OK)
        status = collect(run, input, &p->rows);
    return status == ST_OK ? index_rows(run, p) : status;
}

uint32_t spells_of_row(const struct spells *spells, int64_t row, uint32_t *first) {
    if (row < 0 || (uint64_t)row >= spells->nfirst || !spells->first[row])
        return 0;
    const int64_t *rows = spells->rows.columns[ROW].i;
    uint32_t n = 0;
    *first = spells->first[row] - 1;
    while (*first + n < spells->rows.n && rows[*first + n] == row)
        n++;
    return n;
}

uint32_t spells_most(const struct spells *spells) {
    return spells->most;
}

void spell_ends(const struct spells *spells, uint32_t span, int64_t *start, int64_t *stop) {
    *start = start_at(&spells->rows, span);
    *stop = stop_at(&spells->rows, span);
}

/* Days [from, stop) of a row. */
static bool has_spell(const struct spells *p, int64_t row, int64_t from, int64_t stop) {
    uint32_t first, n = spells_of_row(p, row, &first);
    for (uint32_t k = 0; k < n; k++)
        if (start_at(&p->rows, first + k) < stop && from < stop_at(&p->rows, first + k))
            return true;
    return false;
}

/* The days that are asked about; false: they are not known, or none. */
static bool days_at(const struct segment *s, const struct step *step, uint32_t row, int64_t *from,
                    int64_t *stop) {
    const struct column *days[2] = {NULL, NULL};
    *from = BEFORE_ALL;
    *stop = AFTER_ALL;
    for (uint32_t i = 1; i < step->nkeys; i++) {
        days[i - 1] = &s->batch.columns[step->keys[i]];
        if (column_state(days[i - 1], row) != PRESENT)
            return false;
    }
    if (days[0]) {
        *from = days[1] ? days[1]->i[row] : days[0]->i[row];
        *stop = days[1] ? days[0]->i[row] : days[0]->i[row] + 1;
    }
    return *from < *stop;
}

enum status spell_apply(struct segment *s, const struct step *step, const struct spells *spells) {
    const struct column *rows = &s->batch.columns[step->keys[0]];
    struct column *out = &s->batch.columns[step->slots[0]];
    for (uint32_t i = 0; i < s->batch.n; i++) {
        int64_t from, stop;
        out->i[i] = column_state(rows, i) == PRESENT && days_at(s, step, i, &from, &stop) &&
                    has_spell(spells, rows->i[i], from, stop);
    }
    return ST_OK;
}
