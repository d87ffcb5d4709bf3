/* What can be asked of an answer: units(Q), the rows behind a measure's cells;
 * crossed(Q), those newly counted; compare(A, dim, x, y), the difference of two
 * shares in points, with its interval. */
#include "check/measure_parts.h"

/* ---- units and crossed ---- */

/* The argument as a question: `m in P` was read as a test. */
static struct node *argument_question(struct checker *c, struct node *call) {
    struct node *n = call->list.n == 1 ? call->list.at[0]->a : NULL;
    struct symbol *s = n && n->kind == N_NAME ? scope_find(c->scope, n->text) : NULL;
    if (s && s->kind == SYM_MEASURE)
        return question_of(c, s, n->span);
    if (n && (n->kind == N_QUESTION || (n->kind == N_IN && !(n->flags & FLAG_NEGATED))))
        n = check_expr(c, n);
    if (n && n->type && (is_poison(n) || n->kind == N_QUESTION))
        return n;
    struct str name = call->a->text;
    struct diag *d =
        error_at(c, E0310, call->span, "`%.*s` takes a question to a measure", STR_ARG(name));
    diag_help(c->s->diags, d, "write `%.*s(measure over month in SY2025-26)`", STR_ARG(name));
    return NULL;
}

static bool same_units(const struct measure_info *a, const struct measure_info *b) {
    bool same = a->nper == b->nper;
    for (uint32_t i = 0; i < a->nper && same; i++)
        same = str_eq(a->per_names[i], b->per_names[i]) &&
               a->per[i]->type->kind == b->per[i]->type->kind &&
               a->per[i]->type->table == b->per[i]->type->table;
    return same;
}

/* Of several measures all units are of one kind, so that each has one row. */
static bool have_units(struct checker *c, const struct question *q, const struct node *call,
                       bool crossed) {
    const struct measure_info *first = q->asked[0].measure;
    for (uint32_t i = 0; i < q->nmeasures; i++) {
        const struct measure_info *m = q->measures[i];
        struct diag *d = NULL;
        if (!m->facts || (crossed && q->nmeasures > 1))
            d = error_at(c, E0320, call->span, "%s",
                         m->facts ? "`crossed` takes one measure"
                                  : "units belong to measures with facts");
        else if (!m->nper)
            d = error_at(c, E0320, call->span, "`%.*s` counts facts, it has no units",
                         STR_ARG(m->symbol->name));
        if (d) {
            diag_help(c->s->diags, d,
                      "units are what a measure is `per`; for facts use `from %.*s`",
                      STR_ARG(first->facts->name));
            return false;
        }
        if (!same_units(first, m)) {
            d = error_at(c, E0321, call->span, "`%.*s` and `%.*s` count units of different kinds",
                         STR_ARG(first->symbol->name), STR_ARG(m->symbol->name));
            diag_help(c->s->diags, d, "ask for the units of each on its own");
            return false;
        }
    }
    return true;
}

static struct str unit_column(struct checker *c, const struct question *q,
                              const struct measure_info *m, struct str name) {
    return q->only ? name
                   : arena_printf(c->arena, "%.*s.%.*s", STR_ARG(m->symbol->name), STR_ARG(name));
}

/* Of several measures a row is missing in the columns of those that have no such unit. */
static const struct type *units_type(struct checker *c, const struct question *q) {
    const struct measure_info *first = q->asked[0].measure;
    uint32_t n = 0, room = first->nper + q->ndims + 1;
    bool several = q->nasked > 1;
    for (uint32_t i = 0; i < q->nasked; i++)
        room += q->asked[i].measure->nlets + 3;
    struct field *f = ARENA_ARRAY(c->arena, struct field, room);
    for (uint32_t i = 0; i < first->nper; i++)
        f[n++] = (struct field){first->per_names[i], first->per[i]->type};
    for (uint32_t i = 0; i < q->ndims; i++)
        f[n++] = (struct field){q->dim_names[i], q->cells->fields[i].type};
    for (uint32_t i = 0; i < n && several; i++)
        f[i].type = type_nullable(c->types, f[i].type, true);
    if (q->grain != GRAIN_NONE)
        f[n++] = (struct field){STR("period"), TYPE(c, PERIOD)};
    uint32_t nkeys = n;
    uint32_t *keys = ARENA_ARRAY(c->arena, uint32_t, n + 1);
    for (uint32_t i = 0; i < n; i++)
        keys[i] = i;
    for (uint32_t k = 0; k < q->nasked; k++) {
        const struct measure_info *m = q->asked[k].measure;
        uint32_t block = n;
        for (uint32_t i = 0; i < m->nlets; i++)
            f[n++] = (struct field){unit_column(c, q, m, m->lets[i].name), m->lets[i].type};
        f[n++] = (struct field){unit_column(c, q, m, STR("in_d")), TYPE(c, BOOL)};
        f[n++] = (struct field){unit_column(c, q, m, STR("in_n")), TYPE(c, BOOL)};
        f[n++] = (struct field){unit_column(c, q, m, STR("why")), TYPE(c, TEXT)};
        for (uint32_t i = block; i < n && several; i++)
            f[i].type = type_nullable(c->types, f[i].type, true);
    }
    return type_relation(c->types, f, n, keys, nkeys);
}

