/* Texts: pieces between quotes and holes, escapes, formats.
 *
 * A text ends on its line. The pieces of one with holes are TEXT_START,
 * TEXT_MIDDLE ..., TEXT_END; between them stand the tokens of the holes. */
#include "syntax/lex.h"

#include "base/utf8.h"

/* The text of a piece: a slice of the source as long as nothing in it needs
 * rewriting, a copy from then on. */
struct piece {
    uint32_t start;
    bool copied;
    ARENA_VEC(char) bytes;
};

static void piece_put(struct lexer *lx, struct piece *piece, const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        ARENA_PUSH(lx->arena, &piece->bytes) = p[i];
}

static void piece_copy(struct lexer *lx, struct piece *piece) {
    if (piece->copied)
        return;
    piece->copied = true;
    piece_put(lx, piece, lx->text.p + piece->start, lx->at - piece->start);
}

static int hex_value(unsigned char c) {
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Behind `\u`: `{1F600}`. Takes it and returns the code point, or 0. */
static uint32_t take_code_point(struct lexer *lx) {
    if (lex_byte(lx, 0) != '{')
        return 0;
    uint32_t value = 0, digits = 0;
    int digit;
    for (lx->at++; (digit = hex_value(lex_byte(lx, 0))) >= 0; lx->at++, digits++)
        if (value <= 0x10FFFF)
            value = value * 16 + (uint32_t)digit;
    bool closed = lex_byte(lx, 0) == '}';
    if (closed)
        lx->at++;
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return closed && digits <= 6 && value <= 0x10FFFF && !surrogate ? value : 0;
}

static void take_escape(struct lexer *lx, struct piece *piece) {
    static const char names[] = "nt\"\\{}", meanings[] = "\n\t\"\\{}";
    piece_copy(lx, piece);
    uint32_t start = lx->at++;
    unsigned char c = lex_byte(lx, 0);
    const char *name = c ? strchr(names, c) : NULL;
    if (name) {
        lx->at++;
        piece_put(lx, piece, &meanings[name - names], 1);
        return;
    }
    if (c == 'u') {
        lx->at++;
        uint32_t code_point = take_code_point(lx);
        char out[4];
        if (code_point) {
            piece_put(lx, piece, out, utf8_put(out, code_point));
            return;
        }
        struct diag *g = diag_error(lx->diags, E0106, lex_span(lx, start),
                                    "`\\u` without a code point that exists");
        diag_help(lx->diags, g, "write the code point in braces, as `\\u{1F600}`");
        return;
    }
    if (c >= ' ') {
        size_t at = lx->at;
        utf8_next(lx->text, &at);
        lx->at = (uint32_t)at;
    }
    struct diag *g = diag_error(lx->diags, E0106, lex_span(lx, start), "unknown escape `%.*s`",
                                STR_ARG(lex_slice(lx, start)));
    diag_help(lx->diags, g,
              "the escapes are \\n \\t \\\" \\\\ \\{ \\} and \\u{...}; a plain "
              "backslash is written `\\\\`");
}

/* One character that is neither quote, brace nor backslash. */
static void take_character(struct lexer *lx, struct piece *piece) {
    size_t next = lx->at;
    uint32_t code_point = utf8_next(lx->text, &next);
    uint32_t width = (uint32_t)(next - lx->at);
    if (code_point == 0xFFFD && width == 1) {
        piece_copy(lx, piece);
        piece_put(lx, piece, "\xEF\xBF\xBD", 3);
        lex_broken(lx, lx->at, lx->at + 1);
    } else if (code_point == 0) {
        piece_copy(lx, piece);
        diag_error(lx->diags, E0103, (struct span){lx->source, lx->at, lx->at + 1},
                   "a zero byte in a text");
    } else if (piece->copied) {
        piece_put(lx, piece, lx->text.p + lx->at, width);
    }
    lx->at = (uint32_t)next;
}

static void say_unclosed(struct lexer *lx, struct span quote) {
    bool at_end = lx->at >= lx->text.n;
    struct diag *g = diag_error(lx->diags, E0102, quote, "this text is never closed");
    diag_label_add(lx->diags, g, (struct span){lx->source, lx->at, lx->at},
                   at_end ? "the text file ends here" : "the line ends here");
    diag_help(lx->diags, g, "a text ends with `\"` on its own line; `\\n` stands for a new line");
    if (at_end && !lx->incomplete) {
        lx->incomplete = true;
        lx->opener = quote;
    }
}

static struct str piece_text(struct lexer *lx, const struct piece *piece) {
    if (piece->copied)
        return (struct str){piece->bytes.at, piece->bytes.n};
    return lex_slice(lx, piece->start);
}

/* From behind `"` or `}` to the next `"`, `{` or the end of the line. */
static void lex_piece(struct lexer *lx, uint32_t start, struct span quote) {
    bool first = start == quote.start;
    struct piece piece = {.start = lx->at};
    unsigned char c = 0;
    while (lx->at < lx->text.n) {
        c = lex_byte(lx, 0);
        if (c == '"' || c == '{' || c == '\n' || c == '\r')
            break;
        if (c == '\\')
            take_escape(lx, &piece);
        else
            take_character(lx, &piece);
    }
    bool ended = lx->at >= lx->text.n || c == '\n' || c == '\r';
    struct str text = piece_text(lx, &piece);
    if (!ended)
        lx->at++;
    bool hole = !ended && c == '{';
    enum token_kind kind =
        first ? (hole ? TOK_TEXT_START : TOK_TEXT) : (hole ? TOK_TEXT_MIDDLE : TOK_TEXT_END);
    bool inner = ended && lex_in_hole(lx); /* the end of the line tells of the outer text */
    lex_add(lx, inner && first ? TOK_ERROR : kind, start)->text = text;
    if (hole)
        ARENA_PUSH(lx->arena, &lx->open) = (struct bracket){.kind = BRACKET_HOLE, .span = quote};
    else if (ended && !inner)
        say_unclosed(lx, quote);
}

void lex_text(struct lexer *lx) {
    uint32_t start = lx->at++;
    lex_piece(lx, start, lex_span(lx, start));
}

void lex_text_after_hole(struct lexer *lx, struct span quote) {
    uint32_t start = lx->at++;
    lex_piece(lx, start, quote);
}

void lex_format(struct lexer *lx) {
    uint32_t start = lx->at++;
    while (lx->at < lx->text.n && !strchr("}\"\r\n", lex_byte(lx, 0)))
        lx->at++;
    uint32_t stop = lx->at;
    struct str text = {lx->text.p + start + 1, stop - start - 1};
    size_t broken = utf8_check(text);
    if (broken < text.n) {
        lex_broken(lx, start + 1 + (uint32_t)broken, start + 2 + (uint32_t)broken);
        text.n = broken;
    }
    lex_add(lx, TOK_FORMAT, start)->text = text;
}
