/* Frames into series: finding the columns, sorting rows into series by the text
 * of their other keys, and putting each series in order of time.
 *
 * At day grain a missing Saturday or Sunday is no school day and holds no
 * place; any other missing period keeps its place, as a gap. */
#include "stdlib/spc/bind_read.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>

struct reading {
    struct arena *arena;
    const struct calendar *calendar;
    const struct frame *f;
    const struct spc_reading *how;
    struct spc_table *out;
    int time, value, count, size; /* column numbers; -1: none */
    bool *is_dim;
    struct strmap names; /* series by name */
    uint32_t *series_of; /* by row */
    uint32_t room;       /* series that out->series has room for */
    /* by row, NaN where there is none; NULL: no column has them */
    const double *values, *counts, *sizes;
};

static bool problem(struct reading *r, struct str what, const char *help) {
    r->out->problem = what;
    r->out->help = str_of(help);
    return false;
}

static enum type_kind kind_of(const struct frame *f, int column) {
    return f->columns[column].type->kind;
}

static int first_of_kind(const struct frame *f, enum type_kind kind) {
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        if (f->columns[i].type->kind == kind) {
            return (int)i;
        }
    }
    return -1;
}

static int count_column(const struct frame *f, const char *name) {
    int i = type_field(f->type, str_of(name));
    return i >= 0 && (kind_of(f, i) == TY_INT || kind_of(f, i) == TY_FLOAT) ? i : -1;
}

static bool is_time(enum type_kind kind) {
    return kind == TY_PERIOD || kind == TY_DATE;
}

static bool is_key(const struct frame *f, int column) {
    for (uint32_t i = 0; i < f->type->nkeys; i++) {
        if (f->type->keys[i] == (uint32_t)column) {
            return true;
        }
    }
    return false;
}

static int time_column(const struct frame *f) {
    int time = type_field(f->type, STR("period"));
    if (time < 0 || !is_time(kind_of(f, time))) {
        time = first_of_kind(f, TY_PERIOD);
    }
    return time < 0 ? first_of_kind(f, TY_DATE) : time;
}

bool spc_has_time(const struct frame *f) {
    return time_column(f) >= 0;
}

static bool find_time(struct reading *r) {
    r->time = time_column(r->f);
    if (r->time < 0 && r->how->timed) {
        return problem(r, STR("there is no column of periods or dates"),
                       "ask the measure over time: `over month`");
    }
    return true;
}

static bool ends_in(struct str s, const char *tail) {
    size_t n = strlen(tail);
    return s.n > n && memcmp(s.p + s.n - n, tail, n) == 0;
}

bool spc_is_number(const struct frame *f, int column) {
    const struct type *t = f->columns[column].type;
    return type_is_number(t) || t->kind == TY_POINTS;
}

/* A number that may be the value, when none is named so. */
static bool may_be_value(const struct reading *r, int column) {
    struct str name = r->f->type->fields[column].name;
    return spc_is_number(r->f, column) && column != r->time && column != r->count &&
           column != r->size && !is_key(r->f, column) && !ends_in(name, ".n") &&
           !ends_in(name, ".d") && !(r->time < 0 && column == 0);
}

/* Days on which something happened, and nothing more: the chart is of the time between them. */
static bool rows_are_events(const struct reading *r) {
    enum spc_kind kind = r->how->kind;
    return (kind == SPC_T || kind == SPC_G) && r->time >= 0 && kind_of(r->f, r->time) == TY_DATE;
}

static bool find_value(struct reading *r) {
    const struct frame *f = r->f;
    r->count = count_column(f, "n");
    r->size = count_column(f, "d");
    r->value = type_field(f->type, STR("value"));
    if (r->value >= 0 && spc_is_number(f, r->value)) {
        return true;
    }
    r->value = -1;
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        if (!may_be_value(r, (int)i)) {
            continue;
        }
        if (r->value >= 0) {
            return problem(r,
                           arena_printf(r->arena, "`%.*s` and `%.*s` are both numbers",
                                        STR_ARG(f->type->fields[r->value].name),
                                        STR_ARG(f->type->fields[i].name)),
                           "`select` the time column and one of them");
        }
        r->value = (int)i;
    }
    if (r->value < 0 && !rows_are_events(r)) {
        return problem(r, STR("there is no column of numbers beside the time"), "");
    }
    return true;
}

