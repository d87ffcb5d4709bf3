/* A plan in English, for `explain`: what an answer says about itself, then what is
 * done to the rows, one line for each thing, in the order in which it happens. */
#include "column/heap.h"
#include "plan/build.h"

struct telling {
    struct buf *out;
    const struct sources *sources;
    const struct calendar *calendar;
    uint32_t depth;
    const struct plan_facts *facts; /* NULL: it was not run */
    const struct relation *self;    /* whose plan is being told, where it was run */
};

static void begin(struct telling *t) {
    buf_repeat(t->out, "  ", t->depth);
    buf_text(t->out, "- ");
}

/* Ends the line of a base or a step with what happened there. */
static void end(struct telling *t, const struct plan *p, uint32_t step) {
    if (t->facts)
        t->facts->tell(t->facts->user, t->out, t->self, p, step);
    buf_char(t->out, '\n');
}

/* The clause's own words; from the tree where it has none. */
static void tell_tree(struct telling *t, const struct node *n) {
    const struct source *source = n->span.source ? source_at(t->sources, n->span.source) : NULL;
    if (!source || n->span.stop > source->text.n || n->span.start >= n->span.stop) {
        tree_print(t->out, (struct printing){false, t->calendar}, n);
        return;
    }
    bool blank = false;
    for (uint32_t i = n->span.start; i < n->span.stop; i++) {
        char c = source->text.p[i];
        bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank || !blank) {
            buf_char(t->out, is_blank ? ' ' : c);
        }
        blank = is_blank;
    }
}

static void tell_aggregate(struct telling *t, const struct aggregation *a) {
    if (a->kind == AGG_COUNT) {
        buf_text(t->out, a->filter >= 0 ? "a count of some rows" : "a count of rows");
    } else {
        buf_printf(t->out, "%s of a value", aggregate_name(a->kind));
    }
}

static void tell_scan(struct telling *t, const struct plan *p) {
    begin(t);
    buf_text(t->out, "read ");
    buf_str(t->out, p->table->name);
    for (uint32_t i = 0; i < p->ntests; i++) {
        buf_text(t->out, i ? " and " : " where ");
        tell_tree(t, p->tests[i].expr->tree);
    }
    end(t, p, PLAN_BASE);
}

static struct str output_name(const struct plan *p, uint32_t slot) {
    for (uint32_t i = 0; i < p->noutputs; i++) {
        if (p->outputs[i].slot == slot && p->outputs[i].name.n) {
            return p->outputs[i].name;
        }
    }
    return STR_NONE;
}

static void tell_group(struct telling *t, const struct plan *p) {
    begin(t);
    if (p->remark.n) {
        buf_str(t->out, p->remark);
    } else {
        buf_text(t->out, p->nkeys ? "one row for each group" : "one row for all");
    }
    const char *before = " (by ";
    for (uint32_t i = 0; i < p->nkeys; i++) {
        struct str name = output_name(p, i);
        if (name.n) {
            buf_text(t->out, before);
            buf_str(t->out, name);
            before = ", ";
        }
    }
    buf_text(t->out, before[1] == '(' ? "" : ")");
    if (p->axis) {
        buf_printf(t->out, ", each row in every %s whose days hold it", grain_name(p->axis->grain));
    }
    const char *with = ", with ";
    for (uint32_t i = 0; i < p->naggregations; i++) {
        if (p->aggregations[i].behind)
            continue;
        buf_text(t->out, with);
        tell_aggregate(t, &p->aggregations[i]);
        with = ", ";
    }
    end(t, p, PLAN_BASE);
    struct protection shown = plan_protection(p);
    if (shown.under) {
        begin(t);
        buf_printf(t->out, "suppress rows with fewer than %lld behind them%s\n",
                   (long long)shown.under,
                   shown.complementary ? ", and those that would give these away" : "");
    }
}

