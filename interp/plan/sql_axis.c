/* Time axes in the readable query: a table of literal rows, so that calendars need
 * no arithmetic in SQL. Without a range the days are known only at run time, and
 * SQL is told nothing. */
#include "base/position.h"
#include "plan/sql_text.h"

/* period, since, until */
static struct str window_row(struct sql_writer *w, const struct axis *axis, int64_t period) {
    int64_t since = period_start(w->calendar, period);
    if (axis->look == LOOK_TO_DATE)
        since = period_since(w->calendar, period, axis->since);
    else if (axis->look == LOOK_ROLLING)
        since = window_first_day(w->calendar, period, axis->rolling);
    struct str from = axis->look == LOOK_EVER ? STR("'0001-01-01'") : sql_day(w->arena, since);
    return arena_printf(w->arena, "(%.*s, %.*s, %.*s)", STR_ARG(sql_period_text(w, period)),
                        STR_ARG(from),
                        STR_ARG(sql_day(w->arena, period_stop(w->calendar, period))));
}

/* The first day of the period's window, NULL without one. */
static struct str window_first(struct sql_writer *w, const struct axis *axis, bool there,
                               int64_t period) {
    if (!there)
        return STR("NULL");
    int64_t rolling = axis->look == LOOK_ROLLING ? axis->rolling : 1;
    return sql_day(w->arena, window_first_day(w->calendar, period, rolling));
}

/* period, its first day, the day behind it, the first day of its window, whether school is held in
 * it, and the same of the period compared with. */
static struct str spine_row(struct sql_writer *w, const struct axis *axis, int64_t period) {
    int64_t before = period;
    bool there = axis->change && period_before(w->calendar, period, axis->change_by, 1, &before);
    struct str row = STR("");
    for (int side = 0; side < 2; side++) {
        bool known = side == 0 || there;
        int64_t p = side ? before : period;
        struct str none = STR("NULL");
        row = arena_printf(w->arena, "%.*s%s%.*s, %.*s, %.*s, %.*s, %d", STR_ARG(row),
                           side ? ", " : "", STR_ARG(known ? sql_period_text(w, p) : none),
                           STR_ARG(known ? sql_day(w->arena, period_start(w->calendar, p)) : none),
                           STR_ARG(known ? sql_day(w->arena, period_stop(w->calendar, p)) : none),
                           STR_ARG(window_first(w, axis, known, p)),
                           known && period_has_school(w->calendar, p));
    }
    return arena_printf(w->arena, "(%.*s)", STR_ARG(row));
}

static struct str add_axis(struct sql_writer *w, const char *columns, const char *remark,
                           struct str rows) {
    struct str name = arena_printf(w->arena, "axis%u", (unsigned)++w->tables);
    w->with = arena_printf(w->arena, "%.*s%s-- %s\n%.*s(%s) AS (VALUES\n%.*s\n)", STR_ARG(w->with),
                           w->with.n ? ",\n" : "", remark, STR_ARG(name), columns, STR_ARG(rows));
    return name;
}

static struct str rows_of(struct sql_writer *w, const struct axis *axis, int64_t first,
                          int64_t last,
                          struct str (*row)(struct sql_writer *, const struct axis *, int64_t)) {
    struct str rows = STR("");
    for (int64_t p = first; p <= last; p = period_next(w->calendar, p))
        rows = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(rows), p > first ? ",\n" : "",
                            STR_ARG(row(w, axis, p)));
    return rows;
}

struct asked_days {
    bool has_range;
    int64_t first, stop; /* days, half open */
    const struct late_range *late;
};

/* The asked periods; false where they are known only at run time. */
static bool asked_ends(const struct sql_writer *w, enum grain g, struct asked_days asked,
                       int64_t *first, int64_t *last) {
    if (!asked.has_range || !sql_asked_days(w, g, asked.late, &asked.first, &asked.stop))
        return false;
    return periods_between(w->calendar, g, asked.first, asked.stop, first, last);
}

bool sql_asked_days(const struct sql_writer *w, enum grain g, const struct late_range *late,
                    int64_t *first_day, int64_t *stop_day) {
    return !late || periods_days(w->calendar, late->from, late->to, late->whole ? g : GRAIN_NONE,
                                 first_day, stop_day);
}

struct str sql_windows(struct sql_writer *w, const struct axis *axis) {
    struct asked_days asked = {axis->has_range, axis->first_day, axis->stop_day, axis->late};
    int64_t first, last, before;
    if (!asked_ends(w, axis->grain, asked, &first, &last)) {
        sql_unsaid(w, "looking back without a range of periods");
        return add_axis(w, "period, since, until", "no periods", STR("(NULL, NULL, NULL)"));
    }
    int64_t start = first;
    for (int64_t p = first; axis->change && p <= last; p = period_next(w->calendar, p))
        if (period_before(w->calendar, p, axis->change_by, 1, &before) && before < start)
            start = before;
    return add_axis(w, "period, since, until", "the days that count in each period",
                    rows_of(w, axis, start, last, window_row));
}

