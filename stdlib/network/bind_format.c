/* Networks as files for other programs: to_graphml and its relatives. */
#include "stdlib/network/bind_network.h"
#include "stdlib/give.h"
#include "stdlib/network/format.h"
#include <math.h>

enum { NETWORK, PATH, RELATION, MOST_MATRIX_MEMBERS = 10000, CELLS_BETWEEN_POLLS = 4096 };

/* One call. */
struct writing {
    struct native_call *call;
    const struct network_view *view;
    struct network_host host;
    struct format_network net;
    int status; /* why the host said no */
};

static enum status ask_to_go_on(void *user, double done) {
    struct writing *w = user;
    UNUSED(done);
    w->status = native_poll(w->call, 1);
    return w->status == SPOKE_OK ? ST_OK : ST_FAILED;
}

/* ---- members ---- */

static enum format_kind kind_of(const struct type *type) {
    switch (type->kind) {
    case TY_INT:
        return FORMAT_INT;
    case TY_FLOAT:
    case TY_RATIO:
    case TY_SHARE:
    case TY_POINTS:
        return FORMAT_FLOAT;
    case TY_BOOL:
        return FORMAT_BOOL;
    default:
        return FORMAT_TEXT;
    }
}

/* Cells as data formats write them; NULL: no memory, or the host said no. */
static struct str *write_cells(struct writing *w, const struct column *column, uint32_t n) {
    struct arena *a = native_arena(w->call);
    struct str *cells = ARENA_ARRAY(a, struct str, (size_t)n + 1);
    struct buf text;
    buf_init(&text, native_alloc(w->call));
    for (uint32_t i = 0; cells && i < n; i++) {
        if (i % CELLS_BETWEEN_POLLS == 0 && ask_to_go_on(w, 0) != ST_OK) {
            cells = NULL;
            break;
        }
        text.n = 0;
        if (column_state(column, i) != PRESENT) {
            continue;
        }
        native_cell_text(w->call, column, i, &text);
        cells[i] = arena_str(a, buf_view(&text));
        if (text.failed || !cells[i].p) {
            cells = NULL;
        }
    }
    buf_free(&text);
    return cells;
}

/* `id` is what members are called; a column of that name is another one. */
static struct str attribute_name(struct arena *a, const struct frame *f, uint32_t column) {
    static const char *const taken[] = {"id", "source", "target", "start", "end"};
    struct str name = f->type->fields[column].name;
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        if (str_is(name, taken[i])) {
            return arena_printf(a, "%.*s_", STR_ARG(name));
        }
    }
    return name;
}

static bool take_members(struct writing *w, const struct frame *members) {
    struct arena *a = native_arena(w->call);
    struct format_network *net = &w->net;
    struct format_column *columns = ARENA_ARRAY(a, struct format_column, members->ncolumns + 1);
    net->n = members->n;
    net->numbers = members->columns[0].type->kind == TY_INT;
    net->id = write_cells(w, &members->columns[0], members->n);
    if (!columns || !net->id) {
        return false;
    }
    for (uint32_t i = 1; i < members->ncolumns; i++) {
        struct format_column *c = &columns[net->ncolumns++];
        c->name = attribute_name(a, members, i);
        c->kind = kind_of(members->columns[i].type);
        c->cell = write_cells(w, &members->columns[i], members->n);
        if (!c->cell || !c->name.p) {
            return false;
        }
        if (!net->label && c->kind == FORMAT_TEXT &&
            (str_is(c->name, "label") || str_is(c->name, "name"))) {
            net->label = c->cell;
        }
    }
    net->columns = columns;
    return true;
}

/* ---- ties ---- */

/* What is missing is NaN; NULL: no memory. */
static const double *take_weights(struct writing *w, const struct network_ties *ties) {
    const double *value = ties->strength ? ties->strength : ties->distance;
    double *out = ARENA_ARRAY(native_arena(w->call), double, (size_t)ties->n + 1);
    for (uint32_t i = 0; out && i < ties->n; i++) {
        out[i] = ties->unknown[i] || !isfinite(value[i]) ? (double)NAN : value[i];
    }
    return out;
}

static const struct format_spell *join_days(struct writing *w, uint32_t n, const int64_t *first,
                                            const int64_t *last) {
    struct format_spell *out =
        ARENA_ARRAY(native_arena(w->call), struct format_spell, (size_t)n + 1);
    for (uint32_t i = 0; out && i < n; i++) {
        out[i] = (struct format_spell){first ? first[i] : NO_DAY, last ? last[i] : NO_DAY};
    }
    return out;
}

/* The days of a period. */
static const struct format_spell *days_of(struct writing *w, const struct network_ties *ties) {
    const struct calendar *calendar = native_calendar(w->call);
    struct format_spell *out =
        ARENA_ARRAY(native_arena(w->call), struct format_spell, (size_t)ties->n + 1);
    for (uint32_t i = 0; out && i < ties->n; i++) {
        int64_t period = ties->period[i];
        out[i] = period == NO_DAY ? (struct format_spell){NO_DAY, NO_DAY}
                                  : (struct format_spell){period_start(calendar, period),
                                                          period_stop(calendar, period) - 1};
    }
    return out;
}

/* Texts, arrays: false: no memory. */
static bool take_relation(struct writing *w, const struct network_ties *ties,
                          struct format_relation *out) {
    bool valued = ties->strength || ties->distance, dated = ties->first || ties->period;
    *out = (struct format_relation){.name = ties->name,
                                    .directed = ties->directed,
                                    .n = ties->n,
                                    .from = ties->from,
                                    .to = ties->to,
                                    .distance = ties->distance != NULL};
    if (valued) {
        out->weight = take_weights(w, ties);
    }
    if (dated) {
        out->spell =
            ties->first ? join_days(w, ties->n, ties->first, ties->last) : days_of(w, ties);
    }
    return (!valued || out->weight) && (!dated || out->spell);
}

