/* Relations: `from`, pipelines and their verbs, questions to measures.
 *
 * Clause words are names everywhere else: a word is a verb only behind `|`,
 * and a clause of a question only behind a measure. */
#include "syntax/parse.h"

/* ---- questions ---- */

static const char *const clause_words[] = {"where", "by", "over"};
/* Clauses that questions will have. */
static const char *const later_words[] = {"to",     "alone", "rolling", "since",
                                          "change", "with",  "at"};

static bool at_any(const struct parser *p, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (at_word(p, words[i]))
            return true;
    return false;
}

static bool at_clause(const struct parser *p) {
    return at_kind(p, TOK_FOR) || at_kind(p, TOK_IN) ||
           at_any(p, clause_words, COUNT_OF(clause_words));
}

bool at_question_word(const struct parser *p) {
    return at_clause(p) || at_any(p, later_words, COUNT_OF(later_words));
}

/* ---- `for` cohorts ---- */

static struct node *parse_cohort_or(struct parser *p);

static struct node *parse_cohort_name(struct parser *p) {
    if (at_kind(p, TOK_LPAREN)) {
        uint32_t first = p->at;
        take(p);
        struct node *n = parse_cohort_or(p);
        if (!p->panic)
            expect(p, TOK_RPAREN, "`)`");
        n->flags |= FLAG_BRACKETED;
        n->span.start = p->tokens.at[first].span.start;
        return node_end(p, n);
    }
    if (at_word(p, "never") && peek_at(p, 1)->kind == TOK_NAME) {
        parse_not_yet(p, peek(p)->span, "`never`");
        take(p);
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
    if (at_kind(p, TOK_NOT)) {
        n = node_new(p, N_UNARY, p->at);
        n->op = TOK_NOT;
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

static struct node *parse_cohort_or(struct parser *p) {
    return join_cohorts(p, TOK_OR, parse_cohort_and);
}

/* ---- clauses ---- */

static struct node *parse_by(struct parser *p, struct node *n) {
    n->kind = N_Q_BY;
    parse_fields(p, &n->list);
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
        n->a = parse_cohort_or(p);
    } else if (accept(p, TOK_IN)) {
        n->kind = N_Q_IN;
        n->a = parse_range(p);
    } else if (accept_word(p, "where")) {
        n->kind = N_Q_WHERE;
        n->a = parse_expression(p);
    } else if (accept_word(p, "by")) {
        parse_by(p, n);
    } else {
        take(p);
        parse_over(p, n);
    }
    p->no_in = no_in;
    return node_end(p, n);
}

/* A clause that does not work yet: told of and left out. */
static void skip_clause(struct parser *p) {
    const struct token *word = take(p);
    struct str text = arena_printf(p->arena, "`%.*s` in a question", STR_ARG(word->text));
    parse_not_yet(p, word->span, text.p);
    uint32_t level = level_here(p);
    while (line_goes_on(p, level) &&
           (level_here(p) > level || (!at_question_word(p) && !at_kind(p, TOK_PIPE) &&
                                      !at_kind(p, TOK_COMMA) && !at_kind(p, TOK_ASSIGN))))
        take(p);
}

static const struct node *same_clause(const struct node *question, unsigned kind) {
    for (uint32_t i = 0; i < question->more.n; i++)
        if (question->more.at[i]->kind == kind)
            return question->more.at[i];
    return NULL;
}

static void add_clause(struct parser *p, struct node *question, struct node *clause) {
    const struct node *before = same_clause(question, clause->kind);
    if (before && !p->panic) {
        struct diag *g =
            parse_say(p, E0108, clause->span, "this clause stands twice in one question");
        diag_label_add(p->diags, g, before->span, "the first one");
        return;
    }
    node_push(p, &question->more, clause);
}

static struct node *parse_clauses(struct parser *p, struct node *question) {
    while (!p->panic && at_question_word(p)) {
        if (at_clause(p))
            add_clause(p, question, parse_clause(p));
        else
            skip_clause(p);
    }
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

/* ---- verbs ---- */

typedef void (*verb_reader)(struct parser *p, struct node *n);

static void read_condition(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
}

static void read_named_fields(struct parser *p, struct node *n) {
    parse_named_fields(p, &n->list);
}

static void read_fields(struct parser *p, struct node *n) {
    parse_fields(p, &n->list);
}

static void read_names(struct parser *p, struct node *n) {
    do {
        struct node *name = node_new(p, N_NAME, p->at);
        if (!take_name(p, name, "the name of a column"))
            name->kind = N_BAD;
        node_push(p, &n->list, name);
    } while (!p->panic && accept(p, TOK_COMMA));
}

static void read_renames(struct parser *p, struct node *n) {
    parse_named_fields(p, &n->list);
    for (uint32_t i = 0; i < n->list.n; i++) {
        const struct node *old = n->list.at[i]->a;
        if (old->kind != N_NAME && old->kind != N_BAD)
            parse_say(p, E0101, old->span, "expected the name of the column to rename");
    }
}

static void read_group(struct parser *p, struct node *n) {
    if (accept_word(p, "by")) {
        parse_fields(p, &n->list);
    } else if (!at_kind(p, TOK_LPAREN) && !at_end_of_line(p) && !at_kind(p, TOK_PIPE)) {
        struct diag *g = parse_unexpected(p, "`by` or `(`");
        diag_help(p->diags, g, "write `group by key (total = sum(x))`");
    }
    if (p->panic || !accept(p, TOK_LPAREN))
        return;
    bool no_in = p->no_in;
    p->no_in = false;
    if (!at_kind(p, TOK_RPAREN))
        parse_fields(p, &n->more);
    p->no_in = no_in;
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
}

/* `a desc` is a habit. */
static void read_direction(struct parser *p, struct node *key) {
    bool descending = at_word(p, "desc");
    if (!descending && !at_word(p, "asc"))
        return;
    struct diag *g =
        parse_say(p, E0101, peek(p)->span, "`%s` is no word of Spoke", descending ? "desc" : "asc");
    diag_help(p->diags, g,
              descending ? "write `-` before the column"
                         : "columns are sorted upwards without a word");
    key->flags |= descending ? FLAG_DESCENDING : 0;
    take(p);
}

static void read_sort(struct parser *p, struct node *n) {
    do {
        struct node *key = node_new(p, N_FIELD, p->at);
        if (accept(p, TOK_MINUS))
            key->flags |= FLAG_DESCENDING;
        key->a = parse_expression(p);
        node_end(p, key);
        read_direction(p, key);
        node_push(p, &n->list, key);
    } while (!p->panic && accept(p, TOK_COMMA));
}

static void read_distinct(struct parser *p, struct node *n) {
    if (!at_end_of_line(p) && !at_kind(p, TOK_PIPE) && !at_kind(p, TOK_RPAREN))
        parse_fields(p, &n->list);
}

static void read_join(struct parser *p, struct node *n) {
    static const char *const how[] = {"inner", "left", "semi", "anti"};
    const struct token *next = peek_at(p, 1);
    bool right_follows = next->kind == TOK_LPAREN || next->kind == TOK_FROM ||
                         (next->kind == TOK_NAME && !token_is_word(next, "on"));
    n->text = STR("inner");
    for (size_t i = 0; i < COUNT_OF(how); i++)
        if (at_word(p, how[i]) && right_follows) {
            n->text = str_of(how[i]);
            n->name_span = take(p)->span;
            break;
        }
    n->a = parse_operand(p);
    if (!p->panic && accept_word(p, "on"))
        n->b = parse_expression(p);
}

static const struct {
    const char *word;
    enum node_kind kind;
    verb_reader read; /* NULL: does not work yet */
} verbs[] = {
    {"where", N_V_WHERE, read_condition},
    {"derive", N_V_DERIVE, read_named_fields},
    {"select", N_V_SELECT, read_fields},
    {"drop", N_V_DROP, read_names},
    {"rename", N_V_RENAME, read_renames},
    {"group", N_V_GROUP, read_group},
    {"sort", N_V_SORT, read_sort},
    {"take", N_V_TAKE, read_condition},
    {"skip", N_V_SKIP, read_condition},
    {"distinct", N_V_DISTINCT, read_distinct},
    {"join", N_V_JOIN, read_join},
    {"union", N_BAD, NULL},
    {"except", N_BAD, NULL},
    {"intersect", N_BAD, NULL},
    {"pivot", N_BAD, NULL},
    {"unpivot", N_BAD, NULL},
    {"window", N_BAD, NULL},
    {"sample", N_BAD, NULL},
    {"fill", N_BAD, NULL},
    {"into", N_BAD, NULL},
};

static void skip_verb(struct parser *p) {
    uint32_t level = level_here(p);
    while (line_goes_on(p, level) && (level_here(p) > level || !at_kind(p, TOK_PIPE)))
        take(p);
}

/* Verbs of other languages. */
static const char *const foreign_verbs[][2] = {
    {"filter", "where"},    {"mutate", "derive"},   {"extend", "derive"}, {"order", "sort"},
    {"arrange", "sort"},    {"limit", "take"},      {"head", "take"},     {"summarize", "group"},
    {"summarise", "group"}, {"aggregate", "group"}, {"project", "select"}};

static struct str verb_meant(struct parser *p, struct str name) {
    struct str names[COUNT_OF(verbs)];
    for (size_t i = 0; i < COUNT_OF(foreign_verbs); i++)
        if (str_is(name, foreign_verbs[i][0]))
            return str_of(foreign_verbs[i][1]);
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        names[i] = str_of(verbs[i].word);
    return suggest(p->arena, name, names, COUNT_OF(verbs));
}

/* A function takes its arguments in parentheses: `| wher x` is a verb that does not exist. */
static void refuse_verb(struct parser *p, const struct node *name) {
    struct str meant = verb_meant(p, name->text);
    struct diag *g =
        parse_fail(p, E0101, name->span, "there is no verb `%.*s`", STR_ARG(name->text));
    if (meant.n)
        diag_help(p->diags, g, "did you mean `%.*s`?", STR_ARG(meant));
    else
        diag_help(p->diags, g, "a function has its arguments in parentheses: `%.*s(...)`",
                  STR_ARG(name->text));
}

/* `| chart`, `| spc.limits(kind: "p")` */
static struct node *parse_verb_call(struct parser *p) {
    struct node *n = node_new(p, N_V_CALL, p->at);
    if (!at_kind(p, TOK_NAME)) {
        parse_unexpected(p, "a verb behind `|`");
        n->kind = N_BAD;
        return n;
    }
    n->a = parse_operand(p);
    if (n->a->kind == N_NAME && !p->panic &&
        (at_kind(p, TOK_NAME) || at_kind(p, TOK_INT) || at_kind(p, TOK_MINUS) ||
         at_kind(p, TOK_NOT))) {
        refuse_verb(p, n->a);
        n->kind = N_BAD;
    } else if (n->a->kind == N_NAME || n->a->kind == N_DOT) {
        struct node *call = node_after(p, N_CALL, n->a);
        call->a = n->a;
        n->a = call;
    } else if (n->a->kind != N_CALL && n->a->kind != N_BAD) {
        parse_fail(p, E0101, n->a->span, "expected a verb or a function behind `|`");
        n->kind = N_BAD;
    }
    return node_end(p, n);
}

static void say_window(struct parser *p) {
    parse_not_yet(p, peek(p)->span, "a window, `within` and `order`,");
    skip_verb(p);
}

static struct node *parse_verb(struct parser *p) {
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        if (!at_word(p, verbs[i].word))
            continue;
        struct node *n = node_new(p, verbs[i].kind, p->at);
        const struct token *word = take(p);
        if (verbs[i].read) {
            verbs[i].read(p, n);
        } else {
            parse_not_yet(p, word->span, arena_printf(p->arena, "`%s`", verbs[i].word).p);
            skip_verb(p);
        }
        if (!p->panic && (at_word(p, "within") || at_word(p, "order")))
            say_window(p);
        return node_end(p, n);
    }
    return parse_verb_call(p);
}

struct node *parse_pipes(struct parser *p, struct node *source, uint32_t first_token) {
    if (p->panic || !at_kind(p, TOK_PIPE))
        return source ? source : node_bad(p);
    struct node *n = node_new(p, N_PIPELINE, first_token);
    bool no_in = p->no_in;
    n->a = source;
    p->no_in = false;
    while (!p->panic && accept(p, TOK_PIPE))
        node_push(p, &n->list, parse_verb(p));
    p->no_in = no_in;
    return node_end(p, n);
}
