/* Values of expressions.
 *
 * value_into never writes its target before the last read of what the
 * expression reads, unless the expression branches (if, match, and, or, in) or
 * is a range: those must be given fresh registers, which may_go_into decides for
 * assignments. Lists, records, maps and their parts are in compile_parts.c. */
#include "compile/builder.h"

/* ---- names ---- */

struct home variable_value(struct builder *b, struct symbol *s, const struct node *at) {
    struct home p;
    if (find_variable(b, s, &p))
        return p;
    if (!s->global && !s->boxed) {
        bool is_cell;
        if (find_captured_variable(b, s, &p, &is_cell))
            return p;
    }
    struct home cell;
    if (s->boxed && find_cell(b, s, &cell)) {
        p = take_registers(b, s->type);
        cell_read(b, p, cell);
        return p;
    }
    if (!s->global) {
        not_supported(b, at, "reading this variable here");
        return take_registers(b, s->type);
    }
    p = take_registers(b, s->type);
    uint16_t slot = global_slot(b, s);
    enum shape shape = shape_of(s->type);
    if (shape == SHAPE_REF)
        emit(b, OP_GLOBAL_GET_R, p.reg, slot, 0);
    else if (shape != SHAPE_NONE)
        emit(b, shape_width(shape) == 2 ? OP_GLOBAL_GET2 : OP_GLOBAL_GET, p.reg, slot, 0);
    return p;
}

static struct home network_value(struct builder *b, const struct node *n) {
    struct record *r =
        arena_take(b->arena, sizeof(struct record) + NETWORK_SLOTS * sizeof(union word));
    r->head = (struct object){.kind = OBJ_RECORD, .flags = OBJ_PINNED};
    r->nrefs = NETWORK_REFS;
    r->nwords = NETWORK_WORDS;
    network_value_put(r, &(struct network_value){.network = n->symbol->detail});
    struct home p = take_registers(b, n->type);
    emit(b, OP_LOAD_R, p.reg, object_number(b, &r->head), 0);
    return p;
}

static struct home name_value(struct builder *b, struct node *n) {
    struct node *literal = constant_of(n);
    if (literal)
        return value_of(b, literal);
    if (shape_of(n->type) == SHAPE_NONE && n->type->kind == TY_FN)
        return take_registers(b, n->type);
    if (n->symbol->kind == SYM_NETWORK)
        return network_value(b, n);
    struct home p = variable_value(b, n->symbol, n);
    if (n->symbol->grows) /* whoever gets it keeps it as it is */
        emit(b, OP_SHARE, p.reg, 0, 0);
    return p;
}

struct home value_to_read(struct builder *b, struct node *n) {
    bool variable = n->kind == N_NAME && n->symbol->kind == SYM_VARIABLE && !constant_of(n);
    return variable ? variable_value(b, n->symbol, n) : value_of(b, n);
}

static struct home input_value(struct builder *b, const struct node *n) {
    if (b->expr)
        for (uint32_t i = 0; i < b->expr->ninputs; i++)
            if (b->expr->inputs[i] == n->note)
                return b->inputs[i];
    not_supported(b, n, "reading a row here");
    return take_registers(b, n->type);
}

/* ---- literals ---- */

static void literal_into(struct builder *b, struct node *n, struct home to) {
    switch ((enum node_kind)n->kind) {
    case N_FLOAT:
        load_float(b, to.reg, n->value.f);
        break;
    case N_SHARE:
        emit(b, OP_LOAD_K2, to.reg,
             constant_pair(b, (union word){.i = n->value.i}, (union word){.i = n->value2}), 0);
        break;
    case N_TEXT:
        emit(b, OP_LOAD_R, to.reg, object_text(b, n->text), 0);
        break;
    case N_MISSING:
        load_missing(b, to);
        break;
    default:
        load_word(b, to.reg, n->value.i);
        break;
    }
}

/* ---- things with parts ---- */

