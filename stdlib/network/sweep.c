/* The loops over bits are compiled for each kind of vectors (sweep_lanes.h); here is what they
 * share. */
#include "stdlib/network/sweep.h"

/* Whether any of the 512 bits is set; folded by halves. */
#define ANY_BIT(x) any_bit(&(const union bit_words){.all = (x)})

union bit_words {
    bits all;
    uint64_t each[SWEEP_WORDS];
};

static inline bool any_bit(const union bit_words *x) {
    const uint64_t *w = x->each;
    return ((w[0] | w[4]) | (w[2] | w[6]) | (w[1] | w[5]) | (w[3] | w[7])) != 0;
}

enum status sweep_take(struct arena *a, uint32_t n, struct sweep *out) {
    out->n = n;
    out->group = NULL;
    out->same = NULL;
    out->seen = LINE_ARRAY(a, bits, n);
    out->now = LINE_ARRAY(a, bits, n);
    out->next = LINE_ARRAY(a, bits, n);
    out->active = LINE_ARRAY(a, uint32_t, n);
    out->touched = LINE_ARRAY(a, uint32_t, (size_t)n + 1);
    out->count = LINE_ARRAY(a, struct bit_count, 1);
    return out->seen && out->now && out->next && out->active && out->touched && out->count
               ? ST_OK
               : ST_NO_MEMORY;
}

void sweep_set_bit(bits *at, uint32_t i) {
    union bit_words words = {.all = *at};
    words.each[i / 64] |= (uint64_t)1 << i % 64;
    *at = words.all;
}

/* No source twice. */
static void begin_sweep(struct sweep *s, const uint32_t *source, uint32_t n) {
    memset(s->seen, 0, s->n * sizeof *s->seen);
    memset(s->now, 0, s->n * sizeof *s->now);
    memset(s->next, 0, s->n * sizeof *s->next);
    memset(s->count, 0, sizeof *s->count);
    s->dirty = false;
    s->all = (bits){0};
    s->nactive = 0;
    s->entries = 0;
    for (uint32_t i = 0; i < n; i++) {
        sweep_set_bit(&s->all, i);
        sweep_set_bit(&s->seen[source[i]], i);
        sweep_set_bit(&s->now[source[i]], i);
        s->active[s->nactive++] = source[i];
        s->entries += row_length(s->out, source[i]);
    }
}

/* After a step of looking `next` holds what was there before. */
static void clean_next(struct sweep *s) {
    if (s->dirty) {
        memset(s->next, 0, s->n * sizeof *s->next);
        s->dirty = false;
    }
}

/* Digits of 64 sources a word become numbers; the count is 0 again. */
static void read_count(struct bit_count *c, uint32_t n, void *user, uint32_t step,
                       sweep_found *found) {
    uint32_t number[SWEEP_SOURCES] = {0};
    uint32_t digits = c->digits > 3 ? c->digits : 3;
    for (uint32_t d = 0; d < digits; d++) {
        union bit_words words = {.all = c->digit[d]};
        for (uint32_t i = 0; i < n; i++) {
            number[i] |= (uint32_t)(words.each[i / 64] >> i % 64 & 1) << d;
        }
        c->digit[d] = (bits){0};
    }
    c->digits = 0;
    found(user, step, number);
}

#define LANES_TEXT "stdlib/network/sweep_lanes.h"
#include "stdlib/network/lanes_each.h"

sweep_fn *sweep_choose(enum vectors vectors) {
    return LANES_PICK(vectors, sweep);
}
