/* Saying what something computes: in English, as SQL, as a plan. */
#include "api/catalogue.h"
#include "exec/watch.h"

void explain_relation(struct spoke *sp, struct buf *out, const struct plan *plan, struct str mode) {
    bool complete = true;
    if (str_is(mode, "plan"))
        plan_dump(out, plan);
    else if (str_is(mode, "sql")) {
        struct str sql = plan_full_sql(&sp->arena, &sp->sources, plan, &complete);
        buf_str(out, sql);
        if (!complete)
            buf_text(out, "-- a step above is named, not said: SQL has no words for it\n");
    } else
        plan_english(out, &sp->sources, plan, NULL, NULL);
}

enum status run_watched(struct spoke *sp, const struct relation *r, struct watch *watch) {
    struct frame *f = NULL;
    sp->watch = watch;
    enum status s = run_relation(sp, r, &f);
    sp->watch = NULL;
    frame_drop(f);
    return s;
}

void explain_run(struct spoke *sp, struct buf *out, const struct relation *r,
                 const struct watch *watch) {
    struct plan_facts facts = watch_facts(watch);
    plan_english(out, &sp->sources, r->plan, &facts, r);
    if (watch_hides(watch))
        buf_text(out, "Numbers of rows of tables with `suppress` are told with `--raw` only.\n");
}

/* The clauses as they stand in the source, one a line. */
static void print_clauses(struct spoke *sp, struct buf *out, const struct node *n) {
    const struct source *source = source_at(&sp->sources, n->span.source);
    for (uint32_t i = 0; source && i < n->list.n; i++) {
        struct span s = n->list.at[i]->span;
        buf_printf(out, "  %.*s\n", (int)(s.stop - s.start), source->text.p + s.start);
    }
    if (source && n->list.n == 0 && n->a) {
        struct span s = n->a->span;
        buf_printf(out, "  %.*s\n", (int)(s.stop - s.start), source->text.p + s.start);
    }
}

static void explain_measure(struct spoke *sp, struct buf *out, const struct symbol *symbol) {
    const struct measure_info *m = symbol->detail;
    if (!m || (!m->facts && !m->nof))
        return;
    buf_printf(out, "A %.*s", STR_ARG(m->shape.n ? m->shape : STR("value")));
    if (!m->facts) {
        buf_text(out, " made of the measures ");
        for (uint32_t i = 0; i < m->nof; i++)
            buf_printf(out, "%s`%.*s`", i ? ", " : "", STR_ARG(m->of[i]->symbol->name));
        buf_text(out, ".\n");
        print_clauses(sp, out, symbol->node);
        return;
    }
    buf_printf(out, " over the rows of `%.*s`", STR_ARG(m->facts->name));
    if (m->nper) {
        buf_text(out, ", rolled up to one row per ");
        for (uint32_t i = 0; i < m->nper; i++)
            buf_printf(out, "%s%.*s", i ? " and " : "", STR_ARG(m->per_names[i]));
    }
    if (m->at >= 0)
        buf_printf(out, ", dated by `%.*s`", STR_ARG(m->facts->columns[m->at].name));
    buf_text(out, ".\n");
    if (symbol->node->a)
        buf_printf(out, "It refines `%.*s`:\n", STR_ARG(symbol->node->a->text));
    print_clauses(sp, out, symbol->node);
}

/* The version of the catalogue that says the same, where there is one. */
static void put_version(struct spoke *sp, struct buf *out, const struct symbol *symbol) {
    struct gathering g = {.sp = sp};
    struct definition *d =
        catalogue_read(sp) == ST_OK ? gather(&g, (struct symbol *)(uintptr_t)symbol) : NULL;
    if (!d || !content_hash(&sp->scratch, d) || !saved_as(sp, d))
        return;
    struct str label = definition_label(sp, d);
    buf_printf(out, "%.*s\n", STR_ARG(label));
}

/* What is judged may be rows, groups, combinations, cells: what tells them apart says which. */
static void explain_rule(struct buf *out, const struct rule_info *rule) {
    buf_printf(out, "Judges each row of `%.*s`", STR_ARG(rule->words));
    for (uint32_t i = 0; i < rule->nkeys; i++)
        buf_printf(out, "%s%.*s", i ? ", " : ", told apart by ",
                   STR_ARG(rule->row->fields[rule->keys[i]].name));
    buf_printf(out, "; severity %.*s.\n", STR_ARG(rule->severity));
    if (rule->has_allow && rule->allow_share)
        buf_printf(out, "It passes with findings on up to %.6g%% of the rows.\n",
                   100 * (double)rule->allow_n / (double)rule->allow_d);
    else if (rule->has_allow)
        buf_printf(out, "It passes with up to %lld finding%s.\n", (long long)rule->allow_n,
                   rule->allow_n == 1 ? "" : "s");
}

void explain_declaration(struct spoke *sp, struct buf *out, const struct symbol *symbol) {
    put_version(sp, out, symbol);
    switch (symbol->kind) {
    case SYM_MEASURE:
        explain_measure(sp, out, symbol);
        break;
    case SYM_COHORT: {
        const struct cohort_info *cohort = symbol->detail;
        if (cohort && cohort->entity)
            buf_printf(out, "Rows of `%.*s`%s that fulfil all of:\n", STR_ARG(cohort->entity->name),
                       cohort->timed ? ", each from its entry until its first exit," : "");
        print_clauses(sp, out, symbol->node);
        break;
    }
    case SYM_RULE: {
        const struct rule_info *rule = symbol->detail;
        if (rule && rule->source)
            explain_rule(out, rule);
        print_clauses(sp, out, symbol->node);
        break;
    }
    case SYM_NETWORK: {
        const struct network_info *net = symbol->detail;
        if (net && net->entity)
            buf_printf(out, "A network whose members are rows of `%.*s`.\n",
                       STR_ARG(net->entity->name));
        print_clauses(sp, out, symbol->node);
        break;
    }
    case SYM_FOREIGN:
    case SYM_C_TYPE:
        explain_foreign(out, symbol);
        break;
    default:
        if (symbol->node)
            print_clauses(sp, out, symbol->node);
        break;
    }
}
