/* Choosing the cells to hide: see protect.h for what must hold afterwards.
 *
 * The table is first completed by the margins that are not shown. Each part is
 * taken on its own, so that what is hidden for its sake does not depend on which
 * other parts stand beside it, and tables of fewer axes before those of more, so
 * that a table asked for alone hides what it hides as a margin of another.
 *
 * A box is told by the cell and the one opposite to it, whose codes all differ;
 * its other corners mix their codes. Walking along an axis from one cell to another
 * turns the sign of what is moved; walking from a cell to its margin does not, since
 * the margin is their sum. Where no box will do, 1 is moved from one cell to another
 * together with the margins of both, which is always possible. All work is bounded:
 * where a table asks for more, all of it is hidden. */
#include "exec/protect.h"
#include "base/hash.h"

#define NO_CELL UINT32_MAX
#define MOST_PART ((int64_t)1 << 40)
#define KNOWN ((uint64_t)1 << 56) /* worth more than all cells of a box that are not margins */
#define MOST_WORK ((uint64_t)1 << 28)

struct hiding {
    struct alloc *alloc;
    const struct protect *p;
    uint32_t axes[PROTECT_AXES]; /* those with more than one place */
    uint32_t naxes;
    bool orderly; /* its axes can be told */
    uint64_t radix[PROTECT_AXES];
    uint32_t n, cap; /* cells, shown ones first */
    uint32_t *codes; /* n * naxes */
    int64_t *parts;  /* n * nparts */
    bool *gone;      /* n; whoever looks for the part at hand does not see these */
    bool *common;    /* n; gone for the first part, and so for all */
    uint32_t *slots; /* open addressing: a cell or NO_CELL */
    uint32_t nslots; /* a power of two */
    uint32_t part;   /* the one at hand */
    uint64_t work;
};

static const uint32_t *codes_of(const struct hiding *h, uint32_t cell) {
    return h->codes + (size_t)cell * h->naxes;
}

static int64_t *parts_of(const struct hiding *h, uint32_t cell) {
    return h->parts + (size_t)cell * h->p->nparts;
}

static int64_t part_at(const struct hiding *h, uint32_t cell) {
    return parts_of(h, cell)[h->part];
}

/* In the part at hand. */
static bool is_small(const struct hiding *h, uint32_t cell) {
    int64_t part = part_at(h, cell);
    bool secret = cell < h->p->n && h->p->secret && h->p->secret[cell];
    return part > 0 && (part < h->p->under || secret);
}

/* ---- finding cells by their codes ---- */

static uint64_t number_of(const struct hiding *h, const uint32_t *codes) {
    uint64_t number = 0;
    for (uint32_t i = 0; i < h->naxes; i++)
        number = number * h->radix[i] + codes[i];
    return number;
}

/* The slot that holds the cell with these codes, or where it belongs. */
static uint32_t *slot_of(const struct hiding *h, const uint32_t *codes) {
    uint64_t number = number_of(h, codes);
    uint32_t at = (uint32_t)hash_word(number) & (h->nslots - 1);
    while (h->slots[at] != NO_CELL && number_of(h, codes_of(h, h->slots[at])) != number)
        at = (at + 1) & (h->nslots - 1);
    return &h->slots[at];
}

/* ---- the table with all its margins ---- */

static bool is_base(const struct hiding *h, uint32_t cell) {
    for (uint32_t i = 0; i < h->naxes; i++)
        if (codes_of(h, cell)[i] == 0)
            return false;
    return true;
}

/* Axes on which all cells have one place say nothing. false: too many places to number. */
static bool find_axes(struct hiding *h) {
    const struct protect *p = h->p;
    uint64_t product = 1;
    for (uint32_t axis = 0; axis < p->naxes; axis++) {
        uint32_t most = 0;
        bool differ = false;
        for (uint32_t i = 0; i < p->n; i++) {
            uint32_t code = p->codes[(size_t)i * p->naxes + axis];
            most = code > most ? code : most;
            differ |= code != p->codes[axis];
        }
        if (!differ)
            continue;
        if (h->naxes == PROTECT_AXES || product > (UINT64_MAX >> 2) / ((uint64_t)most + 1))
            return false;
        product *= (uint64_t)most + 1;
        h->radix[h->naxes] = (uint64_t)most + 1;
        h->axes[h->naxes++] = axis;
    }
    return true;
}

