/* What a name of a text means, and what a text declares: for editors. */
#include "api/ask.h"
#include "api/candidates.h"
#include "api/grow.h"

static spoke_text public_text(struct str s) {
    return (spoke_text){s.p ? s.p : "", s.n};
}

/* ---- one name ---- */

struct described {
    const char *name;
    struct str text;
    size_t at;
    struct asked_name asked;
    spoke_about out;
};

/* The name's token, at whose end the place may be; NULL: no name stands there. */
static const struct token *find_name(const struct tokens *t, size_t at) {
    for (uint32_t i = 0; i < t->n; i++)
        if (t->at[i].span.start <= at && at <= t->at[i].span.stop &&
            t->at[i].span.stop > t->at[i].span.start &&
            (t->at[i].kind == TOK_NAME || (t->at[i].kind >= TOK_AND && t->at[i].kind <= TOK_MATCH)))
            return &t->at[i];
    return NULL;
}

static void set_definition(struct spoke *sp, spoke_about *out, struct span span) {
    const struct source *source = source_at(&sp->sources, span.source);
    if (!source || (source->name.n && source->name.p[0] == '<')) /* of the store or the library */
        return;
    out->file = public_text(source->name);
    out->file_text = public_text(source->text);
    out->start = span.start;
    out->stop = span.stop;
    out->has_definition = 1;
}

static void set(spoke_about *out, const char *kind, struct str name, struct str type,
                struct str doc) {
    out->kind = public_text(str_of(kind));
    out->name = public_text(name);
    out->type = public_text(type);
    out->doc = public_text(doc);
    out->found = 1;
}

static void set_symbol(struct spoke *sp, spoke_about *out, const struct symbol *s) {
    set(out, symbol_kind_word(s), s->name, symbol_type_text(sp, s), symbol_doc(s));
    set_definition(sp, out, s->span);
}

static void set_candidate(spoke_about *out, const struct candidates *all, struct str name) {
    for (uint32_t i = 0; i < all->all.n && !out->found; i++)
        if (str_eq(all->all.at[i].name, name))
            set(out, all->all.at[i].kind.p, name, all->all.at[i].type, all->all.at[i].doc);
}

/* Names that the checker did not come by: of the library, words. */
static void look_up(struct spoke *sp, struct described *a, const struct token *t) {
    struct candidates all = {.sp = sp};
    const struct token *first = a->asked.tokens.at;
    if (t - first >= 2 && t[-1].kind == TOK_DOT && t[-2].kind == TOK_NAME) {
        offer_module_parts(&all, t[-2].text);
        set_candidate(&a->out, &all, t->text);
        return;
    }
    struct str word = {a->text.p + t->span.start, t->span.stop - t->span.start};
    const struct symbol *s = session_find(&sp->session, word);
    if (s && s->kind != SYM_NATIVE) {
        set_symbol(sp, &a->out, s);
        return;
    }
    offer_functions(&all);
    offer_modules(&all);
    set_candidate(&a->out, &all, word);
    all.all.n = 0;
    offer_words(&all, WORD_INNER | WORD_JOINS | WORD_VALUE | WORD_STATEMENT);
    set_candidate(&a->out, &all, word);
}

static void describe(struct spoke *sp, struct described *a, const struct token *t) {
    const struct probe *p = &a->asked.probe;
    struct str word = {a->text.p + t->span.start, t->span.stop - t->span.start};
    struct str type =
        p->type && p->type->kind != TY_ERROR ? type_text(&sp->scratch, p->type) : STR_NONE;
    if (p->table && p->column >= 0) {
        const struct table_column *column = &p->table->columns[p->column];
        struct str full =
            arena_printf(&sp->scratch, "%.*s.%.*s", STR_ARG(p->table->name), STR_ARG(column->name));
        set(&a->out, "column", full, type, column_doc(sp, column));
        set_definition(sp, &a->out, column->span);
    } else if (p->symbol && p->symbol->kind != SYM_NATIVE)
        set_symbol(sp, &a->out, p->symbol);
    else if (type.n && p->type->kind != TY_FN)
        set(&a->out, p->row ? "column" : "value", word, type, STR_NONE);
    if (!a->out.found)
        look_up(sp, a, t);
}

