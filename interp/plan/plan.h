/* The logical plan: what a relation is made of, step by step.
 *
 * A plan is one *segment*: a base that gives rows (a stored table, another
 * relation, a grouping, ...), then steps that each fill further slots of the
 * same rows or drop rows, then the outputs. Slots number the columns of the
 * segment's batches. What changes the rows themselves (grouping, sorting,
 * joining) starts a new segment whose `input` is the old one.
 *
 * Plans are immutable once lowered and live in the unit's arena. Values that
 * are known only at run time are captured when the relation is made. */
#ifndef SPOKE_PLAN_H
#define SPOKE_PLAN_H

#include "check/check.h"
#include "column/column.h"

/* ---- expressions over one row ----
 * `tree` is a checked tree in which every leaf that reads the row (N_COLUMN, N_FOLLOW, N_LEG,
 * N_AGGREGATE) has become an N_INPUT whose `note` is one of `inputs`. The common expression that is
 * just a slot has no code. */
struct expr_input {
    uint32_t slot;
    const struct type *type;
};
struct expr {
    struct node *tree;
    const struct type *type;
    struct expr_input **inputs; /* each once */
    uint32_t ninputs;
    bool is_slot;  /* nothing but inputs[0] */
    bool may_fail; /* for some values */
    bool varies;   /* it may give another value for the same inputs, or do more than that */
    void *code;    /* struct proto *, filled in by compile/; NULL when is_slot */
};

enum step_kind {
    STEP_LOOKUP,    /* follow a reference: slot `from` holds row numbers of `table` */
    STEP_SPELL,     /* whether the row that `keys[0]` means has a span in `leg`, on the day in
                       `keys[1]` if there is one; with a third, on a day from that on and before the
                       second; never missing */
    STEP_LEG,       /* the row of `leg` whose keys equal the slots `keys` */
    STEP_COMPUTE,   /* exprs[i] into slots[i] */
    STEP_FILTER,    /* keep rows on which exprs[0] is true; missing drops and counts as undecided */
    STEP_UNDECIDED, /* count rows on which exprs[0] is missing as undecided; all stay */
    STEP_COUNT,     /* adds to `counter` the rows on which exprs[0], if any, is true, with `keys`
                       (slots) those     of them whose values there no row before had; all stay */
    STEP_LIMIT      /* exprs[0] rows at most, after skipping exprs[1] (either may be NULL); they are
                       evaluated once, over no row */
};

struct step {
    enum step_kind kind;
    uint32_t from;             /* LOOKUP */
    const struct table *table; /* LOOKUP */
    int column;                /* LOOKUP: column of the table */
    const struct plan *leg;    /* LEG: a BASE_GROUP plan; its first outputs are the keys */
    uint32_t *keys;            /* LEG: slots of this segment, in the order of the leg's keys */
    uint32_t nkeys;
    uint32_t counter;    /* COUNT */
    uint32_t leg_column; /* LEG: which output of the leg is wanted */
    bool zero_if_absent; /* LEG: counts and sums are 0 without rows, else missing */
    bool as_of; /* LEG: behind its keys the leg puts out the first day of a piece and the day
                   behind its last; the piece that holds the day in slot `day` is met */
    uint32_t day;
    bool tells; /* LEG, as_of: rows whose day no piece holds are counted, and those whose piece is
                   of several rows, whose number is output nkeys + 2 */
    struct expr **exprs;
    uint32_t *slots;  /* results */
    uint32_t n;       /* exprs, slots */
    struct span span; /* the clause this came from */
};

struct aggregation {
    enum aggregate kind;
    int argument; /* slot of the input segment, or -1 */
    int filter;   /* bool slot, or -1 */
    const struct type *type;
    bool dated; /* FIRST, LAST: by the days in slot `day`, then in row order */
    uint32_t day;
    int second;                  /* slot of the second argument, for those that take one */
    uint8_t power, weight_power; /* WEIGHTED: 1 or 2 */
    bool distinct;               /* each different argument counts once in a group */
    bool behind;                 /* nobody asked for it: it says how many are behind the cell */
    bool people;  /* ... how many of those who are protected; the only one of its group */
    bool rows;    /* ... how many rows, so that those left out of other counts are counts, too */
    bool nonzero; /* ... how many values are not 0; the next two say */
    bool ones;    /* ... how many are 1, */
    bool zeros;   /* ... and 0 */
    bool place;   /* ... which quantile is asked for */
};

struct sort_key {
    uint32_t slot;
    bool descending; /* missing stays last either way */
};

