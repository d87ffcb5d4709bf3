/* Rows: columns, references, and aggregates over the rows of other tables.
 *
 * A bare name in a row is, in order: a `let` of the clause, a column of the
 * row, then what the scopes know. Following a reference never multiplies rows;
 * the way back needs an aggregate, which becomes an N_LEG. */
#include "check/checker.h"

bool has_one_value(struct checker *c, const struct row *row, struct str name, struct span span) {
    if (row != c->row || !c->aggregates || c->windows || c->in_aggregate)
        return true;
    struct diag *d = error_at(
        c, E0306, span, "`%.*s` has many values in a group, and one is needed", STR_ARG(name));
    diag_help(c->s->diags, d, "aggregate it: `mean(%.*s)`, `first(%.*s)`, or group by it",
              STR_ARG(name), STR_ARG(name));
    return false;
}

struct node *column_read(struct checker *c, struct row *row, uint32_t field, struct span span) {
    struct node *n = node_make(c, N_COLUMN, span, row->type->fields[field].type);
    n->value.i = field;
    n->text = row->type->fields[field].name;
    n->note = row;
    row->used = true;
    return has_one_value(c, row, n->text, span) ? n : node_poison(c, n);
}

static struct node *read_let(struct checker *c, struct node *n, struct row_let *let) {
    if (let->open)
        return fail_at(c, E0313, n, "`%.*s` needs itself", STR_ARG(n->text));
    let->open = let->used = true;
    struct node *value = check_expr(c, node_copy(c->arena, let->value));
    let->open = false;
    return value;
}

struct node *row_name(struct checker *c, struct node *n) {
    if (!c->row)
        return NULL;
    for (struct row_let *let = c->row->lets; let; let = let->next)
        if (str_eq(let->name, n->text))
            return read_let(c, n, let);
    int field = type_field(c->row->type, n->text);
    if (field < 0 && !history_type(c, c->row->table, n->text))
        return row_tie(c, c->row, n->text, n->span);
    struct symbol *also = scope_find(c->scope, n->text);
    if (also && hides_row(c, also))
        return NULL;
    if (also && also->kind == SYM_VARIABLE) {
        struct diag *d =
            error_at(c, E0206, n->span, "`%.*s` is a column and a variable", STR_ARG(n->text));
        diag_help(c->s->diags, d, "write `row.%.*s` for the column, `outer.%.*s` for the variable",
                  STR_ARG(n->text), STR_ARG(n->text));
        return node_poison(c, n);
    }
    return field < 0 ? history_value(c, c->row, NULL, n->text, n->span)
                     : column_read(c, c->row, (uint32_t)field, n->span);
}

struct node *follow(struct checker *c, struct node *reference, uint32_t column, struct span span) {
    const struct table *t = reference->type->table;
    if (reference->kind == N_TIE)
        return follow_tie(c, reference, column, span);
    struct node *old = follow_old(c, reference, column, span);
    if (old)
        return old;
    const struct type *type = t->columns[column].type;
    if (reference->type->nullable)
        type = type_nullable(c->types, type, true);
    struct node *n = node_make(c, N_FOLLOW, span, type);
    n->a = reference;
    n->value.i = column;
    n->text = t->columns[column].name;
    return n;
}

struct str column_name_of(const struct node *n) {
    switch (n->kind) {
    case N_CONVERT:
        return column_name_of(n->a);
    case N_FOLLOW: /* a key put in for its reference keeps the reference's name */
        if (n->span.start == n->a->span.start && n->span.stop == n->a->span.stop)
            return column_name_of(n->a);
        return n->text;
    case N_COLUMN:
    case N_NAME:
    case N_DOT:
        return n->text;
    case N_INVOKE:
    case N_LEG:
    case N_AGGREGATE:
    case N_OVER:
    case N_MATCH: /* where it stands for a name, as `from.level` may */
        return n->text;
    default:
        return STR_NONE;
    }
}

/* ---- aggregates ---- */

