/* What a reader of a network file hands over: nodes and ties as rows of two tables.
 *
 * Of the two parts only the one that is asked for is kept, in a nameless file; of the other one
 * what it takes to check it. Rows are sparse, because files name their columns when they like. Ids
 * of all nodes are kept in memory, and nothing for nodes or ties that a file only claims to have.
 * What is wrong with the file as a whole is told once, with its line; what is wrong with a row goes
 * with the row. The builder owns everything but what `s` points at. */
#ifndef SPOKE_STORE_NET_BUILD_H
#define SPOKE_STORE_NET_BUILD_H

#include "base/arena.h"
#include "base/hash.h"
#include "store/csv.h"
#include "store/field_about.h"
#include "store/scratch.h"

enum net_part { NET_NODES, NET_TIES };
enum net_mark {
    NET_PLAIN, /* a number, date or word */
    NET_TEXT,  /* a text, whatever it looks like */
    NET_NESTED /* a list or an object of JSON */
};

enum {
    NET_MOST_COLUMNS = 4096,
    NET_MOST_UNLISTED = 1000000, /* nodes that a file counts and does not list */
    NET_FLAW = -1                /* the column of a row's flaw */
};
#define NET_NO_COLUMN UINT32_MAX

struct net_column {
    struct str name;
    struct field_about about;
};
struct net_columns {
    struct net_column *at;
    uint32_t n, room;
    struct strmap attributes; /* number by the key that the file has for it */
};
struct net_node {
    struct str id;    /* as ties name it */
    struct str label; /* empty: none */
    uint64_t line;
};

struct net_build {
    struct store *s;
    struct span span; /* where errors point */
    struct str path;
    enum net_part part; /* that is wanted */
    struct arena texts;
    struct net_columns columns[2];
    struct strmap ids; /* number of a node */
    struct net_node *nodes;
    uint32_t nnodes, room;
    bool numbered;       /* ids are numbers that the file gives, and labels name nodes... */
    bool labels_are_ids; /* ... because each has one of its own */
    bool labelled;       /* some node has one */
    bool directed, undirected;
    struct buf row; /* that is begun */
    uint64_t line;  /* of it, or of what is read */
    uint32_t nfields;
    enum net_part row_part;
    struct buf out; /* rows that are not written yet */
    struct scratch rows;
    uint64_t nrows, polled;
    const struct input *source; /* whose size bounds what its rows may take */
    bool refused;               /* told, or no memory: */
    enum status status;
};

/* net_free is due in every case. */
enum status net_init(struct net_build *b, struct store *s, struct span span, struct str path,
                     enum net_part part);
void net_free(struct net_build *b);

/* ---- columns ---- */
/* One that the format itself has. */
uint32_t net_column(struct net_build *b, enum net_part part, const char *name);
/* The attribute with that key; a new one is called `name`, or nearly so where that is taken. */
uint32_t net_attribute(struct net_build *b, enum net_part part, struct str key, struct str name);
void net_column_is(struct net_build *b, enum net_part part, uint32_t column, enum type_kind kind);

/* ---- rows: begun, filled, ended ---- */
void net_begin_node(struct net_build *b, struct str id, enum net_mark mark, uint64_t line);
void net_begin_tie(struct net_build *b, struct str from, struct str to, enum net_mark mark,
                   bool directed, uint64_t line);
void net_put(struct net_build *b, uint32_t column, struct str text, enum net_mark mark);
void net_flaw(struct net_build *b, const char *flaw);
void net_end(struct net_build *b);

struct net_spell { /* when a node or tie was there; an empty text: not said */
    struct str start, end;
};
/* A row for each spell, which differ in `start` and `end`; without spells one that has neither. */
void net_end_spells(struct net_build *b, const struct net_spell *spells, uint32_t n);

/* ---- nodes by id ---- */
/* Its number, or UINT32_MAX. */
uint32_t net_find(const struct net_build *b, struct str id);
/* Adds one that a tie or a list names; its row comes when all is read. */
uint32_t net_name(struct net_build *b, struct str id);
void net_label(struct net_build *b, uint32_t node, struct str label);
struct str net_keep(struct net_build *b, struct str text);

/* The column that is there but not shown: labels that are ids; whether ties have a direction, when
 * all are alike in that. */
uint32_t net_hidden(const struct net_build *b);

/* ---- the end ---- */
/* Nodes 1 to n of a file that numbers them, as far as it did not list them; `begin` begins the row
 * of one. */
void net_number_all(struct net_build *b, int64_t n, void (*begin)(void *user, int64_t number),
                    void *user);
/* Everything is read. */
enum status net_finish(struct net_build *b);

/* Refuses the file, at the line that is read: E0831, or E0832 for what is no two tables. */
void net_refuse(struct net_build *b, const char *help, const char *format, ...) PRINTF_LIKE(3, 4);
void net_unsupported(struct net_build *b, const char *help, const char *format, ...)
    PRINTF_LIKE(3, 4);
void net_stop(struct net_build *b, enum status status);

/* ---- rows as they are kept ---- */
struct net_row_head {
    uint64_t line;
    uint32_t bytes, nfields; /* of the fields behind it */
};
struct net_field_head {
    int32_t column; /* or NET_FLAW */
    uint32_t n;     /* bytes of the text behind it */
    uint32_t mark;
};

#endif
