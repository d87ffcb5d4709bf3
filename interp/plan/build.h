/* Inside plan/ only: putting a plan together segment by segment.
 *
 * A `segment` is a plan that still grows. Its *row* is the list of fields that
 * the checker's N_COLUMN counts; a field of a stored table is scanned when it is
 * first read. Lookups, legs and computed values that the segment already has are
 * used again. Slots of the base come first, slots of steps after them.
 *
 * Everything lives in the session's arena and needs its escape: nothing here
 * returns for want of memory. The checker's trees are read, never changed. */
#ifndef SPOKE_PLAN_BUILD_H
#define SPOKE_PLAN_BUILD_H

#include "plan/plan.h"

#define SLOT_NONE UINT32_MAX

/* The spans of a cohort whose rows may enter several times, made once. */
struct known_spells {
    const void *of;
    struct segment *g;
};

/* One call of plan_lower: what all its segments share. */
struct lowering {
    struct session *session;
    struct arena *arena;
    struct types *types;
    ARENA_VEC(struct symbol *) captured;
    ARENA_VEC(struct segment *) segments;
    ARENA_VEC(struct known_spells) spells;
    ARENA_VEC(struct saying) sayings;
    uint32_t ncounters;
    bool failed;       /* a diagnostic says why */
    bool asked_before; /* conditions of a question whose undecided rows were counted already */
    const struct table *tells; /* scans of it, and of its items, say whose each row is; or NULL */
    bool reads_old;       /* of records beside a store, rows as they are stored are read, too */
    bool numbers_records; /* the scan that the relation begins with says which record each row is */
};

struct row_field {
    struct str name;
    const struct type *type;
    uint32_t slot; /* SLOT_NONE: column `column` of the scanned table, not read so far */
    uint32_t column;
};
struct row_fields {
    struct row_field *at;
    uint32_t n, cap;
};

struct leg_build;
struct window_calls;

struct segment {
    struct lowering *low;
    struct plan *plan;
    struct segment *input, *right; /* the builders of plan->input and plan->right */
    struct row_fields fields;
    const struct table *row_table; /* the entity whose rows these are, or NULL */
    uint32_t row_number;           /* slot that holds their number, or SLOT_NONE */
    const struct table *reasons;   /* rows of this table, with why their values are missing; NULL */
    uint32_t first_reason;         /* slot of the first of these columns, unless it is a scan */
    uint32_t people;         /* slot that tells whose rows they are, or SLOT_NONE: disclosure.c */
    uint32_t people_output;  /* where close_people has put it */
    uint32_t record;         /* slot with the number of the record, or SLOT_NONE */
    uint32_t record_output;  /* where close_row has put it */
    uint32_t most_people;    /* of units: slot that says how many are behind each, likewise */
    const struct type *type; /* the checker's type of the row, or NULL */
    bool limited;            /* has a STEP_LIMIT */
    bool judged;             /* counts undecided rows */
    const struct symbol *relation; /* BASE_RELATION */
    uint32_t nbase;                /* BASE_RELATION, BASE_SAMPLE: its columns */
    ARENA_VEC(uint32_t) scan_columns;
    ARENA_VEC(uint32_t) scan_slots;
    ARENA_VEC(struct scan_test) tests;
    ARENA_VEC(struct aggregation) aggregations;
    ARENA_VEC(struct window) windows; /* BASE_WINDOW */
    ARENA_VEC(struct step *) steps;
    ARENA_VEC(const struct type *) slot_types;
    ARENA_VEC(struct plan_output) outputs;
    ARENA_VEC(struct leg_build *) legs;
    ARENA_VEC(struct plan_output) names; /* what names a row */
};

/* Whose N_COLUMNs a tree reads. */
struct row {
    struct segment *segment;
    uint32_t via;              /* slot of the reference that leads to the row; SLOT_NONE: none */
    const struct table *table; /* with via: of which table */
    const struct grouping *grouping;    /* where N_AGGREGATE may stand, else NULL */
    const struct window_calls *windows; /* or this: the fields of a window */
};
/* Aggregates over the rows of one segment, kept in the GROUP segment above it. */
struct grouping {
    struct segment *group;
    struct row inner;
    struct node *also; /* checked tree over `inner`: only rows on which it is true count, or NULL */
};

