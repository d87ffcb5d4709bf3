/* What was seen is a list, which is short, as a question has few plans. Its memory is the watch's:
 * it outlives the run, so that it can be told. */
#include "exec/watch.h"
#include <inttypes.h>

static struct seen *find(const struct watch *w, const struct relation *self,
                         const struct plan *plan) {
    struct seen *seen = w->newest;
    while (seen && (seen->plan != plan || seen->self != self))
        seen = seen->older;
    return seen;
}

struct seen *watch_plan(struct watch *w, const struct relation *self, const struct plan *plan) {
    struct seen *seen = find(w, self, plan);
    if (seen || !(seen = mem_zero(w->alloc, sizeof *seen)))
        return seen;
    seen->left = mem_zero(w->alloc, (plan->nsteps + 1) * sizeof *seen->left);
    if (!seen->left) {
        mem_give(w->alloc, seen, sizeof *seen);
        return NULL;
    }
    seen->plan = plan;
    seen->self = self;
    seen->older = w->newest;
    return w->newest = seen;
}

void watch_add(struct watch *w, const struct watch *thread) {
    for (const struct seen *from = thread->newest; from; from = from->older) {
        struct seen *seen = find(w, from->self, from->plan);
        if (!seen)
            continue;
        seen->rows += from->rows;
        seen->facts.met += from->facts.met;
        for (uint32_t i = 0; i < from->plan->nsteps; i++)
            seen->left[i] += from->left[i];
    }
}

void watch_free(struct watch *w) {
    while (w->newest) {
        struct seen *seen = w->newest;
        w->newest = seen->older;
        mem_give(w->alloc, seen->left, (seen->plan->nsteps + 1) * sizeof *seen->left);
        mem_give(w->alloc, seen, sizeof *seen);
    }
}

bool watch_hides(const struct watch *w) {
    const struct seen *seen = w->newest;
    while (seen && !seen->is_quiet)
        seen = seen->older;
    return seen != NULL;
}

/* ---- telling it ---- */

/* Facts of one line, apart by commas. */
static void put(struct buf *out, bool *any, const char *fact) {
    buf_text(out, *any ? ", " : " -> ");
    buf_text(out, fact);
    *any = true;
}

static void put_number(struct buf *out, bool *any, uint64_t n, const char *what) {
    put(out, any, "");
    buf_printf(out, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

static void tell_scan(struct buf *out, bool *any, const struct seen *seen) {
    const struct source_facts *f = &seen->facts;
    if (f->form == READ_BY_ROWS)
        put(out, any, f->searched ? "stored by rows, found through an index" : "stored by rows");
    if (f->form != READ_BY_COLUMNS)
        return;
    put(out, any, "stored by columns");
    if (!seen->is_quiet) {
        put(out, any, "");
        buf_printf(out, "%" PRIu64 " of %" PRIu64 " segment%s read", f->met, f->runs,
                   f->runs == 1 ? "" : "s");
    }
}

static void tell_group(struct buf *out, bool *any, const struct seen *seen) {
    if (seen->kept)
        put(out, any, "kept from an earlier question");
    if (seen->threads == 0)
        return;
    put_number(out, any, seen->threads, "thread");
    if (!seen->is_quiet)
        put_number(out, any, seen->ranges, "range");
}

static void tell_base(struct buf *out, const struct seen *seen) {
    bool any = false;
    if (!seen->is_quiet)
        put_number(out, &any, seen->rows, "row");
    switch (seen->plan->base) {
    case BASE_SCAN:
        tell_scan(out, &any, seen);
        break;
    case BASE_GROUP:
        tell_group(out, &any, seen);
        break;
    case BASE_JOIN:
        put(out, &any, "matched by hash");
        break;
    default:
        break;
    }
}

static void tell_step(struct buf *out, const struct seen *seen, uint32_t number) {
    const struct step *step = seen->plan->steps[number];
    bool any = false;
    if (step->kind == STEP_LEG)
        put(out, &any, step->as_of ? "searched by day" : "matched by hash");
    else if ((step->kind == STEP_FILTER || step->kind == STEP_LIMIT) && !seen->is_quiet)
        put_number(out, &any, seen->left[number], "row");
}

static void tell(const void *user, struct buf *out, const struct relation *self,
                 const struct plan *plan, uint32_t step) {
    const struct seen *seen = find(user, self, plan);
    if (seen && step == PLAN_BASE)
        tell_base(out, seen);
    else if (seen)
        tell_step(out, seen, step);
    else if (step == PLAN_BASE)
        buf_text(out, " -> not needed");
}

static const struct relation *made(const void *user, const struct relation *self,
                                   const struct plan *plan) {
    const struct seen *seen = find(user, self, plan);
    return seen ? seen->made : NULL;
}

struct plan_facts watch_facts(const struct watch *w) {
    return (struct plan_facts){.user = w, .tell = tell, .made = made};
}
