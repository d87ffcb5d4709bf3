/* Walking a plan for what it reads.
 *
 * The plan's own rows are scanned from the records. Rows of other tables come along references,
 * inside a record, or as legs, whose rows lead back by the keys they are grouped by: then the
 * record holds them as a list. Whatever else a plan scans, no record can give.
 *
 * Each way to rows is a node; of each slot is known which column of which node it holds, so what a
 * record has to give is known row by row. */
#include "given/given_reads.h"

/* What a slot holds: a column of a node's rows, or OWN_NUMBER. */
struct origin {
    bool known;
    uint32_t node, column;
};
#define OWN_NUMBER TABLE_ROW_NUMBER

struct walk {
    struct given *given;
    struct given_reads *reads;
};

static void refuse(struct walk *w, const char *format, ...) PRINTF_LIKE(2, 3);
static void refuse(struct walk *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (!w->reads->why.n)
        w->reads->why = arena_vprintf(&w->given->arena, format, args);
    va_end(args);
}

static void too_many(struct walk *w, const struct table *table) {
    refuse(w, "more than 64 columns of `%.*s` are read", STR_ARG(table->name));
}

/* ---- what is read of rows ---- */

/* A reference that is read leads to a row, so its table is there, too, with the key that tells
 * which row it is; nobody need be given that. */
static void know_rows(struct walk *w, const struct table *table) {
    struct given_table *t = given_table_add(w->given, table);
    uint32_t key = table->keys[0];
    if (!given_read(t, key))
        too_many(w, table);
    else if (table->columns[key].type->kind == TY_REF &&
             !given_table_of(w->given, table->columns[key].to))
        know_rows(w, table->columns[key].to);
}

/* Rows of a list may stand in another one as well; their keys tell. */
static void know_keys(struct walk *w, const struct table *table) {
    for (uint32_t i = 0; i < table->nkeys; i++) {
        const struct table_column *c = &table->columns[table->keys[i]];
        if (!given_read(given_table_add(w->given, table), table->keys[i]))
            too_many(w, table);
        else if (c->type->kind == TY_REF && !given_table_of(w->given, c->to))
            know_rows(w, c->to);
    }
}

static struct given_node *node_at(const struct walk *w, uint32_t node) {
    return &w->reads->nodes.at[node];
}

static const struct table *table_at(const struct walk *w, uint32_t node) {
    return node_at(w, node)->table->table;
}

static void read_bit(struct walk *w, uint32_t node, uint8_t bit) {
    if (bit)
        node_at(w, node)->bits |= (uint64_t)1 << (bit - 1);
    else
        too_many(w, table_at(w, node));
}

static void read_column(struct walk *w, uint32_t node, uint32_t column) {
    struct given_table *t = node_at(w, node)->table;
    const struct table *table = t->table;
    if (column >= table->n)
        return;
    given_read(t, column);
    read_bit(w, node, t->bits[column]);
    if (table->columns[column].type->kind == TY_REF)
        know_rows(w, table->columns[column].to);
    if (table->columns[column].item && table->columns[column].item->to)
        know_rows(w, table->columns[column].item->to);
}

/* ---- ways ---- */

static uint32_t node_by(struct walk *w, enum given_way way, uint32_t from, uint32_t column,
                        const struct table *table) {
    struct given_table *t = given_table_add(w->given, table);
    for (uint32_t i = 0; i < w->reads->nodes.n; i++) {
        const struct given_node *node = node_at(w, i);
        if (node->way == way && node->from == from && node->column == column && node->table == t)
            return i;
    }
    ARENA_PUSH(&w->given->arena, &w->reads->nodes) =
        (struct given_node){.table = t, .way = way, .from = from, .column = column};
    return w->reads->nodes.n - 1;
}

/* The rows that references in a slot lead to. */
static uint32_t node_behind(struct walk *w, struct origin o, const struct table *table) {
    if (!o.known)
        return node_by(w, WAY_ANY, 0, 0, table);
    if (o.column == OWN_NUMBER)
        return o.node;
    return node_by(w, WAY_REFERENCE, o.node, o.column, table);
}

