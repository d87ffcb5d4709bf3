/* The parser's way in, its messages, and how it finds its feet again. */
#include "syntax/parse.h"

/* ---- tokens ---- */

const struct token *take(struct parser *p) {
    const struct token *t = peek(p);
    if (t->kind != TOK_END)
        p->at++;
    return t;
}

bool accept(struct parser *p, enum token_kind kind) {
    if (!at_kind(p, kind))
        return false;
    take(p);
    return true;
}

struct str token_source(const struct parser *p, const struct token *t) {
    const struct source *source = source_at(p->sources, t->span.source);
    if (!source || t->span.stop > source->text.n)
        return STR_NONE;
    return (struct str){source->text.p + t->span.start, t->span.stop - t->span.start};
}

bool is_plain_word(const struct token *t) {
    /* In back-quotes the span is longer than the name. */
    return t->kind == TOK_NAME && t->text.n == t->span.stop - t->span.start;
}

bool token_is_word(const struct token *t, const char *word) {
    return is_plain_word(t) && t->text.p[0] == word[0] && str_is(t->text, word);
}

bool at_word(const struct parser *p, const char *word) {
    return token_is_word(peek(p), word);
}

bool accept_word(struct parser *p, const char *word) {
    if (!at_word(p, word))
        return false;
    take(p);
    return true;
}

bool is_reserved(enum token_kind kind) {
    return kind >= TOK_AND && kind <= TOK_MATCH;
}

bool begins_operand(const struct token *t) {
    switch (t->kind) {
    case TOK_NAME:
    case TOK_INT:
    case TOK_FLOAT:
    case TOK_SHARE:
    case TOK_DATE:
    case TOK_DATETIME:
    case TOK_PERIOD:
    case TOK_TEXT:
    case TOK_TEXT_START:
    case TOK_TRUE:
    case TOK_FALSE:
    case TOK_MISSING:
    case TOK_NOT:
    case TOK_IF:
    case TOK_MATCH:
    case TOK_FROM:
    case TOK_FN:
    case TOK_LPAREN:
    case TOK_LBRACKET:
    case TOK_LBRACE:
    case TOK_MINUS:
    case TOK_ERROR:
        return true;
    default:
        return false;
    }
}

bool at_end_of_line(const struct parser *p) {
    enum token_kind kind = peek(p)->kind;
    return kind == TOK_NEWLINE || kind == TOK_END || kind == TOK_RBRACE || kind == TOK_DOC;
}

void skip_newlines(struct parser *p) {
    while (at_kind(p, TOK_NEWLINE) || at_kind(p, TOK_DOC))
        take(p);
}

/* ---- messages ---- */

static struct diag *unsaid(struct parser *p) {
    p->scratch = (struct diag){0};
    return &p->scratch;
}

struct diag *parse_say(struct parser *p, enum code code, struct span span, const char *format,
                       ...) {
    if (p->panic)
        return unsaid(p);
    va_list args;
    va_start(args, format);
    struct str message = arena_vprintf(p->arena, format, args);
    va_end(args);
    return diag_error(p->diags, code, span, "%.*s", STR_ARG(message));
}

struct diag *parse_fail(struct parser *p, enum code code, struct span span, const char *format,
                        ...) {
    if (p->panic)
        return unsaid(p);
    p->panic = true;
    va_list args;
    va_start(args, format);
    struct str message = arena_vprintf(p->arena, format, args);
    va_end(args);
    return diag_error(p->diags, code, span, "%.*s", STR_ARG(message));
}

struct str token_words(struct parser *p, const struct token *t) {
    struct str source = token_source(p, t);
    if (t->kind == TOK_NEWLINE && str_is(source, ";"))
        return STR("`;`");
    bool verbatim = t->kind == TOK_NAME || t->kind == TOK_INT || t->kind == TOK_FLOAT ||
                    t->kind == TOK_SHARE || t->kind == TOK_DATE || t->kind == TOK_DATETIME ||
                    t->kind == TOK_PERIOD;
    if (!verbatim)
        return str_of(token_name(t->kind));
    if (source.n && source.p[0] == '`')
        return arena_printf(p->arena, "%.*s", STR_ARG(source));
    return arena_printf(p->arena, "`%.*s`", STR_ARG(source));
}

/* The lexer has told of unreadable tokens and of brackets that it closed. */
static bool told_already(const struct token *t) {
    bool closer = t->kind == TOK_RPAREN || t->kind == TOK_RBRACKET || t->kind == TOK_RBRACE ||
                  t->kind == TOK_TEXT_END;
    return t->kind == TOK_ERROR || (closer && t->span.start == t->span.stop);
}

struct diag *parse_unexpected(struct parser *p, const char *wanted) {
    const struct token *t = peek(p);
    if (!p->panic && (told_already(t) || p->forgotten[p->at]))
        p->panic = true;
    return parse_fail(p, E0101, t->span, "expected %s, found %.*s", wanted,
                      STR_ARG(token_words(p, t)));
}

