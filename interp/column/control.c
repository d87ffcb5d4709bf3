/* Asking whether to go on. Nothing here owns memory; the flag alone may be
 * touched by other threads and by signal handlers. */
#include "column/control.h"

void control_init(struct control *c) {
    *c = (struct control){0};
    atomic_init(&c->interrupted, false);
}

/* A budget of exactly the steps done is enough. */
static bool spend(struct control *c, uint64_t steps) {
    if (c->budget) {
        c->limited = true;
    }
    if (!c->limited) {
        return true;
    }
    bool enough = steps <= c->budget;
    c->budget = enough ? c->budget - steps : 0;
    return enough;
}

static bool in_time(const struct control *c) {
    return c->deadline <= 0.0 || !c->clock || c->clock(c->clock_user) <= c->deadline;
}

enum status control_poll(struct control *c, uint64_t steps) {
    bool enough = spend(c, steps);
    if (atomic_load_explicit(&c->interrupted, memory_order_relaxed)) {
        return ST_INTERRUPTED;
    }
    return enough && in_time(c) ? ST_OK : ST_LIMIT;
}
