/* Data formats: for programs, papers and pages.
 *
 * Every row, every column, every digit. Missing is an empty field in csv and
 * tsv, null in JSON, and a mark in formats that people read; suppressed is
 * always the same mark. A quoted empty field is an empty text, as on import. */
#include "base/num.h"
#include "column/cell.h"
#include "render/render.h"
#include <math.h>

struct writer {
    struct buf *out;
    const struct frame *frame;
    const struct calendar *calendar;
    struct str caption;
    struct buf cell; /* the text of the cell at hand */
    bool saw_partial;
};

static struct str name_of(const struct writer *w, uint32_t column) {
    return w->frame->type->fields[column].name;
}

/* Clearing forgets a failure; the output keeps it. */
static void clear_cell(struct writer *w) {
    w->out->failed = w->out->failed || w->cell.failed;
    buf_clear(&w->cell);
}

/* Fills w->cell: nothing when missing. */
static enum state read_cell(struct writer *w, uint32_t column, uint32_t row) {
    const struct column *c = &w->frame->columns[column];
    enum state state = column_state(c, row);
    clear_cell(w);
    if (state == SUPPRESSED) {
        suppressed_mark(&w->cell, w->frame->under, false);
    } else {
        cell_text(&w->cell, c, row, w->calendar);
    }
    return state;
}

static bool is_number(const struct writer *w, uint32_t column) {
    const struct type *type = w->frame->columns[column].type;
    return type_is_number(type) || type->kind == TY_POINTS;
}

/* ---- csv, tsv ---- */

/* Also what our own import would read as something else: empty texts, comment lines. */
static bool needs_quotes(struct str s, char separator) {
    if (s.n == 0 || s.p[0] == '#') {
        return true;
    }
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == separator || c == '"' || c == '\n' || c == '\r') {
            return true;
        }
    }
    return s.p[0] == ' ' || s.p[s.n - 1] == ' ';
}

static void put_field(struct buf *out, struct str s, char separator) {
    if (!needs_quotes(s, separator)) {
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

static void write_separated(struct writer *w, char separator) {
    uint32_t n = w->frame->ncolumns;
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) {
            buf_char(w->out, separator);
        }
        put_field(w->out, name_of(w, i), separator);
    }
    buf_char(w->out, '\n');
    for (uint32_t row = 0; row < w->frame->n; row++) {
        for (uint32_t i = 0; i < n; i++) {
            if (i > 0) {
                buf_char(w->out, separator);
            }
            if (read_cell(w, i, row) != MISSING) {
                put_field(w->out, buf_view(&w->cell), separator);
            }
        }
        buf_char(w->out, '\n');
    }
}

/* ---- json ---- */

static void put_json_cell(struct writer *w, uint32_t column, uint32_t row) {
    const struct column *c = &w->frame->columns[column];
    enum state state = read_cell(w, column, row);
    enum storage storage = type_storage(c->type);
    bool is_float = storage == STORE_FLOAT || storage == STORE_PAIR;
    bool bare = is_number(w, column) || c->type->kind == TY_BOOL || c->type->kind == TY_ITEMS;
    if (state == MISSING || (state == PRESENT && is_float && !isfinite(cell_float(c, row)))) {
        buf_text(w->out, "null");
    } else if (state == PRESENT && bare) {
        buf_str(w->out, buf_view(&w->cell));
    } else {
        buf_json(w->out, buf_view(&w->cell));
    }
}

static void put_json_row(struct writer *w, uint32_t row) {
    buf_char(w->out, '{');
    for (uint32_t i = 0; i < w->frame->ncolumns; i++) {
        if (i > 0) {
            buf_char(w->out, ',');
        }
        buf_json(w->out, name_of(w, i));
        buf_char(w->out, ':');
        put_json_cell(w, i, row);
    }
    buf_char(w->out, '}');
}

