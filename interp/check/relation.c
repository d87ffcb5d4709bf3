/* Relations: where they start and what each verb makes of their columns.
 *
 * Inside one pipeline references stay references, so paths can follow them
 * after a grouping; a relation that is bound or handed over becomes plain. */
#include "check/checker.h"

/* ---- plain types ---- */

const struct type *table_key_type(const struct table *t) {
    const struct table_column *key = &t->columns[t->keys[0]];
    return key->to ? table_key_type(key->to) : key->type;
}

const struct type *type_plain(struct types *types, const struct type *relation) {
    bool plain = true;
    for (uint32_t i = 0; i < relation->n; i++)
        plain = plain && relation->fields[i].type->kind != TY_REF;
    if (plain)
        return relation;
    struct field *fields = ARENA_ARRAY(types->arena, struct field, relation->n);
    for (uint32_t i = 0; i < relation->n; i++) {
        fields[i] = relation->fields[i];
        if (fields[i].type->kind == TY_REF)
            fields[i].type = type_nullable(types, table_key_type(fields[i].type->table),
                                           fields[i].type->nullable);
    }
    const struct type *t =
        type_relation(types, fields, relation->n, relation->keys, relation->nkeys);
    return relation->grain ? type_of_grain(types, t, relation->grain) : t;
}

/* ---- sources ---- */

struct node *from_symbol(struct checker *c, struct symbol *symbol, struct span span) {
    struct node *n = node_make(c, N_FROM, span, NULL);
    n->symbol = symbol;
    n->text = symbol->name;
    if (symbol->kind == SYM_TABLE) {
        complete_table(c, symbol);
        n->type = symbol->table->row;
    } else {
        struct cohort_info *cohort = cohort_of(c, symbol);
        n->type = cohort && cohort->entity ? cohort->row : TYPE(c, ERROR);
    }
    if (!n->type)
        return node_poison(c, n);
    return n;
}

struct node *from_value(struct checker *c, struct node *n) {
    struct node *from = node_make(c, N_FROM, n->span, type_plain(c->types, n->type));
    if (n->kind == N_NAME) {
        from->symbol = n->symbol;
        return from;
    }
    struct symbol *it = ARENA_NEW(c->arena, struct symbol);
    it->kind = SYM_VARIABLE;
    it->name = STR("it");
    it->span = n->span;
    it->type = from->type;
    it->depth = c->scope->depth;
    it->made_from = n;
    from->symbol = it;
    return from;
}

static bool is_lazy(const struct node *n) {
    return n->kind == N_FROM || n->kind == N_PIPELINE || n->kind == N_QUESTION;
}

struct node *check_relation(struct checker *c, struct node *n) {
    struct row *row = c->row; /* a relation inside a row sees no columns of it */
    bool aggregates = c->aggregates;
    c->row = NULL;
    c->aggregates = false;
    n = check_expr(c, n);
    c->row = row;
    c->aggregates = aggregates;
    if (is_poison(n))
        return n;
    if (n->type->kind == TY_NETWORK)
        n = invoke_native(c, n->span, "structure", n);
    n = relation_of_list(c, n);
    if (n->type->kind != TY_RELATION) {
        if (!is_poison(n)) {
            struct diag *d = error_at(c, E0301, n->span, "a `%.*s` is not a relation",
                                      STR_ARG(name_of_type(c, n->type)));
            diag_help(c->s->diags, d,
                      "a relation starts from a table, cohort, measure or `from ...`");
        }
        return node_poison(c, n);
    }
    return is_lazy(n) ? n : from_value(c, n);
}

struct node *check_from(struct checker *c, struct node *n) {
    return check_relation(c, n->a);
}

/* ---- columns of results ---- */

void add_column(struct checker *c, struct columns *out, struct str name, const struct type *type,
                struct span span) {
    for (uint32_t i = 0; i < out->n; i++)
        if (str_eq(out->at[i].name, name)) {
            struct diag *d =
                error_at(c, E0317, span, "two columns are called `%.*s`", STR_ARG(name));
            diag_help(c->s->diags, d, "give one of them a name: `x = ...`");
            return;
        }
    ARENA_PUSH(c->arena, out) = (struct field){name, type};
}

