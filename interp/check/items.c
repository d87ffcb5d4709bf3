/* Columns that hold lists, `themes list of theme split ";"`, and the rows of
 * their items, `response.themes`.
 *
 * On a row the column is a list. Its items are also rows of a table of their
 * own, which nobody declares: a reference to the row they stand on (or the
 * columns of its key), `item` and `place`. So what is counted is said: rows of
 * the table, or items. */
#include "check/checker.h"

/* ---- declarations ---- */

static const struct type *item_type(struct checker *c, struct table_column *item,
                                    const struct table *t, const struct node *n) {
    if (n->list.n) {
        const struct node *codes = n->list.at[0];
        bool texts = codes->list.n > 0 && codes->list.at[0]->kind == N_TEXT;
        item->type = texts ? TYPE(c, TEXT) : TYPE(c, INT);
        read_code_values(c, codes, &item->one_of, &item->none_of);
        return item->type;
    }
    if (!n->a || n->a->kind != N_TYPE)
        return TYPE(c, ERROR);
    if (str_eq(n->a->text, t->name)) {
        struct diag *d =
            error_at(c, E0393, n->a->span, "`%.*s` holds lists of its own rows", STR_ARG(t->name));
        diag_help(c->s->diags, d,
                  "rows may come later in the file than what refers to them: make "
                  "it a table of pairs");
        return TYPE(c, ERROR);
    }
    if (!scalar_named(c, n->a->text)) {
        const struct symbol *to = find_table(c, n->a->text, n->a->span);
        item->to = to ? to->table : NULL;
        if (to && !table_is_entity(to->table)) {
            error_at(c, E0393, n->a->span, "a list of `%.*s`, whose key has several columns",
                     STR_ARG(n->a->text));
            item->to = NULL;
        }
        return item->type = item->to ? type_ref(c->types, item->to, false) : TYPE(c, ERROR);
    }
    return item->type = type_of_node(c, n->a);
}

void read_list_column(struct checker *c, struct table *t, struct table_column *column,
                      struct node *n) {
    struct table_column *item = ARENA_NEW(c->arena, struct table_column);
    item->name = item->header = column->name; /* in messages about files */
    item->span = column->span;
    const struct type *type = item_type(c, item, t, n->a);
    const struct type *value = item->to ? table_key_type(item->to) : type;
    column->type = TYPE(c, ERROR);
    column->item = item;
    column->split = n->a->text;
    if (type->kind == TY_ERROR)
        return;
    if (!items_may_hold(value) || value->nullable) {
        struct diag *d = error_at(c, E0393, n->a->span, "a list of `%.*s` cannot be a column",
                                  STR_ARG(name_of_type(c, value)));
        diag_help(c->s->diags, d, "items are text, int, float, bool, date or rows of a table");
        return;
    }
    const struct node *odd = n->flags & FLAG_NULLABLE ? n : NULL;
    for (uint32_t i = 0; i < n->list.n && !odd; i++)
        odd = n->list.at[i]->kind == N_A_FROM ? NULL : n->list.at[i];
    if (odd) {
        struct diag *d = error_at(c, E0393, odd->span, "this does not fit a list");
        diag_help(c->s->diags, d,
                  "a list is never missing: an empty field is an empty list. Its items' values "
                  "stand behind `of`: `list of \"A\", \"B\"`");
    }
    column->type = type_items(c->types, value);
}

static void add_item_column(struct table *items, struct str name, const struct table_column *like,
                            const struct type *type, bool is_key) {
    struct table_column *column = &items->columns[items->n];
    *column = (struct table_column){.name = name, .header = name, .span = items->span};
    column->type = type;
    column->to = like ? like->to : NULL;
    column->one_of = like ? like->one_of : NULL;
    column->none_of = like ? like->none_of : 0;
    column->is_key = is_key;
    if (is_key)
        items->keys[items->nkeys++] = items->n;
    items->n++;
}

/* What leads from an item back to its row. */
static void add_owner(struct checker *c, struct table *items, const struct table *t) {
    if (table_is_entity(t)) {
        const struct table_column reference = {.to = t};
        add_item_column(items, t->name, &reference, type_ref(c->types, t, false), true);
        return;
    }
    struct table_tie *tie = items->ties = ARENA_NEW(c->arena, struct table_tie);
    *tie = (struct table_tie){.name = t->name, .to = t, .n = t->nkeys, .span = t->span};
    for (uint32_t i = 0; i < t->nkeys; i++) {
        const struct table_column *key = &t->columns[t->keys[i]];
        tie->columns[i] = items->n;
        add_item_column(items, key->name, key, key->type, true);
    }
    items->nties = 1;
}

static bool has_free_names(struct checker *c, const struct table *t,
                           const struct table_column *column) {
    static const struct str own[] = {{"item", 4}, {"place", 5}};
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        bool taken = str_eq(t->name, own[i]);
        for (uint32_t k = 0; k < t->nkeys; k++)
            taken = taken || str_eq(t->columns[t->keys[k]].name, own[i]);
        if (taken) {
            error_at(c, E0393, column->span,
                     "the items of `%.*s` have columns `item` and `place`, and `%.*s` is taken",
                     STR_ARG(column->name), STR_ARG(own[i]));
            return false;
        }
    }
    if (t->nkeys < COUNT_OF(t->keys))
        return true;
    error_at(c, E0393, column->span, "a key of %u columns leaves no room for that of the items",
             t->nkeys);
    return false;
}

