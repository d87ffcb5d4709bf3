/* What stands between two tokens, and which brackets are broken.
 *
 * Where a blank has a meaning (`f (x)` is no call) the source's choice stays.
 * A block is broken when the source has a line end in it, a bracket when one
 * stands behind its opener, a pipeline when one stands at a `|`. */
#include "syntax/format_layout.h"

/* ---- blanks ---- */

/* Behind these a bracket belongs to what stands before it, or may. */
static bool ends_operand(const struct item *it) {
    switch (it->kind) {
    case TOK_RBRACE:
        return !is_block(it);
    case TOK_RPAREN:
    case TOK_RBRACKET:
    case TOK_TEXT_END:
    case TOK_QUESTION:
    case TOK_TRUE:
    case TOK_FALSE:
    case TOK_MISSING:
        return true;
    default:
        return it->kind >= TOK_NAME && it->kind <= TOK_TEXT;
    }
}

static bool is_number(const struct item *it) {
    return it->kind == TOK_INT || it->kind == TOK_FLOAT || it->kind == TOK_SHARE;
}

static bool tight_before(const struct item *it) {
    switch (it->kind) {
    case TOK_COMMA:
    case TOK_COLON:
    case TOK_DOT:
    case TOK_AT:
    case TOK_QUESTION:
    case TOK_RPAREN:
    case TOK_RBRACKET:
    case TOK_TEXT_MIDDLE:
    case TOK_TEXT_END:
    case TOK_FORMAT:
    case TOK_END:
        return true;
    case TOK_RBRACE:
        return !is_block(it);
    case TOK_RANGE:
    case TOK_MINUS:
        return it->flags & ITEM_TIGHT;
    case TOK_LT:
    case TOK_GT:
        return it->flags & ITEM_TYPE;
    default:
        return false;
    }
}

static bool tight_behind(const struct item *it) {
    switch (it->kind) {
    case TOK_LPAREN:
    case TOK_LBRACKET:
    case TOK_TEXT_START:
    case TOK_TEXT_MIDDLE:
    case TOK_DOT:
    case TOK_AT:
        return true;
    case TOK_LBRACE:
        return !is_block(it);
    case TOK_RANGE:
    case TOK_MINUS:
        return it->flags & (ITEM_TIGHT | ITEM_PREFIX);
    case TOK_LT:
        return it->flags & ITEM_TYPE;
    default:
        return it->flags & ITEM_PREFIX;
    }
}

static enum gap before_bracket(const struct item *before, const struct item *it) {
    if (is_block(it))
        return GAP_ONE;
    if (it->flags & ITEM_INDEX || (before->kind == TOK_FN && it->kind == TOK_LPAREN))
        return GAP_NONE;
    if (!ends_operand(before))
        return GAP_ONE;
    if (it->flags & ITEM_TYPE)
        return GAP_NONE;
    return it->flags & ITEM_BLANK ? GAP_ONE : GAP_NONE;
}

/* Whether two tokens that were apart could become others without a blank. */
static bool would_join(const struct layout *l, const struct item *before, const struct item *it) {
    static const char marks[] = "=!<>-+*/|&.:~";
    char a = l->text.p[before->stop - 1], b = l->text.p[it->start];
    bool a_mark = strchr(marks, a) != NULL, b_mark = strchr(marks, b) != NULL;
    bool quotes = a == '"' || b == '"';
    bool brackets = strchr("()[]{},?@`;", a) || strchr("()[]{},?@`;", b);
    return !quotes && !brackets && a_mark == b_mark;
}

/* `outer` is the bracket round the item. */
static enum gap before_statement(const struct item *before, const struct item *it,
                                 const struct item *outer) {
    if (before->kind == TOK_COMMA)
        return GAP_ONE;
    if (!(it->flags & ITEM_SEPARATED))
        return GAP_TWO;
    bool clauses = outer && (outer->role == ROLE_CLAUSES || outer->role == ROLE_COLUMNS);
    return clauses ? GAP_WIDE_SEMICOLON : GAP_SEMICOLON;
}

static enum gap gap_between(const struct layout *l, const struct item *before,
                            const struct item *it, const struct item *outer) {
    bool first = outer && before == outer;
    if (it->flags & ITEM_STATEMENT && !first)
        return before_statement(before, it, outer);
    if (tight_before(it) || tight_behind(before))
        return it->flags & ITEM_BLANK && would_join(l, before, it) ? GAP_ONE : GAP_NONE;
    if (it->flags & ITEM_WIDE)
        return GAP_TWO;
    if (it->kind == TOK_LPAREN || it->kind == TOK_LBRACKET || it->kind == TOK_LBRACE)
        return before_bracket(before, it);
    return GAP_ONE;
}

/* ---- statements ---- */

/* Marks what tokens tell without the tree. A line end or `;` of the source
 * that was no part of an `else`, or of `a div` and its next line, separates. */
