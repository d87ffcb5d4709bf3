/* Calls: functions of the language, of the script, of C; those of the library are signature.c's. */
#include "check/checker.h"

struct node *invoke_node(struct checker *c, struct span span, struct str name,
                         const struct type *type) {
    struct node *n = node_make(c, N_INVOKE, span, type);
    n->text = name;
    n->note = ARENA_NEW(c->arena, struct invoke);
    return n;
}

/* ---- functions of the language ---- */

static const struct {
    const char *name;
    enum builtin id;
    const char *signature;
} builtins[] = {
#define BUILTIN(id, name, signature, doc) {name, BUILTIN_##id, signature},
#include "check/builtin.def"
#undef BUILTIN
};

struct node *invoke_builtin(struct checker *c, struct span span, enum builtin b,
                            const struct type *type, struct node *argument) {
    struct node *n = invoke_node(c, span, str_of(builtins[b].name), type);
    struct invoke *v = n->note;
    v->kind = INVOKE_BUILTIN;
    v->builtin = b;
    list_push(c, &n->list, argument);
    return n;
}

static struct node *builtin_mismatch(struct checker *c, struct node *call, enum builtin b) {
    struct diag *d =
        error_at(c, E0209, call->span, "these arguments do not fit `%s`", builtins[b].name);
    diag_note(c->s->diags, d, "it is `%s`", builtins[b].signature);
    return node_poison(c, call);
}

static const struct type *like_first(struct checker *c, const struct node *x, enum type_kind kind,
                                     bool more_null) {
    return type_scalar(c->types, kind, x->type->nullable || more_null);
}

static struct node *check_round(struct checker *c, struct node *n) {
    struct node *x = n->list.at[0];
    const struct unit_of_measure *unit = unit_of(x);
    if (!type_is_number(x->type))
        return NULL;
    n->list.at[0] = convert(c, x, like_first(c, x, TY_FLOAT, false), "the number");
    if (n->list.n == 1) {
        struct node *zero = node_make(c, N_INT, n->span, TYPE(c, INT));
        list_push(c, &n->list, zero);
    }
    n->list.at[1] = convert(c, n->list.at[1], TYPE(c, INT), "the number of digits");
    n->type = type_in_unit(c->types, n->list.at[0]->type, unit);
    return n;
}

/* Values that lists of can be sorted. */
static bool has_order(const struct type *t) {
    return t->kind >= TY_BOOL && t->kind <= TY_TEXT && t->kind != TY_REF;
}

/* Whether every present value of that kind has its int or float: a text may be none, a float may
 * be no int, and a ratio may have the denominator 0. */
static bool always_number(enum type_kind k, bool as_int) {
    return k == TY_INT || k == TY_BOOL || (k == TY_FLOAT && !as_int);
}

/* Types that follow the arguments; `n` is the invocation under way. NULL: they do not fit. */

static struct node *type_of_number(struct checker *c, enum builtin b, struct node *n) {
    struct node *x = n->list.at[0];
    enum type_kind k = x->type->kind;
    bool whole = b == BUILTIN_FLOOR || b == BUILTIN_CEIL;
    const struct unit_of_measure *unit = whole ? unit_of(x) : NULL;
    if (k == TY_POINTS && b == BUILTIN_NUMBER)
        return points_as_float(c, x);
    if (!type_is_number(x->type))
        return NULL;
    n->list.at[0] = convert(c, x, like_first(c, x, TY_FLOAT, false), "the number");
    n->type = like_first(c, x, whole ? TY_INT : TY_FLOAT, b == BUILTIN_SQRT);
    n->type = type_in_unit(c->types, n->type, unit);
    return n;
}

static struct node *type_of_parse(struct checker *c, enum builtin b, struct node *n) {
    struct node *x = n->list.at[0];
    enum type_kind k = x->type->kind;
    if (!type_is_number(x->type) && k != TY_TEXT && k != TY_BOOL &&
        (k != TY_POINTS || b == BUILTIN_INT))
        return NULL;
    n->type =
        like_first(c, x, b == BUILTIN_INT ? TY_INT : TY_FLOAT, !always_number(k, b == BUILTIN_INT));
    return n;
}

