/* The collected heap: allocation, marking, sweeping.
 *
 * The heap owns every object in its list, and with it the arrays of a list,
 * the lines of a picture and one reference to a frame. Functions that need
 * several blocks take the parts first and enter the object into the list last,
 * so a collection in between never meets a half-made object.
 *
 * Marking keeps a stack of objects whose references are still to be followed.
 * When that cannot grow, the object stays marked and `rescan` is set; the list
 * of objects is then walked again until nothing was left behind. Pinned
 * objects are passed by: they hold no references into the heap. */
#include "column/heap.h"

#include "column/map.h"

enum { LEAST_THRESHOLD = 1024 * 1024, FIRST_GRAY = 64, FIRST_ELEMENTS = 4 };

/* So the bytes of a list can be computed without a check. */
_Static_assert(SIZE_MAX / (2 * sizeof(union word)) >= UINT32_MAX, "a size holds any list");

void heap_init(struct heap *h, struct alloc *alloc, heap_roots_fn roots, void *user) {
    *h = (struct heap){
        .alloc = alloc, .threshold = LEAST_THRESHOLD, .roots = roots, .roots_user = user};
    slabs_init(&h->slabs, alloc);
#ifdef SPOKE_GC_STRESS /* a build that finds what the collector was not told of */
    h->stress = true;
#endif
}

/* ---- sizes ---- */

static size_t list_row(const struct list *l) {
    return (l->wide ? 2 : 1) * sizeof(union word);
}

static size_t record_size(uint16_t nrefs, uint16_t nwords) {
    return sizeof(struct record) + ((size_t)nrefs + nwords) * sizeof(union word);
}

static size_t relation_size(uint16_t nrefs, uint16_t nwords) {
    return sizeof(struct relation) + ((size_t)nrefs + nwords) * sizeof(union word);
}

static size_t outside_size(uint32_t nrefs) {
    return sizeof(struct outside) + nrefs * sizeof(union word);
}

/* The block of the object itself. */
static size_t object_size(const struct object *o) {
    switch ((enum object_kind)o->kind) {
    case OBJ_TEXT:
        return o->room ? (size_t)1 << o->room : text_size(((const struct text *)o)->n);
    case OBJ_LIST:
        return sizeof(struct list);
    case OBJ_RECORD: {
        const struct record *r = (const struct record *)o;
        return record_size(r->nrefs, r->nwords);
    }
    case OBJ_FRAME:
        return sizeof(struct frame_object);
    case OBJ_RELATION: {
        const struct relation *r = (const struct relation *)o;
        return relation_size(r->nrefs, r->nwords);
    }
    case OBJ_PICTURE:
        return sizeof(struct picture);
    case OBJ_MAP:
        return sizeof(struct map);
    case OBJ_OUTSIDE:
        return outside_size(((const struct outside *)o)->nrefs);
    }
    return 0;
}

/* About what the columns take; texts are shared and left out. */
static size_t frame_weight(const struct frame *f) {
    size_t bytes = sizeof *f;
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        const struct column *c = &f->columns[i];
        bytes += sizeof *c + c->cap * (sizeof(int64_t) * (c->d ? 2 : 1) + (c->state != NULL));
    }
    return bytes;
}

/* What an object keeps in memory, its parts included: this decides when to
 * collect, so an estimate will do. */
static size_t object_weight(const struct object *o) {
    size_t bytes = object_size(o);
    if (o->kind == OBJ_LIST) {
        const struct list *l = (const struct list *)o;
        bytes += l->cap * (list_row(l) + (l->states != NULL));
    } else if (o->kind == OBJ_FRAME) {
        bytes += frame_weight(((const struct frame_object *)o)->frame);
    } else if (o->kind == OBJ_PICTURE) {
        const struct picture *p = (const struct picture *)o;
        bytes += p->nterminal + p->nsvg + p->nmade + 3;
    } else if (o->kind == OBJ_MAP) {
        bytes += map_weight((const struct map *)o);
    }
    return bytes;
}

/* ---- marking ---- */

/* The references of an object but a map: how many, and where the first one is. */
static uint32_t references(struct object *o, union word **first) {
    if (o->kind == OBJ_LIST) {
        struct list *l = (struct list *)o;
        *first = l->at;
        return l->refs ? l->n : 0;
    }
    if (o->kind == OBJ_RECORD) {
        struct record *r = (struct record *)o;
        *first = r->at;
        return r->nrefs;
    }
    if (o->kind == OBJ_RELATION) {
        struct relation *r = (struct relation *)o;
        *first = r->captured;
        return r->nrefs;
    }
    if (o->kind == OBJ_OUTSIDE) {
        struct outside *r = (struct outside *)o;
        *first = r->at;
        return r->nrefs;
    }
    return 0;
}

