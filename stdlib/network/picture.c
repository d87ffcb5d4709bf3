/* What both kinds of pictures say and count. */
#include "base/num.h"
#include "stdlib/network/picture.h"
#include <math.h>
#include <stdlib.h>

bool picture_tells(const struct picture_key *key) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < ALL_LOOKS; k++) {
        n += key->count[k];
    }
    return key->word.n && n;
}

double picture_size(const struct net_picture *p, uint32_t member) {
    double size = p->member[member].size;
    if (!p->size_word.n || isnan(size) || !(p->most > p->least)) {
        return 0.5;
    }
    return (size - p->least) / (p->most - p->least);
}

double picture_radius(uint32_t n) {
    return n <= 12     ? 13
           : n <= 40   ? 11
           : n <= 100  ? 8
           : n <= 200  ? 6.5
           : n <= 500  ? 5.5
           : n <= 1000 ? 4
                       : 2.5;
}

static void measure(struct net_picture *p) {
    p->least = (double)INFINITY;
    p->most = -(double)INFINITY;
    p->strongest = (double)NAN;
    for (uint32_t i = 0; i < p->n; i++) {
        double size = p->member[i].size;
        p->least = size < p->least ? size : p->least;
        p->most = size > p->most ? size : p->most;
    }
    for (uint32_t i = 0; i < p->nties; i++) {
        p->strongest = fmax(p->strongest, p->tie[i].strength); /* fmax passes NaN by */
    }
    if (p->nwaves) { /* which share their scales */
        p->least = p->wave[0].least;
        p->most = p->wave[0].most;
        p->strongest = p->wave[0].strongest;
    }
}

/* ---- orders ---- */

struct ranked {
    uint32_t member;
    uint32_t first; /* what is sorted by before anything else, upwards */
    double weight;  /* downwards */
};

static int by_rank(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return (x->member > y->member) - (x->member < y->member);
}

static uint32_t *sorted_members(struct arena *a, const struct net_picture *p,
                                struct ranked (*rank)(const struct net_picture *p, uint32_t i)) {
    struct ranked *all = ARENA_ARRAY(a, struct ranked, (size_t)p->n + 1);
    uint32_t *out = ARENA_ARRAY(a, uint32_t, (size_t)p->n + 1);
    if (!all || !out) {
        return NULL;
    }
    for (uint32_t i = 0; i < p->n; i++) {
        all[i] = rank(p, i);
        all[i].member = i;
    }
    qsort(all, p->n, sizeof *all, by_rank);
    for (uint32_t i = 0; i < p->n; i++) {
        out[i] = all[i].member;
    }
    return out;
}

static struct ranked rank_of_label(const struct net_picture *p, uint32_t i) {
    const struct picture_member *m = &p->member[i];
    double size = isnan(m->size) ? 0 : m->size;
    return (struct ranked){.first = i == p->ego ? 0
                                    : m->hub    ? 1
                                                : 2,
                           .weight = p->size_word.n ? size : m->degree};
}

static struct ranked rank_by_degree(const struct net_picture *p, uint32_t i) {
    return (struct ranked){.weight = p->member[i].degree};
}

static struct ranked rank_of_row(const struct net_picture *p, uint32_t i) {
    return (struct ranked){.first = p->member[i].look, .weight = p->member[i].degree};
}

uint32_t *picture_rows(struct arena *a, const struct net_picture *p) {
    return sorted_members(a, p, rank_of_row);
}

/* ---- words ---- */

static const char *plural(uint64_t n) {
    return n == 1 ? "" : "s";
}

/* With a point whatever the locale. */
static void put_number(struct buf *out, double x, int decimals) {
    char text[352];
    buf_put(out, text, num_print_fixed(text, x, x == floor(x) ? 0 : decimals));
}

static uint32_t count_isolates(const struct net_picture *p) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        n += p->member[i].degree == 0;
    }
    return n;
}

static uint64_t count_ties(const struct net_picture *p) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < p->nties; i++) {
        n += p->tie[i].mutual ? 2 : 1;
    }
    return n;
}

