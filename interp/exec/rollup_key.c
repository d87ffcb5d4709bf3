/* The definition of a grouping as bytes: two groupings with the same bytes over
 * the same revision of the store have the same result.
 *
 * Everything that the result depends on is written, and what is not understood
 * here is not kept: a plan of another kind than groupings over one scan, a tree
 * with a node that is not listed. Types, tables and columns of the store are one
 * pointer each as long as the interpreter lives. Values of variables are
 * written as they are now. */
#include "check/check.h"
#include "exec/exec.h"
#include "exec/rollup.h"

struct writer {
    struct buf *out;
    const struct exec_env *env;
    const struct relation *self;
    bool fits;
};

static void put(struct writer *w, const void *bytes, size_t n) {
    buf_str(w->out, (struct str){bytes, n});
}

static void put_word(struct writer *w, uint64_t word) {
    put(w, &word, sizeof word);
}

static void put_pointer(struct writer *w, const void *p) {
    put_word(w, (uint64_t)(uintptr_t)p);
}

static void put_text(struct writer *w, struct str text) {
    put_word(w, text.n);
    if (text.n)
        put(w, text.p, text.n);
}

static void put_numbers(struct writer *w, const uint32_t *numbers, uint32_t n) {
    put_word(w, n);
    if (n)
        put(w, numbers, n * sizeof *numbers);
}

/* ---- expressions ---- */

static void put_node(struct writer *w, const struct node *n);

static void put_nodes(struct writer *w, const struct node_list *list) {
    put_word(w, list->n);
    for (uint32_t i = 0; i < list->n; i++)
        put_node(w, list->at[i]);
}

static void put_variable(struct writer *w, const struct node *n) {
    const struct symbol *s = n->symbol;
    if (!s || s->kind != SYM_VARIABLE || n->note) {
        w->fits = false;
    } else if (s->is_constant && s->constant) {
        put_node(w, s->constant);
    } else {
        enum storage storage = type_storage(s->type);
        union word value = w->env->captured(w->env->user, w->self, s);
        w->fits &= !s->type->nullable &&
                   (storage == STORE_WORD || storage == STORE_FLOAT || storage == STORE_TEXT);
        if (storage == STORE_TEXT && w->fits && value.ref)
            put_text(w, text_str((const struct text *)value.ref));
        else if (storage != STORE_TEXT)
            put_word(w, (uint64_t)value.i);
    }
}

/* What the checker noted at a node; nodes with other notes are not understood. */
static void put_note(struct writer *w, const struct node *n) {
    if (n->kind == N_INPUT) {
        const struct expr_input *input = n->note;
        put_word(w, input->slot);
    } else if (n->kind == N_INVOKE) {
        const struct invoke *invoke = n->note;
        w->fits &= invoke->kind == INVOKE_BUILTIN;
        put_word(w, invoke->builtin);
    } else if (n->note) {
        w->fits = false;
    }
}

static bool is_understood(const struct node *n) {
    switch (n->kind) {
    case N_INPUT:
    case N_INVOKE:
    case N_INT:
    case N_FLOAT:
    case N_SHARE:
    case N_BOOL:
    case N_MISSING:
    case N_DATE:
    case N_DATETIME:
    case N_PERIOD:
    case N_DURATION:
    case N_TEXT:
    case N_LIST:
    case N_UNARY:
    case N_BINARY:
    case N_RANGE:
    case N_IN:
    case N_IS_MISSING:
    case N_CONVERT:
        return true;
    default:
        return false;
    }
}

static void put_node(struct writer *w, const struct node *n) {
    put_word(w, n ? n->kind + 1u : 0);
    if (!n || !w->fits)
        return;
    put_pointer(w, n->type);
    if (n->kind == N_NAME) {
        put_variable(w, n);
        return;
    }
    if (!is_understood(n)) {
        w->fits = false;
        return;
    }
    put_word(w, (uint64_t)n->op << 16 | n->flags);
    put_word(w, (uint64_t)n->value.i);
    put_word(w, (uint64_t)n->value2);
    put_text(w, n->text);
    put_note(w, n);
    put_node(w, n->a);
    put_node(w, n->b);
    put_node(w, n->c);
    put_node(w, n->d);
    put_nodes(w, &n->list);
    put_nodes(w, &n->more);
}

