/* Suppressing small cells: what a grouping over protected rows may show.
 *
 * A row of the grouping is a cell; its parts are the counts that are shown or stand
 * behind what is shown, and for counts of people those who are not counted. Which
 * rows go is for protect.c to say. In these nothing but the keys is left: values are
 * overwritten, so nothing that comes later can show them. */
#include "exec/protect.h"
#include "exec/segment.h"

/* ---- whose rows are protected ---- */

static struct protection stricter(struct protection a, struct protection b) {
    return (struct protection){a.under > b.under ? a.under : b.under,
                               a.complementary || b.complementary};
}

static struct protection captured_protection(struct run *run, const struct relation *self,
                                             const struct plan *plan) {
    struct exec_env *env = run->env;
    const struct symbol *symbol = plan->captured[plan->relation];
    struct object *object = env->captured(env->user, self, symbol).ref;
    if (!object || object->kind == OBJ_FRAME) /* whoever made the frame was allowed to */
        return (struct protection){0, false};
    const struct relation *relation = (const struct relation *)object;
    return rows_protection(run, relation, relation->plan);
}

struct protection rows_protection(struct run *run, const struct relation *self,
                                  const struct plan *plan) {
    const struct protection none = {0, false};
    switch (plan->base) {
    case BASE_SCAN:
        return plan->table->shown;
    case BASE_SQL: /* whoever may ask that may see everything */
        return none;
    case BASE_RELATION:
        return captured_protection(run, self, plan);
    case BASE_GROUP:
        return plan->discloses ? none : rows_protection(run, self, plan->input);
    case BASE_JOIN:
    case BASE_UNION:
        return stricter(rows_protection(run, self, plan->input),
                        rows_protection(run, self, plan->right));
    case BASE_SORT:
    case BASE_SPINE:
    case BASE_WINDOW:
    case BASE_UNPIVOT:
    case BASE_SPANS:
    case BASE_HELD:
    case BASE_NAMED:
        return rows_protection(run, self, plan->input);
    }
    return none;
}

/* ---- parts ---- */

struct cells {
    struct segment *s;
    struct rows *rows;
    const uint32_t *order;
    uint32_t n;
    struct protect table;
    uint32_t *codes;
    int64_t *parts;
    bool *hidden;
    size_t ncodes, nparts; /* taken */
};

static uint32_t row_at(const struct cells *c, uint32_t i) {
    return c->order ? c->order[i] : i;
}

static const struct column *value_column(const struct cells *c, uint32_t aggregation) {
    return &c->rows->columns[c->s->plan->nkeys + aggregation];
}

static int64_t count_at(const struct cells *c, uint32_t aggregation, uint32_t i) {
    const struct column *column = value_column(c, aggregation);
    uint32_t row = row_at(c, i);
    return column_state(column, row) == PRESENT ? column->i[row] : 0;
}

static bool is_part(const struct aggregation *a) {
    return a->people || a->kind == AGG_COUNT || a->kind == AGG_COUNT_PRESENT ||
           a->kind == AGG_COUNT_TRUE;
}

static int find_people(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (plan->aggregations[i].people)
            return (int)i;
    return -1;
}

static int find_rows(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->naggregations; i++)
        if (plan->aggregations[i].rows)
            return (int)i;
    return -1;
}

/* Two for each count: the rows in it and, where all are counted, those that are not. */
static bool read_parts(struct cells *c) {
    const struct plan *plan = c->s->plan;
    int rows = find_rows(plan);
    for (uint32_t i = 0; i < plan->naggregations; i++)
        c->table.nparts += is_part(&plan->aggregations[i]) ? 2 : 0;
    c->nparts = (size_t)c->n * c->table.nparts;
    c->parts = mem_zero(c->s->run->alloc, c->nparts * sizeof *c->parts);
    if (!c->parts)
        return false;
    int64_t *part = c->parts;
    for (uint32_t cell = 0; cell < c->n; cell++)
        for (uint32_t i = 0; i < plan->naggregations; i++) {
            if (!is_part(&plan->aggregations[i]))
                continue;
            int64_t count = count_at(c, i, cell);
            bool of_rows = rows >= 0 && plan->aggregations[i].kind != AGG_COUNT_DISTINCT;
            *part++ = count;
            *part++ = of_rows ? count_at(c, (uint32_t)rows, cell) - count : 0;
        }
    c->table.parts = c->parts;
    return true;
}

