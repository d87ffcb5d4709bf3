/* `foreign` blocks: what their functions take, give and how they fail, and calls of them.
 *
 * A call gives one value, or a record where C writes through pointers as well: `result` and a field
 * for each `out` and `inout`, in order. Lengths that C wants beside a buffer are worked out from
 * it, so they can only be left out or made smaller. */
#include "check/foreign_parts.h"

/* ---- parameters ---- */

static int32_t parameter_named(const struct foreign *f, struct str name) {
    for (uint32_t i = 0; i < f->n; i++)
        if (str_eq(f->parameters[i].name, name))
            return (int32_t)i;
    return -1;
}

static bool is_number_literal(const struct node *n) {
    if (n->kind == N_UNARY && n->op == TOK_MINUS)
        n = n->a;
    return n->kind == N_INT || n->kind == N_FLOAT;
}

/* `len(xs)` or `bytes(xs)`. */
static enum foreign_length length_call(const struct node *n, const struct node **of) {
    if (n->kind != N_CALL || n->a->kind != N_NAME || n->list.n != 1 || n->list.at[0]->text.n ||
        !n->list.at[0]->a || n->list.at[0]->a->kind != N_NAME)
        return LENGTH_NONE;
    *of = n->list.at[0]->a;
    return str_is(n->a->text, "len")     ? LENGTH_ELEMENTS
           : str_is(n->a->text, "bytes") ? LENGTH_BYTES
                                         : LENGTH_NONE;
}

static bool read_length(struct checker *c, struct foreign *f, struct foreign_parameter *p,
                        const struct node *standard, const struct node *of) {
    int32_t at = parameter_named(f, of->text);
    const struct foreign_parameter *measured = at < 0 ? NULL : &f->parameters[at];
    enum foreign_kind kind = measured && measured->type ? measured->type->kind : FOREIGN_VOID;
    bool text = kind == FOREIGN_TEXT && measured->way == FOREIGN_VALUE;
    bool buffer = kind == FOREIGN_BUFFER && measured->way != FOREIGN_OUT;
    p->of = (uint32_t)at;
    if (!foreign_is_int(p->type->kind) || p->way != FOREIGN_VALUE || (!text && !buffer)) {
        struct diag *d = wrong_foreign(c, standard->span,
                                       "a length is a whole number, of a `buf` or `text` that the "
                                       "function takes");
        if (at < 0)
            diag_help(c->s->diags, d, "it has no parameter `%.*s`", STR_ARG(of->text));
        return false;
    }
    if (text && p->length == LENGTH_ELEMENTS) {
        struct diag *d = wrong_foreign(c, standard->span, "C counts the bytes of a text");
        diag_help(c->s->diags, d, "write `bytes(%.*s)`", STR_ARG(of->text));
        return false;
    }
    return true;
}

static bool read_standard(struct checker *c, struct foreign *f, struct foreign_parameter *p,
                          const struct node *n) {
    const struct node *of = NULL;
    p->length = n->b ? length_call(n->b, &of) : LENGTH_NONE;
    if (p->length != LENGTH_NONE)
        return read_length(c, f, p, n->b, of);
    if (n->b && p->given < 0) {
        wrong_foreign(c, n->b->span, "`%.*s` is not given by the caller, so it needs no default",
                      STR_ARG(p->name));
        return false;
    }
    if (!n->b || is_number_literal(n->b) || node_is_literal(n->b))
        return true;
    struct diag *d = wrong_foreign(c, n->b->span, "the default of an argument for C is a literal");
    diag_help(c->s->diags, d, "or a length: `len(xs)`, `bytes(xs)`");
    return false;
}

