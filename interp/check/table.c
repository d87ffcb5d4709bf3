/* Table declarations: columns, keys, references, domains. */
#include "check/checker.h"

int table_column_named(const struct table *t, struct str name) {
    for (uint32_t i = 0; i < t->n; i++)
        if (str_eq(t->columns[i].name, name))
            return (int)i;
    return -1;
}

void declare_table(struct checker *c, struct node *n) {
    struct symbol *s = scope_declare(c, SYM_TABLE, n, n->text, n->name_span);
    struct table *t = s->table = ARENA_NEW(c->arena, struct table);
    t->name = n->text;
    t->title = n->title;
    t->doc = n->doc;
    t->span = n->name_span;
    ARENA_PUSH(c->arena, &c->s->tables) = t;
    const struct source *source = source_at(c->s->sources, n->span.source);
    if (source)
        t->declaration = (struct str){source->text.p + n->span.start, n->span.stop - n->span.start};
}

void read_code_values(struct checker *c, const struct node *attribute, struct code_value **out,
                      uint32_t *n) {
    *n = attribute->list.n;
    *out = ARENA_ARRAY(c->arena, struct code_value, *n + 1);
    for (uint32_t i = 0; i < *n; i++) {
        const struct node *v = attribute->list.at[i];
        struct code_value *code = &(*out)[i];
        code->is_text = v->kind == N_TEXT;
        code->number = v->kind == N_INT ? v->value.i : 0;
        code->text =
            code->is_text ? v->text : arena_printf(c->arena, "%lld", (long long)code->number);
        code->label = v->title;
    }
}

static bool read_number(const struct node *n, double *out) {
    double sign = 1;
    if (n->kind == N_UNARY && n->op == TOK_MINUS) {
        sign = -1;
        n = n->a;
    }
    if (n->kind == N_INT)
        *out = sign * (double)n->value.i;
    else if (n->kind == N_FLOAT)
        *out = sign * n->value.f;
    else if (n->kind == N_SHARE)
        *out = sign * (double)n->value.i / (double)n->value2;
    else
        return false;
    return true;
}

static void read_attribute(struct checker *c, struct table_column *column, struct node *a) {
    switch ((enum node_kind)a->kind) {
    case N_A_ONE_OF:
        read_code_values(c, a, &column->one_of, &column->none_of);
        if (column->type->kind != TY_TEXT && column->type->kind != TY_INT &&
            column->type->kind != TY_ERROR)
            error_at(c, E0311, a->span, "`one of` fits a text or int column");
        for (uint32_t i = 0; i < a->list.n; i++)
            if ((column->type->kind == TY_TEXT && a->list.at[i]->kind != N_TEXT) ||
                (column->type->kind == TY_INT && a->list.at[i]->kind != N_INT))
                error_at(c, E0311, a->list.at[i]->span, "`%.*s` holds %s, and this is none",
                         STR_ARG(column->name),
                         column->type->kind == TY_TEXT ? "texts" : "whole numbers");
        break;
    case N_A_MISSING:
        read_code_values(c, a, &column->missing, &column->nmissing);
        if (!column->type->nullable && column->type->kind != TY_ERROR) {
            struct diag *d = error_at(c, E0311, a->span,
                                      "`%.*s` has codes that mean missing, but may not be missing",
                                      STR_ARG(column->name));
            diag_help(c->s->diags, d, "add `null` behind its type or its values");
        }
        break;
    case N_A_IN:
        column->has_range = a->a->kind == N_RANGE && read_number(a->a->a, &column->low) &&
                            read_number(a->a->b, &column->high);
        if (!column->has_range)
            error_at(c, E0218, a->span, "a domain is a range of two numbers, as `in 0..100`");
        else if (!type_is_number(column->type) && column->type->kind != TY_ERROR)
            error_at(c, E0311, a->span, "`in` fits a column of numbers");
        break;
    case N_A_UNIT:
        column->unit = a->text;
        if (column->type->kind == TY_INT || column->type->kind == TY_FLOAT)
            column->type = type_in_unit(c->types, column->type, unit_read(c->types, a->text));
        break;
    case N_A_FROM:
        column->header = a->text;
        break;
    default:
        break;
    }
}

