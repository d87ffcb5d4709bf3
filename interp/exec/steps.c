/* The steps of a segment, applied to each batch in place.
 *
 * Filters and limits close the gaps in those columns that are read later (the
 * live ones); the others are left alone. Which are live is found once, when the
 * segment is opened, by walking the steps backwards. */
#include "exec/coded.h"
#include "exec/segment.h"
#include "exec/vector.h"

struct step_state {
    uint32_t *live; /* FILTER, LIMIT: slots to keep in step with the rows */
    uint32_t nlive;
    struct reference reference; /* LOOKUP */
    struct column condition;    /* FILTER, UNDECIDED: unless it is just a slot */
    struct leg_state *leg;      /* LEG */
    struct spells *spells;      /* SPELL */
    struct distinct *distinct;  /* COUNT with keys */
    struct memo *memos;         /* of a scan's steps: one for each expression, or for a LOOKUP */
    uint32_t nmemos;
    bool has_take; /* LIMIT: what is left of it */
    uint64_t skip, take;
};

/* What different keys there were so far. */
struct distinct {
    struct keying keying;
    const struct type **types;
    struct column *columns; /* of the rows that count */
    const struct column **keys;
};

/* ---- opening ---- */

static void mark(bool *slots, const uint32_t *which, uint32_t n, bool value) {
    for (uint32_t i = 0; i < n; i++)
        slots[which[i]] = value;
}

static void mark_inputs(bool *live, const struct step *step) {
    for (uint32_t i = 0; i < step->n; i++)
        for (uint32_t j = 0; step->exprs && step->exprs[i] && j < step->exprs[i]->ninputs; j++)
            live[step->exprs[i]->inputs[j]->slot] = true;
}

static bool keep_live(struct segment *s, struct step_state *state, const bool *live) {
    uint32_t nslots = s->batch.nslots;
    state->live = arena_take(&s->run->arena, nslots * sizeof *state->live);
    for (uint32_t i = 0; state->live && i < nslots; i++)
        if (live[i])
            state->live[state->nlive++] = i;
    return state->live != NULL;
}

static void mark_leg(bool *live, const struct step *step) {
    mark(live, step->keys, step->nkeys, true);
    if (step->as_of)
        live[step->day] = true;
}

/* From "live after the step" to "live before it". */
static void step_back(bool *live, const struct step *step) {
    if (step->kind == STEP_LOOKUP || step->kind == STEP_LEG || step->kind == STEP_SPELL ||
        step->kind == STEP_COMPUTE)
        mark(live, step->slots, step->n, false);
    if (step->kind == STEP_LOOKUP)
        live[step->from] = true;
    else if (step->kind == STEP_LEG)
        mark_leg(live, step);
    else if (step->kind == STEP_SPELL || step->kind == STEP_COUNT)
        mark(live, step->keys, step->nkeys, true);
    if (step->kind == STEP_LOOKUP || step->kind == STEP_LEG)
        return;
    if (step->kind != STEP_LIMIT)
        mark_inputs(live, step);
}

static enum status find_live(struct segment *s, const bool *needed) {
    const struct plan *plan = s->plan;
    bool *live = arena_zero(&s->run->arena, s->batch.nslots * sizeof *live);
    if (!live)
        return ST_NO_MEMORY;
    if (needed && s->batch.nslots)
        memcpy(live, needed, s->batch.nslots * sizeof *live);
    for (uint32_t i = 0; !needed && i < plan->noutputs; i++)
        live[plan->outputs[i].slot] = true;
    for (uint32_t i = 0; i < plan->nrow_names; i++)
        live[plan->row_names[i].slot] = true;
    for (uint32_t i = plan->nsteps; i-- > 0;) {
        const struct step *step = plan->steps[i];
        bool drops = step->kind == STEP_FILTER || step->kind == STEP_LIMIT;
        if (drops && !keep_live(s, &s->steps[i], live))
            return ST_NO_MEMORY;
        step_back(live, step);
    }
    return ST_OK;
}

