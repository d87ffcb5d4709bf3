/* Clauses of calendars: when years and weeks start, which table holds the terms and
 * which the days of school. */
#include "syntax/parse.h"

static bool digits_at(const struct parser *p, uint32_t ahead) {
    const struct token *t = peek_at(p, ahead);
    return t->kind == TOK_INT && t->span.stop - t->span.start == 2;
}

/* `08-01`: two numbers of two digits without blanks. */
void read_calendar_year(struct parser *p, struct node *n) {
    if (!accept_word(p, "starts")) {
        parse_unexpected(p, "`starts`");
        return;
    }
    const struct token *month = peek(p), *day = peek_at(p, 2);
    if (!digits_at(p, 0) || peek_at(p, 1)->kind != TOK_MINUS || !digits_at(p, 2) ||
        day->span.start - month->span.stop != 1) {
        struct diag *g = parse_unexpected(p, "a month and a day");
        diag_help(p->diags, g, "write `year starts 08-01`");
        return;
    }
    n->value.i = month->i;
    n->value2 = day->i;
    take(p);
    take(p);
    take(p);
}

void read_calendar_week(struct parser *p, struct node *n) {
    if (!accept_word(p, "starts"))
        parse_unexpected(p, "`starts`");
    else
        take_name(p, n, "a day of the week");
}

static struct node *column_name(struct parser *p) {
    struct node *n = node_new(p, N_NAME, p->at);
    take_name(p, n, "the name of a column");
    return node_end(p, n);
}

static void read_table(struct parser *p, struct node *n) {
    if (expect(p, TOK_FROM, "`from`"))
        take_name(p, n, "the name of a table");
}

void read_calendar_terms(struct parser *p, struct node *n) {
    const struct {
        const char *word;
        struct node **place;
    } words[] = {{"number", &n->a}, {"start", &n->b}, {"last", &n->c}, {"semester", &n->d}};
    read_table(p, n);
    while (!p->panic && !at_end_of_line(p)) {
        size_t i = 0;
        while (i < COUNT_OF(words) && !at_word(p, words[i].word))
            i++;
        if (i == COUNT_OF(words)) {
            parse_unexpected(p, "`number`, `start`, `last` or `semester` and a column");
            return;
        }
        struct span word = take(p)->span;
        if (*words[i].place)
            parse_fail(p, E0108, word, "`%s` stands here for the second time", words[i].word);
        *words[i].place = column_name(p);
    }
}

void read_calendar_instructional(struct parser *p, struct node *n) {
    read_table(p, n);
    if (!p->panic && accept_word(p, "at"))
        n->a = column_name(p);
    if (!p->panic && accept_word(p, "where"))
        n->b = parse_expression(p);
}