static void mark_separated(struct layout *l) {
    for (uint32_t i = 1; i < l->n; i++) {
        struct item *it = &l->at[i], *before = &l->at[i - 1];
        bool block_before = before->kind == TOK_RBRACE && before->role == ROLE_STATEMENTS;
        if (it->kind == TOK_ELSE && block_before) {
            it->flags |= ITEM_ELSE;
            it->flags &= (uint16_t) ~(ITEM_STATEMENT | ITEM_SEPARATED);
        } else if (it->kind == TOK_RBRACE || it->kind == TOK_END || opens(l, i - 1)) {
            it->flags &= (uint16_t)~ITEM_SEPARATED;
        } else if (it->flags & ITEM_SEPARATED) {
            struct str word = {l->text.p + before->start, before->stop - before->start};
            bool infix = str_is(word, "div") || str_is(word, "mod") || str_is(word, "like");
            if (!infix)
                it->flags |= ITEM_STATEMENT;
        }
        if ((it->kind == TOK_PLUS || it->kind == TOK_MINUS) && !ends_operand(before))
            it->flags |= ITEM_PREFIX;
        bool numbers = it->kind == TOK_RANGE && is_number(before) && is_number(it + 1);
        if (numbers && !(it->flags & ITEM_BLANK) && !(it[1].flags & ITEM_BLANK))
            it->flags |= ITEM_TIGHT;
    }
}

/* ---- what is broken ---- */

struct open_bracket {
    uint32_t opener;
    uint32_t lines; /* that began before its inside */
    uint32_t pipe;  /* the last `|` right inside; 0: none */
};

static void break_pipes(struct layout *l, uint32_t pipe) {
    while (!item_is(l, pipe, ITEM_BROKEN)) {
        l->at[pipe].flags |= ITEM_BROKEN;
        pipe = l->at[pipe].match;
    }
}

static void see_pipe(struct layout *l, struct open_bracket *in, uint32_t i) {
    bool broken = item_is(l, i, ITEM_LINE) || item_is(l, i + 1, ITEM_LINE);
    if (in->pipe) {
        l->at[i].match = in->pipe;
        broken = broken || item_is(l, in->pipe, ITEM_BROKEN);
    }
    in->pipe = i;
    if (broken)
        break_pipes(l, i);
}

static void close_bracket(struct layout *l, const struct open_bracket *in, uint32_t closer,
                          uint32_t lines) {
    struct item *opener = &l->at[in->opener];
    bool empty = in->opener + 1 == closer && !has_comment(l, closer);
    bool at_opener = item_is(l, in->opener + 1, ITEM_LINE);
    bool broken = is_block(opener) ? lines > in->lines : at_opener;
    if (broken && !empty)
        opener->flags |= ITEM_BROKEN;
}

/* A part of a value in braces that is separated by a line end breaks it. */
static void see_part(struct layout *l, uint32_t opener, uint32_t i) {
    if (!item_is(l, i, ITEM_SEPARATED) || is_block(&l->at[opener]))
        return;
    l->at[opener].flags |= ITEM_PARTS;
    if (item_is(l, i, ITEM_LINE))
        l->at[opener].flags |= ITEM_BROKEN;
}

static void find_broken(struct layout *l) {
    ARENA_VEC(struct open_bracket) open = {0};
    uint32_t lines = 0;
    ARENA_PUSH(l->arena, &open) = (struct open_bracket){0};
    for (uint32_t i = 0; i < l->n; i++) {
        struct open_bracket *in = &open.at[open.n - 1];
        lines += item_is(l, i, ITEM_LINE);
        if (item_is(l, i, ITEM_STATEMENT)) {
            in->pipe = 0;
            if (open.n > 1)
                see_part(l, in->opener, i);
        }
        if (l->at[i].kind == TOK_PIPE) {
            see_pipe(l, in, i);
        } else if (opens(l, i)) {
            ARENA_PUSH(l->arena, &open) = (struct open_bracket){i, lines, 0};
        } else if (l->at[i].match < i && open.n > 1) {
            close_bracket(l, in, i, lines);
            open.n--;
        }
    }
}

/* ---- the sums ---- */

static bool is_hard(const struct layout *l, uint32_t i, uint32_t outer) {
    const struct item *it = &l->at[i];
    if (has_comment(l, i) || (it->flags & ITEM_ELSE && it->flags & ITEM_LINE) ||
        (it->kind == TOK_PIPE && it->flags & ITEM_BROKEN))
        return true;
    if (it->kind != TOK_PIPE && it->match < i && item_is(l, it->match, ITEM_BROKEN))
        return true;
    bool broken = outer == UINT32_MAX || item_is(l, outer, ITEM_BROKEN);
    return broken && (it->flags & ITEM_STATEMENT || (outer != UINT32_MAX && i == outer + 1));
}

void measure_items(struct layout *l) {
    static const uint8_t widths[] = {0, 1, 2, 2, 3};
    ARENA_VEC(uint32_t) open = {0};
    uint32_t flat = 0, hard = 0;
    mark_separated(l);
    find_broken(l);
    ARENA_PUSH(l->arena, &open) = UINT32_MAX;
    for (uint32_t i = 0; i < l->n; i++) {
        struct item *it = &l->at[i];
        bool closer = it->kind != TOK_PIPE && it->match < i;
        if (closer && open.n > 1)
            open.n--;
        uint32_t outer = open.at[open.n - 1];
        if (i > 0) {
            uint32_t round = closer ? it->match : outer;
            it->gap =
                (uint8_t)gap_between(l, it - 1, it, round == UINT32_MAX ? NULL : &l->at[round]);
            flat += widths[it->gap];
        }
        if (is_hard(l, i, outer)) {
            it->flags |= ITEM_HARD;
            hard++;
        }
        it->flat = flat;
        it->hard = hard;
        flat += it->width;
        if (opens(l, i))
            ARENA_PUSH(l->arena, &open) = i;
    }
}