struct str sql_compared(struct sql_writer *w, const struct plan *spine) {
    static const char *const columns = "period, first, until, reach, school, before, "
                                       "before_first, before_until, before_reach, before_school";
    const struct str none = STR("(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
    struct asked_days asked = {spine->has_range, spine->first_day, spine->stop_day, spine->late};
    int64_t first, last;
    if (!asked_ends(w, spine->grain, asked, &first, &last)) {
        sql_unsaid(w, "comparing periods without a range of them");
        return add_axis(w, columns, "no periods", none);
    }
    struct str rows = rows_of(w, spine->compared, first, last, spine_row);
    if (grain_is_term(spine->grain) && !spine->clip)
        rows = arena_printf(w->arena, "%.*s,\n%.*s", STR_ARG(rows), STR_ARG(none));
    return add_axis(w, columns, "the periods, and those they are compared with", rows);
}

struct str sql_terms(struct sql_writer *w, const struct plan *spine, struct str period,
                     struct str input) {
    uint32_t n;
    const struct term *terms = terms_of(w->calendar, spine->grain, &n);
    int64_t from = INT64_MIN, until = INT64_MAX;
    struct str rows = STR("(NULL)");
    if (spine->has_range) {
        from = spine->first_day;
        until = spine->stop_day;
    }
    for (uint32_t i = 0; i < n; i++)
        if (terms[i].stop > from && terms[i].start < until)
            rows = arena_printf(w->arena, "%.*s, (%.*s)", STR_ARG(rows),
                                STR_ARG(sql_period_text(w, terms[i].period)));
    struct str name = add_axis(w, "period", "terms, and days outside of them", rows);
    if (spine->has_range)
        return name;
    return arena_printf(w->arena,
                        "(SELECT period FROM %.*s WHERE period IS NULL OR period BETWEEN (SELECT "
                        "min(%.*s) FROM %.*s) AND (SELECT max(%.*s) FROM %.*s))",
                        STR_ARG(name), STR_ARG(period), STR_ARG(input), STR_ARG(period),
                        STR_ARG(input));
}

/* Whether the days [first, until) of the axis lie between the ends of the extent. */
static struct str within(struct sql_writer *w, const char *first, const char *until,
                         struct str extent) {
    return arena_printf(w->arena,
                        "coalesce(a.%s > (SELECT first FROM %.*s) AND a.%s <= (SELECT last FROM "
                        "%.*s), 0)",
                        until, STR_ARG(extent), first, STR_ARG(extent));
}

/* A window is full when its first and its last period lie there. */
static struct str full(struct sql_writer *w, bool before, struct str extent) {
    const char *reach = before ? "before_reach" : "reach";
    const char *until = before ? "before_until" : "until";
    const char *first = before ? "before_first" : "first";
    return arena_printf(w->arena,
                        "(%.*s AND coalesce(a.%s >= (SELECT first FROM %.*s) OR substr(a.%s, 1, "
                        "7) = substr((SELECT first FROM %.*s), 1, 7), 0))",
                        STR_ARG(within(w, first, until, extent)), reach, STR_ARG(extent), reach,
                        STR_ARG(extent));
}

/* The same, and without a row of that alias school is held there. */
static struct str may_have_facts(struct sql_writer *w, enum grain grain, bool before,
                                 struct str extent, struct str period) {
    struct str inside = before ? within(w, "before_first", "before_until", extent)
                               : within(w, "first", "until", extent);
    if (has_school_days(w->calendar))
        inside =
            arena_printf(w->arena, "(%.*s AND (%s.%.*s IS NOT NULL OR a.%s))", STR_ARG(inside),
                         before ? "b" : "t", STR_ARG(period), before ? "before_school" : "school");
    if (grain_is_term(grain) && !before) /* facts outside of every term are there */
        inside = arena_printf(w->arena, "(a.period IS NULL OR %.*s)", STR_ARG(inside));
    return inside;
}

struct str sql_beside(struct sql_writer *w, enum grain grain, const struct spine_beside *b,
                      struct str period, const struct str *extents, uint32_t nextents) {
    struct str all = STR("");
    if (b->kind == BESIDE_WITHIN || b->kind == BESIDE_WITHIN_BEFORE)
        return may_have_facts(w, grain, b->kind == BESIDE_WITHIN_BEFORE, extents[b->of], period);
    if ((b->kind == BESIDE_FULL || b->kind == BESIDE_FULL_BEFORE) && grain != GRAIN_MONTH)
        return sql_unsaid(w, "whether a window is full");
    for (uint32_t i = 0; i < nextents; i++) {
        struct str one =
            b->kind == BESIDE_PARTIAL
                ? arena_printf(w->arena,
                               "coalesce(date(a.until, '-1 day') > (SELECT last FROM %.*s), 1)",
                               STR_ARG(extents[i]))
                : full(w, b->kind == BESIDE_FULL_BEFORE, extents[i]);
        all = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(all),
                           i == 0                      ? ""
                           : b->kind == BESIDE_PARTIAL ? " OR "
                                                       : " AND ",
                           STR_ARG(one));
    }
    return arena_printf(w->arena, "(%.*s)", STR_ARG(all));
}