static bool find_dims(struct reading *r) {
    r->is_dim = ARENA_ARRAY(r->arena, bool, r->f->ncolumns + 1);
    if (!r->is_dim) {
        return false;
    }
    /* Where several rows make a point, keys tell rows apart and not series. */
    bool gathered = r->how->subgroups || r->value < 0;
    for (int i = 0; r->time >= 0 && i < (int)r->f->ncolumns; i++) {
        bool before = i < r->time, key = is_key(r->f, i);
        bool row_key = key && r->f->type->nkeys == 1;
        r->is_dim[i] =
            i != r->time && i != r->value && (gathered ? before && !row_key : before || key);
    }
    return true;
}

/* ---- values ---- */

static void print_cell(struct buf *b, const struct calendar *calendar, const struct column *c,
                       uint32_t row) {
    char text[32];
    size_t n = 0;
    if (column_state(c, row) != PRESENT) {
        buf_text(b, "(missing)");
        return;
    }
    switch (c->type->kind) {
    case TY_TEXT:
        buf_str(b, text_str(c->t[row]));
        return;
    case TY_BOOL:
        buf_text(b, c->i[row] ? "true" : "false");
        return;
    case TY_FLOAT:
        n = num_print_float(text, c->f[row]);
        break;
    case TY_DATE:
        n = day_print(text, c->i[row]);
        break;
    case TY_PERIOD:
        n = period_print(calendar, text, c->i[row]);
        break;
    default:
        n = num_print_int(text, c->i[row]);
        break;
    }
    buf_put(b, text, n);
}

double spc_number_at(const struct column *c, uint32_t row) {
    if (column_state(c, row) != PRESENT) {
        return NAN;
    }
    if (type_is_pair(c->type)) {
        double fraction = (double)c->i[row] / (double)c->d[row];
        return c->type->kind == TY_POINTS ? fraction * 100 : fraction;
    }
    return c->type->kind == TY_FLOAT ? c->f[row] : (double)c->i[row];
}

/* A column by row, NaN where it is missing. NULL: no memory. */
static const double *take_numbers(const struct reading *r, int column) {
    const struct column *c = &r->f->columns[column];
    if (c->type->kind == TY_FLOAT && !c->state && c->f) { /* of no rows there is none */
        return c->f;
    }
    double *x = arena_take(r->arena, r->f->n * sizeof *x);
    bool ints = c->type->kind == TY_INT && !c->state; /* most counts: the quick way */
    for (uint32_t row = 0; x && row < r->f->n; row++) {
        x[row] = ints ? (double)c->i[row] : spc_number_at(c, row);
    }
    return x;
}

/* Counts and sizes behind values, as columns or as what shares are made of; missing where the value
 * is, and both where one is. */
static bool take_counts(struct reading *r) {
    uint32_t n = r->f->n;
    bool columns = r->count >= 0 && r->size >= 0;
    if (r->value < 0 || (!columns && !type_is_ratio(r->f->columns[r->value].type))) {
        return true;
    }
    const struct column *value = &r->f->columns[r->value];
    double *counts = arena_take(r->arena, n * sizeof *counts);
    double *sizes = arena_take(r->arena, n * sizeof *sizes);
    const double *count = columns ? take_numbers(r, r->count) : counts;
    const double *size = columns ? take_numbers(r, r->size) : sizes;
    if (!counts || !sizes || !count || !size) {
        return false;
    }
    for (uint32_t row = 0; row < n; row++) {
        bool there = !isnan(r->values[row]);
        double a = !there ? (double)NAN : columns ? count[row] : (double)value->i[row];
        double b = !there ? (double)NAN : columns ? size[row] : (double)value->d[row];
        counts[row] = isnan(b) ? (double)NAN : a;
        sizes[row] = b;
    }
    r->counts = counts;
    r->sizes = sizes;
    return true;
}