bool check_field(struct checker *c, struct node *f, struct columns *out) {
    f->a = check_expr(c, f->a);
    f->type = f->a->type;
    if (is_poison(f->a) || fail_table_as_column(c, f->a))
        return false;
    if (f->type->kind == TY_LIST && items_may_hold(f->type->element)) {
        f->a = convert(c, f->a, type_items(c->types, f->type->element), "the column");
        f->type = f->a->type;
    }
    if (!type_is_cell(f->type)) {
        fail_at(c, E0207, f->a, "a `%.*s` cannot be a column", STR_ARG(name_of_type(c, f->type)));
        return false;
    }
    if (!f->text.n)
        f->text = column_name_of(f->a);
    if (!f->text.n) {
        struct diag *d = error_at(c, E0317, f->span, "this column needs a name");
        diag_help(c->s->diags, d, "write `name = ...`");
        return false;
    }
    add_column(c, out, f->text, f->type, f->span);
    return true;
}

const struct type *relation_of(struct checker *c, const struct columns *columns,
                               const uint32_t *keys, uint32_t nkeys) {
    return type_relation(c->types, columns->at, columns->n, keys, nkeys);
}

/* The number of the new column that is field `key` of the old row as it was, or -1. */
static int column_that_is(const struct node *verb, const struct columns *columns, uint32_t key) {
    for (uint32_t i = 0; verb && i < verb->list.n && i < columns->n; i++)
        if (verb->list.at[i]->a->kind == N_COLUMN && verb->list.at[i]->a->value.i == key)
            return (int)i;
    return -1;
}

const struct type *keep_keys(struct checker *c, const struct columns *columns,
                             const struct type *old, const struct node *select) {
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, old->nkeys + 1);
    for (uint32_t i = 0; i < old->nkeys; i++) {
        const struct field *key = &old->fields[old->keys[i]];
        int renamed = column_that_is(select, columns, old->keys[i]);
        uint32_t at = renamed >= 0 ? (uint32_t)renamed : 0;
        while (renamed < 0 && at < columns->n && !str_eq(columns->at[at].name, key->name))
            at++;
        if (at == columns->n)
            return relation_of(c, columns, NULL, 0);
        keys[i] = at;
    }
    return relation_of(c, columns, keys, old->nkeys);
}

void copy_columns(struct checker *c, struct columns *out, const struct type *t) {
    for (uint32_t i = 0; i < t->n; i++)
        ARENA_PUSH(c->arena, out) = t->fields[i];
}

/* ---- verbs ---- */

static const struct type *verb_derive(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    copy_columns(c, &out, in);
    bool fine = true;
    for (uint32_t i = 0; i < v->list.n; i++) {
        /* later fields see earlier ones */
        c->row->type = with_grain(c, v, N_V_DERIVE, in, relation_of(c, &out, in->keys, in->nkeys));
        fine = check_field(c, v->list.at[i], &out) && fine;
    }
    return fine ? relation_of(c, &out, in->keys, in->nkeys) : TYPE(c, ERROR);
}

static const struct type *verb_select(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    bool fine = true;
    for (uint32_t i = 0; i < v->list.n; i++)
        fine = check_field(c, v->list.at[i], &out) && fine;
    return fine ? keep_keys(c, &out, in, v) : TYPE(c, ERROR);
}

int column_of_name(struct checker *c, const struct node *name, const struct type *in) {
    int at = type_field(in, name->text);
    probe_column(c, name->span, name->text, in);
    if (at < 0) {
        struct diag *d =
            error_at(c, E0204, name->span, "there is no column `%.*s`", STR_ARG(name->text));
        help_fields(c, d, name->text, in);
    }
    return at;
}

static const struct type *verb_drop(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    for (uint32_t i = 0; i < v->list.n; i++)
        if (column_of_name(c, v->list.at[i], in) < 0)
            return TYPE(c, ERROR);
    for (uint32_t i = 0; i < in->n; i++) {
        bool dropped = false;
        for (uint32_t j = 0; j < v->list.n; j++)
            dropped = dropped || str_eq(v->list.at[j]->text, in->fields[i].name);
        if (!dropped)
            ARENA_PUSH(c->arena, &out) = in->fields[i];
    }
    return keep_keys(c, &out, in, NULL);
}

