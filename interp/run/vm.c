/* The main loop.
 *
 * What the instructions are written in is in dispatch.h. Taken jumps backwards
 * and calls count steps; when those until the next poll are used up the
 * control is asked whether to go on. Anything that fails goes to `failed`,
 * which looks for a handler. */
#include "run/dispatch.h"
#include "base/num.h"
#include "base/utf8.h"
#include <math.h>

static inline int64_t most(int64_t x, int64_t y) {
    return x > y ? x : y;
}

static inline int64_t ref_state(const struct object *o) {
    return o ? PRESENT : MISSING;
}

static inline bool pairs_present(const union word *x, const union word *y) {
    return x[1].i > 0 && y[1].i > 0;
}

static inline int pair_order(const union word *x, const union word *y) {
    return num_compare_ratio(x[0].i, x[1].i, y[0].i, y[1].i);
}

/* x times the reciprocal of the divisor, see divisor_constants in compile/; exact below 2^48. */
static inline uint64_t fast_quotient(uint64_t x, const union word *divisor) {
    return (uint64_t)(((unsigned __int128)x * (uint64_t)divisor[1].i) >> 64);
}
#define IS_FAST(x) LIKELY((x) < UINT64_C(1) << 48)

/* n / d with a denominator above 0. False: it does not fit. */
static bool make_ratio(union word *out, int64_t n, int64_t d) {
    if (d < 0 && (n == INT64_MIN || d == INT64_MIN))
        return false;
    out[0].i = d < 0 ? -n : d == 0 ? 0 : n;
    out[1].i = d < 0 ? -d : d;
    return true;
}

static inline void put_float(union word *out, double x, bool present) {
    out[0].f = present ? x : 0;
    out[1].i = present ? PRESENT : MISSING;
}

static void and_nullable(union word *out, const union word *x, const union word *y) {
    bool is_false = (x[1].i == PRESENT && !x[0].i) || (y[1].i == PRESENT && !y[0].i);
    int64_t state = is_false ? PRESENT : most(x[1].i, y[1].i);
    out[0].i = state == PRESENT && !is_false;
    out[1].i = state;
}

static void or_nullable(union word *out, const union word *x, const union word *y) {
    bool is_true = x[0].i || y[0].i; /* a missing bool holds 0 */
    out[1].i = is_true ? PRESENT : most(x[1].i, y[1].i);
    out[0].i = is_true;
}

/* An object that its holder alone has, or NULL. */
static inline struct object *own_part(struct object *o) {
    return LIKELY(o && !(o->flags & OBJ_SHARED)) ? o : NULL;
}

static struct record *record_to_write(struct vm *vm, struct object **place) {
    union word own = {.ref = *place};
    *place = object_to_write(vm, &own);
    return (struct record *)*place;
}

/* Where the element lies, or NULL. Lists count from 1; an element has `width` words. */
static inline union word *element(struct object *o, int64_t at, size_t width) {
    struct list *l = (struct list *)o;
    if (UNLIKELY(!l || (uint64_t)at - 1 >= l->n))
        return NULL;
    return &l->at[((uint64_t)at - 1) * width];
}

/* Where it lies in a list that nobody else holds, or NULL. */
static inline union word *own_element(struct object *o, int64_t at, size_t width) {
    struct list *l = (struct list *)o;
    if (UNLIKELY(!l || (l->head.flags & OBJ_SHARED) || (uint64_t)at - 1 >= l->n))
        return NULL;
    return &l->at[((uint64_t)at - 1) * width];
}

/* The same after a shared list was replaced by a copy; NULL after an error. */
static union word *element_to_write(struct vm *vm, struct object **place, int64_t at,
                                    size_t width) {
    if (*place && ((*place)->flags & OBJ_SHARED) && !list_to_write(vm, place))
        return NULL;
    union word *e = element(*place, at, width);
    if (!e)
        bad_index(vm, *place, at);
    return e;
}

enum status run_frame(struct vm *vm) {
#if defined(__GNUC__) && !defined(SPOKE_SWITCH)
    static const void *const labels[OP_COUNT] = {
#define OP(name, operands, flow, what) &&L_##name,
#include "compile/op.def"
#undef OP
    };
#endif
    struct call_frame *frame = vm->frame;
    const struct instruction *pc = frame->proto->code;
    union word *s = frame->s;
    struct object **r = frame->r;
    const struct proto *callee;
    BEGIN

