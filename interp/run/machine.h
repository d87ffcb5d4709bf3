/* Inside the VM: what the main loop calls and what its helpers share.
 *
 * Helpers that can fail return false after vm_fail. Those marked "runs code"
 * may move the stacks. */
#ifndef SPOKE_MACHINE_H
#define SPOKE_MACHINE_H

#include "run/vm.h"

/* An entry takes room on the stack of C: a function that runs a relation whose rows call it would
 * use it up long before the frames. */
enum { MOST_FRAMES = 20000, MOST_STACK = 1 << 24, MOST_ENTRIES = 200 };

/* ---- vm.c ---- */
/* Runs the entry frame on top until it returns or something fails; then it is gone. */
enum status run_frame(struct vm *vm);

/* ---- state.c ---- */
/* A frame on top for code called from C; references are NULL. */
bool push_entry(struct vm *vm, const struct proto *p, enum entry entry);
/* Room for a frame with windows of this size at s and r, which may move. False after vm_fail. */
bool make_room(struct vm *vm, union word *s, struct object **r, const struct proto *p);
/* After `interval` steps: may we go on? False after vm_fail. */
bool poll_control(struct vm *vm);
void start_steps(struct vm *vm);
void finish_steps(struct vm *vm);
bool reserve_globals(struct vm *vm);

/* ---- catch.c ---- */
/* After a failure: true where a handler of this run of the main loop takes it; its frame is on top
 * then, with its pc at the handler. Else the entry frame is gone. */
bool catch_error(struct vm *vm);

/* ---- rows.c ---- */
/* Stores the result of the row that was run and sets up the next one. False: that was all, or
 * vm->status says what went wrong. */
bool next_row(struct vm *vm);

/* ---- operations.c, pairs.c, parts.c, maps.c, vm_text.c, call_native.c, assertion.c ---- */
#define OPERATION(name)                                                                            \
    bool name(struct vm *vm, const struct instruction *i, union word *s, struct object **r)
OPERATION(pair_sum);
OPERATION(pair_difference);
OPERATION(pair_product);
OPERATION(pair_quotient);
OPERATION(float_pair);
OPERATION(list_new);
OPERATION(list_make);
OPERATION(list_fill);
OPERATION(list_fill_pair);
OPERATION(list_fill_nullable);
OPERATION(list_fill_ref);
OPERATION(list_put_nullable);
OPERATION(list_set_nullable);
OPERATION(list_has_int);
OPERATION(list_has_float);
OPERATION(list_has_pair);
OPERATION(list_has_text);
OPERATION(list_append);
OPERATION(list_append_pair);
OPERATION(list_append_nullable);
OPERATION(list_append_ref);
OPERATION(list_sorted);
OPERATION(list_order);
OPERATION(make_function);
OPERATION(list_extend);
OPERATION(list_join);
OPERATION(list_slice);
OPERATION(record_new);
OPERATION(values_equal);
OPERATION(list_has_equal);
OPERATION(map_new);
OPERATION(map_get_text);
OPERATION(map_get_int);
OPERATION(map_get_slice);
OPERATION(map_ref_text);
OPERATION(map_ref_int);
OPERATION(map_ref_slice);
OPERATION(map_has_text);
OPERATION(map_has_int);
OPERATION(map_has_slice);
OPERATION(map_set_text);
OPERATION(map_set_int);
OPERATION(map_set_slice);
OPERATION(map_put_text);
OPERATION(map_put_int);
OPERATION(map_put_slice);
OPERATION(map_own_text);
OPERATION(map_own_int);
OPERATION(map_remove_text);
OPERATION(map_remove_int);
OPERATION(map_keys);
OPERATION(map_values);
OPERATION(text_append);
OPERATION(text_cut);
OPERATION(make_relation);
OPERATION(text_join);
OPERATION(text_like);
OPERATION(text_to_int);
OPERATION(text_to_float);
OPERATION(make_template);
OPERATION(text_of_value);
OPERATION(round_float);
OPERATION(float_floor);
OPERATION(float_ceil);
OPERATION(day_add_duration);
OPERATION(day_minus_duration);
OPERATION(time_add_duration);
OPERATION(time_minus_duration);
OPERATION(time_difference);
OPERATION(duration_sum);
OPERATION(duration_difference);
OPERATION(duration_negative);
OPERATION(duration_in_units);
OPERATION(year_period);
OPERATION(term_of_day);
OPERATION(days_of_period);
OPERATION(days_of_periods);
OPERATION(day_of_fact);
OPERATION(fact_within_days);
OPERATION(assertion_failed);
OPERATION(script_failed);
/* These run code. */
OPERATION(call_native);
OPERATION(call_foreign);
OPERATION(first_cell);
OPERATION(run_frame_of);
OPERATION(rows_as_value);
OPERATION(frame_row);
OPERATION(run_action);
/* The list in r[i->a], for writing: a shared one is replaced by a copy. */
struct list *list_to_write(struct vm *vm, struct object **place);
/* The object at a place, which its holder may change; a shared one is replaced by a copy. NULL: no
 * memory, reported. */
struct object *object_to_write(struct vm *vm, union word *place);
/* Reports index `at` of list `l`, which may be NULL. */
void bad_index(struct vm *vm, const struct object *l, int64_t at);

/* The proto in a function object. */
static inline const struct proto *function_proto(const struct record *f) {
    return (const struct proto *)(intptr_t)f->at[1].i;
}

/* What lies at a place of the current frame. */
struct value value_at(const union word *s, struct object *const *r, struct home at);
void set_value(union word *s, struct object **r, struct home at, const struct value *v);

/* ---- numbers ---- */
static inline int64_t floored_mod(int64_t x, int64_t y) {
    if (y == -1)
        return 0; /* the machine's own remainder overflows for the least x */
    int64_t rest = x % y;
    return rest != 0 && (rest ^ y) < 0 ? rest + y : rest;
}
/* Not for the least x by -1. */
static inline int64_t floored_div(int64_t x, int64_t y) {
    int64_t quotient = x / y;
    return x % y != 0 && (x ^ y) < 0 ? quotient - 1 : quotient;
}
static inline int64_t state_of_pair(int64_t d) {
    return d > 0 ? PRESENT : d == 0 ? MISSING : SUPPRESSED;
}

#endif
