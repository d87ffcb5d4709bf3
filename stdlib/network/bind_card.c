/* card(): a network on one screen, and watch(): what in it asks for a second look.
 *
 * Both are rows of two texts, so that they fit a terminal of 80 columns and any data format.
 * Figures are about all relations together; what the network does not declare is said instead of a
 * figure. */
#include "stdlib/network/betweenness.h"
#include "stdlib/network/bind_answers.h"
#include "stdlib/network/bind_network.h"
#include "stdlib/network/bind_slices.h"
#include "stdlib/rows.h"
#include <math.h>

enum { ABOUT, FIGURE };
/* Names and texts that are listed, waves that are looked at, members of whom distances are worked
 * out, letters of a figure that a terminal has room for. */
enum { LISTED = 3, TEXTS = 6, LAST_WAVES = 6, MOST_FOR_PATHS = 5000, WIDTH = 60 };

struct card {
    struct asking *a;
    const struct ties *ties;       /* of all relations together */
    const uint8_t *silent;         /* who did not answer in some; NULL: all did */
    uint64_t unknown[TIE_CLASSES]; /* pairs */
    struct structure structure;
    struct buf line;
    bool ok;
};

/* Adds the line as a row. */
static void end_row(struct card *c, const char *about) {
    struct frame *f = c->a->m.frame;
    c->ok = c->ok && !c->line.failed && frame_push(f) &&
            put_text(f, ABOUT, f->n - 1, str_of(about)) &&
            put_text(f, FIGURE, f->n - 1, buf_view(&c->line));
    buf_clear(&c->line);
}

static void PRINTF_LIKE(3, 4) add_row(struct card *c, const char *about, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprintf(&c->line, format, args);
    va_end(args);
    end_row(c, about);
}

/* 0 of nothing. */
static double part(uint64_t n, uint64_t d) {
    return d ? (double)n / (double)d : 0;
}

static void put_part(struct card *c, uint64_t n, uint64_t d) {
    if (d) {
        buf_printf(&c->line, "%.3g (%llu of %llu)", part(n, d), (unsigned long long)n,
                   (unsigned long long)d);
    } else {
        buf_text(&c->line, "not defined, there are none");
    }
}

static const char *plural(uint64_t n) {
    return n == 1 ? "" : "s";
}

/* Up to LISTED keys of those that pass. */
static void put_members(struct card *c, const uint8_t *is_listed) {
    uint32_t n = 0, more = 0;
    for (uint32_t v = 0; v < c->a->m.net->n; v++) {
        if (is_listed[v] && n < LISTED) {
            buf_printf(&c->line, "%s%.*s", n++ ? ", " : "", STR_ARG(c->a->m.key[v]));
        } else {
            more += is_listed[v] != 0;
        }
    }
    if (more) {
        buf_printf(&c->line, " and %u more", more);
    }
}

/* ---- who is in it ---- */

struct text_count {
    struct str text;
    uint32_t n;
};

/* Members by text; `order`: texts that come first. NULL: no memory. */
static struct text_count *count_texts(struct card *c, const struct column *column,
                                      const struct str *order, uint32_t norder, uint32_t *n) {
    struct arena *arena = native_arena(c->a->m.call);
    uint32_t members = c->a->m.net->n;
    struct text_count *out = ARENA_ARRAY(arena, struct text_count, (size_t)members + norder + 1);
    struct strmap map;
    bool ok = out != NULL;
    *n = 0;
    strmap_init(&map, arena->alloc);
    for (uint32_t i = 0; ok && i < norder + members; i++) {
        bool is_member = i >= norder, is_new;
        uint32_t row = i - norder;
        struct str text = !is_member                             ? order[i]
                          : column_state(column, row) == PRESENT ? text_str(column->t[row])
                                                                 : STR_NONE;
        uint64_t *at = text.p ? strmap_put(&map, text, &is_new) : NULL;
        ok = at || !text.p;
        if (at && is_new) {
            *at = *n;
            out[(*n)++] = (struct text_count){.text = text};
        }
        if (at && is_member) {
            out[*at].n++;
        }
    }
    strmap_free(&map);
    return ok ? out : NULL;
}

