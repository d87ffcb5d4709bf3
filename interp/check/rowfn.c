/* Functions made inside rows.
 *
 * Such a function is an object made anew for each row, and what its body reads
 * of the row is captured like a variable: when an instance of it was checked,
 * every column, path along references and aggregate over other rows in it gives
 * way to a nameless variable, whose value the row computes where the function
 * is made. That node (`function->value`) holds these values in its list, one
 * for each captured variable, so what lowers a row's expression sees them. */
#include "check/checker.h"

static bool list_names_row(struct checker *c, const struct node_list *list);

/* Whether the body may read the row: by a column, a `let` of a clause or rows of a table. */
static bool names_row(struct checker *c, const struct node *n) {
    if (!n)
        return false;
    if (n->kind == N_NAME) {
        if (str_is(n->text, "row") || str_is(n->text, "outer"))
            return true;
        for (const struct row *r = c->row; r; r = r->outer) {
            for (const struct row_let *let = r->lets; let; let = let->next)
                if (str_eq(let->name, n->text))
                    return true;
            if (type_field(r->type, n->text) >= 0 || (r->table && str_eq(r->table->name, n->text)))
                return true;
        }
        const struct symbol *s = scope_find(c->scope, n->text);
        enum aggregate unused;
        return aggregate_named(n->text, &unused) ||
               (s && (s->kind == SYM_TABLE || s->kind == SYM_COHORT));
    }
    return names_row(c, n->a) || names_row(c, n->b) || names_row(c, n->c) || names_row(c, n->d) ||
           list_names_row(c, &n->list) || list_names_row(c, &n->more);
}

static bool list_names_row(struct checker *c, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        if (names_row(c, list->at[i]))
            return true;
    return false;
}

static struct node *read_symbol(struct checker *c, struct symbol *s, struct span span) {
    struct node *n = node_make(c, N_NAME, span, s->type);
    n->symbol = s;
    n->text = s->name;
    return n;
}

bool function_in_row(struct checker *c, struct function *f, struct node *n) {
    f->row = c->row;
    f->aggregates = c->aggregates;
    f->in_aggregate = c->in_aggregate;
    f->in_declaration = c->declaration;
    if (!c->row)
        return false;
    const struct function *around = c->instance ? c->instance->function : NULL;
    f->around = around && around->row == c->row ? c->instance->function : NULL;
    f->value = n;
    n->list = n->more = (struct node_list){0};
    n->a = n->b = n->c = n->d = NULL;
    for (uint32_t i = 0; i < f->ncaptured; i++)
        list_push(c, &n->list, read_symbol(c, f->captured[i], n->span));
    return names_row(c, f->node->b);
}

bool hides_row(const struct checker *c, const struct symbol *s) {
    const struct function *f = c->instance ? c->instance->function : NULL;
    if (!f || !f->row || f->row != c->row || s->kind != SYM_VARIABLE || s->at_top)
        return false;
    while (f->around)
        f = f->around;
    return s->depth > f->depth;
}

/* ---- what a checked body reads of the row ---- */

static bool same_read(const struct node *a, const struct node *b) {
    if (a->kind != b->kind || a->value.i != b->value.i || a->type != b->type)
        return false;
    return a->kind == N_COLUMN ? a->note == b->note : a->kind == N_FOLLOW && same_read(a->a, b->a);
}

/* The variable in which the function finds that part of the row. */
static struct symbol *capture_read(struct checker *c, struct function *f, struct node *read) {
    struct node_list *values = &f->value->list;
    for (uint32_t i = 0; i < f->nreads; i++)
        if (same_read(f->reads[i], read))
            return f->captured[f->ncaptured - f->nreads + i];
    struct symbol *s = ARENA_NEW(c->arena, struct symbol);
    s->kind = SYM_VARIABLE;
    s->name = column_name_of(read);
    s->span = read->span;
    s->type = read->type;
    s->depth = f->depth;
    struct symbol **all = ARENA_ARRAY(c->arena, struct symbol *, f->ncaptured + 1);
    struct node **reads = ARENA_ARRAY(c->arena, struct node *, f->nreads + 1);
    for (uint32_t i = 0; i < f->ncaptured; i++)
        all[i] = f->captured[i];
    for (uint32_t i = 0; i < f->nreads; i++)
        reads[i] = f->reads[i];
    all[f->ncaptured++] = s;
    reads[f->nreads++] = read;
    f->captured = all;
    f->reads = reads;
    list_push(c, values,
              f->around ? read_symbol(c, capture_read(c, f->around, read), read->span) : read);
    return s;
}

