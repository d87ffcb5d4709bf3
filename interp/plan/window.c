/* Windows, and samples, which are a window and a condition.
 *
 * What a window reads (partition, order, arguments) is computed below it and handed up as hidden
 * outputs; its values are the slots behind the row's own. The fields are then expressions over
 * both. */
#include "plan/build.h"

/* Where the aggregates and window words of the fields have gone. */
struct window_call {
    const struct node *node;
    uint32_t slot; /* in the window's segment */
};
struct window_calls {
    struct window_call *at;
    uint32_t n, cap;
};
struct window_list {
    struct window *at;
    uint32_t n, cap;
};

struct node *window_input(const struct row *row, const struct node *n) {
    for (uint32_t i = 0; row->windows && i < row->windows->n; i++) {
        if (row->windows->at[i].node == n) {
            return tree_input(row->segment->low, row->windows->at[i].slot, n->type, n->span);
        }
    }
    assert(false && "a window word outside its window");
    return tree_input(row->segment->low, 0, n->type, n->span);
}

/* ---- arguments: slots of the rows below, later the outputs that hold them ---- */

static struct aggregation aggregation_of(struct segment *g, const struct node *n) {
    struct row row = row_of(g);
    struct aggregation a = {.kind = (enum aggregate)n->value.i, .type = n->type};
    a.argument = n->a ? (int)lower_slot(&row, n->a) : -1;
    a.filter = -1;
    if (n->b) {
        struct node *only = lower_tree(&row, n->b);
        a.filter = (int)segment_compute(g, only);
        segment_undecided(g, tree_input(g->low, (uint32_t)a.filter, only->type, n->span));
    }
    return a;
}

static struct window window_of(struct segment *g, const struct node *n) {
    struct window w = {.argument = -1, .type = n->type, .rows = (uint32_t)n->value2};
    w.aggregation.argument = w.aggregation.filter = -1;
    if (n->kind == N_AGGREGATE) {
        w.kind = WINDOW_AGGREGATE;
        w.aggregation = aggregation_of(g, n);
        return w;
    }
    w.kind = (enum window_kind)n->value.i;
    struct row row = row_of(g);
    if (w.kind == WINDOW_ROLLING) {
        w.aggregation = aggregation_of(g, n->a);
    } else if (n->a) {
        w.argument = (int)lower_slot(&row, n->a);
    }
    return w;
}

static void find_windows(struct segment *g, struct window_calls *calls, struct window_list *list,
                         const struct node *n) {
    if (!n || n->kind == N_FROM || n->kind == N_PIPELINE || n->kind == N_QUESTION) {
        return;
    }
    if (n->kind == N_AGGREGATE || n->kind == N_OVER) {
        ARENA_PUSH(g->low->arena, calls) = (struct window_call){n, 0};
        ARENA_PUSH(g->low->arena, list) = window_of(g, n);
        return;
    }
    const struct node *parts[] = {n->a, n->b, n->c, n->d};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        find_windows(g, calls, list, parts[i]);
    }
    for (uint32_t i = 0; i < n->list.n; i++) {
        find_windows(g, calls, list, n->list.at[i]);
    }
    for (uint32_t i = 0; i < n->more.n; i++) {
        find_windows(g, calls, list, n->more.at[i]);
    }
}

/* ---- the segment ---- */

static void hand_up(struct segment *g, int *slot) {
    if (*slot >= 0) {
        *slot = (int)output_of(g, (uint32_t)*slot);
    }
}

/* A window over the closed row `g`; its values' slots are the last of the segment. */
static struct segment *window_over(struct segment *g, const struct row_fields *within,
                                   const struct sort_keys *order, struct window_list *list) {
    struct arena *arena = g->low->arena;
    uint32_t *keys = ARENA_ARRAY(arena, uint32_t, within->n);
    for (uint32_t i = 0; i < within->n; i++) {
        keys[i] = output_of(g, within->at[i].slot);
    }
    for (uint32_t i = 0; i < list->n; i++) {
        hand_up(g, &list->at[i].argument);
        hand_up(g, &list->at[i].aggregation.argument);
        hand_up(g, &list->at[i].aggregation.filter);
    }
    segment_in_order(g);
    struct segment *w = segment_over(g, BASE_WINDOW);
    reopen_row(w, g);
    w->plan->keys = keys;
    w->plan->nkeys = within->n;
    w->plan->sort_keys = order->at;
    w->plan->nsort_keys = order->n;
    for (uint32_t i = 0; i < list->n; i++) {
        ARENA_PUSH(arena, &w->windows) = list->at[i];
        segment_slot(w, list->at[i].type);
    }
    return w;
}

