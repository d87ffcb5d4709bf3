/* Expressions: operands by recursive descent, operators by precedence.
 *
 * Low to high: or; and; not; comparisons (never chained); `..`; + -;
 * * / div mod; unary -; ^ (from the right); . [] (). Pipelines and questions
 * bind lower still and live in parse_query.c. */
#include "syntax/parse.h"

#include "base/day.h"
#include "base/num.h"

enum precedence {
    PREC_NONE,
    PREC_OR,
    PREC_AND,
    PREC_NOT,
    PREC_COMPARE,
    PREC_RANGE,
    PREC_ADD,
    PREC_MULTIPLY,
    PREC_UNARY,
    PREC_POWER
};

static struct node *parse_prefix(struct parser *p);
static struct node *parse_binary(struct parser *p, struct node *left, enum precedence least);
static struct node *parse_level(struct parser *p, enum precedence least);

/* ---- literals ---- */

static struct node *literal(struct parser *p, enum node_kind kind) {
    struct node *n = node_new(p, kind, p->at);
    const struct token *t = take(p);
    if (kind == N_TEXT) {
        n->text = t->text.p ? t->text : STR("");
    } else if (kind == N_FLOAT) {
        n->value.f = t->f;
    } else if (kind == N_BOOL) {
        n->value.i = t->kind == TOK_TRUE;
    } else {
        n->value.i = t->i;
        n->value2 = t->i2;
    }
    return n;
}

/* `days`, what it stands for. */
static bool names_unit(const struct token *t, int64_t *months, int64_t *seconds) {
    return is_plain_word(t) && duration_unit(t->text, months, seconds);
}

static bool is_points(const struct token *t) {
    return token_is_word(t, "points") || token_is_word(t, "point");
}

/* At the number of `5 points`. */
static struct node *parse_points(struct parser *p) {
    struct node *n = node_new(p, N_POINTS, p->at);
    if (!num_parse_percent(token_source(p, take(p)), &n->value.i, &n->value2)) {
        parse_say(p, E0104, n->span, "this is too long for points");
        n->value2 = 1;
    }
    take(p);
    return node_end(p, n);
}

/* `12`, `5 points`, or `30 days`. */
static struct node *parse_int(struct parser *p) {
    if (is_points(peek_at(p, 1)))
        return parse_points(p);
    struct node *n = literal(p, N_INT);
    if (n->value.i == INT64_MIN) {
        struct diag *g = parse_say(p, E0104, n->span, "this does not fit in 64 bits");
        diag_help(p->diags, g, "an approximate number is written with a point, as `1.0`");
    }
    int64_t months, seconds, count = n->value.i;
    if (!names_unit(peek(p), &months, &seconds))
        return n;
    take(p);
    n->kind = N_DURATION;
    node_end(p, n);
    n->value.i = 0;
    if (count < 0 || count > INT32_MAX ||
        !duration_make(count * months, count * seconds, &n->value.i))
        parse_say(p, E0104, n->span, "a duration that is too long");
    return n;
}

static struct node *text_piece(struct parser *p) {
    struct node *n = literal(p, N_TEXT);
    n->span.start++; /* without the quote or brace before it */
    if (n->span.stop > n->span.start)
        n->span.stop--;
    return n;
}

/* A value in a text up to the piece behind it. */
static struct node *parse_hole(struct parser *p, uint32_t level) {
    struct node *hole = node_new(p, N_HOLE, p->at);
    bool no_in = p->no_in;
    p->no_in = false;
    if (at_kind(p, TOK_TEXT_MIDDLE) || at_kind(p, TOK_TEXT_END) || at_kind(p, TOK_FORMAT)) {
        struct diag *g = parse_unexpected(p, "a value in the braces");
        diag_help(p->diags, g, "a plain brace in a text is written `\\{`");
        hole->a = node_bad(p);
    } else {
        uint32_t first = p->at;
        hole->a = parse_pipes(p, parse_expression(p), first);
    }
    if (at_kind(p, TOK_FORMAT))
        hole->text = take(p)->text;
    node_end(p, hole);
    p->no_in = no_in;
    if (level_here(p) != level || (!at_kind(p, TOK_TEXT_MIDDLE) && !at_kind(p, TOK_TEXT_END)))
        parse_unexpected(p, "`}`");
    while (level_here(p) != level && !at_kind(p, TOK_END))
        take(p);
    return hole;
}