static const struct type *verb_rename(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    copy_columns(c, &out, in);
    for (uint32_t i = 0; i < v->list.n; i++) {
        struct node *f = v->list.at[i];
        int at = f->a->kind == N_NAME ? column_of_name(c, f->a, in) : -1;
        if (at < 0)
            return TYPE(c, ERROR);
        out.at[at].name = f->text;
        f->value.i = at;
        f->type = in->fields[at].type;
    }
    struct columns checked = {0};
    for (uint32_t i = 0; i < out.n; i++)
        add_column(c, &checked, out.at[i].name, out.at[i].type, v->span);
    return relation_of(c, &checked, in->keys, in->nkeys);
}

const struct type *verb_group(struct checker *c, struct node *v) {
    struct columns out = {0};
    bool fine = true;
    for (uint32_t i = 0; i < v->list.n; i++)
        fine =
            check_field(c, v->list.at[i], &out) && !fail_list_as_key(c, v->list.at[i]->a) && fine;
    uint32_t nkeys = out.n;
    c->aggregates = true;
    for (uint32_t i = 0; i < v->more.n; i++)
        fine = check_field(c, v->more.at[i], &out) && fine;
    c->aggregates = false;
    if (!fine)
        return TYPE(c, ERROR);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++)
        keys[i] = i;
    return relation_of(c, &out, keys, nkeys);
}

static const struct type *verb_sort(struct checker *c, struct node *v, const struct type *in) {
    for (uint32_t i = 0; i < v->list.n; i++) {
        struct node *f = v->list.at[i];
        f->a = check_expr(c, f->a);
        if (f->a->type->kind != TY_ITEMS) /* lists are ordered as they are written */
            f->a = as_value(c, f->a);
        f->type = f->a->type;
    }
    return in;
}

static const struct type *verb_count(struct checker *c, struct node *v, const struct type *in) {
    struct row *row = c->row;
    c->row = NULL;
    v->a = convert(c, check_value(c, v->a), TYPE(c, INT), "the number of rows");
    c->row = row;
    return in;
}

static const struct type *verb_distinct(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    bool fine = true;
    for (uint32_t i = 0; i < v->list.n; i++)
        fine = check_field(c, v->list.at[i], &out) && fine;
    if (v->list.n == 0)
        copy_columns(c, &out, in);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, out.n + 1);
    for (uint32_t i = 0; i < out.n; i++)
        keys[i] = i;
    return fine ? relation_of(c, &out, keys, out.n) : TYPE(c, ERROR);
}

/* What a value of the type is compared by: a reference by the key that it stands for. */
static enum type_kind value_kind(const struct type *t) {
    while (t->kind == TY_REF)
        t = t->table->columns[t->table->keys[0]].type;
    return (enum type_kind)t->kind;
}

static bool can_meet(const struct type *left, const struct type *right) {
    bool references = left->kind == TY_REF && right->kind == TY_REF;
    if (left->unit && right->unit && left->unit != right->unit)
        return false;
    return references ? left->table == right->table : value_kind(left) == value_kind(right);
}

static void join_pair(struct checker *c, struct node *v, struct field left, uint32_t left_column,
                      struct field right, uint32_t right_column) {
    struct node *l = node_make(c, N_INT, v->span, left.type);
    struct node *r = node_make(c, N_INT, v->span, right.type);
    l->value.i = left_column;
    r->value.i = right_column;
    list_push(c, &v->list, l);
    list_push(c, &v->more, r);
}

/* The one reference by several columns to the table whose rows these are, or NULL. */
static const struct table_tie *tie_to_rows(const struct table *from, const struct type *rows) {
    const struct table_tie *found = NULL;
    for (uint32_t i = 0; from && i < from->nties; i++)
        if (from->ties[i].to->row == rows) {
            if (found)
                return NULL;
            found = &from->ties[i];
        }
    return found;
}

/* Columns to join many on: those of the right side that refer to the left one or are called as its
 * key is. */
static bool join_many_columns(struct checker *c, struct node *v, const struct type *left,
                              const struct type *right) {
    for (uint32_t i = 0; i < left->nkeys; i++) {
        const struct field *key = &left->fields[left->keys[i]];
        for (uint32_t j = 0; j < right->n; j++) {
            const struct type *lt = key->type, *rt = right->fields[j].type;
            bool refers = rt->kind == TY_REF && left->nkeys == 1 && rt->table->row == left;
            bool named = str_eq(right->fields[j].name, key->name) && can_meet(lt, rt);
            if (!refers && !named)
                continue;
            join_pair(c, v, *key, left->keys[i], right->fields[j], j);
            break;
        }
    }
    return v->list.n == left->nkeys && left->nkeys > 0;
}

