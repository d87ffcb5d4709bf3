/* Sessions and units: the two steps of checking, and the order in which
 * declarations become known. */
#include "check/checker.h"

struct checker checker_for(struct session *s) {
    struct checker c = {0};
    c.s = s;
    c.arena = s->arena;
    c.types = &s->types;
    c.scope = s->globals;
    return c;
}

struct checker checker_declaring(struct session *s, const struct symbol *symbol) {
    struct checker c = checker_for(s);
    if (symbol->home)
        c.scope = symbol->home;
    c.declaration = true;
    return c;
}

struct scope *top_scope(const struct checker *c) {
    struct scope *s = c->scope;
    while (s->outer)
        s = s->outer;
    return s;
}

static void add_native(struct session *s, struct str name, const struct native_entry *entry) {
    bool is_new;
    uint64_t *place = strmap_put(&s->natives, name, &is_new);
    if (!place)
        longjmp(*s->arena->escape, 1);
    *place = (uint64_t)(uintptr_t)entry;
}

static void add_natives(struct session *s) {
    const struct native_module *const *m = s->host ? s->host->modules : NULL;
    for (; m && *m; m++)
        for (size_t i = 0; i < (*m)->n; i++) {
            const struct native_entry *e = &(*m)->entries[i];
            add_native(s, str_of(e->name), e);
            add_native(s, arena_printf(s->arena, "%s.%s", (*m)->name, e->name), e);
        }
}

void session_init(struct session *s, struct arena *arena, struct sources *sources,
                  struct diags *diags, const struct check_host *host) {
    memset(s, 0, sizeof *s);
    s->arena = arena;
    s->sources = sources;
    s->diags = diags;
    s->host = host;
    s->calendar = CALENDAR_DEFAULT;
    types_init(&s->types, arena);
    strmap_init(&s->natives, arena->alloc);
    strmap_init(&s->signatures, arena->alloc);
    struct checker c = checker_for(s);
    s->globals = scope_open(&c);
    add_natives(s);
}

void session_free(struct session *s) {
    scopes_drop(s, NULL);
    modules_free(s);
    saved_free(s);
    strmap_free(&s->natives);
    strmap_free(&s->signatures);
    types_free(&s->types);
}

struct symbol *session_find(struct session *s, struct str name) {
    return scope_find(s->globals, name);
}

uint32_t session_symbols(struct session *s, struct symbol ***out) {
    *out = s->globals->order.at;
    return s->globals->order.n;
}

/* Bodies with errors, and those that running out of memory left half checked: the next call of the
 * function is to be checked anew. */
static void forget_broken_instances(struct function *f) {
    for (struct instance **i = &f->instances; *i;) {
        if ((*i)->checking || !(*i)->result || (*i)->result->kind == TY_ERROR) {
            *i = (*i)->next;
            f->ninstances--;
        } else {
            i = &(*i)->next;
        }
    }
}

static void forget_table(struct session *s, const struct table *t) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->tables.n; i++)
        if (s->tables.at[i] != t)
            s->tables.at[kept++] = s->tables.at[i];
    s->tables.n = kept;
}

void session_take_back(struct session *s, uint32_t first) {
    for (uint32_t i = first; i < s->globals->order.n; i++)
        if (s->globals->order.at[i]->kind == SYM_TABLE)
            forget_table(s, s->globals->order.at[i]->table);
    scopes_drop(s, s->globals); /* left open where memory ran out */
    take_back_calendar(s, first);
    scope_take_back(s->globals, first);
    for (uint32_t i = 0; i < s->globals->order.n; i++)
        if (s->globals->order.at[i]->kind == SYM_FUNCTION)
            forget_broken_instances(s->globals->order.at[i]->function);
}

/* ---- step one ---- */

bool check_prepare(struct session *s, struct node *file, struct prepared *out) {
    struct checker c = checker_for(s);
    uint32_t errors = s->diags->errors;
    memset(out, 0, sizeof *out);
    s->loading = NULL;
    keep_calendar(s);
    for (uint32_t i = 0; i < file->list.n; i++) {
        struct node *n = file->list.at[i];
        if (n->kind == N_PARAM)
            declare_param(&c, n);
        if (n->kind == N_USE && !(n->flags & FLAG_CALENDAR))
            use_module(&c, n);
        if (n->kind == N_STORE && !out->store_span.source) {
            out->store_span = n->span;
            if (!constant_text(&c, n->a, &out->store))
                error_at(&c, E0218, n->a->span,
                         "the store's path is a text of literals and parameters");
        } else if (n->kind == N_STORE)
            error_at(&c, E0216, n->span, "a script has one store");
    }
    choose_calendar(&c, file);
    out->tables = s->loaded_tables;
    if (!s->interactive)
        check_given_parameters(&c);
    return s->diags->errors == errors;
}

bool check_constant_text(struct session *s, const struct node *n, struct str *out) {
    struct checker c = checker_for(s);
    return constant_text(&c, n, out);
}

void check_stored_tables(struct session *s, struct node *file) {
    struct checker c = checker_for(s);
    for (uint32_t i = 0; i < file->list.n; i++) {
        struct node *n = file->list.at[i];
        const struct symbol *known = scope_find(s->globals, n->text);
        if (n->kind == N_TABLE && (!known || symbol_may_be_hidden(known)))
            declare_table(&c, n);
    }
}

