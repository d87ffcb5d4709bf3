/* Examples of a rule: records as other programs hand them in, whose values fit
 * the columns of the table. */
#include "check/rule_parts.h"

static void check_fields(struct checker *c, const struct table *t, struct node *record);

static const struct table_column *back_reference(const struct table *from, const struct table *to) {
    for (uint32_t i = 0; i < from->n; i++)
        if (from->columns[i].to == to)
            return &from->columns[i];
    return NULL;
}

static bool refers_back(struct checker *c, struct symbol *s, const struct table *to) {
    if (!s || s->kind != SYM_TABLE)
        return false;
    complete_table(c, s);
    if (!s->table)
        return false;
    for (uint32_t i = 0; i < s->table->nties; i++)
        if (s->table->ties[i].to == to)
            return true;
    return back_reference(s->table, to) != NULL;
}

static void fail_value(struct checker *c, const struct node *n, const char *what) {
    error_at(c, E0905, n->span, "an example has %s here", what);
}

static struct node *literal_value(struct checker *c, struct node *n, const struct type *type,
                                  struct str name) {
    const char *what = arena_printf(c->arena, "`%.*s`", STR_ARG(name)).p;
    if (n->kind == N_MISSING)
        return check_value(c, n);
    struct node *value = check_as(c, n, type, what);
    if (!is_poison(value) && value->kind != N_LIST && value->kind != N_CONVERT &&
        !constant_of(value))
        fail_value(c, n, "values that are written out");
    return value;
}

static void check_list_of_records(struct checker *c, const struct table *t, struct node *list) {
    if (list->kind != N_LIST) {
        fail_value(c, list, "a list of records, as `[{...}, {...}]`,");
        return;
    }
    for (uint32_t i = 0; i < list->list.n; i++)
        if (list->list.at[i]->kind == N_RECORD)
            check_fields(c, t, list->list.at[i]);
        else
            fail_value(c, list->list.at[i], "a record");
}

/* Items that are rows: their keys, or records that say more. */
static void check_items(struct checker *c, const struct table_column *column, struct node *list) {
    const struct type *key = type_nullable(c->types, column->type->element, false);
    for (uint32_t i = 0; i < list->list.n; i++)
        if (list->list.at[i]->kind == N_RECORD)
            check_fields(c, column->item->to, list->list.at[i]);
        else
            list->list.at[i] = literal_value(c, list->list.at[i], key, column->name);
}

static void check_column(struct checker *c, const struct table_column *column, struct node *f) {
    const struct type *type = column->type;
    if (column->item && column->item->to && f->a->kind == N_LIST) {
        check_items(c, column, f->a);
        return;
    }
    if (column->to && f->a->kind == N_RECORD) {
        check_fields(c, column->to, f->a);
        return;
    }
    if (column->to)
        type = table_key_type(column->to);
    else if (type->kind == TY_ITEMS)
        type = type_list(c->types, type->element);
    f->a = literal_value(c, f->a, type_nullable(c->types, type, false), column->name);
}

static void check_field_of(struct checker *c, const struct table *t, struct node *f) {
    int at = table_column_named(t, f->text);
    f->value.i = at;
    if (at >= 0 && (uint32_t)at < t->n) {
        check_column(c, &t->columns[at], f);
        return;
    }
    const struct table_tie *tie = table_tie_named(t, f->text);
    if (tie && f->a->kind == N_RECORD) {
        check_fields(c, tie->to, f->a);
        return;
    }
    if (tie) {
        if (f->a->kind != N_MISSING)
            fail_value(c, f->a, "a record, or `missing`,");
        return;
    }
    f->symbol = scope_find(c->scope, f->text);
    if (at < 0 && refers_back(c, f->symbol, t)) {
        check_list_of_records(c, f->symbol->table, f->a);
        return;
    }
    struct diag *d = error_at(c, E0905, f->name_span,
                              "`%.*s` has no column `%.*s`, nor does a table of that name refer to "
                              "it",
                              STR_ARG(t->name), STR_ARG(f->text));
    help_fields(c, d, f->text, t->row);
}

static void check_fields(struct checker *c, const struct table *t, struct node *record) {
    for (uint32_t i = 0; i < record->list.n; i++) {
        struct node *f = record->list.at[i];
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(record->list.at[k]->text, f->text))
                error_at(c, E0905, f->name_span, "`%.*s` is given twice", STR_ARG(f->text));
        check_field_of(c, t, f);
    }
}

void check_rule_example(struct checker *c, struct rule_info *rule, const struct node *clause) {
    struct row *row = c->row;
    bool aggregates = c->aggregates, windows = c->windows;
    if (!clause->a || clause->a->kind != N_RECORD)
        return; /* told */
    if (!rule->table) {
        struct diag *d =
            error_at(c, E0905, clause->span, "only rules over rows of a table have examples");
        diag_help(c->s->diags, d,
                  "`%.*s` is something that a single record cannot show; write a "
                  "`test` with whole tables",
                  STR_ARG(rule->words));
        return;
    }
    c->row = NULL;
    c->aggregates = c->windows = false;
    struct rule_example *out = &rule->examples[rule->nexamples++];
    out->passes = str_is(clause->text, "ok");
    out->title = clause->title;
    out->span = clause->span;
    out->record = node_copy(c->arena, clause->a);
    check_fields(c, rule->table, out->record);
    c->row = row;
    c->aggregates = aggregates;
    c->windows = windows;
}
