/* Clauses of cohorts: when membership ends, what looks back from its entry, which gaps count. */
#include "syntax/parse.h"

static struct node *call_core(struct parser *p, const char *name, uint32_t start,
                              struct node *first, struct node *second) {
    struct node *call = node_new(p, N_CALL, start), *arguments[] = {first, second};
    struct node *function = call->a = node_new(p, N_DOT, start);
    function->a = node_new(p, N_NAME, start);
    function->a->text = STR("core");
    function->text = str_of(name);
    for (size_t i = 0; i < COUNT_OF(arguments) && arguments[i]; i++) {
        struct node *field = node_new(p, N_ARG, start);
        field->a = arguments[i];
        node_push(p, &call->list, field);
    }
    return node_end(p, call);
}

/* The day behind the last one of a period. */
static struct node *parse_end_of(struct parser *p) {
    uint32_t start = p->at;
    take(p);
    take(p);
    struct node *period = parse_expression(p);
    struct node *one = node_new(p, N_INT, start);
    one->value.i = 1;
    return call_core(p, "add_days", start, call_core(p, "last_day", start, period, NULL), one);
}

/* A date, `180 days after entry`, which is their sum, or `end of school_year(entry)`. */
void read_cohort_exit(struct parser *p, struct node *n) {
    if (at_word(p, "end") && token_is_word(peek_at(p, 1), "of")) {
        n->a = parse_end_of(p);
        return;
    }
    n->a = parse_expression(p);
    if (p->panic || !at_word(p, "after"))
        return;
    struct node *sum = node_after(p, N_BINARY, n->a);
    take(p);
    sum->op = TOK_PLUS;
    sum->b = n->a;
    sum->a = parse_expression(p);
    n->a = node_end(p, sum);
}

/* A condition, or `coaching.day within 3 years before entry`. */
void read_cohort_condition(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
    if (p->panic || !accept_word(p, "within"))
        return;
    n->b = parse_expression(p);
    if (p->panic || (accept_word(p, "before") && accept_word(p, "entry")))
        return;
    struct diag *g = parse_unexpected(p, "`before entry`");
    diag_help(p->diags, g, "write `exclude coaching.day within 3 years before entry`");
}

void read_cohort_gaps(struct parser *p, struct node *n) {
    if (!accept_word(p, "gaps") || !accept_word(p, "under")) {
        struct diag *g = parse_unexpected(p, "`gaps under`");
        diag_help(p->diags, g, "write `join gaps under 30 days`");
        return;
    }
    n->a = parse_expression(p);
}
