/* Functions that the host calls.
 *
 * A call is a unit of one statement, which shows `f(...)`; what it shows is taken. Its
 * arguments are calls of hidden natives, which give what the host handed in, so that one unit
 * serves all calls of a function with arguments of the same kinds: it is made once and kept. */
#include "api/interp.h"
#include "base/utf8.h"
#include "run/native_call.h"

/* What was prepared for a function and kinds of arguments. */
struct called {
    struct called *next;
    struct str name;
    const struct symbol *symbol; /* that the name meant; NULL: one of the library */
    const struct node *statement;
    const struct proto *main;
    uint32_t n;
    uint8_t *kinds;  /* spoke_datum_kind by argument */
    bool has_tables; /* the store in use has what is declared */
};

struct calling { /* one call, as long as it runs */
    struct str name;
    const spoke_datum *arguments;
    uint32_t n;
    struct called *prepared;
    bool answered;
};

enum { MOST_ARGUMENTS = 32 };

/* ---- arguments ---- */

static const spoke_datum *given(const struct native_call *c) {
    const struct calling *calling = ((const struct spoke *)c->vm->host.user)->calling;
    return &calling->arguments[native_int(c, 0)];
}

static int give_word(struct native_call *c) {
    native_give_int(c, given(c)->i);
    return SPOKE_OK;
}

static int give_bool(struct native_call *c) {
    native_give_int(c, given(c)->i != 0);
    return SPOKE_OK;
}

static int give_float(struct native_call *c) {
    native_give_float(c, given(c)->f);
    return SPOKE_OK;
}

static int give_text(struct native_call *c) {
    return native_give_text(c, (struct str){given(c)->text.p, given(c)->text.n});
}

/* By spoke_datum_kind. */
static const struct native_entry natives[] = {
    {"<missing>", "fn missing(i: int) -> int?", "", give_word},
    {"<int>", "fn an_int(i: int) -> int", "", give_word},
    {"<float>", "fn a_float(i: int) -> float", "", give_float},
    {"<text>", "fn a_text(i: int) -> text", "", give_text},
    {"<bool>", "fn a_bool(i: int) -> bool", "", give_bool},
    {"<date>", "fn a_date(i: int) -> date", "", give_word}};

void add_call_natives(struct spoke *sp) {
    for (size_t i = 0; i < COUNT_OF(natives); i++)
        session_add_hidden(&sp->session, &natives[i]);
}

/* ---- preparing ---- */

static bool is_name(struct str name) {
    bool begins = true;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      (unsigned char)c >= 0x80;
        bool digit = c >= '0' && c <= '9';
        if (!letter && (begins || (!digit && c != '.')))
            return false;
        begins = c == '.';
    }
    return name.n && !begins;
}

/* The unit with a number in the place of each argument. */
static struct str unit_text(struct spoke *sp, const struct calling *c) {
    struct str text = arena_printf(&sp->scratch, "%.*s(", STR_ARG(c->name));
    for (uint32_t i = 0; i < c->n; i++)
        text = arena_printf(&sp->scratch, "%.*s%s%u", STR_ARG(text), i ? ", " : "", i);
    return arena_printf(&sp->scratch, "%.*s)", STR_ARG(text));
}

/* From the number of an argument to what gives it. */
static void put_argument(struct spoke *sp, struct node *argument, const spoke_datum *datum) {
    struct node *number = argument->a;
    struct node *call = ARENA_NEW(&sp->arena, struct node);
    struct node *name = ARENA_NEW(&sp->arena, struct node);
    struct node *inner = ARENA_NEW(&sp->arena, struct node);
    if (datum->kind == SPOKE_DATUM_MISSING) {
        number->kind = N_MISSING;
        return;
    }
    *name = (struct node){.kind = N_NAME, .span = number->span, .name_span = number->span};
    name->text = str_of(natives[datum->kind].name);
    *inner = (struct node){.kind = N_ARG, .span = number->span, .a = number};
    *call = (struct node){.kind = N_CALL, .span = number->span, .a = name};
    ARENA_PUSH(&sp->arena, &call->list) = inner;
    argument->a = call;
}

static enum status prepare(struct spoke *sp, struct calling *c) {
    uint32_t source = source_add(&sp->sources, STR("<call>"), unit_text(sp, c));
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    struct proto *main;
    if (sp->diags.errors)
        return ST_FAILED;
    struct node *statement = p.file->list.at[0], *call = statement->a;
    for (uint32_t i = 0; i < c->n; i++)
        put_argument(sp, call->list.at[i], &c->arguments[i]);
    if (!check_unit(&sp->session, p.file) || sp->diags.errors)
        return ST_FAILED;
    if (statement->a->type && statement->a->type->kind != TY_VOID)
        statement->kind = N_SHOW;
    enum status s = compile_unit(&sp->session, &sp->vm.layout, p.file, &main);
    if (s != ST_OK)
        return s;
    struct called *made = ARENA_NEW(&sp->arena, struct called);
    made->name = arena_str(&sp->arena, c->name);
    made->symbol = session_find(&sp->session, c->name);
    made->statement = statement;
    made->main = main;
    made->n = c->n;
    made->kinds = arena_zero(&sp->arena, c->n + 1);
    for (uint32_t i = 0; i < c->n; i++)
        made->kinds[i] = (uint8_t)c->arguments[i].kind;
    made->next = sp->called;
    sp->called = c->prepared = made;
    return ST_OK;
}

