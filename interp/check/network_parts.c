/* What a network shows of itself: columns of its members and ties, the class of a tie, and where
 * the ends of a tie stand.
 *
 * `from.level` is what the clause `level` says of the row that `from` refers to: the clause is
 * written anew with a path in place of each column, and checked as a program's own text would be.
 * So is the class of a tie. */
#include "check/checker.h"

/* ---- clauses as paths ---- */

static struct node *dot_node(struct checker *c, struct node *left, struct str name) {
    struct node *n = node_make(c, N_DOT, left->span, NULL);
    n->a = left;
    n->text = name;
    n->name_span = left->span;
    return n;
}

static bool names_row(const struct table *t, const struct node *n) {
    return n->kind == N_NAME && (str_is(n->text, "row") || str_eq(n->text, t->name));
}

static bool is_column(const struct table *t, const struct node *n) {
    return n->kind == N_NAME && table_column_named(t, n->text) >= 0;
}

/* What is checked already may stand in several places; else each has a copy. */
static struct node *path(struct checker *c, const struct node *reference, struct str column) {
    struct node *start =
        reference->type ? (struct node *)(uintptr_t)reference : node_copy(c->arena, reference);
    return dot_node(c, start, column);
}

/* A copy of what was written about a row of `t`, about the row that `reference` means. */
static struct node *about(struct checker *c, const struct table *t, const struct node *n,
                          const struct node *reference) {
    if (!n)
        return NULL;
    if (n->kind == N_DOT && names_row(t, n->a) && table_column_named(t, n->text) >= 0)
        return path(c, reference, n->text);
    if (is_column(t, n))
        return path(c, reference, n->text);
    struct node *copy = ARENA_NEW(c->arena, struct node);
    *copy = *n;
    copy->a = n->kind == N_CALL ? n->a : about(c, t, n->a, reference);
    copy->b = about(c, t, n->b, reference);
    copy->c = about(c, t, n->c, reference);
    copy->list = (struct node_list){NULL, 0, 0};
    for (uint32_t i = 0; i < n->list.n; i++)
        list_push(c, &copy->list, about(c, t, n->list.at[i], reference));
    return copy;
}

/* ---- places of members ---- */

static const struct node *clause_of(const struct network_info *net, enum node_kind kind) {
    const struct node *n = net->symbol->node;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == kind)
            return n->list.at[i];
    return NULL;
}

static const struct {
    const char *name;
    enum node_kind kind;
} places[] = {{"level", N_N_LEVEL},
              {"sector", N_N_SECTOR},
              {"group", N_N_GROUP},
              {"joined", N_N_JOINED},
              {"left", N_N_LEFT}};

static const struct node *place_named(const struct network_info *net, struct str name) {
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (str_is(name, places[i].name))
            return clause_of(net, places[i].kind);
    return NULL;
}

/* Not checked yet. */
static struct node *place_tree(struct checker *c, const struct network_info *net,
                               enum node_kind kind, const struct node *end) {
    const struct node *clause = clause_of(net, kind);
    return clause ? about(c, net->entity, clause->a, end) : NULL;
}

struct node *place_of_end(struct checker *c, const struct network_part *part, struct node *dot) {
    const struct network_info *net = part->network;
    const struct node *clause = place_named(net, dot->text);
    if (!clause)
        return NULL;
    if (net->membership) {
        struct node *n = membership_place(c, part, dot->text, dot->a);
        if (n)
            n->text = dot->text;
        return n;
    }
    struct node *n = check_value(c, about(c, net->entity, clause->a, dot->a));
    if (n->kind == N_FOLLOW) { /* it is new, and is called what was asked for */
        n->text = dot->text;
        n->span = dot->span;
    }
    return n;
}

/* ---- the class of a tie ---- */

/* Trees about the two ends, not checked yet. */
struct ends {
    struct checker *c;
    const struct network_part *part;
    const struct network_info *net;
    struct node *end[2];
    struct span span;
};

static struct node *text_node(const struct ends *e, struct str text) {
    struct node *n = node_make(e->c, N_TEXT, e->span, NULL);
    n->text = text;
    return n;
}

