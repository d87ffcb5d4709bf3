/* Joining ties between the same two members, and what formats ask about a network. */
#include "stdlib/network/format.h"
#include "base/num.h"
#include "stdlib/network/sort.h"
#include <math.h>

enum { TURNS_BETWEEN_POLLS = 8192 };

enum status format_poll(const struct format_network *net, uint64_t turn) {
    if (turn % TURNS_BETWEEN_POLLS || !net->host || !net->host->poll) {
        return ST_OK;
    }
    return net->host->poll(net->host->user, 0);
}

/* ---- joining ---- */

struct placed { /* a tie where sorting puts it */
    uint32_t from, to, number;
};

static int compare_ties(const void *a, const void *b) {
    const struct placed *x = a, *y = b;
    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    if (x->to != y->to) {
        return x->to < y->to ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

static int compare_spells(const void *a, const void *b) {
    const struct format_spell *x = a, *y = b;
    if (x->start != y->start) {
        return x->start < y->start ? -1 : 1;
    }
    return x->end < y->end ? -1 : x->end > y->end;
}

static struct placed *place_ties(struct arena *arena, const struct format_relation *r) {
    struct placed *placed = ARENA_ARRAY(arena, struct placed, (size_t)r->n + 1);
    for (uint32_t i = 0; placed && i < r->n; i++) {
        bool turned = !r->directed && r->from[i] > r->to[i];
        placed[i] =
            (struct placed){turned ? r->to[i] : r->from[i], turned ? r->from[i] : r->to[i], i};
    }
    return placed;
}

static void add_weight(struct format_tie *t, const struct format_relation *r, uint32_t number) {
    double x = r->weight ? r->weight[number] : (double)NAN;
    if (isnan(x)) {
        return;
    }
    if (r->distance) {
        t->weight = t->weight < x ? t->weight : x; /* also where it is none so far */
    } else {
        t->weight = isnan(t->weight) ? x : t->weight + x;
    }
}

/* In order, equal ones once. */
static enum status order_spells(struct stint *stint, struct arena *scratch,
                                struct format_relation *r, struct format_tie *t) {
    struct format_spell *at = r->spells + t->first_spell;
    uint32_t n = 0;
    enum status s = stint_sort(stint, scratch, at, t->nspells, sizeof *at, compare_spells);
    for (uint32_t i = 0; s == ST_OK && i < t->nspells; i++) {
        if (i == 0 || compare_spells(&at[i], &at[n - 1]) != 0) {
            at[n++] = at[i];
        }
    }
    t->nspells = n;
    return s;
}

static void add_spell(struct format_relation *r, struct format_tie *t, uint32_t number) {
    const struct format_spell *s = r->spell ? &r->spell[number] : NULL;
    if (s && (s->start != FORMAT_NO_DAY || s->end != FORMAT_NO_DAY)) {
        r->spells[t->first_spell + t->nspells++] = *s;
    }
}

static enum status join_placed(struct stint *stint, struct format_relation *r,
                               const struct placed *placed) {
    enum status s = ST_OK;
    for (uint32_t i = 0; i < r->n && s == ST_OK; i++) {
        struct format_tie *t = r->nmerged ? &r->merged[r->nmerged - 1] : NULL;
        if (!t || t->from != placed[i].from || t->to != placed[i].to) {
            t = &r->merged[r->nmerged++];
            *t = (struct format_tie){placed[i].from, placed[i].to, (double)NAN, 0, i, 0};
        }
        t->times++;
        r->repeats |= t->times > 1;
        add_weight(t, r, placed[i].number);
        add_spell(r, t, placed[i].number);
        s = stint_due(stint, 1);
    }
    return s;
}

static enum status merge(struct arena *arena, struct arena *scratch, struct stint *stint,
                         struct format_relation *r) {
    struct placed *placed = place_ties(arena, r);
    r->merged = ARENA_ARRAY(arena, struct format_tie, (size_t)r->n + 1);
    r->spells = r->spell ? ARENA_ARRAY(arena, struct format_spell, (size_t)r->n + 1) : NULL;
    if (!placed || !r->merged || (r->spell && !r->spells)) {
        return ST_NO_MEMORY;
    }
    enum status s = stint_sort(stint, scratch, placed, r->n, sizeof *placed, compare_ties);
    if (s == ST_OK) {
        s = join_placed(stint, r, placed);
    }
    for (uint32_t i = 0; s == ST_OK && r->spells && i < r->nmerged; i++) {
        s = order_spells(stint, scratch, r, &r->merged[i]);
    }
    return s;
}

enum status format_merge(struct arena *arena, struct format_network *net) {
    struct network_host nobody = {.alloc = arena->alloc};
    struct effort effort;
    struct arena scratch;
    enum status s = ST_OK;
    effort_init(&effort, net->host ? net->host : &nobody, 1);
    struct stint stint = {.effort = &effort};
    arena_init(&scratch, arena->alloc);
    for (uint32_t k = 0; k < net->nrelations && s == ST_OK; k++) {
        s = merge(arena, &scratch, &stint, &net->relations[k]);
    }
    arena_free(&scratch);
    return s;
}

/* ---- questions ---- */

bool format_is_directed(const struct format_network *net) {
    bool directed = false;
    for (uint32_t k = 0; k < net->nrelations; k++) {
        directed = directed || net->relations[k].directed;
    }
    return directed;
}

bool format_is_mixed(const struct format_network *net) {
    bool directed = format_is_directed(net), mixed = false;
    for (uint32_t k = 0; k < net->nrelations; k++) {
        mixed = mixed || net->relations[k].directed != directed;
    }
    return mixed;
}

bool format_has_weights(const struct format_network *net, bool distance) {
    bool weights = false;
    for (uint32_t k = 0; k < net->nrelations; k++) {
        weights = weights || (net->relations[k].weight && net->relations[k].distance == distance);
    }
    return weights;
}

bool format_repeats(const struct format_network *net) {
    bool repeats = false;
    for (uint32_t k = 0; k < net->nrelations; k++) {
        repeats = repeats || net->relations[k].repeats;
    }
    return repeats;
}

bool format_has_days(const struct format_network *net) {
    bool days = net->spell != NULL;
    for (uint32_t k = 0; k < net->nrelations; k++) {
        days = days || net->relations[k].spell;
    }
    return days;
}

void format_put_weight(struct buf *out, double weight) {
    char room[32];
    bool whole = weight == floor(weight) && fabs(weight) < 1e15;
    buf_put(out, room,
            whole ? num_print_int(room, (int64_t)weight) : num_print_float(room, weight));
}
