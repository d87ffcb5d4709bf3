/* What the checker asks its host for: natives by name. The API fills it. */
#ifndef SPOKE_CHECK_HOST_H
#define SPOKE_CHECK_HOST_H

#include "check/symbols.h"

struct native_call;

/* One function of a module, as module.def gives it. */
struct native_entry {
    const char *name;      /* "limits" */
    const char *signature; /* "fn limits(data: relation, kind: text = missing) -> table{...}" */
    const char *doc;       /* one line */
    const char *example;   /* a script that runs on its own */
    int (*call)(struct native_call *c); /* enum spoke_status */
};
struct native_module {
    const char *name; /* "spc" */
    const char *doc;
    const struct native_entry *entries;
    size_t n;
};

struct check_host {
    /* NULL-ended list of modules; NULL: none. */
    const struct native_module *const *modules;
};

#endif
