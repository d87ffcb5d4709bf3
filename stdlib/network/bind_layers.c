/* Numbers for texts, ties of several relations in one list, and what every figure of improvement
 * networks does besides its own work. */
#include "stdlib/network/bind_layers.h"
#include "stdlib/network/bind_answers.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- nodes ---- */

static struct str text_at(const struct column *c, uint32_t row) {
    return column_state(c, row) == PRESENT ? text_str(c->t[row]) : STR_NONE;
}

/* Numbers texts in the order of their first appearance; UNKNOWN_GROUP where there is none. NULL: no
 * memory. */
static const uint32_t *number_texts(struct arena *a, const struct column *c, uint32_t n) {
    uint32_t *out = ARENA_ARRAY(a, uint32_t, n);
    struct strmap map;
    bool ok = out != NULL;
    strmap_init(&map, a->alloc);
    for (uint32_t i = 0; ok && i < n; i++) {
        struct str name = text_at(c, i);
        bool is_new;
        if (!name.p) {
            out[i] = UNKNOWN_GROUP;
            continue;
        }
        uint64_t *number = strmap_put(&map, name, &is_new);
        ok = number != NULL;
        if (ok && is_new) {
            *number = map.n - 1;
        }
        out[i] = ok ? (uint32_t)*number : 0;
    }
    strmap_free(&map);
    return ok ? out : NULL;
}

static uint32_t rank_of(const struct network_view *v, struct str level) {
    for (uint32_t k = 0; level.p && k < v->nlevels; k++) {
        if (str_eq(level, v->level_names[k])) {
            return v->level_rank[k] < v->n ? v->level_rank[k] : UNKNOWN_RANK;
        }
    }
    return UNKNOWN_RANK;
}

static const uint32_t *number_ranks(struct arena *a, const struct network_view *v) {
    uint32_t *out = ARENA_ARRAY(a, uint32_t, v->n);
    for (uint32_t i = 0; out && i < v->n; i++) {
        out[i] = rank_of(v, text_at(v->level, i));
    }
    return out;
}

static const uint8_t *number_sectors(struct arena *a, const struct network_view *v) {
    uint8_t *out = ARENA_ARRAY(a, uint8_t, v->n);
    for (uint32_t i = 0; out && i < v->n; i++) {
        struct str sector = text_at(v->sector, i);
        out[i] = !sector.p                   ? SECTOR_UNKNOWN
                 : str_eq(sector, v->inside) ? SECTOR_INSIDE
                                             : SECTOR_OUTSIDE;
    }
    return out;
}

bool network_nodes(struct arena *a, const struct network_view *v, struct nodes *out) {
    *out = (struct nodes){.n = v->n};
    if (v->group && !(out->group = number_texts(a, v->group, v->n))) {
        return false;
    }
    if (v->level && !(out->rank = number_ranks(a, v))) {
        return false;
    }
    /* Sectors tell inside from outside only when it is said which one is inside. */
    return !v->sector || !v->inside.n || (out->sector = number_sectors(a, v));
}

/* ---- all relations together ---- */

struct joined_ties {
    bool directed;
    uint32_t n;
    uint32_t *from, *to;
};

static void append(struct joined_ties *all, const struct network_ties *r) {
    for (uint32_t i = 0; i < r->n; i++) {
        all->from[all->n] = r->from[i];
        all->to[all->n++] = r->to[i];
        /* Among directed relations an undirected tie counts both ways. */
        if (all->directed && !r->directed && r->from[i] != r->to[i]) {
            all->from[all->n] = r->to[i];
            all->to[all->n++] = r->from[i];
        }
    }
}

static bool is_asked(const struct network_ties *r, struct str role) {
    return !role.n || str_eq(r->role, role);
}

