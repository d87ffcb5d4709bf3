/* Declarations: headers, clause blocks, functions and types.
 *
 * Each kind of declaration is a table of its clause words; one reader walks
 * them all, so unknown, repeated and future clauses are told of in one way. */
#include "syntax/parse.h"

typedef void (*clause_reader)(struct parser *p, struct node *n);

struct clause {
    const char *word;
    enum node_kind kind;
    clause_reader read; /* NULL: does not work yet */
    bool many;          /* may stand more than once */
};

/* ---- types ---- */

static void parse_type_fields(struct parser *p, struct node *n) {
    take(p);
    skip_newlines(p);
    while (!p->panic && !at_kind(p, TOK_RBRACE)) {
        struct node *field = node_new(p, N_PARAMETER, p->at);
        take_name(p, field, "the name of a column");
        accept(p, TOK_COLON);
        field->a = p->panic ? node_bad(p) : parse_type(p);
        node_push(p, &n->list, node_end(p, field));
        bool more = accept(p, TOK_COMMA) || at_kind(p, TOK_NEWLINE);
        skip_newlines(p);
        if (!more)
            break;
    }
    if (!p->panic)
        expect(p, TOK_RBRACE, "`,` or `}`");
}

static void parse_type_arguments(struct parser *p, struct node *n) {
    take(p);
    do
        node_push(p, &n->list, parse_type(p));
    while (!p->panic && accept(p, TOK_COMMA));
    if (!p->panic)
        expect(p, TOK_GT, "`,` or `>`");
}

/* Behind the `fn` of a type: `(int, text) -> bool`. */
static void parse_type_signature(struct parser *p, struct node *n) {
    take(p);
    while (!p->panic && !at_kind(p, TOK_RPAREN)) {
        node_push(p, &n->list, parse_type(p));
        if (!accept(p, TOK_COMMA))
            break;
    }
    n->flags |= FLAG_BRACKETED;
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
    if (!p->panic && accept(p, TOK_ARROW))
        n->a = parse_type(p);
}

struct node *parse_type(struct parser *p) {
    struct node *n = node_new(p, N_TYPE, p->at);
    if (!parse_deeper(p)) {
        parse_back(p);
        return n;
    }
    bool fields = at_word(p, "table") || at_word(p, "record");
    n->name_span = peek(p)->span;
    if (at_kind(p, TOK_FN))
        n->text = take(p)->text;
    else
        take_name(p, n, "a type");
    if (!p->panic && at_kind(p, TOK_LPAREN) && p->tokens.at[p->at - 1].kind == TOK_FN)
        parse_type_signature(p, n);
    else if (!p->panic && at_kind(p, TOK_LT))
        parse_type_arguments(p, n);
    else if (!p->panic && fields && at_kind(p, TOK_LBRACE))
        parse_type_fields(p, n);
    if (!p->panic && accept(p, TOK_QUESTION))
        n->flags |= FLAG_NULLABLE;
    parse_back(p);
    return node_end(p, n);
}

/* ---- functions ---- */

static struct node *parse_parameter(struct parser *p, bool with_body) {
    struct node *n = node_new(p, N_PARAMETER, p->at);
    if (!with_body && is_reserved(peek(p)->kind)) { /* given by name only, `from: x` */
        n->name_span = peek(p)->span;
        n->text = take(p)->text;
    } else {
        take_name(p, n, "the name of a parameter");
    }
    if (!p->panic && accept(p, TOK_COLON))
        n->a = parse_type(p);
    if (!p->panic && accept(p, TOK_ASSIGN))
        n->b = parse_expression(p);
    return node_end(p, n);
}

static void parse_parameters(struct parser *p, struct node *n, bool with_body) {
    if (!expect(p, TOK_LPAREN, "`(` and the parameters"))
        return;
    while (!p->panic && !at_kind(p, TOK_RPAREN)) {
        node_push(p, &n->list, parse_parameter(p, with_body));
        if (!accept(p, TOK_COMMA))
            break;
    }
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
}

