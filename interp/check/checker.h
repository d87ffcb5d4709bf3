/* Inside the checker: the state of one pass and what its files share.
 *
 * A check function takes a node, checks it and returns the node to put in its
 * place (the same one, one wrapped in N_CONVERT, or another). After an error
 * the node has type TY_ERROR, which fits everywhere, so one fault gives one
 * message. All memory is the session's arena, whose escape is set. */
#ifndef SPOKE_CHECKER_H
#define SPOKE_CHECKER_H

#include "base/num.h"
#include "check/check.h"

struct scope {
    struct scope *outer;
    struct strmap names; /* -> struct symbol *; not used by one that is `kept` */
    ARENA_VEC(struct symbol *) order;
    uint32_t depth;              /* how many functions enclose it */
    struct scope *opened_before; /* a function's scopes lie in none of its caller's */
    const struct scope *program; /* of a module's top: where the tables are */
    bool kept;                   /* outlives the block: the names that a function value saw */
};

/* A `let` of a rule: checked anew wherever its name is used. */
struct row_let {
    struct str name;
    struct node *value;
    struct row_let *next;
    bool open; /* being checked: finds a let that uses itself */
    bool used;
};

/* The row that bare names mean. */
struct row {
    struct row *outer;               /* the row around an aggregate's rows */
    const struct type *type;         /* its columns */
    const struct table *table;       /* whose rows these are, or NULL */
    const struct network_part *ties; /* of a network, which these rows are; or NULL */
    const struct table *unit_facts;  /* of a measure's unit rows: the facts, for better messages */
    struct row_let *lets;
    struct node *day; /* not checked: the day that the row is about; NULL: today */
    bool used;        /* some name read this row */
    bool has_old;     /* a rule's, of a table: `old` is the stored row of the same key */
};

/* What a variable was proved to be inside a branch. */
struct proof {
    const struct symbol *present;
    struct proof *next;
};

struct checker {
    struct session *s;
    struct arena *arena;
    struct types *types;
    struct scope *scope;
    struct row *row;   /* NULL outside rows */
    bool aggregates;   /* aggregates over `row` may stand here; bare columns may not */
    bool in_aggregate; /* inside an aggregate's argument */
    bool windows;      /* with `aggregates`: bare columns may stand here, too, and window words */
    struct instance *instance; /* the function being checked, or NULL */
    ARENA_VEC(struct node *) returns;
    bool declared_result;
    bool unknown_returns; /* a `return` gives what is not known yet */
    bool declaration;     /* inside a cohort, measure, network or rule */
    bool unit_figures;    /* inside a measure: what is counted for a unit is no result */
    uint32_t loops;
    uint32_t depth;
    struct proof *proofs;
    bool before_dot; /* the expression begins a path: a reference by several columns may stand */
};

#define TYPE(c, kind) type_scalar((c)->types, TY_##kind, false)
#define TYPE_NULL(c, kind) type_scalar((c)->types, TY_##kind, true)

/* ---- history (history.c) ---- */
/* `spans` and `history of` of a table whose columns are known; `spans` before the key is used. */
void declare_spans(struct checker *c, struct table *t, const struct node *n);
void declare_history(struct checker *c, struct table *t, const struct node *n);
/* Whether the name says `every`, which is an error before a table without spans. */
bool takes_every(struct checker *c, const struct node *name, const struct table *t);
/* The FROM of a table with spans gives the rows that hold today. */
struct node *held_today(struct checker *c, struct node *from);
/* The name that says `every` in the argument of an aggregate, or NULL. */
const struct node *every_in(const struct node *n);
/* Rows of a leg over a table with spans: those that hold on the day of the row at hand. */
bool hold_leg(struct checker *c, struct leg_info *leg, const struct node *every, struct span span);
/* What history tells of the row that `reference` means (NULL: of `row` itself) on its day; NULL: no
 * history has such a column. */
struct node *history_value(struct checker *c, struct row *row, struct node *reference,
                           struct str name, struct span span);
/* Its type in the table; NULL: there is none. */
const struct type *history_type(struct checker *c, const struct table *entity, struct str name);
/* Whether two legs are the same value of history of the same row. */
bool same_history(const struct node *a, const struct node *b);