bool network_answers(struct arena *a, const struct network_view *v, struct str role,
                     const bool **out) {
    bool *answered = NULL;
    for (uint32_t k = 0; k < v->nties; k++) {
        const bool *more = is_asked(&v->ties[k], role) ? v->ties[k].answered : NULL;
        if (more && !answered) {
            answered = ARENA_ARRAY(a, bool, (size_t)v->n + 1);
            if (!answered) {
                return false;
            }
            memset(answered, 1, v->n);
        }
        for (uint32_t i = 0; more && i < v->n; i++) {
            answered[i] = answered[i] && more[i];
        }
    }
    *out = answered;
    return true;
}

bool network_ties(struct arena *a, const struct network_view *v, struct str role,
                  struct ties *out) {
    struct joined_ties all = {.n = 0};
    size_t room = 0;
    for (uint32_t k = 0; k < v->nties; k++) {
        all.directed = all.directed || (is_asked(&v->ties[k], role) && v->ties[k].directed);
        room += 2 * (size_t)v->ties[k].n;
    }
    all.from = ARENA_ARRAY(a, uint32_t, room);
    all.to = ARENA_ARRAY(a, uint32_t, room);
    if (!all.from || !all.to || room > UINT32_MAX) {
        return false;
    }
    for (uint32_t k = 0; k < v->nties; k++) {
        if (is_asked(&v->ties[k], role)) {
            append(&all, &v->ties[k]);
        }
    }
    const bool *answered;
    if (!ties_simplify(a, v->n, all.directed, all.from, all.to, all.n, out) ||
        !network_answers(a, v, role, &answered)) {
        return false;
    }
    if (answered) {
        ties_drop_unknown(answered, out);
    }
    return true;
}

/* ---- layers ---- */

/* The other way round, as kernels read it. */
static bool take_silent(struct arena *a, uint32_t n, const bool *answered, struct layer *out) {
    uint8_t *silent = answered ? ARENA_ARRAY(a, uint8_t, (size_t)n + 1) : NULL;
    for (uint32_t v = 0; silent && v < n; v++) {
        silent[v] = !answered[v];
    }
    out->silent = silent;
    return silent || !answered;
}

static bool take_layer(struct arena *a, const struct network_view *v, const struct network_ties *r,
                       struct layer *out) {
    *out = (struct layer){.name = r->name};
    if (!ties_simplify(a, v->n, r->directed, r->from, r->to, r->n, &out->ties)) {
        return false;
    }
    if (r->answered) {
        ties_drop_unknown(r->answered, &out->ties);
    }
    return take_silent(a, v->n, r->answered, out);
}

bool network_whole(struct arena *a, const struct network_view *v, struct layer *out) {
    const bool *answered;
    *out = (struct layer){.name = STR("all ties")};
    return network_ties(a, v, STR_NONE, &out->ties) && network_answers(a, v, STR_NONE, &answered) &&
           take_silent(a, v->n, answered, out);
}

bool network_layers(struct arena *a, const struct network_view *v, struct layers *out) {
    *out = (struct layers){.at = ARENA_ARRAY(a, struct layer, (size_t)v->nties + 1)};
    bool ok = out->at != NULL;
    if (ok && v->nties > 1) {
        ok = network_whole(a, v, &out->at[out->n++]);
    }
    for (uint32_t k = 0; ok && k < v->nties; k++) {
        ok = take_layer(a, v, &v->ties[k], &out->at[out->n++]);
    }
    return ok;
}

/* ---- a call ---- */

static int refuse(struct native_call *c, const struct network_view *v, const char *what,
                  const char *help) {
    return native_fail_help(c, help, "the network `%.*s` does not say %s", STR_ARG(v->name), what);
}

static int check_line(struct native_call *c, const struct network_view *v, const struct str *key) {
    uint32_t fault = lines_fault(v->line, v->n);
    if (fault == v->n) {
        return SPOKE_OK;
    }
    return native_fail_help(c, "somebody on it belongs to one further down",
                            "the line of `%.*s` runs in a circle or has more than %d steps",
                            STR_ARG(key[fault]), (int)LINE_STEPS);
}

