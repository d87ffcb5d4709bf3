/* Rules as relations: the rows that are judged with what is to be known of
 * each, and the findings alone.
 *
 * A row is looked at where `where` is true, and keeps the rule where its
 * verdict, all expectations together, is true; a verdict that is false breaks
 * it, and one that is missing leaves it undecided. With `missing passes` an
 * expectation that is missing is taken for true, with `missing skips` as well,
 * and rows on which no other expectation says anything are not looked at.
 *
 * What a row that is not looked at would say is not worked out, so it cannot fail: whatever reads
 * an expectation stands behind a filter or an `and` whose left side is false there, never missing,
 * since behind a missing one the right side is worked out. */
#include "check/rule_parts.h"

static const struct span nowhere = {0, 0, 0};

static struct node *binary(struct checker *c, int op, struct node *a, struct node *b) {
    if (!a || !b)
        return a ? a : b;
    struct node *n = node_make(c, N_BINARY, nowhere, NULL);
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return check_expr(c, n);
}

static struct node *is_missing(struct checker *c, struct node *value, bool negated) {
    struct node *n = node_make(c, N_IS_MISSING, nowhere, NULL);
    n->a = value;
    n->flags = negated ? FLAG_NEGATED : 0;
    return check_expr(c, n);
}

static struct node *branch(struct checker *c, struct node *value) {
    struct node *block = node_make(c, N_BLOCK, nowhere, NULL);
    struct node *only = node_make(c, N_EXPRESSION, nowhere, NULL);
    only->a = value;
    list_push(c, &block->list, only);
    return block;
}

static struct node *if_else(struct checker *c, struct node *is, struct node *then,
                            struct node *other) {
    struct node *n = node_make(c, N_IF, nowhere, NULL);
    n->a = is;
    n->b = branch(c, then);
    n->c = branch(c, other);
    return check_expr(c, n);
}

/* ---- what is known of a row ---- */

static struct node *kept(struct checker *c, const struct rule_expectation *e) {
    bool lenient = (e->missing_passes || e->missing_skips) && e->is->type->nullable;
    return lenient ? binary(c, TOK_OR, e->is, is_missing(c, e->is, false)) : e->is;
}

static struct node *verdict_of(struct checker *c, const struct rule_info *rule) {
    struct node *all = NULL;
    for (uint32_t i = 0; i < rule->nexpectations; i++)
        all = binary(c, TOK_AND, all, kept(c, &rule->expectations[i]));
    return all;
}

/* False where it is missing. Of several `where`s each, so that one keeps rows from the next. */
static struct node *surely(struct checker *c, struct node *n) {
    if (!n || !n->type->nullable)
        return n;
    if (n->kind == N_BINARY && n->op == TOK_AND && (n->flags & FLAG_COMBINED))
        return binary(c, TOK_AND, surely(c, n->a), surely(c, n->b));
    struct node *is = invoke_builtin(c, nowhere, BUILTIN_COALESCE, TYPE(c, BOOL), n);
    list_push(c, &is->list, node_make(c, N_BOOL, nowhere, TYPE(c, BOOL)));
    return is;
}

/* NULL: every row. */
static struct node *looked_at(struct checker *c, const struct rule_info *rule) {
    struct node *any = NULL;
    for (uint32_t i = 0; i < rule->nexpectations; i++) {
        const struct rule_expectation *e = &rule->expectations[i];
        if (!e->missing_skips || !e->is->type->nullable)
            return surely(c, rule->where);
        any = binary(c, TOK_OR, any, is_missing(c, e->is, true));
    }
    return binary(c, TOK_AND, surely(c, rule->where), any);
}

/* Whether what is not true of a row is a finding. */
static struct node *is_not(struct checker *c, struct node *verdict) {
    struct node *n = node_make(c, N_UNARY, nowhere, NULL);
    n->op = TOK_NOT;
    n->a = verdict;
    n = check_expr(c, n);
    return verdict->type->nullable ? binary(c, TOK_OR, n, is_missing(c, verdict, false)) : n;
}

void rule_terms(struct session *s, const struct rule_info *rule, struct rule_terms *out) {
    struct checker c = checker_for(s);
    out->looked_at = looked_at(&c, rule);
    out->verdict = verdict_of(&c, rule);
    out->found = binary(&c, TOK_AND, out->looked_at, is_not(&c, out->verdict));
}

/* ---- sources that are scans ---- */

static struct node *source_base(struct node *n) {
    while (n->kind == N_PIPELINE)
        n = n->a;
    return n;
}

static bool only_leaves_out(const struct node *n) {
    for (; n->kind == N_PIPELINE; n = n->a)
        for (uint32_t i = 0; i < n->list.n; i++)
            if (n->list.at[i]->kind != N_V_WHERE)
                return false;
    return n->kind == N_FROM && !n->note && n->symbol && n->symbol->kind == SYM_TABLE;
}

