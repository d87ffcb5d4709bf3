/* Inside the compiler: a function under construction and what the files share.
 *
 * Registers are taken and given back like a stack. A value is compiled either
 * *into* a given place, or wherever it already is (a variable's own
 * registers). The arena's escape is set, so nothing here returns NULL. */
#ifndef SPOKE_BUILDER_H
#define SPOKE_BUILDER_H

#include "compile/compile.h"

struct compiler {
    struct session *session;
    struct arena *arena;
    struct global_layout *globals;
    ARENA_VEC(struct instance *) queue; /* functions still to be compiled */
    uint32_t compiled;                  /* of the queue */
    ARENA_VEC(struct expr *) rows;      /* given code in this compilation */
    bool failed;
};

struct variable {
    const struct symbol *symbol;
    struct home place;
    bool is_cell;             /* place holds the cell that the variable lives in */
    const struct home *parts; /* instead: see split_let in compile_split.c */
};

/* A jump target; jumps to it may come before it is placed. */
struct label {
    ARENA_VEC(uint32_t) uses;
    uint32_t at;
    bool placed;
};

struct loop {
    struct loop *outer;
    struct label *end, *next;
};

struct builder {
    struct compiler *c;
    struct arena *arena;
    struct proto *proto;
    ARENA_VEC(struct instruction) code;
    ARENA_VEC(struct span) spans;
    ARENA_VEC(union word) constants;
    ARENA_VEC(struct object *) objects;
    ARENA_VEC(struct proto *) callees;
    ARENA_VEC(struct site *) sites;
    ARENA_VEC(struct variable) variables;
    uint32_t scalars, refs; /* next free registers */
    uint32_t max_scalars, max_refs;
    ARENA_VEC(struct handler) handlers;
    uint32_t tries;                  /* how many `try` are open */
    const struct function *function; /* that the code is of, or NULL */
    uint16_t closure;                /* the reference that holds its captured variables */
    struct loop *loop;
    struct node_list rest;   /* of the block: what stands behind the statement at hand */
    const struct node *tail; /* and behind that, or NULL */
    struct span span;        /* of what is being compiled */
    const struct expr *expr; /* row code: where N_INPUTs come from */
    struct home *inputs;     /* of expr, by number */
    bool too_large;          /* some number did not fit in its operand */
};

struct registers {
    uint32_t scalars, refs, variables;
};

/* ---- registers.c ---- */
struct home take_registers(struct builder *b, const struct type *t);
/* One scalar and its state. */
struct home take_nullable(struct builder *b, enum type_kind kind);
struct home take_word(struct builder *b, enum type_kind kind);
/* Registers that no variable has, so that nothing in sight reads them. */
bool is_scratch(const struct builder *b, struct home p);
/* Whether these are the registers that were taken last. */
bool is_last_taken(const struct builder *b, struct home p);
struct registers registers_now(const struct builder *b);
void registers_release(struct builder *b, struct registers before);
void declare_variable(struct builder *b, const struct symbol *s, struct home p);
void declare_cell(struct builder *b, const struct symbol *s, struct home cell);
bool find_cell(struct builder *b, const struct symbol *s, struct home *out);
/* False: not a variable of this function that has registers of its own. */
bool find_variable(const struct builder *b, const struct symbol *s, struct home *out);
/* Number of the global's first word or reference, from 0. */
uint16_t global_slot(struct builder *b, struct symbol *s);

/* ---- emit.c ---- */
uint32_t emit(struct builder *b, enum op op, uint32_t a, uint32_t second, uint32_t third);
/* A jump: first and second operand as the instruction has them before its jump. */
void emit_jump(struct builder *b, enum op op, uint32_t a, uint32_t second, struct label *to);
void place_label(struct builder *b, struct label *l);
uint32_t constant_number(struct builder *b, union word w);
uint32_t constant_pair(struct builder *b, union word first, union word second);
uint32_t object_text(struct builder *b, struct str s);
uint32_t object_number(struct builder *b, struct object *o);
uint32_t callee_number(struct builder *b, struct proto *p);
uint32_t add_site(struct builder *b, enum site_kind kind, const struct node *node, uint32_t nvalues,
                  struct site **out);
