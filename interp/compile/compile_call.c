/* Calls: functions of the script, the library's, foreign ones; relations.
 *
 * A callee's windows start where the caller's registers in use end, so the
 * arguments are compiled straight into the callee's parameters and the result
 * comes back where they were. */
#include "compile/builder.h"

/* ---- functions of the script ---- */

static struct home call_instance(struct builder *b, struct node *n, struct instance *callee) {
    struct proto *proto = proto_of_instance(b->c, callee);
    struct registers window = registers_now(b);
    for (uint32_t i = 0; i < n->list.n; i++)
        value_into(b, n->list.at[i], take_registers(b, callee->parameters[i]->type));
    if (n->a)
        value_into(b, n->a, take_registers(b, callee->function->type));
    registers_release(b, window);
    struct home result = take_registers(b, callee->result);
    emit(b, OP_CALL, window.scalars, window.refs, callee_number(b, proto));
    return result;
}

/* ---- library and foreign functions ---- */

static struct home call_site(struct builder *b, struct node *n, enum site_kind kind,
                             const struct invoke *invoke) {
    struct site *site;
    uint32_t number = add_site(b, kind, n, n->list.n, &site);
    site->native = invoke->native;
    site->foreign = invoke->foreign;
    struct home result = take_registers(b, n->type);
    struct registers before = registers_now(b);
    for (uint32_t i = 0; i < n->list.n; i++)
        site->values[i] = value_of(b, n->list.at[i]);
    site->result = result;
    emit(b, kind == SITE_NATIVE ? OP_NATIVE : OP_FOREIGN, number, 0, 0);
    registers_release(b, before);
    return result;
}

struct home call_value(struct builder *b, struct node *n) {
    const struct invoke *invoke = n->note;
    switch (invoke->kind) {
    case INVOKE_INSTANCE:
        return call_instance(b, n, invoke->instance);
    case INVOKE_VALUE:
        return call_by_signature(b, n);
    case INVOKE_NATIVE:
        return call_site(b, n, SITE_NATIVE, invoke);
    default:
        return call_site(b, n, SITE_FOREIGN, invoke);
    }
}

/* ---- functions of the language ---- */

/* A word and its state: the word is put in place first, then replaced where it is missing. */
static void coalesce_word(struct builder *b, struct node *n, struct home x, struct home to) {
    struct label end = {0};
    emit(b, OP_MOVE, to.reg, x.reg, 0);
    emit_jump(b, OP_JUMP_UNLESS, x.reg + 1u, 0, &end);
    value_into(b, n->list.at[1], to);
    place_label(b, &end);
}

static void coalesce_into(struct builder *b, struct node *n, struct home to) {
    struct label other = {0}, end = {0};
    struct home x = value_of(b, n->list.at[0]);
    if (shape_of(x.type) == SHAPE_NULLABLE && shape_of(to.type) == SHAPE_WORD &&
        x.type->kind == n->type->kind && n->list.at[1]->type->kind == n->type->kind) {
        coalesce_word(b, n, x, to);
        return;
    }
    struct home state = take_word(b, TY_INT);
    state_into(b, state, x);
    if (n->type->nullable) /* what is suppressed stays so */
        emit(b, OP_EQ_II, state.reg, state.reg, MISSING);
    emit_jump(b, OP_JUMP_IF, state.reg, 0, &other);
    convert_place(b, n, to, x);
    share_unless_fresh(b, n->list.at[0], to);
    emit_jump(b, OP_JUMP, 0, 0, &end);
    place_label(b, &other);
    if (n->list.at[1]->type->kind == n->type->kind)
        keep_into(b, n->list.at[1], to);
    else
        convert_place(b, n, to, value_of(b, n->list.at[1]));
    place_label(b, &end);
}

static void list_make_into(struct builder *b, struct node *n, struct home to) {
    const struct type *element = n->type->element;
    struct home length = value_of(b, n->list.at[0]);
    struct home value = take_registers(b, element);
    struct home list = take_registers(b, n->type);
    keep_into(b, n->list.at[1], value);
    if (type_has_parts(element))
        emit(b, OP_SHARE, value.reg, 0, 0);
    emit(b, OP_LIST_MAKE, list.reg, length.reg, list_layout_of(element));
    emit_element(b, &element_fill, element, list.reg, value.reg, 0);
    move_value(b, to, list);
}

static void abs_into(struct builder *b, struct home to, struct home x) {
    enum storage storage = type_storage(x.type);
    if (storage == STORE_PAIR)
        emit(b, OP_ABS_P, to.reg, x.reg, 0);
    else
        emit_op(b, storage == STORE_FLOAT ? OP_ABS_F : OP_ABS_I, to, x, NO_PLACE);
}

