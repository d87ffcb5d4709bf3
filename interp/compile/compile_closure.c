/* Function values: objects, cells and calls.
 *
 * The object of a function that captures is a record: a reference to its cell
 * for each captured variable that is boxed, the value of each other one. The
 * function gets it as its last reference parameter and loads what its body
 * reads. A cell is a record of one variable. A function object, which calls by
 * signature take, refers to the record (if there is one) and has the proto as
 * a word. */
#include "compile/builder.h"

/* ---- cells ---- */

static struct record_layout cell_layout(const struct type *t) {
    enum shape s = shape_of(t);
    return (struct record_layout){s == SHAPE_REF, shape_width(s)};
}

/* Slots of a record to registers, and back. */
static void get_slots(struct builder *b, struct home to, uint16_t record, uint32_t slot) {
    if (shape_of(to.type) == SHAPE_REF)
        emit(b, OP_RECORD_GET_R, to.reg, record, slot);
    for (uint32_t w = 0; w < shape_width(shape_of(to.type)); w++)
        emit(b, OP_RECORD_GET, to.reg + w, record, slot + w);
}

static void put_slots(struct builder *b, uint16_t record, struct home from, uint32_t slot) {
    if (shape_of(from.type) == SHAPE_REF)
        emit(b, OP_RECORD_PUT_R, record, from.reg, slot);
    for (uint32_t w = 0; w < shape_width(shape_of(from.type)); w++)
        emit(b, OP_RECORD_PUT, record, from.reg + w, slot + w);
}

/* The object itself is what a reference register of any object's type holds. */
static struct home take_object(struct builder *b) {
    return take_registers(b, type_scalar(&b->c->session->types, TY_PICTURE, false));
}

void cell_declare(struct builder *b, struct symbol *s, struct home value) {
    struct record_layout layout = cell_layout(s->type);
    struct home cell = take_object(b);
    emit(b, OP_RECORD_NEW, cell.reg, layout.nrefs, layout.nwords);
    put_slots(b, cell.reg, value, 0);
    declare_cell(b, s, cell);
}

void cell_read(struct builder *b, struct home to, struct home cell) {
    get_slots(b, to, cell.reg, 0);
}

void cell_write(struct builder *b, struct home cell, struct home value) {
    put_slots(b, cell.reg, value, 0);
}

bool cell_add(struct builder *b, struct symbol *s, struct node *value) {
    struct home cell;
    int16_t small;
    bool sum = value->kind == N_BINARY && (value->op == TOK_PLUS || value->op == TOK_MINUS);
    if (!sum || s->type->kind != TY_INT || s->type->nullable || value->type != s->type ||
        value->a->kind != N_NAME || value->a->symbol != s || !find_cell(b, s, &cell))
        return false;
    struct home result = take_word(b, TY_INT);
    if (constant_small(b, value->b, &small) && small != INT16_MIN)
        emit(b, OP_CELL_ADD_I, result.reg, cell.reg,
             (uint16_t)(value->op == TOK_PLUS ? small : -small));
    else if (value->op == TOK_PLUS && value->b->kind == N_NAME) /* may not change the cell itself */
        emit(b, OP_CELL_ADD, result.reg, cell.reg, value_of(b, value->b).reg);
    else
        return false;
    return true;
}

/* ---- what a function has captured ---- */

static bool mentions(const struct node *n, const struct symbol *s);

static bool list_mentions(const struct node_list *list, const struct symbol *s) {
    for (uint32_t i = 0; i < list->n; i++)
        if (mentions(list->at[i], s))
            return true;
    return false;
}

static bool mentions(const struct node *n, const struct symbol *s) {
    if (!n)
        return false;
    if (n->kind == N_FN && n->note) {
        const struct function *f = n->note;
        for (uint32_t i = 0; i < f->ncaptured; i++)
            if (f->captured[i] == s)
                return true;
        return f->value && list_mentions(&n->list, s);
    }
    return (n->kind == N_NAME && n->symbol == s) || mentions(n->a, s) || mentions(n->b, s) ||
           mentions(n->c, s) || mentions(n->d, s) || list_mentions(&n->list, s) ||
           list_mentions(&n->more, s);
}

