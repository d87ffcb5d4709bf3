/* Diagnostics as text for people: header, place, source lines with marks,
 * helps and notes.
 *
 * Carets mark the primary span, dashes the labelled ones; each mark has a line
 * of its own under the source line, and marks of one line share that line.
 * Everything is aligned by display columns: a tab is four, and characters that
 * would disturb a terminal (controls, broken bytes, marks that reverse the
 * writing direction) are shown as U+FFFD. A line that is too long is cropped
 * to a view round its first mark. Nothing is allocated but the buffer. */
#include "diagnose/diag.h"
#include "base/utf8.h"

#define LINE_COLUMNS 110
#define LEAST_COLUMNS 20
#define TAB_COLUMNS 4
#define NO_MARK UINT32_MAX
#define REPLACEMENT "\xEF\xBF\xBD"
#define ELLIPSIS "\xE2\x80\xA6"

enum ink { INK_ERROR, INK_WARNING, INK_NOTE, INK_GUTTER };

struct page {
    struct buf *out;
    const struct sources *sources;
    const struct diag *diag;
    bool colour;
    int gutter;     /* columns of the largest line number */
    size_t columns; /* of a source line */
};

/* The primary span or a label, cut to its first line. */
struct mark {
    uint32_t number; /* of the source */
    struct place place;
    size_t from, to; /* bytes in the line */
    struct str text;
    bool primary;
};

/* Display columns [first, first + room) of a line, the cut signs not counted. */
struct view {
    size_t first, room;
    bool cut_left, cut_right;
};

static enum ink severity_ink(enum severity severity) {
    static const enum ink inks[] = {INK_ERROR, INK_WARNING, INK_NOTE};
    return inks[severity];
}

static const char *severity_word(enum severity severity) {
    static const char *const words[] = {"error", "warning", "note"};
    return words[severity];
}

static void ink_on(const struct page *p, enum ink ink) {
    static const char *const codes[] = {"\x1b[1;31m", "\x1b[33m", "\x1b[36m", "\x1b[34m"};
    if (p->colour)
        buf_text(p->out, codes[ink]);
}

static void ink_off(const struct page *p) {
    if (p->colour)
        buf_text(p->out, "\x1b[0m");
}

