/* UCINET DL: full and half matrices, lists of ties and of nodes, one-mode and two-mode, with labels
 * listed or embedded, several matrices in a file.
 *
 * Nodes are numbered as the file lists or names them, the second mode behind the first. Counts in
 * the file are claims: they are compared with what comes, and nothing is made room for. */
#include "store/net_file.h"
#include "store/net_lines.h"
#include "base/num.h"
#include <stdio.h>

enum dl_format { FULL, LOWER, UPPER, EDGES, NODES_OF };
enum { NUMBER_ROOM = 24 };

struct net_dl {
    struct net_build *b;
    struct net_lines l;
    int64_t n[2];    /* nodes of each mode; -1: not said */
    int64_t nm;      /* matrices */
    int64_t seen[2]; /* nodes of each mode that have a row */
    bool two_modes, embedded[2], listed[2], no_diagonal;
    enum dl_format format;
    struct strmap labels[2]; /* number of a node in its mode, from 1 */
    struct str *matrices;    /* labels */
    int64_t nmatrices, matrix;
    int64_t row, column;
    uint32_t label, mode, weight, relation;
};

static const char help_dl[] =
    "as in `DL n=3 format=edgelist1 labels embedded data:` and lines below it";

static void refuse(struct net_dl *d, const char *what) {
    net_refuse(d->b, help_dl, "%s", what);
}

/* ---- words over lines ---- */

static bool next_word(struct net_dl *d, const char *stops, struct net_word *out) {
    while (!net_next_word(&d->l, stops, out)) {
        if (d->b->refused || !net_next_line(&d->l))
            return false;
    }
    return true;
}

static int64_t count_of(struct net_dl *d) {
    struct net_word word;
    int64_t n = -1;
    if (!next_word(d, ",=:", &word) || !num_parse_int(word.text, &n) || n < 1)
        refuse(d, "a count that is no whole number above 0");
    return n;
}

/* ---- nodes ---- */

static int mode_of_columns(const struct net_dl *d) {
    return d->two_modes ? 1 : 0;
}

/* The id of a node: its number, behind those of the first mode. */
static struct str id_of(const struct net_dl *d, int mode, int64_t number, char room[NUMBER_ROOM]) {
    int64_t before = mode == 1 && d->n[0] > 0 ? d->n[0] : 0;
    return (struct str){room, num_print_int(room, before + number)};
}

static void begin_node(struct net_dl *d, int mode, int64_t number) {
    char room[NUMBER_ROOM];
    net_begin_node(d->b, id_of(d, mode, number, room), NET_PLAIN, d->b->line);
    if (d->two_modes)
        net_put(d->b, d->mode, mode ? STR("2") : STR("1"), NET_PLAIN);
}

static void begin_unlisted(void *user, int64_t id) {
    struct net_dl *d = user;
    bool second = d->two_modes && id > d->n[0];
    begin_node(d, second, second ? id - d->n[0] : id);
}

/* The number of the node with that label; 0: refused. A new one is added if that is allowed. */
static int64_t labelled(struct net_dl *d, int mode, struct str label, bool add) {
    char room[NUMBER_ROOM];
    bool is_new;
    const uint64_t *found = strmap_find(&d->labels[mode], label);
    if (found)
        return (int64_t)*found;
    if (!add || d->seen[mode] == d->n[mode]) {
        net_refuse(d->b, "`n=` says how many nodes there are, and `labels:` what they are called",
                   add ? "more nodes are named than the file counts: `%.*s`"
                       : "no node is called `%.*s`",
                   (int)(label.n < 80 ? label.n : 80), label.p);
        return 0;
    }
    struct str kept = net_keep(d->b, label);
    uint64_t *place = kept.p ? strmap_put(&d->labels[mode], kept, &is_new) : NULL;
    if (!place) {
        net_stop(d->b, ST_NO_MEMORY);
        return 0;
    }
    int64_t number = ++d->seen[mode];
    *place = (uint64_t)number;
    begin_node(d, mode, number);
    net_put(d->b, d->label, kept, NET_TEXT);
    net_label(d->b, net_find(d->b, id_of(d, mode, number, room)), kept);
    net_end(d->b);
    return number;
}

/* ---- the header ---- */

static void read_labels(struct net_dl *d, int mode) {
    struct net_word word;
    if (d->n[mode] < 0) {
        refuse(d, "there are labels before `n=`");
        return;
    }
    if (d->l.at < d->l.text.n && d->l.text.p[d->l.at] == ':')
        d->l.at++;
    for (int64_t i = 0; i < d->n[mode] && !d->b->refused; i++) {
        if (!next_word(d, ",", &word) || net_is(word.text, "data:")) {
            net_refuse(d->b, help_dl, "there are %lld labels for %lld nodes", (long long)i,
                       (long long)d->n[mode]);
            return;
        }
        if (strmap_find(&d->labels[mode], word.text))
            refuse(d, "two nodes have the same label");
        labelled(d, mode, word.text, true);
    }
    d->listed[mode] = true;
}