/* The rows of `table` whose column is a reference to the node's. */
static uint32_t node_of_list(struct walk *w, uint32_t from, const struct table *table,
                             uint32_t column) {
    struct given_table *of = given_table_add(w->given, table);
    know_keys(w, table);
    read_bit(w, from, given_read_list(w->given, node_at(w, from)->table, of, column, false));
    return node_by(w, WAY_LIST, from, column, table);
}

static uint32_t node_of_tie(struct walk *w, uint32_t from, const struct table_tie *tie) {
    struct given_table *t = node_at(w, from)->table, *to = given_table_add(w->given, tie->to);
    int number = given_read_tie(w->given, t, tie, to, true);
    know_keys(w, tie->to);
    read_bit(w, from, number < 0 ? 0 : t->ties.at[number].bit);
    return node_by(w, WAY_TIE, from, number < 0 ? 0 : (uint32_t)number, tie->to);
}

static uint32_t node_of_tied_list(struct walk *w, uint32_t from, const struct table *table,
                                  const struct table_tie *tie) {
    struct given_table *t = node_at(w, from)->table, *of = given_table_add(w->given, table);
    uint32_t number = (uint32_t)given_read_tie(w->given, of, tie, t, false);
    know_keys(w, table);
    know_keys(w, t->table);
    read_bit(w, from, given_read_list(w->given, t, of, number, true));
    return node_by(w, WAY_LIST_TIE, from, number, table);
}

/* The items of lists in a column of the node's rows. */
static uint32_t node_of_items(struct walk *w, uint32_t from, const struct table *items) {
    struct given_table *of = given_table_add(w->given, items), *t = node_at(w, from)->table;
    read_column(w, from, (uint32_t)(items->of - items->owner->columns));
    know_keys(w, items);
    if (table_is_entity(items->owner))
        return node_by(w, WAY_LIST, from, 0, items);
    know_keys(w, items->owner);
    return node_by(w, WAY_LIST_TIE, from,
                   (uint32_t)given_read_tie(w->given, of, &items->ties[0], t, false), items);
}

/* ---- legs ---- */

enum { MOST_KEYS = COUNT_OF(((struct table_tie *)NULL)->columns) };

/* How rows of a scanned table are looked up: equal are column `theirs[i]` of theirs and column
 * `ours[i]` of the node's rows. */
struct meeting {
    const struct table *table;
    uint32_t node, n;
    uint32_t ours[MOST_KEYS], theirs[MOST_KEYS];
};

static bool meets(const struct meeting *m, uint32_t ours, uint32_t theirs) {
    for (uint32_t i = 0; i < m->n; i++)
        if (m->ours[i] == ours && m->theirs[i] == theirs)
            return true;
    return false;
}

/* Their key is what our tie says. */
static bool is_tie(const struct meeting *m, const struct table_tie *tie) {
    bool same = tie->to == m->table && tie->n == m->n;
    for (uint32_t i = 0; same && i < tie->n; i++)
        same = meets(m, tie->columns[i], m->table->keys[i]);
    return same;
}

/* Their tie says what our key is. */
static bool is_tied_list(const struct meeting *m, const struct table *ours,
                         const struct table_tie *tie) {
    bool same = tie->to == ours && tie->n == m->n;
    for (uint32_t i = 0; same && i < tie->n; i++)
        same = meets(m, ours->keys[i], tie->columns[i]);
    return same;
}

/* Both ties lead to one row. */
static bool is_there_and_back(const struct meeting *m, const struct table_tie *ours,
                              const struct table_tie *theirs) {
    bool same = ours->to == theirs->to && ours->n == m->n;
    for (uint32_t i = 0; same && i < ours->n; i++)
        same = meets(m, ours->columns[i], theirs->columns[i]);
    return same;
}

