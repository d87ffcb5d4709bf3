/* Arithmetic, comparisons and the operators between other types.
 *
 * emit_op is the one place that knows how operands that may be missing are
 * guarded; everything else picks instructions as if all were present. */
#include "compile/builder.h"

static bool is_nullable(struct home p) {
    return p.type && shape_of(p.type) == SHAPE_NULLABLE;
}

static bool is_shape(struct home p, enum shape s) {
    return p.type && shape_of(p.type) == s;
}

/* State registers of one or two operands; how many. */
static int states(struct home x, struct home y, uint32_t out[2]) {
    int n = 0;
    if (is_nullable(x))
        out[n++] = x.reg + 1u;
    if (is_nullable(y))
        out[n++] = y.reg + 1u;
    return n;
}

static void guard_words(struct builder *b, struct home to, struct home x, struct home y) {
    bool pair = shape_of(to.type) == SHAPE_PAIR;
    uint32_t state[2] = {0, 0};
    int n = states(x, y, state);
    if (n == 1)
        emit(b, pair ? OP_GUARD_1P : OP_GUARD_1, to.reg, state[0], 0);
    else if (n == 2)
        emit(b, pair ? OP_GUARD_2P : OP_GUARD_2, to.reg, state[0], state[1]);
}

/* Before `op` writes its value: what decides whether it may, and the state. An instruction
 * that writes the state itself handles missing pairs and references itself, too. */
static void guard(struct builder *b, struct home to, struct home x, struct home y,
                  bool writes_state) {
    if (is_nullable(x) || is_nullable(y)) {
        guard_words(b, to, x, y);
        return;
    }
    if (shape_of(to.type) != SHAPE_NULLABLE || writes_state)
        return;
    uint32_t second = y.type ? y.reg : x.reg;
    if (is_shape(x, SHAPE_PAIR))
        emit(b, OP_GUARD_P, to.reg, x.reg, second);
    else if (is_shape(x, SHAPE_REF))
        emit(b, OP_GUARD_R, to.reg, x.reg, second);
    else
        load_word(b, to.reg + 1u, PRESENT);
}

static void emit_guarded(struct builder *b, enum op op, struct home to, struct home x,
                         struct home y, uint32_t third) {
    bool writes_state = op_table[op].operands[0] == 'w' && shape_of(to.type) != SHAPE_PAIR;
    struct registers before = registers_now(b);
    struct home result = to;
    if (writes_state && shape_of(to.type) == SHAPE_WORD)
        result = take_nullable(b, to.type->kind);
    if (shape_of(result.type) != SHAPE_WORD)
        guard(b, result, x, y, writes_state);
    emit(b, op, result.reg, x.reg, third);
    if (result.reg != to.reg)
        emit(b, OP_MOVE, to.reg, result.reg, 0);
    registers_release(b, before);
}

void emit_op(struct builder *b, enum op op, struct home to, struct home x, struct home y) {
    emit_guarded(b, op, to, x, y, y.type ? y.reg : 0);
}

void emit_op_number(struct builder *b, enum op op, struct home to, struct home x, uint32_t number) {
    emit_guarded(b, op, to, x, NO_PLACE, number);
}

/* A variable's own registers would show what the second operand assigns to it. */
static struct home own_copy(struct builder *b, struct home p) {
    struct home copy = take_registers(b, p.type);
    move_value(b, copy, p);
    return copy;
}

struct home operand_value(struct builder *b, struct node *n) {
    const struct home *parts = n->kind == N_DOT ? split_parts(b, n->a) : NULL;
    bool in_place = parts && shape_of(n->type) != SHAPE_REF;
    return in_place ? parts[n->value.i] : value_of(b, n);
}

static bool is_constant_place(const struct node *n) {
    while (n->kind == N_CONVERT)
        n = n->a;
    return n->kind != N_NAME && n->kind != N_DOT;
}

void two_operands(struct builder *b, struct node *n, struct home *x, struct home *y) {
    *x = operand_value(b, n->a);
    if (n->b->kind == N_IF && !is_constant_place(n->a) && assigns(n->b, NULL))
        *x = own_copy(b, *x);
    *y = operand_value(b, n->b);
}

/* ---- whole numbers ---- */

/* For n div d and n mod d with 1 < d < 2^15: floor(2^64 / d) + 1 gives the exact quotient of any
 * n in 0 .. 2^48 as the upper half of a product. */
static uint32_t divisor_constants(struct builder *b, int16_t d) {
    union word divisor = {.i = d};
    union word reciprocal = {.i = (int64_t)(UINT64_MAX / (uint64_t)d + 1)};
    return constant_pair(b, divisor, reciprocal);
}

