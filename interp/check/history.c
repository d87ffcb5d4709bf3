/* History: tables whose rows hold from one day until another, and the day as of which they are
 * asked.
 *
 * A row at hand has a day that it is about: the fact's date in a measure, the entry in a cohort,
 * else `today`. Aggregates over a table with spans see the rows that hold on that day; a column of
 * a table that is `history of student` stands behind a reference to a student as if it were the
 * student's own, with the value of that day. Both are legs (N_LEG) that know the day. Where it is
 * one day for all rows, an aggregate's rows are chosen by a condition instead. */
#include "check/checker.h"

/* ---- clauses of tables ---- */

/* A date column of the table, or -1. */
static int date_column(struct checker *c, const struct table *t, const struct node *name) {
    if (name->kind == N_BAD)
        return -1;
    int at = table_column_named(t, name->text);
    const struct type *type = at < 0 ? NULL : t->columns[at].type;
    if (type && (type->kind == TY_DATE || type->kind == TY_ERROR))
        return at;
    struct diag *d = at < 0
                         ? error_at(c, E0380, name->span, "the table `%.*s` has no column `%.*s`",
                                    STR_ARG(t->name), STR_ARG(name->text))
                         : error_at(c, E0380, name->span, "`%.*s` is a `%.*s`, not a date",
                                    STR_ARG(name->text), STR_ARG(name_of_type(c, type)));
    diag_help(c->s->diags, d, "spans lie between two date columns: `spans since .. until`");
    return -1;
}

static void refuse_spans(struct checker *c, struct table *t, struct span span, const char *why,
                         const char *help) {
    struct diag *d = error_at(c, E0380, span, "%s", why);
    diag_help(c->s->diags, d, "%s", help);
    t->spans.given = false;
}

/* `since` tells rows of one key apart, behind all else of the key. */
static void add_to_key(struct checker *c, struct table *t, const struct node *n) {
    uint32_t kept = 0, since = t->spans.since;
    for (uint32_t i = 0; i < t->nkeys; i++)
        if (t->keys[i] == t->spans.until) {
            refuse_spans(c, t, n->b->span, "the end of a span cannot be in the key",
                         "leave it out: the key and the day of the beginning tell rows apart");
            return;
        } else if (t->keys[i] != since) {
            t->keys[kept++] = t->keys[i];
        }
    if (kept == 0 || kept == COUNT_OF(t->keys)) {
        refuse_spans(c, t, n->span, "the key does not say what holds for a time",
                     "name it in the key, as in `key student, since`");
        return;
    }
    t->keys[kept++] = since;
    t->nkeys = kept;
    t->columns[since].is_key = true;
}

void declare_spans(struct checker *c, struct table *t, const struct node *n) {
    int since = date_column(c, t, n->a), until = n->b ? date_column(c, t, n->b) : -1;
    if (since < 0 || until < 0)
        return;
    t->spans = (struct table_spans){.given = true,
                                    .since = (uint32_t)since,
                                    .until = (uint32_t)until,
                                    .included = n->flags & FLAG_INCLUDED,
                                    .overlapping = n->flags & FLAG_OVERLAPPING};
    if (since == until)
        refuse_spans(c, t, n->span, "a span needs two columns",
                     "one with the day it begins and one with the day it ends");
    else if (t->columns[since].type->nullable)
        refuse_spans(c, t, n->a->span, "the day on which a row begins to hold may not be missing",
                     "take `null` away from its column; only the end may be missing, which means "
                     "that the row still holds");
    else if (t->nkeys)
        add_to_key(c, t, n);
}

/* The one column that refers to the entity, or -1. */
static int reference_to(const struct table *t, const struct table *entity, uint32_t *found) {
    int at = -1;
    *found = 0;
    for (uint32_t i = 0; i < t->n; i++)
        if (t->columns[i].to == entity) {
            at = at < 0 ? (int)i : at;
            (*found)++;
        }
    return at;
}

