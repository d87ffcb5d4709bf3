/* The checker: from a tree to a checked tree.
 *
 * What later rooms may rely on after check_unit returned without errors:
 *
 * Expressions
 * - Every expression node has `type`. Operands have exactly the types their
 *   operator works on; every implicit conversion is an N_CONVERT node:
 *     INT -> FLOAT; RATIO/SHARE -> FLOAT (nullable); INT -> RATIO/SHARE (n/1); SHARE <-> RATIO
 * (same words); INT -> PERIOD (that calendar year); T -> T? (present); MISSING -> T?; T? -> T
 * (proved present by the surrounding condition); PERIOD -> RANGE of DATE; RANGE of PERIOD -> RANGE
 * of DATE; RANGE of INT -> RANGE of FLOAT. In arithmetic and comparisons either operand may be
 * nullable; then so is the result (the other operand is not widened).
 * - N_NAME reads a variable (`symbol`, SYM_VARIABLE): `symbol->global` ones live in the session,
 * others in the function that declares them; symbols with `constant` set may be replaced by that
 * literal.
 * - Calls are N_INVOKE with a struct invoke. INVOKE_INSTANCE of a function that captures and
 *   INVOKE_VALUE (a call by signature) have the function value in `a`.
 * - N_FN without text is a function value; note: struct function. In a row its list holds what it
 *   captures, values over the row at hand; see rowfn.c. N_NAME with SYM_FUNCTION
 * likewise, of a function that captures nothing. CONVERT from a function's own type to a signature
 * has the instance to call as its note.
 * - PUSH is a call in form and an assignment in effect; its type is TY_VOID.
 * - Shares and ratios are pairs n, d with d = 0 missing. INT / INT makes the pair; every other `/`
 * is on FLOATs and its type is nullable unless the right side is a literal other than zero; DIV and
 * MOD on INTs likewise (floored). `^` is on FLOATs. PLUS on TEXTs joins them. DATE +- DURATION is a
 * DATE, DATE - DATE a DURATION of days. Comparisons are on two values of one storage and kind.
 * - N_IN gives a bool that is never missing; its set is a RANGE or LIST of the value's type, a MAP
 * of such keys, or, in a row, a N_FROM of a cohort: then the value is a reference to a row of its
 * entity, or the key of the row at hand, and `c` the day that is asked about, if the cohort is
 * timed. A missing value is in no set. N_IS_MISSING likewise.
 * - Conditions (if, while, assert, where, ...) may be nullable bools: missing is not true.
 * - N_MATCH: patterns are literals or RANGEs of the value's type; the last arm may be `else`;
 * without a matching arm the value is missing (type nullable). A pattern of a record is N_RECORD:
 * FIELDs with the field's number in value.i and a pattern, or a NAME whose `symbol` is given the
 * field's value.
 * - N_TEMPLATE: list of N_TEXT and N_HOLE; a hole's value is any scalar.
 *
 * Rows. Inside row expressions (verbs, measures, cohorts, rules)
 * - N_COLUMN is field value.i of the row at hand, N_FOLLOW a column of the row a reference means;
 * both may have TY_REF. A reference used as a value is followed to its table's key by the checker.
 * - N_AGGREGATE stands only under V_GROUP's aggregates, V_WINDOW's fields, M_LET and M_VALUE;
 * N_OVER under V_WINDOW's fields; N_LEG anywhere in a row.
 * - N_NAME of a non-global variable is captured from the function around it.
 *
 * Relations. An expression of TY_RELATION is
 * - N_FROM: `symbol` is SYM_TABLE (scan), SYM_COHORT (its entity's rows that are members), or
 *   SYM_VARIABLE: a captured relation; when symbol->made_from is set, that expression is evaluated
 * when the relation is made. `op` of N_FROM of a cohort is an enum cohort_view; for COHORT_WHY `b`
 * is the condition on rows of the entity that picks one. note of N_FROM for
 * `net.members`/`net.ties`: struct network_part.
 * - N_PIPELINE: source is one of these, verbs only V_WHERE ... V_SAMPLE (V_PIVOT has become
 *   V_GROUP, V_FILL V_DERIVE, a windowed field of V_DERIVE a V_WINDOW; calls have been folded:
 *   `r | f(x) | take 5` is N_PIPELINE(N_FROM(variable made from N_INVOKE f(r, x)), take 5)).
 *   Every verb node has `type`: the relation after it. In V_GROUP/V_SELECT/V_DERIVE every FIELD has
 * its name in `text` and its type; V_SELECT without `more`. V_DISTINCT without fields: all.
 *   V_SET: columns of both sides by name, those of `type` in the left side's order. V_UNPIVOT:
 * value.i of each NAME is its field; the last two columns of `type` are the name and the value.
 * V_WINDOW: its fields see the old columns and those before them.
 * - N_QUESTION: note is a struct question.
 * - N_NAME of a relation variable, or N_INVOKE.
 * The field types of inline relations keep references (TY_REF); a relation that was bound to a
 * variable or passed to a function has them replaced by their keys (type_plain).
 *
 * Statements
 * - LET/VAR/FOR have `symbol`; ASSIGN's target is NAME (var) or a path of INDEX and DOT on one
 *   (assigned_root). FOR's set is RANGE of INT or DATE, LIST, MAP (its keys) or RELATION (its rows,
 * as records). IMPORT and INTO have `symbol` (SYM_TABLE). PARAM has `symbol` and its value in
 * symbol->constant.
 * - SAVE, DIFF, FREEZE: list has the values that they work on: a text or none, the answers of both
 * measures (each overall, then by period where they are dated), two texts or one.
 * - EXPLAIN: `symbol` when it names a declaration, else its value is an expression.
 * - A function body that gives a value ends in RETURN on every path.
 * - Declarations (TABLE .. FOREIGN, FN) need no code where they stand; an FN in a block has
 *   `symbol`, a variable that holds it.
 * - A variable with `boxed` set lives in a cell that functions share.
 * - TRY's `symbol` is a record{code text, message text}.
 *
 * - N_INDEX is an element of a list, the value of a map's key (nullable), or with a RANGE a slice
 * of a list or text.
 *
 * Lists, records and maps are values: changing one never changes another. Lists are indexed from 1.
 */