static void divide_int(struct builder *b, struct node *n, struct home to) {
    bool div = n->op == OP_DIV;
    int16_t small;
    union word w;
    if (constant_small(b, n->b, &small) && small > 1) {
        struct home x = operand_value(b, n->a);
        emit_op_number(b, div ? OP_DIV_IK : OP_MOD_IK, to, x, divisor_constants(b, small));
        return;
    }
    bool sure = constant_word(b, n->b, &w) && w.i != 0;
    struct home x, y;
    two_operands(b, n, &x, &y);
    if (sure)
        emit_op(b, div ? OP_DIV_NZ : OP_MOD_NZ, to, x, y);
    else
        emit_op(b, div ? OP_DIV_I : OP_MOD_I, to, x, y);
}

static bool with_small_number(struct builder *b, struct node *n, struct home to) {
    int16_t small;
    struct node *other = n->a;
    if (!constant_small(b, n->b, &small)) {
        if (n->op == TOK_MINUS || !constant_small(b, n->a, &small))
            return false;
        other = n->b;
    }
    if (n->op == TOK_MINUS && small == INT16_MIN)
        return false;
    struct home x = operand_value(b, other);
    uint16_t number = (uint16_t)(n->op == TOK_MINUS ? -small : small);
    emit_op_number(b, n->op == TOK_STAR ? OP_MUL_II : OP_ADD_II, to, x, number);
    return true;
}

static void int_into(struct builder *b, struct node *n, struct home to) {
    if (n->op == OP_DIV || n->op == OP_MOD) {
        divide_int(b, n, to);
        return;
    }
    if (n->op != TOK_SLASH && with_small_number(b, n, to))
        return;
    struct home x, y;
    two_operands(b, n, &x, &y);
    enum op op = n->op == TOK_SLASH   ? OP_RATIO
                 : n->op == TOK_STAR  ? OP_MUL_I
                 : n->op == TOK_MINUS ? OP_SUB_I
                                      : OP_ADD_I;
    emit_op(b, op, to, x, y);
}

/* ---- floats ---- */

static enum op float_op(enum token_kind op, bool constant) {
    switch (op) {
    case TOK_PLUS:
        return constant ? OP_ADD_FK : OP_ADD_F;
    case TOK_MINUS:
        return constant ? OP_SUB_FK : OP_SUB_F;
    case TOK_STAR:
        return constant ? OP_MUL_FK : OP_MUL_F;
    case TOK_CARET:
        return OP_POW_F;
    default:
        return constant ? OP_DIV_FK : OP_DIV_F;
    }
}

static void float_into(struct builder *b, struct node *n, struct home to) {
    union word w;
    struct node *other = n->a;
    bool constant = n->op != TOK_CARET && constant_word(b, n->b, &w);
    if (n->op == TOK_SLASH && constant && w.f == 0)
        constant = false;
    if (!constant && (n->op == TOK_PLUS || n->op == TOK_STAR) && constant_word(b, n->a, &w)) {
        constant = true;
        other = n->b;
    }
    if (constant) {
        struct home x = operand_value(b, other);
        emit_op_number(b, float_op(n->op, true), to, x, constant_number(b, w));
        return;
    }
    struct home x, y;
    two_operands(b, n, &x, &y);
    emit_op(b, float_op(n->op, false), to, x, y);
}

static enum op pair_op(enum token_kind op) {
    switch (op) {
    case TOK_PLUS:
        return OP_ADD_P;
    case TOK_MINUS:
        return OP_SUB_P;
    case TOK_STAR:
        return OP_MUL_P;
    default:
        return OP_DIV_P;
    }
}

/* ---- days and durations ---- */

static enum op day_op(const struct node *n) {
    bool minus = n->op == TOK_MINUS;
    if (n->a->type->kind == TY_DURATION)
        return minus ? OP_DURATION_SUB : OP_DURATION_ADD;
    if (n->a->type->kind == TY_DATETIME && n->b->type->kind == TY_DATETIME)
        return OP_TIME_DIFF;
    if (n->a->type->kind == TY_DATETIME)
        return minus ? OP_TIME_SUB : OP_TIME_ADD;
    if (n->b->type->kind == TY_DATE)
        return OP_DAY_DIFF;
    return minus ? OP_DAY_SUB : OP_DAY_ADD;
}

/* ---- comparisons ---- */

static bool is_comparison(enum token_kind op) {
    return op >= TOK_EQ && op <= TOK_GE;
}