/* How many elements C may write. */
static bool read_room(struct checker *c, struct foreign *f, struct foreign_parameter *p,
                      const struct node *t) {
    if (p->type->kind != FOREIGN_BUFFER)
        return true;
    if (p->way != FOREIGN_OUT) {
        if (!t->b && !p->type->room)
            return true;
        wrong_foreign(c, t->span, "only what is `out` needs a length: others have their own");
        return false;
    }
    int32_t at = t->b && t->b->kind == N_NAME ? parameter_named(f, t->b->text) : -1;
    const struct foreign_parameter *length = at < 0 ? NULL : &f->parameters[at];
    if (length && length->type && foreign_is_int(length->type->kind) &&
        length->way == FOREIGN_VALUE) {
        p->of = (uint32_t)at;
        p->room_is_parameter = true;
        return true;
    }
    if (t->b && t->b->kind == N_INT && t->b->value.i >= 1 && t->b->value.i <= INT32_MAX) {
        p->room = t->b->value.i;
        return true;
    }
    struct diag *d = wrong_foreign(c, t->span, "how much C may write here is not said");
    diag_help(c->s->diags, d,
              "write a number, or the parameter that has it: `out buf<f64, n>`, `out text<n>`");
    return false;
}

static bool read_parameter(struct checker *c, struct foreign *f, struct foreign_parameter *p,
                           const struct node *n) {
    bool twice =
        parameter_named(f, n->text) >= 0 && &f->parameters[parameter_named(f, n->text)] != p;
    if (twice) {
        wrong_foreign(c, n->name_span, "two parameters are called `%.*s`", STR_ARG(n->text));
        return false;
    }
    if (!n->a) {
        struct diag *d = error_at(c, E0605, n->span, "a C function's argument needs a type");
        diag_help(c->s->diags, d, "such as `%.*s: f64`", STR_ARG(n->text));
        return false;
    }
    return read_foreign_type(c, n->a, PLACE_PARAMETER, p);
}

/* ---- what a call takes and gives ---- */

static void number_arguments(struct checker *c, struct foreign *f, const struct node *fn) {
    f->asked = ARENA_NEW(c->arena, struct node_list);
    for (uint32_t i = 0; i < f->n; i++) {
        struct foreign_parameter *p = &f->parameters[i];
        p->given = p->answer = -1;
        f->calls_back = f->calls_back || foreign_has_callback(p->type);
        if (p->type->kind == FOREIGN_POINTER || p->way == FOREIGN_OUT)
            continue;
        p->given = (int32_t)f->asked->n;
        list_push(c, f->asked, fn->list.at[i]);
    }
}

static bool gives_result(const struct foreign *f) {
    return f->result->kind != FOREIGN_VOID && f->result->kind != FOREIGN_POINTER &&
           f->fails != FAILS_UNLESS;
}

static bool number_answers(struct checker *c, struct foreign *f) {
    struct field *fields = ARENA_ARRAY(c->arena, struct field, f->n + 1);
    if (gives_result(f))
        fields[f->answers++] = (struct field){STR("result"), f->result->type};
    for (uint32_t i = 0; i < f->n; i++) {
        struct foreign_parameter *p = &f->parameters[i];
        if (p->way != FOREIGN_OUT && p->way != FOREIGN_INOUT)
            continue;
        if (gives_result(f) && str_is(p->name, "result")) {
            wrong_foreign(c, p->span, "`result` is what the function returns");
            return false;
        }
        p->answer = (int32_t)f->answers;
        fields[f->answers++] = (struct field){p->name, p->type->type};
    }
    f->type = f->answers == 0   ? TYPE(c, VOID)
              : f->answers == 1 ? fields[0].type
                                : type_record(c->types, fields, f->answers);
    return true;
}

/* ---- results and failures ---- */

