/* Types of C as `foreign` blocks write them, and how structures of them lie in memory.
 *
 * Where a type may stand depends on the place: see `fits`. Everything that is wrong is told here or
 * in foreign.c, so that foreign/ finds only what it can do. */
#include "check/foreign_parts.h"

/* The sizes are the same wherever this is compiled, but for the alignment of 8 bytes. */
#define PLAIN(id, text, c_type) [FOREIGN_##id] = {text, sizeof(c_type), _Alignof(c_type)}
static const struct {
    const char *name;
    uint32_t size, align;
} kinds[FOREIGN_KINDS] = {
    PLAIN(I8, "i8", int8_t),           PLAIN(I16, "i16", int16_t),
    PLAIN(I32, "i32", int32_t),        PLAIN(I64, "i64", int64_t),
    PLAIN(U8, "u8", uint8_t),          PLAIN(U16, "u16", uint16_t),
    PLAIN(U32, "u32", uint32_t),       PLAIN(U64, "u64", uint64_t),
    PLAIN(F32, "f32", float),          PLAIN(F64, "f64", double),
    PLAIN(BOOL, "bool", bool),         PLAIN(TEXT, "text", char *),
    PLAIN(POINTER, "ptr", void *),     PLAIN(BUFFER, "buf", void *),
    PLAIN(HANDLE, "handle", void *),   PLAIN(CALLBACK, "fn", void *),
    [FOREIGN_VOID] = {"void", 0, 1},   [FOREIGN_STRUCT] = {"struct", 0, 1},
    [FOREIGN_ARRAY] = {"array", 0, 1},
};
#undef PLAIN

/* Names for what C leaves to the machine. */
#define INT_OF(c_type, i, u) (sizeof(c_type) == 8 ? FOREIGN_##i##64 : FOREIGN_##u##32)
static const struct {
    const char *name;
    enum foreign_kind kind;
} aliases[] = {
    {"c_char", (char)-1 < 0 ? FOREIGN_I8 : FOREIGN_U8},
    {"c_short", FOREIGN_I16},
    {"c_int", FOREIGN_I32},
    {"c_uint", FOREIGN_U32},
    {"c_long", INT_OF(long, I, I)},
    {"c_ulong", INT_OF(long, U, U)},
    {"usize", INT_OF(size_t, U, U)},
    {"isize", INT_OF(size_t, I, I)},
};

const char *foreign_kind_name(enum foreign_kind kind) {
    return kinds[kind].name;
}

struct diag *wrong_foreign(struct checker *c, struct span at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct buf message;
    buf_init(&message, c->arena->alloc);
    buf_vprintf(&message, format, args);
    va_end(args);
    struct diag *d = error_at(c, E0951, at, "%.*s", STR_ARG(buf_view(&message)));
    buf_free(&message);
    return d;
}

/* ---- names ---- */

static enum foreign_kind plain_named(struct str name) {
    static const enum foreign_kind named[] = {
        FOREIGN_VOID, FOREIGN_I8,   FOREIGN_I16,  FOREIGN_I32,    FOREIGN_I64,
        FOREIGN_U8,   FOREIGN_U16,  FOREIGN_U32,  FOREIGN_U64,    FOREIGN_F32,
        FOREIGN_F64,  FOREIGN_BOOL, FOREIGN_TEXT, FOREIGN_POINTER};
    for (size_t i = 0; i < COUNT_OF(named); i++)
        if (str_is(name, kinds[named[i]].name))
            return named[i];
    for (size_t i = 0; i < COUNT_OF(aliases); i++)
        if (str_is(name, aliases[i].name))
            return aliases[i].kind;
    return FOREIGN_KINDS;
}

static void say_unknown(struct checker *c, const struct node *t) {
    static const struct {
        const char *spoke, *c;
    } meant[] = {{"int", "`i64` or `c_int`"},
                 {"float", "`f64`"},
                 {"double", "`f64`"},
                 {"long", "`c_long`"},
                 {"char", "`i8`"},
                 {"list", "`buf<f64>`"},
                 {"size_t", "`usize`"},
                 {"int32_t", "`i32`"},
                 {"int64_t", "`i64`"},
                 {"uint32_t", "`u32`"},
                 {"uint64_t", "`u64`"},
                 {"uint8_t", "`u8`"},
                 {"record", "a `struct`"},
                 {"array", "`array<f64, 4>`"},
                 {"buf", "`buf<f64>`"}};
    struct diag *d =
        error_at(c, E0605, t->span, "`%.*s` is no type for a C function", STR_ARG(t->text));
    for (size_t i = 0; i < COUNT_OF(meant); i++)
        if (str_is(t->text, meant[i].spoke)) {
            diag_help(c->s->diags, d, "write %s", meant[i].c);
            return;
        }
    diag_help(c->s->diags, d,
              "i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 bool text, usize and c_int, buf<f64>, "
              "array<f64, 4>, ptr, fn(f64) -> f64, or a `struct` or `handle` declared above");
}