static struct node *binary(const struct ends *e, int op, struct node *a, struct node *b) {
    if (!a || !b)
        return a ? a : b;
    struct node *n = node_make(e->c, N_BINARY, e->span, NULL);
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *is_there(const struct ends *e, struct node *value) {
    struct node *n = node_make(e->c, N_IS_MISSING, e->span, NULL);
    n->flags = FLAG_NEGATED;
    n->a = value;
    return n;
}

static struct node *place(const struct ends *e, enum node_kind kind, int end) {
    if (!e->net->membership)
        return place_tree(e->c, e->net, kind, e->end[end]);
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (places[i].kind == kind)
            return membership_place(e->c, e->part, str_of(places[i].name), e->end[end]);
    return NULL;
}

static void add_arm(const struct ends *e, struct node *match, struct node *pattern,
                    struct node *result) {
    struct node *arm = node_make(e->c, N_ARM, e->span, NULL);
    arm->a = result;
    if (pattern)
        list_push(e->c, &arm->list, pattern);
    list_push(e->c, &match->list, arm);
}

/* `yes` where the condition is true, else `no`; NULL is never true. */
static struct node *choose(const struct ends *e, struct node *condition, const char *yes,
                           struct node *no) {
    if (!condition)
        return no;
    struct node *n = node_make(e->c, N_MATCH, e->span, NULL);
    struct node *truth = node_make(e->c, N_BOOL, e->span, NULL);
    truth->value.i = true;
    n->a = condition;
    add_arm(e, n, truth, text_node(e, str_of(yes)));
    add_arm(e, n, NULL, no);
    return n;
}

/* Where the level stands in the declared order; without one each is its own. */
static struct node *rank(const struct ends *e, int end) {
    const struct network_info *net = e->net;
    struct node *level = place(e, N_N_LEVEL, end);
    if (!level || !net->nlevels)
        return level;
    struct node *n = node_make(e->c, N_MATCH, e->span, NULL);
    n->a = level;
    for (uint32_t i = 0; i < net->nlevels; i++) {
        struct node *number = node_make(e->c, N_INT, e->span, NULL);
        number->value.i = net->level_rank[i];
        add_arm(e, n, text_node(e, net->level_names[i]), number);
    }
    add_arm(e, n, NULL, node_make(e->c, N_MISSING, e->span, NULL));
    return n;
}

static struct node *outside(const struct ends *e, int end) {
    struct node *sector = e->net->inside.n ? place(e, N_N_SECTOR, end) : NULL;
    return sector ? binary(e, TOK_NE, sector, text_node(e, e->net->inside)) : NULL;
}

/* Level, group and sector are known, as far as they are declared; a level is needed. */
static struct node *placed(const struct ends *e, int end) {
    struct node *group = place(e, N_N_GROUP, end);
    struct node *sector = e->net->inside.n ? place(e, N_N_SECTOR, end) : NULL;
    struct node *all = is_there(e, rank(e, end));
    all = binary(e, TOK_AND, all, group ? is_there(e, group) : NULL);
    return binary(e, TOK_AND, all, sector ? is_there(e, sector) : NULL);
}

/* As tie_class_of of the library has it. */
static struct node *class_tree(const struct ends *e) {
    struct node *known = text_node(e, STR("unclassed"));
    if (e->net->level) {
        struct node *alike = binary(e, TOK_EQ, rank(e, 0), rank(e, 1));
        struct node *both = binary(e, TOK_AND, placed(e, 0), placed(e, 1));
        struct node *across = choose(e, alike, "horizontal", text_node(e, STR("vertical")));
        struct node *n = node_make(e->c, N_MATCH, e->span, NULL);
        struct node *truth = node_make(e->c, N_BOOL, e->span, NULL);
        truth->value.i = true;
        n->a = both;
        add_arm(e, n, truth, across);
        add_arm(e, n, NULL, known);
        known = n;
    }
    known = choose(e, outside(e, 1), "holistic", known);
    known = choose(e, outside(e, 0), "holistic", known);
    struct node *group = place(e, N_N_GROUP, 0);
    struct node *one = group ? binary(e, TOK_EQ, group, place(e, N_N_GROUP, 1)) : NULL;
    return choose(e, one, "internal", known);
}

static struct node *class_of_ties(struct checker *c, const struct network_part *part,
                                  const struct ties_info *ties) {
    struct ends e = {.c = c, .part = part, .net = part->network, .span = ties->from->span};
    struct row *row = c->row;
    e.end[0] = ties->from;
    e.end[1] = ties->to;
    c->row = ties->row;
    struct node *class = check_value(c, class_tree(&e));
    c->row = row;
    return class;
}

/* ---- columns ---- */

static void column(struct network_column *to, uint32_t *n, const char *name, struct node *value) {
    if (value && !is_poison(value))
        to[(*n)++] = (struct network_column){str_of(name), value->type, value};
}

/* Members have a column of that name, which queries see, while functions go by what is declared. */
static void warn_hidden(struct checker *c, const struct network_info *net, const char *name,
                        const struct node *value, const struct table_column *own) {
    if (!value || is_poison(value) || stored_column(value) == own)
        return;
    struct diag *d = diag_add(c->s->diags, SEV_WARNING, E0801, value->span,
                              "`%.*s` has a column `%s`, which is not what is declared here",
                              STR_ARG(net->entity->name), name);
    diag_help(c->s->diags, d,
              "queries see that column, functions this one: declare the column as "
              "`other_name ... from \"%s\"`",
              name);
}

static void declare_members(struct checker *c, struct network_info *net) {
    struct node *const values[] = {net->level, net->sector, net->group, net->joined, net->left};
    net->columns = ARENA_ARRAY(c->arena, struct network_column, COUNT_OF(values));
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        int at = table_column_named(net->entity, str_of(places[i].name));
        if (at < 0)
            column(net->columns, &net->ncolumns, places[i].name, values[i]);
        else
            warn_hidden(c, net, places[i].name, values[i], &net->entity->columns[at]);
    }
}

