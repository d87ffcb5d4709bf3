/* Judging records that a program hands in, without putting them into a store.
 *
 * The rules are planned once. Records gather in the tables of `given` until a batch is full or the
 * host asks; then each rule judges those that hold what it reads: first whether they are found,
 * which is mostly all there is to know, then what is to be said of those that are. A rule that errs
 * judges no more, and hides nothing of the others.
 *
 * All memory is the interpreter's; what belongs to these records is freed when they are closed, the
 * plans stay as long as the interpreter does. */
#include "api/catalogue.h"
#include "api/grow.h"
#include "api/records.h"

static uint8_t *passed_over(const struct spoke_records *r) {
    return r->passed.p;
}

/* ---- planning ---- */

struct opening {
    spoke_records_options options;
    spoke_check_options check;
    struct spoke_records *records;
};

/* A measure, network or cohort that is used by what was gathered, by way of others or of itself;
 * NULL: none. */
static const struct definition *wide_use(struct gathering *g) {
    for (uint32_t i = 0; i < g->all.n; i++) {
        const struct definition *d = g->all.at[i];
        if (str_is(d->kind, "measure") || str_is(d->kind, "preset") || str_is(d->kind, "network") ||
            str_is(d->kind, "cohort"))
            return d;
        for (uint32_t k = 0; k < d->uses.n; k++)
            gather_more(g, d->uses.at[k].to);
    }
    return NULL;
}

static void give_up(struct record_rule *rule, spoke_rule_status status, struct str why) {
    rule->errs = true;
    rule->judging.result.status = status;
    rule->judging.result.reason = text_view(why);
}

/* The table whose rows a rule is about; NULL: it is about something else. */
static const struct table *table_of(const struct rule_info *info) {
    const struct table *t = info->table ? info->table : info->asked;
    return info->source ? t : NULL;
}

static bool can_judge(struct spoke_records *r, struct record_rule *rule) {
    struct spoke *sp = r->sp;
    const struct rule_info *info = rule->judging.rule;
    const struct table *t = table_of(info);
    struct arena *arena = &r->given.arena;
    struct gathering uses = {.sp = sp};
    gather(&uses, rule->symbol);
    const struct definition *wide = wide_use(&uses);
    spoke_rule_status other = r->given.beside_store ? SPOKE_RULE_SKIP : SPOKE_RULE_ERROR;
    uint32_t since = sp->diags.all.n;
    if (!info->source) {
        rule_tell(&sp->session, rule->symbol);
        give_up(rule, SPOKE_RULE_ERROR, judging_error(sp, since));
        return false;
    }
    if (!t && wide)
        give_up(rule, other,
                arena_printf(arena,
                             "it is about what the %.*s `%.*s` makes of all rows, not about rows "
                             "of a table: judge the store by it",
                             STR_ARG(wide->kind), STR_ARG(wide->name)));
    else if (!t)
        give_up(rule, other,
                STR("it is about several rows at once, not about rows of one table: judge a store "
                    "by it"));
    else if (t != r->table)
        give_up(rule, SPOKE_RULE_SKIP,
                arena_printf(arena, "it is about rows of `%.*s`", STR_ARG(t->name)));
    else if (wide && !r->given.beside_store)
        give_up(rule, SPOKE_RULE_ERROR,
                arena_printf(arena,
                             "it reads the %.*s `%.*s`, which needs all rows of a store: judge the "
                             "records beside one",
                             STR_ARG(wide->kind), STR_ARG(wide->name)));
    else
        return true;
    return false;
}

static bool plan_both(struct spoke_records *r, struct record_rule *rule) {
    struct session *s = &r->sp->session;
    const struct rule_info *info = rule->judging.rule;
    const struct record_planning how = {.tells = rule->puts_in ? r->table : NULL,
                                        .beside_store = r->given.beside_store};
    plan_rule_terms(s, info, how, &rule->terms);
    rule->findings = rule->terms.plan ? plan_record_findings(s, info, how, &rule->columns) : NULL;
    return rule->findings != NULL;
}

/* Beside a store a rule may see the table of the records as a whole; then each of them counts as
 * one of its rows while it is judged. */
