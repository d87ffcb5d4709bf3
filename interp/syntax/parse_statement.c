/* Statements and blocks. Words like `print` and `import` begin a statement
 * only where what follows makes one; elsewhere they are names. */
#include "syntax/parse.h"

/* ---- blocks ---- */

static bool takes_doc(const struct node *n) {
    return n->doc.n == 0 && (n->kind == N_PARAM || node_declares(n));
}

static struct node *parse_statement(struct parser *p);

static bool ends_in_block(const struct node *n) {
    return n->kind == N_IF || n->kind == N_FOR || n->kind == N_WHILE || n->kind == N_BLOCK ||
           n->kind == N_TRY || n->kind == N_TEST || node_declares(n);
}

/* `select a from t` is a habit. */
static void refuse_select_first(struct parser *p, const struct token *first) {
    bool is_select =
        first->kind == TOK_NAME && (str_is(first->text, "select") || str_is(first->text, "SELECT"));
    if (p->panic || !is_select || at_kind(p, TOK_NEWLINE) || at_kind(p, TOK_END))
        return;
    struct diag *g = parse_fail(p, E0101, first->span, "a query begins with its table");
    diag_help(p->diags, g, "write `from x | where ... | select a, b`");
}

void parse_statements(struct parser *p, struct node *block, uint32_t level) {
    struct str doc = STR_NONE;
    while (!at_kind(p, TOK_END) && level_here(p) >= level) {
        uint32_t start = p->at;
        const struct token *t = peek(p);
        if (t->kind == TOK_NEWLINE || t->kind == TOK_DOC) {
            doc = t->kind == TOK_DOC && t->attached ? t->text : STR_NONE;
            take(p);
            continue;
        }
        struct node *n = parse_statement(p);
        if (doc.n && takes_doc(n))
            n->doc = doc;
        doc = STR_NONE;
        node_push(p, &block->list, n);
        /* the closing brace of a block separates, as a newline does */
        if (p->panic || p->at == start || !ends_in_block(n) || level_here(p) != level ||
            p->tokens.at[p->at - 1].kind != TOK_RBRACE) {
            refuse_select_first(p, t);
            finish_line(p, level, "the end of the statement");
        }
        if (p->at == start)
            take(p);
    }
}

struct node *parse_block(struct parser *p) {
    if (!p->panic && !at_kind(p, TOK_LBRACE))
        parse_unexpected(p, "`{`");
    struct node *n = node_new(p, N_BLOCK, p->at);
    if (p->panic && !find_block(p))
        return n;
    n->span = peek(p)->span;
    uint32_t level = level_here(p) + 1;
    if (parse_deeper(p)) {
        take(p);
        parse_statements(p, n, level);
        accept(p, TOK_RBRACE);
    } else {
        skip_bracket(p);
    }
    parse_back(p);
    return node_end(p, n);
}

/* ---- reserved words ---- */

/* `else` may stand on a line of its own. */
static bool accept_else(struct parser *p) {
    uint32_t ahead = 0;
    while (peek_at(p, ahead)->kind == TOK_NEWLINE)
        ahead++;
    if (peek_at(p, ahead)->kind != TOK_ELSE)
        return false;
    p->at += ahead + 1;
    return true;
}

/* `elif` is a habit. */
static bool at_else_if_habit(struct parser *p) {
    if (!at_word(p, "elif") && !at_word(p, "elsif") && !at_word(p, "elseif"))
        return false;
    const struct token *t = peek(p);
    struct diag *g = parse_say(p, E0101, t->span, "`%.*s` is no word of Spoke", STR_ARG(t->text));
    diag_help(p->diags, g, "write `else if`");
    return true;
}

struct node *parse_if(struct parser *p) {
    struct node *n = node_new(p, N_IF, p->at);
    take(p);
    n->a = parse_expression(p);
    n->b = parse_block(p);
    bool habit = !p->panic && at_else_if_habit(p);
    if (p->panic || (!habit && !accept_else(p)))
        return node_end(p, n);
    if (habit || at_kind(p, TOK_IF)) {
        n->c = parse_deeper(p) ? parse_if(p) : node_bad(p);
        parse_back(p);
    } else {
        n->c = parse_block(p);
    }
    return node_end(p, n);
}

