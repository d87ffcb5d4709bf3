/* Fitting a table to a terminal.
 *
 * In this order: everything as it is; texts shortened to COMFORTABLE, the widest first; columns
 * left out from where two thirds lie before them, never a key; texts shortened to TIGHT. Numbers are never cut, so a
 * table of keys and numbers may still be wider than the terminal: a wrong figure is worse than a
 * wrapped line. */
#include "render/layout.h"

enum {
    COMFORTABLE = 20,
    TIGHT = 4,
    LEAST_HEADER = 12 /* of a number column: its name may be cut to this */
};

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}
static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t natural_width(const struct layout_column *c) {
    return larger(larger(c->header, c->content), 1);
}

static size_t least_width(const struct layout_column *c, bool tight) {
    if (c->elastic) {
        return smaller(natural_width(c), tight ? TIGHT : COMFORTABLE);
    }
    return larger(c->content, smaller(natural_width(c), tight ? TIGHT : LEAST_HEADER));
}

size_t layout_width(const struct layout_column *columns, uint32_t n, size_t gap) {
    size_t total = 1;
    bool in_gap = false;
    for (uint32_t i = 0; i < n; i++) {
        if (columns[i].shown) {
            total += columns[i].width + 3;
        } else if (!in_gap) {
            total += gap + 3;
        }
        in_gap = !columns[i].shown;
    }
    return total;
}

/* The shown column that may go nearest to where two thirds lie before it: what an answer is about and
 * its figure stand in front, what it was worked out from behind, and the last is often a share or a
 * mark. The last one only when no other is left. n: there is none. */
static uint32_t find_droppable(const struct layout_column *columns, uint32_t n) {
    uint32_t best = n, best_distance = UINT32_MAX;
    for (uint32_t i = 1; i + 1 < n; i++) {
        uint32_t at = 3 * i, from = 2 * (n - 1);
        uint32_t distance = at > from ? at - from : from - at;
        if (columns[i].shown && !columns[i].keep && distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    if (best == n && n > 1 && columns[n - 1].shown && !columns[n - 1].keep) {
        best = n - 1;
    }
    return best;
}

static void drop_until_fits(struct layout_column *columns, uint32_t n, size_t gap, size_t limit) {
    for (uint32_t i = 0; i < n; i++) {
        columns[i].width = least_width(&columns[i], false);
    }
    while (layout_width(columns, n, gap) > limit) {
        uint32_t i = find_droppable(columns, n);
        if (i == n) {
            break;
        }
        columns[i].shown = false;
    }
}

/* Takes from the widest column that can give, one at a time, so that wide ones end up equal. */
static void shrink(struct layout_column *columns, uint32_t n, size_t gap, size_t limit,
                   bool tight) {
    size_t total = layout_width(columns, n, gap);
    while (total > limit) {
        struct layout_column *widest = NULL;
        for (uint32_t i = 0; i < n; i++) {
            struct layout_column *c = &columns[i];
            if (c->shown && c->width > least_width(c, tight) &&
                (!widest || c->width > widest->width)) {
                widest = c;
            }
        }
        if (!widest) {
            break;
        }
        widest->width--;
        total--;
    }
}

void layout_fit(struct layout_column *columns, uint32_t n, size_t gap, size_t limit) {
    for (uint32_t i = 0; i < n; i++) {
        columns[i].shown = true;
        columns[i].width = natural_width(&columns[i]);
    }
    if (limit == 0 || layout_width(columns, n, gap) <= limit) {
        return;
    }
    drop_until_fits(columns, n, gap, limit);
    for (uint32_t i = 0; i < n; i++) {
        struct layout_column *c = &columns[i];
        /* More than the whole terminal would only be taken away again. */
        c->width = larger(least_width(c, false), smaller(natural_width(c), limit));
    }
    shrink(columns, n, gap, limit, false);
    shrink(columns, n, gap, limit, true);
}