    /* moves */
    SET_CASE(LOAD_I, i, NUMBER_B)
    SET_CASE(LOAD_K, i, K[pc->b].i)
    CASE(LOAD_K2) {
        const union word *from = &K[pc->b];
        SA = from[0];
        SA1 = from[1];
        NEXT;
    }
    CASE(LOAD_R) {
        RA = frame->proto->objects[pc->b];
        NEXT;
    }
    CASE(LOAD_NULL) {
        RA = NULL;
        NEXT;
    }
    CASE(MOVE) {
        SA = SB;
        NEXT;
    }
    CASE(MOVE2) {
        union word first = SB, second = SB1;
        SA = first;
        SA1 = second;
        NEXT;
    }
    CASE(MOVE_R) {
        RA = RB;
        NEXT;
    }
    CASE(GLOBAL_GET) {
        SA = vm->globals[pc->b];
        NEXT;
    }
    CASE(GLOBAL_GET2) {
        SA = vm->globals[pc->b];
        SA1 = vm->globals[pc->b + 1];
        NEXT;
    }
    CASE(GLOBAL_GET_R) {
        RA = vm->global_refs[pc->b];
        NEXT;
    }
    CASE(GLOBAL_SET) {
        vm->globals[pc->b] = SA;
        NEXT;
    }
    CASE(GLOBAL_SET2) {
        vm->globals[pc->b] = SA;
        vm->globals[pc->b + 1] = SA1;
        NEXT;
    }
    CASE(GLOBAL_SET_R) {
        vm->global_refs[pc->b] = RA;
        NEXT;
    }

    /* guards */
    GUARD_CASE(GUARD_1, SB.i, found)
    GUARD_CASE(GUARD_2, most(SB.i, SC.i), found)
    GUARD_CASE(GUARD_1P, SB.i, PAIR_OF_STATE(found))
    GUARD_CASE(GUARD_2P, most(SB.i, SC.i), PAIR_OF_STATE(found))
    GUARD_CASE(GUARD_P, most(state_of_pair(SB1.i), state_of_pair(SC1.i)), found)
    GUARD_CASE(GUARD_R, most(ref_state(RB), ref_state(RC)), found)

    /* whole numbers */
    INT_CASE(ADD_I, __builtin_add_overflow, SC.i)
    INT_CASE(SUB_I, __builtin_sub_overflow, SC.i)
    INT_CASE(MUL_I, __builtin_mul_overflow, SC.i)
    INT_CASE(ADD_II, __builtin_add_overflow, NUMBER_C)
    INT_CASE(MUL_II, __builtin_mul_overflow, NUMBER_C)
    CASE(NEG_I) {
        if (UNLIKELY(SB.i == INT64_MIN))
            goto overflow;
        SA.i = -SB.i;
        NEXT;
    }
    CASE(ABS_I) {
        if (UNLIKELY(SB.i == INT64_MIN))
            goto overflow;
        SA.i = SB.i < 0 ? -SB.i : SB.i;
        NEXT;
    }
    CASE(DIV_I) {
        int64_t x = SB.i, y = SC.i;
        if (UNLIKELY(x == INT64_MIN && y == -1))
            goto overflow;
        SA.i = y ? floored_div(x, y) : 0;
        SA1.i = y ? PRESENT : MISSING;
        NEXT;
    }
    CASE(MOD_I) {
        int64_t x = SB.i, y = SC.i;
        SA.i = y ? floored_mod(x, y) : 0;
        SA1.i = y ? PRESENT : MISSING;
        NEXT;
    }
    CASE(DIV_NZ) {
        if (UNLIKELY(SB.i == INT64_MIN && SC.i == -1))
            goto overflow;
        SA.i = floored_div(SB.i, SC.i);
        NEXT;
    }
    SET_CASE(MOD_NZ, i, floored_mod(SB.i, SC.i))
    CASE(DIV_IK) {
        uint64_t x = (uint64_t)SB.i;
        const union word *divisor = &K[pc->c];
        SA.i =
            IS_FAST(x) ? (int64_t)fast_quotient(x, divisor) : floored_div((int64_t)x, divisor->i);
        NEXT;
    }
    CASE(MOD_IK) {
        uint64_t x = (uint64_t)SB.i;
        const union word *divisor = &K[pc->c];
        SA.i = IS_FAST(x) ? (int64_t)(x - fast_quotient(x, divisor) * (uint64_t)divisor->i)
                          : floored_mod((int64_t)x, divisor->i);
        NEXT;
    }
    CASE(RATIO) {
        if (UNLIKELY(!make_ratio(&SA, SB.i, SC.i)))
            goto overflow;
        NEXT;
    }
    SET_CASE(EQ_I, i, SB.i == SC.i)
    SET_CASE(NE_I, i, SB.i != SC.i)
    SET_CASE(LT_I, i, SB.i < SC.i)
    SET_CASE(LE_I, i, SB.i <= SC.i)
    SET_CASE(EQ_II, i, SB.i == NUMBER_C)
    SET_CASE(NE_II, i, SB.i != NUMBER_C)
    SET_CASE(LT_II, i, SB.i < NUMBER_C)
    SET_CASE(LE_II, i, SB.i <= NUMBER_C)
    SET_CASE(GT_II, i, SB.i > NUMBER_C)
    SET_CASE(GE_II, i, SB.i >= NUMBER_C)

