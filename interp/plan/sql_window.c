/* Windows in SQL: what a window makes is one more table of the WITH, whose columns are
 * those of the rows and one for each value.
 *
 * SQL breaks ties in an order as it likes, so every order ends in the rows' own, `row_order`. A
 * value carried on is the only one of its kind among the rows from it to before the next present
 * one; a column of an earlier table numbers these stretches. */
#include "plan/sql_select.h"

struct windowed {
    struct select *s;
    struct str partition; /* "PARTITION BY ..." or empty */
    struct str asked;     /* the order that was asked for, or empty */
    struct str total;     /* that and the order of the rows, or empty */
    struct sql_table input;
    const char *row; /* what its rows are called */
};

static struct str over(const struct windowed *f, struct str order, struct str rows) {
    struct sql_writer *w = f->s->w;
    struct str text = f->partition;
    if (order.n) {
        struct str by = arena_printf(w->arena, "ORDER BY %.*s", STR_ARG(order));
        text = sql_append(w, text, " ", by);
    }
    text = rows.n ? sql_append(w, text, " ", rows) : text;
    return arena_printf(w->arena, " OVER (%.*s)", STR_ARG(text));
}

static struct str in_order(const struct windowed *f) {
    return over(f, f->total, STR(""));
}

static struct str so_far(const struct windowed *f) {
    return over(f, f->total, STR("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"));
}

static struct str column(const struct windowed *f, int output) {
    struct arena *arena = f->s->w->arena;
    return arena_printf(arena, "%s.%.*s", f->row,
                        STR_ARG(sql_quote(arena, f->input.names[output])));
}

static void open_frame(struct windowed *f, struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    *f = (struct windowed){.s = s, .partition = STR(""), .asked = STR(""), .row = "t"};
    f->input = sql_write_input(s, true);
    s->order.n = 0;
    for (uint32_t i = 0; i < p->nkeys; i++) {
        f->partition = sql_append(w, f->partition, ", ", column(f, (int)p->keys[i]));
    }
    if (p->nkeys) {
        f->partition = arena_printf(w->arena, "PARTITION BY %.*s", STR_ARG(f->partition));
    }
    for (uint32_t i = 0; i < p->nsort_keys; i++) {
        const struct sort_key *key = &p->sort_keys[i];
        struct str term =
            sql_order_term(w, column(f, (int)key->slot), p->slot_types[key->slot], key->descending);
        f->asked = sql_append(w, f->asked, ", ", term);
    }
    f->total = f->input.has_order ? sql_append(w, f->asked, ", ", STR("t.row_order")) : f->asked;
}

/* ---- values ---- */

static struct str near(const struct windowed *f, const struct window *v) {
    struct str order = in_order(f);
    return arena_printf(f->s->w->arena, "%s(%.*s, %u)%.*s", v->kind == WINDOW_LAG ? "lag" : "lead",
                        STR_ARG(column(f, v->argument)), (unsigned)v->rows, STR_ARG(order));
}

static struct str aggregate_over(const struct windowed *f, const struct aggregation *a,
                                 struct str where) {
    struct str x = a->argument >= 0 ? column(f, a->argument) : STR("");
    const struct type *type = a->argument >= 0 ? f->s->plan->slot_types[a->argument] : NULL;
    const struct sql_rows rows = {a->filter >= 0 ? column(f, a->filter) : STR(""), where, false};
    return sql_aggregate(f->s->w, a, type, x, &rows);
}

static bool is_distinct(const struct aggregation *a) {
    return a->distinct || a->kind == AGG_COUNT_DISTINCT;
}

/* Window functions of SQLite take no DISTINCT: a query of its own over the partition's rows. */
static struct str distinct_in_partition(const struct windowed *f, const struct aggregation *a) {
    struct sql_writer *w = f->s->w;
    const struct plan *p = f->s->plan;
    struct windowed other = *f;
    other.row = "u";
    struct str same = STR("");
    for (uint32_t i = 0; i < p->nkeys; i++) {
        struct str equal =
            arena_printf(w->arena, "%.*s IS %.*s", STR_ARG(column(&other, (int)p->keys[i])),
                         STR_ARG(column(f, (int)p->keys[i])));
        same = sql_append(w, same, " AND ", equal);
    }
    struct str value = aggregate_over(&other, a, STR(""));
    return arena_printf(w->arena, "(SELECT %.*s FROM %.*s AS u WHERE %.*s)", STR_ARG(value),
                        STR_ARG(f->input.table), STR_ARG(same.n ? same : STR("1")));
}

