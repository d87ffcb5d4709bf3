/* Places: what the tokens before a name say about it.
 *
 * Only what the words round the place tell is judged here; columns and types
 * are the checker's. Brackets are balanced (see syntax/lex.h), so looking back
 * is counting. */
#include "api/place.h"

struct looking {
    const struct tokens *t;
    uint32_t at;    /* the name */
    uint32_t open;  /* the innermost bracket round it; UINT32_MAX: none */
    uint32_t first; /* of the statement or clause */
    bool (*is_measure)(void *user, struct str name);
    void *user;
    struct place_found found;
};
#define NO_BRACKET UINT32_MAX

static const struct token *token_at(const struct looking *l, uint32_t i) {
    static const struct token none = {.kind = TOK_END};
    return i < l->t->n ? &l->t->at[i] : &none;
}
/* The token that many before the name. */
static const struct token *back(const struct looking *l, uint32_t n) {
    return l->at >= n ? token_at(l, l->at - n) : token_at(l, UINT32_MAX);
}
static bool is_word(const struct token *t, const char *word) {
    return t->kind == TOK_NAME && str_is(t->text, word);
}
static bool is_any(const struct token *t, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (is_word(t, words[i]))
            return true;
    return false;
}
static bool opens(enum token_kind k) {
    return k == TOK_LPAREN || k == TOK_LBRACKET || k == TOK_LBRACE || k == TOK_TEXT_START;
}
static bool closes(enum token_kind k) {
    return k == TOK_RPAREN || k == TOK_RBRACKET || k == TOK_RBRACE || k == TOK_TEXT_END;
}

/* Before token `at`: its innermost open bracket, and the start of its line in it. */
static uint32_t find_open(const struct tokens *t, uint32_t at, uint32_t *first) {
    uint32_t depth = 0;
    *first = 0;
    bool line = false;
    for (uint32_t i = at; i-- > 0;) {
        enum token_kind k = t->at[i].kind;
        depth += closes(k);
        if (!line && depth == 0 && (k == TOK_NEWLINE || k == TOK_DOC)) {
            *first = i + 1;
            line = true;
        }
        if (opens(k) && depth == 0) {
            if (!line)
                *first = i + 1;
            return i;
        }
        depth -= opens(k);
    }
    return NO_BRACKET;
}

static void add_word(struct looking *l, const char *word) {
    if (l->found.nwords < PLACE_WORDS_MOST)
        l->found.words[l->found.nwords++] = word;
}
static bool settle(struct looking *l, enum place_kind kind) {
    l->found.kind = kind;
    return true;
}
static bool settle_words(struct looking *l, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        add_word(l, words[i]);
    return settle(l, PLACE_WORDS);
}

/* ---- brackets ---- */

static const char *const declaring[] = {"table", "cohort", "measure", "network", "rule"};

/* The word of the declaration whose block `{` number `open` begins. */
static struct str declaration_of(const struct looking *l, uint32_t open) {
    uint32_t i = open;
    if (i > 0 && token_at(l, i - 1)->kind == TOK_TEXT)
        i--;
    if (i >= 2 && token_at(l, open)->kind == TOK_LBRACE && token_at(l, i - 1)->kind == TOK_NAME &&
        is_any(token_at(l, i - 2), declaring, COUNT_OF(declaring)))
        return token_at(l, i - 2)->text;
    return STR_NONE;
}

/* `{` of a record or map, whose keys are new names. */
static bool is_record(const struct looking *l) {
    if (l->open == NO_BRACKET || l->open == 0 || token_at(l, l->open)->kind != TOK_LBRACE)
        return false;
    switch (token_at(l, l->open - 1)->kind) {
    case TOK_ASSIGN:
    case TOK_LPAREN:
    case TOK_COMMA:
    case TOK_LBRACKET:
    case TOK_COLON:
    case TOK_RETURN:
        return true;
    default:
        return is_word(token_at(l, l->open - 1), "map");
    }
}

/* The parentheses of `fn f(` and `fn(`. */
static bool in_parameters(const struct looking *l) {
    if (l->open == NO_BRACKET || token_at(l, l->open)->kind != TOK_LPAREN || l->open == 0)
        return false;
    return token_at(l, l->open - 1)->kind == TOK_FN ||
           (l->open >= 2 && token_at(l, l->open - 1)->kind == TOK_NAME &&
            token_at(l, l->open - 2)->kind == TOK_FN);
}