    /* floats */
    SET_CASE(ADD_F, f, SB.f + SC.f)
    SET_CASE(SUB_F, f, SB.f - SC.f)
    SET_CASE(MUL_F, f, SB.f * SC.f)
    SET_CASE(ADD_FK, f, SB.f + K[pc->c].f)
    SET_CASE(SUB_FK, f, SB.f - K[pc->c].f)
    SET_CASE(MUL_FK, f, SB.f * K[pc->c].f)
    SET_CASE(DIV_FK, f, SB.f / K[pc->c].f)
    CASE(DIV_F) {
        double x = SB.f, y = SC.f;
        put_float(&SA, y != 0 ? x / y : 0, y != 0);
        NEXT;
    }
    CASE(POW_F) {
        double x = pow(SB.f, SC.f);
        put_float(&SA, x, isfinite(x));
        NEXT;
    }
    SET_CASE(NEG_F, f, -SB.f)
    SET_CASE(ABS_F, f, fabs(SB.f))
    SET_CASE(EQ_F, i, SB.f == SC.f)
    SET_CASE(NE_F, i, SB.f != SC.f)
    SET_CASE(LT_F, i, SB.f < SC.f)
    SET_CASE(LE_F, i, SB.f <= SC.f)
    SET_CASE(LT_FK, i, SB.f < K[pc->c].f)
    SET_CASE(LE_FK, i, SB.f <= K[pc->c].f)
    SET_CASE(GT_FK, i, SB.f > K[pc->c].f)
    SET_CASE(GE_FK, i, SB.f >= K[pc->c].f)

    /* truth */
    SET_CASE(NOT, i, !SB.i)
    CASE(AND_N) {
        and_nullable(&SA, &SB, &SC);
        NEXT;
    }
    CASE(OR_N) {
        or_nullable(&SA, &SB, &SC);
        NEXT;
    }

    /* ratios and shares */
    CASE(NEG_P) {
        if (UNLIKELY(SB.i == INT64_MIN))
            goto overflow;
        SA1.i = SB1.i;
        SA.i = -SB.i;
        NEXT;
    }
    CASE(ABS_P) {
        if (UNLIKELY(SB.i == INT64_MIN))
            goto overflow;
        SA1.i = SB1.i;
        SA.i = SB.i < 0 ? -SB.i : SB.i;
        NEXT;
    }
    OPERATION_CASE(ADD_P, pair_sum)
    OPERATION_CASE(SUB_P, pair_difference)
    OPERATION_CASE(MUL_P, pair_product)
    OPERATION_CASE(DIV_P, pair_quotient)
    OPERATION_CASE(FLOAT_PAIR, float_pair)
    CASE(PAIR_FLOAT) {
        int64_t n = SB.i, d = SB1.i;
        SA.f = d > 0 ? num_ratio_float(n, d) : 0;
        SA1.i = state_of_pair(d);
        NEXT;
    }
    CASE(INT_PAIR) {
        SA.i = SB.i;
        SA1.i = 1;
        NEXT;
    }
    SET_CASE(EQ_P, i, pairs_present(&SB, &SC) && pair_order(&SB, &SC) == 0)
    SET_CASE(NE_P, i, pairs_present(&SB, &SC) && pair_order(&SB, &SC) != 0)
    SET_CASE(LT_P, i, pairs_present(&SB, &SC) && pair_order(&SB, &SC) < 0)
    SET_CASE(LE_P, i, pairs_present(&SB, &SC) && pair_order(&SB, &SC) <= 0)
    SET_CASE(PAIR_STATE, i, state_of_pair(SB1.i))

