/* Aggregates over rows of another table that are compared with the row at hand
 * by more than `==`: count(visit where school == outer.school and day <= outer.day).
 *
 * They are a leg over pairs. The different values that the row's table has in
 * what is compared are joined with the other rows on what is equal; the pairs
 * on which the rest is true are aggregated for each of these values, and the
 * row fetches its own. So something must be equal, or every row would be held
 * against every other. All nodes are made checked. */
#include "check/checker.h"

struct pairs {
    struct checker *c;
    struct row *inner, *outer, *row; /* rows of both tables, and of pairs */
    struct columns left;             /* fields of pairs that come from the row at hand */
    ARENA_VEC(struct node *) values; /* ... and what they are over it */
    ARENA_VEC(uint32_t) columns;     /* those that the rest compares, by number */
    uint32_t nties;
    bool fine;
};

/* ---- what is compared ---- */

static void find_outer(struct node *n, const struct row *outer, struct pairs *p,
                       void (*found)(struct pairs *, struct node *)) {
    if (!n)
        return;
    if (n->kind == N_COLUMN && n->note == outer)
        found(p, n);
    find_outer(n->a, outer, p, found);
    find_outer(n->b, outer, p, found);
    for (uint32_t i = 0; i < n->list.n; i++)
        find_outer(n->list.at[i], outer, p, found);
}

static void must_be_of_table(struct pairs *p, struct node *column) {
    p->fine = p->fine && column->value.i < p->outer->table->n && !column->op;
}

static void add_column_read(struct pairs *p, struct node *column) {
    must_be_of_table(p, column);
    for (uint32_t i = 0; i < p->columns.n; i++)
        if (p->columns.at[i] == column->value.i)
            return;
    ARENA_PUSH(p->c->arena, &p->columns) = (uint32_t)column->value.i;
}

/* Whether it is missing, and so not true, where one of its columns is. */
static bool is_strict(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_BINARY:
        return n->op != TOK_OR && is_strict(n->a) && is_strict(n->b);
    case N_CONVERT:
    case N_FOLLOW:
        return is_strict(n->a);
    case N_COLUMN:
    case N_INT:
    case N_FLOAT:
    case N_SHARE:
    case N_TEXT:
    case N_BOOL:
    case N_DATE:
    case N_DATETIME:
    case N_PERIOD:
    case N_DURATION:
        return true;
    default:
        return false;
    }
}

static bool may_lack(const struct pairs *p) {
    for (uint32_t i = 0; i < p->columns.n; i++)
        if (p->outer->type->fields[p->columns.at[i]].type->nullable)
            return true;
    return false;
}

/* ---- trees over pairs ---- */

static bool is_plain(const struct node *n) {
    return n->kind != N_LEG && n->kind != N_FN && n->kind != N_FROM && n->kind != N_PIPELINE &&
           n->kind != N_QUESTION && n->kind != N_MATCH && n->more.n == 0;
}

static struct node *over_pairs(struct pairs *p, const struct node *n) {
    if (!n)
        return NULL;
    struct node *copy = ARENA_NEW(p->c->arena, struct node);
    *copy = *n;
    p->fine = p->fine && is_plain(n);
    if (n->kind == N_COLUMN) {
        p->fine = p->fine && !n->op;
        copy->note = p->row;
        copy->value.i = n->value.i + p->left.n;
        for (uint32_t i = 0; n->note == p->outer && i < p->columns.n; i++)
            if (p->columns.at[i] == n->value.i)
                copy->value.i = p->nties + i;
        return copy;
    }
    copy->a = over_pairs(p, n->a);
    copy->b = over_pairs(p, n->b);
    copy->c = over_pairs(p, n->c);
    copy->d = over_pairs(p, n->d);
    copy->list = (struct node_list){NULL, 0, 0};
    for (uint32_t i = 0; i < n->list.n; i++)
        list_push(p->c, &copy->list, over_pairs(p, n->list.at[i]));
    return copy;
}

/* ---- the relation of pairs ---- */

static struct node *from_table(struct pairs *p, const struct table *t, struct span span) {
    struct symbol *s = ARENA_NEW(p->c->arena, struct symbol);
    s->kind = SYM_TABLE;
    s->name = t->name;
    s->table = (struct table *)(uintptr_t)t;
    struct node *from = node_make(p->c, N_FROM, span, t->row);
    from->symbol = s;
    from->text = t->name;
    return from;
}

static struct node *pipeline(struct pairs *p, struct node *from, struct node *verb) {
    struct node *n = node_make(p->c, N_PIPELINE, from->span, verb->type);
    n->a = from;
    list_push(p->c, &n->list, verb);
    return n;
}

static void push_field(struct pairs *p, struct node *verb, struct columns *columns,
                       struct node *value, const char *name, uint32_t i) {
    struct node *f = node_make(p->c, N_FIELD, value->span, value->type);
    f->a = value;
    f->text = arena_printf(p->c->arena, "%s%u", name, (unsigned)i + 1);
    list_push(p->c, &verb->list, f);
    ARENA_PUSH(p->c->arena, columns) = (struct field){f->text, f->type};
}