/* The number an expression over no row gives; false in *known when it is missing. */
static enum status number_of(struct segment *s, const struct expr *e, bool *known, uint64_t *out) {
    struct exec_env *env = s->run->env;
    struct column c = {0};
    struct batch none = {.n = 1};
    enum status status = no_memory_unless(column_prepare(s->run->alloc, &c, e->type, 1));
    if (status == ST_OK)
        status = env->eval(env->user, e, s->self, &none, &s->run->texts, &c);
    *known = status == ST_OK && column_state(&c, 0) == PRESENT;
    *out = *known && c.i[0] > 0 ? (uint64_t)c.i[0] : 0;
    column_free(s->run->alloc, &c);
    return status;
}

static enum status limit_open(struct segment *s, const struct step *step,
                              struct step_state *state) {
    enum status status = ST_OK;
    bool known;
    if (step->n > 0 && step->exprs[0])
        status = number_of(s, step->exprs[0], &state->has_take, &state->take);
    if (status == ST_OK && step->n > 1 && step->exprs[1])
        status = number_of(s, step->exprs[1], &known, &state->skip);
    s->finished |= state->has_take && state->take == 0;
    return status;
}

static enum status distinct_open(struct segment *s, const struct step *step,
                                 struct step_state *state) {
    struct arena *arena = &s->run->arena;
    if (step->nkeys == 0)
        return ST_OK;
    struct distinct *d = ARENA_NEW(arena, struct distinct);
    if (!d)
        return ST_NO_MEMORY;
    state->distinct = d;
    d->types = ARENA_ARRAY(arena, const struct type *, step->nkeys);
    d->columns = ARENA_ARRAY(arena, struct column, step->nkeys);
    d->keys = ARENA_ARRAY(arena, const struct column *, step->nkeys);
    bool ok = d->types && d->columns && d->keys;
    for (uint32_t i = 0; i < step->nkeys && ok; i++) {
        d->types[i] = s->plan->slot_types[step->keys[i]];
        d->keys[i] = &d->columns[i];
        ok = column_prepare(s->run->alloc, &d->columns[i], d->types[i], BATCH_ROWS);
    }
    return no_memory_unless(ok &&
                            keying_init(&d->keying, s->run->alloc, d->types, step->nkeys, true));
}

enum status steps_again(struct segment *s) {
    bool ok = true;
    for (uint32_t i = 0; i < s->plan->nsteps && ok; i++) {
        struct distinct *d = s->steps ? s->steps[i].distinct : NULL;
        if (!d)
            continue;
        keying_free(&d->keying);
        ok = keying_init(&d->keying, s->run->alloc, d->types, s->plan->steps[i]->nkeys, true);
    }
    return no_memory_unless(ok);
}

static void distinct_close(struct segment *s, const struct step *step, struct distinct *d) {
    for (uint32_t i = 0; d && d->columns && i < step->nkeys; i++)
        if (d->columns[i].type)
            column_free(s->run->alloc, &d->columns[i]);
    if (d && d->keying.alloc)
        keying_free(&d->keying);
}

static enum status condition_open(struct segment *s, const struct step *step,
                                  struct step_state *state) {
    const struct expr *e = step->exprs[0];
    return no_memory_unless(e->is_slot ||
                            column_prepare(s->run->alloc, &state->condition, e->type, BATCH_ROWS));
}

static enum status step_open(struct segment *s, const struct step *step, struct leg_state *previous,
                             struct step_state *state) {
    enum status status;
    switch (step->kind) {
    case STEP_LOOKUP:
        return reference_to_column(s->run, step->table, step->column, &state->reference);
    case STEP_LEG:
        return leg_open(s, step, previous, &state->leg);
    case STEP_SPELL:
        return spells_run(s, step->leg, &state->spells);
    case STEP_FILTER:
    case STEP_UNDECIDED:
        return condition_open(s, step, state);
    case STEP_COUNT:
        status = step->n ? condition_open(s, step, state) : ST_OK;
        return status == ST_OK ? distinct_open(s, step, state) : status;
    case STEP_LIMIT:
        return limit_open(s, step, state);
    case STEP_COMPUTE:
        break;
    }
    return ST_OK;
}