static bool grow_gray(struct heap *h) {
    if (h->cap_gray > UINT32_MAX / 2) {
        return false;
    }
    uint32_t cap = h->cap_gray ? h->cap_gray * 2 : FIRST_GRAY;
    struct object **gray =
        mem_resize(h->alloc, h->gray, h->cap_gray * sizeof *gray, cap * sizeof *gray);
    if (!gray) {
        return false;
    }
    h->gray = gray;
    h->cap_gray = cap;
    return true;
}

void heap_mark(struct heap *h, struct object *o) {
    if (!o || (o->flags & (OBJ_MARKED | OBJ_PINNED))) {
        return;
    }
    o->flags |= OBJ_MARKED;
    union word *first;
    if (o->kind != OBJ_MAP && references(o, &first) == 0) {
        return;
    }
    if (h->ngray == h->cap_gray && !grow_gray(h)) {
        h->rescan = true;
        return;
    }
    h->gray[h->ngray++] = o;
}

static void mark_map(struct heap *h, const struct map *m) {
    const union word *at = m->at;
    for (uint32_t i = 0; i < m->n; i++, at += m->stride) {
        if (m->gone && m->gone[i]) {
            continue;
        }
        if (m->text_keys) {
            heap_mark(h, at[0].ref);
        }
        if (m->values == MAP_REFS) {
            heap_mark(h, at[1].ref);
        }
    }
}

static void mark_references(struct heap *h, struct object *o) {
    union word *first;
    if (o->kind == OBJ_MAP) {
        mark_map(h, (const struct map *)o);
        return;
    }
    uint32_t n = references(o, &first);
    for (uint32_t i = 0; i < n; i++) {
        heap_mark(h, first[i].ref);
    }
}

static void drain_gray(struct heap *h) {
    while (h->ngray > 0) {
        mark_references(h, h->gray[--h->ngray]);
    }
}

/* Every round that sets `rescan` again has marked an object that was not, so
 * the rounds come to an end. */
static void mark_reachable(struct heap *h) {
    h->rescan = false;
    if (h->roots) {
        h->roots(h, h->roots_user);
    }
    drain_gray(h);
    while (h->rescan) {
        h->rescan = false;
        for (struct object *o = h->objects; o; o = o->next) {
            if (o->flags & OBJ_MARKED) {
                mark_references(h, o);
                drain_gray(h);
            }
        }
    }
}

/* ---- sweeping ---- */

static void object_free(struct heap *h, struct object *o) {
    size_t size = object_size(o);
    if (o->kind == OBJ_LIST) {
        struct list *l = (struct list *)o;
        mem_give(h->alloc, l->at, l->cap * list_row(l));
        mem_give(h->alloc, l->states, l->cap);
    } else if (o->kind == OBJ_FRAME) {
        frame_drop(((struct frame_object *)o)->frame);
    } else if (o->kind == OBJ_PICTURE) {
        struct picture *p = (struct picture *)o;
        mem_give(h->alloc, p->terminal, p->nterminal + 1);
        mem_give(h->alloc, p->svg, p->nsvg + 1);
        if (p->made) {
            mem_give(h->alloc, p->made, p->nmade + 1);
        }
    } else if (o->kind == OBJ_MAP) {
        map_drop(h->alloc, (struct map *)o);
    } else if (o->kind == OBJ_OUTSIDE) {
        struct outside *r = (struct outside *)o;
        if (r->gone)
            r->gone(r->thing);
    }
    slab_give(&h->slabs, o, size);
}

/* Frees what is not marked, takes the marks off, returns the weight that stays. */
static size_t sweep(struct heap *h) {
    size_t live = 0;
    struct object **at = &h->objects;
    while (*at) {
        struct object *o = *at;
        if (o->flags & OBJ_MARKED) {
            o->flags &= (uint8_t)~OBJ_MARKED;
            live += object_weight(o);
            at = &o->next;
        } else {
            *at = o->next;
            object_free(h, o);
        }
    }
    return live;
}

void heap_collect(struct heap *h) {
    mark_reachable(h);
    h->live = sweep(h);
    h->since = 0;
    h->threshold = h->live > LEAST_THRESHOLD ? h->live : LEAST_THRESHOLD;
    h->collections++;
}