/* Whether values are counts over sizes at all, and whether all are parts of them. A measure that
 * is no proportion has such columns, too, but its counts may count anything. */
static void look_at_counts(struct reading *r) {
    struct str shape = r->f->about.shape;
    bool columns = r->counts && r->count >= 0 && r->size >= 0;
    bool any = columns && r->f->n > 0, parts = true; /* also of groups that are all empty */
    for (uint32_t row = 0; r->counts && row < r->f->n; row++) {
        double count = r->counts[row], size = r->sizes[row];
        if (count < 0 || size < 0) {
            return;
        }
        parts = parts && !(count > size) && (isnan(count) || floor(count) == count);
        any = any || size > 0;
    }
    r->out->has_rates = any;
    r->out->has_counts = any && parts && (!shape.n || str_is(shape, "proportion"));
}

/* ---- rows into series ---- */

/* The name of the row's series, in the arena. */
static struct str series_name(const struct reading *r, struct buf *b, uint32_t row) {
    buf_clear(b);
    for (uint32_t i = 0; i < r->f->ncolumns; i++) {
        if (r->is_dim[i]) {
            buf_text(b, b->n ? ", " : "");
            print_cell(b, r->calendar, &r->f->columns[i], row);
        }
    }
    return b->failed ? STR_NONE : arena_str(r->arena, buf_view(b));
}

static bool is_timeless(const struct reading *r, uint32_t row) {
    return r->time >= 0 && column_state(&r->f->columns[r->time], row) != PRESENT;
}

static int64_t time_at(const struct reading *r, uint32_t row) {
    int64_t at = r->f->columns[r->time].i[row];
    return kind_of(r->f, r->time) == TY_DATE ? period_pack(GRAIN_DAY, at) : at;
}

static bool is_idle_weekend(const struct reading *r, uint32_t row) {
    if (r->time < 0 || r->value < 0 || column_state(&r->f->columns[r->value], row) != MISSING) {
        return false;
    }
    int64_t at = time_at(r, row);
    return period_grain(at) == GRAIN_DAY && day_weekday(period_ordinal(at)) >= 5;
}

enum { NO_SERIES = UINT32_MAX };

/* Whether a row is of the same series as the one before, which most are. */
static bool goes_on(const struct reading *r, uint32_t row) {
    if (row == 0 || r->series_of[row - 1] == NO_SERIES) {
        return false;
    }
    for (uint32_t i = 0; i < r->f->ncolumns; i++) {
        const struct column *c = &r->f->columns[i];
        if (!r->is_dim[i]) {
            continue;
        }
        enum storage storage = type_storage(c->type);
        bool same = storage == STORE_TEXT                ? c->t[row - 1] == c->t[row]
                    : storage == STORE_WORD && !c->state ? c->i[row - 1] == c->i[row]
                                                         : column_compare(c, row - 1, c, row) == 0;
        if (!same) { /* or texts that are alike and not the same: found by name */
            return false;
        }
    }
    return true;
}

/* A series more; rows may be many and series few. */
static bool add_series(struct reading *r, struct str name) {
    struct spc_table *out = r->out;
    if (out->nseries == r->room) {
        uint32_t room = r->room ? 2 * r->room : 16;
        struct spc_series *more = ARENA_ARRAY(r->arena, struct spc_series, room);
        if (!more) {
            return false;
        }
        if (out->nseries) {
            memcpy(more, out->series, out->nseries * sizeof *more);
        }
        out->series = more;
        r->room = room;
    }
    out->series[out->nseries++].name = name;
    return true;
}

