/* Reads lines `from,to` of whole numbers below a heading, as fast as it can be done simply: the
 * file comes in pieces that stay in the nearest cache, the places of all commas and line ends of a
 * piece are noted first, 64 characters at a time, and each number is then made of the eight
 * characters in front of its end, whatever the others are. Anything else in the file ends the
 * program. */
#ifndef SPOKE_BENCH_TIE_TEXT_H
#define SPOKE_BENCH_TIE_TEXT_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct tie_file {
    uint32_t nodes;
    size_t n;
    uint32_t *from, *to;
};

static inline void give_up(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

enum { TEXT_PIECE = 1 << 15, TEXT_BLOCK = 64, MOST_DIGITS = 8, BIG_PAGE = 1 << 21 };

struct tie_text {
    int file;
    char room[TEXT_BLOCK + 2 * TEXT_PIECE + TEXT_BLOCK]; /* numbers are read from in front, too */
    uint32_t end[2 * TEXT_PIECE + TEXT_BLOCK];           /* where the numbers of a piece end */
};

/* Large arrays in large pages. */
static inline uint32_t *take_numbers(size_t n) {
    size_t size = (n * sizeof(uint32_t) + BIG_PAGE - 1) / BIG_PAGE * BIG_PAGE;
    uint32_t *all = aligned_alloc(BIG_PAGE, size);
    if (!all) {
        give_up("no memory");
    }
#ifdef MADV_HUGEPAGE
    if (n * sizeof(uint32_t) >= BIG_PAGE) {
        (void)madvise(all, size, MADV_HUGEPAGE);
    }
#endif
    return all;
}

/* A bit for each of 64 characters that is no digit; `above` becomes true where one is above '9'. */
static inline uint64_t find_ends(const char *text, int *above) {
    uint64_t ends = 0;
#if defined(__SSE2__)
    for (int i = 0; i < TEXT_BLOCK; i += 16) {
        __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
        __m128i low = _mm_cmplt_epi8(c, _mm_set1_epi8('0'));
        *above |= _mm_movemask_epi8(_mm_cmpgt_epi8(c, _mm_set1_epi8('9')));
        ends |= (uint64_t)(uint32_t)_mm_movemask_epi8(low) << i;
    }
#else
    for (int i = 0; i < TEXT_BLOCK; i++) {
        ends |= (uint64_t)(text[i] < '0') << i;
        *above |= text[i] > '9';
    }
#endif
    return ends;
}

/* Whole lines from `text` on; how many numbers end in them. */
static inline size_t note_ends(struct tie_text *t, const char *text, size_t size) {
    size_t n = 0;
    int above = 0;
    for (size_t block = 0; block < size; block += TEXT_BLOCK) {
        uint64_t ends = find_ends(text + block, &above);
        for (; ends; ends &= ends - 1) {
            t->end[n++] = (uint32_t)block + (uint32_t)__builtin_ctzll(ends);
        }
    }
    while (n && t->end[n - 1] >= size) {
        n--;
    }
    if (above) {
        give_up("not a list of numbers");
    }
    return n;
}

/* One to eight digits. */
static inline uint32_t number_at(const char *end, uint32_t digits, uint32_t *wrong) {
    uint64_t x;
    memcpy(&x, end - MOST_DIGITS, sizeof x);
    uint32_t others = (MOST_DIGITS * (MOST_DIGITS - digits)) & 63;
    *wrong |= digits - 1 >= MOST_DIGITS;
    x = ((x & 0x0f0f0f0f0f0f0f0f) >> others) << others;
    x = (x * (1 + (10 << 8)) >> 8) & 0x00ff00ff00ff00ff;
    x = (x * (1 + (100 << 16)) >> 16) & 0x0000ffff0000ffff;
    return (uint32_t)(x * (1 + ((uint64_t)10000 << 32)) >> 32);
}

static inline void read_lines(struct tie_text *t, const char *text, size_t size,
                              struct tie_file *f) {
    size_t n = note_ends(t, text, size);
    uint32_t start = 0, most = 0, wrong = n % 2;
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t middle = t->end[i], end = t->end[i + 1];
        uint32_t from = number_at(text + middle, middle - start, &wrong);
        uint32_t to = number_at(text + end, end - middle - 1, &wrong);
        wrong |= (text[middle] != ',') | (text[end] != '\n');
        f->from[f->n] = from;
        f->to[f->n++] = to;
        most = from > most ? from : most;
        most = to > most ? to : most;
        start = end + 1;
    }
    f->nodes = n && most >= f->nodes ? most + 1 : f->nodes;
    if (wrong) {
        give_up("not lines of two numbers");
    }
}

/* Of `size` characters at `text` those that are whole lines. */
static inline size_t whole_lines(const char *text, size_t size) {
    while (size && text[size - 1] != '\n') {
        size--;
    }
    return size;
}

static inline void read_pieces(struct tie_text *t, struct tie_file *f) {
    char *text = t->room + TEXT_BLOCK;
    size_t kept = 0;
    int headed = 0;
    for (ssize_t got; (got = read(t->file, text + kept, TEXT_PIECE)) > 0;) {
        size_t have = kept + (size_t)got, first = 0;
        if (!headed) {
            const char *heading = memchr(text, '\n', have);
            first = heading ? (size_t)(heading - text) + 1 : have;
            headed = heading != NULL;
        }
        size_t lines = whole_lines(text + first, have - first);
        read_lines(t, text + first, lines, f);
        kept = have - first - lines;
        memmove(text, text + first + lines, kept);
        if (kept > TEXT_PIECE) {
            give_up("a line is too long");
        }
    }
    if (kept) { /* the last line does not end */
        text[kept] = '\n';
        read_lines(t, text, kept + 1, f);
    }
}

static inline struct tie_file read_ties(const char *path) {
    struct stat about;
    struct tie_text *t = malloc(sizeof *t);
    if (!t || (t->file = open(path, O_RDONLY)) < 0 || fstat(t->file, &about) != 0) {
        give_up("cannot read");
    }
    size_t lines = (size_t)about.st_size / 4 + 1; /* a line has four characters at least */
    struct tie_file f = {.from = take_numbers(lines), .to = take_numbers(lines)};
    memset(t->room, '0', sizeof t->room);
    read_pieces(t, &f);
    close(t->file);
    free(t);
    return f;
}

#endif