#ifndef SPOKE_CHECK_H
#define SPOKE_CHECK_H

#include "base/datetime.h"
#include "check/foreign.h"
#include "check/host.h"
#include "check/probe.h"

enum aggregate {
    AGG_COUNT,          /* rows (where the filter is true) */
    AGG_COUNT_PRESENT,  /* rows whose argument is present */
    AGG_COUNT_TRUE,     /* rows whose bool argument is true */
    AGG_COUNT_DISTINCT, /* different present values */
    AGG_SUM,            /* int (overflow is an error) or float; over no rows 0, over only missing
                           values missing */
    AGG_MEAN,           /* float; compensated, in row order */
    AGG_MIN,
    AGG_MAX,
    AGG_FIRST, /* in row order */
    AGG_LAST,
    AGG_MEDIAN, /* float; mean of the middle two */
    AGG_ANY,
    AGG_ALL,
    AGG_SD,       /* sample standard deviation; missing under 2 values */
    AGG_VAR,      /* its square */
    AGG_SHARE,    /* true values of those present, n and d */
    AGG_QUANTILE, /* float; between the values around it, as type 7 of Hyndman and Fan */
    AGG_CORR,     /* float; Pearson's, of rows that have both values */
    AGG_LIST,     /* the present values in row order, as ITEMS; none: an empty list */
    AGG_WEIGHTED, /* float; of samples only: the sum of argument^power * second^weight_power, the
                     argument being 1 if there is none; a second below 0 is an error */
    AGG_KIND_COUNT
};
const char *aggregate_name(enum aggregate a); /* as written: "count", "mean", ... */
/* Those with a second argument: quantile(x, p), corr(x, y). */
static inline bool aggregate_takes_two(enum aggregate a) {
    return a == AGG_QUANTILE || a == AGG_CORR || a == AGG_WEIGHTED;
}

/* What a window makes of the rows of one partition, in their order. */
enum window_kind {
    WINDOW_AGGREGATE,  /* an aggregate over the whole partition, the same on all its rows */
    WINDOW_ROLLING,    /* an aggregate over this row and those before it, so many in all; missing
                          while there are fewer */
    WINDOW_LAG,        /* the value so many rows before; missing before the first */
    WINDOW_LEAD,       /* ... behind */
    WINDOW_ROW_NUMBER, /* from 1 */
    WINDOW_RANK,       /* rows before those that are equal to this one in order, plus 1 */
    WINDOW_CUMSUM,     /* sum of the present values up to here; missing before the first */
    WINDOW_CARRY,      /* this value or, where it is missing, the last present one before it */
    WINDOW_SHUFFLE     /* a place from 1 in an order that the seed makes, the same on every run */
};
const char *window_name(enum window_kind kind);

