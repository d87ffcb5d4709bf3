/* Pajek, UCINET DL, DOT: formats of lines and words. */
#include "base/day.h"
#include "stdlib/network/format.h"
#include <math.h>

/* ---- texts ---- */

/* In quotes on one line; quotes and backslashes inside behind a backslash. */
static void put_quoted(struct buf *out, struct str s) {
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\') {
            buf_char(out, '\\');
        }
        buf_char(out, c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
    }
    buf_char(out, '"');
}

/* ---- Pajek ---- */

/* The first day of the network is time 1. */
static int64_t first_day(const struct format_network *net) {
    int64_t first = INT64_MAX;
    for (uint32_t i = 0; net->spell && i < net->n; i++) {
        int64_t day = net->spell[i].start;
        first = day != FORMAT_NO_DAY && day < first ? day : first;
    }
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        for (uint32_t i = 0; r->spell && i < r->n; i++) {
            int64_t day = r->spell[i].start;
            first = day != FORMAT_NO_DAY && day < first ? day : first;
        }
    }
    return first;
}

static void put_times(struct buf *out, const struct format_spell *spells, uint32_t n,
                      int64_t first) {
    for (uint32_t i = 0; i < n; i++) {
        int64_t start = spells[i].start == FORMAT_NO_DAY ? 1 : spells[i].start - first + 1;
        buf_printf(out, "%s%lld", i ? "," : " [", (long long)start);
        if (spells[i].end == FORMAT_NO_DAY) {
            buf_text(out, "-*");
        } else if (spells[i].end != spells[i].start) {
            buf_printf(out, "-%lld", (long long)(spells[i].end - first + 1));
        }
    }
    buf_text(out, n ? "]" : "");
}

static void pajek_vertices(struct buf *out, const struct format_network *net, int64_t first) {
    buf_printf(out, "*Vertices %u\n", (unsigned)net->n);
    for (uint32_t i = 0; i < net->n; i++) {
        buf_printf(out, "%u ", (unsigned)i + 1);
        put_quoted(out, net->id[i]);
        if (net->spell &&
            (net->spell[i].start != FORMAT_NO_DAY || net->spell[i].end != FORMAT_NO_DAY)) {
            put_times(out, &net->spell[i], 1, first);
        }
        buf_char(out, '\n');
    }
}

static enum status pajek_ties(struct buf *out, const struct format_network *net, uint32_t k,
                              int64_t first) {
    const struct format_relation *r = &net->relations[k];
    enum status s = ST_OK;
    buf_text(out, r->directed ? "*Arcs" : "*Edges");
    if (net->nrelations > 1) {
        buf_printf(out, " :%u ", (unsigned)k + 1);
        put_quoted(out, r->name);
    }
    buf_char(out, '\n');
    for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
        const struct format_tie *t = &r->merged[i];
        buf_printf(out, "%u %u", (unsigned)t->from + 1, (unsigned)t->to + 1);
        if (r->weight && !isnan(t->weight)) {
            buf_char(out, ' ');
            format_put_weight(out, t->weight);
        }
        put_times(out, r->spells ? r->spells + t->first_spell : NULL, t->nspells, first);
        buf_char(out, '\n');
        s = format_poll(net, i);
    }
    return s;
}

enum status format_pajek(struct buf *out, const struct format_network *net) {
    int64_t first = first_day(net);
    enum status s = ST_OK;
    char room[16];
    if (format_has_days(net) && first != INT64_MAX) {
        buf_printf(out, "%% time 1 is %.*s\n", (int)day_print(room, first), room);
    }
    pajek_vertices(out, net, first);
    for (uint32_t k = 0; k < net->nrelations && s == ST_OK; k++) {
        s = pajek_ties(out, net, k, first);
    }
    return s;
}

/* ---- UCINET DL ---- */

/* Several relations are matrices as long as they are small, else lists with `!` between them. */
enum { MOST_MATRIX_NODES = 500 };

/* Quotes are for those programs that know them; plain names go without. */
static void put_name(struct buf *out, struct str s) {
    bool plain = s.n > 0;
    for (size_t i = 0; i < s.n && plain; i++) {
        char c = s.p[i];
        plain = (unsigned char)c > ' ' && !strchr(",;:=!\"'\\", c);
    }
    if (plain) {
        buf_str(out, s);
    } else {
        put_quoted(out, s);
    }
}

static void put_label_line(struct buf *out, struct str name, bool last) {
    put_name(out, name);
    buf_text(out, last ? "\n" : ",\n");
}

static void dl_header(struct buf *out, const struct format_network *net, const char *format) {
    buf_printf(out, "DL n=%u", (unsigned)net->n);
    if (net->nrelations > 1) {
        buf_printf(out, " nm=%u", (unsigned)net->nrelations);
    }
    buf_printf(out, "\nformat=%s\n", format);
    buf_text(out, "labels:\n");
    for (uint32_t i = 0; i < net->n; i++) {
        put_label_line(out, net->id[i], i + 1 == net->n);
    }
    if (net->nrelations > 1) {
        buf_text(out, "matrix labels:\n");
    }
    for (uint32_t k = 0; net->nrelations > 1 && k < net->nrelations; k++) {
        put_label_line(out, net->relations[k].name, k + 1 == net->nrelations);
    }
    buf_text(out, "data:\n");
}