    /* texts */
    SET_CASE(EQ_T, i, text_equal(TB, TC))
    SET_CASE(NE_T, i, !text_equal(TB, TC))
    SET_CASE(LT_T, i, str_compare(text_str(TB), text_str(TC)) < 0)
    SET_CASE(LE_T, i, str_compare(text_str(TB), text_str(TC)) <= 0)
    SET_CASE(EQ_TK, i, text_equal(TB, (const struct text *)frame->proto->objects[pc->c]))
    OPERATION_CASE(LIKE_T, text_like)
    OPERATION_CASE(JOIN, text_join)
    SET_CASE(TEXT_LEN, i, text_length(TB))
    OPERATION_CASE(TEXT_APPEND, text_append)
    OPERATION_CASE(TEXT_SLICE, text_cut)
    CASE(SLICE_KEY) {
        vm->key = key_of_bytes(text_slice((const struct text *)RA, SB.i, SB1.i));
        NEXT;
    }
    SET_CASE(REF_STATE, i, ref_state(RB))
    OPERATION_CASE(TEMPLATE, make_template)
    OPERATION_CASE(TEXT_OF, text_of_value)

    /* conversions */
    SET_CASE(INT_FLOAT, f, (double)SB.i)
    CASE(FLOAT_INT) {
        double x = SB.f;
        bool fits = x >= -9223372036854775808.0 && x < 9223372036854775808.0;
        SA.i = fits ? (int64_t)x : 0;
        SA1.i = fits ? PRESENT : MISSING;
        NEXT;
    }
    OPERATION_CASE(FLOOR, float_floor)
    OPERATION_CASE(CEIL, float_ceil)
    OPERATION_CASE(ROUND, round_float)
    CASE(SQRT) {
        double x = SB.f;
        put_float(&SA, x >= 0 ? sqrt(x) : 0, x >= 0);
        NEXT;
    }
    OPERATION_CASE(TEXT_INT, text_to_int)
    OPERATION_CASE(TEXT_FLOAT, text_to_float)

    /* days, datetimes, periods, durations */
    OPERATION_CASE(YEAR_PERIOD, year_period)
    SET_CASE(DAY_PERIOD, i, period_of(&vm->session->calendar, (enum grain)pc->c, SB.i))
    OPERATION_CASE(DAY_TERM, term_of_day)
    OPERATION_CASE(PERIOD_DAYS, days_of_period)
    OPERATION_CASE(PERIODS_DAYS, days_of_periods)
    OPERATION_CASE(FACT_DAY, day_of_fact)
    OPERATION_CASE(FACT_WITHIN, fact_within_days)
    OPERATION_CASE(DAY_ADD, day_add_duration)
    OPERATION_CASE(DAY_SUB, day_minus_duration)
    SET_CASE(DAY_DIFF, i, duration_pack(0, (int32_t)(SB.i - SC.i)))
    OPERATION_CASE(DURATION_ADD, duration_sum)
    OPERATION_CASE(DURATION_SUB, duration_difference)
    OPERATION_CASE(DURATION_NEG, duration_negative)
    OPERATION_CASE(DURATION_UNITS, duration_in_units)
    OPERATION_CASE(TIME_ADD, time_add_duration)
    OPERATION_CASE(TIME_SUB, time_minus_duration)
    OPERATION_CASE(TIME_DIFF, time_difference)
    SET_CASE(TIME_PART, i, datetime_part(SB.i, (enum time_part)pc->c))
    SET_CASE(DAY_TIME, i, SB.i * SECONDS_A_DAY)
    CASE(DAYS_TIMES) {
        int64_t last = SB1.i;
        SA.i = SB.i * SECONDS_A_DAY;
        SA1.i = last * SECONDS_A_DAY + SECONDS_A_DAY - 1;
        NEXT;
    }

