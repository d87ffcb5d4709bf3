/* What the parts of the formatter share.
 *
 * The formatter works on the tokens, in an array of `struct item`; the tree
 * only tells what tokens alone do not: which braces are blocks, where
 * statements begin, which `-` is a sign (format_tree.c). So a construct that
 * the formatter has never heard of is laid out plainly, never lost.
 *
 * Two facts about every item make layout linear. `flat` is the column at which
 * it would stand if all items were on one line, so the width of any stretch is
 * a subtraction. `hard` counts the items so far that begin a line in any
 * layout, so a stretch can be on one line if the count does not change in it.
 *
 * Laying out twice changes nothing, because a decision that reads the line ends
 * of the source (only `ITEM_LINE` does) comes out the same on its own result.
 *
 * All memory is the caller's arena; `out` is the caller's. */
#ifndef SPOKE_FORMAT_LAYOUT_H
#define SPOKE_FORMAT_LAYOUT_H

#include "syntax/format.h"

enum item_flag {
    ITEM_STATEMENT = 1,   /* a statement, clause or case begins */
    ITEM_LINE = 2,        /* first on its line in the source */
    ITEM_BLANK = 4,       /* blanks stood before it in the source */
    ITEM_PREFIX = 8,      /* a sign */
    ITEM_TYPE = 16,       /* part of a type */
    ITEM_INDEX = 32,      /* the `[` of x[i] */
    ITEM_ELSE = 64,       /* the `else` behind a block */
    ITEM_BROKEN = 128,    /* bracket: one part a line; `|`: each verb on a line */
    ITEM_SEPARATED = 256, /* a line end or `;` that separates stood before it */
    ITEM_PARTS = 512,     /* a bracket that is broken when it does not fit */
    ITEM_TIGHT = 1024,    /* the `..` of 1..12, the `-` of 08-01 */
    ITEM_WIDE = 2048,     /* two blanks before it */
    ITEM_HARD = 4096      /* begins a line in any layout */
};

/* What a brace holds. */
enum role {
    ROLE_TIGHT, /* a value: no blanks inside */
    ROLE_STATEMENTS,
    ROLE_ARMS,
    ROLE_CLAUSES,
    ROLE_COLUMNS, /* of a table */
    /* what a statement is, where rows of its kind are aligned */
    ROLE_PARAM,
    ROLE_IMPORT
};

/* What stands before an item that does not begin a line. */
enum gap { GAP_NONE, GAP_ONE, GAP_TWO, GAP_SEMICOLON, GAP_WIDE_SEMICOLON };

#define CELLS 4

struct item {
    uint32_t start, stop; /* bytes of the source */
    uint32_t match;       /* the other bracket; of a `|` the one before it; else itself */
    uint32_t comment;     /* number of the first comment behind the item before */
    uint32_t width;
    uint32_t flat, hard;
    uint16_t flags;
    uint8_t kind; /* enum token_kind */
    uint8_t role;
    uint8_t gap;
    uint8_t cell;       /* of an aligned row begins here; 0: none */
    uint8_t word_width; /* of a clause block: what its words are padded to at least */
};

struct layout {
    struct arena *arena;
    struct str text;
    struct item *at; /* the last one is END */
    uint32_t n;
    const struct comment *comments;
    uint32_t ncomments;
    uint32_t finger; /* where the last item was looked for */
    /* the pen */
    struct buf *out;
    uint32_t column, indent; /* of the present line */
    uint32_t seen;           /* source up to here is written */
    uint32_t written;        /* items */
    bool out_of_order;
};

static inline bool item_is(const struct layout *l, uint32_t i, unsigned flags) {
    return (l->at[i].flags & flags) != 0;
}
static inline bool opens(const struct layout *l, uint32_t i) {
    return l->at[i].match > i;
}
/* A brace round statements, cases or clauses: one a line when it is broken. */
static inline bool is_block(const struct item *it) {
    return it->role >= ROLE_STATEMENTS && it->role <= ROLE_COLUMNS;
}
static inline uint32_t flat_width(const struct layout *l, uint32_t first, uint32_t last) {
    return l->at[last].flat + l->at[last].width - l->at[first].flat;
}
/* The next item of the same bracket, or its closer. */
static inline uint32_t next_beside(const struct layout *l, uint32_t i) {
    return (opens(l, i) ? l->at[i].match : i) + 1;
}
static inline bool has_comment(const struct layout *l, uint32_t i) {
    uint32_t next = i + 1 < l->n ? l->at[i + 1].comment : l->ncomments;
    return l->at[i].comment < next;
}

/* ---- format_tree.c ---- */
void mark_tree(struct layout *l, const struct node *file);

/* ---- format_space.c ---- */
/* Gaps, broken brackets, and the two sums. */
void measure_items(struct layout *l);

/* ---- format_write.c ---- */
void write_blanks(struct layout *l, uint32_t n);
void write_item(struct layout *l, uint32_t i);
/* What stands before the item on a line. */
void write_gap(struct layout *l, uint32_t i);
/* Items [first, end) on the present line, the first without its gap. */
void write_flat(struct layout *l, uint32_t first, uint32_t end);
/* Begins the line of an item: comments before it, a blank line if the source
 * has one. `comment_indent` differs for the comments before a closer. */
void write_line(struct layout *l, uint32_t i, uint32_t indent, uint32_t comment_indent);
/* Begins a line that the source need not have. */
void write_break(struct layout *l, uint32_t indent);
/* Line ends between two places of the source. */
uint32_t count_lines(const struct layout *l, uint32_t start, uint32_t stop);
/* Whether [first, end) fits on the present line. */
bool fits(const struct layout *l, uint32_t first, uint32_t end);

/* ---- format_statement.c ---- */
/* Statements [first, end), each on a line of its own. */
void write_statements(struct layout *l, uint32_t first, uint32_t end, uint32_t indent);
uint32_t statement_end(const struct layout *l, uint32_t first, uint32_t end);
/* At the first item, which is on the present line. `rest` is the indent of further lines. */
void write_statement(struct layout *l, uint32_t first, uint32_t end, uint32_t rest);
/* The next `|` right in this stretch, or its end. */
uint32_t find_pipe(const struct layout *l, uint32_t first, uint32_t end);
/* As write_statement, with each verb on a line. */
void write_piped(struct layout *l, uint32_t first, uint32_t end, uint32_t rest);
/* At the `{` of a block; also writes the `else` blocks behind it. Returns the item behind. */
uint32_t write_blocks(struct layout *l, uint32_t brace);

/* ---- format_expr.c ---- */
/* Items [first, end), the first without its gap, with line ends where they are needed. */
void write_filled(struct layout *l, uint32_t first, uint32_t end, uint32_t rest);

/* Behind the closers and the comma that follow a closer without a blank. */
uint32_t glue_end(const struct layout *l, uint32_t closer);

/* ---- format_decl.c ---- */
/* Rows [first, end) in aligned cells, the second at `least` or further on; 0 where rows are no
 * block of their own. */
void write_rows(struct layout *l, uint32_t first, uint32_t end, uint32_t indent, uint32_t least);

#endif
