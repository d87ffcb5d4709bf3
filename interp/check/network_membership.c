/* Members out of a table of memberships, and families of networks.
 *
 * A clause of a network then speaks of a row of memberships, and of the member where the row has no
 * such column. A member may have several rows: its level, sector and group are those of the one
 * that began last, which is found as the greatest text of day and value. So a row of the entity
 * tells them by an aggregate over its memberships, and the end of a tie does, too. */
#include "check/checker.h"

/* ---- clauses about memberships ---- */

static bool is_column(const struct table *t, const struct node *n) {
    return n->kind == N_NAME && table_column_named(t, n->text) >= 0;
}

struct node *network_clause(struct checker *c, const struct network_info *net,
                            const struct node *n) {
    if (!n || !net->membership)
        return (struct node *)(uintptr_t)n;
    if (is_column(net->entity, n) && !is_column(net->membership, n)) {
        struct node *path = node_make(c, N_DOT, n->span, NULL);
        path->a = node_make(c, N_NAME, n->span, NULL);
        path->a->text = net->member_name;
        path->text = n->text;
        path->name_span = n->span;
        return path;
    }
    struct node *copy = ARENA_NEW(c->arena, struct node);
    *copy = *n;
    copy->a = n->kind == N_CALL ? n->a : network_clause(c, net, n->a);
    copy->b = network_clause(c, net, n->b);
    copy->list = (struct node_list){NULL, 0, 0};
    for (uint32_t i = 0; i < n->list.n; i++)
        list_push(c, &copy->list, network_clause(c, net, n->list.at[i]));
    return copy;
}

static const struct node *clause_of(const struct node *network, enum node_kind kind) {
    for (uint32_t i = 0; i < network->list.n; i++)
        if (network->list.at[i]->kind == kind)
            return network->list.at[i];
    return NULL;
}

/* The entity is what the column refers to. */
static bool read_membership(struct checker *c, struct network_info *net, const struct table *t,
                            const struct node *reference) {
    int column = table_column_named(t, reference->text);
    if (column < 0) {
        struct diag *d = error_at(c, E0204, reference->span, "`%.*s` has no column `%.*s`",
                                  STR_ARG(t->name), STR_ARG(reference->text));
        help_fields(c, d, reference->text, t->row);
        return false;
    }
    if (!t->columns[column].to || t->columns[column].type->kind != TY_REF) {
        struct diag *d =
            error_at(c, E0314, reference->span, "members need a column that refers to their table");
        diag_help(c->s->diags, d, "declare it as `%.*s -> table`", STR_ARG(reference->text));
        return false;
    }
    net->membership = t;
    net->member_name = reference->text;
    net->member_column = (uint32_t)column;
    net->entity = t->columns[column].to;
    return true;
}

bool read_network_source(struct checker *c, struct network_info *net, const struct node *members,
                         const struct table *t) {
    if (members->a)
        return read_membership(c, net, t, members->a);
    net->entity = t;
    if (table_is_entity(t))
        return true;
    net->entity = NULL;
    error_at(c, E0314, members->span, "members need a table whose key is one column");
    return false;
}

/* ---- families ---- */

/* The key of the network that a row of `row` is of: of the only column that refers to the family.
 * NULL: there is none. */
struct node *family_key_of(struct checker *c, const struct network_info *net, struct row *row,
                           struct span span) {
    const struct table *t = row->table;
    int found = -1;
    for (uint32_t i = 0; net->family && i < t->n; i++) {
        if (t->columns[i].to != net->family)
            continue;
        if (found >= 0) {
            struct diag *d = error_at(c, E0804, span, "`%.*s` refers to `%.*s` twice",
                                      STR_ARG(t->name), STR_ARG(net->family->name));
            diag_help(c->s->diags, d, "which network a row is of must be told by one column");
            return NULL;
        }
        found = (int)i;
    }
    return found < 0 ? NULL : as_value(c, column_read(c, row, (uint32_t)found, span));
}