static void read_matrix_labels(struct net_dl *d) {
    struct net_word word;
    int64_t room = 0;
    if (d->l.at < d->l.text.n && d->l.text.p[d->l.at] == ':')
        d->l.at++;
    while (d->nmatrices < d->nm && next_word(d, ",", &word) && !d->b->refused) {
        if (d->nmatrices == room) { /* old ones stay in the arena */
            room = room ? room * 2 : 8;
            struct str *grown = ARENA_ARRAY(&d->b->texts, struct str, room);
            if (!grown) {
                net_stop(d->b, ST_NO_MEMORY);
                return;
            }
            if (d->nmatrices)
                memcpy(grown, d->matrices, (size_t)d->nmatrices * sizeof *grown);
            d->matrices = grown;
        }
        d->matrices[d->nmatrices++] = net_keep(d->b, word.text);
    }
}

/* `labels:` and a list, or `labels embedded`. */
static void read_labels_or_embedded(struct net_dl *d, bool rows, bool columns) {
    struct net_word word;
    size_t at = d->l.at;
    if (net_next_word(&d->l, ":", &word) && net_is(word.text, "embedded")) {
        d->embedded[0] |= rows;
        d->embedded[1] |= columns;
        return;
    }
    d->l.at = at;
    if (rows)
        read_labels(d, 0);
    else
        read_labels(d, mode_of_columns(d));
}

static void set_two_modes(struct net_dl *d) {
    d->two_modes = true;
    d->mode = net_column(d->b, NET_NODES, "mode");
}

static void read_format_name(struct net_dl *d) {
    static const struct {
        const char *name;
        enum dl_format format;
        bool two_modes;
    } formats[] = {{"fullmatrix", FULL, false},    {"fm", FULL, false},
                   {"lowerhalf", LOWER, false},    {"lh", LOWER, false},
                   {"upperhalf", UPPER, false},    {"uh", UPPER, false},
                   {"edgelist1", EDGES, false},    {"el1", EDGES, false},
                   {"edgelist2", EDGES, true},     {"el2", EDGES, true},
                   {"nodelist1", NODES_OF, false}, {"nl1", NODES_OF, false},
                   {"nodelist2", NODES_OF, true},  {"nl2", NODES_OF, true},
                   {"edgelist", EDGES, false},     {"nodelist", NODES_OF, false}};
    struct net_word word;
    if (!next_word(d, ",=:", &word)) {
        refuse(d, "the file ends before the name of its format");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (net_is(word.text, formats[i].name)) {
            d->format = formats[i].format;
            if (formats[i].two_modes)
                set_two_modes(d);
            return;
        }
    }
    net_unsupported(d->b,
                    "fullmatrix, lowerhalf, upperhalf, edgelist1, edgelist2, nodelist1 and "
                    "nodelist2 are read",
                    "the format `%.*s` is not read", (int)(word.text.n < 40 ? word.text.n : 40),
                    word.text.p);
}

static void read_labels_of(struct net_dl *d, bool rows) {
    struct net_word word;
    if (!next_word(d, ",=:", &word) || !net_is(word.text, "labels"))
        refuse(d, "`labels` has to stand here");
    else
        read_labels_or_embedded(d, rows, !rows);
}

static void read_header_word(struct net_dl *d, struct str word) {
    struct net_word next;
    if (net_is(word, "n")) {
        d->n[0] = count_of(d);
    } else if (net_is(word, "nr") || net_is(word, "nc")) {
        set_two_modes(d);
        d->n[net_is(word, "nc") ? 1 : 0] = count_of(d);
    } else if (net_is(word, "nm")) {
        d->nm = count_of(d);
    } else if (net_is(word, "format")) {
        read_format_name(d);
    } else if (net_is(word, "diagonal")) {
        d->no_diagonal = next_word(d, ",=:", &next) && net_is(next.text, "absent");
    } else if (net_is(word, "labels")) {
        read_labels_or_embedded(d, true, true);
    } else if (net_is(word, "row")) {
        read_labels_of(d, true);
    } else if (net_is(word, "col") || net_is(word, "column")) {
        read_labels_of(d, false);
    } else if (net_is(word, "matrix")) {
        if (next_word(d, ",=:", &next) && net_is(next.text, "labels"))
            read_matrix_labels(d);
        else
            refuse(d, "`labels` has to stand here");
    } else {
        net_refuse(d->b, help_dl, "`%.*s` is no word of the header",
                   (int)(word.n < 40 ? word.n : 40), word.p);
    }
}

