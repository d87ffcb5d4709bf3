/* Interned types: making, printing, asking.
 *
 * Types without parts are read-only tables, the same for every interpreter.
 * All others live in the arena and are found again by a private key of bytes:
 * kind, nullability and the addresses of the parts, which are themselves
 * interned, so equal keys mean equal structure. Keys and types are never given
 * back before the arena is; only the map's slots belong to `struct types`.
 *
 * Out of memory: the arena's escape is taken; with none, NULL comes back. */
#include "check/foreign.h"

static const char *const kind_names[TY_ANY + 1] = {
    [TY_ERROR] = "error",     [TY_VOID] = "nothing",
    [TY_MISSING] = "missing", [TY_BOOL] = "bool",
    [TY_INT] = "int",         [TY_FLOAT] = "float",
    [TY_RATIO] = "ratio",     [TY_SHARE] = "share",
    [TY_DATE] = "date",       [TY_DATETIME] = "datetime",
    [TY_PERIOD] = "period",   [TY_DURATION] = "duration",
    [TY_REF] = "->",          [TY_TEXT] = "text",
    [TY_RANGE] = "range",     [TY_LIST] = "list",
    [TY_ITEMS] = "list",      [TY_RECORD] = "record",
    [TY_RELATION] = "table",  [TY_NETWORK] = "network",
    [TY_MAP] = "map",         [TY_PICTURE] = "picture",
    [TY_FN] = "fn",           [TY_ANY] = "any",
    [TY_HANDLE] = "handle",   [TY_POINTS] = "points",
    [TY_NEVER] = "nothing",
};

/* Indexed as `struct types.scalar`. Kinds with parts stay unused. */
#define PLAIN(k) [k] = {{.kind = (k), .nullable = false}, {.kind = (k), .nullable = true}}
static const struct type plain[TY_ANY + 1][2] = {
    PLAIN(TY_ERROR),   PLAIN(TY_VOID),   PLAIN(TY_MISSING), PLAIN(TY_BOOL),     PLAIN(TY_INT),
    PLAIN(TY_FLOAT),   PLAIN(TY_RATIO),  PLAIN(TY_SHARE),   PLAIN(TY_DATE),     PLAIN(TY_DATETIME),
    PLAIN(TY_PERIOD),  PLAIN(TY_TEXT),   PLAIN(TY_ANY),     PLAIN(TY_DURATION), PLAIN(TY_NETWORK),
    PLAIN(TY_PICTURE), PLAIN(TY_POINTS), PLAIN(TY_NEVER)};
#undef PLAIN

static bool has_parts(enum type_kind kind) {
    return kind == TY_REF || kind == TY_RANGE || kind == TY_LIST || kind == TY_RECORD ||
           kind == TY_RELATION || kind == TY_FN || kind == TY_MAP || kind == TY_ITEMS ||
           kind == TY_HANDLE;
}

/* Of these there is one type each: poison and `nothing` know no missing value,
 * `missing` no other. */
static bool has_fixed_nullability(enum type_kind kind) {
    return kind == TY_ERROR || kind == TY_VOID || kind == TY_MISSING || kind == TY_NEVER;
}

void types_init(struct types *t, struct arena *arena) {
    *t = (struct types){.arena = arena};
    strmap_init(&t->interned, arena->alloc);
    strmap_init(&t->units, arena->alloc);
    for (int kind = 0; kind <= TY_ANY; kind++) {
        if (has_parts((enum type_kind)kind)) {
            continue;
        }
        bool fixed = has_fixed_nullability((enum type_kind)kind);
        for (int nullable = 0; nullable < 2; nullable++) {
            t->scalar[kind][nullable] = &plain[kind][fixed ? kind == TY_MISSING : nullable];
        }
    }
}

void types_free(struct types *t) {
    strmap_free(&t->interned);
    strmap_free(&t->units);
}

static void *no_memory(struct arena *arena) {
    if (arena->escape) {
        longjmp(*arena->escape, 1);
    }
    return NULL;
}

void types_no_memory(struct types *t) {
    no_memory(t->arena);
}

/* ---- keys ---- */

static char *put_bytes(char *to, const void *bytes, size_t n) {
    if (n) {
        memcpy(to, bytes, n);
    }
    return to + n;
}

static size_t key_size(const struct type *draft) {
    size_t n = 3 + 2 * sizeof(uint32_t) + 6 * sizeof(void *);
    for (uint32_t i = 0; i < draft->n; i++) {
        n += sizeof(size_t) + draft->fields[i].name.n + sizeof(void *);
    }
    const struct row_parts *grain = draft->grain;
    for (uint32_t i = 0; grain && i < grain->n; i++) {
        n += sizeof(size_t) + grain->parts[i].n;
    }
    n += grain ? sizeof grain->n + (1 + (size_t)draft->n) * sizeof grain->row : 0;
    return n + draft->nkeys * sizeof(uint32_t);
}