void read_network_family(struct checker *c, struct network_info *net, const struct node *network) {
    const struct node *clause = clause_of(network, N_N_PER);
    struct symbol *s = clause ? find_table(c, clause->text, clause->name_span) : NULL;
    if (!s)
        return;
    if (!table_is_entity(s->table)) {
        error_at(c, E0804, clause->span, "`per` needs a table whose key is one column");
        return;
    }
    net->family = s->table;
    net->key = family_key_of(c, net, c->row, clause->span);
    if (net->key)
        return;
    struct diag *d =
        error_at(c, E0804, clause->span, "nothing in `%.*s` says of which `%.*s` it is",
                 STR_ARG(c->row->table->name), STR_ARG(net->family->name));
    diag_help(c->s->diags, d, "members come from a table with a column `-> %.*s`",
              STR_ARG(net->family->name));
}

/* ---- the latest membership ---- */

enum { DAY_CHARACTERS = 10 };

static struct node *text_of(struct checker *c, struct node *value) {
    if (value->type->kind == TY_TEXT)
        return value;
    const struct type *type = type_scalar(c->types, TY_TEXT, value->type->nullable);
    return invoke_builtin(c, value->span, BUILTIN_TEXT, type, value);
}

static struct node *or_text(struct checker *c, struct node *value, struct str instead) {
    if (!value->type->nullable)
        return value;
    struct node *either = invoke_builtin(c, value->span, BUILTIN_COALESCE, TYPE(c, TEXT), value);
    struct node *text = node_text(c, value->span, instead);
    text->type = TYPE(c, TEXT);
    list_push(c, &either->list, text);
    return either;
}

/* "2024-08-01principal" */
static struct node *dated(struct checker *c, const struct network_info *net, struct node *value) {
    struct node *n = node_make(c, N_TEMPLATE, value->span, NULL);
    struct node *parts[2] = {NULL, or_text(c, text_of(c, value), STR(""))};
    parts[0] = net->days.first ? or_text(c, text_of(c, net->days.first), STR("0000-00-00"))
                               : node_text(c, value->span, STR("0000-00-00"));
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct node *hole = node_make(c, N_HOLE, value->span, NULL);
        hole->a = parts[i];
        list_push(c, &n->list, hole);
    }
    return check_value(c, n);
}

/* An aggregate over the memberships of the row that `end` refers to; NULL: of the row at hand. */
static struct node *over_memberships(struct checker *c, const struct network_part *part,
                                     enum aggregate kind, struct node *argument, struct node *end,
                                     const struct type *type) {
    const struct network_info *net = part->network;
    struct leg_info *leg = ARENA_NEW(c->arena, struct leg_info);
    struct node *n = node_make(c, N_LEG, net->symbol->span, type);
    struct node *where = network_rows_tree(c->s, &net->days, net->key, false, &part->time);
    leg->table = net->membership;
    leg->kind = kind;
    leg->argument = argument;
    leg->filter = network_both(c, net->where, where);
    leg->inner = ARENA_ARRAY(c->arena, struct node *, 1);
    leg->outer = ARENA_ARRAY(c->arena, struct node *, 1);
    leg->inner[0] = column_read(c, net->row, net->member_column, n->span);
    leg->outer[0] = end;
    leg->n = 1;
    n->note = leg;
    return n;
}

