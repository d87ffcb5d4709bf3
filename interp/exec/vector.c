/* The tree is walked once for some hundred rows, so that what is between two operators stays in the
 * nearest cache. Sums that overflow are found by the flag of the addition, gathered without a
 * branch for each row; rows that are missing may raise it for nothing, and then the VM is asked in
 * vain.
 *
 * Values are words, doubles or texts with a state for each row, or none where all are present. A
 * missing word is 0, as everywhere, and so a missing bool is not true; `and` and `or` are those of
 * three values. Long chains of them, as many rules together are, are walked in a loop: only what is
 * nested takes room on the stack. */
#include "exec/vector.h"
#include "exec/codes.h"

enum { ROWS = 256, DEEPEST = 12 };

/* ---- what fits ---- */

static bool is_number(const struct type *t) {
    return t->kind == TY_INT || t->kind == TY_BOOL || t->kind == TY_DATE || t->kind == TY_FLOAT;
}

static bool is_logic(const struct node *n) {
    return n->kind == N_BINARY && (n->op == TOK_AND || n->op == TOK_OR);
}

static bool is_comparison(const struct node *n) {
    return n->kind == N_BINARY && n->op >= TOK_EQ && n->op <= TOK_GE;
}

static bool is_sum(const struct node *n) {
    return n->kind == N_BINARY && (n->op == TOK_PLUS || n->op == TOK_MINUS || n->op == TOK_STAR);
}

static bool fits(const struct node *n, unsigned depth);

/* Of texts only those that are there already. */
static bool is_text(const struct node *n) {
    return n->type->kind == TY_TEXT && (n->kind == N_INPUT || n->kind == N_TEXT);
}

static bool operands_fit(const struct node *n, unsigned depth, enum type_kind kind) {
    return n->a->type->kind == kind && n->b->type->kind == kind && fits(n->a, depth + 1) &&
           fits(n->b, depth + 1);
}

static bool logic_fits(const struct node *n, unsigned depth) {
    enum token_kind op = n->op;
    for (; n->kind == N_BINARY && n->op == op; n = n->a)
        if (n->b->type->kind != TY_BOOL || !fits(n->b, depth + 1))
            return false;
    return n->type->kind == TY_BOOL && fits(n, depth + 1);
}

static bool comparison_fits(const struct node *n, unsigned depth) {
    if (is_text(n->a) && is_text(n->b))
        return (n->op == TOK_EQ || n->op == TOK_NE) &&
               (n->a->kind == N_INPUT || n->b->kind == N_INPUT);
    return operands_fit(n, depth, n->a->type->kind);
}

static bool is_literal(const struct node *n) {
    return n->kind == N_INT || n->kind == N_BOOL || n->kind == N_DATE || n->kind == N_TEXT;
}

/* From a number or day written there to another, both included. */
static bool is_plain_range(const struct node *set, enum type_kind kind) {
    return set->kind == N_RANGE && (kind == TY_INT || kind == TY_DATE) && is_literal(set->a) &&
           is_literal(set->b) && set->a->type->kind == kind && set->b->type->kind == kind;
}

static bool in_fits(const struct node *n, unsigned depth) {
    bool word = n->a->type->kind != TY_FLOAT && fits(n->a, depth + 1);
    if (is_plain_range(n->b, n->a->type->kind))
        return word;
    bool text = is_text(n->a) && n->a->kind == N_INPUT;
    if (n->b->kind != N_LIST || !(word || text))
        return false;
    for (uint32_t i = 0; i < n->b->list.n; i++)
        if (!is_literal(n->b->list.at[i]) || n->b->list.at[i]->type->kind != n->a->type->kind)
            return false;
    return true;
}

static bool is_coalesce(const struct node *n) {
    const struct invoke *invoke = n->note;
    return invoke->kind == INVOKE_BUILTIN && invoke->builtin == BUILTIN_COALESCE;
}

static bool coalesce_fits(const struct node *n, unsigned depth) {
    for (uint32_t i = 0; i < n->list.n; i++)
        if (n->list.at[i]->type->kind != n->type->kind || !fits(n->list.at[i], depth + 1))
            return false;
    return n->list.n == 2;
}

static bool fits(const struct node *n, unsigned depth) {
    if (depth > DEEPEST || !is_number(n->type))
        return false;
    switch (n->kind) {
    case N_INPUT:
    case N_INT:
    case N_FLOAT:
    case N_BOOL:
    case N_DATE:
        return true;
    case N_CONVERT:
        return n->type->kind == TY_FLOAT && n->a->type->kind == TY_INT && fits(n->a, depth + 1);
    case N_UNARY:
        return n->op == TOK_NOT && n->a->type->kind == TY_BOOL && fits(n->a, depth + 1);
    case N_IS_MISSING:
        return (is_text(n->a) && n->a->kind == N_INPUT) || fits(n->a, depth + 1);
    case N_INVOKE:
        return is_coalesce(n) && coalesce_fits(n, depth);
    case N_IN:
        return in_fits(n, depth);
    case N_BINARY:
        if (is_logic(n))
            return logic_fits(n, depth);
        if (is_comparison(n))
            return comparison_fits(n, depth);
        return is_sum(n) && (n->type->kind == TY_INT || n->type->kind == TY_FLOAT) &&
               operands_fit(n, depth, n->type->kind);
    default:
        return false;
    }
}

