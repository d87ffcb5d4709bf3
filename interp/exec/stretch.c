/* Each key says how far its value at the start of a stretch goes on; the
 * stretch ends with the first of them. So every key is looked through once. */
#include "exec/stretch.h"

enum { MOST_KEYS = 16 };

/* Four codes at once, as long as none differs from the one before it. */
static uint32_t same_codes(const uint16_t *codes, uint32_t from, uint32_t n) {
    uint32_t i = from + 1;
    for (; i + 4 <= n; i += 4) {
        uint64_t here, before;
        memcpy(&here, codes + i, sizeof here);
        memcpy(&before, codes + i - 1, sizeof before);
        if (here != before)
            break;
    }
    while (i < n && codes[i] == codes[i - 1])
        i++;
    return i;
}

static uint32_t same_words(const int64_t *words, uint32_t from, uint32_t n) {
    uint32_t i = from + 1;
    while (i < n && words[i] == words[from])
        i++;
    return i;
}

static uint32_t same_states(const uint8_t *states, uint32_t from, uint32_t n) {
    uint32_t i = from + 1;
    while (i < n && states[i] == states[from])
        i++;
    return i;
}

/* A text again at another address begins a stretch: that is no error, only not the best. */
static uint32_t same_texts(const struct text *const *texts, uint32_t from, uint32_t n) {
    uint32_t i = from + 1;
    while (i < n && texts[i] == texts[from])
        i++;
    return i;
}

/* The row at which the value of row `from` ends. Floats are compared as the words they are. */
static uint32_t same_until(const struct batch *b, uint32_t slot, uint32_t from) {
    const struct column *c = &b->columns[slot];
    const struct coding *coding = batch_coding(b, slot);
    if (coding)
        return same_codes(coding->codes, from, b->n);
    enum storage storage = type_storage(c->type);
    if (storage == STORE_NONE)
        return b->n;
    if (storage == STORE_TEXT)
        return same_texts(c->t, from, b->n);
    uint32_t stop = same_words(c->data, from, b->n);
    if (c->d)
        stop = same_words(c->d, from, stop);
    return c->state ? same_states(c->state, from, stop) : stop;
}

bool stretches_find(const struct batch *b, const uint32_t *slots, uint32_t nslots,
                    struct stretches *out) {
    uint32_t stops[MOST_KEYS] = {0};
    uint32_t most = b->n / STRETCH_WORTH;
    if (nslots > MOST_KEYS)
        return false;
    out->n = 0;
    for (uint32_t from = 0, stop; from < b->n; from = stop) {
        if (out->n >= most)
            return false;
        stop = b->n;
        for (uint32_t k = 0; k < nslots; k++) {
            if (stops[k] <= from)
                stops[k] = same_until(b, slots[k], from);
            stop = stops[k] < stop ? stops[k] : stop;
        }
        out->starts[out->n++] = from;
    }
    out->starts[out->n] = b->n;
    return true;
}
