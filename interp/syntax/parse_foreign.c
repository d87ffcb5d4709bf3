/* `foreign "library" { ... }`: functions of a C library, the structures they pass and the handles
 * they give.
 *
 * Types of C are TYPE nodes whose `title` is the word before them (how the value is passed, or who
 * frees it), `b` the length inside `<T, length>` and `doc` the function behind `free`. */
#include "syntax/parse.h"

/* ---- types ---- */

/* `ref`, `out` and the others are words only where a type follows them. `out borrow` is for texts
 * that C points to. */
static void take_way(struct parser *p, struct node *n) {
    static const char *const words[] = {"ref", "out", "inout", "take", "give", "borrow"};
    enum token_kind next = (enum token_kind)peek_at(p, 1)->kind;
    if (next != TOK_NAME && next != TOK_FN)
        return;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (at_word(p, words[i])) {
            n->title = take(p)->text;
            break;
        }
    if (str_is(n->title, "out") && at_word(p, "borrow") && peek_at(p, 1)->kind == TOK_NAME) {
        take(p);
        n->value.i = 1;
    }
}

static struct node *parse_c_type(struct parser *p);

/* `<f64, 4>`, `<f64, n>`, and `<n>` of a text. */
static void parse_c_arguments(struct parser *p, struct node *n) {
    take(p);
    if (!str_is(n->text, "text")) {
        node_push(p, &n->list, parse_c_type(p));
        if (p->panic || !accept(p, TOK_COMMA)) {
            if (!p->panic)
                expect(p, TOK_GT, "`,` or `>`");
            return;
        }
    }
    if (at_kind(p, TOK_INT) || at_kind(p, TOK_NAME))
        n->b = parse_operand(p);
    else
        parse_unexpected(p, "a number, or the parameter that has it");
    if (!p->panic)
        expect(p, TOK_GT, "`>`");
}

/* A name may stand before each type: `fn(x: f64, y: f64) -> f64`. */
static void parse_c_signature(struct parser *p, struct node *n) {
    take(p);
    while (!p->panic && !at_kind(p, TOK_RPAREN)) {
        if (at_kind(p, TOK_NAME) && peek_at(p, 1)->kind == TOK_COLON) {
            take(p);
            take(p);
        }
        node_push(p, &n->list, parse_c_type(p));
        if (!accept(p, TOK_COMMA))
            break;
    }
    n->flags |= FLAG_BRACKETED;
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
    if (!p->panic && accept(p, TOK_ARROW))
        n->a = parse_c_type(p);
}

static struct node *parse_c_type(struct parser *p) {
    struct node *n = node_new(p, N_TYPE, p->at);
    if (!parse_deeper(p)) {
        parse_back(p);
        return n;
    }
    take_way(p, n);
    n->name_span = peek(p)->span;
    if (at_kind(p, TOK_FN)) {
        n->text = take(p)->text;
        if (at_kind(p, TOK_LPAREN))
            parse_c_signature(p, n);
        else
            parse_unexpected(p, "`(` and the types that the function takes");
    } else if (take_name(p, n, "a type of C") && at_kind(p, TOK_LT)) {
        parse_c_arguments(p, n);
    }
    if (!p->panic && accept(p, TOK_QUESTION))
        n->flags |= FLAG_NULLABLE;
    parse_back(p);
    return node_end(p, n);
}

/* ---- functions ---- */

static void take_parameter_name(struct parser *p, struct node *n) {
    if (is_reserved(peek(p)->kind)) { /* given by name only, `from: x` */
        n->name_span = peek(p)->span;
        n->text = take(p)->text;
    } else {
        take_name(p, n, "the name of a parameter");
    }
}

static struct node *parse_c_parameter(struct parser *p) {
    struct node *n = node_new(p, N_PARAMETER, p->at);
    take_parameter_name(p, n);
    if (!p->panic && accept(p, TOK_COLON))
        n->a = parse_c_type(p);
    if (!p->panic && accept(p, TOK_ASSIGN))
        n->b = parse_expression(p);
    return node_end(p, n);
}

static struct node *parse_fails(struct parser *p) {
    static const char *const words[] = {"below", "above", "at", "unless"};
    struct node *n = node_new(p, N_C_FAILS, p->at);
    take(p);
    if (at_word(p, "on") && token_is_word(peek_at(p, 1), "errno")) {
        take(p);
        n->text = take(p)->text;
        return node_end(p, n);
    }
    for (size_t i = 0; i < COUNT_OF(words) && !n->text.n; i++)
        if (at_word(p, words[i]))
            n->text = take(p)->text;
    if (n->text.n)
        n->a = parse_expression(p);
    else
        parse_unexpected(p, "`below`, `above`, `at` or `unless` and a number, or `on errno`");
    return node_end(p, n);
}