static void read_result_and_body(struct parser *p, struct node *n, unsigned place) {
    if (!p->panic && accept(p, TOK_ARROW))
        n->a = parse_type(p);
    if (!p->panic && accept(p, TOK_ASSIGN)) {
        n->b = parse_piped(p, place);
    } else {
        if (!p->panic && !at_kind(p, TOK_LBRACE))
            parse_unexpected(p, "`=` or `{` and what the function does");
        n->b = parse_block(p);
    }
}

/* Behind `fn`. */
struct node *parse_function(struct parser *p, bool with_body) {
    bool after_word = p->at && p->tokens.at[p->at - 1].kind == TOK_FN;
    struct node *n = node_new(p, N_FN, after_word ? p->at - 1 : p->at);
    take_name(p, n, "the name of the function");
    if (!p->panic)
        parse_parameters(p, n, with_body);
    if (with_body)
        read_result_and_body(p, n, ASKED_LINE);
    else if (!p->panic && accept(p, TOK_ARROW))
        n->a = parse_type(p);
    return node_end(p, n);
}

/* `fn(x) = x * 2` as a value; the body reaches as far as it can. */
struct node *parse_function_value(struct parser *p) {
    struct node *n = node_new(p, N_FN, p->at);
    bool no_in = p->no_in;
    n->name_span = take(p)->span;
    if (at_kind(p, TOK_NAME)) {
        struct diag *g = parse_say(p, E0101, peek(p)->span, "a function as a value has no name");
        diag_help(p->diags, g, "give the value a name: `let f = fn(x) = ...`");
        take(p);
    }
    parse_parameters(p, n, true);
    p->no_in = false;
    read_result_and_body(p, n, ASKED_BRACKETED);
    p->no_in = no_in;
    return node_end(p, n);
}

/* ---- what several clauses share ---- */

static void read_condition(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
}

static void read_name(struct parser *p, struct node *n) {
    take_name(p, n, "a name");
}

static void read_title_text(struct parser *p, struct node *n) {
    n->name_span = peek(p)->span;
    take_text(p, &n->text, "a text");
}

static void read_named_fields(struct parser *p, struct node *n) {
    parse_named_fields(p, &n->list);
}

/* ---- tables ---- */

static void read_key(struct parser *p, struct node *n) {
    do {
        struct node *name = node_new(p, N_NAME, p->at);
        if (!take_name(p, name, "the name of a column"))
            name->kind = N_BAD;
        node_push(p, &n->list, name);
    } while (!p->panic && accept(p, TOK_COMMA));
}

/* TEXT and INT nodes with commas, each with a label or not. */
void read_codes(struct parser *p, struct node *n) {
    do {
        struct node *code = node_new(p, N_TEXT, p->at);
        bool negative = accept(p, TOK_MINUS);
        if (at_kind(p, TOK_INT)) {
            code->kind = N_INT;
            code->value.i = negative && peek(p)->i != INT64_MIN ? -peek(p)->i : peek(p)->i;
            take(p);
        } else {
            take_text(p, &code->text, "a text or a whole number");
        }
        if (!p->panic && at_kind(p, TOK_TEXT))
            code->title = take(p)->text;
        node_push(p, &n->list, node_end(p, code));
    } while (!p->panic && accept(p, TOK_COMMA));
}

static void read_one_of(struct parser *p, struct node *n) {
    if (accept_word(p, "of"))
        read_codes(p, n);
    else
        parse_unexpected(p, "`of` behind `one`");
}

static void read_range(struct parser *p, struct node *n) {
    n->a = parse_range(p);
}

static const struct clause attributes[] = {
    {"one", N_A_ONE_OF, read_one_of, false},    {"in", N_A_IN, read_range, false},
    {"unit", N_A_UNIT, read_title_text, false}, {"missing", N_A_MISSING, read_codes, false},
    {"from", N_A_FROM, read_title_text, false},
};