/* keys, values, remove */
static struct node *type_of_map(struct checker *c, enum builtin b, struct node *n) {
    const struct type *map = n->list.at[0]->type;
    if (map->kind != TY_MAP || map->nullable || n->list.n != (b == BUILTIN_REMOVE ? 2u : 1u))
        return NULL;
    n->type = b == BUILTIN_REMOVE
                  ? map
                  : type_list(c->types, b == BUILTIN_KEYS ? map->key : map->element);
    if (b != BUILTIN_REMOVE)
        return n;
    n->list.at[1] = convert(c, n->list.at[1], map->key, "the key");
    return is_poison(n->list.at[1]) ? node_poison(c, n) : n;
}

static struct node *type_of_filled(struct checker *c, struct node *n) {
    if (n->list.n != 2)
        return NULL;
    const struct type *element = n->list.at[1]->type;
    n->list.at[0] = convert(c, n->list.at[0], TYPE(c, INT), "the number of elements");
    if (element->kind > TY_TEXT && !type_has_parts(element))
        return NULL;
    n->type = type_list(c->types, element);
    return n;
}

static struct node *type_of_coalesce(struct checker *c, struct node *n) {
    struct node *x = n->list.at[0];
    const struct type *t = n->list.n == 2 ? common_of(c, x, n->list.at[1]) : NULL;
    if (!t)
        return NULL;
    /* what is suppressed stays so */
    n->type = type_nullable(c->types, t, n->list.at[1]->type->nullable || c->s->protects);
    n->list.at[0] = convert(c, x, type_nullable(c->types, t, true), "the value");
    n->list.at[1] = convert(c, n->list.at[1], n->type, "the stand-in");
    return n;
}

/* sort, order */
static struct node *type_of_sorted(struct checker *c, enum builtin b, struct node *n,
                                   struct node *call) {
    const struct type *list = n->list.at[0]->type;
    if (n->list.n != 1 || list->kind != TY_LIST)
        return NULL;
    if (!has_order(list->element))
        return fail_at(c, E0208, call, "a `%.*s` has no order of its own",
                       STR_ARG(name_of_type(c, list->element)));
    n->flags |= call->flags & FLAG_DESCENDING;
    n->type = b == BUILTIN_SORT ? list : type_list(c->types, TYPE(c, INT));
    return n;
}

static struct node *type_builtin(struct checker *c, enum builtin b, struct node *n,
                                 struct node *call) {
    struct node *x = n->list.at[0];
    enum type_kind k = x->type->kind;
    switch (b) {
    case BUILTIN_ABS:
        n->type = x->type;
        return type_is_number(x->type) || k == TY_POINTS ? n : NULL;
    case BUILTIN_SQRT:
    case BUILTIN_FLOOR:
    case BUILTIN_CEIL:
    case BUILTIN_NUMBER:
        return type_of_number(c, b, n);
    case BUILTIN_ROUND:
        return check_round(c, n);
    case BUILTIN_TEXT:
        n->type = TYPE(c, TEXT);
        return n;
    case BUILTIN_INT:
    case BUILTIN_FLOAT:
        return type_of_parse(c, b, n);
    case BUILTIN_LEN:
        n->type = like_first(c, x, TY_INT, false);
        return k == TY_TEXT || k == TY_LIST || k == TY_MAP ? n : NULL;
    case BUILTIN_KEYS:
    case BUILTIN_VALUES:
    case BUILTIN_REMOVE:
        return type_of_map(c, b, n);
    case BUILTIN_LIST:
        return type_of_filled(c, n);
    case BUILTIN_COALESCE:
        return type_of_coalesce(c, n);
    case BUILTIN_SORT:
    case BUILTIN_ORDER:
        return type_of_sorted(c, b, n, call);
    default:
        return b >= BUILTIN_DAY && b <= BUILTIN_SECONDS ? check_time_function(c, b, n) : NULL;
    }
}

