/* The facts behind a question: which rows, and how far back.
 *
 * The asked range limits what comes out; rows before it are read where a cell
 * looks back at them. */
#include "plan/question.h"

static const struct table_column *at_column(const struct measure_info *m) {
    return &m->facts->columns[m->at];
}

static bool is_timed(const struct measure_info *m) {
    return at_column(m)->type->kind == TY_DATETIME;
}

/* Facts of whole months, school years and the like, or of years that are ints. */
static bool is_of_periods(const struct measure_info *m) {
    return !type_is_dated(at_column(m)->type);
}

/* The beginning of a day, as a value of the measure's date column. */
static struct node *day_literal(struct lowering *low, const struct measure_info *m, int64_t day) {
    const struct type *type = is_of_periods(m)
                                  ? type_scalar(low->types, TY_DATE, false)
                                  : type_nullable(low->types, at_column(m)->type, false);
    struct node *n = tree_new(low, is_timed(m) ? N_DATETIME : N_DATE, type, (struct span){0, 0, 0});
    n->value.i = is_timed(m) ? day * SECONDS_A_DAY : day;
    return n;
}

/* The last day before another, or its last second. */
static struct node *last_before(struct lowering *low, const struct measure_info *m, int64_t stop) {
    struct node *n = day_literal(low, m, stop);
    n->value.i--;
    return n;
}

static struct node *column_tree(struct lowering *low, const struct measure_info *m) {
    return tree_column(low, m->facts, (uint32_t)m->at);
}

static struct node *fact_period(struct lowering *low, const struct measure_info *m) {
    struct node *at = column_tree(low, m);
    return tree_convert(low, at, type_scalar(low->types, TY_PERIOD, at->type->nullable));
}

/* Facts of a period are dated by its last day, so that those of the latest period are not partial;
 * `grain`: what the period must not straddle. */
static struct node *last_day_tree(struct lowering *low, const struct measure_info *m,
                                  enum grain grain) {
    struct node *period = fact_period(low, m);
    const struct type *type = type_scalar(low->types, TY_DATE, period->type->nullable);
    struct node *day = tree_builtin(low, BUILTIN_FACT_DAY, type, period, NULL);
    day->value.i = grain;
    day->span = m->symbol->span;
    return day;
}

struct node *at_tree(struct lowering *low, const struct measure_info *m) {
    return is_of_periods(m) ? last_day_tree(low, m, GRAIN_NONE) : column_tree(low, m);
}

struct node *day_tree(struct lowering *low, const struct measure_info *m, enum grain grain) {
    if (is_of_periods(m))
        return last_day_tree(low, m, grain);
    struct node *at = column_tree(low, m);
    if (!is_timed(m))
        return at;
    return tree_convert(low, at, type_scalar(low->types, TY_DATE, at->type->nullable));
}

static enum builtin grain_function(enum grain grain) {
    static const enum builtin functions[GRAIN_COUNT] = {
        [GRAIN_DAY] = BUILTIN_DAY,     [GRAIN_WEEK] = BUILTIN_WEEK,
        [GRAIN_MONTH] = BUILTIN_MONTH, [GRAIN_QUARTER] = BUILTIN_QUARTER,
        [GRAIN_YEAR] = BUILTIN_YEAR,   [GRAIN_SCHOOL_YEAR] = BUILTIN_SCHOOL_YEAR,
        [GRAIN_TERM] = BUILTIN_TERM,   [GRAIN_SEMESTER] = BUILTIN_SEMESTER,
    };
    return functions[grain];
}

struct node *period_tree(struct lowering *low, enum grain grain, struct node *day) {
    const struct type *type =
        type_scalar(low->types, TY_PERIOD, day->type->nullable || grain_is_term(grain));
    return tree_builtin(low, grain_function(grain), type, day, NULL);
}

/* ---- how far back ---- */

static int64_t window_start(const struct question *q, const struct asked *a,
                            const struct calendar *calendar, int64_t period) {
    if (a->look == LOOK_TO_DATE)
        return period_since(calendar, period, a->since);
    return window_first_day(calendar, period, a->look == LOOK_ROLLING ? q->rolling : 1);
}

