/* Functions of the host that scripts call: native.h for programs.
 *
 * Each is an entry like those of the library's modules, with the host's function behind it. An
 * entry lives as long as the interpreter, as code may call it. */
#include "api/interp.h"
#include "base/utf8.h"
#include "run/native_call.h"

struct registered {
    struct native_entry entry; /* first: calls know only this */
    struct registered *next;
    spoke_native_fn function;
    void *user;
    void (*destroy)(void *user);
};

/* spoke_native is the call itself. */
static const struct native_call *call_of(const spoke_native *call) {
    return (const struct native_call *)(const void *)call;
}

static struct native_call *own_call(spoke_native *call) {
    return (struct native_call *)(void *)call;
}

/* ---- arguments ---- */

static const struct value *argument(const spoke_native *call, size_t i) {
    const struct native_call *c = call_of(call);
    return i < c->n ? &c->arguments[i] : NULL;
}

static const struct list *list_argument(const spoke_native *call, size_t i, enum type_kind kind) {
    const struct value *v = argument(call, i);
    bool fits = v && v->type->kind == TY_LIST && v->type->element->kind == kind;
    return fits ? (const struct list *)v->w[0].ref : NULL;
}

size_t spoke_arg_count(const spoke_native *call) {
    return call_of(call)->n;
}

int spoke_arg_is_missing(const spoke_native *call, size_t i) {
    const struct value *v = argument(call, i);
    return !v || value_is_missing(v);
}

int64_t spoke_arg_int(const spoke_native *call, size_t i) {
    const struct value *v = argument(call, i);
    return v && type_storage(v->type) == STORE_WORD && !value_is_missing(v) ? value_int(v) : 0;
}

double spoke_arg_float(const spoke_native *call, size_t i) {
    const struct value *v = argument(call, i);
    return v && type_is_number(v->type) ? value_float(v) : 0;
}

spoke_text spoke_arg_text(const spoke_native *call, size_t i) {
    const struct value *v = argument(call, i);
    struct str s = v && v->type->kind == TY_TEXT ? value_str(v) : STR_NONE;
    return (spoke_text){s.p ? s.p : "", s.n};
}

/* Words of a list without elements are not there, and that is not the same as another type. */
static const int64_t no_words[1];

const int64_t *spoke_arg_ints(const spoke_native *call, size_t i, size_t *n) {
    const struct list *l = list_argument(call, i, TY_INT);
    *n = l ? l->n : 0;
    return !l ? NULL : l->n ? &l->at[0].i : no_words;
}

static const double *converted(struct native_call *c, const struct list *l) {
    double *out = ARENA_ARRAY(&c->scratch, double, l->n + 1);
    for (uint32_t k = 0; out && k < l->n; k++)
        out[k] = (double)l->at[k].i;
    return out;
}

const double *spoke_arg_floats(const spoke_native *call, size_t i, size_t *n) {
    const struct list *l = list_argument(call, i, TY_FLOAT);
    const struct list *ints = list_argument(call, i, TY_INT);
    *n = l ? l->n : ints ? ints->n : 0;
    if (ints)
        return converted(own_call((spoke_native *)(uintptr_t)call), ints);
    return !l ? NULL : l->n ? &l->at[0].f : (const double *)(const void *)no_words;
}

const unsigned char *spoke_arg_states(const spoke_native *call, size_t i) {
    const struct value *v = argument(call, i);
    bool list = v && v->type->kind == TY_LIST && v->w[0].ref;
    return list ? ((const struct list *)(const void *)v->w[0].ref)->states : NULL;
}

const spoke_value *spoke_arg_relation(spoke_native *call, size_t i) {
    struct native_call *c = own_call(call);
    const struct value *v = argument(call, i);
    const struct frame *f = v && v->type->kind == TY_RELATION ? native_relation(c, (int)i) : NULL;
    struct spoke_value *out = f ? ARENA_NEW(&c->scratch, struct spoke_value) : NULL;
    if (!out)
        return NULL;
    *out = (struct spoke_value){
        .kind = SPOKE_RELATION, .sp = c->vm->host.user, .frame = (struct frame *)(uintptr_t)f};
    return out;
}

/* ---- results ---- */

static enum type_kind result_kind(const spoke_native *call) {
    return call_of(call)->result.type->kind;
}

