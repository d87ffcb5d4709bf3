/* What is shown: a host's read access to relations, scalars and pictures. */
#include "api/grow.h"
#include "api/interp.h"
#include "column/cell.h"
#include "render/render.h"

static spoke_text view(struct str s) {
    return (spoke_text){s.p ? s.p : "", s.n};
}

spoke_kind spoke_value_kind(const spoke_value *v) {
    return v->kind;
}

size_t spoke_rows(const spoke_value *v) {
    return v->frame ? v->frame->n : 0;
}

size_t spoke_columns(const spoke_value *v) {
    return v->frame ? v->frame->ncolumns : 0;
}

spoke_text spoke_column_name(const spoke_value *v, size_t column) {
    if (column >= spoke_columns(v))
        return view(STR_NONE);
    return view(v->frame->type->fields[column].name);
}

struct column_type {
    const struct type *type;
    struct str text;
};

static enum status put_column_type(struct spoke *sp, void *data) {
    struct column_type *c = data;
    c->text = type_text(&sp->scratch, c->type);
    return ST_OK;
}

/* Asked from within a callback: a jump would pass over the host. */
spoke_text spoke_column_type(const spoke_value *v, size_t column) {
    struct column_type c = {NULL, STR_NONE};
    if (column >= spoke_columns(v))
        return view(STR_NONE);
    c.type = v->frame->type->fields[column].type;
    guarded(v->sp, put_column_type, &c);
    return view(c.text);
}

spoke_cell spoke_column_cell(const spoke_value *v, size_t column) {
    if (column >= spoke_columns(v))
        return SPOKE_CELL_INT;
    switch (type_storage(v->frame->type->fields[column].type)) {
    case STORE_FLOAT:
        return SPOKE_CELL_FLOAT;
    case STORE_PAIR:
        return SPOKE_CELL_RATIO;
    case STORE_TEXT:
        return SPOKE_CELL_TEXT;
    default:
        return SPOKE_CELL_INT;
    }
}

spoke_state spoke_cell_state(const spoke_value *v, size_t row, size_t column) {
    if (column >= spoke_columns(v) || row >= spoke_rows(v))
        return SPOKE_MISSING;
    return (spoke_state)column_state(&v->frame->columns[column], (uint32_t)row);
}

spoke_text spoke_cell_text(spoke *sp, const spoke_value *v, size_t row, size_t column) {
    if (column >= spoke_columns(v) || row >= spoke_rows(v))
        return view(STR_NONE);
    buf_clear(&sp->cell);
    cell_text(&sp->cell, &v->frame->columns[column], (uint32_t)row, &sp->session.calendar);
    return view(buf_view(&sp->cell));
}

const int64_t *spoke_ints(const spoke_value *v, size_t column) {
    if (column >= spoke_columns(v) || spoke_column_cell(v, column) != SPOKE_CELL_INT)
        return NULL;
    return v->frame->columns[column].i;
}

const double *spoke_floats(const spoke_value *v, size_t column) {
    if (column >= spoke_columns(v) || spoke_column_cell(v, column) != SPOKE_CELL_FLOAT)
        return NULL;
    return v->frame->columns[column].f;
}

const unsigned char *spoke_states(const spoke_value *v, size_t column) {
    return column < spoke_columns(v) ? v->frame->columns[column].state : NULL;
}

spoke_text spoke_text_at(const spoke_value *v, size_t row, size_t column) {
    if (column >= spoke_columns(v) || row >= spoke_rows(v) ||
        spoke_column_cell(v, column) != SPOKE_CELL_TEXT)
        return view(STR_NONE);
    return view(text_str(v->frame->columns[column].t[row]));
}

spoke_text spoke_picture_terminal(const spoke_value *v) {
    return v->picture ? (spoke_text){v->picture->terminal, v->picture->nterminal} : view(STR_NONE);
}

spoke_text spoke_picture_svg(const spoke_value *v) {
    return v->picture ? (spoke_text){v->picture->svg, v->picture->nsvg} : view(STR_NONE);
}

spoke_text spoke_scalar_text(const spoke_value *v) {
    return view(v->text);
}

spoke_state spoke_scalar_state(const spoke_value *v) {
    return v->scalar.type ? (spoke_state)value_state(&v->scalar) : SPOKE_MISSING;
}

int64_t spoke_scalar_int(const spoke_value *v) {
    bool whole = v->scalar.type && (type_storage(v->scalar.type) == STORE_WORD);
    return whole ? value_int(&v->scalar) : 0;
}

double spoke_scalar_float(const spoke_value *v) {
    return v->scalar.type && type_is_number(v->scalar.type) ? value_float(&v->scalar) : 0;
}

static struct str plain_text(const spoke_value *v) {
    if (v->kind == SPOKE_PICTURE)
        return (struct str){v->picture->terminal, v->picture->nterminal};
    return v->text;
}

spoke_status spoke_render(spoke *sp, const spoke_value *v, const spoke_render_options *given,
                          spoke_write_fn write, void *user) {
    spoke_render_options known = {.size = sizeof known};
    const spoke_render_options *options = &known;
    if (!sp || !v || !write || (given && !take_in(&known, sizeof known, given)))
        return SPOKE_MISUSE;
    struct render_options o = {.format = RENDER_BOX,
                               .width = options->width,
                               .max_rows = options->max_rows,
                               .colour = options->colour,
                               .unicode = options->unicode,
                               .calendar = &sp->session.calendar};
    if (options->format && !render_format_named(str_of(options->format), &o.format))
        return SPOKE_MISUSE;
    struct buf out;
    buf_init(&out, &sp->alloc);
    if (v->frame && render_is_prose(o.format)) {
        o.caption = caption_of(sp, v->frame);
        sp->marked = true;
    }
    if (v->frame)
        render_frame(&out, v->frame, &o);
    else {
        buf_str(&out, plain_text(v));
        if (out.n && out.p[out.n - 1] != '\n')
            buf_char(&out, '\n');
    }
    spoke_status status = out.failed ? SPOKE_NO_MEMORY : SPOKE_OK;
    if (!out.failed && write(user, out.p ? out.p : "", out.n))
        status = SPOKE_INTERRUPTED;
    buf_free(&out);
    return status;
}
