/* Choosing the cells to hide: see protect.h for what must hold afterwards.
 *
 * The table is first completed by the margins that are not shown. A box is told
 * by the small cell and the one opposite to it, whose codes all differ; its other
 * corners mix their codes. Walking along an axis from one cell to another turns
 * the sign of what is moved; walking from a cell to its margin does not, since the
 * margin is their sum. All work is bounded: where a table asks for more, all of it
 * is hidden. */
#include "exec/protect.h"
#include "base/hash.h"

#define NO_CELL UINT32_MAX
#define MOST_PART ((int64_t)1 << 40)
#define UNSHOWN ((uint64_t)1 << 56) /* worth more than all cells of a box that are shown */
#define MOST_WORK ((uint64_t)1 << 28)

struct hiding {
    struct alloc *alloc;
    const struct protect *p;
    uint32_t axes[PROTECT_AXES]; /* those with more than one place */
    uint32_t naxes;
    uint64_t radix[PROTECT_AXES];
    uint32_t n, cap; /* cells, shown ones first */
    uint32_t *codes; /* n * naxes */
    int64_t *parts;  /* n * nparts */
    bool *hidden;    /* n */
    uint32_t *slots; /* open addressing: a cell or NO_CELL */
    uint32_t nslots; /* a power of two */
    uint64_t work;
};

static const uint32_t *codes_of(const struct hiding *h, uint32_t cell) {
    return h->codes + (size_t)cell * h->naxes;
}

static int64_t *parts_of(const struct hiding *h, uint32_t cell) {
    return h->parts + (size_t)cell * h->p->nparts;
}

static bool is_small_part(const struct hiding *h, int64_t part) {
    return part > 0 && part < h->p->under;
}

static bool is_small(const struct hiding *h, uint32_t cell) {
    for (uint32_t i = 0; i < h->p->nparts; i++)
        if (is_small_part(h, parts_of(h, cell)[i]))
            return true;
    return false;
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
    h->hidden = mem_zero(h->alloc, cap * sizeof *h->hidden);
    h->slots = mem_take(h->alloc, slots * sizeof *h->slots);
    if (!h->codes || !h->parts || !h->hidden || !h->slots)
        return false;
    memset(h->slots, 0xff, slots * sizeof *h->slots);
    return true;
}

static void give_room(struct hiding *h) {
    mem_give(h->alloc, h->codes, (size_t)h->cap * (h->naxes + 1) * sizeof *h->codes);
    mem_give(h->alloc, h->parts, (size_t)h->cap * h->p->nparts * sizeof *h->parts);
    mem_give(h->alloc, h->hidden, h->cap * sizeof *h->hidden);
    mem_give(h->alloc, h->slots, h->nslots * sizeof *h->slots);
}

static uint32_t add_cell(struct hiding *h, const uint32_t *codes) {
    uint32_t cell = h->n++;
    memcpy(h->codes + (size_t)cell * h->naxes, codes, h->naxes * sizeof *codes);
    *slot_of(h, codes) = cell;
    return cell;
}

