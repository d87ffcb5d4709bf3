/* Clauses of tables that are more than one column: references by several
 * columns, and columns that hold lists. */
#include "syntax/parse.h"

static struct node *parse_column_name(struct parser *p) {
    struct node *name = node_new(p, N_NAME, p->at);
    if (!take_name(p, name, "the name of a column"))
        name->kind = N_BAD;
    return name;
}

/* `(school, year) -> enrolment as enrolled` */
struct node *parse_tie(struct parser *p) {
    struct node *n = node_new(p, N_TIE, p->at);
    take(p);
    do
        node_push(p, &n->list, parse_column_name(p));
    while (!p->panic && accept(p, TOK_COMMA));
    if (!p->panic)
        expect(p, TOK_RPAREN, "`,` or `)`");
    if (!p->panic && !at_kind(p, TOK_ARROW))
        parse_unexpected(p, "`->` and the table that these columns refer to");
    if (p->panic)
        return node_end(p, n);
    n->a = node_new(p, N_REFERENCE, p->at);
    take(p);
    take_name(p, n->a, "the name of a table");
    node_end(p, n->a);
    n->text = n->a->text;
    n->name_span = n->a->name_span;
    if (!p->panic && accept_word(p, "as"))
        take_name(p, n, "a name for the reference");
    return node_end(p, n);
}

/* `list of theme split ";"`, `list of text`, `list of "A", "B"`: behind the name of the column. */
struct node *parse_list_of(struct parser *p) {
    struct node *n = node_new(p, N_LIST_OF, p->at);
    take(p);
    take(p);
    if (at_kind(p, TOK_TEXT) || at_kind(p, TOK_INT) || at_kind(p, TOK_MINUS)) {
        struct node *codes = node_new(p, N_A_ONE_OF, p->at);
        read_codes(p, codes);
        node_push(p, &n->list, node_end(p, codes));
    } else {
        accept(p, TOK_ARROW);
        n->a = parse_type(p);
    }
    n->text = STR(";");
    if (!p->panic && accept_word(p, "split") &&
        take_text(p, &n->text, "the text between two items") && !n->text.n)
        parse_fail(p, E0101, p->tokens.at[p->at - 1].span, "nothing stands between two items");
    return node_end(p, n);
}