/* ---- axes ---- */

/* In rows that are totals the keys before KEY_TOTAL are over the whole axis; it says which, and is
 * no axis itself. */
static int find_total(const struct plan *plan) {
    for (uint32_t i = 0; i < plan->nkeys; i++)
        if (plan->keys[i] == KEY_TOTAL)
            return (int)i;
    return -1;
}

static void put_code(struct cells *c, uint32_t row, uint32_t key, uint32_t code) {
    int total = find_total(c->s->plan);
    bool over = total >= 0 && key <= (uint32_t)total && c->rows->columns[total].i[row];
    c->codes[(size_t)row * c->table.naxes + key] = (int)key == total ? 1 : over ? 0 : code;
}

/* Codes from 1 of one key, in the order in which its values come. */
static bool read_axis(struct cells *c, uint32_t key) {
    struct alloc *alloc = c->s->run->alloc;
    const struct column *column = &c->rows->columns[key];
    const struct type *type = column->type;
    uint32_t *numbers = mem_take(alloc, BATCH_ROWS * sizeof *numbers);
    struct keying keying = {.alloc = alloc};
    bool ok = numbers && keying_init(&keying, alloc, &type, 1, true);
    for (uint32_t from = 0; ok && from < c->n; from += BATCH_ROWS) {
        uint32_t n = c->n - from < BATCH_ROWS ? c->n - from : BATCH_ROWS;
        struct column view = column_view(column, from);
        const struct column *views[] = {&view};
        ok = keying_map(&keying, views, n, true, numbers);
        for (uint32_t i = 0; ok && i < n; i++) /* by row for now */
            put_code(c, from + i, key, numbers[i] - keying_first(&keying) + 1);
    }
    keying_free(&keying);
    mem_give(alloc, numbers, BATCH_ROWS * sizeof *numbers);
    return ok;
}

static bool order_codes(struct cells *c) {
    struct alloc *alloc = c->s->run->alloc;
    uint32_t *ordered = mem_take(alloc, c->ncodes * sizeof *ordered);
    if (!ordered)
        return false;
    size_t size = c->table.naxes * sizeof *ordered;
    for (uint32_t i = 0; i < c->n; i++)
        memcpy(ordered + (size_t)i * c->table.naxes,
               c->codes + (size_t)row_at(c, i) * c->table.naxes, size);
    mem_give(alloc, c->codes, c->ncodes * sizeof *c->codes);
    c->codes = ordered;
    return true;
}

static bool read_axes(struct cells *c) {
    c->table.naxes = c->s->plan->nkeys;
    c->ncodes = (size_t)c->n * c->table.naxes;
    if (c->ncodes == 0)
        return true;
    c->codes = mem_zero(c->s->run->alloc, c->ncodes * sizeof *c->codes);
    bool ok = c->codes != NULL;
    for (uint32_t key = 0; ok && key < c->table.naxes; key++)
        ok = read_axis(c, key);
    ok = ok && order_codes(c);
    c->table.codes = c->codes;
    return ok;
}

/* ---- results ---- */

static bool suppress_row(struct cells *c, uint32_t row) {
    struct rows *rows = c->rows;
    for (uint32_t i = c->s->plan->nkeys; i < rows->ncolumns; i++)
        if (!column_suppress(c->s->run->alloc, &rows->columns[i], row))
            return false;
    return true;
}

/* The least and the greatest value of a group, its first and last, are those of one person. */
static bool suppress_single_values(struct cells *c) {
    const struct plan *plan = c->s->plan;
    for (uint32_t i = 0; i < plan->naggregations; i++) {
        enum aggregate kind = plan->aggregations[i].kind;
        bool single = kind == AGG_MIN || kind == AGG_MAX || kind == AGG_FIRST || kind == AGG_LAST;
        for (uint32_t row = 0; single && row < c->n; row++)
            if (!column_suppress(c->s->run->alloc, &c->rows->columns[plan->nkeys + i], row))
                return false;
    }
    return true;
}

