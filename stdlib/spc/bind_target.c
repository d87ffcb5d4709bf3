/* Targets that may be others from time to time: a number, a column beside the values, a relation of
 * targets, or what the measure declares.
 *
 * A row of targets tells since when it holds, by a day or by the first day of a period, and holds
 * until the next row of its series. Rows tell which series they are of by columns of texts that
 * have the names of the columns that tell series apart; without such columns they are of all. */
#include "stdlib/spc/bind_options.h"
#include <math.h>
#include <stdlib.h>

/* ---- from the declaration ---- */

static double step_at(const struct about *about, int64_t day) {
    double target = NAN;
    for (uint32_t i = 0; i < about->ntarget_steps && about->target_steps[i].since <= day; i++) {
        target = about->target_steps[i].target;
    }
    return target;
}

/* A period has the target of its last day: what is to be reached by its end. */
static int64_t last_day_of(struct native_call *c, const struct spc_table *t,
                           const struct spc_series *s, uint32_t i) {
    return t->grain == GRAIN_NONE ? INT64_MAX : period_stop(native_calendar(c), s->at[i]) - 1;
}

static double declared_at(struct native_call *c, const struct about *about,
                          const struct spc_table *t, const struct spc_series *s, uint32_t i) {
    if (!about->has_target) {
        return NAN;
    }
    return about->ntarget_steps ? step_at(about, last_day_of(c, t, s, i)) : about->target;
}

/* ---- from a relation ---- */

struct given {
    const struct frame *f;
    int since, target; /* columns */
};

static bool is_time(enum type_kind kind) {
    return kind == TY_DATE || kind == TY_PERIOD;
}

static int first_time(const struct frame *f) {
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        if (is_time(f->columns[i].type->kind)) {
            return (int)i;
        }
    }
    return -1;
}

/* `target`, or `value`, or the only number. */
static int find_number(const struct frame *f) {
    static const char *const NAMES[] = {"target", "value"};
    int found = -1;
    for (size_t k = 0; k < COUNT_OF(NAMES); k++) {
        int i = type_field(f->type, str_of(NAMES[k]));
        if (i >= 0 && spc_is_number(f, i)) {
            return i;
        }
    }
    for (uint32_t i = 0; i < f->ncolumns; i++) {
        if (spc_is_number(f, (int)i)) {
            if (found >= 0) {
                return -1;
            }
            found = (int)i;
        }
    }
    return found;
}

static int read_given(struct native_call *c, int i, struct given *out) {
    out->f = native_relation(c, i);
    if (!out->f) {
        return SPOKE_FAILED;
    }
    out->since = first_time(out->f);
    out->target = find_number(out->f);
    if (out->target < 0) {
        return native_fail_help(c, "name the column of numbers `target`",
                                "it is not clear which column has the targets");
    }
    return SPOKE_OK;
}

/* Whether the row is of this series: what both have a column for is the same. */
static bool is_of(const struct given *g, uint32_t row, const struct frame *data,
                  uint32_t data_row) {
    for (uint32_t i = 0; i < g->f->ncolumns; i++) {
        int other = type_field(data->type, g->f->type->fields[i].name);
        const struct column *a = &g->f->columns[i];
        if ((int)i == g->since || (int)i == g->target || other < 0) {
            continue;
        }
        const struct column *b = &data->columns[other];
        if (a->type->kind == b->type->kind && column_compare(a, row, b, data_row) != 0) {
            return false;
        }
    }
    return true;
}

/* The row that holds at a point: of those that began, the one that began last. */
static double given_at(struct native_call *c, const struct given *g, const struct frame *data,
                       const struct spc_table *t, const struct spc_series *s, uint32_t i) {
    double target = NAN;
    int64_t latest = INT64_MIN, day = last_day_of(c, t, s, i);
    for (uint32_t row = 0; row < g->f->n; row++) {
        int64_t since = INT64_MIN;
        if (g->since >= 0) {
            const struct column *column = &g->f->columns[g->since];
            if (column_state(column, row) != PRESENT) {
                continue;
            }
            since = column->type->kind == TY_DATE
                        ? column->i[row]
                        : period_start(native_calendar(c), column->i[row]);
        }
        if (since <= day && since >= latest && is_of(g, row, data, s->row[i])) {
            latest = since;
            target = spc_number_at(&g->f->columns[g->target], row);
        }
    }
    return target;
}

/* ---- what the caller gave ---- */

static int find_column(struct native_call *c, int i, const struct frame *data, int *out) {
    struct str name = native_text(c, i);
    *out = type_field(data->type, name);
    if (*out < 0 || !spc_is_number(data, *out)) {
        return native_fail_help(c, "name a column of numbers of the relation, or give a number",
                                "there is no column `%.*s` of targets", STR_ARG(name));
    }
    return SPOKE_OK;
}

int spc_ask_target(struct native_call *c, int first, const struct frame *data,
                   struct spc_table *t) {
    int target = first + ASK_TARGET, targets = first + ASK_TARGETS, column = -1, status = SPOKE_OK;
    bool one = !native_is_missing(c, target), many = !native_is_missing(c, targets);
    bool text = one && native_value(c, target).type->kind == TY_TEXT;
    struct given given = {NULL, -1, -1};
    if (one && many) {
        return native_fail_help(c, "keep one of `target` and `targets`",
                                "the target is given twice");
    }
    if (one && !text && !type_is_number(native_value(c, target).type)) {
        return native_fail_help(c, "a number, or the name of a column of numbers",
                                "a target cannot be read from this value");
    }
    if (text) {
        status = find_column(c, target, data, &column);
    } else if (many) {
        status = read_given(c, targets, &given);
    } else if (!one && !data->about.has_target) {
        return SPOKE_OK;
    }
    for (uint32_t k = 0; status == SPOKE_OK && k < t->nseries; k++) {
        struct spc_series *s = &t->series[k];
        double *line = ARENA_ARRAY(native_arena(c), double, s->n + 1);
        if (!line) {
            return SPOKE_NO_MEMORY;
        }
        for (uint32_t i = 0; i < s->n; i++) {
            line[i] = text   ? spc_number_at(&data->columns[column], s->row[i])
                      : many ? given_at(c, &given, data, t, s, i)
                      : one  ? native_float(c, target)
                             : declared_at(c, &data->about, t, s, i);
        }
        s->target = line;
        status = native_poll(c, (uint64_t)s->n * (many ? given.f->n : 1));
    }
    return status;
}

double spc_last_target(const struct spc_series *s) {
    for (uint32_t i = s->n; s->target && i-- > 0;) {
        if (!isnan(s->target[i])) {
            return s->target[i];
        }
    }
    return NAN;
}
