/* Rows that are units, categories or points of several measures: funnel, Pareto and T2. */
#include "stdlib/rows.h"
#include "stdlib/spc/bind_made.h"
#include "stdlib/spc/bind_methods.h"
#include "stdlib/spc/bind_units.h"
#include "stdlib/spc/t2.h"
#include <math.h>
#include <stdlib.h>

static bool is_number(const struct column *c) {
    return type_is_number(c->type) || c->type->kind == TY_POINTS;
}

static double number_at(const struct column *c, uint32_t row) {
    struct value v = column_value(c, row);
    return value_is_missing(&v) ? (double)NAN : value_float(&v);
}

/* What a unit is called: its first column. */
static struct str name_at(struct native_call *c, const struct frame *data, uint32_t row) {
    struct buf b;
    buf_init(&b, native_alloc(c));
    native_cell_text(c, &data->columns[0], row, &b);
    struct str out = b.failed ? STR_NONE : arena_str(native_arena(c), buf_view(&b));
    buf_free(&b);
    return out;
}

/* ---- funnel ---- */

enum { UNIT, UNIT_N, UNIT_D, UNIT_VALUE, UNIT_Z, LOW95, HIGH95, LOW998, HIGH998, OUTSIDE };

/* The columns n and d, or else a share or ratio, in which case both are that one. False: there are
 * none. */
static bool find_counts(const struct frame *data, const struct column **n,
                        const struct column **d) {
    *n = native_column(data, "n");
    *d = native_column(data, "d");
    if (*n && *d && is_number(*n) && is_number(*d)) {
        return true;
    }
    *n = NULL;
    for (uint32_t i = 0; i < data->ncolumns; i++) {
        *n = type_is_ratio(data->columns[i].type) ? &data->columns[i] : *n;
    }
    *d = *n;
    return *n != NULL;
}

bool spc_has_units(const struct frame *data) {
    const struct column *n, *d;
    return find_counts(data, &n, &d);
}

static bool read_counts(const struct frame *data, double *count, double *size) {
    const struct column *n, *d;
    if (!find_counts(data, &n, &d)) {
        return false;
    }
    for (uint32_t row = 0; row < data->n; row++) {
        bool there = n != d || column_state(n, row) == PRESENT;
        count[row] = n != d ? number_at(n, row) : there ? (double)n->i[row] : (double)NAN;
        size[row] = n != d ? number_at(d, row) : there ? (double)n->d[row] : (double)NAN;
    }
    return true;
}

static struct str outside_words(const struct funnel_unit *u) {
    if (u->z > 0) {
        return u->value > u->high998  ? STR("above 99.8 %")
               : u->value > u->high95 ? STR("above 95 %")
                                      : STR_NONE;
    }
    return u->value < u->low998  ? STR("below 99.8 %")
           : u->value < u->low95 ? STR("below 95 %")
                                 : STR_NONE;
}

static bool put_unit(struct frame *f, const struct spc_units *all, uint32_t i) {
    const struct funnel_unit *u = &all->unit[i];
    if (!frame_push(f)) {
        return false;
    }
    uint32_t row = f->n - 1;
    return put_text(f, UNIT, row, all->name[i]) && put_float(f, UNIT_N, row, all->count[i]) &&
           put_float(f, UNIT_D, row, all->size[i]) && put_float(f, UNIT_VALUE, row, u->value) &&
           put_float(f, UNIT_Z, row, u->z) && put_float(f, LOW95, row, u->low95) &&
           put_float(f, HIGH95, row, u->high95) && put_float(f, LOW998, row, u->low998) &&
           put_float(f, HIGH998, row, u->high998) && put_text(f, OUTSIDE, row, outside_words(u));
}

static void note_funnel(struct native_call *c, const struct funnel *f, bool spread) {
    if (f->tau2 > 0) {
        native_note(c,
                    "the units vary %.1f times as much as chance allows: limits are widened by "
                    "what is between them (tau %.4f); `spread: false` leaves them narrow",
                    sqrt(f->phi), sqrt(f->tau2));
    } else if (!spread && f->phi > 1.5) {
        native_note(c, "the units vary %.1f times as much as chance allows, so many lie outside",
                    sqrt(f->phi));
    }
}

