/* One function, several networks: `structure(net) over year in 2014 .. 2018` asks a function once
 * for each period, and a function that is given a family of networks is asked once for each of
 * these.
 *
 * The call stays one call, with a note that says over what it goes; its result has a column more
 * for the network's key, and one for the period. The host takes it apart (api/spread.c). */
#include "check/measure_parts.h"

static bool is_family(const struct type *t) {
    return t->kind == TY_NETWORK && t->table;
}

/* The family that a call is about; several must be of one. NULL: none. False: told. */
static bool family_of_call(struct checker *c, const struct node *call, const struct table **out) {
    *out = NULL;
    for (uint32_t i = 0; i < call->list.n; i++) {
        const struct type *t = call->list.at[i]->type;
        if (!is_family(t))
            continue;
        if (*out && *out != t->table) {
            error_at(c, E0803, call->list.at[i]->span,
                     "one network of each `%.*s` and one of each `%.*s` do not go together",
                     STR_ARG((*out)->name), STR_ARG(t->table->name));
            return false;
        }
        *out = t->table;
    }
    return true;
}

static void add_key(struct checker *c, struct columns *out, const struct table *family,
                    struct span span) {
    const struct type *type = family->columns[family->keys[0]].type;
    while (type->kind == TY_REF)
        type = type->table->columns[type->table->keys[0]].type;
    add_column(c, out, family->name, type, span);
}

/* Poison where the function gives what cannot stand in rows. */
static const struct type *spread_type(struct checker *c, const struct node *call,
                                      const struct spread *spread) {
    const struct type *one = spread->one;
    struct columns out = {0};
    if (spread->family)
        add_key(c, &out, spread->family, call->span);
    if (spread->grain != GRAIN_NONE)
        add_column(c, &out, STR("period"), TYPE(c, PERIOD), call->span);
    if (one->kind == TY_RELATION && one->n) {
        for (uint32_t i = 0; i < one->n; i++)
            add_column(c, &out, one->fields[i].name, one->fields[i].type, call->span);
    } else if (type_is_cell(one)) {
        add_column(c, &out, STR("value"), one, call->span);
    } else {
        struct diag *d = error_at(c, E0803, call->span,
                                  "`%.*s` gives a `%.*s` for each network, which rows cannot hold",
                                  STR_ARG(call->text), STR_ARG(name_of_type(c, one)));
        diag_help(c->s->diags, d, "ask it of one network: `net[\"key\"]`, `net in 2018`");
        return TYPE(c, ERROR);
    }
    return relation_of(c, &out, NULL, 0);
}

static struct node *spread_call(struct checker *c, struct node *call, const struct spread *how) {
    struct invoke *invoke = call->note;
    struct spread *spread = ARENA_NEW(c->arena, struct spread);
    *spread = *how;
    call->type = spread_type(c, call, spread);
    invoke->spread = spread;
    return call;
}

struct node *spread_over_family(struct checker *c, struct node *call) {
    struct spread spread = {.grain = GRAIN_NONE, .one = call->type};
    if (!family_of_call(c, call, &spread.family))
        return node_poison(c, call);
    if (!spread.family)
        return call;
    if (call->type->kind == TY_NETWORK) { /* a family again, or one of it */
        bool one = ((const struct invoke *)call->note)->native == native_named(c, "one_of");
        call->type = one ? call->type : type_network(c->types, spread.family);
        return call;
    }
    return spread_call(c, call, &spread);
}

/* ---- over time ---- */

static bool asks_network(const struct node *call) {
    const struct invoke *invoke = call->kind == N_INVOKE ? call->note : NULL;
    bool found = false;
    for (uint32_t i = 0; invoke && invoke->kind == INVOKE_NATIVE && i < call->list.n; i++)
        found = found || call->list.at[i]->type->kind == TY_NETWORK;
    return found && call->type->kind != TY_NETWORK;
}

static const struct node *clause_of_question(const struct node *n, enum node_kind kind) {
    for (uint32_t i = 0; i < n->more.n; i++)
        if (n->more.at[i]->kind == kind)
            return n->more.at[i];
    return NULL;
}

/* Only `over` and `in`. */
static bool refuse_others(struct checker *c, const struct node *n) {
    const struct node *over = clause_of_question(n, N_Q_OVER);
    for (uint32_t i = 0; i < n->more.n; i++) {
        const struct node *clause = n->more.at[i];
        if (over && (clause == over || clause->kind == N_Q_IN))
            continue;
        struct diag *d = error_at(c, E0803, clause->span,
                                  "a function of a network is asked `over` a grain, in a range");
        diag_help(c->s->diags, d,
                  "`structure(net) over year in 2014 .. 2018`, or of the network at one time: "
                  "`structure(net in 2018)`");
        return true;
    }
    return false;
}

/* The days of the range are arguments behind those of the function. */
static bool read_range(struct checker *c, struct node *call, struct node *clause) {
    struct node *first, *last;
    if (!network_days_in(c, clause, &first, &last))
        return false;
    list_push(c, &call->list, first);
    list_push(c, &call->list, last);
    return true;
}

/* Functions that compare waves with each other, as `stability`, cut them themselves: they are
 * called once, with the grain as their argument `over`, and the range narrows their network. Their
 * number of that argument; -1: another function. */
static int wave_argument(struct checker *c, const struct node *call) {
    const struct invoke *invoke = call->note;
    const struct node *signature = native_signature(c, invoke->native);
    int found = -1;
    for (uint32_t i = 0; signature && i < signature->list.n; i++)
        found = str_is(signature->list.at[i]->text, "over") ? (int)i : found;
    return found;
}

static struct node *compare_waves(struct checker *c, struct node *call, int argument,
                                  const struct node *over, struct node *in) {
    if (read_grain(c, over->text, over->span) == GRAIN_NONE)
        return node_poison(c, call);
    struct node *grain = node_make(c, N_TEXT, over->span, TYPE(c, TEXT));
    grain->text = over->text;
    call->list.at[argument] = grain;
    if (in) {
        struct node *first, *last, *net = call->list.at[0];
        if (!network_days_in(c, in, &first, &last))
            return node_poison(c, call);
        call->list.at[0] = network_between_days(c, net->span, net, first, last);
    }
    return call->list.at[0]->type->kind == TY_ERROR ? node_poison(c, call) : call;
}

struct node *check_network_waves(struct checker *c, struct node *n) {
    if (n->list.n != 1 || n->list.at[0]->kind != N_CALL)
        return NULL;
    struct node *call = n->list.at[0] = check_expr(c, n->list.at[0]);
    if (is_poison(call))
        return node_poison(c, n);
    if (!asks_network(call))
        return NULL;
    if (refuse_others(c, n))
        return node_poison(c, n);
    struct invoke *invoke = call->note;
    const struct node *over = clause_of_question(n, N_Q_OVER);
    struct node *in = (struct node *)(uintptr_t)clause_of_question(n, N_Q_IN);
    int argument = wave_argument(c, call);
    if (argument >= 0)
        return compare_waves(c, call, argument, over, in);
    struct spread spread = {.grain = read_grain(c, over->text, over->span), .one = call->type};
    if (invoke->spread) {
        spread.one = invoke->spread->one;
        spread.family = invoke->spread->family;
    }
    if (spread.grain == GRAIN_NONE || (in && !read_range(c, call, in)))
        return node_poison(c, n);
    spread.has_range = in != NULL;
    call->span = n->span;
    return spread_call(c, call, &spread);
}