/* Counts come before what they count, so no two structures share a key. */
static struct str key_make(struct arena *arena, const struct type *draft) {
    size_t size = key_size(draft);
    char *start = arena_take(arena, size);
    if (!start) {
        return STR_NONE;
    }
    char *at = start;
    *at++ = (char)draft->kind;
    *at++ = (char)draft->nullable;
    at = put_bytes(at, &draft->element, sizeof draft->element);
    at = put_bytes(at, &draft->key, sizeof draft->key);
    at = put_bytes(at, &draft->table, sizeof draft->table);
    at = put_bytes(at, &draft->unit, sizeof draft->unit);
    *at++ = (char)draft->bare;
    at = put_bytes(at, &draft->function, sizeof draft->function);
    at = put_bytes(at, &draft->handle, sizeof draft->handle);
    at = put_bytes(at, &draft->n, sizeof draft->n);
    at = put_bytes(at, &draft->nkeys, sizeof draft->nkeys);
    for (uint32_t i = 0; i < draft->n; i++) {
        const struct field *f = &draft->fields[i];
        at = put_bytes(at, &f->name.n, sizeof f->name.n);
        at = put_bytes(at, f->name.p, f->name.n);
        at = put_bytes(at, &f->type, sizeof f->type);
    }
    at = put_bytes(at, draft->keys, draft->nkeys * sizeof *draft->keys);
    const struct row_parts *grain = draft->grain;
    for (uint32_t i = 0; grain && i < grain->n; i++) {
        at = put_bytes(at, &grain->parts[i].n, sizeof grain->parts[i].n);
        at = put_bytes(at, grain->parts[i].p, grain->parts[i].n);
    }
    if (grain) {
        at = put_bytes(at, &grain->n, sizeof grain->n);
        at = put_bytes(at, &grain->row, sizeof grain->row);
        at = put_bytes(at, grain->of, draft->n * sizeof *grain->of);
    }
    assert((size_t)(at - start) == size);
    return (struct str){start, size};
}

/* ---- interning ---- */

static bool copy_fields(struct arena *arena, struct type *made, const struct type *draft) {
    if (draft->n == 0) {
        return true;
    }
    struct field *fields = ARENA_ARRAY(arena, struct field, draft->n);
    for (uint32_t i = 0; fields && i < draft->n; i++) {
        assert(draft->fields[i].type);
        fields[i].type = draft->fields[i].type;
        fields[i].name = arena_str(arena, draft->fields[i].name);
        if (!fields[i].name.p) {
            return false;
        }
    }
    made->fields = fields;
    return fields != NULL;
}

static bool copy_keys(struct arena *arena, struct type *made, const struct type *draft) {
    if (draft->nkeys == 0) {
        return true;
    }
    uint32_t *keys = ARENA_ARRAY(arena, uint32_t, draft->nkeys);
    if (keys) {
        memcpy(keys, draft->keys, draft->nkeys * sizeof *keys);
    }
    made->keys = keys;
    return keys != NULL;
}

static bool copy_grain(struct arena *arena, struct type *made, const struct type *draft) {
    const struct row_parts *grain = draft->grain;
    if (!grain) {
        return true;
    }
    struct row_parts *copy = ARENA_NEW(arena, struct row_parts);
    struct str *parts = copy ? ARENA_ARRAY(arena, struct str, grain->n + 1) : NULL;
    uint64_t *of = parts ? ARENA_ARRAY(arena, uint64_t, draft->n + 1) : NULL;
    for (uint32_t i = 0; of && i < grain->n; i++) {
        parts[i] = arena_str(arena, grain->parts[i]);
        if (!parts[i].p) {
            return false;
        }
    }
    if (!of) {
        return false;
    }
    memcpy(of, grain->of, draft->n * sizeof *of);
    *copy = (struct row_parts){parts, grain->n, grain->row, of};
    made->grain = copy;
    return true;
}

/* A copy of the draft that borrows nothing. */
static struct type *type_copy(struct arena *arena, const struct type *draft) {
    struct type *made = ARENA_NEW(arena, struct type);
    if (!made) {
        return NULL;
    }
    *made = *draft;
    made->fields = NULL;
    made->keys = NULL;
    made->grain = NULL;
    return copy_fields(arena, made, draft) && copy_keys(arena, made, draft) &&
                   copy_grain(arena, made, draft)
               ? made
               : NULL;
}

/* The one type that looks like the draft. The map learns of a new type only
 * when it is complete, so an escape on the way leaves no half-made entry. */
