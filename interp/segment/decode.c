/* Reading segments: checking the head and the data, then unpacking.
 *
 * A segment that was opened can be read at any row without further checks:
 * its lengths add up, its codes lie in its dictionary, its offsets ascend. */
#include "segment/bytes.h"
#include "segment/checksum.h"
#include "segment/segment.h"

static bool refuse(const char **why, const char *what) {
    *why = what;
    return false;
}

/* ---- the head ---- */

static bool fits(const struct segment_head *h) {
    bool known = h->kind >= SEGMENT_WORDS && h->kind <= SEGMENT_TEXTS &&
                 (h->form == SEGMENT_FRAME || h->form == SEGMENT_DICTIONARY);
    bool width = h->width <= 2 || ((h->width == 4 || h->width == 8) && h->form == SEGMENT_FRAME);
    bool count = h->rows > 0 && h->rows <= SEGMENT_ROWS && h->missing <= h->rows;
    if (!known || !width || !count)
        return false;
    if (h->missing == h->rows)
        return h->entries == 0 && h->width == 0 && h->form == SEGMENT_FRAME;
    if (h->form == SEGMENT_FRAME)
        return h->entries == 0 && h->kind != SEGMENT_TEXTS &&
               (h->kind != SEGMENT_FLOATS || h->width == 8);
    return h->entries > 0 && h->entries <= (uint32_t)1 << 8 * h->width;
}

static bool is_ordered(const struct segment_head *h) {
    if (h->kind == SEGMENT_FLOATS)
        return h->low_float <= h->high_float;
    return h->kind == SEGMENT_TEXTS ? h->low_text <= h->high_text : h->low <= h->high;
}

/* No word of a frame lies beyond the highest that fits. */
static bool frame_fits(const struct segment_head *h) {
    if (h->form != SEGMENT_FRAME || h->kind != SEGMENT_WORDS || h->width == 8)
        return true;
    return (uint64_t)h->high - (uint64_t)h->low < (uint64_t)1 << 8 * h->width;
}

bool segment_head_read(const void *head, size_t n, struct segment_head *out, const char **why) {
    const unsigned char *p = head;
    if (n != SEGMENT_HEAD)
        return refuse(why, "its head has the wrong length");
    if (get64(p + 56) != checksum_bytes(p, 56, 0))
        return refuse(why, "the checksum of its head is wrong");
    if (memcmp(p, "SpkS", 4) != 0)
        return refuse(why, "it is no segment");
    if (p[4] != 1)
        return refuse(why, "it was written by a later version");
    *out = (struct segment_head){
        .kind = p[5],
        .form = p[6],
        .width = p[7],
        .rows = get32(p + 8),
        .missing = get32(p + 12),
        .entries = get32(p + 16),
        .size = get32(p + 20),
        .low = (int64_t)get64(p + 24),
        .high = (int64_t)get64(p + 32),
        .checksum = get64(p + 40),
        .owner = get64(p + 48),
    };
    if (!fits(out) || !is_ordered(out) || !frame_fits(out))
        return refuse(why, "its head contradicts itself");
    return true;
}

/* ---- the data ---- */

static uint32_t bits_set(const unsigned char *p, uint32_t nbits) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < (nbits + 7) / 8; i++)
        for (unsigned byte = p[i]; byte; byte &= byte - 1)
            n++;
    return n;
}

static bool bitmap_is_right(const struct segment_reader *s) {
    uint32_t rows = s->head.rows;
    bool spare_clear = rows % 8 == 0 || s->bitmap[rows / 8] >> rows % 8 == 0;
    return spare_clear && bits_set(s->bitmap, rows) == s->head.missing;
}

static uint64_t packed_at(const struct segment_reader *s, uint32_t row) {
    switch (s->head.width) {
    case 0:
        return 0;
    case 1:
        return s->values[row];
    case 2:
        return get16(s->values + 2 * (size_t)row);
    case 4:
        return get32(s->values + 4 * (size_t)row);
    default:
        return get64(s->values + 8 * (size_t)row);
    }
}

