/* What the parts of the parser share.
 *
 * Recursive descent for statements, clauses and queries, Pratt for
 * expressions. After a message `panic` is set: nothing more is said until the
 * place where reading can go on with sense, the end of the statement or
 * clause, is reached; so one fault gives one message. Slips whose meaning is
 * clear are told without panic (`parse_say`).
 *
 * Tokens are balanced (see lex.h); `level` holds how many brackets are open
 * before each token, so skipping never leaves the block it is in. Every
 * function that returns a node returns one that is not NULL (BAD at worst),
 * unless it says otherwise. All memory is the caller's arena. */
#ifndef SPOKE_PARSE_H
#define SPOKE_PARSE_H

#include "syntax/tree.h"

#define DEPTH_LIMIT 200   /* brackets, blocks, unary operators in each other */
#define HEIGHT_LIMIT 1000 /* of a tree: also `a + b + c ...` and `a.b.c ...` grow it */

struct parser {
    struct arena *arena;
    struct diags *diags;
    const struct sources *sources;
    struct tokens tokens;
    uint32_t at;
    uint32_t *level;
    bool *forgotten; /* whether a token stands in a `(`, `[` or text that the lexer had to
                        close: what looks wrong there most likely belongs behind it */
    uint32_t depth;
    bool panic;
    bool no_in;          /* in a clause of a question `in` begins the next clause */
    struct diag scratch; /* where helps for unsaid messages go */
};

/* ---- tokens ---- */
static inline const struct token *peek_at(const struct parser *p, uint32_t ahead) {
    uint32_t i = p->at + ahead;
    return &p->tokens.at[i < p->tokens.n ? i : p->tokens.n - 1];
}
static inline const struct token *peek(const struct parser *p) {
    return peek_at(p, 0);
}
static inline bool at_kind(const struct parser *p, enum token_kind kind) {
    return peek(p)->kind == kind;
}
static inline uint32_t level_here(const struct parser *p) {
    return p->level[p->at];
}
/* Takes and returns the present token; END stays. */
const struct token *take(struct parser *p);
bool accept(struct parser *p, enum token_kind kind);
/* A name without back-quotes that reads like that. */
/* A name that does not stand in back-quotes. */
bool is_plain_word(const struct token *t);
bool token_is_word(const struct token *t, const char *word);
bool at_word(const struct parser *p, const char *word);
bool accept_word(struct parser *p, const char *word);
bool is_reserved(enum token_kind kind);
/* `update`, `append`, `replace` or nothing: OP_UPDATE. */
uint8_t parse_mode(struct parser *p);
/* Whether an operand can begin with it. */
bool begins_operand(const struct token *t);
/* The end of a statement or clause; taken by nobody. */
bool at_end_of_line(const struct parser *p);
void skip_newlines(struct parser *p);

