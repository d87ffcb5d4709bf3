/* What the checker asks its host for: natives by name. The API fills it. */
#ifndef SPOKE_CHECK_HOST_H
#define SPOKE_CHECK_HOST_H

#include "base/packed.h"
#include "check/symbols.h"

struct native_call;

/* One function of a module, as module.def gives it. */
struct native_entry {
    const char *name;      /* "limits" */
    const char *signature; /* "fn limits(data: relation, kind: text = missing) -> table{...}" */
    const char *doc;       /* one line */
    int (*call)(struct native_call *c); /* enum spoke_status */
};
struct native_module {
    const char *name; /* "spc" */
    const char *doc;
    const struct native_entry *entries;
    size_t n;
    const char *source; /* functions written in Spoke, read when one is first called; NULL: none */
    const struct packed_texts *examples; /* for each entry a script that runs on its own */
};

/* A query in SQL over these tables. */
struct query_tables {
    const struct table **at;
    uint32_t n;
};
struct query_column {
    struct str name;
    const struct table_column *from; /* the column it is; NULL: it is computed */
};
struct query_columns {
    struct arena *arena; /* for what follows */
    struct query_column *at;
    uint32_t n;
    struct str refused; /* why there are none; empty: they are there */
};

struct check_host {
    /* NULL-ended list of modules; NULL: none. */
    const struct native_module *const *modules;
    void *user;
    /* The text of a file of Spoke into `out`; false: it cannot be read, and `why` says so. */
    bool (*load)(void *user, struct str path, struct buf *out, const char **why);
    /* What the columns of a query are; false: no memory. NULL: nobody can tell. */
    bool (*describe_query)(void *user, struct str query, const struct query_tables *in,
                           struct query_columns *out);
};

#endif