static void add_shown(struct hiding *h, const bool *hidden) {
    const struct protect *p = h->p;
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t codes[PROTECT_AXES + 1];
        for (uint32_t axis = 0; axis < h->naxes; axis++)
            codes[axis] = p->codes[(size_t)i * p->naxes + h->axes[axis]];
        add_cell(h, codes);
        h->hidden[i] = hidden[i];
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

/* ---- boxes ---- */

/* The corner that has the codes of `opposite` on the axes in `set`, else those of the cell. */
static uint32_t corner(const struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t set) {
    uint32_t codes[PROTECT_AXES + 1];
    for (uint32_t i = 0; i < h->naxes; i++)
        codes[i] = codes_of(h, set >> i & 1 ? opposite : cell)[i];
    return *slot_of(h, codes);
}

/* The axes along which a step turns the sign; false: the two cells share a code. */
static bool box_axes(const struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t *turning) {
    const uint32_t *a = codes_of(h, cell), *b = codes_of(h, opposite);
    *turning = 0;
    for (uint32_t i = 0; i < h->naxes; i++) {
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

static uint64_t loss_of(const struct hiding *h, uint32_t cell) {
    if (h->hidden[cell])
        return 0;
    uint64_t loss = cell < h->p->n ? 1 : UNSHOWN;
    for (uint32_t k = 0; k < h->p->nparts; k++)
        loss += (uint64_t)parts_of(h, cell)[k];
    return loss;
}

/* What the box hides more; UINT64_MAX: 1 of the part cannot be moved around it, or it is not
 * below `best`. */
static uint64_t box_loss(struct hiding *h, uint32_t cell, uint32_t opposite, uint32_t part,
                         uint64_t best) {
    uint32_t turning;
    if (!box_axes(h, cell, opposite, &turning))
        return UINT64_MAX;
    bool can_take[2] = {true, true}; /* from the corners of one sign, of the other */
    uint64_t loss = 0;
    for (uint32_t set = 1; set < 1u << h->naxes; set++) {
        uint32_t at = corner(h, cell, opposite, set);
        h->work++;
        if (at == NO_CELL)
            return UINT64_MAX;
        bool odd = is_odd(set & turning);
        can_take[odd] &= parts_of(h, at)[part] > 0;
        loss += loss_of(h, at);
        if (loss >= best || !(can_take[0] || can_take[1]))
            return UINT64_MAX;
    }
    return can_take[0] || (turning && can_take[1]) ? loss : UINT64_MAX;
}

/* Hides the corners of the best box; false: there is none, or too much work is done. */
static bool protect_part(struct hiding *h, uint32_t cell, uint32_t part) {
    uint64_t best = UINT64_MAX;
    uint32_t opposite = NO_CELL;
    for (uint32_t i = 0; i < h->n && best > 0 && h->work < MOST_WORK; i++) {
        uint64_t loss = box_loss(h, cell, i, part, best);
        if (loss < best) {
            best = loss;
            opposite = i;
        }
    }
    if (opposite == NO_CELL || h->work >= MOST_WORK)
        return false;
    for (uint32_t set = 1; set < 1u << h->naxes; set++)
        h->hidden[corner(h, cell, opposite, set)] = true;
    return true;
}

static bool protect_all_parts(struct hiding *h) {
    for (uint32_t cell = 0; cell < h->p->n; cell++)
        for (uint32_t k = 0; k < h->p->nparts; k++)
            if (is_small_part(h, parts_of(h, cell)[k]) && !protect_part(h, cell, k))
                return false;
    return true;
}

/* ---- all together ---- */

static void hide_small(struct hiding *h) {
    for (uint32_t cell = 0; cell < h->n; cell++)
        h->hidden[cell] |= is_small(h, cell);
}

static bool any_small(const struct protect *p) {
    for (size_t i = 0; i < (size_t)p->n * p->nparts; i++)
        if (p->parts[i] > 0 && p->parts[i] < p->under)
            return true;
    return false;
}

static void add_up(const struct hiding *h, bool *hidden, struct protected_count *count) {
    for (uint32_t cell = 0; cell < h->p->n; cell++) {
        if (h->hidden[cell] && !hidden[cell]) {
            bool small = is_small(h, cell);
            count->small += small;
            count->others += !small;
        }
        hidden[cell] = h->hidden[cell];
    }
}

bool protect_cells(struct alloc *a, const struct protect *p, bool *hidden,
                   struct protected_count *count) {
    *count = (struct protected_count){0, 0};
    if (!any_small(p))
        return true;
    struct hiding h = {.alloc = a, .p = p};
    bool orderly = find_axes(&h);
    h.naxes = orderly && p->complementary ? h.naxes : 0;
    bool ok = take_room(&h);
    if (ok) {
        add_shown(&h, hidden);
        for (uint32_t cell = 0; cell < p->n && h.naxes; cell++)
            if (is_base(&h, cell))
                add_margins_of(&h, cell);
        hide_small(&h);
        if (p->complementary && (!orderly || (h.naxes && !protect_all_parts(&h))))
            memset(h.hidden, true, p->n);
        add_up(&h, hidden, count);
    }
    give_room(&h);
    return ok;
}
