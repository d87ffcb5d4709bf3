/* Which types fit where, and the conversions that make them fit. */
#include "check/checker.h"

static bool scalar_converts(const struct type *from, const struct type *to) {
    if (to->unit && (from->unit ? from->unit != to->unit : from->kind == TY_SHARE))
        return false;
    if (from->kind == TY_ITEMS || to->kind == TY_ITEMS)
        return from->kind == to->kind && from->element == to->element;
    if (from->kind == to->kind)
        return from->handle == to->handle &&
               ((from->kind != TY_REF && from->kind != TY_NETWORK) || from->table == to->table);
    switch (to->kind) {
    case TY_FLOAT:
        return from->kind == TY_INT || type_is_ratio(from);
    case TY_RATIO:
    case TY_SHARE:
        return from->kind == TY_INT || type_is_ratio(from);
    case TY_PERIOD:
        return from->kind == TY_INT;
    case TY_ANY:
        return from->kind <= TY_TEXT && from->kind != TY_VOID;
    default:
        return false;
    }
}

/* Equal but for nullability. */
static bool same_parts(const struct type *a, const struct type *b) {
    if (a->n != b->n || a->element != b->element || a->key != b->key)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (a->fields[i].type != b->fields[i].type || !str_eq(a->fields[i].name, b->fields[i].name))
            return false;
    return true;
}

/* The same columns; where one side knows no unit, the other may. */
static bool same_columns(const struct type *from, const struct type *to) {
    bool same = from->n == to->n && from->nkeys == to->nkeys;
    for (uint32_t i = 0; same && i < from->n; i++) {
        const struct type *f = from->fields[i].type, *t = to->fields[i].type;
        bool units = f->kind == t->kind && f->nullable == t->nullable && (f->unit || t->unit) &&
                     (!f->unit || !t->unit);
        same = str_eq(from->fields[i].name, to->fields[i].name) && (f == t || units);
    }
    return same && (from->nkeys == 0 ||
                    memcmp(from->keys, to->keys, from->nkeys * sizeof *from->keys) == 0);
}

bool converts(const struct type *from, const struct type *to) {
    if (from == to || from->kind == TY_ERROR || to->kind == TY_ERROR || from->kind == TY_NEVER)
        return true;
    if (from->kind == TY_MISSING)
        return to->nullable;
    if (from->nullable && !to->nullable)
        return false;
    if (from->kind == TY_RANGE && to->kind == TY_RANGE) {
        enum type_kind f = from->element->kind, t = to->element->kind;
        bool ratio = type_is_ratio(from->element);
        return f == t || (f == TY_PERIOD && t == TY_DATE) || (f == TY_INT && t == TY_FLOAT) ||
               (ratio && (t == TY_FLOAT || type_is_ratio(to->element))) ||
               (t == TY_DATETIME && (f == TY_DATE || f == TY_PERIOD));
    }
    if (to->kind == TY_RANGE)
        return (from->kind == TY_PERIOD && type_is_dated(to->element)) ||
               (from->kind == TY_DATE && to->element->kind == TY_DATETIME);
    if (from->kind == TY_RELATION && to->kind == TY_RELATION)
        return to->n == 0 || from == to || same_columns(from, to);
    if ((from->kind == TY_ITEMS && to->kind == TY_LIST) ||
        (from->kind == TY_LIST && to->kind == TY_ITEMS))
        return from->element == to->element;
    if (from->kind == TY_FN && to->kind == TY_FN) /* to a signature: convert_function */
        return !to->function && !to->element;
    if (type_has_parts(to))
        return from->kind == to->kind && same_parts(from, to);
    if (to->kind == TY_RELATION || to->kind == TY_FN)
        return false;
    return scalar_converts(from, to);
}

static bool is_empty_list(const struct node *n) {
    return n->kind == N_LIST && n->list.n == 0;
}