bool vector_fits(const struct expr *e) {
    return !e->is_slot && e->tree && fits(e->tree, 0);
}

/* ---- values ---- */

/* Of some rows: in a column of the batch, or in a room. Words and doubles have eight bytes. */
struct lanes {
    union {
        const int64_t *i;
        const double *f;
        const struct text *const *t;
    };
    const uint8_t *states; /* NULL: all present; of texts always, missing ones are NULL */
};

struct room {
    union {
        int64_t i[ROWS];
        double f[ROWS];
    };
    uint8_t states[ROWS];
};

struct work {
    const struct batch *batch;
    uint32_t from, n;
    bool failed; /* for the VM */
};

static struct lanes lanes_of(struct work *w, const struct node *n, struct room *room);

static struct lanes input_lanes(struct work *w, const struct expr_input *input) {
    const struct column *c = &w->batch->columns[input->slot];
    struct lanes x = {.states = c->state ? c->state + w->from : NULL};
    if (type_storage(c->type) == STORE_TEXT)
        x.t = c->t + w->from;
    else if (type_storage(c->type) == STORE_FLOAT)
        x.f = c->f + w->from;
    else
        x.i = c->i + w->from;
    uint8_t all = 0;
    for (uint32_t i = 0; x.states && i < w->n; i++)
        all |= x.states[i];
    w->failed |= all > MISSING;
    return all ? x : (struct lanes){.i = x.i};
}

static struct lanes word_lanes(const struct work *w, int64_t word, struct room *room) {
    for (uint32_t i = 0; i < w->n; i++)
        room->i[i] = word;
    return (struct lanes){.i = room->i};
}

static struct lanes float_lanes(const struct work *w, double number, struct room *room) {
    for (uint32_t i = 0; i < w->n; i++)
        room->f[i] = number;
    return (struct lanes){.f = room->f};
}

/* Missing where one of both is. */
static const uint8_t *join_states(const struct work *w, struct lanes x, struct lanes y,
                                  struct room *room) {
    if (!x.states || !y.states)
        return x.states ? x.states : y.states;
    for (uint32_t i = 0; i < w->n; i++)
        room->states[i] = x.states[i] | y.states[i];
    return room->states;
}

/* What stands at missing rows becomes 0. States of operands lie in rooms of theirs, which are gone
 * when this one is read. */
static struct lanes finish_words(const struct work *w, const uint8_t *states, struct room *room) {
    if (!states)
        return (struct lanes){.i = room->i};
    for (uint32_t i = 0; i < w->n; i++) {
        room->i[i] = states[i] ? 0 : room->i[i];
        room->states[i] = states[i];
    }
    return (struct lanes){.i = room->i, .states = room->states};
}

/* ---- sums and comparisons ---- */

#define EACH(value)                                                                                \
    for (uint32_t i = 0; i < n; i++)                                                               \
        out[i] = (value);                                                                          \
    break

#define EACH_CHECKED(function)                                                                     \
    for (uint32_t i = 0; i < n; i++) {                                                             \
        long long sum;                                                                             \
        lost |= function(x[i], y[i], &sum);                                                        \
        out[i] = sum;                                                                              \
    }                                                                                              \
    break

/* The last of six is whatever the others are not. */
#define COMPARISONS                                                                                \
    case TOK_EQ:                                                                                   \
        EACH(x[i] == y[i]);                                                                        \
    case TOK_NE:                                                                                   \
        EACH(x[i] != y[i]);                                                                        \
    case TOK_LT:                                                                                   \
        EACH(x[i] < y[i]);                                                                         \
    case TOK_LE:                                                                                   \
        EACH(x[i] <= y[i]);                                                                        \
    case TOK_GT:                                                                                   \
        EACH(x[i] > y[i]);                                                                         \
    default:                                                                                       \
        EACH(x[i] >= y[i]);

static void combine_words(struct work *w, unsigned op, const int64_t *x, const int64_t *y,
                          int64_t *out) {
    uint32_t n = w->n;
    bool lost = false;
    switch (op) {
    case TOK_PLUS:
        EACH_CHECKED(__builtin_saddll_overflow);
    case TOK_MINUS:
        EACH_CHECKED(__builtin_ssubll_overflow);
    case TOK_STAR:
        EACH_CHECKED(__builtin_smulll_overflow);
        COMPARISONS
    }
    w->failed |= lost;
}