static bool read_release(struct checker *c, struct foreign *f, const struct node *t) {
    bool pointer = f->result->kind == FOREIGN_TEXT || f->result_ref;
    f->release = t->doc;
    f->borrow = str_is(t->title, "borrow");
    if (f->release.n && !pointer) {
        struct diag *d =
            wrong_foreign(c, t->span, "only a text or a `ref` is freed right behind the call");
        if (f->result->kind == FOREIGN_HANDLE)
            diag_help(c->s->diags, d, "`handle NAME free FUNCTION` says what frees a handle");
        return false;
    }
    bool owned =
        f->release.n || (f->result->kind == FOREIGN_HANDLE && f->result->handle->release.n);
    if (str_is(t->title, "give") && !owned) {
        struct diag *d = wrong_foreign(c, t->span, "what frees it is not said");
        diag_help(c->s->diags, d, "write `-> give text free NAME`, or `handle NAME free NAME`");
        return false;
    }
    if (f->borrow && f->release.n) {
        wrong_foreign(c, t->span, "what is borrowed is not freed");
        return false;
    }
    return true;
}

static bool read_result(struct checker *c, struct foreign *f, const struct node *t) {
    struct foreign_parameter p = {0};
    if (!read_foreign_type(c, t, PLACE_RESULT, &p))
        return false;
    f->result = p.type;
    f->result_ref = p.way == FOREIGN_REF;
    return !t || read_release(c, f, t);
}

static bool read_fails(struct checker *c, struct foreign *f, const struct node *n) {
    static const struct {
        const char *word;
        enum foreign_failure fails;
    } words[] = {{"below", FAILS_BELOW},
                 {"above", FAILS_ABOVE},
                 {"at", FAILS_AT},
                 {"unless", FAILS_UNLESS},
                 {"errno", FAILS_ERRNO}};
    if (!n)
        return true;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_is(n->text, words[i].word))
            f->fails = words[i].fails;
    if (f->fails == FAILS_ERRNO)
        return true;
    if (!n->a) /* told by the parser */
        return false;
    if (!foreign_is_number(f->result->kind) || f->result_ref) {
        wrong_foreign(c, n->span, "only a function that returns a number can fail by it");
        return false;
    }
    const struct node *x = n->a;
    if (!is_number_literal(x)) {
        wrong_foreign(c, x->span, "what tells a failure is a number: `fails below 0`");
        return false;
    }
    double sign = x->kind == N_UNARY ? -1 : 1;
    x = x->kind == N_UNARY ? x->a : x;
    bool is_float = !foreign_is_int(f->result->kind);
    if (!is_float && x->kind != N_INT) {
        wrong_foreign(c, n->a->span, "the function returns whole numbers");
        return false;
    }
    if (is_float)
        f->failure.f = sign * (x->kind == N_INT ? (double)x->value.i : x->value.f);
    else
        f->failure.i = sign < 0 ? -x->value.i : x->value.i;
    return true;
}

/* ---- declarations ---- */

static bool read_function(struct checker *c, struct foreign *f, const struct node *fn) {
    bool fine = true;
    if (f->n > FOREIGN_MOST_ARGUMENTS) {
        wrong_foreign(c, fn->name_span, "a function of C has at most %d arguments here",
                      FOREIGN_MOST_ARGUMENTS);
        return false;
    }
    for (uint32_t i = 0; i < f->n; i++) {
        f->parameters[i].name = fn->list.at[i]->text;
        f->parameters[i].span = fn->list.at[i]->span;
    }
    for (uint32_t i = 0; i < f->n; i++)
        fine = read_parameter(c, f, &f->parameters[i], fn->list.at[i]) && fine;
    if (!read_result(c, f, fn->a) || !fine)
        return false;
    number_arguments(c, f, fn);
    for (uint32_t i = 0; i < f->n; i++)
        fine = read_room(c, f, &f->parameters[i], fn->list.at[i]->a) &&
               read_standard(c, f, &f->parameters[i], fn->list.at[i]) && fine;
    return fine && read_fails(c, f, fn->c) && number_answers(c, f);
}

