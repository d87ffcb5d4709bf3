/* attrition(c) and why(key, c): what the steps of a cohort do, to all rows of the entity or to one.
 *
 * The steps of a plain cohort are its clauses in the order in which they act; those of a derived
 * one are the cohorts that `and` joins. Each step is worked out on its own over the entity's rows,
 * so that "all but this one" is exact. Steps then become rows by an unpivot. */
#include "plan/cohort.h"

struct report_step {
    struct str clause;
    const struct node *part; /* of a derived cohort: what is joined */
    const struct node *day;  /* `enter`, or one `exit` */
    int condition;           /* number of the condition, or -1 */
    bool is_exit;
    uint32_t passes; /* slot; of plain cohorts only */
};

struct report {
    struct lowering *low;
    struct row row;
    const struct cohort_info *cohort;
    struct str name;
    struct segment *once; /* with several entries: a row for each row of the entity, else NULL */
    ARENA_VEC(struct report_step) steps;
};

static struct node *input(struct report *r, uint32_t slot) {
    return tree_input(r->low, slot, r->row.segment->slot_types.at[slot], (struct span){0, 0, 0});
}

/* ---- the steps ---- */

static void add_step(struct report *r, const char *word, const struct node *said,
                     struct report_step step) {
    struct str text = tree_text(r->low->arena, r->low->session, said);
    step.clause = arena_printf(r->low->arena, "%s%.*s", word, STR_ARG(text));
    ARENA_PUSH(r->low->arena, &r->steps) = step;
}

static void find_parts(struct report *r, const struct node *is) {
    if (is->kind == N_BINARY && is->op == TOK_AND) {
        find_parts(r, is->a);
        find_parts(r, is->b);
        return;
    }
    add_step(r, "", is, (struct report_step){.part = is, .condition = -1});
}

static void find_steps(struct report *r) {
    const struct cohort_info *cohort = r->cohort;
    if (cohort->is) {
        find_parts(r, cohort->is);
        return;
    }
    if (cohort->enter)
        add_step(r, "enter ", cohort->enter,
                 (struct report_step){.day = cohort->enter, .condition = -1});
    for (uint32_t i = 0; i < cohort->nconditions; i++)
        add_step(r, cohort->conditions[i].excludes ? "exclude " : "require ",
                 cohort->conditions[i].is, (struct report_step){.condition = (int)i});
    for (uint32_t i = 0; cohort->enter && i < cohort->nexit; i++)
        add_step(r, "exit ", cohort->exit[i],
                 (struct report_step){.day = cohort->exit[i], .condition = -1, .is_exit = true});
}

/* Whether the row gets past the step, all others aside; never missing. */
static struct node *passes(struct report *r, const struct report_step *step) {
    struct lowering *low = r->low;
    if (step->part)
        return lower_ever(&r->row, step->part);
    if (step->condition >= 0)
        return cohort_lets_through(&r->row, r->cohort, (uint32_t)step->condition);
    struct node *day = cohort_day(&r->row, step->day);
    if (!step->is_exit)
        return tree_present(low, day);
    struct node *over =
        tree_binary(low, TOK_LE, day, cohort_day(&r->row, r->cohort->enter), type_bool(low, true));
    return tree_not(low, tree_is_true(low, over));
}

/* A condition that could not be decided; NULL: this step always is. */
static struct node *is_undecided(struct report *r, const struct report_step *step) {
    if (step->condition < 0)
        return NULL;
    struct node *tree = cohort_condition_tree(&r->row, r->cohort, (uint32_t)step->condition);
    return tree->type->nullable ? tree_not(r->low, tree_present(r->low, tree)) : NULL;
}

/* ---- which rows get through several steps ---- */

/* Steps from..stop except one (-1: none), joined by `and`; NULL: there are none. */
static struct node *joined_parts(struct report *r, uint32_t from, uint32_t stop, int except) {
    struct node *all = NULL;
    for (uint32_t i = from; i < stop; i++) {
        if ((int)i == except)
            continue;
        struct node *part = tree_new(r->low, N_NAME, NULL, (struct span){0, 0, 0});
        *part = *r->steps.at[i].part;
        all = all ? tree_binary(r->low, TOK_AND, all, part, type_bool(r->low, false)) : part;
    }
    return all;
}

/* Never missing; NULL: there are no such steps, so everybody does. The cohorts that a derived one
 * joins must hold at one time together. */