static const struct {
    const char *name;
    enum aggregate kind;
} aggregates[] = {{"count", AGG_COUNT}, {"sum", AGG_SUM},       {"mean", AGG_MEAN},
                  {"min", AGG_MIN},     {"max", AGG_MAX},       {"first", AGG_FIRST},
                  {"last", AGG_LAST},   {"median", AGG_MEDIAN}, {"any", AGG_ANY},
                  {"all", AGG_ALL},     {"sd", AGG_SD},         {"list", AGG_LIST},
                  {"var", AGG_VAR},     {"share", AGG_SHARE},   {"quantile", AGG_QUANTILE},
                  {"corr", AGG_CORR}};

bool aggregate_named(struct str name, enum aggregate *out) {
    for (size_t i = 0; i < COUNT_OF(aggregates); i++)
        if (str_is(name, aggregates[i].name)) {
            *out = aggregates[i].kind;
            return true;
        }
    return false;
}

const char *aggregate_name(enum aggregate a) {
    if (a == AGG_WEIGHTED)
        return "weighted sum";
    for (size_t i = 0; i < COUNT_OF(aggregates); i++)
        if (aggregates[i].kind == a)
            return aggregates[i].name;
    return "count";
}

/* What an aggregate gives, from its argument's type; NULL: it cannot take that. */
static const struct type *plain_aggregate(struct checker *c, enum aggregate kind,
                                          const struct type *t) {
    switch (kind) {
    case AGG_COUNT:
    case AGG_COUNT_PRESENT:
    case AGG_COUNT_TRUE:
    case AGG_COUNT_DISTINCT:
        return t && type_storage(t) == STORE_OBJECT ? NULL : TYPE(c, INT);
    case AGG_SUM:
        if (t->kind == TY_SHARE)
            return NULL;
        if (t->kind == TY_INT)
            return type_scalar(c->types, TY_INT, t->nullable);
        return type_is_number(t) ? type_scalar(c->types, TY_FLOAT, t->nullable) : NULL;
    case AGG_MEAN:
    case AGG_MEDIAN:
    case AGG_SD:
    case AGG_VAR:
    case AGG_QUANTILE:
    case AGG_CORR:
        return type_is_number(t) ? TYPE_NULL(c, FLOAT) : NULL;
    case AGG_SHARE:
        return t->kind == TY_BOOL ? TYPE_NULL(c, SHARE) : NULL;
    case AGG_LIST:
        return items_may_hold(t) ? type_items(c->types, type_nullable(c->types, t, false)) : NULL;
    case AGG_ANY:
    case AGG_ALL:
        return t->kind == TY_BOOL ? TYPE(c, BOOL) : NULL;
    default:
        return t->kind <= TY_TEXT && t->kind > TY_VOID ? type_nullable(c->types, t, true) : NULL;
    }
}

/* Counts are plain numbers, all other aggregates of numbers keep their unit. */
static const struct type *aggregate_type(struct checker *c, enum aggregate kind,
                                         const struct type *t, const struct unit_of_measure *unit) {
    const struct type *result = plain_aggregate(c, kind, t);
    bool plain = kind == AGG_VAR || kind == AGG_SHARE || kind == AGG_CORR;
    bool keeps = result && unit && kind >= AGG_SUM && !plain && type_is_number(result);
    return keeps ? type_in_unit(c->types, result, unit) : result;
}

struct node *counts_twice(struct checker *c, struct node *n, struct str of, struct str column) {
    struct diag *d = error_at(c, E0304, n->a->span,
                              "one `%.*s` has many rows here, so its `%.*s` would be added more "
                              "than once",
                              STR_ARG(of), STR_ARG(column));
    const struct symbol *s = scope_find(c->s->globals, of);
    if (s && s->kind == SYM_TABLE && table_column_named(s->table, column) >= 0)
        diag_help(c->s->diags, d,
                  "add it up where it stands once: `from %.*s | group by ... (sum(%.*s))`",
                  STR_ARG(of), STR_ARG(column));
    else
        diag_help(c->s->diags, d, "add it up before the rows are joined, where it stands once");
    return node_poison(c, n);
}

static struct node *as_float(struct checker *c, struct node *n, const char *what) {
    return convert(c, n, type_scalar(c->types, TY_FLOAT, n->type->nullable), what);
}

