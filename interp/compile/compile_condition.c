/* Truth: conditions as jumps, three-valued logic, membership, match.
 *
 * A condition that is missing is not true. A missing bool holds 0, so a plain
 * test of the value is right for bools that may be missing, too; only `not`
 * and the opposite of a comparison have to look at the state. */
#include "compile/builder.h"

/* ---- comparisons that jump ---- */

static enum token_kind opposite(enum token_kind op) {
    switch (op) {
    case TOK_EQ:
        return TOK_NE;
    case TOK_NE:
        return TOK_EQ;
    case TOK_LT:
        return TOK_GE;
    case TOK_LE:
        return TOK_GT;
    case TOK_GT:
        return TOK_LE;
    default:
        return TOK_LT;
    }
}

static void branch_ints(struct builder *b, struct node *n, bool sense, struct label *to) {
    static const enum op small_ops[] = {OP_JEQ_II, OP_JNE_II, OP_JLT_II,
                                        OP_JLE_II, OP_JGT_II, OP_JGE_II};
    static const enum op ops[] = {OP_JEQ_I, OP_JNE_I, OP_JLT_I, OP_JLE_I, OP_JLT_I, OP_JLE_I};
    enum token_kind op = sense ? (enum token_kind)n->op : opposite(n->op);
    int16_t small;
    if (constant_small(b, n->b, &small)) {
        struct home x = operand_value(b, n->a);
        emit_jump(b, small_ops[op - TOK_EQ], x.reg, (uint16_t)small, to);
        return;
    }
    struct home x, y;
    two_operands(b, n, &x, &y);
    bool turned = op == TOK_GT || op == TOK_GE;
    emit_jump(b, ops[op - TOK_EQ], turned ? y.reg : x.reg, turned ? x.reg : y.reg, to);
}

/* The opposite of a < b is not b <= a where one of them is no number. */
static void branch_floats(struct builder *b, struct node *n, bool sense, struct label *to) {
    static const enum op with_constant[2][4] = {{OP_JNLT_FK, OP_JNLE_FK, OP_JNGT_FK, OP_JNGE_FK},
                                                {OP_JLT_FK, OP_JLE_FK, OP_JGT_FK, OP_JGE_FK}};
    static const enum op ops[2][6] = {
        {OP_JNE_F, OP_JEQ_F, OP_JNLT_F, OP_JNLE_F, OP_JNLT_F, OP_JNLE_F},
        {OP_JEQ_F, OP_JNE_F, OP_JLT_F, OP_JLE_F, OP_JLT_F, OP_JLE_F}};
    union word w;
    if (n->op >= TOK_LT && constant_word(b, n->b, &w)) {
        struct home x = operand_value(b, n->a);
        emit_jump(b, with_constant[sense][n->op - TOK_LT], x.reg, constant_number(b, w), to);
        return;
    }
    struct home x, y;
    two_operands(b, n, &x, &y);
    bool turned = n->op == TOK_GT || n->op == TOK_GE;
    emit_jump(b, ops[sense][n->op - TOK_EQ], turned ? y.reg : x.reg, turned ? x.reg : y.reg, to);
}

static bool branch_text(struct builder *b, struct node *n, bool sense, struct label *to) {
    struct node *literal = constant_of(n->b);
    if (!literal || literal->kind != N_TEXT || (n->op != TOK_EQ && n->op != TOK_NE))
        return false;
    if (n->op == TOK_NE && n->a->type->nullable)
        return false;
    bool equal = (n->op == TOK_EQ) == sense;
    struct home x = value_of(b, n->a);
    emit_jump(b, equal ? OP_JEQ_TK : OP_JNE_TK, x.reg, object_text(b, literal->text), to);
    return true;
}

