/* See exec_world.h. The random data repeat; every kind of column has missing values, and
 * schools' names do not sort as their row numbers do. */
#include "exec_world.h"

#include <stdio.h>

struct fake_source {
    struct row_source source;
    struct world *world;
    const struct plan *scan;
    uint32_t next;
};

static uint64_t random_word(struct world *w) {
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return w->seed >> 33;
}

static uint32_t below(struct world *w, uint32_t n) {
    return (uint32_t)(random_word(w) % n);
}

/* ---- the fake store ---- */

/* Hands out what the contract promises: values, and states where the type is nullable. */
static void give_column(struct column *out, const struct column *in, uint32_t from, uint32_t n) {
    _Static_assert(sizeof(void *) == sizeof(int64_t) && sizeof(double) == sizeof(int64_t),
                   "every storage takes 8 bytes a row");
    memcpy(out->data, (const char *)in->data + from * sizeof(int64_t), n * sizeof(int64_t));
    if (in->d)
        memcpy(out->d, in->d + from, n * sizeof *in->d);
    if (in->state)
        memcpy(out->state, in->state + from, n);
}

static enum status fake_next(struct row_source *source, struct batch *b) {
    struct fake_source *f = (struct fake_source *)source;
    struct world *w = f->world;
    uint32_t n = w->n - f->next < w->batch ? w->n - f->next : w->batch;
    for (uint32_t i = 0; n > 0 && i < f->scan->nscan; i++)
        give_column(&b->columns[f->scan->scan_slots[i]], &w->facts[f->scan->scan_columns[i]],
                    f->next, n);
    f->next += n;
    b->n = n;
    return ST_OK;
}

static void fake_close(struct row_source *source) {
    struct fake_source *f = (struct fake_source *)source;
    struct world *w = f->world;
    w->open_sources--;
    mem_give(&w->memory, f, sizeof *f);
}

static enum status fake_open(void *user, const struct plan *scan, const struct relation *self,
                             struct row_source **out) {
    struct world *w = user;
    struct fake_source *f = mem_zero(&w->memory, sizeof *f);
    UNUSED(self);
    if (!f)
        return ST_NO_MEMORY;
    *f = (struct fake_source){{.next = fake_next, .close = fake_close}, w, scan, 0};
    w->open_sources++;
    w->scans++;
    *out = &f->source;
    return ST_OK;
}

static enum status fake_dimension(void *user, const struct table *table, int column,
                                  struct dimension *out) {
    struct world *w = user;
    bool is_school = table == &w->school;
    *out = (struct dimension){is_school ? &w->schools[column] : &w->places[column],
                              is_school ? SCHOOLS + 1 : PLACES + 1};
    return ST_OK;
}

static enum status fake_eval(void *user, const struct expr *e, const struct relation *self,
                             const struct batch *b, struct text_pool *pool, struct column *out) {
    UNUSED(user);
    UNUSED(self);
    for (uint32_t row = 0; row < b->n; row++)
        ((struct fake_code *)e->code)->fn(e, b, row, pool, out);
    return ST_OK;
}

static union word fake_captured(void *user, const struct relation *self, const struct symbol *s) {
    struct world *w = user;
    UNUSED(self);
    UNUSED(s);
    return (union word){.ref = w->captured};
}

static enum status fake_fail(void *user, enum code code, struct span span, const char *message) {
    struct world *w = user;
    UNUSED(span);
    UNUSED(message);
    w->failed = code;
    return ST_FAILED;
}

void set_word(struct world *w, struct column *c, uint32_t row, bool present, int64_t value) {
    MUST(column_reserve(&w->own, c, row + 1));
    c->i[row] = value;
    if (!present) {
        MUST(column_states(&w->own, c));
        c->state[row] = MISSING;
    }
}

void set_text(struct world *w, struct column *c, uint32_t row, const char *text) {
    MUST(column_reserve(&w->own, c, row + 1));
    c->t[row] = text ? text_pinned(&w->arena, str_of(text)) : NULL;
}