static struct node *through(struct report *r, uint32_t stop, int except) {
    if (r->cohort->is) {
        struct node *parts = joined_parts(r, 0, stop, except);
        return parts ? lower_ever(&r->row, parts) : NULL;
    }
    struct node *all = NULL;
    for (uint32_t i = 0; i < stop; i++)
        if ((int)i != except)
            all = tree_and(r->low, all, input(r, r->steps.at[i].passes));
    return all;
}

/* ---- attrition ---- */

/* Adds a number of rows to the group; NULL: all rows count. A row with several entries counts if
 * the condition is true of one of them. */
static uint32_t count_rows(struct report *r, struct segment *group, struct node *when) {
    int filter = when ? (int)segment_compute(r->row.segment, when) : -1;
    if (when && r->once)
        filter = (int)segment_aggregate(r->once, AGG_ANY, filter, -1, type_bool(r->low, false));
    return segment_aggregate(group, AGG_COUNT, -1, filter,
                             type_scalar(r->low->types, TY_INT, false));
}

enum { LEFT, UNDECIDED, BACK, COUNTS, THROUGH = COUNTS };
/* Slots of the group; -1: it is 0. */
struct step_counts {
    int slots[COUNTS + 1];
};

static void count_step(struct report *r, struct segment *group, uint32_t i,
                       struct step_counts *counts) {
    struct lowering *low = r->low;
    uint32_t all = r->steps.n;
    struct node *undecided = is_undecided(r, &r->steps.at[i]);
    counts->slots[LEFT] = (int)count_rows(r, group, through(r, i + 1, -1));
    counts->slots[UNDECIDED] =
        undecided ? (int)count_rows(r, group, tree_and(low, through(r, i, -1), undecided)) : -1;
    /* who gets through all steps does without this one, too */
    counts->slots[BACK] = (int)count_rows(r, group, through(r, all, (int)i));
    counts->slots[THROUGH] = (int)count_rows(r, group, through(r, all, -1));
}

static struct node *slot_tree(struct segment *g, int slot) {
    return tree_input(g->low, (uint32_t)slot, g->slot_types.at[slot], (struct span){0, 0, 0});
}

/* One output for each value of each step, the step's number first. */
static void put_step(struct segment *group, uint32_t number, const struct step_counts *counts) {
    struct lowering *low = group->low;
    segment_output(group, STR_NONE, segment_compute(group, tree_int(low, number)));
    for (uint32_t k = 0; k < COUNTS; k++) {
        struct node *value =
            counts->slots[k] < 0 ? tree_int(low, 0) : slot_tree(group, counts->slots[k]);
        if (k == BACK && counts->slots[k] >= 0)
            value = tree_binary(low, TOK_MINUS, value, slot_tree(group, counts->slots[THROUGH]),
                                value->type);
        segment_output(group, STR_NONE, segment_compute(group, value));
    }
}

/* The steps' values as rows; `types` are those of the values, the step's number first. */
static struct segment *steps_as_rows(struct segment *g, const struct str *clauses, uint32_t n,
                                     const char *const *names, const struct type *const *types,
                                     uint32_t nvalues) {
    struct arena *arena = g->low->arena;
    struct segment *u = segment_over(g, BASE_UNPIVOT);
    const struct type *text = type_scalar(g->low->types, TY_TEXT, false);
    const struct text **pinned = ARENA_ARRAY(arena, const struct text *, n);
    for (uint32_t i = 0; i < n; i++)
        pinned[i] = text_pinned(arena, clauses[i]);
    u->slot_types.n = 0;
    uint32_t clause = segment_slot(u, text);
    for (uint32_t k = 0; k < nvalues; k++) {
        segment_field(u, str_of(names[k]), types[k], segment_slot(u, types[k]));
        if (k == 0)
            segment_field(u, STR("clause"), text, clause);
    }
    u->plan->names = pinned;
    u->plan->nnames = n;
    u->plan->nvalues = nvalues;
    u->plan->remark = STR("a row for each step");
    return u;
}

static void begin_report(struct report *r, struct lowering *low, const struct symbol *symbol) {
    *r = (struct report){.low = low, .cohort = symbol->detail};
    r->row = row_of(r->cohort->each ? cohort_entries(low, r->cohort, JOIN_LEFT)
                                    : segment_scan(low, r->cohort->entity));
    r->name = symbol->name.n ? symbol->name : STR("the cohort");
    find_steps(r);
}