/* One checked body of a function for one combination of argument types. */
struct instance {
    struct function *function;
    const struct type **parameter_types;
    struct symbol **parameters;
    uint32_t n;
    const struct type *wanted; /* what a signature asks it to give; NULL: what it gives by itself */
    const struct type *result; /* TY_VOID: gives nothing; NULL: not known yet */
    struct node *body;         /* BLOCK, checked copy */
    bool checking;
    bool is_firm;     /* the result is declared, not found out */
    bool provisional; /* checked while a function that it needs was not known; see function.c */
    uint32_t level, lowest; /* its place among those being checked; the lowest that it needs */
    void *code;             /* struct proto *, by compile/ */
    struct instance *next;  /* of the same function */
};
/* A function: declared at the top, in a block, or a value without a name. Every one that is made
 * while another function's body is checked belongs to that instance. */
struct function {
    struct symbol *symbol; /* declared, or nameless */
    struct node *node;
    struct instance *instances;
    uint32_t ninstances;
    const struct type *type; /* its own */
    struct scope *scope;     /* where its names are looked up; NULL: at the top */
    /* Variables of the functions around that it may read: what its object holds, in order; see
     * compile/. Those that are `boxed` as their cells. */
    struct symbol **captured;
    uint32_t ncaptured;
    struct symbol *self;   /* the name by which it calls itself, or NULL */
    struct proof *proofs;  /* that held where it was made */
    struct symbol **group; /* with the functions of a block that it is made with */
    uint32_t ngroup;
    struct variant *variants; /* without some parameters, see defaults.c */
    bool declared; /* at the top, or inside one that is: never reads a `var` of the program */
    /* Made in a row: */
    struct row *row;
    bool aggregates, in_aggregate, in_declaration; /* how the row was read there */
    struct node *value;  /* where it is made: its list has a value for each captured variable */
    struct node **reads; /* what the last captured ones stand for */
    uint32_t nreads, depth;
    struct function *around; /* of the same row, whose body makes this one */
};

/* What calls itself through an object that holds what it captured. */
static inline bool function_has_object(const struct function *f) {
    return f->type && !f->type->bare;
}

enum builtin {
#define BUILTIN(id, name, signature, doc) BUILTIN_##id,
#include "check/builtin.def"
#undef BUILTIN
    BUILTIN_COUNT
};

/* A call that is made once for each network of a family, each period, or both. */
struct spread {
    const struct table *family; /* its rows are the networks; NULL: there is one */
    enum grain grain;           /* GRAIN_NONE: not over time */
    bool has_range;             /* its first and last day are the last two arguments */
    const struct type *one;     /* what the function gives for one */
};
struct invoke {
    enum { INVOKE_INSTANCE, INVOKE_BUILTIN, INVOKE_NATIVE, INVOKE_FOREIGN, INVOKE_VALUE } kind;
    struct instance *instance;
    enum builtin builtin;
    const struct native_entry *native;
    struct foreign *foreign;
    const struct spread *spread; /* NATIVE; NULL: it is called once */
    uint32_t required; /* NATIVE: bit i: missing argument i makes the result missing, uncalled */
};

/* count(attendance where ...) on a student row: all rows of `table` whose `inner` expressions
 * equal the `outer` expressions of the row at hand. */
struct leg_info {
    const struct table *table; /* NULL: rows of `source` */
    struct node *source;       /* a relation */
    enum aggregate kind;
    struct node *argument, *second, *filter; /* over its rows; NULL */
    bool distinct;                           /* each different argument counts once */
    bool follows;        /* a reference by several columns followed: `argument` in one row */
    bool stored;         /* ... in the row as it is stored, whatever record is judged; see old.c */
    bool unit_figure;    /* of a measure's unit, not of a result */
    struct node **inner; /* over rows of `table`: the reference(s) that lead here */
    struct node **outer; /* over the row at hand; NULL element: the row itself (inner[i] is
                            then a reference to its table) */
    uint32_t n;
    struct node *day; /* a nullable date over the row at hand: only rows that hold on it count;
                         NULL: all rows */
    struct row *row;  /* with `day`: the row at hand */
    bool latest;      /* not an aggregate, but `argument` of the row of history that holds; of
                         several that of the latest `since`, then the first by key */
};

/* What a FROM of a cohort gives. */
enum cohort_view {
    COHORT_MEMBERS,
    COHORT_ATTRITION, /* step, clause, left, undecided, back */
    COHORT_WHY        /* step, clause, values, verdict */
};
struct cohort_condition {
    struct node *is; /* over rows of the entity */
    bool excludes;   /* members are those of whom it is not true, else those of whom it is */
};
/* A set of (row of the entity, [start, stop)). A row is a member from `enter` (always, if there is
 * none; never where it is missing) until the earliest `exit` that is present, when all conditions
 * let it through. A derived cohort has `is` instead. */