static struct node *parse_binding(struct parser *p, enum node_kind kind) {
    struct node *n = node_new(p, kind, p->at);
    take(p);
    take_name(p, n, "a name");
    if (!p->panic && accept(p, TOK_COLON))
        n->a = parse_type(p);
    if (!p->panic)
        expect(p, TOK_ASSIGN, "`=`");
    n->b = p->panic ? node_bad(p) : parse_piped(p, ASKED_LINE);
    return node_end(p, n);
}

static struct node *parse_for(struct parser *p) {
    struct node *n = node_new(p, N_FOR, p->at);
    take(p);
    take_name(p, n, "a name");
    if (!p->panic)
        expect(p, TOK_IN, "`in`");
    uint32_t first = p->at;
    n->a = p->panic ? node_bad(p) : parse_pipes(p, parse_expression(p), first);
    n->b = parse_block(p);
    return node_end(p, n);
}

static struct node *parse_while(struct parser *p) {
    struct node *n = node_new(p, N_WHILE, p->at);
    take(p);
    n->a = parse_expression(p);
    n->b = parse_block(p);
    return node_end(p, n);
}

static struct node *parse_return(struct parser *p) {
    struct node *n = node_new(p, N_RETURN, p->at);
    take(p);
    if (!at_end_of_line(p))
        n->a = parse_piped(p, ASKED_LINE);
    return node_end(p, n);
}

static struct node *parse_show(struct parser *p) {
    struct node *n = node_new(p, N_SHOW, p->at);
    take(p);
    n->a = parse_piped(p, ASKED_LIST);
    return node_end(p, n);
}

/* ---- statements that begin with a name ---- */

static bool operand_follows(const struct parser *p, uint32_t ahead) {
    const struct token *t = peek_at(p, ahead);
    if (t->kind == TOK_LBRACKET)
        return t->after_blank;
    if (t->kind == TOK_MINUS)
        return t->after_blank && !peek_at(p, ahead + 1)->after_blank;
    return begins_operand(t);
}

/* `print(a, b)` with nothing behind the bracket. */
static bool bracket_is_list(const struct parser *p) {
    if (!at_kind(p, TOK_LPAREN) || peek(p)->after_blank)
        return false;
    uint32_t ahead = 1, level = level_here(p);
    while (peek_at(p, ahead)->kind != TOK_END && p->level[p->at + ahead] > level)
        ahead++;
    enum token_kind behind = peek_at(p, ahead + 1)->kind;
    return behind == TOK_NEWLINE || behind == TOK_END || behind == TOK_RBRACE;
}

