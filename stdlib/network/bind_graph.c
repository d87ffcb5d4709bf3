/* Relations as graphs, and what every measure does besides measuring. */
#include "stdlib/network/bind_answers.h"
#include "stdlib/network/bind_graph.h"
#include "stdlib/rows.h"
#include <math.h>

/* ---- the host of kernels ---- */

/* A step of a kernel is much less than one of a program. */
enum { STEPS_OF_ONE = 64 };

static double within(const struct share *s, double at) {
    return s->first + (s->last - s->first) * at;
}

static enum status ask_to_go_on(void *user, double done) {
    struct measuring *m = user;
    m->done = fmax(m->done, within(&m->step, done));
    native_progress(m->call, m->done);
    int status = native_poll(m->call, STINT_STEPS / STEPS_OF_ONE);
    if (status == SPOKE_OK) {
        return ST_OK;
    }
    m->status = status;
    return ST_FAILED;
}

void measuring_step(struct measuring *m, double first, double last) {
    m->step = (struct share){within(&m->whole, first), within(&m->whole, last)};
}

static void take_share(struct measuring *m, double first, double last) {
    m->whole = (struct share){first, last};
    measuring_step(m, 0, 1);
}

/* ---- keys ---- */

const struct str *network_keys(struct native_call *c, const struct network_view *net) {
    struct arena *a = native_arena(c);
    struct str *out = ARENA_ARRAY(a, struct str, (size_t)net->n + 1);
    struct buf cell;
    buf_init(&cell, native_alloc(c));
    for (uint32_t i = 0; out && i < net->n; i++) {
        cell.n = 0;
        native_cell_text(c, net->key, i, &cell);
        out[i] = arena_str(a, buf_view(&cell));
        if (cell.failed || !out[i].p) {
            out = NULL;
        }
    }
    buf_free(&cell);
    return out;
}

/* ---- relations ---- */

/* `what`: NULL if there was no memory to say it. */
static enum status refuse(struct measuring *m, const char *help, const char *what) {
    if (!what) {
        return ST_NO_MEMORY;
    }
    m->status = native_fail_help(m->call, help, "ties of `%.*s` %s", STR_ARG(m->ties->name), what);
    return ST_FAILED;
}

static enum status check_strengths(struct measuring *m) {
    const double *strength = m->ties->strength;
    double sum = 0;
    for (uint32_t i = 0; i < m->ties->n; i++) {
        if (!isfinite(strength[i]) || strength[i] < 0) {
            return refuse(m, "leave out what is no strength, or count in what is not negative",
                          arena_printf(native_arena(m->call),
                                       "have a strength below 0 or without end: from %.*s to %.*s",
                                       STR_ARG(m->key[m->ties->from[i]]),
                                       STR_ARG(m->key[m->ties->to[i]]))
                              .p);
        }
        sum += strength[i];
    }
    if (!isfinite(16 * sum)) { /* both ways, and of a member's in and out */
        return refuse(m, "count them in a larger unit",
                      "have strengths that are too large to be added up");
    }
    return ST_OK;
}

static enum status build(struct measuring *m, const double *strength) {
    struct tie_list list = {.nodes = m->net->n,
                            .directed = m->ties->directed,
                            .n = m->ties->n,
                            .from = m->ties->from,
                            .to = m->ties->to,
                            .value = strength,
                            .merge = MERGE_SUM};
    return graph_build(&m->host, &list, &m->graph);
}

/* The ties of a graph with strengths, each once, with lengths 1 / strength. */
static enum status list_lengths(struct measuring *m, const struct graph *g, struct tie_list *out) {
    struct arena *a = native_arena(m->call);
    uint32_t *from = ARENA_ARRAY(a, uint32_t, g->ties + 1);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, g->ties + 1);
    double *length = ARENA_ARRAY(a, double, g->ties + 1);
    *out = (struct tie_list){.nodes = g->n, .directed = g->directed};
    if (!from || !to || !length) {
        return ST_NO_MEMORY;
    }
    for (uint32_t v = 0; v < g->n; v++) {
        for (uint64_t i = g->out.start[v]; i < g->out.start[v + 1]; i++) {
            if (g->directed || v < g->out.node[i]) {
                from[out->n] = g->label[v];
                to[out->n] = g->label[g->out.node[i]];
                length[out->n++] = 1 / g->out.value[i];
            }
        }
    }
    out->from = from;
    out->to = to;
    out->value = length;
    return ST_OK;
}

