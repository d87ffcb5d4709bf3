/* Row expressions over batches.
 *
 * The main loop is entered once for a batch. Its frame keeps the captured
 * variables in their registers; whenever the code returns, next_row stores the
 * result, loads the next row's inputs and the loop starts over, so that a row
 * costs one call of C and no frame. */
#include "run/machine.h"

enum load { LOAD_WORDS, LOAD_WORDS_PRESENT, LOAD_NULLABLES, LOAD_PAIRS, LOAD_TEXTS, LOAD_NOTHING };

struct row_input {
    enum load load;
    uint16_t reg;
    const struct column *column;
};

enum { FEW_INPUTS = 16 };

struct row_run {
    struct row_input *inputs;
    uint32_t ninputs;
    uint32_t row, n;
    struct column *out;
    struct text_pool *pool;
    enum shape shape;
    struct row_run *outer;
};

/* ---- captured variables ---- */

const union word *vm_captured_words(const struct relation *self, const struct symbol *s) {
    if (self && self->plan)
        for (uint32_t i = 0; i < self->plan->ncaptured; i++)
            if (self->plan->captured[i] == s)
                return &self->captured[captured_slot(self->plan, i)];
    return NULL;
}

union word vm_captured(void *user, const struct relation *self, const struct symbol *s) {
    UNUSED(user);
    const union word *words = vm_captured_words(self, s);
    return words ? *words : (union word){.i = 0};
}

static bool set_captured(struct vm *vm, const struct proto *p, const struct relation *self) {
    uint32_t first = p->nparameters - p->ncaptured;
    for (uint32_t i = 0; i < p->ncaptured; i++) {
        const struct symbol *s = p->captured[i];
        const union word *words = vm_captured_words(self, s);
        if (!words) {
            vm_fail(vm, ST_FAILED, E0190, "reading `%.*s` in rows does not work yet",
                    STR_ARG(s->name));
            return false;
        }
        struct value v = {.type = s->type, .w = {words[0], {.i = 0}}};
        if (shape_width(shape_of(s->type)) == 2)
            v.w[1] = words[1];
        set_value(vm->frame->s, vm->frame->r, p->parameters[first + i], &v);
    }
    return true;
}

/* ---- rows in and out ---- */

static enum load load_of(const struct type *input, const struct column *c) {
    switch (shape_of(input)) {
    case SHAPE_WORD:
        return LOAD_WORDS;
    case SHAPE_NULLABLE:
        return c->state ? LOAD_NULLABLES : LOAD_WORDS_PRESENT;
    case SHAPE_PAIR:
        return LOAD_PAIRS;
    case SHAPE_REF:
        return LOAD_TEXTS;
    default:
        return LOAD_NOTHING;
    }
}

static inline void load_nullable(union word *to, const struct column *c, uint32_t row) {
    uint8_t state = c->state[row];
    to[0].i = state == PRESENT ? c->i[row] : 0; /* a missing value holds 0 */
    to[1].i = state;
}

/* A float is loaded as the word it is. */
static void load_row(const struct row_run *run, union word *s, struct object **r) {
    uint32_t row = run->row;
    for (uint32_t i = 0; i < run->ninputs; i++) {
        const struct row_input *in = &run->inputs[i];
        union word *to = &s[in->reg];
        switch (in->load) {
        case LOAD_WORDS:
            to->i = in->column->i[row];
            break;
        case LOAD_WORDS_PRESENT:
            to[0].i = in->column->i[row];
            to[1].i = PRESENT;
            break;
        case LOAD_NULLABLES:
            load_nullable(to, in->column, row);
            break;
        case LOAD_PAIRS:
            to[0].i = in->column->i[row];
            to[1].i = in->column->d[row];
            break;
        case LOAD_TEXTS: /* pinned: nobody writes to it */
            r[in->reg] = (struct object *)(uintptr_t)in->column->t[row];
            break;
        case LOAD_NOTHING:
            break;
        }
    }
}

