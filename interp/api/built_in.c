/* Built-in relations that the interpreter makes: what there is in the session
 * and in the store, with what is known about each. */
#include "api/catalogue.h"

/* The texts are declarations as in a store's catalogue; rows come from the makers below. */
static const char declarations[] =
    "table tables \"What is stored\" {\n"
    "  key name\n"
    "  name text;  title text null;  rows int;  columns int;  keys text;  stored text\n"
    "}\n"
    "table measures \"Measures that are known\" {\n"
    "  key name\n"
    "  name text;  title text null;  facts text null;  shape text null;  kind text null;\n"
    "  better text null;  version int null;  hash text;  problem text null\n"
    "}\n"
    "table cohorts \"Cohorts that are known\" {\n"
    "  key name\n"
    "  name text;  title text null;  entity text null;  version int null;  hash text;\n"
    "  problem text null\n"
    "}\n"
    "table networks \"Networks that are known\" {\n"
    "  key name\n"
    "  name text;  title text null;  members text null;  version int null;  hash text;\n"
    "  problem text null\n"
    "}\n"
    "table rules \"Rules that are known\" {\n"
    "  key name\n"
    "  name text;  title text null;  judges text null;  severity text null;  id text null;\n"
    "  tags text null;  owner text null;  help text null;\n"
    "  version int null;  hash text;  problem text null\n"
    "}\n"
    "table versions \"Definitions that were saved\" {\n"
    "  key name, number\n"
    "  name text;  number int;  kind text;  hash text;  saved date null;\n"
    "  because text null;  problem text null\n"
    "}\n"
    "table frozen \"What frozen reports were made of\" {\n"
    "  key report, kind, name\n"
    "  report text;  kind text;  name text;  state text;  day date null;  because text null\n"
    "}\n";

static const char *const names[] = {"tables", "measures", "cohorts", "networks",
                                    "rules",  "versions", "frozen"};

struct str built_in_declarations(void) {
    return STR(declarations);
}

/* ---- cells ---- */

struct making {
    const struct table *t;
    ARENA_VEC(struct made_cell) cells;
};

static void put_text(struct spoke *sp, struct making *m, struct str text) {
    ARENA_PUSH(&sp->scratch, &m->cells) =
        (struct made_cell){text.n ? MADE_TEXT : MADE_MISSING, 0, text};
}

/* A column without `null` holds an empty text too. */
static void put_always(struct spoke *sp, struct making *m, struct str text) {
    ARENA_PUSH(&sp->scratch, &m->cells) = (struct made_cell){MADE_TEXT, 0, text};
}

static void put_number(struct spoke *sp, struct making *m, int64_t number, bool there) {
    ARENA_PUSH(&sp->scratch, &m->cells) =
        (struct made_cell){there ? MADE_NUMBER : MADE_MISSING, number, STR_NONE};
}

/* ---- tables ---- */

static struct str key_names(struct spoke *sp, const struct table *t) {
    struct str all = STR("");
    for (uint32_t i = 0; i < t->nkeys; i++)
        all = arena_printf(&sp->scratch, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "",
                           STR_ARG(t->columns[t->keys[i]].name));
    return all;
}

static enum status make_tables(struct spoke *sp, struct making *m) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++) {
        const struct table *t = symbols[i]->kind == SYM_TABLE ? symbols[i]->table : NULL;
        uint64_t rows;
        bool in_columns;
        if (!t || t->built_in || session_find(&sp->session, symbols[i]->name) != symbols[i])
            continue;
        enum status s = store_count(sp->store, t, &rows);
        if (s == ST_OK)
            s = store_is_in_columns(sp->store, t, &in_columns);
        if (s != ST_OK)
            return s;
        put_always(sp, m, t->name);
        put_text(sp, m, t->title);
        put_number(sp, m, (int64_t)rows, true);
        put_number(sp, m, t->n, true);
        put_always(sp, m, key_names(sp, t));
        put_always(sp, m, in_columns ? STR("columns") : STR("rows"));
    }
    return ST_OK;
}

/* ---- declarations ---- */

static void put_measure(struct spoke *sp, struct making *m, const struct symbol *s) {
    const struct measure_info *info = s->detail;
    bool known = info && info->facts;
    put_text(sp, m, known ? info->facts->name : STR(""));
    put_text(sp, m, known ? info->shape : STR(""));
    put_text(sp, m, known ? info->kind : STR(""));
    put_text(sp, m, known ? info->better : STR(""));
}

