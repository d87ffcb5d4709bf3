/* Memory that is freed as a whole: trees, types, plans, batches' texts.
 *
 * Everything the front end builds lives in an arena and nothing else, so when
 * memory runs out an arena may jump to `escape` (set by the phase's entry
 * point) and the phase is left without a leak. With no `escape` the functions
 * return NULL. Blocks are aligned to 16 bytes. */
#ifndef SPOKE_ARENA_H
#define SPOKE_ARENA_H

#include "alloc.h"
#include <setjmp.h>
#include <stdarg.h>

struct arena_block;

struct arena {
    struct alloc *alloc;
    struct arena_block *blocks; /* newest first */
    char *next, *end;
    jmp_buf *escape; /* borrowed; NULL means return NULL instead */
};

struct arena_mark {
    struct arena_block *block;
    char *next;
};

void arena_init(struct arena *a, struct alloc *alloc);
void arena_free(struct arena *a);
/* Uninitialised; n may be 0 (a valid pointer comes back). */
void *arena_take(struct arena *a, size_t n);
/* Zeroed. */
void *arena_zero(struct arena *a, size_t n);
/* Copies bytes and adds a zero byte behind them (not counted in n). */
struct str arena_str(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
struct str arena_vprintf(struct arena *a, const char *format, va_list args);
/* Give back everything taken since the mark. */
struct arena_mark arena_mark(const struct arena *a);
void arena_reset(struct arena *a, struct arena_mark m);

#define ARENA_NEW(arena, type) ((type *)arena_zero((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_zero((arena), sizeof(type) * (size_t)(n)))

/* Growing array in an arena: fields `T *at; uint32_t n, cap;`. ARENA_PUSH is
 * an lvalue: the new, zeroed last element. It evaluates `vec` several times. */
#define ARENA_VEC(T)                                                                               \
    struct {                                                                                       \
        T *at;                                                                                     \
        uint32_t n, cap;                                                                           \
    }
#define ARENA_PUSH(arena, vec) (*(ARENA_LONGER(arena, vec), (vec)->at + (vec)->n - 1))
#define ARENA_CALL_PUSH(arena, vec)                                                                \
    arena_push((arena), (void **)&(vec)->at, &(vec)->n, &(vec)->cap, sizeof *(vec)->at)
/* In place only where speed counts more than size. */
#ifdef __OPTIMIZE_SIZE__
#define ARENA_LONGER(arena, vec) ARENA_CALL_PUSH(arena, vec)
#else
#define ARENA_LONGER(arena, vec)                                                                   \
    ((vec)->n < (vec)->cap ? (void)memset((void *)((vec)->at + (vec)->n++), 0, sizeof *(vec)->at)  \
                           : ARENA_CALL_PUSH(arena, vec))
#endif
/* Zeroes one more element, for which it doubles `cap` (from 4) and moves the others when there is
 * no room. Needs `escape` to be set: it never returns without room. */
void arena_push(struct arena *a, void **at, uint32_t *n, uint32_t *cap, size_t size);

#endif