struct cohort_info {
    const struct table *entity;
    const struct type *row; /* of its members: the entity's columns; `entry`, `exit` if timed */
    bool timed;             /* somebody may be a member for a time only */
    struct node *enter;     /* a nullable date over rows of the entity, or NULL */
    struct node **exit;
    uint32_t nexit;
    struct cohort_condition *conditions; /* in the order written */
    uint32_t nconditions;
    /* `enter each(...)`: rows of another table tied to those of the entity, whose days (the
     * argument) are entries. Then all trees are over rows of both: the entity's columns, `entry`,
     * the other table's columns. */
    struct leg_info *each;
    int64_t gap;     /* spans of a row that are fewer days apart are one; 0: those that touch */
    struct node *is; /* N_NAME nodes with symbol SYM_COHORT, N_BINARY and/or, N_UNARY not; `never`
                        is a `not` with that text */
};

/* What a measure adds up over a sample: the number, or 1, of the rows on which the condition is
 * true (NULL: all that count). */
struct sample_sum {
    struct node *number, *where;
};
/* How the units of a measure were drawn. Trees are over its unit rows. */
struct sample_info {
    struct node *weight; /* a float; NULL: all weigh 1 */
    struct node **cluster;
    uint32_t ncluster; /* 0: every unit was drawn by itself */
    struct node **strata;
    uint32_t nstrata;
    struct node *population; /* how many clusters the stratum has, a float; NULL: any number */
    struct sample_sum top;   /* of a measure with `value`: what is estimated is its weighted sum, */
    struct sample_sum *bottom; /* ... over that of this one; NULL: a total */
    bool adds_columns; /* of a ratio of two sums: units without the lower one do not count */
};

/* Whether somebody may be a member of the combination for a time only. */
bool cohort_has_times(const struct node *is);
/* Whether a row of the entity may enter a cohort in it several times. */
bool cohort_has_spells(const struct node *is);

struct measure_info {
    struct symbol *symbol;
    bool is_preset; /* refines a measure of the library, so its answers say what it means */
    const struct table *facts;
    struct node **per; /* over fact rows */
    struct str *per_names;
    uint32_t nper;
    struct node *where;       /* over fact rows */
    struct field *lets;       /* unit-level aggregates: name and type */
    struct node **let_values; /* trees over N_AGGREGATEs of fact rows, N_COLUMN i < nper
                                 for the unit's own columns does not occur */
    uint32_t nlets;
    /* Over unit rows: N_COLUMN i is per[i] for i < nper, then let number i - nper. */
    struct node *among, *exclude, *count, *except;
    bool against_if_counted; /* `except`: what would count against is what is counted, else the
                                rest of d */
    struct node
        *value; /* instead: tree over N_AGGREGATEs of fact rows (or, with per, of unit rows) */
    int at;     /* column of facts that dates them; -1: none */
    struct str shape; /* proportion (count/among), mean, count, ratio, value */
    const struct type *value_type;
    struct str title, better, kind, unit;
    bool has_target;
    int target_op;
    double target;
    int64_t target_by;                /* day; 0 none */
    const struct node *target_said;   /* as it is written; of several steps the last */
    struct target_step *target_steps; /* as in struct about; NULL: one for all times */
    uint32_t ntarget_steps;
    bool has_baseline;
    double baseline;
    int64_t baseline_first, baseline_stop; /* days, half open */
    int64_t rate;                          /* the value is n / d times this; 0: it is n / d */
    enum grain accumulates;                /* cells begin with this period; GRAIN_NONE: no */
    bool stock;                            /* last(x): the last one on or before a cell's end */
    const struct table *each;              /* per each: every row of this table is a unit */
    struct node *top, *bottom;  /* of a value sum(a) / sum(b) of whole numbers: its n and d */
    struct sample_info *sample; /* NULL: the facts are all there are */
    /* A measure made of measures has no facts but these, and a value over their values: */
    struct measure_info **of;
    uint32_t nof;
    const struct node *formula; /* not checked; NAMEs of the measures */
};

/* What is worked out for a measure in each cell. */
enum cell_part {
    PART_N,
    PART_D,
    PART_VALUE,
    PART_EXCLUDED,
    PART_EXCEPTED,
    PART_UNDECIDED,
    PART_ROWS, /* tells a sum over no rows, 0, from one over missing values alone */
    /* Of samples: */
    PART_SE,
    PART_LOW,
    PART_HIGH,
    PART_DEFF,
    PART_EFFECTIVE,
    PART_COUNT
};