    /* membership */
    SET_CASE(IN_I, i, SB.i >= SC.i && SB.i <= SC1.i)
    SET_CASE(IN_IK, i, SB.i >= K[pc->c].i && SB.i <= K[pc->c + 1].i)
    SET_CASE(IN_F, i, SB.f >= SC.f && SB.f <= SC1.f)
    SET_CASE(IN_FK, i, SB.f >= K[pc->c].f && SB.f <= K[pc->c + 1].f)
    OPERATION_CASE(LIST_HAS_I, list_has_int)
    OPERATION_CASE(LIST_HAS_F, list_has_float)
    OPERATION_CASE(LIST_HAS_P, list_has_pair)
    OPERATION_CASE(LIST_HAS_T, list_has_text)

    /* lists and records */
    OPERATION_CASE(LIST_NEW, list_new)
    OPERATION_CASE(LIST_MAKE, list_make)
    OPERATION_CASE(LIST_FILL, list_fill)
    OPERATION_CASE(LIST_FILL2, list_fill_pair)
    OPERATION_CASE(LIST_FILL_N, list_fill_nullable)
    OPERATION_CASE(LIST_FILL_R, list_fill_ref)
    CASE(LIST_PUT) {
        ((struct list *)RA)->at[pc->c] = SB;
        NEXT;
    }
    CASE(LIST_PUT2) {
        union word *e = &((struct list *)RA)->at[2 * (size_t)pc->c];
        e[0] = SB;
        e[1] = SB1;
        NEXT;
    }
    OPERATION_CASE(LIST_PUT_N, list_put_nullable)
    CASE(LIST_PUT_R) {
        ((struct list *)RA)->at[pc->c].ref = RB;
        NEXT;
    }
    CASE(LIST_GET) {
        const union word *e = element(RB, SC.i, 1);
        if (UNLIKELY(!e))
            goto index;
        SA = *e;
        NEXT;
    }
    CASE(LIST_GET2) {
        const union word *e = element(RB, SC.i, 2);
        if (UNLIKELY(!e))
            goto index;
        SA = e[0];
        SA1 = e[1];
        NEXT;
    }
    CASE(LIST_GET_N) {
        int64_t at = SC.i;
        const union word *e = element(RB, at, 1);
        if (UNLIKELY(!e))
            goto index;
        const uint8_t *states = ((const struct list *)RB)->states;
        SA = *e;
        SA1.i = states ? states[at - 1] : PRESENT;
        NEXT;
    }
    CASE(LIST_GET_R) {
        const union word *e = element(RB, SC.i, 1);
        if (UNLIKELY(!e))
            goto index;
        RA = e->ref;
        NEXT;
    }
    CASE(LIST_SET) {
        union word *e = own_element(RA, SB.i, 1);
        if (UNLIKELY(!e))
            TRY(e = element_to_write(vm, &RA, SB.i, 1));
        *e = SC;
        NEXT;
    }
    CASE(LIST_SET_I) {
        union word *e = own_element(RA, SB.i, 1);
        if (UNLIKELY(!e))
            TRY(e = element_to_write(vm, &RA, SB.i, 1));
        e->i = NUMBER_C;
        NEXT;
    }
    CASE(LIST_SET2) {
        union word *e = own_element(RA, SB.i, 2);
        if (UNLIKELY(!e))
            TRY(e = element_to_write(vm, &RA, SB.i, 2));
        e[0] = SC;
        e[1] = SC1;
        NEXT;
    }
    OPERATION_CASE(LIST_SET_N, list_set_nullable)
    CASE(LIST_SET_R) {
        union word *e = own_element(RA, SB.i, 1);
        if (UNLIKELY(!e))
            TRY(e = element_to_write(vm, &RA, SB.i, 1));
        e->ref = RC;
        NEXT;
    }
    OPERATION_CASE(LIST_APPEND, list_extend)
    OPERATION_CASE(LIST_JOIN, list_join)
    OPERATION_CASE(LIST_SLICE, list_slice)
    CASE(LIST_OWN) {
        union word *e = own_element(RB, SC.i, 1);
        if (UNLIKELY(!e))
            TRY(e = element_to_write(vm, &RB, SC.i, 1));
        struct object *own = own_part(e->ref);
        if (UNLIKELY(!own))
            TRY(own = object_to_write(vm, e));
        RA = own;
        NEXT;
    }
    SET_CASE(LIST_LEN, i, RB ? ((const struct list *)RB)->n : 0)
    CASE(SHARE) {
        object_share(RA);
        NEXT;
    }
    OPERATION_CASE(LIST_PUSH, list_append)
    OPERATION_CASE(LIST_PUSH2, list_append_pair)
    OPERATION_CASE(LIST_PUSH_N, list_append_nullable)
    OPERATION_CASE(LIST_PUSH_R, list_append_ref)
    OPERATION_CASE(LIST_SORT, list_sorted)
    OPERATION_CASE(LIST_ORDER, list_order)
    OPERATION_CASE(FUNCTION, make_function)
    OPERATION_CASE(RECORD_NEW, record_new)
    CASE(RECORD_PUT) {
        ((struct record *)RA)->at[pc->c] = SB;
        NEXT;
    }
    CASE(RECORD_PUT_R) {
        ((struct record *)RA)->at[pc->c].ref = RB;
        NEXT;
    }
    CASE(CELL_ADD) {
        union word *cell = ((struct record *)RB)->at;
        int64_t sum;
        if (UNLIKELY(__builtin_add_overflow(cell->i, SC.i, &sum)))
            goto overflow;
        SA.i = cell->i = sum;
        NEXT;
    }
    CASE(CELL_ADD_I) {
        union word *cell = ((struct record *)RB)->at;
        int64_t sum;
        if (UNLIKELY(__builtin_add_overflow(cell->i, (int64_t)NUMBER_C, &sum)))
            goto overflow;
        SA.i = cell->i = sum;
        NEXT;
    }
    CASE(RECORD_SET) {
        struct record *own = (struct record *)own_part(RA);
        if (UNLIKELY(!own))
            TRY(own = record_to_write(vm, &RA));
        own->at[pc->c] = SB;
        NEXT;
    }
    CASE(RECORD_SET_R) {
        struct record *own = (struct record *)own_part(RA);
        if (UNLIKELY(!own))
            TRY(own = record_to_write(vm, &RA));
        own->at[pc->c].ref = RB;
        NEXT;
    }
    CASE(RECORD_OWN) {
        struct record *holder = (struct record *)own_part(RB);
        if (UNLIKELY(!holder))
            TRY(holder = record_to_write(vm, &RB));
        struct object *own = own_part(holder->at[pc->c].ref);
        if (UNLIKELY(!own))
            TRY(own = object_to_write(vm, &holder->at[pc->c]));
        RA = own;
        NEXT;
    }
    CASE(RECORD_GET) {
        if (UNLIKELY(!RB))
            goto unset;
        SA = ((const struct record *)RB)->at[pc->c];
        NEXT;
    }
    CASE(RECORD_GET_R) {
        if (UNLIKELY(!RB))
            goto unset;
        RA = ((const struct record *)RB)->at[pc->c].ref;
        NEXT;
    }

