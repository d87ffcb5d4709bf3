/* Clauses of a rule: what it judges, what it expects, what it lets pass, and
 * the records that show it. Each is read behind its word, into its node. */
#include "syntax/parse.h"

/* Nobody is to judge what could not be read to its end. */
static void end_clause(const struct parser *p, struct node *n) {
    if (p->panic)
        n->kind = N_BAD;
}

static void read_tables(struct parser *p, struct node *n) {
    n->flags |= FLAG_EACH;
    take(p);
    do {
        struct node *name = node_new(p, N_NAME, p->at);
        if (!take_name(p, name, "the name of a table"))
            name->kind = N_BAD;
        node_push(p, &n->list, node_end(p, name));
    } while (!p->panic && accept(p, TOK_COMMA));
}

void read_rule_for(struct parser *p, struct node *n) {
    if (at_word(p, "each") && peek_at(p, 1)->kind == TOK_NAME)
        read_tables(p, n);
    else if (at_end_of_line(p))
        parse_unexpected(p, "what the rule judges");
    else
        n->a = parse_piped(p, ASKED_LINE);
}

void read_rule_expect(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
    if (!p->panic && accept(p, TOK_MISSING)) {
        if (accept_word(p, "passes"))
            n->flags |= FLAG_MISSING_PASSES;
        else if (accept_word(p, "skips"))
            n->flags |= FLAG_MISSING_SKIPS;
        else
            parse_unexpected(p, "`passes` or `skips`");
    }
    if (!p->panic && accept(p, TOK_COMMA))
        n->b = parse_text(p);
}

void read_rule_message(struct parser *p, struct node *n) {
    n->a = parse_text(p);
}

/* `except C until DAY because "..."`, the last two in either order. */
void read_rule_except(struct parser *p, struct node *n) {
    n->a = parse_expression(p);
    while (!p->panic && !at_end_of_line(p)) {
        if (!n->b && accept_word(p, "until")) {
            n->b = parse_range(p);
        } else if (!n->c && accept_word(p, "because")) {
            n->c = parse_text(p);
        } else {
            struct diag *g = parse_unexpected(p, n->b   ? "`because` and the reason"
                                                 : n->c ? "`until` and the last day"
                                                        : "`until` and the last day, or `because`");
            diag_help(p->diags, g, "write `except C until 2026-06-30 because \"...\"`");
        }
    }
    end_clause(p, n);
}

void read_rule_allow(struct parser *p, struct node *n) {
    if (at_kind(p, TOK_INT) || at_kind(p, TOK_SHARE))
        n->a = parse_operand(p);
    else
        diag_help(p->diags, parse_unexpected(p, "how many findings, or which share of the rows"),
                  "write `allow 3` or `allow 2%%`");
}

void read_rule_tags(struct parser *p, struct node *n) {
    do {
        struct node *tag = node_new(p, N_TEXT, p->at);
        if (at_kind(p, TOK_NAME))
            tag->text = take(p)->text;
        else
            take_text(p, &tag->text, "a tag");
        node_push(p, &n->list, node_end(p, tag));
    } while (!p->panic && accept(p, TOK_COMMA));
    end_clause(p, n);
}

void read_rule_example(struct parser *p, struct node *n) {
    n->name_span = peek(p)->span;
    if (!at_word(p, "ok") && !at_word(p, "bad")) {
        diag_help(p->diags, parse_unexpected(p, "`ok` or `bad`"),
                  "write `example ok { grade: 9 }` or `example bad { grade: 13 }`");
        return;
    }
    n->text = take(p)->text;
    if (at_kind(p, TOK_TEXT))
        n->title = take(p)->text;
    if (at_kind(p, TOK_LBRACE))
        n->a = parse_operand(p);
    else
        parse_unexpected(p, "`{` and a record");
}