/* "2 state, 12 school, 1 not said" */
static void put_texts(struct card *c, const struct column *column, const struct str *order,
                      uint32_t norder) {
    uint32_t n, known = 0, shown = 0, rest = 0;
    struct text_count *all = count_texts(c, column, order, norder, &n);
    c->ok = c->ok && all;
    for (uint32_t i = 0; all && i < n; i++) {
        known += all[i].n;
        if (all[i].n && shown < TEXTS) {
            buf_printf(&c->line, "%s%u %.*s", shown++ ? ", " : "", all[i].n, STR_ARG(all[i].text));
        } else {
            rest += all[i].n;
        }
    }
    if (rest) {
        buf_printf(&c->line, ", %u in others", rest);
    }
    if (known < c->a->m.net->n) {
        buf_printf(&c->line, "%s%u not said", shown ? ", " : "", c->a->m.net->n - known);
    }
}

static void add_members(struct card *c) {
    const struct network_view *v = c->a->m.net;
    if (v->title.n) {
        add_row(c, "network", "%.*s", STR_ARG(v->title));
    }
    buf_printf(&c->line, "%u%s", v->n, v->n ? ": " : "");
    if (v->level) {
        put_texts(c, v->level, v->level_names, v->nlevels);
    } else {
        buf_text(&c->line, "levels are not declared: `level COLUMN order ...`");
    }
    end_row(c, "members");
    if (v->sector) {
        put_texts(c, v->sector, &v->inside, v->inside.n > 0);
        end_row(c, "sectors");
    }
}

static uint32_t count_silent(const struct card *c) {
    uint32_t n = 0;
    for (uint32_t v = 0; c->silent && v < c->a->m.net->n; v++) {
        n += c->silent[v] != 0;
    }
    return n;
}

static void add_respondents(struct card *c) {
    if (c->silent) {
        put_part(c, c->a->m.net->n - count_silent(c), c->a->m.net->n);
        end_row(c, "respondents");
    }
}

/* ---- structure ---- */

static void add_ties(struct card *c) {
    const struct network_view *v = c->a->m.net;
    uint64_t unknown = 0;
    for (int k = 0; k < TIE_CLASSES; k++) {
        unknown += c->unknown[k];
    }
    buf_printf(&c->line, "%u", c->ties->n);
    for (uint32_t k = 0; v->nties > 1 && k < v->nties; k++) {
        buf_printf(&c->line, "%s%.*s %u", k ? ", " : " (", STR_ARG(v->ties[k].name),
                   c->a->layers.at[k + 1].ties.n);
    }
    buf_text(&c->line, v->nties > 1 ? "), density " : ", density ");
    put_part(c, c->ties->n, c->structure.possible - unknown);
    end_row(c, "ties");
    if (c->ties->directed && c->ties->n) {
        put_part(c, c->structure.reciprocated, c->ties->n);
        end_row(c, "reciprocity");
    }
}

static void add_classes(struct card *c) {
    uint64_t pairs[TIE_CLASSES], counts[TIE_CLASSES];
    c->ok = c->ok &&
            tie_class_pairs(native_arena(c->a->m.call), &c->a->nodes, c->ties->directed, pairs);
    ties_count_classes(&c->a->nodes, c->ties, counts);
    for (int k = 0; c->ok && k < TIE_CLASSES; k++) {
        uint64_t known = c->ok ? pairs[k] - c->unknown[k] : 0;
        if (known && (k != TIE_UNCLASSED || c->a->m.net->level)) {
            put_part(c, counts[k], known);
            end_row(c, tie_class_name((enum tie_class)k));
        }
    }
}

static const uint8_t *find_isolates(struct card *c) {
    uint8_t *alone = MEMBER_ARRAY(&c->a->m, uint8_t);
    if (!alone) {
        return NULL;
    }
    for (uint32_t v = 0; v < c->a->m.net->n; v++) {
        alone[v] = !c->silent || !c->silent[v];
    }
    for (uint32_t i = 0; i < c->ties->n; i++) {
        alone[c->ties->from[i]] = alone[c->ties->to[i]] = 0;
    }
    return alone;
}

static uint32_t count_listed(const struct card *c, const uint8_t *is_listed) {
    uint32_t n = 0;
    for (uint32_t v = 0; v < c->a->m.net->n; v++) {
        n += is_listed[v] != 0;
    }
    return n;
}

