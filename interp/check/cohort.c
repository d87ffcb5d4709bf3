/* Cohorts: who belongs, as conditions on rows of an entity. */
#include "check/checker.h"

static struct node **add_condition(struct checker *c, struct node **list, uint32_t *n,
                                   struct node *condition_node) {
    struct node **more = ARENA_ARRAY(c->arena, struct node *, *n + 1);
    if (*n)
        memcpy(more, list, *n * sizeof *list);
    more[(*n)++] = condition_node;
    return more;
}

static void read_clauses(struct checker *c, struct cohort_info *info, struct node *n) {
    struct node *of = NULL;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_C_OF)
            of = n->list.at[i];
    if (!of) {
        if (has_error_inside(c, n->span))
            return; /* the clause may be there, misspelt */
        struct diag *d = error_at(c, E0308, n->name_span, "the cohort `%.*s` does not say of what",
                                  STR_ARG(n->text));
        diag_help(c->s->diags, d, "name its entity table: `of student`");
        return;
    }
    struct symbol *s = find_table(c, of->text, of->name_span);
    if (!s)
        return;
    info->entity = s->table;
    struct row row = {.type = s->table->row, .table = s->table};
    struct row *kept = ARENA_NEW(c->arena, struct row);
    *kept = row;
    c->row = kept;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *clause = n->list.at[i];
        if (clause->kind == N_C_REQUIRE)
            info->require = add_condition(c, info->require, &info->nrequire,
                                          condition(c, clause->a, "what is required"));
        else if (clause->kind == N_C_EXCLUDE)
            info->exclude = add_condition(c, info->exclude, &info->nexclude,
                                          condition(c, clause->a, "what is excluded"));
    }
    c->row = NULL;
}

struct cohort_info *cohort_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    if (symbol->checking) {
        error_at(caller, E0313, symbol->span, "the cohort `%.*s` needs itself",
                 STR_ARG(symbol->name));
        return NULL;
    }
    symbol->checking = true;
    struct checker c = checker_declaring(caller->s, symbol);
    struct cohort_info *info = ARENA_NEW(c.arena, struct cohort_info);
    struct node *n = symbol->node;
    if (n->a) {
        info->is = check_cohort_expression(&c, n->a, &info->entity);
        if (is_poison(info->is))
            info->entity = NULL;
    } else
        read_clauses(&c, info, n);
    symbol->checking = false;
    symbol->detail = info;
    return info;
}

static struct node *cohort_name(struct checker *c, struct node *n, const struct table **entity) {
    struct symbol *s = scope_find(top_scope(c), n->text);
    probe_symbol(c, n->span, s);
    if (!s || s->kind != SYM_COHORT) {
        struct diag *d = error_at(c, E0201, n->span, "there is no cohort `%.*s`", STR_ARG(n->text));
        const struct scope *g = top_scope(c);
        struct str *names = ARENA_ARRAY(c->arena, struct str, g->order.n + 1);
        uint32_t count = 0;
        for (uint32_t i = 0; i < g->order.n; i++)
            if (g->order.at[i]->kind == SYM_COHORT)
                names[count++] = g->order.at[i]->name;
        help_nearest(c, d, n->text, names, count);
        return node_poison(c, n);
    }
    struct cohort_info *info = cohort_of(c, s);
    if (!info || !info->entity)
        return node_poison(c, n);
    if (*entity && *entity != info->entity)
        return fail_at(c, E0207, n, "`%.*s` is a cohort of `%.*s`, the others are of `%.*s`",
                       STR_ARG(n->text), STR_ARG(info->entity->name), STR_ARG((*entity)->name));
    *entity = info->entity;
    n->symbol = s;
    n->type = TYPE(c, BOOL);
    return n;
}

struct node *check_cohort_expression(struct checker *c, struct node *n,
                                     const struct table **entity) {
    if (n->kind == N_NAME)
        return cohort_name(c, n, entity);
    if (n->kind == N_UNARY && n->op == TOK_NOT) {
        n->a = check_cohort_expression(c, n->a, entity);
        n->type = n->a->type;
        return n;
    }
    if (n->kind == N_BINARY && (n->op == TOK_AND || n->op == TOK_OR)) {
        n->a = check_cohort_expression(c, n->a, entity);
        n->b = check_cohort_expression(c, n->b, entity);
        n->type = is_poison(n->a) ? n->a->type : n->b->type;
        return n;
    }
    return fail_at(c, E0207, n, "cohorts are combined by `and`, `or` and `not` only");
}
