/* The tree is walked once for some hundred rows, so that what is between two operators stays in the
 * nearest cache. Sums that overflow are found by the flag of the addition, gathered without a
 * branch for each row. */
#include "exec/vector.h"
#include "exec/codes.h"

enum { ROWS = 256, DEEPEST = 12 };

static bool is_word(const struct type *t) {
    return !t->nullable && (t->kind == TY_INT || t->kind == TY_BOOL || t->kind == TY_DATE);
}

static bool fits(const struct node *n, unsigned depth);

static bool operands_fit(const struct node *n, unsigned depth, enum type_kind kind) {
    return n->a->type->kind == kind && n->b->type->kind == kind && fits(n->a, depth + 1) &&
           fits(n->b, depth + 1);
}

static bool fits(const struct node *n, unsigned depth) {
    if (depth > DEEPEST || !is_word(n->type))
        return false;
    switch (n->kind) {
    case N_INPUT:
    case N_INT:
    case N_BOOL:
        return true;
    case N_UNARY:
        return n->op == TOK_NOT && n->a->type->kind == TY_BOOL && fits(n->a, depth + 1);
    case N_BINARY:
        if (n->op == TOK_PLUS || n->op == TOK_MINUS || n->op == TOK_STAR)
            return n->type->kind == TY_INT && operands_fit(n, depth, TY_INT);
        if (n->op == TOK_AND || n->op == TOK_OR)
            return operands_fit(n, depth, TY_BOOL);
        return n->op >= TOK_EQ && n->op <= TOK_GE && operands_fit(n, depth, n->a->type->kind);
    default:
        return false;
    }
}

bool vector_fits(const struct expr *e) {
    return !e->is_slot && e->tree && is_word(e->type) && fits(e->tree, 0);
}

/* ---- working out ---- */

struct work {
    const struct batch *batch;
    uint32_t from, n;
    bool overflowed;
};

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

static void combine(struct work *w, unsigned op, const int64_t *x, const int64_t *y, int64_t *out) {
    uint32_t n = w->n;
    bool lost = false;
    switch (op) {
    case TOK_PLUS:
        EACH_CHECKED(__builtin_saddll_overflow);
    case TOK_MINUS:
        EACH_CHECKED(__builtin_ssubll_overflow);
    case TOK_STAR:
        EACH_CHECKED(__builtin_smulll_overflow);
    case TOK_AND:
        EACH(x[i] & y[i]);
    case TOK_OR:
        EACH(x[i] | y[i]);
    case TOK_EQ:
        EACH(x[i] == y[i]);
    case TOK_NE:
        EACH(x[i] != y[i]);
    case TOK_LT:
        EACH(x[i] < y[i]);
    case TOK_LE:
        EACH(x[i] <= y[i]);
    case TOK_GT:
        EACH(x[i] > y[i]);
    default:
        EACH(x[i] >= y[i]);
    }
    w->overflowed |= lost;
}

/* The words of a tree, in a column of the batch or in `room`. */
static const int64_t *words_of(struct work *w, const struct node *n, int64_t *room) {
    int64_t left[ROWS], right[ROWS];
    const struct expr_input *input = n->note;
    const int64_t *x, *y;
    switch (n->kind) {
    case N_INPUT:
        return w->batch->columns[input->slot].i + w->from;
    case N_UNARY:
        x = words_of(w, n->a, left);
        for (uint32_t i = 0; i < w->n; i++)
            room[i] = !x[i];
        return room;
    case N_BINARY:
        x = words_of(w, n->a, left);
        y = words_of(w, n->b, right);
        combine(w, n->op, x, y, room);
        return room;
    default:
        for (uint32_t i = 0; i < w->n; i++)
            room[i] = n->value.i;
        return room;
    }
}

bool vector_evaluate(const struct expr *e, const struct batch *b, struct column *out) {
    struct work w = {.batch = b};
    for (; w.from < b->n && !w.overflowed; w.from += w.n) {
        int64_t room[ROWS];
        w.n = b->n - w.from < ROWS ? b->n - w.from : ROWS;
        const int64_t *words = words_of(&w, e->tree, room);
        memcpy(out->i + w.from, words, w.n * sizeof *words);
    }
    return !w.overflowed;
}
