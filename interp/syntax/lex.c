/* From text to tokens: gaps and lines, words, marks, brackets.
 *
 * The lexer never fails. It decides where statements end, keeps brackets
 * balanced (lex.h), and reads habits of other languages as the Spoke word that
 * was meant, so that one slip gives one message. Everything lives in the
 * caller's arena. */
#include "syntax/lex.h"

#include "base/utf8.h"

/* ---- tokens ---- */

static const struct {
    struct str word;
    enum token_kind kind;
} reserved[] = {
    {{"and", 3}, TOK_AND},       {{"or", 2}, TOK_OR},     {{"not", 3}, TOK_NOT},
    {{"in", 2}, TOK_IN},         {{"is", 2}, TOK_IS},     {{"true", 4}, TOK_TRUE},
    {{"false", 5}, TOK_FALSE},   {{"if", 2}, TOK_IF},     {{"missing", 7}, TOK_MISSING},
    {{"else", 4}, TOK_ELSE},     {{"for", 3}, TOK_FOR},   {{"while", 5}, TOK_WHILE},
    {{"return", 6}, TOK_RETURN}, {{"let", 3}, TOK_LET},   {{"var", 3}, TOK_VAR},
    {{"fn", 2}, TOK_FN},         {{"show", 4}, TOK_SHOW}, {{"from", 4}, TOK_FROM},
    {{"match", 5}, TOK_MATCH},
};

/* Longest first among those with a common beginning. `meant` tells that the
 * mark belongs to another language and what Spoke writes. */
static const struct {
    char mark[4];
    enum token_kind kind;
    const char *meant;
} marks[] = {
    {"===", TOK_EQ, "`==`"},     {"!==", TOK_NE, "`!=`"},  {"==", TOK_EQ, NULL},
    {"=>", TOK_FAT_ARROW, NULL}, {"=", TOK_ASSIGN, NULL},  {"!=", TOK_NE, NULL},
    {"!", TOK_NOT, "`not`"},     {"<>", TOK_NE, "`!=`"},   {"<=", TOK_LE, NULL},
    {"<", TOK_LT, NULL},         {">=", TOK_GE, NULL},     {">", TOK_GT, NULL},
    {"->", TOK_ARROW, NULL},     {"-", TOK_MINUS, NULL},   {"+", TOK_PLUS, NULL},
    {"**", TOK_CARET, "`^`"},    {"*", TOK_STAR, NULL},    {"/", TOK_SLASH, NULL},
    {"^", TOK_CARET, NULL},      {"||", TOK_OR, "`or`"},   {"|>", TOK_PIPE, "`|`"},
    {"|", TOK_PIPE, NULL},       {"&&", TOK_AND, "`and`"}, {"&", TOK_AND, "`and`"},
    {"..", TOK_RANGE, NULL},     {".", TOK_DOT, NULL},     {",", TOK_COMMA, NULL},
    {":=", TOK_ASSIGN, "`=`"},   {":", TOK_COLON, NULL},   {"@", TOK_AT, NULL},
    {"?", TOK_QUESTION, NULL},
};

/* Characters that look right and are not. */
static const struct {
    uint32_t code_point;
    const char *meant;
} look_alikes[] = {
    {0x2018, "`\"`"}, {0x2019, "`\"`"}, {0x201C, "`\"`"},
    {0x201D, "`\"`"}, {0x201E, "`\"`"}, {0x2013, "`-`"},
    {0x2014, "`-`"},  {0x2212, "`-`"},  {0x00D7, "`*`"},
    {0x00F7, "`/`"},  {0x2264, "`<=`"}, {0x2265, "`>=`"},
    {0x2260, "`!=`"}, {0x2026, "`..`"}, {'%', "`mod`"},
    {'\'', "`\"`"},   {'~', "`not`"},   {'$', "`{name}` inside a text"},
};

struct token *lex_add(struct lexer *lx, enum token_kind kind, uint32_t start) {
    struct token *t = &ARENA_PUSH(lx->arena, &lx->out);
    *t = (struct token){.kind = (uint8_t)kind,
                        .span = {lx->source, start, lx->at},
                        .after_blank = lx->blank,
                        .line_start = lx->line_start};
    if (lx->line_start)
        lx->line_first = lx->out.n - 1;
    lx->blank = lx->line_start = false;
    return t;
}