/* How far a cell reaches back. */
enum look {
    LOOK_OWN,     /* nowhere: each period stands alone */
    LOOK_TO_DATE, /* to the start of the `since` period that holds its last day */
    LOOK_ROLLING, /* to the start of the period `rolling` - 1 before it */
    LOOK_EVER     /* to the first fact */
};

/* A measure with facts, as a question asks it. All trees are over rows of its facts. */
struct asked {
    struct measure_info *measure;
    struct span span; /* its name in the question */
    struct node *where;
    struct node *cohort;    /* as cohort_info.is */
    struct node *cohort_at; /* the reference to the cohort's entity; NULL when the facts are the
                               entity's own rows */
    struct node **dims;     /* constant within a unit (checked), unless `dim_at` says otherwise */
    enum dim_at {
        DIM_ANY,   /* of any fact of the unit */
        DIM_FIRST, /* `at start`: of the unit's first fact in the cell that has one */
        DIM_LAST,  /* `at end` */
        DIM_SINCE  /* `over month since entry`: which month of membership, from `since_entry` */
    } *
        dim_at;
    struct node
        *since_entry; /* whole number over two dates, the placeholders ENTRY_DAY and FACT_DAY */
    enum look look;
    enum grain since;
    struct node *compared; /* the dim of which two values are compared, of a sample; or NULL */
    struct node *sides[2]; /* the values */
    int parts[PART_COUNT]; /* fields of `cells`; -1: not asked */
    int before;            /* field with the value of the earlier period; -1: not asked */
};

/* DATE nodes with this `op` stand for a day that lowering knows. */
enum { ENTRY_DAY = 1, FACT_DAY };

/* An asked range of periods with a term at an end: its days are known when the calendar has been
 * read. */
struct late_range {
    int64_t from, to; /* periods */
    bool whole;       /* widened to whole periods of the question's grain */
    struct span span;
    struct str words; /* SY2024-25T1 .. SY2024-25T2 */
};

struct question {
    struct asked *asked; /* one or more, each measure once */
    uint32_t nasked;
    struct str name, title;               /* of what was asked, in the words of the question */
    struct measure_info *only;            /* the one measure that was asked, or NULL */
    const struct measure_info **measures; /* that were asked, in order */
    uint32_t nmeasures;
    struct str *dim_names;
    uint32_t ndims;
    enum grain grain; /* GRAIN_NONE: no time axis */
    bool has_range;
    int64_t first_day, stop_day;   /* half open; 0 where the range is `late` */
    const struct late_range *late; /* or NULL */
    int64_t rolling;               /* periods; 0: no */
    bool full;                     /* windows that are not full have no value */
    bool since;                    /* of facts from the entry into `for` on */
    enum grain since_grain;        /* the last dim counts these; GRAIN_NONE: there is none */
    bool total;                    /* with a row over all dims for each period */
    bool change;                   /* with the value of an earlier period: */
    enum grain change_by; /* GRAIN_YEAR: the same one last year; GRAIN_NONE: the previous */
    /* The cells: dims, `total`?, `period`?, the parts of each measure, their values before,
     * `full`?, `partial`?. The answer's columns are trees over these. */
    const struct type *cells;
    double level;                            /* of the intervals of samples */
    int full_at, full_before_at, partial_at; /* fields of `cells`, or -1 */
    struct node **columns;                   /* in the order of the answer's type */
    uint32_t ncolumns;
    enum question_rows {
        ROWS_CELLS,
        ROWS_UNITS,  /* units(...): what the measure is per, dims, period, lets, in_d, in_n, why */
        ROWS_CROSSED /* crossed(...): the same, of units that are newly in n */
    } rows;
};
/* The answer's columns: dims, `period` if over a grain, `total` if asked with total, then for one
 * measure `n`, `d`?, `value`, for several `a`, `a.n`, `a.d`; then what was asked with it. d only
 * for measures with a denominator. */

/* One `expect` of a rule. Its trees are over rows of the rule's source. */
struct rule_expectation {
    struct node *is, *message; /* message: a text, or NULL */
    bool missing_passes, missing_skips;
    struct str words; /* as it is written */
};
/* `except C until DAY because "..."`: rows that may break the rule for now. */
struct rule_exception {
    struct node *is;
    int64_t until; /* the last day */
    struct str because;
    struct span span;
};
/* A record that the rule lets pass or does not, to be judged by tests. RECORD: value.i of each
 * FIELD is a column of the table, and its value a literal of the column's type, of the type of the
 * key that a reference means, MISSING, or a RECORD of the table that is referred to; or value.i is
 * -1, `symbol` a table that refers to this one, and the value a LIST of such RECORDs of it. */
