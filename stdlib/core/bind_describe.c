/* describe: what the columns of a relation hold, one row for each.
 *
 * Values are counted as different by a set of row positions, which stays as large as there are
 * different values. */
#include "stdlib/core/bind_core.h"
#include "stdlib/rows.h"

enum { NAME, TYPE, ROWS, BLANK, DIFFERENT, LEAST, GREATEST };
enum { FIRST_ROOM = 64, ROWS_BETWEEN_POLLS = 65536 };

struct different {
    struct alloc *alloc;
    uint32_t *rows; /* row + 1; 0: a free place */
    uint32_t n, cap;
};

struct extent {
    uint32_t present, different;
    uint32_t least, greatest; /* rows, where any is present */
};

static void put_row(struct different *set, const struct column *c, uint32_t row) {
    uint32_t at = (uint32_t)column_hash(c, row) & (set->cap - 1);
    while (set->rows[at] && column_compare(c, set->rows[at] - 1, c, row) != 0)
        at = (at + 1) & (set->cap - 1);
    set->n += set->rows[at] == 0;
    set->rows[at] = row + 1;
}

static bool grow(struct different *set, const struct column *c) {
    struct different larger = {.alloc = set->alloc, .cap = set->cap ? set->cap * 2 : FIRST_ROOM};
    larger.rows = mem_zero(set->alloc, larger.cap * sizeof *larger.rows);
    for (uint32_t i = 0; larger.rows && i < set->cap; i++)
        if (set->rows[i])
            put_row(&larger, c, set->rows[i] - 1);
    mem_give(set->alloc, set->rows, set->cap * sizeof *set->rows);
    *set = larger;
    return larger.rows != NULL;
}

/* SPOKE_OK or why not. */
static int look(struct native_call *call, const struct column *c, uint32_t n, struct extent *out) {
    struct different set = {.alloc = native_alloc(call)};
    int status = SPOKE_OK;
    *out = (struct extent){0};
    for (uint32_t row = 0; row < n && status == SPOKE_OK; row++) {
        if (row % ROWS_BETWEEN_POLLS == ROWS_BETWEEN_POLLS - 1)
            status = native_poll(call, ROWS_BETWEEN_POLLS);
        if (column_state(c, row) != PRESENT)
            continue;
        if (set.n >= set.cap / 2 && !grow(&set, c)) {
            set.cap = 0;
            status = SPOKE_NO_MEMORY;
            break;
        }
        put_row(&set, c, row);
        if (!out->present || column_compare(c, row, c, out->least) < 0)
            out->least = row;
        if (!out->present || column_compare(c, row, c, out->greatest) > 0)
            out->greatest = row;
        out->present++;
    }
    out->different = set.n;
    mem_give(set.alloc, set.rows, set.cap * sizeof *set.rows);
    return status;
}

static bool put_cell(struct native_call *call, struct frame *f, uint32_t column,
                     const struct column *c, uint32_t row) {
    struct buf text;
    buf_init(&text, native_alloc(call));
    native_cell_text(call, c, row, &text);
    bool ok = !text.failed && put_text(f, column, f->n - 1, buf_view(&text));
    buf_free(&text);
    return ok;
}

static bool put_type(struct native_call *call, struct frame *f, const struct type *type) {
    struct buf text;
    buf_init(&text, native_alloc(call));
    type_print(&text, type);
    bool ok = !text.failed && put_text(f, TYPE, f->n - 1, buf_view(&text));
    buf_free(&text);
    return ok;
}

static bool put_column(struct native_call *call, struct frame *f, const struct frame *data,
                       uint32_t column, const struct extent *e) {
    const struct column *c = &data->columns[column];
    if (!frame_push(f))
        return false;
    uint32_t row = f->n - 1;
    bool ok = put_text(f, NAME, row, data->type->fields[column].name) &&
              put_type(call, f, data->type->fields[column].type) &&
              put_int(f, ROWS, row, data->n) && put_int(f, BLANK, row, data->n - e->present) &&
              put_int(f, DIFFERENT, row, e->different);
    if (ok && e->present)
        return put_cell(call, f, LEAST, c, e->least) && put_cell(call, f, GREATEST, c, e->greatest);
    return ok && put_missing(f, LEAST, row) && put_missing(f, GREATEST, row);
}

int core_describe(struct native_call *call) {
    const struct frame *data = native_relation(call, 0);
    if (!data)
        return SPOKE_FAILED;
    struct frame *f = native_frame(call);
    int status = f ? SPOKE_OK : SPOKE_NO_MEMORY;
    for (uint32_t i = 0; i < data->ncolumns && status == SPOKE_OK; i++) {
        struct extent e;
        status = look(call, &data->columns[i], data->n, &e);
        if (status == SPOKE_OK && !put_column(call, f, data, i, &e))
            status = SPOKE_NO_MEMORY;
    }
    if (status == SPOKE_OK)
        return native_give_frame(call, f);
    if (f)
        frame_drop(f);
    return status;
}