/* Numbers the series and counts their rows. */
static bool sort_rows(struct reading *r, struct buf *b) {
    struct spc_table *out = r->out;
    for (uint32_t row = 0; row < r->f->n; row++) {
        r->series_of[row] = NO_SERIES;
        if (is_timeless(r, row)) {
            out->timeless++;
            continue;
        }
        if (is_idle_weekend(r, row)) {
            continue;
        }
        if (goes_on(r, row)) {
            r->series_of[row] = r->series_of[row - 1];
            out->series[r->series_of[row]].n++;
            continue;
        }
        struct str name = series_name(r, b, row);
        bool is_new;
        uint64_t *number = name.p ? strmap_put(&r->names, name, &is_new) : NULL;
        if (!number) {
            return false;
        }
        if (is_new) {
            *number = out->nseries;
            if (!add_series(r, name)) {
                return false;
            }
        }
        r->series_of[row] = (uint32_t)*number;
        out->series[*number].n++;
    }
    return true;
}

/* All of it is filled. */
static bool series_room(struct reading *r, struct spc_series *s) {
    s->at = arena_take(r->arena, s->n * sizeof *s->at);
    s->value = arena_take(r->arena, s->n * sizeof *s->value);
    s->count = arena_take(r->arena, s->n * sizeof *s->count);
    s->size = arena_take(r->arena, s->n * sizeof *s->size);
    s->row = arena_take(r->arena, s->n * sizeof *s->row);
    s->spread = r->how->subgroups ? ARENA_ARRAY(r->arena, double, s->n) : NULL;
    return s->at && s->value && s->count && s->size && s->row && (s->spread || !r->how->subgroups);
}

/* Without a time: the number of the row, or of the subgroup, which the first column tells. */
static int64_t place_at(const struct reading *r, const struct spc_series *s, uint32_t k,
                        uint32_t row) {
    if (!r->how->subgroups || k == 0) {
        return k;
    }
    bool same = column_compare(&r->f->columns[0], row, &r->f->columns[0], s->row[k - 1]) == 0;
    return s->at[k - 1] + !same;
}

static bool fill_series(struct reading *r) {
    struct spc_table *out = r->out;
    for (uint32_t i = 0; i < out->nseries; i++) {
        if (!series_room(r, &out->series[i])) {
            return false;
        }
        out->most = out->series[i].n > out->most ? out->series[i].n : out->most;
        out->series[i].n = 0;
    }
    for (uint32_t row = 0; row < r->f->n; row++) {
        if (r->series_of[row] == NO_SERIES) {
            continue;
        }
        struct spc_series *s = &out->series[r->series_of[row]];
        uint32_t k = s->n++;
        s->at[k] = r->time >= 0 ? time_at(r, row) : place_at(r, s, k, row);
        s->row[k] = row;
        s->count[k] = r->counts ? r->counts[row] : (double)NAN;
        s->size[k] = r->counts ? r->sizes[row] : (double)NAN;
        s->value[k] = r->values ? r->values[row] : (double)NAN;
        if (r->values && isnan(r->values[row])) {
            out->suppressed += column_state(&r->f->columns[r->value], row) == SUPPRESSED;
        }
    }
    return true;
}

/* ---- order of time ---- */

struct moment {
    int64_t at;
    uint32_t from;
};

static int by_moment(const void *a, const void *b) {
    const struct moment *x = a, *y = b;
    int c = (x->at > y->at) - (x->at < y->at);
    return c ? c : (x->from > y->from) - (x->from < y->from);
}

static bool in_order(const struct spc_series *s) {
    for (uint32_t i = 1; i < s->n; i++) {
        if (s->at[i - 1] >= s->at[i]) {
            return false;
        }
    }
    return true;
}