struct node *network_both(struct checker *c, struct node *a, struct node *b) {
    if (!a || !b)
        return a ? a : b;
    struct node *n =
        node_make(c, N_BINARY, (struct span){0, 0, 0},
                  type_scalar(c->types, TY_BOOL, a->type->nullable || b->type->nullable));
    n->op = TOK_AND;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *behind_day(struct checker *c, struct node *text) {
    const struct native_entry *slice = native_named(c, "slice");
    struct node *call = node_make(c, N_CALL, text->span, NULL);
    struct node *start = node_make(c, N_INT, text->span, NULL);
    start->value.i = DAY_CHARACTERS + 1;
    struct node *const arguments[] = {text, start};
    for (size_t i = 0; i < COUNT_OF(arguments); i++) {
        struct node *argument = node_make(c, N_ARG, text->span, NULL);
        argument->a = arguments[i];
        list_push(c, &call->list, argument);
    }
    return slice ? check_native(c, call, slice, STR("slice"))
                 : fail_at(c, E0202, call, "the library has no function `slice`");
}

/* A text that is empty was missing. */
static struct node *unless_empty(struct checker *c, struct node *value) {
    struct node *n = node_make(c, N_MATCH, value->span, NULL);
    struct node *none = node_make(c, N_ARM, value->span, NULL);
    struct node *other = node_make(c, N_ARM, value->span, NULL);
    none->a = node_make(c, N_MISSING, value->span, NULL);
    list_push(c, &none->list, node_text(c, value->span, STR("")));
    other->a = value;
    n->a = value;
    list_push(c, &n->list, none);
    list_push(c, &n->list, other);
    return check_value(c, n);
}

static struct node *latest(struct checker *c, const struct network_part *part, struct node *value,
                           struct node *end) {
    struct row *row = c->row;
    c->row = part->network->row;
    struct node *text = dated(c, part->network, value);
    c->row = row;
    struct node *leg = over_memberships(c, part, AGG_MAX, text, end, TYPE_NULL(c, TEXT));
    return unless_empty(c, behind_day(c, leg));
}

/* The last day, where no membership goes on. */
static struct node *last_of(struct checker *c, const struct network_part *part, struct node *left,
                            struct node *end) {
    const struct type *type = type_nullable(c->types, left->type, true);
    struct node *last = over_memberships(c, part, AGG_MAX, left, end, type);
    if (!left->type->nullable)
        return last;
    struct node *open = node_make(c, N_IS_MISSING, left->span, TYPE(c, BOOL));
    open->a = left;
    struct node *goes_on = over_memberships(c, part, AGG_ANY, open, end, TYPE_NULL(c, BOOL));
    struct node *truth = node_make(c, N_BOOL, left->span, NULL);
    truth->value.i = true;
    struct node *n = node_make(c, N_MATCH, left->span, NULL);
    struct node *yes = node_make(c, N_ARM, left->span, NULL);
    struct node *no = node_make(c, N_ARM, left->span, NULL);
    n->a = goes_on;
    yes->a = node_make(c, N_MISSING, left->span, NULL);
    list_push(c, &yes->list, truth);
    no->a = last;
    list_push(c, &n->list, yes);
    list_push(c, &n->list, no);
    return check_value(c, n);
}

struct node *membership_place(struct checker *c, const struct network_part *part, struct str name,
                              struct node *end) {
    const struct network_info *net = part->network;
    if (str_is(name, "level"))
        return net->level ? latest(c, part, net->level, end) : NULL;
    if (str_is(name, "sector"))
        return net->sector ? latest(c, part, net->sector, end) : NULL;
    if (str_is(name, "group"))
        return net->group ? latest(c, part, net->group, end) : NULL;
    if (str_is(name, "joined") && net->joined)
        return over_memberships(c, part, AGG_MIN, net->joined, end,
                                type_nullable(c->types, net->joined->type, true));
    return str_is(name, "left") && net->left ? last_of(c, part, net->left, end) : NULL;
}

struct node *membership_test(struct checker *c, const struct network_part *part, struct node *end) {
    struct node *count = over_memberships(c, part, AGG_COUNT, NULL, end, TYPE(c, INT));
    struct node *n = node_make(c, N_BINARY, part->network->symbol->span, TYPE(c, BOOL));
    struct node *none = node_make(c, N_INT, part->network->symbol->span, TYPE(c, INT));
    n->op = TOK_GT;
    n->a = count;
    n->b = none;
    return n;
}