    /* maps */
    OPERATION_CASE(MAP_NEW, map_new)
    OPERATION_CASE(MAP_GET_T, map_get_text)
    OPERATION_CASE(MAP_GET_I, map_get_int)
    OPERATION_CASE(MAP_GET_S, map_get_slice)
    OPERATION_CASE(MAP_REF_T, map_ref_text)
    OPERATION_CASE(MAP_REF_I, map_ref_int)
    OPERATION_CASE(MAP_REF_S, map_ref_slice)
    OPERATION_CASE(MAP_HAS_T, map_has_text)
    OPERATION_CASE(MAP_HAS_I, map_has_int)
    OPERATION_CASE(MAP_HAS_S, map_has_slice)
    OPERATION_CASE(MAP_SET_T, map_set_text)
    OPERATION_CASE(MAP_SET_I, map_set_int)
    OPERATION_CASE(MAP_SET_S, map_set_slice)
    OPERATION_CASE(MAP_PUT_T, map_put_text)
    OPERATION_CASE(MAP_PUT_I, map_put_int)
    OPERATION_CASE(MAP_PUT_S, map_put_slice)
    OPERATION_CASE(MAP_OWN_T, map_own_text)
    OPERATION_CASE(MAP_OWN_I, map_own_int)
    OPERATION_CASE(MAP_REMOVE_T, map_remove_text)
    OPERATION_CASE(MAP_REMOVE_I, map_remove_int)
    SET_CASE(MAP_LEN, i, RB ? ((const struct map *)RB)->live : 0)
    OPERATION_CASE(MAP_KEYS, map_keys)
    OPERATION_CASE(MAP_VALUES, map_values)
    CASE(MAP_KEY) {
        const struct map *m = (const struct map *)RB;
        SA = m->at[(size_t)(SC.i - 1) * m->stride];
        NEXT;
    }
    CASE(MAP_KEY_R) {
        const struct map *m = (const struct map *)RB;
        RA = m->at[(size_t)(SC.i - 1) * m->stride].ref;
        NEXT;
    }
    OPERATION_CASE(EQUAL, values_equal)
    OPERATION_CASE(HAS_EQUAL, list_has_equal)

