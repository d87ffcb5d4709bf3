/* Places that callers name, and series judged with phases, base and ghosts at them.
 *
 * A place is a day, a period or the number of a point; of a period all points that overlap it. A
 * column may tell them instead: a new phase begins where its value changes, and a ghost is where it
 * is true. */
#include "stdlib/spc/bind_options.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>

/* ---- arguments ---- */

static int wrong_place(struct native_call *c, const char *what) {
    return native_fail_help(c,
                            "dates, periods, numbers of points counted from 1, a list of them, or "
                            "the name of a column",
                            "%s cannot be read from this value", what);
}

static bool read_place(struct native_call *c, const struct value *v, bool *numbers,
                       struct spc_place *out) {
    const struct calendar *calendar = native_calendar(c);
    if (value_is_missing(v)) {
        return false;
    }
    int64_t x = value_int(v);
    *numbers = v->type->kind == TY_INT;
    switch (v->type->kind) {
    case TY_INT:
    case TY_DATE:
        *out = (struct spc_place){x, x + 1};
        return true;
    case TY_PERIOD:
        *out = (struct spc_place){period_start(calendar, x), period_stop(calendar, x)};
        return out->from < out->stop;
    default:
        return false;
    }
}

static int ask_column(struct native_call *c, const char *what, struct str name, bool truth,
                      const struct frame *data, struct spc_places *out) {
    int i = type_field(data->type, name);
    if (i < 0) {
        return native_fail_help(c, "name a column of the relation, or give dates or periods",
                                "there is no column `%.*s` to tell %s", STR_ARG(name), what);
    }
    out->column = &data->columns[i];
    if (truth && out->column->type->kind != TY_BOOL) {
        return native_fail_help(c, "ghosts are where a column of `bool` is true",
                                "the column `%.*s` is not true or false", STR_ARG(name));
    }
    return SPOKE_OK;
}

static bool overlaps(const struct calendar *calendar, const struct spc_places *places,
                     const struct spc_place *p, const struct spc_series *s, uint32_t i) {
    if (places->numbers) {
        return p->from == (int64_t)i + 1;
    }
    return period_start(calendar, s->at[i]) < p->stop && period_stop(calendar, s->at[i]) > p->from;
}

/* Somewhere there must be a point behind it, or the caller has mistaken the year. */
static bool is_anywhere(const struct calendar *calendar, const struct spc_table *t,
                        const struct spc_places *places, const struct spc_place *p) {
    for (uint32_t k = 0; k < t->nseries; k++) {
        const struct spc_series *s = &t->series[k];
        if (!s->n) {
            continue;
        }
        bool beyond = places->numbers ? p->from < 1 || p->from > s->n
                                      : period_stop(calendar, s->at[s->n - 1]) <= p->from ||
                                            period_start(calendar, s->at[0]) >= p->stop;
        if (!beyond) {
            return true;
        }
    }
    return false;
}

static int check_places(struct native_call *c, const char *what, const struct spc_table *t,
                        const struct spc_places *places) {
    if (t->grain == GRAIN_NONE && !places->numbers && t->most) {
        return native_fail_help(c, "give the numbers of points, counted from 1",
                                "the points have no time, which %s tells", what);
    }
    for (uint32_t i = 0; i < places->n && t->most; i++) {
        if (!is_anywhere(native_calendar(c), t, places, &places->at[i])) {
            char text[32];
            size_t n = places->numbers ? num_print_int(text, places->at[i].from)
                                       : day_print(text, places->at[i].from);
            return native_fail_help(c, "name a place from the first point to the last",
                                    "%s: there are no points at %.*s", what, (int)n, text);
        }
    }
    return SPOKE_OK;
}