/* GT and GE are LT and LE with the operands changed round. */
static enum op compare_op(enum storage storage, enum token_kind op) {
    static const enum op words[4] = {OP_EQ_I, OP_NE_I, OP_LT_I, OP_LE_I};
    static const enum op floats[4] = {OP_EQ_F, OP_NE_F, OP_LT_F, OP_LE_F};
    static const enum op pairs[4] = {OP_EQ_P, OP_NE_P, OP_LT_P, OP_LE_P};
    static const enum op texts[4] = {OP_EQ_T, OP_NE_T, OP_LT_T, OP_LE_T};
    int which = op == TOK_EQ ? 0 : op == TOK_NE ? 1 : op == TOK_LT || op == TOK_GT ? 2 : 3;
    switch (storage) {
    case STORE_FLOAT:
        return floats[which];
    case STORE_PAIR:
        return pairs[which];
    case STORE_TEXT:
        return texts[which];
    default:
        return words[which];
    }
}

static bool compare_with_constant(struct builder *b, struct node *n, struct home to) {
    static const enum op ints[] = {OP_EQ_II, OP_NE_II, OP_LT_II, OP_LE_II, OP_GT_II, OP_GE_II};
    static const enum op floats[] = {OP_LT_FK, OP_LE_FK, OP_GT_FK, OP_GE_FK};
    enum storage storage = type_storage(n->a->type);
    int16_t small;
    union word w;
    struct node *literal = constant_of(n->b);
    if (storage == STORE_WORD && constant_small(b, n->b, &small)) {
        emit_op_number(b, ints[n->op - TOK_EQ], to, value_of(b, n->a), (uint16_t)small);
    } else if (storage == STORE_FLOAT && n->op >= TOK_LT && constant_word(b, n->b, &w)) {
        emit_op_number(b, floats[n->op - TOK_LT], to, value_of(b, n->a), constant_number(b, w));
    } else if (storage == STORE_TEXT && n->op == TOK_EQ && literal && literal->kind == N_TEXT) {
        struct home x = value_of(b, n->a);
        emit_op_number(b, OP_EQ_TK, to, x, object_text(b, literal->text));
    } else {
        return false;
    }
    return true;
}

static void compare_into(struct builder *b, struct node *n, struct home to) {
    if (compare_with_constant(b, n, to))
        return;
    struct home x, y;
    two_operands(b, n, &x, &y);
    if (type_has_parts(x.type)) {
        struct home same = shape_of(to.type) == SHAPE_WORD ? to : take_nullable(b, TY_BOOL);
        equal_into(b, OP_EQUAL, same, x, y);
        if (n->op == TOK_NE)
            emit_op(b, OP_NOT, to, same, NO_PLACE);
        else
            move_value(b, to, same);
        return;
    }
    enum op op = compare_op(type_storage(x.type), n->op);
    bool turned = n->op == TOK_GT || n->op == TOK_GE;
    emit_op(b, op, to, turned ? y : x, turned ? x : y);
}

/* ---- all of them ---- */

void binary_into(struct builder *b, struct node *n, struct home to) {
    if (n->op == TOK_AND || n->op == TOK_OR) {
        logic_into(b, n, to);
        return;
    }
    if (is_comparison(n->op)) {
        compare_into(b, n, to);
        return;
    }
    enum type_kind kind = n->a->type->kind;
    if (kind == TY_INT) {
        int_into(b, n, to);
        return;
    }
    if (kind == TY_FLOAT) {
        float_into(b, n, to);
        return;
    }
    struct home x, y;
    two_operands(b, n, &x, &y);
    if (type_is_pair(n->a->type))
        emit_op(b, pair_op(n->op), to, x, y);
    else if (kind == TY_LIST)
        emit(b, OP_LIST_JOIN, to.reg, x.reg, y.reg);
    else if (n->op == OP_LIKE)
        emit_op(b, OP_LIKE_T, to, x, y);
    else if (kind == TY_TEXT)
        emit(b, OP_JOIN, to.reg, x.reg, y.reg);
    else
        emit_op(b, day_op(n), to, x, y);
}

void unary_into(struct builder *b, struct node *n, struct home to) {
    struct home x = value_of(b, n->a);
    if (n->op == TOK_NOT) {
        emit_op(b, OP_NOT, to, x, NO_PLACE);
        return;
    }
    switch (type_storage(n->a->type)) {
    case STORE_FLOAT:
        emit_op(b, OP_NEG_F, to, x, NO_PLACE);
        break;
    case STORE_PAIR:
        emit(b, OP_NEG_P, to.reg, x.reg, 0);
        break;
    default:
        emit_op(b, n->a->type->kind == TY_DURATION ? OP_DURATION_NEG : OP_NEG_I, to, x, NO_PLACE);
        break;
    }
}
