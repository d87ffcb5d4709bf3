/* The clauses of a measure by kind, and those of a refinement put on top of the
 * measure it refines: `where` and `among` narrow, `exclude` and `except` widen,
 * all others stand instead. */
#include "check/measure_parts.h"

/* Repeated clauses narrow (`where`, `among`) or widen (`exclude`, `except`). */
static struct node *combine(struct checker *c, struct node *first, struct node *next,
                            enum token_kind op) {
    if (!first)
        return next;
    struct node *both = node_make(c, N_BINARY, span_join(first->a->span, next->a->span), NULL);
    both->op = (uint8_t)op;
    both->flags |= FLAG_COMBINED;
    both->a = first->a;
    both->b = next->a;
    if (first->a->span.source != next->a->span.source || first->a->span.start > next->a->span.start)
        both->span = next->a->span;
    struct node *clause = node_make(c, (enum node_kind)first->kind, first->span, NULL);
    clause->a = both;
    return clause;
}

/* A `let` of a name that is there already stands instead of it. */
static void add_lets(struct checker *c, struct story *s, const struct node *clause, uint32_t old) {
    for (uint32_t i = 0; i < clause->list.n; i++) {
        struct node *f = clause->list.at[i];
        uint32_t at = 0;
        while (at < old && !str_eq(s->lets.at[at]->text, f->text))
            at++;
        if (at < old)
            s->lets.at[at] = f;
        else
            list_push(c, &s->lets, f);
    }
}

static struct node **place_of(struct story *s, const struct node *clause) {
    switch ((enum node_kind)clause->kind) {
    case N_M_FROM:
        return &s->from;
    case N_M_PER:
        return &s->per;
    case N_M_COUNT:
        return &s->count;
    case N_M_VALUE:
        return &s->value;
    case N_M_AT:
        return &s->at;
    case N_M_TARGET:
        return &s->target;
    case N_M_BASELINE:
        return &s->baseline;
    case N_M_BETTER:
        return &s->better;
    case N_M_KIND:
        return &s->kind;
    case N_M_UNIT:
        return &s->unit;
    case N_M_RATE:
        return &s->rate;
    case N_M_ACCUMULATES:
        return &s->accumulates;
    case N_M_WEIGHT:
        return &s->weight;
    case N_M_CLUSTER:
        return &s->cluster;
    case N_M_STRATA:
        return &s->strata;
    case N_M_POPULATION:
        return &s->population;
    default:
        return NULL;
    }
}

static void add_clause(struct checker *c, struct story *s, struct node *x, uint32_t old_lets) {
    switch ((enum node_kind)x->kind) {
    case N_M_WHERE:
        s->where = combine(c, s->where, x, TOK_AND);
        return;
    case N_M_AMONG:
        s->among = x->flags & FLAG_ONLY ? x : combine(c, s->among, x, TOK_AND);
        return;
    case N_M_EXCLUDE:
        s->exclude = combine(c, s->exclude, x, TOK_OR);
        return;
    case N_M_EXCEPT:
        s->except = combine(c, s->except, x, TOK_OR);
        return;
    case N_M_LET:
        add_lets(c, s, x, old_lets);
        return;
    default:
        break;
    }
    struct node **place = place_of(s, x);
    if (place)
        *place = x;
}

/* What a refinement counts by stands instead of what the other one counts by. */
static void make_room(struct story *s, const struct node *n) {
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->kind == N_M_VALUE || n->list.at[i]->kind == N_M_COUNT)
            s->count = s->value = NULL;
    for (uint32_t i = 0; s->value && i < n->list.n; i++)
        if (n->list.at[i]->kind == N_M_VALUE)
            s->among = NULL;
}

static struct symbol *refined(struct checker *c, const struct node *n) {
    const struct node *name = n->a;
    struct symbol *of = name->kind == N_NAME ? scope_find(c->scope, name->text) : NULL;
    if (of && of->kind == SYM_MEASURE && of->node)
        return of;
    if (of || name->kind != N_NAME) {
        struct diag *d = error_at(c, E0310, name->span, "this is not a measure");
        diag_help(c->s->diags, d, "refine a measure: `measure b = a with { where ... }`");
    } else {
        struct diag *d =
            error_at(c, E0201, name->span, "nothing is called `%.*s`", STR_ARG(name->text));
        help_names_in_scope(c, d, name->text);
    }
    return NULL;
}

bool read_story(struct checker *c, struct node *n, struct story *s) {
    if (n->a) {
        struct symbol *of = refined(c, n);
        if (!of)
            return false;
        if (of->checking) {
            error_at(c, E0313, n->a->span, "the measure `%.*s` needs itself", STR_ARG(of->name));
            return false;
        }
        of->checking = true;
        struct node *base = node_copy(c->arena, of->node);
        keep_meanings(c, of, base);
        bool fine = read_story(c, base, s);
        of->checking = false;
        s->is_preset = s->is_preset || is_preset(c->s, of);
        if (!fine)
            return false;
        make_room(s, n);
    }
    uint32_t old_lets = s->lets.n;
    for (uint32_t i = 0; i < n->list.n; i++)
        add_clause(c, s, n->list.at[i], old_lets);
    s->title = n->title.n ? n->title : s->title;
    return true;
}

/* ---- presets ---- */

static bool is_let(const struct story *s, struct str name) {
    for (uint32_t i = 0; i < s->lets.n; i++)
        if (str_eq(s->lets.at[i]->text, name))
            return true;
    return false;
}

/* A name in a clause of the library that nothing in the refinement gives; NULL: none. */
static const struct node *lacking(struct checker *c, const struct measure_info *m,
                                  const struct story *s, const struct node *n) {
    if (!n || !is_library_source(c->s, n->span.source))
        return NULL;
    bool known = is_let(s, n->text) || (!s->per && table_column_named(m->facts, n->text) >= 0);
    if (n->kind == N_NAME)
        return known ? NULL : n;
    const struct node *found = n->kind == N_CALL ? NULL : lacking(c, m, s, n->a);
    found = found ? found : lacking(c, m, s, n->b);
    for (uint32_t i = 0; i < n->list.n && !found; i++)
        found = lacking(c, m, s, n->list.at[i]);
    return found;
}

bool has_preset_names(struct checker *c, const struct measure_info *m, const struct story *s,
                      const struct node *n) {
    const struct node *clauses[] = {s->among, s->count, s->value};
    const struct node *name = NULL;
    for (size_t i = 0; i < COUNT_OF(clauses) && s->is_preset && !name; i++)
        name = clauses[i] ? lacking(c, m, s, clauses[i]->a) : NULL;
    if (!name)
        return true;
    struct diag *d =
        error_at(c, E0308, n->name_span, "the measure `%.*s` does not say what `%.*s` is",
                 STR_ARG(n->text), STR_ARG(name->text));
    if (s->per)
        diag_help(c->s->diags, d, "say it for each unit: `let %.*s = count(...)`",
                  STR_ARG(name->text));
    else
        diag_help(c->s->diags, d, "it is a column that `%.*s` does not have",
                  STR_ARG(m->facts->name));
    return false;
}