static bool take_ties(struct writing *w) {
    const struct network_view *view = w->view;
    w->net.relations =
        ARENA_ARRAY(native_arena(w->call), struct format_relation, (size_t)view->nties + 1);
    w->net.nrelations = view->nties;
    for (uint32_t k = 0; w->net.relations && k < view->nties; k++) {
        if (!take_relation(w, &view->ties[k], &w->net.relations[k])) {
            return false;
        }
    }
    if (view->joined || view->left) {
        w->net.spell = join_days(w, view->n, view->joined, view->left);
    }
    return w->net.relations && (w->net.spell || !(view->joined || view->left));
}

static void tell_left_out(struct writing *w) {
    for (uint32_t k = 0; k < w->view->nties; k++) {
        const struct network_ties *ties = &w->view->ties[k];
        uint64_t n = ties->outside + ties->missing;
        if (n) {
            native_note(w->call, "%llu %s of `%.*s` to what is no member left out",
                        (unsigned long long)n, n == 1 ? "tie" : "ties", STR_ARG(ties->name));
        }
    }
}

/* ---- the whole ---- */

/* SPOKE_OK, or what to return. */
static int open_writing(struct writing *w, struct native_call *c) {
    *w = (struct writing){.call = c, .view = native_network(c, NETWORK)};
    if (!w->view) {
        return SPOKE_FAILED;
    }
    const struct frame *members = native_members(c, w->view);
    if (!members) {
        return SPOKE_FAILED;
    }
    w->host = (struct network_host){
        .alloc = native_alloc(c), .threads = 1, .poll = ask_to_go_on, .user = w};
    w->net.host = &w->host;
    w->net.name = w->view->name;
    w->net.title = w->view->title;
    if (!take_members(w, members) || !take_ties(w)) {
        return w->status != SPOKE_OK ? w->status : SPOKE_NO_MEMORY;
    }
    enum status s = format_merge(native_arena(c), &w->net);
    return s == ST_OK ? SPOKE_OK : s == ST_NO_MEMORY ? SPOKE_NO_MEMORY : w->status;
}

/* The text, or where it was written. */
static int give(struct writing *w, enum status s, struct buf *text) {
    struct native_call *c = w->call;
    int status = s == ST_OK ? SPOKE_OK : s == ST_NO_MEMORY ? SPOKE_NO_MEMORY : w->status;
    if (status != SPOKE_OK) {
        buf_free(text);
        return status;
    }
    tell_left_out(w);
    if (text->failed || native_is_missing(c, PATH)) {
        return give_buffer(c, text);
    }
    status = native_write_file(c, native_text(c, PATH), buf_view(text));
    buf_free(text);
    return status == SPOKE_OK ? native_give_text(c, native_text(c, PATH)) : status;
}

static int write_as(struct native_call *c, format_write *format) {
    struct writing w;
    struct buf text;
    int status = open_writing(&w, c);
    if (status != SPOKE_OK) {
        return status;
    }
    buf_init(&text, native_alloc(c));
    return give(&w, format(&text, &w.net), &text);
}

int network_to_graphml(struct native_call *c) {
    return write_as(c, format_graphml);
}

int network_to_gexf(struct native_call *c) {
    return write_as(c, format_gexf);
}

int network_to_pajek(struct native_call *c) {
    return write_as(c, format_pajek);
}

int network_to_dl(struct native_call *c) {
    return write_as(c, format_dl);
}

int network_to_dot(struct native_call *c) {
    return write_as(c, format_dot);
}

int network_to_node_link(struct native_call *c) {
    return write_as(c, format_node_link);
}

int network_to_edge_csv(struct native_call *c) {
    return write_as(c, format_edges);
}

/* The relation that is asked for, or the only one; -1: told. */
static int64_t choose_relation(struct writing *w, int *status) {
    struct native_call *c = w->call;
    struct buf names;
    if (native_is_missing(c, RELATION) && w->net.nrelations == 1) {
        return 0;
    }
    buf_init(&names, native_alloc(c));
    for (uint32_t k = 0; k < w->net.nrelations; k++) {
        struct str name = w->net.relations[k].name;
        if (!native_is_missing(c, RELATION) && str_eq(name, native_text(c, RELATION))) {
            buf_free(&names);
            return k;
        }
        buf_printf(&names, "%s\"%.*s\"", k ? ", " : "", STR_ARG(name));
    }
    *status = native_fail_help(c, "`relation: \"NAME\"` says which one is meant",
                               "a matrix shows one relation; `%.*s` has %.*s", STR_ARG(w->net.name),
                               STR_ARG(buf_view(&names)));
    buf_free(&names);
    return -1;
}

int network_to_matrix_csv(struct native_call *c) {
    struct writing w;
    struct buf text;
    int status = open_writing(&w, c);
    if (status != SPOKE_OK) {
        return status;
    }
    if (w.net.n > MOST_MATRIX_MEMBERS) {
        return native_fail_help(c, "`to_edge_csv` has a line for each tie",
                                "a matrix of %u members would have %llu cells", (unsigned)w.net.n,
                                (unsigned long long)w.net.n * w.net.n);
    }
    int64_t relation = choose_relation(&w, &status);
    if (relation < 0) {
        return status;
    }
    buf_init(&text, native_alloc(c));
    return give(&w, format_matrix(&text, &w.net, (uint32_t)relation), &text);
}
