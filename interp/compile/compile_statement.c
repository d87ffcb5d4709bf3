/* Statements. */
#include "compile/builder.h"

static void statement(struct builder *b, struct node *n);

void compile_statements(struct builder *b, struct node *block) {
    const struct node_list before = b->rest;
    for (uint32_t i = 0; i < block->list.n; i++) {
        b->rest = (struct node_list){&block->list.at[i + 1], block->list.n - i - 1, 0};
        statement(b, block->list.at[i]);
    }
    b->rest = before;
}

/* Variables of the block end with it. */
static void block(struct builder *b, struct node *n) {
    struct registers before = registers_now(b);
    if (n->kind == N_BLOCK)
        compile_statements(b, n);
    else
        statement(b, n);
    registers_release(b, before);
}

/* ---- what is changed where ---- */

static bool list_assigns(const struct node_list *list, const struct symbol *s) {
    for (uint32_t i = 0; i < list->n; i++)
        if (assigns(list->at[i], s))
            return true;
    return false;
}

bool assigns(const struct node *n, const struct symbol *s) {
    if (!n)
        return false;
    if (n->kind == N_ASSIGN || n->kind == N_PUSH) {
        if (!s || assigned_root(n->a)->symbol == s)
            return true;
    }
    return assigns(n->a, s) || assigns(n->b, s) || assigns(n->c, s) || assigns(n->d, s) ||
           list_assigns(&n->list, s) || list_assigns(&n->more, s);
}

/* ---- variables ---- */

static void set_global(struct builder *b, struct symbol *s, struct home from) {
    enum shape shape = shape_of(s->type);
    uint16_t slot = global_slot(b, s);
    if (shape == SHAPE_REF)
        emit(b, OP_GLOBAL_SET_R, from.reg, slot, 0);
    else if (shape != SHAPE_NONE)
        emit(b, shape_width(shape) == 2 ? OP_GLOBAL_SET2 : OP_GLOBAL_SET, from.reg, slot, 0);
}

static void let(struct builder *b, struct node *n) {
    struct symbol *s = n->symbol;
    if (n->kind == N_LET && s->is_constant && s->constant)
        return;
    if (!s->global && !s->boxed && split_let(b, n))
        return;
    struct registers before = registers_now(b);
    struct home p = take_registers(b, s->type);
    keep_into(b, n->b, p);
    if (s->global) {
        set_global(b, s, p);
        registers_release(b, before);
    } else if (s->boxed) {
        cell_declare(b, s, p);
    } else {
        declare_variable(b, s, p);
    }
}

/* `fn` in a block: a variable that holds it. */
static void local_function(struct builder *b, struct node *n) {
    struct home p = take_registers(b, n->symbol->type);
    function_value_into(b, n, p);
    declare_variable(b, n->symbol, p);
}

void store_variable(struct builder *b, struct symbol *s, struct home from) {
    struct home cell;
    if (s->boxed && find_cell(b, s, &cell))
        cell_write(b, cell, from);
    else
        set_global(b, s, from);
}

/* Written only when everything was read; see compile_expr.c. */
static bool may_go_into(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_BINARY:
        return n->op != TOK_AND && n->op != TOK_OR;
    case N_CONVERT:
        return n->type->kind != TY_RANGE && may_go_into(n->a);
    case N_UNARY:
    case N_INT:
    case N_FLOAT:
    case N_BOOL:
    case N_NAME:
    case N_INDEX:
    case N_INVOKE:
        return n->kind != N_INVOKE || ((const struct invoke *)n->note)->kind != INVOKE_BUILTIN;
    default:
        return false;
    }
}

static void assign_name(struct builder *b, struct node *n) {
    struct symbol *s = n->a->symbol;
    struct home variable;
    bool local = find_variable(b, s, &variable);
    if (local && (grow_variable(b, n, variable) || remove_in_place(b, n, variable)))
        return;
    if (local && !b->tries && may_go_into(n->b)) { /* after an error it must be as before */
        keep_into(b, n->b, variable);
        return;
    }
    if (s->boxed && cell_add(b, s, n->b))
        return;
    struct home value = take_registers(b, s->type);
    keep_into(b, n->b, value);
    if (local)
        move_value(b, variable, value);
    else
        store_variable(b, s, value);
}

void push_element(struct builder *b, struct node *n) {
    const struct type *element = n->a->type->element;
    struct home value;
    if (shape_of(element) == SHAPE_WORD && n->b->type == element) {
        value = value_of(b, n->b);
    } else {
        value = take_registers(b, element);
        keep_into(b, n->b, value);
        if (type_has_parts(element))
            emit(b, OP_SHARE, value.reg, 0, 0);
    }
    struct home list = variable_value(b, n->a->symbol, n->a);
    emit_element(b, &element_push, element, list.reg, value.reg, 0);
    struct home own;
    if (!find_variable(b, n->a->symbol, &own))
        store_variable(b, n->a->symbol, list);
}

