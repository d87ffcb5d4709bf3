/* One cell as exact text.
 *
 * Reads columns, owns nothing; memory trouble stays in the buffer's flag. */
#include "column/cell.h"
#include "base/datetime.h"
#include "base/num.h"

enum { USUALLY_UNDER = 10 };

void suppressed_mark(struct buf *out, int64_t under, bool ascii) {
    buf_printf(out, ascii ? "<%lld" : "‹<%lld›", (long long)(under ? under : USUALLY_UNDER));
}

double cell_float(const struct column *c, uint32_t row) {
    return c->d ? num_ratio_float(c->i[row], c->d[row]) : c->f[row];
}

static void put_word(struct buf *out, const struct type *type, int64_t word,
                     const struct calendar *calendar) {
    char text[96];
    size_t n;
    switch (type->kind) {
    case TY_BOOL:
        buf_text(out, word ? "true" : "false");
        return;
    case TY_DATE:
        n = day_print(text, word);
        break;
    case TY_DATETIME:
        n = datetime_print(text, word);
        break;
    case TY_PERIOD:
        n = period_print(calendar, text, word);
        break;
    case TY_DURATION:
        n = duration_print(text, word);
        break;
    default:
        n = num_print_int(text, word);
        break;
    }
    buf_put(out, text, n);
}

void cell_text(struct buf *out, const struct column *c, uint32_t row,
               const struct calendar *calendar) {
    static const struct calendar usual = CALENDAR_DEFAULT;
    if (column_state(c, row) != PRESENT) {
        return;
    }
    switch (type_storage(c->type)) {
    case STORE_WORD:
        put_word(out, c->type, c->i[row], calendar ? calendar : &usual);
        break;
    case STORE_FLOAT:
    case STORE_PAIR: {
        char text[32];
        buf_put(out, text, num_print_float(text, cell_float(c, row)));
        break;
    }
    case STORE_TEXT: /* lists are JSON already */
        buf_str(out, text_str(c->t[row]));
        break;
    case STORE_NONE:
    case STORE_RANGE:
    case STORE_OBJECT:
        break; /* results have no such columns */
    }
}

bool cell_goes_on(const struct frame *f, uint32_t column, uint32_t row,
                  const struct calendar *calendar) {
    static const struct calendar usual = CALENDAR_DEFAULT;
    const struct column *c = &f->columns[column];
    calendar = calendar ? calendar : &usual;
    return f->about.has_last_day && c->type->kind == TY_PERIOD &&
           str_is(f->type->fields[column].name, "period") && column_state(c, row) == PRESENT &&
           period_stop(calendar, c->i[row]) > f->about.last_day + 1;
}