static bool plan_beside_store(struct spoke_records *r, struct record_rule *rule) {
    struct given *g = &r->given;
    rule->puts_in = given_sees(rule->terms.plan, r->table) || given_sees(rule->findings, r->table);
    if (!rule->puts_in)
        return true;
    if (!g->copies)
        g->copies = ARENA_ARRAY(&g->arena, struct column, r->table->n);
    return plan_both(r, rule);
}

static void plan_one(struct spoke_records *r, struct record_rule *rule) {
    struct spoke *sp = r->sp;
    struct given *g = &r->given;
    uint32_t since = sp->diags.all.n;
    rule->judging.rule = rule->symbol->detail;
    judging_describe(sp, rule->symbol, &rule->judging);
    const struct rule_info *info = rule->judging.rule;
    rule->judging.values = ARENA_ARRAY(&g->arena, spoke_named, info->nkeys + info->nreads + 1);
    rule->used = ARENA_ARRAY(&g->arena, bool, info->nexceptions + 1);
    if (!can_judge(r, rule))
        return;
    bool planned = plan_both(r, rule) && (!g->beside_store || plan_beside_store(r, rule)) &&
                   compile_plan(&sp->session, &sp->vm.layout, rule->terms.plan) == ST_OK &&
                   compile_plan(&sp->session, &sp->vm.layout, rule->findings) == ST_OK;
    if (!planned) {
        give_up(rule, SPOKE_RULE_ERROR, judging_error(sp, since));
        return;
    }
    if (rule->terms.plan->ncaptured || rule->findings->ncaptured) {
        give_up(rule, SPOKE_RULE_ERROR,
                STR("it reads a value that is worked out for all rows, so no record can be judged "
                    "by itself"));
        return;
    }
    if (rule->puts_in && (given_sees_order(rule->terms.plan, r->table) ||
                          given_sees_order(rule->findings, r->table))) {
        give_up(rule, SPOKE_RULE_ERROR,
                arena_printf(&g->arena,
                             "it reads rows of `%.*s` in their order, in which a record has no "
                             "place before it is stored",
                             STR_ARG(r->table->name)));
        return;
    }
    rule->reads = g->beside_store ? given_reads_beside_store(g, rule->findings)
                                  : given_reads_of(g, rule->findings);
    if (!rule->reads.why.n)
        record_terms_plan(r, rule);
    else
        give_up(rule, SPOKE_RULE_ERROR,
                arena_printf(&g->arena, "no record can be judged by itself: %.*s",
                             STR_ARG(rule->reads.why)));
}

/* The table that records are rows of; NULL: told. */
static const struct table *choose_table(struct spoke_records *r, const char *name) {
    struct spoke *sp = r->sp;
    const struct table *only = NULL;
    const struct span nowhere = {0, 0, 0};
    if (name) {
        const struct symbol *s = session_find(&sp->session, str_of(name));
        if (s && s->kind == SYM_TABLE)
            return s->table;
        diag_error(&sp->diags, E0931, nowhere, "there is no table `%s`", name);
        return NULL;
    }
    for (uint32_t i = 0; i < r->rules.n; i++) {
        const struct rule_info *info = r->rules.at[i].symbol->detail;
        const struct table *t = info ? table_of(info) : NULL;
        if (!t || t == only)
            continue;
        if (only) {
            struct diag *d = diag_error(&sp->diags, E0931, nowhere,
                                        "the rules are about rows of `%.*s` and of `%.*s`",
                                        STR_ARG(only->name), STR_ARG(t->name));
            diag_help(&sp->diags, d, "say which of them the records are: `--records-of TABLE`");
            return NULL;
        }
        only = t;
    }
    if (!only)
        diag_error(&sp->diags, E0931, nowhere, "no rule is about the rows of a table");
    return only;
}

struct record_rule *records_add_rule(struct spoke_records *r, struct symbol *symbol) {
    r->given.arena.escape = r->sp->arena.escape;
    struct record_rule *rule = &ARENA_PUSH(&r->given.arena, &r->rules);
    rule->symbol = symbol;
    rule->judging.sp = r->sp;
    r->given.arena.escape = NULL;
    return rule;
}