    /* jumps */
    CASE(JUMP) {
        GO(long_jump(pc));
    }
    CASE(JUMP_IF) {
        LONG_JUMP_IF(SA.i);
    }
    CASE(JUMP_UNLESS) {
        LONG_JUMP_IF(!SA.i);
    }
    CASE(JUMP_FALSE) {
        LONG_JUMP_IF(!SA.i && SA1.i == PRESENT);
    }
    JUMP_CASE(JEQ_I, SA.i == SB.i)
    JUMP_CASE(JNE_I, SA.i != SB.i)
    JUMP_CASE(JLT_I, SA.i < SB.i)
    JUMP_CASE(JLE_I, SA.i <= SB.i)
    JUMP_CASE(JEQ_II, SA.i == NUMBER_B)
    JUMP_CASE(JNE_II, SA.i != NUMBER_B)
    JUMP_CASE(JLT_II, SA.i < NUMBER_B)
    JUMP_CASE(JLE_II, SA.i <= NUMBER_B)
    JUMP_CASE(JGT_II, SA.i > NUMBER_B)
    JUMP_CASE(JGE_II, SA.i >= NUMBER_B)
    JUMP_CASE(JEQ_F, SA.f == SB.f)
    JUMP_CASE(JNE_F, SA.f != SB.f)
    JUMP_CASE(JLT_F, SA.f < SB.f)
    JUMP_CASE(JLE_F, SA.f <= SB.f)
    JUMP_CASE(JNLT_F, !(SA.f < SB.f))
    JUMP_CASE(JNLE_F, !(SA.f <= SB.f))
    JUMP_CASE(JLT_FK, SA.f < K[pc->b].f)
    JUMP_CASE(JLE_FK, SA.f <= K[pc->b].f)
    JUMP_CASE(JGT_FK, SA.f > K[pc->b].f)
    JUMP_CASE(JGE_FK, SA.f >= K[pc->b].f)
    JUMP_CASE(JNLT_FK, !(SA.f < K[pc->b].f))
    JUMP_CASE(JNLE_FK, !(SA.f <= K[pc->b].f))
    JUMP_CASE(JNGT_FK, !(SA.f > K[pc->b].f))
    JUMP_CASE(JNGE_FK, !(SA.f >= K[pc->b].f))
    JUMP_CASE(JEQ_TK, text_equal((const struct text *)RA,
                                 (const struct text *)frame->proto->objects[pc->b]))
    JUMP_CASE(JNE_TK, !text_equal((const struct text *)RA,
                                  (const struct text *)frame->proto->objects[pc->b]))
    CASE(FOR_START) {
        int64_t low = SA.i, high = SA1.i;
        SA1.i = (int64_t)((uint64_t)high - (uint64_t)low);
        LONG_JUMP_IF(low > high);
    }
    CASE(FOR_NEXT) {
        union word *at = &SA;
        if (at[1].i == 0)
            NEXT;
        at[1].i = (int64_t)((uint64_t)at[1].i - 1); /* a count of up to 2^64 - 1 */
        at[0].i++;
        GO_BACK((int16_t)pc->c);
    }
    CASE(LIST_NEXT) {
        const struct list *l = (const struct list *)RB;
        if (!l || SA.i >= l->n)
            NEXT;
        SA.i++;
        GO_BACK((int16_t)pc->c);
    }

