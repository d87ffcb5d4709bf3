/* References by several columns in records.
 *
 * Which row such a reference leads to is known from where the row stands: an object under the
 * reference's name, or an item of a list under that of the table. The columns that make it up are
 * equal on both sides, so they need stand on one only. */
#include "given/given.h"

/* Whether both columns have room; a rule that reads too much has none for all. */
static bool are_read(const struct given_tie *tie, const struct given_table *t, uint32_t i) {
    return t->bits[tie->tie->columns[i]] && tie->to->bits[tie->to->table->keys[i]];
}

/* One side's column from the other's, where it was not given. False: no memory. */
static bool fill_column(struct given *g, struct given_table *t, uint32_t row, uint32_t column,
                        const struct given_table *from, uint32_t from_row, uint32_t from_column) {
    if (!column_copy(g->alloc, &t->columns[column], row, &from->columns[from_column], from_row))
        return false;
    given_put_bit(t, row, t->bits[column]);
    return true;
}

/* False: no memory. */
static bool fill_row(struct given *g, struct given_table *t, const struct given_tie *tie,
                     uint32_t row, uint32_t to, bool *filled) {
    struct given_table *other = tie->to;
    for (uint32_t i = 0; i < tie->tie->n; i++) {
        uint32_t ours = tie->tie->columns[i], theirs = other->table->keys[i];
        if (!are_read(tie, t, i))
            continue;
        bool we_have = given_was_given(t, row, t->bits[ours]);
        bool they_have = given_was_given(other, to, other->bits[theirs]);
        if (we_have == they_have)
            continue;
        *filled = true;
        if (we_have ? !fill_column(g, other, to, theirs, t, row, ours)
                    : !fill_column(g, t, row, ours, other, to, theirs))
            return false;
    }
    return true;
}

static bool fill_all(struct given *g, bool *filled) {
    for (uint32_t i = 0; i < g->tables.n; i++) {
        struct given_table *t = g->tables.at[i];
        for (uint32_t k = 0; k < t->ties.n; k++)
            for (uint32_t row = t->first; row < t->n; row++) {
                uint32_t to = given_tied(t, k, row);
                if (to && !fill_row(g, t, &t->ties.at[k], row, to, filled))
                    return false;
            }
    }
    return true;
}

bool given_fill_ties(struct given *g) {
    bool filled = true;
    while (filled) { /* what was filled may fill others: as often as rows are nested */
        filled = false;
        if (!fill_all(g, &filled))
            return false;
    }
    return true;
}

static bool differ(const struct column *a, uint32_t row, const struct column *b, uint32_t other) {
    enum state state = column_state(a, row);
    if (state != column_state(b, other))
        return true;
    if (state != PRESENT)
        return false;
    return type_storage(a->type) == STORE_TEXT ? !str_eq(text_str(a->t[row]), text_str(b->t[other]))
                                               : a->i[row] != b->i[other];
}

/* The first column of the tie that is another on both sides; `n` of them: none is. */
static uint32_t first_different(const struct given_table *t, const struct given_tie *tie,
                                uint32_t row, uint32_t to) {
    uint32_t i = 0;
    while (i < tie->tie->n &&
           (!are_read(tie, t, i) || !differ(&t->columns[tie->tie->columns[i]], row,
                                            &tie->to->columns[tie->to->table->keys[i]], to)))
        i++;
    return i;
}

static bool check_tie(const struct given_table *t, uint32_t number, struct buf *reason) {
    const struct given_tie *tie = &t->ties.at[number];
    for (uint32_t row = t->first; row < t->n; row++) {
        uint32_t to = given_tied(t, number, row);
        uint32_t i = to ? first_different(t, tie, row, to) : tie->tie->n;
        if (i < tie->tie->n) {
            const struct table *other = tie->to->table;
            buf_printf(reason, "`%.*s.%.*s` is another than `%.*s.%.*s`, to which it refers",
                       STR_ARG(t->table->name),
                       STR_ARG(t->table->columns[tie->tie->columns[i]].name), STR_ARG(other->name),
                       STR_ARG(other->columns[other->keys[i]].name));
            return false;
        }
    }
    return true;
}

bool given_check_ties(const struct given *g, struct buf *reason) {
    for (uint32_t i = 0; i < g->tables.n; i++)
        for (uint32_t k = 0; k < g->tables.at[i]->ties.n; k++)
            if (!check_tie(g->tables.at[i], k, reason))
                return false;
    return true;
}
