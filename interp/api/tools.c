/* For prompts and editors: completion, help, names, whether an entry is whole. */
#include "api/interp.h"

static const char *const kind_words[] = {"variable", "table",   "function", "function", "function",
                                         "cohort",   "measure", "network",  "rule",     "module"};

static const struct {
    const char *name, *signature, *doc;
} builtins[] = {
#define BUILTIN(id, name, signature, doc) {name, signature, doc},
#include "check/builtin.def"
#undef BUILTIN
};

static const char *const words[] = {
    "show",   "from",   "let",    "var",     "fn",      "if",      "else",    "for",     "while",
    "return", "match",  "and",    "or",      "not",     "in",      "is",      "missing", "true",
    "false",  "table",  "cohort", "measure", "network", "rule",    "import",  "store",   "param",
    "where",  "derive", "select", "group",   "by",      "sort",    "take",    "skip",    "distinct",
    "join",   "over",   "print",  "explain", "foreign", "require", "exclude", "among",   "count",
    "value",  "target", "better", "kind",    "per",     "expect",  "message", "severity"};

static const char *const aggregate_words[] = {"count", "sum",    "mean", "min", "max", "first",
                                              "last",  "median", "any",  "all", "sd"};

/* ---- completion ---- */

struct completion {
    struct spoke *sp;
    struct str prefix;
    spoke_write_fn write;
    void *user;
    struct strmap seen;
    bool stopped, failed; /* by the writer, for want of memory */
};

static void offer(struct completion *c, struct str name) {
    bool is_new = false;
    if (c->stopped || name.n < c->prefix.n || !name.n ||
        memcmp(name.p, c->prefix.p, c->prefix.n) != 0)
        return;
    if (!strmap_put(&c->seen, name, &is_new))
        c->failed = true;
    if (!is_new)
        return;
    c->stopped = c->write(c->user, name.p, name.n) != 0;
}

static bool is_word_byte(char b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' ||
           (b & 0x80);
}

static size_t word_start(struct str text, size_t at) {
    while (at > 0 && is_word_byte(text.p[at - 1]))
        at--;
    return at;
}

static void offer_fields(struct completion *c, const struct type *relation) {
    for (uint32_t i = 0; relation && i < relation->n; i++)
        offer(c, relation->fields[i].name);
}

/* The table a path's last step leads to: `attendance.student.` gives student. */
static const struct table *path_table(struct completion *c, struct str text, size_t dot) {
    size_t start = word_start(text, dot);
    struct str word = {text.p + start, dot - start};
    struct symbol *s = session_find(&c->sp->session, word);
    if (s && s->kind == SYM_TABLE)
        return s->table;
    struct symbol **all;
    uint32_t n = session_symbols(&c->sp->session, &all);
    for (uint32_t i = 0; i < n; i++) { /* a reference column of any table */
        if (all[i]->kind != SYM_TABLE || !all[i]->table->row)
            continue;
        int column = table_column_named(all[i]->table, word);
        if (column >= 0 && all[i]->table->columns[column].to)
            return all[i]->table->columns[column].to;
    }
    return NULL;
}

static void offer_after_dot(struct completion *c, struct str text, size_t dot) {
    const struct table *t = path_table(c, text, dot);
    if (t)
        offer_fields(c, t->row);
    size_t start = word_start(text, dot);
    struct str word = {text.p + start, dot - start};
    struct symbol *s = session_find(&c->sp->session, word);
    if (s && s->kind == SYM_NETWORK && s->detail) {
        const struct network_info *net = s->detail;
        offer(c, STR("members"));
        for (uint32_t i = 0; i < net->nties; i++)
            offer(c, net->ties[i].name);
    }
    const struct native_module *const *m = c->sp->check_host.modules;
    for (; m && *m; m++)
        for (size_t i = 0; str_is(word, (*m)->name) && i < (*m)->n; i++)
            offer(c, str_of((*m)->entries[i].name));
}

/* Columns of every relation that the text up to here names. */
static void offer_columns(struct completion *c, struct str text, size_t stop) {
    for (size_t at = 0; at < stop;) {
        size_t from = at;
        while (at < stop && is_word_byte(text.p[at]))
            at++;
        struct symbol *s = session_find(&c->sp->session, (struct str){text.p + from, at - from});
        if (s && at > from && s->kind == SYM_TABLE && s->table->row)
            offer_fields(c, s->table->row);
        if (s && at > from && s->kind == SYM_VARIABLE && s->type && s->type->kind == TY_RELATION)
            offer_fields(c, s->type);
        if (s && at > from && s->kind == SYM_MEASURE && s->detail) {
            const struct measure_info *measure = s->detail;
            if (measure->facts)
                offer_fields(c, measure->facts->row);
        }
        if (at == from)
            at++;
    }
}

