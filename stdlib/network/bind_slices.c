/* Each wave is the network between two days, built as any other; its members are found by their
 * keys. */
#include "stdlib/network/bind_slices.h"
#include "base/position.h"

enum { MOST_WAVES = 400 };

/* ---- which waves ---- */

struct days {
    int64_t first, last; /* NO_DAY: none yet */
};

static void take_day(struct days *d, int64_t day) {
    if (day != NO_DAY) {
        d->first = d->first == NO_DAY || day < d->first ? day : d->first;
        d->last = d->last == NO_DAY || day > d->last ? day : d->last;
    }
}

static void take_days(struct days *d, const int64_t *days, uint32_t n) {
    for (uint32_t i = 0; days && i < n; i++) {
        take_day(d, days[i]);
    }
}

/* Ties tell how long a network is looked at; where they have no time, its members do. */
static struct days days_of(const struct network_view *v) {
    struct days d = {NO_DAY, NO_DAY};
    for (uint32_t k = 0; k < v->nties; k++) {
        take_days(&d, v->ties[k].first, v->ties[k].n);
        take_days(&d, v->ties[k].last, v->ties[k].n);
    }
    if (d.first == NO_DAY) {
        take_days(&d, v->joined, v->n);
        take_days(&d, v->left, v->n);
    }
    if (v->timed && d.first != NO_DAY) {
        d.first = d.first < v->first ? v->first : d.first;
        d.last = d.last > v->last ? v->last : d.last;
    }
    return d;
}

static enum status fail(struct asking *a, const char *help, const char *what) {
    a->m.status =
        native_fail_help(a->m.call, help, "the network `%.*s` %s", STR_ARG(a->m.net->name), what);
    return ST_FAILED;
}

static enum status read_grain(struct asking *a, struct str name, enum grain *out) {
    *out = grain_named(name);
    if (*out != GRAIN_NONE) {
        return ST_OK;
    }
    a->m.status = native_fail_help(a->m.call,
                                   "grains are day, week, month, quarter, term, semester, year "
                                   "and school_year",
                                   "there is no grain \"%.*s\"", STR_ARG(name));
    return ST_FAILED;
}

static enum status find_periods(struct asking *a, struct str over, uint32_t most,
                                struct slices *out) {
    enum grain grain;
    struct days d = days_of(a->m.net);
    int64_t first, last;
    enum status s = read_grain(a, over, &grain);
    const struct calendar *calendar = s == ST_OK ? native_read_calendar(a->m.call) : NULL;
    if (!calendar) {
        return ST_FAILED;
    }
    if (d.first == NO_DAY || d.first > d.last) {
        return fail(a, "say when ties are: `ties visit from host to guest at day`",
                    "has nothing with a time");
    }
    if (!periods_between(calendar, grain, d.first, d.last + 1, &first, &last)) {
        return fail(a, "`calendar` says where terms are written down",
                    "has nothing in a term that the calendar knows");
    }
    int64_t n = period_position(calendar, last) - period_position(calendar, first) + 1;
    if (most && n > most) {
        first = period_at_position(calendar, grain, period_position(calendar, last) - most + 1);
        n = most;
    }
    if (n > MOST_WAVES) {
        return fail(a, "a coarser grain, or `net in` a shorter time, makes fewer",
                    "has more than 400 waves");
    }
    out->at = ARENA_ARRAY(native_arena(a->m.call), struct slice, (size_t)n + 1);
    for (int64_t p = first; out->at && out->n < n; p = period_next(calendar, p)) {
        out->at[out->n++] = (struct slice){.period = p};
    }
    return had_memory(out->at != NULL);
}

/* ---- a wave ---- */

struct renumbering {
    struct strmap by_key;
    uint32_t *number; /* of the wave's members */
};

static bool renumber_members(struct asking *a, const struct network_view *wave,
                             struct renumbering *r, struct slice *out) {
    const struct str *key = network_keys(a->m.call, wave);
    r->number = ARENA_ARRAY(native_arena(a->m.call), uint32_t, (size_t)wave->n + 1);
    out->active = MEMBER_ARRAY(&a->m, uint8_t);
    if (!key || !r->number || !out->active) {
        return false;
    }
    memset(out->active, 0, a->m.net->n);
    for (uint32_t v = 0; v < wave->n; v++) {
        const uint64_t *found = strmap_find(&r->by_key, key[v]);
        r->number[v] = found ? (uint32_t)*found : NO_MEMBER;
        if (found) {
            out->active[*found] = 1;
        }
    }
    return true;
}