/* No code beyond the dictionary, no distance beyond the highest. */
static bool values_are_right(const struct segment_reader *s) {
    const struct segment_head *h = &s->head;
    uint64_t most = (uint64_t)h->high - (uint64_t)h->low, highest = 0;
    if (h->form == SEGMENT_DICTIONARY)
        most = h->entries - 1;
    else if (h->kind != SEGMENT_WORDS)
        return true;
    if (h->width == 1) {
        unsigned char byte = 0;
        for (uint32_t i = 0; i < h->rows; i++)
            byte = s->values[i] > byte ? s->values[i] : byte;
        highest = byte;
    } else if (h->width == 2) {
        uint16_t two = 0;
        for (uint32_t i = 0; i < h->rows; i++) {
            uint16_t at = get16(s->values + 2 * (size_t)i);
            two = at > two ? at : two;
        }
        highest = two;
    } else {
        for (uint32_t i = 0; i < h->rows; i++) {
            uint64_t at = packed_at(s, i);
            highest = at > highest ? at : highest;
        }
    }
    return highest <= most;
}

static bool texts_are_right(const struct segment_reader *s, uint64_t room) {
    uint32_t before = get32(s->dictionary);
    if (before != 0)
        return false;
    for (uint32_t i = 1; i <= s->head.entries; i++) {
        uint32_t offset = get32(s->dictionary + 4 * (size_t)i);
        if (offset < before)
            return false;
        before = offset;
    }
    return before == room;
}

/* Finds the parts; false: they do not add up to n bytes. */
static bool lay_out(struct segment_reader *s, const unsigned char *p, uint64_t n) {
    const struct segment_head *h = &s->head;
    bool some = h->missing > 0 && h->missing < h->rows;
    uint64_t bitmap = some ? ((uint64_t)h->rows + 7) / 8 : 0;
    uint64_t each = h->kind == SEGMENT_TEXTS ? 4 : 8, entries = h->entries;
    uint64_t dictionary = entries ? (entries + (h->kind == SEGMENT_TEXTS)) * each : 0;
    uint64_t values = (uint64_t)h->rows * h->width;
    uint64_t fixed = bitmap + dictionary + values;
    if (n < fixed || (h->kind != SEGMENT_TEXTS && n != fixed))
        return false;
    s->bitmap = some ? p : NULL;
    s->dictionary = p + bitmap;
    s->texts = s->dictionary + dictionary;
    s->values = p + (n - values);
    return true;
}

bool segment_read(const struct segment_head *head, const void *data, size_t n,
                  struct segment_reader *out, const char **why) {
    const unsigned char *p = data ? data : (const unsigned char *)"";
    *out = (struct segment_reader){.head = *head};
    if (n != head->size)
        return refuse(why, "its data has the wrong length");
    if (checksum_bytes(p, n, 0) != head->checksum)
        return refuse(why, "the checksum of its data is wrong");
    bool fine = lay_out(out, p, n);
    fine = fine && (!out->bitmap || bitmap_is_right(out));
    if (fine && head->entries && head->kind == SEGMENT_TEXTS)
        fine = texts_are_right(out, (uint64_t)(out->values - out->texts));
    fine = fine && values_are_right(out);
    return fine || refuse(why, "its data contradicts its head");
}

/* ---- codes ---- */

uint32_t segment_codes_stop(const struct segment_reader *s) {
    if (s->head.form == SEGMENT_DICTIONARY)
        return s->head.entries;
    return (uint32_t)((uint64_t)s->head.high - (uint64_t)s->head.low) + 1;
}