spoke_status spoke_complete(spoke *sp, const char *text, size_t n, size_t at, size_t *start,
                            spoke_write_fn write, void *user) {
    if (!sp || !text || at > n || !start || !write)
        return SPOKE_MISUSE;
    struct str all = {text, at};
    size_t from = *start = word_start(all, at);
    struct completion c = {
        .sp = sp, .prefix = {text + from, at - from}, .write = write, .user = user};
    strmap_init(&c.seen, &sp->alloc);
    if (from > 0 && text[from - 1] == '.')
        offer_after_dot(&c, all, from - 1);
    else {
        struct symbol **symbols;
        uint32_t count = session_symbols(&sp->session, &symbols);
        offer_columns(&c, all, from);
        for (uint32_t i = 0; i < count; i++)
            if (session_find(&sp->session, symbols[i]->name) == symbols[i])
                offer(&c, symbols[i]->name);
        for (size_t i = 0; i < COUNT_OF(words); i++)
            offer(&c, str_of(words[i]));
        for (size_t i = 0; i < COUNT_OF(aggregate_words); i++)
            offer(&c, str_of(aggregate_words[i]));
        for (size_t i = 0; i < COUNT_OF(builtins); i++)
            offer(&c, str_of(builtins[i].name));
        const struct native_module *const *m = sp->check_host.modules;
        for (; m && *m; m++) {
            offer(&c, str_of((*m)->name));
            for (size_t i = 0; i < (*m)->n; i++)
                offer(&c, str_of((*m)->entries[i].name));
        }
    }
    strmap_free(&c.seen);
    if (c.failed)
        return SPOKE_NO_MEMORY;
    return c.stopped ? SPOKE_INTERRUPTED : SPOKE_OK;
}

/* ---- help ---- */

static void help_native(struct buf *out, const struct native_module *m,
                        const struct native_entry *e) {
    buf_printf(out, "%s.%s: %s\n\n  %s\n", m->name, e->name, e->doc, e->signature);
    if (e->example && *e->example) {
        buf_text(out, "\nexample:\n\n");
        struct str rest = str_of(e->example);
        while (rest.n) {
            const char *end = memchr(rest.p, '\n', rest.n);
            size_t line = end ? (size_t)(end - rest.p) : rest.n;
            buf_printf(out, "  %.*s\n", (int)line, rest.p);
            rest.p += end ? line + 1 : line;
            rest.n -= end ? line + 1 : line;
        }
    }
}

static bool help_library(struct spoke *sp, struct buf *out, struct str name) {
    const struct native_module *const *m = sp->check_host.modules;
    bool found = false;
    for (; m && *m; m++) {
        if (str_is(name, (*m)->name)) {
            buf_printf(out, "%s: %s\n\n", (*m)->name, (*m)->doc);
            for (size_t i = 0; i < (*m)->n; i++)
                buf_printf(out, "  %-16s %s\n", (*m)->entries[i].name, (*m)->entries[i].doc);
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
                help_native(out, *m, &(*m)->entries[i]);
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

/* A function of a module that is written in Spoke: its documentation and its first line. */
static bool help_spoke(struct spoke *sp, struct buf *out, struct str name) {
    const struct native_module *const *m = sp->check_host.modules;
    for (; m && *m; m++) {
        struct sources sources;
        struct diags diags;
        size_t module = strlen((*m)->name);
        bool full =
            name.n > module && name.p[module] == '.' && memcmp(name.p, (*m)->name, module) == 0;
        struct str bare = full ? (struct str){name.p + module + 1, name.n - module - 1} : name;
        if (!(*m)->source)
            continue;
        sources_init(&sources, &sp->scratch);
        diags_init(&diags, &sp->scratch);
        uint32_t source = source_add(&sources, STR("<library>"), str_of((*m)->source));
        struct parsed p = parse(&sp->scratch, &diags, &sources, source);
        for (uint32_t i = 0; i < p.file->list.n; i++) {
            const struct node *n = p.file->list.at[i];
            if (!str_eq(n->text, bare) || n->kind != N_FN)
                continue;
            struct str header = {(*m)->source + n->span.start, n->b->span.start - n->span.start};
            buf_printf(out, "%s.%.*s: %.*s\n\n  %.*s\n", (*m)->name, STR_ARG(n->text),
                       STR_ARG(n->doc), STR_ARG(trimmed(header)));
            return true;
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
    buf_printf(out, "%s %.*s", kind_words[s->kind], STR_ARG(s->name));
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
        buf_printf(&line, "%s %.*s", kind_words[symbols[i]->kind], STR_ARG(symbols[i]->name));
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