static bool serves(const struct called *k, const struct calling *c, const struct symbol *symbol) {
    if (k->n != c->n || k->symbol != symbol || !str_eq(k->name, c->name))
        return false;
    for (uint32_t i = 0; i < c->n; i++)
        if (k->kinds[i] != c->arguments[i].kind)
            return false;
    return true;
}

/* ---- calling ---- */

bool is_answer(const struct spoke *sp, const struct node *statement) {
    return statement == sp->calling->prepared->statement;
}

enum status take_answer(struct spoke *sp, const struct value *value) {
    struct spoke_value *out = &sp->answer;
    struct object *o = value->w[0].ref;
    sp->calling->answered = true;
    out->sp = sp;
    if (value->type->kind == TY_RELATION && o) {
        out->kind = SPOKE_RELATION;
        return vm_relation_frame(&sp->vm, o, &out->frame);
    }
    if (value->type->kind == TY_PICTURE && o) { /* nothing collects it before the next call */
        out->kind = SPOKE_PICTURE;
        out->picture = (const struct picture *)o;
        return ST_OK;
    }
    out->kind = SPOKE_SCALAR;
    value_print(&sp->answer_text, &sp->session.calendar, value);
    out->text = buf_view(&sp->answer_text);
    if (type_is_cell(value->type) && type_storage(value->type) != STORE_TEXT)
        out->scalar = *value;
    else if (type_storage(value->type) == STORE_TEXT) /* the text itself is collected */
        out->scalar = (struct value){.type = type_scalar(&sp->session.types, TY_BOOL, true),
                                     .w = {{.i = 0}, {.i = value_state(value)}}};
    return sp->answer_text.failed ? ST_NO_MEMORY : ST_OK;
}

void drop_answer(struct spoke *sp) {
    if (!sp->answer.sp)
        return;
    frame_drop(sp->answer.frame);
    buf_clear(&sp->answer_text);
    memset(&sp->answer, 0, sizeof sp->answer);
}

static enum status run_call(struct spoke *sp, void *data) {
    struct calling *c = data;
    const struct symbol *symbol = session_find(&sp->session, c->name);
    for (struct called *k = sp->called; k && !c->prepared; k = k->next)
        if (serves(k, c, symbol))
            c->prepared = k;
    enum status s = c->prepared ? ST_OK : prepare(sp, c);
    if (s == ST_OK && sp->store && !c->prepared->has_tables)
        s = ensure_tables(sp);
    if (s == ST_OK)
        s = fill_bound(sp);
    if (s == ST_OK)
        c->prepared->has_tables = true;
    return s == ST_OK ? vm_run(&sp->vm, c->prepared->main) : s;
}

void calls_lose_store(struct spoke *sp) {
    for (struct called *k = sp->called; k; k = k->next)
        k->has_tables = false;
}

static bool are_whole(const spoke_datum *arguments, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const spoke_datum *d = &arguments[i];
        struct str text = {d->text.p, d->text.n};
        if (d->kind < 0 || d->kind >= (int64_t)COUNT_OF(natives))
            return false;
        if (d->kind == SPOKE_DATUM_TEXT &&
            ((text.n && !text.p) || text.n > UINT32_MAX / 2 || utf8_check(text) != text.n))
            return false;
    }
    return true;
}

spoke_status spoke_call(spoke *sp, const char *function, const spoke_datum *arguments, size_t n,
                        const spoke_value **value) {
    struct calling c = {.arguments = arguments, .n = (uint32_t)n};
    if (!sp || !function || n > MOST_ARGUMENTS || (n && !arguments) || !are_whole(arguments, n))
        return SPOKE_MISUSE;
    c.name = str_of(function);
    if (!is_name(c.name) || !begin_call(sp))
        return SPOKE_MISUSE;
    sp->calling = &c;
    enum status s = guarded(sp, run_call, &c);
    if (s == ST_NO_MEMORY)
        vm_abandon(&sp->vm);
    sp->calling = NULL;
    if (s != ST_OK)
        drop_answer(sp);
    if (value)
        *value = s == ST_OK && c.answered ? &sp->answer : NULL;
    return end_call(sp, s);
}