static const char *name_of_time(const struct node *at) {
    return at->type->kind == TY_PERIOD ? "period" : "at";
}

enum { TIE_COLUMNS = 7 };

static void declare_ties(struct checker *c, struct ties_info *ties) {
    struct network_column *to = ties->columns =
        ARENA_ARRAY(c->arena, struct network_column, TIE_COLUMNS);
    column(to, &ties->ncolumns, "from", ties->from);
    column(to, &ties->ncolumns, "to", ties->to);
    column(to, &ties->ncolumns, "through", ties->through);
    if (ties->at)
        column(to, &ties->ncolumns, name_of_time(ties->at), ties->at);
    column(to, &ties->ncolumns, "strength", ties->strength);
    column(to, &ties->ncolumns, "distance", ties->distance);
    if (ties->to)
        to[ties->ncolumns++] = (struct network_column){STR("class"), TYPE(c, TEXT), NULL};
}

/* ---- all relations in one ---- */

static const struct network_column *column_named(const struct ties_info *ties, struct str name) {
    for (uint32_t i = 0; i < ties->ncolumns; i++)
        if (str_eq(ties->columns[i].name, name))
            return &ties->columns[i];
    return NULL;
}

/* Days of several relations are told as dates. */
static struct node *shared_value(struct checker *c, const struct ties_info *ties, struct str name) {
    if (str_is(name, "relation"))
        return node_text(c, ties->from->span, ties->name);
    const struct network_column *column = column_named(ties, name);
    if (!column)
        return NULL;
    return str_is(name, "at") ? network_day(c, column->value, false) : column->value;
}

static const struct type *shared_type(struct checker *c, const struct network_info *net,
                                      uint32_t number) {
    const struct type *type = NULL;
    bool nullable = false;
    for (uint32_t i = 0; i < net->nties; i++) {
        const struct node *value = net->ties[i].all[number];
        if (!net->ties[i].to)
            continue;
        type = value ? value->type : type;
        nullable = nullable || !value || value->type->nullable;
    }
    return type ? type_nullable(c->types, type, nullable) : NULL;
}

