/* Membership of a cohort as a condition on rows of its entity.
 *
 * A member meets every `require` and no `exclude`; missing is not true in either, and the rows on
 * which a clause is missing that all before it have let through count as undecided. Who has no
 * `entry` never enters. Where cohorts are combined, each becomes a bool that is never missing, so
 * that `not C` holds exactly the entity's other rows.
 *
 * A row of a plain cohort is a member for one span at most, from its entry until its first exit.
 * So a combination changes only on these days, and is true at some time if it is true before all of
 * them, on the entry of a cohort in it, or on the exit of one that is denied. That makes every
 * question about one moment, and whether there is such a moment, a condition on the row. */
#include "plan/cohort.h"

/* ---- plain cohorts ---- */

struct node *cohort_condition_tree(const struct row *row, const struct cohort_info *cohort,
                                   uint32_t i) {
    return lower_tree(row, cohort->conditions[i].is);
}

struct node *cohort_lets_through(const struct row *row, const struct cohort_info *cohort,
                                 uint32_t i) {
    struct lowering *low = row->segment->low;
    struct node *test = tree_is_true(low, cohort_condition_tree(row, cohort, i));
    return cohort->conditions[i].excludes ? tree_not(low, test) : test;
}

struct moment moment_of(const struct row *row, const struct node *day) {
    struct segment *g = row->segment;
    struct moment m = {.text = tree_text(g->low->arena, g->low->session, day)};
    m.slot = lower_slot(row, day);
    m.type = g->slot_types.at[m.slot];
    if (m.type->kind != TY_DATETIME)
        return m;
    const struct type *date = type_scalar(g->low->types, TY_DATE, m.type->nullable);
    struct node *time = tree_input(g->low, m.slot, m.type, day->span);
    m.slot = segment_compute(g, tree_convert(g->low, time, date));
    m.type = date;
    return m;
}

/* Each use of a moment is an input of its own. */
static struct node *moment_day(struct lowering *low, const struct moment *m) {
    struct node *n = tree_input(low, m->slot, m->type, (struct span){0, 0, 0});
    n->text = m->text;
    return n;
}

struct node *cohort_day(const struct row *row, const struct node *day) {
    struct moment m = moment_of(row, day);
    return moment_day(row->segment->low, &m);
}

static struct node *compare(struct lowering *low, int op, struct node *a, struct node *b) {
    return tree_is_true(low, tree_binary(low, op, a, b, type_bool(low, true)));
}

/* The present one of two days, or the earlier. */
static struct node *earlier(struct lowering *low, struct node *a, struct node *b,
                            struct node *b_first) {
    struct node *yes = tree_new(low, N_BOOL, type_bool(low, false), b->span);
    yes->value.i = true;
    struct node *arm = tree_new(low, N_ARM, NULL, b->span);
    arm->a = b;
    ARENA_PUSH(low->arena, &arm->list) = yes;
    struct node *match = tree_new(low, N_MATCH, type_nullable(low->types, b->type, true), b->span);
    match->a = b_first;
    ARENA_PUSH(low->arena, &match->list) = arm;
    struct node *either = tree_builtin(low, BUILTIN_COALESCE, match->type, match, a);
    return either;
}

struct node *cohort_exit(const struct row *row, const struct cohort_info *cohort) {
    struct lowering *low = row->segment->low;
    struct node *first = NULL;
    for (uint32_t i = 0; i < cohort->nexit; i++) {
        struct node *day = cohort_day(row, cohort->exit[i]);
        if (!first) {
            first = day;
            continue;
        }
        struct moment so_far = {.text = STR("exit")};
        so_far.slot = segment_compute(row->segment, first);
        so_far.type = row->segment->slot_types.at[so_far.slot];
        struct node *missing = tree_not(low, tree_present(low, moment_day(low, &so_far)));
        struct node *before =
            compare(low, TOK_LT, cohort_day(row, cohort->exit[i]), moment_day(low, &so_far));
        first = earlier(low, moment_day(low, &so_far), day, tree_or(low, missing, before));
    }
    return first;
}

