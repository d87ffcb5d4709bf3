/* Networks at some time: `net at DAY` and `net in PERIOD` are networks themselves.
 *
 * Both are the network between two days, which is a function of the library, `between`. Parts of
 * such a network are relations whose plans hold the two days, so the checker looks through its
 * calls. */
#include "check/checker.h"

/* ---- days ---- */

static struct node *day_literal(struct checker *c, struct span span, int64_t day) {
    struct node *n = node_make(c, N_DATE, span, TYPE(c, DATE));
    n->value.i = day;
    return n;
}

/* The first or last day of a date, period or year, none of which may be missing. */
static struct node *edge(struct checker *c, struct node *n, bool last) {
    if (is_poison(n))
        return n;
    if (n->type->kind == TY_DATE || n->type->kind == TY_DATETIME)
        return convert(c, network_day(c, n, last), TYPE(c, DATE), "the day");
    struct node *period = convert(c, n, TYPE(c, PERIOD), "the period");
    return is_poison(period) ? period : network_day(c, period, last);
}

bool network_days_in(struct checker *c, struct node *clause, struct node **first,
                     struct node **last) {
    struct node *r = clause->a, *again = node_copy(c->arena, clause->a);
    int64_t from, stop;
    r = r->kind == N_RANGE ? check_range(c, r) : check_value(c, r);
    if (is_poison(r))
        return false;
    if (clause->kind == N_Q_AT && !type_is_dated(r->type)) {
        struct diag *d = error_at(c, E0803, r->span, "behind `at` stands a day, not a `%.*s`",
                                  STR_ARG(name_of_type(c, r->type)));
        diag_help(c->s->diags, d, "`in` takes a period: `net in 2018`");
        return false;
    }
    if (constant_days(c, r, &from, &stop)) {
        *first = day_literal(c, r->span, from);
        *last = day_literal(c, r->span, stop - 1);
        return true;
    }
    bool range = r->kind == N_RANGE;
    *first = edge(c, range ? r->a : r, false);
    *last = edge(c, range ? r->b : check_value(c, again), true);
    return !is_poison(*first) && !is_poison(*last);
}

/* ---- networks ---- */

static struct node *argument(struct checker *c, struct node *value) {
    struct node *n = node_make(c, N_ARG, value->span, NULL);
    n->a = value;
    return n;
}

struct node *network_between_days(struct checker *c, struct span span, struct node *net,
                                  struct node *first, struct node *last) {
    const struct native_entry *native = native_named(c, "between");
    struct node *call = node_make(c, N_CALL, span, NULL);
    if (!native)
        return fail_at(c, E0202, call, "the library has no function `between`");
    list_push(c, &call->list, argument(c, net));
    list_push(c, &call->list, argument(c, first));
    list_push(c, &call->list, argument(c, last));
    return check_native(c, call, native, STR("between"));
}

/* `sins["Valparaiso 3"]` */
struct node *check_network_index(struct checker *c, struct node *n) {
    const struct native_entry *native = native_named(c, "one_of");
    if (!n->a->type->table) {
        struct diag *d = error_at(c, E0803, n->span, "this is one network, not a family of them");
        diag_help(c->s->diags, d,
                  "`per` in the declaration makes a network for each row of a table");
        return node_poison(c, n);
    }
    struct node *key = check_value(c, n->b);
    if (is_poison(key))
        return node_poison(c, n);
    if (key->type->kind == TY_INT)
        key = invoke_builtin(c, key->span, BUILTIN_TEXT,
                             type_scalar(c->types, TY_TEXT, key->type->nullable), key);
    key = convert(c, key, TYPE(c, TEXT), "the key of the network");
    if (is_poison(key) || !native)
        return node_poison(c, n);
    struct node *call = node_make(c, N_CALL, n->span, NULL);
    list_push(c, &call->list, argument(c, n->a));
    list_push(c, &call->list, argument(c, key));
    return check_native(c, call, native, STR("one_of"));
}

struct network_info *network_named(struct checker *c, const struct node *n,
                                   struct network_time *time) {
    if (n->kind == N_NAME && n->symbol && n->symbol->kind == SYM_NETWORK)
        return network_of(c, n->symbol);
    const struct invoke *invoke = n->kind == N_INVOKE ? n->note : NULL;
    if (!invoke || invoke->kind != INVOKE_NATIVE)
        return NULL;
    bool one = invoke->native == native_named(c, "one_of");
    if (!one && invoke->native != native_named(c, "between"))
        return NULL;
    struct network_time *outer = ARENA_NEW(c->arena, struct network_time);
    struct network_info *net = network_named(c, n->list.at[0], outer);
    *time = (struct network_time){.outer = outer->first || outer->key ? outer : NULL};
    if (one) {
        time->key = n->list.at[1];
    } else {
        time->first = n->list.at[1];
        time->last = n->list.at[2];
    }
    return net;
}

/* ---- questions ---- */

/* Only by `at` and `in`. */
static bool refuse_clauses(struct checker *c, const struct node *n) {
    for (uint32_t i = 0; i < n->more.n; i++) {
        const struct node *clause = n->more.at[i];
        if (clause->kind == N_Q_AT || clause->kind == N_Q_IN)
            continue;
        struct diag *d =
            error_at(c, E0803, clause->span, "a network is asked `at` a day or `in` a period only");
        diag_help(c->s->diags, d,
                  "functions answer over time: `structure(net) over year in 2014 .. 2018`");
        return true;
    }
    return false;
}

static bool names_network(struct checker *c, const struct node *n) {
    bool in_row = c->row && type_field(c->row->type, n->text) >= 0;
    const struct symbol *s = in_row ? NULL : scope_find(c->scope, n->text);
    return s && (s->kind == SYM_NETWORK ||
                 (s->kind == SYM_VARIABLE && s->type && s->type->kind == TY_NETWORK));
}

/* What the question is put to is a network; else it is left alone, unless it is of a family. */
static bool asks_network(struct checker *c, struct node *n) {
    struct node *first = n->list.at[0];
    if (first->kind == N_NAME && !first->type)
        return names_network(c, first);
    if (first->kind == N_INDEX)
        first = n->list.at[0] = check_expr(c, first);
    return first->type && first->type->kind == TY_NETWORK;
}

struct node *check_network_question(struct checker *c, struct node *n) {
    if (n->list.n != 1 || !asks_network(c, n))
        return NULL;
    struct node *net = check_expr(c, n->list.at[0]);
    if (is_poison(net) || refuse_clauses(c, n))
        return node_poison(c, n);
    for (uint32_t i = 0; i < n->more.n; i++) {
        struct node *first, *last;
        if (!network_days_in(c, n->more.at[i], &first, &last))
            return node_poison(c, n);
        net = network_between_days(c, n->span, net, first, last);
        if (is_poison(net))
            return node_poison(c, n);
    }
    return net;
}
