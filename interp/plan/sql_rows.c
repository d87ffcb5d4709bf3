/* Rows out of rows, for explain sql: an unpivot, and the spans of cohorts combined over time.
 *
 * Both give a query whose columns are c0, c1, ... by slot, then `place`, the order of the rows that
 * come from one row, and the input's row_order where it has one. */
#include "plan/sql_text.h"

static struct str joined(struct arena *arena, struct str a, const char *between, struct str b) {
    return a.n == 0 ? b : arena_printf(arena, "%.*s%s%.*s", STR_ARG(a), between, STR_ARG(b));
}

/* "k" AS c0, ... of the outputs that stay */
static struct str kept_columns(struct arena *arena, const struct sql_table *input,
                               const struct plan *p) {
    struct str columns = STR("");
    for (uint32_t i = 0; i < p->nkept; i++) {
        struct str name = sql_quote(arena, input->names[i]);
        columns = joined(arena, columns, ", ",
                         arena_printf(arena, "t.%.*s AS c%u", STR_ARG(name), (unsigned)i));
    }
    return columns;
}

static const char *order_column(const struct sql_table *input) {
    return input->has_order ? ", t.row_order" : "";
}

struct str sql_unpivot(struct sql_writer *w, const struct plan *p, const struct sql_table *input) {
    struct arena *arena = w->arena;
    struct str all = STR("");
    for (uint32_t i = 0; i < p->nnames; i++) {
        struct str columns = kept_columns(arena, input, p);
        struct str name = sql_text_literal(arena, text_str(p->names[i]));
        name = arena_printf(arena, "%.*s AS c%u", STR_ARG(name), (unsigned)p->nkept);
        columns = joined(arena, columns, ", ", name);
        for (uint32_t k = 0; k < p->nvalues; k++) {
            struct str value = sql_quote(arena, input->names[p->nkept + i * p->nvalues + k]);
            columns = arena_printf(arena, "%.*s, t.%.*s AS c%u", STR_ARG(columns), STR_ARG(value),
                                   (unsigned)(p->nkept + 1 + k));
        }
        struct str one =
            arena_printf(arena, "SELECT %.*s, %u AS place%s FROM %.*s AS t", STR_ARG(columns),
                         (unsigned)i, order_column(input), STR_ARG(input->table));
        all = joined(arena, all, "\n      UNION ALL ", one);
    }
    return arena_printf(arena, "(%.*s)", STR_ARG(all));
}

/* ---- spans ---- */

/* Days are texts, so '' lies before them all and '~' behind them all. */
struct span_sql {
    struct sql_writer *w;
    const struct plan *p;
    const struct sql_table *input;
    struct str rows, points; /* WITH tables */
};

static struct str span_column(const struct span_sql *s, uint32_t leaf, uint32_t part) {
    return sql_quote(s->w->arena, s->input->names[s->p->nkept + 3 * leaf + part]);
}

static struct str add_step(struct span_sql *s, const char *what, struct str query) {
    struct sql_writer *w = s->w;
    struct str name = arena_printf(w->arena, "step%u", (unsigned)++w->tables);
    struct str table =
        arena_printf(w->arena, "-- %s\n%.*s AS (\n%.*s\n)", what, STR_ARG(name), STR_ARG(query));
    w->with = joined(w->arena, w->with, ",\n", table);
    return name;
}

