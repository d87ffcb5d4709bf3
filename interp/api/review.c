/* Texts with errors: checked as far as they can be understood, for editors and
 * for those who want to hear of every fault at once.
 *
 * Nothing runs, and nothing is made: a store that is not there yet is treated
 * as an empty one. */
#include "api/interp.h"
#include <stdio.h>

static bool is_there(struct spoke *sp, struct str path) {
    FILE *f = fopen(arena_str(&sp->scratch, path).p, "rb");
    if (f)
        fclose(f);
    return f != NULL;
}

/* At a prompt the store stays as it is: half a path is no reason to open another one. */
static void open_if_there(struct spoke *sp, const struct node *file, struct prepared *prepared) {
    if (sp->session.interactive || !needs_store(sp, file, prepared))
        return;
    if (!sp->store_path.n && prepared->store.n && !is_there(sp, prepared->store))
        prepared->store = STR_NONE;
    if (!sp->store || prepared->store.n)
        open_store(sp, prepared);
}

uint32_t check_anyway(struct spoke *sp, struct node *file) {
    struct prepared prepared;
    struct symbol **symbols;
    check_prepare(&sp->session, file, &prepared);
    open_if_there(sp, file, &prepared);
    if (sp->store)
        known_tables(sp, file);
    uint32_t first = session_symbols(&sp->session, &symbols);
    check_unit(&sp->session, file);
    return first;
}

struct review {
    const char *name;
    struct str text;
};

static enum status review(struct spoke *sp, void *data) {
    const struct review *r = data;
    uint32_t source = source_add(&sp->sources, str_of(r->name), r->text);
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    check_anyway(sp, p.file);
    return sp->diags.errors ? ST_FAILED : ST_OK;
}

spoke_status spoke_review(spoke *sp, const char *name, const char *text, size_t n) {
    struct review r = {name, {text, n}};
    struct symbol **symbols;
    if (!sp || !name || (!text && n) || !begin_call(sp))
        return SPOKE_MISUSE;
    uint32_t first = session_symbols(&sp->session, &symbols);
    enum status s = guarded(sp, review, &r);
    session_take_back(&sp->session, first);
    return end_call(sp, s);
}
