/* Parts of communities, and the level that is made of them.
 *
 * Within each community every node begins as a part of its own. A node that is still alone and is
 * tied well enough to the rest of its community joins the part where it gains most, of those that
 * are tied well enough themselves; never with a loss. Traag, Waltman and van Eck draw the part by
 * chance in favour of the gain; with the small temperature that is used everywhere the draw is the
 * best part all but always, and the order of nodes is by chance in any case. */
#include "stdlib/network/communities_search.h"

/* What ties v to its own community. */
static inline double tie_inside(const struct community_search *s, const struct level *l,
                                uint32_t v) {
    const uint32_t *of = s->of, *node = l->node + l->start[v];
    const double *value = l->value ? l->value + l->start[v] : NULL;
    uint64_t length = l->start[v + 1] - l->start[v], count = 0;
    uint32_t c = of[v];
    double sum = 0;
    for (uint64_t i = 0; !value && i < length; i++) {
        count += of[node[i]] == c;
    }
    for (uint64_t i = 0; value && i < length; i++) {
        sum += value[i] * (of[node[i]] == c);
    }
    return value ? sum : (double)count;
}

static enum status begin_parts(struct community_search *s, const struct level *l) {
    enum status status = ST_OK;
    for (uint32_t v = 0; v < l->n && status == ST_OK; v++) {
        double inside = tie_inside(s, l, v);
        s->part[v] = v;
        s->inside[v] = s->cut[v] = inside;
        s->parts.out[v] = l->out[v];
        s->parts.in[v] = l->in[v];
        s->parts.size[v] = 1;
        status = stint_due(&s->stint, l->start[v + 1] - l->start[v]);
    }
    return status;
}

/* What chance expects between a part and the rest of its community. */
static inline double expected(const struct community_search *s, uint32_t c, uint32_t part) {
    double out = s->parts.out[part], in = s->parts.in[part];
    return s->scale * (s->directed ? out * (s->sums.in[c] - in) + in * (s->sums.out[c] - out)
                                   : out * (s->sums.out[c] - out));
}

/* Ties to other communities are added up for a part that does not exist, without a branch. */
static inline uint32_t meet_parts(const struct community_search *s, const struct level *l,
                                  uint32_t v) {
    const uint32_t *of = s->of, *part = s->part, *node = l->node + l->start[v];
    const double *value = l->value ? l->value + l->start[v] : NULL;
    double *to = s->to;
    uint32_t *met = s->met, n = 0, c = of[v], none = l->n;
    uint64_t length = l->start[v + 1] - l->start[v];
    to[none] = 1;
    for (uint64_t i = 0; i < length; i++) {
        uint32_t u = node[i], same = 0 - (uint32_t)(of[u] == c);
        uint32_t p = (part[u] & same) | (none & ~same);
        double before = to[p];
        met[n] = p;
        n += !(before > 0);
        to[p] = before + (value ? value[i] : 1);
    }
    to[none] = 0;
    return n;
}

/* The part for v; v itself where it stays alone. */
static inline uint32_t choose_part(const struct community_search *s, const struct level *l,
                                   uint32_t v, uint32_t n, double *tie) {
    const struct community_sums parts = s->parts;
    double out = s->scale * l->out[v], in = s->scale * l->in[v], best = 0;
    uint32_t choice = v;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t p = s->met[i];
        double to = s->to[p];
        double here = to - level_expected(&parts, out, in, p, s->directed);
        s->to[p] = 0;
        if (here > best && s->cut[p] + s->least >= expected(s, s->of[v], p)) {
            best = here;
            choice = p;
            *tie = to;
        }
    }
    return choice;
}

static inline void join_part(struct community_search *s, const struct level *l, uint32_t v,
                             uint32_t part, double tie) {
    s->part[v] = part;
    s->parts.size[v] = 0;
    s->parts.size[part]++;
    s->parts.out[part] += l->out[v];
    if (s->directed) {
        s->parts.in[part] += l->in[v];
    }
    s->cut[part] += s->inside[v] - 2 * tie;
}