void heap_free(struct heap *h) {
    while (h->objects) {
        struct object *o = h->objects;
        h->objects = o->next;
        object_free(h, o);
    }
    mem_give(h->alloc, h->gray, h->cap_gray * sizeof *h->gray);
    slabs_free(&h->slabs);
    heap_init(h, h->alloc, h->roots, h->roots_user);
}

/* ---- taking memory ---- */

/* Collects if `more` bytes are too many without it; whether it did. */
static bool make_way(struct heap *h, size_t more) {
    bool collect = h->stress || more > h->threshold || h->since > h->threshold - more;
    if (collect) {
        heap_collect(h);
    }
    return collect;
}

void *heap_resize(struct heap *h, void *block, size_t old, size_t now) {
    bool collected = make_way(h, now - old);
    void *p = mem_resize(h->alloc, block, old, now);
    if (!p && !collected) {
        heap_collect(h);
        p = mem_resize(h->alloc, block, old, now);
    }
    if (p) {
        h->since += now - old;
    }
    return p;
}

void *heap_object(struct heap *h, size_t n) {
    bool collected = make_way(h, n);
    void *p = slab_take(&h->slabs, n);
    if (!p && !collected) {
        heap_collect(h);
        p = slab_take(&h->slabs, n);
    }
    if (p) {
        h->since += n;
    }
    return p;
}

void *heap_object_zero(struct heap *h, size_t n) {
    void *p = heap_object(h, n);
    if (p) {
        memset(p, 0, n);
    }
    return p;
}

void *heap_zero(struct heap *h, size_t n) {
    void *p = heap_resize(h, NULL, 0, n);
    if (p) {
        memset(p, 0, n);
    }
    return p;
}

void heap_enter(struct heap *h, struct object *o, enum object_kind kind) {
    o->kind = (uint8_t)kind;
    o->next = h->objects;
    h->objects = o;
}

/* ---- lists ---- */

struct list *heap_list(struct heap *h, uint32_t n, bool refs, bool wide) {
    assert(!refs || !wide);
    size_t bytes = n * (wide ? 2 : 1) * sizeof(union word);
    union word *at = NULL;
    if (n) {
        at = heap_zero(h, bytes);
        if (!at) {
            return NULL;
        }
    }
    struct list *l = heap_object_zero(h, sizeof *l);
    if (!l) {
        mem_give(h->alloc, at, bytes);
        return NULL;
    }
    l->refs = refs;
    l->wide = wide;
    l->n = l->cap = n;
    l->at = at;
    heap_enter(h, &l->head, OBJ_LIST);
    return l;
}

/* The operands stay where they are, so that they may lie in the register the result is put in. */
struct list *heap_list_join(struct heap *h, const struct list *a, uint32_t first, uint32_t n,
                            const struct list *b) {
    uint32_t more = b ? b->n : 0, total = n + more;
    uint8_t *states = NULL;
    if ((a->states || (b && b->states)) && total) {
        states = heap_zero(h, total);
        if (!states) {
            return NULL;
        }
        if (a->states) {
            memcpy(states, a->states + first, n);
        }
        if (b && b->states) {
            memcpy(states + n, b->states, more);
        }
    }
    struct list *l = heap_list(h, total, a->refs, a->wide);
    if (!l) {
        mem_give(h->alloc, states, total);
        return NULL;
    }
    size_t row = list_row(l);
    if (n) {
        memcpy(l->at, (const char *)a->at + first * row, n * row);
    }
    if (more) {
        memcpy((char *)l->at + n * row, b->at, more * row);
    }
    share_references(l->at, l->refs ? total : 0);
    l->states = states;
    return l;
}

struct list *heap_list_copy(struct heap *h, const struct list *l) {
    return heap_list_join(h, l, 0, l->n, NULL);
}

/* The elements come last: they may grow in place, which cannot be undone if the
 * states then failed. */
static bool list_reserve(struct heap *h, struct list *l, uint32_t cap) {
    uint8_t *states = NULL;
    if (l->states) {
        states = heap_zero(h, cap);
        if (!states) {
            return false;
        }
        memcpy(states, l->states, l->cap);
    }
    union word *at = heap_resize(h, l->at, l->cap * list_row(l), cap * list_row(l));
    if (!at) {
        mem_give(h->alloc, states, cap);
        return false;
    }
    mem_give(h->alloc, l->states, l->cap);
    l->at = at;
    l->states = states;
    l->cap = cap;
    return true;
}

static bool list_grow(struct heap *h, struct list *l, uint32_t least) {
    if (l->cap > UINT32_MAX / 2 || least > UINT32_MAX / 2) {
        return false;
    }
    uint32_t cap = l->cap ? l->cap * 2 : FIRST_ELEMENTS;
    return list_reserve(h, l, cap > least ? cap : least);
}

