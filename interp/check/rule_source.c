/* What a rule judges: rows of a table or cohort, groups of rows, combinations
 * of rows, cells of a measure, or whatever else is a relation.
 *
 * Groups: the clauses are read over the rows that are grouped, with aggregates
 * allowed among columns. Each aggregate then becomes a column of the grouping,
 * and what a group is told by a key of it; anything else has many values there. */
#include "base/utf8.h"
#include "check/rule_parts.h"

enum { LONGEST_WORDS = 60 };

struct str words_of(struct checker *c, struct span span) {
    const struct source *source = source_at(c->s->sources, span.source);
    if (!source || span.stop > source->text.n || span.start >= span.stop)
        return STR("");
    char *out = arena_take(c->arena, span.stop - span.start + 1);
    size_t n = 0;
    for (uint32_t i = span.start; i < span.stop; i++) {
        bool blank = source->text.p[i] == ' ' || source->text.p[i] == '\n' ||
                     source->text.p[i] == '\t' || source->text.p[i] == '\r';
        if (!blank)
            out[n++] = source->text.p[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    size_t fits = utf8_fit((struct str){out, n}, LONGEST_WORDS);
    if (fits < n)
        return arena_printf(c->arena, "%.*s...", (int)fits, out);
    return (struct str){out, n};
}

/* ---- groups ---- */

static bool is_rows(const struct symbol *s) {
    return s && (s->kind == SYM_TABLE || s->kind == SYM_COHORT ||
                 (s->kind == SYM_VARIABLE && s->type && s->type->kind == TY_RELATION));
}

/* `seat by sin, school` reads as a question, but to rows. */
static bool asks_rows(struct checker *c, const struct node *n) {
    if (n->kind != N_QUESTION || n->list.n != 1)
        return false;
    const struct node *of = n->list.at[0];
    if (of->kind == N_DOT && of->a->kind == N_NAME) {
        const struct symbol *s = scope_find(c->scope, of->a->text);
        return s && s->kind == SYM_NETWORK;
    }
    return of->kind == N_NAME && is_rows(scope_find(c->scope, of->text));
}

static struct node *verb(struct checker *c, enum node_kind kind, const struct node *clause) {
    return node_make(c, kind, clause->span, NULL);
}

/* The keys that are no columns of the rows become such. */
static void add_keys(struct checker *c, struct node *derive, const struct node *by) {
    for (uint32_t i = 0; i < by->list.n; i++) {
        struct node *f = node_copy(c->arena, by->list.at[i]);
        if (f->text.n == 0 && f->a->kind == N_NAME)
            continue;
        if (f->text.n == 0)
            f->text = column_name_of(f->a->kind == N_CALL ? f->a->a : f->a);
        list_push(c, &derive->list, f);
    }
}

static struct node *question_pipeline(struct checker *c, const struct node *n,
                                      const struct node **by) {
    struct node *out = node_make(c, N_PIPELINE, n->span, NULL);
    out->a = node_copy(c->arena, n->list.at[0]);
    for (uint32_t i = 0; i < n->more.n; i++) {
        const struct node *clause = n->more.at[i];
        if (clause->kind == N_Q_WHERE) {
            struct node *where = verb(c, N_V_WHERE, clause);
            where->a = node_copy(c->arena, clause->a);
            list_push(c, &out->list, where);
        } else if (clause->kind == N_Q_BY) {
            *by = clause;
        } else {
            struct diag *d = error_at(c, E0901, clause->span,
                                      "rows are judged as they are or in groups, not like this");
            diag_help(c->s->diags, d,
                      "behind `for %.*s` may stand `where` and `by`; the other clauses are those "
                      "of a question to a measure",
                      STR_ARG(words_of(c, n->list.at[0]->span)));
            return NULL;
        }
    }
    struct node *derive = *by ? verb(c, N_V_DERIVE, *by) : NULL;
    if (derive)
        add_keys(c, derive, *by);
    if (derive && derive->list.n)
        list_push(c, &out->list, derive);
    return out;
}

/* What the new column `name` is made of, or NULL. */
static struct node *derived_as(const struct node *base, struct str name) {
    for (uint32_t i = 0; base->kind == N_PIPELINE && i < base->list.n; i++)
        for (uint32_t k = 0; base->list.at[i]->kind == N_V_DERIVE && k < base->list.at[i]->list.n;
             k++)
            if (str_eq(base->list.at[i]->list.at[k]->text, name))
                return base->list.at[i]->list.at[k]->a;
    return NULL;
}

/* `list` of the grouping: FIELDs over the rows; `more` of each: what it is made of, to be known by
 * its path as well. */
static bool read_group(struct checker *c, struct rule_rows *rows, const struct node *by) {
    struct columns keys = {0};
    rows->group = verb(c, N_V_GROUP, by);
    c->row = rows->row;
    for (uint32_t i = 0; i < by->list.n; i++) {
        const struct node *from = by->list.at[i];
        struct node *f = node_make(c, N_FIELD, from->span, NULL);
        f->a = node_make(c, N_NAME, from->span, NULL);
        f->a->text = f->text = from->text.n              ? from->text
                               : from->a->kind == N_CALL ? column_name_of(from->a->a)
                                                         : column_name_of(from->a);
        f->a->flags = from->a->kind == N_NAME ? from->a->flags : 0;
        if (!check_field(c, f, &keys) || fail_list_as_key(c, f->a))
            return false;
        struct node *made = derived_as(rows->base, f->text);
        if (made)
            list_push(c, &f->more, made);
        list_push(c, &rows->group->list, f);
    }
    rows->group_row = ARENA_NEW(c->arena, struct row);
    return true;
}

static struct node *group_column(struct checker *c, struct rule_rows *rows, uint32_t column,
                                 const struct node *n) {
    struct node *out = node_make(c, N_COLUMN, n->span, n->type);
    out->value.i = column;
    out->text = n->text;
    out->note = rows->group_row;
    return out;
}

static struct node *aggregate_column(struct checker *c, struct rule_rows *rows, struct node *n) {
    struct node *f = node_make(c, N_FIELD, n->span, n->type);
    f->a = n;
    f->text =
        arena_printf(c->arena, "%.*s #%u", STR_ARG(words_of(c, n->span)), rows->group->more.n);
    list_push(c, &rows->group->more, f);
    return group_column(c, rows, rows->group->list.n + rows->group->more.n - 1, n);
}

static int key_that_is(const struct rule_rows *rows, const struct node *n) {
    const struct node_list *keys = &rows->group->list;
    for (uint32_t i = 0; i < keys->n; i++)
        if (same_path(n, keys->at[i]->a) ||
            (keys->at[i]->more.n && same_path(n, keys->at[i]->more.at[0])))
            return (int)i;
    return -1;
}

static struct node_list list_over_groups(struct checker *c, struct rule_rows *rows,
                                         const struct node_list *list) {
    struct node_list out = {0};
    for (uint32_t i = 0; i < list->n; i++)
        list_push(c, &out, over_groups(c, rows, list->at[i]));
    return out;
}

static struct leg_info *leg_over_groups(struct checker *c, struct rule_rows *rows,
                                        const struct node *n) {
    struct leg_info *leg = ARENA_NEW(c->arena, struct leg_info);
    *leg = *(const struct leg_info *)n->note;
    leg->outer = ARENA_ARRAY(c->arena, struct node *, leg->n);
    for (uint32_t i = 0; i < leg->n; i++) {
        const struct node *outer = ((const struct leg_info *)n->note)->outer[i];
        leg->outer[i] = outer ? over_groups(c, rows, (struct node *)(uintptr_t)outer) : NULL;
        if (!outer)
            error_at(c, E0306, n->span, "a group has many rows, and this is about one of them");
    }
    if (leg->day) {
        leg->day = over_groups(c, rows, leg->day);
        leg->row = rows->group_row;
    }
    return leg;
}

struct node *over_groups(struct checker *c, struct rule_rows *rows, struct node *n) {
    if (!n || !rows->group || is_poison(n))
        return n;
    if (n->kind == N_AGGREGATE)
        return aggregate_column(c, rows, n);
    bool path = n->kind == N_COLUMN || n->kind == N_FOLLOW;
    int key = path ? key_that_is(rows, n) : -1;
    if (key >= 0)
        return group_column(c, rows, (uint32_t)key, n);
    if (n->kind == N_COLUMN || n->kind == N_OVER) {
        struct diag *d =
            error_at(c, E0306, n->span, "`%.*s` has many values in a group, and one is needed",
                     STR_ARG(n->text));
        diag_help(c->s->diags, d,
                  "aggregate it: `max(%.*s)`, `count(distinct %.*s)`, or group by it",
                  STR_ARG(n->text), STR_ARG(n->text));
        return node_poison(c, group_column(c, rows, 0, n));
    }
    struct node *out = node_make(c, (enum node_kind)n->kind, n->span, n->type);
    *out = *n;
    out->a = over_groups(c, rows, n->a);
    out->b = over_groups(c, rows, n->b);
    out->c = over_groups(c, rows, n->c);
    out->d = over_groups(c, rows, n->d);
    out->list = list_over_groups(c, rows, &n->list);
    out->more = list_over_groups(c, rows, &n->more);
    if (n->kind == N_LEG)
        out->note = leg_over_groups(c, rows, n);
    return out;
}

bool has_aggregate(const struct node *n) {
    if (!n)
        return false;
    bool found = n->kind == N_AGGREGATE || has_aggregate(n->a) || has_aggregate(n->b) ||
                 has_aggregate(n->c) || has_aggregate(n->d);
    for (uint32_t i = 0; i < n->list.n && !found; i++)
        found = has_aggregate(n->list.at[i]);
    return found;
}

/* ---- rows ---- */

/* Members for a time are those of today. */
static struct node *members_today(struct checker *c, struct node *name, struct span span) {
    static const struct {
        const char *column;
        enum token_kind op;
    } ends[] = {{"entry", TOK_LE}, {"exit", TOK_GT}};
    struct node *out = node_make(c, N_PIPELINE, span, NULL);
    out->a = name;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct node *column = node_make(c, N_NAME, span, NULL);
        column->text = str_of(ends[i].column);
        struct node *open = node_make(c, N_IS_MISSING, span, NULL);
        open->a = column;
        struct node *compare = node_make(c, N_BINARY, span, NULL);
        compare->op = (uint8_t)ends[i].op;
        compare->a = node_copy(c->arena, column);
        compare->b = node_make(c, N_NAME, span, NULL);
        compare->b->text = STR("today");
        struct node *either = node_make(c, N_BINARY, span, NULL);
        either->op = TOK_OR;
        either->a = open;
        either->b = compare;
        struct node *where = node_make(c, N_V_WHERE, span, NULL);
        where->a = either;
        list_push(c, &out->list, where);
    }
    return out;
}

static bool is_timed_cohort(struct checker *c, const struct node *n) {
    struct symbol *s = n->kind == N_NAME ? scope_find(c->scope, n->text) : NULL;
    if (!s || s->kind != SYM_COHORT)
        return false;
    const struct cohort_info *cohort = cohort_of(c, s);
    return cohort && cohort->entity && cohort->timed;
}

/* The table whose rows these are, as long as verbs only leave some out or add columns. */
static const struct table *table_behind(const struct node *n) {
    while (n->kind == N_PIPELINE) {
        for (uint32_t i = 0; i < n->list.n; i++)
            if (n->list.at[i]->kind != N_V_WHERE && n->list.at[i]->kind != N_V_DERIVE)
                return NULL;
        n = n->a;
    }
    return n->kind == N_FROM ? table_of_rows(n) : NULL;
}

static const struct network_part *ties_behind(const struct node *n) {
    while (n->kind == N_PIPELINE)
        n = n->a;
    return ties_from(n);
}

/* ---- combinations ---- */

/* The rows of a table as one column, which refers to them and is called as the table is. */
static struct node *rows_as_references(struct checker *c, const struct node *name) {
    struct symbol *s = find_table(c, name->text, name->span);
    struct node *rows = s ? check_relation(c, node_copy(c->arena, name)) : NULL;
    if (!rows || is_poison(rows))
        return NULL;
    if (!table_is_entity(s->table) || table_has_spans(s->table)) {
        struct diag *d = error_at(c, E0901, name->span,
                                  "rows of `%.*s` cannot be combined: more than one column tells "
                                  "them apart",
                                  STR_ARG(s->name));
        diag_help(c->s->diags, d,
                  "combine tables with one key column, or name a relation: "
                  "`for (from ... | join many ...)`");
        return NULL;
    }
    struct columns columns = {0};
    struct node *field = node_make(c, N_FIELD, name->span, type_ref(c->types, s->table, false));
    field->a = node_make(c, N_COLUMN, name->span, field->type);
    field->a->value.i = -1;
    field->text = field->a->text = name->text;
    struct node *select = node_make(c, N_V_SELECT, name->span, NULL);
    list_push(c, &select->list, field);
    add_column(c, &columns, name->text, field->type, name->span);
    const uint32_t key = 0;
    select->type = relation_of(c, &columns, &key, 1);
    struct node *out = node_make(c, N_PIPELINE, name->span, select->type);
    out->a = rows;
    list_push(c, &out->list, select);
    return out;
}

/* Every row of one with every row of the next. */
static struct node *combine(struct checker *c, struct node *left, struct node *right) {
    struct columns columns = {0};
    copy_columns(c, &columns, left->type);
    add_column(c, &columns, right->type->fields[0].name, right->type->fields[0].type, right->span);
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, columns.n);
    for (uint32_t i = 0; i < columns.n; i++)
        keys[i] = i;
    struct node *join = node_make(c, N_V_JOIN, right->span, NULL);
    join->text = STR("inner");
    join->flags = FLAG_MANY;
    join->a = right;
    join->type = relation_of(c, &columns, keys, columns.n);
    struct node *out = node_make(c, N_PIPELINE, left->span, join->type);
    out->a = left;
    list_push(c, &out->list, join);
    return out;
}

