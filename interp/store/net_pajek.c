/* Pajek networks (.net): *Vertices, *Arcs, *Edges, *Arcslist, *Edgeslist, *Matrix, one-mode or
 * two-mode, with relations (`*Arcs :2 "advice"`) and times (`[1-3,5,7-*]`).
 *
 * Vertices are numbered; where each has a label that no other one has, labels become the ids.
 * Words behind a vertex or tie that come in pairs are attributes. */
#include "store/net_file.h"
#include "store/net_lines.h"
#include "base/num.h"
#include <stdio.h>

enum section { NOTHING, VERTICES, TIES, LISTS, MATRIX };
enum { MOST_WORDS = 256, NUMBER_ROOM = 24, FIRST_NUMBERS = 3 };

struct pajek {
    struct net_build *b;
    struct net_lines l;
    struct arena texts; /* of one line */
    struct strmap relations;
    enum section section;
    bool directed, networks;
    int64_t n, first_mode; /* vertices; those of the first mode, 0: there is one */
    struct str relation;   /* of the ties that follow; empty: none */
    int64_t row, column;   /* of a matrix, the next cell */
    uint32_t label, mode, weight, relation_column;
};

static const char help_counts[] = "`*Vertices 34` says how many vertices there are";

/* ---- words ---- */

static struct str keep_word(struct pajek *p, struct str word) {
    struct str copy = arena_str(&p->texts, word);
    if (!copy.p)
        net_stop(p->b, ST_NO_MEMORY);
    return copy;
}

static bool is_number(struct str s) {
    double x;
    return num_parse_float(s, &x);
}

/* What stands behind the ends of a tie or the number of a vertex. */
struct words {
    struct net_word at[MOST_WORDS];
    uint32_t n;
    struct net_spell *spells;
    uint32_t nspells;
};

static struct str until(struct str *s, const char *stops) {
    struct str part = {s->p, 0};
    while (part.n < s->n && !strchr(stops, s->p[part.n]))
        part.n++;
    s->p += part.n;
    s->n -= part.n;
    if (s->n) {
        s->p++;
        s->n--;
    }
    while (part.n && part.p[part.n - 1] == ' ')
        part.n--;
    while (part.n && *part.p == ' ') {
        part.p++;
        part.n--;
    }
    return part;
}

/* `[1-3,5,7-*]`: from 1 to 3, at 5, from 7 on. */
static void take_times(struct pajek *p, struct words *out) {
    struct net_lines *l = &p->l;
    struct str rest = {l->text.p + l->at + 1, l->text.n - l->at - 1};
    struct str times = until(&rest, "]");
    l->at = l->text.n;
    out->spells = ARENA_ARRAY(&p->texts, struct net_spell, times.n / 2 + 2);
    if (!out->spells)
        net_stop(p->b, ST_NO_MEMORY);
    while (times.n && !p->b->refused) {
        struct str one = until(&times, ",;");
        struct str end = one, start = until(&end, "-");
        if (!end.n && one.n == start.n)
            end = start;
        if (str_is(end, "*"))
            end = STR("");
        if (!is_number(start) || (end.n && !is_number(end)))
            net_refuse(p->b, "a time is `[1-3,5,7-*]`: from 1 to 3, at 5, from 7 on",
                       "a time that cannot be read");
        out->spells[out->nspells++] = (struct net_spell){start, end};
    }
}

static void take_words(struct pajek *p, struct words *out) {
    struct net_lines *l = &p->l;
    struct net_word word;
    out->n = out->nspells = 0;
    for (;;) {
        while (l->at < l->text.n && (l->text.p[l->at] == ' ' || l->text.p[l->at] == '\t'))
            l->at++;
        if (l->at < l->text.n && l->text.p[l->at] == '[') {
            take_times(p, out);
            return;
        }
        if (!net_next_word(l, "", &word))
            return;
        if (out->n == MOST_WORDS) {
            net_refuse(p->b, "a line of a vertex or tie has a few words only",
                       "the line has more than 256 words");
            return;
        }
        word.text = keep_word(p, word.text);
        out->at[out->n++] = word;
    }
}

