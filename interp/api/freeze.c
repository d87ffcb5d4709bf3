/* `freeze`: what a report was made of, recorded the first time, and compared
 * with what it is made of now every time after.
 *
 * A report is made of the definitions that its script declares and those that
 * these use, of the tables that either names, with all that they refer to, and
 * of params. A table is known by its rows, whatever their order. */
#include "api/catalogue.h"

typedef ARENA_VEC(struct frozen_item) item_list;

struct freezing {
    struct spoke *sp;
    struct str report, because;
    item_list items;
    enum status status;
};

static bool has_item(const item_list *items, const char *kind, struct str name) {
    for (uint32_t i = 0; i < items->n; i++)
        if (str_is(items->at[i].kind, kind) && str_eq(items->at[i].name, name))
            return true;
    return false;
}

static void add_item(struct freezing *f, const char *kind, struct str name, struct str state) {
    ARENA_PUSH(&f->sp->scratch, &f->items) = (struct frozen_item){
        f->report, str_of(kind), name, state, f->because, day_of_saving(f->sp)};
}

static void add_today(struct freezing *f) {
    char day[16];
    if (!f->sp->session.has_today || has_item(&f->items, "param", STR("today")))
        return;
    size_t n = day_print(day, f->sp->session.today);
    add_item(f, "param", STR("today"), arena_str(&f->sp->scratch, (struct str){day, n}));
}

static void add_table(struct freezing *f, const struct table *t);

/* What rows of it are on a day, other tables may tell. */
static void add_history(struct freezing *f, const struct table *t) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&f->sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++)
        if (symbols[i]->kind == SYM_TABLE && symbols[i]->table->history_of == t &&
            session_find(&f->sp->session, symbols[i]->name) == symbols[i])
            add_table(f, symbols[i]->table);
}

static void add_table(struct freezing *f, const struct table *t) {
    struct str state;
    if (t->built_in || f->status != ST_OK || has_item(&f->items, "table", t->name))
        return;
    f->status = store_table_state(f->sp->store, &f->sp->scratch, t, &state);
    if (f->status != ST_OK)
        return;
    add_item(f, "table", t->name, state);
    if (table_has_spans(t))
        add_today(f); /* its rows are those of that day, where nothing else says */
    add_history(f, t);
    for (uint32_t i = 0; i < t->n; i++)
        if (t->columns[i].to)
            add_table(f, t->columns[i].to);
}

static struct str param_value(struct spoke *sp, const struct symbol *s) {
    for (const struct given_parameter *g = sp->session.given; g; g = g->next)
        if (str_eq(g->name, s->name))
            return g->value;
    const struct source *source = source_at(&sp->sources, s->span.source);
    const struct node *value = s->node ? s->node->b : NULL;
    if (!source || !value)
        return STR("");
    return (struct str){source->text.p + value->span.start, value->span.stop - value->span.start};
}

/* Tables and saved definitions that a text names, and whether it asks for the day. */
static void add_named(struct freezing *f, struct gathering *g, struct str text) {
    struct tokens t = content_tokens(&f->sp->scratch, text);
    for (uint32_t i = 0; i < t.n && f->status == ST_OK; i++) {
        struct symbol *s =
            t.at[i].kind == TOK_NAME ? session_find(&f->sp->session, t.at[i].text) : NULL;
        if (s && s->kind == SYM_TABLE)
            add_table(f, s->table);
        else if (s && s->saved)
            gather_more(g, catalogue_of_symbol(f->sp, s));
        else if (t.at[i].kind == TOK_NAME && !s && str_is(t.at[i].text, "today"))
            add_today(f);
    }
}

