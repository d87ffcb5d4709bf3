/* Parameters: values from outside, read as their types, and defaults.
 *
 * Their values are literals, or lists of literals, so all that is known before the run may name
 * them. */
#include "base/ratio.h"
#include "check/checker.h"

/* ---- values from outside ---- */

static bool read_number(struct node *v, enum type_kind kind, struct str given) {
    if (kind == TY_INT) {
        v->kind = N_INT;
        return num_parse_int(given, &v->value.i);
    }
    if (kind == TY_FLOAT) {
        v->kind = N_FLOAT;
        return num_parse_float(given, &v->value.f);
    }
    v->kind = N_SHARE;
    return kind == TY_SHARE ? share_parse(given, &v->value.i, &v->value2)
                            : ratio_parse(given, &v->value.i, &v->value2);
}

static bool read_time(struct checker *c, struct node *v, enum type_kind kind, struct str given) {
    switch (kind) {
    case TY_DATE:
        v->kind = N_DATE;
        return day_parse(given, &v->value.i);
    case TY_DATETIME:
        v->kind = N_DATETIME;
        return datetime_parse(given, &v->value.i) == DATETIME_READ;
    case TY_PERIOD:
        v->kind = N_PERIOD;
        return period_parse(&c->s->calendar, given, &v->value.i);
    default:
        v->kind = N_DURATION;
        return duration_parse(given, &v->value.i);
    }
}

static bool is_scalar(const struct type *t) {
    return t->kind >= TY_BOOL && t->kind <= TY_TEXT && t->kind != TY_REF;
}

/* NULL: the text is no such value. */
static struct node *read_scalar(struct checker *c, struct span span, const struct type *t,
                                struct str given) {
    struct node *v = node_make(c, N_TEXT, span, type_nullable(c->types, t, false));
    bool fine = true;
    if (t->kind == TY_TEXT) {
        v->text = given;
    } else if (t->kind == TY_BOOL) {
        v->kind = N_BOOL;
        v->value.i = str_is(given, "true");
        fine = v->value.i || str_is(given, "false");
    } else if (type_is_number(t)) {
        fine = read_number(v, t->kind, given);
    } else {
        fine = read_time(c, v, t->kind, given);
    }
    return fine ? v : NULL;
}

static const char *written_like(const struct type *t) {
    switch (t->kind) {
    case TY_BOOL:
        return "`true` or `false`";
    case TY_INT:
        return "a whole number, 12";
    case TY_FLOAT:
        return "a number, 2.5";
    case TY_RATIO:
        return "3/4 or 0.75";
    case TY_SHARE:
        return "12.5% or 1/8";
    case TY_DATE:
        return "2025-09-01";
    case TY_DATETIME:
        return "2025-09-01T08:30, without zone and fraction";
    case TY_PERIOD:
        return "2025-09, 2025Q3, 2025-W36, 2025 or SY2025-26";
    default:
        return "30 days, or 1 hour 30 minutes";
    }
}

static struct node *read_given(struct checker *c, const struct node *n, const struct type *t,
                               struct str value) {
    struct node *v = read_scalar(c, n->span, t, value);
    if (v)
        return v;
    struct diag *d =
        error_at(c, E0602, n->name_span, "--param %.*s: `%.*s` is no `%.*s`", STR_ARG(n->text),
                 STR_ARG(value), STR_ARG(name_of_type(c, type_nullable(c->types, t, false))));
    diag_help(c->s->diags, d, "write %s", written_like(t));
    return NULL;
}

