/* Messages for those who may not see the values of rows: keys stay, every other
 * value is replaced by what it is called, `n is ‹n›`. Also in a hole nothing is worked out:
 * `{if n > 5 { "many" } else { "few" }}` would tell of n. */
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

static struct node *masked_template(struct checker *c, const struct rule_info *rule,
                                    const struct node *n) {
    struct node *out = node_make(c, N_TEMPLATE, n->span, n->type);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *part = n->list.at[i];
        bool plain = part->kind == N_TEXT || node_is_literal(part->a) || is_key(rule, part->a);
        list_push(c, &out->list, plain ? part : called(c, part));
    }
    return out;
}

struct node *masked_message(struct checker *c, const struct rule_info *rule, struct node *n) {
    return n->kind == N_TEMPLATE ? masked_template(c, rule, n) : n;
}