/* Columns to join on: those declared as a reference, else those of one name and fitting types, the
 * right side's key first. */
static bool join_columns(struct checker *c, struct node *v, const struct type *left,
                         const struct type *right) {
    const struct table_tie *tie = tie_to_rows(c->row->table, right);
    for (uint32_t i = 0; i < right->nkeys; i++) {
        const struct field *key = &right->fields[right->keys[i]];
        if (tie) {
            join_pair(c, v, left->fields[tie->columns[i]], tie->columns[i], *key, right->keys[i]);
            continue;
        }
        for (uint32_t j = 0; j < left->n; j++) {
            const struct type *lt = left->fields[j].type, *rt = key->type;
            bool refers = lt->kind == TY_REF && right->nkeys == 1 && lt->table->row == right;
            bool named = str_eq(left->fields[j].name, key->name) && can_meet(lt, rt);
            if (!refers && !named)
                continue;
            join_pair(c, v, left->fields[j], j, *key, right->keys[i]);
            break;
        }
    }
    return v->list.n == right->nkeys && right->nkeys > 0;
}

/* One of the two sides of `on a == b`: a column of the left or of the right relation. */
static int side_column(struct checker *c, const struct node *n, const struct type *side,
                       const char *which) {
    if (n->kind != N_NAME) {
        error_at(c, E0312, n->span, "expected a column of the %s side", which);
        return -1;
    }
    return column_of_name(c, n, side);
}

/* `on a == b and c == d`: the left side's column first. */
static bool join_on(struct checker *c, struct node *v, struct node *on, const struct type *left,
                    const struct type *right) {
    if (on->kind == N_BINARY && on->op == TOK_AND)
        return join_on(c, v, on->a, left, right) && join_on(c, v, on->b, left, right);
    if (on->kind != N_BINARY || on->op != TOK_EQ) {
        struct diag *d = error_at(c, E0312, on->span, "a join is on columns that are equal");
        diag_help(c->s->diags, d, "write `on left_column == right_column`, joined by `and`");
        return false;
    }
    int l = side_column(c, on->a, left, "left"), r = side_column(c, on->b, right, "right");
    if (l < 0 || r < 0)
        return false;
    const struct type *lt = left->fields[l].type, *rt = right->fields[r].type;
    bool refers = lt->kind == TY_REF && right->nkeys == 1 && (uint32_t)r == right->keys[0] &&
                  lt->table->row == right;
    if (!refers && !can_meet(lt, rt)) {
        error_at(c, E0208, on->span, "a `%.*s` is never equal to a `%.*s`",
                 STR_ARG(name_of_type(c, lt)), STR_ARG(name_of_type(c, rt)));
        return false;
    }
    join_pair(c, v, left->fields[l], (uint32_t)l, right->fields[r], (uint32_t)r);
    return true;
}

/* Every key column of the right side is told, so a row of the left meets one row at most. */
static bool join_finds_one(struct checker *c, struct node *v, const struct type *right) {
    uint32_t told = 0;
    for (uint32_t i = 0; i < right->nkeys; i++)
        for (uint32_t j = 0; j < v->more.n; j++)
            if (v->more.at[j]->value.i == right->keys[i]) {
                told++;
                break;
            }
    bool adds = str_is(v->text, "inner") || str_is(v->text, "left");
    if (!adds || v->flags & FLAG_MANY || (right->nkeys > 0 && told == right->nkeys))
        return true;
    struct diag *d = error_at(c, E0312, v->b->span,
                              "a row of the left side may meet many of the right side here, and "
                              "would repeat");
    diag_help(
        c->s->diags, d,
        "join on the right side's whole key, or `group by` what you join on first; where rows "
        "are to repeat, write `join many`");
    return false;
}

/* The column of the result that holds a column of the right side: where both sides were joined on
 * it, the left one. */
static uint32_t right_column(const struct node *v, const struct columns *out,
                             const struct type *left, const struct type *right, uint32_t column) {
    for (uint32_t i = 0; i < v->more.n; i++)
        if (v->more.at[i]->value.i == column)
            return (uint32_t)v->list.at[i]->value.i;
    uint32_t at = left->n;
    while (at < out->n && !str_eq(out->at[at].name, right->fields[column].name))
        at++;
    return at;
}

