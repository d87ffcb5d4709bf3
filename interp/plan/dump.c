/* The plan as indented lines, for `spoke dump plan` and tests: a segment's head, its
 * base slots, steps and outputs, then its inputs one step further in. */
#include "plan/build.h"

static void indent(struct buf *out, uint32_t depth) {
    buf_repeat(out, "  ", depth);
}

static void dump_keys(struct buf *out, const struct plan *p) {
    for (uint32_t i = 0; i < p->nkeys; i++) {
        buf_text(out, i ? ", " : "");
        if (p->keys[i] == KEY_TOTAL) {
            buf_text(out, "total");
        } else if (p->keys[i] == KEY_PERIOD) {
            buf_printf(out, "every %s round #%u", grain_name(p->axis->grain), (unsigned)p->day);
        } else {
            buf_printf(out, "#%u", (unsigned)p->keys[i]);
        }
    }
}

static void dump_slots(struct buf *out, const uint32_t *slots, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        buf_printf(out, "%s#%u", i ? ", " : "", (unsigned)slots[i]);
    }
}

static void dump_plan(struct buf *out, const struct plan *p, uint32_t depth);

static void dump_scan(struct buf *out, const struct plan *p, uint32_t depth) {
    for (uint32_t i = 0; i < p->nscan; i++) {
        bool own = p->scan_columns[i] == TABLE_ROW_NUMBER;
        indent(out, depth);
        buf_printf(out, "#%u = ", (unsigned)p->scan_slots[i]);
        buf_str(out, own ? STR("row number") : p->table->columns[p->scan_columns[i]].name);
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < p->ntests; i++) {
        indent(out, depth);
        buf_text(out, "test ");
        tree_print(out, (struct printing){true, p->calendar}, p->tests[i].expr->tree);
        buf_char(out, '\n');
    }
}

static void dump_aggregations(struct buf *out, const struct plan *p, uint32_t depth) {
    for (uint32_t i = 0; i < p->naggregations; i++) {
        const struct aggregation *a = &p->aggregations[i];
        indent(out, depth);
        buf_printf(out, "#%u = %s(", (unsigned)(p->nkeys + i), aggregate_name(a->kind));
        buf_text(out, a->kind == AGG_COUNT_DISTINCT || a->distinct ? "distinct " : "");
        if (a->argument >= 0) {
            buf_printf(out, "#%d", a->argument);
        }
        if (aggregate_takes_two(a->kind)) {
            buf_printf(out, ", #%d", a->second);
        }
        if (a->filter >= 0) {
            buf_printf(out, "%swhere #%d", a->argument >= 0 ? " " : "", a->filter);
        }
        buf_text(out, ")\n");
    }
}

static const char *join_name(enum join_kind kind) {
    static const char *const names[] = {"inner", "left", "semi", "anti"};
    return names[kind];
}

static void dump_sort_keys(struct buf *out, const struct plan *p) {
    for (uint32_t i = 0; i < p->nsort_keys; i++) {
        const struct sort_key *key = &p->sort_keys[i];
        buf_printf(out, "%s%s#%u", i ? ", " : "", key->descending ? "-" : "", (unsigned)key->slot);
    }
}

static void dump_head(struct buf *out, const struct plan *p) {
    switch (p->base) {
    case BASE_SCAN:
        buf_text(out, "scan ");
        buf_str(out, p->table->name);
        buf_text(out, p->in_key_order ? " in key order" : "");
        break;
    case BASE_SQL:
        buf_text(out, "sql ");
        buf_json(out, p->query);
        break;
    case BASE_RELATION:
        buf_printf(out, "relation %u", (unsigned)p->relation);
        break;
    case BASE_GROUP:
        buf_text(out, "group");
        buf_text(out, p->nkeys ? " by " : "");
        dump_keys(out, p);
        break;
    case BASE_SORT:
        buf_text(out, "sort ");
        dump_sort_keys(out, p);
        break;
    case BASE_JOIN:
        buf_printf(out, "join %s", join_name(p->join));
        for (uint32_t i = 0; i < p->njoin_keys; i++) {
            buf_printf(out, "%s%u = %u", i ? ", " : " on ", (unsigned)p->left_keys[i],
                       (unsigned)p->right_keys[i]);
        }
        break;
    case BASE_SPINE:
        buf_printf(out, "every %s", grain_name(p->grain));
        if (p->has_range) {
            char room[48];
            buf_printf(out, " of %.*s",
                       STR_ARG(range_words(room, p->late, p->first_day, p->stop_day)));
        }
        break;
    case BASE_WINDOW:
        buf_text(out, p->nkeys ? "window within " : "window");
        dump_slots(out, p->keys, p->nkeys);
        buf_text(out, p->nsort_keys ? " order " : "");
        dump_sort_keys(out, p);
        break;
    case BASE_UNION:
        buf_text(out, "union");
        break;
    case BASE_UNPIVOT:
        buf_printf(out, "unpivot %u columns", (unsigned)(p->nnames * p->nvalues));
        break;
    case BASE_SPANS:
        buf_printf(out, "spans of %u", (unsigned)p->nspans);
        break;
    case BASE_HELD:
        buf_printf(out, "held by %u key%s%s", (unsigned)p->nkeys, p->nkeys == 1 ? "" : "s",
                   p->latest ? ", the latest" : "");
        break;
    case BASE_NAMED:
        buf_text(out, "rows");
        break;
    }
    buf_char(out, '\n');
}