/* A value from rows near a row; numbers are outputs of the input. */
struct window {
    enum window_kind kind;
    struct aggregation
        aggregation; /* AGGREGATE, ROLLING: its argument and filter are outputs, too */
    int argument;    /* LAG, LEAD, CUMSUM, CARRY; SHUFFLE: the seed; or -1 */
    uint32_t rows;   /* LAG, LEAD, ROLLING */
    const struct type *type;
};

enum base_kind {
    BASE_SCAN,     /* rows of a table */
    BASE_RELATION, /* rows of a captured relation or frame */
    BASE_GROUP,
    BASE_SORT,
    BASE_JOIN,
    BASE_SPINE,   /* a dense time axis over a grouping */
    BASE_WINDOW,  /* the input's rows, with values from rows near each */
    BASE_UNION,   /* the input's rows, then those of `right`; output i of both is slot i */
    BASE_SQL,     /* what a query in SQL gives: its column i is slot i */
    BASE_UNPIVOT, /* a row for each of several outputs of the input */
    BASE_SPANS, /* for each row of the input one for each span in which its spans, combined, hold */
    BASE_HELD,  /* the input's rows cut where one of the same keys begins or ends to hold */
    BASE_SPELLS, /* spans of rows, put together where they touch or nearly do */
    BASE_SAMPLE, /* estimates for the cells of a grouping, with their errors */
    BASE_NAMED   /* rows of another named plan, inline: input */
};
/* In a program of SPANS; SPANS_LEAF + i is span i. */
enum span_code { SPANS_AND, SPANS_OR, SPANS_NOT, SPANS_NEVER, SPANS_LEAF };
enum join_kind { JOIN_INNER, JOIN_LEFT, JOIN_SEMI, JOIN_ANTI };

/* Periods and the days that count in each, [since, until): a fact counts in every period whose
 * days hold it. */
struct axis {
    enum grain grain;
    bool has_range;
    int64_t first_day, stop_day;   /* asked, half open; else the days of `extent` */
    const struct late_range *late; /* the asked range instead, or NULL */
    enum look look;
    enum grain since;
    int64_t rolling;
    bool change; /* the periods compared with are needed as well */
    enum grain change_by;
    const struct plan *extent; /* a GROUP of one row: the first and the last day there is */
};

/* What a SPINE adds to its input's outputs. */
enum beside {
    BESIDE_BEFORE,        /* output `of` in the period compared with; missing without a row */
    BESIDE_WITHIN,        /* the period is not before the first day of extent `of` nor after the
                             last; without a row, school is held in it */
    BESIDE_WITHIN_BEFORE, /* the same of the period compared with */
    BESIDE_FULL,          /* all periods of the window are */
    BESIDE_FULL_BEFORE,
    BESIDE_PARTIAL /* the period goes on behind the last day of an extent */
};
struct spine_beside {
    enum beside kind;
    uint32_t of;
};

/* A literal or captured value compared in SQL. */
struct scan_test {
    struct expr *expr; /* of the row's own stored columns and constants: SQLite can judge it */
};

/* What one estimate is made of: outputs of the grouping, -1 for none. It is the sum of y over that
 * of x, or a total, the sum of y. The squares are needed where there are no clusters. */
struct sampled_side {
    int y, x, yy, xy, xx;
};
/* The grouping's keys are those of the cells, then what tells strata apart, then clusters. Its
 * outputs are the keys, then its aggregations. */
struct sampling {
    uint32_t nstrata, nclusters;
    int total_at, period_at; /* keys of the cells, or -1 */
    uint32_t counts[4];      /* outputs that are added up to the cells' own */
    uint32_t ncounts;
    struct sampled_side sides[2]; /* of two, the second less the first */
    uint32_t nsides;
    int base;             /* how many units count */
    int weights;          /* what they weigh together */
    int squares, crossed; /* y * y and x * y, weighted once; where not given those of y alone */
    int lower;            /* x * x likewise, where not given x */
    int rows;             /* how many units there are, counted or not */
    int population[2];    /* the lowest and the highest that units say of their stratum */
    bool is_share;        /* the interval is that of the odds */
    double scale, level;
};

struct plan_output {
    struct str name;
    uint32_t slot;
    bool row_number; /* a reference that stays one in the result, as a whole number */
};

#define NO_COUNTER UINT32_MAX

/* What an answer says below itself, if its counter is not 0 in the end. */
struct saying {
    enum saying_kind {
        SAY_UNDATED,       /* rows of `what` that have no `by`, so they are in no period */
        SAY_LEFT_OUT,      /* `what`: units, or rows of facts: so many excluded, `other` excepted */
        SAY_WITHOUT_FACTS, /* how many of the rows that `rows` counts the counter has not met */
        SAY_OVERLAP        /* the counter's units are `other` different `what`s; `by`: why */
    } kind;
    uint32_t counter, other; /* NO_COUNTER: none */
    struct str what, by;
    bool each_period;          /* a unit counts once in every period */
    const struct table *table; /* WITHOUT_FACTS: all of its rows, or: */
    const struct plan *rows;   /* a GROUP of one row */
};