static bool token_reads(const struct token *t, const char *word) {
    return token_is_word(t, word) || (is_reserved(t->kind) && str_is(t->text, word));
}

static const struct clause *find_clause(const struct parser *p, const struct clause *clauses,
                                        size_t n) {
    for (size_t i = 0; i < n; i++)
        if (token_reads(peek(p), clauses[i].word))
            return &clauses[i];
    return NULL;
}

static const struct node *find_node(const struct node_list *list, unsigned kind) {
    for (uint32_t i = 0; i < list->n; i++)
        if (list->at[i]->kind == kind)
            return list->at[i];
    return NULL;
}

static void say_repeated(struct parser *p, struct span here, struct span before, const char *word) {
    struct diag *g = parse_say(p, E0108, here, "`%s` stands here for the second time", word);
    diag_label_add(p->diags, g, before, "the first one");
}

static void say_bad_attribute(struct parser *p) {
    static const struct str names[] = {{"null", 4}, {"one", 3},     {"in", 2},
                                       {"unit", 4}, {"missing", 7}, {"from", 4}};
    const struct token *t = peek(p);
    struct diag *g = parse_fail(p, E0107, t->span, "a column cannot be `%.*s`", STR_ARG(t->text));
    struct str near = suggest(p->arena, t->text, names, COUNT_OF(names));
    if (near.n)
        diag_help(p->diags, g, "did you mean `%.*s`?", STR_ARG(near));
    else
        diag_help(p->diags, g, "each column stands on a line of its own or ends with `;`");
}

static void read_attribute(struct parser *p, struct node *column) {
    const struct clause *known = find_clause(p, attributes, COUNT_OF(attributes));
    if (known) {
        struct node *n = node_new(p, known->kind, p->at);
        take(p);
        known->read(p, n);
        node_end(p, n);
        const struct node *before = find_node(&column->list, known->kind);
        if (before)
            say_repeated(p, n->span, before->span, known->word);
        else
            node_push(p, &column->list, n);
    } else if (accept_word(p, "null")) {
        column->flags |= FLAG_NULLABLE;
    } else if (at_kind(p, TOK_TEXT)) {
        if (column->title.n)
            parse_fail(p, E0108, peek(p)->span, "a second label for one column");
        column->title = take(p)->text;
    } else if (at_kind(p, TOK_NAME)) {
        say_bad_attribute(p);
    } else {
        parse_unexpected(p, "`null`, `one of`, `in`, `unit`, `missing`, `from` or a label");
    }
}

static struct node *parse_reference(struct parser *p) {
    struct node *n = node_new(p, N_REFERENCE, p->at);
    take(p);
    take_name(p, n, "the name of a table");
    return node_end(p, n);
}

static void read_column(struct parser *p, struct node *n) {
    take_name(p, n, "a column or `key`");
    if (p->panic)
        return;
    if (at_word(p, "list") && token_is_word(peek_at(p, 1), "of"))
        n->a = parse_list_of(p);
    else if (at_kind(p, TOK_ARROW))
        n->a = parse_reference(p);
    else if (at_kind(p, TOK_NAME) && !(at_word(p, "one") && token_is_word(peek_at(p, 1), "of")))
        n->a = parse_type(p);
    else if (!at_kind(p, TOK_NAME))
        parse_unexpected(p, "the type of the column, `one of` or `->`");
    if (n->a && n->a->flags & FLAG_NULLABLE)
        n->flags |= FLAG_NULLABLE;
    while (!p->panic && !at_end_of_line(p))
        read_attribute(p, n);
}

static const struct clause table_clauses[] = {{"key", N_KEY, read_key, false}};

/* `stored` is a clause before one of its words, else it may be a column. */
static bool at_stored(const struct parser *p) {
    const struct token *next = peek_at(p, 1);
    return at_word(p, "stored") && (token_is_word(next, "rows") || token_is_word(next, "columns"));
}

