/* A plan as one query that a person can read and sqlite3 can run.
 *
 * Every segment but the root becomes a table of one WITH, in the order in which
 * its rows come about; the root is the final SELECT. Lookups and legs are left
 * joins, computed values are written where they are read. A limit ends a table, as
 * does a grouping whose rows are joined or filtered further.
 *
 * Views show references as keys, so a reference is joined on the key of its
 * table. Everything is built as arena text. */
#include "plan/sql_select.h"

typedef ARENA_VEC(uint32_t) slot_list;

/* ---- WITH tables ---- */

/* What the segment is for, and where in the source it comes from; always one line. */
static struct str comment_of(struct sql_writer *w, const struct plan *p) {
    const struct source *source = p->span.source ? source_at(w->sources, p->span.source) : NULL;
    struct str text = p->remark;
    if (source && p->span.start <= source->text.n) {
        text = arena_printf(w->arena, "%.*s (%.*s:%u)", STR_ARG(text), STR_ARG(source->name),
                            (unsigned)source_place(source, p->span.start).line);
    }
    char *line = arena_take(w->arena, text.n + 4);
    memcpy(line, "-- ", 3);
    for (size_t i = 0; i < text.n; i++) {
        line[3 + i] = (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i];
    }
    line[3 + text.n] = '\n';
    return (struct str){line, text.n + 4};
}

struct str sql_add_table(struct sql_writer *w, const struct plan *p, struct str query) {
    struct str name = arena_printf(w->arena, "step%u", (unsigned)++w->tables);
    struct str table = arena_printf(w->arena, "%.*s%.*s AS (\n%.*s\n)", STR_ARG(comment_of(w, p)),
                                    STR_ARG(name), STR_ARG(query));
    w->with = sql_append(w, w->with, ",\n", table);
    return name;
}

static struct str order_list(const struct select *s) {
    struct str text = STR("");
    for (uint32_t i = 0; i < s->order.n; i++) {
        text = sql_append(s->w, text, ", ", s->order.at[i]);
    }
    return text;
}

static struct str row_order(const struct select *s) {
    return arena_printf(s->w->arena, "row_number() OVER (ORDER BY %.*s) AS row_order",
                        STR_ARG(order_list(s)));
}

struct str sql_order_term(struct sql_writer *w, struct str value, const struct type *type,
                          bool descending) {
    if (type->kind == TY_DURATION) {
        value = sql_unsaid(w, "the order of durations");
    }
    return arena_printf(w->arena, "%.*s IS NULL, %.*s%s", STR_ARG(value), STR_ARG(value),
                        descending ? " DESC" : "");
}

static void add_order(struct select *s, struct str value, const struct type *type,
                      bool descending) {
    ARENA_PUSH(s->w->arena, &s->order) = sql_order_term(s->w, value, type, descending);
}

static struct str body(const struct select *s, struct str columns) {
    struct arena *arena = s->w->arena;
    struct str text = arena_printf(arena, "SELECT %.*s\nFROM %.*s",
                                   STR_ARG(columns.n ? columns : STR("1")), STR_ARG(s->from));
    if (s->where.n) {
        text = arena_printf(arena, "%.*s\nWHERE %.*s", STR_ARG(text), STR_ARG(s->where));
    }
    return arena_printf(arena, "%.*s%.*s", STR_ARG(text), STR_ARG(s->group));
}

/* The given slots as columns `names`. */
static struct str columns_of(const struct select *s, const uint32_t *slots, const struct str *names,
                             uint32_t n) {
    struct str text = STR("");
    for (uint32_t i = 0; i < n; i++) {
        struct str column = arena_printf(s->w->arena, "%.*s AS %.*s", STR_ARG(s->slots[slots[i]]),
                                         STR_ARG(sql_quote(s->w->arena, names[i])));
        text = sql_append(s->w, text, ",\n       ", column);
    }
    return text;
}

static struct sql_table write_slots(struct sql_writer *w, const struct plan *p,
                                    const uint32_t *slots, uint32_t n, bool ordered);

/* `ordered`: with a further column `row_order`, if its rows have an order. */
static struct sql_table write_outputs(struct sql_writer *w, const struct plan *p, bool ordered) {
    uint32_t *slots = ARENA_ARRAY(w->arena, uint32_t, p->noutputs);
    for (uint32_t i = 0; i < p->noutputs; i++) {
        slots[i] = p->outputs[i].slot;
    }
    return write_slots(w, p, slots, p->noutputs, ordered);
}

/* ---- closing a table: what is there gets columns, and the rest reads from those ---- */

