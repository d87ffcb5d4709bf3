/* For prompts and editors: help, names, whether an entry is whole. */
#include "api/interp.h"

static const struct {
    const char *name, *signature, *doc;
} builtins[] = {
#define BUILTIN(id, name, signature, doc) {name, signature, doc},
#include "check/builtin.def"
#undef BUILTIN
};

static const char *const aggregate_words[] = {"count", "sum",    "mean", "min", "max", "first",
                                              "last",  "median", "any",  "all", "sd"};

/* ---- help ---- */

static void put_indented(struct buf *out, struct str rest) {
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t line = end ? (size_t)(end - rest.p) : rest.n;
        buf_printf(out, "  %.*s\n", (int)line, rest.p);
        rest.p += end ? line + 1 : line;
        rest.n -= end ? line + 1 : line;
    }
}

static void help_native(struct spoke *sp, struct buf *out, const struct native_module *m,
                        const struct native_entry *e) {
    buf_printf(out, "%s.%s: %s\n\n  %s\n", m->name, e->name, e->doc, e->signature);
    buf_text(out, "\nexample:\n\n");
    put_indented(out, packed_text(&sp->scratch, m->examples, (size_t)(e - m->entries)));
}

/* What a module declares in Spoke; NULL: nothing. */
static const struct node *declared_in(struct spoke *sp, const struct native_module *m) {
    struct sources sources;
    struct diags diags;
    if (!m->source)
        return NULL;
    sources_init(&sources, &sp->scratch);
    diags_init(&diags, &sp->scratch);
    uint32_t source = source_add(&sources, STR("<library>"), str_of(m->source));
    return parse(&sp->scratch, &diags, &sources, source).file;
}

static bool is_shown(const struct node *n) {
    return n->kind == N_FN || n->kind == N_MEASURE;
}

static void help_module(struct spoke *sp, struct buf *out, const struct native_module *m) {
    const struct node *file = declared_in(sp, m);
    buf_printf(out, "%s: %s\n\n", m->name, m->doc);
    for (size_t i = 0; i < m->n; i++)
        buf_printf(out, "  %-16s %s\n", m->entries[i].name, m->entries[i].doc);
    for (uint32_t i = 0; file && i < file->list.n; i++) {
        const struct node *n = file->list.at[i];
        struct str about = n->title.n ? n->title : n->doc;
        const char *end = about.n ? memchr(about.p, '\n', about.n) : NULL;
        if (is_shown(n))
            buf_printf(out, "  %-16.*s %.*s\n", STR_ARG(n->text),
                       (int)(end ? end - about.p : (ptrdiff_t)about.n), about.p);
    }
}

static bool help_library(struct spoke *sp, struct buf *out, struct str name) {
    const struct native_module *const *m = sp->check_host.modules;
    bool found = false;
    for (; m && *m; m++) {
        if (str_is(name, (*m)->name)) {
            help_module(sp, out, *m);
            return true;
        }
        for (size_t i = 0; i < (*m)->n; i++) {
            struct str full = {NULL, 0};
            size_t module = strlen((*m)->name);
            full.n = name.n > module + 1 ? name.n - module - 1 : 0;
            full.p = full.n ? name.p + module + 1 : NULL;
            bool qualified = full.n && memcmp(name.p, (*m)->name, module) == 0 &&
                             name.p[module] == '.' && str_is(full, (*m)->entries[i].name);
            if (!found && (qualified || str_is(name, (*m)->entries[i].name))) {
                help_native(sp, out, *m, &(*m)->entries[i]);
                found = true;
            }
        }
    }
    return found;
}

static struct str trimmed(struct str s) {
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '='))
        s.n--;
    return s;
}