static const struct token *last_token(const struct lexer *lx) {
    return lx->out.n ? &lx->out.at[lx->out.n - 1] : NULL;
}

static bool last_is(const struct lexer *lx, enum token_kind kind) {
    const struct token *t = last_token(lx);
    return t && t->kind == kind;
}

static struct bracket *top(const struct lexer *lx) {
    return lx->open.n ? &lx->open.at[lx->open.n - 1] : NULL;
}

static bool top_is(const struct lexer *lx, enum bracket_kind kind) {
    const struct bracket *b = top(lx);
    return b && b->kind == kind;
}

bool lex_in_hole(const struct lexer *lx) {
    for (uint32_t i = lx->open.n; i > 0; i--)
        if (lx->open.at[i - 1].kind == BRACKET_HOLE)
            return true;
    return false;
}

void lex_broken(struct lexer *lx, uint32_t start, uint32_t stop) {
    if (lx->broken)
        return;
    lx->broken = true;
    struct diag *g = diag_error(lx->diags, E0110, (struct span){lx->source, start, stop},
                                "these bytes are not UTF-8");
    diag_help(lx->diags, g, "save the file as UTF-8");
}

/* A code point and its width in bytes; width 0 at the end. */
static uint32_t code_point_here(const struct lexer *lx, uint32_t *width) {
    size_t next = lx->at;
    *width = 0;
    if (next >= lx->text.n)
        return 0;
    uint32_t code_point = utf8_next(lx->text, &next);
    *width = (uint32_t)(next - lx->at);
    return code_point;
}

uint32_t lex_name_bytes(const struct lexer *lx) {
    unsigned char c = lex_byte(lx, 0);
    if (c < 0x80)
        return is_ascii_letter(c) || is_digit(c) || c == '_';
    uint32_t width;
    uint32_t code_point = code_point_here(lx, &width);
    return code_point != 0xFFFD && utf8_is_letter(code_point) ? width : 0;
}

/* ---- brackets ---- */

static const char *opener_text(enum bracket_kind kind) {
    static const char *const texts[] = {"`(`", "`[`", "`{`", "`{`"};
    return texts[kind];
}

static enum token_kind closer_of(enum bracket_kind kind) {
    static const enum token_kind kinds[] = {TOK_RPAREN, TOK_RBRACKET, TOK_RBRACE, TOK_TEXT_END};
    return kinds[kind];
}

/* A closer without width for the innermost bracket. */
static void close_silently(struct lexer *lx) {
    enum token_kind kind = closer_of(top(lx)->kind);
    bool line_start = lx->line_start, blank = lx->blank;
    lx->open.n--;
    lx->line_start = false;
    lex_add(lx, kind, lx->at);
    lx->line_start = line_start;
    lx->blank = blank;
}

static void say_never_closed(struct lexer *lx, const struct bracket *b, const char *missed) {
    struct diag *g;
    if (b->kind == BRACKET_HOLE) {
        g = diag_error(lx->diags, E0102, b->span, "this text is never closed");
        diag_help(lx->diags, g, "`{` begins a value inside a text; a plain brace is written `\\{`");
    } else {
        g = diag_error(lx->diags, E0102, b->span, "this %s is never closed", opener_text(b->kind));
    }
    diag_label_add(lx->diags, g, (struct span){lx->source, lx->at, lx->at}, "%s", missed);
}

/* Closes what is open above number `keep`; the innermost one is told of. */
static void close_down_to(struct lexer *lx, uint32_t keep, const char *missed) {
    if (lx->open.n > keep)
        say_never_closed(lx, top(lx), missed);
    while (lx->open.n > keep)
        close_silently(lx);
}

/* At the end of a line: a text with a hole ends here, closed or not. */
static void close_texts(struct lexer *lx, const char *missed) {
    for (uint32_t i = 0; i < lx->open.n; i++) {
        if (lx->open.at[i].kind != BRACKET_HOLE)
            continue;
        say_never_closed(lx, &lx->open.at[i], missed);
        while (lx->open.n > i)
            close_silently(lx);
    }
}