static bool find_by_ties(struct walk *w, const struct meeting *m, uint32_t *node) {
    const struct table *ours = table_at(w, m->node), *theirs = m->table;
    if (theirs->owner == ours && is_tied_list(m, ours, &theirs->ties[0])) {
        *node = node_of_items(w, m->node, theirs);
        return true;
    }
    for (uint32_t i = 0; i < ours->nties; i++)
        if (is_tie(m, &ours->ties[i])) {
            *node = node_of_tie(w, m->node, &ours->ties[i]);
            return true;
        }
    for (uint32_t k = 0; k < theirs->nties; k++) {
        if (is_tied_list(m, ours, &theirs->ties[k])) {
            *node = node_of_tied_list(w, m->node, theirs, &theirs->ties[k]);
            return true;
        }
        for (uint32_t i = 0; i < ours->nties; i++)
            if (is_there_and_back(m, &ours->ties[i], &theirs->ties[k])) {
                uint32_t there = node_of_tie(w, m->node, &ours->ties[i]);
                *node = theirs->owner ? node_of_items(w, there, theirs)
                                      : node_of_tied_list(w, there, theirs, &theirs->ties[k]);
                return true;
            }
    }
    return false;
}

/* The rows whose column refers to what the slot does. */
static uint32_t find_by_reference(struct walk *w, const struct table *table, struct origin ours,
                                  uint32_t column) {
    uint32_t from = node_behind(w, ours, table->columns[column].to);
    bool is_item = table->owner && column + 2 == table->n;
    if (!table->owner || is_item)
        return node_of_list(w, from, table, column);
    if (!table_is_entity(table->owner)) /* a list of those that have the lists */
        from = node_of_list(w, from, table->owner, table->owner->keys[column]);
    return node_of_items(w, from, table);
}

/* The rows that a leg is over, as rows of the record. */
static bool find_leg_rows(struct walk *w, const struct plan *scan, const struct origin *ours,
                          const int *theirs, uint32_t n, uint32_t *node) {
    const struct table *table = scan->table;
    struct meeting m = {.table = table, .n = n};
    if (n == 1 && theirs[0] >= 0 && table->columns[theirs[0]].type->kind == TY_REF) {
        *node = find_by_reference(w, table, ours[0], (uint32_t)theirs[0]);
        return true;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (n > MOST_KEYS || theirs[i] < 0 || !ours[i].known || ours[i].node != ours[0].node ||
            ours[i].column == OWN_NUMBER)
            return false;
        m.ours[i] = ours[i].column;
        m.theirs[i] = (uint32_t)theirs[i];
    }
    m.node = ours[0].node;
    return n > 1 && find_by_ties(w, &m, node);
}

/* The one scan below; NULL: there are others beside it, or none. */
static const struct plan *scan_below(const struct plan *p) {
    while (p && p->base != BASE_SCAN)
        p = p->right ? NULL : p->input;
    return p;
}

/* Which column of the scan below a slot holds; -1: none. */
static int column_below(const struct plan *p, uint32_t slot) {
    if (p->base == BASE_HELD)
        return slot < p->nkeys ? column_below(p->input, p->input->outputs[slot].slot) : -1;
    if (p->base == BASE_NAMED)
        return slot < p->input->noutputs ? column_below(p->input, p->input->outputs[slot].slot)
                                         : -1;
    for (uint32_t i = 0; p->base == BASE_SCAN && i < p->nscan; i++)
        if (p->scan_slots[i] == slot && p->scan_columns[i] < p->table->n)
            return (int)p->scan_columns[i];
    return -1;
}

static int leg_column(const struct plan *leg, uint32_t key) {
    if (leg->base == BASE_HELD)
        return key < leg->nkeys ? column_below(leg, key) : -1;
    return leg->base == BASE_GROUP && key < leg->nkeys && key_is_slot(leg->keys[key])
               ? column_below(leg->input, leg->keys[key])
               : -1;
}

static struct origin *walk_segment(struct walk *w, const struct plan *p, uint32_t node);

static void walk_leg(struct walk *w, const struct step *step, struct origin *origins) {
    const struct plan *scan = scan_below(step->leg);
    struct origin *ours = ARENA_ARRAY(&w->given->arena, struct origin, step->nkeys + 1);
    int *theirs = ARENA_ARRAY(&w->given->arena, int, step->nkeys + 1);
    uint32_t node;
    for (uint32_t i = 0; scan && i < step->nkeys; i++) {
        ours[i] = origins[step->keys[i]];
        theirs[i] = leg_column(step->leg, i);
    }
    if (!scan)
        refuse(w, "rows are put together from more than the record");
    else if (scan->table->built_in)
        refuse(w, "`%.*s` is read, which records do not hold as rows", STR_ARG(scan->table->name));
    else if (!find_leg_rows(w, scan, ours, theirs, step->nkeys, &node))
        refuse(w, "rows of `%.*s` are looked up that do not refer to the record",
               STR_ARG(scan->table->name));
    else
        origins[step->slots[0]] =
            walk_segment(w, step->leg, node)[step->leg->outputs[step->leg_column].slot];
}

