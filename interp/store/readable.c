/* Stored values as SQL that shows them as Spoke writes them.
 *
 * Dates are day numbers, datetimes seconds, periods and durations packed words
 * (base/day.h, base/duration.h), ratios and shares texts "n/d". Views show ISO
 * texts, and decimals for ratios. All of it is plain SQL, so that any program
 * which opens the store can read its views. */
#include "store/readable.h"

/* "{}" in the text stands for the value. */
static void put_with(struct buf *out, const char *text, struct str value) {
    for (const char *at = text; *at; at++) {
        if (at[0] == '{' && at[1] == '}') {
            buf_str(out, value);
            at++;
        } else {
            buf_char(out, *at);
        }
    }
}

/* As the calendar has school years that lie in one calendar year or two; `letter` and what is left
 * of `o` by TERMS_A_YEAR behind it, or nothing. */
static void put_school_year(struct buf *out, const struct calendar *calendar, const char *letter,
                            struct str o) {
    struct buf year;
    buf_init(&year, out->alloc);
    put_with(&year, *letter ? "({} / 10)" : "{}", o);
    buf_printf(out, "printf('SY%%04d%s%s%s', ",
               school_year_is_calendar_year(calendar) ? "" : "-%02d", letter, *letter ? "%d" : "");
    buf_str(out, buf_view(&year));
    if (!school_year_is_calendar_year(calendar))
        put_with(out, ", ({} + 1) % 100", buf_view(&year));
    put_with(out, *letter ? ", {} % 10)" : ")", o);
    out->failed |= year.failed;
    buf_free(&year);
}

/* Days by which the middle of week 0 lies from 1 January 1970. */
static int middle_day(const struct calendar *calendar) {
    return (int)period_start(calendar, period_pack(GRAIN_WEEK, 0)) + 3;
}

static void put_week(struct buf *out, const struct calendar *calendar, struct str o) {
    struct buf middle;
    buf_init(&middle, out->alloc);
    put_with(&middle, middle_day(calendar) ? "({} * 604800" : "{} * 604800", o);
    if (middle_day(calendar))
        buf_printf(&middle, " %+d)", middle_day(calendar) * 86400);
    put_with(out,
             " WHEN 2 THEN strftime('%Y-W', {}, 'unixepoch') ||"
             " printf('%02d', (strftime('%j', {}, 'unixepoch') - 1) / 7 + 1)",
             buf_view(&middle));
    out->failed |= middle.failed;
    buf_free(&middle);
}

static void put_period(struct buf *out, const struct calendar *calendar, struct str value) {
    struct buf number;
    buf_init(&number, out->alloc);
    put_with(&number, "(({} & 281474976710655) - 140737488355328)", value);
    struct str o = buf_view(&number);
    put_with(out, "CASE {} >> 48", value);
    put_with(out, " WHEN 1 THEN date({} * 86400, 'unixepoch')", o);
    put_week(out, calendar, o);
    put_with(out, " WHEN 3 THEN printf('%04d-%02d', {} / 12, {} % 12 + 1)", o);
    put_with(out, " WHEN 4 THEN printf('%04dQ%d', {} / 4, {} % 4 + 1)", o);
    put_with(out, " WHEN 5 THEN printf('%04d', {})", o);
    buf_text(out, " WHEN 6 THEN ");
    put_school_year(out, calendar, "", o);
    buf_text(out, " WHEN 7 THEN ");
    put_school_year(out, calendar, "T", o);
    buf_text(out, " WHEN 8 THEN ");
    put_school_year(out, calendar, "S", o);
    buf_text(out, " END");
    out->failed |= number.failed;
    buf_free(&number);
}

static void put_count(struct buf *out, struct str count, const char *unit) {
    put_with(out, " || iif({} = 0, '', ", count);
    put_with(out, "printf(' %d ", count);
    buf_printf(out, "%s%%s', ", unit);
    put_with(out, "{}, iif(abs({}) = 1, '', 's')))", count);
}

/* Months first, then what the seconds are in days, hours, minutes and seconds. */
static void put_duration(struct buf *out, struct str value) {
    static const struct {
        const char *unit, *of;
    } parts[] = {{"day", "({} / 86400)"},
                 {"hour", "({} % 86400 / 3600)"},
                 {"minute", "({} % 3600 / 60)"},
                 {"second", "({} % 60)"}};
    struct buf months, seconds, count;
    buf_init(&months, out->alloc);
    buf_init(&seconds, out->alloc);
    buf_init(&count, out->alloc);
    put_with(&months, "((({} + 8388608) & 16777215) - 8388608)", value);
    put_with(&seconds, "(({} - ", value);
    put_with(&seconds, "{}) / 16777216 - {} * 2629746)", buf_view(&months));
    put_with(out, "CASE WHEN {} IS NULL THEN NULL WHEN {} = 0 THEN '0 days' ELSE trim(''", value);
    put_count(out, buf_view(&months), "month");
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        buf_clear(&count);
        put_with(&count, parts[i].of, buf_view(&seconds));
        put_count(out, buf_view(&count), parts[i].unit);
        out->failed |= count.failed;
    }
    buf_text(out, ") END");
    out->failed |= months.failed || seconds.failed;
    buf_free(&months);
    buf_free(&seconds);
    buf_free(&count);
}

void put_readable(struct buf *out, const struct calendar *calendar, enum type_kind kind,
                  struct str value) {
    switch (kind) {
    case TY_DATE:
        put_with(out, "date({} * 86400, 'unixepoch')", value);
        break;
    case TY_DATETIME:
        put_with(out, "strftime('%Y-%m-%dT%H:%M:%S', {}, 'unixepoch')", value);
        break;
    case TY_PERIOD:
        put_period(out, calendar, value);
        break;
    case TY_DURATION:
        put_duration(out, value);
        break;
    case TY_RATIO:
    case TY_SHARE:
        put_with(out,
                 "(CAST({} AS INTEGER) * 1.0 / CAST(substr({}, instr({}, '/') + 1) AS INTEGER))",
                 value);
        break;
    default:
        buf_str(out, value);
        break;
    }
}