void parse_not_yet(struct parser *p, struct span span, const char *what) {
    struct diag *g = parse_say(p, E0190, span, "%s does not work yet", what);
    diag_help(p->diags, g, "see docs/language.md, `Not yet`");
}

bool expect(struct parser *p, enum token_kind kind, const char *wanted) {
    const struct token *t = peek(p);
    if (!accept(p, kind)) {
        parse_unexpected(p, wanted);
        return false;
    }
    if (told_already(t)) /* what follows a forgotten closer is no news */
        p->panic = true;
    return true;
}

bool parse_deeper(struct parser *p) {
    if (++p->depth <= DEPTH_LIMIT)
        return true;
    parse_fail(p, E0109, peek(p)->span, "more than %d levels of nesting", DEPTH_LIMIT);
    return false;
}

void parse_back(struct parser *p) {
    p->depth--;
}

/* ---- nodes ---- */

struct node *node_new(struct parser *p, enum node_kind kind, uint32_t first_token) {
    struct node *n = ARENA_NEW(p->arena, struct node);
    n->kind = (uint8_t)kind;
    n->span = p->tokens.at[first_token].span;
    return n;
}

static uint32_t height_with(uint32_t height, const struct node *child) {
    return child && child->height >= height ? child->height + 1 : height;
}

static void measure_height(struct parser *p, struct node *n) {
    uint32_t height = height_with(height_with(0, n->a), n->b);
    height = height_with(height_with(height, n->c), n->d);
    for (uint32_t i = 0; i < n->list.n; i++)
        height = height_with(height, n->list.at[i]);
    for (uint32_t i = 0; i < n->more.n; i++)
        height = height_with(height, n->more.at[i]);
    n->height = height;
    if (height == HEIGHT_LIMIT + 1) /* told once; what is round it is higher still */
        parse_fail(p, E0109, peek(p)->span, "more than %d operators in a row", HEIGHT_LIMIT);
}

struct node *node_end(struct parser *p, struct node *n) {
    measure_height(p, n);
    if (p->at > 0) {
        uint32_t stop = p->tokens.at[p->at - 1].span.stop;
        if (stop > n->span.start)
            n->span.stop = stop;
    }
    return n;
}

struct node *node_after(struct parser *p, enum node_kind kind, const struct node *first) {
    struct node *n = ARENA_NEW(p->arena, struct node);
    n->kind = (uint8_t)kind;
    n->span = first->span;
    return n;
}

void node_push(struct parser *p, struct node_list *list, struct node *n) {
    ARENA_PUSH(p->arena, list) = n;
}

struct node *node_bad(struct parser *p) {
    return node_new(p, N_BAD, p->at);
}

bool take_name(struct parser *p, struct node *n, const char *wanted) {
    const struct token *t = peek(p);
    n->name_span = t->span;
    if (t->kind == TOK_NAME) {
        n->text = t->text;
        if (t->text.n != t->span.stop - t->span.start)
            n->flags |= FLAG_QUOTED;
        take(p);
        return true;
    }
    struct diag *g = parse_unexpected(p, wanted);
    if (is_reserved(t->kind))
        diag_help(p->diags, g, "as a name the word stands in back-quotes");
    return false;
}

bool take_text(struct parser *p, struct str *out, const char *wanted) {
    const struct token *t = peek(p);
    if (t->kind == TOK_TEXT) {
        *out = take(p)->text;
        if (!out->p)
            *out = STR("");
        return true;
    }
    struct diag *g = parse_unexpected(p, wanted);
    if (t->kind == TOK_TEXT_START)
        diag_help(p->diags, g, "holes cannot stand here; a plain brace is written `\\{`");
    return false;
}

/* ---- recovery ---- */

static bool begins_line_statement(const struct token *t) {
    switch (t->kind) {
    case TOK_LET:
    case TOK_VAR:
    case TOK_SHOW:
    case TOK_RETURN:
    case TOK_WHILE:
    case TOK_FN:
        return t->line_start;
    default:
        return false;
    }
}

static bool leaves_level(const struct parser *p, uint32_t level) {
    return at_kind(p, TOK_END) || level_here(p) < level;
}

void recover(struct parser *p, uint32_t level) {
    for (; !leaves_level(p, level); take(p)) {
        if (level_here(p) != level)
            continue;
        enum token_kind kind = peek(p)->kind;
        if (kind == TOK_NEWLINE || kind == TOK_DOC || begins_line_statement(peek(p)))
            break;
    }
    p->panic = false;
}