/* A key and a value each; a word before them that makes their number odd is the shape. */
static void put_pairs(struct pajek *p, enum net_part part, const struct words *w, uint32_t first) {
    if ((w->n - first) % 2 && w->n > first) {
        net_put(p->b, net_attribute(p->b, part, STR("shape"), STR("shape")), w->at[first].text,
                NET_TEXT);
        first++;
    }
    for (uint32_t i = first; i + 1 < w->n && !p->b->refused; i += 2)
        net_put(p->b, net_attribute(p->b, part, w->at[i].text, w->at[i].text), w->at[i + 1].text,
                w->at[i + 1].quoted ? NET_TEXT : NET_PLAIN);
}

/* A number as ids have it. */
static struct str plain_number(struct str word, char room[NUMBER_ROOM]) {
    int64_t number;
    if (!num_parse_int(word, &number))
        return word;
    return (struct str){room, num_print_int(room, number)};
}

static int64_t count_of(struct pajek *p, struct str word) {
    int64_t n = -1;
    if (!num_parse_int(word, &n) || n < 0) {
        net_refuse(p->b, help_counts, "the number of vertices cannot be read");
        return 0;
    }
    return n;
}

/* ---- vertices ---- */

static void begin_vertex(void *user, int64_t number) {
    struct pajek *p = user;
    char room[NUMBER_ROOM];
    struct str id = {room, num_print_int(room, number)};
    net_begin_node(p->b, id, NET_PLAIN, p->b->line);
    if (p->first_mode)
        net_put(p->b, p->mode, number <= p->first_mode ? STR("1") : STR("2"), NET_PLAIN);
}

static void read_vertex(struct pajek *p) {
    static const char *const places[FIRST_NUMBERS] = {"x", "y", "z"};
    struct words w;
    int64_t number;
    uint32_t next = 2;
    take_words(p, &w);
    if (w.n == 0 || p->b->refused)
        return;
    if (!num_parse_int(w.at[0].text, &number)) {
        net_refuse(p->b, "a line of a vertex is its number, its label and what else there is",
                   "the line does not begin with the number of a vertex");
        return;
    }
    begin_vertex(p, number);
    if (number < 1 || number > p->n)
        net_flaw(p->b, "the vertex is not among those that `*Vertices` counts");
    if (w.n > 1) {
        net_put(p->b, p->label, w.at[1].text, NET_TEXT);
        if (p->b->nnodes)
            net_label(p->b, net_find(p->b, plain_number(w.at[0].text, (char[NUMBER_ROOM]){0})),
                      w.at[1].text);
    }
    for (;
         next < w.n && next < 2 + FIRST_NUMBERS && !w.at[next].quoted && is_number(w.at[next].text);
         next++) {
        uint32_t column = net_column(p->b, NET_NODES, places[next - 2]);
        net_put(p->b, column, w.at[next].text, NET_PLAIN);
    }
    if (next < w.n)
        put_pairs(p, NET_NODES, &w, next);
    net_end_spells(p->b, w.spells, w.nspells);
}

/* ---- ties ---- */

static void begin_tie(struct pajek *p, struct str from, struct str to, struct str relation) {
    char a[NUMBER_ROOM], b[NUMBER_ROOM];
    from = plain_number(from, a);
    to = plain_number(to, b);
    net_begin_tie(p->b, from, to, NET_PLAIN, p->directed, p->b->line);
    if (relation.n) {
        if (p->relation_column == NET_NO_COLUMN)
            p->relation_column = net_column(p->b, NET_TIES, "relation");
        net_put(p->b, p->relation_column, relation, NET_TEXT);
    }
}

static void put_weight(struct pajek *p, struct str weight) {
    if (p->weight == NET_NO_COLUMN)
        p->weight = net_column(p->b, NET_TIES, "weight");
    net_put(p->b, p->weight, weight, NET_PLAIN);
}

