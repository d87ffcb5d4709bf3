/* Spans: for each row of the input a row for each span of days on which a combination of the row's
 * own spans holds, in the order of time.
 *
 * A row's spans come as a bool and two days, a missing one of which has no end on its side. The
 * program is worked out on a stack of interval sets whose room is known when it is opened. */
#include "exec/interval.h"
#include "exec/segment.h"

struct spans {
    struct intervals *stack; /* as deep as the program is long, and one more */
    uint32_t row;            /* of the input's batch, whose spans are stack[0] */
    uint32_t next;           /* span of the row */
    bool open;               /* the row's spans are there */
    uint32_t *rows;          /* of the input, for each row of the batch being made */
    struct spells **spelled; /* by leaf, or NULL */
};

static int64_t day_or(const struct column *c, uint32_t row, int64_t end) {
    return column_state(c, row) == PRESENT ? c->i[row] : end;
}

/* The spans that a row has in a plan of its own. */
static void take_spells(const struct spells *spells, const struct column *rows, uint32_t row,
                        struct intervals *out) {
    uint32_t first, n = 0;
    if (column_state(rows, row) == PRESENT)
        n = spells_of_row(spells, rows->i[row], &first);
    out->n = n;
    for (uint32_t i = 0; i < n; i++)
        spell_ends(spells, first + i, &out->at[i].start, &out->at[i].stop);
}

static void take_leaf(const struct segment *s, uint32_t leaf, uint32_t row, struct intervals *out) {
    const struct spans *w = s->state;
    const struct plan *input = s->plan->input;
    const struct plan_output *first = &input->outputs[s->plan->nkept + 3 * leaf];
    const struct column *in = s->input->batch.columns;
    const struct column *member = &in[first[0].slot];
    if (w->spelled && w->spelled[leaf]) {
        take_spells(w->spelled[leaf], member, row, out);
        return;
    }
    if (column_state(member, row) != PRESENT || !member->i[row]) {
        out->n = 0;
        return;
    }
    intervals_one(out, day_or(&in[first[1].slot], row, BEFORE_ALL),
                  day_or(&in[first[2].slot], row, AFTER_ALL));
}

/* The top of the stack is room for results; they change places with their first operand. */
static void swap(struct intervals *a, struct intervals *b) {
    struct intervals x = *a;
    *a = *b;
    *b = x;
}

static void find_spans(struct segment *s, struct spans *w) {
    const struct plan *plan = s->plan;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < plan->nprogram; i++) {
        struct intervals *top = &w->stack[depth];
        switch (plan->program[i]) {
        case SPANS_AND:
            intervals_and(top, top - 2, top - 1);
            swap(top, top - 2);
            depth--;
            break;
        case SPANS_OR:
            intervals_or(top, top - 2, top - 1);
            swap(top, top - 2);
            depth--;
            break;
        case SPANS_NOT:
            intervals_not(top, top - 1);
            swap(top, top - 1);
            break;
        case SPANS_NEVER:
            intervals_one(top, BEFORE_ALL, top[-1].n ? BEFORE_ALL : AFTER_ALL);
            swap(top, top - 1);
            break;
        default:
            take_leaf(s, plan->program[i] - SPANS_LEAF, w->row, top);
            depth++;
            break;
        }
    }
    w->next = 0;
    w->open = true;
}

static void put_day(struct column *out, uint32_t row, int64_t day, int64_t end) {
    bool there = day != end;
    out->i[row] = there ? day : 0;
    out->state[row] = there ? PRESENT : MISSING;
}

/* Rows out of the input's batch until it ends or the own batch is full. */
static uint32_t fill(struct segment *s, struct spans *w) {
    struct column *entry = &s->batch.columns[s->plan->nkept], *exit = entry + 1;
    uint32_t n = 0;
    while (n < BATCH_ROWS && w->row < s->input->batch.n) {
        if (!w->open)
            find_spans(s, w);
        for (; n < BATCH_ROWS && w->next < w->stack[0].n; w->next++, n++) {
            w->rows[n] = w->row;
            put_day(entry, n, w->stack[0].at[w->next].start, BEFORE_ALL);
            put_day(exit, n, w->stack[0].at[w->next].stop, AFTER_ALL);
        }
        if (w->next == w->stack[0].n) {
            w->row++;
            w->open = false;
        }
    }
    return n;
}

static enum status spans_pull(struct segment *s) {
    struct spans *w = s->state;
    const struct plan *plan = s->plan, *input = plan->input;
    struct alloc *a = s->run->alloc;
    uint32_t n = 0;
    bool ok = column_states(a, &s->batch.columns[plan->nkept]) &&
              column_states(a, &s->batch.columns[plan->nkept + 1]);
    while (ok && n == 0) {
        if (w->row == s->input->batch.n) {
            enum status status = segment_next(s->input);
            w->row = 0;
            if (status != ST_OK || s->input->batch.n == 0)
                return status;
        }
        n = fill(s, w);
    }
    for (uint32_t i = 0; i < plan->nkept && ok; i++)
        ok = column_gather(a, &s->batch.columns[i], 0,
                           &s->input->batch.columns[input->outputs[i].slot], w->rows, n);
    s->batch.n = ok ? n : 0;
    return no_memory_unless(ok);
}

/* How many intervals a set may have: each use of a leaf gives those of one row, a `not` one. */
static enum status find_room(struct segment *s, struct spans *w, uint32_t *room) {
    const struct plan *plan = s->plan;
    *room = plan->nprogram + 1;
    if (!plan->nextents)
        return ST_OK;
    w->spelled = ARENA_ARRAY(&s->run->arena, struct spells *, plan->nspans);
    enum status status = no_memory_unless(w->spelled != NULL);
    for (uint32_t i = 0; i < plan->nspans && status == ST_OK; i++)
        if (plan->spelled[i])
            status = spells_run(s, plan->extents[plan->spelled[i] - 1], &w->spelled[i]);
    for (uint32_t i = 0; i < plan->nprogram && status == ST_OK; i++)
        if (plan->program[i] >= SPANS_LEAF && w->spelled[plan->program[i] - SPANS_LEAF])
            *room += spells_most(w->spelled[plan->program[i] - SPANS_LEAF]);
    return status;
}

enum status spans_open(struct segment *s) {
    const struct plan *plan = s->plan;
    struct arena *arena = &s->run->arena;
    struct spans *w = ARENA_NEW(arena, struct spans);
    s->base = (struct base){spans_pull, NULL};
    if (!w || !(w->rows = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS)) ||
        !(w->stack = ARENA_ARRAY(arena, struct intervals, plan->nprogram + 1)))
        return ST_NO_MEMORY;
    uint32_t room;
    enum status status = find_room(s, w, &room);
    for (uint32_t i = 0; i <= plan->nprogram && status == ST_OK; i++)
        if (!(w->stack[i].at = ARENA_ARRAY(arena, struct interval, room)))
            status = ST_NO_MEMORY;
    if (status != ST_OK)
        return status;
    s->state = w;
    return segment_open(s->run, s->self, plan->input, NULL, s->any_order, &s->input);
}
