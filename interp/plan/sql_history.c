/* Rows that hold for a time, for explain sql: the pieces of days of each key, and which of them a
 * day lies in. */
#include "plan/sql_text.h"

static struct str joined(struct arena *arena, struct str a, const char *between, struct str b) {
    return a.n == 0 ? b : arena_printf(arena, "%.*s%s%.*s", STR_ARG(a), between, STR_ARG(b));
}

static struct str column(const struct sql_writer *w, const struct sql_table *t, uint32_t i) {
    return sql_quote(w->arena, t->names[i]);
}

/* alias."key1", alias."key2" */
static struct str keys_of(const struct sql_writer *w, const struct plan *p,
                          const struct sql_table *input, const char *alias) {
    struct str all = STR("");
    for (uint32_t i = 0; i < p->nkeys; i++)
        all = joined(w->arena, all, ", ",
                     arena_printf(w->arena, "%s.%.*s", alias, STR_ARG(column(w, input, i))));
    return all;
}

static struct str add_step(struct sql_writer *w, const char *what, struct str query) {
    struct str name = arena_printf(w->arena, "step%u", (unsigned)++w->tables);
    struct str table =
        arena_printf(w->arena, "-- %s\n%.*s AS (\n%.*s\n)", what, STR_ARG(name), STR_ARG(query));
    w->with = joined(w->arena, w->with, ",\n", table);
    return name;
}

static struct str rows_query(struct sql_writer *w, const struct plan *p,
                             const struct sql_table *input) {
    struct str until = column(w, input, p->nkeys + 1);
    if (p->table->spans.included)
        until = arena_printf(w->arena, "date(%.*s, '+1 day')", STR_ARG(until));
    return arena_printf(w->arena, "SELECT *, %.*s AS stop_day FROM %.*s", STR_ARG(until),
                        STR_ARG(input->table));
}

static struct str points_query(struct sql_writer *w, const struct plan *p,
                               const struct sql_table *input, struct str rows) {
    struct str keys = keys_of(w, p, input, "t");
    return arena_printf(w->arena,
                        "SELECT *, lead(day) OVER (PARTITION BY %.*s ORDER BY day) AS next_day\n"
                        "FROM (SELECT %.*s, t.%.*s AS day FROM %.*s AS t\n"
                        "      UNION SELECT %.*s, t.stop_day FROM %.*s AS t "
                        "WHERE t.stop_day IS NOT NULL) AS t",
                        STR_ARG(keys), STR_ARG(keys), STR_ARG(column(w, input, p->nkeys)),
                        STR_ARG(rows), STR_ARG(keys), STR_ARG(rows));
}

/* c0, c1, ... by slot. */
static struct str piece_columns(struct sql_writer *w, const struct plan *p,
                                const struct sql_table *input) {
    struct arena *arena = w->arena;
    struct str all = STR(""), keys = keys_of(w, p, input, "p");
    uint32_t n = p->nkeys;
    for (uint32_t i = 0; i < p->input->noutputs; i++) {
        if (i == n) {
            all = arena_printf(arena,
                               "%.*s, p.day AS c%u, p.next_day AS c%u,\n       count(*) OVER "
                               "(PARTITION BY %.*s, p.day) AS c%u",
                               STR_ARG(all), (unsigned)n, (unsigned)n + 1, STR_ARG(keys),
                               (unsigned)n + 2);
            continue;
        }
        if (i == n + 1)
            continue;
        struct str one = arena_printf(arena, "t.%.*s AS c%u", STR_ARG(column(w, input, i)),
                                      (unsigned)(i < n ? i : i + 1));
        all = joined(arena, all, ", ", one);
    }
    if (p->latest)
        all = arena_printf(arena,
                           "%.*s,\n       row_number() OVER (PARTITION BY %.*s, p.day ORDER BY "
                           "t.%.*s DESC%s) AS nth",
                           STR_ARG(all), STR_ARG(keys), STR_ARG(column(w, input, n)),
                           input->has_order ? ", t.row_order" : "");
    return all;
}

struct str sql_held(struct sql_writer *w, const struct plan *p, const struct sql_table *input) {
    struct arena *arena = w->arena;
    struct str rows =
        add_step(w, "rows with the day on which they no longer hold", rows_query(w, p, input));
    struct str points =
        add_step(w, "days on which a row begins or ends to hold", points_query(w, p, input, rows));
    struct str columns = piece_columns(w, p, input), on = STR("");
    for (uint32_t i = 0; i < p->nkeys; i++) {
        struct str key = column(w, input, i);
        on = joined(arena, on, " AND ",
                    arena_printf(arena, "t.%.*s = p.%.*s", STR_ARG(key), STR_ARG(key)));
    }
    return arena_printf(arena,
                        "(SELECT %.*s\n      FROM %.*s AS p JOIN %.*s AS t ON %.*s AND t.%.*s <= "
                        "p.day AND (t.stop_day IS NULL OR t.stop_day > p.day))",
                        STR_ARG(columns), STR_ARG(points), STR_ARG(rows), STR_ARG(on),
                        STR_ARG(column(w, input, p->nkeys)));
}

struct str sql_on_day(struct sql_writer *w, const struct step *step, const struct sql_table *leg,
                      struct str alias, struct str day) {
    struct str from = column(w, leg, step->nkeys), until = column(w, leg, step->nkeys + 1);
    return arena_printf(w->arena, "%.*s.%.*s <= %.*s AND (%.*s.%.*s IS NULL OR %.*s.%.*s > %.*s)",
                        STR_ARG(alias), STR_ARG(from), STR_ARG(day), STR_ARG(alias), STR_ARG(until),
                        STR_ARG(alias), STR_ARG(until), STR_ARG(day));
}
