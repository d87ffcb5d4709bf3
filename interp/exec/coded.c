/* Results by code, kept as long as the coding's values stay the same; codes met
 * for the first time are worked out together, as rows of a batch of their own. */
#include "exec/coded.h"

void memo_free(struct alloc *a, struct memo *m) {
    if (m->results.type)
        column_free(a, &m->results);
    if (m->inputs.type)
        column_free(a, &m->inputs);
    if (m->given.type)
        column_free(a, &m->given);
    lane_free(a, &m->known);
    lane_free(a, &m->same);
    lane_free(a, &m->firsts);
    if (m->slots)
        codes_free(&m->distinct);
    mem_give(a, m->slots, m->nslots * sizeof *m->slots);
    *m = (struct memo){.nslots = 0};
}

/* Functions that are no part of the language itself may do more than give a value. */
static bool gives_the_same(const struct node *n) {
    if (!n)
        return true;
    if (n->kind == N_FN || n->kind == N_CALL)
        return false;
    if (n->kind == N_INVOKE && ((const struct invoke *)n->note)->kind != INVOKE_BUILTIN)
        return false;
    bool same = gives_the_same(n->a) && gives_the_same(n->b) && gives_the_same(n->c) &&
                gives_the_same(n->d);
    for (uint32_t i = 0; i < n->list.n && same; i++)
        same = gives_the_same(n->list.at[i]);
    for (uint32_t i = 0; i < n->more.n && same; i++)
        same = gives_the_same(n->more.at[i]);
    return same;
}

bool coded_is_pure(const struct expr *e) {
    return gives_the_same(e->tree) && !tree_may_fail(e->tree);
}

int coded_slot(const struct expr *e, const struct batch *b) {
    if (e->ninputs != 1 || e->is_slot || !batch_coding(b, e->inputs[0]->slot))
        return -1;
    return gives_the_same(e->tree) ? (int)e->inputs[0]->slot : -1;
}

static bool prepare(const struct coded_work *w, const struct batch *b, uint32_t slot,
                    const struct coding *coding, const struct type *type, struct memo *m) {
    struct alloc *a = w->env->alloc;
    bool fresh = !m->slots;
    if (fresh) {
        m->slots = mem_zero(a, b->nslots * sizeof *m->slots);
        m->nslots = m->slots ? b->nslots : 0;
        m->known.size = sizeof(bool);
        m->same.size = m->firsts.size = sizeof(uint16_t);
        codes_init(&m->distinct, a, type_storage(type) == STORE_TEXT);
    }
    bool ok = m->slots && lane_grow(a, &m->known, coding->n) && lane_grow(a, &m->same, coding->n) &&
              lane_grow(a, &m->firsts, coding->n + 1) &&
              column_prepare(a, &m->results, type, coding->n) &&
              column_prepare(a, &m->given, type, BATCH_ROWS) &&
              column_prepare(a, &m->inputs, b->columns[slot].type, BATCH_ROWS);
    if (ok && m->number != coding->number) {
        memset(m->known.p, 0, coding->n * sizeof(bool));
        memset(m->firsts.p, 0xff, (coding->n + 1) * sizeof(uint16_t));
        codes_free(&m->distinct);
        m->merges = m->whole = false;
        m->number = coding->number;
        m->coding.number++;
    }
    return ok;
}

/* The codes not met before, each once. */
static uint32_t list_new(struct memo *m, const struct coding *coding, uint32_t n, uint32_t *codes) {
    bool *known = m->known.p;
    uint32_t found = 0, any = 0;
    for (uint32_t i = 0; i < n; i++)
        any |= !known[coding->codes[i]];
    for (uint32_t i = 0; any && i < n; i++) {
        uint32_t code = coding->codes[i];
        if (!known[code]) {
            known[code] = true;
            codes[found++] = code;
        }
    }
    return found;
}

static enum status work_out(const struct coded_work *w, const struct expr *e, uint32_t slot,
                            uint32_t n, struct memo *m) {
    if (m->given.state)
        memset(m->given.state, PRESENT, n);
    if (w->map)
        return w->map(w, &m->inputs, n, &m->given) ? ST_OK : ST_NO_MEMORY;
    m->slots[slot] = m->inputs;
    struct batch batch = {.n = n, .columns = m->slots, .nslots = m->nslots};
    return w->env->eval(w->env->user, e, w->self, &batch, w->texts, &m->given);
}

/* Codes that gave the same result become one: the months of 180 days are ten, so neighbouring rows
 * are alike in them. */
