/* Compiled functions: instructions and what they refer to.
 *
 * Registers are untagged words in two windows, one of scalars and one of
 * references, both starting at 0 in each function. Parameters come first, in
 * order, each in as many registers as its shape needs; a result comes back in
 * register 0 of its kind. The code of a row expression keeps register 0 (and
 * 1) free for its result and has its inputs and captured variables behind.
 *
 * A proto and all it points at lives in the session's arena and does not
 * change once `code` is set, so objects it names are pinned texts. */
#ifndef SPOKE_PROTO_H
#define SPOKE_PROTO_H

#include "column/heap.h"
#include "plan/plan.h"

struct instruction {
    uint16_t op, a, b, c;
};

enum op {
#define OP(name, operands, flow, what) OP_##name,
#include "compile/op.def"
#undef OP
    OP_COUNT
};

enum flow { FLOW_NEXT, FLOW_SKIP, FLOW_END };
struct op_info {
    const char *name;
    char operands[4];
    uint8_t flow; /* enum flow */
};
extern const struct op_info op_table[OP_COUNT];

/* How a value lies in registers. */
enum shape {
    SHAPE_NONE,
    SHAPE_WORD,
    SHAPE_NULLABLE, /* word or float, then its state */
    SHAPE_PAIR,     /* ratio or share: n, d */
    SHAPE_RANGE,    /* low, high */
    SHAPE_REF
};
enum shape shape_of(const struct type *t);
/* Scalar registers of a shape. */
static inline uint16_t shape_width(enum shape s) {
    return s == SHAPE_WORD ? 1 : s == SHAPE_NONE || s == SHAPE_REF ? 0 : 2;
}

/* How a map of values of this type keeps them. */
enum map_values map_values_of(const struct type *value);

struct home {
    const struct type *type;
    uint16_t reg; /* number of the first scalar or of the reference */
};

/* Where field `field` of a record lies in struct record.at. */
struct record_layout {
    uint16_t nrefs, nwords;
};
struct record_layout record_layout(const struct type *record);
uint16_t record_slot(const struct type *record, uint32_t field);

/* Flags of LIST_NEW and LIST_MAKE. */
enum list_layout { LAYOUT_WORDS, LAYOUT_REFS, LAYOUT_WIDE };
enum list_layout list_layout_of(const struct type *element);

/* How LIST_SORT and LIST_ORDER compare; SORT_DOWN is added for the greatest first. */
enum sort_kind { SORT_INTS, SORT_FLOATS, SORT_PAIRS, SORT_TEXTS, SORT_DOWN = 4 };

/* A network as a value is a record; that of a declared network is pinned. */
struct network_value {
    struct network_info *network;
    const struct text *key; /* which of a family; NULL: not said, or it is none */
    bool timed;             /* only what was there from one day to the other, both included */
    int64_t first, last;
};
enum { NETWORK_REFS = 1, NETWORK_WORDS = 4, NETWORK_SLOTS = NETWORK_REFS + NETWORK_WORDS };
struct network_value network_value_of(const struct record *r);
void network_value_put(struct record *r, const struct network_value *v);
/* In these days only, and in those that it was in already. */
void network_value_between(struct network_value *v, int64_t first, int64_t last);

/* Where captured variable i lies in the object of a function: references first. */
struct record_layout closure_layout(const struct function *f);
uint16_t closure_slot(const struct function *f, uint32_t i);

/* Instructions start <= i < stop go on at `target` after an error, which is put into reference
 * `reg`. An inner one comes before those around it. */
struct handler {
    uint32_t start, stop, target;
    uint16_t reg;
    const struct type *type; /* of the error: record{code text, message text} */
};

struct template_piece {
    struct str text, format;
    bool is_hole; /* then values[] of the site has the next value */
    struct span span;
};

enum site_kind {
    SITE_TEMPLATE,
    SITE_TEXT,
    SITE_NATIVE,
    SITE_FOREIGN,
    SITE_RELATION,
    SITE_CELL,
    SITE_ROW,
    SITE_ROWS,
    SITE_ITEMS,
    SITE_SHOW,
    SITE_PRINT,
    SITE_EXPLAIN,
    SITE_DEFINITIONS,
    SITE_IMPORT,
    SITE_INTO,
    SITE_COMPARE,
    SITE_ASSERT /* a part of the condition: values and, by pieces, their texts in the source */
};
/* What an instruction with many operands works on. */
struct site {
    enum site_kind kind;
    struct home *values;
    uint32_t n;
    struct home result;
    const struct node *node;
    const struct template_piece *pieces; /* TEMPLATE */
    uint32_t npieces;
    const struct native_entry *native;
    struct foreign *foreign;
    const uint32_t *columns; /* ROW: values are the frame, the row's number, then these columns */
    const struct plan *plan; /* RELATION: values are plan->captured in order */
    uint16_t nrefs, nwords;  /* RELATION: captured */
};

struct proto {
    struct str name;
    struct span span;
    struct instruction *code; /* NULL: not compiled yet */
    struct span *spans;       /* by instruction */
    uint32_t n;
    union word *constants;
    uint32_t nconstants;
    struct object **objects;
    uint32_t nobjects;
    struct proto **callees;
    uint32_t ncallees;
    struct site **sites;
    uint32_t nsites;
    struct handler *handlers;
    uint32_t nhandlers;
    uint16_t nscalars, nrefs;                   /* the windows */
    uint16_t parameter_scalars, parameter_refs; /* filled in by the caller */
    struct home *parameters;
    uint32_t nparameters;
    struct home result;       /* type TY_VOID: gives nothing */
    struct symbol **captured; /* row code: the parameters behind the inputs */
    uint32_t ncaptured;
    bool queued;
    bool holds; /* the last reference parameter holds captured variables */
};

/* What CALL_WORDS can call. The stack of scalars has FEW_SCALARS words behind what is taken for its
 * end, so that a call needs no sum to see that they fit. */
enum { FEW_SCALARS = 32 };
static inline bool proto_is_small(const struct proto *p) {
    return p->nrefs == 0 && p->nscalars <= FEW_SCALARS;
}

static inline int32_t long_jump(const struct instruction *i) {
    return (int32_t)((uint32_t)i->b << 16 | i->c);
}

/* Word of `captured` where the value of captured variable i starts: references first. */
uint16_t captured_slot(const struct plan *p, uint32_t i);
struct record_layout captured_layout(const struct plan *p);

/* Checks that registers, constants, sites and jumps are in range and every path ends. On false *at
 * is the instruction and *why what is wrong with it. */
bool verify_proto(const struct proto *p, uint32_t *at, const char **why);
/* The code as text, one instruction a line. */
void listing_print(struct buf *out, const struct sources *s, const struct proto *p);
/* The proto and every one it calls, each once. */
void listing_print_all(struct buf *out, const struct sources *s, struct proto *main);

#endif
