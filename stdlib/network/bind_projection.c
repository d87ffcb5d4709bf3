/* Two-mode relations projected on one side: a table of who took part in what, into ties. */
#include "base/hash.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/projection.h"
#include "stdlib/network/sort.h"
#include "stdlib/rows.h"

enum { DATA, BETWEEN, THROUGH, VALUE };
enum { FROM, TO, STRENGTH };

/* One side: its keys, numbered in their order. */
struct side {
    const struct column *column;
    uint32_t n;
    uint32_t *row;    /* a row with the key, by number */
    uint32_t *number; /* by row; UINT32_MAX: missing */
};

struct projecting {
    struct native_call *call;
    const struct frame *data;
    struct network_host host;
    struct side between, through;
    int status;
};

static enum status ask_to_go_on(void *user, double done) {
    struct projecting *p = user;
    UNUSED(done);
    p->status = native_poll(p->call, STINT_STEPS / 64);
    return p->status == SPOKE_OK ? ST_OK : ST_FAILED;
}

/* SPOKE_OK, or what to return. */
static int find_side(struct projecting *p, int argument, struct side *side) {
    struct str name = native_text(p->call, argument);
    int at = type_field(p->data->type, name);
    if (at < 0) {
        return native_fail_help(p->call, "`between` and `through` are columns of the relation",
                                "there is no column `%.*s`", STR_ARG(name));
    }
    side->column = &p->data->columns[at];
    return SPOKE_OK;
}

/* ---- numbers of keys ---- */

/* A row by its key. */
struct keyed {
    const struct column *column;
    uint32_t row;
};

static int by_key(const void *a, const void *b) {
    const struct keyed *x = a, *y = b;
    int order = column_compare(x->column, x->row, y->column, y->row);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void number_sorted(struct side *side, const struct keyed *sorted, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const struct column *c = side->column;
        bool same = i > 0 && column_compare(c, sorted[i].row, c, sorted[i - 1].row) == 0;
        if (!same) {
            side->row[side->n++] = sorted[i].row;
        }
        side->number[sorted[i].row] = side->n - 1;
    }
}

static enum status number_side(struct projecting *p, struct side *side) {
    struct arena *a = native_arena(p->call);
    uint32_t rows = p->data->n, n = 0;
    struct keyed *sorted = ARENA_ARRAY(a, struct keyed, (size_t)rows + 1);
    side->row = ARENA_ARRAY(a, uint32_t, (size_t)rows + 1);
    side->number = ARENA_ARRAY(a, uint32_t, (size_t)rows + 1);
    if (!sorted || !side->row || !side->number) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < rows; i++) {
        side->number[i] = UINT32_MAX;
        if (column_state(side->column, i) == PRESENT) {
            sorted[n++] = (struct keyed){side->column, i};
        }
    }
    struct effort effort;
    struct stint stint = {.effort = &effort};
    effort_init(&effort, &p->host, 24.0 * n);
    enum status s = stint_sort(&stint, a, sorted, n, sizeof *sorted, by_key);
    if (s == ST_OK) {
        number_sorted(side, sorted, n);
    }
    return s;
}

/* ---- ties ---- */

static bool put_key(struct projecting *p, struct frame *f, uint32_t column, uint32_t row,
                    uint32_t number, struct buf *cell) {
    buf_clear(cell);
    native_cell_text(p->call, p->between.column, p->between.row[number], cell);
    return !cell->failed && put_text(f, column, row, buf_view(cell));
}

/* Each pair once, in the order of their keys. */
static bool put_ties(struct projecting *p, const struct graph *g, struct frame *f) {
    struct buf cell;
    bool ok = true;
    buf_init(&cell, native_alloc(p->call));
    for (uint32_t from = 0; ok && from < g->n; from++) {
        uint32_t v = g->place[from];
        for (uint64_t i = g->out.start[v]; ok && i < g->out.start[v + 1]; i++) {
            uint32_t to = g->label[g->out.node[i]], row = f->n;
            if (from < to) {
                ok = frame_push(f) && put_key(p, f, FROM, row, from, &cell) &&
                     put_key(p, f, TO, row, to, &cell) &&
                     put_float(f, STRENGTH, row, g->out.value ? g->out.value[i] : 1);
            }
        }
    }
    buf_free(&cell);
    return ok;
}