static void add_floats(uint32_t n, unsigned op, const double *x, const double *y, double *out) {
    switch (op) {
    case TOK_PLUS:
        EACH(x[i] + y[i]);
    case TOK_MINUS:
        EACH(x[i] - y[i]);
    default:
        EACH(x[i] * y[i]);
    }
}

static void compare_floats(uint32_t n, unsigned op, const double *x, const double *y,
                           int64_t *out) {
    switch (op) { COMPARISONS }
}

static struct lanes two_numbers(struct work *w, const struct node *n, struct room *room) {
    struct room left, right;
    struct lanes x = lanes_of(w, n->a, &left), y = lanes_of(w, n->b, &right);
    bool floats = n->a->type->kind == TY_FLOAT;
    if (!floats)
        combine_words(w, n->op, x.i, y.i, room->i);
    else if (is_sum(n))
        add_floats(w->n, n->op, x.f, y.f, room->f);
    else
        compare_floats(w->n, n->op, x.f, y.f, room->i);
    return finish_words(w, join_states(w, x, y, &left), room);
}

static struct lanes converted(struct work *w, const struct node *n, struct room *room) {
    struct room own;
    struct lanes x = lanes_of(w, n->a, &own);
    for (uint32_t i = 0; i < w->n; i++)
        room->f[i] = (double)x.i[i];
    return finish_words(w, x.states, room);
}

/* ---- texts ---- */

static bool same_text(const struct text *t, struct str s) {
    return t->n == s.n && memcmp(t->p, s.p, s.n) == 0;
}

/* A text of the batch, or a literal. */
struct side {
    const struct text *const *t; /* NULL: */
    struct str literal;
};

static struct side text_side(struct work *w, const struct node *n) {
    if (n->kind == N_TEXT)
        return (struct side){.literal = n->text};
    return (struct side){.t = input_lanes(w, n->note).t};
}

/* Neighbouring rows have mostly the same text at the same address. */
static void equal_literal(const struct work *w, const struct text *const *t, struct str literal,
                          struct room *room) {
    const struct text *last = NULL;
    bool same = false;
    for (uint32_t i = 0; i < w->n; i++) {
        if (t[i] && t[i] != last) {
            last = t[i];
            same = same_text(last, literal);
        }
        room->states[i] = t[i] ? PRESENT : MISSING;
        room->i[i] = t[i] && same;
    }
}

static void equal_texts(const struct work *w, struct side x, struct side y, struct room *room) {
    for (uint32_t i = 0; i < w->n; i++) {
        const struct text *a = x.t[i], *b = y.t[i];
        room->states[i] = a && b ? PRESENT : MISSING;
        room->i[i] = a && b && (a == b || same_text(a, (struct str){b->p, b->n}));
    }
}

static struct lanes two_texts(struct work *w, const struct node *n, struct room *room) {
    struct side x = text_side(w, n->a), y = text_side(w, n->b);
    if (x.t && y.t)
        equal_texts(w, x, y, room);
    else
        equal_literal(w, x.t ? x.t : y.t, x.t ? y.literal : x.literal, room);
    for (uint32_t i = 0; n->op == TOK_NE && i < w->n; i++)
        room->i[i] = !room->i[i] && !room->states[i];
    return (struct lanes){.i = room->i, .states = room->states};
}

/* ---- logic ---- */

static void start_logic(struct work *w, const struct node *n, struct room *room) {
    struct room own;
    struct lanes x = lanes_of(w, n, &own);
    memcpy(room->i, x.i, w->n * sizeof *room->i);
    if (x.states)
        memcpy(room->states, x.states, w->n);
    else
        memset(room->states, PRESENT, w->n);
}

/* False as soon as one is false, else missing as soon as one is. */
static void and_lanes(uint32_t n, struct lanes y, struct room *room) {
    for (uint32_t i = 0; i < n; i++) {
        int64_t x_missing = room->states[i], y_missing = y.states ? y.states[i] : 0;
        int64_t x = room->i[i], other = y.i[i];
        room->i[i] = x & other;
        room->states[i] =
            (uint8_t)((x_missing | y_missing) & (x | x_missing) & (other | y_missing));
    }
}

static void or_lanes(uint32_t n, struct lanes y, struct room *room) {
    for (uint32_t i = 0; i < n; i++) {
        int64_t missing = room->states[i] | (y.states ? y.states[i] : 0);
        room->i[i] |= y.i[i];
        room->states[i] = (uint8_t)(missing & !room->i[i]);
    }
}

/* Without a state on either side they are words. */
static void plain_logic(uint32_t n, bool all, const int64_t *y, int64_t *room) {
    for (uint32_t i = 0; i < n; i++)
        room[i] = all ? room[i] & y[i] : room[i] | y[i];
}