/* A measure that was asked: what people call it, and what it means in few words. */
struct about_measure {
    const struct symbol *symbol;
    struct str words;
    const struct table *facts; /* NULL: made of other measures */
    int at;                    /* the column that dates them, or -1 */
};

struct plan {
    enum base_kind base;
    const struct plan *input; /* GROUP, SORT, SPINE, NAMED; JOIN: left side */
    const struct plan *right; /* JOIN, UNION */

    /* SCAN */
    const struct table *table;
    uint32_t *scan_columns; /* column numbers of the table; TABLE_ROW_NUMBER for the row's own */
    uint32_t *scan_slots;
    uint32_t nscan;
    struct scan_test *tests; /* all must be true */
    uint32_t ntests;
    bool in_key_order;
    bool as_stored; /* whatever record is put in */

    /* SQL: the query; `keys` are columns whose values tell its rows apart. Its columns are listed
     * as those of a scan are: scan_slots[i] is i. */
    struct str query;
    bool reads_raw; /* there are tables whose rows are protected */

    /* RELATION: captured reference number; its column i goes to slot i */
    uint32_t relation;

    /* GROUP: output slots are the keys in order, then the aggregations.
     * Results are sorted by the keys, missing last. No keys: exactly one row. */
    uint32_t *keys; /* slots of the input, KEY_TOTAL or KEY_PERIOD */
    uint32_t nkeys;
    const struct axis *axis; /* of KEY_PERIOD: a row counts in every period whose days hold its
                                slot `day`, in all if that is missing; NULL: no such key */
    uint32_t day;
    struct aggregation *aggregations;
    uint32_t naggregations;
    bool discloses; /* its rows are results: what is small must not be read from them */

    /* SORT: stable; slots as in the input's outputs (output i is slot i) */
    struct sort_key *sort_keys;
    uint32_t nsort_keys;

    /* JOIN: slots are the left outputs, then the right outputs */
    enum join_kind join;
    uint32_t *left_keys, *right_keys; /* output numbers */
    uint32_t njoin_keys;
    bool joins_many; /* a left row may meet several right rows */

    /* SPINE: the input is a GROUP whose last key is a period; every combination of the other
     * keys gets every period of the range. Output i is slot i. In added rows the counts listed
     * in `zero` are 0, other aggregates missing. */
    enum grain grain;
    bool has_range;
    int64_t first_day, stop_day;   /* asked range, half open; else first to last fact seen */
    const struct late_range *late; /* the asked range instead, or NULL */
    bool *zero;                    /* by aggregation; NULL: none */
    bool clip;                     /* rows before the range were for looking back: left out */
    const struct axis *compared;   /* of the periods compared with, and windows; NULL: none */
    const struct plan **extents;   /* each a GROUP of one row: first and last day */
    uint32_t nextents;
    struct spine_beside *besides; /* in the slots behind the input's outputs */
    uint32_t nbesides;

    /* WINDOW: the input's outputs are slots 0, 1, ..., then one for each window. `keys` (outputs)
     * tell partitions apart, `sort_keys` order their rows. The rows keep their order. */
    struct window *windows;
    uint32_t nwindows;

    /* UNPIVOT: slots are the `nkept` outputs that stay, the name, then `nvalues` values. Value j of
     * names[i] is output nkept + i * nvalues + j of the input. */
    uint32_t nkept;
    const struct text **names;
    uint32_t nnames, nvalues;

    /* SPANS: slots are the `nkept` outputs that stay, the first day of a span and the day behind
     * its last, missing where it has no end on that side. Span i of a row is in three outputs from
     * nkept + 3 i: whether there is one, and two such days. `program` combines them, operands
     * first. */
    uint32_t nspans;
    uint32_t *spelled; /* by span: number in `extents`, counted from 1, of a plan that gives a row's
                          spans as SPELLS does, its outputs then being the row; 0: there is none */
    uint32_t *program;
    uint32_t nprogram;

    /* HELD: the input puts out `nkeys` keys, the first day of a row, its end (as `table` has it),
     * and others. The days of each key are cut into pieces by the ends of its rows; a row is given
     * once for each piece in which it holds, with `latest` only the one that began last. Slots are
     * the keys, the piece's first day, the day behind its last, the number of rows that hold in it,
     * the others. The pieces of a key follow each other in order. */
    bool latest;