int spc_read_units(struct native_call *c, const struct frame *data, enum funnel_kind kind,
                   bool spread, struct spc_units *out) {
    struct arena *a = native_arena(c);
    *out = (struct spc_units){.kind = kind,
                              .n = data->n,
                              .name = ARENA_ARRAY(a, struct str, data->n + 1),
                              .count = ARENA_ARRAY(a, double, data->n + 1),
                              .size = ARENA_ARRAY(a, double, data->n + 1),
                              .unit = ARENA_ARRAY(a, struct funnel_unit, data->n + 1)};
    if (!out->name || !out->count || !out->size || !out->unit) {
        return SPOKE_NO_MEMORY;
    }
    if (!read_counts(data, out->count, out->size)) {
        return native_fail_help(c, "columns `n` and `d`, or one that is a share",
                                "a funnel needs a count and a size of every unit");
    }
    for (uint32_t i = 0; i < data->n; i++) {
        out->name[i] = name_at(c, data, i);
        if (!out->name[i].p) {
            return SPOKE_NO_MEMORY;
        }
    }
    bool ok = funnel_of(a, kind, out->count, out->size, data->n, spread, &out->funnel, out->unit);
    return ok ? SPOKE_OK : SPOKE_NO_MEMORY;
}

int spc_funnel(struct native_call *c) {
    const struct frame *data = native_relation(c, 0);
    struct spc_units units;
    if (!data) {
        return SPOKE_FAILED;
    }
    struct str kind = native_text(c, 1);
    bool ratio = str_is(kind, "ratio"), spread = native_int(c, 2) != 0;
    if (!ratio && !str_is(kind, "share")) {
        return native_fail_help(c,
                                "\"share\" is a count out of a size, \"ratio\" is observed over "
                                "expected",
                                "there is no kind of funnel \"%.*s\"", STR_ARG(kind));
    }
    int status = spc_read_units(c, data, ratio ? FUNNEL_RATIO : FUNNEL_SHARE, spread, &units);
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    for (uint32_t i = 0; f && i < units.n; i++) {
        if (!put_unit(f, &units, i)) {
            frame_drop(f);
            return SPOKE_NO_MEMORY;
        }
    }
    note_funnel(c, &units.funnel, spread);
    return spc_give_made(c, f, spc_made_units(c, data, &units, spread, false));
}

/* ---- Pareto ---- */

static int by_count(const void *a, const void *b) {
    const struct spc_category *x = a, *y = b;
    int c = (x->count < y->count) - (x->count > y->count);
    return c ? c : (x->row > y->row) - (x->row < y->row);
}

static const struct column *count_column(const struct frame *data) {
    for (uint32_t i = 1; i < data->ncolumns; i++) {
        if (is_number(&data->columns[i])) {
            return &data->columns[i];
        }
    }
    return NULL;
}

int spc_read_categories(struct native_call *c, const struct frame *data,
                        struct spc_categories *out) {
    const struct column *counts = count_column(data);
    *out = (struct spc_categories){
        .at = ARENA_ARRAY(native_arena(c), struct spc_category, data->n + 1)};
    if (!counts) {
        return native_fail_help(c, "like `from t | group by cause (n = count())`",
                                "a Pareto chart needs categories and a column of counts");
    }
    for (uint32_t i = 0; out->at && i < data->n; i++) {
        double count = number_at(counts, i);
        if (count < 0) {
            return native_fail(c, "a count is negative, and has no place in a Pareto chart");
        }
        if (isnan(count)) {
            continue;
        }
        struct str name = name_at(c, data, i);
        if (!name.p) {
            return SPOKE_NO_MEMORY;
        }
        out->at[out->n++] = (struct spc_category){name, count, i};
        out->total += count;
    }
    if (!out->at) {
        return SPOKE_NO_MEMORY;
    }
    qsort(out->at, out->n, sizeof *out->at, by_count);
    return SPOKE_OK;
}

int spc_pareto(struct native_call *c) {
    enum { NAME, COUNT, SHARE, CUMULATIVE };
    const struct frame *data = native_relation(c, 0);
    struct spc_categories all;
    if (!data) {
        return SPOKE_FAILED;
    }
    int status = spc_read_categories(c, data, &all);
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    double total = all.total, sum = 0;
    for (uint32_t k = 0; f && k < all.n; k++) {
        sum += all.at[k].count;
        bool ok = frame_push(f) && put_text(f, NAME, k, all.at[k].name) &&
                  put_float(f, COUNT, k, all.at[k].count) &&
                  put_float(f, SHARE, k, total > 0 ? all.at[k].count / total : (double)NAN) &&
                  put_float(f, CUMULATIVE, k, total > 0 ? sum / total : (double)NAN);
        if (!ok) {
            frame_drop(f);
            return SPOKE_NO_MEMORY;
        }
    }
    return spc_give_made(c, f, spc_made_categories(c, data, &all));
}

/* ---- T2 ---- */

