/* Modules: files that a program uses, and what the library has in Spoke.
 *
 * A module has a scope of its own, whose outer scope is nothing: it sees its
 * own declarations, the library and the tables, never the program's names.
 * Tables and rules are the store's, so those that a module declares are known
 * to the program by their own names; all other declarations are known there as
 * `module.name`. In the program's scope that is one name with a point in it,
 * and resolve_module_names makes one NAME of such a path, so that nothing
 * else has to know of modules.
 *
 * A file is loaded once in a session, whoever uses it; at a prompt again with
 * each `use`, since it may have been changed. */
#include "check/checker.h"

struct module {
    struct str path; /* of a file; `<core>` of the library's */
    struct scope *scope;
    struct node *file;
    struct module *loader; /* the file that is being loaded and uses this one */
    bool loading;
};

void modules_free(struct session *s) {
    for (uint32_t i = 0; i < s->modules.n; i++)
        strmap_free(&s->modules.at[i]->scope->names);
    s->modules.n = 0;
}

/* ---- paths ---- */

static struct str folder_of(struct str path) {
    size_t n = path.n;
    while (n && path.p[n - 1] != '/')
        n--;
    return (struct str){path.p, n};
}

/* `a/./b` and `a/b/../c` in plain form, so that one file has one path. */
static struct str plain_path(struct checker *c, struct str path) {
    char *out = arena_take(c->arena, path.n + 1);
    size_t n = 0, at = 0;
    while (at < path.n) {
        size_t stop = at;
        while (stop < path.n && path.p[stop] != '/')
            stop++;
        struct str part = {path.p + at, stop - at};
        size_t previous = folder_of((struct str){out, n ? n - 1 : 0}).n;
        struct str before = {out + previous, n ? n - 1 - previous : 0};
        if (str_is(part, "..") && before.n && !str_is(before, ".."))
            n = previous;
        else if (!str_is(part, ".") && (part.n || at == 0)) {
            memcpy(out + n, part.p, part.n);
            n += part.n;
            out[n++] = '/';
        }
        at = stop + 1;
    }
    return (struct str){out, n ? n - 1 : 0};
}

/* Relative to the file that says it. */
static struct str path_of(struct checker *c, const struct node *n) {
    const struct source *from = source_at(c->s->sources, n->span.source);
    struct str path = n->a->text;
    bool is_file = from && !(from->name.n && from->name.p[0] == '<');
    if (is_file && !(path.n && path.p[0] == '/')) {
        struct str folder = folder_of(from->name);
        path = arena_printf(c->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(path));
    }
    return plain_path(c, path);
}

/* ---- declaring ---- */

/* A `let` whose value is known before the run. */
bool declare_constant(struct checker *c, struct node *n) {
    const struct type *declared = n->a ? type_of_node(c, n->a) : NULL;
    n->b = declared ? check_as(c, n->b, declared, "the value") : check_value(c, n->b);
    if (is_poison(n->b))
        return true;
    bool has_parts = n->b->type->kind == TY_RANGE || n->b->kind == N_LIST;
    struct node *k = has_parts ? constant_parts_of(c, n->b, n->b->span)
                               : constant_of(n->b->kind == N_CONVERT ? n->b->a : n->b);
    if (!k || k->kind == N_MISSING || k->type != n->b->type)
        return false;
    struct symbol *s = n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    s->type = k->type;
    s->constant = k;
    s->is_constant = true;
    return true;
}

const struct node *module_file(const struct module *m) {
    return m->file;
}

/* Tables, rules and calendars have one space, that of the store. */
static void declare_for_all(struct checker *c, struct node *n) {
    struct checker program = checker_for(c->s);
    if (n->kind == N_TABLE && scope_find(c->s->globals, n->text))
        return; /* the same file again, at a prompt */
    declare_at_top(&program, n);
    struct symbol *s = scope_find(c->s->globals, n->text);
    if (s)
        s->home = c->scope;
    c->s->loaded_tables = c->s->loaded_tables || n->kind == N_TABLE;
}

static void declare_module(struct checker *c, struct module *m) {
    for (uint32_t i = 0; i < m->file->list.n; i++) {
        struct node *n = m->file->list.at[i];
        if (n->kind == N_USE && !(n->flags & FLAG_CALENDAR))
            use_module(c, n);
    }
    for (uint32_t i = 0; i < m->file->list.n; i++)
        resolve_module_names(c, m->file->list.at[i]);
    for (uint32_t i = 0; i < m->file->list.n; i++) {
        struct node *n = m->file->list.at[i];
        if (n->kind == N_USE || n->kind == N_BAD || n->kind == N_TEST) /* it tests where it stands */
            continue;
        if (n->kind == N_TABLE || n->kind == N_RULE || n->kind == N_CALENDAR)
            declare_for_all(c, n);
        else if (node_declares(n))
            declare_at_top(c, n);
        else if (n->kind != N_LET || !declare_constant(c, n)) {
            struct diag *d = error_at(c, E0216, n->span, "this does not stand in a used file");
            diag_help(c->s->diags, d, "a used file holds declarations and constant `let`s");
        }
    }
}