/* `fn(a, b) = a < b`: 1, `a > b`: -1; else 0. */
static int plain_order(const struct node *f) {
    if (f->kind != N_FN || f->list.n != 2 || !f->b || f->b->kind != N_BINARY ||
        (f->b->op != TOK_LT && f->b->op != TOK_GT))
        return 0;
    const struct node *x = f->b->a, *y = f->b->b;
    if (x->kind != N_NAME || y->kind != N_NAME || str_eq(x->text, y->text))
        return 0;
    struct str a = f->list.at[0]->text, b = f->list.at[1]->text;
    int up = f->b->op == TOK_LT ? 1 : -1;
    if (str_eq(x->text, a) && str_eq(y->text, b))
        return up;
    return str_eq(x->text, b) && str_eq(y->text, a) ? -up : 0;
}

/* sort(xs, fn(a, b) = a < b) is sort(xs), and much faster so; the call becomes that. */
static bool sorts_by_itself(struct checker *c, struct node *call) {
    if (call->list.n != 2 || call->list.at[0]->text.n || call->list.at[1]->text.n)
        return false;
    struct node *xs = call->list.at[0]->a = check_value(c, call->list.at[0]->a);
    const struct type *t = xs->type->kind == TY_LIST ? xs->type->element : NULL;
    const struct node *f = call->list.at[1]->a;
    int order = t && has_order(t) && !t->nullable && !type_is_pair(t) ? plain_order(f) : 0;
    if (!order || t->kind == TY_BOOL || f->list.at[0]->a || f->list.at[1]->a)
        return false;
    call->list.n = 1;
    call->flags |= order < 0 ? FLAG_DESCENDING : 0;
    return true;
}

static struct node *check_builtin(struct checker *c, struct node *call, enum builtin b) {
    struct node *n = invoke_node(c, call->span, str_of(builtins[b].name), TYPE(c, ERROR));
    struct invoke *v = n->note;
    v->kind = INVOKE_BUILTIN;
    v->builtin = b;
    for (uint32_t i = 0; i < call->list.n; i++) {
        struct node *x = check_value(c, call->list.at[i]->a);
        if (is_poison(x))
            return node_poison(c, call);
        list_push(c, &n->list, x);
    }
    if (n->list.n == 0 || n->list.n > 2)
        return builtin_mismatch(c, call, b);
    struct node *typed = type_builtin(c, b, n, call);
    return typed ? typed : builtin_mismatch(c, call, b);
}

/* ---- matching arguments with parameters ---- */

bool arrange(struct checker *c, struct node *call, struct str name,
             const struct node_list *parameters, struct node **out) {
    uint32_t next = 0;
    bool fine = true;
    for (uint32_t i = 0; i < call->list.n; i++) {
        struct node *arg = call->list.at[i];
        uint32_t at = next;
        if (arg->text.n) {
            for (at = 0; at < parameters->n; at++)
                if (str_eq(parameters->at[at]->text, arg->text))
                    break;
            if (at == parameters->n) {
                struct diag *d = error_at(c, E0209, arg->span, "`%.*s` has no argument `%.*s`",
                                          STR_ARG(name), STR_ARG(arg->text));
                struct str *names = ARENA_ARRAY(c->arena, struct str, parameters->n + 1);
                for (uint32_t k = 0; k < parameters->n; k++)
                    names[k] = parameters->at[k]->text;
                help_nearest(c, d, arg->text, names, parameters->n);
                fine = false;
                continue;
            }
        } else
            next++;
        if (at >= parameters->n) {
            error_at(c, E0209, arg->span, "`%.*s` takes %u argument%s", STR_ARG(name),
                     parameters->n, parameters->n == 1 ? "" : "s");
            return false;
        }
        if (out[at]) {
            error_at(c, E0209, arg->span, "the argument `%.*s` is given twice",
                     STR_ARG(parameters->at[at]->text));
            fine = false;
        }
        out[at] = arg->a;
    }
    for (uint32_t i = 0; i < parameters->n && fine; i++)
        if (!out[i] && !parameters->at[i]->b) {
            struct diag *d = error_at(c, E0209, call->span, "`%.*s` needs its argument `%.*s`",
                                      STR_ARG(name), STR_ARG(parameters->at[i]->text));
            UNUSED(d);
            fine = false;
        }
    return fine;
}

const char *argument_words(struct checker *c, struct str function, struct str parameter) {
    return arena_printf(c->arena, "argument `%.*s` of `%.*s`", STR_ARG(parameter),
                        STR_ARG(function))
        .p;
}

