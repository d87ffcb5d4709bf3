/* A list of blocks, the newest one filled from its start upwards.
 *
 * The arena owns its blocks; everything inside them is freed with them. Blocks
 * double in size up to a ceiling, and a request too big for that gets a block
 * of its own. The list is in the order of taking, which is what lets a mark be
 * one block and one position. */
#include "base/arena.h"
#include <stdio.h>

struct arena_block {
    struct arena_block *older;
    size_t size; /* with this header */
};

enum {
    ALIGN = 16,
    HEADER = (sizeof(struct arena_block) + ALIGN - 1) / ALIGN * ALIGN,
    FIRST_BLOCK = 4096,
    LARGE_BLOCK = 256 * 1024,
    LARGEST_BLOCK = 8 * 1024 * 1024,
    FIRST_ELEMENTS = 4
};

void arena_init(struct arena *a, struct alloc *alloc) {
    *a = (struct arena){.alloc = alloc};
}

static void *out_of_memory(struct arena *a) {
    if (a->escape) {
        longjmp(*a->escape, 1);
    }
    return NULL;
}

static void drop_newest(struct arena *a) {
    struct arena_block *block = a->blocks;
    a->blocks = block->older;
    mem_give(a->alloc, block, block->size);
}

void arena_free(struct arena *a) {
    while (a->blocks) {
        drop_newest(a);
    }
    a->next = a->end = NULL;
}

/* A new newest block with room for `n` bytes. */
static bool add_block(struct arena *a, size_t n) {
    size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK) {
        size = LARGEST_BLOCK;
    }
    if (size < n + HEADER) {
        size = n + HEADER;
    }
    struct arena_block *block = mem_take(a->alloc, size);
    if (!block && size > LARGE_BLOCK && n + HEADER < size) { /* near the limit less may still fit */
        size = n + HEADER;
        block = mem_take(a->alloc, size);
    }
    if (!block) {
        return false;
    }
    block->older = a->blocks;
    block->size = size;
    a->blocks = block;
    a->next = (char *)block + HEADER;
    a->end = (char *)block + size;
    return true;
}

void *arena_take(struct arena *a, size_t n) {
    if (n > SIZE_MAX - HEADER - ALIGN) {
        return out_of_memory(a);
    }
    /* Never 0, so that every result is a place of its own. */
    size_t rounded = n ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    if (rounded > (size_t)(a->end - a->next) && !add_block(a, rounded)) {
        return out_of_memory(a);
    }
    char *taken = a->next;
    a->next += rounded;
    return taken;
}

void *arena_zero(struct arena *a, size_t n) {
    void *taken = arena_take(a, n);
    if (taken) {
        memset(taken, 0, n);
    }
    return taken;
}

struct str arena_str(struct arena *a, struct str s) {
    char *copy = s.n < SIZE_MAX ? arena_take(a, s.n + 1) : out_of_memory(a);
    if (!copy) {
        return STR_NONE;
    }
    if (s.n) {
        memcpy(copy, s.p, s.n);
    }
    copy[s.n] = '\0';
    return (struct str){copy, s.n};
}

struct str arena_vprintf(struct arena *a, const char *format, va_list args) {
    va_list measured;
    va_copy(measured, args);
    int n = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    char *text = n >= 0 ? arena_take(a, (size_t)n + 1) : out_of_memory(a);
    if (!text) {
        return STR_NONE;
    }
    vsnprintf(text, (size_t)n + 1, format, args);
    return (struct str){text, (size_t)n};
}

struct str arena_printf(struct arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str s = arena_vprintf(a, format, args);
    va_end(args);
    return s;
}

struct arena_mark arena_mark(const struct arena *a) {
    return (struct arena_mark){a->blocks, a->next};
}

void arena_reset(struct arena *a, struct arena_mark m) {
    while (a->blocks != m.block) {
        assert(a->blocks && "the mark belongs to another arena or was passed already");
        drop_newest(a);
    }
    a->next = m.next;
    a->end = m.block ? (char *)m.block + m.block->size : NULL;
}

/* Bytewise, because the pointer at `at` has the element's type. */
static char *elements_at(void **at) {
    char *elements;
    memcpy(&elements, at, sizeof elements);
    return elements;
}

static void grow(struct arena *a, void **at, uint32_t *cap, size_t size) {
    assert(a->escape);
    uint32_t had = *cap;
    if (had > UINT32_MAX / 2)
        out_of_memory(a);
    uint32_t room = had ? had * 2 : FIRST_ELEMENTS;
    if (room > SIZE_MAX / size)
        out_of_memory(a);
    char *grown = arena_take(a, room * size);
    if (had)
        memcpy(grown, elements_at(at), had * size);
    memcpy(at, &grown, sizeof grown);
    *cap = room;
}

void arena_push(struct arena *a, void **at, uint32_t *n, uint32_t *cap, size_t size) {
    if (*n == *cap)
        grow(a, at, cap, size);
    memset(elements_at(at) + *n * size, 0, size);
    ++*n;
}