struct node *check_show_as(struct session *s, struct node *show, struct str name) {
    struct checker c = checker_for(s);
    struct node *let = node_make(&c, N_LET, show->span, NULL);
    struct node *read = node_make(&c, N_NAME, show->span, NULL);
    struct node *block = node_make(&c, N_BLOCK, show->span, NULL);
    struct symbol *symbol = scope_declare(&c, SYM_VARIABLE, NULL, name, show->span);
    symbol->type = read->type = type_plain(c.types, show->a->type);
    symbol->global = true;
    let->text = name;
    let->b = show->a;
    let->symbol = read->symbol = symbol;
    show->a = read;
    list_push(&c, &block->list, let);
    list_push(&c, &block->list, show);
    return block;
}

/* ---- step two ---- */

void declare_at_top(struct checker *c, struct node *n) {
    struct symbol *s;
    switch ((enum node_kind)n->kind) {
    case N_TABLE:
        declare_table(c, n);
        break;
    case N_COHORT:
        scope_declare(c, SYM_COHORT, n, n->text, n->name_span);
        break;
    case N_MEASURE:
        scope_declare(c, SYM_MEASURE, n, n->text, n->name_span);
        break;
    case N_NETWORK:
        scope_declare(c, SYM_NETWORK, n, n->text, n->name_span);
        break;
    case N_RULE:
        scope_declare(c, SYM_RULE, n, n->text, n->name_span);
        break;
    case N_CALENDAR:
        scope_declare(c, SYM_CALENDAR, n, n->text, n->name_span);
        break;
    case N_FN:
        s = scope_declare(c, SYM_FUNCTION, n, n->text, n->name_span);
        s->function = ARENA_NEW(c->arena, struct function);
        s->function->symbol = s;
        s->function->node = n;
        s->function->declared = true;
        s->function->scope = c->scope == c->s->globals ? NULL : c->scope;
        break;
    case N_FOREIGN:
        declare_foreign(c, n);
        break;
    default:
        break;
    }
}

/* Names at the top are known everywhere; a constant `let` with its value, wherever it stands. */
static void declare_variable(struct checker *c, struct node *n) {
    if (n->kind != N_LET && n->kind != N_VAR)
        return;
    struct symbol *s = n->symbol = scope_declare(c, SYM_VARIABLE, n, n->text, n->name_span);
    s->assignable = n->kind == N_VAR;
    bool literal = n->b->kind == N_RANGE ? constant_of(n->b->a) && constant_of(n->b->b)
                                         : constant_of(n->b) != NULL;
    if (s->assignable || n->a || n->b->kind == N_NAME || !literal)
        return;
    n->b = check_expr(c, n->b);
    s->type = n->b->type->kind == TY_MISSING ? NULL : n->b->type;
    if (s->type && s->type->kind == TY_RANGE && !constant_parts_of(c, n->b, n->b->span))
        return; /* its ends have been converted */
    s->is_constant = s->type != NULL;
    s->constant = n->b;
}

void check_declared(struct checker *c, struct symbol *s) {
    switch (s->kind) {
    case SYM_TABLE:
        complete_table(c, s);
        break;
    case SYM_COHORT:
        cohort_of(c, s);
        break;
    case SYM_MEASURE:
        measure_of(c, s);
        break;
    case SYM_NETWORK:
        network_of(c, s);
        break;
    case SYM_RULE:
        rule_of(c, s);
        break;
    case SYM_CALENDAR:
        calendar_of(c, s);
        break;
    default:
        break;
    }
}

bool check_unit(struct session *s, struct node *file) {
    struct checker c = checker_for(s);
    uint32_t errors = s->diags->errors;
    uint32_t first = s->globals->order.n;
    fix_calendar(s, file);
    s->innermost = NULL; /* an earlier unit may have run out of memory */
    s->provisional.n = 0;
    s->loading = NULL;
    for (uint32_t i = 0; s->modules.n && i < file->list.n; i++)
        resolve_module_names(&c, file->list.at[i]);
    for (uint32_t i = 0; i < file->list.n; i++)
        declare_at_top(&c, file->list.at[i]);
    for (uint32_t i = 0; i < file->list.n; i++)
        declare_variable(&c, file->list.at[i]);
    for (uint32_t i = 0; i < first; i++) /* tables of the store may refer to the file's */
        if (s->globals->order.at[i]->kind == SYM_TABLE)
            complete_table(&c, s->globals->order.at[i]);
    check_disclosure(&c, file, first);
    for (uint32_t i = first; i < s->globals->order.n; i++)
        check_declared(&c, s->globals->order.at[i]);
    check_modules(&c);
    for (uint32_t i = 0; i < file->list.n; i++)
        check_statement(&c, &file->list.at[i]);
    for (uint32_t i = first; i < s->globals->order.n; i++)
        if (s->globals->order.at[i]->kind == SYM_FUNCTION)
            check_whole_function(&c, s->globals->order.at[i]->function);
    return s->diags->errors == errors;
}