static struct home load_captured(struct builder *b, uint32_t i) {
    struct symbol *s = b->function->captured[i];
    struct home p = s->boxed ? take_object(b) : take_registers(b, s->type);
    get_slots(b, p, b->closure, closure_slot(b->function, i));
    return p;
}

void load_captures(struct builder *b, const struct node *body) {
    const struct function *f = b->function;
    if (f->self)
        declare_variable(b, f->self, (struct home){f->type, b->closure});
    for (uint32_t i = 0; i < f->ngroup; i++)
        if (f->group[i] != f->self)
            declare_variable(b, f->group[i], (struct home){f->group[i]->type, b->closure});
    for (uint32_t i = 0; i < f->ncaptured; i++) {
        if (!mentions(body, f->captured[i]))
            continue;
        struct home p = load_captured(b, i);
        if (f->captured[i]->boxed)
            declare_cell(b, f->captured[i], p);
        else
            declare_variable(b, f->captured[i], p);
    }
}

bool find_captured_variable(struct builder *b, const struct symbol *s, struct home *out,
                            bool *is_cell) {
    for (uint32_t i = 0; b->function && i < b->function->ncaptured; i++)
        if (b->function->captured[i] == s) {
            *out = load_captured(b, i);
            *is_cell = s->boxed;
            return true;
        }
    return false;
}

/* ---- objects ---- */

/* In a row, which keeps the values that its variables had: in a cell of their own. */
static struct home row_value(struct builder *b, const struct symbol *s, struct node *value) {
    struct home p = value_of(b, value);
    share_unless_fresh(b, value, p);
    if (!s->boxed)
        return p;
    struct record_layout layout = cell_layout(s->type);
    struct home cell = take_object(b);
    emit(b, OP_RECORD_NEW, cell.reg, layout.nrefs, layout.nwords);
    put_slots(b, cell.reg, p, 0);
    return cell;
}

static void put_captured(struct builder *b, struct home record, const struct function *f,
                         uint32_t i, const struct node *at) {
    struct registers before = registers_now(b);
    struct symbol *s = f->captured[i];
    struct home p;
    if (f->value) {
        p = row_value(b, s, at->list.at[i]);
    } else if (s->boxed) {
        if (!find_cell(b, s, &p)) {
            not_supported(b, at, "sharing this variable here");
            return;
        }
    } else {
        p = variable_value(b, s, at);
        if (type_has_parts(p.type))
            emit(b, OP_SHARE, p.reg, 0, 0);
    }
    put_slots(b, record.reg, p, closure_slot(f, i));
    registers_release(b, before);
}

void function_value_into(struct builder *b, const struct node *n, struct home to) {
    const struct function *f = n->note;
    if (shape_of(f->type) == SHAPE_NONE)
        return;
    struct record_layout layout = closure_layout(f);
    emit(b, OP_RECORD_NEW, to.reg, layout.nrefs, layout.nwords);
    for (uint32_t i = 0; i < f->ncaptured; i++)
        put_captured(b, to, f, i, n);
}

void signature_into(struct builder *b, struct node *n, struct home to) {
    struct proto *proto = proto_of_instance(b->c, n->note);
    struct home captured = value_of(b, n->a);
    if (shape_of(n->a->type) == SHAPE_NONE) {
        captured = take_object(b);
        emit(b, OP_LOAD_NULL, captured.reg, 0, 0);
    }
    emit(b, OP_FUNCTION, to.reg, captured.reg, callee_number(b, proto));
}

/* ---- calls ---- */

struct home call_by_signature(struct builder *b, struct node *n) {
    struct home callee = value_of(b, n->a);
    if (assigns(n, NULL)) { /* an argument may set the variable that holds the function */
        struct home own = take_registers(b, n->a->type);
        move_value(b, own, callee);
        callee = own;
    }
    struct registers window = registers_now(b);
    for (uint32_t i = 0; i < n->list.n; i++)
        value_into(b, n->list.at[i], take_registers(b, n->a->type->fields[i].type));
    take_object(b); /* the record comes behind the other references */
    registers_release(b, window);
    struct home result = take_registers(b, n->type);
    emit(b, OP_CALL_VALUE, window.scalars, window.refs, callee.reg);
    return result;
}
