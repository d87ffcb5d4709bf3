/* Terms of a rule that reads only records' own columns, worked out where the columns lie.
 *
 * Such a rule needs no run of a plan, which would cost more than judging one record does: its
 * columns are already in the order of the records, and there is nothing to look up or to leave out.
 * What expressions give lies in columns that are kept from batch to batch. */
#include "api/records.h"
#include "exec/rows.h"
#include "exec/vector.h"

enum { WORTH_VECTORS = 8 }; /* of fewer records the VM is quicker: it stops at what decides */

struct record_terms {
    const struct plan *plan;
    const struct given_table *table;
    struct relation *self;
    struct batch batch;
    bool *owned;   /* by slot: a column of expressions, which has its own room */
    bool *vectors; /* by slot: its expression is one over whole columns */
    bool *states;  /* by slot: a column of the records that has states */
    uint32_t room; /* rows in the columns of expressions */
};

static bool is_plain(const struct plan *plan, const struct table *table) {
    bool plain = plan->base == BASE_SCAN && plan->table == table && plan->ntests == 0;
    for (uint32_t i = 0; plain && i < plan->nscan; i++)
        plain = plan->scan_columns[i] < TABLE_RECORD; /* no row's number either */
    for (uint32_t i = 0; plain && i < plan->nsteps; i++)
        plain = plan->steps[i]->kind == STEP_COMPUTE;
    return plain;
}

void record_terms_plan(struct spoke_records *r, struct record_rule *rule) {
    const struct plan *plan = rule->terms.plan;
    struct arena *arena = &r->given.arena;
    const struct given_table *table = given_table_of(&r->given, r->table);
    if (!table || !is_plain(plan, r->table))
        return;
    struct record_terms *t = ARENA_NEW(arena, struct record_terms);
    t->plan = plan;
    t->table = table;
    t->self = ARENA_NEW(arena, struct relation);
    t->self->head = (struct object){.kind = OBJ_RELATION, .flags = OBJ_PINNED};
    t->self->plan = plan;
    t->batch.nslots = plan->nslots;
    t->batch.columns = ARENA_ARRAY(arena, struct column, plan->nslots + 1);
    t->owned = ARENA_ARRAY(arena, bool, plan->nslots + 1);
    t->vectors = ARENA_ARRAY(arena, bool, plan->nslots + 1);
    t->states = ARENA_ARRAY(arena, bool, plan->nslots + 1);
    for (uint32_t i = 0; i < plan->nscan; i++) {
        const struct type *type = plan->slot_types[plan->scan_slots[i]];
        enum storage storage = type_storage(type);
        t->states[plan->scan_slots[i]] =
            type->nullable && (storage == STORE_WORD || storage == STORE_FLOAT);
    }
    for (uint32_t i = 0; i < plan->nsteps; i++)
        for (uint32_t k = 0; k < plan->steps[i]->n; k++) {
            const struct expr *e = plan->steps[i]->exprs[k];
            t->owned[plan->steps[i]->slots[k]] = !e->is_slot;
            t->vectors[plan->steps[i]->slots[k]] = !e->is_slot && vector_fits(e);
        }
    rule->direct = t;
}

void record_terms_free(struct spoke_records *r, struct record_rule *rule) {
    struct record_terms *t = rule->direct;
    for (uint32_t i = 0; t && i < t->batch.nslots; i++)
        if (t->owned[i] && t->batch.columns[i].type)
            column_free(&r->sp->alloc, &t->batch.columns[i]);
}

/* Row 0 is nobody's. */
static struct column behind_first(const struct column *c) {
    struct column out = *c;
    if (out.i)
        out.i++;
    if (out.d)
        out.d++;
    if (out.state)
        out.state++;
    return out;
}

static bool make_room(struct alloc *alloc, struct record_terms *t) {
    for (uint32_t i = 0; i < t->plan->nslots; i++)
        if (t->owned[i] &&
            !column_prepare(alloc, &t->batch.columns[i], t->plan->slot_types[i], t->batch.n))
            return false;
    t->room = t->batch.n;
    return true;
}

static bool fill_columns(struct spoke_records *r, struct record_terms *t) {
    const struct plan *plan = t->plan;
    struct alloc *alloc = &r->sp->alloc;
    for (uint32_t i = 0; i < plan->nscan; i++) {
        uint32_t slot = plan->scan_slots[i];
        struct column *from = &t->table->columns[plan->scan_columns[i]];
        if (t->states[slot] && !column_states(alloc, from))
            return false;
        t->batch.columns[slot] = behind_first(from);
    }
    return t->batch.n <= t->room || make_room(alloc, t);
}

static enum status compute(struct spoke_records *r, struct record_terms *t, const struct expr *e,
                           uint32_t slot) {
    struct column *out = &t->batch.columns[slot];
    if (e->is_slot) {
        *out = t->batch.columns[e->inputs[0]->slot];
        return ST_OK;
    }
    if (out->state)
        memset(out->state, PRESENT, t->batch.n);
    if (t->vectors[slot] && t->batch.n >= WORTH_VECTORS && vector_evaluate(e, &t->batch, out))
        return ST_OK;
    return vm_eval(&r->sp->vm, e, t->self, &t->batch, &r->given.texts, out);
}

bool record_terms_serve(const struct spoke_records *r, const struct record_rule *rule) {
    const struct record_terms *t = rule->direct;
    return t && r->nchosen == r->given.nrecords && t->table->n == r->given.nrecords + 1;
}

enum status record_terms_run(struct spoke_records *r, struct record_rule *rule,
                             const struct column **found, const struct column **looked) {
    struct record_terms *t = rule->direct;
    const struct plan *plan = t->plan;
    t->batch.n = r->given.nrecords;
    enum status s = fill_columns(r, t) ? ST_OK : ST_NO_MEMORY;
    for (uint32_t i = 0; i < plan->nsteps && s == ST_OK; i++)
        for (uint32_t k = 0; k < plan->steps[i]->n && s == ST_OK; k++)
            s = compute(r, t, plan->steps[i]->exprs[k], plan->steps[i]->slots[k]);
    *found = &t->batch.columns[plan->outputs[0].slot];
    int looked_at = rule->terms.looked_at;
    *looked = looked_at >= 0 ? &t->batch.columns[plan->outputs[looked_at].slot] : NULL;
    return s;
}