void records_plan(struct spoke_records *r) {
    r->given.arena.escape = r->sp->arena.escape;
    given_table_add(&r->given, r->table);
    for (uint32_t i = 0; i < r->rules.n; i++)
        plan_one(r, &r->rules.at[i]);
    given_json_open(&r->json, &r->given, &r->sp->session.calendar);
    r->given.arena.escape = NULL;
}

static enum status plan_all(struct spoke *sp, void *data) {
    struct opening *o = data;
    struct spoke_records *r = o->records;
    struct rule_list rules;
    enum status s = judging_begin(sp, &o->check, &rules);
    if (s != ST_OK)
        return s;
    for (uint32_t i = 0; i < rules.n; i++)
        records_add_rule(r, rules.at[i]);
    r->table = choose_table(r, o->options.table);
    if (!r->table)
        return ST_FAILED;
    r->given.beside_store = o->options.beside_store;
    records_plan(r);
    return r->given.beside_store
               ? given_store_open(&r->store, &r->given, sp->store, (struct span){0, 0, 0})
               : ST_OK;
}

void records_free(struct spoke_records *r) {
    struct alloc *alloc = &r->sp->alloc;
    for (uint32_t i = 0; i < r->rules.n; i++) {
        record_terms_free(r, &r->rules.at[i]);
        given_reads_free(&r->given, &r->rules.at[i].reads);
    }
    given_feed_close(&r->feed);
    given_json_close(&r->json);
    given_store_close(&r->store);
    given_free(&r->given);
    lane_free(alloc, &r->lines);
    lane_free(alloc, &r->passed);
    lane_free(alloc, &r->chosen);
    lane_free(alloc, &r->each);
    mem_give(alloc, r, sizeof *r);
}

struct spoke_records *records_new(struct spoke *sp) {
    struct spoke_records *r = mem_zero(&sp->alloc, sizeof *r);
    if (!r)
        return NULL;
    r->sp = sp;
    r->lines.size = r->chosen.size = sizeof(uint64_t);
    r->passed.size = sizeof(uint8_t);
    r->each.size = sizeof(uint32_t);
    given_init(&r->given, &sp->alloc);
    given_feed_open(&r->feed, &sp->alloc);
    return r;
}

static bool take_options(struct opening *o, const spoke_records_options *given) {
    return (!given || take_in(&o->options, sizeof o->options, given)) &&
           (!o->options.check || take_in(&o->check, sizeof o->check, o->options.check));
}

spoke_status spoke_records_open(spoke *sp, const spoke_records_options *options,
                                spoke_records **out) {
    struct opening o = {.records = NULL};
    if (!sp || !out || !take_options(&o, options) || !begin_call(sp))
        return SPOKE_MISUSE;
    struct spoke_records *r = o.records = records_new(sp);
    *out = NULL;
    if (!r)
        return end_call(sp, ST_NO_MEMORY);
    r->max_findings = o.check.max_findings;
    enum status s = guarded(sp, plan_all, &o);
    if (s != ST_OK)
        records_free(r);
    else
        *out = r;
    return end_call(sp, s);
}

/* ---- judging a batch ---- */

/* Which records the rule judges. */
static bool choose_records(struct spoke_records *r, struct record_rule *rule) {
    uint32_t n = r->given.nrecords, kept = 0;
    uint64_t *lines = r->chosen.p;
    for (uint32_t i = 1; i <= n; i++) {
        bool lacks = given_may_lack(&r->given, &rule->reads, i);
        if (lacks && !given_find_lacking(&r->given, &rule->reads, i, &lacks))
            return false;
        passed_over(r)[i] = lacks;
        if (lacks && !rule->skipped++) {
            struct buf needs;
            buf_init(&needs, &r->sp->alloc);
            given_name_lacking(&r->given, &rule->reads, i, &needs);
            rule->needs = arena_str(&r->given.arena, buf_view(&needs));
            buf_free(&needs);
            if (!rule->needs.p)
                return false;
        }
        if (!lacks)
            lines[kept++] = ((const uint64_t *)r->lines.p)[i];
    }
    r->nchosen = kept;
    return true;
}

/* What is known of the chosen records, in their order. */
struct terms_known {
    const struct column *found;
    const struct column *looked_at; /* NULL: all that are here are */
    const int64_t *record;          /* which are here; NULL: all */
    uint32_t n;
};

