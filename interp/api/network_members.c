/* See network_members.h. */
#include "api/network_members.h"
#include <stdlib.h>

struct entry {
    struct str text; /* of the key; none: it is a number */
    int64_t number;
    int64_t joined;
    struct str level;
    uint32_t row;
};

static int compare_ints(int64_t a, int64_t b) {
    return a < b ? -1 : a > b;
}

static int compare_keys(const struct entry *a, const struct entry *b) {
    return a->text.p ? str_compare(a->text, b->text) : compare_ints(a->number, b->number);
}

/* By key, then by the day on which it began, which is NO_DAY where it was ever; of those that began
 * together the greatest level is the last. */
static int compare_entries(const void *x, const void *y) {
    const struct entry *a = x, *b = y;
    int order = compare_keys(a, b);
    if (order == 0)
        order = compare_ints(a->joined, b->joined);
    if (order == 0)
        order = str_compare(a->level, b->level);
    return order ? order : compare_ints(a->row, b->row);
}

static int64_t day_in(const struct column *c, uint32_t row) {
    return c && column_state(c, row) == PRESENT ? c->i[row] : NO_DAY;
}

static int64_t last_day_in(const struct column *c, uint32_t row, bool open) {
    int64_t day = day_in(c, row);
    return open && day != NO_DAY ? day - 1 : day;
}

static struct str text_in(const struct column *c, uint32_t row) {
    bool there = c && type_storage(c->type) == STORE_TEXT && column_state(c, row) == PRESENT;
    return there ? text_str(c->t[row]) : STR("");
}

/* Rows without a key are about nobody. Gives how many entries there are. */
static uint32_t list_entries(const struct frame *rows, struct entry *out) {
    const struct column *key = &rows->columns[0];
    const struct column *joined = native_column(rows, "joined"),
                        *level = native_column(rows, "level");
    bool texts = type_storage(key->type) == STORE_TEXT;
    uint32_t n = 0;
    for (uint32_t i = 0; i < rows->n; i++)
        if (column_state(key, i) == PRESENT)
            out[n++] = (struct entry){.text = texts ? text_str(key->t[i]) : STR_NONE,
                                      .number = texts ? 0 : key->i[i],
                                      .joined = day_in(joined, i),
                                      .level = text_in(level, i),
                                      .row = i};
    return n;
}

/* Whether the row holds still when the next one begins. */
static bool meets_next(const struct frame *rows, const struct entry *e, bool open) {
    const struct column *left = native_column(rows, "left");
    int64_t last = left ? last_day_in(left, e->row, open) : NO_DAY;
    return last == NO_DAY || e[1].joined == NO_DAY || last >= e[1].joined;
}

bool members_of_rows(struct arena *a, const struct frame *rows, bool open,
                     struct member_rows *out) {
    struct entry *entries = ARENA_ARRAY(a, struct entry, (size_t)rows->n + 1);
    uint32_t *row = ARENA_ARRAY(a, uint32_t, (size_t)rows->n + 1);
    uint32_t *all = ARENA_ARRAY(a, uint32_t, (size_t)rows->n + 1);
    uint32_t *first = ARENA_ARRAY(a, uint32_t, (size_t)rows->n + 1);
    if (!entries || !row || !all || !first)
        return false;
    uint32_t n = list_entries(rows, entries);
    qsort(entries, n, sizeof *entries, compare_entries);
    *out = (struct member_rows){.row = row, .rows = all, .first = first};
    bool several = false;
    for (uint32_t i = 0; i < n; i++) {
        bool last = i + 1 == n || compare_keys(&entries[i], &entries[i + 1]) != 0;
        all[i] = entries[i].row;
        row[out->n] = entries[i].row;
        several = several || (!last && meets_next(rows, &entries[i], open));
        if (!last)
            continue;
        out->overlapping += several;
        several = false;
        first[++out->n] = i + 1;
    }
    return true;
}

const struct column *members_column(struct arena *a, const struct member_rows *m,
                                    const struct column *rows) {
    if (!rows || !m->row)
        return rows;
    struct column *out = ARENA_NEW(a, struct column);
    size_t n = (size_t)m->n + 1;
    if (!out)
        return NULL;
    *out = (struct column){.type = rows->type, .cap = m->n};
    out->i = ARENA_ARRAY(a, int64_t, n);
    out->d = rows->d ? ARENA_ARRAY(a, int64_t, n) : NULL;
    out->state = rows->state ? ARENA_ARRAY(a, uint8_t, n) : NULL;
    if (!out->i || (rows->d && !out->d) || (rows->state && !out->state))
        return NULL;
    for (uint32_t i = 0; i < m->n; i++) {
        uint32_t row = m->row[i];
        if (type_storage(rows->type) == STORE_TEXT)
            out->t[i] = rows->t[row];
        else
            out->i[i] = rows->i[row];
        if (out->d)
            out->d[i] = rows->d[row];
        if (out->state)
            out->state[i] = rows->state[row];
    }
    return out;
}

/* The rows of member i. */
static uint32_t first_of(const struct member_rows *m, uint32_t i) {
    return m->row ? m->first[i] : i;
}

static uint32_t row_at(const struct member_rows *m, uint32_t place) {
    return m->row ? m->rows[place] : place;
}

const int64_t *members_joined(struct arena *a, const struct member_rows *m,
                              const struct column *rows) {
    int64_t *out = ARENA_ARRAY(a, int64_t, (size_t)m->n + 1);
    for (uint32_t i = 0; out && i < m->n; i++) /* they are in the order in which they began */
        out[i] = day_in(rows, row_at(m, first_of(m, i)));
    return out;
}

const int64_t *members_left(struct arena *a, const struct member_rows *m, const struct column *rows,
                            bool open) {
    int64_t *out = ARENA_ARRAY(a, int64_t, (size_t)m->n + 1);
    for (uint32_t i = 0; out && i < m->n; i++) {
        uint32_t from = first_of(m, i), to = first_of(m, i + 1);
        out[i] = last_day_in(rows, row_at(m, from), open);
        for (uint32_t k = from + 1; k < to && out[i] != NO_DAY; k++) {
            int64_t day = last_day_in(rows, row_at(m, k), open);
            out[i] = day == NO_DAY || day > out[i] ? day : out[i];
        }
    }
    return out;
}

/* Of a member with several: true where the group was not there before. */
static bool is_new(const struct column *rows, const struct member_rows *m, uint32_t from,
                   uint32_t at) {
    struct str group = text_in(rows, row_at(m, at));
    for (uint32_t k = from; k < at; k++)
        if (column_state(rows, row_at(m, k)) == PRESENT &&
            str_eq(text_in(rows, row_at(m, k)), group))
            return false;
    return column_state(rows, row_at(m, at)) == PRESENT;
}

bool members_groups(struct arena *a, const struct member_rows *m, const struct column *rows,
                    struct network_view *v) {
    if (!m->row)
        return true;
    uint32_t *start = ARENA_ARRAY(a, uint32_t, (size_t)m->n + 1);
    struct str *groups = ARENA_ARRAY(a, struct str, (size_t)m->first[m->n] + 1);
    if (!start || !groups)
        return false;
    for (uint32_t i = 0; i < m->n; i++) {
        uint32_t n = start[i];
        for (uint32_t k = m->first[i]; k < m->first[i + 1]; k++)
            if (is_new(rows, m, m->first[i], k))
                groups[n++] = text_in(rows, m->rows[k]);
        start[i + 1] = n;
        v->nmany += n > start[i] + 1;
    }
    v->group_start = start;
    v->groups = groups;
    return true;
}