static void fit_shared(struct checker *c, struct network_info *net, const struct type *type) {
    for (uint32_t i = 0; i < net->nties; i++) {
        struct node **value = &net->ties[i].all[net->nall];
        if (!net->ties[i].to)
            continue;
        if (!*value)
            *value = node_make(c, N_MISSING, net->ties[i].from->span,
                               type_scalar(c->types, TY_MISSING, true));
        *value = convert(c, *value, type, "a column of all ties");
    }
}

/* They have what any of them has, and say which one a tie is of; those through something else are
 * not between members. */
static void declare_all_ties(struct checker *c, struct network_info *net) {
    static const char *const names[] = {"from",   "to",       "relation", "at",
                                        "period", "strength", "distance", "class"};
    net->all = ARENA_ARRAY(c->arena, struct network_column, COUNT_OF(names) + 1);
    for (uint32_t i = 0; i < net->nties; i++)
        net->ties[i].all = ARENA_ARRAY(c->arena, struct node *, COUNT_OF(names) + 1);
    for (size_t k = 0; k < COUNT_OF(names); k++) {
        struct str name = str_of(names[k]);
        for (uint32_t i = 0; i < net->nties; i++)
            net->ties[i].all[net->nall] = shared_value(c, &net->ties[i], name);
        const struct type *type = shared_type(c, net, net->nall);
        if (!type)
            continue;
        fit_shared(c, net, type);
        net->all[net->nall++] = (struct network_column){name, type, NULL};
    }
    if (net->nall)
        net->all[net->nall++] = (struct network_column){STR("class"), TYPE(c, TEXT), NULL};
}

void declare_network_parts(struct checker *c, struct network_info *net) {
    declare_members(c, net);
    c->row = NULL;
    for (uint32_t i = 0; i < net->nties; i++)
        declare_ties(c, &net->ties[i]);
    declare_all_ties(c, net);
}

/* ---- parts as relations ---- */

/* Places by the memberships of the time that is asked; else as they were declared. */
static void place_members(struct checker *c, struct network_part *part) {
    struct network_info *net = part->network;
    part->places = net->columns;
    part->nplaces = net->ncolumns;
    if (!net->membership)
        return;
    struct row *row = ARENA_NEW(c->arena, struct row);
    struct row *outer = c->row;
    row->type = net->entity->row;
    row->table = net->entity;
    c->row = row;
    part->where = membership_test(c, part, NULL);
    part->nplaces = 0;
    part->places = ARENA_ARRAY(c->arena, struct network_column, COUNT_OF(places));
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (table_column_named(net->entity, str_of(places[i].name)) < 0)
            column(part->places, &part->nplaces, places[i].name,
                   membership_place(c, part, str_of(places[i].name), NULL));
    c->row = outer;
}

static const struct type *members_type(struct checker *c, const struct network_part *part) {
    const struct table *t = part->network->entity;
    struct field *f = ARENA_ARRAY(c->arena, struct field, t->n + part->nplaces + 1);
    for (uint32_t i = 0; i < t->n; i++)
        f[i] = t->row->fields[i];
    for (uint32_t i = 0; i < part->nplaces; i++)
        f[t->n + i] = (struct field){part->places[i].name, part->places[i].type};
    return type_relation(c->types, f, t->n + part->nplaces, t->keys, t->nkeys);
}

/* A tie that says of which network it is needs no more. NULL: none needs more. */
static struct node *ends_within(struct checker *c, const struct network_part *part,
                                const struct ties_info *ties) {
    if (!part->network->family || !part->network->membership)
        return NULL;
    struct node *both = membership_test(c, part, ties->from);
    if (ties->to)
        both = network_both(c, both, membership_test(c, part, ties->to));
    if (!ties->key)
        return both;
    if (!ties->key->type->nullable)
        return NULL;
    struct node *says = node_make(c, N_IS_MISSING, ties->from->span, TYPE(c, BOOL));
    says->flags = FLAG_NEGATED;
    says->a = ties->key;
    struct node *either = node_make(c, N_BINARY, ties->from->span, TYPE(c, BOOL));
    either->op = TOK_OR;
    either->a = says;
    either->b = both;
    return either;
}

