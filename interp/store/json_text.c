/* Strings with their escapes, numbers, words, and what lies between brackets. */
#include "store/json_text.h"
#include "base/utf8.h"

bool json_fail(struct json_text *s, const char *flaw) {
    if (!s->flaw)
        s->flaw = flaw;
    return false;
}

void json_skip_blanks(struct json_text *s) {
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r' || *s->p == '\n'))
        s->p++;
}

bool json_at(const struct json_text *s, char c) {
    return s->p < s->end && *s->p == c;
}

bool json_take(struct json_text *s, char c) {
    if (!json_at(s, c))
        return false;
    s->p++;
    return true;
}

/* ---- strings ---- */

/* Four hexadecimal digits; -1: they are none. */
static int32_t read_unit(struct json_text *s) {
    int32_t unit = 0;
    if (s->end - s->p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = *s->p++;
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Behind `\u`; surrogates come in pairs. */
static bool read_code_point(struct json_text *s, char **to) {
    char bytes[4];
    int32_t unit = read_unit(s);
    if (unit < 0)
        return json_fail(s, "the line is not valid JSON: a wrong \\u in a string");
    uint32_t code = (uint32_t)unit;
    if (unit == 0)
        return json_fail(s, "the row holds a zero byte");
    if (unit >= 0xD800 && unit < 0xDC00 && s->end - s->p >= 6 && s->p[0] == '\\' &&
        s->p[1] == 'u') {
        s->p += 2;
        int32_t low = read_unit(s);
        if (low < 0xDC00 || low > 0xDFFF)
            return json_fail(s, "the line is not valid JSON: half a character in a string");
        code = 0x10000 + (((uint32_t)unit - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
    } else if (unit >= 0xD800 && unit <= 0xDFFF) {
        return json_fail(s, "the line is not valid JSON: half a character in a string");
    }
    size_t n = utf8_put(bytes, code);
    memcpy(*to, bytes, n);
    *to += n;
    return true;
}

static bool read_escape(struct json_text *s, char **to) {
    static const char written[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = s->p < s->end ? *s->p++ : '\0';
    if (c == 'u')
        return read_code_point(s, to);
    const char *found = c ? strchr(written, c) : NULL;
    if (!found)
        return json_fail(s, "the line is not valid JSON: a wrong \\ in a string");
    *(*to)++ = meant[found - written];
    return true;
}

/* What stands in a string as it is meant. */
static bool is_plain(char c) {
    return c != '"' && c != '\\' && (unsigned char)c >= 0x20;
}

bool json_read_string(struct json_text *s, struct str *out) {
    char *first = s->p;
    while (s->p < s->end && is_plain(*s->p))
        s->p++;
    char *to = s->p; /* from the first escape on bytes move */
    while (s->p < s->end && *s->p != '"') {
        char c = *s->p++;
        if (c == '\0')
            return json_fail(s, "the row holds a zero byte");
        if ((unsigned char)c < 0x20)
            return json_fail(s, "the line is not valid JSON: a control character in a string");
        if (c != '\\')
            *to++ = c;
        else if (!read_escape(s, &to))
            return false;
    }
    if (!json_take(s, '"'))
        return json_fail(s, "the line is not valid JSON: a string is not closed");
    *out = (struct str){first, (size_t)(to - first)};
    s->too_long |= out->n > CSV_FIELD_LIMIT;
    return !s->too_long || json_fail(s, "a string is too long");
}

/* ---- numbers and words ---- */

static size_t skip_digits(struct json_text *s) {
    char *first = s->p;
    while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        s->p++;
    return (size_t)(s->p - first);
}

bool json_read_number(struct json_text *s, struct str *out) {
    char *first = s->p;
    json_take(s, '-');
    bool zero = json_at(s, '0');
    size_t digits = skip_digits(s);
    bool good = digits == 1 || (digits > 1 && !zero);
    if (good && json_take(s, '.'))
        good = skip_digits(s) > 0;
    if (good && (json_take(s, 'e') || json_take(s, 'E'))) {
        if (!json_take(s, '-'))
            json_take(s, '+');
        good = skip_digits(s) > 0;
    }
    *out = (struct str){first, (size_t)(s->p - first)};
    s->too_long |= out->n > CSV_FIELD_LIMIT;
    return (good && !s->too_long) || json_fail(s, "the line is not valid JSON: a wrong value");
}

bool json_take_word(struct json_text *s, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
        return false;
    s->p += n;
    return true;
}

/* ---- any value ---- */

/* Objects and lists inside: their brackets fit and their strings end, which is all that counts for
 * finding the next field. */
static bool skip_nested(struct json_text *s) {
    char closing[JSON_DEEPEST];
    size_t depth = 0;
    do {
        char c = s->p < s->end ? *s->p++ : '\0';
        if (c == '"') {
            while (s->p < s->end && *s->p != '"')
                s->p += *s->p == '\\' && s->end - s->p > 1 ? 2 : 1;
            c = json_take(s, '"') ? c : '\0';
        }
        if (c == '\0')
            return json_fail(s, "the line is not valid JSON: a list or an object is not closed");
        if ((c == '{' || c == '[') && depth == JSON_DEEPEST)
            return json_fail(s, "objects and lists are nested more than 256 deep");
        if (c == '{' || c == '[')
            closing[depth++] = c == '{' ? '}' : ']';
        else if ((c == '}' || c == ']') && closing[--depth] != c)
            return json_fail(s, "the line is not valid JSON: brackets that do not fit");
    } while (depth > 0);
    return true;
}

bool json_read_value(struct json_text *s, struct csv_field *out) {
    struct str text = {s->p, 0};
    bool ok = true;
    *out = (struct csv_field){.kind = FIELD_TEXT};
    if (json_take(s, '"')) {
        out->quoted = true;
        ok = json_read_string(s, &text);
    } else if (json_at(s, '{') || json_at(s, '[')) {
        out->kind = FIELD_NESTED;
        ok = skip_nested(s);
        text.n = (size_t)(s->p - text.p);
    } else if (json_take_word(s, "true") || json_take_word(s, "false")) {
        text.n = (size_t)(s->p - text.p);
    } else if (!json_take_word(s, "null")) {
        ok = json_read_number(s, &text);
    }
    out->p = text.p;
    out->n = (uint32_t)text.n;
    return ok;
}
