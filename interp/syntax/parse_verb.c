/* Pipelines and their verbs; queries in SQL.
 *
 * Clause words are names everywhere else: a word is a verb only behind `|`, and
 * `within`, `order`, `by`, `as`, `seed` are words only inside the verbs that have them. */
#include "syntax/parse.h"

typedef void (*verb_reader)(struct parser *p, struct node *n);

static void read_condition(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
}

static bool at_word_before_operand(const struct parser *p, const char *word) {
    return at_word(p, word) && (begins_operand(peek_at(p, 1)) || peek_at(p, 1)->kind == TOK_MINUS);
}

static void read_sort_key(struct parser *p, struct node *n);

/* At a comma behind which the frame goes on: what follows is no field of the derive. */
static bool frame_goes_on(struct parser *p) {
    bool field = peek_at(p, 1)->kind == TOK_NAME && peek_at(p, 2)->kind == TOK_ASSIGN;
    return !p->panic && at_kind(p, TOK_COMMA) && !field && accept(p, TOK_COMMA);
}

/* `within a, b order -c`, either part at most once: a node V_WINDOW whose list is `within` and
 * whose `a` is a V_SORT, so that the keys of an order are read, printed and laid out in one way. */
static void read_window_frame(struct parser *p, struct node *n) {
    if (accept_word(p, "within"))
        do
            node_push(p, &n->list, parse_field(p));
        while (frame_goes_on(p));
    if (!p->panic && at_word_before_operand(p, "order")) {
        n->a = node_new(p, N_V_SORT, p->at);
        take(p);
        do
            read_sort_key(p, n->a);
        while (frame_goes_on(p));
        node_end(p, n->a);
    }
}

/* `derive before = lag(n) within school order day`: the field of a window of its own. */
static void read_derived(struct parser *p, struct node *n) {
    do {
        parse_named_field(p, &n->list);
        struct node *field = n->list.at[n->list.n - 1];
        if (p->panic ||
            (!at_word_before_operand(p, "within") && !at_word_before_operand(p, "order")))
            continue;
        field->b = node_new(p, N_V_WINDOW, p->at);
        read_window_frame(p, field->b);
        node_end(p, field->b);
        node_end(p, field);
    } while (!p->panic && accept(p, TOK_COMMA));
}