/* All `where`s behind the base; NULL: none. */
static struct node *source_where(struct checker *c, const struct rule_info *rule) {
    struct node *all = NULL;
    for (const struct node *n = rule->source; n->kind == N_PIPELINE; n = n->a)
        for (uint32_t i = n->list.n; i-- > 0;)
            all = binary(c, TOK_AND, surely(c, n->list.at[i]->a), all);
    return all;
}

const struct table *rule_scans(const struct rule_info *rule, const struct node **held) {
    if (!rule->source || !only_leaves_out(rule->source))
        return NULL;
    const struct node *base = source_base(rule->source);
    *held = base->b;
    return base->symbol->table;
}

void rule_scan_terms(struct session *s, const struct rule_info *rule, struct rule_terms *out) {
    struct checker c = checker_for(s);
    rule_terms(s, rule, out);
    out->looked_at = binary(&c, TOK_AND, source_where(&c, rule), out->looked_at);
    out->found = binary(&c, TOK_AND, out->looked_at, is_not(&c, out->verdict));
}

/* ---- messages ---- */

static struct node *plain_message(struct checker *c, const struct rule_expectation *e) {
    struct node *broken =
        node_text(c, nowhere, arena_printf(c->arena, "expected %.*s", STR_ARG(e->words)));
    if (!e->is->type->nullable)
        return broken;
    struct node *undecided = node_text(
        c, nowhere, arena_printf(c->arena, "a value is missing for %.*s", STR_ARG(e->words)));
    return if_else(c, is_missing(c, e->is, false), undecided, broken);
}

/* What is said so far, where some of it is said, and one thing more. */
struct story {
    struct node *text, *said;
};

static void tell(struct checker *c, struct story *story, struct node *when, struct node *text) {
    if (story->text) {
        struct node *between = if_else(c, story->said, node_text(c, nowhere, STR("; ")),
                                       node_text(c, nowhere, STR("")));
        text = binary(c, TOK_PLUS, between, text);
    }
    struct node *part = if_else(c, when, text, node_text(c, nowhere, STR("")));
    story->text = binary(c, TOK_PLUS, story->text, part);
    story->said = binary(c, TOK_OR, story->said, when);
}

/* As those see it who are told. */
static struct node *shown(struct checker *c, const struct rule_info *rule, struct node *message) {
    return message && c->s->mask_values ? masked_message(c, rule, message) : message;
}

/* Of each expectation that does not hold its own message; of those without one the rule's. */
static struct node *message_of(struct checker *c, const struct rule_info *rule) {
    struct story story = {NULL, NULL};
    struct node *common = NULL;
    if (rule->nexpectations == 1) {
        const struct rule_expectation *e = &rule->expectations[0];
        struct node *own = shown(c, rule, e->message ? e->message : rule->message);
        return own ? own : plain_message(c, e);
    }
    for (uint32_t i = 0; rule->message && i < rule->nexpectations; i++)
        if (!rule->expectations[i].message)
            common = binary(c, TOK_OR, common, is_not(c, kept(c, &rule->expectations[i])));
    if (common)
        tell(c, &story, common, shown(c, rule, rule->message));
    for (uint32_t i = 0; i < rule->nexpectations; i++) {
        const struct rule_expectation *e = &rule->expectations[i];
        if (e->message || !rule->message)
            tell(c, &story, is_not(c, kept(c, e)),
                 e->message ? shown(c, rule, e->message) : plain_message(c, e));
    }
    return story.text;
}

/* ---- relations ---- */

struct selecting {
    struct checker *c;
    struct node *select;
    struct columns columns;
};

static uint32_t put(struct selecting *s, struct str name, struct node *value) {
    struct node *f = node_make(s->c, N_FIELD, value->span, value->type);
    f->a = value;
    f->text = name;
    list_push(s->c, &s->select->list, f);
    ARENA_PUSH(s->c->arena, &s->columns) = (struct field){name, value->type};
    return s->columns.n - 1;
}

static void put_keys(struct selecting *s, const struct rule_info *rule) {
    for (uint32_t i = 0; i < rule->nkeys; i++) {
        const struct field *f = &rule->row->fields[rule->keys[i]];
        struct node *n = node_make(s->c, N_COLUMN, nowhere, f->type);
        n->value.i = rule->keys[i];
        n->text = f->name;
        put(s, f->name, n);
    }
}

/* `where` NULL: nothing is left out. */
static struct node *narrow(struct checker *c, struct node *pipeline, struct node *where) {
    if (!where)
        return pipeline;
    struct node *verb = node_make(c, N_V_WHERE, nowhere, pipeline->type);
    verb->a = where;
    list_push(c, &pipeline->list, verb);
    return pipeline;
}

/* A pipeline over the source that may be added to. */
static struct node *over_source(struct checker *c, const struct rule_info *rule) {
    struct node *out = node_make(c, N_PIPELINE, rule->symbol->span, rule->row);
    out->a = rule->source;
    return out;
}

static struct node *finish(struct selecting *s, struct node *pipeline, uint32_t nkeys) {
    uint32_t *keys = ARENA_ARRAY(s->c->arena, uint32_t, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++)
        keys[i] = i;
    s->select->type = relation_of(s->c, &s->columns, keys, nkeys);
    list_push(s->c, &pipeline->list, s->select);
    pipeline->type = s->select->type;
    return pipeline;
}

