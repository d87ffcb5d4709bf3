/* Periods in SQL: which one holds a day, which day begins one. What a calendar
 * reckons is said with SQLite's date functions, what it reads of tables with the
 * days themselves. */
#include "base/position.h"
#include "plan/sql_text.h"

/* How far the fourth day of the week, which tells its year, lies behind the day before the week;
 * and its number for SQLite, which counts weekdays from Sunday. */
static int middle_weekday(const struct calendar *c) {
    return (c->week_start + 4) % 7;
}

/* The fourth day of the week that holds the day. */
static struct str middle_of_week(struct sql_writer *w, struct str day) {
    return arena_printf(w->arena, "date(%.*s, '-3 days', 'weekday %d')", STR_ARG(day),
                        middle_weekday(w->calendar));
}

static struct str week_of(struct sql_writer *w, struct str day) {
    struct str middle = middle_of_week(w, day);
    return arena_printf(w->arena,
                        "strftime('%%Y-W', %.*s) || printf('%%02d', (strftime('%%j', %.*s) - 1) / "
                        "7 + 1)",
                        STR_ARG(middle), STR_ARG(middle));
}

bool sql_year_from_leap_day(const struct sql_writer *w) {
    return w->calendar->school_year_month == 2 && w->calendar->school_year_day == 29;
}

static struct str year_start(struct sql_writer *w) {
    return arena_printf(w->arena, "%02d-%02d", w->calendar->school_year_month,
                        w->calendar->school_year_day);
}

/* Whether the school year of the day's own calendar year has begun. */
static struct str year_begun(struct sql_writer *w, struct str day) {
    if (!sql_year_from_leap_day(w))
        return arena_printf(w->arena, "substr(%.*s, 6) >= '%.*s'", STR_ARG(day),
                            STR_ARG(year_start(w)));
    return arena_printf(w->arena, /* the 28th where there is no 29th */
                        "%.*s >= date(substr(%.*s, 1, 4) || '-03-01', '-1 day')", STR_ARG(day),
                        STR_ARG(day));
}

static struct str school_year_of(struct sql_writer *w, struct str day) {
    const int n = (int)day.n;
    const char *p = day.p;
    if (school_year_is_calendar_year(w->calendar))
        return arena_printf(w->arena, "'SY' || substr(%.*s, 1, 4)", n, p);
    return arena_printf(w->arena,
                        "CASE WHEN %.*s THEN 'SY' || substr(%.*s, 1, 4) || '-' || printf('%%02d', "
                        "(substr(%.*s, 3, 2) + 1) %% 100) ELSE 'SY' || printf('%%04d', "
                        "substr(%.*s, 1, 4) - 1) || '-' || substr(%.*s, 3, 2) END",
                        STR_ARG(year_begun(w, day)), n, p, n, p, n, p, n, p);
}

static struct str term_of(struct sql_writer *w, enum grain grain, struct str day) {
    uint32_t n;
    const struct term *terms = terms_of(w->calendar, grain, &n);
    struct str text = STR("CASE");
    for (uint32_t i = 0; i < n; i++)
        text = arena_printf(w->arena, "%.*s WHEN %.*s BETWEEN %.*s AND %.*s THEN %.*s",
                            STR_ARG(text), STR_ARG(day), STR_ARG(sql_day(w->arena, terms[i].start)),
                            STR_ARG(sql_day(w->arena, terms[i].stop - 1)),
                            STR_ARG(sql_period_text(w, terms[i].period)));
    return n ? arena_printf(w->arena, "%.*s END", STR_ARG(text)) : STR("NULL");
}

struct str sql_period(struct sql_writer *w, enum grain grain, struct str day) {
    const int n = (int)day.n;
    const char *p = day.p;
    switch (grain) {
    case GRAIN_DAY:
        return day;
    case GRAIN_WEEK:
        return week_of(w, day);
    case GRAIN_MONTH:
        return arena_printf(w->arena, "substr(%.*s, 1, 7)", n, p);
    case GRAIN_QUARTER:
        return arena_printf(w->arena, "substr(%.*s, 1, 4) || 'Q' || ((substr(%.*s, 6, 2) + 2) / 3)",
                            n, p, n, p);
    case GRAIN_SCHOOL_YEAR:
        return school_year_of(w, day);
    case GRAIN_TERM:
    case GRAIN_SEMESTER:
        return term_of(w, grain, day);
    default:
        return arena_printf(w->arena, "substr(%.*s, 1, 4)", n, p);
    }
}

/* The first day of the week of 4 January, and as many weeks on. */
static struct str first_of_week(struct sql_writer *w, struct str period) {
    return arena_printf(w->arena,
                        "date(substr(%.*s, 1, 4) || '-01-04', '-3 days', 'weekday %d', '-3 days', "
                        "'+' || ((substr(%.*s, 7) - 1) * 7) || ' days')",
                        STR_ARG(period), middle_weekday(w->calendar), STR_ARG(period));
}

struct str sql_first_day(struct sql_writer *w, enum grain grain, struct str period) {
    const int n = (int)period.n;
    const char *p = period.p;
    switch (grain) {
    case GRAIN_DAY:
        return period;
    case GRAIN_WEEK:
        return first_of_week(w, period);
    case GRAIN_MONTH:
        return arena_printf(w->arena, "%.*s || '-01'", n, p);
    case GRAIN_QUARTER:
        return arena_printf(w->arena,
                            "substr(%.*s, 1, 4) || printf('-%%02d-01', substr(%.*s, 6) * 3 - 2)", n,
                            p, n, p);
    case GRAIN_SCHOOL_YEAR:
        return arena_printf(w->arena, "substr(%.*s, 3, 4) || '-%.*s'", n, p,
                            STR_ARG(sql_year_from_leap_day(w) ? STR("03-01") : year_start(w)));
    default:
        return arena_printf(w->arena, "%.*s || '-01-01'", n, p);
    }
}

/* Its text says of what grain it is. */
struct str sql_last_day(struct sql_writer *w, struct str period) {
    const int n = (int)period.n;
    const char *p = period.p;
    struct str next =
        arena_printf(w->arena, "('SY' || printf('%%04d', substr(%.*s, 3, 4) + 1))", n, p);
    struct str school = sql_first_day(w, GRAIN_SCHOOL_YEAR, next);
    struct str quarter = sql_first_day(w, GRAIN_QUARTER, period);
    return arena_printf(
        w->arena,
        "CASE WHEN %.*s LIKE 'SY%%' THEN date(%.*s, '-1 day') "
        "WHEN %.*s LIKE '%%Q%%' THEN date(%.*s, '+3 months', '-1 day') "
        "WHEN %.*s LIKE '%%W%%' THEN date(%.*s, '+6 days') "
        "WHEN length(%.*s) = 4 THEN %.*s || '-12-31' "
        "WHEN length(%.*s) = 7 THEN date(%.*s || '-01', '+1 month', '-1 day') ELSE %.*s END",
        n, p, STR_ARG(school), n, p, STR_ARG(quarter), n, p,
        STR_ARG(sql_first_day(w, GRAIN_WEEK, period)), n, p, n, p, n, p, n, p, n, p);
}