static void tell_sort(struct telling *t, const struct plan *p) {
    begin(t);
    buf_text(t->out, "sort by ");
    for (uint32_t i = 0; i < p->nsort_keys; i++) {
        const struct sort_key *key = &p->sort_keys[i];
        struct str name = output_name(p, key->slot);
        buf_text(t->out, i ? ", then " : "");
        buf_str(t->out, name.n ? name : STR("a value"));
        buf_text(t->out, key->descending ? " from high to low" : "");
    }
    end(t, p, PLAN_BASE);
}

static void tell_spine(struct telling *t, const struct plan *p) {
    begin(t);
    buf_printf(t->out, "add a row for every %s without facts", grain_name(p->grain));
    if (p->has_range) {
        char room[48];
        buf_printf(t->out, " of %.*s",
                   STR_ARG(range_words(room, p->late, p->first_day, p->stop_day)));
    }
    end(t, p, PLAN_BASE);
}

static void tell_plan(struct telling *t, const struct plan *p);

static void tell_join(struct telling *t, const struct plan *p) {
    static const char *const what[] = {
        [JOIN_INNER] = "put matching rows together with",
        [JOIN_LEFT] = "add to each row, where there is a match, what comes from",
        [JOIN_SEMI] = "keep rows that have a match in",
        [JOIN_ANTI] = "keep rows that have no match in"};
    begin(t);
    buf_text(t->out, what[p->join]);
    end(t, p, PLAN_BASE);
    t->depth++;
    tell_plan(t, p->right);
    t->depth--;
}

static void tell_names(struct telling *t, const struct plan *p, const char *before,
                       const uint32_t *slots, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        struct str name = output_name(p, slots[i]);
        buf_text(t->out, i ? ", " : before);
        buf_str(t->out, name.n ? name : STR("a value"));
    }
}

static void tell_window(struct telling *t, const struct plan *p) {
    begin(t);
    buf_text(t->out, "look at each row among the others");
    tell_names(t, p, " of the same ", p->keys, p->nkeys);
    for (uint32_t i = 0; i < p->nsort_keys; i++) {
        const struct sort_key *key = &p->sort_keys[i];
        buf_text(t->out, i ? "," : ", in the order of");
        tell_names(t, p, " ", &key->slot, 1);
        buf_text(t->out, key->descending ? " from high to low" : "");
    }
    for (uint32_t i = 0; i < p->nwindows; i++) {
        const struct window *w = &p->windows[i];
        buf_text(t->out, i ? ", " : ", for ");
        if (w->kind == WINDOW_AGGREGATE) {
            tell_aggregate(t, &w->aggregation);
        } else if (w->kind == WINDOW_ROLLING) {
            tell_aggregate(t, &w->aggregation);
            buf_printf(t->out, " of the last %u", (unsigned)w->rows);
        } else {
            buf_text(t->out, window_name(w->kind));
        }
    }
    end(t, p, PLAN_BASE);
}

static void tell_unpivot(struct telling *t, const struct plan *p) {
    begin(t);
    buf_text(t->out, "a row each for ");
    for (uint32_t i = 0; i < p->nnames; i++) {
        buf_text(t->out, i ? ", " : "");
        buf_str(t->out, text_str(p->names[i]));
    }
    end(t, p, PLAN_BASE);
}

/* The captured relation that was run for its rows. */
static void tell_made(struct telling *t, const struct plan *p) {
    const struct relation *outer = t->self;
    const struct relation *made = t->facts ? t->facts->made(t->facts->user, outer, p) : NULL;
    if (!made)
        return;
    t->self = made;
    t->depth++;
    tell_plan(t, made->plan);
    t->depth--;
    t->self = outer;
}

