/* Calls of the library: a native's signature against the arguments of a call.
 *
 * A signature is a function's head in Spoke. Beyond types it may say
 *
 *   T   any type, U and V others        `fn reversed(xs: list<T>) -> list<T>`
 *   S   a scalar, which has an order    `fn sorted(xs: list<S>) -> list<S>`
 *   N   a number: an int, else a float  `fn sum(xs: list<N?>) -> N`
 *   L   a text or a list                `fn slice(x: L, start: int) -> L`
 *
 * A letter is one type throughout a call: that of the lists' elements, or else
 * the type all its arguments fit in. Natives read numbers of any kind as
 * floats, so a list of ints is taken where floats are wanted, as it is.
 *
 * Missing values: where the result is a scalar, a scalar parameter without `?`
 * takes a missing argument too; the result is then missing and the native is
 * not called (invoke.required). Elements of a list are missing only if the
 * signature says so. */
#include "check/checker.h"

enum { MOST_REQUIRED = 32 }; /* bits of invoke.required */

static const struct {
    char letter;
    const char *means, *list_means;
} letters[] = {{'T', "a value", "a list"},
               {'U', "a value", "a list"},
               {'V', "a value", "a list"},
               {'S', "a scalar", "a list of scalars"},
               {'N', "a number", "a list of numbers"},
               {'L', "a text or a list", "a list of texts or lists"}};

/* One call being checked. */
struct signature {
    struct checker *c;
    struct node *call;
    const struct node *function; /* the parsed signature */
    struct str name;
    struct node **values;                        /* by parameter: the argument, checked */
    const struct type *bound[COUNT_OF(letters)]; /* NULL: nothing was said of it yet */
};

/* ---- letters ---- */

/* Number of the letter this TYPE node is, or -1. */
static int letter_of(const struct node *n) {
    for (int i = 0; n && n->text.n == 1 && i < (int)COUNT_OF(letters); i++)
        if (n->text.p[0] == letters[i].letter)
            return i;
    return -1;
}

static const struct node *element_of(const struct node *n) {
    return str_is(n->text, "list") && n->list.n == 1 ? n->list.at[0] : NULL;
}

static const struct type *type_here(const struct signature *s, const struct node *n) {
    struct checker *c = s->c;
    int letter = letter_of(n);
    const struct node *element = element_of(n);
    const struct type *t = letter >= 0 ? s->bound[letter]
                           : element   ? type_list(c->types, type_here(s, element))
                                       : type_of_node(c, n);
    return n->flags & FLAG_NULLABLE ? type_nullable(c->types, t, true) : t;
}

static bool letter_allows(char letter, const struct type *t) {
    bool scalar = t->kind > TY_MISSING && t->kind <= TY_TEXT && t->kind != TY_REF;
    switch (letter) {
    case 'S':
        return scalar;
    case 'N':
        return type_is_number(t);
    case 'L':
        return t->kind == TY_TEXT || t->kind == TY_LIST;
    default:
        return scalar || t->kind == TY_LIST || t->kind == TY_RECORD;
    }
}

static bool does_not_fit(const struct signature *s, uint32_t parameter, const char *wanted) {
    struct checker *c = s->c;
    const struct node *x = s->values[parameter];
    error_at(c, E0207, x->span, "%s is a `%.*s`, and %s is needed",
             argument_words(c, s->name, s->function->list.at[parameter]->text),
             STR_ARG(name_of_type(c, x->type)), wanted);
    return false;
}

/* Takes `t` into what the letter stands for. `strip`: the parameter's own `?` (or the rule on
 * missing arguments) already covers a missing value. */