/* Only rows of stored columns are coded. */
static bool memos_open(struct segment *s, const struct step *step, struct step_state *state) {
    if (s->plan->base == BASE_SCAN && step->kind != STEP_LIMIT && step->kind != STEP_LEG)
        state->nmemos = step->kind == STEP_LOOKUP ? 1 : step->n;
    state->memos = ARENA_ARRAY(&s->run->arena, struct memo, state->nmemos);
    return state->memos != NULL;
}

enum status steps_open(struct segment *s, const bool *needed) {
    const struct plan *plan = s->plan;
    s->steps = arena_zero(&s->run->arena, plan->nsteps * sizeof *s->steps);
    if (!s->steps)
        return ST_NO_MEMORY;
    enum status status = find_live(s, needed);
    struct leg_state *previous = NULL;
    for (uint32_t i = 0; status == ST_OK && i < plan->nsteps; i++) {
        enum step_kind kind = plan->steps[i]->kind;
        status = step_open(s, plan->steps[i], previous, &s->steps[i]);
        if (status == ST_OK && !memos_open(s, plan->steps[i], &s->steps[i]))
            status = ST_NO_MEMORY;
        if (kind == STEP_LEG || kind == STEP_FILTER || kind == STEP_LIMIT)
            previous = s->steps[i].leg; /* none behind a step that drops rows */
    }
    return status;
}

void steps_close(struct segment *s) {
    for (uint32_t i = 0; s->steps && i < s->plan->nsteps; i++) {
        struct step_state *state = &s->steps[i];
        if (state->condition.type)
            column_free(s->run->alloc, &state->condition);
        distinct_close(s, s->plan->steps[i], state->distinct);
        for (uint32_t k = 0; state->memos && k < state->nmemos; k++)
            memo_free(s->run->alloc, &state->memos[k]);
    }
}

/* ---- applying ---- */

static enum status evaluate_rows(struct segment *s, const struct expr *e, struct column *out) {
    struct exec_env *env = s->run->env;
    if (out->state)
        memset(out->state, PRESENT, s->batch.n);
    if (!batch_spread_inputs(s->run->alloc, &s->batch, e))
        return ST_NO_MEMORY;
    if (vector_fits(e) && vector_evaluate(e, &s->batch, out))
        return ST_OK;
    enum status status = env->eval(env->user, e, s->self, &s->batch, &s->run->texts, out);
    if (status == ST_FAILED)
        tell_row(s, e, env->failed_row(env->user));
    return status;
}

static struct coded_work work_of(const struct segment *s, const struct expr *e) {
    return (struct coded_work){
        .env = s->run->env, .self = s->self, .texts = &s->run->texts, .expr = e};
}

static enum status evaluate_coded(struct segment *s, const struct coded_work *work,
                                  const struct type *type, struct memo *memo) {
    uint32_t row;
    enum status status = coded_evaluate(work, &s->batch, type, memo, &row);
    if (status == ST_FAILED && work->expr &&
        batch_spread_inputs(s->run->alloc, &s->batch, work->expr))
        tell_row(s, work->expr, row);
    return status;
}

/* Into a slot, from the values of coded ones. */
static enum status compute_coded(struct segment *s, const struct coded_work *work, uint32_t slot,
                                 struct memo *memo) {
    enum status status = evaluate_coded(s, work, s->batch.columns[slot].type, memo);
    s->batch.codings[slot] = status == ST_OK ? &memo->coding : NULL;
    if (status != ST_OK || s->batch.lazy)
        return status;
    return no_memory_unless(batch_spread(s->run->alloc, &s->batch, slot));
}

static enum status copy_slot(struct segment *s, uint32_t slot, struct column *out) {
    struct alloc *a = s->run->alloc;
    return no_memory_unless(batch_spread(a, &s->batch, slot) &&
                            column_append(a, out, 0, &s->batch.columns[slot], 0, s->batch.n));
}