/* The order is kept as a column of its own where a limit (`tail`) cuts the rows by it. */
static void close_table(struct select *s, struct str tail) {
    struct arena *arena = s->w->arena;
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, s->plan->nslots);
    struct str *names = ARENA_ARRAY(arena, struct str, s->plan->nslots);
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->plan->nslots; i++) {
        if (s->slots[i].n) {
            slots[n] = i;
            names[n++] = arena_printf(arena, "c%u", (unsigned)i);
        }
    }
    struct str columns = columns_of(s, slots, names, n);
    bool cut = tail.n && s->order.n;
    if (cut) {
        columns = sql_append(s->w, columns, ",\n       ", row_order(s));
        tail = arena_printf(arena, "\nORDER BY row_order%.*s", STR_ARG(tail));
    }
    struct str query = arena_printf(arena, "%.*s%.*s", STR_ARG(body(s, columns)), STR_ARG(tail));
    struct str table = sql_add_table(s->w, s->plan, query);
    s->from = arena_printf(arena, "%.*s AS t", STR_ARG(table));
    s->where = s->group = STR("");
    s->joined.n = s->legs.n = s->order.n = 0;
    for (uint32_t i = 0; i < n; i++) {
        s->slots[slots[i]] = arena_printf(arena, "t.%.*s", STR_ARG(names[i]));
    }
    if (cut) {
        ARENA_PUSH(arena, &s->order) = STR("t.row_order");
    }
}

static void limit_step(struct select *s, const struct step *step) {
    struct sql_writer *w = s->w;
    struct str take = step->exprs[0] ? sql_expr(w, step->exprs[0]->tree) : STR("-1");
    struct str skip = step->exprs[1] ? sql_expr(w, step->exprs[1]->tree) : STR("0");
    struct str tail =
        arena_printf(w->arena, "\nLIMIT %.*s OFFSET %.*s", STR_ARG(take), STR_ARG(skip));
    close_table(s, tail);
}

/* ---- steps ---- */

static void lookup_step(struct select *s, const struct step *step) {
    struct arena *arena = s->w->arena;
    const struct table *t = step->table;
    struct str from = s->slots[step->from];
    struct str key = sql_quote(arena, t->columns[t->keys[0]].name);
    struct str join = arena_printf(arena, "%.*s -> %.*s", STR_ARG(from), STR_ARG(t->name));
    uint32_t number = 0;
    while (number < s->joined.n && !str_eq(s->joined.at[number], join)) {
        number++;
    }
    struct str alias = arena_printf(arena, "r%u", (unsigned)number + 1);
    if (number == s->joined.n) {
        ARENA_PUSH(arena, &s->joined) = join;
        s->from = arena_printf(arena, "%.*s\nLEFT JOIN %.*s AS %.*s ON %.*s.%.*s = %.*s",
                               STR_ARG(s->from), STR_ARG(sql_quote(arena, t->name)), STR_ARG(alias),
                               STR_ARG(alias), STR_ARG(key), STR_ARG(from));
    }
    s->slots[step->slots[0]] =
        arena_printf(arena, "%.*s.%.*s", STR_ARG(alias),
                     STR_ARG(sql_quote(arena, t->columns[step->column].name)));
}

static const struct sql_table *write_leg(struct sql_writer *w, const struct plan *leg) {
    for (uint32_t i = 0; i < w->legs.n; i++) {
        if (w->legs.at[i].plan == leg) {
            return &w->legs.at[i];
        }
    }
    struct str *own = w->slots;
    struct sql_table written = write_outputs(w, leg, false);
    w->slots = own;
    ARENA_PUSH(w->arena, &w->legs) = written;
    return &w->legs.at[w->legs.n - 1];
}

/* Joins the leg's table unless the segment has it already; gives its other name. */
static struct str join_leg(struct select *s, const struct step *step, const struct sql_table *leg) {
    struct arena *arena = s->w->arena;
    for (uint32_t i = 0; i < s->legs.n; i++) {
        if (s->legs.at[i] == step->leg) {
            return arena_printf(arena, "leg%u", (unsigned)i + 1);
        }
    }
    ARENA_PUSH(arena, &s->legs) = step->leg;
    struct str alias = arena_printf(arena, "leg%u", (unsigned)s->legs.n);
    struct str on = STR("");
    for (uint32_t i = 0; i < step->nkeys; i++) {
        struct str one = arena_printf(arena, "%.*s.%.*s = %.*s", STR_ARG(alias),
                                      STR_ARG(sql_quote(arena, leg->names[i])),
                                      STR_ARG(s->slots[step->keys[i]]));
        on = sql_append(s->w, on, " AND ", one);
    }
    if (step->as_of) {
        struct str day = sql_on_day(s->w, step, leg, alias, s->slots[step->day]);
        on = sql_append(s->w, on, " AND ", day);
    }
    s->from = arena_printf(arena, "%.*s\nLEFT JOIN %.*s AS %.*s ON %.*s", STR_ARG(s->from),
                           STR_ARG(leg->table), STR_ARG(alias), STR_ARG(on.n ? on : STR("1")));
    return alias;
}

