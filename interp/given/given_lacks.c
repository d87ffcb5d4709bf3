/* What a record lacks of what a plan reads.
 *
 * A quick look comes first: the record's own row, and whether any row of it lacks something that is
 * read of the table at all. Only if one does, the ways that the plan goes are gone, from node to
 * node, over all rows of a node at once; so the time is that of reading the record's rows, however
 * they refer to each other. */
#include "given/given_reads.h"

static uint8_t *marks_of(const struct given_node *node) {
    return node->marks.p;
}

/* Rows of other records stay as they are. */
static void mark(const struct given_node *node, struct given_rows rows, uint32_t row) {
    if (row >= rows.first && row < rows.end)
        marks_of(node)[row - rows.first] = true;
}

/* Where a row leads to by the way of a node: of its own rows for lists. 0: nowhere. */
static uint32_t led_to(const struct given_table *t, const struct given_node *node, uint32_t row) {
    if (node->way == WAY_TIE || node->way == WAY_LIST_TIE)
        return given_tied(t, node->column, row);
    const struct column *c = &t->columns[node->column];
    return column_state(c, row) == PRESENT ? (uint32_t)c->i[row] : 0;
}

static void mark_rows(const struct given *g, const struct given_reads *r,
                      const struct given_node *node, uint32_t record) {
    const struct given_node *from = &r->nodes.at[node->from];
    struct given_rows rows = given_rows_of(node->table, g, record);
    struct given_rows before = given_rows_of(from->table, g, record);
    switch (node->way) {
    case WAY_OWN:
        mark(node, rows, rows.first);
        break;
    case WAY_ANY:
        memset(marks_of(node), true, rows.end - rows.first);
        break;
    case WAY_REFERENCE:
    case WAY_TIE:
        for (uint32_t row = before.first; row < before.end; row++)
            if (marks_of(from)[row - before.first])
                mark(node, rows, led_to(from->table, node, row));
        break;
    case WAY_LIST:
    case WAY_LIST_TIE:
        for (uint32_t row = rows.first; row < rows.end; row++) {
            uint32_t to = led_to(node->table, node, row);
            if (to >= before.first && to < before.end && marks_of(from)[to - before.first])
                mark(node, rows, row);
        }
    }
}

/* Of the marked rows. */
static uint64_t lacking_of(const struct given *g, const struct given_node *node, uint32_t record) {
    struct given_rows rows = given_rows_of(node->table, g, record);
    uint64_t lacking = 0;
    for (uint32_t row = rows.first; row < rows.end; row++)
        if (marks_of(node)[row - rows.first])
            lacking |= given_row_lacks(node->table, row, node->bits);
    return lacking;
}

/* The first node of which something is lacking, and what; NULL: none, or no memory. */
static const struct given_node *go_ways(const struct given *g, struct given_reads *r,
                                        uint32_t record, bool *memory) {
    *memory = true;
    for (uint32_t i = 0; i < r->nodes.n; i++) {
        struct given_node *node = &r->nodes.at[i];
        struct given_rows rows = given_rows_of(node->table, g, record);
        uint32_t n = rows.end - rows.first;
        if (!lane_grow(g->alloc, &node->marks, n + 1)) {
            *memory = false;
            return NULL;
        }
        memset(node->marks.p, 0, n + 1);
        mark_rows(g, r, node, record);
        if (lacking_of(g, node, record))
            return node;
    }
    return NULL;
}

/* What the record's own row has to give. */
static uint64_t own_bits(const struct given *g, const struct given_reads *r, uint32_t record) {
    uint64_t bits = r->nodes.at[0].bits;
    if (!r->of_new)
        return bits;
    uint32_t row = given_rows_of(g->tables.at[0], g, record).first;
    return ((const int64_t *)g->tables.at[0]->meant.p)[row] > g->stored ? bits | r->of_new : bits;
}

bool given_find_lacking(const struct given *g, struct given_reads *r, uint32_t record,
                        bool *lacking) {
    bool memory = true;
    *lacking = given_own_lacks(g, record, own_bits(g, r, record)) ||
               (r->parts.n && go_ways(g, r, record, &memory));
    return memory;
}

/* ---- what it is called ---- */

static bool has(uint64_t bits, uint8_t bit) {
    return bit && bits >> (bit - 1) & 1;
}

/* As a rule writes the way to the rows, with a point behind it; nothing for the record's own. */
static void put_way(const struct given_reads *r, const struct given_node *node, struct buf *out) {
    const struct given_node *from = &r->nodes.at[node->from];
    struct str name = node->table->table->name;
    if (node->way == WAY_OWN)
        return;
    if (node->way != WAY_ANY)
        put_way(r, from, out);
    if (node->way == WAY_REFERENCE)
        name = from->table->table->columns[node->column].name;
    else if (node->way == WAY_TIE)
        name = from->table->ties.at[node->column].tie->name;
    buf_str(out, name);
    buf_char(out, '.');
}

static void put_columns(const struct given_node *node, uint64_t lacking, struct buf *out) {
    const struct table *table = node->table->table;
    for (uint32_t column = 0; column < table->n; column++)
        if (has(lacking, node->table->bits[column])) {
            buf_str(out, table->columns[column].name);
            return;
        }
    for (uint32_t k = 0; k < node->table->ties.n; k++)
        if (has(lacking, node->table->ties.at[k].bit)) {
            buf_str(out, node->table->ties.at[k].tie->name);
            return;
        }
}

static void name_first(const struct given_reads *r, const struct given_node *node, uint64_t lacking,
                       struct buf *out) {
    const struct given_table *t = node->table;
    for (uint32_t k = 0; k < t->lists.n; k++)
        if (has(lacking, t->lists.at[k].bit)) {
            buf_text(out, "the rows of `");
            put_way(r, node, out);
            buf_printf(out, "%.*s`", STR_ARG(t->lists.at[k].rows_of->table->name));
            return;
        }
    buf_char(out, '`');
    if (node->way == WAY_OWN)
        buf_printf(out, "%.*s.", STR_ARG(t->table->name));
    put_way(r, node, out);
    put_columns(node, lacking, out);
    buf_char(out, '`');
}

void given_name_lacking(const struct given *g, const struct given_reads *r, uint32_t record,
                        struct buf *out) {
    uint64_t own = given_own_lacks(g, record, own_bits(g, r, record));
    if (own) {
        name_first(r, &r->nodes.at[0], own, out);
        return;
    }
    for (uint32_t i = 1; i < r->nodes.n; i++) {
        uint64_t lacking = lacking_of(g, &r->nodes.at[i], record);
        if (lacking) { /* behind it nothing was marked for this record */
            name_first(r, &r->nodes.at[i], lacking, out);
            return;
        }
    }
}
