/* What stands below an answer: its measures by name, version and hash, what they
 * count in few words, and the calendar. Made only where people read it. */
#include "api/catalogue.h"

/* "absence@2 3fa9c1d2"; what is not saved has no number. */
static struct str label_of(struct spoke *sp, const struct symbol *symbol) {
    struct gathering g = {.sp = sp};
    struct definition *d = gather(&g, (struct symbol *)(uintptr_t)symbol);
    struct str label = d ? definition_label(sp, d) : symbol->name;
    const char *comma = memchr(label.p, ',', label.n);
    return comma ? (struct str){label.p, (size_t)(comma - label.p)} : label;
}

/* A library's refinement has the whole definition, which begins with its name. */
static struct str words_of(const struct about *about, const struct about_measure *m) {
    struct str all = about->definition, name = m->symbol->name;
    return about->is_preset && about->nmeasures == 1 && all.n >= name.n
               ? (struct str){all.p + name.n, all.n - name.n}
               : m->words;
}

struct caption {
    const struct about *about;
    struct str text;
};

static enum status make(struct spoke *sp, void *data) {
    struct caption *c = data;
    struct arena *arena = &sp->scratch;
    c->text = STR("");
    for (uint32_t i = 0; i < c->about->nmeasures; i++) {
        const struct about_measure *m = &c->about->measures[i];
        struct str label = label_of(sp, m->symbol), words = words_of(c->about, m);
        bool begins = words.n && words.p[0] == ':';
        c->text = arena_printf(arena, "%.*s%s%.*s%s%.*s", STR_ARG(c->text), i ? "\n" : "",
                               STR_ARG(label), begins ? "" : ": ", STR_ARG(words));
    }
    if (c->text.n && c->about->calendar.n)
        c->text = arena_printf(arena, "%.*s%s(%.*s)", STR_ARG(c->text),
                               c->about->nmeasures > 1 ? "\n" : " ", STR_ARG(c->about->calendar));
    return ST_OK;
}

struct str caption_of(struct spoke *sp, const struct frame *f) {
    struct caption c = {&f->about, STR_NONE};
    return f->about.nmeasures && guarded(sp, make, &c) == ST_OK ? c.text : STR_NONE;
}