void declare_history(struct checker *c, struct table *t, const struct node *n) {
    struct symbol *s = find_table(c, n->text, n->name_span);
    if (!s)
        return;
    uint32_t found;
    int by = reference_to(t, s->table, &found);
    struct diag *d = NULL;
    if (s->table == t || found != 1) {
        d = error_at(c, E0381, n->span, "`%.*s` has %s reference to `%.*s`", STR_ARG(t->name),
                     found ? "more than one" : "no", STR_ARG(n->text));
        diag_help(c->s->diags, d, "a row of history belongs to one row: `%.*s -> %.*s`",
                  STR_ARG(n->text), STR_ARG(n->text));
    } else if (!table_has_spans(t)) {
        d = error_at(c, E0381, n->span, "the rows of `%.*s` do not say when they hold",
                     STR_ARG(t->name));
        diag_help(c->s->diags, d, "say it: `spans since .. until`");
    }
    if (d)
        return;
    t->history_of = s->table;
    t->history_by = (uint32_t)by;
    for (uint32_t i = 0; i < t->n; i++) {
        bool tells_when = i == t->spans.since || i == t->spans.until;
        if ((int)i == by || tells_when || !s->table->row ||
            table_column_named(s->table, t->columns[i].name) < 0)
            continue;
        d = error_at(c, E0382, t->columns[i].span,
                     "`%.*s.%.*s` would be the column of `%.*s` and that of its history",
                     STR_ARG(n->text), STR_ARG(t->columns[i].name), STR_ARG(n->text));
        diag_help(c->s->diags, d,
                  "give one of them another name, as in `%.*s_then ... from \"%.*s\"`",
                  STR_ARG(t->columns[i].name), STR_ARG(t->columns[i].header));
    }
}

/* ---- days ---- */

static struct node *no_value(struct checker *c, struct span span) {
    return node_poison(c, node_make(c, N_BAD, span, NULL));
}

static struct node *today_of(struct checker *c, struct span span) {
    if (!c->s->has_today) {
        error_at(c, E0384, span, "the program that runs this does not say which day is `today`");
        return no_value(c, span);
    }
    struct node *n = node_make(c, N_DATE, span, TYPE(c, DATE));
    n->value.i = c->s->today;
    return n;
}

/* The day as of which the row at hand is asked; poison where there is none. */
static struct node *as_of_day(struct checker *c, struct span span, struct str what) {
    if (c->row && c->row->unit_facts) {
        struct diag *d = error_at(c, E0384, span,
                                  "a unit has many days, and `%.*s` may differ from one to another",
                                  STR_ARG(what));
        diag_help(c->s->diags, d,
                  "ask where each fact is on its own day: in `where`, in a `let` as "
                  "`last(...)`, or as part of the unit behind `per`");
        return no_value(c, span);
    }
    for (const struct row *r = c->row; r && !c->row->day; r = r->outer)
        if (r->day) {
            struct diag *d =
                error_at(c, E0384, span,
                         "the rows of an aggregate over another table have no day here, so nothing "
                         "says which `%.*s` is meant",
                         STR_ARG(what));
            diag_help(c->s->diags, d, "ask for it outside of the aggregate, on the row at hand");
            return no_value(c, span);
        }
    return c->row && c->row->day ? row_day(c, span) : today_of(c, span);
}

/* ---- conditions ---- */

static struct node *binary(struct checker *c, int op, struct node *a, struct node *b,
                           bool nullable) {
    struct node *n =
        node_make(c, N_BINARY, (struct span){0, 0, 0}, type_scalar(c->types, TY_BOOL, nullable));
    n->op = (uint8_t)op;
    n->a = a;
    n->b = b;
    return n;
}

static struct node *read_of(struct checker *c, struct row *row, uint32_t column) {
    return column_read(c, row, column, (struct span){0, 0, 0});
}