enum status communities_refine(struct community_search *s, const struct level *l) {
    enum status status = begin_parts(s, l);
    for (uint32_t i = 0; i < l->n && status == ST_OK; i++) {
        uint32_t v = s->order[i];
        status = stint_due(&s->stint, l->start[v + 1] - l->start[v] + 1);
        if (s->parts.size[v] == 1 && s->part[v] == v && s->inside[v] > 0 &&
            s->inside[v] + s->least >= expected(s, s->of[v], v)) {
            double tie = 0;
            uint32_t part = choose_part(s, l, v, meet_parts(s, l, v), &tie);
            if (part != v) {
                join_part(s, l, v, part, tie);
            }
        }
    }
    return status;
}

uint32_t communities_renumber(struct community_search *s, uint32_t *of, uint32_t n) {
    uint32_t *number = s->met, count = 0;
    memset(number, 0xff, n * sizeof *number);
    for (uint32_t v = 0; v < n; v++) {
        if (number[of[v]] == UINT32_MAX) {
            number[of[v]] = count++;
        }
        of[v] = number[of[v]];
    }
    return count;
}

/* ---- the next level ---- */

/* Nodes by part, in their order. */
static void sort_members(struct community_search *s, uint32_t n, uint32_t parts) {
    memset(s->first, 0, ((size_t)parts + 1) * sizeof *s->first);
    for (uint32_t v = 0; v < n; v++) {
        s->first[s->part[v] + 1]++;
    }
    for (uint32_t p = 0; p < parts; p++) {
        s->first[p + 1] += s->first[p];
    }
    for (uint32_t v = 0; v < n; v++) {
        s->member[s->first[s->part[v]]++] = v;
    }
    for (uint32_t p = parts; p > 0; p--) {
        s->first[p] = s->first[p - 1];
    }
    s->first[0] = 0;
}

/* The ties of a part's members into other parts, added up in `to`; the parts are put at `met`. */
static inline uint32_t meet_others(const struct community_search *s, const struct level *l,
                                   uint32_t p, uint32_t *met) {
    uint32_t n = 0;
    s->to[p] = 1; /* has been met, it seems */
    for (uint32_t m = s->first[p]; m < s->first[p + 1]; m++) {
        n = communities_meet(s, l, s->member[m], s->part, met, n);
    }
    s->to[p] = 0;
    return n;
}

static void add_members(struct community_search *s, const struct level *l, uint32_t p,
                        struct level_room *room) {
    room->out[p] = room->in[p] = 0;
    for (uint32_t m = s->first[p]; m < s->first[p + 1]; m++) {
        room->out[p] += l->out[s->member[m]];
        if (s->directed) {
            room->in[p] += l->in[s->member[m]];
        }
    }
}

enum status communities_join(struct community_search *s, const struct level *l, uint32_t parts,
                             struct level_room *room, struct level *out) {
    enum status status = ST_OK;
    uint64_t at = 0;
    sort_members(s, l->n, parts);
    for (uint32_t p = 0; p < parts && status == ST_OK; p++) {
        uint32_t *met = room->node + at;
        uint32_t n = meet_others(s, l, p, met);
        room->start[p] = at;
        for (uint32_t i = 0; i < n; i++) {
            room->value[at + i] = s->to[met[i]];
            s->to[met[i]] = 0;
        }
        at += n;
        add_members(s, l, p, room);
        s->next_of[p] = s->of[s->member[s->first[p]]];
        status = stint_due(&s->stint, n + 2 * (l->start[l->n] / (parts + (uint64_t)1)) + 1);
    }
    room->start[parts] = at;
    *out = (struct level){.n = parts,
                          .start = room->start,
                          .node = room->node,
                          .value = room->value,
                          .out = room->out,
                          .in = room->in};
    return status;
}