static struct str rolling(const struct windowed *f, const struct window *v) {
    struct sql_writer *w = f->s->w;
    if (is_distinct(&v->aggregation)) {
        return sql_unsaid(w, "different values in a rolling window");
    }
    struct str rows =
        arena_printf(w->arena, "ROWS BETWEEN %u PRECEDING AND CURRENT ROW", (unsigned)v->rows - 1);
    struct str value = aggregate_over(f, &v->aggregation, over(f, f->total, rows));
    return arena_printf(w->arena, "iif(row_number()%.*s < %u, NULL, %.*s)", STR_ARG(in_order(f)),
                        (unsigned)v->rows, STR_ARG(value));
}

static struct str carried(const struct windowed *f, const struct window *v, uint32_t number) {
    struct sql_writer *w = f->s->w;
    struct str stretch = arena_printf(w->arena, "t.stretch%u", (unsigned)number);
    struct str partition = f->partition.n ? f->partition : STR("PARTITION BY");
    return arena_printf(w->arena, "max(%.*s) OVER (%.*s%s %.*s)", STR_ARG(column(f, v->argument)),
                        STR_ARG(partition), f->partition.n ? "," : "", STR_ARG(stretch));
}

static struct str value_of(const struct windowed *f, const struct window *v, uint32_t number) {
    struct arena *arena = f->s->w->arena;
    switch (v->kind) {
    case WINDOW_AGGREGATE:
        return is_distinct(&v->aggregation)
                   ? distinct_in_partition(f, &v->aggregation)
                   : aggregate_over(f, &v->aggregation, over(f, STR(""), STR("")));
    case WINDOW_ROLLING:
        return rolling(f, v);
    case WINDOW_LAG:
    case WINDOW_LEAD:
        return near(f, v);
    case WINDOW_ROW_NUMBER:
        return arena_printf(arena, "row_number()%.*s", STR_ARG(in_order(f)));
    case WINDOW_RANK: {
        struct str places = over(f, f->asked, STR(""));
        return arena_printf(arena, "rank()%.*s", STR_ARG(places));
    }
    case WINDOW_CUMSUM:
        return arena_printf(arena, "sum(%.*s)%.*s", STR_ARG(column(f, v->argument)),
                            STR_ARG(so_far(f)));
    case WINDOW_CARRY:
        return carried(f, v, number);
    case WINDOW_SHUFFLE:
        break;
    }
    return sql_unsaid(f->s->w, "a sample");
}

/* ---- the tables ---- */

static void read_from(struct select *s, struct str table) {
    s->from = arena_printf(s->w->arena, "%.*s AS t", STR_ARG(table));
}

static struct str with_columns(struct windowed *f, struct str columns) {
    struct select *s = f->s;
    struct str query =
        arena_printf(s->w->arena, "SELECT t.*%.*s\nFROM %.*s", STR_ARG(columns), STR_ARG(s->from));
    struct str table = sql_add_table(s->w, s->plan, query);
    read_from(s, table);
    return table;
}

static struct str add_column(struct sql_writer *w, struct str columns, struct str value,
                             struct str name) {
    return arena_printf(w->arena, "%.*s,\n       %.*s AS %.*s", STR_ARG(columns), STR_ARG(value),
                        STR_ARG(name));
}

static void number_stretches(struct windowed *f) {
    const struct plan *p = f->s->plan;
    struct arena *arena = f->s->w->arena;
    struct str columns = STR("");
    for (uint32_t i = 0; i < p->nwindows; i++) {
        const struct window *v = &p->windows[i];
        if (v->kind == WINDOW_CARRY) {
            struct str present = arena_printf(arena, "count(%.*s)%.*s",
                                              STR_ARG(column(f, v->argument)), STR_ARG(so_far(f)));
            struct str name = arena_printf(arena, "stretch%u", (unsigned)i);
            columns = add_column(f->s->w, columns, present, name);
        }
    }
    if (columns.n) {
        with_columns(f, columns);
    }
}

void sql_window_base(struct select *s) {
    const struct plan *p = s->plan;
    struct sql_writer *w = s->w;
    struct windowed f;
    open_frame(&f, s);
    number_stretches(&f);
    uint32_t nrow = p->input->noutputs;
    struct sql_table all = f.input;
    all.names = ARENA_ARRAY(w->arena, struct str, nrow + p->nwindows);
    struct str columns = STR("");
    for (uint32_t i = 0; i < nrow; i++) {
        all.names[i] = f.input.names[i];
    }
    for (uint32_t i = 0; i < p->nwindows; i++) {
        struct str name = sql_slot_name(w, p, nrow + i, all.names, nrow + i);
        all.names[nrow + i] = name;
        columns =
            add_column(w, columns, value_of(&f, &p->windows[i], i), sql_quote(w->arena, name));
    }
    with_columns(&f, columns);
    sql_read_table(s, &all, "t", 0, nrow + p->nwindows);
    if (f.input.has_order) {
        ARENA_PUSH(w->arena, &s->order) = STR("t.row_order");
    }
}