/* Where rows of the left repeat, a row is told by both keys; where only they do, and none is left
 * without a partner, by the right one. */
static const struct type *pairs_of_rows(struct checker *c, const struct node *v,
                                        const struct columns *out, const struct type *left,
                                        const struct type *right) {
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, left->nkeys + right->nkeys + 1);
    uint32_t n = 0;
    bool by_right = str_is(v->text, "inner") && !join_repeats_right(v, left);
    for (uint32_t i = 0; i < left->nkeys && !by_right; i++)
        keys[n++] = left->keys[i];
    for (uint32_t i = 0; i < right->nkeys; i++) {
        uint32_t at = right_column(v, out, left, right, right->keys[i]);
        bool there = at == out->n; /* an error took it */
        for (uint32_t k = 0; k < n; k++)
            there = there || keys[k] == at;
        if (!there)
            keys[n++] = at;
    }
    return relation_of(c, out, keys, left->nkeys && right->nkeys ? n : 0);
}

static const struct type *verb_join(struct checker *c, struct node *v, const struct type *in) {
    v->a = check_relation(c, v->a);
    if (is_poison(v->a))
        return TYPE(c, ERROR);
    const struct type *right = v->a->type;
    if (v->b) {
        if (!join_on(c, v, v->b, in, right) || !join_finds_one(c, v, right))
            return TYPE(c, ERROR);
    } else if (!(v->flags & FLAG_MANY ? join_many_columns(c, v, in, right)
                                      : join_columns(c, v, in, right))) {
        struct diag *d = error_at(c, E0312, v->span, "nothing ties these relations together");
        diag_help(c->s->diags, d,
                  "a join needs the right side's key columns, by name or reference, on the left; "
                  "write `join ... on LEFT == RIGHT` where they have other names");
        return TYPE(c, ERROR);
    }
    bool adds = str_is(v->text, "inner") || str_is(v->text, "left");
    if (!adds)
        return in;
    struct columns out = {0};
    copy_columns(c, &out, in);
    for (uint32_t i = 0; i < right->n; i++) {
        bool is_key = false;
        for (uint32_t j = 0; j < v->more.n; j++)
            is_key = is_key || v->more.at[j]->value.i == i;
        if (!is_key)
            add_column(c, &out, right->fields[i].name,
                       type_nullable(c->types, right->fields[i].type,
                                     str_is(v->text, "left") || right->fields[i].type->nullable),
                       v->span);
    }
    return join_repeats_left(v, right) ? pairs_of_rows(c, v, &out, in, right)
                                       : relation_of(c, &out, in->keys, in->nkeys);
}

static const struct type *check_verb(struct checker *c, struct node *v, const struct type *in,
                                     const struct table *table,
                                     const struct network_part *ties) {
    struct row *row = ARENA_NEW(c->arena, struct row);
    struct row *outer = c->row;
    row->type = in;
    row->table = table;
    row->ties = ties;
    c->row = row;
    const struct type *t = TYPE(c, ERROR);
    enum node_kind verb = (enum node_kind)v->kind;
    switch (verb) {
    case N_V_WHERE:
        v->a = condition(c, v->a, "the condition");
        t = in; /* whatever is wrong with it, the columns are known */
        break;
    case N_V_DERIVE:
        t = verb_derive(c, v, in);
        break;
    case N_V_SELECT:
        t = verb_select(c, v, in);
        break;
    case N_V_DROP:
        t = verb_drop(c, v, in);
        break;
    case N_V_RENAME:
        t = verb_rename(c, v, in);
        break;
    case N_V_GROUP:
        t = verb_group(c, v);
        break;
    case N_V_SORT:
        t = verb_sort(c, v, in);
        break;
    case N_V_TAKE:
    case N_V_SKIP:
        t = verb_count(c, v, in);
        break;
    case N_V_DISTINCT:
        t = verb_distinct(c, v, in);
        break;
    case N_V_JOIN:
        t = verb_join(c, v, in);
        break;
    case N_V_WINDOW:
        t = verb_window(c, v, in);
        break;
    case N_V_SET:
        t = verb_set(c, v, in);
        break;
    case N_V_PIVOT:
        t = verb_pivot(c, v, in);
        break;
    case N_V_UNPIVOT:
        t = verb_unpivot(c, v, in);
        break;
    case N_V_SAMPLE:
        t = verb_sample(c, v, in);
        break;
    case N_V_FILL:
        t = verb_fill(c, v, in);
        break;
    default:
        break;
    }
    v->type = with_grain(c, v, verb, in, t);
    c->row = outer;
    return v->type;
}