void finish_line(struct parser *p, uint32_t level, const char *what) {
    if (!p->panic && !at_end_of_line(p)) {
        const struct token *t = peek(p);
        const struct token *before = p->at ? &p->tokens.at[p->at - 1] : t;
        struct diag *g = parse_unexpected(p, what);
        if (t->kind == TOK_LPAREN && before->kind == TOK_NAME)
            diag_help(p->diags, g, "in a call no blank stands before `(`");
    }
    if (p->panic || level_here(p) != level || !at_end_of_line(p))
        recover(p, level);
}

bool line_goes_on(const struct parser *p, uint32_t level) {
    if (leaves_level(p, level))
        return false;
    return level_here(p) > level || (!at_kind(p, TOK_NEWLINE) && !at_kind(p, TOK_DOC));
}

void skip_line(struct parser *p) {
    for (uint32_t level = level_here(p); line_goes_on(p, level);)
        take(p);
}

void skip_bracket(struct parser *p) {
    uint32_t level = level_here(p);
    do
        take(p);
    while (!leaves_level(p, level) && level_here(p) > level);
    if (!leaves_level(p, level))
        take(p);
}

bool find_block(struct parser *p) {
    uint32_t level = level_here(p), start = p->at;
    for (; !leaves_level(p, level); take(p)) {
        if (level_here(p) != level)
            continue;
        if (at_kind(p, TOK_LBRACE)) {
            p->panic = false;
            return true;
        }
        if (at_kind(p, TOK_NEWLINE) || begins_line_statement(peek(p)))
            break;
    }
    p->at = start;
    return false;
}

/* ---- the way in ---- */

static int bracket_change(enum token_kind kind, bool before) {
    switch (kind) {
    case TOK_RPAREN:
    case TOK_RBRACKET:
    case TOK_RBRACE:
    case TOK_TEXT_END:
        return before ? -1 : 0;
    case TOK_LPAREN:
    case TOK_LBRACKET:
    case TOK_LBRACE:
    case TOK_TEXT_START:
        return before ? 0 : 1;
    case TOK_TEXT_MIDDLE:
        return before ? -1 : 1;
    default:
        return 0;
    }
}

static void count_levels(struct parser *p) {
    int64_t level = 0;
    p->level = ARENA_ARRAY(p->arena, uint32_t, p->tokens.n);
    for (uint32_t i = 0; i < p->tokens.n; i++) {
        level += bracket_change(p->tokens.at[i].kind, true);
        p->level[i] = (uint32_t)level;
        level += bracket_change(p->tokens.at[i].kind, false);
    }
}

/* From the end, so that each closer is met before what it closes. */
static void find_forgotten(struct parser *p) {
    bool *open = ARENA_ARRAY(p->arena, bool, p->tokens.n + 1);
    uint32_t depth = 0; /* open[depth] tells of the innermost bracket */
    p->forgotten = ARENA_ARRAY(p->arena, bool, p->tokens.n);
    for (uint32_t i = p->tokens.n; i-- > 0;) {
        const struct token *t = &p->tokens.at[i];
        if (bracket_change(t->kind, false) > 0 && depth > 0)
            depth--;
        p->forgotten[i] = open[depth];
        if (bracket_change(t->kind, true) < 0) {
            bool round = t->kind != TOK_RBRACE;
            open[depth + 1] = round && (told_already(t) || open[depth]);
            depth++;
        }
    }
}

static struct parser parser_of(struct arena *arena, struct diags *d, const struct sources *s,
                               uint32_t source) {
    struct parser p = {.arena = arena, .diags = d, .sources = s};
    p.tokens = lex(arena, d, s, source);
    count_levels(&p);
    find_forgotten(&p);
    return p;
}

struct parsed parse(struct arena *arena, struct diags *d, const struct sources *s,
                    uint32_t source) {
    struct parser p = parser_of(arena, d, s, source);
    struct parsed out = {.incomplete = p.tokens.incomplete, .tokens = p.tokens};
    out.file = node_new(&p, N_BLOCK, 0);
    out.file->span = (struct span){source, 0, peek_at(&p, p.tokens.n - 1)->span.stop};
    uint32_t first = 0;
    while (p.tokens.at[first].kind == TOK_NEWLINE || p.tokens.at[first].kind == TOK_DOC)
        first++;
    if (p.tokens.at[first].kind == TOK_PIPE) {
        p.at = first;
        out.starts_with_pipe = true;
        node_push(&p, &out.file->list, parse_pipes(&p, NULL, p.at));
        finish_line(&p, 0, "the end of the line");
    }
    parse_statements(&p, out.file, 0);
    return out;
}

struct node *parse_signature(struct arena *arena, struct diags *d, const struct sources *s,
                             uint32_t source) {
    uint32_t errors = d->errors;
    struct parser p = parser_of(arena, d, s, source);
    skip_newlines(&p);
    accept(&p, TOK_FN);
    struct node *n = parse_function(&p, false);
    skip_newlines(&p);
    if (!at_kind(&p, TOK_END))
        parse_unexpected(&p, "the end of the signature");
    return d->errors == errors ? n : NULL;
}
