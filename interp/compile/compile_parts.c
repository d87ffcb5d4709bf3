/* Lists, records and maps: making them, reading and changing their parts.
 *
 * An object that two places may hold is marked as shared, and copied before a
 * change. A change to a path, `a.b[i].c = v`, first gives each object on the
 * way to its holder alone (the OWN instructions), then sets the last part: no
 * copy is made where nothing is shared. */
#include "compile/builder.h"

/* ---- literals ---- */

void list_into(struct builder *b, struct node *n, struct home to) {
    const struct type *element = n->type->element;
    struct home list = is_scratch(b, to) ? to : take_registers(b, n->type);
    emit(b, OP_LIST_NEW, list.reg, n->list.n, list_layout_of(element));
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct registers before = registers_now(b);
        struct home e = take_registers(b, element);
        keep_into(b, n->list.at[i], e);
        emit_element(b, &element_put, element, list.reg, e.reg, i);
        registers_release(b, before);
    }
    move_value(b, to, list);
}

void record_into(struct builder *b, struct node *n, struct home to) {
    struct record_layout layout = record_layout(n->type);
    struct home record = is_scratch(b, to) ? to : take_registers(b, n->type);
    emit(b, OP_RECORD_NEW, record.reg, layout.nrefs, layout.nwords);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct registers before = registers_now(b);
        struct home e = take_registers(b, n->type->fields[i].type);
        uint16_t slot = record_slot(n->type, i);
        keep_into(b, n->list.at[i]->a, e);
        if (shape_of(e.type) == SHAPE_REF)
            emit(b, OP_RECORD_PUT_R, record.reg, e.reg, slot);
        for (uint32_t w = 0; w < shape_width(shape_of(e.type)); w++)
            emit(b, OP_RECORD_PUT, record.reg, e.reg + w, slot + w);
        registers_release(b, before);
    }
    move_value(b, to, record);
}

/* ---- keys ---- */

/* A key to look up: in a register, or as a slice of a text that need not be made. */
struct key {
    struct home place;       /* type NULL: a slice */
    struct home text, range; /* of the slice */
};

static struct key key_of(struct builder *b, struct node *n) {
    struct key k = {.place = NO_PLACE};
    const struct home *parts = split_parts(b, n);
    if (parts) {
        k.text = parts[0];
        k.range = parts[1];
    } else if (n->kind == N_INDEX && n->type->kind == TY_TEXT && n->b->type->kind == TY_RANGE) {
        k.text = value_to_read(b, n->a);
        k.range = value_of(b, n->b);
    } else {
        k.place = value_of(b, n);
    }
    return k;
}

struct key_ops {
    enum op text, word, slice;
};

/* `second` is the operand that stands before the key, `third` the one behind it. */
static void emit_key(struct builder *b, const struct key_ops *ops, const struct key *k,
                     bool key_last, uint32_t a, uint32_t other) {
    enum op op = !k->place.type                         ? ops->slice
                 : shape_of(k->place.type) == SHAPE_REF ? ops->text
                                                        : ops->word;
    uint32_t key = k->place.type ? k->place.reg : 0;
    if (!k->place.type)
        emit(b, OP_SLICE_KEY, k->text.reg, k->range.reg, 0);
    emit(b, op, a, key_last ? other : key, key_last ? key : other);
}

static const struct key_ops get_ops = {OP_MAP_GET_T, OP_MAP_GET_I, OP_MAP_GET_S};
static const struct key_ops ref_ops = {OP_MAP_REF_T, OP_MAP_REF_I, OP_MAP_REF_S};
static const struct key_ops has_ops = {OP_MAP_HAS_T, OP_MAP_HAS_I, OP_MAP_HAS_S};
static const struct key_ops set_ops = {OP_MAP_SET_T, OP_MAP_SET_I, OP_MAP_SET_S};
static const struct key_ops put_ops = {OP_MAP_PUT_T, OP_MAP_PUT_I, OP_MAP_PUT_S};

/* ---- maps ---- */

