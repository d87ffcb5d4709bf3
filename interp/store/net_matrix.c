/* CSV files of a network: a matrix with names in its first row and column, or a list of ties.
 *
 * A matrix begins with an empty field, or its first row is called as its second column. Where rows
 * and columns have the same names there is one mode, else two. Of a list of ties the first two
 * columns are the ends, the others attributes; its nodes are those that ties name. */
#include "store/net_file.h"
#include "store/net_lines.h"
#include "base/num.h"

struct names { /* of the header */
    struct str *at;
    uint32_t n;
};

struct matrix {
    struct net_build *b;
    struct csv csv;
    struct names header;
    uint32_t weight;
    uint32_t *columns; /* of a list of ties, by field */
};

static struct str field(const struct csv *c, uint32_t i) {
    return i < c->nfields ? csv_text(&c->fields[i]) : STR("");
}

static bool keep_header(struct matrix *m) {
    m->header.n = m->csv.nfields;
    m->header.at = ARENA_ARRAY(&m->b->texts, struct str, m->header.n + 1);
    m->columns = ARENA_ARRAY(&m->b->texts, uint32_t, m->header.n + 1);
    if (!m->header.at || !m->columns)
        net_stop(m->b, ST_NO_MEMORY);
    for (uint32_t i = 0; !m->b->refused && i < m->header.n; i++)
        m->header.at[i] = net_keep(m->b, field(&m->csv, i));
    return !m->b->refused;
}

static void add_node(struct matrix *m, struct str id) {
    if (id.n == 0 || net_find(m->b, id) != UINT32_MAX)
        return;
    net_begin_node(m->b, id, NET_TEXT, m->b->line);
    net_end(m->b);
}

static void put_cell(struct matrix *m, struct str row, uint32_t i) {
    struct str cell = field(&m->csv, i);
    double x = 1;
    bool missing = cell.n == 0 || net_is(cell, "NA") || str_is(cell, ".");
    if (!missing && num_parse_float(cell, &x) && x == 0)
        return;
    net_begin_tie(m->b, row, m->header.at[i], NET_TEXT, true, m->b->line);
    if (m->csv.flaw)
        net_flaw(m->b, m->csv.flaw);
    else if (missing)
        net_flaw(m->b, "the cell is missing: whether there is a tie is not known");
    net_put(m->b, m->weight, cell, NET_PLAIN);
    net_end(m->b);
}

static void read_row(struct matrix *m) {
    struct str row = field(&m->csv, 0);
    m->b->line = m->csv.row_line;
    if (m->csv.nfields != m->header.n) {
        net_refuse(m->b, "every row of a matrix has a field for each name of the first row",
                   "the row has %u fields, the first row %u", (unsigned)m->csv.nfields,
                   (unsigned)m->header.n);
        return;
    }
    if (row.n == 0) {
        net_refuse(m->b, "the first field of a row is the name of its node", "the row has no name");
        return;
    }
    row = net_keep(m->b, row);
    add_node(m, row);
    for (uint32_t i = 1; i < m->header.n && !m->b->refused; i++)
        put_cell(m, row, i);
}

static void read_tie(struct matrix *m) {
    struct str from = field(&m->csv, 0), to = field(&m->csv, 1);
    m->b->line = m->csv.row_line;
    add_node(m, from);
    add_node(m, to);
    net_begin_tie(m->b, from, to, NET_TEXT, true, m->b->line);
    if (m->csv.flaw)
        net_flaw(m->b, m->csv.flaw);
    else if (m->csv.nfields != m->header.n)
        net_flaw(m->b, "the row has more or fewer fields than the header");
    for (uint32_t i = 2; i < m->csv.nfields && i < m->header.n; i++) {
        const struct csv_field *f = &m->csv.fields[i];
        if (f->n || f->quoted)
            net_put(m->b, m->columns[i], csv_text(f), f->quoted ? NET_TEXT : NET_PLAIN);
    }
    net_end(m->b);
}

/* What CSV itself finds wrong. */
static void failed(struct matrix *m, enum csv_result got) {
    m->b->line = m->csv.bad_line;
    if (got == CSV_NO_MEMORY)
        net_stop(m->b, ST_NO_MEMORY);
    else if (got == CSV_TOO_LONG)
        net_refuse(m->b, "look for a quote that is opened there and never closed",
                   "a field is longer than 1 MiB, or a row longer than 16 MiB");
    else if (got == CSV_OPEN_QUOTE)
        net_refuse(m->b, "close it, or write a quote inside a quoted field twice",
                   "a quote is opened and never closed");
    else if (got != CSV_END)
        net_refuse(m->b, "save it as `CSV UTF-8`", "the file cannot be read as CSV");
}

static bool is_matrix(const struct matrix *m) {
    return m->header.n > 1 && (m->header.at[0].n == 0 ||
                               (m->header.n > 2 && str_eq(field(&m->csv, 0), m->header.at[1])));
}

static void read_matrix(struct matrix *m, enum csv_result got) {
    m->weight = net_column(m->b, NET_TIES, "weight");
    for (; got == CSV_ROW && !m->b->refused; got = csv_next(&m->csv))
        read_row(m);
    if (got != CSV_ROW)
        failed(m, got);
    for (uint32_t i = 1; i < m->header.n && !m->b->refused; i++)
        add_node(m, m->header.at[i]);
}

static void read_list(struct matrix *m, enum csv_result got) {
    for (uint32_t i = 2; i < m->header.n; i++)
        m->columns[i] = net_attribute(m->b, NET_TIES, m->header.at[i], m->header.at[i]);
    for (; got == CSV_ROW && !m->b->refused; got = csv_next(&m->csv))
        read_tie(m);
    if (got != CSV_ROW)
        failed(m, got);
}

void net_read_matrix(struct net_build *b, struct sliding *w) {
    struct matrix m = {.b = b, .csv.alloc = b->s->host.alloc};
    enum csv_result got = csv_begin(&m.csv, b->s->host.alloc, w);
    *w = (struct sliding){.in.alloc = b->s->host.alloc, .in.file = -1}; /* it went with csv_begin */
    b->source = &m.csv.w.in;
    b->line = 1;
    if (got == CSV_END)
        net_refuse(b, "a matrix has names in its first row and column", "the file is empty");
    else if (got != CSV_ROW)
        failed(&m, got);
    else if (m.csv.nfields < 2)
        net_refuse(b, "a list of ties has two columns or more, a matrix a column for each node",
                   "the file has one column");
    else if (keep_header(&m)) {
        got = csv_next(&m.csv);
        if (got == CSV_ROW && !is_matrix(&m))
            read_list(&m, got);
        else
            read_matrix(&m, got);
    }
    b->source = NULL;
    csv_close(&m.csv);
}