/* The key of `t` is known. */
void declare_items(struct checker *c, struct table *t, struct table_column *column) {
    if (column->type->kind != TY_ITEMS || !has_free_names(c, t, column))
        return;
    struct table *items = ARENA_NEW(c->arena, struct table);
    items->name = arena_printf(c->arena, "%.*s.%.*s", STR_ARG(t->name), STR_ARG(column->name));
    items->title = column->label;
    items->span = column->span;
    items->owner = t;
    items->of = column;
    items->columns = ARENA_ARRAY(c->arena, struct table_column, t->nkeys + 3);
    add_owner(c, items, t);
    add_item_column(items, STR("item"), column->item, column->item->type, true);
    add_item_column(items, STR("place"), NULL, TYPE(c, INT), false);
    set_row_type(c, items);
    struct symbol *s = ARENA_NEW(c->arena, struct symbol);
    s->kind = SYM_TABLE;
    s->name = items->name;
    s->span = column->span;
    s->at_top = true;
    s->table = items;
    column->items = s;
}

/* ---- names ---- */

struct symbol *items_named(const struct table *t, struct str name) {
    int at = t ? table_column_named(t, name) : -1;
    return at >= 0 ? t->columns[at].items : NULL;
}

/* `response.themes`, where `response` is the table and no part of the row. */
static struct symbol *items_of_table(struct checker *c, const struct node *n) {
    if (n->kind != N_DOT || n->a->kind != N_NAME || n->a->flags & FLAG_QUOTED)
        return NULL;
    if (c->row && c->row->table && str_eq(c->row->table->name, n->a->text))
        return items_named(c->row->table, n->text);
    bool in_row = c->row && (type_field(c->row->type, n->a->text) >= 0 ||
                             table_tie_named(c->row->table, n->a->text));
    struct symbol *s = in_row ? NULL : scope_find(c->scope, n->a->text);
    if (!s || s->kind != SYM_TABLE || !(s = find_table(c, s->name, n->a->span)))
        return NULL;
    return items_named(s->table, n->text);
}

static void become_name(struct node *n, struct symbol *items) {
    n->kind = N_NAME;
    n->text = items->name;
    n->symbol = items;
    n->a = NULL;
}

bool items_relation(struct checker *c, struct node *n) {
    struct symbol *items = items_of_table(c, n);
    if (items)
        become_name(n, items);
    return items != NULL;
}

/* The part of the path that names a column of lists becomes the name of its items' table. */
static struct symbol *take_items(struct checker *c, struct node *n, struct node **reference) {
    if (n->kind == N_NAME) {
        bool own = c->row && type_field(c->row->type, n->text) >= 0;
        struct symbol *items = own ? items_named(c->row->table, n->text) : NULL;
        if (items)
            become_name(n, items);
        return items;
    }
    if (n->kind != N_DOT)
        return NULL;
    struct symbol *items = take_items(c, n->a, reference);
    if (items)
        return items;
    items = items_of_table(c, n);
    if (!items && c->row) {
        items = items_named(path_table(c, n->a), n->text);
        *reference = items ? n->a : NULL;
    }
    if (items)
        become_name(n, items);
    return items;
}

struct symbol *items_argument(struct checker *c, struct node *call, struct str name,
                              struct node **reference) {
    struct node *argument = call->list.n ? call->list.at[0]->a : NULL;
    *reference = NULL;
    struct symbol *items = argument ? take_items(c, argument, reference) : NULL;
    bool rows = (str_is(name, "count") && !(call->flags & FLAG_DISTINCT)) || str_is(name, "any");
    if (items && argument->kind == N_NAME && !rows) { /* of the items themselves */
        struct node *of = node_make(c, N_NAME, argument->span, NULL);
        become_name(of, items);
        argument->kind = N_DOT;
        argument->a = of;
        argument->text = STR("item");
        argument->name_span = argument->span;
        argument->symbol = NULL;
    }
    return items;
}

/* ---- what repeats ---- */

bool fail_list_as_key(struct checker *c, const struct node *key) {
    const struct row *row = key->kind == N_COLUMN ? key->note : NULL;
    const struct symbol *items =
        row && key->type->kind == TY_ITEMS ? items_named(row->table, key->text) : NULL;
    if (!items)
        return false;
    struct diag *d =
        error_at(c, E0394, key->span, "a row has many `%.*s`, so grouping by them would repeat it",
                 STR_ARG(key->text));
    diag_help(c->s->diags, d,
              "group the items, each of which stands once: `from %.*s | group by item (...)`",
              STR_ARG(items->name));
    return true;
}

struct node *fail_items_of_group(struct checker *c, struct node *call, const struct symbol *items) {
    struct str column = items->table->of->name;
    struct diag *d = error_at(c, E0394, call->span, "a group of `%.*s` has lists of `%.*s`",
                              STR_ARG(items->table->owner->name), STR_ARG(column));
    diag_help(c->s->diags, d,
              "`sum(len(%.*s))` counts items, `count(len(%.*s) > 0)` rows that have some; or begin "
              "with the items, `from %.*s`",
              STR_ARG(column), STR_ARG(column), STR_ARG(items->name));
    return node_poison(c, call);
}