static void describe(struct table *t, const char *name, struct table_column *columns, uint32_t n) {
    t->name = str_of(name);
    t->columns = columns;
    t->n = n;
    t->nkeys = 1;
}

/* School names run against their row numbers; some schools have no borough. */
static void make_schools(struct world *w) {
    describe(&w->school, "school", w->school_columns, 3);
    describe(&w->place, "place", w->place_columns, 1);
    describe(&w->fact, "fact", w->fact_columns, NCOLUMNS);
    w->school_columns[0].type = type_scalar(&w->types, TY_TEXT, false);
    w->school_columns[1].type = type_scalar(&w->types, TY_TEXT, true);
    w->school_columns[2].type = type_scalar(&w->types, TY_INT, true);
    w->place_columns[0].type = type_ref(&w->types, &w->school, false);
    for (int i = 0; i < 3; i++)
        w->schools[i].type = w->school_columns[i].type;
    w->places[0].type = w->place_columns[0].type;
    static const char *const boroughs[] = {"Bronx", "Queens", NULL, "Brooklyn"};
    for (uint32_t id = 1; id <= SCHOOLS; id++) {
        char name[16];
        snprintf(name, sizeof name, "X%03u", (unsigned)((SCHOOLS - id) * 7 % 41));
        set_text(w, &w->schools[0], id, name);
        set_text(w, &w->schools[1], id, boroughs[id % 4]);
        set_word(w, &w->schools[2], id, id % 5 != 0, id * 10);
    }
    for (uint32_t id = 1; id <= PLACES; id++)
        set_word(w, &w->places[0], id, true, id * 3);
}

void make_fact(struct world *w, uint32_t row) {
    static const char *const statuses[] = {"P", "A", "T", NULL, "E", "P"};
    static const double scores[] = {0.1, -2.5, 1e16, 3.25, -1e16, 0.0, -0.0, 7.75};
    set_word(w, &w->facts[F_SCHOOL], row, below(w, 9) != 0, 1 + below(w, SCHOOLS));
    set_word(w, &w->facts[F_DAY], row, true, 18000 + below(w, 90));
    set_text(w, &w->facts[F_STATUS], row, statuses[below(w, 6)]);
    set_word(w, &w->facts[F_MINUTES], row, below(w, 6) != 0,
             below(w, 50) ? (int64_t)below(w, 20) - 10 : (int64_t)1 << 40);
    set_word(w, &w->facts[F_LATE], row, below(w, 5) != 0, below(w, 2));
    set_word(w, &w->facts[F_PLACE], row, true, 1 + below(w, PLACES));
    struct column *score = &w->facts[F_SCORE], *share = &w->facts[F_SHARE];
    MUST(column_reserve(&w->own, score, row + 1) && column_reserve(&w->own, share, row + 1));
    MUST(column_states(&w->own, score));
    score->f[row] = scores[below(w, 8)];
    score->state[row] = below(w, 7) ? PRESENT : MISSING;
    share->d[row] = below(w, 4);
    share->i[row] = below(w, 3) * share->d[row] * 2 / 2;
    share->d[row] *= 2;
}

static void make_facts(struct world *w, uint32_t n) {
    for (uint32_t row = 0; row < n; row++)
        make_fact(w, row);
    w->n = n;
}

static uint32_t fake_failed_row(void *user) {
    UNUSED(user);
    return 0;
}

static void fake_note(void *user, const char *what, struct str text) {
    UNUSED(user);
    UNUSED(what);
    ck_assert_uint_gt(text.n, 0);
}

