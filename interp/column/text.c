/* What texts are made of; pinned texts and the pool that shares them.
 *
 * A pool owns its texts through its arena and a table of pointers to them, by
 * open addressing. The table is only there to save memory: when it cannot grow
 * or holds as many texts as it may, new texts are no longer entered, and
 * everything stays right. */
#include "column/value.h"

#include "base/utf8.h"

enum { FIRST_SLOTS = 64, MOST_SHARED = 65536 };

bool bytes_are_ascii(struct str s) {
    size_t at = 0;
    uint64_t all = 0;
    for (; s.n - at >= sizeof all; at += sizeof all) {
        uint64_t word;
        memcpy(&word, s.p + at, sizeof word);
        all |= word;
    }
    for (; at < s.n; at++) {
        all |= (unsigned char)s.p[at];
    }
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* What was found out about a text is kept in it. Pinned texts, which several threads may read, know
 * everything from the start. */
static struct object *head_of(const struct text *t) {
    return (struct object *)(uintptr_t)t;
}

uint32_t text_hash_new(const struct text *t) {
    return head_of(t)->hash = bytes_hash(text_str(t));
}

bool text_look(const struct text *t) {
    bool ascii = bytes_are_ascii(text_str(t));
    head_of(t)->flags |= ascii ? OBJ_ASCII : OBJ_BEYOND;
    return ascii;
}

uint32_t text_length(const struct text *t) {
    if (!t || text_is_ascii(t)) {
        return t ? t->n : 0;
    }
    return (uint32_t)utf8_length(text_str(t));
}

struct str text_slice(const struct text *t, int64_t first, int64_t last) {
    if (first < 1) {
        first = 1;
    }
    if (last > t->n) {
        last = t->n; /* no text has more characters than bytes */
    }
    if (first > last) {
        return STR("");
    }
    if (text_is_ascii(t)) {
        return (struct str){t->p + first - 1, (size_t)(last - first) + 1};
    }
    struct str all = text_str(t);
    size_t from = utf8_offset(all, (size_t)first - 1);
    struct str rest = {all.p + from, all.n - from};
    return (struct str){rest.p, utf8_offset(rest, (size_t)(last - first) + 1)};
}

static struct text *pin(struct arena *arena, struct str s, uint32_t hash) {
    if (s.n > UINT32_MAX - sizeof(struct text) - 1) {
        return NULL;
    }
    struct text *t = arena_take(arena, text_size((uint32_t)s.n));
    if (!t) {
        return NULL;
    }
    uint8_t reach = bytes_are_ascii(s) ? OBJ_ASCII : OBJ_BEYOND; /* now: others only read it */
    t->head = (struct object){.kind = OBJ_TEXT, .flags = OBJ_PINNED | reach, .hash = hash};
    t->n = (uint32_t)s.n;
    if (s.n) {
        memcpy(t->p, s.p, s.n);
    }
    t->p[s.n] = '\0';
    return t;
}

struct text *text_pinned(struct arena *arena, struct str s) {
    return pin(arena, s, bytes_hash(s));
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
    uint32_t hash = bytes_hash(s);
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
