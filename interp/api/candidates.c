/* Collecting candidates: symbols, columns, functions, words, files. */
#include "api/candidates.h"

void offer(struct candidates *c, struct str name, const char *kind, struct str type,
           struct str doc) {
    if (!name.n || name.n < c->prefix.n ||
        (c->prefix.n && memcmp(name.p, c->prefix.p, c->prefix.n) != 0))
        return;
    for (uint32_t i = 0; i < c->all.n; i++)
        if (str_eq(c->all.at[i].name, name))
            return;
    const char *end = doc.n ? memchr(doc.p, '\n', doc.n) : NULL;
    if (end)
        doc.n = (size_t)(end - doc.p);
    ARENA_PUSH(&c->sp->scratch, &c->all) = (struct candidate){name, str_of(kind), type, doc};
}

/* ---- symbols ---- */

const char *symbol_kind_word(const struct symbol *s) {
    static const char *const words[] = {
        [SYM_VARIABLE] = "variable", [SYM_TABLE] = "table",       [SYM_FUNCTION] = "function",
        [SYM_NATIVE] = "function",   [SYM_FOREIGN] = "function",  [SYM_COHORT] = "cohort",
        [SYM_MEASURE] = "measure",   [SYM_NETWORK] = "network",   [SYM_RULE] = "rule",
        [SYM_MODULE] = "module",     [SYM_CALENDAR] = "calendar", [SYM_C_TYPE] = "type"};
    return s->is_param ? "param" : words[s->kind];
}

struct str function_header(const struct source *source, const struct node *fn) {
    uint32_t stop = fn->b ? fn->b->span.start : fn->span.stop;
    struct str header = {source->text.p + fn->span.start, stop - fn->span.start};
    while (header.n && (header.p[header.n - 1] == ' ' || header.p[header.n - 1] == '=' ||
                        header.p[header.n - 1] == '\n'))
        header.n--;
    return header;
}

struct str symbol_type_text(struct spoke *sp, const struct symbol *s) {
    const struct source *source = s->node ? source_at(&sp->sources, s->node->span.source) : NULL;
    switch (s->kind) {
    case SYM_VARIABLE:
        return s->type && s->type->kind != TY_ERROR ? type_text(&sp->scratch, s->type) : STR_NONE;
    case SYM_FUNCTION:
    case SYM_FOREIGN:
        return source ? function_header(source, s->node) : STR_NONE;
    case SYM_TABLE:
        return s->table->row ? type_text(&sp->scratch, s->table->row) : STR_NONE;
    default:
        return STR_NONE;
    }
}

struct str symbol_doc(const struct symbol *s) {
    if (s->kind == SYM_TABLE && s->table->title.n)
        return s->table->title;
    if (!s->node)
        return STR_NONE;
    return s->node->title.n ? s->node->title : s->node->doc;
}

void offer_symbol(struct candidates *c, const struct symbol *s) {
    if (s->kind != SYM_NATIVE)
        offer(c, s->name, symbol_kind_word(s), symbol_type_text(c->sp, s), symbol_doc(s));
}

void offer_symbols(struct candidates *c, bool (*wanted)(const struct symbol *s)) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&c->sp->session, &symbols);
    for (int built_in = 0; built_in < 2; built_in++) /* what is always there comes last */
        for (uint32_t i = 0; i < n; i++) {
            const struct symbol *s = symbols[i];
            bool hidden = session_find(&c->sp->session, s->name) != s ||
                          memchr(s->name.p, '.', s->name.n) ||
                          (s->kind == SYM_TABLE && s->table->built_in) != (built_in == 1);
            if (!hidden && (!wanted || wanted(s)))
                offer_symbol(c, s);
        }
}

/* ---- columns ---- */

static void put_values(struct spoke *sp, struct str *out, const struct code_value *values,
                       uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        *out = arena_printf(&sp->scratch, values[i].is_text ? "%.*s%s\"%.*s\"" : "%.*s%s%.*s",
                            STR_ARG(*out), i ? ", " : "", STR_ARG(values[i].text));
}