static struct node *combinations(struct checker *c, const struct node *of) {
    struct node *all = NULL;
    uint32_t errors = c->s->diags->errors;
    for (uint32_t i = 0; i < of->list.n; i++) {
        struct node *rows = rows_as_references(c, of->list.at[i]);
        if (rows && c->s->diags->errors == errors)
            all = all ? combine(c, all, rows) : rows;
    }
    return c->s->diags->errors == errors ? all : NULL;
}

static void rows_of_base(struct rule_info *rule, struct checker *c, struct rule_rows *out) {
    out->row = ARENA_NEW(c->arena, struct row);
    out->row->type = out->base->type;
    out->row->table = table_behind(out->base);
    out->row->ties = ties_behind(out->base);
    row_has_old(out->row, out->base);
    rule->table = out->row->table;
}

bool rule_source(struct checker *c, struct rule_info *rule, const struct node *of,
                 struct rule_rows *out) {
    const struct node *by = NULL;
    struct node *source;
    if (of->flags & FLAG_EACH) {
        rule->words = words_of(c, of->span);
        if (rule->words.n > 4) /* behind the word `for` */
            rule->words = (struct str){rule->words.p + 4, rule->words.n - 4};
        out->base = combinations(c, of);
        if (out->base)
            rows_of_base(rule, c, out);
        return out->base != NULL;
    }
    rule->words = words_of(c, of->a->span);
    if (asks_rows(c, of->a))
        source = question_pipeline(c, of->a, &by);
    else
        source = node_copy(c->arena, of->a);
    if (!source)
        return false;
    if (is_timed_cohort(c, source))
        source = members_today(c, source, of->a->span);
    else if (source->kind == N_PIPELINE && is_timed_cohort(c, source->a))
        source->a = members_today(c, source->a, of->a->span);
    out->base = check_relation(c, source);
    if (is_poison(out->base))
        return false;
    rows_of_base(rule, c, out);
    if (by) {
        rule->table = NULL;
        out->row->has_old = false;
    }
    return !by || read_group(c, out, by);
}

