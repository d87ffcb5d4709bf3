/* Values are told apart by their text; groups are then put in the order of their values. */
#include "stdlib/network/bind_columns.h"
#include <math.h>

/* ---- columns ---- */

/* What the network declares goes before a column of that name. NULL: reported. */
static const struct column *find_column(struct measuring *m, struct str name) {
    const struct network_view *net = m->net;
    const struct column *found = str_is(name, "group")    ? net->group
                                 : str_is(name, "level")  ? net->level
                                 : str_is(name, "sector") ? net->sector
                                                          : NULL;
    if (!found) {
        found = native_network_column(m->call, net, name);
        m->status = found ? m->status : SPOKE_FAILED;
    }
    return found;
}

/* ---- groups ---- */

struct numbering {
    uint32_t *of;    /* by member: its group, in the order in which they appear */
    uint32_t *first; /* by group: a member of it */
    struct str *name;
    uint32_t n;
};

static bool number_values(struct measuring *m, const struct column *column, struct strmap *map,
                          struct buf *cell, struct numbering *out) {
    struct arena *a = native_arena(m->call);
    for (uint32_t v = 0; v < m->net->n; v++) {
        bool is_new;
        if (column_state(column, v) != PRESENT) {
            out->of[v] = UNKNOWN_GROUP;
            continue;
        }
        buf_clear(cell);
        native_cell_text(m->call, column, v, cell);
        struct str name = arena_str(a, buf_view(cell));
        uint64_t *number = cell->failed || !name.p ? NULL : strmap_put(map, name, &is_new);
        if (!number) {
            return false;
        }
        if (is_new) {
            *number = out->n;
            out->first[out->n] = v;
            out->name[out->n++] = name;
        }
        out->of[v] = (uint32_t)*number;
    }
    return true;
}

/* Place of a level as declared; those that are not come last. */
static uint32_t level_place(const struct network_view *net, struct str name) {
    uint32_t k = 0;
    while (k < net->nlevels && !str_eq(net->level_names[k], name)) {
        k++;
    }
    return k;
}

static bool comes_before(const struct measuring *m, const struct column *column,
                         const struct numbering *n, uint32_t a, uint32_t b) {
    if (column == m->net->level) {
        uint32_t x = level_place(m->net, n->name[a]), y = level_place(m->net, n->name[b]);
        if (x != y) {
            return x < y;
        }
    }
    return column_compare(column, n->first[a], column, n->first[b]) < 0;
}

/* Shell's sort, as there may be many groups. */
static void sort_groups(const struct measuring *m, const struct column *column,
                        const struct numbering *n, uint32_t *order) {
    uint32_t gap = 1;
    while (gap < n->n / 3) {
        gap = 3 * gap + 1;
    }
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < n->n; i++) {
            uint32_t moved = order[i], k = i;
            for (; k >= gap && comes_before(m, column, n, moved, order[k - gap]); k -= gap) {
                order[k] = order[k - gap];
            }
            order[k] = moved;
        }
    }
}

static bool take_numbering(struct measuring *m, struct numbering *out) {
    *out = (struct numbering){.of = MEMBER_ARRAY(m, uint32_t),
                              .first = MEMBER_ARRAY(m, uint32_t),
                              .name = MEMBER_ARRAY(m, struct str)};
    return out->of && out->first && out->name;
}

/* Gives the groups their numbers by order. */
static enum status order_groups(struct measuring *m, const struct column *column,
                                const struct numbering *n, struct member_groups *out) {
    uint32_t *order = MEMBER_ARRAY(m, uint32_t), *place = MEMBER_ARRAY(m, uint32_t);
    uint32_t *of = MEMBER_ARRAY(m, uint32_t);
    struct str *name = MEMBER_ARRAY(m, struct str);
    if (!order || !place || !of || !name) {
        return ST_NO_MEMORY;
    }
    for (uint32_t k = 0; k < n->n; k++) {
        order[k] = k;
    }
    sort_groups(m, column, n, order);
    for (uint32_t k = 0; k < n->n; k++) {
        place[order[k]] = k;
        name[k] = n->name[order[k]];
    }
    for (uint32_t v = 0; v < m->net->n; v++) {
        bool known = n->of[v] != UNKNOWN_GROUP;
        of[v] = known ? place[n->of[v]] : (uint32_t)UNKNOWN_GROUP;
        out->unknown += !known;
    }
    out->by = (struct groups){n->n, of};
    out->name = name;
    return ST_OK;
}

enum status read_groups(struct measuring *m, struct str column, struct member_groups *out) {
    const struct column *values = find_column(m, column);
    struct numbering n;
    struct strmap map;
    struct buf cell;
    *out = (struct member_groups){.column = column};
    if (!values) {
        return ST_FAILED;
    }
    if (!take_numbering(m, &n)) {
        return ST_NO_MEMORY;
    }
    strmap_init(&map, native_alloc(m->call));
    buf_init(&cell, native_alloc(m->call));
    bool ok = number_values(m, values, &map, &cell, &n);
    buf_free(&cell);
    strmap_free(&map);
    return ok ? order_groups(m, values, &n, out) : ST_NO_MEMORY;
}

void note_without_group(struct measuring *m, const struct member_groups *groups) {
    if (groups->unknown) {
        native_note(m->call, "members without `%.*s` are left out, with their ties: %u",
                    STR_ARG(groups->column), groups->unknown);
    }
}

/* ---- numbers ---- */

static double number_at(const struct column *column, uint32_t row) {
    switch (type_storage(column->type)) {
    case STORE_FLOAT:
        return column->f[row];
    case STORE_PAIR:
        return column->d[row] > 0 ? (double)column->i[row] / (double)column->d[row] : (double)NAN;
    default:
        return (double)column->i[row];
    }
}

static bool has_numbers(const struct column *column) {
    switch (column->type->kind) {
    case TY_INT:
    case TY_FLOAT:
    case TY_RATIO:
    case TY_SHARE:
    case TY_POINTS:
    case TY_BOOL:
    case TY_DATE:
        return true;
    default:
        return false;
    }
}

enum status read_numbers(struct measuring *m, struct str column, const double **out) {
    const struct column *values = find_column(m, column);
    if (!values) {
        return ST_FAILED;
    }
    if (!has_numbers(values)) {
        return measure_fails(m, "numbers, dates and bools are; texts can only be the same",
                             "`%.*s` is no number", STR_ARG(column));
    }
    double *number = MEMBER_ARRAY(m, double);
    for (uint32_t v = 0; number && v < m->net->n; v++) {
        number[v] = column_state(values, v) == PRESENT ? number_at(values, v) : (double)NAN;
    }
    *out = number;
    return had_memory(number != NULL);
}

/* ---- draws ---- */

enum { MOST_DRAWS = 1000000 };

enum status read_draws(struct measuring *m, int argument, uint64_t *out) {
    int64_t draws = native_int(m->call, argument);
    if (draws < 0 || draws > MOST_DRAWS) {
        return measure_fails(m, "1000 are enough for most purposes; 0 leaves the test out",
                             "from 0 to %d can be drawn", MOST_DRAWS);
    }
    *out = (uint64_t)draws;
    return ST_OK;
}

double share_of_tail(uint64_t count, uint64_t draws) {
    return draws ? tail_share(count, draws) : (double)NAN;
}
