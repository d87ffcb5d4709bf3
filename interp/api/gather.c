/* Declarations of the session as definitions: their texts, and what each name
 * in them means.
 *
 * A name is taken for a use wherever it could be one; the checker has made sure
 * that a column or field of the same name does not stand for something else. */
#include "api/catalogue.h"

/* ---- what can be saved ---- */

static const char *kind_word(struct spoke *sp, const struct symbol *s) {
    if (is_library_source(&sp->session, s->span.source)) /* presets are kept as they are now */
        return s->kind == SYM_MEASURE ? "preset" : NULL;
    switch (s->kind) {
    case SYM_MEASURE:
        return "measure";
    case SYM_COHORT:
        return "cohort";
    case SYM_NETWORK:
        return "network";
    case SYM_RULE:
        return "rule";
    case SYM_FUNCTION:
        return s->function->declared ? "fn" : NULL;
    case SYM_VARIABLE:
        return s->is_param || (s->is_constant && s->at_top) ? "let" : NULL;
    default:
        return NULL;
    }
}

static struct str text_of(struct spoke *sp, const struct node *n) {
    const struct source *source = source_at(&sp->sources, n->span.source);
    struct str text = {source->text.p + n->span.start, n->span.stop - n->span.start};
    struct str doc = n->doc, head = STR("");
    while (doc.n) {
        const char *end = memchr(doc.p, '\n', doc.n);
        size_t line = end ? (size_t)(end - doc.p) : doc.n;
        head = arena_printf(&sp->scratch, "%.*s## %.*s\n", STR_ARG(head), (int)line, doc.p);
        doc.p += line + (end != NULL);
        doc.n -= line + (end != NULL);
    }
    return arena_printf(&sp->scratch, "%.*s%.*s", STR_ARG(head), STR_ARG(text));
}

/* As the program calls it: what a used file declares goes by the file's name as well. */
static struct str full_name(struct spoke *sp, const struct symbol *s) {
    struct symbol **all, **own;
    uint32_t n = session_symbols(&sp->session, &all);
    if (s->kind == SYM_RULE || !s->home || s->home == sp->session.globals)
        return s->name;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = all[i]->kind == SYM_MODULE ? module_symbols(all[i], &own) : 0;
        for (uint32_t k = 0; k < count; k++)
            if (own[k] == s)
                return arena_printf(&sp->scratch, "%.*s.%.*s", STR_ARG(all[i]->name),
                                    STR_ARG(s->name));
    }
    const struct source *source = source_at(&sp->sources, s->span.source);
    struct str file = source ? source->name : STR("");
    for (size_t i = 0; i < file.n; i++)
        if (file.p[i] == '/') {
            file = (struct str){file.p + i + 1, file.n - i - 1};
            i = (size_t)-1;
        }
    const char *dot = file.n ? memchr(file.p, '.', file.n) : NULL;
    file.n = dot ? (size_t)(dot - file.p) : file.n;
    return arena_printf(&sp->scratch, "%.*s.%.*s", STR_ARG(file), STR_ARG(s->name));
}

/* ---- what they use ---- */

/* The symbol that the tokens from `at` name, of one name or two with a point between. */
static struct symbol *symbol_at(struct spoke *sp, const struct symbol *user, const struct tokens *t,
                                uint32_t at, struct str *name, uint32_t *taken) {
    *taken = 1;
    *name = t->at[at].text;
    if (at + 2 < t->n && t->at[at + 1].kind == TOK_DOT && t->at[at + 2].kind == TOK_NAME) {
        struct str path =
            arena_printf(&sp->scratch, "%.*s.%.*s", STR_ARG(*name), STR_ARG(t->at[at + 2].text));
        struct symbol *part = session_meaning(&sp->session, user, path);
        if (part) {
            *name = path;
            *taken = 3;
            return part;
        }
    }
    return session_meaning(&sp->session, user, *name);
}

