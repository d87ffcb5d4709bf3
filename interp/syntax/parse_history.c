/* History: the clauses of a table that say when its rows hold and whose history they are, and
 * `every` before the name of such a table. */
#include "syntax/parse.h"

/* `spans` may be a column; as a clause it stands before two columns with `..` between them. */
bool parse_at_history(const struct parser *p) {
    const struct token *next = peek_at(p, 1);
    return (at_word(p, "spans") && next->kind == TOK_NAME && peek_at(p, 2)->kind == TOK_RANGE) ||
           (at_word(p, "history") && token_is_word(next, "of"));
}

static struct node *column_name(struct parser *p) {
    struct node *n = node_new(p, N_NAME, p->at);
    if (!take_name(p, n, "the name of a date column"))
        n->kind = N_BAD;
    return node_end(p, n);
}

/* spans since .. until [included] [overlapping] */
static void read_spans(struct parser *p, struct node *n) {
    n->a = column_name(p);
    if (p->panic || !expect(p, TOK_RANGE, "`..` and the column of the end"))
        return;
    n->b = column_name(p);
    for (;;) {
        if (accept_word(p, "included"))
            n->flags |= FLAG_INCLUDED;
        else if (accept_word(p, "overlapping"))
            n->flags |= FLAG_OVERLAPPING;
        else
            break;
    }
}

struct node *parse_history(struct parser *p) {
    struct node *n = node_new(p, at_word(p, "spans") ? N_SPANS : N_HISTORY, p->at);
    take(p);
    if (n->kind == N_SPANS) {
        read_spans(p, n);
    } else {
        take(p);
        take_name(p, n, "the name of a table");
    }
    return node_end(p, n);
}

/* Words that go on a clause behind a name, so that `every` before them is that name. */
static bool goes_on(const struct token *t) {
    static const char *const words[] = {"div",  "mod",  "like",  "where",  "by",     "over",
                                        "for",  "at",   "to",    "on",     "order",  "within",
                                        "as",   "with", "since", "alone",  "after",  "rolling",
                                        "from", "in",   "seed",  "change", "against"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (token_is_word(t, words[i]))
            return true;
    return false;
}

bool parse_at_every(const struct parser *p) {
    const struct token *next = peek_at(p, 1);
    return at_word(p, "every") && next->kind == TOK_NAME && !next->line_start && !goes_on(next);
}
