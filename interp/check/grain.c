/* Grain: which values of a relation stand on several of its rows, because a join or a reference
 * that was followed repeats what they belong to. Adding those up would count it more than once.
 *
 * The rows of a relation are made of parts (types.h). Those of a table have one, the table itself.
 * A join of one row with many makes the rows those of the many; a join of many with many has the
 * parts of both. A value that reads columns of several parts has all of these; one that lacks a
 * part of the row repeats. What is fetched by a key or reference, one row for many, is a part that
 * rows do not have. A group begins anew. */
#include "check/checker.h"

/* ---- the grain of a relation ---- */

/* A relation is called by its table, or by its key. */
static struct str name_of(struct checker *c, const struct type *t, const struct table *table) {
    struct str name = table ? table->name : STR("");
    for (uint32_t i = 0; !table && i < t->nkeys; i++)
        name = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(name), i ? ", " : "",
                            STR_ARG(t->fields[t->keys[i]].name));
    return name.n ? name : STR("row");
}

/* A copy to be changed, with room for `fields` fields and for all parts. */
static struct row_parts *grain_of(struct checker *c, const struct type *t,
                                  const struct table *table, uint32_t fields) {
    struct row_parts *g = ARENA_NEW(c->arena, struct row_parts);
    g->parts = ARENA_ARRAY(c->arena, struct str, GRAIN_PARTS);
    g->of = ARENA_ARRAY(c->arena, uint64_t, fields + t->n + 1);
    g->row = t->grain ? t->grain->row : 1;
    g->n = t->grain ? t->grain->n : 1;
    if (t->grain)
        memcpy(g->parts, t->grain->parts, g->n * sizeof *g->parts);
    else
        g->parts[0] = name_of(c, t, table);
    for (uint32_t i = 0; i < t->n; i++)
        g->of[i] = t->grain ? t->grain->of[i] : 1;
    return g;
}

/* The set of one more part; where there are too many, of none that could be missed. */
static uint64_t add_part(struct row_parts *g, struct str name) {
    if (g->n == GRAIN_PARTS)
        return UINT64_MAX;
    g->parts[g->n] = name;
    return (uint64_t)1 << g->n++;
}

static uint64_t part_named(struct row_parts *g, struct str name) {
    for (uint32_t i = 0; i < g->n; i++)
        if (str_eq(g->parts[i], name) && !(g->row >> i & 1))
            return (uint64_t)1 << i;
    return add_part(g, name);
}

/* ---- values ---- */

/* What a value of the row reads. */
struct reading {
    bool own;             /* something that every row has for itself */
    uint64_t of;          /* parts of columns */
    uint64_t row;         /* those of their rows */
    struct str part;      /* the first that repeats, */
    struct str column;    /* and the column of it */
    struct str reference; /* the first table that was reached by a reference */
};

static void read_column(const struct node *n, struct reading *r) {
    const struct row *row = n->note;
    const struct row_parts *g = row && row->type ? row->type->grain : NULL;
    if (!g || n->value.i >= row->type->n || (g->of[n->value.i] & g->row) == g->row) {
        r->own = true;
        return;
    }
    uint64_t of = g->of[n->value.i];
    r->of |= of;
    r->row = g->row;
    for (uint32_t i = 0; i < g->n && !r->part.n; i++)
        if (of >> i & 1) {
            r->part = g->parts[i];
            r->column = n->text;
        }
}

static void read_value(const struct node *n, struct reading *r) {
    if (!n)
        return;
    if (n->kind == N_COLUMN) {
        read_column(n, r);
        return;
    }
    if (n->kind == N_FOLLOW && !r->part.n) {
        r->reference = r->part = n->a->type->table->name;
        r->column = n->text;
    }
    r->own = r->own || n->kind == N_LEG;
    if (n->kind == N_FOLLOW || n->kind == N_LEG)
        return;
    read_value(n->a, r);
    read_value(n->b, r);
    for (uint32_t i = 0; i < n->list.n; i++)
        read_value(n->list.at[i], r);
}

static bool repeats(const struct reading *r) {
    bool whole = r->row && (r->of & r->row) == r->row;
    return r->part.n && !r->own && !whole;
}

struct str repeated_by(const struct node *value, struct str *column) {
    struct reading r = {.part = STR_NONE};
    read_value(value, &r);
    *column = r.column;
    return repeats(&r) ? r.part : STR_NONE;
}

/* The parts of a value as a column of the relation. */
static uint64_t parts_of(struct row_parts *g, const struct node *value) {
    struct reading r = {.part = STR_NONE};
    read_value(value, &r);
    if (!repeats(&r))
        return g->row;
    return r.of | (r.reference.n ? part_named(g, r.reference) : 0);
}