/* ---- nodes (nodes.c) ---- */
struct node *node_make(struct checker *c, enum node_kind kind, struct span span,
                       const struct type *type);
struct node *node_poison(struct checker *c, struct node *n); /* TY_ERROR */
struct node *node_text(struct checker *c, struct span span, struct str text);
static inline bool is_poison(const struct node *n) {
    return n->type && n->type->kind == TY_ERROR;
}
void list_push(struct checker *c, struct node_list *list, struct node *n);
/* Error helpers: report and return poison. */
struct node *fail_at(struct checker *c, enum code code, struct node *n, const char *format, ...)
    PRINTF_LIKE(4, 5);
struct diag *error_at(struct checker *c, enum code code, struct span span, const char *format, ...)
    PRINTF_LIKE(4, 5);
struct str name_of_type(struct checker *c, const struct type *t);
/* An error has been reported inside the span: what else is wrong there may only follow from it. */
bool has_error_inside(const struct checker *c, struct span span);

/* ---- names (scope.c) ---- */
struct scope *scope_open(struct checker *c);
void scope_close(struct checker *c);
/* Gives back what the scopes opened after `until` and not closed hold. */
void scopes_drop(struct session *s, const struct scope *until);
struct symbol *scope_find(const struct scope *s, struct str name);
/* Adds; a name taken in the same scope is E0205 unless the session may rebind. */
struct symbol *scope_declare(struct checker *c, enum symbol_kind kind, struct node *node,
                             struct str name, struct span span);
/* What the store brings along: a program's own declarations go first. */
bool symbol_may_be_hidden(const struct symbol *s);
/* Forgets the symbols from number `first` on; what they replaced is back. */
void scope_take_back(struct scope *s, uint32_t first);
/* Help line with the nearest of the names that may stand here. */
void help_nearest(struct checker *c, struct diag *d, struct str wanted, const struct str *names,
                  uint32_t n);
/* The same, and all of them. */
void help_words(struct checker *c, struct diag *d, struct str wanted, const struct str *words,
                uint32_t n);
void help_names_in_scope(struct checker *c, struct diag *d, struct str wanted);
/* For a column that the row does not have: a path or function that leads there, or a like name. */
void help_column(struct checker *c, struct diag *d, struct str wanted);
/* Whether the name of a table stands where a column should, which is an error. */
bool fail_table_as_column(struct checker *c, const struct node *n);
void help_fields(struct checker *c, struct diag *d, struct str wanted, const struct type *t);
/* "available: school, day" */
void note_fields(struct checker *c, struct diag *d, const struct type *t);
struct symbol *find_table(struct checker *c, struct str name, struct span span); /* E0203 */

/* ---- types (convert.c) ---- */
bool converts(const struct type *from, const struct type *to);
/* E0207 with `what` ("the condition", "argument `x` of `f`") when it does not fit. */
struct node *convert(struct checker *c, struct node *n, const struct type *to, const char *what);
/* Checks n where a value of this type is needed: the elements of a list literal each by themselves.
 */
struct node *check_as(struct checker *c, struct node *n, const struct type *to, const char *what);
struct node *convert_silent(struct checker *c, struct node *n, const struct type *to);
/* The type both fit in, or NULL. */
const struct type *common_type(struct checker *c, const struct type *a, const struct type *b);
/* A reference becomes its table's key. */
struct node *as_value(struct checker *c, struct node *n);
struct node *condition(struct checker *c, struct node *n, const char *what);
/* From a TYPE node. */
const struct type *type_of_node(struct checker *c, const struct node *n);