static bool take_room(struct hiding *h) {
    uint64_t cap = (uint64_t)h->p->n << h->naxes;
    uint64_t slots = 4;
    while (slots < 2 * cap)
        slots *= 2;
    if (slots > UINT32_MAX / 2)
        return false;
    h->cap = (uint32_t)cap;
    h->nslots = (uint32_t)slots;
    h->codes = mem_zero(h->alloc, cap * (h->naxes + 1) * sizeof *h->codes);
    h->parts = mem_zero(h->alloc, cap * h->p->nparts * sizeof *h->parts);
    h->gone = mem_zero(h->alloc, cap * sizeof *h->gone);
    h->common = mem_zero(h->alloc, cap * sizeof *h->common);
    h->slots = mem_take(h->alloc, slots * sizeof *h->slots);
    if (!h->codes || !h->parts || !h->gone || !h->common || !h->slots)
        return false;
    memset(h->slots, 0xff, slots * sizeof *h->slots);
    return true;
}

static void give_room(struct hiding *h) {
    mem_give(h->alloc, h->codes, (size_t)h->cap * (h->naxes + 1) * sizeof *h->codes);
    mem_give(h->alloc, h->parts, (size_t)h->cap * h->p->nparts * sizeof *h->parts);
    mem_give(h->alloc, h->gone, h->cap * sizeof *h->gone);
    mem_give(h->alloc, h->common, h->cap * sizeof *h->common);
    mem_give(h->alloc, h->slots, h->nslots * sizeof *h->slots);
}

static uint32_t add_cell(struct hiding *h, const uint32_t *codes) {
    uint32_t cell = h->n++;
    memcpy(h->codes + (size_t)cell * h->naxes, codes, h->naxes * sizeof *codes);
    *slot_of(h, codes) = cell;
    return cell;
}

static void add_shown(struct hiding *h) {
    const struct protect *p = h->p;
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t codes[PROTECT_AXES + 1];
        for (uint32_t axis = 0; axis < h->naxes; axis++)
            codes[axis] = p->codes[(size_t)i * p->naxes + h->axes[axis]];
        add_cell(h, codes);
        for (uint32_t k = 0; k < p->nparts; k++) {
            int64_t part = p->parts[(size_t)i * p->nparts + k];
            parts_of(h, i)[k] = part < 0 ? 0 : part > MOST_PART ? MOST_PART : part;
        }
    }
}

/* The margins of one cell, over every set of axes, grow by it. */
static void add_margins_of(struct hiding *h, uint32_t cell) {
    for (uint32_t set = 1; set < 1u << h->naxes; set++) {
        uint32_t codes[PROTECT_AXES + 1];
        for (uint32_t i = 0; i < h->naxes; i++)
            codes[i] = set >> i & 1 ? 0 : codes_of(h, cell)[i];
        uint32_t margin = *slot_of(h, codes);
        if (margin != NO_CELL && margin < h->p->n)
            continue;
        margin = margin == NO_CELL ? add_cell(h, codes) : margin;
        for (uint32_t k = 0; k < h->p->nparts; k++) {
            int64_t *sum = &parts_of(h, margin)[k];
            *sum += parts_of(h, cell)[k];
            *sum = *sum > MOST_PART ? MOST_PART : *sum;
        }
    }
}

/* ---- tables of some of the axes ---- */

/* Whether the cell belongs to the table of the axes in `set`, where it is over all others. */
static bool is_of(const struct hiding *h, uint32_t cell, uint32_t set) {
    for (uint32_t i = 0; i < h->naxes; i++)
        if (!(set >> i & 1) && codes_of(h, cell)[i] != 0)
            return false;
    return true;
}

static bool is_margin(const struct hiding *h, uint32_t cell, uint32_t set) {
    for (uint32_t i = 0; i < h->naxes; i++)
        if (set >> i & 1 && codes_of(h, cell)[i] == 0)
            return true;
    return false;
}

/* The cell with the codes of `opposite` on the axes in `set`, else those of the cell. */
static uint32_t corner(const struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t set) {
    uint32_t codes[PROTECT_AXES + 1];
    for (uint32_t i = 0; i < h->naxes; i++)
        codes[i] = codes_of(h, set >> i & 1 ? opposite : cell)[i];
    return *slot_of(h, codes);
}

static uint32_t margin_of(const struct hiding *h, uint32_t cell, uint32_t over) {
    uint32_t codes[PROTECT_AXES + 1];
    for (uint32_t i = 0; i < h->naxes; i++)
        codes[i] = over >> i & 1 ? 0 : codes_of(h, cell)[i];
    return *slot_of(h, codes);
}

/* In people, for the table of these axes. Its margins are known from tables that have been
 * protected before. UINT64_MAX: it cannot be hidden, since how many there are in all is always
 * known. */
static uint64_t loss_of(const struct hiding *h, uint32_t cell, uint32_t set) {
    if (h->gone[cell])
        return 0;
    if (is_of(h, cell, 0))
        return UINT64_MAX;
    return (is_margin(h, cell, set) ? KNOWN : 1) + (uint64_t)parts_of(h, cell)[0];
}