static bool store_text(struct row_run *run, const struct object *o) {
    const struct text *t = NULL;
    if (o) {
        t = text_pool_get(run->pool, text_str((const struct text *)o));
        if (!t)
            return false;
    }
    run->out->t[run->row] = t;
    return true;
}

static bool store_row(struct row_run *run, const union word *s, struct object *const *r) {
    struct column *out = run->out;
    switch (run->shape) {
    case SHAPE_WORD:
        out->i[run->row] = s[0].i;
        if (out->state)
            out->state[run->row] = PRESENT;
        return true;
    case SHAPE_NULLABLE:
        out->i[run->row] = s[0].i;
        out->state[run->row] = (uint8_t)s[1].i;
        return true;
    case SHAPE_PAIR:
        out->i[run->row] = s[0].i;
        out->d[run->row] = s[1].i;
        return true;
    case SHAPE_REF:
        return store_text(run, r[0]);
    default:
        return true;
    }
}

bool next_row(struct vm *vm) {
    struct row_run *run = vm->rows;
    if (!store_row(run, vm->frame->s, vm->frame->r)) {
        vm_no_memory(vm);
        return false;
    }
    if (++run->row == run->n) {
        vm->status = ST_OK;
        return false;
    }
    load_row(run, vm->frame->s, vm->frame->r);
    return true;
}

/* ---- a batch ---- */

static enum status run_rows(struct vm *vm, const struct proto *p, const struct relation *self,
                            struct row_run *run) {
    if (!push_entry(vm, p, ENTRY_ROWS))
        return vm->status;
    if (!set_captured(vm, p, self)) {
        vm->frame--;
        vm->entries--;
        return vm->status;
    }
    load_row(run, vm->frame->s, vm->frame->r);
    run->outer = vm->rows;
    vm->rows = run;
    enum status status = run_frame(vm);
    vm->rows = run->outer;
    if (status != ST_OK)
        vm->failed_row = run->row;
    return status;
}

static bool out_is_ready(const struct column *out, enum shape shape) {
    return shape != SHAPE_NULLABLE || out->state;
}

static enum status eval_rows(struct vm *vm, const struct expr *e, const struct relation *self,
                             const struct batch *b, struct row_run *run) {
    const struct proto *p = e->code;
    for (uint32_t i = 0; i < e->ninputs; i++) {
        const struct column *c = &b->columns[e->inputs[i]->slot];
        run->inputs[i] =
            (struct row_input){load_of(e->inputs[i]->type, c), p->parameters[i].reg, c};
    }
    run->ninputs = e->ninputs;
    return run_rows(vm, p, self, run);
}

static bool may_go_on(struct vm *vm, uint32_t rows) {
    enum status status = control_poll(vm->control, rows);
    if (status == ST_OK)
        return true;
    if (status == ST_INTERRUPTED)
        vm_fail(vm, status, E0407, "interrupted");
    else
        vm_fail(vm, status, E0408, "the limit of this run was reached");
    return false;
}

enum status vm_eval(void *user, const struct expr *e, const struct relation *self,
                    const struct batch *b, struct text_pool *pool, struct column *out) {
    struct vm *vm = user;
    struct row_input few[FEW_INPUTS];
    struct row_run run = {.inputs = few, .n = b->n, .out = out, .pool = pool};
    run.shape = shape_of(e->type);
    vm->diags = vm->session->diags;
    if (b->n == 0)
        return ST_OK;
    assert(e->code && "row code is compiled with its plan");
    assert(out_is_ready(out, run.shape));
    if (!out_is_ready(out, run.shape) || !reserve_globals(vm))
        return vm_no_memory(vm);
    if (!may_go_on(vm, b->n))
        return vm->status;
    if (e->ninputs > FEW_INPUTS) {
        run.inputs = mem_take(vm->alloc, e->ninputs * sizeof *run.inputs);
        if (!run.inputs)
            return vm_no_memory(vm);
    }
    enum status status = eval_rows(vm, e, self, b, &run);
    if (run.inputs != few)
        mem_give(vm->alloc, run.inputs, e->ninputs * sizeof *run.inputs);
    return status;
}