    /* SPELLS: three outputs of the input and three slots: a row of an entity, the first day of a
     * span and the day behind its last. Spans of one row that are fewer than `gap` days apart are
     * one. */
    int64_t gap;

    /* SAMPLE: slots are the keys of the cells, which are `nkeys`, the counts, and the estimate, its
     * error, both ends of its interval, its design effect and effective number. `right` is a
     * GROUP by period (if the cells have one), strata and clusters of all units that were drawn,
     * with its outputs in this order, then how many and both ends of the population; without it
     * those of the input are all. Where people are protected `extents` has a GROUP by the cells
     * alone, whose first count says which of them may be shown. */
    const struct sampling *sampling;

    struct step **steps;
    uint32_t nsteps;
    const struct type **slot_types;
    uint32_t nslots;
    struct plan_output *outputs;
    uint32_t noutputs;
    const struct type *type; /* TY_RELATION: the outputs */
    struct plan_output
        *row_names; /* what names a row in errors: its key; none if nothing can fail */
    uint32_t nrow_names;
    struct about about;
    bool counts; /* it, or what it is made of, has a STEP_COUNT */

    /* variables captured when the relation is made; references first */
    struct symbol **captured;
    uint32_t ncaptured;

    const struct calendar *calendar; /* the session's */
    struct span span;
    struct str remark; /* what this segment is for, in English: comments in SQL, `explain` */
};
#define TABLE_ROW_NUMBER UINT32_MAX
/* ... which record a row is; only rows that were handed in as records (given/) have it. */
#define TABLE_RECORD (UINT32_MAX - 1)
/* Keys of a GROUP that are no slots. KEY_TOTAL: a row counts twice, with false here, and with true
 * and all keys before this one missing. */
#define KEY_TOTAL UINT32_MAX
#define KEY_PERIOD (UINT32_MAX - 1)
static inline bool key_is_slot(uint32_t key) {
    return key < KEY_PERIOD;
}

/* An asked range as its ends are written. `room` is for the text of days. */
struct str range_words(char room[48], const struct late_range *late, int64_t first_day,
                       int64_t stop_day);

/* ---- lowering ---- */
/* A relation expression as check.h describes it (N_FROM, N_PIPELINE, N_QUESTION). Errors that only
 * lowering can see go to the session's diagnostics; then NULL. */
struct plan *plan_lower(struct session *s, struct node *relation);
/* Of a rules_relation, whose columns are the outputs. */
struct plan *plan_rules(struct session *s, const struct rule_info *const *rules, uint32_t n,
                        bool found_only, struct rule_columns *out);
/* One row, by one scan. Rules that read the same are put together in sets: on how many rows some
 * rule of a set finds something is told in little more time than one alone takes. Output 0 is how
 * many rows there are, output 1 + i on how many a rule of set i finds something. */
struct rule_set_plan {
    struct plan *plan;
    uint32_t *set;  /* of each rule */
    int *looked_at; /* output with how many rows each rule looks at; -1: all */
    uint32_t nsets;
};
bool plan_rule_sets(struct session *s, const struct rule_info *const *rules, uint32_t n,
                    struct rule_set_plan *out);
/* Of each record, in order, whether the rule finds it. */
struct rule_terms_plan {
    struct plan *plan; /* NULL: told */
    int looked_at;     /* output: whether it is looked at; -1: all that are there are */
    int record; /* output: which record it is, where the source leaves some out; -1: it does not */
};
struct record_planning {
    const struct table *tells; /* scans of it (or NULL), and of items in its lists, say which row
                                  each is */
    bool beside_store;         /* `old` is the stored row, not missing */
};
void plan_rule_terms(struct session *s, const struct rule_info *rule, struct record_planning how,
                     struct rule_terms_plan *out);
/* Of a rules_relation over records, with all that it looks at. */
struct plan *plan_record_findings(struct session *s, const struct rule_info *rule,
                                  struct record_planning how, struct rule_columns *out);
/* One row, by one scan of the rows of a table (rule_scans): how many of them the rule looks at, and
 * on how many it finds something. */
enum { RULE_LOOKED_AT, RULE_FOUND };
struct plan *plan_rule_counts(struct session *s, const struct rule_info *rule);
/* Outputs: key, then level, sector, group, line (a row), joined, left where declared, then row: the
 * number of the member's row in the store. `time` may be NULL. */
struct plan *plan_members(struct session *s, const struct network_info *network,
                          const struct network_time *time);
/* Outputs: who was asked (a row), and whether they answered where that is declared. */
struct plan *plan_roster(struct session *s, const struct network_roster *roster,
                         const struct network_time *time);