/* ---- messages ---- */
/* Without panic. */
struct diag *parse_say(struct parser *p, enum code code, struct span span, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* With panic; unsaid when in panic already. */
struct diag *parse_fail(struct parser *p, enum code code, struct span span, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* "expected WANTED, found ..." at the present token, with panic; unsaid where
 * the lexer has told of the token already. */
struct diag *parse_unexpected(struct parser *p, const char *wanted);
/* E0190 without panic. */
void parse_not_yet(struct parser *p, struct span span, const char *what);
/* How a message names a token: "`student`", "the end of the line". */
struct str token_words(struct parser *p, const struct token *t);
bool expect(struct parser *p, enum token_kind kind, const char *wanted);
/* Counts one level of nesting; false with E0109 when it is too deep. Each
 * `parse_deeper`, whatever it returns, is followed by one `parse_back`. */
bool parse_deeper(struct parser *p);
void parse_back(struct parser *p);

/* ---- nodes ---- */
struct node *node_new(struct parser *p, enum node_kind kind, uint32_t first_token);
/* Ends the span with the last token taken, and measures the height; E0109 when
 * that is beyond its limit. */
struct node *node_end(struct parser *p, struct node *n);
/* A node that begins where `first` does. */
struct node *node_after(struct parser *p, enum node_kind kind, const struct node *first);
void node_push(struct parser *p, struct node_list *list, struct node *n);
struct node *node_bad(struct parser *p);
/* Takes a name into n->text and n->name_span; false with a message if there is none. */
bool take_name(struct parser *p, struct node *n, const char *wanted);
/* As it stands in the source. */
struct str token_source(const struct parser *p, const struct token *t);
/* Takes a text without holes into *out. */
bool take_text(struct parser *p, struct str *out, const char *wanted);

/* ---- recovery ---- */
/* To the next token that ends a statement or clause at that level; stays
 * before a `}` that closes the level. Ends the panic. */
void recover(struct parser *p, uint32_t level);
/* What must follow a statement or clause; recovers. */
void finish_line(struct parser *p, uint32_t level, const char *what);
/* Whether more of the line at that level, or brackets in it, stand here. A `}`
 * of that level closes a bracket of the line, never the block round it. */
bool line_goes_on(const struct parser *p, uint32_t level);
/* Skips to the end of the line at the present level. */
void skip_line(struct parser *p);
/* At an opening bracket: behind its closer. */
void skip_bracket(struct parser *p);
/* After a header went wrong: to the `{` on the same line if there is one.
 * True at a `{`. */
bool find_block(struct parser *p);

/* ---- parse_expr.c ---- */
struct node *parse_expression(struct parser *p);
/* What binds tighter than a comparison: for ranges, patterns, sets. */
struct node *parse_range(struct parser *p);
/* A name, literal or bracket with what is hung on it: `a.b(c)[d]`. */
struct node *parse_operand(struct parser *p);
/* Goes on behind an operand as parse_expression would. */
struct node *parse_rest(struct parser *p, struct node *left);
struct node *parse_text(struct parser *p);
/* FIELD nodes, `name = value` or `value`, with commas. */
struct node *parse_field(struct parser *p);
struct node *parse_field(struct parser *p);
void parse_fields(struct parser *p, struct node_list *list);
/* As fields, all of which have names. */
void parse_named_field(struct parser *p, struct node_list *list);
void parse_named_fields(struct parser *p, struct node_list *list);

/* ---- parse_history.c ---- */
/* At `spans` or `history` as a clause of a table. */
bool parse_at_history(const struct parser *p);
struct node *parse_history(struct parser *p);
/* At `every` before the name of a table. */
bool parse_at_every(const struct parser *p);

/* ---- parse_query.c ---- */
enum asked_place {
    ASKED_LINE = 0,
    ASKED_LIST = 1,      /* `a, b` are two measures */
    ASKED_BRACKETED = 2, /* a bare `x in s` is a test */
    ASKED_STATEMENT = 4, /* stops before the `=` of an assignment */
};
/* An expression or, where clause words follow, a QUESTION. */
struct node *parse_asked(struct parser *p, unsigned place);
/* As parse_asked, then `| verb` as often as it stands there. */
struct node *parse_piped(struct parser *p, unsigned place);
/* `| verb ...` behind `source`, which may be NULL; returns source if none. */
struct node *parse_pipes(struct parser *p, struct node *source, uint32_t first_token);
bool at_question_word(const struct parser *p);
/* Behind the first measure of a question. */
struct node *parse_question(struct parser *p, struct node *first);
struct node *parse_from(struct parser *p);
/* Cohorts joined by `and`, `or`, `not`, `never`, which is a UNARY `not` of that text. */
struct node *parse_cohorts(struct parser *p);

/* ---- parse_cells.c: clauses of a question that say what its cells reach back to and show ---- */
bool at_cell_clause(const struct parser *p);
/* At its word; n becomes that clause. */
void parse_cell_clause(struct parser *p, struct node *n);

/* ---- parse_cohort.c: clauses of a cohort, behind their words ---- */
void read_cohort_exit(struct parser *p, struct node *n);
void read_cohort_condition(struct parser *p, struct node *n);
void read_cohort_gaps(struct parser *p, struct node *n);

/* ---- parse_network.c: clauses of a network, behind their words ---- */
void read_network_members(struct parser *p, struct node *n);
void read_network_per(struct parser *p, struct node *n);
void read_network_ties(struct parser *p, struct node *n);
void read_network_level(struct parser *p, struct node *n);
void read_network_sector(struct parser *p, struct node *n);
void read_network_hub(struct parser *p, struct node *n);

/* ---- parse_rule.c: clauses of a rule, behind their words ---- */
void read_rule_for(struct parser *p, struct node *n);
void read_rule_expect(struct parser *p, struct node *n);
void read_rule_except(struct parser *p, struct node *n);
void read_rule_message(struct parser *p, struct node *n);
void read_rule_allow(struct parser *p, struct node *n);
void read_rule_tags(struct parser *p, struct node *n);
void read_rule_example(struct parser *p, struct node *n);

/* ---- parse_calendar.c: clauses of a calendar, behind their words ---- */
void read_calendar_year(struct parser *p, struct node *n);
void read_calendar_week(struct parser *p, struct node *n);
void read_calendar_terms(struct parser *p, struct node *n);
void read_calendar_instructional(struct parser *p, struct node *n);

/* ---- parse_statement.c ---- */
/* `{ ... }` */
struct node *parse_block(struct parser *p);
/* Statements as long as they lie at that level or deeper. */
void parse_statements(struct parser *p, struct node *block, uint32_t level);
struct node *parse_if(struct parser *p);

/* ---- parse_decl.c ---- */
/* NULL when no declaration begins here. */
struct node *parse_declaration(struct parser *p);
struct node *parse_function(struct parser *p, bool with_body);
/* At the `fn` of a function without a name. */
struct node *parse_function_value(struct parser *p);
struct node *parse_type(struct parser *p);
/* ---- parse_foreign.c ---- */
/* At `foreign "library"`. */
struct node *parse_foreign(struct parser *p);

/* ---- parse_table.c ---- */
/* At the `(` of a reference by several columns. */
struct node *parse_tie(struct parser *p);
/* At `list of`. */
struct node *parse_list_of(struct parser *p);
/* Texts and whole numbers with labels, into the list of n. */
void read_codes(struct parser *p, struct node *n);
/* Behind the word `suppress`. */
void read_suppress(struct parser *p, struct node *n);
/* Behind the word `sql`, whose node becomes the query. */
struct node *parse_sql(struct parser *p, struct node *n);

#endif