/* Names of fields, arguments and `let`s are no uses. */
static bool only_names(const struct tokens *t, uint32_t at) {
    enum token_kind behind = t->at[at + 1].kind;
    return behind == TOK_ASSIGN || behind == TOK_COLON || (at && t->at[at - 1].kind == TOK_DOT);
}

static void gather_uses(struct gathering *g, struct definition *d, const struct symbol *symbol) {
    struct spoke *sp = g->sp;
    struct tokens t = content_tokens(&sp->scratch, d->text);
    uint32_t own = content_own_name(&t), taken;
    for (uint32_t i = own + 1; i < t.n; i += taken) {
        struct str name;
        taken = 1;
        if (t.at[i].kind != TOK_NAME || only_names(&t, i))
            continue;
        struct symbol *s = symbol_at(sp, symbol, &t, i, &name, &taken);
        struct definition *to = s ? gather(g, s) : NULL;
        if (to)
            ARENA_PUSH(&sp->scratch, &d->uses) = (struct definition_use){
                t.at[i].span.start, t.at[i + taken - 1].span.stop, name, to};
        else if (s && !g->unsaveable && (s->is_param || s->kind == SYM_FOREIGN)) {
            g->unsaveable = s;
            g->user = d;
        }
    }
}

struct definition *gather(struct gathering *g, struct symbol *symbol) {
    const char *kind = kind_word(g->sp, symbol);
    if (symbol->saved)
        return catalogue_of_symbol(g->sp, symbol);
    if (!kind || !symbol->node)
        return NULL;
    for (uint32_t i = 0; i < g->all.n; i++)
        if (g->all.at[i]->symbol == symbol)
            return g->all.at[i];
    /* a param is kept as what it is in this run */
    struct str text = symbol->is_param ? literal_let(g->sp, symbol->name, symbol->constant)
                                       : text_of(g->sp, symbol->node);
    if (!text.n)
        return NULL;
    struct definition *d = ARENA_NEW(&g->sp->scratch, struct definition);
    ARENA_PUSH(&g->sp->scratch, &g->all) = d;
    d->symbol = symbol;
    d->kind = str_of(kind);
    d->name = full_name(g->sp, symbol);
    d->text = text;
    gather_uses(g, d, symbol);
    return d;
}

void gather_more(struct gathering *g, struct definition *d) {
    for (uint32_t i = 0; i < g->all.n; i++)
        if (g->all.at[i] == d)
            return;
    if (d)
        ARENA_PUSH(&g->sp->scratch, &g->all) = d;
}

void gather_session(struct gathering *g) {
    struct symbol **all;
    uint32_t n = session_symbols(&g->sp->session, &all);
    for (uint32_t i = 0; i < n; i++) {
        bool declares = all[i]->kind == SYM_MEASURE || all[i]->kind == SYM_COHORT ||
                        all[i]->kind == SYM_NETWORK || all[i]->kind == SYM_RULE;
        if (declares && !all[i]->saved && session_find(&g->sp->session, all[i]->name) == all[i])
            gather(g, all[i]);
    }
}

/* ---- what they are called ---- */

struct definition *saved_as(struct spoke *sp, const struct definition *d) {
    struct definition *found = NULL;
    if (d->number)
        return catalogue_version(sp, d->name, d->number);
    for (uint32_t i = 0; i < sp->catalogue.n; i++) {
        struct definition *other = sp->catalogue.at[i];
        if (str_eq(other->name, d->name) && str_eq(other->declared_hash, d->hash))
            found = other;
    }
    return found;
}

struct str definition_label(struct spoke *sp, struct definition *d) {
    if (!d->declared_hash.n && !content_hash(&sp->scratch, d))
        return d->name;
    const struct definition *saved = saved_as(sp, d);
    struct str hash = d->declared_hash.n ? d->declared_hash : d->hash;
    if (saved)
        return arena_printf(&sp->scratch, "%.*s@%u %.*s", STR_ARG(d->name), (unsigned)saved->number,
                            HASH_SHOWN, hash.p);
    return arena_printf(&sp->scratch, "%.*s %.*s, not saved", STR_ARG(d->name), HASH_SHOWN, hash.p);
}
