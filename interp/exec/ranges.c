/* Grouping by several threads: workers take ranges of a source one after the
 * other, each into a grouping of its own; then the parts are merged.
 *
 * The main thread is a worker, too. It alone asks the caller's control whether
 * to go on. A worker has its own reader, batches, arena and texts; its memory
 * comes from the caller's allocator, and expressions that are not remembered
 * (exec/coded.h) go to the VM, all under one lock: what belongs to the caller
 * is used by one thread at a time. So only expressions run here that give the
 * same in any order and cannot fail.
 *
 * The result does not depend on the number of threads. Where every aggregate is
 * exact a worker adds up all its ranges; else each range is a part of its own
 * and parts are merged in the order of ranges, also when there is one thread.
 *
 * Workers belong to the grouping's segment: texts of keys lie in their pools
 * until the run ends. */
#include "base/guard.h"
#include "base/pieces.h"
#include "exec/as_of.h"
#include "exec/coded.h"
#include "exec/group.h"
#include "exec/vector.h"

struct crew;

struct worker {
    struct row_source tap; /* must stay first: what the worker's scan reads from */
    struct crew *crew;
    struct row_source *reader;
    struct alloc alloc;
    struct control control; /* never stops anything */
    struct exec_env env;
    struct watch watch; /* of what it does, where the caller watches */
    struct run run;
    struct segment group; /* known to no run */
    struct part sum;      /* exact: of all its ranges */
    bool opened;
};

struct crew {
    struct segment *owner;
    struct row_source *source;
    bool nested;          /* the owner groups what another grouping gives of each range */
    struct guard guard;   /* of all that is the caller's */
    struct pieces pieces; /* a range each */
    atomic_ullong rows;   /* given, not yet told to the caller's control */
    struct worker *workers;
    uint32_t nworkers;
    struct part *parts; /* by range; NULL: exact */
    uint32_t nparts;
};

/* ---- what belongs to the caller ---- */

static void enter(void *user) {
    guard_enter(&((struct worker *)user)->crew->guard);
}

static void leave(void *user) {
    guard_leave(&((struct worker *)user)->crew->guard);
}

static struct exec_env *callers(const struct worker *w) {
    return w->crew->owner->run->env;
}

static enum status open_reader(void *user, const struct plan *scan, const struct relation *self,
                               struct row_source **out) {
    struct worker *w = user;
    UNUSED(scan);
    UNUSED(self);
    *out = &w->tap;
    return w->crew->source->reader(w->crew->source, &w->env, &w->reader);
}

static enum status find_dimension(void *user, const struct table *table, int column,
                                  struct dimension *out) {
    struct exec_env *env = callers(user);
    enter(user);
    enum status status = env->dimension(env->user, table, column, out);
    leave(user);
    return status;
}

static enum status evaluate(void *user, const struct expr *e, const struct relation *self,
                            const struct batch *b, struct text_pool *pool, struct column *out) {
    struct exec_env *env = callers(user);
    if (!expr_is_pure(e)) /* it would tell of a failure in any order */
        return ST_FAILED;
    enter(user);
    enum status status = env->eval(env->user, e, self, b, pool, out);
    leave(user);
    return status;
}

static union word find_captured(void *user, const struct relation *self, const struct symbol *s) {
    struct exec_env *env = callers(user);
    enter(user);
    union word word = env->captured(env->user, self, s);
    leave(user);
    return word;
}

static uint32_t failed_row(void *user) {
    UNUSED(user);
    return 0;
}

static void say_nothing(void *user, const char *what, struct str text) {
    UNUSED(user);
    UNUSED(what);
    UNUSED(text);
}

static enum status fail_silently(void *user, enum code code, struct span span,
                                 const char *message) {
    UNUSED(user);
    UNUSED(code);
    UNUSED(span);
    UNUSED(message);
    return ST_FAILED;
}

static struct exec_env worker_env(struct worker *w) {
    struct exec_env env = *callers(w);
    env.alloc = &w->alloc;
    env.control = &w->control;
    env.user = w;
    env.open = open_reader;
    env.dimension = find_dimension;
    env.eval = evaluate;
    env.captured = find_captured;
    env.failed_row = failed_row;
    env.note = say_nothing;
    env.fail = fail_silently;
    env.threads = 1;
    env.rollups = NULL;
    env.watch = env.watch ? &w->watch : NULL;
    env.enter = enter;
    env.leave = leave;
    return env;
}

/* ---- working ---- */

