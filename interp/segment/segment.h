/* Segments: up to 65,536 values of one column, packed into bytes and back.
 *
 * Words (ints, bools, days, row numbers), doubles or texts, each possibly
 * missing. A segment is a head of 64 bytes and its data, all little-endian:
 *
 *     head   0 "SpkS"   4 version   5 kind   6 form   7 bytes a value (0 1 2 4 8)
 *            8 rows (4)   12 missing (4)   16 entries of the dictionary (4)
 *           20 bytes of data (4)   24 lowest   32 highest (8 each)
 *           40 XXH64 of the data   48 owner (8)   56 XXH64 of bytes 0..55
 *     data  a bit per row that is missing, if some but not all are;
 *           the dictionary: in ascending order 8 bytes each, or for texts
 *           `entries` + 1 offsets of 4 bytes, then their bytes;
 *           a value or code for each row (missing: 0), unless all are missing
 *
 * A frame keeps the distance of each word from the lowest. Lowest and highest
 * are words, or the bits of doubles, or the first 8 bytes of texts as a
 * big-endian number. `owner` is the caller's: it tells whose segment this is.
 *
 * Nothing is read before it is checked: lengths, checksums, that every code
 * stands in the dictionary. What is read lies in the caller's blob. */
#ifndef SPOKE_SEGMENT_H
#define SPOKE_SEGMENT_H

#include "base/buf.h"

enum { SEGMENT_ROWS = 65536, SEGMENT_HEAD = 64 };

enum segment_kind { SEGMENT_WORDS = 1, SEGMENT_FLOATS, SEGMENT_TEXTS };
enum segment_form { SEGMENT_FRAME, SEGMENT_DICTIONARY };

/* ---- writing ---- */

struct segment_values {
    enum segment_kind kind;
    uint32_t n; /* 1 .. SEGMENT_ROWS */
    union {
        const int64_t *words;
        const double *floats; /* numbers */
        const struct str *texts;
    };
    const uint8_t *missing; /* a byte per row, not 0 where it is missing; NULL: none is */
};

struct segment_slot;
struct segment_entry;

/* Scratch memory of encoding, kept from one segment to the next. */
struct segment_maker {
    struct alloc *alloc;
    struct segment_slot *slots;
    uint32_t nslots;               /* in use: a power of two */
    struct segment_entry *entries; /* the different values */
    uint32_t *codes;               /* of the rows, by first sight */
    uint32_t *ranks;               /* by code */
};
void segment_maker_init(struct segment_maker *m, struct alloc *alloc);
void segment_maker_free(struct segment_maker *m);
/* Writes the head, and the data into an emptied buffer. ST_LIMIT: the texts take more than
 * SEGMENT_TEXT_BYTES together; fewer rows may fit. */
enum { SEGMENT_TEXT_BYTES = 1 << 28 };
enum status segment_encode(struct segment_maker *m, const struct segment_values *values,
                           uint64_t owner, unsigned char head[SEGMENT_HEAD], struct buf *data);

/* ---- reading ---- */

struct segment_head {
    enum segment_kind kind;
    enum segment_form form;
    uint32_t width, rows, missing, entries, size;
    union {
        int64_t low;
        double low_float;
        uint64_t low_text;
    };
    union {
        int64_t high;
        double high_float;
        uint64_t high_text;
    };
    uint64_t checksum, owner;
};
/* false: it is damaged, and `why` says what is wrong with it. */
bool segment_head_read(const void *head, size_t n, struct segment_head *out, const char **why);

struct segment_reader { /* all borrowed from the blob */
    struct segment_head head;
    const unsigned char *bitmap; /* NULL: none or all are missing */
    const unsigned char *dictionary, *texts, *values;
};
bool segment_read(const struct segment_head *head, const void *data, size_t n,
                  struct segment_reader *out, const char **why);
/* Whether each row has a code below segment_codes_stop: a place in the dictionary, or a small
 * distance from the lowest. Missing rows have some code. */
static inline bool segment_has_codes(const struct segment_reader *s) {
    return s->head.form == SEGMENT_DICTIONARY ||
           (s->head.width <= 2 && s->head.kind == SEGMENT_WORDS);
}
uint32_t segment_codes_stop(const struct segment_reader *s);
void segment_codes(const struct segment_reader *s, uint32_t from, uint32_t n, uint16_t *out);
/* What a code means. */
int64_t segment_code_word(const struct segment_reader *s, uint32_t code);
double segment_code_float(const struct segment_reader *s, uint32_t code);
struct str segment_code_text(const struct segment_reader *s, uint32_t code);
/* Values of rows, of the segment's kind; 0 or anything where they are missing. */
void segment_words(const struct segment_reader *s, uint32_t from, uint32_t n, int64_t *out);
void segment_floats(const struct segment_reader *s, uint32_t from, uint32_t n, double *out);
struct str segment_text(const struct segment_reader *s, uint32_t row);
/* Sets out[i] to MISSING or PRESENT. */
void segment_states(const struct segment_reader *s, uint32_t from, uint32_t n, uint8_t *out);
static inline bool segment_missing(const struct segment_reader *s, uint32_t row) {
    if (!s->bitmap)
        return s->head.missing != 0;
    return s->bitmap[row / 8] >> row % 8 & 1;
}
/* The first row at or behind `from` whose word is not below `word`, in a segment whose words ascend
 * and are all present. */
uint32_t segment_find_word(const struct segment_reader *s, uint32_t from, int64_t word);
/* The front of a text as it stands for it in the head. */
uint64_t segment_text_front(struct str text);

#endif