static enum status build_lengths(struct measuring *m) {
    struct graph lengths;
    struct tie_list list;
    enum status s = build(m, m->ties->strength);
    if (s != ST_OK) {
        return s;
    }
    if (m->graph.ties && m->graph.least <= 0) {
        s = refuse(m, "`distance: \"steps\"` counts every tie as one step",
                   "have strengths that are 0 or missing, so that 1 / strength is no length");
    } else {
        s = list_lengths(m, &m->graph, &list);
    }
    if (s == ST_OK) {
        s = graph_build(&m->host, &list, &lengths);
    }
    graph_free(&m->graph);
    if (s == ST_OK) {
        m->graph = lengths;
        m->lengths = LENGTHS_VALUES;
    }
    return s;
}

static enum status build_paths(struct measuring *m, int argument) {
    struct str distance = STR_NONE;
    if (!native_is_missing(m->call, argument)) {
        distance = native_text(m->call, argument);
    }
    if (str_is(distance, "1 / strength")) {
        return build_lengths(m);
    }
    return refuse(
        m,
        "`distance: \"steps\"` counts every tie as one step, `distance: \"1 / strength\"` "
        "makes the stronger the shorter",
        "have a strength, which is no length of a path");
}

/* Of several ties between two members the shortest counts. */
static enum status build_distances(struct measuring *m) {
    const double *distance = m->ties->distance;
    for (uint32_t i = 0; i < m->ties->n; i++) {
        if (!isfinite(distance[i]) || distance[i] < 0) {
            return refuse(m, "leave out ties without one: `ties ... where hours > 0`",
                          "have a distance that is missing, below 0 or without end");
        }
    }
    struct tie_list list = {.nodes = m->net->n,
                            .directed = m->ties->directed,
                            .n = m->ties->n,
                            .from = m->ties->from,
                            .to = m->ties->to,
                            .value = distance,
                            .merge = MERGE_LEAST};
    m->lengths = LENGTHS_VALUES;
    return graph_build(&m->host, &list, &m->graph);
}

static bool counts_steps(const struct measuring *m, const struct measure *measure) {
    return !native_is_missing(m->call, measure->distance) &&
           str_is(native_text(m->call, measure->distance), "steps");
}

/* The graph of the relation at hand. */
static enum status build_relation(struct measuring *m, const struct measure *measure) {
    m->lengths = LENGTHS_ONE;
    if (measure->values == TIES_LENGTH && counts_steps(m, measure)) {
        return build(m, NULL);
    }
    if (m->ties->distance && measure->values == TIES_LENGTH) {
        return build_distances(m);
    }
    if (m->ties->distance && measure->values == TIES_STRENGTH) {
        native_note(m->call,
                    "ties of `%.*s` have a distance, which is no strength: all count alike",
                    STR_ARG(m->ties->name));
    }
    if (!m->ties->strength || measure->values == TIES_ALIKE) {
        return build(m, NULL);
    }
    enum status s = check_strengths(m);
    if (s != ST_OK) {
        return s;
    }
    return measure->values == TIES_STRENGTH ? build(m, m->ties->strength)
                                            : build_paths(m, measure->distance);
}

/* " (A, B, C, ...)": the ends that are no members. NULL: no memory. */
static const char *strangers_in_words(struct measuring *m, const struct network_ties *t) {
    struct arena *a = native_arena(m->call);
    struct str words = STR("");
    for (uint32_t i = 0; words.p && i < t->nstrangers; i++) {
        words = arena_printf(a, "%.*s%s%.*s", STR_ARG(words), i ? ", " : " (",
                             STR_ARG(t->strangers[i]));
    }
    bool more = t->nstrangers == MOST_STRANGERS && t->outside > MOST_STRANGERS;
    return words.p && t->nstrangers
               ? arena_printf(a, "%.*s%s)", STR_ARG(words), more ? ", ..." : "").p
               : words.p;
}