/* since <= day and (until is missing or until > day): never missing. */
static struct node *holds_on(struct checker *c, struct row *row, struct node *day) {
    const struct table_spans *spans = &row->table->spans;
    struct node *began = binary(c, TOK_LE, read_of(c, row, spans->since), day, false);
    struct node *until = read_of(c, row, spans->until);
    struct node *same = node_make(c, N_DATE, day->span, day->type);
    same->value.i = day->value.i;
    int op = spans->included ? TOK_GE : TOK_GT;
    if (!until->type->nullable)
        return binary(c, TOK_AND, began, binary(c, op, until, same, false), false);
    struct node *still = node_make(c, N_IS_MISSING, (struct span){0, 0, 0}, TYPE(c, BOOL));
    still->a = until;
    struct node *present = node_make(c, N_CONVERT, still->span, TYPE(c, DATE));
    present->a = read_of(c, row, spans->until);
    struct node *open = binary(c, TOK_OR, still, binary(c, op, present, same, false), false);
    return binary(c, TOK_AND, began, open, false);
}

static struct row *row_of_table(struct checker *c, const struct table *t) {
    struct row *row = ARENA_NEW(c->arena, struct row);
    row->type = t->row;
    row->table = t;
    return row;
}

bool takes_every(struct checker *c, const struct node *name, const struct table *t) {
    bool every = name->flags & FLAG_EVERY;
    if (every && !table_has_spans(t)) {
        struct diag *d = error_at(c, E0385, name->span,
                                  "`every` asks for rows whenever they hold, and those of `%.*s` "
                                  "do not hold for a time",
                                  STR_ARG(t->name));
        diag_help(c->s->diags, d, "leave it out");
    }
    return every;
}

struct node *held_today(struct checker *c, struct node *from) {
    const struct table *t = from->symbol->table;
    struct node *day = today_of(c, from->span);
    if (is_poison(day))
        return node_poison(c, from);
    from->b = holds_on(c, row_of_table(c, t), day);
    /* A table whose key is faulty, which was told, may have none. */
    uint32_t nkeys = t->nkeys && !t->spans.overlapping ? t->nkeys - 1 : t->nkeys;
    from->type = type_relation(c->types, t->row->fields, t->row->n, t->keys, nkeys);
    return from;
}

/* ---- legs ---- */

/* Whether the argument of an aggregate speaks of all rows of its table: `every seat.hours`. */
const struct node *every_in(const struct node *n) {
    if (!n)
        return NULL;
    if (n->kind == N_NAME)
        return n->flags & FLAG_EVERY ? n : NULL;
    const struct node *found = every_in(n->a);
    return found || n->kind == N_DOT || n->kind == N_INDEX ? found : every_in(n->b);
}

bool hold_leg(struct checker *c, struct leg_info *leg, const struct node *every, struct span span) {
    bool all = every && takes_every(c, every, leg->table);
    if (all || !table_has_spans(leg->table))
        return true;
    struct node *day = as_of_day(c, span, leg->table->name);
    if (is_poison(day))
        return false;
    if (day->kind != N_DATE) {
        leg->day = day;
        leg->row = c->row;
        return true;
    }
    struct node *holds = holds_on(c, row_of_table(c, leg->table), day);
    leg->filter =
        leg->filter ? binary(c, TOK_AND, holds, leg->filter, leg->filter->type->nullable) : holds;
    return true;
}

/* ---- values of history ---- */

static bool tells(const struct table *history, const struct table *entity, struct str name,
                  int *column) {
    *column = table_column_named(history, name);
    if (history->history_of != entity || *column < 0 || *column == (int)history->history_by)
        return false;
    bool when = *column == (int)history->spans.since || *column == (int)history->spans.until;
    return !when || table_column_named(entity, name) < 0;
}

static bool may_be_history(const struct node *declaration, const struct table *entity) {
    for (uint32_t i = 0; declaration && i < declaration->list.n; i++) {
        const struct node *clause = declaration->list.at[i];
        if (clause->kind == N_HISTORY && str_eq(clause->text, entity->name))
            return true;
    }
    return false;
}

