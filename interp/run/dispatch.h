/* How the main loop is written: dispatch, operands, calls and returns as macros.
 *
 * One body serves computed goto and `switch` (-DSPOKE_SWITCH). The loop's state
 * is four pointers in registers: pc, both windows s and r, and the frame, where
 * the constants are found. Before anything that may fail or collect, pc and the
 * frame are put where errors and the collector find them (SHOW_PLACE): until
 * then vm->frame may be any frame of this run. After anything that may run
 * further code the pointers are read again (RELOAD). Only for vm.c. */
#ifndef SPOKE_DISPATCH_H
#define SPOKE_DISPATCH_H

#include "run/machine.h"

#if defined(__GNUC__) && !defined(SPOKE_SWITCH)
#define BEGIN goto *labels[pc->op];
#define CASE(name) L_##name:
#define DISPATCH goto *labels[pc->op]
#define END
#else
#define BEGIN                                                                                      \
    enter:                                                                                         \
    switch ((enum op)pc->op) {
#define CASE(name) case OP_##name:
#define DISPATCH goto enter
#define END                                                                                        \
    case OP_COUNT:                                                                                 \
        goto failed;                                                                               \
        }
#endif
#define NEXT                                                                                       \
    do {                                                                                           \
        pc++;                                                                                      \
        DISPATCH;                                                                                  \
    } while (0)
#define SKIP                                                                                       \
    do {                                                                                           \
        pc += 2;                                                                                   \
        DISPATCH;                                                                                  \
    } while (0)
/* Only a jump backwards can make a loop: that is the case to be fast. */
#define GO_BACK(offset)                                                                            \
    do {                                                                                           \
        pc += (offset);                                                                            \
        if (UNLIKELY(--vm->left == 0))                                                             \
            goto poll;                                                                             \
        DISPATCH;                                                                                  \
    } while (0)
#define GO(offset)                                                                                 \
    do {                                                                                           \
        int32_t by = (offset);                                                                     \
        if (LIKELY(by <= 0))                                                                       \
            GO_BACK(by);                                                                           \
        pc += by;                                                                                  \
        DISPATCH;                                                                                  \
    } while (0)
#define SHORT_JUMP_IF(condition)                                                                   \
    do {                                                                                           \
        if (condition)                                                                             \
            GO((int16_t)pc->c);                                                                    \
        NEXT;                                                                                      \
    } while (0)
#define LONG_JUMP_IF(condition)                                                                    \
    do {                                                                                           \
        if (condition)                                                                             \
            GO(long_jump(pc));                                                                     \
        NEXT;                                                                                      \
    } while (0)

#define SA s[pc->a]
#define SB s[pc->b]
#define SC s[pc->c]
#define SA1 s[pc->a + 1]
#define SB1 s[pc->b + 1]
#define SC1 s[pc->c + 1]
#define RA r[pc->a]
#define RB r[pc->b]
#define RC r[pc->c]
#define TB ((const struct text *)RB)
#define TC ((const struct text *)RC)
#define K frame->constants
#define NUMBER_B ((int16_t)pc->b)
#define NUMBER_C ((int16_t)pc->c)

/* Where we are, for errors and the collector. */
#define SHOW_PLACE()                                                                               \
    do {                                                                                           \
        frame->pc = pc;                                                                            \
        vm->frame = frame;                                                                         \
    } while (0)
/* A step that may fail or collect. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        SHOW_PLACE();                                                                              \
        if (UNLIKELY(!(call)))                                                                     \
            goto failed;                                                                           \
    } while (0)
#define OPERATION_CASE(name, function)                                                             \
    CASE(name) {                                                                                   \
        TRY(function(vm, pc, s, r));                                                               \
        NEXT;                                                                                      \
    }
/* One that may run further code, after which the stacks may lie elsewhere. */
#define RUNNING_CASE(name, function)                                                               \
    CASE(name) {                                                                                   \
        TRY(function(vm, pc, s, r));                                                               \
        RELOAD();                                                                                  \
        NEXT;                                                                                      \
    }
#define RELOAD()                                                                                   \
    do {                                                                                           \
        frame = vm->frame;                                                                         \
        s = frame->s;                                                                              \
        r = frame->r;                                                                              \
    } while (0)

/* Keeps the compiler from making a loop over a word or two a call of memset. */
#if defined(__GNUC__)
#define NOT_AS_ONE() __asm__ volatile("")
#else
#define NOT_AS_ONE() ((void)0)
#endif

/* The callee's frame, its windows being at s and r. */
#define ENTER(callee)                                                                              \
    do {                                                                                           \
        frame++;                                                                                   \
        frame->proto = (callee);                                                                   \
        frame->constants = (callee)->constants;                                                    \
        frame->s = s;                                                                              \
        frame->r = r;                                                                              \
        frame->entry = ENTRY_NONE;                                                                 \
        pc = (callee)->code;                                                                       \
        DISPATCH;                                                                                  \
    } while (0)
#define LEAVE()                                                                                    \
    do {                                                                                           \
        if (UNLIKELY(frame->entry != ENTRY_NONE))                                                  \
            goto entry;                                                                            \
        frame--;                                                                                   \
        s = frame->s;                                                                              \
        r = frame->r;                                                                              \
        pc = frame->pc;                                                                            \
        NEXT;                                                                                      \
    } while (0)

#define INT_CASE(name, function, second)                                                           \
    CASE(name) {                                                                                   \
        if (UNLIKELY(function(SB.i, (int64_t)(second), &SA.i)))                                    \
            goto overflow;                                                                         \
        NEXT;                                                                                      \
    }
#define SET_CASE(name, part, value)                                                                \
    CASE(name) {                                                                                   \
        SA.part = (value);                                                                         \
        NEXT;                                                                                      \
    }
/* What a guard leaves behind where the next instruction may not be run. */
#define GUARD_CASE(name, state, otherwise)                                                         \
    CASE(name) {                                                                                   \
        int64_t found = (state);                                                                   \
        SA1.i = found;                                                                             \
        if (LIKELY(found == PRESENT))                                                              \
            NEXT;                                                                                  \
        SA.i = 0;                                                                                  \
        SA1.i = (otherwise);                                                                       \
        SKIP;                                                                                      \
    }
#define PAIR_OF_STATE(state) ((state) == MISSING ? 0 : -1)
#define JUMP_CASE(name, condition)                                                                 \
    CASE(name) {                                                                                   \
        SHORT_JUMP_IF(condition);                                                                  \
    }

#endif