struct foreign_type *foreign_type_new(struct checker *c, enum foreign_kind kind) {
    struct foreign_type *t = ARENA_NEW(c->arena, struct foreign_type);
    t->kind = kind;
    t->size = kinds[kind].size;
    t->align = kinds[kind].align;
    t->type = foreign_is_int(kind)                         ? TYPE(c, INT)
              : kind == FOREIGN_F32 || kind == FOREIGN_F64 ? TYPE(c, FLOAT)
              : kind == FOREIGN_BOOL                       ? TYPE(c, BOOL)
              : kind == FOREIGN_TEXT                       ? TYPE(c, TEXT)
                                                           : TYPE(c, VOID);
    return t;
}

/* ---- types with parts ---- */

static bool whole_number(const struct node *n, int64_t low, int64_t high, int64_t *out) {
    if (!n || n->kind != N_INT || n->value.i < low || n->value.i > high)
        return false;
    *out = n->value.i;
    return true;
}

static struct foreign_type *element_of(struct checker *c, const struct node *t) {
    if (t->list.n != 1) {
        say_unknown(c, t);
        return NULL;
    }
    struct foreign_type *e = foreign_type_of(c, t->list.at[0]);
    if (!e)
        return NULL;
    bool fits = foreign_is_number(e->kind) || e->kind == FOREIGN_BOOL || e->kind == FOREIGN_TEXT ||
                e->kind == FOREIGN_STRUCT;
    if (fits && !e->nullable && !t->list.at[0]->title.n)
        return e;
    wrong_foreign(c, t->list.at[0]->span, "a `%.*s` has numbers, bools, texts or structures in it",
                  STR_ARG(t->text));
    return NULL;
}

static struct foreign_type *array_type(struct checker *c, const struct node *t) {
    const struct foreign_type *e = element_of(c, t);
    int64_t n = 0;
    if (!e)
        return NULL;
    if (!whole_number(t->b, 1, FOREIGN_MOST_BYTES, &n)) {
        wrong_foreign(c, t->span, "an array needs its length, 1 to %d: `array<f64, 4>`",
                      FOREIGN_MOST_BYTES);
        return NULL;
    }
    struct foreign_type *a = foreign_type_new(c, FOREIGN_ARRAY);
    a->element = e;
    a->n = (uint32_t)n;
    uint64_t size = (uint64_t)e->size * a->n;
    a->size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
    a->align = e->align;
    a->type = type_list(c->types, e->type);
    return a;
}

static struct foreign_type *buffer_type(struct checker *c, const struct node *t) {
    const struct foreign_type *e = element_of(c, t);
    if (!e)
        return NULL;
    struct foreign_type *b = foreign_type_new(c, FOREIGN_BUFFER);
    b->element = e;
    b->type = type_list(c->types, e->type);
    return b;
}

/* `text<n>`: bytes that C writes a text into. */
static struct foreign_type *room_type(struct checker *c) {
    struct foreign_type *b = foreign_type_new(c, FOREIGN_BUFFER);
    b->element = foreign_type_new(c, FOREIGN_U8);
    b->room = true;
    b->type = TYPE(c, TEXT);
    return b;
}

static struct foreign_type *callback_type(struct checker *c, const struct node *t) {
    struct foreign *f = ARENA_NEW(c->arena, struct foreign);
    struct foreign_type *made = foreign_type_new(c, FOREIGN_CALLBACK);
    f->n = t->list.n;
    f->span = t->span;
    f->parameters = ARENA_ARRAY(c->arena, struct foreign_parameter, f->n + 1);
    struct field *fields = ARENA_ARRAY(c->arena, struct field, f->n + 1);
    uint32_t seen = 0;
    if (f->n > FOREIGN_MOST_ARGUMENTS) {
        wrong_foreign(c, t->span, "a function of C has at most %d arguments here",
                      FOREIGN_MOST_ARGUMENTS);
        return NULL;
    }
    for (uint32_t i = 0; i < f->n; i++) {
        struct foreign_parameter *p = &f->parameters[i];
        if (!read_foreign_type(c, t->list.at[i], PLACE_CALLBACK, p))
            return NULL;
        if (p->type->kind != FOREIGN_POINTER)
            fields[seen++].type = p->type->type;
    }
    struct foreign_parameter result = {0};
    if (!read_foreign_type(c, t->a, PLACE_CALLBACK_RESULT, &result))
        return NULL;
    f->result = result.type;
    made->callback = f;
    made->type = type_signature(c->types, fields, seen, f->result->type);
    return made;
}