/* ---- expressions ---- */
struct node *check_expr(struct checker *c, struct node *n);
struct node *check_value(struct checker *c, struct node *n); /* references as keys; no relation */
struct node *check_name(struct checker *c, struct node *n);
struct node *read_variable(struct checker *c, struct node *n, struct symbol *s);
struct node *check_dot(struct checker *c, struct node *n);
struct node *check_binary(struct checker *c, struct node *n);
struct node *check_in(struct checker *c, struct node *n);
struct node *check_range(struct checker *c, struct node *n);
struct node *check_call(struct checker *c, struct node *n);
/* A copy of a range or list of constants, to be changed at will; NULL: it is none. */
struct node *constant_parts_of(struct checker *c, struct node *n, struct span span);
/* operator.c: a written range as one of exact ratios, where its ends allow it. */
void range_of_ratios(struct checker *c, struct node *range, const struct type *value);
/* time.c; NULL where it is not theirs. */
struct node *check_time_arithmetic(struct checker *c, struct node *n);
/* Two kinds of time that do not compare: what to ask instead. */
struct node *check_mixed_times(struct checker *c, struct node *n);
struct node *check_time_function(struct checker *c, enum builtin b, struct node *n);
/* A date at one end of a range over datetimes stands for its first or last second. */
void range_of_times(struct checker *c, struct node *range);
struct node *check_pattern(struct checker *c, struct node *p, const struct type *value);

/* A literal other than 0. */
bool is_nonzero_literal(struct node *n);
/* A decimal literal as an exact fraction; NULL: it is none, or too long. */
struct node *decimal_as_share(struct checker *c, struct node *n);

/* ---- shares and points (share.c) ---- */
/* Arithmetic with a share or points; NULL: it is that of floats. */
struct node *check_shares(struct checker *c, struct node *n);
struct node *float_as_points(struct checker *c, struct node *n);
struct node *points_as_float(struct checker *c, struct node *n);

/* ---- units (unit_rules.c) ---- */
#define HELP_UNITS                                                                                 \
    "convert one of them by hand: `float(x)` drops a unit, as in `float(minutes) / 60`, and a "    \
    "plain number takes the other's"
const struct unit_of_measure *unit_of(const struct node *n);
/* Whether they may be added or compared; if not, E0318 has been told. */
bool units_meet(struct checker *c, struct span span, const struct node *a, const struct node *b);
/* The unit of an operation on two numbers; false: E0318 has been told. */
bool unit_of_arithmetic(struct checker *c, const struct node *n,
                        const struct unit_of_measure **out);
/* A share or points as a number in percent, where that is the other's unit; else n itself. */
struct node *percent_in(struct checker *c, struct node *n, const struct node *other);
/* The column of a table that is read here, or NULL (operator.c). */
const struct table_column *stored_column(const struct node *n);

/* ---- values with parts (parts.c) ---- */
struct node *check_list(struct checker *c, struct node *n);
struct node *check_record(struct checker *c, struct node *n);
struct node *check_map(struct checker *c, struct node *n);
struct node *check_index(struct checker *c, struct node *n);
struct node *check_record_pattern(struct checker *c, struct node *p, const struct type *value);
/* The place that an assignment changes. */
struct node *check_target(struct checker *c, struct node *n);
void note_growth(const struct node *assignment);
bool is_key_type(const struct type *t);
/* Whether a literal's parts can be converted one by one, and doing it. */
bool literal_fits(const struct node *n, const struct type *to);
struct node *literal_as(struct checker *c, struct node *n, const struct type *to);
const struct type *common_of(struct checker *c, const struct node *a, const struct node *b);
bool parts_meet(struct checker *c, struct node **a, struct node **b);
bool parts_compare(struct checker *c, struct node *n);
/* E0212 at the value; gives n as poison. */
struct node *may_be_missing(struct checker *c, struct node *n, const struct node *value);

struct node *invoke_builtin(struct checker *c, struct span span, enum builtin b,
                            const struct type *type, struct node *argument);
/* An N_INVOKE without arguments, its note zeroed. */
struct node *invoke_node(struct checker *c, struct span span, struct str name,
                         const struct type *type);
/* Puts the arguments in the order of the parameters; those left out stay NULL. */
bool arrange(struct checker *c, struct node *call, struct str name,
             const struct node_list *parameters, struct node **out);
const char *argument_words(struct checker *c, struct str function, struct str parameter);
/* A library function's signature as a tree, parsed once; NULL with a diagnostic (signature.c). */
struct node *native_signature(struct checker *c, const struct native_entry *entry);
/* A call of the library. */
struct node *check_native(struct checker *c, struct node *call, const struct native_entry *entry,
                          struct str name);
