/* Tables of results by place, kept as long as the codings' values stay the same.
 *
 * Places met for the first time are worked out together, as rows of a batch of
 * their own. Bits of a place are dealt by how many codes each column has; when one
 * gets more than its bits hold, all is dealt and worked out anew. Where nearly each
 * row has a place of its own this is no gain, and is given up. */
#include "exec/coded.h"

enum {
    MOST_BITS = 18,       /* of a place */
    PENDING = UINT16_MAX, /* a place that is being worked out */
    MOST_RESULTS = 60000, /* one batch more, and their codes + 1 are still below PENDING */
    FEW_RESULTS = 256,    /* are kept when other values come */
    TRIED = 4096          /* places are learned before it is asked whether that was worth it */
};

void memo_free(struct alloc *a, struct memo *m) {
    for (uint32_t i = 0; m->slots && i < m->nparts; i++)
        if (m->slots[m->parts[i].slot].type)
            column_free(a, &m->slots[m->parts[i].slot]);
    if (m->results.type)
        column_free(a, &m->results);
    if (m->given.type)
        column_free(a, &m->given);
    if (m->slots)
        codes_free(&m->distinct);
    lane_free(a, &m->by);
    mem_give(a, m->slots, m->nslots * sizeof *m->slots);
    *m = (struct memo){.nslots = 0};
}

/* ---- what can be worked out so ---- */

static void list_parts(const struct coded_work *w, struct memo *m) {
    const struct expr *e = w->expr;
    m->nparts = e ? e->ninputs : 1;
    m->use = MEMO_USED;
    if (e && (e->is_slot || e->ninputs == 0 || e->ninputs > MOST_CODED || e->varies))
        m->use = MEMO_NOT_WORTH;
    for (uint32_t i = 0; m->use == MEMO_USED && i < m->nparts; i++)
        m->parts[i].slot = e ? e->inputs[i]->slot : w->from;
}

static uint32_t bits_for(uint32_t n) {
    uint32_t bits = 1;
    while (n > 1u << bits)
        bits++;
    return bits;
}

bool coded_fits(const struct coded_work *w, const struct batch *b, struct memo *m) {
    uint32_t bits = 0;
    if (m->use == MEMO_NEW)
        list_parts(w, m);
    if ((m->learned > TRIED && m->learned > m->rows / 4) || m->nresults > MOST_RESULTS)
        m->use = MEMO_NOT_WORTH;
    if (m->use == MEMO_NOT_WORTH || !b->codings)
        return false;
    for (uint32_t i = 0; i < m->nparts; i++) {
        const struct coding *coding = batch_coding(b, m->parts[i].slot);
        if (!coding)
            return false;
        bits += bits_for(coding->n);
    }
    return bits <= MOST_BITS;
}

/* ---- the table ---- */

/* Whether the results can be told apart by their numbers in `distinct`. */
static bool has_distinct(const struct memo *m) {
    enum storage storage = type_storage(m->given.type);
    return storage == STORE_WORD || storage == STORE_TEXT;
}

static bool memo_open(struct alloc *a, const struct batch *b, const struct type *type,
                      struct memo *m) {
    bool ok = column_prepare(a, &m->given, type, BATCH_ROWS);
    m->by.size = sizeof(uint16_t);
    m->slots = mem_zero(a, b->nslots * sizeof *m->slots);
    if (!m->slots)
        return false;
    m->nslots = b->nslots;
    codes_init(&m->distinct, a, type_storage(type) == STORE_TEXT);
    for (uint32_t i = 0; i < m->nparts && ok; i++) {
        uint32_t slot = m->parts[i].slot;
        ok = column_prepare(a, &m->slots[slot], b->columns[slot].type, BATCH_ROWS);
    }
    return ok;
}

static uint32_t deal_bits(const struct batch *b, struct memo *m) {
    uint32_t shift = 0;
    for (uint32_t i = 0; i < m->nparts; i++) {
        m->parts[i].shift = shift;
        m->parts[i].bits = bits_for(batch_coding(b, m->parts[i].slot)->n);
        shift += m->parts[i].bits;
    }
    return shift;
}