static enum status about(struct spoke *sp, void *data) {
    struct described *a = data;
    uint32_t source = source_add(&sp->sources, str_of(a->name), a->text);
    struct tokens tokens = lex(&sp->scratch, &sp->diags, &sp->sources, source);
    const struct token *t = find_name(&tokens, a->at);
    if (!t)
        return ST_OK;
    struct str text = arena_str(&sp->scratch, a->text);
    ask(sp, a->name, text, t->span.start, t->span.stop, &a->asked);
    a->out.word_start = t->span.start;
    a->out.word_stop = t->span.stop;
    describe(sp, a, &a->asked.tokens.at[t - tokens.at]);
    return ST_OK;
}

spoke_status spoke_describe_sized(spoke *sp, const char *name, const char *text, size_t n,
                                  size_t at, spoke_about *out, size_t size) {
    if (!sp || !name || (!text && n) || at > n || !out || !begin_call(sp))
        return SPOKE_MISUSE;
    struct described a = {.name = name, .text = {text, n}, .at = at};
    set(&a.out, "", STR_NONE, STR_NONE, STR_NONE);
    a.out.file = a.out.file_text = public_text(STR_NONE);
    a.out.found = 0;
    enum status s = asking(sp, about, &a);
    hand_out(out, size, &a.out, sizeof a.out);
    return end_call(sp, s);
}

/* ---- all names ---- */

struct outline {
    const char *name;
    struct str text;
    spoke_outline_fn each;
    void *user;
    bool stopped;
};

static void put_entry(struct outline *o, const struct node *n, const char *kind, int depth) {
    spoke_outline_entry e = {.name = public_text(n->text),
                             .kind = public_text(str_of(kind)),
                             .title = public_text(n->title),
                             .start = n->span.start,
                             .stop = n->span.stop,
                             .name_start = n->name_span.start,
                             .name_stop = n->name_span.stop,
                             .depth = depth};
    if (!o->stopped && n->text.n)
        o->stopped = o->each(o->user, &e) != 0;
}

static const char *outline_kind(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_TABLE:
        return "table";
    case N_COHORT:
        return "cohort";
    case N_MEASURE:
        return "measure";
    case N_NETWORK:
        return "network";
    case N_RULE:
        return "rule";
    case N_TEST:
        return "test";
    case N_FN:
        return "function";
    case N_LET:
    case N_VAR:
        return "variable";
    case N_PARAM:
        return "param";
    default:
        return NULL;
    }
}

static enum status outline(struct spoke *sp, void *data) {
    struct outline *o = data;
    uint32_t source = source_add(&sp->sources, str_of(o->name), o->text);
    struct parsed p = parse(&sp->arena, &sp->diags, &sp->sources, source);
    for (uint32_t i = 0; i < p.file->list.n; i++) {
        const struct node *n = p.file->list.at[i];
        const char *kind = outline_kind(n);
        if (kind)
            put_entry(o, n, kind, 0);
        for (uint32_t k = 0; n->kind == N_TABLE && k < n->list.n; k++)
            if (n->list.at[k]->kind == N_COLUMN_DECLARATION)
                put_entry(o, n->list.at[k], "column", 1);
        for (uint32_t k = 0; n->kind == N_FOREIGN && k < n->list.n; k++)
            put_entry(o, n->list.at[k], n->list.at[k]->kind == N_FN ? "function" : "type", 0);
    }
    return o->stopped ? ST_INTERRUPTED : ST_OK;
}

spoke_status spoke_outline(spoke *sp, const char *name, const char *text, size_t n,
                           spoke_outline_fn each, void *user) {
    if (!sp || !name || (!text && n) || !each || !begin_call(sp))
        return SPOKE_MISUSE;
    struct outline o = {.name = name, .text = {text, n}, .each = each, .user = user};
    return end_call(sp, asking(sp, outline, &o));
}
