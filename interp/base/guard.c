/* One recursive lock around the owner's allocator. */
#include "base/guard.h"

bool guard_open(struct guard *g, struct alloc *from) {
    pthread_mutexattr_t kind;
    g->from = from;
    if (pthread_mutexattr_init(&kind) != 0)
        return false;
    bool ok = pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE) == 0 &&
              pthread_mutex_init(&g->lock, &kind) == 0;
    pthread_mutexattr_destroy(&kind);
    return ok;
}

void guard_close(struct guard *g) {
    pthread_mutex_destroy(&g->lock);
}

void guard_enter(struct guard *g) {
    pthread_mutex_lock(&g->lock);
}

void guard_leave(struct guard *g) {
    pthread_mutex_unlock(&g->lock);
}

static void *take_memory(void *user, void *block, size_t old, size_t now) {
    struct guard *g = user;
    void *moved = NULL;
    guard_enter(g);
    if (now == 0)
        mem_give(g->from, block, old);
    else
        moved = mem_resize(g->from, block, old, now);
    guard_leave(g);
    return moved;
}

void guard_alloc(struct guard *g, struct alloc *out) {
    alloc_init(out, take_memory, g, 0);
}