/* Only in the main thread. */
static enum status may_go_on(struct worker *w) {
    uint64_t rows = atomic_exchange(&w->crew->rows, 0);
    enter(w);
    enum status status = control_poll(callers(w)->control, rows);
    leave(w);
    return status;
}

static enum status tap_next(struct row_source *tap, struct batch *b) {
    struct worker *w = (struct worker *)tap;
    b->n = 0;
    if (pieces_stopped(&w->crew->pieces))
        return ST_INTERRUPTED;
    enum status status = w == w->crew->workers ? may_go_on(w) : ST_OK;
    if (status == ST_OK)
        status = w->reader->next(w->reader, b);
    atomic_fetch_add_explicit(&w->crew->rows, b->n, memory_order_relaxed);
    return status;
}

static void tap_tell(struct row_source *tap, struct source_facts *facts) {
    struct worker *w = (struct worker *)tap;
    if (w->reader->tell)
        w->reader->tell(w->reader, facts);
}

static void tap_close(struct row_source *tap) {
    struct worker *w = (struct worker *)tap;
    if (w->reader)
        w->reader->close(w->reader);
    w->reader = NULL;
}

static enum status work_on(void *user, uint32_t worker, uint32_t range) {
    struct crew *crew = user;
    struct worker *w = &crew->workers[worker];
    struct segment *input = w->group.input;
    crew->source->choose(w->reader, range, crew->nested);
    input->finished = false;
    enum status status = crew->nested ? group_again(input) : ST_OK;
    if (status == ST_OK)
        status = group_read(&w->group);
    if (status == ST_OK && crew->parts)
        status = group_take(&w->group, &crew->parts[range]);
    return status;
}

static enum status wait_for_others(void *user) {
    return may_go_on(&((struct crew *)user)->workers[0]);
}

static enum status work_together(struct crew *crew) {
    struct piece_work work = {
        .user = crew, .n = crew->source->nranges, .work = work_on, .wait = wait_for_others};
    return pieces_run(&crew->pieces, crew->nworkers, &work);
}

/* ---- opening and closing ---- */

static enum status worker_open(struct crew *crew, struct worker *w) {
    struct segment *owner = crew->owner;
    w->crew = crew;
    w->tap = (struct row_source){.next = tap_next, .close = tap_close, .tell = tap_tell};
    guard_alloc(&crew->guard, &w->alloc);
    control_init(&w->control);
    w->watch = (struct watch){.alloc = &w->alloc};
    w->env = worker_env(w);
    run_open(&w->run, &w->env);
    w->run.legs = owner->run->legs; /* lent: they are only read */
    w->run.root = owner->run->root;
    w->opened = true;
    w->group = (struct segment){.run = &w->run, .self = owner->self, .plan = owner->plan};
    return group_open(&w->group);
}

static void worker_close(struct worker *w) {
    if (!w->opened)
        return;
    part_free(&w->sum);
    group_drop(&w->group);
    w->run.legs = NULL;
    run_close(&w->run);
    watch_free(&w->watch);
    w->opened = false;
}

void ranges_close(struct crew *crew) {
    if (!crew)
        return;
    for (uint32_t i = 0; crew->parts && i < crew->nparts; i++)
        part_free(&crew->parts[i]);
    for (uint32_t i = 0; i < crew->nworkers; i++)
        worker_close(&crew->workers[i]);
    guard_close(&crew->guard);
}

static enum status crew_open(struct segment *s, struct row_source *source, bool nested,
                             uint32_t nworkers, struct crew **out) {
    struct arena *arena = &s->run->arena;
    struct crew *crew = ARENA_NEW(arena, struct crew);
    if (!crew || !guard_open(&crew->guard, s->run->env->alloc))
        return ST_NO_MEMORY;
    *out = crew;
    crew->owner = s;
    crew->source = source;
    crew->nested = nested;
    atomic_init(&crew->rows, 0);
    crew->workers = ARENA_ARRAY(arena, struct worker, nworkers);
    crew->nworkers = crew->workers ? nworkers : 0;
    if (!group_is_exact(s->plan)) {
        crew->parts = ARENA_ARRAY(arena, struct part, source->nranges);
        crew->nparts = source->nranges;
        if (!crew->parts)
            return ST_NO_MEMORY;
    }
    enum status status = no_memory_unless(crew->workers);
    for (uint32_t i = 0; i < nworkers && status == ST_OK; i++)
        status = worker_open(crew, &crew->workers[i]);
    return status;
}