/* The instruction for elements of this type; none for a list of nothing but `missing`. */
struct element_ops {
    enum op word, pair, nullable, ref;
};
extern const struct element_ops element_get, element_set, element_put, element_fill, element_push;
void emit_element(struct builder *b, const struct element_ops *ops, const struct type *element,
                  uint32_t a, uint32_t second, uint32_t third);
void load_word(struct builder *b, uint32_t reg, int64_t i);
void load_float(struct builder *b, uint32_t reg, double f);
void load_missing(struct builder *b, struct home to);
/* Same shape. */
void move_value(struct builder *b, struct home to, struct home from);
void not_supported(struct builder *b, const struct node *n, const char *what);
/* Puts what was built into the proto. */
void finish_proto(struct builder *b);
/* ---- link.c ---- */
/* When all callees are complete: shortens jumps and calls; in debug builds, asks the verifier. */
void link_proto(struct proto *p);

/* ---- constant.c ---- */
/* The value of a constant of one register. */
bool constant_word(const struct builder *b, struct node *n, union word *out);
/* A constant that fits an instruction's signed number. */
bool constant_small(const struct builder *b, struct node *n, int16_t *out);
bool constant_range(const struct builder *b, struct node *n, union word out[2]);

/* ---- compile_operator.c ---- */
/* `op` on places, missing operands handled; `y` may have a NULL type: none. */
void emit_op(struct builder *b, enum op op, struct home to, struct home x, struct home y);
/* As emit_op, the third operand a number (constant, signed number, ...). */
void emit_op_number(struct builder *b, enum op op, struct home to, struct home x, uint32_t number);
void binary_into(struct builder *b, struct node *n, struct home to);
void unary_into(struct builder *b, struct node *n, struct home to);
/* As value_of, for an operand that is read before anything else is computed: a field of a split
 * record stays where it is. */
struct home operand_value(struct builder *b, struct node *n);
/* Two operands, safe against the second one changing variables. */
void two_operands(struct builder *b, struct node *n, struct home *x, struct home *y);
#define NO_PLACE ((struct home){NULL, 0})

/* ---- compile_convert.c ---- */
/* Any conversion of check.h. */
void convert_place(struct builder *b, const struct node *n, struct home to, struct home from);
bool same_words(const struct type *from, const struct type *to);

/* ---- compile_range.c ---- */
/* A range of ratios is a list of two, which nobody changes. */
void ratio_range_into(struct builder *b, struct node *n, struct home to);
/* The first (0) or last (1) ratio of it, in registers of its own. */
struct home range_end(struct builder *b, struct home range, uint32_t which);
/* Whether x, which may be missing if it is a ratio, lies in the range. */
void in_range(struct builder *b, struct home x, struct node *range, struct home to);

/* ---- compile_condition.c ---- */
/* Jumps if n is true (sense) or is not true (!sense). */
void branch_on(struct builder *b, struct node *n, bool sense, struct label *to);
void in_into(struct builder *b, struct node *n, struct home to);
void match_into(struct builder *b, struct node *n, struct home to);
void logic_into(struct builder *b, struct node *n, struct home to);
void is_missing_into(struct builder *b, struct node *n, struct home to);
/* The state of a value as a word; also where it is present for sure. */
void state_into(struct builder *b, struct home to, struct home value);

/* ---- compile_call.c ---- */
/* The place of the result, valid until registers are released; type void: none. */
struct home call_value(struct builder *b, struct node *n);
void builtin_into(struct builder *b, struct node *n, struct home to);
struct home relation_value(struct builder *b, struct node *n);
/* Compiles the plan's row expressions. */
void compile_plan_code(struct compiler *c, const struct plan *p);
struct proto *proto_of_instance(struct compiler *c, struct instance *i);

