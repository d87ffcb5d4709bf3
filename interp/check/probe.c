/* Probes: what the checker tells an editor about one name. */
#include "check/checker.h"

static bool is_asked(const struct checker *c, struct span span) {
    const struct probe *p = c->s->probe;
    return p && span.source == p->span.source && span.start == p->span.start &&
           span.stop == p->span.stop;
}

/* `module.name` has become one NAME; its last part is what is asked about. */
struct span probe_place(const struct node *n) {
    bool path =
        n->kind == N_DOT || (n->kind == N_NAME && n->text.n && memchr(n->text.p, '.', n->text.n));
    return path ? n->name_span : n->span;
}

/* What could stand here, by the state of the checker. The first visit counts: a function may be
 * checked for several types. */
static void note_place(struct checker *c) {
    struct probe *p = c->s->probe;
    if (p->found)
        return;
    p->found = true;
    p->aggregates = c->row && c->aggregates && !c->in_aggregate;
    if (c->row) {
        p->row = c->row->type;
        p->row_table = c->row->table;
        for (const struct row_let *let = c->row->lets; let; let = let->next)
            ARENA_PUSH(c->arena, &p->lets) = let->name;
    }
    for (const struct scope *s = c->scope; s && s->outer; s = s->outer)
        for (uint32_t i = s->order.n; i-- > 0;)
            ARENA_PUSH(c->arena, &p->inside) = s->order.at[i];
}

/* What stands before the point of the probed name. */
static void note_left(struct checker *c, struct node *left) {
    struct probe *p = c->s->probe;
    struct row *from = NULL;
    if (left->kind == N_NAME && !row_name(c, node_copy(c->arena, left))) {
        if (str_is(left->text, "row"))
            from = c->row;
        else if (str_is(left->text, "outer") && c->row)
            from = c->row->outer;
        for (struct row *r = c->row; r && !from; r = r->outer)
            if (r->table && str_eq(r->table->name, left->text))
                from = r;
        struct symbol *s = scope_find(c->scope, left->text);
        if (!from && s && s->kind == SYM_NETWORK) {
            network_of(c, s);
            p->owner = s;
            return;
        }
    }
    p->left = from ? from->type : check_expr(c, node_copy(c->arena, left))->type;
}

bool probe_expression(struct checker *c, struct node *n) {
    if (n->kind == N_DOT && is_asked(c, probe_place(n))) {
        bool first = !c->s->probe->found;
        note_place(c);
        if (first)
            note_left(c, n->a);
        return true;
    }
    if (n->kind != N_NAME || !is_asked(c, probe_place(n)))
        return false;
    note_place(c);
    if (!c->s->probe->symbol && !(c->row && type_field(c->row->type, n->text) >= 0))
        c->s->probe->symbol = scope_find(c->scope, n->text);
    return true;
}

void probe_expression_done(struct checker *c, const struct node *n) {
    struct probe *p = c->s->probe;
    if (p->type)
        return;
    p->type = n->type;
    if (n->kind == N_COLUMN && n->note) {
        const struct row *row = n->note;
        p->table = row->table;
        /* derived columns come behind the table's */
        if (p->table && n->value.i >= p->table->n)
            p->table = NULL;
    } else if (n->kind == N_FOLLOW)
        p->table = n->a->type->table;
    p->column = p->table ? (int)n->value.i : -1;
    const struct leg_info *leg = n->kind == N_LEG ? n->note : NULL;
    if (leg && leg->latest) {
        p->table = leg->table;
        p->column = (int)leg->argument->value.i;
    }
}

void probe_symbol(struct checker *c, struct span span, struct symbol *symbol) {
    if (!is_asked(c, span))
        return;
    note_place(c);
    if (!c->s->probe->symbol)
        c->s->probe->symbol = symbol;
}

void probe_column(struct checker *c, struct span span, struct str name, const struct type *row) {
    if (!is_asked(c, span))
        return;
    note_place(c);
    int field = type_field(row, name);
    c->s->probe->row = row;
    c->s->probe->type = field < 0 ? NULL : row->fields[field].type;
}

void probe_function(struct session *s, struct symbol *symbol) {
    struct checker c = checker_declaring(s, symbol);
    const struct node *declaration = symbol->function->node;
    const struct type **types = ARENA_ARRAY(c.arena, const struct type *, declaration->list.n + 1);
    for (uint32_t i = 0; i < declaration->list.n; i++) {
        const struct node *p = declaration->list.at[i];
        const struct type *t = p->a ? type_of_node(&c, p->a) : TYPE(&c, ERROR);
        bool open = t->kind == TY_RELATION || (t->kind == TY_FN && !type_is_signature(t));
        types[i] = open ? TYPE(&c, ERROR) : t;
    }
    instance_of(&c, symbol->function, types, declaration->list.n, NULL, symbol->span);
}