/* Whether the name begins an argument of a call, or its value. */
static void find_call(struct looking *l) {
    if (l->open == NO_BRACKET || l->open == 0 || token_at(l, l->open)->kind != TOK_LPAREN ||
        token_at(l, l->open - 1)->kind != TOK_NAME || in_parameters(l))
        return;
    enum token_kind before = back(l, 1)->kind;
    if (before != TOK_LPAREN && before != TOK_COMMA)
        return;
    uint32_t start = l->open - 1;
    while (start >= 2 && token_at(l, start - 1)->kind == TOK_DOT)
        start -= 2;
    if (is_word(token_at(l, l->open - 1), "by"))
        return;
    l->found.callee = l->open - 1;
    l->found.opener = l->open;
    l->found.piped = start > 0 && token_at(l, start - 1)->kind == TOK_PIPE;
}

/* ---- declarations ---- */

static bool find_type(struct looking *l) {
    const struct token *before = back(l, 1);
    bool declared = l->at == l->first + 3 && (token_at(l, l->first)->kind == TOK_LET ||
                                              token_at(l, l->first)->kind == TOK_VAR);
    if (before->kind == TOK_COLON && (in_parameters(l) || declared))
        return settle(l, PLACE_TYPE);
    if (before->kind == TOK_LT && (is_word(back(l, 2), "list") || is_word(back(l, 2), "map")))
        return settle(l, PLACE_TYPE);
    if (before->kind == TOK_ARROW)
        return settle(l, l->found.declaration.n ? PLACE_TABLE : PLACE_TYPE);
    return is_word(token_at(l, l->first), "param") && l->at == l->first + 2 &&
           settle(l, PLACE_TYPE);
}

/* A name that the text makes up here. */
static bool find_new_name(struct looking *l) {
    const struct token *before = back(l, 1);
    bool second = l->at == l->first + 1;
    if (before->kind == TOK_LET || before->kind == TOK_VAR || before->kind == TOK_FN)
        return settle(l, PLACE_NOTHING);
    if (second && before->kind == TOK_FOR && !l->found.declaration.n)
        return settle(l, PLACE_NOTHING);
    if (second && (is_any(before, declaring, COUNT_OF(declaring)) || is_word(before, "param")))
        return settle(l, PLACE_NOTHING);
    if (is_word(before, "as") && is_word(token_at(l, l->first), "use"))
        return settle(l, PLACE_NOTHING);
    if (in_parameters(l) && (before->kind == TOK_LPAREN || before->kind == TOK_COMMA))
        return settle(l, PLACE_NOTHING);
    return is_record(l) && (before->kind == TOK_LBRACE || before->kind == TOK_COMMA) &&
           settle(l, PLACE_NOTHING);
}

static bool find_in_table(struct looking *l) {
    static const char *const of[] = {"of"};
    const struct token *before = back(l, 1);
    if (l->at == l->first)
        return settle(l, PLACE_CLAUSE);
    if (is_word(token_at(l, l->first), "key"))
        return settle(l, PLACE_OWN_COLUMN);
    if (is_word(before, "one"))
        return settle_words(l, of, 1);
    if (l->at == l->first + 1)
        return settle(l, PLACE_TYPE);
    return settle(l, PLACE_CLAUSE); /* attributes */
}

static bool find_ties(struct looking *l) {
    static const char *const first[] = {"from", "between"};
    static const char *const then[] = {"to", "and", "at", "strength", "sharing", "execution"};
    if (l->at == l->first + 1)
        return settle(l, PLACE_NOTHING);
    if (l->at == l->first + 2)
        return settle_words(l, first, COUNT_OF(first));
    for (size_t i = 0; i < COUNT_OF(then); i++)
        add_word(l, then[i]);
    l->found.may_follow = true;
    return settle(l, PLACE_EXPRESSION);
}

/* In a clause of a cohort, measure, network or rule. */
static bool find_in_clause(struct looking *l) {
    static const char *const up_down[] = {"up", "down"};
    static const char *const kinds[] = {"outcome", "driver", "process", "balancing"};
    static const char *const severities[] = {"error", "warn", "info"};
    static const char *const passes[] = {"passes", "skips"};
    const struct token *clause = token_at(l, l->first);
    bool second = l->at == l->first + 1;
    if (l->at == l->first)
        return settle(l, PLACE_CLAUSE);
    if (second && is_word(clause, "better"))
        return settle_words(l, up_down, COUNT_OF(up_down));
    if (second && is_word(clause, "kind"))
        return settle_words(l, kinds, COUNT_OF(kinds));
    if (second && is_word(clause, "at"))
        return settle(l, PLACE_COLUMN);
    if (second && is_word(clause, "severity"))
        return settle_words(l, severities, COUNT_OF(severities));
    if (second && (is_word(clause, "of") || clause->kind == TOK_FROM || clause->kind == TOK_FOR ||
                   is_word(clause, "members")))
        return settle(l, PLACE_TABLE);
    if (is_word(clause, "ties"))
        return find_ties(l);
    if (back(l, 1)->kind == TOK_MISSING && is_word(clause, "expect"))
        return settle_words(l, passes, COUNT_OF(passes));
    if (is_word(clause, "target"))
        add_word(l, "by");
    if (is_word(clause, "members"))
        add_word(l, "where");
    if (is_word(clause, "expect"))
        add_word(l, "missing");
    if (second && clause->kind == TOK_LET)
        return settle(l, PLACE_NOTHING);
    return settle(l, PLACE_EXPRESSION);
}