struct node *invoke_native(struct checker *c, struct span span, const char *name,
                           struct node *argument);
/* Of the host's modules; NULL: none has it. */
const struct native_entry *native_named(const struct checker *c, const char *name);
/* `week in month`, where both are periods or one is a year: never missing. NULL: they are not. */
struct node *period_in_period(struct checker *c, struct node *n);
/* The test, or its opposite where `n` says `not in`. */
struct node *unless_negated(struct checker *c, const struct node *n, struct node *test);
/* A constant `in` range as days, half open; false with E0218. */
bool constant_days(struct checker *c, struct node *n, int64_t *first, int64_t *stop);

/* ---- rows and relations ---- */
struct node *row_name(struct checker *c, struct node *n); /* NULL: no such column or let */
/* Outside of aggregates a group has no single value of a column (E0306). */
bool has_one_value(struct checker *c, const struct row *row, struct str name, struct span span);
struct node *column_read(struct checker *c, struct row *row, uint32_t field, struct span span);
struct node *follow(struct checker *c, struct node *reference, uint32_t column, struct span span);
/* References by several columns (tie.c), as N_TIE nodes of type TY_REF that only paths may hold;
 * NULL: there is none of that name. */
struct node *row_tie(struct checker *c, struct row *row, struct str name, struct span span);
struct node *reference_tie(struct checker *c, struct node *reference, struct str name,
                           struct span span);
struct node *follow_tie(struct checker *c, struct node *reference, uint32_t column,
                        struct span span);
struct node *fail_tie_as_value(struct checker *c, struct node *n);
const struct table_tie *tie_to(const struct table *from, const struct table *to); /* the first */
void read_tie(struct checker *c, struct table *t, struct node *n);
/* The row that was stored before (old.c): of a rule over rows of `source`; and `old.x`, NULL
 * outside of such a rule. */
void row_has_old(struct row *row, const struct node *source);
struct node *old_value(struct checker *c, struct node *n);
/* A column of the row that an old reference to the same table leads to, as it is stored; NULL: it
 * is no such column. */
struct node *follow_old(struct checker *c, struct node *reference, uint32_t column,
                        struct span span);
/* Why values are missing (reasons.c): the columns that say so, and why_missing(x). */
void add_reasons(struct checker *c, struct table *t);
struct node *check_why_missing(struct checker *c, struct node *call);
/* Columns of lists and their items (items.c). */
void read_list_column(struct checker *c, struct table *t, struct table_column *column,
                      struct node *n);
void declare_items(struct checker *c, struct table *t, struct table_column *column);
/* The table of a column's items; NULL: it is no column of lists. */
struct symbol *items_named(const struct table *t, struct str name);
/* Whether `response.themes` is such a table; then n becomes its name. */
bool items_relation(struct checker *c, struct node *n);
/* The same in the argument of an aggregate, also for lists of the row at hand and of those that it
 * refers to: then *reference. NULL: it is about something else. */
struct symbol *items_argument(struct checker *c, struct node *call, struct str name,
                              struct node **reference);
bool fail_list_as_key(struct checker *c, const struct node *key);
struct node *fail_items_of_group(struct checker *c, struct node *call, const struct symbol *items);
/* The table of the row that a path of references has come to, or NULL (leg.c). */
const struct table *path_table(struct checker *c, struct node *n);
void read_code_values(struct checker *c, const struct node *attribute, struct code_value **out,
                      uint32_t *n);
void set_row_type(struct checker *c, struct table *t);
/* Whether it is the name of a type of single values. */
bool scalar_named(struct checker *c, struct str name);
struct node *check_aggregate(struct checker *c, struct node *call, struct str name);
/* Kind, type and conversion of an aggregate whose argument (a) and filter (b) are checked. */
struct node *settle_aggregate(struct checker *c, struct node *n, struct str name,
                              enum aggregate kind, bool distinct);
struct node *check_leg(struct checker *c, struct node *call, struct str name, enum aggregate kind,
                       struct symbol *table, struct node *reference);