static void leg_step(struct select *s, const struct step *step) {
    struct arena *arena = s->w->arena;
    const struct sql_table *leg = write_leg(s->w, step->leg);
    struct str alias = join_leg(s, step, leg);
    struct str value = arena_printf(arena, "%.*s.%.*s", STR_ARG(alias),
                                    STR_ARG(sql_quote(arena, leg->names[step->leg_column])));
    if (step->zero_if_absent && step->nkeys) {
        value = arena_printf(arena, "iif(%.*s.%.*s IS NULL, 0, %.*s)", STR_ARG(alias),
                             STR_ARG(sql_quote(arena, leg->names[0])), STR_ARG(value));
    }
    s->slots[step->slots[0]] = value;
}

static void apply_step(struct select *s, const struct step *step) {
    struct sql_writer *w = s->w;
    w->slots = s->slots;
    switch (step->kind) {
    case STEP_LOOKUP:
        lookup_step(s, step);
        break;
    case STEP_LEG:
        leg_step(s, step);
        break;
    case STEP_COMPUTE:
        for (uint32_t i = 0; i < step->n; i++) {
            s->slots[step->slots[i]] = sql_expr(w, step->exprs[i]->tree);
        }
        break;
    case STEP_FILTER:
        s->where = sql_append(w, s->where, "\n  AND ", sql_expr(w, step->exprs[0]->tree));
        break;
    case STEP_UNDECIDED: /* changes no row */
        break;
    case STEP_LIMIT:
        limit_step(s, step);
        break;
    }
}

/* ---- bases ---- */

static void scan_base(struct select *s) {
    const struct plan *p = s->plan;
    struct arena *arena = s->w->arena;
    s->from = arena_printf(arena, "%.*s AS t", STR_ARG(sql_quote(arena, p->table->name)));
    for (uint32_t i = 0; i < p->nscan; i++) {
        uint32_t column = p->scan_columns[i];
        column = column == TABLE_ROW_NUMBER ? p->table->keys[0] : column;
        s->slots[p->scan_slots[i]] = arena_printf(
            arena, "t.%.*s", STR_ARG(sql_quote(arena, p->table->columns[column].name)));
    }
    for (uint32_t i = 0; i < p->ntests; i++) {
        s->where = sql_append(s->w, s->where, "\n  AND ", sql_expr(s->w, p->tests[i].expr->tree));
    }
    for (uint32_t i = 0; p->in_key_order && i < p->table->nkeys; i++) {
        struct str key = sql_quote(arena, p->table->columns[p->table->keys[i]].name);
        add_order(s, arena_printf(arena, "t.%.*s", STR_ARG(key)),
                  p->table->columns[p->table->keys[i]].type, false);
    }
}

void sql_read_table(struct select *s, const struct sql_table *t, const char *alias, uint32_t first,
                    uint32_t n) {
    struct arena *arena = s->w->arena;
    for (uint32_t i = 0; i < n; i++) {
        s->slots[first + i] =
            arena_printf(arena, "%s.%.*s", alias, STR_ARG(sql_quote(arena, t->names[i])));
    }
}

struct sql_table sql_write_input(struct select *s, bool ordered) {
    struct sql_table input = write_outputs(s->w, s->plan->input, ordered);
    s->w->slots = s->slots;
    s->from = arena_printf(s->w->arena, "%.*s AS t", STR_ARG(input.table));
    if (input.has_order) {
        ARENA_PUSH(s->w->arena, &s->order) = STR("t.row_order");
    }
    return input;
}

/* ---- groups ---- */

static uint32_t slot_at(struct sql_writer *w, slot_list *list, uint32_t slot) {
    uint32_t i = 0;
    while (i < list->n && list->at[i] != slot) {
        i++;
    }
    if (i == list->n) {
        ARENA_PUSH(w->arena, list) = slot;
    }
    return i;
}

struct str sql_input_column(struct sql_writer *w, const struct sql_table *input, uint32_t i) {
    return arena_printf(w->arena, "t.%.*s", STR_ARG(sql_quote(w->arena, input->names[i])));
}