static const struct type *intern(struct types *t, const struct type *draft) {
    struct arena_mark before = arena_mark(t->arena);
    struct str key = key_make(t->arena, draft);
    if (!key.p) {
        return NULL;
    }
    const uint64_t *found = strmap_find(&t->interned, key);
    if (found) {
        arena_reset(t->arena, before);
        return (const struct type *)(uintptr_t)*found;
    }
    struct type *made = type_copy(t->arena, draft);
    bool is_new;
    uint64_t *slot = made ? strmap_put(&t->interned, key, &is_new) : NULL;
    if (!slot) {
        return no_memory(t->arena);
    }
    *slot = (uint64_t)(uintptr_t)made;
    return made;
}

const struct type *type_scalar(struct types *t, enum type_kind kind, bool nullable) {
    assert(kind <= TY_ANY && !has_parts(kind));
    return t->scalar[kind][nullable];
}

const struct type *type_nullable(struct types *t, const struct type *base, bool nullable) {
    if (base->nullable == nullable) {
        return base;
    }
    if (!has_parts(base->kind) && !base->unit) {
        return type_scalar(t, base->kind, nullable);
    }
    struct type draft = *base;
    draft.nullable = nullable;
    return intern(t, &draft);
}

const struct type *type_in_unit(struct types *t, const struct type *number,
                                const struct unit_of_measure *unit) {
    if (number->unit == unit) {
        return number;
    }
    if (!unit) {
        return type_scalar(t, number->kind, number->nullable);
    }
    struct type draft = *type_scalar(t, number->kind, number->nullable);
    draft.unit = unit;
    return intern(t, &draft);
}

const struct type *type_unitless(struct types *t, const struct type *type) {
    return type->unit ? type_scalar(t, type->kind, type->nullable) : type;
}

/* Fields of the draft without their units, in the arena where there are any. */
static const struct field *plain_fields(struct types *t, const struct field *fields, uint32_t n) {
    struct field *made = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (!fields[i].type->unit) {
            continue;
        }
        if (!made) {
            made = ARENA_ARRAY(t->arena, struct field, n);
            if (!made) {
                return NULL;
            }
            memcpy(made, fields, n * sizeof *made);
        }
        made[i].type = type_unitless(t, fields[i].type);
    }
    return made ? made : fields;
}

const struct type *type_list(struct types *t, const struct type *element) {
    assert(element);
    return intern(t, &(struct type){.kind = TY_LIST, .element = type_unitless(t, element)});
}

const struct type *type_items(struct types *t, const struct type *element) {
    assert(element);
    return intern(t, &(struct type){.kind = TY_ITEMS, .element = type_unitless(t, element)});
}

const struct type *type_map(struct types *t, const struct type *key, const struct type *value) {
    assert(key && value);
    return intern(t, &(struct type){.kind = TY_MAP,
                                    .key = type_unitless(t, key),
                                    .element = type_unitless(t, value)});
}

const struct type *type_range(struct types *t, const struct type *element) {
    assert(element);
    return intern(t, &(struct type){.kind = TY_RANGE, .element = type_unitless(t, element)});
}

const struct type *type_record(struct types *t, const struct field *fields, uint32_t n) {
    const struct field *bare = plain_fields(t, fields, n);
    return bare || n == 0 ? intern(t, &(struct type){.kind = TY_RECORD, .fields = bare, .n = n})
                          : NULL;
}

const struct type *type_relation(struct types *t, const struct field *fields, uint32_t n,
                                 const uint32_t *keys, uint32_t nkeys) {
    return intern(t,
                  &(struct type){
                      .kind = TY_RELATION, .fields = fields, .n = n, .keys = keys, .nkeys = nkeys});
}

const struct type *type_of_grain(struct types *t, const struct type *relation,
                                 const struct row_parts *grain) {
    struct type draft = *relation;
    draft.grain = grain;
    return intern(t, &draft);
}

const struct type *type_ref(struct types *t, const struct table *table, bool nullable) {
    assert(table);
    return intern(t, &(struct type){.kind = TY_REF, .nullable = nullable, .table = table});
}

const struct type *type_handle(struct types *t, const struct foreign_handle *handle) {
    return intern(t, &(struct type){.kind = TY_HANDLE, .handle = handle});
}

const struct type *type_network(struct types *t, const struct table *family) {
    assert(family);
    return intern(t, &(struct type){.kind = TY_NETWORK, .table = family});
}

const struct type *type_own(struct types *t, const struct function *f, bool bare) {
    return intern(t, &(struct type){.kind = TY_FN, .function = f, .bare = bare});
}

const struct type *type_signature(struct types *t, const struct field *parameters, uint32_t n,
                                  const struct type *result) {
    const struct field *bare = plain_fields(t, parameters, n);
    return bare || n == 0 ? intern(t, &(struct type){.kind = TY_FN,
                                                     .element = type_unitless(t, result),
                                                     .fields = bare,
                                                     .n = n})
                          : NULL;
}