static const struct type *stored_type(struct checker *c, const struct node *type) {
    const struct type *t = type_of_node(c, type);
    if (t->kind != TY_ERROR && (!type_is_cell(t) || t->kind == TY_REF)) {
        struct diag *d = error_at(c, E0217, type->span, "a column cannot hold a `%.*s`",
                                  STR_ARG(name_of_type(c, t)));
        diag_help(c->s->diags, d,
                  "columns hold single values: text, int, float, bool, date, "
                  "datetime, period, duration, ratio or share");
        return TYPE(c, ERROR);
    }
    return t;
}

static void fail_single_reference(struct checker *c, const struct table *to, const struct node *n) {
    struct diag *d =
        error_at(c, E0390, n->a->span, "`%.*s` refers by one column to `%.*s`, whose key has %u",
                 STR_ARG(n->text), STR_ARG(to->name), to->nkeys);
    struct str names = STR("");
    for (uint32_t i = 0; i < to->nkeys; i++)
        names = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(names), i ? ", " : "",
                             STR_ARG(to->columns[to->keys[i]].name));
    diag_help(c->s->diags, d,
              "declare columns for its key and say that they are a reference: `(%.*s) -> %.*s`",
              STR_ARG(names), STR_ARG(to->name));
}

/* Of a column with nothing but `one of` values. */
static const struct type *type_of_values(struct checker *c, const struct node *column) {
    for (uint32_t i = 0; i < column->list.n; i++) {
        const struct node *a = column->list.at[i];
        if (a->kind == N_A_ONE_OF && a->list.n)
            return a->list.at[0]->kind == N_INT ? TYPE(c, INT) : TYPE(c, TEXT);
    }
    return TYPE(c, ERROR);
}

static void read_column(struct checker *c, struct table *t, struct table_column *column,
                        struct node *n) {
    column->name = column->header = n->text;
    column->span = n->name_span;
    column->label = n->title;
    if (n->a && n->a->kind == N_LIST_OF) {
        read_list_column(c, t, column, n);
    } else if (n->a && n->a->kind == N_REFERENCE) {
        struct symbol *to = str_eq(n->a->text, t->name) ? scope_find(c->s->globals, t->name)
                                                        : find_table(c, n->a->text, n->a->span);
        column->to = to ? to->table : NULL;
        if (to && to->table != t && !table_is_entity(to->table)) {
            if (table_has_spans(to->table))
                fail_at(c, E0190, n->a,
                        "a reference to `%.*s`, whose rows hold for a time, does not work yet",
                        STR_ARG(to->table->name));
            else
                fail_single_reference(c, to->table, n);
            column->to = NULL;
        }
        column->type =
            column->to ? type_ref(c->types, column->to, n->flags & FLAG_NULLABLE) : TYPE(c, ERROR);
    } else {
        column->type = n->a ? stored_type(c, n->a) : type_of_values(c, n);
        if (n->flags & FLAG_NULLABLE)
            column->type = type_nullable(c->types, column->type, true);
    }
    for (uint32_t i = 0; i < n->list.n; i++)
        if (!column->item || n->list.at[i]->kind == N_A_FROM)
            read_attribute(c, column, n->list.at[i]);
}