/* The rows twice, the second time as totals: the keys are columns k0, k1, ... of their own. */
static void double_rows(struct select *s, const struct sql_table *input) {
    const struct plan *p = s->plan;
    struct arena *arena = s->w->arena;
    struct str once = STR("0 AS is_total"), again = STR("1");
    for (uint32_t i = 0; i < p->nkeys && p->keys[i] != KEY_TOTAL; i++) {
        once = arena_printf(arena, "%.*s, %.*s AS k%u", STR_ARG(once), STR_ARG(s->slots[i]),
                            (unsigned)i);
        again = arena_printf(arena, "%.*s, NULL", STR_ARG(again));
    }
    s->from =
        arena_printf(arena,
                     "(SELECT %.*s, t.* FROM %.*s AS t\nUNION ALL SELECT %.*s, t.* FROM "
                     "%.*s AS t) AS t",
                     STR_ARG(once), STR_ARG(input->table), STR_ARG(again), STR_ARG(input->table));
    for (uint32_t i = 0; i < p->nkeys && p->keys[i] != KEY_TOTAL; i++) {
        s->slots[i] = arena_printf(arena, "t.k%u", (unsigned)i);
    }
}

static void write_keys(struct select *s, const struct sql_table *input, slot_list *read) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    bool total = false;
    for (uint32_t i = 0; i < p->nkeys; i++) {
        total |= p->keys[i] == KEY_TOTAL;
        s->slots[i] = p->keys[i] == KEY_TOTAL ? STR("t.is_total")
                      : p->keys[i] == KEY_PERIOD
                          ? STR("a.period")
                          : sql_input_column(w, input, slot_at(w, read, p->keys[i]));
    }
    if (total) {
        double_rows(s, input);
    }
    if (p->axis) {
        struct str day = sql_input_column(w, input, slot_at(w, read, p->day));
        struct str windows = sql_windows(w, p->axis);
        s->from = arena_printf(w->arena,
                               "%.*s\nJOIN %.*s AS a ON %.*s >= a.since AND %.*s < a.until OR "
                               "%.*s IS NULL",
                               STR_ARG(s->from), STR_ARG(windows), STR_ARG(day), STR_ARG(day),
                               STR_ARG(day));
    }
    for (uint32_t i = 0; i < p->nkeys; i++) {
        s->group = sql_append(w, s->group, ", ", s->slots[i]);
    }
}

static bool only_computes(const struct plan *p) {
    for (uint32_t i = 0; i < p->nsteps; i++) {
        if (p->steps[i]->kind != STEP_COMPUTE) {
            return false;
        }
    }
    return true;
}

/* A group reads slots of its input: those become the columns of the table it reads. */
static void group_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    slot_list read = {NULL, 0, 0};
    if (p->nkeys + p->naggregations == 0) { /* one row, whatever there is */
        w->slots = s->slots;
        s->from = STR("(SELECT 1) AS t");
        return;
    }
    for (uint32_t i = 0; i < p->nkeys; i++) {
        if (key_is_slot(p->keys[i])) {
            slot_at(w, &read, p->keys[i]);
        }
    }
    if (p->axis) {
        slot_at(w, &read, p->day);
    }
    for (uint32_t i = 0; i < p->naggregations; i++) {
        const struct aggregation *a = &p->aggregations[i];
        if (a->argument >= 0) {
            slot_at(w, &read, (uint32_t)a->argument);
        }
        if (a->filter >= 0) {
            slot_at(w, &read, (uint32_t)a->filter);
        }
    }
    struct sql_table input = write_slots(w, p->input, read.at, read.n, false);
    w->slots = s->slots;
    s->from = arena_printf(w->arena, "%.*s AS t", STR_ARG(input.table));
    write_keys(s, &input, &read);
    if (p->nkeys) {
        s->group = arena_printf(w->arena, "\nGROUP BY %.*s", STR_ARG(s->group));
    }
    for (uint32_t i = 0; i < p->naggregations; i++) {
        const struct aggregation *a = &p->aggregations[i];
        struct str x = STR(""), filter = STR("");
        const struct type *type = NULL;
        if (a->argument >= 0) {
            type = p->input->slot_types[a->argument];
            x = sql_input_column(w, &input, slot_at(w, &read, (uint32_t)a->argument));
        }
        if (a->filter >= 0) {
            filter = sql_input_column(w, &input, slot_at(w, &read, (uint32_t)a->filter));
        }
        const struct sql_rows rows = {filter, STR(""), p->nkeys == 0};
        s->slots[p->nkeys + i] = plan_protection(p).under ? sql_unsaid(w, "what is suppressed")
                                                          : sql_aggregate(w, a, type, x, &rows);
    }
    if (!only_computes(p)) {
        close_table(s, STR(""));
    }
    for (uint32_t i = 0; i < p->nkeys; i++) {
        add_order(s, s->slots[i], p->slot_types[i], false);
    }
}

