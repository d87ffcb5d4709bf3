/* Handles: pointers that a library gave and wants back.
 *
 * The heap's object refers to a `foreign_live`, which the loader owns and keeps in a list, newest
 * first. When the object is collected it is only marked; the library's function is called before a
 * later call, or when the interpreter closes, in the order of the list: what was made with another
 * handle goes before it. A handle keeps those it was made with alive; one that C took is closed,
 * and so is all that was made with it. */
#include "foreign/parts.h"

enum { FIRST_COLLECT = 256 };

static void unlink_live(struct foreign_live *l) {
    *l->place = l->next;
    if (l->next)
        l->next->place = l->place;
    l->loader->nhandles--;
}

static void let_parents_go(struct foreign_live *l) {
    for (uint32_t i = 0; l->owned && i < l->nparents; i++)
        l->parents[i]->dependents--;
    l->owned = false;
}

static void destroy(struct foreign_live *l) {
    bool owned = l->owned && !l->closed;
    let_parents_go(l);
    l->closed = true;
    if (owned)
        l->kind->address(l->pointer);
}

static void live_free(struct foreign_live *l) {
    unlink_live(l);
    mem_give(l->loader->alloc, l, sizeof *l + l->nparents * sizeof *l->parents);
}

static void is_gone(void *thing) {
    struct foreign_live *l = thing;
    l->collected = true;
    l->loader->ncollected++;
}

static struct foreign_live *live_of(const struct object *handle) {
    return ((const struct outside *)(const void *)handle)->thing;
}

/* ---- making ---- */

/* The handles among the arguments, each once; `out` may be NULL. */
static uint32_t find_parents(const struct foreign_call *c, struct object **out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->f->n; i++) {
        const struct foreign_parameter *p = &c->f->parameters[i];
        if (p->type->kind != FOREIGN_HANDLE || p->given < 0 || p->take)
            continue;
        struct object *o = c->arguments[p->given].w[0].ref;
        if (!o)
            continue;
        if (out)
            out[n] = o;
        n++;
    }
    return n;
}

static void adopt(struct foreign_live *l, struct outside *o) {
    for (uint32_t i = 0; i < l->nparents; i++) {
        l->parents[i] = live_of(o->at[i].ref);
        l->parents[i]->dependents += l->owned;
    }
}

static void link_live(struct foreign_loader *loader, struct foreign_live *l) {
    l->loader = loader;
    l->next = loader->handles;
    l->place = &loader->handles;
    if (l->next)
        l->next->place = &l->next;
    loader->handles = l;
    loader->nhandles++;
}

bool foreign_handle_new(struct foreign_call *c, const struct foreign_handle *kind, void *pointer,
                        bool owned, union word *slot) {
    struct foreign_loader *loader = c->loader;
    struct object *parents[FOREIGN_MOST_ARGUMENTS];
    uint32_t n = find_parents(c, parents);
    size_t size = sizeof(struct foreign_live) + n * sizeof(struct foreign_live *);
    struct outside *o = heap_outside(&c->vm->heap, n);
    struct foreign_live *l = o ? mem_zero(loader->alloc, size) : NULL;
    if (!l) {
        if (owned)
            kind->address(pointer);
        return foreign_no_memory(c);
    }
    l->pointer = pointer;
    l->kind = kind;
    l->owned = owned;
    l->nparents = n;
    for (uint32_t i = 0; i < n; i++)
        o->at[i].ref = parents[i];
    adopt(l, o);
    link_live(loader, l);
    o->thing = l;
    o->gone = is_gone;
    slot->ref = &o->head;
    return true;
}

/* ---- using ---- */

static bool is_closed(const struct foreign_live *l) {
    bool closed = l->closed;
    for (uint32_t i = 0; i < l->nparents && !closed; i++)
        closed = is_closed(l->parents[i]);
    return closed;
}

bool foreign_handle_pointer(struct foreign_call *c, const struct object *handle, void **out) {
    const struct foreign_live *l = live_of(handle);
    if (is_closed(l)) {
        vm_fail(c->vm, ST_FAILED, E0957, "%s, a `%.*s`, was released already%s", foreign_where(c),
                STR_ARG(l->kind->name), l->closed ? "" : ", with what it was made from");
        return false;
    }
    *out = l->pointer;
    return true;
}

bool foreign_handle_may_go(struct foreign_call *c, const struct object *handle) {
    const struct foreign_live *l = live_of(handle);
    for (uint32_t i = 0; i < c->f->n; i++) {
        const struct foreign_parameter *p = &c->f->parameters[i];
        bool other = (int32_t)i != c->parameter && p->given >= 0 &&
                     p->type->kind == FOREIGN_HANDLE && c->arguments[p->given].w[0].ref == handle;
        if (!other)
            continue;
        vm_fail(c->vm, ST_FAILED, E0957, "%s is given twice, and one of them lets it go",
                foreign_where(c));
        return false;
    }
    if (l->dependents == 0)
        return true;
    vm_fail(c->vm, ST_FAILED, E0957, "%s, a `%.*s`, cannot go: %u other handle%s made with it",
            foreign_where(c), STR_ARG(l->kind->name), l->dependents,
            l->dependents == 1 ? " was" : "s were");
    return false;
}

void foreign_handle_close(const struct object *handle) {
    struct foreign_live *l = live_of(handle);
    let_parents_go(l);
    l->closed = true;
}

/* ---- giving back ---- */

/* The functions of the library run while nothing points at what goes. */
static void give_collected_back(struct foreign_loader *loader) {
    for (struct foreign_live *l = loader->handles, *next; l && loader->ncollected; l = next) {
        next = l->next;
        if (!l->collected)
            continue;
        loader->ncollected--;
        destroy(l);
        live_free(l);
    }
}

void foreign_handles_tidy(struct foreign_loader *loader, struct heap *heap) {
    if (loader->call && loader->call->outer) /* C may be in the middle of something */
        return;
    if (loader->nhandles >= (loader->collect_at ? loader->collect_at : FIRST_COLLECT)) {
        heap_collect(heap);
        give_collected_back(loader);
        uint32_t twice = 2 * loader->nhandles;
        loader->collect_at = twice > FIRST_COLLECT ? twice : FIRST_COLLECT;
    }
    give_collected_back(loader);
}

void foreign_handles_free(struct foreign_loader *loader) {
    for (struct foreign_live *l = loader->handles; l; l = l->next)
        destroy(l);
    while (loader->handles)
        live_free(loader->handles);
    loader->ncollected = 0;
}