static void text_into(struct builder *b, struct node *n, struct home to, struct home x) {
    if (x.type->kind == TY_TEXT) {
        move_value(b, to, x);
        return;
    }
    struct site *site;
    uint32_t number = add_site(b, SITE_TEXT, n, 1, &site);
    site->values[0] = x;
    site->result = to;
    emit(b, OP_TEXT_OF, to.reg, number, 0);
}

/* x as a float where it is none: a ratio or an int. */
static struct home as_float(struct builder *b, struct node *n, struct home x) {
    if (x.type->kind != TY_INT && !type_is_pair(x.type))
        return x;
    struct home f = x.type->nullable || type_is_pair(x.type) ? take_nullable(b, TY_FLOAT)
                                                             : take_word(b, TY_FLOAT);
    convert_place(b, n, f, x);
    return f;
}

static void int_of_into(struct builder *b, struct node *n, struct home to, struct home x) {
    if (x.type->kind == TY_TEXT)
        emit_op(b, OP_TEXT_INT, to, x, NO_PLACE);
    else if (x.type->kind == TY_FLOAT || type_is_pair(x.type))
        emit_op(b, OP_FLOAT_INT, to, as_float(b, n, x), NO_PLACE);
    else
        convert_place(
            b, n, to,
            (struct home){type_nullable(&b->c->session->types, n->type, x.type->nullable), x.reg});
}

static void float_of_into(struct builder *b, struct node *n, struct home to, struct home x) {
    if (x.type->kind == TY_TEXT)
        emit_op(b, OP_TEXT_FLOAT, to, x, NO_PLACE);
    else if (x.type->kind == TY_BOOL) /* its word is the int 0 or 1 */
        convert_place(
            b, n, to,
            (struct home){type_scalar(&b->c->session->types, TY_INT, x.type->nullable), x.reg});
    else
        convert_place(b, n, to, x);
}

static void period_of_into(struct builder *b, enum builtin id, struct home to, struct home x) {
    static const enum grain grains[] = {GRAIN_DAY,     GRAIN_WEEK, GRAIN_MONTH,
                                        GRAIN_QUARTER, GRAIN_YEAR, GRAIN_SCHOOL_YEAR};
    if (id == BUILTIN_TERM || id == BUILTIN_SEMESTER)
        emit_op_number(b, OP_DAY_TERM, to, x,
                       (uint32_t)(id == BUILTIN_TERM ? GRAIN_TERM : GRAIN_SEMESTER));
    else if (id == BUILTIN_DAY && x.type->kind == TY_DATETIME)
        emit_op_number(b, OP_TIME_PART, to, x, TIME_DAY);
    else
        emit_op_number(b, OP_DAY_PERIOD, to, x, (uint32_t)grains[id - BUILTIN_DAY]);
}

/* Facts whose date is a period: see the planner. */
static void fact_into(struct builder *b, struct node *n, struct home to, struct home x) {
    const struct node *days = n->list.n > 1 ? n->list.at[1] : NULL;
    if (!days) {
        emit_op_number(b, OP_FACT_DAY, to, x, (uint32_t)n->value.i);
        return;
    }
    struct home limits = take_nullable(b, TY_DATE);
    emit(b, OP_LOAD_K2, limits.reg,
         constant_pair(b, (union word){.i = days->a->value.i}, (union word){.i = days->b->value.i}),
         0);
    emit_op_number(b, OP_FACT_WITHIN, to, x, limits.reg);
}

static void cell_into(struct builder *b, struct node *n, struct home to, struct home x) {
    struct site *site;
    uint32_t number = add_site(b, SITE_CELL, n, 1, &site);
    site->values[0] = x;
    site->result = to;
    emit(b, OP_CELL, number, 0, 0);
}

static uint32_t sort_kind_of(const struct type *element) {
    switch (type_storage(element)) {
    case STORE_FLOAT:
        return SORT_FLOATS;
    case STORE_PAIR:
        return SORT_PAIRS;
    case STORE_TEXT:
        return SORT_TEXTS;
    default:
        return SORT_INTS;
    }
}

