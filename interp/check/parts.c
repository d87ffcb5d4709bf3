/* Values with parts: lists, records, maps; their elements, slices and fields, as values and as what
 * an assignment changes; patterns of records. */
#include "check/checker.h"

/* ---- literals ---- */

static bool is_empty_literal(const struct node *n) {
    return (n->kind == N_LIST || n->kind == N_MAP) && n->list.n == 0;
}

/* As common_type; an empty list or map takes the type of the other. */
const struct type *common_of(struct checker *c, const struct node *a, const struct node *b) {
    if (is_empty_literal(a) && b->type->kind == a->type->kind)
        return b->type;
    if (is_empty_literal(b) && a->type->kind == b->type->kind)
        return a->type;
    return common_type(c, a->type, b->type);
}

/* The type of the elements before and this one; `all_empty`: those before are empty literals. */
static const struct type *wider(struct checker *c, const struct type *type, bool all_empty,
                                const struct node *e) {
    if (!type || (all_empty && type->kind == e->type->kind))
        return e->type;
    if (is_empty_literal(e) && type->kind == e->type->kind)
        return type;
    return common_type(c, type, e->type);
}

/* Checks the values of a literal, whose places `place` tells, and gives them one type; NULL: they
 * have none. */
static const struct type *element_type(struct checker *c, struct node_list *list,
                                       struct node **(*place)(struct node **), const char *what) {
    const struct type *type = NULL;
    bool all_empty = true;
    for (uint32_t i = 0; i < list->n; i++) {
        struct node **e = place(&list->at[i]);
        *e = check_value(c, *e);
        if (is_poison(*e))
            return NULL;
        const struct type *t = wider(c, type, all_empty, *e);
        if (!t) {
            error_at(c, E0207, (*e)->span, "this %s is a `%.*s`, the ones before it are `%.*s`",
                     what, STR_ARG(name_of_type(c, (*e)->type)), STR_ARG(name_of_type(c, type)));
            return NULL;
        }
        all_empty = all_empty && is_empty_literal(*e);
        type = t;
    }
    for (uint32_t i = 0; i < list->n; i++) {
        struct node **e = place(&list->at[i]);
        *e = convert(c, *e, type, what);
        if (is_poison(*e))
            return NULL;
    }
    return type;
}

static struct node **itself(struct node **n) {
    return n;
}

static struct node **entry_key(struct node **n) {
    return &(*n)->a;
}

static struct node **entry_value(struct node **n) {
    return &(*n)->b;
}

struct node *check_list(struct checker *c, struct node *n) {
    const struct type *element = TYPE(c, INT); /* of an empty list that nothing gives another */
    if (n->list.n)
        element = element_type(c, &n->list, itself, "element");
    if (!element)
        return node_poison(c, n);
    n->type = type_list(c->types, element);
    return n;
}

struct node *check_record(struct checker *c, struct node *n) {
    struct field *fields = ARENA_ARRAY(c->arena, struct field, n->list.n);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *f = n->list.at[i];
        f->a = check_value(c, f->a);
        f->type = f->a->type;
        fields[i] = (struct field){f->text, f->type};
        for (uint32_t j = 0; j < i; j++)
            if (str_eq(fields[j].name, f->text))
                error_at(c, E0205, f->span, "the field `%.*s` stands twice", STR_ARG(f->text));
    }
    n->type = type_record(c->types, fields, n->list.n);
    return n;
}

/* Whether a type can be that of a map's keys. */
bool is_key_type(const struct type *t) {
    return !t->nullable && (t->kind == TY_TEXT || t->kind == TY_INT || type_is_dated(t) ||
                            t->kind == TY_PERIOD || t->kind == TY_DURATION || t->kind == TY_BOOL);
}

struct node *check_map(struct checker *c, struct node *n) {
    if (n->list.n == 0) {
        const struct type *none = TYPE_NULL(c, MISSING);
        n->type = type_map(c->types, none, none);
        return n;
    }
    const struct type *key = element_type(c, &n->list, entry_key, "key");
    const struct type *value = element_type(c, &n->list, entry_value, "value");
    if (!key || !value)
        return node_poison(c, n);
    if (!is_key_type(key))
        return fail_at(
            c, E0207, n->list.at[0]->a,
            "a `%.*s` cannot be a key; texts, whole numbers, days, periods and bools can",
            STR_ARG(name_of_type(c, key)));
    n->type = type_map(c->types, key, value);
    return n;
}

/* ---- literals where a type is wanted ---- */

static struct node *field_named(const struct node *record, struct str name) {
    for (uint32_t i = 0; i < record->list.n; i++)
        if (str_eq(record->list.at[i]->text, name))
            return record->list.at[i];
    return NULL;
}

static bool part_fits(const struct node *n, const struct type *to) {
    bool signature = n->type->kind == TY_FN && type_is_signature(to); /* told of in `convert` */
    return converts(n->type, to) || signature || literal_fits(n, to);
}