/* Not gone on the day: each `exit` is missing or later. */
static struct node *not_gone(const struct row *row, const struct cohort_info *cohort,
                             const struct moment *at) {
    struct lowering *low = row->segment->low;
    struct node *all = NULL;
    for (uint32_t i = 0; i < cohort->nexit; i++) {
        struct node *exit = cohort_day(row, cohort->exit[i]);
        all = tree_and(low, all, tree_not(low, compare(low, TOK_LE, exit, moment_day(low, at))));
    }
    return all;
}

struct node *cohort_span_holds(const struct row *row, const struct cohort_info *cohort) {
    if (!cohort->enter || !cohort->nexit)
        return NULL;
    struct moment entry = moment_of(row, cohort->enter);
    return not_gone(row, cohort, &entry);
}

/* All conditions, never missing; NULL: there are none. Undecided rows are counted. */
static struct node *conditions(const struct row *row, const struct cohort_info *cohort) {
    struct lowering *low = row->segment->low;
    struct node *all = NULL;
    if (cohort->enter)
        all = tree_present(low, cohort_day(row, cohort->enter));
    for (uint32_t i = 0; i < cohort->nconditions; i++) {
        struct node *tree = cohort_condition_tree(row, cohort, i);
        segment_undecided(row->segment, tree_and(low, all, tree));
        all = tree_and(low, all, cohort_lets_through(row, cohort, i));
    }
    return all;
}

static struct node *constant(struct lowering *low, bool value) {
    struct node *n = tree_new(low, N_BOOL, type_bool(low, false), (struct span){0, 0, 0});
    n->value.i = value;
    return n;
}

struct node *cohort_conditions(const struct row *row, const struct cohort_info *cohort) {
    struct node *all = conditions(row, cohort);
    return all ? all : constant(row->segment->low, true);
}

/* At one moment; `at` NULL: before all days. */
static struct node *plain_at(const struct row *row, const struct cohort_info *cohort,
                             const struct moment *at) {
    struct lowering *low = row->segment->low;
    struct node *all = cohort_conditions(row, cohort);
    if (!at)
        return cohort->enter ? constant(low, false) : all;
    if (cohort->enter) {
        struct node *entry = cohort_day(row, cohort->enter);
        all = tree_and(low, all, compare(low, TOK_LE, entry, moment_day(low, at)));
    }
    return tree_and(low, all, not_gone(row, cohort, at));
}

/* ---- combined ---- */

static struct node *member_at(const struct row *row, const struct node *is,
                              const struct moment *at) {
    struct lowering *low = row->segment->low;
    if (is->kind == N_BINARY) {
        struct node *a = member_at(row, is->a, at);
        struct node *b = member_at(row, is->b, at);
        return is->op == TOK_OR ? tree_or(low, a, b) : tree_and(low, a, b);
    }
    if (is->kind == N_UNARY)
        return tree_not(low, is->text.n ? lower_ever(row, is->a) : member_at(row, is->a, at));
    const struct cohort_info *cohort = is->symbol->detail;
    return cohort->is ? member_at(row, cohort->is, at) : plain_at(row, cohort, at);
}

/* Days on which the combination may begin to be true. */
struct beginnings {
    const struct row *row;
    ARENA_VEC(struct moment) at;
};

static void add_beginning(struct beginnings *b, const struct node *day) {
    struct moment m = moment_of(b->row, day);
    for (uint32_t i = 0; i < b->at.n; i++)
        if (b->at.at[i].slot == m.slot)
            return;
    ARENA_PUSH(b->row->segment->low->arena, &b->at) = m;
}

static void find_beginnings(struct beginnings *b, const struct node *is, bool denied) {
    if (is->kind == N_BINARY) {
        find_beginnings(b, is->a, denied);
        find_beginnings(b, is->b, denied);
        return;
    }
    if (is->kind == N_UNARY) {
        if (!is->text.n)
            find_beginnings(b, is->a, !denied);
        return;
    }
    const struct cohort_info *cohort = is->symbol->detail;
    if (cohort->is)
        find_beginnings(b, cohort->is, denied);
    else if (denied)
        for (uint32_t i = 0; i < cohort->nexit; i++)
            add_beginning(b, cohort->exit[i]);
    else if (cohort->enter)
        add_beginning(b, cohort->enter);
}