struct node *parse_text(struct parser *p) {
    if (at_kind(p, TOK_TEXT))
        return literal(p, N_TEXT);
    if (!at_kind(p, TOK_TEXT_START)) {
        parse_unexpected(p, "a text");
        return node_bad(p);
    }
    struct node *n = node_new(p, N_TEMPLATE, p->at);
    uint32_t level = level_here(p);
    while (at_kind(p, TOK_TEXT_START) || at_kind(p, TOK_TEXT_MIDDLE)) {
        node_push(p, &n->list, text_piece(p));
        node_push(p, &n->list, parse_hole(p, level));
    }
    if (at_kind(p, TOK_TEXT_END))
        node_push(p, &n->list, text_piece(p));
    return node_end(p, n);
}

/* ---- brackets ---- */

static struct node *parse_list(struct parser *p) {
    struct node *n = node_new(p, N_LIST, p->at);
    take(p);
    while (!p->panic && !at_kind(p, TOK_RBRACKET) && !at_kind(p, TOK_END)) {
        node_push(p, &n->list, parse_piped(p, ASKED_BRACKETED));
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (!p->panic)
        expect(p, TOK_RBRACKET, "`,` or `]`");
    return node_end(p, n);
}

static struct node *parse_record_field(struct parser *p) {
    struct node *n = node_new(p, N_FIELD, p->at);
    const struct token *t = peek(p);
    n->name_span = t->span;
    if (t->kind == TOK_TEXT || t->kind == TOK_NAME || is_reserved(t->kind)) {
        n->text = take(p)->text;
    } else {
        parse_unexpected(p, "a field name");
    }
    if (at_kind(p, TOK_ASSIGN)) {
        struct diag *g = parse_say(p, E0101, peek(p)->span, "expected `:`, found `=`");
        diag_help(p->diags, g, "a field of a record is written `%.*s: value`", STR_ARG(n->text));
        take(p);
    } else if (!p->panic) {
        expect(p, TOK_COLON, "`:` behind the field name");
    }
    n->a = p->panic ? node_bad(p) : parse_piped(p, ASKED_BRACKETED);
    return node_end(p, n);
}

/* From the `{`: parts with commas or line ends between them, into `list`. */
static void parse_parts(struct parser *p, struct node *n, struct node *(*part)(struct parser *)) {
    take(p);
    skip_newlines(p);
    while (!p->panic && !at_kind(p, TOK_RBRACE) && !at_kind(p, TOK_END)) {
        node_push(p, &n->list, part(p));
        bool more = accept(p, TOK_COMMA) || at_kind(p, TOK_NEWLINE);
        skip_newlines(p);
        if (!more)
            break;
    }
    if (!p->panic)
        expect(p, TOK_RBRACE, "`,` or `}`");
}

static struct node *parse_record(struct parser *p) {
    struct node *n = node_new(p, N_RECORD, p->at);
    parse_parts(p, n, parse_record_field);
    return node_end(p, n);
}

/* `map { }`, or `map {` with a `:` behind the first key; else `map` is a name like any other, as in
 * `for x in map {`. */
static bool begins_map(const struct parser *p) {
    if (!at_word(p, "map") || peek_at(p, 1)->kind != TOK_LBRACE)
        return false;
    uint32_t ahead = 2, level = p->level[p->at] + 1;
    while (peek_at(p, ahead)->kind == TOK_NEWLINE)
        ahead++;
    if (peek_at(p, ahead)->kind == TOK_RBRACE)
        return true;
    for (;; ahead++) {
        enum token_kind k = peek_at(p, ahead)->kind;
        uint32_t here = p->level[p->at + ahead];
        if (k == TOK_COLON && here == level)
            return true;
        if (k == TOK_END || (here <= level && (k == TOK_NEWLINE || k == TOK_COMMA ||
                                               k == TOK_RBRACE || k == TOK_ASSIGN)))
            return false;
    }
}

static struct node *parse_map_entry(struct parser *p) {
    struct node *n = node_new(p, N_ENTRY, p->at);
    n->a = parse_expression(p);
    if (!p->panic)
        expect(p, TOK_COLON, "`:` behind the key");
    n->b = p->panic ? node_bad(p) : parse_piped(p, ASKED_BRACKETED);
    return node_end(p, n);
}

static struct node *parse_map(struct parser *p) {
    struct node *n = node_new(p, N_MAP, p->at);
    bool no_in = p->no_in;
    p->no_in = false;
    take(p);
    parse_parts(p, n, parse_map_entry);
    p->no_in = no_in;
    return node_end(p, n);
}

static struct node *parse_bracketed(struct parser *p) {
    uint32_t first = p->at;
    take(p);
    struct node *n = parse_piped(p, ASKED_LIST | ASKED_BRACKETED);
    if (!p->panic)
        expect(p, TOK_RPAREN, "`)`");
    n->flags |= FLAG_BRACKETED;
    n->span.start = p->tokens.at[first].span.start;
    return node_end(p, n);
}

/* ---- match ---- */

static struct node *parse_arm(struct parser *p) {
    struct node *n = node_new(p, N_ARM, p->at);
    if (!accept(p, TOK_ELSE)) {
        do
            node_push(p, &n->list, parse_range(p));
        while (!p->panic && accept(p, TOK_COMMA));
    }
    if (!p->panic)
        expect(p, TOK_FAT_ARROW, "`=>` behind the pattern");
    n->a = p->panic ? node_bad(p) : parse_expression(p);
    return node_end(p, n);
}

static struct node *parse_match(struct parser *p) {
    struct node *n = node_new(p, N_MATCH, p->at);
    take(p);
    n->a = parse_expression(p);
    if (!p->panic)
        expect(p, TOK_LBRACE, "`{` and the cases");
    skip_newlines(p);
    while (!p->panic && !at_kind(p, TOK_RBRACE) && !at_kind(p, TOK_END)) {
        node_push(p, &n->list, parse_arm(p));
        bool more = accept(p, TOK_COMMA) || at_kind(p, TOK_NEWLINE);
        skip_newlines(p);
        if (!more)
            break;
    }
    if (!p->panic)
        expect(p, TOK_RBRACE, "`,` or `}` behind the case");
    return node_end(p, n);
}

/* ---- names and calls ---- */

static const struct {
    const char *word;
    enum node_kind kind;
    bool value;
    const char *meant;
} foreign_words[] = {
    {"null", N_MISSING, false, "missing"}, {"NULL", N_MISSING, false, "missing"},
    {"None", N_MISSING, false, "missing"}, {"nil", N_MISSING, false, "missing"},
    {"True", N_BOOL, true, "true"},        {"TRUE", N_BOOL, true, "true"},
    {"False", N_BOOL, false, "false"},     {"FALSE", N_BOOL, false, "false"},
};

/* A word of another language for a Spoke literal; NULL if it is none. */
static struct node *parse_foreign_word(struct parser *p) {
    for (size_t i = 0; i < COUNT_OF(foreign_words); i++) {
        if (!at_word(p, foreign_words[i].word))
            continue;
        struct node *n = node_new(p, foreign_words[i].kind, p->at);
        n->value.i = foreign_words[i].value;
        take(p);
        struct diag *g =
            parse_say(p, E0101, n->span, "`%s` is no word of Spoke", foreign_words[i].word);
        diag_help(p->diags, g, "write `%s`", foreign_words[i].meant);
        return n;
    }
    return NULL;
}

static struct node *parse_name(struct parser *p) {
    struct node *word = parse_foreign_word(p);
    if (word)
        return word;
    if (begins_map(p))
        return parse_map(p);
    struct node *n = node_new(p, N_NAME, p->at);
    if (parse_at_every(p)) {
        take(p);
        n->flags |= FLAG_EVERY;
    }
    take_name(p, n, "a name");
    if (token_is_word(&p->tokens.at[p->at - 1], "sql") && at_kind(p, TOK_LBRACE))
        return parse_sql(p, n);
    return node_end(p, n);
}

/* `where` or `distinct` is a word if an operand follows, else a name. */
static bool word_before_operand(const struct parser *p, const char *word) {
    const struct token *next = peek_at(p, 1);
    if (!at_word(p, word) || !begins_operand(next))
        return false;
    if (next->kind == TOK_LPAREN || next->kind == TOK_LBRACKET)
        return next->after_blank;
    if (next->kind == TOK_MINUS)
        return next->after_blank && !peek_at(p, 2)->after_blank;
    return true;
}

static struct node *parse_argument(struct parser *p) {
    struct node *n = node_new(p, N_ARG, p->at);
    const struct token *t = peek(p);
    if ((t->kind == TOK_NAME || is_reserved(t->kind)) && peek_at(p, 1)->kind == TOK_COLON) {
        n->text = t->text;
        n->name_span = t->span;
        take(p);
        take(p);
    }
    uint32_t first = p->at;
    n->a = parse_expression(p);
    bool asked = n->a->kind == N_NAME || n->a->kind == N_DOT || n->a->kind == N_INDEX;
    if (!p->panic && asked &&
        (at_kind(p, TOK_FOR) || at_word(p, "by") || at_word(p, "over") || at_word(p, "at")))
        n->a = parse_question(p, n->a);
    n->a = parse_pipes(p, n->a, first);
    return node_end(p, n);
}

static void parse_call_where(struct parser *p, struct node *call) {
    const struct token *word = take(p);
    if (call->b)
        parse_say(p, E0108, word->span, "a second `where` in one call");
    call->b = parse_expression(p);
}

static struct node *parse_call(struct parser *p, struct node *function) {
    struct node *n = node_after(p, N_CALL, function);
    bool no_in = p->no_in;
    n->a = function;
    take(p);
    p->no_in = false;
    if (word_before_operand(p, "distinct")) {
        n->flags |= FLAG_DISTINCT;
        take(p);
    }
    while (!p->panic && !at_kind(p, TOK_RPAREN) && !at_kind(p, TOK_END)) {
        if (!word_before_operand(p, "where"))
            node_push(p, &n->list, parse_argument(p));
        if (!p->panic && word_before_operand(p, "where"))
            parse_call_where(p, n);
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (!p->panic && !at_kind(p, TOK_RPAREN) && at_question_word(p)) {
        struct diag *g = parse_unexpected(p, "`,` or `)`");
        diag_help(p->diags, g, "a question among arguments stands in parentheses");
    }
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
    p->no_in = no_in;
    return node_end(p, n);
}

static struct node *parse_member(struct parser *p, struct node *left) {
    struct node *n = node_after(p, N_DOT, left);
    n->a = left;
    take(p);
    take_name(p, n, "a name behind `.`");
    return node_end(p, n);
}

static struct node *parse_index(struct parser *p, struct node *left) {
    struct node *n = node_after(p, N_INDEX, left);
    bool no_in = p->no_in;
    p->no_in = false;
    n->a = left;
    take(p);
    n->b = parse_expression(p);
    if (!p->panic)
        expect(p, TOK_RBRACKET, "`]`");
    p->no_in = no_in;
    return node_end(p, n);
}

/* `definition@2` */
static struct node *parse_version(struct parser *p, struct node *left) {
    parse_not_yet(p, peek(p)->span, "an older version, `@`,");
    take(p);
    accept(p, TOK_INT);
    return node_end(p, left);
}

static bool begins_call(const struct parser *p, const struct node *left) {
    return at_kind(p, TOK_LPAREN) && !peek(p)->after_blank &&
           ((!(left->flags & FLAG_BRACKETED) && (left->kind == N_NAME || left->kind == N_DOT ||
                                                 left->kind == N_CALL || left->kind == N_INDEX)) ||
            left->kind == N_FN);
}

static struct node *parse_postfix(struct parser *p, struct node *left) {
    while (!p->panic) {
        if (at_kind(p, TOK_DOT))
            left = parse_member(p, left);
        else if (at_kind(p, TOK_LBRACKET))
            left = parse_index(p, left);
        else if (begins_call(p, left))
            left = parse_call(p, left);
        else if (at_kind(p, TOK_AT))
            left = parse_version(p, left);
        else
            break;
    }
    return left;
}

/* ---- operands ---- */

static struct node *parse_bad_operand(struct parser *p) {
    struct node *n = node_bad(p);
    if (at_kind(p, TOK_ERROR)) { /* told already; a value stood here */
        take(p);
        return n;
    }
    const struct token *t = peek(p);
    struct diag *g = parse_unexpected(p, "an expression");
    if (t->kind == TOK_ASSIGN && p->at && p->tokens.at[p->at - 1].span.stop == t->span.start)
        diag_help(p->diags, g, "Spoke has no `+=`; write `x = x + 1`");
    else if (is_reserved(t->kind) && t->kind != TOK_AND && t->kind != TOK_OR)
        diag_help(p->diags, g, "as a name the word stands in back-quotes");
    return n;
}

/* Brackets start afresh: in them `in` is a test again. */
static struct node *parse_enclosed(struct parser *p) {
    bool no_in = p->no_in;
    struct node *n;
    p->no_in = false;
    if (at_kind(p, TOK_LPAREN))
        n = parse_bracketed(p);
    else if (at_kind(p, TOK_LBRACKET))
        n = parse_list(p);
    else if (at_kind(p, TOK_LBRACE))
        n = parse_record(p);
    else if (at_kind(p, TOK_MATCH))
        n = parse_match(p);
    else
        n = parse_if(p);
    p->no_in = no_in;
    return n;
}

static struct node *parse_primary(struct parser *p) {
    switch (peek(p)->kind) {
    case TOK_NAME:
        return parse_name(p);
    case TOK_FN:
        return parse_function_value(p);
    case TOK_INT:
        return parse_int(p);
    case TOK_FLOAT:
        return is_points(peek_at(p, 1)) ? parse_points(p) : literal(p, N_FLOAT);
    case TOK_SHARE:
        return literal(p, N_SHARE);
    case TOK_DATE:
        return literal(p, N_DATE);
    case TOK_DATETIME:
        return literal(p, N_DATETIME);
    case TOK_PERIOD:
        return literal(p, N_PERIOD);
    case TOK_TRUE:
    case TOK_FALSE:
        return literal(p, N_BOOL);
    case TOK_MISSING:
        return literal(p, N_MISSING);
    case TOK_TEXT:
    case TOK_TEXT_START:
        return parse_text(p);
    case TOK_LPAREN:
    case TOK_LBRACKET:
    case TOK_LBRACE:
    case TOK_MATCH:
    case TOK_IF:
        return parse_enclosed(p);
    case TOK_FROM:
        return parse_from(p);
    default:
        return parse_bad_operand(p);
    }
}

struct node *parse_operand(struct parser *p) {
    if (!parse_deeper(p)) {
        parse_back(p);
        return node_bad(p);
    }
    struct node *n = parse_primary(p);
    bool open_end = n->kind == N_FROM || n->kind == N_IF || n->kind == N_FN;
    if (!open_end || (n->kind == N_FN && n->flags & FLAG_BRACKETED))
        n = parse_postfix(p, n);
    parse_back(p);
    return n;
}

/* ---- operators ---- */

static struct node *parse_minus(struct parser *p) {
    struct node *n = node_new(p, N_UNARY, p->at);
    n->op = TOK_MINUS;
    take(p);
    int64_t months, seconds;
    const struct token *t = peek(p);
    if (t->kind == TOK_INT && t->i == INT64_MIN && !names_unit(peek_at(p, 1), &months, &seconds) &&
        !is_points(peek_at(p, 1))) {
        take(p);
        n->kind = N_INT;
        n->op = 0;
        n->value.i = INT64_MIN;
        return node_end(p, n);
    }
    n->a = parse_level(p, PREC_UNARY);
    return node_end(p, n);
}

static struct node *parse_not(struct parser *p) {
    struct node *n = node_new(p, N_UNARY, p->at);
    n->op = TOK_NOT;
    take(p);
    n->a = parse_level(p, PREC_NOT);
    return node_end(p, n);
}

/* `never coached`, which means something among cohorts only. */
static bool at_never(const struct parser *p) {
    const struct token *next = peek_at(p, 1);
    bool operand = next->kind == TOK_NAME && !token_is_word(next, "like") &&
                   !token_is_word(next, "div") && !token_is_word(next, "mod");
    bool call = next->span.start == peek(p)->span.stop;
    return at_word(p, "never") && (operand || (next->kind == TOK_LPAREN && !call));
}

static struct node *parse_prefix(struct parser *p) {
    if (at_never(p)) {
        struct node *n = parse_not(p);
        n->text = STR("never");
        return n;
    }
    if (at_kind(p, TOK_MINUS))
        return parse_minus(p);
    if (at_kind(p, TOK_NOT))
        return parse_not(p);
    if (accept(p, TOK_PLUS))
        return parse_level(p, PREC_UNARY);
    return parse_operand(p);
}

/* The precedence of the operator at the present place. */
static enum precedence operator_here(const struct parser *p) {
    switch (peek(p)->kind) {
    case TOK_OR:
        return PREC_OR;
    case TOK_AND:
        return PREC_AND;
    case TOK_EQ:
    case TOK_NE:
    case TOK_LT:
    case TOK_LE:
    case TOK_GT:
    case TOK_GE:
    case TOK_IS:
    case TOK_ASSIGN:
        return PREC_COMPARE;
    case TOK_IN:
        return p->no_in ? PREC_NONE : PREC_COMPARE;
    case TOK_NOT:
        return peek_at(p, 1)->kind == TOK_IN || token_is_word(peek_at(p, 1), "like") ? PREC_COMPARE
                                                                                     : PREC_NONE;
    case TOK_RANGE:
        return PREC_RANGE;
    case TOK_PLUS:
    case TOK_MINUS:
        return PREC_ADD;
    case TOK_STAR:
    case TOK_SLASH:
        return PREC_MULTIPLY;
    case TOK_CARET:
        return PREC_POWER;
    case TOK_NAME:
        if (at_word(p, "div") || at_word(p, "mod"))
            return PREC_MULTIPLY;
        return at_word(p, "like") ? PREC_COMPARE : PREC_NONE;
    default:
        return PREC_NONE;
    }
}

static struct node *finish_binary(struct parser *p, struct node *n, enum precedence least) {
    skip_newlines(p); /* behind `div`, `mod`, `like`, which the lexer takes for names */
    n->b = parse_level(p, least);
    return node_end(p, n);
}

static struct node *parse_is(struct parser *p, struct node *left) {
    struct node *n = node_after(p, N_IS_MISSING, left);
    const struct token *is = take(p);
    n->a = left;
    if (accept(p, TOK_NOT))
        n->flags |= FLAG_NEGATED;
    if (accept(p, TOK_MISSING))
        return node_end(p, n);
    if (at_word(p, "null") || at_word(p, "NULL") || at_word(p, "None")) {
        parse_foreign_word(p);
        return node_end(p, n);
    }
    struct diag *g = parse_say(p, E0101, is->span, "`is` stands before `missing` only");
    diag_help(p->diags, g, "write `%s` to compare", n->flags & FLAG_NEGATED ? "!=" : "==");
    n->kind = N_BINARY;
    n->op = n->flags & FLAG_NEGATED ? TOK_NE : TOK_EQ;
    n->flags = 0;
    return finish_binary(p, n, PREC_RANGE);
}

static struct node *parse_in(struct parser *p, struct node *left, bool negated) {
    struct node *n = node_after(p, N_IN, left);
    n->a = left;
    n->flags = negated ? FLAG_NEGATED : 0;
    take(p);
    return finish_binary(p, n, PREC_RANGE);
}

static struct node *parse_like(struct parser *p, struct node *left, bool negated) {
    struct node *n = node_after(p, N_BINARY, left);
    n->a = left;
    n->op = OP_LIKE;
    take(p);
    finish_binary(p, n, PREC_RANGE);
    if (!negated)
        return n;
    struct node *not = node_after(p, N_UNARY, n);
    not ->op = TOK_NOT;
    not ->a = n;
    return not ;
}

static struct node *parse_comparison(struct parser *p, struct node *left) {
    if (at_kind(p, TOK_IS))
        return parse_is(p, left);
    bool negated = accept(p, TOK_NOT);
    if (at_kind(p, TOK_IN))
        return parse_in(p, left, negated);
    if (at_word(p, "like"))
        return parse_like(p, left, negated);
    struct node *n = node_after(p, N_BINARY, left);
    const struct token *t = take(p);
    n->a = left;
    n->op = (uint8_t)t->kind;
    if (t->kind == TOK_ASSIGN) {
        struct diag *g = parse_say(p, E0111, t->span, "`=` gives a name, it does not compare");
        diag_help(p->diags, g, "write `==` to compare");
        enum token_kind before = p->at > 2 ? p->tokens.at[p->at - 3].kind : TOK_END;
        if (left->kind == N_NAME && (before == TOK_LPAREN || before == TOK_COMMA))
            diag_help(p->diags, g, "an argument with a name is written `%.*s: value`",
                      STR_ARG(left->text));
        n->op = TOK_EQ;
    }
    return finish_binary(p, n, PREC_RANGE);
}

static struct node *parse_arithmetic(struct parser *p, struct node *left, enum precedence found) {
    bool range = found == PREC_RANGE;
    struct node *n = node_after(p, range ? N_RANGE : N_BINARY, left);
    const struct token *t = peek(p);
    n->a = left;
    if (t->kind == TOK_NAME)
        n->op = at_word(p, "div") ? OP_DIV : OP_MOD;
    else if (!range)
        n->op = (uint8_t)t->kind;
    take(p);
    /* `^` groups from the right and takes a sign: 2 ^ -1 */
    return finish_binary(p, n, found == PREC_POWER ? PREC_UNARY : found + 1);
}

static void say_chained(struct parser *p, const struct node *left) {
    struct diag *g = parse_say(p, E0101, peek(p)->span, "comparisons do not chain");
    diag_label_add(p->diags, g, left->span, "this is a comparison already");
    diag_help(p->diags, g,
              "join them with `and`, as `a < b and b < c`; a range is tested with "
              "`x in a .. b`");
}

static struct node *parse_binary(struct parser *p, struct node *left, enum precedence least) {
    bool compared = false, ranged = false;
    while (!p->panic) {
        enum precedence found = operator_here(p);
        if (found == PREC_NONE || found < least)
            break;
        if (found == PREC_COMPARE) {
            if (compared)
                say_chained(p, left);
            left = parse_comparison(p, left);
        } else {
            if (found == PREC_RANGE && ranged)
                parse_say(p, E0101, peek(p)->span, "a second `..` in one range");
            left = parse_arithmetic(p, left, found);
        }
        compared = found == PREC_COMPARE || (compared && found > PREC_COMPARE);
        ranged = found == PREC_RANGE || (ranged && found > PREC_RANGE);
    }
    return left;
}

static struct node *parse_level(struct parser *p, enum precedence least) {
    /* Operands count their own nesting; these two can nest without one: - - x, 2 ^ 2 ^ 2 */
    bool counts = least == PREC_UNARY || least == PREC_NOT;
    bool fits = !counts || parse_deeper(p);
    struct node *n = fits ? parse_binary(p, parse_prefix(p), least) : node_bad(p);
    if (counts)
        parse_back(p);
    return n;
}

struct node *parse_rest(struct parser *p, struct node *left) {
    return parse_binary(p, left, PREC_OR);
}

struct node *parse_expression(struct parser *p) {
    return parse_level(p, PREC_OR);
}

struct node *parse_range(struct parser *p) {
    return parse_level(p, PREC_RANGE);
}

/* ---- fields ---- */

struct node *parse_field(struct parser *p) {
    struct node *n = node_new(p, N_FIELD, p->at);
    if (at_kind(p, TOK_NAME) && peek_at(p, 1)->kind == TOK_ASSIGN) {
        take_name(p, n, "a name");
        take(p);
    }
    n->a = parse_expression(p);
    return node_end(p, n);
}

void parse_fields(struct parser *p, struct node_list *list) {
    do
        node_push(p, list, parse_field(p));
    while (!p->panic && accept(p, TOK_COMMA));
}

void parse_named_field(struct parser *p, struct node_list *list) {
    const struct token *t = peek(p);
    struct node *n = parse_field(p);
    node_push(p, list, n);
    if (!n->text.n && !p->panic) {
        struct diag *g = parse_say(p, E0101, t->span, "this needs a name");
        diag_help(p->diags, g, "write `name = ...`");
    }
}

void parse_named_fields(struct parser *p, struct node_list *list) {
    do
        parse_named_field(p, list);
    while (!p->panic && accept(p, TOK_COMMA));
}
