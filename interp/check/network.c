/* Networks: members from an entity table, ties from tables that refer to it, and when they were. */
#include "check/checker.h"

/* ---- where members stand ---- */

/* References stand for their keys. */
static struct node *member_column(struct checker *c, struct node *n, const char *what) {
    struct node *v = check_value(c, n);
    if (is_poison(v))
        return v;
    enum type_kind k = v->type->kind;
    if (k != TY_TEXT && k != TY_INT)
        return fail_at(c, E0207, v, "the %s is a `%.*s`; a text or int is needed", what,
                       STR_ARG(name_of_type(c, v->type)));
    return v;
}

/* What is compared with texts of the clause. */
static void need_text(struct checker *c, const struct node *column, const char *what,
                      const struct node *clause) {
    if (is_poison(column) || column->type->kind == TY_TEXT)
        return;
    struct diag *d = error_at(c, E0801, clause->span, "`%s` gives texts, and this is a `%.*s`",
                              what, STR_ARG(name_of_type(c, column->type)));
    diag_help(c->s->diags, d, "derive a text from it in the table, or leave `%s` out", what);
}

static void read_levels(struct checker *c, struct network_info *net, struct node *clause) {
    net->level = member_column(c, network_clause(c, net, clause->a), "level");
    if (clause->list.n)
        need_text(c, net->level, "order", clause);
    uint32_t n = 0;
    for (uint32_t i = 0; i < clause->list.n; i++)
        n += clause->list.at[i]->kind == N_LIST ? clause->list.at[i]->list.n : 1;
    net->level_names = ARENA_ARRAY(c->arena, struct str, n + 1);
    net->level_rank = ARENA_ARRAY(c->arena, uint32_t, n + 1);
    for (uint32_t i = 0; i < clause->list.n; i++) {
        struct node *x = clause->list.at[i];
        for (uint32_t k = 0; k < (x->kind == N_LIST ? x->list.n : 1); k++) {
            net->level_names[net->nlevels] = x->kind == N_LIST ? x->list.at[k]->text : x->text;
            net->level_rank[net->nlevels++] = i;
        }
    }
}

/* ---- times ---- */

/* A date, datetime or period; a whole number is a year. */
static struct node *time_column(struct checker *c, struct node *n, const char *what) {
    struct node *v = check_value(c, n);
    if (is_poison(v))
        return v;
    if (v->type->kind == TY_INT)
        return convert(c, v, type_scalar(c->types, TY_PERIOD, v->type->nullable), what);
    if (!type_is_dated(v->type) && v->type->kind != TY_PERIOD)
        return fail_at(c, E0207, v, "%s needs a date, a datetime, a period or a year", what);
    return v;
}

static struct node *edge_of_period(struct checker *c, struct node *period, bool last) {
    return invoke_native(c, period->span, last ? "last_day" : "first_day", period);
}

struct node *network_day(struct checker *c, struct node *time, bool last) {
    switch (time->type->kind) {
    case TY_PERIOD:
        return edge_of_period(c, time, last);
    case TY_DATETIME: {
        struct node *day = node_make(c, N_CONVERT, time->span,
                                     type_scalar(c->types, TY_DATE, time->type->nullable));
        day->a = time;
        return day;
    }
    default:
        return time;
    }
}

/* From the beginning of `joined` to the end of a period in which one left; a day on which one left
 * is one no longer. */
static void read_spell(struct checker *c, struct network_info *net) {
    net->days.spell = true;
    if (net->joined && !is_poison(net->joined))
        net->days.first = network_day(c, net->joined, false);
    if (net->left && !is_poison(net->left)) {
        net->days.last = network_day(c, net->left, true);
        net->days.open = net->left->type->kind != TY_PERIOD;
    }
}

/* ---- ties ---- */

static struct node *tie_end(struct checker *c, const struct network_info *net, struct node *n,
                            const char *what) {
    struct node *end = check_expr(c, n);
    if (is_poison(end))
        return end;
    if (end->type->kind != TY_REF || end->type->table != net->entity) {
        struct diag *d = error_at(c, E0314, end->span, "the %s of a tie must refer to a `%.*s`",
                                  what, STR_ARG(net->entity->name));
        diag_help(c->s->diags, d, "declare the column as `%.*s -> %.*s`",
                  STR_ARG(column_name_of(end)), STR_ARG(net->entity->name));
        return node_poison(c, end);
    }
    return end;
}

static struct node *tie_number(struct checker *c, struct node *n, const char *what) {
    struct node *v = check_value(c, n);
    return is_poison(v) ? v
                        : convert(c, v, type_scalar(c->types, TY_FLOAT, v->type->nullable), what);
}

static void read_distance(struct checker *c, struct ties_info *ties, struct node *clause) {
    if (ties->strength) {
        struct diag *d =
            error_at(c, E0802, clause->span, "ties have a strength or a distance, not both");
        diag_help(c->s->diags, d,
                  "more strength is closer, more distance is farther: say which one this is");
        return;
    }
    ties->distance = tie_number(c, clause->a, "the distance");
}

