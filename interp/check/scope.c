/* Names: scopes, declaring, finding, and offering the nearest one. */
#include "check/checker.h"

struct scope *scope_open(struct checker *c) {
    struct scope *s = ARENA_NEW(c->arena, struct scope);
    s->outer = c->scope;
    s->depth = c->scope ? c->scope->depth : 0;
    strmap_init(&s->names, c->arena->alloc);
    s->opened_before = c->s->latest;
    c->s->latest = s;
    c->scope = s;
    return s;
}

void scope_close(struct checker *c) {
    assert(c->s->latest == c->scope);
    c->s->latest = c->scope->opened_before;
    strmap_free(&c->scope->names);
    c->scope = c->scope->outer;
}

void scopes_drop(struct session *s, const struct scope *until) {
    for (; s->latest && s->latest != until; s->latest = s->latest->opened_before)
        strmap_free(&s->latest->names);
}

struct symbol *scope_find(const struct scope *s, struct str name) {
    for (; s; s = s->outer) {
        for (uint32_t i = 0; s->kept && i < s->order.n; i++)
            if (str_eq(s->order.at[i]->name, name))
                return s->order.at[i];
        if (s->kept)
            continue;
        uint64_t *found = strmap_find(&s->names, name);
        if (found && *found) /* 0: taken back */
            return (struct symbol *)(uintptr_t)*found;
        if (s->program) { /* a module sees the tables of the program, and nothing else of it */
            struct symbol *table = scope_find(s->program, name);
            if (table && table->kind == SYM_TABLE)
                return table;
        }
    }
    return NULL;
}

const char *symbol_word(enum symbol_kind kind) {
    static const char *const words[] = {
        [SYM_VARIABLE] = "variable", [SYM_TABLE] = "table",      [SYM_FUNCTION] = "function",
        [SYM_NATIVE] = "function",   [SYM_FOREIGN] = "function", [SYM_COHORT] = "cohort",
        [SYM_MEASURE] = "measure",   [SYM_NETWORK] = "network",  [SYM_RULE] = "rule",
        [SYM_CALENDAR] = "calendar", [SYM_C_TYPE] = "type of C", [SYM_MODULE] = "module"};
    return words[kind];
}

static void report_twice(struct checker *c, const struct symbol *old, struct str name,
                         struct span span) {
    struct diag *d = error_at(c, E0205, span, "`%.*s` is defined twice", STR_ARG(name));
    if (old->span.source)
        diag_label_add(c->s->diags, d, old->span, "the first `%.*s`, a %s", STR_ARG(name),
                       symbol_word(old->kind));
}

bool symbol_may_be_hidden(const struct symbol *old) {
    return old->saved || (old->kind == SYM_TABLE && old->table && old->table->built_in);
}

/* Back-quoted names may hold the sign; then the name is shorter than what is written. */
static bool is_version(struct str name, struct span span) {
    return name.n && memchr(name.p, '@', name.n) && span.stop - span.start == name.n;
}

struct symbol *scope_declare(struct checker *c, enum symbol_kind kind, struct node *node,
                             struct str name, struct span span) {
    bool is_new = false;
    bool top = c->scope == c->s->globals;
    uint64_t *place = strmap_put(&c->scope->names, name, &is_new);
    if (!place) /* out of memory: leave the phase as the arena does */
        longjmp(*c->arena->escape, 1);
    struct symbol *old = is_new ? NULL : (struct symbol *)(uintptr_t)*place;
    if (old && !(top && (c->s->interactive || symbol_may_be_hidden(old))))
        report_twice(c, old, name, span);
    if (is_version(name, span)) {
        struct diag *d = error_at(c, E0350, span, "`%.*s` is a saved version, no name of its own",
                                  STR_ARG(name));
        diag_help(c->s->diags, d,
                  "versions are made by `save`, and named where a definition is used");
    }
    struct symbol *s = ARENA_NEW(c->arena, struct symbol);
    s->kind = kind;
    s->name = name;
    s->node = node;
    s->span = span;
    s->depth = c->scope->depth;
    s->at_top = c->scope->outer == NULL;
    s->home = c->scope;
    ARENA_PUSH(c->arena, &c->scope->order) = s;
    *place = (uint64_t)(uintptr_t)s; /* what is found can be taken back */
    probe_symbol(c, span, s);
    return s;
}

void scope_take_back(struct scope *s, uint32_t first) {
    for (uint32_t i = first; i < s->order.n; i++) {
        uint64_t *place = strmap_find(&s->names, s->order.at[i]->name);
        struct symbol *before = NULL;
        for (uint32_t k = 0; k < first; k++)
            if (str_eq(s->order.at[k]->name, s->order.at[i]->name))
                before = s->order.at[k];
        *place = (uint64_t)(uintptr_t)before;
    }
    s->order.n = first;
}

void help_nearest(struct checker *c, struct diag *d, struct str wanted, const struct str *names,
                  uint32_t n) {
    struct str near = suggest(c->arena, wanted, names, n);
    if (near.n)
        diag_help(c->s->diags, d, "did you mean `%.*s`?", STR_ARG(near));
}

void help_words(struct checker *c, struct diag *d, struct str wanted, const struct str *words,
                uint32_t n) {
    help_nearest(c, d, wanted, words, n);
    struct str all = STR("");
    for (uint32_t i = 0; i < n; i++)
        all = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(words[i]));
    diag_note(c->s->diags, d, "available: %.*s", STR_ARG(all));
}

typedef ARENA_VEC(struct str) str_vec;

