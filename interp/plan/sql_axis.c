/* Time axes in the readable query: a table of literal rows, so that calendars need
 * no arithmetic in SQL. Without a range the days are known only at run time, and
 * SQL is told nothing. */
#include "base/position.h"
#include "plan/sql_text.h"

static struct str period_text(struct sql_writer *w, int64_t period) {
    const struct calendar calendar = CALENDAR_DEFAULT;
    char text[24];
    size_t n = period_print(&calendar, text, period);
    return arena_printf(w->arena, "'%.*s'", (int)n, text);
}

static int64_t earlier(int64_t period, int64_t k) {
    return period_pack(period_grain(period), period_ordinal(period) - k);
}

/* period, since, until */
static struct str window_row(struct sql_writer *w, const struct axis *axis, int64_t period) {
    const struct calendar calendar = CALENDAR_DEFAULT;
    int64_t since = period_start(&calendar, period);
    if (axis->look == LOOK_TO_DATE)
        since = period_since(&calendar, period, axis->since);
    else if (axis->look == LOOK_ROLLING)
        since = period_start(&calendar, earlier(period, axis->rolling - 1));
    struct str from = axis->look == LOOK_EVER ? STR("'0001-01-01'") : sql_day(w->arena, since);
    return arena_printf(w->arena, "(%.*s, %.*s, %.*s)", STR_ARG(period_text(w, period)),
                        STR_ARG(from), STR_ARG(sql_day(w->arena, period_stop(&calendar, period))));
}

/* The first day of the period's window, NULL without one. */
static struct str window_first(struct sql_writer *w, const struct axis *axis, bool there,
                               int64_t period) {
    const struct calendar calendar = CALENDAR_DEFAULT;
    if (!there)
        return STR("NULL");
    int64_t k = axis->look == LOOK_ROLLING ? axis->rolling - 1 : 0;
    return sql_day(w->arena, period_start(&calendar, earlier(period, k)));
}

/* period, its first day, the day behind it, the first day of its window, and the same of the
 * period compared with. */
static struct str spine_row(struct sql_writer *w, const struct axis *axis, int64_t period) {
    const struct calendar calendar = CALENDAR_DEFAULT;
    int64_t before = period;
    bool there = axis->change && period_before(&calendar, period, axis->change_by, 1, &before);
    struct str row = STR("");
    for (int side = 0; side < 2; side++) {
        bool known = side == 0 || there;
        int64_t p = side ? before : period;
        struct str none = STR("NULL");
        row = arena_printf(w->arena, "%.*s%s%.*s, %.*s, %.*s, %.*s", STR_ARG(row), side ? ", " : "",
                           STR_ARG(known ? period_text(w, p) : none),
                           STR_ARG(known ? sql_day(w->arena, period_start(&calendar, p)) : none),
                           STR_ARG(known ? sql_day(w->arena, period_stop(&calendar, p)) : none),
                           STR_ARG(window_first(w, axis, known, p)));
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
    for (int64_t i = first; i <= last; i++)
        rows = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(rows), i > first ? ",\n" : "",
                            STR_ARG(row(w, axis, period_pack(axis->grain, i))));
    return rows;
}

static bool asked_ends(const struct axis *axis, bool has_range, int64_t first_day, int64_t stop_day,
                       int64_t *first, int64_t *last) {
    const struct calendar calendar = CALENDAR_DEFAULT;
    if (!has_range || first_day >= stop_day)
        return false;
    *first = period_ordinal(period_of(&calendar, axis->grain, first_day));
    *last = period_ordinal(period_of(&calendar, axis->grain, stop_day - 1));
    return true;
}

struct str sql_windows(struct sql_writer *w, const struct axis *axis) {
    const struct calendar calendar = CALENDAR_DEFAULT;
    int64_t first, last, before;
    if (!asked_ends(axis, axis->has_range, axis->first_day, axis->stop_day, &first, &last)) {
        sql_unsaid(w, "looking back without a range of periods");
        return add_axis(w, "period, since, until", "no periods", STR("(NULL, NULL, NULL)"));
    }
    int64_t start = first;
    for (int64_t i = first; axis->change && i <= last; i++)
        if (period_before(&calendar, period_pack(axis->grain, i), axis->change_by, 1, &before) &&
            period_ordinal(before) < start)
            start = period_ordinal(before);
    return add_axis(w, "period, since, until", "the days that count in each period",
                    rows_of(w, axis, start, last, window_row));
}

struct str sql_compared(struct sql_writer *w, const struct plan *spine) {
    static const char *const columns = "period, first, until, reach, before, before_first, "
                                       "before_until, before_reach";
    int64_t first, last;
    if (!asked_ends(spine->compared, spine->has_range, spine->first_day, spine->stop_day, &first,
                    &last)) {
        sql_unsaid(w, "comparing periods without a range of them");
        return add_axis(w, columns, "no periods",
                        STR("(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"));
    }
    return add_axis(w, columns, "the periods, and those they are compared with",
                    rows_of(w, spine->compared, first, last, spine_row));
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

struct str sql_beside(struct sql_writer *w, enum grain grain, const struct spine_beside *b,
                      const struct str *extents, uint32_t nextents) {
    struct str all = STR("");
    switch (b->kind) {
    case BESIDE_WITHIN:
        return within(w, "first", "until", extents[b->of]);
    case BESIDE_WITHIN_BEFORE:
        return within(w, "before_first", "before_until", extents[b->of]);
    default:
        break;
    }
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