/* ---- compile_expr.c ---- */
struct home value_of(struct builder *b, struct node *n);
/* As value_of, for an instruction that only looks at it and keeps nothing. */
struct home value_to_read(struct builder *b, struct node *n);
/* to.type may differ from n's in nullability. */
void value_into(struct builder *b, struct node *n, struct home to);
/* As value_into, and a list, record or map that somebody else may hold is marked as shared. */
void keep_into(struct builder *b, struct node *n, struct home to);
void share_unless_fresh(struct builder *b, const struct node *n, struct home p);
/* Reads a variable, wherever it is. */
struct home variable_value(struct builder *b, struct symbol *s, const struct node *at);

/* Puts a value of the variable's own shape where it lives, if that is not in registers. */
void store_variable(struct builder *b, struct symbol *s, struct home from);

/* ---- compile_closure.c ---- */
/* A new cell for a variable, with its first value. */
void cell_declare(struct builder *b, struct symbol *s, struct home value);
void cell_read(struct builder *b, struct home to, struct home cell);
void cell_write(struct builder *b, struct home cell, struct home value);
/* n = n + x for an int in a cell, in one step; false: it is something else. */
bool cell_add(struct builder *b, struct symbol *s, struct node *value);
/* At the start of a function: what its body reads of its object. */
void load_captures(struct builder *b, const struct node *body);
bool find_captured_variable(struct builder *b, const struct symbol *s, struct home *out,
                            bool *is_cell);
void function_value_into(struct builder *b, const struct node *n, struct home to);
/* A function's own value as one of a signature. */
void signature_into(struct builder *b, struct node *n, struct home to);
struct home call_by_signature(struct builder *b, struct node *n);

/* ---- compile_parts.c ---- */
void list_into(struct builder *b, struct node *n, struct home to);
void record_into(struct builder *b, struct node *n, struct home to);
void map_into(struct builder *b, struct node *n, struct home to);
void field_into(struct builder *b, struct node *n, struct home to);
/* Loads field number `field` of the record in `record`. */
void load_field(struct builder *b, struct home to, struct home record, uint32_t field);
/* An element, the value of a key, or a slice. */
void element_into(struct builder *b, struct node *n, struct home to);
/* Whether a key is in a map, into a fresh register. */
void in_map(struct builder *b, struct node *key, struct node *map, struct home to);
void assign_part(struct builder *b, struct node *n);
/* `x = x + ...` in place; false: the assignment is none of those. */
bool grow_variable(struct builder *b, struct node *n, struct home variable);
/* keys, values, remove. */
void map_builtin_into(struct builder *b, enum builtin id, struct node *n, struct home to);
/* `m = remove(m, key)` in place. */
bool remove_in_place(struct builder *b, struct node *n, struct home variable);
/* Equality of lists, records and maps, and membership in a list of such. */
void equal_into(struct builder *b, enum op op, struct home to, struct home x, struct home y);

/* ---- compile_rows.c ---- */
void for_relation(struct builder *b, struct node *n);
/* The functions of check/records.c; false: it is another one. */
bool rows_builtin_into(struct builder *b, struct node *n, struct home to);

/* ---- compile_split.c ---- */
/* Which fields of a record or row the block uses; NULL: it needs the whole. */
bool *fields_used(struct builder *b, const struct symbol *s, const struct node *block);
void declare_parts(struct builder *b, const struct symbol *s, const struct home *parts);
/* A `let` or `var` whose value never has to exist as a whole; false: it does. */
bool split_let(struct builder *b, struct node *n);
/* The parts of such a variable, or NULL. */
const struct home *split_parts(const struct builder *b, const struct node *name);

/* ---- compile_assert.c ---- */
void assertion(struct builder *b, struct node *n);

/* ---- compile_statement.c ---- */
void compile_statements(struct builder *b, struct node *block);
void loop_body(struct builder *b, struct node *body, struct label *next, struct label *end);
/* The loop's variable: the counter itself unless the script may change it. */
void loop_variable(struct builder *b, struct symbol *s, struct home counter);
void push_element(struct builder *b, struct node *n);
bool assigns(const struct node *n, const struct symbol *s); /* s NULL: anything */

#endif