/* ---- relations ---- */

/* The last token of that kind before the name, in its line and bracket; or UINT32_MAX. */
static uint32_t last_of(const struct looking *l, enum token_kind kind) {
    uint32_t depth = 0;
    for (uint32_t i = l->at; i-- > l->first;) {
        enum token_kind k = token_at(l, i)->kind;
        if (depth == 0 && k == kind)
            return i;
        depth += closes(k);
        if (opens(k) && depth == 0)
            break;
        depth -= opens(k);
    }
    return UINT32_MAX;
}

static bool find_in_verb(struct looking *l) {
    static const char *const by[] = {"by"};
    static const char *const kinds[] = {"inner", "left", "semi", "anti"};
    uint32_t pipe = last_of(l, TOK_PIPE);
    if (pipe == UINT32_MAX)
        return false;
    const struct token *verb = token_at(l, pipe + 1);
    uint32_t behind = l->at - pipe - 2;
    if (is_word(verb, "group") && behind == 0)
        return settle_words(l, by, 1);
    if (is_word(verb, "join") && behind <= 1) {
        for (size_t i = 0; i < COUNT_OF(kinds) && behind == 0; i++)
            add_word(l, kinds[i]);
        bool known = behind == 0 || is_any(back(l, 1), kinds, COUNT_OF(kinds));
        return known && settle(l, PLACE_RELATION);
    }
    if (is_word(verb, "drop") || (is_word(verb, "rename") && back(l, 1)->kind == TOK_ASSIGN))
        return settle(l, PLACE_COLUMN);
    bool starts = behind == 0 || back(l, 1)->kind == TOK_COMMA;
    if (starts && (is_word(verb, "rename") || is_word(verb, "derive")))
        return settle(l, PLACE_NOTHING);
    return false;
}

/* Where the operand begins that could be a measure. */
static uint32_t segment_start(const struct looking *l) {
    uint32_t depth = 0;
    for (uint32_t i = l->at; i-- > l->first;) {
        enum token_kind k = token_at(l, i)->kind;
        bool stops = k == TOK_PIPE || k == TOK_ASSIGN || k == TOK_SHOW || k == TOK_FROM ||
                     k == TOK_RETURN || (k == TOK_NAME && is_word(token_at(l, i), "explain")) ||
                     (k == TOK_NAME && is_word(token_at(l, i), "print"));
        if (depth == 0 && (stops || opens(k)))
            return i + 1;
        depth += closes(k);
        depth -= opens(k);
    }
    return l->first;
}

/* In `m for c by d over g in r`, with what was asked before. */
static bool find_in_question(struct looking *l) {
    static const char *const clauses[] = {"where", "by", "over", "for", "in"};
    uint32_t start = segment_start(l);
    if (start >= l->at || token_at(l, start)->kind != TOK_NAME ||
        !l->is_measure(l->user, token_at(l, start)->text))
        return false;
    const struct token *before = back(l, 1), *clause = NULL;
    bool used[COUNT_OF(clauses)] = {false};
    for (uint32_t i = start + 1; i < l->at; i++)
        for (size_t k = 0; k < COUNT_OF(clauses); k++) {
            const struct token *t = token_at(l, i);
            if (is_word(t, clauses[k]) || (k == 3 && t->kind == TOK_FOR) ||
                (k == 4 && t->kind == TOK_IN)) {
                clause = t;
                used[k] = true;
            }
        }
    bool joins = before->kind == TOK_AND || before->kind == TOK_OR || before->kind == TOK_NOT;
    if (is_word(before, "over"))
        return settle(l, PLACE_GRAIN);
    if (clause && clause->kind == TOK_FOR && (before == clause || joins))
        return settle(l, PLACE_COHORT);
    for (size_t k = 0; k < COUNT_OF(clauses); k++)
        if (!used[k])
            add_word(l, clauses[k]);
    bool ends =
        before == token_at(l, start) || (clause && clause->kind != TOK_IN && before != clause &&
                                         before->kind == TOK_NAME && !is_word(clause, "where"));
    return settle(l, ends && (!clause || clause->kind == TOK_FOR || is_word(clause, "over"))
                         ? PLACE_WORDS
                         : PLACE_EXPRESSION);
}