static void parse_c_result(struct parser *p, struct node *n) {
    if (!p->panic && accept(p, TOK_ARROW))
        n->a = parse_c_type(p);
    if (!p->panic && n->a && accept_word(p, "free")) {
        struct node name = {0};
        if (take_name(p, &name, "the function that frees it"))
            n->a->doc = name.text;
    }
    if (!p->panic && at_word(p, "named")) {
        take(p);
        n->d = node_new(p, N_TEXT, p->at);
        take_text(p, &n->d->text, "the function's name in the library as text");
        node_end(p, n->d);
    }
    if (!p->panic && at_word(p, "fails"))
        n->c = parse_fails(p);
}

/* Behind `fn`. */
static struct node *parse_c_function(struct parser *p) {
    struct node *n = node_new(p, N_FN, p->at - 1);
    take_name(p, n, "the name of the function");
    if (!p->panic)
        expect(p, TOK_LPAREN, "`(` and the parameters");
    while (!p->panic && !at_kind(p, TOK_RPAREN)) {
        node_push(p, &n->list, parse_c_parameter(p));
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
    parse_c_result(p, n);
    return node_end(p, n);
}

/* ---- structures and handles ---- */

static struct node *parse_c_field(struct parser *p) {
    struct node *n = node_new(p, N_PARAMETER, p->at);
    take_parameter_name(p, n);
    if (!p->panic)
        expect(p, TOK_COLON, "`:` and a type of C");
    if (!p->panic)
        n->a = parse_c_type(p);
    if (!p->panic && accept_word(p, "at"))
        n->b = parse_operand(p);
    return node_end(p, n);
}

static struct node *parse_c_struct(struct parser *p) {
    struct node *n = node_new(p, N_C_STRUCT, p->at);
    take(p);
    take_name(p, n, "the name of the structure");
    if (!p->panic && accept_word(p, "size"))
        n->a = parse_operand(p);
    if (!p->panic)
        expect(p, TOK_LBRACE, "`{` and fields");
    skip_newlines(p);
    while (!p->panic && !at_kind(p, TOK_RBRACE)) {
        node_push(p, &n->list, parse_c_field(p));
        bool more = accept(p, TOK_COMMA) || at_kind(p, TOK_NEWLINE);
        skip_newlines(p);
        if (!more)
            break;
    }
    if (!p->panic)
        expect(p, TOK_RBRACE, "`,`, a new line or `}`");
    return node_end(p, n);
}

static struct node *parse_c_handle(struct parser *p) {
    struct node *n = node_new(p, N_C_HANDLE, p->at);
    take(p);
    take_name(p, n, "the name of the handle");
    if (!p->panic && accept_word(p, "free")) {
        n->a = node_new(p, N_NAME, p->at);
        take_name(p, n->a, "the function that frees the handle");
        node_end(p, n->a);
    }
    return node_end(p, n);
}

/* ---- the block ---- */

static struct node *parse_c_declaration(struct parser *p) {
    if (at_word(p, "struct"))
        return parse_c_struct(p);
    if (at_word(p, "handle"))
        return parse_c_handle(p);
    return expect(p, TOK_FN, "`fn`, `struct` or `handle`") ? parse_c_function(p) : NULL;
}

struct node *parse_foreign(struct parser *p) {
    struct node *n = node_new(p, N_FOREIGN, p->at);
    take(p);
    n->name_span = peek(p)->span;
    take_text(p, &n->text, "the name of a library as text");
    if (!p->panic && !at_kind(p, TOK_LBRACE))
        parse_unexpected(p, "`{` and functions");
    if (p->panic && !find_block(p))
        return n;
    uint32_t level = level_here(p) + 1;
    take(p);
    while (!at_kind(p, TOK_END) && level_here(p) >= level) {
        uint32_t start = p->at;
        if (at_kind(p, TOK_NEWLINE)) {
            take(p);
            continue;
        }
        struct node *declaration = parse_c_declaration(p);
        if (declaration)
            node_push(p, &n->list, declaration);
        finish_line(p, level, "the end of the declaration");
        if (p->at == start)
            take(p);
    }
    accept(p, TOK_RBRACE);
    return node_end(p, n);
}