/* Whether the program holds on `p<depth>.day`; `never` looks at all days of the row once more. */
static struct str holds(const struct span_sql *s, uint32_t *at, uint32_t depth) {
    struct arena *arena = s->w->arena;
    uint32_t code = s->p->program[--*at];
    if (code >= SPANS_LEAF) {
        struct str in = span_column(s, code - SPANS_LEAF, 0);
        struct str from = span_column(s, code - SPANS_LEAF, 1);
        struct str until = span_column(s, code - SPANS_LEAF, 2);
        return arena_printf(arena,
                            "(t.%.*s AND coalesce(t.%.*s, '') <= p%u.day AND "
                            "p%u.day < coalesce(t.%.*s, '~'))",
                            STR_ARG(in), STR_ARG(from), (unsigned)depth, (unsigned)depth,
                            STR_ARG(until));
    }
    if (code == SPANS_NEVER) {
        struct str inner = holds(s, at, depth + 1);
        return arena_printf(
            arena, "(NOT EXISTS (SELECT 1 FROM %.*s AS p%u WHERE p%u.row_id = t.row_id AND %.*s))",
            STR_ARG(s->points), (unsigned)depth + 1, (unsigned)depth + 1, STR_ARG(inner));
    }
    struct str b = holds(s, at, depth);
    if (code == SPANS_NOT)
        return arena_printf(arena, "(NOT %.*s)", STR_ARG(b));
    struct str a = holds(s, at, depth);
    return arena_printf(arena, "(%.*s %s %.*s)", STR_ARG(a), code == SPANS_AND ? "AND" : "OR",
                        STR_ARG(b));
}

/* Every day on which something may change, of each row. */
static struct str points_query(struct span_sql *s) {
    struct arena *arena = s->w->arena;
    struct str all = arena_printf(arena, "SELECT row_id, '' AS day FROM %.*s", STR_ARG(s->rows));
    for (uint32_t leaf = 0; leaf < s->p->nspans; leaf++)
        for (uint32_t part = 1; part < 3; part++) {
            struct str day = span_column(s, leaf, part);
            all = arena_printf(arena,
                               "%.*s\nUNION SELECT row_id, %.*s FROM %.*s WHERE %.*s IS NOT NULL",
                               STR_ARG(all), STR_ARG(day), STR_ARG(s->rows), STR_ARG(day));
        }
    return all;
}

struct str sql_spans(struct sql_writer *w, const struct plan *p, const struct sql_table *input) {
    struct arena *arena = w->arena;
    struct span_sql s = {.w = w, .p = p, .input = input};
    uint32_t end = p->nprogram;
    s.rows = add_step(&s, "rows with numbers",
                      arena_printf(arena, "SELECT *, row_number() OVER () AS row_id FROM %.*s",
                                   STR_ARG(input->table)));
    s.points =
        add_step(&s, "before all days, and days on which a span begins or ends", points_query(&s));
    struct str inside = holds(&s, &end, 0);
    struct str judged = add_step(
        &s, "who is in on these days",
        arena_printf(arena,
                     "SELECT p0.row_id, p0.day, %.*s AS inside\nFROM %.*s AS p0\nJOIN %.*s AS t ON "
                     "t.row_id = p0.row_id",
                     STR_ARG(inside), STR_ARG(s.points), STR_ARG(s.rows)));
    struct str changes =
        add_step(&s, "days of change",
                 arena_printf(arena,
                              "SELECT row_id, day, inside\nFROM (SELECT *, lag(inside, 1, 0) OVER "
                              "(PARTITION BY row_id ORDER BY day) AS before FROM %.*s)\n"
                              "WHERE inside <> before",
                              STR_ARG(judged)));
    struct str spans =
        add_step(&s, "from each change to the next",
                 arena_printf(arena,
                              "SELECT *, lead(day) OVER (PARTITION BY row_id ORDER BY "
                              "day) AS until FROM %.*s",
                              STR_ARG(changes)));
    struct str columns = kept_columns(arena, input, p);
    return arena_printf(
        arena,
        "(SELECT %.*s%snullif(s.day, '') AS c%u, s.until AS c%u, s.day AS place%s\n"
        "      FROM %.*s AS s JOIN %.*s AS t ON t.row_id = s.row_id WHERE s.inside)",
        STR_ARG(columns), columns.n ? ", " : "", (unsigned)p->nkept, (unsigned)p->nkept + 1,
        order_column(input), STR_ARG(spans), STR_ARG(s.rows));
}
