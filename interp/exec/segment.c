/* Segments: opening a plan, pulling batches, and the bases that only pass rows
 * on: scans, named plans, captured relations and frames.
 *
 * A segment is registered with its run as soon as it exists, so a failed
 * opening needs no clean-up of its own: closing the run takes all. */
#include "exec/segment.h"

enum { DEEPEST = 1000 };

static enum status base_open(struct segment *s) {
    switch (s->plan->base) {
    case BASE_SCAN:
        return scan_open(s);
    case BASE_RELATION:
    case BASE_NAMED:
        return input_open(s);
    case BASE_GROUP:
        return group_open(s);
    case BASE_SORT:
        return sort_open(s);
    case BASE_JOIN:
        return join_open(s);
    case BASE_SPINE:
        return spine_open(s);
    case BASE_SQL:
        return query_open(s);
    case BASE_WINDOW:
        return window_open(s);
    case BASE_UNION:
        return union_open(s);
    case BASE_SPELLS:
        return spells_open(s);
    case BASE_SAMPLE:
        return sample_open(s);
    case BASE_SPANS:
        return spans_open(s);
    case BASE_HELD:
        return held_open(s);
    case BASE_UNPIVOT:
        return unpivot_open(s);
    }
    return ST_MISUSE;
}

static enum status batch_open(struct segment *s) {
    const struct plan *plan = s->plan;
    s->batch.columns = arena_zero(&s->run->arena, plan->nslots * sizeof *s->batch.columns);
    s->batch.codings = arena_zero(&s->run->arena, plan->nslots * sizeof *s->batch.codings);
    if (!s->batch.columns || !s->batch.codings)
        return ST_NO_MEMORY;
    for (; s->batch.nslots < plan->nslots; s->batch.nslots++) {
        struct column *c = &s->batch.columns[s->batch.nslots];
        c->type = plan->slot_types[s->batch.nslots];
        if (!column_prepare(s->run->alloc, c, c->type, BATCH_ROWS)) {
            s->batch.nslots++; /* what it got is freed with the others */
            return ST_NO_MEMORY;
        }
    }
    return ST_OK;
}

/* Which rows a limit takes depends on their order. */
static bool has_limit(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->nsteps; i++)
        if (plan->steps[i]->kind == STEP_LIMIT)
            return true;
    return false;
}

static enum status watch_segment(struct segment *s) {
    struct run *run = s->run;
    s->seen = watch_plan(run->env->watch, s->self, s->plan);
    if (s->seen)
        s->seen->is_quiet = shows_people(run, s->self, s->plan) && !may_read_raw(run);
    return no_memory_unless(s->seen);
}

enum status segment_open(struct run *run, const struct relation *self, const struct plan *plan,
                         const bool *needed, bool any_order, struct segment **out) {
    struct segment *s = ARENA_NEW(&run->arena, struct segment);
    if (!s)
        return ST_NO_MEMORY;
    if (run->depth >= DEEPEST)
        return ST_LIMIT;
    run->depth++;
    *s = (struct segment){.run = run, .self = self, .plan = plan, .older = run->segments};
    s->any_order = any_order && !has_limit(plan);
    run->segments = s;
    enum status status = batch_open(s);
    if (status == ST_OK && run->env->watch)
        status = watch_segment(s);
    if (status == ST_OK)
        status = base_open(s);
    if (status == ST_OK)
        status = steps_open(s, needed);
    run->depth--;
    *out = s;
    return status;
}

enum status segment_next(struct segment *s) {
    enum status status = ST_OK;
    do {
        s->batch.n = 0;
        if (s->finished)
            return ST_OK;
        status = s->base.pull(s);
        if (status == ST_OK && s->batch.n == 0)
            s->finished = true;
        if (s->seen)
            s->seen->rows += s->batch.n;
        if (status == ST_OK)
            status = control_poll(s->run->env->control, s->batch.n);
        if (status == ST_OK)
            status = steps_apply(s);
    } while (status == ST_OK && s->batch.n == 0);
    return status;
}

/* ---- what bases share ---- */

enum status collect(struct run *run, struct segment *s, struct rows *rows) {
    const struct plan *plan = s->plan;
    rows->alloc = run->alloc;
    rows->columns = ARENA_ARRAY(&run->arena, struct column, plan->noutputs);
    if (!rows->columns)
        return ST_NO_MEMORY;
    rows->ncolumns = plan->noutputs;
    for (uint32_t i = 0; i < plan->noutputs; i++)
        rows->columns[i].type = plan->slot_types[plan->outputs[i].slot];
    for (;;) {
        enum status status = segment_next(s);
        if (status != ST_OK || s->batch.n == 0)
            return status;
        status = rows_reserve(rows, s->batch.n);
        for (uint32_t i = 0; status == ST_OK && i < plan->noutputs; i++)
            status = no_memory_unless(column_append(run->alloc, &rows->columns[i], rows->n,
                                                    &s->batch.columns[plan->outputs[i].slot], 0,
                                                    s->batch.n));
        if (status != ST_OK)
            return status;
        rows->n += s->batch.n;
    }
}