static void add_connection(struct card *c) {
    const uint8_t *alone = find_isolates(c);
    c->ok = c->ok && alone;
    if (!c->ok || !c->a->m.net->n) {
        return;
    }
    buf_printf(&c->line, "%u of %u member%s in the largest of %u part%s", c->structure.largest,
               c->a->m.net->n, plural(c->a->m.net->n), c->structure.components,
               plural(c->structure.components));
    end_row(c, "connected");
    uint32_t n = count_listed(c, alone);
    buf_printf(&c->line, "%u%s", n, n ? ": " : "");
    put_members(c, alone);
    end_row(c, "isolates");
}

/* Groups are numbered below the members, so that these are enough. */
static enum status add_across(struct card *c) {
    struct groups by = {c->ties->nodes, c->a->nodes.group};
    struct across x;
    if (!by.of || by.n > MOST_FOR_PATHS) {
        return ST_OK;
    }
    enum status s = find_across(c->a, c->ties, &by, &x);
    if (s == ST_OK && x.pairs) {
        buf_printf(&c->line, "%.3g of the pairs within 2 steps, %.3g within 3",
                   part(x.within[2], x.pairs), part(x.within[3], x.pairs));
        end_row(c, "across groups");
    }
    return s;
}

/* ---- lines and hub ---- */

struct coverage_summary {
    uint32_t parents, uncovered;
    uint32_t least; /* whose coverage is least */
    double mean, lowest;
};

static bool summarize_coverage(struct card *c, struct coverage_summary *out) {
    uint8_t *reach = MEMBER_ARRAY(&c->a->m, uint8_t);
    struct covered *of = MEMBER_ARRAY(&c->a->m, struct covered);
    double sum = 0;
    *out = (struct coverage_summary){.lowest = 2};
    if (!reach || !of) {
        return false;
    }
    coverage_find(c->a->m.net->line, c->silent, c->ties, reach);
    count_covered(c->a, reach, of);
    for (uint32_t v = 0; v < c->a->m.net->n; v++) {
        uint32_t known = of[v].children - of[v].unknown;
        out->uncovered += known - of[v].reached;
        if (known) {
            double share = (double)of[v].reached / known;
            out->parents++;
            sum += share;
            out->least = share < out->lowest ? v : out->least;
            out->lowest = share < out->lowest ? share : out->lowest;
        }
    }
    out->mean = sum / out->parents;
    return true;
}

static void add_coverage(struct card *c) {
    struct coverage_summary s;
    const struct network_view *v = c->a->m.net;
    if (!v->line) {
        add_row(c, "coverage", "not known: `line COLUMN` says who belongs to whom");
        return;
    }
    if (lines_fault(v->line, v->n) < v->n) {
        add_row(c, "coverage", "not known: a line runs in a circle");
        return;
    }
    c->ok = c->ok && summarize_coverage(c, &s);
    if (c->ok && s.parents) {
        add_row(c, "coverage", "mean %.3g of %u parent%s, least %.3g (%.*s); %u not reached",
                s.mean, s.parents, plural(s.parents), s.lowest, STR_ARG(c->a->m.key[s.least]),
                s.uncovered);
    }
}

static enum status add_hub(struct card *c) {
    const struct network_view *v = c->a->m.net;
    uint8_t *bond = MEMBER_ARRAY(&c->a->m, uint8_t);
    struct hub h;
    if (!v->hub || !v->nhub) {
        add_row(c, "hub", v->hub ? "not a member" : "not declared: `hub \"...\"`");
        return ST_OK;
    }
    enum status s = find_hub(c->a, c->ties, bond, &h);
    if (s == ST_OK) {
        buf_printf(&c->line, "%.3g of the ties, dependence %.3g, %u tied to it alone",
                   part(h.touching, h.ties), part(h.linked - h.linked_without, h.linked), h.only);
        end_row(c, "hub");
    }
    return s;
}

/* ---- brokers ---- */

static void put_brokers(struct card *c, const double *through, double pairs) {
    uint8_t *shown = MEMBER_ARRAY(&c->a->m, uint8_t);
    uint32_t n = c->a->m.net->n;
    c->ok = c->ok && shown;
    for (int i = 0; c->ok && i < LISTED; i++) {
        uint32_t best = n;
        for (uint32_t v = 0; v < n; v++) {
            best =
                through[v] > 0 && !shown[v] && (best == n || through[v] > through[best]) ? v : best;
        }
        if (best < n) {
            shown[best] = 1;
            buf_printf(&c->line, "%s%.*s %.2g", i ? ", " : "", STR_ARG(c->a->m.key[best]),
                       through[best] / pairs);
        }
    }
    if (!c->line.n) {
        buf_text(&c->line, "nobody stands between others");
    }
    end_row(c, "brokers");
}

