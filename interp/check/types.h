/* Types: interned, so two equal types are one pointer.
 *
 * Lists, records and relations may be nullable too, but only scalars usually
 * are. A `share` is a ratio that prints as a percentage. TY_REF is the value
 * of a reference column: the row number of a row of `table`; it follows into
 * that table's columns and, used as a value, stands for the row's key.
 *
 * Units belong to types alone: they change what is accepted, never the code.
 *
 * Functions: each function has a type of its own (`function` is set), so that
 * a call through a variable is known before the run. A type with `element` is
 * that of any function taking `fields` and giving `element`; one with neither
 * is `fn` in a signature, which takes every function. */
#ifndef SPOKE_TYPES_H
#define SPOKE_TYPES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "check/unit.h"

enum type_kind {
    TY_ERROR, /* poison: already diagnosed, fits everywhere */
    TY_VOID,
    TY_MISSING, /* of `missing` alone */
    TY_BOOL,
    TY_INT,
    TY_FLOAT,
    TY_RATIO,
    TY_SHARE,
    TY_POINTS, /* between two shares, kept as a fraction: 5 points are 5/100 */
    TY_DATE,
    TY_DATETIME,
    TY_PERIOD,
    TY_DURATION,
    TY_REF,
    TY_TEXT,
    TY_ITEMS, /* a list as columns hold it, see column/items.h; an expression reads it as a LIST */
    TY_RANGE, /* of numbers, dates, datetimes or periods; lives in two words */
    TY_LIST,
    TY_RECORD,
    TY_MAP,
    TY_RELATION,
    TY_NETWORK,
    TY_PICTURE, /* what `chart` gives */
    TY_FN,      /* a function as a value, see below */
    TY_HANDLE,  /* a pointer of a C library, which only its functions understand */
    TY_NEVER,   /* of a call that always fails: fits everywhere */
    TY_ANY      /* in signatures only: any scalar */
};

struct table;
struct function;
struct foreign_handle;

struct field {
    struct str name;
    const struct type *type;
};

/* What the rows of a relation are made of, in sets of parts: each is `row` in all, a field `of` it.
 * A field whose set lacks some of `row` stands on several rows, once for each of what it lacks. */
struct row_parts {
    struct str *parts; /* names: of a table, or of a key */
    uint32_t n;        /* parts, at most GRAIN_PARTS */
    uint64_t row;
    uint64_t *of; /* by field */
};
#define GRAIN_PARTS 64

struct type {
    enum type_kind kind;
    bool nullable;
    const struct type *element;    /* LIST, ITEMS, RANGE; MAP: of the values; FN: what it gives */
    const struct type *key;        /* MAP */
    const struct field *fields;    /* RECORD, RELATION; FN: its parameters, without names */
    uint32_t n;                    /* fields */
    uint32_t nkeys;                /* RELATION: the first nkeys of `keys` identify a row */
    const uint32_t *keys;          /* RELATION: field numbers; none: rows have no known key */
    const struct row_parts *grain; /* RELATION: NULL where each column is of the row as a whole */
    const struct table *table;     /* REF: of which table; NETWORK: of a family */
    const struct unit_of_measure
        *unit;                       /* INT, FLOAT, RATIO: what it counts; NULL: a plain number */
    const struct function *function; /* FN: of this function alone */
    const struct foreign_handle *handle; /* HANDLE: as which one it was declared */
    bool bare;                       /* FN: of a function that captures nothing: no object */
};

struct types {
    struct arena *arena;
    struct strmap interned;                   /* by printed form */
    struct strmap units;                      /* by text */
    const struct type *scalar[TY_ANY + 1][2]; /* [kind][nullable] */
};
void types_init(struct types *t, struct arena *arena);
void types_free(struct types *t);
/* Takes the arena's escape, if there is one. */
void types_no_memory(struct types *t);
const struct type *type_scalar(struct types *t, enum type_kind kind, bool nullable);
const struct type *type_nullable(struct types *t, const struct type *base, bool nullable);
/* A number in this unit; NULL: a plain one. */
const struct type *type_in_unit(struct types *t, const struct type *number,
                                const struct unit_of_measure *unit);