static bool is_declaration_word(struct str word) {
    static const char *const words[] = {"table",  "cohort", "measure", "network",  "rule",
                                        "theory", "cycle",  "foreign", "calendar", "scale"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (words[i][0] == word.p[0] && str_is(word, words[i]))
            return true;
    return false;
}

/* The raw body of `sql { ... }`, as far as it is closed. */
static void take_raw(struct lexer *lx) {
    uint32_t depth = 1, stop = lx->at;
    for (; stop < lx->text.n; stop++) {
        depth += lx->text.p[stop] == '{';
        if (lx->text.p[stop] == '}' && --depth == 0)
            break;
    }
    if (stop == lx->text.n)
        return;
    uint32_t start = lx->at;
    lx->at = stop;
    lex_add(lx, TOK_RAW, start)->text = lex_slice(lx, start);
}

static void lex_open(struct lexer *lx, enum bracket_kind kind, enum token_kind token) {
    bool raw =
        kind == BRACKET_CURLY && last_is(lx, TOK_NAME) && str_is(last_token(lx)->text, "sql");
    uint32_t start = lx->at++;
    struct bracket b = {.kind = kind, .span = lex_span(lx, start)};
    lex_add(lx, token, start);
    const struct token *first = &lx->out.at[lx->line_first];
    if (kind == BRACKET_CURLY && lx->open.n == 0 && first->kind == TOK_NAME) {
        b.declares = is_declaration_word(first->text);
        b.foreign = str_is(first->text, "foreign");
    }
    ARENA_PUSH(lx->arena, &lx->open) = b;
    if (raw)
        take_raw(lx);
}

/* The number of the innermost open bracket of that kind inside the innermost
 * hole, from 1; 0 if there is none. */
static uint32_t find_open(const struct lexer *lx, enum bracket_kind kind) {
    for (uint32_t i = lx->open.n; i > 0; i--) {
        if (lx->open.at[i - 1].kind == kind)
            return i;
        if (lx->open.at[i - 1].kind == BRACKET_HOLE)
            return 0;
    }
    return 0;
}

static void lex_stray(struct lexer *lx, const char *text) {
    uint32_t start = lx->at++;
    diag_error(lx->diags, E0101, lex_span(lx, start), "%s closes nothing", text);
}

/* `]` where `)` is needed: taken for the right one. */
static void lex_wrong_closer(struct lexer *lx, const char *text) {
    struct bracket b = *top(lx);
    uint32_t start = lx->at++;
    lx->open.n--;
    lex_add(lx, closer_of(b.kind), start);
    struct diag *g = diag_error(lx->diags, E0101, lex_span(lx, start), "%s does not close %s", text,
                                opener_text(b.kind));
    diag_label_add(lx->diags, g, b.span, "opened here");
}

static void lex_close(struct lexer *lx, enum bracket_kind kind, const char *text) {
    uint32_t match = find_open(lx, kind);
    if (!match && kind != BRACKET_CURLY &&
        (top_is(lx, BRACKET_ROUND) || top_is(lx, BRACKET_SQUARE))) {
        lex_wrong_closer(lx, text);
        return;
    }
    if (!match) {
        lex_stray(lx, text);
        return;
    }
    close_down_to(lx, match, "missed before this");
    uint32_t start = lx->at++;
    lx->open.n--;
    lex_add(lx, closer_of(kind), start);
}

/* `}` closes a record or block, or the hole that it stands in. */
static void lex_right_brace(struct lexer *lx) {
    uint32_t hole = find_open(lx, BRACKET_HOLE), curly = find_open(lx, BRACKET_CURLY);
    if (hole <= curly) {
        lex_close(lx, BRACKET_CURLY, "`}`");
        return;
    }
    close_down_to(lx, hole, "missed before this");
    struct span quote = top(lx)->span;
    lx->open.n--;
    lex_text_after_hole(lx, quote);
}

/* ---- lines ---- */

/* Tokens behind which a statement cannot end. */
static bool goes_on(enum token_kind kind) {
    switch (kind) {
    case TOK_AND:
    case TOK_OR:
    case TOK_NOT:
    case TOK_IN:
    case TOK_IS:
    case TOK_PLUS:
    case TOK_MINUS:
    case TOK_STAR:
    case TOK_SLASH:
    case TOK_CARET:
    case TOK_EQ:
    case TOK_NE:
    case TOK_LT:
    case TOK_LE:
    case TOK_GT:
    case TOK_GE:
    case TOK_ASSIGN:
    case TOK_ARROW:
    case TOK_FAT_ARROW:
    case TOK_PIPE:
    case TOK_DOT:
    case TOK_RANGE:
    case TOK_COMMA:
    case TOK_COLON:
        return true;
    default:
        return false;
    }
}

static bool word_here(const struct lexer *lx, const char *word) {
    size_t n = strlen(word), left = lx->text.n - lx->at;
    if (left < n || memcmp(lx->text.p + lx->at, word, n) != 0)
        return false;
    struct lexer behind = *lx;
    behind.at += (uint32_t)n;
    return lex_name_bytes(&behind) == 0;
}

/* Whether the line at the present place goes on with the one before: no
 * statement can begin with these. */
static bool line_continues(const struct lexer *lx) {
    return lex_byte(lx, 0) == '|' || word_here(lx, "and") || word_here(lx, "or");
}

/* Whether the last token, a `>`, closes `list<` or `map<` and so is no operator. */
static bool closes_type(const struct lexer *lx) {
    uint32_t depth = 0;
    for (uint32_t i = lx->out.n; i-- > 1;) {
        const struct token *t = &lx->out.at[i], *before = t - 1;
        depth += t->kind == TOK_GT;
        if (t->kind == TOK_NEWLINE)
            return false;
        if (t->kind == TOK_LT && --depth == 0)
            return before->kind == TOK_NAME && before->span.stop == t->span.start &&
                   (str_is(before->text, "list") || str_is(before->text, "map"));
    }
    return false;
}

static bool needs_newline(const struct lexer *lx) {
    const struct token *t = last_token(lx);
    if (t && t->kind == TOK_GT && closes_type(lx))
        return !lx->open.n || top_is(lx, BRACKET_CURLY);
    if (!t || t->kind == TOK_NEWLINE || t->kind == TOK_DOC || t->kind == TOK_LBRACE ||
        goes_on(t->kind))
        return false;
    return !lx->open.n || top_is(lx, BRACKET_CURLY);
}

static void add_newline(struct lexer *lx, uint32_t start, uint32_t stop) {
    struct token t = {.kind = TOK_NEWLINE, .span = {lx->source, start, stop}};
    ARENA_PUSH(lx->arena, &lx->out) = t;
}

struct doc_block {
    uint32_t start, stop;
    uint32_t ends_behind; /* lines that ended between the block and the present place */
};
struct gap {
    bool line_ended;
    uint32_t line_end; /* where the first line ended */
    ARENA_VEC(struct doc_block) docs;
};

static void end_line(struct lexer *lx, struct gap *gap) {
    if (!gap->line_ended) {
        if (lex_in_hole(lx))
            close_texts(lx, "the line ends here");
        gap->line_ended = true;
        gap->line_end = lx->at;
    }
    lx->at += lex_byte(lx, 0) == '\r' && lex_byte(lx, 1) == '\n' ? 2 : 1;
    lx->line_start = true;
    if (gap->docs.n)
        gap->docs.at[gap->docs.n - 1].ends_behind++;
}

static void take_comment(struct lexer *lx, struct gap *gap) {
    uint32_t start = lx->at;
    bool doc = lex_byte(lx, 1) == '#' && lx->line_start && !lx->open.n;
    while (lx->at < lx->text.n && lex_byte(lx, 0) != '\n' && lex_byte(lx, 0) != '\r')
        lx->at++;
    ARENA_PUSH(lx->arena, &lx->comments) = (struct comment){start, lx->at};
    struct str text = lex_slice(lx, start);
    size_t broken = utf8_check(text);
    if (broken < text.n)
        lex_broken(lx, start + (uint32_t)broken, start + (uint32_t)broken + 1);
    if (!doc)
        return;
    struct doc_block *last = gap->docs.n ? &gap->docs.at[gap->docs.n - 1] : NULL;
    if (last && last->ends_behind == 1) {
        last->stop = lx->at;
        last->ends_behind = 0;
    } else {
        ARENA_PUSH(lx->arena, &gap->docs) = (struct doc_block){start, lx->at, 0};
    }
}

/* The lines of a block without their `## `, joined by `\n`. */
static struct str doc_text(struct lexer *lx, const struct doc_block *block) {
    ARENA_VEC(char) out = {0};
    const char *p = lx->text.p;
    for (uint32_t i = block->start; i < block->stop;) {
        while (p[i] != '#')
            i++;
        i += 2;
        if (i < block->stop && p[i] == ' ')
            i++;
        if (out.n)
            ARENA_PUSH(lx->arena, &out) = '\n';
        while (i < block->stop && p[i] != '\n' && p[i] != '\r')
            ARENA_PUSH(lx->arena, &out) = p[i++];
        while (i < block->stop && (p[i] == '\n' || p[i] == '\r'))
            i++;
    }
    return (struct str){out.at, out.n};
}

static void add_docs(struct lexer *lx, const struct gap *gap) {
    for (uint32_t i = 0; i < gap->docs.n; i++) {
        const struct doc_block *block = &gap->docs.at[i];
        struct token t = {.kind = TOK_DOC,
                          .span = {lx->source, block->start, block->stop},
                          .text = doc_text(lx, block),
                          .attached = i + 1 == gap->docs.n && block->ends_behind == 1,
                          .line_start = true};
        if (!lx->broken)
            ARENA_PUSH(lx->arena, &lx->out) = t;
    }
}

/* 1 to 3 for a blank of that many bytes, else 0. */
static uint32_t blank_bytes(const struct lexer *lx) {
    unsigned char c = lex_byte(lx, 0);
    if (c < 0x80)
        return c == ' ' || c == '\t' || c == '\f' || c == '\v';
    uint32_t width;
    uint32_t code_point = code_point_here(lx, &width);
    return code_point == 0xA0 || code_point == 0xFEFF ? width : 0;
}

/* Blanks, comments and line ends before the next token. */
static void lex_gap(struct lexer *lx) {
    struct gap gap = {0};
    for (; lx->at < lx->text.n; lx->blank = true) {
        unsigned char c = lex_byte(lx, 0);
        uint32_t blank = blank_bytes(lx);
        if (blank)
            lx->at += blank;
        else if (c == '\n' || c == '\r')
            end_line(lx, &gap);
        else if (c == '#')
            take_comment(lx, &gap);
        else
            break;
    }
    bool first = lx->out.n == 0;
    bool dropped = !first && !last_is(lx, TOK_NEWLINE) && !last_is(lx, TOK_LBRACE);
    if (gap.line_ended && needs_newline(lx) && !line_continues(lx)) {
        add_newline(lx, gap.line_end, gap.line_end + 1);
        dropped = false;
    }
    if (!dropped && !lx->open.n)
        add_docs(lx, &gap);
}

/* ---- a line that cannot stand inside the open bracket ---- */

/* `name "title" {` or, for round brackets, any name or text behind the word. */
static bool header_follows(const struct lexer *lx, bool needs_brace) {
    struct lexer look = *lx;
    while (lex_byte(&look, 0) == ' ' || lex_byte(&look, 0) == '\t')
        look.at++;
    uint32_t start = look.at;
    for (uint32_t n; (n = lex_name_bytes(&look)) > 0;)
        look.at += n;
    bool named = look.at > start && start > lx->at;
    if (!needs_brace)
        return named || (lex_byte(&look, 0) == '"' && start > lx->at);
    if (!named)
        return false;
    while (look.at < look.text.n && lex_byte(&look, 0) != '\n' && lex_byte(&look, 0) != '{')
        look.at++;
    struct str between = lex_slice(&look, start);
    return lex_byte(&look, 0) == '{' && (between.n < 2 || !memchr(between.p, ';', between.n));
}

static bool begins_statement(const struct lexer *lx, struct str word, bool in_declaration) {
    static const char *const always[] = {"show", "var", "return", "while"};
    static const char *const with_name[] = {"import", "param", "print"};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        if (always[i][0] == word.p[0] && str_is(word, always[i]))
            return true;
    if (str_is(word, "fn")) /* without a name it is a value */
        return header_follows(lx, false);
    if (is_declaration_word(word))
        return header_follows(lx, in_declaration);
    if (in_declaration)
        return false;
    for (size_t i = 0; i < COUNT_OF(with_name); i++)
        if (with_name[i][0] == word.p[0] && str_is(word, with_name[i]))
            return header_follows(lx, false);
    return str_is(word, "let");
}

/* Behind the first word of a line (from `start`): when a statement begins here
 * though a bracket is open, the bracket was forgotten. */
static void close_forgotten(struct lexer *lx, uint32_t start) {
    struct str word = lex_slice(lx, start);
    uint32_t behind = lx->at, keep = lx->open.n;
    bool statement = begins_statement(lx, word, false);
    while (statement && keep &&
           (lx->open.at[keep - 1].kind == BRACKET_ROUND ||
            lx->open.at[keep - 1].kind == BRACKET_SQUARE))
        keep--;
    bool function = str_is(word, "fn");
    if (keep == 1 && lx->open.at[0].declares && !(function && lx->open.at[0].foreign) &&
        begins_statement(lx, word, true))
        keep = 0;
    if (keep == lx->open.n)
        return;
    lx->at = start;
    close_down_to(lx, keep, "missed before this");
    if (needs_newline(lx))
        add_newline(lx, start, start);
    lx->at = behind;
}

/* ---- words, marks ---- */

/* `var(x)`, the variance; `from.level`, of a tie. */
static bool stands_as_name(const struct lexer *lx, enum token_kind kind) {
    unsigned char next = lex_byte(lx, 0);
    return (kind == TOK_VAR && next == '(') ||
           (kind == TOK_FROM && next == '.' && lex_byte(lx, 1) != '.');
}

static enum token_kind word_kind(const struct lexer *lx, struct str word) {
    if (last_is(lx, TOK_DOT))
        return TOK_NAME; /* `ties.from` */
    for (size_t i = 0; i < COUNT_OF(reserved); i++)
        if (reserved[i].word.p[0] == word.p[0] && str_eq(word, reserved[i].word))
            return stands_as_name(lx, reserved[i].kind) ? TOK_NAME : reserved[i].kind;
    return TOK_NAME;
}

static bool is_version_byte(unsigned char c) {
    return is_ascii_letter(c) || is_digit(c);
}

/* `name@2`, `name@3fa9c1`: a saved version, one name with what it is a version of. */
static struct str lex_version(struct lexer *lx, struct str name) {
    uint32_t start = lx->at;
    if (lex_byte(lx, 0) != '@' || !is_version_byte(lex_byte(lx, 1)))
        return name;
    lx->at++;
    while (is_version_byte(lex_byte(lx, 0)))
        lx->at++;
    return arena_printf(lx->arena, "%.*s%.*s", STR_ARG(name), STR_ARG(lex_slice(lx, start)));
}

static void lex_word(struct lexer *lx) {
    uint32_t start = lx->at;
    while (is_ascii_letter(lex_byte(lx, 0)))
        lx->at++;
    for (uint32_t n; (n = lex_name_bytes(lx)) > 0;)
        lx->at += n;
    if (lx->line_start && lx->open.n)
        close_forgotten(lx, start);
    if (lex_school_year(lx, start))
        return;
    struct str word = lex_slice(lx, start);
    enum token_kind kind = word_kind(lx, word);
    if (kind == TOK_NAME)
        word = lex_version(lx, word);
    lex_add(lx, kind, start)->text = word;
}

static void lex_quoted_name(struct lexer *lx) {
    uint32_t start = lx->at++;
    while (lx->at < lx->text.n && !strchr("`\r\n", lex_byte(lx, 0)))
        lx->at++;
    struct str name = {lx->text.p + start + 1, lx->at - start - 1};
    bool closed = lex_byte(lx, 0) == '`';
    if (closed)
        lx->at++;
    size_t broken = utf8_check(name);
    if (!closed)
        diag_error(lx->diags, E0102, (struct span){lx->source, start, start + 1},
                   "this back-quote is never closed");
    else if (broken < name.n)
        lex_broken(lx, start + 1 + (uint32_t)broken, start + 2 + (uint32_t)broken);
    else if (name.n == 0)
        diag_error(lx->diags, E0101, lex_span(lx, start), "a name without a character");
    bool good = closed && name.n > 0 && broken == name.n;
    if (good)
        name = lex_version(lx, name);
    lex_add(lx, good ? TOK_NAME : TOK_ERROR, start)->text = name;
}

/* 'text' and the quotes of word processors: taken as a text. */
static bool lex_other_quotes(struct lexer *lx) {
    static const struct {
        uint32_t opens, closes;
    } quotes[] = {{'\'', '\''}, {0x201C, 0x201D}, {0x201E, 0x201C}, {0x2018, 0x2019}};
    uint32_t start = lx->at, width, opening;
    if (lex_byte(lx, 0) < 0x80 && lex_byte(lx, 0) != '\'')
        return false;
    uint32_t code_point = code_point_here(lx, &opening);
    size_t kind = 0;
    while (kind < COUNT_OF(quotes) && code_point != quotes[kind].opens)
        kind++;
    if (kind == COUNT_OF(quotes))
        return false;
    uint32_t closing = quotes[kind].closes;
    for (lx->at += opening; (code_point = code_point_here(lx, &width)) != closing; lx->at += width)
        if (width == 0 || code_point == 0xFFFD || code_point < ' ' ||
            (code_point < 0x80 && strchr("\"{}\\", (int)code_point)))
            return lx->at = start, false;
    struct str inside = {lx->text.p + start + opening, lx->at - start - opening};
    lx->at += width;
    struct diag *g = diag_error(lx->diags, E0103, lex_span(lx, start), "a text in other quotes");
    diag_help(lx->diags, g, "write `\"%.*s\"`", STR_ARG(inside));
    lex_add(lx, TOK_TEXT, start)->text = inside;
    return true;
}

static void say_look_alike(struct lexer *lx, struct diag *g, uint32_t code_point) {
    for (size_t i = 0; i < COUNT_OF(look_alikes); i++)
        if (look_alikes[i].code_point == code_point) {
            diag_help(lx->diags, g, "write %s", look_alikes[i].meant);
            return;
        }
    if (code_point >= 0x80)
        diag_help(lx->diags, g, "a name with such a character stands in back-quotes");
}

/* A run of characters that mean nothing gives one message. */
static void lex_unknown(struct lexer *lx) {
    uint32_t start = lx->at, width;
    uint32_t code_point = code_point_here(lx, &width);
    bool broken = code_point == 0xFFFD && width == 1;
    lx->at += width;
    if (broken) {
        while (lx->at < lx->text.n && code_point_here(lx, &width) == 0xFFFD && width == 1)
            lx->at++;
        lex_broken(lx, start, lx->at);
    } else if (code_point < ' ' || code_point == 0x7F) {
        diag_error(lx->diags, E0103, lex_span(lx, start), "a control character (code %u)",
                   (unsigned)code_point);
    } else {
        struct str text = lex_slice(lx, start);
        struct diag *g = diag_error(lx->diags, E0103, lex_span(lx, start),
                                    "`%.*s` means nothing in Spoke", STR_ARG(text));
        say_look_alike(lx, g, code_point);
    }
    lex_add(lx, TOK_ERROR, start);
}

/* `//` and `/` `*` begin comments elsewhere. */
static bool lex_foreign_comment(struct lexer *lx) {
    bool to_line_end = lx->line_start && lex_byte(lx, 0) == '/' && lex_byte(lx, 1) == '/';
    bool block = lex_byte(lx, 0) == '/' && lex_byte(lx, 1) == '*';
    if (!to_line_end && !block)
        return false;
    uint32_t start = lx->at;
    lx->at += 2;
    struct diag *g = diag_error(lx->diags, E0103, lex_span(lx, start), "`%.*s` begins no comment",
                                STR_ARG(lex_slice(lx, start)));
    diag_help(lx->diags, g, "a comment begins with `#` and ends with its line");
    while (lx->at < lx->text.n) {
        if (to_line_end && (lex_byte(lx, 0) == '\n' || lex_byte(lx, 0) == '\r'))
            break;
        if (block && lex_byte(lx, 0) == '*' && lex_byte(lx, 1) == '/') {
            lx->at += 2;
            break;
        }
        lx->at++;
    }
    return true;
}

/* Its length where that mark stands at the present place, else 0. */
static uint32_t mark_here(const struct lexer *lx, const char *mark) {
    uint32_t n = 0;
    while (mark[n] && lex_byte(lx, n) == (unsigned char)mark[n])
        n++;
    return mark[n] ? 0 : n;
}

static bool lex_mark(struct lexer *lx) {
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        uint32_t n = mark_here(lx, marks[i].mark);
        if (!n)
            continue;
        uint32_t start = lx->at;
        lx->at += n;
        lex_add(lx, marks[i].kind, start);
        if (marks[i].meant) {
            struct diag *g = diag_error(lx->diags, E0103, lex_span(lx, start),
                                        "`%s` means nothing in Spoke", marks[i].mark);
            diag_help(lx->diags, g, "write %s", marks[i].meant);
        }
        return true;
    }
    return false;
}