/* The table that a path begins with, whose rows it is about. */
static struct row *row_of_path(struct checker *c, const struct node *path) {
    if (path->kind != N_DOT || path->a->kind != N_NAME) {
        struct diag *d = error_at(c, E0805, path->span, "this does not say who was asked");
        diag_help(c->s->diags, d, "name the table and its column: `asked roster.person`");
        return NULL;
    }
    struct symbol *table = find_table(c, path->a->text, path->a->span);
    if (!table)
        return NULL;
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = table->table->row;
    row->table = table->table;
    return row;
}

/* `asked roster.person at year answered roster.answered` */
static void read_roster(struct checker *c, const struct network_info *net, struct ties_info *ties,
                        struct node *asked, struct node *answered) {
    struct row *row = asked ? row_of_path(c, asked->a) : NULL, *outer = c->row;
    struct network_roster *r = &ties->roster;
    if (answered && !asked)
        error_at(c, E0805, answered->span, "`answered` needs `asked`: who was asked?");
    if (!row)
        return;
    c->row = row;
    r->who = tie_end(c, net, asked->a, "column of who was asked");
    if (asked->b) {
        struct node *at = time_column(c, asked->b, "`asked ... at`");
        if (!is_poison(at)) {
            r->days.first = network_day(c, at, false);
            r->days.last = network_day(c, at, true);
        }
    }
    if (answered)
        r->answered = condition(c, answered->a, "`answered`");
    r->key = family_key_of(c, net, row, asked->span);
    r->table = row->table;
    c->row = outer;
}

static void read_tie_clauses(struct checker *c, const struct network_info *net,
                             struct ties_info *ties, struct node *n) {
    struct node *asked = NULL, *answered = NULL;
    for (uint32_t i = 0; i < n->list.n; i++) {
        struct node *clause = n->list.at[i];
        if (clause->kind == N_T_WHERE)
            ties->where = condition(c, clause->a, "the `where` of ties");
        else if (clause->kind == N_T_DISTANCE)
            read_distance(c, ties, clause);
        else if (clause->kind == N_T_ASKED)
            asked = clause;
        else
            answered = clause;
    }
    read_roster(c, net, ties, asked, answered);
}

/* What two must have in common to be tied; how strongly is how much of it. */
static void read_through(struct checker *c, struct ties_info *ties, struct node *n) {
    ties->through = check_value(c, n->b);
    if (!is_poison(ties->through) && !type_is_cell(ties->through->type))
        ties->through = fail_at(c, E0207, ties->through, "a `%.*s` cannot be shared",
                                STR_ARG(name_of_type(c, ties->through->type)));
    if (n->d) {
        struct diag *d = error_at(c, E0801, n->d->span,
                                  "ties through something are as strong as they share it often");
        diag_help(c->s->diags, d, "leave `strength` out");
        n->d = NULL;
    }
}

/* Ties of a table whose rows hold for a time do so, unless `at` says when they were. */
static void read_tie_days(struct checker *c, struct ties_info *ties) {
    const struct table_spans *spans = &ties->table->spans;
    if (ties->at && !is_poison(ties->at)) {
        ties->days.first = network_day(c, ties->at, false);
        ties->days.last = network_day(c, ties->at, true);
    } else if (!ties->at && table_has_spans(ties->table)) {
        ties->days.first = column_read(c, c->row, spans->since, ties->from->span);
        ties->days.last = column_read(c, c->row, spans->until, ties->from->span);
        ties->days.open = !spans->included;
        ties->days.spell = true;
    }
}

static void read_ties(struct checker *c, struct network_info *net, struct node *n) {
    struct symbol *table = find_table(c, n->text, n->name_span);
    if (!table || !n->a || !n->b) /* half written */
        return;
    struct ties_info *ties = &net->ties[net->nties++];
    ties->name = n->text;
    ties->role = n->title;
    ties->directed = !(n->flags & FLAG_UNDIRECTED);
    ties->table = table->table;
    struct row *members = c->row;
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = table->table->row;
    row->table = table->table;
    c->row = ties->row = row;
    ties->from = tie_end(c, net, n->a, "start");
    if (n->flags & FLAG_THROUGH)
        read_through(c, ties, n);
    else
        ties->to = tie_end(c, net, n->b, "end");
    if (n->c)
        ties->at = time_column(c, n->c, "`at`");
    if (n->d)
        ties->strength = tie_number(c, n->d, "the strength");
    read_tie_clauses(c, net, ties, n);
    read_tie_days(c, ties);
    ties->key = family_key_of(c, net, row, n->span);
    c->row = members;
}

/* ---- who belongs to whom, who is the hub, what for ---- */

