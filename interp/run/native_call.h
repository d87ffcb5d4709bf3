/* One call of a library function: what native.h's functions work on.
 *
 * Arguments are copies of registers; the objects they point at are held by the
 * caller's registers, the result by the VM's chain of calls. Scratch memory
 * and frames are given back when the native returns. */
#ifndef SPOKE_NATIVE_CALL_H
#define SPOKE_NATIVE_CALL_H

#include "run/vm.h"

/* A frame that what a native was given points into. */
struct held_frame {
    struct held_frame *next;
    struct frame *frame;
};

/* What is said by one call after the other; its owner tells each thing once. */
struct native_notes;

struct native_call {
    struct vm *vm;
    const struct native_entry *native;
    const struct node *node; /* the call, N_INVOKE */
    struct value *arguments;
    uint32_t n;
    struct value result;   /* its type is the call's; missing until something is given */
    struct frame **frames; /* by argument: relations that were run; NULL: not yet */
    struct held_frame *held;
    struct arena scratch;
    struct native_call *outer;
    struct native_notes *notes; /* NULL: notes go to the reader at once */
};

/* One of the calls that a call with a `spread` is made of, with these arguments. A relation comes
 * as a frame that the caller gives back; anything else is in `value`, which no collection may come
 * before the use of. Gives enum spoke_status. */
int native_call_part(struct native_call *whole, const struct value *arguments, uint32_t n,
                     struct native_notes *notes, struct frame **out, struct value *value);

/* Runs the relation in argument i, once; NULL: that failed, and vm->status says how. */
const struct frame *native_call_relation(struct native_call *c, uint32_t i);
/* The network in argument i; false: it is missing. */
bool native_call_network(const struct native_call *c, uint32_t i, struct network_value *out);

/* Keeps the frame until the native returns; takes over the caller's reference. False: no memory. */
bool native_call_hold(struct native_call *c, struct frame *f);

/* Results. False: no memory, reported. */
bool native_call_text(struct native_call *c, struct str s);
bool native_call_picture(struct native_call *c, struct str terminal, struct str svg);
/* How the result was made, for `explain`; once, behind giving a picture or a frame. */
bool native_call_made(struct native_call *c, struct str how);
bool native_call_give_network(struct native_call *c, const struct network_value *v);
/* The same, of the family's network with this key. */
bool native_call_give_network_of(struct native_call *c, const struct network_value *v,
                                 struct str key);
/* Takes over the caller's reference. */
bool native_call_frame(struct native_call *c, struct frame *f);
void native_call_int(struct native_call *c, int64_t x);
void native_call_float(struct native_call *c, double x);
void native_call_pair(struct native_call *c, int64_t n, int64_t d);
/* A list of n zeroed elements of the result's element type becomes the result. NULL: no memory. */
struct list *native_call_list(struct native_call *c, uint32_t n);
bool native_call_list_text(struct native_call *c, uint32_t element, struct str s);
bool native_call_list_state(struct native_call *c, uint32_t element, enum state state);
/* The value, in the type of the result or of its elements; any number where a float is due. */
void native_call_value(struct native_call *c, const struct value *v);
bool native_call_list_value(struct native_call *c, uint32_t element, const struct value *v);

/* E0409 at the call; `help` may be NULL. Returns ST_FAILED. */
enum status native_call_fail(struct native_call *c, const char *help, const char *format,
                             va_list args);
/* May a long loop go on? `steps` since the last time. */
enum status native_call_poll(struct native_call *c, uint64_t steps);

#endif