static struct foreign_type *declared_type(struct checker *c, const struct node *t) {
    struct symbol *s = scope_find(c->scope, t->text);
    if (!s || s->kind != SYM_C_TYPE || !s->detail) {
        if (!s || s->kind != SYM_C_TYPE) /* else it was told of already */
            say_unknown(c, t);
        return NULL;
    }
    probe_symbol(c, t->name_span, s);
    struct foreign_type *copy = ARENA_NEW(c->arena, struct foreign_type);
    *copy = *(const struct foreign_type *)s->detail;
    return copy;
}

static struct foreign_type *type_without_null(struct checker *c, const struct node *t) {
    enum foreign_kind plain = plain_named(t->text);
    if (plain == FOREIGN_TEXT && t->b)
        return room_type(c);
    if (t->list.n == 0 && !t->b && !(t->flags & FLAG_BRACKETED) && plain != FOREIGN_KINDS)
        return foreign_type_new(c, plain);
    if (t->flags & FLAG_BRACKETED)
        return callback_type(c, t);
    if (str_is(t->text, "array"))
        return array_type(c, t);
    if (str_is(t->text, "buf"))
        return buffer_type(c, t);
    return declared_type(c, t);
}

struct foreign_type *foreign_type_of(struct checker *c, const struct node *t) {
    struct foreign_type *made = type_without_null(c, t);
    if (!made || !(t->flags & FLAG_NULLABLE))
        return made;
    made->nullable = true;
    made->type = type_nullable(c->types, made->type, true);
    return made;
}

/* ---- where they may stand ---- */

static bool is_plain(const struct foreign_type *t) {
    return foreign_is_number(t->kind) || t->kind == FOREIGN_BOOL;
}

/* What may be pointed at. */
static bool fits_behind(const struct foreign_type *t, enum foreign_way way,
                        enum foreign_place place) {
    if (is_plain(t) || t->kind == FOREIGN_STRUCT)
        return way == FOREIGN_REF || place == PLACE_PARAMETER;
    if (place != PLACE_PARAMETER || way == FOREIGN_REF)
        return false;
    return t->kind == FOREIGN_BUFFER ||
           (way == FOREIGN_OUT && (t->kind == FOREIGN_TEXT || t->kind == FOREIGN_HANDLE));
}

static bool fits(const struct foreign_type *t, enum foreign_place place) {
    bool parameter = place == PLACE_PARAMETER;
    switch (t->kind) {
    case FOREIGN_VOID:
        return place == PLACE_RESULT || place == PLACE_CALLBACK_RESULT;
    case FOREIGN_TEXT:
        return place != PLACE_CALLBACK_RESULT;
    case FOREIGN_HANDLE:
        return parameter || place == PLACE_RESULT;
    case FOREIGN_ARRAY:
        return place == PLACE_FIELD;
    case FOREIGN_BUFFER:
        return parameter || place == PLACE_CALLBACK;
    case FOREIGN_CALLBACK:
        return parameter || place == PLACE_FIELD;
    default:
        return true;
    }
}

static enum foreign_way way_of(struct str word) {
    return str_is(word, "ref")     ? FOREIGN_REF
           : str_is(word, "out")   ? FOREIGN_OUT
           : str_is(word, "inout") ? FOREIGN_INOUT
                                   : FOREIGN_VALUE;
}

static const char *const places[] = {"an argument", "a result", "a field",
                                     "an argument of a callback", "the result of a callback"};

/* NULL is a value of pointers only. */
static bool check_null(struct checker *c, const struct node *t, const struct foreign_parameter *p) {
    const struct foreign_type *type = p->type;
    bool pointer = p->way == FOREIGN_REF || type->kind == FOREIGN_TEXT ||
                   type->kind == FOREIGN_HANDLE || type->kind == FOREIGN_CALLBACK ||
                   (type->kind == FOREIGN_BUFFER && p->way == FOREIGN_VALUE);
    if (!type->nullable || pointer)
        return true;
    wrong_foreign(c, t->span, "only pointers may be missing in C, and %s `%.*s` is none",
                  p->way == FOREIGN_VALUE ? "a" : "here a", STR_ARG(t->text));
    return false;
}