/* `r | f(x)` is f(r, x). */
static struct node *fold_call(struct checker *c, struct node *relation, struct node *verb) {
    struct node *call = verb->a;
    struct node *first = node_make(c, N_ARG, relation->span, NULL);
    first->a = relation;
    struct node_list all = {0};
    list_push(c, &all, first);
    for (uint32_t i = 0; i < call->list.n; i++)
        list_push(c, &all, call->list.at[i]);
    call->list = all;
    return check_call(c, call);
}

static bool keeps_rows_of_table(const struct node *v) {
    return v->kind == N_V_WHERE || v->kind == N_V_DERIVE || v->kind == N_V_SORT ||
           v->kind == N_V_TAKE || v->kind == N_V_SKIP; /* derived columns come behind the table's */
}

/* `xs | map(f) | sum`: a value handed from function to function. */
static struct node *value_pipeline(struct checker *c, struct node *n) {
    struct node *value = n->a;
    for (uint32_t i = 0; i < n->list.n && !is_poison(value); i++)
        value = as_value(c, fold_call(c, value, n->list.at[i]));
    return value;
}

bool is_value_pipeline(struct checker *c, struct node *n) {
    if (c->row)
        return false;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind != N_V_CALL)
            return false;
    n->a = check_expr(c, n->a);
    return !is_poison(n->a) && n->a->type->kind != TY_RELATION && n->a->type->kind != TY_NETWORK;
}

const struct table *table_of_rows(const struct node *from) {
    const struct network_part *part = from->note;
    if (part)
        return part->ties == PART_MEMBERS ? part->network->entity : NULL;
    if (!from->symbol || from->op)
        return NULL;
    if (from->symbol->kind == SYM_COHORT)
        return ((const struct cohort_info *)from->symbol->detail)->entity;
    return from->symbol->kind == SYM_TABLE ? from->symbol->table : NULL;
}

const struct network_part *ties_from(const struct node *from) {
    const struct network_part *part = from->kind == N_FROM ? from->note : NULL;
    return part && part->ties != PART_MEMBERS ? part : NULL;
}

/* `net | betweenness | take 3`: the first function is given the network itself. */
static bool starts_with_network(struct checker *c, struct node *n) {
    if (c->row || n->list.n == 0 || n->list.at[0]->kind != N_V_CALL)
        return false;
    n->a = check_expr(c, n->a);
    return n->a->type && n->a->type->kind == TY_NETWORK;
}

struct node *check_pipeline(struct checker *c, struct node *n) {
    if (is_value_pipeline(c, n))
        return value_pipeline(c, n);
    if (starts_with_network(c, n)) {
        n->a = fold_call(c, n->a, n->list.at[0]);
        n->list.at++;
        n->list.n--;
        if (is_poison(n->a) || n->list.n == 0)
            return n->a;
    }
    struct node *current = check_relation(c, n->a);
    struct node *out = node_make(c, N_PIPELINE, n->span, NULL);
    if (is_poison(current))
        return node_poison(c, n);
    const struct table *table = current->kind == N_FROM ? table_of_rows(current) : NULL;
    const struct network_part *ties = ties_from(current);
    out->a = current;
    out->type = current->type;
    part_windows(c, &n->list);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *v = n->list.at[i];
        if (v->kind == N_V_CALL) {
            struct node *value = fold_call(c, out->list.n ? out : out->a, v);
            if (is_poison(value) || i + 1 == n->list.n)
                return value;
            value = check_relation(c, value);
            if (is_poison(value))
                return value;
            out = node_make(c, N_PIPELINE, n->span, value->type);
            out->a = value;
            table = NULL;
            ties = NULL;
            continue;
        }
        if (v->kind == N_V_INTO)
            return fail_at(c, E0216, v, "`into` ends a pipeline that is a statement of its own");
        if (v->kind == N_BAD)
            return node_poison(c, n);
        const struct type *t = check_verb(c, v, out->type, table, ties);
        if (t->kind == TY_ERROR)
            return node_poison(c, n);
        if (!keeps_rows_of_table(v))
            table = NULL;
        out->type = t;
        list_push(c, &out->list, v);
    }
    return out->list.n ? out : out->a;
}