/* The type a conversion ends in: a ratio that may be missing stays so as a float. */
static struct node *wrap(struct checker *c, struct node *n, const struct type *to) {
    if (n->type == to || is_poison(n) || to->kind == TY_ERROR || to->kind == TY_ANY)
        return n;
    if (to->kind == TY_RELATION || (to->kind == TY_FN && n->type->kind == TY_FN))
        return n;
    bool unit_only = (n->type->unit || to->unit) && n->type->kind == to->kind &&
                     n->type->nullable == to->nullable;
    if (unit_only || (is_empty_list(n) && to->kind == TY_LIST)) {
        n->type = to;
        return n;
    }
    if (n->kind == N_INT && to->kind == TY_FLOAT) {
        n->kind = N_FLOAT;
        n->value.f = (double)n->value.i;
        n->type = TYPE(c, FLOAT);
        return wrap(c, n, to);
    }
    if (n->kind == N_INT && to->kind == TY_PERIOD && n->value.i >= 1 && n->value.i <= 9999) {
        n->kind = N_PERIOD;
        n->value.i = period_pack(GRAIN_YEAR, n->value.i);
        n->type = TYPE(c, PERIOD);
        return wrap(c, n, to);
    }
    struct node *w = node_make(c, N_CONVERT, n->span, to);
    w->a = n;
    return w;
}

struct node *convert_silent(struct checker *c, struct node *n, const struct type *to) {
    if (is_empty_list(n) && to->kind == TY_LIST)
        return wrap(c, n, to);
    return converts(n->type, to) ? wrap(c, n, to) : NULL;
}

/* A written list takes the type that is wanted element by element: [1, 2] as floats. */
static struct node *convert_elements(struct checker *c, struct node *n, const struct type *to) {
    for (uint32_t i = 0; i < n->list.n; i++) {
        n->list.at[i] = convert(c, n->list.at[i], to->element, "an element");
        if (is_poison(n->list.at[i]))
            return node_poison(c, n);
    }
    n->type = to;
    return n;
}

struct node *convert(struct checker *c, struct node *n, const struct type *to, const char *what) {
    if (is_poison(n))
        return n;
    if (n->kind == N_LIST && to->kind == TY_LIST && n->type != to)
        return convert_elements(c, n, to);
    if (n->type->kind == TY_REF && to->kind != TY_REF)
        n = as_value(c, n);
    if (n->type->kind == TY_RELATION && type_is_cell(to))
        n = cell_of_relation(c, n);
    if (n->type->kind == TY_LIST && to->kind == TY_RELATION)
        n = relation_of_list(c, n);
    if (n->type->kind == TY_RELATION && to->kind == TY_RELATION &&
        type_plain(c->types, n->type) == to)
        return n; /* a relation that is handed on shows keys where it had references */
    if (n->type != to && literal_fits(n, to))
        n = literal_as(c, n, to);
    struct node *done = convert_silent(c, n, to);
    if (done || is_poison(n))
        return done ? done : n;
    if (n->type->kind == TY_FN && to->kind == TY_FN)
        return convert_function(c, n, to, what);
    bool only_missing =
        converts(type_nullable(c->types, n->type, false), to) && n->type->kind != TY_MISSING;
    if (only_missing || n->type->kind == TY_MISSING) {
        struct diag *d = error_at(c, E0212, n->span, "%s may be missing, and a `%.*s` is needed",
                                  what, STR_ARG(name_of_type(c, to)));
        diag_help(c->s->diags, d,
                  "test it with `is not missing` first, or give a stand-in: `coalesce(x, ...)`");
    } else if (n->type->unit && to->unit) {
        struct diag *d = error_at(c, E0318, n->span, "%s is in %.*s, and %.*s is needed", what,
                                  STR_ARG(n->type->unit->text), STR_ARG(to->unit->text));
        diag_help(c->s->diags, d, HELP_UNITS);
    } else
        error_at(c, E0207, n->span, "%s is a `%.*s`, and a `%.*s` is needed", what,
                 STR_ARG(name_of_type(c, n->type)), STR_ARG(name_of_type(c, to)));
    return node_poison(c, n);
}

