/* What expressions over rows can do besides giving a value: fail, or give another
 * value the next time. Where they cannot, they need not be worked out row by row,
 * nor in the order of the rows. */
#include "plan/build.h"

/* ---- what may fail ---- */

static bool any_may_fail(const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        if (tree_may_fail(list->at[i]))
            return true;
    return false;
}

static bool builtin_may_fail(enum builtin builtin) {
    switch (builtin) {
    case BUILTIN_COALESCE:
    case BUILTIN_NUMBER:
    case BUILTIN_TEXT:
    case BUILTIN_LEN:
    case BUILTIN_SQRT:
    case BUILTIN_ROUND:
    case BUILTIN_DAY:
    case BUILTIN_WEEK:
    case BUILTIN_MONTH:
    case BUILTIN_QUARTER:
    case BUILTIN_YEAR:
    case BUILTIN_SCHOOL_YEAR:
        return false;
    default:
        return true;
    }
}

/* Counts that overflow a ratio are too rare to keep keys for every rate. */
static bool node_may_fail(const struct node *n) {
    const struct invoke *invoke = n->note;
    switch (n->kind) {
    case N_BINARY:
        return (n->op == TOK_PLUS || n->op == TOK_MINUS || n->op == TOK_STAR || n->op == OP_DIV) &&
               n->type->kind != TY_FLOAT && n->type->kind != TY_TEXT;
    case N_UNARY:
        return n->op == TOK_MINUS && n->type->kind != TY_FLOAT && n->a->kind != N_INT;
    case N_INVOKE:
        return invoke->kind != INVOKE_BUILTIN || builtin_may_fail(invoke->builtin);
    case N_INDEX:
        return true;
    case N_CONVERT:
        return n->type->kind == TY_PERIOD && n->a->type->kind == TY_INT && n->a->kind != N_INT;
    default:
        return false;
    }
}

bool tree_may_fail(const struct node *n) {
    if (!n)
        return false;
    return node_may_fail(n) || tree_may_fail(n->a) || tree_may_fail(n->b) || tree_may_fail(n->c) ||
           tree_may_fail(n->d) || any_may_fail(&n->list) || any_may_fail(&n->more);
}

/* ---- what varies ---- */

static bool any_varies(const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        if (tree_varies(list->at[i]))
            return true;
    return false;
}

/* Functions that are no part of the language itself may do more than give a value. */
bool tree_varies(const struct node *n) {
    if (!n)
        return false;
    if (n->kind == N_FN || n->kind == N_CALL)
        return true;
    if (n->kind == N_INVOKE && ((const struct invoke *)n->note)->kind != INVOKE_BUILTIN)
        return true;
    return tree_varies(n->a) || tree_varies(n->b) || tree_varies(n->c) || tree_varies(n->d) ||
           any_varies(&n->list) || any_varies(&n->more);
}
