/* When rows of a network count, as conditions over them: on a day, in a period, in one network of a
 * family. The trees are checked ones, for plans as well as for aggregates over memberships. */
#include "check/checker.h"

struct trees {
    struct arena *arena;
    struct types *types;
};

static struct node *make(const struct trees *t, enum node_kind kind, const struct type *type) {
    struct node *n = ARENA_NEW(t->arena, struct node);
    n->kind = (uint8_t)kind;
    n->type = type;
    return n;
}

static struct node *binary(const struct trees *t, int op, struct node *a, struct node *b) {
    if (!a || !b)
        return a ? a : b;
    bool nullable = a->type->nullable || b->type->nullable;
    struct node *n = make(t, N_BINARY, type_scalar(t->types, TY_BOOL, nullable));
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return n;
}

/* Missing, or on that side of the day: who does not say since when has been there ever. */
static struct node *missing_or(const struct trees *t, struct node *bound, int op,
                               struct node *day) {
    struct node *test = binary(t, op, bound, day);
    if (!bound->type->nullable)
        return test;
    struct node *missing = make(t, N_IS_MISSING, type_scalar(t->types, TY_BOOL, false));
    missing->a = bound;
    return binary(t, TOK_OR, missing, test);
}

static struct node *overlaps(const struct trees *t, const struct network_days *days,
                             const struct network_time *time) {
    struct node *began = days->first ? missing_or(t, days->first, TOK_LE, time->last) : NULL;
    int op = days->open ? TOK_GT : TOK_GE;
    struct node *goes_on = days->last ? missing_or(t, days->last, op, time->first) : NULL;
    return binary(t, TOK_AND, began, goes_on);
}

/* What happened in a period, nobody says on which day, is there if the period is asked, or a day in
 * it. */
static struct node *within(const struct trees *t, const struct network_days *days,
                           const struct network_time *time) {
    struct node *all = binary(t, TOK_AND, binary(t, TOK_GE, days->first, time->first),
                              binary(t, TOK_LE, days->last, time->last));
    if (days->first == days->last)
        return all;
    struct node *day = binary(t, TOK_EQ, time->first, time->last);
    struct node *holds = binary(t, TOK_AND, binary(t, TOK_LE, days->first, time->first),
                                binary(t, TOK_GE, days->last, time->first));
    return binary(t, TOK_OR, all, binary(t, TOK_AND, day, holds));
}

/* Keys of any kind are told by their texts. */
static struct node *is_key(const struct trees *t, struct node *value, struct node *key) {
    if (value->type->kind != TY_TEXT) {
        struct invoke *invoke = ARENA_NEW(t->arena, struct invoke);
        invoke->kind = INVOKE_BUILTIN;
        invoke->builtin = BUILTIN_TEXT;
        struct node *text =
            make(t, N_INVOKE, type_nullable(t->types, key->type, value->type->nullable));
        text->note = invoke;
        text->span = value->span;
        ARENA_PUSH(t->arena, &text->list) = value;
        value = text;
    }
    return binary(t, TOK_EQ, value, key);
}

/* Rows that do not say which network they are of are of any, where `or_none`. */
static struct node *is_of(const struct trees *t, struct node *value, struct node *key,
                          bool or_none) {
    struct node *is = is_key(t, value, key);
    if (!or_none || !value->type->nullable)
        return is;
    struct node *missing = make(t, N_IS_MISSING, type_scalar(t->types, TY_BOOL, false));
    missing->a = value;
    return binary(t, TOK_OR, missing, is);
}

struct node *network_rows_tree(struct session *s, const struct network_days *days, struct node *key,
                               bool or_none, const struct network_time *time) {
    const struct trees t = {s->arena, &s->types};
    struct node *all = NULL;
    for (; time; time = time->outer) {
        if (time->first && days->spell)
            all = binary(&t, TOK_AND, all, overlaps(&t, days, time));
        else if (time->first && days->first)
            all = binary(&t, TOK_AND, all, within(&t, days, time));
        if (time->key && key)
            all = binary(&t, TOK_AND, all, is_of(&t, key, time->key, or_none));
    }
    return all;
}