void world_open(struct world *w, uint32_t n) {
    *w = (struct world){.seed = 11, .batch = BATCH_ROWS};
    alloc_init(&w->memory, NULL, NULL, 0);
    alloc_init(&w->own, NULL, NULL, 0);
    arena_init(&w->arena, &w->own);
    types_init(&w->types, &w->arena);
    control_init(&w->control);
    w->calendar = CALENDAR_DEFAULT;
    make_schools(w);
    static const enum type_kind kinds[NCOLUMNS] = {TY_REF,   TY_DATE,  TY_TEXT, TY_INT,
                                                   TY_FLOAT, TY_SHARE, TY_BOOL, TY_REF};
    for (int i = 0; i < NCOLUMNS; i++) {
        const struct table *to = i == F_PLACE ? &w->place : &w->school;
        bool nullable = i != F_DAY && i != F_PLACE;
        w->fact_columns[i].type = kinds[i] == TY_REF ? type_ref(&w->types, to, nullable)
                                                     : type_scalar(&w->types, kinds[i], nullable);
        w->facts[i].type = w->fact_columns[i].type;
    }
    make_facts(w, n);
    w->env = (struct exec_env){.alloc = &w->memory,
                               .control = &w->control,
                               .calendar = &w->calendar,
                               .types = &w->types,
                               .user = w,
                               .open = fake_open,
                               .dimension = fake_dimension,
                               .eval = fake_eval,
                               .captured = fake_captured,
                               .failed_row = fake_failed_row,
                               .note = fake_note,
                               .fail = fake_fail};
}

void world_close(struct world *w) {
    ck_assert_uint_eq(w->open_sources, 0);
    ck_assert_uint_eq(w->memory.used, 0);
    for (int i = 0; i < NCOLUMNS; i++)
        column_free(&w->own, &w->facts[i]);
    for (int i = 0; i < 3; i++)
        column_free(&w->own, &w->schools[i]);
    column_free(&w->own, &w->places[0]);
    types_free(&w->types);
    arena_free(&w->arena);
    ck_assert_uint_eq(w->own.used, 0);
}

/* ---- making plans ---- */

struct plan *plan_new(struct world *w, enum base_kind base, const struct plan *input) {
    struct plan *p = ARENA_NEW(&w->arena, struct plan);
    p->base = base;
    p->input = input;
    p->slot_types = ARENA_ARRAY(&w->arena, const struct type *, ROOM);
    p->outputs = ARENA_ARRAY(&w->arena, struct plan_output, ROOM);
    p->steps = ARENA_ARRAY(&w->arena, struct step *, ROOM);
    return p;
}

uint32_t slot_new(struct plan *p, const struct type *type) {
    ck_assert_uint_lt(p->nslots, ROOM);
    p->slot_types[p->nslots] = type;
    return p->nslots++;
}

void output(struct world *w, struct plan *p, uint32_t slot) {
    struct str name = arena_printf(&w->arena, "c%u", (unsigned)p->noutputs);
    p->outputs[p->noutputs++] = (struct plan_output){.name = name, .slot = slot};
}

/* Sets the type; without outputs so far, every slot is one. */
struct plan *finish(struct world *w, struct plan *p) {
    for (uint32_t i = 0; p->noutputs < p->nslots && i == p->noutputs; i++)
        output(w, p, i);
    struct field *fields = ARENA_ARRAY(&w->arena, struct field, p->noutputs);
    for (uint32_t i = 0; i < p->noutputs; i++)
        fields[i] = (struct field){p->outputs[i].name, p->slot_types[p->outputs[i].slot]};
    p->type = type_relation(&w->types, fields, p->noutputs, NULL, 0);
    return p;
}

/* All columns of the facts, column i in slot i. */
struct plan *scan_facts(struct world *w) {
    struct plan *p = plan_new(w, BASE_SCAN, NULL);
    p->table = &w->fact;
    p->nscan = NCOLUMNS;
    p->scan_columns = ARENA_ARRAY(&w->arena, uint32_t, NCOLUMNS);
    p->scan_slots = ARENA_ARRAY(&w->arena, uint32_t, NCOLUMNS);
    for (uint32_t i = 0; i < NCOLUMNS; i++) {
        p->scan_columns[i] = i;
        p->scan_slots[i] = slot_new(p, w->fact_columns[i].type);
    }
    return p;
}