struct str column_doc(struct spoke *sp, const struct table_column *column) {
    struct str doc = column->label.n ? column->label : STR("");
    if (column->is_key)
        doc = arena_printf(&sp->scratch, "%.*s%skey", STR_ARG(doc), doc.n ? "; " : "");
    if (column->unit.n)
        doc = arena_printf(&sp->scratch, "%.*s%sin %.*s", STR_ARG(doc), doc.n ? "; " : "",
                           STR_ARG(column->unit));
    if (column->none_of) {
        doc = arena_printf(&sp->scratch, "%.*s%sone of ", STR_ARG(doc), doc.n ? "; " : "");
        put_values(sp, &doc, column->one_of, column->none_of);
    }
    return doc;
}

/* What other tables tell of its rows. */
static void offer_history(struct candidates *c, const struct table *of) {
    struct symbol **symbols;
    uint32_t n = session_symbols(&c->sp->session, &symbols);
    for (uint32_t i = 0; i < n; i++) {
        const struct table *t = symbols[i]->kind == SYM_TABLE ? symbols[i]->table : NULL;
        if (!t || t->history_of != of || session_find(&c->sp->session, t->name) != symbols[i])
            continue;
        for (uint32_t k = 0; k < t->n; k++)
            if (k != t->history_by && table_column_named(of, t->columns[k].name) < 0)
                offer(c, t->columns[k].name, "column",
                      type_text(&c->sp->scratch, t->columns[k].type),
                      column_doc(c->sp, &t->columns[k]));
    }
}

void offer_fields(struct candidates *c, const struct type *row, const struct table *table) {
    for (uint32_t i = 0; row && i < row->n; i++) {
        const struct field *f = &row->fields[i];
        int column = table ? table_column_named(table, f->name) : -1;
        offer(c, f->name, row->kind == TY_RECORD ? "field" : "column",
              f->type->kind == TY_ERROR ? STR_NONE : type_text(&c->sp->scratch, f->type),
              column < 0 ? STR_NONE : column_doc(c->sp, &table->columns[column]));
    }
    if (table)
        offer_history(c, table);
}

/* ---- functions ---- */

static const struct {
    const char *name, *signature, *doc;
} builtins[] = {
#define BUILTIN(id, name, signature, doc) {name, signature, doc},
#include "check/builtin.def"
#undef BUILTIN
};

/* A library module's functions in Spoke. */
static void offer_written(struct candidates *c, const struct native_module *m) {
    struct sources sources;
    struct diags diags;
    if (!m->source)
        return;
    sources_init(&sources, &c->sp->scratch);
    diags_init(&diags, &c->sp->scratch);
    uint32_t number = source_add(&sources, STR("<library>"), str_of(m->source));
    struct parsed p = parse(&c->sp->scratch, &diags, &sources, number);
    for (uint32_t i = 0; i < p.file->list.n; i++) {
        const struct node *n = p.file->list.at[i];
        if (n->kind == N_FN)
            offer(c, n->text, "function", function_header(source_at(&sources, number), n), n->doc);
    }
}

static void offer_library(struct candidates *c, const struct native_module *m) {
    for (size_t i = 0; i < m->n; i++)
        offer(c, str_of(m->entries[i].name), "function", str_of(m->entries[i].signature),
              str_of(m->entries[i].doc));
    offer_written(c, m);
}

void offer_modules(struct candidates *c) {
    const struct native_module *const *m = c->sp->check_host.modules;
    for (; m && *m; m++)
        offer(c, str_of((*m)->name), "module", STR_NONE, str_of((*m)->doc));
}

void offer_functions(struct candidates *c) {
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        offer(c, str_of(builtins[i].name), "function", str_of(builtins[i].signature),
              str_of(builtins[i].doc));
    for (int i = 0; i < AGG_WEIGHTED; i++)
        offer(c, str_of(aggregate_name((enum aggregate)i)), "aggregate", STR_NONE,
              STR("over the rows of a group, or of another table"));
    const struct native_module *const *m = c->sp->check_host.modules;
    for (; m && *m; m++)
        offer_library(c, *m);
}