void help_names_in_scope(struct checker *c, struct diag *d, struct str wanted) {
    str_vec names = {0};
    if (c->row)
        for (uint32_t i = 0; i < c->row->type->n; i++)
            ARENA_PUSH(c->arena, &names) = c->row->type->fields[i].name;
    for (const struct scope *s = c->scope; s; s = s->outer)
        for (uint32_t i = 0; i < s->order.n; i++)
            ARENA_PUSH(c->arena, &names) = s->order.at[i]->name;
    help_nearest(c, d, wanted, names.at, names.n);
}

/* Where references lead from `t` to a column of that name, two steps at most: `student.grade`. */
static struct str path_to(struct checker *c, const struct table *t, struct str name,
                          uint32_t steps) {
    for (uint32_t i = 0; i < t->n; i++)
        if (t->columns[i].to && table_column_named(t->columns[i].to, name) >= 0)
            return arena_printf(c->arena, "%.*s.%.*s", STR_ARG(t->columns[i].name), STR_ARG(name));
    for (uint32_t i = 0; i < t->nties; i++)
        if (table_column_named(t->ties[i].to, name) >= 0)
            return arena_printf(c->arena, "%.*s.%.*s", STR_ARG(t->ties[i].name), STR_ARG(name));
    for (uint32_t i = 0; i < t->n && steps > 1; i++) {
        struct str rest =
            t->columns[i].to ? path_to(c, t->columns[i].to, name, steps - 1) : STR_NONE;
        if (rest.n)
            return arena_printf(c->arena, "%.*s.%.*s", STR_ARG(t->columns[i].name), STR_ARG(rest));
    }
    return STR_NONE;
}

/* A period's name where a day is at hand: `month(day)` for `month`. */
static struct str period_of_day(struct checker *c, const struct table *t, struct str name) {
    static const char *const grains[] = {"week", "month", "quarter", "year", "school_year"};
    bool is_grain = false;
    for (uint32_t i = 0; i < COUNT_OF(grains); i++)
        is_grain = is_grain || str_is(name, grains[i]);
    for (uint32_t i = 0; is_grain && i < t->n; i++)
        if (type_is_dated(t->columns[i].type))
            return arena_printf(c->arena, "%.*s(%.*s)", STR_ARG(name), STR_ARG(t->columns[i].name));
    return STR_NONE;
}

/* Words that begin a statement of their own; NULL: it is none. */
static const char *declared_by(struct str word) {
    static const char *const forms[][2] = {
        {"network", "network NAME { members TABLE;  ties TABLE from COLUMN to COLUMN }"},
        {"table", "table NAME { key COLUMN;  COLUMN TYPE }"},
        {"cohort", "cohort NAME { of TABLE;  enter DAY }"}};
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (str_is(word, forms[i][0]))
            return forms[i][1];
    return NULL;
}

void help_column(struct checker *c, struct diag *d, struct str wanted) {
    const char *form = c->row ? NULL : declared_by(wanted);
    if (form) {
        diag_help(c->s->diags, d, "`%s` declares one, which then goes by its name", form);
        return;
    }
    const struct table *t = c->row ? c->row->table : NULL;
    struct str path = t ? path_to(c, t, wanted, 2) : STR_NONE;
    if (t && !path.n)
        path = period_of_day(c, t, wanted);
    if (path.n)
        diag_help(c->s->diags, d, "did you mean `%.*s`?", STR_ARG(path));
    else
        help_names_in_scope(c, d, wanted);
    if (c->row)
        note_fields(c, d, c->row->type);
}

bool fail_table_as_column(struct checker *c, const struct node *n) {
    if (n->type->kind != TY_RELATION || n->kind != N_FROM || !n->symbol)
        return false;
    struct str written = n->symbol->name;
    struct diag *d =
        c->row && c->row->table
            ? error_at(c, E0204, n->span, "`%.*s` has no column `%.*s`",
                       STR_ARG(c->row->table->name), STR_ARG(written))
            : error_at(c, E0204, n->span, "there is no column `%.*s` here", STR_ARG(written));
    help_column(c, d, written);
    return true;
}

void note_fields(struct checker *c, struct diag *d, const struct type *t) {
    size_t room = 1, n = 0;
    for (uint32_t i = 0; i < t->n; i++)
        room += t->fields[i].name.n + 2;
    char *all = ARENA_ARRAY(c->arena, char, room);
    for (uint32_t i = 0; i < t->n; i++) {
        struct str name = t->fields[i].name;
        memcpy(all + n, ", ", i ? 2 : 0);
        n += i ? 2 : 0;
        memcpy(all + n, name.p, name.n);
        n += name.n;
    }
    diag_note(c->s->diags, d, "available: %.*s", (int)n, all);
}

void help_fields(struct checker *c, struct diag *d, struct str wanted, const struct type *t) {
    struct str *names = ARENA_ARRAY(c->arena, struct str, t->n);
    for (uint32_t i = 0; i < t->n; i++)
        names[i] = t->fields[i].name;
    help_nearest(c, d, wanted, names, t->n);
    note_fields(c, d, t);
}

struct symbol *find_table(struct checker *c, struct str name, struct span span) {
    struct symbol *s = scope_find(c->s->globals, name);
    probe_symbol(c, span, s);
    if (s && s->kind == SYM_TABLE) {
        complete_table(c, s);
        return s;
    }
    struct diag *d = error_at(c, E0203, span, "there is no table `%.*s`", STR_ARG(name));
    str_vec names = {0};
    for (uint32_t i = 0; i < c->s->globals->order.n; i++)
        if (c->s->globals->order.at[i]->kind == SYM_TABLE)
            ARENA_PUSH(c->arena, &names) = c->s->globals->order.at[i]->name;
    help_nearest(c, d, name, names.at, names.n);
    return NULL;
}