struct rule_example {
    bool passes;
    struct str title;
    struct node *record; /* a RECORD; names are those of columns, values literals (see rule.c) */
    struct span span;
};
/* A column, path or aggregate that an expectation reads, as it is written there. */
struct rule_read {
    struct str words;
    struct node *value;
};
/* What must hold for each row of `source`. Without errors `source` is not NULL. */
struct rule_info {
    struct symbol *symbol;
    struct node *source;       /* a checked relation: what is judged, before `where` */
    const struct table *table; /* whose rows these are, all its columns in front; NULL: they are
                                  something else, and no single record can be judged */
    const struct table *asked; /* ... or, where measures are asked of each row beside its columns,
                                  the table; then a record needs a store */
    const struct type *row;    /* of `source` */
    uint32_t *keys;            /* columns of `row` that tell a finding */
    uint32_t nkeys;
    bool key_guessed;     /* nobody says so: those of them that are missing are not told */
    struct node *where;   /* or NULL; `let`s have been put in place of their names */
    struct node *message; /* a text over rows of the source, or NULL */
    struct rule_expectation *expectations;
    uint32_t nexpectations;
    struct rule_exception *exceptions;
    uint32_t nexceptions;
    struct rule_example *examples;
    uint32_t nexamples;
    struct rule_read *reads; /* what the expectations look at, but for the key */
    uint32_t nreads;
    struct str severity; /* error, warn, info */
    bool has_allow, allow_share;
    int64_t allow_n, allow_d; /* so many findings pass; of a share n / d of the rows */
    struct str id, owner, help, field;
    struct str tags;  /* joined by "," */
    struct str words; /* what is judged, as it is written: "student", "each sin, element" */
};

/* What is to be known of each row, as trees over rows of the source. */
struct rule_terms {
    struct node *looked_at; /* NULL: all are; never missing */
    struct node *verdict;   /* a bool: kept, broken, or missing: undecided; it may fail on rows that
                               are not looked at */
    struct node *found;     /* looked at, and the verdict is not true */
};
/* Checks a rule anew that has no `source`, and tells its errors. */
void rule_tell(struct session *s, struct symbol *symbol);
void rule_terms(struct session *s, const struct rule_info *rule, struct rule_terms *out);
/* Columns of one rule in a rules_relation: from `first` on its key, what was read, whether each
 * exception is about the row, then: */
struct rule_columns {
    uint32_t first, excepts; /* excepts: the first of these */
    int where;               /* whether it is looked at; -1: all rows are */
    uint32_t verdict, message;
};
/* The rows that rules of one source judge as a checked relation: of one those that it looks at, of
 * several all; `found_only`: those that some of them finds. A message is there only where its rule
 * finds the row, and so are exceptions. */
struct node *rules_relation(struct session *s, const struct rule_info *const *rules, uint32_t n,
                            bool found_only, struct rule_columns *out);
/* The table that rules can be judged on together by one scan, or NULL: rows of a table, and
 * `where`s. *held: only those that hold today. */
const struct table *rule_scans(const struct rule_info *rule, const struct node **held);
/* Of such a rule, over all rows of the table (that hold). */
void rule_scan_terms(struct session *s, const struct rule_info *rule, struct rule_terms *out);

/* The days of a row, over which its columns are read: from `first` on (NULL: ever), up to and with
 * `last` (NULL: for ever), or `open` up to the day before. Dates that may be missing. */