/* ---- segments ---- */

static void walk_step(struct walk *w, const struct step *s, struct origin *origins) {
    switch (s->kind) {
    case STEP_LOOKUP:
        if (s->column >= 0) {
            uint32_t node = node_behind(w, origins[s->from], s->table);
            read_column(w, node, (uint32_t)s->column);
            origins[s->slots[0]] = (struct origin){true, node, (uint32_t)s->column};
        }
        break;
    case STEP_COMPUTE:
        for (uint32_t k = 0; k < s->n; k++)
            if (s->exprs[k]->is_slot)
                origins[s->slots[k]] = origins[s->exprs[k]->inputs[0]->slot];
        break;
    case STEP_SPELL:
        refuse(w, "members of a cohort are looked up");
        break;
    case STEP_LEG:
        walk_leg(w, s, origins);
        break;
    case STEP_FILTER:
    case STEP_UNDECIDED:
    case STEP_COUNT:
    case STEP_LIMIT:
        break;
    }
}

static void walk_scan(struct walk *w, const struct plan *scan, uint32_t node,
                      struct origin *origins) {
    for (uint32_t i = 0; i < scan->nscan; i++) {
        w->given->asks_own_number |= node == 0 && scan->scan_columns[i] == TABLE_ROW_NUMBER;
        read_column(w, node, scan->scan_columns[i]);
        origins[scan->scan_slots[i]] = (struct origin){true, node, scan->scan_columns[i]};
    }
}

/* Slots of the base that hold what an output of the input does. */
static void take_origins(const struct plan *p, const struct origin *of_input,
                         struct origin *origins) {
    if (p->base == BASE_GROUP) {
        for (uint32_t i = 0; i < p->nkeys; i++)
            if (key_is_slot(p->keys[i]))
                origins[i] = of_input[p->keys[i]];
        for (uint32_t i = 0; i < p->naggregations; i++) /* a reference among those of the rows */
            if (p->aggregations[i].argument >= 0)
                origins[p->nkeys + i] = of_input[p->aggregations[i].argument];
        return;
    }
    bool held = p->base == BASE_HELD;
    for (uint32_t i = 0; i < p->input->noutputs; i++) {
        uint32_t slot = held && i >= p->nkeys + 2 ? i + 1 : i; /* behind both days: how many rows */
        bool same = !held || i < p->nkeys || i >= p->nkeys + 2;
        if (same && slot < p->nslots)
            origins[slot] = of_input[p->input->outputs[i].slot];
    }
}

/* Where the slots of a segment come from whose rows are those of a node. */
static struct origin *walk_segment(struct walk *w, const struct plan *p, uint32_t node) {
    struct origin *origins = ARENA_ARRAY(&w->given->arena, struct origin, p->nslots + 1);
    if (p->base == BASE_SCAN) {
        walk_scan(w, p, node, origins);
    } else if (p->right) {
        refuse(w, "rows are put together from more than the record");
    } else {
        const struct origin *of_input = walk_segment(w, p->input, node);
        if (p->base == BASE_GROUP || p->base == BASE_HELD || p->base == BASE_NAMED ||
            p->base == BASE_SORT)
            take_origins(p, of_input, origins);
    }
    for (uint32_t i = 0; i < p->nsteps; i++)
        walk_step(w, p->steps[i], origins);
    return origins;
}

/* References in the result are written as the keys they lead to. */
static void walk_outputs(struct walk *w, const struct plan *p, const struct origin *origins) {
    for (uint32_t i = 0; i < p->noutputs; i++) {
        struct origin o = origins[p->outputs[i].slot];
        const struct type *t = p->slot_types[p->outputs[i].slot];
        while (t->kind == TY_REF) {
            uint32_t node = node_behind(w, o, t->table), key = t->table->keys[0];
            read_column(w, node, key);
            o = (struct origin){true, node, key};
            t = t->table->columns[key].type;
        }
    }
}