    CASE(MAP_NEXT) {
        const struct map *m = (const struct map *)RB;
        uint32_t entry = m ? map_next(m, (uint32_t)SA.i) : 0;
        if (!m || entry >= m->n)
            NEXT;
        SA.i = (int64_t)entry + 1;
        GO_BACK((int16_t)pc->c);
    }

    /* calls */
    CASE(CALL) {
        callee = frame->proto->callees[pc->c];
    enter_callee:;
        union word *callee_s = s + pc->a;
        struct object **callee_r = r + pc->b;
        frame->pc = pc;
        if (UNLIKELY(--vm->left == 0))
            TRY(poll_control(vm));
        if (UNLIKELY(callee_s + callee->nscalars > vm->scalars_end ||
                     callee_r + callee->nrefs > vm->refs_end || frame + 1 == vm->frames_end)) {
            TRY(make_room(vm, callee_s, callee_r, callee));
            RELOAD();
            callee_s = s + pc->a;
            callee_r = r + pc->b;
        }
        s = callee_s;
        r = callee_r;
        for (struct object **at = r + callee->parameter_refs, **end = r + callee->nrefs; at < end;
             at++) {
            *at = NULL;
            NOT_AS_ONE();
        }
        ENTER(callee);
    }
    CASE(CALL_WORDS) {
        callee = frame->proto->callees[pc->c];
        frame->pc = pc;
        s += pc->a;
        r += pc->b;
        if (UNLIKELY(--vm->left == 0))
            TRY(poll_control(vm));
        if (UNLIKELY(s > vm->scalars_end || frame + 1 == vm->frames_end)) {
            TRY(make_room(vm, s, r, callee));
            RELOAD();
            s += pc->a;
            r += pc->b;
        }
        ENTER(callee);
    }
    CASE(CALL_VALUE) {
        const struct record *f = (const struct record *)RC;
        if (UNLIKELY(!f))
            goto unset;
        callee = function_proto(f);
        r[pc->b + callee->parameter_refs - callee->holds] = f->at[0].ref;
        goto enter_callee;
    }
    CASE(RETURN_W) {
        s[0] = SA;
        LEAVE();
    }
    CASE(RETURN_W2) {
        union word first = SA, second = SA1;
        s[0] = first;
        s[1] = second;
        LEAVE();
    }
    CASE(RETURN_R) {
        r[0] = RA;
        LEAVE();
    }
    CASE(RETURN) {
        LEAVE();
    }
    RUNNING_CASE(NATIVE, call_native)
    RUNNING_CASE(FOREIGN, call_foreign)
    OPERATION_CASE(RELATION, make_relation)
    RUNNING_CASE(CELL, first_cell)
    RUNNING_CASE(FRAME, run_frame_of)
    RUNNING_CASE(ROWS, rows_as_value)
    RUNNING_CASE(FRAME_ROW, frame_row)
    RUNNING_CASE(ACTION, run_action)
    OPERATION_CASE(ASSERT, assertion_failed)
    OPERATION_CASE(FAIL, script_failed)
    CASE(STOP) {
        SHOW_PLACE();
        vm_fail(vm, ST_FAILED, E0219, "this function ended without a value");
        goto failed;
    }
    END

        entry : vm->frame = frame;
    if (frame->entry == ENTRY_ROWS && next_row(vm)) {
        pc = frame->proto->code;
        DISPATCH;
    }
    vm->frame = frame - 1;
    vm->entries--;
    return frame->entry == ENTRY_ROWS ? vm->status : ST_OK;

poll:
    SHOW_PLACE();
    if (poll_control(vm))
        DISPATCH;
    goto failed;

overflow:
    SHOW_PLACE();
    vm_fail(vm, ST_FAILED, E0401, "the result does not fit in 64 bits");
    goto failed;

index:
    SHOW_PLACE();
    bad_index(vm, RB, SC.i);
    goto failed;

unset:
    SHOW_PLACE();
    vm_fail(vm, ST_FAILED, E0403, "this value was not set yet");

failed:
    if (catch_error(vm)) {
        RELOAD();
        pc = frame->pc;
        DISPATCH;
    }
    vm->entries--;
    return vm->status;
}