struct segment *lower_attrition(struct lowering *low, const struct symbol *symbol) {
    struct report r;
    begin_report(&r, low, symbol);
    low->asked_before = true; /* undecided rows have a column of their own */
    for (uint32_t i = 0; i < r.steps.n && !r.cohort->is; i++)
        r.steps.at[i].passes = segment_compute(r.row.segment, passes(&r, &r.steps.at[i]));
    uint32_t n = r.steps.n + 1;
    if (r.cohort->each) {
        uint32_t row = own_number(&r.row);
        r.once = segment_group(r.row.segment, &row, 1);
        r.once->plan->remark = STR("each row once, whatever its entries");
    }
    struct segment *group = segment_group(r.once ? r.once : r.row.segment, NULL, 0);
    struct step_counts *counts = ARENA_ARRAY(low->arena, struct step_counts, n);
    struct str *clauses = ARENA_ARRAY(low->arena, struct str, n);
    clauses[0] = arena_printf(low->arena, "of %.*s", STR_ARG(r.cohort->entity->name));
    counts[0].slots[LEFT] = (int)count_rows(&r, group, NULL);
    counts[0].slots[UNDECIDED] = counts[0].slots[BACK] = -1;
    for (uint32_t i = 1; i < n; i++) {
        clauses[i] = r.steps.at[i - 1].clause;
        count_step(&r, group, i - 1, &counts[i]);
    }
    low->asked_before = false;
    for (uint32_t i = 0; i < n; i++)
        put_step(group, i, &counts[i]);
    group->plan->remark = arena_printf(low->arena, "rows of %.*s at each step of %.*s",
                                       STR_ARG(r.cohort->entity->name), STR_ARG(r.name));
    static const char *const names[] = {"step", "left", "undecided", "back"};
    const struct type *number = type_scalar(low->types, TY_INT, false);
    const struct type *const types[] = {number, number, number, number};
    return steps_as_rows(group, clauses, n, names, types, COUNT_OF(types));
}

/* ---- why ---- */

static struct node *text_tree(struct lowering *low, struct str text) {
    struct node *n =
        tree_new(low, N_TEXT, type_scalar(low->types, TY_TEXT, false), (struct span){0, 0, 0});
    n->text = text;
    return n;
}

/* The text where the condition is true, else the other. */
static struct node *text_when(struct lowering *low, struct node *when, const char *text,
                              struct node *other) {
    struct node *yes = tree_new(low, N_BOOL, type_bool(low, false), when->span);
    yes->value.i = true;
    struct node *arm = tree_new(low, N_ARM, NULL, when->span);
    arm->a = text_tree(low, str_of(text));
    ARENA_PUSH(low->arena, &arm->list) = yes;
    struct node *match = tree_new(low, N_MATCH, type_scalar(low->types, TY_TEXT, true), when->span);
    match->a = when;
    ARENA_PUSH(low->arena, &match->list) = arm;
    return tree_builtin(low, BUILTIN_COALESCE, other->type, match, other);
}

/* "grade = 5, frl = missing" */
struct values_text {
    struct report *report;
    struct node *template;
};

static void say_value(struct values_text *v, const struct node *n) {
    struct lowering *low = v->report->low;
    struct node_list *parts = &v->template->list;
    struct str name = tree_text(low->arena, low->session, n);
    struct str text = arena_printf(low->arena, "%s%.*s = ", parts->n ? ", " : "", STR_ARG(name));
    uint32_t slot = segment_plain(v->report->row.segment, lower_slot(&v->report->row, n));
    struct node *hole = tree_new(low, N_HOLE, NULL, n->span);
    hole->a = input(v->report, slot);
    hole->type = hole->a->type;
    ARENA_PUSH(low->arena, parts) = text_tree(low, text);
    ARENA_PUSH(low->arena, parts) = hole;
}

static bool is_same_read(const struct node *a, const struct node *b) {
    return a != b && tree_equal(a, b);
}

/* Whether an earlier read in the same condition is equal: it has been said. */
static bool was_said(const struct node *n, const struct node *read, bool *reached) {
    if (!n || *reached)
        return false;
    if (n == read) {
        *reached = true;
        return false;
    }
    if (n->kind == N_COLUMN || n->kind == N_FOLLOW || n->kind == N_LEG)
        return is_same_read(n, read);
    if (was_said(n->a, read, reached) || was_said(n->b, read, reached) ||
        was_said(n->c, read, reached) || was_said(n->d, read, reached))
        return true;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (was_said(n->list.at[i], read, reached))
            return true;
    return false;
}