static void read_print(struct parser *p, struct node *n) {
    bool bracketed = bracket_is_list(p);
    if (bracketed)
        take(p);
    while (!p->panic && !(bracketed && at_kind(p, TOK_RPAREN))) {
        uint32_t first = p->at;
        node_push(p, &n->list, parse_pipes(p, parse_expression(p), first));
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (bracketed && !p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
}

static void read_explain(struct parser *p, struct node *n) {
    n->text = STR("");
    for (int i = 0; i < 2; i++) {
        const char *word = i ? "plan" : "sql";
        if (!n->text.n && at_word(p, word) && operand_follows(p, 1)) {
            n->text = str_of(word);
            take(p);
        }
    }
    n->a = parse_piped(p, ASKED_LIST);
}

/* Shares its node with `explain`, which names things in the same way. */
static void read_lineage(struct parser *p, struct node *n) {
    n->text = STR("lineage");
    n->a = parse_piped(p, ASKED_LIST);
}

static void read_save(struct parser *p, struct node *n) {
    if (accept_word(p, "because"))
        n->a = parse_text(p);
}

static void read_freeze(struct parser *p, struct node *n) {
    n->a = parse_text(p);
    if (!p->panic && accept_word(p, "because"))
        n->b = parse_text(p);
}

/* The clauses of a question may stand behind the second name. */
static void read_diff(struct parser *p, struct node *n) {
    n->a = parse_operand(p);
    n->b = p->panic ? node_bad(p) : parse_asked(p, 0);
}

static void read_assert(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
    if (!p->panic && accept(p, TOK_COMMA))
        n->b = parse_expression(p);
}

static void read_value(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
}

static void read_nothing(struct parser *p, struct node *n) {
    UNUSED(p);
    UNUSED(n);
}

static void read_param(struct parser *p, struct node *n) {
    take_name(p, n, "the name of the parameter");
    accept(p, TOK_COLON);
    n->a = p->panic ? node_bad(p) : parse_type(p);
    if (!p->panic && accept(p, TOK_ASSIGN))
        n->b = parse_expression(p);
    if (!p->panic && at_kind(p, TOK_TEXT))
        n->doc = take(p)->text;
}

static void read_store(struct parser *p, struct node *n) {
    n->a = parse_text(p);
}

uint8_t parse_mode(struct parser *p) {
    static const struct {
        const char *word;
        uint8_t op;
    } modes[] = {{"update", OP_UPDATE}, {"append", OP_APPEND}, {"replace", OP_REPLACE}};
    for (size_t i = 0; i < COUNT_OF(modes); i++)
        if (accept_word(p, modes[i].word))
            return modes[i].op;
    return OP_UPDATE;
}

static void read_import(struct parser *p, struct node *n) {
    n->op = OP_UPDATE;
    take_name(p, n, "the name of a table");
    if (!p->panic)
        expect(p, TOK_FROM, "`from`");
    n->a = p->panic ? node_bad(p) : parse_text(p);
    if (!p->panic && accept_word(p, "table")) {
        if (at_kind(p, TOK_TEXT))
            n->doc = take(p)->text;
        else
            parse_unexpected(p, "the name of a table of the database, in quotes");
    }
    if (!p->panic)
        n->op = parse_mode(p);
    if (!p->panic && accept_word(p, "strict"))
        n->flags |= FLAG_STRICT;
    if (!p->panic && accept_word(p, "where"))
        n->b = parse_expression(p);
}

/* `use "file.spoke" as name` or `use spc` */
static void read_use(struct parser *p, struct node *n) {
    if (!at_kind(p, TOK_TEXT) && !at_kind(p, TOK_TEXT_START)) {
        if (at_word(p, "calendar") && peek_at(p, 1)->kind == TOK_NAME) {
            take(p);
            n->flags |= FLAG_CALENDAR;
            take_name(p, n, "the name of a calendar");
            return;
        }
        take_name(p, n, "a module or a file");
        return;
    }
    n->a = node_new(p, N_TEXT, p->at);
    take_text(p, &n->a->text, "a file");
    if (p->panic || accept_word(p, "as")) {
        take_name(p, n, "the name under which the file is known");
        return;
    }
    struct diag *g = parse_unexpected(p, "`as` and a name");
    diag_help(p->diags, g, "write `use \"%.*s\" as name`", STR_ARG(n->a->text));
}

/* `catch` may stand on a line of its own. */
static void read_try(struct parser *p, struct node *n) {
    n->a = parse_block(p);
    uint32_t ahead = 0;
    while (peek_at(p, ahead)->kind == TOK_NEWLINE)
        ahead++;
    if (!p->panic && token_is_word(peek_at(p, ahead), "catch"))
        p->at += ahead;
    if (!p->panic && !accept_word(p, "catch"))
        parse_unexpected(p, "`catch` and a name for the error");
    if (!p->panic)
        take_name(p, n, "a name for the error");
    n->b = parse_block(p);
}

static void read_test(struct parser *p, struct node *n) {
    take_text(p, &n->text, "what the test shows");
    n->a = parse_block(p);
}

enum follow {
    FOLLOW_OPERAND,
    FOLLOW_NAME,
    FOLLOW_TEXT,
    FOLLOW_NAME_OR_TEXT,
    FOLLOW_END,
    FOLLOW_BRACE,
    FOLLOW_BECAUSE,
    FOLLOW_UNDER
};

static const struct {
    const char *word;
    enum node_kind kind; /* BAD: does not work yet */
    enum follow follow;
    void (*read)(struct parser *p, struct node *n);
} words[] = {
    {"print", N_PRINT, FOLLOW_OPERAND, read_print},
    {"explain", N_EXPLAIN, FOLLOW_OPERAND, read_explain},
    {"assert", N_ASSERT, FOLLOW_OPERAND, read_assert},
    {"fail", N_FAIL, FOLLOW_OPERAND, read_value},
    {"break", N_BREAK, FOLLOW_END, read_nothing},
    {"continue", N_CONTINUE, FOLLOW_END, read_nothing},
    {"param", N_PARAM, FOLLOW_NAME, read_param},
    {"store", N_STORE, FOLLOW_TEXT, read_store},
    {"import", N_IMPORT, FOLLOW_NAME, read_import},
    {"theory", N_BAD, FOLLOW_NAME, NULL},
    {"cycle", N_BAD, FOLLOW_NAME, NULL},
    {"scale", N_BAD, FOLLOW_NAME, NULL},
    {"use", N_USE, FOLLOW_NAME_OR_TEXT, read_use},
    {"save", N_SAVE, FOLLOW_BECAUSE, read_save},
    {"test", N_TEST, FOLLOW_TEXT, read_test},
    {"try", N_TRY, FOLLOW_BRACE, read_try},
    {"diff", N_DIFF, FOLLOW_NAME, read_diff},
    {"freeze", N_FREEZE, FOLLOW_TEXT, read_freeze},
    {"suppress", N_SUPPRESS, FOLLOW_UNDER, read_suppress},
    {"lineage", N_EXPLAIN, FOLLOW_OPERAND, read_lineage},
};

/* Whether what stands behind the word makes it begin a statement. */
static bool follows(const struct parser *p, enum follow follow) {
    const struct token *t = peek_at(p, 1);
    bool text = t->kind == TOK_TEXT || t->kind == TOK_TEXT_START;
    bool name = t->kind == TOK_NAME && !token_is_word(t, "div") && !token_is_word(t, "mod") &&
                !token_is_word(t, "like");
    bool end = t->kind == TOK_NEWLINE || t->kind == TOK_END || t->kind == TOK_RBRACE;
    switch (follow) {
    case FOLLOW_OPERAND:
        return t->kind == TOK_NAME ? name : operand_follows(p, 1);
    case FOLLOW_NAME:
        return name || is_reserved(t->kind);
    case FOLLOW_TEXT:
        return text;
    case FOLLOW_NAME_OR_TEXT:
        return name || text;
    case FOLLOW_END:
        return end;
    case FOLLOW_BRACE:
        return t->kind == TOK_LBRACE;
    case FOLLOW_BECAUSE:
        return end || token_is_word(t, "because");
    case FOLLOW_UNDER:
        return token_is_word(t, "under");
    }
    return false;
}

/* NULL when no such statement begins here. */
static struct node *parse_word_statement(struct parser *p) {
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!at_word(p, words[i].word) || !follows(p, words[i].follow))
            continue;
        struct node *n = node_new(p, words[i].kind, p->at);
        struct span word = take(p)->span;
        if (words[i].read) {
            words[i].read(p, n);
        } else {
            parse_not_yet(p, word, arena_printf(p->arena, "`%s`", words[i].word).p);
            skip_line(p);
        }
        return node_end(p, n);
    }
    return NULL;
}

