/* Legs: aggregates of another table, fetched by key.
 *
 * A leg's plan is run once in a run, however many steps want one of its
 * columns, and kept with a numbering of its keys. Steps next to each other that
 * ask the same leg for the same keys share the rows found. */
#include "exec/as_of.h"
#include "exec/coded.h"

struct leg {
    const struct plan *plan;
    const struct relation *self;
    struct rows rows;
    struct keying keying;
    uint32_t *row_of;   /* by key number */
    uint32_t nkeys;     /* key numbers */
    struct as_of as_of; /* instead, where the rows found depend on a day */
    struct leg *older;
};

struct leg_state {
    struct leg *leg;
    const struct step *owner;   /* the step that finds the rows */
    const struct column **keys; /* the batch's columns */
    uint32_t *numbers, *found;  /* of a batch: key numbers, rows of the leg */
};

void legs_close(struct run *run) {
    for (struct leg *leg = run->legs; leg; leg = leg->older) {
        rows_free(&leg->rows);
        keying_free(&leg->keying);
        as_of_free(&leg->as_of);
        mem_give(run->alloc, leg->row_of, leg->nkeys * sizeof *leg->row_of);
    }
    run->legs = NULL;
}

static enum status number_keys(struct run *run, struct leg *leg, const struct column **keys,
                               struct column *views, uint32_t nkeys) {
    uint32_t *numbers = arena_take(&run->arena, BATCH_ROWS * sizeof *numbers);
    size_t room = leg->rows.n + 2; /* one number a row, one for missing, one without keys */
    leg->row_of = numbers ? mem_take(run->alloc, room * sizeof *leg->row_of) : NULL;
    if (!leg->row_of)
        return ST_NO_MEMORY;
    leg->nkeys = (uint32_t)room;
    memset(leg->row_of, 0xff, room * sizeof *leg->row_of);
    for (uint32_t from = 0; from < leg->rows.n; from += BATCH_ROWS) {
        uint32_t n = leg->rows.n - from < BATCH_ROWS ? leg->rows.n - from : BATCH_ROWS;
        for (uint32_t i = 0; i < nkeys; i++)
            views[i] = column_view(&leg->rows.columns[i], from);
        if (!keying_map(&leg->keying, keys, n, true, numbers))
            return ST_NO_MEMORY;
        for (uint32_t i = 0; i < n; i++)
            if (numbers[i] != NO_CODE)
                leg->row_of[numbers[i]] = from + i;
    }
    return ST_OK;
}

static enum status leg_index(struct run *run, struct leg *leg, uint32_t nkeys) {
    const struct type **types = ARENA_ARRAY(&run->arena, const struct type *, nkeys);
    const struct column **keys = ARENA_ARRAY(&run->arena, const struct column *, nkeys);
    struct column *views = ARENA_ARRAY(&run->arena, struct column, nkeys);
    if (!types || !keys || !views)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < nkeys; i++) {
        types[i] = leg->rows.columns[i].type;
        keys[i] = &views[i];
    }
    if (!keying_init(&leg->keying, run->alloc, types, nkeys, false))
        return ST_NO_MEMORY;
    return number_keys(run, leg, keys, views, nkeys);
}

/* Beside rows of people everything may stand, since they are not shown as they are. Beside other
 * rows small counts are suppressed, unless a measure goes on counting with them. */
static enum status leg_disclosure(struct segment *s, const struct plan *leg,
                                  struct segment *input) {
    input->is_whole = shows_people(s->run, s->self, s->plan);
    bool counts_on = !input->is_whole && !leg->discloses && shows_people(s->run, s->self, leg);
    return counts_on
               ? need_raw(s->run, s->plan,
                          "these units count rows of a table with `suppress`; allow rows of people "
                          "(`--raw`)")
               : ST_OK;
}