static void class_ties(struct checker *c, struct network_part *part) {
    const struct network_info *net = part->network;
    part->class = ARENA_ARRAY(c->arena, struct node *, net->nties + 1);
    part->within = ARENA_ARRAY(c->arena, struct node *, net->nties + 1);
    for (uint32_t i = 0; i < net->nties; i++) {
        if (part->ties != PART_ALL_TIES && part->ties != (int)i)
            continue;
        part->within[i] = ends_within(c, part, &net->ties[i]);
        if (net->ties[i].to)
            part->class[i] = class_of_ties(c, part, &net->ties[i]);
    }
}

static const struct type *ties_type(struct checker *c, const struct network_column *columns,
                                    uint32_t n) {
    struct field *f = ARENA_ARRAY(c->arena, struct field, n + 1);
    for (uint32_t i = 0; i < n; i++)
        f[i] = (struct field){columns[i].name, columns[i].type};
    return type_relation(c->types, f, n, NULL, 0);
}

static const struct type *part_type(struct checker *c, const struct network_part *part) {
    const struct network_info *net = part->network;
    if (part->ties == PART_MEMBERS)
        return members_type(c, part);
    if (part->ties == PART_ALL_TIES)
        return ties_type(c, net->all, net->nall);
    return ties_type(c, net->ties[part->ties].columns, net->ties[part->ties].ncolumns);
}

/* A relation may be called `ties`, or `members`, and goes first. */
static bool find_part(const struct network_info *net, struct str name, int *out) {
    for (uint32_t i = 0; i < net->nties; i++)
        if (str_eq(net->ties[i].name, name)) {
            *out = (int)i;
            return true;
        }
    *out = str_is(name, "members") ? PART_MEMBERS : PART_ALL_TIES;
    return str_is(name, "members") || (net->nall && str_is(name, "ties"));
}

static struct node *no_part(struct checker *c, const struct network_info *net, struct node *dot) {
    struct diag *d = error_at(c, E0204, dot->name_span, "`%.*s` has no part `%.*s`",
                              STR_ARG(net->symbol->name), STR_ARG(dot->text));
    struct str *names = ARENA_ARRAY(c->arena, struct str, net->nties + 2);
    for (uint32_t i = 0; i < net->nties; i++)
        names[i] = net->ties[i].name;
    names[net->nties] = STR("members");
    names[net->nties + 1] = STR("ties");
    help_nearest(c, d, dot->text, names, net->nties + 2);
    return node_poison(c, dot);
}

/* Parts of a family are not told apart: one of its networks is meant. */
static bool says_which(const struct network_time *time) {
    for (; time; time = time->outer)
        if (time->key)
            return true;
    return false;
}

static struct node *no_single_network(struct checker *c, const struct network_info *net,
                                      struct node *dot) {
    struct diag *d = error_at(c, E0803, dot->span, "`%.*s` has a network for each `%.*s`",
                              STR_ARG(net->symbol->name), STR_ARG(net->family->name));
    diag_help(c->s->diags, d, "say which one: `%.*s[\"key\"].%.*s`", STR_ARG(net->symbol->name),
              STR_ARG(dot->text));
    return node_poison(c, dot);
}

struct node *check_network_part(struct checker *c, struct node *network, struct node *dot) {
    struct network_time time = {0};
    struct network_info *net = network_named(c, network, &time);
    if (!net)
        return fail_at(c, E0803, dot, "parts are of a network that is named");
    if (!net->entity)
        return node_poison(c, dot);
    if (net->family && !says_which(&time))
        return no_single_network(c, net, dot);
    struct network_part *part = ARENA_NEW(c->arena, struct network_part);
    struct node *from = node_make(c, N_FROM, dot->span, NULL);
    *part = (struct network_part){.network = net, .time = time};
    if (!find_part(net, dot->text, &part->ties))
        return no_part(c, net, dot);
    if (part->ties == PART_MEMBERS)
        place_members(c, part);
    else
        class_ties(c, part);
    from->type = part_type(c, part);
    from->note = part;
    from->text = dot->text;
    return from;
}
