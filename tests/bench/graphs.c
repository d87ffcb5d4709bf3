/* Writes the graphs of the suite networks, undirected, as lines `from,to` below a heading:
 *
 *     graphs attached N TIES OUT    each new node is tied to so many that are there, the busier the
 *                                   likelier (Barabasi and Albert 1999)
 *     graphs skewed N TIES OUT      a recursive matrix of .57 .19 .19 .05 (Chakrabarti, Zhan and
 *                                   Faloutsos 2004), nodes numbered at random
 *     graphs even N TIES OUT        any two nodes are equally likely
 *     graphs grouped N TIES OUT     nodes in groups of 25: four of five ties lie within a group
 *
 * The same arguments give the same file. Loops are left out; a pair may come twice. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 20261122;

static uint64_t draw(void) {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint32_t below(uint64_t n) {
    return (uint32_t)(draw() % n);
}

static void write_attached(FILE *out, uint32_t n, uint32_t ties, uint32_t *ends) {
    uint64_t k = 0;
    for (uint32_t v = 1; v < n; v++) {
        uint64_t before = k;
        for (uint32_t i = 0; i < ties && i < v; i++) {
            uint32_t to = v <= ties ? i : ends[below(before)];
            fprintf(out, "%u,%u\n", v, to);
            ends[k++] = v;
            ends[k++] = to;
        }
    }
}

static uint32_t *scatter(uint32_t n) {
    uint32_t *number = malloc(n * sizeof *number);
    for (uint32_t i = 0; number && i < n; i++) {
        uint32_t k = below(i + 1u);
        number[i] = number[k];
        number[k] = i;
    }
    return number;
}

static void draw_skewed(uint32_t n, uint32_t end[2]) {
    do {
        end[0] = end[1] = 0;
        for (uint32_t size = 1; size < n; size *= 2) {
            uint32_t r = below(100);
            end[0] = end[0] * 2 + (r >= 76);
            end[1] = end[1] * 2 + ((r >= 57 && r < 76) || r >= 95);
        }
    } while (end[0] >= n || end[1] >= n || end[0] == end[1]);
}

static void write_skewed(FILE *out, uint32_t n, uint32_t ties, const uint32_t *number) {
    for (uint32_t i = 0; i < ties; i++) {
        uint32_t end[2];
        draw_skewed(n, end);
        fprintf(out, "%u,%u\n", number[end[0]], number[end[1]]);
    }
}

static void write_even(FILE *out, uint32_t n, uint32_t ties) {
    for (uint32_t i = 0; i < ties; i++) {
        uint32_t from = below(n), to = below(n - 1u);
        fprintf(out, "%u,%u\n", from, to + (to >= from));
    }
}

enum { GROUP = 25 };

/* Each group is one part, and each is tied to the one before. */
static void write_grouped(FILE *out, uint32_t n, uint32_t ties) {
    for (uint32_t v = 1; v < n; v++) {
        uint32_t first = v / GROUP * GROUP;
        fprintf(out, "%u,%u\n", v, v > first ? first + below(v - first) : below(v));
    }
    for (uint32_t i = n - 1; i < ties; i++) {
        uint32_t from = below(n), first = from / GROUP * GROUP;
        uint32_t size = n - first < GROUP ? n - first : (uint32_t)GROUP;
        fprintf(out, "%u,%u\n", from, below(5) ? first + below(size) : below(n));
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fputs("graphs attached|skewed|even|grouped N TIES OUT\n", stderr);
        return 2;
    }
    uint32_t n = (uint32_t)strtoul(argv[2], NULL, 10), ties = (uint32_t)strtoul(argv[3], NULL, 10);
    bool attached = strcmp(argv[1], "attached") == 0, skewed = strcmp(argv[1], "skewed") == 0;
    uint32_t *room = attached ? malloc(2ull * n * ties * sizeof *room) : scatter(n);
    FILE *out = fopen(argv[4], "w");
    if (!out || !room || n < 2) {
        fputs("graphs: cannot write, or too few nodes\n", stderr);
        return 1;
    }
    fputs("from,to\n", out);
    if (attached) {
        write_attached(out, n, ties, room);
    } else if (skewed) {
        write_skewed(out, n, ties, room);
    } else if (strcmp(argv[1], "grouped") == 0) {
        write_grouped(out, n, ties);
    } else {
        write_even(out, n, ties);
    }
    free(room);
    return fclose(out) == 0 ? 0 : 1;
}
