/* Calendars in plans: what one reads of its tables, and asked ranges in words. */
#include "plan/build.h"

static void output_column(struct segment *g, const struct table *t, int column) {
    if (column >= 0)
        segment_output(g, t->columns[column].name, segment_scan_column(g, (uint32_t)column));
}

struct plan *plan_terms(struct session *s, const struct calendar_info *info) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, info->terms);
    g->plan->remark = arena_printf(low.arena, "terms of %.*s", STR_ARG(info->symbol->name));
    output_column(g, info->terms, info->number);
    output_column(g, info->terms, info->start);
    output_column(g, info->terms, info->last);
    output_column(g, info->terms, info->semester >= 0 ? info->semester : info->number);
    for (uint32_t i = 0; i < info->terms->nkeys; i++)
        output_column(g, info->terms, (int)info->terms->keys[i]);
    return lowering_finish(&low, g, NULL);
}

struct plan *plan_school_days(struct session *s, const struct calendar_info *info) {
    struct lowering low;
    lowering_init(&low, s);
    struct segment *g = segment_scan(&low, info->instructional);
    struct row row = row_of(g);
    g->plan->remark =
        arena_printf(low.arena, "days of school of %.*s", STR_ARG(info->symbol->name));
    if (info->held)
        lower_where(&row, info->held);
    output_column(g, info->instructional, info->day);
    return lowering_finish(&low, g, NULL);
}

struct str range_words(char room[48], const struct late_range *late, int64_t first_day,
                       int64_t stop_day) {
    if (late)
        return late->words;
    size_t n = day_print(room, first_day);
    memcpy(room + n, " .. ", 4);
    n += 4;
    return (struct str){room, n + day_print(room + n, stop_day - 1)};
}