struct expr *world_expr(struct world *w, const struct plan *p, const struct type *type, fake_fn fn,
                        uint32_t slot) {
    struct expr *e = ARENA_NEW(&w->arena, struct expr);
    struct fake_code *code = ARENA_NEW(&w->arena, struct fake_code);
    code->fn = fn;
    e->type = type;
    e->code = code;
    e->is_slot = !fn;
    e->inputs = ARENA_ARRAY(&w->arena, struct expr_input *, 1);
    e->inputs[0] = ARENA_NEW(&w->arena, struct expr_input);
    *e->inputs[0] = (struct expr_input){slot, p->nslots ? p->slot_types[slot] : type};
    e->ninputs = p->nslots ? 1 : 0;
    return e;
}

struct step *step_new(struct world *w, struct plan *p, enum step_kind kind, uint32_t n) {
    struct step *step = ARENA_NEW(&w->arena, struct step);
    step->kind = kind;
    step->n = n;
    step->exprs = ARENA_ARRAY(&w->arena, struct expr *, n);
    step->slots = ARENA_ARRAY(&w->arena, uint32_t, n);
    p->steps[p->nsteps++] = step;
    return step;
}

uint32_t add_lookup(struct world *w, struct plan *p, uint32_t from, const struct table *table,
                    int column) {
    struct step *step = step_new(w, p, STEP_LOOKUP, 1);
    step->from = from;
    step->table = table;
    step->column = column;
    const struct type *type = table->columns[column].type;
    return step->slots[0] = slot_new(p, type_nullable(&w->types, type, true));
}

uint32_t add_compute(struct world *w, struct plan *p, const struct type *type, fake_fn fn,
                     uint32_t input) {
    struct step *step = step_new(w, p, STEP_COMPUTE, 1);
    step->exprs[0] = world_expr(w, p, type, fn, input);
    return step->slots[0] = slot_new(p, type);
}

void add_filter(struct world *w, struct plan *p, fake_fn fn, uint32_t input) {
    struct step *step = step_new(w, p, STEP_FILTER, 1);
    step->exprs[0] = world_expr(w, p, type_scalar(&w->types, TY_BOOL, true), fn, input);
}

/* Minutes above zero; missing where they are. */
void positive_fn(const struct expr *e, const struct batch *b, uint32_t row, struct text_pool *pool,
                 struct column *out) {
    const struct column *c = &b->columns[e->inputs[0]->slot];
    UNUSED(pool);
    out->i[row] = c->i[row] > 0;
    out->state[row] = (uint8_t)column_state(c, row);
}
/* The month of a day. */
void month_fn(const struct expr *e, const struct batch *b, uint32_t row, struct text_pool *pool,
              struct column *out) {
    UNUSED(pool);
    struct calendar calendar = CALENDAR_DEFAULT;
    out->i[row] = period_of(&calendar, GRAIN_MONTH, b->columns[e->inputs[0]->slot].i[row]);
}
struct plan *group_by(struct world *w, const struct plan *input, const uint32_t *keys,
                      uint32_t nkeys) {
    struct plan *p = plan_new(w, BASE_GROUP, input);
    p->keys = ARENA_ARRAY(&w->arena, uint32_t, nkeys);
    p->nkeys = nkeys;
    p->aggregations = ARENA_ARRAY(&w->arena, struct aggregation, ROOM);
    for (uint32_t i = 0; i < nkeys; i++) {
        p->keys[i] = keys[i];
        slot_new(p, input->slot_types[keys[i]]);
    }
    return p;
}

static const struct type *aggregate_type(struct world *w, enum aggregate kind,
                                         const struct type *argument) {
    switch (kind) {
    case AGG_SUM:
        return type_storage(argument) == STORE_WORD ? type_nullable(&w->types, argument, true)
                                                    : type_scalar(&w->types, TY_FLOAT, true);
    case AGG_MEAN:
    case AGG_MEDIAN:
    case AGG_SD:
        return type_scalar(&w->types, TY_FLOAT, true);
    case AGG_ANY:
    case AGG_ALL:
        return type_scalar(&w->types, TY_BOOL, false);
    case AGG_MIN:
    case AGG_MAX:
    case AGG_FIRST:
    case AGG_LAST:
        return type_nullable(&w->types, argument, true);
    default:
        return type_scalar(&w->types, TY_INT, false);
    }
}