/* The second argument of quantile(x, p) and corr(x, y). */
static struct node *settle_second(struct checker *c, struct node *n, struct str name,
                                  enum aggregate kind) {
    if (!n->c)
        return fail_at(c, E0209, n, "`%.*s` takes two arguments", STR_ARG(name));
    if (is_poison(n->c))
        return node_poison(c, n);
    n->c = as_value(c, n->c);
    struct node *p = kind == AGG_QUANTILE ? constant_of(n->c) : NULL;
    n->c = as_float(c, n->c, kind == AGG_QUANTILE ? "the share below" : "the second argument");
    if (is_poison(n->c))
        return node_poison(c, n);
    double share = !p                   ? 0
                   : p->kind == N_FLOAT ? p->value.f
                   : p->kind == N_SHARE ? (double)p->value.i / (double)p->value2
                                        : (double)p->value.i;
    if (share < 0 || share > 1) {
        fail_at(c, E0209, n->c, "`quantile` takes a share from 0 to 1");
        return node_poison(c, n);
    }
    return n;
}

/* What distinct values give another result than all of them. */
static bool minds_repeats(enum aggregate kind) {
    return kind == AGG_SUM || kind == AGG_MEAN || kind == AGG_MEDIAN || kind == AGG_SD ||
           kind == AGG_VAR || kind == AGG_QUANTILE || kind == AGG_LIST;
}

static struct node *cannot_aggregate(struct checker *c, struct node *n, enum aggregate kind,
                                     struct str name) {
    const struct type *t = n->a->type;
    struct diag *d = error_at(c, E0208, n->span, "`%.*s` of a `%.*s` does not work", STR_ARG(name),
                              STR_ARG(name_of_type(c, t)));
    if (kind == AGG_SUM && t->kind == TY_SHARE)
        diag_help(c->s->diags, d,
                  "add up what the shares are made of, `sum(n) / sum(d)`; the shares of one whole "
                  "as numbers: `sum(float(x))`");
    else if (t->kind == TY_LIST)
        diag_help(c->s->diags, d,
                  "items are counted on the row that has the list, `count(themes)`, or as rows: "
                  "`from response.themes | ...`");
    else if (t->kind == TY_RELATION)
        diag_help(c->s->diags, d,
                  "rows of a table that refer to this one are counted by its name: "
                  "`count(attendance)`");
    return node_poison(c, n);
}

/* Settles kind, type and the arguments' conversion; `n` has arguments a and c, filter b. */
struct node *settle_aggregate(struct checker *c, struct node *n, struct str name,
                              enum aggregate kind, bool distinct) {
    if (n->a && is_poison(n->a))
        return node_poison(c, n);
    if (kind == AGG_COUNT && n->a) {
        n->a = as_value(c, n->a);
        kind = distinct                      ? AGG_COUNT_DISTINCT
               : n->a->type->kind == TY_BOOL ? AGG_COUNT_TRUE
                                             : AGG_COUNT_PRESENT;
    } else if (distinct && (kind == AGG_SHARE || kind == AGG_CORR)) {
        return fail_at(c, E0209, n, "`%.*s` of different values has no meaning", STR_ARG(name));
    } else if (distinct && minds_repeats(kind)) {
        n->flags |= FLAG_DISTINCT;
    }
    if (!n->a && kind != AGG_COUNT)
        return fail_at(c, E0209, n, "`%.*s` needs something to aggregate", STR_ARG(name));
    bool points = false;
    const struct unit_of_measure *unit = NULL;
    if (n->a) {
        n->a = as_value(c, n->a);
        unit = unit_of(n->a);
        bool floats = kind == AGG_MEAN || kind == AGG_MEDIAN || kind == AGG_SD || kind == AGG_VAR ||
                      aggregate_takes_two(kind) ||
                      (kind == AGG_SUM && n->a->type->kind == TY_RATIO);
        if (floats && type_is_number(n->a->type))
            n->a = as_float(c, n->a, "the argument");
        points = (floats || kind == AGG_SUM) && n->a->type->kind == TY_POINTS;
        if (points)
            n->a = points_as_float(c, n->a);
    }
    if (n->a && aggregate_takes_two(kind) && is_poison(settle_second(c, n, name, kind)))
        return n;
    struct str column, repeated = n->a ? repeated_by(n->a, &column) : STR_NONE;
    if (kind == AGG_SUM && repeated.n)
        return counts_twice(c, n, repeated, column);
    n->type = aggregate_type(c, kind, n->a ? n->a->type : NULL, unit);
    if (n->type && c->s->protects && !c->unit_figures)
        n->type = type_nullable(c->types, n->type, true); /* it may be suppressed */
    if (!n->type && kind == AGG_LIST) {
        struct diag *d = error_at(c, E0208, n->span, "a list of `%.*s` cannot be a column",
                                  STR_ARG(name_of_type(c, n->a->type)));
        diag_help(c->s->diags, d,
                  "lists in columns hold text, int, float, bool or date: `list(text(x))`");
        return node_poison(c, n);
    }
    if (!n->type)
        return cannot_aggregate(c, n, kind, name);
    n->value.i = kind;
    n->text = name;
    return points ? float_as_points(c, n) : n;
}