/* ---- time axes ---- */

/* The first day of the least or the largest period of the input. */
static struct str first_day(struct sql_writer *w, enum grain grain, const char *of,
                            struct str period, struct str table) {
    struct str p = arena_printf(w->arena, "%s(%.*s)", of, STR_ARG(period));
    return arena_printf(w->arena, "(SELECT %.*s FROM %.*s)", STR_ARG(sql_first_day(w, grain, p)),
                        STR_ARG(table));
}

/* A table of the periods; its column `period`. */
static struct str axis_table(struct sql_writer *w, const struct plan *p, struct str period,
                             struct str input) {
    static const char *const steps[GRAIN_COUNT] = {
        [GRAIN_DAY] = "+1 day",        [GRAIN_WEEK] = "+7 days", [GRAIN_MONTH] = "+1 month",
        [GRAIN_QUARTER] = "+3 months", [GRAIN_YEAR] = "+1 year", [GRAIN_SCHOOL_YEAR] = "+1 year"};
    struct str first, last;
    /* Years from 29 February are told apart by 1 March, which every one has. */
    bool late_year = p->grain == GRAIN_SCHOOL_YEAR && sql_year_from_leap_day(w);
    if (p->has_range) {
        int64_t start = period_start(w->calendar, period_of(w->calendar, p->grain, p->first_day));
        last = sql_day(w->arena, p->stop_day - 1 + late_year);
        first = sql_day(w->arena, start + late_year);
    } else {
        first = first_day(w, p->grain, "min", period, input);
        last = first_day(w, p->grain, "max", period, input);
    }
    struct str days = arena_printf(w->arena, "axis%u", (unsigned)++w->tables);
    struct str table =
        arena_printf(w->arena,
                     "-- a day of every %s\n%.*s(day) AS (\nSELECT %.*s\nUNION ALL\n"
                     "SELECT date(day, '%s') FROM %.*s WHERE date(day, '%s') <= %.*s\n)",
                     grain_name(p->grain), STR_ARG(days), STR_ARG(first), steps[p->grain],
                     STR_ARG(days), steps[p->grain], STR_ARG(last));
    w->with = sql_append(w, w->with, ",\n", table);
    return arena_printf(w->arena, "(SELECT %.*s AS period FROM %.*s WHERE day IS NOT NULL)",
                        STR_ARG(sql_period(w, p->grain, STR("day"))), STR_ARG(days));
}

/* What stands beside the input's outputs: of the axis `a`, and of `b`, the input's row of the
 * period compared with. */
static void write_besides(struct select *s, const struct sql_table *input) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    struct str *extents = ARENA_ARRAY(w->arena, struct str, p->nextents + 1);
    for (uint32_t i = 0; i < p->nextents; i++) {
        struct str *own = w->slots;
        extents[i] = write_outputs(w, p->extents[i], false).table;
        w->slots = own;
    }
    for (uint32_t i = 0; i < p->nbesides; i++) {
        const struct spine_beside *b = &p->besides[i];
        s->slots[p->input->noutputs + i] =
            b->kind == BESIDE_BEFORE
                ? arena_printf(w->arena, "b.%.*s",
                               STR_ARG(sql_quote(w->arena, input->names[b->of])))
                : sql_beside(w, p->grain, b, sql_quote(w->arena, input->names[p->input->nkeys - 1]),
                             extents, p->nextents);
    }
}

static struct str join_before(struct select *s, const struct sql_table *input) {
    struct arena *arena = s->w->arena;
    uint32_t nkeys = s->plan->input->nkeys;
    struct str on = STR("");
    for (uint32_t i = 0; i + 1 < nkeys; i++) {
        struct str name = sql_quote(arena, input->names[i]);
        on = arena_printf(arena, "%.*sb.%.*s IS k.%.*s AND ", STR_ARG(on), STR_ARG(name),
                          STR_ARG(name));
    }
    return arena_printf(arena, "\nLEFT JOIN %.*s AS b ON %.*sb.%.*s = a.before",
                        STR_ARG(input->table), STR_ARG(on),
                        STR_ARG(sql_quote(arena, input->names[nkeys - 1])));
}

/* Days outside of every term have a row of the axis without a period, which counts only where there
 * are facts on such days. */