static struct lanes logic(struct work *w, const struct node *n, struct room *room) {
    struct room own;
    enum token_kind op = n->op;
    bool stated = n->type->nullable, last = false;
    start_logic(w, n->b, room);
    while (!last) {
        n = n->a;
        last = !(n->kind == N_BINARY && n->op == op);
        struct lanes y = lanes_of(w, last ? n : n->b, &own);
        if (!stated)
            plain_logic(w->n, op == TOK_AND, y.i, room->i);
        else if (op == TOK_AND)
            and_lanes(w->n, y, room);
        else
            or_lanes(w->n, y, room);
    }
    return (struct lanes){.i = room->i, .states = stated ? room->states : NULL};
}

static struct lanes negation(struct work *w, const struct node *n, struct room *room) {
    struct room own;
    struct lanes x = lanes_of(w, n->a, &own);
    for (uint32_t i = 0; i < w->n; i++)
        room->i[i] = !x.i[i];
    return finish_words(w, x.states, room);
}

/* ---- what is never missing ---- */

static struct lanes missing_or_not(struct work *w, const struct node *n, struct room *room) {
    struct room own;
    bool is_not = n->flags & FLAG_NEGATED;
    struct lanes x = is_text(n->a) ? input_lanes(w, n->a->note) : lanes_of(w, n->a, &own);
    for (uint32_t i = 0; i < w->n; i++) {
        bool missing = is_text(n->a) ? !x.t[i] : x.states && x.states[i];
        room->i[i] = missing != is_not;
    }
    return (struct lanes){.i = room->i};
}

/* A missing value is in no list, and in no range. */
static struct lanes in_set(struct work *w, const struct node *n, struct room *room) {
    struct room own;
    bool text = is_text(n->a), is_not = n->flags & FLAG_NEGATED;
    struct lanes x = text ? input_lanes(w, n->a->note) : lanes_of(w, n->a, &own);
    word_lanes(w, 0, room);
    for (uint32_t i = 0; n->b->kind == N_RANGE && i < w->n; i++)
        room->i[i] = x.i[i] >= n->b->a->value.i && x.i[i] <= n->b->b->value.i;
    for (uint32_t k = 0; k < n->b->list.n; k++) {
        const struct node *literal = n->b->list.at[k];
        if (text)
            equal_literal(w, x.t, literal->text, &own);
        for (uint32_t i = 0; i < w->n; i++)
            room->i[i] |= text ? own.i[i] : x.i[i] == literal->value.i;
    }
    for (uint32_t i = 0; i < w->n; i++)
        room->i[i] = (room->i[i] && !(!text && x.states && x.states[i])) != is_not;
    return (struct lanes){.i = room->i};
}

static struct lanes first_present(struct work *w, const struct node *n, struct room *room) {
    struct room left, right;
    struct lanes x = lanes_of(w, n->list.at[0], &left), y = lanes_of(w, n->list.at[1], &right);
    for (uint32_t i = 0; i < w->n; i++) {
        bool other = x.states && x.states[i];
        room->i[i] = other ? y.i[i] : x.i[i];
        room->states[i] = other && y.states ? y.states[i] : PRESENT;
    }
    return (struct lanes){.i = room->i, .states = n->type->nullable ? room->states : NULL};
}

/* ---- all of them ---- */

static struct lanes lanes_of(struct work *w, const struct node *n, struct room *room) {
    switch (n->kind) {
    case N_INPUT:
        return input_lanes(w, n->note);
    case N_FLOAT:
        return float_lanes(w, n->value.f, room);
    case N_CONVERT:
        return converted(w, n, room);
    case N_UNARY:
        return negation(w, n, room);
    case N_IS_MISSING:
        return missing_or_not(w, n, room);
    case N_IN:
        return in_set(w, n, room);
    case N_INVOKE:
        return first_present(w, n, room);
    case N_BINARY:
        if (is_logic(n))
            return logic(w, n, room);
        return is_text(n->a) ? two_texts(w, n, room) : two_numbers(w, n, room);
    default:
        return word_lanes(w, n->value.i, room);
    }
}

bool vector_evaluate(const struct expr *e, const struct batch *b, struct column *out) {
    struct work w = {.batch = b};
    for (; w.from < b->n && !w.failed; w.from += w.n) {
        struct room room;
        w.n = b->n - w.from < ROWS ? b->n - w.from : ROWS;
        struct lanes x = lanes_of(&w, e->tree, &room);
        memcpy((int64_t *)out->data + w.from, x.i, w.n * sizeof *x.i);
        if (out->state && x.states)
            memcpy(out->state + w.from, x.states, w.n);
        else if (out->state)
            memset(out->state + w.from, PRESENT, w.n);
    }
    return !w.failed;
}
