/* Lists as values and as columns hold them. */
#include "column/items.h"
#include "run/machine.h"

static bool no_memory(struct vm *vm) {
    vm_no_memory(vm);
    return false;
}

static const struct site *site_of(const struct vm *vm, const struct instruction *i) {
    return vm->frame->proto->sites[i->a];
}

/* ---- to a list ---- */

static bool push_item(struct vm *vm, struct list *l, const struct item *item) {
    uint32_t at = l->n;
    if (!heap_list_push(&vm->heap, l))
        return no_memory(vm);
    l->at[at] = (union word){.i = 0};
    if (item->missing) {
        if (!l->refs && !heap_list_states(&vm->heap, l))
            return no_memory(vm);
        if (!l->refs)
            l->states[at] = MISSING;
        return true;
    }
    if (!l->refs) {
        l->at[at].i = item->i; /* a float is the word it is */
        return true;
    }
    struct text *text = heap_text(&vm->heap, item->text);
    if (!text)
        return no_memory(vm);
    l->at[at].ref = &text->head;
    return true;
}

/* A missing list is an empty one. The list hangs on its register, where the text may have been,
 * while it is filled. */
OPERATION(list_of_items) {
    const struct site *site = site_of(vm, i);
    const struct type *element = site->result.type->element;
    struct value from = value_at(s, r, site->values[0]);
    struct list *l = heap_list(&vm->heap, 0, list_layout_of(element) == LAYOUT_REFS, false);
    if (!l)
        return no_memory(vm);
    struct object **place = &vm->frame->r[site->result.reg];
    struct buf json;
    buf_init(&json, vm->alloc);
    buf_str(&json, from.w[0].ref ? value_str(&from) : STR("[]"));
    *place = &l->head;
    struct items items;
    struct item item;
    bool ok = !json.failed;
    items_open(&items, vm->alloc, buf_view(&json), element->kind);
    while (ok && items_next(&items, &item))
        ok = push_item(vm, l, &item);
    if (json.failed || (ok && items.text.failed))
        ok = no_memory(vm);
    items_close(&items);
    buf_free(&json);
    return ok;
}

/* ---- from a list ---- */

static struct item item_of_value(const struct value *v) {
    struct item item = {.missing = value_state(v) != PRESENT, .text = STR_NONE};
    if (item.missing)
        return item;
    if (v->type->kind == TY_TEXT)
        item.text = value_str(v);
    else
        item.i = v->w[0].i; /* a float is the word it is */
    return item;
}

void put_list_items(struct buf *json, const struct value *list) {
    const struct list *l = (const struct list *)list->w[0].ref;
    const struct type *element = list->type->element;
    items_start(json);
    for (uint32_t k = 0; l && k < l->n; k++) {
        struct value v = list_value(l, element, k);
        struct item item = item_of_value(&v);
        items_put(json, element->kind, &item);
    }
    items_end(json);
}

OPERATION(items_of_list) {
    const struct site *site = site_of(vm, i);
    struct value from = value_at(s, r, site->values[0]);
    struct buf json;
    buf_init(&json, vm->alloc);
    put_list_items(&json, &from);
    struct text *text = json.failed ? NULL : heap_text(&vm->heap, buf_view(&json));
    buf_free(&json);
    if (!text)
        return no_memory(vm);
    vm->frame->r[site->result.reg] = &text->head;
    return true;
}