static bool suppress_cells(struct cells *c) {
    struct run *run = c->s->run;
    struct protected_count count;
    c->hidden = mem_zero(run->alloc, c->n * sizeof *c->hidden);
    if (!c->hidden || !protect_cells(run->alloc, &c->table, c->hidden, &count))
        return false;
    run->small += count.small;
    run->complementary += count.others;
    for (uint32_t i = 0; i < c->n; i++)
        if (c->hidden[i] && !suppress_row(c, row_at(c, i)))
            return false;
    return suppress_single_values(c);
}

static void give_cells(struct cells *c) {
    struct alloc *alloc = c->s->run->alloc;
    mem_give(alloc, c->codes, c->ncodes * sizeof *c->codes);
    mem_give(alloc, c->parts, c->nparts * sizeof *c->parts);
    mem_give(alloc, c->hidden, c->n * sizeof *c->hidden);
}

/* ---- keys that give people away ---- */

/* Most groups stand for one person each: their keys are rows of people. */
static bool singles_out(const struct cells *c, int people) {
    uint32_t singles = 0;
    for (uint32_t i = 0; i < c->n; i++)
        singles += count_at(c, (uint32_t)people, i) == 1;
    return c->s->plan->nkeys > 0 && c->n >= c->table.under && singles > c->n / 2;
}

/* All groups together are few people: their keys would say what these have. */
static bool tells_of_few(const struct cells *c, int people) {
    int64_t all = 0;
    for (uint32_t i = 0; i < c->n && all < c->table.under; i++)
        all += count_at(c, (uint32_t)people, i);
    return c->s->plan->nkeys > 0 && all < c->table.under;
}

bool may_read_raw(const struct run *run) {
    return run->env->control->capabilities & CAN_READ_RAW;
}

enum status need_raw(struct run *run, const struct plan *plan, const char *what) {
    return may_read_raw(run) ? ST_OK : run->env->fail(run->env->user, E0361, plan->span, what);
}

enum status disclose(struct segment *s, struct rows *rows, const uint32_t *order, bool *shown) {
    struct run *run = s->run;
    *shown = true;
    struct protection p = rows_protection(run, s->self, s->plan->input);
    int people = find_people(s->plan);
    if (s->is_whole || p.under == 0 || rows->n == 0 || people < 0)
        return ST_OK;
    struct cells c = {.s = s, .rows = rows, .order = order, .n = rows->n};
    c.table = (struct protect){.n = rows->n, .under = p.under, .complementary = p.complementary};
    run->under = p.under > run->under ? p.under : run->under;
    if (singles_out(&c, people) && !may_read_raw(run))
        return need_raw(run, s->plan,
                        "most of these groups stand for one person each; group by less, or allow "
                        "rows of people (`--raw`)");
    if (tells_of_few(&c, people)) {
        run->unshown++;
        *shown = false;
        return ST_OK;
    }
    bool ok = read_parts(&c) && read_axes(&c) && suppress_cells(&c);
    give_cells(&c);
    return no_memory_unless(ok);
}

static uint64_t suppressed_values(const struct frame *f) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < f->ncolumns; i++)
        for (uint32_t row = 0; row < f->n; row++)
            n += column_state(&f->columns[i], row) == SUPPRESSED;
    return n;
}

static bool note_few(const struct run *run, struct frame *f) {
    unsigned long long under = (unsigned long long)run->under;
    if (f->undecided && f->undecided < under) {
        f->undecided = 0; /* a small count of people like others */
        if (!frame_note(f, "fewer than %llu rows were undecided", under))
            return false;
    }
    return !run->unshown ||
           frame_note(f, "fewer than %llu are behind all of it: nothing is shown", under);
}

bool note_suppressed(const struct run *run, struct frame *f) {
    if (run->under == 0)
        return true;
    unsigned long long under = (unsigned long long)run->under, small = run->small,
                       others = run->complementary;
    unsigned long long values = suppressed_values(f);
    f->under = run->under;
    if (!note_few(run, f))
        return false;
    if (small + others == 0)
        return frame_note(f, "%llu values are suppressed; no group here is of fewer than %llu",
                          values, under);
    return frame_note(
        f,
        "%llu values are suppressed, for %llu groups of fewer than %llu and %llu that "
        "would give them away; no guarantee",
        values, small, under, others);
}