/* Ties that are not known are taken as absent, which is told. */
static void note_unknown(struct measuring *m, const struct measure *measure) {
    if (m->ties->answered) {
        note_answers(m->call, m->net, m->ties,
                     measure->unknown ? measure->unknown : "are taken as absent here");
    }
    if (m->ties->answered && measure->unknown) {
        uint64_t n = m->net->n, silent = n - m->ties->nanswered, ways = m->ties->directed ? 1 : 2;
        uint64_t all = n * (n - (n > 0)) / ways;
        uint64_t unknown = m->ties->directed ? silent * (n - 1) : silent * (silent - 1) / 2;
        native_note(m->call, "pairs of `%.*s` that nobody knows of: %llu of %llu",
                    STR_ARG(m->ties->name), silent ? (unsigned long long)unknown : 0ULL,
                    (unsigned long long)all);
    }
}

void note_left_out(struct measuring *m, const struct network_ties *t) {
    const char *strangers = t->outside ? strangers_in_words(m, t) : NULL;
    if (strangers) {
        native_note(m->call, "ties of `%.*s` with an end that is no member are left out: %llu%s",
                    STR_ARG(t->name), (unsigned long long)t->outside, strangers);
    }
    if (t->missing) {
        native_note(m->call, "ties of `%.*s` with a missing end are left out: %llu",
                    STR_ARG(t->name), (unsigned long long)t->missing);
    }
}

/* ---- a call ---- */

/* A distance that nobody knows is an error also where no relation has a strength. */
static int check_distance(struct native_call *c, const struct measure *measure) {
    if (measure->values != TIES_LENGTH || native_is_missing(c, measure->distance)) {
        return SPOKE_OK;
    }
    struct str distance = native_text(c, measure->distance);
    if (str_is(distance, "steps") || str_is(distance, "1 / strength")) {
        return SPOKE_OK;
    }
    return native_fail_help(c, "distances are \"steps\" and \"1 / strength\"",
                            "there is no distance \"%.*s\"", STR_ARG(distance));
}

static bool list_silent(struct measuring *m) {
    uint8_t *silent = MEMBER_ARRAY(m, uint8_t);
    for (uint32_t v = 0; silent && v < m->net->n; v++) {
        silent[v] = !m->ties->answered[v];
    }
    m->silent = silent;
    return silent != NULL;
}

/* The ties of the relation at hand that are known. */
static bool list_known(struct measuring *m, struct network_ties *out) {
    const struct network_ties *t = m->ties;
    struct arena *a = native_arena(m->call);
    uint32_t *from = ARENA_ARRAY(a, uint32_t, (size_t)t->n + 1);
    uint32_t *to = ARENA_ARRAY(a, uint32_t, (size_t)t->n + 1);
    double *strength = ARENA_ARRAY(a, double, t->strength ? (size_t)t->n + 1 : 1);
    double *distance = ARENA_ARRAY(a, double, t->distance ? (size_t)t->n + 1 : 1);
    uint32_t n = 0;
    if (!from || !to || !strength || !distance) {
        return false;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        if (tie_is_known(t->answered, t->directed, t->from[i], t->to[i])) {
            from[n] = t->from[i];
            to[n] = t->to[i];
            if (t->strength) {
                strength[n] = t->strength[i];
            }
            if (t->distance) {
                distance[n] = t->distance[i];
            }
            n++;
        }
    }
    *out = *t;
    out->n = n;
    out->from = from;
    out->to = to;
    out->strength = t->strength ? strength : NULL;
    out->distance = t->distance ? distance : NULL;
    return true;
}

/* Most measures take much longer than the graph, and so does what comes after all relations. */
static const double BUILDING = 0.1;

