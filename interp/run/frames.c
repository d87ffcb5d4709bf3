/* Frames and values: the rows of a relation one after the other, all of them
 * as a list, a column as a list, a single row, and a list of records as a frame.
 *
 * Texts of a frame live only as long as the frame does, so a value gets texts
 * of its own. An object under construction always hangs on a register. */
#include "run/machine.h"

static bool no_memory(struct vm *vm) {
    vm_no_memory(vm);
    return false;
}

static const struct site *site_of(const struct vm *vm, uint16_t number) {
    return vm->frame->proto->sites[number];
}

/* ---- cells ---- */

/* The cell as a value that does not need the frame. */
static bool cell_value(struct vm *vm, const struct column *c, uint32_t row, struct value *v) {
    *v = column_value(c, row);
    if (type_storage(c->type) != STORE_TEXT || !v->w[0].ref)
        return true;
    struct text *copy = heap_text(&vm->heap, value_str(v));
    if (!copy)
        return no_memory(vm);
    v->w[0].ref = &copy->head;
    return true;
}

static void put_words(union word *to, const struct value *v, enum shape shape) {
    to[0] = v->w[0];
    if (shape != SHAPE_REF && shape_width(shape) == 2)
        to[1] = v->w[1];
}

/* Row `row` into a record, all of whose words are zero. */
static bool fill_record(struct vm *vm, struct record *made, const struct type *type,
                        const struct frame *f, uint32_t row) {
    for (uint32_t i = 0; i < type->n; i++) {
        struct value v;
        if (!cell_value(vm, &f->columns[i], row, &v))
            return false;
        put_words(&made->at[record_slot(type, i)], &v, shape_of(type->fields[i].type));
    }
    return true;
}

static struct record *new_record(struct vm *vm, const struct type *type) {
    struct record_layout layout = record_layout(type);
    struct record *made = heap_record(&vm->heap, layout.nrefs, layout.nwords);
    if (!made)
        vm_no_memory(vm);
    return made;
}

/* ---- lists ---- */

/* Rows between two looks at the clock. */
enum { ROWS_A_POLL = 4096 };

static bool may_go_on(struct vm *vm, uint32_t row) {
    if (row % ROWS_A_POLL != 0)
        return true;
    enum status status = control_poll(vm->control, ROWS_A_POLL);
    if (status == ST_INTERRUPTED)
        vm_fail(vm, status, E0407, "interrupted");
    else if (status != ST_OK)
        vm_fail(vm, status, E0408, "the limit of this run was reached");
    return status == ST_OK;
}

static bool put_element(struct vm *vm, struct list *l, uint32_t at, const struct value *v) {
    enum shape shape = shape_of(v->type);
    if (shape == SHAPE_NULLABLE && v->w[1].i != PRESENT) {
        if (!heap_list_states(&vm->heap, l))
            return no_memory(vm);
        l->states[at] = (uint8_t)v->w[1].i;
    }
    put_words(&l->at[l->wide ? 2 * (size_t)at : at], v, l->wide ? shape : SHAPE_WORD);
    return true;
}

static struct list *new_list(struct vm *vm, const struct type *type, uint32_t n,
                             struct object **place) {
    enum list_layout layout = list_layout_of(type->element);
    struct list *l = heap_list(&vm->heap, n, layout == LAYOUT_REFS, layout == LAYOUT_WIDE);
    if (!l)
        vm_no_memory(vm);
    else
        *place = &l->head;
    return l;
}

static bool list_of_rows(struct vm *vm, const struct type *type, const struct frame *f,
                         struct object **place) {
    struct list *l = new_list(vm, type, f->n, place);
    for (uint32_t row = 0; l && row < f->n; row++) {
        struct record *made = may_go_on(vm, row) ? new_record(vm, type->element) : NULL;
        if (!made)
            return false;
        l->at[row].ref = &made->head;
        if (!fill_record(vm, made, type->element, f, row))
            return false;
    }
    return l;
}

static bool list_of_column(struct vm *vm, const struct type *type, const struct frame *f,
                           struct object **place) {
    struct list *l = new_list(vm, type, f->n, place);
    for (uint32_t row = 0; l && row < f->n; row++) {
        struct value v;
        if (!may_go_on(vm, row) || !cell_value(vm, &f->columns[0], row, &v))
            return false;
        v.type = type->element;
        if (!put_element(vm, l, row, &v))
            return false;
    }
    return l;
}

/* ---- single rows ---- */

static bool record_of_row(struct vm *vm, const struct type *type, const struct frame *f,
                          uint32_t row, struct object **place) {
    struct record *made = new_record(vm, type);
    if (made)
        *place = &made->head;
    return made && fill_record(vm, made, type, f, row);
}

static bool only_row(struct vm *vm, struct home to, const struct frame *f) {
    struct call_frame *top = vm->frame;
    if (f->n != 1) {
        vm_fail(vm, ST_FAILED, E0412, "one row is needed here, and there are %u", f->n);
        return false;
    }
    if (to.type->kind == TY_RECORD)
        return record_of_row(vm, to.type, f, 0, &top->r[to.reg]);
    struct value v;
    if (!cell_value(vm, &f->columns[0], 0, &v))
        return false;
    set_value(top->s, top->r, to, &v);
    return true;
}