/* The leftmost name of a path: `visit` of `visit.student.school`. */
static const struct node *path_root(const struct node *n) {
    while (n->kind == N_DOT || n->kind == N_INDEX)
        n = n->a;
    return n->kind == N_NAME ? n : NULL;
}

static const struct node *first_name(const struct node *n, const struct checker *c,
                                     struct symbol **table);

/* The table whose rows an argument is about, if it is not this row's. */
static struct symbol *foreign_table(struct checker *c, const struct node *argument) {
    struct symbol *table = NULL;
    return argument && first_name(argument, c, &table) ? table : NULL;
}

static const struct node *first_name(const struct node *n, const struct checker *c,
                                     struct symbol **table) {
    if (!n)
        return NULL;
    const struct node *root = path_root(n);
    if (root) {
        if (c->row && (type_field(c->row->type, root->text) >= 0 ||
                       table_tie_named(c->row->table, root->text)))
            return NULL;
        struct symbol *s = scope_find(c->scope, root->text);
        if (s && s->kind == SYM_TABLE) {
            *table = s;
            return root;
        }
        return NULL;
    }
    const struct node *found = first_name(n->a, c, table);
    return found                                    ? found
           : n->kind == N_BINARY || n->kind == N_IN ? first_name(n->b, c, table)
                                                    : NULL;
}

/* An aggregate over the group's rows. */
static struct node *check_group_aggregate(struct checker *c, struct node *call, struct str name,
                                          enum aggregate kind) {
    if (c->in_aggregate)
        return fail_at(c, E0305, call, "an aggregate inside an aggregate");
    struct node *n = node_make(c, N_AGGREGATE, call->span, NULL);
    c->in_aggregate = true;
    n->a = call->list.n ? check_expr(c, call->list.at[0]->a) : NULL;
    n->c = call->list.n > 1 ? check_expr(c, call->list.at[1]->a) : NULL;
    n->b = call->b ? condition(c, call->b, "the `where`") : NULL;
    c->in_aggregate = false;
    return settle_aggregate(c, n, name, kind, call->flags & FLAG_DISTINCT);
}

/* `low.days` is column `days` of the rows of `low`: drops the first step of a path. */
static void drop_root(struct node *path) {
    if (path->a->kind == N_NAME) {
        path->kind = N_NAME;
        path->a = NULL;
    } else
        drop_root(path->a);
}

/* The same for every path in an expression that begins with the name. */
static void drop_roots(struct node *n, struct str name) {
    if (!n)
        return;
    const struct node *root = n->kind == N_DOT ? path_root(n) : NULL;
    if (root && str_eq(root->text, name)) {
        drop_root(n);
        return;
    }
    drop_roots(n->a, name);
    drop_roots(n->b, name);
    drop_roots(n->c, name);
    drop_roots(n->d, name);
    for (uint32_t i = 0; i < n->list.n; i++)
        drop_roots(n->list.at[i], name);
}