/* The float and int columns that are no keys and no time; their number, or -1: no memory. */
static int read_measures(struct native_call *c, const struct frame *data, const double *x[T2_MOST],
                         struct str names[T2_MOST]) {
    int p = 0;
    for (uint32_t i = 0; i < data->ncolumns; i++) {
        bool key = false;
        for (uint32_t k = 0; k < data->type->nkeys; k++) {
            key = key || data->type->keys[k] == i;
        }
        if (key || i == 0 || !is_number(&data->columns[i])) {
            continue;
        }
        double *values = ARENA_ARRAY(native_arena(c), double, data->n + 1);
        if (!values) {
            return -1;
        }
        for (uint32_t row = 0; row < data->n; row++) {
            values[row] = number_at(&data->columns[i], row);
        }
        if (p < T2_MOST) {
            x[p] = values;
            names[p] = data->type->fields[i].name;
        }
        p++;
    }
    return p;
}

/* Checks what is asked, and learns from the base. */
static int learn_distances(struct native_call *c, const struct frame *data, double alarm, int p,
                           const double *const *x, uint32_t base, struct t2_basis *basis) {
    if (p < 0) {
        return SPOKE_NO_MEMORY;
    }
    if (p < 2 || p > T2_MOST || !(alarm > 0 && alarm < 1)) {
        return native_fail_help(c,
                                "the first column names the points; the numbers behind it are "
                                "the measures",
                                "T2 needs 2 to %d columns of numbers and an alarm between 0 and 1, "
                                "and here are %d",
                                T2_MOST, p);
    }
    if (data->n && !t2_learn(x, (size_t)p, base, basis)) {
        return native_fail_help(c, "leave a measure out, or take more points into the base",
                                "the base has too few whole points, or one measure follows from "
                                "the others");
    }
    return SPOKE_OK;
}

int spc_read_distances(struct native_call *c, const struct frame *data, int64_t baseline,
                       double alarm, struct spc_distances *out) {
    const double *x[T2_MOST];
    struct arena *a = native_arena(c);
    uint32_t base = baseline > (int64_t)data->n ? data->n : baseline < 0 ? 0 : (uint32_t)baseline;
    *out = (struct spc_distances){.n = data->n,
                                  .base = base,
                                  .alarm = alarm,
                                  .name = ARENA_ARRAY(a, struct str, data->n + 1),
                                  .distance = ARENA_ARRAY(a, double, data->n + 1),
                                  .limit = ARENA_ARRAY(a, double, data->n + 1)};
    int p = read_measures(c, data, x, out->measure);
    int status = learn_distances(c, data, alarm, p, x, base, &out->basis);
    if (status != SPOKE_OK) {
        return status;
    }
    out->measures = (uint32_t)p;
    if (!out->name || !out->distance || !out->limit) {
        return SPOKE_NO_MEMORY;
    }
    double within = data->n ? t2_limit_base(&out->basis, alarm) : (double)NAN;
    double beyond = data->n ? t2_limit_new(&out->basis, alarm) : (double)NAN;
    for (uint32_t i = 0; i < data->n; i++) {
        out->name[i] = name_at(c, data, i);
        out->distance[i] = t2_of(&out->basis, x, i);
        out->limit[i] = i < base ? within : beyond;
        if (!out->name[i].p) {
            return SPOKE_NO_MEMORY;
        }
    }
    return SPOKE_OK;
}

int spc_t2(struct native_call *c) {
    enum { POINT, DISTANCE, LIMIT, SIGNAL };
    const struct frame *data = native_relation(c, 0);
    struct spc_distances all;
    if (!data) {
        return SPOKE_FAILED;
    }
    int64_t base = native_is_missing(c, 1) ? INT64_MAX : native_int(c, 1);
    int status = spc_read_distances(c, data, base, native_float(c, 2), &all);
    if (status != SPOKE_OK) {
        return status;
    }
    struct frame *f = native_frame(c);
    for (uint32_t i = 0; f && i < all.n; i++) {
        bool beyond = all.distance[i] > all.limit[i];
        bool ok = frame_push(f) && put_text(f, POINT, i, all.name[i]) &&
                  put_float(f, DISTANCE, i, all.distance[i]) &&
                  put_float(f, LIMIT, i, all.limit[i]) &&
                  put_text(f, SIGNAL, i, beyond ? STR("above upper limit") : STR_NONE);
        if (!ok) {
            frame_drop(f);
            return SPOKE_NO_MEMORY;
        }
    }
    return spc_give_made(c, f, spc_made_distances(c, data, &all));
}