static bool put_in_order(struct reading *r, struct spc_series *s) {
    if (in_order(s)) {
        return true;
    }
    struct moment *order = ARENA_ARRAY(r->arena, struct moment, s->n);
    struct spc_series sorted = *s;
    if (!order || !series_room(r, &sorted)) {
        return false;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        order[i] = (struct moment){s->at[i], i};
    }
    qsort(order, s->n, sizeof *order, by_moment);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t from = order[i].from;
        sorted.at[i] = s->at[from];
        sorted.value[i] = s->value[from];
        sorted.count[i] = s->count[from];
        sorted.size[i] = s->size[from];
        sorted.row[i] = s->row[from];
    }
    *s = sorted;
    return true;
}

/* One grain everywhere, and one row for each period of a series. */
static bool check_times(struct reading *r, const struct spc_series *s) {
    char text[32];
    for (uint32_t i = 0; r->time >= 0 && i < s->n; i++) {
        enum grain grain = period_grain(s->at[i]);
        if (r->out->grain == GRAIN_NONE) {
            r->out->grain = grain;
        }
        if (grain != r->out->grain) {
            return problem(r, STR("the periods are of different lengths"),
                           "keep one, such as `where` with months only");
        }
        if (i > 0 && s->at[i] == s->at[i - 1]) {
            period_print(r->calendar, text, s->at[i]);
            return problem(r,
                           s->name.n ? arena_printf(r->arena, "several rows are of %s and %.*s",
                                                    text, STR_ARG(s->name))
                                     : arena_printf(r->arena, "several rows are of %s", text),
                           "`group by` the period, or put what tells the rows apart before it");
        }
    }
    return true;
}

static bool read_rows(struct reading *r) {
    struct buf b;
    r->series_of = arena_take(r->arena, r->f->n * sizeof *r->series_of);
    if (!r->series_of) {
        return false;
    }
    buf_init(&b, r->arena->alloc);
    strmap_init(&r->names, r->arena->alloc);
    bool ok = sort_rows(r, &b);
    strmap_free(&r->names);
    buf_free(&b);
    return ok && fill_series(r);
}

static bool gather(struct reading *r, struct spc_series *s) {
    if (r->how->subgroups) {
        spc_gather_groups(s, r->how);
    }
    int64_t day;
    if (r->value < 0 && !spc_gather_events(s, r->how->kind, &day)) {
        char text[32];
        period_print(r->calendar, text, day);
        return problem(r, arena_printf(r->arena, "two events are of %s", text),
                       "count them by month or week and take kind \"c\", which has no need of the "
                       "time between them");
    }
    return true;
}

bool spc_read(struct arena *a, const struct calendar *calendar, const struct frame *f,
              const struct spc_reading *how, struct spc_table *out) {
    *out = (struct spc_table){.grain = GRAIN_NONE};
    struct reading r = {.arena = a, .calendar = calendar, .f = f, .how = how, .out = out};
    if (!find_time(&r) || !find_value(&r) || !find_dims(&r)) {
        return false;
    }
    if (r.value >= 0) {
        out->value_name = f->type->fields[r.value].name;
        bool points = kind_of(f, r.value) == TY_POINTS;
        out->share =
            kind_of(f, r.value) == TY_SHARE || (str_is(f->about.shape, "proportion") && !points);
    } else {
        out->value_name = STR("days");
    }
    r.values = r.value >= 0 ? take_numbers(&r, r.value) : NULL;
    if ((r.value >= 0 && !r.values) || !take_counts(&r)) {
        return false;
    }
    look_at_counts(&r);
    if (!read_rows(&r)) {
        return false;
    }
    for (uint32_t i = 0; i < out->nseries; i++) {
        if (!put_in_order(&r, &out->series[i]) || !gather(&r, &out->series[i]) ||
            !check_times(&r, &out->series[i])) {
            return false;
        }
    }
    if (out->nseries == 0) { /* nothing there is one series without points */
        out->nseries = 1;
        out->series = ARENA_ARRAY(a, struct spc_series, 1);
        return out->series && series_room(&r, out->series);
    }
    return true;
}

enum spc_kind spc_fitting_kind(const struct spc_table *t) {
    return t->has_counts ? SPC_P : SPC_XMR;
}