const struct plan *given_population(const struct plan *plan) {
    while (plan && (plan->base == BASE_NAMED ||
                    (plan->base == BASE_JOIN && !plan->joins_many && plan->join == JOIN_LEFT)))
        plan = plan->input; /* a value beside each row */
    return plan && plan->base == BASE_SCAN ? plan : NULL;
}

/* The rows by which the record is known are those of its table. */
static bool begin(struct walk *w, const struct plan *plan) {
    const struct plan *population = given_population(plan);
    if (!population) {
        refuse(w, "it is about groups of rows");
        return false;
    }
    node_by(w, WAY_OWN, 0, 0, population->table);
    return true;
}

static void add_part(struct walk *w, const struct given_node *node) {
    struct given_reads *r = w->reads;
    for (uint32_t i = 0; i < r->parts.n; i++)
        if (r->parts.at[i].table == node->table) {
            r->parts.at[i].bits |= node->bits;
            return;
        }
    ARENA_PUSH(&w->given->arena, &r->parts) = (struct given_part){node->table, node->bits};
}

struct given_reads given_reads_of(struct given *g, const struct plan *plan) {
    struct given_reads reads = {.why = STR_NONE};
    struct walk w = {g, &reads};
    if (begin(&w, plan)) {
        const struct origin *origins = walk_segment(&w, plan, 0);
        walk_outputs(&w, plan, origins);
    }
    for (uint32_t i = 0; i < reads.nodes.n; i++) {
        reads.nodes.at[i].marks.size = sizeof(uint8_t);
        if (i > 0)
            add_part(&w, &reads.nodes.at[i]);
    }
    return reads;
}

/* What a stored row does not give is what it was. */
static void look_up_put_in(struct walk *w, uint32_t column) {
    uint64_t bits = node_at(w, 0)->bits;
    w->given->asks_own_number = true;
    read_column(w, 0, column);
    w->reads->of_new |= node_at(w, 0)->bits & ~bits;
    node_at(w, 0)->bits = bits;
}

/* What scans of the table of the records read, beside the population: the record is among its rows.
 */
static void read_put_in(struct walk *w, const struct plan *p, const struct plan *population) {
    const struct table *table = table_at(w, 0);
    if (!p)
        return;
    bool items = p->base == BASE_SCAN && p->table->owner == table;
    bool rows = p->base == BASE_SCAN && p->table == table && !p->as_stored && p != population;
    if (items || rows) {
        uint32_t node = items ? node_of_items(w, 0, p->table) : 0;
        w->given->asks_own_number = true;
        for (uint32_t i = 0; i < p->nscan; i++)
            read_column(w, node, p->scan_columns[i]);
    }
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = p->steps[i];
        if (s->kind == STEP_LOOKUP && s->table == table && s->column >= 0)
            look_up_put_in(w, (uint32_t)s->column);
        read_put_in(w, s->leg, population);
    }
    for (uint32_t i = 0; i < p->nextents; i++)
        read_put_in(w, p->extents[i], population);
    read_put_in(w, p->input, population);
    read_put_in(w, p->right, population);
}

struct given_reads given_reads_beside_store(struct given *g, const struct plan *plan) {
    struct given_reads reads = {.why = STR_NONE};
    struct walk w = {g, &reads};
    if (begin(&w, plan)) {
        const struct plan *scan = given_population(plan);
        struct origin *unread = ARENA_ARRAY(&g->arena, struct origin, scan->nslots + 1);
        walk_scan(&w, scan, 0, unread);
        read_put_in(&w, plan, scan);
        for (uint32_t i = 0; i < reads.nodes.n; i++)
            reads.nodes.at[i].marks.size = sizeof(uint8_t);
    }
    return reads;
}

void given_reads_free(struct given *g, struct given_reads *r) {
    for (uint32_t i = 0; i < r->nodes.n; i++)
        lane_free(g->alloc, &r->nodes.at[i].marks);
}
