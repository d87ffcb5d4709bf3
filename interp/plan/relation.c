/* Relations and their verbs: each verb changes the open segment's fields, adds a
 * step to it, or closes it and opens the next one over it.
 *
 * Closing carries along, hidden behind the visible outputs, what later verbs may
 * still ask for (the row's own number, sort keys); pruning drops what they did not. */
#include "plan/cohort.h"

/* ---- sources ---- */

static struct segment *lower_source(struct lowering *low, const struct node *n) {
    struct symbol *symbol = n->symbol;
    if (n->note) {
        return lower_network_part(low, n->note);
    }
    if (n->a && n->a->kind == N_SQL) {
        return segment_sql(low, n->a->text, n->type, n->span);
    }
    if (!symbol) {
        return n->a ? lower_relation(low, n->a) : NULL;
    }
    if (symbol->kind == SYM_TABLE) {
        struct segment *g = segment_scan(low, symbol->table);
        struct row row = row_of(g);
        g->plan->span = n->span;
        if (n->b)
            lower_where(&row, n->b);
        return g;
    }
    if (symbol->kind == SYM_COHORT) {
        struct segment *g = n->op == COHORT_ATTRITION ? lower_attrition(low, symbol)
                            : n->op == COHORT_WHY     ? lower_why(low, symbol, n->b)
                                                      : lower_cohort(low, symbol);
        g->plan->span = n->span;
        return g;
    }
    return segment_relation(low, symbol, n->type ? n->type : symbol->type);
}

static struct segment *lower_from(struct lowering *low, const struct node *n) {
    bool numbers = low->numbers_records;
    low->numbers_records = false;
    struct segment *g = lower_source(low, n);
    if (numbers && g && g->plan->base == BASE_SCAN)
        g->record = segment_scan_column(g, TABLE_RECORD);
    return g;
}

/* ---- closing a segment ---- */

void close_row(struct segment *g) {
    segment_outputs(g);
    if (g->plan->base == BASE_SCAN && g->row_table && g->row_number == SLOT_NONE) {
        g->row_number = segment_scan_column(g, TABLE_ROW_NUMBER);
    }
    if (g->row_number != SLOT_NONE) {
        segment_output(g, STR_NONE, g->row_number);
    }
    for (uint32_t i = 0; g->reasons && i < g->reasons->nwhy; i++) {
        segment_output(g, STR_NONE, segment_reason(g, g->reasons->n + i));
    }
    close_people(g);
    if (g->record != SLOT_NONE)
        g->record_output = segment_output(g, STR_NONE, g->record);
}

void reopen_row(struct segment *g, const struct segment *input) {
    for (uint32_t i = 0; i < input->fields.n; i++) {
        segment_field(g, input->fields.at[i].name, g->slot_types.at[i], i);
    }
    if (input->row_number != SLOT_NONE) {
        g->row_number = input->fields.n;
    }
    g->reasons = input->reasons;
    g->first_reason = input->fields.n + (input->row_number != SLOT_NONE);
    reopen_people(g, input, 0);
    if (input->record != SLOT_NONE)
        g->record = input->record_output;
    g->row_table = input->row_table;
    g->type = input->type;
}

/* ---- verbs that keep the rows ---- */

static void verb_where(struct segment *g, const struct node *v) {
    struct row row = row_of(g);
    lower_where(&row, v->a);
}

/* Fields are made one after the other, later ones read earlier ones; the verb's type says which
 * remain. A new value stands for an old one of the same name. */