/* ---- loops ---- */

void loop_body(struct builder *b, struct node *body, struct label *next, struct label *end) {
    struct loop loop = {b->loop, end, next};
    b->loop = &loop;
    block(b, body);
    b->loop = loop.outer;
}

void loop_variable(struct builder *b, struct symbol *s, struct home counter) {
    if (!s)
        return;
    if (s->global) {
        set_global(b, s, counter);
    } else if (s->assignable) {
        struct home own = take_registers(b, s->type);
        move_value(b, own, counter);
        declare_variable(b, s, own);
    } else {
        declare_variable(b, s, counter);
    }
}

static void for_range(struct builder *b, struct node *n) {
    struct label body = {0}, next = {0}, end = {0};
    struct home range = take_registers(b, n->a->type);
    value_into(b, n->a, range);
    emit_jump(b, OP_FOR_START, range.reg, 0, &end);
    place_label(b, &body);
    loop_variable(b, n->symbol, (struct home){n->a->type->element, range.reg});
    loop_body(b, n->b, &next, &end);
    place_label(b, &next);
    emit_jump(b, OP_FOR_NEXT, range.reg, 0, &body);
    place_label(b, &end);
}

static void for_list(struct builder *b, struct node *n) {
    struct label body = {0}, next = {0}, end = {0};
    const struct type *element = n->a->type->element;
    struct home list = take_registers(b, n->a->type);
    value_into(b, n->a, list);
    if (assigns(n->b, NULL)) /* the loop goes over the list as it was */
        share_unless_fresh(b, n->a, list);
    struct home index = take_word(b, TY_INT);
    struct home value = take_registers(b, element);
    load_word(b, index.reg, 0);
    emit_jump(b, OP_JUMP, 0, 0, &next);
    place_label(b, &body);
    emit_element(b, &element_get, element, value.reg, list.reg, index.reg);
    if (type_has_parts(element))
        emit(b, OP_SHARE, value.reg, 0, 0);
    loop_variable(b, n->symbol, value);
    loop_body(b, n->b, &next, &end);
    place_label(b, &next);
    emit_jump(b, OP_LIST_NEXT, index.reg, list.reg, &body);
    place_label(b, &end);
}

static void for_map(struct builder *b, struct node *n) {
    struct label body = {0}, next = {0}, end = {0};
    const struct type *key = n->a->type->key;
    struct home map = take_registers(b, n->a->type);
    value_into(b, n->a, map);
    if (assigns(n->b, NULL)) /* the loop goes over the keys as they were */
        share_unless_fresh(b, n->a, map);
    struct home entry = take_word(b, TY_INT);
    struct home value = take_registers(b, key);
    load_word(b, entry.reg, 0);
    emit_jump(b, OP_JUMP, 0, 0, &next);
    place_label(b, &body);
    emit(b, shape_of(key) == SHAPE_REF ? OP_MAP_KEY_R : OP_MAP_KEY, value.reg, map.reg, entry.reg);
    loop_variable(b, n->symbol, value);
    loop_body(b, n->b, &next, &end);
    place_label(b, &next);
    emit_jump(b, OP_MAP_NEXT, entry.reg, map.reg, &body);
    place_label(b, &end);
}

static void while_loop(struct builder *b, struct node *n) {
    struct label body = {0}, condition = {0}, end = {0};
    emit_jump(b, OP_JUMP, 0, 0, &condition);
    place_label(b, &body);
    loop_body(b, n->b, &condition, &end);
    place_label(b, &condition);
    branch_on(b, n->a, true, &body);
    place_label(b, &end);
}

/* ---- the others ---- */

static void if_statement(struct builder *b, struct node *n) {
    struct label otherwise = {0}, end = {0};
    branch_on(b, n->a, false, &otherwise);
    block(b, n->b);
    if (n->c) {
        emit_jump(b, OP_JUMP, 0, 0, &end);
        place_label(b, &otherwise);
        block(b, n->c);
        place_label(b, &end);
    } else {
        place_label(b, &otherwise);
    }
}

/* A variable that this function declares, no parameter. */
static bool is_own_variable(const struct builder *b, const struct node *n) {
    struct home p;
    bool declared = n->kind == N_NAME && n->symbol->node &&
                    (n->symbol->node->kind == N_LET || n->symbol->node->kind == N_VAR);
    return declared && !n->symbol->global && find_variable(b, n->symbol, &p);
}

static void return_value(struct builder *b, struct node *n) {
    const struct type *type = b->proto->result.type;
    enum shape s = shape_of(type);
    struct home p;
    if (shape_of(n->a->type) == s) {
        p = value_of(b, n->a);
    } else {
        p = take_registers(b, type);
        value_into(b, n->a, p);
    }
    if (!is_own_variable(b, n->a)) /* which ends here */
        share_unless_fresh(b, n->a, p);
    if (s == SHAPE_NONE || (p.reg == 0 && s != SHAPE_REF))
        emit(b, OP_RETURN, 0, 0, 0);
    else if (s == SHAPE_REF)
        emit(b, OP_RETURN_R, p.reg, 0, 0);
    else
        emit(b, shape_width(s) == 2 ? OP_RETURN_W2 : OP_RETURN_W, p.reg, 0, 0);
}