static void write_json(struct writer *w) {
    buf_char(w->out, '[');
    for (uint32_t row = 0; row < w->frame->n; row++) {
        buf_text(w->out, row ? ",\n " : "\n ");
        put_json_row(w, row);
    }
    buf_text(w->out, w->frame->n ? "\n]\n" : "]\n");
}

static void write_json_lines(struct writer *w) {
    for (uint32_t row = 0; row < w->frame->n; row++) {
        put_json_row(w, row);
        buf_char(w->out, '\n');
    }
}

/* ---- formats that people read ---- */

/* What such a format puts for missing, and its way to write a text. */
struct prose {
    const char *missing;
    const char *partial; /* behind a period that goes on behind the facts; NULL: no mark */
    void (*put)(struct buf *out, struct str s);
};

static void put_prose(struct writer *w, uint32_t column, uint32_t row, const struct prose *p) {
    enum state state = read_cell(w, column, row);
    bool empty = state == PRESENT && w->cell.n == 0;
    if (state == MISSING) {
        buf_text(w->out, p->missing);
        return;
    }
    p->put(w->out, empty ? STR("\"\"") : buf_view(&w->cell));
    if (p->partial && cell_goes_on(w->frame, column, row, w->calendar)) {
        buf_text(w->out, p->partial);
        w->saw_partial = true;
    }
}

static void put_markdown(struct buf *out, struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\n') {
            buf_text(out, "<br>");
        } else if (c != '\r') {
            if (c && strchr("|\\`*_<[", c)) {
                buf_char(out, '\\');
            }
            buf_char(out, c);
        }
    }
}

/* Below the table: what `*` means, then the caption, each in what opens and closes a paragraph. */
static void write_below(struct writer *w, const struct prose *p, const char *open,
                        const char *close) {
    struct str rest = w->caption;
    if (w->saw_partial) {
        char last[16];
        day_print(last, w->frame->about.last_day);
        buf_printf(w->out, "%s%s goes on behind %s, the last day of the facts%s", open, p->partial,
                   last, close);
    }
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        struct str part = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
        buf_text(w->out, open);
        p->put(w->out, part);
        buf_text(w->out, close);
        size_t taken = part.n + (end != NULL);
        rest = (struct str){rest.p + taken, rest.n - taken};
    }
}

static void write_markdown(struct writer *w) {
    static const struct prose prose = {"∅", "\\*", put_markdown};
    uint32_t n = w->frame->ncolumns;
    for (uint32_t i = 0; i < n; i++) {
        buf_text(w->out, i ? " | " : "| ");
        put_markdown(w->out, name_of(w, i));
    }
    buf_text(w->out, " |\n");
    for (uint32_t i = 0; i < n; i++) {
        buf_text(w->out, i ? " | " : "| ");
        buf_text(w->out, is_number(w, i) ? "---:" : "---");
    }
    buf_text(w->out, " |\n");
    for (uint32_t row = 0; row < w->frame->n; row++) {
        for (uint32_t i = 0; i < n; i++) {
            buf_text(w->out, i ? " | " : "| ");
            put_prose(w, i, row, &prose);
        }
        buf_text(w->out, " |\n");
    }
    write_below(w, &prose, "\n", "\n");
}

static void write_html(struct writer *w) {
    static const struct prose prose = {"<span title=\"missing\">∅</span>", "*", buf_xml};
    uint32_t n = w->frame->ncolumns;
    buf_text(w->out, "<table>\n");
    if (w->frame->about.title.n) {
        buf_text(w->out, "<caption>");
        buf_xml(w->out, w->frame->about.title);
        buf_text(w->out, "</caption>\n");
    }
    buf_text(w->out, "<thead><tr>");
    for (uint32_t i = 0; i < n; i++) {
        buf_text(w->out, "<th scope=\"col\">");
        buf_xml(w->out, name_of(w, i));
        buf_text(w->out, "</th>");
    }
    buf_text(w->out, "</tr></thead>\n<tbody>\n");
    for (uint32_t row = 0; row < w->frame->n; row++) {
        buf_text(w->out, "<tr>");
        for (uint32_t i = 0; i < n; i++) {
            buf_text(w->out, is_number(w, i) ? "<td style=\"text-align:right\">" : "<td>");
            put_prose(w, i, row, &prose);
            buf_text(w->out, "</td>");
        }
        buf_text(w->out, "</tr>\n");
    }
    buf_text(w->out, "</tbody>\n</table>\n");
    write_below(w, &prose, "<p class=\"definition\">", "</p>\n");
}