static bool check_words(struct checker *c, const struct node *t, enum foreign_place place,
                        const struct foreign_parameter *p) {
    const struct foreign_type *type = p->type;
    bool pointer = type->kind == FOREIGN_TEXT || type->kind == FOREIGN_HANDLE;
    bool result = place == PLACE_RESULT;
    if (!t->title.n || p->way != FOREIGN_VALUE)
        return true;
    if (str_is(t->title, "take") ? place == PLACE_PARAMETER && pointer : result && pointer)
        return true;
    struct diag *d = wrong_foreign(c, t->span, "`%.*s` cannot stand before %s of type `%.*s`",
                                   STR_ARG(t->title), places[place], STR_ARG(t->text));
    diag_help(c->s->diags, d,
              "`take` is for texts and handles that C keeps, `borrow` and `give` are "
              "for those that it returns");
    return false;
}

bool foreign_has_callback(const struct foreign_type *t) {
    bool found = t->kind == FOREIGN_CALLBACK;
    for (uint32_t i = 0; t->kind == FOREIGN_STRUCT && i < t->structure->n && !found; i++)
        found = foreign_has_callback(t->structure->fields[i].type);
    return found || (t->element && foreign_has_callback(t->element));
}

/* `char *` to write into, or `char **`: easily taken for each other, and then memory is lost. */
static bool check_out_text(struct checker *c, const struct node *t,
                           const struct foreign_parameter *p) {
    bool pointer = p->type->kind == FOREIGN_TEXT && p->way == FOREIGN_OUT;
    if (pointer == (t->value.i == 1))
        return true;
    struct diag *d = wrong_foreign(c, t->span,
                                   pointer ? "how much C may write here is not said"
                                           : "only a text is `out borrow`");
    if (pointer)
        diag_help(c->s->diags, d,
                  "write `out text<n>` with a number or the parameter that has it; where C sets a "
                  "pointer (`const char **`), `out borrow text`");
    return false;
}

/* A pointer to a function can be given to C, but is nothing to a script that gets it. */
static bool check_callbacks(struct checker *c, const struct node *t, enum foreign_place place,
                            const struct foreign_parameter *p) {
    bool given = place == PLACE_PARAMETER || place == PLACE_FIELD;
    bool back = p->way == FOREIGN_OUT || p->way == FOREIGN_INOUT;
    if ((given && !back) || !foreign_has_callback(p->type))
        return true;
    wrong_foreign(c, t->span, "functions are handed to C, never given by it");
    return false;
}

bool read_foreign_type(struct checker *c, const struct node *t, enum foreign_place place,
                       struct foreign_parameter *p) {
    if (!t) {
        p->type = foreign_type_new(c, FOREIGN_VOID);
        return true;
    }
    p->type = foreign_type_of(c, t);
    p->way = way_of(t->title);
    p->take = str_is(t->title, "take");
    if (!p->type)
        return false;
    bool behind = p->way != FOREIGN_VALUE;
    if (behind ? !fits_behind(p->type, p->way, place) : !fits(p->type, place)) {
        struct diag *d =
            wrong_foreign(c, t->span, "`%s%.*s` cannot be %s",
                          behind ? arena_printf(c->arena, "%.*s ", STR_ARG(t->title)).p : "",
                          STR_ARG(t->text), places[place]);
        if (p->type->kind == FOREIGN_ARRAY)
            diag_help(c->s->diags, d, "C passes a pointer to its elements: `buf<f64>`");
        return false;
    }
    if (place == PLACE_CALLBACK && p->type->kind == FOREIGN_BUFFER &&
        !whole_number(t->b, 1, FOREIGN_MOST_BYTES, &p->room)) {
        wrong_foreign(c, t->span,
                      "a callback gets as many elements as the type says: `buf<f64, 3>`");
        return false;
    }
    return check_null(c, t, p) && check_words(c, t, place, p) && check_out_text(c, t, p) &&
           check_callbacks(c, t, place, p);
}

/* ---- structures ---- */

/* Numbers and pointers in a value, arrays spread out. */
static uint64_t pieces_of(const struct foreign_type *t) {
    if (t->kind == FOREIGN_ARRAY)
        return t->n * pieces_of(t->element);
    uint64_t sum = t->kind != FOREIGN_STRUCT;
    for (uint32_t i = 0; t->kind == FOREIGN_STRUCT && i < t->structure->n; i++)
        sum += pieces_of(t->structure->fields[i].type);
    return sum;
}