static void verb_derive(struct segment *g, const struct node *v) {
    struct row row = row_of(g);
    uint32_t old = g->fields.n;
    for (uint32_t i = 0; i < v->list.n; i++) {
        const struct node *f = v->list.at[i];
        segment_field(g, f->text, f->a->type, lower_slot(&row, f->a));
    }
    struct row_fields all = g->fields;
    g->fields = (struct row_fields){NULL, 0, 0};
    for (uint32_t i = 0; i < old; i++) {
        ARENA_PUSH(g->low->arena, &g->fields) = all.at[i];
    }
    for (uint32_t i = old; i < all.n; i++) {
        int at = segment_field_named(g, all.at[i].name);
        if (at >= 0) {
            g->fields.at[at] = all.at[i];
        } else {
            ARENA_PUSH(g->low->arena, &g->fields) = all.at[i];
        }
    }
}

struct row_fields fields_of(struct segment *g, const struct node_list *list) {
    struct row row = row_of(g);
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < list->n; i++) {
        const struct node *f = list->at[i];
        struct row_field field = {.name = f->text, .type = f->a->type};
        field.slot = lower_slot(&row, f->a);
        ARENA_PUSH(g->low->arena, &fields) = field;
    }
    return fields;
}

static void verb_drop(struct segment *g, const struct node *v) {
    struct row_fields kept = {NULL, 0, 0};
    for (uint32_t i = 0; i < g->fields.n; i++) {
        bool dropped = false;
        for (uint32_t j = 0; j < v->list.n; j++) {
            dropped |= str_eq(v->list.at[j]->text, g->fields.at[i].name);
        }
        if (!dropped) {
            ARENA_PUSH(g->low->arena, &kept) = g->fields.at[i];
        }
    }
    g->fields = kept;
}

/* FIELD nodes: text is the new name, value.i the field. */
static void verb_rename(struct segment *g, const struct node *v) {
    struct row_fields fields = {NULL, 0, 0};
    for (uint32_t i = 0; i < g->fields.n; i++) {
        ARENA_PUSH(g->low->arena, &fields) = g->fields.at[i];
    }
    for (uint32_t i = 0; i < v->list.n; i++) {
        fields.at[v->list.at[i]->value.i].name = v->list.at[i]->text;
    }
    g->fields = fields;
}

static void verb_limit(struct segment *g, const struct node *v) {
    struct row row = row_of(g);
    bool takes = v->kind == N_V_TAKE;
    segment_in_order(g);
    struct node *count = lower_tree(&row, v->a);
    struct step *s = segment_step(g, STEP_LIMIT, v->span);
    s->exprs = ARENA_ARRAY(g->low->arena, struct expr *, 2);
    s->exprs[takes ? 0 : 1] = expr_of(g->low, count);
    s->n = 2;
    g->limited = true;
}

/* ---- sort ---- */

uint32_t output_of(struct segment *g, uint32_t slot) {
    for (uint32_t i = 0; i < g->outputs.n; i++) {
        if (g->outputs.at[i].slot == slot) {
            return i;
        }
    }
    return segment_output(g, STR_NONE, slot);
}

void add_sort_key(struct segment *g, struct sort_keys *keys, uint32_t slot, bool descending) {
    uint32_t output = output_of(g, segment_plain(g, slot));
    for (uint32_t i = 0; i < keys->n; i++) {
        if (keys->at[i].slot == output) {
            return;
        }
    }
    ARENA_PUSH(g->low->arena, keys) = (struct sort_key){output, descending};
}

/* Ties are broken by the relation's key; without one by the order the rows have. */
static struct segment *verb_sort(struct segment *g, const struct node *v) {
    struct row row = row_of(g);
    struct sort_keys keys = {NULL, 0, 0};
    uint32_t *slots = ARENA_ARRAY(g->low->arena, uint32_t, v->list.n);
    for (uint32_t i = 0; i < v->list.n; i++) {
        slots[i] = lower_slot(&row, v->list.at[i]->a);
    }
    close_row(g);
    for (uint32_t i = 0; i < v->list.n; i++) {
        add_sort_key(g, &keys, slots[i], v->list.at[i]->flags & FLAG_DESCENDING);
    }
    const struct type *type = g->type;
    for (uint32_t i = 0; type && i < type->nkeys; i++) {
        add_sort_key(g, &keys, segment_field_slot(g, type->keys[i]), false);
    }
    if (!type || type->nkeys == 0) {
        segment_in_order(g);
    }
    struct segment *sorted = segment_over(g, BASE_SORT);
    sorted->plan->sort_keys = keys.at;
    sorted->plan->nsort_keys = keys.n;
    reopen_row(sorted, g);
    return sorted;
}