/* The different values that rows of the table at hand have in what is compared. */
static struct node *values_at_hand(struct pairs *p, struct span span) {
    struct node *verb = node_make(p->c, N_V_DISTINCT, span, NULL);
    for (uint32_t i = 0; i < p->values.n; i++)
        push_field(p, verb, &p->left, p->values.at[i], "here", i);
    verb->type = relation_of(p->c, &p->left, NULL, 0);
    return pipeline(p, from_table(p, p->outer->table, span), verb);
}

/* The other rows, with what has to be equal behind their columns. */
static struct node *rows_there(struct pairs *p, struct node *const *ties, struct span span) {
    struct columns columns = {0};
    struct node *verb = node_make(p->c, N_V_DERIVE, span, NULL);
    copy_columns(p->c, &columns, p->inner->type);
    for (uint32_t i = 0; i < p->nties; i++)
        push_field(p, verb, &columns, ties[i], "there", i);
    verb->type = relation_of(p->c, &columns, NULL, 0);
    return pipeline(p, from_table(p, p->inner->table, span), verb);
}

static struct node *join_pairs(struct pairs *p, struct node *const *ties, struct span span) {
    struct node *pairs = values_at_hand(p, span);
    struct node *join = node_make(p->c, N_V_JOIN, span, NULL);
    join->text = STR("inner");
    join->flags = FLAG_MANY;
    join->a = rows_there(p, ties, span);
    for (uint32_t i = 0; i < p->nties; i++) {
        struct node *l = node_make(p->c, N_INT, span, p->values.at[i]->type);
        struct node *r = node_make(p->c, N_INT, span, ties[i]->type);
        l->value.i = i;
        r->value.i = p->inner->type->n + i;
        list_push(p->c, &join->list, l);
        list_push(p->c, &join->more, r);
    }
    struct columns both = {0};
    copy_columns(p->c, &both, pairs->type);
    copy_columns(p->c, &both, p->inner->type);
    join->type = pairs->type = p->row->type = relation_of(p->c, &both, NULL, 0);
    list_push(p->c, &pairs->list, join);
    return pairs;
}

/* ---- the leg ---- */

static bool fail_pairs(struct checker *c, const struct node *where, const char *help) {
    struct diag *d = error_at(c, E0531, where->span,
                              "these rows cannot be compared with the row at hand like this");
    diag_help(c->s->diags, d, "%s", help);
    return false;
}

/* A reference that leads to the row itself is compared by that row's key. */
static void settle_ties(struct pairs *p, struct leg_info *leg) {
    for (uint32_t i = 0; i < leg->n; i++) {
        if (!leg->outer[i]) {
            struct node *key = column_read(p->c, p->outer, p->outer->table->keys[0],
                                           leg->inner[i]->span);
            leg->outer[i] = as_value(p->c, key);
            leg->inner[i] = as_value(p->c, leg->inner[i]);
        }
        find_outer(leg->outer[i], p->outer, p, must_be_of_table);
        ARENA_PUSH(p->c->arena, &p->values) = leg->outer[i];
    }
}

bool pair_leg(struct checker *c, struct leg_info *leg, struct row *inner, struct row *outer) {
    struct pairs p = {.c = c, .inner = inner, .outer = outer, .nties = leg->n, .fine = true};
    struct node *where = leg->filter;
    if (!outer->table || outer->table->owner)
        return fail_pairs(c, where,
                          "the row at hand has to be one of a table, as it is before `group`, "
                          "`select` or a join");
    bool aggregates = c->aggregates;
    c->aggregates = false;
    settle_ties(&p, leg);
    find_outer(where, outer, &p, add_column_read);
    for (uint32_t i = 0; i < p.columns.n; i++)
        ARENA_PUSH(c->arena, &p.values) = column_read(c, outer, p.columns.at[i], where->span);
    c->aggregates = aggregates;
    if (!p.fine)
        return fail_pairs(c, where, "compare with columns of its table, not with computed ones");
    if (may_lack(&p) && !is_strict(where))
        return fail_pairs(c, where,
                          "what may be missing in the row at hand is compared by `<`, `<=`, `>`, "
                          "`>=`, `==` or `!=`, joined by `and`");
    p.row = ARENA_NEW(c->arena, struct row);
    struct node *pairs = join_pairs(&p, leg->inner, where->span);
    struct node *rest = node_make(c, N_V_WHERE, where->span, pairs->type);
    rest->a = over_pairs(&p, where);
    list_push(c, &pairs->list, rest);
    leg->argument = over_pairs(&p, leg->argument);
    leg->second = over_pairs(&p, leg->second);
    if (!p.fine)
        return fail_pairs(c, where, "aggregates, functions and `match` inside it do not work "
                                    "beside such a comparison");
    leg->filter = NULL;
    leg->source = pairs;
    leg->n = p.left.n;
    leg->outer = p.values.at;
    leg->inner = ARENA_ARRAY(c->arena, struct node *, leg->n + 1);
    for (uint32_t i = 0; i < leg->n; i++)
        leg->inner[i] = column_read(c, p.row, i, where->span);
    return true;
}
