/* Tables of given rows: room, values, and what is not given.
 *
 * Values of rows that are not filled are missing, whatever the type of the column says; whoever
 * reads passes over records that lack what is read. */
#include "given/given.h"
#include "base/ratio.h"

enum { FIRST_ROWS = 64 };

void given_init(struct given *g, struct alloc *alloc) {
    *g = (struct given){.alloc = alloc};
    arena_init(&g->arena, alloc);
    text_pool_init(&g->texts, alloc);
    g->own.size = sizeof(uint64_t);
}

static void free_table(struct given *g, struct given_table *t) {
    for (uint32_t i = 0; i < t->table->n; i++)
        column_free(g->alloc, &t->columns[i]);
    lane_free(g->alloc, &t->given);
    lane_free(g->alloc, &t->records);
    lane_free(g->alloc, &t->becomes);
    lane_free(g->alloc, &t->firsts);
    for (uint32_t i = 0; i < t->ties.n; i++)
        lane_free(g->alloc, &t->ties.at[i].rows);
    lane_free(g->alloc, &t->lacks);
    lane_free(g->alloc, &t->meant);
}

void given_free(struct given *g) {
    for (uint32_t i = 0; i < g->tables.n; i++)
        free_table(g, g->tables.at[i]);
    lane_free(g->alloc, &g->own);
    text_pool_free(&g->texts);
    arena_free(&g->arena);
    *g = (struct given){.alloc = g->alloc};
}

/* ---- what is read ---- */

struct given_table *given_table_of(const struct given *g, const struct table *table) {
    for (uint32_t i = 0; i < g->tables.n; i++)
        if (g->tables.at[i]->table == table)
            return g->tables.at[i];
    return NULL;
}

struct given_table *given_table_add(struct given *g, const struct table *table) {
    struct given_table *t = given_table_of(g, table);
    if (t)
        return t;
    t = ARENA_NEW(&g->arena, struct given_table);
    t->table = table;
    t->n = t->first = 1;
    t->given.size = t->lacks.size = sizeof(uint64_t);
    t->meant.size = sizeof(int64_t);
    t->records.size = t->becomes.size = t->firsts.size = sizeof(uint32_t);
    t->columns = ARENA_ARRAY(&g->arena, struct column, table->n);
    t->bits = ARENA_ARRAY(&g->arena, uint8_t, table->n);
    for (uint32_t i = 0; i < table->n; i++)
        t->columns[i].type = table->columns[i].type;
    ARENA_PUSH(&g->arena, &g->tables) = t;
    return t;
}

bool given_read(struct given_table *t, uint32_t column) {
    if (!t->bits[column] && t->nread < GIVEN_MOST_READ)
        t->bits[column] = (uint8_t)++t->nread;
    return t->bits[column] != 0;
}

uint8_t given_read_list(struct given *g, struct given_table *t, struct given_table *rows_of,
                        uint32_t column, bool tied) {
    for (uint32_t i = 0; i < t->lists.n; i++) {
        const struct given_list *list = &t->lists.at[i];
        if (list->rows_of == rows_of && list->column == column && list->tied == tied)
            return list->bit;
    }
    if (t->nread == GIVEN_MOST_READ)
        return 0;
    uint8_t bit = (uint8_t)++t->nread;
    ARENA_PUSH(&g->arena, &t->lists) = (struct given_list){rows_of, column, tied, bit};
    return bit;
}

int given_read_tie(struct given *g, struct given_table *t, const struct table_tie *tie,
                   struct given_table *to, bool with_bit) {
    uint32_t i = 0;
    while (i < t->ties.n && t->ties.at[i].tie != tie)
        i++;
    g->has_ties = true;
    if (i == t->ties.n)
        ARENA_PUSH(&g->arena, &t->ties) =
            (struct given_tie){.tie = tie, .to = to, .rows = {.size = sizeof(uint32_t)}};
    if (with_bit && !t->ties.at[i].bit) {
        if (t->nread == GIVEN_MOST_READ)
            return -1;
        t->ties.at[i].bit = (uint8_t)++t->nread;
    }
    return (int)i;
}