bool heap_list_push(struct heap *h, struct list *l) {
    if (l->n == l->cap && !list_grow(h, l, 0)) {
        return false;
    }
    memset((char *)l->at + l->n * list_row(l), 0, list_row(l));
    if (l->states) {
        l->states[l->n] = PRESENT;
    }
    l->n++;
    return true;
}

bool heap_list_states(struct heap *h, struct list *l) {
    if (l->states) {
        return true;
    }
    if (l->cap == 0 && !list_grow(h, l, 0)) {
        return false;
    }
    l->states = heap_zero(h, l->cap);
    return l->states != NULL;
}

bool heap_list_extend(struct heap *h, struct list *l, const struct list *more) {
    uint32_t n = more->n, before = l->n;
    if (n == 0) {
        return true;
    }
    if (n > UINT32_MAX - before || (n > l->cap - before && !list_grow(h, l, before + n)) ||
        (more->states && !heap_list_states(h, l))) {
        return false;
    }
    size_t row = list_row(l);
    memcpy((char *)l->at + before * row, more->at, n * row);
    share_references(l->at + before, l->refs ? n : 0);
    if (more->states) {
        memcpy(l->states + before, more->states, n);
    } else if (l->states) {
        memset(l->states + before, PRESENT, n);
    }
    l->n += n;
    return true;
}

void share_references(union word *at, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        object_share(at[i].ref);
    }
}

/* ---- the others ---- */

struct record *heap_record(struct heap *h, uint16_t nrefs, uint16_t nwords) {
    struct record *r = heap_object_zero(h, record_size(nrefs, nwords));
    if (!r) {
        return NULL;
    }
    r->nrefs = nrefs;
    r->nwords = nwords;
    heap_enter(h, &r->head, OBJ_RECORD);
    return r;
}

struct record *heap_record_copy(struct heap *h, const struct record *r) {
    struct record *copy = heap_record(h, r->nrefs, r->nwords);
    if (copy) {
        memcpy(copy->at, r->at, ((size_t)r->nrefs + r->nwords) * sizeof(union word));
        share_references(copy->at, r->nrefs);
    }
    return copy;
}

struct frame_object *heap_frame(struct heap *h, struct frame *f) {
    struct frame_object *o = heap_object_zero(h, sizeof *o);
    if (!o) {
        frame_drop(f);
        return NULL;
    }
    o->frame = f;
    h->since += frame_weight(f);
    heap_enter(h, &o->head, OBJ_FRAME);
    return o;
}

struct relation *heap_relation(struct heap *h, const struct plan *plan, uint16_t nrefs,
                               uint16_t nwords) {
    struct relation *r = heap_object_zero(h, relation_size(nrefs, nwords));
    if (!r) {
        return NULL;
    }
    r->plan = plan;
    r->nrefs = nrefs;
    r->nwords = nwords;
    heap_enter(h, &r->head, OBJ_RELATION);
    return r;
}

struct outside *heap_outside(struct heap *h, uint32_t nrefs) {
    struct outside *o = heap_object_zero(h, outside_size(nrefs));
    if (!o) {
        return NULL;
    }
    o->nrefs = nrefs;
    heap_enter(h, &o->head, OBJ_OUTSIDE);
    return o;
}

static char *lines_copy(struct heap *h, struct str s) {
    char *copy = heap_resize(h, NULL, 0, s.n + 1);
    if (copy) {
        if (s.n) {
            memcpy(copy, s.p, s.n);
        }
        copy[s.n] = '\0';
    }
    return copy;
}

struct picture *heap_picture(struct heap *h, struct str terminal, struct str svg) {
    char *lines = lines_copy(h, terminal);
    char *document = lines ? lines_copy(h, svg) : NULL;
    struct picture *p = document ? heap_object_zero(h, sizeof *p) : NULL;
    if (!p) {
        mem_give(h->alloc, lines, terminal.n + 1);
        mem_give(h->alloc, document, svg.n + 1);
        return NULL;
    }
    p->terminal = lines;
    p->svg = document;
    p->nterminal = terminal.n;
    p->nsvg = svg.n;
    heap_enter(h, &p->head, OBJ_PICTURE);
    return p;
}

bool heap_picture_made(struct heap *h, struct picture *p, struct str how) {
    p->made = lines_copy(h, how);
    p->nmade = p->made ? how.n : 0;
    return p->made != NULL;
}