static void read_line(struct checker *c, struct network_info *net, struct node *clause) {
    struct node *line = check_expr(c, network_clause(c, net, clause->a));
    if (is_poison(line))
        return;
    if (line->type->kind != TY_REF || line->type->table != net->entity) {
        struct diag *d = error_at(c, E0801, line->span,
                                  "`line` must refer from one `%.*s` to the one it belongs to",
                                  STR_ARG(net->entity->name));
        diag_help(c->s->diags, d, "declare the column as `%.*s -> %.*s`",
                  STR_ARG(column_name_of(line)), STR_ARG(net->entity->name));
        return;
    }
    net->line = line;
}

/* A key is a literal: of the text of a key, or its number. */
static void read_hub(struct checker *c, struct network_info *net, struct node *clause) {
    const struct type *key = net->entity->columns[net->entity->keys[0]].type;
    while (key->kind == TY_REF)
        key = key->table->columns[key->table->keys[0]].type;
    net->hub = ARENA_ARRAY(c->arena, struct node *, clause->list.n);
    for (uint32_t i = 0; i < clause->list.n; i++) {
        struct node *given = clause->list.at[i];
        struct node *value = constant_of(check_value(c, given));
        if (is_poison(given))
            return;
        if (!value || value->type->kind != key->kind) {
            struct diag *d = error_at(c, E0801, given->span,
                                      "the hub is a member, and this is not the key of one");
            diag_help(c->s->diags, d, "keys of `%.*s` are %s, written as in `hub %s`",
                      STR_ARG(net->entity->name), key->kind == TY_INT ? "ints" : "texts",
                      key->kind == TY_INT ? "12" : "\"Children's Aid\"");
            return;
        }
        net->hub[net->nhub++] = value;
    }
}

static void read_aim(struct checker *c, struct network_info *net, const struct node *clause) {
    struct symbol *s = scope_find(c->scope, clause->text);
    probe_symbol(c, clause->name_span, s);
    if (s && s->kind == SYM_MEASURE) {
        net->aim = s;
        return;
    }
    struct diag *d =
        error_at(c, s ? E0801 : E0201, clause->name_span,
                 s ? "the aim is a measure, and `%.*s` is none" : "there is no measure `%.*s`",
                 STR_ARG(clause->text));
    diag_help(c->s->diags, d, "name the measure that the network wants to change");
}

static void read_clause(struct checker *c, struct network_info *net, struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_N_MEMBERS:
        if (clause->b)
            net->where = condition(c, network_clause(c, net, clause->b), "the `where`");
        break;
    case N_N_TIES:
        read_ties(c, net, clause);
        break;
    case N_N_LEVEL:
        read_levels(c, net, clause);
        break;
    case N_N_SECTOR:
        net->sector = member_column(c, network_clause(c, net, clause->a), "sector");
        net->inside = clause->b ? clause->b->text : STR_NONE;
        if (clause->b)
            need_text(c, net->sector, "inside", clause);
        break;
    case N_N_GROUP:
        net->group = member_column(c, network_clause(c, net, clause->a), "group");
        break;
    case N_N_LINE:
        read_line(c, net, clause);
        break;
    case N_N_JOINED:
        net->joined = time_column(c, network_clause(c, net, clause->a), "`joined`");
        break;
    case N_N_LEFT:
        net->left = time_column(c, network_clause(c, net, clause->a), "`left`");
        break;
    case N_N_HUB:
        read_hub(c, net, clause);
        break;
    case N_N_AIM:
        read_aim(c, net, clause);
        break;
    default:
        break;
    }
}

struct network_info *network_of(struct checker *caller, struct symbol *symbol) {
    if (symbol->detail)
        return symbol->detail;
    struct checker c = checker_declaring(caller->s, symbol);
    struct network_info *net = ARENA_NEW(c.arena, struct network_info);
    struct node *n = symbol->node;
    const struct node *members = NULL;
    uint32_t errors = c.s->diags->errors;
    net->symbol = symbol;
    symbol->detail = net;
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_N_MEMBERS)
            members = n->list.at[i];
    if (!members) {
        if (has_error_inside(&c, n->span))
            return net; /* the clause may be there, misspelt */
        struct diag *d = error_at(&c, E0314, n->name_span, "the network `%.*s` has no members",
                                  STR_ARG(n->text));
        diag_help(c.s->diags, d, "name their table: `members school`");
        return net;
    }
    struct symbol *table = find_table(&c, members->text, members->name_span);
    if (!table || !read_network_source(&c, net, members, table->table))
        return net;
    net->ties = ARENA_ARRAY(c.arena, struct ties_info, n->list.n + 1);
    struct row *row = ARENA_NEW(c.arena, struct row);
    row->type = table->table->row;
    row->table = table->table;
    c.row = net->row = row;
    read_network_family(&c, net, n);
    for (uint32_t i = 0; i < n->list.n; i++)
        read_clause(&c, net, n->list.at[i]);
    read_spell(&c, net);
    if (c.s->diags->errors > errors) {
        net->entity = NULL; /* silent from here on */
        return net;
    }
    declare_network_parts(&c, net);
    return net;
}