static uint64_t mask_of(uint8_t bit) {
    return bit ? (uint64_t)1 << (bit - 1) : 0;
}

static uint64_t all_bits(const struct given_table *t) {
    return t->nread == 64 ? UINT64_MAX : ((uint64_t)1 << t->nread) - 1;
}

/* ---- filling ---- */

void given_clear(struct given *g) {
    struct alloc *alloc = g->alloc;
    for (uint32_t i = 0; i < g->tables.n; i++)
        g->tables.at[i]->n = 1;
    g->nrecords = 0;
    g->passed_over = NULL;
    text_pool_free(&g->texts);
    text_pool_init(&g->texts, alloc);
}

static uint64_t *given_bits(const struct given_table *t) {
    return t->given.p;
}

static uint32_t *record_numbers(const struct given_table *t) {
    return t->records.p;
}

static uint32_t *became(const struct given_table *t) {
    return t->becomes.p;
}

static uint32_t *tied_rows(const struct given_tie *tie) {
    return tie->rows.p;
}

static uint64_t *lacking_bits(const struct given_table *t) {
    return t->lacks.p;
}

static bool make_room(struct given *g, struct given_table *t) {
    uint32_t cap = t->cap ? t->cap * 2 : FIRST_ROWS;
    if (cap < t->cap || !lane_grow(g->alloc, &t->given, cap) ||
        !lane_grow(g->alloc, &t->records, cap) || !lane_grow(g->alloc, &t->becomes, cap))
        return false;
    for (uint32_t i = 0; i < t->ties.n; i++)
        if (!lane_grow(g->alloc, &t->ties.at[i].rows, cap))
            return false;
    for (uint32_t i = 0; i < t->table->n; i++)
        if (t->bits[i] && !column_prepare(g->alloc, &t->columns[i], t->columns[i].type, cap))
            return false;
    t->cap = cap;
    return true;
}

bool given_record(struct given *g) {
    g->nrecords++;
    if (!lane_grow(g->alloc, &g->own, g->nrecords + 1))
        return false;
    for (uint32_t i = 0; i < g->tables.n; i++) {
        struct given_table *t = g->tables.at[i];
        t->first = t->n;
        t->unites = false;
        if (!lane_grow(g->alloc, &t->lacks, g->nrecords + 1) ||
            !lane_grow(g->alloc, &t->firsts, g->nrecords + 1))
            return false;
        ((uint32_t *)t->firsts.p)[g->nrecords] = t->n;
    }
    return given_row(g, g->tables.at[0]) != 0;
}

uint32_t given_row(struct given *g, struct given_table *t) {
    if (t->n >= t->cap && !make_room(g, t))
        return 0;
    uint32_t row = t->n++;
    given_bits(t)[row] = 0;
    record_numbers(t)[row] = became(t)[row] = 0;
    for (uint32_t i = 0; i < t->ties.n; i++)
        tied_rows(&t->ties.at[i])[row] = 0;
    for (uint32_t i = 0; i < t->table->n; i++)
        if (t->bits[i] && !column_set_missing(g->alloc, &t->columns[i], row))
            return 0;
    return row;
}

bool given_put(struct given *g, struct given_table *t, uint32_t row, uint32_t column,
               const struct cell *cell) {
    struct column *c = &t->columns[column];
    given_bits(t)[row] |= mask_of(t->bits[column]);
    if (cell->missing)
        return true;
    switch (type_storage(c->type)) {
    case STORE_TEXT:
        c->t[row] = text_pool_get(&g->texts, cell->text);
        return c->t[row] != NULL;
    case STORE_PAIR:
        return ratio_parse(cell->text, &c->i[row], &c->d[row]);
    case STORE_FLOAT:
        c->f[row] = cell->f;
        break;
    default:
        c->i[row] = cell->i;
    }
    if (c->state)
        c->state[row] = PRESENT;
    return true;
}