void offer_module_parts(struct candidates *c, struct str name) {
    const struct native_module *const *m = c->sp->check_host.modules;
    for (; m && *m; m++)
        if (str_is(name, (*m)->name))
            offer_library(c, *m);
    const struct symbol *used = session_find(&c->sp->session, name);
    struct symbol **symbols;
    uint32_t n = used && used->kind == SYM_MODULE ? module_symbols(used, &symbols) : 0;
    for (uint32_t i = 0; i < n; i++)
        offer_symbol(c, symbols[i]);
}

/* ---- arguments ---- */

/* Parameters by a text such as "fn f(x: int, y: text = missing)". */
static void offer_parameters(struct candidates *c, struct str signature, uint32_t first) {
    struct sources sources;
    struct diags diags;
    sources_init(&sources, &c->sp->scratch);
    diags_init(&diags, &c->sp->scratch);
    uint32_t number = source_add(&sources, STR("<signature>"), signature);
    const struct node *fn = parse_signature(&c->sp->scratch, &diags, &sources, number);
    const char *text = source_at(&sources, number)->text.p;
    for (uint32_t i = first; fn && i < fn->list.n; i++) {
        const struct node *p = fn->list.at[i];
        struct str name = arena_printf(&c->sp->scratch, "%.*s:", STR_ARG(p->text));
        struct str whole = {text + p->span.start, p->span.stop - p->span.start};
        size_t at = p->text.n;
        while (at < whole.n && (whole.p[at] == ':' || whole.p[at] == ' '))
            at++;
        offer(c, name, "argument", (struct str){whole.p + at, whole.n - at}, STR_NONE);
    }
}

static struct str library_signature(struct spoke *sp, struct str function) {
    uint64_t *native = strmap_find(&sp->session.natives, function);
    if (native)
        return str_of(((const struct native_entry *)(uintptr_t)*native)->signature);
    struct candidates all = {.sp = sp};
    const char *point = function.n ? memchr(function.p, '.', function.n) : NULL;
    if (point)
        offer_module_parts(&all, (struct str){function.p, (size_t)(point - function.p)});
    else
        offer_functions(&all);
    size_t skip = point ? (size_t)(point - function.p) + 1 : 0;
    struct str bare = {function.p + skip, function.n - skip};
    for (uint32_t i = 0; i < all.all.n; i++)
        if (str_eq(all.all.at[i].name, bare))
            return all.all.at[i].type;
    return STR_NONE;
}

void offer_arguments(struct candidates *c, struct str function, const struct symbol *symbol,
                     uint32_t first) {
    struct str text = symbol ? symbol_type_text(c->sp, symbol) : STR_NONE;
    if (!symbol)
        text = library_signature(c->sp, function);
    bool whole = text.n > 3 && memcmp(text.p, "fn ", 3) == 0;
    if (text.n)
        offer_parameters(c, whole ? text : arena_printf(&c->sp->scratch, "fn %.*s", STR_ARG(text)),
                         first);
}

/* ---- words ---- */

static const struct {
    const char *word;
    unsigned place;
    const char *doc;
} words[] = {
#define WORD(word, place, doc) {word, WORD_##place, doc},
#include "api/words.def"
#undef WORD
};

void offer_words(struct candidates *c, unsigned places) {
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (words[i].place & places)
            offer(c, str_of(words[i].word), "word", STR_NONE, str_of(words[i].doc));
}

void offer_word(struct candidates *c, struct str word) {
    const char *doc = "";
    for (size_t i = COUNT_OF(words); i-- > 0;) /* what it means in its place comes last */
        if (!*doc && str_is(word, words[i].word))
            doc = words[i].doc;
    offer(c, word, "word", STR_NONE, str_of(doc));
}