static void read_header(struct net_dl *d) {
    struct net_word word;
    if (!net_next_line(&d->l) || !next_word(d, ",=:", &word))
        return;
    for (;;) {
        if (d->b->refused)
            return;
        if (!next_word(d, ",=:", &word)) {
            refuse(d, "the file ends before `data:`");
            return;
        }
        if (net_is(word.text, "data"))
            break;
        read_header_word(d, word.text);
    }
    if (d->l.at < d->l.text.n && d->l.text.p[d->l.at] == ':')
        d->l.at++;
    if (d->two_modes && d->n[1] < 0 && d->n[0] >= 0)
        d->n[1] = d->n[0];
    if (d->n[0] < 0 || (d->two_modes && d->n[1] < 0))
        refuse(d, "the file does not say how many nodes there are");
    if (d->two_modes && (d->format == LOWER || d->format == UPPER))
        refuse(d, "half a matrix stands for one mode, not for two");
    if (d->n[0] > INT32_MAX || d->n[1] > INT32_MAX || d->nm > INT32_MAX)
        refuse(d, "a count that no file can have");
}

/* ---- ties ---- */

static bool is_directed(const struct net_dl *d) {
    return d->format != LOWER && d->format != UPPER;
}

static struct str relation_of(const struct net_dl *d, char room[NUMBER_ROOM]) {
    if (d->matrix < d->nmatrices)
        return d->matrices[d->matrix];
    return (struct str){room, num_print_int(room, d->matrix + 1)};
}

static void put_tie(struct net_dl *d, int64_t from, int64_t to, struct str weight, bool missing) {
    char a[NUMBER_ROOM], b[NUMBER_ROOM], r[NUMBER_ROOM];
    net_begin_tie(d->b, id_of(d, 0, from, a), id_of(d, mode_of_columns(d), to, b), NET_PLAIN,
                  is_directed(d), d->b->line);
    if (missing)
        net_flaw(d->b, "the value is missing: whether there is a tie is not known");
    if (d->nm > 1)
        net_put(d->b, d->relation, relation_of(d, r), NET_TEXT);
    if (weight.n && d->weight == NET_NO_COLUMN)
        d->weight = net_column(d->b, NET_TIES, "weight");
    if (weight.n)
        net_put(d->b, d->weight, weight, NET_PLAIN);
    net_end(d->b);
}

/* A node named in the data: by its label, or by its number in its mode. 0: refused. */
static int64_t node_named(struct net_dl *d, int mode, const struct net_word *word) {
    int64_t number;
    bool embedded = d->embedded[mode ? 1 : 0] || (!d->two_modes && d->embedded[1]);
    if (embedded)
        return labelled(d, mode, word->text, !d->listed[mode]);
    if (num_parse_int(word->text, &number) && number >= 1 && number <= d->n[mode])
        return number;
    net_refuse(d->b, "numbers of nodes are 1 to `n`; with `labels embedded` labels stand there",
               "`%.*s` is no number of a node", (int)(word->text.n < 40 ? word->text.n : 40),
               word->text.p);
    return 0;
}

static bool is_missing(struct str value) {
    return str_is(value, ".") || net_is(value, "na");
}

static void read_edge(struct net_dl *d, const struct net_word *first) {
    struct net_word word;
    int64_t from = node_named(d, 0, first);
    if (d->b->refused)
        return;
    if (!net_next_word(&d->l, ",", &word)) {
        refuse(d, "the tie has one end only");
        return;
    }
    int64_t to = node_named(d, mode_of_columns(d), &word);
    struct str weight = STR("");
    double x = 1;
    if (net_next_word(&d->l, ",", &word))
        weight = word.text;
    bool missing = is_missing(weight);
    if (weight.n && !missing && !num_parse_float(weight, &x))
        refuse(d, "the value of the tie is no number");
    if (!d->b->refused && x != 0)
        put_tie(d, from, to, weight, missing);
}

static void read_neighbours(struct net_dl *d, const struct net_word *first) {
    struct net_word word;
    int64_t from = node_named(d, 0, first);
    while (!d->b->refused && net_next_word(&d->l, ",", &word)) {
        int64_t to = node_named(d, mode_of_columns(d), &word);
        if (!d->b->refused)
            put_tie(d, from, to, STR(""), false);
    }
}

static void read_lists(struct net_dl *d) {
    struct net_word word;
    do {
        if (!net_next_word(&d->l, ",", &word))
            continue;
        if (str_is(word.text, "!"))
            d->matrix += d->matrix + 1 < d->nm;
        else if (d->format == EDGES)
            read_edge(d, &word);
        else
            read_neighbours(d, &word);
    } while (!d->b->refused && net_next_line(&d->l));
}

