/* Variables that need not exist as a whole.
 *
 * A record of which the block that follows only reads and sets fields lies in
 * registers, one for each field that is used. A slice of a text that is only
 * used as a key of maps stays a text and a range. Both are decided by looking
 * at the rest of the block: a use of any other kind, or one inside a relation
 * or function that may be run later, and the variable is made as usual. */
#include "compile/builder.h"

const struct home *split_parts(const struct builder *b, const struct node *name) {
    if (name->kind != N_NAME)
        return NULL;
    for (uint32_t i = b->variables.n; i-- > 0;)
        if (b->variables.at[i].symbol == name->symbol)
            return b->variables.at[i].parts;
    return NULL;
}

/* ---- looking at uses ---- */

struct uses {
    const struct symbol *symbol;
    bool *fields; /* of a record: which ones are used; NULL: a key is looked for */
};

static bool uses_fit(const struct uses *u, const struct node *n);

static bool list_fits(const struct uses *u, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        if (!uses_fit(u, list->at[i]))
            return false;
    return true;
}

static bool is_symbol(const struct uses *u, const struct node *n) {
    return n && n->kind == N_NAME && n->symbol == u->symbol;
}

/* A use of the variable that needs no more than its parts. */
static bool is_part_use(const struct uses *u, const struct node *n) {
    if (u->fields) {
        if (n->kind != N_DOT || !is_symbol(u, n->a))
            return false;
        u->fields[n->value.i] = true;
        return true;
    }
    if (n->kind == N_INDEX)
        return is_symbol(u, n->b) && n->a->type && n->a->type->kind == TY_MAP && uses_fit(u, n->a);
    return n->kind == N_IN && is_symbol(u, n->a) && n->b->type && n->b->type->kind == TY_MAP &&
           uses_fit(u, n->b);
}

/* Kinds whose parts are all in the tree and run where they stand. */
static bool is_plain(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_TEMPLATE:
    case N_HOLE:
    case N_LIST:
    case N_RECORD:
    case N_MAP:
    case N_ENTRY:
    case N_FIELD:
    case N_DOT:
    case N_INDEX:
    case N_UNARY:
    case N_BINARY:
    case N_RANGE:
    case N_IN:
    case N_IS_MISSING:
    case N_MATCH:
    case N_ARM:
    case N_IF:
    case N_BLOCK:
    case N_LET:
    case N_VAR:
    case N_ASSIGN:
    case N_PUSH:
    case N_EXPRESSION:
    case N_FOR:
    case N_WHILE:
    case N_BREAK:
    case N_CONTINUE:
    case N_RETURN:
    case N_PRINT:
    case N_ASSERT:
    case N_FAIL:
    case N_CONVERT:
    case N_INVOKE:
        return true;
    default:
        return node_is_literal(n);
    }
}

static bool uses_fit(const struct uses *u, const struct node *n) {
    if (!n || is_part_use(u, n))
        return true;
    if (n->kind == N_NAME)
        return n->symbol != u->symbol;
    if (n->kind == N_TYPE)
        return true;
    /* an assignment to the whole has it as its target, which is no part */
    return is_plain(n) && uses_fit(u, n->a) && uses_fit(u, n->b) && uses_fit(u, n->c) &&
           uses_fit(u, n->d) && list_fits(u, &n->list) && list_fits(u, &n->more);
}

static bool rest_fits(const struct builder *b, const struct uses *u) {
    return list_fits(u, &b->rest) && uses_fit(u, b->tail);
}

void declare_parts(struct builder *b, const struct symbol *s, const struct home *parts) {
    ARENA_PUSH(b->arena, &b->variables) = (struct variable){s, NO_PLACE, false, parts};
}

bool *fields_used(struct builder *b, const struct symbol *s, const struct node *block) {
    struct uses u = {s, ARENA_ARRAY(b->arena, bool, s->type->n + 1)};
    bool fits = !s->global && !s->boxed && uses_fit(&u, block);
    return fits ? u.fields : NULL;
}

/* ---- records ---- */

static void field_value(struct builder *b, struct home to, struct node *value, uint32_t field,
                        struct home record) {
    if (value->kind == N_RECORD) {
        keep_into(b, value->list.at[field]->a, to);
        return;
    }
    load_field(b, to, record, field);
    if (type_has_parts(to.type))
        emit(b, OP_SHARE, to.reg, 0, 0);
}

static bool split_record(struct builder *b, struct node *n) {
    const struct type *type = n->symbol->type;
    struct uses u = {n->symbol, ARENA_ARRAY(b->arena, bool, type->n + 1)};
    if (n->b->type != type || !rest_fits(b, &u))
        return false;
    struct home *parts = ARENA_ARRAY(b->arena, struct home, type->n + 1);
    bool literal = n->b->kind == N_RECORD; /* all of it is computed, used or not */
    for (uint32_t i = 0; i < type->n; i++)
        if (literal || u.fields[i])
            parts[i] = take_registers(b, type->fields[i].type);
    struct registers before = registers_now(b);
    struct home record = literal ? NO_PLACE : value_of(b, n->b);
    for (uint32_t i = 0; i < type->n; i++)
        if (literal || u.fields[i])
            field_value(b, parts[i], n->b, i, record);
    registers_release(b, before);
    declare_parts(b, n->symbol, parts);
    return true;
}

/* ---- keys ---- */

/* A text that stays what it is while the slice is in use. */
static bool is_lasting(const struct builder *b, struct node *n) {
    struct home p;
    return n->kind == N_NAME && !constant_of(n) && !n->symbol->assignable &&
           find_variable(b, n->symbol, &p);
}

static bool split_key(struct builder *b, struct node *n) {
    struct node *slice = n->b;
    if (slice->kind != N_INDEX || slice->type->kind != TY_TEXT || slice->type->nullable ||
        slice->b->type->kind != TY_RANGE || n->kind != N_LET || !is_lasting(b, slice->a))
        return false;
    struct uses u = {n->symbol, NULL};
    if (!rest_fits(b, &u))
        return false;
    struct home *parts = ARENA_ARRAY(b->arena, struct home, 2);
    parts[0] = value_to_read(b, slice->a);
    parts[1] = take_registers(b, slice->b->type);
    value_into(b, slice->b, parts[1]);
    declare_parts(b, n->symbol, parts);
    return true;
}

bool split_let(struct builder *b, struct node *n) {
    const struct type *type = n->symbol->type;
    if (type->kind == TY_RECORD && !type->nullable)
        return split_record(b, n);
    return type->kind == TY_TEXT && !type->nullable && split_key(b, n);
}