static bool is_true(const struct column *c, uint32_t row) {
    return column_state(c, row) == PRESENT && c->i[row];
}

/* Leaves those that are found. How many of the chosen records were looked at goes to `looked`, how
 * many are left to `found`. */
static void keep_found(struct spoke_records *r, struct terms_known t, uint64_t *looked,
                       uint32_t *found) {
    uint64_t *lines = r->chosen.p;
    uint8_t *passed = passed_over(r);
    uint32_t row = 0, chosen = 0, kept = 0;
    *looked = t.looked_at ? 0 : t.n;
    for (uint32_t i = 1; i <= r->given.nrecords; i++) {
        if (passed[i])
            continue;
        bool here = row < t.n && (!t.record || t.record[row] == i);
        bool keep = here && is_true(t.found, row);
        *looked += t.looked_at && here && is_true(t.looked_at, row);
        passed[i] = !keep;
        lines[kept] = lines[chosen++];
        kept += keep;
        row += here;
    }
    *found = kept;
}

static enum status tell_findings(struct spoke_records *r, struct record_rule *rule,
                                 uint64_t looked) {
    struct spoke *sp = r->sp;
    struct frame *f;
    struct judge_result part;
    enum status s = run_given(sp, rule->findings, &f);
    if (s != ST_OK)
        return s;
    bool enough = r->max_findings && rule->sum.findings >= r->max_findings;
    struct judge_options how = {.max_findings =
                                    r->max_findings ? r->max_findings - rule->sum.findings : 0,
                                .calendar = &sp->session.calendar,
                                .today = sp->session.has_today ? sp->session.today : INT64_MIN,
                                .as_they_come = true,
                                .used = rule->used,
                                .finding = enough || r->quiet ? NULL : judging_hand_over,
                                .user = &rule->judging};
    rule->judging.lines = r->chosen.p;
    s = judge_frame(&sp->alloc, f, &rule->columns, rule->judging.rule, &looked, &how, &part);
    frame_drop(f);
    judge_add(&rule->sum, &part);
    if (str_is(rule->judging.rule->severity, "error"))
        r->found += part.findings;
    return s;
}

/* False: an expression failed, and running the plan will tell of which record. */
static bool try_direct(struct spoke_records *r, struct record_rule *rule, uint64_t *looked,
                       uint32_t *found, enum status *status) {
    struct terms_known known = {.n = r->nchosen};
    const struct diags before = r->sp->diags;
    if (!record_terms_serve(r, rule))
        return false;
    *status = record_terms_run(r, rule, &known.found, &known.looked_at);
    if (*status == ST_FAILED) {
        r->sp->diags = before;
        return false;
    }
    if (*status == ST_OK)
        keep_found(r, known, looked, found);
    return true;
}

static enum status run_terms(struct spoke_records *r, struct record_rule *rule, uint64_t *looked,
                             uint32_t *found) {
    const struct rule_terms_plan *t = &rule->terms;
    struct frame *terms;
    enum status s = run_given(r->sp, t->plan, &terms);
    if (s != ST_OK)
        return s;
    const struct terms_known known = {.found = &terms->columns[0],
                                      .looked_at =
                                          t->looked_at >= 0 ? &terms->columns[t->looked_at] : NULL,
                                      .record = t->record >= 0 ? terms->columns[t->record].i : NULL,
                                      .n = terms->n};
    keep_found(r, known, looked, found);
    frame_drop(terms);
    return ST_OK;
}

static enum status judge_chosen(struct spoke_records *r, struct record_rule *rule) {
    uint64_t looked;
    uint32_t found;
    enum status s;
    if (r->nchosen == 0)
        return ST_OK;
    r->given.passed_over = r->passed.p;
    if (!try_direct(r, rule, &looked, &found, &s))
        s = run_terms(r, rule, &looked, &found);
    if (s != ST_OK)
        return s;
    if (found)
        return tell_findings(r, rule, looked);
    rule->sum.rows += looked;
    return ST_OK;
}

