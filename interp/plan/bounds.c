/* Bounds of whole numbers and days that the tests of a scan put on its columns.
 *
 * Only what is sure is taken: comparisons and memberships that all must hold.
 * A condition that is not understood bounds nothing. */
#include "plan/operand.h"

struct finder {
    const struct plan *scan;
    captured_fn captured;
    void *user;
    const struct relation *self;
    const struct expr *expr;
    struct scan_bound *out;
    uint32_t n, room;
};

static bool is_whole(const struct type *t) {
    return t && (t->kind == TY_INT || t->kind == TY_DATE);
}

/* The number that a literal or a captured variable is. */
static bool number_of(const struct finder *f, const struct node *n, int64_t *out) {
    n = plan_bare(n);
    if (n->kind == N_UNARY && n->op == TOK_MINUS && plan_bare(n->a)->kind == N_INT) {
        *out = -plan_bare(n->a)->value.i;
        return true;
    }
    if (n->kind == N_INT || n->kind == N_DATE) {
        *out = n->value.i;
        return true;
    }
    if (n->kind != N_NAME || !n->symbol || n->symbol->kind != SYM_VARIABLE || n->note ||
        !is_whole(n->type) || n->type->nullable)
        return false;
    *out = f->captured(f->user, f->self, n->symbol).i;
    return true;
}

/* The column that a node reads. */
static bool column_of(const struct finder *f, const struct node *n, uint32_t *column) {
    n = plan_bare(n);
    if (n->kind != N_INPUT || !is_whole(n->type))
        return false;
    const struct expr_input *input = n->note;
    for (uint32_t i = 0; i < f->scan->nscan; i++)
        if (f->scan->scan_slots[i] == input->slot && f->scan->scan_columns[i] != TABLE_ROW_NUMBER) {
            *column = f->scan->scan_columns[i];
            return true;
        }
    return false;
}

static void add(struct finder *f, uint32_t column, int64_t low, int64_t high) {
    if (f->n < f->room)
        f->out[f->n++] = (struct scan_bound){column, low, high};
}

/* `column op number`; the lowest and highest number there is bound nothing. */
static void add_comparison(struct finder *f, int op, uint32_t column, int64_t x) {
    if (op == TOK_EQ)
        add(f, column, x, x);
    else if (op == TOK_GE)
        add(f, column, x, INT64_MAX);
    else if (op == TOK_LE)
        add(f, column, INT64_MIN, x);
    else if (op == TOK_GT && x < INT64_MAX)
        add(f, column, x + 1, INT64_MAX);
    else if (op == TOK_LT && x > INT64_MIN)
        add(f, column, INT64_MIN, x - 1);
}

static int mirrored(int op) {
    switch (op) {
    case TOK_LT:
        return TOK_GT;
    case TOK_LE:
        return TOK_GE;
    case TOK_GT:
        return TOK_LT;
    case TOK_GE:
        return TOK_LE;
    default:
        return op;
    }
}

static void find_comparison(struct finder *f, const struct node *n) {
    uint32_t column;
    int64_t x;
    if (column_of(f, n->a, &column) && number_of(f, n->b, &x))
        add_comparison(f, n->op, column, x);
    else if (column_of(f, n->b, &column) && number_of(f, n->a, &x))
        add_comparison(f, mirrored(n->op), column, x);
}

static void find_membership(struct finder *f, const struct node *n) {
    uint32_t column;
    int64_t low, high;
    const struct node *set = plan_bare_set(n->b);
    if (n->flags & FLAG_NEGATED || !column_of(f, n->a, &column))
        return;
    if (plan_period_days(f->scan->calendar, set, &low, &high))
        add(f, column, low, high - 1);
    else if (set->kind == N_RANGE && number_of(f, set->a, &low) && number_of(f, set->b, &high))
        add(f, column, low, high);
}

static void find(struct finder *f, const struct node *n) {
    n = plan_bare(n);
    if (n->kind == N_IN) {
        find_membership(f, n);
    } else if (n->kind == N_BINARY && n->op == TOK_AND) {
        find(f, n->a);
        find(f, n->b);
    } else if (n->kind == N_BINARY) {
        find_comparison(f, n);
    }
}

uint32_t plan_scan_bounds(const struct plan *scan, captured_fn captured, void *user,
                          const struct relation *self, struct scan_bound *out, uint32_t room) {
    struct finder f = {.scan = scan, .captured = captured, .user = user, .self = self};
    f.out = out;
    f.room = room;
    for (uint32_t i = 0; i < scan->ntests; i++)
        find(&f, scan->tests[i].expr->tree);
    return f.n;
}