static enum status add_brokers(struct card *c) {
    struct tie_list list = {.nodes = c->ties->nodes,
                            .directed = c->ties->directed,
                            .n = c->ties->n,
                            .from = c->ties->from,
                            .to = c->ties->to};
    double *through = MEMBER_ARRAY(&c->a->m, double);
    struct graph g;
    if (c->ties->nodes > MOST_FOR_PATHS) {
        add_row(c, "brokers", "`betweenness` works them out; here only up to %d members",
                (int)MOST_FOR_PATHS);
        return ST_OK;
    }
    enum status s = through ? graph_build(&c->a->m.host, &list, &g) : ST_NO_MEMORY;
    if (s != ST_OK) {
        return s;
    }
    s = betweenness(&c->a->m.host, &g, LENGTHS_ONE, through, NULL);
    if (s == ST_OK) {
        put_brokers(c, through, betweenness_pairs(&g));
    }
    graph_free(&g);
    return s;
}

/* ---- time ---- */

static uint32_t count_active(const struct slice *s, uint32_t n) {
    uint32_t active = 0;
    for (uint32_t v = 0; v < n; v++) {
        active += s->active[v];
    }
    return active;
}

/* "2021 9/6, 2022 32/15", from one of them on. */
static void put_waves(struct card *c, const struct slices *w, uint32_t from) {
    buf_clear(&c->line);
    for (uint32_t t = from; t < w->n; t++) {
        char period[24];
        size_t n = period_print(native_calendar(c->a->m.call), period, w->at[t].period);
        buf_printf(&c->line, "%s%.*s %u/%u", t > from ? ", " : "", (int)n, period,
                   w->at[t].layers.at[0].ties.n, count_active(&w->at[t], c->a->m.net->n));
    }
}

static enum status add_time(struct card *c) {
    struct cutting how = {native_text(c->a->m.call, 1), 0, LAST_WAVES};
    struct slices w;
    if (!has_waves(c->a->m.net)) {
        return ST_OK;
    }
    enum status s = take_slices(c->a, &how, &w);
    if (s != ST_OK || w.n < 2) {
        return s;
    }
    for (uint32_t from = 0; !c->line.n || (c->line.n > WIDTH && from < w.n); from++) {
        put_waves(c, &w, from);
    }
    end_row(c, "ties/members");
    return ST_OK;
}

/* ---- what to look at ---- */

enum { ENOUGH_ANSWERS = 70 };

static void watch_answers(struct card *c) {
    uint32_t silent = count_silent(c), n = c->a->m.net->n;
    uint64_t answered = n - silent;
    if (silent && answered * 100 < (uint64_t)n * ENOUGH_ANSWERS) {
        add_row(c, "few answers", "%.0f%% answered, under %d%%: much of the network is not known",
                100.0 * (double)answered / n, (int)ENOUGH_ANSWERS);
    }
}

static void watch_outside(struct card *c) {
    const struct network_view *v = c->a->m.net;
    for (uint32_t k = 0; k < v->nties; k++) {
        if (v->ties[k].outside) {
            buf_printf(&c->line, "%s%llu of `%.*s`", c->line.n ? ", " : "",
                       (unsigned long long)v->ties[k].outside, STR_ARG(v->ties[k].name));
        }
    }
    if (c->line.n) {
        buf_text(&c->line, " lead to rows that are no members");
        end_row(c, "ties outside");
    }
    for (uint32_t k = 0; k < v->nties; k++) {
        if (v->ties[k].missing) {
            buf_printf(&c->line, "%s%llu of `%.*s`", c->line.n ? ", " : "",
                       (unsigned long long)v->ties[k].missing, STR_ARG(v->ties[k].name));
        }
    }
    if (c->line.n) {
        buf_text(&c->line, " have a missing end");
        end_row(c, "ties cut off");
    }
}