void read_suppress(struct parser *p, struct node *n) {
    if (!accept_word(p, "under") || !at_kind(p, TOK_INT)) {
        struct diag *g = parse_unexpected(p, "`under` and the smallest number that may be shown");
        diag_help(p->diags, g, "write `suppress under 10 complementary`");
        n->kind = N_BAD;
        return;
    }
    n->value.i = parse_operand(p)->value.i;
    n->flags |= accept_word(p, "complementary") ? FLAG_STRICT : 0;
}

static struct node *parse_stored(struct parser *p) {
    struct node *n = node_new(p, N_STORED, p->at);
    take(p);
    n->text = take(p)->text;
    return node_end(p, n);
}

static struct node *parse_column(struct parser *p) {
    struct node *n = node_new(p, N_COLUMN_DECLARATION, p->at);
    read_column(p, n);
    return node_end(p, n);
}

/* ---- cohorts ---- */

static const struct clause cohort_clauses[] = {
    {"of", N_C_OF, read_name, false},
    {"enter", N_C_ENTER, read_condition, false},
    {"require", N_C_REQUIRE, read_cohort_condition, true},
    {"exclude", N_C_EXCLUDE, read_cohort_condition, true},
    {"exit", N_C_EXIT, read_cohort_exit, true},
    {"join", N_C_JOIN, read_cohort_gaps, false},
};

/* ---- measures ---- */

static void read_paths(struct parser *p, struct node *n) {
    do {
        struct node *field = node_new(p, N_FIELD, p->at);
        field->a = parse_expression(p);
        node_push(p, &n->list, node_end(p, field));
    } while (!p->panic && accept(p, TOK_COMMA));
}

static void read_per(struct parser *p, struct node *n) {
    if (at_word(p, "each") && peek_at(p, 1)->kind == TOK_NAME) {
        take(p);
        n->flags |= FLAG_EACH;
    }
    read_paths(p, n);
}

/* `40% from SY2024-25, 35% from SY2025-26`: the list has a FIELD for each, with what and since
 * when; the first may say no day. */
static void read_target_steps(struct parser *p, struct node *n) {
    if (p->panic || (!at_kind(p, TOK_FROM) && !at_kind(p, TOK_COMMA)))
        return;
    struct node *value = n->a;
    do {
        struct node *step = node_new(p, N_FIELD, p->at);
        step->a = value ? value : parse_range(p);
        bool first = value != NULL;
        value = NULL;
        if (!p->panic && (at_kind(p, TOK_FROM) || !first)) {
            if (!expect(p, TOK_FROM, "`from` and a day, as `target <= 40%, 35% from 2025-07-01`"))
                return;
            step->b = parse_range(p);
        }
        node_push(p, &n->list, node_end(p, step));
    } while (!p->panic && accept(p, TOK_COMMA));
}

static void read_target(struct parser *p, struct node *n) {
    enum token_kind op = peek(p)->kind;
    if (op < TOK_EQ || op > TOK_GE) {
        struct diag *g = parse_unexpected(p, "a comparison");
        diag_help(p->diags, g, "write `target <= 25%%` or `target >= 90%%`");
        return;
    }
    n->op = (uint8_t)op;
    take(p);
    n->a = parse_range(p);
    read_target_steps(p, n);
    if (!p->panic && accept_word(p, "by"))
        n->b = parse_range(p);
}

/* `among only X` in a refinement */
static void read_among(struct parser *p, struct node *n) {
    const struct token *next = peek_at(p, 1);
    bool operand = next->kind == TOK_NAME || next->kind == TOK_LPAREN || next->kind == TOK_NOT;
    if (at_word(p, "only") && operand && !token_is_word(next, "like")) {
        take(p);
        n->flags |= FLAG_ONLY;
    }
    n->a = parse_expression(p);
}

static void read_baseline(struct parser *p, struct node *n) {
    n->a = parse_range(p);
    if (!p->panic && expect(p, TOK_IN, "`in` and the period, as `baseline 40% in SY2024-25`"))
        n->b = parse_range(p);
}