static void dump_windows(struct buf *out, const struct plan *p, uint32_t depth) {
    for (uint32_t i = 0; i < p->nwindows; i++) {
        const struct window *w = &p->windows[i];
        const struct aggregation *a = &w->aggregation;
        bool aggregates = w->kind == WINDOW_AGGREGATE || w->kind == WINDOW_ROLLING;
        int argument = aggregates ? a->argument : w->argument;
        indent(out, depth);
        buf_printf(out, "#%u = %s(", (unsigned)(p->input->noutputs + i),
                   aggregates ? aggregate_name(a->kind) : window_name(w->kind));
        if (argument >= 0) {
            buf_printf(out, "#%d", argument);
        }
        if (aggregates && a->filter >= 0) {
            buf_printf(out, " where #%d", a->filter);
        }
        bool counts = w->kind == WINDOW_LAG || w->kind == WINDOW_LEAD || w->kind == WINDOW_ROLLING;
        if (counts) {
            buf_printf(out, ", %u", (unsigned)w->rows);
        }
        buf_text(out, ")\n");
    }
}

static void dump_limit(struct buf *out, struct printing how, const struct step *s) {
    static const char *const words[] = {"take ", "skip "};
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->exprs[i]) {
            buf_text(out, words[i]);
            tree_print(out, how, s->exprs[i]->tree);
        }
    }
    buf_char(out, '\n');
}

static void dump_step(struct buf *out, struct printing how, const struct step *s, uint32_t depth) {
    indent(out, depth);
    switch (s->kind) {
    case STEP_LOOKUP:
        buf_printf(out, "#%u = #%u -> ", (unsigned)s->slots[0], (unsigned)s->from);
        buf_str(out, s->table->name);
        buf_char(out, '.');
        buf_str(out, s->table->columns[s->column].name);
        buf_char(out, '\n');
        break;
    case STEP_LEG:
        buf_printf(out, "#%u = leg %u by ", (unsigned)s->slots[0], (unsigned)s->leg_column);
        dump_slots(out, s->keys, s->nkeys);
        if (s->as_of)
            buf_printf(out, " on #%u", (unsigned)s->day);
        buf_text(out, s->zero_if_absent ? ", else 0\n" : "\n");
        dump_plan(out, s->leg, depth + 1);
        break;
    case STEP_COMPUTE:
        for (uint32_t i = 0; i < s->n; i++) {
            buf_printf(out, "%s#%u = ", i ? ", " : "", (unsigned)s->slots[i]);
            tree_print(out, how, s->exprs[i]->tree);
        }
        buf_char(out, '\n');
        break;
    case STEP_FILTER:
        buf_text(out, "where ");
        tree_print(out, how, s->exprs[0]->tree);
        buf_char(out, '\n');
        break;
    case STEP_UNDECIDED:
        buf_text(out, "count undecided ");
        tree_print(out, how, s->exprs[0]->tree);
        buf_char(out, '\n');
        break;
    case STEP_LIMIT:
        dump_limit(out, how, s);
        break;
    }
}

static void dump_plan(struct buf *out, const struct plan *p, uint32_t depth) {
    indent(out, depth);
    dump_head(out, p);
    dump_scan(out, p, depth + 1);
    dump_aggregations(out, p, depth + 1);
    dump_windows(out, p, depth + 1);
    for (uint32_t i = 0; i < p->nsteps; i++) {
        dump_step(out, (struct printing){true, p->calendar}, p->steps[i], depth + 1);
    }
    for (uint32_t i = 0; i < p->noutputs; i++) {
        const struct plan_output *o = &p->outputs[i];
        indent(out, depth + 1);
        buf_str(out, o->name.n ? o->name : STR("-"));
        buf_printf(out, " <- #%u\n", (unsigned)o->slot);
    }
    if (p->input) {
        dump_plan(out, p->input, depth + 1);
    }
    if (p->right) {
        dump_plan(out, p->right, depth + 1);
    }
}

void plan_dump(struct buf *out, const struct plan *p) {
    dump_plan(out, p, 0);
}
