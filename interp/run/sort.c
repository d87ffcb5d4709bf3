/* Lists in order: a stable merge sort over keys.
 *
 * Each element gets a whole number that sorts as it does; only where two are
 * equal and the number does not say all (texts, ratios) the elements are
 * compared. Missing elements come last, in the order in which they stood. The
 * work lies in memory of its own, so no collection can come in between. */
#include "base/num.h"
#include "run/machine.h"

struct item {
    int64_t key;
    uint32_t at;
};

struct sorting {
    const struct list *list;
    uint32_t kind;
    bool down;
    struct item *items, *other;
    uint32_t n, present; /* elements; those that are not missing, which come first */
};

enum { RUN = 8 };

/* ---- keys ---- */

/* Of a float, so that keys compare as the numbers do; no number comes behind all others. */
static int64_t float_key(double x) {
    union word w = {.f = x == 0 ? 0 : x};
    if (x != x)
        return INT64_MAX;
    return w.i < 0 ? (int64_t)((uint64_t)INT64_MIN - (uint64_t)w.i) : w.i;
}

/* The first eight bytes, as a number in whose order texts are. */
static int64_t text_key(struct str s) {
    uint64_t key = 0;
    for (size_t i = 0; i < 8; i++)
        key = key << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
    return (int64_t)(key ^ (uint64_t)1 << 63);
}

static int64_t key_of(const struct sorting *s, uint32_t i) {
    const union word *at = &s->list->at[(size_t)i << s->list->wide];
    switch (s->kind) {
    case SORT_FLOATS:
        return float_key(at->f);
    case SORT_PAIRS:
        return 0;
    case SORT_TEXTS:
        return text_key(text_str((const struct text *)at->ref));
    default:
        return at->i;
    }
}

static bool is_there(const struct list *l, uint32_t i) {
    if (l->wide)
        return l->at[2 * (size_t)i + 1].i > 0;
    if (l->refs)
        return l->at[i].ref != NULL;
    return !l->states || l->states[i] == PRESENT;
}

/* ---- comparing ---- */

static int compare_equal_keys(const struct sorting *s, uint32_t x, uint32_t y) {
    const struct list *l = s->list;
    if (s->kind == SORT_TEXTS)
        return str_compare(text_str((const struct text *)l->at[x].ref),
                           text_str((const struct text *)l->at[y].ref));
    if (s->kind == SORT_PAIRS) {
        const union word *a = &l->at[2 * (size_t)x], *b = &l->at[2 * (size_t)y];
        return num_compare_ratio(a[0].i, a[1].i, b[0].i, b[1].i);
    }
    return 0;
}

static inline bool comes_before(const struct sorting *s, const struct item *x,
                                const struct item *y) {
    if (x->key != y->key)
        return (x->key < y->key) != s->down;
    if (s->kind < SORT_PAIRS)
        return false;
    int order = compare_equal_keys(s, x->at, y->at);
    return s->down ? order > 0 : order < 0;
}

/* ---- sorting ---- */

static void sort_run(struct sorting *s, uint32_t first, uint32_t stop) {
    for (uint32_t i = first + 1; i < stop; i++) {
        struct item x = s->items[i];
        uint32_t at = i;
        for (; at > first && comes_before(s, &x, &s->items[at - 1]); at--)
            s->items[at] = s->items[at - 1];
        s->items[at] = x;
    }
}

static void merge(const struct sorting *s, uint32_t first, uint32_t middle, uint32_t stop) {
    const struct item *a = s->items + first, *b = s->items + middle;
    const struct item *a_stop = b, *b_stop = s->items + stop;
    struct item *out = s->other + first;
    while (a < a_stop && b < b_stop)
        *out++ = comes_before(s, b, a) ? *b++ : *a++;
    memcpy(out, a, (size_t)(a_stop - a) * sizeof *a);
    memcpy(out + (a_stop - a), b, (size_t)(b_stop - b) * sizeof *b);
}

static uint32_t least(uint64_t x, uint32_t y) {
    return x < y ? (uint32_t)x : y;
}

/* False: the run has to end. */
static bool sort_items(struct vm *vm, struct sorting *s) {
    uint32_t n = s->present;
    for (uint64_t first = 0; first < n; first += RUN)
        sort_run(s, (uint32_t)first, least(first + RUN, n));
    for (uint64_t width = RUN; width < n; width *= 2) {
        if (vm->left > n / 64 + 1)
            vm->left -= n / 64;
        else if (!poll_control(vm))
            return false;
        for (uint64_t first = 0; first < n; first += 2 * width)
            merge(s, (uint32_t)first, least(first + width, n), least(first + 2 * width, n));
        /* the missing ones, which lie behind, are in both halves */
        struct item *sorted = s->other;
        s->other = s->items;
        s->items = sorted;
    }
    return true;
}

static void fill(struct sorting *s) {
    uint32_t missing = 0;
    for (uint32_t i = 0; i < s->n; i++)
        missing += !is_there(s->list, i);
    s->present = s->n - missing;
    uint32_t present = 0, behind = s->present;
    for (uint32_t i = 0; i < s->n; i++) {
        bool there = is_there(s->list, i);
        uint32_t at = there ? present++ : behind++;
        s->items[at] = s->other[at] = (struct item){there ? key_of(s, i) : 0, i};
    }
}

/* The list to be made; it goes into a register at once, another one than that of what is sorted. */
static struct list *make_list(struct vm *vm, struct object **to, const struct sorting *s,
                              bool as_positions) {
    const struct list *l = s->list;
    struct list *made =
        heap_list(&vm->heap, s->n, !as_positions && l->refs, !as_positions && l->wide);
    if (made)
        *to = &made->head;
    if (made && (as_positions || !l->states || heap_list_states(&vm->heap, made)))
        return made;
    vm_no_memory(vm);
    return NULL;
}

static void gather(struct list *to, const struct sorting *s) {
    size_t width = (size_t)1 << s->list->wide;
    for (uint32_t i = 0; i < s->n; i++) {
        memcpy(&to->at[i * width], &s->list->at[s->items[i].at * width],
               width * sizeof(union word));
        if (to->states)
            to->states[i] = s->list->states[s->items[i].at];
    }
}

static void positions(struct list *to, const struct sorting *s) {
    for (uint32_t i = 0; i < s->n; i++)
        to->at[i].i = (int64_t)s->items[i].at + 1;
}

static bool sorted_into(struct vm *vm, const struct instruction *i, struct object **r,
                        bool as_positions) {
    static const struct list empty;
    struct sorting s = {.list = r[i->b] ? (const struct list *)r[i->b] : &empty};
    s.kind = i->c % SORT_DOWN;
    s.down = i->c >= SORT_DOWN;
    s.n = s.list->n;
    size_t bytes = (size_t)s.n * sizeof *s.items;
    struct item *items = bytes ? mem_take(vm->alloc, 2 * bytes) : NULL;
    if (bytes && !items) {
        vm_no_memory(vm);
        return false;
    }
    s.items = items;
    s.other = items ? items + s.n : NULL;
    fill(&s);
    struct list *out = sort_items(vm, &s) ? make_list(vm, &r[i->a], &s, as_positions) : NULL;
    if (out && as_positions)
        positions(out, &s);
    else if (out)
        gather(out, &s);
    mem_give(vm->alloc, items, 2 * bytes);
    return out != NULL;
}

OPERATION(list_order) {
    UNUSED(s);
    return sorted_into(vm, i, r, true);
}

OPERATION(list_sorted) {
    UNUSED(s);
    return sorted_into(vm, i, r, false);
}
