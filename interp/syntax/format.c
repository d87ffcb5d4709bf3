/* The formatter's way in: tokens to items, brackets to pairs, and the check
 * that each token was written once and in its order.
 *
 * All memory is the caller's arena. */
#include "syntax/format_layout.h"

#include "base/utf8.h"

/* ---- from tokens to items ---- */

static uint32_t width_of(struct str text) {
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return (uint32_t)utf8_width(text);
    return (uint32_t)text.n;
}

static struct item item_of(const struct token *t) {
    return (struct item){
        .start = t->span.start,
        .stop = t->span.stop,
        .flags = (uint16_t)((t->after_blank ? ITEM_BLANK : 0) | (t->line_start ? ITEM_LINE : 0)),
        .kind = (uint8_t)t->kind};
}

struct openers {
    uint32_t *at;
    uint32_t n, cap;
};

/* The tokens are balanced; a middle piece of a text stays without a partner. */
static void pair_bracket(struct layout *l, struct openers *open, uint32_t i) {
    switch (l->at[i].kind) {
    case TOK_LPAREN:
    case TOK_LBRACKET:
    case TOK_LBRACE:
    case TOK_TEXT_START:
        ARENA_PUSH(l->arena, open) = i;
        break;
    case TOK_RPAREN:
    case TOK_RBRACKET:
    case TOK_RBRACE:
    case TOK_TEXT_END:
        if (open->n) {
            uint32_t opener = open->at[--open->n];
            l->at[opener].match = i;
            l->at[i].match = opener;
        }
        break;
    default:
        break;
    }
}

/* Line ends and documentation are left out; what they meant goes into flags. */
static void collect(struct layout *l, const struct tokens *tokens) {
    struct openers open = {0};
    uint32_t comment = 0;
    unsigned carried = 0;
    l->at = arena_take(l->arena, sizeof *l->at * tokens->n);
    l->comments = tokens->comments;
    l->ncomments = tokens->ncomments;
    for (uint32_t i = 0; i < tokens->n; i++) {
        const struct token *t = &tokens->at[i];
        if (t->kind == TOK_NEWLINE || t->kind == TOK_DOC) {
            carried |= t->kind == TOK_NEWLINE ? ITEM_SEPARATED : 0;
            carried |= t->line_start ? ITEM_LINE : 0;
            continue;
        }
        struct item it = item_of(t);
        it.flags |= (uint16_t)carried;
        it.comment = comment;
        it.match = l->n;
        carried = 0;
        while (comment < l->ncomments && l->comments[comment].start < it.start)
            comment++;
        it.width = width_of((struct str){l->text.p + it.start, it.stop - it.start});
        if (it.kind == TOK_RAW && count_lines(l, it.start, it.stop) > 0)
            it.width = 0; /* what follows stands on its last line */
        l->at[l->n] = it;
        pair_bracket(l, &open, l->n++);
    }
}

/* ---- the way in ---- */

static void write_file(struct layout *l) {
    uint32_t end = l->n - 1;
    write_statements(l, 0, end, 0);
    if (has_comment(l, end))
        write_line(l, end, 0, 0);
    else if (l->out->n)
        buf_char(l->out, '\n');
}

enum format_result format_source(struct arena *arena, struct diags *d, const struct sources *s,
                                 uint32_t source, struct buf *out) {
    const struct source *from = source_at(s, source);
    uint32_t errors = d->errors;
    struct parsed parsed = parse(arena, d, s, source);
    if (!from || d->errors > errors)
        return FORMAT_ERRORS;
    struct layout l = {.arena = arena, .text = from->text, .out = out};
    collect(&l, &parsed.tokens);
    mark_tree(&l, parsed.file);
    measure_items(&l);
    write_file(&l);
    if (l.written == l.n - 1 && !l.out_of_order)
        return FORMAT_DONE;
    buf_clear(out);
    buf_str(out, from->text);
    return FORMAT_KEPT;
}