static void set_key(struct builder *b, struct home map, const struct key *k, struct home value) {
    bool is_ref = shape_of(value.type) == SHAPE_REF;
    emit_key(b, is_ref ? &put_ops : &set_ops, k, false, map.reg, value.reg);
}

void map_into(struct builder *b, struct node *n, struct home to) {
    struct home map = is_scratch(b, to) ? to : take_registers(b, n->type);
    bool text_keys = shape_of(n->type->key) == SHAPE_REF;
    emit(b, OP_MAP_NEW, map.reg, text_keys, map_values_of(n->type->element));
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct registers before = registers_now(b);
        struct key k = key_of(b, n->list.at[i]->a);
        struct home value = take_registers(b, n->type->element);
        keep_into(b, n->list.at[i]->b, value);
        set_key(b, map, &k, value);
        registers_release(b, before);
    }
    move_value(b, to, map);
}

void in_map(struct builder *b, struct node *key, struct node *map, struct home to) {
    struct key k = key_of(b, key);
    struct home m = value_of(b, map);
    emit_key(b, &has_ops, &k, true, to.reg, m.reg);
}

static void map_value_into(struct builder *b, struct node *n, struct home to) {
    struct home map = value_of(b, n->a);
    struct key k = key_of(b, n->b);
    emit_key(b, shape_of(n->type) == SHAPE_REF ? &ref_ops : &get_ops, &k, true, to.reg, map.reg);
}

static void remove_key(struct builder *b, struct home map, struct home key) {
    bool is_text = shape_of(key.type) == SHAPE_REF;
    emit(b, is_text ? OP_MAP_REMOVE_T : OP_MAP_REMOVE_I, map.reg, key.reg, 0);
}

void map_builtin_into(struct builder *b, enum builtin id, struct node *n, struct home to) {
    struct home map = value_of(b, n->list.at[0]);
    if (id != BUILTIN_REMOVE) {
        emit(b, id == BUILTIN_KEYS ? OP_MAP_KEYS : OP_MAP_VALUES, to.reg, map.reg, 0);
        return;
    }
    struct home key = value_of(b, n->list.at[1]), own = take_registers(b, n->type);
    move_value(b, own, map);
    share_unless_fresh(b, n->list.at[0], own);
    remove_key(b, own, key);
    move_value(b, to, own);
}

bool remove_in_place(struct builder *b, struct node *n, struct home variable) {
    const struct invoke *invoke = n->b->kind == N_INVOKE ? n->b->note : NULL;
    if (!invoke || invoke->kind != INVOKE_BUILTIN || invoke->builtin != BUILTIN_REMOVE)
        return false;
    const struct node *map = n->b->list.at[0];
    if (map->kind != N_NAME || map->symbol != n->a->symbol)
        return false;
    remove_key(b, variable, value_of(b, n->b->list.at[1]));
    return true;
}

/* ---- fields and elements ---- */

void load_field(struct builder *b, struct home to, struct home record, uint32_t field) {
    uint16_t slot = record_slot(record.type, field);
    if (shape_of(to.type) == SHAPE_REF)
        emit(b, OP_RECORD_GET_R, to.reg, record.reg, slot);
    for (uint32_t w = 0; w < shape_width(shape_of(to.type)); w++)
        emit(b, OP_RECORD_GET, to.reg + w, record.reg, slot + w);
}

void field_into(struct builder *b, struct node *n, struct home to) {
    const struct home *parts = split_parts(b, n->a);
    int field = type_field(n->a->type, n->text);
    if (parts)
        move_value(b, to, parts[n->value.i]);
    else if (field < 0)
        not_supported(b, n, "this part of a value");
    else
        load_field(b, to, value_of(b, n->a), (uint32_t)field);
}

static void slice_into(struct builder *b, struct node *n, struct home to) {
    struct home whole = value_to_read(b, n->a), range = value_of(b, n->b);
    bool is_text = n->type->kind == TY_TEXT;
    emit(b, is_text ? OP_TEXT_SLICE : OP_LIST_SLICE, to.reg, whole.reg, range.reg);
}

