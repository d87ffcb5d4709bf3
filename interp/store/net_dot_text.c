/* The tokens of DOT. */
#include "store/net_dot_text.h"
#include "store/net_lines.h"

static const char help_dot[] = "`dot -Tcanon FILE` tells where it stops understanding";

void dot_begin(struct dot_text *t, struct net_build *b, struct sliding *w) {
    *t = (struct dot_text){.b = b, .w = w, .line = 1, .line_read = 1, .fresh = true};
    buf_init(&t->text, b->s->host.alloc);
    if (w->stop - w->start >= 3 && memcmp(w->buffer + w->start, "\xEF\xBB\xBF", 3) == 0)
        w->start += 3;
}

void dot_end(struct dot_text *t) {
    buf_free(&t->text);
}

/* ---- bytes ---- */

static void refuse(struct dot_text *t, const char *what) {
    t->b->line = t->line_read;
    net_refuse(t->b, help_dot, "%s", what);
}

/* The byte `ahead` of the next one, without passing it; -1: there is none. */
static int look(struct dot_text *t, size_t ahead) {
    struct sliding *w = t->w;
    while (w->stop - w->start <= ahead && !w->at_end && !t->b->refused)
        net_input_failed(t->b, sliding_refill(w));
    return w->stop - w->start > ahead && !t->b->refused ? (unsigned char)w->buffer[w->start + ahead]
                                                        : -1;
}

static int pass(struct dot_text *t) {
    int c = look(t, 0);
    if (c < 0)
        return c;
    t->w->start++;
    t->fresh = c == '\n';
    if (c == '\n' && ++t->line_read % 4096 == 0)
        net_stop(t->b, store_poll(t->b->s, 4096));
    return c;
}

static bool passes(struct dot_text *t, const char *two) {
    if (look(t, 0) != two[0] || look(t, 1) != two[1])
        return false;
    pass(t);
    pass(t);
    return true;
}

static void skip_line(struct dot_text *t) {
    for (int c = look(t, 0); c >= 0 && c != '\n'; c = look(t, 0))
        pass(t);
}

static void skip_comment(struct dot_text *t) {
    while (!passes(t, "*/")) {
        if (pass(t) < 0) {
            refuse(t, "a comment is opened and never closed");
            return;
        }
    }
}

static void skip_blanks(struct dot_text *t) {
    for (;;) {
        int c = look(t, 0);
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            bool fresh = t->fresh;
            pass(t);
            t->fresh = c == '\n' || (fresh && c == '\r');
        } else if (c == '#' && t->fresh) {
            skip_line(t);
        } else if (passes(t, "//")) {
            skip_line(t);
        } else if (passes(t, "/*")) {
            skip_comment(t);
        } else {
            return;
        }
    }
}

/* ---- names ---- */

static void put(struct dot_text *t, int c) {
    buf_char(&t->text, (char)c);
    if (t->text.failed)
        net_stop(t->b, ST_NO_MEMORY);
    if (t->text.n > CSV_FIELD_LIMIT)
        refuse(t, "a text is longer than 1 MiB");
    if (c == 0)
        refuse(t, "the line holds a zero byte");
}

/* A quote is written `\"`; a line end behind `\` is none; `\n` and the like mean line ends. */
static void read_quoted(struct dot_text *t) {
    uint64_t line = t->line_read;
    pass(t);
    for (int c = pass(t); c != '"' && !t->b->refused; c = pass(t)) {
        if (c < 0) {
            t->line_read = line;
            refuse(t, "a quote is opened and never closed");
            return;
        }
        int next = c == '\\' ? look(t, 0) : 0;
        if (next == '\n' || passes(t, "\r\n")) {
            if (next == '\n')
                pass(t);
            continue;
        }
        if (next == '"' || next == '\\')
            c = pass(t);
        else if (next == 'n' || next == 'l' || next == 'r') {
            pass(t);
            c = '\n';
        }
        put(t, c);
    }
}

/* Quoted texts with `+` between them are one. */
static void read_quoted_texts(struct dot_text *t) {
    t->quoted = true;
    do {
        skip_blanks(t);
        if (look(t, 0) != '"') {
            refuse(t, "a quoted text has to stand behind `+`");
            return;
        }
        read_quoted(t);
        skip_blanks(t);
    } while (look(t, 0) == '+' && pass(t) && !t->b->refused);
}

static bool is_letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

static void read_word(struct dot_text *t) {
    for (int c = look(t, 0); (is_letter(c) || is_digit(c)) && !t->b->refused; c = look(t, 0))
        put(t, pass(t));
}

static void read_number(struct dot_text *t) {
    if (look(t, 0) == '-')
        put(t, pass(t));
    for (int c = look(t, 0); (is_digit(c) || c == '.') && !t->b->refused; c = look(t, 0))
        put(t, pass(t));
}

static enum dot_token keyword(const struct dot_text *t) {
    static const struct {
        const char *word;
        enum dot_token token;
    } words[] = {{"graph", DOT_GRAPH},       {"digraph", DOT_DIGRAPH}, {"strict", DOT_STRICT},
                 {"subgraph", DOT_SUBGRAPH}, {"node", DOT_NODE},       {"edge", DOT_EDGE}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (net_is(buf_view(&t->text), words[i].word))
            return words[i].token;
    }
    return DOT_NAME;
}

/* ---- tokens ---- */

static enum dot_token mark_of(int c) {
    static const char marks[] = "{}[]=,;:";
    static const enum dot_token tokens[] = {DOT_BRACE,       DOT_BRACE_END, DOT_BRACKET,
                                            DOT_BRACKET_END, DOT_EQUALS,    DOT_COMMA,
                                            DOT_SEMICOLON,   DOT_COLON};
    const char *found = c > 0 ? strchr(marks, c) : NULL;
    return found ? tokens[found - marks] : DOT_END;
}

static enum dot_token read_token(struct dot_text *t) {
    int c = look(t, 0);
    if (c < 0)
        return DOT_END;
    if (mark_of(c) != DOT_END) {
        pass(t);
        return mark_of(c);
    }
    if (passes(t, "->"))
        return DOT_ARROW;
    if (passes(t, "--"))
        return DOT_LINE;
    if (c == '"') {
        read_quoted_texts(t);
        return DOT_NAME;
    }
    if (is_letter(c)) {
        read_word(t);
        return keyword(t);
    }
    if (is_digit(c) || c == '-' || c == '.') {
        read_number(t);
        return DOT_NAME;
    }
    t->b->line = t->line_read;
    if (c == '<')
        net_unsupported(t->b, "write the label as a text in quotes", "a label in HTML");
    else
        refuse(t, "a character that has no meaning here");
    return DOT_END;
}

void dot_next(struct dot_text *t) {
    buf_clear(&t->text);
    t->quoted = false;
    skip_blanks(t);
    t->line = t->line_read;
    t->token = t->b->refused ? DOT_END : read_token(t);
    if (t->b->refused)
        t->token = DOT_END;
}

bool dot_equals_follows(struct dot_text *t) {
    skip_blanks(t);
    return look(t, 0) == '=';
}