static uint64_t add_loss(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* ---- boxes ---- */

/* The axes of the table along which a step turns the sign; false: the two cells share a code. */
static bool box_axes(const struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t set,
                     uint32_t *turning) {
    const uint32_t *a = codes_of(h, cell), *b = codes_of(h, opposite);
    *turning = 0;
    for (uint32_t i = 0; i < h->naxes; i++) {
        if (!(set >> i & 1))
            continue;
        if (a[i] == b[i])
            return false;
        *turning |= (uint32_t)(a[i] != 0 && b[i] != 0) << i;
    }
    return true;
}

static bool is_odd(uint32_t bits) {
    bool odd = false;
    for (; bits; bits &= bits - 1)
        odd = !odd;
    return odd;
}

/* What the box hides more; UINT64_MAX: 1 of the part cannot be moved around it, or it is not
 * below `best`. */
static uint64_t box_loss(struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t set,
                         uint64_t best) {
    uint32_t turning;
    h->work++;
    if (!is_of(h, opposite, set) || !box_axes(h, cell, opposite, set, &turning))
        return UINT64_MAX;
    bool can_take[2] = {true, true}; /* from the corners of one sign, of the other */
    uint64_t loss = 0;
    for (uint32_t some = set; some; some = (some - 1) & set) {
        uint32_t at = corner(h, cell, opposite, some);
        h->work++;
        if (at == NO_CELL)
            return UINT64_MAX;
        can_take[is_odd(some & turning)] &= part_at(h, at) > 0;
        loss = add_loss(loss, loss_of(h, at, set));
        if (loss >= best || !(can_take[0] || can_take[1]))
            return UINT64_MAX;
    }
    return (can_take[0] && part_at(h, cell) > 0) || (turning && can_take[1]) ? loss : UINT64_MAX;
}

static uint64_t best_box(struct hiding *h, uint32_t cell, uint32_t set, uint32_t *opposite) {
    uint64_t best = UINT64_MAX;
    for (uint32_t i = 0; i < h->n && best > 0 && h->work < MOST_WORK; i++) {
        uint64_t loss = box_loss(h, cell, i, set, best);
        if (loss < best) {
            best = loss;
            *opposite = i;
        }
    }
    return best;
}

static void hide_box(struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t set) {
    for (uint32_t some = set; some; some = (some - 1) & set)
        h->gone[corner(h, cell, opposite, some)] = true;
}

/* ---- moves ---- */

/* The axes of the table on which two cells differ: margins over all of these belong to both. */
static uint32_t axes_between(const struct hiding *h, uint32_t a, uint32_t b, uint32_t set) {
    uint32_t differing = 0;
    for (uint32_t i = 0; i < h->naxes; i++)
        differing |= (uint32_t)(set >> i & 1 && codes_of(h, a)[i] != codes_of(h, b)[i]) << i;
    return differing;
}

/* What a move between two cells hides of one of them and its margins. */
static uint64_t side_loss(struct hiding *h, uint32_t cell, uint32_t differing, uint32_t set,
                          uint64_t best) {
    uint64_t loss = loss_of(h, cell, set);
    for (uint32_t over = set; over && loss < best; over = (over - 1) & set) {
        h->work++;
        if ((over & differing) != differing)
            loss = add_loss(loss, loss_of(h, margin_of(h, cell, over), set));
    }
    return loss;
}

static void hide_side(struct hiding *h, uint32_t cell, uint32_t differing, uint32_t set) {
    h->gone[cell] = true;
    for (uint32_t over = set; over; over = (over - 1) & set)
        if ((over & differing) != differing)
            h->gone[margin_of(h, cell, over)] = true;
}

static bool can_move(const struct hiding *h, uint32_t from, uint32_t to, uint32_t set) {
    return from != to && is_of(h, to, set) && !is_margin(h, to, set) &&
           (part_at(h, from) > 0 || part_at(h, to) > 0);
}

/* Whether a cell of the table is in the sum that another one is. */
static bool is_part_of(const struct hiding *h, uint32_t from, uint32_t cell, uint32_t set) {
    if (!is_of(h, from, set) || is_margin(h, from, set))
        return false;
    for (uint32_t i = 0; i < h->naxes; i++) {
        uint32_t code = codes_of(h, cell)[i];
        if (code != 0 && codes_of(h, from)[i] != code)
            return false;
    }
    return true;
}

static uint64_t best_move(struct hiding *h, uint32_t cell, uint32_t set, uint64_t best,
                          uint32_t ends[2]) {
    for (uint32_t from = 0; from < h->n; from++) {
        if (!is_part_of(h, from, cell, set))
            continue;
        for (uint32_t to = 0; to < h->n && best > 0 && h->work < MOST_WORK; to++) {
            h->work++;
            if (!can_move(h, from, to, set) || is_part_of(h, to, cell, set))
                continue;
            uint32_t differing = axes_between(h, from, to, set);
            uint64_t loss = side_loss(h, from, differing, set, best);
            if (loss < best)
                loss = add_loss(loss, side_loss(h, to, differing, set, best));
            if (loss < best) {
                best = loss;
                ends[0] = from;
                ends[1] = to;
            }
        }
    }
    return best;
}

/* ---- all together ---- */

/* Hides what must go along with the cell in the table of these axes; false: nothing helps, or too
 * much work is done. */
static bool protect_cell(struct hiding *h, uint32_t cell, uint32_t set) {
    uint32_t opposite = NO_CELL, ends[2] = {NO_CELL, NO_CELL};
    uint64_t best = best_box(h, cell, set, &opposite);
    if (best >= KNOWN) {
        uint64_t moved = best_move(h, cell, set, best, ends);
        if (moved < best) {
            uint32_t differing = axes_between(h, ends[0], ends[1], set);
            hide_side(h, ends[0], differing, set);
            hide_side(h, ends[1], differing, set);
            return h->work < MOST_WORK;
        }
    }
    if (opposite != NO_CELL)
        hide_box(h, cell, opposite, set);
    return opposite != NO_CELL && h->work < MOST_WORK;
}

/* Margins that are gone, for whatever reason, must not come back as sums of what is shown. */
static bool protect_table(struct hiding *h, uint32_t set) {
    for (uint32_t cell = 0; cell < h->n; cell++) {
        if (!h->gone[cell] || is_of(h, cell, 0) || !is_of(h, cell, set))
            continue;
        if ((is_small(h, cell) || is_margin(h, cell, set)) && !protect_cell(h, cell, set))
            return false;
    }
    return true;
}

static bool protect_tables(struct hiding *h) {
    for (uint32_t size = 1; size <= h->naxes; size++)
        for (uint32_t set = 1; set < 1u << h->naxes; set++)
            if ((uint32_t)__builtin_popcount(set) == size && !protect_table(h, set))
                return false;
    return true;
}

static bool any_small(const struct hiding *h) {
    for (uint32_t cell = 0; cell < h->n; cell++)
        if (is_small(h, cell))
            return true;
    return false;
}

static void hide_small(struct hiding *h) {
    for (uint32_t cell = 0; cell < h->n; cell++)
        h->gone[cell] = h->common[cell] || is_small(h, cell);
}

static bool is_small_somewhere(struct hiding *h, uint32_t cell) {
    for (h->part = 0; h->part < h->p->nparts; h->part++)
        if (is_small(h, cell))
            return true;
    return false;
}

/* false: all must be hidden. */
static bool protect_parts(struct hiding *h, bool *hidden) {
    for (h->part = 0; h->part < h->p->nparts; h->part++) {
        if (!any_small(h))
            continue;
        hide_small(h);
        if (h->p->complementary && (h->naxes == 0 ? !h->orderly : !protect_tables(h)))
            return false;
        for (uint32_t cell = 0; cell < h->n; cell++) {
            h->common[cell] |= h->part == 0 && h->gone[cell];
            if (cell < h->p->n)
                hidden[cell] |= h->gone[cell];
        }
    }
    return true;
}

static bool any_small_shown(const struct protect *p) {
    for (size_t i = 0; i < (size_t)p->n * p->nparts; i++)
        if (p->parts[i] > 0 && (p->parts[i] < p->under || (p->secret && p->secret[i / p->nparts])))
            return true;
    return false;
}

static void protect_known(struct hiding *h, bool *hidden, struct protected_count *count) {
    const struct protect *p = h->p;
    add_shown(h);
    for (uint32_t cell = 0; cell < p->n && h->naxes; cell++)
        if (is_base(h, cell))
            add_margins_of(h, cell);
    bool all = !protect_parts(h, hidden);
    for (uint32_t cell = 0; cell < p->n; cell++) {
        hidden[cell] |= all;
        bool small = hidden[cell] && is_small_somewhere(h, cell);
        count->small += small;
        count->others += hidden[cell] && !small;
    }
}

bool protect_cells(struct alloc *a, const struct protect *p, bool *hidden,
                   struct protected_count *count) {
    *count = (struct protected_count){0, 0};
    struct hiding h = {.alloc = a, .p = p};
    if (!any_small_shown(p))
        return true;
    h.orderly = find_axes(&h);
    h.naxes = h.orderly && p->complementary ? h.naxes : 0;
    bool ok = take_room(&h);
    if (ok)
        protect_known(&h, hidden, count);
    give_room(&h);
    return ok;
}