static bool names_relation(const struct symbol *s) {
    return s && (s->kind == SYM_TABLE || s->kind == SYM_COHORT || s->kind == SYM_MEASURE ||
                 (s->kind == SYM_VARIABLE && s->type && s->type->kind == TY_RELATION));
}

/* The relation of whose columns an expression outside rows speaks: `t` of `t.x + t.y`. */
static struct node *relation_in(struct checker *c, struct node *n) {
    enum aggregate own;
    if (!n || n->kind == N_FN)
        return NULL;
    if (n->kind == N_CALL && n->a->kind == N_NAME && aggregate_named(n->a->text, &own))
        return NULL; /* speaks of it for itself */
    struct node *root = n;
    while (root->kind == N_DOT)
        root = root->a;
    if (n->kind == N_DOT && root->kind == N_NAME)
        return names_relation(scope_find(c->scope, root->text)) ? root : NULL;
    struct node *parts[] = {n->a, n->b, n->c, n->d};
    struct node *found = NULL;
    for (size_t i = 0; i < COUNT_OF(parts) && !found; i++)
        found = relation_in(c, parts[i]);
    for (uint32_t i = 0; i < n->list.n && !found; i++)
        found = relation_in(c, n->list.at[i]);
    return found;
}

/* The aggregate `inner` over all rows of the pipeline. */
static struct node *cell_of_group(struct checker *c, struct node *call, struct node *pipeline,
                                  struct node *inner, struct str name) {
    struct node *field = node_make(c, N_FIELD, call->span, NULL);
    field->a = inner;
    field->text = name;
    struct node *group = node_make(c, N_V_GROUP, call->span, NULL);
    list_push(c, &group->more, field);
    list_push(c, &pipeline->list, group);
    struct node *relation = check_relation(c, pipeline);
    if (is_poison(relation))
        return node_poison(c, call);
    return invoke_builtin(c, call->span, BUILTIN_CELL, relation->type->fields[0].type, relation);
}

/* Outside rows: mean(attendance.pct where ...) is one group over the whole relation. */
static struct node *check_whole(struct checker *c, struct node *call, struct str name,
                                struct node *argument, struct node *root) {
    if (str_is(name, "any") && argument->kind == N_NAME) { /* any(student where ...) */
        struct node *count = check_whole(c, call, STR("count"), argument, root);
        return is_poison(count) ? count : is_above_zero(c, count);
    }
    bool whole_row = root == argument && !call->b && !(call->flags & FLAG_DISTINCT);
    if (whole_row && (str_is(name, "first") || str_is(name, "last")))
        return check_rows_call(c, call,
                               str_is(name, "last") ? BUILTIN_LAST_ROW : BUILTIN_FIRST_ROW);
    struct node *pipeline = node_make(c, N_PIPELINE, call->span, NULL);
    pipeline->a = root;
    struct node *inner = node_copy(c->arena, call), *column = inner->list.at[0]->a;
    inner->a->text = name;
    for (uint32_t i = 0; i < inner->list.n && root->kind == N_NAME; i++)
        drop_roots(inner->list.at[i]->a, root->text);
    if (root != argument && root->kind != N_NAME)
        drop_root(column);
    if (str_is(name, "list"))
        return check_column_list(c, call, pipeline, root != argument ? column : NULL);
    if (root == argument)
        inner->list.n = 0;
    return cell_of_group(c, call, pipeline, inner, name);
}

static bool is_relation_node(const struct node *n) {
    return n->kind == N_PIPELINE || n->kind == N_QUESTION || n->kind == N_FROM ||
           (n->kind == N_INVOKE && n->type->kind == TY_RELATION);
}

/* max(xs), quantile(xs, 0.9): of a list of values where the library has no function of that name.
 */
