/* Pinned texts and the pool that shares them.
 *
 * A pool owns its texts through its arena and a table of pointers to them, by
 * open addressing. The table is only there to save memory: when it cannot grow
 * or holds as many texts as it may, new texts are no longer entered, and
 * everything stays right. */
#include "column/value.h"

enum {
    FIRST_SLOTS = 64,
    MOST_SHARED = 65536
};

static struct text *pin(struct arena *arena, struct str s, uint32_t hash) {
    if (s.n > UINT32_MAX - sizeof(struct text) - 1) {
        return NULL;
    }
    struct text *t = arena_take(arena, text_size((uint32_t)s.n));
    if (!t) {
        return NULL;
    }
    t->head = (struct object){.kind = OBJ_TEXT, .flags = OBJ_PINNED, .hash = hash};
    t->n = (uint32_t)s.n;
    if (s.n) {
        memcpy(t->p, s.p, s.n);
    }
    t->p[s.n] = '\0';
    return t;
}

struct text *text_pinned(struct arena *arena, struct str s) {
    return pin(arena, s, hash_bytes(s));
}

void text_pool_init(struct text_pool *p, struct alloc *alloc) {
    *p = (struct text_pool){0};
    arena_init(&p->arena, alloc);
}

void text_pool_free(struct text_pool *p) {
    mem_give(p->arena.alloc, p->slots, p->cap * sizeof *p->slots);
    arena_free(&p->arena);
    p->slots = NULL;
    p->n = p->cap = 0;
    p->last = NULL;
}

static bool text_has(const struct text *t, struct str s, uint32_t hash) {
    return t->head.hash == hash && str_eq(text_str(t), s);
}

/* Where the text is, or the empty slot where it belongs. The table is never
 * full, so there is one. */
static struct text **find_slot(struct text **slots, uint32_t cap, struct str s, uint32_t hash) {
    uint32_t i = (uint32_t)hash_word(hash) & (cap - 1);
    while (slots[i] && !text_has(slots[i], s, hash)) {
        i = (i + 1) & (cap - 1);
    }
    return &slots[i];
}

/* Room for one more at a load of at most a half. */
static bool make_room(struct text_pool *p) {
    if (p->n >= MOST_SHARED) {
        return false;
    }
    if (p->n < p->cap / 2) {
        return true;
    }
    uint32_t cap = p->cap ? p->cap * 2 : FIRST_SLOTS;
    struct text **slots = mem_zero(p->arena.alloc, cap * sizeof *slots);
    if (!slots) {
        return false;
    }
    for (uint32_t i = 0; i < p->cap; i++) {
        struct text *t = p->slots[i];
        if (t) {
            *find_slot(slots, cap, text_str(t), t->head.hash) = t;
        }
    }
    mem_give(p->arena.alloc, p->slots, p->cap * sizeof *p->slots);
    p->slots = slots;
    p->cap = cap;
    return true;
}

const struct text *text_pool_get(struct text_pool *p, struct str s) {
    /* Runs of one value are the rule in sorted and grouped columns. */
    if (p->last && str_eq(text_str(p->last), s)) {
        return p->last;
    }
    uint32_t hash = hash_bytes(s);
    if (p->cap) {
        struct text *known = *find_slot(p->slots, p->cap, s, hash);
        if (known) {
            return p->last = known;
        }
    }
    struct text *t = pin(&p->arena, s, hash);
    if (!t) {
        return NULL;
    }
    if (make_room(p)) {
        *find_slot(p->slots, p->cap, s, hash) = t;
        p->n++;
    }
    return p->last = t;
}
