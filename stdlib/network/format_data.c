/* Node-link JSON, lists of ties and matrices as CSV. */
#include "stdlib/network/format.h"
#include <math.h>

/* ---- node-link JSON ---- */

static void put_id(struct buf *out, const struct format_network *net, uint32_t i) {
    if (net->numbers) {
        buf_str(out, net->id[i]);
    } else {
        buf_json(out, net->id[i]);
    }
}

static void json_node(struct buf *out, const struct format_network *net, uint32_t i) {
    buf_text(out, i ? ",\n  {\"id\":" : "\n  {\"id\":");
    put_id(out, net, i);
    for (uint32_t k = 0; k < net->ncolumns; k++) {
        const struct format_column *c = &net->columns[k];
        if (!c->cell[i].p) {
            continue;
        }
        buf_char(out, ',');
        buf_json(out, c->name);
        buf_char(out, ':');
        if (c->kind == FORMAT_TEXT) {
            buf_json(out, c->cell[i]);
        } else {
            buf_str(out, c->cell[i]);
        }
    }
    buf_char(out, '}');
}

static void json_link(struct buf *out, const struct format_network *net,
                      const struct format_relation *r, const struct format_tie *t, bool turned) {
    buf_text(out, "{\"source\":");
    put_id(out, net, turned ? t->to : t->from);
    buf_text(out, ",\"target\":");
    put_id(out, net, turned ? t->from : t->to);
    if (net->nrelations > 1) { /* a network of several relations has parallel ties */
        buf_text(out, ",\"key\":");
        buf_json(out, r->name);
    }
    buf_text(out, ",\"relation\":");
    buf_json(out, r->name);
    if (r->weight && !isnan(t->weight)) {
        buf_printf(out, ",\"%s\":", format_weight_name(r));
        format_put_weight(out, t->weight);
    }
    if (t->times > 1) {
        buf_printf(out, ",\"ties\":%u", (unsigned)t->times);
    }
    buf_char(out, '}');
}

/* Among ties with a direction those without one go both ways. */
static enum status json_links(struct buf *out, const struct format_network *net) {
    bool both = format_is_mixed(net), any = false;
    enum status s = ST_OK;
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
            const struct format_tie *t = &r->merged[i];
            buf_text(out, any ? ",\n  " : "\n  ");
            any = true;
            json_link(out, net, r, t, false);
            if (both && !r->directed && t->from != t->to) {
                buf_text(out, ",\n  ");
                json_link(out, net, r, t, true);
            }
            s = format_poll(net, i);
        }
    }
    return s;
}

enum status format_node_link(struct buf *out, const struct format_network *net) {
    buf_printf(out, "{\"directed\":%s,\"multigraph\":%s,\"graph\":{\"name\":",
               format_is_directed(net) ? "true" : "false", net->nrelations > 1 ? "true" : "false");
    buf_json(out, net->title.n ? net->title : net->name);
    buf_text(out, "},\n\"nodes\":[");
    for (uint32_t i = 0; i < net->n; i++) {
        json_node(out, net, i);
    }
    buf_text(out, "],\n\"links\":[");
    enum status s = json_links(out, net);
    buf_text(out, "]}\n");
    return s;
}

/* ---- CSV ---- */

static void put_field(struct buf *out, struct str s) {
    bool plain = s.n > 0;
    for (size_t i = 0; i < s.n; i++) {
        plain = plain && s.p[i] != '"' && s.p[i] != ',' && s.p[i] != '\n' && s.p[i] != '\r' &&
                s.p[i] != ' ' && s.p[i] != '#';
    }
    if (plain) {
        buf_str(out, s);
        return;
    }
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') {
            buf_char(out, '"');
        }
        buf_char(out, s.p[i]);
    }
    buf_char(out, '"');
}

/* The columns of weights and distances that there are. */
static void put_weights(struct buf *out, const struct format_relation *r,
                        const struct format_tie *t, bool weights, bool distances) {
    bool known = r->weight && !isnan(t->weight);
    buf_text(out, weights ? "," : "");
    if (known && !r->distance) {
        format_put_weight(out, t->weight);
    }
    buf_text(out, distances ? "," : "");
    if (known && r->distance) {
        format_put_weight(out, t->weight);
    }
}