static bool branch_comparison(struct builder *b, struct node *n, bool sense, struct label *to) {
    if (n->kind != N_BINARY || n->op < TOK_EQ || n->op > TOK_GE)
        return false;
    const struct type *x = n->a->type, *y = n->b->type;
    if (x->kind == TY_TEXT)
        return branch_text(b, n, sense, to);
    if (shape_of(x) != SHAPE_WORD || shape_of(y) != SHAPE_WORD)
        return false;
    if (x->kind == TY_FLOAT)
        branch_floats(b, n, sense, to);
    else
        branch_ints(b, n, sense, to);
    return true;
}

/* ---- any condition ---- */

static void branch_logic(struct builder *b, struct node *n, bool sense, struct label *to) {
    if ((n->op == TOK_OR) == sense) { /* either side alone decides */
        branch_on(b, n->a, sense, to);
        branch_on(b, n->b, sense, to);
        return;
    }
    struct label stay = {0};
    branch_on(b, n->a, !sense, &stay);
    branch_on(b, n->b, sense, to);
    place_label(b, &stay);
}

/* The state of what lies in two registers is at hand. */
static bool branch_missing(struct builder *b, struct node *n, bool sense, struct label *to) {
    if (n->kind != N_IS_MISSING || shape_of(n->a->type) != SHAPE_NULLABLE)
        return false;
    bool if_missing = sense != ((n->flags & FLAG_NEGATED) != 0);
    struct home x = value_of(b, n->a);
    emit_jump(b, if_missing ? OP_JUMP_IF : OP_JUMP_UNLESS, x.reg + 1u, 0, to);
    return true;
}

static void branch_plain(struct builder *b, struct node *n, bool sense, struct label *to) {
    struct registers before = registers_now(b);
    if (!branch_comparison(b, n, sense, to) && !branch_missing(b, n, sense, to)) {
        struct home x = value_of(b, n);
        emit_jump(b, sense ? OP_JUMP_IF : OP_JUMP_UNLESS, x.reg, 0, to);
    }
    registers_release(b, before);
}

void branch_on(struct builder *b, struct node *n, bool sense, struct label *to) {
    struct span before = b->span;
    b->span = n->span;
    union word w;
    if (constant_word(b, n, &w)) {
        if ((w.i != 0) == sense)
            emit_jump(b, OP_JUMP, 0, 0, to);
    } else if (n->kind == N_BINARY && (n->op == TOK_AND || n->op == TOK_OR)) {
        branch_logic(b, n, sense, to);
    } else if (n->kind == N_UNARY && n->op == TOK_NOT && shape_of(n->a->type) == SHAPE_WORD) {
        branch_on(b, n->a, !sense, to);
    } else {
        branch_plain(b, n, sense, to);
    }
    b->span = before;
}

/* ---- and, or as values ---- */

void logic_into(struct builder *b, struct node *n, struct home to) {
    bool is_and = n->op == TOK_AND;
    struct label end = {0};
    if (shape_of(to.type) == SHAPE_WORD) {
        value_into(b, n->a, to);
        emit_jump(b, is_and ? OP_JUMP_UNLESS : OP_JUMP_IF, to.reg, 0, &end);
        value_into(b, n->b, to);
    } else {
        struct home second = take_nullable(b, TY_BOOL);
        value_into(b, n->a, to);
        emit_jump(b, is_and ? OP_JUMP_FALSE : OP_JUMP_IF, to.reg, 0, &end);
        value_into(b, n->b, second);
        emit(b, is_and ? OP_AND_N : OP_OR_N, to.reg, to.reg, second.reg);
    }
    place_label(b, &end);
}

/* ---- missing or not ---- */

void state_into(struct builder *b, struct home to, struct home value) {
    switch (shape_of(value.type)) {
    case SHAPE_NULLABLE:
        emit(b, OP_MOVE, to.reg, value.reg + 1u, 0);
        break;
    case SHAPE_PAIR:
        emit(b, OP_PAIR_STATE, to.reg, value.reg, 0);
        break;
    case SHAPE_REF:
        emit(b, OP_REF_STATE, to.reg, value.reg, 0);
        break;
    case SHAPE_NONE:
        load_word(b, to.reg, MISSING);
        break;
    default:
        load_word(b, to.reg, PRESENT);
        break;
    }
}

