/* Constant values as a program writes them, so that what is read back is the same. */
#include "api/catalogue.h"
#include "base/datetime.h"
#include "base/duration.h"
#include "base/num.h"

static void put_text(struct buf *out, struct str s) {
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\' || c == '{' || c == '}')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            buf_printf(out, "\\u{%X}", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

/* n / d times `scale` as a decimal; false: it has no end. */
static bool put_decimal(struct buf *out, int64_t n, int64_t d, int scale) {
    char text[64];
    int digits = 0;
    for (int64_t rest = d; rest % 10 == 0 || rest % 5 == 0 || rest % 2 == 0; digits++)
        rest = rest % 10 == 0 ? rest / 10 : rest % 5 == 0 ? rest / 5 : rest / 2;
    int64_t left = d;
    while (left % 2 == 0)
        left /= 2;
    while (left % 5 == 0)
        left /= 5;
    if (n % left != 0 || digits > 18)
        return false;
    size_t length = num_print_ratio(text, n, d, scale, digits);
    if (digits) /* zeros at the end say nothing */
        while (text[length - 1] == '0')
            length--;
    length -= text[length - 1] == '.';
    buf_put(out, text, length);
    return true;
}

static void put_float(struct buf *out, double x) {
    char text[32];
    size_t n = num_print_float(text, x);
    buf_put(out, text, n);
    if (!memchr(text, '.', n) && !memchr(text, 'e', n))
        buf_text(out, ".0");
}

static bool put_duration(struct buf *out, int64_t d) {
    int64_t months = duration_months(d), seconds = duration_seconds(d);
    if ((months != 0) == (seconds != 0) && months != 0)
        return false; /* no literal has both */
    if (months)
        buf_printf(out, "%lld months", (long long)months);
    else if (seconds % SECONDS_A_DAY == 0)
        buf_printf(out, "%lld days", (long long)(seconds / SECONDS_A_DAY));
    else
        buf_printf(out, "%lld seconds", (long long)seconds);
    return true;
}

static bool put_literal(struct spoke *sp, struct buf *out, const struct node *n) {
    char text[64];
    switch ((enum node_kind)n->kind) {
    case N_INT:
        buf_printf(out, "%lld", (long long)n->value.i);
        return n->value.i != INT64_MIN;
    case N_FLOAT:
        put_float(out, n->value.f);
        return true;
    case N_BOOL:
        buf_text(out, n->value.i ? "true" : "false");
        return true;
    case N_TEXT:
        put_text(out, n->text);
        return true;
    case N_SHARE:
        return put_decimal(out, n->value.i, n->value2, 100) && (buf_char(out, '%'), true);
    case N_POINTS:
        return put_decimal(out, n->value.i, n->value2, 100) && (buf_text(out, " points"), true);
    case N_DATE:
        buf_put(out, text, day_print(text, n->value.i));
        return true;
    case N_PERIOD:
        if (period_grain(n->value.i) == GRAIN_YEAR || period_grain(n->value.i) == GRAIN_DAY)
            return false; /* would be read as an int and a date */
        buf_put(out, text, period_print(&sp->session.calendar, text, n->value.i));
        return true;
    case N_DURATION:
        return put_duration(out, n->value.i);
    case N_LIST:
        buf_char(out, '[');
        for (uint32_t i = 0; i < n->list.n; i++) {
            buf_text(out, i ? ", " : "");
            if (!put_literal(sp, out, n->list.at[i]))
                return false;
        }
        buf_char(out, ']');
        return n->list.n > 0;
    default:
        return false;
    }
}

bool literal_field(struct spoke *sp, struct buf *out, const struct node *value) {
    struct node *constant = constant_of((struct node *)(uintptr_t)value);
    struct buf text;
    if (!constant)
        return false;
    if (constant->kind == N_TEXT) {
        buf_json(out, constant->text);
        return true;
    }
    buf_init(&text, &sp->alloc);
    bool known = true;
    if (constant->kind == N_PERIOD) { /* years and days, too: the column says what it is */
        char period[64];
        buf_put(&text, period, period_print(&sp->session.calendar, period, constant->value.i));
    } else {
        known = put_literal(sp, &text, constant);
    }
    buf_json(out, buf_view(&text));
    out->failed |= text.failed;
    buf_free(&text);
    return known;
}

struct str literal_let(struct spoke *sp, struct str name, const struct node *constant) {
    jmp_buf *escape = sp->scratch.escape; /* would leak the buffer */
    struct buf out;
    buf_init(&out, &sp->alloc);
    bool plain = true;
    for (size_t i = 0; i < name.n; i++)
        plain =
            plain && name.p[i] != ' ' && name.p[i] != '.' && name.p[i] != '%' && name.p[i] != '-';
    buf_printf(&out, plain ? "let %.*s = " : "let `%.*s` = ", STR_ARG(name));
    bool known = constant && put_literal(sp, &out, constant);
    sp->scratch.escape = NULL;
    struct str text = known && !out.failed ? arena_str(&sp->scratch, buf_view(&out)) : STR_NONE;
    bool failed = out.failed || (known && !text.p);
    buf_free(&out);
    sp->scratch.escape = escape;
    if (failed && escape)
        longjmp(*escape, 1);
    return text;
}