enum status format_edges(struct buf *out, const struct format_network *net) {
    bool weights = format_has_weights(net, false), repeats = format_repeats(net);
    bool distances = format_has_weights(net, true);
    enum status s = ST_OK;
    buf_text(out, "source,target,relation");
    buf_text(out, weights ? ",weight" : "");
    buf_text(out, distances ? ",distance" : "");
    buf_text(out, repeats ? ",ties\n" : "\n");
    for (uint32_t k = 0; k < net->nrelations; k++) {
        const struct format_relation *r = &net->relations[k];
        for (uint32_t i = 0; i < r->nmerged && s == ST_OK; i++) {
            const struct format_tie *t = &r->merged[i];
            put_field(out, net->id[t->from]);
            buf_char(out, ',');
            put_field(out, net->id[t->to]);
            buf_char(out, ',');
            put_field(out, r->name);
            put_weights(out, r, t, weights, distances);
            if (repeats) {
                buf_printf(out, ",%u", (unsigned)t->times);
            }
            buf_char(out, '\n');
            s = format_poll(net, i);
        }
    }
    return s;
}

/* Ties of a relation by their row, both ways where they have no direction. */
struct rows {
    uint32_t *start; /* of each row; the last is the number of all */
    uint32_t *column;
    double *value;
};

static void count_cell(struct rows *rows, uint32_t from) {
    rows->start[from + 1]++;
}

static void add_cell(struct rows *rows, uint32_t from, uint32_t to, double value) {
    uint32_t at = rows->start[from]++;
    rows->column[at] = to;
    rows->value[at] = value;
}

static bool make_rows(struct arena *arena, const struct format_network *net,
                      const struct format_relation *r, struct rows *rows) {
    size_t most = 2 * (size_t)r->nmerged + 1;
    rows->start = ARENA_ARRAY(arena, uint32_t, (size_t)net->n + 2);
    rows->column = ARENA_ARRAY(arena, uint32_t, most);
    rows->value = ARENA_ARRAY(arena, double, most);
    if (!rows->start || !rows->column || !rows->value) {
        return false;
    }
    for (uint32_t i = 0; i < r->nmerged; i++) {
        const struct format_tie *t = &r->merged[i];
        count_cell(rows, t->from);
        if (!r->directed && t->from != t->to) {
            count_cell(rows, t->to);
        }
    }
    for (uint32_t i = 0; i < net->n; i++) {
        rows->start[i + 1] += rows->start[i];
    }
    for (uint32_t i = 0; i < r->nmerged; i++) {
        const struct format_tie *t = &r->merged[i];
        add_cell(rows, t->from, t->to, format_value(r, t));
        if (!r->directed && t->from != t->to) {
            add_cell(rows, t->to, t->from, format_value(r, t));
        }
    }
    return true; /* each start has become the end of its row */
}

static void matrix_row(struct buf *out, const struct format_network *net, const struct rows *rows,
                       uint32_t row, double *cells) {
    for (uint32_t i = row ? rows->start[row - 1] : 0; i < rows->start[row]; i++) {
        cells[rows->column[i]] = rows->value[i];
    }
    put_field(out, net->id[row]);
    for (uint32_t i = 0; i < net->n; i++) {
        buf_char(out, ',');
        if (!isnan(cells[i])) {
            format_put_weight(out, cells[i]);
        }
        cells[i] = 0;
    }
    buf_char(out, '\n');
}

enum status format_matrix(struct buf *out, const struct format_network *net, uint32_t relation) {
    struct arena arena;
    struct rows rows;
    enum status s = ST_NO_MEMORY;
    arena_init(&arena, net->host->alloc);
    double *cells = ARENA_ARRAY(&arena, double, (size_t)net->n + 1);
    if (cells && make_rows(&arena, net, &net->relations[relation], &rows)) {
        s = ST_OK;
        for (uint32_t i = 0; i < net->n; i++) {
            buf_char(out, ',');
            put_field(out, net->id[i]);
        }
        buf_char(out, '\n');
        for (uint32_t i = 0; i < net->n && s == ST_OK; i++) {
            matrix_row(out, net, &rows, i, cells);
            s = format_poll(net, 0);
        }
    }
    arena_free(&arena);
    return s;
}