static enum status measure_relation(struct measuring *m, const struct measure *measure) {
    const struct network_ties *all = m->ties;
    struct network_ties known;
    m->silent = NULL;
    measuring_step(m, 0, BUILDING);
    if (all->answered && measure->unknown) {
        if (!list_silent(m) || !list_known(m, &known)) {
            return ST_NO_MEMORY;
        }
        m->ties = &known;
    }
    enum status s = build_relation(m, measure);
    m->ties = all;
    if (s != ST_OK) {
        return s;
    }
    m->whole.first = m->step.last;
    measuring_step(m, 0, 1);
    s = measure->fn(m, measure->user);
    graph_free(&m->graph);
    if (s == ST_OK) {
        note_left_out(m, m->ties);
        note_unknown(m, measure);
    }
    return s;
}

static enum status measure_all(struct measuring *m, const struct measure *measure) {
    enum status s = measure->begin ? measure->begin(m, measure->user) : ST_OK;
    double relations = measure->end ? BUILDING : 1, one = relations / fmax(m->net->nties, 1);
    for (uint32_t k = 0; s == ST_OK && k < m->net->nties; k++) {
        m->ties = &m->net->ties[k];
        take_share(m, k * one, (k + 1) * one);
        s = measure_relation(m, measure);
    }
    take_share(m, relations, 1);
    return s == ST_OK && measure->end ? measure->end(m, measure->user) : s;
}

int measuring_failed(const struct measuring *m, enum status s) {
    if (s == ST_LIMIT) {
        return native_fail_help(m->call, "take some of the members: `members TABLE where ...`",
                                "the network is too large for this measure");
    }
    return s == ST_NO_MEMORY ? SPOKE_NO_MEMORY : m->status;
}

int measuring_start(struct measuring *m, struct native_call *c) {
    *m = (struct measuring){.call = c, .status = SPOKE_FAILED, .step = {0, 1}, .whole = {0, 1}};
    m->host = (struct network_host){
        .alloc = native_alloc(c), .threads = native_threads(c), .poll = ask_to_go_on, .user = m};
    m->net = native_network(c, 0);
    if (!m->net) {
        return SPOKE_FAILED;
    }
    m->key = network_keys(c, m->net);
    return m->key ? SPOKE_OK : SPOKE_NO_MEMORY;
}

int measure_network(struct native_call *c, const struct measure *measure) {
    struct measuring m;
    int status = check_distance(c, measure);
    if (status == SPOKE_OK) {
        status = measuring_start(&m, c);
    }
    if (status != SPOKE_OK) {
        return status;
    }
    m.frame = native_frame(c);
    if (!m.frame) {
        return SPOKE_NO_MEMORY;
    }
    enum status s = measure_all(&m, measure);
    if (s == ST_OK) {
        native_note(c, "%s", measure->definition);
        return native_give_frame(c, m.frame);
    }
    frame_drop(m.frame);
    return measuring_failed(&m, s);
}

enum status measure_fails(struct measuring *m, const char *help, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str what = arena_vprintf(native_arena(m->call), format, args);
    va_end(args);
    m->status = what.p ? native_fail_help(m->call, help, "%.*s", STR_ARG(what)) : SPOKE_NO_MEMORY;
    return ST_FAILED;
}

/* ---- rows ---- */

static bool put_name(struct frame *f, uint32_t column, uint32_t row, struct str s) {
    const struct text *t = frame_text(f, s);
    f->columns[column].t[row] = t;
    return t != NULL;
}

uint32_t relation_row(struct measuring *m) {
    uint32_t row = m->frame->n;
    return frame_push(m->frame) && put_name(m->frame, 0, row, m->ties->name) ? row : UINT32_MAX;
}

uint32_t member_row(struct measuring *m, uint32_t member) {
    uint32_t row = m->frame->n;
    return frame_push(m->frame) && put_name(m->frame, 0, row, m->key[member]) &&
                   put_name(m->frame, 1, row, m->ties->name)
               ? row
               : UINT32_MAX;
}

uint32_t tie_row(struct measuring *m, uint32_t from, uint32_t to) {
    uint32_t row = m->frame->n;
    return frame_push(m->frame) && put_name(m->frame, 0, row, m->key[from]) &&
                   put_name(m->frame, 1, row, m->key[to]) &&
                   put_name(m->frame, 2, row, m->ties->name)
               ? row
               : UINT32_MAX;
}
