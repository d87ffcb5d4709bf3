/* Taking away what nothing reads, from the root down to the scans.
 *
 * Who reads a segment says which of its slots it needs; the segment keeps the
 * steps and base slots behind those and asks its inputs in turn. Slots are
 * renumbered so that the base's come first without gaps, as every base demands.
 * Group keys, sort keys, join keys and what filters, limits and pushed tests read
 * always stay. Legs are left alone: they hold only what was asked of them.
 *
 * Each segment has one reader (legs excepted), so it is pruned once; an expression
 * belongs to one step or test, so its inputs are renumbered once. */
#include "plan/build.h"

struct pruning {
    struct segment *g;
    bool *slots;     /* needed, by slot */
    uint32_t *moved; /* new number, by slot */
};

static const uint32_t *prune_slots(struct segment *g, bool *slots);

/* ---- what steps read ---- */

static void need_expr(struct pruning *p, const struct expr *e) {
    for (uint32_t i = 0; e && i < e->ninputs; i++) {
        p->slots[e->inputs[i]->slot] = true;
    }
}

/* Undecided rows of a condition that others compute are counted if anybody reads it. */
static bool step_is_needed(const struct pruning *p, const struct step *s) {
    if (s->kind == STEP_UNDECIDED) {
        return !s->exprs[0]->is_slot || p->slots[s->exprs[0]->inputs[0]->slot];
    }
    bool acts = s->kind == STEP_FILTER || s->kind == STEP_LIMIT || s->kind == STEP_COUNT;
    return acts || p->slots[s->slots[0]];
}

static void need_step(struct pruning *p, const struct step *s) {
    if (s->kind == STEP_LOOKUP) {
        p->slots[s->from] = true;
    }
    for (uint32_t i = 0; i < s->nkeys; i++) {
        p->slots[s->keys[i]] = true;
    }
    if (s->as_of) {
        p->slots[s->day] = true;
    }
    for (uint32_t i = 0; s->exprs && i < s->n; i++) {
        need_expr(p, s->exprs[i]);
    }
}

static void prune_steps(struct pruning *p) {
    struct segment *g = p->g;
    uint32_t kept = g->steps.n;
    for (uint32_t i = g->steps.n; i-- > 0;) {
        struct step *s = g->steps.at[i];
        if (step_is_needed(p, s)) {
            need_step(p, s);
            g->steps.at[--kept] = s;
        }
    }
    uint32_t n = g->steps.n - kept;
    for (uint32_t i = 0; i < n; i++) {
        g->steps.at[i] = g->steps.at[kept + i];
    }
    g->steps.n = n;
    for (uint32_t i = 0; segment_may_fail(g) && i < g->names.n; i++) {
        p->slots[g->names.at[i].slot] = true;
    }
}

/* ---- bases: each numbers its kept slots from 0 and gives how many they are ---- */

static uint32_t prune_scan(struct pruning *p) {
    struct segment *g = p->g;
    uint32_t next = 0;
    for (uint32_t i = 0; i < g->tests.n; i++) {
        need_expr(p, g->tests.at[i].expr);
    }
    for (uint32_t i = 0; i < g->scan_columns.n; i++) {
        uint32_t slot = g->scan_slots.at[i];
        if (p->slots[slot] || segment_tells(g, g->scan_columns.at[i])) {
            p->moved[slot] = next;
            g->scan_columns.at[next] = g->scan_columns.at[i];
            g->scan_slots.at[next] = next;
            next++;
        }
    }
    g->scan_columns.n = next;
    g->scan_slots.n = next;
    return next;
}

static uint32_t keep_first(struct pruning *p, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        p->moved[i] = i;
    }
    return n;
}

static void need_number(bool *slots, int slot) {
    if (slot >= 0) {
        slots[slot] = true;
    }
}