void is_missing_into(struct builder *b, struct node *n, struct home to) {
    struct home x = value_of(b, n->a);
    state_into(b, to, x);
    bool negated = n->flags & FLAG_NEGATED;
    emit(b, negated ? OP_EQ_II : OP_NE_II, to.reg, to.reg, PRESENT);
}

/* ---- membership ---- */

/* Where x is missing, `to` becomes 0 and the code goes on behind `out`. Pairs and references
 * need nothing: missing ones are equal to nothing and in no order. */
static void leave_if_missing(struct builder *b, struct home x, struct label *out) {
    if (shape_of(x.type) == SHAPE_NULLABLE)
        emit_jump(b, OP_JUMP_IF, x.reg + 1u, 0, out);
}

static void jump_if_equal(struct builder *b, struct home x, struct node *e, struct label *to) {
    struct registers before = registers_now(b);
    struct node *literal = constant_of(e);
    int16_t small;
    if (x.type->kind == TY_TEXT && literal && literal->kind == N_TEXT) {
        emit_jump(b, OP_JEQ_TK, x.reg, object_text(b, literal->text), to);
    } else if (type_storage(x.type) == STORE_WORD && constant_small(b, e, &small)) {
        emit_jump(b, OP_JEQ_II, x.reg, (uint16_t)small, to);
    } else {
        struct home y = value_of(b, e);
        struct home same = take_word(b, TY_BOOL);
        if (type_has_parts(x.type)) {
            equal_into(b, OP_EQUAL, same, x, y);
            emit_jump(b, OP_JUMP_IF, same.reg, 0, to);
            registers_release(b, before);
            return;
        }
        enum storage storage = type_storage(x.type);
        enum op op = storage == STORE_FLOAT  ? OP_EQ_F
                     : storage == STORE_PAIR ? OP_EQ_P
                     : storage == STORE_TEXT ? OP_EQ_T
                                             : OP_EQ_I;
        emit(b, op, same.reg, x.reg, y.reg);
        emit_jump(b, OP_JUMP_IF, same.reg, 0, to);
    }
    registers_release(b, before);
}

static void in_literals(struct builder *b, struct home x, struct node *list, bool found_value,
                        struct home to) {
    struct label found = {0}, out = {0}, end = {0};
    leave_if_missing(b, x, &out);
    for (uint32_t i = 0; i < list->list.n; i++)
        jump_if_equal(b, x, list->list.at[i], &found);
    place_label(b, &out);
    load_word(b, to.reg, !found_value);
    emit_jump(b, OP_JUMP, 0, 0, &end);
    place_label(b, &found);
    load_word(b, to.reg, found_value);
    place_label(b, &end);
}

static void in_list(struct builder *b, struct home x, struct node *list, struct home to) {
    struct home l = value_of(b, list);
    if (type_has_parts(x.type)) {
        equal_into(b, OP_HAS_EQUAL, to, x, l);
        return;
    }
    enum storage storage = type_storage(x.type);
    enum op op = storage == STORE_FLOAT  ? OP_LIST_HAS_F
                 : storage == STORE_PAIR ? OP_LIST_HAS_P
                 : storage == STORE_TEXT ? OP_LIST_HAS_T
                                         : OP_LIST_HAS_I;
    emit(b, op, to.reg, x.reg, l.reg);
}

