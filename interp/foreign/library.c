/* Libraries: which ones and what in them may be used, opening them, finding functions.
 *
 * The name of a library goes to the system's loader as the script writes it, once a rule of the
 * host has allowed it in that very form. */
#include "foreign/parts.h"

#include <dlfcn.h>

/* ---- rules ---- */

static bool matches(struct str pattern, struct str s) {
    size_t p = 0, at = 0, star = SIZE_MAX, retry = 0;
    while (at < s.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            retry = at;
        } else if (p < pattern.n && pattern.p[p] == s.p[at]) {
            p++;
            at++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            at = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

bool foreign_allow(struct foreign_loader *loader, const char *rule) {
    size_t n = strlen(rule);
    struct foreign_rule *r = mem_take(loader->alloc, sizeof *r + n + 1);
    if (!r)
        return false;
    char *text = (char *)(r + 1);
    memcpy(text, rule, n + 1);
    const char *colon = strrchr(text, ':');
    *r = (struct foreign_rule){.next = loader->rules,
                               .size = sizeof *r + n + 1,
                               .library = {text, colon ? (size_t)(colon - text) : n},
                               .symbol = colon ? str_of(colon + 1) : STR("*")};
    loader->rules = r;
    return true;
}

static bool is_allowed(const struct foreign_loader *loader, struct str library, struct str symbol) {
    for (const struct foreign_rule *r = loader->rules; r; r = r->next)
        if (matches(r->library, library) && matches(r->symbol, symbol))
            return true;
    return false;
}

static enum status refuse(struct diags *diags, struct str library, struct str symbol,
                          struct span at) {
    struct diag *d = diag_error(diags, E0953, at, "`%.*s` of `%.*s` is not allowed here",
                                STR_ARG(symbol), STR_ARG(library));
    diag_note(diags, d,
              "functions of C can do whatever the program can, so each one is allowed by "
              "whoever runs it");
    diag_help(diags, d, "spoke run --foreign %.*s:%.*s, or --foreign %.*s for the whole library",
              STR_ARG(library), STR_ARG(symbol), STR_ARG(library));
    return ST_DENIED;
}

/* ---- opening and finding ---- */

static size_t library_size(const struct foreign_library *l) {
    return sizeof *l + l->n + 1;
}

/* The loader's reason, from right after a failed call. */
static void note_reason(struct diags *diags, struct diag *g) {
    const char *reason = dlerror();
    if (reason)
        diag_note(diags, g, "the system says: %s", reason);
}

/* The system's loader reads names up to a zero byte, and takes an empty one for the program itself.
 */
static bool plain_name(struct str name) {
    return name.n > 0 && !memchr(name.p, 0, name.n);
}

static enum status open_library(struct foreign_loader *loader, struct diags *diags, struct str name,
                                struct span at, struct foreign_library **out) {
    for (struct foreign_library *l = loader->libraries; l; l = l->next)
        if (str_eq((struct str){l->name, l->n}, name)) {
            *out = l;
            return ST_OK;
        }
    if (!plain_name(name)) {
        diag_error(diags, E0604, at, "`%.*s` is no name of a library", STR_ARG(name));
        return ST_FAILED;
    }
    struct foreign_library *l = mem_take(loader->alloc, sizeof *l + name.n + 1);
    if (!l)
        return ST_NO_MEMORY;
    l->n = name.n;
    memcpy(l->name, name.p, l->n);
    l->name[l->n] = 0;
    l->handle = dlopen(l->name, RTLD_NOW | RTLD_LOCAL);
    if (!l->handle) {
        mem_give(loader->alloc, l, library_size(l));
        note_reason(diags,
                    diag_error(diags, E0604, at, "cannot load the library `%.*s`", STR_ARG(name)));
        return ST_FAILED;
    }
    l->next = loader->libraries;
    loader->libraries = l;
    *out = l;
    return ST_OK;
}

enum status foreign_find(struct foreign_loader *loader, struct diags *diags, struct str library,
                         struct str symbol, struct span at, void (**out)(void)) {
    struct foreign_library *l;
    if (!is_allowed(loader, library, symbol))
        return refuse(diags, library, symbol, at);
    enum status status = open_library(loader, diags, library, at, &l);
    if (status != ST_OK)
        return status;
    char *name = mem_take(loader->alloc, symbol.n + 1);
    if (!name)
        return ST_NO_MEMORY;
    memcpy(name, symbol.p, symbol.n);
    name[symbol.n] = 0;
    void *address = plain_name(symbol) ? dlsym(l->handle, name) : NULL;
    mem_give(loader->alloc, name, symbol.n + 1);
    if (!address) {
        note_reason(diags, diag_error(diags, E0604, at, "the library `%s` has no function `%.*s`",
                                      l->name, STR_ARG(symbol)));
        return ST_FAILED;
    }
    /* POSIX has both kinds of pointer alike; C has no conversion between them. */
    static_assert(sizeof address == sizeof *out, "code and data pointers differ");
    memcpy(out, &address, sizeof address);
    return ST_OK;
}

void foreign_libraries_free(struct foreign_loader *loader) {
    while (loader->libraries) {
        struct foreign_library *l = loader->libraries;
        loader->libraries = l->next;
        dlclose(l->handle);
        mem_give(loader->alloc, l, library_size(l));
    }
    while (loader->rules) {
        struct foreign_rule *r = loader->rules;
        loader->rules = r->next;
        mem_give(loader->alloc, r, r->size);
    }
}