/* Whether the parts of a literal can be converted one by one. */
bool literal_fits(const struct node *n, const struct type *to) {
    bool fits = true;
    if (n->kind == N_LIST && to->kind == TY_LIST) {
        for (uint32_t i = 0; i < n->list.n && fits; i++)
            fits = part_fits(n->list.at[i], to->element);
        return fits;
    }
    if (n->kind == N_MAP && to->kind == TY_MAP) {
        for (uint32_t i = 0; i < n->list.n && fits; i++)
            fits = part_fits(n->list.at[i]->a, to->key) && part_fits(n->list.at[i]->b, to->element);
        return fits;
    }
    if (n->kind != N_RECORD || to->kind != TY_RECORD || n->list.n != to->n)
        return false;
    for (uint32_t i = 0; i < to->n && fits; i++) {
        const struct node *f = field_named(n, to->fields[i].name);
        fits = f && part_fits(f->a, to->fields[i].type);
    }
    return fits;
}

/* After literal_fits: the literal as a value of that type. */
struct node *literal_as(struct checker *c, struct node *n, const struct type *to) {
    if (n->kind == N_RECORD) {
        struct node **fields = ARENA_ARRAY(c->arena, struct node *, to->n + 1);
        for (uint32_t i = 0; i < to->n; i++) {
            fields[i] = field_named(n, to->fields[i].name);
            fields[i]->a = convert(c, fields[i]->a, to->fields[i].type, "the field");
            fields[i]->type = to->fields[i].type;
        }
        n->list.at = fields;
    }
    for (uint32_t i = 0; i < n->list.n && n->kind != N_RECORD; i++) {
        struct node **e = &n->list.at[i];
        if (n->kind == N_MAP) {
            (*e)->a = convert(c, (*e)->a, to->key, "the key");
            e = &(*e)->b;
        }
        *e = convert(c, *e, to->element, "an element");
    }
    n->type = type_nullable(c->types, to, false);
    return n;
}

/* ---- elements ---- */

struct node *may_be_missing(struct checker *c, struct node *n, const struct node *value) {
    struct diag *d = error_at(c, E0212, value->span, "this `%.*s` may be missing",
                              STR_ARG(name_of_type(c, value->type)));
    diag_help(c->s->diags, d,
              "test it with `is not missing` first, or give a stand-in: `coalesce(x, ...)`");
    return node_poison(c, n);
}

static struct node *no_elements(struct checker *c, struct node *n) {
    const struct type *t = n->a->type;
    bool range = n->b->kind == N_RANGE;
    struct diag *d =
        error_at(c, E0208, n->span, "a `%.*s` has no elements to pick %s",
                 STR_ARG(name_of_type(c, t)), range ? "by their numbers" : "by number");
    if (t->kind == TY_TEXT)
        diag_help(c->s->diags, d, "a piece of a text is cut out by a range: `t[2 .. 4]`");
    return node_poison(c, n);
}

static struct node *check_slice(struct checker *c, struct node *n) {
    n->b = convert(c, n->b, type_range(c->types, TYPE(c, INT)), "what is cut out");
    if (is_poison(n->b))
        return node_poison(c, n);
    if (n->a->type->kind != TY_LIST && n->a->type->kind != TY_TEXT)
        return no_elements(c, n);
    if (n->a->type->kind == TY_LIST && n->a->type->nullable)
        return may_be_missing(c, n, n->a);
    n->type = n->a->type;
    return n;
}

/* The index of a list or the key of a map, whose value is checked. */
static bool check_subscript(struct checker *c, struct node *n) {
    const struct type *t = n->a->type;
    if (t->kind != TY_LIST && t->kind != TY_MAP) {
        no_elements(c, n);
        return false;
    }
    if (t->kind == TY_MAP && t->key->kind == TY_MISSING) {
        fail_at(c, E0213, n->a, "the types of this map's keys and values are not known");
        return false;
    }
    bool list = t->kind == TY_LIST;
    n->b = convert(c, n->b, list ? TYPE(c, INT) : t->key, list ? "the index" : "the key");
    return !is_poison(n->b);
}

struct node *check_index(struct checker *c, struct node *n) {
    n->a = check_value(c, n->a);
    n->b = check_value(c, n->b);
    if (is_poison(n->a) || is_poison(n->b))
        return node_poison(c, n);
    if (n->a->type->kind == TY_NETWORK)
        return check_network_index(c, n);
    if (n->b->type->kind == TY_RANGE)
        return check_slice(c, n);
    if (!check_subscript(c, n))
        return node_poison(c, n);
    if (n->a->type->nullable)
        return may_be_missing(c, n, n->a);
    bool map = n->a->type->kind == TY_MAP; /* a key that is not there has no value */
    n->type = map ? type_nullable(c->types, n->a->type->element, true) : n->a->type->element;
    return n;
}

/* ---- what an assignment changes ---- */

