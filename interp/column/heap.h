/* The collected heap: precise, non-moving mark and sweep.
 *
 * Roots are whole arrays of object pointers (the VM's reference stack, global
 * references, constants), handed over by a callback. Numeric lists and texts
 * are leaves. A collection starts when the bytes taken since the last one
 * exceed what was live then (at least 1 MiB), never at other moments than an
 * allocation, so a value must be in a root before the next allocation. In
 * stress mode every allocation collects. All functions that allocate return
 * NULL when out of memory, after one collection was tried. */
#ifndef SPOKE_HEAP_H
#define SPOKE_HEAP_H

#include "column/column.h"
#include "column/slab.h"

struct heap;
struct plan;
/* Calls heap_mark for every root. */
typedef void (*heap_roots_fn)(struct heap *h, void *user);

struct heap {
    struct alloc *alloc;
    struct object *objects;
    struct slabs slabs;            /* of the objects themselves */
    size_t live, since, threshold; /* bytes */
    bool stress;
    heap_roots_fn roots;
    void *roots_user;
    struct object **gray; /* mark stack */
    uint32_t ngray, cap_gray;
    bool rescan; /* the stack could not grow: some marked object is not yet looked into */
    uint64_t collections;
};
void heap_init(struct heap *h, struct alloc *alloc, heap_roots_fn roots, void *user);
void heap_free(struct heap *h);
void heap_mark(struct heap *h, struct object *o); /* NULL allowed */
void heap_collect(struct heap *h);

struct text *heap_text(struct heap *h, struct str s);
/* n bytes that the caller fills in before anything else is allocated. */
struct text *heap_text_room(struct heap *h, size_t n);
/* Two texts in one; either may be pinned. */
struct text *heap_join(struct heap *h, const struct text *a, const struct text *b);
/* As heap_join, for a text that one variable alone holds: `a` itself grows when it was made here
 * and is not OBJ_SHARED. Many small additions cost no more than their bytes. */
struct text *heap_append(struct heap *h, struct text *a, const struct text *b);
/* n elements, zeroed and present; `refs` elements start NULL. */
struct list *heap_list(struct heap *h, uint32_t n, bool refs, bool wide);
struct list *heap_list_copy(struct heap *h, const struct list *l);
/* Room for one more; false: no memory. The caller sets the element. */
bool heap_list_push(struct heap *h, struct list *l);
bool heap_list_states(struct heap *h, struct list *l); /* makes sure of a state array */
/* A new list of n elements of `a` from number `first`, then those of `b`, which may be NULL. */
struct list *heap_list_join(struct heap *h, const struct list *a, uint32_t first, uint32_t n,
                            const struct list *b);
/* The elements of `more`, of the same layout, behind those of `l`. */
bool heap_list_extend(struct heap *h, struct list *l, const struct list *more);
/* Marks as shared what n references point at: they are in two places now. */
void share_references(union word *at, uint32_t n);
struct record *heap_record(struct heap *h, uint16_t nrefs, uint16_t nwords);
struct record *heap_record_copy(struct heap *h, const struct record *r);

/* A finished relation as a value; takes over the caller's reference, also when it fails. */
struct frame_object {
    struct object head;
    struct frame *frame;
};
struct frame_object *heap_frame(struct heap *h, struct frame *f);

/* A lazy relation: the plan (borrowed from the unit's arena, which outlives
 * the heap) and the values its expressions captured, references first. */
struct relation {
    struct object head;
    const struct plan *plan;
    uint16_t nrefs, nwords;
    union word captured[];
};
struct relation *heap_relation(struct heap *h, const struct plan *plan, uint16_t nrefs,
                               uint16_t nwords);

/* A picture in two forms: lines for a terminal and an SVG document. */
struct picture {
    struct object head;
    char *terminal, *svg; /* owned; zero-ended */
    char *made;           /* how, for `explain`; likewise, or NULL */
    size_t nterminal, nsvg, nmade;
};
struct picture *heap_picture(struct heap *h, struct str terminal, struct str svg);
/* Once for each picture. False: no memory. */
bool heap_picture_made(struct heap *h, struct picture *p, struct str how);

/* Stands for a thing outside the heap. `gone` is told when nobody holds it any more; it may not use
 * the heap. */
struct outside {
    struct object head;
    void *thing;
    void (*gone)(void *thing);
    uint32_t nrefs;
    union word at[]; /* what is to live as long */
};
/* References are NULL. */
struct outside *heap_outside(struct heap *h, uint32_t nrefs);

/* ---- for the files of the heap itself ---- */

/* May collect, and does so at most once; `old` 0 takes a new block. */
void *heap_resize(struct heap *h, void *block, size_t old, size_t now);
void *heap_zero(struct heap *h, size_t n);
/* The block of an object, of which `object_size` tells the size again. */
void *heap_object(struct heap *h, size_t n);
void *heap_object_zero(struct heap *h, size_t n);
/* Into the list of objects, when all of the object is there. */
void heap_enter(struct heap *h, struct object *o, enum object_kind kind);

#endif