static void read_fills(struct parser *p, struct node *n) {
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

/* `(total = sum(x), n = count())`, into `more`. */
static void read_bracketed_fields(struct parser *p, struct node *n) {
    if (!expect(p, TOK_LPAREN, "`(`"))
        return;
    bool no_in = p->no_in;
    p->no_in = false;
    if (!at_kind(p, TOK_RPAREN))
        parse_fields(p, &n->more);
    p->no_in = no_in;
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
}

static void read_group(struct parser *p, struct node *n) {
    if (accept_word(p, "by")) {
        parse_fields(p, &n->list);
    } else if (!at_kind(p, TOK_LPAREN) && !at_end_of_line(p) && !at_kind(p, TOK_PIPE)) {
        struct diag *g = parse_unexpected(p, "`by` or `(`");
        diag_help(p->diags, g, "write `group by key (total = sum(x))`");
    }
    if (!p->panic && at_kind(p, TOK_LPAREN))
        read_bracketed_fields(p, n);
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

static void read_sort_key(struct parser *p, struct node *n) {
    struct node *key = node_new(p, N_FIELD, p->at);
    if (accept(p, TOK_MINUS))
        key->flags |= FLAG_DESCENDING;
    key->a = parse_expression(p);
    node_end(p, key);
    read_direction(p, key);
    node_push(p, &n->list, key);
}

static void read_sort(struct parser *p, struct node *n) {
    do
        read_sort_key(p, n);
    while (!p->panic && accept(p, TOK_COMMA));
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
    next = peek_at(p, 1);
    if (at_word(p, "many") && (next->kind == TOK_LPAREN || next->kind == TOK_FROM ||
                               (next->kind == TOK_NAME && !token_is_word(next, "on")))) {
        take(p);
        n->flags |= FLAG_MANY;
    }
    n->a = parse_operand(p);
    if (!p->panic && accept_word(p, "on"))
        n->b = parse_expression(p);
}

/* `union [all] right`, `except right`, `intersect right` */
static void read_set(struct parser *p, struct node *n) {
    n->text = p->tokens.at[p->at - 1].text;
    if (str_is(n->text, "union") && at_word_before_operand(p, "all")) {
        take(p);
        n->text = STR("union all");
    }
    n->a = parse_operand(p);
}

/* `window [within a] [order b] (x = lag(c))` */
static void read_window(struct parser *p, struct node *n) {
    read_window_frame(p, n);
    if (!p->panic)
        read_bracketed_fields(p, n);
}

/* `pivot column [in list] [by keys] (aggregates)` */
static void read_pivot(struct parser *p, struct node *n) {
    bool no_in = p->no_in;
    p->no_in = true;
    n->a = parse_operand(p);
    if (!p->panic && accept(p, TOK_IN))
        n->b = parse_operand(p);
    if (!p->panic && accept_word(p, "by"))
        parse_fields(p, &n->list);
    p->no_in = no_in;
    if (!p->panic)
        read_bracketed_fields(p, n);
}

/* `unpivot a, b, c [as name, value]` */
static void read_unpivot(struct parser *p, struct node *n) {
    read_names(p, n);
    if (p->panic || !accept_word(p, "as"))
        return;
    struct node names = {0};
    read_names(p, &names);
    n->more = names.list;
    if (n->more.n == 2)
        return;
    if (!p->panic) {
        struct diag *g =
            parse_say(p, E0101, n->more.at[0]->span, "`as` gives two columns their names");
        diag_help(p->diags, g, "write `unpivot ... as name, value`");
    }
    n->kind = N_BAD;
}

/* `sample 100 [seed 7]`, `sample 10%` */
static void read_sample(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
    if (!p->panic && accept_word(p, "seed"))
        n->b = parse_expression(p);
}

/* `into table [update|append|replace]` */
static void read_into(struct parser *p, struct node *n) {
    take_name(p, n, "the name of a table");
    n->op = p->panic ? OP_UPDATE : parse_mode(p);
}

static const struct {
    const char *word;
    enum node_kind kind;
    verb_reader read; /* NULL: does not work yet */
} verbs[] = {
    {"where", N_V_WHERE, read_condition}, {"derive", N_V_DERIVE, read_derived},
    {"select", N_V_SELECT, read_fields},  {"drop", N_V_DROP, read_names},
    {"rename", N_V_RENAME, read_renames}, {"group", N_V_GROUP, read_group},
    {"sort", N_V_SORT, read_sort},        {"take", N_V_TAKE, read_condition},
    {"skip", N_V_SKIP, read_condition},   {"distinct", N_V_DISTINCT, read_distinct},
    {"join", N_V_JOIN, read_join},        {"union", N_V_SET, read_set},
    {"except", N_V_SET, read_set},        {"intersect", N_V_SET, read_set},
    {"pivot", N_V_PIVOT, read_pivot},     {"unpivot", N_V_UNPIVOT, read_unpivot},
    {"window", N_V_WINDOW, read_window},  {"sample", N_V_SAMPLE, read_sample},
    {"fill", N_V_FILL, read_fills},       {"into", N_V_INTO, read_into},
};

uint32_t list_verb_words(struct str *out, uint32_t most) {
    uint32_t n = 0;
    for (size_t i = 0; i < COUNT_OF(verbs) && n < most; i++)
        if (verbs[i].read)
            out[n++] = str_of(verbs[i].word);
    return n;
}

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

/* ---- queries in SQL ---- */

static void read_sql_columns(struct parser *p, struct node *n) {
    if (!expect(p, TOK_LPAREN, "`(`"))
        return;
    do {
        struct node *column = node_new(p, N_FIELD, p->at);
        take_name(p, column, "the name of a column");
        accept(p, TOK_COLON);
        column->a = p->panic ? node_bad(p) : parse_type(p);
        if (!p->panic && accept_word(p, "null"))
            column->a->flags |= FLAG_NULLABLE;
        node_push(p, &n->list, node_end(p, column));
    } while (!p->panic && accept(p, TOK_COMMA));
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
}

struct node *parse_sql(struct parser *p, struct node *n) {
    n->kind = N_SQL;
    take(p);
    n->text = at_kind(p, TOK_RAW) ? take(p)->text : STR("");
    if (!expect(p, TOK_RBRACE, "`}`"))
        return node_end(p, n);
    struct node keys = {0};
    if (accept_word(p, "key"))
        read_names(p, &keys);
    n->more = keys.list;
    if (!p->panic && accept_word(p, "columns")) {
        read_sql_columns(p, n);
    } else if (!p->panic) {
        struct diag *g = parse_unexpected(p, "`columns`");
        diag_help(p->diags, g, "say what the query gives: `columns (student text, n int null)`");
    }
    return node_end(p, n);
}