/* Each as if it had been put into the store, and none of the others. */
static enum status judge_each(struct spoke_records *r, struct record_rule *rule) {
    uint32_t n = 0, records = r->given.nrecords;
    enum status s = ST_OK;
    if (!lane_grow(&r->sp->alloc, &r->each, records + 1))
        return ST_NO_MEMORY;
    uint32_t *each = r->each.p;
    for (uint32_t i = 1; i <= records; i++)
        if (!passed_over(r)[i])
            each[n++] = i;
    for (uint32_t i = 0; i < n && s == ST_OK && !rule->judging.stopped; i++) {
        memset(passed_over(r) + 1, true, records);
        passed_over(r)[each[i]] = false;
        ((uint64_t *)r->chosen.p)[0] = ((const uint64_t *)r->lines.p)[each[i]];
        r->nchosen = 1;
        given_put_in(&r->given, each[i]);
        s = judge_chosen(r, rule);
        given_take_out(&r->given);
    }
    return s;
}

/* ST_INTERRUPTED and ST_NO_MEMORY end the run; any other fault is the rule's own. */
static enum status judge_with(struct spoke_records *r, struct record_rule *rule) {
    uint32_t since = r->sp->diags.all.n;
    enum status s = !choose_records(r, rule) ? ST_NO_MEMORY
                    : rule->puts_in          ? judge_each(r, rule)
                                             : judge_chosen(r, rule);
    r->given.passed_over = NULL;
    r->stopped |= rule->judging.stopped;
    if (s == ST_OK || s == ST_INTERRUPTED || s == ST_NO_MEMORY || s == ST_LIMIT)
        return s;
    give_up(rule, SPOKE_RULE_ERROR, judging_error(r->sp, since));
    return ST_OK;
}

enum status records_judge(struct spoke_records *r) {
    struct spoke *sp = r->sp;
    uint32_t n = r->given.nrecords;
    enum status s = ST_OK;
    if (!lane_grow(&sp->alloc, &r->passed, n + 1) || !lane_grow(&sp->alloc, &r->chosen, n + 1))
        return ST_NO_MEMORY;
    sp->given = &r->given;
    for (uint32_t i = 0; i < r->rules.n && s == ST_OK && n; i++)
        if (!r->rules.at[i].errs)
            s = judge_with(r, &r->rules.at[i]);
    sp->given = NULL;
    given_clear(&r->given);
    return s;
}

/* ---- from bytes to batches ---- */

static enum status refuse(struct spoke_records *r, uint64_t line, struct str reason) {
    struct spoke *sp = r->sp;
    r->refused++;
    if (!sp->sink.on_refused || !sp->sink.on_refused(sp->sink_user, line, text_view(reason)))
        return ST_OK;
    r->stopped = true;
    return ST_INTERRUPTED;
}

enum status records_take(struct spoke_records *r, const struct fed_record *record) {
    if (record->flaw)
        return refuse(r, record->line, str_of(record->flaw));
    enum given_result result = given_json_record(&r->json, record->p, record->n);
    if (result == GIVEN_NO_MEMORY)
        return ST_NO_MEMORY;
    if (result == GIVEN_REFUSED)
        return refuse(r, record->line, buf_view(&r->json.reason));
    if (r->given.beside_store && !given_store_find(&r->store, &r->json.reason)) {
        given_take_back(&r->given);
        bool told = r->json.reason.n && !r->json.reason.failed;
        return told ? refuse(r, record->line, buf_view(&r->json.reason)) : ST_NO_MEMORY;
    }
    uint32_t n = r->given.nrecords;
    if (!lane_grow(&r->sp->alloc, &r->lines, n + 1))
        return ST_NO_MEMORY;
    ((uint64_t *)r->lines.p)[n] = record->line;
    return n < BATCH_ROWS ? ST_OK : records_judge(r);
}

struct feeding {
    struct spoke_records *records;
    const char *bytes;
    size_t n;
    bool last;
};

static enum status feed(struct spoke *sp, void *data) {
    struct feeding *f = data;
    struct spoke_records *r = f->records;
    struct fed_record record;
    enum status s = given_feed_add(&r->feed, f->bytes, f->n) ? ST_OK : ST_NO_MEMORY;
    UNUSED(sp);
    while (s == ST_OK && given_feed_next(&r->feed, f->last, &record))
        s = records_take(r, &record);
    return s == ST_OK && f->last ? records_judge(r) : s;
}