/* Output: the key of the table, in order. */
struct plan *plan_family(struct session *s, const struct table *family);
/* Outputs: key, and a column of the entity or one that the network adds. */
struct plan *plan_member_column(struct session *s, const struct network_info *network,
                                const struct network_time *time, struct str name);
/* Of all rows of the entity, members or not. Outputs: key, row. */
struct plan *plan_entity_keys(struct session *s, const struct network_info *network);
/* Outputs: key, then all other columns of the members, those that the network adds last. */
struct plan *plan_member_columns(struct session *s, const struct network_info *network,
                                 const struct network_time *time);
/* Outputs: from, to (rows of the entity; or what they are tied through), value (strength or
 * distance), at, key, first, last where declared. */
struct plan *plan_ties(struct session *s, const struct ties_info *ties,
                       const struct network_time *time);

/* Outputs: number, start, last day, semester (else the number again), then the key. */
struct plan *plan_terms(struct session *s, const struct calendar_info *info);
/* Output: the day. */
struct plan *plan_school_days(struct session *s, const struct calendar_info *info);
/* What a grouping that discloses protects, as far as the plan alone can tell; else nothing. */
struct protection plan_protection(const struct plan *group);

/* ---- SQL ---- */
struct sql_bind {
    enum { BIND_INT, BIND_FLOAT, BIND_TEXT, BIND_CAPTURED } kind;
    int64_t i;
    double f;
    struct str text;
    const struct symbol *captured;
};
struct sql {
    struct str text; /* ?1, ?2, ... */
    struct sql_bind *binds;
    uint32_t nbinds;
};
/* How a scan gives its rows. */
enum scan_form {
    SCAN_ROWS,          /* one a step, in the order of the stored key if the plan wants an order */
    SCAN_BY_KEY_VALUES, /* the same, but references in the key are ordered by the keys they mean */
    SCAN_BATCHES        /* as arguments of spoke_rows, which is true for the last of a batch */
};
/* The SELECT that a scan runs: its columns in order of scan_slots, WHERE from its tests. */
struct sql plan_scan_sql(struct arena *arena, const struct plan *scan, enum scan_form form);
/* Whether all rows of the table have to be looked at, in any order: then SCAN_BATCHES is right. */
bool plan_scan_is_whole(const struct plan *scan);
/* What a row must have to pass the tests: a whole number of low..high in a column of the table. */
struct scan_bound {
    uint32_t column;
    int64_t low, high;
};
struct relation;
typedef union word (*captured_fn)(void *user, const struct relation *self, const struct symbol *s);
/* Fills `out` with at most `room` bounds, as far as comparisons with known numbers and days tell;
 * returns how many. */
uint32_t plan_scan_bounds(const struct plan *scan, captured_fn captured, void *user,
                          const struct relation *self, struct scan_bound *out, uint32_t room);
/* Whether working out an expression may fail for some values, and whether it may give another
 * value each time, or do more than give one. */
bool tree_may_fail(const struct node *n);
bool tree_varies(const struct node *n);
/* Whether it can be worked out in any order, as often as is good. */
static inline bool expr_is_pure(const struct expr *e) {
    return !e->may_fail && !e->varies;
}
/* Whether SQLite can judge the expression with the same meaning as the VM. */
bool plan_expr_is_sql(const struct expr *e);
/* Name of the table that holds the rows / of a column, quoted for SQLite. */
struct str sql_rows_table(struct arena *arena, const struct table *t);
struct str sql_quote(struct arena *arena, struct str name);
/* The whole plan as one query over the store's views, with comments. A step that
 * SQL cannot say is named in a comment and *complete becomes false. */
struct str plan_full_sql(struct arena *arena, const struct sources *s, const struct plan *p,
                         bool *complete);
/* What will run, indented. */
void plan_dump(struct buf *out, const struct plan *p);
/* What is known beyond the plan, of a relation that was run. */
#define PLAN_BASE UINT32_MAX
struct plan_facts {
    const void *user;
    /* Adds to the line of the plan's base, PLAN_BASE, or of one of its steps. */
    void (*tell)(const void *user, struct buf *out, const struct relation *self,
                 const struct plan *plan, uint32_t step);
    /* The relation whose rows a RELATION gave; NULL: rows that were there already. */
    const struct relation *(*made)(const void *user, const struct relation *self,
                                   const struct plan *plan);
};
/* The plan in English; with what happened when `self` was run, whose plan it is, unless NULL. */
void plan_english(struct buf *out, const struct sources *s, const struct plan *p,
                  const struct plan_facts *facts, const struct relation *self);

#endif