static struct node *check_list_aggregate(struct checker *c, struct node *call, struct str name,
                                         enum aggregate kind) {
    struct node *xs = call->list.at[0]->a;
    bool counts = kind == AGG_COUNT && (call->b || call->flags & FLAG_DISTINCT);
    bool of_library = kind == AGG_SUM || kind == AGG_MEAN || kind == AGG_MEDIAN;
    if (kind == AGG_CORR || kind == AGG_LIST ||
        (!counts &&
         (kind == AGG_COUNT || (of_library && !call->b && !(call->flags & FLAG_DISTINCT)))))
        return NULL;
    struct node *rows = relation_of_list(c, xs);
    if (rows == xs || rows->type->n != 1)
        return NULL;
    struct node *value = node_make(c, N_NAME, xs->span, NULL);
    value->text = rows->type->fields[0].name;
    struct node *pipeline = node_make(c, N_PIPELINE, call->span, NULL);
    struct node *inner = node_copy(c->arena, call);
    inner->list.at[0]->a = value;
    pipeline->a = rows;
    return cell_of_group(c, call, pipeline, inner, name);
}

struct node *check_aggregate(struct checker *c, struct node *call, struct str name) {
    enum aggregate kind;
    if (!aggregate_named(name, &kind))
        return NULL;
    if (call->list.n > (aggregate_takes_two(kind) ? 2u : 1u))
        return NULL; /* min(a, b) of the library */
    struct node *argument = call->list.n ? call->list.at[0]->a : NULL;
    struct node *owner;
    struct symbol *items = items_argument(c, call, name, &owner);
    if (items && c->row && c->aggregates && c->row->table == items->table->owner)
        return fail_items_of_group(c, call, items);
    if (items && c->row)
        return check_leg(c, call, name, kind, items, owner);
    struct symbol *table = foreign_table(c, argument);
    struct node *reference = c->row && argument ? leg_reference(c, argument, &table) : NULL;
    if (reference)
        return check_leg(c, call, name, kind, table, reference);
    if (c->row && table && !(c->aggregates && c->row->table == table->table && table->table))
        return check_leg(c, call, name, kind, table, NULL);
    if (c->row && c->aggregates)
        return check_group_aggregate(c, call, name, kind);
    if (!argument) {
        struct diag *d =
            error_at(c, E0305, call->span, "`%.*s()` needs a group of rows", STR_ARG(name));
        diag_help(c->s->diags, d,
                  "use it in `group by ... (n = %.*s())`, or name a table: "
                  "`%.*s(attendance)`",
                  STR_ARG(name), STR_ARG(name));
        return node_poison(c, call);
    }
    struct node *root = argument;
    while (root->kind == N_DOT)
        root = root->a;
    if (root->kind != N_NAME && !is_relation_node(root) && !c->row)
        root = relation_in(c, argument);
    struct symbol *s = items                          ? items
                       : root && root->kind == N_NAME ? scope_find(c->scope, root->text)
                                                      : NULL;
    bool in_row =
        root && root->kind == N_NAME && c->row && type_field(c->row->type, root->text) >= 0;
    if (s && !in_row && s->kind == SYM_VARIABLE && s->type && s->type->kind == TY_ERROR)
        return node_poison(c, call); /* what it was to be is diagnosed already */
    if (names_relation(s) && !in_row)
        return check_whole(c, call, name, argument, root);
    if (argument->kind == N_PIPELINE && is_value_pipeline(c, argument)) {
        argument = call->list.at[0]->a = check_expr(c, argument);
        if (is_poison(argument))
            return node_poison(c, call);
        return argument->type->kind == TY_RELATION ? check_whole(c, call, name, argument, argument)
                                                   : NULL;
    }
    if (root && is_relation_node(root))
        return check_whole(c, call, name, argument, root);
    if (in_row) {
        struct diag *d =
            error_at(c, E0305, call->span, "`%.*s` over this row alone", STR_ARG(name));
        diag_help(c->s->diags, d, "aggregates belong in `group by ... (...)` or a measure");
        return node_poison(c, call);
    }
    if (!c->row) { /* perhaps of a function that gives a relation, or of a list */
        argument = call->list.at[0]->a = check_expr(c, argument);
        if (is_poison(argument))
            return node_poison(c, call);
        if (argument->type->kind == TY_RELATION)
            return check_whole(c, call, name, argument, argument);
        return check_list_aggregate(c, call, name, kind);
    }
    return NULL; /* a function of the library, on a list */
}