/* "34 members and 78 ties, 14% of all possible. Tied to most others: S1 (4), S2 (2)." */
static void summarize(struct buf *out, const struct net_picture *p) {
    uint64_t ties = count_ties(p);
    uint32_t isolates = count_isolates(p), shown = 0;
    if (!p->n) {
        buf_text(out, "There are no members.");
        return;
    }
    buf_printf(out, "%u member%s and %llu tie%s", p->n, plural(p->n), (unsigned long long)ties,
               plural(ties));
    if (p->possible && ties) {
        buf_text(out, ", ");
        put_number(out, 100 * (double)ties / (double)p->possible, 1);
        buf_text(out, "% of all possible");
    }
    if (isolates && ties) {
        buf_printf(out, "; %u without ties", isolates);
    }
    buf_char(out, '.');
    for (uint32_t k = 0; k < p->n && ties && p->n > 2; k++) {
        const struct picture_member *m = &p->member[p->order[k]];
        if (shown < 3 && m->degree > 0 && p->order[k] != p->ego) {
            buf_printf(out, "%s%.*s (%u)",
                       shown++ ? ", " : " Tied to most others: ", STR_ARG(m->name), m->degree);
        }
    }
    buf_text(out, shown ? "." : "");
}

enum { TIES_DESCRIBED = 200 };

static void describe_key(struct buf *out, const struct picture_key *key) {
    if (!key->word.n) {
        return;
    }
    bool any = false;
    for (uint32_t k = 0; k < ALL_LOOKS; k++) {
        if (key->count[k]) {
            buf_text(out, any ? ", " : " By ");
            if (!any) {
                buf_str(out, key->word);
                buf_text(out, ": ");
            }
            buf_printf(out, "%.*s %u", STR_ARG(key->name[k]), key->count[k]);
            any = true;
        }
    }
    buf_text(out, any ? "." : "");
}

static void describe(struct buf *out, const struct net_picture *p) {
    describe_key(out, &p->looks);
    describe_key(out, &p->shapes);
    describe_key(out, &p->kinds);
    for (uint32_t i = 0; i < p->nties && i < TIES_DESCRIBED; i++) {
        const struct picture_tie *t = &p->tie[i];
        buf_printf(out, "%s%.*s %s %.*s", i ? ", " : " Ties: ", STR_ARG(p->member[t->from].name),
                   !t->directed ? "with"
                   : t->mutual  ? "to and from"
                                : "to",
                   STR_ARG(p->member[t->to].name));
    }
    if (p->nties > TIES_DESCRIBED) {
        buf_printf(out, " and %u more", p->nties - TIES_DESCRIBED);
    }
    buf_text(out, p->nties ? "." : "");
}

static bool put_down(struct arena *a, void (*write)(struct buf *out, const struct net_picture *p),
                     const struct net_picture *p, struct str *text) {
    struct buf b;
    buf_init(&b, a->alloc);
    write(&b, p);
    *text = arena_str(a, buf_view(&b));
    bool ok = !b.failed && text->p;
    buf_free(&b);
    return ok;
}

/* "Larger: more ties (1 to 17)." and how places were found. */
static void tell_method(struct buf *out, const struct net_picture *p) {
    if (p->size_word.n && p->most > p->least && p->layout != PICTURE_MATRIX) {
        buf_printf(out, "Larger: more %.*s (", STR_ARG(p->size_word));
        put_number(out, p->least, 2);
        buf_text(out, " to ");
        put_number(out, p->most, 2);
        buf_text(out, p->method.n ? "). " : ").");
    }
    buf_str(out, p->method);
}

bool picture_finish(struct arena *a, struct net_picture *p) {
    measure(p);
    p->order = sorted_members(a, p, rank_by_degree); /* that of the sentences */
    if (!p->order || !put_down(a, summarize, p, &p->summary) ||
        !put_down(a, describe, p, &p->described) || !put_down(a, tell_method, p, &p->method)) {
        return false;
    }
    p->order = sorted_members(a, p, rank_of_label);
    return p->order != NULL;
}
