/* Finding the piece that holds a day: the one found last, else a binary search among those of the
 * key. Facts mostly come by key and day, so nearly every one meets the piece of the fact before. */
#include "exec/as_of.h"

#define STILL INT64_MAX

void as_of_free(struct as_of *a) {
    if (!a->alloc)
        return;
    codes_free(&a->codes);
    keying_free(&a->keying);
    size_t bytes = a->list.room * sizeof *a->start;
    mem_give(a->alloc, a->start, a->start ? bytes : 0);
    mem_give(a->alloc, a->stop, a->stop ? bytes : 0);
    by_day_free(&a->list);
}

bool as_of_is_shared(const struct plan *leg, uint32_t nkeys) {
    return nkeys == 1 && type_storage(leg->slot_types[leg->outputs[0].slot]) == STORE_WORD;
}

/* Numbers of keys; NO_CODE where one is missing or, unless `add`, not there. */
static bool number_keys(struct as_of *a, const struct column *const *keys, uint32_t n, bool add,
                        uint32_t *numbers) {
    if (!a->by_word)
        return keying_map(&a->keying, keys, n, add, numbers);
    return codes_words(&a->codes, keys[0]->i, keys[0]->state, n, add, numbers);
}

static enum status number_rows(struct as_of *a, struct run *run, const struct rows *rows,
                               uint32_t *numbers) {
    const struct column **keys = ARENA_ARRAY(&run->arena, const struct column *, a->nkeys);
    const struct type **types = ARENA_ARRAY(&run->arena, const struct type *, a->nkeys);
    struct column *views = ARENA_ARRAY(&run->arena, struct column, a->nkeys);
    if (!keys || !types || !views)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < a->nkeys; i++) {
        types[i] = rows->columns[i].type;
        keys[i] = &views[i];
    }
    a->by_word = a->nkeys == 1 && type_storage(types[0]) == STORE_WORD;
    codes_init(&a->codes, a->alloc, false);
    bool ok = a->by_word || keying_init(&a->keying, a->alloc, types, a->nkeys, false);
    for (uint32_t from = 0; from < rows->n && ok; from += BATCH_ROWS) {
        uint32_t n = rows->n - from < BATCH_ROWS ? rows->n - from : BATCH_ROWS;
        for (uint32_t i = 0; i < a->nkeys; i++)
            views[i] = column_view(&rows->columns[i], from);
        ok = number_keys(a, keys, n, true, numbers + from);
    }
    return no_memory_unless(ok);
}

static enum status list_pieces(struct as_of *a, const struct rows *rows, const uint32_t *numbers) {
    const struct column *start = &rows->columns[a->nkeys], *stop = start + 1;
    uint32_t nkeys = a->by_word ? a->codes.n : keying_stop(&a->keying);
    enum status status = by_day_make(&a->list, a->alloc, numbers, start->i, rows->n, nkeys);
    if (status != ST_OK)
        return status;
    a->start = mem_take(a->alloc, a->list.room * sizeof *a->start);
    a->stop = mem_take(a->alloc, a->list.room * sizeof *a->stop);
    if (!a->start || !a->stop)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < a->list.n; i++) {
        uint32_t row = a->list.order[i];
        a->start[i] = start->i[row];
        a->stop[i] = column_state(stop, row) == PRESENT ? stop->i[row] : STILL;
    }
    return ST_OK;
}

static bool any_of_several(const struct column *holding, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (holding->i[i] > 1)
            return true;
    return false;
}

enum status as_of_make(struct as_of *a, struct run *run, const struct rows *rows, uint32_t nkeys,
                       bool tells) {
    *a = (struct as_of){.alloc = run->alloc, .nkeys = nkeys};
    size_t bytes = ((size_t)rows->n + 1) * sizeof(uint32_t);
    uint32_t *numbers = mem_take(run->alloc, bytes);
    enum status status = numbers ? number_rows(a, run, rows, numbers) : ST_NO_MEMORY;
    if (status == ST_OK)
        status = list_pieces(a, rows, numbers);
    mem_give(run->alloc, numbers, numbers ? bytes : 0);
    if (tells && any_of_several(&rows->columns[nkeys + 2], rows->n))
        a->holding = &rows->columns[nkeys + 2];
    return status;
}

/* Place of the piece of the key that holds the day, or NO_ROW. */
static uint32_t search(const struct as_of *a, uint32_t number, int64_t day) {
    uint32_t low = a->list.first[number], high = a->list.first[number + 1], first = low;
    while (low < high) { /* the first piece that begins behind the day */
        uint32_t middle = low + (high - low) / 2;
        if (a->start[middle] <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low > first && day < a->stop[low - 1] ? low - 1 : NO_ROW;
}

static bool is_known(const struct column *c, uint32_t row) {
    return !c->state || c->state[row] == PRESENT;
}

bool as_of_find(struct as_of *a, const struct column *const *keys, const struct column *day,
                uint32_t n, uint32_t *numbers, uint32_t *found, struct asked_history *asked) {
    uint32_t last_number = NO_CODE, last = NO_ROW;
    if (!number_keys(a, keys, n, false, numbers))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = numbers[i], at = NO_ROW;
        bool missing = !is_known(day, i) || (a->by_word && number == 0);
        if (!missing && number != NO_CODE) {
            bool again = number == last_number && last != NO_ROW && a->start[last] <= day->i[i] &&
                         day->i[i] < a->stop[last];
            at = again ? last : search(a, number, day->i[i]);
            last_number = number;
            last = at;
        }
        found[i] = at == NO_ROW ? NO_ROW : a->list.order[at];
        asked->untold += !missing && at == NO_ROW;
    }
    for (uint32_t i = 0; a->holding && i < n; i++)
        asked->several += found[i] != NO_ROW && a->holding->i[found[i]] > 1;
    return true;
}