/* ---- all of it ---- */

/* Different keys are counted range by range where they have the value in them by which ranges are
 * cut; it is in slot `cut`, or -1: nowhere. */
static bool counts_apart(const struct step *step, int cut) {
    bool apart = step->kind != STEP_COUNT || step->nkeys == 0;
    for (uint32_t i = 0; i < step->nkeys && !apart; i++)
        apart = cut >= 0 && step->keys[i] == (uint32_t)cut;
    return apart;
}

/* Of scans some legs may be read by several threads. */
static bool steps_fit(const struct plan *plan, bool legs, int cut) {
    for (uint32_t i = 0; i < plan->nsteps; i++) {
        const struct step *step = plan->steps[i];
        bool reads = legs && step->kind == STEP_LEG && step->as_of &&
                     as_of_is_shared(step->leg, step->nkeys);
        if ((step->kind == STEP_LEG && !reads) || step->kind == STEP_SPELL ||
            step->kind == STEP_LIMIT || !counts_apart(step, cut))
            return false;
        for (uint32_t k = 0; step->exprs && k < step->n; k++)
            if (step->exprs[k] && !expr_is_pure(step->exprs[k]) && !vector_fits(step->exprs[k]))
                return false;
    }
    return true;
}

static bool scan_fits(const struct plan *scan) {
    for (uint32_t i = 0; i < scan->ntests; i++)
        if (!expr_is_pure(scan->tests[i].expr))
            return false;
    return scan->base == BASE_SCAN && steps_fit(scan, true, -1);
}

/* From so many ranges on the groups of one key would be many, too. */
enum { MANY_RANGES = 64 };

/* A grouping of another one's groups, which lie each in one range: then each range is grouped
 * twice, and the groups between need never be all there at once. Those of few keys are better kept
 * for the next question. */
static bool nests(const struct segment *s, const struct row_source *source) {
    const struct plan *inner = s->plan->input;
    bool many = inner->nkeys > 1 || source->nranges > MANY_RANGES;
    if (!many || source->ascending < 0)
        return false;
    uint32_t slot = inner->input->scan_slots[source->ascending], cut = 0;
    if (!group_keeps_to(inner, slot))
        return false;
    while (inner->keys[cut] != slot)
        cut++;
    return steps_fit(inner, false, (int)cut);
}

static struct row_source *ranged_source(struct segment *s, bool *nested) {
    struct segment *input = s->input;
    *nested = input->plan->base == BASE_GROUP;
    if (*nested)
        input = input->input; /* NULL: what it gives is known */
    if (!input || !group_merges(s->plan) || !scan_fits(input->plan))
        return NULL;
    struct row_source *source = input->state;
    return source->nranges > 1 && (!*nested || nests(s, source)) ? source : NULL;
}

static enum status merge_all(struct crew *crew) {
    struct segment *s = crew->owner;
    enum status status = ST_OK;
    for (uint32_t i = 0; i < crew->nparts && status == ST_OK; i++)
        status = group_merge(s, &crew->parts[i]);
    for (uint32_t i = 0; i < crew->nworkers; i++) {
        struct worker *w = &crew->workers[i];
        counts_add(&s->run->counts, &w->run.counts);
        if (s->seen)
            watch_add(s->run->env->watch, &w->watch);
        if (status == ST_OK && !crew->parts)
            status = group_take(&w->group, &w->sum);
        if (status == ST_OK && !crew->parts)
            status = group_merge(s, &w->sum);
    }
    return status;
}

enum status ranges_read(struct segment *s, bool *done) {
    bool nested;
    struct row_source *source = ranged_source(s, &nested);
    uint32_t threads = s->run->env->threads ? s->run->env->threads : 1;
    *done = false;
    if (!source || (threads == 1 && group_is_exact(s->plan) && !nested))
        return ST_OK;
    if (threads > source->nranges)
        threads = source->nranges;
    struct crew **crew = group_crew(s);
    enum status status =
        crew_open(s, source, nested, threads < MOST_WORKERS ? threads : MOST_WORKERS, crew);
    if (status == ST_OK)
        status = work_together(*crew);
    if (status == ST_FAILED)
        return ST_OK; /* the grouping will fail at the same place, and say why */
    *done = true;
    if (s->seen) {
        s->seen->threads = (*crew)->nworkers;
        s->seen->ranges = source->nranges;
    }
    return status == ST_OK ? merge_all(*crew) : status;
}