static bool disturbs(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f || c == 0x2028 ||
           c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The character at *at as it is shown; moves *at past it. */
static struct str shown_char(struct str s, size_t *at, size_t *columns) {
    size_t start = *at;
    uint32_t c = utf8_next(s, at);
    struct str bytes = {s.p + start, *at - start};
    if (c == '\t')
        bytes = STR("    ");
    else if (c == 0xfffd || disturbs(c))
        bytes = STR(REPLACEMENT);
    *columns = c == '\t' ? TAB_COLUMNS : utf8_width(bytes);
    return bytes;
}

/* Columns of the line's bytes [0, stop). */
static size_t columns_before(struct str line, size_t stop) {
    size_t sum = 0, columns;
    for (size_t at = 0; at < stop && at < line.n; sum += columns)
        shown_char(line, &at, &columns);
    return sum;
}

/* Text of a message; further lines begin below the first one at `indent`. */
static void put_words(const struct page *p, struct str s, size_t indent) {
    size_t columns;
    for (size_t at = 0; at < s.n;) {
        if (s.p[at] == '\n') {
            buf_char(p->out, '\n');
            buf_repeat(p->out, " ", indent);
            at++;
        } else {
            buf_str(p->out, shown_char(s, &at, &columns));
        }
    }
}

static uint32_t mark_count(const struct page *p) {
    return p->diag->labels.n + 1;
}

static struct span mark_span(const struct page *p, uint32_t i) {
    return i == 0 ? p->diag->span : p->diag->labels.at[i - 1].span;
}

static struct mark mark_at(const struct page *p, uint32_t i) {
    struct mark m = {.primary = i == 0};
    m.text = i == 0 ? p->diag->label : p->diag->labels.at[i - 1].text;
    struct span span = mark_span(p, i);
    const struct source *source = source_at(p->sources, span.source);
    if (!source)
        return m;
    span = span_shown(source, span);
    m.number = span.source;
    m.place = source_place(source, span.start);
    struct str line = source_line(source, m.place.line);
    size_t line_start = source->lines.at[m.place.line - 1];
    m.from = span.start - line_start < line.n ? span.start - line_start : line.n;
    m.to = span.stop - line_start < line.n ? span.stop - line_start : line.n;
    return m;
}

static int digits(uint32_t n) {
    return n < 10 ? 1 : 1 + digits(n / 10);
}

static int gutter_width(const struct page *p) {
    int widest = 1;
    for (uint32_t i = 0; i < mark_count(p); i++) {
        int width = digits(mark_at(p, i).place.line);
        if (width > widest)
            widest = width;
    }
    return widest;
}

/* `12 |`, or `   |` for line 0. */
static void put_gutter(const struct page *p, uint32_t line) {
    ink_on(p, INK_GUTTER);
    if (line > 0)
        buf_printf(p->out, "%*u |", p->gutter, (unsigned)line);
    else
        buf_printf(p->out, "%*s |", p->gutter, "");
    ink_off(p);
}

static void put_header(const struct page *p) {
    ink_on(p, severity_ink(p->diag->severity));
    buf_text(p->out, severity_word(p->diag->severity));
    if (p->diag->code != CODE_NONE)
        buf_printf(p->out, "[%s]", code_id(p->diag->code));
    ink_off(p);
    buf_text(p->out, ": ");
    put_words(p, p->diag->message, 2);
    buf_char(p->out, '\n');
}

static void put_place(const struct page *p, const struct mark *m, const char *arrow) {
    buf_repeat(p->out, " ", (size_t)p->gutter);
    ink_on(p, INK_GUTTER);
    buf_text(p->out, arrow);
    ink_off(p);
    buf_char(p->out, ' ');
    put_words(p, source_at(p->sources, m->number)->name, 0);
    buf_printf(p->out, ":%u:%u\n", (unsigned)m->place.line, (unsigned)m->place.column);
}

/* The columns of a line that hold its mark [a, b): the line's begin if the mark
 * is there, else its end, else the mark in the middle. */
static struct view view_round(const struct page *p, struct str line, size_t a, size_t b) {
    size_t width = columns_before(line, line.n), most = p->columns;
    if (width <= most)
        return (struct view){0, width, false, false};
    if (b < most || a == 0)
        return (struct view){0, most - 1, false, true};
    if (width - a < most)
        return (struct view){width - (most - 1), most - 1, true, false};
    size_t room = most - 2;
    size_t spare = b - a < room ? room - (b - a) : 0;
    size_t first = a - spare / 2;
    if (first + room > width)
        first = width - room;
    return (struct view){first, room, true, first + room < width};
}

static void put_source_line(const struct page *p, uint32_t number, struct str line,
                            struct view view) {
    put_gutter(p, number);
    if (line.n > 0)
        buf_char(p->out, ' ');
    if (view.cut_left)
        buf_text(p->out, ELLIPSIS);
    size_t column = 0, columns;
    size_t end = view.first + view.room;
    for (size_t at = 0; at < line.n && column < end; column += columns) {
        struct str c = shown_char(line, &at, &columns);
        if (column >= view.first && column + columns <= end)
            buf_str(p->out, c);
        else if (column + columns > view.first) /* cut through a wide character or a tab */
            buf_repeat(p->out, " ",
                       column < view.first ? column + columns - view.first : end - column);
    }
    if (view.cut_right)
        buf_text(p->out, ELLIPSIS);
    buf_char(p->out, '\n');
}

static size_t limited(size_t x, size_t low, size_t high) {
    return x < low ? low : x > high ? high : x;
}

/* A mark outside the view shrinks to one sign below the `…`. */
static void put_mark(const struct page *p, const struct mark *m, struct str line,
                     struct view view) {
    size_t a = columns_before(line, m->from), b = columns_before(line, m->to);
    if (b <= a)
        b = a + 1;
    size_t left = view.cut_left ? 1 : 0;
    size_t low = view.first - left;
    size_t high = view.cut_right ? view.first + view.room : SIZE_MAX - 1;
    a = limited(a, low, high);
    b = limited(b, a + 1, high > a ? high : a + 1);
    put_gutter(p, 0);
    buf_char(p->out, ' ');
    buf_repeat(p->out, " ", a - low);
    ink_on(p, m->primary ? severity_ink(p->diag->severity) : INK_GUTTER);
    buf_repeat(p->out, m->primary ? "^" : "-", b - a);
    ink_off(p);
    if (m->text.n > 0) {
        buf_char(p->out, ' ');
        put_words(p, m->text, (size_t)p->gutter + 4 + (b - low));
    }
    buf_char(p->out, '\n');
}

static bool comes_before(const struct page *p, uint32_t i, uint32_t j) {
    size_t a = mark_at(p, i).from, b = mark_at(p, j).from;
    if (i == 0 || j == 0 || a == b)
        return i < j;
    return a < b;
}

/* The mark of this line that follows mark `last`: the primary one is first, the
 * others go by column. NO_MARK as `last` asks for the first one. */
static uint32_t next_mark(const struct page *p, uint32_t number, uint32_t line, uint32_t last) {
    uint32_t next = NO_MARK;
    for (uint32_t i = 0; i < mark_count(p); i++) {
        struct mark m = mark_at(p, i);
        if (m.number != number || m.place.line != line)
            continue;
        bool follows = last == NO_MARK || comes_before(p, last, i);
        if (follows && (next == NO_MARK || comes_before(p, i, next)))
            next = i;
    }
    return next;
}

static void put_marked_line(const struct page *p, uint32_t number, uint32_t line_number) {
    struct str line = source_line(source_at(p->sources, number), line_number);
    uint32_t i = next_mark(p, number, line_number, NO_MARK);
    struct mark m = mark_at(p, i);
    struct view view =
        view_round(p, line, columns_before(line, m.from), columns_before(line, m.to));
    put_source_line(p, line_number, line, view);
    for (; i != NO_MARK; i = next_mark(p, number, line_number, i)) {
        m = mark_at(p, i);
        put_mark(p, &m, line, view);
    }
}

/* The first line above `after` that has a mark in this source; 0 if none. */
static uint32_t next_line(const struct page *p, uint32_t number, uint32_t after) {
    uint32_t next = 0;
    for (uint32_t i = 0; i < mark_count(p); i++) {
        struct mark m = mark_at(p, i);
        if (m.number == number && m.place.line > after && (next == 0 || m.place.line < next))
            next = m.place.line;
    }
    return next;
}

/* What stands between two marked lines: nothing, the one line, or dots. */
static void put_gap(const struct page *p, uint32_t number, uint32_t last, uint32_t next) {
    if (last == 0 || next == last + 1)
        return;
    if (next == last + 2) {
        struct str line = source_line(source_at(p->sources, number), last + 1);
        put_source_line(p, last + 1, line, view_round(p, line, 0, 0));
        return;
    }
    ink_on(p, INK_GUTTER);
    buf_text(p->out, "...");
    ink_off(p);
    buf_char(p->out, '\n');
}

/* Every mark that lies in the source of mark number `leader`. */
static void put_source(const struct page *p, uint32_t leader) {
    struct mark m = mark_at(p, leader);
    put_place(p, &m, leader == 0 ? "-->" : ":::");
    put_gutter(p, 0);
    buf_char(p->out, '\n');
    uint32_t last = 0, line;
    while ((line = next_line(p, m.number, last)) != 0) {
        put_gap(p, m.number, last, line);
        put_marked_line(p, m.number, line);
        last = line;
    }
}

/* Whether no earlier mark lies in the same source. */
static bool is_leader(const struct page *p, uint32_t mark) {
    uint32_t number = mark_span(p, mark).source;
    for (uint32_t i = 0; i < mark; i++) {
        if (mark_span(p, i).source == number)
            return false;
    }
    return source_at(p->sources, number) != NULL;
}

static void put_remark(const struct page *p, const char *word, struct str text) {
    static const char own_word[] = "available: "; /* brings its own word */
    size_t own = sizeof own_word - 1;
    bool has_word = text.n > own && memcmp(text.p, own_word, own) == 0;
    buf_repeat(p->out, " ", (size_t)p->gutter + 1);
    ink_on(p, INK_GUTTER);
    buf_char(p->out, '=');
    ink_off(p);
    buf_char(p->out, ' ');
    size_t indent = (size_t)p->gutter + 3;
    if (!has_word) {
        ink_on(p, INK_NOTE);
        buf_printf(p->out, "%s:", word);
        ink_off(p);
        buf_char(p->out, ' ');
        indent += strlen(word) + 2;
    }
    put_words(p, text, indent);
    buf_char(p->out, '\n');
}

static void put_remarks(const struct page *p) {
    const struct diag *g = p->diag;
    for (uint32_t i = 0; i < g->helps.n; i++)
        put_remark(p, "help", g->helps.at[i]);
    for (uint32_t i = 0; i < g->labels.n; i++) {
        const struct diag_label *label = &g->labels.at[i];
        bool placed =
            source_at(p->sources, g->span.source) && source_at(p->sources, label->span.source);
        if (!placed && label->text.n > 0)
            put_remark(p, "note", label->text);
    }
    for (uint32_t i = 0; i < g->notes.n; i++)
        put_remark(p, "note", g->notes.at[i]);
}

/* On a screen that is `width` wide; 0: of any width. */
static void put_diag(struct buf *out, const struct sources *s, const struct diag *g, bool colour,
                     uint32_t width) {
    struct page page = {.out = out, .sources = s, .diag = g, .colour = colour};
    page.gutter = gutter_width(&page);
    size_t beside = (size_t)page.gutter + sizeof " | " - 1;
    page.columns = LINE_COLUMNS;
    if (width > 0 && width < LINE_COLUMNS + beside)
        page.columns = width > LEAST_COLUMNS + beside ? width - beside : LEAST_COLUMNS;
    put_header(&page);
    /* Labels refer to the primary span: without it they are told as notes. */
    for (uint32_t i = 0; source_at(s, g->span.source) && i < mark_count(&page); i++) {
        if (is_leader(&page, i))
            put_source(&page, i);
    }
    put_remarks(&page);
}

void diag_text(struct buf *out, const struct sources *s, const struct diag *g, bool colour) {
    put_diag(out, s, g, colour, 0);
}

void diags_text(struct buf *out, const struct sources *s, const struct diags *d, bool colour) {
    for (uint32_t i = 0; i < d->all.n; i++) {
        if (i > 0)
            buf_char(out, '\n');
        put_diag(out, s, d->all.at[i], colour, d->screen_width);
    }
    if (d->dropped > 0)
        buf_printf(out, "\nand %u more error%s\n", (unsigned)d->dropped,
                   d->dropped == 1 ? "" : "s");
}