static int by_place(const void *a, const void *b) {
    const struct spc_place *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

int spc_ask_places(struct native_call *c, int i, const char *what, const struct frame *data,
                   const struct spc_table *t, struct spc_places *out) {
    *out = (struct spc_places){0};
    if (native_is_missing(c, i)) {
        return SPOKE_OK;
    }
    struct value whole = native_value(c, i);
    out->list = whole.type->kind == TY_LIST;
    if (whole.type->kind == TY_TEXT) {
        return ask_column(c, what, native_text(c, i), str_is(str_of(what), "ghost"), data, out);
    }
    uint32_t n = out->list ? native_list_length(c, i) : 1;
    struct spc_place *at = ARENA_ARRAY(native_arena(c), struct spc_place, n + 1);
    if (!at) {
        return SPOKE_NO_MEMORY;
    }
    for (uint32_t k = 0; k < n; k++) {
        struct value v = out->list ? native_list_value(c, i, k) : whole;
        if (!read_place(c, &v, &out->numbers, &at[k])) {
            return wrong_place(c, what);
        }
    }
    qsort(at, n, sizeof *at, by_place);
    out->at = at;
    out->n = n;
    return check_places(c, what, t, out);
}

/* ---- of one series ---- */

/* The first point that is not wholly before it. */
static uint32_t first_at(const struct calendar *calendar, const struct spc_places *places,
                         const struct spc_place *p, const struct spc_series *s) {
    uint32_t i = 0;
    while (i < s->n && (places->numbers ? (int64_t)i + 1 < p->from
                                        : period_stop(calendar, s->at[i]) <= p->from)) {
        i++;
    }
    return i;
}

/* The first point that is wholly behind it. */
static uint32_t first_behind(const struct calendar *calendar, const struct spc_places *places,
                             const struct spc_place *p, const struct spc_series *s) {
    uint32_t i = 0;
    while (i < s->n && (places->numbers ? (int64_t)i + 1 <= p->from
                                        : period_start(calendar, s->at[i]) < p->stop)) {
        i++;
    }
    return i;
}

static bool changes(const struct column *column, const struct spc_series *s, uint32_t i) {
    return column_compare(column, s->row[i], column, s->row[i - 1]) != 0;
}

/* NULL: no memory. */
static const size_t *phase_starts(struct arena *a, const struct calendar *calendar,
                                  const struct spc_places *places, const struct spc_series *s,
                                  size_t *n) {
    size_t most = places->column ? s->n : places->n;
    size_t *starts = ARENA_ARRAY(a, size_t, most + 1);
    *n = 0;
    if (!starts) {
        return NULL;
    }
    starts[(*n)++] = 0;
    for (uint32_t i = 1; places->column && i < s->n; i++) {
        if (changes(places->column, s, i)) {
            starts[(*n)++] = i;
        }
    }
    for (uint32_t k = 0; k < places->n; k++) {
        size_t i = first_at(calendar, places, &places->at[k], s);
        if (i > starts[*n - 1] && i < s->n) {
            starts[(*n)++] = i;
        }
    }
    return starts;
}

static bool is_ghost(const struct calendar *calendar, const struct spc_places *places,
                     const struct spc_series *s, uint32_t i) {
    if (places->column) {
        uint32_t row = s->row[i];
        return column_state(places->column, row) == PRESENT && places->column->i[row] != 0;
    }
    for (uint32_t k = 0; k < places->n; k++) {
        if (overlaps(calendar, places, &places->at[k], s, i)) {
            return true;
        }
    }
    return false;
}

static const uint8_t *ghosts(struct arena *a, const struct calendar *calendar,
                             const struct spc_places *places, const struct spc_series *s) {
    uint8_t *out = arena_zero(a, s->n + 1);
    for (uint32_t i = 0; out && i < s->n; i++) {
        out[i] = is_ghost(calendar, places, s, i);
    }
    return out;
}

static void set_base(const struct calendar *calendar, const struct spc_places *places,
                     const struct spc_series *s, struct spc_points *p) {
    p->base_first = 0;
    p->base_stop = s->n;
    if (places->n) {
        p->base_stop = first_behind(calendar, places, &places->at[places->n - 1], s);
    }
    if (places->n == 2) {
        p->base_first = first_at(calendar, places, &places->at[0], s);
    }
}

struct spc_result *spc_judge(struct arena *a, const struct calendar *calendar,
                             const struct spc_table *t, const struct spc_series *s,
                             const struct spc_wish *wish) {
    bool counts = spc_trait(wish->kind)->needs == NEEDS_COUNTS && !t->has_rates;
    struct spc_input in = {
        .kind = wish->kind,
        .points = {.n = s->n,
                   .value = s->value,
                   .count = counts ? s->value : s->count,
                   .size = s->size,
                   .spread = s->spread},
        .profile = wish->profile,
        .options = wish->options,
        .low_bound = t->has_counts ? 0 : -(double)INFINITY,
        .high_bound =
            t->has_counts && wish->kind != SPC_NP && wish->kind != SPC_C ? 1 : (double)INFINITY};
    bool sized = spc_trait(wish->kind)->needs == NEEDS_COUNTS_OF_SIZES ||
                 spc_trait(wish->kind)->needs == NEEDS_SUBGROUPS;
    in.points.size = sized ? s->size : NULL;
    set_base(calendar, &wish->baseline, s, &in.points);
    if (wish->phases.n || wish->phases.column) {
        in.phase_starts = phase_starts(a, calendar, &wish->phases, s, &in.nphases);
        if (!in.phase_starts) {
            return NULL;
        }
    }
    if (wish->ghost.n || wish->ghost.column) {
        in.points.ghost = ghosts(a, calendar, &wish->ghost, s);
        if (!in.points.ghost) {
            return NULL;
        }
    }
    return spc_analyse(a, &in);
}
