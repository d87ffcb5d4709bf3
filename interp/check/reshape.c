/* Verbs that make a relation of another shape: sets, pivot, unpivot, sample, fill; relations out of
 * SQL, whose shape the program says.
 *
 * Types are known before anything runs, so the columns of a pivot come from the program or from
 * the domain of the column, never from the rows. */
#include "check/checker.h"

/* ---- union, except, intersect ---- */

/* What stands in one column of both sides; NULL: nothing can. */
static const struct type *meeting_type(struct checker *c, const struct type *a,
                                       const struct type *b) {
    if (a->kind == TY_REF && b->kind == TY_REF && a->table == b->table)
        return type_nullable(c->types, a, a->nullable || b->nullable);
    if (a->kind == TY_REF)
        a = type_nullable(c->types, table_key_type(a->table), a->nullable);
    if (b->kind == TY_REF)
        b = type_nullable(c->types, table_key_type(b->table), b->nullable);
    return common_type(c, a, b);
}

/* Columns of one side that the other lacks. */
static bool has_all(struct checker *c, struct node *v, const struct type *of, const struct type *in,
                    const char *side) {
    for (uint32_t i = 0; i < in->n; i++) {
        if (type_field(of, in->fields[i].name) >= 0)
            continue;
        struct diag *d = error_at(c, E0204, v->span, "the %s side has no column `%.*s`", side,
                                  STR_ARG(in->fields[i].name));
        diag_help(c->s->diags, d, "both sides of `%.*s` have the same columns: `select` them",
                  STR_ARG(v->text));
        note_fields(c, d, of);
        return false;
    }
    return true;
}

const struct type *verb_set(struct checker *c, struct node *v, const struct type *in) {
    v->a = check_relation(c, v->a);
    if (is_poison(v->a))
        return TYPE(c, ERROR);
    const struct type *right = v->a->type;
    if (!has_all(c, v, in, right, "left") || !has_all(c, v, right, in, "right"))
        return TYPE(c, ERROR);
    struct columns out = {0};
    for (uint32_t i = 0; i < in->n; i++) {
        struct field left = in->fields[i];
        const struct type *other = right->fields[type_field(right, left.name)].type;
        const struct type *t = meeting_type(c, left.type, other);
        if (!t) {
            error_at(c, E0207, v->span, "`%.*s` is a `%.*s` on the left and a `%.*s` on the right",
                     STR_ARG(left.name), STR_ARG(name_of_type(c, left.type)),
                     STR_ARG(name_of_type(c, other)));
            return TYPE(c, ERROR);
        }
        add_column(c, &out, left.name, t, v->span);
    }
    uint32_t nkeys = str_is(v->text, "union all") ? 0 : out.n;
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, nkeys + 1);
    for (uint32_t i = 0; i < nkeys; i++)
        keys[i] = i;
    return relation_of(c, &out, keys, nkeys);
}

/* ---- pivot ---- */

/* The values that become columns: those written, or those the column's domain has. */
static struct node_list pivot_values(struct checker *c, struct node *v, const struct node *column) {
    struct node_list values = {0};
    if (v->b && v->b->kind == N_LIST)
        return v->b->list;
    const struct table_column *stored =
        column->kind == N_COLUMN && c->row->table && column->value.i < c->row->table->n
            ? &c->row->table->columns[column->value.i]
            : NULL;
    for (uint32_t i = 0; !v->b && stored && i < stored->none_of; i++)
        list_push(c, &values, node_text(c, v->a->span, stored->one_of[i].text));
    for (int64_t i = 0; !v->b && column->type->kind == TY_BOOL && i < 2; i++) {
        struct node *value = node_make(c, N_BOOL, v->a->span, NULL);
        value->value.i = 1 - i;
        list_push(c, &values, value);
    }
    if (values.n == 0) {
        struct diag *d = error_at(c, E0207, v->b ? v->b->span : v->a->span,
                                  "the values that become columns must be written down");
        diag_help(c->s->diags, d, "write `pivot %.*s in [\"a\", \"b\"] (...)`",
                  STR_ARG(column_name_of(column)));
    }
    return values;
}

static struct str value_text(struct checker *c, const struct node *value) {
    switch ((enum node_kind)value->kind) {
    case N_TEXT:
        return value->text;
    case N_INT:
        return arena_printf(c->arena, "%lld", (long long)value->value.i);
    case N_BOOL:
        return str_of(value->value.i ? "true" : "false");
    case N_DATE: {
        char text[32];
        day_print(text, value->value.i);
        return arena_printf(c->arena, "%s", text);
    }
    case N_PERIOD: {
        char text[32];
        period_print(&c->s->calendar, text, value->value.i);
        return arena_printf(c->arena, "%s", text);
    }
    default:
        return STR_NONE;
    }
}