static void check_shared(struct checker *c, const struct node *file) {
    for (uint32_t i = 0; i < file->list.n; i++) {
        const struct node *n = file->list.at[i];
        struct symbol *s =
            n->kind == N_RULE || n->kind == N_CALENDAR ? scope_find(c->s->globals, n->text) : NULL;
        if (s)
            check_declared(c, s);
    }
}

bool is_preset(const struct session *s, const struct symbol *symbol) {
    return symbol->kind == SYM_MEASURE && symbol->node &&
           (symbol->saved_preset || is_library_source(s, symbol->node->span.source));
}

void check_modules(struct checker *c) {
    struct session *s = c->s;
    while (s->checked_modules < s->modules.n) {
        struct module *m = s->modules.at[s->checked_modules++];
        struct checker own = checker_for(s);
        own.scope = m->scope;
        for (uint32_t i = 0; i < m->scope->order.n; i++)
            if (!is_preset(s, m->scope->order.at[i]))
                check_declared(&own, m->scope->order.at[i]);
        check_shared(&own, m->file);
        for (uint32_t i = 0; i < m->scope->order.n; i++)
            if (m->scope->order.at[i]->kind == SYM_FUNCTION)
                check_whole_function(&own, m->scope->order.at[i]->function);
    }
}

/* ---- files ---- */

static struct module *add_module(struct checker *c, struct str path, struct str text) {
    struct module *m = ARENA_NEW(c->arena, struct module);
    m->path = path;
    m->scope = ARENA_NEW(c->arena, struct scope);
    strmap_init(&m->scope->names, c->arena->alloc);
    m->scope->program = c->s->globals;
    m->loader = c->s->loading;
    ARENA_PUSH(c->arena, &c->s->modules) = m;
    uint32_t source = source_add(c->s->sources, path, text);
    m->file = parse(c->arena, c->s->diags, c->s->sources, source).file;
    m->loading = true;
    c->s->loading = m;
    struct checker own = checker_for(c->s);
    own.scope = m->scope;
    declare_module(&own, m);
    c->s->loading = m->loader;
    m->loading = false;
    return m;
}

/* `first` is the file that is met again; NULL: the program itself. */
static void say_circle(struct checker *c, const struct node *n, struct str path,
                       const struct module *first) {
    struct str chain = STR("");
    for (const struct module *m = c->s->loading; m && m != first; m = m->loader)
        chain = arena_printf(c->arena, "`%.*s` -> %.*s", STR_ARG(m->path), STR_ARG(chain));
    struct diag *d = error_at(c, E0313, n->span, "this file uses itself");
    diag_note(c->s->diags, d, "`%.*s` -> %.*s`%.*s`", STR_ARG(path), STR_ARG(chain), STR_ARG(path));
}

static struct module *read_module(struct checker *c, struct node *n, struct str path) {
    const struct check_host *host = c->s->host;
    struct buf text;
    const char *why = "this host does not allow files to be read";
    buf_init(&text, c->arena->alloc);
    bool fine = host && host->load && host->load(host->user, path, &text, &why);
    struct str copy = fine && !text.failed ? arena_str(c->arena, buf_view(&text)) : STR_NONE;
    buf_free(&text);
    if (fine)
        return add_module(c, path, copy);
    error_at(c, E0501, n->a->span, "`%.*s` cannot be read: %s", STR_ARG(path), why);
    return NULL;
}

static struct module *module_of_file(struct checker *c, struct node *n) {
    struct str path = path_of(c, n);
    for (uint32_t i = c->s->modules.n; i-- > 0;) {
        struct module *m = c->s->modules.at[i];
        if (!str_eq(m->path, path) || (c->s->interactive && !m->loading))
            continue;
        if (!m->loading)
            return m;
        say_circle(c, n, path, m);
        return NULL;
    }
    if (str_eq(path, c->s->program_path)) {
        say_circle(c, n, path, NULL);
        return NULL;
    }
    return read_module(c, n, path);
}

/* `module.name` for everything the module declares. */
static void put_names(struct checker *c, struct str name, const struct module *m) {
    for (uint32_t i = 0; i < m->scope->order.n; i++) {
        struct symbol *s = m->scope->order.at[i];
        if (s->kind == SYM_MODULE)
            continue;
        bool is_new;
        struct str full = arena_printf(c->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(s->name));
        uint64_t *place = strmap_put(&c->scope->names, full, &is_new);
        if (!place)
            longjmp(*c->arena->escape, 1);
        *place = (uint64_t)(uintptr_t)s;
    }
}

struct symbol *empty_module(struct checker *c, struct str name) {
    struct symbol *s = scope_declare(c, SYM_MODULE, NULL, name, (struct span){0, 0, 0});
    struct module *m = s->detail = ARENA_NEW(c->arena, struct module);
    m->scope = c->scope;
    return s;
}

/* ---- the library ---- */

static struct module *library_module(struct checker *c, const struct native_module *native);

