/* Rules: what must hold for every row of a table, and what to say if not. */
#include "check/checker.h"

static void rule_incomplete(struct checker *c, const struct node *n, const char *what,
                            const char *help) {
    if (has_error_inside(c, n->span))
        return; /* the clause may be there, misspelt */
    struct diag *d =
        error_at(c, E0315, n->name_span, "the rule `%.*s` has no %s", STR_ARG(n->text), what);
    diag_help(c->s->diags, d, "%s", help);
}

static struct row_let *collect_lets(struct checker *c, const struct node *n) {
    struct row_let *lets = NULL;
    for (uint32_t i = 0; i < n->list.n; i++)
        for (uint32_t k = 0; n->list.at[i]->kind == N_R_LET && k < n->list.at[i]->list.n; k++) {
            struct row_let *let = ARENA_NEW(c->arena, struct row_let);
            let->name = n->list.at[i]->list.at[k]->text;
            let->value = n->list.at[i]->list.at[k]->a;
            let->next = lets;
            lets = let;
        }
    return lets;
}

static void read_severity(struct checker *c, struct rule_info *rule, const struct node *clause) {
    static const char *const words[] = {"error", "warn", "info"};
    struct str names[3];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        names[i] = str_of(words[i]);
        if (str_eq(names[i], clause->text)) {
            rule->severity = names[i];
            return;
        }
    }
    struct diag *d =
        error_at(c, E0311, clause->span, "`%.*s` is no severity", STR_ARG(clause->text));
    help_words(c, d, clause->text, names, 3);
}

static void narrow(struct checker *c, struct rule_info *rule, struct node *clause) {
    struct node *more = condition(c, clause->a, "the `where`");
    if (!rule->where || is_poison(more) || is_poison(rule->where)) {
        rule->where = more;
        return;
    }
    struct node *both = node_make(
        c, N_BINARY, clause->span,
        type_scalar(c->types, TY_BOOL, rule->where->type->nullable || more->type->nullable));
    both->op = TOK_AND;
    both->a = rule->where;
    both->b = more;
    rule->where = both;
}

static void read_clause(struct checker *c, struct rule_info *rule, struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_R_WHERE:
        narrow(c, rule, clause);
        break;
    case N_R_EXPECT:
        rule->expect = condition(c, clause->a, "what is expected");
        rule->missing_passes = clause->flags & FLAG_MISSING_PASSES;
        rule->missing_skips = clause->flags & FLAG_MISSING_SKIPS;
        break;
    case N_R_MESSAGE:
        rule->message = convert(c, check_value(c, clause->a), TYPE(c, TEXT), "the message");
        break;
    case N_R_SEVERITY:
        read_severity(c, rule, clause);
        break;
    default:
        break;
    }
}

struct rule_info *rule_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    struct checker c = checker_declaring(caller->s, symbol);
    struct rule_info *rule = ARENA_NEW(c.arena, struct rule_info);
    struct node *n = symbol->node;
    const struct node *of = NULL;
    uint32_t errors = c.s->diags->errors;
    rule->symbol = symbol;
    rule->severity = STR("error");
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_R_FOR)
            of = n->list.at[i];
    symbol->detail = rule;
    if (!of) {
        rule_incomplete(&c, n, "`for`", "say what it judges: `for school`");
        return rule;
    }
    struct symbol *table = find_table(&c, of->text, of->name_span);
    if (!table)
        return rule;
    struct row *row = ARENA_NEW(c.arena, struct row);
    row->type = table->table->row;
    row->table = table->table;
    row->lets = collect_lets(&c, n);
    c.row = row;
    for (uint32_t i = 0; i < n->list.n; i++)
        read_clause(&c, rule, n->list.at[i]);
    rule->where = rule_rows(&c, row, of, rule->where);
    if (!rule->expect && c.s->diags->errors == errors)
        rule_incomplete(&c, n, "`expect`", "say what must hold: `expect grade in 9..12`");
    if (rule->expect && c.s->diags->errors == errors)
        rule->table = table->table;
    return rule;
}
