/* An allocator that one thread uses at a time, for work that several share.
 *
 * Who is inside the guard may use what belongs to its owner: the allocator, and whatever else the
 * owner says. Allocators made by guard_alloc go inside by themselves for each request, so a thread
 * that has one of its own needs not think of the others. A thread may be inside several times. */
#ifndef SPOKE_GUARD_H
#define SPOKE_GUARD_H

#include "base/alloc.h"
#include <pthread.h>

struct guard {
    struct alloc *from;
    pthread_mutex_t lock; /* recursive */
};

/* false: the system has no lock to give. Else guard_close is due. */
bool guard_open(struct guard *g, struct alloc *from);
void guard_close(struct guard *g);
void guard_enter(struct guard *g);
void guard_leave(struct guard *g);
/* An allocator for one thread, whose memory is the owner's. */
void guard_alloc(struct guard *g, struct alloc *out);

#endif
