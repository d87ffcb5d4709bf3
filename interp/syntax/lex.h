/* What the parts of the lexer share: the state of one run, and the readers of
 * numbers and texts, which live in files of their own.
 *
 * Invariants: the token list is always balanced (a bracket that was never
 * closed gets a closer of no width, a closer of nothing is left out), so the
 * parser can skip by counting. Everything lives in the caller's arena. */
#ifndef SPOKE_LEX_H
#define SPOKE_LEX_H

#include "syntax/tree.h"

enum bracket_kind { BRACKET_ROUND, BRACKET_SQUARE, BRACKET_CURLY, BRACKET_HOLE };

struct bracket {
    enum bracket_kind kind;
    bool declares;    /* the `{` of a declaration at top level */
    bool foreign;     /* ... which is `foreign` and may hold `fn` */
    struct span span; /* the opener; for a hole the quote that opens its text */
};

struct lexer {
    struct arena *arena;
    struct diags *diags;
    uint32_t source;
    struct str text;
    uint32_t at;
    ARENA_VEC(struct token) out;
    ARENA_VEC(struct bracket) open;
    ARENA_VEC(struct comment) comments;
    bool blank, line_start; /* what stands before the next token */
    uint32_t line_first;    /* number of the first token of this line */
    bool broken;            /* E0110 was said already */
    bool incomplete;
    struct span opener;
};

/* The byte `ahead` of the next one, or 0 beyond the end. */
static inline unsigned char lex_byte(const struct lexer *lx, uint32_t ahead) {
    size_t i = (size_t)lx->at + ahead;
    return i < lx->text.n ? (unsigned char)lx->text.p[i] : 0;
}
static inline struct span lex_span(const struct lexer *lx, uint32_t start) {
    return (struct span){lx->source, start, lx->at};
}
static inline struct str lex_slice(const struct lexer *lx, uint32_t start) {
    return (struct str){lx->text.p + start, lx->at - start};
}
static inline bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}
static inline bool is_ascii_letter(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Adds a token from `start` to the present place. */
struct token *lex_add(struct lexer *lx, enum token_kind kind, uint32_t start);
/* Length in bytes of the name character at the present place, 0 if it is none. */
uint32_t lex_name_bytes(const struct lexer *lx);
/* Says once per source that it is not UTF-8. */
void lex_broken(struct lexer *lx, uint32_t start, uint32_t stop);
/* Whether the present place lies in a hole of a text. */
bool lex_in_hole(const struct lexer *lx);

/* At a digit. */
void lex_number(struct lexer *lx);
/* Behind a word that may be `SY2025`: takes the rest of a school year and adds
 * the token, or returns false and changes nothing. */
bool lex_school_year(struct lexer *lx, uint32_t start);
/* At the opening quote. */
void lex_text(struct lexer *lx);
/* At the `}` that closes a hole, whose bracket has been taken off. */
void lex_text_after_hole(struct lexer *lx, struct span quote);
/* At the `:` that begins the format of a hole. */
void lex_format(struct lexer *lx);

#endif