void element_into(struct builder *b, struct node *n, struct home to) {
    if (n->b->type->kind == TY_RANGE) {
        slice_into(b, n, to);
    } else if (n->a->type->kind == TY_MAP) {
        map_value_into(b, n, to);
    } else {
        struct home list, index;
        two_operands(b, n, &list, &index);
        emit_element(b, &element_get, n->type, to.reg, list.reg, index.reg);
    }
}

/* ---- changing a part ---- */

static uint32_t steps_of(const struct node *target) {
    return target->kind == N_NAME ? 0 : 1 + steps_of(target->a);
}

/* The indices and keys of a path, outermost last; everything is read before anything is changed. */
static struct key *read_path(struct builder *b, const struct node *target, uint32_t *n) {
    struct key *keys = ARENA_ARRAY(b->arena, struct key, steps_of(target) + 1);
    uint32_t at = *n = steps_of(target);
    struct node *const *nodes = NULL;
    struct node **path = ARENA_ARRAY(b->arena, struct node *, at + 1);
    for (const struct node *t = target; t->kind != N_NAME; t = t->a)
        path[--at] = t->b;
    nodes = path;
    for (; at < *n; at++) {
        if (!nodes[at])
            continue;
        if (at + 1 == *n)
            keys[at] = key_of(b, nodes[at]);
        else
            keys[at].place = value_of(b, nodes[at]);
    }
    return keys;
}

/* The object that the target's path leads to, which nobody else holds any more. */
static struct home own(struct builder *b, const struct node *n, const struct key *keys,
                       uint32_t step) {
    if (n->kind == N_NAME)
        return variable_value(b, n->symbol, n);
    const struct home *parts = n->kind == N_DOT ? split_parts(b, n->a) : NULL;
    if (parts)
        return parts[n->value.i];
    struct home holder = own(b, n->a, keys, step - 1), part = take_registers(b, n->type);
    if (n->kind == N_DOT) {
        uint16_t slot = record_slot(n->a->type, (uint32_t)n->value.i);
        emit(b, OP_RECORD_OWN, part.reg, holder.reg, slot);
        return part;
    }
    struct home key = keys[step].place;
    enum op op = n->a->type->kind == TY_LIST       ? OP_LIST_OWN
                 : shape_of(key.type) == SHAPE_REF ? OP_MAP_OWN_T
                                                   : OP_MAP_OWN_I;
    emit(b, op, part.reg, holder.reg, key.reg);
    return part;
}

static void set_field(struct builder *b, struct home record, uint32_t field, struct home v) {
    uint16_t slot = record_slot(record.type, field);
    if (shape_of(v.type) == SHAPE_REF)
        emit(b, OP_RECORD_SET_R, record.reg, v.reg, slot);
    for (uint32_t w = 0; w < shape_width(shape_of(v.type)); w++)
        emit(b, OP_RECORD_SET, record.reg, v.reg + w, slot + w);
}

/* A value in the shape of its part. */
static struct home part_value(struct builder *b, struct node *value, const struct type *part) {
    struct home v;
    if (shape_of(value->type) == shape_of(part)) {
        v = value_of(b, value);
    } else {
        v = take_registers(b, part);
        value_into(b, value, v);
    }
    share_unless_fresh(b, value, v);
    v.type = part;
    return v;
}

static void set_part(struct builder *b, const struct node *target, const struct key *keys,
                     uint32_t step, struct node *value) {
    const struct type *holder = target->a->type;
    int16_t small;
    if (holder->kind == TY_LIST && shape_of(target->type) == SHAPE_WORD &&
        constant_small(b, value, &small)) {
        struct home list = own(b, target->a, keys, step - 1);
        emit(b, OP_LIST_SET_I, list.reg, keys[step].place.reg, (uint16_t)small);
        return;
    }
    struct home v = part_value(b, value, target->type);
    const struct home *parts = target->kind == N_DOT ? split_parts(b, target->a) : NULL;
    if (parts) {
        move_value(b, parts[target->value.i], v);
        return;
    }
    struct home place = own(b, target->a, keys, step - 1);
    place.type = holder;
    if (target->kind == N_DOT)
        set_field(b, place, (uint32_t)target->value.i, v);
    else if (holder->kind == TY_MAP)
        set_key(b, place, &keys[step], v);
    else
        emit_element(b, &element_set, target->type, place.reg, keys[step].place.reg, v.reg);
}