/* Code 0 of `distinct` is the missing value. */
static bool forget_results(struct alloc *a, const struct type *type, struct memo *m) {
    codes_free(&m->distinct);
    m->nresults = has_distinct(m);
    m->coding.number++;
    return column_prepare(a, &m->results, type, 1) &&
           (!type->nullable || m->nresults == 0 || column_set_missing(a, &m->results, 0));
}

/* No place is known. A few results stay, so that whoever reads them need not begin anew: other
 * students are in the same grades. */
static bool start_again(struct alloc *a, const struct batch *b, const struct type *type,
                        struct memo *m) {
    uint32_t bits = deal_bits(b, m);
    bool keeps = m->results.type && has_distinct(m) && m->nresults <= FEW_RESULTS;
    if (!lane_grow(a, &m->by, 1u << bits) || (!keeps && !forget_results(a, type, m)))
        return false;
    memset(m->by.p, 0, sizeof(uint16_t) << bits);
    for (uint32_t i = 0; i < m->nparts; i++)
        m->parts[i].number = batch_coding(b, m->parts[i].slot)->number;
    return true;
}

static bool is_current(const struct batch *b, const struct memo *m) {
    for (uint32_t i = 0; i < m->nparts; i++) {
        const struct coding *coding = batch_coding(b, m->parts[i].slot);
        if (m->parts[i].number != coding->number || coding->n > 1u << m->parts[i].bits)
            return false;
    }
    return true;
}

static bool prepare(struct alloc *a, const struct batch *b, const struct type *type,
                    struct memo *m) {
    if (!m->slots && !memo_open(a, b, type, m))
        return false;
    return is_current(b, m) || start_again(a, b, type, m);
}

/* ---- places ---- */

static void add_codes(const uint16_t *restrict codes, uint32_t shift, uint32_t n,
                      uint32_t *restrict places) {
    for (uint32_t i = 0; i < n; i++)
        places[i] |= (uint32_t)codes[i] << shift;
}

static void find_places(const struct batch *b, const struct memo *m, uint32_t *places) {
    memset(places, 0, b->n * sizeof *places);
    for (uint32_t i = 0; i < m->nparts; i++)
        add_codes(batch_coding(b, m->parts[i].slot)->codes, m->parts[i].shift, b->n, places);
}

/* The codes of the results, into `out`; false: some place is not known. */
#define LOOK_UP(by, places, n, out, known)                                                         \
    for (uint32_t i = 0; i < (n); i++) {                                                           \
        uint16_t found = (by)[(places)[i]];                                                        \
        (known) &= found != 0;                                                                     \
        (out)[i] = (uint16_t)(found - 1);                                                          \
    }

static bool look_up_codes(const uint16_t *by, const uint16_t *restrict codes, uint32_t n,
                          uint16_t *restrict out) {
    bool known = true;
    LOOK_UP(by, codes, n, out, known)
    return known;
}

static bool look_up_places(const uint16_t *by, const uint32_t *restrict places, uint32_t n,
                           uint16_t *restrict out) {
    bool known = true;
    LOOK_UP(by, places, n, out, known)
    return known;
}

/* Of one column the codes are the places. */
static bool look_up(const struct batch *b, struct memo *m, uint32_t *places) {
    if (m->nparts == 1)
        return look_up_codes(m->by.p, batch_coding(b, m->parts[0].slot)->codes, b->n,
                             m->coding.codes);
    find_places(b, m, places);
    return look_up_places(m->by.p, places, b->n, m->coding.codes);
}

/* The places not met before, each once, and the row that has it. */
static uint32_t list_new(uint16_t *by, const uint32_t *places, uint32_t n, uint32_t *out,
                         uint16_t *rows) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (by[places[i]])
            continue;
        by[places[i]] = PENDING;
        out[found] = places[i];
        rows[found++] = (uint16_t)i;
    }
    return found;
}

/* All there are, where nothing can come of working them out. */
static uint32_t list_all(const struct batch *b, const struct memo *m, uint32_t *out) {
    uint32_t slot = m->parts[0].slot, n = 0;
    const struct coding *coding = batch_coding(b, slot);
    bool nullable = b->columns[slot].type->nullable; /* else no row has the code of missing */
    for (uint32_t code = 0; code < coding->n; code++)
        if (!((const uint16_t *)m->by.p)[code] &&
            (nullable || column_state(coding->values, code) == PRESENT))
            out[n++] = code;
    return n;
}

/* ---- learning ---- */