static void read_key(struct checker *c, struct table *t, const struct node *key) {
    for (uint32_t i = 0; i < key->list.n; i++) {
        const struct node *name = key->list.at[i];
        int at = table_column_named(t, name->text);
        if (at < 0) {
            struct diag *d =
                error_at(c, E0302, name->span, "the key `%.*s` is no column", STR_ARG(name->text));
            struct str *names = ARENA_ARRAY(c->arena, struct str, t->n + 1);
            for (uint32_t k = 0; k < t->n; k++)
                names[k] = t->columns[k].name;
            help_nearest(c, d, name->text, names, t->n);
            continue;
        }
        if (t->columns[at].type->nullable)
            error_at(c, E0302, name->span, "a key column may not be missing");
        if (type_is_ratio(t->columns[at].type) || t->columns[at].type->kind == TY_ITEMS)
            error_at(c, E0302, name->span, "a `%.*s` cannot be in a key",
                     STR_ARG(name_of_type(c, t->columns[at].type)));
        if (t->nkeys >= COUNT_OF(t->keys)) {
            error_at(c, E0302, name->span, "a key has at most %zu columns", COUNT_OF(t->keys));
            return;
        }
        t->columns[at].is_key = true;
        t->keys[t->nkeys++] = (uint32_t)at;
    }
}

static void read_stored(struct checker *c, struct table *t, const struct node *stored) {
    t->storage = str_is(stored->text, "rows") ? STORED_ROWS : STORED_COLUMNS;
    if (t->storage == STORED_COLUMNS && table_is_entity(t)) {
        struct diag *d =
            error_at(c, E0302, stored->span,
                     "`%.*s` cannot be stored by columns: its key is one column", STR_ARG(t->name));
        diag_help(c->s->diags, d,
                  "other tables may refer to its rows, which are found one by one: leave `stored "
                  "columns` out");
    }
}

void set_row_type(struct checker *c, struct table *t) {
    struct field *fields = ARENA_ARRAY(c->arena, struct field, t->n + 1);
    for (uint32_t i = 0; i < t->n; i++)
        fields[i] = (struct field){t->columns[i].name, t->columns[i].type};
    t->row = type_relation(c->types, fields, t->n, t->keys, t->nkeys);
}

/* Reads the columns the first time somebody asks. References may form circles:
 * the row type is set before other tables are looked at again. */
void complete_table(struct checker *c, struct symbol *symbol) {
    struct table *t = symbol->table;
    struct node *n = symbol->node;
    if (t->row || symbol->checking || !n)
        return;
    symbol->checking = true;
    const struct node *key = NULL, *stored = NULL, *spans = NULL, *history = NULL;
    t->columns = ARENA_ARRAY(c->arena, struct table_column, 2 * n->list.n + 1);
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_KEY)
            key = n->list.at[i];
        else if (n->list.at[i]->kind == N_STORED)
            stored = n->list.at[i];
        else if (n->list.at[i]->kind == N_SPANS)
            spans = n->list.at[i];
        else if (n->list.at[i]->kind == N_HISTORY)
            history = n->list.at[i];
        else if (n->list.at[i]->kind == N_SUPPRESS)
            t->own = protection_read(c, n->list.at[i]);
    /* so that it can refer to itself, also by a circle */
    t->nkeys = key && key->list.n == 1 && !spans;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *clause = n->list.at[i];
        if (clause->kind == N_COLUMN_DECLARATION) {
            if (table_column_named(t, clause->text) >= 0)
                error_at(c, E0205, clause->name_span, "the column `%.*s` stands twice",
                         STR_ARG(clause->text));
            else
                read_column(c, t, &t->columns[t->n++], clause);
        }
    }
    t->nkeys = 0;
    if (key)
        read_key(c, t, key);
    if (spans)
        declare_spans(c, t, spans);
    if (stored)
        read_stored(c, t, stored);
    if (t->nkeys == 0 && !c->s->diags->errors) {
        struct diag *d =
            error_at(c, E0302, n->name_span, "the table `%.*s` has no key", STR_ARG(t->name));
        diag_help(c->s->diags, d, "name the columns that tell its rows apart: `key ...`");
    }
    t->ties = ARENA_ARRAY(c->arena, struct table_tie, n->list.n + 1);
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_TIE)
            read_tie(c, t, n->list.at[i]);
    add_reasons(c, t);
    for (uint32_t i = 0; i < t->n; i++)
        if (t->columns[i].item)
            declare_items(c, t, &t->columns[i]);
    set_row_type(c, t);
    if (history)
        declare_history(c, t, history);
    symbol->checking = false;
}
