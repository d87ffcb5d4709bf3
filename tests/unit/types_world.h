/* A world with types in it and nothing else, for tests of types and columns. Closing it checks that
 * all memory came back. */
#ifndef SPOKE_TEST_TYPES_WORLD_H
#define SPOKE_TEST_TYPES_WORLD_H

#include "check/types.h"
#include <check.h>

struct world {
    struct alloc alloc;
    struct arena arena;
    struct types types;
};

static inline void world_open(struct world *w) {
    alloc_init(&w->alloc, NULL, NULL, 0);
    arena_init(&w->arena, &w->alloc);
    types_init(&w->types, &w->arena);
}

static inline void world_close(struct world *w) {
    types_free(&w->types);
    arena_free(&w->arena);
    ck_assert_uint_eq(w->alloc.used, 0);
}

#endif
