/* What names a row when an error is met on it: the key of its table, or of its group.
 *
 * A segment that computes something which may fail keeps its rows' keys at hand, even
 * where nothing else reads them. Expressions that cannot fail ask for nothing, so
 * counting and comparing cost no further column. */
#include "plan/build.h"

bool segment_may_fail(const struct segment *g) {
    for (uint32_t i = 0; i < g->steps.n; i++)
        for (uint32_t j = 0; g->steps.at[i]->exprs && j < g->steps.at[i]->n; j++)
            if (g->steps.at[i]->exprs[j] && g->steps.at[i]->exprs[j]->may_fail)
                return true;
    return false;
}

/* ---- names ---- */

static void add_name(struct segment *g, struct str name, uint32_t slot) {
    ARENA_PUSH(g->low->arena, &g->names) = (struct plan_output){.name = name, .slot = slot};
}

static void name_by_table(struct segment *g, bool needed) {
    const struct table *t = g->plan->table;
    for (uint32_t i = 0; i < t->nkeys; i++) {
        uint32_t column = t->keys[i];
        for (uint32_t j = 0; !needed && j < g->scan_columns.n; j++)
            if (g->scan_columns.at[j] == column)
                add_name(g, t->columns[column].name, g->scan_slots.at[j]);
        if (needed)
            add_name(g, t->columns[column].name, segment_scan_column(g, column));
    }
}

/* The column that is grouped by, or the name that the result gives it. */
static struct str key_name(const struct segment *g, uint32_t key) {
    const struct segment *in = g->input;
    for (uint32_t i = 0; i < in->scan_columns.n; i++)
        if (in->scan_slots.at[i] == g->plan->keys[key] &&
            in->scan_columns.at[i] != TABLE_ROW_NUMBER)
            return in->plan->table->columns[in->scan_columns.at[i]].name;
    for (uint32_t i = 0; i < g->outputs.n; i++)
        if (g->outputs.at[i].slot == key)
            return g->outputs.at[i].name;
    return STR("key");
}

static void name_by_type(struct segment *g) {
    for (uint32_t i = 0; g->type && i < g->type->nkeys; i++)
        add_name(g, g->type->fields[g->type->keys[i]].name, g->type->keys[i]);
}

/* Names that the input puts out; its output i is slot i here. */
static void name_by_input(struct segment *g) {
    const struct segment *in = g->input;
    enum base_kind base = g->plan->base;
    if (base == BASE_SAMPLE)
        return; /* what it computes of cells cannot fail */
    uint32_t n = base == BASE_UNPIVOT || base == BASE_SPANS ? g->plan->nkept
                 : base == BASE_HELD                        ? g->plan->nkeys
                                                            : in->outputs.n;
    for (uint32_t i = 0; i < in->names.n; i++)
        for (uint32_t j = 0; j < n; j++)
            if (in->outputs.at[j].slot == in->names.at[i].slot) {
                add_name(g, in->outputs.at[j].name, j);
                break;
            }
}

void segment_name_rows(struct segment *g) {
    switch (g->plan->base) {
    case BASE_SCAN:
        name_by_table(g, segment_may_fail(g));
        break;
    case BASE_GROUP:
        for (uint32_t i = 0; i < g->plan->nkeys; i++)
            add_name(g, key_name(g, i), i);
        break;
    case BASE_RELATION:
    case BASE_SQL:
        name_by_type(g);
        break;
    default:
        name_by_input(g);
        break;
    }
}