/* The first day that any cell of the range needs. */
static int64_t first_needed(const struct lowering *low, const struct question *q,
                            const struct asked *a) {
    const struct calendar *calendar = &low->session->calendar;
    if (q->grain == GRAIN_NONE) {
        int64_t start = q->first_day;
        if (a->look == LOOK_TO_DATE)
            start = period_start(calendar, period_of(calendar, a->since, q->stop_day - 1));
        return start < q->first_day ? start : q->first_day;
    }
    int64_t first = period_of(calendar, q->grain, q->first_day);
    int64_t needed = a->look == LOOK_OWN ? q->first_day : window_start(q, a, calendar, first);
    int64_t before = first; /* the period before a later one may have none for the first */
    for (int64_t k = 0; q->change && k < 7; k++) {
        int64_t at = period_pack(q->grain, period_ordinal(first) + k);
        if (period_before(calendar, at, q->change_by, 1, &before)) {
            int64_t day = window_start(q, a, calendar, before);
            needed = day < needed ? day : needed;
        }
    }
    return needed;
}

/* Whether the calendar's tables decide how far back the cells reach: then all facts before the
 * range are read. */
static bool reaches_anywhere(const struct lowering *low, const struct question *q,
                             const struct asked *a) {
    const struct calendar_info *calendar = calendar_in_use(low->session);
    bool counted = q->grain == GRAIN_DAY || q->grain == GRAIN_WEEK;
    bool back = a->look != LOOK_OWN || q->change;
    return back && (q->late || grain_is_term(q->grain) || grain_is_term(a->since) ||
                    (counted && calendar && calendar->instructional));
}

/* The first period that is read, of a range whose days are not known yet. */
static int64_t late_start(const struct lowering *low, const struct question *q,
                          const struct asked *a) {
    const struct calendar *calendar = &low->session->calendar;
    if (a->look == LOOK_OWN && !q->change)
        return q->late->from;
    if (a->look != LOOK_TO_DATE || q->grain != GRAIN_NONE)
        return period_pack(GRAIN_YEAR, 1);
    int64_t ordinal = period_ordinal(q->late->to);
    if (grain_is_term(period_grain(q->late->to)))
        return period_pack(GRAIN_SCHOOL_YEAR, (ordinal - (ordinal % TERMS_A_YEAR)) / TERMS_A_YEAR);
    return period_of(calendar, GRAIN_SCHOOL_YEAR, period_stop(calendar, q->late->to) - 1);
}

/* Days as a range of periods. */
static struct node *late_test(struct lowering *low, const struct question *q,
                              const struct asked *a) {
    const struct span nowhere = {0, 0, 0};
    const struct type *period = type_scalar(low->types, TY_PERIOD, false);
    const struct type *day = type_scalar(low->types, TY_DATE, false);
    struct node *from = tree_new(low, N_PERIOD, period, nowhere), *to = from, *range = from;
    from->value.i = late_start(low, q, a);
    if (from->value.i != q->late->to) {
        to = tree_new(low, N_PERIOD, period, nowhere);
        to->value.i = q->late->to;
        range = tree_new(low, N_RANGE, type_range(low->types, period), nowhere);
        range->a = from;
        range->b = to;
    }
    struct node *in = tree_new(low, N_IN, type_bool(low, false), nowhere);
    in->a = day_tree(low, a->measure, GRAIN_NONE);
    in->b = tree_new(low, N_CONVERT, type_range(low->types, day), nowhere);
    in->b->a = range;
    return in;
}

/* Whether the facts' periods lie in [first, stop). */
static struct node *within_test(struct lowering *low, const struct asked *a, int64_t first,
                                int64_t stop) {
    const struct measure_info *m = a->measure;
    struct node *days =
        tree_new(low, N_RANGE, type_range(low->types, type_scalar(low->types, TY_DATE, false)),
                 (struct span){0, 0, 0});
    days->a = day_literal(low, m, first);
    days->b = last_before(low, m, stop);
    struct node *period = fact_period(low, m);
    const struct type *type = type_bool(low, period->type->nullable);
    struct node *test = tree_builtin(low, BUILTIN_FACT_WITHIN, type, period, days);
    test->span = a->span;
    return tree_is_true(low, test);
}