static enum status feed_all(struct spoke_records *r, const char *bytes, size_t n, bool last) {
    struct feeding f = {r, bytes, n, last};
    return r->stopped ? ST_INTERRUPTED : guarded(r->sp, feed, &f);
}

spoke_status spoke_records_feed(spoke_records *r, const char *bytes, size_t n) {
    if (!r || (n && !bytes) || !begin_call(r->sp))
        return SPOKE_MISUSE;
    return end_call(r->sp, feed_all(r, bytes, n, false));
}

static uint64_t count_erred(const struct spoke_records *r) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < r->rules.n; i++)
        n += r->rules.at[i].errs && r->rules.at[i].judging.result.status == SPOKE_RULE_ERROR;
    return n;
}

struct unjudged {
    uint64_t records, rules;
};

static enum status tell_unjudged(struct spoke *sp, void *data) {
    const struct unjudged *u = data;
    const struct span nowhere = {0, 0, 0};
    if (sp->diags.errors)
        return ST_FAILED; /* told where it was found */
    if (u->records)
        diag_error(&sp->diags, E0934, nowhere, "%llu record%s refused",
                   (unsigned long long)u->records, u->records == 1 ? " was" : "s were");
    if (u->rules)
        diag_error(&sp->diags, E0934, nowhere, "%llu rule%s cannot be judged",
                   (unsigned long long)u->rules, u->rules == 1 ? "" : "s");
    return ST_FAILED;
}

/* What is not judged makes a failure of what went well. */
static enum status but_unjudged(struct spoke *sp, enum status s, struct unjudged u) {
    return s == ST_OK && (u.records || u.rules) ? guarded(sp, tell_unjudged, &u) : s;
}

spoke_status spoke_records_judge(spoke_records *r) {
    if (!r || !begin_call(r->sp))
        return SPOKE_MISUSE;
    r->found = 0;
    enum status s = feed_all(r, NULL, 0, true);
    /* whoever lets a record through on SPOKE_OK must not */
    s = but_unjudged(r->sp, s, (struct unjudged){.rules = count_erred(r)});
    spoke_status status = end_call(r->sp, s);
    return status == SPOKE_OK && r->found ? SPOKE_FINDINGS : status;
}

/* ---- the end ---- */

static enum status tell_rule(struct spoke_records *r, struct record_rule *rule,
                             spoke_check_summary *sum) {
    struct spoke *sp = r->sp;
    spoke_rule_result *result = &rule->judging.result;
    if (!rule->errs) {
        judge_settle(rule->judging.rule, rule->used,
                     sp->session.has_today ? sp->session.today : INT64_MIN, &rule->sum);
        judging_take(&rule->judging, &rule->sum);
        if (result->status == SPOKE_RULE_EMPTY && rule->skipped)
            result->status = SPOKE_RULE_SKIP;
        if (rule->skipped)
            result->reason = text_view(
                arena_printf(&r->given.arena, "it reads %.*s, which %llu record%s not give",
                             STR_ARG(rule->needs), (unsigned long long)rule->skipped,
                             rule->skipped == 1 ? " does" : "s do"));
    }
    result->skipped = rule->skipped;
    judging_count(sum, result);
    bool stops = sp->sink.on_rule && sp->sink.on_rule(sp->sink_user, result);
    return stops ? ST_INTERRUPTED : ST_OK;
}

spoke_status spoke_records_close_sized(spoke_records *r, spoke_check_summary *summary,
                                       size_t size) {
    spoke_check_summary sum = {0};
    if (!r || !begin_call(r->sp))
        return SPOKE_MISUSE;
    struct spoke *sp = r->sp;
    enum status s = feed_all(r, NULL, 0, true);
    struct unjudged unjudged = {.records = r->refused};
    for (uint32_t i = 0; i < r->rules.n && s == ST_OK; i++)
        s = tell_rule(r, &r->rules.at[i], &sum);
    unjudged.rules = sum.error;
    records_free(r);
    if (summary)
        hand_out(summary, size, &sum, sizeof sum);
    spoke_status status = end_call(sp, but_unjudged(sp, s, unjudged));
    return status == SPOKE_OK && sum.fail + sum.warn ? SPOKE_FINDINGS : status;
}