/* ---- joins ---- */

/* Whether the columns of one side of a join tell its rows apart. */
static bool is_told(const struct type *side, const struct node_list *columns) {
    for (uint32_t i = 0; i < side->nkeys; i++) {
        bool found = false;
        for (uint32_t j = 0; j < columns->n; j++)
            found = found || columns->at[j]->value.i == side->keys[i];
        if (!found)
            return false;
    }
    return side->nkeys > 0;
}

bool join_repeats_left(const struct node *v, const struct type *right) {
    return !is_told(right, &v->more);
}

bool join_repeats_right(const struct node *v, const struct type *left) {
    return !is_told(left, &v->list);
}

/* The right side's parts as further ones of the left side's; its own set of them. */
static uint64_t moved(uint64_t of, const uint64_t *to, uint32_t n) {
    uint64_t set = 0;
    for (uint32_t i = 0; i < n; i++)
        set |= of >> i & 1 ? to[i] : 0;
    return set;
}

static struct row_parts *join_grain(struct checker *c, const struct node *v, const struct type *in,
                                    const struct type *out) {
    const struct type *right = v->a->type;
    const struct symbol *s = v->a->symbol;
    const struct table *table = s && s->kind == SYM_TABLE ? s->table : NULL;
    struct row_parts *g = grain_of(c, in, c->row->table, out->n);
    const struct row_parts *added = grain_of(c, right, table, 0);
    bool left_repeats = join_repeats_left(v, right), right_repeats = join_repeats_right(v, in);
    uint64_t to[GRAIN_PARTS];
    for (uint32_t i = 0; i < added->n; i++)
        to[i] = add_part(g, added->parts[i]);
    uint64_t right_row = moved(added->row, to, added->n);
    for (uint32_t i = in->n; i < out->n; i++) {
        int at = type_field(right, out->fields[i].name);
        uint64_t of = at >= 0 ? moved(added->of[at], to, added->n) : right_row;
        bool one_each = !left_repeats && !right_repeats && (of & right_row) == right_row;
        g->of[i] = one_each ? g->row : of;
    }
    if (left_repeats)
        g->row = right_repeats ? g->row | right_row : right_row;
    return g;
}

/* ---- verbs ---- */

/* Different rows of columns that lack a part of the row are rows of what these have. */
static void distinct_grain(struct row_parts *g, uint32_t n) {
    uint64_t all = 0;
    for (uint32_t i = 0; i < n; i++)
        all |= g->of[i];
    if ((all & g->row) != g->row)
        g->row = all;
}

static struct row_parts *verb_grain(struct checker *c, const struct node *v, enum node_kind verb,
                                    const struct type *in, const struct type *out) {
    struct row_parts *g = grain_of(c, in, c->row->table, out->n);
    const struct row_parts *old = grain_of(c, in, c->row->table, 0);
    bool by_value = verb == N_V_SELECT || (verb == N_V_DISTINCT && v->list.n);
    for (uint32_t i = 0; i < out->n; i++) {
        int at = type_field(in, out->fields[i].name);
        if (by_value)
            g->of[i] = parts_of(g, v->list.at[i]->a);
        else if (verb == N_V_DERIVE && i >= in->n)
            g->of[i] = parts_of(g, v->list.at[i - in->n]->a);
        else if (verb == N_V_RENAME)
            g->of[i] = old->of[i];
        else
            g->of[i] = at >= 0 ? old->of[at] : g->row;
    }
    if (verb == N_V_DISTINCT)
        distinct_grain(g, out->n);
    return g;
}

/* Whether any column of the result may be of fewer parts than its rows. */
static bool may_repeat(const struct node *v, enum node_kind verb, const struct type *in,
                       const struct type *out) {
    struct str unused;
    uint32_t n = verb == N_V_DERIVE ? out->n - in->n : verb == N_V_SELECT ? out->n : 0;
    for (uint32_t i = 0; i < n; i++)
        if (repeated_by(v->list.at[i]->a, &unused).n)
            return true;
    return in->grain || verb == N_V_JOIN;
}

const struct type *with_grain(struct checker *c, const struct node *v, enum node_kind verb,
                              const struct type *in, const struct type *out) {
    if (out == in || out->kind != TY_RELATION || verb == N_V_GROUP || verb == N_V_PIVOT ||
        !may_repeat(v, verb, in, out))
        return out;
    const struct row_parts *g =
        verb == N_V_JOIN ? join_grain(c, v, in, out) : verb_grain(c, v, verb, in, out);
    for (uint32_t i = 0; i < out->n; i++)
        if ((g->of[i] & g->row) != g->row)
            return type_of_grain(c->types, out, g);
    return out;
}
