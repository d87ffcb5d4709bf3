/* The counting allocator: every request is checked against the limit and the
 * failure point before the memory function is asked.
 *
 * `used` changes only when a request succeeded, so it is always the exact sum
 * of the sizes handed out and not yet given back. */
#define _DEFAULT_SOURCE /* for madvise */
#include "base/alloc.h"
#include <stdlib.h>
#include <sys/mman.h>

extern inline struct str str_of(const char *zero_ended);
extern inline bool str_eq(struct str a, struct str b);
extern inline bool str_is(struct str a, const char *zero_ended);

enum { HUGE_PAGE = 2 * 1024 * 1024 };

/* A block of many pages that is about to be filled: with huge pages it takes one fault where it
 * took 512, and faults were a third of the time of compiling a long script. */
static void *take_many_pages(size_t n) {
#ifdef MADV_HUGEPAGE
    void *block = NULL;
    if (posix_memalign(&block, HUGE_PAGE, n) != 0)
        return NULL;
    (void)madvise(block, n / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE); /* advice; may be refused */
    return block;
#else
    return malloc(n);
#endif
}

static void *from_system(void *user, void *block, size_t old, size_t now) {
    UNUSED(user);
    UNUSED(old);
    if (now == 0) {
        free(block);
        return NULL;
    }
    if (!block && now >= HUGE_PAGE)
        return take_many_pages(now);
    return realloc(block, now);
}

void alloc_init(struct alloc *a, alloc_fn fn, void *user, size_t limit) {
    *a = (struct alloc){.fn = fn ? fn : from_system, .user = user, .limit = limit};
}

/* Also refuses a sum that does not fit size_t, whatever the limit. */
static bool has_room(const struct alloc *a, size_t old, size_t now) {
    size_t others = a->used - old;
    size_t most = a->limit ? a->limit : SIZE_MAX;
    return now <= old || (others <= most && now <= most - others);
}

void *mem_resize(struct alloc *a, void *block, size_t old, size_t now) {
    assert(now > 0 && old <= a->used);
    a->calls++;
    if (a->calls == a->fail_at || !has_room(a, old, now)) {
        return NULL;
    }
    void *moved = a->fn(a->user, block, old, now);
    if (!moved) {
        return NULL;
    }
    a->used = a->used - old + now;
    if (a->used > a->peak) {
        a->peak = a->used;
    }
    return moved;
}

void *mem_take(struct alloc *a, size_t n) {
    return mem_resize(a, NULL, 0, n);
}

void *mem_zero(struct alloc *a, size_t n) {
    void *block = mem_take(a, n);
    if (block) {
        memset(block, 0, n);
    }
    return block;
}

void mem_give(struct alloc *a, void *block, size_t n) {
    if (!block) {
        return;
    }
    assert(n <= a->used);
    a->fn(a->user, block, n, 0);
    a->used -= n;
}