enum status emit_rows(struct segment *s, const struct rows *rows, const uint32_t *order,
                      uint32_t total, uint32_t *next) {
    struct alloc *a = s->run->alloc;
    uint32_t n = total - *next < BATCH_ROWS ? total - *next : BATCH_ROWS;
    bool ok = true;
    for (uint32_t i = 0; ok && n > 0 && i < rows->ncolumns; i++) {
        struct column *out = &s->batch.columns[i];
        ok = order ? column_gather(a, out, 0, &rows->columns[i], order + *next, n)
                   : column_append(a, out, 0, &rows->columns[i], *next, n);
    }
    *next += n;
    s->batch.n = n;
    return no_memory_unless(ok);
}

/* ---- stored tables ---- */

static enum status scan_pull(struct segment *s) {
    struct row_source *source = s->state;
    for (uint32_t i = 0; i < s->plan->nscan; i++) {
        struct column *c = &s->batch.columns[s->plan->scan_slots[i]];
        if (c->state) /* earlier steps may have left anything there */
            memset(c->state, PRESENT, BATCH_ROWS);
    }
    return source->next(source, &s->batch);
}

static void scan_close(struct segment *s) {
    struct row_source *source = s->state;
    if (source)
        source->close(source);
}

enum status scan_open(struct segment *s) {
    struct exec_env *env = s->run->env;
    struct row_source *source = NULL;
    s->base = (struct base){scan_pull, scan_close};
    enum status status = env->open(env->user, s->plan, s->self, &source);
    s->state = status == ST_OK ? source : NULL;
    if (s->state && s->seen && source->tell)
        source->tell(source, &s->seen->facts);
    return status;
}

/* ---- rows of another plan or of a finished frame ---- */

struct feed {
    const struct plan *plan;      /* of the input, unless: */
    const struct frame *frame;    /* held by the captured object */
    struct reference *references; /* by column; n is 0 where values pass as they are */
    uint32_t ncolumns;
    uint32_t next; /* row of the frame */
};

static enum status pass_column(struct segment *s, const struct feed *feed, uint32_t i,
                               const struct column *in, uint32_t from, uint32_t n) {
    struct column *out = &s->batch.columns[i];
    const struct reference *reference = &feed->references[i];
    bool ok = reference->n ? reference_values(s->run->alloc, reference, in, from, n, out, 0)
                           : column_append(s->run->alloc, out, 0, in, from, n);
    return no_memory_unless(ok);
}

static enum status pull_frame(struct segment *s) {
    struct feed *feed = s->state;
    uint32_t left = feed->frame->n - feed->next;
    uint32_t n = left < BATCH_ROWS ? left : BATCH_ROWS;
    enum status status = ST_OK;
    for (uint32_t i = 0; status == ST_OK && n > 0 && i < feed->ncolumns; i++)
        status = pass_column(s, feed, i, &feed->frame->columns[i], feed->next, n);
    feed->next += n;
    s->batch.n = n;
    return status;
}

static enum status pull_input(struct segment *s) {
    struct feed *feed = s->state;
    const struct batch *in = &s->input->batch;
    enum status status = segment_next(s->input);
    for (uint32_t i = 0; status == ST_OK && in->n > 0 && i < feed->ncolumns; i++)
        status = pass_column(s, feed, i, &in->columns[feed->plan->outputs[i].slot], 0, in->n);
    s->batch.n = in->n;
    return status;
}

/* How column i of type `from` becomes slot i: as it is, or by its key. */
static enum status feed_column(struct segment *s, struct feed *feed, uint32_t i,
                               const struct type *from) {
    const struct type *to = s->plan->slot_types[i];
    if (from->kind == TY_REF && to->kind != TY_REF)
        return reference_to_key(s->run, from, &feed->references[i]);
    bool same = type_storage(from) == type_storage(to);
    same = same && (from->kind == TY_REF) == (to->kind == TY_REF);
    return same ? ST_OK : ST_MISUSE;
}

static enum status feed_open(struct segment *s, const struct plan *input, struct frame *frame) {
    struct feed *feed = ARENA_NEW(&s->run->arena, struct feed);
    uint32_t ncolumns = frame ? frame->ncolumns : input->noutputs;
    if (!feed || !(feed->references = ARENA_ARRAY(&s->run->arena, struct reference, ncolumns)))
        return ST_NO_MEMORY;
    if (ncolumns > s->plan->nslots)
        return ST_MISUSE;
    feed->plan = input;
    feed->frame = frame;
    if (frame && frame->under > s->run->under)
        s->run->under = frame->under;
    feed->ncolumns = ncolumns;
    s->state = feed;
    s->base.pull = frame ? pull_frame : pull_input;
    enum status status = ST_OK;
    for (uint32_t i = 0; status == ST_OK && i < ncolumns; i++)
        status = feed_column(
            s, feed, i, frame ? frame->columns[i].type : input->slot_types[input->outputs[i].slot]);
    return status;
}

enum status input_open(struct segment *s) {
    struct exec_env *env = s->run->env;
    const struct relation *self = s->self;
    const struct plan *input = s->plan->input;
    if (s->plan->base == BASE_RELATION) {
        const struct symbol *symbol = s->plan->captured[s->plan->relation];
        struct object *object = env->captured(env->user, self, symbol).ref;
        if (!object)
            return ST_MISUSE;
        if (object->kind == OBJ_FRAME)
            return feed_open(s, NULL, ((struct frame_object *)object)->frame);
        self = (const struct relation *)object;
        input = self->plan;
        if (s->seen)
            s->seen->made = self;
    }
    enum status status = segment_open(s->run, self, input, NULL, s->any_order, &s->input);
    return status == ST_OK ? feed_open(s, input, NULL) : status;
}