/* The result goes through a register of its own: `to` may be the variable that is looked for. */
void in_into(struct builder *b, struct node *n, struct home to) {
    bool negated = n->flags & FLAG_NEGATED;
    if (n->b->type->kind == TY_MAP && shape_of(n->a->type) != SHAPE_NULLABLE) {
        struct home is_key = take_word(b, TY_BOOL);
        in_map(b, n->a, n->b, is_key);
        emit(b, negated ? OP_NOT : OP_MOVE, to.reg, is_key.reg, 0);
        return;
    }
    struct home x = value_of(b, n->a);
    if (n->b->kind == N_LIST) {
        in_literals(b, x, n->b, !negated, to);
        return;
    }
    struct home found = take_word(b, TY_BOOL);
    struct label out = {0};
    if (shape_of(x.type) == SHAPE_NULLABLE) {
        load_word(b, found.reg, 0);
        leave_if_missing(b, x, &out);
    }
    if (n->b->type->kind == TY_MAP)
        emit(b, OP_MAP_HAS_I, found.reg, value_of(b, n->b).reg, x.reg);
    else if (n->b->type->kind == TY_LIST)
        in_list(b, x, n->b, found);
    else
        in_range(b, x, n->b, found);
    place_label(b, &out);
    emit(b, negated ? OP_NOT : OP_MOVE, to.reg, found.reg, 0);
}

/* ---- match ---- */

static void jump_if_matches(struct builder *b, struct home x, struct node *pattern,
                            struct label *to) {
    if (pattern->type->kind != TY_RANGE) {
        jump_if_equal(b, x, pattern, to);
        return;
    }
    struct registers before = registers_now(b);
    struct home inside = take_word(b, TY_BOOL);
    in_range(b, x, pattern, inside);
    emit_jump(b, OP_JUMP_IF, inside.reg, 0, to);
    registers_release(b, before);
}

/* Goes on where the record matches, field by field; the names in the pattern are then declared. */
static void record_or_jump(struct builder *b, struct home x, struct node *pattern,
                           struct label *otherwise) {
    struct home state = take_word(b, TY_INT);
    if (x.type->nullable) {
        state_into(b, state, x);
        emit_jump(b, OP_JUMP_IF, state.reg, 0, otherwise);
    }
    for (uint32_t i = 0; i < pattern->list.n; i++) {
        struct node *f = pattern->list.at[i];
        struct home field = take_registers(b, x.type->fields[f->value.i].type);
        load_field(b, field, x, (uint32_t)f->value.i);
        if (f->a->kind == N_NAME) {
            if (type_has_parts(field.type))
                emit(b, OP_SHARE, field.reg, 0, 0);
            declare_variable(b, f->a->symbol, field);
        } else if (f->a->kind == N_RECORD) {
            record_or_jump(b, field, f->a, otherwise);
        } else {
            struct label fits = {0};
            leave_if_missing(b, field, otherwise);
            jump_if_matches(b, field, f->a, &fits);
            emit_jump(b, OP_JUMP, 0, 0, otherwise);
            place_label(b, &fits);
        }
    }
}

static void jump_unless_arm(struct builder *b, struct home x, struct node *arm,
                            struct label *next) {
    struct label body = {0};
    for (uint32_t j = 0; j < arm->list.n; j++) {
        struct label other = {0};
        if (arm->list.at[j]->kind == N_RECORD) {
            record_or_jump(b, x, arm->list.at[j], &other);
            emit_jump(b, OP_JUMP, 0, 0, &body);
        } else {
            jump_if_matches(b, x, arm->list.at[j], &body);
        }
        place_label(b, &other);
    }
    emit_jump(b, OP_JUMP, 0, 0, next);
    place_label(b, &body);
}

/* A missing value matches no pattern: straight to `else`, or the end. */
void match_into(struct builder *b, struct node *n, struct home to) {
    struct home x = value_of(b, n->a);
    struct label end = {0}, without = {0};
    leave_if_missing(b, x, &without);
    struct node *otherwise = NULL;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *arm = n->list.at[i];
        if (arm->list.n == 0) {
            otherwise = arm;
            break;
        }
        struct registers before = registers_now(b);
        struct label next = {0};
        jump_unless_arm(b, x, arm, &next);
        keep_into(b, arm->a, to);
        emit_jump(b, OP_JUMP, 0, 0, &end);
        place_label(b, &next);
        registers_release(b, before);
    }
    place_label(b, &without);
    if (otherwise)
        keep_into(b, otherwise->a, to);
    else
        load_missing(b, to);
    place_label(b, &end);
}