static spoke_status wrong_result(spoke_native *call, const char *given) {
    struct native_call *c = own_call(call);
    struct buf type;
    buf_init(&type, c->vm->alloc);
    type_print(&type, c->result.type);
    int s = native_fail(c, "the host's function gave %s, and its result is a `%.*s`", given,
                        STR_ARG(buf_view(&type)));
    buf_free(&type);
    return (spoke_status)s;
}

spoke_status spoke_give_missing(spoke_native *call) {
    struct native_call *c = own_call(call);
    if (!c->result.type->nullable && result_kind(call) != TY_TEXT)
        return wrong_result(call, "a missing value");
    if (!c->result.type->nullable)
        return wrong_result(call, "a missing text");
    native_give_missing(c);
    return SPOKE_OK;
}

spoke_status spoke_give_int(spoke_native *call, int64_t x) {
    enum type_kind kind = result_kind(call);
    if (kind == TY_FLOAT)
        return spoke_give_float(call, (double)x);
    if (kind != TY_INT && kind != TY_BOOL && kind != TY_DATE)
        return wrong_result(call, "a number");
    native_give_int(own_call(call), kind == TY_BOOL ? x != 0 : x);
    return SPOKE_OK;
}

spoke_status spoke_give_float(spoke_native *call, double x) {
    if (result_kind(call) != TY_FLOAT)
        return wrong_result(call, "a float");
    native_give_float(own_call(call), x);
    return SPOKE_OK;
}

spoke_status spoke_give_text(spoke_native *call, spoke_text text) {
    struct str s = {text.p ? text.p : "", text.n};
    if (result_kind(call) != TY_TEXT)
        return wrong_result(call, "a text");
    if (text.n > UINT32_MAX / 2 || utf8_check(s) != s.n)
        return wrong_result(call, "bytes that are no text");
    return (spoke_status)native_give_text(own_call(call), s);
}

spoke_status spoke_give_failure(spoke_native *call, const char *message) {
    return (spoke_status)native_fail(own_call(call), "%s", message ? message : "it failed");
}

spoke_status spoke_native_poll(spoke_native *call, uint64_t steps) {
    return (spoke_status)native_poll(own_call(call), steps);
}

static int call_host(struct native_call *c) {
    const struct registered *r = (const struct registered *)(const void *)c->native;
    return (int)r->function((spoke_native *)(void *)c, r->user);
}

/* ---- registering ---- */

struct registering {
    const char *head;
    struct registered *made;
};

/* The name behind `fn`. */
static struct str name_in(struct str head) {
    size_t at = 0, from;
    while (at < head.n && (head.p[at] == ' ' || head.p[at] == '\t'))
        at++;
    if (at + 2 < head.n && memcmp(head.p + at, "fn ", 3) == 0)
        at += 3;
    while (at < head.n && head.p[at] == ' ')
        at++;
    for (from = at; at < head.n && head.p[at] != '(' && head.p[at] != ' ';)
        at++;
    return (struct str){head.p + from, at - from};
}

static enum status add_function(struct spoke *sp, void *data) {
    struct registering *r = data;
    struct native_entry *e = &r->made->entry;
    struct str head = arena_str(&sp->arena, str_of(r->head));
    e->signature = head.p;
    e->name = arena_printf(&sp->arena, "%.*s", STR_ARG(name_in(head))).p;
    e->doc = "of the host program";
    e->call = call_host;
    return session_add_native(&sp->session, e) ? ST_OK : ST_FAILED;
}

static enum status make_room(struct spoke *sp, void *data) {
    struct registering *r = data;
    r->made = ARENA_NEW(&sp->arena, struct registered);
    r->made->next = sp->registered;
    sp->registered = r->made;
    return ST_OK;
}

spoke_status spoke_register(spoke *sp, const char *head, spoke_native_fn function, void *user,
                            void (*destroy)(void *user)) {
    struct registering r = {.head = head};
    if (!sp || !head || !function || !begin_call(sp))
        return SPOKE_MISUSE;
    enum status s = guarded(sp, make_room, &r);
    if (s != ST_OK) {
        if (destroy)
            destroy(user);
        return end_call(sp, s);
    }
    r.made->function = function;
    r.made->user = user;
    r.made->destroy = destroy;
    return end_call(sp, guarded(sp, add_function, &r));
}

void release_registered(struct spoke *sp) {
    for (const struct registered *r = sp->registered; r; r = r->next)
        if (r->destroy)
            r->destroy(r->user);
    sp->registered = NULL;
}