static bool bind(struct signature *s, uint32_t parameter, int letter, const struct type *t,
                 bool strip) {
    struct checker *c = s->c;
    if (!letter_allows(letters[letter].letter, t))
        return does_not_fit(s, parameter,
                            s->values[parameter]->type == t ? letters[letter].means
                                                            : letters[letter].list_means);
    if (letters[letter].letter == 'N')
        t = type_scalar(c->types, t->kind == TY_INT ? TY_INT : TY_FLOAT, t->nullable);
    if (strip)
        t = type_nullable(c->types, t, false);
    const struct type *before = s->bound[letter];
    const struct type *both = before ? common_type(c, before, t) : t;
    if (!both) {
        bool whole = s->values[parameter]->type == t;
        struct str wanted = name_of_type(c, whole ? before : type_list(c->types, before));
        return does_not_fit(s, parameter, arena_printf(c->arena, "a `%.*s`", STR_ARG(wanted)).p);
    }
    s->bound[letter] = both;
    return true;
}

static bool is_empty_list(const struct node *x) {
    return x->kind == N_LIST && x->list.n == 0;
}

/* The lists say first what a letter is; an empty one says nothing. */
static bool bind_by_lists(struct signature *s) {
    for (uint32_t i = 0; i < s->function->list.n; i++) {
        const struct node *element = element_of(s->function->list.at[i]->a);
        const struct node *x = s->values[i];
        if (!element || letter_of(element) < 0 || is_empty_list(x))
            continue;
        if (x->type->kind != TY_LIST)
            return does_not_fit(s, i, letters[letter_of(element)].list_means);
        const struct type *t = x->type->element;
        if (t->kind == TY_MISSING) /* [missing] */
            t = TYPE_NULL(s->c, FLOAT);
        if (!bind(s, i, letter_of(element), t, element->flags & FLAG_NULLABLE))
            return false;
    }
    return true;
}

/* Plain arguments say it where no list has; otherwise they are converted. */
static bool bind_by_values(struct signature *s) {
    bool by_list[COUNT_OF(letters)];
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        by_list[i] = s->bound[i] != NULL;
    for (uint32_t i = 0; i < s->function->list.n; i++) {
        int letter = letter_of(s->function->list.at[i]->a);
        const struct type *t = s->values[i]->type;
        if (letter < 0 || by_list[letter] || t->kind == TY_MISSING)
            continue;
        if (!bind(s, i, letter, t, true))
            return false;
    }
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (!s->bound[i]) /* of an empty list or of `missing` alone: any type will do */
            s->bound[i] = letters[i].letter == 'L' ? TYPE(s->c, TEXT) : TYPE(s->c, INT);
    return true;
}

/* ---- arguments ---- */

static struct node *check_given(struct checker *c, struct node *given, const struct node *type) {
    if (str_is(type->text, "relation"))
        return check_relation(c, given);
    return str_is(type->text, "network") ? check_expr(c, given) : check_value(c, given);
}

/* Each argument or default by itself. */
static bool check_arguments(struct signature *s, struct node *const *given) {
    struct checker *c = s->c;
    for (uint32_t i = 0; i < s->function->list.n; i++) {
        const struct node *p = s->function->list.at[i];
        s->values[i] =
            given[i] ? check_given(c, given[i], p->a) : check_expr(c, node_copy(c->arena, p->b));
        if (is_poison(s->values[i]))
            return false;
    }
    return true;
}

/* Elements that a native reads as they are where it wants others. */
static bool reads_as(const struct type *from, const struct type *to) {
    bool fits = from->kind == to->kind || (to->kind == TY_FLOAT && type_is_number(from));
    return from == to || (fits && from->kind <= TY_TEXT && (to->nullable || !from->nullable));
}

static struct node *list_argument(struct checker *c, struct node *x, const struct type *type,
                                  const char *what) {
    if (x->type->kind == TY_LIST && reads_as(x->type->element, type->element))
        return x;
    return convert(c, x, type, what);
}