/* ---- the relation ---- */

static struct node *narrowed(struct checker *c, struct node *base, struct node *where) {
    if (!where)
        return base;
    struct node *verb_where = node_make(c, N_V_WHERE, where->span, base->type);
    verb_where->a = where;
    struct node *out = node_make(c, N_PIPELINE, base->span, base->type);
    out->a = base;
    list_push(c, &out->list, verb_where);
    return out;
}

void finish_source(struct checker *c, struct rule_info *rule, struct rule_rows *rows) {
    rule->source = narrowed(c, rows->base, rows->rows_where);
    if (rows->group) {
        struct columns columns = {0};
        struct node *group = rows->group;
        uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, group->list.n + 1);
        for (uint32_t i = 0; i < group->list.n; i++) {
            keys[i] = i;
            ARENA_PUSH(c->arena, &columns) =
                (struct field){group->list.at[i]->text, group->list.at[i]->type};
        }
        for (uint32_t i = 0; i < group->more.n; i++)
            ARENA_PUSH(c->arena, &columns) =
                (struct field){group->more.at[i]->text, group->more.at[i]->type};
        group->type = relation_of(c, &columns, keys, group->list.n);
        struct node *out = node_make(c, N_PIPELINE, rows->base->span, group->type);
        out->a = rule->source;
        list_push(c, &out->list, group);
        rule->source = out;
        rows->group_row->type = group->type;
    }
    rule->row = rule->source->type;
}