static void tell_base(struct telling *t, const struct plan *p) {
    switch (p->base) {
    case BASE_SCAN:
        tell_scan(t, p);
        break;
    case BASE_SQL:
    case BASE_RELATION:
        begin(t);
        buf_str(t->out, p->remark);
        end(t, p, PLAN_BASE);
        tell_made(t, p);
        break;
    case BASE_GROUP:
        tell_group(t, p);
        break;
    case BASE_SORT:
        tell_sort(t, p);
        break;
    case BASE_JOIN:
        tell_join(t, p);
        break;
    case BASE_SPINE:
        tell_spine(t, p);
        break;
    case BASE_WINDOW:
        tell_window(t, p);
        break;
    case BASE_UNION:
        begin(t);
        buf_text(t->out, "and the rows of");
        end(t, p, PLAN_BASE);
        t->depth++;
        tell_plan(t, p->right);
        t->depth--;
        break;
    case BASE_UNPIVOT:
        tell_unpivot(t, p);
        break;
    case BASE_SAMPLE:
    case BASE_SPELLS:
    case BASE_SPANS:
    case BASE_HELD:
        begin(t);
        buf_str(t->out, p->remark);
        end(t, p, PLAN_BASE);
        break;
    case BASE_NAMED:
        break;
    }
}

static void tell_limit(struct telling *t, const struct plan *p, uint32_t number) {
    const struct step *s = p->steps[number];
    static const char *const words[] = {"keep the first ", "leave out the first "};
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->exprs[i]) {
            begin(t);
            buf_text(t->out, words[i]);
            tell_tree(t, s->exprs[i]->tree);
            end(t, p, number);
        }
    }
}

static void tell_leg(struct telling *t, const struct plan *p, uint32_t number) {
    const struct step *s = p->steps[number];
    begin(t);
    buf_text(t->out, s->as_of ? "fetch for each row, by its key and day, from"
                              : "fetch for each row, by its key, from");
    end(t, p, number);
    t->depth++;
    tell_plan(t, s->leg);
    t->depth--;
}

/* Another step before asks the same leg. */
static bool is_told(const struct plan *p, uint32_t number) {
    for (uint32_t i = 0; i < number; i++)
        if (p->steps[i]->leg == p->steps[number]->leg)
            return true;
    return false;
}

/* Values that no clause asks for are not told. */
static void tell_step(struct telling *t, const struct plan *p, uint32_t number) {
    const struct step *s = p->steps[number];
    switch (s->kind) {
    case STEP_LOOKUP:
        begin(t);
        buf_text(t->out, "follow the reference to ");
        buf_str(t->out, s->table->name);
        buf_text(t->out, " for its ");
        buf_str(t->out, s->table->columns[s->column].name);
        end(t, p, number);
        break;
    case STEP_SPELL:
        begin(t);
        buf_text(t->out, "look up each row among the spans of");
        end(t, p, number);
        t->depth++;
        tell_plan(t, s->leg);
        t->depth--;
        break;
    case STEP_LEG:
        if (!is_told(p, number)) {
            tell_leg(t, p, number);
        }
        break;
    case STEP_COMPUTE:
    case STEP_FILTER:
        if (s->kind == STEP_FILTER || s->exprs[0]->tree->span.source) {
            begin(t);
            buf_text(t->out, s->kind == STEP_FILTER ? "keep rows where " : "work out ");
            tell_tree(t, s->exprs[0]->tree);
            end(t, p, number);
        }
        break;
    case STEP_UNDECIDED: /* changes no figure */
    case STEP_COUNT:
        break;
    case STEP_LIMIT:
        tell_limit(t, p, number);
        break;
    }
}

static void tell_plan(struct telling *t, const struct plan *p) {
    if (p->input) {
        tell_plan(t, p->input);
    }
    tell_base(t, p);
    for (uint32_t i = 0; i < p->nsteps; i++) {
        tell_step(t, p, i);
    }
}

void plan_english(struct buf *out, const struct sources *s, const struct plan *p,
                  const struct plan_facts *facts, const struct relation *self) {
    struct telling t = {
        .out = out, .sources = s, .calendar = p->calendar, .facts = facts, .self = self};
    if (p->about.title.n) {
        buf_str(out, p->about.title);
        buf_char(out, '\n');
    }
    if (p->about.definition.n) {
        buf_str(out, p->about.definition);
        buf_char(out, '\n');
    }
    tell_plan(&t, p);
    begin(&t);
    buf_text(out, "columns: ");
    for (uint32_t i = 0; i < p->noutputs; i++) {
        buf_text(out, i ? ", " : "");
        buf_str(out, p->outputs[i].name);
    }
    buf_char(out, '\n');
}
