/* The spans of a derived cohort with times: each plain cohort in it gives a row of the entity a
 * bool and two days, and exec/ combines them. */
#include "plan/cohort.h"

struct program {
    const struct row *row;
    ARENA_VEC(const struct cohort_info *) leaves;
    ARENA_VEC(uint32_t) codes;
};

static uint32_t leaf_of(struct program *p, const struct cohort_info *cohort) {
    for (uint32_t i = 0; i < p->leaves.n; i++)
        if (p->leaves.at[i] == cohort)
            return i;
    ARENA_PUSH(p->row->segment->low->arena, &p->leaves) = cohort;
    return p->leaves.n - 1;
}

static void write_program(struct program *p, const struct node *is) {
    uint32_t code;
    if (is->kind == N_BINARY) {
        write_program(p, is->a);
        write_program(p, is->b);
        code = is->op == TOK_OR ? SPANS_OR : SPANS_AND;
    } else if (is->kind == N_UNARY) {
        write_program(p, is->a);
        code = is->text.n ? SPANS_NEVER : SPANS_NOT;
    } else {
        const struct cohort_info *cohort = is->symbol->detail;
        if (cohort->is) {
            write_program(p, cohort->is);
            return;
        }
        code = SPANS_LEAF + leaf_of(p, cohort);
    }
    ARENA_PUSH(p->row->segment->low->arena, &p->codes) = code;
}

/* What a leaf puts out, computed before the segment is closed. */
struct leaf_slots {
    uint32_t at[3];
};

static struct leaf_slots leaf_slots(const struct row *row, const struct cohort_info *cohort) {
    struct segment *g = row->segment;
    struct leaf_slots slots;
    if (cohort->each) { /* the row, whose spans a plan of their own gives */
        slots.at[0] = own_number(row);
        slots.at[1] = slots.at[2] = cohort_day_slot(g, NULL);
        return slots;
    }
    slots.at[0] = segment_compute(g, cohort_conditions(row, cohort));
    slots.at[1] = cohort_day_slot(g, cohort->enter ? cohort_day(row, cohort->enter) : NULL);
    slots.at[2] = cohort_day_slot(g, cohort_exit(row, cohort));
    return slots;
}

struct segment *lower_spans(struct segment *g, const struct cohort_info *cohort) {
    struct lowering *low = g->low;
    struct row row = row_of(g);
    struct program program = {.row = &row};
    write_program(&program, cohort->is);
    struct leaf_slots *slots = ARENA_ARRAY(low->arena, struct leaf_slots, program.leaves.n + 1);
    for (uint32_t i = 0; i < program.leaves.n; i++)
        slots[i] = leaf_slots(&row, program.leaves.at[i]);
    segment_in_order(g); /* rows keep their order, and the spans of a row are in that of time */
    close_row(g);
    uint32_t nkept = g->outputs.n;
    for (uint32_t i = 0; i < program.leaves.n; i++)
        for (uint32_t k = 0; k < COUNT_OF(slots[i].at); k++)
            segment_output(g, STR_NONE, slots[i].at[k]);
    struct segment *s = segment_over(g, BASE_SPANS);
    s->slot_types.n = nkept; /* the spans become rows of two slots */
    reopen_row(s, g);
    const struct type *day = type_scalar(low->types, TY_DATE, true);
    segment_field(s, STR("entry"), day, segment_slot(s, day));
    segment_field(s, STR("exit"), day, segment_slot(s, day));
    s->type = cohort->row;
    s->plan->nkept = nkept;
    s->plan->nspans = program.leaves.n;
    s->plan->spelled = ARENA_ARRAY(low->arena, uint32_t, program.leaves.n + 1);
    s->plan->extents = ARENA_ARRAY(low->arena, const struct plan *, program.leaves.n + 1);
    for (uint32_t i = 0; i < program.leaves.n; i++) {
        if (program.leaves.at[i]->each) {
            s->plan->extents[s->plan->nextents++] = cohort_spells(low, program.leaves.at[i])->plan;
            s->plan->spelled[i] = s->plan->nextents;
        }
    }
    s->plan->program = program.codes.at;
    s->plan->nprogram = program.codes.n;
    struct str said = tree_text(low->arena, low->session, cohort->is);
    s->plan->remark = arena_printf(low->arena, "a row for each span of %.*s", STR_ARG(said));
    return s;
}
