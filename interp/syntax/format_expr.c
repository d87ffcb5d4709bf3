/* Expressions: items one after the other, with line ends where the line is
 * full.
 *
 * A line may end behind a comma or an operator and before `and` and `or`. The
 * outermost places are taken first: a line end is written when what stands up
 * to the next place as far out does not fit. */
#include "syntax/format_layout.h"

/* ---- places for line ends ---- */

/* Words that the lexer takes for a new statement when they begin a line in a
 * bracket; in the source they do so only where it took them for no such thing. */
static bool may_begin_line(const struct layout *l, uint32_t i) {
    static const char *const words[] = {"table",    "cohort", "measure", "network", "rule",
                                        "theory",   "cycle",  "foreign", "scale",   "print",
                                        "calendar", "import", "param"};
    const struct item *it = &l->at[i];
    switch (it->kind) {
    case TOK_SHOW:
    case TOK_VAR:
    case TOK_RETURN:
    case TOK_WHILE:
    case TOK_FN:
    case TOK_LET:
        return it->flags & ITEM_LINE;
    case TOK_NAME:
        break;
    default:
        return true;
    }
    struct str word = {l->text.p + it->start, it->stop - it->start};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (str_is(word, words[k]))
            return it->flags & ITEM_LINE;
    return true;
}

enum { RANK_NONE = 255 };

/* How far inside a line end before the item would be; RANK_NONE: there must be none. */
static unsigned rank_of(const struct layout *l, uint32_t i) {
    const struct item *before = &l->at[i - 1];
    unsigned rank = RANK_NONE;
    if (before->kind == TOK_COMMA)
        rank = 0;
    else if (l->at[i].kind == TOK_OR)
        rank = 1;
    else if (l->at[i].kind == TOK_AND)
        rank = 2;
    else if (before->flags & (ITEM_PREFIX | ITEM_TYPE))
        rank = RANK_NONE;
    else if (before->kind >= TOK_EQ && before->kind <= TOK_GE)
        rank = 3;
    else if (before->kind == TOK_PLUS || before->kind == TOK_MINUS)
        rank = 4;
    else if (before->kind == TOK_STAR || before->kind == TOK_SLASH)
        rank = 5;
    return rank != RANK_NONE && may_begin_line(l, i) ? rank : RANK_NONE;
}

static bool closes(const struct layout *l, uint32_t i) {
    return l->at[i].kind != TOK_PIPE && l->at[i].match < i;
}

/* The end of what stands up to the next place as far out as that before `i`,
 * or of the part of it that is wider than `room`. */
static uint32_t chunk_end(const struct layout *l, uint32_t i, uint32_t end, uint32_t room) {
    unsigned rank = rank_of(l, i);
    bool outside = false;
    uint32_t k = next_beside(l, i);
    for (; k < end && flat_width(l, i, k - 1) <= room; k = next_beside(l, k)) {
        unsigned found = rank_of(l, k);
        if (found != RANK_NONE && (outside || found <= rank))
            break;
        outside = outside || closes(l, k);
    }
    return k;
}

/* Where it does not fit on one line, what counts is the beginning: up to the
 * first place that begins a line in any case, or that is broken when needed. */
static bool chunk_fits(const struct layout *l, uint32_t i, uint32_t end) {
    uint32_t room = l->column + 1 < FORMAT_COLUMNS ? FORMAT_COLUMNS - l->column - 1 : 0;
    uint32_t stop = chunk_end(l, i, end, room);
    bool soft = l->at[stop - 1].hard != l->at[i].hard;
    if (!soft && flat_width(l, i, stop - 1) <= room)
        return true;
    for (uint32_t k = i; k < stop; k++) {
        if (k > i && (item_is(l, k, ITEM_HARD) || l->at[k].kind == TOK_PIPE))
            return true;
        if (flat_width(l, i, k) > room)
            return false;
        if (opens(l, k) && (is_block(&l->at[k]) || item_is(l, k, ITEM_BROKEN | ITEM_PARTS)))
            return true;
    }
    return true;
}

/* ---- brackets ---- */

uint32_t glue_end(const struct layout *l, uint32_t closer) {
    uint32_t i = closer + 1;
    while (i + 1 < l->n && l->at[i].gap == GAP_NONE && !item_is(l, i, ITEM_HARD) &&
           (closes(l, i) || l->at[i].kind == TOK_COMMA))
        i++;
    return i;
}

static uint32_t part_end(const struct layout *l, uint32_t first, uint32_t end) {
    uint32_t i = next_beside(l, first);
    while (i < end && !item_is(l, i, ITEM_STATEMENT) &&
           !(l->at[i - 1].kind == TOK_COMMA && may_begin_line(l, i)))
        i = next_beside(l, i);
    return i;
}

/* One part a line. */
static void write_parts(struct layout *l, uint32_t opener) {
    uint32_t base = l->indent, closer = l->at[opener].match;
    write_item(l, opener);
    for (uint32_t first = opener + 1, end; first < closer; first = end) {
        end = part_end(l, first, closer);
        write_line(l, first, base + 2, base + 2);
        write_statement(l, first, end, base + 6);
    }
    write_line(l, closer, base, base + 2);
    write_item(l, closer);
}

/* Returns the item behind the bracket, or behind the blocks. */
static uint32_t write_bracket(struct layout *l, uint32_t opener, uint32_t rest) {
    uint32_t closer = l->at[opener].match;
    if (l->at[opener].kind == TOK_TEXT_START) { /* a text is on one line */
        write_flat(l, opener, closer + 1);
        return closer + 1;
    }
    if (is_block(&l->at[opener]))
        return write_blocks(l, opener);
    if (fits(l, opener, glue_end(l, closer))) {
        write_flat(l, opener, closer + 1);
    } else if (item_is(l, opener, ITEM_BROKEN | ITEM_PARTS)) {
        write_parts(l, opener);
    } else {
        write_item(l, opener);
        if (find_pipe(l, opener + 1, closer) < closer)
            write_piped(l, opener + 1, closer, rest);
        else if (opener + 1 < closer)
            write_filled(l, opener + 1, closer, rest);
        if (item_is(l, closer, ITEM_HARD))
            write_line(l, closer, rest, rest);
        write_item(l, closer);
    }
    return closer + 1;
}

static bool heads_block(unsigned kind) {
    return kind == TOK_FN || kind == TOK_IF || kind == TOK_FOR || kind == TOK_WHILE;
}

/* A block stands under the line it begins on, or under that of its `fn` or `if`. */
void write_filled(struct layout *l, uint32_t first, uint32_t end, uint32_t rest) {
    uint32_t base = l->indent;
    for (uint32_t i = first; i < end;) {
        if (i > first && item_is(l, i, ITEM_HARD)) {
            write_line(l, i, rest, rest);
        } else if (i > first && rank_of(l, i) != RANK_NONE && !chunk_fits(l, i, end)) {
            write_break(l, rest);
        } else if (i > first) {
            write_gap(l, i);
        }
        if (is_block(&l->at[i]) && heads_block(l->at[first].kind))
            l->indent = base;
        if (opens(l, i)) {
            i = write_bracket(l, i, rest);
        } else {
            write_item(l, i);
            i++;
        }
    }
}