static void of_one_into(struct builder *b, enum builtin id, struct node *n, struct home to,
                        struct home x) {
    switch (id) {
    case BUILTIN_ABS:
        abs_into(b, to, x);
        break;
    case BUILTIN_SQRT:
        emit_op(b, OP_SQRT, to, as_float(b, n, x), NO_PLACE);
        break;
    case BUILTIN_FLOOR:
    case BUILTIN_CEIL:
        emit_op(b, id == BUILTIN_FLOOR ? OP_FLOOR : OP_CEIL, to, as_float(b, n, x), NO_PLACE);
        break;
    case BUILTIN_TEXT:
        text_into(b, n, to, x);
        break;
    case BUILTIN_INT:
        int_of_into(b, n, to, x);
        break;
    case BUILTIN_FLOAT:
    case BUILTIN_NUMBER:
        float_of_into(b, n, to, x);
        break;
    case BUILTIN_HOUR:
    case BUILTIN_MINUTE:
    case BUILTIN_SECOND:
        emit_op_number(b, OP_TIME_PART, to, x, TIME_HOUR + (uint32_t)(id - BUILTIN_HOUR));
        break;
    case BUILTIN_DAYS:
    case BUILTIN_HOURS:
    case BUILTIN_MINUTES:
    case BUILTIN_SECONDS:
        emit_op_number(b, OP_DURATION_UNITS, to, x, (uint32_t)(id - BUILTIN_DAYS));
        break;
    case BUILTIN_FACT_DAY:
    case BUILTIN_FACT_WITHIN:
        fact_into(b, n, to, x);
        break;
    case BUILTIN_CELL:
        cell_into(b, n, to, x);
        break;
    case BUILTIN_LEN:
        if (x.type->kind == TY_TEXT)
            emit_op(b, OP_TEXT_LEN, to, x, NO_PLACE);
        else
            emit(b, x.type->kind == TY_MAP ? OP_MAP_LEN : OP_LIST_LEN, to.reg, x.reg, 0);
        break;
    case BUILTIN_SORT:
    case BUILTIN_ORDER:
        emit(b, id == BUILTIN_SORT ? OP_LIST_SORT : OP_LIST_ORDER, to.reg, x.reg,
             sort_kind_of(x.type->element) + (n->flags & FLAG_DESCENDING ? SORT_DOWN : 0));
        break;
    default:
        period_of_into(b, id, to, x);
        break;
    }
}

void builtin_into(struct builder *b, struct node *n, struct home to) {
    enum builtin id = ((const struct invoke *)n->note)->builtin;
    if (rows_builtin_into(b, n, to))
        return;
    if (id == BUILTIN_COALESCE) {
        coalesce_into(b, n, to);
    } else if (id == BUILTIN_LIST) {
        list_make_into(b, n, to);
    } else if (id == BUILTIN_ROUND) {
        struct home x = as_float(b, n, value_of(b, n->list.at[0]));
        emit_op(b, OP_ROUND, to, x, value_of(b, n->list.at[1]));
    } else if (id == BUILTIN_KEYS || id == BUILTIN_VALUES || id == BUILTIN_REMOVE) {
        map_builtin_into(b, id, n, to);
    } else if (id == BUILTIN_LEN) {
        of_one_into(b, id, n, to, value_to_read(b, n->list.at[0]));
    } else {
        of_one_into(b, id, n, to, value_of(b, n->list.at[0]));
    }
}

/* ---- relations ---- */

static struct home captured_value(struct builder *b, struct symbol *s, struct node *at) {
    struct node name = {.kind = N_NAME, .span = at->span, .type = s->type, .symbol = s};
    struct home p = s->made_from ? value_of(b, s->made_from) : value_of(b, &name);
    if (type_has_parts(p.type))
        emit(b, OP_SHARE, p.reg, 0, 0);
    if (shape_of(p.type) == shape_of(s->type))
        return p;
    struct home as_declared = take_registers(b, s->type);
    convert_place(b, at, as_declared, p);
    return as_declared;
}

struct home relation_value(struct builder *b, struct node *n) {
    struct home result = take_registers(b, n->type);
    struct registers before = registers_now(b);
    const struct plan *plan = plan_lower(b->c->session, n);
    if (!plan) {
        b->c->failed = true;
        return result;
    }
    compile_plan_code(b->c, plan);
    struct site *site;
    uint32_t number = add_site(b, SITE_RELATION, n, plan->ncaptured, &site);
    struct record_layout layout = captured_layout(plan);
    site->plan = plan;
    site->nrefs = layout.nrefs;
    site->nwords = layout.nwords;
    site->result = result;
    for (uint32_t i = 0; i < plan->ncaptured; i++)
        site->values[i] = captured_value(b, plan->captured[i], n);
    emit(b, OP_RELATION, result.reg, number, 0);
    registers_release(b, before);
    return result;
}
