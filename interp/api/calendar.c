/* Terms and days of school, from rows to sorted arrays. See calendar.h. */
#include "api/interp.h"
#include "column/cell.h"
#include <stdlib.h>

void school_init(struct spoke *sp) {
    arena_init(&sp->school.arena, &sp->alloc);
    buf_init(&sp->school.problem, &sp->alloc);
}

void school_changed(struct spoke *sp) {
    sp->session.calendar.school = NULL;
    sp->school.fresh = false;
}

void school_free(struct spoke *sp) {
    school_changed(sp);
    arena_free(&sp->school.arena);
    buf_free(&sp->school.problem);
}

/* ---- terms ---- */

/* One row of the table of terms. */
struct term_row {
    int64_t number, start, last, semester, year;
    uint32_t row; /* of the frame */
};

enum { NUMBER, START, LAST, SEMESTER, FIRST_KEY }; /* columns of the frame */

/* "`4` (term 2, 2024-11-04 to 2025-01-24)" */
static void put_row(struct spoke *sp, const struct frame *f, const struct term_row *t) {
    struct buf *b = &sp->school.problem;
    char start[16], last[16];
    day_print(start, t->start);
    day_print(last, t->last);
    buf_char(b, '`');
    for (uint32_t i = FIRST_KEY; i < f->ncolumns; i++) {
        buf_text(b, i > FIRST_KEY ? ", " : "");
        cell_text(b, &f->columns[i], t->row, &sp->session.calendar);
    }
    buf_printf(b, "` (term %lld, %s to %s)", (long long)t->number, start, last);
}

static bool refuse(struct spoke *sp, const struct frame *f, const struct term_row *a,
                   const struct term_row *b, const char *what) {
    struct buf *text = &sp->school.problem;
    buf_printf(text, "terms of `%.*s`: ", STR_ARG(sp->school.planned->terms->name));
    put_row(sp, f, a);
    if (b) {
        buf_text(text, " and ");
        put_row(sp, f, b);
    }
    buf_printf(text, " %s", what);
    return false;
}

static bool is_number(int64_t n) {
    return n >= 1 && n <= LAST_TERM;
}

static bool term_is_right(struct spoke *sp, const struct frame *f, const struct term_row *t) {
    int64_t year = period_ordinal(period_of(&sp->session.calendar, GRAIN_SCHOOL_YEAR, t->last));
    if (t->last < t->start)
        return refuse(sp, f, t, NULL, "ends before it starts");
    if (year != t->year)
        return refuse(sp, f, t, NULL, "does not lie in one school year");
    if (!is_number(t->number) || !is_number(t->semester))
        return refuse(sp, f, t, NULL, "has a number that is not from 1 to 9");
    return true;
}

/* Of two terms one after the other by their start. */
static bool terms_agree(struct spoke *sp, const struct frame *f, const struct term_row *a,
                        const struct term_row *b) {
    if (b->start <= a->last)
        return refuse(sp, f, a, b, "overlap");
    if (a->year != b->year)
        return true;
    if (b->number <= a->number)
        return refuse(sp, f, a, b, "are not numbered in the order of their days");
    if (sp->school.planned->semester >= 0 && b->semester < a->semester)
        return refuse(sp, f, a, b, "have semesters that are not in the order of their days");
    return true;
}

