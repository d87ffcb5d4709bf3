/* Walking a plan for what it reads.
 *
 * The plan's own rows are scanned from the records. Rows of other tables come along references,
 * inside a record, or as legs, whose rows lead back to the record by the keys they are grouped by:
 * then the record holds them as a list. Whatever else a plan scans, no record can give. */
#include "given/given_reads.h"

struct walk {
    struct given *given;
    struct given_reads *reads;
    const struct plan *population;
    bool own; /* what is read now is read of the record's own row */
};

static void refuse(struct walk *w, const char *format, ...) PRINTF_LIKE(2, 3);
static void refuse(struct walk *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (!w->reads->why.n)
        w->reads->why = arena_vprintf(&w->given->arena, format, args);
    va_end(args);
}

static uint64_t *bits_of(struct walk *w, struct given_table *t) {
    if (w->own)
        return &w->reads->own;
    for (uint32_t i = 0; i < w->reads->parts.n; i++)
        if (w->reads->parts.at[i].table == t)
            return &w->reads->parts.at[i].bits;
    struct given_part *part = &ARENA_PUSH(&w->given->arena, &w->reads->parts);
    part->table = t;
    return &part->bits;
}

/* A reference that is read leads to a row, so its table is there, too, with the key that tells
 * which row it is; nobody need be given that. */
static void know_rows(struct walk *w, const struct table *table) {
    struct given_table *t = given_table_add(w->given, table);
    uint32_t key = table->keys[0];
    if (!given_read(t, key))
        refuse(w, "more than 64 columns of `%.*s` are read", STR_ARG(table->name));
    else if (table->columns[key].type->kind == TY_REF &&
             !given_table_of(w->given, table->columns[key].to))
        know_rows(w, table->columns[key].to);
}

/* Rows of a list may stand in another one as well; their keys tell. */
static void know_keys(struct walk *w, const struct table *table) {
    for (uint32_t i = 0; i < table->nkeys; i++) {
        const struct table_column *c = &table->columns[table->keys[i]];
        if (!given_read(given_table_add(w->given, table), table->keys[i]))
            refuse(w, "more than 64 columns of `%.*s` are read", STR_ARG(table->name));
        else if (c->type->kind == TY_REF && !given_table_of(w->given, c->to))
            know_rows(w, c->to);
    }
}

static void read_column(struct walk *w, const struct table *table, uint32_t column) {
    struct given_table *t = given_table_add(w->given, table);
    if (column >= table->n)
        return;
    if (!given_read(t, column)) {
        refuse(w, "more than 64 columns of `%.*s` are read", STR_ARG(table->name));
        return;
    }
    *bits_of(w, t) |= (uint64_t)1 << (t->bits[column] - 1);
    t->asked |= (uint64_t)1 << (t->bits[column] - 1);
    if (table->columns[column].type->kind == TY_REF)
        know_rows(w, table->columns[column].to);
}

static void read_scan(struct walk *w, const struct plan *scan) {
    given_table_add(w->given, scan->table);
    for (uint32_t i = 0; i < scan->nscan; i++) {
        w->given->asks_own_number |= w->own && scan->scan_columns[i] == TABLE_ROW_NUMBER;
        read_column(w, scan->table, scan->scan_columns[i]);
    }
}

static void walk_steps(struct walk *w, const struct plan *p);

/* The scans below a leg, which all read rows of the record. */
static const struct plan *walk_rows(struct walk *w, const struct plan *p) {
    walk_steps(w, p);
    if (p->base == BASE_SCAN) {
        if (p->table->owner || p->table->built_in)
            refuse(w, "`%.*s` is read, which records do not hold as rows", STR_ARG(p->table->name));
        else
            read_scan(w, p);
        return p;
    }
    if (!p->input || p->right) {
        refuse(w, "rows are put together from more than the record");
        return NULL;
    }
    return walk_rows(w, p->input);
}

static void list_under(struct walk *w, const struct table *rows_of, uint32_t column) {
    struct given_table *t = given_table_add(w->given, rows_of->columns[column].to);
    uint8_t bit = given_read_list(w->given, t, given_table_add(w->given, rows_of), column);
    know_keys(w, rows_of);
    if (bit)
        *bits_of(w, t) |= (uint64_t)1 << (bit - 1);
    else
        refuse(w, "more than 64 columns of `%.*s` are read", STR_ARG(t->table->name));
}

/* Which column of the scanned table a slot of a segment is; -1: none. */
static int scanned_column(const struct plan *p, uint32_t slot) {
    for (uint32_t i = 0; p->base == BASE_SCAN && i < p->nscan; i++)
        if (p->scan_slots[i] == slot && p->scan_columns[i] < p->table->n)
            return (int)p->scan_columns[i];
    return -1;
}