static void put_latex(struct buf *out, struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\') {
            buf_text(out, "\\textbackslash{}");
        } else if (c == '~') {
            buf_text(out, "\\textasciitilde{}");
        } else if (c == '^') {
            buf_text(out, "\\textasciicircum{}");
        } else if (c == '\n' || c == '\r') {
            buf_char(out, ' ');
        } else {
            if (c && strchr("{}$&#_%", c)) {
                buf_char(out, '\\');
            }
            buf_char(out, c);
        }
    }
}

static void write_latex(struct writer *w) {
    static const struct prose prose = {"$\\emptyset$", NULL, put_latex};
    uint32_t n = w->frame->ncolumns;
    buf_text(w->out, "\\begin{tabular}{");
    for (uint32_t i = 0; i < n; i++) {
        buf_char(w->out, is_number(w, i) ? 'r' : 'l');
    }
    buf_text(w->out, "}\n\\hline\n");
    for (uint32_t i = 0; i < n; i++) {
        buf_text(w->out, i ? " & " : "");
        put_latex(w->out, name_of(w, i));
    }
    buf_text(w->out, " \\\\\n\\hline\n");
    for (uint32_t row = 0; row < w->frame->n; row++) {
        for (uint32_t i = 0; i < n; i++) {
            buf_text(w->out, i ? " & " : "");
            put_prose(w, i, row, &prose);
        }
        buf_text(w->out, " \\\\\n");
    }
    buf_text(w->out, "\\hline\n\\end{tabular}\n");
}

/* One `name = value` on a line, a blank line between rows. */
static void write_lines(struct writer *w) {
    static const struct prose prose = {"∅", NULL, buf_str};
    size_t widest = 0;
    for (uint32_t i = 0; i < w->frame->ncolumns; i++) {
        widest = name_of(w, i).n > widest ? name_of(w, i).n : widest;
    }
    for (uint32_t row = 0; row < w->frame->n; row++) {
        if (row > 0) {
            buf_char(w->out, '\n');
        }
        for (uint32_t i = 0; i < w->frame->ncolumns; i++) {
            buf_repeat(w->out, " ", widest - name_of(w, i).n);
            buf_str(w->out, name_of(w, i));
            buf_text(w->out, " = ");
            put_prose(w, i, row, &prose);
            buf_char(w->out, '\n');
        }
    }
}

void render_data(struct buf *out, const struct frame *f, const struct render_options *o) {
    struct writer w = {.out = out, .frame = f, .calendar = o->calendar, .caption = o->caption};
    buf_init(&w.cell, out->alloc);
    switch (o->format) {
    case RENDER_CSV:
        write_separated(&w, ',');
        break;
    case RENDER_TSV:
        write_separated(&w, '\t');
        break;
    case RENDER_JSON:
        write_json(&w);
        break;
    case RENDER_JSONL:
        write_json_lines(&w);
        break;
    case RENDER_MARKDOWN:
        write_markdown(&w);
        break;
    case RENDER_HTML:
        write_html(&w);
        break;
    case RENDER_LATEX:
        write_latex(&w);
        break;
    case RENDER_LINE:
        write_lines(&w);
        break;
    case RENDER_BOX:
    case RENDER_TABLE:
        break; /* render_table */
    }
    clear_cell(&w);
    buf_free(&w.cell);
}