/* A module that is all Spoke is used as a file is: its names stand behind its own. */
static void use_library(struct checker *c, struct node *n, const struct native_module *native) {
    struct module *m = library_module(c, native);
    struct symbol *s = scope_declare(c, SYM_MODULE, n, n->text, n->name_span);
    s->detail = m;
    put_names(c, n->text, m);
}

static void use_standard(struct checker *c, struct node *n) {
    const struct native_module *const *m = c->s->host ? c->s->host->modules : NULL;
    struct str names[32];
    uint32_t count = 0;
    for (; m && *m; m++) {
        if (count < COUNT_OF(names))
            names[count++] = str_of((*m)->name);
        if (!str_is(n->text, (*m)->name))
            continue;
        if (!(*m)->n)
            use_library(c, n, *m);
        for (size_t i = 0; i < (*m)->n; i++) {
            uint64_t *place = strmap_find(&c->s->natives, str_of((*m)->entries[i].name));
            if (place)
                *place = (uint64_t)(uintptr_t) & (*m)->entries[i];
        }
        return;
    }
    struct diag *d =
        error_at(c, E0606, n->name_span, "there is no module `%.*s`", STR_ARG(n->text));
    help_words(c, d, n->text, names, count);
    diag_help(c->s->diags, d, "a file is used by its path: `use \"%.*s.spoke\" as %.*s`",
              STR_ARG(n->text), STR_ARG(n->text));
}

void use_module(struct checker *c, struct node *n) {
    if (!n->a) {
        use_standard(c, n);
        return;
    }
    if (!n->a->text.n || !n->text.n)
        return;
    if (!c->s->loading)
        c->s->program_path = plain_path(c, source_at(c->s->sources, n->span.source)->name);
    struct module *m = module_of_file(c, n);
    if (!m)
        return;
    struct symbol *s = scope_declare(c, SYM_MODULE, n, n->text, n->name_span);
    s->detail = m;
    put_names(c, n->text, m);
}

uint32_t module_symbols(const struct symbol *module, struct symbol ***out) {
    const struct module *m = module->detail;
    *out = m->scope->order.at;
    return m->scope->order.n;
}

static struct module *library_module(struct checker *c, const struct native_module *native) {
    struct str path = arena_printf(c->arena, "<%s>", native->name);
    for (uint32_t i = 0; i < c->s->modules.n; i++)
        if (str_eq(c->s->modules.at[i]->path, path))
            return c->s->modules.at[i];
    struct module *outer = c->s->loading;
    c->s->loading = NULL;
    struct module *m = add_module(c, path, str_of(native->source));
    c->s->loading = outer;
    return m;
}

bool is_library_source(const struct session *s, uint32_t source) {
    for (uint32_t i = 0; i < s->modules.n; i++)
        if (s->modules.at[i]->file->span.source == source)
            return s->modules.at[i]->path.p[0] == '<';
    return false;
}

struct function *library_function(struct checker *c, struct str name) {
    const struct native_module *const *m = c->s->host ? c->s->host->modules : NULL;
    for (; m && *m; m++) {
        size_t n = strlen((*m)->name);
        bool full = name.n > n && memcmp(name.p, (*m)->name, n) == 0 && name.p[n] == '.';
        struct str bare = full ? (struct str){name.p + n + 1, name.n - n - 1} : name;
        if (!(*m)->source || !(*m)->n)
            continue; /* those without natives are known behind `use` alone */
        struct symbol *s = scope_find(library_module(c, *m)->scope, bare);
        if (s && s->kind == SYM_FUNCTION)
            return s->function;
    }
    return NULL;
}

/* ---- names ---- */

static void say_unknown_part(struct checker *c, struct node *n, const struct module *m) {
    struct diag *d = error_at(c, E0201, n->name_span, "`%.*s` has no `%.*s`", STR_ARG(n->a->text),
                              STR_ARG(n->text));
    struct str *names = ARENA_ARRAY(c->arena, struct str, m->scope->order.n + 1);
    for (uint32_t i = 0; i < m->scope->order.n; i++)
        names[i] = m->scope->order.at[i]->name;
    help_nearest(c, d, n->text, names, m->scope->order.n);
}

static void resolve_list(struct checker *c, struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        resolve_module_names(c, list->at[i]);
}

void resolve_module_names(struct checker *c, struct node *n) {
    if (!n)
        return;
    const struct symbol *s =
        n->kind == N_DOT && n->a->kind == N_NAME ? scope_find(c->scope, n->a->text) : NULL;
    if (s && s->kind == SYM_MODULE) {
        struct str full =
            arena_printf(c->arena, "%.*s.%.*s", STR_ARG(n->a->text), STR_ARG(n->text));
        if (scope_find(c->scope, full)) {
            n->text = full;
            n->kind = N_NAME;
        } else {
            say_unknown_part(c, n, s->detail);
            n->kind = N_BAD;
        }
        n->a = NULL;
        return;
    }
    resolve_module_names(c, n->a);
    resolve_module_names(c, n->b);
    resolve_module_names(c, n->c);
    resolve_module_names(c, n->d);
    resolve_list(c, &n->list);
    resolve_list(c, &n->more);
}