static struct str outside_terms(struct select *s, const struct sql_table *input) {
    struct arena *arena = s->w->arena;
    uint32_t nkeys = s->plan->input->nkeys;
    struct str same = STR("");
    for (uint32_t i = 0; i + 1 < nkeys; i++) {
        struct str name = sql_quote(arena, input->names[i]);
        same = arena_printf(arena, "%.*s AND m.%.*s IS k.%.*s", STR_ARG(same), STR_ARG(name),
                            STR_ARG(name));
    }
    return arena_printf(arena,
                        "(a.period IS NOT NULL OR EXISTS (SELECT 1 FROM %.*s AS m WHERE m.%.*s IS "
                        "NULL%.*s))",
                        STR_ARG(input->table), STR_ARG(sql_quote(arena, input->names[nkeys - 1])),
                        STR_ARG(same));
}

static void spine_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    struct arena *arena = w->arena;
    struct sql_table input = write_outputs(w, p->input, false);
    uint32_t nkeys = p->input->nkeys;
    struct str period = sql_quote(arena, input.names[nkeys - 1]);
    w->slots = s->slots;
    struct str axis = p->nbesides || p->late    ? sql_compared(w, p)
                      : grain_is_term(p->grain) ? sql_terms(w, p, period, input.table)
                                                : axis_table(w, p, period, input.table);
    sql_read_table(s, &input, "t", 0, p->input->noutputs);
    struct str keys = STR(""), on = STR("");
    for (uint32_t i = 0; i + 1 < nkeys; i++) {
        struct str name = sql_quote(arena, input.names[i]);
        keys = sql_append(w, keys, ", ", name);
        on = sql_append(w, on, " AND ",
                        arena_printf(arena, "t.%.*s IS k.%.*s", STR_ARG(name), STR_ARG(name)));
        s->slots[i] = arena_printf(arena, "k.%.*s", STR_ARG(name));
    }
    s->slots[nkeys - 1] = STR("a.period");
    bool gaps = grain_is_term(p->grain);
    on = sql_append(w, on, " AND ",
                    arena_printf(arena, "t.%.*s %s a.period", STR_ARG(period), gaps ? "IS" : "="));
    s->from = arena_printf(arena, "%.*s AS a", STR_ARG(axis));
    if (keys.n) {
        s->from = arena_printf(arena, "(SELECT DISTINCT %.*s FROM %.*s) AS k CROSS JOIN %.*s",
                               STR_ARG(keys), STR_ARG(input.table), STR_ARG(s->from));
    }
    s->from = arena_printf(arena, "%.*s\nLEFT JOIN %.*s AS t ON %.*s", STR_ARG(s->from),
                           STR_ARG(input.table), STR_ARG(on));
    if (p->compared && p->compared->change) {
        s->from = sql_append(w, s->from, "", join_before(s, &input));
    }
    if (gaps && !p->clip) {
        s->where = outside_terms(s, &input);
    }
    write_besides(s, &input);
    for (uint32_t i = nkeys; p->zero && i < p->input->noutputs; i++) {
        if (p->zero[i - nkeys]) {
            s->slots[i] = arena_printf(arena, "coalesce(%.*s, 0)", STR_ARG(s->slots[i]));
        }
    }
    for (uint32_t i = 0; i < nkeys; i++) {
        add_order(s, s->slots[i], p->slot_types[i], false);
    }
}

/* ---- sorts, joins, and what has no table ---- */

static void sort_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_table input = sql_write_input(s, false);
    sql_read_table(s, &input, "t", 0, p->input->noutputs);
    for (uint32_t i = 0; i < p->nsort_keys; i++) {
        uint32_t slot = p->sort_keys[i].slot;
        add_order(s, s->slots[slot], p->slot_types[slot], p->sort_keys[i].descending);
    }
}

static void join_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    struct arena *arena = w->arena;
    struct sql_table left = sql_write_input(s, true);
    struct sql_table right = write_outputs(w, p->right, p->joins_many);
    w->slots = s->slots;
    struct str on = STR("");
    for (uint32_t i = 0; i < p->njoin_keys; i++) {
        struct str l = sql_quote(arena, left.names[p->left_keys[i]]);
        struct str r = sql_quote(arena, right.names[p->right_keys[i]]);
        on = sql_append(w, on, " AND ",
                        arena_printf(arena, "j.%.*s = t.%.*s", STR_ARG(r), STR_ARG(l)));
    }
    sql_read_table(s, &left, "t", 0, p->input->noutputs);
    if (p->join == JOIN_INNER || p->join == JOIN_LEFT) {
        sql_read_table(s, &right, "j", p->input->noutputs, p->right->noutputs);
        s->from = arena_printf(arena, "%.*s\n%s JOIN %.*s AS j ON %.*s", STR_ARG(s->from),
                               p->join == JOIN_LEFT ? "LEFT" : "INNER", STR_ARG(right.table),
                               STR_ARG(on.n ? on : STR("1")));
        if (left.has_order && right.has_order) {
            ARENA_PUSH(arena, &s->order) = STR("j.row_order");
        }
        return;
    }
    s->where = arena_printf(arena, "%sEXISTS (SELECT 1 FROM %.*s AS j WHERE %.*s)",
                            p->join == JOIN_ANTI ? "NOT " : "", STR_ARG(right.table), STR_ARG(on));
}