/* `.5` */
static bool lex_bare_point(struct lexer *lx) {
    if (lex_byte(lx, 0) != '.' || !is_digit(lex_byte(lx, 1)))
        return false;
    const struct token *t = last_token(lx);
    if (t && t->span.stop == lx->at && !goes_on(t->kind) && t->kind != TOK_LPAREN)
        return false; /* behind a name or bracket it is a wrong path, not a number */
    if (t && t->kind == TOK_RANGE && t->span.stop == lx->at)
        return false;
    uint32_t start = lx->at++;
    lex_number(lx);
    struct token *number = &lx->out.at[lx->out.n - 1];
    bool error = number->kind == TOK_ERROR;
    number->kind = TOK_ERROR;
    number->span.start = start;
    if (error)
        return true;
    struct str text = lex_slice(lx, start);
    struct diag *g =
        diag_error(lx->diags, E0104, lex_span(lx, start), "`%.*s` is no number", STR_ARG(text));
    diag_help(lx->diags, g, "write `0%.*s`", STR_ARG(text));
    return true;
}

static void lex_semicolon(struct lexer *lx) {
    uint32_t start = lx->at++;
    if (!last_is(lx, TOK_NEWLINE) || top_is(lx, BRACKET_ROUND))
        lex_add(lx, TOK_NEWLINE, start);
}

