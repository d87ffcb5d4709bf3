/* Unions: the rows of one side, then those of the other. Unpivot: for each row of the input one for
 * each of several of its columns. */
#include "exec/segment.h"

/* ---- union ---- */

/* s->state is the right side's segment, the left one is s->input. */
static enum status union_pull(struct segment *s) {
    struct segment *sides[] = {s->input, s->state};
    const struct plan *plans[] = {s->plan->input, s->plan->right};
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        enum status status = segment_next(sides[i]);
        const struct batch *in = &sides[i]->batch;
        bool ok = true;
        for (uint32_t j = 0; status == ST_OK && ok && in->n > 0 && j < plans[i]->noutputs; j++)
            ok = column_append(s->run->alloc, &s->batch.columns[j], 0,
                               &in->columns[plans[i]->outputs[j].slot], 0, in->n);
        s->batch.n = in->n;
        if (status != ST_OK || !ok)
            return status != ST_OK ? status : ST_NO_MEMORY;
        if (in->n > 0)
            break;
    }
    return ST_OK;
}

enum status union_open(struct segment *s) {
    struct segment *right = NULL;
    s->base = (struct base){union_pull, NULL};
    enum status status =
        segment_open(s->run, s->self, s->plan->input, NULL, s->any_order, &s->input);
    if (status == ST_OK)
        status = segment_open(s->run, s->self, s->plan->right, NULL, s->any_order, &right);
    s->state = right;
    return status;
}

/* ---- unpivot ---- */

struct unpivot {
    uint32_t next; /* value of the input's batch: row * names + name */
    uint32_t *rows;
};

static enum status unpivot_fill(struct segment *s, struct unpivot *u, uint32_t n) {
    const struct plan *plan = s->plan, *input = plan->input;
    const struct column *in = s->input->batch.columns;
    struct alloc *a = s->run->alloc;
    struct column *names = &s->batch.columns[plan->nkept];
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++) {
        uint32_t name = (u->next + i) % plan->nnames;
        u->rows[i] = (u->next + i) / plan->nnames;
        names->t[i] = plan->names[name];
        const struct plan_output *values = &input->outputs[plan->nkept + name * plan->nvalues];
        for (uint32_t k = 0; k < plan->nvalues && ok; k++)
            ok = column_append(a, &s->batch.columns[plan->nkept + 1 + k], i, &in[values[k].slot],
                               u->rows[i], 1);
    }
    for (uint32_t i = 0; i < plan->nkept && ok; i++)
        ok = column_gather(a, &s->batch.columns[i], 0, &in[input->outputs[i].slot], u->rows, n);
    u->next += n;
    s->batch.n = n;
    return no_memory_unless(ok);
}

static enum status unpivot_pull(struct segment *s) {
    struct unpivot *u = s->state;
    uint32_t nnames = s->plan->nnames;
    if (u->next >= s->input->batch.n * nnames) {
        enum status status = segment_next(s->input);
        u->next = 0;
        if (status != ST_OK)
            return status;
    }
    uint32_t left = s->input->batch.n * nnames - u->next;
    return unpivot_fill(s, u, left < BATCH_ROWS ? left : BATCH_ROWS);
}

enum status unpivot_open(struct segment *s) {
    struct unpivot *u = ARENA_NEW(&s->run->arena, struct unpivot);
    if (!u || !(u->rows = ARENA_ARRAY(&s->run->arena, uint32_t, BATCH_ROWS)))
        return ST_NO_MEMORY;
    s->state = u;
    s->base = (struct base){unpivot_pull, NULL};
    return segment_open(s->run, s->self, s->plan->input, NULL, s->any_order, &s->input);
}