static bool names_differ(struct checker *c, const struct node *call, const struct type *t) {
    for (uint32_t i = 0; i < t->n; i++)
        for (uint32_t k = 0; k < i; k++)
            if (str_eq(t->fields[i].name, t->fields[k].name)) {
                struct diag *d = error_at(c, E0317, call->span, "two columns are called `%.*s`",
                                          STR_ARG(t->fields[i].name));
                diag_help(c->s->diags, d, "leave the dim out, or name it: `by x = ...`");
                return false;
            }
    return true;
}

static struct node *check_units(struct checker *c, struct node *call, bool crossed) {
    struct node *n = argument_question(c, call);
    if (!n || is_poison(n))
        return node_poison(c, call);
    struct question *q = n->note;
    if (!have_units(c, q, call, crossed))
        return node_poison(c, call);
    if (q->total || q->change || q->full || (crossed && q->grain == GRAIN_NONE)) {
        struct diag *d = error_at(c, E0320, call->span,
                                  crossed ? "`crossed` compares each period with the one before"
                                          : "`units` has rows of units, not of cells");
        diag_help(c->s->diags, d,
                  crossed ? "ask `over` a grain, without `with total`, `change` and `full`"
                          : "leave out `with total`, `change from` and `full`");
        return node_poison(c, call);
    }
    q->rows = crossed ? ROWS_CROSSED : ROWS_UNITS;
    q->change = crossed;
    n->type = units_type(c, q);
    return names_differ(c, call, n->type) ? n : node_poison(c, call);
}

/* ---- compare ---- */

static struct node *refuse_compare(struct checker *c, struct node *call, const char *what) {
    struct diag *d = error_at(c, E0209, call->span, "%s", what);
    diag_help(
        c->s->diags, d,
        "write `compare(share by school, school, \"A\", \"B\")`, for a measure with `count` or of "
        "a sample");
    return node_poison(c, call);
}

static bool is_answer(const struct type *t, struct str dim) {
    int n = type_field(t, STR("n")), d = type_field(t, STR("d"));
    return type_field(t, dim) >= 0 && n >= 0 && d >= 0 && t->fields[n].type->kind == TY_INT &&
           t->fields[d].type->kind == TY_INT;
}

/* All keys of the answer but the dim, between commas. */
static struct str other_keys(struct checker *c, const struct type *t, struct str dim) {
    struct str out = STR("");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        struct str name = t->fields[t->keys[i]].name;
        if (!str_eq(name, dim))
            out = arena_printf(c->arena, "%.*s%s`%.*s`", STR_ARG(out), out.n ? ", " : " by ",
                               STR_ARG(name));
    }
    return out;
}

static void put_argument(struct node **slot, const char *name, struct node *argument) {
    struct node *n = *slot;
    if (!n)
        return;
    if (n->kind == N_NAME && str_is(n->text, name)) {
        *slot = argument;
        return;
    }
    put_argument(&n->a, name, argument);
    put_argument(&n->b, name, argument);
    for (uint32_t i = 0; i < n->list.n; i++)
        put_argument(&n->list.at[i], name, argument);
    for (uint32_t i = 0; i < n->more.n; i++)
        put_argument(&n->more.at[i], name, argument);
}