const struct type *type_any_function(struct types *t) {
    return intern(t, &(struct type){.kind = TY_FN});
}

/* ---- printing ---- */

/* Types know of a table only that it has a name: `struct str name` is the
 * first member of struct table (check/symbols.h), and C lets a pointer to a
 * structure stand for one to its first member. */
static struct str table_name(const struct table *table) {
    return *(const struct str *)(const void *)table;
}

static void print_fields(struct buf *out, const struct type *t) {
    buf_char(out, '{');
    for (uint32_t i = 0; i < t->n; i++) {
        buf_text(out, i ? ", " : "");
        buf_str(out, t->fields[i].name);
        buf_char(out, ' ');
        type_print(out, t->fields[i].type);
    }
    buf_char(out, '}');
}

static void print_signature(struct buf *out, const struct type *t) {
    buf_char(out, '(');
    for (uint32_t i = 0; i < t->n; i++) {
        buf_text(out, i ? ", " : "");
        type_print(out, t->fields[i].type);
    }
    buf_char(out, ')');
    if (t->element->kind != TY_VOID) {
        buf_text(out, " -> ");
        type_print(out, t->element);
    }
}

void type_print(struct buf *out, const struct type *t) {
    if (t->kind == TY_HANDLE)
        buf_str(out, t->handle->name);
    else
        buf_text(out, kind_names[t->kind]);
    if (t->unit) {
        buf_printf(out, " \"%.*s\"", STR_ARG(t->unit->text));
    }
    if (t->kind == TY_LIST || t->kind == TY_ITEMS || t->kind == TY_RANGE || t->kind == TY_MAP) {
        buf_char(out, '<');
        if (t->kind == TY_MAP) {
            type_print(out, t->key);
            buf_text(out, ", ");
        }
        type_print(out, t->element);
        buf_char(out, '>');
    } else if (t->kind == TY_RECORD || t->kind == TY_RELATION) {
        print_fields(out, t);
    } else if (type_is_signature(t)) {
        print_signature(out, t);
    } else if (t->kind == TY_NETWORK && t->table) {
        buf_text(out, " of each ");
        buf_str(out, table_name(t->table));
    } else if (t->kind == TY_REF) {
        buf_char(out, ' ');
        buf_str(out, table_name(t->table));
    }
    if (t->nullable && t->kind != TY_MISSING) {
        buf_char(out, '?');
    }
}

/* The escape is held back while the buffer is out, which a jump would leak. */
struct str type_text(struct arena *arena, const struct type *t) {
    jmp_buf *escape = arena->escape;
    arena->escape = NULL;
    struct buf printed;
    buf_init(&printed, arena->alloc);
    type_print(&printed, t);
    struct str text = printed.failed ? STR_NONE : arena_str(arena, buf_view(&printed));
    buf_free(&printed);
    arena->escape = escape;
    if (!text.p) {
        no_memory(arena);
    }
    return text;
}

/* ---- asking ---- */

int type_field(const struct type *t, struct str name) {
    for (uint32_t i = 0; i < t->n; i++) {
        if (str_eq(t->fields[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

enum storage type_storage(const struct type *t) {
    if (t->kind == TY_FN)
        return t->bare ? STORE_NONE : STORE_OBJECT;
    if (t->kind == TY_RANGE && type_is_pair(t->element))
        return STORE_OBJECT;
    static const uint8_t storage[TY_ANY + 1] = {
        [TY_ERROR] = STORE_NONE,     [TY_VOID] = STORE_NONE,       [TY_MISSING] = STORE_NONE,
        [TY_BOOL] = STORE_WORD,      [TY_INT] = STORE_WORD,        [TY_FLOAT] = STORE_FLOAT,
        [TY_RATIO] = STORE_PAIR,     [TY_SHARE] = STORE_PAIR,      [TY_DATE] = STORE_WORD,
        [TY_DATETIME] = STORE_WORD,  [TY_PERIOD] = STORE_WORD,     [TY_DURATION] = STORE_WORD,
        [TY_REF] = STORE_WORD,       [TY_TEXT] = STORE_TEXT,       [TY_RANGE] = STORE_RANGE,
        [TY_ITEMS] = STORE_TEXT,     [TY_LIST] = STORE_OBJECT,     [TY_RECORD] = STORE_OBJECT,
        [TY_MAP] = STORE_OBJECT,     [TY_RELATION] = STORE_OBJECT, [TY_NETWORK] = STORE_OBJECT,
        [TY_PICTURE] = STORE_OBJECT, [TY_ANY] = STORE_NONE,        [TY_POINTS] = STORE_PAIR,
        [TY_NEVER] = STORE_NONE,     [TY_HANDLE] = STORE_OBJECT,
    };
    return (enum storage)storage[t->kind];
}