static struct node *days_test(struct lowering *low, const struct question *q,
                              const struct asked *a) {
    const struct span nowhere = {0, 0, 0};
    if (q->late)
        return late_test(low, q, a);
    struct node *last = last_before(low, a->measure, q->stop_day);
    bool anywhere = a->look == LOOK_EVER || reaches_anywhere(low, q, a);
    if (is_of_periods(a->measure))
        return within_test(low, a,
                           anywhere ? day_of((struct ymd){1, 1, 1}) : first_needed(low, q, a),
                           q->stop_day);
    if (anywhere)
        return tree_is_true(low,
                            tree_binary(low, TOK_LE, at_tree(low, a->measure), last,
                                        type_bool(low, at_column(a->measure)->type->nullable)));
    struct node *first = day_literal(low, a->measure, first_needed(low, q, a));
    struct node *range = tree_new(low, N_RANGE, type_range(low->types, first->type), nowhere);
    range->a = first;
    range->b = last;
    struct node *in = tree_new(low, N_IN, type_bool(low, false), nowhere);
    in->a = at_tree(low, a->measure);
    in->b = range;
    return in;
}

/* ---- which rows ---- */

static void filter_cohort(const struct row *row, const struct asked *a) {
    struct lowering *low = row->segment->low;
    struct row member = *row;
    if (a->cohort_at) {
        if (a->cohort_at->type->nullable) {
            lower_where(row, tree_present(low, a->cohort_at));
        }
        member.via = lower_slot(row, a->cohort_at);
        member.table = a->cohort_at->type->table;
    }
    if (!cohort_has_times(a->cohort)) {
        lower_where(row, lower_membership(&member, a->cohort));
        return;
    }
    struct moment day = moment_of(row, at_tree(low, a->measure));
    lower_where(row, lower_membership_on(&member, a->cohort, &day));
}

struct segment *lower_facts(struct lowering *low, const struct question *q, const struct asked *a,
                            bool again) {
    const struct measure_info *m = a->measure;
    struct segment *g = segment_scan(low, m->facts);
    struct row row = row_of(g);
    bool asked_before = low->asked_before;
    g->plan->remark = arena_printf(low->arena, "facts: rows of %.*s", STR_ARG(m->facts->name));
    if (q->has_range && m->at >= 0) {
        lower_where(&row, days_test(low, q, a));
    } else if ((q->grain != GRAIN_NONE || m->stock) && at_column(m)->type->nullable) {
        lower_where(&row, tree_present(low, at_tree(low, m)));
    }
    low->asked_before = asked_before || again;
    if (a->where) {
        lower_where(&row, a->where);
    }
    low->asked_before = asked_before;
    if (m->where) {
        lower_where(&row, m->where);
    }
    low->asked_before = asked_before || again;
    if (a->cohort) {
        filter_cohort(&row, a);
    }
    low->asked_before = asked_before;
    return g;
}

/* ---- the days there are ---- */

static struct segment *extent_over(struct segment *facts, const struct measure_info *m) {
    struct lowering *low = facts->low;
    struct row row = row_of(facts);
    int at = (int)lower_slot(&row, day_tree(low, m, GRAIN_NONE));
    struct segment *group = segment_group(facts, NULL, 0);
    const struct type *day = type_scalar(low->types, TY_DATE, true);
    group->plan->remark = STR("the first and the last fact");
    for (int last = 0; last < 2; last++) {
        uint32_t slot = segment_aggregate(group, last ? AGG_MAX : AGG_MIN, at, -1, day);
        segment_output(group, last ? STR("last") : STR("first"), slot);
    }
    return group;
}

struct segment *whole_extent(struct lowering *low, const struct measure_info *m) {
    return extent_over(segment_scan(low, m->facts), m);
}

/* Of the facts that are asked for; what they leave undecided is counted elsewhere. */
static struct segment *asked_extent(struct lowering *low, const struct question *q,
                                    const struct asked *a) {
    bool asked_before = low->asked_before;
    low->asked_before = true;
    struct segment *extent = extent_over(lower_facts(low, q, a, true), a->measure);
    low->asked_before = asked_before;
    return extent;
}

bool has_windows(const struct question *q, const struct asked *a) {
    return q->grain != GRAIN_NONE && (a->look != LOOK_OWN || a->measure->each);
}

const struct axis *axis_of(struct lowering *low, const struct question *q, const struct asked *a) {
    struct axis *axis = ARENA_NEW(low->arena, struct axis);
    *axis = (struct axis){.grain = q->grain,
                          .has_range = q->has_range,
                          .first_day = q->first_day,
                          .stop_day = q->stop_day,
                          .late = q->late,
                          .look = a->look,
                          .since = a->since,
                          .rolling = q->rolling,
                          .change = q->change,
                          .change_by = q->change_by};
    if (!q->has_range)
        axis->extent = asked_extent(low, q, a)->plan;
    return axis;
}
