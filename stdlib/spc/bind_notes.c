/* Notes from a table of what happened: a column of days or periods, maybe another with last days,
 * and a text. */
#include "stdlib/spc/bind_options.h"
#include <stdlib.h>

struct columns {
    const struct frame *f;
    int first, last, words;
};

static bool is_time(const struct frame *f, uint32_t i) {
    enum type_kind kind = f->columns[i].type->kind;
    return kind == TY_DATE || kind == TY_PERIOD;
}

static void find_times(struct columns *k) {
    k->first = k->last = -1;
    for (uint32_t i = 0; i < k->f->ncolumns && k->last < 0; i++) {
        if (is_time(k->f, i)) {
            *(k->first < 0 ? &k->first : &k->last) = (int)i;
        }
    }
}

/* `note` or `text`, or the only text that is no key. */
static int find_words(const struct frame *f) {
    static const char *const NAMES[] = {"note", "text", "title", "name"};
    int found = -1;
    for (size_t k = 0; k < COUNT_OF(NAMES); k++) {
        int i = type_field(f->type, str_of(NAMES[k]));
        if (i >= 0 && f->columns[i].type->kind == TY_TEXT) {
            return i;
        }
    }
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        if (f->columns[i].type->kind == TY_TEXT) {
            if (found >= 0) {
                return -1;
            }
            found = (int)i;
        }
    }
    return found;
}

static int find_columns(struct native_call *c, int i, struct columns *k) {
    k->f = native_relation(c, i);
    if (!k->f) {
        return SPOKE_FAILED;
    }
    find_times(k);
    k->words = find_words(k->f);
    if (k->first < 0) {
        return native_fail_help(c, "notes have a column of days or periods, and one of texts",
                                "these notes have no day");
    }
    if (k->words < 0) {
        return native_fail_help(c, "name the column of texts `note`",
                                "it is not clear which column says what happened");
    }
    return SPOKE_OK;
}

/* The days of a cell; false: it is missing. */
static bool read_days(struct native_call *c, const struct columns *k, int column, uint32_t row,
                      int64_t *first, int64_t *stop) {
    const struct column *x = &k->f->columns[column];
    if (column_state(x, row) != PRESENT) {
        return false;
    }
    bool day = x->type->kind == TY_DATE;
    *first = day ? x->i[row] : period_start(native_calendar(c), x->i[row]);
    *stop = day ? x->i[row] + 1 : period_stop(native_calendar(c), x->i[row]);
    return *first < *stop;
}

static int by_day(const void *a, const void *b) {
    const struct spc_note *x = a, *y = b;
    int order = (x->first > y->first) - (x->first < y->first);
    return order ? order : str_compare(x->words, y->words);
}

int spc_ask_notes(struct native_call *c, int i, struct spc_notes_told *out) {
    struct columns k;
    *out = (struct spc_notes_told){NULL, 0};
    if (native_is_missing(c, i)) {
        return SPOKE_OK;
    }
    int status = find_columns(c, i, &k);
    if (status != SPOKE_OK) {
        return status;
    }
    struct spc_note *at = ARENA_ARRAY(native_arena(c), struct spc_note, k.f->n + 1);
    for (uint32_t row = 0; at && row < k.f->n; row++) {
        const struct column *words = &k.f->columns[k.words];
        struct spc_note *note = &at[out->n];
        int64_t from, stop;
        if (column_state(words, row) != PRESENT ||
            !read_days(c, &k, k.first, row, &note->first, &note->stop)) {
            continue;
        }
        if (k.last >= 0 && read_days(c, &k, k.last, row, &from, &stop) && stop > note->stop) {
            note->stop = stop;
        }
        note->words = text_str(words->t[row]);
        out->n++;
    }
    if (at) {
        qsort(at, out->n, sizeof *at, by_day);
    }
    out->at = at;
    return at ? SPOKE_OK : SPOKE_NO_MEMORY;
}