static inline struct row row_of(struct segment *segment) {
    return (struct row){.segment = segment, .via = SLOT_NONE};
}

/* ---- build.c: segments ---- */
void lowering_init(struct lowering *low, struct session *s);
/* Freezes all segments; `root` gives the plan, its type and outputs; NULL after an error. */
struct plan *lowering_finish(struct lowering *low, struct segment *root, const struct type *type);

struct segment *segment_scan(struct lowering *low, const struct table *table);
struct segment *segment_relation(struct lowering *low, struct symbol *variable,
                                 const struct type *type);
struct segment *segment_sql(struct lowering *low, struct str query, const struct type *type,
                            struct span span);
/* GROUP over `input` by these slots of it; fields: the keys, without names. */
struct segment *segment_group(struct segment *input, const uint32_t *keys, uint32_t nkeys);
/* SORT, SPINE, WINDOW, UNPIVOT or NAMED over `input`, whose outputs must be set. Fields: none. */
struct segment *segment_over(struct segment *input, enum base_kind base);
struct segment *segment_join(struct segment *left, struct segment *right, enum join_kind kind);
/* Rows of both, whose outputs must be set, as many, and of types that differ in nullability only.
 */
struct segment *segment_union(struct segment *left, struct segment *right);

uint32_t segment_slot(struct segment *g, const struct type *type);
/* Number of the output. */
uint32_t segment_output(struct segment *g, struct str name, uint32_t slot);
/* A reference that stays the number of a row in the result. */
void segment_output_row(struct segment *g, struct str name, uint32_t slot);
/* The fields become the outputs. */
void segment_outputs(struct segment *g);
void segment_field(struct segment *g, struct str name, const struct type *type, uint32_t slot);
uint32_t segment_field_slot(struct segment *g, uint32_t field);
int segment_field_named(const struct segment *g, struct str name);
uint32_t segment_scan_column(struct segment *g, uint32_t column);
/* The column behind the declared ones that says why values are missing; SLOT_NONE: not there. */
uint32_t segment_reason(struct segment *g, uint32_t column);
/* Whether the column is there only, or as well, to say which row it is: see lowering.tells. */
bool segment_tells(const struct segment *g, uint32_t column);
bool segment_is_scanned(const struct segment *g, uint32_t slot);
uint32_t segment_lookup(struct segment *g, uint32_t from, const struct table *table, int column,
                        const struct type *type);
struct step *segment_step(struct segment *g, enum step_kind kind, struct span span);
/* An output of the grouping `leg`, whose first outputs are keys, for the row with these slots. */
uint32_t segment_leg(struct segment *g, struct segment *leg, uint32_t *keys, uint32_t nkeys,
                     uint32_t column, bool zero, const struct type *type, struct span span);
/* The same as of the day in a slot, of a leg over a HELD; `tells` as in struct step. */
uint32_t segment_leg_on(struct segment *g, struct segment *leg, uint32_t *keys, uint32_t nkeys,
                        uint32_t column, bool zero, const struct type *type, struct span span,
                        uint32_t day, bool tells);
/* Slot of the lowered tree's value: an input's own, that of an equal one, or a new one. */
uint32_t segment_compute(struct segment *g, struct node *tree);
void segment_filter(struct segment *g, struct node *tree, struct span span);
/* Counts the rows on which the lowered condition is missing, each once for equal conditions. */
void segment_undecided(struct segment *g, struct node *tree);
/* Counts the rows on which the lowered condition (NULL: any) is true, with keys those of them that
 * differ in these slots; gives the counter's number. There are no more than MOST_COUNTERS. */
