/* "Did you mean": the nearest of the names that could have been written.
 *
 * Names are compared as code points in lower case. Five ranks, the best first:
 * equal but for case; near and containing what was written; near; beginning
 * with it; containing it. Within a rank the smaller distance wins, then the
 * order of the text, so the answer does not depend on the order of the names.
 * All memory is scratch and given back; without memory nothing is suggested. */
#include "diagnose/diag.h"
#include "base/utf8.h"

#define LONGEST_WANTED 200 /* code points; nobody mistypes more than that */
#define SHORTEST_PART 3    /* a shorter text is contained in too many names */

struct word {
    uint32_t *at; /* code points, lower case */
    size_t n;
};

enum rank { RANK_CASE, RANK_NEAR_PART, RANK_NEAR, RANK_BEGINS, RANK_CONTAINS, RANK_NONE };

/* Three rows of the distance table: two back, one back, and the one being filled. */
struct rows {
    size_t *before, *last, *now;
};

static bool word_make(struct arena *scratch, struct str s, struct word *word) {
    struct buf lower;
    buf_init(&lower, scratch->alloc);
    utf8_lower(&lower, s);
    struct str text = buf_view(&lower);
    word->n = 0;
    word->at = lower.failed ? NULL : arena_take(scratch, text.n * sizeof *word->at);
    for (size_t at = 0; word->at && at < text.n;)
        word->at[word->n++] = utf8_next(text, &at);
    buf_free(&lower);
    return word->at != NULL;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t cell(const struct rows *r, const struct word *a, const struct word *b, size_t i,
                   size_t j) {
    size_t change = a->at[i - 1] == b->at[j - 1] ? 0 : 1;
    size_t best = smaller(r->last[j] + 1, r->now[j - 1] + 1);
    best = smaller(best, r->last[j - 1] + change);
    bool swapped = i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] && a->at[i - 2] == b->at[j - 1];
    return swapped ? smaller(best, r->before[j - 2] + 1) : best;
}

/* Restricted Damerau-Levenshtein: insert, delete, replace, swap neighbours. */
static size_t distance(struct rows r, const struct word *a, const struct word *b) {
    for (size_t j = 0; j <= b->n; j++)
        r.last[j] = j;
    for (size_t i = 1; i <= a->n; i++) {
        r.now[0] = i;
        for (size_t j = 1; j <= b->n; j++)
            r.now[j] = cell(&r, a, b, i, j);
        r = (struct rows){r.last, r.now, r.before};
    }
    return r.last[b->n];
}

/* Offset of `part` in `whole`, or SIZE_MAX. */
static size_t find_part(const struct word *whole, const struct word *part) {
    for (size_t at = 0; part->n > 0 && at + part->n <= whole->n; at++) {
        if (memcmp(whole->at + at, part->at, part->n * sizeof *part->at) == 0)
            return at;
    }
    return SIZE_MAX;
}

static enum rank rank_of(const struct word *wanted, const struct word *name, size_t away) {
    size_t allowed = wanted->n / 3 > 1 ? wanted->n / 3 : 1;
    size_t part = find_part(name, wanted);
    if (away == 0)
        return RANK_CASE;
    /* A single letter is near to every other one: only a part of the name counts. */
    bool near = away <= allowed && (wanted->n > 1 || part != SIZE_MAX);
    if (near)
        return part != SIZE_MAX ? RANK_NEAR_PART : RANK_NEAR;
    if (wanted->n < SHORTEST_PART || part == SIZE_MAX)
        return RANK_NONE;
    return part == 0 ? RANK_BEGINS : RANK_CONTAINS;
}

/* How near one name is; its memory is given back. False when there is none. */
static bool judge(struct arena *scratch, const struct word *wanted, struct str name,
                  enum rank *rank, size_t *away) {
    struct arena_mark before = arena_mark(scratch);
    struct word word;
    bool ok = word_make(scratch, name, &word);
    size_t *room = ok ? arena_take(scratch, 3 * (word.n + 1) * sizeof *room) : NULL;
    if (room) {
        struct rows rows = {room, room + word.n + 1, room + 2 * (word.n + 1)};
        *away = distance(rows, wanted, &word);
        *rank = rank_of(wanted, &word, *away);
    }
    arena_reset(scratch, before);
    return room != NULL;
}

struct str suggest(struct arena *scratch, struct str wanted, const struct str *names, size_t n) {
    struct arena_mark before = arena_mark(scratch);
    jmp_buf *escape = scratch->escape;
    scratch->escape = NULL; /* a suggestion is not worth leaving the phase for */
    struct str best = STR_NONE;
    enum rank best_rank = RANK_NONE;
    size_t best_away = 0;
    struct word word;
    bool ok = wanted.n > 0 && word_make(scratch, wanted, &word) && word.n <= LONGEST_WANTED;
    for (size_t i = 0; ok && i < n; i++) {
        enum rank rank;
        size_t away;
        if (str_eq(names[i], wanted))
            continue;
        ok = judge(scratch, &word, names[i], &rank, &away);
        if (!ok || rank > best_rank || rank == RANK_NONE)
            continue;
        bool same = rank == best_rank && best.p;
        if (same && (away > best_away || (away == best_away && str_compare(names[i], best) > 0)))
            continue;
        best = names[i];
        best_rank = rank;
        best_away = away;
    }
    scratch->escape = escape;
    arena_reset(scratch, before);
    return best;
}