/* ---- group and distinct ---- */

struct segment *segment_group_by(struct segment *g, const struct row_fields *keys) {
    uint32_t *slots = ARENA_ARRAY(g->low->arena, uint32_t, keys->n);
    for (uint32_t i = 0; i < keys->n; i++) {
        slots[i] = keys->at[i].slot;
    }
    struct segment *group = segment_group(g, slots, keys->n);
    for (uint32_t i = 0; i < keys->n; i++) {
        group->fields.at[i].name = keys->at[i].name;
    }
    return group;
}

static struct segment *verb_group(struct segment *g, const struct node *v) {
    struct row_fields keys = fields_of(g, &v->list);
    struct segment *group = segment_group_by(g, &keys);
    struct grouping grouping = {.group = group, .inner = row_of(g)};
    struct row row = {.segment = group, .via = SLOT_NONE, .grouping = &grouping};
    for (uint32_t i = 0; i < v->more.n; i++) {
        lower_aggregates(&grouping, v->more.at[i]->a);
    }
    lower_disclosure(group, &grouping.inner);
    for (uint32_t i = 0; i < v->more.n; i++) {
        const struct node *f = v->more.at[i];
        segment_field(group, f->text, f->a->type, lower_slot(&row, f->a));
    }
    return group;
}

static struct segment *verb_distinct(struct segment *g, const struct node *v) {
    struct row_fields keys = fields_of(g, &v->list);
    for (uint32_t i = 0; v->list.n == 0 && i < g->fields.n; i++) {
        struct row_field field = g->fields.at[i];
        field.slot = segment_field_slot(g, i);
        ARENA_PUSH(g->low->arena, &keys) = field;
    }
    struct row rows = row_of(g);
    struct segment *group = segment_group_by(g, &keys);
    lower_disclosure(group, &rows);
    return group;
}

/* ---- join ---- */

static enum join_kind join_kind_of(struct str text) {
    return str_is(text, "left")   ? JOIN_LEFT
           : str_is(text, "semi") ? JOIN_SEMI
           : str_is(text, "anti") ? JOIN_ANTI
                                  : JOIN_INNER;
}

/* Outputs of both sides that hold one pair of keys. A reference meets the row it means by that
 * row's number, another reference as it is, and anything else by the key it stands for. */
static void join_pair(struct segment *left, struct segment *right, uint32_t left_field,
                      uint32_t right_field, uint32_t *left_key, uint32_t *right_key) {
    uint32_t l = segment_field_slot(left, left_field);
    uint32_t r = segment_field_slot(right, right_field);
    const struct type *lt = left->slot_types.at[l], *rt = right->slot_types.at[r];
    bool same = lt->kind == TY_REF && rt->kind == TY_REF && lt->table == rt->table;
    if (lt->kind == TY_REF && right->row_table == lt->table && right->row_number != SLOT_NONE &&
        right_field == lt->table->keys[0]) {
        r = right->row_number;
    } else if (!same) {
        l = segment_plain(left, l);
        r = segment_plain(right, r);
    }
    *left_key = output_of(left, l);
    *right_key = output_of(right, r);
}

static void joined_fields(struct segment *g, const struct node *v, uint32_t first_right) {
    const struct segment *right = g->right;
    for (uint32_t i = 0; i < right->fields.n; i++) {
        bool is_key = false;
        for (uint32_t j = 0; j < v->more.n; j++) {
            is_key |= v->more.at[j]->value.i == (int64_t)i;
        }
        if (!is_key) {
            uint32_t slot = first_right + i;
            segment_field(g, right->fields.at[i].name, g->slot_types.at[slot], slot);
        }
    }
}