uint32_t segment_count(struct segment *g, struct node *tree, const uint32_t *keys, uint32_t nkeys);
/* -1 for no argument or filter. Returns the slot. */
uint32_t segment_aggregate(struct segment *group, enum aggregate kind, int argument, int filter,
                           const struct type *type);
uint32_t segment_aggregation(struct segment *group, const struct aggregation *wanted);
/* Its rows must come in their total order: a scan in key order. */
void segment_in_order(struct segment *g);
/* Slot of whether the row in keys[0] has a span in the plan, as STEP_SPELL says. */
uint32_t segment_spell(struct segment *g, struct segment *spells, const uint32_t *keys,
                       uint32_t nkeys);
/* A reference slot followed to the plain key it means; other slots as they are. */
uint32_t segment_plain(struct segment *g, uint32_t slot);
void lowering_capture(struct lowering *low, struct symbol *symbol);

/* ---- history.c ---- */
/* HELD over a scan of the table by slots of it. The outputs are keys, two days, how many rows. */
struct segment *segment_held(struct segment *inner, const uint32_t *keys, uint32_t nkeys,
                             const struct table *t, bool latest);
/* The slot in it that holds a slot of its input. */
uint32_t held_slot(struct segment *held, uint32_t slot);
/* GROUP over it by keys and piece; these are its outputs. */
struct segment *segment_group_held(struct segment *held);

/* ---- prune.c ---- */
/* Takes away what nothing reads: outputs, aggregations, scanned columns, steps. */
void plan_prune(struct segment *root);

/* ---- naming.c ---- */
/* Whether evaluating the lowered tree, or what the segment's steps compute, may fail on a row. */
bool segment_may_fail(const struct segment *g);
/* Finds the names of its rows; those of its input are there already. */
void segment_name_rows(struct segment *g);

/* ---- expr.c: checked trees to lowered ones ---- */
/* A copy in which every leaf that reads the row is an N_INPUT. */
struct node *lower_tree(const struct row *row, const struct node *n);
struct expr *expr_of(struct lowering *low, struct node *lowered);
uint32_t lower_slot(const struct row *row, const struct node *n);
/* Slot of the number of the row at hand. */
uint32_t own_number(const struct row *row);
/* Keeps rows on which the condition is true: parts that SQLite can judge go into the scan. */
void lower_where(const struct row *row, const struct node *condition);
/* Makes the group's aggregations for every N_AGGREGATE of the tree. */
void lower_aggregates(const struct grouping *g, const struct node *n);
bool tree_equal(const struct node *a, const struct node *b);

struct node *tree_new(struct lowering *low, enum node_kind kind, const struct type *type,
                      struct span span);
struct node *tree_input(struct lowering *low, uint32_t slot, const struct type *type,
                        struct span span);
struct node *tree_int(struct lowering *low, int64_t value);
struct node *tree_binary(struct lowering *low, int op, struct node *a, struct node *b,
                         const struct type *type);
/* Works on lowered and on checked trees: a new node over old ones. */
struct node *tree_convert(struct lowering *low, struct node *value, const struct type *type);
struct node *tree_builtin(struct lowering *low, enum builtin builtin, const struct type *type,
                          struct node *a, struct node *b);
struct node *tree_column(struct lowering *low, const struct table *table, uint32_t column);
struct node *tree_present(struct lowering *low, struct node *value);
struct node *tree_not(struct lowering *low, struct node *value);
/* The bool without missing: missing is not true. */
struct node *tree_is_true(struct lowering *low, struct node *value);
/* `a and b`; either may be NULL. */
struct node *tree_and(struct lowering *low, struct node *a, struct node *b);
struct node *tree_or(struct lowering *low, struct node *a, struct node *b);
const struct type *type_bool(struct lowering *low, bool nullable);