struct network_days {
    struct node *first, *last;
    bool open;
    bool spell; /* it lasts from one to the other; else it happened within them */
};
/* A column of members or ties that is more than one of their table. */
struct network_column {
    struct str name;
    const struct type *type;
    struct node *value; /* over the row of the table; NULL: missing in all rows */
};
/* Rows that say who was asked for ties and who answered. */
struct network_roster {
    const struct table *table; /* NULL: there is none */
    struct node *who;          /* a reference to the entity */
    struct node *answered;     /* a bool, or NULL: who was asked has answered */
    struct network_days days;
    struct node *key;
};
struct ties_info {
    struct row *row;       /* of the table, for what is checked later */
    struct str name, role; /* role: sharing, execution or empty */
    bool directed;
    const struct table *table;
    struct node *from, *to;           /* over its rows: references to the network's entity */
    struct node *at;                  /* a date, datetime or period, or NULL */
    struct node *strength, *distance; /* floats; one of them at most; or NULL */
    struct node *where;               /* or NULL */
    struct node *through;             /* what two must share, instead of `to`; or NULL */
    struct network_roster roster;     /* who was asked about ties; without a table: everybody */
    struct network_days days;         /* `first` NULL: the ties have no time */
    struct node *key;                 /* of the network in a family that a tie is of, or NULL */
    struct network_column *columns;   /* of net.TIES; `class`, the last, has no value here */
    uint32_t ncolumns;
    struct node **all; /* what the columns of net.ties are in it; NULL for `class` */
};
struct network_info {
    struct symbol *symbol;
    const struct table *entity;
    const struct table *membership; /* says who is a member; NULL: the entity itself */
    struct str member_name;         /* its column that refers to the entity */
    uint32_t member_column;
    struct row *row;            /* of the membership, else of the entity: what follows is over it */
    const struct table *family; /* a network for each of its rows; NULL: this is one */
    struct node *key;           /* whose network a member is of */
    struct node *where;         /* or NULL */
    struct node *level, *sector, *group; /* or NULL; text or int values */
    struct node *line;                   /* a reference to the entity, or NULL */
    struct node *joined, *left;          /* dates, datetimes or periods, or NULL */
    struct network_days days;
    struct str inside;
    struct str *level_names;
    uint32_t *level_rank;
    uint32_t nlevels;
    struct node **hub; /* literals: keys of members */
    uint32_t nhub;
    struct symbol *aim; /* a measure, or NULL */
    struct ties_info *ties;
    uint32_t nties;
    struct network_column *columns; /* of net.members, behind those of the entity, unless there are
                                       memberships */
    uint32_t ncolumns;
    struct network_column *all; /* of net.ties, without their values */
    uint32_t nall;
};
/* A network at some time, or one of a family: `first` and `last` are dates, both included; NULL: at
 * any time. */
struct network_time {
    struct node *first, *last;
    struct node *key;                 /* a text: of the network in the family */
    const struct network_time *outer; /* another that holds as well, or NULL */
};
enum { PART_MEMBERS = -1, PART_ALL_TIES = -2 };
struct network_part {
    struct network_info *network;
    int ties; /* number of the ties relation, or PART_... */
    struct network_time time;
    struct node *where;            /* members with memberships: over rows of the entity, or NULL */
    struct network_column *places; /* of members, over rows of the entity */
    uint32_t nplaces;
    struct node **class;  /* of the ties of each relation */
    struct node **within; /* of a family: whether both ends are members, for ties that do not say
                             which network they are of; or NULL */
};

/* Whether a row with these days, of the network with this key (NULL: of any; `or_none`: also where
 * it is missing), is there at the time, as a checked tree; NULL: always. */
struct node *network_rows_tree(struct session *s, const struct network_days *days, struct node *key,
                               bool or_none, const struct network_time *time);

struct scope;

/* A value from outside for a `param`; the latest of a name comes first. */
struct given_parameter {
    struct str name, value;
    const struct given_parameter *next;
};

/* The variable that an assignment's target is or is a part of. */
struct node *assigned_root(struct node *target);
/* Whether both are the same column of a row, by the same references. */
bool same_path(const struct node *a, const struct node *b);
/* A literal, or a constant variable (then its literal); NULL: not known before the run. */
struct node *constant_of(struct node *n);

/* Where terms and days of school are written down; columns by number, -1: none. */
struct calendar_info {
    struct symbol *symbol;
    const struct table *terms; /* NULL: it says nothing of terms */
    int number, start, last, semester;
    const struct table *instructional; /* NULL: it says nothing of days of school */
    int day;
    struct node *held; /* over its rows; NULL: school is held on the days of all */
    struct span terms_span, instructional_span;
};

/* What is taken back with a unit that failed. */
struct calendar_choice {
    struct calendar calendar;
    const struct node *node;
    uint32_t symbols; /* there were before the unit */
};