static void lex_one(struct lexer *lx) {
    unsigned char c = lex_byte(lx, 0);
    if (is_digit(c))
        lex_number(lx);
    else if (lex_name_bytes(lx) > 0)
        lex_word(lx);
    else if (c == '"')
        lex_text(lx);
    else if (c == '`')
        lex_quoted_name(lx);
    else if (c == '(')
        lex_open(lx, BRACKET_ROUND, TOK_LPAREN);
    else if (c == '[')
        lex_open(lx, BRACKET_SQUARE, TOK_LBRACKET);
    else if (c == '{')
        lex_open(lx, BRACKET_CURLY, TOK_LBRACE);
    else if (c == ')')
        lex_close(lx, BRACKET_ROUND, "`)`");
    else if (c == ']')
        lex_close(lx, BRACKET_SQUARE, "`]`");
    else if (c == '}')
        lex_right_brace(lx);
    else if (c == ';')
        lex_semicolon(lx);
    else if (c == ':' && top_is(lx, BRACKET_HOLE))
        lex_format(lx);
    else if (!lex_other_quotes(lx) && !lex_foreign_comment(lx) && !lex_bare_point(lx) &&
             !lex_mark(lx))
        lex_unknown(lx);
}

static void note_incomplete(struct lexer *lx) {
    const struct token *t = last_token(lx);
    if (lx->incomplete)
        return;
    if (lx->open.n) {
        lx->incomplete = true;
        lx->opener = top(lx)->span;
    } else if (t && goes_on(t->kind)) {
        lx->incomplete = true;
        lx->opener = t->span;
    }
}

struct tokens lex(struct arena *arena, struct diags *d, const struct sources *s, uint32_t source) {
    const struct source *from = source_at(s, source);
    struct lexer lx = {.arena = arena, .diags = d, .source = source, .line_start = true};
    if (from)
        lx.text = from->text;
    /* About what a program has; growing would copy, and leave the copies behind. */
    lx.out.cap = (uint32_t)(lx.text.n / 4) + 16;
    lx.out.at = arena_take(arena, sizeof *lx.out.at * lx.out.cap);
    for (lex_gap(&lx); lx.at < lx.text.n; lex_gap(&lx))
        lex_one(&lx);
    note_incomplete(&lx);
    close_down_to(&lx, 0, "the text ends here");
    lex_add(&lx, TOK_END, lx.at);
    return (struct tokens){lx.out.at, lx.out.n,       lx.incomplete,
                           lx.opener, lx.comments.at, lx.comments.n};
}
