/* The rows that a rule judges, with what is to be known of each.
 *
 * What a plan alone gives is run as such. Rows that a function makes need code
 * to call it: then a unit of one statement shows them, and they are taken
 * before anybody sees them. */
#include "api/interp.h"
#include "plan/plan.h"

static enum status run_code(struct spoke *sp, struct node *relation, struct frame **out) {
    struct proto *main;
    struct node *file = ARENA_NEW(&sp->arena, struct node);
    struct node *show = ARENA_NEW(&sp->arena, struct node);
    file->kind = N_BLOCK;
    show->kind = N_SHOW;
    show->span = file->span = relation->span;
    show->a = relation;
    ARENA_PUSH(&sp->arena, &file->list) = show;
    enum status s = compile_unit(&sp->session, &sp->vm.layout, file, &main);
    if (s != ST_OK)
        return s;
    sp->taken = out;
    s = vm_run(&sp->vm, main);
    sp->taken = NULL;
    return s;
}

enum status rule_frame(struct spoke *sp, const struct rule_info *rule, struct rule_plan *plan,
                       struct frame **out) {
    *out = NULL;
    if (!plan_rule(&sp->session, rule, false, plan))
        return ST_FAILED;
    if (plan->plan->ncaptured == 0)
        return run_plan(sp, plan->plan, out);
    enum status s = run_code(sp, rule_relation(&sp->session, rule, false, &plan->columns), out);
    if (s != ST_OK && *out) {
        frame_drop(*out);
        *out = NULL;
    }
    return s;
}
