/* When the definitions behind an answer changed, as the catalogue tells it, and which they are. */
#include "api/catalogue.h"
#include "api/native.h"
#include "run/native_call.h"

/* Another version of the measure that is known since some day. */
static bool is_change(const struct definition *d, struct str name) {
    bool measure = str_is(d->kind, "measure") || str_is(d->kind, "preset");
    return measure && d->number > 1 && d->saved != NO_DAY && !d->problem && str_eq(d->name, name);
}

/* Of `absence@2` what stands before the number. */
static struct str plain_name(struct str name) {
    const char *at = name.n ? memchr(name.p, '@', name.n) : NULL;
    return at ? (struct str){name.p, (size_t)(at - name.p)} : name;
}

/* Of several versions of one day the last. */
static void add_change(struct native_change *all, uint32_t *n, const struct native_change *change) {
    for (uint32_t i = 0; i < *n; i++)
        if (all[i].day == change->day && str_eq(all[i].name, change->name)) {
            if (change->number > all[i].number)
                all[i] = *change;
            return;
        }
    all[(*n)++] = *change;
}

struct native_change *native_changes(struct native_call *c, const struct about *about,
                                     uint32_t *n) {
    const struct spoke *sp = c->vm->host.user;
    struct native_change *all =
        ARENA_ARRAY(native_arena(c), struct native_change, sp->catalogue.n * about->nmeasures + 1);
    *n = 0;
    for (uint32_t k = 0; all && k < about->nmeasures; k++) {
        struct str name = plain_name(about->measures[k].symbol->name);
        for (uint32_t i = 0; i < sp->catalogue.n; i++) {
            const struct definition *d = sp->catalogue.at[i];
            if (is_change(d, name))
                add_change(all, n,
                           &(struct native_change){d->saved, d->number, d->name, d->because});
        }
    }
    return all;
}

/* ---- which versions they are ---- */

struct naming {
    const struct about *about;
    struct str labels; /* in scratch memory */
};

static enum status name_versions(struct spoke *sp, void *data) {
    struct naming *n = data;
    for (uint32_t k = 0; k < n->about->nmeasures; k++) {
        const struct symbol *symbol = n->about->measures[k].symbol;
        struct gathering g = {.sp = sp};
        struct definition *d = gather(&g, (struct symbol *)(uintptr_t)symbol);
        if (d && content_hash(&sp->scratch, d)) {
            struct str label = definition_label(sp, d);
            n->labels = arena_printf(&sp->scratch, "%.*s%s%.*s", STR_ARG(n->labels),
                                     n->labels.n ? ", " : "", STR_ARG(label));
        }
    }
    return ST_OK;
}

struct str native_versions(struct native_call *c, const struct about *about) {
    struct spoke *sp = c->vm->host.user;
    struct naming n = {.about = about};
    if (!about->nmeasures || catalogue_read(sp) != ST_OK || guarded(sp, name_versions, &n) != ST_OK)
        return STR_NONE;
    return arena_str(native_arena(c), n.labels);
}