static struct str trimmed(struct str s) {
    while (s.n && s.p[0] == ' ') {
        s.p++;
        s.n--;
    }
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* Elements between commas, without the blanks around them; an empty text is an empty list. */
static struct node *read_list(struct checker *c, const struct node *n, const struct type *t,
                              struct str given) {
    struct node *list = node_make(c, N_LIST, n->span, t);
    while (given.n) {
        const char *comma = memchr(given.p, ',', given.n);
        struct str one = {given.p, comma ? (size_t)(comma - given.p) : given.n};
        struct node *e = read_given(c, n, t->element, trimmed(one));
        if (!e)
            return NULL;
        list_push(c, &list->list, e);
        size_t taken = one.n + (comma != NULL);
        given.p += taken;
        given.n -= taken;
        if (comma && !given.n) { /* a comma at the end: one more, empty */
            e = read_given(c, n, t->element, STR(""));
            if (!e)
                return NULL;
            list_push(c, &list->list, e);
        }
    }
    return list;
}

static const struct given_parameter *find_given(const struct session *s, struct str name) {
    const struct given_parameter *g = s->given;
    while (g && !str_eq(g->name, name))
        g = g->next;
    return g;
}

/* A slip in --param would otherwise leave the default standing, unnoticed. */
void check_given_parameters(struct checker *c) {
    const struct span nowhere = {0, 0, 0};
    const struct scope *globals = c->s->globals;
    struct str *names = ARENA_ARRAY(c->arena, struct str, globals->order.n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < globals->order.n; i++)
        if (globals->order.at[i]->is_param)
            names[n++] = globals->order.at[i]->name;
    for (const struct given_parameter *g = c->s->given; g; g = g->next) {
        const struct symbol *s = scope_find(globals, g->name);
        if (s && s->is_param)
            continue;
        struct diag *d =
            error_at(c, E0601, nowhere, "the script has no parameter `%.*s`", STR_ARG(g->name));
        help_nearest(c, d, g->name, names, n);
    }
}

/* ---- defaults ---- */

/* What stands for itself: a literal as one of the wanted type, also `3/4`; NULL: it does not. */
static struct node *as_literal(struct checker *c, struct node *n, const struct type *t) {
    while (n->kind == N_CONVERT)
        n = n->a;
    if (n->kind == N_BINARY && n->op == TOK_SLASH) {
        const struct node *above = constant_of(n->a), *below = constant_of(n->b);
        if (!above || !below || above->kind != N_INT || below->kind != N_INT || below->value.i <= 0)
            return NULL;
        struct node *pair = node_make(c, N_SHARE, n->span, t);
        pair->value.i = above->value.i;
        pair->value2 = below->value.i;
        return pair;
    }
    const struct node *literal = constant_of(n);
    if (!literal || literal->kind == N_LIST)
        return NULL;
    struct node *v = node_make(c, (enum node_kind)literal->kind, n->span, NULL);
    *v = *literal;
    if (type_is_ratio(t) && v->kind == N_INT) {
        v->kind = N_SHARE;
        v->value2 = 1;
    }
    if (v->kind != N_MISSING)
        v->type = type_nullable(c->types, t, false);
    return v;
}

static struct node *list_literal(struct checker *c, struct node *n, const struct type *t) {
    if (n->kind != N_LIST)
        return NULL;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (!(n->list.at[i] = as_literal(c, n->list.at[i], t->element)))
            return NULL;
    return n;
}

static struct node *default_of(struct checker *c, struct node *n, const struct type *t) {
    struct node *value = check_as(c, n->b, t, "the default");
    if (is_poison(value))
        return NULL;
    value = t->kind == TY_LIST ? list_literal(c, value, t) : as_literal(c, value, t);
    if (!value)
        error_at(c, E0218, n->b->span, "a parameter's default is a literal%s",
                 t->kind == TY_LIST ? ", or a list of literals" : "");
    return value;
}

/* ---- declaring ---- */

static bool can_be_given(struct checker *c, const struct node *n, const struct type *t) {
    bool list = t->kind == TY_LIST && !t->nullable && !t->element->nullable;
    if (t->kind == TY_ERROR || is_scalar(list ? t->element : t))
        return t->kind != TY_ERROR;
    struct diag *d = error_at(c, E0217, n->a ? n->a->span : n->span,
                              "a parameter cannot be a `%.*s`", STR_ARG(name_of_type(c, t)));
    diag_help(c->s->diags, d, "a parameter is a single value, or a list of such: `list<text>`");
    return false;
}

bool declare_param(struct checker *c, struct node *n) {
    struct symbol *s = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    const struct type *t = n->a ? type_of_node(c, n->a) : TYPE(c, TEXT);
    const struct given_parameter *given = find_given(c->s, n->text);
    struct node *value = NULL;
    s->is_param = true;
    n->symbol = s;
    if (!can_be_given(c, n, t))
        return false;
    if (given)
        value = t->kind == TY_LIST ? read_list(c, n, t, given->value)
                                   : read_given(c, n, t, given->value);
    else if (n->b)
        value = default_of(c, n, t);
    else {
        struct diag *d =
            error_at(c, E0602, n->name_span, "the parameter `%.*s` is not given", STR_ARG(n->text));
        diag_help(c->s->diags, d, "run with `--param %.*s=...`", STR_ARG(n->text));
    }
    if (!value)
        return false;
    s->is_constant = true;
    s->constant = value;
    s->type = value->type;
    return true;
}