static void watch_isolates(struct card *c) {
    const uint8_t *alone = find_isolates(c);
    c->ok = c->ok && alone;
    if (c->ok && count_listed(c, alone)) {
        buf_text(&c->line, "nobody is tied to ");
        put_members(c, alone);
        end_row(c, "isolates");
    }
}

static void watch_coverage(struct card *c) {
    const struct network_view *v = c->a->m.net;
    struct coverage_summary s;
    if (!v->line || lines_fault(v->line, v->n) < v->n) {
        return;
    }
    c->ok = c->ok && summarize_coverage(c, &s);
    if (c->ok && s.uncovered) {
        add_row(c, "not reached", "%u ha%s no tie to the one they belong to (`uncovered`)",
                s.uncovered, s.uncovered == 1 ? "s" : "ve");
    }
}

static void watch_bonds(struct card *c, const struct hub *h, uint8_t *bond) {
    for (uint32_t v = 0; v < c->a->m.net->n; v++) {
        bond[v] = !c->a->m.net->hub[v] && bond[v] == BOND_HUB;
    }
    if (h->only) {
        buf_text(&c->line, "without the hub nobody would reach ");
        put_members(c, bond);
        end_row(c, "hub alone");
    }
    if (2 * (h->linked - h->linked_without) > h->linked) {
        add_row(c, "dependence", "more than half of the connected pairs are so through the hub");
    }
}

static enum status watch_hub(struct card *c) {
    const struct network_view *v = c->a->m.net;
    uint8_t *bond = MEMBER_ARRAY(&c->a->m, uint8_t);
    struct hub h;
    if (!v->hub || !v->nhub) {
        return ST_OK;
    }
    enum status s = find_hub(c->a, c->ties, bond, &h);
    if (s == ST_OK) {
        watch_bonds(c, &h, bond);
    }
    return s;
}

/* ---- both ---- */

typedef enum status card_fn(struct card *c);

static enum status fill_card(struct card *c) {
    add_members(c);
    add_respondents(c);
    add_ties(c);
    add_classes(c);
    add_connection(c);
    enum status s = add_across(c);
    add_coverage(c);
    if (s == ST_OK) {
        s = add_hub(c);
    }
    if (s == ST_OK) {
        s = add_brokers(c);
    }
    if (s == ST_OK) {
        s = add_time(c);
    }
    watch_answers(c);
    watch_outside(c);
    return s;
}

static enum status fill_watch(struct card *c) {
    watch_answers(c);
    watch_outside(c);
    watch_isolates(c);
    watch_coverage(c);
    return watch_hub(c);
}

static enum status fill(struct asking *a, card_fn *fn) {
    struct arena *arena = native_arena(a->m.call);
    struct card c = {.a = a, .ok = true};
    struct layer all;
    struct network_ties together = {.n = 0};
    if (!network_whole(arena, a->m.net, &all) ||
        !network_answers(arena, a->m.net, STR_NONE, &together.answered) ||
        !ties_structure(arena, &all.ties, &c.structure)) {
        return ST_NO_MEMORY;
    }
    together.directed = all.ties.directed;
    a->m.status = count_unknown(a->m.call, &a->nodes, &together, c.unknown);
    if (a->m.status != SPOKE_OK) {
        return ST_FAILED;
    }
    c.ties = &all.ties;
    c.silent = all.silent;
    buf_init(&c.line, native_alloc(a->m.call));
    enum status s = fn(&c);
    buf_free(&c.line);
    return s == ST_OK ? had_memory(c.ok) : s;
}

static enum status make_card(struct asking *a, const void *user) {
    UNUSED(user);
    return fill(a, fill_card);
}

int network_card(struct native_call *c) {
    return ask_network(
        c,
        &(struct figure){
            .definition = "shares are of possible or known pairs, of ties, or of members, as in "
                          "`ties_by_class`, `coverage`, `hub`, `across` and `structure`; brokers: "
                          "normalized betweenness; all relations together",
            .fn = make_card});
}

static enum status make_watch(struct asking *a, const void *user) {
    UNUSED(user);
    return fill(a, fill_watch);
}

int network_watch(struct native_call *c) {
    return ask_network(
        c, &(struct figure){.definition =
                                "what may need a second look: under 70% that answered, ties that "
                                "leave the network, members without ties, not reached along their "
                                "line, or connected through the hub alone; all relations together",
                            .fn = make_watch});
}
