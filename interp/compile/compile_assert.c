/* `assert`: a condition that tells what it compared when it does not hold.
 *
 * The sides of a comparison are computed once, into registers that live until the
 * end of the statement, so that the report shows what was compared; names are read
 * again instead where nothing can have changed them. Parts joined by `and` are judged
 * one after the other, and only the one that fails is told. What tells costs nothing
 * while the assertion holds. */
#include "compile/builder.h"

enum { MOST_SHOWN = 4 };

/* A part of the condition, and what to show of it. */
struct part {
    struct node *condition, *held;
    struct node *shown[MOST_SHOWN]; /* as written */
    struct node *values[MOST_SHOWN];
    uint32_t nshown;
    struct home homes[MOST_SHOWN];
    struct label fails;
};
typedef ARENA_VEC(struct part) part_list;

static void list_parts(struct builder *b, part_list *to, struct node *n) {
    if (n->kind == N_BINARY && n->op == TOK_AND) {
        list_parts(b, to, n->a);
        list_parts(b, to, n->b);
    } else {
        ARENA_PUSH(b->arena, to) = (struct part){.condition = n};
    }
}

/* ---- sides that are computed once ---- */

static bool is_variable(const struct node *n) {
    return n->kind == N_NAME && n->symbol && n->symbol->kind == SYM_VARIABLE;
}

static bool is_fixed(const struct node *n) {
    return is_variable(n) && !n->symbol->assignable;
}

/* Written out in the source, to the last part. */
static bool is_written(struct node *n) {
    while (n->kind == N_CONVERT || n->kind == N_FIELD)
        n = n->a;
    bool whole = n->kind == N_LIST || n->kind == N_RECORD;
    for (uint32_t i = 0; whole && i < n->list.n; i++)
        whole = is_written(n->list.at[i]);
    return whole || (n->kind != N_NAME && constant_of(n));
}

/* Relations are no values yet. */
static bool is_told(struct node *n) {
    return !is_written(n) && n->kind != N_RANGE && shape_of(n->type) != SHAPE_NONE &&
           n->type->kind != TY_RANGE && n->type->kind != TY_RELATION;
}

static bool is_shown(const struct part *p, const struct node *n) {
    for (uint32_t i = 0; i < p->nshown; i++)
        if (n->kind == N_NAME && p->shown[i]->symbol == n->symbol)
            return true;
    return false;
}

static struct node *hold(struct builder *b, struct part *p, struct node *n) {
    if (!is_told(n) || p->nshown == MOST_SHOWN || is_shown(p, n))
        return n;
    struct node *held = n;
    if (!is_fixed(n)) {
        struct symbol *s = ARENA_NEW(b->arena, struct symbol);
        s->kind = SYM_VARIABLE;
        s->type = n->type;
        struct home place = take_registers(b, n->type);
        keep_into(b, n, place);
        declare_variable(b, s, place);
        held = ARENA_NEW(b->arena, struct node);
        *held = (struct node){.kind = N_NAME, .type = n->type, .span = n->span, .symbol = s};
    }
    p->shown[p->nshown] = n;
    p->values[p->nshown++] = held;
    return held;
}

static struct node *copy_of(struct builder *b, const struct node *n) {
    struct node *copy = ARENA_NEW(b->arena, struct node);
    *copy = *n;
    return copy;
}

/* Elements behind the one that is equal are not computed, so only names are told. */
static struct node *hold_set(struct builder *b, struct part *p, struct node *set) {
    for (uint32_t i = 0; set->kind == N_LIST && i < set->list.n; i++)
        if (is_fixed(set->list.at[i]))
            hold(b, p, set->list.at[i]);
    if (set->kind != N_RANGE)
        return set->kind == N_LIST || set->kind == N_CONVERT ? set : hold(b, p, set);
    struct node *range = copy_of(b, set);
    range->a = hold(b, p, set->a);
    range->b = hold(b, p, set->b);
    return range;
}