/* What a relation's number is called. */
static struct str relation_named(struct pajek *p, struct str number) {
    const uint64_t *name = strmap_find(&p->relations, number);
    return name ? str_of((const char *)(uintptr_t)*name) : number;
}

static void read_tie(struct pajek *p) {
    struct words w;
    uint32_t first = 0;
    struct str relation = p->relation;
    take_words(p, &w);
    if (w.n && w.at[0].text.n > 1 && w.at[0].text.p[w.at[0].text.n - 1] == ':') {
        struct str number = {w.at[0].text.p, w.at[0].text.n - 1};
        relation = relation_named(p, number);
        first = 1;
    }
    if (w.n <= first || p->b->refused)
        return;
    begin_tie(p, w.at[first].text, w.n > first + 1 ? w.at[first + 1].text : STR(""), relation);
    first += 2;
    if (w.n > first && !w.at[first].quoted && is_number(w.at[first].text))
        put_weight(p, w.at[first++].text);
    if (w.n > first)
        put_pairs(p, NET_TIES, &w, first);
    net_end_spells(p->b, w.spells, w.nspells);
}

static void read_list(struct pajek *p) {
    struct net_word word;
    if (!net_next_word(&p->l, "", &word))
        return;
    struct str from = keep_word(p, word.text);
    while (!p->b->refused && net_next_word(&p->l, "", &word)) {
        begin_tie(p, from, word.text, p->relation);
        net_end(p->b);
    }
}

static int64_t matrix_width(const struct pajek *p) {
    return p->first_mode ? p->n - p->first_mode : p->n;
}

static int64_t matrix_height(const struct pajek *p) {
    return p->first_mode ? p->first_mode : p->n;
}

static void read_cell(struct pajek *p, struct str cell) {
    char from[NUMBER_ROOM], to[NUMBER_ROOM];
    double x;
    if (p->row == matrix_height(p)) {
        net_refuse(p->b, "a matrix has a row and a column for each vertex",
                   "the matrix has more cells than its vertices take");
        return;
    }
    if (!num_parse_float(cell, &x)) {
        net_refuse(p->b, "cells are numbers; 0 means that there is no tie",
                   "row %lld, column %lld of the matrix is no number", (long long)p->row + 1,
                   (long long)p->column + 1);
        return;
    }
    if (x != 0) {
        int64_t behind = p->first_mode + p->column + 1;
        begin_tie(p, (struct str){from, num_print_int(from, p->row + 1)},
                  (struct str){to, num_print_int(to, behind)}, p->relation);
        put_weight(p, cell);
        net_end(p->b);
    }
    if (++p->column == matrix_width(p)) {
        p->column = 0;
        p->row++;
    }
}

static void read_cells(struct pajek *p) {
    struct net_word word;
    while (!p->b->refused && net_next_word(&p->l, "", &word))
        read_cell(p, word.text);
}

static void end_section(struct pajek *p) {
    if (p->section == MATRIX && (p->row < matrix_height(p) || p->column))
        net_refuse(p->b, "a matrix has a row and a column for each vertex",
                   "the matrix ends within row %lld", (long long)p->row + 1);
    p->section = NOTHING;
}

/* ---- sections ---- */

static void begin_vertices(struct pajek *p) {
    struct net_word word;
    if (p->n >= 0) {
        net_unsupported(p->b, "write each network into a file of its own",
                        "the file has `*Vertices` twice: a second network or a partition");
        return;
    }
    p->n = net_next_word(&p->l, "", &word) ? count_of(p, word.text) : count_of(p, STR(""));
    if (net_next_word(&p->l, "", &word)) {
        p->first_mode = count_of(p, word.text);
        if (p->first_mode > p->n)
            net_refuse(p->b, help_counts, "the first mode has more vertices than there are");
        p->mode = net_column(p->b, NET_NODES, "mode");
    }
    p->section = VERTICES;
}

