/* Why values are missing: `missing 8 "don't know", 9 "refused"`.
 *
 * Beside each column with codes for missing a table stores one with the reason
 * of each row, a text. No name leads there, only why_missing(column): an
 * N_COLUMN whose `op` is set and whose number lies behind those of the row's
 * fields, its table in `symbol`; in other rows an N_FOLLOW of that number. */
#include "check/checker.h"

void add_reasons(struct checker *c, struct table *t) {
    for (uint32_t i = 0; i < t->n; i++) {
        struct table_column *column = &t->columns[i];
        if (!column->nmissing)
            continue;
        column->why = table_width(t);
        struct table_column *why = &t->columns[column->why];
        *why = (struct table_column){.type = TYPE_NULL(c, TEXT), .span = column->span};
        why->name = why->header = arena_printf(c->arena, "%.*s.why", STR_ARG(column->name));
        why->reason_of = column;
        t->nwhy++;
    }
}

static struct node *own_reason(struct checker *c, const struct node *column,
                               const struct table *t) {
    struct node *n = node_make(c, N_COLUMN, column->span, TYPE_NULL(c, TEXT));
    n->op = 1;
    n->value.i = t->columns[column->value.i].why;
    n->text = STR("why_missing");
    n->note = column->note;
    n->symbol = ARENA_NEW(c->arena, struct symbol);
    n->symbol->kind = SYM_TABLE;
    n->symbol->name = t->name;
    n->symbol->table = (struct table *)(uintptr_t)t;
    return n;
}

static bool has_reasons(const struct table *t, int64_t column) {
    return t && column < t->n && t->columns[column].why;
}

/* NULL: it has no reasons. */
static struct node *reason_of(struct checker *c, const struct node *n) {
    if (n->kind == N_COLUMN) {
        const struct row *row = n->note;
        return has_reasons(row->table, n->value.i) ? own_reason(c, n, row->table) : NULL;
    }
    if (n->kind == N_FOLLOW && has_reasons(n->a->type->table, n->value.i)) {
        uint32_t why = n->a->type->table->columns[n->value.i].why;
        struct node *follows = node_make(c, N_FOLLOW, n->span, TYPE_NULL(c, TEXT));
        follows->a = n->a;
        follows->value.i = why;
        follows->text = STR("why_missing");
        return follows;
    }
    const struct leg_info *leg = n->kind == N_LEG ? n->note : NULL;
    if (!leg || !leg->follows || !has_reasons(leg->table, leg->argument->value.i))
        return NULL;
    struct leg_info *other = ARENA_NEW(c->arena, struct leg_info);
    *other = *leg;
    other->argument = own_reason(c, leg->argument, leg->table);
    struct node *follows = node_make(c, N_LEG, n->span, TYPE_NULL(c, TEXT));
    follows->text = STR("why_missing");
    follows->note = other;
    return follows;
}

struct node *check_why_missing(struct checker *c, struct node *call) {
    if (call->list.n != 1)
        return fail_at(c, E0209, call, "`why_missing` takes a column");
    struct node *column = check_expr(c, call->list.at[0]->a);
    if (is_poison(column))
        return node_poison(c, call);
    struct node *reason = reason_of(c, column);
    if (reason)
        return reason;
    struct diag *d = error_at(c, E0395, call->span, "this has no codes that mean missing");
    bool row = column->kind == N_COLUMN && !((const struct row *)column->note)->table;
    diag_help(c->s->diags, d,
              row ? "these are no rows of a table any more: ask before, `derive why = "
                    "why_missing(%.*s)`"
                  : "name a column of a table, whose declaration has codes: `%.*s int null missing "
                    "8 \"don't know\", 9`",
              STR_ARG(column->text.n ? column->text : STR("q1")));
    return node_poison(c, call);
}
