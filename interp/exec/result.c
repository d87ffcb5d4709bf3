/* Running a plan to its end: from batches to a frame of its own texts.
 *
 * The frame is the only thing that outlives the run. References become their
 * keys' values here, so a frame holds row numbers only where the plan asks for
 * them, and they are whole numbers then. Texts are copied once
 * per different address as long as those met lately are remembered. */
#include "exec/exec.h"
#include "exec/segment.h"
#include <inttypes.h>

struct copied {
    const struct text *from, *to;
};
enum { COPIED = 512 };

struct building {
    struct run *run;
    struct frame *frame;
    struct segment *segment;
    struct reference *references; /* by output; n is 0 for plain columns */
    struct copied copied[COPIED];
};

/* Fields of the frame's type, in `fields`, which has room. */
static const struct type *keyed_type(struct types *types, const struct plan *p,
                                     struct field *fields) {
    for (uint32_t i = 0; i < p->type->n; i++) {
        const struct type *type = p->type->fields[i].type;
        fields[i] = p->type->fields[i];
        if (type->kind == TY_REF)
            fields[i].type = type_nullable(types, reference_key_type(type), type->nullable);
    }
    return type_relation(types, fields, p->type->n, p->type->keys, p->type->nkeys);
}

static bool has_references(const struct type *type) {
    for (uint32_t i = 0; i < type->n; i++)
        if (type->fields[i].type->kind == TY_REF)
            return true;
    return false;
}

const struct type *exec_frame_type(struct types *types, const struct plan *p) {
    if (!has_references(p->type))
        return p->type;
    struct field *fields = ARENA_ARRAY(types->arena, struct field, p->type->n);
    return fields ? keyed_type(types, p, fields) : NULL;
}

/* The same at run time, when nobody waits at the arena's escape and what is not kept should not
 * stay in that arena. */
static const struct type *frame_type(struct run *run, const struct plan *p) {
    if (!has_references(p->type))
        return p->type;
    struct types *types = run->env->types;
    struct field *fields = ARENA_ARRAY(&run->arena, struct field, p->type->n);
    jmp_buf escape;
    jmp_buf *before = types->arena->escape;
    const struct type *volatile type = NULL;
    types->arena->escape = &escape;
    if (fields && setjmp(escape) == 0)
        type = keyed_type(types, p, fields);
    types->arena->escape = before;
    return type;
}

void run_open(struct run *run, struct exec_env *env) {
    *run = (struct run){.env = env, .alloc = env->alloc};
    arena_init(&run->arena, env->alloc);
    text_pool_init(&run->texts, env->alloc);
}

void run_close(struct run *run) {
    for (struct segment *s = run->segments; s; s = s->older) {
        steps_close(s);
        if (s->base.close)
            s->base.close(s);
        for (uint32_t i = 0; i < s->batch.nslots; i++)
            column_free(run->alloc, &s->batch.columns[i]);
    }
    legs_close(run);
    spells_close(run);
    text_pool_free(&run->texts);
    arena_free(&run->arena);
}

static const struct text *own_text(struct building *b, const struct text *text) {
    uint64_t mixed = (uint64_t)(uintptr_t)text * 0x9e3779b97f4a7c15u;
    struct copied *copied = &b->copied[mixed >> 32 & (COPIED - 1)];
    if (copied->from != text) {
        const struct text *own = frame_text(b->frame, text_str(text));
        if (!own)
            return NULL;
        *copied = (struct copied){text, own};
    }
    return copied->to;
}

static bool own_texts(struct building *b, struct column *c, uint32_t from, uint32_t n) {
    for (uint32_t i = from; i < from + n; i++)
        if (c->t[i] && !(c->t[i] = own_text(b, c->t[i])))
            return false;
    return true;
}

static bool add_output(struct building *b, uint32_t i) {
    const struct batch *batch = &b->segment->batch;
    const struct column *in = &batch->columns[b->segment->plan->outputs[i].slot];
    struct column *out = &b->frame->columns[i];
    uint32_t at = b->frame->n;
    struct alloc *a = b->run->alloc;
    bool ok = b->references[i].n ? reference_values(a, &b->references[i], in, 0, batch->n, out, at)
                                 : column_append(a, out, at, in, 0, batch->n);
    return ok && (type_storage(out->type) != STORE_TEXT || own_texts(b, out, at, batch->n));
}