static struct node *parse_assignment(struct parser *p, struct node *target) {
    struct node *n = node_after(p, N_ASSIGN, target);
    const struct node *root = target;
    while (root->kind == N_INDEX || root->kind == N_DOT)
        root = root->a;
    if (root->kind != N_NAME && root->kind != N_BAD) {
        struct diag *g = parse_fail(p, E0101, target->span,
                                    "only a name, an element or a field can be given a value");
        if (target->kind == N_CALL)
            diag_help(p->diags, g, "a function is defined with `fn`");
    }
    n->a = target;
    take(p);
    n->b = p->panic ? node_bad(p) : parse_piped(p, ASKED_LINE);
    return node_end(p, n);
}

static struct node *parse_expression_statement(struct parser *p) {
    uint32_t first = p->at;
    struct node *value = parse_asked(p, ASKED_STATEMENT);
    if (!p->panic && at_kind(p, TOK_ASSIGN))
        return parse_assignment(p, value);
    struct node *n = node_new(p, N_EXPRESSION, first);
    n->a = parse_pipes(p, value, first);
    return node_end(p, n);
}

static struct node *parse_statement(struct parser *p) {
    switch (peek(p)->kind) {
    case TOK_LET:
        return parse_binding(p, N_LET);
    case TOK_VAR:
        return parse_binding(p, N_VAR);
    case TOK_IF:
        return parse_if(p);
    case TOK_FOR:
        return parse_for(p);
    case TOK_WHILE:
        return parse_while(p);
    case TOK_RETURN:
        return parse_return(p);
    case TOK_SHOW:
        return parse_show(p);
    default:
        break;
    }
    struct node *n = parse_declaration(p);
    if (!n)
        n = parse_word_statement(p);
    return n ? n : parse_expression_statement(p);
}