/* ---- functions of the script ---- */

/* A default is read where the function stands: it knows nothing of the caller's names. */
static struct node *default_argument(struct checker *c, const struct function *f,
                                     const struct node *parameter, const struct type *declared) {
    struct checker at_top = checker_for(c->s);
    if (f->scope)
        at_top.scope = f->scope->kept ? f->scope->outer : f->scope;
    at_top.depth = c->depth;
    struct node *n = node_copy(c->arena, parameter->b);
    return declared ? check_as(&at_top, n, declared, "the default") : check_value(&at_top, n);
}

struct node *call_function(struct checker *c, struct node *call, struct function *f,
                           struct node *callee) {
    struct node *declaration = f->node;
    struct str name = f->symbol->name;
    uint32_t count = declaration->list.n;
    struct node **given = ARENA_ARRAY(c->arena, struct node *, count + 1);
    if (!arrange(c, call, name, &declaration->list, given))
        return node_poison(c, call);
    f = with_defaults(c, f, given);
    declaration = f->node;
    count = declaration->list.n;
    struct node *n = invoke_node(c, call->span, name, NULL);
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        struct node *p = declaration->list.at[i];
        const struct type *declared = p->a ? type_of_node(c, p->a) : NULL;
        const char *what = argument_words(c, name, p->text);
        struct node *x = !given[i]  ? default_argument(c, f, p, declared)
                         : declared ? check_as(c, given[i], declared, what)
                                    : check_value(c, given[i]);
        if (is_poison(x))
            return node_poison(c, call);
        types[i] = x->type->kind == TY_RELATION ? type_plain(c->types, x->type) : x->type;
        list_push(c, &n->list, x);
    }
    struct instance *instance = instance_of(c, f, types, count, NULL, call->span);
    if (!instance)
        return node_poison(c, call);
    struct invoke *v = n->note;
    v->kind = INVOKE_INSTANCE;
    v->instance = instance;
    n->a = function_has_object(f) ? callee : NULL;
    n->type = instance->result;
    return n;
}

/* ---- calls ---- */

static struct node *unknown_function(struct checker *c, struct node *call, struct str name) {
    struct diag *d =
        error_at(c, E0202, call->a->span, "there is no function `%.*s`", STR_ARG(name));
    enum aggregate aggregate;
    if (aggregate_named(name, &aggregate)) {
        diag_help(c->s->diags, d,
                  "`%.*s` is of many rows: it stands in the `let` or `value` of a "
                  "measure, in `group`, or has a relation in it",
                  STR_ARG(name));
        return node_poison(c, call);
    }
    struct {
        struct str *at;
        uint32_t n, cap;
    } names = {0};
    bool qualified = call->a->kind == N_DOT;
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        ARENA_PUSH(c->arena, &names) = str_of(builtins[i].name);
    const struct native_module *const *m = c->s->host ? c->s->host->modules : NULL;
    for (; m && *m; m++)
        for (size_t i = 0; i < (*m)->n; i++)
            ARENA_PUSH(c->arena, &names) =
                qualified ? arena_printf(c->arena, "%s.%s", (*m)->name, (*m)->entries[i].name)
                          : str_of((*m)->entries[i].name);
    static const char *const more[] = {"count", "sum", "mean", "median", "min", "max", "sd"};
    for (size_t i = 0; i < COUNT_OF(more); i++)
        ARENA_PUSH(c->arena, &names) = str_of(more[i]);
    for (uint32_t i = 0; i < c->s->globals->order.n; i++)
        if (c->s->globals->order.at[i]->kind == SYM_FUNCTION)
            ARENA_PUSH(c->arena, &names) = c->s->globals->order.at[i]->name;
    help_nearest(c, d, name, names.at, names.n);
    return node_poison(c, call);
}

/* count(xs) of a list; NULL: it is none. */
static struct node *count_of_list(struct checker *c, struct node *call) {
    struct node *x = call->list.at[0]->a = check_value(c, call->list.at[0]->a);
    if (is_poison(x))
        return node_poison(c, call);
    return x->type->kind == TY_LIST || x->type->kind == TY_MAP ? check_builtin(c, call, BUILTIN_LEN)
                                                               : NULL;
}