/* A batch whose rows are the places. */
static bool gather_values(struct alloc *a, const struct batch *b, const uint32_t *places,
                          uint32_t n, struct memo *m) {
    uint32_t codes[BATCH_ROWS];
    for (uint32_t k = 0; k < m->nparts; k++) {
        const struct memo_part *part = &m->parts[k];
        struct column *c = &m->slots[part->slot];
        for (uint32_t i = 0; i < n; i++)
            codes[i] = places[i] >> part->shift & ((1u << part->bits) - 1);
        if (c->state)
            memset(c->state, PRESENT, n);
        if (!column_gather(a, c, 0, batch_coding(b, part->slot)->values, codes, n))
            return false;
    }
    return true;
}

static enum status work_out(const struct coded_work *w, uint32_t n, struct memo *m) {
    if (m->given.state)
        memset(m->given.state, PRESENT, n);
    if (w->map)
        return w->map(w, &m->slots[w->from], n, &m->given) ? ST_OK : ST_NO_MEMORY;
    struct batch batch = {.n = n, .columns = m->slots, .nslots = m->nslots};
    return w->env->eval(w->env->user, w->expr, w->self, &batch, w->texts, &m->given);
}

/* Numbers what was given; values met before keep their number: the months of 180 days are ten, so
 * neighbouring rows are alike in them. */
static bool number_results(struct memo *m, uint32_t n, uint32_t *numbers) {
    if (type_storage(m->given.type) == STORE_WORD)
        return codes_words(&m->distinct, m->given.i, m->given.state, n, true, numbers);
    if (has_distinct(m))
        return codes_texts(&m->distinct, m->given.t, n, true, numbers);
    for (uint32_t i = 0; i < n; i++)
        numbers[i] = m->nresults + i;
    return true;
}

static bool keep_results(struct alloc *a, const uint32_t *places, uint32_t n, struct memo *m) {
    uint32_t numbers[BATCH_ROWS];
    uint16_t *by = m->by.p;
    if (!number_results(m, n, numbers) ||
        !column_prepare(a, &m->results, m->given.type, m->nresults + n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (numbers[i] == m->nresults &&
            !column_append(a, &m->results, m->nresults++, &m->given, i, 1))
            return false;
        by[places[i]] = (uint16_t)(numbers[i] + 1);
    }
    return true;
}

static enum status learn(const struct coded_work *w, const struct batch *b, const uint32_t *places,
                         uint32_t n, struct memo *m) {
    struct alloc *a = w->env->alloc;
    if (!gather_values(a, b, places, n, m))
        return ST_NO_MEMORY;
    enum status status = work_out(w, n, m);
    if (status == ST_OK && !keep_results(a, places, n, m))
        status = ST_NO_MEMORY;
    m->learned += n;
    return status;
}

static enum status learn_new(const struct coded_work *w, const struct batch *b, uint32_t *places,
                             struct memo *m, uint32_t *row) {
    uint32_t fresh[BATCH_ROWS];
    uint16_t rows[BATCH_ROWS];
    bool all = m->nparts == 1 && (w->map || expr_is_pure(w->expr)) &&
               batch_coding(b, m->parts[0].slot)->n <= BATCH_ROWS;
    if (m->nparts == 1)
        find_places(b, m, places);
    uint32_t n = all ? list_all(b, m, fresh) : list_new(m->by.p, places, b->n, fresh, rows);
    enum status status = learn(w, b, fresh, n, m);
    if (status != ST_OK)
        m->parts[0].number = 0; /* some places count as known that are not */
    if (status == ST_FAILED && !all)
        *row = rows[w->env->failed_row(w->env->user)];
    return status;
}

enum status coded_evaluate(const struct coded_work *w, const struct batch *b,
                           const struct type *type, struct memo *m, uint32_t *row) {
    uint32_t places[BATCH_ROWS];
    enum status status = ST_OK;
    *row = 0;
    if (!prepare(w->env->alloc, b, type, m))
        return ST_NO_MEMORY;
    if (!look_up(b, m, places)) {
        status = learn_new(w, b, places, m, row);
        if (status == ST_OK)
            look_up(b, m, places);
    }
    m->rows += b->n;
    m->coding.values = &m->results;
    m->coding.n = m->nresults;
    m->coding.spread = false;
    return status;
}

/* ---- spreading ---- */

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