/* The leg's rows, from this run's or by running it. */
static enum status leg_run(struct segment *s, const struct step *step, struct leg **out) {
    struct run *run = s->run;
    for (struct leg *leg = run->legs; leg; leg = leg->older) {
        *out = leg;
        if (leg->plan == step->leg && leg->self == s->self)
            return ST_OK;
    }
    struct leg *leg = ARENA_NEW(&run->arena, struct leg);
    struct segment *input;
    if (!leg)
        return ST_NO_MEMORY;
    *leg = (struct leg){.plan = step->leg, .self = s->self, .older = run->legs};
    run->legs = leg;
    *out = leg;
    enum status status = segment_open(run, s->self, step->leg, NULL, true, &input);
    if (status == ST_OK)
        status = leg_disclosure(s, step->leg, input);
    if (status == ST_OK)
        status = collect(run, input, &leg->rows);
    if (status != ST_OK)
        return status;
    return step->as_of ? as_of_make(&leg->as_of, run, &leg->rows, step->nkeys, step->tells)
                       : leg_index(run, leg, step->nkeys);
}

static bool shares(const struct leg_state *state, const struct step *step) {
    return state && state->owner->leg == step->leg && state->owner->nkeys == step->nkeys &&
           state->owner->as_of == step->as_of && state->owner->day == step->day &&
           (step->nkeys == 0 ||
            memcmp(state->owner->keys, step->keys, step->nkeys * sizeof *step->keys) == 0);
}

enum status leg_open(struct segment *s, const struct step *step, struct leg_state *previous,
                     struct leg_state **out) {
    *out = previous;
    if (shares(previous, step))
        return ST_OK;
    struct arena *arena = &s->run->arena;
    struct leg_state *state = *out = ARENA_NEW(arena, struct leg_state);
    if (!state)
        return ST_NO_MEMORY;
    state->owner = step;
    state->keys = ARENA_ARRAY(arena, const struct column *, step->nkeys);
    state->numbers = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    state->found = ARENA_ARRAY(arena, uint32_t, BATCH_ROWS);
    if (!state->keys || !state->numbers || !state->found)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < step->nkeys; i++)
        state->keys[i] = &s->batch.columns[step->keys[i]];
    return leg_run(s, step, &state->leg);
}

static bool find_as_of(struct segment *s, struct leg_state *state) {
    const struct step *step = state->owner;
    struct asked_history asked = {.of = step->leg->table};
    for (uint32_t i = 0; i < step->nkeys; i++)
        if (!batch_spread(s->run->alloc, &s->batch, step->keys[i]))
            return false;
    if (!batch_spread(s->run->alloc, &s->batch, step->day) ||
        !as_of_find(&state->leg->as_of, state->keys, &s->batch.columns[step->day], s->batch.n,
                    state->numbers, state->found, &asked))
        return false;
    if (step->tells)
        asked_add(&s->run->asked, &asked);
    return true;
}

static bool find_rows(struct segment *s, struct leg_state *state) {
    uint32_t n = s->batch.n;
    if (state->owner->as_of)
        return find_as_of(s, state);
    if (!keying_map(&state->leg->keying, state->keys, n, false, state->numbers))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = state->numbers[i];
        state->found[i] = number == NO_CODE ? NO_ROW : state->leg->row_of[number];
    }
    return true;
}

/* Counts and sums over no rows. */
static void put_zeros(struct column *out, const uint32_t *found, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (found[i] != NO_ROW)
            continue;
        if (type_storage(out->type) == STORE_FLOAT)
            out->f[i] = 0;
        else
            out->i[i] = 0;
        if (out->state)
            out->state[i] = PRESENT;
    }
}

enum status leg_apply(struct segment *s, const struct step *step, struct leg_state *state) {
    uint32_t n = s->batch.n;
    struct column *out = &s->batch.columns[step->slots[0]];
    const struct column *values = &state->leg->rows.columns[step->leg_column];
    if (s->batch.codings)
        s->batch.codings[step->slots[0]] = NULL;
    if (state->owner == step && !find_rows(s, state))
        return ST_NO_MEMORY;
    if (!column_gather(s->run->alloc, out, 0, values, state->found, n))
        return ST_NO_MEMORY;
    if (step->zero_if_absent)
        put_zeros(out, state->found, n);
    return ST_OK;
}