/* What is not declared is asked for, not guessed. */
static int check_needs(const struct asking *a, unsigned needs) {
    struct native_call *c = a->m.call;
    const struct network_view *v = a->m.net;
    if ((needs & NEEDS_HUB) && !v->hub) {
        return refuse(c, v, "who its hub is", "name the member that is: `hub \"...\"`");
    }
    if ((needs & NEEDS_HUB) && !v->nhub) {
        return native_fail_help(c, "`hub` names members by their keys",
                                "no member of the network `%.*s` is its hub", STR_ARG(v->name));
    }
    if ((needs & NEEDS_LINE) && !v->line) {
        return refuse(c, v, "who belongs to whom",
                      "name the column that refers to the member above: `line parent`");
    }
    if ((needs & NEEDS_LEVEL) && !v->level) {
        return refuse(c, v, "on which level its members are",
                      "name the column: `level tier order \"state\", \"district\", \"school\"`");
    }
    if ((needs & NEEDS_JOINED) && !v->joined) {
        return refuse(c, v, "when its members joined", "name the column: `joined since`");
    }
    return needs & NEEDS_LINE ? check_line(c, v, a->m.key) : SPOKE_OK;
}

static bool take_all(struct asking *a) {
    struct arena *arena = native_arena(a->m.call);
    return network_nodes(arena, a->m.net, &a->nodes) && network_layers(arena, a->m.net, &a->layers);
}

static enum status answer(struct asking *a, const struct figure *figure) {
    const struct network_view *v = a->m.net;
    enum status s = had_memory(take_all(a));
    if (s == ST_OK) {
        s = figure->fn(a, figure->user);
    }
    for (uint32_t k = 0; s == ST_OK && k < v->nties; k++) {
        note_left_out(&a->m, &v->ties[k]);
        if (v->ties[k].answered) {
            note_answers(a->m.call, v, &v->ties[k], "are not known");
        }
    }
    return s;
}

int ask_network(struct native_call *c, const struct figure *figure) {
    struct asking a = {.layers = {.n = 0}};
    int status = measuring_start(&a.m, c);
    if (status == SPOKE_OK) {
        status = check_needs(&a, figure->needs);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    a.m.frame = native_frame(c);
    enum status s = a.m.frame ? answer(&a, figure) : ST_NO_MEMORY;
    if (s == ST_OK) {
        native_note(c, "%s", figure->definition);
        return native_give_frame(c, a.m.frame);
    }
    frame_drop(a.m.frame);
    return measuring_failed(&a.m, s);
}

/* ---- rows ---- */

uint32_t layer_row(struct asking *a, const struct layer *l) {
    uint32_t row = a->m.frame->n;
    return frame_push(a->m.frame) && put_text(a->m.frame, 0, row, l->name) ? row : UINT32_MAX;
}

bool put_key(struct asking *a, uint32_t column, uint32_t row, uint32_t member) {
    const struct text *t = frame_text(a->m.frame, a->m.key[member]);
    a->m.frame->columns[column].t[row] = t;
    return t != NULL;
}

uint32_t layer_member_row(struct asking *a, const struct layer *l, uint32_t member) {
    uint32_t row = a->m.frame->n;
    return frame_push(a->m.frame) && put_key(a, 0, row, member) &&
                   put_text(a->m.frame, 1, row, l->name)
               ? row
               : UINT32_MAX;
}

bool put_share(struct frame *f, uint32_t column, uint32_t row, uint64_t n, uint64_t d) {
    return put_float(f, column, row, d ? (double)n / (double)d : (double)NAN) &&
           put_int(f, column + 1, row, (int64_t)n) && put_int(f, column + 2, row, (int64_t)d);
}

bool put_figure(struct frame *f, uint32_t column, uint32_t row, double x) {
    return put_float(f, column, row, x) && put_missing(f, column + 1, row) &&
           put_missing(f, column + 2, row);
}