static bool merge(struct memo *m, const uint32_t *codes, uint32_t n) {
    uint32_t numbers[BATCH_ROWS];
    uint16_t *same = m->same.p, *firsts = m->firsts.p;
    enum storage storage = type_storage(m->given.type);
    bool ok = true;
    if (storage == STORE_WORD)
        ok = codes_words(&m->distinct, m->given.i, m->given.state, n, true, numbers);
    else if (storage == STORE_TEXT)
        ok = codes_texts(&m->distinct, m->given.t, n, true, numbers);
    for (uint32_t i = 0; i < n && ok; i++) {
        same[codes[i]] = (uint16_t)codes[i];
        if (storage != STORE_WORD && storage != STORE_TEXT)
            continue;
        if (firsts[numbers[i]] == UINT16_MAX)
            firsts[numbers[i]] = (uint16_t)codes[i];
        same[codes[i]] = firsts[numbers[i]];
        m->merges |= same[codes[i]] != codes[i];
    }
    return ok;
}

static enum status learn(const struct coded_work *w, const struct expr *e, uint32_t slot,
                         const struct coding *coding, const uint32_t *codes, uint32_t n,
                         struct memo *m) {
    struct alloc *a = w->env->alloc;
    if (m->inputs.state)
        memset(m->inputs.state, PRESENT, n);
    if (!column_gather(a, &m->inputs, 0, coding->values, codes, n))
        return ST_NO_MEMORY;
    enum status status = work_out(w, e, slot, n, m);
    for (uint32_t i = 0; i < n && status == ST_OK; i++)
        if (!column_append(a, &m->results, codes[i], &m->given, i, 1))
            status = ST_NO_MEMORY;
    if (status == ST_OK && !merge(m, codes, n))
        status = ST_NO_MEMORY;
    if (status != ST_OK)
        m->number = m->whole = 0; /* some codes count as known that are not */
    return status;
}

bool coding_spread(struct alloc *a, const struct coding *coding, uint32_t n, struct column *out) {
    uint32_t index[BATCH_ROWS];
    const uint16_t *codes = coding->codes;
    const struct column *values = coding->values;
    enum storage storage = type_storage(out->type);
    if (storage == STORE_TEXT) {
        for (uint32_t i = 0; i < n; i++)
            out->t[i] = values->t[codes[i]];
        return true;
    }
    if (storage == STORE_WORD && !values->state && !out->state) {
        for (uint32_t i = 0; i < n; i++)
            out->i[i] = values->i[codes[i]];
        return true;
    }
    for (uint32_t i = 0; i < n; i++)
        index[i] = codes[i];
    if (out->state)
        memset(out->state, PRESENT, n);
    return column_gather(a, out, 0, values, index, n);
}

bool batch_spread(struct alloc *a, struct batch *b, uint32_t slot) {
    struct coding *coding = batch_coding(b, slot);
    if (!coding || coding->spread)
        return true;
    coding->spread = true;
    return coding_spread(a, coding, b->n, &b->columns[slot]);
}

bool batch_spread_inputs(struct alloc *a, struct batch *b, const struct expr *e) {
    for (uint32_t i = 0; i < e->ninputs; i++)
        if (!batch_spread(a, b, e->inputs[i]->slot))
            return false;
    return true;
}

/* The codes to be worked out before the batch can be: those it has, or all at once where nothing
 * can come of it. */
static enum status learn_batch(const struct coded_work *w, const struct expr *e,
                               const struct batch *b, uint32_t slot, struct memo *m) {
    uint32_t codes[BATCH_ROWS];
    const struct coding *coding = batch_coding(b, slot);
    if (m->whole)
        return ST_OK;
    bool all = (w->map || coded_is_pure(e)) && coding->n <= BATCH_ROWS;
    bool nullable = b->columns[slot].type->nullable; /* else no row has the code of missing */
    uint32_t n = 0;
    for (uint32_t code = 0; all && code < coding->n; code++)
        if (!((bool *)m->known.p)[code] &&
            (nullable || column_state(coding->values, code) == PRESENT))
            codes[n++] = code;
    if (all)
        memset(m->known.p, true, coding->n);
    else
        n = list_new(m, coding, b->n, codes);
    enum status status = n ? learn(w, e, slot, coding, codes, n, m) : ST_OK;
    m->whole = all && status == ST_OK;
    return status;
}

static void replace_codes(const uint16_t *by, const uint16_t *restrict codes, uint32_t n,
                          uint16_t *restrict out) {
    for (uint32_t i = 0; i < n; i++)
        out[i] = by[codes[i]];
}

enum status coded_evaluate(const struct coded_work *w, const struct expr *e, const struct batch *b,
                           uint32_t slot, const struct type *type, struct memo *m) {
    const struct coding *coding = batch_coding(b, slot);
    if (!prepare(w, b, slot, coding, type, m))
        return ST_NO_MEMORY;
    enum status status = learn_batch(w, e, b, slot, m);
    if (status != ST_OK)
        return status;
    if (m->merges)
        replace_codes(m->same.p, coding->codes, b->n, m->coding.codes);
    else
        memcpy(m->coding.codes, coding->codes, b->n * sizeof *m->coding.codes);
    m->coding.values = &m->results;
    m->coding.n = coding->n;
    m->coding.spread = false;
    return ST_OK;
}
