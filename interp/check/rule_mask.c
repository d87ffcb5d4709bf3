/* Messages for those who may not see the values of rows: keys stay, every other
 * value is replaced by what it is called, `n is ‹n›`. So is all of a hole, since
 * `{if n > 5 { "many" } else { "few" }}` would tell of n.
 *
 * What stands in a hole is worked out all the same, and is needed of records: whether a rule errs
 * or skips one does not depend on who is told. */
#include "check/rule_parts.h"

/* A reference is shown as the key of the row it means. */
static bool is_key(const struct rule_info *rule, const struct node *n) {
    while (n->kind == N_FOLLOW && n->a->type->kind == TY_REF &&
           (uint64_t)n->value.i == n->a->type->table->keys[0])
        n = n->a;
    for (uint32_t i = 0; n->kind == N_COLUMN && i < rule->nkeys; i++)
        if ((uint64_t)n->value.i == rule->keys[i])
            return true;
    return false;
}

/* The words of a hole, without its format. */
static struct node *called(struct checker *c, const struct node *hole) {
    struct span span = hole->span;
    span.stop -= hole->text.n ? (uint32_t)hole->text.n + 1 : 0;
    return node_text(c, span, arena_printf(c->arena, "‹%.*s›", STR_ARG(words_of(c, span))));
}

/* Whether the text of the hole has a length: it always has, once it is worked out. */
static struct node *is_worked_out(struct checker *c, struct node *hole) {
    struct node *text = node_make(c, N_TEMPLATE, hole->span, TYPE(c, TEXT));
    list_push(c, &text->list, hole);
    struct node *is = node_make(c, N_BINARY, hole->span, NULL);
    is->op = TOK_GE;
    is->a = invoke_builtin(c, hole->span, BUILTIN_LEN, TYPE(c, INT), text);
    is->b = node_make(c, N_INT, hole->span, TYPE(c, INT));
    return check_expr(c, is);
}

static struct node *branch(struct checker *c, struct node *value) {
    struct node *block = node_make(c, N_BLOCK, value->span, NULL);
    struct node *only = node_make(c, N_EXPRESSION, value->span, NULL);
    only->a = value;
    list_push(c, &block->list, only);
    return block;
}

static struct node *masked_hole(struct checker *c, struct node *hole) {
    struct node *part = node_make(c, N_HOLE, hole->span, NULL);
    struct node *n = node_make(c, N_IF, hole->span, NULL);
    n->a = is_worked_out(c, hole);
    n->b = branch(c, called(c, hole));
    n->c = branch(c, node_text(c, hole->span, STR("")));
    part->a = check_expr(c, n);
    part->type = part->a->type;
    return part;
}

static struct node *masked_template(struct checker *c, const struct rule_info *rule,
                                    const struct node *n) {
    struct node *out = node_make(c, N_TEMPLATE, n->span, n->type);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *part = n->list.at[i];
        bool plain = part->kind == N_TEXT || node_is_literal(part->a) || is_key(rule, part->a);
        list_push(c, &out->list, plain ? part : masked_hole(c, part));
    }
    return out;
}

struct node *masked_message(struct checker *c, const struct rule_info *rule, struct node *n) {
    return n->kind == N_TEMPLATE ? masked_template(c, rule, n) : n;
}