static int by_start(const void *a, const void *b) {
    const struct term_row *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int64_t numbered(enum grain g, int64_t year, int64_t number) {
    return period_pack(g, year * TERMS_A_YEAR + number);
}

/* Semesters reach from the first day of their first term to the last day of their last. */
static void add_semester(struct term *semesters, uint32_t *n, const struct term_row *t) {
    int64_t period = numbered(GRAIN_SEMESTER, t->year, t->semester);
    if (*n == 0 || semesters[*n - 1].period != period)
        semesters[(*n)++] = (struct term){period, t->start, 0};
    semesters[*n - 1].stop = t->last + 1;
}

static bool read_rows(struct spoke *sp, const struct frame *f, struct term_row *rows) {
    for (uint32_t i = 0; i < f->n; i++) {
        int64_t start = f->columns[START].i[i];
        int64_t year = period_ordinal(period_of(&sp->session.calendar, GRAIN_SCHOOL_YEAR, start));
        rows[i] = (struct term_row){.number = f->columns[NUMBER].i[i],
                                    .start = start,
                                    .last = f->columns[LAST].i[i],
                                    .semester = f->columns[SEMESTER].i[i],
                                    .year = year,
                                    .row = i};
    }
    qsort(rows, f->n, sizeof *rows, by_start);
    for (uint32_t i = 0; i < f->n; i++)
        if (!term_is_right(sp, f, &rows[i]) ||
            (i > 0 && !terms_agree(sp, f, &rows[i - 1], &rows[i])))
            return false;
    return true;
}

static enum status take_terms(struct spoke *sp, const struct frame *f) {
    struct school *s = &sp->school;
    struct term_row *rows = ARENA_ARRAY(&s->arena, struct term_row, f->n + 1);
    struct term *terms = ARENA_ARRAY(&s->arena, struct term, f->n + 1);
    struct term *semesters = ARENA_ARRAY(&s->arena, struct term, f->n + 1);
    if (!rows || !terms || !semesters)
        return ST_NO_MEMORY;
    if (f->n == 0)
        buf_printf(&s->problem, "`%.*s` has no terms", STR_ARG(s->planned->terms->name));
    if (f->n == 0 || !read_rows(sp, f, rows))
        return ST_OK;
    s->days.terms = terms;
    s->days.nterms = f->n;
    for (uint32_t i = 0; i < f->n; i++)
        terms[i] = (struct term){numbered(GRAIN_TERM, rows[i].year, rows[i].number), rows[i].start,
                                 rows[i].last + 1};
    for (uint32_t i = 0; i < f->n && s->planned->semester >= 0; i++)
        add_semester(semesters, &s->days.nsemesters, &rows[i]);
    s->days.semesters = semesters;
    return ST_OK;
}

/* ---- days of school ---- */

static int by_day(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static enum status take_days(struct spoke *sp, const struct frame *f) {
    struct school *s = &sp->school;
    const struct column *days = &f->columns[0];
    int64_t *all = ARENA_ARRAY(&s->arena, int64_t, f->n + 1);
    uint32_t n = 0, different = 0;
    if (!all)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < f->n; i++)
        if (column_state(days, i) == PRESENT)
            all[n++] = days->i[i];
    if (n == 0)
        buf_printf(&s->problem, "`%.*s` has no days of school",
                   STR_ARG(s->planned->instructional->name));
    qsort(all, n, sizeof *all, by_day);
    for (uint32_t i = 0; i < n; i++)
        if (different == 0 || all[different - 1] != all[i])
            all[different++] = all[i];
    s->days.days = all;
    s->days.ndays = different;
    return ST_OK;
}

/* ---- reading ---- */

static enum status plan_school(struct spoke *sp, void *data) {
    struct calendar_info *info = data;
    struct school *s = &sp->school;
    s->terms_plan = info->terms ? plan_terms(&sp->session, info) : NULL;
    s->days_plan = info->instructional ? plan_school_days(&sp->session, info) : NULL;
    s->planned = info;
    return ST_OK;
}

static enum status take_rows(struct spoke *sp, const struct plan *plan, struct span span,
                             enum status (*take)(struct spoke *sp, const struct frame *f)) {
    struct frame *f;
    if (!plan || sp->school.problem.n)
        return ST_OK;
    enum status status = run_plan(sp, plan, &f);
    if (status != ST_OK)
        return status;
    sp->school.problem_span = span;
    status = take(sp, f);
    frame_drop(f);
    return sp->school.problem.failed ? ST_NO_MEMORY : status;
}

enum status school_read(struct spoke *sp) {
    struct school *s = &sp->school;
    struct calendar_info *info = calendar_in_use(&sp->session);
    if (s->fresh || !info || (!info->terms && !info->instructional))
        return ST_OK;
    arena_free(&s->arena);
    arena_init(&s->arena, &sp->alloc);
    buf_clear(&s->problem);
    s->days = (struct school_days){0};
    s->fresh = true; /* the plans below need nothing of this */
    enum status status = s->planned == info ? ST_OK : guarded(sp, plan_school, info);
    if (status == ST_OK)
        status = take_rows(sp, s->terms_plan, info->terms_span, take_terms);
    if (status == ST_OK)
        status = take_rows(sp, s->days_plan, info->instructional_span, take_days);
    s->fresh = status == ST_OK;
    if (status == ST_OK && s->problem.n == 0)
        sp->session.calendar.school = &s->days;
    return status;
}

static enum status report_problem(struct spoke *sp, void *data) {
    UNUSED(data);
    diag_error(&sp->diags, E0344, sp->school.problem_span, "%.*s",
               STR_ARG(buf_view(&sp->school.problem)));
    return ST_FAILED;
}

enum status calendar_ready(void *user) {
    struct spoke *sp = user;
    enum status status = school_read(sp);
    return status == ST_OK && sp->school.problem.n ? guarded(sp, report_problem, NULL) : status;
}
