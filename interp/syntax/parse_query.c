/* Questions to measures, and `from`.
 *
 * Clause words are names everywhere else: a word is a clause of a question only
 * behind a measure. */
#include "syntax/parse.h"

/* ---- questions ---- */

static const char *const clause_words[] = {"where", "by", "over", "at"};

static bool at_any(const struct parser *p, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (at_word(p, words[i]))
            return true;
    return false;
}

bool at_question_word(const struct parser *p) {
    return at_kind(p, TOK_FOR) || at_kind(p, TOK_IN) ||
           at_any(p, clause_words, COUNT_OF(clause_words)) || at_cell_clause(p);
}

/* ---- `for` cohorts ---- */

static struct node *parse_cohort_name(struct parser *p) {
    if (at_kind(p, TOK_LPAREN)) {
        uint32_t first = p->at;
        take(p);
        struct node *n = parse_cohorts(p);
        if (!p->panic)
            expect(p, TOK_RPAREN, "`)`");
        n->flags |= FLAG_BRACKETED;
        n->span.start = p->tokens.at[first].span.start;
        return node_end(p, n);
    }
    if (!at_kind(p, TOK_NAME)) {
        parse_unexpected(p, "the name of a cohort");
        return node_bad(p);
    }
    return parse_operand(p);
}

static struct node *parse_cohort_not(struct parser *p) {
    if (!parse_deeper(p)) {
        parse_back(p);
        return node_bad(p);
    }
    struct node *n;
    const struct token *behind = peek_at(p, 1);
    bool never = at_word(p, "never") && (behind->kind == TOK_NAME || behind->kind == TOK_LPAREN);
    if (never || at_kind(p, TOK_NOT)) {
        n = node_new(p, N_UNARY, p->at);
        n->op = TOK_NOT;
        n->text = never ? STR("never") : STR_NONE;
        take(p);
        n->a = parse_cohort_not(p);
        node_end(p, n);
    } else {
        n = parse_cohort_name(p);
    }
    parse_back(p);
    return n;
}

static struct node *join_cohorts(struct parser *p, enum token_kind op,
                                 struct node *(*part)(struct parser *)) {
    struct node *left = part(p);
    while (!p->panic && at_kind(p, op)) {
        struct node *n = node_after(p, N_BINARY, left);
        n->op = (uint8_t)op;
        n->a = left;
        take(p);
        n->b = part(p);
        left = node_end(p, n);
    }
    return left;
}

static struct node *parse_cohort_and(struct parser *p) {
    return join_cohorts(p, TOK_AND, parse_cohort_not);
}

struct node *parse_cohorts(struct parser *p) {
    return join_cohorts(p, TOK_OR, parse_cohort_and);
}

/* ---- clauses ---- */

static struct node *parse_by(struct parser *p, struct node *n) {
    n->kind = N_Q_BY;
    do {
        struct node *field = parse_field(p);
        bool end = token_is_word(peek_at(p, 1), "end");
        if (!p->panic && at_word(p, "at") && (end || token_is_word(peek_at(p, 1), "start"))) {
            field->flags |= end ? FLAG_AT_END : FLAG_AT_START;
            take(p);
            take(p);
            node_end(p, field);
        }
        node_push(p, &n->list, field);
    } while (!p->panic && accept(p, TOK_COMMA));
    return n;
}

static struct node *parse_over(struct parser *p, struct node *n) {
    n->kind = N_Q_OVER;
    take_name(p, n, "a grain of time, as `month`,");
    return n;
}

/* One clause at its word. */
static struct node *parse_clause(struct parser *p) {
    struct node *n = node_new(p, N_BAD, p->at);
    bool no_in = p->no_in;
    p->no_in = true;
    if (accept(p, TOK_FOR)) {
        n->kind = N_Q_FOR;
        n->a = parse_cohorts(p);
    } else if (accept(p, TOK_IN)) {
        n->kind = N_Q_IN;
        n->a = parse_range(p);
    } else if (accept_word(p, "at")) {
        n->kind = N_Q_AT;
        n->a = parse_range(p);
    } else if (accept_word(p, "where")) {
        n->kind = N_Q_WHERE;
        n->a = parse_expression(p);
    } else if (accept_word(p, "by")) {
        parse_by(p, n);
    } else if (at_cell_clause(p)) {
        parse_cell_clause(p, n);
    } else {
        take(p);
        parse_over(p, n);
    }
    p->no_in = no_in;
    return node_end(p, n);
}

static const struct node *same_clause(const struct node *question, unsigned kind) {
    for (uint32_t i = 0; i < question->more.n; i++)
        if (question->more.at[i]->kind == kind)
            return question->more.at[i];
    return NULL;
}