bool given_put_row(struct given *g, struct given_table *t, uint32_t row, uint32_t column,
                   uint32_t to) {
    struct column *c = &t->columns[column];
    given_bits(t)[row] |= mask_of(t->bits[column]);
    if (!to)
        return column_set_missing(g->alloc, c, row);
    c->i[row] = to;
    if (c->state)
        c->state[row] = PRESENT;
    return true;
}

void given_put_bit(struct given_table *t, uint32_t row, uint8_t bit) {
    given_bits(t)[row] |= mask_of(bit);
}

void given_tie_row(struct given_table *t, uint32_t tie, uint32_t row, uint32_t to) {
    tied_rows(&t->ties.at[tie])[row] = to;
}

bool given_was_given(const struct given_table *t, uint32_t row, uint8_t bit) {
    return given_bits(t)[row] & mask_of(bit);
}

void given_complete(const struct given *g, const struct given_table *t, uint32_t row) {
    record_numbers(t)[row] = g->nrecords;
}

bool given_unite(struct given *g, struct given_table *t, uint32_t kept, uint32_t gone) {
    uint64_t added = given_bits(t)[gone] & ~given_bits(t)[kept];
    for (uint32_t i = 0; i < t->table->n; i++)
        if (added & mask_of(t->bits[i]) &&
            !column_copy(g->alloc, &t->columns[i], kept, &t->columns[i], gone))
            return false;
    for (uint32_t i = 0; i < t->ties.n; i++)
        if (!tied_rows(&t->ties.at[i])[kept])
            tied_rows(&t->ties.at[i])[kept] = tied_rows(&t->ties.at[i])[gone];
    given_bits(t)[kept] |= added;
    record_numbers(t)[gone] = 0;
    became(t)[gone] = kept;
    t->unites = true;
    return true;
}

uint32_t given_now(const struct given_table *t, uint32_t row) {
    while (row && became(t)[row])
        row = became(t)[row];
    return row;
}

void given_follow(struct given *g) {
    for (uint32_t i = 0; i < g->tables.n; i++) {
        const struct given_table *t = g->tables.at[i];
        for (uint32_t k = 0; k < t->table->n; k++) {
            const struct given_table *to = t->bits[k] && t->table->columns[k].type->kind == TY_REF
                                               ? given_table_of(g, t->table->columns[k].to)
                                               : NULL;
            for (uint32_t row = t->first; to && to->unites && row < t->n; row++)
                t->columns[k].i[row] = given_now(to, (uint32_t)t->columns[k].i[row]);
        }
        for (uint32_t k = 0; k < t->ties.n; k++) {
            uint32_t *rows = tied_rows(&t->ties.at[k]);
            for (uint32_t row = t->first; t->ties.at[k].to->unites && row < t->n; row++)
                rows[row] = given_now(t->ties.at[k].to, rows[row]);
        }
    }
}

/* What the rows from number `first` on lack, each on its own. */
static uint64_t lacking_from(const struct given_table *t, uint32_t first) {
    uint64_t common = UINT64_MAX;
    for (uint32_t row = first; row < t->n; row++)
        if (record_numbers(t)[row])
            common &= given_bits(t)[row];
    return all_bits(t) & ~common;
}

void given_settle(struct given *g) {
    uint32_t own = given_own_row(g);
    ((uint64_t *)g->own.p)[g->nrecords] =
        all_bits(g->tables.at[0]) & ~given_bits(g->tables.at[0])[own];
    for (uint32_t i = 0; i < g->tables.n; i++) {
        struct given_table *t = g->tables.at[i];
        lacking_bits(t)[g->nrecords] = lacking_from(t, t->first);
    }
}

void given_take_back(struct given *g) {
    for (uint32_t i = 0; i < g->tables.n; i++)
        g->tables.at[i]->n = g->tables.at[i]->first;
    g->nrecords--;
}