/* `where` of every aggregate in the tree becomes `... and column == value`. */
static uint32_t narrow_aggregates(struct checker *c, struct node *n, struct node *column,
                                  struct node *value) {
    enum aggregate kind;
    if (!n)
        return 0;
    if (n->kind == N_CALL && n->a->kind == N_NAME && aggregate_named(n->a->text, &kind) &&
        n->list.n <= 1) {
        struct node *test = node_make(c, N_BINARY, column->span, NULL);
        test->op = TOK_EQ;
        test->a = node_copy(c->arena, column);
        test->b = node_copy(c->arena, value);
        struct node *both = test;
        if (n->b) {
            both = node_make(c, N_BINARY, column->span, NULL);
            both->op = TOK_AND;
            both->a = n->b;
            both->b = test;
        }
        n->b = both;
        return 1;
    }
    uint32_t found = narrow_aggregates(c, n->a, column, value);
    found += narrow_aggregates(c, n->b, column, value);
    found += narrow_aggregates(c, n->c, column, value);
    for (uint32_t i = 0; i < n->list.n; i++)
        found += narrow_aggregates(c, n->list.at[i], column, value);
    return found;
}

/* The field for one value: alone it is called as the value, else `value.name`. */
static struct node *pivot_field(struct checker *c, struct node *v, const struct node *field,
                                struct node *value) {
    struct node *f = node_copy(c->arena, field);
    struct str own = field->text.n                                             ? field->text
                     : field->a->kind == N_CALL && field->a->a->kind == N_NAME ? field->a->a->text
                                                                               : STR_NONE;
    struct str name = value_text(c, value);
    f->text = v->more.n == 1 || !own.n
                  ? name
                  : arena_printf(c->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(own));
    if (narrow_aggregates(c, f->a, v->a, value) == 0) {
        struct diag *d = error_at(c, E0305, field->span, "a pivot needs aggregates");
        diag_help(c->s->diags, d, "as `pivot %.*s (count())` or `(sum(n))`",
                  STR_ARG(column_name_of(v->a)));
        return NULL;
    }
    return f;
}

/* Without `by`: the key without the column that is pivoted. */
static bool pivot_keys(struct checker *c, struct node *v, const struct node *column,
                       const struct type *in) {
    bool own = v->list.n == 0;
    for (uint32_t i = 0; own && i < in->nkeys; i++) {
        if (column->kind == N_COLUMN && column->value.i == in->keys[i])
            continue;
        struct node *field = node_make(c, N_FIELD, v->span, NULL);
        field->a = node_make(c, N_NAME, v->span, NULL);
        field->a->text = in->fields[in->keys[i]].name;
        list_push(c, &v->list, field);
    }
    if (v->list.n > 0 || in->nkeys > 0)
        return true;
    struct diag *d = error_at(c, E0209, v->span, "one row for each what?");
    diag_help(c->s->diags, d, "write `pivot ... by school (...)`");
    return false;
}

/* One group a row, one column a value: `group by keys (value = aggregate where column == value)`.
 */
const struct type *verb_pivot(struct checker *c, struct node *v, const struct type *in) {
    struct node *column = check_value(c, node_copy(c->arena, v->a));
    if (is_poison(column))
        return TYPE(c, ERROR);
    struct node_list values = pivot_values(c, v, column);
    if (values.n == 0 || !pivot_keys(c, v, column, in))
        return TYPE(c, ERROR);
    struct node_list fields = {0};
    for (uint32_t i = 0; i < values.n; i++) {
        if (!value_text(c, values.at[i]).n) {
            error_at(c, E0207, values.at[i]->span, "expected a text, number, date or period here");
            return TYPE(c, ERROR);
        }
        for (uint32_t j = 0; j < v->more.n; j++) {
            struct node *field = pivot_field(c, v, v->more.at[j], values.at[i]);
            if (!field)
                return TYPE(c, ERROR);
            list_push(c, &fields, field);
        }
    }
    v->kind = N_V_GROUP;
    v->more = fields;
    v->a = v->b = NULL;
    return verb_group(c, v);
}

/* ---- unpivot ---- */

static bool is_unpivoted(const struct node *v, uint32_t column) {
    for (uint32_t i = 0; i < v->list.n; i++)
        if (v->list.at[i]->value.i == column)
            return true;
    return false;
}