/* `count(school.visit)`: the reference whose row the aggregate is about, and the table; what is
 * left of the argument begins with that. NULL: it is no such path. */
struct node *leg_reference(struct checker *c, struct node *argument, struct symbol **table);
/* A leg whose filter compares its rows with the row at hand becomes one over pairs (pairs.c); false
 * with an error. */
bool pair_leg(struct checker *c, struct leg_info *leg, struct row *inner, struct row *outer);
/* any(seat where ...): is there a row. */
struct node *is_above_zero(struct checker *c, struct node *count);
bool aggregate_named(struct str name, enum aggregate *out);
struct node *check_pipeline(struct checker *c, struct node *n);
/* Functions behind each other, beginning with a value that is no relation. */
bool is_value_pipeline(struct checker *c, struct node *n);
struct node *check_from(struct checker *c, struct node *n);
struct node *check_question(struct checker *c, struct node *n);
/* units(Q), crossed(Q), compare(A, dim, x, y); NULL: the call is another one (asked.c). */
struct node *check_asked_call(struct checker *c, struct node *call, struct str name);
struct node *question_of(struct checker *c, struct symbol *measure, struct span span);
struct node *from_symbol(struct checker *c, struct symbol *symbol, struct span span);
/* Anything of a relation type (table, cohort, measure, variable, call) as a relation node. */
struct node *check_relation(struct checker *c, struct node *n);
/* A relation value in a variable of its own: what a call or variable gives. */
struct node *from_value(struct checker *c, struct node *n);
/* The table of whose rows a FROM gives, with columns behind its own, or NULL. */
const struct table *table_of_rows(const struct node *from);
/* The ties that a FROM gives, or NULL. */
const struct network_part *ties_from(const struct node *from);
struct str column_name_of(const struct node *n); /* last path step or function; empty: none */

/* ---- columns of results (relation.c) ---- */
struct columns {
    struct field *at;
    uint32_t n, cap;
};
/* Two columns of one name are an error. */
void add_column(struct checker *c, struct columns *out, struct str name, const struct type *type,
                struct span span);
/* Checks a field's value and gives it a name. */
bool check_field(struct checker *c, struct node *f, struct columns *out);
void copy_columns(struct checker *c, struct columns *out, const struct type *t);
const struct type *relation_of(struct checker *c, const struct columns *columns,
                               const uint32_t *keys, uint32_t nkeys);
/* Key columns of the old type that are still there, as numbers in the new one; `select` is the
 * verb that may have given them other names, or NULL. */
const struct type *keep_keys(struct checker *c, const struct columns *columns,
                             const struct type *old, const struct node *select);
/* -1 and an error if there is none. */
int column_of_name(struct checker *c, const struct node *name, const struct type *in);
const struct type *verb_group(struct checker *c, struct node *v);

/* ---- windows (window.c) ---- */
/* A derive with windowed fields becomes windows and derives, in the order of the fields. */
void part_windows(struct checker *c, struct node_list *verbs);
const struct type *verb_window(struct checker *c, struct node *v, const struct type *in);
/* NULL: the name is no window word here. */
struct node *check_window_call(struct checker *c, struct node *call, struct str name);

/* ---- relations out of relations, and out of SQL (reshape.c) ---- */
struct node *check_sql(struct checker *c, struct node *n);
/* The columns of a query that does not say them (sql.c); false: an error tells which are unknown.
 */
bool describe_sql(struct checker *c, const struct node *n, struct columns *out);
const struct type *verb_set(struct checker *c, struct node *v, const struct type *in);
const struct type *verb_pivot(struct checker *c, struct node *v, const struct type *in);
const struct type *verb_unpivot(struct checker *c, struct node *v, const struct type *in);
const struct type *verb_sample(struct checker *c, struct node *v, const struct type *in);
const struct type *verb_fill(struct checker *c, struct node *v, const struct type *in);
struct node *check_cohort_expression(struct checker *c, struct node *n,
                                     const struct table **entity);
