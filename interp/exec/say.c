/* What is said below an answer, from what was counted while it ran. See plan/say.c. */
#include "base/datetime.h"
#include "exec/segment.h"
#include <stdio.h>

struct said {
    struct run *run;
    const struct relation *self;
    struct frame *frame;
};

static uint64_t counted(const struct said *s, uint32_t counter) {
    return counter == NO_COUNTER ? 0 : s->run->counts.counted[counter];
}

static const char *plural(uint64_t n) {
    return n == 1 ? "" : "s";
}

/* How many rows a GROUP of one row counts. */
static enum status count_rows(const struct said *s, const struct plan *plan, uint64_t *out) {
    struct segment *rows;
    *out = 0;
    enum status status = segment_open(s->run, s->self, plan, NULL, true, &rows);
    if (status == ST_OK)
        status = segment_next(rows);
    if (status == ST_OK && rows->batch.n > 0)
        *out = (uint64_t)rows->batch.columns[plan->outputs[0].slot].i[0];
    return status;
}

static enum status say_without_facts(const struct said *s, const struct saying *x) {
    uint64_t met = counted(s, x->counter), all = 0;
    const struct exec_env *env = s->run->env;
    enum status status = x->rows          ? count_rows(s, x->rows, &all)
                         : env->count_all ? env->count_all(env->user, x->table, &all)
                                          : ST_OK;
    if (status != ST_OK || all <= met)
        return status;
    return no_memory_unless(frame_note(
        s->frame, "%llu of %llu rows of %.*s have no facts here; `per each` would take them",
        (unsigned long long)(all - met), (unsigned long long)all, STR_ARG(x->what)));
}

static bool say_overlap(const struct said *s, const struct saying *x) {
    uint64_t sum = counted(s, x->counter), different = counted(s, x->other);
    return sum == different ||
           frame_note(s->frame,
                      "strata overlap: %.*s, so one %.*s may be in several: sum %llu, different "
                      "%.*ss %llu%s",
                      STR_ARG(x->by), STR_ARG(x->what), (unsigned long long)sum, STR_ARG(x->what),
                      (unsigned long long)different, x->each_period ? ", in each period" : "");
}

static bool say_undated(const struct said *s, const struct saying *x) {
    uint64_t n = counted(s, x->counter);
    return n == 0 ||
           frame_note(s->frame, "%llu row%s of %.*s without a `%.*s` %s left out: in no period",
                      (unsigned long long)n, plural(n), STR_ARG(x->what), STR_ARG(x->by),
                      n == 1 ? "is" : "are");
}

/* "2 excluded, 1 excepted: each student" */
static bool say_left_out(const struct said *s, const struct saying *x) {
    uint64_t excluded = counted(s, x->counter), excepted = counted(s, x->other);
    char some[64] = "", more[64] = "";
    if (excluded)
        snprintf(some, sizeof some, "%llu excluded", (unsigned long long)excluded);
    if (excepted)
        snprintf(more, sizeof more, "%s%llu excepted", excluded ? ", " : "",
                 (unsigned long long)excepted);
    return (!excluded && !excepted) ||
           frame_note(s->frame, "%s%s, counting each %.*s%s", some, more, STR_ARG(x->what),
                      x->each_period ? " and period" : "");
}

static enum status say_one(const struct said *s, const struct saying *x) {
    switch (x->kind) {
    case SAY_UNDATED:
        return no_memory_unless(say_undated(s, x));
    case SAY_LEFT_OUT:
        return no_memory_unless(say_left_out(s, x));
    case SAY_WITHOUT_FACTS:
        return say_without_facts(s, x);
    case SAY_OVERLAP:
        return no_memory_unless(say_overlap(s, x));
    }
    return ST_MISUSE;
}

/* The last day of what dates a row: a day, a moment, a period, a year. */
static int64_t last_day_of(const struct calendar *c, const struct type *type, int64_t word) {
    switch (type->kind) {
    case TY_DATETIME:
        return datetime_day(word);
    case TY_PERIOD:
        return period_stop(c, word) - 1;
    case TY_INT:
        return period_stop(c, period_pack(GRAIN_YEAR, word)) - 1;
    default:
        return word;
    }
}

/* The last day of the facts: of several measures the earliest. */
static enum status find_last_day(const struct said *s) {
    struct about *about = &s->frame->about;
    const struct exec_env *env = s->run->env;
    bool dated = about->stop_day != 0 || type_field(s->frame->type, STR("period")) >= 0;
    for (uint32_t i = 0; dated && env->last_day && i < about->nmeasures; i++) {
        const struct about_measure *m = &about->measures[i];
        int64_t day = 0;
        bool any = false;
        enum status status = m->facts && m->at >= 0
                                 ? env->last_day(env->user, m->facts, (uint32_t)m->at, &any, &day)
                                 : ST_OK;
        if (status != ST_OK)
            return status;
        if (any)
            day = last_day_of(env->calendar, m->facts->columns[m->at].type, day);
        if (any && (!about->has_last_day || day < about->last_day))
            about->last_day = day;
        about->has_last_day |= any;
    }
    return ST_OK;
}

/* Periods that go on are marked where they are shown; a range has no such place. */
static bool say_partial(const struct said *s) {
    const struct about *about = &s->frame->about;
    char last[16];
    if (!about->has_last_day || about->stop_day <= about->last_day + 1)
        return true;
    day_print(last, about->last_day);
    return frame_note(s->frame,
                      "partial: the days asked for go on behind %s, the last of the facts", last);
}

enum status say_all(struct run *run, const struct relation *self, struct frame *f) {
    const struct said s = {run, self, f};
    enum status status = ST_OK;
    bool may_count = run->under == 0; /* small counts of people would tell what is suppressed */
    for (uint32_t i = 0; may_count && i < f->about.nsayings && status == ST_OK; i++)
        status = say_one(&s, &f->about.sayings[i]);
    if (status == ST_OK)
        status = find_last_day(&s);
    return status == ST_OK ? no_memory_unless(say_partial(&s)) : status;
}