/* Whether a slot is the number of the record's own row. */
static bool is_own_row(const struct walk *w, const struct plan *p, uint32_t slot) {
    for (uint32_t i = 0; p == w->population && i < p->nscan; i++)
        if (p->scan_slots[i] == slot)
            return p->scan_columns[i] == TABLE_ROW_NUMBER;
    return false;
}

/* A leg that is grouped by one reference: that of its rows to the row at hand. */
static void walk_leg(struct walk *w, const struct plan *p, const struct step *step) {
    const struct plan *leg = step->leg;
    const struct plan *rows = leg->base == BASE_GROUP ? leg->input : leg;
    const struct plan *scan = walk_rows(w, rows);
    walk_steps(w, leg);
    if (!scan)
        return;
    int column = leg->base == BASE_GROUP && leg->nkeys == 1 && key_is_slot(leg->keys[0])
                     ? scanned_column(rows, leg->keys[0])
                     : -1;
    if (column < 0 || scan->table->columns[column].type->kind != TY_REF) {
        refuse(w, "rows of `%.*s` are looked up that do not refer to the record",
               STR_ARG(scan->table->name));
        return;
    }
    w->own = is_own_row(w, p, step->keys[0]);
    list_under(w, scan->table, (uint32_t)column);
    w->own = false;
}

static void walk_steps(struct walk *w, const struct plan *p) {
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = p->steps[i];
        if (s->kind == STEP_LOOKUP && s->column >= 0)
            read_column(w, s->table, (uint32_t)s->column);
        else if (s->kind == STEP_SPELL)
            refuse(w, "members of a cohort are looked up");
        if (s->kind == STEP_LEG)
            walk_leg(w, p, s);
    }
}

/* References in the result are written as the keys they lead to. */
static void walk_outputs(struct walk *w, const struct plan *p) {
    for (uint32_t i = 0; i < p->noutputs; i++)
        for (const struct type *t = p->slot_types[p->outputs[i].slot]; t->kind == TY_REF;
             t = t->table->columns[t->table->keys[0]].type)
            read_column(w, t->table, t->table->keys[0]);
}

const struct plan *given_population(const struct plan *plan) {
    while (plan && plan->base == BASE_NAMED)
        plan = plan->input;
    return plan && plan->base == BASE_SCAN ? plan : NULL;
}

struct given_reads given_reads_of(struct given *g, const struct plan *plan) {
    struct given_reads reads = {.why = STR_NONE};
    const struct plan *population = given_population(plan);
    struct walk w = {g, &reads, population, true};
    if (!population) {
        refuse(&w, "it is about groups of rows");
        return reads;
    }
    read_scan(&w, population);
    w.own = false;
    for (const struct plan *p = plan;; p = p->input) {
        walk_steps(&w, p);
        walk_outputs(&w, p);
        if (p == population)
            break;
    }
    return reads;
}

struct given_reads given_reads_beside_store(struct given *g, const struct plan *plan) {
    struct given_reads reads = {.why = STR_NONE};
    const struct plan *population = given_population(plan);
    struct walk w = {g, &reads, population, true};
    if (population)
        read_scan(&w, population);
    else
        refuse(&w, "it is about groups of rows");
    return reads;
}

bool given_is_lacking(const struct given *g, const struct given_reads *r, uint32_t record) {
    if (given_own_lacks(g, record, r->own))
        return true;
    for (uint32_t i = 0; i < r->parts.n; i++)
        if (given_lacks(r->parts.at[i].table, record, r->parts.at[i].bits))
            return true;
    return false;
}

static bool has(uint64_t bits, uint8_t bit) {
    return bit && bits >> (bit - 1) & 1;
}

static void name_first(const struct given_table *t, uint64_t lacking, struct buf *out) {
    const struct table *table = t->table;
    for (uint32_t k = 0; k < t->lists.n; k++)
        if (has(lacking, t->lists.at[k].bit)) {
            buf_printf(out, "the rows of `%.*s`", STR_ARG(t->lists.at[k].rows_of->table->name));
            return;
        }
    for (uint32_t column = 0; column < table->n; column++)
        if (has(lacking, t->bits[column])) {
            buf_printf(out, "`%.*s.%.*s`", STR_ARG(table->name),
                       STR_ARG(table->columns[column].name));
            return;
        }
}

void given_name_lacking(const struct given *g, const struct given_reads *r, uint32_t record,
                        struct buf *out) {
    uint64_t lacking = given_own_lacks(g, record, r->own);
    if (lacking)
        name_first(g->tables.at[0], lacking, out);
    for (uint32_t i = 0; i < r->parts.n && !lacking; i++) {
        lacking = given_lacks(r->parts.at[i].table, record, r->parts.at[i].bits);
        if (lacking)
            name_first(r->parts.at[i].table, lacking, out);
    }
}
