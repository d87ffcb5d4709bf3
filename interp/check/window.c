/* Windows: columns made from rows near a row, `lag(n) within school order day`.
 *
 * A window keeps the rows and their order. Inside its fields the row's columns may stand beside
 * aggregates, which are over the whole partition, and beside the window words. A windowed field
 * of a derive is a window of its own. */
#include "check/checker.h"

static const struct {
    const char *word;
    enum window_kind kind;
    uint32_t least, most; /* arguments */
    bool needs_order;
    const char *use;
} windows[] = {
    {"lag", WINDOW_LAG, 1, 2, true, "lag(x, 1)"},
    {"lead", WINDOW_LEAD, 1, 2, true, "lead(x, 1)"},
    {"row_number", WINDOW_ROW_NUMBER, 0, 0, true, "row_number()"},
    {"rank", WINDOW_RANK, 0, 0, true, "rank()"},
    {"cumsum", WINDOW_CUMSUM, 1, 1, true, "cumsum(x)"},
    {"rolling", WINDOW_ROLLING, 2, 2, true, "rolling(mean(x), 3)"},
    {"carry", WINDOW_CARRY, 1, 1, true, "carry(x)"},
};

const char *window_name(enum window_kind kind) {
    for (size_t i = 0; i < COUNT_OF(windows); i++)
        if (windows[i].kind == kind)
            return windows[i].word;
    return kind == WINDOW_SHUFFLE ? "shuffle" : "aggregate";
}

/* ---- window words ---- */

/* A number of rows, known before anything runs. */
static bool read_rows(struct checker *c, struct node *argument, int64_t *out) {
    struct node *value = check_value(c, argument);
    const struct node *k = is_poison(value) ? NULL : constant_of(value);
    if (is_poison(value))
        return false;
    if (!k || k->kind != N_INT || k->value.i < 1 || k->value.i > INT32_MAX) {
        struct diag *d =
            error_at(c, E0207, argument->span, "the number of rows is a whole number from 1 on");
        diag_help(c->s->diags, d, "write it as a number, or as a `let` or `param` outside");
        return false;
    }
    *out = k->value.i;
    return true;
}

/* As `sum`: of points it is points, of shares there is none. */
static struct node *cumulated(struct checker *c, struct node *n) {
    const struct type *t = n->a->type;
    if (t->kind == TY_POINTS) {
        n->a = points_as_float(c, n->a);
        n->type = n->a->type;
        return float_as_points(c, n);
    }
    if (!type_is_number(t) || t->kind == TY_SHARE)
        return fail_at(c, E0208, n, "`cumsum` of a `%.*s` does not work",
                       STR_ARG(name_of_type(c, t)));
    struct str column, repeated = repeated_by(n->a, &column);
    if (repeated.n)
        return counts_twice(c, n, repeated, column);
    if (t->kind != TY_INT)
        n->a = convert(c, n->a, type_scalar(c->types, TY_FLOAT, t->nullable), "the argument");
    n->type = type_in_unit(c->types, n->a->type, t->unit);
    return is_poison(n->a) ? node_poison(c, n) : n;
}

/* `mean` of points is worked out in floats and made points again: so is the one over few rows. */
static struct node *rolling_points(struct checker *c, struct node *n) {
    n->a = n->a->a;
    n->type = type_nullable(c->types, n->a->type, true);
    return float_as_points(c, n);
}

static struct node *type_window(struct checker *c, struct node *n) {
    enum window_kind kind = (enum window_kind)n->value.i;
    if (n->a && is_poison(n->a))
        return node_poison(c, n);
    if (kind == WINDOW_ROW_NUMBER || kind == WINDOW_RANK) {
        n->type = TYPE(c, INT);
        return n;
    }
    if (kind == WINDOW_ROLLING && n->a->kind == N_CONVERT && n->a->a->kind == N_AGGREGATE &&
        n->a->type->kind == TY_POINTS)
        return rolling_points(c, n);
    if (kind == WINDOW_ROLLING && n->a->kind != N_AGGREGATE)
        return fail_at(c, E0305, n->a, "`rolling` needs an aggregate: `rolling(mean(x), 3)`");
    if (kind == WINDOW_CUMSUM)
        return cumulated(c, n);
    if (!type_is_cell(n->a->type))
        return fail_at(c, E0207, n->a, "a `%.*s` cannot be a column",
                       STR_ARG(name_of_type(c, n->a->type)));
    n->type = type_nullable(c->types, n->a->type, true);
    return n;
}

