/* Saved definitions: a scope for each, and the statements that save and
 * compare them.
 *
 * A version means for ever what it meant when it was saved, so its names are
 * looked up among the versions that it was saved with: in a scope of its own,
 * as modules have one. Of the program it sees the tables, nothing else. */
#include "check/checker.h"

void saved_free(struct session *s) {
    for (uint32_t i = 0; i < s->saved.n; i++)
        strmap_free(&s->saved.at[i]->names);
    s->saved.n = 0;
}

struct scope *saved_scope(struct session *s) {
    struct scope *scope = ARENA_NEW(s->arena, struct scope);
    strmap_init(&scope->names, s->arena->alloc);
    scope->program = s->globals;
    ARENA_PUSH(s->arena, &s->saved) = scope;
    return scope;
}

static void put_name(struct session *s, struct scope *scope, struct str name,
                     struct symbol *symbol) {
    bool is_new;
    uint64_t *place = strmap_put(&scope->names, name, &is_new);
    if (!place)
        longjmp(*s->arena->escape, 1);
    *place = (uint64_t)(uintptr_t)symbol;
}

void saved_bind(struct session *s, struct scope *scope, struct str name, struct symbol *symbol) {
    struct checker c = checker_for(s);
    c.scope = scope;
    const char *dot = memchr(name.p, '.', name.n);
    struct str module = {name.p, dot ? (size_t)(dot - name.p) : 0};
    if (dot && !scope_find(scope, module))
        empty_module(&c, module);
    put_name(s, scope, name, symbol);
}

struct symbol *saved_declare(struct session *s, struct scope *scope, struct node *declaration) {
    struct checker c = checker_for(s);
    c.scope = scope;
    uint32_t before = scope->order.n;
    resolve_module_names(&c, declaration);
    if (declaration->kind == N_LET)
        declare_constant(&c, declaration);
    else
        declare_at_top(&c, declaration);
    struct symbol *symbol = scope->order.n > before ? scope->order.at[before] : NULL;
    if (symbol)
        symbol->saved = true;
    return symbol;
}

struct symbol *session_meaning(struct session *s, const struct symbol *user, struct str name) {
    return scope_find(user->home ? user->home : s->globals, name);
}

void saved_publish(struct session *s, struct str name, struct symbol *symbol, bool listed) {
    put_name(s, s->globals, name, symbol);
    if (listed)
        ARENA_PUSH(s->arena, &s->globals->order) = symbol;
}

bool saved_check(struct session *s, struct symbol *symbol) {
    uint32_t errors = s->diags->errors;
    struct checker c = checker_declaring(s, symbol);
    check_declared(&c, symbol);
    if (symbol->kind == SYM_FUNCTION)
        check_whole_function(&c, symbol->function);
    return s->diags->errors == errors;
}

/* ---- clauses from elsewhere ---- */

static bool is_a_column(const struct session *s, struct str name) {
    for (uint32_t i = 0; i < s->globals->order.n; i++) {
        const struct symbol *t = s->globals->order.at[i];
        if (t->kind == SYM_TABLE && t->table && table_column_named(t->table, name) >= 0)
            return true;
    }
    return false;
}

/* The name gets a spelling of its own, which is bound here. */
static void keep_meaning(struct checker *c, const struct symbol *of, struct node *n, bool called) {
    struct scope *here = top_scope(c);
    struct symbol *s = scope_find(of->home, n->text);
    if (!s || s == scope_find(here, n->text) || s->kind == SYM_TABLE ||
        (s->kind == SYM_FUNCTION) != called || (!called && is_a_column(c->s, n->text)))
        return;
    n->text = arena_printf(c->arena, "%.*s:%u", STR_ARG(n->text), (unsigned)of->span.source);
    put_name(c->s, here, n->text, s);
}

static void keep_in_list(struct checker *c, const struct symbol *of, struct node_list *list);