static void template_into(struct builder *b, struct node *n, struct home to) {
    struct template_piece *pieces = ARENA_ARRAY(b->arena, struct template_piece, n->list.n);
    uint32_t holes = 0;
    for (uint32_t i = 0; i < n->list.n; i++)
        holes += n->list.at[i]->kind == N_HOLE;
    struct site *site;
    uint32_t number = add_site(b, SITE_TEMPLATE, n, holes, &site);
    site->pieces = pieces;
    site->npieces = n->list.n;
    site->result = to;
    holes = 0;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *piece = n->list.at[i];
        pieces[i].span = piece->span;
        pieces[i].is_hole = piece->kind == N_HOLE;
        if (pieces[i].is_hole) {
            pieces[i].format = piece->text;
            site->values[holes++] = value_to_read(b, piece->a);
        } else {
            pieces[i].text = piece->text;
        }
    }
    emit(b, OP_TEMPLATE, to.reg, number, 0);
}

static void range_into(struct builder *b, struct node *n, struct home to) {
    union word ends[2];
    if (constant_range(b, n, ends)) {
        emit(b, OP_LOAD_K2, to.reg, constant_pair(b, ends[0], ends[1]), 0);
        return;
    }
    if (type_is_pair(n->type->element)) {
        ratio_range_into(b, n, to);
        return;
    }
    struct home word = {n->type->element, to.reg};
    value_into(b, n->a, word);
    word.reg++;
    value_into(b, n->b, word);
}

/* ---- branches ---- */

static void block_into(struct builder *b, struct node *n, struct home to) {
    if (n->kind != N_BLOCK) {
        keep_into(b, n, to);
        return;
    }
    struct registers before = registers_now(b);
    if (n->list.n && n->list.at[n->list.n - 1]->kind == N_EXPRESSION) {
        struct node *last = n->list.at[n->list.n - 1];
        struct node first = *n;
        const struct node *tail = b->tail;
        first.list.n--;
        b->tail = last;
        compile_statements(b, &first);
        b->tail = tail;
        keep_into(b, last->a, to);
    } else {
        compile_statements(b, n);
    }
    registers_release(b, before);
}

static void if_into(struct builder *b, struct node *n, struct home to) {
    struct label otherwise = {0}, end = {0};
    branch_on(b, n->a, false, &otherwise);
    block_into(b, n->b, to);
    emit_jump(b, OP_JUMP, 0, 0, &end);
    place_label(b, &otherwise);
    if (n->c)
        block_into(b, n->c, to);
    else
        load_missing(b, to);
    place_label(b, &end);
}

/* ---- all of them ---- */

/* What n gives, in n's own type. */
static void exactly_into(struct builder *b, struct node *n, struct home to) {
    switch ((enum node_kind)n->kind) {
    case N_TEMPLATE:
        template_into(b, n, to);
        break;
    case N_LIST:
        list_into(b, n, to);
        break;
    case N_RECORD:
        record_into(b, n, to);
        break;
    case N_MAP:
        map_into(b, n, to);
        break;
    case N_DOT:
        field_into(b, n, to);
        break;
    case N_INDEX:
        element_into(b, n, to);
        break;
    case N_UNARY:
        unary_into(b, n, to);
        break;
    case N_BINARY:
        binary_into(b, n, to);
        break;
    case N_RANGE:
        range_into(b, n, to);
        break;
    case N_IN:
        in_into(b, n, to);
        break;
    case N_IS_MISSING:
        is_missing_into(b, n, to);
        break;
    case N_MATCH:
        match_into(b, n, to);
        break;
    case N_IF:
    case N_BLOCK:
        if (n->kind == N_IF)
            if_into(b, n, to);
        else
            block_into(b, n, to);
        break;
    case N_INVOKE:
        builtin_into(b, n, to);
        break;
    case N_FN:
        function_value_into(b, n, to);
        break;
    case N_PUSH:
        push_element(b, n);
        break;
    default:
        if (constant_of(n))
            literal_into(b, constant_of(n), to);
        else
            not_supported(b, n, "this expression");
        break;
    }
}

static bool is_builtin(const struct node *n) {
    return n->kind == N_INVOKE && ((const struct invoke *)n->note)->kind == INVOKE_BUILTIN;
}

/* Values that come in registers of their own; false: exactly_into makes the value. */
static bool already_somewhere(struct builder *b, struct node *n, struct home *out) {
    switch ((enum node_kind)n->kind) {
    case N_NAME:
        if (constant_of(n))
            return false;
        *out = name_value(b, n);
        return true;
    case N_INPUT:
        *out = input_value(b, n);
        return true;
    case N_INVOKE:
        if (is_builtin(n))
            return false;
        *out = call_value(b, n);
        return true;
    case N_FROM:
    case N_PIPELINE:
    case N_QUESTION:
        *out = relation_value(b, n);
        return true;
    default:
        return false;
    }
}