static bool end_row(struct vm *vm, struct home to, const struct frame *f, uint32_t row) {
    struct object **place = &vm->frame->r[to.reg];
    *place = NULL;
    return f->n == 0 || record_of_row(vm, to.type, f, row, place);
}

/* ---- from a list ---- */

static bool put_list(struct frame *f, struct column *c, uint32_t row, const struct value *v) {
    struct buf json;
    buf_init(&json, f->alloc);
    put_list_items(&json, v);
    c->t[row] = json.failed ? NULL : frame_text(f, buf_view(&json));
    buf_free(&json);
    return c->t[row] != NULL;
}

static bool put_cell(struct frame *f, struct column *c, uint32_t row, const struct value *v) {
    if (v->type->kind == TY_LIST)
        return put_list(f, c, row, v);
    enum state state = value_state(v);
    switch (type_storage(c->type)) {
    case STORE_TEXT:
        c->t[row] = v->w[0].ref ? frame_text(f, value_str(v)) : NULL;
        return c->t[row] || !v->w[0].ref;
    case STORE_PAIR:
        c->i[row] = v->w[0].i;
        c->d[row] = v->w[1].i;
        return true;
    default:
        c->i[row] = v->w[0].i; /* a float is the word it is */
        if (state != PRESENT && !column_states(f->alloc, c))
            return false;
        if (c->state)
            c->state[row] = (uint8_t)state;
        return true;
    }
}

static bool put_row(struct frame *f, const struct type *type, const struct record *from,
                    uint32_t row) {
    for (uint32_t i = 0; i < type->n; i++) {
        struct value v = record_field(from, type, i);
        if (!put_cell(f, &f->columns[i], row, &v))
            return false;
    }
    return true;
}

/* The frame; NULL: reported. */
static struct frame *frame_of_list(struct vm *vm, const struct type *type, const struct type *row,
                                   const struct list *l) {
    struct frame *f = frame_new(vm->alloc, type);
    bool ok = f && frame_reserve(f, l->n);
    for (uint32_t i = 0; ok && i < l->n; i++) {
        if (!may_go_on(vm, i)) {
            frame_drop(f);
            return NULL;
        }
        struct value cell = list_value(l, row, i);
        ok = row->kind == TY_RECORD ? put_row(f, row, (const struct record *)cell.w[0].ref, i)
                                    : put_cell(f, &f->columns[0], i, &cell);
    }
    if (ok) {
        f->n = l->n;
        return f;
    }
    if (f)
        frame_drop(f);
    vm_no_memory(vm);
    return NULL;
}

static bool relation_of_list(struct vm *vm, const struct site *site, const union word *s,
                             struct object **r) {
    struct value list = value_at(s, r, site->values[0]);
    struct frame *f = frame_of_list(vm, site->result.type, list.type->element,
                                    (const struct list *)list.w[0].ref);
    struct frame_object *made = f ? heap_frame(&vm->heap, f) : NULL;
    if (made)
        r[site->result.reg] = &made->head;
    else if (f)
        vm_no_memory(vm);
    return made;
}

/* ---- instructions ---- */

static bool value_of_rows(struct vm *vm, const struct site *site, const struct frame *f) {
    struct home to = site->result;
    struct object **place = &vm->frame->r[to.reg];
    switch (((const struct invoke *)site->node->note)->builtin) {
    case BUILTIN_ROWS:
        return list_of_rows(vm, to.type, f, place);
    case BUILTIN_COLUMN:
        return list_of_column(vm, to.type, f, place);
    case BUILTIN_FIRST_ROW:
        return end_row(vm, to, f, 0);
    case BUILTIN_LAST_ROW:
        return end_row(vm, to, f, f->n - 1);
    default:
        return only_row(vm, to, f);
    }
}

OPERATION(rows_as_value) {
    const struct site *site = site_of(vm, i->a);
    if (((const struct invoke *)site->node->note)->builtin == BUILTIN_RELATION)
        return relation_of_list(vm, site, s, r);
    struct frame *f;
    if (vm_relation_frame(vm, value_at(s, r, site->values[0]).w[0].ref, &f) != ST_OK)
        return false;
    bool ok = value_of_rows(vm, site, f);
    frame_drop(f);
    return ok;
}

OPERATION(run_frame_of) {
    UNUSED(s);
    struct frame *f;
    if (vm_relation_frame(vm, r[i->b], &f) != ST_OK)
        return false;
    uint32_t n = f->n;
    struct frame_object *made = heap_frame(&vm->heap, f);
    if (!made)
        return no_memory(vm);
    vm->frame->r[i->a] = &made->head;
    vm->frame->s[i->c].i = 1;
    vm->frame->s[i->c + 1].i = n;
    return true;
}

OPERATION(frame_row) {
    const struct site *site = site_of(vm, i->a);
    const struct frame *f = ((const struct frame_object *)r[site->values[0].reg])->frame;
    uint32_t row = (uint32_t)(s[site->values[1].reg].i - 1);
    for (uint32_t k = 2; k < site->n; k++) {
        struct value v;
        if (!cell_value(vm, &f->columns[site->columns[k - 2]], row, &v))
            return false;
        set_value(s, r, site->values[k], &v);
    }
    return true;
}