static bool words_lie_low_end_first(void) {
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

void segment_codes(const struct segment_reader *s, uint32_t from, uint32_t n,
                   uint16_t *restrict out) {
    const unsigned char *restrict p = s->values;
    switch (s->head.width) {
    case 0:
        memset(out, 0, n * sizeof *out);
        return;
    case 1:
        p += from;
        for (uint32_t i = 0; i < n; i++)
            out[i] = p[i];
        return;
    default:
        p += 2 * (size_t)from;
        if (words_lie_low_end_first())
            memcpy(out, p, n * sizeof *out);
        else
            for (uint32_t i = 0; i < n; i++)
                out[i] = get16(p + 2 * (size_t)i);
    }
}

int64_t segment_code_word(const struct segment_reader *s, uint32_t code) {
    if (s->head.form == SEGMENT_DICTIONARY)
        return (int64_t)get64(s->dictionary + 8 * (size_t)code);
    return (int64_t)((uint64_t)s->head.low + code);
}

double segment_code_float(const struct segment_reader *s, uint32_t code) {
    uint64_t bits = get64(s->dictionary + 8 * (size_t)code);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

struct str segment_code_text(const struct segment_reader *s, uint32_t code) {
    const unsigned char *offset = s->dictionary + 4 * (size_t)code;
    uint32_t start = get32(offset), stop = get32(offset + 4);
    return (struct str){(const char *)s->texts + start, stop - start};
}

/* ---- values ---- */

static void frame_words(const struct segment_reader *s, uint32_t from, uint32_t n, int64_t *out) {
    uint64_t low = (uint64_t)s->head.low;
    const unsigned char *p = s->values + (size_t)from * s->head.width;
    switch (s->head.width) {
    case 0:
        for (uint32_t i = 0; i < n; i++)
            out[i] = (int64_t)low;
        return;
    case 1:
        for (uint32_t i = 0; i < n; i++)
            out[i] = (int64_t)(low + p[i]);
        return;
    case 2:
        for (uint32_t i = 0; i < n; i++)
            out[i] = (int64_t)(low + get16(p + 2 * (size_t)i));
        return;
    case 4:
        for (uint32_t i = 0; i < n; i++)
            out[i] = (int64_t)(low + get32(p + 4 * (size_t)i));
        return;
    default:
        for (uint32_t i = 0; i < n; i++)
            out[i] = (int64_t)(low + get64(p + 8 * (size_t)i));
    }
}

void segment_words(const struct segment_reader *s, uint32_t from, uint32_t n, int64_t *out) {
    if (s->head.form == SEGMENT_FRAME) {
        frame_words(s, from, n, out);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        out[i] = segment_code_word(s, (uint32_t)packed_at(s, from + i));
}

/* All are missing, or lie as they are, or in the dictionary. */
void segment_floats(const struct segment_reader *s, uint32_t from, uint32_t n, double *out) {
    bool none = s->head.missing == s->head.rows;
    for (uint32_t i = 0; i < n; i++) {
        if (s->head.form == SEGMENT_DICTIONARY) {
            out[i] = segment_code_float(s, (uint32_t)packed_at(s, from + i));
        } else {
            uint64_t bits = none ? 0 : get64(s->values + 8 * ((size_t)from + i));
            memcpy(&out[i], &bits, sizeof out[i]);
        }
    }
}

struct str segment_text(const struct segment_reader *s, uint32_t row) {
    if (s->head.form != SEGMENT_DICTIONARY)
        return STR_NONE;
    return segment_code_text(s, (uint32_t)packed_at(s, row));
}

void segment_states(const struct segment_reader *s, uint32_t from, uint32_t n, uint8_t *out) {
    if (!s->bitmap) {
        memset(out, s->head.missing ? MISSING : PRESENT, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        out[i] = segment_missing(s, from + i) ? MISSING : PRESENT;
}

uint32_t segment_find_word(const struct segment_reader *s, uint32_t from, int64_t word) {
    uint32_t low = from, high = s->head.rows;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int64_t at;
        segment_words(s, middle, 1, &at);
        if (at < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint64_t segment_text_front(struct str text) {
    uint64_t front = 0;
    for (size_t i = 0; i < 8; i++)
        front = front << 8 | (i < text.n ? (unsigned char)text.p[i] : 0);
    return front;
}
