/* Whether like is tied to like: by degree, by a text or by a number of the members. */
#include "stdlib/network/assortativity.h"
#include "stdlib/network/bind_graph.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/rows.h"
#include <math.h>

/* What members are alike by; neither: degree. */
struct likeness {
    struct str by;
    const uint32_t *kind;
    uint32_t kinds;
    const double *value;
};

/* ---- columns ---- */

/* What the network declares has these names, whatever columns it rests on. NULL: there is none,
 * which is reported. */
static const struct column *members_column(struct native_call *c, const struct network_view *net,
                                           struct str name) {
    const struct column *declared = str_is(name, "group")    ? net->group
                                    : str_is(name, "level")  ? net->level
                                    : str_is(name, "sector") ? net->sector
                                                             : NULL;
    return declared ? declared : native_network_column(c, net, name);
}

/* Values by the order in which they first appear, however a data format writes them. */
static bool number_kinds(struct native_call *c, const struct column *column, uint32_t n,
                         struct likeness *out) {
    uint32_t *kind = ARENA_ARRAY(native_arena(c), uint32_t, (size_t)n + 1);
    struct strmap map;
    struct buf cell;
    bool ok = kind != NULL;
    strmap_init(&map, native_alloc(c));
    buf_init(&cell, native_alloc(c));
    for (uint32_t v = 0; ok && v < n; v++) {
        bool is_new;
        kind[v] = NO_KIND;
        if (column_state(column, v) != PRESENT) {
            continue;
        }
        buf_clear(&cell);
        native_cell_text(c, column, v, &cell);
        struct str name = arena_str(native_arena(c), buf_view(&cell));
        uint64_t *number = cell.failed || !name.p ? NULL : strmap_put(&map, name, &is_new);
        ok = number != NULL;
        if (ok && is_new) {
            *number = map.n - 1;
        }
        kind[v] = ok ? (uint32_t)*number : NO_KIND;
    }
    out->kind = kind;
    out->kinds = map.n;
    buf_free(&cell);
    strmap_free(&map);
    return ok;
}

static double number_at(const struct column *column, uint32_t row) {
    switch (type_storage(column->type)) {
    case STORE_FLOAT:
        return column->f[row];
    case STORE_PAIR:
        return (double)column->i[row] / (double)column->d[row];
    default:
        return (double)column->i[row];
    }
}

static bool read_values(struct native_call *c, const struct column *column, uint32_t n,
                        struct likeness *out) {
    double *value = ARENA_ARRAY(native_arena(c), double, (size_t)n + 1);
    for (uint32_t v = 0; value && v < n; v++) {
        bool present = column_state(column, v) == PRESENT;
        value[v] = present ? number_at(column, v) : (double)NAN;
    }
    out->value = value;
    return value != NULL;
}

static bool is_number(const struct type *t) {
    switch (t->kind) {
    case TY_INT:
    case TY_FLOAT:
    case TY_RATIO:
    case TY_SHARE:
    case TY_POINTS:
        return true;
    default:
        return false;
    }
}

/* Text is a kind and a number a number, unless `as` says otherwise. */
static int read_likeness(struct native_call *c, const struct network_view *net, struct str as,
                         struct likeness *out) {
    const struct column *column = members_column(c, net, out->by);
    if (!column) {
        return SPOKE_FAILED;
    }
    bool number = is_number(column->type);
    if (str_is(as, "numeric") && !number) {
        return native_fail_help(c, "`as: \"nominal\"` takes its values as kinds",
                                "`%.*s` is no number", STR_ARG(out->by));
    }
    bool values = number && !str_is(as, "nominal");
    bool ok = values ? read_values(c, column, net->n, out) : number_kinds(c, column, net->n, out);
    return ok ? SPOKE_OK : SPOKE_NO_MEMORY;
}

/* ---- the call ---- */

/* What members are alike by, as it was asked; no `by`: degree. */
struct asked {
    struct str by, as;
};

/* Columns behind `relation`. */
enum { BY = 1, LIKENESS, ASSORTATIVITY, TIES, UNKNOWN };

static enum status find_assortativity(struct measuring *m, const struct likeness *l,
                                      struct assortativity *out) {
    if (l->kind) {
        return assortativity_of_kinds(&m->host, &m->graph, l->kind, l->kinds, out);
    }
    if (l->value) {
        *out = assortativity_of_values(&m->graph, l->value, l->value);
        return ST_OK;
    }
    return assortativity_of_degree(&m->host, &m->graph, out);
}

static enum status measure_assortativity(struct measuring *m, const void *user) {
    const struct asked *asked = user;
    struct likeness l = {.by = asked->by.p ? asked->by : STR("degree")};
    struct assortativity a;
    if (asked->by.p) {
        m->status = read_likeness(m->call, m->net, asked->as, &l);
        if (m->status != SPOKE_OK) {
            return ST_FAILED;
        }
    }
    enum status s = find_assortativity(m, &l, &a);
    if (s != ST_OK) {
        return s;
    }
    const char *likeness = l.kind ? "nominal" : l.value ? "numeric" : "degree";
    uint32_t row = relation_row(m);
    return had_memory(row != UINT32_MAX && put_text(m->frame, BY, row, l.by) &&
                      put_text(m->frame, LIKENESS, row, str_of(likeness)) &&
                      put_float(m->frame, ASSORTATIVITY, row, a.value) &&
                      put_int(m->frame, TIES, row, (int64_t)a.ties) &&
                      put_int(m->frame, UNKNOWN, row, (int64_t)a.unknown));
}

static const char DEFINITION[] =
    "assortativity: whether like is tied to like, -1 to 1 (Newman 2003), without strengths; "
    "nominal: "
    "the share of ties within kinds by what chance would give; numeric: correlation over ties of "
    "both ends' numbers; degree: of degrees, with directions of out-degree where a tie begins with "
    "in-degree where it ends; unknown: ties left out because nothing is known of an end";

int network_assortativity(struct native_call *c) {
    struct asked asked = {STR_NONE, STR_NONE};
    if (!native_is_missing(c, 1) && !str_is(native_text(c, 1), "degree")) {
        asked.by = native_text(c, 1);
    }
    if (!native_is_missing(c, 2)) {
        asked.as = native_text(c, 2);
    }
    if (asked.as.p && !str_is(asked.as, "nominal") && !str_is(asked.as, "numeric")) {
        return native_fail_help(c, "`as` is \"nominal\" or \"numeric\"",
                                "members are not alike as \"%.*s\"", STR_ARG(asked.as));
    }
    return measure_network(c, &(struct measure){.values = TIES_ALIKE,
                                                .definition = DEFINITION,
                                                .fn = measure_assortativity,
                                                .user = &asked});
}
