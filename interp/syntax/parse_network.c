/* Clauses of networks: members, ties and what is hung on them, levels, hubs. */
#include "syntax/parse.h"

/* ---- members ---- */

/* `members school`, or the column of another table that refers to them, `members seat.person`. */
void read_network_members(struct parser *p, struct node *n) {
    take_name(p, n, "the name of a table");
    if (!p->panic && accept(p, TOK_DOT)) {
        n->a = node_new(p, N_NAME, p->at);
        take_name(p, n->a, "the column that refers to the members");
        node_end(p, n->a);
    }
    if (!p->panic && accept_word(p, "where")) {
        n->b = parse_expression(p);
    }
}

void read_network_per(struct parser *p, struct node *n) {
    take_name(p, n, "the table with a row for each network");
}

/* ---- ties ---- */

/* Behind the first end, the second. */
static void read_second_end(struct parser *p, struct node *n, const char *word) {
    if (p->panic) {
        return;
    }
    if (str_is(str_of(word), "and")) {
        expect(p, TOK_AND, "`and`");
    } else if (!accept_word(p, word)) {
        parse_unexpected(p, str_is(str_of(word), "to") ? "`to`" : "`through`");
    }
    if (!p->panic) {
        n->b = parse_operand(p);
    }
}

static void read_ends(struct parser *p, struct node *n) {
    const char *second = "to";
    if (accept_word(p, "between")) {
        n->flags |= FLAG_UNDIRECTED;
        second = "and";
    } else if (accept_word(p, "of")) {
        n->flags |= FLAG_UNDIRECTED | FLAG_THROUGH;
        second = "through";
    } else if (!accept(p, TOK_FROM)) {
        parse_unexpected(p, "`from`, `between` or `of`");
        return;
    }
    n->a = parse_operand(p);
    read_second_end(p, n, second);
}

static void say_twice(struct parser *p, const struct token *word, const struct node *before) {
    struct diag *g = parse_say(p, E0108, word->span, "`%.*s` stands here for the second time",
                               STR_ARG(word->text));
    diag_label_add(p->diags, g, before->span, "the first one");
}

/* What stands in a field of the node. */
static bool read_tie_field(struct parser *p, struct node *n) {
    struct node **place = at_word(p, "at") ? &n->c : at_word(p, "strength") ? &n->d : NULL;
    if (!place) {
        return false;
    }
    const struct token *word = take(p);
    if (*place) {
        say_twice(p, word, *place);
    }
    *place = parse_expression(p);
    return true;
}

/* What stands in its list. */
static bool read_tie_clause(struct parser *p, struct node *n) {
    static const struct {
        const char *word;
        enum node_kind kind;
    } words[] = {{"distance", N_T_DISTANCE},
                 {"where", N_T_WHERE},
                 {"asked", N_T_ASKED},
                 {"answered", N_T_ANSWERED}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!at_word(p, words[i].word)) {
            continue;
        }
        struct node *clause = node_new(p, words[i].kind, p->at);
        const struct token *word = take(p);
        for (uint32_t k = 0; k < n->list.n; k++) {
            if (n->list.at[k]->kind == clause->kind) {
                say_twice(p, word, n->list.at[k]);
            }
        }
        clause->a = parse_expression(p);
        if (!p->panic && clause->kind == N_T_ASKED && accept_word(p, "at")) {
            clause->b = parse_expression(p);
        }
        node_push(p, &n->list, node_end(p, clause));
        return true;
    }
    return false;
}

static bool at_tie_role(const struct parser *p) {
    return at_word(p, "sharing") || at_word(p, "execution");
}

static void read_tie_word(struct parser *p, struct node *n) {
    if (read_tie_field(p, n) || read_tie_clause(p, n)) {
        return;
    }
    if (at_tie_role(p)) {
        n->title = take(p)->text;
    } else {
        parse_unexpected(p, "`at`, `strength`, `distance`, `where`, `asked`, `answered`, `sharing` "
                            "or `execution`");
    }
}

void read_network_ties(struct parser *p, struct node *n) {
    take_name(p, n, "the name of a table");
    if (!p->panic && at_word(p, "where")) {
        read_tie_clause(p, n);
    }
    if (!p->panic) {
        read_ends(p, n);
    }
    while (!p->panic && !at_end_of_line(p)) {
        read_tie_word(p, n);
    }
}

/* ---- where members stand ---- */

static struct node *parse_level_text(struct parser *p) {
    struct node *n = node_new(p, N_TEXT, p->at);
    take_text(p, &n->text, "the text of a level");
    return node_end(p, n);
}

static struct node *parse_level_group(struct parser *p) {
    struct node *n = node_new(p, N_LIST, p->at);
    take(p);
    skip_newlines(p);
    do {
        node_push(p, &n->list, parse_level_text(p));
    } while (!p->panic && accept(p, TOK_COMMA));
    skip_newlines(p);
    if (!p->panic) {
        expect(p, TOK_RBRACE, "`,` or `}`");
    }
    return node_end(p, n);
}

void read_network_level(struct parser *p, struct node *n) {
    n->a = parse_operand(p);
    if (p->panic || !accept_word(p, "order")) {
        return;
    }
    do {
        node_push(p, &n->list, at_kind(p, TOK_LBRACE) ? parse_level_group(p) : parse_level_text(p));
    } while (!p->panic && accept(p, TOK_COMMA));
}

void read_network_sector(struct parser *p, struct node *n) {
    n->a = parse_operand(p);
    if (!p->panic && accept_word(p, "inside")) {
        n->b = parse_level_text(p);
    }
}

void read_network_hub(struct parser *p, struct node *n) {
    do {
        node_push(p, &n->list, parse_operand(p));
    } while (!p->panic && accept(p, TOK_COMMA));
}