/* Of parts joined by `or` the second may never be computed, so only names are told. */
static void tell_names(struct builder *b, struct part *p, struct node *n) {
    while (n->kind == N_CONVERT)
        n = n->a;
    if (is_variable(n))
        hold(b, p, n);
    if (n->kind == N_BINARY || n->kind == N_UNARY || n->kind == N_IN || n->kind == N_IS_MISSING)
        tell_names(b, p, n->a);
    if (n->kind == N_BINARY)
        tell_names(b, p, n->b);
}

/* The same condition over sides that are held. */
static struct node *hold_sides(struct builder *b, struct part *p, struct node *n) {
    bool compares =
        n->kind == N_BINARY && ((n->op >= TOK_EQ && n->op <= TOK_GE) || n->op == OP_LIKE);
    bool negates = n->kind == N_UNARY && n->op == TOK_NOT;
    if (n->kind == N_BINARY && n->op == TOK_OR)
        tell_names(b, p, n);
    if (!compares && !negates && n->kind != N_IN && n->kind != N_IS_MISSING)
        return n;
    struct node *held = copy_of(b, n);
    held->a = negates ? hold_sides(b, p, n->a) : hold(b, p, n->a);
    if (compares)
        held->b = hold(b, p, n->b);
    else if (n->kind == N_IN)
        held->b = hold_set(b, p, n->b);
    return held;
}

/* ---- the report ---- */

static struct str source_text(const struct builder *b, const struct node *n) {
    const struct source *source = source_at(b->c->session->sources, n->span.source);
    if (!source || n->span.stop > source->text.n || n->span.start > n->span.stop)
        return STR_NONE;
    return (struct str){source->text.p + n->span.start, n->span.stop - n->span.start};
}

static uint32_t part_site(struct builder *b, const struct part *p) {
    struct site *site;
    uint32_t number = add_site(b, SITE_ASSERT, p->condition, p->nshown, &site);
    struct template_piece *pieces = ARENA_ARRAY(b->arena, struct template_piece, p->nshown);
    for (uint32_t i = 0; i < p->nshown; i++) {
        site->values[i] = p->homes[i];
        pieces[i] = (struct template_piece){.text = source_text(b, p->shown[i])};
    }
    site->pieces = pieces;
    site->npieces = p->nshown;
    return number;
}

static struct home message_of(struct builder *b, struct node *message) {
    struct home p = take_registers(b, type_scalar(&b->c->session->types, TY_TEXT, true));
    if (message)
        value_into(b, message, p);
    else
        emit(b, OP_LOAD_NULL, p.reg, 0, 0);
    return p;
}

/* Where a part fails its number is put into `which`; the message is then computed in one place. */
static void report_parts(struct builder *b, part_list *parts, struct node *message) {
    struct home which = take_word(b, TY_INT);
    struct label told = {0};
    for (uint32_t i = 0; i < parts->n; i++) {
        struct part *p = &parts->at[i];
        place_label(b, &p->fails);
        for (uint32_t j = 0; j < p->nshown; j++)
            p->homes[j] = value_to_read(b, p->values[j]);
        load_word(b, which.reg, i);
        if (i + 1 < parts->n)
            emit_jump(b, OP_JUMP, 0, 0, &told);
    }
    place_label(b, &told);
    struct home text = message_of(b, message);
    uint32_t first = part_site(b, &parts->at[0]);
    for (uint32_t i = 1; i < parts->n; i++)
        part_site(b, &parts->at[i]);
    emit(b, OP_ASSERT, text.reg, first, which.reg);
}

void assertion(struct builder *b, struct node *n) {
    part_list parts = {NULL, 0, 0};
    struct label holds = {0};
    list_parts(b, &parts, n->a);
    for (uint32_t i = 0; i < parts.n; i++) {
        struct part *p = &parts.at[i];
        b->span = p->condition->span;
        p->held = hold_sides(b, p, p->condition);
        branch_on(b, p->held, false, &p->fails);
    }
    emit_jump(b, OP_JUMP, 0, 0, &holds);
    report_parts(b, &parts, n->b);
    place_label(b, &holds);
}