static void read_rate(struct parser *p, struct node *n) {
    if (!accept_word(p, "per"))
        parse_unexpected(p, "`per`, as in `rate per 1000`");
    else
        n->a = parse_range(p);
}

static const struct clause measure_clauses[] = {
    {"from", N_M_FROM, read_name, false},
    {"per", N_M_PER, read_per, false},
    {"where", N_M_WHERE, read_condition, true},
    {"let", N_M_LET, read_named_fields, true},
    {"among", N_M_AMONG, read_among, true},
    {"exclude", N_M_EXCLUDE, read_condition, true},
    {"count", N_M_COUNT, read_condition, false},
    {"value", N_M_VALUE, read_condition, false},
    {"at", N_M_AT, read_name, false},
    {"target", N_M_TARGET, read_target, false},
    {"better", N_M_BETTER, read_name, false},
    {"kind", N_M_KIND, read_name, false},
    {"unit", N_M_UNIT, read_title_text, false},
    {"except", N_M_EXCEPT, read_condition, true},
    {"baseline", N_M_BASELINE, read_baseline, false},
    {"rate", N_M_RATE, read_rate, false},
    {"accumulates", N_M_ACCUMULATES, read_name, false},
    {"weight", N_M_WEIGHT, read_condition, false},
    {"cluster", N_M_CLUSTER, read_paths, false},
    {"strata", N_M_STRATA, read_paths, false},
    {"population", N_M_POPULATION, read_condition, false},
};

/* ---- networks ---- */

static void read_path(struct parser *p, struct node *n) {
    n->a = parse_operand(p);
}

static const struct clause network_clauses[] = {
    {"members", N_N_MEMBERS, read_network_members, false},
    {"ties", N_N_TIES, read_network_ties, true},
    {"level", N_N_LEVEL, read_network_level, false},
    {"sector", N_N_SECTOR, read_network_sector, false},
    {"group", N_N_GROUP, read_path, false},
    {"suppress", N_SUPPRESS, read_suppress, false},
    {"per", N_N_PER, read_network_per, false},
    {"line", N_N_LINE, read_path, false},
    {"joined", N_N_JOINED, read_path, false},
    {"left", N_N_LEFT, read_path, false},
    {"hub", N_N_HUB, read_network_hub, false},
    {"aim", N_N_AIM, read_name, false},
};

/* ---- rules ---- */

static const struct clause rule_clauses[] = {
    {"for", N_R_FOR, read_rule_for, false},
    {"key", N_R_KEY, read_key, false},
    {"where", N_R_WHERE, read_condition, true},
    {"let", N_R_LET, read_named_fields, true},
    {"expect", N_R_EXPECT, read_rule_expect, true},
    {"except", N_R_EXCEPT, read_rule_except, true},
    {"message", N_R_MESSAGE, read_rule_message, false},
    {"severity", N_R_SEVERITY, read_name, false},
    {"allow", N_R_ALLOW, read_rule_allow, false},
    {"field", N_R_FIELD, read_name, false},
    {"id", N_R_ID, read_title_text, false},
    {"tags", N_R_TAGS, read_rule_tags, false},
    {"owner", N_R_OWNER, read_title_text, false},
    {"help", N_R_HELP, read_title_text, false},
    {"example", N_R_EXAMPLE, read_rule_example, true},
};

static const struct clause calendar_clauses[] = {
    {"year", N_K_YEAR, read_calendar_year, false},
    {"terms", N_K_TERMS, read_calendar_terms, false},
    {"instructional", N_K_INSTRUCTIONAL, read_calendar_instructional, false},
    {"week", N_K_WEEK, read_calendar_week, false},
};

/* ---- the walk through a clause block ---- */

struct declaration {
    const char *word;
    enum node_kind kind;
    const struct clause *clauses;
    size_t n;
};