/* "spc.limits" for a path of plain names. */
static struct str called_name(struct checker *c, const struct node *f) {
    if (f->kind == N_NAME)
        return f->text;
    if (f->kind == N_DOT && f->a->kind == N_NAME)
        return arena_printf(c->arena, "%.*s.%.*s", STR_ARG(f->a->text), STR_ARG(f->text));
    return STR_NONE;
}

int library_arity(struct checker *c, struct str name) {
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        if (name.n && str_is(name, builtins[i].name))
            return 1;
    uint64_t *native = strmap_find(&c->s->natives, name);
    if (!native)
        return -1;
    struct node *signature = native_signature(c, (const struct native_entry *)(uintptr_t)*native);
    int needed = 0;
    for (uint32_t i = 0; signature && i < signature->list.n; i++)
        needed += !signature->list.at[i]->b;
    return needed;
}

/* A variable that holds a function, or any expression that is no plain name. */
static bool is_value_called(struct checker *c, const struct node *f, const struct symbol *s) {
    if (f->kind == N_NAME) {
        if (!s || s->kind != SYM_VARIABLE)
            return false;
        enum aggregate unused;
        bool function = s->type && s->type->kind == TY_FN;
        return function || (library_arity(c, f->text) < 0 && !aggregate_named(f->text, &unused) &&
                            !str_is(f->text, "push") && !library_function(c, f->text));
    }
    if (f->kind != N_DOT)
        return true;
    const struct node *root = f;
    while (root->kind == N_DOT)
        root = root->a;
    const struct symbol *held = root->kind == N_NAME ? scope_find(c->scope, root->text) : NULL;
    return root->kind != N_NAME || (held && held->kind == SYM_VARIABLE);
}

/* The builtins whose arguments are rows or cohorts, not values. */
static struct node *check_named_builtin(struct checker *c, struct node *call, enum builtin b) {
    if (b == BUILTIN_ATTRITION || b == BUILTIN_WHY)
        return check_cohort_report(c, call, b);
    if (b == BUILTIN_WHY_MISSING)
        return check_why_missing(c, call);
    return b == BUILTIN_ROWS || b == BUILTIN_ONLY ? check_rows_call(c, call, b)
                                                  : check_builtin(c, call, b);
}

struct node *check_call(struct checker *c, struct node *n) {
    struct str name = called_name(c, n->a);
    struct symbol *s = n->a->kind == N_NAME ? scope_find(c->scope, name) : NULL;
    probe_symbol(c, probe_place(n->a), s);
    if (s && s->kind == SYM_FUNCTION)
        return call_function(c, n, s->function, NULL);
    if (s && s->kind == SYM_FOREIGN)
        return check_foreign_call(c, n, s);
    if (is_value_called(c, n->a, s))
        return check_value_call(c, n, check_value(c, n->a));
    if (str_is(name, "push"))
        return check_push(c, n);
    struct node *asked = check_asked_call(c, n, name);
    if (asked)
        return asked;
    struct node *aggregate = check_window_call(c, n, name);
    if (!aggregate)
        aggregate = check_aggregate(c, n, name);
    if (aggregate)
        return aggregate;
    if (n->b)
        return fail_at(c, E0209, n, "`where` stands in aggregates only");
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        if (str_is(name, builtins[i].name) && !(builtins[i].id == BUILTIN_SORT && n->list.n > 1))
            return check_named_builtin(c, n, builtins[i].id);
    uint64_t *native = strmap_find(&c->s->natives, name);
    if (native)
        return check_native(c, n, (const struct native_entry *)(uintptr_t)*native, name);
    if (str_is(name, "sort") && sorts_by_itself(c, n))
        return check_builtin(c, n, BUILTIN_SORT);
    struct function *library = library_function(c, name);
    if (library)
        return call_function(c, n, library, NULL);
    if (str_is(name, "count") && n->list.n == 1) {
        struct node *length = count_of_list(c, n);
        return length ? length
                      : fail_at(c, E0301, n->list.at[0]->a, "only rows and lists can be counted");
    }
    return unknown_function(c, n, name);
}