static uint32_t prune_group(struct pruning *p) {
    struct segment *g = p->g, *input = g->input;
    uint32_t nkeys = keep_first(p, g->plan->nkeys), kept = 0;
    bool *slots = ARENA_ARRAY(g->low->arena, bool, input->slot_types.n);
    for (uint32_t i = 0; i < nkeys; i++) {
        if (key_is_slot(g->plan->keys[i])) {
            slots[g->plan->keys[i]] = true;
        }
    }
    if (g->plan->axis) {
        slots[g->plan->day] = true;
    }
    for (uint32_t i = 0; i < g->aggregations.n; i++) {
        struct aggregation a = g->aggregations.at[i];
        if (p->slots[nkeys + i] || a.behind) {
            need_number(slots, a.argument);
            need_number(slots, a.filter);
            need_number(slots, a.dated ? (int)a.day : -1);
            need_number(slots, aggregate_takes_two(a.kind) ? a.second : -1);
            p->moved[nkeys + i] = nkeys + kept;
            g->aggregations.at[kept++] = a;
        }
    }
    g->aggregations.n = kept;
    const uint32_t *moved = prune_slots(input, slots);
    for (uint32_t i = 0; i < nkeys; i++) {
        if (key_is_slot(g->plan->keys[i])) {
            g->plan->keys[i] = moved[g->plan->keys[i]];
        }
    }
    if (g->plan->axis) {
        g->plan->day = moved[g->plan->day];
    }
    for (uint32_t i = 0; i < kept; i++) {
        struct aggregation *a = &g->aggregations.at[i];
        a->argument = a->argument < 0 ? -1 : (int)moved[a->argument];
        a->filter = a->filter < 0 ? -1 : (int)moved[a->filter];
        a->day = a->dated ? moved[a->day] : 0;
        a->second = aggregate_takes_two(a->kind) ? (int)moved[a->second] : -1;
    }
    return nkeys + kept;
}

/* Keeps the outputs whose slot in `p` (counted from `first`) is needed, and numbers those slots
 * from `next`. Gives the next free number; `outputs` gets the new numbers of the outputs. */
static uint32_t prune_input(struct pruning *p, struct segment *input, uint32_t first, uint32_t next,
                            uint32_t **outputs) {
    struct arena *arena = p->g->low->arena;
    bool *slots = ARENA_ARRAY(arena, bool, input->slot_types.n);
    uint32_t *moved = ARENA_ARRAY(arena, uint32_t, input->outputs.n);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < input->outputs.n; i++) {
        if (p->slots[first + i]) {
            p->moved[first + i] = next + kept;
            moved[i] = kept;
            slots[input->outputs.at[i].slot] = true;
            input->outputs.at[kept++] = input->outputs.at[i];
        }
    }
    input->outputs.n = kept;
    prune_slots(input, slots);
    *outputs = moved;
    return next + kept;
}

static uint32_t prune_sort(struct pruning *p) {
    struct plan *plan = p->g->plan;
    uint32_t *outputs;
    for (uint32_t i = 0; i < plan->nsort_keys; i++) {
        p->slots[plan->sort_keys[i].slot] = true;
    }
    uint32_t next = prune_input(p, p->g->input, 0, 0, &outputs);
    for (uint32_t i = 0; i < plan->nsort_keys; i++) {
        plan->sort_keys[i].slot = outputs[plan->sort_keys[i].slot];
    }
    return next;
}

static uint32_t prune_join(struct pruning *p) {
    struct segment *g = p->g;
    struct plan *plan = g->plan;
    struct arena *arena = g->low->arena;
    uint32_t nleft = g->input->outputs.n, nright = g->right->outputs.n;
    bool adds = plan->join == JOIN_INNER || plan->join == JOIN_LEFT;
    /* The right side's slots may not exist here (semi, anti): ask with slots of our own. */
    struct pruning right = {.g = g};
    right.slots = ARENA_ARRAY(arena, bool, nright);
    right.moved = ARENA_ARRAY(arena, uint32_t, nright);
    memset(right.moved, 0xff, nright * sizeof *right.moved); /* SLOT_NONE */
    for (uint32_t i = 0; adds && i < nright; i++) {
        right.slots[i] = p->slots[nleft + i];
    }
    for (uint32_t i = 0; i < plan->njoin_keys; i++) {
        p->slots[plan->left_keys[i]] = true;
        right.slots[plan->right_keys[i]] = true;
    }
    uint32_t *left_outputs, *right_outputs;
    uint32_t next = prune_input(p, g->input, 0, 0, &left_outputs);
    uint32_t last = prune_input(&right, g->right, 0, next, &right_outputs);
    for (uint32_t i = 0; adds && i < nright; i++) {
        p->moved[nleft + i] = right.moved[i];
        p->slots[nleft + i] = right.slots[i];
    }
    for (uint32_t i = 0; i < plan->njoin_keys; i++) {
        plan->left_keys[i] = left_outputs[plan->left_keys[i]];
        plan->right_keys[i] = right_outputs[plan->right_keys[i]];
    }
    return adds ? last : next;
}

/* All outputs of the grouping stay: `zero` counts them. So does what stands beside them. */
static uint32_t prune_spine(struct pruning *p) {
    uint32_t *outputs;
    uint32_t n = p->g->input->outputs.n;
    for (uint32_t i = 0; i < n; i++) {
        p->slots[i] = true;
    }
    prune_input(p, p->g->input, 0, 0, &outputs);
    return keep_first(p, n + p->g->plan->nbesides);
}