const struct type *type_unitless(struct types *t, const struct type *type);
/* Lists, maps, ranges, records and signatures hold plain numbers: they drop units. */
const struct type *type_list(struct types *t, const struct type *element);
/* Lists of it as a column; the element is one that items_may_hold. */
const struct type *type_items(struct types *t, const struct type *element);
/* Both TY_MISSING: an empty map, of no keys and values yet. */
const struct type *type_map(struct types *t, const struct type *key, const struct type *value);
const struct type *type_range(struct types *t, const struct type *element);
const struct type *type_record(struct types *t, const struct field *fields, uint32_t n);
const struct type *type_relation(struct types *t, const struct field *fields, uint32_t n,
                                 const uint32_t *keys, uint32_t nkeys);
/* The relation with this grain, which may be NULL. */
const struct type *type_of_grain(struct types *t, const struct type *relation,
                                 const struct row_parts *grain);
/* The own type of a function. */
const struct type *type_own(struct types *t, const struct function *f, bool bare);
/* fn(fields) -> result */
const struct type *type_signature(struct types *t, const struct field *parameters, uint32_t n,
                                  const struct type *result);
const struct type *type_any_function(struct types *t);
/* A family of networks, one for each row of the table. */
const struct type *type_network(struct types *t, const struct table *family);
const struct type *type_handle(struct types *t, const struct foreign_handle *handle);
const struct type *type_ref(struct types *t, const struct table *table, bool nullable);
/* As a person writes it: `int?`, `list<text>`, `table{school text, n int}`. */
void type_print(struct buf *out, const struct type *t);
struct str type_text(struct arena *arena, const struct type *t);
/* fn(T) -> R, called by way of an object. */
static inline bool type_is_signature(const struct type *t) {
    return t->kind == TY_FN && t->element;
}
/* Field number, or -1. */
int type_field(const struct type *t, struct str name);

static inline bool type_is_number(const struct type *t) {
    return t->kind == TY_INT || t->kind == TY_FLOAT || t->kind == TY_RATIO || t->kind == TY_SHARE;
}
static inline bool type_is_dated(const struct type *t) {
    return t->kind == TY_DATE || t->kind == TY_DATETIME;
}
/* Whether columns hold it. */
static inline bool type_is_cell(const struct type *t) {
    return t->kind >= TY_BOOL && t->kind < TY_RANGE;
}
/* What lists in columns are made of: values that JSON can say, present or missing. */
static inline bool items_may_hold(const struct type *t) {
    return t->kind == TY_BOOL || t->kind == TY_INT || t->kind == TY_FLOAT || t->kind == TY_TEXT ||
           t->kind == TY_DATE;
}
/* Values with parts that can be changed. */
static inline bool type_has_parts(const struct type *t) {
    return t->kind == TY_LIST || t->kind == TY_RECORD || t->kind == TY_MAP;
}
static inline bool type_is_ratio(const struct type *t) {
    return t->kind == TY_RATIO || t->kind == TY_SHARE;
}
/* Lies in registers and columns as an exact pair. */
static inline bool type_is_pair(const struct type *t) {
    return type_is_ratio(t) || t->kind == TY_POINTS;
}

/* How a value lies in registers and columns. */
enum storage {
    STORE_NONE,
    STORE_WORD,  /* int, bool, date, datetime, period, duration, ref: int64 */
    STORE_FLOAT, /* double */
    STORE_PAIR,  /* ratio, share, points: n and d, d = 0 is missing, d = -1 suppressed */
    STORE_RANGE, /* low and high, both included; of ratios a list of two is an OBJECT */
    STORE_TEXT,  /* also ITEMS: pointer to struct text; NULL is missing */
    STORE_OBJECT /* other heap objects */
};
enum storage type_storage(const struct type *t);

/* What a measure's target is from a day on, until the next. */
struct target_step {
    int64_t since; /* INT64_MIN: from the beginning */
    double target;
};

#endif