/* attrition(c), why(key, c): a FROM of the cohort (cohort_report.c). */
struct node *check_cohort_report(struct checker *c, struct node *call, enum builtin b);

/* ---- networks (network.c, network_parts.c, network_time.c) ---- */
/* `net.members`, `net.TIES` or `net.ties` of a checked network. */
struct node *check_network_part(struct checker *c, struct node *network, struct node *dot);
/* What `from.level` means, a DOT behind an end of a tie; NULL: a network has no such place. */
struct node *place_of_end(struct checker *c, const struct network_part *part, struct node *dot);
/* The table that members come from; false: told (network_membership.c). */
bool read_network_source(struct checker *c, struct network_info *net, const struct node *members,
                         const struct table *t);
void read_network_family(struct checker *c, struct network_info *net, const struct node *network);
struct node *family_key_of(struct checker *c, const struct network_info *net, struct row *row,
                           struct span span);
/* What was written about a member as it is said of a membership; not checked. */
struct node *network_clause(struct checker *c, const struct network_info *net,
                            const struct node *n);
/* `level` and the like of the member that `end` refers to (NULL: of the row at hand) by its
 * memberships; NULL: the network does not say. */
struct node *membership_place(struct checker *c, const struct network_part *part, struct str name,
                              struct node *end);
/* Whether it has a membership. */
struct node *membership_test(struct checker *c, const struct network_part *part, struct node *end);
/* Checked conditions, either may be NULL. */
struct node *network_both(struct checker *c, struct node *a, struct node *b);
/* The columns of members and ties, once all clauses are known. */
void declare_network_parts(struct checker *c, struct network_info *net);
/* The first or last day of a date, datetime or period. */
struct node *network_day(struct checker *c, struct node *time, bool last);
/* The first and last day that `at` or `in` says; false: told. */
bool network_days_in(struct checker *c, struct node *clause, struct node **first,
                     struct node **last);
/* A call of the library that is given a family of networks goes over all of them. */
struct node *spread_over_family(struct checker *c, struct node *call);
/* That of its values. */
static inline const struct type *type_of_network(struct checker *c,
                                                 const struct network_info *net) {
    return net->family ? type_network(c->types, net->family) : TYPE(c, NETWORK);
}
/* One network of a family; its left side is checked. */
struct node *check_network_index(struct checker *c, struct node *n);
/* `f(net) over GRAIN [in RANGE]`; NULL: it is no question to a function of networks. */
struct node *check_network_waves(struct checker *c, struct node *n);
/* The network as it was from one day to another. */
struct node *network_between_days(struct checker *c, struct span span, struct node *net,
                                  struct node *first, struct node *last);
/* A question to a network: `net at DAY`, `net in PERIOD`; NULL: it is none. */
struct node *check_network_question(struct checker *c, struct node *n);
/* The network that an expression names, and when; NULL: it is no network by name. */
struct network_info *network_named(struct checker *c, const struct node *n,
                                   struct network_time *time);

/* ---- relations as values (records.c) ---- */
/* What a row of the relation is as a value. */
const struct type *row_record(struct checker *c, const struct type *relation);
/* A list of records or of single values (column `value`) as a relation; anything else as it is. */
struct node *relation_of_list(struct checker *c, struct node *n);
/* A relation of one column, where a single value is needed; anything else as it is. */
struct node *cell_of_relation(struct checker *c, struct node *n);
/* rows(r), only(r), and first(r) and last(r) of whole rows. */
struct node *check_rows_call(struct checker *c, struct node *call, enum builtin b);
/* list(...) over the rows of `pipeline`; `column` NULL: it has one. */
struct node *check_column_list(struct checker *c, struct node *call, struct node *pipeline,
                               struct node *column);

/* The row is about the day in this column; -1: today. */
void date_row(struct checker *c, struct row *row, int at);
/* The day that the row at hand is about, as a date; it has one. */
struct node *row_day(struct checker *c, struct span span);
/* `x in r`, both checked, `r` a relation (member.c). */
struct node *check_member(struct checker *c, struct node *n);