static enum status add_batch(struct building *b) {
    uint32_t n = b->segment->batch.n;
    if (n > UINT32_MAX - 1 - b->frame->n)
        return ST_LIMIT;
    if (!frame_reserve(b->frame, b->frame->n + n))
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < b->frame->ncolumns; i++)
        if (!add_output(b, i))
            return ST_NO_MEMORY;
    b->frame->n += n;
    return ST_OK;
}

static enum status building_open(struct building *b, const struct plan *plan) {
    struct run *run = b->run;
    const struct type *type = frame_type(run, plan);
    b->references = ARENA_ARRAY(&run->arena, struct reference, plan->noutputs);
    if (!type || !b->references || !(b->frame = frame_new(run->alloc, type)))
        return ST_NO_MEMORY;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < plan->noutputs && status == ST_OK; i++) {
        const struct type *from = plan->slot_types[plan->outputs[i].slot];
        if (from->kind == TY_REF && !plan->outputs[i].row_number)
            status = reference_to_key(run, from, &b->references[i]);
    }
    return status;
}

static enum status build(struct building *b, const struct relation *self) {
    enum status status = segment_open(b->run, self, self->plan, NULL, false, &b->segment);
    if (status == ST_OK && shows_people(b->run, self, self->plan))
        status = need_raw(b->run, self->plan,
                          "these are rows of a table with `suppress`; ask for groups of them, or "
                          "allow rows of people (`--raw`)");
    if (status == ST_OK)
        status = building_open(b, self->plan);
    while (status == ST_OK) {
        status = segment_next(b->segment);
        if (status != ST_OK || b->segment->batch.n == 0)
            break;
        status = add_batch(b);
    }
    return status;
}

static bool note_history(struct frame *f, const struct asked_history *asked) {
    struct str of = asked->of && !asked->mixed ? asked->of->name : STR("a history");
    bool ok = true;
    if (asked->untold)
        ok = frame_note(
            f, "%llu row%s: on their day no row of %.*s holds, so what it tells is missing",
            (unsigned long long)asked->untold, asked->untold == 1 ? "" : "s", STR_ARG(of));
    if (ok && asked->several)
        ok = frame_note(f,
                        "%llu row%s: on their day several rows of %.*s hold, of which the one that "
                        "began last is taken",
                        (unsigned long long)asked->several, asked->several == 1 ? "" : "s",
                        STR_ARG(of));
    return ok;
}

/* What the errors of a sample rest on where a stratum has nothing to be compared with. */
static bool tell_lone(struct building *b) {
    uint64_t n = b->run->lone;
    return !n || frame_note(b->frame,
                            "%" PRIu64 " %s one cluster: how far %s from the mean of all clusters "
                            "stands for the spread within, which overstates it",
                            n, n == 1 ? "stratum has" : "strata have each",
                            n == 1 ? "it is" : "they are");
}

enum status exec_run(struct exec_env *env, const struct relation *self, struct frame **out) {
    struct run run;
    *out = NULL;
    run_open(&run, env);
    run.root = self;
    struct building *b = ARENA_NEW(&run.arena, struct building);
    enum status status = ST_NO_MEMORY;
    if (b) {
        b->run = &run;
        status = build(b, self);
        if (status == ST_OK) {
            b->frame->about = self->plan->about;
            b->frame->undecided = run.counts.undecided;
            struct str said = b->frame->about.note;
            status = no_memory_unless(
                note_suppressed(&run, b->frame) && note_history(b->frame, &run.counts.asked) &&
                (!said.n || frame_note(b->frame, "%.*s", STR_ARG(said))) && tell_lone(b));
            if (status == ST_OK)
                status = say_all(&run, self, b->frame);
        }
        if (status == ST_OK)
            *out = b->frame;
        else if (b->frame)
            frame_drop(b->frame);
    }
    run_close(&run);
    return status;
}