struct node *check_as(struct checker *c, struct node *n, const struct type *to, const char *what) {
    if (!n || n->type || n->kind != N_LIST || to->kind != TY_LIST)
        return convert(c, check_value(c, n), to, what);
    for (uint32_t i = 0; i < n->list.n; i++) {
        n->list.at[i] = check_as(c, n->list.at[i], to->element, "an element");
        if (is_poison(n->list.at[i]))
            return node_poison(c, n);
    }
    n->type = type_nullable(c->types, to, false);
    return convert(c, n, to, what);
}

static enum type_kind common_number(enum type_kind a, enum type_kind b) {
    if (a == b)
        return a;
    if (a == TY_FLOAT || b == TY_FLOAT)
        return TY_FLOAT;
    if (a == TY_INT || b == TY_INT)
        return TY_FLOAT; /* int and ratio */
    return TY_RATIO;
}

/* Of lists, records and maps: only literals are then converted. */
static const struct type *common_parts(struct checker *c, const struct type *a,
                                       const struct type *b) {
    const struct type *t = type_nullable(c->types, a, false);
    if (t != type_nullable(c->types, b, false)) {
        if (a->kind != TY_RECORD || a->n != b->n)
            return NULL;
        struct field *fields = ARENA_ARRAY(c->arena, struct field, a->n);
        for (uint32_t i = 0; i < a->n; i++) {
            int at = type_field(b, a->fields[i].name);
            fields[i].name = a->fields[i].name;
            fields[i].type = at < 0 ? NULL : common_type(c, a->fields[i].type, b->fields[at].type);
            if (!fields[i].type)
                return NULL;
        }
        t = type_record(c->types, fields, a->n);
    }
    return type_nullable(c->types, t, a->nullable || b->nullable);
}

const struct type *common_type(struct checker *c, const struct type *a, const struct type *b) {
    if (a->kind == TY_ERROR || a == b)
        return b;
    if (b->kind == TY_ERROR || b->kind == TY_NEVER)
        return a;
    if (a->kind == TY_NEVER)
        return b;
    if (a->kind == TY_MISSING)
        return type_nullable(c->types, b, true);
    if (b->kind == TY_MISSING)
        return type_nullable(c->types, a, true);
    if (a->kind == TY_FN && b->kind == TY_FN)
        return common_signature(c, a, b);
    bool nullable = a->nullable || b->nullable;
    if (type_is_number(a) && type_is_number(b)) {
        const struct type *t = type_scalar(c->types, common_number(a->kind, b->kind), nullable);
        bool fits = !a->unit || !b->unit || a->unit == b->unit;
        return fits ? type_in_unit(c->types, t, a->unit ? a->unit : b->unit) : NULL;
    }
    if (a->kind == b->kind && a->kind <= TY_TEXT && a->table == b->table)
        return type_nullable(c->types, a, nullable);
    return type_has_parts(a) && a->kind == b->kind ? common_parts(c, a, b) : NULL;
}

struct node *as_value(struct checker *c, struct node *n) {
    while (!is_poison(n) && n->type->kind == TY_REF)
        n = follow(c, n, n->type->table->keys[0], n->span);
    if (n->type->kind != TY_ITEMS)
        return n;
    struct node *list = node_make(c, N_CONVERT, n->span, type_list(c->types, n->type->element));
    list->a = n;
    return list;
}

struct node *condition(struct checker *c, struct node *n, const char *what) {
    n = check_value(c, n);
    if (is_poison(n) || n->type->kind == TY_BOOL)
        return n;
    if (n->type->kind == TY_MISSING || n->type->kind == TY_NEVER)
        return convert(c, n, TYPE_NULL(c, BOOL), what);
    if (n->type->kind == TY_RELATION && n->type->n == 1 && n->type->fields[0].type->kind == TY_BOOL)
        return cell_of_relation(c, n);
    struct diag *d = error_at(c, E0214, n->span, "%s is a `%.*s`, not true or false", what,
                              STR_ARG(name_of_type(c, n->type)));
    if (type_is_number(n->type))
        diag_help(c->s->diags, d, "compare it: `... > 0`");
    else if (type_is_dated(n->type))
        diag_help(c->s->diags, d, "compare it; an `in` test of a question stands in parentheses");
    return node_poison(c, n);
}

