/* `from ... | into NAME`: the rows of a relation stored in a declared table.
 *
 * Which columns go where, and whether their types fit, is known before anything runs; what only the
 * rows can tell (keys, references, domains, missing values) is judged when they are stored. */
#include "check/checker.h"
#include "check/probe.h"

/* ---- a table that is not declared ---- */

static struct str quoted(struct checker *c, struct str name) {
    bool plain = name.n > 0 && !(name.p[0] >= '0' && name.p[0] <= '9');
    for (size_t i = 0; i < name.n; i++) {
        char byte = name.p[i], small = (char)(byte | 32);
        plain = plain &&
                (byte == '_' || (byte >= '0' && byte <= '9') || (small >= 'a' && small <= 'z'));
    }
    return plain ? name : arena_printf(c->arena, "`%.*s`", STR_ARG(name));
}

static struct str column_line(struct checker *c, const struct field *f, bool is_key) {
    struct str type;
    if (f->type->kind == TY_REF) {
        type = arena_printf(c->arena, "-> %.*s", STR_ARG(quoted(c, f->type->table->name)));
    } else {
        type = name_of_type(c, type_unitless(c->types, type_nullable(c->types, f->type, false)));
    }
    return arena_printf(c->arena, "  %.*s %.*s%s", STR_ARG(quoted(c, f->name)), STR_ARG(type),
                        f->type->nullable && !is_key ? " null" : "");
}

static struct str declaration_of(struct checker *c, struct str name, const struct type *relation) {
    struct str key = STR(""), columns = STR("");
    for (uint32_t i = 0; i < relation->nkeys; i++)
        key = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(key), i ? ", " : "",
                           STR_ARG(quoted(c, relation->fields[relation->keys[i]].name)));
    for (uint32_t i = 0; i < relation->n; i++) {
        bool is_key = false;
        for (uint32_t k = 0; k < relation->nkeys; k++)
            is_key = is_key || relation->keys[k] == i;
        columns = arena_printf(c->arena, "%.*s\n%.*s", STR_ARG(columns),
                               STR_ARG(column_line(c, &relation->fields[i], is_key)));
    }
    if (relation->nkeys == 0)
        key = STR("...  # the columns that tell its rows apart");
    return arena_printf(c->arena, "table %.*s {\n  key %.*s%.*s\n}", STR_ARG(quoted(c, name)),
                        STR_ARG(key), STR_ARG(columns));
}

static void tell_undeclared(struct checker *c, const struct node *verb,
                            const struct type *relation) {
    struct diag *d = error_at(c, E0370, verb->name_span, "there is no table `%.*s` to store into",
                              STR_ARG(verb->text));
    diag_help(c->s->diags, d, "declare it; these rows would fit\n%.*s",
              STR_ARG(declaration_of(c, verb->text, relation)));
}

/* ---- columns ---- */

/* What a value of the type is where it is stored: a reference is the key it means. */
static const struct type *stored_as(const struct type *t) {
    while (t->kind == TY_REF)
        t = t->table->columns[t->table->keys[0]].type;
    return t;
}

static bool fits(const struct type *from, const struct type *to) {
    if (from->kind == TY_REF && to->kind == TY_REF)
        return from->table == to->table;
    enum type_kind a = stored_as(from)->kind, b = stored_as(to)->kind;
    return a == b || (a == TY_INT && b == TY_FLOAT) || a == TY_MISSING ||
           (type_is_ratio(from) && type_is_ratio(to));
}

static bool check_column(struct checker *c, const struct node *verb, const struct table *t,
                         const struct field *f) {
    int at = table_column_named(t, f->name);
    if (at < 0) {
        struct diag *d = error_at(c, E0371, verb->name_span, "`%.*s` has no column `%.*s`",
                                  STR_ARG(t->name), STR_ARG(f->name));
        struct str *names = ARENA_ARRAY(c->arena, struct str, t->n + 1);
        for (uint32_t i = 0; i < t->n; i++)
            names[i] = t->columns[i].name;
        help_nearest(c, d, f->name, names, t->n);
        diag_help(c->s->diags, d, "take it out with `drop`, or give it another name with `rename`");
        return false;
    }
    const struct table_column *column = &t->columns[at];
    if (fits(f->type, column->type))
        return true;
    error_at(c, E0371, verb->name_span, "`%.*s` is `%.*s`, and `%.*s` keeps `%.*s` there",
             STR_ARG(f->name), STR_ARG(name_of_type(c, f->type)), STR_ARG(t->name),
             STR_ARG(name_of_type(c, column->type)));
    return false;
}

static bool check_columns(struct checker *c, const struct node *verb, const struct table *t,
                          const struct type *relation) {
    bool fine = true;
    for (uint32_t i = 0; i < relation->n; i++)
        fine = check_column(c, verb, t, &relation->fields[i]) && fine;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct table_column *column = &t->columns[i];
        bool needed = column->is_key || !column->type->nullable;
        if (needed && type_field(relation, column->name) < 0) {
            struct diag *d = error_at(c, E0371, verb->name_span, "`%.*s` needs the column `%.*s`",
                                      STR_ARG(t->name), STR_ARG(column->name));
            diag_help(c->s->diags, d, "add it: `| derive %.*s = ...`", STR_ARG(column->name));
            fine = false;
        }
    }
    return fine;
}

/* ---- the statement ---- */

bool is_into(const struct node *n) {
    const struct node *pipeline = n->kind == N_EXPRESSION ? n->a : NULL;
    return pipeline && pipeline->kind == N_PIPELINE && pipeline->list.n &&
           pipeline->list.at[pipeline->list.n - 1]->kind == N_V_INTO;
}

void check_into(struct checker *c, struct node *n) {
    struct node *pipeline = n->a;
    struct node *verb = pipeline->list.at[--pipeline->list.n];
    n->kind = N_INTO;
    n->op = verb->op;
    n->text = verb->text;
    n->a = check_relation(c, pipeline->list.n ? pipeline : pipeline->a);
    if (is_poison(n->a))
        return;
    struct symbol *s = scope_find(c->s->globals, verb->text);
    probe_symbol(c, verb->name_span, s);
    if (!s || s->kind != SYM_TABLE) {
        tell_undeclared(c, verb, n->a->type);
        return;
    }
    complete_table(c, s);
    n->symbol = s;
    if (s->table->built_in)
        fail_at(c, E0216, n, "`%.*s` is kept by the store itself", STR_ARG(verb->text));
    else
        check_columns(c, verb, s->table, n->a->type);
}