static void put_expr(struct writer *w, const struct expr *e) {
    put_word(w, e != NULL);
    if (!e)
        return;
    put_pointer(w, e->type);
    put_word(w, e->is_slot);
    put_word(w, e->ninputs);
    for (uint32_t i = 0; i < e->ninputs; i++)
        put_word(w, e->inputs[i]->slot);
    if (!e->is_slot)
        put_node(w, e->tree);
}

/* ---- plans ---- */

static void put_history(struct writer *w, const struct plan *leg);

/* Values of history; other legs are not kept. */
static void put_leg(struct writer *w, const struct step *step) {
    w->fits &= step->as_of && step->leg->base == BASE_HELD;
    if (!w->fits)
        return;
    put_numbers(w, step->keys, step->nkeys);
    put_word(w, step->day);
    put_word(w, step->leg_column);
    put_word(w, step->zero_if_absent);
    put_word(w, step->tells);
    put_history(w, step->leg);
}

static void put_step(struct writer *w, const struct step *step) {
    put_word(w, step->kind);
    w->fits &= step->kind != STEP_LIMIT;
    if (step->kind == STEP_LEG)
        put_leg(w, step);
    put_word(w, step->from);
    put_pointer(w, step->table);
    put_word(w, (uint64_t)step->column);
    put_word(w, step->n);
    for (uint32_t i = 0; i < step->n; i++) {
        put_word(w, step->slots ? step->slots[i] : 0);
        put_expr(w, step->exprs ? step->exprs[i] : NULL);
    }
}

static void put_steps(struct writer *w, const struct plan *plan) {
    put_word(w, plan->nslots);
    for (uint32_t i = 0; i < plan->nslots; i++)
        put_pointer(w, plan->slot_types[i]);
    put_word(w, plan->nsteps);
    for (uint32_t i = 0; i < plan->nsteps && w->fits; i++)
        put_step(w, plan->steps[i]);
}

static void put_scan(struct writer *w, const struct plan *scan) {
    put_pointer(w, scan->table);
    put_numbers(w, scan->scan_columns, scan->nscan);
    put_numbers(w, scan->scan_slots, scan->nscan);
    put_word(w, scan->in_key_order);
    put_word(w, scan->ntests);
    for (uint32_t i = 0; i < scan->ntests; i++)
        put_expr(w, scan->tests[i].expr);
}

static void put_outputs(struct writer *w, const struct plan *plan) {
    put_word(w, plan->noutputs);
    for (uint32_t i = 0; i < plan->noutputs; i++)
        put_word(w, plan->outputs[i].slot);
}

static void put_history(struct writer *w, const struct plan *leg) {
    const struct plan *rows = leg->input;
    put_pointer(w, leg->table); /* with its spans */
    put_word(w, leg->nkeys);
    put_word(w, leg->latest);
    put_outputs(w, leg);
    w->fits &= rows->base == BASE_SCAN;
    if (!w->fits)
        return;
    put_scan(w, rows);
    put_steps(w, rows);
    put_outputs(w, rows);
}

static void put_aggregation(struct writer *w, const struct aggregation *what) {
    put_word(w, what->kind);
    put_word(w, (uint64_t)what->argument);
    put_word(w, (uint64_t)what->filter);
    put_word(w, (uint64_t)what->second);
    put_word(w, what->distinct);
    put_word(w, what->dated);
    put_word(w, what->dated ? what->day : 0);
    put_pointer(w, what->type);
}

/* The rows that its base gives; its own steps come later. */
static void put_group(struct writer *w, const struct plan *group) {
    const struct plan *input = group->input;
    w->fits &= group->axis == NULL;
    put_numbers(w, group->keys, group->nkeys);
    for (uint32_t i = 0; i < group->nkeys; i++)
        put_pointer(w, group->slot_types[i]);
    put_word(w, group->naggregations);
    for (uint32_t i = 0; i < group->naggregations; i++)
        put_aggregation(w, &group->aggregations[i]);
    put_word(w, input->base);
    if (input->base == BASE_GROUP)
        put_group(w, input);
    else if (input->base == BASE_SCAN)
        put_scan(w, input);
    else
        w->fits = false;
    put_steps(w, input);
}

bool rollup_key(struct buf *out, const struct exec_env *env, const struct relation *self,
                const struct plan *group) {
    struct writer w = {out, env, self, true};
    put_word(&w, (uint64_t)env->calendar->school_year_month);
    put_word(&w, (uint64_t)env->calendar->school_year_day);
    put_group(&w, group);
    return w.fits && !out->failed;
}