/* The rows where both sides are there; how many others there are is told. */
static enum status build(struct projecting *p, enum projection_value value, struct graph *out) {
    struct arena *a = native_arena(p->call);
    uint32_t *node = ARENA_ARRAY(a, uint32_t, (size_t)p->data->n + 1);
    uint32_t *other = ARENA_ARRAY(a, uint32_t, (size_t)p->data->n + 1);
    struct two_mode in = {p->between.n, p->through.n, 0, node, other};
    if (!node || !other) {
        return ST_NO_MEMORY;
    }
    for (uint32_t i = 0; i < p->data->n; i++) {
        if (p->between.number[i] != UINT32_MAX && p->through.number[i] != UINT32_MAX) {
            node[in.n] = p->between.number[i];
            other[in.n++] = p->through.number[i];
        }
    }
    if (in.n < p->data->n) {
        native_note(p->call, "%zu rows without one of the two are left out", p->data->n - in.n);
    }
    return projection_build(&p->host, &in, value, out);
}

static enum status project(struct projecting *p, enum projection_value value, struct frame *f) {
    struct graph g;
    enum status s = number_side(p, &p->between);
    if (s == ST_OK) {
        s = number_side(p, &p->through);
    }
    if (s == ST_OK) {
        s = build(p, value, &g);
    }
    if (s != ST_OK) {
        return s;
    }
    s = put_ties(p, &g, f) ? ST_OK : ST_NO_MEMORY;
    graph_free(&g);
    return s;
}

/* ---- the call ---- */

static const struct {
    const char *name, *says;
} VALUES[] = {
    [PROJECTION_COUNT] = {"count", "how many two have in common"},
    [PROJECTION_NEWMAN] = {"newman", "for each that two have in common 1 / (those who have it - 1) "
                                     "(Newman 2001)"},
    [PROJECTION_JACCARD] = {"jaccard", "how many two have in common, of those that either has"},
};

static int read_value(struct native_call *c, enum projection_value *out) {
    struct str name = native_text(c, VALUE);
    for (size_t k = 0; k < COUNT_OF(VALUES); k++) {
        if (str_is(name, VALUES[k].name)) {
            *out = (enum projection_value)k;
            return SPOKE_OK;
        }
    }
    return native_fail_help(c, "they are \"count\", \"newman\" and \"jaccard\"",
                            "there is no strength \"%.*s\"", STR_ARG(name));
}

static int failed(const struct projecting *p, enum status s) {
    if (s == ST_LIMIT) {
        return native_fail_help(p->call, "take fewer rows with `where`",
                                "there are too many pairs with something in common");
    }
    return s == ST_NO_MEMORY ? SPOKE_NO_MEMORY : p->status;
}

int network_projection(struct native_call *c) {
    struct projecting p = {.call = c, .data = native_relation(c, DATA), .status = SPOKE_FAILED};
    enum projection_value value = PROJECTION_COUNT;
    p.host = (struct network_host){
        .alloc = native_alloc(c), .threads = 1, .poll = ask_to_go_on, .user = &p};
    if (!p.data) {
        return SPOKE_FAILED;
    }
    int status = read_value(c, &value);
    status = status == SPOKE_OK ? find_side(&p, BETWEEN, &p.between) : status;
    status = status == SPOKE_OK ? find_side(&p, THROUGH, &p.through) : status;
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    enum status s = f ? project(&p, value, f) : ST_NO_MEMORY;
    if (s != ST_OK) {
        frame_drop(f);
        return failed(&p, s);
    }
    native_note(c, "strength: %s; pairs that have nothing in common are no rows",
                VALUES[value].says);
    return native_give_frame(c, f);
}