static enum status compute(struct segment *s, const struct step *step, struct step_state *state) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < step->n && status == ST_OK; i++) {
        const struct expr *e = step->exprs[i];
        const struct coded_work work = work_of(s, e);
        struct column *out = &s->batch.columns[step->slots[i]];
        bool coded = i < state->nmemos && coded_fits(&work, &s->batch, &state->memos[i]);
        if (s->batch.codings)
            s->batch.codings[step->slots[i]] = NULL;
        if (coded)
            status = compute_coded(s, &work, step->slots[i], &state->memos[i]);
        else if (e->is_slot)
            status = copy_slot(s, e->inputs[0]->slot, out);
        else
            status = evaluate_rows(s, e, out);
    }
    return status;
}

/* Keeps the rows listed, which are in order. */
static enum status keep_rows(struct segment *s, const struct step_state *state,
                             const uint32_t *rows, uint32_t n) {
    for (uint32_t i = 0; n > 0 && i < state->nlive; i++) {
        struct column *c = &s->batch.columns[state->live[i]];
        struct coding *coding = batch_coding(&s->batch, state->live[i]);
        if ((!coding || coding->spread) && !column_gather(s->run->alloc, c, 0, c, rows, n))
            return ST_NO_MEMORY;
        for (uint32_t k = 0; coding && k < n; k++)
            coding->codes[k] = coding->codes[rows[k]];
    }
    s->batch.n = n;
    return ST_OK;
}

/* Lists the rows on which the condition is true; counts those on which it is not known. */
static uint32_t rows_true(const struct column *c, uint32_t n, uint32_t *rows, uint64_t *undecided) {
    uint32_t m = 0, unknown = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool known = !c->state || c->state[i] == PRESENT;
        rows[m] = i;
        m += known && c->i[i] != 0;
        unknown += !known;
    }
    *undecided += unknown;
    return m;
}

static enum status evaluate_condition(struct segment *s, const struct expr *e,
                                      struct step_state *state) {
    const struct coded_work work = work_of(s, e);
    struct column *out = &state->condition;
    if (!state->nmemos || !coded_fits(&work, &s->batch, &state->memos[0]))
        return evaluate_rows(s, e, out);
    enum status status = evaluate_coded(s, &work, e->type, &state->memos[0]);
    if (status != ST_OK)
        return status;
    return no_memory_unless(coding_spread(s->run->alloc, &state->memos[0].coding, s->batch.n, out));
}

/* The condition of a step on each row; NULL: *status says why not. */
static const struct column *condition_of(struct segment *s, const struct step *step,
                                         struct step_state *state, enum status *status) {
    const struct expr *e = step->exprs[0];
    if (!e->is_slot) {
        *status = evaluate_condition(s, e, state);
        return *status == ST_OK ? &state->condition : NULL;
    }
    *status = no_memory_unless(batch_spread(s->run->alloc, &s->batch, e->inputs[0]->slot));
    return *status == ST_OK ? &s->batch.columns[e->inputs[0]->slot] : NULL;
}

static enum status judge(struct segment *s, const struct step *step, struct step_state *state) {
    enum status status;
    const struct column *condition = condition_of(s, step, state, &status);
    if (!condition)
        return status;
    uint32_t rows[BATCH_ROWS];
    uint32_t n = rows_true(condition, s->batch.n, rows, &s->run->counts.undecided);
    bool keeps_all = step->kind == STEP_UNDECIDED || n == s->batch.n;
    return keeps_all ? ST_OK : keep_rows(s, state, rows, n);
}