static struct node *check_window_word(struct checker *c, struct node *call, size_t w) {
    if (call->list.n < windows[w].least || call->list.n > windows[w].most)
        return fail_at(c, E0209, call, "write `%s`", windows[w].use);
    if (call->b)
        return fail_at(c, E0209, call->b, "`where` stands in aggregates only");
    struct node *n = node_make(c, N_OVER, call->span, NULL);
    n->value.i = windows[w].kind;
    n->value2 = 1;
    n->text = str_of(windows[w].word);
    if (call->list.n > 0) {
        bool rolling = windows[w].kind == WINDOW_ROLLING;
        c->in_aggregate = !rolling;
        n->a = check_expr(c, call->list.at[0]->a);
        c->in_aggregate = false;
        if (!rolling && !is_poison(n->a))
            n->a = as_value(c, n->a);
    }
    if (call->list.n > 1 && !read_rows(c, call->list.at[1]->a, &n->value2))
        return node_poison(c, n);
    return type_window(c, n);
}

struct node *check_window_call(struct checker *c, struct node *call, struct str name) {
    for (size_t w = 0; w < COUNT_OF(windows); w++) {
        if (!str_is(name, windows[w].word))
            continue;
        if (c->windows && !c->in_aggregate)
            return check_window_word(c, call, w);
        if (c->windows)
            return fail_at(c, E0305, call, "`%s` inside another value over rows", windows[w].word);
        if (!c->row || library_arity(c, name) >= 0)
            return NULL;
        struct diag *d =
            error_at(c, E0305, call->span, "`%s` needs rows in an order", windows[w].word);
        diag_help(c->s->diags, d, "write `derive x = %s within ... order ...`", windows[w].use);
        return node_poison(c, call);
    }
    return NULL;
}

/* ---- the verb ---- */

static bool check_keys(struct checker *c, struct node_list *keys) {
    bool fine = true;
    for (uint32_t i = 0; i < keys->n; i++) {
        struct node *f = keys->at[i];
        f->a = check_value(c, f->a);
        f->type = f->a->type;
        fine = fine && !is_poison(f->a);
    }
    return fine;
}

const struct type *verb_window(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    copy_columns(c, &out, in);
    bool fine = check_keys(c, &v->list);
    if (v->a)
        fine = check_keys(c, &v->a->list) && fine;
    bool aggregates = c->aggregates;
    c->aggregates = c->windows = true;
    for (uint32_t i = 0; i < v->more.n; i++)
        fine = check_field(c, v->more.at[i], &out) && fine;
    c->aggregates = aggregates;
    c->windows = false;
    return fine ? relation_of(c, &out, in->keys, in->nkeys) : TYPE(c, ERROR);
}

/* ---- windowed fields of a derive ---- */

static bool has_windows(const struct node *v) {
    for (uint32_t i = 0; v->kind == N_V_DERIVE && i < v->list.n; i++)
        if (v->list.at[i]->b)
            return true;
    return false;
}

static void part_derive(struct checker *c, const struct node *v, struct node_list *out) {
    struct node *last = NULL;
    for (uint32_t i = 0; i < v->list.n; i++) {
        struct node *field = v->list.at[i];
        if (field->b) {
            struct node *window = field->b;
            list_push(c, &window->more, field);
            field->b = NULL;
            window->span = field->span;
            list_push(c, out, window);
            last = NULL;
            continue;
        }
        if (!last)
            list_push(c, out, last = node_make(c, N_V_DERIVE, field->span, NULL));
        list_push(c, &last->list, field);
    }
}

void part_windows(struct checker *c, struct node_list *verbs) {
    struct node_list parted = {0};
    bool any = false;
    for (uint32_t i = 0; i < verbs->n; i++) {
        if (has_windows(verbs->at[i])) {
            part_derive(c, verbs->at[i], &parted);
            any = true;
        } else {
            list_push(c, &parted, verbs->at[i]);
        }
    }
    if (any)
        *verbs = parted;
}
