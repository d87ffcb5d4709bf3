/* Colours of an entry while it is typed.
 *
 * A rough reading on purpose: an entry is unfinished most of the time. It never
 * fails, and only colours depend on it. The terminal's own sixteen colours are
 * used, so nothing is assumed about its background. */
#include "cli/prompt.h"
#include <string.h>

static bool is_letter(char c) {
    unsigned char b = (unsigned char)c;
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b >= 0x80;
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Words that begin a declaration, statement, clause or verb, and the values among them. */
static bool is_known_word(const char *p, size_t n) {
    static const char *const words[] = {
        "table",    "cohort", "measure", "network",  "rule",    "fn",    "import",   "store",
        "param",    "use",    "foreign", "let",      "var",     "show",  "print",    "explain",
        "if",       "else",   "for",     "in",       "while",   "break", "continue", "return",
        "try",      "catch",  "assert",  "fail",     "match",   "from",  "where",    "derive",
        "select",   "drop",   "rename",  "group",    "by",      "sort",  "take",     "skip",
        "distinct", "join",   "over",    "key",      "null",    "one",   "of",       "and",
        "or",       "not",    "is",      "missing",  "true",    "false", "today",    "per",
        "among",    "count",  "exclude", "require",  "value",   "at",    "target",   "better",
        "kind",     "expect", "message", "severity", "members", "ties",  "level",    "sector"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == n && memcmp(words[i], p, n) == 0) {
            return true;
        }
    }
    return false;
}

/* Where the text that opens at `at` ends; a backslash hides the next character. */
static size_t end_of_text(const char *text, size_t n, size_t at) {
    for (at++; at < n && text[at] != '"'; at++) {
        at += text[at] == '\\' && at + 1 < n;
    }
    return at < n ? at + 1 : n;
}

static size_t end_of_word(const char *text, size_t n, size_t at) {
    while (at < n && (is_letter(text[at]) || is_digit(text[at]))) {
        at++;
    }
    return at;
}

/* Also dates, periods and percentages: 2025-09-01, 2025Q3, 10%. */
static size_t end_of_number(const char *text, size_t n, size_t at) {
    while (at < n && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '%' ||
                      ((text[at] == '.' || text[at] == '-') && at + 1 < n &&
                       is_digit(text[at + 1]) && is_digit(text[at - 1])))) {
        at++;
    }
    return at;
}

void paint_find_kinds(const char *text, size_t n, unsigned char *kinds) {
    for (size_t at = 0, end; at < n; at = end) {
        enum paint_kind kind = PAINT_PLAIN;
        end = at + 1;
        if (text[at] == '#') {
            const char *line_end = memchr(text + at, '\n', n - at);
            kind = PAINT_COMMENT;
            end = line_end ? (size_t)(line_end - text) : n;
        } else if (text[at] == '"') {
            kind = PAINT_TEXT;
            end = end_of_text(text, n, at);
        } else if (is_digit(text[at])) {
            kind = PAINT_NUMBER;
            end = end_of_number(text, n, at);
        } else if (is_letter(text[at])) {
            end = end_of_word(text, n, at);
            bool field = at > 0 && text[at - 1] == '.';
            kind = !field && is_known_word(text + at, end - at) ? PAINT_WORD : PAINT_PLAIN;
        }
        memset(kinds + at, (int)kind, end - at);
    }
}

const char *paint_colour(enum paint_kind kind) {
    switch (kind) {
    case PAINT_WORD:
        return "\033[34m";
    case PAINT_NUMBER:
        return "\033[36m";
    case PAINT_TEXT:
        return "\033[32m";
    case PAINT_COMMENT:
        return "\033[2m";
    case PAINT_PLAIN:
        break;
    }
    return "";
}
