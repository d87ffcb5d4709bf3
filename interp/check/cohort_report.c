/* What is asked about a cohort itself: attrition(c) and why(key, c). Both are relations, a FROM of
 * the cohort with another view; what is written out as `a and not b` is a cohort without a name. */
#include "check/checker.h"

static const struct type *report_type(struct checker *c, bool attrition) {
    const struct type *number = TYPE(c, INT), *text = TYPE(c, TEXT);
    const struct field counted[] = {{STR("step"), number},
                                    {STR("clause"), text},
                                    {STR("left"), number},
                                    {STR("undecided"), number},
                                    {STR("back"), number}};
    const struct field judged[] = {{STR("step"), number},
                                   {STR("clause"), text},
                                   {STR("values"), text},
                                   {STR("verdict"), text}};
    static const uint32_t step = 0;
    return attrition ? type_relation(c->types, counted, COUNT_OF(counted), &step, 1)
                     : type_relation(c->types, judged, COUNT_OF(judged), &step, 1);
}

/* The cohort's symbol; NULL with an error. */
static struct symbol *cohort_argument(struct checker *c, struct node *n) {
    if (n->kind == N_FROM && n->symbol && n->symbol->kind == SYM_COHORT && !n->op)
        return n->symbol; /* `coached | attrition` */
    const struct table *entity = NULL;
    struct node *is = check_cohort_expression(c, n, &entity);
    if (is_poison(is))
        return NULL;
    if (is->kind == N_NAME)
        return is->symbol;
    struct cohort_info *info = ARENA_NEW(c->arena, struct cohort_info);
    struct symbol *symbol = ARENA_NEW(c->arena, struct symbol);
    info->entity = entity;
    info->row = entity->row;
    info->is = is;
    info->timed = cohort_has_times(is);
    symbol->kind = SYM_COHORT;
    symbol->span = n->span;
    symbol->detail = info;
    return symbol;
}

/* The condition that the row's key is the one asked about. */
static struct node *key_test(struct checker *c, const struct table *entity, struct node *key) {
    if (!table_is_entity(entity))
        return fail_at(c, E0207, key, "no single key tells rows of `%.*s` apart",
                       STR_ARG(entity->name));
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = entity->row;
    row->table = entity;
    struct node *column = as_value(c, column_read(c, row, entity->keys[0], key->span));
    key = convert(c, check_value(c, key), column->type, "the key");
    struct node *test = node_make(c, N_BINARY, key->span, TYPE(c, BOOL));
    test->op = TOK_EQ;
    test->a = column;
    test->b = key;
    return is_poison(key) ? key : test;
}

struct node *check_cohort_report(struct checker *c, struct node *call, enum builtin b) {
    bool attrition = b == BUILTIN_ATTRITION;
    uint32_t wanted = attrition ? 1 : 2;
    if (call->list.n != wanted) {
        struct diag *d =
            error_at(c, E0209, call->span, "`%s` takes %u argument%s",
                     attrition ? "attrition" : "why", (unsigned)wanted, wanted == 1 ? "" : "s");
        diag_help(c->s->diags, d, "%s",
                  attrition ? "name a cohort: `attrition(coached)`"
                            : "give the key of one of its rows, then the cohort: "
                              "`why(\"S1042\", coached)`");
        return node_poison(c, call);
    }
    struct symbol *symbol = cohort_argument(c, call->list.at[wanted - 1]->a);
    if (!symbol)
        return node_poison(c, call);
    struct node *from = node_make(c, N_FROM, call->span, report_type(c, attrition));
    from->symbol = symbol;
    from->text = symbol->name;
    from->op = attrition ? COHORT_ATTRITION : COHORT_WHY;
    if (attrition)
        return from;
    const struct cohort_info *cohort = symbol->detail;
    if (cohort->each) {
        struct diag *d =
            error_at(c, E0337, call->span,
                     "a row may enter `%.*s` several times, so no single answer says why",
                     STR_ARG(symbol->name));
        diag_help(c->s->diags, d,
                  "its times are rows of `from %.*s`; `attrition(%.*s)` counts steps",
                  STR_ARG(symbol->name), STR_ARG(symbol->name));
        return node_poison(c, call);
    }
    from->b = key_test(c, cohort->entity, call->list.at[0]->a);
    return is_poison(from->b) ? node_poison(c, call) : from;
}