static const struct {
    const char *name;
    enum type_kind kind;
} scalar_names[] = {{"bool", TY_BOOL},         {"int", TY_INT},           {"float", TY_FLOAT},
                    {"ratio", TY_RATIO},       {"share", TY_SHARE},       {"date", TY_DATE},
                    {"datetime", TY_DATETIME}, {"period", TY_PERIOD},     {"text", TY_TEXT},
                    {"duration", TY_DURATION}, {"network", TY_NETWORK},   {"picture", TY_PICTURE},
                    {"any", TY_ANY},           {"relation", TY_RELATION}, {"points", TY_POINTS}};

bool scalar_named(struct checker *c, struct str name) {
    for (size_t i = 0; i < COUNT_OF(scalar_names); i++)
        if (str_is(name, scalar_names[i].name))
            return type_is_cell(type_scalar(c->types, scalar_names[i].kind, false));
    return false;
}

static const struct type *record_of_node(struct checker *c, const struct node *n, bool relation) {
    struct field *fields = ARENA_ARRAY(c->arena, struct field, n->list.n);
    for (uint32_t i = 0; i < n->list.n; i++) {
        fields[i].name = n->list.at[i]->text;
        fields[i].type = n->list.at[i]->a ? type_of_node(c, n->list.at[i]->a) : TYPE(c, ERROR);
    }
    return relation ? type_relation(c->types, fields, n->list.n, NULL, 0)
                    : type_record(c->types, fields, n->list.n);
}

static const struct type *function_type_of(struct checker *c, const struct node *n) {
    if (!(n->flags & FLAG_BRACKETED))
        return type_any_function(c->types);
    struct field *parameters = ARENA_ARRAY(c->arena, struct field, n->list.n + 1);
    for (uint32_t i = 0; i < n->list.n; i++)
        parameters[i].type = type_of_node(c, n->list.at[i]);
    return type_signature(c->types, parameters, n->list.n,
                          n->a ? type_of_node(c, n->a) : TYPE(c, VOID));
}

static const struct type *map_of_node(struct checker *c, const struct node *n) {
    const struct type *key = type_of_node(c, n->list.at[0]);
    const struct type *value = type_of_node(c, n->list.at[1]);
    if (key->kind == TY_ERROR || value->kind == TY_ERROR)
        return TYPE(c, ERROR);
    if (!is_key_type(key)) {
        error_at(c, E0217, n->list.at[0]->span, "a `%.*s` cannot be the key of a map",
                 STR_ARG(name_of_type(c, key)));
        return TYPE(c, ERROR);
    }
    return type_map(c->types, key, value);
}

const struct type *type_of_node(struct checker *c, const struct node *n) {
    const struct type *t = NULL;
    for (size_t i = 0; i < COUNT_OF(scalar_names); i++)
        if (str_is(n->text, scalar_names[i].name))
            t = scalar_names[i].kind == TY_RELATION
                    ? type_relation(c->types, NULL, 0, NULL, 0)
                    : type_scalar(c->types, scalar_names[i].kind, false);
    if (str_is(n->text, "fn"))
        t = function_type_of(c, n);
    if (str_is(n->text, "list") && n->list.n == 1)
        t = type_list(c->types, type_of_node(c, n->list.at[0]));
    if (str_is(n->text, "map") && n->list.n == 2)
        t = map_of_node(c, n);
    if (str_is(n->text, "table") || str_is(n->text, "record"))
        t = record_of_node(c, n, str_is(n->text, "table"));
    if (!t && n->list.n == 0)
        t = foreign_type_named(c, n->text);
    if (!t) {
        struct diag *d = error_at(c, E0217, n->span, "there is no type `%.*s`", STR_ARG(n->text));
        struct str names[COUNT_OF(scalar_names)];
        for (size_t i = 0; i < COUNT_OF(scalar_names); i++)
            names[i] = str_of(scalar_names[i].name);
        help_nearest(c, d, n->text, names, COUNT_OF(scalar_names));
        return TYPE(c, ERROR);
    }
    return n->flags & FLAG_NULLABLE ? type_nullable(c->types, t, true) : t;
}