const struct type *verb_unpivot(struct checker *c, struct node *v, const struct type *in) {
    const struct type *value = NULL;
    for (uint32_t i = 0; i < v->list.n; i++) {
        struct node *name = v->list.at[i];
        int at = column_of_name(c, name, in);
        if (at < 0)
            return TYPE(c, ERROR);
        name->value.i = at;
        const struct type *t = in->fields[at].type;
        const struct type *both = value ? meeting_type(c, value, t) : meeting_type(c, t, t);
        if (!both) {
            error_at(c, E0207, name->span, "`%.*s` is a `%.*s`, the columns before it are `%.*s`",
                     STR_ARG(name->text), STR_ARG(name_of_type(c, t)),
                     STR_ARG(name_of_type(c, value)));
            return TYPE(c, ERROR);
        }
        value = both;
    }
    struct columns out = {0};
    for (uint32_t i = 0; i < in->n; i++)
        if (!is_unpivoted(v, i))
            add_column(c, &out, in->fields[i].name, in->fields[i].type, v->span);
    const struct type *kept = keep_keys(c, &out, in, NULL);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, kept->nkeys + 1);
    for (uint32_t i = 0; i < kept->nkeys; i++)
        keys[i] = kept->keys[i];
    keys[kept->nkeys] = out.n;
    add_column(c, &out, v->more.n ? v->more.at[0]->text : STR("name"), TYPE(c, TEXT), v->span);
    add_column(c, &out, v->more.n ? v->more.at[1]->text : STR("value"), value, v->span);
    return relation_of(c, &out, keys, kept->nkeys ? kept->nkeys + 1 : 0);
}

/* ---- sample, fill ---- */

const struct type *verb_sample(struct checker *c, struct node *v, const struct type *in) {
    struct row *row = c->row;
    c->row = NULL;
    v->a = check_value(c, v->a);
    if (!is_poison(v->a) && !type_is_ratio(v->a->type))
        v->a = convert(c, v->a, TYPE(c, INT), "the number of rows");
    if (v->b)
        v->b = convert(c, check_value(c, v->b), TYPE(c, INT), "the seed");
    c->row = row;
    return is_poison(v->a) || (v->b && is_poison(v->b)) ? TYPE(c, ERROR) : in;
}

/* coalesce(column, value) */
static struct node *filled(struct checker *c, const struct node *field) {
    struct node *column = node_make(c, N_NAME, field->span, NULL);
    column->text = field->text;
    struct node *call = node_make(c, N_CALL, field->span, NULL);
    call->a = node_make(c, N_NAME, field->span, NULL);
    call->a->text = STR("coalesce");
    struct node *values[] = {column, field->a};
    for (size_t k = 0; k < COUNT_OF(values); k++) {
        struct node *argument = node_make(c, N_ARG, values[k]->span, NULL);
        argument->a = values[k];
        list_push(c, &call->list, argument);
    }
    return call;
}

/* A derive whose values stand for the columns of their names. */
const struct type *verb_fill(struct checker *c, struct node *v, const struct type *in) {
    struct columns out = {0};
    copy_columns(c, &out, in);
    for (uint32_t i = 0; i < v->list.n; i++) {
        struct node *f = v->list.at[i];
        int at = column_of_name(c, f, in);
        if (at < 0)
            return TYPE(c, ERROR);
        f->a = check_expr(c, filled(c, f));
        f->type = f->a->type;
        if (is_poison(f->a))
            return TYPE(c, ERROR);
        out.at[at].type = f->type;
    }
    v->kind = N_V_DERIVE;
    return relation_of(c, &out, in->keys, in->nkeys);
}

/* ---- SQL ---- */

struct node *check_sql(struct checker *c, struct node *n) {
    struct columns out = {0};
    if (n->list.n == 0 && !describe_sql(c, n, &out))
        return node_poison(c, n);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, n->more.n + 1);
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *column = n->list.at[i];
        column->type = type_of_node(c, column->a);
        if (is_poison(column))
            return node_poison(c, n);
        if (!type_is_cell(column->type))
            return fail_at(c, E0207, column, "a `%.*s` cannot be a column",
                           STR_ARG(name_of_type(c, column->type)));
        if (type_is_ratio(column->type))
            return fail_at(c, E0207, column, "SQL gives no `%.*s`; read a float or two ints",
                           STR_ARG(name_of_type(c, column->type)));
        add_column(c, &out, column->text, column->type, column->span);
    }
    const struct type *row = relation_of(c, &out, NULL, 0);
    for (uint32_t i = 0; i < n->more.n; i++) {
        int at = column_of_name(c, n->more.at[i], row);
        if (at < 0)
            return node_poison(c, n);
        keys[i] = (uint32_t)at;
    }
    if (c->s->diags->errors && has_error_inside(c, n->span))
        return node_poison(c, n);
    n->type = relation_of(c, &out, keys, n->more.n);
    struct node *from = node_make(c, N_FROM, n->span, n->type);
    from->a = n;
    return from;
}