/* A conversion that only looks at the same registers in another way. */
static bool is_view(const struct node *n) {
    enum shape from = shape_of(n->a->type), to = shape_of(n->type);
    bool object = type_is_signature(n->type) && n->note; /* of its own, round the function's */
    if (n->a->type->kind == TY_MISSING || n->a->type->kind == TY_NEVER || object ||
        !same_words(n->a->type, n->type))
        return false;
    return (from == to && from != SHAPE_RANGE) || (from == SHAPE_NULLABLE && to == SHAPE_WORD);
}

struct home value_of(struct builder *b, struct node *n) {
    struct span before = b->span;
    struct home p;
    if (n->kind == N_CONVERT && is_view(n)) {
        p = value_of(b, n->a);
        p.type = n->type;
        return p;
    }
    b->span = n->span;
    if (!already_somewhere(b, n, &p)) {
        p = take_registers(b, n->type);
        value_into(b, n, p);
    }
    b->span = before;
    return p;
}

static void convert_into(struct builder *b, struct node *n, struct home to) {
    union word w;
    if (type_is_signature(n->type) && n->note) {
        signature_into(b, n, to);
        return;
    }
    if (shape_of(to.type) == SHAPE_WORD && constant_word(b, n, &w)) {
        if (to.type->kind == TY_FLOAT)
            load_float(b, to.reg, w.f);
        else
            load_word(b, to.reg, w.i);
        return;
    }
    if (n->type->kind == TY_RANGE && constant_range(b, n, (union word[2]){{0}, {0}})) {
        range_into(b, n, to);
        return;
    }
    /* T as T? needs no register in between */
    if (shape_of(n->a->type) == SHAPE_WORD && same_words(n->a->type, to.type)) {
        value_into(b, n->a, to);
        return;
    }
    convert_place(b, n, to, value_of(b, n->a));
}

static void into_other_shape(struct builder *b, struct node *n, struct home to) {
    if (shape_of(n->type) == SHAPE_WORD) {
        value_into(b, n, (struct home){n->type, to.reg});
        load_word(b, to.reg + 1u, PRESENT);
        return;
    }
    convert_place(b, n, to, value_of(b, n));
}

/* A call that may start its window at `to` leaves its result there. */
static void hand_back(struct builder *b, const struct node *n, struct home to) {
    if (n->kind != N_INVOKE || !is_last_taken(b, to) || !is_scratch(b, to))
        return;
    if (shape_of(to.type) == SHAPE_REF)
        b->refs = to.reg;
    else
        b->scalars = to.reg;
}

void value_into(struct builder *b, struct node *n, struct home to) {
    struct span span = b->span;
    struct registers before = registers_now(b);
    b->span = n->span;
    struct home p;
    if (n->type->kind == TY_NEVER)
        value_of(b, n);
    else if (n->kind == N_CONVERT)
        convert_into(b, n, to);
    else if (shape_of(n->type) != shape_of(to.type))
        into_other_shape(b, n, to);
    else if (is_builtin(n))
        exactly_into(b, n, to);
    else {
        hand_back(b, n, to);
        if (already_somewhere(b, n, &p))
            move_value(b, to, p);
        else
            exactly_into(b, n, to);
    }
    registers_release(b, before);
    b->span = span;
}

/* ---- what somebody else may hold ---- */

/* Made for this place alone. What a function returns was marked by it, what a branch gives by
 * keep_into. */
static bool is_fresh(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_LIST:
    case N_RECORD:
    case N_MAP:
    case N_INVOKE:
    case N_IF:
    case N_MATCH:
    case N_BLOCK:
    case N_BINARY:
        return true;
    case N_INDEX:
        return n->b->type->kind == TY_RANGE;
    case N_CONVERT:
        return is_fresh(n->a);
    default:
        return false;
    }
}

void share_unless_fresh(struct builder *b, const struct node *n, struct home p) {
    if (type_has_parts(p.type) && !is_fresh(n))
        emit(b, OP_SHARE, p.reg, 0, 0);
}

void keep_into(struct builder *b, struct node *n, struct home to) {
    value_into(b, n, to);
    share_unless_fresh(b, n, to);
}
