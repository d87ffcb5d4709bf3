/* `save`: what the session declares becomes the latest version of each name. */
#include "api/catalogue.h"

static struct str uses_of(struct spoke *sp, const struct definition *d) {
    struct str all = STR("");
    for (uint32_t i = 0; i < d->uses.n; i++) {
        const struct definition_use *u = &d->uses.at[i];
        all = arena_printf(&sp->scratch, "%.*s%u %u %.*s %.*s\n", STR_ARG(all), (unsigned)u->start,
                           (unsigned)u->stop, STR_ARG(u->to->hash), STR_ARG(u->name));
    }
    return all;
}

/* What cannot be saved is told before anything is. */
static enum status may_be_saved(struct spoke *sp, const struct node *n, struct gathering *g) {
    if (g->unsaveable) {
        struct diag *d =
            diag_error(&sp->diags, E0353, n->span, "`%.*s` cannot be saved: it uses the %s `%.*s`",
                       STR_ARG(g->user->name), g->unsaveable->is_param ? "param" : "C function",
                       STR_ARG(g->unsaveable->name));
        diag_help(&sp->diags, d,
                  g->unsaveable->is_param ? "a saved definition says all of its values, and no "
                                            "literal is written as this one"
                                          : "leave it out of definitions that are saved");
        return ST_FAILED;
    }
    for (uint32_t i = 0; i < g->all.n; i++) {
        struct definition *d = g->all.at[i];
        if (!content_hash(&sp->scratch, d)) {
            diag_error(&sp->diags, E0353, n->span,
                       "`%.*s` cannot be saved: definitions use each other too deeply",
                       STR_ARG(d->name));
            return ST_FAILED;
        }
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(g->all.at[k]->name, d->name)) {
                diag_error(&sp->diags, E0353, n->span, "two definitions would be saved as `%.*s`",
                           STR_ARG(d->name));
                return ST_FAILED;
            }
    }
    return ST_OK;
}

static enum status note_result(struct spoke *sp, const struct stored_definition *rows, uint32_t n) {
    uint32_t unchanged = 0;
    for (uint32_t i = 0; i < n; i++)
        if (rows[i].is_new)
            note(sp, "saved %.*s@%lld %.*s", STR_ARG(rows[i].name), (long long)rows[i].number,
                 HASH_SHOWN, rows[i].hash.p);
        else
            unchanged++;
    if (!n)
        note(sp, "there are no definitions to save");
    if (unchanged)
        note(sp, "%u definition%s as saved before", (unsigned)unchanged,
             unchanged == 1 ? " is" : "s are");
    if (sp->store_is_temporary)
        note(sp, "the store is a temporary one: what was saved is gone after this run");
    return ST_OK;
}

enum status save_definitions(struct spoke *sp, const struct node *statement, struct str because) {
    struct gathering g = {.sp = sp};
    struct prepared none = {0};
    enum status s = open_store(sp, &none);
    if (s == ST_OK)
        s = catalogue_read(sp);
    if (s != ST_OK)
        return s;
    gather_session(&g);
    s = may_be_saved(sp, statement, &g);
    if (s != ST_OK)
        return s;
    struct stored_definition *rows =
        ARENA_ARRAY(&sp->scratch, struct stored_definition, g.all.n + 1);
    for (uint32_t i = 0; i < g.all.n; i++) {
        const struct definition *d = g.all.at[i];
        struct definition *latest = catalogue_latest(sp, d->name);
        rows[i] = (struct stored_definition){.kind = d->kind,
                                             .name = d->name,
                                             .hash = d->hash,
                                             .text = d->text,
                                             .uses = uses_of(sp, d),
                                             .because = because,
                                             .saved = day_of_saving(sp),
                                             .anew = latest && catalogue_damage(sp, latest).n};
    }
    s = store_add_definitions(sp->store, statement->span, rows, g.all.n);
    if (s == ST_OK)
        s = catalogue_read(sp);
    return s == ST_OK ? note_result(sp, rows, g.all.n) : s;
}