/* Argument i in the type the native reads. */
static struct node *argument(struct signature *s, uint32_t i, bool scalar_result,
                             struct invoke *v) {
    struct checker *c = s->c;
    const struct node *p = s->function->list.at[i];
    const struct type *type = type_here(s, p->a);
    const char *what = argument_words(c, s->name, p->text);
    struct node *x = s->values[i];
    if (p->b && p->b->kind == N_MISSING)
        type = type_nullable(c->types, type, true);
    if (type->kind == TY_RELATION && x->type->kind == TY_RELATION) /* handed over as a value */
        return x;
    if (type->kind == TY_NETWORK && x->type->kind == TY_NETWORK) /* one, or a family */
        return x;
    if (type->kind == TY_LIST)
        return list_argument(c, x, type, what);
    bool may_lack = x->type->nullable || x->type->kind == TY_MISSING;
    if (may_lack && !type->nullable && scalar_result && type->kind <= TY_TEXT &&
        i < MOST_REQUIRED) {
        v->required |= (uint32_t)1 << i;
        type = type_nullable(c->types, type, true);
    }
    return convert(c, x, type, what);
}

/* ---- the call ---- */

/* Parsed at the first call; checking a call changes nothing in it. NULL: it is wrong, and the
 * module's own tests have failed. */
struct node *native_signature(struct checker *c, const struct native_entry *entry) {
    struct str text = str_of(entry->signature);
    uint64_t *known = strmap_find(&c->s->signatures, text);
    if (known)
        return (struct node *)(uintptr_t)*known;
    struct str name = arena_printf(c->arena, "<%s>", entry->name);
    uint32_t source = source_add(c->s->sources, name, text);
    struct node *parsed = parse_signature(c->arena, c->s->diags, c->s->sources, source);
    bool is_new;
    uint64_t *place = parsed ? strmap_put(&c->s->signatures, text, &is_new) : NULL;
    if (place) /* without memory for it the next call parses again */
        *place = (uint64_t)(uintptr_t)parsed;
    return parsed;
}

static struct node *invocation(struct signature *s, const struct native_entry *entry) {
    struct checker *c = s->c;
    struct node *n = invoke_node(c, s->call->span, s->name, NULL);
    struct invoke *v = n->note;
    v->kind = INVOKE_NATIVE;
    v->native = entry;
    n->type = s->function->a ? type_here(s, s->function->a) : TYPE(c, VOID);
    bool scalar_result = n->type->kind > TY_MISSING && n->type->kind <= TY_TEXT;
    for (uint32_t i = 0; i < s->function->list.n; i++) {
        struct node *x = argument(s, i, scalar_result, v);
        if (is_poison(x))
            return node_poison(c, s->call);
        list_push(c, &n->list, x);
    }
    if (v->required)
        n->type = type_nullable(c->types, n->type, true);
    return spread_over_family(c, n);
}

struct node *check_native(struct checker *c, struct node *call, const struct native_entry *entry,
                          struct str name) {
    struct signature s = {.c = c, .call = call, .name = name};
    s.function = native_signature(c, entry);
    if (!s.function)
        return node_poison(c, call);
    struct node **given = ARENA_ARRAY(c->arena, struct node *, s.function->list.n + 1);
    s.values = ARENA_ARRAY(c->arena, struct node *, s.function->list.n + 1);
    if (!arrange(c, call, name, &s.function->list, given) || !check_arguments(&s, given) ||
        !bind_by_lists(&s) || !bind_by_values(&s))
        return node_poison(c, call);
    return invocation(&s, entry);
}

const struct native_entry *native_named(const struct checker *c, const char *name) {
    uint64_t *found = strmap_find(&c->s->natives, str_of(name));
    return found ? (const struct native_entry *)(uintptr_t)*found : NULL;
}

struct node *invoke_native(struct checker *c, struct span span, const char *name,
                           struct node *argument_value) {
    const struct native_entry *found = native_named(c, name);
    struct node *n = node_make(c, N_CALL, span, NULL);
    if (!found)
        return fail_at(c, E0202, n, "the library has no function `%s`", name);
    struct node *arg = node_make(c, N_ARG, span, NULL);
    arg->a = argument_value;
    list_push(c, &n->list, arg);
    return check_native(c, n, found, str_of(name));
}