static enum status collect(struct freezing *f, const struct node *statement) {
    struct spoke *sp = f->sp;
    struct gathering g = {.sp = sp};
    struct symbol **symbols;
    const struct source *script = source_at(&sp->sources, statement->span.source);
    gather_session(&g);
    add_named(f, &g, script ? script->text : STR(""));
    for (uint32_t i = 0; i < g.all.n && f->status == ST_OK; i++) {
        struct definition *d = g.all.at[i];
        if (!content_hash(&sp->scratch, d))
            continue;
        for (uint32_t k = 0; k < d->uses.n; k++)
            gather_more(&g, d->uses.at[k].to);
        struct str name =
            d->number ? arena_printf(&sp->scratch, "%.*s@%u", STR_ARG(d->name), (unsigned)d->number)
                      : d->name;
        if (!has_item(&f->items, "definition", name))
            add_item(f, "definition", name, d->hash);
        add_named(f, &g, d->text);
    }
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++)
        if (symbols[i]->is_param && session_find(&sp->session, symbols[i]->name) == symbols[i])
            add_item(f, "param", symbols[i]->name, param_value(sp, symbols[i]));
    return f->status;
}

/* ---- comparing ---- */

static const struct frozen_item *item_like(const struct frozen_item *items, uint32_t n,
                                           const struct frozen_item *wanted) {
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(items[i].kind, wanted->kind) && str_eq(items[i].name, wanted->name))
            return &items[i];
    return NULL;
}

static struct str shown_state(const struct frozen_item *item) {
    bool is_hash = str_is(item->kind, "definition") && item->state.n > HASH_SHOWN;
    return (struct str){item->state.p, is_hash ? HASH_SHOWN : item->state.n};
}

static enum status compare(struct freezing *f, const struct node *statement,
                           const struct frozen_item *before, uint32_t n) {
    struct spoke *sp = f->sp;
    struct diag *d = NULL;
    char day[16] = "an unknown day";
    if (before[0].day != NO_DAY)
        day_print(day, before[0].day);
    for (uint32_t i = 0; i < n + f->items.n; i++) {
        const struct frozen_item *item = i < n ? &before[i] : &f->items.at[i - n];
        const struct frozen_item *now =
            i < n ? item_like(f->items.at, f->items.n, item) : item_like(before, n, item);
        if (now && (i >= n || str_eq(now->state, item->state)))
            continue;
        if (!d)
            d = diag_error(&sp->diags, E0354, statement->span,
                           "`%.*s` is not made of what was frozen on %s", STR_ARG(f->report), day);
        if (now)
            diag_note(&sp->diags, d, "%.*s `%.*s`: %.*s then, %.*s now", STR_ARG(item->kind),
                      STR_ARG(item->name), STR_ARG(shown_state(item)), STR_ARG(shown_state(now)));
        else
            diag_note(&sp->diags, d, "%.*s `%.*s` %s", STR_ARG(item->kind), STR_ARG(item->name),
                      i < n ? "was there then" : "is new");
    }
    if (!d) {
        note(sp, "%.*s is made of what was frozen on %s: %u definitions, tables and params",
             STR_ARG(f->report), day, (unsigned)n);
        return ST_OK;
    }
    diag_help(&sp->diags, d, "bring back what it was, or freeze this under another name");
    return ST_FAILED;
}

enum status freeze_report(struct spoke *sp, const struct node *statement, struct str name,
                          struct str because) {
    struct freezing f = {.sp = sp, .report = name, .because = because};
    struct prepared none = {0};
    struct frozen_item *before;
    uint32_t n;
    enum status s = open_store(sp, &none);
    if (s == ST_OK)
        s = catalogue_read(sp);
    if (s == ST_OK && !name.n) {
        diag_error(&sp->diags, E0354, statement->span, "a frozen report needs a name");
        return ST_FAILED;
    }
    if (s == ST_OK)
        s = collect(&f, statement);
    if (s == ST_OK)
        s = store_read_frozen(sp->store, &sp->scratch, name, &before, &n);
    if (s != ST_OK)
        return s;
    if (n)
        return compare(&f, statement, before, n);
    s = store_add_frozen(sp->store, statement->span, f.items.at, f.items.n);
    if (s == ST_OK)
        note(sp, "froze %.*s: %u definitions, tables and params", STR_ARG(name),
             (unsigned)f.items.n);
    return s;
}