void aggregate(struct world *w, struct plan *p, enum aggregate kind, int argument, int filter) {
    const struct type *of = argument < 0 ? NULL : p->input->slot_types[argument];
    const struct type *type = aggregate_type(w, kind, of);
    p->aggregations[p->naggregations++] = (struct aggregation){
        .kind = kind, .argument = argument, .filter = filter, .type = type, .second = -1};
    slot_new(p, type);
}

enum status world_run(struct world *w, const struct plan *p, struct frame **out) {
    struct relation *self = ARENA_NEW(&w->arena, struct relation);
    self->head.kind = OBJ_RELATION;
    self->plan = p;
    return exec_run(&w->env, self, out);
}

struct frame *frame_of(struct world *w, const struct plan *p) {
    struct frame *f = NULL;
    ck_assert_int_eq(world_run(w, p, &f), ST_OK);
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(w->open_sources, 0);
    return f;
}

/* ---- what rows should be ---- */

bool present(const struct column *c, uint32_t row) {
    return column_state(c, row) == PRESENT;
}

double number(const struct column *c, uint32_t row) {
    enum storage storage = type_storage(c->type);
    if (storage == STORE_FLOAT)
        return c->f[row];
    return storage == STORE_PAIR ? (double)c->i[row] / (double)c->d[row] : (double)c->i[row];
}

/* A fact's value as the frame shows it: references by the names of schools. */
struct str shown_text(const struct world *w, int column, uint32_t row) {
    const struct column *c = &w->facts[column];
    int64_t id = column == F_STATUS ? 0 : c->i[row];
    if (column == F_PLACE)
        id = w->places[0].i[id];
    return text_str(column == F_STATUS ? c->t[row] : w->schools[0].t[id]);
}

static bool is_text(int column) {
    return column == F_STATUS || column == F_SCHOOL || column == F_PLACE;
}

/* Compares two facts by a column's value, missing last. */
int compare_facts(const struct world *w, int column, uint32_t a, uint32_t b) {
    const struct column *c = &w->facts[column];
    if (!present(c, a) || !present(c, b))
        return (int)!present(c, a) - (int)!present(c, b);
    if (is_text(column))
        return str_compare(shown_text(w, column, a), shown_text(w, column, b));
    double x = number(c, a), y = number(c, b);
    return (x > y) - (x < y);
}

/* Whether a frame's value is that of a fact. */
bool shows(const struct world *w, const struct column *c, uint32_t row, int column, uint32_t fact) {
    const struct column *f = &w->facts[column];
    if (!present(c, row) || !present(f, fact))
        return present(c, row) == present(f, fact);
    if (is_text(column))
        return str_eq(text_str(c->t[row]), shown_text(w, column, fact));
    return number(c, row) == number(f, fact);
}

struct plan *all_aggregates(struct world *w, const uint32_t *keys, uint32_t nkeys) {
    struct plan *g = group_by(w, finish(w, scan_facts(w)), keys, nkeys);
    aggregate(w, g, AGG_COUNT, -1, -1);
    for (int filter = -1; filter <= F_LATE; filter += F_LATE + 1) {
        for (int argument = F_MINUTES; argument <= F_SHARE; argument++) {
            enum aggregate odd = argument == F_SCORE ? AGG_FIRST : AGG_MEDIAN;
            enum aggregate even = filter < 0 ? AGG_SUM : argument == F_SHARE ? AGG_MEAN : AGG_SD;
            aggregate(w, g, odd, argument, filter);
            aggregate(w, g, even, argument, filter);
        }
        aggregate(w, g, AGG_COUNT_TRUE, F_LATE, filter);
        aggregate(w, g, AGG_COUNT_DISTINCT, filter < 0 ? F_SHARE : F_DAY, filter);
        aggregate(w, g, AGG_ANY, F_LATE, filter);
        aggregate(w, g, AGG_ALL, F_LATE, filter);
    }
    return finish(w, g);
}
