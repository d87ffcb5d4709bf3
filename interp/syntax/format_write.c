/* The pen: items, gaps, lines and comments on their way into the result.
 *
 * A comment stays between the two items it stood between: behind the first of
 * them on its line, or on lines of its own. The line ends behind comments were
 * in the source too, so none stands where the language does not allow one. */
#include "syntax/format_layout.h"

void write_blanks(struct layout *l, uint32_t n) {
    buf_repeat(l->out, " ", n);
    l->column += n;
}

void write_item(struct layout *l, uint32_t i) {
    const struct item *it = &l->at[i];
    buf_put(l->out, l->text.p + it->start, it->stop - it->start);
    l->column += it->width;
    l->seen = it->stop;
    l->out_of_order = l->out_of_order || i != l->written;
    l->written++;
}

void write_gap(struct layout *l, uint32_t i) {
    static const struct str gaps[] = {{"", 0}, {" ", 1}, {"  ", 2}, {"; ", 2}, {";  ", 3}};
    struct str gap = gaps[l->at[i].gap];
    buf_put(l->out, gap.p, gap.n);
    l->column += (uint32_t)gap.n;
}

void write_flat(struct layout *l, uint32_t first, uint32_t end) {
    write_item(l, first);
    for (uint32_t i = first + 1; i < end; i++) {
        write_gap(l, i);
        write_item(l, i);
    }
}

bool fits(const struct layout *l, uint32_t first, uint32_t end) {
    return l->at[end - 1].hard == l->at[first].hard &&
           l->column + flat_width(l, first, end - 1) <= FORMAT_COLUMNS;
}

/* ---- lines ---- */

uint32_t count_lines(const struct layout *l, uint32_t start, uint32_t stop) {
    uint32_t lines = 0;
    for (uint32_t i = start; i < stop; i++) {
        char c = l->text.p[i];
        lines += c == '\n' || (c == '\r' && !(i + 1 < stop && l->text.p[i + 1] == '\n'));
    }
    return lines;
}

static void begin_line(struct layout *l, uint32_t indent, bool blank_line) {
    if (l->out->n)
        buf_text(l->out, blank_line ? "\n\n" : "\n");
    l->column = 0;
    l->indent = indent;
    write_blanks(l, indent);
}

void write_break(struct layout *l, uint32_t indent) {
    begin_line(l, indent, false);
}

/* Blanks at its end are left out, except in documentation, where they may mean something. */
static void write_comment(struct layout *l, const struct comment *c) {
    struct str text = {l->text.p + c->start, c->stop - c->start};
    bool documentation = text.n > 1 && text.p[1] == '#';
    while (!documentation && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    buf_str(l->out, text);
    l->seen = c->stop;
}

void write_line(struct layout *l, uint32_t i, uint32_t indent, uint32_t comment_indent) {
    const struct item *it = &l->at[i];
    uint32_t end = i + 1 < l->n ? l->at[i + 1].comment : l->ncomments;
    bool first = l->out->n == 0 || (i > 0 && opens(l, i - 1));
    bool last = it->kind == TOK_END || (it->kind != TOK_PIPE && it->match < i);
    for (uint32_t c = it->comment; c < end; c++) {
        uint32_t lines = count_lines(l, l->seen, l->comments[c].start);
        if (lines == 0 && l->out->n) {
            buf_text(l->out, "  ");
        } else {
            begin_line(l, comment_indent, lines > 1 && !first);
            first = false;
        }
        write_comment(l, &l->comments[c]);
    }
    begin_line(l, indent, !first && !last && count_lines(l, l->seen, it->start) > 1);
}