static const struct declaration declarations[] = {
    {"table", N_TABLE, table_clauses, COUNT_OF(table_clauses)},
    {"cohort", N_COHORT, cohort_clauses, COUNT_OF(cohort_clauses)},
    {"measure", N_MEASURE, measure_clauses, COUNT_OF(measure_clauses)},
    {"network", N_NETWORK, network_clauses, COUNT_OF(network_clauses)},
    {"rule", N_RULE, rule_clauses, COUNT_OF(rule_clauses)},
    {"calendar", N_CALENDAR, calendar_clauses, COUNT_OF(calendar_clauses)},
};

uint32_t list_clause_words(struct str declaration, struct str *out, uint32_t most) {
    uint32_t n = 0;
    for (size_t i = 0; i < COUNT_OF(declarations); i++)
        for (size_t k = 0; str_is(declaration, declarations[i].word) && k < declarations[i].n; k++)
            if (declarations[i].clauses[k].read && n < most)
                out[n++] = str_of(declarations[i].clauses[k].word);
    return n;
}

uint32_t list_attribute_words(struct str *out, uint32_t most) {
    uint32_t n = 0;
    if (most)
        out[n++] = STR("null");
    for (size_t i = 0; i < COUNT_OF(attributes) && n < most; i++)
        out[n++] = str_of(attributes[i].word);
    return n;
}

static void say_unknown_clause(struct parser *p, const struct declaration *d) {
    const struct token *t = peek(p);
    if (t->kind != TOK_NAME && !is_reserved(t->kind)) {
        parse_unexpected(p, "a clause or `}`");
        return;
    }
    struct diag *g =
        parse_fail(p, E0107, t->span, "a %s has no clause `%.*s`", d->word, STR_ARG(t->text));
    struct str *names = ARENA_ARRAY(p->arena, struct str, d->n);
    struct str all = STR("");
    for (size_t i = 0; i < d->n; i++) {
        names[i] = str_of(d->clauses[i].word);
        if (d->clauses[i].read)
            all = arena_printf(p->arena, "%.*s%s%s", STR_ARG(all), all.n ? ", " : "",
                               d->clauses[i].word);
    }
    struct str near = suggest(p->arena, t->text, names, d->n);
    if (near.n)
        diag_help(p->diags, g, "did you mean `%.*s`?", STR_ARG(near));
    diag_note(p->diags, g, "its clauses are %.*s", STR_ARG(all));
}

/* One clause at its word; NULL if it is left out. */
static struct node *parse_known_clause(struct parser *p, const struct declaration *d,
                                       const struct clause *known, const struct node *owner) {
    struct node *n = node_new(p, known->kind, p->at);
    const struct token *word = take(p);
    if (!known->read) {
        const char *what = arena_printf(p->arena, "`%s` of a %s", known->word, d->word).p;
        parse_not_yet(p, word->span, what);
        skip_line(p);
        return NULL;
    }
    known->read(p, n);
    const struct node *before = known->many ? NULL : find_node(&owner->list, known->kind);
    if (before) {
        say_repeated(p, word->span, before->span, known->word);
        return NULL;
    }
    return node_end(p, n);
}

/* `suppress` may be a column, too. */
static bool at_suppress(const struct parser *p) {
    return at_word(p, "suppress") && token_is_word(peek_at(p, 1), "under");
}

/* Clauses of a table that are told from columns by their second word. */
static struct node *parse_table_clause(struct parser *p, const struct node *owner) {
    struct node *n;
    const char *word = at_stored(p)             ? "stored"
                       : at_word(p, "suppress") ? "suppress"
                       : at_word(p, "spans")    ? "spans"
                                                : "history";
    if (at_stored(p)) {
        n = parse_stored(p);
    } else if (parse_at_history(p)) {
        n = parse_history(p);
    } else {
        n = node_new(p, N_SUPPRESS, p->at);
        take(p);
        read_suppress(p, n);
        node_end(p, n);
    }
    const struct node *before = find_node(&owner->list, (enum node_kind)n->kind);
    if (before)
        say_repeated(p, n->span, before->span, word);
    return before ? NULL : n;
}