/* How many of these rows have keys that no row before had. */
static enum status count_different(struct segment *s, const struct step *step, struct distinct *d,
                                   const uint32_t *rows, uint32_t n, uint64_t *counter) {
    uint32_t numbers[BATCH_ROWS];
    uint32_t before = keying_stop(&d->keying) - keying_first(&d->keying);
    for (uint32_t i = 0; i < step->nkeys; i++) {
        const struct column *in = &s->batch.columns[step->keys[i]];
        if (!batch_spread(s->run->alloc, &s->batch, step->keys[i]))
            return ST_NO_MEMORY;
        d->keys[i] = n < s->batch.n ? &d->columns[i] : in;
        if (n < s->batch.n && !column_gather(s->run->alloc, &d->columns[i], 0, in, rows, n))
            return ST_NO_MEMORY;
    }
    if (!keying_map(&d->keying, d->keys, n, true, numbers))
        return ST_NO_MEMORY;
    *counter += keying_stop(&d->keying) - keying_first(&d->keying) - before;
    return ST_OK;
}

static enum status count(struct segment *s, const struct step *step, struct step_state *state) {
    enum status status = ST_OK;
    uint32_t rows[BATCH_ROWS], n = s->batch.n;
    uint64_t unknown = 0, *counter = &s->run->counts.counted[step->counter];
    if (s->self != s->run->root)
        return ST_OK;
    if (step->n) {
        const struct column *condition = condition_of(s, step, state, &status);
        if (!condition)
            return status;
        n = rows_true(condition, n, rows, &unknown);
    }
    if (state->distinct && n > 0)
        return count_different(s, step, state->distinct, rows, n, counter);
    *counter += n;
    return ST_OK;
}

static enum status limit(struct segment *s, struct step_state *state) {
    uint32_t rows[BATCH_ROWS];
    uint32_t have = s->batch.n;
    uint32_t skip = state->skip < have ? (uint32_t)state->skip : have;
    uint32_t n = have - skip;
    if (state->has_take && state->take < n)
        n = (uint32_t)state->take;
    state->skip -= skip;
    state->take -= state->has_take ? n : 0;
    s->finished |= state->has_take && state->take == 0;
    if (n == have)
        return ST_OK;
    for (uint32_t i = 0; i < n; i++)
        rows[i] = skip + i;
    return keep_rows(s, state, rows, n);
}

static bool look_up(const struct coded_work *w, const struct column *in, uint32_t n,
                    struct column *out) {
    return reference_values(w->env->alloc, w->user, in, 0, n, out, 0);
}

static enum status lookup(struct segment *s, const struct step *step,
                          const struct step_state *state) {
    struct coded_work work = work_of(s, NULL);
    work.map = look_up;
    work.user = &state->reference;
    work.from = step->from;
    bool coded = state->nmemos && coded_fits(&work, &s->batch, &state->memos[0]);
    if (s->batch.codings)
        s->batch.codings[step->slots[0]] = NULL;
    if (coded)
        return compute_coded(s, &work, step->slots[0], &state->memos[0]);
    struct column *out = &s->batch.columns[step->slots[0]];
    return no_memory_unless(batch_spread(s->run->alloc, &s->batch, step->from) &&
                            reference_values(s->run->alloc, &state->reference,
                                             &s->batch.columns[step->from], 0, s->batch.n, out, 0));
}

static enum status step_apply(struct segment *s, const struct step *step,
                              struct step_state *state) {
    switch (step->kind) {
    case STEP_LOOKUP:
        return lookup(s, step, state);
    case STEP_LEG:
        return leg_apply(s, step, state->leg);
    case STEP_SPELL:
        return spell_apply(s, step, state->spells);
    case STEP_COMPUTE:
        return compute(s, step, state);
    case STEP_FILTER:
    case STEP_UNDECIDED:
        return judge(s, step, state);
    case STEP_COUNT:
        return count(s, step, state);
    case STEP_LIMIT:
        return limit(s, state);
    }
    return ST_MISUSE;
}

enum status steps_apply(struct segment *s) {
    enum status status = ST_OK;
    for (uint32_t i = 0; i < s->plan->nsteps && status == ST_OK && s->batch.n > 0; i++) {
        status = step_apply(s, s->plan->steps[i], &s->steps[i]);
        if (s->seen)
            s->seen->left[i] += s->batch.n;
    }
    return status;
}