/* ---- matrices ---- */

static int64_t height(const struct net_dl *d) {
    return d->n[0];
}

static int64_t width(const struct net_dl *d) {
    return d->n[mode_of_columns(d)];
}

static bool is_left_out(const struct net_dl *d, int64_t row, int64_t column) {
    return (d->no_diagonal && !d->two_modes && row == column) ||
           (d->format == LOWER && column > row) || (d->format == UPPER && column < row);
}

/* From the column on to the next one that stands in the row; to the row's end where there is none.
 */
static void step(struct net_dl *d) {
    if (d->format == UPPER && d->column < d->row)
        d->column = d->row;
    if (d->format == LOWER && d->column > d->row)
        d->column = width(d);
    while (d->column < width(d) && is_left_out(d, d->row, d->column))
        d->column++;
}

static void ends_early(struct net_dl *d) {
    net_refuse(d->b, "a part of it is missing, or `n=` counts too many",
               "the file ends within row %lld of %lld of the matrix", (long long)d->row + 1,
               (long long)height(d));
}

static void read_column_labels(struct net_dl *d) {
    struct net_word word;
    int mode = mode_of_columns(d);
    for (int64_t i = 0; i < width(d) && !d->b->refused; i++) {
        if (!next_word(d, ",", &word)) {
            ends_early(d);
            return;
        }
        int64_t number = labelled(d, mode, word.text, !d->listed[mode]);
        if (!d->b->refused && number != i + 1)
            refuse(d, "two columns have the same label, or labels stand in another order");
    }
}

static void read_cell(struct net_dl *d, int64_t row) {
    struct net_word word;
    double x = 1;
    if (!next_word(d, ",", &word)) {
        ends_early(d);
        return;
    }
    bool missing = is_missing(word.text);
    if (!missing && !num_parse_float(word.text, &x))
        net_refuse(d->b, "cells are numbers; 0 means that there is no tie",
                   "row %lld, column %lld of the matrix is no number", (long long)d->row + 1,
                   (long long)d->column + 1);
    else if (x != 0)
        put_tie(d, row, d->column + 1, word.text, missing);
}

static void read_row(struct net_dl *d) {
    struct net_word word;
    int64_t row = d->row + 1;
    bool labels = d->embedded[0];
    if (labels && !next_word(d, ",", &word)) {
        ends_early(d);
        return;
    }
    if (labels)
        row = labelled(d, 0, word.text, d->two_modes && !d->listed[0]);
    d->column = 0;
    for (step(d); d->column < width(d) && !d->b->refused; step(d)) {
        read_cell(d, row);
        d->column++;
    }
}

static void read_matrices(struct net_dl *d) {
    struct net_word word;
    if (d->no_diagonal && d->n[0] == 1 && !d->two_modes)
        return; /* no cell at all */
    for (d->matrix = 0; d->matrix < d->nm && !d->b->refused; d->matrix++) {
        d->row = 0;
        if (d->embedded[1])
            read_column_labels(d);
        for (; d->row < height(d) && !d->b->refused; d->row++)
            read_row(d);
    }
    if (!d->b->refused && next_word(d, ",", &word))
        refuse(d, "there are more values than the matrix has cells");
}

/* Nodes that nothing names have a number only. */
static void finish(struct net_dl *d) {
    bool rows = d->embedded[0] || d->listed[0];
    bool columns = d->embedded[1] || d->listed[1];
    bool named = d->two_modes ? rows && columns : rows || columns;
    if (!named && !d->b->refused)
        net_number_all(d->b, d->two_modes ? d->n[0] + d->n[1] : d->n[0], begin_unlisted, d);
}

void net_read_dl(struct net_build *b, struct sliding *w) {
    struct net_dl d = {.b = b, .n = {-1, -1}, .nm = 1, .weight = NET_NO_COLUMN};
    for (int mode = 0; mode < 2; mode++)
        strmap_init(&d.labels[mode], b->s->host.alloc);
    net_lines_init(&d.l, b, w);
    b->numbered = true;
    d.label = net_column(b, NET_NODES, "label");
    read_header(&d);
    if (!b->refused && d.nm > 1)
        d.relation = net_column(b, NET_TIES, "relation");
    if (!b->refused && (d.format == EDGES || d.format == NODES_OF))
        read_lists(&d);
    else if (!b->refused)
        read_matrices(&d);
    finish(&d);
    net_lines_free(&d.l);
    for (int mode = 0; mode < 2; mode++)
        strmap_free(&d.labels[mode]);
}