/* ---- statements ---- */

static bool find_in_statement(struct looking *l) {
    static const char *const from[] = {"from"};
    static const char *const modes[] = {"update", "append", "replace", "strict", "where"};
    static const char *const as[] = {"as"};
    static const char *const explained[] = {"sql", "plan"};
    static const char *const otherwise[] = {"else"};
    static const char *const handler[] = {"catch"};
    const struct token *word = token_at(l, l->first);
    uint32_t behind = l->at - l->first;
    if (behind == 0)
        return !is_record(l) &&
               (l->open == NO_BRACKET || token_at(l, l->open)->kind == TOK_LBRACE) &&
               settle(l, PLACE_STATEMENT);
    if (back(l, 1)->kind == TOK_RBRACE && word->kind == TOK_IF)
        return settle_words(l, otherwise, 1);
    if (back(l, 1)->kind == TOK_RBRACE)
        return settle_words(l, handler, is_word(word, "try"));
    if (is_word(word, "cohort") && behind >= 3)
        return settle(l, PLACE_COHORT);
    if (is_word(word, "import") && behind == 1)
        return settle(l, PLACE_TABLE);
    if (is_word(word, "import") && behind == 2)
        return settle_words(l, from, 1);
    if (is_word(word, "import") && back(l, 1)->kind != TOK_FROM)
        return settle_words(l, modes, COUNT_OF(modes));
    if (is_word(word, "use"))
        return behind == 1 ? settle(l, PLACE_MODULE) : settle_words(l, as, 1);
    if (is_word(word, "explain") && behind == 1)
        for (size_t i = 0; i < COUNT_OF(explained); i++)
            add_word(l, explained[i]);
    return back(l, 1)->kind == TOK_FROM && settle(l, PLACE_RELATION);
}

/* Whether an operand may end with the token. */
static bool ends_operand(const struct token *t) {
    switch (t->kind) {
    case TOK_NAME:
    case TOK_INT:
    case TOK_FLOAT:
    case TOK_SHARE:
    case TOK_DATE:
    case TOK_PERIOD:
    case TOK_TEXT:
    case TOK_TEXT_END:
    case TOK_TRUE:
    case TOK_FALSE:
    case TOK_MISSING:
    case TOK_RPAREN:
    case TOK_RBRACKET:
        return true;
    default:
        return false;
    }
}

static void find(struct looking *l) {
    if (back(l, 1)->kind == TOK_DOT) {
        settle(l, PLACE_PART);
        return;
    }
    if (back(l, 1)->kind == TOK_PIPE) {
        settle(l, PLACE_VERB);
        return;
    }
    if (l->open != NO_BRACKET)
        l->found.declaration = declaration_of(l, l->open);
    l->found.block = l->open;
    l->found.may_follow = ends_operand(back(l, 1));
    find_call(l);
    if (find_type(l) || find_new_name(l))
        return;
    if (str_is(l->found.declaration, "table") ? find_in_table(l)
                                              : l->found.declaration.n && find_in_clause(l))
        return;
    if (find_in_verb(l) || find_in_question(l) || find_in_statement(l))
        return;
    settle(l, PLACE_EXPRESSION);
}

struct place_found place_find(const struct tokens *t, uint32_t start,
                              bool (*is_measure)(void *user, struct str name), void *user) {
    struct looking l = {.t = t, .is_measure = is_measure, .user = user};
    while (l.at < t->n && (t->at[l.at].span.start < start || t->at[l.at].kind == TOK_NEWLINE))
        l.at++;
    l.found.token = l.at;
    if (l.at >= t->n || t->at[l.at].kind != TOK_NAME || t->at[l.at].span.start != start)
        return l.found;
    l.open = find_open(t, l.at, &l.first);
    find(&l);
    return l.found;
}

/* ---- texts ---- */

uint32_t place_compared(const struct tokens *t, uint32_t at) {
    uint32_t i = at;
    if (i > 0 && (t->at[i - 1].kind == TOK_COMMA || t->at[i - 1].kind == TOK_LBRACKET)) {
        while (i > 0 && (t->at[i - 1].kind == TOK_COMMA || t->at[i - 1].kind == TOK_TEXT))
            i--;
        if (i < 2 || t->at[i - 1].kind != TOK_LBRACKET || t->at[i - 2].kind != TOK_IN)
            return 0;
        i -= 2;
        if (i > 0 && t->at[i - 1].kind == TOK_NOT)
            i--;
    } else if (i > 0 && (t->at[i - 1].kind == TOK_EQ || t->at[i - 1].kind == TOK_NE)) {
        i--;
    } else
        return 0;
    return i > 0 && t->at[i - 1].kind == TOK_NAME ? i - 1 : 0;
}