/* ---- declarations and statements ---- */
void declare_table(struct checker *c, struct node *n);
void complete_table(struct checker *c, struct symbol *symbol);
struct cohort_info *cohort_of(struct checker *c, struct symbol *symbol);
struct measure_info *measure_of(struct checker *c, struct symbol *symbol);
struct network_info *network_of(struct checker *c, struct symbol *symbol);
struct rule_info *rule_of(struct checker *c, struct symbol *symbol);
/* `from RULE`: its findings. */
struct node *findings_of_rule(struct checker *c, struct symbol *symbol, struct span span);
struct calendar_info *calendar_of(struct checker *c, struct symbol *symbol);
void check_whole_function(struct checker *c, struct function *f);
/* A type names its function without a way to change it; checking one finds out more about it. */
static inline struct function *own_function(const struct type *t) {
    return (struct function *)(uintptr_t)t->function;
}
/* `wanted` NULL: what the function gives by itself. NULL: told already, or (silently) the result
 * depends on a function that is being checked. */
struct instance *instance_of(struct checker *c, struct function *f, const struct type **arguments,
                             uint32_t n, const struct type *wanted, struct span call);
/* ---- function values (closure.c) ---- */
/* A function without a name, or the value of an `fn` in a block that `self` names. */
struct node *check_function_value(struct checker *c, struct node *n, struct symbol *self);
/* The `fn`s that stand one after the other from number `first` in a block; the number behind. */
uint32_t check_local_functions(struct checker *c, const struct node_list *statements,
                               uint32_t first);
/* The name of a function as a value; `n` is the NAME. */
struct node *function_as_value(struct checker *c, struct node *n, struct function *f);
/* The same of one that is not written in Spoke: as `fn(a, b) = name(a, b)`. */
struct node *wrapped_function(struct checker *c, struct node *n, uint32_t arity);
/* A call of a value of type TY_FN. */
struct node *check_value_call(struct checker *c, struct node *call, struct node *callee);
/* From a function's own type to a signature. */
struct node *convert_function(struct checker *c, struct node *n, const struct type *to,
                              const char *what);
/* The signature that both have; NULL: there is none. */
const struct type *common_signature(struct checker *c, const struct type *a, const struct type *b);
bool type_has_function(const struct type *t); /* or a handle of C */
/* ---- functions made in rows (rowfn.c) ---- */
/* Notes where it is made, at node `n`; true: its body may read the row. */
bool function_in_row(struct checker *c, struct function *f, struct node *n);
/* A variable of the function at hand, which stands before the columns of the row around it. */
bool hides_row(const struct checker *c, const struct symbol *s);
/* Whether what is checked in such a function needs its variables. */
bool reads_own_variables(const struct checker *c, const struct node *n);
/* Puts captured variables in place of what a checked body reads of the row. */
void lift_row_reads(struct checker *c, struct function *f, struct node *body);
/* ---- defaults.c ---- */
/* The function to call with these arguments, of which those left out are NULL: when their defaults
 * use other arguments a variant, and `arguments` are then those that it takes. */
struct function *with_defaults(struct checker *c, struct function *f, struct node **arguments);
/* ---- call.c ---- */
/* push(xs, x): an assignment in the form of a call (push.c). */
struct node *check_push(struct checker *c, struct node *call);
/* How many arguments a function of the language or the library needs; -1: there is none. */
int library_arity(struct checker *c, struct str name);
struct node *call_function(struct checker *c, struct node *call, struct function *f,
                           struct node *callee);
struct node *invoke_node(struct checker *c, struct span span, struct str name,
                         const struct type *type);
const char *argument_words(struct checker *c, struct str function, struct str parameter);
/* ---- foreign.c ---- */
void declare_foreign(struct checker *c, struct node *n);
struct node *check_foreign_call(struct checker *c, struct node *call, struct symbol *s);
/* Of a handle or structure of C, as a type of Spoke; NULL: there is none of that name. */
const struct type *foreign_type_named(struct checker *c, struct str name);
void check_statement(struct checker *c, struct node **slot);
/* Clauses that are taken over from where `of` is declared: what their names mean there, they mean
 * here as well (saved.c). */