void assign_part(struct builder *b, struct node *n) {
    struct node *root = assigned_root(n->a);
    struct home own_place;
    bool local = split_parts(b, root) || find_variable(b, root->symbol, &own_place);
    uint32_t steps;
    struct key *keys = read_path(b, n->a, &steps);
    if (local) {
        set_part(b, n->a, keys, steps - 1, n->b);
        return;
    }
    /* elsewhere it is changed in a register, then put back: it may be a copy now */
    struct home place = variable_value(b, root->symbol, root);
    uint32_t before = b->variables.n;
    declare_variable(b, root->symbol, place);
    set_part(b, n->a, keys, steps - 1, n->b);
    b->variables.n = before;
    store_variable(b, root->symbol, place);
}

/* ---- growing in place ---- */

enum { MOST_PUSHED = 8 }; /* elements of a literal; longer ones are made as lists first */

struct addition {
    struct home *values;
    uint32_t n;
    bool elements; /* of a literal, one by one */
};

static struct addition read_addition(struct builder *b, struct node *n) {
    struct addition a = {.n = 1};
    a.elements = n->kind == N_LIST && n->list.n <= MOST_PUSHED;
    a.n = a.elements ? n->list.n : 1;
    a.values = ARENA_ARRAY(b->arena, struct home, a.n + 1);
    for (uint32_t i = 0; a.elements && i < a.n; i++) {
        a.values[i] = take_registers(b, n->type->element);
        keep_into(b, n->list.at[i], a.values[i]);
    }
    if (!a.elements)
        a.values[0] = value_to_read(b, n);
    return a;
}

static void add(struct builder *b, struct home variable, const struct addition *a) {
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t reg = a->values[i].reg;
        if (a->elements)
            emit_element(b, &element_push, variable.type->element, variable.reg, reg, 0);
        else
            emit(b, variable.type->kind == TY_TEXT ? OP_TEXT_APPEND : OP_LIST_APPEND, variable.reg,
                 reg, 0);
    }
}

/* How many are added to the variable, `x + a + b`; 0: that is not the form, or x is added to x. */
static uint32_t count_additions(const struct node *sum, const struct symbol *s) {
    uint32_t n = 0;
    for (; sum->kind == N_BINARY && sum->op == TOK_PLUS; sum = sum->a, n++)
        if (sum->b->kind == N_NAME && sum->b->symbol == s)
            return 0;
    return sum->kind == N_NAME && sum->symbol == s ? n : 0;
}

bool grow_variable(struct builder *b, struct node *n, struct home variable) {
    const struct symbol *s = n->a->symbol;
    if (variable.type->kind != TY_LIST && !s->grows)
        return false;
    uint32_t count = count_additions(n->b, s);
    if (count == 0)
        return false;
    struct addition *additions = ARENA_ARRAY(b->arena, struct addition, count);
    struct node **nodes = ARENA_ARRAY(b->arena, struct node *, count);
    struct node *sum = n->b;
    for (uint32_t i = count; i-- > 0; sum = sum->a)
        nodes[i] = sum->b;
    for (uint32_t i = 0; i < count; i++)
        additions[i] = read_addition(b, nodes[i]);
    for (uint32_t i = 0; i < count; i++)
        add(b, variable, &additions[i]);
    return true;
}

/* ---- equality ---- */

void equal_into(struct builder *b, enum op op, struct home to, struct home x, struct home y) {
    struct site *site;
    uint32_t number = add_site(b, SITE_COMPARE, NULL, 2, &site);
    site->values[0] = x;
    site->values[1] = y;
    if (shape_of(to.type) == SHAPE_NULLABLE)
        emit(b, OP_GUARD_R, to.reg, x.reg, y.reg);
    emit(b, op, to.reg, number, 0);
}