static uint32_t prune_spells(struct pruning *p) {
    uint32_t *outputs;
    for (uint32_t i = 0; i < p->g->input->outputs.n; i++) {
        p->slots[i] = true;
    }
    return prune_input(p, p->g->input, 0, 0, &outputs);
}

/* Outputs are read by number, so all of them stay. */
static uint32_t prune_sample(struct pruning *p) {
    struct segment *sides[] = {p->g->input, p->g->right};
    for (size_t i = 0; i < COUNT_OF(sides) && sides[i]; i++) {
        uint32_t n = sides[i]->outputs.n;
        struct pruning all = {.g = p->g};
        uint32_t *outputs;
        all.slots = ARENA_ARRAY(p->g->low->arena, bool, n);
        all.moved = ARENA_ARRAY(p->g->low->arena, uint32_t, n);
        memset(all.slots, true, n * sizeof *all.slots);
        prune_input(&all, sides[i], 0, 0, &outputs);
    }
    return keep_first(p, p->g->nbase);
}

/* Marks the outputs that a window reads, or gives them their new numbers. */
static void window_reads(struct window *w, bool *slots, const uint32_t *outputs) {
    int *reads[] = {&w->argument, &w->aggregation.argument, &w->aggregation.filter};
    for (size_t i = 0; i < COUNT_OF(reads); i++) {
        if (*reads[i] >= 0 && slots) {
            slots[*reads[i]] = true;
        } else if (*reads[i] >= 0) {
            *reads[i] = (int)outputs[*reads[i]];
        }
    }
}

static uint32_t prune_window(struct pruning *p) {
    struct segment *g = p->g;
    struct plan *plan = g->plan;
    uint32_t first = g->input->outputs.n, kept = 0;
    uint32_t *outputs, *old = ARENA_ARRAY(g->low->arena, uint32_t, g->windows.n);
    for (uint32_t i = 0; i < g->windows.n; i++) {
        if (p->slots[first + i]) {
            window_reads(&g->windows.at[i], p->slots, NULL);
            old[kept] = first + i;
            g->windows.at[kept++] = g->windows.at[i];
        }
    }
    g->windows.n = kept;
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        p->slots[plan->keys[i]] = true;
    }
    for (uint32_t i = 0; i < plan->nsort_keys; i++) {
        p->slots[plan->sort_keys[i].slot] = true;
    }
    uint32_t next = prune_input(p, g->input, 0, 0, &outputs);
    for (uint32_t i = 0; i < kept; i++) {
        window_reads(&g->windows.at[i], NULL, outputs);
        p->moved[old[i]] = next + i;
    }
    for (uint32_t i = 0; i < plan->nkeys; i++) {
        plan->keys[i] = outputs[plan->keys[i]];
    }
    for (uint32_t i = 0; i < plan->nsort_keys; i++) {
        plan->sort_keys[i].slot = outputs[plan->sort_keys[i].slot];
    }
    return next + kept;
}

/* Both sides keep the same outputs. */
static uint32_t prune_union(struct pruning *p) {
    struct segment *g = p->g;
    uint32_t *outputs;
    struct pruning right = {.g = g, .slots = p->slots};
    right.moved = ARENA_ARRAY(g->low->arena, uint32_t, g->slot_types.n);
    uint32_t next = prune_input(p, g->input, 0, 0, &outputs);
    prune_input(&right, g->right, 0, 0, &outputs);
    return next;
}

/* What becomes rows stays whole; the columns beside it go when nothing reads them. */
static uint32_t prune_beside(struct pruning *p, uint32_t nmade) {
    struct plan *plan = p->g->plan;
    uint32_t nkept = plan->nkept, noutputs = p->g->input->outputs.n;
    struct pruning in = {.g = p->g};
    in.slots = ARENA_ARRAY(p->g->low->arena, bool, noutputs);
    in.moved = ARENA_ARRAY(p->g->low->arena, uint32_t, noutputs);
    for (uint32_t i = 0; i < noutputs; i++) {
        in.slots[i] = i >= nkept || p->slots[i];
    }
    uint32_t *outputs;
    uint32_t next = prune_input(&in, p->g->input, 0, 0, &outputs) - (noutputs - nkept);
    for (uint32_t i = 0; i < nkept; i++) {
        p->moved[i] = in.slots[i] ? outputs[i] : SLOT_NONE;
    }
    for (uint32_t i = 0; i < nmade; i++) {
        p->moved[nkept + i] = next + i;
    }
    plan->nkept = next;
    return next + nmade;
}