/* Newcombe's interval of a difference, from Wilson's interval of each share. */
static struct str comparison(struct checker *c, const struct type *t, struct str dim) {
    struct str keys = other_keys(c, t, dim);
    struct str text = arena_printf(c->arena, "show `compare answer` | group%.*s (", STR_ARG(keys));
    for (int side = 1; side <= 2; side++)
        text = arena_printf(c->arena,
                            "%.*s%s`n %d` = sum(row.n where row.`%.*s` == `compare %d`), "
                            "`d %d` = sum(row.d where row.`%.*s` == `compare %d`)",
                            STR_ARG(text), side == 2 ? ", " : "", side, STR_ARG(dim), side, side,
                            STR_ARG(dim), side);
    text = arena_printf(c->arena,
                        "%.*s) | derive `p 1` = row.`n 1` / row.`d 1`, `p 2` = row.`n 2` "
                        "/ row.`d 2`",
                        STR_ARG(text));
    for (int end = 0; end < 4; end++) {
        int side = end / 2 + 1;
        text = arena_printf(c->arena,
                            "%.*s, `e %d` = (2 * row.`n %d` + 3.841458820694124 %c "
                            "1.959963984540054 * sqrt(3.841458820694124 + 4.0 * row.`n %d` * "
                            "(row.`d %d` - row.`n %d`) / row.`d %d`)) / (2 * (row.`d %d` + "
                            "3.841458820694124))",
                            STR_ARG(text), end, side, end % 2 ? '+' : '-', side, side, side, side,
                            side);
    }
    return arena_printf(c->arena,
                        "%.*s | select%.*s%s difference = 100 points * row.`n 2` / row.`d 2` - "
                        "100 points * row.`n 1` / row.`d 1`, low = 100 points * (row.`p 2` - "
                        "row.`p 1` - sqrt((row.`p 2` - row.`e 2`) ^ 2 + (row.`e 1` - row.`p 1`) ^ "
                        "2)), high = 100 points * (row.`p 2` - row.`p 1` + sqrt((row.`e 3` - "
                        "row.`p 2`) ^ 2 + (row.`p 1` - row.`e 0`) ^ 2))\n",
                        STR_ARG(text), (int)(keys.n ? keys.n - 3 : 0), keys.n ? keys.p + 3 : "",
                        keys.n ? "," : "");
}

/* In `compare(m by race, race, "A", "B")` the dims take all that follows: the last three of them
 * are the other arguments, as there is no `by` of a text. */
static void part_dims(struct checker *c, struct node *call) {
    struct node *asked = call->list.n == 1 ? call->list.at[0]->a : NULL;
    struct node *by = asked && asked->kind == N_QUESTION && asked->more.n
                          ? asked->more.at[asked->more.n - 1]
                          : NULL;
    if (!by || by->kind != N_Q_BY || by->list.n < 4)
        return;
    uint32_t first = by->list.n - 3;
    for (uint32_t i = first; i < by->list.n; i++)
        if (by->list.at[i]->text.n || by->list.at[i]->flags)
            return; /* it is a dim with a name */
    for (uint32_t i = first; i < by->list.n; i++) {
        struct node *argument = node_make(c, N_ARG, by->list.at[i]->span, NULL);
        argument->a = by->list.at[i]->a;
        list_push(c, &call->list, argument);
    }
    by->list.n = first;
}

static struct node *check_compare(struct checker *c, struct node *call) {
    part_dims(c, call);
    if (call->list.n != 4 || call->list.at[1]->a->kind != N_NAME)
        return refuse_compare(c, call, "`compare` takes an answer, a dim and two of its values");
    struct node *sample = compare_sample(c, call);
    if (sample)
        return sample;
    struct node *answer = check_relation(c, call->list.at[0]->a);
    struct str dim = call->list.at[1]->a->text;
    if (is_poison(answer))
        return node_poison(c, call);
    if (!is_answer(answer->type, dim))
        return refuse_compare(c, call, "the answer has no such dim, or no columns `n` and `d`");
    struct str text = comparison(c, answer->type, dim);
    uint32_t source = source_add(c->s->sources, STR("<compare>"), text);
    struct node *file = parse(c->arena, c->s->diags, c->s->sources, source).file;
    if (file->list.n != 1)
        return node_poison(c, call);
    struct node *relation = file->list.at[0]->a;
    put_argument(&relation, "compare answer", answer);
    put_argument(&relation, "compare 1", call->list.at[2]->a);
    put_argument(&relation, "compare 2", call->list.at[3]->a);
    return check_relation(c, relation);
}

struct node *check_asked_call(struct checker *c, struct node *call, struct str name) {
    if (c->row && type_field(c->row->type, name) >= 0)
        return NULL;
    if (str_is(name, "units") || str_is(name, "crossed"))
        return check_units(c, call, str_is(name, "crossed"));
    return str_is(name, "compare") ? check_compare(c, call) : NULL;
}
