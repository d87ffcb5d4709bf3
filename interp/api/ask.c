/* Asking the checker about one name: a check of the whole text with a probe.
 *
 * The session is left as it was found: prompts ask about entries that may never
 * be run. */
#include "api/ask.h"

/* A function that nothing calls is checked with what its parameters say. */
static void try_function(struct spoke *sp, const struct asked_name *a) {
    for (uint32_t i = 0; i < a->file->list.n && !a->probe.found; i++) {
        const struct node *n = a->file->list.at[i];
        struct symbol *s = n->kind == N_FN ? session_find(&sp->session, n->text) : NULL;
        if (s && s->kind == SYM_FUNCTION && n->span.start <= a->probe.span.start &&
            a->probe.span.start < n->span.stop)
            probe_function(&sp->session, s);
    }
}

void ask(struct spoke *sp, const char *name, struct str text, size_t start, size_t stop,
         struct asked_name *out) {
    uint32_t source = source_add(&sp->sources, str_of(name), text);
    memset(out, 0, sizeof *out);
    out->probe.column = -1;
    out->probe.span = (struct span){source, (uint32_t)start, (uint32_t)stop};
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    out->tokens = p.tokens;
    out->file = p.file;
    sp->session.probe = &out->probe;
    check_anyway(sp, p.file);
    try_function(sp, out);
    sp->session.probe = NULL;
}

enum status asking(struct spoke *sp, enum status (*work)(struct spoke *sp, void *data),
                   void *data) {
    struct symbol **symbols;
    uint32_t first = session_symbols(&sp->session, &symbols);
    spoke_sink sink = sp->sink;
    memset(&sp->sink, 0, sizeof sp->sink);
    enum status s = guarded(sp, work, data);
    sp->sink = sink;
    sp->session.probe = NULL; /* without memory it may still be set */
    session_take_back(&sp->session, first);
    diags_init(&sp->diags, &sp->arena);
    return s;
}
