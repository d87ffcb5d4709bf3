/* Statements, blocks and pipelines: what stands on lines of its own. */
#include "syntax/format_layout.h"

/* ---- statements ---- */

uint32_t statement_end(const struct layout *l, uint32_t first, uint32_t end) {
    uint32_t i = next_beside(l, first);
    while (i < end && !item_is(l, i, ITEM_STATEMENT))
        i = next_beside(l, i);
    return i;
}

/* Rows of one kind on lines next to each other are aligned together. */
static uint32_t run_end(const struct layout *l, uint32_t first, uint32_t end) {
    uint32_t i = statement_end(l, first, end);
    while (i < end && l->at[i].role == l->at[first].role &&
           count_lines(l, l->at[i - 1].stop, l->at[i].start) <= 1)
        i = statement_end(l, i, end);
    return i;
}

void write_statements(struct layout *l, uint32_t first, uint32_t end, uint32_t indent) {
    while (first < end) {
        uint32_t role = l->at[first].role, stop;
        if (role == ROLE_PARAM || role == ROLE_IMPORT) {
            stop = run_end(l, first, end);
            write_rows(l, first, stop, indent, 0);
        } else {
            stop = statement_end(l, first, end);
            write_line(l, first, indent, indent);
            write_statement(l, first, stop, indent + 4);
        }
        first = stop;
    }
}

/* ---- pipelines ---- */

uint32_t find_pipe(const struct layout *l, uint32_t first, uint32_t end) {
    while (first < end && l->at[first].kind != TOK_PIPE)
        first = next_beside(l, first);
    return first;
}

void write_piped(struct layout *l, uint32_t first, uint32_t end, uint32_t rest) {
    uint32_t indent = l->indent + 2;
    for (;;) {
        uint32_t pipe = find_pipe(l, first + 1, end);
        write_filled(l, first, pipe, rest);
        if (pipe == end)
            break;
        write_line(l, pipe, indent, indent);
        l->indent += 2; /* what is broken in a verb stands under its word */
        first = pipe;
        rest = indent + 4;
    }
}

static bool needs_piped(const struct layout *l, uint32_t first, uint32_t end) {
    uint32_t pipe = find_pipe(l, first, end);
    return pipe < end && (item_is(l, pipe, ITEM_BROKEN) || !fits(l, first, end));
}

/* The body of a loop is no part of the pipeline before it. */
static void write_loop(struct layout *l, uint32_t first, uint32_t end, uint32_t rest) {
    uint32_t body = l->at[end - 1].match, base = l->indent;
    write_piped(l, first, body, rest);
    l->indent = base;
    if (item_is(l, body, ITEM_HARD))
        write_line(l, body, base, base);
    else
        write_gap(l, body);
    write_blocks(l, body);
}

void write_statement(struct layout *l, uint32_t first, uint32_t end, uint32_t rest) {
    bool loop = l->at[first].kind == TOK_FOR;
    if (fits(l, first, end))
        write_flat(l, first, end);
    else if (loop && needs_piped(l, first, l->at[end - 1].match))
        write_loop(l, first, end, rest);
    else if (!loop && needs_piped(l, first, end))
        write_piped(l, first, end, rest);
    else
        write_filled(l, first, end, rest);
}

/* ---- blocks ---- */

static void write_block(struct layout *l, uint32_t brace, uint32_t base) {
    const struct item *it = &l->at[brace];
    if (it->match == brace + 1 && !has_comment(l, it->match)) {
        write_flat(l, brace, brace + 2);
        return;
    }
    write_item(l, brace);
    if (it->role == ROLE_CLAUSES || it->role == ROLE_COLUMNS)
        write_rows(l, brace + 1, it->match, base + 2, it->word_width);
    else
        write_statements(l, brace + 1, it->match, base + 2);
    write_line(l, it->match, base, base + 2);
    write_item(l, it->match);
}

/* The block behind an `else`, or 0. */
static uint32_t block_of_else(const struct layout *l, uint32_t i) {
    if (!item_is(l, i, ITEM_ELSE))
        return 0;
    for (i++; i < l->n && !item_is(l, i, ITEM_STATEMENT); i = next_beside(l, i))
        if (opens(l, i) && l->at[i].role == ROLE_STATEMENTS)
            return i;
    return 0;
}

/* The closer of the last block that an `else` on the same line joins to this one. */
static uint32_t last_joined(const struct layout *l, uint32_t brace) {
    for (;;) {
        uint32_t closer = l->at[brace].match;
        uint32_t next = item_is(l, closer + 1, ITEM_LINE) ? 0 : block_of_else(l, closer + 1);
        if (!next)
            return closer;
        brace = next;
    }
}

/* From behind a closer to the next block. */
static void write_else(struct layout *l, uint32_t first, uint32_t brace, uint32_t base) {
    write_filled(l, first, brace, base + 4);
    if (has_comment(l, brace)) /* inside brackets a line may end here */
        write_line(l, brace, base, base);
    else
        write_blanks(l, 1);
}

static void write_joined(struct layout *l, uint32_t brace, uint32_t last, uint32_t base) {
    for (;;) {
        uint32_t closer = l->at[brace].match;
        write_block(l, brace, base);
        if (closer == last)
            break;
        brace = block_of_else(l, closer + 1);
        write_blanks(l, 1);
        write_else(l, closer + 1, brace, base);
    }
}

/* Blocks joined by `else` are all on one line or all broken. One on a line of
 * its own stays there behind a block that is on one line. */
uint32_t write_blocks(struct layout *l, uint32_t brace) {
    uint32_t base = l->indent;
    bool broken = false;
    for (;;) {
        uint32_t last = last_joined(l, brace), next = last + 1;
        bool flat = !broken && fits(l, brace, glue_end(l, last));
        if (flat)
            write_flat(l, brace, next);
        else
            write_joined(l, brace, last, base);
        brace = block_of_else(l, next);
        if (!brace)
            return next;
        if (flat || has_comment(l, next))
            write_line(l, next, base, base);
        else
            write_blanks(l, 1);
        broken = !flat;
        write_else(l, next, brace, base);
    }
}