/* What lives as long as an interpreter: names, types, the calendar. */
struct session {
    struct arena *arena; /* declarations, types, trees, plans */
    struct types types;
    struct sources *sources;
    struct diags *diags; /* of the current unit */
    const struct check_host *host;
    struct calendar calendar;         /* `school` is filled in by who can read tables */
    const struct node *calendar_node; /* its declaration; NULL: the default one */
    bool mask_values;                 /* messages of rules show keys only */
    bool calendar_fixed;              /* something was checked that depends on it */
    struct calendar_choice before;
    struct scope *globals;
    struct scope *latest;                /* opened, not yet closed */
    struct strmap natives;               /* "spc.limits" and "limits" -> native_entry */
    struct strmap signatures;            /* as in module.def -> struct node, the parsed signature */
    const struct given_parameter *given; /* --param values */
    ARENA_VEC(struct module *) modules;  /* used files and the library's, in the order of loading */
    uint32_t checked_modules;
    struct str program_path;    /* of the file that is run, when it uses others */
    struct module *loading;     /* the innermost file being loaded */
    bool loaded_tables;         /* a used file declares tables */
    struct instance *innermost; /* the function whose body is being checked */
    ARENA_VEC(struct instance *) provisional;
    ARENA_VEC(struct scope *) saved; /* of saved definitions */
    struct span unknown_call;        /* the last call of a function whose result was not known */
    struct probe *probe;             /* an editor asks about one name; NULL: nobody does */
    bool interactive;                /* declarations may be replaced, let rebound */
    bool has_today;
    int64_t today;
    ARENA_VEC(struct table *) tables; /* all that were declared, whatever stands for them now */
    struct protection protection;     /* `suppress` of the script */
    bool protects;                    /* some result may be suppressed */
    ARENA_VEC(struct stored_protection) stored_protections; /* declared in the store */
    bool rules_apart; /* what is wrong inside of a rule is told when it is judged */
    bool reads_raw;   /* the host allows rows of protected tables to be read */
};
/* Sets up built-in names. */
void session_init(struct session *s, struct arena *arena, struct sources *sources,
                  struct diags *diags, const struct check_host *host);
void session_free(struct session *s);

/* Step one: params and the store, which stand at top level and use only literals and params. */
struct prepared {
    struct str store; /* path of the first `store`, or empty */
    struct span store_span;
    bool tables; /* a used file declares some */
};
bool check_prepare(struct session *s, struct node *file, struct prepared *out);
/* A text made of literals and parameters; false: it is only known at run time. */
bool check_constant_text(struct session *s, const struct node *n, struct str *out);
/* Declares tables from a store's catalogue: `file` holds table declarations only. Those that the
 * session already has are left alone. Their columns are read by the next check_unit, since they may
 * refer to tables of that unit. */
void check_stored_tables(struct session *s, struct node *file);
/* The calendar that holds, as declared; NULL: the default one. */
struct calendar_info *calendar_in_use(const struct session *s);
/* Remembers what a catalogue's declarations protect: a unit that declares such a table anew may not
 * say less. */
void check_stored_protection(struct session *s, const struct node *file);
/* Step two: everything. True without errors. */
bool check_unit(struct session *s, struct node *file);

/* ---- saved definitions (saved.c): each sees what it was saved with, and nothing else but tables
 */
struct scope *saved_scope(struct session *s);
/* What a name means there; `module.name` as well. */
void saved_bind(struct session *s, struct scope *scope, struct str name, struct symbol *symbol);
/* Declares it; a `let` sees only what was bound before. NULL: it is no such declaration. */
struct symbol *saved_declare(struct session *s, struct scope *scope, struct node *declaration);
/* What a name means where `user` is declared; NULL: nothing. */
struct symbol *session_meaning(struct session *s, const struct symbol *user, struct str name);
/* Whether a text is one of the library's own. */
bool is_library_source(const struct session *s, uint32_t source);
/* Makes it known to programs, whose own declaration of the name goes first. */
void saved_publish(struct session *s, struct str name, struct symbol *symbol, bool listed);
/* Checks it; false: it does not hold (any more), and the diagnostics say why. */
bool saved_check(struct session *s, struct symbol *symbol);

/* A checked SHOW of a relation that also binds it to a global name: LET and SHOW in a BLOCK. */
struct node *check_show_as(struct session *s, struct node *show, struct str name);

/* A function of the program around, by its name and as `host.NAME`. False: the name is taken, or
 * the head cannot be understood, which is told. */
bool session_add_native(struct session *s, const struct native_entry *entry);
/* A native that the interpreter itself calls, by a name that no script can say. */
void session_add_hidden(struct session *s, const struct native_entry *entry);
struct symbol *session_find(struct session *s, struct str name);
/* All declared symbols in order of declaration; one whose name now means another (or nothing) was
 * replaced: session_find tells. */
uint32_t session_symbols(struct session *s, struct symbol ***out);
/* Of a SYM_MODULE. */
uint32_t module_symbols(const struct symbol *module, struct symbol ***out);
/* Forgets every symbol from number `first` of session_symbols on: an entry that failed leaves
 * nothing behind. */
void session_take_back(struct session *s, uint32_t first);

/* A relation type with references replaced by the types of their tables' keys. */
const struct type *type_plain(struct types *types, const struct type *relation);
/* The type of the key that a reference to this table stands for. */
const struct type *table_key_type(const struct table *t);

#endif