/* Who is no member of the wave has nothing to answer in it. */
static bool renumber_answers(struct arena *arena, const struct renumbering *r, uint32_t members,
                             uint32_t whole, struct network_ties *t) {
    bool *answered = ARENA_ARRAY(arena, bool, (size_t)whole + 1);
    for (uint32_t v = 0; answered && v < whole; v++) {
        answered[v] = true;
    }
    for (uint32_t v = 0; answered && v < members; v++) {
        if (r->number[v] != NO_MEMBER) {
            answered[r->number[v]] = t->answered[v];
        }
    }
    t->answered = answered;
    return answered != NULL;
}

static bool renumber_ties(struct arena *arena, const struct renumbering *r, uint32_t members,
                          uint32_t whole, struct network_ties *t) {
    uint32_t *from = ARENA_ARRAY(arena, uint32_t, (size_t)t->n + 1);
    uint32_t *to = ARENA_ARRAY(arena, uint32_t, (size_t)t->n + 1), n = 0;
    if (!from || !to) {
        return false;
    }
    for (uint32_t i = 0; i < t->n; i++) {
        from[n] = r->number[t->from[i]];
        to[n] = r->number[t->to[i]];
        n += from[n] != NO_MEMBER && to[n] != NO_MEMBER;
    }
    *t = (struct network_ties){.name = t->name,
                               .directed = t->directed,
                               .role = t->role,
                               .n = n,
                               .from = from,
                               .to = to,
                               .answered = t->answered};
    return !t->answered || renumber_answers(arena, r, members, whole, t);
}

static bool fit(struct asking *a, const struct network_view *wave, struct renumbering *r,
                struct slice *out) {
    struct arena *arena = native_arena(a->m.call);
    struct network_ties *ties = ARENA_ARRAY(arena, struct network_ties, (size_t)wave->nties + 1);
    bool ok = ties && renumber_members(a, wave, r, out);
    for (uint32_t k = 0; ok && k < wave->nties; k++) {
        ties[k] = wave->ties[k];
        ok = renumber_ties(arena, r, wave->n, a->m.net->n, &ties[k]);
    }
    out->view = *a->m.net;
    out->view.ties = ties;
    out->view.timed = true;
    out->view.first = wave->first;
    out->view.last = wave->last;
    return ok && network_layers(arena, &out->view, &out->layers);
}

static enum status take_slice(struct asking *a, struct renumbering *r, struct slice *out) {
    const struct calendar *c = native_calendar(a->m.call);
    const struct network_view *wave = native_network_between(
        a->m.call, 0, period_start(c, out->period), period_stop(c, out->period) - 1);
    if (!wave) {
        return ST_FAILED;
    }
    return had_memory(fit(a, wave, r, out));
}

static bool has_ties(const struct slice *s) {
    bool any = false;
    for (uint32_t k = 0; k < s->layers.n; k++) {
        any = any || s->layers.at[k].ties.n > 0;
    }
    return any;
}

/* Waves without ties: nobody asked then, so that nothing came to an end. */
static void leave_out_empty(struct asking *a, bool tells, struct slices *w) {
    uint32_t kept = 0, left_out = 0;
    for (uint32_t t = 0; t < w->n; t++) {
        if (has_ties(&w->at[t])) {
            w->at[kept++] = w->at[t];
        } else {
            left_out++;
        }
    }
    w->n = kept;
    if (left_out && tells) {
        native_note(a->m.call, "waves without ties are left out: %u", left_out);
    }
}

static bool index_keys(struct asking *a, struct renumbering *r) {
    strmap_init(&r->by_key, native_alloc(a->m.call));
    for (uint32_t v = 0; v < a->m.net->n; v++) {
        bool is_new;
        uint64_t *number = strmap_put(&r->by_key, a->m.key[v], &is_new);
        if (!number) {
            return false;
        }
        *number = v;
    }
    return true;
}

bool has_waves(const struct network_view *v) {
    return days_of(v).first != NO_DAY;
}

enum status take_slices(struct asking *a, const struct cutting *how, struct slices *out) {
    struct renumbering r = {.number = NULL};
    *out = (struct slices){.n = 0};
    enum status s = find_periods(a, how->over, how->most, out);
    if (s != ST_OK) {
        return s;
    }
    s = had_memory(index_keys(a, &r));
    for (uint32_t t = 0; s == ST_OK && t < out->n; t++) {
        s = take_slice(a, &r, &out->at[t]);
    }
    strmap_free(&r.by_key);
    if (s == ST_OK) {
        leave_out_empty(a, !how->most, out);
    }
    if (s == ST_OK && out->n < how->least) {
        s = fail(a, "a finer grain makes more: `over: \"month\"`",
                 "has ties in fewer waves than are compared");
    }
    return s;
}