struct node *lower_ever(const struct row *row, const struct node *is) {
    struct lowering *low = row->segment->low;
    if (cohort_has_spells(is))
        return lower_spell(row, is, NULL, NULL);
    struct node *ever = member_at(row, is, NULL);
    struct beginnings begin = {.row = row};
    find_beginnings(&begin, is, false);
    for (uint32_t i = 0; i < begin.at.n; i++) {
        const struct moment *m = &begin.at.at[i];
        struct node *present = tree_present(low, moment_day(low, m));
        ever = tree_or(low, ever, tree_and(low, present, member_at(row, is, m)));
    }
    return ever;
}

struct node *lower_membership(const struct row *row, const struct node *is) {
    return lower_ever(row, is);
}

struct node *lower_membership_on(const struct row *row, const struct node *is,
                                 const struct moment *day) {
    struct lowering *low = row->segment->low;
    if (day && cohort_has_spells(is))
        return lower_spell(row, is, day, NULL);
    struct node *member = member_at(row, is, day);
    if (!day || !day->type->nullable)
        return member;
    return tree_and(low, tree_present(low, moment_day(low, day)), member);
}

struct node *cohort_entry(const struct row *row, const struct node *is) {
    const struct cohort_info *cohort = is->symbol->detail;
    return cohort_day(row, cohort->enter);
}

struct node *lower_membership_since(const struct row *row, const struct node *is,
                                    const struct moment *day) {
    struct lowering *low = row->segment->low;
    const struct cohort_info *cohort = is->symbol->detail;
    struct node *all = cohort_conditions(row, cohort), *span = cohort_span_holds(row, cohort);
    if (span)
        all = tree_and(low, all, span);
    all = tree_and(low, all, compare(low, TOK_LE, cohort_entry(row, is), moment_day(low, day)));
    return tree_is_true(low, all);
}

/* ---- members as rows ---- */

void cohort_keep_members(const struct row *row, const struct cohort_info *cohort) {
    struct lowering *low = row->segment->low;
    const struct span nowhere = {0, 0, 0};
    if (cohort->enter)
        segment_filter(row->segment, tree_present(low, cohort_day(row, cohort->enter)), nowhere);
    for (uint32_t i = 0; i < cohort->nconditions; i++) {
        struct node *condition = cohort->conditions[i].is;
        if (!cohort->conditions[i].excludes) {
            lower_where(row, condition);
            continue;
        }
        segment_undecided(row->segment, lower_tree(row, condition));
        struct node *kept = tree_not(low, tree_is_true(low, condition));
        kept->span = nowhere; /* what was written says who is left out */
        lower_where(row, kept);
    }
    struct node *span = cohort_span_holds(row, cohort);
    if (span)
        segment_filter(row->segment, span, nowhere);
}

uint32_t cohort_day_slot(struct segment *g, struct node *day) {
    struct lowering *low = g->low;
    const struct type *type = type_scalar(low->types, TY_DATE, true);
    if (!day)
        day = tree_new(low, N_MISSING, type_scalar(low->types, TY_MISSING, true),
                       (struct span){0, 0, 0});
    return segment_compute(g, tree_convert(low, day, type));
}

struct segment *lower_cohort(struct lowering *low, const struct symbol *symbol) {
    const struct cohort_info *cohort = symbol->detail;
    if (cohort->each)
        return lower_spelled_members(low, cohort);
    struct segment *g = segment_scan(low, cohort->entity);
    struct row row = row_of(g);
    g->plan->remark =
        arena_printf(low->arena, "rows of %.*s that are in %.*s", STR_ARG(cohort->entity->name),
                     STR_ARG(symbol->name.n ? symbol->name : STR("the cohort")));
    if (cohort->is && cohort->timed)
        return lower_spans(g, cohort);
    if (cohort->is) {
        segment_filter(g, lower_membership(&row, cohort->is), cohort->is->span);
        return g;
    }
    cohort_keep_members(&row, cohort);
    if (cohort->timed) {
        const struct type *day = type_scalar(low->types, TY_DATE, true);
        struct node *entry = cohort->enter ? cohort_day(&row, cohort->enter) : NULL;
        uint32_t entry_slot = cohort_day_slot(g, entry);
        segment_field(g, STR("entry"), day, entry_slot);
        segment_field(g, STR("exit"), day, cohort_day_slot(g, cohort_exit(&row, cohort)));
    }
    return g;
}