struct segment *lower_window(struct segment *g, const struct node *v) {
    struct lowering *low = g->low;
    struct row row = row_of(g);
    const struct node_list none = {NULL, 0, 0}, *order = v->a ? &v->a->list : &none;
    struct row_fields within = fields_of(g, &v->list);
    uint32_t *slots = ARENA_ARRAY(low->arena, uint32_t, order->n);
    for (uint32_t i = 0; i < order->n; i++) {
        slots[i] = lower_slot(&row, order->at[i]->a);
    }
    struct window_calls calls = {NULL, 0, 0};
    struct window_list list = {NULL, 0, 0};
    for (uint32_t i = 0; i < v->more.n; i++) {
        find_windows(g, &calls, &list, v->more.at[i]->a);
    }
    close_row(g);
    struct sort_keys keys = {NULL, 0, 0};
    for (uint32_t i = 0; i < order->n; i++) {
        add_sort_key(g, &keys, slots[i], order->at[i]->flags & FLAG_DESCENDING);
    }
    struct segment *w = window_over(g, &within, &keys, &list);
    for (uint32_t i = 0; i < calls.n; i++) {
        calls.at[i].slot = w->slot_types.n - calls.n + i;
    }
    struct row above = row_of(w);
    above.windows = &calls;
    for (uint32_t i = 0; i < v->more.n; i++) {
        const struct node *f = v->more.at[i];
        segment_field(w, f->text, f->a->type, lower_slot(&above, f->a));
    }
    return w;
}

/* ---- sample ---- */

/* place <= n, or for a share place <= number of rows * share, compared exactly. */
static struct node *is_drawn(struct segment *w, const struct node *count, uint32_t place,
                             uint32_t total) {
    struct lowering *low = w->low;
    struct row row = row_of(w);
    const struct type *number = w->slot_types.at[place];
    struct node *drawn = tree_input(low, place, number, count->span);
    if (type_is_ratio(count->type)) {
        const struct type *ratio = type_scalar(low->types, TY_RATIO, true);
        drawn =
            tree_binary(low, TOK_SLASH, drawn, tree_input(low, total, number, count->span), ratio);
        return tree_binary(low, TOK_LE, drawn, tree_convert(low, lower_tree(&row, count), ratio),
                           type_bool(low, true));
    }
    return tree_binary(low, TOK_LE, drawn, lower_tree(&row, count), type_bool(low, false));
}

struct segment *lower_sample(struct segment *g, const struct node *v) {
    struct lowering *low = g->low;
    struct row row = row_of(g);
    const struct type *number = type_scalar(low->types, TY_INT, false);
    struct node *seed = v->b ? lower_tree(&row, v->b) : tree_int(low, 0);
    uint32_t seeded = segment_compute(g, seed);
    close_row(g);
    struct window_list list = {NULL, 0, 0};
    struct window shuffle = {.kind = WINDOW_SHUFFLE, .argument = (int)seeded, .type = number};
    shuffle.aggregation.argument = shuffle.aggregation.filter = -1;
    struct window total = shuffle;
    total.kind = WINDOW_AGGREGATE;
    total.argument = -1;
    total.aggregation.kind = AGG_COUNT;
    total.aggregation.type = number;
    ARENA_PUSH(low->arena, &list) = shuffle;
    ARENA_PUSH(low->arena, &list) = total;
    struct row_fields within = {NULL, 0, 0};
    struct sort_keys order = {NULL, 0, 0};
    struct segment *w = window_over(g, &within, &order, &list);
    uint32_t place = w->slot_types.n - 2;
    segment_filter(w, is_drawn(w, v->a, place, place + 1), v->span);
    return w;
}