/* A measure with all of its clauses, a function with its first line. */
static void help_declared(struct buf *out, const struct native_module *m, const struct node *n) {
    uint32_t stop = n->kind == N_FN ? n->b->span.start : n->span.stop;
    struct str text = trimmed((struct str){m->source + n->span.start, stop - n->span.start});
    buf_printf(out, "%s.%.*s: %.*s\n", m->name, STR_ARG(n->text),
               STR_ARG(n->title.n ? n->title : n->doc));
    if (n->title.n && n->doc.n)
        buf_printf(out, "\n%.*s\n", STR_ARG(n->doc));
    buf_char(out, '\n');
    put_indented(out, text);
}

/* A function or measure of a module that is written in Spoke. */
static bool help_spoke(struct spoke *sp, struct buf *out, struct str name) {
    const struct native_module *const *m = sp->check_host.modules;
    for (; m && *m; m++) {
        size_t module = strlen((*m)->name);
        bool full =
            name.n > module && name.p[module] == '.' && memcmp(name.p, (*m)->name, module) == 0;
        struct str bare = full ? (struct str){name.p + module + 1, name.n - module - 1} : name;
        const struct node *file = declared_in(sp, *m);
        for (uint32_t i = 0; file && i < file->list.n; i++) {
            const struct node *n = file->list.at[i];
            if (str_eq(n->text, bare) && (n->kind == N_FN || (full && is_shown(n)))) {
                help_declared(out, *m, n);
                return true;
            }
        }
    }
    return false;
}

static bool help_language(struct buf *out, struct str name) {
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        if (name.n && str_is(name, builtins[i].name)) {
            buf_printf(out, "%s: %s\n\n  %s\n", builtins[i].name, builtins[i].doc,
                       builtins[i].signature);
            return true;
        }
    for (size_t i = 0; i < COUNT_OF(aggregate_words); i++)
        if (str_is(name, aggregate_words[i])) {
            buf_printf(out,
                       "%s: an aggregate over the rows of a group or of another table\n\n"
                       "  %s(x), %s(x where condition), %s(visit.x) on a row that visits "
                       "refer to\n",
                       aggregate_words[i], aggregate_words[i], aggregate_words[i],
                       aggregate_words[i]);
            return true;
        }
    return false;
}

static void help_columns(struct spoke *sp, struct buf *out, const struct table *t) {
    for (uint32_t i = 0; i < t->n; i++) {
        const struct table_column *c = &t->columns[i];
        buf_printf(out, "  %-16.*s %.*s%s%.*s\n", STR_ARG(c->name),
                   STR_ARG(type_text(&sp->scratch, c->type)), c->is_key ? "  key" : "",
                   STR_ARG(c->label.n ? arena_printf(&sp->scratch, "  %.*s", STR_ARG(c->label))
                                      : STR("")));
    }
}

static bool help_symbol(struct spoke *sp, struct buf *out, struct str name, bool source) {
    const struct symbol *s = session_find(&sp->session, name);
    if (!s)
        return false;
    const struct source *text = s->node ? source_at(&sp->sources, s->node->span.source) : NULL;
    if (source && text) {
        buf_printf(out, "%.*s\n", (int)(s->node->span.stop - s->node->span.start),
                   text->text.p + s->node->span.start);
        return true;
    }
    buf_printf(out, "%s %.*s", symbol_word(s->kind), STR_ARG(s->name));
    if (s->node && s->node->title.n)
        buf_printf(out, ": %.*s", STR_ARG(s->node->title));
    buf_char(out, '\n');
    if (s->node && s->node->doc.n)
        buf_printf(out, "\n%.*s\n", STR_ARG(s->node->doc));
    if (s->kind == SYM_TABLE && s->table->row) {
        buf_char(out, '\n');
        help_columns(sp, out, s->table);
    } else if (s->kind == SYM_VARIABLE && s->type)
        buf_printf(out, "\n  %.*s\n", STR_ARG(type_text(&sp->scratch, s->type)));
    else if (s->kind == SYM_MEASURE || s->kind == SYM_COHORT || s->kind == SYM_RULE ||
             s->kind == SYM_NETWORK) {
        buf_char(out, '\n');
        explain_declaration(sp, out, s);
    }
    return true;
}