/* `with total with interval 95%` are two, unless they ask for the same. */
static const struct node *same_shown(const struct node *question, const struct node *clause) {
    for (uint32_t i = 0; i < question->more.n; i++) {
        const struct node *with = question->more.at[i];
        for (uint32_t k = 0; with->kind == N_Q_WITH && k < with->list.n; k++)
            for (uint32_t j = 0; j < clause->list.n; j++)
                if (str_eq(with->list.at[k]->text, clause->list.at[j]->text))
                    return with->list.at[k];
    }
    return NULL;
}

static void add_clause(struct parser *p, struct node *question, struct node *clause) {
    const struct node *before = same_clause(question, clause->kind);
    if (before && clause->kind == N_Q_WITH)
        before = same_shown(question, clause);
    if (before && !p->panic) {
        struct diag *g =
            parse_say(p, E0108, clause->span, "this clause stands twice in one question");
        diag_label_add(p->diags, g, before->span, "the first one");
        return;
    }
    node_push(p, &question->more, clause);
}

static struct node *parse_clauses(struct parser *p, struct node *question) {
    while (!p->panic && at_question_word(p))
        add_clause(p, question, parse_clause(p));
    return node_end(p, question);
}

struct node *parse_question(struct parser *p, struct node *first) {
    struct node *n = node_after(p, N_QUESTION, first);
    node_push(p, &n->list, first);
    while (!p->panic && accept(p, TOK_COMMA)) {
        struct node *measure = parse_operand(p);
        if (measure->kind != N_NAME && measure->kind != N_DOT && measure->kind != N_BAD)
            parse_fail(p, E0101, measure->span, "expected the name of a measure behind `,`");
        node_push(p, &n->list, measure);
    }
    return parse_clauses(p, n);
}

/* `(m in SY2025-26 by school)`: the bracket read the first clause as a test. */
static struct node *question_of_test(struct parser *p, struct node *test) {
    struct node *n = node_after(p, N_QUESTION, test);
    struct node *in = node_after(p, N_Q_IN, test);
    in->a = test->b;
    in->span = test->b->span;
    node_push(p, &n->list, test->a);
    node_push(p, &n->more, in);
    return parse_clauses(p, n);
}

static bool is_plain_test(const struct node *n) {
    return n->kind == N_IN && !(n->flags & FLAG_NEGATED) &&
           (n->a->kind == N_NAME || n->a->kind == N_DOT || n->a->kind == N_CALL);
}

/* `x in s and y`: only a test goes on like that, but here it needs brackets. */
static struct node *test_of_question(struct parser *p, struct node *question) {
    bool test =
        question->list.n == 1 && question->more.n == 1 && question->more.at[0]->kind == N_Q_IN;
    if (p->panic || !test || (!at_kind(p, TOK_AND) && !at_kind(p, TOK_OR)))
        return question;
    struct diag *g =
        parse_say(p, E0101, question->span, "a bare test with `in` reads as a question here");
    diag_help(p->diags, g, "put the test in parentheses");
    question->kind = N_IN;
    question->a = question->list.at[0];
    question->b = question->more.at[0]->a;
    question->list = question->more = (struct node_list){0};
    return parse_rest(p, question);
}

/* Only names in a list, up to something else than a name. */
static bool lists_measures(const struct parser *p, const struct node *left) {
    return at_kind(p, TOK_COMMA) && peek_at(p, 1)->kind == TOK_NAME &&
           (left->kind == N_NAME || left->kind == N_DOT);
}

struct node *parse_asked(struct parser *p, unsigned place) {
    if (!at_kind(p, TOK_NAME))
        return parse_expression(p);
    struct node *left = parse_operand(p);
    if (p->panic)
        return left;
    bool test = (place & ASKED_BRACKETED) && at_kind(p, TOK_IN);
    bool list = (place & ASKED_LIST) && lists_measures(p, left);
    if (!test && (list || at_question_word(p)))
        return test_of_question(p, parse_question(p, left));
    if ((place & ASKED_STATEMENT) && at_kind(p, TOK_ASSIGN))
        return left;
    struct node *n = parse_rest(p, left);
    if (!p->panic && is_plain_test(n) && at_question_word(p))
        return question_of_test(p, n);
    return n;
}

struct node *parse_piped(struct parser *p, unsigned place) {
    uint32_t first = p->at;
    return parse_pipes(p, parse_asked(p, place), first);
}

struct node *parse_from(struct parser *p) {
    struct node *n = node_new(p, N_FROM, p->at);
    take(p);
    n->a = parse_asked(p, ASKED_LIST);
    return node_end(p, n);
}
