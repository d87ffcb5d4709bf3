/* The last pass over compiled code, when all that it calls is complete.
 *
 * A jump that leads to a jump goes where that one goes, and a call takes the
 * shortest form its callee allows. Instructions keep their places, so spans and
 * handlers stay as they are. Any loop keeps a jump backwards, or one to itself,
 * which counts its turns. What is complete must satisfy the verifier. */
#include "compile/builder.h"

/* The middle operand of a far jump, the last one of a near jump, or 0. */
static char jump_kind(const struct instruction *i) {
    const char *kinds = op_table[i->op].operands;
    return kinds[1] == 'J' ? 'J' : kinds[2] == 'j' ? 'j' : 0;
}

static int64_t target_of(const struct instruction *code, uint32_t at) {
    const struct instruction *i = &code[at];
    return (int64_t)at + (jump_kind(i) == 'J' ? long_jump(i) : (int16_t)i->c);
}

/* False: it is too far for this instruction. */
static bool set_target(struct instruction *code, uint32_t at, int64_t target) {
    struct instruction *i = &code[at];
    int64_t offset = target - (int64_t)at;
    if (jump_kind(i) == 'J') {
        i->b = (uint16_t)((uint32_t)(int32_t)offset >> 16);
        i->c = (uint16_t)(uint32_t)(int32_t)offset;
        return true;
    }
    if (offset < INT16_MIN || offset > INT16_MAX)
        return false;
    i->c = (uint16_t)(int16_t)offset;
    return true;
}

/* An empty loop is a jump to itself: hence so many steps and no more. */
static void shorten_jump(struct instruction *code, uint32_t at) {
    enum { MOST_STEPS = 8 };
    for (int step = 0; step < MOST_STEPS; step++) {
        int64_t target = target_of(code, at);
        if (code[target].op != OP_JUMP || !set_target(code, at, target_of(code, (uint32_t)target)))
            return;
    }
}

static void check_code(const struct proto *p) {
#ifndef NDEBUG
    uint32_t at;
    const char *why;
    assert(verify_proto(p, &at, &why));
#else
    UNUSED(p);
#endif
}

void link_proto(struct proto *p) {
    for (uint32_t at = 0; at < p->n; at++) {
        struct instruction *i = &p->code[at];
        if (jump_kind(i))
            shorten_jump(p->code, at);
        else if (i->op == OP_CALL && proto_is_small(p->callees[i->c]))
            i->op = OP_CALL_WORDS;
    }
    check_code(p);
}