/* The sides one after the other. */
static void union_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    const struct plan *plans[] = {p->input, p->right};
    struct str from = STR("");
    bool ordered = true;
    for (int side = 0; side < 2; side++) {
        struct sql_table table = write_outputs(w, plans[side], true);
        struct str columns = arena_printf(w->arena, "%d AS side, %s AS side_order", side,
                                          table.has_order ? "row_order" : "0");
        ordered = ordered && table.has_order;
        for (uint32_t i = 0; i < p->input->noutputs; i++) {
            struct str name = sql_quote(w->arena, table.names[i]);
            struct str column = arena_printf(w->arena, "%.*s AS c%u", STR_ARG(name), (unsigned)i);
            columns = sql_append(w, columns, ", ", column);
        }
        from = sql_append(w, from, " UNION ALL ",
                          arena_printf(w->arena, "SELECT %.*s FROM %.*s", STR_ARG(columns),
                                       STR_ARG(table.table)));
    }
    w->slots = s->slots;
    s->from = arena_printf(w->arena, "(%.*s) AS t", STR_ARG(from));
    for (uint32_t i = 0; i < p->input->noutputs; i++) {
        s->slots[i] = arena_printf(w->arena, "t.c%u", (unsigned)i);
    }
    if (ordered) {
        ARENA_PUSH(w->arena, &s->order) = STR("t.side, t.side_order");
    }
}

/* Several rows out of each row of the input, in its order. */
static void rows_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_table input = sql_write_input(s, true);
    bool spans = p->base == BASE_SPANS;
    struct str rows = spans ? sql_spans(s->w, p, &input) : sql_unpivot(s->w, p, &input);
    uint32_t made = spans ? 2 : 1 + p->nvalues;
    s->from = arena_printf(s->w->arena, "%.*s AS t", STR_ARG(rows));
    for (uint32_t i = 0; i < p->nkept + made; i++) {
        s->slots[i] = arena_printf(s->w->arena, "t.c%u", (unsigned)i);
    }
    ARENA_PUSH(s->w->arena, &s->order) = STR("t.place");
}

static void held_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_table input = sql_write_input(s, true);
    s->order.n = 0;
    struct str pieces = sql_held(s->w, p, &input);
    s->from = arena_printf(s->w->arena, "%.*s AS t", STR_ARG(pieces));
    s->where = p->latest ? STR("t.nth = 1") : STR("");
    for (uint32_t i = 0; i < p->nslots; i++) {
        s->slots[i] = arena_printf(s->w->arena, "t.c%u", (unsigned)i);
    }
}

static void unsaid_base(struct select *s, const char *what) {
    s->from = STR("(SELECT 1)");
    struct str unsaid = sql_unsaid(s->w, what);
    for (uint32_t i = 0; i < s->plan->nslots; i++) {
        s->slots[i] = unsaid;
    }
}

/* The query as it stands; its own comments end with their lines. */
static void query_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    struct str names = STR("");
    for (uint32_t i = 0; i < p->nscan; i++) {
        struct str name = arena_printf(w->arena, "c%u", (unsigned)i);
        names = sql_append(w, names, ", ", name);
        s->slots[i] = arena_printf(w->arena, "t.%.*s", STR_ARG(name));
    }
    struct str table = arena_printf(w->arena, "query%u", (unsigned)++w->tables);
    struct str text = arena_printf(w->arena, "%.*s(%.*s) AS (%.*s\n)", STR_ARG(table),
                                   STR_ARG(names), STR_ARG(p->query));
    w->with = sql_append(w, w->with, ",\n", text);
    s->from = arena_printf(w->arena, "%.*s AS t", STR_ARG(table));
}