static bool is_captured(const struct function *f, const struct symbol *s) {
    for (uint32_t i = 0; i < f->ncaptured; i++)
        if (f->captured[i] == s)
            return true;
    return false;
}

static bool reads_own(const struct function *f, const struct node *n);

static bool list_reads_own(const struct function *f, const struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        if (reads_own(f, list->at[i]))
            return true;
    return false;
}

static bool leg_reads_own(const struct function *f, const struct leg_info *leg) {
    bool own = reads_own(f, leg->source) || reads_own(f, leg->argument) ||
               reads_own(f, leg->filter) || reads_own(f, leg->second) || reads_own(f, leg->day);
    for (uint32_t i = 0; i < leg->n; i++)
        own = own || reads_own(f, leg->inner[i]) || reads_own(f, leg->outer[i]);
    return own;
}

/* Whether a tree that has to be computed outside the function needs what is only known inside. */
static bool reads_own(const struct function *f, const struct node *n) {
    if (!n)
        return false;
    const struct symbol *s = n->symbol;
    if (s && s->kind == SYM_VARIABLE && s->made_from)
        return reads_own(f, s->made_from);
    if (n->kind == N_NAME && s && s->kind == SYM_VARIABLE)
        return !s->at_top && !s->is_constant && !is_captured(f, s);
    if (n->kind == N_LEG && leg_reads_own(f, n->note))
        return true;
    return reads_own(f, n->a) || reads_own(f, n->b) || reads_own(f, n->c) || reads_own(f, n->d) ||
           list_reads_own(f, &n->list) || list_reads_own(f, &n->more);
}

bool reads_own_variables(const struct checker *c, const struct node *n) {
    const struct function *f = c->instance ? c->instance->function : NULL;
    return f && f->row && f->row == c->row && reads_own(f, n);
}

/* Whose columns an enclosing row has, not one of a relation in the body. */
static bool is_row_around(const struct function *f, const void *row) {
    for (const struct row *r = f->row; r; r = r->outer)
        if (r == row)
            return true;
    return false;
}

static bool is_read(const struct function *f, const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_COLUMN:
        return is_row_around(f, n->note);
    case N_FOLLOW:
        return is_read(f, n->a);
    case N_IN:
        return n->b->type && n->b->type->kind == TY_RELATION;
    default:
        return n->kind == N_LEG || n->kind == N_AGGREGATE;
    }
}

static bool is_relation(const struct node *n) {
    return n->kind == N_FROM || n->kind == N_PIPELINE || n->kind == N_QUESTION;
}

static void lift(struct checker *c, struct function *f, struct node **slot);

static void lift_list(struct checker *c, struct function *f, struct node_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        lift(c, f, &list->at[i]);
}

/* A relation has rows of its own, but may be made from values that read the row around. */
static void lift_inside(struct checker *c, struct function *f, struct node *n) {
    if (!n)
        return;
    if (n->symbol && n->symbol->kind == SYM_VARIABLE && n->symbol->made_from)
        lift(c, f, &n->symbol->made_from);
    lift_inside(c, f, n->a);
    lift_inside(c, f, n->b);
    lift_inside(c, f, n->c);
    lift_inside(c, f, n->d);
    for (uint32_t i = 0; i < n->list.n; i++)
        lift_inside(c, f, n->list.at[i]);
    for (uint32_t i = 0; i < n->more.n; i++)
        lift_inside(c, f, n->more.at[i]);
}

static void lift(struct checker *c, struct function *f, struct node **slot) {
    struct node *n = *slot;
    if (!n)
        return;
    if (is_relation(n)) {
        lift_inside(c, f, n);
        return;
    }
    if (is_read(f, n)) {
        if (!reads_own(f, n))
            *slot = read_symbol(c, capture_read(c, f, n), n->span);
        else
            fail_at(c, E0305, n,
                    "an aggregate in a function made in a row sees that row, and nothing of the "
                    "function itself");
        return;
    }
    lift(c, f, &n->a);
    lift(c, f, &n->b);
    lift(c, f, &n->c);
    lift(c, f, &n->d);
    lift_list(c, f, &n->list);
    lift_list(c, f, &n->more);
}

void lift_row_reads(struct checker *c, struct function *f, struct node *body) {
    lift(c, f, &body);
}