static struct str read_relation(struct pajek *p) {
    struct net_word word;
    if (!net_next_word(&p->l, "", &word))
        return STR("");
    struct str number = net_keep(p->b, word.text);
    if (number.n && number.p[0] == ':') {
        number.p++;
        number.n--;
    }
    if (!number.n && net_next_word(&p->l, "", &word)) /* `*Arcs : 2` */
        number = net_keep(p->b, word.text);
    struct str name =
        net_next_word(&p->l, "", &word) ? net_keep(p->b, word.text) : relation_named(p, number);
    bool is_new;
    uint64_t *place = number.p ? strmap_put(&p->relations, number, &is_new) : NULL;
    if (place)
        *place = (uint64_t)(uintptr_t)name.p;
    else
        net_stop(p->b, ST_NO_MEMORY);
    return name;
}

static void begin_ties(struct pajek *p, enum section section, bool directed) {
    if (p->n < 0)
        net_refuse(p->b, help_counts, "there are ties before `*Vertices`");
    p->section = section;
    p->directed = directed;
    p->relation = read_relation(p);
    p->row = p->column = 0;
    if (section == MATRIX && (matrix_width(p) == 0 || matrix_height(p) == 0))
        p->section = NOTHING;
}

static void begin_section(struct pajek *p) {
    static const struct {
        const char *name;
        enum section section;
        bool directed;
    } sections[] = {{"*arcs", TIES, true},
                    {"*edges", TIES, false},
                    {"*arcslist", LISTS, true},
                    {"*edgeslist", LISTS, false},
                    {"*matrix", MATRIX, true}};
    struct net_word word;
    end_section(p);
    if (!net_next_word(&p->l, "", &word) || p->b->refused)
        return;
    if (net_is(word.text, "*vertices")) {
        begin_vertices(p);
        return;
    }
    if (net_is(word.text, "*network") && !p->networks) {
        p->networks = true;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        if (net_is(word.text, sections[i].name)) {
            begin_ties(p, sections[i].section, sections[i].directed);
            return;
        }
    }
    net_unsupported(p->b, "a network has *Vertices, *Arcs, *Edges, *Arcslist, *Edgeslist, *Matrix",
                    "the section `%.*s` is not read", STR_ARG(word.text));
}

static void read_line(struct pajek *p) {
    struct str t = p->l.text;
    size_t at = 0;
    while (at < t.n && (t.p[at] == ' ' || t.p[at] == '\t'))
        at++;
    if (at == t.n || t.p[at] == '%' || (t.n - at > 1 && t.p[at] == '/' && t.p[at + 1] == '*'))
        return;
    if (t.p[at] == '*') {
        begin_section(p);
        return;
    }
    switch (p->section) {
    case VERTICES:
        read_vertex(p);
        break;
    case TIES:
        read_tie(p);
        break;
    case LISTS:
        read_list(p);
        break;
    case MATRIX:
        read_cells(p);
        break;
    case NOTHING:
        net_refuse(p->b, "a line that begins with `*` says what follows",
                   "the line belongs to no section");
    }
}

void net_read_pajek(struct net_build *b, struct sliding *w) {
    struct pajek p = {.b = b, .n = -1};
    struct arena_mark mark;
    p.weight = p.relation_column = p.mode = NET_NO_COLUMN;
    arena_init(&p.texts, b->s->host.alloc);
    strmap_init(&p.relations, b->s->host.alloc);
    net_lines_init(&p.l, b, w);
    b->numbered = true;
    p.label = net_column(b, NET_NODES, "label");
    mark = arena_mark(&p.texts);
    while (!b->refused && net_next_line(&p.l)) {
        read_line(&p);
        arena_reset(&p.texts, mark);
    }
    if (!b->refused)
        end_section(&p);
    if (!b->refused && p.n < 0)
        net_refuse(b, help_counts, "the file ends before `*Vertices`");
    if (!b->refused)
        net_number_all(b, p.n, begin_vertex, &p);
    net_lines_free(&p.l);
    strmap_free(&p.relations);
    arena_free(&p.texts);
}