static void put_cohort(struct spoke *sp, struct making *m, const struct symbol *s) {
    const struct cohort_info *info = s->detail;
    put_text(sp, m, info && info->entity ? info->entity->name : STR(""));
}

static void put_network(struct spoke *sp, struct making *m, const struct symbol *s) {
    const struct network_info *info = s->detail;
    put_text(sp, m, info && info->entity ? info->entity->name : STR(""));
}

static void put_rule(struct spoke *sp, struct making *m, const struct symbol *s) {
    const struct rule_info *info = s->detail;
    put_text(sp, m, info ? info->words : STR(""));
    put_text(sp, m, info ? info->severity : STR(""));
    put_text(sp, m, info ? info->id : STR(""));
    put_text(sp, m, info ? info->tags : STR(""));
    put_text(sp, m, info ? info->owner : STR(""));
    put_text(sp, m, info ? info->help : STR(""));
}

static void put_one(struct spoke *sp, struct making *m, struct symbol *s,
                    void (*put)(struct spoke *, struct making *, const struct symbol *)) {
    struct gathering g = {.sp = sp};
    struct definition *d = gather(&g, s);
    if (!d || !content_hash(&sp->scratch, d))
        return;
    const struct definition *saved = saved_as(sp, d);
    struct str problem = s->saved ? catalogue_problem(sp, d) : STR("");
    if (s->saved && !problem.n) { /* nobody may have asked for it yet */
        saved_check(&sp->session, s);
    }
    put_always(sp, m, s->name);
    put_text(sp, m, s->node->title);
    put(sp, m, s);
    put_number(sp, m, saved ? saved->number : 0, saved != NULL);
    put_always(sp, m, d->hash);
    put_text(sp, m, problem);
}

static enum status make_declared(struct spoke *sp, struct making *m, enum symbol_kind kind,
                                 void (*put)(struct spoke *, struct making *,
                                             const struct symbol *)) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++)
        if (symbols[i]->kind == kind && session_find(&sp->session, symbols[i]->name) == symbols[i])
            put_one(sp, m, symbols[i], put);
    return ST_OK;
}

/* ---- the catalogue ---- */

static enum status make_versions(struct spoke *sp, struct making *m) {
    for (uint32_t i = 0; i < sp->catalogue.n; i++) {
        const struct definition *d = sp->catalogue.at[i];
        put_always(sp, m, d->name);
        put_number(sp, m, d->number, true);
        put_always(sp, m, d->kind);
        put_always(sp, m, d->declared_hash);
        put_number(sp, m, d->saved, d->saved != NO_DAY);
        put_text(sp, m, d->because);
        put_text(sp, m, catalogue_damage(sp, sp->catalogue.at[i]));
    }
    return ST_OK;
}

static enum status make_frozen(struct spoke *sp, struct making *m) {
    struct frozen_item *items;
    uint32_t n;
    enum status s = store_read_frozen(sp->store, &sp->scratch, STR(""), &items, &n);
    for (uint32_t i = 0; i < n && s == ST_OK; i++) {
        put_always(sp, m, items[i].report);
        put_always(sp, m, items[i].kind);
        put_always(sp, m, items[i].name);
        put_always(sp, m, items[i].state);
        put_number(sp, m, items[i].day, items[i].day != NO_DAY);
        put_text(sp, m, items[i].because);
    }
    return s;
}

static enum status make(struct spoke *sp, void *data) {
    struct making m = {.t = data};
    enum status s = catalogue_read(sp);
    size_t which = 0;
    while (which < COUNT_OF(names) && !str_is(m.t->name, names[which]))
        which++;
    if (s != ST_OK || which == COUNT_OF(names))
        return s;
    switch (which) {
    case 0:
        s = make_tables(sp, &m);
        break;
    case 1:
        s = make_declared(sp, &m, SYM_MEASURE, put_measure);
        break;
    case 2:
        s = make_declared(sp, &m, SYM_COHORT, put_cohort);
        break;
    case 3:
        s = make_declared(sp, &m, SYM_NETWORK, put_network);
        break;
    case 4:
        s = make_declared(sp, &m, SYM_RULE, put_rule);
        break;
    case 5:
        s = make_versions(sp, &m);
        break;
    default:
        s = make_frozen(sp, &m);
        break;
    }
    return s == ST_OK ? store_fill(sp->store, m.t, m.cells.at, m.cells.n / m.t->n) : s;
}

enum status fill_built_in(struct spoke *sp, const struct table *t) {
    return guarded(sp, make, (void *)(uintptr_t)t);
}