/* ---- relation.c: pieces that verbs share ---- */
struct segment *lower_relation(struct lowering *low, const struct node *n);
/* The fields of a list of FIELD nodes, in their order. */
struct row_fields fields_of(struct segment *g, const struct node_list *list);
/* Outputs: the fields, then the row's own number where there is one. */
void close_row(struct segment *g);
/* The same row in the segment over `input`, whose outputs are slots 0, 1, ... there. */
void reopen_row(struct segment *g, const struct segment *input);
/* Number of the output that holds the slot, a hidden one if need be. */
uint32_t output_of(struct segment *g, uint32_t slot);
struct sort_keys {
    struct sort_key *at;
    uint32_t n, cap;
};
/* A key that is there already adds nothing. */
void add_sort_key(struct segment *g, struct sort_keys *keys, uint32_t slot, bool descending);
struct segment *segment_group_by(struct segment *g, const struct row_fields *keys);

/* ---- window.c ---- */
struct segment *lower_window(struct segment *g, const struct node *v);
struct segment *lower_sample(struct segment *g, const struct node *v);
/* The slot's input for an N_AGGREGATE or N_OVER of a window's field. */
struct node *window_input(const struct row *row, const struct node *n);

/* ---- reshape.c ---- */
struct segment *lower_set(struct segment *left, const struct node *v);
struct segment *lower_unpivot(struct segment *g, const struct node *v);

/* ---- disclosure.c ---- */
/* The rows of the grouping are results: it says how many stand behind each. `inner` are the rows
 * that it groups; the aggregates that were asked must be there. */
/* Beside the outputs stands who the rows are about, so that later groupings can count them. */
void close_people(struct segment *g);
/* The slot that close_people has made of the input, at its place among the outputs. */
void reopen_people(struct segment *g, const struct segment *input, uint32_t first);
/* Units that are not people say how many are behind them. Before anything is computed of them. */
void lower_unit_people(struct segment *units, const struct row *facts);
void lower_disclosure(struct segment *group, const struct row *inner);
/* The same of a question's cells, whose counts are not of all rows: rows on which the condition
 * `others` is true are counted as well (NULL: none). */
void lower_cell_disclosure(struct segment *cells, const struct row *inner, struct node *others);

/* ---- question.c, cohort.c, network.c ---- */
struct segment *lower_question(struct lowering *low, const struct question *q,
                               const struct type *type, struct span span);
/* A day in a slot of the row at hand. */
struct moment {
    uint32_t slot;
    const struct type *type;
    struct str text; /* as it was written */
};
/* A checked date or datetime over the row. */
struct moment moment_of(const struct row *row, const struct node *day);
/* Cohorts joined by and, or, not: true for members at some time; a bool that is never missing. Rows
 * on which a clause is missing count as undecided. */
struct node *lower_membership(const struct row *row, const struct node *is);
/* The same for members on the day, which may be that of another row than the entity's; a missing
 * day is in no cohort. */
struct node *lower_membership_on(const struct row *row, const struct node *is,
                                 const struct moment *day);
/* The same of a cohort that a row may enter several times: on the day, ever (NULL), or on one from
 * the other day on and before the day. */
struct node *lower_spell(const struct row *row, const struct node *is, const struct moment *day,
                         const struct moment *from);
/* Of one cohort with `enter`: entered on the day or before, whether gone since or not. */
struct node *lower_membership_since(const struct row *row, const struct node *is,
                                    const struct moment *day);
/* The day of its entry, which is there for members. */
struct node *cohort_entry(const struct row *row, const struct node *is);
/* The members, with `entry` and `exit` where the cohort is timed; rows on which a clause is missing
 * count as undecided. */
struct segment *lower_cohort(struct lowering *low, const struct symbol *symbol);
struct segment *lower_network_part(struct lowering *low, const struct network_part *part);

/* ---- print.c ---- */
/* The text that a clause was written with, blanks made single; printed from the tree when it comes
 * from no source. */
struct str tree_text(struct arena *arena, const struct session *s, const struct node *n);
struct printing {
    bool slots; /* inputs as #3, else by the column they hold where that is known */
    const struct calendar *calendar;
};
void tree_print(struct buf *out, struct printing how, const struct node *n);

#endif