/* A word of another clause on the same line tells what was forgotten. */
static void say_clause_end(struct parser *p, const struct declaration *d) {
    if (p->panic || at_end_of_line(p))
        return;
    bool clause = find_clause(p, d->clauses, d->n) != NULL;
    struct diag *g = parse_unexpected(p, "the end of the clause");
    if (clause)
        diag_help(p->diags, g, "each clause stands on a line of its own or ends with `;`");
}

static void parse_clause_block(struct parser *p, const struct declaration *d, struct node *owner) {
    uint32_t level = level_here(p) + 1;
    take(p);
    while (!at_kind(p, TOK_END) && level_here(p) >= level) {
        uint32_t start = p->at;
        if (at_kind(p, TOK_NEWLINE)) {
            take(p);
            continue;
        }
        const struct clause *known = find_clause(p, d->clauses, d->n);
        struct node *n = NULL;
        if (known)
            n = parse_known_clause(p, d, known, owner);
        else if (d->kind == N_TABLE)
            n = at_stored(p) || at_suppress(p) || parse_at_history(p) ? parse_table_clause(p, owner)
                : at_kind(p, TOK_LPAREN)                              ? parse_tie(p)
                                                                      : parse_column(p);
        else
            say_unknown_clause(p, d);
        if (n)
            node_push(p, &owner->list, n);
        say_clause_end(p, d);
        finish_line(p, level, "the end of the clause");
        if (p->at == start)
            take(p);
    }
    accept(p, TOK_RBRACE);
}

/* ---- headers ---- */

static void parse_title(struct parser *p, struct node *n) {
    if (!p->panic && at_kind(p, TOK_TEXT))
        n->title = take(p)->text;
}

/* `measure a = b with { }`, `cohort a = b and not c` */
static bool parse_definition(struct parser *p, struct node *n) {
    if (p->panic || !at_kind(p, TOK_ASSIGN) || (n->kind != N_COHORT && n->kind != N_MEASURE))
        return false;
    take(p);
    if (n->kind == N_COHORT) {
        n->a = parse_cohorts(p);
        return true;
    }
    n->a = parse_operand(p);
    if (!p->panic && !accept_word(p, "with"))
        parse_unexpected(p, "`with` and the clauses that change");
    return false; /* its clauses follow */
}

static struct node *parse_clauses_of(struct parser *p, const struct declaration *d) {
    struct node *n = node_new(p, d->kind, p->at);
    take(p);
    take_name(p, n, arena_printf(p->arena, "the name of the %s", d->word).p);
    parse_title(p, n);
    if (parse_definition(p, n))
        return node_end(p, n);
    if (!p->panic && !at_kind(p, TOK_LBRACE))
        parse_unexpected(p, "`{` and clauses");
    if (!p->panic || find_block(p))
        parse_clause_block(p, d, n);
    return node_end(p, n);
}

/* Behind the word stands what only a declaration can have there. */
static bool header_follows(const struct parser *p) {
    const struct token *t = peek_at(p, 1);
    bool infix = token_is_word(t, "div") || token_is_word(t, "mod") || token_is_word(t, "like") ||
                 token_is_word(t, "where") || token_is_word(t, "by") || token_is_word(t, "over");
    bool named = t->kind == TOK_NAME && (!infix || peek_at(p, 2)->kind == TOK_LBRACE);
    return named || t->kind == TOK_TEXT || t->kind == TOK_LBRACE;
}

struct node *parse_declaration(struct parser *p) {
    if (at_kind(p, TOK_FN) && peek_at(p, 1)->kind != TOK_LPAREN) {
        take(p);
        return parse_function(p, true);
    }
    if (at_word(p, "foreign") && peek_at(p, 1)->kind == TOK_TEXT)
        return parse_foreign(p);
    for (size_t i = 0; i < COUNT_OF(declarations); i++)
        if (at_word(p, declarations[i].word) && header_follows(p))
            return parse_clauses_of(p, &declarations[i]);
    return NULL;
}