/* list and more of the verb: fields (INT nodes) of the left and the right side that are equal. */
static struct segment *verb_join(struct segment *left, const struct node *v) {
    struct lowering *low = left->low;
    struct segment *right = lower_relation(low, v->a);
    if (!right) {
        return NULL;
    }
    enum join_kind kind = join_kind_of(v->text);
    close_row(left);
    close_row(right);
    uint32_t n = v->list.n;
    uint32_t *left_keys = ARENA_ARRAY(low->arena, uint32_t, n);
    uint32_t *right_keys = ARENA_ARRAY(low->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        join_pair(left, right, (uint32_t)v->list.at[i]->value.i, (uint32_t)v->more.at[i]->value.i,
                  &left_keys[i], &right_keys[i]);
    }
    struct segment *g = segment_join(left, right, kind);
    g->plan->left_keys = left_keys;
    g->plan->right_keys = right_keys;
    g->plan->njoin_keys = n;
    g->plan->joins_many = v->flags & FLAG_MANY;
    reopen_row(g, left);
    if (kind == JOIN_INNER || kind == JOIN_LEFT) {
        joined_fields(g, v, left->outputs.n);
        if (g->people == SLOT_NONE)
            reopen_people(g, right, left->outputs.n);
    }
    return g;
}

/* ---- all verbs ---- */

/* The segment after the verb: the same or a new one. */
static struct segment *lower_verb(struct segment *g, const struct node *v) {
    switch (v->kind) {
    case N_V_WHERE:
        verb_where(g, v);
        return g;
    case N_V_DERIVE:
        verb_derive(g, v);
        return g;
    case N_V_SELECT:
        g->fields = fields_of(g, &v->list);
        return g;
    case N_V_DROP:
        verb_drop(g, v);
        return g;
    case N_V_RENAME:
        verb_rename(g, v);
        return g;
    case N_V_TAKE:
    case N_V_SKIP:
        verb_limit(g, v);
        return g;
    case N_V_SORT:
        return verb_sort(g, v);
    case N_V_GROUP:
        return verb_group(g, v);
    case N_V_DISTINCT:
        return verb_distinct(g, v);
    case N_V_JOIN:
        return verb_join(g, v);
    case N_V_WINDOW:
        return lower_window(g, v);
    case N_V_SAMPLE:
        return lower_sample(g, v);
    case N_V_SET:
        return lower_set(g, v);
    case N_V_UNPIVOT:
        return lower_unpivot(g, v);
    default:
        return g;
    }
}

static struct segment *lower_pipeline(struct lowering *low, const struct node *n) {
    struct segment *g = lower_relation(low, n->a);
    for (uint32_t i = 0; g && i < n->list.n; i++) {
        const struct node *v = n->list.at[i];
        struct segment *next = lower_verb(g, v);
        if (next && next != g) {
            next->plan->span = v->span;
            next->plan->remark = tree_text(low->arena, low->session, v);
        }
        if (next) {
            next->type = v->type;
        }
        g = next;
    }
    return g;
}

struct segment *lower_relation(struct lowering *low, const struct node *n) {
    switch (n->kind) {
    case N_FROM:
        return lower_from(low, n);
    case N_PIPELINE:
        return lower_pipeline(low, n);
    case N_QUESTION:
        return lower_question(low, n->note, n->type, n->span);
    case N_NAME:
        return segment_relation(low, n->symbol, n->type);
    default:
        diag_error(low->session->diags, E0301, n->span, "this is not a relation");
        low->failed = true;
        return NULL;
    }
}

struct plan *plan_lower(struct session *s, struct node *relation) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *root = lower_relation(&low, relation);
    if (root && root->outputs.n == 0) {
        segment_outputs(root);
    }
    return lowering_finish(&low, root, relation->type);
}