static void keep_in(struct checker *c, const struct symbol *of, struct node *n) {
    if (!n)
        return;
    if (n->kind == N_NAME)
        keep_meaning(c, of, n, false);
    else if (n->kind == N_CALL && n->a->kind == N_NAME)
        keep_meaning(c, of, n->a, true);
    else
        keep_in(c, of, n->a);
    keep_in(c, of, n->b);
    keep_in(c, of, n->c);
    keep_in(c, of, n->d);
    keep_in_list(c, of, &n->list);
    keep_in_list(c, of, &n->more);
}

static void keep_in_list(struct checker *c, const struct symbol *of, struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        keep_in(c, of, list->at[i]);
}

void keep_meanings(struct checker *c, const struct symbol *of, struct node *clauses) {
    if (of->home && of->home != top_scope(c))
        keep_in(c, of, clauses);
}

/* ---- statements ---- */

static void add_text(struct checker *c, struct node *n, struct node *text, const char *what) {
    if (text)
        list_push(c, &n->list, convert(c, check_value(c, text), TYPE(c, TEXT), what));
}

static struct symbol *compared(struct checker *c, const struct node *name) {
    struct symbol *s = name->kind == N_NAME ? scope_find(c->scope, name->text) : NULL;
    bool fits = s && (s->kind == SYM_MEASURE || s->kind == SYM_COHORT || s->kind == SYM_NETWORK ||
                      s->kind == SYM_RULE || s->kind == SYM_FUNCTION);
    if (fits)
        return s;
    if (name->kind != N_BAD) {
        struct diag *d = error_at(c, E0351, name->span, "`diff` compares two definitions");
        if (name->kind == N_NAME && !s)
            help_names_in_scope(c, d, name->text);
        diag_help(c->s->diags, d,
                  "name two of one kind: `diff absence@1 absence@2`, or `diff absence@1 absence`");
    }
    return NULL;
}

/* The measure, asked with the clauses of `asked`, and over a grain when `over` is one. */
static void add_answer(struct checker *c, struct node *n, const struct node *name,
                       const struct node *asked, struct str over) {
    struct node *q = node_make(c, N_QUESTION, n->span, NULL);
    list_push(c, &q->list, node_copy(c->arena, name));
    for (uint32_t i = 0; asked && i < asked->more.n; i++)
        if (asked->more.at[i]->kind != N_Q_OVER)
            list_push(c, &q->more, node_copy(c->arena, asked->more.at[i]));
    if (over.n) {
        struct node *grain = node_make(c, N_Q_OVER, n->span, NULL);
        grain->text = over;
        grain->name_span = n->span;
        list_push(c, &q->more, grain);
    }
    list_push(c, &n->list, check_value(c, q));
}

static void check_diff(struct checker *c, struct node *n) {
    struct node *asked = n->b->kind == N_QUESTION ? n->b : NULL;
    const struct node *names[2] = {n->a, asked ? asked->list.at[0] : n->b};
    struct symbol *first = compared(c, names[0]), *second = compared(c, names[1]);
    if (!first || !second)
        return;
    if (first->kind != second->kind) {
        fail_at(c, E0351, n, "these are definitions of different kinds");
        return;
    }
    n->a->symbol = first;
    n->b->symbol = second;
    struct str grain = STR("month");
    for (uint32_t i = 0; asked && i < asked->more.n; i++)
        if (asked->more.at[i]->kind == N_Q_OVER)
            grain = asked->more.at[i]->text;
    if (first->kind != SYM_MEASURE) {
        if (!saved_check(c->s, first) || !saved_check(c->s, second))
            return;
        if (asked)
            fail_at(c, E0351, asked, "only measures have figures to ask for");
        return;
    }
    const struct measure_info *a = measure_of(c, first), *b = measure_of(c, second);
    bool dated = a && b && a->at >= 0 && b->at >= 0;
    for (int over = 0; over < (dated ? 2 : 1); over++)
        for (int i = 0; i < 2; i++)
            add_answer(c, n, names[i], asked, over ? grain : STR_NONE);
}

void check_definitions(struct checker *c, struct node *n) {
    if (n->kind == N_DIFF) {
        check_diff(c, n);
    } else if (n->kind == N_SAVE) {
        add_text(c, n, n->a, "the reason");
    } else {
        add_text(c, n, n->a, "the name");
        add_text(c, n, n->b, "the reason");
    }
}