/* Whatever fails inside goes on at the handler, with the error in a register. */
static void try_statement(struct builder *b, struct node *n) {
    struct label end = {0};
    struct home error = take_registers(b, n->symbol->type);
    struct handler h = {.start = b->code.n, .reg = error.reg, .type = n->symbol->type};
    b->tries++;
    block(b, n->a);
    b->tries--;
    h.stop = b->code.n;
    emit_jump(b, OP_JUMP, 0, 0, &end);
    h.target = b->code.n;
    ARENA_PUSH(b->arena, &b->handlers) = h;
    struct registers before = registers_now(b);
    declare_variable(b, n->symbol, error);
    block(b, n->b);
    registers_release(b, before);
    place_label(b, &end);
}

static struct home text_or_missing(struct builder *b, struct node *n) {
    struct home p = take_registers(b, type_scalar(&b->c->session->types, TY_TEXT, true));
    if (n)
        value_into(b, n, p);
    else
        emit(b, OP_LOAD_NULL, p.reg, 0, 0);
    return p;
}

static void action(struct builder *b, struct node *n, enum site_kind kind, struct node **values,
                   uint32_t count) {
    struct site *site;
    uint32_t number = add_site(b, kind, n, count, &site);
    for (uint32_t i = 0; i < count; i++)
        site->values[i] = value_to_read(b, values[i]);
    emit(b, OP_ACTION, number, 0, 0);
}

/* A declaration is explained by its name, a scalar by its tree; only what figures went into has to
 * be made. */
static void explain(struct builder *b, struct node *n) {
    bool made =
        n->a && n->a->type && (n->a->type->kind == TY_RELATION || n->a->type->kind == TY_PICTURE);
    action(b, n, SITE_EXPLAIN, &n->a, made ? 1 : 0);
}

static void expression_statement(struct builder *b, struct node *n) {
    if (n->a->type->kind == TY_VOID || n->a->type->kind == TY_NEVER ||
        shape_of(n->a->type) != SHAPE_NONE)
        value_of(b, n->a);
}

static void jump_out(struct builder *b, struct node *n) {
    if (b->loop)
        emit_jump(b, OP_JUMP, 0, 0, n->kind == N_BREAK ? b->loop->end : b->loop->next);
}

static void one_statement(struct builder *b, struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_BLOCK:
        block(b, n);
        break;
    case N_ASSIGN:
        if (n->a->kind == N_NAME)
            assign_name(b, n);
        else
            assign_part(b, n);
        break;
    case N_EXPRESSION:
        expression_statement(b, n);
        break;
    case N_IF:
        if_statement(b, n);
        break;
    case N_FOR:
        if (n->a->type->kind == TY_RANGE)
            for_range(b, n);
        else if (n->a->type->kind == TY_MAP)
            for_map(b, n);
        else if (n->a->type->kind == TY_RELATION)
            for_relation(b, n);
        else
            for_list(b, n);
        break;
    case N_TRY:
        try_statement(b, n);
        break;
    case N_WHILE:
        while_loop(b, n);
        break;
    case N_BREAK:
    case N_CONTINUE:
        jump_out(b, n);
        break;
    case N_RETURN:
        if (n->a)
            return_value(b, n);
        else
            emit(b, OP_RETURN, 0, 0, 0);
        break;
    case N_SHOW:
        action(b, n, SITE_SHOW, &n->a, 1);
        break;
    case N_PRINT:
        action(b, n, SITE_PRINT, n->list.at, n->list.n);
        break;
    case N_EXPLAIN:
        explain(b, n);
        break;
    case N_SAVE:
    case N_FREEZE:
    case N_DIFF:
        action(b, n, SITE_DEFINITIONS, n->list.at, n->list.n);
        break;
    case N_IMPORT:
        action(b, n, SITE_IMPORT, (struct node *[]){n->a, n->b}, n->b ? 2 : 1);
        break;
    case N_INTO:
        action(b, n, SITE_INTO, &n->a, 1);
        break;
    case N_ASSERT:
        assertion(b, n);
        break;
    case N_FAIL:
        emit(b, OP_FAIL, text_or_missing(b, n->a).reg, 0, 0);
        break;
    default:
        break; /* a declaration: nothing to run */
    }
}

static void statement(struct builder *b, struct node *n) {
    struct span before = b->span;
    b->span = n->span;
    if (n->kind == N_LET || n->kind == N_VAR) {
        let(b, n);
    } else if (n->kind == N_FN && n->symbol) {
        local_function(b, n);
    } else {
        struct registers free = registers_now(b);
        one_statement(b, n);
        registers_release(b, free);
    }
    b->span = before;
}
