/* Lists as JSON texts, written and read one element after the other. */
#include "column/items.h"
#include "base/day.h"
#include "base/num.h"
#include "base/utf8.h"

/* ---- writing ---- */

void items_put(struct buf *out, enum type_kind kind, const struct item *item) {
    char text[32];
    if (out->n && out->p[out->n - 1] != '[')
        buf_char(out, ',');
    if (item->missing) {
        buf_text(out, "null");
        return;
    }
    switch (kind) {
    case TY_BOOL:
        buf_text(out, item->i ? "true" : "false");
        break;
    case TY_INT:
        buf_put(out, text, num_print_int(text, item->i));
        break;
    case TY_FLOAT:
        buf_put(out, text, num_print_float(text, item->f));
        break;
    case TY_DATE:
        buf_json(out, (struct str){text, day_print(text, item->i)});
        break;
    default:
        buf_json(out, item->text);
    }
}

struct item item_of_column(const struct column *c, uint32_t row) {
    struct item item = {.missing = column_state(c, row) != PRESENT, .text = STR_NONE};
    if (item.missing)
        return item;
    if (type_storage(c->type) == STORE_TEXT)
        item.text = text_str(c->t[row]);
    else
        item.i = c->i[row]; /* a float is the word it is */
    return item;
}

/* ---- reading ---- */

void items_open(struct items *s, struct alloc *alloc, struct str json, enum type_kind kind) {
    *s = (struct items){.p = json.p, .end = json.p + json.n, .kind = kind};
    buf_init(&s->text, alloc);
    if (json.n && *s->p == '[')
        s->p++;
    else
        s->end = s->p;
}

void items_close(struct items *s) {
    buf_free(&s->text);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* To the first byte of the next element. */
static bool begin_item(struct items *s) {
    while (s->p < s->end && (is_blank(*s->p) || *s->p == ','))
        s->p++;
    return s->p < s->end && *s->p != ']';
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Four digits behind `\u`; they are passed over. */
static uint32_t read_unit(struct items *s) {
    uint32_t unit = 0;
    for (int i = 0; i < 4 && s->p < s->end; i++, s->p++) {
        int digit = hex_digit(*s->p);
        if (digit < 0)
            return 0xFFFD;
        unit = unit * 16 + (uint32_t)digit;
    }
    return unit;
}

static void read_escape(struct items *s) {
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    char bytes[4], c = *s->p++;
    if (c != 'u') {
        const char *known = memchr(from, c, sizeof from - 1);
        buf_char(&s->text, known ? to[known - from] : c);
        return;
    }
    uint32_t unit = read_unit(s);
    bool high = unit >= 0xD800 && unit < 0xDC00;
    if (high && s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u') {
        s->p += 2;
        unit = 0x10000 + ((unit - 0xD800) << 10) + ((read_unit(s) - 0xDC00) & 0x3FF);
    }
    buf_put(&s->text, bytes, utf8_put(bytes, unit));
}

/* Behind the quote. */
static void read_text(struct items *s) {
    buf_clear(&s->text);
    while (s->p < s->end && *s->p != '"') {
        const char *start = s->p;
        while (s->p < s->end && *s->p != '"' && *s->p != '\\')
            s->p++;
        buf_put(&s->text, start, (size_t)(s->p - start));
        if (s->p + 1 < s->end && *s->p == '\\') {
            s->p++;
            read_escape(s);
        } else if (s->p < s->end && *s->p == '\\') {
            s->p++;
        }
    }
    if (s->p < s->end)
        s->p++;
}

/* A text in quotes, or the bytes of a number or word. */
static struct str read_token(struct items *s, bool *quoted) {
    *quoted = *s->p == '"';
    if (*quoted) {
        s->p++;
        read_text(s);
        return buf_view(&s->text);
    }
    const char *start = s->p;
    while (s->p < s->end && *s->p != ',' && *s->p != ']' && !is_blank(*s->p))
        s->p++;
    return (struct str){start, (size_t)(s->p - start)};
}

static bool read_value(const struct items *s, struct str token, struct item *item) {
    switch (s->kind) {
    case TY_BOOL:
        item->i = str_is(token, "true") || str_is(token, "1");
        return item->i || str_is(token, "false") || str_is(token, "0");
    case TY_INT:
        return num_parse_int(token, &item->i);
    case TY_FLOAT:
        return num_parse_float(token, &item->f);
    case TY_DATE:
        return day_parse(token, &item->i);
    default:
        item->text = token;
        return true;
    }
}

bool items_next(struct items *s, struct item *item) {
    bool quoted;
    if (!begin_item(s))
        return false;
    struct str token = read_token(s, &quoted);
    *item = (struct item){.missing = !quoted && str_is(token, "null"), .text = STR_NONE};
    if (s->text.failed || (!item->missing && !read_value(s, token, item))) {
        s->p = s->end;
        return false;
    }
    return true;
}

/* ---- for people ---- */

void items_show(struct buf *out, struct str json) {
    bool in_text = false;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        buf_char(out, c);
        if (in_text && c == '\\' && i + 1 < json.n)
            buf_char(out, json.p[++i]);
        else if (c == '"')
            in_text = !in_text;
        else if (c == ',' && !in_text)
            buf_char(out, ' ');
    }
}