static uint32_t prune_base(struct pruning *p) {
    uint32_t *outputs;
    switch (p->g->plan->base) {
    case BASE_SCAN:
        return prune_scan(p);
    case BASE_RELATION:
        return keep_first(p, p->g->nbase);
    case BASE_SQL:
        return keep_first(p, p->g->scan_columns.n);
    case BASE_GROUP:
        return prune_group(p);
    case BASE_SORT:
        return prune_sort(p);
    case BASE_JOIN:
        return prune_join(p);
    case BASE_SPINE:
        return prune_spine(p);
    case BASE_WINDOW:
        return prune_window(p);
    case BASE_UNION:
        return prune_union(p);
    case BASE_SPELLS:
        return prune_spells(p);
    case BASE_SAMPLE:
        return prune_sample(p);
    case BASE_UNPIVOT:
        return prune_beside(p, 1 + p->g->plan->nvalues);
    case BASE_SPANS:
        return prune_beside(p, 2);
    case BASE_HELD: /* stands in legs only */
        return keep_first(p, p->g->slot_types.n);
    case BASE_NAMED:
        return prune_input(p, p->g->input, 0, 0, &outputs);
    }
    return 0;
}

/* ---- new numbers ---- */

static void move_expr(struct pruning *p, const struct expr *e) {
    for (uint32_t i = 0; e && i < e->ninputs; i++) {
        e->inputs[i]->slot = p->moved[e->inputs[i]->slot];
    }
}

/* Steps over one leg share their keys, so each gets its own. */
static void move_keys(struct pruning *p, struct step *s) {
    uint32_t *keys = ARENA_ARRAY(p->g->low->arena, uint32_t, s->nkeys);
    for (uint32_t i = 0; i < s->nkeys; i++) {
        keys[i] = p->moved[s->keys[i]];
    }
    s->keys = keys;
}

static void move_step(struct pruning *p, struct step *s) {
    for (uint32_t i = 0; s->exprs && i < s->n; i++) {
        move_expr(p, s->exprs[i]);
    }
    if (s->kind == STEP_LOOKUP) {
        s->from = p->moved[s->from];
    } else if (s->kind == STEP_LEG || s->kind == STEP_SPELL || s->kind == STEP_COUNT) {
        move_keys(p, s);
        s->day = s->as_of ? p->moved[s->day] : 0;
    }
    for (uint32_t i = 0; s->slots && i < s->n; i++) {
        s->slots[i] = p->moved[s->slots[i]];
    }
}

static void number_slots(struct pruning *p, uint32_t next) {
    struct segment *g = p->g;
    for (uint32_t i = 0; i < g->steps.n; i++) {
        struct step *s = g->steps.at[i];
        for (uint32_t j = 0; s->slots && j < s->n; j++) {
            p->moved[s->slots[j]] = next++;
        }
    }
    const struct type **types = ARENA_ARRAY(g->low->arena, const struct type *, next);
    for (uint32_t i = 0; i < g->slot_types.n; i++) {
        if (p->moved[i] != SLOT_NONE) {
            types[p->moved[i]] = g->slot_types.at[i];
        }
    }
    g->slot_types.at = types;
    g->slot_types.n = g->slot_types.cap = next;
}

static void move_names(struct pruning *p) {
    struct segment *g = p->g;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->names.n; i++) {
        uint32_t slot = p->moved[g->names.at[i].slot];
        if (slot != SLOT_NONE) {
            g->names.at[kept] = g->names.at[i];
            g->names.at[kept++].slot = slot;
        }
    }
    g->names.n = kept;
}

/* New numbers of all slots; SLOT_NONE for those that are gone. */
static const uint32_t *prune_slots(struct segment *g, bool *slots) {
    struct pruning p = {.g = g, .slots = slots};
    p.moved = ARENA_ARRAY(g->low->arena, uint32_t, g->slot_types.n);
    memset(p.moved, 0xff, g->slot_types.n * sizeof *p.moved);
    prune_steps(&p);
    uint32_t base = prune_base(&p);
    number_slots(&p, base);
    for (uint32_t i = 0; i < g->tests.n; i++) {
        move_expr(&p, g->tests.at[i].expr);
    }
    for (uint32_t i = 0; i < g->steps.n; i++) {
        move_step(&p, g->steps.at[i]);
    }
    for (uint32_t i = 0; i < g->outputs.n; i++) {
        g->outputs.at[i].slot = p.moved[g->outputs.at[i].slot];
    }
    move_names(&p);
    return p.moved;
}

void plan_prune(struct segment *root) {
    bool *slots = ARENA_ARRAY(root->low->arena, bool, root->slot_types.n);
    for (uint32_t i = 0; i < root->outputs.n; i++) {
        slots[root->outputs.at[i].slot] = true;
    }
    prune_slots(root, slots);
}