/* What the condition reads of the row, each once. */
static void say_reads(struct values_text *v, const struct node *whole, const struct node *n) {
    if (!n)
        return;
    bool in_cohort = n->kind == N_IN && n->b->kind == N_FROM;
    if (n->kind == N_COLUMN || n->kind == N_FOLLOW || n->kind == N_LEG || in_cohort) {
        bool reached = false;
        if (in_cohort || !was_said(whole, n, &reached))
            say_value(v, n);
        return;
    }
    say_reads(v, whole, n->a);
    say_reads(v, whole, n->b);
    say_reads(v, whole, n->c);
    say_reads(v, whole, n->d);
    for (uint32_t i = 0; i < n->list.n; i++)
        say_reads(v, whole, n->list.at[i]);
}

static void say_day(struct values_text *v, const char *name, struct node *day) {
    struct lowering *low = v->report->low;
    struct node_list *parts = &v->template->list;
    struct node *text =
        text_tree(low, arena_printf(low->arena, "%s%s", parts->n ? ", " : "", name));
    ARENA_PUSH(low->arena, parts) = text;
    struct node *hole = tree_new(low, N_HOLE, day->type, day->span);
    hole->a = day;
    ARENA_PUSH(low->arena, parts) = hole;
}

static struct node *values_of(struct report *r, const struct report_step *step) {
    struct values_text v = {r,
                            tree_new(r->low, N_TEMPLATE, type_scalar(r->low->types, TY_TEXT, false),
                                     (struct span){0, 0, 0})};
    const struct cohort_info *part =
        step->part && step->part->kind == N_NAME ? step->part->symbol->detail : NULL;
    if (step->condition >= 0) {
        const struct node *is = r->cohort->conditions[step->condition].is;
        say_reads(&v, is, is);
    } else if (step->day) {
        say_day(&v, step->is_exit ? "exit = " : "entry = ", cohort_day(&r->row, step->day));
    } else if (part && !part->is && !part->each) {
        if (part->enter)
            say_day(&v, "entry = ", cohort_day(&r->row, part->enter));
        if (part->nexit)
            say_day(&v, "exit = ", cohort_exit(&r->row, part));
    }
    return v.template->list.n ? v.template : text_tree(r->low, STR(""));
}

static struct node *verdict_of(struct report *r, const struct report_step *step) {
    struct node *pass = input(r, step->passes);
    struct node *verdict = text_when(r->low, pass, "in", text_tree(r->low, STR("out")));
    struct node *undecided = is_undecided(r, step);
    if (!undecided)
        return verdict;
    bool stays = r->cohort->conditions[step->condition].excludes;
    return text_when(r->low, undecided, stays ? "undecided, so in" : "undecided, so out", verdict);
}

static void put_verdict(struct report *r, uint32_t number, struct node *values,
                        struct node *verdict) {
    struct segment *g = r->row.segment;
    segment_output(g, STR_NONE, segment_compute(g, tree_int(r->low, number)));
    segment_output(g, STR_NONE, segment_compute(g, values));
    segment_output(g, STR_NONE, segment_compute(g, verdict));
}

struct segment *lower_why(struct lowering *low, const struct symbol *symbol,
                          const struct node *picked) {
    struct report r;
    begin_report(&r, low, symbol);
    struct segment *g = r.row.segment;
    lower_where(&r.row, picked);
    low->asked_before = true; /* each verdict says for itself what is undecided */
    uint32_t n = r.steps.n;
    struct str *clauses = ARENA_ARRAY(low->arena, struct str, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct report_step *step = &r.steps.at[i];
        clauses[i] = step->clause;
        step->passes = segment_compute(g, passes(&r, step));
        put_verdict(&r, i + 1, values_of(&r, step), verdict_of(&r, step));
    }
    clauses[n] = r.name;
    struct node *member = through(&r, n, -1);
    struct node *verdict = member ? text_when(low, member, "in", text_tree(low, STR("out")))
                                  : text_tree(low, STR("in"));
    put_verdict(&r, n + 1, text_tree(low, STR("")), verdict);
    low->asked_before = false;
    g->plan->remark = arena_printf(low->arena, "one row of %.*s, judged by each step of %.*s",
                                   STR_ARG(r.cohort->entity->name), STR_ARG(r.name));
    static const char *const names[] = {"step", "values", "verdict"};
    const struct type *text = type_scalar(low->types, TY_TEXT, false);
    const struct type *const types[] = {type_scalar(low->types, TY_INT, false), text, text};
    return steps_as_rows(g, clauses, n + 1, names, types, COUNT_OF(types));
}
