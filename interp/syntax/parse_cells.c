/* Clauses of a question that say how far its cells reach back, what they are
 * compared with and what is shown beside them: `to date`, `alone`, `rolling`,
 * `since entry`, `change from`, `with`. */
#include "syntax/parse.h"

bool at_cell_clause(const struct parser *p) {
    static const char *const words[] = {"to", "alone", "rolling", "change", "with", "since"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (at_word(p, words[i]))
            return true;
    return false;
}

static void expect_word(struct parser *p, const char *word, const char *wanted) {
    if (!p->panic && !accept_word(p, word))
        parse_unexpected(p, wanted);
}

static void read_to_date(struct parser *p, struct node *n) {
    n->kind = N_Q_TO_DATE;
    expect_word(p, "date", "`date` behind `to`");
    if (!p->panic && accept_word(p, "of"))
        take_name(p, n, "a grain of time, as `school_year`,");
}

static void read_rolling(struct parser *p, struct node *n) {
    n->kind = N_Q_ROLLING;
    n->a = parse_range(p);
    if (!p->panic && accept_word(p, "full"))
        n->flags |= FLAG_FULL;
}

static void read_change(struct parser *p, struct node *n) {
    n->kind = N_Q_CHANGE;
    if (!p->panic && !accept(p, TOK_FROM))
        parse_unexpected(p, "`from` behind `change`");
    if (p->panic)
        return;
    if (accept_word(p, "previous")) {
        n->flags |= FLAG_PREVIOUS;
        return;
    }
    if (accept_word(p, "same"))
        take_name(p, n, "a grain of time, as `month`,");
    expect_word(p, "last", "`last year`, `same PERIOD last year` or `previous`");
    expect_word(p, "year", "`year` behind `last`");
}

static void read_since(struct parser *p, struct node *n) {
    n->kind = N_Q_SINCE;
    expect_word(p, "entry", "`entry` behind `since`");
}

static const char *const shown[] = {"total",   "interval", "excluded", "excepted", "undecided",
                                    "partial", "se",       "deff",     "effective"};


static bool shown_follows(const struct parser *p, uint32_t ahead) {
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (token_is_word(peek_at(p, ahead), shown[i]))
            return true;
    return false;
}

static void read_with(struct parser *p, struct node *n) {
    n->kind = N_Q_WITH;
    do {
        struct node *field = node_new(p, N_FIELD, p->at);
        if (!shown_follows(p, 0)) {
            struct diag *g = parse_unexpected(p, "what to show");
            diag_help(p->diags, g,
                      "one of total, interval 95%%, excluded, excepted, undecided, partial, "
                      "se, deff, effective");
            return;
        }
        field->text = take(p)->text;
        if (str_is(field->text, "interval"))
            field->a = parse_range(p);
        node_push(p, &n->list, node_end(p, field));
    } while (!p->panic && at_kind(p, TOK_COMMA) && shown_follows(p, 1) && take(p));
}

void parse_cell_clause(struct parser *p, struct node *n) {
    const struct token *word = take(p);
    n->name_span = word->span;
    if (token_is_word(word, "to"))
        read_to_date(p, n);
    else if (token_is_word(word, "rolling"))
        read_rolling(p, n);
    else if (token_is_word(word, "change"))
        read_change(p, n);
    else if (token_is_word(word, "with"))
        read_with(p, n);
    else if (token_is_word(word, "since"))
        read_since(p, n);
    else
        n->kind = N_Q_ALONE;
}