static bool said_offset(struct checker *c, const struct node *field,
                        const struct foreign_field *f) {
    int64_t said = 0;
    if (!field->b || (whole_number(field->b, 0, FOREIGN_MOST_BYTES, &said) && said == f->offset))
        return true;
    error_at(c, E0952, field->b->span, "`%.*s` begins at byte %u of the structure here",
             STR_ARG(f->name), f->offset);
    return false;
}

static bool read_field(struct checker *c, struct foreign_struct *s, const struct node *field) {
    struct foreign_field *f = &s->fields[s->n];
    struct foreign_parameter p = {0};
    if (!field->a || !read_foreign_type(c, field->a, PLACE_FIELD, &p))
        return false;
    if (p.way != FOREIGN_VALUE) {
        wrong_foreign(c, field->a->span, "a pointer in a structure is a `text`, a `fn` or a `ptr`");
        return false;
    }
    for (uint32_t i = 0; i < s->n; i++)
        if (str_eq(s->fields[i].name, field->text)) {
            wrong_foreign(c, field->name_span, "the structure has two fields `%.*s`",
                          STR_ARG(field->text));
            return false;
        }
    *f = (struct foreign_field){field->text, p.type, 0};
    uint32_t align = p.type->align;
    uint64_t at = ((uint64_t)s->size + align - 1) / align * align;
    if (at + p.type->size > FOREIGN_MOST_BYTES || s->n >= FOREIGN_MOST_FIELDS) {
        error_at(c, E0952, field->span, "a structure has at most %d fields and %d bytes here",
                 FOREIGN_MOST_FIELDS, FOREIGN_MOST_BYTES);
        return false;
    }
    f->offset = (uint32_t)at;
    s->size = f->offset + p.type->size;
    s->align = align > s->align ? align : s->align;
    s->n++;
    return said_offset(c, field, f);
}

static const struct type *record_of(struct checker *c, const struct foreign_struct *s) {
    struct field *fields = ARENA_ARRAY(c->arena, struct field, s->n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->fields[i].type->kind != FOREIGN_POINTER)
            fields[n++] = (struct field){s->fields[i].name, s->fields[i].type->type};
    return type_record(c->types, fields, n);
}

static bool lay_out(struct checker *c, const struct node *n, struct foreign_struct *s) {
    int64_t said = 0;
    s->align = 1;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (!read_field(c, s, n->list.at[i]))
            return false;
    s->size = (s->size + s->align - 1) / s->align * s->align;
    s->type = record_of(c, s);
    if (s->n == 0 || s->type->n == 0) {
        wrong_foreign(c, n->name_span, "the structure `%.*s` has nothing in it", STR_ARG(n->text));
        return false;
    }
    if (n->a && (!whole_number(n->a, 1, FOREIGN_MOST_BYTES, &said) || said != s->size)) {
        struct diag *d = error_at(c, E0952, n->a->span, "the structure `%.*s` has %u bytes here",
                                  STR_ARG(n->text), s->size);
        for (uint32_t i = 0; i < s->n; i++)
            diag_note(c->s->diags, d, "`%.*s` at %u, %u bytes", STR_ARG(s->fields[i].name),
                      s->fields[i].offset, s->fields[i].type->size);
        return false;
    }
    return true;
}

struct foreign_type *foreign_struct_of(struct checker *c, const struct node *n) {
    struct foreign_struct *s = ARENA_NEW(c->arena, struct foreign_struct);
    s->fields = ARENA_ARRAY(c->arena, struct foreign_field, FOREIGN_MOST_FIELDS + 1);
    s->name = n->text;
    s->span = n->span;
    if (!lay_out(c, n, s))
        return NULL;
    struct foreign_type *t = foreign_type_new(c, FOREIGN_STRUCT);
    t->structure = s;
    t->size = s->size;
    t->align = s->align;
    t->type = s->type;
    s->as_type = t;
    if (pieces_of(t) > FOREIGN_MOST_PIECES) {
        error_at(c, E0952, n->name_span, "a structure has at most %d numbers and pointers here",
                 FOREIGN_MOST_PIECES);
        return NULL;
    }
    return t;
}

struct foreign_type *foreign_handle_of(struct checker *c, const struct node *n,
                                       struct str library) {
    struct foreign_handle *h = ARENA_NEW(c->arena, struct foreign_handle);
    *h = (struct foreign_handle){.name = n->text,
                                 .library = library,
                                 .release = n->a ? n->a->text : STR(""),
                                 .span = n->span};
    struct foreign_type *t = foreign_type_new(c, FOREIGN_HANDLE);
    t->handle = h;
    t->type = type_handle(c->types, h);
    return t;
}