static bool holds_still(const struct session *s, const struct rule_exception *x) {
    return !s->has_today || x->until >= s->today;
}

static void put_rule(struct selecting *s, const struct rule_info *rule,
                     const struct rule_terms *terms, bool all_found, struct rule_columns *out) {
    struct checker *c = s->c;
    struct node *message = message_of(c, rule);
    *out = (struct rule_columns){.where = -1, .first = s->columns.n};
    put_keys(s, rule);
    for (uint32_t i = 0; i < rule->nreads; i++)
        put(s, arena_printf(c->arena, "#read %u", i), rule->reads[i].value);
    out->excepts = s->columns.n;
    for (uint32_t i = 0; i < rule->nexceptions; i++) {
        struct node *is = rule->exceptions[i].is;
        put(s, arena_printf(c->arena, "#except %u", i),
            all_found ? is : binary(c, TOK_AND, terms->found, is));
    }
    if (terms->looked_at)
        out->where = (int)put(s, STR("#where"), terms->looked_at);
    out->verdict = put(s, STR("#expect"), terms->verdict);
    if (!all_found)
        message = if_else(c, terms->found, message,
                          check_expr(c, node_make(c, N_MISSING, nowhere, NULL)));
    out->message = put(s, STR("#message"), message);
}

/* True on rows that are not looked at. */
static struct node *where_looked_at(struct checker *c, const struct rule_terms *terms) {
    if (!terms->looked_at)
        return terms->verdict;
    return binary(c, TOK_OR, is_not(c, terms->looked_at), terms->verdict);
}

struct node *rules_relation(struct session *session, const struct rule_info *const *rules,
                            uint32_t n, bool found_only, struct rule_columns *out) {
    struct checker c = checker_for(session);
    struct selecting s = {.c = &c, .select = node_make(&c, N_V_SELECT, nowhere, NULL)};
    struct node *pipeline = over_source(&c, rules[0]), *found = NULL;
    for (uint32_t i = 0; i < n; i++) {
        struct rule_terms terms;
        if (n > 1) { /* each brings along what its source leaves out */
            rule_scan_terms(session, rules[i], &terms);
            terms.verdict = where_looked_at(&c, &terms);
        } else {
            rule_terms(session, rules[i], &terms);
            narrow(&c, pipeline, found_only ? terms.found : terms.looked_at);
            terms.looked_at = NULL;
        }
        put_rule(&s, rules[i], &terms, found_only && n == 1, &out[i]);
        found = binary(&c, TOK_OR, found, terms.found);
    }
    if (n > 1)
        pipeline->a = source_base(rules[0]->source);
    if (n > 1 && found_only)
        narrow(&c, pipeline, found);
    return finish(&s, pipeline, n == 1 ? rules[0]->nkeys : 0);
}

/* ---- from RULE ---- */

/* A key of that name keeps it. */
static struct str free_name(struct checker *c, const struct selecting *s, const char *name) {
    struct str out = str_of(name);
    for (uint32_t i = 0; i < s->columns.n; i++)
        if (str_eq(s->columns.at[i].name, out)) {
            out = arena_printf(c->arena, "%.*s_", STR_ARG(out));
            i = UINT32_MAX; /* from the start */
        }
    return out;
}

struct node *findings_of_rule(struct checker *caller, struct symbol *symbol, struct span span) {
    const struct rule_info *rule = rule_of(caller, symbol);
    struct checker c = checker_for(caller->s);
    struct selecting s = {.c = &c, .select = node_make(&c, N_V_SELECT, span, NULL)};
    if (symbol->checking) {
        struct node *n = node_make(caller, N_FROM, span, NULL);
        return fail_at(caller, E0313, n, "`%.*s` needs itself", STR_ARG(symbol->name));
    }
    if (!rule->source) {
        struct node *n = node_make(caller, N_FROM, span, NULL);
        if (!caller->s->rules_apart)
            return node_poison(caller, n); /* told */
        return fail_at(caller, E0315, n, "the rule `%.*s` has an error, so nothing is found by it",
                       STR_ARG(symbol->name));
    }
    struct rule_terms terms;
    rule_terms(c.s, rule, &terms);
    struct node *pipeline = narrow(&c, over_source(&c, rule), terms.found);
    pipeline->span = span;
    for (uint32_t i = 0; i < rule->nexceptions; i++)
        if (holds_still(c.s, &rule->exceptions[i]))
            narrow(&c, pipeline, is_not(&c, rule->exceptions[i].is));
    put_keys(&s, rule);
    put(&s, free_name(&c, &s, "message"), message_of(&c, rule));
    put(&s, free_name(&c, &s, "severity"), node_text(&c, nowhere, rule->severity));
    put(&s, free_name(&c, &s, "undecided"), is_missing(&c, terms.verdict, false));
    return finish(&s, pipeline, rule->nkeys);
}