/* The tables that tell the name of rows of the entity; two at most are looked for. */
static uint32_t histories_with(struct checker *c, const struct table *entity, struct str name,
                               const struct table *found[2], int *column) {
    const struct scope *g = c->s->globals;
    uint32_t n = 0;
    int at;
    for (uint32_t i = 0; i < g->order.n && n < 2; i++) {
        struct symbol *s = g->order.at[i];
        if (s->kind != SYM_TABLE || !may_be_history(s->node, entity) || scope_find(g, s->name) != s)
            continue;
        complete_table(c, s);
        if (s->table->row && tells(s->table, entity, name, &at)) {
            *column = n ? *column : at;
            found[n++] = s->table;
        }
    }
    return n;
}

const struct type *history_type(struct checker *c, const struct table *entity, struct str name) {
    const struct table *found[2];
    int column;
    uint32_t n = entity ? histories_with(c, entity, name, found, &column) : 0;
    return n ? found[0]->columns[column].type : NULL;
}

static struct node *unclear(struct checker *c, struct span span, struct str name,
                            const struct table *const found[2]) {
    struct diag *d = error_at(c, E0383, span, "both `%.*s` and `%.*s` tell `%.*s`",
                              STR_ARG(found[0]->name), STR_ARG(found[1]->name), STR_ARG(name));
    diag_help(c->s->diags, d, "give one of these columns another name: `x ... from \"%.*s\"`",
              STR_ARG(name));
    return no_value(c, span);
}

/* The row that a path begins in. */
static struct row *row_behind(const struct node *path) {
    while (path->kind == N_FOLLOW || path->kind == N_CONVERT)
        path = path->a;
    if (path->kind == N_LEG)
        return ((const struct leg_info *)path->note)->row;
    return path->kind == N_COLUMN ? path->note : NULL;
}

static struct node *value_leg(struct checker *c, struct row *row, struct node *reference,
                              const struct table *history, int column, struct span span) {
    const struct table_column *of = &history->columns[column];
    struct node *day = as_of_day(c, span, of->name);
    if (is_poison(day))
        return day;
    struct row *inner = row_of_table(c, history);
    struct node *n = node_make(c, N_LEG, span, type_nullable(c->types, of->type, true));
    struct leg_info *leg = ARENA_NEW(c->arena, struct leg_info);
    leg->table = history;
    leg->kind = AGG_LAST;
    leg->argument = column_read(c, inner, (uint32_t)column, span);
    leg->inner = ARENA_ARRAY(c->arena, struct node *, 1);
    leg->outer = ARENA_ARRAY(c->arena, struct node *, 1);
    leg->inner[0] = column_read(c, inner, history->history_by, span);
    leg->outer[0] = reference;
    leg->n = 1;
    leg->day = day;
    leg->row = row;
    leg->latest = true;
    n->text = of->name;
    n->value.i = AGG_LAST;
    n->note = leg;
    return n;
}

struct node *history_value(struct checker *c, struct row *row, struct node *reference,
                           struct str name, struct span span) {
    const struct table *entity = reference ? reference->type->table : row->table, *found[2];
    int column = -1;
    uint32_t n = entity ? histories_with(c, entity, name, found, &column) : 0;
    if (n == 0)
        return NULL;
    if (n > 1)
        return unclear(c, span, name, found);
    if (!reference) {
        row->used = true;
        if (!has_one_value(c, row, name, span))
            return no_value(c, span);
    }
    struct row *here = c->row;
    c->row = reference ? row_behind(reference) : row;
    struct node *value = value_leg(c, c->row, reference, found[0], column, span);
    c->row = here;
    return value;
}

bool same_history(const struct node *a, const struct node *b) {
    const struct leg_info *p = a->note, *q = b->note;
    if (!p->latest || !q->latest || p->table != q->table || !same_path(p->argument, q->argument))
        return false;
    return p->outer[0] && q->outer[0] ? same_path(p->outer[0], q->outer[0])
                                      : p->outer[0] == q->outer[0];
}