static void write_base(struct select *s) {
    switch (s->plan->base) {
    case BASE_SQL:
        query_base(s);
        break;
    case BASE_SCAN:
        scan_base(s);
        break;
    case BASE_RELATION:
        unsaid_base(s, "the rows of a variable");
        break;
    case BASE_GROUP:
        group_base(s);
        break;
    case BASE_SORT:
        sort_base(s);
        break;
    case BASE_JOIN:
        join_base(s);
        break;
    case BASE_SPINE:
        spine_base(s);
        break;
    case BASE_WINDOW:
        sql_window_base(s);
        break;
    case BASE_UNION:
        union_base(s);
        break;
    case BASE_SPANS:
    case BASE_UNPIVOT:
        rows_base(s);
        break;
    case BASE_HELD:
        held_base(s);
        break;
    case BASE_NAMED: {
        struct sql_table input = sql_write_input(s, true);
        sql_read_table(s, &input, "t", 0, s->plan->input->noutputs);
        break;
    }
    }
}

/* ---- whole segments ---- */

static struct select write_segment(struct sql_writer *w, const struct plan *p) {
    struct select s = {.w = w, .plan = p};
    s.slots = ARENA_ARRAY(w->arena, struct str, p->nslots);
    s.where = s.group = STR("");
    w->slots = s.slots;
    write_base(&s);
    for (uint32_t i = 0; i < p->nsteps; i++) {
        apply_step(&s, p->steps[i]);
    }
    return s;
}

static bool name_is_taken(const struct str *names, uint32_t n, struct str name) {
    for (uint32_t i = 0; i < n; i++) {
        if (str_eq(names[i], name)) {
            return true;
        }
    }
    return false;
}

struct str sql_slot_name(struct sql_writer *w, const struct plan *p, uint32_t slot,
                         const struct str *taken, uint32_t n) {
    struct str name = STR_NONE;
    for (uint32_t i = 0; i < p->noutputs && !name.n; i++) {
        name = p->outputs[i].slot == slot ? p->outputs[i].name : name;
    }
    for (uint32_t i = 0; i < p->nscan && !name.n; i++) {
        if (p->scan_slots[i] == slot && p->scan_columns[i] != TABLE_ROW_NUMBER) {
            name = p->table->columns[p->scan_columns[i]].name;
        }
    }
    if (name.n && !str_is(name, "row_order") && !name_is_taken(taken, n, name)) {
        return name;
    }
    return arena_printf(w->arena, "c%u_%u", (unsigned)slot, (unsigned)n);
}

static struct sql_table write_slots(struct sql_writer *w, const struct plan *p,
                                    const uint32_t *slots, uint32_t n, bool ordered) {
    struct select s = write_segment(w, p);
    struct sql_table written = {.plan = p, .names = ARENA_ARRAY(w->arena, struct str, n)};
    for (uint32_t i = 0; i < n; i++) {
        written.names[i] = sql_slot_name(w, p, slots[i], written.names, i);
    }
    struct str columns = columns_of(&s, slots, written.names, n);
    written.has_order = ordered && s.order.n > 0;
    if (written.has_order) {
        columns = sql_append(w, columns, ",\n       ", row_order(&s));
    }
    written.table = sql_add_table(w, p, body(&s, columns));
    return written;
}

static struct str unsaid_comments(struct sql_writer *w) {
    struct str text = STR("");
    for (uint32_t i = 0; i < w->unsaid.n; i++) {
        if (!name_is_taken(w->unsaid.at, i, w->unsaid.at[i])) {
            text = arena_printf(w->arena, "%.*s-- SQL cannot say: %.*s\n", STR_ARG(text),
                                STR_ARG(w->unsaid.at[i]));
        }
    }
    return text;
}

struct str plan_full_sql(struct arena *arena, const struct sources *s, const struct plan *p,
                         bool *complete) {
    struct sql_writer w = {.arena = arena, .sources = s, .calendar = p->calendar, .with = STR("")};
    struct select root = write_segment(&w, p);
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, p->noutputs);
    struct str *names = ARENA_ARRAY(arena, struct str, p->noutputs);
    for (uint32_t i = 0; i < p->noutputs; i++) {
        slots[i] = p->outputs[i].slot;
        names[i] = p->outputs[i].name;
    }
    struct str query = body(&root, columns_of(&root, slots, names, p->noutputs));
    struct str with = STR("");
    if (w.with.n) {
        with = arena_printf(arena, "WITH RECURSIVE\n%.*s\n", STR_ARG(w.with));
    }
    struct str order = order_list(&root);
    *complete = w.unsaid.n == 0;
    return arena_printf(arena, "%.*s%.*s%.*s%.*s%s%.*s;\n", STR_ARG(unsaid_comments(&w)),
                        STR_ARG(with), STR_ARG(comment_of(&w, p)), STR_ARG(query),
                        order.n ? "\nORDER BY " : "", STR_ARG(order));
}