static void nearest(struct spoke *sp, struct buf *out, struct str name) {
    struct {
        struct str *at;
        uint32_t n, cap;
    } names = {0};
    struct symbol **symbols;
    uint32_t count = session_symbols(&sp->session, &symbols);
    for (uint32_t i = 0; i < count; i++)
        ARENA_PUSH(&sp->scratch, &names) = symbols[i]->name;
    const struct native_module *const *m = sp->check_host.modules;
    for (; m && *m; m++)
        for (size_t i = 0; i < (*m)->n; i++)
            ARENA_PUSH(&sp->scratch, &names) = str_of((*m)->entries[i].name);
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        ARENA_PUSH(&sp->scratch, &names) = str_of(builtins[i].name);
    struct str near = suggest(&sp->scratch, name, names.at, names.n);
    buf_printf(out, "nothing is called `%.*s`%s%.*s%s\n", STR_ARG(name),
               near.n ? "; did you mean `" : "", STR_ARG(near), near.n ? "`?" : "");
}

struct help {
    struct str name;
    bool source, found;
    struct buf text;
};

static enum status put_help(struct spoke *sp, void *data) {
    struct help *h = data;
    h->found = help_symbol(sp, &h->text, h->name, h->source) ||
               help_library(sp, &h->text, h->name) || help_spoke(sp, &h->text, h->name) ||
               help_language(&h->text, h->name);
    if (!h->found)
        nearest(sp, &h->text, h->name);
    return h->text.failed ? ST_NO_MEMORY : ST_OK;
}

spoke_status spoke_help(spoke *sp, const char *name, int source, spoke_write_fn write, void *user) {
    if (!sp || !name || !write || !begin_call(sp))
        return SPOKE_MISUSE;
    struct help h = {.name = str_of(name), .source = source};
    buf_init(&h.text, &sp->alloc);
    enum status s = guarded(sp, put_help, &h);
    if (s == ST_OK)
        write(user, h.text.p, h.text.n);
    buf_free(&h.text);
    spoke_status status = end_call(sp, s);
    return status == SPOKE_OK && !h.found ? SPOKE_FAILED : status;
}

/* ---- entries and names ---- */

static enum status parse_entry(struct spoke *sp, void *data) {
    struct sources sources;
    struct diags diags;
    sources_init(&sources, &sp->scratch);
    diags_init(&diags, &sp->scratch);
    uint32_t source = source_add(&sources, STR("<prompt>"), *(const struct str *)data);
    struct parsed p = parse(&sp->scratch, &diags, &sources, source);
    return p.incomplete ? ST_INCOMPLETE : ST_OK;
}

spoke_status spoke_entry_complete(spoke *sp, const char *text, size_t n) {
    if (!sp || !text || !begin_call(sp))
        return SPOKE_MISUSE;
    struct str entry = {text, n};
    return end_call(sp, guarded(sp, parse_entry, &entry));
}

spoke_status spoke_names(spoke *sp, spoke_write_fn write, void *user) {
    struct symbol **symbols;
    struct buf line;
    if (!sp || !write)
        return SPOKE_MISUSE;
    uint32_t n = session_symbols(&sp->session, &symbols);
    buf_init(&line, &sp->alloc);
    int stop = 0;
    for (uint32_t i = 0; i < n && !stop; i++) {
        if (session_find(&sp->session, symbols[i]->name) != symbols[i] ||
            symbols[i]->kind == SYM_NATIVE)
            continue;
        buf_clear(&line);
        buf_printf(&line, "%s %.*s", symbol_word(symbols[i]->kind), STR_ARG(symbols[i]->name));
        if (line.failed)
            break;
        stop = write(user, line.p, line.n);
    }
    bool failed = line.failed;
    buf_free(&line);
    if (failed)
        return SPOKE_NO_MEMORY;
    return stop ? SPOKE_INTERRUPTED : SPOKE_OK;
}