struct node *assigned_root(struct node *target) {
    while (target->kind == N_INDEX || target->kind == N_DOT || target->kind == N_CONVERT)
        target = target->a;
    return target;
}

static struct node *target_field(struct checker *c, struct node *n) {
    const struct type *t = n->a->type;
    int field = t->kind == TY_RECORD ? type_field(t, n->text) : -1;
    if (field < 0) {
        struct diag *d = error_at(c, E0204, n->name_span, "a `%.*s` has no part `%.*s`",
                                  STR_ARG(name_of_type(c, t)), STR_ARG(n->text));
        if (t->kind == TY_RECORD)
            help_fields(c, d, n->text, t);
        return node_poison(c, n);
    }
    n->value.i = field;
    n->type = t->fields[field].type;
    return n;
}

/* The place `x`, `x[i]`, `x.f`, ... that gets a value. A key need not be in its map when it stands
 * last; before other steps it must be, which the run sees to. */
struct node *check_target(struct checker *c, struct node *n) {
    if (n->kind != N_INDEX && n->kind != N_DOT) {
        n = check_expr(c, n);
        return n->kind == N_CONVERT ? n->a : n; /* proved present: the variable itself is meant */
    }
    n->a = check_target(c, n->a);
    if (n->kind == N_INDEX)
        n->b = check_value(c, n->b);
    if (is_poison(n->a) || (n->kind == N_INDEX && is_poison(n->b)))
        return node_poison(c, n);
    if (n->a->type->nullable)
        return may_be_missing(c, n, n->a);
    if (n->kind == N_DOT)
        return target_field(c, n);
    if (n->b->type->kind == TY_RANGE)
        return fail_at(c, E0210, n, "a slice cannot be assigned");
    if (!check_subscript(c, n))
        return node_poison(c, n);
    n->type = n->a->type->element;
    return n;
}

/* `x = x + ...` of texts or lists: the compiler lets the value grow in place. */
void note_growth(const struct node *assignment) {
    const struct node *left = assignment->b;
    while (left->kind == N_BINARY && left->op == TOK_PLUS)
        left = left->a;
    struct symbol *s = assignment->a->symbol;
    if (assignment->a->kind == N_NAME && left != assignment->b && left->kind == N_NAME &&
        left->symbol == s && s->type->kind == TY_TEXT)
        s->grows = true;
}

/* ---- patterns ---- */

/* A bare name in the pattern of a record is given the field's value. */
static struct node *bind_field(struct checker *c, struct node *name, const struct type *type) {
    struct symbol *s = scope_declare(c, SYM_VARIABLE, name, name->text, name->span);
    s->type = type;
    name->symbol = s;
    name->type = type;
    return name;
}

struct node *check_record_pattern(struct checker *c, struct node *p, const struct type *value) {
    if (value->kind != TY_RECORD)
        return fail_at(c, E0207, p, "the pattern is a record, and the value a `%.*s`",
                       STR_ARG(name_of_type(c, value)));
    for (uint32_t i = 0; i < p->list.n; i++) {
        struct node *f = p->list.at[i];
        int field = type_field(value, f->text);
        if (field < 0) {
            struct diag *d = error_at(c, E0204, f->name_span, "a `%.*s` has no part `%.*s`",
                                      STR_ARG(name_of_type(c, value)), STR_ARG(f->text));
            help_fields(c, d, f->text, value);
            return node_poison(c, p);
        }
        const struct type *type = value->fields[field].type;
        f->value.i = field;
        f->a = f->a->kind == N_NAME ? bind_field(c, f->a, type) : check_pattern(c, f->a, type);
        if (is_poison(f->a))
            return node_poison(c, p);
    }
    p->type = type_nullable(c->types, value, false);
    return p;
}

/* ---- equality ---- */

static bool has_equality(const struct type *t) {
    if (t->kind == TY_LIST || t->kind == TY_MAP)
        return has_equality(t->element);
    for (uint32_t i = 0; t->kind == TY_RECORD && i < t->n; i++)
        if (!has_equality(t->fields[i].type))
            return false;
    return t->kind == TY_RECORD || t->kind <= TY_TEXT;
}

/* Makes a literal a value of the other side's type; whether both are of one type then, but for
 * nullability. */
bool parts_meet(struct checker *c, struct node **a, struct node **b) {
    const struct type *x = type_nullable(c->types, (*a)->type, false);
    const struct type *y = type_nullable(c->types, (*b)->type, false);
    if (x != y && literal_fits(*b, x))
        *b = literal_as(c, *b, x);
    else if (x != y && literal_fits(*a, y))
        *a = literal_as(c, *a, y);
    return type_nullable(c->types, (*a)->type, false) == type_nullable(c->types, (*b)->type, false);
}

/* == and != of lists, records and maps: part by part, and two missing parts are equal. */
bool parts_compare(struct checker *c, struct node *n) {
    return parts_meet(c, &n->a, &n->b) && has_equality(n->a->type);
}