static void declare_function(struct checker *c, struct node *fn, struct str library) {
    struct foreign *f = ARENA_NEW(c->arena, struct foreign);
    f->library = library;
    f->name = fn->text;
    f->symbol = fn->d && fn->d->text.n ? fn->d->text : fn->text;
    f->n = fn->list.n;
    f->span = fn->span;
    f->parameters = ARENA_ARRAY(c->arena, struct foreign_parameter, f->n + 1);
    bool fine = read_function(c, f, fn);
    struct symbol *s = scope_declare(c, SYM_FOREIGN, fn, fn->text, fn->name_span);
    s->detail = fine ? f : NULL;
}

void declare_foreign(struct checker *c, struct node *n) {
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *d = n->list.at[i];
        if (d->kind == N_FN)
            continue;
        struct foreign_type *t =
            d->kind == N_C_STRUCT ? foreign_struct_of(c, d) : foreign_handle_of(c, d, n->text);
        struct symbol *s = scope_declare(c, SYM_C_TYPE, d, d->text, d->name_span);
        s->detail = t;
        s->type = t ? t->type : NULL;
    }
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_FN)
            declare_function(c, n->list.at[i], n->text);
}

const struct type *foreign_type_named(struct checker *c, struct str name) {
    const struct symbol *s = scope_find(c->scope, name);
    return s && s->kind == SYM_C_TYPE ? (s->type ? s->type : TYPE(c, ERROR)) : NULL;
}

/* ---- calls ---- */

/* A relation of one column is a buffer as it stands. */
static bool is_column(const struct foreign_type *wanted, const struct type *given) {
    if (wanted->kind != FOREIGN_BUFFER || wanted->room || given->kind != TY_RELATION ||
        given->n != 1)
        return false;
    const struct type *column = given->fields[0].type, *element = wanted->element->type;
    return column->kind == element->kind ||
           (element->kind == TY_FLOAT && (column->kind == TY_INT || type_is_pair(column)));
}

static struct node *check_argument(struct checker *c, const struct foreign *f,
                                   const struct foreign_parameter *p, struct node *x) {
    const char *what = argument_words(c, f->name, p->name);
    if (p->type->kind == FOREIGN_BUFFER && !p->type->room && x->kind != N_LIST) {
        x = check_value(c, x);
        if (is_poison(x) || is_column(p->type, x->type))
            return x;
        if (x->type->kind == TY_RELATION) {
            struct diag *d =
                error_at(c, E0207, x->span, "%s is made of one column of numbers", what);
            diag_help(c->s->diags, d, "add `| select` and the column");
            return node_poison(c, x);
        }
        return convert(c, x, p->type->type, what);
    }
    return check_as(c, x, p->type->type, what);
}

static struct node *unknown_length(struct checker *c, struct span at) {
    struct node *unknown = node_make(c, N_INT, at, TYPE(c, INT));
    unknown->value.i = FOREIGN_UNKNOWN;
    return unknown;
}

struct node *check_foreign_call(struct checker *c, struct node *call, struct symbol *s) {
    struct foreign *f = s->detail;
    if (!f) /* its declaration was told of */
        return node_poison(c, call);
    struct node **given = ARENA_ARRAY(c->arena, struct node *, f->n + 1);
    if (!arrange(c, call, s->name, f->asked, given))
        return node_poison(c, call);
    struct node *n = invoke_node(c, call->span, s->name, f->type);
    struct invoke *v = n->note;
    v->kind = INVOKE_FOREIGN;
    v->foreign = f;
    for (uint32_t i = 0; i < f->n; i++) {
        const struct foreign_parameter *p = &f->parameters[i];
        if (p->given < 0)
            continue;
        struct node *x = given[p->given];
        if (!x && p->length != LENGTH_NONE)
            x = unknown_length(c, call->span);
        else
            x = check_argument(c, f, p, x ? x : node_copy(c->arena, f->asked->at[p->given]->b));
        if (is_poison(x))
            return node_poison(c, call);
        list_push(c, &n->list, x);
    }
    return n;
}
