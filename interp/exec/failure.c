/* What an error in a row expression says of the row: its key, and the values the expression read.
 *
 * The error itself was reported by who evaluates; here it gets notes. What cannot be said, for want
 * of memory, is left out. */
#include "exec/segment.h"
#include "column/cell.h"

static void put_cell(struct buf *out, const struct exec_env *env, const struct column *c,
                     uint32_t row) {
    struct buf cell;
    buf_init(&cell, env->alloc);
    cell_text(&cell, c, row, env->calendar);
    if (column_state(c, row) != PRESENT)
        buf_text(out, "missing");
    else if (type_storage(c->type) == STORE_TEXT)
        buf_json(out, buf_view(&cell));
    else
        buf_str(out, buf_view(&cell));
    out->failed |= cell.failed;
    buf_free(&cell);
}

/* A reference is told by the key it means. */
static bool put_value(struct buf *out, struct run *run, const struct column *c, uint32_t row) {
    if (c->type->kind != TY_REF) {
        put_cell(out, run->env, c, row);
        return true;
    }
    struct reference reference;
    struct column key = {0};
    bool ok = reference_to_key(run, c->type, &reference) == ST_OK;
    key.type = reference.type;
    ok = ok && column_reserve(run->alloc, &key, 1) &&
         reference_values(run->alloc, &reference, c, row, 1, &key, 0);
    if (ok)
        put_cell(out, run->env, &key, 0);
    column_free(run->alloc, &key);
    return ok;
}

static void put_named(struct buf *out, struct run *run, struct str name, const struct column *c,
                      uint32_t row) {
    buf_text(out, out->n ? ", " : "");
    buf_str(out, name);
    buf_text(out, " = ");
    out->failed |= !put_value(out, run, c, row);
}

static bool is_name(const struct plan *plan, uint32_t slot) {
    for (uint32_t i = 0; i < plan->nrow_names; i++)
        if (plan->row_names[i].slot == slot)
            return true;
    return false;
}

static void put_key(struct buf *out, struct segment *s, const struct column *columns,
                    uint32_t row) {
    for (uint32_t i = 0; i < s->plan->nrow_names; i++)
        put_named(out, s->run, s->plan->row_names[i].name, &columns[s->plan->row_names[i].slot],
                  row);
}

/* What the expression calls the column. */
static struct str input_name(const struct node *n, const struct expr_input *input) {
    struct str name = STR_NONE;
    if (!n)
        return name;
    if (n->kind == N_INPUT && n->note == input)
        return n->text;
    const struct node *const parts[] = {n->a, n->b, n->c, n->d};
    for (size_t i = 0; i < COUNT_OF(parts) && !name.n; i++)
        name = input_name(parts[i], input);
    for (uint32_t i = 0; i < n->list.n && !name.n; i++)
        name = input_name(n->list.at[i], input);
    for (uint32_t i = 0; i < n->more.n && !name.n; i++)
        name = input_name(n->more.at[i], input);
    return name;
}

static void put_inputs(struct buf *out, struct segment *s, const struct expr *e, uint32_t row) {
    for (uint32_t i = 0; i < e->ninputs; i++) {
        struct str name = input_name(e->tree, e->inputs[i]);
        if (name.n && !is_name(s->plan, e->inputs[i]->slot))
            put_named(out, s->run, name, &s->batch.columns[e->inputs[i]->slot], row);
    }
}

static void note(struct segment *s, const char *what, struct buf *text) {
    const struct exec_env *env = s->run->env;
    if (text->n && !text->failed)
        env->note(env->user, what, buf_view(text));
    buf_free(text);
}

/* Rows of people are not told of. */
static bool may_tell(struct segment *s, const struct plan *rows) {
    return may_read_raw(s->run) || !shows_people(s->run, s->self, rows);
}

void tell_row(struct segment *s, const struct expr *e, uint32_t row) {
    struct buf text;
    if (row >= s->batch.n || !may_tell(s, s->plan))
        return;
    buf_init(&text, s->run->alloc);
    put_key(&text, s, s->batch.columns, row);
    note(s, s->plan->base == BASE_GROUP ? "in the group" : "in the row", &text);
    buf_init(&text, s->run->alloc);
    put_inputs(&text, s, e, row);
    note(s, "where", &text);
}

void tell_group(struct segment *s, const struct column *columns, uint32_t group) {
    struct buf text;
    if (!may_tell(s, s->plan->input))
        return;
    buf_init(&text, s->run->alloc);
    put_key(&text, s, columns, group);
    note(s, "in the group", &text);
}