void keep_meanings(struct checker *c, const struct symbol *of, struct node *clauses);
/* save, diff, freeze (saved.c) */
void check_definitions(struct checker *c, struct node *n);
/* ---- grain.c ---- */
/* What stands on several rows, where all that a value of the row reads does; its first column.
 * Empty: it is the row's own. */
struct str repeated_by(const struct node *value, struct str *column);
/* The error that `n`, which adds up the column, would count one `of` again and again. */
struct node *counts_twice(struct checker *c, struct node *n, struct str of, struct str column);
/* Whether a row of the left side of a checked join may meet several of the right. */
bool join_repeats_left(const struct node *v, const struct type *right);
bool join_repeats_right(const struct node *v, const struct type *left);
/* The verb's result, with what its columns repeat. */
const struct type *with_grain(struct checker *c, const struct node *v, enum node_kind verb,
                              const struct type *in, const struct type *out);
/* ---- into.c: `from ... | into table` ---- */
/* Whether the statement is one. */
bool is_into(const struct node *n);
void check_into(struct checker *c, struct node *n);
/* A `var` that was set to `[]` gets its type from the first list or element that it is given. */
void type_empty(struct checker *c, struct symbol *s, struct node *empty, const struct type *list);
/* The variable that an assignment names, or NULL with E0210. `n` is the NAME, checked. */
struct symbol *assigned_variable(struct checker *c, const struct node *n);
void check_block(struct checker *c, struct node *block);
bool declare_param(struct checker *c, struct node *n);
/* An error for each parameter given from outside that no `param` declares. */
void check_given_parameters(struct checker *c);
/* A text known before the run (literals and params); false: it is not. */
bool constant_text(struct checker *c, const struct node *n, struct str *out);
/* A fresh checker at top level: no row and no function around. */
struct checker checker_for(struct session *s);
/* The same inside a declaration. */
/* ---- disclosure.c ---- */
struct protection protection_read(struct checker *c, const struct node *suppress);
/* Finds out what protects each table, before anything is asked of it. Symbols from number `first`
 * on are of this unit. */
void check_disclosure(struct checker *c, const struct node *file, uint32_t first);

struct checker checker_declaring(struct session *s, const struct symbol *symbol);
/* The scope at the top of the program or module at hand. */
struct scope *top_scope(const struct checker *c);

/* ---- calendars (calendar.c) ---- */
/* Step one: the calendar that holds from here on, of those in the file and in used files. */
void choose_calendar(struct checker *c, const struct node *file);
/* Before a unit and when it failed. */
void keep_calendar(struct session *s);
void take_back_calendar(struct session *s, uint32_t first);
/* From now on it cannot change, if something in the file depends on it. */
void fix_calendar(struct session *s, const struct node *file);
/* E0340 when the calendar has no such terms; other grains need none. */
bool need_terms(struct checker *c, enum grain grain, struct span span);
/* School years are written as they lie: SY2025-26 or SY2018. Weeks are read by the calendar. */
void check_period_literal(struct checker *c, struct node *n);

/* ---- modules (module.c) ---- */
/* A measure of the library, which has no facts until a program refines it. */
bool is_preset(const struct session *s, const struct symbol *symbol);
void modules_free(struct session *s);
void saved_free(struct session *s);
/* What it holds, parsed. */
const struct node *module_file(const struct module *m);
/* `use`: loads the file, or gives a standard module's bare names precedence. */
void use_module(struct checker *c, struct node *n);
/* Declares a `let` whose value is known before the run; false: it is not. */
bool declare_constant(struct checker *c, struct node *n);
/* A module without declarations, so that `name.x` is looked up as one name. */
struct symbol *empty_module(struct checker *c, struct str name);
/* Puts one name in place of `module.name` all over the tree. */
void resolve_module_names(struct checker *c, struct node *n);
/* Checks what modules declare that were loaded since the last time. */
void check_modules(struct checker *c);
/* A function of the library that is written in Spoke; NULL: none. */
struct function *library_function(struct checker *c, struct str name);
/* ---- session.c ---- */
void declare_at_top(struct checker *c, struct node *n);
void check_declared(struct checker *c, struct symbol *s);

#endif
