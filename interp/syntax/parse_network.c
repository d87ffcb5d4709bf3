/* Clauses of networks: members, ties and what is hung on them, levels, hubs. */
#include "syntax/parse.h"

/* ---- members ---- */

static void not_yet_here(struct parser *p, const char *what) {
    parse_not_yet(p, peek(p)->span, what);
    skip_line(p);
}

void read_network_members(struct parser *p, struct node *n) {
    take_name(p, n, "the name of a table");
    if (at_kind(p, TOK_DOT)) {
        not_yet_here(p, "a membership table in `members`");
    } else if (!p->panic && accept_word(p, "where")) {
        n->b = parse_expression(p);
    }
}

/* ---- ties ---- */

static void read_ends(struct parser *p, struct node *n) {
    bool between = accept_word(p, "between");
    if (!between && !accept(p, TOK_FROM)) {
        if (at_word(p, "present")) {
            not_yet_here(p, "this kind of ties");
        } else {
            parse_unexpected(p, "`from` or `between`");
        }
        return;
    }
    n->flags |= between ? FLAG_UNDIRECTED : 0;
    n->a = parse_operand(p);
    if (p->panic) {
        return;
    }
    if (between) {
        expect(p, TOK_AND, "`and`");
    } else if (!accept_word(p, "to")) {
        parse_unexpected(p, "`to`");
    }
    if (!p->panic) {
        n->b = parse_operand(p);
    }
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
    } words[] = {{"distance", N_T_DISTANCE}, {"where", N_T_WHERE}};
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
        node_push(p, &n->list, node_end(p, clause));
        return true;
    }
    return false;
}

static bool at_tie_role(const struct parser *p) {
    return at_word(p, "sharing") || at_word(p, "execution");
}

static void read_later_tie_word(struct parser *p) {
    const struct token *word = take(p);
    uint32_t level = level_here(p);
    parse_not_yet(p, word->span, arena_printf(p->arena, "`%.*s` of ties", STR_ARG(word->text)).p);
    while (line_goes_on(p, level) && !at_tie_role(p) && !at_word(p, "strength")) {
        take(p);
    }
}

static void read_tie_word(struct parser *p, struct node *n) {
    if (read_tie_field(p, n) || read_tie_clause(p, n)) {
        return;
    }
    if (at_tie_role(p)) {
        n->title = take(p)->text;
    } else if (at_word(p, "asked") || at_word(p, "answered") || at_word(p, "through")) {
        read_later_tie_word(p);
    } else {
        parse_unexpected(p, "`at`, `strength`, `distance`, `where`, `sharing` or `execution`");
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