static void dl_edge(struct buf *out, uint32_t from, uint32_t to, double value) {
    buf_printf(out, "%u %u ", (unsigned)from + 1, (unsigned)to + 1);
    if (isnan(value)) {
        buf_char(out, '.');
    } else {
        format_put_weight(out, value);
    }
    buf_char(out, '\n');
}

static enum status dl_list(struct buf *out, const struct format_network *net) {
    enum status s = ST_OK;
    dl_header(out, net, "edgelist1");
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        buf_text(out, k ? "!\n" : "");
        for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
            const struct format_tie *t = &r->merged[i];
            dl_edge(out, t->from, t->to, format_value(r, t));
            if (!r->directed && t->from != t->to) {
                dl_edge(out, t->to, t->from, format_value(r, t));
            }
            s = format_poll(net, i);
        }
    }
    return s;
}

/* One row of a relation, by member: 0 where there is no tie. */
static void fill_row(const struct format_network *net, const struct format_relation *r,
                     uint32_t row, double *cells) {
    for (uint32_t i = 0; i < net->n; i++) {
        cells[i] = 0;
    }
    for (uint32_t i = 0; i < r->nmerged; i++) {
        const struct format_tie *t = &r->merged[i];
        if (t->from == row) {
            cells[t->to] = format_value(r, t);
        } else if (!r->directed && t->to == row) {
            cells[t->from] = format_value(r, t);
        }
    }
}

static enum status dl_matrices(struct buf *out, const struct format_network *net) {
    double cells[MOST_MATRIX_NODES];
    enum status s = ST_OK;
    dl_header(out, net, "fullmatrix");
    for (uint32_t k = 0; k < net->nrelations; k++) {
        for (uint32_t row = 0; row < net->n && s == ST_OK; row++) {
            fill_row(net, &net->relations[k], row, cells);
            for (uint32_t i = 0; i < net->n; i++) {
                buf_text(out, i ? " " : "");
                if (isnan(cells[i])) {
                    buf_char(out, '.');
                } else {
                    format_put_weight(out, cells[i]);
                }
            }
            buf_char(out, '\n');
            s = format_poll(net, 0);
        }
    }
    return s;
}

enum status format_dl(struct buf *out, const struct format_network *net) {
    return net->nrelations > 1 && net->n <= MOST_MATRIX_NODES ? dl_matrices(out, net)
                                                              : dl_list(out, net);
}

/* ---- DOT ---- */

static void put_dot(struct buf *out, struct str s) {
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\') {
            buf_char(out, '\\');
        }
        if (c == '\n') {
            buf_text(out, "\\n");
        } else {
            buf_char(out, c == '\r' ? ' ' : c);
        }
    }
    buf_char(out, '"');
}

static void dot_node(struct buf *out, const struct format_network *net, uint32_t i) {
    bool any = false;
    buf_text(out, "  ");
    put_dot(out, net->id[i]);
    for (uint32_t k = 0; k < net->ncolumns; k++) {
        const struct format_column *c = &net->columns[k];
        if (!c->cell[i].p) {
            continue;
        }
        buf_text(out, any ? ", " : " [");
        put_dot(out, c->name);
        buf_char(out, '=');
        if (c->kind == FORMAT_TEXT) {
            put_dot(out, c->cell[i]);
        } else if (c->kind == FORMAT_BOOL) {
            buf_str(out, c->cell[i]);
        } else {
            buf_char(out, '"');
            buf_str(out, c->cell[i]);
            buf_char(out, '"');
        }
        any = true;
    }
    buf_text(out, any ? "];\n" : ";\n");
}

static void dot_edge(struct buf *out, const struct format_network *net,
                     const struct format_relation *r, const struct format_tie *t) {
    bool directed = format_is_directed(net);
    buf_text(out, "  ");
    put_dot(out, net->id[t->from]);
    buf_text(out, directed ? " -> " : " -- ");
    put_dot(out, net->id[t->to]);
    buf_text(out, " [relation=");
    put_dot(out, r->name);
    if (r->weight && !isnan(t->weight)) {
        buf_printf(out, ", %s=\"", format_weight_name(r));
        format_put_weight(out, t->weight);
        buf_char(out, '"');
    }
    if (t->times > 1) {
        buf_printf(out, ", ties=%u", (unsigned)t->times);
    }
    buf_text(out, directed && !r->directed ? ", dir=none];\n" : "];\n");
}

enum status format_dot(struct buf *out, const struct format_network *net) {
    enum status s = ST_OK;
    buf_text(out, format_is_directed(net) ? "digraph " : "graph ");
    put_dot(out, net->name);
    buf_text(out, " {\n");
    for (uint32_t i = 0; i < net->n; i++) {
        dot_node(out, net, i);
    }
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
            dot_edge(out, net, r, &r->merged[i]);
            s = format_poll(net, i);
        }
    }
    buf_text(out, "}\n");
    return s;
}
