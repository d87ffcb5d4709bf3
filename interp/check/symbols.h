/* What names mean: tables, variables, functions and the other declarations.
 *
 * Built by the checker (tables also from the store's catalogue) in the
 * session's arena; read by every later room. */
#ifndef SPOKE_SYMBOLS_H
#define SPOKE_SYMBOLS_H

#include "check/types.h"
#include "syntax/tree.h"

struct code_value { /* one of the values of `one of` or `missing` */
    bool is_text;
    struct str text; /* as written in a file, also for numbers */
    int64_t number;
    struct str label;
};

struct table_column {
    struct str name;
    const struct type *type; /* a scalar or TY_REF; nullable as declared */
    const struct table *to;  /* of a reference */
    bool is_key;
    bool has_range; /* in low..high, both included */
    double low, high;
    struct str header; /* CSV header; the name unless `from` says otherwise */
    struct str label, unit;
    struct code_value *one_of;
    uint32_t none_of; /* how many; 0: anything */
    struct code_value *missing;
    uint32_t nmissing;
    uint32_t why; /* of a column with such codes: number of the column with their reasons; else 0 */
    const struct table_column *reason_of; /* of that column: the one with the codes */
    struct table_column *item; /* of a column of lists, whose type is ITEMS: what one item is */
    struct str split;          /* between items in files */
    struct symbol *items;      /* ... and the table of its items */
    struct span span;
};

/* A reference by several columns, which make up the key of a row of `to`. */
struct table_tie {
    struct str name;
    const struct table *to;
    uint32_t columns[16]; /* in the order of that key */
    uint32_t n;
    struct span span;
};

/* What results over rows of a table must not show; see docs/language.md, Disclosure. */
struct protection {
    int64_t under;      /* cells of fewer are not shown; 0: all are */
    bool complementary; /* nor those that would give them away */
};

struct stored_protection {
    struct str table;
    struct protection own;
};

/* How rows are kept. Unsaid, a bulk import of facts decides. */
enum table_storage { STORED_UNSAID, STORED_ROWS, STORED_COLUMNS };

/* A row holds in [since, until), a missing `until` meaning still. */
struct table_spans {
    bool given;
    uint32_t since, until; /* columns */
    bool included;         /* the day in `until` is the last one */
    bool overlapping;      /* rows of one key may hold at the same time */
};

struct table {
    struct str name; /* must stay first: types.c prints it */
    struct str title, doc;
    struct table_column *columns;
    uint32_t n;    /* as declared; behind them are */
    uint32_t nwhy; /* ... those that are stored beside them: why a value is missing */
    uint32_t keys[16];
    uint32_t nkeys;
    struct table_tie *ties;
    uint32_t nties;
    enum table_storage storage;
    struct table_spans spans;       /* then `since` is the last column of the key */
    const struct table *history_of; /* whose values its rows tell, or NULL */
    uint32_t history_by;            /* the reference to it */
    struct protection own;          /* as declared: its rows are those to be protected */
    struct protection shown;   /* of results: its own, that of tables it refers to, the script's */
    bool counts_people;        /* its rows are what must not be few */
    bool reaches_people;       /* they are, or lead along references to what must not be */
    const struct table *owner; /* of items: the table whose lists they are in, */
    const struct table_column *of; /* and its column; NULL: a table of its own */
    bool built_in;                 /* rejects, imports: kept by the store, never imported into */
    struct span span;
    struct str declaration; /* canonical text of the declaration, for the catalogue */
    const struct type *row; /* TY_RELATION with the table's columns and key */
};
/* A table with one key column has an integer row number, so it can be referred
 * to; its rows live in a rowid table. Others are clustered by their key. */
static inline bool table_is_entity(const struct table *t) {
    return t->nkeys == 1;
}
static inline bool table_has_spans(const struct table *t) {
    return t->spans.given;
}
/* Columns that are stored. */
static inline uint32_t table_width(const struct table *t) {
    return t->n + t->nwhy;
}
int table_column_named(const struct table *t, struct str name);                  /* -1 if none */
const struct table_tie *table_tie_named(const struct table *t, struct str name); /* or NULL */

enum symbol_kind {
    SYM_VARIABLE, /* let, var, parameter, loop variable, param; fn in a block */
    SYM_TABLE,
    SYM_FUNCTION, /* of Spoke */
    SYM_NATIVE,   /* of a standard module or the host */
    SYM_FOREIGN,
    SYM_COHORT,
    SYM_MEASURE,
    SYM_NETWORK,
    SYM_RULE,
    SYM_CALENDAR,
    SYM_C_TYPE, /* of a `foreign` block; detail: struct foreign_type, NULL: it has errors */
    SYM_MODULE /* a used file; detail: struct module */
};

/* What a person calls it: "table", "measure". */
const char *symbol_word(enum symbol_kind kind);

struct function;

struct symbol {
    enum symbol_kind kind;
    struct str name;
    struct node *node;       /* the declaration; NULL for natives and stored tables */
    struct span span;        /* of the name where it is declared */
    const struct type *type; /* variables: their type */
    bool assignable;         /* var */
    bool global;             /* lives in the session, not in a register */
    bool grows;              /* some statement adds to the end of this text: `s = s + x` */
    bool is_param;           /* declared by `param` */
    bool at_top;             /* declared at the top of a program or module */
    bool boxed;              /* a `var` that a function captured: lives in a cell */
    struct node *empty; /* a `var` set to `[]` and not read yet: its first use types the LIST */
    bool is_constant;   /* let of a literal or param: `constant` is its literal node */
    bool saved;         /* comes from the store's catalogue: others may take its name */
    bool saved_preset;  /* was a preset of the library when it was saved */
    bool checking;      /* declaration being checked: finds cycles */
    struct node *constant;
    struct node *made_from; /* a nameless relation variable: the expression that gives it */
    uint32_t slot;          /* globals: number of the first word or reference; compile/ fills it */
    uint32_t depth;         /* how many functions enclose it */
    struct scope *home;     /* the scope it is declared in */
    struct table *table;
    const struct native_entry *native;
    struct function *function;
    void *detail; /* cohort, measure, network, rule, calendar: what check/ found out */
};

#endif
