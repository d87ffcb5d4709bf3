/* `push(xs, x)` and lists that begin empty. */
#include "check/checker.h"

void type_empty(struct checker *c, struct symbol *s, struct node *empty, const struct type *list) {
    UNUSED(c);
    if (list->kind == TY_LIST)
        s->type = empty->type = list;
}

static const struct type *element_of(struct checker *c, struct node *x) {
    if (x->type->kind == TY_MISSING || x->type->kind == TY_VOID || x->type->kind >= TY_RELATION) {
        if (x->type->kind == TY_FN)
            return x->type;
        fail_at(c, E0207, x, "a `%.*s` cannot be an element of a list",
                STR_ARG(name_of_type(c, x->type)));
        return NULL;
    }
    return x->type;
}

struct node *check_push(struct checker *c, struct node *call) {
    if (call->list.n != 2 || call->list.at[0]->text.n || call->list.at[1]->text.n) {
        struct diag *d = error_at(c, E0209, call->span, "these arguments do not fit `push`");
        diag_note(c->s->diags, d, "it is `push(xs: list<T>, x: T)`");
        return node_poison(c, call);
    }
    struct node *list = call->list.at[0]->a;
    if (list->kind != N_NAME)
        return fail_at(c, E0210, list, "`push` needs the name of a `var` that holds a list");
    struct symbol *s = scope_find(c->scope, list->text);
    struct node *empty = s ? s->empty : NULL;
    list = check_expr(c, list);
    if (is_poison(list) || !assigned_variable(c, call->list.at[0]->a))
        return node_poison(c, call);
    if (list->type->kind != TY_LIST)
        return fail_at(c, E0207, list, "`push` needs a list, and this is a `%.*s`",
                       STR_ARG(name_of_type(c, list->type)));
    struct node *n = node_make(c, N_PUSH, call->span, TYPE(c, VOID));
    n->b = empty ? check_value(c, call->list.at[1]->a)
                 : check_as(c, call->list.at[1]->a, list->type->element, "the element");
    if (is_poison(n->b))
        return node_poison(c, call);
    if (empty) {
        const struct type *element = element_of(c, n->b);
        if (!element)
            return node_poison(c, call);
        type_empty(c, s, empty, type_list(c->types, element));
        list->type = s->type;
    }
    n->a = list;
    return n;
}
